//! The plan language as it is written: every table and key, what it means and what type it has.
//!
//! In: TOML. Out: [`RawPlan`], in which every key that was there and readable is, each with its place in the file.
//! Names are still text here and nothing is known to be true yet: [`super::check`] looks for faults, `resolve` makes the
//! [`super::Plan`]. The JSON Schema and the reference of keys are made from this list.

mod ashore;
mod ships;
mod work;

use super::read::{Named, table};
use super::weights::Weights;
pub use super::words::{
    After, Contingency, Cost, CostPerTonne, CostPerTonneDay, DayRate, Gaps, GoalWord, GridWord, KindWord,
    OneOrMore, OriginWord, RawAfter, SuspendWord, Times, ValueStep, Written,
};
use crate::geo::Position;
use crate::units::{Flow, Length, Mass, Share, Span};
pub use ashore::{RawBudget, RawDemand, RawDisruption, RawProcess, RawReserve, RawYieldSpread};
use chrono::{DateTime, Utc};
pub use ships::{RawFuel, RawGear, RawHire, RawRoute, RawSpeed, RawTank, RawVessel};
use toml::Spanned;
pub use work::{RawClosure, RawPhase, RawResource, RawSampling, RawSpread, RawTask, RawTransfer};

table! {
    /// A plan of mudline: what is asked for. A plan says what; a schedule says when.
    RawPlan {
        /// What the plan is called and which time it covers.
        plan: RawHead, required;
        /// What is to be as good as possible.
        goal: RawGoal;
        /// Factors by which limits are lowered where the weather is a forecast.
        alpha: RawAlpha;
        /// Weather series.
        weather: Vec<Spanned<RawWeather>>;
        /// Places.
        site: Vec<Spanned<RawSite>>;
        /// Goods that are lifted and carried.
        commodity: Vec<Spanned<RawCommodity>>;
        /// Ships and everything else that moves.
        vessel: Vec<Spanned<RawVessel>>;
        /// Ways between sites that are not the shortest ones.
        route: Vec<Spanned<RawRoute>>;
        /// Work that is asked for.
        task: Vec<Spanned<RawTask>>;
        /// Things of which only so many are there.
        resource: Vec<Spanned<RawResource>>;
        /// Times in which something is not available.
        closure: Vec<Spanned<RawClosure>>;
        /// Lifting of a commodity for as long as it pays.
        sampling: Vec<Spanned<RawSampling>>;
        /// Moving a commodity between a hold and the shore, or between two holds.
        transfer: Vec<Spanned<RawTransfer>>;
        /// Works ashore that make one commodity of another.
        process: Vec<Spanned<RawProcess>>;
        /// What somebody ashore wants of a commodity.
        demand: Vec<Spanned<RawDemand>>;
        /// Stocks that must be built up and kept.
        reserve: Vec<Spanned<RawReserve>>;
        /// Times in which sources stop and reserves may be drawn.
        disruption: Vec<Spanned<RawDisruption>>;
        /// Bounds of what may be spent or fed.
        budget: Vec<Spanned<RawBudget>>;
    }
}

table! {
    /// What the plan is called and which time it covers.
    RawHead {
        /// The name of the plan.
        name: String, required;
        /// The time zone in which the plan is printed, by its IANA name, such as Asia/Tokyo. Default: UTC.
        zone: String;
        /// The beginning of the time that is planned.
        start: DateTime<Utc>, required;
        /// The end of the time that is planned.
        end: DateTime<Utc>, required;
        /// The length of a slot, in which time is cut. Default: "1 h".
        slot: Span;
        /// When the plan was issued; calendars carry it. Default: the start.
        issued: DateTime<Utc>;
        /// How far ahead the weather is known at sea, for simulation. Default: "72 h".
        forecast: Span;
        /// The currency of all costs, in three letters, such as USD.
        currency: String;
    }
}

table! {
    /// What is to be as good as possible.
    RawGoal {
        /// The goals, solved one after the other, each kept while the next is improved. `finish` is when vessels and crews are done with everything: works ashore and supplies go on by themselves and are not counted.
        order: Vec<Spanned<GoalWord>>;
        /// Instead of `order`: goals solved as one sum, with what each unit counts: { delivered = 1.0, cost = 0.00002 }. More of delivered, sampled and supplied is better, less of all others.
        weights: Weights;
        /// How much of a goal may be given up for the next in `order`. Default: "0 %".
        tolerance: Share;
    }
}

