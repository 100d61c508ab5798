//! Lists for works that vessels must come to, sought among drafts.
//!
//! In: works. Out: the best of what could be laid. From the list of each rule one job at a time is put somewhere else, and the new list is kept
//! where it is no worse than the one before it or than that of some lists ago.
//! Source: late acceptance, Burke and Bykov 2017, Eur. J. Oper. Res. 258:70-78.

use super::Works;
use super::draft::{Draft, Drafts};
use super::lay::Laid;
use crate::id::Ix;
use crate::plan::Task;
use crate::time::Slot;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// So many jobs are drafted in all: a number, and no time, so that a plan has the same first answer wherever it is planned.
const DRAFTED: usize = 20_000_000;
/// A list is compared with that of so many lists ago.
const AGO: usize = 100;
/// After so many lists for each job that are no better it begins anew.
const PATIENCE: usize = 200;
/// After so many times through all rules that led to nothing better it ends.
const ROUNDS: usize = 2;
/// After so many lists the clock is looked at.
const LISTS: usize = 64;

/// A list and what it comes to; less is better, and what it breaks comes first.
struct Tried {
    list: Vec<usize>,
    draft: Draft,
    worth: Vec<f64>,
}

impl Works<'_, '_> {
    /// The best that was laid, with what it comes to; nothing where no vessel has to come to any of the works. None is sought any more when all
    /// is done by `soonest`, if only that counts, or when `has_time`, told whether one was found, says so.
    pub fn sought(&self, soonest: Slot, has_time: &dyn Fn(bool) -> bool) -> Option<(Vec<f64>, Laid)> {
        let drafts = Drafts::new(self)?;
        let mut random = ChaCha8Rng::seed_from_u64(0);
        let (mut drafted, mut looks) = (0, 0);
        let mut best: Option<(Vec<f64>, Laid)> = None;
        let rules = self.rules();
        let mut last_better = 0;
        for (nth, rule) in rules.iter().cycle().enumerate() {
            let is_done = best.as_ref().is_some_and(|(worth, _)| self.is_done(worth, soonest));
            let is_over = drafted > DRAFTED || nth > last_better + ROUNDS * rules.len();
            if is_over || is_done || (nth > 0 && !has_time(best.is_some())) {
                break;
            }
            let goes_on = |drafted: usize| drafted <= DRAFTED && has_time(best.is_some());
            let found = self.best_near(&drafts, rule, &mut random, &mut drafted, &goes_on);
            let is_better = best.as_ref().is_none_or(|(known, _)| found.worth[1..] < known[..]);
            if found.draft.excess > 0 || !is_better {
                continue;
            }
            let starts: Vec<f64> = found.draft.turns.iter().map(|turn| turn.0 as f64).collect();
            if let Ok(laid) = self.lay(&starts, &found.draft.floors, &mut looks) {
                let worth = self.worth(&laid);
                if best.as_ref().is_none_or(|(known, _)| worth < *known) {
                    (best, last_better) = (Some((worth, laid)), nth);
                }
            }
        }
        best
    }

    /// The best list that is found from that of a rule.
    fn best_near(
        &self,
        drafts: &Drafts<'_, '_, '_>,
        rule: &[f64],
        random: &mut ChaCha8Rng,
        drafted: &mut usize,
        goes_on: &dyn Fn(usize) -> bool,
    ) -> Tried {
        let mut list: Vec<usize> = (0..rule.len()).collect();
        list.sort_by(|&a, &b| rule[a].total_cmp(&rule[b]).then(a.cmp(&b)));
        let of = |list: Vec<usize>, drafted: &mut usize| {
            let draft = drafts.draft(&list, drafted);
            let worth = self.worth_of_draft(&draft);
            Tried { list, draft, worth }
        };
        let mut near = of(list.clone(), drafted);
        let mut best = of(list, drafted);
        let mut ago = vec![near.worth.clone(); AGO];
        let mut last_better = 0;
        for nth in 0.. {
            if nth > last_better + PATIENCE * best.list.len() || (nth % LISTS == 0 && !goes_on(*drafted)) {
                break;
            }
            let next = of(moved(&near.list, random), drafted);
            if next.worth <= near.worth || next.worth <= ago[nth % AGO] {
                near = next;
            }
            ago[nth % AGO].clone_from(&near.worth);
            if near.worth < best.worth {
                last_better = nth;
                best = of(near.list.clone(), drafted);
            }
        }
        best
    }

    /// What a draft breaks, and what it comes to.
    fn worth_of_draft(&self, draft: &Draft) -> Vec<f64> {
        let given = self.bare.turns.iter().enumerate();
        let given = given.flat_map(|(task, turns)| turns.iter().map(move |turn| (Ix::new(task), turn.1)));
        let jobs = self.jobs.iter().zip(&draft.turns).map(|(job, turn)| (job.task, turn.1));
        let ends: Vec<(Ix<Task>, Slot)> = given.chain(jobs).collect();
        let mut worth = vec![draft.excess as f64];
        worth.extend(self.worth_of(&ends, &draft.done));
        worth
    }
}

/// The list with one job somewhere else, as often as not near to where it was.
fn moved(list: &[usize], random: &mut ChaCha8Rng) -> Vec<usize> {
    let mut below = |most: usize| (random.next_u64() % most.max(1) as u64) as usize;
    let mut moved = list.to_vec();
    let from = below(list.len());
    let to = match below(2) {
        0 => below(list.len()),
        _ => (from + below(7)).saturating_sub(3).min(list.len() - 1),
    };
    let job = moved.remove(from);
    moved.insert(to, job);
    moved
}
