//! Planning again as the voyage goes: what the log tells is kept, what it leaves out was as scheduled, and the judge, who knows the plan and the
//! weather alone, finds nothing wrong with what is planned after it.

use crate::company::{chain, planned, sea};
use crate::support::{Run, Written};
use crate::voyages::{drawn, written};
use mudline::log::{Happened, as_scheduled, read, skeleton};
use mudline::model::{Options, Outcome, Past, optimise_after};
use mudline::plan::{Plan, Sea};
use mudline::schedule::{Itinerary, Kind, Move, Schedule, SolveStamp, Status, What, account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// What is planned after what has happened, judged.
pub fn again(plan: &Plan, sea: &Sea, happened: &Happened, limit: Duration) -> Option<Schedule> {
    let past = Past { until: happened.until, itinerary: &happened.past, bars: &[], flows: true };
    let stop = AtomicBool::new(false);
    let options = Options {
        time_limit: Some(limit),
        explains: false,
        before: Some(&happened.before),
        ..Options::new(&stop)
    };
    match optimise_after(plan, sea, &past, &options).expect("a solver that works") {
        Outcome::Solved(mut solved) => {
            happened.restore(plan, &mut solved.itinerary);
            let schedule = account(plan, sea, &solved.itinerary, solved.stamp);
            assert_eq!(verify(plan, sea, &schedule), []);
            Some(schedule)
        }
        _ => None,
    }
}

/// What began before a schedule was planned anew: who did what when.
fn begun(
    schedule: &Schedule,
    until: mudline::schedule::Time,
) -> Vec<(String, String, String, Option<String>)> {
    let real = schedule.activities.iter().filter(|a| a.is_real() && a.start < until);
    let mut begun: Vec<_> = real
        .map(|a| {
            // What is lifted or moved may go on for longer, or not.
            let is_open = a.end > until && a.kind != Kind::Task && a.kind != Kind::Sail;
            let end = if is_open { until } else { a.end };
            (a.start.to_string(), a.vessel.clone().unwrap_or_default(), end.to_string(), a.task.clone())
        })
        .collect();
    begun.sort();
    begun
}

fn config(cases: u32) -> ProptestConfig {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: number("MUDLINE_CASES").unwrap_or(cases),
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED").map_or(2028, u64::from)),
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    }
}

/// Plans drawn at random: ships that meet, an island, a coaster; or two ships with gear, pauses, closures and a winch.
pub fn plans() -> impl Strategy<Value = String> {
    prop_oneof![chain().prop_map(|chain| chain.plan()), drawn().prop_map(|drawn| written(&drawn))]
}

/// How many plans were planned anew and came to as much.
static CAME: Mutex<u32> = Mutex::new(0);

#[test]
fn where_all_goes_as_scheduled_planning_again_loses_nothing() {
    let ran = TestRunner::new(config(10)).run(&(plans(), sea(110), 1usize..96), |(plan, hs, until)| {
        let written = Written::new(&plan, &hs);
        let checked = mudline::plan::load(written.folder.path()).expect("files");
        let Some((plan, sea)) = checked.plan else { return Ok(()) };
        let Some((_, first)) = planned(&plan, &sea) else { return Ok(()) };
        let until = plan.horizon.time(1 + until % (plan.horizon.slots - 1));
        let happened = as_scheduled(&plan, &sea, &first, until).expect("a schedule of this plan");
        let second = again(&plan, &sea, &happened, Duration::from_secs(8));
        let second = second.expect("what was scheduled can go on");
        // It is there however long everything else takes.
        let soon = again(&plan, &sea, &happened, Duration::ZERO).expect("what was scheduled can go on");
        let until = plan.zone.local(until);
        assert_eq!(begun(&first, until), begun(&second, until));
        assert_eq!(begun(&first, until), begun(&soon, until));
        // What is not solved to the end says nothing on a busy machine.
        if second.solve.status != Status::Optimal {
            return Ok(());
        }
        for (was, is) in first.solve.goals.iter().zip(&second.solve.goals) {
            let slack = 1e-3 + 1e-4 * was.value.abs();
            let is_less = if was.name == "finish" {
                is.value > was.value + slack
            } else {
                is.value < was.value - slack
            };
            assert!(!is_less, "{was:?} {is:?}");
            // More of one goal may cost something of the next.
            if (was.value - is.value).abs() > slack {
                return Ok(());
            }
        }
        if first.solve.status == Status::Optimal {
            *CAME.lock().expect("no panic") += 1;
        }
        Ok(())
    });
    ran.unwrap_or_else(|fault| panic!("{fault}"));
    assert!(*CAME.lock().expect("no panic") > 0, "none was proven");
}

