//! Rows of values: those of a node, by when what comes again in a rhythm, or what keeps only so long, is due there.
//!
//! In: a [`Ship`] with its steps. Out: [`Rows`] on each side, of what some way comes to and nothing else: told apart as finely as there is room for.

use super::due::Side;
use super::ship::Ship;
use super::steps::Step;
use crate::time::Slot;

/// In so many parts is told apart at least when something is due.
pub const PARTS: usize = 16;
/// Of all that could be told apart no more than so many times too much is looked at, to see what of it some way comes to.
const FAR: usize = 4;

/// In which row the values of a node are, by when something is due there.
pub struct Rows {
    /// So many may there be of a node.
    pub places: usize,
    /// Of each node and place, nothing where no way comes there so.
    rows: Vec<Option<u32>>,
    /// How many there are.
    pub count: usize,
}

impl Rows {
    /// Before anything is known of ways.
    pub fn none() -> Rows {
        Rows { places: 1, rows: Vec::new(), count: 0 }
    }

    /// That of a node and a place.
    pub fn of(&self, node: usize, place: usize) -> Option<usize> {
        self.rows.get(node * self.places + place).copied().flatten().map(|row| row as usize)
    }
}

impl Ship {
    /// The same where it is known when something is due: as finely as there are so many values or fewer.
    pub fn in_rows(mut self, values: usize) -> Ship {
        let (most, nodes, loads) = (self.due.part_for(PARTS), self.slots.len(), self.fits.len());
        let is_exact = self.is_exact;
        let mut part = 1;
        let is_far = |part: Slot| self.due.in_parts(part).places() * nodes * loads > FAR * values;
        while is_far(part) && part < most {
            part += part.div_ceil(2);
        }
        while self.set_part(part) * loads > values && part < most {
            part += part.div_ceil(2);
        }
        self.is_exact = is_exact && self.due.is_exact();
        self
    }

    /// Tells apart when something is due in parts of so many slots, and how many rows that makes.
    pub fn set_part(&mut self, part: Slot) -> usize {
        self.due = self.due.in_parts(part);
        self.rows = [Side::Over, Side::Under].map(|side| self.reached(side));
        self.rows[0].count
    }

    /// The rows of what some way comes to.
    fn reached(&self, side: Side) -> Rows {
        let places = self.due.places();
        let mut rows = vec![None; self.slots.len() * places];
        let mut is_reached = vec![false; rows.len()];
        for is_empty in [false, true] {
            is_reached[self.due.place_first(is_empty, side)] = true;
        }
        let mut count = 0;
        for &node in &self.order {
            for place in 0..places {
                if !is_reached[node * places + place] {
                    continue;
                }
                rows[node * places + place] = u32::try_from(count).ok();
                count += 1;
                for step in self.of(node) {
                    for was_and_is in [[false, false], [false, true], [true, false], [true, true]] {
                        if let Some((to, next)) = step.to.zip(self.place(node, place, step, was_and_is, side))
                        {
                            is_reached[to * places + next] = true;
                        }
                    }
                }
            }
        }
        Rows { places, rows, count }
    }

    /// The place after a step that leads on, where nothing of what is due was aboard before it and is after it; nothing where it comes too late.
    pub fn place(
        &self,
        node: usize,
        place: usize,
        step: &Step,
        was_and_is: [bool; 2],
        side: Side,
    ) -> Option<usize> {
        let slots = (self.slots[node], self.slots[step.to?]);
        self.due.place(place, step.act, slots, was_and_is, side)
    }

    pub fn rows(&self, side: Side) -> &Rows {
        &self.rows[match side {
            Side::Over => 0,
            Side::Under => 1,
        }]
    }
}
