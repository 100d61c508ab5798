//! Small plans of a ship that lifts and lands by itself, drawn, against the solver alone.

use super::*;
use crate::model::run::Run;
use crate::model::{Model, Options, Outcome};
use crate::plan::{Plan, Sea};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError};
use std::sync::atomic::AtomicBool;

mod after;

/// A ship that lifts one or two kinds of goods at two places, and lands them on an island or at a port.
#[derive(Debug, Clone)]
struct Small {
    /// Tonnes: of each kind, and of both.
    holds: [u32; 3],
    /// Tonnes an hour: lifted of each kind, and landed.
    rates: [u32; 3],
    /// How many kinds there are.
    kinds: usize,
    /// Hours of a run at least.
    least: u32,
    speed: u32,
    /// Tonnes of room on the island, if it is bounded.
    room: Option<u32>,
    /// Tonnes that may be lifted of the first kind, and what the first of them are worth.
    most: Option<[u32; 2]>,
    /// Whether gear must be put out first, which may be done once.
    gear: bool,
    /// Whether there is work that others must do.
    others: bool,
    /// Hours after which the crew must be changed at the port, and whether it can be at the island as well.
    every: Option<(u32, bool)>,
    /// Tonnes of the first kind that it has aboard at the start.
    aboard: u32,
    /// Hours for which the first kind keeps, and whether it is the port where it must be by then.
    keeps: Option<(u32, bool)>,
    /// Tonnes of each tank, of which it has so many.
    tanks: Option<(u32, usize)>,
    sea: Vec<f64>,
}

