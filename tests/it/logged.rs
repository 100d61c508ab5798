//! What is said of a log by which more is taken from somewhere than was there, or more lies in a hold than it takes.

use crate::support::Written;
use mudline::log::read;
use mudline::schedule::Activity;

/// A boat that brings mud from a ship to an island, where a press is fed as soon as there is any.
const CHAIN: &str = r#"
plan = { name = "chain", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z, slot = "2 h" }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [
  { id = "island", kind = "island", position = [24.3, 154.0] },
  { id = "field", kind = "sea", position = [24.1, 154.0] },
]
vessel = [
  { id = "ship", at = "field", hold = { mud = "20 t" } },
  { id = "boat", at = "field", calls = ["field", "island"], speed = "12 kn", hold = { mud = "20 t" } },
]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "2 t/h" }]
transfer = [
  { id = "over", from = "ship", to = "boat", site = "field", commodity = "mud", rate = "10 t/h" },
  { id = "land", from = "boat", to = "island", commodity = "mud", rate = "10 t/h" },
]
process = [{ id = "press", site = "island", from = "mud", to = "cake", yield = "50 %", capacity = "10 t/h" }]
demand = [{ id = "buyer", site = "island", commodity = "cake", amount = "90 t" }]
"#;

/// What is told of a log of the schedule of the chain: cause and remedy of each.
fn told(log: impl Fn(&Activity) -> String) -> Vec<(String, String)> {
    let written = Written::new(CHAIN, &[]);
    let schedule = written.solved();
    let (plan, sea) = written.load();
    let land = schedule.activities.iter().find(|activity| activity.id == "land.1").expect("it lands");
    let file = written.folder.path().join("log.toml");
    std::fs::write(&file, log(land)).expect("written");
    let came = read(&file, &plan, &sea, &schedule).expect("a file");
    came.found.iter().map(|fault| (fault.message.clone(), fault.help.clone().unwrap_or_default())).collect()
}

#[test]
fn what_was_fed_before_it_can_have_landed_is_named() {
    let told = told(|land| {
        let later = (land.end + chrono::TimeDelta::hours(2)).to_rfc3339();
        format!("until = {later}\n[[activity]]\nid = \"land.1\"\nend = {later}\n")
    });
    let [(message, help)] = &told[..] else { panic!("{told:?}") };
    assert!(message.contains("t more mud left island than was there"), "{message}");
    assert!(help.contains("press.1 is taken to have gone as scheduled"), "{help}");
}

#[test]
fn one_cause_is_told_once() {
    // What did not go over is too much in the ship, and missing in the boat and in the store that it lands in.
    let told = told(|land| {
        let later = (land.end + chrono::TimeDelta::hours(8)).to_rfc3339();
        format!("until = {later}\n[[activity]]\nid = \"over.1\"\nskipped = true\n")
    });
    let [(message, help)] = &told[..] else { panic!("{told:?}") };
    assert!(message.contains("t more mud left boat than was there"), "{message}");
    assert!(help.contains("land.1 is taken to have gone as scheduled"), "{help}");
}
