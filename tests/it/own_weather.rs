//! `simulate --own-weather`: the rest of a voyage in the plan's own weather for a while, as it was forecast, and in other years' only after that.

use crate::replan::LIFTER;
use crate::support::{Run, Written};
use crate::underway::{ask, figures, hs, judged, lifter_on_disk, simulate};
use mudline::plan::{Plan, Sea};
use mudline::schedule::verify::verify;
use mudline::simulate::ensemble::{Ask, Ensemble};
use mudline::simulate::fleet::{Task, again};
use mudline::simulate::log::{Log, Outcome};
use mudline::simulate::order::Order;
use mudline::simulate::policy::plan_anew;
use mudline::simulate::starts::{Source, Wanted};
use mudline::units::Span;
use mudline::weather::{CLIMATES, Climate};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// The order of what is left of a plan's schedule after some hours, the next few of them in the plan's own weather.
fn order(plan: &Plan, sea: &Sea, written: &Written, now: usize, own: usize) -> Order {
    let now = Some(plan.horizon.time(now));
    let order = Order::since(plan, sea, &written.solved(), now).expect("what has happened");
    match own {
        0 => order,
        _ => order.with_own_weather(plan, Span::of_hours(own as i64)).expect("weather enough"),
    }
}

/// Runs of the rest from starts at some hours of the plan's sea; the judge finds nothing wrong with them.
fn rest(written: &Written, now: usize, own: usize, starts: &[usize]) -> Vec<Log> {
    let (plan, sea) = written.load();
    let (order, schedule) = (order(&plan, &sea, written, now, own), written.solved());
    judged(&plan, &sea, &order, &schedule, starts);
    let asked = ask(&sea, &plan, starts, true);
    let ensemble = Ensemble::new(&plan, order, Some(&schedule), asked).expect("starts");
    let run = |run| again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, run).expect("a run");
    (0..ensemble.runs()).map(run).collect()
}

#[test]
fn the_sea_is_the_plans_own_up_to_the_joint() {
    // Out at two, nine tonnes from two to eleven. On the second day it blows in the first five hours and from six to eight.
    let sea = hs(&[(1.0, 24), (3.0, 5), (1.0, 1), (3.0, 2), (1.0, 16)]);
    let written = Written::new(LIFTER, &sea);
    let sampled = |own| rest(&written, 4, own, &[24])[0].sampled;
    // Of the three hours that the storm takes none lies in four hours of forecast, two lie after one to three, and one where it ends at seven.
    assert_eq!([0, 1, 2, 3, 4, 8].map(sampled), [6.0, 7.0, 7.0, 8.0, 9.0, 9.0]);
    let logs = rest(&written, 4, 8, &[0, 24]);
    assert_eq!(figures(&logs[0]), figures(&logs[1]));
    // What blew before and what is forecast is lost in no year.
    let lost = |own| rest(&written, 4, own, &[24])[0].lost_by_item.iter().sum::<u32>();
    assert_eq!([0, 1, 3, 4].map(lost), [3, 2, 1, 0]);
}

/// A ship whose machine is out from six o'clock on, and must be in before a storm; it takes three hours to bring in.
const MACHINE: &str = r#"
plan = { name = "machine", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z }
goal = { order = ["sampled"] }
weather = [{ id = "w", file = "sea.csv" }]
commodity = [{ id = "mud" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }]
[[vessel]]
id = "ship"
at = "field"
hold = { mud = "90 t" }
gear = [{ id = "in" }, { id = "out", survives = { hs = "4 m" } }]
[[task]]
id = "lower"
vessel = "ship"
site = "field"
duration = "6 h"
limits = { hs = "2 m" }
leaves = "out"
[[task]]
id = "raise"
vessel = "ship"
site = "field"
duration = "3 h"
limits = { hs = "3 m" }
gear = "out"
leaves = "in"
after = ["lower"]
[[sampling]]
id = "lift"
vessel = "ship"
site = "field"
gear = "out"
commodity = "mud"
rate = "1 t/h"
limits = { hs = "2 m" }
"#;

