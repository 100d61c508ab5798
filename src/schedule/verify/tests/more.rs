//! What planners read, schedules that are good in less usual ways, and schedules that are mangled.

use super::{Story, activity, at};
use crate::plan::{Plan, Sea};
use crate::schedule::verify::verify;
use crate::schedule::{Activity, Kind, Schedule};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

fn messages(story: Story) -> Vec<String> {
    story.judged().into_iter().map(|violation| violation.message).collect()
}

#[test]
fn messages_say_when_and_what_and_how_much_is_allowed() {
    assert_eq!(
        messages(Story::good().hs(17, 2.1)),
        ["test works on 12 Jan 17:00 in hs 2.1 m, and its limit is 2 m"]
    );
    assert_eq!(
        messages(Story::good().hs(21, 2.3).hs(22, 2.6).hs(23, 2.4)),
        ["lift lifts from 12 Jan 21:00 to 13 Jan 00:00 in hs up to 2.6 m, and its limit is 2.2 m"]
    );
    assert_eq!(
        messages(Story::good().hs(17, 2.00001)),
        ["test works on 12 Jan 17:00 in hs 2.00001 m, and its limit is 2 m"]
    );
}

#[test]
fn forecast_limits_are_looked_up_again() {
    let story = super::breaks::in_forecast();
    assert_eq!(story.judged(), []);
    let (mut plan, sea, schedule) = super::breaks::in_forecast().told();
    // Half-way from 2 m to 4 m stands 0.76 to 0.79; a plan that holds work to more than that is found out.
    let place = plan.tasks.find(|task| task.id == "lower").expect("a task");
    let limit = &mut plan.tasks[place].limits.0[0];
    assert!((limit.at_most - 2.5 * 0.7675).abs() < 1e-9, "{limit:?}");
    limit.at_most = 2.5;
    let found = verify(&plan, &sea, &schedule);
    // Its windows are told as those within the lower limit.
    assert_eq!(found.iter().map(|v| v.rule).collect::<Vec<_>>(), ["forecast-limit", "window"]);
    assert_eq!(
        found[0].message,
        "lower is held to hs 0.7675 x 2.5 = 2.5000, and it is 0.7675 x 2.5 = 1.9188"
    );
}

#[test]
fn what_is_unknown_is_not_calm() {
    let story = Story::good().hs(22, f64::NAN);
    let (plan, sea, schedule) = story.told();
    let found = verify(&plan, &sea, &schedule);
    // Lifting has limits, and so has its gear.
    assert_eq!(found.iter().map(|v| v.rule).collect::<Vec<_>>(), ["survives", "run-weather"]);
    assert!(found[1].message.contains("where hs is unknown"), "{}", found[1].message);
}

#[test]
fn each_fault_is_told_where_it_is() {
    let found = Story::good().hs(17, 2.1).hs(22, 2.3).shift("paint", 36.5, 38.5).judged();
    let told: Vec<_> = found.iter().map(|v| (v.rule, v.activity.as_deref(), v.time)).collect();
    assert_eq!(
        told,
        [
            ("slots", Some("paint"), Some(at(36.5))),
            ("slots", Some("paint"), Some(at(38.5))),
            ("task-weather", Some("test"), Some(at(17.0))),
            ("run-weather", Some("lift"), Some(at(22.0))),
        ]
        .map(|(rule, id, time)| (rule, id, time))
    );
}

#[test]
fn no_activity_can_be_moved_by_an_hour_unseen() {
    let (plan, sea, good) = Story::good().told();
    for place in 0..good.activities.len() {
        for hours in [-1, 1] {
            for end in [false, true] {
                let mut schedule = good.clone();
                let Activity { start, end: stop, .. } = &mut schedule.activities[place];
                *(if end { stop } else { start }) += chrono::TimeDelta::hours(hours);
                let id = &good.activities[place].id;
                assert!(!verify(&plan, &sea, &schedule).is_empty(), "{id} moved by {hours} h (end: {end})");
            }
        }
    }
}

