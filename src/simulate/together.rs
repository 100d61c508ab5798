//! What vessels do together: who meets and who serves whom, what has gone over by when, which round trips may be left out, what stands ashore.
//!
//! In: a plan and the order that is followed. Out: [`Together`], the same for all runs; nothing for plans whose vessels each go their own way.
//! Rules: the side of a meeting that comes and the side that lies alongside are paired by their times in the schedule. What a vessel has given
//! or taken by a step is counted from the first step on, so that what could not go over once goes over later. Between two moments of the
//! order at which a vessel is at the same site, with the same gear and the same goods, everything that needs not be done may be left out.
//! The run itself is sailed by `company`.

use super::ashore::Ashore;
use super::fleet::rounded;
use super::order::{Act, Order};
use super::resources::users;
use super::services::{Service, services};
use crate::id::Ix;
use crate::plan::{Direction, Plan, Site, Task, Vessel};
use std::collections::BTreeSet;

/// Two steps that go on together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meeting {
    /// The step of the vessel that comes.
    pub comes: usize,
    /// The step of the one that lies there.
    pub lies: usize,
}

/// What is known of a step beside what the order says. Steps go by their place in the order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// Its place in the row of its vessel.
    pub row: usize,
    /// Where its vessel is before it.
    pub site: Option<Ix<Site>>,
    /// The meeting that it is a side of.
    pub meeting: Option<usize>,
    /// The service that it is.
    pub service: Option<usize>,
    /// Of a transfer the tonnes of its commodity that the vessel that gives has given by the end of it, or where a store gives, what the
    /// vessel has taken.
    pub by_then: f64,
    /// Whether a vessel that gives has nothing left after it.
    pub is_all: bool,
    /// Places in the row at which all is again as it was before this step, with nothing in between that must be done; in order.
    pub shortcuts: Vec<usize>,
    /// The place in the row at which the gear is again as it was before this step, when there are only tasks that change it until then: a
    /// retreat from weather that the schedule knew of.
    pub retreat: Option<usize>,
}

/// What vessels do together.
#[derive(Debug, Clone)]
pub struct Together {
    /// By vessel its steps, as places in the order.
    pub rows: Vec<Vec<usize>>,
    /// The steps without a vessel.
    pub alone: Vec<usize>,
    /// By step.
    pub known: Vec<Known>,
    /// Pairs of steps.
    pub meetings: Vec<Meeting>,
    /// What some vessels do for others.
    pub services: Vec<Service>,
    /// By site.
    pub ashore: Vec<Ashore>,
    /// The steps that take some of a resource that transfers use, by place.
    pub users: Vec<usize>,
}

/// Where a vessel is before a step: site, gear, and grams of each commodity.
type State = (Ix<Site>, usize, Vec<i64>);

impl Together {
    /// Whether vessels of a plan meet, serve one another or share the shore, so that none can be sailed without the others.
    pub fn is_needed(plan: &Plan) -> bool {
        let meets = plan.transfers.iter().any(|transfer| {
            transfer.meets.is_some()
                || transfer.hoses_off.seconds() > 0
                || transfer.largest.is_finite()
                || !transfer.uses.is_empty()
        });
        let is_tight = |(place, site): (Ix<Site>, &Site)| {
            let here = plan.transfers.iter().filter(|t| t.meets.is_none() && t.stand.site == place);
            let vessels: BTreeSet<Ix<Vessel>> = here.map(|t| t.stand.vessel).collect();
            site.berths.is_some_and(|berths| vessels.len() > berths as usize)
        };
        let is_shared = |total: f64, rooms: &[f64]| total < rooms.iter().sum();
        meets
            || plan.tasks.iter().any(|task| task.serves.is_some())
            || plan.sites.entries().any(is_tight)
            || !plan.processes.is_empty()
            || !plan.demands.is_empty()
            || !plan.reserves.is_empty()
            || plan.vessels.iter().any(|vessel| is_shared(vessel.hold_total, &vessel.hold))
            || plan.sites.iter().any(|site| is_shared(site.store_total, &site.store))
    }

