//! Carriers: vessels that only sail and transfer, one or several alike, whose holds are watched site by site.
//!
//! In: a plan and the networks of its vessels. Out: [`Fleet`]s: for each commodity that they carry, the moments at which what they
//! hold at a site can change, and the legs on which it travels.
//! What is in the holds of vessels that lie at one site is one stock, bounded by how many lie there; so that half a ship at sea
//! cannot be loaded while its other half is unloaded, and identical ships need no names. Who carries which tonne: see `split`.

use super::network::{Deed, Network, State};
use crate::id::Ix;
use crate::plan::{Commodity, Goal, Holder, Plan, Site, Vessel};
use crate::time::Slot;

/// A commodity in the holds of carriers that are alike.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// The first of them.
    pub vessel: Ix<Vessel>,
    /// What they carry.
    pub commodity: Ix<Commodity>,
    /// What one hold takes, in tonnes.
    pub capacity: f64,
    /// What they hold, by site.
    pub lies: Vec<Lie>,
    /// What they carry from site to site.
    pub cargoes: Vec<Cargo>,
}

/// What carriers hold at a site.
#[derive(Debug, Clone)]
pub struct Lie {
    /// Where.
    pub site: Ix<Site>,
    /// When it can change, in order; what flows between two of them counts for the later one.
    pub moments: Vec<Moment>,
    /// Of each moment, whether the holds could be too full after it.
    pub is_fullest: Vec<bool>,
}

impl Lie {
    /// The place among the moments at which what changes at `moment` counts.
    pub fn place(&self, moment: Moment) -> usize {
        self.moments.partition_point(|&kept| kept < moment)
    }

    /// Sorts the moments, and where carriers only load or only unload leaves out those that say nothing new: between two sails
    /// what they hold only rises or only falls, so the last of the flows between tells all, and the holds are fullest at one end.
    fn thin(&mut self, loads: bool, unloads: bool) {
        self.moments.sort_unstable();
        self.moments.dedup();
        if loads != unloads {
            let moments = std::mem::take(&mut self.moments);
            let is_last = |at: usize| moments.get(at + 1).is_none_or(|next| !next.is_flow);
            self.moments = (0..moments.len())
                .filter(|&at| !moments[at].is_flow || is_last(at))
                .map(|at| moments[at])
                .collect();
        }
        let is_fullest = |at: usize| match self.moments[at].is_flow {
            true => loads || at == 0,
            false => unloads || self.moments.get(at + 1).is_none_or(|next| !next.is_flow),
        };
        self.is_fullest = (0..self.moments.len()).map(is_fullest).collect();
    }
}

/// When the tonnes at a site can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The slot.
    pub slot: Slot,
    /// Whether it is what flows in the slot, and not what arrives or departs at its beginning.
    pub is_flow: bool,
}

/// What travels on one arc of the network.
#[derive(Debug, Clone, Copy)]
pub struct Cargo {
    /// The arc, by place.
    pub arc: usize,
    /// Where it departs, by place among [`Fleet::lies`], and when.
    pub from: (usize, Moment),
    /// Where it arrives, by place among [`Fleet::lies`], and when.
    pub to: (usize, Moment),
}

/// Whether the flow of carriers leaves out nothing that could be better. In it a carrier that is done holds nothing, and waits with its
/// cargo until the plan ends: that is dear only where time is a goal, and of use only where what never lands counts for something.
/// Carriers that begin with something aboard may never get rid of it, of what keeps only so long or must be somewhere in time it matters
/// who has it how long, and what is in a tank is not in another: they are planned one by one.
pub fn are_exact(plan: &Plan) -> bool {
    let lifts = |vessel: Ix<Vessel>| plan.samplings.iter().any(|q| q.stand.vessel == vessel);
    let is_loaded = |ship: &Vessel| ship.aboard.iter().any(|tonnes| *tonnes > 0.0);
    let spoils =
        plan.commodities.iter().any(|commodity| commodity.keeps.is_some() || commodity.reach.is_some());
    let has_tanks = plan.vessels.iter().any(|ship| !ship.tanks.is_empty());
    if spoils || has_tanks || plan.vessels.entries().any(|(vessel, ship)| is_loaded(ship) && !lifts(vessel)) {
        return false;
    }
    let is_timed = is_timed(plan);
    // With weights it may pay to end with cargo aboard.
    let lands_first =
        plan.weights.is_none() && matches!(plan.goals.first(), Some(Goal::Delivered | Goal::Supplied));
    let counts_lifting =
        plan.goals.contains(&Goal::Sampled) || plan.samplings.iter().any(|q| q.at_least > 0.0);
    // What is left of a range belongs to one vessel, and cannot be summed over several.
    if plan.vessels.iter().any(|ship| ship.range.is_some() || ship.bunkers.is_some()) {
        return false;
    }
    !is_timed || (lands_first && !counts_lifting)
}