/// A painting and a polishing after it, each done several times.
fn rounds(paint: &str, polish: &str, at_hours: [(f64, f64); 2], starts: [f64; 2]) -> Vec<String> {
    let task = "id = \"paint\"\nsite = \"port\"\nduration = \"2 h\"\nuses = { crane = 1 }\n";
    let both = format!(
        "id = \"paint\"\nsite = \"port\"\nduration = \"2 h\"\ntimes = {paint:?}\n\n\
         [[task]]\nid = \"polish\"\nsite = \"port\"\nduration = \"1 h\"\ntimes = {polish:?}\nafter = [\"paint\"]\n"
    );
    let mut story = Story::good().plan(task, &both).without("paint");
    for (turn, hours) in at_hours.into_iter().enumerate() {
        story = story.add(activity(Kind::Task, &format!("paint.{turn}"), "", "port", hours));
    }
    for (turn, start) in starts.into_iter().filter(|start| start.is_finite()).enumerate() {
        story = story.add(activity(Kind::Task, &format!("polish.{turn}"), "", "port", (start, start + 1.0)));
    }
    story.judged().into_iter().map(|violation| violation.rule.to_owned()).collect()
}

#[test]
fn what_is_done_often_waits_turn_by_turn() {
    let paint = [(40.0, 42.0), (50.0, 52.0)];
    assert_eq!(rounds("0..2", "0..2", paint, [42.0, 52.0]), [""; 0]);
    assert_eq!(rounds("0..2", "0..2", paint, [42.0, 51.0]), ["precedence"]);
    assert_eq!(rounds("0..2", "0..1", paint, [42.0, f64::NAN]), [""; 0]);
    assert_eq!(rounds("0..2", "0..1", paint, [41.0, f64::NAN]), ["precedence"]);
}

#[test]
fn a_task_done_once_lets_all_that_follow_it_go() {
    let paint = [(40.0, 42.0), (50.0, 52.0)];
    // The painting that is one too many is told; the polishing needs only the first.
    assert_eq!(rounds("1", "0..2", paint, [42.0, 43.0]), ["task-count"]);
}

#[test]
fn waiting_on_weather_is_believed_while_the_window_is_too_short() {
    // At 15:00 the sea is calm, and the test's reference period would run into the swell of 16:00.
    let story = Story::good().hs(16, 2.1).plan("lag = \"1 h\"", "lag = \"0 h\"");
    let story = story.change("wait.2", |wait| {
        (wait.end, wait.work, wait.waiting_h) = (at(17.0), vec![(at(15.0), at(17.0))], 2.0);
    });
    assert_eq!(
        messages(
            story
                .shift("test", 17.0, 20.0)
                .shift("lift", 20.0, 24.0)
                .change("lift", |a| {
                    a.tonnes = Some(4.0);
                })
                .change("home", |a| a.tonnes = Some(4.0))
        ),
        [""; 0]
    );
}

#[test]
fn a_pause_in_the_dark_does_not_wait_on_weather() {
    let story = || {
        Story::good()
            .plan("daylight = true", "daylight = true\nsuspend = \"free\"")
            .plan("2026-01-14T12:00", "2026-01-14T23:00")
            .change("inspect", |inspect| {
                (inspect.start, inspect.end) = (at(39.0), at(56.0));
                inspect.work = vec![(at(39.0), at(40.0)), (at(55.0), at(56.0))];
            })
    };
    assert_eq!(messages(story()), [""; 0]);
    let found = story().change("inspect", |inspect| inspect.waiting_h = 1.0).judged();
    assert_eq!(found.iter().map(|v| v.rule).collect::<Vec<_>>(), ["waiting-cause"]);
}

#[test]
fn mud_may_go_aboard_again_when_it_is_there() {
    let back = "[[transfer]]\nid = \"back\"\nfrom = \"port\"\nto = \"ship\"\ncommodity = \"mud\"\nrate = \"5 t/h\"\n";
    let judged = |tonnes: f64| {
        let transfer = Activity {
            tonnes: Some(tonnes),
            commodity: Some("mud".to_owned()),
            ..activity(Kind::Transfer, "back", "ship", "port", (34.0, 35.0))
        };
        let story =
            Story::good().plan("[[transfer]]", &format!("{back}\n[[transfer]]")).shift("idle.2", 35.0, 72.0);
        let story = story.add(transfer);
        let (plan, sea, mut schedule) = story.told();
        // The plain accounts know deliveries only; what goes aboard again is written here.
        let (ashore, stamp) = ((4.5 - tonnes).max(0.0), &mut schedule.solve.goals[0]);
        schedule.totals.delivered_t = ashore;
        (stamp.value, stamp.bound) = (5.0 * ashore, Some(5.0 * ashore));
        schedule.deliveries.truncate(1);
        schedule.stocks[0].levels.truncate(5);
        schedule.stocks[1].levels.truncate(3);
        schedule.stocks[0].levels.push((at(35.0), tonnes));
        schedule.stocks[1].levels.push((at(35.0), 4.5 - tonnes));
        verify(&plan, &sea, &schedule).iter().map(|v| v.rule).collect::<Vec<_>>()
    };
    assert_eq!(judged(3.0), [""; 0]);
    assert_eq!(judged(5.0), ["stock-bounds"]);
}

