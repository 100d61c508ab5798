//! The plan: what is asked for. The language, its faults, and the resolved form that everything else reads.
//!
//! In: a TOML file and the weather it names. Out: a [`Plan`] and the [`Sea`], or everything that is wrong with them.
//! Phases: [`raw`] (as written) -> [`check`] (faults) -> [`load()`] (typed, complete) -> [`windows`] (when each work may start).
//! Not the answer: that is [`crate::schedule`].

mod alpha;
pub mod check;
mod draft;
mod hire;
mod load;
mod members;
mod notes;
pub mod outlook;
pub mod phases;
pub mod raw;
mod reaching;
mod read;
mod resolve;
pub mod schema;
mod ships;
mod shore;
mod syntax;
mod tanks;
pub mod template;
mod values;
mod way;
mod weights;
pub mod windows;
mod words;

pub use alpha::Factors;
pub use hire::{Demurrage, Fuel, Hire, Pace};
pub use load::{Checked, load, plan_file, with_one_more_each};
pub use notes::Note;
pub use phases::Phase;
pub use tanks::{Tank, room as tank_room};
pub use way::Met;

use crate::geo::Position;
use crate::id::{Ix, Table};
use crate::time::{Horizon, Slot, Zone};
use crate::units::{Length, Span};
use crate::weather::{Limits, Series};
use chrono::{DateTime, Utc};
pub use raw::{GoalWord as Goal, KindWord as SiteKind};
pub use reaching::Reach;
pub use shore::{Batch, Budget, Demand, Disruption, Late, Process, Reserve};
use std::ops::Range;

/// What is asked for, complete and without a known fault.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it is called.
    pub name: String,
    /// The zone in which it is printed.
    pub zone: Zone,
    /// The time it covers.
    pub horizon: Horizon,
    /// When it was issued.
    pub issued: DateTime<Utc>,
    /// How far ahead the weather is known at sea, when the plan says so.
    pub forecast: Option<Span>,
    /// The letters of the currency of all costs.
    pub currency: Option<String>,
    /// SHA-256 of the plan file, in hexadecimal.
    pub sha256: String,
    /// The goals in their order; at least one.
    pub goals: Vec<Goal>,
    /// What each unit of each goal counts in the one sum that is solved; nothing where goals are solved in order.
    pub weights: Option<Vec<f64>>,
    /// The part of a goal that may be given up for the next.
    pub tolerance: f64,
    /// The alpha factors it chooses, where it does.
    pub alpha: Option<Factors>,
    /// Weather series by name.
    pub weather: Table<Weather>,
    /// Places.
    pub sites: Table<Site>,
    /// Goods.
    pub commodities: Table<Commodity>,
    /// Ships.
    pub vessels: Table<Vessel>,
    /// Work.
    pub tasks: Table<Task>,
    /// Things of which only so many are there.
    pub resources: Table<Resource>,
    /// Times in which something is not available.
    pub closures: Vec<Closure>,
    /// Lifting.
    pub samplings: Table<Sampling>,
    /// Moving between hold and shore.
    pub transfers: Table<Transfer>,
    /// Works ashore.
    pub processes: Table<Process>,
    /// What is wanted ashore.
    pub demands: Table<Demand>,
    /// Stocks to be built up.
    pub reserves: Table<Reserve>,
    /// Times in which reserves may be drawn; what they stop is among the closures.
    pub disruptions: Vec<Disruption>,
    /// Bounds of what may be spent or fed.
    pub budgets: Table<Budget>,
    /// Ways that are not the shortest.
    pub routes: Vec<Route>,
    /// What its author says beside his numbers.
    pub notes: Vec<Note>,
}

/// A weather series of the plan; the samples are in the [`Sea`] at the same place.
#[derive(Debug, Clone)]
pub struct Weather {
    /// Its name.
    pub id: String,
    /// SHA-256 of its file, in hexadecimal.
    pub sha256: String,
}

/// The weather that belongs to a plan: for each of its [`Weather`]s the series.
#[derive(Debug, Clone, Default)]
pub struct Sea(pub Vec<Series>);

impl Sea {
    /// The series of that weather.
    pub fn series(&self, weather: Ix<Weather>) -> &Series {
        &self.0[weather.index()]
    }
}

