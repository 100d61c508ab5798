//! Ships that come and go between shores, and carriers, in what is built.

use super::construct;
use crate::model::read_off::read_off;
use crate::model::run::Run;
use crate::model::sets::Sets;
use crate::model::{Model, Options, Past};
use crate::plan::{Plan, Sea};
use crate::schedule::Itinerary;
use std::sync::atomic::AtomicBool;

/// A month in which ships bring to a port what lies in a store.
fn plan(ships: &str) -> String {
    let head = r#"
plan = { name = "shores", start = 2027-04-01T00:00:00Z, end = 2027-05-01T00:00:00Z, slot = "2 h" }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }]
site = [
  { id = "port", kind = "port", position = [35.0, 138.5], berths = 1 },
  { id = "store", kind = "island", position = [25.0, 153.0], berths = 1, stock = { mud = "20000 t" } },
]
transfer = [
  { id = "load", from = "store", to = "ship", commodity = "mud", rate = "50 t/h", setup = "2 h" },
  { id = "land", from = "ship", to = "port", commodity = "mud", rate = "100 t/h", setup = "2 h" },
]
demand = [{ id = "buyer", site = "port", commodity = "mud", amount = "20000 t" }]
"#;
    let calls = r#"at = "store", calls = ["store", "port"], speed = "11 kn", hold = { mud = "900 t" }"#;
    format!("{head}vessel = [{{ id = \"ship\", {ships}{calls} }}]\n")
}

pub(super) fn loaded(text: &str) -> (Plan, Sea) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
    let checked = crate::plan::load(folder.path()).expect("files");
    let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
    checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")))
}

/// The most that is supplied on ways that are built.
pub(super) fn built(text: &str) -> f64 {
    let (plan, sea) = loaded(text);
    let model = Model::new(&plan, &sea);
    let stop = AtomicBool::new(false);
    let options = Options { explains: false, ..Options::new(&stop) };
    let run = Run::new(&model, &options, 0.0);
    let objective = model.objectives().remove(0);
    let supplied = construct(&model.sets, &|| true).into_iter().filter_map(|itinerary| {
        let values = run.traced(&objective, &itinerary, None).expect("a solver that works")?;
        Some(model.vars.value_of(&objective.expression, &values))
    });
    supplied.fold(0.0, f64::max)
}

#[test]
fn a_ship_alone_sails_with_as_much_as_leaves_it_time_for_most() {
    // Four times there: what dynamic programming over trips and the slots of each finds to be the most.
    assert!((built(&plan("")) - 2900.0).abs() < 1e-6, "{}", built(&plan("")));
}

#[test]
fn ships_that_are_alike_both_come_and_go() {
    let both = built(&plan("count = 2, "));
    assert!(both > 1.5 * 2900.0, "{both}");
}

/// The best of what is built, with its tonnes.
pub(super) fn best_of(model: &Model<'_>, built: Vec<Itinerary>, options: &Options<'_>) -> (f64, Itinerary) {
    let run = Run::new(model, options, 0.0);
    let objective = model.objectives().remove(0);
    let reached = built.into_iter().filter_map(|itinerary| {
        let values = run.traced(&objective, &itinerary, None).expect("a solver that works")?;
        let reached = model.vars.value_of(&objective.expression, &values);
        Some((reached, read_off(&model.sets, &model.vars, &values)))
    });
    reached.max_by(|a, b| a.0.total_cmp(&b.0)).expect("something is built")
}

/// A ship that lifts, and carriers that fetch it, of which one begins with something aboard; to be planned one by one, since one has bunkers.
const CARRIERS: &str = r#"
plan = { name = "carriers", start = 2027-04-01T00:00:00Z, end = 2027-04-11T00:00:00Z, slot = "2 h", currency = "USD" }
goal = { order = ["delivered"] }
commodity = [{ id = "mud" }]
site = [
  { id = "field", kind = "sea", position = [23.33, 155.02] },
  { id = "island", kind = "island", position = [24.2867, 153.9806], berths = 1 },
]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "600 t" } },
  { id = "large", at = "island", calls = ["field"], speed = "10 kn", hold = { mud = "400 t" }, bunkers = "200 t", fuel = { sailing = "20 t/d", price = "1 USD/t" } },
  { id = "small", at = "field", calls = ["island"], speed = "12 kn", hold = { mud = "200 t" }, aboard = { mud = "100 t" } },
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "mud", rate = "350 t/d", min_run = "4 h" }]
transfer = [
  { id = "fetch-large", from = "lifter", to = "large", commodity = "mud", rate = "50 t/h", setup = "2 h" },
  { id = "land-large", from = "large", to = "island", commodity = "mud", rate = "50 t/h", setup = "2 h" },
  { id = "fetch-small", from = "lifter", to = "small", commodity = "mud", rate = "50 t/h", setup = "2 h" },
  { id = "land-small", from = "small", to = "island", commodity = "mud", rate = "50 t/h", setup = "2 h" },
]
"#;

