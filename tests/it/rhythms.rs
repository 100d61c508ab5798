//! Rhythms that several vessels keep together: a ship, a boat and a helicopter that change one crew, against a search through everything; what the
//! judge, a voyage and a log say of it.
//!
//! The search shares nothing with the model: it tries each thing that can begin in each hour.

use crate::holders::{settings, solved_in};
use crate::support::{Run, Written};
use chrono::TimeDelta;
use mudline::log::read;
use mudline::schedule::{Schedule, Status, verify::verify};
use proptest::prelude::*;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

/// Who changes a crew: how long that takes, how often he may, and in which sea.
#[derive(Debug, Clone)]
struct Change {
    hours: usize,
    most: u32,
    limit: f64,
}

/// A ship that dives in the field, and may change its crew itself; a boat and a helicopter that begin and end in port may do so as well.
#[derive(Debug, Clone)]
struct Drawn {
    dives: u32,
    dive: usize,
    every: usize,
    /// Hours from the port to the field, of the boat and the helicopter.
    ways: [usize; 2],
    /// By the ship, the boat and the helicopter.
    changes: [Change; 3],
    /// Whose rhythm it is, of those: this one's, or that of the next who may change it at all.
    first: usize,
    sea: Vec<f64>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 2.2, 3.2]), 8..13);
    let changes = (1usize..4, 0u32..2, 1usize..3, 1u32..3, 0u32..3);
    (1u32..4, 1usize..4, 2usize..6, (1usize..3, 1usize..3), changes, 0usize..3, sea).prop_map(
        |(dives, dive, every, ways, (own, owns, boat, boats, airs), first, sea)| Drawn {
            dives,
            dive,
            every,
            ways: ways.into(),
            changes: [
                Change { hours: own, most: owns, limit: 2.0 },
                Change { hours: boat, most: boats, limit: 2.0 },
                Change { hours: 1, most: airs, limit: 3.0 },
            ],
            first,
            sea,
        },
    )
}

const NAMES: [&str; 3] = ["ship", "boat", "helicopter"];

/// Where all are in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Afloat {
    now: usize,
    /// When each is over with its last deed.
    free: [usize; 3],
    dives: u32,
    /// How often each has changed the crew, and when the last change was over.
    changes: [u32; 3],
    changed: usize,
    /// Whether the boat and the helicopter are in port.
    in_port: [bool; 2],
}

impl Drawn {
    fn plan(&self) -> String {
        let Drawn { dives, dive, every, ways, changes, sea, .. } = self;
        // Six miles.
        let knots = ways.map(|hours| if hours == 1 { "7 kn" } else { "4 kn" });
        let mut plan = format!(
            r#"
plan = {{ name = "one crew", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{:02}:00:00Z }}
goal = {{ order = ["finish"] }}
weather = [{{ id = "w", file = "sea.csv" }}]
site = [
  {{ id = "port", kind = "port", position = [24.1, 154.0] }},
  {{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }},
]
vessel = [
  {{ id = "ship", at = "field" }},
  {{ id = "boat", at = "port", home = "port", calls = ["field"], speed = "{}" }},
  {{ id = "helicopter", at = "port", home = "port", calls = ["field"], speed = "{}" }},
]
[[task]]
id = "dive"
vessel = "ship"
duration = "{dive} h"
times = "{dives}"
"#,
            sea.len(),
            knots[0],
            knots[1]
        );
        let first = (self.first..).map(|nth| nth % 3).find(|&nth| changes[nth].most > 0).unwrap_or(0);
        for (nth, (name, Change { hours, most, limit })) in NAMES.iter().zip(changes).enumerate() {
            if *most == 0 {
                continue;
            }
            let serves = if nth == 0 { "" } else { "serves = \"ship\"\n" };
            let rhythm = match nth == first {
                true => format!("every = \"{every} h\""),
                false => format!("rhythm_of = \"crew-by-{}\"", NAMES[first]),
            };
            let _ = writeln!(
                plan,
                "[[task]]\nid = \"crew-by-{name}\"\nvessel = \"{name}\"\nsite = \"field\"\nduration = \"{hours} h\"\ntimes = \"0..{most}\"\nlimits = {{ hs = \"{limit} m\" }}\n{serves}{rhythm}"
            );
        }
        plan
    }

