//! Meeting: two vessels that transfer to one another are both there, one of them alongside the other.
//!
//! ```text
//! sum of begin, stay and end arcs of r that cover t  <=  sum of alongside arcs of r that cover t     for every transfer r that meets, slot t
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | begin, stay, end | the vessel that comes is setting up, transferring or taking the hoses off | arcs | count | `Vars::arcs` |
//! | alongside | the vessel that it meets lies there for it | arcs | 0 or 1 | `Vars::arcs` |
//!
//! Why: without it a carrier loads from a ship that is elsewhere, or from one to which another carrier is moored.
//! Rows: slots in which the transfer may be going on. Source: split pick-up at a meeting, Papageorgiou et al. 2014, EJOR 235:350-366.

use super::Family;
use crate::model::network::{Network, SessionOf};
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use crate::time::Slot;
use good_lp::{Constraint, Expression, Variable, constraint};
use std::collections::BTreeMap;

/// See the head of this file.
pub const FAMILY: Family = Family { name: "meeting", page: include_str!("meeting.rs"), rows };

/// For each slot how many vessels are in such sessions.
pub(super) fn in_sessions(
    network: &Network,
    taken: &[Variable],
    is_it: impl Fn(SessionOf) -> bool,
) -> BTreeMap<Slot, Expression> {
    let mut busy: BTreeMap<Slot, Expression> = BTreeMap::new();
    for (arc, &variable) in network.arcs.iter().zip(taken) {
        if let (Some(session), Some(to)) = (network.session_of(arc), arc.to)
            && is_it(session.of)
        {
            for slot in arc.from.slot..to.slot {
                *busy.entry(slot).or_default() += variable;
            }
        }
    }
    busy
}

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (place, transfer) in sets.plan.transfers.entries() {
        let Some(other) = transfer.meets else { continue };
        let sessions = |vessel: usize, of: SessionOf| {
            in_sessions(&sets.networks[vessel], &vars.arcs[vessel], |session| session == of)
        };
        let comes = sessions(transfer.stand.vessel.index(), SessionOf::Transfer(place));
        let mut lies = sessions(other.vessel.index(), SessionOf::Alongside(place));
        let label = &sets.labels.transfers[place.index()];
        for (slot, comes) in comes {
            let lies = lies.remove(&slot).unwrap_or_default();
            rows.push(constraint!(comes <= lies).set_name(format!("meeting({label},{})", at(slot))));
        }
    }
    rows
}
