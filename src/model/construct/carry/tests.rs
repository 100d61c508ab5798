//! Ways with calls to refuel, against a search through all of them; and carriers that need such calls.

use super::passage::Passage;
use super::{Dispatch, Used};
use crate::id::Ix;
use crate::model::Model;
use crate::model::construct::construct;
use crate::model::construct::tests::{barge, best_of, loaded};
use crate::model::sets::Sets;
use crate::model::{Options, Past};
use crate::plan::windows::of_leg;
use crate::plan::{Plan, Site};
use crate::schedule::{Itinerary, Move, What};
use crate::time::Slot;
use crate::weather::Starts;
use proptest::prelude::*;
use std::sync::atomic::AtomicBool;

/// The barge of a plan with something more said of it, and of the sites.
fn bounded(of_barge: &str, of_north: &str, more: &str) -> String {
    let text = barge("").replace(r#"speed = "9 kn""#, &format!(r#"speed = "9 kn", {of_barge}"#));
    let text = text.replace(r#"kind = "port", "#, &format!(r#"kind = "port", {of_north}"#));
    let mid = r#"{ id = "mid", kind = "island", position = [27.1, 142.2] },"#;
    match more {
        "mid" => {
            text.replace("site = [", &format!("site = [{mid}")).replace(r#""south"],"#, r#""south", "mid"],"#)
        }
        _ => text,
    }
}

const FUEL: &str = r#"fuel = { sailing = "12 t/d", working = "3 t/d", waiting = "2 t/d" }, "#;

/// The most that is delivered on ways that are built.
fn built(text: &str) -> f64 {
    let (plan, sea) = loaded(text);
    let stop = AtomicBool::new(false);
    let sets = Sets::in_fleets(&plan, &sea);
    best_of(&Model::new(&plan, &sea), construct(&sets, &|| true), &Options::new(&stop)).0
}

#[test]
fn carriers_call_where_they_refuel() {
    // Out and home takes 120 t of fuel and 2150 NM, by the island or not: there is time for three such trips.
    let bunkers = |tonnes: u32| format!(r#"{FUEL}bunkers = "{tonnes} t""#);
    let plans = [
        bounded(&bunkers(100), "", ""),
        bounded(r#"range = "1500 NM""#, "", ""),
        bounded(&format!(r#"{}, range = "1500 NM""#, bunkers(100)), "", ""),
        // Who must call at the island on the way out as well.
        bounded(&bunkers(160), "refuels = false, ", ""),
        // By two islands, out and home.
        bounded(&bunkers(55), "", "mid"),
        bounded(&bunkers(100), "", "").replace(r#"home = "north", "#, ""),
    ];
    for text in plans {
        assert!((built(&text) - 3600.0).abs() < 1.0, "{} of {text}", built(&text));
        let three = text.replace(r#"id = "barge", "#, r#"id = "barge", count = 3, "#);
        assert!(built(&three) > 9000.0, "{} of {three}", built(&three));
    }
}

#[test]
fn carriers_that_wait_until_they_have_to_refuel_come_back() {
    // While a ship lifts slowly a barge burns half of its bunkers in four days; 2200 t is what it fetches with all the fuel that it wants.
    let fuel = r#"fuel = { sailing = "12 t/d", working = "12 t/d", waiting = "8 t/d" }, bunkers = "100 t""#;
    let text = bounded(fuel, "", "").replace("500 t/d", "60 t/d");
    assert!(built(&text) > 1900.0, "{}", built(&text));
}

#[test]
fn with_tanks_that_are_partly_used_up_carriers_go_on() {
    let (plan, sea) = loaded(&bounded(&format!(r#"{FUEL}bunkers = "100 t""#), "", ""));
    let stop = AtomicBool::new(false);
    let options = Options::new(&stop);
    let model = Model::new(&plan, &sea);
    let (before, sailed) = best_of(&model, construct(&Sets::in_fleets(&plan, &sea), &|| true), &options);
    assert!((before - 3600.0).abs() < 1.0, "{before}");
    for until in (1..plan.horizon.slots).step_by(29) {
        let past = Past { until, itinerary: &sailed, bars: &[], flows: true };
        let model = Model::of_sets(Sets::after(&plan, &sea, &past), |_| true);
        let (after, _) = best_of(&model, construct(&model.sets, &|| true), &options);
        assert!((after - before).abs() < 1.0, "{after} after slot {until}, and {before} before");
    }
}

#[test]
fn who_has_waited_until_now_has_burnt_something() {
    let (plan, sea) = loaded(&bounded(&format!(r#"{FUEL}bunkers = "100 t""#), "", ""));
    let barge =
        plan.vessels.places().find(|&vessel| plan.vessels[vessel].bunkers.is_some()).expect("a barge");
    let leg = plan.vessels[barge].legs.iter().find(|leg| !plan.sites[leg.to].refuels).expect("a way out");
    let (start, end) = of_leg(&plan, &sea, barge, leg).0.iter().next().expect("a departure");
    let mut sailed = Itinerary { vessels: vec![Vec::new(); plan.vessels.len()], ..Itinerary::default() };
    sailed.vessels[barge.index()] = vec![Move { what: What::Sail(leg.from, leg.to), start, end }];
    let used = |until: Slot| {
        let past = Past { until, itinerary: &sailed, bars: &[], flows: true };
        let sets = Sets::after(&plan, &sea, &past);
        let dispatch = Dispatch::new(&sets, &sailed);
        let carrier = dispatch.carriers.iter().find(|carrier| carrier.vessel == barge).expect("a carrier");
        (carrier.free, carrier.used.tonnes)
    };
    let ((soon, less), (late, more)) = (used(end + 2), used(end + 12));
    assert_eq!((soon, late), (end + 2, end + 12));
    let waited = 10.0 * plan.horizon.slot_h() * 2.0 / 24.0;
    assert!((more - less - waited).abs() < 1e-9, "{less} and {more} t");
}

/// Five sites about a ship that lifts at the last of them, of which some refuel and some are closed for a day.
fn map(places: &[(u32, u32)], refuel: &[bool], closed: &[Option<u32>], tonnes: u32) -> String {
    let sites = places.iter().zip(refuel).enumerate().map(|(nth, (&(x, y), refuels))| {
        let (lat, long) = (20.0 + f64::from(y) / 2.0, 140.0 + f64::from(x) / 2.0);
        format!("{{ id = \"s{nth}\", kind = \"port\", position = [{lat}, {long}], refuels = {refuels} }},")
    });
    let day = |day: u32| format!("2027-04-{:02}T00:00:00Z", day);
    let closures = closed.iter().enumerate().filter_map(|(nth, from)| {
        let (from, to) = from.map(|from| (day(from), day(from + 1)))?;
        Some(format!("[[closure]]\nsite = \"s{nth}\"\nfrom = {from}\nto = {to}\n"))
    });
    format!(
        r#"
plan = {{ name = "map", start = 2027-04-01T00:00:00Z, end = 2027-04-21T00:00:00Z, slot = "2 h" }}
goal = {{ order = ["delivered"] }}
commodity = [{{ id = "mud" }}]
site = [{}]
vessel = [
  {{ id = "lifter", at = "s4", hold = {{ mud = "600 t" }} }},
  {{ id = "barge", at = "s0", home = "s0", calls = ["s0", "s1", "s2", "s3", "s4"], hold = {{ mud = "400 t" }}, bunkers = "{tonnes} t", fuel = {{ working = "6 t/d", waiting = "4 t/d" }}, speeds = [{{ speed = "12 kn", sailing = "24 t/d" }}, {{ speed = "8 kn", sailing = "10 t/d" }}] }},
]
sampling = [{{ id = "lift", vessel = "lifter", commodity = "mud", rate = "350 t/d" }}]
transfer = [
  {{ id = "fetch", from = "lifter", to = "barge", commodity = "mud", rate = "50 t/h" }},
  {{ id = "land", from = "barge", to = "s0", commodity = "mud", rate = "50 t/h" }},
]
{}"#,
        sites.collect::<String>(),
        closures.collect::<String>()
    )
}

/// Where the barge is when, with so much fuel.
type State = (Ix<Site>, Slot, f64);

/// A search through every way of no more than five legs that calls on its way only where the barge refuels.
struct Oracle<'p> {
    plan: &'p Plan,
    /// For each leg of the barge its departures.
    starts: &'p [Starts],
    to: Ix<Site>,
    work: usize,
}

impl Oracle<'_> {
    /// Every next call, each with the departure.
    fn next(&self, (site, slot, left): State) -> Vec<(Slot, State)> {
        let ship = &self.plan.vessels[Ix::new(1)];
        let hours = |slots: usize| 2.0 * slots as f64;
        let mut next = Vec::new();
        for (place, leg) in ship.legs.iter().enumerate().filter(|(_, leg)| leg.from == site) {
            let starts = &self.starts[place];
            // Of two speeds that take as many slots a schedule does not tell which it is.
            let is_told = |slots| self.plan.leg_in(Ix::new(1), leg.from, leg.to, slots) == Some(place);
            let Some((start, end)) = starts.iter().find(|(start, _)| *start >= slot) else { continue };
            if !is_told(end - start) {
                continue;
            }
            let waits = if self.plan.sites[site].refuels { 0.0 } else { hours(start - slot) };
            let burnt =
                leg.pace.burns * leg.hours() + (waits + hours(end - start) - leg.hours()) * 4.0 / 24.0;
            if burnt <= left + 1e-9 {
                let is_full = self.plan.sites[leg.to].refuels;
                next.push((start, (leg.to, end, if is_full { self.full() } else { left - burnt })));
            }
        }
        next
    }

    fn full(&self) -> f64 {
        self.plan.vessels[Ix::new(1)].bunkers.expect("bunkers")
    }

    /// Whether it goes on after its work there, to where it refuels or also home.
    fn goes_on(&self, (site, slot, left): State, may_be_home: bool) -> bool {
        let is_it = |site: Ix<Site>| self.plan.sites[site].refuels || (may_be_home && site.index() == 0);
        let burnt = if self.plan.sites[site].refuels { 0.0 } else { self.work as f64 / 2.0 };
        let done = (site, slot + self.work, left - burnt);
        burnt <= left + 1e-9 && (is_it(site) || self.next(done).into_iter().any(|(_, state)| is_it(state.0)))
    }

    fn soonest(&self, from: State, legs: usize, may_be_home: bool) -> Option<Slot> {
        if from.0 == self.to && self.goes_on(from, may_be_home) {
            return Some(from.1);
        }
        if legs == 0 {
            return None;
        }
        let next = self.next(from).into_iter().map(|(_, state)| state);
        let onward = next.filter(|state| state.0 == self.to || self.plan.sites[state.0].refuels);
        let onward =
            onward.filter(|state| self.plan.sites[state.0].refuels || self.goes_on(*state, may_be_home));
        onward.filter_map(|state| self.soonest(state, legs - 1, may_be_home)).min()
    }
}

/// What is left when the legs of a passage are sailed one after the other, if it lasts.
fn sails(oracle: &Oracle<'_>, from: State, way: &Passage) -> Option<State> {
    way.legs.iter().try_fold(from, |state, &(site, start, end)| {
        let mut next = oracle.next(state).into_iter();
        next.find(|(from, to)| (*from, to.0, to.1) == (start, site, end)).map(|(_, state)| state)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_way_is_sooner(
        places in prop::collection::hash_set((0_u32..24, 0_u32..24), 5),
        refuel in prop::collection::vec(any::<bool>(), 5),
        closed in prop_oneof![Just(vec![None; 5]), prop::collection::vec(prop::option::of(1_u32..6), 5)],
        (tonnes, used, slot, work) in (12_u32..40, 0_u32..10, 0_usize..40, 0_usize..8),
    ) {
        let places: Vec<_> = places.into_iter().collect();
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), map(&places, &refuel, &closed, tonnes)).expect("a plan");
        // Where there is no way at all the plan has a fault.
        let checked = crate::plan::load(folder.path()).expect("files");
        prop_assume!(checked.plan.is_some());
        let (plan, sea) = checked.plan.expect("a plan");
        let sets = Sets::in_fleets(&plan, &sea);
        let ways = Itinerary { vessels: vec![Vec::new(); plan.vessels.len()], ..Itinerary::default() };
        let vessel = Ix::new(1);
        let starts: Vec<Starts> =
            plan.vessels[vessel].legs.iter().map(|leg| of_leg(&plan, &sea, vessel, leg).0).collect();
        let mut dispatch = Dispatch::new(&sets, &ways);
        for (from, &is_full) in refuel.iter().enumerate() {
            dispatch.carriers[0].site = Ix::new(from);
            let used = if is_full { 0.0 } else { f64::from(used) };
            dispatch.carriers[0].used = Used { miles: 0.0, tonnes: used };
            dispatch.carriers[0].free = slot;
            for to in 0..5 {
                let oracle = Oracle { plan: &plan, starts: &starts, to: Ix::new(to), work };
                let state = (Ix::new(from), slot, oracle.full() - used);
                let best = oracle.soonest(state, 5, false).or_else(|| oracle.soonest(state, 5, true));
                let found = dispatch.passage(0, dispatch.at(0, slot), Ix::new(to), work);
                let sailed = found.as_ref().map(|way| sails(&oracle, state, way).expect("it lasts"));
                prop_assert!(sailed.is_none_or(|end| oracle.goes_on(end, true)), "from {from} to {to} by {found:?}");
                // Where a site is closed for a while, who comes later may go on where who comes sooner has waited too long.
                if closed.iter().all(Option::is_none) {
                    let slot = sailed.map(|(_, slot, _)| slot);
                    prop_assert_eq!(slot, best, "from {} to {} by {:?}", from, to, found);
                }
            }
        }
    }
}

/// A barge that brings mud to an island, and home what is made of it there.
const ONWARD: &str = r#"
plan = { name = "onward", start = 2027-04-01T00:00:00Z, end = 2027-04-15T00:00:00Z, slot = "6 h" }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [
  { id = "home", kind = "port", position = [27.0, 150.0] },
  { id = "island", kind = "island", position = [24.3, 154.0] },
  { id = "field", kind = "sea", position = [23.3, 155.0] },
]
vessel = [
  { id = "ship", at = "field", hold = { mud = "300 t" } },
  { id = "barge", at = "island", home = "home", calls = ["home", "island", "field"], speed = "12 kn", hold = { mud = "200 t", cake = "200 t" }, hold_total = "200 t" },
]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "100 t/d" }]
transfer = [
  { id = "fetch", from = "ship", to = "barge", site = "field", commodity = "mud", rate = "20 t/h" },
  { id = "land", from = "barge", to = "island", commodity = "mud", rate = "20 t/h" },
  { id = "load", from = "island", to = "barge", commodity = "cake", rate = "20 t/h" },
  { id = "bring", from = "barge", to = "home", commodity = "cake", rate = "20 t/h" },
]
process = [{ id = "dewater", site = "island", from = "mud", to = "cake", yield = "50 %", capacity = "200 t/d" }]
demand = [{ id = "buyer", site = "home", commodity = "cake", amount = "9000 t" }]
"#;

#[test]
fn carriers_bring_on_what_is_made_of_what_they_land() {
    let batches = ONWARD.replace(r#"capacity = "200 t/d""#, r#"batch = "100 t", duration = "24 h""#);
    let two = ONWARD.replace(r#"id = "barge","#, r#"id = "barge", count = 2,"#);
    let two = two.replace(r#"kind = "island","#, r#"kind = "island", berths = 1,"#);
    let stock = ONWARD.replace(r#"kind = "island","#, r#"kind = "island", stock = { cake = "200 t" },"#);
    let late = ONWARD.replace(r#"amount = "9000 t""#, r#"amount = "9000 t", to = 2027-04-09T00:00:00Z"#);
    // The solver alone finds 380 t of the first in half a minute.
    let tonnes = [ONWARD, &batches, &two, &stock, &late].map(built);
    // Another port is nearer, and wants little or nothing; or what is landed has a smallest parcel.
    let other =
        ONWARD.replace("site = [", r#"site = [{ id = "other", kind = "port", position = [24.5, 153.0] },"#);
    let other = other.replace(r#"["home", "#, r#"["other", "home", "#);
    let other = other.replace("transfer = [", r#"transfer = [{ id = "bring-other", from = "barge", to = "other", commodity = "cake", rate = "20 t/h" },"#);
    let little = r#"demand = [{ id = "little", site = "other", commodity = "cake", amount = "20 t" },"#;
    let parcel = ONWARD.replace(r#"id = "land", "#, r#"id = "land", smallest = "100 t", "#);
    for text in [&other, &other.replace("demand = [", little), &parcel] {
        assert!(built(text) > 300.0, "{} of {text}", built(text));
    }
    // Where it must be there, although all that counts is what is landed.
    let must = ONWARD.replace(r#""supplied""#, r#""delivered""#);
    let must = must.replace(r#"amount = "9000 t""#, r#"amount = "9000 t", at_least = "300 t""#);
    assert!(built(&must) > 590.0, "{}", built(&must));
    let least = [310.0, 290.0, 450.0, 490.0, 170.0];
    assert!(tonnes.iter().zip(least).all(|(tonnes, least)| *tonnes > least), "{tonnes:?}");
}
