//! Weather on the way, against a walk along the route a tenth of a second at a time that shares nothing with the tables of windows.
//!
//! A ship goes out as early as the sea lets it. Where she goes out and home, the judge and the simulation must know the same slots.

use crate::support::{Run, Written};
use mudline::model::{Options, Outcome, optimise};
use mudline::plan::{Plan, Sea};
use mudline::schedule::{Kind, Schedule, account, verify::verify};
use mudline::simulate::ground::Ground;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

const HOURS: usize = 36;
/// The limit of the ship, in metres of wave height.
const LIMIT: f64 = 3.0;

/// A way of one degree of latitude with waypoints along the meridian, and the seas of its ends and stretches.
#[derive(Debug, Clone)]
struct Way {
    /// Hundredths of the way at which there is a waypoint, rising.
    marks: Vec<u32>,
    /// Tenths of a knot.
    speed: u32,
    /// Which series each stretch has.
    stretches: Vec<usize>,
    /// Whether the route is written from the field to the port.
    is_reversed: bool,
    /// Which series the ends have, if any.
    ends: [Option<usize>; 2],
    /// Hours in which each of the three series is rough.
    rough: [Vec<bool>; 3],
}

fn way() -> impl Strategy<Value = Way> {
    let rough = || prop::collection::vec(prop::bool::weighted(0.25), HOURS);
    let marks = prop::collection::btree_set(1u32..100, 0..4);
    let ends = || prop::option::of(0usize..3);
    (
        marks,
        40u32..200,
        prop::collection::vec(0usize..3, 4),
        any::<bool>(),
        (ends(), ends()),
        [rough(), rough(), rough()],
    )
        .prop_map(|(marks, speed, mut stretches, is_reversed, ends, rough)| {
            stretches.truncate(marks.len() + 1);
            let marks = marks.into_iter().collect();
            Way { marks, speed, stretches, is_reversed, ends: [ends.0, ends.1], rough }
        })
}

impl Way {
    fn written(&self) -> Written {
        let names = ["sea", "one", "two"];
        let end =
            |at: usize| self.ends[at].map_or(String::new(), |w| format!(", weather = \"{}\"", names[w]));
        let mut via: Vec<String> =
            self.marks.iter().map(|mark| format!("[{}, 150.0]", f64::from(*mark) / 100.0)).collect();
        let mut weather: Vec<String> = self.stretches.iter().map(|w| format!("{:?}", names[*w])).collect();
        let mut ends = ["port", "field"];
        if self.is_reversed {
            via.reverse();
            weather.reverse();
            ends.reverse();
        }
        let plan = format!(
            r#"
plan = {{ name = "out", start = 2026-01-01T00:00:00Z, end = 2026-01-02T12:00:00Z }}
goal = {{ order = ["finish"] }}
weather = [{{ id = "sea", file = "sea.csv" }}, {{ id = "one", file = "one.csv" }}, {{ id = "two", file = "two.csv" }}]
site = [{{ id = "port", kind = "port", position = [0.0, 150.0]{} }}, {{ id = "field", kind = "sea", position = [1.0, 150.0]{} }}]
vessel = [{{ id = "ship", at = "port", calls = ["port", "field"], speed = "{} kn", sail_limits = {{ hs = "{LIMIT} m" }} }}]
route = [{{ from = "{}", to = "{}", via = [{}], weather = [{}] }}]
task = [{{ id = "look", vessel = "ship", site = "field", duration = "1 h" }}]
"#,
            end(0),
            end(1),
            f64::from(self.speed) / 10.0,
            ends[0],
            ends[1],
            via.join(", "),
            weather.join(", "),
        );
        let series = |which: usize| -> Vec<f64> {
            self.rough[which].iter().map(|&rough| if rough { 4.0 } else { 1.0 }).collect()
        };
        let written = Written::new(&plan, &series(0));
        for which in [1, 2] {
            let other = Written::new(&plan, &series(which));
            std::fs::copy(
                other.folder.path().join("sea.csv"),
                written.folder.path().join(format!("{}.csv", names[which])),
            )
            .expect("a sea");
        }
        written
    }

    /// The seconds that the way takes: a degree of latitude at the equator is 110,574.4 m on WGS-84.
    fn seconds(&self) -> f64 {
        110_574.4 / (f64::from(self.speed) / 10.0 * 1852.0 / 3600.0)
    }

    /// The series and the hours of the passage that count, found by going there a tenth of a second at a time.
    fn counts(&self) -> BTreeSet<(usize, usize)> {
        let last = (self.seconds() / 3600.0).ceil() as usize - 1;
        let mut counts = BTreeSet::new();
        counts.extend(self.ends[0].map(|at| (at, 0)));
        counts.extend(self.ends[1].map(|at| (at, last)));
        for tenth in 0..(10.0 * self.seconds()).ceil() as usize {
            let share = 100.0 * (tenth as f64 + 0.5) / 10.0 / self.seconds();
            let stretch = self.marks.iter().filter(|&&mark| f64::from(mark) < share).count();
            counts.insert((self.stretches[stretch], tenth / 36_000));
        }
        counts
    }

    /// The hour of the first departure that the sea allows.
    fn first(&self) -> Option<usize> {
        let counts = self.counts();
        let hours = (self.seconds() / 3600.0).ceil() as usize;
        // An hour is left for the look at the field.
        (0..(HOURS - hours).max(1))
            .filter(|start| start + hours < HOURS)
            .find(|start| counts.iter().all(|&(which, hour)| !self.rough[which][start + hour]))
    }
}

