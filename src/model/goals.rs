//! The goals, each an expression and a direction.
//!
//! In: a goal's word. Out: [`Objective`]. They are solved in order by [`super::optimise()`], each kept while the next is improved, or
//! as one sum where the plan gives weights.

use super::dream::best_worth;
use super::dues::Dues;
use super::network::{Arc, Deed, Network, SessionOf};
use super::past::Flow;
use super::sets::Sets;
use super::soonest::soonest;
use super::vars::Vars;
use crate::plan::{Goal, Vessel};
use crate::schedule::{Itinerary, Move, WEIGHTED, What};
use crate::time::Slot;
use crate::units::Span;
use good_lp::Expression;

/// What is planned farther away than this from when it was planned before is as good as new.
const NEAR: Span = Span::of_hours(48);

/// Something to be made as large or as small as possible.
#[derive(Clone)]
pub struct Objective {
    /// Its name.
    pub name: &'static str,
    /// Whether more is better.
    pub is_more_better: bool,
    /// What is to be made so.
    pub expression: Expression,
    /// The best value that can be thought of without solving anything.
    pub dream: f64,
    /// What one unit of it is in the plan's: solvers have tolerances of their own, and must not meet with tiny or huge weights.
    pub unit: f64,
}

impl Objective {
    /// Whether one value of it is better than another.
    pub fn is_better(&self, value: f64, other: f64) -> bool {
        if self.is_more_better { value > other } else { value < other }
    }

    /// A bound, or the best that can be thought of where that is nearer.
    pub fn tighter(&self, bound: f64) -> f64 {
        if self.is_more_better { bound.min(self.dream) } else { bound.max(self.dream) }
    }

    /// The objective of a goal: worth, hours from the plan's start, money, tonnes of carbon dioxide, or hours late.
    pub fn of(goal: Goal, sets: &Sets<'_>, vars: &Vars) -> Objective {
        let is_more_better = goal.is_more_better();
        let mut expression = Expression::default();
        let mut dream = 0.0;
        match goal {
            Goal::Delivered | Goal::Sampled => {
                for worth in vars.worth.iter().filter(|worth| worth.goal == goal) {
                    expression.add_mul(worth.each, worth.tonnes);
                }
                dream = best_worth(sets, goal, f64::INFINITY);
            }
            Goal::Supplied => {
                for (demand, credited) in sets.plan.demands.iter().zip(&vars.supplied) {
                    for (&(_, each), &tonnes) in demand.value.iter().zip(credited) {
                        expression.add_mul(each, tonnes);
                    }
                }
                dream = best_supply(sets);
            }
            Goal::Finish => {
                dream = sets.horizon().slot_h() * soonest(sets) as f64;
                if let Some(finish) = vars.finish {
                    expression.add_mul(sets.horizon().slot_h(), finish);
                }
            }
            Goal::Cost => add_costs(sets, vars, &mut expression),
            Goal::Emissions => {
                add_dues(sets, vars, &mut expression, |ship, dues| ship.co2_t(dues.fuel));
            }
            Goal::Lateness => {
                for (task, work) in sets.plan.tasks.entries() {
                    let Some(due) = work.due else { continue };
                    for (&(_, finish), &start) in
                        sets.starts[task.index()].iter().zip(&vars.start[task.index()])
                    {
                        let late = (sets.horizon().time(finish) - due).num_seconds().max(0) as f64 / 3600.0;
                        expression.add_mul(late, start);
                    }
                }
            }
        }
        Objective { name: goal.word(), is_more_better, expression, dream, unit: 1.0 }
    }

    /// The sum of goals with what each unit of them counts, the greatest of the weights taken as one.
    pub fn weighted(weights: &[f64], sets: &Sets<'_>, vars: &Vars) -> Objective {
        let unit = weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let mut sum = Objective {
            name: WEIGHTED,
            is_more_better: true,
            expression: Expression::default(),
            dream: 0.0,
            unit,
        };
        for (&goal, &weight) in sets.plan.goals.iter().zip(weights) {
            let part = Objective::of(goal, sets, vars);
            let factor = if part.is_more_better { weight / unit } else { -weight / unit };
            sum.dream += factor * part.dream;
            sum.expression += factor * part.expression;
        }
        sum
    }