    /// What vessels do together in an order.
    pub fn new(plan: &Plan, order: &Order) -> Together {
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); plan.vessels.len()];
        let mut known = vec![Known::default(); order.steps.len()];
        let mut alone = Vec::new();
        for (place, step) in order.steps.iter().enumerate() {
            match step.vessel {
                Some(vessel) => {
                    known[place].row = rows[vessel.index()].len();
                    rows[vessel.index()].push(place);
                }
                None => alone.push(place),
            }
        }
        let meetings = meetings(plan, order);
        for (nth, meeting) in meetings.iter().enumerate() {
            known[meeting.comes].meeting = Some(nth);
            known[meeting.lies].meeting = Some(nth);
        }
        let services = services(plan, order, &rows);
        for (nth, service) in services.iter().enumerate() {
            known[service.step].service = Some(nth);
        }
        let ashore = plan.sites.places().map(|site| Ashore::new(plan, site, order)).collect();
        let mut together =
            Together { rows, alone, known, meetings, services, ashore, users: users(plan, order) };
        for vessel in plan.vessels.places() {
            together.walk(plan, order, vessel);
        }
        together
    }

    /// Walks through the row of a vessel: what it has given and taken, and where it is as it was before.
    fn walk(&mut self, plan: &Plan, order: &Order, vessel: Ix<Vessel>) {
        let ship = &plan.vessels[vessel];
        let row = self.rows[vessel.index()].clone();
        let goods = plan.commodities.len();
        let (mut site, mut gear, mut hold) = (ship.at, 0, ship.aboard.clone());
        let (mut gave, mut took) = (vec![0.0; goods], vec![0.0; goods]);
        let grams = |hold: &[f64]| hold.iter().map(|tonnes| (tonnes * 1e3).round() as i64).collect();
        let mut states: Vec<State> = vec![(site, gear, grams(&hold))];
        let mut musts = Vec::new();
        for &place in &row {
            let mut must = false;
            match &order.steps[place].act {
                Act::Task(task, nth) => {
                    must = *nth < plan.tasks[*task].least as usize;
                    gear = plan.tasks[*task].leaves;
                }
                Act::Sail(_, to) => site = *to,
                Act::Sample(sampling, tonnes, _) => {
                    let of_it = &plan.samplings[*sampling];
                    must = of_it.at_least > 0.0;
                    hold[of_it.commodity.index()] += tonnes;
                }
                Act::Transfer(transfer, ..) | Act::Alongside(transfer) => {
                    let of_it = &plan.transfers[*transfer];
                    let comes = match self.known[place].meeting {
                        Some(meeting) => self.meetings[meeting].comes,
                        None => place,
                    };
                    let tonnes = match order.steps[comes].act {
                        Act::Transfer(_, tonnes, _) => tonnes,
                        _ => 0.0,
                    };
                    let is_own = of_it.stand.vessel == vessel;
                    let gives = is_own == (of_it.direction == Direction::Ashore);
                    let goods = of_it.commodity.index();
                    if gives {
                        (hold[goods], gave[goods]) = (hold[goods] - tonnes, gave[goods] + tonnes);
                        self.known[comes].by_then = rounded(gave[goods]);
                        self.known[comes].is_all = hold[goods] < 1e-3;
                    } else {
                        (hold[goods], took[goods]) = (hold[goods] + tonnes, took[goods] + tonnes);
                        if of_it.meets.is_none() {
                            self.known[place].by_then = rounded(took[goods]);
                        }
                    }
                }
            }
            musts.push(must);
            states.push((site, gear, grams(&hold)));
        }
        for (at, &place) in row.iter().enumerate() {
            let free = musts[at..].iter().position(|must| *must).map_or(row.len(), |first| at + first);
            self.known[place].site = Some(states[at].0);
            self.known[place].shortcuts = (at + 1..=free).filter(|&to| states[to] == states[at]).collect();
            let handles = row[at..].iter().take_while(|&&place| match order.steps[place].act {
                Act::Task(task, _) => is_handling(plan, task),
                _ => false,
            });
            let back = at + handles.count();
            self.known[place].retreat = (at + 1..=back).find(|&to| states[to] == states[at]);
        }
    }

    /// Whether a vessel that goes on at a place in its row instead of at a step is not there for something that must be done for it.
    fn must_be_there(&self, vessel: Ix<Vessel>, place: usize, to: usize) -> bool {
        let known = &self.known[place];
        let mut own = self.services.iter().filter(|service| service.served == vessel && service.is_must);
        own.any(|service| known.site.is_some_and(|site| service.is_skipped((known.row, to), site)))
    }

    /// By when each step must begin so that its vessel gets to the end of its row by `end`, round trips left out that may be; of a session
    /// of lifting the slot by which it must end. `latest` is as for [`super::case::Case::latest_starts`].
    pub fn latest_starts(
        &self,
        order: &Order,
        end: u32,
        latest: impl Fn(usize, Ix<Vessel>, u32) -> Option<u32>,
    ) -> Vec<u32> {
        let mut starts = vec![end; order.steps.len()];
        for (vessel, row) in self.rows.iter().enumerate() {
            // By place in the row: the latest start of the step there, and of the shortest way on from there.
            let mut begins = vec![end; row.len() + 1];
            let mut on = vec![end; row.len() + 1];
            for (at, &place) in row.iter().enumerate().rev() {
                let step = &order.steps[place];
                begins[at] = latest(place, Ix::new(vessel), on[at + 1]).unwrap_or(0);
                starts[place] = if matches!(step.act, Act::Sample(..)) { on[at + 1] } else { begins[at] };
                let may_miss = |to: &&usize| !self.must_be_there(Ix::new(vessel), place, **to);
                let shortcuts = self.known[place].shortcuts.iter().filter(may_miss).map(|&to| begins[to]);
                on[at] = shortcuts.fold(begins[at], u32::max);
            }
        }
        starts
    }
}

/// Whether a task only changes the gear.
pub(super) fn is_handling(plan: &Plan, task: Ix<Task>) -> bool {
    let of_it = &plan.tasks[task];
    !of_it.is_in_rhythm()
        && of_it.serves.is_none()
        && of_it.stand.is_some_and(|stand| stand.gear != of_it.leaves)
}

/// The meetings of an order: for each step that comes the one that lies there for it, by their times.
fn meetings(plan: &Plan, order: &Order) -> Vec<Meeting> {
    let mut meetings = Vec::new();
    for (transfer, of_it) in plan.transfers.entries() {
        let Some(other) = of_it.meets else { continue };
        let steps = order.steps.iter().enumerate();
        let comes = steps.clone().filter(|(_, step)| {
            step.vessel == Some(of_it.stand.vessel)
                && matches!(step.act, Act::Transfer(t, ..) if t == transfer)
        });
        let lies = steps.filter(|(_, step)| {
            step.vessel == Some(other.vessel) && matches!(step.act, Act::Alongside(t) if t == transfer)
        });
        meetings.extend(comes.zip(lies).map(|(comes, lies)| Meeting { comes: comes.0, lies: lies.0 }));
    }
    meetings
}
