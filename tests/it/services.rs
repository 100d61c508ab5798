//! Ships that are served at sea: a ship that dives, lifts and goes to port, a boat that changes its crew, another that brings supplies, drawn
//! at random, planned, and then sailed. In the sea they were planned in all comes out as planned; in any other the judge finds nothing wrong but
//! what was left undone or done too late.

use crate::support::{Run, Written};
use mudline::id::Ix;
use mudline::model::{Options, Outcome as Planned, optimise};
use mudline::plan::{Plan, Sea};
use mudline::schedule::{Itinerary, Move, Schedule, Status, What, account, verify::verify};
use mudline::simulate::case::Settings;
use mudline::simulate::ensemble::{Ask, Ensemble};
use mudline::simulate::fleet::again;
use mudline::simulate::log::{Log, Outcome};
use mudline::simulate::order::{Act, Order, Step};
use mudline::simulate::replay::replay;
use mudline::simulate::starts::{Source, Wanted};
use mudline::units::Span;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is drawn of a plan.
#[derive(Debug, Clone)]
struct Drawn {
    slots: usize,
    /// Of the ship: how often it dives and for how many hours, whether it must be refitted in port, and begins there, and hours to the other site.
    dives: (u32, usize),
    ship: (bool, bool, usize),
    /// The gear with which it lifts survives so many tenths of a metre, where it is not nothing.
    gear: u32,
    /// Tonnes that it may lift and bring to port.
    lifts: u32,
    /// Of the boat: hours of its work, hours to the field, whether it may pause, and how long at most.
    boat: (usize, usize, bool),
    /// The rhythm in hours, where there is one, and how often it must come.
    every: usize,
    least: u32,
    /// Whether a helicopter may come instead of it, and hours to the field; or the ship may change its crew itself.
    other: (bool, usize, bool),
    /// Hours of supplies, where there are any, and whether they come before the dives are over.
    supplies: (usize, bool),
    spreads: bool,
    /// Hours in which the ship or the boat is closed, and which.
    closure: (usize, usize, bool),
}

fn drawn() -> impl Strategy<Value = Drawn> {
    (
        20usize..34,
        (1u32..5, 1usize..6),
        (any::<bool>(), any::<bool>(), 1usize..3),
        (prop_oneof![2 => Just(0u32), 1 => 24u32..34], prop_oneof![Just(0u32), 2u32..9]),
        (1usize..4, 1usize..4, any::<bool>()),
        (
            prop_oneof![1 => Just(0usize), 2 => 7usize..16],
            0u32..3,
            (any::<bool>(), 1usize..3, prop::bool::weighted(0.2)),
        ),
        (prop_oneof![Just(0usize), 1usize..4], any::<bool>()),
        prop::bool::weighted(0.3),
        (2usize..18, prop_oneof![Just(0usize), 1usize..5], any::<bool>()),
    )
        .prop_map(
            |(slots, dives, ship, (gear, lifts), boat, (every, least, other), supplies, spreads, closure)| {
                Drawn {
                    slots,
                    dives,
                    ship,
                    gear,
                    lifts,
                    boat,
                    every,
                    least,
                    other,
                    supplies,
                    spreads,
                    closure,
                }
            },
        )
}

