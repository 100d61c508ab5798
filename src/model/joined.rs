//! Samplings that differ in their worth alone, such as locations side by side: lifted as one, and told apart afterwards.
//!
//! In: a plan and its sea. Out: for each sampling the first of those that it is joined with; and, from runs of that one, runs of each.
//! They are joined only in the flow of carriers, whose schedule is solved anew ship by ship (see [`super::optimise()`]): what the smallest
//! run takes away where one location follows another in the same run is known by then, and told in the gap.

use super::past::Flow;
use super::sets::Sets;
use super::vars::Vars;
use crate::id::Ix;
use crate::plan::windows::of_sampling;
use crate::plan::{Goal, Plan, Sampling, Sea};
use crate::schedule::{Itinerary, Move, What};
use crate::time::Slot;
use std::ops::Range;

/// Tonnes below this are the solver's rounding.
const NOTHING: f64 = 1e-6;

/// For each sampling the first that lifts the same, from the same place, as fast, in the same slots, where carriers come for it and
/// where neither must lift.
pub fn joined(plan: &Plan, sea: &Sea, has_fleets: bool) -> Vec<Ix<Sampling>> {
    let is_free = |q: Ix<Sampling>| has_fleets && plan.samplings[q].at_least <= 0.0 && is_fetched(plan, q);
    let is_same = |a: Ix<Sampling>, b: Ix<Sampling>| {
        let (a, b) = (&plan.samplings[a], &plan.samplings[b]);
        (a.stand, a.commodity, a.min_run) == (b.stand, b.commodity, b.min_run)
            && a.rate == b.rate
            && of_sampling(plan, sea, a).open == of_sampling(plan, sea, b).open
    };
    let first = |q: Ix<Sampling>| {
        let mut before = plan.samplings.places().take_while(|&before| before != q);
        before.find(|&before| is_free(q) && is_free(before) && is_same(before, q)).unwrap_or(q)
    };
    plan.samplings.places().map(first).collect()
}

/// Whether carriers come for what a sampling lifts.
fn is_fetched(plan: &Plan, sampling: Ix<Sampling>) -> bool {
    let vessel = plan.samplings[sampling].stand.vessel;
    plan.transfers.iter().any(|transfer| transfer.meets.is_some_and(|met| met.vessel == vessel))
}

/// Parts the runs of joined samplings among them, in the order in which they stand in the plan: each lifts until it has what the goals
/// count of it. Tonnes are left as they were; they are found anew.
pub fn part(sets: &Sets<'_>, vars: &Vars, values: &[f64], itinerary: &mut Itinerary) {
    part_by(sets, itinerary, |q| wanted(sets, vars, values, q));
}

/// The same before anything is known of tonnes: as if every run lifted all the time, and each sampling until it has all that it may lift.
pub fn part_in_turn(sets: &Sets<'_>, itinerary: &mut Itinerary) {
    let mut wanted: Vec<f64> = sets
        .plan
        .samplings
        .entries()
        .map(|(q, of_it)| sets.kept.rest(Flow::Lift(q.index()), of_it.at_most))
        .collect();
    let told = if sets.has_joined() { take_told(sets, itinerary, &mut wanted) } else { Vec::new() };
    for step in itinerary.vessels.iter_mut().flatten() {
        if let What::Sample(q, tonnes) = &mut step.what {
            *tonnes = vec![sets.lift_per_slot(*q); step.end - step.start];
        }
    }
    part_by(sets, itinerary, |q| wanted[q.index()]);
    for (moves, told) in itinerary.vessels.iter_mut().zip(told) {
        moves.extend(told);
        moves.sort_by_key(|step| (step.start, step.end));
    }
}

/// Takes the runs out that have begun before the rest is planned, of which it is known what lifted; each goes on as long as its sampling wants, and
/// at least for its smallest run.
fn take_told(sets: &Sets<'_>, itinerary: &mut Itinerary, wanted: &mut [f64]) -> Vec<Vec<Move>> {
    let mut told = Vec::new();
    for (vessel, moves) in sets.plan.vessels.places().zip(&mut itinerary.vessels) {
        let is_told = |step: &Move| matches!(step.what, What::Sample(..)) && step.start < sets.until;
        let end = moves.iter().filter(|step| is_told(step)).map(|step| step.end).max().unwrap_or(0);
        moves.retain(|step| !is_told(step));
        let mut own: Vec<Move> = sets.told(vessel).iter().filter(|step| is_told(step)).cloned().collect();
        if let Some(last) = own.last_mut()
            && let What::Sample(q, tonnes) = &mut last.what
        {
            tonnes.clear();
            let least = sets.plan.horizon.slots_for(sets.plan.samplings[*q].min_run).max(1);
            let lift = sets.lift_per_slot(*q);
            let wanted_slots =
                (wanted[q.index()] / lift - NOTHING).ceil().clamp(0.0, sets.plan.horizon.slots as f64);
            let full = (sets.until + wanted_slots as usize).max(last.start + least);
            last.end = if end >= full + least { full } else { end };
            wanted[q.index()] -= lift * last.end.saturating_sub(sets.until) as f64;
            if last.end < end {
                let what = What::Sample(sets.joined[q.index()], Vec::new());
                moves.push(Move { what, start: last.end, end });
                moves.sort_by_key(|step| (step.start, step.end));
            }
        }
        told.push(own);
    }
    told
}

