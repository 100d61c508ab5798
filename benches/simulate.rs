//! How fast voyages go: tables of a long series, plain campaigns, voyages with gear, lifting, drawn durations and accounting, and fleets
//! that meet.
//! Targets: tables of twelve activities over ten years hourly in 5 ms; ten million campaigns of twelve activities a second and core;
//! 200,000 voyages a second on two cores.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mudline::model::{Options, Outcome, optimise};
use mudline::schedule::account;
use mudline::simulate::case::Settings;
use mudline::simulate::chain::Chain;
use mudline::simulate::ensemble::{Ask, Ensemble};
use mudline::simulate::fleet::{Task, sail};
use mudline::simulate::order::Order;
use mudline::simulate::starts::{Source, Wanted};
use mudline::simulate::table::{Pauses, next_finish};
use mudline::time::Horizon;
use mudline::units::Span;
use mudline::weather::{CHANNELS, CLIMATES, Climate, Limit, Limits, Series, open_slots, synthesise};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

const HOURS: usize = 87_660;
/// Hours of work, greatest Hs and wind, and whether it may pause, of twelve activities.
const ACTIVITIES: [(u32, f64, f64, bool); 12] = [
    (24, 9.0, 12.0, true),
    (96, 4.5, 20.0, false),
    (6, 2.2, 12.0, false),
    (12, 2.0, 12.0, true),
    (8, 2.0, 10.0, false),
    (36, 2.6, 12.0, false),
    (24, 2.4, 14.0, true),
    (10, 2.2, 12.0, false),
    (24, 2.4, 14.0, true),
    (30, 2.4, 12.0, false),
    (12, 2.0, 10.0, false),
    (96, 4.5, 20.0, false),
];

fn limit(channel: &str, at_most: f64) -> Limit {
    let kind = CHANNELS.iter().find(|kind| kind.name == channel).expect("a channel");
    Limit {
        channel: channel.to_owned(),
        dimension: kind.dimension,
        at_most,
        written: String::new(),
        alpha: None,
    }
}

fn tables(series: &Series, horizon: &Horizon) -> Vec<Vec<u32>> {
    let table = |&(work, hs, wind, pauses): &(u32, f64, f64, bool)| {
        let open = open_slots(series, &Limits(vec![limit("hs", hs), limit("wind", wind)]), horizon);
        let longest = if pauses { usize::MAX } else { 0 };
        next_finish(&open, Pauses { longest, safe: &[] }, work, 0)
    };
    ACTIVITIES.iter().map(table).collect()
}

fn campaigns(criterion: &mut Criterion) {
    let climate = Climate::parse(CLIMATES[0].0, CLIMATES[0].1).expect("a climate");
    let start = "2016-01-01T00:00:00Z".parse().expect("a time");
    let series = synthesise(&climate, start, HOURS, 1).expect("a series");
    let horizon = Horizon { start, slot: Span::of_hours(1), slots: HOURS };
    criterion.bench_function("tables of 12 activities in ten years", |bencher| {
        bencher.iter(|| black_box(tables(black_box(&series), &horizon)));
    });
    let chain = Chain::new(tables(&series, &horizon));
    let starts: Vec<u32> = (0..HOURS as u32 - 8_766).collect();
    let mut finishes = vec![0; starts.len()];
    let mut group = criterion.benchmark_group("campaigns");
    group.throughput(Throughput::Elements(starts.len() as u64));
    group.bench_function("of 12 activities, every hour of nine years, one core", |bencher| {
        bencher.iter(|| chain.finishes(black_box(&starts), black_box(&mut finishes)));
    });
    group.finish();
}

fn voyages(criterion: &mut Criterion) {
    let text = std::fs::read_to_string(plans("chikyu-2026").join("climate.toml")).expect("a climate");
    sail_all(criterion, "chikyu-2026", "of the trial", (&text, 5_000), None);
}

/// Ships that meet, an island and a coaster, slot by slot.
fn fleets(criterion: &mut Criterion) {
    let limit = Some(Duration::from_secs(5));
    sail_all(criterion, "minamitorishima-2027", "of the fleet of 2027", (CLIMATES[0].1, 100), limit);
}

fn plans(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("plans").join(name)
}

/// Sails a plan in twenty years, so often each, in the order of the best schedule that is found within the limit.
fn sail_all(
    criterion: &mut Criterion,
    name: &str,
    about: &str,
    (climate, draws): (&str, u64),
    time_limit: Option<Duration>,
) {
    let (plan, sea) = mudline::plan::load(&plans(name)).expect("files").plan.expect("a plan");
    let stop = AtomicBool::new(false);
    let options = Options { time_limit, ..Options::new(&stop) };
    let Outcome::Solved(solved) = optimise(&plan, &sea, &options).expect("a solver") else {
        panic!("no schedule")
    };
    let order = Order::of_itinerary(&plan, &solved.itinerary);
    let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
    let climate = Climate::parse("climate.toml", climate).expect("a climate");
    let ask = Ask {
        settings: Settings { seed: 1, draws_durations: true, forecast: Span::of_hours(72), home_odds: 0.8 },
        source: Source::Synthetic { climate: Box::new(climate), years: 20, seed: 1 },
        about_weather: String::new(),
        wanted: Wanted::PlanDates,
        draws,
        about_order: String::new(),
    };
    let ensemble = Ensemble::new(&plan, order, Some(&schedule), ask).expect("starts");
    let mut group = criterion.benchmark_group("voyages");
    group.sample_size(10).throughput(Throughput::Elements(ensemble.runs()));
    group.bench_function(format!("{about}, 20 years of {draws} draws, every core"), |bencher| {
        bencher.iter(|| {
            let done = AtomicU64::new(0);
            let task = Task {
                draws,
                runs: 0..ensemble.runs(),
                keeps_runs: false,
                stop: &stop,
                done: &done,
                time_limit: None,
            };
            black_box(sail(&ensemble.case, &ensemble.field, &ensemble.leaves, &task).expect("a fleet"))
        });
    });
    group.finish();
}

criterion_group!(benches, campaigns, voyages, fleets);
criterion_main!(benches);
