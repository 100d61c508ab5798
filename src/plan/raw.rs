//! The plan language as it is written: every table and key, what it means and what type it has.
//!
//! In: TOML. Out: [`RawPlan`], in which every key that was there and readable is, each with its place in the file.
//! Names are still text here and nothing is known to be true yet: [`super::check`] looks for faults, `resolve` makes the
//! [`super::Plan`]. The JSON Schema and the reference of keys are made from this list.

use super::read::{Named, table};
use super::weights::Weights;
pub use super::words::{
    After, Contingency, Cost, CostPerTonne, CostPerTonneDay, DayRate, Files, Gaps, GoalWord, GridWord,
    KindWord, OriginWord, RawAfter, SuspendWord, Times, ValueStep, Written,
};
use crate::geo::Position;
use crate::units::{Dose, Flow, Length, Mass, Rate, Share, Span, Speed};
use chrono::{DateTime, Utc};
use toml::Spanned;

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
        /// The goals, solved one after the other, each kept while the next is improved.
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
        file: Files, required;
        /// Which column holds which channel, where that is not recognised: { hs = "Hm0" }.
        columns: Named<String>;
        /// The unit of a channel's column, where its head does not say: { hs = "m" }.
        units: Named<String>;
        /// The zone of times that carry none. Default: UTC.
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
    }
}

table! {
    /// A ship, or anything else that moves.
    RawVessel {
        /// Its name in this plan.
        id: String, required;
        /// How many there are of it, all alike; they are called by its name and a number. Default: 1.
        count: u32;
        /// The site where it is at the start.
        at: String, required;
        /// The site where it must be at the end. Default: anywhere it may lie with its gear stowed.
        home: String;
        /// The sites it may sail between; legs are scheduled by themselves. Default: `at` and `home`.
        calls: Vec<Spanned<String>>;
        /// Its speed over ground under way.
        speed: Speed;
        /// In place of `speed`, the speeds of which it may choose one for each leg: [{ speed = "10 kn", sailing = "18 t/d" }, { speed = "13 kn", sailing = "34 t/d" }].
        speeds: Vec<Spanned<RawSpeed>>;
        /// How far it gets between two sites that refuel; for aircraft and small craft: "300 NM". Default: any distance.
        range: Length;
        /// What fuel it takes, which must last between two sites that refuel; full at the start: "800 t". Default: any amount.
        bunkers: Mass;
        /// It sails only at times that are so far apart, counted from the plan's start: "6 h". Default: in any slot.
        departs_every: Span;
        /// Whether it sails by daylight only: the sun must be up at both ends of a leg, from departure to arrival. Default: false.
        daylight: bool;
        /// What its hold can take of each commodity: { mud = "400 t" }.
        hold: Named<Mass>;
        /// What its hold can take of all commodities together. Default: what it takes of each.
        hold_total: Mass;
        /// What is in its hold at the plan's start, in each of `count`: { mud = "100 t" }. Default: nothing.
        aboard: Named<Mass>;
        /// The weather in which it may sail: { hs = "6 m" }.
        sail_limits: Named<Written>;
        /// What it costs per day, from the plan's start (or that of its hire) until it is done: "250000 USD/d".
        day_rate: DayRate;
        /// For how long it is hired, and what that costs beside the day rate: { mobilisation = "50000 USD" }.
        hire: RawHire;
        /// What it burns until it is done: { sailing = "25 t/d", working = "12 t/d", waiting = "6 t/d", price = "650 USD/t" }.
        fuel: RawFuel;
        /// The states of its gear; the first is the one it starts and sails in. Default: one state, `stowed`.
        gear: Vec<Spanned<RawGear>>;
    }
}

table! {
    /// For how long a vessel is hired, and what that costs beside its day rate.
    RawHire {
        /// From when on it is hired: before it lies where it is and costs nothing. Default: the plan's start.
        from: DateTime<Utc>;
        /// Until when it is hired: by then it is done. Default: the plan's end.
        to: DateTime<Utc>;
        /// What it costs once, if it does anything at all: "50000 USD".
        mobilisation: Cost;
        /// What each departure from a port costs: "20000 USD".
        voyage: Cost;
    }
}

