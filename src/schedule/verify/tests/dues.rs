//! The judge before hire and fuel: a ship that sails out of a port, works at sea and comes back; good, worked out by hand, and broken.

use super::super::{Violation, verify};
use super::breaks::Break;
use crate::id::Ix;
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::{GoalStamp, Itinerary, Move, Schedule, SolveStamp, Status, What, account};

const PLAN: &str = r#"
[plan]
name = "a hired ship"
start = 2027-01-01T00:00:00Z
end = 2027-01-03T00:00:00Z
currency = "USD"

[goal]
order = ["cost", "emissions"]

[[site]]
id = "port"
kind = "port"
position = [24.0, 154.0]
dues = "3000 USD"
[[site]]
id = "field"
kind = "sea"
position = [24.333, 154.0]

[[vessel]]
id = "ship"
at = "port"
home = "port"
calls = ["field"]
speed = "10 kn"
day_rate = "24000 USD/d"
hire = { from = 2027-01-01T05:30:00Z, to = 2027-01-02T12:00:00Z, mobilisation = "50000 USD", voyage = "2000 USD" }
fuel = { sailing = "3 t/h", working = "2 t/h", waiting = "1 t/h", price = "600 USD/t", co2 = 3.0 }

[[vessel]]
id = "spare"
at = "port"
day_rate = "9000 USD/d"
hire = { mobilisation = "70000 USD" }
fuel = { working = "2 t/h", waiting = "1 t/h", price = "600 USD/t", co2 = 3.0 }

[[task]]
id = "dive"
vessel = "ship"
site = "field"
duration = "4 h"

[[budget]]
id = "air"
emissions = "70 t"
"#;

fn plan(change: (&str, &str)) -> (Plan, Sea) {
    super::changed(PLAN, &[change])
}

/// Out at 7, the dive at 10, back at 14 and there at 16.
pub(super) fn told(change: (&str, &str)) -> (Plan, Sea, Schedule) {
    let (plan, sea) = plan(change);
    let (port, field) = (Ix::new(0), Ix::new(1));
    let step = |what, start, end| Move { what, start, end };
    let ship = vec![
        step(What::Sail(port, field), 7, 9),
        step(What::Task(Ix::new(0)), 10, 14),
        step(What::Sail(field, port), 14, 16),
    ];
    let itinerary = Itinerary { vessels: vec![ship, Vec::new()], done: vec![16, 0], ..Itinerary::default() };
    let goal =
        |goal: Goal| GoalStamp { name: goal.word().to_owned(), value: 0.0, bound: Some(0.0), gap: Some(0.0) };
    let goals = vec![goal(Goal::Cost), goal(Goal::Emissions)];
    let stamp = SolveStamp { status: Status::Optimal, goals, solver: "hand".to_owned() };
    let mut schedule = account(&plan, &sea, &itinerary, stamp);
    let totals = [schedule.totals.cost, schedule.totals.co2_t];
    for (goal, value) in schedule.solve.goals.iter_mut().zip(totals) {
        (goal.value, goal.bound) = (value, Some(value));
    }
    (plan, sea, schedule)
}

pub(super) fn judged(change: (&str, &str), spoil: impl Fn(&mut Schedule)) -> Vec<Violation> {
    let (plan, sea, mut schedule) = told(change);
    spoil(&mut schedule);
    verify(&plan, &sea, &schedule)
}

/// A choice of speeds, of which the lower takes four hours.
const SLOW: (&str, &str) =
    ("speed = \"10 kn\"", "speeds = [{ speed = \"10 kn\" }, { speed = \"5 kn\", sailing = \"1 t/h\" }]");

fn sail(schedule: &mut Schedule) -> &mut crate::schedule::Activity {
    schedule.activities.iter_mut().find(|activity| activity.to_site.is_some()).expect("a leg")
}

