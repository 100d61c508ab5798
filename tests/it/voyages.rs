//! Plans drawn at random, with two ships, a crew ashore, shared gear, closures, pauses and mud, sailed in weather that nobody planned
//! for: the judge, who knows the plan and the weather alone, keeps every voyage that is said to have gone well, and finds nothing wrong
//! with the others but what they left undone or did too late.

use crate::support::Written;
use mudline::id::Ix;
use mudline::plan::{Plan, Sea};
use mudline::schedule::verify::verify;
use mudline::simulate::case::Settings;
use mudline::simulate::ensemble::{Ask, Ensemble};
use mudline::simulate::fleet::again;
use mudline::simulate::log::Outcome;
use mudline::simulate::order::{Act, Order, Step};
use mudline::simulate::replay::replay;
use mudline::simulate::starts::{Source, Wanted};
use mudline::units::Span;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// What is drawn of a plan.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Of two ships: hours of each of their tasks, the limit in tenths of a metre, how it may pause, and whether it takes the winch.
    tasks: [Vec<(usize, u32, u32, bool)>; 2],
    /// Whether the second ship waits for the first: from which task of the one to which of the other.
    link: Option<(usize, usize)>,
    /// Hours of work ashore with the winch.
    ashore: usize,
    /// Slots in which the field, the second ship or a task is closed, and which of them.
    closure: (usize, usize, u32),
    /// Rate in t/h, hold in t, shortest run in h, and survived sea of the gear in tenths of a metre.
    mud: (u32, u32, usize, u32),
    /// Whether durations spread.
    spreads: bool,
    /// Whether the last task of the first ship is done by daylight only.
    daylight: bool,
    /// Hundredths of the way out at which another sea begins, where the weather on the way is known, and whether it is the field's.
    way: Option<(u32, bool)>,
}

pub fn drawn() -> impl Strategy<Value = Drawn> {
    let task = || (1usize..7, 14u32..30, 0u32..3, any::<bool>());
    let tasks =
        (prop::collection::vec(task(), 1..4), prop::collection::vec(task(), 1..4)).prop_map(|(a, b)| [a, b]);
    (
        tasks,
        prop::option::of((0usize..3, 0usize..3)),
        1usize..6,
        (4usize..40, 2usize..14, 0u32..3),
        (1u32..4, 4u32..16, 1usize..4, 24u32..40),
        (any::<bool>(), any::<bool>()),
        prop::option::of((1u32..100, any::<bool>())),
    )
        .prop_map(|(tasks, link, ashore, closure, mud, (spreads, daylight), way)| Drawn {
            tasks,
            link,
            ashore,
            closure,
            mud,
            spreads,
            daylight,
            way,
        })
}