impl Small {
    fn loaded(&self, goal: &str) -> (Plan, Sea) {
        let Small { holds: [a, b, both], rates: [first, second, land], least, speed, .. } = self;
        let kinds = if self.kinds == 2 { "mud,nodules" } else { "mud" };
        let of_kinds = |form: &dyn Fn(&str, usize) -> String| -> String {
            kinds.split(',').enumerate().map(|(nth, kind)| form(kind, nth)).collect()
        };
        let store = self.room.map_or(String::new(), |room| {
            format!(
                ", store = {{ {} }}",
                of_kinds(&|kind, _| format!("{kind} = \"{room} t\", ")).trim_end_matches(", ")
            )
        });
        let bounded = self.most.map_or(String::new(), |[most, worth]| {
            format!(", at_most = \"{most} t\", value = [[\"2 t\", {worth}.0], [\"{most} t\", 1.0]]")
        });
        let (gear, needed) = match self.gear {
            true => (", gear = [{ id = \"bare\" }, { id = \"out\" }]", ", gear = \"out\""),
            false => ("", ""),
        };
        let mut tasks = Vec::new();
        if self.gear {
            tasks.push("id = \"put-out\", vessel = \"ship\", site = \"north\", duration = \"1 h\", leaves = \"out\", times = \"0..1\"".to_owned());
            tasks.push("id = \"take-in\", vessel = \"ship\", site = \"north\", duration = \"1 h\", gear = \"out\", leaves = \"bare\", times = \"0..9\"".to_owned());
        }
        if self.others {
            tasks.push("id = \"inspect\", vessel = \"tug\", site = \"port\", duration = \"2 h\"".to_owned());
            tasks.push("id = \"report\", duration = \"3 h\"".to_owned());
        }
        if let Some((every, is_either)) = self.every {
            let crew = "vessel = \"ship\", duration = \"1 h\", times = \"0..20\"";
            tasks.push(format!("id = \"crew\", site = \"port\", every = \"{every} h\", {crew}"));
            if is_either {
                tasks.push(format!("id = \"crew-there\", site = \"island\", rhythm_of = \"crew\", {crew}"));
            }
        }
        let tug = if self.others { ", { id = \"tug\", at = \"port\" }" } else { "" };
        let tasks = match tasks.is_empty() {
            true => String::new(),
            false => format!("task = [{{ {} }}]\n", tasks.join(" }, { ")),
        };
        let lift = of_kinds(&|kind, nth| {
            let (site, rate) = [("north", first), ("south", second)][nth];
            let more = if nth == 0 { format!("{bounded}{needed}") } else { String::new() };
            format!(
                "  {{ id = \"lift-{kind}\", vessel = \"ship\", site = \"{site}\", commodity = \"{kind}\", rate = \"{rate} t/h\", \
                 min_run = \"{least} h\", limits = {{ hs = \"1.5 m\" }}{more} }},\n"
            )
        });
        let landing = of_kinds(&|kind, nth| {
            // What must be at the port in time is landed there.
            let sites = match self.keeps {
                Some((_, true)) if nth == 0 => &["port"][..],
                _ => &["island", "port"],
            };
            sites.iter().fold(String::new(), |all, site| {
                all + &format!(
                    "  {{ id = \"{site}-{kind}\", from = \"ship\", to = \"{site}\", commodity = \"{kind}\", rate = \"{land} t/h\" }},\n"
                )
            })
        });
        let aboard = match self.aboard.min(*a).min(*both) {
            0 => String::new(),
            tonnes => format!(", aboard = {{ mud = \"{tonnes} t\" }}"),
        };
        let kept = match self.keeps {
            Some((hours, true)) => format!(", reach = {{ site = \"port\", within = \"{hours} h\" }}"),
            Some((hours, false)) => format!(", keeps = \"{hours} h\""),
            None => String::new(),
        };
        let commodities = of_kinds(&|kind, nth| {
            format!("{{ id = \"{kind}\"{} }}, ", if nth == 0 { kept.as_str() } else { "" })
        });
        let tanks = self.tanks.map_or(String::new(), |(tonnes, count)| {
            let tank = |nth| format!("{{ id = \"{nth}\", capacity = \"{tonnes} t\" }}");
            format!(", tank = [{}]", (0..count).map(tank).collect::<Vec<_>>().join(", "))
        });
        let hold = of_kinds(&|kind, nth| format!("{kind} = \"{} t\", ", [a, b][nth]));
        let text = format!(
            r#"
plan = {{ name = "solo", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{:02}:00:00Z }}
goal = {{ {goal} }}
weather = [{{ id = "w", file = "sea.csv" }}]
commodity = [{commodities}]
site = [
  {{ id = "north", kind = "sea", position = [24.2, 154.0], weather = "w" }},
  {{ id = "south", kind = "sea", position = [23.8, 154.0], weather = "w" }},
  {{ id = "island", kind = "island", position = [24.0, 154.0]{store} }},
  {{ id = "port", kind = "port", position = [24.5, 154.0] }},
]
vessel = [{{ id = "ship", at = "port", calls = ["port", "island", "north", "south"], speed = "{speed} kn",
  hold = {{ {} }}, hold_total = "{both} t"{aboard}{gear}{tanks} }}{tug}]
sampling = [
{lift}]
transfer = [
{landing}]
{tasks}"#,
            self.sea.len(),
            hold.trim_end_matches(", "),
        );
        let folder = tempfile::tempdir().expect("a folder");
        let hour = |(hour, hs): (usize, &f64)| format!("2026-01-01T{hour:02}:00:00Z,{hs}\n");
        let sea: String = self.sea.iter().enumerate().map(hour).collect();
        std::fs::write(folder.path().join("sea.csv"), format!("time,hs_m\n{sea}")).expect("a sea");
        std::fs::write(folder.path().join("plan.toml"), &text).expect("a plan");
        let checked = crate::plan::load(folder.path()).expect("files");
        let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
        checked.plan.unwrap_or_else(|| panic!("{text}\n{}", drawn.join("\n")))
    }

    /// Whether only prices tell of what bounds it.
    fn is_priced(&self) -> bool {
        self.room.is_some() || self.most.is_some() || self.gear
    }
}

