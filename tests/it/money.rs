//! What vessels cost and burn, from the plan to the judged schedule: hire, fuel, and goals and budgets that count them.

use crate::support::{Run, Written};
use mudline::schedule::{Kind, Schedule};

/// A port, a field 30 NM off it, and what goes between them.
fn plan(goals: &str, rest: &str) -> String {
    format!(
        r#"
plan = {{ name = "money", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z, currency = "USD" }}
goal = {{ order = {goals} }}
site = [
  {{ id = "port", kind = "port", position = [24.0, 154.0] }},
  {{ id = "field", kind = "sea", position = [24.5, 154.0] }},
]
{rest}
"#
    )
}

fn solve(plan: &str) -> Schedule {
    Written::new(plan, &[]).solved()
}

fn goal(schedule: &Schedule, name: &str) -> f64 {
    let goal = schedule.solve.goals.iter().find(|goal| goal.name == name).expect("a goal");
    assert_eq!(goal.gap, Some(0.0), "{name} is proven");
    goal.value
}

fn users(schedule: &Schedule) -> Vec<&str> {
    let real = schedule.activities.iter().filter(|activity| activity.is_real());
    let mut users: Vec<&str> = real.filter_map(|activity| activity.vessel.as_deref()).collect();
    users.dedup();
    users
}

/// Two ships could do one dive each, or one of them both.
fn two_ships(second: &str) -> String {
    plan(
        r#"["cost"]"#,
        &format!(
            r#"
vessel = [
  {{ id = "near", at = "field", day_rate = "24000 USD/d", hire = {{ mobilisation = "10000 USD" }} }},
  {{ id = "far", at = "port", home = "port", calls = ["field"], speed = "10 kn", {second} }},
]
task = [
  {{ id = "look", vessel = "near", duration = "10 h", times = "0..1" }},
  {{ id = "dive", vessel = "far", site = "field", duration = "4 h", times = "0..1" }},
  {{ id = "report", duration = "1 h", after = ["AFTER"] }},
]
"#
        ),
    )
}

#[test]
fn a_vessel_that_is_not_used_pays_no_mobilisation_and_burns_nothing() {
    let far = r#"day_rate = "12000 USD/d", hire = { mobilisation = "5000 USD", voyage = "700 USD" },
     fuel = { sailing = "3 t/h", working = "2 t/h", waiting = "1 t/h", price = "100 USD/t" }"#;
    let plan = two_ships(far);
    // The report needs the look, and so the ship that lies there already: 10 h at 1000 USD/h, and mobilisation.
    let look = solve(&plan.replace("AFTER", "look"));
    assert_eq!((goal(&look, "cost"), users(&look)), (20_000.0, vec!["near"]));
    assert_eq!(look.totals.fuel_t, 0.0);
    // The dive needs the other: 3 h out, 4 h, 3 h back, of which the legs are a little less than 6 h.
    let dive = solve(&plan.replace("AFTER", "dive"));
    let fuel = dive.totals.fuel_t;
    assert_eq!(users(&dive), ["far"]);
    assert!((25.5..26.0).contains(&fuel), "{fuel}");
    let cost = 5_000.0 + 700.0 + 500.0 * 10.0 + 100.0 * fuel;
    assert!((goal(&dive, "cost") - cost).abs() < 0.01, "{} and not {cost}", goal(&dive, "cost"));
}

#[test]
fn a_vessel_works_only_while_it_is_hired_and_is_paid_from_then_on() {
    let hire =
        r#"day_rate = "24000 USD/d", hire = { from = 2026-01-01T09:30:00Z, to = 2026-01-01T21:00:00Z }"#;
    let schedule = solve(&two_ships(hire).replace("AFTER", "dive"));
    let sails: Vec<_> = schedule.activities.iter().filter(|activity| activity.kind == Kind::Sail).collect();
    assert_eq!(sails[0].start.to_rfc3339(), "2026-01-01T10:00:00+00:00");
    assert_eq!(schedule.totals.finish.to_rfc3339(), "2026-01-01T20:00:00+00:00");
    assert_eq!(goal(&schedule, "cost"), 10_500.0);
    // An hour less, and there is no time for it.
    let short = two_ships(hire).replace("AFTER", "dive").replace("T21:00:00Z", "T19:00:00Z");
    let written = Written::new(&short, &[]);
    let ran = Run::new(["schedule"]).arg(written.folder.path()).fault();
    assert!(ran.stderr.contains("report has no start"), "{}", ran.stderr);
}

