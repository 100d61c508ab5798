//! How often vessels must call at all: what must come to a site, by what they can have aboard.
//!
//! In: the sets of a model, and what must be supplied, or a goal that is kept. Out: rows that every schedule keeps anyway, so that they take nothing
//! away; without them a solver sends half a ship, which costs half as much, and proves the whole one only when it has tried all the rest.
//!
//! ```text
//! sum_v ceil(hold(v) / k) * calls(v)  >=  ceil(tonnes / k)     for every place at which goods must come ashore, and every size k of its carriers
//! ```
//!
//! Calls are the legs that lead there from elsewhere. What a vessel lands on one is no more than its hold, if it can take nothing aboard there.
//! Source: rounded capacity inequalities by Chvatal and Gomory, as for routes in Toth and Vigo 2014, Vehicle Routing, chapter 2.

use super::network::{Deed, Network};
use super::sets::{Holder, Sets};
use super::vars::Vars;
use crate::id::Ix;
use crate::plan::{Commodity, Goal, Site, SiteKind, Transfer, Vessel};
use good_lp::{Constraint, Expression};

/// What is no more than a rounding, in parts of a hold.
const ROUNDING: f64 = 1e-4;

/// What the digits of a number leave open.
const DIGITS: f64 = 1e-12;

/// What must come where.
struct Needed {
    name: String,
    tonnes: f64,
    /// The one commodity that it is, or any.
    commodity: Option<Ix<Commodity>>,
    /// The site, or any ashore.
    site: Option<Ix<Site>>,
}

/// Rows for what must be supplied, whatever the goals are.
pub fn of_musts(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let plan = sets.plan;
    let tonnes = |site, commodity| {
        let own =
            plan.demands.iter().filter(move |demand| (demand.site, demand.commodity) == (site, commodity));
        own.map(|demand| demand.at_least).sum::<f64>()
    };
    rows_of(
        sets,
        vars,
        &places(sets).map(|(site, of)| supplied(sets, (site, of), tonnes(site, of))).collect::<Vec<_>>(),
    )
}

/// Rows for a goal of which at least so much is kept.
pub fn of_kept(sets: &Sets<'_>, vars: &Vars, goal: Goal, worth: f64) -> Vec<Constraint> {
    let plan = sets.plan;
    let needed = match goal {
        Goal::Supplied => {
            let steps = |site, commodity| -> Vec<(f64, f64)> {
                let own =
                    plan.demands.iter().filter(|demand| (demand.site, demand.commodity) == (site, commodity));
                own.flat_map(|demand| demand.value.iter().copied()).collect()
            };
            let all: f64 = plan
                .demands
                .iter()
                .flat_map(|demand| &demand.value)
                .map(|(tonnes, each)| tonnes * each)
                .sum();
            let of_place = |(site, commodity)| {
                let own = steps(site, commodity);
                let others = all - own.iter().map(|(tonnes, each)| tonnes * each).sum::<f64>();
                supplied(sets, (site, commodity), fewest(own, worth - others))
            };
            places(sets).map(of_place).collect()
        }
        Goal::Delivered => {
            let steps = plan.samplings.iter().flat_map(|sampling| sampling.value.iter().copied()).collect();
            let tonnes = fewest(steps, worth);
            vec![Needed { name: "calls(ashore".to_owned(), tonnes, commodity: None, site: None }]
        }
        _ => Vec::new(),
    };
    rows_of(sets, vars, &needed)
}

/// The fewest tonnes that are worth so much, of which so many are worth so much each.
fn fewest(mut steps: Vec<(f64, f64)>, worth: f64) -> f64 {
    steps.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (mut left, mut all) = (worth, 0.0);
    for (tonnes, each) in steps.into_iter().filter(|step| step.1 > 0.0) {
        let taken = (left / each).clamp(0.0, tonnes);
        left -= taken * each;
        all += taken;
    }
    all
}

