//! What vessels cost and burn: on each arc of a network, and in an itinerary.
//!
//! In: arcs, or moves. Out: [`Dues`]: money beside the fuel, and tonnes of fuel. A path through a network adds up to what its moves do.
//! The day rate stands on the arc on which a vessel is done. Mobilisation stands on whatever leads out of the origin but being done
//! there at once: so a vessel that is not used pays none, and no variable has to say which is used. Demurrage is of no arc but of all calls
//! together: see [`super::laytime`].

use super::laytime::demurrage;
use super::network::{Arc, Deed, Network};
use crate::id::Ix;
use crate::plan::{Plan, Vessel};
use crate::schedule::{Itinerary, Move, Shore, What};

/// Money and fuel.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dues {
    /// Day rate, mobilisation, voyages, dues of sites and, of moves, demurrage, in the plan's currency.
    pub money: f64,
    /// Fuel, in tonnes.
    pub fuel: f64,
}

impl Dues {
    /// What it costs, fuel and all.
    pub fn cost(&self, ship: &Vessel) -> f64 {
        self.money + ship.fuel_cost(self.fuel)
    }

    /// Of an arc of a network.
    pub fn of_arc(plan: &Plan, network: &Network, arc: &Arc) -> Dues {
        let ship = &plan.vessels[network.vessel];
        let to = arc.to.map_or(arc.from.slot, |to| to.slot);
        let hours = (to - arc.from.slot) as f64 * plan.horizon.slot_h();
        let mut dues = match arc.deed {
            Deed::Done => return Dues { money: day_rate(plan, ship, arc.from.slot), fuel: 0.0 },
            Deed::Wait => {
                let hired = ship.hired_h(&plan.horizon, arc.from.slot..to);
                Dues { money: 0.0, fuel: ship.waiting_t(hired) }
            }
            Deed::Sail(leg) => of_leg(plan, network.vessel, leg, hours),
            Deed::Task(_) | Deed::Begin(_) | Deed::Stay(_) | Deed::End(_) => {
                Dues { money: 0.0, fuel: ship.working_t(hours) }
            }
        };
        if arc.from == network.origin() {
            dues.money += ship.hire.mobilisation;
        }
        dues
    }

    /// Of all that a vessel does.
    fn of_moves(plan: &Plan, vessel: Ix<Vessel>, moves: &[Move]) -> Dues {
        let ship = &plan.vessels[vessel];
        let Some(done) = moves.iter().map(|step| step.end).max() else { return Dues::default() };
        let mut dues = Dues { money: ship.hire.mobilisation + day_rate(plan, ship, done), fuel: 0.0 };
        let mut waiting = ship.hired_h(&plan.horizon, 0..done);
        for step in moves {
            let hours = (step.end - step.start) as f64 * plan.horizon.slot_h();
            waiting -= hours;
            match step.what {
                What::Sail(from, to) => {
                    let leg = plan.leg_in(vessel, from, to, step.end - step.start);
                    let of_leg = leg.map_or_else(Dues::default, |leg| of_leg(plan, vessel, leg, hours));
                    dues.money += of_leg.money;
                    dues.fuel += of_leg.fuel;
                }
                _ => dues.fuel += ship.working_t(hours),
            }
        }
        dues.fuel += ship.waiting_t(waiting.max(0.0));
        dues.money += demurrage(plan, vessel, moves);
        dues
    }
}

fn day_rate(plan: &Plan, ship: &Vessel, done: usize) -> f64 {
    ship.day_rate * ship.hired_h(&plan.horizon, 0..done) / 24.0
}

fn of_leg(plan: &Plan, vessel: Ix<Vessel>, leg: usize, hours: f64) -> Dues {
    let ship = &plan.vessels[vessel];
    let leg = &ship.legs[leg];
    Dues { money: plan.leg_cost(vessel, leg.from, leg.to), fuel: ship.leg_t_in(leg, hours) }
}

/// What an itinerary costs: the goal `cost`.
pub fn spent(plan: &Plan, itinerary: &Itinerary) -> f64 {
    let of_vessels = plan.vessels.entries().zip(&itinerary.vessels).map(|((vessel, ship), moves)| {
        let tasks = moves.iter().map(|step| match step.what {
            What::Task(task) => plan.tasks[task].cost,
            _ => 0.0,
        });
        Dues::of_moves(plan, vessel, moves).cost(ship) + tasks.sum::<f64>()
    });
    let alone = itinerary.alone.iter().map(|&(task, ..)| plan.tasks[task].cost);
    let fed = itinerary.shore.iter().map(|flow| match flow.of {
        Shore::Process(process) => plan.processes[process].cost * flow.tonnes.iter().sum::<f64>(),
        // What is supplied spares what being late would have cost.
        Shore::Demand(demand) => plan.demands[demand].late.map_or(0.0, |late| {
            let slots = (flow.start..).zip(&flow.tonnes);
            slots.map(|(slot, tonnes)| -late.each * late.spared(&plan.horizon, slot) * tonnes).sum()
        }),
    });
    let late = plan
        .demands
        .iter()
        .filter_map(|demand| demand.late.map(|late| late.each * demand.amount * late.days(&plan.horizon)));
    of_vessels.sum::<f64>() + alone.sum::<f64>() + fed.sum::<f64>() + late.sum::<f64>()
}

/// The carbon dioxide of an itinerary, in tonnes: the goal `emissions`.
pub fn emitted(plan: &Plan, itinerary: &Itinerary) -> f64 {
    let of_vessels = plan.vessels.entries().zip(&itinerary.vessels);
    of_vessels.map(|((vessel, ship), moves)| ship.co2_t(Dues::of_moves(plan, vessel, moves).fuel)).sum()
}
