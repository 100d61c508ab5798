//! What a vessel that goes alone has aboard, by where it is.
//!
//! In: a plan, the networks of its vessels, and when something can flow. Out: a [`Fleet`] of one for each vessel and commodity that it has to
//! do with at several sites and that is no carrier, whose holds a fleet tells. Its stock tells all that a schedule needs; but in the solver's relaxation, in which a part of a vessel may go
//! one way and the rest another, the part at sea would be loaded while the other unloads ashore what was never carried there.

use super::fleet::{Fleet, Lie, Moment, cargoes};
use super::network::{Network, State};
use crate::id::Ix;
use crate::plan::{Commodity, Holder, Plan, Site};
use crate::time::Slot;

/// For each sampling or transfer the slots in which something may flow in it, each with the arcs in which it does.
type Flowing = [Vec<(Slot, Vec<usize>)>];

/// What can come aboard or leave at a site.
struct Flow<'a> {
    site: Ix<Site>,
    /// Whether it comes aboard.
    is_gain: bool,
    slots: &'a [(Slot, Vec<usize>)],
}

/// Of each vessel that goes through a network of its own, and loads at one site what it unloads at another.
pub fn located(plan: &Plan, networks: &[Network], lifting: &Flowing, moving: &Flowing) -> Vec<Fleet> {
    let alone = networks.iter().filter(|network| network.count == 1);
    let pairs =
        alone.flat_map(|network| plan.commodities.places().map(move |commodity| (network, commodity)));
    let of_one = |(network, commodity): (&Network, Ix<Commodity>)| {
        let flows = flows(plan, network, commodity, lifting, moving);
        let is_moved = flows.iter().any(|flow| flow.site != flows[0].site);
        is_moved.then(|| of_vessel(plan, network, commodity, &flows))
    };
    pairs.filter_map(of_one).collect()
}

/// What can come aboard a vessel of a commodity, and what can leave.
fn flows<'a>(
    plan: &Plan,
    network: &Network,
    commodity: Ix<Commodity>,
    lifting: &'a Flowing,
    moving: &'a Flowing,
) -> Vec<Flow<'a>> {
    let vessel = network.vessel;
    let lifts = plan.samplings.iter().zip(lifting);
    let lifts = lifts.filter(|(q, _)| (q.stand.vessel, q.commodity) == (vessel, commodity));
    let lifts = lifts.map(|(q, slots)| Flow { site: q.stand.site, is_gain: true, slots });
    let moves = plan.transfers.iter().zip(moving).filter(|(transfer, _)| transfer.commodity == commodity);
    let moves = moves.filter_map(|(transfer, slots)| {
        let is_gain = transfer.sign(Holder::Vessel(vessel)) > 0.0;
        Some(Flow { site: transfer.site_of(vessel)?, is_gain, slots })
    });
    lifts.chain(moves).filter(|flow| !flow.slots.is_empty()).collect()
}

fn of_vessel(plan: &Plan, network: &Network, commodity: Ix<Commodity>, flows: &[Flow<'_>]) -> Fleet {
    let mut lies: Vec<Lie> = Vec::new();
    for state in &network.states {
        if let State::Lie(site, _) = *state
            && lies.iter().all(|lie| lie.site != site)
        {
            lies.push(Lie { site, moments: Vec::new(), is_fullest: Vec::new() });
        }
    }
    let cargoes = cargoes(network, &lies);
    for (lie, moment) in cargoes.iter().flat_map(|cargo| [cargo.from, cargo.to]) {
        lies[lie].moments.push(moment);
    }
    for lie in &mut lies {
        let here = || flows.iter().filter(|flow| flow.site == lie.site);
        let (loads, unloads) = (here().any(|flow| flow.is_gain), here().any(|flow| !flow.is_gain));
        let slots = here().flat_map(|flow| flow.slots);
        let moments: Vec<Moment> = slots.map(|&(slot, _)| Moment { slot, is_flow: true }).collect();
        lie.moments.extend(moments);
        lie.thin(loads, unloads);
    }
    let capacity = plan.vessels[network.vessel].hold[commodity.index()];
    Fleet { vessel: network.vessel, commodity, capacity, lies, cargoes }
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
        loaded_from(
            r#"
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
"#,
        )
    }

    fn loaded_from(text: &str) -> (Plan, Sea) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
        let checked = crate::plan::load(folder.path()).expect("files");
        let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
        checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")))
    }

    /// What the last objective comes to where parts of a vessel may go.
    fn relaxed(model: &Model<'_>) -> f64 {
        let mut parts = ProblemVariables::new();
        for (_, definition) in model.vars.problem.iter_variables_with_def() {
            parts.add(variable().clamp(definition.get_min(), definition.get_max()));
        }
        let objective = model.objectives().pop().expect("a goal");
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

    #[test]
    fn nor_does_half_a_ship_save_half_of_what_a_voyage_between_two_quays_costs() {
        let text = r#"
plan = { name = "located", start = 2026-01-01T00:00:00Z, end = 2026-01-11T00:00:00Z, slot = "6 h", currency = "USD" }
goal = { order = ["supplied", "cost"] }
commodity = [{ id = "ore" }]
site = [
  { id = "mine", kind = "port", position = [35.0, 138.5], stock = { ore = "1000 t" } },
  { id = "works", kind = "port", position = [33.0, 138.5] },
]
vessel = [{ id = "barge", at = "mine", calls = ["works"], speed = "10 kn", hold = { ore = "100 t" }, day_rate = "1000 USD/d" }]
transfer = [
  { id = "load", from = "mine", to = "barge", commodity = "ore", rate = "20 t/h" },
  { id = "land", from = "barge", to = "works", commodity = "ore", rate = "20 t/h" },
]
demand = [{ id = "need", site = "works", commodity = "ore", amount = "300 t", at_least = "300 t" }]
"#;
        let (plan, sea) = loaded_from(text);
        let (with, without) = (Model::new(&plan, &sea), Model::apart(&plan, &sea));
        // Three voyages: to load, two slots on the way, to land, and two slots back but for the last.
        let best = 16.0 * 250.0;
        let bounds = [relaxed(&with), relaxed(&without)];
        assert!(bounds[0] > 0.9 * best && bounds[0] < best + 1e-6 && bounds[1] < 0.7 * best, "{bounds:?}");
    }
}
