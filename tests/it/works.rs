//! Works and their rhythm: crews that are changed every so often, also by a boat, batches, and yields that are not sure, against a search through
//! everything.
//!
//! The searches share nothing with the model: they try each thing that can begin in each hour.

use crate::holders::{settings, solved, solved_in};
use crate::support::{Run, Written, repo};
use proptest::prelude::*;
use std::collections::HashMap;

/// A ship that dives, and changes its crew in a rhythm while the sea is calm.
#[derive(Debug, Clone)]
struct Crew {
    dives: u32,
    dive: usize,
    change: usize,
    every: usize,
    sea: Vec<f64>,
}

fn crew() -> impl Strategy<Value = Crew> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 2.2]), 8..14);
    (1u32..4, 1usize..4, 1usize..3, 1usize..7, sea).prop_map(|(dives, dive, change, every, sea)| Crew {
        dives,
        dive,
        change,
        every,
        sea,
    })
}

impl Crew {
    fn plan(&self) -> String {
        let Crew { dives, dive, change, every, sea } = self;
        format!(
            r#"
plan = {{ name = "crews", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{:02}:00:00Z }}
goal = {{ order = ["finish"] }}
weather = [{{ id = "w", file = "sea.csv" }}]
site = [{{ id = "here", kind = "sea", weather = "w" }}]
vessel = [{{ id = "ship", at = "here" }}]
task = [
  {{ id = "dive", vessel = "ship", duration = "{dive} h", times = "{dives}" }},
  {{ id = "crew", vessel = "ship", duration = "{change} h", every = "{every} h", times = "0..20", limits = {{ hs = "2 m" }} }},
]
"#,
            sea.len()
        )
    }

    /// The earliest hour at which all dives are done and the rhythm was kept until then.
    fn search(&self, now: usize, changed: usize, dives: u32) -> Option<usize> {
        if now > self.sea.len() || now > changed + self.every {
            return None;
        }
        let here = (dives == self.dives).then_some(now);
        let dive =
            || (dives < self.dives).then(|| self.search(now + self.dive, changed, dives + 1)).flatten();
        let end = now + self.change;
        let is_calm = end <= self.sea.len() && self.sea[now..end].iter().all(|hs| *hs <= 2.0);
        let change = || is_calm.then(|| self.search(end, end, dives)).flatten();
        here.or_else(|| [dive(), change(), self.search(now + 1, changed, dives)].into_iter().flatten().min())
    }
}

/// A ship that dives in the field and is refitted in the port, and a boat that changes its crew in the field, in a rhythm.
#[derive(Debug, Clone)]
struct Tended {
    /// Of the ship: how often it dives, and how long, whether it must be refitted, whether it begins in the port, and hours to the other site.
    dives: u32,
    dive: usize,
    is_refitted: bool,
    is_in_port: bool,
    way: usize,
    /// Of the boat, which begins in the port and ends there: how long it takes, how often it must come, how far it is, and whether it may pause.
    change: usize,
    every: usize,
    boat_way: usize,
    pauses: bool,
    sea: Vec<f64>,
}

fn tended() -> impl Strategy<Value = Tended> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 2.2]), 7..12);
    let ship = (1u32..4, 1usize..4, any::<bool>(), any::<bool>(), 1usize..3);
    (ship, 1usize..3, 2usize..9, 1usize..3, any::<bool>(), sea).prop_map(
        |((dives, dive, is_refitted, is_in_port, way), change, every, boat_way, pauses, sea)| Tended {
            dives,
            dive,
            is_refitted,
            is_in_port,
            way,
            change,
            every,
            boat_way,
            pauses,
            sea,
        },
    )
}

/// Where the ship and the boat are, in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Afloat {
    now: usize,
    ship: Ship,
    dives: u32,
    is_refitted: bool,
    /// Until when the ship is served, or was, and so when its crew was last changed.
    changed: usize,
    boat: Ship,
}

/// A vessel that lies in the port or the field, or sails there, and is free from some hour on, when its last deed ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Ship {
    in_port: bool,
    free: usize,
    sails: bool,
}

impl Ship {
    fn until(self, free: usize) -> Ship {
        Ship { free, sails: false, ..self }
    }

