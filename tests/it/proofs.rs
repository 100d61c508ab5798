//! What is told as proven is the best there is: small plans whose best can be seen at a glance, each of which was once told wrongly.

use crate::support::{Run, Written};

const HEAD: &str = r#"
plan = { name = "p", start = 2026-01-01T00:00:00Z, end = 2026-01-01T14:00:00Z }
commodity = [{ id = "mud" }]
site = [
  { id = "port", kind = "port", position = [24.0, 154.0] },
  { id = "field", kind = "sea", position = [24.15, 154.0] },
]
"#;

/// Two locations alike, a miner that begins with something aboard, two carriers alike: all 40 t can be landed.
#[test]
fn locations_that_are_lifted_as_one_count_whole_beside_what_was_aboard() {
    let plan = format!(
        r#"{HEAD}
goal = {{ order = ["delivered"] }}
sampling = [
  {{ id = "here", vessel = "miner", commodity = "mud", rate = "10 t/h", at_most = "20 t" }},
  {{ id = "there", vessel = "miner", commodity = "mud", rate = "10 t/h", at_most = "20 t" }},
]
[[vessel]]
id = "miner"
at = "field"
hold = {{ mud = "80 t" }}
aboard = {{ mud = "10 t" }}
[[vessel]]
id = "carrier"
count = 2
at = "port"
calls = ["port", "field"]
speed = "12 kn"
hold = {{ mud = "60 t" }}
[[transfer]]
id = "load"
from = "miner"
to = "carrier"
site = "field"
commodity = "mud"
rate = "30 t/h"
[[transfer]]
id = "land"
from = "carrier"
to = "port"
commodity = "mud"
rate = "30 t/h"
"#
    );
    let goal = &Written::new(&plan, &[1.0; 14]).solved().solve.goals[0];
    assert_eq!((goal.value, goal.gap), (40.0, Some(0.0)));
}

/// A boat whose bunkers would not last until the plan's end may be done at sea after its dive.
#[test]
fn a_boat_that_is_done_burns_nothing_more() {
    let plan = |closed: &str| {
        format!(
            r#"{HEAD}
goal = {{ order = ["lateness"] }}
task = [{{ id = "dive", vessel = "boat", site = "field", duration = "1 h", due = 2026-01-01T04:00:00Z }}]
{closed}
[[vessel]]
id = "boat"
at = "port"
calls = ["port", "field"]
speed = "12 kn"
fuel = {{ sailing = "2 t/h", working = "1 t/h", waiting = "1 t/h" }}
bunkers = "4 t"
"#
        )
    };
    let closed = "closure = [{ task = \"dive\", from = 2026-01-01T05:00:00Z, to = 2026-01-02T00:00:00Z }]";
    for closed in ["", closed] {
        let goal = &Written::new(&plan(closed), &[1.0; 14]).solved().solve.goals[0];
        assert_eq!((goal.value, goal.gap), (0.0, Some(0.0)), "{closed}");
    }
}

/// A boat that would not survive the storm at the site is done where it does.
#[test]
fn nobody_is_done_where_a_storm_will_come() {
    let plan = format!(
        r#"{}
goal = {{ order = ["finish"] }}
weather = [{{ id = "w", file = "sea.csv" }}]
task = [{{ id = "dive", vessel = "boat", site = "field", duration = "1 h" }}]
[[vessel]]
id = "boat"
at = "port"
calls = ["port", "field"]
speed = "12 kn"
gear = [{{ id = "stowed", survives = {{ hs = "3 m" }} }}]
"#,
        HEAD.replace("[24.15, 154.0]", "[24.15, 154.0], weather = \"w\"")
            .replace("[24.0, 154.0]", "[24.0, 154.0], weather = \"calm\"")
    )
    .replace("file = \"sea.csv\" }]", "file = \"sea.csv\" }, { id = \"calm\", file = \"calm.csv\" }]");
    let sea: Vec<f64> = (0..14).map(|hour| if hour < 8 { 1.0 } else { 5.0 }).collect();
    let written = Written::new(&plan, &sea);
    let rows: String = (0..14).map(|hour| format!("2026-01-01T{hour:02}:00:00Z,1.0\n")).collect();
    std::fs::write(written.folder.path().join("calm.csv"), format!("time,hs_m\n{rows}")).expect("written");
    let told = Run::new(["schedule", "--json"]).arg(written.folder.path()).done().json();
    let last = told["activities"].as_array().expect("activities").iter().rfind(|a| a["kind"] == "sail");
    assert_eq!(last.expect("a leg")["to_site"], "port");
}

