//! The judge before services: a boat that changes the crew of a ship; good and broken in every way.

use super::super::{Violation, verify};
use super::breaks::Break;
use crate::id::Ix;
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::{GoalStamp, Itinerary, Move, Schedule, SolveStamp, Status, What, account};

const PLAN: &str = r#"
[plan]
name = "a crew is changed"
start = 2027-01-01T00:00:00Z
end = 2027-01-01T12:00:00Z

[goal]
order = ["finish"]

[[site]]
id = "port"
kind = "port"
position = [24.3, 154.0]
[[site]]
id = "field"
kind = "sea"
position = [24.0, 154.0]

[[vessel]]
id = "ship"
at = "port"
calls = ["field"]
speed = "10 kn"
[[vessel]]
id = "boat"
at = "port"
home = "port"
calls = ["field"]
speed = "10 kn"

[[task]]
id = "dive"
vessel = "ship"
site = "field"
duration = "2 h"
[[task]]
id = "crew"
vessel = "boat"
site = "field"
duration = "1 h"
serves = "ship"
every = "5 h"
times = "0..9"
"#;

/// The ship goes out, dives from `dive` on and goes back where it says when; the boat changes its crew in the third hour.
fn itinerary(out: usize, dive: usize, back: Option<usize>) -> Itinerary {
    let step = |what, start, hours| Move { what, start, end: start + hours };
    let [port, field] = [0, 1].map(Ix::new);
    let mut ship = vec![step(What::Sail(port, field), out, 2), step(What::Task(Ix::new(0)), dive, 2)];
    ship.extend(back.map(|back| step(What::Sail(field, port), back, 2)));
    let boat = vec![
        step(What::Sail(port, field), 0, 2),
        step(What::Task(Ix::new(1)), 2, 1),
        step(What::Sail(field, port), 3, 2),
    ];
    let vessels = vec![ship, boat];
    let done = vessels.iter().filter_map(|moves| moves.last()).map(|last| last.end).collect();
    Itinerary { vessels, done, ..Itinerary::default() }
}

fn good() -> Itinerary {
    itinerary(0, 3, Some(6))
}

/// The same with the boat there so many hours longer before it changes the crew.
fn later(hours: usize, mut itinerary: Itinerary) -> Itinerary {
    for step in &mut itinerary.vessels[1][1..] {
        (step.start, step.end) = (step.start + hours, step.end + hours);
    }
    itinerary.done[1] += hours;
    itinerary
}

/// The plan and its schedule.
pub(super) fn told_good() -> (Plan, Sea, Schedule) {
    told(&[], &good())
}

fn told(changes: &[(&str, &str)], itinerary: &Itinerary) -> (Plan, Sea, Schedule) {
    let (plan, sea) = super::changed(PLAN, changes);
    let finish = itinerary.done.iter().copied().max().map_or(0.0, |last| last as f64);
    let name = Goal::Finish.word().to_owned();
    let goal = GoalStamp { name, value: finish, bound: Some(finish), gap: Some(0.0) };
    let stamp = SolveStamp { status: Status::Optimal, goals: vec![goal], solver: "hand".to_owned() };
    let schedule = account(&plan, &sea, itinerary, stamp);
    (plan, sea, schedule)
}

fn judged(changes: &[(&str, &str)], itinerary: &Itinerary) -> Vec<Violation> {
    let (plan, sea, schedule) = told(changes, itinerary);
    verify(&plan, &sea, &schedule)
}

/// The judgment of a schedule of which an activity is said to have a float of an hour.
fn with_float(id: &str) -> Vec<Violation> {
    let (plan, sea, mut schedule) = told(&[], &good());
    let activity = schedule.activities.iter_mut().find(|activity| activity.id == id).expect("an activity");
    (activity.float_h, activity.critical) = (Some(1.0), false);
    verify(&plan, &sea, &schedule)
}

