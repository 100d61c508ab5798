//! The odds of the rest: a voyage that is under way, sailed on in many seas. What happened stays as it was in every run, whatever the sea; in the
//! plan's own sea the rest goes as scheduled; and the judge, who knows the plan and the weather alone, finds nothing wrong with any run.

use crate::company::{planned, sea};
use crate::replan::{LIFTER, again as planned_again, log_of, plans};
use crate::support::{Run, Written};
use mudline::log::read;
use mudline::plan::{Plan, Sea};
use mudline::schedule::{
    Itinerary, Kind, Move, Schedule, Status, What,
    verify::{Violation, verify},
};
use mudline::simulate::case::Settings;
use mudline::simulate::ensemble::{Ask, Ensemble};
use mudline::simulate::fleet::{Task, again};
use mudline::simulate::log::{Log, Outcome};
use mudline::simulate::order::Order;
use mudline::simulate::policy::plan_anew;
use mudline::simulate::replay::replay;
use mudline::simulate::starts::{Source, Wanted};
use mudline::units::Span;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64};
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

pub fn ask(sea: &Sea, plan: &Plan, hours: &[usize], draws_durations: bool) -> Ask {
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
        ((time.to_utc() - schedule.horizon.start.to_utc()).num_seconds() / plan.horizon.slot.seconds())
            as usize
    };
    let told = schedule.activities.iter().filter(|a| !matches!(a.kind, Kind::Wait | Kind::Idle));
    let mut begun: Vec<_> = told
        .filter(|a| slot(a.start) < until)
        .map(|a| {
            let end = slot(a.end);
            // Of what flows ashore one activity may go on where another ends.
            let is_shore = matches!(a.kind, Kind::Process | Kind::Supply);
            let tonnes =
                a.tonnes.filter(|_| end < until && !is_shore).map_or(0, |t| (t * 1e3).round() as i64);
            let end = if is_shore { 0 } else { end.min(until) };
            (
                a.vessel.clone().unwrap_or_default(),
                a.task.clone().unwrap_or_default(),
                slot(a.start),
                end,
                tonnes,
            )
        })
        .collect();
    begun.sort();
    begun.dedup();
    begun
}

static ENDED: Mutex<BTreeMap<Outcome, u64>> = Mutex::new(BTreeMap::new());
static AS_SCHEDULED: Mutex<u64> = Mutex::new(0);
static KNOWN: Mutex<u64> = Mutex::new(0);

/// Sails the rest of a schedule in many seas, and has every run judged.
pub fn judged(plan: &Plan, sea: &Sea, order: &Order, schedule: &Schedule, starts: &[usize]) {
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
            assert_eq!(
                begun(plan, &done, until),
                was,
                "run {run} after {until}, {:?} {:?}",
                log.outcome,
                log.times
            );
        }
        let year = field.sea(run as usize).expect("a sea");
        let violations = verify(&own, &year, &done);
        let is_told = |rule: &str| log.outcome != Outcome::Done && UNDONE.contains(&rule);
        // A plan has one duration for all times of a task, and each is drawn for itself.
        let is_drawn_again = |one: &&Violation| {
            let task = one.activity.as_ref().and_then(|id| id.split_once('.'));
            let task = task.and_then(|(id, _)| plan.tasks.find(|task| task.id == id));
            one.rule == "task-duration" && task.is_some_and(|task| log.times[task.index()].len() > 1)
        };
        let wrong: Vec<_> =
            violations.iter().filter(|one| !is_told(one.rule) && !is_drawn_again(one)).collect();
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

