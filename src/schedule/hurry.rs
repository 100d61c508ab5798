//! What hurries: by how many slots each transfer could go on later while what it moves still keeps, and is still there in time.
//!
//! In: an itinerary. Out: [`Hurry`]. Each tonne is followed through each holder, first in, first out: into the site of its `reach` it goes no later
//! than so long after it was lifted; into a store on the way there no later than it is taken out again; out of a hold in which it keeps only so long
//! no later than that after it came aboard. What came before stays when it is.
//! Not judged here: [`super::verify`] reads what was in time off the levels.

use super::{Itinerary, What};
use crate::id::Ix;
use crate::plan::{Commodity, Holder, Plan, Reach};
use crate::time::Slot;
use crate::units::Span;
use std::collections::BTreeMap;

/// Tonnes below this are a rounding.
const NOTHING: f64 = 1e-6;

/// A move: the place of its vessel, and its first slot.
type Place = (usize, Slot);

/// By move the slots by which it could go on later.
#[derive(Debug, Default)]
pub(super) struct Hurry(BTreeMap<Place, usize>);

/// Tonnes that go into a holder, or out of it: the slot in which they do, and the move, if it is one.
#[derive(Debug, Clone, Copy)]
struct Portion {
    slot: i64,
    tonnes: f64,
    of: Option<Place>,
}

impl Hurry {
    /// Of all transfers of an itinerary.
    pub fn of(plan: &Plan, itinerary: &Itinerary) -> Hurry {
        let mut hurry = Hurry::default();
        for (commodity, of_it) in plan.commodities.entries() {
            if let Some(reach) = of_it.reach {
                hurry.reach(plan, itinerary, commodity, reach);
            }
            let Some(keeps) = of_it.keeps else { continue };
            for vessel in plan.vessels.places() {
                let hold = |holder: Holder| holder == Holder::Vessel(vessel);
                let came = came(plan, itinerary, commodity, hold);
                hurry.each(&came, &left(plan, itinerary, commodity, hold), |came, left| {
                    (left.of, came.slot + slots(plan, keeps) - left.slot)
                });
            }
        }
        hurry
    }

    /// The slots by which a move could go on later; nothing where nothing that it moves hurries.
    pub fn slack(&self, vessel: usize, start: Slot) -> Option<usize> {
        self.0.get(&(vessel, start)).copied()
    }

    fn reach(&mut self, plan: &Plan, itinerary: &Itinerary, commodity: Ix<Commodity>, reach: Reach) {
        let way = plan.way_to(reach.site, commodity);
        // On the way as a whole what goes in is lifted, and what comes out arrives.
        let lifted: Vec<Portion> = came(plan, itinerary, commodity, |holder| way.contains(&holder))
            .into_iter()
            .filter(|portion| portion.of.is_none())
            .collect();
        let arrived = left(plan, itinerary, commodity, |holder| way.first() == Some(&holder));
        self.each(&lifted, &arrived, |lifted, arrived| {
            (arrived.of, lifted.slot + slots(plan, reach.within) - arrived.slot)
        });
        for store in way.iter().filter(|holder| matches!(holder, Holder::Site(_))) {
            let is_it = |holder: Holder| holder == *store;
            let came = came(plan, itinerary, commodity, is_it);
            self.each(&came, &left(plan, itinerary, commodity, is_it), |came, left| {
                (came.of, left.slot - came.slot)
            });
        }
    }

    /// Pairs what came with what left, first in, first out, and notes what each pair asks for.
    fn each(
        &mut self,
        came: &[Portion],
        left: &[Portion],
        asks: impl Fn(&Portion, &Portion) -> (Option<Place>, i64),
    ) {
        let mut came = came.iter().copied();
        let mut now = came.next();
        for portion in left {
            let mut tonnes = portion.tonnes;
            while let Some(from) = now.as_mut().filter(|_| tonnes > NOTHING) {
                if from.tonnes <= NOTHING {
                    now = came.next();
                    continue;
                }
                let moved = tonnes.min(from.tonnes);
                (tonnes, from.tonnes) = (tonnes - moved, from.tonnes - moved);
                if let (Some(place), slack) = asks(from, portion) {
                    let slack = slack.max(0) as usize;
                    let known = self.0.entry(place).or_insert(slack);
                    *known = slack.min(*known);
                }
            }
        }
    }
}

/// Whole slots of a time.
fn slots(plan: &Plan, span: Span) -> i64 {
    span.seconds() / plan.horizon.slot.seconds()
}

/// What came into holders, in the order of time: what was there at the start before all slots; of no move what was not moved from elsewhere.
fn came(
    plan: &Plan,
    itinerary: &Itinerary,
    commodity: Ix<Commodity>,
    is_it: impl Fn(Holder) -> bool,
) -> Vec<Portion> {
    let holders = plan.vessels.places().map(Holder::Vessel).chain(plan.sites.places().map(Holder::Site));
    let at_start: f64 =
        holders.filter(|holder| is_it(*holder)).map(|holder| plan.at_start(holder, commodity)).sum();
    let mut all = vec![Portion { slot: -1, tonnes: at_start, of: None }];
    each_slot(itinerary, |place, what, slot, tonnes| match what {
        What::Sample(sampling, _) => {
            let sampling = &plan.samplings[*sampling];
            if sampling.commodity == commodity && is_it(Holder::Vessel(sampling.stand.vessel)) {
                all.push(Portion { slot, tonnes, of: None });
            }
        }
        What::Transfer(transfer, _) => {
            let transfer = &plan.transfers[*transfer];
            if transfer.commodity == commodity && is_it(transfer.ends().1) {
                all.push(Portion { slot, tonnes, of: Some(place) });
            }
        }
        _ => {}
    });
    all.sort_by_key(|portion| portion.slot);
    all
}

/// What left holders in transfers, in the order of time.
fn left(
    plan: &Plan,
    itinerary: &Itinerary,
    commodity: Ix<Commodity>,
    is_it: impl Fn(Holder) -> bool,
) -> Vec<Portion> {
    let mut all = Vec::new();
    each_slot(itinerary, |place, what, slot, tonnes| {
        if let What::Transfer(transfer, _) = what {
            let transfer = &plan.transfers[*transfer];
            if transfer.commodity == commodity && is_it(transfer.ends().0) {
                all.push(Portion { slot, tonnes, of: Some(place) });
            }
        }
    });
    all.sort_by_key(|portion| portion.slot);
    all
}

/// Every slot of lifting and moving: of which move, what that is, when, and how many tonnes.
fn each_slot(itinerary: &Itinerary, mut told: impl FnMut(Place, &What, i64, f64)) {
    for (vessel, moves) in itinerary.vessels.iter().enumerate() {
        for step in moves {
            let (What::Sample(_, tonnes) | What::Transfer(_, tonnes)) = &step.what else { continue };
            for (slot, &tonnes) in (step.start as i64..).zip(tonnes) {
                told((vessel, step.start), &step.what, slot, tonnes);
            }
        }
    }
}
