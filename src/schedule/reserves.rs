//! How reserves fare: when they are reached, how far they fall, and when they are below their targets.
//!
//! In: a plan and the levels of its stocks. Out: a row for each reserve.
//! Not the judge's: [`super::verify`] reads all of it off the levels again.

use super::account::rounded;
use super::yields::Ranges;
use super::{Interval, Stock, Time};
use crate::id::Ix;
use crate::plan::{Covers, Plan, Reserve};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How a reserve fares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReserveRow {
    /// Its name.
    pub id: String,
    /// What it is called, for people.
    pub name: String,
    /// In whose store it lies.
    pub site: String,
    /// What it is made of.
    pub commodity: String,
    /// Tonnes that must be there but for disruptions.
    pub target_t: f64,
    /// From when on.
    pub by: Time,
    /// The fewest tonnes that are there from then on.
    pub least_t: f64,
    /// Where yields have a spread: the fewest tonnes at the lowest of them, and at the highest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub least_range_t: Option<(f64, f64)>,
    /// When they are so few, the first time.
    pub least_at: Time,
    /// Tonnes at the end.
    pub end_t: f64,
    /// The same as days for which it covers a demand, where the plan says it so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cover: Option<Cover>,
    /// When the target is reached for the first time, if it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reached: Option<Time>,
    /// When there is less than the target although it is to be there: while a disruption lasts, and until it is filled again.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub below: Vec<Interval>,
}

/// A reserve as days for which it covers a demand at its rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cover {
    /// The demand.
    pub of: String,
    /// Days that must be covered but for disruptions.
    pub target_d: f64,
    /// The fewest days that are covered from then on.
    pub least_d: f64,
    /// Days at the end.
    pub end_d: f64,
}

/// How the plan's reserves fare in these stocks.
pub(super) fn reserves(plan: &Plan, stocks: &[Stock], ranges: Option<&Ranges>) -> Vec<ReserveRow> {
    let row = |(place, reserve): (Ix<Reserve>, &Reserve)| {
        let (site, commodity) = (&plan.sites[reserve.site].id, &plan.commodities[reserve.commodity].id);
        let stock = stocks.iter().find(|stock| stock.holder == *site && stock.commodity == *commodity);
        let levels = stock.map_or(&[][..], |stock| stock.levels.as_slice());
        // Before the plan there are no levels.
        let since = plan.zone.local(reserve.by.max(plan.horizon.start));
        let then = levels.partition_point(|(time, _)| *time <= since);
        let at_first = stock.map_or(0.0, |stock| stock.at(since.to_utc()));
        let from_then_on: Vec<(Time, f64)> =
            std::iter::once((since, at_first)).chain(levels[then..].iter().copied()).collect();
        let least = from_then_on
            .iter()
            .fold((since, at_first), |least, level| if level.1 < least.1 { *level } else { least });
        let end = plan.zone.local(plan.horizon.end());
        let at_end = levels.last().map_or(0.0, |level| level.1);
        let cover =
            reserve.covers.filter(|covers| covers.rate > 0.0).map(|Covers { demand, rate, .. }| {
                let days = |tonnes: f64| rounded(tonnes / rate / 24.0);
                let of = plan.demands[demand].name.clone();
                Cover { of, target_d: days(reserve.target), least_d: days(least.1), end_d: days(at_end) }
            });
        ReserveRow {
            id: reserve.id.clone(),
            name: reserve.name.clone(),
            site: site.clone(),
            commodity: commodity.clone(),
            target_t: rounded(reserve.target),
            by: plan.zone.local(reserve.by),
            least_t: rounded(least.1),
            least_range_t: ranges.map(|ranges| ranges.least[place.index()]),
            least_at: least.0,
            end_t: at_end,
            cover,
            reached: stretches(levels, reserve.target, end).into_iter().find(|s| !s.1).map(|s| s.0.0),
            below: stretches(&from_then_on, reserve.target, end)
                .into_iter()
                .filter(|&((from, to), is_below)| is_below && from < to)
                .map(|(stretch, _)| stretch)
                .collect(),
        }
    };
    plan.reserves.entries().map(row).collect()
}

/// The stretches in which levels are below a target, and those in which they are not. Between two levels a stock changes evenly.
fn stretches(levels: &[(Time, f64)], target: f64, end: Time) -> Vec<(Interval, bool)> {
    // A millionth of a tonne is what the levels are rounded to.
    let is_below = |tonnes: f64| tonnes < target - 2e-6;
    let Some(&(first, tonnes)) = levels.first() else { return Vec::new() };
    let mut stretches = vec![((first, end), is_below(tonnes))];
    for pair in levels.windows(2) {
        let [(from, low), (to, high)] = [pair[0], pair[1]];
        if is_below(low) == is_below(high) {
            continue;
        }
        let part = ((target - low) / (high - low)).clamp(0.0, 1.0);
        let seconds = (part * (to - from).num_seconds() as f64).round() as i64;
        let crossed = from + TimeDelta::seconds(seconds);
        if let Some(last) = stretches.last_mut() {
            last.0.1 = crossed;
        }
        stretches.push(((crossed, end), is_below(high)));
    }
    stretches
}
