//! The judge before laytime and demurrage: a ship that fetches twice and brings twice; good, worked out by hand, and broken.

use super::super::{Violation, verify};
use super::breaks::Break;
use crate::id::Ix;
use crate::plan::{Plan, Sea};
use crate::schedule::{GoalStamp, Itinerary, Move, Schedule, SolveStamp, Status, What, account};

const PLAN: &str = r#"
[plan]
name = "a ship on demurrage"
start = 2027-01-01T00:00:00Z
end = 2027-01-02T00:00:00Z
currency = "USD"

[goal]
order = ["cost"]

[[site]]
id = "mine"
kind = "port"
position = [24.0, 154.0]
stock = { mud = "9 t" }
[[site]]
id = "quay"
kind = "port"
position = [24.333, 154.0]

[[commodity]]
id = "mud"

[[vessel]]
id = "ship"
at = "mine"
calls = ["quay"]
speed = "10 kn"
hold = { mud = "2 t" }
demurrage = "2400 USD/d"
laytime = { mine = "3 h", quay = "2 h" }

[[transfer]]
id = "load"
from = "mine"
to = "ship"
commodity = "mud"
rate = "1 t/h"
[[transfer]]
id = "land"
from = "ship"
to = "quay"
commodity = "mud"
rate = "1 t/h"
"#;

/// Loads, is there at 4, waits until 6, lands; is back at 10, waits, loads from 11 to 13; is there at 15, lands, and is done at 17.
pub(super) fn told(change: (&str, &str)) -> (Plan, Sea, Schedule) {
    let (plan, sea) = super::changed(PLAN, &[change]);
    let (mine, quay, load, land) = (Ix::new(0), Ix::new(1), Ix::new(0), Ix::new(1));
    let step = |what, start, end| Move { what, start, end };
    let moves = |of, start| step(What::Transfer(of, vec![1.0, 1.0]), start, start + 2);
    let ship = vec![
        moves(load, 0),
        step(What::Sail(mine, quay), 2, 4),
        moves(land, 6),
        step(What::Sail(quay, mine), 8, 10),
        moves(load, 11),
        step(What::Sail(mine, quay), 13, 15),
        moves(land, 15),
    ];
    let itinerary = Itinerary { vessels: vec![ship], done: vec![17], ..Itinerary::default() };
    let goals = vec![GoalStamp { name: "cost".to_owned(), value: 0.0, bound: Some(0.0), gap: Some(0.0) }];
    let stamp = SolveStamp { status: Status::Optimal, goals, solver: "hand".to_owned() };
    let mut schedule = account(&plan, &sea, &itinerary, stamp);
    let cost = schedule.totals.cost;
    schedule.solve.goals[0].value = cost;
    schedule.solve.goals[0].bound = Some(cost);
    (plan, sea, schedule)
}

fn judged(change: (&str, &str), spoil: impl Fn(&mut Schedule)) -> (Schedule, Vec<Violation>) {
    let (plan, sea, mut schedule) = told(change);
    spoil(&mut schedule);
    let found = verify(&plan, &sea, &schedule);
    (schedule, found)
}

fn broken(spoil: impl Fn(&mut Schedule)) -> Vec<Violation> {
    judged(("", ""), spoil).1
}

/// What breaks the rule of laytimes.
pub(super) const LAYTIMES: &[Break] = &[
    ("laytime", || broken(|s| s.laytimes[0].calls = 4)),
    ("laytime", || broken(|s| s.laytimes[0].used_h += 2.0)),
    ("laytime", || broken(|s| s.laytimes[0].allowed_h += 3.0)),
    ("laytime", || broken(|s| s.laytimes[0].over_h = 0.0)),
    ("laytime", || broken(|s| s.laytimes[0].cost = 0.0)),
    ("laytime", || broken(|s| s.laytimes.clear())),
    ("laytime", || broken(|s| s.laytimes[0].vessel = "tug".to_owned())),
    // As if what goes over before the first leg allowed something.
    ("laytime", || judged(("mine = \"3 h\"", "mine = \"16 t/d\""), |s| s.laytimes[0].allowed_h += 3.0).1),
    ("number", || broken(|s| s.laytimes[0].used_h = f64::NAN)),
    ("total-cost", || broken(|s| s.totals.cost -= 200.0)),
];

#[test]
fn time_saved_at_one_call_is_set_off_against_another_and_the_first_stay_is_none() {
    let (schedule, found) = judged(("", ""), |_| ());
    assert_eq!(found, []);
    // 4 h, 3 h and 2 h at three calls that may last 2 h, 3 h and 2 h; at 100 USD an hour.
    let row = &schedule.laytimes[0];
    assert_eq!((row.calls, row.used_h, row.allowed_h, row.over_h, row.cost), (3, 9.0, 7.0, 2.0, 200.0));
    assert_eq!(schedule.totals.cost, 200.0);
    let costs: Vec<(&str, f64)> = schedule.costs.iter().map(|row| (row.item.as_str(), row.amount)).collect();
    assert_eq!(costs, [("demurrage", 200.0)]);
    // An hour more at the mine than is needed there: one of the two hours is made up for.
    let (schedule, found) = judged(("mine = \"3 h\"", "mine = \"4 h\""), |_| ());
    assert_eq!((schedule.totals.cost, found), (100.0, vec![]));
    // Nobody is paid for saving time.
    let (schedule, found) = judged(("mine = \"3 h\"", "mine = \"30 h\""), |_| ());
    assert_eq!((schedule.totals.cost, found), (0.0, vec![]));
    assert!(schedule.costs.is_empty());
    // For 2 t at each call 3 h are allowed at the mine, as before, and an hour at the quay.
    let (schedule, found) =
        judged(("mine = \"3 h\", quay = \"2 h\"", "mine = \"16 t/d\", quay = \"48 t/d\""), |_| ());
    assert_eq!((schedule.laytimes[0].allowed_h, schedule.totals.cost, found), (5.0, 400.0, vec![]));
    // Where only the quay counts, the mine may take as long as it likes.
    let (schedule, found) = judged(("mine = \"3 h\", ", ""), |_| ());
    assert_eq!((schedule.laytimes[0].calls, schedule.totals.cost, found), (2, 200.0, vec![]));
}
