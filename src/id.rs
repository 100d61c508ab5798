//! Names that a plan gives to things, and typed places in the lists that hold them.
//!
//! In: text from a plan. Out: [`Ix`], a place in a [`Table`] that cannot be mixed up with a place in another one.
//! Not the things themselves: those are in [`crate::plan`].

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A place in a [`Table`] of `T`.
pub struct Ix<T> {
    place: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Ix<T> {
    /// The place number `place`, counted from 0.
    pub fn new(place: usize) -> Ix<T> {
        Ix { place: u32::try_from(place).expect("a table holds fewer than 2^32 entries"), of: PhantomData }
    }

    /// This place as a plain number, counted from 0.
    pub fn index(self) -> usize {
        self.place as usize
    }
}

impl<T> Clone for Ix<T> {
    fn clone(&self) -> Ix<T> {
        *self
    }
}
impl<T> Copy for Ix<T> {}
impl<T> PartialEq for Ix<T> {
    fn eq(&self, other: &Ix<T>) -> bool {
        self.place == other.place
    }
}
impl<T> Eq for Ix<T> {}
impl<T> PartialOrd for Ix<T> {
    fn partial_cmp(&self, other: &Ix<T>) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Ix<T> {
    fn cmp(&self, other: &Ix<T>) -> std::cmp::Ordering {
        self.place.cmp(&other.place)
    }
}
impl<T> Hash for Ix<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.place.hash(state);
    }
}
impl<T> fmt::Debug for Ix<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.place)
    }
}

/// A list whose places are typed: `Table<Task>` is indexed by `Ix<Task>` and by nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<T>(Vec<T>);

impl<T> Table<T> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// Every place with its entry.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (Ix<T>, &T)> {
        self.0.iter().enumerate().map(|(place, entry)| (Ix::new(place), entry))
    }

    /// Every place.
    pub fn places(&self) -> impl DoubleEndedIterator<Item = Ix<T>> + use<T> {
        (0..self.0.len()).map(Ix::new)
    }

    /// The first place whose entry is so.
    pub fn find(&self, is_so: impl Fn(&T) -> bool) -> Option<Ix<T>> {
        self.0.iter().position(is_so).map(Ix::new)
    }
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table(Vec::new())
    }
}
impl<T> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Table<T> {
        Table(entries.into_iter().collect())
    }
}
impl<T> Index<Ix<T>> for Table<T> {
    type Output = T;
    fn index(&self, place: Ix<T>) -> &T {
        &self.0[place.index()]
    }
}
impl<T> IndexMut<Ix<T>> for Table<T> {
    fn index_mut(&mut self, place: Ix<T>) -> &mut T {
        &mut self.0[place.index()]
    }
}
impl<'t, T> IntoIterator for &'t Table<T> {
    type Item = &'t T;
    type IntoIter = std::slice::Iter<'t, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// The name among `known` that is nearest to `unknown`, when one is near enough to be what was meant.
///
/// # Example
/// ```
/// assert_eq!(mudline::id::nearest("chikyuu", ["shimizu", "chikyu"]), Some("chikyu"));
/// assert_eq!(mudline::id::nearest("banana", ["shimizu", "chikyu"]), None);
/// ```
pub fn nearest<'k>(unknown: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let asked = unknown.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            let name_lower = name.to_lowercase();
            let closeness = strsim::jaro_winkler(&asked, &name_lower);
            let edits = strsim::osa_distance(&asked, &name_lower);
            (name, closeness, edits)
        })
        .filter(|&(name, closeness, edits)| edits * 3 <= name.chars().count().max(3) || closeness > 0.88)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(name, ..)| name)
}

/// What is wrong with `text` as the name of a thing, if anything.
///
/// A name may be any Unicode text of 1 to 100 characters without control characters and without blanks at either end.
pub fn fault(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("is empty")
    } else if text.chars().count() > 100 {
        Some("is longer than 100 characters")
    } else if text.chars().any(char::is_control) {
        Some("has a control character in it (a line break, a tab, ...)")
    } else if text.trim() != text {
        Some("begins or ends with a blank")
    } else {
        None
    }
}