    /// How much of what was planned before is done again: the slots in which each vessel does the same, and each task as near to its time as may be.
    pub fn close(sets: &Sets<'_>, vars: &Vars, before: &Itinerary) -> Objective {
        let mut expression = Expression::default();
        for (network, taken) in sets.networks.iter().zip(&vars.arcs) {
            let moves = before.vessels.get(network.vessel.index()).map_or(&[][..], Vec::as_slice);
            for (arc, &variable) in network.arcs.iter().zip(taken) {
                let kept = kept_of(sets, network, arc, moves);
                if kept != 0.0 {
                    expression.add_mul(kept, variable);
                }
            }
        }
        for &(task, was, end) in &before.alone {
            for (&(slot, _), &start) in sets.starts[task.index()].iter().zip(&vars.start[task.index()]) {
                expression.add_mul(nearness(sets, was, slot) * (end - was) as f64, start);
            }
        }
        Objective { name: "close", is_more_better: true, expression, dream: f64::INFINITY, unit: 1.0 }
    }

    /// What breaks ties when every goal is reached: everything as early as it may be, and no more of it than is needed.
    pub fn tidy(sets: &Sets<'_>, vars: &Vars) -> Objective {
        let mut expression = Expression::default();
        for (network, taken) in sets.networks.iter().zip(&vars.arcs) {
            for (arc, &variable) in network.arcs.iter().zip(taken) {
                // One run of twelve slots is as early as two of six, and tidier.
                let cost = match (arc.deed, arc.to) {
                    (Deed::Wait | Deed::End(_), _) => 0,
                    (Deed::Begin(_), Some(to)) => (arc.from.slot..to.slot).sum::<usize>() + 1,
                    _ => arc.from.slot,
                };
                expression.add_mul(cost as f64, variable);
            }
        }
        for (task, _) in sets.plan.tasks.entries().filter(|(_, work)| work.stand.is_none()) {
            for (&(slot, _), &start) in sets.starts[task.index()].iter().zip(&vars.start[task.index()]) {
                expression.add_mul(slot as f64, start);
            }
        }
        for (slots, batches) in sets.feeding.iter().zip(&vars.batch) {
            for (slot, &batch) in slots.iter().zip(batches) {
                expression.add_mul((slot + 1) as f64, batch);
            }
        }
        Objective { name: "tidy", is_more_better: false, expression, dream: 0.0, unit: 1.0 }
    }

    /// What makes the tonnes of a fixed itinerary unique: everything flows as early as it may.
    pub fn early_flow(sets: &Sets<'_>, vars: &Vars) -> Objective {
        let mut expression = Expression::default();
        let flows = sets.lifting.iter().zip(&vars.lift).chain(sets.moving.iter().zip(&vars.moved));
        for (slots, tonnes) in flows {
            for ((slot, _), &tonnes) in slots.iter().zip(tonnes) {
                expression.add_mul((slot + 1) as f64 / sets.horizon().slots as f64, tonnes);
            }
        }
        let ashore = sets.feeding.iter().zip(&vars.feed).chain(sets.drawing.iter().zip(&vars.draw));
        for (slots, tonnes) in ashore {
            for (slot, &tonnes) in slots.iter().zip(tonnes) {
                expression.add_mul((slot + 1) as f64 / sets.horizon().slots as f64, tonnes);
            }
        }
        Objective { name: "early flow", is_more_better: false, expression, dream: 0.0, unit: 1.0 }
    }
}

