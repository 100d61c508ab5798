//! Whether what happened can have happened: one thing at a time, each vessel where it was, and no hold with less than nothing in it.
//!
//! In: deeds as they were. Out: the same in order, each vessel's side by side with what others did with it, or what cannot be.
//! Not whether the plan would have allowed it.

use super::scheduled::{Deed, Doing, holder_name};
use super::told::Telling;
use crate::id::Ix;
use crate::plan::{Commodity, Holder, Plan, Precedence, Resource, Site, Stand, Task, Vessel};
use crate::schedule::{Itinerary, Time, What, stocks};
use crate::time::{Slot, short};
use std::ops::Range;

/// Tonnes that a log, and a scale, may be off.
const OFF: f64 = 0.05;

impl Telling<'_> {
    fn at(&self, slot: Slot) -> String {
        short(self.plan.zone.local(self.plan.horizon.time(slot)))
    }

    /// Takes away the deeds that were scheduled for when the log has their vessels do something else, or still do it: they have not happened.
    /// Of a meeting one side is enough. Gives them.
    pub fn drop_overtaken(&self, deeds: &mut Vec<Deed>) -> Vec<Deed> {
        let told: Vec<(Ix<Vessel>, Range<Slot>)> = deeds
            .iter()
            .filter(|deed| deed.told.is_some() && deed.start < self.until)
            .flat_map(|deed| {
                // What is still going on leaves no time for anything up to now.
                let end = if deed.end > self.until || deed.is_open { self.until } else { deed.end };
                self.sides(deed).map(move |vessel| (vessel, deed.start..end))
            })
            .collect();
        let is_overtaken = |deed: &Deed| {
            let clashes = |(vessel, slots): &(Ix<Vessel>, Range<Slot>)| {
                // Two times within one slot are no clash.
                let (from, to) = (deed.start.max(slots.start), deed.end.min(slots.end));
                let is_long = to > from + usize::from(deed.end - deed.start > 1);
                is_long && self.sides(deed).any(|own| own == *vessel)
            };
            deed.told.is_none() && deed.start < self.until && told.iter().any(clashes)
        };
        deeds.extract_if(.., |deed| is_overtaken(deed)).collect()
    }

    /// Takes away what cannot have begun as scheduled: tasks and transfers since by what the log says what they use was in use, and tasks since what
    /// must come before them was not over, or was itself taken away, as `overtaken` was. Gives them.
    pub fn drop_waiting(&self, deeds: &mut Vec<Deed>, overtaken: &[Deed]) -> Vec<Deed> {
        let mut dropped: Vec<Deed> = Vec::new();
        loop {
            let is_waiting = |deed: &Deed| {
                if deed.told.is_some() || deed.start >= self.until {
                    return false;
                }
                let late = |after: &Precedence| {
                    let is_lost =
                        overtaken.iter().chain(&dropped).any(|lost| lost.task() == Some(after.task));
                    match self.first_of(deeds, after.task) {
                        Some(first) => {
                            let is_told = first.told.is_some() || is_lost;
                            is_told && deed.start < first.end + self.plan.horizon.slots_for(after.lag)
                        }
                        None => is_lost,
                    }
                };
                let mut after = deed.task().into_iter().flat_map(|task| &self.plan.tasks[task].after);
                after.any(late) || self.is_crowded(deeds, deed)
            };
            // The first by time: what comes after it may wait for nothing else.
            let waiting = deeds.iter().enumerate().filter(|(_, deed)| is_waiting(deed));
            let first = waiting.min_by_key(|(_, deed)| (deed.start, deed.id.clone())).map(|(place, _)| place);
            let Some(place) = first else { return dropped };
            dropped.push(deeds.remove(place));
        }
    }

    /// Whether by what the log says there was too little of a resource for what was scheduled.
    fn is_crowded(&self, deeds: &[Deed], deed: &Deed) -> bool {
        let used_by = |other: &Deed, resource: Ix<Resource>| -> u32 {
            let uses = other.uses(self.plan).iter();
            uses.filter(|(used, _)| *used == resource).map(|(_, units)| *units).sum()
        };
        deed.uses(self.plan).iter().any(|&(resource, _)| {
            let is_too_much = |slot: &Slot| {
                // Of what was scheduled the one that came first goes on.
                let beside = deeds.iter().filter(|other| (other.start..other.end).contains(slot));
                let beside = beside.filter(|other| {
                    other.told.is_some() || (other.start, &other.id) < (deed.start, &deed.id)
                });
                let used = beside.clone().map(|other| used_by(other, resource)).sum::<u32>();
                let is_told =
                    beside.clone().any(|other| other.told.is_some() && used_by(other, resource) > 0);
                is_told && used + used_by(deed, resource) > self.plan.resources[resource].capacity
            };
            // Two times within one slot are no clash.
            let clashes = (deed.start..deed.end.min(self.until)).filter(is_too_much).count();
            clashes > usize::from(deed.end - deed.start > 1)
        })
    }

    /// The one that ended first of what was done of a task.
    fn first_of<'d>(&self, deeds: &'d [Deed], task: Ix<Task>) -> Option<&'d Deed> {
        deeds.iter().filter(|deed| deed.task() == Some(task)).min_by_key(|deed| deed.end)
    }

    /// Takes away what was scheduled to be done for a vessel that was not there by what the log says; tells it of what the log says was done.
    pub fn drop_unattended(&mut self, deeds: &mut Vec<Deed>) -> Vec<String> {
        let is_unattended = |deed: &Deed| {
            let Doing::Move(_, What::Task(task)) = deed.doing else { return false };
            let work = &self.plan.tasks[task];
            let (Some(ship), Some(site)) = (work.serves, work.site) else { return false };
            let slots = deed.start..deed.end.min(self.until);
            deed.start < self.until && !self.lies_there(deeds, ship, site, &slots)
        };
        let alone: Vec<bool> = deeds.iter().map(is_unattended).collect();
        let mut dropped = Vec::new();
        for (deed, _) in deeds.iter().zip(&alone).filter(|(_, is_alone)| **is_alone) {
            match deed.told.clone() {
                None => dropped.push(deed.id.clone()),
                Some(place) => {
                    let message =
                        format!("{} is done for a vessel that was not there all the while", deed.id);
                    self.fault(
                        place,
                        message,
                        "mend its times, or say when the vessel that is served was there",
                    );
                }
            }
        }
        let mut alone = alone.into_iter();
        deeds.retain(|deed| !(alone.next() == Some(true) && deed.told.is_none()));
        dropped
    }

    /// Whether a vessel lies at a site in all of some slots.
    fn lies_there(&self, deeds: &[Deed], ship: Ix<Vessel>, site: Ix<Site>, slots: &Range<Slot>) -> bool {
        let mut legs: Vec<(Slot, Slot, Ix<Site>)> = deeds
            .iter()
            .filter_map(|deed| match deed.doing {
                Doing::Move(vessel, What::Sail(_, to)) if vessel == ship => Some((deed.start, deed.end, to)),
                _ => None,
            })
            .collect();
        legs.sort_unstable();
        let at = legs.iter().take_while(|leg| leg.0 < slots.end).last();
        at.map_or(self.plan.vessels[ship].at == site, |&(_, end, to)| end <= slots.start && to == site)
    }

    /// The vessels that take part in something.
    fn sides(&self, deed: &Deed) -> impl Iterator<Item = Ix<Vessel>> + use<> {
        let met = match &deed.doing {
            Doing::Move(_, What::Transfer(transfer, _)) => self.plan.transfers[*transfer].meets,
            _ => None,
        };
        deed.vessel().into_iter().chain(met.map(|stand| stand.vessel))
    }

    /// Each vessel that was met lies alongside for as long as the one that came transfers.
    pub fn lie_alongside(&self, deeds: &mut Vec<Deed>) {
        let others = deeds.iter().filter_map(|deed| match deed.doing {
            Doing::Move(_, What::Transfer(transfer, _)) => {
                let vessel = self.plan.transfers[transfer].meets?.vessel;
                Some(Deed { doing: Doing::Move(vessel, What::Alongside(transfer)), ..deed.clone() })
            }
            _ => None,
        });
        let others: Vec<Deed> = others.collect();
        deeds.extend(others);
    }

    /// Follows every vessel through what it did up to `until`; tells what cannot be.
    pub fn follow(&mut self, deeds: &mut [Deed], default: &Range<usize>) {
        deeds.sort_by_key(|deed| (deed.start, deed.end));
        for vessel in self.plan.vessels.places() {
            let own: Vec<usize> = (0..deeds.len())
                .filter(|&nth| deeds[nth].vessel() == Some(vessel) && deeds[nth].start < self.until)
                .collect();
            self.follow_vessel(vessel, deeds, &own, default);
        }
    }

    fn follow_vessel(
        &mut self,
        vessel: Ix<Vessel>,
        deeds: &mut [Deed],
        own: &[usize],
        default: &Range<usize>,
    ) {
        let plan = self.plan;
        let ship = &plan.vessels[vessel];
        let (mut site, mut gear) = (ship.at, 0);
        let (mut free, mut last): (Slot, Option<usize>) = (0, None);
        let mut told: Option<Range<usize>> = None;
        for &nth in own {
            told = deeds[nth].told.clone().or(told);
            let place = told.clone().unwrap_or_else(|| default.clone());
            // Two times within one slot are taken to the same boundary, one after the other.
            if deeds[nth].start + 1 == free && deeds[nth].end > free {
                deeds[nth].begin_later();
            }
            if deeds[nth].start < free {
                let before = last.map_or("something", |last| deeds[last].id.as_str());
                let message = format!(
                    "{} is at {before} until {}, and {} began on {}",
                    ship.id,
                    self.at(free),
                    deeds[nth].id,
                    self.at(deeds[nth].start)
                );
                let help =
                    format!("say in the log when {} really began, or that it was `skipped`", deeds[nth].id);
                return self.fault(place, message, help);
            }
            let from = (site, gear);
            let needs = needs(plan, vessel, &mut deeds[nth], from.0);
            if (needs.site, needs.gear) != from {
                let message = format!(
                    "{} lies at {} with its gear {} by then, and {} needs it at {} with its gear {}",
                    ship.id,
                    plan.sites[site].id,
                    ship.gear[gear].id,
                    deeds[nth].id,
                    plan.sites[needs.site].id,
                    ship.gear[needs.gear].id
                );
                let help = "say in the log how it came there, or that it was `skipped`";
                return self.fault(place, message, help);
            }
            match &deeds[nth].doing {
                Doing::Move(_, What::Sail(from, to)) => {
                    if !ship.legs.iter().any(|leg| (leg.from, leg.to) == (*from, *to)) {
                        let (from, to) = (&plan.sites[*from].id, &plan.sites[*to].id);
                        let message = format!(
                            "{} lies at {from} by then, and does not sail from there to {to} by the plan",
                            ship.id
                        );
                        let help = format!("mend where it sailed to, or add {to} to its `calls` in the plan");
                        return self.fault(place, message, help);
                    }
                    (site, gear) = (*to, 0);
                }
                Doing::Move(_, What::Task(task)) => gear = plan.tasks[*task].leaves,
                _ => {}
            }
            (free, last) = (deeds[nth].end, Some(nth));
        }
    }

    /// Whether what must come before something had ended when it began, as the plan has it; where the log itself says when it began, it did.
    pub fn in_order(&mut self, deeds: &[Deed], default: &Range<usize>) {
        for deed in deeds.iter().filter(|deed| deed.start < self.until && !deed.is_timed) {
            let Some(task) = deed.task() else { continue };
            for after in &self.plan.tasks[task].after {
                let Some(first) = self.first_of(deeds, after.task) else { continue };
                let lag = self.plan.horizon.slots_for(after.lag);
                if deed.start >= first.end + lag || (deed.told.is_none() && first.told.is_none()) {
                    continue;
                }
                let message = format!(
                    "{} began on {} as scheduled, and {}, which must come before it, ended on {}",
                    deed.id,
                    self.at(deed.start),
                    first.id,
                    self.at(first.end)
                );
                let help = "say in the log when it really began, or that it was `skipped`";
                let place = deed.told.clone().or(first.told.clone()).unwrap_or_else(|| default.clone());
                return self.fault(place, message, help);
            }
        }
    }

    /// Whether every hold and store could have what the log and the schedule say, up to `until`. What cannot be is told at the last amount that the
    /// log tells of it, or else at the last time; of each commodity only the first, since the rest may well follow from it.
    pub fn balance(&mut self, past: &Itinerary, deeds: &[Deed], default: &Range<usize>) {
        let plan = self.plan;
        let end = plan.horizon.time(self.until);
        let mut wrong: Vec<Wrong> = Vec::new();
        for stock in stocks(plan, past) {
            let holder = plan.vessels.entries().map(|(vessel, _)| Holder::Vessel(vessel));
            let holder = holder.chain(plan.sites.places().map(Holder::Site));
            let holder = holder.into_iter().find(|&holder| holder_name(plan, holder) == stock.holder);
            let commodity = plan.commodities.find(|commodity| commodity.id == stock.commodity);
            let (Some(holder), Some(commodity)) = (holder, commodity) else { continue };
            let takes = plan.room_of(holder, commodity);
            let mut known = stock.levels.iter().filter(|(time, _)| time.to_utc() <= end);
            let found = known.find(|(_, tonnes)| *tonnes < -OFF || *tonnes > takes + OFF);
            let Some(&(time, tonnes)) = found else { continue };
            let new = Wrong { holder, commodity, time, tonnes };
            match wrong.iter_mut().find(|other| other.commodity == commodity) {
                Some(first) if time < first.time => *first = new,
                Some(_) => {}
                None => wrong.push(new),
            }
        }
        for wrong in wrong {
            self.out_of_balance(&wrong, deeds, default);
        }
    }

    /// Tells of what no holder can have, and of what was scheduled that has made it so.
    fn out_of_balance(&mut self, wrong: &Wrong, deeds: &[Deed], default: &Range<usize>) {
        let plan = self.plan;
        let Wrong { holder, commodity, time, tonnes } = *wrong;
        let (who, what) = (holder_name(plan, holder), &plan.commodities[commodity].id);
        let (when, takes) = (short(time), plan.room_of(holder, commodity));
        let message = match tonnes < 0.0 {
            true => format!(
                "by what is told and scheduled {:.1} t more {what} left {who} than was there by {when}",
                -tonnes
            ),
            false => format!(
                "by what is told and scheduled {who} has {tonnes:.1} t of {what} on {when}, and takes {takes:.1} t"
            ),
        };
        let is_before = |deed: &&Deed| plan.horizon.time(deed.start) < time.to_utc();
        let of_it = || deeds.iter().filter(|deed| deed.changes(plan, holder, commodity)).filter(is_before);
        let scheduled = of_it().filter(|deed| deed.told.is_none());
        let scheduled = scheduled.filter(|deed| deed.brings(plan, holder, commodity) == (tonnes > 0.0));
        let help = match scheduled.max_by_key(|deed| (deed.start, deed.end)) {
            Some(deed) => format!(
                "{} is taken to have gone as scheduled, from {} on: say in the log when it really began and how much it was, or that it was `skipped`; \
                 or what was otherwise before {when}",
                deed.id,
                self.at(deed.start)
            ),
            None => format!(
                "say in the log how much was really lifted, moved or fed, or what was `skipped`, before {when}"
            ),
        };
        let told = of_it().filter(|deed| deed.told.is_some());
        let last = told.max_by_key(|deed| (deed.amount.is_some(), deed.start, deed.end));
        let place = last.and_then(|deed| deed.amount.clone().or(deed.told.clone()));
        self.fault(place.unwrap_or_else(|| default.clone()), message, help);
    }
}

/// What a holder cannot have.
struct Wrong {
    holder: Holder,
    commodity: Ix<Commodity>,
    time: Time,
    /// Tonnes of it that it would have.
    tonnes: f64,
}

/// Where a vessel must be, with which gear, for what it does; a leg of the log begins where it is.
fn needs(plan: &Plan, vessel: Ix<Vessel>, deed: &mut Deed, site: Ix<Site>) -> Stand {
    let is_new = deed.is_new;
    let Doing::Move(_, what) = &mut deed.doing else { return Stand { vessel, site, gear: 0 } };
    let stand = match what {
        What::Task(task) => plan.tasks[*task].stand,
        What::Sample(q, _) => Some(plan.samplings[*q].stand),
        What::Transfer(r, _) => Some(plan.transfers[*r].stand),
        What::Alongside(r) => plan.transfers[*r].meets,
        What::Sail(from, _) => {
            if is_new {
                *from = site;
            }
            Some(Stand { vessel, site: *from, gear: 0 })
        }
    };
    stand.unwrap_or(Stand { vessel, site, gear: 0 })
}