/// A log in which some of what was scheduled went otherwise: for each activity how many hours later it began, how many it took longer, and the
/// tenths of its tonnes.
pub fn log_of(
    schedule: &Schedule,
    until: chrono::DateTime<chrono::Utc>,
    otherwise: &[(i64, i64, u32, u32)],
) -> String {
    let mut log = format!("until = {}\n", until.to_rfc3339());
    let real = schedule.activities.iter().filter(|a| !matches!(a.kind, Kind::Wait | Kind::Idle));
    let real = real.filter(|a| a.kind != Kind::Transfer || a.tonnes.is_some());
    for (activity, &(later, longer, tenths, sort)) in real.filter(|a| a.start.to_utc() < until).zip(otherwise)
    {
        let hours = chrono::TimeDelta::hours;
        let (start, end) = (activity.start + hours(later), activity.end + hours(later + longer));
        let _ = match sort {
            0 => writeln!(log, "[[activity]]\nid = {:?}\nskipped = true", activity.id),
            1 => writeln!(
                log,
                "[[activity]]\nid = {:?}\nstart = {}\nend = {}",
                activity.id,
                start.to_rfc3339(),
                end.to_rfc3339()
            ),
            2 => writeln!(log, "[[activity]]\nid = {:?}\nstart = {}", activity.id, start.to_rfc3339()),
            3 => match activity.tonnes {
                Some(tonnes) => {
                    let tonnes = (tonnes * f64::from(tenths) / 10.0 * 1e3).round() / 1e3;
                    writeln!(log, "[[activity]]\nid = {:?}\ntonnes = \"{tonnes} t\"", activity.id)
                }
                None => Ok(()),
            },
            _ => Ok(()),
        };
    }
    log
}

/// What came of logs: faults told, planned anew, no schedule.
static OTHERWISE: Mutex<[u32; 3]> = Mutex::new([0; 3]);

#[test]
fn whatever_a_log_says_the_judge_finds_nothing_wrong_with_what_follows() {
    let otherwise = prop::collection::vec((-1i64..4, -1i64..4, 3u32..11, 0u32..20), 40);
    let drawn = (plans(), (sea(110), sea(110)), 1usize..96, otherwise);
    let ran = TestRunner::new(config(24)).run(&drawn, |(text, (hs, other), until, otherwise)| {
        let written = Written::new(&text, &hs);
        let checked = mudline::plan::load(written.folder.path()).expect("files");
        let Some((plan, sea)) = checked.plan else { return Ok(()) };
        let Some((_, first)) = planned(&plan, &sea) else { return Ok(()) };
        let until = plan.horizon.time(1 + until % (plan.horizon.slots - 1));
        let file = written.folder.path().join("log.toml");
        std::fs::write(&file, log_of(&first, until, &otherwise)).expect("a log");
        // Since then another sea is forecast.
        let hours = (until - plan.horizon.start).num_hours() as usize;
        let hs: Vec<f64> = hs[..hours].iter().chain(&other[hours..]).copied().collect();
        let other = Written::new(&text, &hs);
        let Some((plan, sea)) = mudline::plan::load(other.folder.path()).expect("files").plan else {
            return Ok(());
        };
        let came = read(&file, &plan, &sea, &first).expect("a log");
        let place = match &came.happened {
            None => {
                let told = came.found.iter().all(|fault| fault.help.is_some() && fault.place.is_some());
                assert!(told && came.found.errors() > 0, "a fault is told with its line and what to do");
                0
            }
            Some(happened) => match again(&plan, &sea, happened, Duration::from_secs(5)) {
                Some(_) => 1,
                None => 2,
            },
        };
        OTHERWISE.lock().expect("no panic")[place] += 1;
        Ok(())
    });
    ran.unwrap_or_else(|fault| panic!("{fault}"));
    let came = *OTHERWISE.lock().expect("no panic");
    assert!(came[0] > 0 && came[1] > 0, "{came:?}");
    println!("faults told, planned anew, no schedule: {came:?}");
}

