//! Holders: what a plan begins with and how large a parcel is, against a search through everything that a small ship can do.
//!
//! The search shares nothing with the model: it tries every row of lifting, setting up, landing and waiting, and lets each hour take
//! as much as it can; what was there before lands first.

use crate::support::{Run, Written};
use mudline::model::{Options, Outcome, optimise};
use mudline::schedule::{Schedule, account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;

/// A ship at a quay that lifts and lands.
#[derive(Debug, Clone)]
struct Ship {
    slots: usize,
    hold: f64,
    aboard: f64,
    /// What is in the store, and what it takes.
    stock: f64,
    store: f64,
    lift: f64,
    land: f64,
    /// Hours of set-up, and tonnes from one to the next.
    setup: usize,
    largest: Option<f64>,
}

fn ship() -> impl Strategy<Value = Ship> {
    let tonnes = (1u32..12, 0u32..12, 0u32..5, 1u32..20, 1u32..5, 1u32..7);
    let parcels = (0usize..2, prop::option::of(1u32..12));
    (3usize..8, tonnes, parcels).prop_map(|(slots, (hold, aboard, stock, room, lift, land), parcels)| Ship {
        slots,
        setup: parcels.0,
        largest: parcels.1.map(f64::from),
        hold: f64::from(hold),
        aboard: f64::from(aboard.min(hold)),
        stock: f64::from(stock),
        store: f64::from(stock + room),
        lift: f64::from(lift),
        land: f64::from(land),
    })
}

impl Ship {
    fn plan(&self) -> String {
        let Ship { slots, hold, aboard, stock, store, lift, land, setup, .. } = self;
        let largest = self.largest.map_or(String::new(), |largest| format!(", largest = \"{largest} t\""));
        format!(
            r#"
plan = {{ name = "what was there", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{slots:02}:00:00Z }}
goal = {{ order = ["delivered"] }}
site = [{{ id = "quay", kind = "port", store = {{ mud = "{store} t" }}, stock = {{ mud = "{stock} t" }} }}]
commodity = [{{ id = "mud" }}]
vessel = [{{ id = "ship", at = "quay", hold = {{ mud = "{hold} t" }}, aboard = {{ mud = "{aboard} t" }} }}]
sampling = [{{ id = "lift", vessel = "ship", commodity = "mud", rate = "{lift} t/h" }}]
transfer = [{{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "{land} t/h", setup = "{setup} h"{largest} }}]
"#
        )
    }

    /// The most that can be lifted and landed, found by trying everything.
    fn search(&self) -> f64 {
        let mut best = 0.0_f64;
        for row in 0..4_usize.pow(self.slots as u32) {
            let (mut aboard, mut lifted, mut landed) = (self.aboard, 0.0, 0.0);
            // Hours since a set-up began, and what went over since then.
            let mut parcel: Option<(usize, f64)> = None;
            for slot in 0..self.slots {
                let choice = row / 4_usize.pow(slot as u32) % 4;
                parcel = match (choice, parcel) {
                    (1, _) => Some((0, 0.0)),
                    (2, Some((hours, over))) => Some((hours + 1, over)),
                    _ => None,
                };
                if choice == 0 {
                    let tonnes = self.lift.min(self.hold - aboard);
                    (aboard, lifted) = (aboard + tonnes, lifted + tonnes);
                }
                if let Some((hours, over)) = parcel.as_mut().filter(|(hours, _)| *hours >= self.setup) {
                    let room = (self.store - self.stock - landed).min(self.largest.unwrap_or(1e9) - *over);
                    let tonnes = self.land.min(aboard).min(room);
                    (aboard, landed, *over) = (aboard - tonnes, landed + tonnes, *over + tonnes);
                    debug_assert!(*hours < self.slots);
                }
            }
            best = best.max((landed - self.aboard).min(lifted));
        }
        best
    }
}

/// The schedule of a plan in a sea, which the judge keeps; nothing when there is none.
pub fn solved_in(plan: &str, sea: &[f64]) -> Option<Schedule> {
    let (plan, sea) = Written::new(plan, sea).load();
    let stop = AtomicBool::new(false);
    match optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works") {
        Outcome::Solved(solved) => {
            let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
            assert_eq!(verify(&plan, &sea, &schedule), []);
            Some(schedule)
        }
        Outcome::Infeasible(_) => None,
        Outcome::NoneInTime => panic!("there is time enough"),
    }
}