#[test]
fn gear_that_the_forecast_spares_is_not_lost_in_it() {
    // The own sea is calm for two days. Three days later a storm comes at eleven, at which the machine is lost: at ten there is no time any more.
    let sea = hs(&[(1.0, 72), (1.0, 11), (5.0, 3), (1.0, 140)]);
    let written = Written::new(MACHINE, &sea);
    let ends = |own| {
        let logs = rest(&written, 10, own, &[0, 72]);
        (logs[0].outcome, logs[1].outcome, logs[1].culprit)
    };
    assert_eq!(ends(0), (Outcome::Done, Outcome::Lost, Some(1)));
    // After one or two hours of forecast it is too late as well; after three there is time enough, and after four the storm is over.
    assert_eq!(
        [1, 2, 3, 4].map(|own| ends(own).1),
        [Outcome::Lost, Outcome::Lost, Outcome::Done, Outcome::Done]
    );
    // Where the storm comes later than the joint, and three hours of calm lie before it, the crew sees it coming.
    let sea = hs(&[(1.0, 72), (1.0, 11), (5.0, 9), (1.0, 140)]);
    let written = Written::new(MACHINE, &sea);
    assert_eq!(rest(&written, 10, 3, &[72])[0].outcome, Outcome::Done);
    let lost: Vec<_> = (0..3).map(|own| rest(&written, 10, own, &[72])[0].outcome).collect();
    assert_eq!(lost, [Outcome::Lost; 3], "three hours are needed");
}

#[test]
fn who_has_a_forecast_for_longer_than_usual_sees_further() {
    // Planned in a calm sea, where the machine is out to the end; then a storm is forecast in a day and a half, and bringing it in takes thirty hours.
    let plan =
        MACHINE.replace("2026-01-03T", "2026-01-05T").replace("duration = \"3 h\"", "duration = \"30 h\"");
    let calm = Written::new(&plan, &hs(&[(1.0, 96)]));
    let schedule = calm.solved();
    assert_eq!(schedule.totals.sampled_t, 60.0);
    let written = Written::new(&plan, &hs(&[(1.0, 44), (5.0, 4), (1.0, 300)]));
    let (plan, sea) = written.load();
    let logs = |own: i64| -> Vec<Log> {
        let order = Order::since(&plan, &sea, &schedule, Some(plan.horizon.time(10))).expect("a past");
        let order = order.with_own_weather(&plan, Span::of_hours(own)).expect("weather enough");
        judged(&plan, &sea, &order, &schedule, &[0, 96, 120]);
        let asked = ask(&sea, &plan, &[0, 96, 120], true);
        let ensemble = Ensemble::new(&plan, order, Some(&schedule), asked).expect("starts");
        let run = |run| again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, run).expect("a run");
        (0..3).map(run).collect()
    };
    // Who sees a day ahead loses the machine where the storm comes; and so does a forecast that does not reach it.
    for own in [1, 34] {
        let ends: Vec<_> = logs(own).iter().map(|log| log.outcome).collect();
        assert_eq!(ends, [Outcome::Lost, Outcome::Done, Outcome::Done], "{own}");
    }
    // With all of it in hand the machine is in before the storm, in every year.
    for log in logs(36) {
        assert_eq!((log.outcome, log.times[1].clone()), (Outcome::Done, vec![(14, 44)]));
    }
}

