//! What a run begins with of works that are laid in the order of lists.
//!
//! In: a run, and what is known. Out: values with those works where they were laid, all else left to the solver: it has the last word.

use super::coarse::trace;
use super::goals::Objective;
use super::run::Run;
use super::soonest::soonest;
use super::works::Works;
use crate::error::Error;
use crate::schedule::Itinerary;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How much of the time lists may take until one of them can be laid.
const FIRST: f64 = 0.3;
/// The same in all.
const LISTS: f64 = 0.1;
/// The same around ways that are given, of which several may be tried.
const AROUND: f64 = 0.05;

impl Run<'_, '_> {
    /// The best of what is known and of works that are laid, by vessels as well.
    pub(super) fn or_of_works(
        &self,
        objective: &Objective,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let known = self.values.clone();
        let found = Works::all(&self.model.sets).and_then(|works| self.laid(&works, [FIRST, LISTS]));
        let Some(itinerary) = found else { return Ok(known) };
        let Some(values) = self.traced_whole(objective, &itinerary, limit)? else { return Ok(known) };
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let reached = value_of(&values);
        if known.as_ref().is_some_and(|known| !objective.is_better(reached, value_of(known))) {
            return Ok(known);
        }
        self.tell(objective, Some(reached));
        Ok(Some(values))
    }

    /// The best values with everybody on the ways of an itinerary, and what no vessel does laid around them; or, where it finds no place, left to
    /// the solver.
    pub(super) fn traced_around(
        &self,
        objective: &Objective,
        itinerary: &Itinerary,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let laid =
            Works::around(&self.model.sets, itinerary).and_then(|works| self.laid(&works, [AROUND; 2]));
        if let Some(laid) = laid
            && let Some(values) = self.traced_whole(objective, &laid, limit)?
        {
            return Ok(Some(values));
        }
        self.traced(objective, itinerary, limit)
    }

    /// The best that is laid in such parts of the time: until one list is, and in all.
    fn laid(&self, works: &Works<'_, '_>, parts: [f64; 2]) -> Option<Itinerary> {
        let until = parts.map(|part| self.part_of_time(part));
        let is_wanted = || self.has_time() && !self.options.stop.load(Ordering::Relaxed);
        let has_time = |has_any: bool| {
            is_wanted() && until[usize::from(has_any)].is_none_or(|until| Instant::now() < until)
        };
        works.best(soonest(&self.model.sets), &has_time)
    }

    /// The best values with everybody on the ways of an itinerary, and what no vessel does begun when it is there.
    pub(super) fn traced_whole(
        &self,
        objective: &Objective,
        itinerary: &Itinerary,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let Some(taken) = trace(&self.model.sets, itinerary) else { return Ok(None) };
        let (sets, vars) = (&self.model.sets, &self.model.vars);
        let mut wanted = self.wanted(|arc, vessel| f64::from(taken[vessel][arc]), |_, _| true);
        for (task, _) in sets.plan.tasks.entries().filter(|(_, work)| work.stand.is_none()) {
            let starts = sets.starts[task.index()].iter().zip(&vars.start[task.index()]);
            for (&(start, _), &variable) in starts {
                let is_begun = itinerary.alone.iter().any(|begun| (begun.0, begun.1) == (task, start));
                wanted[vars.place(variable)] = Some(if is_begun { 1.0 } else { 0.0 });
            }
        }
        self.with_fixed(objective, &wanted, None, limit)
    }
}