/// What breaks the rules of hire and fuel.
pub(super) const DUES: &[Break] = &[
    ("total-cost", || judged(("", ""), |s| s.totals.cost -= 50_000.0)),
    ("total-fuel", || judged(("", ""), |s| s.totals.fuel_t += 1.0)),
    ("total-co2", || judged(("", ""), |s| s.totals.co2_t = 0.0)),
    ("budget-emissions", || judged(("70 t", "50 t"), |_| ())),
    ("endurance", || judged(("day_rate = \"24000", "range = \"30 NM\"\nday_rate = \"24000"), |_| ())),
    ("endurance", || judged(("day_rate = \"24000", "bunkers = \"20 t\"\nday_rate = \"24000"), |_| ())),
    ("sail-speed", || judged(("", ""), |s| sail(s).speed_kn = Some(12.0))),
    ("sail-speed", || judged(SLOW, |s| sail(s).speed_kn = Some(5.0))),
    ("sail-speed", || judged(("", ""), |s| s.activities[2].speed_kn = Some(10.0))),
    ("sail-closure", || judged(("05:30:00Z", "07:30:00Z"), |_| ())),
    ("sail-closure", || judged(("2027-01-02T12:00:00Z", "2027-01-01T15:00:00Z"), |_| ())),
];

#[test]
fn what_a_hired_ship_costs_and_burns_is_what_a_hand_works_out() {
    let (plan, sea, schedule) = told(("", ""));
    assert_eq!(verify(&plan, &sea, &schedule), []);
    // 0.333 degrees of the meridian are 19.91 NM here: two hours at 10 kn but for a little, in which it waits.
    let way = plan.vessels[Ix::new(0)].legs[0].distance.metres() / 1852.0 / 10.0;
    assert!((1.98..2.0).contains(&way), "{way}");
    // On hire from 5:30 to 16:00; sails twice, works four hours, waits the rest.
    let fuel = 2.0 * 3.0 * way + 4.0 * 2.0 + (10.5 - 4.0 - 2.0 * way);
    // It leaves the port once, and comes in once.
    let cost = 50_000.0 + 2_000.0 + 3_000.0 + 24_000.0 * 10.5 / 24.0 + 600.0 * fuel;
    let totals = &schedule.totals;
    for (said, is) in [(totals.fuel_t, fuel), (totals.co2_t, 3.0 * fuel), (totals.cost, cost)] {
        assert!((said - is).abs() < 1e-5 * is, "{said} and not {is}");
    }
    let rows: Vec<(&str, f64)> =
        schedule.costs.iter().map(|row| (row.item.as_str(), row.amount.round())).collect();
    let items = ["day rate", "mobilisation", "voyages", "dues", "fuel", "day rate"];
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), items);
    // The spare does nothing, and costs nothing.
    assert_eq!(rows[5].1, 0.0);
    assert!(schedule.costs.iter().all(|row| row.item == "day rate" || row.vessel.as_deref() == Some("ship")));
}

#[test]
fn any_of_its_speeds_will_do_if_the_time_fits() {
    let (plan, sea, mut schedule) = told(SLOW);
    assert_eq!(verify(&plan, &sea, &schedule), []);
    assert_eq!(sail(&mut schedule).speed_kn, Some(10.0));
    sail(&mut schedule).speed_kn = None;
    assert_eq!(verify(&plan, &sea, &schedule), []);
}

#[test]
fn what_lasts_from_port_to_port_is_enough() {
    let bounded = |keys: &str| {
        let with = format!("{keys}\nday_rate = \"24000");
        judged(("day_rate = \"24000", &with), |_| ())
    };
    // 39.8 NM, and 21 t at sea; in port it burns 1.5 t more before it leaves.
    assert_eq!(bounded("range = \"40 NM\"\nbunkers = \"21 t\""), []);
    // Where it is full at sea too, half of it will do.
    let refuels = PLAN.replace("kind = \"sea\"", "kind = \"sea\"\nrefuels = true");
    assert!(refuels != PLAN);
    let at_sea = |plan: &str| plan.replace("day_rate = \"24000", "range = \"20 NM\"\nday_rate = \"24000");
    assert_eq!(judged((PLAN, &at_sea(&refuels)), |_| ()), []);
}