table! {
    /// What a vessel burns from the plan's start, or that of its hire, until it is done.
    RawFuel {
        /// Under way, where `speeds` do not say it. Default: nothing.
        sailing: Rate;
        /// At work, in tasks with their pauses, while lifting and moving. Default: nothing.
        working: Rate;
        /// Waiting; no more than at work. Default: nothing.
        waiting: Rate;
        /// What it costs: "650 USD/t".
        price: CostPerTonne;
        /// Tonnes of carbon dioxide of each tonne burnt: 3.114 for heavy fuel oil, 3.206 for marine diesel and gas oil (IMO MEPC.308(73)).
        co2: f64;
    }
}

table! {
    /// A speed at which a vessel may sail.
    RawSpeed {
        /// The speed over ground.
        speed: Speed, required;
        /// What it burns at that speed. Default: `sailing` of its `fuel`.
        sailing: Rate;
    }
}

table! {
    /// A state of a vessel's gear.
    RawGear {
        /// Its name.
        id: String, required;
        /// The weather it survives: { hs = "4 m" }. Default: any.
        survives: Named<Written>;
    }
}

table! {
    /// A way between two sites that is not the shortest one; it holds in both directions.
    RawRoute {
        /// One end.
        from: String, required;
        /// The other end.
        to: String, required;
        /// The waypoints between them: [[30.0, 145.0]].
        via: Vec<Spanned<Position>>, required;
    }
}

table! {
    /// Work that is asked for.
    RawTask {
        /// Its name in this plan.
        id: String, required;
        /// What it is called in outputs. Default: the id.
        name: String;
        /// The vessel that does it. Default: none, as in a project.
        vessel: String;
        /// Where it is done. Default: where the vessel is, when it calls at one site only.
        site: String;
        /// How long it takes.
        duration: Span, required;
        /// How long it may take instead; for simulation. The schedule uses `duration`.
        spread: RawSpread;
        /// Time in reserve, as a share of the duration or as a time: a window must stay open for both.
        contingency: Contingency;
        /// How it may pause: "hold" (the gear must survive the pause) or "free". Default: it may not.
        suspend: SuspendWord;
        /// The longest single pause. Default: without bound.
        max_pause: Span;
        /// The weather in which it may go on: { hs = "2.5 m", wind = "15 m/s" }.
        limits: Named<Written>;
        /// Limits that change as it goes on: its parts in order, which add up to its duration, each with limits that hold besides its own. It may not pause then.
        phases: Vec<Spanned<RawPhase>>;
        /// Its own alpha factors, in place of the table's: { hs = 0.7 }.
        alpha: Named<f64>;
        /// The state of the gear that it needs. Default: the first.
        gear: String;
        /// The state of the gear that it leaves behind. Default: unchanged.
        leaves: String;
        /// How often it is done: "1", "0..1", "1..2". Default: "1".
        times: Times;
        /// The rhythm in which it must be done: no longer than so long from the end of one time to the start of the next, from the plan's start to the first, and from the last until the vessel is done. Default: none.
        every: Span;
        /// What must be done before it starts: [ "a", { task = "b", lag = "6 h", within = "48 h" } ].
        after: Vec<Spanned<After>>;
        /// It starts no earlier than this.
        release: DateTime<Utc>;
        /// It ends no later than this.
        deadline: DateTime<Utc>;
        /// It should end by this; the goal `lateness` counts the hours after it.
        due: DateTime<Utc>;
        /// Whether it is done by daylight only. Default: false.
        daylight: bool;
        /// How much of each resource it takes while it lasts: { crane = 1 }.
        uses: Named<u32>;
        /// What it costs each time: "20000 USD".
        cost: Cost;
    }
}

