//! Which carrier meets which ship when, and takes how much: slot by slot, the hopeful rows of meetings kept.
//!
//! In: a [`Ground`], its [`Tables`], and the [`Values`] at good prices. Out: the best meetings that were found, and what no others better. In each
//! slot whoever is there may meet, or wait, host after host. All rows of a slot have come as far, so that they can be compared: one from which no
//! more can be landed than is known already is dropped, and so is one that another is nowhere behind of ([`super::dominance`]). If there is
//! no room for all, those are kept from which, at the prices, the most can still come.
//!
//! A carrier takes as much as its trip can land, since a tonne that is landed sooner is never worth less. What it might have taken besides
//! (`spare`) stays with the ship that is met, and may be taken later as if it were aboard already. So every schedule is among those looked at, or one that
//! lands no less, as long as berths are taken to be free and trips may land anywhere; with several ships what a carrier may have of one counts in
//! that one's hold as well, so that the bound may be too high. Where carriers wait for berths they really
//! take what they stay with, if there are several ships: these rows become schedules.

use super::before::Begun;
use super::berths::{Berths, taken};
use super::dominance::{Dominance, Turn};
use super::duals::Values;
use super::ground::{Ground, Link};
use super::hope::{Hope, NOTHING, layer};
use super::row::{Chain, Meeting, Row, Ship, Stand};
use super::tables::{Shore, Tables, Trip};
use crate::time::Slot;
use rayon::prelude::*;
use std::sync::Arc;

/// Fewer rows than this are not worth being gone on with side by side.
const FEW: usize = 16;

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// The best row, where it lands more than was known.
    pub best: Option<Row>,
    /// No meetings land more, as far as the search knows.
    pub bound: f64,
}

/// How a search goes about it.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Rows that are kept in a slot.
    pub rows: usize,
    /// So many of them, at most, whose carriers are there at the same times.
    pub alike: usize,
    /// Whether carriers wait for berths that are taken; then what is found bounds nothing.
    pub waits: bool,
    /// If what had to be dropped might come to more than this, it is not gone on with.
    pub limit: f64,
}

/// A search over a ground.
pub struct Search<'g> {
    pub(super) ground: &'g Ground,
    pub(super) tables: &'g Tables<'g>,
    values: &'g Values,
    hope: Hope<'g>,
    pub(super) berths: Berths<'g>,
}

/// One carrier and one host, from a slot on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub place: usize,
    pub nth: usize,
    pub slot: Slot,
    /// What the host has, in tonnes.
    pub stock: f64,
}

/// How a meeting can go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// When it begins, or has begun.
    pub start: Slot,
    /// Slots before anything flows, from now on.
    pub setup: usize,
    /// Slots in which something flows, at least and at most; none where it cannot be.
    pub flow: (usize, usize),
    /// Tonnes that can go over.
    pub largest: f64,
}

impl Terms {
    /// Of a meeting that begins in a slot.
    fn of(link: &Link, slot: Slot) -> Terms {
        let most = link.open[slot].saturating_sub(link.setup + link.off);
        Terms { start: slot, setup: link.setup, flow: (1, most), largest: link.largest }
    }

    /// Of one that is under way.
    pub fn of_begun(link: &Link, begun: &Begun, until: Slot) -> Terms {
        let open = link.open.get(until).copied().unwrap_or(0);
        let (least, most) = (usize::from(!begun.flows), open.checked_sub(begun.setup + link.off));
        // That it is over at once is always possible where it is past its first part, whatever the sea lets begin.
        let most = most.unwrap_or(0).max(usize::from(!begun.flows && open > begun.setup));
        let largest = (link.largest - begun.gone).max(0.0);
        Terms { start: begun.start, setup: begun.setup, flow: (least, most), largest }
    }
}

/// What a meeting of some length leads to.
#[derive(Debug, Clone, Copy)]
struct Lead {
    end: Slot,
    trip: Option<Trip>,
    /// When the carrier can meet again.
    back: Slot,
    landed: f64,
    /// What the host gives for it.
    given: f64,
    spare: f64,
    own: f64,
    source: Option<usize>,
}

