//! What has happened stays as it happened, whatever rule of the plan it breaks: out of order, too long after, with more than there is. What was
//! planned for later is there however little time there is.

use crate::replan::{LIFTER, again};
use crate::support::{Run, Written};
use mudline::log::{Happened, as_scheduled, read};
use mudline::model::{Options, Outcome, optimise};
use mudline::plan::{Plan, Sea};
use mudline::schedule::{Schedule, account};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// A plan of four days without vessels, with the tasks that are given.
fn ashore(tasks: &str) -> String {
    format!(
        "plan = {{ name = \"works\", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z }}\n\
         goal = {{ order = [\"finish\"] }}\n{tasks}"
    )
}

/// What a log makes of the best schedule of a plan.
fn happened(text: &str, hs: &[f64], log: &str) -> (Plan, Sea, Happened) {
    let written = Written::new(text, hs);
    let (plan, sea) = written.load();
    let file = written.folder.path().join("log.toml");
    std::fs::write(&file, log).expect("a log");
    let came = read(&file, &plan, &sea, &written.solved()).expect("a log");
    let happened = came.happened.unwrap_or_else(|| panic!("{:?}", came.found));
    (plan, sea, happened)
}

/// What is planned after a log of the best schedule of a plan.
fn after(text: &str, hs: &[f64], log: &str) -> Schedule {
    let (plan, sea, happened) = happened(text, hs, log);
    again(&plan, &sea, &happened, Duration::from_secs(60)).expect("a schedule")
}

/// When something began and ended, in hours from the start.
fn hours(schedule: &Schedule, id: &str) -> (i64, i64) {
    let start = schedule.horizon.start;
    let of_it = schedule.activities.iter().find(|activity| activity.id == id);
    let of_it = of_it.unwrap_or_else(|| panic!("no {id}"));
    ((of_it.start - start).num_hours(), (of_it.end - start).num_hours())
}

#[test]
fn what_happened_stays_where_what_must_come_before_it_was_skipped() {
    let plan = ashore(
        "task = [{ id = \"lay\", duration = \"5 h\" }, { id = \"test\", duration = \"3 h\", after = [\"lay\"] },\n\
         { id = \"leave\", duration = \"9 h\", after = [\"test\"] }]",
    );
    // As scheduled, and with other times.
    for (more, test) in [
        ("", (5, 8)),
        ("[[activity]]\nid = \"test.1\"\nstart = 2026-01-01T04:00:00Z\nend = 2026-01-01T06:00:00Z\n", (4, 6)),
    ] {
        let log =
            format!("until = 2026-01-01T08:00:00Z\n[[activity]]\nid = \"lay.1\"\nskipped = true\n{more}");
        let schedule = after(&plan, &[], &log);
        assert_eq!(hours(&schedule, "test.1"), test, "{more}");
        assert_eq!(hours(&schedule, "lay.1"), (8, 13));
        assert_eq!(hours(&schedule, "leave.1"), (8, 17));
    }
}

#[test]
fn gear_that_is_out_stays_so_where_what_must_come_before_was_skipped() {
    let plan = LIFTER.replacen("leaves = \"out\"", "leaves = \"out\"\nafter = [\"look\"]", 1);
    let log = "until = 2026-01-01T04:00:00Z\n[[activity]]\nid = \"look.1\"\nskipped = true\n";
    let schedule = after(&plan, &[1.0; 13], log);
    assert_eq!(["lower.1", "look.1"].map(|id| hours(&schedule, id)), [(1, 3), (4, 5)]);
    // Out at three, in from eleven to twelve.
    assert_eq!(schedule.totals.sampled_t, 8.0);
}

#[test]
fn what_is_still_to_come_waits_for_what_was_skipped() {
    // The second test waits for the second laying, whatever came of the first.
    let plan = ashore(
        "resource = [{ id = \"crew\", capacity = 1 }]\n\
         task = [{ id = \"lay\", duration = \"5 h\", times = \"2\", uses = { crew = 1 } },\n\
         { id = \"test\", duration = \"3 h\", times = \"2\", after = [\"lay\"] }]",
    );
    let skipped = |id: &str| format!("[[activity]]\nid = {id:?}\nskipped = true\n");
    let log = format!("until = 2026-01-01T08:00:00Z\n{}{}", skipped("lay.1"), skipped("lay.2"));
    let schedule = after(&plan, &[], &log);
    let times = ["lay.1", "lay.2", "test.1", "test.2"].map(|id| hours(&schedule, id));
    assert_eq!(times, [(8, 13), (13, 18), (5, 8), (18, 21)]);
}

