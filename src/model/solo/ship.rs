//! One ship: the best way through its network by what it has aboard, at given prices.
//!
//! In: its network. Out: [`Ship`]: for each node and each load what it can still earn ([`Ship::values`]), and the way on which it earns that
//! ([`Ship::follow`]). Loads are told apart in layers, for each kind of goods its own; what it holds, lifts and lands in a slot is rounded up to whole
//! ones. Nothing in between is better: whatever it does, let the same part of a layer be added to all that is aboard, and all be rounded down. What
//! it lifts and lands is then, over all such parts, on the average what it was, so that in some case it is worth as much. Only where there is room
//! for less than all holds, a layer of each kind more than that may be aboard; not so of two kinds with one layer, of which the part is added to one
//! and what is missing to a whole layer to the other. Beside what it has aboard it is told apart by when what comes again in a rhythm, or what keeps only so long, is due ([`Due`]).

use super::due::{Due, Side};
use super::layers::{GRAIN, fits, in_tanks, layers, loads_around, rounded_up, slack, unit};
use super::prices::Prices;
use super::rows::{PARTS, Rows};
use super::steps::{Act, Step, act, cargo, nodes, order, per_slot, steps};
use super::trades::{Trades, Way};
use super::{Group, Room};
use crate::id::Ix;
use crate::model::network::{Arc, SessionOf};
use crate::model::sets::Sets;
use crate::plan::{Commodity, Tank, Vessel};
use crate::time::Slot;

/// What is the same, as a part of what is earned.
const SAME: f64 = 1e-7;

/// A ship that lifts and lands.
pub struct Ship {
    /// Its network, by place.
    pub network: usize,
    /// How many are alike.
    pub count: usize,
    /// What it carries.
    pub cargoes: Vec<Ix<Commodity>>,
    /// Whether what it earns at best is never more than what is found here.
    pub is_bound: bool,
    /// Whether layers are as fine as matters.
    pub is_exact: bool,
    /// By which part of it what is lifted in a slot is rounded up at most.
    pub more: f64,
    /// For each cargo the tonnes of a layer.
    units: Vec<f64>,
    /// For each cargo how many layers there are, the empty one among them.
    sizes: Vec<usize>,
    /// For each load whether it fits.
    pub fits: Vec<bool>,
    /// For each load whether nothing is aboard of what is due.
    is_empty: Vec<bool>,
    /// What can still be earned when the ship is done, by load.
    done: Vec<f64>,
    /// The loads among which what is aboard at first lies, each with its share.
    aboard: Vec<(f64, usize)>,
    /// The steps from each node, in one row, and where those of each begin.
    steps: Vec<Step>,
    firsts: Vec<usize>,
    /// The nodes, each after those that lead to it.
    pub order: Vec<usize>,
    /// The slot of each.
    pub slots: Vec<Slot>,
    /// The rhythm that it keeps, or the goods that it must land in time.
    pub due: Due,
    /// Where values are, on each side.
    pub rows: [Rows; 2],
}

/// A way that was gone, and what came of it.
#[derive(Debug, Clone, Default)]
pub struct Gone {
    /// The arcs, by place.
    pub arcs: Vec<usize>,
    /// For each commodity the tonnes that were landed.
    pub landed: Vec<f64>,
    /// For each group of samplings the tonnes that were lifted.
    pub lifted: Vec<f64>,
    /// For each room the tonnes that were brought into it.
    pub rooms: Vec<f64>,
    /// For each task how often it was done.
    pub tasks: Vec<f64>,
    /// Whether it breaks the rhythm of its ship.
    pub breaks: bool,
}

impl Gone {
    /// Whether as much comes of another way of everything that counts.
    pub fn comes_to_the_same(&self, other: &Gone) -> bool {
        let all =
            |gone: &Gone| [&gone.landed, &gone.lifted, &gone.rooms, &gone.tasks].map(Clone::clone).concat();
        all(self).iter().zip(all(other)).all(|(own, other)| (own - other).abs() < GRAIN)
    }

    /// What comes of it, so many times.
    pub fn times(mut self, share: f64) -> Gone {
        let all = [&mut self.landed, &mut self.lifted, &mut self.rooms, &mut self.tasks];
        all.into_iter().flatten().for_each(|tonnes| *tonnes *= share);
        self
    }

