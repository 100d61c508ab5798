//! Berth: no more vessels load and unload at a site than it has berths.
//!
//! ```text
//! sum of begin, stay and end arcs of the transfers at i that cover t  <=  berths(i)     for every site i with a bound, slot t
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | begin, stay, end | a vessel is setting up, transferring or taking the hoses off | arcs | count | `Vars::arcs` |
//!
//! Why: without it the whole fleet lies at the one quay. Rows: slots in which more vessels than berths could be at it.
//! Source: berth constraints in Papageorgiou et al. 2014, EJOR 235:350-366.

use super::Family;
use super::meeting::in_sessions;
use crate::model::network::SessionOf;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use crate::time::Slot;
use good_lp::{Constraint, Expression};
use std::collections::BTreeMap;

/// See the head of this file.
pub const FAMILY: Family = Family { name: "berth", page: include_str!("berth.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (site, place) in sets.plan.sites.entries() {
        let Some(berths) = place.berths else { continue };
        let is_here = |of: SessionOf| match of {
            SessionOf::Transfer(transfer) => {
                let transfer = &sets.plan.transfers[transfer];
                transfer.meets.is_none() && transfer.stand.site == site
            }
            _ => false,
        };
        let mut busy: BTreeMap<Slot, (usize, Expression)> = BTreeMap::new();
        for (network, taken) in sets.networks.iter().zip(&vars.arcs) {
            for (slot, sessions) in in_sessions(network, taken, is_here) {
                let (could_be, all) = busy.entry(slot).or_default();
                *could_be += network.count;
                *all += sessions;
            }
        }
        let label = &sets.labels.sites[site.index()];
        for (slot, (could_be, all)) in busy {
            if could_be > berths as usize {
                rows.push(all.leq(berths).set_name(format!("berth({label},{})", at(slot))));
            }
        }
    }
    rows
}