/// An hour of waiting, and then four hours in one piece with two to spare.
const DIVE: &str = r#"
plan = { name = "dive", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
goal = { order = ["finish"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }]
vessel = [{ id = "ship", at = "field" }]
task = [
  { id = "rig", vessel = "ship", site = "field", duration = "2 h" },
  { id = "dive", vessel = "ship", site = "field", duration = "4 h", contingency = "50 %", limits = { hs = "2 m" }, after = ["rig"] },
]
"#;

#[test]
fn a_window_over_the_joint_is_open_on_both_sides() {
    // The plan's own sea is calm on its day. Two days later it is calm but from seven to nine, four days later it blows up to five.
    let sea = hs(&[(1.0, 48), (1.0, 7), (3.0, 2), (1.0, 39), (3.0, 5), (1.0, 67)]);
    let written = Written::new(DIVE, &sea);
    let dives = |own| -> Vec<(u32, u32)> {
        rest(&written, 1, own, &[0, 48, 96]).iter().map(|log| log.times[1][0]).collect()
    };
    // From two on the window of six hours would reach into seven o'clock, whatever the forecast says before it.
    assert_eq!(dives(0), [(2, 6), (9, 13), (5, 9)]);
    // Up to four it is calm, and then it blows for one more hour; up to five there is no more of it.
    assert_eq!(dives(3), [(2, 6), (9, 13), (5, 9)]);
    assert_eq!(dives(4), [(2, 6), (9, 13), (2, 6)]);
    // Up to seven the forecast is calm, and the sixth hour of the window is not; up to eight all of it is.
    assert_eq!((dives(6)[1], dives(7)[1]), ((9, 13), (2, 6)));
    // A gale in the forecast is there in every year.
    let gale = hs(&[(1.0, 3), (3.0, 3), (1.0, 18), (1.0, 100)]);
    let written = Written::new(DIVE, &gale);
    let dives = |own| rest(&written, 1, own, &[24])[0].times[1][0];
    assert_eq!([0, 1, 2, 3, 4, 5, 6].map(dives), [(2, 6), (2, 6), (2, 6), (4, 8), (5, 9), (6, 10), (6, 10)]);
    // What may pause pauses in the gale, and goes on in the year.
    let pausing = DIVE.replace("contingency = \"50 %\"", "suspend = \"free\"");
    let written = Written::new(&pausing, &gale);
    let dives = |own| rest(&written, 1, own, &[24])[0].times[1][0];
    assert_eq!([0, 2, 3, 4, 9].map(dives), [(2, 6), (2, 6), (2, 7), (2, 8), (2, 9)]);
}

#[test]
fn who_knows_the_rest_of_the_year_plans_in_the_forecast_too() {
    let sea = hs(&[(1.0, 24), (3.0, 5), (1.0, 1), (3.0, 2), (1.0, 16)]);
    let written = Written::new(LIFTER, &sea);
    let (plan, sea) = written.load();
    for (own, tonnes) in [(0, 6.0), (1, 7.0), (3, 8.0), (8, 9.0)] {
        let order = order(&plan, &sea, &written, 4, own);
        let ensemble = Ensemble::new(&plan, order, None, ask(&sea, &plan, &[24], true)).expect("starts");
        let (stop, count) = (AtomicBool::new(false), AtomicU64::new(0));
        let task =
            Task { draws: 1, runs: 0..1, keeps_runs: false, stop: &stop, done: &count, time_limit: None };
        let decided = plan_anew(&ensemble.case, &ensemble.field, &task, 0).expect("a solver that works");
        let (_, done) = decided.done.expect("a schedule");
        assert_eq!(done.totals.sampled_t, tonnes);
        assert_eq!(verify(&decided.plan, &ensemble.field.sea(0).expect("a sea"), &done), []);
    }
}

#[test]
fn the_weather_of_a_year_keeps_its_dates_after_the_joint() {
    // Under way on 25 February, with five days of forecast: the year's weather begins on 2 March, in leap years as well.
    let text = LIFTER
        .replace("start = 2026-01-01T00:00:00Z", "start = 2026-02-20T00:00:00Z")
        .replace("end = 2026-01-01T12:00:00Z", "end = 2026-03-08T00:00:00Z");
    let written = Written::new(&text, &[1.0]);
    let mut csv = "time,hs_m\n".to_owned();
    let from: chrono::DateTime<chrono::Utc> = "2023-03-02T00:00:00Z".parse().expect("a time");
    for hour in 0..24 * 1200 {
        let time = from + chrono::TimeDelta::hours(hour);
        let _ = writeln!(csv, "{},1", time.format("%Y-%m-%dT%H:%M:%SZ"));
    }
    std::fs::write(written.folder.path().join("sea.csv"), csv).expect("a sea");
    let (plan, sea) = written.load();
    let starts = |own| -> Vec<String> {
        let order = order(&plan, &sea, &written, 5 * 24, own);
        let asked = Ask { wanted: Wanted::PlanDates, ..ask(&sea, &plan, &[], true) };
        let ensemble = Ensemble::new(&plan, order, None, asked).expect("starts");
        ensemble.field.starts.iter().map(|start| start.time.format("%Y-%m-%d").to_string()).collect()
    };
    // What comes before that day in the first year is not known, and not needed.
    assert_eq!(starts(5 * 24), ["2023-02-20", "2024-02-21", "2025-02-20", "2026-02-20"]);
    assert_eq!(starts(0), ["2024-02-20", "2025-02-20", "2026-02-20"]);
}

#[test]
fn made_up_years_begin_at_the_joint_as_well() {
    let sea = hs(&[(1.0, 48)]);
    let written = Written::new(LIFTER, &sea);
    let (plan, sea) = written.load();
    let (_, text) = CLIMATES.iter().find(|(name, _)| *name == "minamitorishima").expect("a climate");
    let climate = Climate::parse("minamitorishima", text).expect("a climate");
    let sampled = |own: usize| -> Vec<f64> {
        let order = order(&plan, &sea, &written, 4, own);
        let source = Source::Synthetic { climate: Box::new(climate.clone()), years: 30, seed: 3 };
        let asked = Ask { source, wanted: Wanted::PlanDates, ..ask(&sea, &plan, &[], true) };
        let ensemble = Ensemble::new(&plan, order, None, asked).expect("starts");
        assert_eq!(ensemble.runs(), 30);
        let run =
            |run| again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, run).expect("a run").sampled;
        (0..30).map(run).collect()
    };
    let [none, some, all] = [0, 4, 8].map(sampled);
    let least = |tonnes: &[f64]| tonnes.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!((least(&none), least(&some), least(&all)), (2.0, 6.0, 9.0), "{none:?} {some:?}");
    assert!(none.iter().zip(&some).all(|(none, some)| none <= some));
}