/// A ship that puts its gear out in two hours and then lifts a tonne an hour, and somebody ashore who looks at it for an hour at some time.
pub const LIFTER: &str = r#"
plan = { name = "lifter", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["sampled"] }
weather = [{ id = "w", file = "sea.csv" }]
commodity = [{ id = "mud" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }]
[[vessel]]
id = "ship"
at = "field"
hold = { mud = "40 t" }
gear = [{ id = "in" }, { id = "out" }]
[[task]]
id = "lower"
vessel = "ship"
site = "field"
duration = "2 h"
limits = { hs = "2 m" }
leaves = "out"
[[task]]
id = "raise"
vessel = "ship"
site = "field"
duration = "1 h"
gear = "out"
leaves = "in"
after = ["lower"]
[[task]]
id = "look"
duration = "1 h"
[[sampling]]
id = "lift"
vessel = "ship"
site = "field"
gear = "out"
commodity = "mud"
rate = "1 t/h"
limits = { hs = "2 m" }
"#;

/// The plan, its schedule (out 0 to 2, 9 t until 11, in until 12; the look in the first hour), and a log of it.
fn lifter(log: &str) -> (Written, Plan, Sea, Schedule, std::path::PathBuf) {
    let written = Written::new(LIFTER, &[1.0; 13]);
    let (plan, sea) = written.load();
    let schedule = written.solved();
    assert_eq!(schedule.totals.sampled_t, 9.0);
    let file = written.folder.path().join("log.toml");
    std::fs::write(&file, log).expect("a log");
    std::fs::write(written.folder.path().join("schedule.json"), serde_json::to_vec(&schedule).expect("JSON"))
        .expect("a schedule");
    (written, plan, sea, schedule, file)
}

fn after(log: &str) -> Schedule {
    let (_written, plan, sea, first, file) = lifter(log);
    let came = read(&file, &plan, &sea, &first).expect("a log");
    let happened = came.happened.unwrap_or_else(|| panic!("{:?}", came.found));
    again(&plan, &sea, &happened, Duration::from_secs(60)).expect("a schedule")
}

#[test]
fn what_took_longer_leaves_less_time() {
    // The gear was out an hour later than planned: one tonne less.
    let late = "until = 2026-01-01T04:00:00Z\n[[activity]]\nid = \"lower.1\"\nend = 2026-01-01T02:50:00Z\n";
    let schedule = after(&format!(
        "{late}[[activity]]\nid = \"lift.1\"\nstart = 2026-01-01T03:00:00Z\ntonnes = \"1 t\"\n"
    ));
    assert_eq!(schedule.totals.sampled_t, 8.0);
    // In the hour since then only half a tonne came up; it goes on as planned from four o'clock on.
    let schedule = after(&format!(
        "{late}[[activity]]\nid = \"lift.1\"\nstart = 2026-01-01T03:00:00Z\ntonnes = \"0.5 t\"\n"
    ));
    assert_eq!(schedule.totals.sampled_t, 7.5);
    let lift = schedule.activities.iter().find(|a| a.id == "lift.1").expect("lifting");
    assert_eq!(
        (lift.start.to_rfc3339(), lift.end.to_rfc3339()),
        ("2026-01-01T03:00:00+00:00".into(), "2026-01-01T11:00:00+00:00".into())
    );
    // More than the plan lets was lifted: what happened, happened.
    let schedule = after("until = 2026-01-01T04:00:00Z\n[[activity]]\nid = \"lift.1\"\ntonnes = \"5 t\"\n");
    assert_eq!(schedule.totals.sampled_t, 12.0);
    // Nobody looked: it is still to be done.
    let schedule = after("until = 2026-01-01T04:00:00Z\n[[activity]]\nid = \"look.1\"\nskipped = true\n");
    let look = schedule.activities.iter().find(|a| a.id == "look.1").expect("a look");
    assert_eq!(look.start.to_rfc3339(), "2026-01-01T04:00:00+00:00");
    // Still putting the gear out, and for how long is told.
    let slow = "until = 2026-01-01T04:00:00Z\n[[activity]]\nid = \"lower.1\"\nend = 2026-01-01T06:00:00Z\n";
    assert_eq!(after(slow).totals.sampled_t, 5.0);
}

