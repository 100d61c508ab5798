//! Vessels do not sail for nothing where no goal asks for it.

use crate::support::{Run, Written};

/// A lifter, a carrier that fetches from it, and a coaster whose cargo no goal counts.
fn fetched(commodity: &str, carriers: u32, coaster: &str) -> Written {
    let text = format!(
        r#"
plan = {{ name = "fetched", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z }}
goal = {{ order = ["delivered"] }}
commodity = [{{ id = "mud"{commodity} }}, {{ id = "cake" }}]
site = [
  {{ id = "quay", kind = "port", position = [24.0, 154.0], stock = {{ cake = "40 t" }} }},
  {{ id = "field", kind = "sea", position = [23.5, 154.0] }},
  {{ id = "isle", kind = "island", position = [23.6, 154.2] }},
]
vessel = [
  {{ id = "lifter", at = "field", hold = {{ mud = "99 t" }} }},
  {{ id = "carrier", count = {carriers}, at = "quay", calls = ["quay", "field"], speed = "6 kn", hold = {{ mud = "60 t" }} }},
  {{ id = "coaster", at = "isle", calls = [{coaster}], speed = "6 kn", hold = {{ cake = "60 t" }} }},
]
sampling = [{{ id = "lift", vessel = "lifter", commodity = "mud", rate = "2 t/h" }}]
transfer = [
  {{ id = "meet", from = "lifter", to = "carrier", site = "field", commodity = "mud", rate = "50 t/h" }},
  {{ id = "land", from = "carrier", to = "quay", commodity = "mud", rate = "50 t/h" }},
  {{ id = "load", from = "quay", to = "coaster", commodity = "cake", rate = "50 t/h" }},
  {{ id = "bring", from = "coaster", to = "isle", commodity = "cake", rate = "50 t/h" }},
]
"#
    );
    Written::new(&text, &[])
}

/// Hours that a vessel sails, and tonnes that are delivered.
fn sailed(plan: &Written, vessel: &str) -> [f64; 2] {
    let run = Run::new(["schedule", "--time-limit", "20s", "--json"]).arg(plan.folder.path());
    let schedule = run.done().json();
    let totals = &schedule["totals"];
    [&totals["vessels"][vessel]["sail_h"], &totals["delivered_t"]]
        .map(|hours| hours.as_f64().expect("a number"))
}

#[test]
fn who_carries_nothing_that_counts_does_not_sail_to_and_fro() {
    let [hours, delivered] = sailed(&fetched("", 1, r#""isle", "quay""#), "coaster");
    assert_eq!((hours, delivered > 160.0), (0.0, true), "{delivered}");
}

#[test]
fn where_nothing_can_come_nobody_sets_out() {
    let plan = fetched(r#", keeps = "2 h""#, 2, r#""isle", "quay""#);
    for vessel in ["carrier-1", "carrier-2", "coaster"] {
        assert_eq!(sailed(&plan, vessel), [0.0, 0.0], "{vessel}");
    }
}
