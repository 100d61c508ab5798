//! A first answer where so much must be lifted or supplied that what is built falls short of it.
//!
//! In: a run. Out: values, where the best schedule for these alone has all of it. To look for the most of something is easier for a solver than to
//! find what has enough of it: on the way there every schedule is an answer.

use super::goals::Objective;
use super::optimise::{Options, Outcome, optimise, optimise_after};
use super::run::Run;
use crate::error::Error;
use crate::plan::{Goal, Plan};
use std::time::Duration;

/// How long it may take where the time is not bounded.
const LONGEST: Duration = Duration::from_secs(20);

impl Run<'_, '_> {
    /// Values with all that must be lifted and supplied, where they are found in a third of the time, or in twenty seconds.
    pub(super) fn with_musts(
        &self,
        objective: &Objective,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let sets = &self.model.sets;
        let Some(loose) = without_musts(sets.plan).filter(|_| sets.is_known()) else { return Ok(None) };
        let time_limit = Some(self.time_left().map_or(LONGEST, |left| left / 3));
        let options = Options { time_limit, progress: None, explains: false, ..*self.options };
        let outcome = match sets.past() {
            Some(past) => optimise_after(&loose, sets.sea, &past, &options),
            None => optimise(&loose, sets.sea, &options),
        };
        match outcome? {
            Outcome::Solved(solved) => self.traced(objective, &solved.itinerary, limit),
            _ => Ok(None),
        }
    }
}

/// The plan in which nothing must be lifted or supplied, and what must be in truth is all that counts; nothing where nothing must.
fn without_musts(plan: &Plan) -> Option<Plan> {
    let worth = |at_least: f64| if at_least > 0.0 { vec![(at_least, 1.0)] } else { Vec::new() };
    let mut loose = plan.clone();
    for place in plan.demands.places() {
        let demand = &mut loose.demands[place];
        (demand.value, demand.at_least) = (worth(demand.at_least), 0.0);
    }
    for place in plan.samplings.places() {
        let sampling = &mut loose.samplings[place];
        (sampling.value, sampling.at_least) = (worth(sampling.at_least), 0.0);
    }
    let lifts = plan.samplings.iter().any(|sampling| sampling.at_least > 0.0);
    let supplies = plan.demands.iter().any(|demand| demand.at_least > 0.0);
    let counts = [(Goal::Supplied, supplies), (Goal::Sampled, lifts)];
    loose.goals = counts.into_iter().filter(|(_, is_there)| *is_there).map(|(goal, _)| goal).collect();
    loose.weights = (loose.goals.len() > 1).then(|| vec![1.0; loose.goals.len()]);
    (!loose.goals.is_empty()).then_some(loose)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use std::sync::atomic::AtomicBool;

    /// A ship that lifts mud and cores, of which the cores are worth more, and a buyer who must have what is made of the mud.
    fn loaded() -> (Plan, crate::plan::Sea) {
        let text = r#"
plan = { name = "musts", start = 2026-01-01T00:00:00Z, end = 2026-01-07T00:00:00Z, slot = "3 h" }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }, { id = "core" }, { id = "cake" }]
site = [
  { id = "port", kind = "port", position = [24.0, 154.0] },
  { id = "field", kind = "sea", position = [23.2, 154.8] },
]
vessel = [
  { id = "ship", at = "field", hold = { mud = "150 t", core = "100 t" } },
  { id = "carrier", at = "port", calls = ["port", "field"], speed = "10 kn", hold = { mud = "60 t", core = "60 t" } },
]
sampling = [
  { id = "lift-mud", vessel = "ship", commodity = "mud", rate = "40 t/d" },
  { id = "lift-core", vessel = "ship", commodity = "core", rate = "40 t/d" },
]
transfer = [
  { id = "fetch-mud", from = "ship", to = "carrier", site = "field", commodity = "mud", rate = "8 t/h", setup = "3 h" },
  { id = "fetch-core", from = "ship", to = "carrier", site = "field", commodity = "core", rate = "8 t/h", setup = "3 h" },
  { id = "land-mud", from = "carrier", to = "port", commodity = "mud", rate = "12 t/h" },
  { id = "land-core", from = "carrier", to = "port", commodity = "core", rate = "12 t/h" },
]
process = [{ id = "dry", site = "port", from = "mud", to = "cake", yield = "40 %", capacity = "30 t/d" }]
demand = [
  { id = "buyer", site = "port", commodity = "cake", amount = "40 t", at_least = "8 t" },
  { id = "laboratory", site = "port", commodity = "core", amount = "90 t", at_least = "20 t" },
]
"#;
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
        let checked = crate::plan::load(folder.path()).expect("files");
        let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
        checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")))
    }

    #[test]
    fn what_must_be_supplied_is_there_to_begin_with() {
        let (plan, sea) = loaded();
        let model = Model::new(&plan, &sea);
        let stop = AtomicBool::new(false);
        let options = Options { explains: false, ..Options::new(&stop) };
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let built = super::super::construct::construct(&model.sets, &|| true);
        let fits =
            |itinerary| run.traced(&objective, itinerary, None).expect("a solver that works").is_some();
        assert!(!built.iter().any(fits), "what is built has enough already");
        assert!(run.with_musts(&objective, None).expect("a solver that works").is_some());
    }
}