/// Plans the rest anew in another sea, knowing all of it; the judge finds nothing wrong, and what happened is as it was.
fn who_knows(plan: &Plan, sea: &Sea, order: &Order, schedule: &Schedule) {
    let until = order.past.as_ref().map_or(0, |past| past.until as usize);
    let asked = ask(sea, plan, &[37], true);
    let ensemble = Ensemble::new(plan, order.clone(), Some(schedule), asked).expect("starts");
    let (stop, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let time_limit = Some(Duration::from_secs(4));
    let task = Task { draws: 1, runs: 0..1, keeps_runs: false, stop: &stop, done: &count, time_limit };
    let decided = plan_anew(&ensemble.case, &ensemble.field, &task, 0).expect("a solver that works");
    let Some((_, done)) = decided.done else { return };
    assert_eq!(begun(plan, &done, until), begun(plan, schedule, until), "planned anew after {until}");
    let year = ensemble.field.sea(0).expect("a sea");
    assert_eq!(verify(&decided.plan, &year, &done), [], "planned anew after {until}");
    *KNOWN.lock().expect("no panic") += 1;
}

/// One run of an order, in the plan's own sea and with planned durations.
fn as_planned(plan: &Plan, sea: &Sea, order: &Order, schedule: &Schedule) -> Log {
    let ask = ask(sea, plan, &[0], false);
    let ensemble = Ensemble::new(plan, order.clone(), Some(schedule), ask).expect("starts");
    again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, 0).expect("a run")
}

/// What a run comes to: how it ended, its slots, and its tonnes.
pub fn figures(log: &Log) -> (Outcome, u32, [i64; 3]) {
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
            let left = plan.horizon.slots - until;
            let trusted = |hours: usize| {
                order.clone().with_own_weather(&plan, Span::of_hours(hours as i64)).expect("so long a plan")
            };
            if left > 0 {
                judged(&plan, &sea, &trusted(1 + until * 7 % left), &first, &starts);
            }
            if until % 5 == 0 {
                who_knows(&plan, &sea, &order, &first);
            }
            if until % 5 == 1 && left > 0 {
                who_knows(&plan, &sea, &trusted(1 + until * 3 % left), &first);
            }
            if from_start == figures_of(&plan, &first) && first.solve.status == Status::Optimal {
                let log = as_planned(&plan, &sea, &order, &first);
                assert_eq!(figures(&log), from_start, "after {until}: {:?}", log.culprit);
                *AS_SCHEDULED.lock().expect("no panic") += 1;
                // In a forecast that reaches to the end of the plan there are no other years.
                let asked = ask(&sea, &plan, &starts, false);
                let ensemble = Ensemble::new(&plan, trusted(left), Some(&first), asked).expect("starts");
                for run in 0..ensemble.runs() {
                    let log =
                        again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, run).expect("a run");
                    assert_eq!(figures(&log), from_start, "run {run} after {until}: {:?}", log.culprit);
                }
            }
        }
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, (text, ..))) = ran {
        panic!("{reason}\n{text}");
    }
    let (ended, as_scheduled) = (ENDED.lock().expect("no panic"), AS_SCHEDULED.lock().expect("no panic"));
    let known = *KNOWN.lock().expect("no panic");
    println!("{ended:?}, {as_scheduled} as scheduled, {known} planned anew");
    assert!(known > 1, "{known}");
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
        let Some(second) = planned_again(&plan, &sea, &happened, Duration::from_secs(5)) else {
            return Ok(());
        };
        let order = match Order::since(&plan, &sea, &second, None) {
            Ok(order) => order,
            Err(refused) => panic!("{refused}"),
        };
        let starts: Vec<usize> = (0..hs.len() - plan.horizon.slots).step_by(31).collect();
        judged(&plan, &sea, &order, &second, &starts);
        let left = plan.horizon.slots - order.past.as_ref().map_or(0, |past| past.until as usize);
        if left > 0 {
            let own = Span::of_hours(1 + (left / 2) as i64);
            let trusted = order.with_own_weather(&plan, own).expect("so long a plan");
            judged(&plan, &sea, &trusted, &second, &starts);
        }
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

/// Hours of a sea: so many of each height.
pub fn hs(parts: &[(f64, usize)]) -> Vec<f64> {
    parts.iter().flat_map(|&(hs, hours)| std::iter::repeat_n(hs, hours)).collect()
}

