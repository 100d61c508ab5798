//! The sea: series of it, limits on it, and the windows in which work may go on.
//!
//! In: files of weather and limits from a plan. Out: open slots, allowed starts and their finishes.
//! Not the plan: here nothing is known of tasks or ships. Rules: a sample holds until the next one; limits are closed;
//! a slot is open when every sample that touches it is within all limits; what is unknown is never calm.

mod alpha;
mod channel;
mod climate;
pub mod derive;
mod fit;
mod fit_climate;
pub mod inspect;
mod limits;
mod persistence;
mod phases;
mod picture;
pub mod read;
mod series;
mod synth;
mod typhoons;
mod windows;
pub mod write;

pub use alpha::{ALPHA_FILES, Alpha, AlphaFile, AlphaTable, MOST_T_POP, MOST_T_R, RowsAre};
pub use channel::{CHANNELS, Channel, ChannelKind};
pub use climate::{CLIMATES, Climate, Element, Monthly, Quick, Steepness, Storm};
pub use fit::{fitted_csv, synthesise_like};
pub use fit_climate::{climate_of, climate_toml};
pub use limits::{Limit, Limits};
pub use persistence::{
    MonthOdds, Odds, Operation, PERCENTS, Pausing, Phase, Spread, earliest, odds, slots_of,
};
pub use phases::{Pauses, PhaseSlots, phased};
pub use picture::{MONTHS, Panel, month_name, picture};
pub use series::{Hole, Origin, Series};
pub use synth::{MOST_HOURS, synthesise, synthetic_csv, to_csv};
pub use typhoons::Typhoons;
pub use windows::{Starts, continuous, open_slots, suspendable};
