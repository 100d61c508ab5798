//! Resources of transfers: random small plans against a search through every hour of every way, and what the other commands make of them.

use crate::support::{Run, Written};
use mudline::model::{Options, Outcome, optimise};
use mudline::schedule::{Schedule, account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

/// Two ships that land what they have aboard at a quay, and a job there; all of them take cranes.
#[derive(Debug, Clone)]
struct Quay {
    /// For each hour whether the sea lets the ships land.
    open: Vec<bool>,
    cranes: u32,
    ships: [Lander; 2],
    /// Hours of the job, cranes that it takes, and the hour in which it may begin.
    job: (u32, u32, usize),
}

/// A ship that lands a tonne an hour.
#[derive(Debug, Clone)]
struct Lander {
    aboard: u32,
    setup: u32,
    off: u32,
    cranes: u32,
}

/// Hours of the plan.
const HOURS: usize = 9;

fn quays() -> impl Strategy<Value = Quay> {
    let open = prop::collection::vec(prop::bool::weighted(0.8), HOURS);
    let ship = || {
        (1u32..4, 0u32..2, 0u32..2, 0u32..3).prop_map(|(aboard, setup, off, cranes)| Lander {
            aboard,
            setup,
            off,
            cranes,
        })
    };
    (open, 1u32..4, [ship(), ship()], (1u32..4, 1u32..3, 0usize..5)).prop_map(
        |(open, cranes, mut ships, (hours, units, release))| {
            ships.iter_mut().for_each(|ship| ship.cranes = ship.cranes.min(cranes));
            Quay { open, cranes, ships, job: (hours, units.min(cranes), release) }
        },
    )
}

/// Where somebody is in what he does: free, or with so many hours of it left, or landing and free to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum At {
    Free,
    SetUp(u32),
    Flows,
    Off(u32),
}

/// How the quay is at the beginning of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct State {
    ships: [(At, u32); 2],
    /// Hours of the job that are left; nothing where it has not begun.
    job: Option<u32>,
    /// The hour after the last in which anything was done.
    finish: usize,
}

impl Quay {
    fn written(&self) -> Written {
        let vessels: Vec<String> = (0..2)
            .map(|nth| {
                let aboard = self.ships[nth].aboard;
                format!("{{ id = \"ship-{nth}\", at = \"quay\", hold = {{ mud = \"{aboard} t\" }}, aboard = {{ mud = \"{aboard} t\" }} }}")
            })
            .collect();
        let transfers = self.ships.iter().enumerate().map(|(nth, Lander { setup, off, cranes, .. })| {
            let uses = if *cranes > 0 { format!(", uses = {{ crane = {cranes} }}") } else { String::new() };
            format!(
                "  {{ id = \"land-{nth}\", from = \"ship-{nth}\", to = \"quay\", commodity = \"mud\", rate = \"1 t/h\", setup = \"{setup} h\", \
                 hoses_off = \"{off} h\", limits = {{ hs = \"2 m\" }}{uses} }},\n"
            )
        });
        let (hours, units, release) = self.job;
        let plan = format!(
            "plan = {{ name = \"cranes\", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{HOURS:02}:00:00Z }}\n\
             goal = {{ order = [\"supplied\", \"finish\"] }}\nweather = [{{ id = \"sea\", file = \"sea.csv\" }}]\n\
             site = [{{ id = \"quay\", kind = \"port\", weather = \"sea\" }}, {{ id = \"yard\", kind = \"plant\" }}]\ncommodity = [{{ id = \"mud\" }}]\n\
             resource = [{{ id = \"crane\", capacity = {} }}]\nvessel = [{}]\ntransfer = [\n{}]\n\
             demand = [{{ id = \"works\", site = \"quay\", commodity = \"mud\", amount = \"9 t\" }}]\n\
             task = [{{ id = \"hoist\", site = \"yard\", duration = \"{hours} h\", release = 2026-01-01T{release:02}:00:00Z, uses = {{ crane = {units} }} }}]\n",
            self.cranes,
            vessels.join(", "),
            transfers.collect::<String>(),
        );
        let hs: Vec<f64> = self.open.iter().map(|&open| if open { 1.0 } else { 3.0 }).collect();
        Written::new(&plan, &hs)
    }

    /// The most tonnes that can be landed with the job done, and how soon all can be done then; nothing where there is no time for the job.
    fn best(&self) -> Option<(u32, usize)> {
        let free = |nth: usize| (At::Free, self.ships[nth].aboard);
        self.from(0, State { ships: [free(0), free(1)], job: None, finish: 0 }, &mut HashMap::new())
    }