/// Where something is wanted, and of which commodity.
fn places(sets: &Sets<'_>) -> impl Iterator<Item = (Ix<Site>, Ix<Commodity>)> {
    let mut places: Vec<_> = sets.plan.demands.iter().map(|demand| (demand.site, demand.commodity)).collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter()
}

/// What of so many tonnes that are supplied must come from elsewhere.
fn supplied(sets: &Sets<'_>, (site, commodity): (Ix<Site>, Ix<Commodity>), tonnes: f64) -> Needed {
    let plan = sets.plan;
    let makes = |made: Ix<Commodity>, at: Ix<Site>| (made, at) == (commodity, site);
    let is_made = plan.processes.iter().any(|process| makes(process.to, process.site));
    let there = if is_made { f64::INFINITY } else { plan.at_start(Holder::Site(site), commodity) };
    let name =
        format!("calls({},{}", sets.labels.sites[site.index()], sets.labels.commodities[commodity.index()]);
    Needed { name, tonnes: (tonnes - there).max(0.0), commodity: Some(commodity), site: Some(site) }
}

fn rows_of(sets: &Sets<'_>, vars: &Vars, needed: &[Needed]) -> Vec<Constraint> {
    // What has happened may have kept to no rule.
    let open = needed.iter().filter(|needed| needed.tonnes > 0.0 && !sets.is_after);
    open.flat_map(|needed| needed.rows(sets, vars)).collect()
}

impl Needed {
    fn rows(&self, sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
        let plan = sets.plan;
        let aboard = |ship: &Vessel| match self.commodity {
            Some(of) => ship.aboard[of.index()],
            None => ship.aboard.iter().sum(),
        };
        let tonnes = self.tonnes - plan.vessels.iter().map(aboard).sum::<f64>();
        let mut carriers: Vec<(f64, Expression)> = Vec::new();
        for (network, taken) in sets.networks.iter().zip(&vars.arcs).filter(|(network, _)| network.count > 0)
        {
            if !plan.transfers.iter().any(|transfer| self.is_landing(sets, network, transfer)) {
                continue;
            }
            let hold = self.hold(&plan.vessels[network.vessel]);
            if !hold.is_finite() || self.gains(sets, network.vessel) {
                return Vec::new();
            }
            let is_call = |deed: Deed| match deed {
                Deed::Sail(leg) => {
                    let leg = &plan.vessels[network.vessel].legs[leg];
                    self.is_there(sets, leg.to) && !self.is_there(sets, leg.from)
                }
                _ => false,
            };
            let calls = network.arcs.iter().zip(taken).filter(|(arc, _)| is_call(arc.deed));
            carriers.push((hold, calls.map(|(_, &variable)| variable).sum()));
        }
        let mut sizes: Vec<f64> = carriers.iter().map(|(hold, _)| *hold).filter(|&hold| hold > 0.0).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.dedup();
        // What is needed may be told too low, and what a hold takes too high, and never the other way.
        let up = |tonnes: f64, size: f64, rounding: f64| (tonnes / size - rounding).ceil().max(0.0);
        let needed = |size: f64| up(tonnes, size, ROUNDING);
        let of_size = |(nth, &size): (usize, &f64)| {
            let mut calls = Expression::default();
            for (hold, own) in &carriers {
                calls += up(*hold, size, DIGITS) * own.clone();
            }
            calls.geq(needed(size)).set_name(format!("{},{nth})", self.name))
        };
        sizes.iter().enumerate().filter(|(_, size)| needed(**size) > 0.0).map(of_size).collect()
    }

    fn is_there(&self, sets: &Sets<'_>, site: Ix<Site>) -> bool {
        match self.site {
            Some(only) => site == only,
            None => sets.plan.sites[site].kind != SiteKind::Sea,
        }
    }