impl<'g> Search<'g> {
    /// A search that goes by some values.
    pub fn new(ground: &'g Ground, tables: &'g Tables<'g>, values: &'g Values) -> Search<'g> {
        Search { ground, tables, values, hope: Hope::new(ground, values), berths: Berths::new(ground) }
    }

    /// The best meetings; nothing is looked at that lands no more than `known`.
    pub fn run(&self, known: f64, room: Room, has_time: &dyn Fn() -> bool) -> Found {
        let mut best: Option<Row> = None;
        let mut known = known;
        let (mut rows, mut dropped) = self.first_rows(known, room);
        for row in &rows {
            if row.landed > known + NOTHING {
                known = row.landed;
                best = Some(row.clone());
            }
        }
        let dominance = Dominance::new(self.ground, self.tables, room.waits, room.alike);
        let hosts = self.ground.hosts.len();
        let turns = (self.ground.until..self.ground.slots)
            .flat_map(|slot| (0..hosts).map(move |place| (slot, place)));
        for (slot, place) in turns {
            if !has_time() || dropped > room.limit {
                dropped = rows.iter().map(|row| row.bound).fold(dropped, f64::max);
                break;
            }
            let turn = Turn { slot, place, is_last: place + 1 == hosts, is_first: false };
            let next = self.next(&mut rows, turn, known, room);
            rows.extend(next);
            for row in &rows {
                if row.landed > known + NOTHING {
                    known = row.landed;
                    best = Some(row.clone());
                }
            }
            rows.retain(|row| row.bound > known + NOTHING);
            let (kept, without) = dominance.thinned(rows, turn, room.rows);
            (rows, dropped) = (kept, dropped.max(without));
            if rows.is_empty() {
                break;
            }
        }
        Found { bound: dropped.max(known), best }
    }

    pub(super) fn origin(&self) -> Row {
        let mut row = Row::origin(self.ground, self.tables);
        row.hopes =
            row.hosts.iter().enumerate().map(|(place, stand)| self.of_host(place, stand, 0)).collect();
        row
    }

    /// The rows in which a host is met in its turn; those that are there go on without.
    fn next(&self, rows: &mut [Row], turn: Turn, known: f64, room: Room) -> Vec<Row> {
        let of_some = |some: &mut [Row]| {
            let mut next = Vec::new();
            for row in some {
                self.extend(row, turn, known, room, &mut next);
                row.hopes[turn.place] = self.of_host(turn.place, &row.hosts[turn.place], turn.slot + 1);
                row.bound = row.bound.min(self.bound(row, turn));
            }
            next
        };
        if rows.len() < FEW {
            return of_some(rows);
        }
        let each = rows.len().div_ceil(2 * rayon::current_num_threads());
        let next: Vec<Vec<Row>> = rows.par_chunks_mut(each).map(of_some).collect();
        next.into_iter().flatten().collect()
    }

    /// What can come of a row at the prices.
    pub(super) fn bound(&self, row: &Row, turn: Turn) -> f64 {
        let hosts: f64 = row.hopes.iter().sum();
        let ships: f64 = row.ships.iter().map(|ship| self.hope.of_ship(ship, turn.of_ships())).sum();
        row.landed + hosts + ships + self.of_rooms(row)
    }

    /// What is left of rooms is worth.
    fn of_rooms(&self, row: &Row) -> f64 {
        let prices = self.values.market.rooms.iter().zip(&self.ground.rooms);
        prices.zip(&row.rooms).map(|((price, room), used)| price * (room - used)).sum()
    }

    /// What a host earns that is not met before a slot.
    fn of_host(&self, place: usize, stand: &Stand, slot: Slot) -> f64 {
        let host = &self.ground.hosts[place];
        if let Some(end) = stand.end.filter(|&end| end >= slot) {
            return self.hope.of_host(place, end, stand.stock);
        }
        let values = &self.values.hosts[place];
        let held = self.tables.held(place, stand, 0.0, slot).zip(self.tables.front(place, slot));
        let of = |(held, &node): (f64, &usize)| {
            let layer = layer(held, host.unit).min(host.layers - 1);
            values[node * host.layers + layer]
        };
        held.filter(|(held, _)| *held >= 0.0).map(of).fold(0.0, f64::max)
    }

    /// Adds the rows in which a host is met in its turn.
    fn extend(&self, row: &Row, turn: Turn, known: f64, room: Room, next: &mut Vec<Row>) {
        let Turn { slot, place, .. } = turn;
        let (host, stand) = (&self.ground.hosts[place], &row.hosts[place]);
        if stand.end.is_some_and(|end| end > slot) {
            return;
        }
        let Some(slots) = self.tables.lifts(place, stand.end, slot) else { return };
        // What carriers may have taken already makes room for more.
        let most = (host.hold + row.spares(place)).min(host.most - stand.taken);
        let stock = (stand.stock + slots * host.lift).min(most);
        if stock <= NOTHING {
            return;
        }
        for (nth, ship) in row.ships.iter().enumerate() {
            // Of carriers that are alike in all that counts one is enough.
            let is_same = |other: &Ship| {
                let of = |ship: &Ship| (ship.class, ship.source, ship.spare, ship.own);
                let alike = of(other) == of(ship);
                alike && other.back <= slot
            };
            if ship.back <= slot && !row.ships[..nth].iter().any(is_same) {
                let Some(link) = &self.ground.carriers[ship.class].links[place] else { continue };
                self.meet(
                    row,
                    turn,
                    Pair { place, nth, slot, stock },
                    &Terms::of(link, slot),
                    known,
                    room,
                    next,
                );
            }
        }
    }

    /// Adds the rows in which a host is met by a carrier.
    #[expect(
        clippy::too_many_arguments,
        reason = "a row, who meets on what terms, and how the search goes about it"
    )]
    pub(super) fn meet(
        &self,
        row: &Row,
        turn: Turn,
        pair: Pair,
        terms: &Terms,
        known: f64,
        room: Room,
        next: &mut Vec<Row>,
    ) {
        let Pair { place, nth, slot, stock } = pair;
        let ship = row.ships[nth];
        let carrier = &self.ground.carriers[ship.class];
        let Some(link) = &carrier.links[place] else { return };
        let (least, most) = terms.flow;
        let mut others = row.hopes.iter().sum::<f64>() - row.hopes[place] + row.landed + self.of_rooms(row);
        let besides = row.ships.iter().enumerate().filter(|(other, _)| *other != nth);
        others += besides.map(|(_, other)| self.hope.of_ship(other, turn.of_ships())).sum::<f64>();
        let taken = if room.waits { taken(&row.ships, nth, slot) } else { Vec::new() };
        let mut leads: Vec<Lead> = Vec::new();
        for flow in least..=most {
            let end = slot + terms.setup + flow + link.off;
            let flowed = link.rate * flow as f64;
            let can = (ship.own + ship.spare + flowed.min(terms.largest)).min(carrier.hold);
            let mut go = |trip: Option<Trip>| {
                let lead = self.lead(row, &pair, (end, can), trip, room);
                if (lead.landed.max(lead.spare) <= NOTHING && !ship.is_open)
                    || leads.iter().any(|other| self.is_idle(&pair, &lead, other))
                {
                    return;
                }
                if let Some(new) = self.after(row, turn, (&pair, terms.start), &lead, others, known) {
                    leads.push(lead);
                    next.push(new);
                }
            };
            let trips = &self.tables.trips[ship.class][end.min(self.ground.slots)];
            self.berths.for_each(ship.class, trips, &taken, |trip| go(Some(trip)));
            // Who is full need not meet another, but may have left some of it on purpose: to take that from another ship.
            // Where something good is sought, what it might have had before counts twice: who meets again leaves sooner, and fewer rows wait.
            let before = if room.waits { ship.own + ship.spare } else { ship.apart_from(place) };
            let is_full = can.min(stock + before) >= carrier.hold;
            if !is_full || ship.is_open || (!room.waits && row.hosts.len() > 1) {
                go(None);
            }
            // A longer meeting takes no more.
            if can >= carrier.hold || flowed >= terms.largest || flowed - link.rate >= stock {
                break;
            }
        }
    }

    /// What a meeting leads to if the carrier can have so much aboard at its end, and then goes on a trip or stays.
    fn lead(&self, row: &Row, pair: &Pair, (end, can): (Slot, f64), trip: Option<Trip>, room: Room) -> Lead {
        let Pair { place, nth, stock, .. } = *pair;
        let ship = &row.ships[nth];
        let next = |slot: Slot| self.tables.next[ship.class][slot];
        let aboard = ship.apart_from(place);
        let can = can.min(stock + aboard);
        let of_room = |shore: Shore| match shore {
            Shore::Room(room) => self.ground.rooms[room] - row.rooms[room],
            _ => f64::INFINITY,
        };
        let landed = trip.map_or(0.0, |trip| trip.lands.min(of_room(trip.shore)).min(can));
        let back = trip.map_or(next(end), |trip| next(trip.back));
        if room.waits && row.hosts.len() > 1 {
            // It takes what it lands, or all it can if it stays.
            let (spare, own) = match trip {
                Some(_) => (0.0, (ship.own - landed).max(0.0)),
                None => (can - ship.own, ship.own),
            };
            let given = (landed + spare + own - aboard).max(0.0);
            return Lead { end, trip, back, landed, given, spare, own, source: None };
        }
        let given = (landed - aboard).max(0.0);
        // What it had when the rest began is landed first.
        let (own, others) = ((ship.own - landed).max(0.0), aboard - ship.own);
        let source = if others > NOTHING { None } else { Some(place) };
        let most = stock - given + if others > NOTHING { others } else { 0.0 };
        Lead { end, trip, back, landed, given, spare: (can - landed - own).min(most), own, source }
    }

    /// Whether a meeting leads nowhere that a shorter one does not lead to.
    fn is_idle(&self, pair: &Pair, lead: &Lead, other: &Lead) -> bool {
        let Pair { place, stock, .. } = *pair;
        let shore = |lead: &Lead| lead.trip.map(|trip| trip.shore);
        if other.back > lead.back
            || other.end > lead.end
            || (other.landed > 0.0 && shore(other) != shore(lead))
            || (other.spare > NOTHING && lead.spare > NOTHING && other.source != lead.source)
        {
            return false;
        }
        let host = &self.ground.hosts[place];
        let left = |lead: &Lead| stock - lead.given;
        let Some(slots) = self.tables.lifts(place, Some(other.end), lead.end) else { return false };
        let held = (left(other) + slots * host.lift).min(host.hold.max(left(other)));
        let missing = (left(lead) - held).max(other.given - lead.given).max(0.0);
        other.landed - lead.landed + NOTHING
            >= missing + (lead.spare - other.spare).max(0.0) + (lead.own - other.own).max(0.0)
    }

    /// The row after a meeting, if more can come of it than is known.
    fn after(
        &self,
        row: &Row,
        turn: Turn,
        (pair, start): (&Pair, Slot),
        lead: &Lead,
        others: f64,
        known: f64,
    ) -> Option<Row> {
        let Pair { place, nth, stock, .. } = *pair;
        let ship = row.ships[nth];
        let stand = Stand {
            end: Some(lead.end),
            stock: stock - lead.given,
            taken: row.hosts[place].taken + lead.given,
        };
        let landing = lead.trip.map_or(ship.landing, |trip| trip.landing);
        let after = Ship {
            back: lead.back,
            spare: lead.spare,
            own: lead.own,
            source: lead.source,
            landing,
            is_open: false,
            ..ship
        };
        let room =
            lead.trip.and_then(|trip| if let Shore::Room(room) = trip.shore { Some(room) } else { None });
        let priced = room.map_or(0.0, |room| self.values.market.rooms[room] * lead.landed);
        let hope = self.of_host(place, &stand, turn.slot + 1);
        let bound = others + lead.landed - priced + hope + self.hope.of_ship(&after, turn.of_ships());
        if bound.min(row.bound) <= known + NOTHING {
            return None;
        }
        let meeting = Meeting {
            host: place,
            carrier: ship.nth,
            start,
            end: lead.end,
            trip: lead.trip,
            tonnes: lead.given,
        };
        let mut new = Row {
            landed: row.landed + lead.landed,
            bound: bound.min(row.bound),
            last: Some(Arc::new(Chain { before: row.last.clone(), meeting })),
            ..row.clone()
        };
        new.hosts[place] = stand;
        new.hopes[place] = hope;
        new.ships[nth] = after;
        if let Some(room) = room {
            new.rooms[room] += lead.landed;
        }
        // What others might have taken is no more than what is left.
        for other in new.ships.iter_mut().filter(|other| other.source == Some(place)) {
            other.spare = other.spare.min(stand.stock);
        }
        new.ships.sort_unstable_by_key(|ship| (ship.class, ship.back, ship.nth));
        Some(new)
    }
}
