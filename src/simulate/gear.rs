//! Gear at sea: bringing it in before weather that it does not survive, and back out when there is time.
//!
//! In: a voyage under way. Out: tasks that change the state of the gear, or the end of the voyage when nothing can save it.
//! Rules: danger is seen when the forecast reaches it. The gear goes the shortest way to a state that survives, by tasks of the plan
//! that may still be done (`times`), begun when the danger is seen and there is enough of what they use. A state that meets the next danger of the
//! forecast is one only if a way leads on from it in time; where none leads so far, the gear is saved for as long as it can be. Where there is
//! none in time, the gear is lost. A task that changes the gear is not begun when a danger is seen from which there would be no way out. Ways are judged by planned durations.

use super::case::Way;
use super::log::Outcome;
use super::table::NEVER;
use super::voyage::{End, MOST_TRIES, Voyage};
use crate::id::Ix;
use crate::plan::{Stand, Task, Vessel};
use std::collections::BTreeMap;

/// A state of the gear, and the slot of the danger that it is to leave before.
type Before = (usize, u32);

impl Voyage<'_> {
    /// The slot before which the weather is known at sea in the slot `now`: so far ahead, and as far as the forecast of the day from which the rest
    /// is sailed.
    pub fn seen(&self, now: u32) -> u32 {
        (now + self.case.forecast).max(self.base + self.case.known)
    }

    /// The first slot from `now` on in which the weather before `slot` is known.
    pub fn when_seen(&self, slot: u32, now: u32) -> u32 {
        let is_known = slot <= self.base + self.case.known;
        if is_known { now } else { now.max(slot.saturating_sub(self.case.forecast)) }
    }

    fn stand(&self, vessel: Ix<Vessel>) -> Stand {
        let ship = &self.ships[vessel.index()];
        Stand { vessel, site: ship.site, gear: ship.gear }
    }

    /// Whether every task of a way may still be done so often.
    fn is_allowed(&self, tasks: &[Ix<Task>]) -> bool {
        let done = |task: &Ix<Task>| self.log.times[task.index()].len();
        tasks.iter().all(|task| done(task) < self.case.plan.tasks[*task].most as usize)
    }

    /// The ways from a stand to states that survive `danger`, by tasks that may still be done; with each the slot in which its last state meets
    /// a danger in turn.
    fn refuges(&self, stand: Stand, danger: u32) -> impl Iterator<Item = (&Way, u32)> {
        self.case.ways(stand).iter().filter(|way| self.is_allowed(&way.tasks)).filter_map(move |way| {
            let next = self.ground.danger(Stand { gear: way.to, ..stand }, danger);
            (next != danger).then_some((way, next))
        })
    }

    /// The first task of a way out of a state before `danger`, begun at `from` or after, with its start; nothing where, of the weather before
    /// `known`, the state at its end does not survive all, and no way leads on from there in time.
    pub fn way_out(&self, stand: Stand, from: u32, danger: u32, known: u32) -> Option<(Ix<Task>, u32)> {
        self.way_on(stand, (from, danger), known, &mut BTreeMap::new())
    }

    /// The same, beside the first slots from which no way was found to lead on: none does later.
    fn way_on(
        &self,
        stand: Stand,
        (from, danger): (u32, u32),
        known: u32,
        lost: &mut BTreeMap<Before, u32>,
    ) -> Option<(Ix<Task>, u32)> {
        let before = (stand.gear, danger);
        if lost.get(&before).is_some_and(|&since| from >= since) {
            return None;
        }
        let found = self.refuges(stand, danger).find_map(|(way, next)| {
            let (mut now, mut first) = (from, None);
            for &task in &way.tasks {
                let (start, end) = self.free_start(task, now, self.case.tasks[task.index()].work)?;
                now = end;
                if now > danger {
                    return None;
                }
                first = first.or(Some((task, start)));
            }
            let then = Stand { gear: way.to, ..stand };
            first.filter(|_| next >= known || self.way_on(then, (now, next), known, lost).is_some())
        });
        if found.is_none() {
            lost.insert(before, from);
        }
        found
    }

    /// Whether a task that is begun in a slot leaves its gear at its end in a state out of which no way leads before a danger of the forecast, or none
    /// far enough, while one leads from where it is in the slot `now`.
    pub fn is_a_trap(
        &self,
        (stand, now): (Stand, u32),
        start: u32,
        (left, end, danger): (Stand, u32, u32),
    ) -> bool {
        let known = self.seen(start);
        let is_lost = |known: u32| self.way_out(left, end, danger, known).is_none();
        let own = self.ground.danger(stand, now);
        let may_stay = || own >= known || self.way_out(stand, now, own, known).is_some();
        is_lost(0) || (is_lost(known) && may_stay())
    }

    /// The last slot in which a way out must begin if it is to be done before `danger`, and before whatever the state at its end does not survive,
    /// as far as that is known when it begins, from the slot `now` on. Where no way leads so far, the one that leads out of `danger`.
    pub fn last_way_out(&self, stand: Stand, danger: u32, now: u32) -> Option<u32> {
        self.last_way_on(stand, danger, now, &mut BTreeMap::new())
    }

    /// The same, beside what was found already.
    fn last_way_on(
        &self,
        stand: Stand,
        danger: u32,
        now: u32,
        found: &mut BTreeMap<Before, Option<u32>>,
    ) -> Option<u32> {
        let before = (stand.gear, danger);
        if let Some(&last) = found.get(&before) {
            return last;
        }
        let ways = || {
            self.refuges(stand, danger)
                .filter_map(move |(way, next)| Some((way, next, self.last_start(way, danger)?)))
        };
        let safe = ways().filter_map(|(way, next, last)| {
            if next >= self.seen(last.max(now)) {
                return Some(last);
            }
            let on = self.last_way_on(Stand { gear: way.to, ..stand }, next, now, found);
            let sooner = on.and_then(|on| self.last_start(way, on.min(danger)));
            match sooner {
                // Nobody knew of it when it was time.
                Some(sooner) if next >= self.seen(sooner.max(now)) => Some(last),
                sooner => sooner,
            }
        });
        // Where it is too late for all of them the gear is saved for as long as it may be.
        let last = safe.filter(|&last| last >= now).max().or_else(|| ways().map(|(_, _, last)| last).max());
        found.insert(before, last);
        last
    }

    /// The last slot in which a way of the gear may begin that is to be done by a slot.
    fn last_start(&self, way: &Way, by: u32) -> Option<u32> {
        way.tasks.iter().rev().try_fold(by, |by, task| {
            let facts = &self.case.tasks[task.index()];
            self.ground.tasks[task.index()].table.latest(by, facts.work, facts.reserve)
        })
    }

    /// Makes sure that a vessel may lie where it is until `until`: when it may not, it does the first task of a way out, and this is
    /// true.
    pub fn keep_safe(&mut self, vessel: Ix<Vessel>, until: u32) -> Result<bool, End> {
        let (stand, now) = (self.stand(vessel), self.ships[vessel.index()].now);
        let danger = self.ground.danger(stand, now);
        if danger == NEVER || danger >= until {
            return Ok(false);
        }
        let seen = self.when_seen(danger + 1, now);
        let way = self.way_out(stand, seen, danger, self.seen(seen));
        let Some((task, start)) = way.or_else(|| self.way_out(stand, seen, danger, 0)) else {
            return Err(End(Outcome::Lost, self.missed(stand, danger)));
        };
        let work = self.case.duration(task, self.run, self.log.times[task.index()].len());
        // As drawn it may need another start, and come too late: then the danger is met on the way, and told by the next look.
        let start = self.free_start(task, start, work).filter(|(start, _)| *start < danger);
        let (start, end) = start.ok_or(End(Outcome::Lost, task.index()))?;
        self.note_task(task, start, end, work, start);
        Ok(true)
    }

    /// What would have saved the gear from `danger`, had it not come too late: the first task of the shortest way to a state that survives
    /// it. Where such tasks have been done as often as they may, the shortest way of these; where no way leads to safety, the vessel
    /// should not have been there.
    fn missed(&self, stand: Stand, danger: u32) -> usize {
        let is_safe = |to: usize| self.ground.danger(Stand { gear: to, ..stand }, danger) != danger;
        let safe = || self.case.ways(stand).iter().filter(|way| is_safe(way.to));
        let way = safe().find(|way| self.is_allowed(&way.tasks)).or_else(|| safe().next());
        way.map_or_else(|| self.items.of_legs(stand.vessel), |way| way.tasks[0].index())
    }

    /// Does the next task of the shortest way to a state of the gear; whether there is such a way.
    pub fn bring_gear(&mut self, vessel: Ix<Vessel>, gear: usize) -> Result<bool, End> {
        let stand = self.stand(vessel);
        let ways = self.case.ways(stand).iter().filter(|way| way.to == gear);
        let way = ways.into_iter().find(|way| self.is_allowed(&way.tasks));
        let Some(task) = way.map(|way| way.tasks[0]) else { return Ok(false) };
        Ok(self.perform(task, vessel, None)?.is_some())
    }

    /// What keeps a vessel out that should be home with its gear in its first state: the first task of the shortest way to that state, whether or
    /// not it may be done once more; its legs where the gear is in, or no way leads there.
    pub fn kept_out_by(&self, vessel: Ix<Vessel>) -> usize {
        let stand = self.stand(vessel);
        let way = self.case.ways(stand).iter().find(|way| way.to == 0).and_then(|way| way.tasks.first());
        way.map_or_else(|| self.items.of_legs(vessel), |task| task.index())
    }

    /// Brings in the gear of a vessel that has given up and has nowhere to sail any more.
    pub fn bring_in(&mut self, vessel: Ix<Vessel>) -> Result<(), End> {
        for _ in 0..MOST_TRIES {
            let ship = &self.ships[vessel.index()];
            if !ship.is_homeward || ship.gear == 0 || !self.bring_gear(vessel, 0)? {
                break;
            }
        }
        Ok(())
    }
}
