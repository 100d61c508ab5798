//! Whether vessels that are served lie where they are served.
//!
//! In: the sets of a model. Out: for each vessel and site with a task that serves it there a variable for each slot in which it may come or go.
//! A vessel that is done lies where it is done. It is one unit of flow, so that what came and went by a slot says where it is.

use super::names::at;
use crate::id::Ix;
use crate::model::network::{Deed, Network};
use crate::model::sets::Sets;
use crate::plan::{Site, Vessel};
use crate::time::Slot;
use good_lp::variable::ProblemVariables;
use good_lp::{Expression, Variable, variable};
use std::collections::BTreeSet;

/// When a vessel lies at a site.
#[derive(Debug, Clone)]
pub struct Lies {
    /// The vessel.
    pub vessel: Ix<Vessel>,
    /// The site.
    pub site: Ix<Site>,
    /// Whether it begins there.
    pub begins: bool,
    /// For each slot in which it may come or go whether it lies there from then on.
    pub moments: Vec<(Slot, Variable)>,
}

impl Lies {
    /// Whether it lies there in a slot.
    pub fn in_slot(&self, slot: Slot) -> Expression {
        let next = self.moments.partition_point(|(at, _)| *at <= slot);
        match next.checked_sub(1) {
            Some(last) => self.moments[last].1.into(),
            None => Expression::from(if self.begins { 1.0 } else { 0.0 }),
        }
    }
}

/// Arcs of a network by place, each with a slot.
type Arcs = Vec<(usize, Slot)>;

/// The arcs of a network on which its vessel comes to a site, and those on which it goes, with the slots in which it does.
pub fn comes_and_goes(network: &Network, site: Ix<Site>) -> (Arcs, Arcs) {
    let is_here = |state: usize| network.site_of(state) == Some(site);
    let sails = || network.arcs.iter().enumerate().filter(|(_, arc)| matches!(arc.deed, Deed::Sail(_)));
    let comes = sails().filter_map(|(place, arc)| Some((place, arc.to.filter(|to| is_here(to.state))?.slot)));
    let goes = sails().filter(|(_, arc)| is_here(arc.from.state)).map(|(place, arc)| (place, arc.from.slot));
    (comes.collect(), goes.collect())
}

/// The variables of all vessels that are served.
pub(super) fn lies(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Lies> {
    let mut pairs: Vec<(Ix<Vessel>, Ix<Site>)> =
        sets.plan.tasks.iter().filter_map(|task| Some((task.serves?, task.site?))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let of_pair = |(vessel, site): (Ix<Vessel>, Ix<Site>)| {
        let (comes, goes) = comes_and_goes(sets.network_of(vessel), site);
        let slots: BTreeSet<Slot> = comes.into_iter().chain(goes).map(|(_, slot)| slot).collect();
        let (label, at_site) = (&sets.labels.vessels[vessel.index()], &sets.labels.sites[site.index()]);
        let name = |slot: Slot| format!("lies({label},{at_site},{})", at(slot));
        let one = |slot: Slot| (slot, problem.add(variable().clamp(0, 1).name(name(slot))));
        Lies {
            vessel,
            site,
            begins: sets.plan.vessels[vessel].at == site,
            moments: slots.into_iter().map(one).collect(),
        }
    };
    pairs.into_iter().map(of_pair).collect()
}
