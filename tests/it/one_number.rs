//! What is said of one unit more, against the plan file in which that one number is larger.

use crate::support::{Run, Written};
use serde_json::Value;

fn explained(plan: &str) -> Value {
    let written = Written::new(plan, &[]);
    Run::new(["explain", "--json", "--one-more"]).arg(written.folder.path()).done().json()
}

/// A row of a list, by what it is one more of, of which entry and of which commodity.
fn row<'t>(
    told: &'t Value,
    list: &str,
    (what, of, commodity): (&str, &str, Option<&str>),
) -> Option<&'t Value> {
    let key = if list == "capacities" { "capacity" } else { "what" };
    let mut rows = told[list].as_array().expect("a list").iter();
    rows.find(|row| row[key] == what && row["of"] == of && row["commodity"].as_str() == commodity)
}

/// Asserts that one more unit of something gains `wanted`, both as it is told and where the plan says `larger` in place of `now`.
fn gains(plan: &str, which: (&str, &str, Option<&str>), (now, larger): (&str, &str), wanted: f64) {
    assert_eq!(plan.matches(now).count(), 1, "{now} in {plan}");
    let told = explained(plan);
    let value = |told: &Value| told["value"].as_f64().expect("a number");
    let is_less_better = told["goal"] == "cost";
    let changed = value(&explained(&plan.replace(now, larger))) - value(&told);
    let changed = if is_less_better { -changed } else { changed };
    let price = row(&told, "capacities", which).expect("a price")["gain"].as_f64();
    let anew = row(&told, "one_more", which).expect("a row");
    for gain in [Some(changed), price, anew["at_least"].as_f64(), anew["at_most"].as_f64()] {
        assert!(
            gain.is_some_and(|gain| (gain - wanted).abs() < 2e-4 * wanted.abs().max(1.0)),
            "{which:?} {changed} {price:?} {anew}"
        );
    }
}

/// Works that make 10 t of cake a day for two demands, of which one is covered by a reserve.
const COVER: &str = r#"
plan = { name = "cover", start = 2026-01-01T00:00:00Z, end = 2026-01-11T00:00:00Z, slot = "24 h" }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [{ id = "quay", kind = "port", stock = { mud = "1000 t" } }]
process = [{ id = "press", site = "quay", from = "mud", to = "cake", yield = "20 %", capacity = "50 t/d" }]
demand = [
  { id = "a", site = "quay", commodity = "cake", rate = "2 t/d", from = 2026-01-05T00:00:00Z },
  { id = "b", site = "quay", commodity = "cake", amount = "90 t" },
]
reserve = [{ id = "pile", site = "quay", commodity = "cake", cover = "5 d", of = "a", by = 2026-01-05T00:00:00Z }]
"#;

#[test]
fn a_reserve_grows_with_the_demand_that_it_covers() {
    let rate = ("rate", "a", None);
    // Of 100 t of cake 10 t lie there in the end, and 5 t more with a tonne a day more.
    gains(COVER, rate, ("2 t/d", "3 t/d"), -5.0);
    // Where it lies there in any case, the rate is all that bounds.
    let enough = COVER.replace("90 t", "60 t");
    gains(&enough, rate, ("2 t/d", "3 t/d"), 6.0);
    gains(&COVER.replace("cover = \"5 d\", of = \"a\"", "target = \"10 t\""), rate, ("2 t/d", "3 t/d"), 0.0);
}

#[test]
fn a_reserve_that_grows_too_large_leaves_no_schedule() {
    // In the first day 10 t can be made, and no more.
    let soon = COVER.replace("by = 2026-01-05", "by = 2026-01-02");
    let told = explained(&soon);
    assert_eq!(row(&told, "capacities", ("rate", "a", None)).expect("a price")["gain"], Value::Null);
    let anew = row(&told, "one_more", ("rate", "a", None)).expect("a row");
    assert_eq!((&anew["no_schedule"], &anew["at_least"]), (&Value::Bool(true), &Value::Null), "{anew}");
    let written = Written::new(&soon.replace("2 t/d", "3 t/d"), &[]);
    Run::new(["schedule"]).arg(written.folder.path()).fault();
    let written = Written::new(&soon, &[]);
    let ran = Run::new(["explain"]).arg(written.folder.path()).done();
    assert!(
        ran.stdout.lines().any(|line| line.contains("rate") && line.ends_with("no schedule")),
        "{}",
        ran.stdout
    );
}

/// A ship whose tanks take as much as is said of her hold.
const TANKS: &str = r#"
plan = { name = "tanks", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["sampled"] }
commodity = [{ id = "mud" }]
site = [{ id = "quay", kind = "port" }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "10 t/h" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "15 t" }, tank = [
  { id = "one", capacity = "9 t" }, { id = "two", capacity = "6 t" },
] }]
"#;

