//! There and back: all that is laid as late as the finish lets it, the last first, and then as early as can be in the order of that.
//!
//! In: what is laid, of works that no vessel does. Out: the same laid anew, often sooner done.
//! Source: forward-backward improvement, Li and Willis 1992, Eur. J. Oper. Res. 56:370-379; Valls, Ballestin and Quintanilla 2005,
//! Eur. J. Oper. Res. 165:375-386.

use super::lay::Laid;
use super::{Job, Works};
use crate::time::Slot;

impl Works<'_, '_> {
    /// Lays all anew in the order in which it begins when it is as late as can be; nothing where that leads nowhere, or vessels have to come to it.
    pub fn there_and_back(&self, laid: &Laid, looks: &mut usize) -> Option<Laid> {
        let late = self.late(laid, looks)?;
        self.lay(&late, &self.floors(), looks).ok()
    }

    /// For each job the start at which it is as late as can be, all done by the same finish.
    fn late(&self, laid: &Laid, looks: &mut usize) -> Option<Vec<f64>> {
        if !self.is_ashore {
            return None;
        }
        let turn = |job: &Job| laid.turns[job.task.index()][job.turn];
        let finish = self.jobs.iter().map(|job| turn(job).1).max()?;
        let mut order: Vec<usize> = (0..self.jobs.len()).collect();
        order.sort_by_key(|&job| std::cmp::Reverse((turn(&self.jobs[job]).1, turn(&self.jobs[job]).0, job)));
        let mut late = self.bare.clone();
        let mut starts: Vec<Option<Slot>> = vec![None; self.jobs.len()];
        for job in order {
            let of_it = &self.jobs[job];
            let mut until = finish.min(of_it.ends.1);
            for &(next, lag) in &of_it.next {
                until = until.min(starts[next]?.checked_sub(lag)?);
            }
            // A turn begins before the one after it.
            let after =
                self.jobs.iter().position(|other| (other.task, other.turn) == (of_it.task, of_it.turn + 1));
            let before = match after {
                Some(after) => starts[after]?,
                None => Slot::MAX,
            };
            let uses = &self.sets.plan.tasks[of_it.task].uses;
            let turns = &self.sets.starts[of_it.task.index()];
            let mut nth = turns.partition_point(|turn| turn.1 <= until && turn.0 < before);
            let (start, end) = loop {
                nth = nth.checked_sub(1)?;
                *looks += 1;
                let (start, end) = turns[nth];
                match late.clash(self.sets, uses, start..end) {
                    None => break (start, end),
                    Some(last) => {
                        // It has to be over by the first of the slots up to there in which there is not enough.
                        let first = late.first_clash(self.sets, uses, start..last + 1).unwrap_or(last);
                        nth = nth.min(turns.partition_point(|turn| turn.1 <= first));
                    }
                }
            };
            late.use_up(uses, start..end, true);
            starts[job] = Some(start);
        }
        starts.into_iter().map(|start| start.map(|start| start as f64)).collect()
    }
}
