//! What is handed over from vessel to vessel: what is promised can be done, and it is much.

use super::*;
use crate::model::construct::construct;
use crate::model::construct::tries::FILLS;
use crate::model::run::Run;
use crate::model::{Model, Options};
use crate::plan::Sea;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::atomic::AtomicBool;

mod after;
mod works;

/// A ship that lifts, a carrier that cannot come to the island, and a lighter that can.
const LIGHTER: &str = r#"
plan = { name = "lighter", start = 2026-01-01T00:00:00Z, end = 2026-01-06T00:00:00Z }
goal = { order = ["delivered"] }
commodity = [{ id = "mud" }]
site = [
  { id = "field", kind = "sea", position = [23.33, 155.02] },
  { id = "roads", kind = "sea", position = [24.30, 153.95] },
  { id = "island", kind = "island", position = [24.2867, 153.9806] },
]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "1000 t" } },
  { id = "carrier", at = "roads", home = "roads", calls = ["roads", "field"], speed = "10 kn", hold = { mud = "400 t" } },
  { id = "lighter", at = "roads", calls = ["roads", "island"], speed = "5 kn", hold = { mud = "400 t" } },
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "mud", rate = "350 t/d" }]
transfer = [
  { id = "meet", from = "lifter", to = "carrier", commodity = "mud", rate = "100 t/h", setup = "3 h" },
  { id = "over", from = "carrier", to = "lighter", site = "roads", commodity = "mud", rate = "50 t/h", setup = "1 h" },
  { id = "ashore", from = "lighter", to = "island", commodity = "mud", rate = "50 t/h", setup = "1 h" },
]
"#;

/// Three small lighters in the place of the one.
fn small_lighters() -> String {
    let one = r#"{ id = "lighter", at = "roads", calls = ["roads", "island"], speed = "5 kn", hold = { mud = "400 t" } }"#;
    let three = r#"{ id = "lighter", count = 3, at = "island", calls = ["roads", "island"], speed = "5 kn", hold = { mud = "60 t" } }"#;
    assert!(LIGHTER.contains(one));
    LIGHTER.replace(one, three)
}

/// What the carrier brings is gathered in a ship that is three days from the port.
fn far_port() -> String {
    let one = r#"{ id = "lighter", at = "roads", calls = ["roads", "island"], speed = "5 kn", hold = { mud = "400 t" } }"#;
    let far = r#"{ id = "lighter", at = "island", home = "island", calls = ["roads"], speed = "10 kn", hold = { mud = "2000 t" } }"#;
    assert!(LIGHTER.contains(one));
    LIGHTER.replace(one, far).replace("[24.2867, 153.9806]", "[35.0, 138.5]").replace("01-06T", "01-16T")
}

/// From a port's store by ship to lighters, and ashore.
const STORE: &str = r#"
plan = { name = "store", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z }
goal = { order = ["supplied"] }
commodity = [{ id = "cement" }]
site = [
  { id = "port", kind = "port", position = [25.30, 153.95], stock = { cement = "300 t" } },
  { id = "roads", kind = "sea", position = [24.30, 153.95] },
  { id = "island", kind = "island", position = [24.2867, 153.9806] },
]
vessel = [
  { id = "ship", at = "roads", home = "port", calls = ["port", "roads"], speed = "12 kn", hold = { cement = "150 t" } },
  { id = "lighter", count = 2, at = "island", home = "island", calls = ["roads"], speed = "5 kn", hold = { cement = "40 t" } },
]
transfer = [
  { id = "loads", from = "port", to = "ship", commodity = "cement", rate = "50 t/h", setup = "1 h" },
  { id = "over", from = "ship", to = "lighter", site = "roads", commodity = "cement", rate = "25 t/h", setup = "1 h", smallest = "20 t" },
  { id = "ashore", from = "lighter", to = "island", commodity = "cement", rate = "25 t/h", setup = "1 h" },
]
demand = [{ id = "works", site = "island", commodity = "cement", amount = "300 t", to = 2026-01-04T00:00:00Z }]
"#;

