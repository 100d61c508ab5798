//! Range and bunkers: random small plans against a search through every way of doing the work, with calls wherever there is fuel.

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

    /// The hours of the best way, by trying them all; nothing where none can be sailed in time.
    fn best(&self, plan: &Plan) -> Option<f64> {
        let mut best = None;
        self.go_on(plan, &Boat { site: 0, done: [false; 3], miles: 0.0, tonnes: 0.0, hours: 0.0 }, &mut best);
        best
    }

    fn refuels(&self, site: usize) -> bool {
        site == 0 || (site == 2 && self.refuels)
    }

    /// Tries whatever a boat can do next: work where it has just come, or sail to where it has work or refuels.
    fn go_on(&self, plan: &Plan, boat: &Boat, best: &mut Option<f64>) {
        let lasts = |used: f64, full: Option<u32>| full.is_none_or(|full| used <= f64::from(full));
        if boat.hours > best.unwrap_or(14.0)
            || !lasts(boat.miles, self.range)
            || !lasts(boat.tonnes, self.bunkers)
        {
            return;
        }
        if boat.site == 0 && boat.done == [true; 3] {
            *best = Some(boat.hours);
            return;
        }
        let is_full = self.refuels(boat.site);
        let (miles, tonnes) = if is_full { (0.0, 0.0) } else { (boat.miles, boat.tonnes) };
        if boat.site != 0 && !boat.done[boat.site - 1] {
            let mut done = boat.done;
            done[boat.site - 1] = true;
            let burnt = if is_full { 0.0 } else { f64::from(self.working) };
            let hours = boat.hours + 1.0;
            self.go_on(plan, &Boat { done, miles, tonnes: tonnes + burnt, hours, ..*boat }, best);
            // Who came for work alone stays for it.
            if !is_full {
                return;
            }
        }
        let ship = plan.vessels.iter().next().expect("a boat");
        for leg in ship.legs.iter().filter(|leg| leg.from.index() == boat.site) {
            let to = leg.to.index();
            if !self.refuels(to) && boat.done[to - 1] {
                continue;
            }
            let nm = leg.distance.metres() / 1852.0;
            let slots = (nm / 12.0).ceil();
            let burnt = 2.0 * nm / 12.0 + (slots - nm / 12.0);
            let (miles, tonnes, hours) = (miles + nm, tonnes + burnt, boat.hours + slots);
            self.go_on(plan, &Boat { site: to, miles, tonnes, hours, ..*boat }, best);
        }
    }
}

/// A boat on its way: where it is, what it did, and what it used up since it was full.
struct Boat {
    site: usize,
    done: [bool; 3],
    miles: f64,
    tonnes: f64,
    hours: f64,
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
                prop_assert_eq!(finish.gap, Some(0.0));
                prop_assert_eq!(Some(finish.value), best);
            }
            Outcome::Infeasible(_) => prop_assert_eq!(best, None),
            Outcome::NoneInTime => prop_assert!(false, "none in time"),
        }
    }
}

#[test]
fn work_that_is_too_far_for_one_trip_is_told() {
    // 3 t for the work, of 3 t in all: nothing is left for the way.
    let trips = Trips {
        sites: vec![(1, 1), (1, 2), (2, 1)],
        range: None,
        bunkers: Some(5),
        refuels: false,
        working: 3,
    };
    let written = Written::new(&trips.plan(), &[]);
    let ran = Run::new(["schedule"]).arg(written.folder.path()).fault();
    assert!(ran.stderr.contains("without dive-0, dive-1, dive-2"), "{}", ran.stderr);
    assert!(ran.stderr.contains("not together with ranges, bunkers and the way home"), "{}", ran.stderr);
}

#[test]
fn ranges_are_simulated_as_they_were_planned() {
    let trips = Trips {
        sites: vec![(1, 1), (1, 2), (2, 1)],
        range: Some(60),
        bunkers: None,
        refuels: false,
        working: 1,
    };
    let written = Written::new(&trips.plan(), &[]);
    Run::new(["simulate"]).arg(written.folder.path()).done().stdout_has("all done, in time          100 %");
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
    let free = solved(&plan.replace("range = \"70 NM\", ", ""));
    assert!(near.iter().zip(&free).all(|(near, free)| (near - free).abs() < 1e-9), "{near:?} {free:?}");
}