table! {
    /// Factors by which limits are lowered where the weather is a forecast: OP_WF = alpha x OP_LIM.
    RawAlpha {
        /// The table for waves (hs, swell): "dnv-os-h101-2011/base", or a table of `file`.
        waves: String, required;
        /// The table for wind (wind, gust): "dnv-os-h101-2011/wind-below-half". Default: wind limits hold as they are.
        wind: String;
        /// A file of one's own tables, found from the plan's folder.
        file: String;
        /// T_POP of work that can be halted: from one forecast to the next, and the time to a safe state. Default: its duration.
        halt: Span;
    }
}

table! {
    /// A weather series.
    RawWeather {
        /// Its name in this plan.
        id: String, required;
        /// The file, found from the plan's folder. Of an ensemble with one file a member the list of them: ["a.nc", "b.nc"]; then `member` says which.
        file: OneOrMore, required;
        /// Which column holds which channel, where that is not recognised: { hs = "Hm0" }.
        columns: Named<String>;
        /// The unit of a channel's column, where its head does not say: { hs = "m" }.
        units: Named<String>;
        /// The zone of times that carry none; those that clocks show twice are told apart by their order. Default: UTC.
        zone: String;
        /// What to do about holes: "interpolate up to 3 h". Default: a hole is an error where it matters.
        gaps: Gaps;
        /// Where the weather comes from. Default: what the file says, or else hindcast.
        origin: OriginWord;
        /// The member of an ensemble, by its number; of a list of files 0 is the first.
        member: u32;
        /// How a grid is read at the site's position. Default: nearest, the nearest cell that is not land.
        grid: GridWord;
        /// The height at which the file tells the wind; it is brought to 10 m by the power law. Default: 10 m.
        wind_height: Length;
        /// The exponent of that power law; over open sea about 0.11.
        wind_exponent: f64;
    }
}

table! {
    /// A place.
    RawSite {
        /// Its name in this plan.
        id: String, required;
        /// What it is.
        kind: KindWord, required;
        /// Degrees north and degrees east: [35.02, 138.51].
        position: Position;
        /// The depth of the water.
        depth: Length;
        /// The weather there, by its id.
        weather: String;
        /// What it can store of each commodity: { mud = "1000 t" }. Default: without bound on land, nothing at sea.
        store: Named<Mass>;
        /// What its store can take of all commodities together. Default: what it takes of each.
        store_total: Mass;
        /// What is in its store at the plan's start: { mud = "300 t" }. Default: nothing.
        stock: Named<Mass>;
        /// The water that its processes have together: "500 m3/d". Default: without bound.
        water: Flow;
        /// How many vessels can load or unload there at a time. Default: any number.
        berths: u32;
        /// What it costs each time that a vessel arrives: "4000 USD". Default: nothing.
        dues: Cost;
        /// Whether vessels with a range or bunkers are full again when they lie there. Default: at ports and islands.
        refuels: bool;
    }
}

table! {
    /// A good that is lifted and carried.
    RawCommodity {
        /// Its name in this plan.
        id: String, required;
        /// What it is called in outputs. Default: the id.
        name: String;
        /// How long it may lie in one hold, first in, first out: "20 d". Default: without bound.
        keeps: Span;
        /// Where it must be how soon after it was lifted, through however many holders, first in, first out: { site = "laboratory", within = "12 d" }.
        reach: RawReach;
    }
}

table! {
    /// Where a commodity must be, and how soon after it was lifted. It goes there by one way: from one vessel that lifts it, each holder handing it to one other.
    RawReach {
        /// The site, such as a laboratory.
        site: String, required;
        /// How long that may take; what is there at the plan's start is as old as the plan.
        within: Span, required;
    }
}

impl RawPlan {
    /// The entries of a list of tables; none when the list is not there.
    pub fn entries<T>(list: &Option<Spanned<Vec<Spanned<T>>>>) -> &[Spanned<T>] {
        list.as_ref().map_or(&[], |list| list.get_ref().as_slice())
    }
}
