//! The judge before tanks: a ship with two of them that lifts two goods and is met by a tender with one; good and broken in every way.

use super::super::{Violation, verify};
use super::breaks::Break;
use crate::id::Ix;
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::{
    Activity, GoalStamp, Itinerary, Move, Schedule, SolveStamp, Status, TankFlow, TankStock, What, account,
};

const PLAN: &str = r#"
plan = { name = "tanks", start = 2027-01-01T00:00:00Z, end = 2027-01-01T12:00:00Z }
goal = { order = ["sampled"] }
site = [{ id = "field", kind = "sea" }]
commodity = [{ id = "mud" }, { id = "ore" }]
sampling = [
  { id = "mud", vessel = "ship", commodity = "mud", rate = "10 t/h" },
  { id = "ore", vessel = "ship", commodity = "ore", rate = "10 t/h" },
]
transfer = [{ id = "over", from = "ship", to = "tender", site = "field", commodity = "mud", rate = "40 t/h" }]

[[vessel]]
id = "ship"
at = "field"
tank = [
  { id = "fore", capacity = "25 t", aboard = { mud = "5 t" } },
  { id = "aft", capacity = "12 t" },
]
[[vessel]]
id = "tender"
at = "field"
hold = { mud = "40 t" }
tank = [{ id = "only", capacity = "40 t" }]
"#;

/// 20 t of mud into both tanks, 20 t over to the tender, so that the fore tank is empty, then 10 t of ore into the fore one.
fn itinerary() -> Itinerary {
    let step = |what, start, end| Move { what, start, end };
    let ship = vec![
        step(What::Sample(Ix::new(0), vec![10.0, 10.0]), 0, 2),
        step(What::Alongside(Ix::new(0)), 3, 4),
        step(What::Sample(Ix::new(1), vec![10.0]), 4, 5),
    ];
    let tender = vec![step(What::Transfer(Ix::new(0), vec![20.0]), 3, 4)];
    let tanks =
        |vessel, start, tonnes: &[f64]| TankFlow { vessel: Ix::new(vessel), start, tonnes: tonnes.to_vec() };
    let tanks = vec![
        tanks(0, 0, &[12.0, 8.0]),
        tanks(0, 3, &[17.0, 3.0]),
        tanks(0, 4, &[10.0, 0.0]),
        tanks(1, 3, &[20.0]),
    ];
    Itinerary { vessels: vec![ship, tender], done: vec![5, 4], tanks, ..Itinerary::default() }
}

pub(super) fn told(changes: &[(&str, &str)]) -> (Plan, Sea, Schedule) {
    let (plan, sea) = super::changed(PLAN, changes);
    let goal =
        GoalStamp { name: Goal::Sampled.word().to_owned(), value: 30.0, bound: Some(30.0), gap: Some(0.0) };
    let stamp = SolveStamp { status: Status::Optimal, goals: vec![goal], solver: "hand".to_owned() };
    let schedule = account(&plan, &sea, &itinerary(), stamp);
    (plan, sea, schedule)
}

fn under(changes: &[(&str, &str)]) -> Vec<Violation> {
    let (plan, sea, schedule) = told(changes);
    verify(&plan, &sea, &schedule)
}

/// The judgment when the tanks of some activity are said otherwise.
fn with(id: &str, tanks: &[(&str, f64)]) -> Vec<Violation> {
    let (plan, sea, mut schedule) = told(&[]);
    one(&mut schedule, id).tanks = tanks.iter().map(|(name, tonnes)| ((*name).to_owned(), *tonnes)).collect();
    again(&plan, &mut schedule);
    verify(&plan, &sea, &schedule)
}

/// Tells the levels of the tanks as the activities now have them.
fn again(plan: &Plan, schedule: &mut Schedule) {
    schedule.tanks = crate::schedule::tanks::tanks(plan, &schedule.activities);
}

/// The judgment when the levels of tanks are said otherwise.
fn levelled(change: impl FnOnce(&mut Vec<TankStock>)) -> Vec<Violation> {
    let (plan, sea, mut schedule) = told(&[]);
    change(&mut schedule.tanks);
    verify(&plan, &sea, &schedule)
}

fn one<'s>(schedule: &'s mut Schedule, id: &str) -> &'s mut Activity {
    schedule.activities.iter_mut().find(|activity| activity.id == id).expect("an activity")
}

/// What breaks a rule of tanks, and no other.
pub(super) const TANKS: &[Break] = &[
    ("tank-said", || with("mud.1", &[("fore", 12.0), ("aft", 7.0), ("bilge", 1.0)])),
    ("tank-said", || with("ore.1", &[("fore", 5.0), ("fore", 5.0)])),
    ("tank-said", || with("ore.1", &[("fore", 9.0)])),
    ("tank-said", || with("over.1", &[])),
    ("number", || with("over.1", &[("only", f64::NAN)])),
    ("tank-said", || with("wait.ship.1", &[("fore", 0.0), ("bilge", 0.0)])),
    ("tank-said", || with("wait.ship.1", &[("fore", 3.0)])),
    // 13 t of mud do not go into the aft tank.
    ("tank-bounds", || {
        let (plan, sea, mut schedule) = told(&[]);
        one(&mut schedule, "mud.1").tanks = vec![("fore".to_owned(), 7.0), ("aft".to_owned(), 13.0)];
        one(&mut schedule, "over.ship.1").tanks = vec![("fore".to_owned(), 12.0), ("aft".to_owned(), 8.0)];
        again(&plan, &mut schedule);
        verify(&plan, &sea, &schedule)
    }),
    ("tank-bounds", || under(&[("capacity = \"25 t\"", "capacity = \"16 t\"")])),
    ("tank-levels", || levelled(|tanks| tanks.truncate(1))),
    ("tank-levels", || levelled(|tanks| tanks.push(tanks[0].clone()))),
    ("tank-levels", || levelled(|tanks| tanks[0].tank = "bilge".to_owned())),
    ("tank-levels", || levelled(|tanks| tanks[0].levels[1].1 += 1.0)),
    ("tank-levels", || levelled(|tanks| tanks[0].levels.truncate(2))),
    // Something else at the same time, and the end twice.
    ("tank-levels", || {
        levelled(|tanks| {
            let (time, _) = tanks[0].levels[1];
            tanks[0].levels.insert(1, (time, 99.0));
        })
    }),
    ("tank-levels", || {
        levelled(|tanks| {
            let last = tanks[0].levels[tanks[0].levels.len() - 1];
            tanks[0].levels.push(last);
        })
    }),
    ("number", || levelled(|tanks| tanks[0].levels[1].1 = f64::NAN)),
    // Mud is still in the fore tank when the ore comes.
    ("tank-mixed", || with("over.ship.1", &[("fore", 12.0), ("aft", 8.0)])),
    ("tank-mixed", || under(&[("mud = \"5 t\" } }", "mud = \"5 t\" }, takes = [\"mud\"] }")])),
];

#[test]
fn a_good_round_is_good() {
    let (plan, sea, mut schedule) = told(&[]);
    assert_eq!(verify(&plan, &sea, &schedule), []);
    let tanks = &one(&mut schedule, "over.ship.1").tanks;
    assert_eq!(*tanks, [("fore".to_owned(), 17.0), ("aft".to_owned(), 3.0)]);
    assert!(one(&mut schedule, "wait.ship.1").tanks.is_empty());
}