impl Drawn {
    fn plan(&self) -> String {
        let Drawn { slots, dives: (dives, dive), ship, boat, .. } = self;
        let time = |hour: usize| format!("2026-01-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24);
        // Six miles.
        let knots = |hours: usize| ["7 kn", "4 kn", "2.5 kn"][hours - 1];
        let spread = |hours: usize| match self.spreads {
            true => format!("spread = {{ low = \"{hours} h\", high = \"{} h\" }}\n", hours + 3),
            false => String::new(),
        };
        let mut plan = format!(
            r#"
plan = {{ name = "served", start = 2026-01-01T00:00:00Z, end = {} }}
goal = {{ order = [{}"finish"] }}
weather = [{{ id = "w", file = "sea.csv" }}]
commodity = [{{ id = "mud" }}]
site = [
  {{ id = "port", kind = "port", position = [24.1, 154.0] }},
  {{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }},
]
[[vessel]]
id = "ship"
at = "{}"
calls = ["field", "port"]
speed = "{}"
hold = {{ mud = "9 t" }}
sail_limits = {{ hs = "3 m" }}
GEAR
[[vessel]]
id = "boat"
at = "port"
home = "port"
calls = ["field"]
speed = "{}"
sail_limits = {{ hs = "2.5 m" }}
[[task]]
id = "dive"
vessel = "ship"
site = "field"
duration = "{dive} h"
times = "{dives}"
limits = {{ hs = "2.2 m" }}
{}"#,
            time(*slots),
            if self.lifts > 0 { "\"delivered\", " } else { "" },
            if ship.1 { "port" } else { "field" },
            knots(ship.2),
            knots(boat.1),
            if *dives == 1 { spread(*dive) } else { String::new() }
        );
        let out = self.gear > 0;
        let gear = format!(
            "gear = [{{ id = \"in\" }}, {{ id = \"out\", survives = {{ hs = \"{} m\" }} }}]",
            f64::from(self.gear) / 10.0
        );
        if out {
            let _ = writeln!(
                plan,
                "[[task]]\nid = \"lower\"\nvessel = \"ship\"\nsite = \"field\"\nduration = \"1 h\"\nlimits = {{ hs = \"2.5 m\" }}\nleaves = \"out\"\ntimes = \"1..4\"\n\
                 [[task]]\nid = \"raise\"\nvessel = \"ship\"\nsite = \"field\"\nduration = \"1 h\"\ngear = \"out\"\nleaves = \"in\"\ntimes = \"1..4\""
            );
        }
        if ship.0 {
            plan += "[[task]]\nid = \"refit\"\nvessel = \"ship\"\nsite = \"port\"\nduration = \"2 h\"\n";
        }
        if self.lifts > 0 {
            let _ = writeln!(
                plan,
                "[[sampling]]\nid = \"lift\"\nvessel = \"ship\"\nsite = \"field\"\ncommodity = \"mud\"\nrate = \"1 t/h\"\nlimits = {{ hs = \"2.2 m\" }}\nat_most = \"{} t\"\nOUT\n\
                 [[transfer]]\nid = \"land\"\nfrom = \"ship\"\nto = \"port\"\ncommodity = \"mud\"\nrate = \"4 t/h\"",
                self.lifts
            );
        }
        let pause = if boat.2 { "suspend = \"free\"\nmax_pause = \"4 h\"\n" } else { "" };
        let every = match self.every {
            0 => String::new(),
            hours => format!("every = \"{hours} h\"\n"),
        };
        // What is drawn anew each time, no one plan of a run can say.
        let most = if self.spreads { 1 } else { 9 };
        let least = if self.every > 0 { 0 } else { self.least.min(most) };
        let _ = writeln!(
            plan,
            "[[task]]\nid = \"crew\"\nvessel = \"boat\"\nsite = \"field\"\nduration = \"{} h\"\nserves = \"ship\"\nlimits = {{ hs = \"2 m\" }}\ntimes = \"{least}..{most}\"\n{every}{pause}{}",
            boat.0,
            spread(boat.0)
        );
        let (by_air, way, by_ship) = self.other;
        if self.every > 0 && by_air {
            let _ = writeln!(
                plan,
                "[[vessel]]\nid = \"helicopter\"\nat = \"port\"\nhome = \"port\"\ncalls = [\"field\"]\nspeed = \"{}\"\n\
                 [[task]]\nid = \"crew-by-air\"\nvessel = \"helicopter\"\nsite = \"field\"\nduration = \"1 h\"\nserves = \"ship\"\nlimits = {{ hs = \"2.5 m\" }}\ntimes = \"0..{}\"\nrhythm_of = \"crew\"",
                knots(way),
                most.min(2)
            );
        }
        if self.every > 0 && by_ship {
            let _ = writeln!(
                plan,
                "[[task]]\nid = \"crew-by-itself\"\nvessel = \"ship\"\nsite = \"field\"\nduration = \"3 h\"\ntimes = \"0..{most}\"\nrhythm_of = \"crew\""
            );
        }
        if self.supplies.0 > 0 {
            let after = if self.supplies.1 { "" } else { "after = [\"dive\"]\n" };
            let _ = writeln!(
                plan,
                "[[vessel]]\nid = \"tender\"\nat = \"port\"\ncalls = [\"field\"]\nspeed = \"7 kn\"\n\
                 [[task]]\nid = \"supply\"\nvessel = \"tender\"\nsite = \"field\"\nduration = \"{} h\"\nserves = \"ship\"\nlimits = {{ hs = \"2.5 m\" }}\n{after}{}",
                self.supplies.0,
                spread(self.supplies.0)
            );
        }
        let (from, hours, is_ship) = self.closure;
        if hours > 0 {
            let what = if is_ship { "ship" } else { "boat" };
            let _ = writeln!(
                plan,
                "[[closure]]\nvessel = \"{what}\"\nfrom = {}\nto = {}",
                time(from),
                time(from + hours)
            );
        }
        plan.replace("GEAR\n", &if out { format!("{gear}\n") } else { String::new() })
            .replace("OUT\n", if out { "gear = \"out\"\n" } else { "" })
    }
}

/// Seas that are calm for a while, then rough for a while.
fn sea(hours: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((prop::sample::select(vec![1.0, 1.0, 1.0, 2.1, 2.4, 3.2]), 2usize..9), hours)
        .prop_map(move |steps| {
            let hs = steps.into_iter().flat_map(|(hs, hours)| std::iter::repeat_n(hs, hours));
            hs.take(hours).collect()
        })
}

/// What a run that did not go well may break.
const UNDONE: [&str; 7] =
    ["task-count", "rhythm", "ending", "survives", "contingency", "precedence", "sampling-total"];

fn ask(sea: &Sea, plan: &Plan, hours: &[usize]) -> Ask {
    Ask {
        settings: Settings { seed: 7, draws_durations: true, forecast: Span::of_hours(24), home_odds: 0.8 },
        source: Source::Series(Arc::new(sea.clone())),
        about_weather: String::new(),
        wanted: Wanted::Exactly(hours.iter().map(|&hour| plan.horizon.time(hour)).collect()),
        draws: 1,
        about_order: String::new(),
    }
}

fn planned(plan: &Plan, sea: &Sea) -> Option<(Order, Schedule)> {
    let stop = AtomicBool::new(false);
    let limit = Some(Duration::from_secs(8));
    let options = Options { time_limit: limit, explains: false, ..Options::new(&stop) };
    match optimise(plan, sea, &options).expect("a solver that works") {
        Planned::Solved(solved) => {
            let order = Order::of_itinerary(plan, &solved.itinerary);
            let schedule = account(plan, sea, &solved.itinerary, solved.stamp);
            assert_eq!(verify(plan, sea, &schedule), []);
            Some((order, schedule))
        }
        _ => None,
    }
}

/// How voyages ended, how many services there were in them, and how many schedules sailed as planned.
static ENDED: Mutex<(BTreeMap<Outcome, u64>, usize, u64)> = Mutex::new((BTreeMap::new(), 0, 0));

/// Sails an order in the sea it was planned in and in others, and has every voyage judged.
fn judged(plan: &Plan, sea: &Sea, order: Order, schedule: &Schedule) {
    let starts: Vec<usize> = (0..190).step_by(19).collect();
    let ensemble = Ensemble::new(plan, order, Some(schedule), ask(sea, plan, &starts)).expect("starts");
    let (case, field, leaves) = (&ensemble.case, &ensemble.field, &ensemble.leaves);
    for run in 0..ensemble.runs() {
        let log = again(case, field, leaves, 1, run).expect("a run");
        for spent in &log.spent {
            let all = log.finish.max(plan.horizon.slots as u32);
            assert_eq!(spent.elapsed(), all, "run {run}: the time adds up");
        }
        let (own, done) = replay(case, field, leaves, 1, run).expect("a run");
        let year = field.sea(run as usize).expect("a sea");
        let violations = verify(&own, &year, &done);
        let is_told = |rule: &str| log.outcome != Outcome::Done && UNDONE.contains(&rule);
        let wrong: Vec<_> = violations.iter().filter(|one| !is_told(one.rule)).collect();
        assert!(wrong.is_empty(), "run {run}, {:?}: {wrong:#?}", log.outcome);
        let culprit = log.culprit.map(|item| ensemble.head.items[item].as_str());
        let mut ended = ENDED.lock().expect("no panic");
        // A ship that lifts more than planned, where nobody comes for it in a rhythm, may be late for it.
        let is_as_planned = !case.order.goes_on() && !case.is_drawn();
        if run == 0 && schedule.solve.status == Status::Optimal && is_as_planned {
            assert_eq!((log.outcome, culprit), (Outcome::Done, None));
            assert!((log.delivered - schedule.totals.delivered_t).abs() < 1e-5, "{}", log.delivered);
            let finish = plan.horizon.ceil(schedule.totals.finish.to_utc()) as u32;
            assert!(log.finish <= finish, "{} and {finish} as planned", log.finish);
            ended.2 += 1;
        }
        *ended.0.entry(log.outcome).or_default() += 1;
        let served = plan.tasks.entries().filter(|(_, task)| task.serves.is_some());
        ended.1 += served.map(|(task, _)| log.times[task.index()].len()).sum::<usize>();
    }
}

#[test]
fn what_is_done_for_ships_at_sea_is_kept_by_the_judge() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let cases = number("MUDLINE_CASES").unwrap_or(24);
    let config = ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED").map_or(2028, u64::from)),
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let ran = runner.run(&(drawn(), sea(300)), |(drawn, hs)| {
        let written = Written::new(&drawn.plan(), &hs);
        let checked = mudline::plan::load(written.folder.path()).expect("files");
        let Some((plan, sea)) = checked.plan else {
            let slugs: Vec<&str> = checked.found.iter().map(|d| d.slug).collect();
            prop_assert!(false, "{slugs:?}");
            return Ok(());
        };
        if let Some((order, schedule)) = planned(&plan, &sea) {
            judged(&plan, &sea, order, &schedule);
        }
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, (drawn, hs))) = ran {
        panic!("{reason}\n{drawn:?}\n{}\n{hs:?}", drawn.plan());
    }
    let (ended, services, proven) = &*ENDED.lock().expect("no panic");
    eprintln!("{ended:?}, {services} services, {proven} of {cases} as planned");
    let done = ended.get(&Outcome::Done).copied().unwrap_or(0);
    assert!(
        done >= u64::from(cases) && ended.len() >= 2 && *services as u64 >= u64::from(cases),
        "{ended:?}"
    );
}

