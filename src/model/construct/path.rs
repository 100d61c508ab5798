//! The best way of one vessel through its network, by dynamic programming.
//!
//! In: a network. Out: the moves of the way that lifts and lands what is worth most, with every task as often as it must be.
//! A label is a way to a node: how often each task was done, what was lifted and is aboard, what it is worth. At a node the best
//! label of each set of counts is kept, and of those the best few, and the best of each layer of load of a ship that loads at a shore: so it is
//! a heuristic, and quick.
//! What comes again in a rhythm does so, and who serves other vessels does so while they are there. Lags, `within`, resources and all else of other vessels
//! are not looked at: what breaks them is no start, and the solver does without.

use super::{Taken, Tended};
use crate::id::Ix;
use crate::model::network::{Deed, Network, Node, SessionOf};
use crate::model::sets::{Holder, Sets};
use crate::plan::{Plan, Sampling, Task, Vessel};
use crate::schedule::{Move, What};
use std::collections::{BTreeMap, HashMap};

/// How many labels are kept at a node.
const KEPT: usize = 24;
/// In so many layers of load the best label of each is kept besides, where what is landed is to be the most.
const LAYERS: f64 = 12.0;
/// What a tonne aboard is worth beside one that is ashore.
const ABOARD: f64 = 0.9;
/// What an activity must bring to be worth beginning, in tonnes; against pointless ones.
const EFFORT: f64 = 1e-3;
/// What each slot is worth in which a rhythm that is shared is kept no more, so that it is kept wherever that can be.
const MISSED: f64 = 1e6;

/// A way to a node.
#[derive(Clone)]
struct Label {
    /// How often each task of the vessel was done.
    counts: Vec<u8>,
    /// When each task that serves another vessel, or counts in a rhythm, last ended, or another of the same rhythm did; 0 of the others.
    since: Vec<usize>,
    /// How many slots too long passed without tasks whose rhythm others may keep as well.
    missed: usize,
    /// What was lifted by each sampling, in tonnes.
    lifted: Vec<f64>,
    /// What is aboard of each commodity, in tonnes.
    aboard: Vec<f64>,
    /// What it is worth.
    worth: f64,
    /// The label it came from and the arc it took.
    from: Option<(usize, usize)>,
}

/// What a way is to be best in.
#[derive(Clone, Copy, PartialEq)]
pub enum Aim {
    /// What it lifts and lands.
    Worth,
    /// The same as if what may be lifted had no bound: a ship that is met by others is then where it can lift and be met for as long as the sea
    /// lets it, and how much is lifted when is found by who comes to fetch it.
    Endless,
    /// What it lands, of one that loads at a shore and lifts nothing: who sails with less is there sooner.
    Landed,
}

/// Whether a vessel loads at a shore, lifts nothing by itself and is not met.
pub fn loads_ashore(plan: &Plan, vessel: Ix<Vessel>) -> bool {
    let is_met = plan.transfers.iter().any(|t| t.meets.is_some_and(|stand| stand.vessel == vessel));
    let lifts = plan.samplings.iter().any(|sampling| sampling.stand.vessel == vessel);
    let mut own = plan.transfers.iter().filter(|t| t.stand.vessel == vessel && t.meets.is_none());
    !lifts && !is_met && own.any(|t| t.sign(Holder::Vessel(vessel)) > 0.0)
}

/// The best way through a network, if one does everything that must be done.
pub fn best(sets: &Sets<'_>, network: &Network, others: (&Taken, &Tended), aim: Aim) -> Option<Vec<Move>> {
    let search = Search::new(sets, network, others, aim);
    let (labels, last) = search.run()?;
    let mut arcs = Vec::new();
    let mut at = Some(last);
    while let Some(label) = at {
        at = labels[label].from.map(|(before, arc)| {
            arcs.push(arc);
            before
        });
    }
    arcs.reverse();
    Some(moves(sets, network, &arcs))
}

struct Search<'s, 'p> {
    sets: &'s Sets<'p>,
    network: &'s Network,
    tasks: Vec<Ix<Task>>,
    /// Berths that are taken.
    taken: &'s Taken,
    /// Where those that it serves lie.
    tended: &'s Tended,
    /// Whether others take what it lifts, so that its hold is never full.
    is_met: bool,
    /// What its way is to be best in.
    aim: Aim,
    /// For each sampling, and those joined with it, what may be lifted, and steps of worth.
    worths: Vec<(f64, Vec<(f64, f64)>)>,
}