    /// What one of them can do in an hour: nothing, dive or sail, or change the crew while that is soon enough.
    fn steps(&self, at: Afloat, who: usize) -> Vec<Afloat> {
        let mut steps = vec![at];
        if at.free[who] > at.now {
            return steps;
        }
        let until = |hours: usize| {
            let mut free = at.free;
            free[who] = at.now + hours;
            free
        };
        let Change { hours, most, limit } = self.changes[who];
        let end = at.now + hours;
        let is_calm = self.sea.get(at.now..end).is_some_and(|sea| sea.iter().all(|hs| *hs <= limit));
        let is_there = who == 0 || !at.in_port[who - 1];
        if is_there && is_calm && at.changes[who] < most && at.now <= at.changed + self.every {
            let mut changes = at.changes;
            changes[who] += 1;
            steps.push(Afloat { free: until(hours), changes, changed: at.changed.max(end), ..at });
        }
        if who == 0 && at.dives < self.dives {
            steps.push(Afloat { free: until(self.dive), dives: at.dives + 1, ..at });
        }
        if let Some(boat) = who.checked_sub(1) {
            let mut in_port = at.in_port;
            in_port[boat] = !in_port[boat];
            steps.push(Afloat { free: until(self.ways[boat]), in_port, ..at });
        }
        steps.retain(|step| step.free[who] <= self.sea.len());
        steps
    }

    /// The earliest hour at which all dives are done, those from port are back, and the rhythm was kept until the ship was done.
    fn search(&self, at: Afloat, known: &mut HashMap<Afloat, Option<usize>>) -> Option<usize> {
        if let Some(known) = known.get(&at) {
            return *known;
        }
        let is_done = at.dives == self.dives && at.in_port == [true; 2];
        let is_kept = at.free[0] <= at.changed + self.every;
        let mut best = (is_done && is_kept).then_some(at.free.into_iter().max().unwrap_or(0));
        if at.now < self.sea.len() {
            let both = (0..3)
                .fold(vec![at], |all, who| all.into_iter().flat_map(|step| self.steps(step, who)).collect());
            for step in both {
                let found = self.search(Afloat { now: at.now + 1, ..step }, known);
                best = [best, found].into_iter().flatten().min();
            }
        }
        known.insert(at, best);
        best
    }

    fn best(&self) -> Option<usize> {
        let start =
            Afloat { now: 0, free: [0; 3], dives: 0, changes: [0; 3], changed: 0, in_port: [true; 2] };
        self.search(start, &mut HashMap::new())
    }
}

proptest! {
    #![proptest_config(settings())]
    /// Whoever can changes the crew, as often as the rhythm asks, and where that can be it is.
    #[test]
    fn a_crew_is_changed_by_several_as_a_search_through_everything_finds(drawn in drawn()) {
        let schedule = solved_in(&drawn.plan(), &drawn.sea);
        let best = drawn.best().map(|hour| hour as f64);
        prop_assert_eq!(schedule.map(|schedule| schedule.solve.goals[0].value), best);
    }

    /// What one vessel does under two names is done as under one.
    #[test]
    fn a_rhythm_of_one_vessel_is_the_same_under_two_names(drawn in drawn()) {
        let changes = drawn.changes.map(|change| Change { most: 0, ..change });
        let [own, boat, air] = changes;
        let alone = Drawn { changes: [own, Change { most: 9, ..boat }, air], first: 1, ..drawn };
        let one = alone.plan();
        let twin = one.find("[[task]]\nid = \"crew-by-boat\"").expect("a task");
        let again = one[twin..]
            .replace("id = \"crew-by-boat\"", "id = \"again\"")
            .replace(&format!("every = \"{} h\"", alone.every), "rhythm_of = \"crew-by-boat\"");
        let value = |text: &str| solved_in(text, &alone.sea).map(|schedule| schedule.solve.goals[0].value);
        prop_assert_eq!(value(&one), value(&(one.clone() + &again)));
    }
}

