//! Names for what can wait, and when a vessel must break off.
//!
//! In: a plan. Out: [`Items`], a place for everything that the weather can stop; [`Leave`], the last slots of each step of the order.

use super::judged;
use super::order::Act;
use crate::id::Ix;
use crate::plan::{Budget, Demand, Plan, Reserve, Transfer, Vessel};

/// Places of all that can wait or fall short: tasks, then samplings, then transfers, then the legs of each vessel as one, then demands; and
/// where vessels meet, once more each transfer, for vessels that wait for one another without end; then reserves, budgets,
/// and the rules that are judged when all is over, where the plan has such.
#[derive(Debug, Clone, Copy)]
pub struct Items {
    tasks: usize,
    samplings: usize,
    transfers: usize,
    vessels: usize,
    demands: usize,
    crossed: usize,
    reserves: usize,
    budgets: usize,
    rules: usize,
}

impl Items {
    /// The items of a plan.
    pub fn of(plan: &Plan) -> Items {
        Items {
            tasks: plan.tasks.len(),
            samplings: plan.samplings.len(),
            transfers: plan.transfers.len(),
            vessels: plan.vessels.len(),
            demands: plan.demands.len(),
            crossed: if plan.transfers.iter().any(|t| t.meets.is_some()) { plan.transfers.len() } else { 0 },
            reserves: plan.reserves.len(),
            budgets: plan.budgets.len(),
            rules: if judged::is_needed(plan) { judged::RULES.len() } else { 0 },
        }
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.reserves() + self.reserves + self.budgets + self.rules
    }

    /// The first item of reserves.
    fn reserves(self) -> usize {
        self.legs() + self.vessels + self.demands + self.crossed
    }

    /// The first item of the legs of vessels.
    fn legs(self) -> usize {
        self.tasks + self.samplings + self.transfers
    }

    /// The item of all legs of a vessel.
    pub fn of_legs(self, vessel: Ix<Vessel>) -> usize {
        self.legs() + vessel.index()
    }

    /// The item of a demand.
    pub fn of_demand(self, demand: Ix<Demand>) -> usize {
        self.legs() + self.vessels + demand.index()
    }

    /// The item of a meeting for which two vessels wait in crossed order.
    pub fn of_crossed(self, transfer: Ix<Transfer>) -> usize {
        self.legs() + self.vessels + self.demands + transfer.index()
    }

    /// The item of a reserve.
    pub fn of_reserve(self, reserve: Ix<Reserve>) -> usize {
        self.reserves() + reserve.index()
    }

    /// The item of a budget.
    pub fn of_budget(self, budget: Ix<Budget>) -> usize {
        self.reserves() + self.reserves + budget.index()
    }

    /// The item of a rule that is judged when all is over, by its place.
    pub fn of_rule(self, rule: usize) -> usize {
        self.reserves() + self.reserves + self.budgets + rule
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The item of a step.
    pub fn of_act(self, act: &Act, vessel: Option<Ix<Vessel>>) -> usize {
        match act {
            Act::Task(task, _) => task.index(),
            Act::Sample(place, ..) => self.tasks + place.index(),
            Act::Transfer(place, ..) | Act::Alongside(place) => self.tasks + self.samplings + place.index(),
            Act::Sail(..) => self.legs() + vessel.map_or(0, |vessel| vessel.index()),
        }
    }

    /// The name of an item.
    pub fn name(self, plan: &Plan, item: usize) -> String {
        let flows = item.checked_sub(self.tasks);
        let moves = flows.and_then(|item| item.checked_sub(self.samplings));
        let legs = moves.and_then(|item| item.checked_sub(self.transfers));
        let demand = legs.and_then(|item| item.checked_sub(self.vessels));
        let crossed = demand.and_then(|item| item.checked_sub(self.demands));
        let reserve = crossed.and_then(|item| item.checked_sub(self.crossed));
        let budget = reserve.and_then(|item| item.checked_sub(self.reserves));
        if let Some(rule) = budget.and_then(|item| item.checked_sub(self.budgets)) {
            return judged::RULES[rule].to_owned();
        }
        if let Some(budget) = budget {
            return plan.budgets[Ix::new(budget)].id.clone();
        }
        if let Some(reserve) = reserve {
            return plan.reserves[Ix::new(reserve)].id.clone();
        }
        if let Some(transfer) = crossed {
            return format!("{} (each waits for the other)", plan.transfers[Ix::new(transfer)].id);
        }
        if let Some(demand) = demand {
            return plan.demands[Ix::new(demand)].id.clone();
        }
        match (flows, moves, legs) {
            (_, _, Some(vessel)) => format!("sail.{}", plan.vessels[Ix::new(vessel)].id),
            (_, Some(transfer), None) => plan.transfers[Ix::new(transfer)].id.clone(),
            (Some(sampling), None, None) => plan.samplings[Ix::new(sampling)].id.clone(),
            _ => plan.tasks[Ix::new(item)].id.clone(),
        }
    }
}

/// When a vessel must break off, for each step of the order, in slots from the start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Leave {
    /// A session ends by then: from then on most weather years would still let the ship come home in time.
    pub by: Vec<u32>,
    /// A step that has not begun by then is given up: no weather year would.
    pub hopeless: Vec<u32>,
}
