//! The chain behind the quay: random small ones against a search through everything, the command line, and what is told when it
//! cannot be.
//!
//! The search shares nothing with the model: for each thing that the ship can do in each slot it makes the network of what may
//! then flow, one node a store and slot, and finds the greatest flow through it by augmenting paths.

use crate::support::{Run, Written, repo};
use mudline::model::{Options, Outcome, optimise};
use mudline::schedule::{account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

/// A ship at a quay that lifts or lands, a first process, a second one, and somebody who wants what it makes.
#[derive(Debug, Clone)]
struct Chain {
    slots: usize,
    lift: f64,
    land: f64,
    hold: f64,
    /// Stores of mud, cake and oxide.
    stores: [f64; 3],
    yields: [f64; 2],
    /// Tonnes of what each process is fed, in a slot.
    capacities: [f64; 2],
    /// A slot in which the first process stands still.
    closed: usize,
    /// The demand: a rate from one slot to another, and an amount.
    wanted: (f64, usize, usize, f64),
    /// The reserve.
    reserve: Option<Kept>,
}

/// A reserve, and a disruption in which no mud is lifted.
#[derive(Debug, Clone)]
struct Kept {
    target: f64,
    /// From which slot on.
    by: usize,
    /// The slots of the disruption.
    disruption: (usize, usize),
    /// How much it may fall in a slot of the disruption.
    draw: f64,
    /// How many slots after the disruption it is there again.
    refill: Option<usize>,
}

impl Kept {
    /// The least that is there when a slot begins.
    fn least(&self, slot: usize) -> f64 {
        // What need not be there yet cannot be drawn.
        let (from, to) = (self.disruption.0.max(self.by), self.disruption.1);
        let is_open = to > from && slot > from && self.refill.is_none_or(|refill| slot < to + refill);
        let drawn = if is_open { self.draw * (slot.min(to) - from) as f64 } else { 0.0 };
        if slot < self.by { 0.0 } else { (self.target - drawn).max(0.0) }
    }
}

fn chain() -> impl Strategy<Value = Chain> {
    let tonnes = |most: u32| (1..=most).prop_map(f64::from);
    let share = || prop::sample::select(vec![0.1, 0.2, 0.25, 0.5, 1.0]);
    let ship = (tonnes(6), tonnes(9), tonnes(14));
    let stores = (tonnes(12), tonnes(8), tonnes(6));
    let works = (share(), share(), tonnes(7), tonnes(4), 0usize..5);
    let wanted = (1u32..30, 0usize..3, 1usize..5, 1u32..60);
    let disruption = (0usize..5, 1usize..4, 0u32..8, prop::option::of(0usize..3));
    let reserve = prop::option::of((1u32..12, 2usize..6, disruption));
    (4usize..7, ship, stores, works, wanted, reserve).prop_map(
        |(slots, ship, stores, works, wanted, reserve)| {
            let from = wanted.1.min(slots - 1);
            Chain {
                slots,
                lift: ship.0,
                land: ship.1,
                hold: ship.2,
                stores: [stores.0, stores.1, stores.2],
                yields: [works.0, works.1],
                capacities: [works.2, works.3],
                closed: works.4,
                wanted: (
                    f64::from(wanted.0) / 10.0,
                    from,
                    (from + wanted.2).min(slots),
                    f64::from(wanted.3) / 10.0,
                ),
                reserve: reserve.map(|(tonnes, by, (first, length, draw, refill))| Kept {
                    target: f64::from(tonnes) / 40.0,
                    by: by.min(slots),
                    disruption: (first.min(slots - 1), (first.min(slots - 1) + length).min(slots)),
                    draw: f64::from(draw) / 100.0,
                    refill,
                }),
            }
        },
    )
}

impl Chain {
    fn plan(&self) -> String {
        let at = |slot: usize| format!("2026-01-01T{slot:02}:00:00Z");
        let Chain { lift, land, hold, stores, yields, capacities, wanted, .. } = self;
        let closed = self.closed.min(self.slots - 1);
        let spread = |yields: f64| {
            format!("{{ low = \"{} %\", high = \"{} %\" }}", yields * 60.0, (yields * 130.0).min(100.0))
        };
        let reserve = self.reserve.as_ref().map_or(String::new(), |kept| {
            let Kept { target, by, disruption, draw, refill } = kept;
            let refill = refill.map_or(String::new(), |refill| format!(", refill = \"{refill} h\""));
            format!(
                "reserve = [{{ id = \"vault\", site = \"quay\", commodity = \"oxide\", target = \"{target} t\", by = {}, \
                 draw = \"{draw} t/h\"{refill} }}]\n\
                 disruption = [{{ id = \"quake\", stops = [\"lift\"], from = {}, to = {} }}]\n",
                at(*by),
                at(disruption.0),
                at(disruption.1)
            )
        });
        format!(
            r#"
plan = {{ name = "a chain", start = {start}, end = {end} }}
goal = {{ order = ["supplied"] }}
site = [{{ id = "quay", kind = "port", store = {{ mud = "{} t", cake = "{} t", oxide = "{} t" }} }}]
commodity = [{{ id = "mud" }}, {{ id = "cake" }}, {{ id = "oxide" }}]
vessel = [{{ id = "ship", at = "quay", hold = {{ mud = "{hold} t" }} }}]
sampling = [{{ id = "lift", vessel = "ship", commodity = "mud", rate = "{lift} t/h" }}]
transfer = [{{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "{land} t/h" }}]
process = [
  {{ id = "wash", site = "quay", from = "cake", to = "oxide", yield = "{} %", yield_spread = {}, capacity = "{} t/h" }},
  {{ id = "dry", site = "quay", from = "mud", to = "cake", yield = "{} %", yield_spread = {}, capacity = "{} t/h" }},
]
closure = [{{ process = "dry", from = {closed_from}, to = {closed_to} }}]
demand = [{{ id = "works", site = "quay", commodity = "oxide", rate = "{} t/h", amount = "{} t", from = {}, to = {} }}]
{reserve}"#,
            stores[0],
            stores[1],
            stores[2],
            yields[1] * 100.0,
            spread(yields[1]),
            capacities[1],
            yields[0] * 100.0,
            spread(yields[0]),
            capacities[0],
            wanted.0,
            wanted.3,
            at(wanted.1),
            at(wanted.2),
            start = at(0),
            end = at(self.slots),
            closed_from = at(closed),
            closed_to = at(closed + 1),
        )
    }

    /// The most that can be supplied, found by trying everything the ship can do; nothing when the reserve cannot be filled.
    fn search(&self) -> Option<f64> {
        let ways = 3usize.pow(self.slots as u32);
        (0..ways).filter_map(|way| self.flow(way)).max_by(f64::total_cmp)
    }

    /// The most that can be supplied when the ship lifts, lands or does neither in each slot, as the digits of `way` say.
    fn flow(&self, way: usize) -> Option<f64> {
        // All in tonnes of mud: what is made of it is scaled by what it took.
        let (cake, oxide) = (1.0 / self.yields[0], 1.0 / (self.yields[0] * self.yields[1]));
        let slots = self.slots;
        // Nodes: source, sink, the amount wanted, then for each slot hold, mud, cake and oxide.
        let node = |store: usize, slot: usize| 3 + 4 * slot + store;
        let mut net = Net::new(3 + 4 * slots + 3);
        let stores = [self.hold, self.stores[0], self.stores[1] * cake, self.stores[2] * oxide];
        let mut must = 0.0;
        let (extra_source, extra_sink, rest) = (3 + 4 * slots, 3 + 4 * slots + 1, 3 + 4 * slots + 2);
        let stands_still = |slot: usize| {
            let disruption = self.reserve.as_ref().map(|kept| kept.disruption);
            disruption.is_some_and(|(from, to)| (from..to).contains(&slot))
        };
        for slot in 0..slots {
            match way / 3usize.pow(slot as u32) % 3 {
                1 if stands_still(slot) => {}
                1 => net.arc(0, node(0, slot), self.lift),
                2 => net.arc(node(0, slot), node(1, slot), self.land),
                _ => {}
            }
            if slot != self.closed.min(slots - 1) {
                net.arc(node(1, slot), node(2, slot), self.capacities[0]);
            }
            net.arc(node(2, slot), node(3, slot), self.capacities[1] * cake);
            if (self.wanted.1..self.wanted.2).contains(&slot) {
                net.arc(node(3, slot), 2, self.wanted.0 * oxide);
            }
            for (store, &room) in stores.iter().enumerate() {
                let kept = self.reserve.as_ref().filter(|_| store == 3);
                let least = kept.map_or(0.0, |kept| kept.least(slot + 1) * oxide);
                // What is left after the last slot goes back to the source, and is not supplied.
                let next = if slot + 1 < slots { node(store, slot + 1) } else { rest };
                net.arc(node(store, slot), next, room - least);
                net.arc(node(store, slot), extra_sink, least);
                net.arc(extra_source, next, least);
                must += least;
            }
        }
        let wanted = net.arcs.len();
        net.arc(2, 1, self.wanted.3 * oxide);
        // First whatever must be kept, then as much as can be supplied: the arc from the sink to the source closes the circle.
        let back = net.arcs.len();
        net.arc(1, 0, f64::INFINITY);
        net.arc(rest, 0, f64::INFINITY);
        if net.greatest(extra_source, extra_sink) < must - 1e-7 {
            return None;
        }
        net.arcs[back].1 = 0.0;
        net.arcs[back + 1].1 = 0.0;
        net.greatest(0, 1);
        Some(net.arcs[wanted + 1].1 / oxide)
    }
}

/// A network in which something flows: arcs and their opposites side by side.
struct Net {
    /// Where an arc leads, and how much may still flow.
    arcs: Vec<(usize, f64)>,
    /// The arcs from each node.
    from: Vec<Vec<usize>>,
}

impl Net {
    fn new(nodes: usize) -> Net {
        Net { arcs: Vec::new(), from: vec![Vec::new(); nodes] }
    }

    fn arc(&mut self, from: usize, to: usize, most: f64) {
        self.from[from].push(self.arcs.len());
        self.arcs.push((to, most));
        self.from[to].push(self.arcs.len());
        self.arcs.push((from, 0.0));
    }

    /// Adds as much flow as can be, along the shortest ways first.
    fn greatest(&mut self, source: usize, sink: usize) -> f64 {
        let mut sum = 0.0;
        loop {
            let mut by: Vec<Option<usize>> = vec![None; self.from.len()];
            let mut queue = VecDeque::from([source]);
            while let Some(node) = queue.pop_front() {
                for &arc in &self.from[node] {
                    let (to, left) = self.arcs[arc];
                    if left > 1e-9 && by[to].is_none() && to != source {
                        by[to] = Some(arc);
                        queue.push_back(to);
                    }
                }
            }
            let mut way = Vec::new();
            let mut node = sink;
            while node != source {
                let Some(arc) = by[node] else { return sum };
                way.push(arc);
                node = self.arcs[arc ^ 1].0;
            }
            let most = way.iter().map(|&arc| self.arcs[arc].1).fold(f64::INFINITY, f64::min);
            for arc in way {
                self.arcs[arc].1 -= most;
                self.arcs[arc ^ 1].1 += most;
            }
            sum += most;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        rng_seed: RngSeed::Fixed(2027),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_small_chain_supplies_what_a_search_through_everything_finds(chain in chain()) {
        let text = chain.plan();
        let (plan, sea) = Written::new(&text, &[]).load();
        let stop = AtomicBool::new(false);
        let outcome = optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works");
        match (outcome, chain.search()) {
            (Outcome::Solved(solved), Some(best)) => {
                let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
                prop_assert_eq!(verify(&plan, &sea, &schedule), []);
                let (value, supplied) = (schedule.solve.goals[0].value, schedule.totals.supplied_t);
                prop_assert!((value - best).abs() < 1e-5, "{value} instead of {best}\n{text}");
                prop_assert!((supplied - best).abs() < 1e-5, "{supplied} t instead of {best}\n{text}");
                // Lower yields bring nobody more, and higher ones nobody less.
                let demand = schedule.demands.iter().map(|row| (row.supplied_t, row.supplied_range_t));
                let reserves = schedule.reserves.iter().map(|row| (row.least_t, row.least_range_t));
                for (planned, range) in demand.chain(reserves) {
                    let (low, high) = range.expect("uncertain yields");
                    prop_assert!(low <= planned + 1e-5 && planned <= high + 1e-5, "{low} to {high}\n{text}");
                }
            }
            (Outcome::Infeasible(conflict), None) => {
                let is_told = |reason: &String| reason.contains("the reserve vault cannot be");
                prop_assert!(conflict.reasons.iter().any(is_told), "{:?}\n{text}", conflict.reasons);
            }
            (outcome, best) => prop_assert!(false, "{outcome:?} instead of {best:?}\n{text}"),
        }
    }
}

/// The plan of the whole chain, with one line written otherwise.
fn changed(from: &str, to: &str) -> Written {
    let text = std::fs::read_to_string(repo("plans/rare-earth-chain/plan.toml")).expect("a plan");
    assert_eq!(text.matches(from).count(), 1, "{from:?}");
    Written::new(&text.replace(from, to), &[])
}

#[test]
fn what_can_never_be_is_told_with_its_reason() {
    for (from, to, reason) in [
        (
            "cover = \"60 d\"",
            "cover = \"600 d\"",
            "the reserve national-reserve cannot be filled: 17.28 t of oxide must be at",
        ),
        ("by = 2028-04-03", "by = 2027-04-05", "the reserve national-reserve cannot be filled"),
        (
            "cost = \"16400000000 JPY\"",
            "cost = \"8000000000 JPY\"",
            "the budget programme does not suffice: at least ",
        ),
    ] {
        let written = changed(from, to);
        let ran = Run::new(["schedule"]).arg(written.folder.path()).fault();
        assert!(ran.stderr.contains(reason) || ran.stdout.contains(reason), "{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn a_chain_with_a_reserve_is_simulated_as_it_was_planned() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = Run::new(["simulate", "--planned-durations", "--json", "-o"])
        .arg(folder.path())
        .arg(repo("plans/rare-earth-chain"))
        .done();
    let answer = ran.json();
    let policy = &answer["policies"][0];
    assert_eq!(
        (&policy["outcomes"][0]["id"], policy["outcomes"][0]["share"].as_f64()),
        (&"done".into(), Some(1.0))
    );
    let amounts = policy["amounts"].as_array().expect("amounts");
    let supplied = amounts.iter().find(|row| row["id"] == "supplied").expect("what is supplied");
    let [is, planned] =
        [&supplied["percentiles"][0]["value"], &supplied["planned"]].map(|value| value.as_f64());
    // Runs are told to a hundredth of a tonne.
    assert!(is.zip(planned).is_some_and(|(is, planned)| (is - planned).abs() < 0.01), "{supplied:#}");
    // A day more lasts longer than its schedule.
    Run::new(["simulate", "--what-if"]).arg(repo("plans/rare-earth-chain")).done().stdout_has("one day more");
    let of_it = folder.path().join("p50");
    Run::new(["verify"]).arg(&of_it).arg(of_it.join("schedule.json")).done();
    // Where pipe takes longer to be lowered, the oxide comes too late for the reserve.
    let release = "release = 2027-02-01T00:00:00+09:00  # assumption";
    let slow = changed(release, &format!("spread = {{ low = \"1 week\", high = \"60 weeks\" }}\n{release}"));
    let ran = Run::new(["simulate", "--draws", "40"]).arg(slow.folder.path()).done();
    assert!(ran.stdout.contains("by national-reserve"), "{}", ran.stdout);
}

#[test]
fn a_run_is_written_with_every_date_of_the_shore_moved() {
    let text = r#"
plan = { name = "shift", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z, currency = "USD" }
goal = { order = ["supplied", "cost"] }
weather = [{ id = "w", file = "sea.csv" }]
commodity = [{ id = "mud" }]
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" },
  { id = "quay", kind = "port", position = [24.2, 154.0], store = { mud = "60 t" } },
]
vessel = [
  { id = "ship", at = "field", home = "field", calls = ["quay"], speed = "12 kn", hold = { mud = "20 t" }, day_rate = "100 USD/d" },
  { id = "tender", at = "quay", count = 2 },
]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "2 t/h", limits = { hs = "2 m" } }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "10 t/h" }]
reserve = [{ id = "vault", site = "quay", commodity = "mud", target = "10 t", by = 2026-01-02T12:00:00Z, draw = "1 t/h", refill = "4 h" }]
closure = [
  { vessel = "tender", from = 2026-01-01T06:00:00Z, to = 2026-01-01T07:00:00Z },
  { site = "field", from = 2026-01-02T21:00:00Z, to = 2026-01-02T22:00:00Z },
]
disruption = [{ id = "strike", stops = ["ship"], from = 2026-01-02T14:00:00Z, to = 2026-01-02T16:00:00Z }]
[[demand]]
id = "buyer"
site = "quay"
commodity = "mud"
amount = "20 t"
from = 2026-01-01T12:00:00Z
to = 2026-01-02T20:00:00Z
due = 2026-01-02T00:00:00Z
late = "5 USD/t/d"
"#;
    // The sea of the second start keeps the ship for some hours from lifting.
    let hs: Vec<f64> = (0..168).map(|hour| if (60..70).contains(&hour) { 3.0 } else { 1.0 }).collect();
    let written = Written::new(text, &hs);
    let folder = written.folder.path();
    std::fs::write(folder.join("starts"), "2026-01-03T00:00:00Z\n").expect("written");
    let out = folder.join("out");
    let ran =
        Run::new(["simulate", "--starts"]).arg(folder.join("starts")).arg("-o").arg(&out).arg(folder).done();
    assert!(ran.stdout.contains("all done, in time          100 %"), "{}", ran.stdout);
    Run::new(["verify"]).arg(out.join("p50")).arg(out.join("p50/schedule.json")).done();
    let moved = std::fs::read_to_string(out.join("p50/plan.toml")).expect("a plan");
    for date in [
        "from = 2026-01-03T12",
        "to = 2026-01-04T20",
        "due = 2026-01-04T00",
        "by = 2026-01-04T12",
        "from = 2026-01-04T14",
        "to = 2026-01-04T16",
        "from = 2026-01-03T06",
        "from = 2026-01-04T21",
        "to = 2026-01-04T22",
    ] {
        assert_eq!(moved.matches(date).count(), 1, "{date} in {moved}");
    }
}

/// Broken off early, a vessel may wait for nothing before it is done; the cost that is told is the one that is paid.
#[test]
fn a_solve_that_is_broken_off_tells_what_it_costs() {
    let written =
        changed("hold = { cake = \"2000 t\" }", "hold = { cake = \"2000 t\" }\nday_rate = \"1000000 JPY/d\"");
    let (plan, sea) = written.load();
    let stop = AtomicBool::new(false);
    let seen = AtomicBool::new(false);
    let enough = |progress: mudline::model::Progress| {
        if progress.goal == "cost" && progress.incumbent.is_some() {
            stop.store(true, Ordering::Relaxed);
            seen.store(true, Ordering::Relaxed);
        }
    };
    let options = Options { progress: Some(&enough), ..Options::new(&stop) };
    let Outcome::Solved(solved) = optimise(&plan, &sea, &options).expect("a solver that works") else {
        panic!("what the first goal found is an answer");
    };
    assert!(seen.load(Ordering::Relaxed), "it was not broken off");
    let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
    assert_eq!(verify(&plan, &sea, &schedule), []);
}

#[test]
fn the_chain_supplies_from_the_reserve_while_the_refinery_stands_still() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = Run::new(["schedule", "-o"]).arg(folder.path()).arg(repo("plans/rare-earth-chain")).done();
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout);
    for told in ["oxide made 11.8 t", "supplied 10.0 t", "magnet-m"] {
        assert!(ran.stdout.contains(told), "{told}\n{}", ran.stdout);
    }
    let schedule = mudline::schedule::read(&folder.path().join("schedule.json")).expect("a schedule");
    let oxide = schedule.stocks.iter().find(|stock| stock.commodity == "oxide").expect("oxide");
    let at = |date: &str| {
        let before =
            oxide.levels.iter().rfind(|(time, _)| time.format("%Y-%m-%d").to_string().as_str() <= date);
        before.expect("a level").1
    };
    let target = 60.0 * 0.0288;
    let reserve = &schedule.reserves[0];
    assert!((reserve.target_t - target).abs() < 1e-9 && (reserve.end_t - target).abs() < 1e-6, "{reserve:?}");
    assert!((reserve.least_t - at("2028-10-02")).abs() < 1e-6, "{reserve:?}");
    assert_eq!(reserve.least_at.format("%Y-%m-%d").to_string(), "2028-10-02");
    assert!(at("2028-04-03") >= target - 1e-6);
    assert!(at("2028-10-02") < target - 0.5, "the reserve is drawn: {} t", at("2028-10-02"));
    assert!((at("2029-01-29") - target).abs() < 1e-6, "and filled again");
}
