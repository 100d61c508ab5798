//! First answers of which all is done sooner: what is built for all of the time brings as much as it can, and is done no sooner than that.
//!
//! In: a run with what is known, if anything, and a goal of which more time means more: when all is done, what it costs, what it burns; or any goal where
//! somebody is served in a rhythm until he is done. Out: that, or the best of what is built where nobody is used any more from a slot on, or nobody who is
//! served, where it is better. Some slots are tried all over, then those around the best of them.

use super::construct::construct;
use super::goals::Objective;
use super::polish::PIECE;
use super::read_off::read_off;
use super::run::Run;
use super::soonest::soonest;
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Closed, Closure, Goal, Plan, Vessel};
use crate::schedule::Itinerary;
use crate::time::Slot;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How much of the time that is left may go to it.
const PART: f64 = 0.3;
/// So many slots are tried before those around the best of them.
const FIRST: usize = 8;

impl Run<'_, '_> {
    /// The best of what is known and of what is built for less of the time; each of these may take `limit` to find its tonnes.
    pub(super) fn or_sooner(
        &self,
        objective: &Objective,
        known: Option<Vec<f64>>,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let sets = &self.model.sets;
        let is_best = || known.as_ref().is_some_and(|values| self.model.reaches_dream(objective, values));
        let is_of_time = counts_time(sets.plan, objective);
        let served = if is_of_time || is_best() { Vec::new() } else { served(sets.plan) };
        if (!is_of_time && served.is_empty()) || !sets.is_known() || !self.is_large() {
            return Ok(known);
        }
        let whom = if is_of_time { sets.plan.vessels.places().collect() } else { served };
        let until = Instant::now() + self.time_left().map_or(PIECE, |left| left.mul_f64(PART));
        let has_time = || Instant::now() < until && self.has_time();
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let mut best = known;
        // Of another goal it says nothing when all is done in what is known.
        let counted = best.as_ref().filter(|_| is_of_time);
        let late = counted.map_or(sets.horizon().slots, |values| self.last(values));
        let early = self.soonest(objective).min(late);
        let (mut tried, mut middle) = (BTreeSet::from([late]), late);
        let mut step = (late - early).div_ceil(FIRST);
        let mut round: Vec<Slot> = (early..late).step_by(step.max(1)).rev().collect();
        while step > 0 {
            let was = middle;
            for slot in round {
                if !has_time() || !tried.insert(slot) {
                    continue;
                }
                let built = self.built_until(objective, (&whom, slot), limit, &has_time)?;
                let Some((_, values)) = built else { continue };
                if best.as_ref().is_none_or(|known| objective.is_better(value_of(&values), value_of(known))) {
                    self.tell(objective, Some(value_of(&values)));
                    (best, middle) = (Some(values), slot);
                }
            }
            if middle == was {
                step /= 2;
            }
            round = vec![middle.saturating_sub(step), middle + step];
            round.retain(|slot| (early..late).contains(slot));
        }
        Ok(best)
    }

    /// The best of what is known, and of what is built for all of the time, with as little as may be of what vessels do.
    pub(super) fn or_trimmed(
        &self,
        objective: &Objective,
        known: Option<Vec<f64>>,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let sets = &self.model.sets;
        if !counts_time(sets.plan, objective) || !sets.is_known() || !self.is_large() {
            return Ok(known);
        }
        let until = Instant::now() + self.time_left().map_or(PIECE, |left| left.mul_f64(PART));
        let has_time = || Instant::now() < until && self.has_time();
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let mut best = match known {
            Some(values) => {
                let ways = read_off(sets, &self.model.vars, &values);
                Some(self.trimmed(objective, (ways, values), limit, &has_time)?)
            }
            None => None,
        };
        // Where more is done than is needed more of it can be left out.
        let Some(all) = self.built_until(objective, (&[], sets.horizon().slots), limit, &has_time)? else {
            return Ok(best);
        };
        let all = self.trimmed(objective, all, limit, &has_time)?;
        if best.as_ref().is_none_or(|known| objective.is_better(value_of(&all), value_of(known))) {
            best = Some(all);
        }
        Ok(best)
    }