    /// Adds what comes of another.
    pub fn add(&mut self, other: &Gone) {
        self.breaks |= other.breaks;
        let pairs = [
            (&mut self.landed, &other.landed),
            (&mut self.lifted, &other.lifted),
            (&mut self.rooms, &other.rooms),
            (&mut self.tasks, &other.tasks),
        ];
        for (sum, other) in pairs {
            sum.resize(other.len(), 0.0);
            sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
        }
    }
}

impl Ship {
    /// A ship that goes through a network, with so many values to be found or fewer; nothing where it does not lift.
    pub fn new(
        sets: &Sets<'_>,
        place: usize,
        (groups, rooms): (&[Group], &[Room]),
        values: usize,
    ) -> Option<Ship> {
        let (plan, network) = (sets.plan, &sets.networks[place]);
        let vessel = &plan.vessels[network.vessel];
        let mut cargoes: Vec<Ix<Commodity>> = network.sessions.iter().map(|s| cargo(sets, s.of)).collect();
        cargoes.sort_unstable();
        cargoes.dedup();
        if cargoes.is_empty() || !network.sessions.iter().any(|s| matches!(s.of, SessionOf::Sampling(_))) {
            return None;
        }
        let nodes = nodes(network);
        if nodes.get(&network.origin()) != Some(&0) {
            return None;
        }
        let holds: Vec<f64> =
            cargoes.iter().map(|cargo| vessel.hold[cargo.index()].min(vessel.hold_total)).collect();
        let binding = (vessel.hold_total < holds.iter().sum()).then_some(vessel.hold_total);
        if !holds.iter().all(|hold| hold.is_finite()) {
            return None;
        }
        let due = Due::new(sets, network, &cargoes);
        let of_load = nodes.len() * due.in_parts(due.part_for(PARTS)).places();
        let most = (values as f64 / of_load as f64).powf(1.0 / holds.len() as f64);
        let mut units = Vec::new();
        let (mut is_exact, mut more) = (true, 0.0_f64);
        for (cargo, &hold) in cargoes.iter().zip(&holds) {
            let own =
                network.sessions.iter().filter(|session| super::steps::cargo(sets, session.of) == *cargo);
            let rates = own.map(|session| per_slot(sets, session.of));
            let tanks = vessel.tanks.iter().filter(|tank| tank.takes[cargo.index()]);
            let tanks = tanks.map(|tank| tank.capacity);
            let all: Vec<f64> =
                rates.chain([hold]).chain(binding).chain(tanks).filter(|&tonnes| tonnes > 0.0).collect();
            let (unit, divides) = unit(&all, hold, most)?;
            is_exact &= divides;
            let lifts =
                network.sessions.iter().filter(|session| matches!(session.of, SessionOf::Sampling(_)));
            let lifts = lifts.filter(|session| super::steps::cargo(sets, session.of) == *cargo);
            let rounded = lifts.map(|session| rounded_up(&[per_slot(sets, session.of)], unit));
            more = rounded.fold(more, f64::max);
            units.push(unit);
        }
        let sizes: Vec<usize> =
            holds.iter().zip(&units).map(|(&hold, &unit)| layers(hold, unit) + 1).collect();
        let total = match (binding, slack(&units)) {
            (None, _) => f64::INFINITY,
            (Some(total), 0.0) => layers(total, units[0]) as f64 * units[0],
            (Some(total), slack) => total + slack,
        };
        is_exact &= binding.is_none_or(|binding| total - binding < GRAIN);
        let mut fits = fits(&sizes, &units, total);
        if !vessel.tanks.is_empty() {
            let tanks = tanks_of(vessel, &cargoes, &units);
            fits.iter_mut().zip(in_tanks(&sizes, &tanks)).for_each(|(fits, is_in)| *fits &= is_in);
        }
        let layers_of =
            |load: usize, cargo: usize| load / sizes[..cargo].iter().product::<usize>() % sizes[cargo];
        let is_empty = |load| due.cargo().is_some_and(|cargo| layers_of(load, cargo) == 0);
        let is_empty = (0..fits.len()).map(is_empty).collect();
        let done = fits.iter().map(|&fits| if fits { 0.0 } else { f64::NEG_INFINITY }).collect();
        let tonnes = |cargo: &Ix<Commodity>| super::before::aboard(sets, network.vessel, *cargo);
        let of_layer = cargoes.iter().zip(&units).map(|(cargo, unit)| tonnes(cargo) / unit);
        let in_layers: Vec<f64> = of_layer.collect();
        let is_bound = cargoes.iter().zip(&holds).all(|(cargo, hold)| tonnes(cargo) <= hold + GRAIN);
        let are_two = binding.is_some() && units.len() == 2 && slack(&units) == 0.0;
        let load = |layers: Vec<usize>| {
            let of_cargo = layers.into_iter().zip(&sizes).scan(1, |stride, (layers, size)| {
                let own = *stride * layers.min(size - 1);
                *stride *= size;
                Some(own)
            });
            of_cargo.sum()
        };
        let around = loads_around(&in_layers, are_two).into_iter();
        let aboard = around.map(|(share, layers)| (share, load(layers))).collect();
        let act = |arc: &Arc| act(sets, network, (&cargoes, groups, rooms), &units, arc);
        let (steps, firsts) = steps(network, &nodes, act);
        let order = order(network, &nodes);
        let (network, count) = (place, network.count);
        let mut slots = vec![0; nodes.len()];
        nodes.iter().for_each(|(node, &place)| slots[place] = node.slot);
        let ship = Ship {
            network,
            count,
            cargoes,
            is_bound,
            is_exact,
            more,
            units,
            sizes,
            fits,
            is_empty,
            done,
            aboard,
            steps,
            firsts,
            order,
            slots,
            due,
            rows: [Rows::none(), Rows::none()],
        };
        Some(ship.in_rows(values))
    }

