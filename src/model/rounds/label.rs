//! A row of meetings up to now, and how many of them are kept side by side.

use super::ground::Ground;
use super::tables::{Landing, Tables, Trip};
use crate::time::Slot;

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
    /// Tonnes that it lands on that trip.
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
    /// When it is there.
    pub back: Slot,
    /// Its class.
    pub class: usize,
    /// Tonnes that it might have taken already.
    pub spare: f64,
    /// Which of all carriers it is.
    pub nth: usize,
    /// When it lay, or will lie, at a berth.
    pub landing: Option<Landing>,
}

impl Ship {
    /// All carriers, before any meeting.
    pub fn all(ground: &Ground, tables: &Tables<'_>) -> Vec<Ship> {
        let classes = ground.carriers.iter().enumerate();
        let members = classes.flat_map(|(class, carrier)| std::iter::repeat_n(class, carrier.count));
        let ship = |(nth, class): (usize, usize)| {
            let back = tables.arrival[class].unwrap_or(ground.slots + 1);
            Ship { back, class, spare: 0.0, nth, landing: None }
        };
        members.enumerate().map(ship).collect()
    }

    /// Whether it is all the same which of two carriers goes.
    pub fn is_same(&self, other: &Ship) -> bool {
        (self.class, self.back, self.spare) == (other.class, other.back, other.spare)
    }
}

/// What else is known of a label.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// Tonnes that are landed, or will be on the trips that were begun.
    pub landed: f64,
    /// No row of meetings that begins like this lands more.
    pub bound: f64,
    /// The label that it follows, and the meeting in between.
    pub before: Option<(usize, Meeting)>,
}

/// Labels, with their hosts and ships side by side.
#[derive(Debug)]
pub struct Labels {
    /// What is known of each.
    pub all: Vec<Label>,
    hosts: Vec<Stand>,
    ships: Vec<Ship>,
    /// How many hosts and ships one has.
    each: (usize, usize),
}

impl Labels {
    /// The one label before all meetings.
    pub fn origin(ground: &Ground, tables: &Tables<'_>) -> Labels {
        let hosts = ground.hosts.iter().map(|_| Stand { end: None, stock: 0.0, taken: 0.0 });
        let ships = Ship::all(ground, tables);
        let all = vec![Label { landed: 0.0, bound: f64::INFINITY, before: None }];
        Labels { all, each: (ground.hosts.len(), ships.len()), hosts: hosts.collect(), ships }
    }

    /// No labels, of the same hosts and ships.
    pub fn none(&self) -> Labels {
        Labels { all: Vec::new(), hosts: Vec::new(), ships: Vec::new(), each: self.each }
    }

    /// The hosts of a label.
    pub fn hosts(&self, label: usize) -> &[Stand] {
        &self.hosts[label * self.each.0..(label + 1) * self.each.0]
    }

    /// The ships of a label, in the order of their classes and of when they are back.
    pub fn ships(&self, label: usize) -> &[Ship] {
        &self.ships[label * self.each.1..(label + 1) * self.each.1]
    }

    /// Whether there is one host only.
    pub fn is_of_one(&self) -> bool {
        self.each.0 == 1
    }

    /// Adds a label.
    pub fn push(
        &mut self,
        label: Label,
        hosts: impl Iterator<Item = Stand>,
        ships: impl Iterator<Item = Ship>,
    ) {
        self.all.push(label);
        self.hosts.extend(hosts);
        let first = self.ships.len();
        self.ships.extend(ships);
        self.ships[first..].sort_unstable_by_key(|ship| (ship.class, ship.back, ship.nth));
    }

    /// Adds labels after those that are there.
    pub fn append(&mut self, mut others: Labels) {
        self.all.append(&mut others.all);
        self.hosts.append(&mut others.hosts);
        self.ships.append(&mut others.ships);
    }

    /// The slot in whose turn a label is looked at: with one host the end of its last meeting, else the start of the last of all.
    pub fn turn(&self, label: usize) -> Slot {
        match (self.hosts(label), self.all[label].before) {
            ([host], _) => host.end.unwrap_or(0),
            (_, Some((_, meeting))) => meeting.start,
            _ => 0,
        }
    }

    /// The meetings that lead to a label, the first one first.
    pub fn meetings(&self, label: usize) -> Vec<Meeting> {
        let mut meetings = Vec::new();
        let mut at = label;
        while let Some((before, meeting)) = self.all[at].before {
            meetings.push(meeting);
            at = before;
        }
        meetings.reverse();
        meetings
    }
}
