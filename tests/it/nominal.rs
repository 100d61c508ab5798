//! Voyages with the durations of the plan come to what was planned: what is lifted beyond it is lifted where somebody wants more and can be landed in
//! time, and what several want is shared as in the schedule.

use crate::support::{Run, Written};

/// A plan of a ship at a quay: its goals, its length in hours, what the site and the ship have besides, the tables that are added, and the sea.
fn quay(goals: &str, hours: u32, site: &str, ship: &str, more: &str, hs: &[f64]) -> Written {
    Written::new(
        &format!(
            "plan = {{ name = \"quay\", start = 2026-01-01T00:00:00Z, end = 2026-01-{:02}T{:02}:00:00Z, currency = \"USD\" }}\n\
             goal = {{ order = [{goals}] }}\n\
             commodity = [{{ id = \"mud\" }}, {{ id = \"cake\" }}]\n\
             site = [{{ id = \"quay\", kind = \"port\", position = [24.3, 154.0]{site} }}]\n\
             vessel = [{{ id = \"ship\", at = \"quay\"{ship} }}]\n{more}",
            1 + hours / 24,
            hours % 24,
        ),
        hs,
    )
}

/// The voyage of a start with durations as planned, as the JSON document tells it: what was planned and what came of it.
fn sailed(plan: &Written, start: &str) -> serde_json::Value {
    let starts = plan.folder.path().join("starts");
    std::fs::write(&starts, format!("{start}T00:00:00Z\n")).expect("written");
    let answer = Run::new(["simulate", "--json", "--planned-durations", "--starts"])
        .arg(&starts)
        .arg(plan.folder.path())
        .done()
        .json();
    answer["policies"][0].clone()
}

fn amount<'a>(policy: &'a serde_json::Value, id: &str) -> &'a serde_json::Value {
    let amounts = policy["amounts"].as_array().expect("amounts");
    amounts.iter().find(|row| row["id"] == id).expect("an amount")
}

/// Asserts that all is done in time; the tonnes of an amount, and those that were planned.
fn done(policy: &serde_json::Value, id: &str) -> [f64; 2] {
    let first = &policy["outcomes"][0];
    assert_eq!((&first["id"], first["share"].as_f64()), (&"done".into(), Some(1.0)), "{policy:#}");
    let row = amount(policy, id);
    [&row["percentiles"][0]["value"], &row["planned"]].map(|value| value.as_f64().expect("tonnes"))
}

/// Asserts that all is done in time, and as many tonnes are lifted as in the schedule.
fn assert_as_planned(plan: &Written) {
    let [is, planned] = done(&sailed(plan, "2026-01-01"), "sampled");
    assert_eq!(is, planned);
}

#[test]
fn nothing_more_is_lifted_where_nobody_wants_more() {
    const LIFT: &str =
        "sampling = [{ id = \"lift\", vessel = \"ship\", commodity = \"mud\", rate = \"2.5 t/h\"";
    let hold = ", hold = { mud = \"60 t\" }";
    // What counts is to be done soon.
    let soon = format!("{LIFT}, at_least = \"10 t\" }}]\n");
    assert_as_planned(&quay("\"finish\"", 48, "", hold, &soon, &[]));
    // The buyer has all that he wants.
    let sold = format!(
        "{LIFT} }}]\ntransfer = [{{ id = \"land\", from = \"ship\", to = \"quay\", commodity = \"mud\", rate = \"2 t/h\" }}]\n\
         demand = [{{ id = \"buyer\", site = \"quay\", commodity = \"mud\", amount = \"10 t\" }}]\n"
    );
    assert_as_planned(&quay("\"supplied\"", 48, "", hold, &sold, &[]));
    // What it would bring is not told either.
    let plan = quay("\"supplied\"", 48, "", hold, &sold, &[]);
    let what_if = Run::new(["simulate", "--what-if"]).arg(plan.folder.path()).done().stdout;
    assert!(what_if.contains("one day more") && !what_if.contains("hold of ship"), "{what_if}");
}

