//! What no schedule can better, known without solving: every vessel for itself, as if all others did what suits it best.
//!
//! In: the sets of a model. Out: the most worth that can be lifted or brought ashore. A vessel that brings goods ashore lands at most a
//! full hold each time it comes with something aboard, and one that lifts lifts at most as long as its best way lets it: both are
//! longest paths. It is the bound that is told until the solver knows a better one.

use super::network::{Deed, Network, SessionOf, State};
use super::past::Flow;
use super::sets::{Holder, Sets};
use crate::id::Ix;
use crate::plan::{Commodity, Goal, Sampling};

/// The worth of everything that could be lifted or brought ashore if vessels never had to wait for one another, where no more than `most`
/// tonnes come ashore.
pub fn best_worth(sets: &Sets<'_>, goal: Goal, most: f64) -> f64 {
    let plan = sets.plan;
    // What was lifted already may have come up faster than the plan lets it.
    let known = |q: Ix<Sampling>| sets.kept.total(Flow::Lift(q.index()));
    let mut lifted: Vec<f64> = sets.networks.iter().map(|network| most_lifted(sets, network)).collect();
    for (q, sampling) in plan.samplings.entries() {
        lifted[sampling.stand.vessel.index()] += known(q);
    }
    let mut worth = 0.0;
    for commodity in plan.commodities.places() {
        let mut left = match goal {
            Goal::Delivered => {
                let landed = sets.networks.iter().map(|network| most_landed(sets, network, commodity));
                landed.sum::<f64>().min(most)
            }
            _ => f64::INFINITY,
        };
        let mut of_vessel = lifted.clone();
        let mut steps: Vec<(f64, f64, usize, usize)> = Vec::new();
        let mut of_sampling: Vec<f64> = Vec::new();
        for (place, sampling) in plan.samplings.entries() {
            let slots = sets.lifting[sets.joined[place.index()].index()].iter();
            let open = slots.filter(|(slot, _)| *slot >= sets.kept.until).count() as f64;
            let rest = sets.kept.rest(Flow::Lift(place.index()), sampling.at_most);
            of_sampling.push((open * sets.lift_per_slot(place)).min(rest) + known(place));
            if sampling.commodity == commodity {
                let vessel = sampling.stand.vessel.index();
                let own = sampling.value.iter().map(|&(tonnes, each)| (each, tonnes, place.index(), vessel));
                steps.extend(own);
            }
        }
        // What bounds the tonnes lies one within the other, so the dearest first is the best.
        steps.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (each, tonnes, sampling, vessel) in steps.into_iter().filter(|(each, ..)| *each > 0.0) {
            let taken = tonnes.min(of_sampling[sampling]).min(of_vessel[vessel]).min(left);
            of_sampling[sampling] -= taken;
            of_vessel[vessel] -= taken;
            left -= taken;
            worth += taken * each;
        }
    }
    worth
}

/// The most that the vessels of a network can still lift, of everything together, in tonnes.
pub fn most_lifted(sets: &Sets<'_>, network: &Network) -> f64 {
    let gain = |arc: &super::network::Arc, _: bool| {
        let tonnes = match network.session_of(arc).map(|session| session.of) {
            Some(SessionOf::Sampling(q)) => {
                // What was lifted already is told elsewhere.
                let open = network.flowing(arc).filter(|slot| *slot >= sets.kept.until);
                open.count() as f64 * sets.lift_per_slot(q)
            }
            _ => 0.0,
        };
        (tonnes, false)
    };
    network.count as f64 * longest(network, gain)
}

/// The most of a commodity that the vessels of a network can bring ashore, in tonnes.
fn most_landed(sets: &Sets<'_>, network: &Network, commodity: Ix<Commodity>) -> f64 {
    let plan = sets.plan;
    if network.count == 0 {
        return 0.0;
    }
    let holder = Holder::Vessel(network.vessel);
    let hold = plan.vessels[network.vessel].hold[commodity.index()];
    let gain = |arc: &super::network::Arc, is_laden: bool| {
        let Deed::Begin(session) = arc.deed else { return (0.0, is_laden) };
        match network.sessions[session].of {
            SessionOf::Sampling(q) => (0.0, is_laden || plan.samplings[q].commodity == commodity),
            SessionOf::Transfer(r) | SessionOf::Alongside(r) if plan.transfers[r].commodity == commodity => {
                let takes = plan.transfers[r].sign(holder) > 0.0;
                let lands = !takes && sets.is_shore(r);
                // A session of single slots goes on landing what the first of them began.
                let stays = takes || (is_laden && !lands);
                (if lands && is_laden { hold } else { 0.0 }, stays)
            }
            _ => (0.0, is_laden),
        }
    };
    network.count as f64 * longest(network, gain)
}

/// The most that one way through a network gains, in two layers: with and without something aboard.
fn longest(network: &Network, gain: impl Fn(&super::network::Arc, bool) -> (f64, bool)) -> f64 {
    if network.count == 0 {
        return 0.0;
    }
    let states = network.states.len();
    let last = network.arcs.iter().filter_map(|arc| arc.to).map(|to| to.slot).max().unwrap_or(0);
    let mut best = vec![[f64::NEG_INFINITY; 2]; states * (last + 1)];
    let at = |node: super::network::Node| node.slot * states + node.state;
    best[at(network.origin())][0] = 0.0;
    // Within a slot, nodes inside a session come first, since a session can end at once.
    let mut order: Vec<usize> = (0..network.arcs.len()).collect();
    let rank = |&arc: &usize| {
        let from = network.arcs[arc].from;
        (from.slot, matches!(network.states[from.state], State::Lie(..)))
    };
    order.sort_by_key(rank);
    let mut most: f64 = 0.0;
    for arc in order.into_iter().map(|arc| &network.arcs[arc]) {
        for is_laden in [false, true] {
            let Some(&[empty, laden]) = best.get(at(arc.from)) else { continue };
            let before = if is_laden { laden } else { empty };
            let (gained, stays) = gain(arc, is_laden);
            let after = before + gained;
            most = most.max(after);
            if let Some(to) = arc.to {
                let known = &mut best[at(to)][usize::from(stays)];
                *known = known.max(after);
            }
        }
    }
    most
}
