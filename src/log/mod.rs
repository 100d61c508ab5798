//! What has happened on a voyage: the log, laid over the schedule that was sailed by.
//!
//! In: a plan, its sea, a schedule, and a log (or only the time up to which all went as scheduled). Out: [`Happened`]: who did what when up
//! to then, for the planner to keep ([`crate::model::Past`]), and what the schedule has for later, for it to stay close to.
//! What the log does not speak of is taken to have happened as scheduled. Faults of the log are told with their lines.

mod follow;
mod raw;
mod scheduled;
mod told;

use crate::diag::{Diagnostics, Source};
use crate::error::Error;
use crate::plan::document::{self, Document, Sort};
use crate::plan::{Plan, Sea};
use crate::schedule::{Activity, Itinerary, Kind, Move, Schedule, ShoreFlow, Time, What};
use crate::time::Slot;
use chrono::{DateTime, SecondsFormat, Utc};
use raw::{RawEntry, RawLog};
use scheduled::{Deed, Doing, deeds};
use std::fmt::Write as _;
use std::path::Path;
use told::Telling;
use toml::Spanned;

/// What a log is to be.
const LOG: Sort = Sort {
    word: "log",
    too_large: "is it another file? a log has a line or two for each thing that was not as scheduled",
    empty: "begin one with `mudline replan PLAN SCHEDULE --now TIME --write-log FILE`",
};

/// What has happened up to a slot.
#[derive(Debug)]
pub struct Happened {
    /// The slot from which on everything is planned anew.
    pub until: Slot,
    /// What was done before; what is under way ends later.
    pub past: Itinerary,
    /// The same, and what the schedule has for later.
    pub before: Itinerary,
    /// How many activities are as the log tells.
    pub told: usize,
    /// How many activities are taken to have happened as scheduled.
    pub as_scheduled: usize,
    /// The scheduled ones that cannot have happened beside what the log tells.
    pub overtaken: Vec<String>,
}

/// What came of reading a log.
#[derive(Debug)]
pub struct Read {
    /// What is wrong with it.
    pub found: Diagnostics,
    /// What has happened, where nothing is wrong.
    pub happened: Option<Happened>,
}

/// Reads a log and lays it over a schedule.
///
/// # Errors
/// When the log cannot be read at all, or the schedule is none of this plan.
pub fn read(path: &Path, plan: &Plan, sea: &Sea, schedule: &Schedule) -> Result<Read, Error> {
    let deeds = deeds(plan, schedule)?;
    let Document { found, read, .. } = document::read::<RawLog>(path, &LOG, Some(plan.zone))?;
    let Some((source, raw, _)) = read else { return Ok(Read { found, happened: None }) };
    let Some(until) = raw.until.as_ref().filter(|_| found.errors() == 0) else {
        return Ok(Read { found, happened: None });
    };
    let slot = plan.horizon.ceil(*until.get_ref());
    let mut telling =
        Telling { plan, sea, source: &source, until: slot, until_time: *until.get_ref(), found };
    if let Some(happened) = schedule.happened.filter(|happened| happened.to_utc() > *until.get_ref()) {
        let message = format!("the schedule tells what has happened up to {happened} already");
        telling.fault(until.span(), message, "set `until` later, or take the schedule from before");
        return Ok(Read { found: telling.found, happened: None });
    }
    if let Some((message, help)) = out_of_time(plan, *until.get_ref()) {
        telling.fault(until.span(), message, help);
        return Ok(Read { found: telling.found, happened: None });
    }
    let entries: Vec<RawEntry> =
        raw.activity.iter().flat_map(Spanned::get_ref).map(|entry| entry.get_ref().clone()).collect();
    let happened = laid(&mut telling, deeds, &entries, until.span());
    Ok(Read { happened: Some(happened).filter(|_| telling.found.errors() == 0), found: telling.found })
}

