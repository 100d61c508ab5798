//! How a model begins: with a first answer, which `polish` betters piece by piece.
//!
//! In: a run before its first goal. Out: values to begin with, where some were found: rows of meetings by `rounds`, or built by `construct` (with less of what
//! costs: `fewer`; for less of the time: `sooner`; where goods do not go all ways: `without`), or with works laid in the order of lists (`listed`), or with what must be lifted and supplied
//! (`musts`), or the best of the same plan in longer slots (`longer`), or else everybody waiting. The solver goes on from there, and where it finds nothing
//! better in time this is the answer.

use super::coarse::{trace, waiting};
use super::construct::{construct, takes_on, whole};
use super::detours::without_detours;
use super::dream::best_worth;
use super::fewer::is_bounded;
use super::fleet::{are_exact, are_plain, is_loaded};
use super::from_field::built_from_fields;
use super::goals::Objective;
use super::in_time::InTime;
use super::joined::part_in_turn;
use super::longer::COARSE;
use super::optimise::Model;
use super::polish::{PIECE, POLISH};
use super::read_off::read_off;
use super::rounds::Rounds;
use super::run::Run;
use super::sets::Sets;
use super::solo::Solo;
use super::solve::Solver;
use super::stamps::{better, told};
use crate::error::Error;
use crate::plan::{Goal, Plan};
use crate::schedule::{Itinerary, Move, What};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How much of the time may go to the search for the best rows of meetings.
const SEARCH: f64 = 0.7;
/// The same after what has happened, or with something aboard from the start, where it takes longer to find the tonnes of what was found.
const AFTER: f64 = 0.4;
/// The same where they are no more than a first answer.
const FIRST: f64 = 0.1;
/// The same for the ways of ships that go alone.
const ALONE: f64 = 0.4;
/// The same where they are no more than a bound.
const BOUND: f64 = 0.3;
/// The same for what is built, before the tonnes of it are found.
const BUILT: f64 = 0.5;
/// Where nothing that was built fits, no more of it is tried after the time is over, if trying takes longer than this.
const LONG: Duration = Duration::from_millis(500);
/// How many times as long as finding its tonnes it takes to find out how much of a schedule is best lifted where.
const PARTED: u32 = 2;
/// Of so many of the best rows of meetings it is found out how much is best lifted where.
const TRACED: usize = 3;
/// How many times as long as finding the tonnes of one schedule it takes at least to better it.
const APART: u32 = 10;

/// Whether the first of all goals is to bring ashore as much as can be.
fn lands_first(plan: &Plan) -> bool {
    plan.weights.is_none() && plan.goals.first() == Some(&Goal::Delivered)
}

/// Whether the first of all goals is to supply what is wanted.
fn supplies_first(plan: &Plan) -> bool {
    plan.weights.is_none() && plan.goals.first() == Some(&Goal::Supplied)
}

/// Whether what is brought ashore counts among other goals.
fn lands_much(plan: &Plan) -> bool {
    let counts = |goal: &Goal| matches!(goal, Goal::Delivered | Goal::Supplied);
    let weights = plan.weights.iter().flatten();
    plan.goals.iter().zip(weights).any(|(goal, weight)| counts(goal) && *weight > 0.0)
}

/// Whether tasks that no vessel does, batches, or what goes into which tank are still to be decided when every way is fixed, which may take long.
fn leaves_choices(plan: &Plan) -> bool {
    plan.tasks.iter().any(|task| task.stand.is_none()) || leaves_amounts(plan)
}

/// The same where it is fixed as well when those tasks begin.
fn leaves_amounts(plan: &Plan) -> bool {
    plan.processes.iter().any(|process| process.batch.is_some())
        || plan.vessels.iter().any(|ship| !ship.tanks.is_empty())
}