    /// The slot before which nothing can be done.
    fn soonest(&self, objective: &Objective) -> Slot {
        let sets = &self.model.sets;
        let known = if objective.name == Goal::Finish.word() {
            objective.dream / sets.horizon().slot_h()
        } else {
            0.0
        };
        soonest(sets).max(sets.until).max(known.floor() as Slot)
    }

    /// The slot by which all is done.
    fn last(&self, values: &[f64]) -> Slot {
        let itinerary = read_off(&self.model.sets, &self.model.vars, values);
        let alone = itinerary.alone.iter().map(|&(_, _, end)| end);
        itinerary.done.iter().copied().chain(alone).max().unwrap_or(0)
    }

    /// The best of what is built where some vessels are not used from a slot on.
    fn built_until(
        &self,
        objective: &Objective,
        (whom, until): (&[Ix<Vessel>], Slot),
        limit: Option<Duration>,
        has_time: &dyn Fn() -> bool,
    ) -> Result<Option<(Itinerary, Vec<f64>)>, Error> {
        let sets = &self.model.sets;
        let short = used_until(sets.plan, whom, until);
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let mut best: Option<(Itinerary, Vec<f64>)> = None;
        for ways in construct(&sets.of_other(&short), has_time) {
            if best.is_some() && !has_time() {
                break;
            }
            let Some(values) = self.traced(objective, &ways, limit)? else { continue };
            let is_better =
                |(_, known): &(Itinerary, Vec<f64>)| objective.is_better(value_of(&values), value_of(known));
            if best.as_ref().is_none_or(is_better) {
                best = Some((ways, values));
            }
        }
        Ok(best)
    }
}

/// Whether a goal counts how long vessels are in use.
fn counts_time(plan: &Plan, objective: &Objective) -> bool {
    let is_of_time = |goal: &Goal| matches!(goal, Goal::Finish | Goal::Cost | Goal::Emissions);
    let mut goals = plan.goals.iter().filter(|goal| is_of_time(goal));
    match &plan.weights {
        Some(weights) => {
            plan.goals.iter().zip(weights).any(|(goal, weight)| is_of_time(goal) && *weight > 0.0)
        }
        None => goals.any(|goal| goal.word() == objective.name),
    }
}

/// Who is served in a rhythm by others, which goes on until he is done.
fn served(plan: &Plan) -> Vec<Ix<Vessel>> {
    let served: BTreeSet<_> =
        plan.tasks.iter().filter(|task| task.every.is_some()).filter_map(|task| task.serves).collect();
    served.into_iter().collect()
}

/// The plan in which some vessels are not used from a slot on.
fn used_until(plan: &Plan, whom: &[Ix<Vessel>], until: Slot) -> Plan {
    let mut short = plan.clone();
    let idle = whom.iter().map(|&vessel| Closure::idle(Closed::Vessel(vessel), until, &plan.horizon));
    short.closures.extend(idle);
    short
}

#[cfg(test)]
mod tests {
    use super::super::optimise::{Model, Options};
    use super::*;
    use crate::model::construct::construct;
    use crate::model::sets::Sets;
    use std::sync::atomic::AtomicBool;

