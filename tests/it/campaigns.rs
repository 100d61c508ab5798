//! Twelve campaigns of twelve tasks, to the hour: by the engine, by look-ups alone, and by a slow walk in another language.
//!
//! `tests/campaigns/oracle.py` walked them hour by hour and wrote `expected.json`; `make peers` lets it compare again.

use crate::support::repo;
use mudline::id::Ix;
use mudline::plan::{Plan, Suspend};
use mudline::simulate::case::Settings;
use mudline::simulate::chain::Chain;
use mudline::simulate::ensemble::{Ask, Ensemble};
use mudline::simulate::fleet::again;
use mudline::simulate::order::{Act, Order, Step};
use mudline::simulate::starts::{Source, Wanted};
use mudline::simulate::table::{Pauses, next_finish};
use mudline::units::Span;
use mudline::weather::open_slots;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
struct Expected {
    tasks: Vec<String>,
    campaigns: Vec<Campaign>,
}

#[derive(Deserialize)]
struct Campaign {
    start: chrono::DateTime<chrono::Utc>,
    times: Vec<(u32, u32)>,
}

fn chain_order(plan: &Plan) -> Order {
    let step =
        |place: usize| Step { vessel: None, act: Act::Task(Ix::new(place), 0), planned: place, length: 0 };
    Order { steps: (0..plan.tasks.len()).map(step).collect(), ..Order::default() }
}

#[test]
fn campaigns_come_out_to_the_hour_that_a_slow_walk_finds() {
    let folder = repo("tests/campaigns");
    let text = std::fs::read_to_string(folder.join("expected.json")).expect("the campaigns");
    let expected: Expected = serde_json::from_str(&text).expect("JSON");
    let (plan, sea) = mudline::plan::load(&folder).expect("files").plan.expect("a plan");
    assert_eq!(plan.tasks.iter().map(|task| task.id.clone()).collect::<Vec<_>>(), expected.tasks);
    assert_eq!((expected.tasks.len(), expected.campaigns.len()), (12, 12));
    let settings = Settings { seed: 1, draws_durations: false, forecast: Span::of_hours(72), home_odds: 0.8 };
    let ask = Ask {
        settings,
        source: Source::Series(Arc::new(sea.clone())),
        about_weather: String::new(),
        wanted: Wanted::Exactly(expected.campaigns.iter().map(|campaign| campaign.start).collect()),
        draws: 1,
        about_order: String::new(),
    };
    let ensemble = Ensemble::new(&plan, chain_order(&plan), None, ask).expect("starts");
    assert_eq!(ensemble.runs(), 12);
    for (run, campaign) in expected.campaigns.iter().enumerate() {
        let log = again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, run as u64).expect("a run");
        let found: Vec<(u32, u32)> = log.times.iter().map(|times| times[0]).collect();
        assert_eq!(found, campaign.times, "the campaign of {}", campaign.start);
    }
}

/// The same by look-ups alone, for the tasks that a table of finishes knows whole: no lag, no reserve.
#[test]
fn look_ups_alone_find_the_same_hours() {
    let folder = repo("tests/campaigns");
    let text = std::fs::read_to_string(folder.join("expected.json")).expect("the campaigns");
    let expected: Expected = serde_json::from_str(&text).expect("JSON");
    let (plan, sea) = mudline::plan::load(&folder).expect("files").plan.expect("a plan");
    let series = &sea.0[0];
    let grid = mudline::time::Horizon { slots: series.len(), ..plan.horizon };
    let is_plain = |place: usize| {
        let task = plan.tasks.iter().nth(place).expect("a task");
        task.after.iter().all(|after| after.lag.seconds() == 0) && place_reserve(&plan, place) == 0
    };
    for campaign in &expected.campaigns {
        let base = ((campaign.start - grid.start).num_hours()) as u32;
        let mut at = base;
        let mut from = 0;
        // Stretches of plain tasks, each looked up from where the one before it ended.
        while from < plan.tasks.len() {
            let to = (from..plan.tasks.len()).find(|&place| !is_plain(place)).unwrap_or(plan.tasks.len());
            let tables = plan.tasks.iter().skip(from).take(to - from).map(|task| {
                let open = open_slots(series, &task.limits, &grid);
                let longest = match (task.suspend, task.max_pause) {
                    (Suspend::Never, _) => 0,
                    (_, Some(pause)) => grid.slots_for(pause),
                    (_, None) => usize::MAX,
                };
                next_finish(&open, Pauses { longest, safe: &[] }, grid.slots_for(task.duration) as u32, 0)
            });
            let chain = Chain::new(tables.collect());
            let found: Vec<u32> = chain.activities(at).iter().map(|finish| finish - base).collect();
            let wanted: Vec<u32> = campaign.times[from..to].iter().map(|times| times.1).collect();
            assert_eq!(found, wanted, "from task {from}, the campaign of {}", campaign.start);
            let next = to.min(plan.tasks.len() - 1);
            at = base + campaign.times[next].1;
            from = to + 1;
        }
    }
}

/// Slots that must stay open after a task.
fn place_reserve(plan: &Plan, place: usize) -> usize {
    let settings = Settings { seed: 1, draws_durations: false, forecast: Span::of_hours(72), home_odds: 0.8 };
    mudline::simulate::case::Case::new(plan, Order::default(), settings).tasks[place].reserve as usize
}
