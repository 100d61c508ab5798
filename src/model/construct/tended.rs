//! What tasks that serve a vessel, or come again in a rhythm, have to keep to: where the one that is served lies, when it is done, and what others
//! do that counts in the same rhythm.
//!
//! In: an itinerary in which those that are served have their ways, and who is to have one yet. Out: [`Tended`], by which the ways of those that do
//! the tasks are found. Where several vessels share a rhythm, the last of them keeps what the others have left of it.

use crate::id::Ix;
use crate::model::sets::Sets;
use crate::plan::{Plan, Task, Vessel};
use crate::schedule::{Itinerary, What};
use crate::time::Slot;
use std::ops::Range;

/// For each task that serves a vessel, or counts in a rhythm, what it has to keep to.
pub struct Tended {
    kept: Vec<Option<Kept>>,
    /// Whether those who share a rhythm each keep as much of it as they can; else all of it is left to the last of them.
    is_keen: bool,
}

struct Kept {
    /// Per slot whether the vessel that is served lies at the site of the task; nothing where none is.
    lies: Option<Vec<bool>>,
    rhythm: Option<Rhythm>,
}

struct Rhythm {
    /// The task whose rhythm it is.
    of: Ix<Task>,
    /// In slots.
    every: usize,
    /// When the one that is served is done; nothing where the rhythm holds for as long as the vessel that does the task is not.
    done: Option<Slot>,
    /// When others do what counts in it, by their starts.
    others: Vec<(Slot, Slot)>,
    /// Whether somebody who can do what counts in it has no way yet.
    is_open: bool,
    /// The slot before which all has happened.
    until: Slot,
}

/// Whether several vessels share a rhythm.
pub fn is_shared(plan: &Plan) -> bool {
    plan.tasks.iter().any(|task| task.rhythm_of.is_some())
}

impl Tended {
    /// What is known by an itinerary, when these vessels have no way yet besides the one that is to go by it.
    pub fn of(sets: &Sets<'_>, itinerary: &Itinerary, later: &[Ix<Vessel>], is_keen: bool) -> Tended {
        let plan = sets.plan;
        let of_task = |(place, task): (Ix<Task>, &Task)| {
            let moves =
                |vessel: Ix<Vessel>| itinerary.vessels.get(vessel.index()).map_or(&[][..], Vec::as_slice);
            let done = |served: Ix<Vessel>| moves(served).last().map_or(0, |last| last.end);
            let rhythm = plan.rhythm(place).and_then(|of| {
                let every = plan.horizon.slots_in(plan.tasks[of].every?);
                let does = |other: Ix<Task>| {
                    plan.tasks[other].stand.is_some_and(|stand| later.contains(&stand.vessel))
                };
                let is_open = plan.in_rhythm(of).any(does);
                Some(Rhythm {
                    of,
                    every,
                    done: task.serves.map(done),
                    others: others(plan, itinerary, of),
                    is_open,
                    until: sets.until,
                })
            });
            let lies = task.serves.zip(task.site).map(|(served, site)| {
                let mut lies = vec![plan.vessels[served].at == site; plan.horizon.slots];
                for step in moves(served) {
                    if let What::Sail(_, to) = step.what {
                        lies[step.start..step.end].fill(false);
                        lies[step.end..].fill(to == site);
                    }
                }
                lies
            });
            (lies.is_some() || rhythm.is_some()).then_some(Kept { lies, rhythm })
        };
        Tended { kept: plan.tasks.entries().map(of_task).collect(), is_keen }
    }

    /// Whether a task may go on in these slots, as far as the one that it serves is there.
    pub fn is_there(&self, task: Ix<Task>, slots: Range<Slot>) -> bool {
        let lies = self.kept[task.index()].as_ref().and_then(|kept| kept.lies.as_ref());
        lies.is_none_or(|lies| lies.get(slots).is_some_and(|lies| lies.iter().all(|lies| *lies)))
    }