fn small() -> impl Strategy<Value = Small> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 2.0]), 14..20);
    let sizes = ([3u32..9, 3u32..9, 5u32..14], [1u32..5, 1u32..5, 2u32..9], 1usize..3, 1u32..4, 12u32..30);
    let rules =
        (prop::option::of(2u32..9), prop::option::of([3u32..12, 1u32..4]), any::<bool>(), any::<bool>());
    let all = (sizes, rules, sea);
    all.prop_map(|((holds, rates, kinds, least, speed), (room, most, gear, others), sea)| Small {
        holds,
        rates,
        kinds,
        least,
        speed,
        room,
        most,
        gear,
        others,
        every: None,
        aboard: 0,
        keeps: None,
        tanks: None,
        sea,
    })
}

/// The same where the first kind keeps only so long, as some do where nothing is priced.
fn kept() -> impl Strategy<Value = Small> {
    (small(), (2u32..9, any::<bool>())).prop_map(|(small, keeps)| Small { keeps: Some(keeps), ..small })
}

/// The same of two kinds of goods in tanks, with nothing that is priced.
fn in_tanks() -> impl Strategy<Value = Small> {
    let tanks = (1u32..5, 1usize..4);
    (small(), tanks).prop_map(|(small, tanks)| Small {
        kinds: 2,
        room: None,
        most: None,
        gear: false,
        tanks: Some(tanks),
        sea: small.sea[..14].to_vec(),
        ..small
    })
}

/// The same of one kind of goods, with a rhythm and nothing that is priced.
fn in_rhythm() -> impl Strategy<Value = Small> {
    let every = (4u32..12, any::<bool>());
    (small(), every).prop_map(|(small, every)| Small {
        kinds: 1,
        room: None,
        most: None,
        gear: false,
        others: false,
        every: Some(every),
        sea: small.sea[..14].to_vec(),
        ..small
    })
}

/// The same of one kind of goods, with something aboard at the start and nothing that is priced.
fn loaded_already() -> impl Strategy<Value = Small> {
    (small(), 1u32..9).prop_map(|(small, aboard)| Small {
        room: None,
        most: None,
        gear: false,
        others: false,
        kinds: 1,
        aboard,
        sea: small.sea[..14].to_vec(),
        ..small
    })
}

/// The most that the solver alone brings ashore.
fn alone((plan, sea): &(Plan, Sea)) -> f64 {
    let stop = AtomicBool::new(false);
    let options = Options { explains: false, ..Options::new(&stop) };
    match Model::apart(plan, sea).optimise(&options).expect("a solver that works") {
        Outcome::Solved(solved) => solved.stamp.goals[0].value,
        other => panic!("{other:?}"),
    }
}

