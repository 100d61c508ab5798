//! Laytime and demurrage: random small plans against a search through every way of doing the work, fleets against the same ships one by
//! one, and what is told of it.

use crate::one_number::CALLS;
use crate::replan::again;
use crate::support::{Run, Written};
use mudline::log::as_scheduled;
use mudline::model::{Options, Outcome, optimise};
use mudline::schedule::{Schedule, account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// A ship that fetches mud at a mine, two hours from the quay at which it lands it; what each key of its plan says.
#[derive(Debug, Clone)]
struct Trips {
    /// For each hour whether the sea lets the ship land.
    open: Vec<bool>,
    /// How long calls may last at the mine and at the quay; nothing where they do not count.
    laytime: (Option<May>, Option<May>),
    /// USD an hour beyond them, and until the ship is done.
    demurrage: u32,
    hire: u32,
    /// Whether it begins at the quay, and not at the mine.
    begins_at_quay: bool,
    /// Whether it must be back where it began.
    comes_home: bool,
}

/// How long a call may last.
#[derive(Debug, Clone, Copy)]
enum May {
    /// So many hours.
    Call(u32),
    /// So many quarters of an hour for each tonne that goes over.
    Tonne(u32),
}

impl May {
    fn written(self) -> String {
        match self {
            May::Call(hours) => format!("{hours} h"),
            May::Tonne(quarters) => format!("{} t/d", 96.0 / f64::from(quarters)),
        }
    }

    /// The hours that a call may last at which so many tonnes go over.
    fn hours(self, tonnes: u32) -> f64 {
        match self {
            // A tonne is more than a tenth of the hold.
            May::Call(hours) => f64::from(hours) * f64::from(tonnes.min(1)),
            May::Tonne(quarters) => f64::from(quarters * tonnes) / 4.0,
        }
    }
}

/// Hours of the plan.
const HOURS: usize = 13;
/// Tonnes that the ship can carry; it takes one an hour and lands one an hour.
const HOLD: u32 = 2;
/// Hours from the one place to the other.
const LEG: usize = 2;

fn trips() -> impl Strategy<Value = Trips> {
    let open = prop::collection::vec(prop::bool::weighted(0.6), HOURS);
    let may = || prop_oneof![(0u32..5).prop_map(May::Call), (1u32..13).prop_map(May::Tonne)];
    let laytime = (prop::option::weighted(0.7, may()), prop::option::weighted(0.8, may()));
    let laytime = laytime.prop_map(|(mine, quay)| (mine, quay.or(mine.is_none().then_some(May::Call(1)))));
    (open, laytime, 1u32..9, 0u32..4, any::<bool>(), any::<bool>()).prop_map(
        |(open, laytime, demurrage, hire, begins_at_quay, comes_home)| Trips {
            open,
            laytime,
            demurrage,
            hire,
            begins_at_quay,
            comes_home,
        },
    )
}

impl Trips {
    fn written(&self) -> Written {
        let (begin, other) = if self.begins_at_quay { ("quay", "mine") } else { ("mine", "quay") };
        let of = |site: &str, may: Option<May>| may.map(|may| format!("{site} = {:?}", may.written()));
        let laytime: Vec<String> =
            [of("mine", self.laytime.0), of("quay", self.laytime.1)].into_iter().flatten().collect();
        let home = if self.comes_home { format!("home = {begin:?}, ") } else { String::new() };
        let plan = format!(
            "plan = {{ name = \"trips\", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{HOURS}:00:00Z, currency = \"USD\" }}\n\
             goal = {{ order = [\"supplied\", \"cost\"] }}\nweather = [{{ id = \"sea\", file = \"sea.csv\" }}]\nsite = [\n\
               {{ id = \"mine\", kind = \"port\", position = [24.0, 154.0], stock = {{ mud = \"9 t\" }} }},\n\
               {{ id = \"quay\", kind = \"port\", position = [24.3, 154.0], weather = \"sea\" }},\n]\ncommodity = [{{ id = \"mud\" }}]\n\
             vessel = [{{ id = \"ship\", at = {begin:?}, {home}calls = [{other:?}], speed = \"10 kn\", hold = {{ mud = \"{HOLD} t\" }}, \
               day_rate = \"{} USD/d\", demurrage = \"{} USD/d\", laytime = {{ {} }} }}]\n\
             transfer = [\n  {{ id = \"load\", from = \"mine\", to = \"ship\", commodity = \"mud\", rate = \"1 t/h\" }},\n\
               {{ id = \"land\", from = \"ship\", to = \"quay\", commodity = \"mud\", rate = \"1 t/h\", limits = {{ hs = \"2 m\" }} }},\n]\n\
             demand = [{{ id = \"works\", site = \"quay\", commodity = \"mud\", amount = \"9 t\" }}]\n",
            24 * self.hire,
            24 * self.demurrage,
            laytime.join(", "),
        );
        let hs: Vec<f64> = self.open.iter().map(|&open| if open { 1.0 } else { 3.0 }).collect();
        Written::new(&plan, &hs)
    }

    /// The most tonnes that can be supplied, and the least that these cost, by trying every hour of every way.
    fn best(&self) -> (u32, f64) {
        let begin = usize::from(self.begins_at_quay);
        let ship =
            Ship { hour: 0, site: begin, since: None, aboard: 0, landed: 0, handled: 0, over: 0.0, done: 0 };
        let mut best = (0, f64::INFINITY);
        self.go_on(begin, ship, &mut best);
        best
    }

    /// The hours on demurrage of a call that lasts from its arrival until an hour.
    fn call(&self, ship: &Ship, until: usize) -> f64 {
        let may = if ship.site == 0 { self.laytime.0 } else { self.laytime.1 };
        match (ship.since, may) {
            (Some(since), Some(may)) => (until - since) as f64 - may.hours(ship.handled),
            _ => 0.0,
        }
    }

    fn go_on(&self, begin: usize, ship: Ship, best: &mut (u32, f64)) {
        if !self.comes_home || ship.site == begin {
            let over = (ship.over + self.call(&ship, ship.done)).max(0.0);
            let cost = f64::from(self.hire) * ship.done as f64 + f64::from(self.demurrage) * over;
            if ship.landed > best.0 || (ship.landed == best.0 && cost < best.1) {
                *best = (ship.landed, cost);
            }
        }
        if ship.hour == HOURS {
            return;
        }
        let next = Ship { hour: ship.hour + 1, ..ship };
        self.go_on(begin, next, best);
        let worked = Ship { done: next.hour, handled: ship.handled + 1, ..next };
        if ship.site == 0 && ship.aboard < HOLD {
            self.go_on(begin, Ship { aboard: ship.aboard + 1, ..worked }, best);
        }
        if ship.site == 1 && ship.aboard > 0 && self.open[ship.hour] {
            self.go_on(begin, Ship { aboard: ship.aboard - 1, landed: ship.landed + 1, ..worked }, best);
        }
        let there = ship.hour + LEG;
        if there <= HOURS {
            let over = ship.over + self.call(&ship, ship.hour);
            let (site, since) = (1 - ship.site, Some(there));
            self.go_on(begin, Ship { hour: there, site, since, handled: 0, over, done: there, ..ship }, best);
        }
    }
}

/// A ship on its way: since when it is where it is (nothing where it began), what has gone over there, and until when it last did something.
#[derive(Clone, Copy)]
struct Ship {
    hour: usize,
    site: usize,
    since: Option<usize>,
    aboard: u32,
    landed: u32,
    handled: u32,
    over: f64,
    done: usize,
}

fn settings() -> ProptestConfig {
    let number =
        |name: &str, otherwise| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    ProptestConfig {
        cases: number("MUDLINE_CASES", 12) as u32,
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED", 2027)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn solved(written: &Written) -> Schedule {
    let (plan, sea) = written.load();
    let stop = AtomicBool::new(false);
    let outcome = optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works");
    let Outcome::Solved(solved) = outcome else { panic!("there is a schedule") };
    let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
    assert_eq!(verify(&plan, &sea, &schedule), []);
    schedule
}

proptest! {
    #![proptest_config(settings())]
    #[test]
    fn no_way_of_supplying_as_much_costs_less(trips in trips()) {
        let schedule = solved(&trips.written());
        let (landed, cost) = trips.best();
        let goals = &schedule.solve.goals;
        prop_assert_eq!(goals[1].gap, Some(0.0));
        prop_assert!((goals[0].value - f64::from(landed)).abs() < 1e-6, "{} and not {landed} t", goals[0].value);
        prop_assert!((goals[1].value - cost).abs() < 1e-4, "{} and not {cost} USD", goals[1].value);
        prop_assert!((schedule.totals.cost - cost).abs() < 1e-4, "{} and not {cost} USD", schedule.totals.cost);
    }
}

fn example() -> Trips {
    Trips {
        open: [[false; 5].as_slice(), &[true; 8]].concat(),
        laytime: (Some(May::Call(2)), Some(May::Call(2))),
        demurrage: 5,
        hire: 0,
        begins_at_quay: false,
        comes_home: true,
    }
}

#[test]
fn the_table_of_laytimes_is_told_and_judged_on_the_command_line() {
    let written = example().written();
    let out = tempfile::tempdir().expect("a folder");
    let ran = Run::new(["schedule"]).arg(written.folder.path()).arg("-o").arg(out.path()).done();
    let words: Vec<&str> = ran.stdout.split_whitespace().collect();
    let head = ["laytime", "calls", "used", "h", "allowed", "h", "over", "h", "demurrage", "ship"];
    assert!(words.windows(head.len()).any(|row| row == head), "{}", ran.stdout);
    Run::new(["verify"]).arg(written.folder.path()).arg(out.path().join("schedule.json")).done();
    let ran = Run::new(["explain"]).arg(written.folder.path()).done();
    assert!(ran.stdout.contains("laytime of ship quay"), "{}", ran.stdout);
}

/// Carriers that fetch mud at a ship that lifts it, and land it at a quay with one berth, in so many hours.
fn fleet(carriers: &str, (hours, laytime): (u32, &str), goals: &str) -> Written {
    let carrier = |id: &str| {
        format!(
            "{{ {id}, at = \"quay\", home = \"quay\", calls = [\"field\"], speed = \"10 kn\", hold = {{ mud = \"6 t\" }}, day_rate = \"240 USD/d\", \
             demurrage = \"2400 USD/d\", laytime = {{ {laytime} }} }}"
        )
    };
    let (vessels, names): (Vec<String>, Vec<&str>) = match carriers {
        "alike" => (vec![carrier("id = \"carrier\", count = 2")], vec!["carrier"]),
        _ => (vec![carrier("id = \"a\""), carrier("id = \"b\"")], vec!["a", "b"]),
    };
    let transfers = |name: &&str| {
        format!(
            "  {{ id = \"fetch-{name}\", from = \"ship\", to = \"{name}\", commodity = \"mud\", rate = \"3 t/h\", setup = \"1 h\" }},\n\
               {{ id = \"bring-{name}\", from = \"{name}\", to = \"quay\", commodity = \"mud\", rate = \"2 t/h\" }},\n"
        )
    };
    let plan = format!(
        "plan = {{ name = \"a fleet\", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{hours}:00:00Z, currency = \"USD\" }}\n\
         goal = {{ order = {goals} }}\nsite = [\n  {{ id = \"quay\", kind = \"port\", position = [24.0, 154.0], berths = 1 }},\n  \
         {{ id = \"field\", kind = \"sea\", position = [24.5, 154.0] }},\n]\ncommodity = [{{ id = \"mud\" }}]\nvessel = [\n  \
         {{ id = \"ship\", at = \"field\", hold = {{ mud = \"9 t\" }} }},\n  {},\n]\n\
         sampling = [{{ id = \"lift\", vessel = \"ship\", commodity = \"mud\", rate = \"1 t/h\" }}]\ntransfer = [\n{}]\n",
        vessels.join(",\n  "),
        names.iter().map(transfers).collect::<String>(),
    );
    Written::new(&plan, &[])
}

#[test]
fn ships_of_a_fleet_are_charged_one_by_one() {
    for laytime in [(14, r#"field = "2 h", quay = "1 h""#), (12, r#"field = "48 t/d", quay = "72 t/d""#)] {
        charged_one_by_one(laytime);
    }
}

fn charged_one_by_one(laytime: (u32, &str)) {
    let goals = r#"["delivered", "cost"]"#;
    let (alike, apart) = (solved(&fleet("alike", laytime, goals)), solved(&fleet("apart", laytime, goals)));
    let cost = |schedule: &Schedule| schedule.solve.goals[1].clone();
    assert_eq!(cost(&apart).gap, Some(0.0));
    assert_eq!(cost(&alike).gap, Some(0.0));
    assert!((alike.solve.goals[0].value - apart.solve.goals[0].value).abs() < 1e-6);
    assert!((cost(&alike).value - cost(&apart).value).abs() < 1e-3, "{:?} {:?}", cost(&alike), cost(&apart));
    let names: Vec<&str> = alike.laytimes.iter().map(|row| row.vessel.as_str()).collect();
    assert_eq!(names, ["carrier-1", "carrier-2"]);
    // The goal is what is charged, ship by ship.
    let charged: f64 = alike.costs.iter().map(|row| row.amount).sum();
    assert!((charged - cost(&alike).value).abs() < 1e-3);
}

/// A ship that has half a day to bring 4 t to a quay an hour away, where it lands a tonne an hour; each arrival there costs 10 USD, and each hour
/// beyond what is allowed 24 USD.
const PARCELS: &str = r#"
plan = { name = "parcels", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z, currency = "USD" }
goal = { order = ["cost"] }
site = [
  { id = "mine", kind = "port", position = [24.0, 154.0], stock = { mud = "4 t" } },
  { id = "quay", kind = "port", position = [24.2, 154.0], dues = "10 USD" },
]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "mine", calls = ["quay"], speed = "15 kn", hold = { mud = "4 t" }, demurrage = "576 USD/d", laytime = { quay = "2 h" } }]
transfer = [
  { id = "load", from = "mine", to = "ship", commodity = "mud", rate = "4 t/h" },
  { id = "land", from = "ship", to = "quay", commodity = "mud", rate = "1 t/h" },
]
demand = [{ id = "works", site = "quay", commodity = "mud", amount = "4 t", at_least = "4 t" }]
"#;

#[test]
fn hours_of_a_call_ask_for_many_calls_and_a_rate_for_few() {
    let best = |laytime: &str| {
        let schedule = solved(&Written::new(&PARCELS.replace("quay = \"2 h\"", laytime), &[]));
        assert_eq!(schedule.solve.goals[0].gap, Some(0.0));
        let row = &schedule.laytimes[0];
        (row.calls, row.used_h, row.allowed_h, row.over_h, schedule.totals.cost)
    };
    // Once, for four hours, are 10 + 2 x 24 USD; twice, for two hours each, 20 USD.
    assert_eq!(best("quay = \"2 h\""), (2, 4.0, 4.0, 0.0, 20.0));
    // For 4 t at 2 t/h two hours are allowed, at however many calls; at 32 t/d three.
    assert_eq!(best("quay = \"48 t/d\""), (1, 4.0, 2.0, 2.0, 58.0));
    assert_eq!(best("quay = \"32 t/d\""), (1, 4.0, 3.0, 1.0, 34.0));
    // What she loads before the first leg allows nothing. Who comes back for some of it is allowed three hours for each tonne that she takes then,
    // and needs no more than one: 20 USD for calling twice, and nothing else.
    let (calls, used, _, over, cost) = best("quay = \"48 t/d\", mine = \"8 t/d\"");
    assert_eq!((calls, used, over, cost), (3, 5.0, 0.0, 20.0));
}

#[test]
fn years_are_charged_by_what_goes_over_in_them() {
    for (laytime, cost) in [("quay = \"48 t/d\"", 58.0), ("quay = \"48 t/d\", mine = \"8 t/d\"", 20.0)] {
        let written = Written::new(&PARCELS.replace("quay = \"2 h\"", laytime), &[]);
        assert_eq!(sailed(&written, "24 h"), [cost, cost]);
    }
}

/// Six hours in which a ship loads 2 t, sails for an hour, lands them at a tonne an hour, and sails back.
const ONE_TRIP: &str = r#"
plan = { name = "one trip", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z, currency = "USD" }
goal = { order = ["supplied", "cost"] }
site = [
  { id = "mine", kind = "port", position = [24.0, 154.0], stock = { mud = "2 t" } },
  { id = "quay", kind = "port", position = [24.2, 154.0] },
]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "mine", home = "mine", calls = ["quay"], speed = "15 kn", hold = { mud = "2 t" }, demurrage = "18648 USD/d", laytime = { mine = "0 h", quay = "1 h" } }]
transfer = [
  { id = "load", from = "mine", to = "ship", commodity = "mud", rate = "1 t/h" },
  { id = "land", from = "ship", to = "quay", commodity = "mud", rate = "1 t/h" },
]
demand = [{ id = "works", site = "quay", commodity = "mud", amount = "2 t" }]
"#;

