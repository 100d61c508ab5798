//! Prices of what a ship's own way does not know of: what may be lifted in all and what it is worth, room ashore, how often a task is done.
//!
//! In: the groups of samplings, the rooms, the tasks of a plan. Out: [`Prices`], and what they bound ([`Prices::constant`]); better ones come of the
//! ways that are known ([`super::mixture`]).

use super::ship::Gone;
use super::{Group, Room};

/// What a unit of each counts, in worth.
#[derive(Debug, Clone)]
pub struct Prices {
    /// A tonne that is landed, by commodity.
    pub landed: Vec<f64>,
    /// A tonne that is lifted, by group of samplings.
    pub lifted: Vec<f64>,
    /// A tonne of room, by room.
    pub rooms: Vec<f64>,
    /// A task that is done, by task.
    pub tasks: Vec<f64>,
}

/// What is priced.
pub struct Priced<'a> {
    pub groups: &'a [Group],
    pub rooms: &'a [Room],
    /// For each task how often it may be done at least and at most.
    pub tasks: &'a [(u32, u32)],
    /// For each task whether it is one of the ships that does it: of others nothing is known here.
    pub own: &'a [bool],
    /// For each commodity the tonnes that are at sea from the start: they land first, and count for nobody.
    pub at_sea: &'a [f64],
}

impl Prices {
    /// As if nothing were bounded: of each commodity a landed tonne counts what it is least worth, and a lifted one what it is worth besides.
    pub fn first(of: &Priced<'_>, commodities: usize) -> Prices {
        let mut landed = vec![f64::INFINITY; commodities];
        for group in of.groups {
            let least = &mut landed[group.commodity.index()];
            *least = least.min(group.first_worth());
        }
        landed.iter_mut().filter(|least| least.is_infinite()).for_each(|least| *least = 0.0);
        let besides = |group: &Group| group.first_worth() - landed[group.commodity.index()];
        let lifted = of.groups.iter().map(besides).collect();
        Prices { landed, lifted, rooms: vec![0.0; of.rooms.len()], tasks: vec![0.0; of.tasks.len()] }
    }

    /// What was landed and lifted already counts.
    pub fn earned(&self, gone: &Gone) -> f64 {
        let pairs = [(&self.landed, &gone.landed), (&self.lifted, &gone.lifted)];
        let tonnes = pairs.into_iter().flat_map(|(prices, tonnes)| prices.iter().zip(tonnes));
        let rooms = self.rooms.iter().zip(&gone.rooms).map(|(price, tonnes)| price * tonnes);
        tonnes.map(|(price, tonnes)| price * tonnes).sum::<f64>() - rooms.sum::<f64>()
    }

    /// What a tonne of a group is priced at in all.
    fn of(&self, group: &Group, lifted: f64) -> f64 {
        self.landed[group.commodity.index()] + lifted.max(0.0)
    }

    /// What the prices leave: no schedule is worth more than this and what ways earn at them.
    pub fn constant(&self, of: &Priced<'_>) -> f64 {
        let groups = of.groups.iter().zip(&self.lifted).map(|(group, &lifted)| {
            let price = self.of(group, lifted);
            let credited = group.steps.iter().map(|&(tonnes, each)| (each - price).max(0.0) * tonnes);
            credited.sum::<f64>() + (-lifted).max(0.0) * group.most
        });
        let rooms = of.rooms.iter().zip(&self.rooms).map(|(room, price)| price * room.most);
        let tasks = of.tasks.iter().zip(&self.tasks).map(|(&(least, most), &price)| {
            let bound = if price > 0.0 { least } else { most };
            -price * f64::from(bound)
        });
        let at_sea = self.landed.iter().zip(of.at_sea).map(|(price, tonnes)| price * tonnes);
        groups.sum::<f64>() + rooms.sum::<f64>() + tasks.sum::<f64>() - at_sea.sum::<f64>()
    }

    /// Prices that are so great a share of the way to others.
    pub fn towards(&self, other: &Prices, share: f64) -> Prices {
        let between = |own: &[f64], other: &[f64]| {
            own.iter().zip(other).map(|(own, other)| own + share * (other - own)).collect()
        };
        Prices {
            landed: between(&self.landed, &other.landed),
            lifted: between(&self.lifted, &other.lifted),
            rooms: between(&self.rooms, &other.rooms),
            tasks: between(&self.tasks, &other.tasks),
        }
    }
}