/// The same in a calm sea, where there is one.
pub fn solved(plan: &str) -> Schedule {
    solved_in(plan, &[1.0; 48]).expect("there is a schedule")
}

/// A ship that lifts mud and ore, a tonne an hour, and lands them; everything has its own room and all of it one together.
#[derive(Debug, Clone)]
struct Mixed {
    slots: usize,
    hold: [u32; 2],
    hold_total: u32,
    store: [u32; 2],
    store_total: u32,
    worth: [u32; 2],
}

fn mixed() -> impl Strategy<Value = Mixed> {
    let two = || (1u32..4, 1u32..4).prop_map(|(a, b)| [a, b]);
    (3usize..7, two(), 1u32..6, two(), 1u32..6, two()).prop_map(
        |(slots, hold, hold_total, store, store_total, worth)| Mixed {
            slots,
            hold,
            hold_total,
            store,
            store_total,
            worth,
        },
    )
}

impl Mixed {
    fn plan(&self) -> String {
        let Mixed { slots, hold: [m, o], hold_total, store: [sm, so], store_total, worth: [wm, wo] } = self;
        format!(
            r#"
plan = {{ name = "mixed", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{slots:02}:00:00Z }}
goal = {{ order = ["delivered"] }}
site = [{{ id = "quay", kind = "port", store = {{ mud = "{sm} t", ore = "{so} t" }}, store_total = "{store_total} t" }}]
commodity = [{{ id = "mud" }}, {{ id = "ore" }}]
vessel = [{{ id = "ship", at = "quay", hold = {{ mud = "{m} t", ore = "{o} t" }}, hold_total = "{hold_total} t" }}]
sampling = [
  {{ id = "mud", vessel = "ship", commodity = "mud", rate = "1 t/h", value = [["99 t", {wm}.0]] }},
  {{ id = "ore", vessel = "ship", commodity = "ore", rate = "1 t/h", value = [["99 t", {wo}.0]] }},
]
transfer = [
  {{ id = "land-mud", from = "ship", to = "quay", commodity = "mud", rate = "1 t/h" }},
  {{ id = "land-ore", from = "ship", to = "quay", commodity = "ore", rate = "1 t/h" }},
]
"#
        )
    }

    /// The best worth that can be landed, a whole tonne an hour or none.
    fn search(&self, left: usize, aboard: [u32; 2], ashore: [u32; 2]) -> u32 {
        let mut best = ashore[0] * self.worth[0] + ashore[1] * self.worth[1];
        if left == 0 {
            return best;
        }
        for one in 0..2 {
            if aboard[one] < self.hold[one] && aboard[0] + aboard[1] < self.hold_total {
                let mut aboard = aboard;
                aboard[one] += 1;
                best = best.max(self.search(left - 1, aboard, ashore));
            }
            if aboard[one] > 0 && ashore[one] < self.store[one] && ashore[0] + ashore[1] < self.store_total {
                let (mut aboard, mut ashore) = (aboard, ashore);
                aboard[one] -= 1;
                ashore[one] += 1;
                best = best.max(self.search(left - 1, aboard, ashore));
            }
        }
        best
    }
}

pub fn settings() -> ProptestConfig {
    let number =
        |name: &str, otherwise| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    ProptestConfig {
        cases: number("MUDLINE_CASES", 24) as u32,
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED", 2027)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A ship that lifts what keeps only so long, and lands it while the quay is calm.
#[derive(Debug, Clone)]
struct Cores {
    hold: u32,
    lift: u32,
    land: u32,
    keeps: usize,
    aboard: u32,
    sea: Vec<f64>,
}

fn cores() -> impl Strategy<Value = Cores> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 2.2]), 3..8);
    (1u32..5, 1u32..3, 1u32..3, 1usize..5, 0u32..3, sea).prop_map(|(hold, lift, land, keeps, aboard, sea)| {
        Cores { hold, lift, land, keeps, aboard: aboard.min(hold), sea }
    })
}

