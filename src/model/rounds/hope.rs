//! What can still be landed from a label on, at most.
//!
//! In: [`Values`]. Out: [`Hope`]: what each carrier gains from when it is back, what each host earns from the end of its last meeting. Together
//! they bound what is to come, since nobody can do better than his own best way.

use super::duals::Values;
use super::ground::Ground;
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
    /// For each class, slot and layer of load what a carrier gains from then on where ships are met.
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
        let hosts = ground.hosts.iter().zip(&values.hosts);
        let ships = ground.carriers.iter().zip(&values.carriers);
        Hope {
            ground,
            hosts: hosts
                .clone()
                .map(|(host, own)| rows(own, host.ways.states, host.met, host.layers))
                .collect(),
            firsts: hosts.map(|(host, own)| own[..host.layers].to_vec()).collect(),
            ships: ships.map(|(ship, own)| rows(own, ship.ways.states, ship.field, ship.layers)).collect(),
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
        bound + ships.map(|(ship, spare)| self.of_spare(ship, spare, since, at)).sum::<f64>()
    }

    /// What a carrier gains from a slot on, by layer of load.
    fn by_load(&self, ship: &Ship, since: Slot) -> Option<&[f64]> {
        let (slot, layers) = (ship.back.max(since), self.ground.carriers[ship.class].layers);
        self.ships[ship.class].get(slot * layers..(slot + 1) * layers)
    }

    /// No more than [`Hope::of_spare`] can come to, told at once.
    fn most_of_spare(&self, ship: &Ship, spare: f64, since: Slot) -> f64 {
        let Some(values) = self.by_load(ship, since).filter(|_| spare > NOTHING) else { return 0.0 };
        values[layer(spare, self.ground.unit).min(values.len() - 1)] - values[0]
    }

    /// How much more a carrier and a host may gain if the carrier has taken something of the stock already.
    fn of_spare(&self, ship: &Ship, spare: f64, since: Slot, at: At) -> f64 {
        let Some(values) = self.by_load(ship, since).filter(|_| spare > NOTHING) else { return 0.0 };
        let unit = self.ground.unit;
        let most = layer(spare, unit).min(values.len() - 1);
        let without = self.of_host(at.host, Some(at.slot), at.stock);
        // The load is rounded up to a layer, so what it leaves in the stock is rounded up as well.
        let gain = |layer: usize| {
            let left = at.stock - (layer - 1) as f64 * unit;
            values[layer] - values[0] + self.of_host(at.host, Some(at.slot), left) - without
        };
        (1..=most).map(gain).fold(0.0, f64::max)
    }
}

/// How many layers so many tonnes are, rounded up.
pub fn layer(tonnes: f64, unit: f64) -> usize {
    (tonnes / unit - ROUNDING).ceil().max(0.0) as usize
}
