//! The judge before fleets: a ship that lifts, two carriers that are alike, one berth; good and broken in every way.

use super::super::{Violation, verify};
use super::breaks::Break;
use crate::id::Ix;
use crate::plan::{Goal, Plan, Sea, Transfer};
use crate::schedule::{GoalStamp, Itinerary, Move, Schedule, SolveStamp, Status, What, account};

const PLAN: &str = r#"
[plan]
name = "a small fleet"
start = 2027-01-01T00:00:00Z
end = 2027-01-03T00:00:00Z

[goal]
order = ["delivered"]

[[site]]
id = "field"
kind = "sea"
position = [24.0, 154.0]
[[site]]
id = "port"
kind = "port"
position = [24.333, 154.0]
berths = 1

[[commodity]]
id = "mud"

[[vessel]]
id = "ship"
at = "field"
hold = { mud = "30 t" }

[[vessel]]
id = "carrier"
count = 2
at = "field"
calls = ["field", "port"]
speed = "10 kn"
departs_every = "2 h"
hold = { mud = "20 t" }

[[sampling]]
id = "lift"
vessel = "ship"
commodity = "mud"
rate = "10 t/h"

[[transfer]]
id = "alongside"
from = "ship"
to = "carrier"
commodity = "mud"
rate = "20 t/h"
setup = "1 h"
hoses_off = "1 h"

[[transfer]]
id = "land"
from = "carrier"
to = "port"
commodity = "mud"
rate = "20 t/h"
"#;

fn plan(change: (&str, &str)) -> (Plan, Sea) {
    super::changed(PLAN, &[change])
}

fn transfer(plan: &Plan, id: &str) -> Ix<Transfer> {
    plan.transfers.find(|transfer| transfer.id == id).expect("a transfer")
}

/// Each carrier takes 20 t and lands them, the first sailing at `first`, the second at 10.
fn itinerary(plan: &Plan, first: usize) -> Itinerary {
    let step = |what, start, end| Move { what, start, end };
    let of = |id: &str| transfer(plan, id);
    let (field, port) = (Ix::new(0), Ix::new(1));
    let fetch = |nth: &str, at: usize, sail: usize| {
        vec![
            step(What::Transfer(of(&format!("alongside-{nth}")), vec![0.0, 20.0, 0.0]), at, at + 3),
            step(What::Sail(field, port), sail, sail + 2),
            step(What::Transfer(of(&format!("land-{nth}")), vec![20.0]), sail + 2, sail + 3),
        ]
    };
    let lift = |at| step(What::Sample(Ix::new(0), vec![10.0; 2]), at, at + 2);
    let ship = vec![
        lift(0),
        step(What::Alongside(of("alongside-1")), 2, 5),
        lift(5),
        step(What::Alongside(of("alongside-2")), 7, 10),
    ];
    Itinerary {
        vessels: vec![ship, fetch("1", 2, first), fetch("2", 7, 10)],
        done: vec![10, first + 3, 13],
        ..Itinerary::default()
    }
}

fn judged(change: (&str, &str), first: usize, spoil: impl Fn(&Plan, &mut Itinerary)) -> Vec<Violation> {
    told(change, first, spoil, |_| ())
}

/// The same when what is told of it is changed as well.
pub(super) fn told(
    change: (&str, &str),
    first: usize,
    spoil: impl Fn(&Plan, &mut Itinerary),
    retell: impl Fn(&mut Schedule),
) -> Vec<Violation> {
    told_of(plan(change), first, spoil, retell)
}

fn told_of(
    (plan, sea): (Plan, Sea),
    first: usize,
    spoil: impl Fn(&Plan, &mut Itinerary),
    retell: impl Fn(&mut Schedule),
) -> Vec<Violation> {
    let mut itinerary = itinerary(&plan, first);
    spoil(&plan, &mut itinerary);
    let goal =
        GoalStamp { name: Goal::Delivered.word().to_owned(), value: 40.0, bound: Some(40.0), gap: Some(0.0) };
    let stamp = SolveStamp { status: Status::Optimal, goals: vec![goal], solver: "hand".to_owned() };
    let mut schedule = account(&plan, &sea, &itinerary, stamp);
    retell(&mut schedule);
    verify(&plan, &sea, &schedule)
}

/// What breaks the rules of fleets.
pub(super) const FLEET: &[Break] = &[
    ("meeting", || {
        judged(("", ""), 6, |plan, itinerary| {
            itinerary.vessels[0][1].what = What::Alongside(transfer(plan, "alongside-2"));
        })
    }),
    ("meeting-closure", || {
        let closed = "[[closure]]\nvessel = \"ship\"\nfrom = 2027-01-01T08:00:00Z\nto = 2027-01-01T09:00:00Z\n\n[[sampling]]";
        judged(("[[sampling]]", closed), 6, |_, _| ())
    }),
    ("berths", || judged(("", ""), 10, |_, _| ())),
    ("resource", || with_crane(1, [0, 1], 10)),
    // The first lands from 8 to 9; from 7 to 10 the second is set up, filled, and let go, and who lies beside it takes no more.
    ("resource", || with_crane(1, [1, 1], 6)),
    ("resource", || with_crane(2, [1, 2], 6)),
    ("departures", || judged(("", ""), 5, |_, _| ())),
];

/// Judges the fleet where there are berths for both, so many cranes, and fetching and landing take so many of them.
fn with_crane(cranes: u32, [fetching, landing]: [u32; 2], first: usize) -> Vec<Violation> {
    let berths = format!("berths = 2\n\n[[resource]]\nid = \"crane\"\ncapacity = {cranes}\n");
    let uses = |units: u32| match units {
        0 => String::new(),
        units => format!("\nuses = {{ crane = {units} }}\n"),
    };
    let fetch = format!("hoses_off = \"1 h\"\n{}", uses(fetching));
    let land = format!("to = \"port\"\n{}", uses(landing));
    let changes =
        [("berths = 1\n", &berths[..]), ("hoses_off = \"1 h\"\n", &fetch), ("to = \"port\"\n", &land)];
    told_of(super::changed(PLAN, &changes), first, |_, _| (), |_| ())
}

#[test]
fn a_good_fleet_is_good() {
    assert_eq!(judged(("", ""), 6, |_, _| ()), []);
    // Two berths are enough for both at once.
    assert_eq!(judged(("berths = 1", "berths = 2"), 10, |_, _| ()), []);
    assert_eq!(with_crane(2, [0, 1], 10), []);
    assert_eq!(with_crane(1, [0, 1], 6), []);
    assert_eq!(with_crane(2, [1, 1], 6), []);
}
