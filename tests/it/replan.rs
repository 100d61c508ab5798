//! Planning again as the voyage goes: what the log tells is kept, what it leaves out was as scheduled, and the judge, who knows the plan and the
//! weather alone, finds nothing wrong with what is planned after it.

use crate::company::{chain, planned, sea};
use crate::support::{Run, Written};
use mudline::log::{Happened, as_scheduled, read, skeleton};
use mudline::model::{Options, Outcome, Past, optimise_after};
use mudline::plan::{Plan, Sea};
use mudline::schedule::{Kind, Schedule, Status, account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// What is planned after what has happened, judged.
fn again(plan: &Plan, sea: &Sea, happened: &Happened, limit: Duration) -> Option<Schedule> {
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
fn begun(schedule: &Schedule, until: mudline::schedule::Time) -> Vec<(String, String, String, Option<String>)> {
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

/// How many plans were planned anew and came to as much.
static CAME: Mutex<u32> = Mutex::new(0);

#[test]
fn where_all_goes_as_scheduled_planning_again_loses_nothing() {
    let ran = TestRunner::new(config(10)).run(&(chain(), sea(60), 1usize..18), |(chain, hs, until)| {
        let written = Written::new(&chain.plan(), &hs);
        let checked = mudline::plan::load(written.folder.path()).expect("files");
        let Some((plan, sea)) = checked.plan else { return Ok(()) };
        let Some((_, first)) = planned(&plan, &sea) else { return Ok(()) };
        let until = plan.horizon.time(until.min(plan.horizon.slots - 1));
        let happened = as_scheduled(&plan, &sea, &first, until).expect("a schedule of this plan");
        let second = again(&plan, &sea, &happened, Duration::from_secs(8));
        let second = second.expect("what was scheduled can go on");
        let until = plan.zone.local(until);
        assert_eq!(begun(&first, until), begun(&second, until));
        for (was, is) in first.solve.goals.iter().zip(&second.solve.goals) {
            let slack = 1e-3 + 1e-4 * was.value.abs();
            let is_less = if was.name == "finish" { is.value > was.value + slack } else { is.value < was.value - slack };
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
fn log_of(schedule: &Schedule, until: chrono::DateTime<chrono::Utc>, otherwise: &[(i64, i64, u32, u32)]) -> String {
    let mut log = format!("until = {}\n", until.to_rfc3339());
    let real = schedule.activities.iter().filter(|a| !matches!(a.kind, Kind::Wait | Kind::Idle));
    let real = real.filter(|a| a.kind != Kind::Transfer || a.tonnes.is_some());
    for (activity, &(later, longer, tenths, sort)) in real.filter(|a| a.start.to_utc() < until).zip(otherwise) {
        let hours = chrono::TimeDelta::hours;
        let (start, end) = (activity.start + hours(later), activity.end + hours(later + longer));
        let _ = match sort {
            0 => writeln!(log, "[[activity]]\nid = {:?}\nskipped = true", activity.id),
            1 => writeln!(log, "[[activity]]\nid = {:?}\nstart = {}\nend = {}", activity.id, start.to_rfc3339(), end.to_rfc3339()),
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
    let otherwise = prop::collection::vec((-1i64..4, -1i64..4, 3u32..11, 0u32..9), 40);
    let drawn = (chain(), sea(60), 1usize..18, otherwise);
    let ran = TestRunner::new(config(24)).run(&drawn, |(chain, hs, until, otherwise)| {
        let written = Written::new(&chain.plan(), &hs);
        let checked = mudline::plan::load(written.folder.path()).expect("files");
        let Some((plan, sea)) = checked.plan else { return Ok(()) };
        let Some((_, first)) = planned(&plan, &sea) else { return Ok(()) };
        let until = plan.horizon.time(until.min(plan.horizon.slots - 1));
        let file = written.folder.path().join("log.toml");
        std::fs::write(&file, log_of(&first, until, &otherwise)).expect("a log");
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