/// The slots of an arc in which a vessel does what it did in these moves. Of a task or a leg that is begun at another time it is the less than
/// nothing the farther away that is: so what is not needed is not done a second time.
fn kept_of(sets: &Sets<'_>, network: &Network, arc: &Arc, moves: &[Move]) -> f64 {
    let end = arc.to.map_or(arc.from.slot, |to| to.slot);
    let best = |is_it: &dyn Fn(&Move) -> bool| {
        let near = moves.iter().filter(|step| is_it(step));
        let near = near.map(|step| nearness(sets, step.start, arc.from.slot)).fold(0.0, f64::max);
        (if near == 1.0 { 1.0 } else { near - 1.0 }) * (end - arc.from.slot) as f64
    };
    match arc.deed {
        Deed::Task(task) => best(&|step| step.what == What::Task(task)),
        // To be under way at the same time is worth nothing by itself: where work is, the legs follow.
        Deed::Sail(leg) => {
            let leg = &sets.plan.vessels[network.vessel].legs[leg];
            best(&|step| step.what == What::Sail(leg.from, leg.to)).min(0.0)
        }
        Deed::Begin(_) | Deed::Stay(_) | Deed::End(_) => {
            let of = network.session_of(arc).map(|session| session.of);
            let is_same = |step: &&Move| match step.what {
                What::Sample(q, _) => of == Some(SessionOf::Sampling(q)),
                What::Transfer(r, _) => of == Some(SessionOf::Transfer(r)),
                What::Alongside(r) => of == Some(SessionOf::Alongside(r)),
                What::Task(_) | What::Sail(..) => false,
            };
            let slots = moves.iter().filter(is_same);
            slots.map(|step| step.end.min(end).saturating_sub(step.start.max(arc.from.slot)) as f64).sum()
        }
        Deed::Wait | Deed::Done => 0.0,
    }
}

/// How near one slot is to another: 1 where they are the same, 0 where they are farther apart than [`NEAR`].
fn nearness(sets: &Sets<'_>, one: Slot, other: Slot) -> f64 {
    (1.0 - one.abs_diff(other) as f64 * sets.horizon().slot_h() / NEAR.hours()).max(0.0)
}

/// Adds to an expression what vessels cost or burn, arc by arc.
fn add_dues(sets: &Sets<'_>, vars: &Vars, sum: &mut Expression, amount: impl Fn(&Vessel, &Dues) -> f64) {
    for (network, taken) in sets.networks.iter().zip(&vars.arcs) {
        let ship = &sets.plan.vessels[network.vessel];
        let of_arc = |arc: &Arc| amount(ship, &Dues::of_arc(sets.plan, network, arc));
        for (arc, &variable) in network.arcs.iter().zip(taken) {
            let amount = of_arc(arc);
            if amount != 0.0 {
                sum.add_mul(amount, variable);
            }
        }
    }
}

fn add_costs(sets: &Sets<'_>, vars: &Vars, cost: &mut Expression) {
    add_dues(sets, vars, cost, |ship, dues| dues.cost(ship));
    for (laytime, of_it) in sets.laytimes.iter().zip(&vars.laytimes) {
        let per_day = sets.plan.vessels[laytime.vessel].demurrage.as_ref().map_or(0.0, |of| of.per_day);
        cost.add_mul(per_day / 24.0, of_it.over);
    }
    for (task, work) in sets.plan.tasks.entries() {
        for &start in &vars.start[task.index()] {
            cost.add_mul(work.cost, start);
        }
    }
    for ((demand, slots), draws) in sets.plan.demands.iter().zip(&sets.drawing).zip(&vars.draw) {
        let Some(late) = demand.late else { continue };
        *cost += late.each * demand.amount * late.days(sets.horizon());
        for (&slot, &tonnes) in slots.iter().zip(draws) {
            cost.add_mul(-late.each * late.spared(sets.horizon(), slot), tonnes);
        }
    }
    for (process, feeds) in sets.plan.processes.iter().zip(&vars.feed).filter(|(p, _)| p.cost != 0.0) {
        for &feed in feeds {
            cost.add_mul(process.cost, feed);
        }
    }
}

/// The worth of everything that is wanted.
fn best_supply(sets: &Sets<'_>) -> f64 {
    let slot_h = sets.horizon().slot_h();
    let wanted = sets.plan.demands.entries().zip(&sets.drawing).map(|((place, demand), slots)| {
        // What was supplied already may have been more, and faster, than the plan lets it.
        let known = sets.kept.total(Flow::Draw(place.index()));
        let open = slots.iter().filter(|slot| **slot >= sets.kept.until).count();
        let all = if open == 0 { 0.0 } else { demand.rate * slot_h * open as f64 };
        let mut left = (all + known).min(demand.amount.max(known));
        let mut worth = 0.0;
        for &(tonnes, each) in &demand.value {
            let taken = tonnes.min(left);
            worth += taken * each;
            left -= taken;
        }
        worth
    });
    wanted.sum()
}