    /// For each node and load what can still be earned from there on; nothing where time is up before that is known.
    pub fn values(&self, prices: &Prices, side: Side, has_time: &dyn Fn() -> bool) -> Option<Vec<f64>> {
        let (loads, rows) = (self.fits.len(), self.rows(side));
        let mut values = vec![f64::NEG_INFINITY; rows.count * loads];
        let [mut here, mut joined] = [(); 2].map(|()| vec![f64::NEG_INFINITY; loads]);
        let mut trades = Trades::new(&self.sizes);
        for &node in self.order.iter().rev() {
            if !has_time() {
                return None;
            }
            for place in 0..rows.places {
                let Some(row) = rows.of(node, place) else { continue };
                here.fill(f64::NEG_INFINITY);
                for step in self.of(node) {
                    let asks = self.due.asks(place, step.act);
                    for was_empty in [false, true].into_iter().filter(|was_empty| asks || !was_empty) {
                        let next = |is_empty| self.row_after(node, place, step, [was_empty, is_empty], side);
                        let Some(after) = self.after_in(&values, [next(false), next(true)], &mut joined)
                        else {
                            continue;
                        };
                        let each = self.each(prices, step.act);
                        let (gained, after) = match step.act {
                            Act::Other => (0.0, after),
                            Act::Task(task) => (prices.tasks[task.index()], after),
                            Act::Lift { cargo, most, .. } => {
                                (0.0, trades.after(after, (cargo, Way::More, most), -each))
                            }
                            Act::Land { cargo, most, .. } => {
                                (0.0, trades.after(after, (cargo, Way::Less, most), each))
                            }
                        };
                        let of_them = asks.then_some(was_empty);
                        self.take(&mut here, after, gained, of_them);
                    }
                }
                let unfit = here.iter_mut().zip(&self.fits).filter(|(_, fits)| !**fits);
                unfit.for_each(|(here, _)| *here = f64::NEG_INFINITY);
                values[row * loads..][..loads].copy_from_slice(&here);
            }
        }
        Some(values)
    }

