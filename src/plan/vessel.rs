//! What moves: vessels with their holds, gear and ways.
//!
//! In: nothing; these are the words of a [`super::Plan`]. Out: [`Vessel`], and its [`Leg`]s and [`Gear`].

use super::{Demurrage, Fuel, Hire, Pace, Site, Tank};
use crate::id::Ix;
use crate::units::{Length, Span};
use crate::weather::Limits;

/// A ship.
#[derive(Debug, Clone)]
pub struct Vessel {
    /// Its name.
    pub id: String,
    /// The first of those that are like it in everything; itself when it is that one, or the only one.
    pub like: Ix<Vessel>,
    /// Where it is at the start.
    pub at: Ix<Site>,
    /// Where it must be at the end.
    pub home: Option<Ix<Site>>,
    /// The sites it may sail between; `at` and `home` are among them.
    pub calls: Vec<Ix<Site>>,
    /// It sails only in slots that are so many apart, counted from the first; at least 1.
    pub departs_every: usize,
    /// Whether it sails by daylight only.
    pub daylight: bool,
    /// For each commodity what its hold can take, in tonnes: what is said of it, or what its tanks take where that is less.
    pub hold: Vec<f64>,
    /// For each commodity what `hold` says of it, in tonnes; infinite where only the tanks bound it.
    pub hold_said: Vec<f64>,
    /// What its hold can take of all commodities together, in tonnes; infinite where there is no bound.
    pub hold_total: f64,
    /// The tanks of its hold; none where it is one room.
    pub tanks: Vec<Tank>,
    /// For each commodity what is in its hold at the plan's start, in tonnes.
    pub aboard: Vec<f64>,
    /// The weather in which it may sail.
    pub sail_limits: Limits,
    /// What it costs per day until it is done.
    pub day_rate: f64,
    /// For how long it is hired, and what that costs besides.
    pub hire: Hire,
    /// How long it may stay where it loads and unloads, and what staying longer costs, where the plan says so.
    pub demurrage: Option<Demurrage>,
    /// What it burns, where the plan says so.
    pub fuel: Option<Fuel>,
    /// How far it gets between two sites that refuel, in nautical miles, where that is bounded.
    pub range: Option<f64>,
    /// What it may burn between two sites that refuel, in tonnes, where that is bounded.
    pub bunkers: Option<f64>,
    /// The speeds at which it may sail; none where it does not.
    pub paces: Vec<Pace>,
    /// The states of its gear; the first is the one it starts and sails in.
    pub gear: Vec<Gear>,
    /// The ways it may sail.
    pub legs: Vec<Leg>,
}

/// A way that a vessel may sail.
#[derive(Debug, Clone, Copy)]
pub struct Leg {
    /// From there.
    pub from: Ix<Site>,
    /// To there.
    pub to: Ix<Site>,
    /// How long it is.
    pub distance: Length,
    /// How long it takes.
    pub duration: Span,
    /// The speed at which it is sailed.
    pub pace: Pace,
}

/// A state of a vessel's gear.
#[derive(Debug, Clone)]
pub struct Gear {
    /// Its name.
    pub id: String,
    /// The weather it survives.
    pub survives: Limits,
}
