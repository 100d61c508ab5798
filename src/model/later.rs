//! What a goal begins with that comes after others.
//!
//! In: a run that has an answer, and keeps what the goals before came to. Out: the same, bettered by what is built for this goal alone, where that keeps them.
//! What all the time was used for may be done in less of it (`sooner`). Where carriers take on what stands ashore, an answer that lands the most may leave all of it there, and nothing that is near it supplies any.

use super::construct::{construct, takes_on};
use super::goals::Objective;
use super::optimise::Model;
use super::read_off::read_off;
use super::run::Run;
use super::stamps::better;
use crate::error::Error;
use crate::plan::Goal;

/// What a tonne that is supplied counts beside one that is landed, in what is built: more of one is less of the other.
const WEIGHTS: [f64; 3] = [0.3, 1.0, 10.0];

impl Run<'_, '_> {
    /// Begins a goal with the best of what is built for it, where that is better than what is known and keeps the goals before.
    pub(super) fn begin_later(&mut self, objective: &Objective) -> Result<(), Error> {
        let sets = &self.model.sets;
        let first = sets.plan.goals.first().filter(|_| sets.plan.weights.is_none());
        let Some(known) =
            self.values.clone().filter(|_| first.is_some_and(|first| first.word() != objective.name))
        else {
            return Ok(());
        };
        let limit = self.time_left();
        let found = self.or_with_fewer(objective, Some(known), limit)?;
        let found = self.or_sooner(objective, found, limit)?;
        let found = self.or_trimmed(objective, found, limit)?;
        if self.values != found {
            (self.values, self.has_news) = (found, true);
            self.keep_each()?;
        }
        let is_it = objective.name == Goal::Supplied.word();
        if !is_it || !self.is_large() || !takes_on(sets) || sets.is_after {
            return Ok(());
        }
        let mut built = Vec::new();
        for weight in WEIGHTS {
            let mut plan = sets.plan.clone();
            (plan.goals, plan.weights) = (vec![Goal::Supplied, Goal::Delivered], Some(vec![weight, 1.0]));
            built.extend(construct(&sets.of_other(&plan), &|| self.has_time()));
        }
        for itinerary in built {
            if !self.has_time() {
                break;
            }
            let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
            let known = self.values.as_deref().map(value_of);
            if let Some(values) = self.traced(objective, &itinerary, self.time_left())?
                && known.is_some_and(|known| objective.is_better(value_of(&values), known))
            {
                self.tell(objective, Some(value_of(&values)));
                (self.values, self.has_news) = (Some(values), true);
            }
        }
        Ok(())
    }

    /// Keeps what an answer comes to vessel by vessel, where vessels that are alike go as one in it: what is found later may be nothing that each of them can do.
    fn keep_each(&mut self) -> Result<(), Error> {
        let Model { sets, vars, .. } = self.model;
        let Some(values) = self.values.as_ref().filter(|_| !self.model.is_each_apart()) else {
            return Ok(());
        };
        let found = self.model.each(&read_off(sets, vars, values), self.options)?;
        let known = self.built.take();
        self.built = better(sets.plan, &self.model.objectives(), sets.plan.tolerance, known, found);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::model::construct::construct;
    use crate::model::run::Run;
    use crate::model::{Model, Options};
    use std::sync::atomic::AtomicBool;

    /// A barge that brings mud to an island, and home what is made of it there; what is landed comes first, and a tenth of it may be given up.
    const PLAN: &str = r#"
plan = { name = "later", start = 2027-04-01T00:00:00Z, end = 2027-05-01T00:00:00Z, slot = "6 h" }
goal = { order = ["delivered", "supplied"], tolerance = "10 %" }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [
  { id = "home", kind = "port", position = [27.0, 150.0] },
  { id = "island", kind = "island", position = [24.3, 154.0] },
  { id = "field", kind = "sea", position = [23.3, 155.0] },
]
vessel = [
  { id = "ship", at = "field", hold = { mud = "800 t" } },
  { id = "barge", at = "island", calls = ["home", "island", "field"], speed = "12 kn", hold = { mud = "400 t", cake = "400 t" } },
]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "100 t/d" }]
transfer = [
  { id = "fetch", from = "ship", to = "barge", site = "field", commodity = "mud", rate = "50 t/h" },
  { id = "land", from = "barge", to = "island", commodity = "mud", rate = "50 t/h" },
  { id = "load", from = "island", to = "barge", commodity = "cake", rate = "50 t/h" },
  { id = "bring", from = "barge", to = "home", commodity = "cake", rate = "50 t/h" },
]
process = [{ id = "dewater", site = "island", from = "mud", to = "cake", yield = "40 %", capacity = "200 t/d" }]
demand = [{ id = "buyer", site = "home", commodity = "cake", amount = "9000 t" }]
"#;

    #[test]
    fn what_comes_later_begins_with_what_is_built_for_it() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), PLAN).expect("a plan");
        let (plan, sea) =
            crate::plan::load(folder.path()).expect("files").plan.expect("a plan without fault");
        let (model, stop) = (Model::new(&plan, &sea), AtomicBool::new(false));
        let options = Options { explains: false, ..Options::new(&stop) };
        let mut run = Run::new(&model, &options, 0.0);
        let objectives = model.objectives();
        let built = construct(&model.sets, &|| true);
        run.values = run.traced(&objectives[0], &built[0], None).expect("a solver that works");
        let value = |run: &Run<'_, '_>, goal: usize| {
            let values = run.values.as_ref().expect("values");
            model.vars.value_of(&objectives[goal].expression, values)
        };
        let (landed, supplied) = (value(&run, 0), value(&run, 1));
        run.keep_reached(&objectives[0], 1);
        run.begin_later(&objectives[1]).expect("a solver that works");
        assert!(value(&run, 0) >= 0.9 * landed - 1e-3, "{} of {landed}", value(&run, 0));
        assert!(value(&run, 1) > supplied + 300.0, "{} after {supplied}", value(&run, 1));
    }
}