/// Runs of the rest of a schedule from starts at some hours of its sea.
fn rest(written: &Written, until: usize, starts: &[usize]) -> (Plan, Sea, Vec<Log>) {
    let (plan, sea) = written.load();
    let schedule = written.solved();
    let now = plan.horizon.time(until);
    let order = Order::since(&plan, &sea, &schedule, Some(now)).expect("what has happened");
    judged(&plan, &sea, &order, &schedule, starts);
    let ensemble =
        Ensemble::new(&plan, order, Some(&schedule), ask(&sea, &plan, starts, true)).expect("starts");
    let run = |run| again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, run).expect("a run");
    let logs = (0..ensemble.runs()).map(run).collect();
    (plan, sea, logs)
}

#[test]
fn what_is_up_stays_up_and_the_sea_rules_the_rest() {
    // Out 0 to 2, a tonne an hour from 2 to 11, in until 12. On the second day a storm blows in the first five hours and from 6 to 8: at four
    // o'clock two tonnes are up in every year, and of the seven hours that are left the sea takes three.
    let calm = hs(&[(1.0, 24), (3.0, 5), (1.0, 1), (3.0, 2), (1.0, 16)]);
    let written = Written::new(LIFTER, &calm);
    let (_, _, logs) = rest(&written, 4, &[0, 24]);
    let came: Vec<_> = logs.iter().map(|log| (log.outcome, log.sampled, log.finish)).collect();
    assert_eq!(came, [(Outcome::Done, 9.0, 12), (Outcome::Done, 6.0, 12)]);
    assert_eq!(logs[1].times[0], [(0, 2)]);
    assert_eq!(logs[1].times[2], [(0, 1)]);
    assert_eq!(logs[1].lost_by_item.iter().sum::<u32>(), 3, "the storm before four o'clock was none");
    // Before anybody has lifted, at two o'clock, the sea takes five of nine hours.
    let (_, _, logs) = rest(&written, 2, &[24]);
    assert_eq!((logs[0].outcome, logs[0].sampled), (Outcome::Done, 4.0));
    // Where all is over the runs are facts.
    let (_, _, logs) = rest(&written, 12, &[0, 24]);
    assert_eq!(figures(&logs[0]), figures(&logs[1]));
    assert_eq!((logs[1].outcome, logs[1].sampled, logs[1].finish), (Outcome::Done, 9.0, 12));
    assert_eq!(logs[1].lost_by_item.iter().sum::<u32>(), 0);
}