#[test]
fn simulated_years_pay_demurrage() {
    let written = Written::new(ONE_TRIP, &[]);
    // Two hours at the quay, of which one is allowed; to load before the first leg is no call.
    assert_eq!(solved(&written).totals.cost, 777.0);
    let ran = Run::new(["simulate", "--json"]).arg(written.folder.path()).done();
    assert!(ran.stdout.contains("777"), "{}", ran.stdout);
}

/// What the plan's own year costs when it is sailed, and what was planned.
fn sailed(written: &Written, forecast: &str) -> [f64; 2] {
    let ran = Run::new(["simulate", "--json", "--forecast", forecast]).arg(written.folder.path()).done();
    let policy = ran.json()["policies"][0].clone();
    assert_eq!(policy["outcomes"][0]["id"], "done", "{policy:#}");
    let rows = policy["amounts"].as_array().expect("amounts").clone();
    let cost = rows.iter().find(|row| row["id"] == "cost").expect("a cost");
    [&cost["percentiles"][0]["value"], &cost["planned"]].map(|value| value.as_f64().expect("money"))
}

#[test]
fn nobody_sets_out_to_wait_where_time_counts() {
    // The quay opens in the sixth hour. Who has loaded two tonnes in two hours and sails for two could be there an hour before: three hours at the
    // quay, of which two are allowed, for 5 USD.
    for forecast in ["1 h", "24 h"] {
        assert_eq!(sailed(&example().written(), forecast), [0.0, 0.0], "{forecast}");
    }
}