#[test]
fn more_is_lifted_only_as_far_as_it_can_be_landed_in_time() {
    // The plan's own day has a storm of ten hours, the other is calm.
    let hs: Vec<f64> = (0..96).map(|hour| if (5..15).contains(&hour) { 3.0 } else { 1.0 }).collect();
    let plan = quay(
        "\"delivered\"",
        24,
        ", weather = \"w\"",
        ", hold = { mud = \"60 t\" }",
        r#"
weather = [{ id = "w", file = "sea.csv" }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "2 t/h", limits = { hs = "2 m" } }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "2 t/h" }]
"#,
        &hs,
    );
    let [own, planned] = done(&sailed(&plan, "2026-01-01"), "delivered");
    assert_eq!(own, planned);
    // Half of the day is for lifting then, half of it for landing.
    let [calm, _] = done(&sailed(&plan, "2026-01-03"), "delivered");
    assert!(calm > planned && calm > 23.0, "{calm} and {planned}");
}

#[test]
fn who_lifts_more_than_planned_goes_on_when_a_danger_has_passed() {
    // The other day has a storm of four hours from 18:00 on, and before it three hours to lift in, of which bringing in the gear takes one.
    let hs = |hour: usize| match hour {
        12..44 | 66..70 => 3.0,
        62 => 2.2,
        _ => 1.0,
    };
    let hs: Vec<f64> = (0..144).map(hs).collect();
    let plan = quay(
        "\"delivered\"",
        48,
        ", weather = \"w\"",
        ", hold = { mud = \"200 t\" }, gear = [{ id = \"in\" }, { id = \"out\", survives = { hs = \"2.5 m\" } }]",
        r#"
weather = [{ id = "w", file = "sea.csv" }]
task = [
  { id = "lower", vessel = "ship", duration = "1 h", gear = "in", leaves = "out", times = "0..9" },
  { id = "raise", vessel = "ship", duration = "1 h", gear = "out", leaves = "in", times = "0..9" },
]
sampling = [{ id = "lift", vessel = "ship", gear = "out", commodity = "mud", rate = "2 t/h", min_run = "3 h", limits = { hs = "2 m" } }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "20 t/h" }]
"#,
        &hs,
    );
    let [calm, planned] = done(&sailed(&plan, "2026-01-03"), "delivered");
    assert!(calm > 60.0 && planned < 30.0, "{calm} and {planned}");
}

#[test]
fn what_is_lifted_beyond_the_plan_is_landed_as_far_as_there_is_time() {
    // There is room ashore for 14 t only, of which one is pressed each hour: the last parcel waits for that, and a larger one would be late.
    let plan = quay(
        "\"supplied\", \"delivered\"",
        18,
        ", stock = { mud = \"12 t\", cake = \"5 t\" }, store = { mud = \"14 t\", cake = \"20 t\" }",
        ", hold = { mud = \"20 t\" }, aboard = { mud = \"10 t\" }",
        r#"
task = [{ id = "moor", vessel = "ship", duration = "2 h", times = "1" }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "2.5 t/h", at_most = "16.4 t" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "8 t/h" }]
process = [{ id = "press", site = "quay", from = "mud", to = "cake", yield = "20 %", capacity = "1 t/h" }]
demand = [{ id = "buyer", site = "quay", commodity = "cake", rate = "1 t/h", from = 2026-01-01T04:00:00Z, to = 2026-01-01T15:00:00Z, value = [["99 t", 2.0]] }]
reserve = [{ id = "vault", site = "quay", commodity = "cake", target = "0.5 t", by = 2026-01-01T04:00:00Z }]
disruption = [{ id = "strike", stops = ["ship"], from = 2026-01-01T10:00:00Z, to = 2026-01-01T12:00:00Z }, { id = "again", stops = ["ship"], from = 2026-01-01T13:00:00Z, to = 2026-01-01T17:00:00Z }]
"#,
        &[],
    );
    let [is, planned] = done(&sailed(&plan, "2026-01-01"), "delivered");
    assert_eq!(is, planned);
}

