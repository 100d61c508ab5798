use super::*;
use crate::id::Ix;
use crate::model::joined::part_in_turn;
use crate::model::{Options, Outcome, optimise};
use crate::plan::{Plan, Sea};
use crate::schedule::{Move, What};
use std::sync::atomic::AtomicBool;

mod after;
mod resources;
pub mod small;
mod supply;
mod work;

/// A plan of a ship that lifts 10 t/h in the field, of `kind`, whenever Hs is 1.5 m or less, with carriers from a quay an hour away; with the
/// sea hour by hour.
fn plan(hours: u32, kind: &str, carriers: &str, sea: impl Iterator<Item = f64>) -> (Plan, Sea) {
    let text = format!(
        r#"
plan = {{ name = "rounds", start = 2026-01-01T00:00:00Z, end = 2026-01-{:02}T{:02}:00:00Z }}
goal = {{ order = ["delivered"] }}
weather = [{{ id = "w", file = "sea.csv" }}]
commodity = [{{ id = "mud" }}]
site = [
  {{ id = "field", kind = "{kind}", position = [24.0, 154.0], weather = "w" }},
  {{ id = "quay", kind = "port", position = [24.2, 154.0] }},
]
sampling = [{{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "10 t/h", limits = {{ hs = "1.5 m" }} }}]
[[vessel]]
id = "ship"
at = "field"
hold = {{ mud = "40 t" }}
{carriers}"#,
        1 + hours / 24,
        hours % 24,
    );
    loaded(&text, sea)
}

/// A plan as written, with the sea hour by hour.
pub fn loaded(text: &str, sea: impl Iterator<Item = f64>) -> (Plan, Sea) {
    let folder = tempfile::tempdir().expect("a folder");
    let hour =
        |(hour, hs): (usize, f64)| format!("2026-01-{:02}T{:02}:00:00Z,{hs}\n", 1 + hour / 24, hour % 24);
    let sea: String = sea.take(72).enumerate().map(hour).collect();
    std::fs::write(folder.path().join("sea.csv"), format!("time,hs_m\n{sea}")).expect("a sea");
    std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
    let checked = crate::plan::load(folder.path()).expect("files");
    let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
    checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")))
}

/// A carrier for 10 t that takes and lands 5 t/h.
fn carrier(id: &str, lands_at: &str, keys: &str, meeting: &str) -> String {
    format!(
        r#"
[[vessel]]
id = "{id}"
at = "quay"
calls = ["quay", "field"]
hold = {{ mud = "10 t" }}
{keys}
[[transfer]]
id = "fetch-{id}"
from = "ship"
to = "{id}"
site = "field"
commodity = "mud"
rate = "5 t/h"
{meeting}
[[transfer]]
id = "land-{id}"
from = "{id}"
to = "{lands_at}"
commodity = "mud"
rate = "5 t/h"
"#
    )
}

/// The best rows of meetings, if it is a plan for them.
fn best((plan, sea): &(Plan, Sea)) -> Option<Best> {
    Some(Rounds::new(&Sets::new(plan, sea))?.best(&|| true, &|| true, &|_| ()))
}

/// The most that they let land.
fn most(loaded: &(Plan, Sea)) -> Option<f64> {
    Some(best(loaded)?.most)
}

/// What the search comes to that leaves nothing out, where hope is no help because everything is free.
fn with_free_prices(plan: &Plan, sea: &Sea) -> f64 {
    let ground = Ground::new(&Sets::new(plan, sea)).expect("a plan of rounds");
    let tables = Tables::new(&ground, false);
    let values = Values::new(&ground, Settled::free(&ground).best.1);
    let room = Room { rows: usize::MAX, alike: usize::MAX, waits: false, limit: f64::INFINITY };
    Search::new(&ground, &tables, &values).run(0.0, room, &|| true).bound
}

#[test]
fn a_carrier_that_can_no_longer_come_home_stays_there() {
    // Lifting begins when the slow one, eight hours from home, would be too late: it stays at the quay, and the other one fetches a load.
    let [fast, slow] = ["12 kn", "1.5 kn"].map(|speed| format!("speed = \"{speed}\"\nhome = \"quay\""));
    let carriers = carrier("fast", "quay", &fast, "") + &carrier("slow", "quay", &slow, "");
    let sea = std::iter::repeat_n(2.0, 21).chain(std::iter::repeat(1.0));
    assert_eq!(most(&plan(30, "sea", &carriers, sea)), Some(10.0));
}

#[test]
fn what_is_landed_where_ships_are_met_counts() {
    // An hour's way, then ten tonnes in four hours, over and over: two and a half times in eleven hours.
    let carriers = carrier("carrier", "field", "speed = \"12 kn\"", "");
    assert_eq!(most(&plan(12, "island", &carriers, std::iter::repeat(1.0))), Some(25.0));
}

