//! What a schedule has, activity by activity, as moves in slots: what is taken to have happened where the log says nothing else.
//!
//! In: a plan and a schedule of it. Out: a [`Deed`] for each activity of a vessel, a crew, or the shore, with its tonnes slot by slot.

use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Commodity, Holder, Plan, Resource, Task, Vessel};
use crate::schedule::{Activity, Kind, Schedule, Shore, What, level_at};
use crate::time::Slot;
use std::ops::Range;

/// What is done in an activity.
#[derive(Debug, Clone, PartialEq)]
pub enum Doing {
    /// A move of a vessel; of lifting and moving with tonnes slot by slot.
    Move(Ix<Vessel>, What),
    /// A task that no vessel does.
    Alone(Ix<Task>),
    /// What flows ashore, slot by slot.
    Shore(Shore, Vec<f64>),
}

/// An activity, of the schedule or of the log.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Its name.
    pub id: String,
    /// What is done.
    pub doing: Doing,
    /// The slot in which it begins.
    pub start: Slot,
    /// The slot after its last.
    pub end: Slot,
    /// Where the log tells of it, if it does.
    pub told: Option<Range<usize>>,
    /// Whether the log tells when it began.
    pub is_timed: bool,
    /// Where the log tells how much it was, if it does.
    pub amount: Option<Range<usize>>,
    /// Whether it is still under way when the log ends, and may go on as it is planned.
    pub is_open: bool,
    /// Whether the schedule does not have it.
    pub is_new: bool,
}

impl Deed {
    /// Whether it changes how much of a commodity a holder has.
    pub fn changes(&self, plan: &Plan, holder: Holder, commodity: Ix<Commodity>) -> bool {
        match &self.doing {
            Doing::Move(_, What::Sample(q, _)) => {
                let lifts = &plan.samplings[*q];
                (Holder::Vessel(lifts.stand.vessel), lifts.commodity) == (holder, commodity)
            }
            Doing::Move(_, What::Transfer(r, _)) => {
                let moves = &plan.transfers[*r];
                moves.commodity == commodity && moves.sign(holder) != 0.0
            }
            Doing::Shore(Shore::Process(p), _) => {
                let makes = &plan.processes[*p];
                Holder::Site(makes.site) == holder && [makes.from, makes.to].contains(&commodity)
            }
            Doing::Shore(Shore::Demand(d), _) => {
                let wants = &plan.demands[*d];
                (Holder::Site(wants.site), wants.commodity) == (holder, commodity)
            }
            _ => false,
        }
    }

    /// Whether what it changes of a commodity in a holder becomes more by it.
    pub fn brings(&self, plan: &Plan, holder: Holder, commodity: Ix<Commodity>) -> bool {
        match &self.doing {
            Doing::Move(_, What::Sample(..)) => true,
            Doing::Move(_, What::Transfer(r, _)) => plan.transfers[*r].sign(holder) > 0.0,
            Doing::Shore(Shore::Process(p), _) => plan.processes[*p].to == commodity,
            _ => false,
        }
    }

    /// The vessel that does it.
    pub fn vessel(&self) -> Option<Ix<Vessel>> {
        match self.doing {
            Doing::Move(vessel, _) => Some(vessel),
            Doing::Alone(_) | Doing::Shore(..) => None,
        }
    }

    /// The task that it works on, if it does.
    pub fn task(&self) -> Option<Ix<Task>> {
        match self.doing {
            Doing::Move(_, What::Task(task)) | Doing::Alone(task) => Some(task),
            _ => None,
        }
    }

    /// How much of each resource it takes.
    pub fn uses<'p>(&self, plan: &'p Plan) -> &'p [(Ix<Resource>, u32)] {
        match &self.doing {
            Doing::Move(_, what) => what.uses(plan),
            Doing::Alone(task) => &plan.tasks[*task].uses,
            Doing::Shore(..) => &[],
        }
    }

    /// Its tonnes slot by slot, where it has some.
    pub fn tonnes(&self) -> Option<&[f64]> {
        match &self.doing {
            Doing::Move(_, What::Sample(_, tonnes) | What::Transfer(_, tonnes)) | Doing::Shore(_, tonnes) => {
                Some(tonnes)
            }
            _ => None,
        }
    }

    /// Begins it a slot later; what flowed in its first slot does in the next.
    pub fn begin_later(&mut self) {
        self.start += 1;
        if let Some(tonnes) = self.tonnes().filter(|tonnes| tonnes.len() > 1) {
            let mut tonnes = tonnes.to_vec();
            let first = tonnes.remove(0);
            tonnes[0] += first;
            self.set_tonnes(tonnes);
        }
    }

    /// Gives it other tonnes.
    pub fn set_tonnes(&mut self, new: Vec<f64>) {
        match &mut self.doing {
            Doing::Move(_, What::Sample(_, tonnes) | What::Transfer(_, tonnes)) | Doing::Shore(_, tonnes) => {
                *tonnes = new;
            }
            _ => {}
        }
    }
}

/// Every activity of a schedule that is more than waiting, in its order.
///
/// # Errors
/// When the schedule covers another time than the plan, or names what the plan does not have.
pub fn deeds(plan: &Plan, schedule: &Schedule) -> Result<Vec<Deed>, Error> {
    let horizon = &plan.horizon;
    if schedule.horizon.start.to_utc() != horizon.start || schedule.horizon.slot_h != horizon.slot_h() {
        return Err(Error::Usage(format!(
            "the schedule begins on {} in slots of {} h, and the plan on {} in slots of {} h; only a schedule with the plan's start and slot can \
             be planned anew",
            schedule.horizon.start,
            schedule.horizon.slot_h,
            plan.zone.local(horizon.start),
            horizon.slot_h()
        )));
    }
    let told = schedule.activities.iter().filter(|a| !matches!(a.kind, Kind::Wait | Kind::Idle));
    told.map(|activity| deed(plan, schedule, activity)).collect()
}

