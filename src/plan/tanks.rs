//! Tanks: a hold that is divided, so that each part has one commodity at a time.
//!
//! In: tanks as written, without fault. Out: [`Tank`]s, and what a hold takes and has with them. A part of `resolve`.

use super::draft::{entries as list, takes};
use super::raw;
use super::resolve::{Resolver, get};

/// A part of a hold. What is in it stays until it is let out, and nothing else comes in before it is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Tank {
    /// Its name.
    pub id: String,
    /// How much it takes, in tonnes.
    pub capacity: f64,
    /// For each commodity whether it takes it.
    pub takes: Vec<bool>,
    /// For each commodity what is in it at the plan's start, in tonnes; of at most one of them there is any.
    pub aboard: Vec<f64>,
}

impl Resolver<'_, '_> {
    /// The tanks of a vessel.
    pub(super) fn tanks(&self, vessel: &raw::RawVessel) -> Option<Vec<Tank>> {
        let raw = self.raw();
        let tank = |tank: &raw::RawTank| {
            let taken = takes(raw, vessel, tank);
            let ids = list(&raw.commodity).map(|commodity| get(&commodity.id));
            Some(Tank {
                id: get(&tank.id)?,
                capacity: get(&tank.capacity)?.tonnes(),
                takes: ids.map(|id| Some(taken.contains(&id?.as_str()))).collect::<Option<_>>()?,
                aboard: self.per_commodity(&tank.aboard, 0.0),
            })
        };
        list(&vessel.tank).map(tank).collect()
    }

    /// For each commodity what `hold` says of it, in tonnes; what is not named has no room, or only the tanks bound it.
    pub(super) fn hold_said(&self, vessel: &raw::RawVessel, tanks: &[Tank]) -> Vec<f64> {
        self.per_commodity(&vessel.hold, if tanks.is_empty() { 0.0 } else { f64::INFINITY })
    }

    /// For each commodity what is in a hold at the plan's start, in tonnes.
    pub(super) fn aboard(&self, vessel: &raw::RawVessel, tanks: &[Tank]) -> Vec<f64> {
        let mut aboard = self.per_commodity(&vessel.aboard, 0.0);
        for tank in tanks {
            aboard.iter_mut().zip(&tank.aboard).for_each(|(all, tonnes)| *all += tonnes);
        }
        aboard
    }
}

/// For each commodity what a hold takes, in tonnes, of which so much is said and which has these tanks.
pub(super) fn hold(said: &[f64], tanks: &[Tank]) -> Vec<f64> {
    let bounded =
        |(of, said): (usize, &f64)| if tanks.is_empty() { *said } else { said.min(room(tanks, of)) };
    said.iter().enumerate().map(bounded).collect()
}

/// What all tanks together take of a commodity, by its place, if they have nothing else.
fn room(tanks: &[Tank], commodity: usize) -> f64 {
    tanks.iter().filter(|tank| tank.takes[commodity]).map(|tank| tank.capacity).sum()
}
