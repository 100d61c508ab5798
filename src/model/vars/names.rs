//! Names of variables, as an LP file shows them.
//!
//! In: the sets of a model. Out: text such as `start(run_pipe,t0042)`, the same for the same plan.

use crate::model::network::{Arc, Deed, Network, SessionOf};
use crate::model::sets::{Holder, Sets};
use crate::time::Slot;

/// A slot as names have it: `t0042`.
pub fn at(slot: Slot) -> String {
    format!("t{slot:04}")
}

/// A holder as names have it.
pub fn holder_label<'s>(sets: &'s Sets<'_>, holder: Holder) -> &'s str {
    match holder {
        Holder::Vessel(vessel) => &sets.labels.vessels[vessel.index()],
        Holder::Site(site) => &sets.labels.sites[site.index()],
    }
}

/// What an arc stands for, as names have it.
pub(super) fn arc_name(sets: &Sets<'_>, network: &Network, arc: &Arc) -> String {
    let vessel = &sets.labels.vessels[network.vessel.index()];
    let slot = at(arc.from.slot);
    let state = arc.from.state;
    let session = |place: usize| match network.sessions[place].of {
        SessionOf::Sampling(sampling) => &sets.labels.samplings[sampling.index()],
        SessionOf::Transfer(transfer) | SessionOf::Alongside(transfer) => {
            &sets.labels.transfers[transfer.index()]
        }
    };
    let side = |place: usize| match network.sessions[place].of {
        SessionOf::Alongside(_) => "alongside",
        _ => "begin",
    };
    match arc.deed {
        Deed::Wait => format!("wait({vessel},s{state},{slot})"),
        Deed::Task(task) => format!("start({},{slot})", sets.labels.tasks[task.index()]),
        Deed::Sail(leg) => {
            let leg = &sets.plan.vessels[network.vessel].legs[leg];
            let (from, to) = (&sets.labels.sites[leg.from.index()], &sets.labels.sites[leg.to.index()]);
            match sets.plan.vessels[network.vessel].paces.len() {
                0 | 1 => format!("sail({vessel},{from},{to},{slot})"),
                _ => format!("sail({vessel},{from},{to},{slot},{}kn)", leg.pace.knots()),
            }
        }
        Deed::Begin(place) => format!("{}({},{slot})", side(place), session(place)),
        Deed::Stay(place) => format!("stay({},{slot})", session(place)),
        Deed::End(place) => format!("end({},{slot})", session(place)),
        Deed::Done => format!("done({vessel},s{state},{slot})"),
    }
}
