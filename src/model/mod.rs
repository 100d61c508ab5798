//! The optimisation model: each vessel a path through (site, gear, slot), everything else hung on the paths.
//!
//! In: a plan and its sea. Out: an [`Outcome`]: the best itinerary with its proof, or why there is none.
//! Phases: [`sets`] (what can happen, thinned) -> [`vars`] -> [`rows`] (a table of families) -> `start` (a first answer, where the
//! model is large) -> [`goals`] in order (`run`, `solve`) -> `read_off`, `split`. Weather is folded into which arcs exist before the model is built, so that no row sees a wave height.
//! Not the accounting and not the judge: those are in [`crate::schedule`] and share no code with this.

mod bottleneck;
mod by_variable;
mod calls;
mod capacities;
mod ceiling;
mod coarse;
mod conflict;
mod construct;
mod detours;
mod dream;
mod dues;
mod endurance;
mod fewer;
mod fleet;
mod from_field;
pub mod goals;
mod held;
mod in_time;
mod joined;
mod later;
mod laytime;
mod listed;
mod located;
mod longer;
mod lp;
mod musts;
mod network;
mod nought;
mod one_more;
mod optimise;
mod past;
mod polish;
mod prices;
mod read_off;
mod rounds;
pub mod rows;
mod run;
pub mod sets;
mod shore;
mod shortfall;
mod solo;
mod solve;
mod sooner;
mod soonest;
mod split;
mod stamps;
mod start;
mod thin;
mod together;
mod trim;
pub mod vars;
mod without;
mod works;

pub use bottleneck::bottlenecks;
pub use conflict::Conflict;
pub use lp::write_lp;
pub use nought::{Nought, Rule, nought};
pub use one_more::{Larger, OneMore, at_least_as_priced, larger, one_more};
pub use optimise::{Model, Options, Outcome, Solved, optimise, optimise_after};
pub use past::{Bar, Past};
pub use prices::{Price, Prices, prices};
pub use solve::{Progress, Solver};
