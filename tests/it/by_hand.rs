//! Orders made by hand: what one run of them comes to.

use crate::support::Written;
use mudline::id::Ix;
use mudline::plan::{Plan, Sea};
use mudline::simulate::case::Settings;
use mudline::simulate::ensemble::{Ask, Ensemble};
use mudline::simulate::fleet::again;
use mudline::simulate::log::Log;
use mudline::simulate::order::{Act, Order, Step};
use mudline::simulate::starts::{Source, Wanted};
use mudline::units::Span;
use std::fmt::Write as _;
use std::sync::Arc;

/// A thing of an order: which vessel, what, from which hour on and for how long.
pub type Planned = (usize, Act, usize, usize);

/// These things in their order.
pub fn order(things: &[Planned]) -> Order {
    let step = |&(vessel, ref act, planned, length): &Planned| Step {
        vessel: Some(Ix::new(vessel)),
        act: act.clone(),
        planned,
        length,
    };
    Order { steps: things.iter().map(step).collect(), ..Order::default() }
}

/// The first run of an order from these starts, with durations as planned; what it came to, with the name of what is to blame.
fn sailed(
    plan: &Plan,
    sea: Sea,
    order: Order,
    wanted: Wanted,
    (forecast_h, home_odds): (i64, f64),
) -> (Log, Option<String>) {
    let settings =
        Settings { seed: 1, draws_durations: false, forecast: Span::of_hours(forecast_h), home_odds };
    let ask = Ask {
        settings,
        source: Source::Series(Arc::new(sea)),
        about_weather: String::new(),
        wanted,
        draws: 1,
        about_order: String::new(),
    };
    let ensemble = Ensemble::new(plan, order, None, ask).expect("starts");
    let log = again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, 0).expect("a run");
    let culprit = log.culprit.map(|item| ensemble.head.items[item].clone());
    (log, culprit)
}

/// In the sea of its plan, on the plan's own dates.
pub fn sailed_in_its_sea(plan: &str, hs: &[f64], order: Order, forecast_h: i64) -> (Log, Option<String>) {
    let (plan, sea) = Written::new(plan, hs).load();
    sailed(&plan, sea, order, Wanted::PlanDates, (forecast_h, 0.8))
}

/// In the first of two years, with these waves and this wind by hour; a vessel goes by what half of the years leave it.
pub fn sailed_in_two_years(
    plan: &str,
    sea: impl Fn(usize) -> (f64, f64),
    order: Order,
    forecast_h: i64,
) -> Log {
    let written = Written::new(plan, &[]);
    let mut csv = "time,hs_m,wind_ms\n".to_owned();
    let start = chrono::DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z").expect("a time").to_utc();
    for hour in 0..370 * 24 {
        let ((hs, wind), time) = (sea(hour), start + chrono::TimeDelta::hours(hour as i64));
        let _ = writeln!(csv, "{},{hs},{wind}", time.format("%FT%TZ"));
    }
    std::fs::write(written.folder.path().join("sea.csv"), csv).expect("a sea");
    let (plan, sea) = written.load();
    let wanted = Wanted::Exactly(vec![start, start + chrono::TimeDelta::days(365)]);
    sailed(&plan, sea, order, wanted, (forecast_h, 0.5)).0
}
