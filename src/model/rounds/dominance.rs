//! Which rows of meetings are nowhere behind others, so that the others need not be looked at.
//!
//! In: rows that have come as far as the turn of a host in a slot. Out: those that no other is nowhere behind of. A row is nowhere behind another
//! if its carriers are back as soon, and its ships can be wherever those of the other can be; where it has fewer tonnes aboard, it must have landed
//! as many more, since a tonne can do no more than be landed. Whatever can follow the other can follow it, and lands no less.

use super::ground::Ground;
use super::row::{Row, Stand};
use super::tables::Tables;
use crate::time::Slot;
use rayon::prelude::*;
use std::collections::HashMap;

/// Tonnes that are the same but for rounding.
const SAME: f64 = 1e-7;
/// So many rows are compared side by side.
const TOGETHER: usize = 256;
/// With fewer rows than this that is not worth it.
const MANY: usize = 500;

/// How far rows have come: in a slot, the hosts up to a place have had their turn.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    /// The slot.
    pub slot: Slot,
    /// The last host that had its turn.
    pub place: usize,
    /// Whether it is the last of all.
    pub is_last: bool,
    /// Whether it is before all of them: nobody had his turn yet.
    pub is_first: bool,
}

impl Turn {
    /// Before anybody has his turn in a slot.
    pub fn before(slot: Slot) -> Turn {
        Turn { slot, place: 0, is_last: false, is_first: true }
    }

    /// From when on a host can be met.
    pub fn of_host(self, place: usize) -> Slot {
        if place <= self.place && !self.is_first { self.slot + 1 } else { self.slot }
    }

    /// From when on carriers can be met.
    pub fn of_ships(self) -> Slot {
        if self.is_last { self.slot + 1 } else { self.slot }
    }
}

/// What tells whether a row is nowhere behind another.
pub struct Dominance<'g> {
    ground: &'g Ground,
    tables: &'g Tables<'g>,
    /// Whether what ships can still earn stands for what they have aboard and where they can be; then good rows may be lost.
    is_rough: bool,
    /// Of rows whose carriers are there at the same times no more than so many are kept.
    alike: usize,
}

/// What each host of a row can have in its hold at the nodes of its front; nothing where it is being met.
type Profile = Vec<Option<Vec<f64>>>;

/// A row, with what is compared of it.
struct Shape<'r> {
    row: &'r Row,
    /// When its carriers are there.
    backs: Vec<Slot>,
    profile: Profile,
}

/// Rows that are kept, by place: those whose carriers are there at the same times together.
#[derive(Default)]
struct Kept {
    count: usize,
    groups: Vec<(Vec<Slot>, Vec<usize>)>,
    places: HashMap<Vec<Slot>, usize>,
}

impl Kept {
    fn add(&mut self, nth: usize, backs: &[Slot]) {
        self.count += 1;
        let place = *self.places.entry(backs.to_vec()).or_insert(self.groups.len());
        if place == self.groups.len() {
            self.groups.push((backs.to_vec(), Vec::new()));
        }
        self.groups[place].1.push(nth);
    }

    /// How many there are whose carriers are there at the same times.
    fn alike(&self, backs: &[Slot]) -> usize {
        self.places.get(backs).map_or(0, |&place| self.groups[place].1.len())
    }

    /// Those from a place on whose carriers are there as soon.
    fn sooner(&self, first: usize, backs: &[Slot]) -> impl Iterator<Item = usize> {
        let are_sooner = move |other: &[Slot]| other.iter().zip(backs).all(|(other, own)| other <= own);
        let groups = self.groups.iter().filter(move |(other, _)| are_sooner(other));
        groups.flat_map(move |(_, rows)| &rows[rows.partition_point(|&nth| nth < first)..]).copied()
    }
}

