//! How everybody goes on with what he is doing when the rest begins.
//!
//! In: a search over a ground in which something has happened. Out: its first rows. A carrier in the middle of a meeting goes on with it, or is
//! free at once where it may be broken off; any other goes on to where ships are met, and lands on its way what it has aboard, or some of it, or
//! nothing. Whoever lies at a berth, or is at one first, is looked at first, so that others wait for it.

use super::before::Begun;
use super::berths::taken;
use super::dominance::Turn;
use super::hope::NOTHING;
use super::row::{Row, Ship};
use super::search::{Pair, Room, Search, Terms};
use super::tables::{Landing, Shore, Trip};
use crate::time::Slot;
use std::collections::HashMap;
use std::sync::Arc;

/// How a carrier can go on while others lie at berths.
type Around = HashMap<Vec<Landing>, Vec<Trip>>;

impl Search<'_> {
    /// The first rows, and the most that can come of those for which there is no room.
    pub(super) fn first_rows(&self, known: f64, room: Room) -> (Vec<Row>, f64) {
        let ground = self.ground;
        let mut rows = vec![self.origin()];
        let mut dropped = f64::NEG_INFINITY;
        if !ground.goes_on {
            return (rows, dropped);
        }
        let turn = Turn::before(ground.until);
        for nth in self.in_turn(&rows[0]) {
            let mut next = Vec::new();
            let mut around = Around::new();
            for row in &rows {
                let count = next.len();
                self.go_on(row, turn, nth, room, &mut around, &mut next);
                // Where nothing is known of how it goes on, nothing is known to be impossible.
                if next.len() == count {
                    dropped = dropped.max(row.bound.min(self.bound(row, turn)));
                }
            }
            next.retain(|row| row.bound > known + NOTHING);
            next.sort_by(|a, b| b.bound.total_cmp(&a.bound).then(b.landed.total_cmp(&a.landed)));
            if let Some(first) = next.get(room.rows) {
                dropped = dropped.max(first.bound);
                next.truncate(room.rows);
            }
            rows = next;
        }
        (rows, dropped)
    }

    /// The carriers, one by one, in the order in which they are looked at.
    fn in_turn(&self, origin: &Row) -> Vec<usize> {
        let berthed = |ship: &Ship| -> Option<Slot> {
            let trips = self.berths.going_on(self.who(ship), &self.tables.shores, &[]);
            trips.iter().filter_map(|trip| trip.landing).map(|lay| lay.start).min()
        };
        let mut order: Vec<(bool, Slot, usize)> = origin
            .ships
            .iter()
            .map(|ship| (self.begun(ship).is_none(), berthed(ship).unwrap_or(Slot::MAX), ship.nth))
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(_, _, nth)| nth).collect()
    }

    /// Which of its class a carrier is.
    fn who(&self, ship: &Ship) -> (usize, usize) {
        let before = self.ground.carriers[..ship.class].iter().map(|carrier| carrier.count).sum::<usize>();
        (ship.class, ship.nth - before)
    }

    /// The meeting of which a carrier is in the middle.
    fn begun(&self, ship: &Ship) -> Option<&Begun> {
        let (class, member) = self.who(ship);
        self.ground.carriers[class].begun.iter().find(|begun| begun.member == member)
    }

    /// Adds the rows in which a carrier goes on with what it is doing.
    fn go_on(&self, row: &Row, turn: Turn, nth: usize, room: Room, around: &mut Around, next: &mut Vec<Row>) {
        let ground = self.ground;
        let Some(place) = row.ships.iter().position(|ship| ship.nth == nth) else { return };
        let ship = row.ships[place];
        if let Some(begun) = self.begun(&ship)
            && let Some(link) = &ground.carriers[ship.class].links[begun.host]
        {
            let terms = Terms::of_begun(link, begun, ground.until);
            let stock = row.hosts[begun.host].stock;
            let pair = Pair { place: begun.host, nth: place, slot: ground.until, stock };
            self.meet(row, turn, pair, &terms, f64::NEG_INFINITY, room, next);
        }
        let taken = if room.waits { taken(&row.ships, place, ground.until) } else { Vec::new() };
        let trips = around
            .entry(taken)
            .or_insert_with_key(|taken| self.berths.going_on(self.who(&ship), &self.tables.shores, taken));
        next.extend(trips.iter().map(|&trip| self.on_trip(row, place, trip, turn)));
    }

    /// The row in which a carrier goes on like this.
    fn on_trip(&self, row: &Row, place: usize, trip: Trip, turn: Turn) -> Row {
        let mut new = row.clone();
        let ship = &mut new.ships[place];
        let mut landed = trip.lands.min(ship.own);
        if let Shore::Room(room) = trip.shore {
            landed = landed.min(self.ground.rooms[room] - row.rooms[room]).max(0.0);
            new.rooms[room] += landed;
        }
        let back = self.tables.next[ship.class][trip.back];
        *ship = Ship { back, own: ship.own - landed, landing: trip.landing, is_open: false, ..*ship };
        new.landed += landed;
        let mut firsts = row.firsts.to_vec();
        firsts[ship.nth] = Some(trip);
        new.firsts = Arc::from(firsts);
        new.bound = row.bound.min(self.bound(&new, turn));
        new.ships.sort_unstable_by_key(|ship| (ship.class, ship.back, ship.nth));
        new
    }
}