    /// What can be earned after a step, by load, where what has something aboard of what is due goes on in one row, and what has nothing in the other;
    /// nothing where neither goes on.
    fn after_in<'v>(
        &'v self,
        values: &'v [f64],
        rows: [Option<Option<usize>>; 2],
        joined: &'v mut [f64],
    ) -> Option<&'v [f64]> {
        let loads = self.fits.len();
        let of = |row: Option<usize>| row.map_or(&self.done[..], |row| &values[row * loads..][..loads]);
        match rows {
            [None, None] => None,
            [some, other] if some == other => some.map(of),
            [some, none] => {
                let of = |row: Option<Option<usize>>, load: usize| {
                    row.map_or(f64::NEG_INFINITY, |row| of(row)[load])
                };
                for (load, (joined, &is_empty)) in joined.iter_mut().zip(&self.is_empty).enumerate() {
                    *joined = of(if is_empty { none } else { some }, load);
                }
                Some(joined)
            }
        }
    }

    /// The row after a step, or that there is none since the ship is done; nothing where it comes too late.
    fn row_after(
        &self,
        node: usize,
        place: usize,
        step: &Step,
        was_and_is: [bool; 2],
        side: Side,
    ) -> Option<Option<usize>> {
        match step.to {
            Some(to) => self.rows(side).of(to, self.place(node, place, step, was_and_is, side)?).map(Some),
            None => Some(None),
        }
    }

    /// Takes what is better after a step, of all loads or of those with nothing, or something, aboard of what is due.
    fn take(&self, here: &mut [f64], after: &[f64], gained: f64, of_them: Option<bool>) {
        let pairs = here.iter_mut().zip(after);
        match of_them {
            None => pairs.for_each(|(here, after)| *here = here.max(after + gained)),
            Some(is_empty) => pairs
                .zip(&self.is_empty)
                .filter(|(_, of_it)| **of_it == is_empty)
                .for_each(|((here, after), _)| *here = here.max(after + gained)),
        }
    }

    /// What is earned from the start on.
    pub fn most(&self, values: &[f64], side: Side) -> f64 {
        let of_load = |&(share, load): &(f64, usize)| {
            let row = self.rows(side).of(0, self.due.place_first(self.is_empty[load], side));
            row.map_or(f64::NEG_INFINITY, |row| share * values[row * self.fits.len() + load])
        };
        self.aboard.iter().map(of_load).sum()
    }

    /// The way on which that is earned, from the load that has the greatest share in it, and what comes of the ways from all of them; nothing where
    /// there is none.
    pub fn follow(&self, prices: &Prices, side: Side, values: &[f64]) -> Option<Gone> {
        let mut loads = self.aboard.clone();
        loads.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut all: Option<Gone> = None;
        for (share, load) in loads {
            let gone = self.follow_from(load, prices, side, values)?;
            match &mut all {
                None => all = Some(gone.times(share)),
                Some(all) => all.add(&gone.times(share)),
            }
        }
        all
    }

    /// The best way from a load.
    fn follow_from(&self, load: usize, prices: &Prices, side: Side, values: &[f64]) -> Option<Gone> {
        let loads = self.fits.len();
        let mut gone = Gone {
            arcs: Vec::new(),
            landed: vec![0.0; prices.landed.len()],
            lifted: vec![0.0; prices.lifted.len()],
            rooms: vec![0.0; prices.rooms.len()],
            tasks: vec![0.0; prices.tasks.len()],
            breaks: false,
        };
        let (mut at, mut place, mut load) = (0, self.due.place_first(self.is_empty[load], side), load);
        let mut due = self.due.at_first();
        loop {
            let here = values[self.rows(side).of(at, place)? * loads + load];
            if here == f64::NEG_INFINITY {
                return None;
            }
            let wanted = here - SAME * here.abs().max(1.0);
            let (step, moved) = self.of(at).iter().find_map(|step| {
                let after = |next: usize| {
                    let row =
                        self.row_after(at, place, step, [load, next].map(|load| self.is_empty[load]), side);
                    row.map_or(f64::NEG_INFINITY, |row| row.map_or(0.0, |row| values[row * loads + next]))
                };
                let each = self.each(prices, step.act);
                let gained = match step.act {
                    Act::Task(task) => prices.tasks[task.index()],
                    _ => 0.0,
                };
                let is_best = |&moved: &usize| {
                    let next = self.after(load, step.act, moved);
                    after(next) + gained + moved as f64 * each >= wanted
                };
                let most = self.most_of(load, step.act);
                (0..=most).rev().find(is_best).map(|moved| (step, moved))
            })?;
            let tonnes = moved as f64 * self.unit(step.act);
            let mut is_again = step.to.is_none();
            match step.act {
                Act::Other => {}
                Act::Task(task) => {
                    gone.tasks[task.index()] += 1.0;
                    is_again |= self.due.is_it(task) && !self.due.is_past(self.slots[at]);
                }
                Act::Lift { group, .. } => gone.lifted[group] += tonnes,
                Act::Land { cargo, room, is_shore, .. } => {
                    if is_shore {
                        gone.landed[self.cargoes[cargo].index()] += tonnes;
                    }
                    if let Some(room) = room {
                        gone.rooms[room] += tonnes;
                    }
                }
            }
            gone.arcs.push(step.arc);
            gone.breaks |= is_again && due.is_some_and(|due| due < self.slots[at]);
            let was = load;
            load = self.after(load, step.act, moved);
            let Some(to) = step.to else { return Some(gone) };
            place = self.place(at, place, step, [was, load].map(|load| self.is_empty[load]), side)?;
            at = to;
            if is_again {
                due = self.due.after(self.slots[at]);
            }
        }
    }

    /// The steps from a node.
    pub fn of(&self, node: usize) -> &[Step] {
        &self.steps[self.firsts[node]..self.firsts[node + 1]]
    }

    /// Tonnes of a layer of what is lifted or landed.
    fn unit(&self, act: Act) -> f64 {
        match act {
            Act::Lift { cargo, .. } | Act::Land { cargo, .. } => self.units[cargo],
            Act::Other | Act::Task(_) => 0.0,
        }
    }

    /// What a layer that is lifted or landed earns.
    fn each(&self, prices: &Prices, act: Act) -> f64 {
        match act {
            Act::Lift { group, .. } => self.unit(act) * prices.lifted[group],
            Act::Land { cargo, room, is_shore, .. } => {
                let landed = if is_shore { prices.landed[self.cargoes[cargo].index()] } else { 0.0 };
                self.unit(act) * (landed - room.map_or(0.0, |room| prices.rooms[room]))
            }
            Act::Other | Act::Task(_) => 0.0,
        }
    }

    /// Loads from one layer of a cargo to the next.
    fn stride(&self, cargo: usize) -> usize {
        self.sizes[..cargo].iter().product()
    }

    /// How many layers can be lifted or landed at most.
    fn most_of(&self, load: usize, act: Act) -> usize {
        let held = |cargo: usize| load / self.stride(cargo) % self.sizes[cargo];
        match act {
            Act::Lift { cargo, most, .. } => {
                let stride = self.stride(cargo);
                let room = most.min(self.sizes[cargo] - 1 - held(cargo));
                (0..=room).rev().find(|more| self.fits[load + more * stride]).unwrap_or(0)
            }
            Act::Land { cargo, most, .. } => most.min(held(cargo)),
            Act::Other | Act::Task(_) => 0,
        }
    }

    /// The load after so many layers were lifted or landed.
    fn after(&self, load: usize, act: Act, moved: usize) -> usize {
        match act {
            Act::Lift { cargo, .. } => load + moved * self.stride(cargo),
            Act::Land { cargo, .. } => load - moved * self.stride(cargo),
            Act::Other | Act::Task(_) => load,
        }
    }
}

/// For each tank how many layers of each cargo it takes: none that has something else in it from the start, which stays there.
fn tanks_of(vessel: &Vessel, cargoes: &[Ix<Commodity>], units: &[f64]) -> Vec<Vec<usize>> {
    let is_carried = |of: usize| cargoes.iter().any(|cargo| cargo.index() == of);
    let is_free =
        |tank: &&Tank| !tank.aboard.iter().enumerate().any(|(of, tonnes)| *tonnes > 0.0 && !is_carried(of));
    let of_tank = |tank: &Tank| {
        let of_cargo = cargoes.iter().zip(units);
        let layers = |(cargo, &unit): (&Ix<Commodity>, &f64)| {
            if tank.takes[cargo.index()] { layers(tank.capacity, unit) } else { 0 }
        };
        of_cargo.map(layers).collect()
    };
    vessel.tanks.iter().filter(is_free).map(of_tank).collect()
}