#[test]
fn what_is_lifted_beyond_the_plan_delays_nothing_that_is_wanted_by_a_date() {
    // What is landed after 11:00 cannot be sold any more.
    let plan = quay(
        "\"supplied\", \"finish\"",
        14,
        ", stock = { mud = \"4 t\" }",
        ", hold = { mud = \"20 t\" }, aboard = { mud = \"6 t\" }",
        r#"
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "8 t/h" }]
demand = [{ id = "buyer", site = "quay", commodity = "mud", amount = "30 t", to = 2026-01-01T11:00:00Z }]
"#,
        &[],
    );
    let [is, planned] = done(&sailed(&plan, "2026-01-01"), "supplied");
    assert_eq!(is, planned);
}

#[test]
fn what_several_want_is_shared_as_planned() {
    // Who pays most would leave nothing for who must have some.
    let plan = quay(
        "\"supplied\"",
        24,
        ", stock = { mud = \"4 t\" }",
        ", hold = { mud = \"20 t\" }",
        r#"
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "8 t/h" }]
[[demand]]
id = "rich"
site = "quay"
commodity = "mud"
amount = "30 t"
value = [["30 t", 2.0]]
[[demand]]
id = "must"
site = "quay"
commodity = "mud"
amount = "8 t"
at_least = "8 t"
to = 2026-01-01T10:00:00Z
"#,
        &[],
    );
    let [is, planned] = done(&sailed(&plan, "2026-01-01"), "supplied");
    assert!(is >= planned, "{is} and {planned}");
}

/// The voyage of a plan in its own sea, by the order of a schedule that was written down before.
fn sailed_again(plan: &Written) -> serde_json::Value {
    let out = plan.folder.path().join("planned");
    Run::new(["schedule", "--time-limit", "60s", "-o"]).arg(&out).arg(plan.folder.path()).done();
    let run = Run::new(["simulate", "--json", "--schedule"]).arg(out.join("schedule.json"));
    run.arg(plan.folder.path()).done().json()["policies"][0].clone()
}

#[test]
fn what_a_schedule_has_rounded_takes_no_slot_more() {
    // In eleven hours 0.2291666... t are lifted, then the ship must moor at once.
    let lift = r#"
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "0.5 t/d" }]
task = [{ id = "moor", vessel = "ship", duration = "2 h", release = 2026-01-01T11:00:00Z, deadline = 2026-01-01T13:00:00Z }]
"#;
    let plan = quay("\"sampled\"", 24, "", ", hold = { mud = \"2 t\" }", lift, &[]);
    // Runs are counted in hundredths.
    let [is, planned] = done(&sailed_again(&plan), "sampled");
    assert!((is - planned).abs() < 0.005, "{is} and {planned}");
}

#[test]
fn what_is_made_for_money_is_made_no_more_than_planned() {
    let press = r#"
process = [{ id = "press", site = "quay", from = "mud", to = "cake", yield = "20 %", capacity = "5 t/h", cost = "30 USD/t" }]
demand = [{ id = "buyer", site = "quay", commodity = "cake", amount = "5 t", at_least = "5 t" }]
"#;
    let plan = quay("\"cost\"", 24, ", stock = { mud = \"60 t\" }", "", press, &[]);
    let [is, planned] = done(&sailed_again(&plan), "cost");
    assert_eq!([is, planned], [750.0; 2]);
}