/// A ship that may lift for as long as it pays, and what that emits.
const LIFTING: &str = r#"
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "field", hold = { mud = "100 t" }, fuel = { working = "2 t/h", waiting = "1 t/h", price = "10 USD/t", co2 = 3.0 } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h" }]
"#;

#[test]
fn emissions_are_a_goal_and_a_budget() {
    // At once and without a pause: 20 h at 2 t/h, 3 t of each.
    let least = LIFTING.replace("rate = \"1 t/h\"", "rate = \"1 t/h\", at_least = \"20 t\"");
    let schedule = solve(&plan(r#"["emissions"]"#, &least));
    assert!((goal(&schedule, "emissions") - 120.0).abs() < 1e-6);
    assert_eq!((schedule.totals.fuel_t, schedule.totals.co2_t, schedule.totals.cost), (40.0, 120.0, 400.0));
    // As much as 90 t of carbon dioxide allow: 15 h.
    let budget = format!("{LIFTING}\nbudget = [{{ id = \"air\", emissions = \"90 t\" }}]");
    let schedule = solve(&plan(r#"["sampled"]"#, &budget));
    assert!((goal(&schedule, "sampled") - 15.0).abs() < 1e-6);
    // Both at once cannot be.
    let both = format!("{least}\nbudget = [{{ id = \"air\", emissions = \"90 t\" }}]");
    let written = Written::new(&plan(r#"["sampled"]"#, &both), &[]);
    let ran = Run::new(["schedule"]).arg(written.folder.path()).fault();
    let told = "the budget air does not suffice: at least 30 t of carbon dioxide more are needed";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    // The same of money: 30 t of fuel for 300 USD.
    let budget = format!("{LIFTING}\nbudget = [{{ id = \"purse\", cost = \"300 USD\" }}]");
    assert!((goal(&solve(&plan(r#"["sampled"]"#, &budget)), "sampled") - 15.0).abs() < 1e-6);
}

#[test]
fn fuel_is_told_in_the_total_line_and_judged_on_the_command_line() {
    let least = LIFTING.replace("rate = \"1 t/h\"", "rate = \"1 t/h\", at_least = \"20 t\"");
    let written = Written::new(&plan(r#"["emissions", "finish"]"#, &least), &[]);
    let ran = Run::new(["schedule"]).arg(written.folder.path()).done();
    assert!(ran.stdout.contains("fuel 40.0 t, CO2 120.0 t"), "{}", ran.stdout);
    assert!(ran.stdout.contains("emissions 120.0 t CO2 (proven)"), "{}", ran.stdout);
}

#[test]
fn simulated_years_pay_for_hire_and_fuel() {
    let hire = r#"day_rate = "24000 USD/d", hire = { from = 2026-01-01T09:30:00Z, mobilisation = "5000 USD", voyage = "700 USD" },
     fuel = { sailing = "3 t/h", working = "2 t/h", waiting = "1 t/h", price = "100 USD/t" }"#;
    let text = two_ships(hire).replace("AFTER", "dive").replace(
        "\"dive\", vessel = \"far\", site = \"field\", duration = \"4 h\", times = \"0..1\"",
        "\"dive\", vessel = \"far\", site = \"field\", duration = \"4 h\"",
    );
    let schedule = solve(&text);
    let written = Written::new(&text, &[]);
    let folder = written.folder.path();
    let ran = Run::new(["simulate", "--json"]).arg(folder).done();
    let answer: serde_json::Value = serde_json::from_str(&ran.stdout).expect("json");
    let cost = schedule.totals.cost.round();
    assert!(ran.stdout.contains(&format!("{cost}")), "{cost} is not in {answer:#}");
}

#[test]
fn simulated_years_tell_whether_a_budget_suffices() {
    let text = r#"
plan = { name = "air", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z, currency = "USD" }
goal = { order = ["sampled"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "field", kind = "sea", weather = "w" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "field", hold = { mud = "100 t" }, fuel = { working = "2 t/h", waiting = "1 t/h", price = "10 USD/t", co2 = 3.0 } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h", limits = { hs = "2 m" } }]
"#;
    // The second day has ten hours of storm after five: another 30 t of carbon dioxide while the ship waits.
    let hs: Vec<f64> = (0..72).map(|hour| if (29..39).contains(&hour) { 3.0 } else { 1.0 }).collect();
    for (budget, id) in [("emissions = \"90 t\"", "air"), ("cost = \"300 USD\"", "purse")] {
        let written = Written::new(&format!("{text}budget = [{{ id = \"{id}\", {budget} }}]\n"), &hs);
        let starts = written.folder.path().join("starts");
        std::fs::write(&starts, "2026-01-01T00:00:00Z\n2026-01-02T00:00:00Z\n").expect("written");
        let ran = Run::new(["simulate", "--starts"]).arg(&starts).arg(written.folder.path()).done();
        assert!(ran.stdout.contains(&format!("short by {id}: 1 run")), "{}", ran.stdout);
        assert!(ran.stdout.contains("all done, in time           50 %"), "{}", ran.stdout);
    }
}

#[test]
fn what_costs_something_or_is_wanted_by_others_is_fed_as_the_schedule_feeds_it() {
    let text = r#"
plan = { name = "press", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z, currency = "USD" }
goal = { order = ["supplied", "cost"] }
site = [{ id = "quay", kind = "port", stock = { mud = "9 t" } }]
commodity = [{ id = "mud" }, { id = "cake" }]
process = [{ id = "press", site = "quay", from = "mud", to = "cake", yield = "50 %", capacity = "2 t/h", cost = "3 USD/t" }]
demand = [{ id = "buyer", site = "quay", commodity = "cake", amount = "2 t" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "5 t" } }]
task = [{ id = "look", vessel = "ship", duration = "1 h" }]
budget = [{ id = "purse", cost = "12 USD" }]
"#;
    let written = Written::new(text, &[]);
    let ran = Run::new(["simulate"]).arg(written.folder.path()).done();
    assert!(ran.stdout.contains("all done, in time          100 %"), "{}", ran.stdout);
    // A larger hold brings nothing where no more is lifted than planned: it is not told as worth nothing.
    let ran = Run::new(["simulate", "--what-if"]).arg(written.folder.path()).done();
    assert!(ran.stdout.contains("one day more") && !ran.stdout.contains("hold of"), "{}", ran.stdout);
    // Who buys mud gets it, though the press could be fed with it, and is in the end.
    let rival =
        text.replace("commodity = \"cake\", amount = \"2 t\"", "commodity = \"mud\", rate = \"0.5 t/h\"");
    let written = Written::new(&rival.replace("cost = \"3 USD/t\"", "cost = \"0 USD/t\""), &[]);
    let told = Run::new(["simulate", "--json"]).arg(written.folder.path()).done().json();
    let amounts = told["policies"][0]["amounts"].as_array().expect("amounts").clone();
    let row = amounts.iter().find(|row| row["id"] == "supplied").expect("a row");
    assert_eq!((row["planned"].as_f64(), row["mean"].as_f64()), (Some(6.0), Some(6.0)), "{row}");
    // What is wanted only late is not pressed before.
    let late = r#"demand = [
      { id = "late", site = "quay", commodity = "mud", amount = "4 t", from = 2026-01-01T08:00:00Z, at_least = "4 t" },
      { id = "buyer", site = "quay", commodity = "cake", amount = "2 t", at_least = "2 t" },
    ]"#;
    let text = text
        .replace(r#"demand = [{ id = "buyer", site = "quay", commodity = "cake", amount = "2 t" }]"#, late);
    let written = Written::new(&text.replace("stock = { mud = \"9 t\" }", "stock = { mud = \"8 t\" }"), &[]);
    let ran = Run::new(["simulate"]).arg(written.folder.path()).done();
    assert!(ran.stdout.contains("all done, in time          100 %"), "{}", ran.stdout);
}

/// A ship with two speeds that goes out and back; `rest` are more of its keys.
fn two_speeds(goals: &str, rest: &str) -> String {
    plan(
        goals,
        &format!(
            r#"
vessel = [{{ id = "ship", at = "port", home = "port", calls = ["field"], {rest}
  speeds = [{{ speed = "6 kn", sailing = "1 t/h" }}, {{ speed = "15 kn", sailing = "6 t/h" }}],
  fuel = {{ working = "1 t/h", waiting = "1 t/h", price = "100 USD/t", co2 = 3.0 }} }}]
task = [{{ id = "dive", vessel = "ship", site = "field", duration = "4 h" }}]
"#
        ),
    )
}

fn speeds(schedule: &Schedule) -> Vec<f64> {
    schedule.activities.iter().filter_map(|activity| activity.speed_kn).collect()
}

#[test]
fn each_leg_is_sailed_at_the_speed_that_serves_the_goal() {
    // 30 NM: two hours at 15 kn, and five at 6 kn.
    let hours = |knots: f64| if knots > 10.0 { 2.0 } else { 5.0 };
    for rate in [0.0, 2_000.0, 5_000.0, 20_000.0, 100_000.0] {
        let schedule = solve(&two_speeds(r#"["cost"]"#, &format!("day_rate = \"{rate} USD/d\",")));
        let way = 29.9 / 15.0;
        let cost = |knots: f64| -> f64 {
            let burnt = if knots > 10.0 { 6.0 * way + (2.0 - way) } else { 5.0 };
            hours(knots) * rate / 24.0 + 100.0 * burnt
        };
        let best = cost(6.0).min(cost(15.0));
        let total = 2.0 * best + 4.0 * (rate / 24.0 + 100.0);
        let is = goal(&schedule, "cost");
        assert!((is - total).abs() < 0.01 * total, "at {rate}: {is} and not {total}");
        let wanted = if cost(6.0) < cost(15.0) { 6.0 } else { 15.0 };
        assert_eq!(speeds(&schedule), [wanted; 2], "at {rate}");
    }
    // The soonest is the fastest, whatever it costs; and where a date must be kept, as fast as that asks for: one leg of the two.
    assert_eq!(speeds(&solve(&two_speeds(r#"["finish", "emissions"]"#, ""))), [15.0; 2]);
    let hire = "hire = { to = 2026-01-01T12:00:00Z },";
    let mut mixed = speeds(&solve(&two_speeds(r#"["emissions"]"#, hire)));
    mixed.sort_by(f64::total_cmp);
    assert_eq!(mixed, [6.0, 15.0]);
}

#[test]
fn a_speed_that_is_never_better_is_no_choice() {
    // Both arrive within two hours; the slower burns less.
    let near = two_speeds(r#"["cost"]"#, "").replace("6 kn", "15.5 kn");
    let (plan, _) = Written::new(&near, &[]).load();
    let legs = &plan.vessels.iter().next().expect("a vessel").legs;
    assert_eq!(legs.iter().map(|leg| leg.pace.knots()).collect::<Vec<_>>(), [15.5, 15.5]);
    let written = Written::new(&two_speeds(r#"["cost"]"#, ""), &[]);
    let ran = Run::new(["schedule"]).arg(written.folder.path()).done();
    assert!(ran.stdout.contains("sail 6 kn"), "{}", ran.stdout);
}

#[test]
fn a_simulated_leg_is_sailed_at_the_speed_of_the_schedule() {
    // A date that must be kept asks for one leg of the two at full speed; the cost tells both.
    let text = two_speeds(r#"["cost"]"#, "hire = { to = 2026-01-01T12:00:00Z },");
    // Money of runs is counted to the hundredth.
    let cost = (solve(&text).totals.cost * 100.0).round() / 100.0;
    let written = Written::new(&text, &[]);
    let told = Run::new(["simulate", "--json"]).arg(written.folder.path()).done().json();
    let amounts = told["policies"][0]["amounts"].as_array().expect("amounts").clone();
    let simulated = amounts.iter().find(|row| row["id"] == "cost").expect("cost");
    assert_eq!(simulated["mean"].as_f64(), Some(cost), "{simulated}");
}

#[test]
fn the_text_of_a_schedule_tells_what_costs_are_for() {
    let far = r#"day_rate = "12000 USD/d", hire = { mobilisation = "5000 USD", voyage = "700 USD" },
     fuel = { sailing = "3 t/h", working = "2 t/h", waiting = "1 t/h", price = "100 USD/t" }"#;
    let both = two_ships(far).replace("after = [\"AFTER\"]", "after = [\"look\", \"dive\"]");
    let written = Written::new(&both, &[]);
    let schedule = written.solved();
    let text = Run::new(["schedule"]).arg(written.folder.path()).done().stdout;
    let start = text.find("costs: ").unwrap_or_else(|| panic!("{text}"));
    let told = text[start..].split("\n\n").next().expect("a paragraph");
    assert!(told.lines().count() <= 4 && told.lines().all(|line| line.chars().count() <= 80), "{told}");
    // By item and by vessel they add up to the whole, but for what is rounded.
    let sum = |part: &str| -> f64 {
        let amounts = part.split("USD").filter_map(|item| {
            let digits: String = item.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
            digits.parse::<f64>().ok()
        });
        amounts.sum()
    };
    let (items, vessels) = told.split_once("by vessel: ").expect("two ships are paid for");
    for part in [items, vessels] {
        assert!((sum(part) - schedule.totals.cost).abs() <= 3.0, "{part}: {}", schedule.totals.cost);
    }
    for item in ["day rate", "mobilisation", "fuel", "voyages"] {
        assert!(items.contains(item), "{item}: {told}");
    }
    assert!(vessels.contains("near") && vessels.contains("far"), "{told}");
}

/// A port an hour away that asks for dues, and one two hours away that asks for none; an hour costs 1000 USD.
#[test]
fn a_ship_lands_where_time_and_dues_cost_least() {
    let landed = |dues: u32| {
        let plan = format!(
            r#"
plan = {{ name = "dues", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z, currency = "USD" }}
goal = {{ order = ["delivered", "cost"] }}
commodity = [{{ id = "mud" }}]
site = [
  {{ id = "field", kind = "sea", position = [24.0, 154.0] }},
  {{ id = "near", kind = "port", position = [24.16, 154.0], dues = "{dues} USD" }},
  {{ id = "far", kind = "port", position = [24.32, 154.0] }},
]
vessel = [{{ id = "ship", at = "field", calls = ["near", "far"], speed = "10 kn", hold = {{ mud = "10 t" }}, day_rate = "24000 USD/d" }}]
sampling = [{{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "10 t/h", at_most = "10 t" }}]
transfer = [
  {{ id = "land-near", from = "ship", to = "near", commodity = "mud", rate = "10 t/h" }},
  {{ id = "land-far", from = "ship", to = "far", commodity = "mud", rate = "10 t/h" }},
]
"#
        );
        let schedule = solve(&plan);
        (schedule.deliveries[0].site.clone(), goal(&schedule, "cost"))
    };
    assert_eq!(landed(600), ("near".to_owned(), 3600.0));
    assert_eq!(landed(1500), ("far".to_owned(), 4000.0));
}

#[test]
fn what_a_run_costs_is_told_to_the_hundredth() {
    let plan = "plan = { name = \"cheap\", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z, currency = \"USD\" }\n\
                goal = { order = [\"finish\"] }\n\
                task = [{ id = \"call\", duration = \"1 h\", cost = \"2.35 USD\" }]\n";
    let ran = Run::new(["simulate", "--json"]).arg(Written::new(plan, &[]).folder.path()).done().json();
    let amounts = ran["policies"][0]["amounts"].as_array().expect("amounts").clone();
    let cost = amounts.iter().find(|row| row["id"] == "cost").expect("costs");
    assert_eq!((cost["planned"].as_f64(), cost["mean"].as_f64()), (Some(2.35), Some(2.35)));
    assert!(
        cost["percentiles"].as_array().expect("percentiles").iter().all(|row| row["value"] == 2.35),
        "{cost}"
    );
}
