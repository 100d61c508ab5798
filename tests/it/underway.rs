//! The odds of the rest: a voyage that is under way, sailed on in many seas. What happened stays as it was in every run, whatever the sea; in the
//! plan's own sea the rest goes as scheduled; and the judge, who knows the plan and the weather alone, finds nothing wrong with any run.

use crate::company::{planned, sea};
use crate::replan::{again as planned_again, log_of, plans};
use crate::support::Written;
use mudline::log::read;
use mudline::plan::{Plan, Sea};
use mudline::schedule::{Kind, Schedule, Status, verify::verify};
use mudline::simulate::case::Settings;
use mudline::simulate::ensemble::{Ask, Ensemble};
use mudline::simulate::fleet::again;
use mudline::simulate::log::{Log, Outcome};
use mudline::simulate::order::Order;
use mudline::simulate::replay::replay;
use mudline::simulate::starts::{Source, Wanted};
use mudline::units::Span;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a run that did not go well may break.
const UNDONE: [&str; 9] = [
    "deadline",
    "contingency",
    "task-count",
    "precedence",
    "sampling-total",
    "within",
    "ending",
    "survives",
    "demand",
];

fn ask(sea: &Sea, plan: &Plan, hours: &[usize], draws_durations: bool) -> Ask {
    Ask {
        settings: Settings { seed: 7, draws_durations, forecast: Span::of_hours(24), home_odds: 0.8 },
        source: Source::Series(Arc::new(sea.clone())),
        about_weather: String::new(),
        wanted: Wanted::Exactly(hours.iter().map(|&hour| plan.horizon.time(hour)).collect()),
        draws: 1,
        about_order: String::new(),
    }
}

/// What was begun before a slot: who, what, from when to when, and how much where it was over by then.
fn begun(plan: &Plan, schedule: &Schedule, until: usize) -> Vec<(String, String, usize, usize, i64)> {
    let slot = |time: mudline::schedule::Time| {
        ((time.to_utc() - schedule.horizon.start.to_utc()).num_seconds() / plan.horizon.slot.seconds()) as usize
    };
    let told = schedule.activities.iter().filter(|a| !matches!(a.kind, Kind::Wait | Kind::Idle));
    let mut begun: Vec<_> = told
        .filter(|a| slot(a.start) < until)
        .map(|a| {
            let end = slot(a.end);
            // Of what flows ashore one activity may go on where another ends.
            let is_shore = matches!(a.kind, Kind::Process | Kind::Supply);
            let tonnes = a.tonnes.filter(|_| end < until && !is_shore).map_or(0, |t| (t * 1e3).round() as i64);
            let end = if is_shore { 0 } else { end.min(until) };
            (a.vessel.clone().unwrap_or_default(), a.task.clone().unwrap_or_default(), slot(a.start), end, tonnes)
        })
        .collect();
    begun.sort();
    begun.dedup();
    begun
}

static ENDED: Mutex<BTreeMap<Outcome, u64>> = Mutex::new(BTreeMap::new());
static AS_SCHEDULED: Mutex<u64> = Mutex::new(0);

/// Sails the rest of a schedule in many seas, and has every run judged.
fn judged(plan: &Plan, sea: &Sea, order: &Order, schedule: &Schedule, starts: &[usize]) {
    let until = order.past.as_ref().map_or(0, |past| past.until as usize);
    let asked = ask(sea, plan, starts, true);
    let ensemble = match Ensemble::new(plan, order.clone(), Some(schedule), asked) {
        Ok(ensemble) => ensemble,
        Err(refused) => panic!("{refused}"),
    };
    let (case, field, leaves) = (&ensemble.case, &ensemble.field, &ensemble.leaves);
    let was = begun(plan, schedule, until);
    for run in 0..ensemble.runs() {
        let log = again(case, field, leaves, 1, run).expect("a run");
        for spent in &log.spent {
            let all = log.finish.max(plan.horizon.slots as u32);
            assert_eq!(spent.elapsed(), all, "run {run}, {until}: the time adds up");
        }
        let (own, done) = replay(case, field, leaves, 1, run).expect("a run");
        if log.outcome < Outcome::Stuck {
            assert_eq!(begun(plan, &done, until), was, "run {run} after {until}, {:?} {:?}", log.outcome, log.times);
        }
        let year = field.sea(run as usize).expect("a sea");
        let violations = verify(&own, &year, &done);
        let is_told = |rule: &str| log.outcome != Outcome::Done && UNDONE.contains(&rule);
        let wrong: Vec<_> = violations.iter().filter(|one| !is_told(one.rule)).collect();
        assert!(wrong.is_empty(), "run {run} after {until}, {:?}: {wrong:#?}", log.outcome);
        let same = |a: f64, b: f64, what: &str| {
            assert!((a - b).abs() < 1e-4, "run {run} after {until}: {what} {a} and {b}");
        };
        same(log.sampled, done.totals.sampled_t, "sampled");
        same(log.delivered, done.totals.delivered_t, "delivered");
        same(log.supplied, done.totals.supplied_t, "supplied");
        if log.outcome == Outcome::Done {
            same(log.cost / 1e3, done.totals.cost / 1e3, "cost");
        }
        *ENDED.lock().expect("no panic").entry(log.outcome).or_default() += 1;
    }
}