#[test]
fn what_ended_just_now_with_less_than_planned_goes_on() {
    let text = r#"
plan = { name = "quay", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["delivered", "finish"] }
commodity = [{ id = "mud" }]
site = [{ id = "port", kind = "port", position = [0.0, 0.1] }]
vessel = [{ id = "ship", at = "port", hold = { mud = "10 t" } }]
sampling = [{ id = "lift", vessel = "ship", site = "port", commodity = "mud", rate = "10 t/h", value = [["10 t", 1.0]] }]
transfer = [{ id = "land", from = "ship", to = "port", commodity = "mud", rate = "5 t/h", setup = "1 h" }]
"#;
    let written = Written::new(text, &[]);
    let checked = mudline::plan::load(written.folder.path()).expect("files");
    let (plan, sea) = checked.plan.unwrap_or_else(|| panic!("{:?}", checked.found));
    let first = written.solved();
    let land = first.activities.iter().find(|a| a.id == "land.1").expect("landing");
    assert_eq!(plan.horizon.ceil(land.end.to_utc()), 4);
    let file = written.folder.path().join("log.toml");
    let log = "until = 2026-01-01T04:00:00Z\n[[activity]]\nid = \"land.1\"\ntonnes = \"7 t\"\n";
    std::fs::write(&file, log).expect("a log");
    let came = read(&file, &plan, &sea, &first).expect("a log");
    let happened = came.happened.unwrap_or_else(|| panic!("{:?}", came.found));
    let second = again(&plan, &sea, &happened, Duration::from_secs(60)).expect("a schedule");
    // The hoses are on: one more hour.
    assert_eq!(plan.horizon.ceil(second.totals.finish.to_utc()), 5);
    assert_eq!(second.totals.delivered_t, 10.0);
}

#[test]
fn lifting_that_ended_just_now_goes_on_for_less_than_its_shortest_run() {
    let text = r#"
plan = { name = "field", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["sampled", "finish"] }
commodity = [{ id = "mud" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0] }]
vessel = [{ id = "ship", at = "field", hold = { mud = "12 t" } }]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "3 t/h", min_run = "4 h" }]
"#;
    let written = Written::new(text, &[]);
    let (plan, sea) = written.load();
    let first = written.solved();
    let lift = first.activities.iter().find(|a| a.id == "lift.1").expect("lifting");
    assert_eq!(plan.horizon.ceil(lift.end.to_utc()), 4);
    let file = written.folder.path().join("log.toml");
    let log = "until = 2026-01-01T04:00:00Z\n[[activity]]\nid = \"lift.1\"\ntonnes = \"7 t\"\n";
    std::fs::write(&file, log).expect("a log");
    let happened = read(&file, &plan, &sea, &first).expect("a log").happened.expect("what has happened");
    let second = again(&plan, &sea, &happened, Duration::from_secs(60)).expect("a schedule");
    // For 5 t more two hours are enough.
    assert_eq!(plan.horizon.ceil(second.totals.finish.to_utc()), 6);
    assert_eq!(second.totals.sampled_t, 12.0);
}

#[test]
fn what_was_planned_before_is_there_without_any_time() {
    // Also where something is left to decide when everybody's way is known: when somebody ashore looks.
    for look in [true, false] {
        let text = if look {
            LIFTER.to_owned()
        } else {
            LIFTER.replace("\"look\"\n", "\"look\"\nvessel = \"ship\"\nsite = \"field\"\n")
        };
        let written = Written::new(&text, &[1.0; 13]);
        let (plan, sea) = written.load();
        let first = written.solved();
        let happened =
            as_scheduled(&plan, &sea, &first, plan.horizon.time(4)).expect("a schedule of this plan");
        let second = again(&plan, &sea, &happened, Duration::ZERO).expect("a schedule");
        assert_eq!(second.totals.sampled_t, first.totals.sampled_t);
        // Nothing else is found without time.
        let free = Happened { before: Itinerary::default(), ..happened };
        assert!(again(&plan, &sea, &free, Duration::ZERO).is_none());
    }
}

#[test]
fn what_may_stay_where_it_was_planned_stays() {
    let (_written, plan, sea, first, _) = lifter("");
    // Somebody wants the look at six o'clock, and moved it there.
    let happened = as_scheduled(&plan, &sea, &first, plan.horizon.time(1)).expect("a schedule of this plan");
    let look = plan.tasks.find(|task| task.id == "look").expect("a task");
    let moved = Itinerary { alone: vec![(look, 6, 7)], ..happened.before };
    let solve = SolveStamp { status: Status::Feasible, ..first.solve };
    let moved = account(&plan, &sea, &moved, solve);
    let happened = as_scheduled(&plan, &sea, &moved, plan.horizon.time(3)).expect("a schedule of this plan");
    let start = |schedule: &Schedule| {
        let look = schedule.activities.iter().find(|a| a.id == "look.1").expect("a look");
        plan.horizon.ceil(look.start.to_utc())
    };
    let limit = Duration::from_secs(60);
    assert_eq!(start(&again(&plan, &sea, &happened, limit).expect("a schedule")), 6);
    // What somebody ashore has done is not done again, though it would cost nothing to have done it later.
    let happened_then =
        as_scheduled(&plan, &sea, &moved, plan.horizon.time(8)).expect("a schedule of this plan");
    let free_then = Happened { before: Itinerary::default(), ..happened_then };
    assert_eq!(start(&again(&plan, &sea, &free_then, limit).expect("a schedule")), 6);
    let free = Happened { before: Itinerary::default(), ..happened };
    assert_eq!(start(&again(&plan, &sea, &free, limit).expect("a schedule")), 3);
}