impl Run<'_, '_> {
    /// Looks for a first answer: the best schedule of the same plan in longer slots, or as good a one as is found soon.
    pub(super) fn start(&mut self, objective: &mut Objective) -> Result<(), Error> {
        let Sets { plan, sea, .. } = &self.model.sets;
        if self.options.solver != Solver::Highs {
            return Ok(());
        }
        // Whatever else takes how long, what was planned before is not lost.
        let left = self.time_left().map_or(COARSE, |left| COARSE.min(left / 2));
        self.keep_before(objective, leaves_choices(plan).then_some(left))?;
        if !self.has_time() {
            return Ok(());
        }
        // Where fleets are planned one by one, carriers are dispatched all the same, as if tanks and keeping did not matter; what they
        // can do of it the solver finds out.
        let is_after = self.model.sets.is_after;
        let is_met = plan.transfers.iter().any(|transfer| transfer.meets.is_some());
        let in_fleets = match is_after {
            true if is_met => self.model.sets.in_fleets_after(),
            true => None,
            false => (!are_exact(plan)).then(|| Sets::in_fleets(plan, sea)),
        };
        let sets = in_fleets.as_ref().unwrap_or(&self.model.sets);
        let lands = lands_first(plan) || supplies_first(plan) || lands_much(plan);
        if plan.vessels.is_empty() && !lands && self.is_large() {
            // What no vessel does is found by lists, and longer slots would only take the time.
            let found = self.or_of_works(objective, None)?;
            if found.is_some() {
                self.has_news |= self.values != found;
                self.values = found;
                return Ok(());
            }
        }
        let Some(mut built) = self.met(objective, sets, in_fleets.is_none() && !is_after)? else {
            return Ok(());
        };
        let (alone, is_rough) =
            if self.is_large() && lands { self.alone(objective) } else { (Vec::new(), false) };
        if !self.is_large() && !is_met {
            return Ok(());
        }
        let leaves_choices = leaves_choices(plan);
        let limit = leaves_choices.then(|| self.time_left().map_or(COARSE, |left| COARSE.min(left / 4)));
        // What is built is to be traced in the same time.
        let until = self.part_of_time(BUILT);
        let has_time = || until.is_none_or(|until| Instant::now() < until) && self.has_time();
        if let Some(sets) = in_fleets.as_ref().filter(|_| !is_after) {
            built.extend(construct(sets, &has_time));
        }
        if built.is_empty() || has_time() {
            built.extend(construct(&self.model.sets, &has_time));
        }
        built.extend(built_from_fields(sets, &has_time));
        let first = if is_rough { built.len() } else { 0 };
        built.splice(first..first, alone);
        if self.is_large() && !self.model.is_each_apart() && !leaves_choices {
            self.begin_apart(objective, &built)?;
            if self.built.is_some() {
                return Ok(());
            }
        }
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let known = self.values.clone();
        let mut best = known.clone().map(|values| (value_of(&values), values));
        let mut took = Duration::ZERO;
        for itinerary in built {
            if (best.is_some() || took > LONG) && !self.has_time() {
                break;
            }
            let began = Instant::now();
            let values = self.traced_around(objective, &itinerary, limit)?;
            took = began.elapsed();
            let Some(values) = values else { continue };
            let reached = value_of(&values);
            if best.as_ref().is_none_or(|(known, _)| objective.is_better(reached, *known)) {
                self.tell(objective, Some(reached));
                best = Some((reached, values));
            }
        }
        let mut best = best.map(|(_, values)| values);
        if self.is_large() && (!lands || best.is_none()) {
            self.values = best;
            best = self.or_of_works(objective, limit)?;
        }
        let best = self.or_with_fewer(objective, best, limit)?;
        let best = self.or_sooner(objective, best, limit)?;
        let mut best = if is_met { self.or_without(objective, best, limit)? } else { best };
        if best.is_none() {
            best = self.with_musts(objective, limit)?;
        }
        best = self.or_of_longer(objective, best, limit)?;
        best = self.or_trimmed(objective, best, limit)?;
        if best.is_none() && self.is_large() && is_met {
            // Where nothing that was built fits, as where bunkers do not last, everybody begins with waiting.
            best = match waiting(&self.model.sets) {
                Some(taken) => self.on_ways(objective, &taken, limit)?,
                None => None,
            };
        }
        self.values = best;
        if self.values.is_some() && self.is_large() {
            self.polish(objective)?;
        }
        // What was planned before is not the answer where something better was found here.
        self.has_news |= self.values != known;
        Ok(())
    }