    fn sailed(self, free: usize) -> Ship {
        Ship { free, sails: true, in_port: !self.in_port }
    }
}

impl Tended {
    fn plan(&self) -> String {
        let Tended { dives, dive, is_in_port, way, change, every, boat_way, pauses, sea, .. } = self;
        // Six miles.
        let knots = |hours: &usize| if *hours == 1 { "7 kn" } else { "4 kn" };
        let refit = match self.is_refitted {
            true => "{ id = \"refit\", vessel = \"ship\", site = \"port\", duration = \"1 h\" },",
            false => "",
        };
        format!(
            r#"
plan = {{ name = "tended", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{:02}:00:00Z }}
goal = {{ order = ["finish"] }}
weather = [{{ id = "w", file = "sea.csv" }}]
site = [
  {{ id = "port", kind = "port", position = [24.1, 154.0] }},
  {{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }},
]
vessel = [
  {{ id = "ship", at = "{}", calls = ["field", "port"], speed = "{}" }},
  {{ id = "boat", at = "port", home = "port", calls = ["field"], speed = "{}" }},
]
task = [
  {{ id = "dive", vessel = "ship", site = "field", duration = "{dive} h", times = "{dives}" }},
  {refit}
  {{ id = "crew", vessel = "boat", site = "field", duration = "{change} h", serves = "ship", every = "{every} h", times = "0..20", limits = {{ hs = "2 m" }}{} }},
]
"#,
            sea.len(),
            if *is_in_port { "port" } else { "field" },
            knots(way),
            knots(boat_way),
            if *pauses { ", suspend = \"free\"" } else { "" }
        )
    }

    /// The end of a change of crew that begins in an hour, where the sea lets it.
    fn change_from(&self, now: usize) -> Option<usize> {
        let mut worked = 0;
        for (hour, hs) in self.sea.iter().enumerate().skip(now) {
            match *hs <= 2.0 {
                true => worked += 1,
                false if worked == 0 || !self.pauses => return None,
                false => {}
            }
            if worked == self.change {
                return Some(hour + 1);
            }
        }
        None
    }

    /// What the ship can do in an hour: nothing, dive, be refitted, sail unless it is served.
    fn ship_steps(&self, at: Afloat) -> Vec<Afloat> {
        let (now, ship) = (at.now, at.ship);
        let mut steps = vec![at];
        if ship.free <= now {
            if !ship.in_port && at.dives < self.dives {
                steps.push(Afloat { ship: ship.until(now + self.dive), dives: at.dives + 1, ..at });
            }
            if ship.in_port && self.is_refitted && !at.is_refitted {
                steps.push(Afloat { ship: ship.until(now + 1), is_refitted: true, ..at });
            }
            if at.changed <= now {
                steps.push(Afloat { ship: ship.sailed(now + self.way), ..at });
            }
        }
        steps.retain(|step| step.ship.free <= self.sea.len());
        steps
    }

    /// What the boat can do then: nothing, sail, change the crew of the ship if that lies in the field, and soon enough.
    fn boat_steps(&self, at: Afloat) -> Vec<Afloat> {
        let (now, ship, boat) = (at.now, at.ship, at.boat);
        let mut steps = vec![at];
        if boat.free <= now {
            steps.push(Afloat { boat: boat.sailed(now + self.boat_way), ..at });
            let is_away = ship.in_port || (ship.sails && ship.free > now);
            let is_time = !boat.in_port && !is_away && now <= at.changed + self.every;
            if let Some(end) = self.change_from(now).filter(|_| is_time) {
                steps.push(Afloat { boat: boat.until(end), changed: end, ..at });
            }
        }
        steps.retain(|step| step.boat.free <= self.sea.len());
        steps
    }

    /// The earliest hour at which all is done, the boat is back, and the rhythm of the ship was kept until it was done.
    fn search(&self, at: Afloat, known: &mut HashMap<Afloat, Option<usize>>) -> Option<usize> {
        if let Some(known) = known.get(&at) {
            return *known;
        }
        let is_done = at.dives == self.dives && at.is_refitted == self.is_refitted && at.boat.in_port;
        let is_kept = at.ship.free <= at.changed + self.every;
        let mut best = (is_done && is_kept).then_some(at.ship.free.max(at.boat.free));
        if at.now < self.sea.len() {
            for step in self.ship_steps(at).into_iter().flat_map(|step| self.boat_steps(step)) {
                let found = self.search(Afloat { now: at.now + 1, ..step }, known);
                best = [best, found].into_iter().flatten().min();
            }
        }
        known.insert(at, best);
        best
    }

