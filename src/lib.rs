#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod cli;
pub mod diag;
pub mod error;
pub mod export;
pub mod geo;
pub mod id;
pub mod log;
pub mod model;
pub mod plan;
pub mod report;
pub mod schedule;
pub mod simulate;
pub mod time;
pub mod units;
pub mod weather;