    /// Ways of vessels that meet, by the best rows of meetings; where they are all that matters, a schedule that has been bettered,
    /// and nothing more is to be begun with.
    fn met(
        &mut self,
        objective: &mut Objective,
        sets: &Sets<'_>,
        is_exact: bool,
    ) -> Result<Option<Vec<Itinerary>>, Error> {
        let plan = sets.plan;
        let in_time = supplies_first(plan).then(|| InTime::new(&self.model.sets));
        if in_time.is_some() || lands_much(plan) {
            self.under_ceiling(objective, &[Goal::Supplied, Goal::Delivered])?;
        }
        let rounds = || match &in_time {
            Some(in_time) => {
                Rounds::in_time(sets, in_time).map(|(rounds, commodity)| (rounds, Some(commodity)))
            }
            None => Some((Rounds::new(sets)?, None)),
        };
        let Some((mut of_it, commodity)) = rounds() else {
            if lands_first(plan) {
                self.under_ceiling(objective, &[Goal::Delivered])?;
            }
            return Ok(Some(Vec::new()));
        };
        let worth = |most: f64| match (&in_time, commodity) {
            (Some(in_time), Some(commodity)) => in_time.worth(commodity, most),
            _ if lands_first(plan) => best_worth(&self.model.sets, Goal::Delivered, most),
            _ => f64::INFINITY,
        };
        if !lands_first(plan) && in_time.is_none() && !lands_much(plan) {
            return Ok(Some(Vec::new()));
        }
        if of_it.has_work() && !self.model.sets.is_after {
            // What bounds everything knows nothing of that work, and what is to be done has it where a first schedule has it.
            let built = self.of_rounds(objective, &of_it, BOUND, worth);
            let Some(first) = construct(sets, &|| self.has_time()).into_iter().next() else {
                return Ok(Some(built));
            };
            of_it = of_it.with_work(&first);
        }
        // What is supplied of what carriers take on from ashore the rounds do not know: who is sent for both may bring more of each.
        let is_part = plan.goals.contains(&Goal::Supplied) && takes_on(sets);
        if lands_first(plan) && is_exact && !of_it.leaves_out() && !is_part {
            // Nothing is known there of budgets: where nothing that is found soon keeps them, no more is sought.
            if plan.budgets.iter().any(is_bounded) {
                let built = self.of_rounds(objective, &of_it, FIRST, worth);
                let mut fitting = built.iter().map(|itinerary| self.traced(objective, itinerary, None));
                if fitting.try_fold(true, |none, fits| Ok::<bool, Error>(none && fits?.is_none()))? {
                    return Ok(Some(built));
                }
            }
            self.go_rounds(objective, &of_it)?;
            return Ok(self.built.is_none().then(Vec::new));
        }
        // Where nothing is left out they are often the proof, also of those who begin with something aboard.
        let is_proof = match self.model.sets.is_after {
            true => are_exact(plan),
            false => are_plain(plan) && plan.vessels.iter().any(is_loaded),
        };
        let is_proof = is_proof && lands_first(plan) && !of_it.leaves_out();
        let part = if is_proof || is_part { AFTER } else { FIRST };
        Ok(Some(self.of_rounds(objective, &of_it, part, worth)))
    }

    /// Begins with what was planned before, if it can still be done; nothing that is found in time may be worse.
    fn keep_before(&mut self, objective: &Objective, limit: Option<Duration>) -> Result<(), Error> {
        let Some(before) = self.options.before else { return Ok(()) };
        let is_long = leaves_amounts(self.model.sets.plan);
        self.values = match self.traced_whole(objective, before, limit.filter(|_| is_long))? {
            Some(values) => Some(values),
            None => self.traced(objective, before, limit)?,
        };
        self.keep_built()
    }

    /// The same where how the rest of it is decided best took too long: however it is decided, and however long that takes.
    pub(super) fn keep_any_of_before(&mut self, objective: &Objective) -> Result<(), Error> {
        let Some(before) = self.options.before else { return Ok(()) };
        let gap = std::mem::replace(&mut self.gap, f64::INFINITY);
        let values = match self.traced_whole(objective, before, None) {
            Ok(None) => self.traced(objective, before, None),
            found => found,
        };
        self.gap = gap;
        self.values = values?;
        self.keep_built()
    }

    /// Keeps the values that it begins with as an answer.
    fn keep_built(&mut self) -> Result<(), Error> {
        if self.values.is_none() {
            return Ok(());
        }
        let reached = self.exact(&self.model.objectives(), 0)?;
        if let Some(values) = &self.values {
            let itinerary = read_off(&self.model.sets, &self.model.vars, values);
            let reached = self.model.until_done(&self.model.of_goals(&reached, values), &itinerary);
            self.built = Some((itinerary, reached));
        }
        Ok(())
    }

