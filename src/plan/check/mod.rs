//! Everything that can be wrong with a plan: each kind of fault a function in a table, [`CHECKS`] of the plan as written,
//! [`SEA_CHECKS`] that need its weather too, and [`run_resolved`]'s, which need it resolved.
//!
//! In: a draft of a plan. Out: diagnostics, all of them; what one check has told no other tells again.
//! A new check is a function and its line in the table of its file; `tests/bad/` then wants a plan that has the fault.

mod alpha;
mod breaks;
mod calls;
mod cargo;
mod causes;
mod cycles;
mod dates;
mod fleet;
mod gear;
mod goals;
mod hire;
mod holders;
mod idle;
mod laboratory;
mod late;
mod laytime;
mod lifting;
mod limits;
mod names;
mod open;
mod phases;
mod quantities;
mod reach;
mod rhythm;
mod round;
mod service;
mod sharing;
mod shore;
mod tanks;
mod time;
mod weather;
mod work;
mod works;

use super::draft::Draft;
use super::{Plan, Sea, load, members, read, syntax};
use crate::diag::{Diagnostics, Kind};
use std::collections::BTreeMap;

/// One look at a plan.
pub struct Check {
    /// The kinds of fault that it tells.
    pub kinds: &'static [Kind],
    /// Looks for them.
    pub look: fn(&Draft<'_>, &mut Diagnostics),
}

/// Checks of the plan as written, a table a file.
pub static CHECKS: &[&[Check]] = &[
    names::CHECKS,
    time::CHECKS,
    dates::CHECKS,
    quantities::CHECKS,
    work::CHECKS,
    phases::CHECKS,
    rhythm::CHECKS,
    sharing::CHECKS,
    service::CHECKS,
    cycles::CHECKS,
    gear::CHECKS,
    calls::CHECKS,
    cargo::CHECKS,
    holders::CHECKS,
    laboratory::CHECKS,
    tanks::CHECKS,
    fleet::CHECKS,
    hire::CHECKS,
    laytime::CHECKS,
    lifting::CHECKS,
    shore::CHECKS,
    late::CHECKS,
    works::CHECKS,
    goals::CHECKS,
    idle::CHECKS,
    limits::CHECKS,
    weather::CHECKS,
];

/// Checks that need the weather.
pub static SEA_CHECKS: &[&[Check]] = &[limits::SEA_CHECKS, weather::SEA_CHECKS, alpha::SEA_CHECKS];

/// Kinds of fault that are told while reading, or once the plan is resolved.
static OTHER_KINDS: &[&[Kind]] = &[
    super::alpha::KINDS,
    load::KINDS,
    members::KINDS,
    syntax::KINDS,
    read::KINDS,
    crate::weather::read::KINDS,
    open::KINDS,
    breaks::KINDS,
    reach::KINDS,
    round::KINDS,
];

/// Runs every check of some tables.
pub fn run(tables: &[&[Check]], draft: &Draft<'_>, found: &mut Diagnostics) {
    for check in tables.iter().copied().flatten() {
        (check.look)(draft, found);
    }
}

/// Checks of the plan once it is resolved: whether its work can ever be done.
pub fn run_resolved(plan: &Plan, sea: &Sea, draft: &Draft<'_>, found: &mut Diagnostics) {
    open::look(plan, sea, draft, found);
    reach::look(plan, draft, found);
    round::look(plan, draft, found);
    breaks::look(plan, sea, draft, found);
}

/// Every kind of fault that a plan or its weather can have, with its meaning, in the order of the alphabet.
///
/// # Example
/// ```
/// let meaning = mudline::plan::check::kinds().find(|(slug, _)| *slug == "after-cycle");
/// assert!(meaning.is_some_and(|(_, meaning)| meaning.contains("circle")));
/// ```
pub fn kinds() -> impl Iterator<Item = Kind> {
    let of_checks = CHECKS.iter().chain(SEA_CHECKS).copied().flatten().flat_map(|check| check.kinds);
    let others = OTHER_KINDS.iter().copied().flatten();
    of_checks.chain(others).copied().collect::<BTreeMap<_, _>>().into_iter()
}

/// The slugs of [`kinds`].
pub fn slugs() -> impl Iterator<Item = &'static str> {
    kinds().map(|(slug, _)| slug)
}