/// A place.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its name.
    pub id: String,
    /// What it is.
    pub kind: SiteKind,
    /// Where it is, when the plan says so.
    pub position: Option<Position>,
    /// The depth of the water, when the plan says so.
    pub depth: Option<Length>,
    /// The weather there.
    pub weather: Option<Ix<Weather>>,
    /// For each commodity how much can be stored; infinite where there is no bound, 0 where it takes none.
    pub store: Vec<f64>,
    /// How much can be stored of all commodities together, in tonnes; infinite where there is no bound.
    pub store_total: f64,
    /// For each commodity what is in its store at the plan's start, in tonnes.
    pub stock: Vec<f64>,
    /// The water that its processes have together, in cubic metres per hour; infinite where there is no bound.
    pub water: f64,
    /// How many vessels can load or unload there at a time, when that is bounded.
    pub berths: Option<u32>,
    /// Whether vessels with a range or bunkers are full again there.
    pub refuels: bool,
}

/// A good.
#[derive(Debug, Clone)]
pub struct Commodity {
    /// Its name.
    pub id: String,
    /// What it is called in outputs.
    pub name: String,
    /// How long it may lie in one hold, where that is bounded.
    pub keeps: Option<Span>,
    /// Where it must be how soon, where the plan says so.
    pub reach: Option<Reach>,
}

/// A ship.
#[derive(Debug, Clone)]
pub struct Vessel {
    /// Its name.
    pub id: String,
    /// The first of those that are like it in everything; itself when it is that one, or the only one.
    pub like: Ix<Vessel>,
    /// Where it is at the start.
    pub at: Ix<Site>,
    /// Where it must be at the end.
    pub home: Option<Ix<Site>>,
    /// The sites it may sail between; `at` and `home` are among them.
    pub calls: Vec<Ix<Site>>,
    /// It sails only in slots that are so many apart, counted from the first; at least 1.
    pub departs_every: usize,
    /// Whether it sails by daylight only.
    pub daylight: bool,
    /// For each commodity what its hold can take, in tonnes.
    pub hold: Vec<f64>,
    /// What its hold can take of all commodities together, in tonnes; infinite where there is no bound.
    pub hold_total: f64,
    /// The tanks of its hold; none where it is one room.
    pub tanks: Vec<Tank>,
    /// For each commodity what is in its hold at the plan's start, in tonnes.
    pub aboard: Vec<f64>,
    /// The weather in which it may sail.
    pub sail_limits: Limits,
    /// What it costs per day until it is done.
    pub day_rate: f64,
    /// For how long it is hired, and what that costs besides.
    pub hire: Hire,
    /// How long it may stay where it loads and unloads, and what staying longer costs, where the plan says so.
    pub demurrage: Option<Demurrage>,
    /// What it burns, where the plan says so.
    pub fuel: Option<Fuel>,
    /// How far it gets between two sites that refuel, in nautical miles, where that is bounded.
    pub range: Option<f64>,
    /// What it may burn between two sites that refuel, in tonnes, where that is bounded.
    pub bunkers: Option<f64>,
    /// The speeds at which it may sail; none where it does not.
    pub paces: Vec<Pace>,
    /// The states of its gear; the first is the one it starts and sails in.
    pub gear: Vec<Gear>,
    /// The ways it may sail.
    pub legs: Vec<Leg>,
}

/// A way that a vessel may sail.
#[derive(Debug, Clone, Copy)]
pub struct Leg {
    /// From there.
    pub from: Ix<Site>,
    /// To there.
    pub to: Ix<Site>,
    /// How long it is.
    pub distance: Length,
    /// How long it takes.
    pub duration: Span,
    /// The speed at which it is sailed.
    pub pace: Pace,
}

/// A state of a vessel's gear.
#[derive(Debug, Clone)]
pub struct Gear {
    /// Its name.
    pub id: String,
    /// The weather it survives.
    pub survives: Limits,
}

/// How a task may pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspend {
    /// It may not.
    Never,
    /// The gear must survive the pause.
    Hold,
    /// Nothing is asked of the pause.
    Free,
}

