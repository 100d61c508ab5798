//! First answers in which goods do not go all ways that they may: one way more makes many more answers possible, and whoever sends vessels looks no farther than
//! the next of them.
//!
//! In: a run with what is known, if anything. Out: that, or the best of what is built where some ways are left out, where it is better.
//! First each of them is left out in its turn, then, as long as that is better, another besides.

use super::construct::construct;
use super::goals::Objective;
use super::longer::FAR;
use super::polish::PIECE;
use super::run::Run;
use super::solve::gap;
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Closed, Closure, Commodity, Direction, Plan, Site, Transfer, Vessel};
use crate::schedule::{Itinerary, What};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How much of the time that is left may go to it.
const PART: f64 = 0.4;

/// Transfers that are left out.
type Out = BTreeSet<Ix<Transfer>>;

impl Run<'_, '_> {
    /// The best of what is known and of what is built where goods do not go all ways; each of these may take `limit` to find its tonnes.
    pub(super) fn or_without(
        &self,
        objective: &Objective,
        known: Option<Vec<f64>>,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let sets = &self.model.sets;
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let is_far = |values: &Vec<f64>| gap(value_of(values), objective.dream) > FAR;
        // What has happened may have gone any of them.
        if self.is_coarse || sets.is_after || !self.is_large() || !known.as_ref().is_none_or(is_far) {
            return Ok(known);
        }
        let until = Instant::now() + self.time_left().map_or(PIECE, |left| left.mul_f64(PART));
        let ways = ways(sets.plan);
        let (mut best, mut out) = (known, Out::new());
        loop {
            let round: BTreeSet<Out> =
                ways.iter().map(|way| way | &out).filter(|more| *more != out).collect();
            let count = round.len();
            let mut better: Option<Out> = None;
            for (nth, more) in round.into_iter().enumerate() {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() || !self.has_time() {
                    break;
                }
                let until = Instant::now() + left / (count - nth) as u32;
                let has_time = || Instant::now() < until && self.has_time();
                let Some(values) = self.built_without(objective, &more, limit, &has_time)? else { continue };
                let reached = value_of(&values);
                if best.as_ref().is_none_or(|known| objective.is_better(reached, value_of(known))) {
                    self.tell(objective, Some(reached));
                    (best, better) = (Some(values), Some(more));
                }
            }
            match better.filter(|_| best.as_ref().is_none_or(is_far)) {
                Some(more) => out = more,
                None => return Ok(best),
            }
        }
    }

    /// The best of what is built where some transfers are left out.
    fn built_without(
        &self,
        objective: &Objective,
        out: &Out,
        limit: Option<Duration>,
        has_time: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<f64>>, Error> {
        let sets = &self.model.sets;
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let narrow = without(sets.plan, out);
        let kept: Vec<Ix<Transfer>> =
            sets.plan.transfers.places().filter(|place| !out.contains(place)).collect();
        let mut best: Option<Vec<f64>> = None;
        for itinerary in construct(&sets.of_other(&narrow), has_time) {
            if best.is_some() && !has_time() {
                break;
            }
            let Some(values) = self.traced(objective, &among_all(itinerary, &kept), limit)? else { continue };
            if best.as_ref().is_none_or(|known| objective.is_better(value_of(&values), value_of(known))) {
                best = Some(values);
            }
        }
        Ok(best)
    }
}

/// What may be left out: the transfers of vessels that are alike at one site with the same other side, or all of them there; all of a vessel and those like it; all of a
/// commodity.
fn ways(plan: &Plan) -> BTreeSet<Out> {
    let like = |vessel: Ix<Vessel>| plan.vessels[vessel].like;
    let met = |of_it: &Transfer| of_it.meets.map(|stand| like(stand.vessel));
    let kinds: [&dyn Fn(&Transfer) -> Kind; 4] = [
        &|of_it| Kind {
            vessel: Some(like(of_it.stand.vessel)),
            site: Some(of_it.stand.site),
            other: Some((met(of_it), of_it.direction == Direction::Aboard)),
            commodity: Some(of_it.commodity),
        },
        &|of_it| Kind {
            vessel: Some(like(of_it.stand.vessel)),
            site: Some(of_it.stand.site),
            ..Kind::default()
        },
        &|of_it| Kind { vessel: Some(like(of_it.stand.vessel)), ..Kind::default() },
        &|of_it| Kind { commodity: Some(of_it.commodity), ..Kind::default() },
    ];
    let all = |kind: &dyn Fn(&Transfer) -> Kind| -> Vec<Out> {
        let own: BTreeSet<Kind> = plan.transfers.iter().map(kind).collect();
        let of_kind = |own: Kind| {
            let entries = plan.transfers.entries();
            entries.filter(|(_, of_it)| kind(of_it) == own).map(|(place, _)| place).collect()
        };
        own.into_iter().map(of_kind).collect()
    };
    kinds.into_iter().flat_map(all).collect()
}

/// What transfers have in common that are left out together.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    vessel: Option<Ix<Vessel>>,
    site: Option<Ix<Site>>,
    /// Whom they meet, if anybody, and whether they load.
    other: Option<(Option<Ix<Vessel>>, bool)>,
    commodity: Option<Ix<Commodity>>,
}

