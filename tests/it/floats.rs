//! Floats: whoever uses one up comes no later than what is due, nor with what has been under way for too long or keeps no longer.

use crate::support::Written;
use mudline::schedule::verify::verify;
use mudline::schedule::{Activity, Schedule};

fn of<'s>(schedule: &'s Schedule, id: &str) -> &'s Activity {
    schedule
        .activities
        .iter()
        .find(|activity| activity.id == id || activity.id == format!("{id}.1"))
        .expect("an activity")
}

fn float(schedule: &Schedule, id: &str) -> f64 {
    of(schedule, id).float_h.expect("a float")
}

/// Something else goes on until the end, so that all of these could slip.
const LONG: &str = "{ id = \"long\", duration = \"40 h\" }";

fn written(rest: &str) -> Written {
    let plan = format!(
        "plan = {{ name = \"floats\", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z, slot = \"1 h\" }}\n{rest}"
    );
    Written::new(&plan, &[1.0; 48])
}

fn schedule(rest: &str) -> Schedule {
    written(rest).solved()
}

#[test]
fn a_float_ends_where_something_would_be_later_than_it_is() {
    let tasks = |order: &str| {
        schedule(&format!(
            "goal = {{ order = [{order}] }}\n\
             task = [{LONG},\n\
             {{ id = \"late\", duration = \"6 h\", release = 2026-01-01T04:00:00Z, due = 2026-01-01T08:00:00Z }},\n\
             {{ id = \"soon\", duration = \"6 h\", release = 2026-01-01T04:00:00Z, deadline = 2026-01-01T10:00:00Z }},\n\
             {{ id = \"timely\", duration = \"3 h\", due = 2026-01-01T20:00:00Z }}]\n"
        ))
    };
    let schedule = tasks("\"lateness\", \"finish\"");
    assert_eq!(float(&schedule, "late"), 0.0);
    let timely = of(&schedule, "timely");
    let ends = (timely.end.to_utc() - schedule.horizon.start.to_utc()).num_hours();
    assert_eq!(ends as f64 + float(&schedule, "timely"), 20.0);
}

/// A ship lifts at a quay, and a van takes what it lands to a laboratory.
fn cores(commodity: &str) -> Written {
    written(&format!(
        r#"
goal = {{ order = ["sampled", "finish"] }}
site = [
  {{ id = "quay", kind = "port", position = [0.0, 150.0], store = {{ core = "2 t" }} }},
  {{ id = "laboratory", kind = "plant", position = [0.1, 150.0] }},
]
commodity = [{{ id = "core", {commodity} }}]
vessel = [
  {{ id = "ship", at = "quay", hold = {{ core = "1 t" }} }},
  {{ id = "van", at = "quay", calls = ["quay", "laboratory"], speed = "10 kn", hold = {{ core = "1 t" }} }},
]
task = [{LONG}]
sampling = [{{ id = "lift", vessel = "ship", commodity = "core", rate = "1 t/h", at_most = "1 t" }}]
transfer = [
  {{ id = "land", from = "ship", to = "quay", commodity = "core", rate = "1 t/h" }},
  {{ id = "load", from = "quay", to = "van", commodity = "core", rate = "1 t/h" }},
  {{ id = "unload", from = "van", to = "laboratory", commodity = "core", rate = "1 t/h" }},
]
demand = [{{ id = "all", site = "laboratory", commodity = "core", amount = "1 t", at_least = "1 t", to = 2026-01-03T00:00:00Z }}]
"#
    ))
}

fn hours(schedule: &Schedule, from: &str, to: &str) -> f64 {
    (of(schedule, to).start - of(schedule, from).start).num_minutes() as f64 / 60.0
}

#[test]
fn a_float_ends_where_something_would_have_been_under_way_for_too_long() {
    let schedule = cores("reach = { site = \"laboratory\", within = \"9 h\" }").solved();
    let slack = 9.0 - hours(&schedule, "lift.1", "unload.1");
    assert!(slack >= 0.0);
    assert_eq!(float(&schedule, "unload.1"), slack);
    // Nobody lands for the van what it has no time any more to fetch.
    assert_eq!(float(&schedule, "load.1"), slack);
    assert_eq!(float(&schedule, "land.1"), hours(&schedule, "land.1", "load.1"));
}

#[test]
fn a_float_ends_where_something_would_keep_no_longer() {
    let schedule = cores("keeps = \"5 h\"").solved();
    assert_eq!(float(&schedule, "unload.1"), 5.0 - hours(&schedule, "load.1", "unload.1"));
    assert!(float(&schedule, "land.1") <= 5.0 - hours(&schedule, "lift.1", "land.1"));
}

/// What the judge says of the cores if the float of something is so many hours longer.
fn judged(commodity: &str, id: &str, longer: f64) -> Vec<(&'static str, String)> {
    let written = cores(commodity);
    let (plan, sea) = written.load();
    let mut schedule = written.solved();
    let own = of(&schedule, id).id.clone();
    let activity = schedule.activities.iter_mut().find(|activity| activity.id == own).expect("an activity");
    activity.float_h = activity.float_h.map(|float| float + longer);
    activity.critical = activity.float_h == Some(0.0);
    verify(&plan, &sea, &schedule).into_iter().map(|found| (found.rule, found.message)).collect()
}

#[test]
fn the_judge_finds_floats_after_which_something_would_keep_no_longer_or_be_there_too_late() {
    let (reach, keeps) = ("reach = { site = \"laboratory\", within = \"9 h\" }", "keeps = \"5 h\"");
    let cases = [
        (reach, "unload.1", "would be there after more than 9 h"),
        (reach, "land.1", "would not be there"),
        (keeps, "unload.1", "keeps for 5 h, and would be aboard for longer"),
    ];
    for (commodity, id, why) in cases {
        let found = judged(commodity, id, 1.0);
        assert!(found.iter().any(|(rule, said)| *rule == "float" && said.contains(why)), "{id}: {found:?}");
        assert_eq!(found.len(), 1, "{id}: {found:?}");
        assert_eq!(judged(commodity, id, 0.0), [], "{id}");
    }
}
