use super::*;
use crate::export::FORMATS;
use crate::schedule::{
    Activity, Bounded, BudgetRow, ClosureRow, CostRow, Delivery, GoalStamp, HorizonStamp, Hours, LaytimeRow,
    PlanStamp, SCHEMA, SolveStamp, Status, Stock, Time, Totals, WindowRow,
};
use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A schedule in which nothing happens, for so many hours from `start`.
pub fn empty(start: &str, hours: i64) -> Schedule {
    let start: Time = start.parse().expect("a time");
    let end = start + TimeDelta::hours(hours);
    Schedule {
        schema: SCHEMA.to_owned(),
        plan: PlanStamp {
            name: "a plan".to_owned(),
            zone: "UTC".to_owned(),
            sha256: "0".repeat(64),
            issued: start,
            currency: None,
        },
        weather: vec![],
        horizon: HorizonStamp { start, end, slot_h: 1.0 },
        solve: SolveStamp { status: Status::Optimal, goals: vec![], solver: "by hand".to_owned() },
        happened: None,
        sites: vec![],
        windows: vec![],
        activities: vec![],
        stocks: vec![],
        tanks: vec![],
        deliveries: vec![],
        totals: Totals {
            sampled_t: 0.0,
            delivered_t: 0.0,
            supplied_t: 0.0,
            made_t: BTreeMap::new(),
            made_range_t: BTreeMap::new(),
            finish: start,
            cost: 0.0,
            fuel_t: 0.0,
            co2_t: 0.0,
            late_h: 0.0,
            vessels: BTreeMap::new(),
        },
        links: vec![],
        costs: vec![],
        routes: vec![],
        notes: vec![],
        sea: vec![],
        reserves: vec![],
        demands: vec![],
        laytimes: vec![],
        budgets: vec![],
        closures: vec![],
    }
}

/// An activity that says as little as it can.
fn activity(kind: Kind, name: &str, start: Time, end: Time) -> Activity {
    Activity {
        id: name.to_owned(),
        kind,
        name: name.to_owned(),
        task: None,
        vessel: None,
        site: None,
        to_site: None,
        speed_kn: None,
        gear: None,
        start,
        end,
        work: vec![(start, end)],
        waiting_h: 0.0,
        tonnes: None,
        commodity: None,
        tanks: Vec::new(),
        made: None,
        course: Vec::new(),
        float_h: None,
        critical: false,
    }
}

fn plain(width: usize) -> Look {
    Look { width, colour: false }
}

#[test]
fn what_is_proven_of_which_goal_is_said() {
    let said = |goals: &[(&str, f64, f64, f64)]| {
        let mut schedule = empty("2026-01-01T00:00:00Z", 48);
        let goal = |&(name, value, bound, gap): &(&str, f64, f64, f64)| GoalStamp {
            name: name.to_owned(),
            value,
            bound: Some(bound),
            gap: Some(gap),
        };
        schedule.solve.goals = goals.iter().map(goal).collect();
        schedule.solve.status = Status::Feasible;
        crate::export::wording::status(&schedule)
    };
    let (proven, open) = (("delivered", 40.0, 40.0, 0.0), ("delivered", 40.0, 50.0, 0.2));
    assert_eq!(said(&[open, ("finish", 20.0, 0.0, 1.0)]), "Feasible, gap 20 %");
    assert_eq!(said(&[proven, ("finish", 20.0, 0.0, 1.0)]), "Proven for delivered, not for finish");
    assert_eq!(
        said(&[proven, ("finish", 20.0, 15.0, 0.25)]),
        "Proven for delivered, not for finish (gap 25 %)"
    );
    let last = [proven, ("finish", 20.0, 20.0, 0.0), ("cost", 9.0, 0.0, 1.0)];
    assert_eq!(said(&last), "Proven for delivered, finish, not for cost");
    assert_eq!(said(&[("cost", 9.0, 0.0, 1.0)]), "Feasible, not proven");
}

#[test]
fn what_each_goal_comes_to_is_told_however_many_are_open() {
    let mut schedule = empty("2026-01-01T00:00:00Z", 48);
    let goal = |name: &str, gap: f64| GoalStamp {
        name: name.to_owned(),
        value: 30.0,
        bound: Some(20.0),
        gap: Some(gap),
    };
    schedule.solve.goals =
        vec![goal("supplied", 0.0), goal("emissions", 0.125), goal("cost", 0.258), goal("lateness", 0.255)];
    schedule.solve.status = Status::Feasible;
    let text = render(&schedule, &plain(80));
    let head: Vec<&str> = text.lines().skip(3).take(4).collect();
    assert_eq!(head[0], "Proven for supplied, not for emissions (gap 12.5 %), cost (gap 25.8 %),");
    assert!(head[1].starts_with("  lateness (gap 25.5 %): supplied 30.0 (proven),"), "{text}");
    assert!(!head.iter().any(|line| line.contains('…')), "{text}");
}

