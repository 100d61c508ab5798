//! What is done at sea, as it is written: tasks, what they use, when nothing goes, lifting and moving.
//!
//! In: TOML. Out: tables whose keys each carry their place in the file; names are still text. See [`super`].

use super::{After, Contingency, Cost, SuspendWord, Times, ValueStep, Written};
use crate::plan::read::{Named, table};
use crate::units::{Mass, Rate, Span};
use chrono::{DateTime, Utc};
use toml::Spanned;
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
        /// The rhythm in which it must be done: no longer than so long from the end of one time to the start of the next, from the plan's start to the first, and from the last until the vessel is done (or the one that it serves). Default: none.
        every: Span;
        /// Another task in whose rhythm it counts, where several vessels share one, as when a crew is changed by boat or by air: no longer than `every` of that one then passes without either of them. Default: none.
        rhythm_of: String;
        /// Another vessel that it is done for, as when a boat changes the crew of a ship: that one lies at the site from its start to its finish, whatever it does there, and the rhythm is that one's. Default: none.
        serves: String;
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
        /// How much of each resource it takes from the beginning of its set-up until its hoses are off, once for two vessels that lie together: { crane = 1 }.
        uses: Named<u32>;
        /// The weather in which it may go on.
        limits: Named<Written>;
    }
}
