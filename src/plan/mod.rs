//! The plan: what is asked for. The language, its faults, and the resolved form that everything else reads.
//!
//! In: a TOML file and the weather it names. Out: a [`Plan`] and the [`Sea`], or everything that is wrong with them.
//! Phases: [`raw`] (as written) -> [`check`] (faults) -> [`load()`] (typed, complete) -> [`windows`] (when each work may start).
//! Not the answer: that is [`crate::schedule`].

mod alpha;
pub mod check;
pub mod coming;
pub(crate) mod document;
mod draft;
pub mod eases;
pub(crate) mod endurance;
mod hire;
mod laytime;
mod load;
mod members;
mod notes;
pub mod outlook;
pub mod phases;
pub mod raw;
mod reaching;
pub(crate) mod read;
mod resolve;
pub mod schema;
mod ships;
mod shore;
mod syntax;
mod tanks;
pub mod template;
mod transfer;
mod values;
mod vessel;
mod way;
mod weights;
pub mod windows;
mod words;
mod work;

pub use alpha::Factors;
pub use hire::{Fuel, Hire, Pace};
pub use laytime::{Allowance, Demurrage};
pub use load::{Checked, load, plan_file, with_one_more_each};
pub use notes::Note;
pub use phases::Phase;
pub use tanks::Tank;
pub use transfer::{Direction, Holder, Transfer};
pub use vessel::{Gear, Leg, Vessel};
pub use way::Met;
pub use work::{Closed, ClosedBy, Closure, Precedence, Resource, Sampling, Stand, Suspend, Task};

use crate::geo::Position;
use crate::id::{Ix, Table};
use crate::time::{Horizon, Zone};
use crate::units::{Length, Span};
use crate::weather::Series;
use chrono::{DateTime, Utc};
pub use raw::{GoalWord as Goal, KindWord as SiteKind};
pub use reaching::Reach;
pub use shore::{Batch, Budget, Covers, Demand, Disruption, Late, Process, Reserve};

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
    /// What it costs each time that a vessel arrives, in the plan's currency.
    pub dues: f64,
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

impl Commodity {
    /// Whether it keeps, or may be under way, only so long.
    pub fn hurries(&self) -> bool {
        self.keeps.is_some() || self.reach.is_some()
    }
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

    /// What a hold or a store can take of a commodity, in tonnes.
    pub fn room_of(&self, holder: Holder, commodity: Ix<Commodity>) -> f64 {
        match holder {
            Holder::Vessel(vessel) => self.vessels[vessel].hold[commodity.index()],
            Holder::Site(site) => self.sites[site].store[commodity.index()],
        }
    }

    /// Whether a hold or a store takes a commodity at all: nothing comes into one without room, not even what goes on at once.
    pub fn takes(&self, holder: Holder, commodity: Ix<Commodity>) -> bool {
        self.room_of(holder, commodity) > 0.0 && self.total_of(holder) > 0.0
    }

    /// What a hold or a store can take of all commodities together, in tonnes.
    pub fn total_of(&self, holder: Holder) -> f64 {
        match holder {
            Holder::Vessel(vessel) => self.vessels[vessel].hold_total,
            Holder::Site(site) => self.sites[site].store_total,
        }
    }

    /// Whether a commodity is lifted.
    pub fn is_lifted(&self, commodity: Ix<Commodity>) -> bool {
        self.samplings.iter().any(|sampling| sampling.commodity == commodity)
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
