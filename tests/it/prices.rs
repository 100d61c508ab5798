//! What more of each capacity is worth: small plans reckoned by hand, and what the command says.

use crate::support::{Run, Written, assert_golden, repo};
use serde_json::Value;

/// A ship that has five hours to lift 2 t an hour at the quay and to land it.
fn day(goal: &str, hold: &str, more: &str) -> Written {
    let plan = format!(
        r#"
goal = {{ {goal} }}
plan = {{ name = "five hours", start = 2026-01-01T00:00:00Z, end = 2026-01-01T05:00:00Z, currency = "USD" }}
site = [{{ id = "quay", kind = "port" }}]
commodity = [{{ id = "mud" }}, {{ id = "cake" }}]
vessel = [{{ id = "ship", at = "quay", hold = {{ mud = "{hold} t" }}, day_rate = "2400 USD/d" }}]
sampling = [{{ id = "lift", vessel = "ship", commodity = "mud", rate = "2 t/h" }}]
transfer = [{{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "100 t/h" }}]
{more}"#
    );
    Written::new(&plan, &[])
}

fn explained(written: &Written) -> Value {
    Run::new(["explain", "--json"]).arg(written.folder.path()).done().json()
}

/// The capacities that are worth something, with what they gain.
fn worth(written: &Written) -> Vec<(String, f64)> {
    let told = explained(written);
    let capacities = told["capacities"].as_array().expect("a list").iter();
    let named = capacities.map(|price| {
        let text = |key: &str| price[key].as_str().expect("a text").to_owned();
        (format!("{} {}", text("capacity"), text("of")), price["gain"].as_f64().expect("a number"))
    });
    named.filter(|(_, gain)| *gain != 0.0).collect()
}

fn is_near(found: &[(String, f64)], wanted: &[(&str, f64)]) {
    let is_near = found.len() == wanted.len()
        && found.iter().zip(wanted).all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 1e-6);
    assert!(is_near, "{found:?} {wanted:?}");
}

#[test]
fn the_capacity_that_binds_is_worth_something() {
    let order = "order = [\"delivered\"]";
    // Four hours of lifting: 8 t, and with a day's tonne more an hour's part of it each.
    is_near(&worth(&day(order, "20", "")), &[("rate lift", 4.0 / 24.0)]);
    is_near(&worth(&day(order, "7", "")), &[("hold ship", 1.0)]);
    // Half a tonne of room is left by the rate: the second half of the tonne brings nothing.
    is_near(&worth(&day(order, "7.5", "")), &[("hold ship", 0.5)]);
    // Hold and rate bind together: one alone brings nothing.
    is_near(&worth(&day(order, "8", "")), &[]);
}

#[test]
fn gains_are_told_in_the_units_of_the_sum() {
    is_near(&worth(&day("weights = { delivered = 500.0, cost = 1.0 }", "7", "")), &[("hold ship", 500.0)]);
    let told = explained(&day("weights = { delivered = 500.0, cost = 1.0 }", "7", ""));
    assert_eq!((&told["goal"], told["value"].as_f64()), (&Value::from("weighted"), Some(3000.0)));
}

/// Works on the quay that are fed half a tonne an hour, and make cake of a quarter of it.
const WORKS: &str = r#"
process = [{ id = "dry", site = "quay", from = "mud", to = "cake", yield = "25 %", capacity = "0.5 t/h" }]
demand = [{ id = "works", site = "quay", commodity = "cake", amount = "9 t" }]
"#;

/// What is told of one more, planned anew.
fn anew(written: &Written, of: &str) -> Value {
    let told = Run::new(["explain", "--json", "--one-more"]).arg(written.folder.path()).done().json();
    let all = told["one_more"].as_array().expect("a list");
    all.iter().find(|one| one["of"] == of).expect("an entry").clone()
}

#[test]
fn planned_anew_the_bottleneck_is_found() {
    // The first landing ends after an hour of lifting, so that four hours are left for the works.
    let works = day("order = [\"supplied\"]", "20", WORKS);
    let gain = |of: &str| anew(&works, of)["at_least"].as_f64().expect("a number");
    assert!((gain("dry") - 4.0 * 0.25 / 24.0).abs() < 1e-6, "{}", gain("dry"));
    assert_eq!((gain("ship"), gain("lift"), gain("works")), (0.0, 0.0, 0.0));
    // Where less is wanted than there could be, it is the demand.
    let works = day("order = [\"supplied\"]", "20", &WORKS.replace("9 t", "0.25 t"));
    let demand = anew(&works, "works");
    assert!((demand["at_most"].as_f64().expect("a number") - 0.25).abs() < 1e-6, "{demand}");
}

#[test]
fn what_one_more_unit_gains_is_reached_when_it_is_there() {
    let value = |hold: &str| {
        explained(&day("order = [\"delivered\"]", hold, ""))["value"].as_f64().expect("a number")
    };
    assert!(value("8") >= value("7") + 1.0 - 1e-6);
    assert!(value("8.5") >= value("7.5") + 0.5 - 1e-6);
}

