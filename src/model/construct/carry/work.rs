//! What carriers have to do besides carrying: errands, which must be done so often, and what comes again in a rhythm.
//!
//! In: a [`Dispatch`]. Out: the same with errands run after so many landings as costs least, each tried in turn, and rhythms kept at each call.
//! Tasks that serve one of those that are met are done while that one lies there, and in a rhythm until it is done: who is not served in time lifts
//! no more and is not met any more. Who else is served is not known here, and of what comes before a task only what stands already. What is left
//! undone counts against what is landed, and is left to the solver.

use super::endurance::At;
use super::{Carrier, Dispatch, Wish};
use crate::id::Ix;
use crate::model::construct::host::Host;
use crate::model::construct::is_sent;
use crate::model::sets::Sets;
use crate::plan::{Plan, Site, Task, Vessel};
use crate::schedule::{Move, What};
use crate::time::Slot;

/// What an errand that is not run costs, and a slot in which a rhythm is not kept, in tonnes: more than can be landed.
const MISSED: f64 = 1e6;

/// A task that must be done once, or once more.
#[derive(Clone)]
struct Errand {
    task: Ix<Task>,
    /// Its carrier, by place.
    carrier: usize,
    /// After how many landings it is run; nothing where it is not.
    after: Option<usize>,
    is_done: bool,
}

/// A task that comes again.
#[derive(Clone)]
struct Rhythm {
    task: Ix<Task>,
    /// Its carrier, by place.
    carrier: usize,
    /// Whom it serves: it is kept until that one is done, else until its carrier is.
    serves: Option<Ix<Vessel>>,
    /// In slots.
    every: usize,
    /// When it last ended, or what was due in the past began to be due anew.
    last: Slot,
    /// How often it may still be done.
    left: u32,
}

/// All of it.
#[derive(Clone, Default)]
pub struct Work {
    errands: Vec<Errand>,
    rhythms: Vec<Rhythm>,
    /// For how many slots rhythms were not kept.
    late: usize,
}

impl Work {
    /// What these carriers have to do, some of which they may have done, by themselves or for these that are met.
    pub fn of(sets: &Sets<'_>, carriers: &[Carrier], hosts: &[Host]) -> Work {
        let plan = sets.plan;
        let is_known = |served: Ix<Vessel>| hosts.iter().any(|host| host.vessel == served);
        let mut work = Work::default();
        for (carrier, own) in carriers.iter().enumerate().filter(|(_, own)| is_sent(sets, own.vessel)) {
            for (task, of_it) in plan.tasks.entries() {
                let is_own =
                    of_it.stand.is_some_and(|stand| stand.vessel == own.vessel && stand.gear == of_it.leaves);
                // A rhythm that others keep as well is left to them.
                let is_left = of_it.serves.is_some_and(|served| !is_known(served) || plan.is_shared(task));
                if !is_own || is_left || of_it.rhythm_of.is_some() {
                    continue;
                }
                let done: Vec<Slot> = ends(&own.moves, task).collect();
                let count = done.len() as u32;
                if let Some(every) = of_it.every {
                    let every = plan.horizon.slots_in(every);
                    let last = done.last().copied().unwrap_or(0);
                    let last = if last + every < sets.until { sets.until } else { last };
                    let left = of_it.most.saturating_sub(count);
                    work.rhythms.push(Rhythm { task, carrier, serves: of_it.serves, every, last, left });
                } else {
                    let errand = || Errand { task, carrier, after: None, is_done: false };
                    work.errands.extend((count..of_it.least).map(|_| errand()));
                }
            }
        }
        work
    }

    /// Whether somebody who is served may still be at work up to a slot: who is not served in time must be done by then.
    pub fn is_served(&self, served: Ix<Vessel>, until: Slot) -> bool {
        let mut own = self.rhythms.iter().filter(|rhythm| rhythm.serves == Some(served));
        own.all(|rhythm| until <= rhythm.last + rhythm.every)
    }

    /// Whether anything comes again.
    pub fn has_rhythms(&self) -> bool {
        !self.rhythms.is_empty()
    }

    /// What is not done costs, when carriers, by place, and those that they serve are done then, in tonnes.
    pub fn missed(&self, done: impl Fn(usize, Option<Ix<Vessel>>) -> Slot) -> f64 {
        let errands = self.errands.iter().filter(|errand| !errand.is_done).count();
        let late =
            |rhythm: &Rhythm| done(rhythm.carrier, rhythm.serves).saturating_sub(rhythm.last + rhythm.every);
        let late = self.late + self.rhythms.iter().map(late).sum::<usize>();
        MISSED * (errands + late) as f64
    }
}

/// When a task ends in some moves.
fn ends(moves: &[Move], task: Ix<Task>) -> impl Iterator<Item = Slot> {
    moves.iter().filter(move |step| matches!(step.what, What::Task(own) if own == task)).map(|step| step.end)
}

fn site_of(plan: &Plan, task: Ix<Task>) -> Option<Ix<Site>> {
    plan.tasks[task].stand.map(|stand| stand.site)
}

impl Dispatch<'_, '_> {
    /// Finds out after how many landings each errand is best run, one after the other, with these wishes.
    pub(super) fn plan_errands(&mut self, wishes: &[Wish], has_time: &dyn Fn() -> bool) {
        for errand in 0..self.work.errands.len() {
            let (mut best, carrier) = (f64::NEG_INFINITY, self.work.errands[errand].carrier);
            let mut best_after = None;
            for after in 0.. {
                self.work.errands[errand].after = Some(after);
                let gone = self.gone(wishes);
                if gone.worth() > best {
                    (best, best_after) = (gone.worth(), Some(after));
                }
                if gone.carriers[carrier].landings < after || !has_time() {
                    break;
                }
            }
            self.work.errands[errand].after = best_after;
        }
    }

