//! The chain behind the quay, as it is written: works, wants, reserves, disruptions and budgets.
//!
//! In: TOML. Out: tables whose keys each carry their place in the file; names are still text. See [`super`].

use super::{Cost, CostPerTonne, CostPerTonneDay, ValueStep};
use crate::plan::read::table;
use crate::units::{Dose, Mass, Rate, Share, Span};
use chrono::{DateTime, Utc};
use toml::Spanned;
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
        /// Tonnes that it makes of each tonne that it is fed: "20 %", or "5000 ppm".
        r#yield: Share, required;
        /// Between what its yield may lie: { low = "15 %", high = "22 %" }. The schedule uses `yield`, and tells what is made, what demands get and what reserves have at the lowest yields and at the highest; `simulate` draws one for each run (PERT, `yield` as its mode).
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
        /// From when on it must be there; a disruption that is over by then excuses nothing. Default: the plan's end.
        by: DateTime<Utc>;
        /// How far it may be drawn: while a disruption lasts, no less must be there than the target less this for the time since the disruption began (or, if later, `by`); after its end, until `refill`, no less than that at its end. It bounds what is left, not how fast it falls. Default: all of it may be drawn at once.
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
        /// How much may be spent in all: vessels, tasks, processes and what is late together.
        cost: Cost;
        /// How much carbon dioxide may come of the fuel of all vessels: "900 t".
        emissions: Mass;
        /// The process whose feed is bounded.
        process: String;
        /// How much may be fed to it in all.
        feed: Mass;
    }
}