fn deed(plan: &Plan, schedule: &Schedule, activity: &Activity) -> Result<Deed, Error> {
    let unknown = |what: &str| {
        Error::Usage(format!(
            "the schedule's activity {} {what}; plan with `mudline schedule` instead, or take the plan that the schedule was made of",
            activity.id
        ))
    };
    let slots =
        plan.horizon.exactly(activity.start.to_utc()).zip(plan.horizon.exactly(activity.end.to_utc()));
    let Some((start, end)) = slots.filter(|(start, end)| start < end) else {
        return Err(unknown("is not within the plan's time, or not on its slots"));
    };
    let doing = doing(plan, schedule, activity, start..end);
    let doing = doing.ok_or_else(|| unknown("names what the plan does not have"))?;
    Ok(Deed {
        id: activity.id.clone(),
        doing,
        start,
        end,
        told: None,
        is_timed: false,
        amount: None,
        is_open: false,
        is_new: false,
    })
}

fn doing(plan: &Plan, schedule: &Schedule, activity: &Activity, slots: Range<Slot>) -> Option<Doing> {
    let (name, own) = (activity.task.as_ref(), activity.vessel.as_ref());
    let vessel = plan.vessels.find(|vessel| Some(&vessel.id) == own);
    let site = |name: &Option<String>| plan.sites.find(|site| Some(&site.id) == name.as_ref());
    let total = activity.tonnes.unwrap_or(0.0);
    let flow = |vessel: Ix<Vessel>, commodity: Ix<Commodity>| {
        in_slots(plan, schedule, (Holder::Vessel(vessel), commodity), slots.clone(), total)
    };
    let course = || -> Vec<f64> {
        let at = |slot: Slot| level_at(&activity.course, plan.horizon.time(slot));
        slots.clone().map(|slot| unrounded((at(slot + 1) - at(slot)).max(0.0))).collect()
    };
    Some(match activity.kind {
        Kind::Task => {
            let task = plan.tasks.find(|task| Some(&task.id) == name)?;
            match plan.tasks[task].stand {
                Some(stand) => Doing::Move(stand.vessel, What::Task(task)),
                None => Doing::Alone(task),
            }
        }
        Kind::Sail => Doing::Move(vessel?, What::Sail(site(&activity.site)?, site(&activity.to_site)?)),
        Kind::Sampling => {
            let place = plan.samplings.find(|sampling| Some(&sampling.id) == name)?;
            let sampling = &plan.samplings[place];
            let tonnes = flow(sampling.stand.vessel, sampling.commodity);
            Doing::Move(sampling.stand.vessel, What::Sample(place, tonnes))
        }
        Kind::Transfer => {
            let place = plan.transfers.find(|transfer| Some(&transfer.id) == name)?;
            let transfer = &plan.transfers[place];
            let is_met = transfer.meets.is_some_and(|stand| Some(stand.vessel) == vessel);
            match is_met {
                true => Doing::Move(vessel?, What::Alongside(place)),
                false => {
                    let tonnes = flow(transfer.stand.vessel, transfer.commodity);
                    Doing::Move(transfer.stand.vessel, What::Transfer(place, tonnes))
                }
            }
        }
        Kind::Process => {
            let process = plan.processes.find(|process| Some(&process.id) == name)?;
            Doing::Shore(Shore::Process(process), course())
        }
        Kind::Supply => {
            let demand = plan.demands.find(|demand| Some(&demand.id) == name)?;
            Doing::Shore(Shore::Demand(demand), course())
        }
        Kind::Wait | Kind::Idle => return None,
    })
}

/// How the tonnes of an activity of a vessel are spread over its slots: as its hold grows or shrinks.
fn in_slots(
    plan: &Plan,
    schedule: &Schedule,
    (holder, commodity): (Holder, Ix<Commodity>),
    slots: Range<Slot>,
    total: f64,
) -> Vec<f64> {
    let (holder, commodity) = (holder_name(plan, holder), &plan.commodities[commodity].id);
    let stock = schedule.stocks.iter().find(|s| s.holder == holder && s.commodity == *commodity);
    let at = |slot: Slot| stock.map_or(0.0, |stock| stock.at(plan.horizon.time(slot)));
    let changes: Vec<f64> = slots.map(|slot| (at(slot + 1) - at(slot)).abs()).collect();
    let sum: f64 = changes.iter().sum();
    match sum > 0.0 {
        true => changes.into_iter().map(|tonnes| unrounded(tonnes * total / sum)).collect(),
        false => vec![total / changes.len() as f64; changes.len()],
    }
}

/// Tonnes without the rounding of a schedule: it tells levels to a millionth of a tonne, and these are their differences.
fn unrounded(tonnes: f64) -> f64 {
    let whole = (tonnes * 1e4).round() / 1e4;
    if (whole - tonnes).abs() <= 2e-6 { whole } else { tonnes }
}

/// What a holder is called.
pub fn holder_name(plan: &Plan, holder: Holder) -> &str {
    match holder {
        Holder::Vessel(vessel) => &plan.vessels[vessel].id,
        Holder::Site(site) => &plan.sites[site].id,
    }
}