fn loaded(text: &str, hs: &[f64]) -> (Plan, Sea) {
    let folder = tempfile::tempdir().expect("a folder");
    let rows =
        |(hour, hs): (usize, &f64)| format!("2026-01-{:02}T{:02}:00:00Z,{hs}\n", 1 + hour / 24, hour % 24);
    let csv: String = hs.iter().enumerate().map(rows).collect();
    std::fs::write(folder.path().join("sea.csv"), "time,hs_m\n".to_owned() + &csv).expect("a sea");
    std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
    let checked = crate::plan::load(folder.path()).expect("files");
    let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
    checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")))
}

/// The most that is reached on the ways that are built.
fn built(text: &str) -> f64 {
    let (plan, sea) = loaded(text, &[]);
    let model = Model::new(&plan, &sea);
    let stop = AtomicBool::new(false);
    let options = Options::new(&stop);
    let run = Run::new(&model, &options, 0.0);
    let objective = model.objectives().remove(0);
    let reached = |itinerary: Itinerary| {
        let values = run.traced(&objective, &itinerary, None).expect("a solver that works")?;
        Some(model.vars.value_of(&objective.expression, &values))
    };
    construct(&model.sets, &|| true).into_iter().filter_map(reached).fold(0.0, f64::max)
}

#[test]
fn a_carrier_hands_over_to_a_lighter() {
    // Three rounds of some 35 hours.
    let built = built(LIGHTER);
    assert!(built >= 900.0, "{built}");
}

#[test]
fn several_small_lighters_take_turns_at_a_carrier() {
    let built = built(&small_lighters());
    assert!(built >= 700.0, "{built}");
}

#[test]
fn a_ship_with_a_long_way_gathers_what_several_rounds_bring() {
    let built = built(&far_port());
    assert!(built >= 1500.0, "{built}");
}

#[test]
fn what_a_store_has_is_handed_over_on_its_way() {
    let built = built(STORE);
    assert!((built - 300.0).abs() < 1e-6, "{built}");
}

