//! Flow: a vessel is always in one place and doing one thing.
//!
//! ```text
//! sum of arcs out of n  -  sum of arcs into n  =  count at the origin, 0 elsewhere     for every vessel, every node n = (state, slot)
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | arcs | so many of the vessels that are alike take that way | arcs of their network | count | `Vars::arcs` |
//!
//! Why: without it a vessel is everywhere at once. Rows: nodes that are left after thinning.
//! Source: network flow, Ahuja, Magnanti and Orlin 1993, chapter 1; time-space networks in Papageorgiou et al. 2014, EJOR 235:350-366.

use super::Family;
use crate::model::network::Node;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use good_lp::{Constraint, Expression};
use std::collections::BTreeMap;

/// See the head of this file.
pub const FAMILY: Family = Family { name: "flow", page: include_str!("flow.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (network, taken) in sets.networks.iter().zip(&vars.arcs).filter(|(network, _)| network.count > 0) {
        let mut balance: BTreeMap<Node, Expression> = BTreeMap::new();
        balance.entry(network.origin()).or_default();
        for (arc, &variable) in network.arcs.iter().zip(taken) {
            *balance.entry(arc.from).or_default() += variable;
            if let Some(to) = arc.to {
                *balance.entry(to).or_default() -= variable;
            }
        }
        let vessel = &sets.labels.vessels[network.vessel.index()];
        for (node, out_less_in) in balance {
            let supply = if node == network.origin() { network.count as f64 } else { 0.0 };
            let name = format!("flow({vessel},s{},{})", node.state, at(node.slot));
            rows.push(out_less_in.eq(supply).set_name(name));
        }
    }
    rows
}
