//! The goals, each an expression and a direction.
//!
//! In: a goal's word. Out: [`Objective`]. They are solved in order by [`super::optimise()`], each kept while the next is improved.

use super::network::Deed;
use super::sets::Sets;
use super::vars::Vars;
use crate::plan::Goal;
use good_lp::Expression;

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
}

impl Objective {
    /// Whether one value of it is better than another.
    pub fn is_better(&self, value: f64, other: f64) -> bool {
        if self.is_more_better { value > other } else { value < other }
    }

    /// The objective of a goal: worth, hours from the plan's start, money, or hours late.
    pub fn of(goal: Goal, sets: &Sets<'_>, vars: &Vars) -> Objective {
        let is_more_better = matches!(goal, Goal::Delivered | Goal::Sampled | Goal::Supplied);
        let mut expression = Expression::default();
        let mut dream = 0.0;
        match goal {
            Goal::Delivered | Goal::Sampled => {
                for worth in vars.worth.iter().filter(|worth| worth.goal == goal) {
                    expression.add_mul(worth.each, worth.tonnes);
                }
                dream = best_worth(sets);
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
                if let Some(finish) = vars.finish {
                    expression.add_mul(sets.horizon().slot_h(), finish);
                }
            }
            Goal::Cost => add_costs(sets, vars, &mut expression),
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
        Objective { name: goal.word(), is_more_better, expression, dream }
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
        Objective { name: "tidy", is_more_better: false, expression, dream: 0.0 }
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
        Objective { name: "early flow", is_more_better: false, expression, dream: 0.0 }
    }
}

fn add_costs(sets: &Sets<'_>, vars: &Vars, cost: &mut Expression) {
    let days_per_slot = sets.horizon().slot_h() / 24.0;
    for (network, taken) in sets.networks.iter().zip(&vars.arcs) {
        let rate = sets.plan.vessels[network.vessel].day_rate;
        for (arc, &variable) in network.arcs.iter().zip(taken).filter(|(arc, _)| arc.deed == Deed::Done) {
            cost.add_mul(rate * days_per_slot * arc.from.slot as f64, variable);
        }
    }
    for (task, work) in sets.plan.tasks.entries() {
        for &start in &vars.start[task.index()] {
            cost.add_mul(work.cost, start);
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
    let wanted = sets.plan.demands.iter().zip(&sets.drawing).map(|(demand, slots)| {
        let all = if slots.is_empty() { 0.0 } else { demand.rate * slot_h * slots.len() as f64 };
        let mut left = all.min(demand.amount);
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

/// The worth of everything that could be lifted if nothing else stood in the way.
fn best_worth(sets: &Sets<'_>) -> f64 {
    let best = |place: crate::id::Ix<crate::plan::Sampling>| {
        let sampling = &sets.plan.samplings[place];
        let mut left =
            (sets.lifting[place.index()].len() as f64 * sets.lift_per_slot(place)).min(sampling.at_most);
        let mut worth = 0.0;
        for &(tonnes, each) in &sampling.value {
            let taken = tonnes.min(left);
            worth += taken * each;
            left -= taken;
        }
        worth
    };
    sets.plan.samplings.places().map(best).sum()
}