#[test]
fn where_all_bring_ashore_what_they_fetch_nothing_is_handed_over() {
    let direct = LIGHTER.replace(r#""lighter", site = "roads","#, r#""island","#);
    let direct = direct.replace(r#"calls = ["roads", "field"]"#, r#"calls = ["roads", "field", "island"]"#);
    let (plan, sea) = loaded(&direct, &[]);
    assert!(Relay::new(&Sets::new(&plan, &sea)).is_none());
}

/// Lighters and carriers, drawn.
#[derive(Debug, Clone)]
struct Small {
    carriers: usize,
    lighters: usize,
    /// Tonnes: of a carrier, of a lighter, the smallest and the largest parcel.
    holds: [u32; 4],
    /// Tonnes an hour: lifted, fetched, handed over, landed.
    rates: [u32; 4],
    /// Hours before and after.
    around: [usize; 2],
    homes: bool,
    berths: usize,
    sea: Vec<f64>,
}

impl Small {
    fn loaded(&self) -> (Plan, Sea) {
        let Small { carriers, lighters, berths, .. } = self;
        let ([carrier, lighter, smallest, largest], [lift, fetch, over, land]) = (self.holds, self.rates);
        let (smallest, largest) = (smallest.min(lighter).min(carrier), largest.max(smallest));
        let [setup, off] = self.around;
        let home = |site: &str| if self.homes { format!(", home = \"{site}\"") } else { String::new() };
        let hours = self.sea.len();
        let text = format!(
            r#"
plan = {{ name = "relay", start = 2026-01-01T00:00:00Z, end = 2026-01-{:02}T{:02}:00:00Z }}
goal = {{ order = ["delivered"] }}
weather = [{{ id = "sea", file = "sea.csv" }}]
commodity = [{{ id = "mud" }}]
site = [
  {{ id = "field", kind = "sea", position = [24.70, 153.95], weather = "sea" }},
  {{ id = "roads", kind = "sea", position = [24.30, 153.95], weather = "sea" }},
  {{ id = "island", kind = "island", position = [24.2867, 153.9806], berths = {berths} }},
]
vessel = [
  {{ id = "lifter", at = "field", hold = {{ mud = "90 t" }} }},
  {{ id = "carrier", count = {carriers}, at = "roads"{}, calls = ["field"], speed = "12 kn", hold = {{ mud = "{carrier} t" }}, sail_limits = {{ hs = "2.5 m" }} }},
  {{ id = "lighter", count = {lighters}, at = "island"{}, calls = ["roads"], speed = "5 kn", hold = {{ mud = "{lighter} t" }} }},
]
sampling = [{{ id = "lift", vessel = "lifter", commodity = "mud", rate = "{lift} t/h", limits = {{ hs = "2.5 m" }}, min_run = "2 h" }}]
transfer = [
  {{ id = "meet", from = "lifter", to = "carrier", commodity = "mud", rate = "{fetch} t/h", setup = "{setup} h", limits = {{ hs = "2 m" }} }},
  {{ id = "over", from = "carrier", to = "lighter", site = "roads", commodity = "mud", rate = "{over} t/h", setup = "{setup} h", hoses_off = "{off} h", smallest = "{smallest} t", largest = "{largest} t", limits = {{ hs = "2 m" }} }},
  {{ id = "ashore", from = "lighter", to = "island", commodity = "mud", rate = "{land} t/h", setup = "{off} h" }},
]
"#,
            1 + hours / 24,
            hours % 24,
            home("roads"),
            home("island"),
        );
        loaded(&text, &self.sea)
    }
}

fn small() -> impl Strategy<Value = Small> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 1.0, 2.2, 2.6]), 24..40);
    let sizes = ([4u32..12, 2u32..12, 1u32..4, 3u32..9], [1u32..3, 2u32..6, 1u32..5, 1u32..5]);
    let rules = (
        prop::sample::select(vec![(1, 1), (1, 2), (2, 1)]),
        [0usize..2, 0usize..2],
        any::<bool>(),
        1usize..3,
    );
    (sizes, rules, sea).prop_map(|((holds, rates), ((carriers, lighters), around, homes, berths), sea)| {
        Small { carriers, lighters, holds, rates, around, homes, berths, sea }
    })
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

proptest! {
    #![proptest_config(settings(48))]
    /// Ways on which something is handed over can be gone, and bring as much as is promised.
    #[test]
    fn what_is_promised_is_brought(small in small()) {
        let (plan, sea) = small.loaded();
        let model = Model::apart(&plan, &sea);
        let Some(relay) = Relay::new(&model.sets) else { return Ok(()) };
        let stop = AtomicBool::new(false);
        let options = Options::new(&stop);
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let mut ways = Itinerary { vessels: vec![Vec::new(); plan.vessels.len()], ..Itinerary::default() };
        for &host in relay.hosts() {
            ways.vessels[host.index()] = lifting(&model.sets, host);
        }
        for (fill, gathers) in FILLS.iter().flat_map(|&fill| [(fill, false), (fill, true)]) {
            let (worth, itinerary) = relay.best(&ways, (fill, gathers), &|| true);
            let values = run.traced(&objective, &itinerary, None).expect("a solver that works");
            let reached = values.map(|values| model.vars.value_of(&objective.expression, &values));
            let promised = worth / (1.0 + send::EARLY) - 1e-5;
            prop_assert!(reached.is_some_and(|reached| reached >= promised), "{:?} of {}: {:?}", reached, worth, itinerary);
        }
    }
}

/// The way of a vessel that lifts.
fn lifting(sets: &Sets<'_>, vessel: Ix<Vessel>) -> Vec<crate::schedule::Move> {
    use crate::model::construct::{Taken, Tended, path};
    let none = Itinerary { vessels: vec![Vec::new(); sets.plan.vessels.len()], ..Itinerary::default() };
    let (taken, tended) = (Taken::of(sets.plan, &none), Tended::of(sets, &none, &[], false));
    path::best(sets, sets.network_of(vessel), (&taken, &tended), path::Aim::Endless).expect("a way")
}