impl Cores {
    fn plan(&self) -> String {
        let Cores { hold, lift, land, keeps, aboard, sea } = self;
        format!(
            r#"
plan = {{ name = "cores", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{:02}:00:00Z }}
goal = {{ order = ["sampled"] }}
weather = [{{ id = "w", file = "sea.csv" }}]
site = [{{ id = "quay", kind = "port", weather = "w" }}]
commodity = [{{ id = "core", keeps = "{keeps} h" }}]
vessel = [{{ id = "ship", at = "quay", hold = {{ core = "{hold} t" }}, aboard = {{ core = "{aboard} t" }} }}]
sampling = [{{ id = "lift", vessel = "ship", commodity = "core", rate = "{lift} t/h" }}]
transfer = [{{ id = "land", from = "ship", to = "quay", commodity = "core", rate = "{land} t/h", limits = {{ hs = "2 m" }} }}]
"#,
            sea.len()
        )
    }

    /// The most that can be lifted from a slot on, when so many tonnes aboard must be gone by so many hours: the oldest first.
    fn search(&self, slot: usize, aboard: &VecDeque<usize>) -> Option<u32> {
        if aboard.front().is_some_and(|by| *by <= slot) {
            return None;
        }
        if slot == self.sea.len() {
            return Some(0);
        }
        let most = self.lift.min(self.hold - aboard.len() as u32);
        let lifts = (0..=most).filter_map(|tonnes| {
            let mut aboard = aboard.clone();
            aboard.extend((0..tonnes).map(|_| slot + 1 + self.keeps));
            Some(tonnes + self.search(slot + 1, &aboard)?)
        });
        let most = if self.sea[slot] > 2.0 { 0 } else { self.land.min(aboard.len() as u32) };
        let lands = (1..=most).filter_map(|tonnes| {
            let left = aboard.iter().skip(tonnes as usize).copied().collect();
            self.search(slot + 1, &left)
        });
        lifts.chain(lands).max()
    }
}

proptest! {
    #![proptest_config(settings())]
    /// What keeps only so long is gone by then, and as much is lifted as that allows.
    #[test]
    fn cores_are_landed_as_a_search_through_everything_finds(cores in cores()) {
        let schedule = solved_in(&cores.plan(), &cores.sea);
        let best = cores.search(0, &(0..cores.aboard).map(|_| cores.keeps).collect());
        let value = schedule.map(|schedule| schedule.solve.goals[0].value);
        let is_same = match (value, best) {
            (Some(value), Some(best)) => (value - f64::from(best)).abs() < 1e-6,
            (value, best) => value.is_none() && best.is_none(),
        };
        prop_assert!(is_same, "{:?} instead of {:?}", value, best);
    }

    /// No sampling is credited with what was there before, no parcel is too large, and nothing better is left out.
    #[test]
    fn a_ship_does_what_a_search_through_everything_finds(ship in ship()) {
        let (schedule, best) = (solved(&ship.plan()), ship.search());
        let goal = &schedule.solve.goals[0];
        prop_assert!((goal.value - best).abs() < 1e-6 && goal.gap == Some(0.0), "{:?} instead of {}", goal, best);
    }

    /// What shares its room takes no more of it than there is.
    #[test]
    fn mud_and_ore_share_their_room_as_a_search_through_everything_finds(mixed in mixed()) {
        let (goal, best) = (solved(&mixed.plan()).solve.goals[0].clone(), mixed.search(mixed.slots, [0, 0], [0, 0]));
        prop_assert!((goal.value - f64::from(best)).abs() < 1e-6, "{:?} instead of {}", goal, best);
    }
}

