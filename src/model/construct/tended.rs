//! What tasks that serve a vessel, or come again in a rhythm, have to keep to: where the one that is served lies, and when it is done.
//!
//! In: an itinerary in which those that are served have their ways. Out: [`Tended`], by which the ways of those that do the tasks are found.

use crate::id::Ix;
use crate::plan::{Plan, Task};
use crate::schedule::{Itinerary, What};
use crate::time::Slot;
use std::ops::Range;

/// For each task that serves a vessel, or has a rhythm, what it has to keep to.
pub struct Tended(Vec<Option<Kept>>);

struct Kept {
    /// Per slot whether the vessel that is served lies at the site of the task; nothing where none is.
    lies: Option<Vec<bool>>,
    /// When the one that is served is done; nothing where the task has its rhythm for as long as its own vessel is not.
    done: Option<Slot>,
    /// The rhythm, in slots.
    every: Option<usize>,
}

impl Tended {
    /// What is known by an itinerary.
    pub fn of(plan: &Plan, itinerary: &Itinerary) -> Tended {
        let of_task = |task: &Task| {
            let every = task.every.map(|every| plan.horizon.slots_in(every));
            let Some((served, site)) = task.serves.zip(task.site) else {
                return every.map(|_| Kept { lies: None, done: None, every });
            };
            let moves = itinerary.vessels.get(served.index()).map_or(&[][..], Vec::as_slice);
            let mut lies = vec![plan.vessels[served].at == site; plan.horizon.slots];
            for step in moves {
                if let What::Sail(_, to) = step.what {
                    lies[step.start..step.end].fill(false);
                    lies[step.end..].fill(to == site);
                }
            }
            let done = Some(moves.last().map_or(0, |last| last.end));
            Some(Kept { lies: Some(lies), done, every })
        };
        Tended(plan.tasks.iter().map(of_task).collect())
    }

    /// Whether a task may go on in these slots, as far as the one that it serves is there.
    pub fn is_there(&self, task: Ix<Task>, slots: Range<Slot>) -> bool {
        let lies = self.0[task.index()].as_ref().and_then(|kept| kept.lies.as_ref());
        lies.is_none_or(|lies| lies.get(slots).is_some_and(|lies| lies.iter().all(|lies| *lies)))
    }

    /// Whether it matters when a task was last done.
    pub fn is_told(&self, task: Ix<Task>) -> bool {
        self.0[task.index()].is_some()
    }

    /// Whether the rhythm of a task is kept up to a slot, when it was last done by `since`.
    pub fn is_kept(&self, task: Ix<Task>, since: Slot, until: Slot) -> bool {
        let rhythm = self.0[task.index()].as_ref().and_then(|kept| Some((kept.every?, kept.done)));
        rhythm.is_none_or(|(every, done)| done.map_or(until, |done| until.min(done)) <= since + every)
    }
}

#[cfg(test)]
mod tests {
    use super::super::construct;
    use crate::id::Ix;
    use crate::model::run::Run;
    use crate::model::{Model, Options};
    use crate::schedule::{Itinerary, Move, What};
    use std::sync::atomic::AtomicBool;

    /// A ship that lifts, a carrier that fetches, and a boat that comes to the ship every other day while the sea lets it.
    const PLAN: &str = r#"
plan = { name = "tended", start = 2026-01-01T00:00:00Z, end = 2026-01-08T00:00:00Z, slot = "3 h" }
goal = { order = ["delivered"] }
commodity = [{ id = "mud" }]
site = [
  { id = "port", kind = "port", position = [24.0, 154.0] },
  { id = "field", kind = "sea", position = [23.2, 154.8] },
]
vessel = [
  { id = "ship", at = "field", hold = { mud = "150 t" } },
  { id = "carrier", at = "port", calls = ["port", "field"], speed = "10 kn", hold = { mud = "60 t" } },
  { id = "boat", at = "port", home = "port", calls = ["field"], speed = "15 kn" },
]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "40 t/d" }]
transfer = [
  { id = "fetch", from = "ship", to = "carrier", site = "field", commodity = "mud", rate = "8 t/h", setup = "3 h" },
  { id = "land", from = "carrier", to = "port", commodity = "mud", rate = "12 t/h" },
]
task = [
  { id = "crew", vessel = "boat", site = "field", duration = "3 h", serves = "ship", every = "45 h", times = "0..9" },
  { id = "paint", vessel = "boat", site = "port", duration = "30 h" },
]
"#;

    /// The same where the crew is changed by the ship itself, which lifts and is met meanwhile in turn.
    fn by_itself() -> String {
        let own = r#"task = [{ id = "crew", vessel = "ship", site = "field", duration = "6 h", every = "45 h", times = "0..9" }]"#;
        PLAN.split("task = [").next().unwrap_or_default().to_owned() + own
    }

    /// How often a ship changes its crew in each itinerary that is built, all of which can be done.
    fn crews(text: &str, vessel: usize) -> Vec<usize> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
        let checked = crate::plan::load(folder.path()).expect("files");
        let (plan, sea) = checked.plan.expect("a plan without fault");
        let model = Model::new(&plan, &sea);
        let stop = AtomicBool::new(false);
        let options = Options { explains: false, ..Options::new(&stop) };
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let is_crew = |step: &&Move| step.what == What::Task(Ix::new(0));
        let count = |itinerary: &Itinerary| {
            assert!(run.traced(&objective, itinerary, None).expect("a solver that works").is_some());
            itinerary.vessels[vessel].iter().filter(is_crew).count()
        };
        construct(&model.sets, &|| true).iter().map(count).collect()
    }

    #[test]
    fn a_boat_comes_as_often_as_it_must_in_what_is_built() {
        let crews = crews(PLAN, 2);
        assert!(!crews.is_empty() && crews.iter().all(|&count| count >= 2), "{crews:?}");
    }

    #[test]
    fn a_ship_that_is_met_changes_its_crew_as_often_as_it_must_in_what_is_built() {
        // Seven days are done by three that begin 45 hours after the one before.
        let crews = crews(&by_itself(), 0);
        assert!(!crews.is_empty() && crews.iter().all(|&count| count >= 3), "{crews:?}");
    }
}
