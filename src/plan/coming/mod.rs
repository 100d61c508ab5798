//! What can come where at all: one look through all slots, in which everything is done that could be, whatever else that would rule out.
//!
//! In: a plan and its sea. Out: [`Coming`]: which samplings, transfers, processes and demands something can ever flow in, and which of them
//! are ever given anything to begin with. Vessels are everywhere where they could be; a hold has of each commodity the freshest that could
//! have come there. What is found impossible so is impossible; what is found possible need not be, once amounts, money, fuel, berths and the
//! order of tasks are looked at, which only the model does.
//! Not the model, and much cheaper: each slot of each vessel once. What takes rules away one at a time: [`super::eases`].

mod afloat;
mod sweep;

use super::{Goal, Holder, Plan, Sea, SiteKind};
use crate::id::Ix;
use crate::time::Slot;

/// What can come where.
#[derive(Debug, Clone, PartialEq)]
pub struct Coming {
    /// For each sampling whether anything can be lifted.
    pub lifts: Vec<bool>,
    /// For each transfer whether anything can go over. Of vessels that are alike the first one's tells it for all.
    pub moves: Vec<bool>,
    /// For each process whether it can be fed.
    pub feeds: Vec<bool>,
    /// For each demand whether it can be supplied.
    pub supplies: Vec<bool>,
    /// For each transfer whether who gives it ever has any.
    pub has: Vec<bool>,
    /// For each process whether what it is fed is ever at its site.
    pub has_feed: Vec<bool>,
    /// For each demand whether what it wants is ever at its site.
    pub has_goods: Vec<bool>,
    /// For each commodity the tonnes of it that there can be in all, at most.
    most: Vec<f64>,
}

/// Something that may never happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A sampling lifts.
    Sampling(Ix<super::Sampling>),
    /// Something goes over in a transfer.
    Transfer(Ix<super::Transfer>),
    /// A process is fed.
    Process(Ix<super::Process>),
    /// A demand is supplied.
    Demand(Ix<super::Demand>),
}

impl Coming {
    /// What can come where under `plan` in `sea`.
    ///
    /// # Example
    /// ```no_run
    /// # use mudline::plan::{coming::Coming, load};
    /// let checked = load(std::path::Path::new("plans/minamitorishima-2027")).unwrap();
    /// let (plan, sea) = checked.plan.unwrap();
    /// assert!(Coming::of(&plan, &sea).moves.iter().all(|moves| *moves));
    /// ```
    pub fn of(plan: &Plan, sea: &Sea) -> Coming {
        let unbounded = vec![f64::INFINITY; plan.commodities.len()];
        let mut coming = sweep::sweep(plan, sea, &unbounded);
        // Parcels and batches that are more than there can be rule out what comes of them, and so make others less.
        for _ in 0..=plan.commodities.len() {
            let most = coming.most.clone();
            if !needs_more(plan, &most) {
                break;
            }
            coming = sweep::sweep(plan, sea, &most);
            if coming.most == most {
                break;
            }
        }
        coming
    }

    /// Whether it can ever happen.
    pub fn can(&self, what: What) -> bool {
        match what {
            What::Sampling(place) => self.lifts[place.index()],
            What::Transfer(place) => self.moves[place.index()],
            What::Process(place) => self.feeds[place.index()],
            What::Demand(place) => self.supplies[place.index()],
        }
    }

    /// Whether anything of what a goal counts can ever come about; of goals of which less is better there is always something.
    pub fn can_count(&self, plan: &Plan, goal: Goal) -> bool {
        let any = |can: &[bool]| can.iter().any(|can| *can);
        match goal {
            Goal::Sampled => any(&self.lifts),
            Goal::Supplied => any(&self.supplies),
            Goal::Delivered => plan.transfers.iter().zip(&self.moves).any(|(transfer, moves)| {
                let lands = |site: Ix<super::Site>| plan.sites[site].kind != SiteKind::Sea;
                let is_lifted = plan
                    .samplings
                    .iter()
                    .zip(&self.lifts)
                    .any(|(sampling, lifts)| *lifts && sampling.commodity == transfer.commodity);
                *moves && is_lifted && matches!(transfer.ends().1, Holder::Site(site) if lands(site))
            }),
            Goal::Finish | Goal::Cost | Goal::Emissions | Goal::Lateness => true,
        }
    }

    /// What can never happen although nothing before it in the chain stands in its way: where the chain breaks.
    pub fn breaks(&self, plan: &Plan) -> Vec<What> {
        let samplings = plan.samplings.places().map(|place| (What::Sampling(place), true));
        let transfers = plan.transfers.entries();
        let transfers = transfers.filter(|(_, t)| plan.vessels[t.stand.vessel].like == t.stand.vessel);
        let transfers = transfers.map(|(place, _)| (What::Transfer(place), self.has[place.index()]));
        let processes =
            plan.processes.places().map(|place| (What::Process(place), self.has_feed[place.index()]));
        let demands = plan.demands.places().map(|place| (What::Demand(place), self.has_goods[place.index()]));
        let all = samplings.chain(transfers).chain(processes).chain(demands);
        all.filter(|(what, is_given)| *is_given && !self.can(*what)).map(|(what, _)| what).collect()
    }
}

/// Whether some parcel or batch must be larger than all that there can be.
fn needs_more(plan: &Plan, most: &[f64]) -> bool {
    plan.transfers.iter().any(|transfer| is_less(most[transfer.commodity.index()], transfer.smallest))
        || plan.processes.iter().any(|process| {
            process.batch.is_some_and(|batch| is_less(most[process.from.index()], batch.tonnes))
        })
}

/// Whether an amount is less than another, but for the last digits.
fn is_less(amount: f64, other: f64) -> bool {
    amount < other * (1.0 - 1e-9) - 1e-9
}

/// Whether a holder has room for a commodity at any time: some at all, and not full at the start with nobody who takes anything away.
fn has_room(plan: &Plan, holder: Holder, commodity: Ix<super::Commodity>) -> bool {
    let start = match holder {
        Holder::Vessel(vessel) => &plan.vessels[vessel].aboard,
        Holder::Site(site) => &plan.sites[site].stock,
    };
    let (room, total) = (plan.room_of(holder, commodity), plan.total_of(holder));
    let all: f64 = start.iter().sum();
    let leaves = |is_it: &dyn Fn(Ix<super::Commodity>) -> bool| {
        plan.transfers.iter().any(|t| t.ends().0 == holder && is_it(t.commodity))
            || plan.processes.iter().any(|p| Holder::Site(p.site) == holder && is_it(p.from))
            || plan.demands.iter().any(|d| Holder::Site(d.site) == holder && is_it(d.commodity))
    };
    let is_full = start[commodity.index()] >= room && !leaves(&|other| other == commodity);
    let is_full_in_all = all >= total && !leaves(&|_| true);
    plan.takes(holder, commodity) && !is_full && !is_full_in_all
}

/// The freshest of a commodity that could be somewhere: when it came into the hold, and when it was lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fresh {
    /// The latest slot in which any of it could have come where it is.
    came: Slot,
    /// The latest slot in which any of it could have been lifted.
    lifted: Slot,
}

/// The fresher of two, in each way.
fn fresher(a: Option<Fresh>, b: Option<Fresh>) -> Option<Fresh> {
    match (a, b) {
        (Some(a), Some(b)) => Some(Fresh { came: a.came.max(b.came), lifted: a.lifted.max(b.lifted) }),
        (a, b) => a.or(b),
    }
}