    fn best(&self) -> Option<usize> {
        let lying = |in_port: bool| Ship { in_port, free: 0, sails: false };
        let (ship, boat) = (lying(self.is_in_port), lying(true));
        let start = Afloat { now: 0, ship, dives: 0, is_refitted: false, changed: 0, boat };
        self.search(start, &mut HashMap::new())
    }
}

/// A press that works in batches on what lies there, and somebody who takes so much an hour of what it makes.
#[derive(Debug, Clone)]
struct Press {
    slots: usize,
    stock: f64,
    batch: f64,
    length: usize,
    rate: f64,
    /// An hour in which the press stands still.
    closed: usize,
}

fn press() -> impl Strategy<Value = Press> {
    (4usize..11, 1u32..20, 1u32..8, 1usize..5, 1u32..5, 0usize..11).prop_map(
        |(slots, stock, batch, length, rate, closed)| Press {
            slots,
            stock: f64::from(stock),
            batch: f64::from(batch),
            length,
            rate: f64::from(rate),
            closed: closed.min(slots - 1),
        },
    )
}

impl Press {
    fn plan(&self) -> String {
        let Press { slots, stock, batch, length, rate, closed } = self;
        let after = closed + 1;
        format!(
            r#"
plan = {{ name = "a press", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{slots:02}:00:00Z }}
goal = {{ order = ["supplied"] }}
site = [{{ id = "quay", kind = "port", stock = {{ mud = "{stock} t" }} }}]
commodity = [{{ id = "mud" }}, {{ id = "cake" }}]
process = [{{ id = "press", site = "quay", from = "mud", to = "cake", yield = "50 %", batch = "{batch} t", duration = "{length} h" }}]
closure = [{{ process = "press", from = 2026-01-01T{closed:02}:00:00Z, to = 2026-01-01T{after:02}:00:00Z }}]
demand = [{{ id = "works", site = "quay", commodity = "cake", rate = "{rate} t/h" }}]
"#
        )
    }

    /// The most that is supplied from a slot on: a batch that begins now, or one that begins later.
    fn search(&self, slot: usize, mud: f64, cake: f64) -> f64 {
        if slot >= self.slots {
            return 0.0;
        }
        // What goes out in an hour, and what is left.
        let drawn = self.rate.min(cake);
        let later = drawn + self.search(slot + 1, mud, cake - drawn);
        let end = slot + self.length;
        if mud < self.batch || end > self.slots || (slot..end).contains(&self.closed) {
            return later;
        }
        let (mut out, mut left) = (0.0, cake);
        for hour in slot..end {
            left += if hour + 1 == end { self.batch / 2.0 } else { 0.0 };
            let drawn = self.rate.min(left);
            (out, left) = (out + drawn, left - drawn);
        }
        later.max(out + self.search(end, mud - self.batch, left))
    }
}

proptest! {
    #![proptest_config(settings())]
    /// A rhythm is kept from the start until the ship is done, and where it can be kept it is.
    #[test]
    fn a_crew_is_changed_as_a_search_through_everything_finds(crew in crew()) {
        let schedule = solved_in(&crew.plan(), &crew.sea);
        let best = crew.search(0, 0, 0).map(|hour| hour as f64);
        prop_assert_eq!(schedule.map(|schedule| schedule.solve.goals[0].value), best);
    }

    /// A boat comes as often as the ship needs it and while the ship is there, and where that can be it is.
    #[test]
    fn a_crew_is_changed_by_a_boat_as_a_search_through_everything_finds(tended in tended()) {
        let schedule = solved_in(&tended.plan(), &tended.sea);
        let best = tended.best().map(|hour| hour as f64);
        prop_assert_eq!(schedule.map(|schedule| schedule.solve.goals[0].value), best);
    }

    /// Whole batches, one after the other, when that is best.
    #[test]
    fn a_press_works_as_a_search_through_everything_finds(press in press()) {
        let (goal, best) = (solved(&press.plan()).solve.goals[0].clone(), press.search(0, press.stock, 0.0));
        prop_assert!((goal.value - best).abs() < 1e-6, "{:?} instead of {}", goal, best);
    }
}