#[test]
fn what_a_tolerance_gives_up_for_the_next_goal_is_no_gap_in_the_proof() {
    let judged = |story: Story, goal: usize| {
        let found = story.judged_with(|s| {
            let stamp = &mut s.solve.goals[goal];
            let (bound, gap) = if goal == 0 { (1.05, 0.05 / 1.05) } else { (0.95, 0.05) };
            (stamp.bound, stamp.gap) = (Some(stamp.value * bound), Some(gap));
        });
        found.iter().map(|violation| violation.rule).collect::<Vec<_>>()
    };
    let tolerant = || Story::good().plan("[goal]", "[goal]\ntolerance = \"5 %\"");
    assert_eq!(judged(tolerant(), 0), [""; 0]);
    assert_eq!(judged(tolerant(), 4), ["goal-bound"]);
    assert_eq!(judged(Story::good(), 0), ["goal-bound"]);
}

/// The story, and a chain with a demand that is late, a reserve, and floats.
static GOOD: LazyLock<[(Plan, Sea, Schedule); 2]> =
    LazyLock::new(|| [Story::good().told(), super::shore::told_late()]);

/// Every place in a document, as a pointer.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            entries.iter().for_each(|(key, v)| places(v, &format!("{here}/{key}"), found))
        }
        Value::Array(entries) => {
            found.push(here.to_owned());
            entries.iter().enumerate().for_each(|(place, v)| places(v, &format!("{here}/{place}"), found));
        }
        _ => found.push(here.to_owned()),
    }
}

fn mangle(document: &mut Value, place: usize, how: usize, number: f64) {
    const TIMES: [&str; 8] = [
        "2026-01-12T08:00:00+09:00",
        "2026-01-12T08:00:00.5Z",
        "2026-01-13T23:59:60Z",
        "1969-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "+262142-12-31T23:59:59Z",
        "-262143-01-01T00:00:00Z",
    ];
    let mut found = Vec::new();
    places(document, "", &mut found);
    let Some(value) = document.pointer_mut(&found[place % found.len()]) else { return };
    match value {
        Value::Array(entries) if entries.is_empty() => {}
        Value::Array(entries) => {
            let at = how % entries.len();
            match how % 3 {
                0 => drop(entries.remove(at)),
                1 => entries.push(entries[at].clone()),
                _ => entries.reverse(),
            }
        }
        Value::String(text) if text.contains("T") && text.contains(':') => {
            *text = TIMES[how % TIMES.len()].to_owned();
        }
        Value::String(text) => {
            let words = [
                "", "ship", "port", "field", "task", "wait", "sail", "transfer", "lift", "home", "mud",
                "down",
            ];
            *text = words[how % words.len()].to_owned();
        }
        Value::Number(_) => *value = json!([number, -number, 0.0, 1e308, -1e308, 1e-300, 5e15][how % 7]),
        _ => {}
    }
}

proptest! {
    #[test]
    fn nothing_in_a_schedule_makes_it_panic(
        changes in prop::collection::vec((any::<usize>(), any::<usize>(), -100.0..100.0f64), 1..8),
        nan in prop::option::of(any::<prop::sample::Index>()),
        is_chain in any::<bool>(),
    ) {
        let (plan, sea, good) = &GOOD[usize::from(is_chain)];
        let mut document = serde_json::to_value(good).expect("JSON");
        for (place, how, number) in changes {
            mangle(&mut document, place, how, number);
        }
        if let Ok(mut schedule) = serde_json::from_value::<Schedule>(document) {
            if let Some(nan) = nan && !schedule.activities.is_empty() {
                let activity = nan.get(&schedule.activities).id.clone();
                for of_it in schedule.activities.iter_mut().filter(|a| a.id == activity) {
                    (of_it.waiting_h, of_it.tonnes) = (f64::NAN, Some(f64::INFINITY));
                }
            }
            let found = verify(plan, sea, &schedule);
            prop_assert!(serde_json::to_string(&found).is_ok());
        }
    }
}
