//! The judge before good schedules and bad ones.
//!
//! A small plan, the sea for it, and a schedule that is good, all written by hand; the accounts are made up here from the
//! activities, in the plainest way, so that a test can change what happens and keep everything else in order.

mod accounts;
mod breaks;
mod dues;
mod figures;
mod fleet;
mod holders;
mod laytime;
mod more;
mod services;
mod shore;
mod tables;
mod tanks;
mod twins;

use super::{Violation, verify};
use crate::plan::{Plan, Sea, load};
use crate::schedule::{Activity, Hours, Kind, Schedule, Time};
use accounts::accounts;
use chrono::{TimeDelta, Utc};

const PLAN: &str = include_str!("plan.toml");
const HOURS: i64 = 72;

/// A plan without a sea, with parts of its text written otherwise.
fn changed(text: &str, changes: &[(&str, &str)]) -> (Plan, Sea) {
    let mut text = text.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the plan has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.toml"), text).expect("written");
    let checked = load(folder.path()).expect("read");
    checked.plan.unwrap_or_else(|| panic!("the plan is at fault: {:?}", checked.found))
}

/// `hour` hours after the plan's start.
fn at(hour: f64) -> Time {
    let start: Time = "2026-01-12T00:00:00+09:00".parse().expect("a time");
    start + TimeDelta::seconds((hour * 3600.0) as i64)
}

/// A plan, its weather and what happens; good until a test changes it.
struct Story {
    plan: String,
    /// Significant wave heights at the field, in metres, hour by hour.
    hs: Vec<f64>,
    activities: Vec<Activity>,
}