/// Parts the runs of joined samplings among them, as much as is wanted of each.
fn part_by(sets: &Sets<'_>, itinerary: &mut Itinerary, wanted: impl Fn(Ix<Sampling>) -> f64) {
    for first in sets.plan.samplings.places() {
        let members: Vec<Ix<Sampling>> = sets.joined_under(first).collect();
        if members.len() < 2 {
            continue;
        }
        let wanted: Vec<f64> = members.iter().map(|&q| wanted(q)).collect();
        let least = sets.plan.horizon.slots_for(sets.plan.samplings[first].min_run).max(1);
        let run = least as f64 * sets.lift_per_slot(first);
        let mut parts = Parts { members: &members, wanted, least, run };
        for moves in &mut itinerary.vessels {
            let whole = std::mem::take(moves);
            for step in whole {
                match &step.what {
                    What::Sample(q, tonnes) if *q == first => moves.extend(parts.of(&step, tonnes)),
                    _ => moves.push(step),
                }
            }
        }
    }
}

/// What the first goal that counts it counts of a sampling.
fn wanted(sets: &Sets<'_>, vars: &Vars, values: &[f64], q: Ix<Sampling>) -> f64 {
    let mut goals = sets.plan.goals.iter().filter(|goal| matches!(goal, Goal::Delivered | Goal::Sampled));
    match goals.next() {
        Some(goal) => {
            let of_it = vars.worth.iter().filter(|worth| worth.goal == *goal && worth.sampling == q);
            of_it.map(|worth| values[vars.place(worth.tonnes)]).sum()
        }
        None => sets.plan.samplings[q].at_most,
    }
}

/// Who still wants how much.
struct Parts<'p> {
    members: &'p [Ix<Sampling>],
    /// Of each what it does not have yet.
    wanted: Vec<f64>,
    /// The smallest run, in slots.
    least: usize,
    /// What is lifted in it.
    run: f64,
}

impl Parts<'_> {
    /// A run in parts, none of them shorter than the smallest run. Where a turn does not fit in after one has all that it wants, it comes
    /// earlier, and what that one lacks is made up for in a later run.
    fn of(&mut self, run: &Move, tonnes: &[f64]) -> Vec<Move> {
        let mut moves: Vec<Move> = Vec::new();
        let lifted = |slots: Range<Slot>| slots.filter_map(|slot| tonnes.get(slot - run.start)).sum::<f64>();
        let mut from = run.start;
        while from < run.end {
            let turn = self.turn(None);
            let wanted = self.wanted[turn] + NOTHING;
            let full = (from..run.end).find(|&slot| lifted(from..slot + 1) > wanted).unwrap_or(run.end);
            let latest = run.end.saturating_sub(self.least).max(from);
            let next = self.turn(Some(turn));
            // What the one lacks where it ceases early, against what the other is glad to have.
            let is_worth_it = lifted(latest..full) < self.wanted[next].min(lifted(latest..run.end));
            let end = match full == run.end || next == turn || (full > latest && !is_worth_it) {
                true => run.end,
                // Nothing of this run, where both it and what follows would be too short.
                false if latest < from + self.least => from,
                false => full.clamp(from + self.least, latest),
            };
            let (who, end) = if end == from { (next, run.end) } else { (turn, end) };
            self.wanted[who] -= lifted(from..end);
            let what = What::Sample(self.members[who], vec![0.0; end - from]);
            moves.push(Move { what, start: from, end });
            from = end;
        }
        moves
    }

    /// The first, but for `other`, that still wants a whole run, or else the one that wants most.
    fn turn(&self, other: Option<usize>) -> usize {
        let wants = |at: usize| if Some(at) == other { f64::NEG_INFINITY } else { self.wanted[at] };
        let mut places = 0..self.members.len();
        let most = || (0..self.members.len()).max_by(|&a, &b| wants(a).total_cmp(&wants(b)).then(b.cmp(&a)));
        places.find(|&at| wants(at) >= self.run).or_else(most).unwrap_or(0)
    }
}
