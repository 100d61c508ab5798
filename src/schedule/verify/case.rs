//! The case before the judge: the schedule with its names looked up, its times laid on slots, and every vessel followed.
//!
//! In: plan, sea and schedule. Out: [`Case`] with a [`Deed`] for each activity, and the words and tolerances that all rules share.
//! It judges nothing; what cannot be looked up stays empty, and the rules of `shape` tell it.

use crate::id::Ix;
use crate::plan::{Demand, Plan, Process, Sampling, Sea, Site, Stand, Task, Transfer, Vessel};
use crate::schedule::{Activity, Kind, Schedule, Time};
use crate::time::{Slot, short};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use std::ops::Range;

/// The part by which two numbers may differ and still be the same; and the least such difference.
const TOLERANCE: f64 = 1e-6;

/// Something that a rule found.
pub struct Fault {
    /// The activity, by its id.
    pub activity: Option<String>,
    /// When.
    pub time: Option<Time>,
    /// What is wrong.
    pub message: String,
}

impl Fault {
    /// A fault of the schedule as a whole.
    pub fn new(message: impl Into<String>) -> Fault {
        Fault { activity: None, time: None, message: message.into() }
    }

    /// A fault of one activity, at its start unless said otherwise.
    pub fn of(activity: &Activity, message: impl Into<String>) -> Fault {
        Fault { activity: Some(activity.id.clone()), time: Some(activity.start), message: message.into() }
    }

    /// The same at another time.
    pub fn at(self, time: Time) -> Fault {
        Fault { time: Some(time), ..self }
    }
}

/// What an activity does, once its names are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Job {
    /// Work on a task.
    Task(Ix<Task>),
    /// Sailing.
    Sail,
    /// Lifting.
    Sampling(Ix<Sampling>),
    /// Moving between hold and store, or between two holds.
    Transfer(Ix<Transfer>),
    /// Feeding a process.
    Process(Ix<Process>),
    /// Supplying a demand.
    Supply(Ix<Demand>),
    /// Lying there while another vessel does that transfer.
    Alongside(Ix<Transfer>),
    /// Waiting or idle.
    Rest,
}

/// Where a vessel is and in which state its gear.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lie {
    /// The site.
    pub site: Ix<Site>,
    /// The state of the gear, by place.
    pub gear: usize,
}

/// An activity with its names looked up.
pub struct Deed<'c> {
    /// As the schedule says it.
    pub said: &'c Activity,
    /// What it does; nothing when the plan has no such thing.
    pub job: Option<Job>,
    /// The vessel that does it.
    pub vessel: Option<Ix<Vessel>>,
    /// Where, or from where.
    pub site: Option<Ix<Site>>,
    /// To where.
    pub to_site: Option<Ix<Site>>,
    /// Its slots; nothing when it is off the slots, reversed, or outside the horizon.
    pub slots: Option<Range<Slot>>,
    /// How its vessel is found when it begins.
    pub found: Option<Lie>,
    /// How its vessel is left when it ends.
    pub left: Option<Lie>,
}

impl Deed<'_> {
    /// Its beginning.
    pub fn start(&self) -> DateTime<Utc> {
        self.said.start.to_utc()
    }

    /// Its end.
    pub fn end(&self) -> DateTime<Utc> {
        self.said.end.to_utc()
    }

    /// Whether a vessel or a crew does something: it is more than waiting, and does not go on ashore by itself.
    pub fn is_real(&self) -> bool {
        !matches!(self.said.kind, Kind::Wait | Kind::Idle | Kind::Process | Kind::Supply)
    }
}

/// A schedule before the judge.
pub struct Case<'c> {
    /// What was asked for.
    pub plan: &'c Plan,
    /// The weather.
    pub sea: &'c Sea,
    /// What is judged.
    pub schedule: &'c Schedule,
    /// Its activities, in its order.
    pub deeds: Vec<Deed<'c>>,
    /// For each vessel of the plan its deeds, in order of time.
    by_vessel: Vec<Vec<usize>>,
}