    /// Begins with carriers that come and go: the best rows of meetings, and what they prove.
    fn go_rounds(&mut self, objective: &mut Objective, rounds: &Rounds<'_, '_>) -> Result<(), Error> {
        let until = self.part_of_time(SEARCH).unwrap_or_else(|| Instant::now() + POLISH);
        let stop = self.options.stop;
        let is_wanted = || !stop.load(Ordering::Relaxed);
        let tell = |most| {
            let dream = self.bound_of(objective, most);
            self.tell(&Objective { dream, ..objective.clone() }, None);
        };
        let found = rounds.best(&|| Instant::now() < until && is_wanted(), &is_wanted, &tell);
        objective.dream = self.bound_of(objective, found.most);
        let sets = &self.model.sets;
        let ways: Vec<Itinerary> = found.ways.into_iter().filter_map(|ways| whole(sets, ways)).collect();
        if self.options.time_limit.is_some() {
            // Soon there is something, as if each location lifted in its turn.
            let began = Instant::now();
            for mut itinerary in ways.iter().cloned() {
                part_in_turn(sets, &mut itinerary);
                self.keep_best(objective, [itinerary])?;
                if self.built.is_some() {
                    break;
                }
            }
            let least = began.elapsed() * PARTED;
            self.is_over = self.built.is_some() && self.time_left().is_some_and(|left| left < least);
            if self.is_over {
                return Ok(());
            }
        }
        // What brings most may, location by location, not be what is worth most.
        let mut built = Vec::new();
        for itinerary in ways {
            if built.len() == TRACED || (!built.is_empty() && !self.has_time()) {
                break;
            }
            if let Some(values) = self.traced(objective, &itinerary, None)? {
                let parted = read_off(sets, &self.model.vars, &values);
                built.push(with_samplings(itinerary, parted));
                if self.model.reaches_dream(objective, &values) {
                    break;
                }
            }
        }
        self.begin_apart(objective, &built)
    }

    /// Ways on which much is brought ashore, where that is not all that counts, or not all is possible that the rounds let a carrier do. No
    /// schedule is better than what the most that can be brought there is worth.
    pub(super) fn of_rounds(
        &self,
        objective: &mut Objective,
        rounds: &Rounds<'_, '_>,
        part: f64,
        worth: impl Fn(f64) -> f64,
    ) -> Vec<Itinerary> {
        let until = self.part_of_time(part).unwrap_or_else(|| Instant::now() + PIECE);
        let stop = self.options.stop;
        let is_wanted = || !stop.load(Ordering::Relaxed);
        let found = rounds.best(&|| Instant::now() < until && is_wanted(), &is_wanted, &|_| ());
        objective.dream = objective.tighter(worth(found.most));
        self.tell(objective, None);
        let ways = found.ways.into_iter().take(TRACED);
        ways.filter_map(|ways| rounds.whole(ways)).collect()
    }

    /// Ways of ships that lift and bring ashore by themselves, and whether others may well be better; no schedule is better than what they prove.
    fn alone(&self, objective: &mut Objective) -> (Vec<Itinerary>, bool) {
        let Some(solo) = Solo::new(&self.model.sets) else { return (Vec::new(), false) };
        let [soon, late] =
            [FIRST, ALONE].map(|part| self.part_of_time(part).unwrap_or_else(|| Instant::now() + PIECE));
        let is_rough = solo.is_rough();
        let until = if is_rough { soon } else { late };
        let found = solo.best(&|| Instant::now() < until && !self.options.stop.load(Ordering::Relaxed));
        if lands_first(self.model.sets.plan) {
            objective.dream = objective.tighter(found.most);
            self.tell(objective, None);
        }
        (found.ways, is_rough)
    }

    /// The best that can be thought of where no more than so many tonnes come ashore.
    fn bound_of(&self, objective: &Objective, most: f64) -> f64 {
        objective.tighter(best_worth(&self.model.sets, Goal::Delivered, most))
    }

    /// When a part of the time that is left will be over, if it is bounded.
    pub(super) fn part_of_time(&self, part: f64) -> Option<Instant> {
        self.time_left().map(|left| Instant::now() + left.mul_f64(part))
    }