/// A ship that lies in the field until it must be in port for its refit, and a boat that comes for it.
const VISIT: &str = r#"
plan = { name = "a visit", start = 2026-01-01T00:00:00Z, end = 2026-01-01T20:00:00Z }
goal = { order = ["finish"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [
  { id = "port", kind = "port", position = [24.1, 154.0] },
  { id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" },
]
vessel = [
  { id = "ship", at = "field", home = "port", calls = ["field"], speed = "7 kn" },
  { id = "boat", at = "port", home = "port", calls = ["field"], speed = "7 kn", sail_limits = { hs = "2 m" } },
]
task = [
  { id = "dive", vessel = "ship", site = "field", duration = "4 h" },
  { id = "refit", vessel = "ship", site = "port", duration = "2 h" },
  { id = "supply", vessel = "boat", site = "field", duration = "2 h", serves = "ship" },
]
"#;

/// One run of an order made by hand, from the plan's own start: each step with its vessel and the hours that the schedule gives it.
fn run(text: &str, hs: &[f64], steps: &[(usize, Act, usize, usize)]) -> (Vec<String>, Log) {
    let (plan, sea) = Written::new(text, hs).load();
    let step = |(vessel, act, start, end): &(usize, Act, usize, usize)| Step {
        vessel: Some(Ix::new(*vessel)),
        act: act.clone(),
        planned: *start,
        length: end - start,
    };
    let order = Order { steps: steps.iter().map(step).collect(), ..Order::default() };
    let ensemble = Ensemble::new(&plan, order, None, ask(&sea, &plan, &[0])).expect("starts");
    let log = again(&ensemble.case, &ensemble.field, &ensemble.leaves, 1, 0).expect("a run");
    (ensemble.head.items.clone(), log)
}

fn visit() -> [(usize, Act, usize, usize); 6] {
    let [port, field] = [0, 1].map(Ix::new);
    let [dive, refit, supply] = [0, 1, 2].map(|task| Act::Task(Ix::new(task), 0));
    [
        (0, dive, 0, 4),
        (1, Act::Sail(port, field), 0, 1),
        (1, supply, 1, 3),
        (1, Act::Sail(field, port), 3, 4),
        (0, Act::Sail(field, port), 4, 5),
        (0, refit, 5, 7),
    ]
}

#[test]
fn a_ship_waits_for_its_boat_while_there_is_time() {
    let (_, log) = run(VISIT, &[1.0; 48], &visit());
    assert_eq!((log.outcome, &log.times[2][..], log.finish), (Outcome::Done, &[(1, 3)][..], 7));
    // The boat cannot sail for six hours, and comes at seven: the ship is kept until nine, and is in port at ten.
    let mut hs = [1.0; 48];
    hs[..6].fill(2.5);
    let (_, log) = run(VISIT, &hs, &visit());
    assert_eq!((log.outcome, &log.times[2][..]), (Outcome::Done, &[(7, 9)][..]));
    assert_eq!((&log.times[1][..], log.finish), (&[(10, 12)][..], 12));
    // It must sail by seventeen, and so begin to be served by fifteen: the boat that comes at sixteen finds it gone, and that is told.
    hs[..15].fill(2.5);
    let (items, log) = run(VISIT, &hs, &visit());
    assert_eq!((log.outcome, log.culprit.map(|item| items[item].as_str())), (Outcome::Short, Some("supply")));
    assert!(log.times[2].is_empty() && log.times[1].len() == 1, "{:?}", log.times);
    // At fifteen there is just time.
    hs[14] = 1.0;
    let (_, log) = run(VISIT, &hs, &visit());
    assert_eq!((log.outcome, &log.times[2][..], log.finish), (Outcome::Done, &[(15, 17)][..], 20));
}

#[test]
fn a_boat_waits_for_its_ship_and_comes_for_it_no_sooner_than_a_rhythm_asks() {
    let text = VISIT
        .replace("id = \"ship\", at = \"field\"", "id = \"ship\", at = \"port\"")
        .replace("serves = \"ship\"", "serves = \"ship\", every = \"9 h\", times = \"0..9\"");
    let [port, field] = [0, 1].map(Ix::new);
    let [dive, refit, supply] = [0, 1, 2].map(|task| Act::Task(Ix::new(task), 0));
    // The ship is refitted, dives, and is served when it has.
    let steps = [
        (0, refit, 0, 2),
        (0, Act::Sail(port, field), 2, 3),
        (0, dive, 3, 7),
        (1, Act::Sail(port, field), 6, 7),
        (1, supply, 7, 9),
        (0, Act::Sail(field, port), 9, 10),
        (1, Act::Sail(field, port), 9, 10),
    ];
    // The boat could be there in the fourth hour, and sets out in the seventh.
    let (_, log) = run(&text, &[1.0; 48], &steps);
    assert_eq!((log.outcome, &log.times[2][..], log.finish), (Outcome::Done, &[(7, 9)][..], 10));
    assert_eq!((log.spent[1].idle, log.spent[1].other), (16, 0));
    // Without a rhythm it waits for the ship, and no longer.
    let text = text.replace(", every = \"9 h\", times = \"0..9\"", "");
    let (_, log) = run(&text, &[1.0; 48], &steps);
    assert_eq!((log.outcome, &log.times[2][..], log.finish), (Outcome::Done, &[(3, 5)][..], 8));
}

#[test]
fn nobody_sails_for_what_is_called_off() {
    // The ship must sail by fourteen; the boat is loaded by fifteen, when it could still come and go.
    let text = VISIT
        .replace("site = \"port\", duration = \"2 h\"", "site = \"port\", duration = \"5 h\"")
        .replace("serves = \"ship\" },", "serves = \"ship\", times = \"0..1\" },\n  { id = \"load\", vessel = \"boat\", site = \"port\", duration = \"1 h\", release = 2026-01-01T14:00:00Z },");
    let mut steps = visit().to_vec();
    steps.insert(1, (1, Act::Task(Ix::new(3), 0), 0, 1));
    let (_, log) = run(&text, &[1.0; 48], &steps);
    assert_eq!((log.outcome, log.times[2].len(), log.spent[1].sail, log.finish), (Outcome::Done, 0, 0, 19));
    // A ship that has more time is served.
    let text = text.replace("duration = \"5 h\"", "duration = \"1 h\"");
    let (_, log) = run(&text, &[1.0; 48], &steps);
    assert_eq!((log.outcome, &log.times[2][..], log.finish), (Outcome::Done, &[(16, 18)][..], 20));
}

#[test]
fn a_ship_does_not_leave_out_the_trip_on_which_it_must_be_served() {
    let text = VISIT
        .replace("end = 2026-01-01T20", "end = 2026-01-01T10")
        .replace("id = \"ship\", at = \"field\", home", "id = \"ship\", at = \"port\", home")
        .replace(
            "id = \"boat\", at = \"port\", home = \"port\"",
            "id = \"boat\", at = \"field\", home = \"field\"",
        )
        .replace("duration = \"4 h\"", "duration = \"4 h\", times = \"0..1\"")
        .replace("duration = \"2 h\", serves", "duration = \"1 h\", serves")
        .replace("duration = \"2 h\"", "duration = \"2 h\", release = 2026-01-01T07:00:00Z");
    let [port, field] = [0, 1].map(Ix::new);
    let [refit, supply] = [1, 2].map(|task| Act::Task(Ix::new(task), 0));
    let steps = [
        (0, refit, 0, 2),
        (0, Act::Sail(port, field), 2, 3),
        (1, supply, 3, 4),
        (0, Act::Sail(field, port), 4, 5),
    ];
    // To be out and home in time it would sail by eight, and is refitted by nine.
    let (_, log) = run(&text, &[1.0; 48], &steps);
    assert_eq!((log.outcome, &log.times[2][..], log.finish), (Outcome::Late, &[(10, 11)][..], 12));
    // What need not be done, it is not late for.
    let text = text.replace("serves = \"ship\"", "serves = \"ship\", times = \"0..1\"");
    let (_, log) = run(&text, &[1.0; 48], &steps);
    assert_eq!((log.outcome, log.times[2].len(), log.finish), (Outcome::Done, 0, 9));
}

#[test]
fn who_is_tended_in_a_rhythm_lifts_no_more_than_planned() {
    let text = VISIT
        .replace("site = [", "commodity = [{ id = \"mud\" }]\nsite = [")
        .replace("speed = \"7 kn\" },", "speed = \"7 kn\", hold = { mud = \"9 t\" } },")
        + "sampling = [{ id = \"lift\", vessel = \"ship\", site = \"field\", commodity = \"mud\", rate = \"1 t/h\" }]\n";
    let lifts = |text: &str| {
        let (plan, _) = Written::new(text, &[1.0; 48]).load();
        let lift = Move { what: What::Sample(Ix::new(0), vec![1.0]), start: 4, end: 5 };
        let vessels = vec![vec![lift], Vec::new()];
        Order::of_itinerary(&plan, &Itinerary { vessels, ..Itinerary::default() }).goes_on()
    };
    assert!(lifts(&text));
    assert!(!lifts(
        &text.replace("serves = \"ship\"", "serves = \"ship\", every = \"9 h\", times = \"0..9\"")
    ));
}

#[test]
fn a_plan_in_which_no_ship_is_there_to_be_served_says_so() {
    // The ship is away from the field before the boat can come.
    let text = VISIT
        .replace("duration = \"4 h\" }", "duration = \"4 h\", deadline = 2026-01-01T04:00:00Z }")
        .replace(
            "id = \"refit\", vessel = \"ship\", site = \"port\", duration = \"2 h\"",
            "id = \"refit\", vessel = \"ship\", site = \"port\", duration = \"15 h\"",
        );
    let mut hs = [1.0; 48];
    hs[..6].fill(2.5);
    let written = Written::new(&text, &hs);
    Run::new(["schedule"])
        .arg(written.folder.path())
        .fault()
        .stderr_has("supply cannot be done while ship lies at field, as it must be");
}

#[test]
fn the_policy_rolling_refuses_what_vessels_do_for_one_another() {
    let written = Written::new(VISIT, &[1.0; 48]);
    Run::new(["simulate", "--policy", "rolling"])
        .arg(written.folder.path())
        .refused()
        .stderr_has("vessels that meet or serve one another");
    Run::new(["simulate", "--policy", "clairvoyant"]).arg(written.folder.path()).done();
}

#[test]
fn who_comes_and_goes_while_another_is_at_it_ends_no_rhythm() {
    let text = r#"
plan = { name = "two of them", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["finish"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }]
vessel = [{ id = "ship", at = "field" }, { id = "boat", at = "field" }, { id = "launch", at = "field" }]
task = [
  { id = "dive", vessel = "ship", duration = "9 h" },
  { id = "crew", vessel = "boat", duration = "4 h", serves = "ship", every = "3 h", times = "0..9" },
  { id = "mail", vessel = "launch", duration = "1 h", serves = "ship", rhythm_of = "crew", times = "0..9" },
]
"#;
    let [dive, crew, mail] = [0, 1, 2].map(|task| Act::Task(Ix::new(task), 0));
    let steps = |crews: usize| {
        [(0, dive.clone(), 0, 9), (1, crew.clone(), crews, crews + 4), (2, mail.clone(), 4, 5)]
    };
    // The boat is over two hours before the dive, the launch four. Both begin when it is planned, and no sooner.
    let (_, log) = run(text, &[1.0; 48], &steps(3));
    assert_eq!(
        (log.outcome, &log.times[1][..], &log.times[2][..]),
        (Outcome::Done, &[(3, 7)][..], &[(4, 5)][..])
    );
    // Without the launch in the fifth hour the boat would come too late.
    let (_, log) = run(text, &[1.0; 48], &steps(5));
    assert_eq!((log.outcome, &log.times[1][..]), (Outcome::Short, &[(5, 9)][..]));
}
