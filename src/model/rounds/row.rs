//! A row of meetings up to now: where everybody stands, and what came before.

use super::ground::{Ground, Host};
use super::tables::{Landing, Tables, Trip};
use crate::time::Slot;
use std::sync::Arc;

/// A meeting, and the trip after it.
#[derive(Debug, Clone, Copy)]
pub struct Meeting {
    /// The host.
    pub host: usize,
    /// The carrier, of all of them one by one.
    pub carrier: usize,
    /// When it begins.
    pub start: Slot,
    /// When it ends.
    pub end: Slot,
    /// The trip that the carrier goes on, if it does not stay for another meeting.
    pub trip: Option<Trip>,
    /// Tonnes that the ship gives for it.
    pub tonnes: f64,
}

/// Where a host stands.
#[derive(Debug, Clone, Copy)]
pub struct Stand {
    /// The end of its last meeting.
    pub end: Option<Slot>,
    /// Tonnes in its hold.
    pub stock: f64,
    /// Tonnes that were taken.
    pub taken: f64,
}

/// Where a carrier stands.
#[derive(Debug, Clone, Copy)]
pub struct Ship {
    /// When it is there and somebody may be met.
    pub back: Slot,
    /// Its class.
    pub class: usize,
    /// Tonnes that it has aboard, or might have.
    pub spare: f64,
    /// Tonnes that it has aboard besides, of what it had when the rest began.
    pub own: f64,
    /// The host in whose hold they are counted still.
    pub source: Option<usize>,
    /// Which of all carriers it is.
    pub nth: usize,
    /// When it lay, or will lie, at a berth.
    pub landing: Option<Landing>,
    /// Whether it is still to be agreed how it goes on with what it is doing when the rest begins.
    pub is_open: bool,
}

impl Ship {
    /// Tonnes that it has aboard, or might have, that are not in the hold of a host still.
    pub fn apart_from(&self, host: usize) -> f64 {
        self.own + if self.source == Some(host) { 0.0 } else { self.spare }
    }
}

/// What has been agreed up to a slot.
#[derive(Debug, Clone)]
pub struct Row {
    /// Tonnes that are landed, or will be on the trips that were begun.
    pub landed: f64,
    /// No row of meetings that begins like this lands more.
    pub bound: f64,
    /// Where each host stands.
    pub hosts: Vec<Stand>,
    /// What each host still earns at most.
    pub hopes: Vec<f64>,
    /// The carriers, in the order of their classes and of when they are back.
    pub ships: Vec<Ship>,
    /// What is brought into each room.
    pub rooms: Vec<f64>,
    /// For each carrier, of all of them one by one, the trip on which it is when the rest begins; none where nothing is to be agreed of it.
    pub firsts: Arc<[Option<Trip>]>,
    /// The meetings.
    pub last: Option<Arc<Chain>>,
}

/// The meetings of a row, the last one first.
#[derive(Debug)]
pub struct Chain {
    /// Those before.
    pub before: Option<Arc<Chain>>,
    /// The last one.
    pub meeting: Meeting,
}

impl Row {
    /// The row before all meetings; nobody knows yet what to hope for.
    pub fn origin(ground: &Ground, tables: &Tables<'_>) -> Row {
        let classes = ground.carriers.iter().enumerate();
        let members = classes.flat_map(|(class, carrier)| std::iter::repeat_n(class, carrier.count));
        let loads: Vec<f64> = ground.carriers.iter().flat_map(|carrier| carrier.loads.clone()).collect();
        let ship = |(nth, class): (usize, usize)| {
            let back = tables.arrival[class].map_or(ground.slots + 1, |slot| tables.next[class][slot]);
            let is_open = ground.goes_on;
            Ship { back, class, spare: 0.0, own: loads[nth], source: None, nth, landing: None, is_open }
        };
        let stand = |host: &Host| Stand { end: None, stock: host.stock, taken: 0.0 };
        Row {
            landed: 0.0,
            bound: f64::INFINITY,
            hosts: ground.hosts.iter().map(stand).collect(),
            hopes: Vec::new(),
            ships: members.enumerate().map(ship).collect(),
            rooms: vec![0.0; ground.rooms.len()],
            firsts: if ground.goes_on { vec![None; loads.len()].into() } else { Arc::default() },
            last: None,
        }
    }

    /// How many tonnes in the hold of a host carriers might have taken already.
    pub fn spares(&self, host: usize) -> f64 {
        self.ships.iter().filter(|ship| ship.source == Some(host)).map(|ship| ship.spare).sum()
    }

    /// Its meetings, the first one first.
    pub fn meetings(&self) -> Vec<Meeting> {
        let mut meetings = Vec::new();
        let mut last = &self.last;
        while let Some(chain) = last {
            meetings.push(chain.meeting);
            last = &chain.before;
        }
        meetings.reverse();
        meetings
    }
}