/// A ship that dives for twenty hours, a boat that is overhauled from nine o'clock on, and a helicopter that comes at ten.
const TOGETHER: &str = r#"
plan = { name = "a crew", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
goal = { order = ["finish"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }]
vessel = [{ id = "ship", at = "field" }, { id = "boat", at = "field" }, { id = "helicopter", at = "field" }]
closure = [
  { vessel = "boat", from = 2026-01-01T09:00:00Z, to = 2026-01-02T00:00:00Z },
  { vessel = "helicopter", from = 2026-01-01T00:00:00Z, to = 2026-01-01T10:00:00Z },
]
task = [
  { id = "dive", vessel = "ship", duration = "20 h" },
  { id = "crew-by-boat", vessel = "boat", duration = "2 h", serves = "ship", every = "6 h", times = "0..9" },
  { id = "crew-by-air", vessel = "helicopter", duration = "1 h", limits = { hs = "2 m" }, serves = "ship", rhythm_of = "crew-by-boat", times = "0..9" },
]
"#;

fn times(schedule: &Schedule, task: &str) -> Vec<(f64, f64)> {
    let start = schedule.horizon.start;
    let hours = |time: chrono::DateTime<chrono::FixedOffset>| (time - start).num_minutes() as f64 / 60.0;
    let own = schedule.activities.iter().filter(|activity| activity.task.as_deref() == Some(task));
    own.map(|activity| (hours(activity.start), hours(activity.end))).collect()
}

#[test]
fn two_keep_together_what_neither_keeps_alone() {
    let written = Written::new(TOGETHER, &[1.0; 24]);
    let (plan, sea) = written.load();
    let mut schedule = written.solved();
    assert_eq!((schedule.solve.status, schedule.solve.goals[0].value), (Status::Optimal, 20.0));
    let (boat, air) = (times(&schedule, "crew-by-boat"), times(&schedule, "crew-by-air"));
    assert!(!boat.is_empty() && !air.is_empty(), "{boat:?} {air:?}");
    assert_eq!(verify(&plan, &sea, &schedule), []);
    // Each alone cannot.
    for (without, who) in [("crew-by-air", "crew-by-boat"), ("crew-by-boat", "crew-by-air")] {
        let text: String = TOGETHER
            .lines()
            .filter(|line| !line.contains(&format!("id = \"{without}\"")))
            .fold(String::new(), |mut text, line| {
                let _ = writeln!(text, "{}", line.replace("rhythm_of = \"crew-by-boat\"", "every = \"6 h\""));
                text
            });
        let alone = Written::new(&text, &[1.0; 24]);
        Run::new(["schedule"])
            .arg(alone.folder.path())
            .fault()
            .stderr_has(&format!("{who} cannot keep its rhythm of 6 h"));
    }
    // Who comes too late is told.
    let last =
        schedule.activities.iter_mut().rfind(|activity| activity.task.as_deref() == Some("crew-by-air"));
    let last = last.expect("a helicopter");
    (last.start, last.end) = (last.start + TimeDelta::hours(9), last.end + TimeDelta::hours(9));
    last.work
        .iter_mut()
        .for_each(|work| *work = (work.0 + TimeDelta::hours(9), work.1 + TimeDelta::hours(9)));
    let told = verify(&plan, &sea, &schedule);
    let rhythm = told.iter().find(|violation| violation.rule == "rhythm").expect("a broken rhythm");
    assert!(rhythm.message.contains("crew-by-boat or crew-by-air must be done every 6 h"), "{rhythm:?}");
}

#[test]
fn what_several_cannot_keep_together_is_told() {
    let text = TOGETHER.replace("to = 2026-01-01T10", "to = 2026-01-01T16");
    Run::new(["schedule"])
        .arg(Written::new(&text, &[1.0; 24]).folder.path())
        .fault()
        .stderr_has("crew-by-boat and crew-by-air cannot keep the rhythm of 6 h together: one of them would have to be done 1 more");
}

#[test]
fn a_voyage_keeps_what_several_keep_together_and_tells_when_it_does_not() {
    let written = Written::new(TOGETHER, &[1.0; 24]);
    let done = |args: &[&str]| {
        let run = Run::new(["simulate", "--json"]).arg(written.folder.path());
        let told = args.iter().fold(run, Run::arg).done().json();
        let policy = &told["policies"][0];
        let culprit = policy["culprits"][0]["id"].as_str().map(str::to_owned);
        (policy["outcomes"][0]["share"].as_f64(), culprit)
    };
    assert_eq!(done(&[]), (Some(1.0), None));
    // From the tenth hour on nobody flies.
    let rough: Vec<f64> = (0..48).map(|hour| if hour < 10 { 1.0 } else { 2.2 }).collect();
    let other = Written::new(TOGETHER, &rough);
    let file = other.folder.path().join("sea.csv");
    let told = done(&["--weather", file.to_str().expect("a path")]);
    assert_eq!(told, (Some(0.0), Some("crew-by-boat".to_owned())));
}

#[test]
fn what_was_done_one_way_is_due_again_either_way() {
    let written = Written::new(TOGETHER, &[1.0; 24]);
    let (plan, sea) = written.load();
    let first = written.solved();
    let file = written.folder.path().join("log.toml");
    // The boat came at three, and never again.
    let mut log = "until = 2026-01-01T09:00:00Z\n".to_owned();
    let ids = |activity: &&mudline::schedule::Activity| activity.task.as_deref() == Some("crew-by-boat");
    for (nth, activity) in first.activities.iter().filter(ids).enumerate() {
        let _ = write!(log, "[[activity]]\nid = {:?}\n", activity.id);
        log += match nth {
            0 => "start = 2026-01-01T03:00:00Z\nend = 2026-01-01T05:00:00Z\n",
            _ => "skipped = true\n",
        };
    }
    std::fs::write(&file, log).expect("a log");
    let came = read(&file, &plan, &sea, &first).expect("a log");
    let happened = came.happened.unwrap_or_else(|| panic!("{:?}", came.found));
    let after = crate::replan::again(&plan, &sea, &happened, Duration::from_secs(60)).expect("a schedule");
    assert_eq!(times(&after, "crew-by-boat"), [(3.0, 5.0)]);
    let air = times(&after, "crew-by-air");
    assert!(air.first().is_some_and(|first| (10.0..=11.0).contains(&first.0)), "{air:?}");
}