#[test]
fn carriers_that_meet_in_other_gear_than_they_sail_in_are_left_to_the_solver() {
    let gear = "speed = \"12 kn\"\ngear = [{ id = \"bare\" }, { id = \"fenders\" }]";
    let task = |id: &str, gear: &str, leaves: &str| {
        format!(
            "[[task]]\nid = \"{id}\"\nvessel = \"carrier\"\nsite = \"field\"\nduration = \"1 h\"\ngear = \"{gear}\"\n\
             leaves = \"{leaves}\"\ntimes = \"0..9\"\n"
        )
    };
    let tasks = task("put-out", "bare", "fenders") + &task("take-in", "fenders", "bare");
    let bare = carrier("carrier", "quay", gear, "");
    let other = carrier("carrier", "quay", gear, "to_gear = \"fenders\"") + &tasks;
    assert_eq!(most(&plan(12, "sea", &bare, std::iter::repeat(1.0))), Some(20.0));
    assert_eq!(most(&plan(12, "sea", &other, std::iter::repeat(1.0))), None);
}

#[test]
fn what_a_carrier_has_taken_already_is_not_taken_from_it_unasked() {
    // The slow one can only be met from 8:00 on and must leave at 14:00 with its 40 t; the swift one leaves at 19:00, and has all of its 40 t only
    // if it was given half of them before: eight hours of lifting, eleven of meetings.
    let text = r#"
plan = { name = "two", start = 2026-01-01T00:00:00Z, end = 2026-01-01T23:00:00Z }
goal = { order = ["delivered"] }
commodity = [{ id = "mud" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0] }, { id = "quay", kind = "port", position = [25.38, 154.0] }]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "10 t/h" }]
vessel = [
  { id = "ship", at = "field", hold = { mud = "40 t" } },
  { id = "slow", at = "quay", calls = ["field"], speed = "10.5 kn", departs_every = "14 h", hold = { mud = "40 t" } },
  { id = "swift", at = "field", calls = ["quay"], speed = "42 kn", departs_every = "19 h", hold = { mud = "40 t" } },
]
transfer = [
  { id = "fetch-1", from = "ship", to = "slow", site = "field", commodity = "mud", rate = "10 t/h", setup = "1 h" },
  { id = "fetch-2", from = "ship", to = "swift", site = "field", commodity = "mud", rate = "10 t/h", setup = "1 h" },
  { id = "land-1", from = "slow", to = "quay", commodity = "mud", rate = "40 t/h" },
  { id = "land-2", from = "swift", to = "quay", commodity = "mud", rate = "40 t/h" },
]
"#;
    let (plan, sea) = loaded(text, std::iter::repeat(1.0));
    assert_eq!(with_free_prices(&plan, &sea), 80.0);
    assert_eq!(most(&(plan, sea)), Some(80.0));
}

/// Two ships that lift 1 t/h, each with a swift carrier of its own that comes last, and one carrier before that both can give to.
fn split(hold: u32, rates: [u32; 2], limits: [f64; 2], speed: f64, sea: &[f64]) -> (Plan, Sea) {
    let [rate, last] = rates;
    let [meets, lifts] = limits;
    let text = format!(
        r#"
plan = {{ name = "split", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{:02}:00:00Z }}
goal = {{ order = ["delivered"] }}
weather = [{{ id = "w", file = "sea.csv" }}]
commodity = [{{ id = "mud" }}]
site = [
  {{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }},
  {{ id = "quay", kind = "port", position = [24.2, 154.0] }},
]
vessel = [
  {{ id = "a", at = "field", hold = {{ mud = "{hold} t" }} }},
  {{ id = "b", at = "field", hold = {{ mud = "{hold} t" }} }},
  {{ id = "both", at = "quay", calls = ["quay", "field"], speed = "{speed} kn", hold = {{ mud = "{hold} t" }} }},
  {{ id = "of-a", at = "field", calls = ["quay", "field"], speed = "13 kn", hold = {{ mud = "{hold} t" }} }},
  {{ id = "of-b", at = "field", calls = ["quay", "field"], speed = "13 kn", hold = {{ mud = "{hold} t" }} }},
]
transfer = [
  {{ id = "fetch-a", from = "a", to = "both", site = "field", commodity = "mud", rate = "{rate} t/h", limits = {{ hs = "2 m" }} }},
  {{ id = "fetch-b", from = "b", to = "both", site = "field", commodity = "mud", rate = "{rate} t/h", limits = {{ hs = "{meets} m" }} }},
  {{ id = "last-a", from = "a", to = "of-a", site = "field", commodity = "mud", rate = "{last} t/h", limits = {{ hs = "1.2 m" }} }},
  {{ id = "last-b", from = "b", to = "of-b", site = "field", commodity = "mud", rate = "{last} t/h", limits = {{ hs = "1.2 m" }} }},
  {{ id = "land", from = "both", to = "quay", commodity = "mud", rate = "{last} t/h" }},
  {{ id = "land-a", from = "of-a", to = "quay", commodity = "mud", rate = "{last} t/h" }},
  {{ id = "land-b", from = "of-b", to = "quay", commodity = "mud", rate = "{last} t/h" }},
]
sampling = [
  {{ id = "lift-a", vessel = "a", site = "field", commodity = "mud", rate = "1 t/h", limits = {{ hs = "1.5 m" }} }},
  {{ id = "lift-b", vessel = "b", site = "field", commodity = "mud", rate = "1 t/h", limits = {{ hs = "{lifts} m" }} }},
]
"#,
        sea.len() - 1,
    );
    loaded(&text, sea.iter().copied().chain(std::iter::repeat(3.0)))
}

