//! How simulated voyages end, in words: dates that are not kept, and what stops a ship that has nowhere to sail.

use crate::support::{Run, Written};

/// Work that takes three to nine hours as drawn, and should be over after five.
const DUE: &str = r#"
plan = { name = "due", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z }
goal = { order = ["lateness", "finish"] }
task = [
  { id = "paint", duration = "4 h", spread = { low = "3 h", high = "9 h" }, due = 2026-01-01T05:00:00Z },
  { id = "dry", duration = "4 h", after = ["paint"], deadline = 2026-01-02T12:00:00Z },
]
"#;

#[test]
fn odds_of_a_due_date_are_told_and_nothing_is_in_time_that_misses_one() {
    let written = Written::new(DUE, &[]);
    let simulated = || Run::new(["simulate", "--draws", "400"]).arg(written.folder.path());
    let share = simulated().arg("--json").done().json()["policies"][0]["deadlines"][0].clone();
    assert_eq!(share["id"], "paint.due");
    let odds = share["share"].as_f64().expect("a share");
    assert!((0.3..0.9).contains(&odds), "{share}");
    let text = simulated().done().stdout;
    let row = format!("\n  paint.due 1 Jan 05:00     {:>4.0} % (", 100.0 * odds);
    assert!(text.contains(&format!("\nDone by its date{row}")), "{text}");
    assert!(text.contains("\n  all done by the deadlines  100 %"), "{text}");
    assert!(!text.contains("in time") && !text.contains("dry.deadline"), "{text}");
}

/// A ship that lowers gear, lifts and raises it where she is.
const LIES: &str = r#"
plan = { name = "lies", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "field", kind = "sea", weather = "w" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "field", hold = { mud = "100 t" }, gear = [{ id = "up" }, { id = "down" }] }]
sampling = [{ id = "lift", vessel = "ship", gear = "down", commodity = "mud", rate = "2 t/h" }]
task = [
  { id = "lower", vessel = "ship", duration = "6 h", limits = { hs = "2 m" }, leaves = "down" },
  { id = "raise", vessel = "ship", duration = "12 h", limits = { hs = "2 m" }, gear = "down", leaves = "up" },
]
"#;

#[test]
fn a_ship_that_has_nowhere_to_sail_brings_its_gear_in_and_is_not_stopped_by_a_leg() {
    let written = Written::new(LIES, &[1.0; 240]);
    let at = |name: &str| written.folder.path().join(name);
    Run::new(["schedule"]).arg(written.folder.path()).arg("-o").arg(at("o")).done();
    // The sea lets the gear be lowered so late that it cannot be raised in the plan's time.
    let mut rough = "time,hs_m\n".to_owned();
    for hour in 0..240 {
        let hs = if hour < 82 { 3.0 } else { 1.0 };
        rough += &format!("2026-01-{:02}T{:02}:00:00Z,{hs}\n", 1 + hour / 24, hour % 24);
    }
    std::fs::write(at("rough.csv"), rough).expect("written");
    let simulate = Run::new(["simulate", "--json", "--keep-runs", "--schedule"]).arg(at("o/schedule.json"));
    let answer = simulate.arg("--weather").arg(at("rough.csv")).arg(written.folder.path()).done().json();
    let policy = &answer["policies"][0];
    assert_eq!(policy["culprits"], serde_json::json!([{ "outcome": "late", "id": "raise", "runs": 1 }]));
    assert_eq!(answer["runs"][0]["tasks"]["raise"][1], "2026-01-05T04:00:00Z", "{answer:#}");
}

#[test]
fn lifting_goes_on_for_as_long_as_the_forecast_shows_the_way_up_after_it() {
    let written = Written::new(LIES, &[1.0; 240]);
    let at = |name: &str| written.folder.path().join(name);
    Run::new(["schedule"]).arg(written.folder.path()).arg("-o").arg(at("o")).done();
    // In four years of five the sea is too rough to raise from hour 40 on; in one it lets the gear be lowered from hour 30 on, and raised until hour 90.
    let mut years = "time,hs_m\n".to_owned();
    for year in 2001..2006 {
        for hour in 0..240 {
            let is_open = if year == 2005 { (30..90).contains(&hour) } else { !(40..100).contains(&hour) };
            let hs = if is_open { 1.0 } else { 3.0 };
            years += &format!("{year}-01-{:02}T{:02}:00:00Z,{hs}\n", 1 + hour / 24, hour % 24);
        }
    }
    std::fs::write(at("years.csv"), years).expect("written");
    let lifted = |forecast: &str| {
        let simulate = Run::new(["simulate", "--json", "--keep-runs", "--forecast", forecast, "--schedule"]);
        let simulate = simulate.arg(at("o/schedule.json")).arg("--weather").arg(at("years.csv"));
        let answer = simulate.arg(written.folder.path()).done().json();
        let runs = answer["runs"].as_array().expect("runs").clone();
        let run = runs.iter().find(|run| run["year"] == 2005).expect("the last year").clone();
        assert_eq!(run["outcome"], "done", "{run}");
        run["sampled_t"].as_f64().expect("tonnes")
    };
    // Lowered by hour 36, up again by hour 90: with three days of forecast she lifts from 36 to 78, with one she knows the climate alone.
    assert_eq!(lifted("72 h"), 84.0);
    assert_eq!(lifted("12 h"), 0.0);
}
