//! Work that is asked for: tasks and what binds them, times in which nothing may be done, lifting.
//!
//! In: nothing; these are the words of a [`super::Plan`]. Out: [`Task`], [`Precedence`], [`Resource`], [`Closure`], [`Sampling`].

use super::{Commodity, Phase, Plan, Process, Site, Vessel};
use crate::id::Ix;
use crate::time::{Horizon, Slot};
use crate::units::Span;
use crate::weather::Limits;
use chrono::{DateTime, Utc};
use std::ops::Range;

/// How a task may pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspend {
    /// It may not.
    Never,
    /// The gear must survive the pause.
    Hold,
    /// Nothing is asked of the pause.
    Free,
}

/// The vessel, the place and the gear that work needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// The vessel.
    pub vessel: Ix<Vessel>,
    /// The site.
    pub site: Ix<Site>,
    /// The state of its gear, by place in [`Vessel::gear`].
    pub gear: usize,
}

/// Work that is asked for.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its name.
    pub id: String,
    /// What it is called in outputs.
    pub name: String,
    /// The vessel, the place and the gear it needs; none for work without a vessel.
    pub stand: Option<Stand>,
    /// The state of the gear it leaves behind.
    pub leaves: usize,
    /// Where it is done.
    pub site: Option<Ix<Site>>,
    /// How long it takes.
    pub duration: Span,
    /// How long it may take instead: shortest and longest.
    pub spread: Option<(Span, Span)>,
    /// Time in reserve.
    pub contingency: Span,
    /// How it may pause.
    pub suspend: Suspend,
    /// The longest single pause.
    pub max_pause: Option<Span>,
    /// The weather in which it may go on.
    pub limits: Limits,
    /// Its phases, whose limits hold besides, one after the other; none when its limits do not change. They add up to its duration.
    pub phases: Vec<Phase>,
    /// Its own alpha factors by channel, in place of the table's.
    pub alpha: Vec<(String, f64)>,
    /// At least so often.
    pub least: u32,
    /// At most so often.
    pub most: u32,
    /// No longer than so long passes without it, where it has a rhythm.
    pub every: Option<Span>,
    /// The task in whose rhythm it counts, where that is another one's.
    pub rhythm_of: Option<Ix<Task>>,
    /// The vessel that it is done for, where that is another one: it lies at the site all the while, and the rhythm is its own.
    pub serves: Option<Ix<Vessel>>,
    /// What must be done before it.
    pub after: Vec<Precedence>,
    /// It starts no earlier than this.
    pub release: Option<DateTime<Utc>>,
    /// It ends no later than this.
    pub deadline: Option<DateTime<Utc>>,
    /// It should end by this.
    pub due: Option<DateTime<Utc>>,
    /// Whether it is done by daylight only.
    pub daylight: bool,
    /// How much of each resource it takes.
    pub uses: Vec<(Ix<Resource>, u32)>,
    /// What it costs each time.
    pub cost: f64,
}

impl Task {
    /// The vessel until which is done the rhythm is kept: the one that is served, or else the one that does it.
    pub fn keeper(&self) -> Option<Ix<Vessel>> {
        self.serves.or(self.stand.map(|stand| stand.vessel))
    }

    /// Whether it counts in a rhythm, of its own or of another task.
    pub fn is_in_rhythm(&self) -> bool {
        self.every.is_some() || self.rhythm_of.is_some()
    }

    /// Whether a closure of a vessel closes it: of the one that does it, or of the one that it serves.
    pub fn needs(&self, vessel: Ix<Vessel>) -> bool {
        self.serves == Some(vessel) || self.stand.is_some_and(|stand| stand.vessel == vessel)
    }
}

impl Plan {
    /// The task in whose rhythm a task counts: itself, or another one.
    pub fn rhythm(&self, task: Ix<Task>) -> Option<Ix<Task>> {
        let of_it = &self.tasks[task];
        of_it.rhythm_of.or(of_it.every.map(|_| task))
    }

    /// The tasks that count in the rhythm of a task, itself among them where it has one.
    pub fn in_rhythm(&self, of: Ix<Task>) -> impl Iterator<Item = Ix<Task>> {
        self.tasks.places().filter(move |&task| self.rhythm(task) == Some(of))
    }

    /// Whether other vessels do what counts in the same rhythm as a task.
    pub fn is_shared(&self, task: Ix<Task>) -> bool {
        let doer = |task: Ix<Task>| self.tasks[task].stand.map(|stand| stand.vessel);
        self.rhythm(task).is_some_and(|of| self.in_rhythm(of).any(|other| doer(other) != doer(task)))
    }

    /// The names of tasks that count in a rhythm, as in a sentence.
    pub fn rhythm_names(&self, of: Ix<Task>, word: &str) -> String {
        let names: Vec<&str> = self.in_rhythm(of).map(|task| self.tasks[task].id.as_str()).collect();
        match names.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} {word} {last}", others.join(", ")),
            _ => self.tasks[of].id.clone(),
        }
    }
}

/// A task that must be done before another.
#[derive(Debug, Clone, Copy)]
pub struct Precedence {
    /// The task that comes before.
    pub task: Ix<Task>,
    /// The time that must pass from its end to the start.
    pub lag: Span,
    /// The time from its end within which the start must come.
    pub within: Option<Span>,
}

/// A thing of which only so many are there.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its name.
    pub id: String,
    /// How many there are.
    pub capacity: u32,
}

/// What a closure closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Nothing is worked there, and no vessel comes or goes.
    Site(Ix<Site>),
    /// It does not work or sail.
    Vessel(Ix<Vessel>),
    /// It is not worked on.
    Task(Ix<Task>),
    /// It does not lift.
    Sampling(Ix<Sampling>),
    /// It does not work: it is not fed, and no batch is under way.
    Process(Ix<Process>),
}

/// What of the plan closes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedBy {
    /// A closure, by its place among them.
    Closure(usize),
    /// A disruption, by its place among them.
    Disruption(usize),
    /// The hire of a vessel, which does not reach so far.
    Hire,
}

/// A time in which something is not available.
#[derive(Debug, Clone)]
pub struct Closure {
    /// What.
    pub what: Closed,
    /// By what.
    pub by: ClosedBy,
    /// The slots that it touches.
    pub slots: Range<Slot>,
    /// The beginning.
    pub from: DateTime<Utc>,
    /// The end.
    pub to: DateTime<Utc>,
    /// Why.
    pub reason: Option<String>,
}

impl Closure {
    /// As if something were not hired from a slot on.
    pub fn idle(what: Closed, from: Slot, horizon: &Horizon) -> Closure {
        Closure {
            what,
            by: ClosedBy::Hire,
            slots: from..horizon.slots,
            from: horizon.time(from),
            to: horizon.end(),
            reason: None,
        }
    }
}

/// Lifting of a commodity.
#[derive(Debug, Clone)]
pub struct Sampling {
    /// Its name.
    pub id: String,
    /// The vessel, the place and the gear it needs.
    pub stand: Stand,
    /// What is lifted.
    pub commodity: Ix<Commodity>,
    /// How fast at most, in tonnes per hour.
    pub rate: f64,
    /// The shortest run.
    pub min_run: Span,
    /// The weather in which it may go on.
    pub limits: Limits,
    /// How much must be lifted, in tonnes.
    pub at_least: f64,
    /// How much may be lifted, in tonnes; infinite where there is no bound.
    pub at_most: f64,
    /// Tonnes and the worth of each, falling.
    pub value: Vec<(f64, f64)>,
}