    /// A month in which a carrier fetches mud for an island, which must have a tenth of what could be brought there.
    const PLAN: &str = r#"
plan = { name = "sooner", start = 2027-02-01T00:00:00Z, end = 2027-03-03T00:00:00Z, slot = "6 h", currency = "USD" }
goal = { GOAL }
commodity = [{ id = "mud" }]
site = [
  { id = "island", kind = "island", position = [24.3, 154.0] },
  { id = "field", kind = "sea", position = [23.3, 155.0] },
]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "1200 t" }, day_rate = "5000 USD/d" },
  { id = "carrier", at = "island", calls = ["field"], speed = "10 kn", hold = { mud = "400 t" }, day_rate = "2000 USD/d" },
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "mud", rate = "240 t/d" }]
transfer = [
  { id = "alongside", from = "lifter", to = "carrier", site = "field", commodity = "mud", rate = "100 t/h" },
  { id = "land", from = "carrier", to = "island", commodity = "mud", rate = "100 t/h" },
]
demand = [{ id = "island", site = "island", commodity = "mud", amount = "7000 t"LEAST }]
"#;

    /// What the best comes to of what is built for all of the time, and of what is built for less of it besides.
    fn best(goal: &str, least: &str) -> (f64, f64) {
        best_of(&PLAN.replace("GOAL", goal).replace("LEAST", least))
    }

    fn best_of(text: &str) -> (f64, f64) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
        let (plan, sea) =
            crate::plan::load(folder.path()).expect("files").plan.expect("a plan without fault");
        let (model, stop) = (Model::new(&plan, &sea), AtomicBool::new(false));
        let options = Options { explains: false, ..Options::new(&stop) };
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let value_of = |values: &[f64]| model.vars.value_of(&objective.expression, values);
        let built = construct(&Sets::in_fleets(&plan, &sea), &|| true)
            .into_iter()
            .filter_map(|itinerary| run.traced(&objective, &itinerary, None).expect("a solver that works"));
        let all = built.reduce(|a, b| if objective.is_better(value_of(&b), value_of(&a)) { b } else { a });
        let long = all.as_ref().map_or(0.0, |all| value_of(all));
        let short = run.or_sooner(&objective, all, None).expect("a solver that works");
        (long * objective.unit, value_of(&short.expect("what was known")) * objective.unit)
    }

    #[test]
    fn what_must_be_there_is_there_sooner_where_that_is_the_goal() {
        // 700 t are lifted in 70 hours at least, and brought in two trips of a day.
        let (long, short) = best(r#"order = ["finish"]"#, r#", at_least = "700 t""#);
        assert!(long > 600.0 && (72.0..150.0).contains(&short), "{short} after {long}");
    }

    #[test]
    fn it_costs_less_where_that_is_the_goal() {
        let (long, short) = best(r#"order = ["cost"]"#, r#", at_least = "700 t""#);
        assert!(short < 0.3 * long && short > 0.0, "{short} after {long}");
    }

    #[test]
    fn what_is_worth_as_much_as_it_costs_up_to_a_time_is_done_until_then() {
        let goal = r#"weights = { supplied = 40.0, cost = 1.0 }"#;
        let (long, short) = best(goal, r#", value = [["2000 t", 1.0]]"#);
        assert!(short > long + 50_000.0, "{short} after {long}");
    }

    #[test]
    fn what_a_rhythm_leaves_no_time_for_is_brought_when_who_is_served_is_done() {
        // From the field to the port and back takes 120 hours: nobody can do that and change the crew every four days.
        let served = r#"task = [{ id = "crew", vessel = "carrier", site = "field", duration = "6 h", serves = "lifter", every = "4 d", times = "0..9" }]
transfer = ["#;
        let text = PLAN
            .replace("GOAL", r#"order = ["supplied"]"#)
            .replace("LEAST", "")
            .replace(
                r#"kind = "island", position = [24.3, 154.0]"#,
                r#"kind = "port", position = [27.1, 142.2]"#,
            )
            .replace(r#"speed = "10 kn""#, r#"speed = "12 kn""#)
            .replace("transfer = [", served);
        let (_, short) = best_of(&text);
        assert!((400.0..2000.0).contains(&short), "{short}");
    }

    #[test]
    fn where_more_time_means_more_it_stays_as_it_is() {
        let (long, short) = best(r#"order = ["supplied"]"#, "");
        assert_eq!(long, short);
    }
}
