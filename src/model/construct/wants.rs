//! What it is worth to land something somewhere, where goods are taken on from ashore as well.
//!
//! In: the sets of a model, and what was landed so far. Out: the worth of what is landed next. A tonne is worth what of it can still be supplied from there:
//! all of it where it is wanted, while more is, and next to nothing where somebody must carry it on; what must be there is worth more.

use crate::id::Ix;
use crate::model::construct::goods::{counts, each, values};
use crate::model::construct::host::NOTHING;
use crate::model::in_time::InTime;
use crate::model::sets::Sets;
use crate::plan::{Commodity, Plan, Site, SiteKind, Transfer};
use crate::time::Slot;

/// What a tonne is worth that must be carried on, beside one that is where it is wanted.
const ON_ITS_WAY: f64 = 0.01;
/// What a tonne is worth besides that must be there.
const MUST: f64 = 10.0;

/// A site, and what comes there.
type Place = (Ix<Site>, Ix<Commodity>);

/// What a tonne is worth that a transfer lands.
#[derive(Clone, Copy)]
struct Worth {
    /// Because it is landed.
    landed: f64,
    /// Because of what can be supplied of it.
    supplied: f64,
    /// The last slot in which it can.
    last: Slot,
    /// Where it is wanted, by place; nothing where it must be carried on.
    place: Option<usize>,
}

/// What was landed so far.
#[derive(Clone, Default)]
pub struct Got {
    /// Where something must be, in tonnes.
    musts: f64,
    /// Where something is wanted, by place.
    wanted: Vec<f64>,
}

/// What is wanted.
pub struct Wants {
    /// For each transfer what it is worth that it lands something.
    worths: Vec<Worth>,
    /// Where how much is wanted, in tonnes.
    wanted: Vec<(Place, f64)>,
    /// By transfer whether it lands where something must be.
    musts: Vec<bool>,
    /// How much must be anywhere, in tonnes.
    needed: f64,
    /// Whether what is supplied comes before what is landed.
    pub comes_first: bool,
}

impl Wants {
    /// What is wanted in a plan.
    pub fn of(sets: &Sets<'_>) -> Wants {
        let plan = sets.plan;
        let ((musts, needed), wanted, (landed, supplied)) = (musts(plan), wanted(plan), counts(plan));
        let comes_first = supplied >= landed || needed > 0.0;
        Wants { worths: worths(sets, &wanted), wanted, musts, needed, comes_first }
    }

    /// What was landed before anything is.
    pub fn nothing(&self) -> Got {
        Got { musts: 0.0, wanted: vec![0.0; self.wanted.len()] }
    }

    /// What so many tonnes are worth that are landed by a slot after what was landed before.
    pub fn worth(&self, got: &mut Got, transfer: Ix<Transfer>, end: Slot, tonnes: f64) -> f64 {
        let worth = self.worths[transfer.index()];
        let before = got.musts.min(self.needed);
        if self.musts[transfer.index()] {
            got.musts += tonnes;
        }
        let must = MUST * (got.musts.min(self.needed) - before);
        let of_use = if end <= worth.last + 1 { tonnes.min(self.open(got, worth)) } else { 0.0 };
        if let Some(place) = worth.place {
            got.wanted[place] += tonnes;
        }
        must + worth.landed * tonnes + worth.supplied * of_use
    }

    /// What it is worth less that so many tonnes are taken away again from where they landed.
    pub fn less(&self, transfer: Ix<Transfer>, tonnes: f64) -> f64 {
        self.worths[transfer.index()].landed * tonnes
    }

    /// How many tonnes more are of any use where they land, if nothing is made of them and nobody takes them on.
    pub fn room(&self, got: &Got, transfer: Ix<Transfer>) -> f64 {
        let worth = self.worths[transfer.index()];
        if worth.landed > 0.0 { f64::INFINITY } else { self.open(got, worth) }
    }