    /// Sends a free carrier on an errand for which it is time; whether it is on one now.
    pub(super) fn run_errand(&mut self, carrier: usize, slot: Slot) -> bool {
        for place in 0..self.work.errands.len() {
            let errand = &self.work.errands[place];
            let is_time = errand.after.is_some_and(|after| self.carriers[carrier].landings >= after);
            if errand.carrier == carrier
                && !errand.is_done
                && is_time
                && self.run(carrier, place, slot).is_some()
            {
                return true;
            }
        }
        false
    }

    fn run(&mut self, carrier: usize, place: usize, slot: Slot) -> Option<()> {
        let task = self.work.errands[place].task;
        let site = site_of(self.plan, task)?;
        let way = self.passage(carrier, self.at(carrier, slot), site, self.task_length(task))?;
        let (start, end) = self.next_start(carrier, task, way.end)?;
        self.sail(carrier, &way);
        self.work.errands[place].is_done = true;
        self.work_on(carrier, task, start, end);
        Some(())
    }

    /// Keeps the rhythms of a free carrier before it goes on from where it is: whether it does so now.
    pub(super) fn keep_rhythms(&mut self, carrier: usize, slot: Slot) -> bool {
        if self.wishes.get(self.loaded).is_some_and(|wish| wish.is_hasty) {
            return false;
        }
        let came = self.carriers[carrier].came;
        self.keep_rhythm(carrier, slot, |rhythm| rhythm.last < came)
    }

    /// Keeps a rhythm of a carrier that lies where it can be kept, where it is due before long: whether it does so now.
    pub(super) fn keep_due(&mut self, carrier: usize, slot: Slot) -> bool {
        let goes_on = self
            .loads
            .iter()
            .any(|load| load.carrier == carrier && load.last.is_some_and(|last| slot <= last));
        let starts = &self.sets.starts;
        let is_last = |rhythm: &Rhythm| {
            let due = rhythm.last + rhythm.every;
            !starts[rhythm.task.index()].iter().any(|start| start.0 > slot && start.0 <= due)
        };
        goes_on && self.keep_rhythm(carrier, slot, is_last)
    }

    fn keep_rhythm(&mut self, carrier: usize, slot: Slot, is_wanted: impl Fn(&Rhythm) -> bool) -> bool {
        let here = self.at(carrier, slot);
        for place in 0..self.work.rhythms.len() {
            let Rhythm { task, carrier: own, every, last, left, .. } = self.work.rhythms[place];
            let is_here = own == carrier && site_of(self.plan, task) == Some(self.carriers[carrier].site);
            if !is_here || left == 0 || !is_wanted(&self.work.rhythms[place]) {
                continue;
            }
            // What is due before it can be done is too late anyway; who is to be served is done by then.
            let late = if self.work.rhythms[place].serves.is_some() { 0 } else { slot };
            let next =
                self.next_start(carrier, task, here).filter(|&(start, _)| start <= (last + every).max(late));
            let Some((start, end)) = next else { continue };
            self.work.late += start.saturating_sub(last + every);
            let rhythm = &mut self.work.rhythms[place];
            (rhythm.last, rhythm.left) = (end, left - 1);
            self.work_on(carrier, task, start, end);
            return true;
        }
        false
    }

    /// The next start of a task of a carrier that is there, with its end, from which it still comes home.
    fn next_start(&self, carrier: usize, task: Ix<Task>, here: At) -> Option<(Slot, Slot)> {
        let from = here.slot.max(self.ready(carrier, task)?);
        let starts = &self.sets.starts[task.index()];
        let uses = &self.plan.tasks[task].uses;
        let has_all =
            |start: &(Slot, Slot)| (start.0..start.1).all(|slot| self.in_use.is_free(self.plan, uses, slot));
        let mut next = starts[starts.partition_point(|start| start.0 < from)..].iter();
        let next = *next.find(|start| has_all(start) && self.served.is_there(task, start.0..start.1))?;
        self.way_home(carrier, self.worked(carrier, here, next)?)?;
        Some(next)
    }

    /// How many slots a task takes that is not held up.
    fn task_length(&self, task: Ix<Task>) -> usize {
        let starts = self.sets.starts[task.index()].iter();
        starts.map(|(start, end)| end - start).min().unwrap_or(0)
    }

    /// From when on a task may be done, for all that must come before it; nothing where that is not done yet.
    fn ready(&self, carrier: usize, task: Ix<Task>) -> Option<Slot> {
        let times = ends(&self.carriers[carrier].moves, task).count();
        let ready = self.plan.tasks[task].after.iter().map(|after| {
            let others = self.hosts.iter().map(|host| &host.moves);
            let all = others.chain(self.carriers.iter().map(|carrier| &carrier.moves));
            let mut ends: Vec<Slot> = all.flat_map(|moves| ends(moves, after.task)).collect();
            ends.sort_unstable();
            let nth = if self.plan.tasks[after.task].most == 1 { 0 } else { times };
            Some(ends.get(nth)? + self.plan.horizon.slots_for(after.lag))
        });
        ready.into_iter().try_fold(0, |latest, ready| Some(latest.max(ready?)))
    }

    fn work_on(&mut self, carrier: usize, task: Ix<Task>, start: Slot, end: Slot) {
        self.in_use.take(&self.plan.tasks[task].uses, start..end);
        let worked = self.worked(carrier, self.at(carrier, start), (start, end));
        let own = &mut self.carriers[carrier];
        own.moves.push(Move { what: What::Task(task), start, end });
        (own.free, own.used) = (end, worked.map_or(own.used, |worked| worked.used));
    }
}