/// A boat that changes the crew, and brings mail an hour later, which counts in the same rhythm.
fn with_mail(every: &str) -> Vec<Violation> {
    let mail = "[[task]]\nid = \"crew\"";
    let again = format!(
        "[[task]]\nid = \"mail\"\nvessel = \"boat\"\nsite = \"field\"\nduration = \"2 h\"\nserves = \"ship\"\nrhythm_of = \"crew\"\n{mail}"
    );
    let mut itinerary = good();
    let boat = &mut itinerary.vessels[1];
    boat[1].what = What::Task(Ix::new(2));
    boat.insert(2, Move { what: What::Task(Ix::new(1)), start: 4, end: 6 });
    (boat[3].start, boat[3].end, itinerary.done[1]) = (6, 8, 8);
    judged(&[(mail, &again), ("every = \"5 h\"", every)], &itinerary)
}

/// A boat that changes the crew for four hours, and a launch that comes and goes meanwhile, which counts in the same rhythm.
fn with_launch(every: &str) -> Vec<Violation> {
    let vessels = "[[vessel]]\nid = \"launch\"\nat = \"field\"\n[[task]]\nid = \"mail\"\nvessel = \"launch\"\nsite = \"field\"\nduration = \"1 h\"\nserves = \"ship\"\nrhythm_of = \"crew\"\n[[task]]\nid = \"crew\"";
    let mut itinerary = good();
    let boat = &mut itinerary.vessels[1];
    boat[1] = Move { what: What::Task(Ix::new(2)), start: 2, end: 6 };
    (boat[2].start, boat[2].end, itinerary.done[1]) = (6, 8, 8);
    itinerary.vessels.push(vec![Move { what: What::Task(Ix::new(1)), start: 3, end: 4 }]);
    itinerary.done.push(4);
    let longer =
        ("duration = \"1 h\"\nserves = \"ship\"\nevery", "duration = \"4 h\"\nserves = \"ship\"\nevery");
    judged(&[("[[task]]\nid = \"crew\"", vessels), longer, ("every = \"5 h\"", every)], &itinerary)
}

/// What breaks a rule of services, and no other.
pub(super) const SERVICES: &[Break] = &[
    // The ship is still on its way, and arrives as the boat is done.
    ("service", || judged(&[], &itinerary(1, 3, Some(6)))),
    // It lies in the port.
    ("service", || judged(&[], &itinerary(3, 5, None))),
    // It sails before the boat is done.
    ("service", || judged(&[], &later(2, itinerary(0, 2, Some(4))))),
    // The rhythm is that of the ship: five hours until it is done, though the boat is done in two.
    ("rhythm", || judged(&[("every = \"5 h\"", "every = \"299 min\"")], &good())),
    // Two hours until the crew is changed, one to the mail, and two from then until the ship is in port.
    ("rhythm", || with_mail("every = \"119 min\"")),
    // Two hours from when the boat is over, though the launch was long before.
    ("rhythm", || with_launch("every = \"119 min\"")),
    // Nobody is served while it is closed.
    ("task-closure", || {
        let closure = "[[closure]]\nvessel = \"ship\"\nfrom = 2027-01-01T02:00:00Z\nto = 2027-01-01T03:00:00Z\n[[task]]";
        judged(&[("[[task]]", closure)], &good())
    }),
    // What two vessels do together stays when it is, and the ship must have come by then.
    ("float", || with_float("crew.1")),
    ("float", || with_float("sail.ship.1")),
];

#[test]
fn a_crew_that_is_changed_by_a_boat_is_good() {
    let (plan, sea, schedule) = told(&[], &good());
    assert_eq!(verify(&plan, &sea, &schedule), []);
    let float =
        |id: &str| schedule.activities.iter().find(|activity| activity.id == id).and_then(|a| a.float_h);
    // The dive may be an hour later, and the boat is home three hours before the ship.
    let all = ["sail.ship.1", "dive.1", "crew.1", "sail.boat.2"].map(float);
    assert_eq!(all, [Some(0.0), Some(1.0), Some(0.0), Some(3.0)]);
    assert_eq!(with_mail("every = \"2 h\""), []);
    assert_eq!(with_launch("every = \"2 h\""), []);
    // A ship that is done lies where it is done, and may be served there; its rhythm is over.
    assert_eq!(judged(&[("every = \"5 h\"", "every = \"4 h\"")], &later(6, itinerary(0, 2, None))), []);
}
