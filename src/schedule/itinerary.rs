//! The itinerary: who does what when, in slots; all that has to be decided.
//!
//! It comes from a solver, from a simulated voyage, or from a log; [`super::account()`] makes a schedule of it.

use super::ShoreFlow;
use crate::id::Ix;
use crate::plan::{Plan, Resource, Sampling, Site, Task, Transfer, Vessel};
use crate::time::Slot;

/// Who does what when, in slots: all that has to be decided. The rest of a schedule follows from it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Itinerary {
    /// For each vessel of the plan what it does, in order of time. What lies between is waiting.
    pub vessels: Vec<Vec<Move>>,
    /// For each vessel the slot from which on it is done.
    pub done: Vec<Slot>,
    /// Starts of the tasks that no vessel does, with their finishes.
    pub alone: Vec<(Ix<Task>, Slot, Slot)>,
    /// What flows ashore without a vessel: processes before demands, each in the plan's order and then by time.
    pub shore: Vec<ShoreFlow>,
    /// Of vessels with tanks what goes into each of them, or out of it, in each move that lifts or transfers.
    pub tanks: Vec<TankFlow>,
    /// The slot before which all of it has happened; 0 where nothing has.
    pub happened: Slot,
}

/// What goes into the tanks of a vessel, or out of them, in one of its moves.
#[derive(Debug, Clone, PartialEq)]
pub struct TankFlow {
    /// The vessel.
    pub vessel: Ix<Vessel>,
    /// The slot in which the move begins.
    pub start: Slot,
    /// For each of its tanks the tonnes.
    pub tonnes: Vec<f64>,
}

/// One thing that a vessel does.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// What it is.
    pub what: What,
    /// The slot in which it begins.
    pub start: Slot,
    /// The slot after its last.
    pub end: Slot,
}

/// What a vessel can do.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Work on a task; pauses included.
    Task(Ix<Task>),
    /// Sail from one site to another.
    Sail(Ix<Site>, Ix<Site>),
    /// Lift so many tonnes in each of its slots.
    Sample(Ix<Sampling>, Vec<f64>),
    /// Move so many tonnes in each of its slots; none during the set-up, nor while the hoses are taken off.
    Transfer(Ix<Transfer>, Vec<f64>),
    /// Lie there while another vessel does that transfer.
    Alongside(Ix<Transfer>),
}

impl What {
    /// How much of each resource it takes; of two vessels that lie together the one that comes takes it.
    pub fn uses<'p>(&self, plan: &'p Plan) -> &'p [(Ix<Resource>, u32)] {
        match self {
            What::Task(task) => &plan.tasks[*task].uses,
            What::Transfer(transfer, _) => &plan.transfers[*transfer].uses,
            What::Sail(..) | What::Sample(..) | What::Alongside(_) => &[],
        }
    }
}
