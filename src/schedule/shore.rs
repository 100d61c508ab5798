//! What happens ashore without a vessel: processes that are fed and demands that are supplied.
//!
//! In: the flows of an itinerary, tonnes by slot. Out: their activities, their costs, and their part of the stocks and totals.
//! An activity of a process or a demand carries its course: the tonnes so far at each time at which the rate changes, so that
//! the judge can follow every tonne.

use super::account::{Clock, rounded};
use super::{Activity, CostRow, Itinerary, Kind, Time};
use crate::id::Ix;
use crate::plan::{Commodity, Demand, Plan, Process, Site};
use crate::time::Slot;
use std::collections::BTreeMap;

/// What something flows into ashore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shore {
    /// A process is fed.
    Process(Ix<Process>),
    /// A demand is supplied.
    Demand(Ix<Demand>),
}

/// A stretch of slots in which something flows ashore.
#[derive(Debug, Clone, PartialEq)]
pub struct ShoreFlow {
    /// Into what.
    pub of: Shore,
    /// The first slot.
    pub start: Slot,
    /// Tonnes in each slot.
    pub tonnes: Vec<f64>,
}

/// What changes in a store for each tonne that flows: the commodity, the factor, and how many slots later.
pub(super) type Change = (Ix<Commodity>, f64, usize);

impl Shore {
    /// The site, and what changes in its store for each tonne that flows: commodities with their factors, and so many slots later.
    pub(super) fn changes(self, plan: &Plan) -> (Ix<Site>, Vec<Change>) {
        match self {
            Shore::Process(place) => {
                let process = &plan.processes[place];
                let later = process.slots(&plan.horizon) - 1;
                (process.site, vec![(process.from, -1.0, 0), (process.to, process.yields, later)])
            }
            Shore::Demand(place) => {
                let demand = &plan.demands[place];
                (demand.site, vec![(demand.commodity, -1.0, 0)])
            }
        }
    }
}

/// The activities of what flows ashore: processes before demands, each in the plan's order and then by time. `blank` makes an
/// activity of a kind, an id, a name and slots.
pub(super) fn activities(
    plan: &Plan,
    itinerary: &Itinerary,
    mut blank: impl FnMut(Kind, &str, String, std::ops::Range<Slot>) -> Activity,
) -> Vec<Activity> {
    let activity = |flow: &ShoreFlow| {
        let slots = flow.start..flow.start + flow.tonnes.len();
        let fed: f64 = flow.tonnes.iter().sum();
        let (site, commodity, mut row) = match flow.of {
            Shore::Process(place) => {
                let process = &plan.processes[place];
                let mut row = blank(Kind::Process, &process.id, process.name.clone(), slots);
                row.made = Some(rounded(fed * process.yields));
                row.task = Some(process.id.clone());
                (process.site, process.from, row)
            }
            Shore::Demand(place) => {
                let demand = &plan.demands[place];
                let mut row = blank(Kind::Supply, &demand.id, demand.name.clone(), slots);
                row.task = Some(demand.id.clone());
                (demand.site, demand.commodity, row)
            }
        };
        row.site = Some(plan.sites[site].id.clone());
        row.commodity = Some(plan.commodities[commodity].id.clone());
        row.tonnes = Some(rounded(fed));
        row.work = vec![(row.start, row.end)];
        row.course = course(plan, flow);
        row
    };
    itinerary.shore.iter().map(activity).collect()
}

/// The tonnes so far, at the start, at each change of the rate and at the end.
fn course(plan: &Plan, flow: &ShoreFlow) -> Vec<(Time, f64)> {
    let clock = Clock { plan };
    let mut course = vec![(clock.at(flow.start), 0.0)];
    let mut sum = 0.0;
    for (nth, tonnes) in flow.tonnes.iter().enumerate() {
        sum += tonnes;
        let next = flow.tonnes.get(nth + 1);
        if next.is_none_or(|next| (next - tonnes).abs() > 1e-9) {
            course.push((clock.at(flow.start + nth + 1), rounded(sum)));
        }
    }
    course
}

/// What feeding costs, an activity a row.
pub(super) fn costs(plan: &Plan, activities: &[Activity]) -> Vec<CostRow> {
    let fed = activities.iter().filter(|activity| activity.kind == Kind::Process);
    let row = |activity: &Activity| {
        let process = plan.processes.iter().find(|process| Some(&process.id) == activity.task.as_ref())?;
        let amount = process.cost * activity.tonnes.unwrap_or(0.0);
        (process.cost != 0.0).then(|| CostRow { item: activity.id.clone(), vessel: None, amount })
    };
    fed.filter_map(row).collect()
}

/// Tonnes that demands are supplied with, and for each commodity that is made the tonnes of it.
pub(super) fn totals(plan: &Plan, activities: &[Activity]) -> (f64, BTreeMap<String, f64>) {
    let of = |kind: Kind| activities.iter().filter(move |activity| activity.kind == kind);
    let supplied: f64 = of(Kind::Supply).filter_map(|activity| activity.tonnes).sum();
    let mut made: BTreeMap<String, f64> = BTreeMap::new();
    for activity in of(Kind::Process) {
        let process = plan.processes.iter().find(|process| Some(&process.id) == activity.task.as_ref());
        if let (Some(process), Some(tonnes)) = (process, activity.made) {
            *made.entry(plan.commodities[process.to].id.clone()).or_default() += tonnes;
        }
    }
    made.values_mut().for_each(|tonnes| *tonnes = rounded(*tonnes));
    (rounded(supplied), made)
}
