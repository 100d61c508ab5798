//! Laytime and demurrage: random small plans against a search through every way of doing the work, fleets against the same ships one by
//! one, and what is told of it.

use crate::one_number::CALLS;
use crate::support::{Run, Written};
use mudline::model::{Options, Outcome, optimise};
use mudline::schedule::{Schedule, account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::atomic::AtomicBool;

/// A ship that fetches mud at a mine, two hours from the quay at which it lands it; what each key of its plan says.
#[derive(Debug, Clone)]
struct Trips {
    /// For each hour whether the sea lets the ship land.
    open: Vec<bool>,
    /// Hours that a call may last at the mine and at the quay; nothing where it does not count.
    laytime: (Option<u32>, Option<u32>),
    /// USD an hour beyond them, and until the ship is done.
    demurrage: u32,
    hire: u32,
    /// Whether it begins at the quay, and not at the mine.
    begins_at_quay: bool,
    /// Whether it must be back where it began.
    comes_home: bool,
}

/// Hours of the plan.
const HOURS: usize = 13;
/// Tonnes that the ship can carry; it takes one an hour and lands one an hour.
const HOLD: u32 = 2;
/// Hours from the one place to the other.
const LEG: usize = 2;

fn trips() -> impl Strategy<Value = Trips> {
    let open = prop::collection::vec(prop::bool::weighted(0.6), HOURS);
    let laytime = (prop::option::weighted(0.7, 0u32..5), prop::option::weighted(0.8, 0u32..5));
    let laytime = laytime.prop_map(|(mine, quay)| (mine, quay.or(mine.is_none().then_some(1))));
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
        let of = |site: &str, hours: Option<u32>| hours.map(|hours| format!("{site} = \"{hours} h\""));
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
            Ship { hour: 0, site: begin, since: None, aboard: 0, landed: 0, works: false, over: 0, done: 0 };
        let mut best = (0, f64::INFINITY);
        self.go_on(begin, ship, &mut best);
        best
    }

    fn allowed(&self, site: usize) -> Option<i64> {
        let hours = if site == 0 { self.laytime.0 } else { self.laytime.1 };
        hours.map(i64::from)
    }

    /// The hours on demurrage of a call that lasts from its arrival until an hour.
    fn call(&self, ship: &Ship, until: usize) -> i64 {
        match (ship.since, self.allowed(ship.site)) {
            // A tonne is more than a tenth of the hold.
            (Some(since), Some(allowed)) => (until - since) as i64 - if ship.works { allowed } else { 0 },
            _ => 0,
        }
    }

    fn go_on(&self, begin: usize, ship: Ship, best: &mut (u32, f64)) {
        if !self.comes_home || ship.site == begin {
            let over = (ship.over + self.call(&ship, ship.done)).max(0);
            let cost = f64::from(self.hire) * ship.done as f64 + f64::from(self.demurrage) * over as f64;
            if ship.landed > best.0 || (ship.landed == best.0 && cost < best.1) {
                *best = (ship.landed, cost);
            }
        }
        if ship.hour == HOURS {
            return;
        }
        let next = Ship { hour: ship.hour + 1, ..ship };
        self.go_on(begin, next, best);
        let worked = Ship { done: next.hour, works: true, ..next };
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
            self.go_on(
                begin,
                Ship { hour: there, site, since, works: false, over, done: there, ..ship },
                best,
            );
        }
    }
}

/// A ship on its way: since when it is where it is (nothing where it began), whether it has worked there, and until when it last did
/// something.
#[derive(Clone, Copy)]
struct Ship {
    hour: usize,
    site: usize,
    since: Option<usize>,
    aboard: u32,
    landed: u32,
    works: bool,
    over: i64,
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
        laytime: (Some(2), Some(2)),
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

/// Carriers that fetch mud at a ship that lifts it, and land it at a quay with one berth.
fn fleet(carriers: &str, goals: &str) -> Written {
    let carrier = |id: &str| {
        format!(
            "{{ {id}, at = \"quay\", home = \"quay\", calls = [\"field\"], speed = \"10 kn\", hold = {{ mud = \"6 t\" }}, day_rate = \"240 USD/d\", \
             demurrage = \"2400 USD/d\", laytime = {{ field = \"2 h\", quay = \"1 h\" }} }}"
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
        "plan = {{ name = \"a fleet\", start = 2026-01-01T00:00:00Z, end = 2026-01-01T14:00:00Z, currency = \"USD\" }}\n\
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
    let goals = r#"["delivered", "cost"]"#;
    let (alike, apart) = (solved(&fleet("alike", goals)), solved(&fleet("apart", goals)));
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
