//! First answers in which who lifts and brings it on by itself goes like somebody who fetches it from a store at the field: so chains are built as a whole
//! of which that vessel is a part.
//!
//! In: the sets of a model. Out: ways of all. What may be lifted is taken to lie at the field, and to come aboard as fast as it can be lifted, in the same weather;
//! how many tonnes really do is left to the solver, as for all that is built.

use super::construct::construct;
use super::sets::{Holder, Sets};
use crate::id::Ix;
use crate::plan::{Direction, Plan, Sampling, SiteKind, Transfer, Vessel};
use crate::schedule::{Itinerary, What};
use crate::units::Span;

/// Ways of all where some vessels lift and take on from ashore as well; none where no vessel does.
pub fn built_from_fields(sets: &Sets<'_>, has_time: &dyn Fn() -> bool) -> Vec<Itinerary> {
    let plan = sets.plan;
    let (lying, kept): (Vec<Ix<Sampling>>, Vec<Ix<Sampling>>) =
        plan.samplings.places().partition(|&q| goes_on(plan, plan.samplings[q].stand.vessel));
    // What has been lifted so far would be taken for something that was fetched.
    if lying.is_empty() || sets.is_after {
        return Vec::new();
    }
    let stored = stored(plan, &lying, &kept);
    let built = construct(&sets.of_other(&stored), has_time).into_iter();
    built.map(|itinerary| with_lifting(plan, itinerary, &lying, &kept)).collect()
}

/// Whether a vessel lifts, is met by nobody, has no work that it must do, and lies at its field as it sails; and takes something on from ashore.
fn goes_on(plan: &Plan, vessel: Ix<Vessel>) -> bool {
    let own = Holder::Vessel(vessel);
    let mut met = plan.transfers.iter().filter_map(|t| t.meets);
    let mut tasks = plan.tasks.iter().filter(|task| task.least > 0);
    let stands = plan.transfers.iter().map(|t| t.stand).chain(plan.samplings.iter().map(|q| q.stand));
    let mut stands = stands.filter(|stand| stand.vessel == vessel);
    let loads = |t: &Transfer| {
        let (giver, taker) = t.ends();
        taker == own && matches!(giver, Holder::Site(site) if plan.sites[site].kind != SiteKind::Sea)
    };
    !met.any(|stand| stand.vessel == vessel)
        && !tasks.any(|task| task.stand.is_some_and(|stand| stand.vessel == vessel))
        && stands.all(|stand| stand.gear == 0)
        && plan.transfers.iter().any(loads)
}

/// The plan in which what some samplings may lift lies at their sites.
fn stored(plan: &Plan, lying: &[Ix<Sampling>], kept: &[Ix<Sampling>]) -> Plan {
    let mut stored = plan.clone();
    stored.samplings = kept.iter().map(|&q| plan.samplings[q].clone()).collect();
    for &q in lying {
        let of_it = &plan.samplings[q];
        let commodity = of_it.commodity.index();
        let site = &mut stored.sites[of_it.stand.site];
        let most = of_it.rate * plan.horizon.slots as f64 * plan.horizon.slot_h();
        (site.store[commodity], site.store_total) = (f64::INFINITY, f64::INFINITY);
        site.stock[commodity] += most.min(of_it.at_most);
    }
    let fetch = |&q: &Ix<Sampling>| {
        let Sampling { id, stand, commodity, rate, limits, .. } = plan.samplings[q].clone();
        Transfer {
            id,
            stand,
            meets: None,
            direction: Direction::Aboard,
            commodity,
            rate,
            setup: Span::of_hours(0),
            hoses_off: Span::of_hours(0),
            smallest: 0.0,
            largest: f64::INFINITY,
            uses: Vec::new(),
            limits,
        }
    };
    stored.transfers = plan.transfers.iter().cloned().chain(lying.iter().map(fetch)).collect();
    stored
}

/// An itinerary of that plan in the plan itself.
fn with_lifting(
    plan: &Plan,
    mut itinerary: Itinerary,
    lying: &[Ix<Sampling>],
    kept: &[Ix<Sampling>],
) -> Itinerary {
    for step in itinerary.vessels.iter_mut().flatten() {
        match &mut step.what {
            What::Sample(q, _) => *q = kept[q.index()],
            What::Transfer(transfer, flows) if transfer.index() >= plan.transfers.len() => {
                step.what =
                    What::Sample(lying[transfer.index() - plan.transfers.len()], std::mem::take(flows));
            }
            _ => {}
        }
    }
    itinerary
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::run::Run;
    use crate::model::{Model, Options};
    use std::sync::atomic::AtomicBool;

    /// One vessel that lifts mud, lands it on an island, and brings on to a port what is made of it there.
    const PLAN: &str = r#"
plan = { name = "alone", start = 2027-02-01T00:00:00Z, end = 2027-03-03T00:00:00Z, slot = "6 h" }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [
  { id = "port", kind = "port", position = [28.0, 150.0] },
  { id = "island", kind = "island", position = [24.3, 154.0] },
  { id = "field", kind = "sea", position = [23.3, 155.0] },
]
vessel = [
  { id = "ship", at = "field", calls = ["island", "port"], speed = "11 kn", hold = { mud = "2000 t", cake = "1000 t" } },
]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "350 t/d" }]
transfer = [
  { id = "land", from = "ship", to = "island", commodity = "mud", rate = "100 t/h" },
  { id = "load", from = "island", to = "ship", commodity = "cake", rate = "100 t/h" },
  { id = "bring", from = "ship", to = "port", commodity = "cake", rate = "100 t/h" },
]
process = [{ id = "dewater", site = "island", from = "mud", to = "cake", yield = "20 %", capacity = "300 t/d" }]
demand = [{ id = "refinery", site = "port", commodity = "cake", amount = "4000 t" }]
"#;

    #[test]
    fn one_vessel_that_does_all_of_a_chain_is_sent_through_it() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), PLAN).expect("a plan");
        let (plan, sea) =
            crate::plan::load(folder.path()).expect("files").plan.expect("a plan without fault");
        let (model, stop) = (Model::new(&plan, &sea), AtomicBool::new(false));
        let options = Options { explains: false, ..Options::new(&stop) };
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let most = |built: Vec<Itinerary>| {
            let reached = built.iter().filter_map(|itinerary| {
                let values = run.traced(&objective, itinerary, None).expect("a solver that works")?;
                Some(model.vars.value_of(&objective.expression, &values))
            });
            reached.fold(0.0, f64::max)
        };
        let (alone, from_field) =
            (most(construct(&model.sets, &|| true)), most(built_from_fields(&model.sets, &|| true)));
        // Three weeks of lifting, a fifth of which is cake, and what of it waits for the next voyage.
        assert!(from_field > 600.0 && alone < 0.5 * from_field, "{from_field}, {alone} otherwise");
    }

    #[test]
    fn who_is_met_or_only_lands_what_it_lifts_is_left_to_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = PLAN.lines().filter(|line| !line.contains("\"load\"") && !line.contains("\"bring\""));
        let text: String = text.map(|line| format!("{line}\n")).collect();
        let text =
            text.replace("site = \"port\", commodity = \"cake\"", "site = \"island\", commodity = \"cake\"");
        std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
        let (plan, sea) =
            crate::plan::load(folder.path()).expect("files").plan.expect("a plan without fault");
        assert!(built_from_fields(&Sets::new(&plan, &sea), &|| true).is_empty());
    }
}
