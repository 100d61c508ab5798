//! What must hold for any plan: schedules pass the judge, optima equal those of a search through everything, and the order in which
//! a plan lists things does not matter.

use crate::support::Written;
use mudline::model::{Options, Outcome, optimise};
use mudline::plan::{Plan, Sea};
use mudline::schedule::{Schedule, Status, account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

/// How many plans are drawn, from a fixed seed so that every run tests the same ones. To search further, set
/// `MUDLINE_CASES` to a number and `MUDLINE_SEED` to another seed.
fn draws(cases: u32) -> ProptestConfig {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    ProptestConfig {
        cases: number("MUDLINE_CASES").map_or(cases, |cases| cases as u32),
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED").unwrap_or(2026)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn schedule(plan: &Plan, sea: &Sea) -> Option<Schedule> {
    let stop = AtomicBool::new(false);
    let options = Options::new(&stop);
    match optimise(plan, sea, &options).expect("a solver that works") {
        Outcome::Solved(solved) => Some(account(plan, sea, &solved.itinerary, solved.stamp)),
        Outcome::Infeasible(conflict) => {
            assert!(!conflict.reasons.is_empty());
            None
        }
        Outcome::NoneInTime => panic!("there was no limit"),
    }
}

/// Seas of `hours` hours that go up and down.
fn sea(hours: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((0.5..4.0f64, 1usize..9), hours).prop_map(move |steps| {
        let hs =
            steps.into_iter().flat_map(|(hs, hours)| std::iter::repeat_n((hs * 10.0).round() / 10.0, hours));
        hs.take(hours).collect()
    })
}

/// A task of a random project.
#[derive(Debug, Clone)]
struct Work {
    hours: usize,
    reserve: usize,
    max_pause: Option<usize>,
    limit: f64,
    after: Option<(usize, usize, Option<usize>)>,
    crane: u32,
}

fn work() -> impl Strategy<Value = Work> {
    let after = prop::option::of((0usize..3, 0usize..3, prop::option::of(0usize..5)));
    (1usize..4, 0usize..2, prop::option::of(0usize..4), 1.0..4.0f64, after, 0u32..3).prop_map(
        |(hours, reserve, max_pause, limit, after, crane)| Work {
            hours,
            reserve,
            max_pause,
            limit: (limit * 10.0).round() / 10.0,
            after,
            crane,
        },
    )
}

const HOURS: usize = 12;

fn project(works: &[Work], order: &[usize]) -> String {
    let mut plan = format!(
        "plan = {{ name = \"p\", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{HOURS}:00:00Z }}\n\
         goal = {{ order = [\"finish\"] }}\nweather = [{{ id = \"w\", file = \"sea.csv\" }}]\n\
         site = [{{ id = \"here\", kind = \"port\", weather = \"w\" }}]\nresource = [{{ id = \"crane\", capacity = 2 }}]\n"
    );
    for &place in order {
        let work = &works[place];
        let _ = writeln!(
            plan,
            "[[task]]\nid = \"t{place}\"\nsite = \"here\"\nduration = \"{} h\"\nlimits = {{ hs = \"{} m\" }}",
            work.hours, work.limit
        );
        if work.reserve > 0 {
            let _ = writeln!(plan, "contingency = \"{} h\"", work.reserve);
        }
        if work.crane > 0 {
            let _ = writeln!(plan, "uses = {{ crane = {} }}", work.crane);
        }
        if let Some(pause) = work.max_pause.filter(|pause| *pause > 0) {
            let _ = writeln!(plan, "suspend = \"free\"\nmax_pause = \"{pause} h\"");
        }
        if let Some((task, lag, within)) = work.after.filter(|(task, ..)| *task < place) {
            let within = within.map_or(String::new(), |more| format!(", within = \"{} h\"", lag + more));
            let lag = if lag > 0 { format!(", lag = \"{lag} h\"") } else { String::new() };
            let _ = writeln!(
                plan,
                "after = [{{ task = \"t{task}\"{lag}{} }}]",
                if within == ", within = \"0 h\"" { "" } else { &within }
            );
        }
    }
    plan
}

/// The finish of a task that starts at `start`, walked hour by hour.
fn finish(work: &Work, hs: &[f64], start: usize) -> Option<usize> {
    let longest = work.max_pause.filter(|pause| *pause > 0).unwrap_or(0);
    let (mut done, mut pause, mut finish) = (0, 0, None);
    for hour in start.. {
        if done == work.hours && finish.is_none() {
            finish = Some(hour);
        }
        if done == work.hours + work.reserve {
            return finish;
        }
        if *hs.get(hour)? <= work.limit {
            (done, pause) = (done + 1, 0);
        } else {
            pause += 1;
            if pause > longest || done == 0 {
                return None;
            }
        }
    }
    None
}

/// The earliest finish of a project, by trying every start of every task.
fn search(works: &[Work], hs: &[f64]) -> Option<usize> {
    let mut best = None;
    let mut starts = vec![0; works.len()];
    loop {
        let ends: Option<Vec<usize>> =
            works.iter().zip(&starts).map(|(work, &start)| finish(work, hs, start)).collect();
        if let Some(ends) = ends.filter(|ends| keeps(works, &starts, ends)) {
            let end = ends.into_iter().max().unwrap_or(0);
            best = Some(best.map_or(end, |best: usize| best.min(end)));
        }
        let Some(next) = starts.iter().position(|&start| start + 1 < HOURS) else { return best };
        starts[next] += 1;
        starts[..next].fill(0);
    }
}

fn keeps(works: &[Work], starts: &[usize], ends: &[usize]) -> bool {
    let in_order =
        works.iter().enumerate().all(|(place, work)| match work.after.filter(|(task, ..)| *task < place) {
            Some((task, lag, within)) => {
                // A `within` of nothing is not written, since it would be refused.
                let within = within.map(|more| lag + more).filter(|within| *within > 0);
                starts[place] >= ends[task] + lag
                    && within.is_none_or(|within| starts[place] <= ends[task] + within)
            }
            None => true,
        });
    let in_use = |hour: usize| -> u32 {
        let at_work =
            works.iter().enumerate().filter(|(place, _)| (starts[*place]..ends[*place]).contains(&hour));
        at_work.map(|(_, work)| work.crane).sum()
    };
    in_order && (0..HOURS).all(|hour| in_use(hour) <= 2)
}

proptest! {
    #![proptest_config(draws(40))]

    #[test]
    fn a_project_is_as_early_as_a_search_through_everything_finds(works in prop::collection::vec(work(), 1..4), hs in sea(HOURS)) {
        let order: Vec<usize> = (0..works.len()).collect();
        let backwards: Vec<usize> = order.iter().rev().copied().collect();
        let best = search(&works, &hs);
        for order in [order, backwards] {
            let written = Written::new(&project(&works, &order), &hs);
            let checked = mudline::plan::load(written.folder.path()).expect("files");
            let Some((plan, sea)) = checked.plan else {
                // The checks may see by themselves that a task can never start.
                prop_assert!(checked.found.iter().any(|d| d.slug == "never-open"), "{:?}", checked.found);
                prop_assert_eq!(best, None);
                continue;
            };
            let found = schedule(&plan, &sea);
            prop_assert_eq!(found.as_ref().map(|s| s.solve.goals[0].value), best.map(|slots| slots as f64));
            if let Some(found) = found {
                prop_assert_eq!(found.solve.status, Status::Optimal);
                prop_assert_eq!(verify(&plan, &sea, &found), Vec::new());
            }
        }
    }
}

proptest! {
    #![proptest_config(draws(8))]

    #[test]
    fn every_voyage_passes_the_judge(
        hs in sea(96),
        rate in 1u32..6,
        hold in 5u32..40,
        min_run in 1usize..6,
        setup in 0usize..3,
        pause in 1usize..12,
        (limit, survives) in (1.0..3.0f64, 2.0..5.0f64),
        goals in prop::sample::select(vec![
            r#"["delivered", "finish"]"#, r#"["finish", "delivered"]"#, r#"["sampled", "cost"]"#, r#"["lateness", "delivered", "finish"]"#,
        ]),
        tolerance in prop::sample::select(vec!["0 %", "10 %"]),
        (again, smallest) in (1u32..3, 0u32..5),
    ) {
        let smallest = if smallest > 0 { format!("smallest = \"{smallest} t\"") } else { String::new() };
        let plan = format!(r#"
            plan = {{ name = "v", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z, currency = "USD" }}
            goal = {{ order = {goals}, tolerance = "{tolerance}" }}
            weather = [{{ id = "w", file = "sea.csv" }}]
            commodity = [{{ id = "mud" }}]
            [[site]]
            id = "port"
            kind = "port"
            position = [0.0, 0.0]
            [[site]]
            id = "field"
            kind = "sea"
            position = [0.0, 1.0]
            weather = "w"
            [[vessel]]
            id = "ship"
            at = "port"
            home = "port"
            calls = ["port", "field"]
            speed = "12 kn"
            day_rate = "1000 USD/d"
            hold = {{ mud = "{hold} t" }}
            sail_limits = {{ hs = "5 m" }}
            gear = [{{ id = "stowed" }}, {{ id = "down", survives = {{ hs = "{survives:.1} m" }} }}]
            [[task]]
            id = "lower"
            vessel = "ship"
            site = "field"
            duration = "6 h"
            contingency = "2 h"
            suspend = "hold"
            max_pause = "{pause} h"
            limits = {{ hs = "{limit:.1} m" }}
            leaves = "down"
            times = "0..{again}"
            due = 2026-01-01T20:00:00Z
            cost = "500 USD"
            [[task]]
            id = "raise"
            vessel = "ship"
            site = "field"
            duration = "4 h"
            limits = {{ hs = "3.5 m" }}
            gear = "down"
            leaves = "stowed"
            times = "0..{again}"
            after = [{{ task = "lower", lag = "1 h" }}]
            [[sampling]]
            id = "lift"
            vessel = "ship"
            site = "field"
            gear = "down"
            commodity = "mud"
            rate = "{rate} t/h"
            min_run = "{min_run} h"
            limits = {{ hs = "{limit:.1} m" }}
            value = [["8 t", 2.0], ["50 t", 1.0]]
            [[transfer]]
            id = "land"
            from = "ship"
            to = "port"
            commodity = "mud"
            rate = "7 t/h"
            setup = "{setup} h"
            {smallest}
            [[closure]]
            site = "port"
            from = 2026-01-04T00:00:00Z
            to = 2026-01-04T03:00:00Z
        "#);
        let written = Written::new(&plan, &hs);
        let checked = mudline::plan::load(written.folder.path()).expect("files");
        if let Some((plan, sea)) = checked.plan {
            let found = schedule(&plan, &sea).expect("doing nothing is a schedule");
            prop_assert_eq!(verify(&plan, &sea, &found), Vec::new());
            for hours in found.totals.vessels.values() {
                prop_assert!((hours.elapsed_h() - 96.0).abs() < 1e-9, "{hours:?}");
            }
        } else {
            prop_assert!(checked.found.iter().all(|d| !d.slug.starts_with("unresolved")), "{:?}", checked.found);
        }
    }
}