#[test]
fn closures_move_with_the_voyage_in_a_joined_sea_too() {
    let shut = "\nclosure = [{ task = \"dive\", from = 2026-01-01T02:00:00Z, to = 2026-01-01T04:00:00Z }]\n";
    let text = DIVE.to_owned() + shut;
    let written = Written::new(&text, &hs(&[(1.0, 48), (3.0, 8), (1.0, 100)]));
    let dives =
        |own| rest(&written, 1, own, &[0, 48]).iter().map(|log| log.times[1][0].0).collect::<Vec<u32>>();
    assert_eq!((dives(0), dives(6), dives(9)), (vec![4, 8], vec![4, 8], vec![4, 4]));
}

#[test]
fn the_command_tells_how_far_the_forecast_goes() {
    let (written, schedule) = lifter_on_disk();
    let now = ["--now", "2026-01-01T04:00:00Z"];
    let with = |more: &[&str]| simulate(&written, &schedule, &now).args(more.iter().copied());
    let none = with(&["--json"]).done().json();
    assert!(none["simulated"]["weather"].get("own_h").is_none());
    let told = with(&["--own-weather", "3 h", "--json"]).done().json();
    let weather = &told["simulated"]["weather"];
    assert_eq!((&weather["own_until"], &weather["own_h"]), (&"2026-01-01T07:00:00Z".into(), &3.0.into()));
    let ran = with(&["--own-weather", "3 h"]).done();
    ran.stdout_has("until 2026-01-01 07:00, 3 h from now");
    // A part of an hour is a whole one.
    let told = with(&["--own-weather", "130 min", "--json"]).done().json();
    assert_eq!(told["simulated"]["weather"]["own_h"], 3.0);
    // Its page tells it too, and so do the tables of runs.
    let (out, page) = (written.folder.path().join("odds"), written.folder.path().join("page.html"));
    with(&["--own-weather", "3 h", "--policy", "follow,clairvoyant", "-o"]).arg(&out).done();
    Run::new(["verify"]).arg(out.join("p50")).arg(out.join("p50/schedule.json")).done();
    Run::new(["report"])
        .arg(&schedule)
        .arg("--odds")
        .arg(out.join("simulation.json"))
        .arg("-o")
        .arg(&page)
        .done();
    let page = std::fs::read_to_string(page).expect("a page");
    assert!(page.contains("until 2026-01-01 07:00, 3 h from now on"));
    let table = std::fs::read(out.join("runs.parquet")).expect("a table");
    let has = |words: &[u8]| table.windows(words.len()).any(|there| there == words);
    assert!(has(b"own_weather_until") && has(b"2026-01-01T07:00:00+00:00"));
    // A log does it all at once.
    let log = written.folder.path().join("log.toml");
    std::fs::write(&log, "until = 2026-01-01T04:00:00Z\n").expect("a log");
    let by_log =
        simulate(&written, &schedule, &["--own-weather", "3 h", "--json", "--log"]).arg(&log).done().json();
    assert_eq!(by_log["simulated"]["weather"]["own_h"], 3.0);
    simulate(&written, &schedule, &["--own-weather", "9 h", "--log"])
        .arg(&log)
        .refused()
        .stderr_has("\"8 h\" at most");
}