/// What later goals take within the tolerance is no loss of a capacity.
#[test]
fn one_more_tonne_is_worth_one_tonne_whatever_the_tolerance() {
    let plan = format!(
        r#"{HEAD}
goal = {{ order = ["delivered", "finish"], tolerance = "10 %" }}
sampling = [{{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "10 t/h", at_most = "50 t" }}]
[[vessel]]
id = "ship"
at = "field"
calls = ["port", "field"]
speed = "12 kn"
hold = {{ mud = "200 t" }}
[[transfer]]
id = "land"
from = "ship"
to = "port"
commodity = "mud"
rate = "100 t/h"
"#
    );
    let written = Written::new(&plan, &[1.0; 14]);
    let told = Run::new(["explain", "--one-more", "--json"]).arg(written.folder.path()).done().json();
    let rows = told["one_more"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["what"].as_str().is_some_and(|what| what.contains("at_most")));
    let row = row.unwrap_or_else(|| panic!("{rows:?}"));
    assert_eq!((row["at_least"].as_f64(), row["at_most"].as_f64()), (Some(1.0), Some(1.0)));
}

/// What the goals of a plan come to.
fn values(plan: &str) -> Vec<f64> {
    Written::new(plan, &[]).solved().solve.goals.iter().map(|goal| goal.value).collect()
}

/// A ship that lifts at a platform ten minutes from the port, where something else is wanted that lies in the port.
const PLATFORM: &str = r#"
plan = { name = "platform", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["supplied", "delivered"] }
commodity = [{ id = "mud" }, { id = "reagent" }]
site = [
  { id = "port", kind = "port", position = [24.0, 154.0], stock = { reagent = "10 t" } },
  { id = "platform", kind = "sea", position = [24.08359, 154.0], store = { mud = "10 t", reagent = "10 t" } },
]
vessel = [{ id = "ship", at = "port", calls = ["port", "platform"], speed = "10 kn", hold = { mud = "10 t", reagent = "10 t" } }]
sampling = [{ id = "lift", vessel = "ship", site = "platform", commodity = "mud", rate = "5 t/h", at_most = "10 t" }]
"#;

/// Taking goods from the shore was held against what is delivered of them, though nobody lifts them: 0 t supplied.
#[test]
fn what_nobody_lifts_may_be_taken_from_the_shore() {
    let plan = format!(
        r#"{PLATFORM}
transfer = [
  {{ id = "land", from = "ship", to = "port", commodity = "mud", rate = "10 t/h" }},
  {{ id = "load", from = "port", to = "ship", commodity = "reagent", rate = "10 t/h" }},
  {{ id = "bring", from = "ship", to = "platform", commodity = "reagent", rate = "10 t/h" }},
]
demand = [{{ id = "need", site = "platform", commodity = "reagent", amount = "10 t" }}]
"#
    );
    assert_eq!(values(&plan), [10.0, 10.0]);
}

/// The same where what is taken away is lifted as well, and made ashore.
#[test]
fn what_is_made_ashore_may_be_taken_away_though_less_is_brought() {
    let plan = format!(
        r#"{PLATFORM}
transfer = [
  {{ id = "land", from = "ship", to = "port", commodity = "mud", rate = "10 t/h" }},
  {{ id = "load", from = "port", to = "ship", commodity = "mud", rate = "10 t/h" }},
  {{ id = "bring", from = "ship", to = "platform", commodity = "mud", rate = "10 t/h" }},
]
process = [{{ id = "works", site = "port", from = "reagent", to = "mud", yield = "100 %", capacity = "10 t/h" }}]
demand = [{{ id = "need", site = "platform", commodity = "mud", amount = "10 t" }}]
"#
    )
    .replace("at_most = \"10 t\"", "at_most = \"1 t\"");
    assert_eq!(values(&plan)[0], 10.0);
}