/// Whether it matters when a vessel is done: one that waits costs, burns, or falls out of its rhythm.
pub fn is_timed(plan: &Plan) -> bool {
    plan.goals.iter().any(|goal| matches!(goal, Goal::Finish | Goal::Cost | Goal::Emissions))
        || plan.budgets.iter().any(|budget| budget.cost.is_finite() || budget.emissions.is_finite())
        || plan.tasks.iter().any(|task| task.every.is_some())
        || plan.vessels.iter().any(|ship| ship.bunkers.is_some())
}

/// The carriers of a plan.
pub fn fleets(plan: &Plan, networks: &[Network], moving: &[Vec<(Slot, Vec<usize>)>]) -> Vec<Fleet> {
    let mut fleets = Vec::new();
    for network in networks.iter().filter(|network| is_carrier(plan, network)) {
        let vessel = network.vessel;
        for commodity in plan.commodities.places() {
            let own = || {
                let transfers = plan.transfers.iter().zip(moving);
                transfers.filter(move |(t, _)| t.stand.vessel == vessel && t.commodity == commodity)
            };
            if own().all(|(_, slots)| slots.is_empty()) {
                continue;
            }
            let mut lies: Vec<Lie> = plan.vessels[vessel]
                .calls
                .iter()
                .map(|&site| Lie { site, moments: Vec::new(), is_fullest: Vec::new() })
                .collect();
            for (transfer, slots) in own() {
                if let Some(lie) = lies.iter_mut().find(|lie| lie.site == transfer.stand.site) {
                    lie.moments.extend(slots.iter().map(|&(slot, _)| Moment { slot, is_flow: true }));
                }
            }
            let cargoes = cargoes(network, &lies);
            for cargo in &cargoes {
                for (lie, moment) in [cargo.from, cargo.to] {
                    lies[lie].moments.push(moment);
                }
            }
            for lie in &mut lies {
                let signs: Vec<f64> = own()
                    .filter(|(transfer, _)| transfer.stand.site == lie.site)
                    .map(|(transfer, _)| transfer.sign(Holder::Vessel(vessel)))
                    .collect();
                let unloads = signs.iter().any(|&sign| sign < 0.0);
                let loads = signs.iter().any(|&sign| sign > 0.0);
                // A vessel that may be done at any time leaves others to unload what it holds, and where goods share their room one may
                // rise while another falls: there every moment is watched.
                let is_shared = plan.vessels[vessel].hold_total < plan.vessels[vessel].hold.iter().sum();
                lie.thin(loads || is_shared || (unloads && is_timed(plan)), unloads || is_shared);
            }
            let capacity = plan.vessels[vessel].hold[commodity.index()];
            fleets.push(Fleet { vessel, commodity, capacity, lies, cargoes });
        }
    }
    fleets
}

/// Whether the holds of a network's vessels are watched site by site.
fn is_carrier(plan: &Plan, network: &Network) -> bool {
    let vessel = network.vessel;
    let comes_to_meet = || plan.transfers.iter().any(|t| t.stand.vessel == vessel && t.meets.is_some());
    let is_met = || plan.transfers.iter().any(|t| t.meets.is_some_and(|stand| stand.vessel == vessel));
    let lifts = || plan.samplings.iter().any(|sampling| sampling.stand.vessel == vessel);
    network.count > 1 || (network.count == 1 && comes_to_meet() && !is_met() && !lifts())
}

