//! Other years: a plan's voyage executed in weather that nobody has planned for, many times over.
//!
//! In: a plan, the order of a schedule of it, and many seas. Out: odds: percentiles of every milestone, tonnes, causes of delay.
//! Phases: [`starts`] (when and in which weather) -> [`ground`] (tables of a weather) -> [`voyage`] (one run) -> [`tally`] (all of them,
//! counted) -> [`answer`] (what it means). `fleet` runs them in parallel.
//! Not a planner: only the policies `clairvoyant` and `rolling` ask the model for schedules.

pub mod answer;
mod ashore;
mod berths;
mod blame;
pub mod case;
pub mod chain;
mod coming;
mod company;
pub mod curve;
mod dates;
mod departing;
mod ending;
pub mod ensemble;
pub mod fleet;
mod flow;
mod gear;
mod goods;
pub mod ground;
mod holding;
pub mod items;
pub mod joint;
pub mod judged;
pub mod leave;
pub mod log;
mod meetings;
pub mod moved;
pub mod order;
pub mod part;
pub mod past;
pub mod policy;
mod relive;
pub mod replay;
mod resources;
mod resume;
pub mod rolling;
mod services;
mod sessions;
pub mod sheet;
mod shutting;
pub mod spread;
pub mod starts;
pub mod stowage;
mod summary;
pub mod table;
pub mod tally;
pub mod text;
pub mod together;
mod turns;
pub mod voyage;
pub mod what_if;