#[test]
fn a_tank_is_one_number_and_the_hold_another() {
    let (tank, hold) = (("tank", "ship one", None), ("hold", "ship", Some("mud")));
    gains(TANKS, tank, ("9 t", "10 t"), 0.0);
    gains(TANKS, hold, ("15 t", "16 t"), 0.0);
    let small_hold = TANKS.replace("15 t", "14.5 t");
    gains(&small_hold, tank, ("9 t", "10 t"), 0.0);
    gains(&small_hold, hold, ("14.5 t", "15.5 t"), 0.5);
    let small_tank = TANKS.replace("9 t", "8 t");
    gains(&small_tank, tank, ("8 t", "9 t"), 1.0);
    gains(&small_tank, hold, ("15 t", "16 t"), 0.0);
    let only_tanks = TANKS.replace("hold = { mud = \"15 t\" }, ", "");
    gains(&only_tanks, tank, ("9 t", "10 t"), 1.0);
    assert_eq!(row(&explained(&only_tanks), "capacities", hold), None);
}

/// A store that takes none of what the works make, and a demand for it.
const NO_ROOM: &str = r#"
plan = { name = "no room", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [{ id = "quay", kind = "port", stock = { mud = "200 t" }, store = { cake = "0 t" } }]
process = [{ id = "press", site = "quay", from = "mud", to = "cake", yield = "20 %", capacity = "1 t/h" }]
demand = [{ id = "works", site = "quay", commodity = "cake", amount = "9 t" }]
"#;

#[test]
fn where_nothing_can_come_only_room_is_worth_something() {
    for goal in ["order = [\"supplied\"]", "weights = { supplied = 1.0 }"] {
        let plan = NO_ROOM.replace("order = [\"supplied\"]", goal);
        gains(&plan, ("capacity", "press", None), ("capacity = \"1 t/h\"", "capacity = \"25 t/d\""), 0.0);
        gains(&plan, ("amount", "works", None), ("9 t", "10 t"), 0.0);
        gains(&plan, ("store", "quay", Some("cake")), ("cake = \"0 t\"", "cake = \"1 t\""), 1.6);
    }
}

/// A ship that takes a tonne from a mine to a quay, and lies there for as long as she may without being charged for it.
pub const CALLS: &str = r#"
plan = { name = "calls", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z, currency = "USD" }
goal = { order = ["cost"] }
site = [
  { id = "mine", kind = "port", position = [24.0, 154.0], stock = { mud = "1 t" } },
  { id = "quay", kind = "port", position = [24.3, 154.0] },
]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "mine", calls = ["quay"], speed = "10 kn", hold = { mud = "10 t" }, day_rate = "24 USD/d",
  demurrage = "24 USD/d", laytime = { mine = "4 h", quay = "4 h" } }]
transfer = [
  { id = "load", from = "mine", to = "ship", commodity = "mud", rate = "0.25 t/h" },
  { id = "land", from = "ship", to = "quay", commodity = "mud", rate = "0.25 t/h" },
]
demand = [{ id = "works", site = "quay", commodity = "mud", amount = "1 t", at_least = "1 t" }]
"#;

#[test]
fn a_larger_hold_asks_for_larger_parcels() {
    // Of a tenth of the hold a call has all of its laytime: for 1 t of 1.1 t it has less, and the rest is charged. Where she begins is no call.
    gains(CALLS, ("hold", "ship", Some("mud")), ("mud = \"10 t\"", "mud = \"11 t\""), -(4.0 - 4.0 / 1.1));
    gains(CALLS, ("laytime", "ship quay", None), ("quay = \"4 h\"", "quay = \"5 h\""), 0.0);
    // A tonne in four hours is 6 t/d; at 7 t/d it has less than these.
    let rate = CALLS.replace("quay = \"4 h\"", "quay = \"6 t/d\"");
    gains(&rate, ("laytime", "ship quay", None), ("6 t/d", "7 t/d"), -(4.0 - 24.0 / 7.0));
}

/// A ship that lifts and lands what she lifts, and whose smallest parcel takes a little more than two hours.
const PARCEL: &str = r#"
plan = { name = "parcel", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["delivered"] }
commodity = [{ id = "mud" }]
site = [{ id = "quay", kind = "port" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "100 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "10 t/h", min_run = "3 h" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "120 t/d", smallest = "10.02 t" }]
"#;

#[test]
fn a_faster_transfer_may_take_an_hour_less_for_its_smallest_parcel() {
    // Five hours of landing at 5 t an hour.
    gains(PARCEL, ("rate", "land", None), ("120 t/d", "121 t/d"), 5.0 / 24.0);
}