fn solve(plan: &Plan, sea: &Sea) -> Option<Schedule> {
    let stop = AtomicBool::new(false);
    match optimise(plan, sea, &Options::new(&stop)).expect("a solver that works") {
        Outcome::Solved(solved) => Some(account(plan, sea, &solved.itinerary, solved.stamp)),
        Outcome::Infeasible(_) => None,
        Outcome::NoneInTime => panic!("there is time enough"),
    }
}

/// The hour in which the ship leaves.
fn departure(plan: &Plan, schedule: &Schedule) -> usize {
    let sail = schedule.activities.iter().find(|a| a.kind == Kind::Sail).expect("a passage");
    (sail.start.to_utc() - plan.horizon.start).num_hours() as usize
}

fn cases(of: u32) -> ProptestConfig {
    let cases = std::env::var("MUDLINE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(of);
    let seed = std::env::var("MUDLINE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(2026);
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn a_ship_leaves_when_every_stretch_is_calm_as_she_gets_there(way in way()) {
        let (plan, sea) = way.written().load();
        let schedule = solve(&plan, &sea);
        let first = way.first();
        prop_assert_eq!(schedule.as_ref().map(|schedule| departure(&plan, schedule)), first);
        // The simulation has tables of its own.
        let ground = Ground::new(&plan, &sea, plan.horizon, true);
        let hours = (way.seconds() / 3600.0).ceil() as u32;
        let out = plan.vessels.iter().next().expect("a ship").legs.iter().position(|leg| plan.sites[leg.from].id == "port");
        let start = ground.legs[0][out.expect("a leg")].start(0, hours, 0).map(|start| start as usize);
        prop_assert_eq!(start.filter(|start| start + (hours as usize) < HOURS), first);
        let Some(schedule) = schedule else { return Ok(()) };
        prop_assert_eq!(verify(&plan, &sea, &schedule), []);
        // The judge looks at each of the hours that count, and at no other.
        let (start, counts) = (departure(&plan, &schedule), way.counts());
        for (which, hour) in (0..3).flat_map(|which| (0..HOURS).map(move |hour| (which, hour))) {
            let mut worse = sea.clone();
            worse.0[which].values[0][hour] = 3.1;
            let breaks = verify(&plan, &worse, &schedule).iter().any(|one| one.rule == "sail-weather");
            let is_met = hour >= start && counts.contains(&(which, hour - start));
            prop_assert_eq!(breaks, is_met, "series {}, hour {}", which, hour);
        }
    }
}

/// Half of the way is rough until 20:00, and nothing is known of either end.
fn storm() -> Way {
    let rough = |hours: std::ops::Range<usize>| (0..HOURS).map(|hour| hours.contains(&hour)).collect();
    Way {
        marks: vec![50],
        speed: 100,
        stretches: vec![0, 1],
        is_reversed: false,
        ends: [None, None],
        rough: [rough(30..36), rough(0..20), rough(0..0)],
    }
}

#[test]
fn a_ship_is_under_way_before_the_storm_on_her_way_is_over() {
    let (plan, sea) = storm().written().load();
    let schedule = solve(&plan, &sea).expect("a schedule");
    assert_eq!(verify(&plan, &sea, &schedule), []);
    // She is on the second half from 2 h 59 min on: in her third hour already.
    assert_eq!(departure(&plan, &schedule), 18);
    let wait = schedule.activities.iter().find(|a| a.kind == Kind::Wait || a.kind == Kind::Idle);
    assert_eq!(wait.map(|wait| (wait.kind, wait.start)), Some((Kind::Idle, schedule.horizon.start)));
}

#[test]
fn what_waits_for_the_storm_on_the_way_waits_on_weather() {
    let written = storm().written();
    let path = written.folder.path().join("plan.toml");
    let text = std::fs::read_to_string(&path).expect("a plan");
    // She has looked at the port first, so that she waits and is not idle.
    let text = text.replace(
        "task = [",
        "task = [{ id = \"load\", vessel = \"ship\", site = \"port\", duration = \"1 h\" }, ",
    );
    std::fs::write(&path, text).expect("written");
    let (plan, sea) = written.load();
    let schedule = solve(&plan, &sea).expect("a schedule");
    assert_eq!(verify(&plan, &sea, &schedule), []);
    let waits: f64 = schedule.activities.iter().map(|activity| activity.waiting_h).sum();
    let between = schedule.activities.iter().find(|a| a.kind == Kind::Wait).expect("a wait");
    assert_eq!(waits, (between.end - between.start).num_hours() as f64);
    let judged = |change: &dyn Fn(&mut Sea)| {
        let mut sea = sea.clone();
        change(&mut sea);
        verify(&plan, &sea, &schedule).into_iter().map(|one| one.rule).collect::<Vec<_>>()
    };
    assert_eq!(judged(&|sea| sea.0[1].values[0].fill(1.0)), ["waiting-cause"]);
    // What is rough where she is not yet does not hold her back.
    assert_eq!(judged(&|sea| sea.0[1].values[0].copy_within(0..19, 1)), Vec::<&str>::new());
}

#[test]
fn a_ship_that_never_gets_through_is_told_of_the_weather_on_the_way() {
    let mut way = storm();
    way.rough[1] = vec![true; HOURS];
    let written = way.written();
    Run::new(["check"])
        .arg(written.folder.path())
        .done()
        .stderr_has("leg-never-open")
        .stderr_has("hs is over 3 m in 100 % of the time");
}
