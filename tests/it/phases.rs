//! Tasks in phases: windows, voyages and the judge agree with a slow oracle that walks through every minute of the work.

use crate::support::{Run, Written};
use mudline::plan::{Plan, Sea, windows};
use mudline::schedule::verify::verify;
use mudline::schedule::{Itinerary, SolveStamp, Status, account};
use mudline::simulate::ground::Ground;
use proptest::prelude::*;

/// Minutes and greatest wave height of each phase.
type Phases = Vec<(usize, f64)>;

fn plan(phases: &[(usize, f64)], reserve_h: usize, hours: usize) -> String {
    let rows: Vec<String> = phases
        .iter()
        .map(|(minutes, hs)| format!("{{ duration = \"{minutes} min\", limits = {{ hs = \"{hs} m\" }} }}"))
        .collect();
    let all: usize = phases.iter().map(|(minutes, _)| minutes).sum();
    format!(
        "plan = {{ name = \"phases\", start = 2026-01-01T00:00:00Z, end = 2026-01-{:02}T00:00:00Z }}\n\
         weather = [{{ id = \"w\", file = \"sea.csv\" }}]\nsite = [{{ id = \"here\", kind = \"sea\", weather = \"w\" }}]\n\
         [[task]]\nid = \"lay\"\nsite = \"here\"\nduration = \"{all} min\"\ncontingency = \"{reserve_h} h\"\nlimits = {{ hs = \"4 m\" }}\n\
         phases = [{}]\n",
        1 + hours / 24,
        rows.join(", ")
    )
}

/// Whether work may start in an hour: every minute of every slot that it touches, and then the reserve under the last phase.
fn slow_may_start(hs: &[f64], phases: &[(usize, f64)], reserve_h: usize, start: usize) -> bool {
    let minutes: Vec<f64> = phases.iter().flat_map(|(minutes, limit)| vec![*limit; *minutes]).collect();
    let work_h = minutes.len().div_ceil(60);
    let last = phases.last().map_or(0.0, |(_, limit)| *limit);
    let in_work = (0..minutes.len())
        .all(|minute| hs.get(start + minute / 60).is_some_and(|hs| *hs <= minutes[minute].min(4.0)));
    let in_reserve =
        (0..reserve_h).all(|hour| hs.get(start + work_h + hour).is_some_and(|hs| *hs <= last.min(4.0)));
    in_work && in_reserve
}

/// Whether the judge finds nothing against the task begun in that hour.
fn is_accepted(plan: &Plan, sea: &Sea, start: usize, end: usize) -> bool {
    let task = plan.tasks.places().next().expect("a task");
    let itinerary = Itinerary { alone: vec![(task, start, end)], ..Itinerary::default() };
    let solve = SolveStamp { status: Status::Feasible, goals: Vec::new(), solver: "none".to_owned() };
    let schedule = account(plan, sea, &itinerary, solve);
    verify(plan, sea, &schedule)
        .iter()
        .all(|found| !found.rule.starts_with("task-") && found.rule != "contingency")
}

fn phases() -> impl Strategy<Value = Phases> {
    let minutes = prop::sample::select(vec![20usize, 60, 90, 120, 210]);
    let limit = prop::sample::select(vec![1.0, 2.0, 3.0]);
    prop::collection::vec((minutes, limit), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn windows_voyages_and_the_judge_equal_a_slow_oracle(
        hs in prop::collection::vec(prop::sample::select(vec![0.5, 0.9, 1.5, 1.5, 2.5, 2.5, 3.5]), 48),
        phases in phases(), reserve_h in 0usize..3,
    ) {
        let (plan, sea) = Written::new(&plan(&phases, reserve_h, hs.len()), &hs).load();
        let place = plan.tasks.places().next().expect("a task");
        let work = plan.horizon.slots_for(plan.tasks[place].duration);
        let windows = windows::of_task(&plan, &sea, place);
        let ground = Ground::new(&plan, &sea, plan.horizon, true);
        let table = &ground.tasks[0].table;
        let starts: Vec<usize> = (0..hs.len()).filter(|&start| slow_may_start(&hs, &phases, reserve_h, start)).collect();
        prop_assert_eq!(windows.starts.iter().map(|(start, _)| start).collect::<Vec<_>>(), starts.clone());
        for now in 0..hs.len() {
            let next = starts.iter().find(|&&start| start >= now).map(|&start| start as u32);
            prop_assert_eq!(table.start(now as u32, (work + reserve_h) as u32), next);
            let last = starts.iter().rev().find(|&&start| start + work <= now).map(|&start| start as u32);
            prop_assert_eq!(table.latest(now as u32, work as u32, reserve_h as u32), last);
            prop_assert_eq!(table.ahead(now as u32) > 0, starts.contains(&now));
            if now + work <= hs.len() {
                prop_assert_eq!(is_accepted(&plan, &sea, now, now + work), starts.contains(&now), "start {}", now);
            }
            let first_against = ground.tasks[0].cause[now];
            prop_assert!(!starts.contains(&now) || first_against == mudline::simulate::ground::OPEN);
        }
    }
}

/// Three hours under 1 m, then three under 3 m; the sea lies below 1 m from 06:00 to 09:00 only.
fn example() -> Written {
    let hs: Vec<f64> = (0..96).map(|hour| if (6..9).contains(&hour) { 0.8 } else { 2.0 }).collect();
    Written::new(&plan(&[(180, 1.0), (180, 3.0)], 0, 48), &hs)
}

#[test]
fn a_task_in_phases_is_planned_judged_simulated_and_shown() {
    let written = example();
    let folder = written.folder.path();
    let shown = Run::new(["windows"]).arg(folder).done();
    assert!(shown.stdout.contains("lay: hs 1 m for 3 h,\n  then hs 3 m for 3 h"), "{}", shown.stdout);
    assert!(shown.stdout.contains("can start from 1 Jan 06:00 to 1 Jan 06:00"), "{}", shown.stdout);
    let out = folder.join("out");
    Run::new(["schedule"]).arg(folder).arg("-o").arg(&out).done();
    let file = out.join("schedule.json");
    let text = std::fs::read_to_string(&file).expect("a schedule");
    let schedule: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(schedule["activities"][0]["start"], "2026-01-01T06:00:00Z");
    assert_eq!(schedule["windows"][0]["limits"], "hs 1 m for 3 h, then hs 3 m for 3 h");
    Run::new(["verify"]).arg(folder).arg(&file).done();
    let voyages = |start: &str| {
        std::fs::write(folder.join("starts.txt"), format!("{start}\n")).expect("written");
        let ran = Run::new(["simulate"]).arg(folder).arg("--weather").arg(folder.join("sea.csv"));
        ran.arg("--starts").arg(folder.join("starts.txt")).arg("--json").arg("--keep-runs").either().json()
    };
    // From 05:00 on its first hour of three calm ones is 06:00: done at 12:00. From 07:00 on there never are three.
    assert_eq!(voyages("2026-01-01T05:00:00Z")["runs"][0]["finish"], "2026-01-01T12:00:00Z");
    assert_ne!(voyages("2026-01-01T07:00:00Z")["runs"][0]["outcome"], "done");
    let moved = text.replace("T06:00:00", "T07:00:00").replace("T12:00:00", "T13:00:00");
    std::fs::write(&file, moved).expect("written");
    Run::new(["verify"]).arg(folder).arg(&file).fault().stdout_has("and its limit in phase 1 is 1 m");
}