#[test]
fn a_log_at_fault_is_told_with_its_line() {
    let head = "until = 2026-01-01T04:00:00Z\n[[activity]]\n";
    let cases = [
        ("", 1, "this log is empty"),
        ("until = 2026-02-01T00:00:00Z\n", 1, "not within the plan's time"),
        ("until = 2026-01-01T12:00:00Z\n", 1, "nothing is left to be planned then"),
        ("until = 2026-01-01T00:00:00Z\n", 1, "nothing has happened yet by then"),
        ("unitl = 2026-01-01T04:00:00Z\n", 1, "`unitl` is not a key"),
        (&format!("{head}id = \"lwer.1\"\nskipped = true\n"), 3, "the schedule has no activity \"lwer.1\""),
        (&format!("{head}skipped = true\n"), 2, "exactly one of `id`, `task` and `sails_to`"),
        (&format!("{head}id = \"lower.1\"\nstart = 2026-01-01T05:00:00Z\n"), 4, "begins after `until`"),
        (
            &format!("{head}id = \"lower.1\"\nstart = 2026-01-01T03:00:00Z\nend = 2026-01-01T02:00:00Z\n"),
            5,
            "ends before it begins",
        ),
        (&format!("{head}id = \"lower.1\"\nstart = 2026-01-01T01:00:00Z\n"), 3, "does not say when it ended"),
        (
            &format!("{head}id = \"lower.1\"\nskipped = true\n"),
            1,
            "with its gear in by then, and lift.1 needs it",
        ),
        (&format!("{head}id = \"lift.1\"\ntonnes = \"50 t\"\n"), 4, "ship has 50.0 t of mud"),
        (
            &format!(
                "{head}id = \"look.1\"\nskipped = true\n[[activity]]\nid = \"lift.1\"\nend = 2026-01-01T03:00:00Z\ntonnes = \"50 t\"\n"
            ),
            8,
            "ship has 50.0 t of mud",
        ),
        (&format!("{head}task = \"rise\"\nstart = 2026-01-01T03:00:00Z\n"), 3, "the plan has no \"rise\""),
        (&format!("{head}task = \"lift\"\nstart = 2026-01-01T03:00:00Z\n"), 2, "nobody knows how much"),
        (&format!("{head}sails_to = \"field\"\n"), 3, "nobody knows who sailed"),
        (
            &format!("{head}task = \"raise\"\nstart = 2026-01-01T01:00:00Z\nend = 2026-01-01T02:00:00Z\n"),
            2,
            "ship is at lower.1 until",
        ),
        (&format!("{head}id = \"lower.1\"\ntonnes = \"5 t\"\n"), 4, "lower.1 moves nothing"),
        (&format!("{head}id = \"lower.1\"\nskipped = true\nend = 2026-01-01T03:00:00Z\n"), 4, "has no times"),
        (&format!("{head}task = \"look\"\nskipped = true\n"), 4, "cannot have been skipped"),
        (&format!("{head}id = \"lower.1\"\nvessel = \"ship\"\n"), 4, "goes with `sails_to` alone"),
        (&format!("{head}id = \"lower.1\"\nend = 2026-01-03T03:00:00Z\n"), 4, "not within the plan's time"),
        (&format!("{head}id = \"lower.1\"\nend = 2025-12-31T23:00:00Z\n"), 4, "not within the plan's time"),
        (&format!("{head}id = \"lift.1\"\nend = 2026-01-01T01:00:00Z\n"), 4, "ends before it begins"),
        (&format!("{head}id = \"raise.1\"\nskipped = true\n"), 3, "scheduled to begin after `until`"),
        (&format!("{head}id = \"lift.1\"\ntonnes = \"-5 t\"\n"), 4, "less than nothing"),
        (
            &format!(
                "{head}vessel = \"ship\"\nsails_to = \"field\"\nstart = 2026-01-01T01:00:00Z\nend = 2026-01-01T02:00:00Z\n"
            ),
            2,
            "ship is at lower.1 until",
        ),
        (
            &format!(
                "{head}id = \"lower.1\"\nskipped = true\n[[activity]]\nid = \"lift.1\"\nskipped = true\n[[activity]]\nvessel = \"ship\"\nsails_to = \"field\"\nstart = 2026-01-01T01:00:00Z\nend = 2026-01-01T02:00:00Z\n"
            ),
            8,
            "does not sail from there to field",
        ),
    ];
    for (log, line, message) in cases {
        let (_written, plan, sea, first, file) = lifter(log);
        let came = read(&file, &plan, &sea, &first).expect("a file");
        assert!(came.happened.is_none(), "{log}");
        let told: Vec<_> = came
            .found
            .iter()
            .map(|d| (d.place.as_ref().map(|place| place.line), d.message.as_str()))
            .collect();
        assert!(told.iter().any(|(at, is)| *at == Some(line) && is.contains(message)), "{log}: {told:?}");
    }
}

