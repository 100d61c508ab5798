//! What a voyage lifts session by session, and what is named when its gear is lost.

use crate::by_hand::{Planned, order, sailed_in_its_sea};
use mudline::id::Ix;
use mudline::simulate::log::{Log, Outcome};
use mudline::simulate::order::Act;

/// The first vessel of a plan does these things in this order, in one sea; what it came to, with the name of what is to blame.
fn sailed(plan: &str, hs: &[f64], acts: Vec<Act>, forecast_h: i64) -> (Log, Option<String>) {
    let things: Vec<Planned> = acts.into_iter().enumerate().map(|(hour, act)| (0, act, hour, 0)).collect();
    sailed_in_its_sea(plan, hs, order(&things), forecast_h)
}

const QUAY: &str = r#"
plan = { name = "quay", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
commodity = [{ id = "mud" }]
site = [{ id = "quay", kind = "port", weather = "w" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "10 t" } }]
[[sampling]]
id = "lift"
vessel = "ship"
site = "quay"
commodity = "mud"
rate = "1 t/h"
limits = { hs = "1 m" }
value = [["28 t", 1.0]]
[[transfer]]
id = "land"
from = "ship"
to = "quay"
commodity = "mud"
rate = "10 t/h"
"#;

/// Tonnes of each lift where a ship lifts and lands four times, and what lands.
fn lifts(plan: &str, hs: &[f64]) -> (Vec<f64>, f64) {
    let sessions = [8.0, 6.0, 8.0, 6.0].into_iter().enumerate().flat_map(|(nth, tonnes)| {
        [Act::Sample(Ix::new(0), tonnes, nth == 3), Act::Transfer(Ix::new(0), tonnes, true)]
    });
    let (log, _) = sailed(plan, hs, sessions.collect(), 24);
    assert_eq!(log.outcome, Outcome::Done);
    (log.lifts.iter().map(|lift| lift.tonnes).collect(), log.delivered)
}

#[test]
fn each_session_of_a_sampling_lifts_what_the_schedule_lifts_there() {
    // The same by vessels that go together, which a largest parcel asks for.
    let together = format!("{QUAY}largest = \"10 t\"\n");
    for plan in [QUAY, &together] {
        assert_eq!(lifts(plan, &[0.5; 192]), (vec![8.0, 6.0, 8.0, 6.0], 28.0));
    }
}

const GEAR: &str = r#"
plan = { name = "gear", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "here", kind = "sea", weather = "w" }]
[[vessel]]
id = "ship"
at = "here"
gear = [{ id = "in" }, { id = "half", survives = { hs = "4 m" } }, { id = "out", survives = { hs = "3 m" } }]
"#;

#[test]
fn gear_is_lost_by_the_way_that_would_have_saved_it() {
    let task = |id: &str, hours: u32, from: &str, to: &str, times: &str| {
        format!(
            "[[task]]\nid = \"{id}\"\nvessel = \"ship\"\nduration = \"{hours} h\"\ngear = \"{from}\"\nleaves = \"{to}\"\ntimes = \"{times}\"\n"
        )
    };
    let plan = [
        GEAR.to_owned(),
        task("lower", 2, "in", "out", "1"),
        task("halve", 1, "out", "half", "0..1"),
        task("raise", 6, "out", "in", "1"),
    ]
    .concat();
    let acts = vec![Act::Task(Ix::new(0), 0), Act::Task(Ix::new(2), 0)];
    let mut storm = vec![0.5; 192];
    storm[4..14].fill(5.0);
    // Half in is sooner done than all in, but would not have saved it.
    let (log, culprit) = sailed(&plan, &storm, acts, 2);
    assert_eq!((log.outcome, culprit.as_deref()), (Outcome::Lost, Some("raise")));
}
