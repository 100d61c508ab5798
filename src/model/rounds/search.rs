//! Which carrier meets which ship when, and takes how much: meeting after meeting, the hopeful first.
//!
//! In: a [`Ground`], its [`Tables`], and what [`Hope`] there is. Out: the best meetings that were found, and what no others better. A label is
//! a row of meetings up to now: since when each ship lies free and with how much in its hold, when each carrier is back, what was landed. From
//! a label every next meeting is tried: which carrier, which ship, from when, how long, and on which trip it goes then. A label from which no
//! more can be landed than is known already is dropped, and so is one that another is nowhere behind of.
//!
//! With one ship it is exact where no label had to be dropped for want of room and no carrier waits for a berth. A carrier then takes as much
//! as its trip can land, since a tonne that is landed sooner is never worth less; what it might have taken besides (`spare`) stays with the
//! ship and may be taken as if it were aboard already. So every schedule is among those looked at, or one that lands no less.

use super::berths::{Berths, taken};
use super::ground::Ground;
use super::hope::{At, Hope, NOTHING};
use super::label::{Label, Labels, Meeting, Ship, Stand};
use super::tables::{Tables, Trip};
use crate::time::Slot;
use rayon::prelude::*;
use std::collections::HashMap;

/// So many labels are looked at before what they lead to is known to the others.
const TOGETHER: usize = 128;
/// So many of them by one thread.
const APIECE: usize = 16;
/// More labels than this are too many in all.
const MOST_LABELS: usize = 6_000_000;

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// Tonnes landed.
    pub landed: f64,
    /// The meetings, one after the other, where they land more than was known.
    pub meetings: Option<Vec<Meeting>>,
    /// No meetings land more, as far as the search knows.
    pub bound: f64,
}

/// How much room a search has.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Labels that are kept in a slot.
    pub labels: usize,
    /// Whether carriers wait for berths that are taken; then it is not exact.
    pub waits: bool,
}

/// A search over a ground.
pub struct Search<'g> {
    ground: &'g Ground,
    tables: &'g Tables<'g>,
    hope: Hope<'g>,
    berths: Berths<'g>,
}

/// What a meeting leads to, of one carrier and one host.
#[derive(Debug, Clone, Copy)]
struct Lead {
    back: Slot,
    end: Slot,
    landed: f64,
    left: f64,
    spare: f64,
}

/// Labels that were looked at, by when their carriers are back.
type Groups = HashMap<Vec<u32>, Vec<usize>>;