fn activity(kind: Kind, id: &str, vessel: &str, site: &str, hours: (f64, f64)) -> Activity {
    let (start, end) = (at(hours.0), at(hours.1));
    let of_plan = matches!(kind, Kind::Task | Kind::Sampling | Kind::Transfer);
    Activity {
        id: id.to_owned(),
        kind,
        name: id.to_owned(),
        task: of_plan.then(|| id.split('.').next().unwrap_or(id).to_owned()),
        vessel: (!vessel.is_empty()).then(|| vessel.to_owned()),
        site: Some(site.to_owned()),
        to_site: None,
        speed_kn: None,
        gear: None,
        start,
        end,
        work: if of_plan || kind == Kind::Sail { vec![(start, end)] } else { Vec::new() },
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

impl Story {
    fn good() -> Story {
        let ship = |kind, id, site, from, to| activity(kind, id, "ship", site, (from, to));
        let sail = |id, from: &'static str, to: &'static str, start, end| Activity {
            to_site: Some(to.to_owned()),
            ..ship(Kind::Sail, id, from, start, end)
        };
        let mud = |tonnes, activity| Activity {
            tonnes: Some(tonnes),
            commodity: Some("mud".to_owned()),
            ..activity
        };
        let activities = vec![
            ship(Kind::Idle, "idle.1", "port", 0.0, 2.0),
            sail("sail.1", "port", "field", 2.0, 8.0),
            Activity {
                work: vec![(at(8.0), at(9.0))],
                waiting_h: 1.0,
                ..ship(Kind::Wait, "wait.1", "field", 8.0, 9.0)
            },
            Activity {
                work: vec![(at(9.0), at(11.0)), (at(13.0), at(15.0))],
                waiting_h: 2.0,
                gear: Some("down".to_owned()),
                ..ship(Kind::Task, "lower", "field", 9.0, 15.0)
            },
            ship(Kind::Wait, "wait.2", "field", 15.0, 16.0),
            ship(Kind::Task, "test", "field", 16.0, 19.0),
            mud(4.5, ship(Kind::Sampling, "lift", "field", 19.0, 24.0)),
            Activity { gear: Some("stowed".to_owned()), ..ship(Kind::Task, "raise", "field", 24.0, 26.0) },
            sail("sail.2", "field", "port", 26.0, 32.0),
            mud(4.5, ship(Kind::Transfer, "home", "port", 32.0, 34.0)),
            ship(Kind::Idle, "idle.2", "port", 34.0, 72.0),
            activity(Kind::Idle, "idle.3", "tender", "port", (0.0, 72.0)),
            activity(Kind::Task, "inspect", "", "port", (33.0, 35.0)),
            activity(Kind::Task, "paint", "", "port", (36.0, 38.0)),
        ];
        let mut hs = vec![1.0; HOURS as usize];
        hs[8] = 3.0;
        hs[11..13].fill(2.8);
        Story { plan: PLAN.to_owned(), hs, activities }
    }

    /// Writes the plan otherwise.
    fn plan(mut self, from: &str, to: &str) -> Story {
        assert!(self.plan.contains(from), "the plan has no {from:?}");
        self.plan = self.plan.replacen(from, to, 1);
        self
    }

    fn hs(mut self, hour: usize, metres: f64) -> Story {
        self.hs[hour] = metres;
        self
    }

    /// Changes one activity.
    fn change(mut self, id: &str, change: impl FnOnce(&mut Activity)) -> Story {
        let activity = self.activities.iter_mut().find(|activity| activity.id == id);
        change(activity.expect("an activity"));
        self
    }

    /// Moves an activity that is worked without a pause.
    fn shift(self, id: &str, from: f64, to: f64) -> Story {
        self.change(id, |activity| {
            (activity.start, activity.end) = (at(from), at(to));
            if !activity.work.is_empty() {
                activity.work = vec![(at(from), at(to))];
            }
        })
    }

    fn add(mut self, activity: Activity) -> Story {
        self.activities.push(activity);
        self
    }

    fn without(mut self, id: &str) -> Story {
        self.activities.retain(|activity| activity.id != id);
        self
    }

    fn load(&self) -> (Plan, Sea) {
        let folder = tempfile::tempdir().expect("a folder");
        let start = at(0.0).with_timezone(&Utc);
        let rows = self.hs.iter().enumerate().map(|(hour, hs)| {
            let time = start + TimeDelta::hours(hour as i64);
            // A plan is refused whose weather has a hole: it is made in the sea, after the plan is read.
            let hs = if hs.is_nan() { 1.0 } else { *hs };
            format!("{},{hs}\n", time.format("%Y-%m-%dT%H:%M:%SZ"))
        });
        let csv = format!("time,hs_m\n{}", rows.collect::<String>());
        std::fs::write(folder.path().join("field.csv"), csv).expect("written");
        std::fs::write(folder.path().join("plan.toml"), &self.plan).expect("written");
        let checked = load(folder.path()).expect("read");
        let (plan, mut sea) =
            checked.plan.unwrap_or_else(|| panic!("the plan is at fault: {:?}", checked.found));
        for (value, hs) in sea.0[0].values[0].iter_mut().zip(&self.hs) {
            if hs.is_nan() {
                *value = *hs;
            }
        }
        (plan, sea)
    }

    /// The schedule that tells this story, with the accounts that follow from it.
    fn told(self) -> (Plan, Sea, Schedule) {
        let (plan, sea) = self.load();
        let schedule = accounts(&plan, &sea, self.activities);
        (plan, sea, schedule)
    }

    fn judged(self) -> Vec<Violation> {
        let (plan, sea, schedule) = self.told();
        verify(&plan, &sea, &schedule)
    }

    /// The judgment when the schedule is changed after the accounts were made.
    fn judged_with(self, change: impl FnOnce(&mut Schedule)) -> Vec<Violation> {
        let (plan, sea, mut schedule) = self.told();
        change(&mut schedule);
        verify(&plan, &sea, &schedule)
    }
}

#[test]
fn a_good_schedule_is_good() {
    let (plan, sea, schedule) = Story::good().told();
    assert_eq!(verify(&plan, &sea, &schedule), []);
    // The accounts of the tests, checked by hand.
    let totals = &schedule.totals;
    assert_eq!((totals.sampled_t, totals.cost, totals.late_h), (4.5, 34_500.0, 1.0));
    assert_eq!(totals.finish, at(38.0));
    let ship = Hours { work_h: 16.0, sail_h: 12.0, weather_wait_h: 3.0, other_wait_h: 1.0, idle_h: 40.0 };
    assert_eq!(totals.vessels["ship"], ship);
    assert_eq!(schedule.solve.goals[0].value, 16.5);
}