#[test]
fn a_log_is_begun_mended_and_planned_by() {
    let (written, ..) = lifter("");
    let path = |name: &str| written.folder.path().join(name).display().to_string();
    let (folder, schedule, log) =
        (written.folder.path().display().to_string(), path("schedule.json"), path("log.toml"));
    let now = ["--now", "2026-01-01T05:00:00Z"];
    std::fs::remove_file(&log).expect("a log");
    Run::new(["replan", &folder, &schedule, now[0], now[1], "--write-log", &log])
        .done()
        .stderr_has("mend it");
    // As it was begun it says no more than that all was as scheduled.
    let by_log = Run::new(["replan", &folder, &schedule, "--log", &log, "--json"]).done().json();
    let by_time = Run::new(["replan", &folder, &schedule, now[0], now[1], "--json"]).done().json();
    assert_eq!(by_log, by_time);
    assert_eq!(by_log["happened"], "2026-01-01T05:00:00Z");
    // What was mended is not written over.
    Run::new(["replan", &folder, &schedule, now[0], now[1], "--write-log", &log])
        .refused()
        .stderr_has("is there already");
    let text = std::fs::read_to_string(&log).expect("a log");
    std::fs::write(&log, text.replace("end = 2026-01-01T02:00:00Z", "end = 2026-01-01T04:00:00Z"))
        .expect("a log");
    let out = path("out");
    Run::new(["replan", &folder, &schedule, "--log", &log, "-o", &out])
        .fault()
        .stderr_has("ship is at lower.1 until 1 Jan 04:00, and lift.1 began on 1 Jan 02:00");
    let text = std::fs::read_to_string(&log).expect("a log");
    std::fs::write(
        &log,
        text.replace("start = 2026-01-01T02:00:00Z", "start = 2026-01-01T04:00:00Z\ntonnes = \"1 t\""),
    )
    .expect("a log");
    Run::new(["replan", &folder, &schedule, "--log", &log, "-o", &out])
        .done()
        .stdout_has("What began before 1 Jan 05:00 has happened; what begins later is planned.")
        .stdout_has("lift.1")
        .stderr_has("planned anew from 1 Jan 05:00 on; before it 3 as the log tells, 0 as scheduled");
    let new = format!("{out}/schedule.json");
    Run::new(["verify", &folder, &new])
        .done()
        .stdout_has("of what has happened only what follows from it was judged");
    Run::new(["simulate", &folder, "--schedule", &new]).done().stdout_has("what happened before it is kept");
    Run::new(["replan", &folder, &new, "--now", "2026-01-01T08:00:00Z"]).done();
    Run::new(["replan", &folder, &schedule]).refused().stderr_has("--log");
}