    /// Whether a vessel brings it there by a transfer.
    fn is_landing(&self, sets: &Sets<'_>, network: &Network, transfer: &Transfer) -> bool {
        let (from, to) = transfer.ends();
        let is_it = self.commodity.is_none_or(|of| of == transfer.commodity);
        let is_there = matches!(to, Holder::Site(site) if self.is_there(sets, site));
        is_it && is_there && from == Holder::Vessel(network.vessel)
    }

    /// Whether a vessel can take it aboard where it lands it.
    fn gains(&self, sets: &Sets<'_>, vessel: Ix<Vessel>) -> bool {
        let plan = sets.plan;
        let is_it = |commodity| self.commodity.is_none_or(|of| of == commodity);
        let lifts = plan.samplings.iter().any(|sampling| {
            sampling.stand.vessel == vessel
                && is_it(sampling.commodity)
                && self.is_there(sets, sampling.stand.site)
        });
        let loads = plan.transfers.iter().any(|transfer| {
            transfer.ends().1 == Holder::Vessel(vessel)
                && is_it(transfer.commodity)
                && self.is_there(sets, transfer.stand.site)
        });
        lifts || loads
    }

    /// What a vessel has aboard of it at most.
    fn hold(&self, ship: &Vessel) -> f64 {
        let of_it = match self.commodity {
            Some(of) => ship.hold[of.index()],
            None => ship.hold.iter().sum(),
        };
        of_it.min(ship.hold_total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::goals::Objective;
    use crate::model::optimise::{Model, Options};
    use crate::model::run::Run;
    use good_lp::IntoAffineExpression;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed};
    use std::sync::atomic::AtomicBool;

    /// Two ships that bring ore from an island, where one of them also lifts some, to a quay.
    fn plan(holds: [u32; 2], wanted: u32, there: u32, aboard: u32, goal: &str) -> String {
        let must = if goal.contains("supplied") {
            "value = [[\"99 t\", 1.0]]".to_owned()
        } else {
            format!("at_least = \"{wanted} t\"")
        };
        format!(
            r#"
plan = {{ name = "calls", start = 2026-01-01T00:00:00Z, end = 2026-01-01T18:00:00Z, currency = "USD" }}
goal = {{ order = [{goal}] }}
commodity = [{{ id = "ore" }}]
site = [
  {{ id = "quay", kind = "port", position = [24.0, 154.0], stock = {{ ore = "{there} t" }} }},
  {{ id = "island", kind = "island", position = [24.2, 154.0], stock = {{ ore = "20 t" }} }},
]
vessel = [
  {{ id = "a", at = "quay", calls = ["quay", "island"], speed = "12 kn", day_rate = "2400 USD/d", hold = {{ ore = "{} t" }}, hire = {{ voyage = "500 USD" }} }},
  {{ id = "b", at = "island", calls = ["quay", "island"], speed = "8 kn", day_rate = "1200 USD/d", hold = {{ ore = "{} t" }}, aboard = {{ ore = "{} t" }}, hire = {{ voyage = "400 USD" }} }},
]
transfer = [
  {{ id = "load-a", from = "island", to = "a", commodity = "ore", rate = "9 t/h" }},
  {{ id = "land-a", from = "a", to = "quay", commodity = "ore", rate = "9 t/h" }},
  {{ id = "load-b", from = "island", to = "b", commodity = "ore", rate = "9 t/h" }},
  {{ id = "land-b", from = "b", to = "quay", commodity = "ore", rate = "9 t/h" }},
]
demand = [{{ id = "d", site = "quay", commodity = "ore", amount = "{wanted} t", {must} }}]
"#,
            holds[0],
            holds[1],
            aboard.min(holds[1]),
        )
    }

    /// By how much a row is missed.
    fn missed(model: &Model<'_>, row: &Constraint, values: &[f64]) -> f64 {
        let expression = row.expression();
        let terms = expression.linear_coefficients();
        let sum: f64 = terms.map(|(variable, factor)| factor * values[model.vars.place(variable)]).sum();
        sum + expression.constant()
    }

    proptest! {
        #![proptest_config(Config {
            cases: 16, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..Config::default()
        })]
        #[test]
        fn no_schedule_misses_a_row(
            holds in [2u32..7, 2u32..7], wanted in 3u32..16, there in 0u32..3, aboard in 0u32..4, keeps in any::<bool>(),
        ) {
            let goal = if keeps { r#""supplied", "cost""# } else { r#""cost""# };
            let folder = tempfile::tempdir().expect("a folder");
            let text = plan(holds, wanted, there, aboard, goal);
            std::fs::write(folder.path().join("plan.toml"), &text).expect("a plan");
            let loaded = crate::plan::load(folder.path()).expect("files");
            let told: Vec<String> = loaded.found.iter().map(|found| found.render(false)).collect();
            let Some((plan, sea)) = loaded.plan else { return Err(TestCaseError::fail(told.join("\n"))) };
            let model = Model::new(&plan, &sea);
            let stop = AtomicBool::new(false);
            let options = Options::new(&stop);
            // The best without any of these rows.
            let mut run = Run::new(&model, &options, 0.0);
            let objectives = model.objectives();
            let mut rows = of_musts(&model.sets, &model.vars);
            for (nth, objective) in objectives.iter().enumerate() {
                let plain = Objective { name: "plain", ..objective.clone() };
                run.improve(&plain, objectives.len() - nth - 1)?;
                let Some(values) = &run.values else { return Ok(()) };
                if keeps && nth == 0 {
                    let reached = model.vars.value_of(&objective.expression, values);
                    rows.extend(of_kept(&model.sets, &model.vars, Goal::Supplied, (reached - 1e-5) * objective.unit));
                }
            }
            let values = run.values.expect("an answer");
            prop_assert!(!rows.is_empty() || wanted <= there + aboard);
            for row in &rows {
                prop_assert!(missed(&model, row, &values) < 1e-6, "{:?} of {}", row.name(), text);
            }
        }
    }

    #[test]
    fn ten_tonnes_by_fours_are_three_calls() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), plan([4, 4], 10, 0, 0, "\"cost\"")).expect("a plan");
        let (plan, sea) = crate::plan::load(folder.path()).expect("files").plan.expect("a plan");
        let model = Model::new(&plan, &sea);
        let rows = of_musts(&model.sets, &model.vars);
        let nobody = vec![0.0; model.vars.len()];
        let missed: Vec<f64> = rows.iter().map(|row| missed(&model, row, &nobody)).collect();
        assert_eq!(missed, [3.0]);
        assert_eq!(fewest(vec![(4.0, 1.0), (2.0, 3.0)], 8.0), 4.0);
    }

    #[test]
    fn a_hold_that_is_hardly_larger_counts_as_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = plan([10, 10], 99, 0, 0, "\"cost\"");
        let text =
            text.replacen("ore = \"10 t\"", "ore = \"10.0005 t\"", 1).replace("\"99 t\"", "\"100.005 t\"");
        std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
        let (plan, sea) = crate::plan::load(folder.path()).expect("files").plan.expect("a plan");
        let model = Model::new(&plan, &sea);
        // Ten calls of the larger ship are enough.
        let called = |arc: &crate::model::network::Arc| matches!(arc.deed, Deed::Sail(_));
        let mut values = vec![0.0; model.vars.len()];
        let network = &model.sets.networks[0];
        let quay = plan.demands[Ix::new(0)].site;
        let arcs = network.arcs.iter().zip(&model.vars.arcs[0]).filter(|(arc, _)| called(arc));
        let mut home = arcs.filter(|(arc, _)| match arc.deed {
            Deed::Sail(leg) => plan.vessels[network.vessel].legs[leg].to == quay,
            _ => false,
        });
        let (_, &one) = home.next_back().expect("a way home");
        values[model.vars.place(one)] = 10.0;
        for row in of_musts(&model.sets, &model.vars) {
            assert!(missed(&model, &row, &values) < 1e-6, "{:?}", row.name());
        }
    }
}
