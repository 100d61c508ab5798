//! What the log says, laid over what the schedule has: the log has the last word.
//!
//! In: deeds of the schedule and the entries of a log. Out: deeds as they were, and every fault of an entry with its line.
//! A time is taken to the nearest slot; something lasts a slot at least.

use super::raw::RawEntry;
use super::scheduled::{Deed, Doing};
use crate::diag::{Diagnostic, Diagnostics, Source};
use crate::id::{Ix, nearest};
use crate::plan::windows::of_task;
use crate::plan::{Plan, Sea, Task, Vessel};
use crate::schedule::{Shore, What};
use crate::time::Slot;
use chrono::{DateTime, Utc};
use std::ops::Range;
use toml::Spanned;

/// What is asked of each entry.
pub struct Telling<'t> {
    /// The plan.
    pub plan: &'t Plan,
    /// Its weather.
    pub sea: &'t Sea,
    /// The log's text.
    pub source: &'t Source,
    /// The slot up to which it tells.
    pub until: Slot,
    /// The time up to which it tells: within that slot or at its end.
    pub until_time: DateTime<Utc>,
    /// What is wrong with it.
    pub found: Diagnostics,
}

impl Telling<'_> {
    /// Tells a fault of the log.
    pub fn fault(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::error("log", message).at(self.source.place(span)).help(help));
    }

    /// Lays one entry over the deeds.
    pub fn tell(&mut self, entry: &RawEntry, deeds: &mut Vec<Deed>) {
        let named = [entry.id.is_some(), entry.task.is_some(), entry.sails_to.is_some()];
        if named.into_iter().filter(|is_named| *is_named).count() != 1 {
            let help = "write the `id` of an activity of the schedule; of what it does not have the `task`, or `vessel` and `sails_to`";
            return self.fault(
                entry.span.clone(),
                "it takes exactly one of `id`, `task` and `sails_to` to say what happened",
                help,
            );
        }
        if !self.fits_together(entry) {
            return;
        }
        if let Some(id) = &entry.id {
            let Some(place) = self.scheduled(id, deeds) else { return };
            if deeds[place].start >= self.until && entry.start.is_none() {
                let message = format!(
                    "{} is scheduled to begin after `until`, up to which the log tells",
                    id.get_ref()
                );
                let help = "what is still to come is planned: leave it out, say when it `start`ed, or set `until` later";
                return self.fault(id.span(), message, help);
            }
            if entry.skipped.as_ref().is_some_and(|skipped| *skipped.get_ref()) {
                deeds.remove(place);
                return;
            }
            let span = id.span();
            if let Some(deed) = self.changed(entry, deeds[place].clone(), span) {
                deeds[place] = deed;
            }
            return;
        }
        let Some(blank) = self.blank(entry) else { return };
        let span = entry.span.clone();
        let Some(start) = &entry.start else {
            return self.fault(
                span,
                "nobody knows when it began",
                "add `start = ` with date, time and offset",
            );
        };
        if blank.tonnes().is_some() && entry.tonnes.is_none() {
            return self.fault(
                span,
                "nobody knows how much it was",
                "add `tonnes = \"38.5 t\"`, up to `until`",
            );
        }
        let start = self.nearest(*start.get_ref());
        let blank = Deed { start, end: start + 1, ..blank };
        deeds.extend(self.changed(entry, blank, span));
    }

    /// Whether the keys of an entry can stand together, and its times within the plan.
    fn fits_together(&mut self, entry: &RawEntry) -> bool {
        let before = self.found.errors();
        if let (Some(vessel), None) = (&entry.vessel, &entry.sails_to) {
            let help =
                "leave it out: the plan says who does what, and only a leg that was not scheduled needs it";
            self.fault(vessel.span(), "`vessel` goes with `sails_to` alone", help);
        }
        if let Some(skipped) = entry.skipped.as_ref().filter(|skipped| *skipped.get_ref()) {
            if entry.id.is_none() {
                let help = "leave the entry out, or name the activity of the schedule by its `id`";
                self.fault(skipped.span(), "what was not scheduled cannot have been skipped", help);
            } else if entry.start.is_some() || entry.end.is_some() || entry.tonnes.is_some() {
                let help = "leave out its times and tonnes, or `skipped`";
                self.fault(skipped.span(), "what did not happen has no times and no tonnes", help);
            }
        }
        if let Some(tonnes) = entry.tonnes.as_ref().filter(|tonnes| tonnes.get_ref().tonnes() < 0.0) {
            self.fault(
                tonnes.span(),
                "this is less than nothing",
                "write how much was moved, the other way round if need be",
            );
        }
        let (first, last) = (self.plan.horizon.start, self.plan.horizon.end());
        for time in [&entry.start, &entry.end].into_iter().flatten() {
            if *time.get_ref() < first || *time.get_ref() > last {
                let [start, end] = [first, last].map(|time| self.plan.zone.local(time));
                let help =
                    format!("the plan goes from {start} to {end}; mend the time, or make the plan longer");
                self.fault(time.span(), "this is not within the plan's time", help);
            }
        }
        self.found.errors() == before
    }

    /// The activity of the schedule that an entry means.
    fn scheduled(&mut self, id: &Spanned<String>, deeds: &[Deed]) -> Option<usize> {
        let place = deeds.iter().position(|deed| deed.id == *id.get_ref());
        let Some(place) = place else {
            let help = match nearest(id.get_ref(), deeds.iter().map(|deed| deed.id.as_str())) {
                Some(near) => format!("did you mean {near:?}?"),
                None => "`mudline export SCHEDULE -f csv` lists them".to_owned(),
            };
            self.fault(id.span(), format!("the schedule has no activity {:?}", id.get_ref()), help);
            return None;
        };
        if let Doing::Move(_, What::Alongside(transfer)) = &deeds[place].doing {
            let is_other = |deed: &&Deed| {
                let is_it = matches!(&deed.doing, Doing::Move(_, What::Transfer(of, _)) if of == transfer);
                is_it && deed.start == deeds[place].start
            };
            let other = deeds.iter().find(is_other).map_or("the other vessel's", |deed| deed.id.as_str());
            let message = "this is one side of a meeting, and the other side tells of both";
            self.fault(id.span(), message, format!("tell it of {other}"));
            return None;
        }
        if deeds[place].told.is_some() {
            self.fault(id.span(), "the log has told of this activity already", "leave one of the two out");
            return None;
        }
        Some(place)
    }

    /// What an entry tells that the schedule does not have, without its times.
    fn blank(&mut self, entry: &RawEntry) -> Option<Deed> {
        let plan = self.plan;
        let of = |id: &str, doing: Doing| {
            let id = format!("{id} of the log");
            Some(Deed {
                id,
                doing,
                start: 0,
                end: 1,
                told: None,
                is_timed: false,
                amount: None,
                is_open: false,
                is_new: true,
            })
        };
        if let Some(to) = &entry.sails_to {
            let Some(named) = &entry.vessel else {
                let help = "add `vessel = ` with its name";
                self.fault(to.span(), "nobody knows who sailed there", help);
                return None;
            };
            let vessel = self.known(named, plan.vessels.iter().map(|vessel| vessel.id.as_str()))?;
            let to = self.known(to, plan.sites.iter().map(|site| site.id.as_str()))?;
            let vessel: Ix<Vessel> = Ix::new(vessel);
            // From where, is seen to when the vessel is followed.
            let leg = What::Sail(plan.vessels[vessel].at, Ix::new(to));
            return of(&format!("sail.{}", plan.vessels[vessel].id), Doing::Move(vessel, leg));
        }
        let name = entry.task.as_ref()?;
        let id = name.get_ref().as_str();
        if let Some(task) = plan.tasks.find(|task| task.id == id) {
            let alone = || Doing::Alone(task);
            let stand = plan.tasks[task].stand;
            return of(id, stand.map_or_else(alone, |stand| Doing::Move(stand.vessel, What::Task(task))));
        }
        if let Some(q) = plan.samplings.find(|q| q.id == id) {
            return of(id, Doing::Move(plan.samplings[q].stand.vessel, What::Sample(q, Vec::new())));
        }
        if let Some(r) = plan.transfers.find(|r| r.id == id) {
            return of(id, Doing::Move(plan.transfers[r].stand.vessel, What::Transfer(r, Vec::new())));
        }
        if let Some(process) = plan.processes.find(|process| process.id == id) {
            return of(id, Doing::Shore(Shore::Process(process), Vec::new()));
        }
        if let Some(demand) = plan.demands.find(|demand| demand.id == id) {
            return of(id, Doing::Shore(Shore::Demand(demand), Vec::new()));
        }
        let ids = plan.tasks.iter().map(|task| task.id.as_str());
        let ids = ids.chain(plan.samplings.iter().map(|q| q.id.as_str()));
        let ids = ids.chain(plan.transfers.iter().map(|r| r.id.as_str()));
        let ids = ids.chain(plan.processes.iter().map(|process| process.id.as_str()));
        self.known(name, ids.chain(plan.demands.iter().map(|demand| demand.id.as_str())));
        None
    }

    /// The place of a name among those that are known; told where there is none.
    fn known<'n>(&mut self, name: &Spanned<String>, known: impl Iterator<Item = &'n str>) -> Option<usize> {
        let known: Vec<&str> = known.collect();
        let place = known.iter().position(|known| known == name.get_ref());
        if place.is_none() {
            let help = match nearest(name.get_ref(), known.iter().copied()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("the plan has {}", known.join(", ")),
            };
            self.fault(name.span(), format!("the plan has no {:?}", name.get_ref()), help);
        }
        place
    }

    /// A deed as an entry has it.
    fn changed(&mut self, entry: &RawEntry, deed: Deed, span: Range<usize>) -> Option<Deed> {
        let was = deed.clone();
        let amount = entry.tonnes.as_ref().map(Spanned::span);
        let is_timed = entry.start.is_some();
        let mut deed = Deed { told: Some(span.clone()), is_timed, amount, ..deed };
        if let Some(start) = &entry.start {
            deed.start = self.nearest(*start.get_ref()).min(self.until - 1);
            if *start.get_ref() >= self.until_time {
                let message = format!("{} begins after `until`, up to which the log tells", deed.id);
                self.fault(
                    start.span(),
                    message,
                    "what is still to come is planned: leave it out, or set `until` later",
                );
                return None;
            }
        }
        if let Some(end) = &entry.end {
            let scheduled = self.plan.horizon.time(was.start);
            if *end.get_ref() <= entry.start.as_ref().map_or(scheduled, |start| *start.get_ref()) {
                self.fault(end.span(), "it ends before it begins", "mend it, or say when it began");
                return None;
            }
            deed.end = self.nearest(*end.get_ref()).max(deed.start + 1);
        } else if entry.start.is_some() {
            deed.end = self.expected(&was, &deed, &span)?;
            deed.is_open = deed.end > self.until;
        }
        if deed.start >= deed.end {
            self.fault(
                span,
                format!("{} would end before it begins", deed.id),
                "add `end = `, when it ended",
            );
            return None;
        }
        let is_flow = deed.tonnes().is_some();
        if let Some(tonnes) = entry.tonnes.as_ref().filter(|_| !is_flow) {
            self.fault(tonnes.span(), format!("{} moves nothing", deed.id), "leave `tonnes` out");
            return None;
        }
        deed.is_open |= is_flow && deed.end > self.until;
        if is_flow {
            let total = entry.tonnes.as_ref().map(|tonnes| tonnes.get_ref().tonnes());
            let tonnes = self.spread(&was, &deed, total);
            deed.set_tonnes(tonnes);
        }
        Some(deed)
    }

    /// The slot boundary that is nearest to a time.
    fn nearest(&self, time: DateTime<Utc>) -> Slot {
        let half = chrono::TimeDelta::seconds(self.plan.horizon.slot.seconds() / 2);
        self.plan.horizon.floor(time + half)
    }

    /// When something of which the log does not say when it ended is thought to end: it is still under way, or began as scheduled and is over.
    fn expected(&mut self, was: &Deed, deed: &Deed, span: &Range<usize>) -> Option<Slot> {
        let (plan, until) = (self.plan, self.until);
        let by_plan = match &deed.doing {
            Doing::Move(_, What::Task(task)) | Doing::Alone(task) => self.end_of_task(*task, deed.start),
            // A leg that was scheduled takes as long as that; of another one nobody knows from where it is.
            Doing::Move(_, What::Sail(..)) if deed.is_new => None,
            Doing::Move(_, What::Sail(..)) => Some(deed.start + (was.end - was.start)),
            Doing::Move(..) | Doing::Shore(..) => Some(until + 1),
        };
        match by_plan {
            Some(end) if end > until => Some(end.min(plan.horizon.slots)),
            Some(_) if !deed.is_new && deed.start == was.start => Some(was.end),
            Some(_) => {
                let message =
                    format!("by the plan {} would be over, and the log does not say when it ended", deed.id);
                self.fault(
                    span.clone(),
                    message,
                    "add `end = `: when it ended, or when it is thought to end",
                );
                None
            }
            None => {
                let message = format!(
                    "the plan does not let {} begin then, so that nobody knows when it ends",
                    deed.id
                );
                self.fault(
                    span.clone(),
                    message,
                    "add `end = `: when it ended, or when it is thought to end",
                );
                None
            }
        }
    }

    fn end_of_task(&self, task: Ix<Task>, start: Slot) -> Option<Slot> {
        of_task(self.plan, self.sea, task).starts.finish(start)
    }

    /// Tonnes slot by slot: as scheduled where times are, else evenly while something flows.
    fn spread(&self, was: &Deed, deed: &Deed, total: Option<f64>) -> Vec<f64> {
        let slots = deed.end - deed.start;
        let known = (self.until - deed.start.min(self.until)).min(slots);
        let scheduled = was.tonnes().unwrap_or_default();
        if was.start == deed.start && was.end == deed.end && !scheduled.is_empty() {
            let sum: f64 = scheduled[..known].iter().sum();
            match total {
                None => return scheduled.to_vec(),
                Some(total) if sum > 0.0 => {
                    return scheduled.iter().map(|tonnes| tonnes * total / sum).collect();
                }
                Some(_) => {}
            }
        }
        let all: f64 = scheduled.iter().sum();
        let flowing = self.flowing(deed, known);
        // Of what is still under way, as much as the schedule has by then.
        let so_far: f64 = scheduled.iter().take(known).sum();
        let total = total.unwrap_or(if deed.is_open { so_far } else { all });
        let each = total / flowing.len().max(1) as f64;
        (0..slots).map(|slot| if flowing.contains(&slot) { each } else { 0.0 }).collect()
    }

    /// The slots of a deed, counted from its start and up to `known`, in which something flows.
    fn flowing(&self, deed: &Deed, known: usize) -> Range<usize> {
        let horizon = &self.plan.horizon;
        let flowing = match &deed.doing {
            Doing::Move(_, What::Transfer(transfer, _)) => {
                let transfer = &self.plan.transfers[*transfer];
                let off = horizon.slots_for(transfer.hoses_off);
                let end =
                    if deed.is_open { known } else { (deed.end - deed.start).saturating_sub(off).min(known) };
                horizon.slots_for(transfer.setup)..end
            }
            Doing::Shore(Shore::Process(process), _) if self.plan.processes[*process].batch.is_some() => 0..1,
            _ => 0..known,
        };
        // What took less time to set up than planned flowed in the last slot.
        if flowing.is_empty() { known.saturating_sub(1)..known } else { flowing }
    }
}
