//! Prices of what a ship's own way does not know of: what may be lifted in all and what it is worth, room ashore, how often a task is done.
//!
//! In: the groups of samplings, the rooms, the tasks of a plan. Out: [`Prices`], what they bound ([`Prices::constant`]), and steps towards better
//! ones: what was lifted, landed and done on the best ways less what the prices take for best.

use super::ship::Gone;
use super::{Group, Room};
use crate::id::Table;
use crate::plan::Task;

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
    pub tasks: &'a Table<Task>,
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
        let tasks = of.tasks.iter().zip(&self.tasks).map(|(task, &price)| {
            let bound = if price > 0.0 { task.least } else { task.most };
            -price * f64::from(bound)
        });
        let at_sea = self.landed.iter().zip(of.at_sea).map(|(price, tonnes)| price * tonnes);
        groups.sum::<f64>() + rooms.sum::<f64>() + tasks.sum::<f64>() - at_sea.sum::<f64>()
    }

    /// By how much what is bounded rises with each price, when ships go like this.
    pub fn slope(&self, of: &Priced<'_>, gone: &Gone) -> Prices {
        let mut credited: Vec<f64> = Vec::new();
        for ((group, &price), &lifted) in of.groups.iter().zip(&self.lifted).zip(&gone.lifted) {
            let in_all = self.of(group, price);
            let sum = |is_in: &dyn Fn(f64) -> bool| -> f64 {
                group.steps.iter().filter(|step| is_in(step.1)).map(|step| step.0).sum()
            };
            let [least, most] = [sum(&|each| each > in_all + ALIKE), sum(&|each| each > in_all - ALIKE)];
            credited.push(lifted.clamp(least, most));
        }
        let of_group = |(group, (lifted, credited)): (&Group, (f64, f64)), price: f64| {
            if price < 0.0 { lifted - group.most } else { lifted - credited }
        };
        let groups = of.groups.iter().zip(gone.lifted.iter().copied().zip(credited.iter().copied()));
        let lifted = groups.zip(&self.lifted).map(|(group, &price)| of_group(group, price)).collect();
        let mut landed: Vec<f64> =
            gone.landed.iter().zip(of.at_sea).map(|(landed, at_sea)| landed - at_sea).collect();
        for (group, credited) in of.groups.iter().zip(&credited) {
            landed[group.commodity.index()] -= credited;
        }
        // What is still aboard at the end is credited to nobody.
        landed.iter_mut().zip(&gone.landed).for_each(|(off, all)| *off = off.max(-all).min(*all));
        let rooms = of.rooms.iter().zip(&gone.rooms).map(|(room, used)| room.most - used).collect();
        let counts = self.tasks.iter().zip(&gone.tasks).zip(of.own);
        let tasks = of.tasks.iter().zip(counts).map(|(task, ((&price, &count), &is_own))| {
            let [least, most] = [task.least, task.most].map(f64::from);
            let bound = match price {
                price if price > 0.0 => least,
                price if price < 0.0 => most,
                _ => count.clamp(least, most),
            };
            // What nobody here does has no price.
            if is_own { count - bound } else { 0.0 }
        });
        Prices { landed, lifted, rooms, tasks: tasks.collect() }
    }

    /// The square of a slope, tasks counted as so many tonnes; what is at its end already does not count.
    pub fn square(&self, slope: &Prices, scale: f64) -> f64 {
        let of = |(&price, &off): (&f64, &f64)| if price <= 0.0 && off > 0.0 { 0.0 } else { off * off };
        let landed: f64 = self.landed.iter().zip(&slope.landed).map(of).sum();
        let rooms: f64 = self.rooms.iter().zip(&slope.rooms).map(of).sum();
        let lifted: f64 = slope.lifted.iter().map(|off| off * off).sum();
        let tasks: f64 = slope.tasks.iter().map(|off| off * off).sum();
        landed + lifted + rooms + scale * scale * tasks
    }

    /// Goes down a slope.
    pub fn go(&mut self, slope: &Prices, step: f64, scale: f64) {
        let go = |prices: &mut [f64], slope: &[f64], step: f64, least: f64| {
            prices.iter_mut().zip(slope).for_each(|(price, off)| *price = (*price - step * off).max(least));
        };
        go(&mut self.landed, &slope.landed, step, 0.0);
        go(&mut self.lifted, &slope.lifted, step, f64::NEG_INFINITY);
        go(&mut self.rooms, &slope.rooms, step, 0.0);
        go(&mut self.tasks, &slope.tasks, step * scale * scale, f64::NEG_INFINITY);
    }
}

/// Prices that differ by less are alike.
const ALIKE: f64 = 1e-9;
