//! Rows of meetings for several ships at once: slot by slot, the most hopeful kept.
//!
//! In: a [`Ground`], its [`Tables`], and the [`Values`] at good prices. Out: the best meetings that were found, if any. A row is what has been
//! agreed up to a slot: when each ship was last met and what it then had, when each carrier is back, what will have been landed. In each slot
//! whoever is there may meet, or wait; of all rows those are kept from which, at the prices, the most can still come. All rows of a slot have
//! come as far, so that they can be compared; that is what the search by meetings cannot do for several ships.

use super::berths::{Berths, taken};
use super::duals::Values;
use super::ground::{Ground, Host};
use super::hope::{Hope, NOTHING, layer};
use super::label::{Meeting, Ship, Stand};
use super::steps::{Act, Step};
use super::tables::{Shore, Tables, Trip};
use crate::time::Slot;
use rayon::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;

/// Hopes that differ by less are the same, in parts of a tonne.
const SAME: f64 = 1e3;

/// The meetings of a row, the last one first.
#[derive(Debug)]
struct Chain {
    before: Option<Arc<Chain>>,
    meeting: Meeting,
}

/// What has been agreed up to a slot.
#[derive(Debug, Clone)]
struct Row {
    /// Tonnes that are landed, or will be.
    landed: f64,
    /// What can come of it at the prices.
    bound: f64,
    hosts: Vec<Stand>,
    /// What each host still earns.
    hopes: Vec<f64>,
    ships: Vec<Ship>,
    /// What is brought into each room.
    rooms: Vec<f64>,
    last: Option<Arc<Chain>>,
}

/// A search slot by slot.
pub struct Beam<'g> {
    ground: &'g Ground,
    tables: &'g Tables<'g>,
    values: &'g Values,
    hope: Hope<'g>,
    /// The longest step of each host.
    longest: Vec<usize>,
    berths: Berths<'g>,
}

