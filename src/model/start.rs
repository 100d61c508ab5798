//! How a large model begins: with a first answer, bettered vessel by vessel.
//!
//! In: a run before its first goal. Out: values to begin with, where some were found: built by `construct`, or else the best of the same
//! plan in longer slots. The solver goes on from there, and where it finds nothing better in time this is the answer.

use super::coarse::{coarser, finer, trace};
use super::conflict;
use super::construct::construct;
use super::goals::Objective;
use super::optimise::{Model, Options};
use super::read_off::read_off;
use super::run::Run;
use super::sets::Sets;
use super::solve::Solver;
use crate::error::Error;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// A model with fewer arcs than this is solved at once.
const LARGE: usize = 500;
/// A plan with fewer slots than this is not made any coarser.
const FEW_SLOTS: usize = 60;
/// How long one of the coarser plans may take.
const COARSE: Duration = Duration::from_secs(10);
/// How good the schedule of a coarser plan need be: it is only a start.
const COARSE_GAP: f64 = 0.005;
/// How long a first answer may be bettered vessel by vessel, before everything is solved at once.
const POLISH: Duration = Duration::from_secs(20);

impl Run<'_, '_> {
    /// Looks for a first answer: the best schedule of the same plan in longer slots, or as good a one as is found soon.
    pub(super) fn start(&mut self, objective: &Objective) -> Result<(), Error> {
        let Sets { plan, sea, networks, .. } = &self.model.sets;
        let arcs: usize = networks.iter().map(|network| network.arcs.len()).sum();
        let has_time = self.time_left().is_none_or(|left| !left.is_zero());
        if self.options.solver != Solver::Highs || arcs < LARGE || !has_time {
            return Ok(());
        }
        // Tasks that no vessel does are still to be decided when every way is fixed, and that may take long.
        // So are batches.
        let has_tasks_alone = plan.tasks.iter().any(|task| task.stand.is_none())
            || plan.processes.iter().any(|process| process.batch.is_some());
        let limit = has_tasks_alone.then(|| self.time_left().map_or(COARSE, |left| COARSE.min(left / 4)));
        let mut best: Option<(f64, Vec<f64>)> = None;
        for itinerary in construct(&self.model.sets) {
            let Some(taken) = trace(&self.model.sets, &itinerary) else { continue };
            let wanted = self.wanted(|arc, vessel| f64::from(taken[vessel][arc]), |_| true);
            let Some(values) = self.with_fixed(objective, &wanted, None, limit)? else { continue };
            let reached = self.model.vars.value_of(&objective.expression, &values);
            if best.as_ref().is_none_or(|(known, _)| objective.is_better(reached, *known)) {
                best = Some((reached, values));
            }
        }
        if let Some((_, values)) = best {
            self.first.push(values.clone());
            self.values = Some(values);
            return self.polish(objective);
        }
        // The way back from longer slots does not know what has happened already.
        for factor in [3, 2].into_iter().filter(|_| !self.model.sets.is_after) {
            let Some(coarse) = coarser(plan, factor).filter(|coarse| coarse.horizon.slots >= FEW_SLOTS)
            else {
                continue;
            };
            let model = Model::new(&coarse, sea);
            if conflict::before_solving(&model.sets).is_some() {
                return Ok(());
            }
            let coarse_limit = self.time_left().map_or(COARSE, |left| COARSE.min(left / 4));
            let options = Options { time_limit: Some(coarse_limit), ..*self.options };
            let mut run = Run::new(&model, &options, COARSE_GAP);
            let Some(first) = model.objectives().into_iter().next() else { return Ok(()) };
            run.start(&first)?;
            run.began = Instant::now();
            run.improve(&first)?;
            let Some(values) = &run.values else { return Ok(()) };
            let itinerary = finer(plan, sea, factor, &read_off(&model.sets, &model.vars, values));
            let taken = itinerary.and_then(|itinerary| trace(&self.model.sets, &itinerary));
            let Some(taken) = taken else { return Ok(()) };
            let wanted = self.wanted(|arc, vessel| f64::from(taken[vessel][arc]), |_| true);
            self.values = self.with_fixed(objective, &wanted, None, limit)?;
            return Ok(());
        }
        Ok(())
    }

    /// Betters an answer vessel by vessel: one, or all that are alike, may go anew while the others go as they do.
    fn polish(&mut self, objective: &Objective) -> Result<(), Error> {
        let vars = &self.model.vars;
        let vessels: Vec<usize> =
            (0..vars.arcs.len()).filter(|&vessel| self.model.sets.networks[vessel].count > 0).collect();
        let until = self.time_left().map_or(POLISH, |left| POLISH.min(left / 3));
        let began = Instant::now();
        let mut idle = 0;
        for &vessel in vessels.iter().cycle() {
            let left = until.saturating_sub(began.elapsed());
            if vessels.len() < 2
                || idle == vessels.len()
                || left.is_zero()
                || self.options.stop.load(Ordering::Relaxed)
            {
                break;
            }
            let Some(values) = self.values.clone() else { break };
            let was = vars.value_of(&objective.expression, &values);
            let wanted = self
                .wanted(|arc, of| values[vars.place(vars.arcs[of][arc])].round(), |other| other != vessel);
            let found = self.with_fixed(objective, &wanted, Some(&values), Some(left.min(POLISH / 4)))?;
            let is_better = |found: &Vec<f64>| {
                let now = vars.value_of(&objective.expression, found);
                objective.is_better(now, was) && (now - was).abs() > 1e-6 * was.abs().max(1.0)
            };
            match found.filter(is_better) {
                Some(found) => {
                    self.values = Some(found);
                    idle = 0;
                }
                None => idle += 1,
            }
        }
        Ok(())
    }

    /// For each variable the value at which it is held: the arcs of the vessels that `is_held`, so often as `count` says.
    fn wanted(
        &self,
        count: impl Fn(usize, usize) -> f64,
        is_held: impl Fn(usize) -> bool,
    ) -> Vec<Option<f64>> {
        let vars = &self.model.vars;
        let mut wanted = vec![None; vars.len()];
        for (vessel, arcs) in vars.arcs.iter().enumerate().filter(|(vessel, _)| is_held(*vessel)) {
            for (place, &arc) in arcs.iter().enumerate() {
                wanted[vars.place(arc)] = Some(count(place, vessel));
            }
        }
        wanted
    }
}