/// What has happened where all went as scheduled up to a time.
///
/// # Errors
/// When the schedule is none of this plan, or the time is not within it.
pub fn as_scheduled(
    plan: &Plan,
    sea: &Sea,
    schedule: &Schedule,
    until: DateTime<Utc>,
) -> Result<Happened, Error> {
    let deeds = deeds(plan, schedule)?;
    if let Some((message, help)) = out_of_time(plan, until) {
        return Err(Error::Usage(format!("{until}: {message}; {help}")));
    }
    if let Some(happened) = schedule.happened.filter(|happened| happened.to_utc() > until) {
        let message = format!(
            "the schedule tells what has happened up to {happened} already; take a later time, or the schedule from before"
        );
        return Err(Error::Usage(message));
    }
    all_as_scheduled(plan, sea, deeds, (plan.horizon.ceil(until), until))
}

/// Why nothing is planned anew from a time on, and what may be done about it; nothing where it is within the plan's time.
fn out_of_time(plan: &Plan, until: DateTime<Utc>) -> Option<(&'static str, String)> {
    let (start, end) = (plan.horizon.start, plan.horizon.end());
    let message = match () {
        () if until == start => "nothing has happened yet by then: it is when the plan begins",
        () if until == end => "nothing is left to be planned then: it is when the plan ends",
        () if until < start || until > end => "this is not within the plan's time",
        () => return None,
    };
    let [start, end] = [start, end].map(|time| plan.zone.local(time));
    Some((message, format!("take a time between {start} and {end}, when the plan begins and ends")))
}

/// What has happened of a schedule up to a slot, which may be the plan's end: what it tells of the past, and what went as scheduled since then.
///
/// # Errors
/// When the schedule is none of this plan, or cannot have happened.
pub fn up_to(plan: &Plan, sea: &Sea, schedule: &Schedule, until: Slot) -> Result<Happened, Error> {
    all_as_scheduled(plan, sea, deeds(plan, schedule)?, (until, plan.horizon.time(until)))
}

fn all_as_scheduled(
    plan: &Plan,
    sea: &Sea,
    deeds: Vec<Deed>,
    (until, until_time): (Slot, DateTime<Utc>),
) -> Result<Happened, Error> {
    let source = Source::new("", "");
    let mut telling =
        Telling { plan, sea, source: &source, until, until_time, found: Diagnostics::default() };
    let happened = laid(&mut telling, deeds, &[], 0..0);
    match telling.found.iter().next() {
        Some(fault) => Err(Error::Usage(format!("the schedule cannot have happened: {}", fault.message))),
        None => Ok(happened),
    }
}

/// Lays entries over deeds.
fn laid(
    telling: &mut Telling<'_>,
    mut deeds: Vec<Deed>,
    entries: &[RawEntry],
    place: std::ops::Range<usize>,
) -> Happened {
    let until = telling.until;
    for entry in entries {
        telling.tell(entry, &mut deeds);
    }
    deeds.retain(|deed| !matches!(deed.doing, Doing::Move(_, What::Alongside(_))));
    let mut overtaken = telling.drop_overtaken(&mut deeds);
    overtaken.extend(telling.drop_waiting(&mut deeds, &overtaken));
    let mut overtaken: Vec<String> = overtaken.into_iter().map(|deed| deed.id).collect();
    overtaken.extend(telling.drop_unattended(&mut deeds));
    let count = |deeds: &[Deed], is_told: bool| {
        deeds.iter().filter(|deed| deed.start < until && deed.told.is_some() == is_told).count()
    };
    let (told, as_scheduled) = (count(&deeds, true), count(&deeds, false));
    telling.lie_alongside(&mut deeds);
    if telling.found.errors() == 0 {
        telling.follow(&mut deeds, &place);
        telling.in_order(&deeds, &place);
    }
    let past = itinerary(telling.plan, deeds.iter().filter(|deed| deed.start < until), until);
    if telling.found.errors() == 0 {
        telling.balance(&past, &deeds, &place);
    }
    let later = deeds.iter().filter(|deed| deed.start < until || deed.told.is_none());
    let before = itinerary(telling.plan, later, telling.plan.horizon.slots);
    Happened { until, past, before, told, as_scheduled, overtaken }
}