#[test]
fn nothing_to_do_is_said() {
    let text = render(&empty("2026-01-01T00:00:00Z", 0), &plain(80));
    let expected = "a plan\n1 Jan 2026 00:00 to 1 Jan 2026 00:00, UTC\n\nProven optimal\n\n\
                    Nothing is scheduled.\n";
    assert_eq!(text, expected);
}

#[test]
fn a_moment_without_length_is_drawn() {
    let mut schedule = empty("2026-01-01T00:00:00Z", 0);
    let start = schedule.horizon.start;
    schedule.activities.push(activity(Kind::Task, "signed", start, start));
    let text = render(&schedule, &plain(80));
    assert!(text.contains("\n  signed      ▌\n"), "{text}");
}

#[test]
fn waits_shorter_than_an_hour_are_drawn_but_not_listed() {
    let mut schedule = empty("2026-01-01T00:00:00Z", 2);
    let start = schedule.horizon.start;
    for minutes in [59, 60] {
        let end = start + TimeDelta::minutes(minutes);
        let mut wait = activity(Kind::Wait, "waiting", start, end);
        (wait.waiting_h, wait.vessel) = (0.5, Some("v".to_owned()));
        schedule.activities.push(wait);
    }
    let text = render(&schedule, &plain(80));
    assert_eq!(text.matches("waiting, 30 min of it on weather").count(), 1, "{text}");
    assert_eq!(text.matches("59 min").count(), 0, "{text}");
}

#[test]
fn colour_only_repeats_what_is_there() {
    let schedule: Schedule =
        serde_json::from_str(include_str!("../../../tests/golden/export/schedule.json")).expect("a schedule");
    let coloured = render(&schedule, &Look { width: 80, colour: true });
    let mut bare = String::new();
    let mut pieces = coloured.split('\u{1b}');
    bare.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        bare.push_str(piece.split_once('m').expect("an escape ends").1);
    }
    assert_eq!(bare, render(&schedule, &plain(80)));
}

/// Names as hostile as they come.
fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z-]{1,12}",
        "\\PC{0,100}",
        "[\u{0}-\u{9f}]{0,20}",
        "[荒天待機採掘母船]{1,60}",
        "[a\u{202a}-\u{202e}\u{2066}-\u{2069}\u{200d}\u{fe0f}👩🚀é\u{301}]{0,30}",
    ]
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Task, Kind::Sail, Kind::Sampling, Kind::Transfer, Kind::Wait, Kind::Idle])
}

prop_compose! {
    /// An activity somewhere about the horizon, its minutes counted from the horizon's start.
    fn activities()(
        kind in kinds(),
        name in names(),
        vessel in prop::option::of(prop::sample::select(vec!["v", "荒天号"])),
        sites in prop::option::of((names(), prop::option::of(names()))),
        from in -20_000i64..3_000_000,
        length in prop_oneof![0i64..100, 0i64..1_000_000],
        work in prop::collection::vec((0i64..1_000_000, -10i64..100_000), 0..4),
        waiting_h in prop_oneof![Just(0.0), any::<f64>(), 0.0..1000.0],
        tonnes in prop::option::of(any::<f64>()),
        float_h in prop::option::of(any::<f64>()),
        critical in any::<bool>(),
    ) -> (Activity, i64) {
        let zero = DateTime::UNIX_EPOCH.fixed_offset();
        let at = |minutes| zero + TimeDelta::minutes(minutes);
        let mut activity = activity(kind, &name, at(0), at(length));
        activity.task = Some(name);
        activity.vessel = vessel.map(str::to_owned);
        (activity.site, activity.to_site) = sites.map_or((None, None), |(site, to)| (Some(site), to));
        activity.work = work.into_iter().map(|(start, length)| (at(start), at(start + length))).collect();
        (activity.waiting_h, activity.tonnes, activity.float_h) = (waiting_h, tonnes, float_h);
        activity.critical = critical;
        (activity, from)
    }
}

