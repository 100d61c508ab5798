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