#[test]
fn a_rhythm_that_cannot_be_kept_is_told() {
    let crew = Crew { dives: 1, dive: 4, change: 1, every: 3, sea: vec![1.0; 10] };
    let written = Written::new(&crew.plan(), &crew.sea);
    Run::new(["schedule"])
        .arg(written.folder.path())
        .fault()
        .stderr_has("crew cannot keep its rhythm of 3 h");
}

/// Two processes in a chain, each with a yield that is not sure.
const UNSURE: &str = r#"
plan = { name = "unsure", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
goal = { order = ["supplied", "finish"] }
site = [{ id = "island", kind = "island", stock = { mud = "100 t", cake = "20 t" } }]
commodity = [{ id = "mud" }, { id = "cake" }, { id = "oxide" }]
vessel = [{ id = "ship", at = "island" }]
demand = [{ id = "works", site = "island", commodity = "oxide", amount = "99 t" }]
[[process]]
id = "dry"
site = "island"
from = "mud"
to = "cake"
yield = "20 %"
yield_spread = { low = "15 %", high = "25 %" }
capacity = "50 t/h"
[[process]]
id = "leach"
site = "island"
from = "cake"
to = "oxide"
yield = "10 %"
yield_spread = { low = "5 %", high = "12 %" }
capacity = "50 t/h"
"#;

#[test]
fn what_yields_may_come_to_is_carried_down_the_chain() {
    let schedule = solved(UNSURE);
    let totals = &schedule.totals;
    assert!(
        (totals.made_t["cake"] - 20.0).abs() < 1e-6 && (totals.made_t["oxide"] - 4.0).abs() < 1e-6,
        "{totals:?}"
    );
    // 100 t of mud at 15 and 25 %; with the 20 t that lay there 35 and 45 t of cake, at 5 and 12 %.
    let same = |(a, b): (f64, f64), (c, d): (f64, f64)| (a - c).abs() < 1e-6 && (b - d).abs() < 1e-6;
    assert!(same(totals.made_range_t["cake"], (15.0, 25.0)), "{totals:?}");
    assert!(same(totals.made_range_t["oxide"], (1.75, 5.4)), "{totals:?}");
    let written = Written::new(UNSURE, &[1.0; 48]);
    let told = Run::new(["schedule"]).arg(written.folder.path()).done().stdout;
    assert!(told.contains("oxide made at the lowest yields 1.8 t"), "{told}");
    // All of it is supplied.
    assert!(told.contains("4.0 (1.8 to 5.4)"), "{told}");
    assert!(told.contains("in brackets: at the lowest yields and at the highest"), "{told}");
}

/// Two kinds of mud, a buyer who takes what is made, and from some day on a reserve of it.
fn graded(by: &str, wanted: &str) -> String {
    format!(
        r#"
plan = {{ name = "graded", start = 2026-01-01T00:00:00Z, end = 2026-02-20T00:00:00Z, slot = "1 d" }}
goal = {{ order = ["supplied"] }}
site = [{{ id = "works", kind = "plant", stock = {{ rich = "1000 t", poor = "1000 t" }} }}]
commodity = [{{ id = "rich" }}, {{ id = "poor" }}, {{ id = "oxide" }}]
demand = [{{ id = "buyer", site = "works", commodity = "oxide", amount = "{wanted}" }}]
reserve = [{{ id = "vault", site = "works", commodity = "oxide", target = "5 t", by = {by} }}]
[[process]]
id = "refine-rich"
site = "works"
from = "rich"
to = "oxide"
yield = "0.8 %"
yield_spread = {{ low = "0.5 %", high = "1 %" }}
capacity = "25 t/d"
[[process]]
id = "refine-poor"
site = "works"
from = "poor"
to = "oxide"
yield = "0.4 %"
yield_spread = {{ low = "0.2 %", high = "0.6 %" }}
capacity = "25 t/d"
"#
    )
}

#[test]
fn what_a_demand_gets_and_a_reserve_has_at_other_yields_follows_the_schedule() {
    let same = |(a, b): (f64, f64), (c, d): (f64, f64)| (a - c).abs() < 1e-5 && (b - d).abs() < 1e-5;
    // 0.3 t a day are made, at the lowest yields 0.175 t and at the highest 0.4 t, for forty days: 7 t for the buyer, and then 5 t that are kept.
    let schedule = solved(&graded("2026-02-15T00:00:00Z", "20 t"));
    let (demand, reserve) = (&schedule.demands[0], &schedule.reserves[0]);
    assert!((demand.supplied_t - 7.0).abs() < 1e-5 && (reserve.least_t - 5.0).abs() < 1e-5);
    let [at_low, at_high] =
        [demand.supplied_range_t, reserve.least_range_t].map(|range| range.expect("uncertain"));
    assert!(same((at_low.0 + at_high.0, at_low.1 + at_high.1), (7.0, 16.0)), "{at_low:?} {at_high:?}");
    // At the lowest he has what is made in the days in which the schedule supplies him, and the reserve what is made then; at the highest what the
    // reserve has beyond the schedule is his.
    assert!(at_low.0 < 4.5 && at_high.0 > 2.5, "{at_low:?} {at_high:?}");
    assert!(same((at_low.1, at_high.1), (11.0, 5.0)), "{at_low:?} {at_high:?}");
    // Where the reserve must be there before, it is filled first, and what is made less is the buyer's loss.
    let schedule = solved(&graded("2026-01-18T00:00:00Z", "20 t"));
    let (demand, reserve) = (&schedule.demands[0], &schedule.reserves[0]);
    assert!((demand.supplied_t - 7.0).abs() < 1e-5);
    assert!(same(demand.supplied_range_t.expect("uncertain"), (2.0, 11.0)), "{demand:?}");
    let (low, high) = reserve.least_range_t.expect("uncertain");
    assert!(low < 3.0 && (high - 5.0).abs() < 1e-5, "{reserve:?}");
    // Who wants no more than 7.5 t has no more.
    let schedule = solved(&graded("2026-01-18T00:00:00Z", "7.5 t"));
    assert!(same(schedule.demands[0].supplied_range_t.expect("uncertain"), (2.0, 7.5)));
}

#[test]
fn a_ship_carries_what_was_made_as_far_as_her_hold_has_room() {
    let schedule = solved(
        r#"
plan = { name = "carried", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
goal = { order = ["supplied", "finish"] }
site = [{ id = "island", kind = "island", position = [24.0, 154.0], stock = { mud = "100 t" } }, { id = "works", kind = "plant", position = [24.2, 154.0] }]
commodity = [{ id = "mud" }, { id = "cake" }, { id = "oxide" }]
vessel = [{ id = "ship", at = "island", home = "island", calls = ["works"], speed = "12 kn", hold = { cake = "22 t" } }]
transfer = [
  { id = "load", from = "island", to = "ship", commodity = "cake", rate = "40 t/h" },
  { id = "land", from = "ship", to = "works", commodity = "cake", rate = "40 t/h" },
]
demand = [{ id = "buyer", site = "works", commodity = "oxide", amount = "99 t" }]
[[process]]
id = "dry"
site = "island"
from = "mud"
to = "cake"
yield = "20 %"
yield_spread = { low = "15 %", high = "25 %" }
batch = "100 t"
duration = "2 h"
[[process]]
id = "leach"
site = "works"
from = "cake"
to = "oxide"
yield = "10 %"
capacity = "50 t/h"
"#,
    );
    assert!((schedule.demands[0].supplied_t - 2.0).abs() < 1e-5);
    // Of 25 t three have no room.
    let range = schedule.demands[0].supplied_range_t.expect("uncertain");
    assert!((range.0 - 1.5).abs() < 1e-5 && (range.1 - 2.2).abs() < 1e-5, "{range:?}");
}

/// The percentiles of an amount in a simulation, and what is planned.
fn amounts(answer: &serde_json::Value, id: &str) -> (Vec<f64>, f64) {
    of_rows(&answer["policies"][0]["amounts"], id)
}

fn of_rows(rows: &serde_json::Value, id: &str) -> (Vec<f64>, f64) {
    let rows = rows.as_array().expect("rows");
    let row = rows.iter().find(|row| row["id"] == id).expect("an amount");
    let percentiles = row["percentiles"].as_array().expect("percentiles").iter();
    (percentiles.filter_map(|p| p["value"].as_f64()).collect(), row["planned"].as_f64().expect("a plan"))
}

#[test]
fn a_voyage_draws_its_yields() {
    let task = "task = [{ id = \"inspect\", duration = \"4 d\", spread = { low = \"2 d\", high = \"9 d\" }, times = \"1\" }]\n[[process]]";
    let text = graded("2026-02-15T00:00:00Z", "20 t").replacen("[[process]]", task, 1);
    let plan = Written::new(&text, &[]);
    let run = |plan: &Written, args: &[&str]| {
        Run::new(["simulate", "--json"].iter().chain(args)).arg(plan.folder.path()).done().json()
    };
    let answer = run(&plan, &["--draws", "300"]);
    assert_eq!(
        (&answer["simulated"]["yields"], &answer["simulated"]["durations"]),
        (&"drawn".into(), &"drawn".into())
    );
    let (supplied, planned) = amounts(&answer, "supplied");
    // Somewhere between what the schedule tells for the lowest yields and for the highest.
    assert!((planned - 7.0).abs() < 0.01, "{planned}");
    assert!(supplied.iter().all(|tonnes| (4.1..9.5).contains(tonnes)), "{supplied:?}");
    assert!(supplied[0] < 6.5 && supplied.last().is_some_and(|most| *most > 7.5), "{supplied:?}");
    // Durations are drawn as without uncertain yields.
    let is_certain = |line: &&str| !line.starts_with("yield_spread");
    let certain: Vec<&str> = text.lines().filter(is_certain).collect();
    let same = run(&Written::new(&certain.join("\n"), &[]), &["--draws", "300"]);
    assert_eq!(same["simulated"]["yields"], serde_json::Value::Null);
    assert_eq!(same["policies"][0]["milestones"], answer["policies"][0]["milestones"]);
    assert!(amounts(&same, "supplied").0.iter().all(|tonnes| (tonnes - 7.0).abs() < 0.01));
    // Nothing is drawn where all is to be as planned.
    let nominal = run(&plan, &["--draws", "9", "--planned-durations"]);
    assert_eq!(nominal["simulated"]["yields"], "planned");
    assert!(amounts(&nominal, "supplied").0.iter().all(|tonnes| (tonnes - 7.0).abs() < 0.01));
    // The plan of a run has the yields of that run, and the judge agrees.
    let unreserved: Vec<&str> = text.lines().filter(|line| !line.starts_with("reserve")).collect();
    let plan = Written::new(&unreserved.join("\n"), &[]);
    let out = plan.folder.path().join("out");
    Run::new(["simulate", "--draws", "9", "-o"]).arg(&out).arg(plan.folder.path()).done();
    let moved = std::fs::read_to_string(out.join("p50/plan.toml")).expect("a plan");
    assert!(!moved.contains("yield_spread") && !moved.contains("\"0.8 %\""), "{moved}");
    Run::new(["verify"]).arg(out.join("p50")).arg(out.join("p50/schedule.json")).done();
}

#[test]
fn a_ship_does_not_wait_for_what_the_yields_have_not_left() {
    let answer =
        Run::new(["simulate", "--json", "--draws", "60"]).arg(repo("plans/rare-earth-chain")).done().json();
    // Both voyages are sailed in every run, and no run has less than the lowest yields leave.
    let (sailed, planned) = of_rows(&answer["policies"][0]["times"], "sail");
    assert!(sailed.iter().all(|days| *days == planned), "{sailed:?} {planned}");
    let (supplied, _) = amounts(&answer, "supplied");
    assert!(supplied.iter().all(|tonnes| *tonnes > 6.0), "{supplied:?}");
}

#[test]
fn years_of_a_plan_without_weather_are_refused_with_what_may_differ() {
    let told = |plan: &str, args: &[&str]| {
        let plan = Written::new(plan, &[]);
        Run::new(["simulate"].iter().chain(args)).arg(plan.folder.path()).refused().stderr
    };
    let unsure = told(&graded("2026-02-15T00:00:00Z", "20 t"), &["--years", "20"]);
    assert!(
        unsure.contains("no year differs from another; leave out --years, and ask for --draws 1000"),
        "{unsure}"
    );
    let certain = graded("2026-02-15T00:00:00Z", "20 t").replace("yield_spread", "#");
    let certain = told(&certain, &["--weather", "sea.csv"]);
    assert!(
        certain.contains("leave out --weather: with neither `spread` nor `yield_spread` one run is all"),
        "{certain}"
    );
}

#[test]
fn a_rhythm_that_a_voyage_does_not_keep_is_told() {
    let crew = Crew { dives: 3, dive: 2, change: 1, every: 3, sea: vec![1.0; 12] };
    let written = Written::new(&crew.plan(), &crew.sea);
    let done = |args: &[&str]| {
        let run = Run::new(["simulate", "--json"]).arg(written.folder.path());
        let told = args.iter().fold(run, Run::arg).done().json();
        let policy = &told["policies"][0];
        let culprit = policy["culprits"][0]["id"].as_str().map(str::to_owned);
        (policy["outcomes"][0]["share"].as_f64(), culprit)
    };
    assert_eq!(done(&[]), (Some(1.0), None));
    // Rough from the second hour to the fifth: the crew cannot be changed in time.
    let rough: Vec<f64> = (0..24).map(|hour| if (2..5).contains(&hour) { 2.2 } else { 1.0 }).collect();
    let other = Written::new(&crew.plan(), &rough);
    let file = other.folder.path().join("sea.csv");
    let told = done(&["--weather", file.to_str().expect("a path")]);
    assert_eq!(told, (Some(0.0), Some("crew".to_owned())));
}

#[test]
fn a_plan_of_the_shore_alone_is_solved() {
    // Nothing of it is whole: what bounds it is what it reaches.
    let written = Written::new(
        r#"
plan = { name = "shore", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z, currency = "USD" }
goal = { order = ["supplied", "cost"] }
commodity = [{ id = "mud" }, { id = "oxide" }]
site = [{ id = "plant", kind = "plant", position = [24.3, 154.0], stock = { mud = "10 t" } }]
process = [{ id = "refine", site = "plant", from = "mud", to = "oxide", yield = "50 %", capacity = "4 t/d", cost = "3 USD/t" }]
demand = [{ id = "buyer", site = "plant", commodity = "oxide", amount = "9 t" }]
"#,
        &[],
    );
    let ran = Run::new(["schedule"]).arg(written.folder.path()).done();
    assert!(ran.stdout.contains("Proven optimal: supplied 4.0 (proven)"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("cost 24.00 USD (proven)") && !ran.stderr.contains("warning"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    // Nobody is done with anything at any time.
    let ran = Run::new(["simulate"]).arg(written.folder.path()).done();
    assert!(ran.stdout.contains("supplied, t"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("When (dates"), "{}", ran.stdout);
    assert!(!ran.stdout.lines().any(|line| line.contains("all done ")), "{}", ran.stdout);
}

#[test]
fn that_nothing_comes_of_a_plan_is_said() {
    // Setting up takes all of the day but an hour, and that is needed for lifting.
    let plan = |setup: &str| {
        Written::new(
            &format!(
                r#"
plan = {{ name = "nothing", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }}
goal = {{ order = ["delivered"] }}
commodity = [{{ id = "mud" }}]
site = [{{ id = "quay", kind = "port", position = [24.3, 154.0] }}]
vessel = [{{ id = "ship", at = "quay", hold = {{ mud = "60 t" }} }}]
sampling = [{{ id = "lift", vessel = "ship", commodity = "mud", rate = "2.5 t/h" }}]
transfer = [{{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "2 t/h", setup = "{setup}" }}]
"#
            ),
            &[],
        )
    };
    let said = |setup: &str| Run::new(["schedule"]).arg(plan(setup).folder.path()).done().stderr;
    let nothing = said("23 h");
    assert!(nothing.contains("in no schedule of this plan is anything delivered"), "{nothing}");
    assert!(!said("3 h").contains("is anything"));
}