    /// Begins a model of vessels that are alike, or of joined samplings, with a schedule in which each is apart: the best of those that
    /// were built, bettered piece by piece in the model in which each has its own; so that it is a schedule and not only a flow.
    fn begin_apart(&mut self, objective: &Objective, built: &[Itinerary]) -> Result<(), Error> {
        let began = Instant::now();
        self.keep_best(objective, built.iter().cloned())?;
        // All that follows takes some ten times as long.
        let least = began.elapsed() / built.len().max(1) as u32 * APART;
        let has_time = || self.time_left().is_none_or(|left| left > least);
        if let Some((itinerary, _)) = self.built.clone().filter(|_| has_time()) {
            let Sets { plan, sea, .. } = &self.model.sets;
            let apart = Model::apart(plan, sea);
            let mut run = Run::new(&apart, self.options, self.gap);
            (run.began, run.held_back) = (self.began, self.held_back);
            if let Some(same) = apart.objectives().into_iter().next() {
                let same = Objective { dream: same.tighter(objective.dream), ..same };
                run.values = run.traced(&same, &itinerary, None)?;
                run.polish(&same)?;
            }
            if let Some(values) = &run.values {
                let mut itinerary = read_off(&apart.sets, &apart.vars, values);
                without_detours(plan, sea, &mut itinerary);
                self.keep_best(objective, [itinerary])?;
            }
        }
        let has_time = self.time_left().is_none_or(|left| left > least);
        self.is_over = self.built.is_some() && !has_time;
        if let Some((itinerary, _)) = self.built.clone().filter(|_| has_time) {
            self.values = self.traced(objective, &itinerary, None)?;
        }
        Ok(())
    }

    /// Keeps the best of some schedules, vessel by vessel, and of that which was known: all of them are looked at that there is time for.
    fn keep_best(
        &mut self,
        objective: &Objective,
        built: impl IntoIterator<Item = Itinerary>,
    ) -> Result<(), Error> {
        let objectives = self.model.objectives();
        for itinerary in built {
            if self.built.is_none() || self.has_time() {
                let found = self.model.each(&itinerary, self.options)?;
                let plan = self.model.sets.plan;
                self.built = better(plan, &objectives, 0.0, self.built.take(), found);
                let reached =
                    self.built.as_ref().and_then(|(_, reached)| told(plan, reached).first().copied());
                self.tell(objective, reached.map(|value| value / objective.unit));
            }
        }
        Ok(())
    }

    /// The best values with everybody on the ways of an itinerary, if it fits.
    pub(super) fn traced(
        &self,
        objective: &Objective,
        itinerary: &Itinerary,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        match trace(&self.model.sets, itinerary) {
            Some(taken) => self.on_ways(objective, &taken, limit),
            None => Ok(None),
        }
    }

    /// The best values with the arcs of each network taken so many times.
    pub(super) fn on_ways(
        &self,
        objective: &Objective,
        taken: &[Vec<u32>],
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let wanted = self.wanted(|arc, vessel| f64::from(taken[vessel][arc]), |_, _| true);
        self.with_fixed(objective, &wanted, None, limit)
    }

    /// For each variable the value at which it is held: the arcs (by place and vessel) that `is_held`, so often as `count` says.
    pub(super) fn wanted(
        &self,
        count: impl Fn(usize, usize) -> f64,
        is_held: impl Fn(usize, usize) -> bool,
    ) -> Vec<Option<f64>> {
        let vars = &self.model.vars;
        let mut wanted = vec![None; vars.len()];
        for (vessel, arcs) in vars.arcs.iter().enumerate() {
            for (place, &arc) in arcs.iter().enumerate().filter(|(place, _)| is_held(*place, vessel)) {
                wanted[vars.place(arc)] = Some(count(place, vessel));
            }
        }
        wanted
    }
}

/// An itinerary with the runs of another in the place of its own: those are told apart by location already.
fn with_samplings(mut itinerary: Itinerary, other: Itinerary) -> Itinerary {
    for (own, other) in itinerary.vessels.iter_mut().zip(other.vessels) {
        let is_run = |step: &Move| matches!(step.what, What::Sample(..));
        own.retain(|step| !is_run(step));
        own.extend(other.into_iter().filter(is_run));
        own.sort_by_key(|step| (step.start, step.end));
    }
    itinerary
}