pub fn written(drawn: &Drawn) -> String {
    let (rate, hold, least, survives) = drawn.mud;
    let tenths = |tenths: u32| f64::from(tenths) / 10.0;
    let mut plan = format!(
        r#"plan = {{ name = "drawn", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z, currency = "USD" }}
        goal = {{ order = ["delivered", "finish"], tolerance = "5 %" }}
        weather = [{{ id = "w", file = "sea.csv" }}]
        commodity = [{{ id = "mud" }}]
        resource = [{{ id = "winch", capacity = 1 }}]
        site = [{{ id = "port", kind = "port", position = [0.0, 0.0] }}, {{ id = "field", kind = "sea", position = [0.0, 0.5], weather = "w" }}]
        [[vessel]]
        id = "lifter"
        at = "port"
        home = "port"
        calls = ["port", "field"]
        speed = "10 kn"
        day_rate = "1000 USD/d"
        demurrage = "2400 USD/d"
        laytime = {{ port = "1 h" }}
        hold = {{ mud = "{hold} t" }}
        sail_limits = {{ hs = "3.5 m" }}
        gear = [{{ id = "in" }}, {{ id = "out", survives = {{ hs = "{} m" }} }}]
        [[vessel]]
        id = "helper"
        at = "field"
        home = "field"
        calls = ["field"]
        [[task]]
        id = "lower"
        vessel = "lifter"
        site = "field"
        duration = "2 h"
        limits = {{ hs = "2.5 m" }}
        leaves = "out"
        times = "1..2"
        [[task]]
        id = "raise"
        vessel = "lifter"
        site = "field"
        duration = "1 h"
        gear = "out"
        leaves = "in"
        times = "1..2"
        [[sampling]]
        id = "lift"
        vessel = "lifter"
        site = "field"
        gear = "out"
        commodity = "mud"
        rate = "{rate} t/h"
        min_run = "{least} h"
        limits = {{ hs = "2.2 m" }}
        value = [["4 t", 2.0], ["20 t", 1.0]]
        [[transfer]]
        id = "land"
        from = "lifter"
        to = "port"
        commodity = "mud"
        rate = "5 t/h"
        setup = "1 h"
        [[task]]
        id = "ashore"
        site = "port"
        duration = "{} h"
        uses = {{ winch = 1 }}
        "#,
        tenths(survives),
        drawn.ashore
    );
    for (ship, tasks) in ["lifter", "helper"].into_iter().zip(&drawn.tasks) {
        for (place, &(hours, limit, pauses, winch)) in tasks.iter().enumerate() {
            let _ = writeln!(
                plan,
                "[[task]]\nid = \"{ship}{place}\"\nvessel = \"{ship}\"\nsite = \"field\"\nduration = \"{hours} h\"\nlimits = {{ hs = \"{} m\" }}",
                tenths(limit)
            );
            match pauses {
                1 => plan.push_str("suspend = \"free\"\n"),
                2 => plan.push_str("suspend = \"hold\"\nmax_pause = \"6 h\"\n"),
                _ => plan.push_str("contingency = \"1 h\"\n"),
            }
            if winch {
                plan.push_str("uses = { winch = 1 }\n");
            }
            if drawn.spreads {
                let _ = writeln!(plan, "spread = {{ low = \"{hours} h\", high = \"{} h\" }}", hours + 4);
            }
            if drawn.daylight && ship == "lifter" && place + 1 == tasks.len() {
                plan.push_str("daylight = true\n");
            }
            let before = drawn
                .link
                .filter(|&(from, to)| ship == "helper" && to == place && from < drawn.tasks[0].len());
            if let Some((from, _)) = before {
                let _ = writeln!(plan, "after = [{{ task = \"lifter{from}\", lag = \"1 h\" }}]");
            }
        }
    }
    if let Some((mark, is_of_field)) = drawn.way {
        let (at, sea) = (0.5 * f64::from(mark) / 100.0, if is_of_field { "w" } else { "way" });
        let _ = writeln!(
            plan,
            "[[weather]]\nid = \"way\"\nfile = \"way.csv\"\n[[route]]\nfrom = \"field\"\nto = \"port\"\nvia = [[0.0, {at}]]\nweather = [{sea:?}, \"way\"]"
        );
        plan = plan.replacen("weather = [{ id = \"w\", file = \"sea.csv\" }]", "", 1);
        plan += "[[weather]]\nid = \"w\"\nfile = \"sea.csv\"\n";
    }
    let (from, hours, what) = drawn.closure;
    let what = ["site = \"field\"", "vessel = \"helper\"", "task = \"lifter0\""][what as usize];
    let time = |hour: usize| format!("2026-01-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24);
    let _ = writeln!(plan, "[[closure]]\n{what}\nfrom = {}\nto = {}", time(from), time(from + hours));
    plan
}

/// Seas of `hours` hours that go up and down.
fn sea(hours: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((5u32..36, 2usize..16), hours).prop_map(move |steps| {
        let hs = steps.into_iter().flat_map(|(hs, hours)| std::iter::repeat_n(f64::from(hs) / 10.0, hours));
        hs.take(hours).collect()
    })
}

/// What a voyage that did not go well may break: what it left undone, and what it did too late, or without its reserve, or lost.
const UNDONE: [&str; 8] =
    ["deadline", "contingency", "task-count", "precedence", "sampling-total", "within", "ending", "survives"];

/// Voyages by how they ended, over all plans: a property of nothing would hold as well.
static ENDED: Mutex<BTreeMap<Outcome, u64>> = Mutex::new(BTreeMap::new());

fn ask(sea: Sea, starts: Vec<chrono::DateTime<chrono::Utc>>) -> Ask {
    Ask {
        settings: Settings { seed: 7, draws_durations: true, forecast: Span::of_hours(24), home_odds: 0.8 },
        source: Source::Series(Arc::new(sea)),
        about_weather: String::new(),
        wanted: Wanted::Exactly(starts),
        draws: 2,
        about_order: String::new(),
    }
}

/// A sensible order: out, what is asked for there, the gear down, mud, the gear in, home; then the second ship, then ashore.
fn order(plan: &Plan, drawn: &Drawn) -> Order {
    let [port, field] =
        ["port", "field"].map(|id| plan.sites.entries().find(|site| site.1.id == id).expect("a site").0);
    let vessel =
        |name: &str| plan.vessels.entries().find(|vessel| vessel.1.id == name).map(|vessel| vessel.0);
    let task =
        |name: &str| Act::Task(plan.tasks.entries().find(|task| task.1.id == name).expect("a task").0, 0);
    let mut acts = vec![(vessel("lifter"), Act::Sail(port, field))];
    let own =
        |ship: &'static str, count: usize| (0..count).map(move |place| (ship, format!("{ship}{place}")));
    acts.extend(own("lifter", drawn.tasks[0].len()).map(|(ship, name)| (vessel(ship), task(&name))));
    let rest = [
        task("lower"),
        Act::Sample(Ix::new(0), 4.0, true),
        task("raise"),
        Act::Sail(field, port),
        Act::Transfer(Ix::new(0), 0.0, true),
    ];
    acts.extend(rest.map(|act| (vessel("lifter"), act)));
    acts.extend(own("helper", drawn.tasks[1].len()).map(|(ship, name)| (vessel(ship), task(&name))));
    acts.push((None, task("ashore")));
    let step = |(planned, (vessel, act))| Step { vessel, act, planned, length: 0 };
    Order { steps: acts.into_iter().enumerate().map(step).collect(), ..Order::default() }
}

/// Sails an order from many starts, and has every voyage judged.
fn judged(plan: &Plan, sea: &Sea, order: Order) {
    let starts = (0..540).step_by(30).map(|hour| plan.horizon.time(hour)).collect();
    let ensemble = Ensemble::new(plan, order, None, ask(sea.clone(), starts)).expect("starts");
    for run in 0..ensemble.runs() {
        let (case, field, leaves) = (&ensemble.case, &ensemble.field, &ensemble.leaves);
        let log = again(case, field, leaves, 2, run).expect("a run");
        for spent in &log.spent {
            assert_eq!(
                spent.elapsed(),
                log.finish.max(plan.horizon.slots as u32),
                "run {run}: the time adds up"
            );
        }
        let (own, schedule) = replay(case, field, leaves, 2, run).expect("a run");
        let year = field.sea((run / 2) as usize).expect("a sea");
        let violations = verify(&own, &year, &schedule);
        let is_told = |rule: &str| log.outcome != Outcome::Done && UNDONE.contains(&rule);
        let wrong: Vec<_> = violations.iter().filter(|one| !is_told(one.rule)).collect();
        assert!(wrong.is_empty(), "run {run}, {:?}: {wrong:#?}", log.outcome);
        *ENDED.lock().expect("no panic").entry(log.outcome).or_default() += 1;
    }
}

#[test]
fn the_judge_keeps_the_voyages_of_any_plan() {
    let cases = std::env::var("MUDLINE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let seed = std::env::var("MUDLINE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(2026);
    let config = ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    };
    let plans = AtomicU64::new(0);
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let ran = runner.run(&(drawn(), sea(740), sea(740)), |(drawn, hs, on_the_way)| {
        let text = written(&drawn);
        let written = Written::new(&text, &hs);
        let way = Written::new(&text, &on_the_way);
        std::fs::copy(way.folder.path().join("sea.csv"), written.folder.path().join("way.csv"))
            .expect("a sea");
        let checked = mudline::plan::load(written.folder.path()).expect("files");
        // The checks may see that something can never be done in the plan's own days.
        let Some((plan, sea)) = checked.plan else {
            prop_assert!(checked.found.iter().any(|d| d.slug == "never-open"), "{:?}", checked.found);
            return Ok(());
        };
        plans.fetch_add(1, Ordering::Relaxed);
        judged(&plan, &sea, order(&plan, &drawn));
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, (drawn, ..))) = ran {
        panic!("{reason}\n{drawn:?}");
    }
    let ended = ENDED.lock().expect("no panic");
    let done = ended.get(&Outcome::Done).copied().unwrap_or(0);
    eprintln!("{} plans, voyages: {ended:?}", plans.load(Ordering::Relaxed));
    assert!(
        plans.load(Ordering::Relaxed) >= u64::from(cases) / 2 && done >= 200 && ended.len() >= 2,
        "{ended:?}"
    );
}

#[test]
fn a_late_run_meets_a_closure_that_reaches_beyond_the_plan() {
    let text = r#"
plan = { name = "late", start = 2026-01-01T00:00:00Z, end = 2026-01-01T10:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "here", kind = "sea", weather = "w" }]
vessel = [{ id = "left", at = "here" }, { id = "right", at = "here" }]
task = [
  { id = "long", vessel = "left", duration = "2 h", limits = { hs = "2 m" } },
  { id = "short", vessel = "right", duration = "1 h" },
]
closure = [{ vessel = "right", from = 2026-01-01T08:00:00Z, to = 2026-01-01T20:00:00Z }]
"#;
    let mut hs = [1.0; 48];
    hs[24..38].fill(3.0);
    let (plan, sea) = Written::new(text, &hs).load();
    let task = |place: usize| Step {
        vessel: Some(Ix::new(place)),
        act: Act::Task(Ix::new(place), 0),
        planned: 0,
        length: 0,
    };
    let order = Order { steps: vec![task(0), task(1)], ..Order::default() };
    let starts = vec![plan.horizon.time(24)];
    let ensemble = Ensemble::new(&plan, order, None, ask(sea.clone(), starts)).expect("starts");
    let (own, schedule) = replay(&ensemble.case, &ensemble.field, &ensemble.leaves, 2, 0).expect("a run");
    let year = ensemble.field.sea(0).expect("a sea");
    assert_eq!(verify(&own, &year, &schedule), []);
    // The long task is done from fourteen to sixteen; the short one would have had time until the closure.
    let floats: Vec<Option<f64>> =
        schedule.activities.iter().filter(|a| a.is_real()).map(|a| a.float_h).collect();
    assert_eq!(floats, [Some(0.0), Some(7.0)]);
}