#[test]
fn carriers_go_on_from_wherever_they_are() {
    let (plan, sea) = loaded(CARRIERS);
    let stop = AtomicBool::new(false);
    let options = Options::new(&stop);
    let best = |model: &Model<'_>, sets: &Sets<'_>| best_of(model, construct(sets, &|| true), &options);
    let model = Model::new(&plan, &sea);
    let (before, sailed) = best(&model, &Sets::in_fleets(&plan, &sea));
    assert!(before > 2000.0, "{before}");
    for until in (1..plan.horizon.slots).step_by(7) {
        let past = Past { until, itinerary: &sailed, bars: &[], flows: true };
        let model = Model::of_sets(Sets::after(&plan, &sea, &past), |_| true);
        let (after, _) = best(&model, &model.sets);
        assert!(after > 0.9 * before, "{after} after slot {until}, and {before} before");
    }
}

/// Barges that fetch two goods from two ships, land them at two shores, and are to be at one of these in the end.
const TWO_GOODS: &str = r#"
plan = { name = "two goods", start = 2027-04-02T00:00:00Z, end = 2027-04-22T00:00:00Z, slot = "3 h" }
goal = { order = ["delivered"] }
commodity = [{ id = "nod" }, { id = "mud" }]
site = [
  { id = "north", kind = "port", position = [35.0, 138.5] },
  { id = "south", kind = "island", position = [24.3, 154.0] },
  { id = "far", kind = "sea", position = [22.5, 153.2] },
  { id = "near", kind = "sea", position = [23.3, 155.0] },
]
vessel = [
  { id = "of-nod", at = "far", hold = { nod = "1500 t" } },
  { id = "of-mud", at = "near", hold = { mud = "1500 t" } },
  { id = "barge", count = 3, at = "north", home = "north", calls = ["north", "far", "south", "near"], speed = "12 kn", hold = { nod = "1200 t", mud = "1200 t" }, hold_total = "1200 t" },
]
sampling = [
  { id = "lift-nod", vessel = "of-nod", commodity = "nod", rate = "500 t/d" },
  { id = "lift-mud", vessel = "of-mud", commodity = "mud", rate = "350 t/d" },
]
transfer = [
  { id = "fetch-nod", from = "of-nod", to = "barge", commodity = "nod", rate = "80 t/h", setup = "4 h" },
  { id = "fetch-mud", from = "of-mud", to = "barge", commodity = "mud", rate = "80 t/h", setup = "4 h" },
  { id = "land-nod", from = "barge", to = "north", commodity = "nod", rate = "150 t/h", setup = "3 h" },
  { id = "land-mud", from = "barge", to = "south", commodity = "mud", rate = "50 t/h", setup = "3 h" },
]
"#;

#[test]
fn carriers_are_home_in_the_end_wherever_they_land() {
    // All that both may lift until the barges come is more than they can hold three times over.
    assert!(built(TWO_GOODS) > 3600.0, "{}", built(TWO_GOODS));
}

/// A week in which carriers land at a quay with room for all of them, and one crane, which is also at work for a day.
const ONE_CRANE: &str = r#"
plan = { name = "one crane", start = 2027-04-01T00:00:00Z, end = 2027-04-08T00:00:00Z, slot = "2 h" }
goal = { order = ["delivered"] }
commodity = [{ id = "mud" }]
resource = [{ id = "crane", capacity = 1 }]
site = [
  { id = "field", kind = "sea", position = [23.33, 155.02] },
  { id = "island", kind = "island", position = [24.2867, 153.9806] },
]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "900 t" } },
  { id = "carrier", count = 3, at = "island", calls = ["field"], speed = "10 kn", hold = { mud = "150 t" } },
  CRANE_SHIP
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "mud", rate = "600 t/d", min_run = "4 h" }]
transfer = [
  { id = "fetch", from = "lifter", to = "carrier", commodity = "mud", rate = "50 t/h", setup = "2 h" },
  { id = "land", from = "carrier", to = "island", commodity = "mud", rate = "10 t/h", setup = "2 h", uses = { crane = 1 } },
]
TASK
"#;

#[test]
fn carriers_wait_for_a_crane_that_others_have() {
    // A day each carrier needs for the way there and back, and 17 h to land what it holds: there is no more than the crane lands.
    let alone = ONE_CRANE.replace("CRANE_SHIP", "").replace("TASK", "");
    assert!(built(&alone) > 700.0, "{}", built(&alone));
    // Somebody else at the island has it for three of the days.
    let ship = "{ id = \"rigger\", at = \"island\" },";
    let task = "task = [{ id = \"rig\", vessel = \"rigger\", duration = \"72 h\", uses = { crane = 1 }, deadline = 2027-04-04T00:00:00Z }]";
    let beside = ONE_CRANE.replace("CRANE_SHIP", ship).replace("TASK", task);
    assert!(built(&beside) > 0.0, "{}", built(&beside));
    // So it is where nobody's crew does that work.
    let alone =
        ONE_CRANE.replace("CRANE_SHIP", "").replace("TASK", &task.replace("vessel = \"rigger\", ", ""));
    let (plan, sea) = loaded(&alone);
    let model = Model::new(&plan, &sea);
    let begun: Vec<_> = construct(&model.sets, &|| true).into_iter().map(|built| built.alone).collect();
    assert!(!begun.is_empty() && begun.iter().all(|alone| alone.len() == 1 && alone[0].1 == 0), "{begun:?}");
    assert!(built(&alone) > 0.0, "{}", built(&alone));
}