/// Two carriers that are alike fetch mud and ore, with room for three tonnes of both together.
const CARRIERS: &str = r#"
plan = { name = "carriers", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["delivered"] }
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0] },
  { id = "quay", kind = "port", position = [24.1, 154.0] },
]
commodity = [{ id = "mud" }, { id = "ore" }]
sampling = [
  { id = "lift-mud", vessel = "ship", commodity = "mud", rate = "2 t/h" },
  { id = "lift-ore", vessel = "ship", commodity = "ore", rate = "2 t/h" },
]
transfer = [
  { id = "fetch-mud", from = "ship", to = "carrier", commodity = "mud", rate = "3 t/h" },
  { id = "fetch-ore", from = "ship", to = "carrier", commodity = "ore", rate = "3 t/h" },
  { id = "land-mud", from = "carrier", to = "quay", commodity = "mud", rate = "3 t/h" },
  { id = "land-ore", from = "carrier", to = "quay", commodity = "ore", rate = "3 t/h" },
]
[[vessel]]
id = "ship"
at = "field"
hold = { mud = "6 t", ore = "6 t" }
hold_total = "8 t"
[[vessel]]
id = "carrier"
count = 2
at = "quay"
calls = ["quay", "field"]
speed = "7 kn"
hold = { mud = "3 t", ore = "3 t" }
hold_total = "3 t"
"#;

#[test]
fn carriers_that_are_alike_share_their_room_too() {
    let value = |plan: &str| solved(plan).solve.goals[0].value;
    // One voyage for each of the two.
    let short = CARRIERS.replace("T12:00", "T07:00");
    assert!((value(&short) - 6.0).abs() < 1e-6, "{}", value(&short));
    let narrow = short.replace("hold_total = \"3 t\"", "hold_total = \"2 t\"");
    assert!((value(&narrow) - 4.0).abs() < 1e-6, "{}", value(&narrow));
}

