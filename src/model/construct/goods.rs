//! What a tonne counts by the goals of a plan: one that is landed, and one of each commodity that may be supplied, as it is or as what is made of it.

use crate::id::Ix;
use crate::plan::{Commodity, Demand, Goal, Plan};

/// What it is worth where its goal comes after another, beside what that one counts.
const LATER: f64 = 1e-3;

/// What a tonne counts that is landed, and one that is supplied, by the goals of a plan.
pub fn counts(plan: &Plan) -> (f64, f64) {
    let of = |goal: Goal| match &plan.weights {
        Some(weights) => {
            plan.goals.iter().zip(weights).find(|(is, _)| **is == goal).map_or(0.0, |(_, w)| w.max(0.0))
        }
        None => plan.goals.iter().position(|is| *is == goal).map_or(0.0, |place| LATER.powi(place as i32)),
    };
    match (of(Goal::Delivered), of(Goal::Supplied)) {
        (0.0, 0.0) if plan.demands.is_empty() && plan.reserves.is_empty() => (1.0, 0.0),
        // What is paid for what comes late is paid for what is wanted.
        (0.0, 0.0) => (0.0, 1.0),
        counts => counts,
    }
}

/// What the first tonne is worth to whoever wants it.
pub fn each(demand: &Demand) -> f64 {
    demand.value.first().map_or(1.0, |(_, each)| *each)
}

/// For each commodity what a tonne of it is worth where it is wanted most, as it is or as what is made of it, wherever that may be.
pub fn values(plan: &Plan) -> Vec<f64> {
    let wanted = |commodity: Ix<Commodity>| {
        let own = plan.demands.iter().filter(|demand| demand.commodity == commodity);
        let kept = plan.reserves.iter().filter(|reserve| reserve.commodity == commodity).map(|_| 1.0);
        own.map(each).chain(kept).fold(0.0, f64::max)
    };
    let mut values: Vec<f64> = plan.commodities.places().map(wanted).collect();
    for _ in 0..plan.processes.len() {
        for process in &plan.processes {
            let made = process.yields * values[process.to.index()];
            let own = &mut values[process.from.index()];
            *own = own.max(made);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::super::tests::loaded;
    use super::*;

    #[test]
    fn what_a_tonne_is_worth_is_told_by_who_wants_what_is_made_of_it() {
        let (plan, _) = loaded(
            r#"
plan = { name = "goods", start = 2027-04-01T00:00:00Z, end = 2027-04-11T00:00:00Z, slot = "2 h", currency = "USD" }
goal = { order = ["cost", "supplied"] }
commodity = [{ id = "mud" }, { id = "cake" }, { id = "oxide" }, { id = "core" }]
site = [{ id = "port", kind = "port", position = [35.0, 138.5], stock = { mud = "100 t" } }]
process = [
  { id = "refine", site = "port", from = "cake", to = "oxide", yield = "10 %", capacity = "10 t/d" },
  { id = "dewater", site = "port", from = "mud", to = "cake", yield = "50 %", capacity = "10 t/d" },
]
demand = [{ id = "buyer", site = "port", commodity = "oxide", amount = "10 t", value = [["4 t", 200.0], ["6 t", 20.0]] }]
"#,
        );
        assert_eq!(values(&plan), [10.0, 20.0, 200.0, 0.0]);
        assert_eq!(counts(&plan), (0.0, LATER));
    }
}