/// The plan without some transfers; what nobody fetches any more is not lifted.
fn without(plan: &Plan, out: &Out) -> Plan {
    let mut narrow = plan.clone();
    let kept = plan.transfers.entries().filter(|(place, _)| !out.contains(place));
    narrow.transfers = kept.map(|(_, of_it)| of_it.clone()).collect();
    let moves = |of: &Plan, commodity| of.transfers.iter().any(|of_it| of_it.commodity == commodity);
    let idle =
        plan.samplings.entries().filter(|(_, q)| moves(plan, q.commodity) && !moves(&narrow, q.commodity));
    let closed = idle.map(|(place, _)| Closure::idle(Closed::Sampling(place), 0, &plan.horizon));
    let closed: Vec<Closure> = closed.collect();
    narrow.closures.extend(closed);
    narrow
}

/// An itinerary of the plan without some transfers in the plan with all of them; those that were kept are given in their order.
fn among_all(mut itinerary: Itinerary, kept: &[Ix<Transfer>]) -> Itinerary {
    for step in itinerary.vessels.iter_mut().flatten() {
        if let What::Transfer(transfer, _) | What::Alongside(transfer) = &mut step.what {
            *transfer = kept[transfer.index()];
        }
    }
    itinerary
}

#[cfg(test)]
mod tests {
    use crate::model::construct::construct;
    use crate::model::run::Run;
    use crate::model::sets::Sets;
    use crate::model::{Model, Options};
    use std::sync::atomic::AtomicBool;

    /// Mud is made into cake on an island; a port that is near pays little for it, and one that is far ten times as much.
    const PLAN: &str = r#"
plan = { name = "without", start = 2027-02-01T00:00:00Z, end = 2027-03-03T00:00:00Z, slot = "6 h", currency = "USD" }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [
  { id = "far", kind = "port", position = [28.0, 150.0] },
  { id = "near", kind = "port", position = [25.0, 154.0] },
  { id = "island", kind = "island", position = [24.3, 154.0] },
  { id = "field", kind = "sea", position = [23.3, 155.0] },
]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "1200 t" } },
  { id = "carrier", at = "island", calls = ["island", "field", "far", "near"], speed = "10 kn", hold = { mud = "800 t", cake = "400 t" } },
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "mud", rate = "240 t/d" }]
transfer = [
  { id = "alongside", from = "lifter", to = "carrier", site = "field", commodity = "mud", rate = "100 t/h" },
  { id = "land", from = "carrier", to = "island", commodity = "mud", rate = "100 t/h" },
  { id = "load", from = "island", to = "carrier", commodity = "cake", rate = "50 t/h" },
  { id = "to-far", from = "carrier", to = "far", commodity = "cake", rate = "50 t/h" },
  { id = "to-near", from = "carrier", to = "near", commodity = "cake", rate = "50 t/h" },
]
process = [{ id = "dewater", site = "island", from = "mud", to = "cake", yield = "25 %", capacity = "240 t/d" }]
demand = [
  { id = "dear", site = "far", commodity = "cake", amount = "5000 t", value = [["5000 t", 10.0]] },
  { id = "cheap", site = "near", commodity = "cake", amount = "5000 t", value = [["5000 t", 1.0]] },
]
"#;

    #[test]
    fn without_the_way_to_who_pays_little_more_comes_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), PLAN).expect("a plan");
        let (plan, sea) =
            crate::plan::load(folder.path()).expect("files").plan.expect("a plan without fault");
        let (model, stop) = (Model::new(&plan, &sea), AtomicBool::new(false));
        let options = Options { explains: false, ..Options::new(&stop) };
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let value_of = |values: Vec<f64>| model.vars.value_of(&objective.expression, &values);
        let all = construct(&Sets::in_fleets(&plan, &sea), &|| true).into_iter().filter_map(|itinerary| {
            run.traced(&objective, &itinerary, None).expect("a solver that works").map(value_of)
        });
        let all = all.fold(0.0, f64::max);
        let some = run.or_without(&objective, None, None).expect("a solver that works").map(value_of);
        assert!(some.is_some_and(|some| some > 1.2 * all), "{some:?} without some, {all} with all");
        assert!(some.is_some_and(|some| some > 9000.0), "{some:?}");
    }
}