prop_compose! {
    fn schedules()(
        name in names(),
        zone in prop::sample::select(vec!["UTC", "Asia/Tokyo", "Europe/Berlin", "Pacific/Apia", "no/where"]),
        year in 1850i32..2250,
        minutes in 0i64..600_000,
        length in prop_oneof![0i64..2000, 0i64..200_000, 0i64..6_000_000],
        placed in prop::collection::vec(activities(), 0..8),
        goals in prop::collection::vec((names(), any::<f64>(), any::<f64>(), any::<f64>()), 0..4),
        amounts in prop::collection::vec(any::<f64>(), 4),
    ) -> Schedule {
        let mut schedule = empty(&format!("{year}-01-01T00:00:00Z"), 0);
        let start = schedule.horizon.start + TimeDelta::minutes(minutes);
        (schedule.horizon.start, schedule.horizon.end) = (start, start + TimeDelta::minutes(length));
        (schedule.plan.name, schedule.plan.zone) = (name.clone(), zone.to_owned());
        let move_by = |time: Time, minutes: i64| start + (time - DateTime::UNIX_EPOCH.fixed_offset())
            + TimeDelta::minutes(minutes);
        for (mut activity, from) in placed {
            (activity.start, activity.end) = (move_by(activity.start, from), move_by(activity.end, from));
            for interval in &mut activity.work {
                *interval = (move_by(interval.0, from), move_by(interval.1, from));
            }
            let open = activity.work.clone();
            schedule.windows.push(WindowRow { task: activity.name.clone(), limits: String::new(), bounds: vec![], forecast: None, open });
            schedule.activities.push(activity);
        }
        let words = ["finish", "cost", "lateness", "delivered"];
        for (at, (other, value, bound, gap)) in goals.into_iter().enumerate() {
            let name = if value > 0.0 { words[at].to_owned() } else { other };
            schedule.solve.goals.push(GoalStamp { name, value, bound: Some(bound), gap: Some(gap) });
            schedule.solve.status = Status::Feasible;
        }
        let levels = amounts.iter().map(|&amount| (start, amount)).collect();
        schedule.stocks.push(Stock { holder: name.clone(), commodity: name.clone(), levels });
        let delivery = Delivery { site: name.clone(), commodity: name.clone(), time: start, tonnes: amounts[0] };
        schedule.deliveries.push(delivery);
        schedule.costs.push(CostRow { item: name.clone(), vessel: Some(name.clone()), amount: amounts[1] });
        schedule.budgets.push(BudgetRow {
            id: name.clone(),
            bounds: Bounded::Feed,
            process: Some(name.clone()),
            unit: Some(name.clone()),
            most: amounts[0],
            spent: amounts[1],
            left: amounts[2],
        });
        schedule.closures.push(ClosureRow {
            stops: vec![name.clone(); 3],
            from: start,
            to: schedule.horizon.end,
            disruption: Some(name.clone()),
            reason: Some(name.clone()),
        });
        schedule.laytimes.push(LaytimeRow {
            vessel: name.clone(),
            calls: 1,
            used_h: amounts[0],
            allowed_h: amounts[1],
            over_h: amounts[2],
            cost: amounts[3],
        });
        schedule.totals.vessels.insert(name, Hours { work_h: amounts[1], ..Hours::default() });
        (schedule.totals.cost, schedule.totals.late_h) = (amounts[2], amounts[3]);
        schedule.totals.sampled_t = amounts[0];
        schedule
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_line_is_wider_than_asked(schedule in schedules(), width in prop_oneof![60usize..200, 0usize..60]) {
        let text = render(&schedule, &plain(width));
        for line in text.lines() {
            prop_assert!(page::width(line) <= width, "{line:?} is wider than {width}");
            prop_assert!(!line.ends_with(char::is_whitespace), "{line:?} ends in a blank");
            prop_assert!(!line.contains(char::is_control), "{line:?} has a control character");
        }
    }

    #[test]
    fn every_text_format_writes_any_schedule(schedule in schedules()) {
        for format in FORMATS.iter().filter(|format| format.is_text()) {
            let Some(bytes) = written_twice(*format, &schedule) else { continue };
            prop_assert!(String::from_utf8(bytes).is_ok());
        }
    }
}

proptest! {
    // Pictures take their time.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn every_other_format_writes_any_schedule(schedule in schedules()) {
        for format in FORMATS.iter().filter(|format| !format.is_text()) {
            written_twice(*format, &schedule);
        }
    }
}

/// What a format writes, which must be the same twice; nothing where it refuses the schedule.
fn written_twice(format: &dyn Format, schedule: &Schedule) -> Option<Vec<u8>> {
    if format.refuses(schedule).is_some() {
        return None;
    }
    let (mut once, mut again) = (Vec::new(), Vec::new());
    format.write(schedule, &mut once).unwrap_or_else(|e| panic!("{}: {e}", format.name()));
    format.write(schedule, &mut again).expect("memory takes every byte");
    assert!(once == again, "{} is not the same twice", format.name());
    Some(once)
}