#[test]
fn a_run_waits_on_the_weather_for_as_long_as_its_schedule() {
    // The ship lifts for as long as it may, the carrier waits for it through a night in which they could not have met either.
    let sea: Vec<f64> = (0..48).map(|hour| if (6..18).contains(&hour) { 2.4 } else { 1.0 }).collect();
    let plan = Written::new(
        r#"
plan = { name = "waits", start = 2026-01-01T00:00:00Z, end = 2026-01-02T12:00:00Z }
goal = { order = ["delivered", "finish"] }
commodity = [{ id = "mud" }]
weather = [{ id = "w", file = "sea.csv" }]
site = [
  { id = "quay", kind = "port", position = [24.3, 154.0] },
  { id = "field", kind = "sea", position = [24.2, 154.0], weather = "w" },
]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "99 t" } },
  { id = "carrier", at = "quay", calls = ["quay", "field"], speed = "6 kn", hold = { mud = "60 t" } },
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "mud", rate = "2 t/h", at_most = "48 t", limits = { hs = "2.5 m" } }]
transfer = [
  { id = "meet", from = "lifter", to = "carrier", site = "field", commodity = "mud", rate = "50 t/h", smallest = "40 t", limits = { hs = "2 m" } },
  { id = "land", from = "carrier", to = "quay", commodity = "mud", rate = "50 t/h" },
]
"#,
        &sea,
    );
    let policy = sailed_again(&plan);
    assert_eq!(policy["outcomes"][0]["id"], "done", "{policy:#}");
    let times = policy["times"].as_array().expect("times");
    let weather = times.iter().find(|row| row["id"] == "weather").expect("a time");
    assert_eq!(weather["percentiles"][0]["value"], weather["planned"], "{policy:#}");
}

#[test]
fn a_late_run_is_told_with_what_its_own_plan_says() {
    let lands = r#"
task = [{ id = "moor", vessel = "ship", duration = "2 h", spread = { low = "1 h", high = "9 h" } }]
"#;
    let plan = quay("\"finish\"", 3, "", "", lands, &[]);
    let out = plan.folder.path().join("out");
    let ran = Run::new(["simulate", "--draws", "9", "-o"]).arg(&out).arg(plan.folder.path()).done();
    let told = ran.stdout + &ran.stderr;
    assert!(told.contains("p90 ended late: the plan beside it lasts as long"), "{told}");
    Run::new(["verify"]).arg(out.join("p90")).arg(out.join("p90/schedule.json")).done();
}

#[test]
fn what_goes_out_to_sea_takes_nothing_from_what_is_delivered() {
    // Stores go out to the rig, and what is lifted there lands.
    let text = r#"
plan = { name = "out", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z }
goal = { order = ["supplied", "delivered"] }
commodity = [{ id = "mud" }, { id = "stores" }]
site = [
  { id = "quay", kind = "port", position = [24.3, 154.0], stock = { stores = "50 t" } },
  { id = "rig", kind = "sea", position = [24.5, 154.0], store = { stores = "90 t" } },
]
vessel = [{ id = "ship", at = "rig", calls = ["rig", "quay"], speed = "12 kn", hold = { mud = "40 t", stores = "50 t" } }]
sampling = [{ id = "lift", vessel = "ship", site = "rig", commodity = "mud", rate = "2 t/h", at_most = "MOST t" }]
transfer = [
  { id = "land", from = "ship", to = "quay", commodity = "mud", rate = "10 t/h" },
  { id = "load", from = "quay", to = "ship", commodity = "stores", rate = "10 t/h" },
  { id = "bring", from = "ship", to = "rig", commodity = "stores", rate = "10 t/h" },
]
demand = [{ id = "crew", site = "rig", commodity = "stores", amount = "50 t", at_least = "50 t" }]
"#;
    for most in [0.0_f64, 20.0] {
        let plan = Written::new(&text.replace("MOST", &most.max(0.001).to_string()), &[]);
        let schedule = plan.solved();
        let goal = schedule.solve.goals.iter().find(|goal| goal.name == "delivered").expect("the goal");
        let delivered = schedule.totals.delivered_t;
        assert!(
            (delivered - goal.value).abs() < 1e-3 && (delivered - most).abs() < 0.01,
            "{delivered} {goal:?}"
        );
        let [is, planned] = done(&sailed(&plan, "2026-01-01"), "delivered");
        assert!(
            (is - delivered).abs() < 0.01 && (planned - delivered).abs() < 0.01,
            "{is} {planned} {delivered}"
        );
    }
}
