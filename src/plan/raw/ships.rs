//! What moves, as it is written: vessels with their gear, hire, fuel and speeds, and the ways they take.
//!
//! In: TOML. Out: tables whose keys each carry their place in the file; names are still text. See [`super`].

use super::{Cost, CostPerTonne, DayRate, OneOrMore, Written};
use crate::geo::Position;
use crate::plan::laytime::Stay;
use crate::plan::read::{Named, table};
use crate::units::{Length, Mass, Rate, Span, Speed};
use chrono::{DateTime, Utc};
use toml::Spanned;
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
        /// What its hold can take of each commodity: { mud = "400 t" }. Default, where it has tanks: what they take.
        hold: Named<Mass>;
        /// What its hold can take of all commodities together. Default: what it takes of each.
        hold_total: Mass;
        /// What is in its hold at the plan's start, in each of `count`: { mud = "100 t" }. Default: nothing. Where it has tanks, each says what is in it.
        aboard: Named<Mass>;
        /// The weather in which it may sail: { hs = "6 m" }.
        sail_limits: Named<Written>;
        /// What it costs per day, from the plan's start (or that of its hire) until it is done: "250000 USD/d".
        day_rate: DayRate;
        /// For how long it is hired, and what that costs beside the day rate: { mobilisation = "50000 USD" }.
        hire: RawHire;
        /// What each day costs that it stays longer than its `laytime` allows: "18000 USD/d".
        demurrage: DayRate;
        /// How long it may stay where it calls at these sites, waiting and weather among it: so many hours of each call, or as long as what goes over at it, loaded and unloaded, takes at so many tonnes a day: { field = "24 h", shimizu = "400 t/d" }. From arriving until leaving; what is saved at one call is set off against others, over the whole plan. Of hours a call at which less than a tenth of what its hold takes goes over allows as much less. The stay with which the plan begins is no call.
        laytime: Named<Stay>;
        /// What it burns until it is done: { sailing = "25 t/d", working = "12 t/d", waiting = "6 t/d", price = "650 USD/t" }.
        fuel: RawFuel;
        /// The tanks of its hold, each of which has one commodity at a time. Default: one room for everything.
        tank: Vec<Spanned<RawTank>>;
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
    /// A tank of a vessel, in which is one commodity at a time, until it is empty.
    RawTank {
        /// Its name.
        id: String, required;
        /// How much it takes: "200 t".
        capacity: Mass, required;
        /// The commodities that it takes: ["mud", "cake"]. Default: those of the vessel's `hold`, or else every one.
        takes: Vec<Spanned<String>>;
        /// What is in it at the plan's start: { mud = "100 t" }. Default: nothing.
        aboard: Named<Mass>;
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
        /// The weather on the way, by its id, or a list of one id for each stretch between `from`, the waypoints and `to`: then `sail_limits` hold, slot by slot, on the stretches that a vessel is on at constant speed, and at each end in the slot in which it leaves or arrives there. Default: they hold at both ends all the while.
        weather: OneOrMore;
    }
}
