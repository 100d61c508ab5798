//! For every rule, schedules that break it in one place: it is told, and no other rule is.

use super::super::RULES;
use super::{Story, Violation, activity, at};
use crate::schedule::{Activity, Bound, Hours, Kind, Schedule, Status, Stock};

pub type Break = (&'static str, fn() -> Vec<Violation>);

fn good() -> Story {
    Story::good()
}

fn closed(what: &str, from: &str, to: &str) -> Story {
    let closure =
        format!("[[closure]]\n{what}\nfrom = 2026-01-{from}:00:00+09:00\nto = 2026-01-{to}:00:00+09:00\n");
    good().plan("[[resource]]", &format!("{closure}\n[[resource]]"))
}

/// Moves what a goal is said to be bounded by.
fn move_bound(schedule: &mut Schedule, goal: usize, by: f64) {
    let bound = &mut schedule.solve.goals[goal].bound;
    *bound = bound.map(|bound| bound + by);
}

/// The same story where goals have weights.
fn weighted() -> Story {
    let order = "order = [\"delivered\", \"sampled\", \"finish\", \"cost\", \"lateness\"]";
    let weights = "weights = { delivered = 2.0, sampled = 1.0, finish = 0.5, cost = 0.001, lateness = 3.0 }";
    good().plan(order, weights)
}

fn work(activity: &mut Activity, intervals: &[(f64, f64)]) {
    activity.work = intervals.iter().map(|&(from, to)| (at(from), at(to))).collect();
}

/// The only bound of the windows of `test`.
fn bound(schedule: &mut Schedule) -> &mut Bound {
    let row = schedule.windows.iter_mut().find(|row| row.task == "test").expect("a row");
    &mut row.bounds[0]
}

/// The same story where the weather is a forecast, in which the limits are lower.
pub(super) fn in_forecast() -> Story {
    let alpha = "[alpha]\nwaves = \"dnv-os-h101-2011/base\"\n\n[[weather]]";
    good()
        .plan("[[weather]]", alpha)
        .plan("file = \"field.csv\"", "file = \"field.csv\"\norigin = \"forecast\"")
}

/// A wait of which some hours claim the weather.
fn claims(activity: &mut Activity, from: f64, to: f64) {
    work(activity, &[(from, to)]);
    (activity.kind, activity.waiting_h) = (Kind::Wait, to - from);
}

/// The list of resources, with an optional task before it that brings the gear of a vessel back.
fn may_return(vessel: &str, site: &str, gear: &str, leaves: &str) -> String {
    format!(
        "[[task]]\nid = \"again\"\nvessel = {vessel:?}\nsite = {site:?}\nduration = \"1 h\"\ntimes = \"0..1\"\n\
         gear = {gear:?}\nleaves = {leaves:?}\n\n[[resource]]"
    )
}

/// The tender sails to a place and back, three hours each.
fn tender_sails(to: &str) -> Story {
    let leg = |id: &str, from: &str, to: &str, hours| Activity {
        to_site: Some(to.to_owned()),
        ..activity(Kind::Sail, id, "tender", from, hours)
    };
    let there = leg("sail.3", "port", to, (0.0, 3.0));
    good().shift("idle.3", 6.0, 72.0).add(there).add(leg("sail.4", to, "port", (3.0, 6.0)))
}

static SHAPE: &[Break] = &[
    ("schema", || good().judged_with(|s| s.schema = "other".to_owned())),
    ("plan-stamp", || good().judged_with(|s| s.plan.sha256.push('0'))),
    ("plan-stamp", || good().judged_with(|s| s.plan.zone = "UTC".to_owned())),
    ("plan-stamp", || good().judged_with(|s| s.plan.currency = Some("JPY".to_owned()))),
    ("plan-stamp", || good().judged_with(|s| s.plan.issued = at(1.0))),
    ("weather-stamp", || good().judged_with(|s| s.weather[0].sha256.clear())),
    ("weather-stamp", || good().judged_with(|s| s.weather[0].origin = "forecast".to_owned())),
    ("weather-stamp", || good().judged_with(|s| s.weather[0].last = at(72.0))),
    ("weather-stamp", || good().judged_with(|s| s.weather[0].step_h = 3.0)),
    ("weather-stamp", || good().judged_with(|s| s.weather.clear())),
    ("weather-stamp", || good().judged_with(|s| s.weather.push(s.weather[0].clone()))),
    ("horizon-stamp", || good().judged_with(|s| s.horizon.slot_h = 2.0)),
    ("horizon-stamp", || good().judged_with(|s| s.horizon.end = at(71.0))),
    ("forecast-limit", || {
        good().judged_with(|s| (bound(s).alpha, bound(s).forecast_limit) = (Some(0.8), Some(1.6)))
    }),
    ("forecast-limit", || good().judged_with(|s| bound(s).limit = 3.0)),
    ("forecast-limit", || {
        in_forecast().judged_with(|s| (bound(s).alpha, bound(s).forecast_limit) = (None, None))
    }),
    ("forecast-limit", || in_forecast().judged_with(|s| bound(s).forecast_limit = Some(1.6))),
    ("number", || good().change("paint", |a| a.float_h = Some(f64::NAN)).judged()),
    ("number", || good().judged_with(|s| s.totals.cost = f64::INFINITY)),
    ("number", || good().judged_with(|s| s.deliveries[0].tonnes = f64::NAN)),
    ("unique-id", || good().change("paint", |a| a.id = "inspect".to_owned()).judged()),
    ("names", || good().change("paint", |a| a.commodity = Some("mud".to_owned())).judged()),
    ("names", || good().change("paint", |a| a.site = Some("island".to_owned())).judged()),
    ("names", || good().change("wait.2", |a| a.site = Some("feild".to_owned())).judged()),
    ("names", || good().change("lift", |a| a.commodity = None).judged()),
    ("names", || good().change("wait.2", |a| a.task = Some("test".to_owned())).judged()),
    ("names", || {
        good().add(Activity { vessel: None, ..activity(Kind::Wait, "w", "", "port", (0.0, 1.0)) }).judged()
    }),
    ("names", || good().add(activity(Kind::Task, "polish", "", "port", (0.0, 1.0))).judged()),
    ("names", || {
        good().add(Activity { task: None, ..activity(Kind::Task, "x", "", "port", (0.0, 1.0)) }).judged()
    }),
    ("reversed", || good().change("paint", |a| work(a, &[(38.0, 36.0)])).judged()),
    ("reversed", || good().shift("paint", 38.0, 36.0).change("paint", |a| a.work.clear()).judged()),
    ("slots", || good().shift("paint", 36.5, 38.5).judged()),
    ("inside-horizon", || good().shift("paint", 71.0, 73.0).judged()),
    ("work-intervals", || good().change("paint", |a| work(a, &[(36.0, 37.0), (36.0, 38.0)])).judged()),
    ("work-intervals", || good().change("paint", |a| work(a, &[(35.0, 38.0)])).judged()),
    ("work-intervals", || good().change("sail.1", |a| work(a, &[(2.0, 3.0)])).judged()),
    ("work-intervals", || good().change("sail.1", |a| a.work.clear()).judged()),
    ("work-intervals", || good().change("idle.2", |a| work(a, &[(40.0, 41.0)])).judged()),
];

static VESSELS: &[Break] = &[
    ("tiling", || {
        let idle = activity(Kind::Idle, "idle.4", "tender", "port", (36.0, 71.0));
        good().shift("idle.3", 0.0, 37.0).add(idle).judged()
    }),
    ("place", || good().change("idle.3", |a| a.site = Some("field".to_owned())).judged()),
    ("place", || good().change("test", |a| a.site = Some("port".to_owned())).judged()),
    ("place", || good().change("idle.3", |a| a.to_site = Some("field".to_owned())).judged()),
    ("gear", || {
        // The plan must have some way back, or it is refused.
        good()
            .plan("gear = \"down\"\nleaves", "gear = \"stowed\"\nleaves")
            .plan("[[resource]]", &may_return("ship", "field", "down", "stowed"))
            .judged()
    }),
    ("gear-label", || good().change("lower", |a| a.gear = Some("stowed".to_owned())).judged()),
    ("gear-label", || good().change("idle.3", |a| a.gear = Some("down".to_owned())).judged()),
    ("ending", || {
        good()
            .plan("at = \"port\"\ncalls", "at = \"port\"\nhome = \"island\"\nspeed = \"10 kn\"\ncalls")
            .judged()
    }),
    ("ending", || {
        let rigs = "[[task]]\nid = \"rig\"\nvessel = \"tender\"\nduration = \"1 h\"\nleaves = \"rigged\"\n";
        let rest = may_return("tender", "port", "rigged", "bare");
        let gear = "calls = [\"port\"]\ngear = [{ id = \"bare\" }, { id = \"rigged\" }]\n";
        let story =
            good().plan("calls = [\"port\"]\n", gear).plan("[[resource]]", &format!("{rigs}\n{rest}"));
        let rig = activity(Kind::Task, "rig", "tender", "port", (0.0, 1.0));
        story.shift("idle.3", 1.0, 72.0).add(rig).judged()
    }),
    ("idle", || good().change("wait.2", |a| a.kind = Kind::Idle).judged()),
    ("survives", || good().plan("contingency = \"1 h\"\n", "").hs(15, 4.5).judged()),
    ("calls", || tender_sails("island").judged()),
    ("calls", || tender_sails("port").judged()),
    ("sail-time", || {
        let wait = activity(Kind::Wait, "wait.3", "ship", "port", (31.0, 32.0));
        good().shift("sail.2", 26.0, 31.0).add(wait).judged()
    }),
    ("sail-time", || good().shift("idle.1", 0.0, 1.0).shift("sail.1", 1.0, 8.0).judged()),
    ("sail-weather", || good().hs(28, 3.6).judged()),
    ("sail-weather", || good().hs(31, 3.6).judged()),
    ("sail-closure", || closed("site = \"field\"", "13T02", "13T03").judged()),
    ("sail-closure", || closed("site = \"port\"", "13T07", "13T08").judged()),
    ("sail-closure", || closed("vessel = \"ship\"", "13T04", "13T05").judged()),
];

static TASKS: &[Break] = &[
    ("task-duration", || good().shift("paint", 36.0, 39.0).judged()),
    ("task-duration", || good().change("paint", |a| a.work.clear()).judged()),
    ("task-ends", || {
        let good = good().plan("id = \"paint\"", "id = \"paint\"\nsuspend = \"free\"");
        good.shift("paint", 36.0, 39.0).change("paint", |a| work(a, &[(36.0, 38.0)])).judged()
    }),
    ("task-ends", || {
        let good = good().plan("id = \"paint\"", "id = \"paint\"\nsuspend = \"free\"");
        good.shift("paint", 36.0, 39.0).change("paint", |a| work(a, &[(37.0, 39.0)])).judged()
    }),
    ("task-break", || {
        good().shift("paint", 36.0, 39.0).change("paint", |a| work(a, &[(36.0, 37.0), (38.0, 39.0)])).judged()
    }),
    ("task-weather", || good().hs(17, 2.1).judged()),
    ("task-weather", || {
        let weak = good().plan("survives = { hs = \"4 m\" }", "survives = { hs = \"2.9 m\" }");
        weak.plan("limits = { hs = \"2 m\" }", "limits = { hs = \"3.5 m\" }").hs(17, 3.0).judged()
    }),
    ("task-closure", || closed("task = \"test\"", "12T17", "12T18").judged()),
    ("task-closure", || closed("site = \"field\"", "12T17", "12T18").judged()),
    ("task-closure", || closed("vessel = \"ship\"", "12T17", "12T18").judged()),
    ("task-dark", || good().shift("inspect", 43.0, 45.0).judged()),
    ("pause-open", || good().hs(11, 2.0).change("lower", |a| a.waiting_h = 1.0).judged()),
    ("pause-long", || good().plan("max_pause = \"3 h\"", "max_pause = \"1 h\"").judged()),
    ("pause-survives", || good().hs(11, 4.2).judged()),
    ("contingency", || good().hs(20, 2.1).judged()),
    ("contingency", || good().plan("id = \"paint\"", "id = \"paint\"\ncontingency = \"35 h\"").judged()),
    ("contingency", || {
        good()
            .plan("max_pause = \"3 h\"", "max_pause = \"2 h\"")
            .plan("contingency = \"1 h\"", "contingency = \"18 h\"")
            .hs(29, 3.1)
            .hs(30, 3.1)
            .hs(31, 3.1)
            .judged()
    }),
    ("release", || good().plan("release = 2026-01-13T06", "release = 2026-01-13T10").judged()),
    ("deadline", || good().plan("deadline = 2026-01-14T12:00", "deadline = 2026-01-13T10:30").judged()),
    ("task-count", || good().add(activity(Kind::Task, "paint.2", "", "port", (40.0, 42.0))).judged()),
    ("task-count", || good().without("paint").judged()),
    ("precedence", || good().plan("lag = \"1 h\"", "lag = \"1 h 1 min\"").judged()),
    ("within", || good().plan("within = \"8 h\"", "within = \"4 h\"").judged()),
    ("resource", || good().shift("paint", 34.0, 36.0).judged()),
];

static GOODS: &[Break] = &[
    ("run-weather", || good().hs(22, 2.3).judged()),
    ("run-closure", || closed("vessel = \"ship\"", "12T22", "12T23").judged()),
    ("run-closure", || {
        closed("site = \"port\"", "13T08", "13T09")
            .plan("site = \"port\"\nduration = \"2 h\"\ndaylight = true", "duration = \"2 h\"")
            .change("inspect", |a| a.site = None)
            .judged()
    }),
    ("run-tonnes", || good().change("wait.2", |a| a.tonnes = Some(1.0)).judged()),
    ("run-rate", || good().plan("rate = \"24 t/d\"", "rate = \"19.2 t/d\"").judged()),
    ("run-rate", || good().plan("rate = \"5 t/h\"", "rate = \"4 t/h\"").judged()),
    ("sampling-run", || good().plan("min_run = \"2 h\"", "min_run = \"5 h 1 min\"").judged()),
    ("sampling-total", || good().plan("at_most = \"10 t\"", "at_most = \"4 t\"").judged()),
    ("sampling-total", || good().plan("at_least = \"3 t\"", "at_least = \"5 t\"").judged()),
    ("smallest-parcel", || good().plan("smallest = \"2 t\"", "smallest = \"5 t\"").judged()),
    ("stock-holder", || {
        let stock = Stock { holder: "nobody".to_owned(), commodity: "mud".to_owned(), levels: Vec::new() };
        good().judged_with(|s| s.stocks.push(stock))
    }),
    ("stock-holder", || good().judged_with(|s| s.stocks.push(s.stocks[0].clone()))),
    ("stock-missing", || good().judged_with(|s| s.stocks.truncate(1))),
    ("stock-start", || good().judged_with(|s| s.stocks[0].levels.iter_mut().for_each(|(_, t)| *t += 1.0))),
    ("stock-bounds", || good().plan("hold = { mud = \"100 t\" }", "hold = { mud = \"4 t\" }").judged()),
    ("stock-balance", || {
        good().judged_with(|s| (s.stocks[0].levels[2].1, s.stocks[0].levels[3].1) = (4.0, 4.0))
    }),
    ("stock-balance", || good().judged_with(|s| s.stocks[1].levels.clear())),
    ("stock-course", || good().judged_with(|s| s.stocks[0].levels[2].0 = at(22.0))),
    ("stock-course", || {
        good().judged_with(|s| drop(s.stocks[0].levels.splice(3..3, [(at(25.0), 2.0), (at(26.0), 4.5)])))
    }),
    ("stock-course", || good().judged_with(|s| s.stocks[0].levels.swap(0, 1))),
    ("deliveries", || good().judged_with(|s| s.deliveries.clear())),
    ("deliveries", || good().judged_with(|s| s.deliveries.push(s.deliveries[0].clone()))),
    ("deliveries", || good().judged_with(|s| s.deliveries[0].time = at(33.0))),
];

static SUMS: &[Break] = &[
    ("total-sampled", || good().judged_with(|s| s.totals.sampled_t += 0.1)),
    ("total-delivered", || good().judged_with(|s| s.totals.delivered_t += 0.1)),
    ("total-finish", || good().judged_with(|s| s.totals.finish = at(37.0))),
    ("total-cost", || good().judged_with(|s| s.totals.cost += 1.0)),
    ("total-late", || good().judged_with(|s| s.totals.late_h += 1.0)),
    ("hours", || good().judged_with(|s| s.totals.vessels.retain(|name, _| name != "tender"))),
    ("hours", || good().judged_with(|s| s.totals.vessels.extend([("nobody".to_owned(), Hours::default())]))),
    ("hours", || {
        good().judged_with(|s| {
            let hours = s.totals.vessels.get_mut("ship").expect("hours");
            (hours.work_h, hours.other_wait_h) = (hours.work_h + 1.0, hours.other_wait_h - 1.0);
        })
    }),
    ("waiting-hours", || good().change("wait.2", |a| a.waiting_h = 1.0).judged()),
    ("waiting-hours", || good().change("lower", |a| a.waiting_h = 2.5).judged()),
    ("waiting-hours", || good().change("paint", |a| a.waiting_h = -1.0).judged()),
    ("waiting-cause", || good().change("wait.2", |a| claims(a, 15.0, 16.0)).judged()),
    ("waiting-cause", || good().change("lower", |a| a.waiting_h = 1.0).judged()),
    ("waiting-cause", || good().change("idle.2", |a| claims(a, 40.0, 42.0)).judged()),
    ("waiting-cause", || good().hs(8, 1.0).judged()),
    ("goal-list", || good().judged_with(|s| s.solve.goals.swap(0, 1))),
    ("goal-list", || good().judged_with(|s| drop(s.solve.goals.pop()))),
    ("goal-value", || {
        good().judged_with(|s| (s.solve.goals[0].value, s.solve.goals[0].bound) = (17.5, Some(17.5)))
    }),
    ("goal-value", || {
        good().judged_with(|s| (s.solve.goals[2].value, s.solve.goals[2].bound) = (39.0, Some(39.0)))
    }),
    ("goal-bound", || good().judged_with(|s| move_bound(s, 0, -1.0))),
    ("goal-bound", || good().judged_with(|s| move_bound(s, 2, 1.0))),
    ("goal-bound", || good().judged_with(|s| move_bound(s, 2, -4.0))),
    ("goal-bound", || {
        good().judged_with(|s| (s.solve.goals[2].bound, s.solve.goals[2].gap) = (Some(19.0), Some(0.5)))
    }),
    // Half as far from the bound as is said, and the other way round.
    ("goal-bound", || {
        good().judged_with(|s| {
            (s.solve.status, s.solve.goals[2].bound, s.solve.goals[2].gap) =
                (Status::Feasible, Some(19.0), Some(0.75));
        })
    }),
    ("goal-bound", || {
        good().judged_with(|s| {
            (s.solve.status, s.solve.goals[2].bound, s.solve.goals[2].gap) =
                (Status::Feasible, Some(19.0), Some(0.25));
        })
    }),
    ("goal-bound", || good().judged_with(|s| s.solve.goals[2].bound = None)),
    ("goal-list", || weighted().judged_with(|s| drop(s.solve.goals.remove(0)))),
    ("goal-value", || {
        weighted().judged_with(|s| {
            s.solve.goals[0].value += 1.0;
            move_bound(s, 0, 1.0);
        })
    }),
    ("goal-value", || weighted().judged_with(|s| s.solve.goals[3].value -= 1.0)),
    ("goal-bound", || weighted().judged_with(|s| move_bound(s, 0, -1.0))),
    ("goal-bound", || weighted().judged_with(|s| move_bound(s, 0, 1.0))),
    ("goal-bound", || weighted().judged_with(|s| s.solve.goals[0].gap = None)),
    ("goal-bound", || {
        weighted().judged_with(|s| (s.solve.goals[3].bound, s.solve.goals[3].gap) = (Some(1.0), Some(0.0)))
    }),
];

fn breaks() -> impl Iterator<Item = &'static Break> {
    [
        SHAPE,
        VESSELS,
        TASKS,
        GOODS,
        super::shore::SHORE,
        super::fleet::FLEET,
        super::dues::DUES,
        super::laytime::LAYTIMES,
        super::holders::HOLDERS,
        super::services::SERVICES,
        super::tanks::TANKS,
        super::tables::TABLES,
        super::tables::AROUND,
        super::tables::FLOATS,
        SUMS,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn every_rule_is_told_when_it_is_broken_and_no_other() {
    let mut wrong = Vec::new();
    for (number, (slug, judged)) in breaks().enumerate() {
        let found = judged();
        if found.is_empty() || found.iter().any(|violation| violation.rule != *slug) {
            wrong.push(format!("{number} {slug}: {found:#?}"));
        }
        assert!(found.iter().all(|violation| !violation.message.is_empty()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_its_break_and_its_slug_alone() {
    for (place, rule) in RULES.iter().enumerate() {
        assert!(breaks().any(|(slug, _)| *slug == rule.slug), "nothing breaks {}", rule.slug);
        assert!(RULES[..place].iter().all(|other| other.slug != rule.slug), "{} stands twice", rule.slug);
    }
}