impl<'c> Case<'c> {
    /// Looks up every name and follows every vessel.
    pub fn new(plan: &'c Plan, sea: &'c Sea, schedule: &'c Schedule) -> Case<'c> {
        let mut case = Case { plan, sea, schedule, deeds: Vec::new(), by_vessel: Vec::new() };
        case.deeds = schedule.activities.iter().map(|activity| case.deed(activity)).collect();
        case.by_vessel = plan
            .vessels
            .places()
            .map(|vessel| {
                let mut of_it: Vec<usize> =
                    (0..case.deeds.len()).filter(|&deed| case.deeds[deed].vessel == Some(vessel)).collect();
                of_it.sort_by_key(|&deed| (case.deeds[deed].start(), case.deeds[deed].end()));
                of_it
            })
            .collect();
        for vessel in plan.vessels.places() {
            case.follow(vessel);
        }
        case
    }

    fn deed(&self, said: &'c Activity) -> Deed<'c> {
        let plan = self.plan;
        let site_named =
            |name: &Option<String>| name.as_ref().and_then(|name| plan.sites.find(|site| site.id == *name));
        let what = said.task.as_deref();
        let job = match said.kind {
            Kind::Task => plan.tasks.find(|task| what == Some(&task.id)).map(Job::Task),
            Kind::Sampling => plan.samplings.find(|sampling| what == Some(&sampling.id)).map(Job::Sampling),
            Kind::Transfer => plan.transfers.find(|transfer| what == Some(&transfer.id)).map(Job::Transfer),
            Kind::Process => plan.processes.find(|process| what == Some(&process.id)).map(Job::Process),
            Kind::Supply => plan.demands.find(|demand| what == Some(&demand.id)).map(Job::Supply),
            Kind::Sail => Some(Job::Sail),
            Kind::Wait | Kind::Idle => Some(Job::Rest),
        };
        let slots = self.slot_of(said.start).zip(self.slot_of(said.end));
        let vessel = said.vessel.as_ref().and_then(|name| plan.vessels.find(|vessel| vessel.id == *name));
        let job = match job {
            Some(Job::Transfer(transfer)) if vessel.is_some() => {
                let met = plan.transfers[transfer].meets.map(|stand| stand.vessel);
                Some(if met == vessel { Job::Alongside(transfer) } else { Job::Transfer(transfer) })
            }
            other => other,
        };
        Deed {
            said,
            job,
            vessel,
            site: site_named(&said.site),
            to_site: site_named(&said.to_site),
            slots: slots.filter(|(start, end)| start <= end).map(|(start, end)| start..end),
            found: None,
            left: None,
        }
    }

    /// Whether something had begun before the time up to which the schedule tells what has happened.
    pub fn is_over(&self, deed: &Deed<'_>) -> bool {
        self.schedule.has_happened(deed.said)
    }

    /// Follows a vessel through its deeds. Where a deed does not fit what came before, it is believed, so that one fault is
    /// told once.
    fn follow(&mut self, vessel: Ix<Vessel>) {
        let mut lie = Lie { site: self.plan.vessels[vessel].at, gear: 0 };
        for &index in &self.by_vessel[vessel.index()] {
            let needs = self.needs(&self.deeds[index]).filter(|stand| stand.vessel == vessel);
            let task_leaves = match self.deeds[index].job {
                Some(Job::Task(task)) if needs.is_some() => Some(self.plan.tasks[task].leaves),
                _ => None,
            };
            let deed = &mut self.deeds[index];
            deed.found = Some(lie);
            if let Some(site) = needs.map(|stand| stand.site).or(deed.site) {
                lie.site = site;
            }
            if let Some(stand) = needs {
                lie.gear = task_leaves.unwrap_or(stand.gear);
            }
            if deed.job == Some(Job::Sail) {
                lie = Lie { site: deed.to_site.unwrap_or(lie.site), gear: 0 };
            }
            deed.left = Some(lie);
        }
    }

    /// The vessel, place and gear that a deed needs, by the plan.
    pub fn needs(&self, deed: &Deed<'_>) -> Option<Stand> {
        match deed.job? {
            Job::Task(task) => self.plan.tasks[task].stand,
            Job::Sampling(sampling) => Some(self.plan.samplings[sampling].stand),
            Job::Transfer(transfer) => Some(self.plan.transfers[transfer].stand),
            Job::Alongside(transfer) => self.plan.transfers[transfer].meets,
            Job::Sail | Job::Rest | Job::Process(_) | Job::Supply(_) => None,
        }
    }

    /// The deeds of a vessel, in order of time.
    pub fn of_vessel(&self, vessel: Ix<Vessel>) -> impl DoubleEndedIterator<Item = &Deed<'c>> {
        self.by_vessel[vessel.index()].iter().map(|&deed| &self.deeds[deed])
    }

    /// The deeds that work on a task.
    pub fn of_task(&self, task: Ix<Task>) -> impl Iterator<Item = &Deed<'c>> {
        self.deeds.iter().filter(move |deed| deed.job == Some(Job::Task(task)))
    }