table! {
    /// A part of a task under the same limits.
    RawPhase {
        /// How long it takes.
        duration: Span, required;
        /// The weather in which it may go on: { hs = "2 m" }. Default: any that the task's own limits allow.
        limits: Named<Written>;
    }
}

table! {
    /// How long a task may take, for simulation.
    RawSpread {
        /// The shortest.
        low: Span, required;
        /// The longest.
        high: Span, required;
    }
}

table! {
    /// A thing of which only so many are there.
    RawResource {
        /// Its name in this plan.
        id: String, required;
        /// How many there are.
        capacity: u32, required;
    }
}

table! {
    /// A time in which a site, a vessel, a task, a sampling or a process is not available.
    RawClosure {
        /// The site at which nothing may be worked, and no vessel may come or go.
        site: String;
        /// The vessel that may not work or sail.
        vessel: String;
        /// The task that may not be worked on.
        task: String;
        /// The sampling that may not lift.
        sampling: String;
        /// The process that may not be fed: maintenance.
        process: String;
        /// The beginning.
        from: DateTime<Utc>, required;
        /// The end.
        to: DateTime<Utc>, required;
        /// Why.
        reason: String;
    }
}

table! {
    /// Lifting of a commodity at a rate, for as long as it pays.
    RawSampling {
        /// Its name in this plan.
        id: String, required;
        /// The vessel that lifts.
        vessel: String, required;
        /// Where. Default: where the vessel is, when it calls at one site only.
        site: String;
        /// The state of the gear that it needs. Default: the first.
        gear: String;
        /// What is lifted.
        commodity: String, required;
        /// How fast, at most.
        rate: Rate, required;
        /// The shortest run. Default: one slot.
        min_run: Span;
        /// The weather in which it may go on.
        limits: Named<Written>;
        /// How much must be lifted over the voyage.
        at_least: Mass;
        /// How much may be lifted over the voyage.
        at_most: Mass;
        /// Worth per tonne, falling: [["10 t", 5.0], ["30 t", 1.0]]. Tonnes beyond are worth nothing. Default: 1 each.
        value: Vec<Spanned<ValueStep>>;
    }
}

table! {
    /// Moving a commodity between a vessel's hold and a site, or between two vessels that lie alongside.
    RawTransfer {
        /// Its name in this plan.
        id: String, required;
        /// The vessel or site that gives.
        from: String, required;
        /// The vessel or site that takes.
        to: String, required;
        /// Where two vessels meet. Default: the only site at which both call; a transfer with a site is done there.
        site: String;
        /// The state that the gear of a vessel in `from` needs. Default: its first.
        from_gear: String;
        /// The state that the gear of a vessel in `to` needs. Default: its first.
        to_gear: String;
        /// What is moved.
        commodity: String, required;
        /// How fast, at most.
        rate: Rate, required;
        /// The time before anything flows: mooring, connecting hoses. Default: none.
        setup: Span;
        /// The time after the last tonne: hoses off, casting off. Default: none.
        hoses_off: Span;
        /// The smallest parcel that is worth it; moved at full rate. Default: any.
        smallest: Mass;
        /// The largest parcel: no more than so much goes over from one set-up to the next. Default: any.
        largest: Mass;
        /// The weather in which it may go on.
        limits: Named<Written>;
    }
}

table! {
    /// Works ashore that make one commodity of another, fed from the site's store and giving back to it.
    RawProcess {
        /// Its name in this plan.
        id: String, required;
        /// What it is called in outputs. Default: the id.
        name: String;
        /// Where it stands.
        site: String, required;
        /// The commodity that it is fed.
        from: String, required;
        /// The commodity that it makes.
        to: String, required;
        /// Tonnes that it makes of each tonne that it is fed: "20 %".
        r#yield: Share, required;
        /// Between what its yield may lie: { low = "15 %", high = "22 %" }. The schedule uses `yield`; its totals tell the tonnes of both.
        yield_spread: RawYieldSpread;
        /// The water that it takes for each tonne that it is fed: "3 m3/t". Default: none.
        water: Dose;
        /// How fast it may be fed, at most. Not for one that works in batches.
        capacity: Rate;
        /// What it is fed at a time: "50 t". It is fed in the first slot of a batch, and makes its yield in the last.
        batch: Mass;
        /// How long a batch takes; the next one begins after it.
        duration: Span;
        /// What it costs for each tonne fed: "40 USD/t".
        cost: CostPerTonne;
    }
}