#[test]
fn who_could_be_full_may_still_take_the_rest_of_another_ship() {
    // Two tonnes of each relieve both holds, of which the carriers that come last have four each.
    let sea = [1.4, 1.4, 1.4, 1.4, 1.8, 1.8, 1.4, 1.4, 1.0, 3.0, 3.0, 3.0, 3.0];
    let (plan, sea) = split(4, [4, 4], [2.0, 1.5], 3.01, &sea);
    assert!(with_free_prices(&plan, &sea) >= 12.0);
    assert!(most(&(plan, sea)).is_some_and(|most| most >= 12.0));
    // Four of one, and the fifth of the other.
    let sea = [1.4, 1.4, 1.4, 1.4, 1.4, 1.8, 1.8, 1.7, 1.45, 1.45, 1.45, 1.4, 1.0, 3.0, 3.0, 3.0, 3.0];
    let (plan, sea) = split(5, [3, 5], [1.7, 1.42], 2.41, &sea);
    assert!(with_free_prices(&plan, &sea) >= 15.0);
    assert!(most(&(plan, sea)).is_some_and(|most| most >= 15.0));
}

/// A ship that lifts 10 t/h at two locations, 30 t at most at each, and is met by two carriers that are alike.
pub fn two_locations() -> (Plan, Sea) {
    let text = r#"
plan = { name = "two", start = 2026-01-01T00:00:00Z, end = 2026-01-02T06:00:00Z }
goal = { order = ["delivered"] }
commodity = [{ id = "mud" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0] }, { id = "quay", kind = "port", position = [24.2, 154.0] }]
vessel = [
  { id = "ship", at = "field", hold = { mud = "40 t" } },
  { id = "carrier", count = 2, at = "quay", calls = ["quay", "field"], speed = "12 kn", hold = { mud = "10 t" } },
]
transfer = [
  { id = "fetch", from = "ship", to = "carrier", site = "field", commodity = "mud", rate = "5 t/h" },
  { id = "land", from = "carrier", to = "quay", commodity = "mud", rate = "5 t/h" },
]
[[sampling]]
id = "near"
vessel = "ship"
site = "field"
commodity = "mud"
rate = "10 t/h"
at_most = "30 t"
value = [["30 t", 1.0]]
[[sampling]]
id = "far"
vessel = "ship"
site = "field"
commodity = "mud"
rate = "10 t/h"
at_most = "30 t"
value = [["30 t", 0.5]]
"#;
    loaded(text, std::iter::repeat(1.0))
}

#[test]
fn before_tonnes_are_known_locations_lift_in_turn_all_that_they_may() {
    let (plan, sea) = two_locations();
    let sets = Sets::new(&plan, &sea);
    let run = |start: usize, end: usize| Move { what: What::Sample(Ix::new(0), Vec::new()), start, end };
    let mut itinerary = Itinerary {
        vessels: vec![vec![run(0, 2), run(4, 7)], Vec::new(), Vec::new()],
        ..Itinerary::default()
    };
    part_in_turn(&sets, &mut itinerary);
    let runs = itinerary.vessels[0].iter().map(|step| (step.start, step.end, step.what.clone()));
    let of = |q: usize, slots: usize| What::Sample(Ix::new(q), vec![0.0; slots]);
    assert_eq!(runs.collect::<Vec<_>>(), [(0, 2, of(0, 2)), (4, 5, of(0, 1)), (5, 7, of(1, 2))]);
}

#[test]
fn a_schedule_made_in_a_hurry_lands_something_of_each_location() {
    let (plan, sea) = two_locations();
    let stop = AtomicBool::new(false);
    let limit = std::time::Duration::from_millis(1);
    let hurry = Options { time_limit: Some(limit), ..Options::new(&stop) };
    let Outcome::Solved(solved) = optimise(&plan, &sea, &hurry).expect("a solver that works") else {
        panic!("no schedule")
    };
    let lifted = |q: usize| -> f64 {
        let moves = solved.itinerary.vessels.iter().flatten();
        let of_it = moves.filter_map(|step| match &step.what {
            What::Sample(of, tonnes) if *of == Ix::new(q) => Some(tonnes.iter().sum::<f64>()),
            _ => None,
        });
        of_it.sum()
    };
    assert!(lifted(0) <= 30.0 + 1e-6 && lifted(1) <= 30.0 + 1e-6, "{} and {}", lifted(0), lifted(1));
    let goal = &solved.stamp.goals[0];
    assert!(goal.value > 30.0 && goal.bound.is_some_and(|bound| bound >= goal.value), "{goal:?}");
}

/// The most that the solver alone lets land.
pub fn alone((plan, sea): &(Plan, Sea)) -> f64 {
    let stop = AtomicBool::new(false);
    match optimise(plan, sea, &Options::new(&stop)).expect("a solver that works") {
        Outcome::Solved(solved) => solved.stamp.goals[0].value,
        other => panic!("{other:?}"),
    }
}