    /// The deeds that work on tasks that serve a vessel at a site.
    pub fn served(&self, vessel: Ix<Vessel>, site: Ix<Site>) -> impl Iterator<Item = &Deed<'c>> {
        self.deeds.iter().filter(move |deed| match deed.job {
            Some(Job::Task(task)) => {
                let task = &self.plan.tasks[task];
                (task.serves, task.site) == (Some(vessel), Some(site))
            }
            _ => false,
        })
    }

    /// The slot that begins, or ends, at exactly that time; nothing outside the horizon.
    pub fn slot_of(&self, time: Time) -> Option<Slot> {
        let since = time.to_utc().signed_duration_since(self.plan.horizon.start);
        let (seconds, slot) = (since.num_seconds(), self.plan.horizon.slot.seconds());
        let is_on = since == TimeDelta::seconds(seconds) && seconds >= 0 && seconds % slot == 0;
        let index = usize::try_from(seconds / slot).ok()?;
        (is_on && index <= self.plan.horizon.slots).then_some(index)
    }

    /// The beginning of a slot, in the plan's zone.
    pub fn time(&self, slot: Slot) -> Time {
        self.plan.zone.local(self.plan.horizon.time(slot))
    }

    /// A slot's beginning in words.
    pub fn at(&self, slot: Slot) -> String {
        short(self.time(slot))
    }

    /// A time in the plan's zone; nothing when it is so far away that a calendar may not hold it.
    pub fn local(&self, time: DateTime<Utc>) -> Option<Time> {
        const FAR_YEARS: i32 = 1000;
        let years = time.year() - self.plan.horizon.start.year();
        (years.abs() < FAR_YEARS).then(|| self.plan.zone.local(time))
    }

    /// A time in words, in the plan's zone; with the year when it is not the plan's.
    pub fn when(&self, time: DateTime<Utc>) -> String {
        let is_near = (time.year() - self.plan.horizon.start.year()).abs() <= 1;
        match self.local(time) {
            Some(time) if is_near => short(time),
            Some(time) => time.format("%-d %b %Y %H:%M").to_string(),
            None => "a time far away".to_owned(),
        }
    }

    /// Slots in words: `on 21 Jan 03:00`, or `from 21 Jan 03:00 to 21 Jan 07:00`.
    pub fn during(&self, slots: &Range<Slot>) -> String {
        if slots.len() == 1 {
            format!("on {}", self.at(slots.start))
        } else {
            format!("from {} to {}", self.at(slots.start), self.at(slots.end))
        }
    }

    /// So many slots in words.
    pub fn hours_of(&self, slots: usize) -> String {
        amount(slots as f64 * self.plan.horizon.slot_h(), "h")
    }
}

/// Neighbouring slots joined.
pub fn runs(slots: impl Iterator<Item = Slot>) -> Vec<Range<Slot>> {
    let mut runs: Vec<Range<Slot>> = Vec::new();
    for slot in slots {
        match runs.last_mut() {
            Some(run) if run.end == slot => run.end = slot + 1,
            _ => runs.push(slot..slot + 1),
        }
    }
    runs
}

/// The hours from one time to another.
pub fn hours(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    let since = to.signed_duration_since(from);
    since.num_seconds() as f64 / 3600.0 + f64::from(since.subsec_nanos()) / 3.6e12
}

/// Whether two numbers are the same; numbers that are none are told elsewhere.
pub fn same(a: f64, b: f64) -> bool {
    !a.is_finite() || !b.is_finite() || (a - b).abs() <= slack(a, b)
}

/// Whether `a` is truly more than `b`.
pub fn exceeds(a: f64, b: f64) -> bool {
    a.is_finite() && b.is_finite() && a > b + slack(a, b)
}

fn slack(a: f64, b: f64) -> f64 {
    TOLERANCE * a.abs().max(b.abs()).max(1.0)
}

/// A number with its unit, with no more digits than a reader wants.
pub fn amount(number: f64, unit: &str) -> String {
    let rounded = plain((number * 1000.0).round() / 1000.0);
    format!("{} {unit}", if rounded.is_finite() && rounded.abs() < 1e12 { rounded } else { number })
}

/// The same number, but that a zero, as a sum of nothing or of what is rounded away may be, has no minus sign.
pub fn plain(number: f64) -> f64 {
    number + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_amount_is_a_negative_zero() {
        assert_eq!(
            [-0.0, -0.0004, -0.0006, 0.25].map(|tonnes| amount(tonnes, "t")),
            ["0 t", "0 t", "-0.001 t", "0.25 t"]
        );
        assert_eq!(plain([0.0; 0].iter().sum()).to_string(), "0");
    }
}