/// A ship that burns fuel at one of two speeds, lifts a bounded amount, and lands what somebody wants.
const SHUTTLE: &str = r#"
plan = { name = "shuttle", start = 2026-01-01T00:00:00Z, end = 2026-01-02T06:00:00Z, currency = "USD" }
goal = { order = ["supplied", "finish", "cost"] }
commodity = [{ id = "mud" }]
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0] },
  { id = "port", kind = "port", position = [25.0, 154.0] },
]
[[vessel]]
id = "ship"
at = "field"
home = "port"
calls = ["field", "port"]
speeds = [{ speed = "6 kn", sailing = "1 t/h" }, { speed = "12 kn", sailing = "6 t/h" }]
fuel = { working = "1 t/h", waiting = "1 t/h", price = "10 USD/t" }
hold = { mud = "40 t" }
[[sampling]]
id = "lift"
vessel = "ship"
site = "field"
commodity = "mud"
rate = "2 t/h"
at_most = "10 t"
[[transfer]]
id = "land"
from = "ship"
to = "port"
commodity = "mud"
rate = "10 t/h"
[[demand]]
id = "buyer"
site = "port"
commodity = "mud"
amount = "10 t"
"#;

#[test]
fn what_the_plan_would_have_had_to_say_to_it_does_not_count() {
    let written = Written::new(SHUTTLE, &[]);
    let (plan, sea) = written.load();
    let first = written.solved();
    assert_eq!(first.totals.supplied_t, 10.0);
    let file = written.folder.path().join("log.toml");
    let after = |log: &str| {
        std::fs::write(&file, log).expect("a log");
        let came = read(&file, &plan, &sea, &first).expect("a log");
        let happened = came.happened.unwrap_or_else(|| panic!("{:?}", came.found));
        again(&plan, &sea, &happened, Duration::from_secs(60)).expect("a schedule")
    };
    // Five hours of lifting, five under way at 12 kn; the leg took two hours longer than any speed makes of it.
    let leg = first.activities.iter().find(|a| a.kind == Kind::Sail).expect("a leg");
    let late = (leg.end + chrono::TimeDelta::hours(2)).to_rfc3339();
    let until = (leg.end + chrono::TimeDelta::hours(3)).to_rfc3339();
    let schedule = after(&format!(
        "until = {until}\n[[activity]]\nid = {:?}\nend = {late}\n[[activity]]\nid = \"buyer.1\"\nskipped = true\n",
        leg.id
    ));
    assert_eq!(schedule.totals.supplied_t, 10.0);
    // More was lifted than may be, and no more of it is; all of it is landed, and the buyer takes what he wants.
    let head = format!("until = {}\n[[activity]]\n", leg.start.to_rfc3339());
    let schedule = after(&format!("{head}id = \"lift.1\"\ntonnes = \"14 t\"\n"));
    assert_eq!((schedule.totals.sampled_t, schedule.totals.supplied_t), (14.0, 10.0));
    // He got more than he wanted, and sooner than he can take it.
    let over = "id = \"buyer.1\"\ntonnes = \"10.5 t\"\n";
    let end =
        first.activities.iter().map(|a| a.work.last().map_or(a.start, |work| work.1)).max().expect("an end");
    let log = format!(
        "until = {}\n[[activity]]\n{over}[[activity]]\nid = \"lift.1\"\ntonnes = \"12 t\"\n[[activity]]\nid = \"land.1\"\ntonnes = \"12 t\"\n",
        end.to_rfc3339()
    );
    assert_eq!(after(&log).totals.supplied_t, 10.5);
}

#[test]
fn a_log_that_was_begun_says_that_all_was_as_scheduled() {
    for (text, hs) in [(LIFTER, vec![1.0; 13]), (SHUTTLE, vec![])] {
        let written = Written::new(text, &hs);
        let (plan, sea) = written.load();
        let first = written.solved();
        let file = written.folder.path().join("log.toml");
        // At any time, on slots and within them.
        for quarters in 1..(4 * plan.horizon.slots as i64) {
            let now = plan.horizon.start + chrono::TimeDelta::minutes(15 * quarters);
            let by_time = as_scheduled(&plan, &sea, &first, now).expect("a schedule of this plan");
            let until = plan.horizon.time(plan.horizon.ceil(now));
            if until >= plan.horizon.end() {
                continue;
            }
            std::fs::write(&file, skeleton(&first, until)).expect("a log");
            let came = read(&file, &plan, &sea, &first).expect("a log");
            let by_log = came.happened.unwrap_or_else(|| panic!("{now}: {:?}", came.found));
            assert_eq!(by_time.past.alone, by_log.past.alone);
            for (a, b) in by_time.past.vessels.iter().flatten().zip(by_log.past.vessels.iter().flatten()) {
                assert_eq!((a.start, a.end.min(by_time.until)), (b.start, b.end.min(by_log.until)), "{now}");
            }
        }
    }
}

