//! Work that is not begun sooner than planned: in its own weather, with durations as planned, a voyage keeps what its schedule keeps.

use crate::support::{Run, Written};

fn plan(hours: usize, rest: &str) -> String {
    format!(
        "plan = {{ name = \"held\", start = 2026-01-01T00:00:00Z, end = 2026-01-{:02}T00:00:00Z }}\n\
         goal = {{ order = [\"finish\"] }}\n\
         weather = [{{ id = \"w\", file = \"sea.csv\" }}]\nsite = [{{ id = \"here\", kind = \"sea\", weather = \"w\" }}]\n\
         vessel = [{{ id = \"ship\", at = \"here\" }}]\n{rest}",
        1 + hours / 24
    )
}

/// The share of runs in which all was done in time, and when a task began in the only run, in hours from its start.
fn simulated(written: &Written, more: &[&str], task: &str) -> (f64, f64) {
    let ran =
        Run::new(["simulate", "--json", "--planned-durations"]).args(more).arg(written.folder.path()).done();
    let policy = &ran.json()["policies"][0];
    let rows = |list: &str| policy[list].as_array().expect("rows").clone();
    let done = rows("outcomes").iter().find(|row| row["id"] == "done").map(|row| row["share"].clone());
    let begins = |row: &&serde_json::Value| row["id"] == task && row["moment"] == "start";
    let begun = rows("milestones").iter().find(begins).expect("the task")["mean"].as_f64();
    (done.and_then(|share| share.as_f64()).unwrap_or(0.0), begun.expect("hours"))
}

#[test]
fn what_something_must_follow_soon_is_not_begun_sooner_than_planned() {
    let rest = "[[task]]\nid = \"first\"\nduration = \"1 h\"\n\
         [[task]]\nid = \"second\"\nduration = \"1 h\"\nrelease = 2026-01-01T10:00:00Z\n\
         after = [{ task = \"first\", within = \"2 h\" }]\n";
    for vessels in ["", "vessel = \"ship\"\n"] {
        let rest = rest.replace("[[task]]\n", &format!("[[task]]\n{vessels}"));
        let (done, begun) = simulated(&Written::new(&plan(24, &rest), &[1.0; 24]), &[], "first");
        assert_eq!(done, 1.0, "{rest}");
        assert!(begun >= 7.0, "{begun}");
    }
}

#[test]
fn a_rhythm_that_a_vessel_keeps_for_itself_is_kept_as_planned() {
    let rest = "[[task]]\nid = \"rest\"\nvessel = \"ship\"\nduration = \"1 h\"\ntimes = \"0..2\"\nevery = \"9 h\"\n\
         [[task]]\nid = \"late\"\nvessel = \"ship\"\nduration = \"4 h\"\nrelease = 2026-01-01T16:00:00Z\n";
    let (done, _) = simulated(&Written::new(&plan(24, rest), &[1.0; 24]), &[], "rest");
    assert_eq!(done, 1.0);
}

#[test]
fn what_its_vessel_can_do_at_once_holds_nothing_back() {
    let rest = "[[task]]\nid = \"first\"\nvessel = \"ship\"\nduration = \"2 h\"\nlimits = { hs = \"2 m\" }\n\
         [[task]]\nid = \"second\"\nvessel = \"ship\"\nduration = \"2 h\"\nlimits = { hs = \"2 m\" }\n\
         after = [{ task = \"first\", within = \"1 h\" }]\n";
    let sea = |calm: &[(usize, usize)]| -> Vec<f64> {
        (0..24)
            .map(|hour| if calm.iter().any(|&(from, to)| (from..to).contains(&hour)) { 1.0 } else { 3.0 })
            .collect()
    };
    let written = Written::new(&plan(24, rest), &sea(&[(12, 20)]));
    assert_eq!(simulated(&written, &[], "first"), (1.0, 12.0));
    // A first window that is too short for both is let go by, and a second one is taken, sooner than planned.
    let other = Written::new("", &sea(&[(1, 4), (6, 24)]));
    let other = other.folder.path().join("sea.csv");
    let other = other.to_str().expect("a path");
    assert_eq!(simulated(&written, &["--weather", other], "first"), (1.0, 6.0));
}