impl<'g> Dominance<'g> {
    /// Of a ground.
    pub fn new(ground: &'g Ground, tables: &'g Tables<'g>, is_rough: bool, alike: usize) -> Dominance<'g> {
        Dominance { ground, tables, is_rough, alike }
    }

    /// The best rows that no better one is nowhere behind of, and the most that can come of those for which there is no room.
    pub fn thinned(&self, mut rows: Vec<Row>, turn: Turn, room: usize) -> (Vec<Row>, f64) {
        rows.sort_by(|a, b| b.bound.total_cmp(&a.bound).then(b.landed.total_cmp(&a.landed)));
        let shapes: Vec<Shape<'_>> = match rows.len() > MANY {
            true => rows.par_iter().map(|row| self.shape(row, turn)).collect(),
            false => rows.iter().map(|row| self.shape(row, turn)).collect(),
        };
        let mut kept = Kept::default();
        let mut is_kept = vec![false; shapes.len()];
        let mut dropped = f64::NEG_INFINITY;
        let firsts = (0..shapes.len()).step_by(TOGETHER);
        'all: for first in firsts {
            let own = first..(first + TOGETHER).min(shapes.len());
            let is_behind = |nth: usize, first: usize, kept: &Kept| {
                let shape = &shapes[nth];
                kept.sooner(first, &shape.backs)
                    .any(|other| self.is_nowhere_behind(&shapes[other], shape, turn))
            };
            // Side by side, where there are many, whether one is behind what was kept before; then whether it is behind one of these.
            let are_behind: Vec<bool> = match kept.count > MANY {
                true => own.clone().into_par_iter().map(|nth| is_behind(nth, 0, &kept)).collect(),
                false => own.clone().map(|nth| is_behind(nth, 0, &kept)).collect(),
            };
            for (nth, _) in own.zip(are_behind).filter(|(_, is_behind)| !is_behind) {
                if kept.count == room {
                    dropped = dropped.max(shapes[nth].row.bound);
                    break 'all;
                }
                if kept.alike(&shapes[nth].backs) >= self.alike {
                    dropped = dropped.max(shapes[nth].row.bound);
                    continue;
                }
                if !is_behind(nth, first, &kept) {
                    kept.add(nth, &shapes[nth].backs);
                    is_kept[nth] = true;
                }
            }
        }
        let rows = rows.into_iter().zip(is_kept);
        (rows.filter(|(_, is_kept)| *is_kept).map(|(row, _)| row).collect(), dropped)
    }

    fn shape<'r>(&self, row: &'r Row, turn: Turn) -> Shape<'r> {
        let of_host = |(place, stand): (usize, &Stand)| {
            let slot = turn.of_host(place);
            let is_met = stand.end.is_some_and(|end| end > slot);
            (!is_met).then(|| self.tables.held(place, stand, row.spares(place), slot).collect())
        };
        let profile = match self.is_rough {
            true => Vec::new(),
            false => row.hosts.iter().enumerate().map(of_host).collect(),
        };
        Shape { row, backs: row.ships.iter().map(|ship| ship.back.max(turn.of_ships())).collect(), profile }
    }

    /// Whether a row whose carriers are there as soon is nowhere behind another.
    fn is_nowhere_behind(&self, own: &Shape<'_>, other: &Shape<'_>, turn: Turn) -> bool {
        let (row, profile) = (own.row, &own.profile);
        let (other, of_other) = (other.row, &other.profile);
        // So many more tonnes are landed, which may be missing elsewhere.
        let mut more = row.landed - other.landed + SAME;
        if more < 0.0 {
            return false;
        }
        for (own, other) in row.ships.iter().zip(&other.ships) {
            let is_there = own.source == other.source;
            let spare = (other.spare - if is_there { own.spare } else { 0.0 }).max(0.0);
            more -= (spare + other.own - own.own).max(0.0);
        }
        for (own, other) in row.rooms.iter().zip(&other.rooms) {
            more -= (own - other).max(0.0);
        }
        for place in 0..row.hosts.len() {
            if more < 0.0 {
                return false;
            }
            if self.is_rough {
                more -= (other.hopes[place] - row.hopes[place]).max(0.0);
                continue;
            }
            let missing = match (&profile[place], &of_other[place]) {
                (Some(own), Some(held)) => missing(own, held, more),
                (_, None) => self.missing_at_end(place, row, &other.hosts[place]),
                (None, Some(_)) => None,
            };
            let Some(missing) = missing else { return false };
            // What it may give in all is bounded too.
            let host = &self.ground.hosts[place];
            let held = (host.hold + other.spares(place)).max(other.hosts[place].stock);
            let gives = held + self.tables.most_left(place, turn.of_host(place));
            let [own, other] = [row, other].map(|row| host.most - row.hosts[place].taken);
            more -= missing.max(gives.min(other) - own).max(0.0);
        }
        more >= 0.0
    }

    /// How many tonnes a host misses when another is met no more, if it can be there then.
    fn missing_at_end(&self, place: usize, row: &Row, other: &Stand) -> Option<f64> {
        let (end, own) = (other.end?, &row.hosts[place]);
        if own.end.is_some_and(|own| own > end) {
            return None;
        }
        let host = &self.ground.hosts[place];
        let lifted = self.tables.lifts(place, own.end, end)?;
        let most = host.hold + row.spares(place);
        Some(other.stock - (own.stock + lifted * host.lift).min(most))
    }
}

/// How many tonnes a host misses at most at the nodes where another can be, if it can be at all of them and misses no more than it may.
fn missing(own: &[f64], other: &[f64], most: f64) -> Option<f64> {
    let mut missing: f64 = 0.0;
    for (own, other) in own.iter().zip(other).filter(|(_, other)| **other >= 0.0) {
        if *own < 0.0 || other - own > most {
            return None;
        }
        missing = missing.max(other - own);
    }
    Some(missing)
}

#[cfg(test)]
mod tests {
    use super::super::row::Stand;
    use super::super::tests::two_locations;
    use super::*;
    use crate::model::sets::Sets;

    #[test]
    fn who_can_be_wherever_another_can_be_misses_what_the_other_has_more_of() {
        assert_eq!(missing(&[10.0, 0.0, 4.0], &[12.0, -1.0, 1.0], 5.0), Some(2.0));
        assert_eq!(missing(&[10.0, 0.0, 4.0], &[12.0, -1.0, 1.0], 1.0), None);
        assert_eq!(missing(&[10.0, -1.0], &[2.0, 0.0], 5.0), None);
    }

    #[test]
    fn few_rows_whose_carriers_are_there_at_the_same_times_leave_room_for_others() {
        let (plan, sea) = two_locations();
        let ground = Ground::new(&Sets::new(&plan, &sea)).expect("a plan of rounds");
        let tables = Tables::new(&ground, true);
        let row = |landed: f64, hope: f64, later: Slot| {
            let mut row =
                Row { landed, bound: landed + hope, hopes: vec![hope], ..Row::origin(&ground, &tables) };
            row.hosts = vec![Stand { end: Some(0), stock: 0.0, taken: 0.0 }];
            row.ships[1].back += later;
            row
        };
        let rows = [row(9.0, 2.0, 5), row(5.0, 6.5, 5), row(4.0, 4.0, 0)];
        let turn = Turn { slot: 0, place: 0, is_last: true, is_first: false };
        let kept = |alike: usize| -> Vec<f64> {
            let (kept, _) = Dominance::new(&ground, &tables, true, alike).thinned(rows.to_vec(), turn, 2);
            kept.iter().map(|row| row.landed).collect()
        };
        assert_eq!(kept(usize::MAX), [5.0, 9.0]);
        assert_eq!(kept(1), [5.0, 4.0]);
    }
}