/// The vessel, the place and the gear that work needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// The vessel.
    pub vessel: Ix<Vessel>,
    /// The site.
    pub site: Ix<Site>,
    /// The state of its gear, by place in [`Vessel::gear`].
    pub gear: usize,
}

/// Work that is asked for.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its name.
    pub id: String,
    /// What it is called in outputs.
    pub name: String,
    /// The vessel, the place and the gear it needs; none for work without a vessel.
    pub stand: Option<Stand>,
    /// The state of the gear it leaves behind.
    pub leaves: usize,
    /// Where it is done.
    pub site: Option<Ix<Site>>,
    /// How long it takes.
    pub duration: Span,
    /// How long it may take instead: shortest and longest.
    pub spread: Option<(Span, Span)>,
    /// Time in reserve.
    pub contingency: Span,
    /// How it may pause.
    pub suspend: Suspend,
    /// The longest single pause.
    pub max_pause: Option<Span>,
    /// The weather in which it may go on.
    pub limits: Limits,
    /// Its phases, whose limits hold besides, one after the other; none when its limits do not change. They add up to its duration.
    pub phases: Vec<Phase>,
    /// Its own alpha factors by channel, in place of the table's.
    pub alpha: Vec<(String, f64)>,
    /// At least so often.
    pub least: u32,
    /// At most so often.
    pub most: u32,
    /// No longer than so long passes without it, where it has a rhythm.
    pub every: Option<Span>,
    /// What must be done before it.
    pub after: Vec<Precedence>,
    /// It starts no earlier than this.
    pub release: Option<DateTime<Utc>>,
    /// It ends no later than this.
    pub deadline: Option<DateTime<Utc>>,
    /// It should end by this.
    pub due: Option<DateTime<Utc>>,
    /// Whether it is done by daylight only.
    pub daylight: bool,
    /// How much of each resource it takes.
    pub uses: Vec<(Ix<Resource>, u32)>,
    /// What it costs each time.
    pub cost: f64,
}

/// A task that must be done before another.
#[derive(Debug, Clone, Copy)]
pub struct Precedence {
    /// The task that comes before.
    pub task: Ix<Task>,
    /// The time that must pass from its end to the start.
    pub lag: Span,
    /// The time from its end within which the start must come.
    pub within: Option<Span>,
}

/// A thing of which only so many are there.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its name.
    pub id: String,
    /// How many there are.
    pub capacity: u32,
}

/// What a closure closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Nothing is worked there, and no vessel comes or goes.
    Site(Ix<Site>),
    /// It does not work or sail.
    Vessel(Ix<Vessel>),
    /// It is not worked on.
    Task(Ix<Task>),
    /// It does not lift.
    Sampling(Ix<Sampling>),
    /// It is not fed.
    Process(Ix<Process>),
}

/// A time in which something is not available.
#[derive(Debug, Clone)]
pub struct Closure {
    /// What.
    pub what: Closed,
    /// The slots that it touches.
    pub slots: Range<Slot>,
    /// The beginning.
    pub from: DateTime<Utc>,
    /// The end.
    pub to: DateTime<Utc>,
    /// Why.
    pub reason: Option<String>,
}

/// Lifting of a commodity.
#[derive(Debug, Clone)]
pub struct Sampling {
    /// Its name.
    pub id: String,
    /// The vessel, the place and the gear it needs.
    pub stand: Stand,
    /// What is lifted.
    pub commodity: Ix<Commodity>,
    /// How fast at most, in tonnes per hour.
    pub rate: f64,
    /// The shortest run.
    pub min_run: Span,
    /// The weather in which it may go on.
    pub limits: Limits,
    /// How much must be lifted, in tonnes.
    pub at_least: f64,
    /// How much may be lifted, in tonnes; infinite where there is no bound.
    pub at_most: f64,
    /// Tonnes and the worth of each, falling.
    pub value: Vec<(f64, f64)>,
}

/// Which way a transfer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Out of the vessel's hold: to the site's store, or to the vessel that it meets.
    Ashore,
    /// Into the vessel's hold: from the site's store, or from the vessel that it meets.
    Aboard,
}

/// A hold or a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A vessel's hold.
    Vessel(Ix<Vessel>),
    /// A site's store.
    Site(Ix<Site>),
}

