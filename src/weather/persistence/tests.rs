//! Odds against an oracle that walks forward from every start and sorts.

use super::*;
use crate::units::{LENGTH, SPEED};
use crate::weather::{Channel, Limit, Origin};
use proptest::prelude::*;

fn series(start: &str, step_h: i64, hs: Vec<f64>, wind: Vec<f64>) -> Series {
    Series {
        start: start.parse().expect("a time"),
        step: Span::of_hours(step_h),
        channels: vec![
            Channel { name: "hs".to_owned(), dimension: &LENGTH },
            Channel { name: "wind".to_owned(), dimension: &SPEED },
        ],
        values: vec![hs, wind],
        origin: Origin::Hindcast,
    }
}

fn limits(hs: f64, wind: f64) -> Limits {
    let limit = |channel: &str, dimension, at_most| Limit {
        channel: channel.to_owned(),
        dimension,
        at_most,
        written: format!("{at_most}"),
        alpha: None,
    };
    Limits(vec![limit("hs", &LENGTH, hs), limit("wind", &SPEED, wind)])
}

/// Whether a sample is within limits; what is missing is not.
fn calm(series: &Series, (hs, wind): (f64, f64), sample: usize) -> bool {
    series.values[0][sample] <= hs && series.values[1][sample] <= wind
}

/// The finish of work that begins at `begin`, found by walking on.
fn walk(
    series: &Series,
    phases: &[((f64, f64), usize)],
    reserve: usize,
    pause: Option<(f64, usize)>,
    begin: usize,
) -> Option<usize> {
    let mut todo: Vec<(f64, f64)> = phases.iter().flat_map(|(limits, work)| vec![*limits; *work]).collect();
    let work = todo.len();
    todo.extend(vec![phases[phases.len() - 1].0; reserve]);
    let (mut done, mut paused, mut finish) = (0, 0, begin);
    for sample in begin.. {
        if done == todo.len() {
            return Some(finish);
        }
        if sample >= series.len() {
            return None;
        }
        if calm(series, todo[done], sample) {
            (done, paused) = (done + 1, 0);
            if done == work {
                finish = sample + 1;
            }
        } else {
            paused += 1;
            let (survives, longest) = pause?;
            if sample == begin
                || paused > longest
                || series.values[0][sample].is_nan()
                || series.values[0][sample] > survives
            {
                return None;
            }
        }
    }
    None
}

/// The definition of nearest rank: the smallest value that at least so many percent do not exceed; `cut` ones exceed all.
fn slow_spread(mut lengths: Vec<usize>, cut: usize, step_h: f64) -> [Option<f64>; 4] {
    lengths.sort_unstable();
    let count = lengths.len() + cut;
    PERCENTS.map(|percent| {
        let is_enough = |length: &&usize| {
            let not_above = lengths.iter().filter(|other| other <= length).count();
            not_above * 100 >= count * percent as usize
        };
        lengths.iter().find(is_enough).map(|&length| length as f64 * step_h)
    })
}

fn sample() -> impl Strategy<Value = (f64, f64)> {
    let value = || prop_oneof![9 => (0u8..6).prop_map(f64::from), 1 => Just(f64::NAN)];
    (value(), prop_oneof![30 => (0u8..6).prop_map(f64::from), 1 => Just(f64::NAN)])
}