/// Two jobs of six hours that need the only crane.
const CRANE: &str = r#"
goal = { order = ["finish"] }
plan = { name = "a crane", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
resource = [{ id = "crane", capacity = 1 }, { id = "van", capacity = 2 }]
task = [
  { id = "a", duration = "6 h", uses = { crane = 1, van = 1 } },
  { id = "b", duration = "6 h", uses = { crane = 1, van = 1 } },
]
"#;

/// A lifter whose mud one boat takes home, 4 t each time.
const BOAT: &str = r#"
goal = { order = ["delivered"] }
plan = { name = "boats", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
site = [
  { id = "home", kind = "port", position = [24.0, 153.0] },
  { id = "field", kind = "sea", position = [24.0, 153.5] },
]
commodity = [{ id = "mud" }]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "100 t" } },
  { id = "boat", at = "home", home = "home", calls = ["home", "field"], speed = "10 kn", hold = { mud = "4 t" } },
]
sampling = [{ id = "lift", vessel = "lifter", site = "field", commodity = "mud", rate = "2 t/h" }]
transfer = [
  { id = "load", from = "lifter", to = "boat", site = "field", commodity = "mud", rate = "8 t/h" },
  { id = "land", from = "boat", to = "home", commodity = "mud", rate = "8 t/h" },
]
"#;

#[test]
fn one_more_is_planned_anew() {
    let crane = Written::new(CRANE, &[]);
    for (of, hours) in [("crane", 6.0), ("van", 0.0)] {
        let one = anew(&crane, of);
        assert_eq!((one["at_least"].as_f64(), one["at_most"].as_f64()), (Some(hours), Some(hours)));
    }
    // A second boat may stay at home; and it cannot bring more than a whole boat does.
    let boat = anew(&Written::new(BOAT, &[]), "boat");
    let (low, high) =
        (boat["at_least"].as_f64().expect("a number"), boat["at_most"].as_f64().expect("a number"));
    assert!((0.0..=12.0).contains(&low) && low <= high && high >= 4.0, "{boat}");
    let written = day("order = [\"supplied\"]", "20", WORKS);
    let ran = Run::new(["explain", "--one-more"]).arg(written.folder.path()).done();
    assert_golden("tests/golden/explain-works.txt", &ran.stdout);
}

#[test]
fn plans_are_explained() {
    let ran = Run::new(["explain"]).arg(repo("plans/chikyu-2026")).done();
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout);
    assert_golden("tests/golden/explain-chikyu.txt", &ran.stdout);
    assert_golden(
        "tests/golden/explain-chain.json",
        &Run::new(["explain", "--json"]).arg(repo("plans/rare-earth-chain")).done().stdout,
    );
}

#[test]
fn why_there_is_no_schedule_is_told() {
    let more = "demand = [{ id = \"works\", site = \"quay\", commodity = \"mud\", amount = \"50 t\", at_least = \"40 t\" }]\n";
    let written = day("order = [\"supplied\"]", "7", more);
    Run::new(["explain"]).arg(written.folder.path()).fault().stderr_has("works");
    // Of works that must have more than they can be fed, the bottleneck is named.
    let written =
        day("order = [\"supplied\"]", "20", &WORKS.replace("\"9 t\"", "\"9 t\", at_least = \"1 t\""));
    Run::new(["explain"])
        .arg(written.folder.path())
        .fault()
        .stderr_has("the demand works asks for 1 t and, if all goes to it, gets 0.5 t at most")
        .stderr_has("1 t/d more of `capacity` of dry (0.041667 t more)");
}

#[test]
fn a_reserve_that_cannot_be_filled_names_its_bottleneck() {
    // By the third hour 2 t of mud can be landed in the second and 1 t of them fed: a quarter of a tonne.
    let reserve = "reserve = [{ id = \"pile\", site = \"quay\", commodity = \"cake\", target = \"1 t\", by = 2026-01-01T03:00:00Z }]\n";
    let written = day("order = [\"cost\"]", "20", &(WORKS.to_owned() + reserve));
    Run::new(["explain"])
        .arg(written.folder.path())
        .fault()
        .stderr_has("the reserve pile asks for 1 t and, if all goes to it, gets 0.25 t at most")
        .stderr_has("of dry");
}

/// Room that commodities share is a capacity; a process that works in batches has none.
#[test]
fn shared_room_is_priced_and_batches_are_not() {
    let plan = r#"
plan = { name = "room", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["sampled"] }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [{ id = "quay", kind = "port" }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "10 t/h" }]
process = [{ id = "press", site = "quay", from = "mud", to = "cake", yield = "20 %", batch = "5 t", duration = "2 h" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "200 t", cake = "200 t" }, hold_total = "20 t" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "cake", rate = "1 t/h" }]
"#;
    let written = Written::new(plan, &[]);
    let told = Run::new(["explain", "--json", "--one-more"]).arg(written.folder.path()).done().json();
    let capacities = told["capacities"].as_array().expect("a list");
    assert!(capacities.iter().all(|row| row["of"] != "press" && row["now"].is_number()), "{capacities:?}");
    let more = told["one_more"].as_array().expect("a list");
    let room = more.iter().find(|row| row["what"] == "hold_total").expect("the room");
    let told_of = ["now", "at_least", "at_most"].map(|key| room[key].as_f64());
    assert_eq!(told_of, [Some(20.0), Some(1.0), Some(1.0)], "{room}");
}