/// Moving a commodity between a hold and a store, or between two holds.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Its name.
    pub id: String,
    /// The vessel that comes for it, the site, and the gear.
    pub stand: Stand,
    /// The vessel that it meets there, with its gear; none when the goods go to or come from the site.
    pub meets: Option<Stand>,
    /// Which way it goes.
    pub direction: Direction,
    /// What is moved.
    pub commodity: Ix<Commodity>,
    /// How fast at most, in tonnes per hour.
    pub rate: f64,
    /// The time before anything flows.
    pub setup: Span,
    /// The time after the last tonne.
    pub hoses_off: Span,
    /// The smallest parcel, in tonnes.
    pub smallest: f64,
    /// The largest parcel, in tonnes; infinite where there is no bound.
    pub largest: f64,
    /// The weather in which it may go on.
    pub limits: Limits,
}

/// A way between two sites that is not the shortest one.
#[derive(Debug, Clone)]
pub struct Route {
    /// One end.
    pub from: Ix<Site>,
    /// The other end.
    pub to: Ix<Site>,
    /// The waypoints between them.
    pub via: Vec<Position>,
    /// The weather of each stretch from one point to the next, both ends among them; none where that of the ends counts all the while.
    pub weather: Vec<Ix<Weather>>,
}

impl Transfer {
    /// Who gives and who takes.
    pub fn ends(&self) -> (Holder, Holder) {
        let own = Holder::Vessel(self.stand.vessel);
        let other = match self.meets {
            Some(other) => Holder::Vessel(other.vessel),
            None => Holder::Site(self.stand.site),
        };
        match self.direction {
            Direction::Ashore => (own, other),
            Direction::Aboard => (other, own),
        }
    }

    /// What a tonne moved is to a holder: a tonne more, a tonne less, or nothing.
    pub fn sign(&self, holder: Holder) -> f64 {
        let (giver, taker) = self.ends();
        f64::from(u8::from(holder == taker)) - f64::from(u8::from(holder == giver))
    }
}

impl Plan {
    /// The weighted sum of what goals come to: more of some counts plus, of the others minus; nothing where goals are solved in order.
    pub fn weighted(&self, values: &[f64]) -> Option<f64> {
        let weights = self.weights.as_ref()?;
        let signed = |goal: &Goal, weight: f64| if goal.is_more_better() { weight } else { -weight };
        let parts = self.goals.iter().zip(weights).zip(values);
        Some(parts.map(|((goal, &weight), value)| signed(goal, weight) * value).sum())
    }

    /// How many vessels are like this one, itself among them; 1 for one that is not the first of its like.
    pub fn count_like(&self, first: Ix<Vessel>) -> usize {
        self.vessels.iter().filter(|vessel| vessel.like == first).count().max(1)
    }

    /// What is in a hold or a store at the plan's start, in tonnes.
    pub fn at_start(&self, holder: Holder, commodity: Ix<Commodity>) -> f64 {
        match holder {
            Holder::Vessel(vessel) => self.vessels[vessel].aboard[commodity.index()],
            Holder::Site(site) => self.sites[site].stock[commodity.index()],
        }
    }

    /// What a hold or a store can take of all commodities together, in tonnes.
    pub fn total_of(&self, holder: Holder) -> f64 {
        match holder {
            Holder::Vessel(vessel) => self.vessels[vessel].hold_total,
            Holder::Site(site) => self.sites[site].store_total,
        }
    }

    /// What is on land and what is at sea of a commodity at the plan's start, in tonnes.
    pub fn all_at_start(&self, commodity: Ix<Commodity>) -> (f64, f64) {
        let stored = |is_land: bool| {
            let sites = self.sites.iter().filter(move |site| (site.kind != SiteKind::Sea) == is_land);
            sites.map(|site| site.stock[commodity.index()]).sum::<f64>()
        };
        let aboard: f64 = self.vessels.iter().map(|vessel| vessel.aboard[commodity.index()]).sum();
        (stored(true), stored(false) + aboard)
    }

    /// The gear of a stand.
    pub fn gear(&self, stand: Stand) -> &Gear {
        &self.vessels[stand.vessel].gear[stand.gear]
    }
}