#[test]
fn a_budget_that_demurrage_overdraws_is_told() {
    let least = ONE_TRIP.replace("amount = \"2 t\"", "amount = \"2 t\", at_least = \"2 t\"");
    let written = Written::new(&format!("{least}budget = [{{ id = \"purse\", cost = \"700 USD\" }}]\n"), &[]);
    let ran = Run::new(["schedule"]).arg(written.folder.path()).fault();
    let told = "the budget purse does not suffice: at least 77 USD more are needed";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}

#[test]
fn what_is_charged_is_rounded_and_so_may_be_better_than_its_bound() {
    let dear = CALLS
        .replace("mud = \"10 t\"", "mud = \"11 t\"")
        .replace("demurrage = \"24 USD/d\"", "demurrage = \"2400 USD/d\"");
    let schedule = solved(&Written::new(&dear, &[]));
    // A call of four hours at which 1 t of the 1.1 t goes over that allow all of them: 36.36 USD, and a day rate for ten hours.
    assert_eq!((schedule.totals.cost, schedule.solve.status), (46.36, mudline::schedule::Status::Optimal));
}

#[test]
fn what_has_gone_over_is_counted_when_the_rest_is_planned_anew() {
    let laytime = "quay = \"48 t/d\", mine = \"12 t/d\"";
    let written = Written::new(&PARCELS.replace("quay = \"2 h\"", laytime), &[]);
    let (plan, sea) = written.load();
    let first = solved(&written);
    for hour in 1..9 {
        let happened =
            as_scheduled(&plan, &sea, &first, plan.horizon.time(hour)).expect("a schedule of this plan");
        let second =
            again(&plan, &sea, &happened, Duration::from_secs(20)).expect("what was scheduled can go on");
        assert_eq!(second.laytimes, first.laytimes, "after {hour} h");
        assert_eq!(second.solve.goals[0].gap, Some(0.0));
    }
}
