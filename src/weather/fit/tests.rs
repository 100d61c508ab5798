//! A fitted sea against its source, which another generator made: storms that come at random, rise fast and fall slowly.

use super::*;
use crate::units::{LENGTH, SPEED, Span};
use crate::weather::{Channel, Limits, Operation, Phase, odds};

fn at(time: &str) -> DateTime<Utc> {
    time.parse().expect("a time")
}

/// Storms come more often in winter; wind leads the sea, which forgets more slowly.
fn source(hours: usize) -> Series {
    let mut random = ChaCha12Rng::from_seed([9; 32]);
    let mut uniform = || (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    let start = at("1990-01-01T00:00:00Z");
    let (mut wind, mut sea, mut push) = (5.0, 1.0, 0.0);
    let mut values = vec![Vec::new(), Vec::new()];
    for hour in 0..hours {
        let season = 0.5 + 0.5 * libm::cos(hour as f64 / 8766.0 * std::f64::consts::TAU);
        if uniform() < (1.0 + 2.0 * season) / 150.0 {
            push += (4.0 + 12.0 * uniform()) * (0.6 + 0.4 * season);
        }
        push *= 0.94;
        wind += 0.25 * (4.0 + 2.0 * season + push - wind) + 0.8 * (uniform() - 0.5);
        let grown = 0.018 * f64::max(wind, 0.0) * f64::max(wind, 0.0) + 0.5;
        sea += (if grown > sea { 0.12 } else { 0.03 }) * (grown - sea);
        values[0].push((sea * 100.0).round() / 100.0);
        values[1].push((f64::max(wind, 0.0) * 100.0).round() / 100.0);
    }
    let channels = vec![
        Channel { name: "hs".to_owned(), dimension: &LENGTH },
        Channel { name: "wind".to_owned(), dimension: &SPEED },
    ];
    Series { start, step: Span::of_hours(1), channels, values, origin: Origin::Hindcast }
}

fn percentile(series: &Series, channel: usize, month: u32, percent: usize) -> f64 {
    let of_month = (0..series.len()).filter(|&index| series.time(index).month() == month);
    let mut values: Vec<f64> = of_month.map(|index| series.values[channel][index]).collect();
    values.sort_by(f64::total_cmp);
    values[(values.len() * percent).div_ceil(100) - 1]
}

/// Twelve years make forty. Monthly percentiles within 12 %; workability of each month within 0.06 and of all within 0.02; lengths of
/// windows and waits over all months within 15 % or 3 h.
#[test]
fn a_fitted_sea_has_the_odds_of_its_source() {
    let source = source(12 * 8766);
    let made = synthesise_like(&source, at("2030-01-01T00:00:00Z"), 40 * 8766, 1).expect("a series");
    for channel in 0..2 {
        for month in 1..=12 {
            for percent in [50, 80, 90] {
                let [is, wanted] = [&made, &source].map(|series| percentile(series, channel, month, percent));
                assert!((is / wanted - 1.0).abs() < 0.12, "{channel} {month} P{percent}: {is} {wanted}");
            }
        }
    }
    for (limits, hours) in [("hs 1.5 m", 24), ("hs 2 m, wind 10 m/s", 12), ("wind 8 m/s", 48)] {
        let limits = Limits::parse(limits, &source).expect("limits");
        let phases = vec![Phase { length: Span::of_hours(hours), limits }];
        let operation = Operation { phases, reserve: Span::default(), pausing: None };
        let [is, wanted] = [&made, &source].map(|series| odds(series, &operation));
        for (is, wanted) in is.months.iter().zip(&wanted.months) {
            let most = if is.month.is_some() { 0.06 } else { 0.02 };
            let (is_open, open) = (is.workability, wanted.workability);
            assert!((is_open - open).abs() < most, "{:?}: {is_open} {open}", is.month);
        }
        let (is, wanted) = (is.all().expect("all"), wanted.all().expect("all"));
        for (is, wanted) in [(is.windows, wanted.windows), (is.gaps, wanted.gaps), (is.wait, wanted.wait)] {
            for (is, wanted) in is.values().into_iter().zip(wanted.values()) {
                let (is, wanted) = (is.expect("known"), wanted.expect("known"));
                assert!((is - wanted).abs() <= f64::max(3.0, 0.15 * wanted), "{is} {wanted}");
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_sea_and_another_another() {
    let source = source(2 * 8766);
    let make = |seed| fitted_csv(&source, "x.csv", at("2030-02-28T00:00:00Z"), 3000, seed).expect("a series");
    assert_eq!(make(3), make(3));
    assert_ne!(make(3), make(4));
    assert!(make(3).starts_with("# synthetic: made of pieces"));
}

#[test]
fn what_cannot_be_fitted_to_is_refused() {
    let whole = source(8766);
    let refused = |series: &Series| synthesise_like(series, at("2030-01-01T00:00:00Z"), 9000, 1).is_err();
    assert!(!refused(&whole));
    assert!(refused(&source(8000)));
    assert!(refused(&Series { step: Span::of_hours(3), ..whole.clone() }));
    let mut holed = whole;
    holed.values[0][2000..5000].fill(f64::NAN);
    assert!(refused(&holed));
}

/// Twenty years of a sea with a quick and a slow part make a climate, and that twenty other years. Workability of each month within
/// 0.06 and of all within 0.02; P50, P80 and P90 of windows, of gaps and of waits over all months within 20 % or 4 h.
#[test]
fn a_sea_from_the_climate_of_a_series_has_its_odds() {
    let own = crate::weather::Climate::parse("c.toml", crate::weather::CLIMATES[0].1).expect("a climate");
    let quick = Some(crate::weather::Quick { share: 0.25, decorrelation_h: 5.0 });
    let mut own = crate::weather::Climate { steepness: None, current: None, ..own };
    (own.hs.quick, own.hs.decorrelation_h) = (quick, 70.0);
    own.wind.as_mut().expect("wind").quick = quick;
    let source =
        crate::weather::synthesise(&own, at("1990-01-01T00:00:00Z"), 20 * 8766, 4).expect("a series");
    let climate = crate::weather::climate_of(&source, "source").expect("a climate");
    let made =
        crate::weather::synthesise(&climate, at("2030-01-01T00:00:00Z"), 20 * 8766, 1).expect("a series");
    for (limits, hours) in [("hs 2 m", 24), ("hs 2.5 m, wind 10 m/s", 12), ("wind 8 m/s", 24)] {
        let limits = Limits::parse(limits, &source).expect("limits");
        let phases = vec![Phase { length: Span::of_hours(hours), limits }];
        let operation = Operation { phases, reserve: Span::default(), pausing: None };
        let [is, wanted] = [&made, &source].map(|series| odds(series, &operation));
        for (is, wanted) in is.months.iter().zip(&wanted.months) {
            let most = if is.month.is_some() { 0.06 } else { 0.02 };
            assert!((is.workability - wanted.workability).abs() < most, "{:?}: {is:?} {wanted:?}", is.month);
        }
        let (is, wanted) = (is.all().expect("all"), wanted.all().expect("all"));
        for (is, wanted) in [(is.windows, wanted.windows), (is.gaps, wanted.gaps), (is.wait, wanted.wait)] {
            for (is, wanted) in is.values().into_iter().zip(wanted.values()).skip(1) {
                let (is, wanted) = (is.expect("known"), wanted.expect("known"));
                assert!((is - wanted).abs() <= f64::max(4.0, 0.2 * wanted), "{is} {wanted}");
            }
        }
    }
}

/// What a climate does not keep: of storms that come like shots the monthly means stay within 10 % and the workability of all within
/// 0.08, and no more is promised. Pieces keep the rest.
#[test]
fn a_climate_keeps_means_and_workability_of_storms_and_not_their_course() {
    let source = source(12 * 8766);
    let climate = crate::weather::climate_of(&source, "source").expect("a climate");
    let made =
        crate::weather::synthesise(&climate, at("2030-01-01T00:00:00Z"), 40 * 8766, 1).expect("a series");
    let mean = |series: &Series, channel: usize, month: u32| {
        let of_month = (0..series.len()).filter(|&index| series.time(index).month() == month);
        let values: Vec<f64> = of_month.map(|index| series.values[channel][index]).collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    for (channel, month) in (0..2).flat_map(|channel| (1..=12).map(move |month| (channel, month))) {
        let [is, wanted] = [&made, &source].map(|series| mean(series, channel, month));
        assert!((is / wanted - 1.0).abs() < 0.1, "{channel} {month}: {is} {wanted}");
    }
    for limits in ["hs 1.5 m", "hs 2 m, wind 10 m/s", "wind 8 m/s"] {
        let limits = Limits::parse(limits, &source).expect("limits");
        let phases = vec![Phase { length: Span::of_hours(24), limits }];
        let operation = Operation { phases, reserve: Span::default(), pausing: None };
        let [is, wanted] =
            [&made, &source].map(|series| odds(series, &operation).all().expect("all").workability);
        assert!((is - wanted).abs() < 0.08, "{is} {wanted}");
    }
}