fn settings(cases: u32) -> ProptestConfig {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    ProptestConfig {
        cases: number("MUDLINE_CASES").map_or(cases, |cases| cases as u32),
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED").unwrap_or(2027)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// That what is found bounds what the solver alone brings ashore, and is that where nothing but ways and holds bounds it; and that what is told of a way
/// that keeps to the tasks is what it is worth.
fn is_what_the_solver_lands(small: &Small) -> Result<(), TestCaseError> {
    // Where it has a weight no bound of what is tested here is known to the solver.
    let best = alone(&small.loaded("weights = { delivered = 1.0 }"));
    let (plan, sea) = small.loaded("order = [\"delivered\"]");
    is_what_is_found(&Model::new(&plan, &sea), small, best, true)
}

/// The same of a model in which the solver alone brings so much ashore; `is_whole` where all that has flowed makes whole layers.
fn is_what_is_found(
    model: &Model<'_>,
    small: &Small,
    best: f64,
    is_whole: bool,
) -> Result<(), TestCaseError> {
    let Some(solo) = Solo::new(&model.sets) else {
        prop_assert_eq!(best, 0.0);
        return Ok(());
    };
    prop_assume!(solo.is_bound() && !solo.is_rough());
    // What has flowed is known to a rounding.
    let rounding = if model.sets.is_after { 1e-3 } else { 1e-5 };
    let stop = AtomicBool::new(false);
    let options = Options::new(&stop);
    let run = Run::new(model, &options, 0.0);
    let objective = model.objectives().remove(0);
    let prices = Prices::first(&solo.priced(), model.sets.plan.commodities.len());
    let (_, gone) = solo.go(&prices, Side::Over, &|| true).expect("a way");
    let (worth, itinerary) = (solo.worth(&solo.sum(&gone)), solo.itinerary(&gone).expect("a way"));
    let values = run.traced(&objective, &itinerary, None).expect("a solver that works");
    let reached = values.map(|values| model.vars.value_of(&objective.expression, &values));
    let is_reached = reached.is_some_and(|reached| reached >= worth - rounding);
    // What is landed in part is taken to be younger than it is.
    let is_exact = is_whole && small.keeps.is_none();
    prop_assert!(worth == 0.0 || !is_exact || is_reached, "{:?} of {}", reached, worth);
    let found = solo.best(&|| true);
    prop_assert!(found.most >= best - rounding, "{} and {} of the solver alone", found.most, best);
    if !small.is_priced() && is_exact {
        prop_assert!(found.most <= best + rounding, "{} and {} of the solver alone", found.most, best);
    }
    Ok(())
}

proptest! {
    #![proptest_config(settings(24))]
    #[test]
    fn the_best_of_a_ship_alone_is_what_the_solver_lands(small in small()) {
        is_what_the_solver_lands(&small)?;
    }
}

proptest! {
    #![proptest_config(settings(8))]
    #[test]
    fn what_a_ship_has_aboard_at_the_start_counts_for_nobody(small in loaded_already()) {
        is_what_the_solver_lands(&small)?;
    }
}

proptest! {
    #![proptest_config(settings(10))]
    #[test]
    fn what_keeps_only_so_long_lands_in_time(small in kept()) {
        is_what_the_solver_lands(&small)?;
    }

    #[test]
    fn tanks_are_shared_out_as_the_solver_shares_them_out(small in in_tanks()) {
        is_what_the_solver_lands(&small)?;
    }
}

proptest! {
    #![proptest_config(settings(12))]
    #[test]
    fn the_best_of_a_ship_in_a_rhythm_is_what_the_solver_lands(small in in_rhythm()) {
        is_what_the_solver_lands(&small)?;
    }

    /// Where it is told apart in parts when what comes again is due, what is found is no less than the best, and there are ways that are no more than
    /// that and keep the rhythm.
    #[test]
    fn a_rhythm_in_parts_is_told_from_both_sides(small in in_rhythm(), part in 2usize..6) {
        let (plan, sea) = &small.loaded("order = [\"delivered\"]");
        let sets = Sets::new(plan, sea);
        let Some(mut solo) = Solo::new(&sets) else { return Ok(()) };
        let prices = Prices::first(&solo.priced(), plan.commodities.len());
        let (best, gone) = solo.go(&prices, Side::Under, &|| true).expect("a way");
        prop_assert!(!gone[0].breaks);
        solo.ships[0].set_part(part);
        let (over, _) = solo.go(&prices, Side::Over, &|| true).expect("a way");
        prop_assert!(over >= best - 1e-9, "{} of {}", over, best);
        if let Some((under, gone)) = solo.go(&prices, Side::Under, &|| true) {
            prop_assert!(under <= best + 1e-9 && !gone[0].breaks, "{} of {}", under, best);
        }
    }
}

#[test]
fn what_another_has_aboard_bounds_nothing() {
    let text = r#"
plan = { name = "two", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["delivered"] }
commodity = [{ id = "mud" }]
site = [{ id = "quay", kind = "port" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "4 t" } }, { id = "barge", at = "quay", hold = { mud = "9 t" }, aboard = { mud = "9 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h" }]
transfer = [
  { id = "land", from = "ship", to = "quay", commodity = "mud", rate = "4 t/h" },
  { id = "land-too", from = "barge", to = "quay", commodity = "mud", rate = "9 t/h" },
]
"#;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
    let (plan, sea) = crate::plan::load(folder.path()).expect("files").plan.expect("a plan");
    let sets = Sets::new(&plan, &sea);
    let solo = Solo::new(&sets).expect("a ship");
    assert!(solo.best(&|| true).most >= 8.0);
}