proptest! {
    #[test]
    fn odds_equal_a_slow_oracle(
        samples in prop::collection::vec(sample(), 1..160),
        bounds in [(2u8..6, 2u8..6), (2u8..6, 2u8..6)],
        work in [1usize..5, 0usize..4],
        reserve in 0usize..3,
        longest in 0usize..4,
        hold in 3u8..6,
        hours in 0i64..2000,
    ) {
        let step_h = 12;
        let start: DateTime<Utc> = "2019-12-01T00:00:00Z".parse().expect("a time");
        let start = start + chrono::TimeDelta::hours(hours);
        let mut series = series("2019-12-01T00:00:00Z", step_h, Vec::new(), Vec::new());
        series.start = start;
        series.values = vec![samples.iter().map(|s| s.0).collect(), samples.iter().map(|s| s.1).collect()];
        let bounds = bounds.map(|(hs, wind)| (f64::from(hs), f64::from(wind)));
        let used: Vec<((f64, f64), usize)> =
            bounds.into_iter().zip(work).filter(|(_, work)| *work > 0).collect();
        let span = |samples: usize| Span::of_hours(step_h * samples as i64);
        let survives = Limits(limits(f64::from(hold), 0.0).0[..1].to_vec());
        let operation = Operation {
            phases: used.iter().map(|((hs, wind), work)| Phase { length: span(*work), limits: limits(*hs, *wind) }).collect(),
            reserve: span(reserve),
            pausing: Some(Pausing { survives, longest: Some(span(longest)) }),
        };
        let odds = odds(&series, &operation);
        let is_open = |sample: usize| used.iter().all(|(limits, _)| calm(&series, *limits, sample));
        for row in &odds.months {
            let of_month: Vec<usize> = (0..series.len())
                .filter(|&sample| row.month.is_none_or(|month| series.time(sample).month() == month))
                .collect();
            prop_assert_eq!(row.hours, of_month.len() as f64 * step_h as f64);
            let open = of_month.iter().filter(|&&sample| is_open(sample)).count();
            prop_assert_eq!(row.workability, open as f64 / of_month.len() as f64);
            for (told, pause, with_work) in [
                (&row.wait, None, false),
                (&row.length, None, true),
                (row.length_with_pauses.as_ref().expect("it may pause"), Some((f64::from(hold), longest)), true),
            ] {
                let mut lengths = Vec::new();
                for &start in &of_month {
                    let found = (start..series.len())
                        .find_map(|begin| Some((begin, walk(&series, &used, reserve, pause, begin)?)));
                    lengths.extend(found.map(|(begin, finish)| if with_work { finish - start } else { begin - start }));
                }
                prop_assert_eq!(told.count, of_month.len());
                prop_assert_eq!(told.cut, of_month.len() - lengths.len());
                prop_assert_eq!(told.values(), slow_spread(lengths, told.cut, step_h as f64));
            }
            for (told, wanted) in [(&row.windows, true), (&row.gaps, false)] {
                let begins = |&&sample: &&usize| is_open(sample) == wanted && (sample == 0 || is_open(sample - 1) != wanted);
                let length = |&sample: &usize| (sample..series.len()).take_while(|&s| is_open(s) == wanted).count();
                let lengths: Vec<usize> = of_month.iter().filter(begins).map(length).collect();
                prop_assert_eq!(told.count, lengths.len());
                prop_assert_eq!(told.values(), slow_spread(lengths, 0, step_h as f64));
            }
        }
        let hours: f64 = odds.months[..odds.months.len() - 1].iter().map(|row| row.hours).sum();
        prop_assert_eq!(Some(hours), odds.all().map(|row| row.hours));
    }
}

#[test]
fn what_lies_beyond_the_series_is_not_taken_to_be_calm() {
    let calm_to_the_end = series("2026-01-01T00:00:00Z", 1, vec![1.0; 48], vec![1.0; 48]);
    let operation = Operation {
        phases: vec![Phase { length: Span::of_hours(24), limits: limits(2.0, 5.0) }],
        reserve: Span::default(),
        pausing: None,
    };
    let found = odds(&calm_to_the_end, &operation);
    let all = found.all().expect("a row");
    // The last 23 starts would finish after the series.
    assert_eq!((all.wait.count, all.wait.cut), (48, 23));
    assert_eq!((all.wait.p50_h, all.wait.p80_h), (Some(0.0), None));
    assert_eq!((all.windows.count, all.windows.cut, all.windows.p50_h), (1, 1, Some(48.0)));
}

#[test]
fn a_missing_sample_is_closed_and_told() {
    let mut hs = vec![1.0; 48];
    hs[10] = f64::NAN;
    let operation = Operation {
        phases: vec![Phase { length: Span::of_hours(12), limits: limits(2.0, 5.0) }],
        reserve: Span::default(),
        pausing: None,
    };
    let found = odds(&series("2026-01-31T00:00:00Z", 1, hs, vec![1.0; 48]), &operation);
    let unknown: Vec<f64> = found.months.iter().map(|row| row.unknown_h).collect();
    assert_eq!(unknown, [1.0, 0.0, 1.0]);
    assert_eq!(found.windows, [0..10, 11..48]);
}