impl<'g> Beam<'g> {
    /// A search that goes by some values.
    pub fn new(ground: &'g Ground, tables: &'g Tables<'g>, values: &'g Values) -> Beam<'g> {
        let longest = |host: &Host| {
            let steps = host.ways.steps.iter().filter(|step| !matches!(step.act, Act::Meet(_)));
            let long =
                |step: &Step| step.to.map_or(0, |to| to / host.ways.states - step.from / host.ways.states);
            steps.map(long).max().unwrap_or(0)
        };
        Beam {
            ground,
            tables,
            values,
            hope: Hope::new(ground, values),
            longest: ground.hosts.iter().map(longest).collect(),
            berths: Berths::new(ground),
        }
    }

    /// The best meetings that are found when so many rows are kept, and what they land.
    pub fn run(&self, width: usize, known: f64, has_time: &dyn Fn() -> bool) -> Option<(f64, Vec<Meeting>)> {
        let ground = self.ground;
        let mut rows = vec![self.origin()];
        let mut best: Option<(f64, Option<Arc<Chain>>)> = None;
        let mut known = known;
        for slot in 0..ground.slots {
            if !has_time() {
                break;
            }
            // Host after host: those who have had their turn meet nobody before the next slot.
            for place in 0..ground.hosts.len() {
                let each = rows.len().div_ceil(2 * rayon::current_num_threads()).max(1);
                let next: Vec<Vec<Row>> = rows
                    .par_chunks_mut(each)
                    .map(|some| {
                        let mut next = Vec::new();
                        for row in some {
                            self.extend(row, slot, place, known, &mut next);
                            row.hopes[place] = self.of_host(place, &row.hosts[place], slot + 1);
                            row.bound = self.bound(row, self.since(slot, place));
                        }
                        next
                    })
                    .collect();
                rows.extend(next.into_iter().flatten());
                for row in &rows {
                    if row.landed > known + NOTHING {
                        known = row.landed;
                        best = Some((known, row.last.clone()));
                    }
                }
                rows = self.thinned(std::mem::take(&mut rows), slot, width, known);
            }
            if rows.is_empty() {
                break;
            }
        }
        let (landed, mut last) = best?;
        let mut meetings = Vec::new();
        while let Some(chain) = last {
            meetings.push(chain.meeting);
            last = chain.before.clone();
        }
        meetings.reverse();
        Some((landed, meetings))
    }

    /// From when on carriers can be met, when a host has had its turn in a slot.
    fn since(&self, slot: Slot, place: usize) -> Slot {
        if place + 1 < self.ground.hosts.len() { slot } else { slot + 1 }
    }

    /// The most hopeful rows, each once.
    fn thinned(&self, mut rows: Vec<Row>, slot: Slot, width: usize, known: f64) -> Vec<Row> {
        rows.retain(|row| row.bound > known + NOTHING);
        rows.sort_by(|a, b| b.bound.total_cmp(&a.bound));
        let mut seen = HashSet::new();
        let mut kept = Vec::with_capacity(width);
        for row in rows {
            if kept.len() == width {
                break;
            }
            if seen.insert(self.key(&row, slot + 1)) {
                kept.push(row);
            }
        }
        kept
    }

    fn origin(&self) -> Row {
        let ground = self.ground;
        let stand = Stand { end: None, stock: 0.0, taken: 0.0 };
        let hosts = vec![stand; ground.hosts.len()];
        let hopes = (0..hosts.len()).map(|place| self.of_host(place, &stand, 0)).collect();
        Row {
            landed: 0.0,
            bound: f64::INFINITY,
            hosts,
            hopes,
            ships: Ship::all(ground, self.tables),
            rooms: vec![0.0; ground.rooms.len()],
            last: None,
        }
    }

    /// What tells rows of a slot apart.
    fn key(&self, row: &Row, slot: Slot) -> Vec<u64> {
        let hosts = row.hopes.iter().map(|hope| (hope * SAME).round() as i64 as u64);
        let ships = row.ships.iter().map(|ship| {
            let back = ship.back.max(slot) as u64;
            back << 24 | (ship.class as u64) << 16 | (ship.spare * 8.0) as u64
        });
        hosts.chain(ships).collect()
    }

    /// What can come of a row at the prices, from a slot on.
    fn bound(&self, row: &Row, slot: Slot) -> f64 {
        let hosts: f64 = row.hopes.iter().sum();
        let ships: f64 = row.ships.iter().map(|ship| self.of_ship(ship, slot)).sum();
        row.landed + hosts + ships + self.of_rooms(row)
    }

    /// What is left of rooms is worth.
    fn of_rooms(&self, row: &Row) -> f64 {
        let prices = self.values.market.rooms.iter().zip(&self.ground.rooms);
        prices.zip(&row.rooms).map(|((price, room), used)| price * (room - used)).sum()
    }

    /// What a carrier gains from a slot on.
    fn of_ship(&self, ship: &Ship, slot: Slot) -> f64 {
        self.hope.with_load(ship, slot)
    }

    /// What a host earns that is not met before a slot.
    fn of_host(&self, place: usize, stand: &Stand, slot: Slot) -> f64 {
        let host = &self.ground.hosts[place];
        if stand.end.is_some_and(|end| end >= slot) {
            return self.hope.of_host(place, stand.end, stand.stock);
        }
        let lifted = self.tables.lifted(place, stand.end);
        let stock = layer(stand.stock, host.unit);
        let values = &self.values.hosts[place];
        let of = |(node, lifted): (usize, i32)| {
            let layer = (stock + lifted as usize * host.lift_layers).min(host.layers - 1);
            values[node * host.layers + layer]
        };
        // Whoever is not met before the slot passes one of the nodes from then on, within his longest step.
        let last = (slot + self.longest[place]).min(self.ground.slots);
        lifted.nodes(slot, last).map(of).fold(0.0, f64::max)
    }

    /// Adds the rows in which a host is met from a slot on.
    fn extend(&self, row: &Row, slot: Slot, place: usize, known: f64, next: &mut Vec<Row>) {
        let stand = row.hosts[place];
        if stand.end.is_some_and(|end| end > slot) {
            return;
        }
        let host = &self.ground.hosts[place];
        let Some(slots) = self.tables.lifts(place, stand.end, slot) else { return };
        let stock = (stand.stock + slots * host.lift).min(host.hold).min(host.most - stand.taken);
        if stock <= NOTHING {
            return;
        }
        for (nth, ship) in row.ships.iter().enumerate() {
            let is_same =
                |other: &Ship| other.class == ship.class && other.back <= slot && other.spare == ship.spare;
            if ship.back <= slot && !row.ships[..nth].iter().any(is_same) {
                self.meet(row, slot, (place, nth), stock, known, next);
            }
        }
    }

    fn meet(
        &self,
        row: &Row,
        slot: Slot,
        (place, nth): (usize, usize),
        stock: f64,
        known: f64,
        next: &mut Vec<Row>,
    ) {
        let ground = self.ground;
        let ship = row.ships[nth];
        let carrier = &ground.carriers[ship.class];
        let Some(link) = &carrier.links[place] else { return };
        if link.open[slot] < link.setup + 1 + link.off {
            return;
        }
        let since = self.since(slot, place);
        let others = self.bound(row, since) - row.hopes[place] - self.of_ship(&ship, since);
        let taken = taken(&row.ships, nth, slot);
        let mut leads: Vec<(Shore, Slot, Slot, f64)> = Vec::new();
        let longest = link.open[slot] - link.setup - link.off;
        for flow in 1..=longest {
            let end = slot + link.setup + flow + link.off;
            let can = |slots: usize| (ship.spare + link.rate * slots as f64).min(carrier.hold);
            let mut go = |trip: Option<Trip>| {
                let (tonnes, spare, landed) = match trip {
                    Some(trip) => {
                        let room = match trip.shore {
                            Shore::Room(room) => ground.rooms[room] - row.rooms[room],
                            _ => f64::INFINITY,
                        };
                        let lands = trip.lands.min(can(flow)).min(ship.spare + stock).min(room);
                        ((lands - ship.spare).max(0.0), 0.0, lands)
                    }
                    None => {
                        let takes = (can(flow) - ship.spare).min(stock);
                        (takes, ship.spare + takes, 0.0)
                    }
                };
                if tonnes <= NOTHING {
                    return;
                }
                let back = trip.map_or(end, |trip| trip.back);
                let is_idle = |&(shore, other, ends, gained): &(Shore, Slot, Slot, f64)| {
                    trip.is_some_and(|trip| trip.shore == shore)
                        && other <= back
                        && ends <= end
                        && gained >= landed + spare - NOTHING
                };
                if leads.iter().any(is_idle) {
                    return;
                }
                let stand =
                    Stand { end: Some(end), stock: stock - tonnes, taken: row.hosts[place].taken + tonnes };
                let landing = trip.map_or(ship.landing, |trip| trip.landing);
                let after = Ship { back, spare, landing, ..ship };
                let priced = match trip.map(|trip| trip.shore) {
                    Some(Shore::Room(room)) => self.values.market.rooms[room] * landed,
                    _ => 0.0,
                };
                let hope = self.of_host(place, &stand, slot + 1);
                let bound = others + landed - priced + hope + self.of_ship(&after, since);
                if bound <= known + NOTHING {
                    return;
                }
                if let Some(trip) = trip {
                    leads.push((trip.shore, back, end, landed));
                }
                let meeting = Meeting { host: place, carrier: ship.nth, start: slot, end, trip, tonnes };
                let mut new = Row {
                    landed: row.landed + landed,
                    bound,
                    last: Some(Arc::new(Chain { before: row.last.clone(), meeting })),
                    ..row.clone()
                };
                new.hosts[place] = stand;
                new.hopes[place] = hope;
                new.ships[nth] = after;
                if let Some(Shore::Room(room)) = trip.map(|trip| trip.shore) {
                    new.rooms[room] += landed;
                }
                new.ships.sort_unstable_by_key(|ship| (ship.class, ship.back, ship.nth));
                next.push(new);
            };
            let trips = &self.tables.trips[ship.class][end.min(ground.slots)];
            self.berths.for_each(ship.class, trips, &taken, |trip| go(Some(trip)));
            if ship.spare + stock < carrier.hold || can(flow) < carrier.hold {
                go(None);
            }
            // A longer meeting takes no more.
            if can(flow) >= carrier.hold || can(flow - 1) - ship.spare >= stock {
                break;
            }
        }
    }
}
