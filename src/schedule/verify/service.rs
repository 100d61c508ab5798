//! Whether vessels that are served are there.
//!
//! In: the deeds of tasks that serve a vessel, and those of that vessel. Out: services during which it sails, or lies elsewhere.
//! What it does there meanwhile does not matter, nor whether it is done; whether it is served often enough is judged by `order`, closures by `tasks`.

use super::case::{Case, Deed, Fault, Job};
use crate::id::Ix;
use crate::plan::{Site, Vessel};

/// The vessel that a task serves lies at its site from the start of it to its finish.
pub fn presence(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, task) in case.plan.tasks.entries() {
        let Some((served, site)) = task.serves.zip(task.site) else { continue };
        for deed in case.of_task(place).filter(|deed| deed.start() < deed.end()) {
            let away = case.of_vessel(served).find(|other| is_away(other, site) && overlaps(deed, other));
            faults.extend(away.map(|other| tell(case, deed, other, served, site)));
        }
    }
    faults
}

fn overlaps(deed: &Deed<'_>, other: &Deed<'_>) -> bool {
    other.start() < deed.end() && other.end() > deed.start() && other.start() < other.end()
}

fn is_away(deed: &Deed<'_>, site: Ix<Site>) -> bool {
    deed.job == Some(Job::Sail) || deed.left.is_some_and(|lie| lie.site != site)
}

fn tell(case: &Case<'_>, deed: &Deed<'_>, other: &Deed<'_>, served: Ix<Vessel>, site: Ix<Site>) -> Fault {
    let since = deed.start().max(other.start());
    let (id, at) = (&case.plan.vessels[served].id, &case.plan.sites[site].id);
    let does = match (other.job, other.left) {
        (Some(Job::Sail), _) => "sails".to_owned(),
        (_, Some(lie)) => format!("is at {}", case.plan.sites[lie.site].id),
        (_, None) => "is not there".to_owned(),
    };
    let message = format!("{} needs {id} at {at}, and from {} on it {does}", deed.said.id, case.when(since));
    Fault { time: case.local(since), ..Fault::of(deed.said, message) }
}
