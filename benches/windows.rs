//! Starts and finishes of twelve tasks over ten years of hourly weather. Target: less than 5 ms in all.

use criterion::{Criterion, criterion_group, criterion_main};
use mudline::time::Horizon;
use mudline::units::Span;
use mudline::weather::{
    CHANNELS, CLIMATES, Climate, Limit, Limits, Starts, continuous, open_slots, suspendable, synthesise,
};
use std::hint::black_box;

const HOURS: usize = 87_660;

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

fn windows(criterion: &mut Criterion) {
    let climate = Climate::parse(CLIMATES[0].0, CLIMATES[0].1).expect("a climate");
    let start = "2026-01-01T00:00:00Z".parse().expect("a time");
    let series = synthesise(&climate, start, HOURS, 1).expect("a series");
    let horizon = Horizon { start, slot: Span::of_hours(1), slots: HOURS };
    let limits: Vec<Limits> = (0..12)
        .map(|task| {
            let hs = limit("hs", 1.5 + 0.2 * f64::from(task));
            Limits(vec![hs, limit("wind", 8.0 + 0.5 * f64::from(task))])
        })
        .collect();
    let survives = Limits(vec![limit("hs", 4.0)]);
    let safe = open_slots(&series, &survives, &horizon);
    let starts = |task: usize| -> Starts {
        let open = open_slots(&series, &limits[task], &horizon);
        match task % 2 {
            0 => continuous(&open, 6 + 4 * task, 3),
            _ => suspendable(&open, &safe, 6 + 4 * task, 3, Some(48)),
        }
    };
    assert!((0..12).any(|task| !starts(task).is_empty()));
    criterion.bench_function("windows of 12 tasks in ten years", |bencher| {
        bencher.iter(|| {
            for task in 0..12 {
                black_box(starts(black_box(task)));
            }
        });
    });
}

criterion_group!(benches, windows);
criterion_main!(benches);