    /// Whether it matters when a task was last done.
    pub fn is_told(&self, task: Ix<Task>) -> bool {
        self.kept[task.index()].is_some()
    }

    /// Whether two tasks count in the same rhythm, or are the same.
    pub fn are_one(&self, task: Ix<Task>, other: Ix<Task>) -> bool {
        let of = |task: Ix<Task>| self.rhythm(task).map(|rhythm| rhythm.of);
        task == other || of(task).is_some_and(|rhythm| of(other) == Some(rhythm))
    }

    /// Whether the rhythm of a task is kept up to a slot, as far as its vessel must keep it, when that last did it by `since`.
    pub fn is_kept(&self, task: Ix<Task>, since: Slot, until: Slot) -> bool {
        self.rhythm(task).is_none_or(|rhythm| rhythm.is_open || rhythm.missed(since, until) == 0)
    }

    /// How many slots too long passes until one in which a task begins, or its vessel is done, as far as that should keep what it can of a rhythm.
    pub fn missed(&self, task: Ix<Task>, since: Slot, until: Slot) -> usize {
        let rhythm = self.rhythm(task).filter(|rhythm| self.is_keen && rhythm.is_open);
        rhythm.map_or(0, |rhythm| rhythm.missed(since, until))
    }

    fn rhythm(&self, task: Ix<Task>) -> Option<&Rhythm> {
        self.kept[task.index()].as_ref()?.rhythm.as_ref()
    }
}

impl Rhythm {
    /// How many slots too long passes from `since` on, when it was done last, with what others do.
    fn missed(&self, since: Slot, until: Slot) -> usize {
        let until = self.done.map_or(until, |done| until.min(done));
        let (mut last, mut missed) = (since, 0);
        for &(start, end) in self.others.iter().take_while(|other| other.0 < until) {
            missed += self.too_late(last, start);
            last = last.max(end);
        }
        missed + self.too_late(last, until)
    }

    /// How many slots too late a slot is for the next time when the last one ended then: what was due in the past is due anew from now on.
    fn too_late(&self, last: Slot, next: Slot) -> usize {
        let since = if last + self.every < self.until { self.until } else { last };
        if next < self.until { 0 } else { next.saturating_sub(since + self.every) }
    }
}

/// When what counts in a rhythm is done in an itinerary, by its starts.
fn others(plan: &Plan, itinerary: &Itinerary, of: Ix<Task>) -> Vec<(Slot, Slot)> {
    let counts = |what: &What| matches!(*what, What::Task(task) if plan.rhythm(task) == Some(of));
    let steps = itinerary.vessels.iter().flatten().filter(|step| counts(&step.what));
    let mut others: Vec<(Slot, Slot)> = steps.map(|step| (step.start, step.end)).collect();
    others.sort_unstable();
    others
}

#[cfg(test)]
mod tests {
    use super::super::construct;
    use crate::model::run::Run;
    use crate::model::sets::Sets;
    use crate::model::{Model, Options, Past};
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

    /// How often a crew is changed by a vessel in each itinerary that is built, all of which can be done.
    fn crews(text: &str, vessel: usize) -> Vec<usize> {
        crews_after(text, vessel, 0)
    }