/// A barge that fetches what a ship lifts, eleven days and a half out and home, and has work of its own besides.
pub(super) fn barge(work: &str) -> String {
    let head = r#"
plan = { name = "yard", start = 2027-04-02T00:00:00Z, end = 2027-05-17T00:00:00Z, slot = "3 h" }
goal = { order = ["delivered"] }
commodity = [{ id = "nod" }]
site = [
  { id = "north", kind = "port", position = [35.0, 138.5] },
  { id = "field", kind = "sea", position = [22.5, 153.2] },
  { id = "south", kind = "island", position = [24.3, 154.0] },
]
vessel = [
  { id = "lifter", at = "field", hold = { nod = "1500 t" } },
  { id = "barge", at = "north", home = "north", calls = ["north", "field", "south"], speed = "9 kn", hold = { nod = "1200 t" } },
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "nod", rate = "500 t/d" }]
transfer = [
  { id = "fetch", from = "lifter", to = "barge", commodity = "nod", rate = "80 t/h", setup = "4 h" },
  { id = "land", from = "barge", to = "north", commodity = "nod", rate = "150 t/h", setup = "3 h" },
]
"#;
    format!("{head}task = [{work}]\n")
}

#[test]
fn carriers_do_their_own_work_where_it_costs_least() {
    // There are ten days to spare beside three trips: for a yard in the right week, also near the field, and for stores before each trip.
    for site in ["north", "south"] {
        let yard = format!(
            r#"{{ id = "yard", vessel = "barge", site = "{site}", duration = "72 h", release = 2027-04-12T00:00:00Z, deadline = 2027-05-05T00:00:00Z }}"#
        );
        let survey = format!(
            r#"{{ id = "survey", vessel = "barge", site = "{site}", duration = "12 h", after = ["yard"] }}, {yard}"#
        );
        for work in [yard, survey] {
            assert!((built(&barge(&work)) - 3600.0).abs() < 1.0, "{} with {work}", built(&barge(&work)));
        }
    }
    for days in [14, 15, 30] {
        let stores = format!(
            r#"{{ id = "stores", vessel = "barge", site = "north", duration = "6 h", times = "0..6", every = "{days} d" }}"#
        );
        assert!((built(&barge(&stores)) - 3600.0).abs() < 1.0, "{} every {days} d", built(&barge(&stores)));
    }
}

/// A ship that lifts mud, and cores that are worth much more; a barge fetches both.
const CORES: &str = r#"
plan = { name = "cores", start = 2027-04-01T00:00:00Z, end = 2027-04-11T00:00:00Z, slot = "2 h", currency = "USD" }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }, { id = "core" }]
site = [
  { id = "field", kind = "sea", position = [23.33, 155.02] },
  { id = "island", kind = "island", position = [24.2867, 153.9806] },
]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "600 t", core = "10 t" } },
  { id = "barge", at = "island", calls = ["field"], speed = "10 kn", hold = { mud = "400 t", core = "10 t" } },
]
sampling = [
  { id = "lift", vessel = "lifter", commodity = "mud", rate = "350 t/d" },
  { id = "coring", vessel = "lifter", commodity = "core", rate = "4 t/d", at_most = "8 t" },
]
transfer = [
  { id = "fetch", from = "lifter", to = "barge", commodity = "mud", rate = "50 t/h" },
  { id = "fetch-core", from = "lifter", to = "barge", commodity = "core", rate = "4 t/h" },
  { id = "land", from = "barge", to = "island", commodity = "mud", rate = "50 t/h" },
  { id = "land-core", from = "barge", to = "island", commodity = "core", rate = "4 t/h" },
]
demand = [
  { id = "buyer", site = "island", commodity = "mud", amount = "9000 t" },
  { id = "laboratory", site = "island", commodity = "core", amount = "8 t", value = [["8 t", 1000.0]] },
]
"#;

#[test]
fn what_is_worth_most_is_lifted_first_and_the_rest_besides() {
    // All 8 t of cores, which take two days, and much of the 2800 t of mud that could be lifted in the other eight.
    assert!(built(CORES) > 8000.0 + 1500.0, "{}", built(CORES));
    // Where nobody wants the cores no time is lost with them.
    let none = CORES.replace("1000.0", "0.1");
    assert!(built(&none) > 2300.0, "{}", built(&none));
}

#[test]
fn who_is_met_begins_with_no_meeting_to_which_nobody_was_sent() {
    let back = CORES.replace(
        r#"{ id = "land","#,
        "{ id = \"back\", from = \"barge\", to = \"lifter\", site = \"field\", commodity = \"core\", rate = \"4 t/h\" },\n  { id = \"land\",",
    );
    assert!(back.len() > CORES.len() && built(&back) > 8000.0 + 1500.0, "{}", built(&back));
}