/// A carrier that begins loaded, an island that begins with a stock, works that are fed from it.
const LOADED: &str = r#"
plan = { name = "loaded", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
goal = { order = ["supplied", "finish"] }
site = [
  { id = "island", kind = "island", position = [24.0, 154.0], stock = { mud = "30 t" } },
  { id = "field", kind = "sea", position = [24.1, 154.0] },
]
commodity = [{ id = "mud" }, { id = "cake" }]
process = [{ id = "dry", site = "island", from = "mud", to = "cake", yield = "10 %", capacity = "5 t/h" }]
demand = [{ id = "works", site = "island", commodity = "cake", amount = "5 t" }]
transfer = [{ id = "land", from = "carrier", to = "island", commodity = "mud", rate = "5 t/h" }]
[[vessel]]
id = "carrier"
count = 2
at = "field"
calls = ["field", "island"]
speed = "6 kn"
hold = { mud = "20 t" }
aboard = { mud = "10 t" }
"#;

#[test]
fn what_was_there_before_is_delivered_and_supplied() {
    let schedule = solved(LOADED);
    // 30 t lie there and 20 t come: all of it is fed, and makes the 5 t that are wanted.
    assert!((schedule.totals.supplied_t - 5.0).abs() < 1e-6, "{:?}", schedule.totals);
    assert!((schedule.totals.delivered_t - 20.0).abs() < 1e-6, "{:?}", schedule.totals);
    let level = |holder: &str, commodity: &str| {
        let stock = schedule.stocks.iter().find(|s| s.holder == holder && s.commodity == commodity);
        stock.expect("a stock").levels[0].1
    };
    assert_eq!(
        (level("carrier-1", "mud"), level("carrier-2", "mud"), level("island", "mud")),
        (10.0, 10.0, 30.0)
    );
}

/// What is never touched is told all the same, and the carriers need not wait with it until the plan ends.
#[test]
fn what_is_never_touched_is_told() {
    let schedule = solved(&LOADED.replace("amount = \"5 t\"", "amount = \"3 t\""));
    assert_eq!(schedule.stocks.iter().filter(|stock| stock.holder.starts_with("carrier")).count(), 2);
    assert_eq!(schedule.totals.finish, schedule.horizon.start);
}

#[test]
fn a_voyage_begins_with_what_is_aboard() {
    let ship = Ship {
        slots: 6,
        hold: 9.0,
        aboard: 4.0,
        stock: 2.0,
        store: 99.0,
        lift: 1.0,
        land: 5.0,
        setup: 0,
        largest: None,
    };
    let plan = ship.plan().replace("kind = \"port\"", "kind = \"port\", weather = \"w\"")
        + "weather = [{ id = \"w\", file = \"sea.csv\" }]\n";
    let written = Written::new(&plan, &[1.0; 48]);
    let told = Run::new(["simulate", "--json"]).arg(written.folder.path()).done().json();
    let planned = solved(&plan).totals.delivered_t;
    let amounts = told["policies"][0]["amounts"].as_array().expect("amounts").clone();
    let delivered = amounts.iter().find(|row| row["id"] == "delivered").expect("what is delivered");
    assert!(planned > 4.0, "{planned}");
    assert_eq!(delivered["planned"].as_f64(), Some(planned), "{delivered}");
    assert_eq!(delivered["mean"].as_f64(), Some(planned), "{delivered}");
}

/// A helicopter that carries cores ashore, a basket at a time, while the sun is up at both ends.
const HELICOPTER: &str = r#"
plan = { name = "cores by air", start = 2027-06-01T00:00:00+09:00, end = 2027-06-02T00:00:00+09:00, zone = "Asia/Tokyo" }
goal = { order = ["delivered", "finish"] }
site = [
  { id = "field", kind = "sea", position = [34.2, 139.0] },
  { id = "heliport", kind = "port", position = [35.0, 138.5] },
]
commodity = [{ id = "core" }]
sampling = [{ id = "box-core", vessel = "ship", commodity = "core", rate = "0.5 t/h", at_most = "3 t" }]
[[vessel]]
id = "ship"
at = "field"
hold = { core = "9 t" }
[[vessel]]
id = "helicopter"
at = "heliport"
home = "heliport"
calls = ["heliport", "field"]
speed = "120 kn"
daylight = true
hold = { core = "2 t" }
[[transfer]]
id = "winch"
from = "ship"
to = "helicopter"
site = "field"
commodity = "core"
rate = "1 t/h"
largest = "0.6 t"
[[transfer]]
id = "unload"
from = "helicopter"
to = "heliport"
commodity = "core"
rate = "1 t/h"
"#;

#[test]
fn a_helicopter_flies_by_day_and_winches_no_more_than_its_basket_holds() {
    let schedule = solved(HELICOPTER);
    let of = |kind: &str| {
        let all = schedule.of_vessel("helicopter");
        all.filter(|activity| activity.kind.word() == kind).collect::<Vec<_>>()
    };
    let hour = |time: mudline::schedule::Time| time.format("%H").to_string().parse::<u32>().expect("an hour");
    let flights = of("sail");
    assert!(!flights.is_empty());
    for flight in flights {
        assert!(hour(flight.start) >= 5 && hour(flight.end) <= 18, "{} to {}", flight.start, flight.end);
    }
    let lifts: Vec<f64> =
        of("transfer").iter().filter(|a| a.id.starts_with("winch")).filter_map(|a| a.tonnes).collect();
    assert!(lifts.iter().all(|tonnes| *tonnes < 0.6 + 1e-9) && lifts.len() >= 5, "{lifts:?}");
    assert!((schedule.totals.delivered_t - 3.0).abs() < 1e-6, "{:?}", schedule.totals);
    // Without the bound of daylight it would be done in the night.
    let by_night = solved(&HELICOPTER.replace("daylight = true\n", ""));
    assert!(by_night.totals.finish < schedule.totals.finish);
}

#[test]
fn parcels_and_flights_are_simulated_as_they_were_planned() {
    let shared = "plan = { name = \"a\", start = 2026-01-01T00:00:00Z, end = 2026-01-01T09:00:00Z }\n\
         goal = { order = [\"sampled\"] }\n\
         site = [{ id = \"here\", kind = \"sea\" }]\ncommodity = [{ id = \"mud\" }, { id = \"ore\" }]\n\
         vessel = [{ id = \"ship\", at = \"here\", hold = { mud = \"4 t\", ore = \"4 t\" }, aboard = { ore = \"1 t\" }, hold_total = \"3 t\" }]\n\
         sampling = [{ id = \"lift\", vessel = \"ship\", commodity = \"mud\", rate = \"1 t/h\" }]\n";
    for (plan, id, tonnes) in [(HELICOPTER, "delivered", 3.0), (shared, "sampled", 2.0)] {
        let written = Written::new(plan, &[1.0; 48]);
        let told = Run::new(["simulate", "--json"]).arg(written.folder.path()).done().json();
        let amounts = told["policies"][0]["amounts"].as_array().expect("amounts").clone();
        let row = amounts.iter().find(|row| row["id"] == id).expect("a row");
        assert_eq!((row["planned"].as_f64(), row["mean"].as_f64()), (Some(tonnes), Some(tonnes)), "{row}");
        assert_eq!(
            told["policies"][0]["outcomes"][0]["share"].as_f64(),
            Some(1.0),
            "{}",
            told["policies"][0]
        );
    }
}

#[test]
fn what_keeps_only_so_long_is_not_lifted_sooner_than_planned() {
    // The quay takes nothing before 08:00, and cores keep for three hours: they are lifted as late as that.
    let plan = r#"
plan = { name = "late", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["delivered"] }
site = [{ id = "field", kind = "sea", position = [24.0, 154.0] }, { id = "quay", kind = "port", position = [24.1, 154.0] }]
commodity = [{ id = "core", keeps = "3 h" }]
vessel = [{ id = "ship", at = "field", calls = ["quay"], speed = "12 kn", hold = { core = "9 t" } }]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "core", rate = "1 t/h" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "core", rate = "1 t/h" }]
closure = [{ site = "quay", from = 2026-01-01T00:00:00Z, to = 2026-01-01T08:00:00Z }]
"#;
    let shared = plan.replace("hold = { core = \"9 t\" }", "hold = { core = \"9 t\" }, hold_total = \"8 t\"");
    for plan in [plan, &shared] {
        let written = Written::new(plan, &[]);
        let ran = Run::new(["simulate"]).arg(written.folder.path()).done();
        assert!(ran.stdout.contains("all done, in time          100 %"), "{}", ran.stdout);
    }
}