    /// The same after so many slots in which nobody has done anything.
    fn crews_after(text: &str, vessel: usize, until: usize) -> Vec<usize> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
        let checked = crate::plan::load(folder.path()).expect("files");
        let (plan, sea) = checked.plan.expect("a plan without fault");
        let nothing = Itinerary { vessels: vec![Vec::new(); plan.vessels.len()], ..Itinerary::default() };
        let past = Past { until, itinerary: &nothing, bars: &[], flows: true };
        let model = match until {
            0 => Model::new(&plan, &sea),
            _ => Model::of_sets(Sets::after(&plan, &sea, &past), |_| true),
        };
        let stop = AtomicBool::new(false);
        let options = Options { explains: false, ..Options::new(&stop) };
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let is_crew =
            |step: &&Move| matches!(step.what, What::Task(task) if plan.tasks[task].id.starts_with("crew"));
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
    fn a_boat_that_has_done_nothing_yet_comes_as_often_as_it_must() {
        // Who has nothing else to do might be done already.
        let text =
            PLAN.replace(r#"{ id = "paint", vessel = "boat", site = "port", duration = "30 h" },"#, "");
        for until in [1, 4, 8] {
            let crews = crews_after(&text, 2, until);
            assert!(!crews.is_empty() && crews.iter().all(|&count| count >= 2), "{until}: {crews:?}");
        }
        // What was due by then is due again from now on.
        let crews = crews_after(&text, 2, 20);
        assert!(!crews.is_empty() && crews.iter().all(|&count| count >= 1), "{crews:?}");
    }

    #[test]
    fn a_carrier_that_changes_the_crew_of_the_ship_comes_as_often_as_it_must_in_what_is_built() {
        // The boat has nothing to do but paint, and the ship is there for all of the time.
        let text = PLAN.replace(r#"id = "crew", vessel = "boat""#, r#"id = "crew", vessel = "carrier""#);
        let crews = crews(&text, 1);
        assert!(!crews.is_empty() && crews.iter().all(|&count| count >= 2), "{crews:?}");
        // Too often for a round trip: the ship is done when it is not served any more.
        let often = self::crews(&text.replace("45 h", "12 h"), 1);
        assert!(!often.is_empty() && often.iter().all(|&count| (1..9).contains(&count)), "{often:?}");
    }

    #[test]
    fn a_ship_that_is_met_changes_its_crew_as_often_as_it_must_in_what_is_built() {
        // Seven days are done by three that begin 45 hours after the one before.
        let crews = crews(&by_itself(), 0);
        assert!(!crews.is_empty() && crews.iter().all(|&count| count >= 3), "{crews:?}");
    }

    /// The same where a tender may come as well, or the ship may change its crew itself, and each only so often.
    fn shared(boats: u32, tenders: u32, own: u32) -> String {
        let task = |id: &str, most: u32, rest: &str| match most {
            0 => String::new(),
            _ => format!(
                "{{ id = \"{id}\", site = \"field\", times = \"0..{most}\", rhythm_of = \"crew\", {rest} }},\n"
            ),
        };
        let tender =
            task("crew-by-tender", tenders, "vessel = \"tender\", duration = \"3 h\", serves = \"ship\"");
        let itself = task("crew-by-itself", own, "vessel = \"ship\", duration = \"6 h\"");
        let vessel = "{ id = \"tender\", at = \"port\", home = \"port\", calls = [\"field\"], speed = \"12 kn\" },\n]\nsampling";
        PLAN.replace("]\nsampling", vessel)
            .replace("times = \"0..9\" },", &format!("times = \"0..{boats}\" }},\n{tender}{itself}"))
    }

    #[test]
    fn what_several_keep_together_is_kept_in_what_is_built() {
        // Two times are needed at least; who alone may come often enough comes, and else each does what he can.
        let of = |text: &str, vessel: usize| crews(text, vessel).first().copied().unwrap_or(0);
        for (boats, tenders, own) in [
            (9, 9, 0),
            (1, 9, 0),
            (9, 1, 0),
            (2, 1, 0),
            (1, 2, 0),
            (1, 1, 1),
            (1, 0, 9),
            (2, 0, 1),
            (9, 0, 1),
        ] {
            let text = shared(boats, tenders, own);
            let counts = [of(&text, 0), of(&text, 2), of(&text, 3)];
            let (itself, boat, tender) = (counts[0], counts[1], counts[2]);
            assert!(itself + boat + tender >= 2, "{boats} {tenders} {own}: {counts:?}");
            assert!(
                itself <= own as usize && boat <= boats as usize && tender <= tenders as usize,
                "{counts:?}"
            );
        }
        // Nobody lies idle to change a crew that others change.
        assert_eq!(of(&shared(9, 0, 9), 0), 0);
    }
}