    /// How much more is wanted where something lands.
    fn open(&self, got: &Got, worth: Worth) -> f64 {
        worth.place.map_or(f64::INFINITY, |place| (self.wanted[place].1 - got.wanted[place]).max(0.0))
    }

    /// Whether what is landed by a slot is worth anything, or must be there.
    pub fn is_of_use(&self, got: &Got, transfer: Ix<Transfer>, end: Slot) -> bool {
        let worth = self.worths[transfer.index()];
        let is_supplied = worth.supplied > 0.0 && end <= worth.last + 1 && self.open(got, worth) > NOTHING;
        self.musts[transfer.index()] || worth.landed > 0.0 || is_supplied
    }
}

/// Whether somebody wants what a transfer brings to a site, or takes from there.
pub fn is_wanted(plan: &Plan, transfer: &Transfer) -> bool {
    let place = (transfer.stand.site, transfer.commodity);
    plan.demands.iter().any(|demand| (demand.site, demand.commodity) == place)
        || plan.reserves.iter().any(|reserve| (reserve.site, reserve.commodity) == place)
}

/// For each transfer whether it leads to where something must be, and how much that is in all.
fn musts(plan: &Plan) -> (Vec<bool>, f64) {
    let demands = plan.demands.iter().map(|demand| ((demand.site, demand.commodity), demand.at_least));
    let reserves = plan.reserves.iter().map(|reserve| ((reserve.site, reserve.commodity), reserve.target));
    let all: Vec<_> = demands.chain(reserves).filter(|(_, tonnes)| *tonnes > 0.0).collect();
    let is_must = |transfer: &Transfer| {
        all.iter().any(|(place, _)| *place == (transfer.stand.site, transfer.commodity))
    };
    (plan.transfers.iter().map(is_must).collect(), all.iter().map(|(_, tonnes)| tonnes).sum())
}

/// Where how much is wanted.
fn wanted(plan: &Plan) -> Vec<(Place, f64)> {
    let demands = plan.demands.iter().map(|demand| ((demand.site, demand.commodity), demand.amount));
    let reserves = plan.reserves.iter().map(|reserve| ((reserve.site, reserve.commodity), reserve.target));
    let mut wanted: Vec<(Place, f64)> = Vec::new();
    for (place, tonnes) in demands.chain(reserves) {
        match wanted.iter_mut().find(|known| known.0 == place) {
            Some(known) => known.1 += tonnes,
            None => wanted.push((place, tonnes)),
        }
    }
    wanted
}

/// For each transfer what it is worth that it lands something, beside the dearest tonne that is wanted.
fn worths(sets: &Sets<'_>, wanted: &[(Place, f64)]) -> Vec<Worth> {
    let (plan, in_time, values) = (sets.plan, InTime::new(sets), values(sets.plan));
    let (landed, supplied) = counts(plan);
    let dearest = plan.demands.iter().map(each).fold(f64::MIN_POSITIVE, f64::max);
    let of_transfer = |transfer: &Transfer| {
        let (site, commodity) = (transfer.stand.site, transfer.commodity);
        let is_lifted = plan.samplings.iter().any(|sampling| sampling.commodity == commodity);
        let landed = if is_lifted && plan.sites[site].kind != SiteKind::Sea { landed } else { 0.0 };
        let place = wanted.iter().position(|known| known.0 == (site, commodity));
        let of_it = in_time.of(site, commodity);
        let here = plan.demands.iter().filter(|demand| (demand.site, demand.commodity) == (site, commodity));
        let worth = match place {
            Some(_) => here.map(each).reduce(f64::max).map_or(1.0, |each| each / dearest),
            None => ON_ITS_WAY * values[commodity.index()] / dearest,
        };
        let supplied = if of_it.is_some() { supplied * worth } else { 0.0 };
        Worth { landed, supplied, last: of_it.map_or(0, |of_it| of_it.last), place }
    };
    plan.transfers.iter().map(of_transfer).collect()
}