/// A carrier makes room in a full store, and may be done with what it took: at 06:00 and not at 09:00.
#[test]
fn a_carrier_may_be_done_with_what_it_took_to_make_room() {
    let plan = r#"
plan = { name = "room", start = 2026-01-01T00:00:00Z, end = 2026-01-01T20:00:00Z }
goal = { order = ["supplied", "finish"] }
commodity = [{ id = "mud" }, { id = "cake" }, { id = "waste" }]
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0] },
  { id = "island", kind = "island", position = [24.08359, 154.0], stock = { waste = "10 t" }, store_total = "10 t" },
  { id = "dump", kind = "port", position = [24.33436, 154.0] },
]
vessel = [
  { id = "ship", at = "field", hold = { mud = "40 t" } },
  { id = "carrier", at = "field", calls = ["field", "island", "dump"], speed = "10 kn", hold = { mud = "10 t", waste = "10 t" } },
]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "10 t/h" }]
transfer = [
  { id = "fetch", from = "ship", to = "carrier", commodity = "mud", rate = "10 t/h", site = "field" },
  { id = "land", from = "carrier", to = "island", commodity = "mud", rate = "2.5 t/h" },
  { id = "load", from = "island", to = "carrier", commodity = "waste", rate = "5 t/h" },
  { id = "drop", from = "carrier", to = "dump", commodity = "waste", rate = "10 t/h" },
]
process = [{ id = "dewater", site = "island", from = "mud", to = "cake", yield = "100 %", batch = "5 t", duration = "1 h" }]
demand = [{ id = "w", site = "island", commodity = "cake", amount = "5 t" }]
"#;
    assert_eq!(values(plan), [5.0, 6.0]);
}

/// A fifth of what is delivered may be given up for time, and nothing of the time for nothing.
#[test]
fn of_the_last_goal_nothing_is_given_up() {
    let plan = r#"
plan = { name = "a fifth", start = 2026-01-01T00:00:00Z, end = 2026-01-01T09:00:00Z }
goal = { tolerance = "20 %", order = ["delivered", "finish"] }
commodity = [{ id = "mud" }]
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0] },
  { id = "quay", kind = "island", position = [24.28421, 154.0] },
]
vessel = [
  { id = "ship", at = "field", hold = { mud = "10 t" } },
  { id = "carrier", count = 2, at = "quay", calls = ["quay", "field"], speed = "10 kn", hold = { mud = "37 t" } },
]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "3 t/h" }]
transfer = [
  { id = "fetch", from = "ship", to = "carrier", commodity = "mud", rate = "20 t/h", site = "field" },
  { id = "land", from = "carrier", to = "quay", commodity = "mud", rate = "10 t/h" },
]
"#;
    let goals = Written::new(plan, &[]).solved().solve.goals;
    assert_eq!((goals[1].value, goals[1].gap), (8.0, Some(0.0)), "{goals:?}");
}

/// What was kept was nearer to the best than a solver lets rows be off, so that it found nothing else: 18:00, or no schedule at all.
#[test]
fn a_goal_is_kept_at_what_a_schedule_can_reach() {
    let plan = r#"
plan = { name = "a hair", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z, slot = "2 h" }
goal = { order = ["supplied", "delivered", "finish"] }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0] },
  { id = "island", kind = "island", position = [24.08359, 154.0] },
  { id = "port", kind = "port", position = [24.16718, 154.0], store = { mud = "20 t", cake = "5 t" } },
]
vessel = [
  { id = "ship", at = "field", hold = { mud = "20 t" } },
  { id = "carrier", at = "port", home = "field", calls = ["field", "island", "port"], speed = "10 kn", hold = { mud = "20 t", cake = "8 t" }, aboard = { mud = "1 t" } },
]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "3 t/h", min_run = "2 h" }]
transfer = [
  { id = "fetch", from = "ship", to = "carrier", commodity = "mud", rate = "20 t/h", site = "field", hoses_off = "1 h" },
  { id = "land", from = "carrier", to = "port", commodity = "mud", rate = "5 t/h", setup = "1 h", hoses_off = "1 h" },
]
process = [{ id = "dewater", site = "port", from = "mud", to = "cake", yield = "20 %", capacity = "2 t/h" }]
demand = [{ id = "buyer", site = "port", commodity = "cake", amount = "6 t", from = 2026-01-01T07:00:00Z, to = 2026-01-01T14:00:00Z }]
"#;
    assert_eq!(values(plan)[2], 16.0);
}