/// What each vessel that goes through a network of its own has aboard, by where it is: of those that load at one site and unload at another.
pub fn located(
    plan: &Plan,
    networks: &[Network],
    lifting: &[Vec<(Slot, Vec<usize>)>],
    moving: &[Vec<(Slot, Vec<usize>)>],
) -> Vec<Fleet> {
    let mut located = Vec::new();
    for network in networks.iter().filter(|network| network.count == 1) {
        let own = Holder::Vessel(network.vessel);
        for commodity in plan.commodities.places() {
            let lifts = plan.samplings.iter().zip(lifting);
            let lifts = lifts.filter(|(q, _)| (q.stand.vessel, q.commodity) == (network.vessel, commodity));
            let moves = plan.transfers.iter().zip(moving).filter(|(t, _)| t.commodity == commodity);
            let moves = moves.filter_map(|(t, slots)| Some((t.site_of(network.vessel)?, t.sign(own), slots)));
            let flows = lifts.map(|(q, slots)| (q.stand.site, 1.0, slots)).chain(moves);
            let flows: Vec<(Ix<Site>, f64, &Vec<(Slot, Vec<usize>)>)> =
                flows.filter(|(_, _, slots)| !slots.is_empty()).collect();
            if flows.iter().all(|(site, ..)| *site == flows[0].0) {
                continue;
            }
            let mut lies: Vec<Lie> = Vec::new();
            for state in &network.states {
                if let State::Lie(site, _) = *state
                    && lies.iter().all(|lie| lie.site != site)
                {
                    lies.push(Lie { site, moments: Vec::new(), is_fullest: Vec::new() });
                }
            }
            let cargoes = cargoes(network, &lies);
            for cargo in &cargoes {
                for (lie, moment) in [cargo.from, cargo.to] {
                    lies[lie].moments.push(moment);
                }
            }
            for lie in &mut lies {
                let here = || flows.iter().filter(|(site, ..)| *site == lie.site);
                let moments = here().flat_map(|(_, _, slots)| slots.iter());
                let moments: Vec<Moment> = moments.map(|&(slot, _)| Moment { slot, is_flow: true }).collect();
                let (loads, unloads) = (here().any(|flow| flow.1 > 0.0), here().any(|flow| flow.1 < 0.0));
                lie.moments.extend(moments);
                lie.thin(loads, unloads);
            }
            let capacity = plan.vessels[network.vessel].hold[commodity.index()];
            located.push(Fleet { vessel: network.vessel, commodity, capacity, lies, cargoes });
        }
    }
    located
}

fn cargoes(network: &Network, lies: &[Lie]) -> Vec<Cargo> {
    let place = |state: usize| match network.states[state] {
        State::Lie(site, _) => lies.iter().position(|lie| lie.site == site),
        State::Within(_) => None,
    };
    let begin = |slot: Slot| Moment { slot, is_flow: false };
    let sails = network.arcs.iter().enumerate().filter(|(_, arc)| matches!(arc.deed, Deed::Sail(_)));
    sails
        .filter_map(|(arc, way)| {
            let (from, to) = (way.from, way.to?);
            Some(Cargo {
                arc,
                from: (place(from.state)?, begin(from.slot)),
                to: (place(to.state)?, begin(to.slot)),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::model::Model;
    use crate::model::optimise::Options;
    use crate::model::solve::solve_linear;
    use crate::plan::{Plan, Sea};
    use good_lp::{ProblemVariables, variable};
    use std::sync::atomic::AtomicBool;

    /// A carrier an hour away from a ship, which comes with something aboard, and for which time counts.
    fn loaded() -> (Plan, Sea) {
        let text = r#"
plan = { name = "located", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { weights = { delivered = 1.0, finish = 0.1 } }
commodity = [{ id = "mud" }]
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0] },
  { id = "quay", kind = "port", position = [24.2, 154.0] },
]
vessel = [
  { id = "ship", at = "field", hold = { mud = "40 t" }, aboard = { mud = "10 t" } },
  { id = "carrier", at = "field", calls = ["quay", "field"], speed = "12 kn", hold = { mud = "10 t" }, aboard = { mud = "4 t" } },
]
transfer = [
  { id = "fetch", from = "ship", to = "carrier", site = "field", commodity = "mud", rate = "5 t/h" },
  { id = "land", from = "carrier", to = "quay", commodity = "mud", rate = "5 t/h" },
]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "5 t/h" }]
"#;
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
        let checked = crate::plan::load(folder.path()).expect("files");
        let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
        checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")))
    }

    /// What the first objective comes to where parts of a vessel may go.
    fn relaxed(model: &Model<'_>) -> f64 {
        let mut parts = ProblemVariables::new();
        for (_, definition) in model.vars.problem.iter_variables_with_def() {
            parts.add(variable().clamp(definition.get_min(), definition.get_max()));
        }
        let objective = model.objectives().remove(0);
        solve_linear(&parts, &model.rows, &objective).expect("a solver that works").expect("a way").value
    }

    #[test]
    fn half_a_vessel_at_sea_is_not_loaded_while_its_other_half_unloads() {
        let (plan, sea) = loaded();
        let (with, without) = (Model::new(&plan, &sea), Model::apart(&plan, &sea));
        // The ship stays where it is: of the carrier alone it matters.
        assert_eq!((with.sets.fleets.len(), with.sets.located.len(), without.sets.located.len()), (0, 1, 0));
        let stop = AtomicBool::new(false);
        let best =
            |model: &Model<'_>| match model.optimise(&Options::new(&stop)).expect("a solver that works") {
                crate::model::Outcome::Solved(solved) => solved.stamp.goals[0].value,
                other => panic!("{other:?}"),
            };
        let (value, bounds) = (best(&with), [relaxed(&with), relaxed(&without)]);
        assert!((value - best(&without)).abs() < 1e-6);
        assert!(bounds[0] >= value - 1e-6 && bounds[0] < 0.8 * bounds[1], "{value} of {bounds:?}");
    }
}
