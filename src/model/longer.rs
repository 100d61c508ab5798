//! A first answer from longer slots, where nothing is known or what is known is far from the best that can be thought of.
//!
//! In: a run with what is known, if anything. Out: that, or the best of the same plan in longer slots where it is better in the plan's own.
//! A solver sees far where slots are few: the longest slots come first.

use super::coarse::{coarser, finer};
use super::conflict;
use super::goals::Objective;
use super::optimise::{Model, Options};
use super::read_off::read_off;
use super::run::Run;
use super::solve::gap;
use crate::error::Error;
use crate::schedule::Itinerary;
use std::time::{Duration, Instant};

/// How many slots may be made one, the most first.
const FACTORS: [usize; 4] = [6, 4, 3, 2];
/// A plan with fewer slots than this is not made any coarser.
const FEW_SLOTS: usize = 60;
/// How long one of the coarser plans may take where nothing is known.
pub(super) const COARSE: Duration = Duration::from_secs(10);
/// How long all of them may take where something is.
const BESIDES: Duration = Duration::from_secs(5);
/// How good the schedule of a coarser plan need be: it is only a start.
const COARSE_GAP: f64 = 0.005;
/// What is nearer than this to the best that can be thought of is left to the solver.
pub(super) const FAR: f64 = 0.05;

impl Run<'_, '_> {
    /// The best of what is known and of what longer slots tell; each of these may take `limit` to find its tonnes.
    pub(super) fn or_of_longer(
        &self,
        objective: &Objective,
        known: Option<Vec<f64>>,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let is_far = |values: &Vec<f64>| gap(value_of(values), objective.dream) > FAR;
        // The way back from longer slots does not know what has happened already.
        if self.is_coarse
            || self.model.sets.is_after
            || !self.is_large()
            || !known.as_ref().is_none_or(is_far)
        {
            return Ok(known);
        }
        let slots = self.model.sets.horizon().slots;
        let factors: Vec<usize> = FACTORS.into_iter().filter(|factor| slots / factor >= FEW_SLOTS).collect();
        let (part, most) = if known.is_some() { (0.25, BESIDES) } else { (0.5, COARSE) };
        let until = Instant::now() + self.time_left().map_or(most, |left| most.min(left.mul_f64(part)));
        let mut best = known;
        for (nth, factor) in factors.iter().enumerate() {
            let left = until.saturating_duration_since(Instant::now()) / (factors.len() - nth) as u32;
            let Some(itinerary) = self.of_longer(*factor, left)? else { continue };
            let Some(values) = self.traced(objective, &itinerary, limit)? else { continue };
            let reached = value_of(&values);
            if best.as_ref().is_none_or(|known| objective.is_better(reached, value_of(known))) {
                self.tell(objective, Some(reached));
                best = Some(values);
            }
        }
        Ok(best)
    }

    /// The best schedule that is found in time of the same plan in slots that are `factor` times as long, in the plan's own slots.
    fn of_longer(&self, factor: usize, limit: Duration) -> Result<Option<Itinerary>, Error> {
        let sets = &self.model.sets;
        let Some(coarse) = coarser(sets.plan, factor).filter(|_| !limit.is_zero()) else { return Ok(None) };
        let began = Instant::now();
        let model = Model::new(&coarse, sets.sea);
        if conflict::before_solving(&model.sets).is_some() {
            return Ok(None);
        }
        let options = Options { time_limit: Some(limit), progress: None, before: None, ..*self.options };
        let mut run = Run::new(&model, &options, COARSE_GAP);
        (run.is_coarse, run.began) = (true, began);
        let Some(mut first) = model.objectives().into_iter().next() else { return Ok(None) };
        run.start(&mut first)?;
        run.improve(&first, 0)?;
        let itinerary = run.values.as_ref().map(|values| read_off(&model.sets, &model.vars, values));
        Ok(itinerary.and_then(|itinerary| finer(sets.plan, sets.sea, factor, &itinerary)))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::coarse::waiting;
    use super::*;
    use crate::plan::{Plan, Sea};
    use std::sync::atomic::AtomicBool;

    /// So many days in which a ship brings to a port what lies in a store.
    pub fn coaster(days: u32) -> (Plan, Sea) {
        let text = format!(
            r#"
plan = {{ name = "coaster", start = 2027-04-01T00:00:00Z, end = 2027-04-{:02}T00:00:00Z, slot = "2 h" }}
goal = {{ order = ["supplied"] }}
commodity = [{{ id = "mud" }}]
site = [
  {{ id = "port", kind = "port", position = [35.0, 138.5] }},
  {{ id = "store", kind = "island", position = [31.0, 143.0], stock = {{ mud = "20000 t" }} }},
]
vessel = [{{ id = "ship", at = "store", calls = ["port"], speed = "11 kn", hold = {{ mud = "900 t" }} }}]
transfer = [
  {{ id = "load", from = "store", to = "ship", commodity = "mud", rate = "50 t/h", setup = "2 h" }},
  {{ id = "land", from = "ship", to = "port", commodity = "mud", rate = "100 t/h", setup = "2 h" }},
]
demand = [{{ id = "buyer", site = "port", commodity = "mud", amount = "20000 t" }}]
"#,
            1 + days
        );
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
        crate::plan::load(folder.path()).expect("files").plan.expect("a plan without fault")
    }

    #[test]
    fn longer_slots_are_tried_where_what_is_known_is_far_from_the_best() {
        let (plan, sea) = coaster(14);
        let model = Model::new(&plan, &sea);
        let stop = AtomicBool::new(false);
        let options = Options { explains: false, ..Options::new(&stop) };
        let mut run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let value_of = |values: &[f64]| model.vars.value_of(&objective.expression, values);
        let ways = waiting(&model.sets).expect("they may wait");
        let idle = run.on_ways(&objective, &ways, None).expect("a solver that works").expect("it fits");
        let or_better = |run: &Run<'_, '_>, objective: &Objective| {
            let best = run.or_of_longer(objective, Some(idle.clone()), None);
            value_of(&best.expect("a solver that works").expect("what was known"))
        };
        assert!(value_of(&idle) == 0.0 && or_better(&run, &objective) > 1000.0);
        // Nor where nothing is better, or where it is a start itself.
        assert_eq!(or_better(&run, &Objective { dream: 0.0, ..objective.clone() }), 0.0);
        run.is_coarse = true;
        assert_eq!(or_better(&run, &objective), 0.0);
    }
}
