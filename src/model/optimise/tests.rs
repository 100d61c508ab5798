//! What is taken for a schedule.

use super::*;
use crate::schedule::{Move, What};
use crate::time::Slot;

/// Two boats at a quay with a paint shop, each of which may do some work there; with more of what rules that.
fn plan(goals: &str, rules: &str) -> (Plan, Sea) {
    let text = format!(
        r#"
plan = {{ name = "boats", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z, slot = "6 h", currency = "USD" }}
goal = {{ order = [{goals}] }}
site = [{{ id = "port", kind = "port", position = [24.0, 154.0] }}]
resource = [{{ id = "shop", capacity = 1 }}]
vessel = [{{ id = "a", at = "port" }}, {{ id = "b", at = "port" }}]
{rules}
"#
    );
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
    let checked = crate::plan::load(folder.path()).expect("files");
    let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
    checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")))
}

/// Whether it is a schedule of a plan that its two works, of six hours each, begin in these slots.
fn fits(rules: &str, starts: [&[Slot]; 2]) -> bool {
    let (plan, sea) = plan("\"finish\"", rules);
    let model = Model::new(&plan, &sea);
    let mut itinerary = Itinerary { vessels: vec![Vec::new(); plan.vessels.len()], ..Itinerary::default() };
    for ((task, work), starts) in plan.tasks.entries().zip(starts) {
        let vessel = work.stand.expect("a vessel").vessel.index();
        let steps = starts.iter().map(|&start| Move { what: What::Task(task), start, end: start + 1 });
        itinerary.vessels[vessel].extend(steps);
        itinerary.vessels[vessel].sort_by_key(|step| step.start);
    }
    itinerary.done = itinerary.vessels.iter().map(|moves| moves.last().map_or(0, |last| last.end)).collect();
    let stop = AtomicBool::new(false);
    model.each(&itinerary, &Options::new(&stop)).expect("a solver that works").is_some()
}

#[test]
fn ways_that_break_a_rule_are_no_schedule() {
    let rhythm = r#"task = [
  { id = "paint", vessel = "a", site = "port", duration = "6 h", times = "0..9", every = "24 h" },
  { id = "scrape", vessel = "a", site = "port", duration = "6 h", times = "0..9" },
]"#;
    assert!(fits(rhythm, [&[3, 8], &[12]]));
    assert!(!fits(rhythm, [&[3, 8], &[14]]));
    assert!(!fits(rhythm, [&[], &[9]]));
    let order = r#"task = [
  { id = "scrape", vessel = "a", site = "port", duration = "6 h" },
  { id = "paint", vessel = "b", site = "port", duration = "6 h", after = ["scrape"] },
]"#;
    assert!(fits(order, [&[2], &[3]]));
    assert!(!fits(order, [&[2], &[2]]));
    let shop = r#"task = [
  { id = "scrape", vessel = "a", site = "port", duration = "6 h", uses = { shop = 1 } },
  { id = "paint", vessel = "b", site = "port", duration = "6 h", uses = { shop = 1 }, times = "0..1" },
]"#;
    assert!(fits(shop, [&[2], &[3]]));
    assert!(!fits(shop, [&[2], &[2]]));
    assert!(!fits(shop, [&[2, 5], &[]]) && !fits(shop, [&[], &[]]));
}

#[test]
fn what_time_is_left_goes_to_the_goals_after_one_that_is_not_proven() {
    let work = r#"task = [
  { id = "scrape", vessel = "a", site = "port", duration = "6 h" },
  { id = "paint", vessel = "b", site = "port", duration = "6 h", times = "0..3", cost = "100 USD" },
]"#;
    let (plan, sea) = plan("\"finish\", \"cost\"", work);
    let model = Model::new(&plan, &sea);
    let mut itinerary = Itinerary { vessels: vec![Vec::new(); plan.vessels.len()], ..Itinerary::default() };
    for (vessel, starts) in [(0, 0..1), (1, 0..3)] {
        let what = What::Task(crate::id::Ix::new(vessel));
        itinerary.vessels[vessel] =
            starts.map(|start| Move { what: what.clone(), start, end: start + 1 }).collect();
    }
    let stop = AtomicBool::new(false);
    let options = Options { time_limit: Some(Duration::from_secs(600)), ..Options::new(&stop) };
    let mut run = Run::new(&model, &options, 0.0);
    let objectives = model.objectives();
    run.values = run.traced(&objectives[0], &itinerary, None).expect("a solver that works");
    let reached = |run: &Run<'_, '_>| -> Vec<f64> {
        let values = run.values.as_ref().expect("values");
        objectives.iter().map(|goal| goal.unit * model.vars.value_of(&goal.expression, values)).collect()
    };
    let before = reached(&run);
    assert!((before[1] - 300.0).abs() < 1e-6, "{before:?}");
    run.is_whole = false;
    for (nth, objective) in objectives.iter().enumerate() {
        run.improve(objective, objectives.len() - nth - 1).expect("a solver that works");
    }
    let after = reached(&run);
    assert!(after[0] <= before[0] + 1e-6 && after[1].abs() < 1e-6, "{before:?} {after:?}");
}