/// One run of an order, in the plan's own sea and with planned durations.
fn as_planned(plan: &Plan, sea: &Sea, order: &Order, schedule: &Schedule) -> Log {
    let ask = ask(sea, plan, &[0], false);
    let ensemble = Ensemble::new(plan, order.clone(), Some(schedule), ask).expect("starts");
    again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, 0).expect("a run")
}

/// What a run comes to: how it ended, its slots, and its tonnes.
fn figures(log: &Log) -> (Outcome, u32, [i64; 3]) {
    let round = |tonnes: f64| (tonnes * 1e3).round() as i64;
    (log.outcome, log.finish, [log.sampled, log.delivered, log.supplied].map(round))
}

fn figures_of(plan: &Plan, schedule: &Schedule) -> (Outcome, u32, [i64; 3]) {
    let totals = &schedule.totals;
    let round = |tonnes: f64| (tonnes * 1e3).round() as i64;
    let finish = plan.horizon.ceil(totals.finish.to_utc()) as u32;
    (Outcome::Done, finish, [totals.sampled_t, totals.delivered_t, totals.supplied_t].map(round))
}

fn config(cases: u32) -> ProptestConfig {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: number("MUDLINE_CASES").unwrap_or(cases),
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED").map_or(2029, u64::from)),
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    }
}

#[test]
fn the_rest_goes_as_scheduled_in_its_own_sea_and_is_kept_by_the_judge_in_any_other() {
    let drawn = (plans(), sea(400), prop::collection::vec(1usize..96, 4));
    let ran = TestRunner::new(config(14)).run(&drawn, |(text, hs, untils)| {
        let written = Written::new(&text, &hs);
        let checked = mudline::plan::load(written.folder.path()).expect("files");
        let Some((plan, sea)) = checked.plan else { return Ok(()) };
        let Some((_, first)) = planned(&plan, &sea) else { return Ok(()) };
        let whole = Order::of_schedule(&plan, &first).expect("its own plan");
        let from_start = figures(&as_planned(&plan, &sea, &whole, &first));
        let hours = hs.len() - plan.horizon.slots;
        let starts: Vec<usize> = (0..hours).step_by(37).collect();
        for until in untils {
            let until = 1 + until % plan.horizon.slots;
            let now = plan.horizon.time(until);
            let order = match Order::since(&plan, &sea, &first, Some(now)) {
                Ok(order) => order,
                Err(refused) => panic!("{refused}"),
            };
            judged(&plan, &sea, &order, &first, &starts);
            if from_start == figures_of(&plan, &first) && first.solve.status == Status::Optimal {
                let log = as_planned(&plan, &sea, &order, &first);
                assert_eq!(figures(&log), from_start, "after {until}: {:?}", log.culprit);
                *AS_SCHEDULED.lock().expect("no panic") += 1;
            }
        }
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, (text, ..))) = ran {
        panic!("{reason}\n{text}");
    }
    let (ended, as_scheduled) = (ENDED.lock().expect("no panic"), AS_SCHEDULED.lock().expect("no panic"));
    println!("{ended:?}, {as_scheduled} as scheduled");
    assert!(*as_scheduled > 4 && ended.len() >= 2, "{ended:?} {as_scheduled}");
}

/// Logs that were sailed on from.
static SAILED: Mutex<u64> = Mutex::new(0);

#[test]
fn whatever_a_log_says_the_judge_finds_nothing_wrong_with_the_rest_in_any_sea() {
    let otherwise = prop::collection::vec((-1i64..4, -1i64..4, 3u32..11, 0u32..20), 40);
    let drawn = (plans(), (sea(400), sea(400)), 1usize..96, otherwise);
    let ran = TestRunner::new(config(24)).run(&drawn, |(text, (hs, other), until, otherwise)| {
        let written = Written::new(&text, &hs);
        let checked = mudline::plan::load(written.folder.path()).expect("files");
        let Some((plan, sea)) = checked.plan else { return Ok(()) };
        let Some((_, first)) = planned(&plan, &sea) else { return Ok(()) };
        let until = plan.horizon.time(1 + until % (plan.horizon.slots - 1));
        let file = written.folder.path().join("log.toml");
        std::fs::write(&file, log_of(&first, until, &otherwise)).expect("a log");
        let hours = (until - plan.horizon.start).num_hours() as usize;
        let hs: Vec<f64> = hs[..hours].iter().chain(&other[hours..]).copied().collect();
        let other = Written::new(&text, &hs);
        let Some((plan, sea)) = mudline::plan::load(other.folder.path()).expect("files").plan else {
            return Ok(());
        };
        let came = read(&file, &plan, &sea, &first).expect("a log");
        let Some(happened) = came.happened else { return Ok(()) };
        let Some(second) = planned_again(&plan, &sea, &happened, Duration::from_secs(5)) else { return Ok(()) };
        let order = match Order::since(&plan, &sea, &second, None) {
            Ok(order) => order,
            Err(refused) => panic!("{refused}"),
        };
        let starts: Vec<usize> = (0..hs.len() - plan.horizon.slots).step_by(31).collect();
        judged(&plan, &sea, &order, &second, &starts);
        *SAILED.lock().expect("no panic") += 1;
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, (text, ..))) = ran {
        panic!("{reason}\n{text}");
    }
    let sailed = *SAILED.lock().expect("no panic");
    println!("{sailed} sailed on");
    assert!(sailed > 4, "{sailed}");
}
