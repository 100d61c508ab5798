//! What can still be landed from a row on, at most.
//!
//! In: [`Values`]. Out: [`Hope`]: what each carrier gains from when it is back, what each host earns from the end of its last meeting. Together
//! they bound what is to come, since nobody can do better than his own best way.

use super::duals::Values;
use super::ground::{Carrier, Ground};
use super::row::Ship;
use crate::time::Slot;

/// Tonnes below this are none.
pub const NOTHING: f64 = 1e-6;
/// What is no more than a rounding of layers.
const ROUNDING: f64 = 1e-9;

/// What can still be landed.
pub struct Hope<'g> {
    ground: &'g Ground,
    /// For each host, slot and layer of stock what it earns from a meeting's end on.
    hosts: Vec<Vec<f64>>,
    /// For each class, slot and layer of load what a carrier gains that is where ships are met then, later or never again.
    ships: Vec<Vec<f64>>,
    /// For each carrier, of all of them one by one, what it gains from the plan's start on.
    origins: Vec<f64>,
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
            hosts: hosts.map(|(host, own)| rows(own, host.ways.states, host.met, host.layers)).collect(),
            ships: ships.map(of_ship).collect(),
            origins: values.origins(ground).collect(),
        }
    }

    /// What a host still earns from the end of a meeting on, with that stock.
    pub fn of_host(&self, place: usize, end: Slot, stock: f64) -> f64 {
        let host = &self.ground.hosts[place];
        let layer = layer(stock, host.unit).min(host.layers - 1);
        self.hosts[place][end * host.layers + layer]
    }

    /// What a carrier gains that is there from a slot on, with what it has aboard.
    pub fn of_ship(&self, ship: &Ship, since: Slot) -> f64 {
        if ship.is_open {
            return self.origins[ship.nth];
        }
        let (slot, layers) = (ship.back.max(since), self.ground.carriers[ship.class].layers);
        let values = self.ships[ship.class].get(slot * layers..(slot + 1) * layers);
        values.map_or(0.0, |values| values[layer(ship.own + ship.spare, self.ground.unit).min(layers - 1)])
    }
}

/// How many layers so many tonnes are, rounded up.
pub fn layer(tonnes: f64, unit: f64) -> usize {
    (tonnes / unit - ROUNDING).ceil().max(0.0) as usize
}