/// An entry of a log.
fn told(of: &str, start: u32, end: u32) -> String {
    format!("[[activity]]\n{of}\nstart = 2026-01-01T{start:02}:00:00Z\nend = 2026-01-01T{end:02}:00:00Z\n")
}

/// A laying, a test after it, and after that what leaves with the crew that has laid.
fn works(rest: &str) -> String {
    ashore(&format!(
        "resource = [{{ id = \"crew\", capacity = 1 }}]\n\
         task = [{{ id = \"lay\", duration = \"5 h\", uses = {{ crew = 1 }} }},\n\
         {{ id = \"test\", duration = \"3 h\", after = [{{ task = \"lay\"{rest} }}] }},\n\
         {{ id = \"leave\", duration = \"9 h\", after = [\"test\"], uses = {{ crew = 1 }} }}]"
    ))
}

#[test]
fn what_happened_too_long_after_something_stays() {
    let log = format!("until = 2026-01-01T12:00:00Z\n{}", told("id = \"test.1\"", 9, 11));
    let late = after(&works(", within = \"2 h\""), &[], &log);
    assert_eq!([hours(&late, "test.1"), hours(&late, "leave.1")], [(9, 11), (12, 21)]);
}

#[test]
fn what_happened_too_often_stays() {
    let log = format!("until = 2026-01-01T08:00:00Z\n{}", told("task = \"lay\"", 5, 8));
    let often = after(&works(""), &[], &log);
    assert_eq!([hours(&often, "lay.2"), hours(&often, "leave.1")], [(5, 8), (8, 17)]);
}

#[test]
fn what_is_under_way_with_more_than_there_is_stays() {
    // One crew, and two layings for as long as an hour more.
    let [first, second] = [told("id = \"lay.1\"", 0, 7), told("task = \"lay\"", 2, 9)];
    let much = after(&works(""), &[], &format!("until = 2026-01-01T06:00:00Z\n{first}{second}"));
    assert_eq!([hours(&much, "lay.1"), hours(&much, "lay.2")], [(0, 7), (2, 9)]);
    assert!(hours(&much, "leave.1").0 >= 9);
}

#[test]
fn what_waits_for_a_task_that_took_longer_has_not_happened_unless_the_log_says_so() {
    let plan = ashore(
        "task = [{ id = \"lay\", duration = \"5 h\" }, { id = \"test\", duration = \"3 h\", after = [\"lay\"] },\n\
         { id = \"leave\", duration = \"9 h\", after = [\"test\"] }]",
    );
    let longer = "until = 2026-01-01T10:00:00Z\n[[activity]]\nid = \"lay.1\"\nend = 2026-01-01T07:00:00Z\n";
    let (.., kept) = happened(&plan, &[], longer);
    assert_eq!(kept.overtaken, ["test.1", "leave.1"]);
    let schedule = after(&plan, &[], longer);
    let times = ["lay.1", "test.1", "leave.1"].map(|id| hours(&schedule, id));
    assert_eq!(times, [(0, 7), (10, 13), (13, 22)]);
    // The crew did not wait.
    let begun = "[[activity]]\nid = \"test.1\"\nstart = 2026-01-01T05:00:00Z\nend = 2026-01-01T09:00:00Z\n";
    let schedule = after(&plan, &[], &format!("{longer}{begun}"));
    let times = ["lay.1", "test.1", "leave.1"].map(|id| hours(&schedule, id));
    assert_eq!(times, [(0, 7), (5, 9), (10, 19)]);
}

#[test]
fn what_waits_for_a_crew_that_took_longer_has_not_happened_unless_the_log_says_so() {
    let plan = ashore(
        "resource = [{ id = \"crew\", capacity = 1 }]\n\
         task = [{ id = \"lay\", duration = \"5 h\", uses = { crew = 1 } },\n\
         { id = \"dig\", duration = \"5 h\", uses = { crew = 1 }, release = 2026-01-01T05:00:00Z }]",
    );
    let longer = format!("until = 2026-01-01T09:00:00Z\n{}", told("id = \"lay.1\"", 0, 8));
    let schedule = after(&plan, &[], &longer);
    assert_eq!(["lay.1", "dig.1"].map(|id| hours(&schedule, id)), [(0, 8), (9, 14)]);
    // Another crew dug.
    let log = format!("{longer}{}", told("id = \"dig.1\"", 5, 8));
    assert_eq!(hours(&after(&plan, &[], &log), "dig.1"), (5, 8));
}

