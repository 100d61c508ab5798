//! Ways that end sooner: whoever need not go again stays where it is, and costs no more.
//!
//! In: a run and values that fit. Out: better ones, if any, in which some vessels leave out the last of what they do, or all of it. In each round that of one vessel is
//! left out, which brings most; how much of it can be is found by halves.

use super::goals::Objective;
use super::run::Run;
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Goal, Plan, Transfer, Vessel};
use crate::schedule::{Itinerary, Move, What};
use crate::time::Slot;
use std::time::Duration;

impl Run<'_, '_> {
    /// Ways and their values with less of what vessels do, as long as that is better; each try may take `limit` to find its tonnes. It is the ways that are
    /// cut, not what flows on them: where little must flow it is spread over all of them.
    pub(super) fn trimmed(
        &self,
        objective: &Objective,
        (mut ways, known): (Itinerary, Vec<f64>),
        limit: Option<Duration>,
        has_time: &dyn Fn() -> bool,
    ) -> Result<Vec<f64>, Error> {
        let sets = &self.model.sets;
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        // All is done sooner only when the last of them is: that others are, too, is no gain by itself.
        let is_of_last = objective.name == Goal::Finish.word();
        let is_no_worse = |values: &[f64], known: &[f64]| {
            let (own, other) = (value_of(values), value_of(known));
            objective.is_better(own, other) || (is_of_last && own <= other)
        };
        let mut best = known.clone();
        loop {
            let mut better: Option<(Itinerary, Vec<f64>)> = None;
            for vessel in sets.plan.vessels.places() {
                let ends = ends(sets.plan, vessel, &ways, sets.until);
                let (mut fewest, mut most) = (0, ends.len());
                while fewest < most && has_time() {
                    let middle = fewest + (most - fewest) / 2;
                    let less = without_last(sets.plan, &ways, vessel, ends[middle]);
                    let values = self.traced(objective, &less, limit)?;
                    match values.filter(|values| is_no_worse(values, &best)) {
                        Some(values) => {
                            most = middle;
                            if better.as_ref().is_none_or(|(_, known)| is_no_worse(&values, known)) {
                                better = Some((less, values));
                            }
                        }
                        None => fewest = middle + 1,
                    }
                }
            }
            match better {
                Some((less, values)) => {
                    self.tell(objective, Some(value_of(&values)));
                    (ways, best) = (less, values);
                }
                None if objective.is_better(value_of(&best), value_of(&known)) => return Ok(best),
                None => return Ok(known),
            }
        }
    }
}

/// The slots from which on a vessel may do nothing more, where it did something: at home, if it has one, and not on its way to where it does nothing.
fn ends(plan: &Plan, vessel: Ix<Vessel>, itinerary: &Itinerary, until: Slot) -> Vec<Slot> {
    let ship = &plan.vessels[vessel];
    let (mut site, mut is_sailing, mut free) = (ship.at, false, 0);
    let mut ends = Vec::new();
    for step in &itinerary.vessels[vessel.index()] {
        let is_there = ship.home.map_or(!is_sailing, |home| home == site);
        if is_there && step.start >= until {
            ends.push(free.max(until));
        }
        if matches!(step.what, What::Sample(..)) && ship.home.is_none_or(|home| home == site) {
            ends.extend((step.start + 1).max(until)..step.end);
        }
        if let What::Sail(_, to) = step.what {
            site = to;
        }
        (is_sailing, free) = (matches!(step.what, What::Sail(..)), step.end);
    }
    ends.dedup();
    ends
}

/// An itinerary in which a vessel does nothing more from a slot on, and nobody meets it in what it leaves out.
fn without_last(plan: &Plan, itinerary: &Itinerary, vessel: Ix<Vessel>, end: Slot) -> Itinerary {
    let mut less = itinerary.clone();
    let moves = &mut less.vessels[vessel.index()];
    let kept = moves.partition_point(|step| step.start < end);
    let out = moves.split_off(kept);
    if let Some(last) = moves.last_mut() {
        last.end = last.end.min(end);
    }
    let met = |step: &Move| -> Option<(Ix<Transfer>, Slot)> {
        match step.what {
            What::Transfer(transfer, _) | What::Alongside(transfer) => {
                plan.transfers[transfer].meets.map(|_| (transfer, step.start))
            }
            _ => None,
        }
    };
    let meetings: Vec<_> = out.iter().filter_map(met).collect();
    for (other, moves) in plan.vessels.places().zip(&mut less.vessels) {
        moves.retain(|step| other == vessel || met(step).is_none_or(|meeting| !meetings.contains(&meeting)));
    }
    less
}

#[cfg(test)]
mod tests {
    use crate::model::construct::construct;
    use crate::model::run::Run;
    use crate::model::sets::Sets;
    use crate::model::{Model, Options};
    use std::sync::atomic::AtomicBool;

    /// A month in which a carrier could bring ten times what an island must have.
    const PLAN: &str = r#"
plan = { name = "trim", start = 2027-02-01T00:00:00Z, end = 2027-03-03T00:00:00Z, slot = "6 h", currency = "USD" }
goal = { order = ["GOAL"] }
commodity = [{ id = "mud" }]
site = [
  { id = "island", kind = "island", position = [24.3, 154.0] },
  { id = "field", kind = "sea", position = [23.3, 155.0] },
]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "1200 t" } },
  { id = "carrier", at = "island", calls = ["field"], speed = "10 kn", hold = { mud = "400 t" }, day_rate = "2000 USD/d" },
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "mud", rate = "240 t/d" }]
transfer = [
  { id = "fetch", from = "lifter", to = "carrier", site = "field", commodity = "mud", rate = "100 t/h" },
  { id = "land", from = "carrier", to = "island", commodity = "mud", rate = "100 t/h" },
]
demand = [{ id = "island", site = "island", commodity = "mud", amount = "7000 t", at_least = "700 t" }]
"#;

    /// What a goal comes to in what is built, and where less is done in that.
    fn trimmed(goal: &str) -> (f64, f64) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), PLAN.replace("GOAL", goal)).expect("a plan");
        let (plan, sea) =
            crate::plan::load(folder.path()).expect("files").plan.expect("a plan without fault");
        let (model, stop) = (Model::new(&plan, &sea), AtomicBool::new(false));
        let options = Options { explains: false, ..Options::new(&stop) };
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let value_of = |values: &[f64]| model.vars.value_of(&objective.expression, values);
        let built = construct(&Sets::in_fleets(&plan, &sea), &|| true);
        let all = built.into_iter().find_map(|ways| {
            let values = run.traced(&objective, &ways, None).expect("a solver that works")?;
            Some((ways, values))
        });
        let (ways, all) = all.expect("something that was built fits");
        let less = run.trimmed(&objective, (ways, all.clone()), None, &|| true).expect("a solver that works");
        (value_of(&all), value_of(&less))
    }

    #[test]
    fn nobody_does_more_than_must_be_where_that_costs() {
        let (all, less) = trimmed("cost");
        // 700 t are lifted in three days, and brought in two trips of a day and a half.
        assert!(all > 50_000.0 && less < 16_000.0, "{less} of {all}");
    }

    #[test]
    fn all_is_done_sooner_where_each_does_less() {
        let (all, less) = trimmed("finish");
        assert!(all > 600.0 && less < 200.0, "{less} of {all}");
    }
}