    fn from(
        &self,
        hour: usize,
        state: State,
        known: &mut HashMap<(usize, State), Option<(u32, usize)>>,
    ) -> Option<(u32, usize)> {
        if hour == HOURS {
            let is_whole = state.ships.iter().all(|(at, _)| matches!(at, At::Free)) && state.job == Some(0);
            let left: u32 = state.ships.iter().map(|ship| ship.1).sum();
            let all: u32 = self.ships.iter().map(|ship| ship.aboard).sum();
            return is_whole.then_some((all - left, state.finish));
        }
        if let Some(found) = known.get(&(hour, state)) {
            return *found;
        }
        let mut best: Option<(u32, usize)> = None;
        for first in self.ways(0, hour, state.ships[0]) {
            for second in self.ways(1, hour, state.ships[1]) {
                for (job, job_takes) in self.job_ways(hour, state.job) {
                    let taken = first.1 + second.1 + job_takes;
                    if taken.0 > self.cranes {
                        continue;
                    }
                    let is_busy = first.1.1 || second.1.1 || job_takes.1;
                    let finish = if is_busy { hour + 1 } else { state.finish };
                    let next = State { ships: [first.0, second.0], job, finish };
                    let found = self.from(hour + 1, next, known);
                    let is_better = |(landed, finish): (u32, usize)| {
                        best.is_none_or(|known| landed > known.0 || (landed == known.0 && finish < known.1))
                    };
                    best = if found.is_some_and(is_better) { found } else { best };
                }
            }
        }
        known.insert((hour, state), best);
        best
    }

    /// What a ship may do in an hour: how it is then, and the cranes that it takes.
    fn ways(&self, nth: usize, hour: usize, (at, left): (At, u32)) -> Vec<((At, u32), Takes)> {
        let Lander { setup, off, cranes, .. } = self.ships[nth];
        let at_work = Takes(cranes, true);
        let flow = |ways: &mut Vec<_>| {
            let landed = left.saturating_sub(1);
            ways.push(((At::Flows, landed), at_work));
            ways.push(((if off > 0 { At::Off(off) } else { At::Free }, landed), at_work));
        };
        let mut ways = Vec::new();
        match at {
            At::Free => {
                ways.push(((At::Free, left), Takes(0, false)));
                if self.open[hour] && left > 0 {
                    match setup {
                        0 => flow(&mut ways),
                        1 => ways.push(((At::SetUp(0), left), at_work)),
                        more => ways.push(((At::SetUp(more - 1), left), at_work)),
                    }
                }
            }
            At::SetUp(more) if self.open[hour] => match more {
                0 => flow(&mut ways),
                more => ways.push(((At::SetUp(more - 1), left), at_work)),
            },
            At::Flows if self.open[hour] => flow(&mut ways),
            At::Off(more) if self.open[hour] => {
                let next = if more > 1 { At::Off(more - 1) } else { At::Free };
                ways.push(((next, left), at_work));
            }
            At::SetUp(_) | At::Flows | At::Off(_) => {}
        }
        ways
    }

    fn job_ways(&self, hour: usize, job: Option<u32>) -> Vec<(Option<u32>, Takes)> {
        let (hours, units, release) = self.job;
        match job {
            Some(0) => vec![(job, Takes(0, false))],
            Some(left) => vec![(Some(left - 1), Takes(units, true))],
            None if hour >= release => vec![(None, Takes(0, false)), (Some(hours - 1), Takes(units, true))],
            None => vec![(None, Takes(0, false))],
        }
    }
}

/// How many cranes are taken, and whether anything is done.
#[derive(Debug, Clone, Copy)]
struct Takes(u32, bool);

impl std::ops::Add for Takes {
    type Output = Takes;
    fn add(self, other: Takes) -> Takes {
        Takes(self.0 + other.0, self.1 || other.1)
    }
}