impl<'s, 'p> Search<'s, 'p> {
    fn new(
        sets: &'s Sets<'p>,
        network: &'s Network,
        (taken, tended): (&'s Taken, &'s Tended),
        aim: Aim,
    ) -> Search<'s, 'p> {
        let vessel = network.vessel;
        let own = |task: &Ix<Task>| sets.plan.tasks[*task].stand.is_some_and(|stand| stand.vessel == vessel);
        let is_met = sets.plan.transfers.iter().any(|t| t.meets.is_some_and(|stand| stand.vessel == vessel));
        let tasks = sets.plan.tasks.places().filter(own).collect();
        let aim = if aim == Aim::Landed && !loads_ashore(sets.plan, vessel) { Aim::Worth } else { aim };
        let worths = sets.plan.samplings.places().map(|q| worths(sets, q)).collect();
        Search { sets, network, tasks, taken, tended, is_met, aim, worths }
    }

    /// Every label, and the one at the end of the best way.
    fn run(&self) -> Option<(Vec<Label>, usize)> {
        let plan = self.sets.plan;
        let mut labels = vec![Label {
            counts: vec![0; self.tasks.len()],
            since: vec![0; self.tasks.len()],
            missed: 0,
            lifted: vec![0.0; plan.samplings.len()],
            aboard: plan.vessels[self.network.vessel].aboard.clone(),
            worth: 0.0,
            from: None,
        }];
        // Nodes inside a session come first within a slot, since a session can end at once.
        let rank = |node: Node| {
            let is_lie = matches!(self.network.states[node.state], crate::model::network::State::Lie(..));
            (node.slot, is_lie, node.state)
        };
        let mut open: BTreeMap<(usize, bool, usize), Vec<usize>> = BTreeMap::new();
        open.insert(rank(self.network.origin()), vec![0]);
        let arcs = &self.network.arcs;
        let mut best: Option<usize> = None;
        while let Some(((slot, _, state), here)) = open.pop_first() {
            let node = Node { slot, state };
            let kept = self.keep(&labels, &here);
            let first = arcs.partition_point(|arc| arc.from < node);
            for arc in (first..arcs.len()).take_while(|&arc| arcs[arc].from == node) {
                for &label in &kept {
                    let Some(next) = self.extend(&labels[label], label, arc) else { continue };
                    match arcs[arc].to {
                        Some(to) => {
                            labels.push(next);
                            open.entry(rank(to)).or_default().push(labels.len() - 1);
                        }
                        None if self.is_whole(&next)
                            && best.is_none_or(|b| self.at_end(&labels[b]) < self.at_end(&next)) =>
                        {
                            labels.push(next);
                            best = Some(labels.len() - 1);
                        }
                        None => {}
                    }
                }
            }
        }
        best.map(|best| (labels, best))
    }

    /// The best label of each set of counts, and the best few of those.
    fn keep(&self, labels: &[Label], here: &[usize]) -> Vec<usize> {
        // Who did last what comes again in a rhythm has most time until it must be done again: both that one and the one of most worth are kept.
        // What he did too late is no gain.
        let mut best: HashMap<&[u8], [usize; 2]> = HashMap::new();
        for &label in here {
            let [of_worth, last] = best.entry(labels[label].counts.as_slice()).or_insert([label; 2]);
            let since = |label: usize| {
                let Label { since, missed, .. } = &labels[label];
                since.iter().sum::<usize>().saturating_sub(*missed)
            };
            let is_worth_more = |known: usize| value(&labels[label]) > value(&labels[known]);
            if is_worth_more(*of_worth) {
                *of_worth = label;
            }
            if since(label) > since(*last) || (since(label) == since(*last) && is_worth_more(*last)) {
                *last = label;
            }
        }
        let mut kept: Vec<usize> = best.into_values().flatten().collect();
        kept.sort_unstable();
        kept.dedup();
        let done = |label: usize| labels[label].counts.iter().map(|&count| usize::from(count)).sum::<usize>();
        kept.sort_by(|&a, &b| {
            value(&labels[b]).total_cmp(&value(&labels[a])).then(done(b).cmp(&done(a))).then(a.cmp(&b))
        });
        kept.truncate(KEPT);
        if self.aim == Aim::Landed {
            kept.extend(self.by_load(labels, here));
            kept.sort_unstable();
            kept.dedup();
        }
        kept
    }

    /// The best label of each layer of load.
    fn by_load(&self, labels: &[Label], here: &[usize]) -> Vec<usize> {
        let ship = &self.sets.plan.vessels[self.network.vessel];
        let most = ship.hold_total.min(ship.hold.iter().sum());
        let mut best: BTreeMap<usize, usize> = BTreeMap::new();
        for &label in here {
            let load: f64 = labels[label].aboard.iter().sum();
            let of_layer = best.entry((load / most * LAYERS).ceil() as usize).or_insert(label);
            if value(&labels[label]) > value(&labels[*of_layer]) {
                *of_layer = label;
            }
        }
        best.into_values().collect()
    }

