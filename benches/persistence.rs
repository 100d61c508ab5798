//! Persistence and exact waiting percentiles over ten years of hourly weather for twelve limit sets, by month. Target: 1,000 times
//! faster than `ww_calc` of IFREMER's resourcecode with every start, which is 0.18 s where that takes 180 s.
//!
//! `MUDLINE_SERIES=file.csv cargo bench --bench persistence` takes the first ten years of a file (columns hs and wind) in place of
//! the synthetic sea, so that both can be timed on the same series.

use criterion::{Criterion, criterion_group, criterion_main};
use mudline::diag::Diagnostics;
use mudline::units::Span;
use mudline::weather::read::{ReadOptions, read};
use mudline::weather::{CLIMATES, Climate, Limits, Odds, Operation, Phase, Series, odds, synthesise};
use std::hint::black_box;

const HOURS: usize = 87_660;

fn series() -> Series {
    let Ok(file) = std::env::var("MUDLINE_SERIES") else {
        let climate = Climate::parse(CLIMATES[0].0, CLIMATES[0].1).expect("a climate");
        let start = "2001-01-01T00:00:00Z".parse().expect("a time");
        return synthesise(&climate, start, HOURS, 1).expect("a series");
    };
    let columns = match std::env::var("MUDLINE_WIND") {
        Ok(column) => vec![("wind".to_owned(), column)],
        Err(_) => Vec::new(),
    };
    let options = ReadOptions { columns, ..ReadOptions::named(file.clone()) };
    let mut found = Diagnostics::default();
    let reading = read(file.as_ref(), &options, &mut found).expect("a file").expect("a series");
    let mut series = reading.series;
    series.values.iter_mut().for_each(|values| values.truncate(HOURS));
    series
}

/// The limits and lengths of the twelve sets: Hs 0.5 m to 1.75 m under 8 and 12 m/s of wind, 6 h to 72 h.
fn sets(series: &Series) -> Vec<Operation> {
    let set = |place: usize| {
        let hs = 0.5 + 0.25 * (place % 6) as f64;
        let wind = 8 + 4 * (place / 6);
        let limits = Limits::parse(&format!("hs {hs} m, wind {wind} m/s"), series).expect("limits");
        let length = Span::of_hours(6 + 6 * place as i64);
        Operation { phases: vec![Phase { length, limits }], reserve: Span::default(), pausing: None }
    };
    (0..12).map(set).collect()
}

fn persistence(criterion: &mut Criterion) {
    let series = series();
    let sets = sets(&series);
    let found: Vec<Odds> = sets.iter().map(|set| odds(&series, set)).collect();
    assert!(found.iter().any(|odds| odds.all().is_some_and(|all| all.wait.p90_h.is_some())));
    criterion.bench_function("persistence and waits of 12 limit sets in ten years", |bencher| {
        bencher.iter(|| {
            for set in &sets {
                black_box(odds(black_box(&series), set));
            }
        });
    });
}

criterion_group!(benches, persistence);
criterion_main!(benches);