#[test]
fn each_run_of_what_keeps_only_so_long_has_its_own_time() {
    // The sea lets it land for two hours, and for three: what is landed then is lifted before each of them.
    let plan = r#"
plan = { name = "twice", start = 2026-01-01T00:00:00Z, end = 2026-01-01T14:00:00Z }
goal = { order = ["delivered"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "quay", kind = "port", weather = "w" }]
commodity = [{ id = "core", keeps = "3 h" }]
vessel = [{ id = "ship", at = "quay", hold = { core = "9 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "core", rate = "1 t/h" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "core", rate = "1 t/h", limits = { hs = "2 m" } }]
"#;
    let hs: Vec<f64> = (0..48)
        .map(|hour| if (4..6).contains(&hour) || (11..14).contains(&hour) { 1.0 } else { 3.0 })
        .collect();
    let written = Written::new(plan, &hs);
    let starts = written.folder.path().join("starts");
    std::fs::write(&starts, "2026-01-01T00:00:00Z\n").expect("written");
    let ran = Run::new(["simulate", "--starts"]).arg(&starts).arg(written.folder.path()).done();
    assert!(ran.stdout.contains("all done, in time          100 %"), "{}", ran.stdout);
}

#[test]
fn other_years_tell_whether_cargo_keeps_is_there_in_time_and_fuel_lasts() {
    let plan = |commodity: &str, vessel: &str| {
        format!(
            r#"
plan = {{ name = "cores", start = 2026-01-01T00:00:00Z, end = 2026-01-01T18:00:00Z }}
goal = {{ order = ["delivered", "finish"] }}
weather = [{{ id = "w", file = "sea.csv" }}]
site = [
  {{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }},
  {{ id = "quay", kind = "port", position = [24.1, 154.0] }},
]
commodity = [{{ id = "core"{commodity} }}]
vessel = [{{ id = "ship", at = "field", calls = ["quay"], speed = "12 kn", sail_limits = {{ hs = "2 m" }}, hold = {{ core = "9 t" }}{vessel} }}]
sampling = [{{ id = "lift", vessel = "ship", site = "field", commodity = "core", rate = "1 t/h", at_most = "2 t" }}]
transfer = [{{ id = "land", from = "ship", to = "quay", commodity = "core", rate = "1 t/h" }}]
"#
        )
    };
    // Two hours of lifting, one of sailing, two of landing; on the second day a storm keeps the ship for six hours where it is.
    let fuel =
        ", fuel = { sailing = \"1 t/h\", working = \"1 t/h\", waiting = \"1 t/h\" }, bunkers = \"8 t\"";
    let hs: Vec<f64> = (0..72).map(|hour| if (26..32).contains(&hour) { 3.0 } else { 1.0 }).collect();
    for (commodity, vessel, rule) in [
        (", keeps = \"5 h\"", "", "freshness"),
        (", reach = { site = \"quay\", within = \"5 h\" }", "", "reach"),
        ("", fuel, "endurance"),
    ] {
        let written = Written::new(&plan(commodity, vessel), &hs);
        let folder = written.folder.path();
        std::fs::write(folder.join("starts"), "2026-01-01T00:00:00Z\n2026-01-02T00:00:00Z\n")
            .expect("written");
        let simulate = || Run::new(["simulate", "--starts"]).arg(folder.join("starts"));
        let ran = simulate().arg("-o").arg(folder.join("out")).arg(folder).done();
        assert!(ran.stdout.contains(&format!("short by {rule}: 1 run")), "{}", ran.stdout);
        assert!(ran.stdout.contains("all done, in time           50 %"), "{}", ran.stdout);
        // The judge says the same of what is written of each.
        let judged = |run: &str| {
            let out = folder.join("out").join(run);
            Run::new(["verify"]).arg(&out).arg(out.join("schedule.json")).either().stdout
        };
        let (good, bad) = (judged("p10"), judged("p90"));
        assert!(good.contains("every one of") && bad.contains(rule), "{good}\n{bad}");
        simulate()
            .arg("--policy=rolling")
            .arg(folder)
            .refused()
            .stderr_has("the policy rolling does not know");
        simulate().arg("--policy=clairvoyant").arg(folder).done();
    }
}

/// A tonne a day in slots of an hour: both levels of a hold and what changes them are each rounded to a gram.
#[test]
fn the_judge_lets_what_roundings_make_of_small_parcels() {
    let plan = r#"
plan = { name = "cores", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z }
goal = { order = ["delivered"] }
site = [
  { id = "lab", kind = "port", position = [34.6, 138.2] },
  { id = "field", kind = "sea", position = [33.4, 139.4] },
]
commodity = [{ id = "cores" }]
vessel = [
  { id = "ship", at = "field", hold = { cores = "10 t" } },
  { id = "boat", at = "lab", calls = ["lab", "field"], speed = "120 kn", hold = { cores = "0.8 t" } },
]
sampling = [{ id = "coring", vessel = "ship", commodity = "cores", rate = "1 t/d" }]
transfer = [
  { id = "winch", from = "ship", to = "boat", site = "field", commodity = "cores", rate = "1 t/h" },
  { id = "to-lab", from = "boat", to = "lab", commodity = "cores", rate = "2 t/h" },
]
"#;
    Written::new(plan, &[]).solved();
}