/// Deeds as an itinerary, with what flows before a slot.
fn itinerary<'d>(plan: &Plan, deeds: impl Iterator<Item = &'d Deed>, until: Slot) -> Itinerary {
    let mut itinerary = Itinerary {
        vessels: vec![Vec::new(); plan.vessels.len()],
        done: vec![0; plan.vessels.len()],
        ..Itinerary::default()
    };
    for deed in deeds {
        let known = |tonnes: &[f64]| -> Vec<f64> {
            let slots = (deed.start..).zip(tonnes);
            slots.map(|(slot, &tonnes)| if slot < until { tonnes } else { 0.0 }).collect()
        };
        match &deed.doing {
            Doing::Move(vessel, what) => {
                let what = match what {
                    What::Sample(q, tonnes) => What::Sample(*q, known(tonnes)),
                    What::Transfer(r, tonnes) => What::Transfer(*r, known(tonnes)),
                    other => other.clone(),
                };
                itinerary.vessels[vessel.index()].push(Move { what, start: deed.start, end: deed.end });
            }
            Doing::Alone(task) => itinerary.alone.push((*task, deed.start, deed.end)),
            Doing::Shore(of, tonnes) => {
                itinerary.shore.push(ShoreFlow { of: *of, start: deed.start, tonnes: known(tonnes) });
            }
        }
    }
    for (done, moves) in itinerary.done.iter_mut().zip(&mut itinerary.vessels) {
        moves.sort_by_key(|step| (step.start, step.end));
        *done = moves.last().map_or(0, |last| last.end);
    }
    itinerary
}

impl Happened {
    /// What has happened up to a slot, of which no log tells more.
    pub fn of(past: Itinerary, until: Slot) -> Happened {
        let before = past.clone();
        Happened { until, past, before, told: 0, as_scheduled: 0, overtaken: Vec::new() }
    }

    /// Puts what has happened back as it was: the model knows of it only what it needs.
    pub fn restore(&self, plan: &Plan, planned: &mut Itinerary) {
        for (past, moves) in self.past.vessels.iter().zip(&mut planned.vessels) {
            let mut later: Vec<Move> = moves.iter().filter_map(|step| self.later(step)).collect();
            let mut kept: Vec<Move> = past.iter().map(|step| self.earlier(step, moves)).collect();
            // What ended just now goes on without a new set-up where the planner has it so.
            let is_planned_on = |next: &Move| {
                let mut planned =
                    moves.iter().filter(|step| step.start < self.until && step.end > self.until);
                planned.any(|step| goes_on(step, next))
            };
            let may_go_on = |told: &Move, next: &Move| {
                told.end > self.until || (told.end == self.until && is_planned_on(next))
            };
            if let (Some(last), Some(next)) = (kept.last_mut(), later.first())
                && past.last().is_some_and(|told| may_go_on(told, next))
                && next.start == self.until
                && goes_on(last, next)
            {
                let next = later.remove(0);
                last.end = next.end;
                let more = tonnes_of(&next.what).unwrap_or_default().to_vec();
                if let What::Sample(_, tonnes) | What::Transfer(_, tonnes) = &mut last.what {
                    tonnes.extend(more);
                }
            }
            kept.extend(later);
            kept.retain(|step| !matches!(step.what, What::Alongside(_)));
            *moves = kept;
        }
        let meetings = planned.vessels.iter().flatten().filter_map(|step| match step.what {
            What::Transfer(transfer, _) => {
                let other = plan.transfers[transfer].meets?.vessel;
                Some((other, Move { what: What::Alongside(transfer), ..*step }))
            }
            _ => None,
        });
        for (vessel, step) in meetings.collect::<Vec<_>>() {
            planned.vessels[vessel.index()].push(step);
        }
        for (moves, done) in planned.vessels.iter_mut().zip(&mut planned.done) {
            moves.sort_by_key(|step| (step.start, step.end));
            *done = moves.last().map_or(0, |last| last.end);
        }
        planned.happened = self.until;
    }