    /// What a way is worth at its end, where what a ship has loaded and not landed is worth nothing.
    fn at_end(&self, label: &Label) -> f64 {
        let began = &self.sets.plan.vessels[self.network.vessel].aboard;
        let fetched: f64 = label.aboard.iter().zip(began).map(|(now, then)| (now - then).max(0.0)).sum();
        label.worth - if self.aim == Aim::Landed { ABOARD * fetched } else { 0.0 }
    }

    /// Whether everything was done that must be.
    fn is_whole(&self, label: &Label) -> bool {
        let plan = self.sets.plan;
        let mut tasks = self.tasks.iter().zip(&label.counts);
        tasks.all(|(&task, &count)| u32::from(count) >= plan.tasks[task].least)
    }

    /// A label and one more arc; nothing where it may not be taken.
    fn extend(&self, label: &Label, place: usize, arc: usize) -> Option<Label> {
        let plan = self.sets.plan;
        let way = &self.network.arcs[arc];
        // No rule is asked of what has happened; that nothing more is done is said of all that is to come.
        let has_happened = way.from.slot < self.sets.until && way.deed != Deed::Done;
        if let Some(to) = way.to.filter(|_| !has_happened) {
            let slots = way.from.slot..to.slot;
            let is_free = match (way.deed, self.network.session_of(way).map(|session| session.of)) {
                (_, Some(SessionOf::Transfer(transfer))) => self.taken.is_free(plan, transfer, slots),
                (Deed::Task(task), _) => self.taken.has(plan, &plan.tasks[task].uses, slots),
                _ => true,
            };
            if !is_free {
                return None;
            }
        }
        let until = |task: Ix<Task>| match (way.deed, way.to) {
            (Deed::Task(own), _) if self.tended.are_one(own, task) => way.from.slot,
            (_, Some(to)) => to.slot,
            // Whom it serves may not be done yet.
            (_, None) if plan.tasks[task].serves.is_some() => self.sets.horizon().slots,
            (_, None) => way.from.slot,
        };
        let mut rhythms = self.tasks.iter().zip(&label.since);
        if !has_happened && !rhythms.all(|(&task, &since)| self.tended.is_kept(task, since, until(task))) {
            return None;
        }
        let mut next = Label { from: Some((place, arc)), ..label.clone() };
        if !has_happened {
            let missed = self.missed(label, way.deed, until);
            next.missed += missed;
            next.worth -= MISSED * missed as f64;
        }
        match way.deed {
            Deed::Task(task) => {
                let own = self.tasks.iter().position(|&own| own == task)?;
                let is_ready = |after: &crate::plan::Precedence| {
                    let Some(before) = self.tasks.iter().position(|&own| own == after.task) else {
                        return true;
                    };
                    let is_once = plan.tasks[after.task].most == 1;
                    if is_once { label.counts[before] > 0 } else { label.counts[before] > label.counts[own] }
                };
                let is_allowed = u32::from(label.counts[own]) < plan.tasks[task].most
                    && plan.tasks[task].after.iter().all(is_ready);
                if !has_happened && !is_allowed {
                    return None;
                }
                if let Some(to) = way.to.filter(|_| self.tended.is_told(task)) {
                    if !has_happened && !self.tended.is_there(task, way.from.slot..to.slot) {
                        return None;
                    }
                    for (since, &other) in next.since.iter_mut().zip(&self.tasks) {
                        if self.tended.are_one(task, other) {
                            *since = to.slot;
                        }
                    }
                }
                next.counts[own] = next.counts[own].saturating_add(1);
                next.worth -= EFFORT;
            }
            Deed::Begin(session) | Deed::Stay(session) => {
                if matches!(way.deed, Deed::Begin(_)) {
                    next.worth -= EFFORT;
                }
                let slots = self.network.flowing(way).len() as f64;
                match self.network.sessions[session].of {
                    SessionOf::Sampling(q) => self.lift(&mut next, q, slots),
                    // It meets others where they are sent to it, and not before.
                    of if !has_happened && self.is_meeting(of) => return None,
                    SessionOf::Transfer(r) => self.transfer(&mut next, r, slots),
                    SessionOf::Alongside(_) => {}
                }
            }
            Deed::Sail(_) => next.worth -= EFFORT,
            Deed::Wait | Deed::End(_) | Deed::Done => {}
        }
        Some(next)
    }

    /// Whether it meets another vessel in a session.
    fn is_meeting(&self, of: SessionOf) -> bool {
        match of {
            SessionOf::Sampling(_) => false,
            SessionOf::Transfer(r) => self.sets.plan.transfers[r].meets.is_some(),
            SessionOf::Alongside(_) => true,
        }
    }

    /// How many slots too long it was until a deed that ends a time without what counts in a rhythm, where others may do that as well.
    fn missed(&self, label: &Label, deed: Deed, until: impl Fn(Ix<Task>) -> usize) -> usize {
        let ends = |task: Ix<Task>| match deed {
            Deed::Task(own) => self.tended.are_one(own, task),
            _ => deed == Deed::Done,
        };
        let tasks = self.tasks.iter().zip(&label.since).filter(|(task, _)| ends(**task));
        tasks.map(|(&task, &since)| self.tended.missed(task, since, until(task))).sum()
    }

