//! Rules by which works are put in a list: the job with the least key comes first.
//!
//! In: works. Out: for each rule a key of each job. The rules are those that Kolisch and Hartmann found best, and the order of the file.

use super::Works;

impl Works<'_, '_> {
    /// For each rule the keys of all jobs.
    pub fn rules(&self) -> Vec<Vec<f64>> {
        let backward = self.backward();
        let count = self.jobs.len();
        let mut latest_end: Vec<usize> = vec![0; count];
        let mut behind: Vec<Vec<bool>> = vec![Vec::new(); count];
        for &job in &backward {
            let of_it = &self.jobs[job];
            let last = self.sets.starts[of_it.task.index()].last().map_or(0, |start| start.1);
            let next = of_it.next.iter();
            let by_next =
                next.map(|&(next, lag)| latest_end[next].saturating_sub(self.jobs[next].slots + lag));
            latest_end[job] = by_next.min().unwrap_or(last).min(last).min(of_it.ends.1);
            let mut all = vec![false; count];
            for &(next, _) in &of_it.next {
                all[next] = true;
                for (known, also) in all.iter_mut().zip(&behind[next]) {
                    *known |= also;
                }
            }
            behind[job] = all;
        }
        let of = |key: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..count).map(key).collect() };
        let slots = |job: usize| self.jobs[job].slots as f64;
        let next = |job: usize| self.jobs[job].next.iter().map(|&(next, _)| slots(next)).sum::<f64>();
        vec![
            of(&|job| latest_end[job] as f64),
            of(&|job| latest_end[job] as f64 - slots(job)),
            of(&|job| -(behind[job].iter().filter(|is_behind| **is_behind).count() as f64)),
            of(&|job| -(slots(job) + next(job))),
            of(&|job| job as f64),
            of(&|job| -slots(job)),
        ]
    }

    /// All jobs, each after those that wait for it.
    fn backward(&self) -> Vec<usize> {
        let mut waiting: Vec<usize> = self.jobs.iter().map(|job| job.next.len()).collect();
        let mut order: Vec<usize> = (0..self.jobs.len()).filter(|&job| waiting[job] == 0).collect();
        let mut nth = 0;
        while let Some(&job) = order.get(nth) {
            nth += 1;
            for before in self.jobs[job].links.iter().filter_map(|link| link.job) {
                waiting[before] -= 1;
                if waiting[before] == 0 {
                    order.push(before);
                }
            }
        }
        order
    }
}