/// A ship that dives, and a boat that brings it another crew at most six hours after the last.
const CREW: &str = r#"
plan = { name = "crew", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
goal = { order = ["finish"] }
site = [{ id = "field", kind = "sea", position = [24.0, 154.0] }]
vessel = [{ id = "ship", at = "field" }, { id = "boat", at = "field" }]
task = [
  { id = "dive", vessel = "ship", site = "field", duration = "20 h" },
  { id = "crew", vessel = "boat", site = "field", duration = "1 h", serves = "ship", every = "6 h", times = "0..9" },
]
"#;

/// When the crew comes as it is planned, and after a log of ten hours in which it never came.
fn crews_before_and_after(text: &str) -> [Vec<usize>; 2] {
    let written = Written::new(text, &[]);
    let (plan, sea) = written.load();
    let first = written.solved();
    let crews = |schedule: &Schedule| -> Vec<usize> {
        let of_it = schedule.activities.iter().filter(|a| a.task.as_deref() == Some("crew"));
        of_it.map(|a| plan.horizon.ceil(a.start.to_utc())).collect()
    };
    let file = written.folder.path().join("log.toml");
    let mut log = "until = 2026-01-01T10:00:00Z\n".to_owned();
    for id in first
        .activities
        .iter()
        .filter(|a| a.task.as_deref() == Some("crew") && plan.horizon.ceil(a.start.to_utc()) < 10)
    {
        let _ = write!(log, "[[activity]]\nid = {:?}\nskipped = true\n", id.id);
    }
    std::fs::write(&file, log).expect("a log");
    let came = read(&file, &plan, &sea, &first).expect("a log");
    let happened = came.happened.unwrap_or_else(|| panic!("{:?}", came.found));
    let second = again(&plan, &sea, &happened, Duration::from_secs(60)).expect("a schedule");
    [crews(&first), crews(&second)]
}

#[test]
fn a_rhythm_that_was_broken_once_is_kept_from_then_on() {
    let [before, after] = crews_before_and_after(CREW);
    assert_eq!(before.len(), 2);
    // Due again six hours from now, at sixteen o'clock at the latest, and then until the dive is over at twenty.
    assert!(after.first().is_some_and(|&first| (10..=16).contains(&first)), "{after:?}");
}

#[test]
fn a_ship_whose_crew_is_overdue_need_not_have_been_done() {
    // It has done nothing yet, may be done at any time, and lifts from noon on.
    let lifts = r#"
commodity = [{ id = "mud" }]
closure = [{ sampling = "lift", from = 2026-01-01T00:00:00Z, to = 2026-01-01T12:00:00Z }]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "1 t/h" }]
task = ["#;
    let ship = "{ id = \"ship\", at = \"field\", hold = { mud = \"30 t\" } }";
    let text = CREW.replace("\"finish\"", "\"sampled\"").replace("{ id = \"ship\", at = \"field\" }", ship);
    let text = text.replace("\ntask = [", lifts);
    let dives = text.find("  { id = \"dive\"").expect("a dive");
    let crews = text.find("  { id = \"crew\"").expect("a crew");
    let [_, after] = crews_before_and_after(&(text[..dives].to_owned() + &text[crews..]));
    assert!(after.first().is_some_and(|&first| (10..=16).contains(&first)), "{after:?}");
}

#[test]
fn lifting_that_was_broken_off_at_once_and_begun_again_is_done_once_at_a_time() {
    let written =
        Written::new(&LIFTER.replace("rate = \"1 t/h\"", "rate = \"1 t/h\"\nmin_run = \"3 h\""), &[1.0; 13]);
    let (plan, sea) = written.load();
    let schedule = written.solved();
    let mut happened = as_scheduled(&plan, &sea, &schedule, plan.horizon.time(4)).expect("its own plan");
    // Planned are two hours of it, which is no run, and then another that begins at once.
    let moves = &mut happened.before.vessels[0];
    let lift = moves.iter().position(|step| matches!(step.what, What::Sample(..))).expect("it lifts");
    assert_eq!((moves[lift].start, moves[lift].end), (2, 11));
    moves.insert(lift + 1, Move { start: 4, ..moves[lift].clone() });
    moves[lift].end = 4;
    for limit in [Duration::ZERO, Duration::from_secs(60)] {
        let schedule = again(&plan, &sea, &happened, limit).expect("what was planned before");
        assert_eq!(schedule.totals.sampled_t, 9.0, "{limit:?}");
    }
}
