//! What is known of vessels that are served, once their ways are: where they lie, and when they are done.
//!
//! In: an itinerary in which they have their ways. Out: [`Tended`], by which the ways of those that serve them are found.

use crate::id::Ix;
use crate::plan::{Plan, Task};
use crate::schedule::{Itinerary, What};
use crate::time::Slot;
use std::ops::Range;

/// For each task that serves a vessel what is known of that one.
pub struct Tended(Vec<Option<Served>>);

struct Served {
    /// Per slot whether it lies at the site of the task.
    lies: Vec<bool>,
    /// When it is done.
    done: Slot,
    /// The rhythm that it keeps, in slots.
    every: Option<usize>,
}

impl Tended {
    /// What is known by an itinerary.
    pub fn of(plan: &Plan, itinerary: &Itinerary) -> Tended {
        let of_task = |task: &Task| {
            let (served, site) = task.serves.zip(task.site)?;
            let moves = itinerary.vessels.get(served.index()).map_or(&[][..], Vec::as_slice);
            let mut lies = vec![plan.vessels[served].at == site; plan.horizon.slots];
            for step in moves {
                if let What::Sail(_, to) = step.what {
                    lies[step.start..step.end].fill(false);
                    lies[step.end..].fill(to == site);
                }
            }
            let every = task.every.map(|every| (every.seconds() / plan.horizon.slot.seconds()) as usize);
            Some(Served { lies, done: moves.last().map_or(0, |last| last.end), every })
        };
        Tended(plan.tasks.iter().map(of_task).collect())
    }

    /// Whether a task may go on in these slots, as far as the one that it serves is there.
    pub fn is_there(&self, task: Ix<Task>, slots: Range<Slot>) -> bool {
        let Some(served) = &self.0[task.index()] else { return true };
        served.lies.get(slots).is_some_and(|lies| lies.iter().all(|lies| *lies))
    }

    /// Whether the rhythm of a task is kept up to a slot, when it was last done by `since`.
    pub fn is_kept(&self, task: Ix<Task>, since: Slot, until: Slot) -> bool {
        let rhythm = self.0[task.index()].as_ref().and_then(|served| Some((served.every?, served.done)));
        rhythm.is_none_or(|(every, done)| until.min(done) <= since + every)
    }
}

#[cfg(test)]
mod tests {
    use super::super::construct;
    use crate::id::Ix;
    use crate::model::run::Run;
    use crate::model::{Model, Options};
    use crate::schedule::What;
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

    #[test]
    fn a_boat_comes_as_often_as_it_must_in_what_is_built() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), PLAN).expect("a plan");
        let checked = crate::plan::load(folder.path()).expect("files");
        let (plan, sea) = checked.plan.expect("a plan without fault");
        let model = Model::new(&plan, &sea);
        let stop = AtomicBool::new(false);
        let options = Options { explains: false, ..Options::new(&stop) };
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let built = construct(&model.sets, &|| true);
        assert!(!built.is_empty());
        for itinerary in &built {
            assert!(run.traced(&objective, itinerary, None).expect("a solver that works").is_some());
            let crews = itinerary.vessels[2].iter().filter(|step| step.what == What::Task(Ix::new(0)));
            assert!(crews.count() >= 2, "{:?}", itinerary.vessels[2]);
        }
    }
}