    fn lift(&self, label: &mut Label, sampling: Ix<Sampling>, slots: f64) {
        let of_it = &self.sets.plan.samplings[sampling];
        let commodity = of_it.commodity.index();
        let hold = self.sets.plan.vessels[self.network.vessel].hold[commodity];
        let room = if self.is_met { f64::INFINITY } else { hold - label.aboard[commodity] };
        let (most, steps) = &self.worths[sampling.index()];
        if self.aim == Aim::Endless {
            let each = steps.first().map_or(0.0, |(_, each)| *each);
            label.worth += ABOARD * each * slots * self.sets.lift_per_slot(sampling);
            return;
        }
        let before = label.lifted[sampling.index()];
        let tonnes = (slots * self.sets.lift_per_slot(sampling)).min(room).min(most - before).max(0.0);
        let worth = |tonnes: f64| {
            let mut left = tonnes;
            let steps = steps.iter().map(|&(step, each)| {
                let taken = step.min(left);
                left -= taken;
                taken * each
            });
            steps.sum::<f64>()
        };
        label.worth += ABOARD * (worth(before + tonnes) - worth(before));
        label.lifted[sampling.index()] += tonnes;
        label.aboard[commodity] += tonnes;
    }

    fn transfer(&self, label: &mut Label, transfer: Ix<crate::plan::Transfer>, slots: f64) {
        let of_it = &self.sets.plan.transfers[transfer];
        let (commodity, vessel) = (of_it.commodity.index(), self.network.vessel);
        let rate = slots * self.sets.move_per_slot(transfer);
        if of_it.sign(Holder::Vessel(vessel)) > 0.0 {
            let room = self.sets.plan.vessels[vessel].hold[commodity] - label.aboard[commodity];
            let tonnes = rate.min(room).max(0.0);
            label.aboard[commodity] += tonnes;
            // What is fetched is taken to be there; whether it is, the solver finds.
            label.worth += ABOARD * tonnes;
        } else {
            let tonnes = rate.min(label.aboard[commodity]);
            label.aboard[commodity] -= tonnes;
            if self.sets.is_shore(transfer) {
                label.worth += (1.0 - ABOARD) * tonnes;
            }
        }
    }
}

/// What may be lifted of a sampling and those joined with it, and the worth of it: tonnes and what each is worth, falling.
fn worths(sets: &Sets<'_>, sampling: Ix<Sampling>) -> (f64, Vec<(f64, f64)>) {
    let mut steps: Vec<(f64, f64)> = Vec::new();
    let mut most = 0.0;
    for q in sets.joined_under(sampling) {
        let mut left = sets.plan.samplings[q].at_most;
        most += left;
        for &(tonnes, each) in &sets.plan.samplings[q].value {
            steps.push((tonnes.min(left), each));
            left = (left - tonnes).max(0.0);
        }
    }
    steps.sort_by(|a, b| b.1.total_cmp(&a.1));
    (most, steps)
}

fn value(label: &Label) -> f64 {
    label.worth
}

/// The moves of a way; runs of single slots are joined.
pub fn moves(sets: &Sets<'_>, network: &Network, arcs: &[usize]) -> Vec<Move> {
    let mut moves: Vec<Move> = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for &arc in arcs {
        let arc = &network.arcs[arc];
        let start = arc.from.slot;
        let end = arc.to.map_or(start, |to| to.slot);
        match arc.deed {
            Deed::Task(task) => moves.push(Move { what: What::Task(task), start, end }),
            Deed::Sail(leg) => {
                let leg = &sets.plan.vessels[network.vessel].legs[leg];
                moves.push(Move { what: What::Sail(leg.from, leg.to), start, end });
            }
            Deed::Begin(place) | Deed::Stay(place) | Deed::End(place) => {
                let goes_on = open.is_some_and(|(session, until)| session == place && until == start);
                match moves.last_mut().filter(|_| goes_on) {
                    Some(last) => last.end = end,
                    None => {
                        let what = match network.sessions[place].of {
                            SessionOf::Sampling(q) => What::Sample(q, Vec::new()),
                            SessionOf::Transfer(r) => What::Transfer(r, Vec::new()),
                            SessionOf::Alongside(r) => What::Alongside(r),
                        };
                        moves.push(Move { what, start, end });
                    }
                }
                let is_over = matches!(arc.deed, Deed::End(_)) && !network.sessions[place].is_single();
                open = (!is_over).then_some((place, end));
                continue;
            }
            Deed::Wait | Deed::Done => {}
        }
        open = None;
    }
    moves
}
