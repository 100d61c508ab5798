//! Everything that can be wrong with a plan: each kind of fault a function in the table [`CHECKS`] (which look at the plan as
//! written), [`SEA_CHECKS`] (which need its weather too), or [`run_resolved`]'s.
//!
//! In: a [`Draft`]. Out: diagnostics, all of them. A new check is a function and its line in a table; `tests/bad/` then wants a
//! plan that has the fault.

use super::draft::Draft;
use super::{Plan, Sea};
use crate::diag::Diagnostics;

/// One kind of fault.
pub struct Check {
    /// The kinds that it tells, by their slugs.
    pub slugs: &'static [&'static str],
    /// What it looks for.
    pub about: &'static str,
    /// Looks for it.
    pub look: fn(&Draft<'_>, &mut Diagnostics),
}

/// Checks of the plan as written.
pub static CHECKS: &[Check] = &[];

/// Checks that need the weather.
pub static SEA_CHECKS: &[Check] = &[];

/// Runs every check of a table.
pub fn run(checks: &[Check], draft: &Draft<'_>, found: &mut Diagnostics) {
    for check in checks {
        (check.look)(draft, found);
    }
}

/// Checks of the plan once it is resolved: whether its work can ever be done.
pub fn run_resolved(_plan: &Plan, _sea: &Sea, _draft: &Draft<'_>, _found: &mut Diagnostics) {}
