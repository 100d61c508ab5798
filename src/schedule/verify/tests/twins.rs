//! The judge and the windows are two ways to say when a task may be done: in any weather they must say the same.
//!
//! Only these tests know both.

use super::{Story, activity, at};
use crate::plan::{Closed, ClosedBy, Closure, Plan, Sea, windows};
use crate::schedule::verify::case::{Case, runs};
use crate::schedule::verify::verify;
use crate::schedule::{Activity, Kind, Schedule};
use proptest::prelude::*;
use std::sync::LazyLock;

static GOOD: LazyLock<(Plan, Sea, Schedule)> = LazyLock::new(|| Story::good().told());

/// Whether the judge finds a fault in when this one task is done.
fn is_refused(
    plan: &Plan,
    sea: &Sea,
    schedule: &mut Schedule,
    work: Vec<std::ops::Range<usize>>,
    task: &str,
) -> bool {
    let (vessel, site) = if task == "inspect" { ("", "port") } else { ("ship", "field") };
    let hour = |slot: usize| slot as f64;
    let (start, end) = (work[0].start, work[work.len() - 1].end);
    schedule.activities = vec![Activity {
        work: work.iter().map(|run| (at(hour(run.start)), at(hour(run.end)))).collect(),
        ..activity(Kind::Task, task, vessel, site, (hour(start), hour(end)))
    }];
    verify(plan, sea, schedule).iter().any(|violation| {
        let parts = [
            "task-w",
            "task-b",
            "task-d",
            "task-e",
            "task-cl",
            "pause-",
            "contingency",
            "release",
            "deadline",
        ];
        parts.iter().any(|part| violation.rule.starts_with(part))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_task_may_start_where_the_windows_say_so_and_nowhere_else(
        hs in prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 1.9, 2.3, 2.6, 4.5, f64::NAN]), 72),
        closed in prop::option::of((0usize..3, 0i64..70, 1i64..9)),
    ) {
        let (mut plan, mut sea, mut schedule) = GOOD.clone();
        sea.0[0].values[0] = hs;
        if let Some((what, from, minutes)) = closed {
            let what = match what {
                0 => plan.sites.find(|site| site.id == "field").map(Closed::Site),
                1 => plan.vessels.find(|vessel| vessel.id == "ship").map(Closed::Vessel),
                _ => plan.tasks.find(|task| task.id == "test").map(Closed::Task),
            };
            let from = at(from as f64).to_utc() - chrono::TimeDelta::minutes(minutes * 10 - 30);
            let to = from + chrono::TimeDelta::minutes(minutes * 20);
            let slots = plan.horizon.touched(from, to);
            let what = what.expect("there");
            plan.closures.push(Closure { what, by: ClosedBy::Hire, slots, from, to, reason: None });
        }
        for (place, task) in plan.tasks.entries().filter(|(_, task)| task.id != "paint") {
            let windows = windows::of_task(&plan, &sea, place);
            let length = plan.horizon.slots_for(task.duration);
            for start in 0..plan.horizon.slots {
                let open = (start..plan.horizon.slots).filter(|&slot| windows.slots.open[slot] || slot == start);
                let work = runs(open.take(length));
                if work.iter().map(|run| run.len()).sum::<usize>() < length {
                    prop_assert!(windows.starts.finish(start).is_none());
                    continue;
                }
                let may = windows.starts.finish(start).is_some();
                prop_assert_eq!(may, !is_refused(&plan, &sea, &mut schedule, work, &task.id), "{} {}", task.id, start);
            }
        }
        let case = Case::new(&plan, &sea, &schedule);
        for (place, vessel) in plan.vessels.entries() {
            for leg in &vessel.legs {
                let slots = case.sailing_slots(place, leg.from, leg.to).into_iter().map(|(_, slots)| slots);
                prop_assert_eq!(slots.collect::<Vec<_>>(), vec![plan.horizon.slots_for(leg.duration)]);
            }
        }
    }
}