#[test]
fn a_task_under_way_keeps_what_was_done_of_it() {
    // Lowering in one piece is seen to its end whatever the sea: begun at nought, done at two.
    let stormy = hs(&[(1.0, 24), (3.0, 5), (1.0, 19)]);
    let (_, _, logs) = rest(&Written::new(LIFTER, &stormy), 1, &[24]);
    assert_eq!((logs[0].times[0].clone(), logs[0].sampled), (vec![(0, 2)], 6.0));
    // Six hours that may pause: two are done, the sea is shut from two to five, and four more are to be done.
    let dive = r#"
plan = { name = "dive", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }]
vessel = [{ id = "ship", at = "field" }]
task = [{ id = "dive", vessel = "ship", site = "field", duration = "6 h", limits = { hs = "2 m" }, suspend = "free" }]
"#;
    let sea = hs(&[(1.0, 24), (3.0, 5), (1.0, 43)]);
    let (_, _, logs) = rest(&Written::new(dive, &sea), 2, &[0, 24]);
    assert_eq!((logs[0].times[0].clone(), logs[1].times[0].clone()), (vec![(0, 6)], vec![(0, 9)]));
    assert_eq!((logs[1].lost_by_item[0], logs[1].spent[0].weather, logs[1].spent[0].work), (3, 3, 6));
    // For longer than it may: the run is short of what was asked.
    let short = dive.replace("\"free\"", "\"free\", max_pause = \"2 h\"");
    let (_, _, logs) = rest(&Written::new(&short, &sea), 2, &[0, 24]);
    assert_eq!((logs[0].outcome, logs[1].outcome, logs[1].culprit), (Outcome::Done, Outcome::Short, Some(0)));
    // A pause that has begun counts from when it began: at four it has lasted for an hour, and it lasts for two more.
    let torn = hs(&[(1.0, 3), (3.0, 2), (1.0, 23), (3.0, 2), (1.0, 42)]);
    let written = Written::new(&short, &torn);
    let (_, _, logs) = rest(&written, 4, &[0, 24, 48]);
    let ends: Vec<_> = logs.iter().map(|log| (log.outcome, log.times[0][0].1)).collect();
    assert_eq!(ends, [(Outcome::Done, 8), (Outcome::Short, 9), (Outcome::Done, 7)]);
    // Just begun, or just over, it counts no more than it is.
    let (_, _, logs) = rest(&written, 3, &[0, 25]);
    assert_eq!(logs.iter().map(|log| log.outcome).collect::<Vec<_>>(), [Outcome::Done, Outcome::Done]);
    let (_, _, logs) = rest(&written, 5, &[0, 23]);
    assert_eq!(logs.iter().map(|log| log.outcome).collect::<Vec<_>>(), [Outcome::Done, Outcome::Short]);
    // Never again within the series: it cannot go on.
    let sea = hs(&[(1.0, 24), (1.0, 2), (3.0, 30)]);
    let (_, _, logs) = rest(&Written::new(dive, &sea), 2, &[24]);
    assert_eq!((logs[0].outcome, logs[0].culprit), (Outcome::Stuck, Some(0)));
    // Of three to nine hours four are done: it takes at least five in all, as often more than five as they do that are longer than four.
    let spread = dive.replace("suspend", "spread = { low = \"3 h\", high = \"9 h\" }, suspend");
    let written = Written::new(&spread, &hs(&[(1.0, 600)]));
    let starts: Vec<usize> = (0..570).collect();
    let (plan, _, logs) = rest(&written, 4, &starts);
    let drawn: Vec<u32> = logs.iter().map(|log| log.times[0][0].1).collect();
    assert!(drawn.iter().all(|hours| (5..=9).contains(hours)) && drawn.contains(&5) && drawn.contains(&7));
    let (case_plan, sea) = written.load();
    let whole = Order::of_schedule(&case_plan, &written.solved()).expect("its own plan");
    let asked = Ask { draws: 10, ..ask(&sea, &case_plan, &starts, true) };
    let ensemble = Ensemble::new(&case_plan, whole, None, asked).expect("starts");
    let task = plan.tasks.find(|task| task.id == "dive").expect("a task");
    let all: Vec<u32> =
        (0..5700).map(|run| ensemble.case.duration(task, run, 0)).filter(|h| *h > 4).collect();
    let share = |hours: &[u32]| hours.iter().filter(|h| **h > 5).count() as f64 / hours.len() as f64;
    assert!((share(&drawn) - share(&all)).abs() < 0.06, "{} and {}", share(&drawn), share(&all));
}

/// A ship with six tonnes, and a carrier that takes a tonne an hour of it, with an hour of set-up.
const FETCH: &str = r#"
plan = { name = "fetch", start = 2026-01-01T00:00:00Z, end = 2026-01-01T16:00:00Z }
goal = { order = ["finish"] }
weather = [{ id = "w", file = "sea.csv" }]
commodity = [{ id = "mud" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }]
[[vessel]]
id = "ship"
at = "field"
hold = { mud = "6 t" }
aboard = { mud = "6 t" }
[[vessel]]
id = "carrier"
at = "field"
hold = { mud = "6 t" }
[[transfer]]
id = "fetch"
from = "ship"
to = "carrier"
site = "field"
commodity = "mud"
rate = "1 t/h"
setup = "1 h"
limits = { hs = "2 m" }
[[task]]
id = "count"
vessel = "carrier"
site = "field"
duration = "1 h"
"#;

