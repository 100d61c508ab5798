//! Range and bunkers: random small plans against a search through every order of the work, with and without calling at port between.

use crate::support::{Run, Written};
use mudline::model::{Options, Outcome, optimise};
use mudline::plan::Plan;
use mudline::schedule::{account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::atomic::AtomicBool;

/// A boat that dives once at each of three sites, from a port; what each key of it says.
#[derive(Debug, Clone)]
struct Trips {
    /// Degrees north and east of the port.
    sites: Vec<(u32, u32)>,
    range: Option<u32>,
    bunkers: Option<u32>,
    /// Whether the second site refuels too.
    refuels: bool,
    /// Tonnes an hour at work.
    working: u32,
}

fn trips() -> impl Strategy<Value = Trips> {
    let sites = prop::collection::vec((0u32..4, 1u32..4), 3);
    let range = prop::option::of(20u32..70);
    let bunkers = prop::option::of(6u32..24);
    (sites, range, bunkers, any::<bool>(), 1u32..4).prop_map(|(sites, range, bunkers, refuels, working)| {
        Trips { sites, range, bunkers, refuels, working }
    })
}

impl Trips {
    fn plan(&self) -> String {
        let Trips { sites, range, bunkers, refuels, working } = self;
        let mut plan = "plan = { name = \"trips\", start = 2026-01-01T00:00:00Z, end = 2026-01-01T14:00:00Z }\n\
             goal = { order = [\"finish\"] }\nsite = [\n  { id = \"port\", kind = \"port\", position = [24.0, 154.0] },\n"
            .to_owned();
        for (place, (north, east)) in sites.iter().enumerate() {
            let refuels = if place == 1 && *refuels { ", refuels = true" } else { "" };
            // A little off each other, so that no two sites are one.
            let (north, east) =
                (f64::from(*north) / 10.0 + 24.01, f64::from(*east) / 10.0 + 154.0 + place as f64 / 50.0);
            plan += &format!(
                "  {{ id = \"s{place}\", kind = \"sea\", position = [{north}, {east}]{refuels} }},\n"
            );
        }
        plan += "]\ntask = [\n";
        for place in 0..3 {
            plan += &format!(
                "  {{ id = \"dive-{place}\", vessel = \"boat\", site = \"s{place}\", duration = \"1 h\" }},\n"
            );
        }
        plan += "]\n[[vessel]]\nid = \"boat\"\nat = \"port\"\nhome = \"port\"\ncalls = [\"s0\", \"s1\", \"s2\"]\nspeed = \"12 kn\"\n";
        plan +=
            &format!("fuel = {{ sailing = \"2 t/h\", working = \"{working} t/h\", waiting = \"1 t/h\" }}\n");
        plan += &range.map_or_else(String::new, |range| format!("range = \"{range} NM\"\n"));
        plan += &bunkers.map_or_else(String::new, |bunkers| format!("bunkers = \"{bunkers} t\"\n"));
        plan
    }

    /// The hours of the best order of work and calls at port, by trying them all; nothing where none can be sailed.
    fn best(&self, plan: &Plan) -> Option<f64> {
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let ways = orders.iter().flat_map(|order| (0..4).map(move |calls| (order, calls)));
        let hours = ways.filter_map(|(order, calls)| {
            // The port is the first site.
            let mut way = vec![0];
            for (nth, site) in order.iter().enumerate() {
                way.push(site + 1);
                if nth < 2 && calls & (1 << nth) != 0 {
                    way.push(0);
                }
            }
            way.push(0);
            self.sail(plan, &way)
        });
        hours.min_by(f64::total_cmp)
    }

    /// The hours of a way, if what the boat has lasts for it.
    fn sail(&self, plan: &Plan, way: &[usize]) -> Option<f64> {
        let boat = plan.vessels.iter().next()?;
        let (mut miles, mut tonnes, mut hours) = (0.0, 0.0, 0.0);
        for pair in way.windows(2) {
            let leg = boat.legs.iter().find(|l| (l.from.index(), l.to.index()) == (pair[0], pair[1]))?;
            let nm = leg.distance.metres() / 1852.0;
            let slots = (nm / 12.0).ceil();
            miles += nm;
            tonnes += 2.0 * nm / 12.0 + (slots - nm / 12.0);
            hours += slots;
            let has_room = |used: f64, full: Option<u32>| full.is_none_or(|full| used <= f64::from(full));
            let is_full = pair[1] == 0 || (pair[1] == 2 && self.refuels);
            if !has_room(miles, self.range) || !has_room(tonnes, self.bunkers) {
                return None;
            }
            if is_full {
                (miles, tonnes) = (0.0, 0.0);
            }
            if pair[1] != 0 {
                hours += 1.0;
                tonnes += if is_full { 0.0 } else { f64::from(self.working) };
            }
        }
        Some(hours)
    }
}

fn settings() -> ProptestConfig {
    let number =
        |name: &str, otherwise| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    ProptestConfig {
        cases: number("MUDLINE_CASES", 8) as u32,
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED", 2027)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(settings())]
    #[test]
    fn no_order_of_the_work_that_lasts_is_sooner(trips in trips()) {
        let written = Written::new(&trips.plan(), &[]);
        let checked = mudline::plan::load(written.folder.path()).expect("files");
        let Some((plan, sea)) = checked.plan else {
            // A site out of reach is told, and only that.
            prop_assert!(checked.found.iter().any(|found| found.slug == "out-of-range"));
            return Ok(());
        };
        let best = trips.best(&plan);
        let stop = AtomicBool::new(false);
        let options = Options { explains: false, ..Options::new(&stop) };
        let outcome = optimise(&plan, &sea, &options).expect("a solver that works");
        match outcome {
            Outcome::Solved(solved) => {
                let finish = solved.stamp.goals[0].clone();
                let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
                prop_assert_eq!(verify(&plan, &sea, &schedule), vec![]);
                prop_assert_eq!(finish.gap, 0.0);
                prop_assert_eq!(Some(finish.value), best);
            }
            Outcome::Infeasible(_) => prop_assert!(best.is_none_or(|hours| hours > 14.0), "{:?}", best),
            Outcome::NoneInTime => prop_assert!(false, "none in time"),
        }
    }
}

#[test]
fn simulation_says_that_it_knows_no_range() {
    let trips = Trips {
        sites: vec![(1, 1), (1, 2), (2, 1)],
        range: Some(60),
        bunkers: None,
        refuels: false,
        working: 1,
    };
    let written = Written::new(&trips.plan(), &[]);
    let ran = Run::new(["simulate"]).arg(written.folder.path()).refused();
    assert!(ran.stderr.contains("`range` or `bunkers`"), "{}", ran.stderr);
}

#[test]
fn vessels_that_are_alike_have_each_their_own_range() {
    let plan = r#"
plan = { name = "helicopters", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["delivered", "finish"] }
site = [
  { id = "base", kind = "port", position = [24.0, 154.0] },
  { id = "field", kind = "sea", position = [24.5, 154.0] },
]
commodity = [{ id = "samples" }]
vessel = [
  { id = "ship", at = "field", hold = { samples = "1 t" } },
  { id = "helicopter", count = 2, at = "base", home = "base", calls = ["field"], speed = "60 kn", range = "70 NM", hold = { samples = "200 kg" } },
]
sampling = [{ id = "core", vessel = "ship", commodity = "samples", rate = "100 kg/h", at_most = "600 kg" }]
transfer = [
  { id = "fetch", from = "ship", to = "helicopter", commodity = "samples", rate = "200 kg/h" },
  { id = "bring", from = "helicopter", to = "base", commodity = "samples", rate = "200 kg/h" },
]
"#;
    let solved = |plan: &str| {
        let (plan, sea) = Written::new(plan, &[]).load();
        let stop = AtomicBool::new(false);
        let Outcome::Solved(solved) =
            optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works")
        else {
            panic!("there is a schedule");
        };
        let goals: Vec<f64> = solved.stamp.goals.iter().map(|goal| goal.value).collect();
        let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
        assert_eq!(verify(&plan, &sea, &schedule), []);
        goals
    };
    // Out and back are 60 NM: each trip is within the range, and the next begins full.
    let near = solved(plan);
    assert!((near[0] - 0.6).abs() < 1e-6, "{near:?}");
    assert_eq!(near, solved(&plan.replace("range = \"70 NM\", ", "")));
}