#[test]
fn what_is_taken_not_to_have_happened_is_named_where_nothing_fits_as_well() {
    let plan = ashore(
        "task = [{ id = \"lay\", duration = \"5 h\" },\n\
         { id = \"test\", duration = \"3 h\", after = [{ task = \"lay\", within = \"1 h\" }] }]",
    );
    let written = Written::new(&plan, &[]);
    let folder = written.folder.path();
    std::fs::write(folder.join("schedule.json"), serde_json::to_vec(&written.solved()).expect("JSON"))
        .expect("a schedule");
    let log = format!("until = 2026-01-01T10:00:00Z\n{}", told("id = \"lay.1\"", 0, 7));
    std::fs::write(folder.join("log.toml"), log).expect("a log");
    let ran = Run::new(["replan"])
        .arg(folder)
        .arg(folder.join("schedule.json"))
        .arg("--log")
        .arg(folder.join("log.toml"))
        .fault();
    assert!(ran.stderr.contains("the log leaves no time for test.1"), "{}", ran.stderr);
}

#[test]
fn a_task_of_which_only_the_scheduled_start_is_told_went_as_scheduled() {
    let plan = ashore(
        "task = [{ id = \"lay\", duration = \"5 h\" }, { id = \"test\", duration = \"3 h\", after = [\"lay\"] }]",
    );
    let began = |until: u32, start: u32| {
        format!(
            "until = 2026-01-01T{until:02}:00:00Z\n[[activity]]\nid = \"lay.1\"\nstart = 2026-01-01T{start:02}:00:00Z\n"
        )
    };
    let schedule = after(&plan, &[], &began(6, 0));
    assert_eq!(["lay.1", "test.1"].map(|id| hours(&schedule, id)), [(0, 5), (5, 8)]);
    // Under way, as long as the plan has it.
    let schedule = after(&plan, &[], &began(4, 2));
    assert_eq!(["lay.1", "test.1"].map(|id| hours(&schedule, id)), [(2, 7), (7, 10)]);
}

/// A project of two resources on which a search takes long.
const PROJECT: &str = r#"
plan = { name = "project", start = 2026-01-01T00:00:00Z, end = 2026-01-13T00:00:00Z }
goal = { order = ["finish"] }
resource = [{ id = "a", capacity = 2 }, { id = "b", capacity = 3 }]
task = [
  { id = "t0", duration = "16 h", uses = { b = 2 } },
  { id = "t1", duration = "20 h" },
  { id = "t2", duration = "19 h", uses = { a = 1, b = 1 } },
  { id = "t3", duration = "23 h", uses = { b = 1 } },
  { id = "t4", duration = "13 h", after = ["t0", "t1"], uses = { a = 2, b = 3 } },
  { id = "t5", duration = "24 h", uses = { b = 1 } },
  { id = "t6", duration = "6 h", after = ["t4"], uses = { b = 2 } },
  { id = "t7", duration = "6 h", after = ["t1"], uses = { a = 2 } },
  { id = "t8", duration = "19 h", after = ["t2"], uses = { b = 3 } },
  { id = "t9", duration = "13 h", after = ["t8"], uses = { a = 2, b = 1 } },
  { id = "t10", duration = "8 h", uses = { a = 2, b = 1 } },
  { id = "t11", duration = "10 h" },
  { id = "t12", duration = "15 h", after = ["t6"], uses = { b = 1 } },
  { id = "t13", duration = "15 h", after = ["t10", "t11"], uses = { a = 1, b = 3 } },
  { id = "t14", duration = "10 h", after = ["t13"], uses = { a = 1 } },
  { id = "t15", duration = "19 h", after = ["t12", "t14"], uses = { a = 1, b = 2 } },
]
"#;

#[test]
fn works_are_never_done_later_than_planned_where_all_goes_as_scheduled() {
    let written = Written::new(PROJECT, &[]);
    let (plan, sea) = written.load();
    let stop = AtomicBool::new(false);
    let options = Options { time_limit: Some(Duration::from_secs(2)), ..Options::new(&stop) };
    let Outcome::Solved(solved) = optimise(&plan, &sea, &options).expect("a solver that works") else {
        panic!("no schedule");
    };
    let first = account(&plan, &sea, &solved.itinerary, solved.stamp);
    let finish = |schedule: &Schedule| schedule.activities.iter().map(|activity| activity.end).max();
    for slots in [5, 10, 60] {
        let until = plan.horizon.time(slots);
        let happened = as_scheduled(&plan, &sea, &first, until).expect("a schedule of this plan");
        let second = again(&plan, &sea, &happened, Duration::ZERO).expect("what was planned");
        assert!(finish(&second) <= finish(&first), "{slots}");
    }
}