impl<'g> Search<'g> {
    /// A search that is told what to hope for.
    pub fn new(ground: &'g Ground, tables: &'g Tables<'g>, hope: Hope<'g>) -> Search<'g> {
        Search { ground, tables, hope, berths: Berths::new(ground) }
    }

    /// The best meetings; nothing is looked at that lands no more than `known`.
    pub fn run(&self, known: f64, room: Room, has_time: &dyn Fn() -> bool) -> Found {
        let mut labels = Labels::origin(self.ground, self.tables);
        let mut best = known;
        let mut last: Option<usize> = None;
        // What was dropped for want of room or time might have come to this.
        let mut dropped = f64::NEG_INFINITY;
        let mut open: Vec<Vec<usize>> = vec![Vec::new(); self.ground.slots + 2];
        open[0].push(0);
        let mut groups = Groups::new();
        let bound_of = |labels: &Labels, label: usize| labels.all[label].bound;
        'slots: for slot in 0..=self.ground.slots {
            let mut here = std::mem::take(&mut open[slot]);
            // With several hosts a meeting may lead to another that begins in the same slot.
            while !here.is_empty() {
                here.retain(|&label| bound_of(&labels, label) > best + NOTHING);
                self.thin(&labels, &mut groups, &mut here, room);
                here.sort_by(|&a, &b| bound_of(&labels, b).total_cmp(&bound_of(&labels, a)).then(a.cmp(&b)));
                let rest = here.iter().skip(room.labels);
                dropped = rest.map(|&label| bound_of(&labels, label)).fold(dropped, f64::max);
                here.truncate(room.labels);
                for (nth, together) in here.chunks(TOGETHER).enumerate() {
                    if !has_time() || labels.all.len() > MOST_LABELS {
                        let rest = here[nth * TOGETHER..].iter().chain(open.iter().flatten());
                        dropped = rest.map(|&label| bound_of(&labels, label)).fold(dropped, f64::max);
                        break 'slots;
                    }
                    let next: Vec<Labels> = together
                        .par_chunks(APIECE)
                        .map(|some| {
                            let mut next = labels.none();
                            some.iter().for_each(|&label| self.extend(&labels, label, best, room, &mut next));
                            next
                        })
                        .collect();
                    for next in next {
                        let first = labels.all.len();
                        labels.append(next);
                        for child in first..labels.all.len() {
                            if labels.all[child].landed > best + NOTHING {
                                (best, last) = (labels.all[child].landed, Some(child));
                            }
                            open[labels.turn(child)].push(child);
                        }
                    }
                }
                here = std::mem::take(&mut open[slot]);
            }
        }
        let meetings = last.map(|last| labels.meetings(last));
        Found { landed: best, meetings, bound: dropped.max(best) }
    }

    /// Adds every next meeting of a label.
    fn extend(&self, labels: &Labels, label: usize, known: f64, room: Room, next: &mut Labels) {
        let ships = labels.ships(label);
        for (nth, ship) in ships.iter().enumerate() {
            // Of carriers that are alike in all that counts one is enough.
            if !ships[..nth].iter().any(|other| other.is_same(ship)) {
                for host in 0..labels.hosts(label).len() {
                    self.meet(labels, label, (nth, host), known, room, next);
                }
            }
        }
    }

    /// Adds every next meeting of one carrier and one host.
    fn meet(
        &self,
        labels: &Labels,
        label: usize,
        (nth, place): (usize, usize),
        known: f64,
        room: Room,
        next: &mut Labels,
    ) {
        let (ground, hope) = (self.ground, &self.hope);
        let (hosts, ships, of_label) = (labels.hosts(label), labels.ships(label), labels.all[label]);
        let (ship, stand, host) = (ships[nth], hosts[place], &ground.hosts[place]);
        let carrier = &ground.carriers[ship.class];
        let Some(link) = &carrier.links[place] else { return };
        let is_one = labels.is_of_one();
        let last = if is_one { 0 } else { labels.turn(label) };
        let from = ship.back.max(stand.end.unwrap_or(0)).max(last);
        let spares: f64 = ships.iter().map(|ship| ship.spare).sum();
        let others = (0..hosts.len()).filter(|&other| other != place);
        let others: f64 = others.map(|other| hope.of_host(other, hosts[other].end, hosts[other].stock)).sum();
        let others = others + of_label.landed;
        let taken = if room.waits { taken(ships, nth, from) } else { Vec::new() };
        let besides = (0..ships.len()).filter(|other| *other != nth).map(|other| ships[other].spare);
        let beside = besides.fold(0.0, f64::max);
        let mut leads: Vec<Lead> = Vec::new();
        for start in from..ground.slots {
            if link.open[start] < link.setup + 1 + link.off {
                continue;
            }
            let Some(slots) = self.tables.lifts(place, stand.end, start) else { continue };
            let stock =
                (stand.stock + slots * host.lift).min(host.hold + spares).min(host.most - stand.taken);
            if stock <= NOTHING {
                continue;
            }
            // No meeting has been since, so everybody's gains from here on bound what is to come.
            let most = others
                + hope.of_host(place, Some(start), stock)
                + ships.iter().map(|ship| hope.of_ship(ship, start)).sum::<f64>();
            let at = At { host: place, slot: start, stock };
            let all = ships.iter().map(|ship| (ship, ship.spare));
            if hope.with_spares(most, all, start, at, known) <= known + NOTHING {
                continue;
            }
            let longest = link.open[start] - link.setup - link.off;
            for flow in 1..=longest {
                let end = start + link.setup + flow + link.off;
                let can = |slots: usize| (ship.spare + link.rate * slots as f64).min(carrier.hold);
                let since = if is_one { end } else { start };
                let others_of = |other: &usize| *other != nth;
                let besides: f64 = (0..ships.len())
                    .filter(others_of)
                    .map(|other| hope.of_ship(&ships[other], since))
                    .sum::<f64>()
                    + others;
                let mut go = |trip: Option<Trip>| {
                    let tonnes = trip.map_or(0.0, |trip| trip.lands).min(can(flow)).min(stock);
                    let left = stock - tonnes;
                    let spare = if is_one || trip.is_none() { (can(flow) - tonnes).min(left) } else { 0.0 };
                    let back = trip.map_or(end, |trip| trip.back);
                    let lead = Lead { back, end, landed: tonnes, left, spare };
                    if leads.iter().rev().any(|before| self.is_idle(place, (&lead, before), beside)) {
                        return;
                    }
                    let landing = trip.map_or(ship.landing, |trip| trip.landing);
                    let after = Ship { back, spare, landing, ..ship };
                    let bound =
                        besides + tonnes + hope.of_host(place, Some(end), left) + hope.of_ship(&after, since);
                    let all =
                        || (0..ships.len()).map(|other| if other == nth { &after } else { &ships[other] });
                    let at = At { host: place, slot: end, stock: left };
                    let spares =
                        all().map(|ship| (ship, if is_one { ship.spare.min(left) } else { ship.spare }));
                    let bound = hope.with_spares(bound, spares.clone(), since, at, known);
                    if bound <= known + NOTHING {
                        return;
                    }
                    leads.push(lead);
                    let meeting = Meeting { host: place, carrier: ship.nth, start, end, trip, tonnes };
                    let label = Label {
                        landed: of_label.landed + tonnes,
                        bound: bound.min(of_label.bound),
                        before: Some((label, meeting)),
                    };
                    let stand = Stand { end: Some(end), stock: left, taken: stand.taken + tonnes };
                    let hosts =
                        (0..hosts.len()).map(|other| if other == place { stand } else { hosts[other] });
                    next.push(label, hosts, spares.map(|(ship, spare)| Ship { spare, ..*ship }));
                };
                let trips = &self.tables.trips[ship.class][end.min(ground.slots)];
                self.berths.for_each(ship.class, trips, &taken, |trip| go(Some(trip)));
                go(None);
                // A longer meeting takes no more.
                if can(flow) >= carrier.hold || can(flow - 1) >= stock {
                    break;
                }
            }
        }
    }

    /// Whether a meeting leads nowhere that one before it does not lead to, while others may have taken so much already at most.
    fn is_idle(&self, place: usize, (lead, before): (&Lead, &Lead), beside: f64) -> bool {
        let is_no_less = before.back <= lead.back && before.landed >= lead.landed - NOTHING;
        is_no_less
            // What they have is no more than what is left.
            && before.left >= lead.left.min(beside) - NOTHING
            && before.end <= lead.end
            && before.spare >= lead.spare - NOTHING
            && self
                .later(place, (Some(before.end), before.left), lead.end)
                .is_some_and(|left| lead.left <= left + NOTHING)
    }

    /// What a host can have in its hold in a slot in which it may be met, of what it had at the end of its last meeting.
    fn later(&self, place: usize, (end, stock): (Option<Slot>, f64), slot: Slot) -> Option<f64> {
        let host = &self.ground.hosts[place];
        if end.unwrap_or(0) == slot {
            return Some(stock);
        }
        let slots = self.tables.lifts(place, end, slot)?;
        Some((stock + slots * host.lift).min(host.hold.max(stock)))
    }

    /// Takes away labels that another is nowhere behind of: one of the same turn, or with one host of an earlier one.
    fn thin(&self, labels: &Labels, groups: &mut Groups, here: &mut Vec<usize>, room: Room) {
        if !labels.is_of_one() {
            groups.clear();
        }
        here.sort_by(|&a, &b| {
            let stock = |label: usize| labels.hosts(label).iter().map(|host| host.stock).sum::<f64>();
            let landed = |label: usize| labels.all[label].landed;
            landed(b).total_cmp(&landed(a)).then(stock(b).total_cmp(&stock(a))).then(a.cmp(&b))
        });
        let mut key = Vec::new();
        here.retain(|&label| {
            key.clear();
            if !labels.is_of_one() {
                key.extend(
                    labels.hosts(label).iter().map(|host| host.end.map_or(u32::MAX, |end| end as u32)),
                );
            }
            for ship in labels.ships(label) {
                key.extend([ship.class as u32, ship.back as u32]);
            }
            // What lies at a berth is in the way of others.
            for lay in labels.ships(label).iter().filter_map(|ship| ship.landing).filter(|_| room.waits) {
                if lay.end > labels.turn(label) {
                    key.extend([lay.berth as u32, lay.start as u32, lay.end as u32]);
                }
            }
            let Some(group) = groups.get_mut(&key) else {
                groups.insert(key.clone(), vec![label]);
                return true;
            };
            let is_behind = group.iter().rev().any(|&other| self.is_behind(labels, label, other));
            if !is_behind {
                group.push(label);
            }
            !is_behind
        });
    }

    /// Whether a label is nowhere before another, whose carriers are back at the same times.
    fn is_behind(&self, labels: &Labels, label: usize, other: usize) -> bool {
        let mut ships = labels.ships(label).iter().zip(labels.ships(other));
        if labels.all[label].landed > labels.all[other].landed + NOTHING
            || !ships.all(|(a, b)| a.spare <= b.spare + NOTHING)
        {
            return false;
        }
        let hosts = labels.hosts(label).iter().zip(labels.hosts(other));
        hosts.enumerate().all(|(place, (a, b))| {
            let most = self.ground.hosts[place].most - b.taken;
            let stock = self.later(place, (b.end, b.stock), a.end.unwrap_or(0));
            a.taken >= b.taken - NOTHING && stock.is_some_and(|stock| a.stock <= stock.min(most) + NOTHING)
        })
    }
}
