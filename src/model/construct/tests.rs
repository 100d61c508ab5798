//! Ships that come and go between shores, in what is built.

use super::construct;
use crate::model::run::Run;
use crate::model::{Model, Options};
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

/// The most that is supplied on ways that are built.
fn built(text: &str) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
    let checked = crate::plan::load(folder.path()).expect("files");
    let (plan, sea) = checked.plan.expect("a plan without fault");
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