    /// What of a planned move is still to come; of a task or a leg that is under way nothing, since it is known as a whole.
    fn later(&self, step: &Move) -> Option<Move> {
        if step.start >= self.until {
            return Some(step.clone());
        }
        let what =
            with_tonnes(&step.what, |tonnes| tonnes.iter().skip(self.until - step.start).copied().collect())?;
        // What is no more than the shortest of its kind, and moves nothing more, is over.
        let goes_on = tonnes_of(&what).is_some_and(|tonnes| tonnes.iter().any(|tonnes| *tonnes > 0.0));
        (step.end > self.until && goes_on).then_some(Move { what, start: self.until, end: step.end })
    }

    /// What has happened of a move, in the planner's tonnes, which differ by its roundings.
    fn earlier(&self, step: &Move, planned: &[Move]) -> Move {
        let in_slot = |slot: Slot, told: f64| {
            let of =
                planned.iter().find(|other| goes_on(step, other) && (other.start..other.end).contains(&slot));
            let known = of.and_then(|of| tonnes_of(&of.what)?.get(slot - of.start).copied());
            known.unwrap_or(told)
        };
        let end = step.end.min(self.until);
        let what = with_tonnes(&step.what, |tonnes| {
            (step.start..end).zip(tonnes).map(|(slot, &told)| in_slot(slot, told)).collect()
        });
        match what {
            Some(what) => Move { what, start: step.start, end },
            None => step.clone(),
        }
    }
}

fn tonnes_of(what: &What) -> Option<&[f64]> {
    match what {
        What::Sample(_, tonnes) | What::Transfer(_, tonnes) => Some(tonnes),
        What::Task(_) | What::Sail(..) | What::Alongside(_) => None,
    }
}

/// The same with other tonnes; nothing of what has none.
fn with_tonnes(what: &What, change: impl Fn(&[f64]) -> Vec<f64>) -> Option<What> {
    match what {
        What::Sample(q, tonnes) => Some(What::Sample(*q, change(tonnes))),
        What::Transfer(r, tonnes) => Some(What::Transfer(*r, change(tonnes))),
        What::Task(_) | What::Sail(..) | What::Alongside(_) => None,
    }
}

/// Whether two moves are of one kind, so that one can go on as the other.
fn goes_on(one: &Move, other: &Move) -> bool {
    match (&one.what, &other.what) {
        (What::Sample(a, _), What::Sample(b, _)) => a == b,
        (What::Transfer(a, _), What::Transfer(b, _)) => a == b,
        _ => false,
    }
}

/// A log in which all is as scheduled up to a time, to be mended by hand.
pub fn skeleton(schedule: &Schedule, until: DateTime<Utc>) -> String {
    let time = |time: Time| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let local = until.with_timezone(schedule.horizon.start.offset());
    let mut text = format!(
        "# What has happened on the voyage {:?}. Mend what was not so, and take away what was: it counts as happened\n\
         # all the same. `skipped = true` says that something did not happen. What is still under way has no `end`.\n\
         until = {}\n",
        schedule.plan.name,
        time(local)
    );
    // Of a meeting the side tells that has its tonnes.
    let is_real = |activity: &&Activity| match activity.kind {
        Kind::Wait | Kind::Idle => false,
        Kind::Transfer => activity.tonnes.is_some(),
        _ => true,
    };
    for activity in
        schedule.activities.iter().filter(is_real).filter(|activity| activity.start.to_utc() < until)
    {
        // A name may have anything in it, and a comment ends with its line.
        let name = activity.name.replace(char::is_control, " ");
        let (id, start) = (&activity.id, time(activity.start));
        let _ = write!(text, "\n[[activity]]  # {name}\nid = {id:?}\nstart = {start}\n");
        if activity.end.to_utc() <= until {
            let _ = writeln!(text, "end = {}", time(activity.end));
        }
        if let Some(tonnes) = activity.tonnes.filter(|_| activity.end.to_utc() <= until) {
            let _ = writeln!(text, "tonnes = \"{tonnes} t\"");
        }
    }
    text
}
