//! What one more of each thing is worth to the first goal when everything is planned anew: a vessel, a berth, a resource, a unit of a
//! capacity.
//!
//! In: a plan, how well it was solved, and the same plan with one more vessel of each kind. Out: [`OneMore`]: what the goal gains, exactly
//! where both solves were proven, and else between which bounds.
//! Not what they are worth with the ways as they are, which takes one solve for all: see `prices`.

use super::capacities::{Capacity, capacities};
use super::optimise::{Options, Outcome, optimise};
use super::prices::{Price, to_digits};
use crate::error::Error;
use crate::plan::{Plan, Sea};
use crate::schedule::{GoalStamp, SolveStamp};
use serde::Serialize;

/// Makes what is gained at least no less than what is gained with the ways as they are.
pub fn at_least_as_priced(more: &mut [OneMore], prices: &[Price]) {
    for one in more {
        let is_it = |price: &&Price| {
            (price.capacity, &price.of, &price.commodity) == (one.what, &one.of, &one.commodity)
                && one.unit.as_ref() == Some(&price.unit)
        };
        let gain = prices.iter().find(is_it).and_then(|price| price.gain);
        if let (Some(at_least), Some(gain)) = (&mut one.at_least, gain) {
            *at_least = at_least.max(gain);
        }
    }
}

/// What one more of something is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OneMore {
    /// What it is one more of: `vessel`, `berth` or `resource`, or a unit of a capacity as [`Price::capacity`](super::Price) has it.
    pub what: &'static str,
    /// Of which entry of the plan.
    pub of: String,
    /// For which commodity, where there could be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    /// How much or how many there are.
    pub now: f64,
    /// In what that is measured, of a capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What the goal gains at least; less than nothing where one more may do harm. Nothing where no schedule was found in time.
    pub at_least: Option<f64>,
    /// What it gains at most.
    pub at_most: Option<f64>,
    /// Whether it is proven that there is no schedule at all with one more.
    #[serde(rename = "no_schedule", skip_serializing_if = "is_false")]
    pub is_impossible: bool,
}

impl OneMore {
    /// What is gained, where the two bounds of it meet.
    pub fn gain(&self) -> Option<f64> {
        let (at_least, at_most) = self.at_least.zip(self.at_most)?;
        (at_most - at_least <= 1e-6 * at_most.abs().max(1.0)).then_some(at_least)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_false(is: &bool) -> bool {
    !is
}

/// A plan with one more of something.
pub struct Larger {
    /// What it is one more of, with nothing gained as yet.
    more: OneMore,
    /// Whether everything that was possible stays so.
    is_harmless: bool,
    /// The plan with one more.
    plan: Plan,
}

impl Larger {
    fn new(what: &'static str, of: &str, now: f64, plan: Plan) -> Larger {
        let of = of.to_owned();
        let more = OneMore {
            what,
            of,
            commodity: None,
            now,
            unit: None,
            at_least: None,
            at_most: None,
            is_impossible: false,
        };
        Larger { more, is_harmless: true, plan }
    }

    /// A plan with one more vessel of that name.
    pub fn of_vessel(of: &str, now: u32, plan: Plan) -> Larger {
        // One that must go home cannot just stay where it is.
        let is_harmless = plan.vessels.iter().all(|ship| ship.home.is_none_or(|home| home == ship.at));
        Larger { is_harmless, ..Larger::new("vessel", of, f64::from(now), plan) }
    }
}

/// The plans with one more berth, one more of a resource, one more unit of each capacity; a site whose berths are not bounded has
/// enough of them.
pub fn larger(plan: &Plan) -> Vec<Larger> {
    let mut all = Vec::new();
    for (site, place) in plan.sites.entries() {
        let Some(now) = place.berths else { continue };
        let mut larger = plan.clone();
        larger.sites[site].berths = Some(now.saturating_add(1));
        all.push(Larger::new("berth", &place.id, f64::from(now), larger));
    }
    for (resource, of_it) in plan.resources.entries() {
        let mut larger = plan.clone();
        larger.resources[resource].capacity = of_it.capacity.saturating_add(1);
        all.push(Larger::new("resource", &of_it.id, f64::from(of_it.capacity), larger));
    }
    for Capacity { price, enlarge, is_harmless } in capacities(plan) {
        let mut larger = plan.clone();
        enlarge(&mut larger, 1.0);
        let mut one = Larger::new(price.capacity, &price.of, price.now, larger);
        (one.more.commodity, one.more.unit) = (price.commodity, Some(price.unit));
        all.push(Larger { is_harmless, ..one });
    }
    all
}

/// Plans with one more of each thing, and tells what that gains.
///
/// # Errors
/// When the solver breaks down.
pub fn one_more(
    larger: &[Larger],
    sea: &Sea,
    solved: &SolveStamp,
    options: &Options<'_>,
) -> Result<Vec<OneMore>, Error> {
    let Some(now) = solved.goals.first() else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for Larger { more, is_harmless, plan } in larger {
        let (then, is_impossible) = match optimise(plan, sea, options)? {
            Outcome::Solved(solved) => (solved.stamp.goals.into_iter().next(), false),
            Outcome::Infeasible(_) => (None, !is_harmless),
            Outcome::NoneInTime => (None, false),
        };
        let least = if *is_harmless { 0.0 } else { f64::NEG_INFINITY };
        let gain = then.map(|then| gain(plan, now, &then));
        let (at_least, at_most) = gain.map(|(low, high)| (low.max(least), high.max(least))).unzip();
        all.push(OneMore { at_least, at_most, is_impossible, ..more.clone() });
    }
    Ok(all)
}

/// What is gained at least and at most from one solve of a goal to another.
fn gain(plan: &Plan, now: &GoalStamp, then: &GoalStamp) -> (f64, f64) {
    // Later goals may have taken some of it within the tolerance: what is proven is the bound.
    let bound = |goal: &GoalStamp| goal.bound.unwrap_or(goal.value);
    let reached = |goal: &GoalStamp| if goal.gap == Some(0.0) { bound(goal) } else { goal.value };
    let is_more_better =
        plan.weights.is_some() || plan.goals.first().is_some_and(|goal| goal.is_more_better());
    let (at_least, at_most) = match is_more_better {
        true => (reached(then) - bound(now), bound(then) - reached(now)),
        false => (bound(now) - reached(then), reached(now) - bound(then)),
    };
    let size = 1e-6 * now.value.abs().max(1.0);
    let clean = |gain: f64| if gain.abs() < size { 0.0 } else { to_digits(gain) };
    (clean(at_least), clean(at_most))
}