fn settings() -> ProptestConfig {
    let number =
        |name: &str, otherwise| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    ProptestConfig {
        cases: number("MUDLINE_CASES", 24) as u32,
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED", 2027)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn solved(written: &Written) -> Option<Schedule> {
    let (plan, sea) = written.load();
    let stop = AtomicBool::new(false);
    let outcome = optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works");
    let Outcome::Solved(solved) = outcome else { return None };
    let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
    assert_eq!(verify(&plan, &sea, &schedule), []);
    Some(schedule)
}

proptest! {
    #![proptest_config(settings())]
    #[test]
    fn no_way_lands_more_with_the_cranes_that_there_are(quay in quays()) {
        let (schedule, best) = (solved(&quay.written()), quay.best());
        prop_assert_eq!(schedule.is_some(), best.is_some());
        if let Some((schedule, (landed, finish))) = schedule.zip(best) {
            let goals: Vec<f64> = schedule.solve.goals.iter().map(|goal| goal.value).collect();
            prop_assert!((goals[0] - f64::from(landed)).abs() < 1e-6, "{:?} and not {landed} t", goals);
            prop_assert!((goals[1] - finish as f64).abs() < 1e-6, "{:?} and not {finish} h", goals);
        }
    }
}

/// Two ships with 2 t each and a job of three hours that must be over in the fifth; one crane for all of it.
fn one_crane() -> Written {
    Written::new(
        r#"
plan = { name = "one crane", start = 2026-01-01T00:00:00Z, end = 2026-01-01T09:00:00Z }
goal = { order = ["supplied", "finish"] }
site = [{ id = "quay", kind = "port" }, { id = "yard", kind = "plant" }]
commodity = [{ id = "mud" }]
resource = [{ id = "crane", capacity = 1 }]
vessel = [
  { id = "a", at = "quay", hold = { mud = "2 t" }, aboard = { mud = "2 t" } },
  { id = "b", at = "quay", hold = { mud = "4 t" }, aboard = { mud = "4 t" } },
]
transfer = [
  { id = "land-a", from = "a", to = "quay", commodity = "mud", rate = "1 t/h", setup = "1 h", uses = { crane = 1 } },
  { id = "land-b", from = "b", to = "quay", commodity = "mud", rate = "1 t/h", uses = { crane = 1 } },
]
demand = [{ id = "works", site = "quay", commodity = "mud", amount = "9 t" }]
task = [{ id = "hoist", site = "yard", duration = "3 h", release = 2026-01-01T02:00:00Z, deadline = 2026-01-01T06:00:00Z, uses = { crane = 1 } }]
"#,
        &[],
    )
}

#[test]
fn a_crane_goes_from_one_to_the_next_and_one_more_of_it_is_priced() {
    let written = one_crane();
    let schedule = solved(&written).expect("a schedule");
    // Of nine hours the job takes three. Who is set up for an hour lands 2 t in three, the other 4 t in four: in six hours 5 t at most.
    assert_eq!((schedule.solve.goals[0].value, schedule.solve.goals[0].gap), (5.0, Some(0.0)));
    let ran = Run::new(["explain", "--one-more", "--json"]).arg(written.folder.path()).done();
    let more = ran.json();
    let rows = more["one_more"].as_array().expect("rows");
    let crane = rows.iter().find(|row| row["what"] == "resource").expect("a crane");
    assert_eq!((&crane["of"], crane["at_least"].as_f64()), (&"crane".into(), Some(1.0)));
}

#[test]
fn in_its_own_sea_everybody_gets_the_crane_in_the_order_of_the_schedule() {
    let ran = Run::new(["simulate", "--json"]).arg(one_crane().folder.path()).done();
    let policy = ran.json()["policies"][0].clone();
    assert_eq!(policy["outcomes"][0]["id"], "done", "{policy:#}");
    let rows = policy["amounts"].as_array().expect("amounts").clone();
    let landed = rows.iter().find(|row| row["id"] == "supplied").expect("tonnes");
    assert_eq!(landed["percentiles"][0]["value"], landed["planned"]);
}

/// Sand that a sieve makes, as much as its uncertain yield gives, is fetched in full loads with a crane. More comes with a ship after a job without a
/// vessel, which has the crane at eight.
const SAND: &str = r#"
plan = { name = "sand", start = 2026-01-01T00:00:00Z, end = 2026-01-02T12:00:00Z }
goal = { order = ["supplied", "finish"] }
site = [
  { id = "quay", kind = "port", position = [35.0, 138.0], stock = { mud = "10 t" } },
  { id = "works", kind = "plant", position = [35.0, 138.1] },
]
commodity = [{ id = "mud" }, { id = "sand" }]
resource = [{ id = "crane", capacity = 1 }]
process = [{ id = "sieve", site = "quay", from = "mud", to = "sand", yield = "100 %", yield_spread = { low = "40 %", high = "100 %" }, capacity = "120 t/d" }]
vessel = [
  { id = "lighter", at = "quay", calls = ["quay", "works"], speed = "10 kn", hold = { sand = "10 t" } },
  { id = "coaster", at = "quay", hold = { sand = "20 t" }, aboard = { sand = "20 t" }, gear = [{ id = "shut" }, { id = "open" }] },
]
transfer = [
  { id = "fetch", from = "quay", to = "lighter", commodity = "sand", rate = "5 t/h", smallest = "10 t", uses = { crane = 1 } },
  { id = "bring", from = "lighter", to = "works", commodity = "sand", rate = "5 t/h" },
  { id = "unload", from = "coaster", to = "quay", commodity = "sand", rate = "5 t/h", from_gear = "open", smallest = "20 t" },
]
demand = [{ id = "users", site = "works", commodity = "sand", amount = "20 t" }]
task = [
  { id = "open", site = "quay", duration = "3 h", release = 2026-01-01T08:00:00Z, uses = { crane = 1 } },
  { id = "lift-hatch", vessel = "coaster", site = "quay", duration = "1 h", gear = "shut", leaves = "open", after = ["open"] },
  { id = "shut-hatch", vessel = "coaster", site = "quay", duration = "1 h", gear = "open", leaves = "shut" },
]
"#;

#[test]
fn who_waits_for_goods_goes_on_waiting_while_a_job_waits_for_its_planned_turn_at_the_crane() {
    let written = Written::new(SAND, &[]);
    let ran = Run::new(["simulate", "--draws", "20", "--json"]).arg(written.folder.path()).done();
    let policy = ran.json()["policies"][0].clone();
    let rows = policy["amounts"].as_array().expect("amounts").clone();
    let supplied = rows.iter().find(|row| row["id"] == "supplied").expect("tonnes");
    // What the sieve makes is hardly ever a full load: the lighter gets its first one of the coaster too, and its second one after that.
    assert_eq!(supplied["percentiles"][0]["value"], 20.0, "{policy:#}");
}