table! {
    /// Between what the yield of a process may lie.
    RawYieldSpread {
        /// The lowest.
        low: Share, required;
        /// The highest.
        high: Share, required;
    }
}

table! {
    /// What somebody ashore wants of a commodity: an amount at any time between two dates, or a rate all the while.
    RawDemand {
        /// Its name in this plan.
        id: String, required;
        /// What it is called in outputs. Default: the id.
        name: String;
        /// The site from whose store it is supplied.
        site: String, required;
        /// What is wanted.
        commodity: String, required;
        /// How much is wanted in all, as fast as it is there.
        amount: Mass;
        /// How fast it is wanted; what is not there in its time is not made up for later.
        rate: Rate;
        /// From when on. Default: the plan's start.
        from: DateTime<Utc>;
        /// Until when. Default: the plan's end.
        to: DateTime<Utc>;
        /// Worth per tonne, falling: [["10 t", 5.0], ["30 t", 1.0]]. Tonnes beyond are worth nothing. Default: 1 each.
        value: Vec<Spanned<ValueStep>>;
        /// How much must be supplied.
        at_least: Mass;
        /// When all of the amount is wanted; from then on what is missing costs `late`.
        due: DateTime<Utc>;
        /// What each tonne costs a day from `due` until it is supplied or the plan ends: "5 USD/t/d". It is part of the cost.
        late: CostPerTonneDay;
    }
}

table! {
    /// A stock that must be built up by a date and kept, but for disruptions.
    RawReserve {
        /// Its name in this plan.
        id: String, required;
        /// What it is called in outputs. Default: the id.
        name: String;
        /// The site in whose store it lies.
        site: String, required;
        /// What it is made of.
        commodity: String, required;
        /// How much must be there.
        target: Mass;
        /// How much must be there, as time for which it covers the demand `of`: "60 d".
        cover: Span;
        /// The demand, with a rate, that `cover` speaks of.
        of: String;
        /// From when on it must be there. Default: the plan's end.
        by: DateTime<Utc>;
        /// How fast it may fall, at most, while a disruption lasts. Default: without bound.
        draw: Rate;
        /// The time after the end of a disruption by which it must be there again. Default: it need not.
        refill: Span;
    }
}

table! {
    /// A time in which sources stop and reserves may be drawn.
    RawDisruption {
        /// Its name in this plan.
        id: String, required;
        /// What stands still: names of sites, vessels, tasks, samplings and processes.
        stops: Vec<Spanned<String>>, required;
        /// The beginning.
        from: DateTime<Utc>, required;
        /// The end.
        to: DateTime<Utc>, required;
        /// Why.
        reason: String;
    }
}

table! {
    /// A bound of what may be spent, or of what may be fed to a process.
    RawBudget {
        /// Its name in this plan.
        id: String, required;
        /// How much may be spent in all: vessels, tasks and processes together.
        cost: Cost;
        /// How much carbon dioxide may come of the fuel of all vessels: "900 t".
        emissions: Mass;
        /// The process whose feed is bounded.
        process: String;
        /// How much may be fed to it in all.
        feed: Mass;
    }
}

impl RawPlan {
    /// The entries of a list of tables; none when the list is not there.
    pub fn entries<T>(list: &Option<Spanned<Vec<Spanned<T>>>>) -> &[Spanned<T>] {
        list.as_ref().map_or(&[], |list| list.get_ref().as_slice())
    }
}