#[test]
fn a_transfer_under_way_goes_on_or_is_broken_off() {
    let sea = hs(&[(1.0, 24), (3.0, 3), (1.0, 1), (3.0, 2), (1.0, 42)]);
    let written = Written::new(FETCH, &sea);
    let (plan, own) = written.load();
    // The carrier lies alongside from nought to seven, and counts after that.
    let find = |name: &str| plan.vessels.find(|vessel| vessel.id == name).expect("a vessel");
    let (ship, carrier) = (find("ship"), find("carrier"));
    let fetch = plan.transfers.find(|transfer| transfer.id == "fetch").expect("a transfer");
    let count = plan.tasks.find(|task| task.id == "count").expect("a task");
    let step = |what, start, end| Move { what, start, end };
    let mut vessels = vec![Vec::new(), Vec::new()];
    let over = What::Transfer(fetch, vec![0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    let stand = plan.transfers[fetch].stand.vessel;
    let other = if stand == ship { carrier } else { ship };
    vessels[stand.index()].push(step(over, 0, 7));
    vessels[other.index()].push(step(What::Alongside(fetch), 0, 7));
    vessels[carrier.index()].push(step(What::Task(count), 7, 8));
    let done = vessels.iter().map(|moves| moves.last().map_or(0, |last| last.end)).collect();
    let itinerary = Itinerary { vessels, done, ..Itinerary::default() };
    let schedule = mudline::simulate::replay::schedule_of(&plan, &own, &itinerary, "by hand");
    assert_eq!(verify(&plan, &own, &schedule), []);
    let order = Order::since(&plan, &own, &schedule, Some(plan.horizon.time(3))).expect("what has happened");
    judged(&plan, &own, &order, &schedule, &[0, 24]);
    let asked = ask(&own, &plan, &[0, 24], true);
    let ensemble = Ensemble::new(&plan, order, Some(&schedule), asked).expect("starts");
    let run = |run| again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, run).expect("a run");
    // In a calm sea it goes on as it was.
    assert_eq!((run(0).outcome, run(0).times[0].clone(), run(0).met), (Outcome::Done, vec![(7, 8)], 1));
    // Shut from four to six: two tonnes are over, it is broken off at three, made ready again from six to seven, and the rest is over at eleven.
    let log = run(1);
    assert_eq!((log.outcome, log.times[0].clone(), log.met), (Outcome::Done, vec![(11, 12)], 2));
}

#[test]
fn who_knows_the_rest_of_the_year_does_no_worse() {
    let calm = hs(&[(1.0, 24), (3.0, 5), (1.0, 1), (3.0, 2), (1.0, 16)]);
    let written = Written::new(LIFTER, &calm);
    let (plan, sea) = written.load();
    let schedule = written.solved();
    let order = Order::since(&plan, &sea, &schedule, Some(plan.horizon.time(4))).expect("what has happened");
    let asked = ask(&sea, &plan, &[0, 24], true);
    let ensemble = Ensemble::new(&plan, order, Some(&schedule), asked).expect("starts");
    let (stop, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let task = Task { draws: 1, runs: 0..2, keeps_runs: false, stop: &stop, done: &count, time_limit: None };
    for (run, tonnes) in [(0, 9.0), (1, 6.0)] {
        let decided = plan_anew(&ensemble.case, &ensemble.field, &task, run).expect("a solver that works");
        let (_, done) = decided.done.expect("a schedule");
        assert_eq!(done.totals.sampled_t, tonnes);
        assert_eq!(begun(&plan, &done, 4), begun(&plan, &schedule, 4));
        let year = ensemble.field.sea(run as usize).expect("a sea");
        assert_eq!(verify(&decided.plan, &year, &done), []);
    }
}

/// The plan of the lifter with three days of weather, and its schedule, in a folder.
pub fn lifter_on_disk() -> (Written, std::path::PathBuf) {
    let written = Written::new(LIFTER, &hs(&[(1.0, 24), (3.0, 5), (1.0, 1), (3.0, 2), (1.0, 40)]));
    let schedule = written.folder.path().join("schedule.json");
    std::fs::write(&schedule, serde_json::to_vec(&written.solved()).expect("JSON")).expect("written");
    (written, schedule)
}

/// `simulate` of a plan by its schedule.
pub fn simulate(written: &Written, schedule: &std::path::Path, more: &[&str]) -> Run {
    let run = Run::new(["simulate"]).arg(written.folder.path()).arg("--schedule").arg(schedule);
    more.iter().fold(run, |run, word| run.arg(word))
}

#[test]
fn one_command_tells_the_odds_of_the_rest() {
    let (written, schedule) = lifter_on_disk();
    let at = "2026-01-01T04:00:00Z";
    let ran = simulate(&written, &schedule, &["--now", at]).done();
    ran.stdout_has("rest     from 2026-01-01 04:00 on; what happened before it is kept")
        .stdout_has("so it was, in every run")
        .stderr_has("what happened before 1 Jan 04:00 is kept");
    let told = simulate(&written, &schedule, &["--now", at, "--json"]).done().json();
    assert_eq!(told["simulated"]["happened"]["until"], "2026-01-01T04:00:00Z");
    let milestones = told["policies"][0]["milestones"].as_array().expect("milestones").clone();
    let is_fact = |id: &str, moment: &str| {
        let row = milestones.iter().find(|row| row["id"] == id && row["moment"] == moment).expect("a row");
        row["is_fact"] == true
    };
    assert!(is_fact("lower", "end") && is_fact("look", "start") && !is_fact("raise", "end"));
    // What `replan` writes says itself up to when it has happened.
    let folder = written.folder.path().join("again");
    Run::new(["replan"])
        .arg(written.folder.path())
        .arg(&schedule)
        .args(["--now", at, "-o"])
        .arg(&folder)
        .done();
    let again = folder.join("schedule.json");
    let by_itself = simulate(&written, &again, &["--json"]).done().json();
    assert_eq!(by_itself["policies"], told["policies"]);
    // A log does both at once: an hour longer to put the gear out, so that a tonne less is up, and will be.
    let log = written.folder.path().join("log.toml");
    let late = "until = 2026-01-01T04:00:00Z\n[[activity]]\nid = \"lower.1\"\nend = 2026-01-01T03:00:00Z\n[[activity]]\nid = \"lift.1\"\nstart = 2026-01-01T03:00:00Z\ntonnes = \"1 t\"\n";
    std::fs::write(&log, late).expect("a log");
    let by_log = simulate(&written, &schedule, &["--json", "--log"]).arg(&log).done().json();
    assert_eq!(by_log["policies"][0]["amounts"][0]["percentiles"][2]["value"], 8.0);
    // Other departures make no sense, nor does a policy that plans from the start, nor a time that is not the plan's or not the last known.
    for more in [["--season", "01-01..02-01"], ["--starts", "none.txt"], ["--policy", "rolling"]] {
        simulate(&written, &schedule, &["--now", at]).args(more).refused().stderr_has("under way");
    }
    simulate(&written, &schedule, &["--now", at, "--depart-from", "2026-01-01", "--depart-to", "2026-01-02"])
        .refused()
        .stderr_has("leave out --depart-from");
    simulate(&written, &again, &["--now", "2026-01-01T03:00:00Z"])
        .refused()
        .stderr_has("up to 2026-01-01 04:00");
    simulate(&written, &schedule, &["--now", "2026-02-01T03:00:00Z"])
        .refused()
        .stderr_has("not within the plan's time");
    Run::new(["simulate", "--now", at]).arg(written.folder.path()).refused().stderr_has("--schedule");
    // At its very start nothing has happened.
    let start = simulate(&written, &schedule, &["--now", "2026-01-01T00:00:00Z", "--json"]).done().json();
    assert_eq!(start, simulate(&written, &schedule, &["--json"]).done().json());
    // At its end all has.
    let end = simulate(&written, &schedule, &["--now", "2026-01-01T12:00:00Z", "--json"]).done().json();
    let rows = end["policies"][0]["milestones"].as_array().expect("milestones");
    assert!(rows.iter().all(|row| row["is_fact"] == true), "{rows:?}");
    // What a metre would bring, and who knows the year: both of the rest.
    let ran =
        simulate(&written, &schedule, &["--now", at, "--what-if", "--policy", "follow,clairvoyant"]).done();
    ran.stdout_has("what happened before it is kept").stdout_has("every Hs limit of work + 1 m");
    // The folder of a percentile holds a plan and a schedule that are judged together.
    let out = written.folder.path().join("odds");
    simulate(&written, &schedule, &["--now", at, "-o"]).arg(&out).done();
    let text = std::fs::read_to_string(out.join("p50/schedule.json")).expect("a schedule");
    assert!(text.contains("\"happened\": \"2026-01-01T04:00:00Z\""), "{text}");
    let runs = std::fs::read_to_string(out.join("runs.csv")).expect("runs");
    assert!(runs.contains("start,happened,year") && runs.contains(",2026-01-01T04:00:00Z,2026,"), "{runs}");
    Run::new(["verify"])
        .arg(out.join("p50"))
        .arg(out.join("p50/schedule.json"))
        .done()
        .stdout_has("of what has happened");
}

#[test]
fn parts_of_different_pasts_do_not_merge() {
    let (written, schedule) = lifter_on_disk();
    let part = |name: &str, more: &[&str]| {
        let file = written.folder.path().join(name);
        simulate(&written, &schedule, more).args(["--draws", "4", "-o"]).arg(&file).done();
        file
    };
    let now = ["--now", "2026-01-01T04:00:00Z"];
    let first = part("1.json", &[now[0], now[1], "--shard", "1/2"]);
    let second = part("2.json", &[now[0], now[1], "--shard", "2/2"]);
    let later = part("3.json", &["--now", "2026-01-01T05:00:00Z", "--shard", "2/2"]);
    let whole = simulate(&written, &schedule, &now).args(["--draws", "4", "--json"]).done().json();
    let merged = Run::new(["merge", "--json"]).arg(&first).arg(&second).done().json();
    assert_eq!(whole, merged);
    Run::new(["merge"])
        .arg(&first)
        .arg(&later)
        .refused()
        .stderr_has("they differ in what has happened already");
}

#[test]
fn what_is_to_come_keeps_its_dates_in_every_year() {
    // From 20 February on, and under way on 5 March: in leap years the voyage began a day later.
    let plan = LIFTER
        .replace("start = 2026-01-01T00:00:00Z", "start = 2026-02-20T00:00:00Z")
        .replace("end = 2026-01-01T12:00:00Z", "end = 2026-03-08T00:00:00Z");
    let written = Written::new(&plan, &hs(&[(1.0, 10)]));
    let mut csv = "time,hs_m\n".to_owned();
    let from: chrono::DateTime<chrono::Utc> = "2023-03-05T00:00:00Z".parse().expect("a time");
    for hour in 0..24 * 1200 {
        let time = from + chrono::TimeDelta::hours(hour);
        let _ = writeln!(csv, "{},1", time.format("%Y-%m-%dT%H:%M:%SZ"));
    }
    std::fs::write(written.folder.path().join("sea.csv"), csv).expect("a sea");
    let (plan, sea) = written.load();
    let schedule = written.solved();
    let now = "2026-03-05T00:00:00Z".parse().expect("a time");
    let order = Order::since(&plan, &sea, &schedule, Some(now)).expect("what has happened");
    let asked = Ask { wanted: Wanted::PlanDates, ..ask(&sea, &plan, &[], true) };
    let ensemble = Ensemble::new(&plan, order, Some(&schedule), asked.clone()).expect("starts");
    let starts: Vec<String> =
        ensemble.field.starts.iter().map(|start| start.time.format("%Y-%m-%d").to_string()).collect();
    // The series begins on the fifth of March 2023: it knows nothing of what came before, which does not matter.
    assert_eq!(starts, ["2023-02-20", "2024-02-21", "2025-02-20", "2026-02-20"]);
    for run in 0..4 {
        let log = again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, run).expect("a run");
        assert_eq!(log.outcome, Outcome::Done);
        let (own, done) = replay(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, run).expect("a run");
        assert_eq!(verify(&own, &ensemble.field.sea(run as usize).expect("a sea"), &done), []);
    }
    let whole = Order::of_schedule(&plan, &schedule).expect("its own plan");
    let whole = Ensemble::new(&plan, whole, Some(&schedule), asked).expect("starts");
    assert_eq!(whole.field.starts.len(), 3, "a whole voyage needs the weather from its start on");
}

/// A ship that lifts four tonnes of mud and two of ore at the quay into tanks, and lands them.
const TANKS: &str = r#"
plan = { name = "tanks", start = 2026-01-01T00:00:00Z, end = 2026-01-01T14:00:00Z }
goal = { order = ["sampled", "delivered", "finish"] }
site = [{ id = "quay", kind = "port" }]
commodity = [{ id = "mud" }, { id = "ore" }]
vessel = [{ id = "ship", at = "quay", tank = [{ id = "a", capacity = "4 t" }, { id = "b", capacity = "4 t" }] }]
sampling = [
  { id = "mud", vessel = "ship", commodity = "mud", rate = "1 t/h", at_most = "4 t", value = [["4 t", 2.0]] },
  { id = "ore", vessel = "ship", commodity = "ore", rate = "1 t/h", at_most = "2 t", value = [["2 t", 1.0]] },
]
transfer = [
  { id = "land-mud", from = "ship", to = "quay", commodity = "mud", rate = "2 t/h" },
  { id = "land-ore", from = "ship", to = "quay", commodity = "ore", rate = "2 t/h" },
]
"#;

#[test]
fn what_went_into_which_tank_stays_there_and_half_a_filling_is_refused() {
    let written = Written::new(TANKS, &[]);
    let (plan, sea) = written.load();
    let schedule = written.solved();
    let mut refused = 0;
    for until in 1..plan.horizon.slots {
        let now = Some(plan.horizon.time(until));
        match Order::since(&plan, &sea, &schedule, now) {
            Err(fault) => {
                assert!(fault.to_string().contains("filling or emptying its tanks"), "{fault}");
                refused += 1;
            }
            Ok(order) => {
                let asked = Ask {
                    source: Source::Without,
                    wanted: Wanted::PlanDates,
                    ..ask(&sea, &plan, &[], false)
                };
                let ensemble = Ensemble::new(&plan, order, Some(&schedule), asked).expect("starts");
                let (own, done) =
                    replay(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, 0).expect("a run");
                assert_eq!(verify(&own, &sea, &done), []);
                let filled = |schedule: &Schedule| -> Vec<_> {
                    let begun = schedule.activities.iter().filter(|a| a.is_real());
                    let begun = begun.filter(|a| plan.horizon.floor(a.start.to_utc()) < until);
                    begun.map(|a| (a.id.clone(), a.tanks.clone())).collect()
                };
                assert_eq!(filled(&done), filled(&schedule), "after {until}");
            }
        }
    }
    assert!((3..10).contains(&refused), "{refused}");
}

/// A plant that is fed from the start, and makes no one knows how much.
const PLANT: &str = r#"
plan = { name = "plant", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }, { id = "oxide" }]
site = [{ id = "works", kind = "port", stock = { mud = "10 t" }, store = { mud = "10 t", oxide = "10 t" } }]
process = [{ id = "refine", site = "works", from = "mud", to = "oxide", yield = "50 %", yield_spread = { low = "40 %", high = "60 %" }, capacity = "1 t/h" }]
demand = [{ id = "buyer", site = "works", commodity = "oxide", amount = "5 t", rate = "1 t/h" }]
"#;

#[test]
fn what_came_of_a_process_so_far_is_not_drawn() {
    let written = Written::new(PLANT, &[]);
    let (plan, sea) = written.load();
    let schedule = written.solved();
    assert_eq!(schedule.totals.supplied_t, 5.0);
    let run = |draws: bool, until: usize| {
        let order =
            Order::since(&plan, &sea, &schedule, Some(plan.horizon.time(until))).expect("what has happened");
        let asked =
            Ask { source: Source::Without, wanted: Wanted::PlanDates, ..ask(&sea, &plan, &[], draws) };
        let ensemble = Ensemble::new(&plan, order, Some(&schedule), asked)?;
        again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, 0)
    };
    let fault = run(true, 6).expect_err("a yield that is known in part");
    assert!(fault.to_string().contains("what came of refine so far is known"), "{fault}");
    for until in [3, 6, 12] {
        let log = run(false, until).expect("a run");
        assert!((log.supplied - 5.0).abs() < 1e-4, "{}", log.supplied);
    }
}
