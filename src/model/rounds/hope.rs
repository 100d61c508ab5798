//! What can still be landed from a label on, at most.
//!
//! In: [`Values`]. Out: [`Hope`]: what each carrier gains from when it is back, what each host earns from the end of its last meeting. Together
//! they bound what is to come, since nobody can do better than his own best way.

use super::duals::Values;
use super::ground::{Carrier, Ground};
use super::label::Ship;
use crate::time::Slot;

/// Tonnes below this are none.
pub const NOTHING: f64 = 1e-6;
/// What is no more than a rounding of layers.
const ROUNDING: f64 = 1e-9;

/// A host at the end of a meeting, with its stock in tonnes.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// The host, by place.
    pub host: usize,
    /// The slot.
    pub slot: Slot,
    /// Its stock.
    pub stock: f64,
}

/// What can still be landed.
pub struct Hope<'g> {
    ground: &'g Ground,
    /// For each host, slot and layer of stock what it earns from a meeting's end on.
    hosts: Vec<Vec<f64>>,
    /// The same before its first meeting began.
    firsts: Vec<Vec<f64>>,
    /// For each class, slot and layer of load what a carrier gains that is where ships are met then, later or never again.
    ships: Vec<Vec<f64>>,
}

impl<'g> Hope<'g> {
    /// What some values let hope for.
    pub fn new(ground: &'g Ground, values: &Values) -> Hope<'g> {
        let rows = |values: &[f64], states: usize, state: usize, layers: usize| -> Vec<f64> {
            let node = |slot: Slot| (slot * states + state) * layers;
            (0..=ground.slots)
                .flat_map(|slot| values[node(slot)..node(slot) + layers].iter().copied())
                .collect()
        };
        // A carrier may be there later, or never again: where it lies until then is no matter here, and it need not be able to lie there.
        let or_later = |mut rows: Vec<f64>, layers: usize| {
            let mut later = vec![0.0; layers];
            for row in rows.chunks_mut(layers).rev() {
                for (here, later) in row.iter_mut().zip(&mut later) {
                    *later = here.max(*later);
                    *here = *later;
                }
            }
            rows
        };
        let hosts = ground.hosts.iter().zip(&values.hosts);
        let ships = ground.carriers.iter().zip(&values.carriers);
        let of_ship = |(ship, own): (&Carrier, &Vec<f64>)| {
            or_later(rows(own, ship.ways.states, ship.field, ship.layers), ship.layers)
        };
        Hope {
            ground,
            hosts: hosts
                .clone()
                .map(|(host, own)| rows(own, host.ways.states, host.met, host.layers))
                .collect(),
            firsts: hosts.map(|(host, own)| own[..host.layers].to_vec()).collect(),
            ships: ships.map(of_ship).collect(),
        }
    }

    /// What a host still earns, with that stock; before its first meeting where there was none yet.
    pub fn of_host(&self, place: usize, end: Option<Slot>, stock: f64) -> f64 {
        let host = &self.ground.hosts[place];
        let layer = layer(stock, host.unit).min(host.layers - 1);
        match end {
            Some(end) => self.hosts[place][end * host.layers + layer],
            None => self.firsts[place][layer],
        }
    }

    /// What a carrier gains that is there from a slot on, with nothing aboard.
    pub fn of_ship(&self, ship: &Ship, since: Slot) -> f64 {
        self.by_load(ship, since).map_or(0.0, |values| values[0])
    }

    /// What a carrier gains that is there from a slot on, with what it has aboard.
    pub fn with_load(&self, ship: &Ship, since: Slot) -> f64 {
        let of = |values: &[f64]| values[layer(ship.spare, self.ground.unit).min(values.len() - 1)];
        self.by_load(ship, since).map_or(0.0, of)
    }

    /// A bound that also counts what ships may have taken already of what a host has; only as near as is needed to tell whether it is more
    /// than `known`.
    pub fn with_spares<'s>(
        &self,
        bound: f64,
        ships: impl Iterator<Item = (&'s Ship, f64)> + Clone,
        since: Slot,
        at: At,
        known: f64,
    ) -> f64 {
        let most: f64 = ships.clone().map(|(ship, spare)| self.most_of_spare(ship, spare, since)).sum();
        if most <= 0.0 || bound > known + NOTHING || bound + most <= known + NOTHING {
            return bound + most;
        }
        bound + self.of_spares(ships, since, at)
    }

    /// What a carrier gains from a slot on, by layer of load.
    fn by_load(&self, ship: &Ship, since: Slot) -> Option<&[f64]> {
        let (slot, layers) = (ship.back.max(since), self.ground.carriers[ship.class].layers);
        self.ships[ship.class].get(slot * layers..(slot + 1) * layers)
    }

    /// What a carrier may gain at most if it has taken something of a stock already, as if that were still there.
    fn most_of_spare(&self, ship: &Ship, spare: f64, since: Slot) -> f64 {
        let Some(values) = self.by_load(ship, since).filter(|_| spare > NOTHING) else { return 0.0 };
        values[layer(spare, self.ground.unit).min(values.len() - 1)] - values[0]
    }

    /// How much more carriers and a host may gain if carriers have taken something of the stock already: what all of them have together
    /// is missing in it, and the first tonne that is may cost the host less or more than the next.
    fn of_spares<'s>(&self, ships: impl Iterator<Item = (&'s Ship, f64)>, since: Slot, at: At) -> f64 {
        let unit = self.ground.unit;
        // By layers that are missing the most that carriers gain. A load is rounded up to a layer, so each may have one that is not missing.
        let mut gains = vec![0.0];
        for (ship, spare) in ships {
            let Some(values) = self.by_load(ship, since).filter(|_| spare > NOTHING) else { continue };
            let most = layer(spare, unit).min(values.len() - 1);
            let own = values[1..=most].iter().map(|value| value - values[0]);
            let mut with = vec![f64::NEG_INFINITY; gains.len() + most.max(1) - 1];
            with[..gains.len()].copy_from_slice(&gains);
            for (missing, own) in own.enumerate() {
                for (with, gain) in with[missing..].iter_mut().zip(&gains) {
                    *with = with.max(gain + own);
                }
            }
            gains = with;
        }
        let without = self.of_host(at.host, Some(at.slot), at.stock);
        let gain = |(missing, gain): (usize, &f64)| {
            gain + self.of_host(at.host, Some(at.slot), at.stock - missing as f64 * unit) - without
        };
        gains.iter().enumerate().map(gain).fold(0.0, f64::max)
    }
}

/// How many layers so many tonnes are, rounded up.
pub fn layer(tonnes: f64, unit: f64) -> usize {
    (tonnes / unit - ROUNDING).ceil().max(0.0) as usize
}