#[test]
fn a_forecast_that_cannot_be_is_refused() {
    let (written, schedule) = lifter_on_disk();
    let with =
        |now: &str, more: &[&str]| simulate(&written, &schedule, &["--now", now]).args(more.iter().copied());
    let at = "2026-01-01T04:00:00Z";
    with(at, &["--own-weather", "8 h"]).done();
    with(at, &["--own-weather", "9 h"])
        .refused()
        .stderr_has("after 1 Jan 04:00 less of the plan is left")
        .stderr_has("ask for --own-weather \"8 h\" at most");
    with("2026-01-01T12:00:00Z", &["--own-weather", "1 h"]).refused().stderr_has("leave out --own-weather");
    with(at, &["--own-weather", "0 h"]).refused().stderr_has("longer than nothing");
    with(at, &["--own-weather", "5"]).refused().stderr_has("unit");
    with(at, &["--own-weather", "3 h", "--policy", "rolling"])
        .refused()
        .stderr_has("use follow or clairvoyant");
    // A whole voyage has no now.
    with("2026-01-01T00:00:00Z", &["--own-weather", "3 h"])
        .refused()
        .stderr_has("nothing of this voyage has happened yet");
    simulate(&written, &schedule, &["--own-weather", "3 h"]).refused().stderr_has("say with --now");
    Run::new(["simulate", "--own-weather", "3 h"])
        .arg(written.folder.path())
        .refused()
        .stderr_has("--schedule");
    // Parts with other forecasts are of other simulations.
    let part = |name: &str, own: &[&str], shard: &str| {
        let file = written.folder.path().join(name);
        with(at, own).args(["--draws", "4", "--shard", shard, "-o"]).arg(&file).done();
        file
    };
    let [first, second, other] = [
        part("1.json", &["--own-weather", "3 h"], "1/2"),
        part("2.json", &["--own-weather", "3 h"], "2/2"),
        part("3.json", &["--own-weather", "4 h"], "2/2"),
    ];
    let whole = with(at, &["--own-weather", "3 h", "--draws", "4", "--json"]).done().json();
    assert_eq!(Run::new(["merge", "--json"]).arg(&first).arg(&second).done().json(), whole);
    Run::new(["merge"]).arg(&first).arg(&other).refused().stderr_has("they differ in the weather");
}

#[test]
fn what_the_plans_weather_does_not_know_is_no_forecast() {
    let written = Written::new(LIFTER, &[1.0; 24]);
    let (plan, sea) = written.load();
    let refused = |hours: &[usize], own: i64| {
        let mut sea: Sea = sea.clone();
        hours.iter().for_each(|&hour| sea.0[0].values[0][hour] = f64::NAN);
        let order = Order::since(&plan, &sea, &written.solved(), Some(plan.horizon.time(4))).expect("a past");
        order.with_own_weather(&plan, Span::of_hours(own)).err().map(|fault| fault.to_string())
    };
    assert_eq!((refused(&[], 8), refused(&[2, 7], 3)), (None, None));
    let fault = refused(&[7], 4).expect("a hole");
    assert!(fault.contains("not known at 1 Jan 07:00") && fault.contains("\"3 h\" at most"), "{fault}");
    // A plan without weather has no forecast.
    let calm = LIFTER.replace("weather = [{ id = \"w\", file = \"sea.csv\" }]\n", "");
    let calm = calm.replace(", weather = \"w\"", "").replace("limits = { hs = \"2 m\" }\n", "");
    let written = Written::new(&calm, &[]);
    let (plan, sea) = written.load();
    let order = Order::since(&plan, &sea, &written.solved(), Some(plan.horizon.time(4))).expect("a past");
    let fault = order.with_own_weather(&plan, Span::of_hours(2)).expect_err("no weather").to_string();
    assert!(fault.contains("asks for no weather"), "{fault}");
}