/// The same where it found nothing but what it began with: the ship's last landing is over on 5 January, and not at the plan's end.
#[test]
fn a_small_goal_is_kept_so_that_the_next_is_found() {
    let plan = r#"
plan = { name = "small", start = 2027-01-01T00:00:00Z, end = 2027-01-21T00:00:00Z, slot = "1 d" }
goal = { order = ["supplied", "finish"] }
commodity = [{ id = "mud" }, { id = "cake" }, { id = "oxide" }]
site = [
  { id = "isle", kind = "island", position = [24.0, 154.0], stock = { mud = "150 t" } },
  { id = "works", kind = "plant", position = [26.0, 153.0], stock = { cake = "5 t", oxide = "0.4 t" } },
]
vessel = [{ id = "ship", at = "isle", home = "works", speed = "10 kn", hold = { cake = "15 t" } }]
transfer = [
  { id = "load", from = "isle", to = "ship", commodity = "cake", rate = "20 t/d" },
  { id = "land", from = "ship", to = "works", commodity = "cake", rate = "20 t/d" },
]
process = [
  { id = "dry", site = "isle", from = "mud", to = "cake", yield = "50 %", batch = "30 t", duration = "36 h" },
  { id = "leach", site = "works", from = "cake", to = "oxide", yield = "10 %", capacity = "50 t/d" },
]
demand = [
  { id = "a", site = "works", commodity = "oxide", rate = "0.1 t/d" },
  { id = "b", site = "works", commodity = "cake", amount = "2 t", value = [["2 t", 3.0]] },
]
closure = [{ site = "works", from = 2027-01-09T00:00:00Z, to = 2027-01-11T00:00:00Z }]
"#;
    let found = values(plan);
    assert!((found[0] - 7.8).abs() < 1e-6 && found[1] == 96.0, "{found:?}");
}

/// What must be so large at least may be larger, also where a slot is long enough for the least: all four tonnes go over in two slots.
#[test]
fn a_parcel_may_be_larger_than_its_smallest_by_less_than_that() {
    let small = r#"smallest = "3 t""#;
    let alone = format!(
        r#"{HEAD}
goal = {{ order = ["delivered"] }}
vessel = [{{ id = "ship", at = "field", home = "port", calls = ["field"], speed = "12 kn", hold = {{ mud = "4 t" }} }}]
sampling = [{{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "1 t/h", at_most = "4 t" }}]
transfer = [{{ id = "land", from = "ship", to = "port", commodity = "mud", rate = "3 t/h", {small} }}]
"#
    );
    let met = format!(
        r#"{HEAD}
goal = {{ order = ["delivered"] }}
vessel = [
  {{ id = "ship", at = "field", hold = {{ mud = "4 t" }} }},
  {{ id = "barge", at = "field", calls = ["field", "port"], speed = "12 kn", hold = {{ mud = "4 t" }} }},
]
sampling = [{{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "1 t/h", at_most = "4 t" }}]
transfer = [
  {{ id = "fetch", from = "ship", to = "barge", site = "field", commodity = "mud", rate = "3 t/h", {small} }},
  {{ id = "land", from = "barge", to = "port", commodity = "mud", rate = "3 t/h", {small} }},
]
"#
    );
    for plan in [alone, met] {
        let goal = &Written::new(&plan, &[1.0; 14]).solved().solve.goals[0];
        assert_eq!((goal.value, goal.gap), (4.0, Some(0.0)));
    }
}
