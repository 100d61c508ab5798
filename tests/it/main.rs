//! The integration tests, all in one binary: each module looks at one thing that users or developers rely on.

mod after;
mod bad;
mod chart;
mod cli;
mod export;
mod families;
mod fleet;
mod hostile;
mod hostile_export;
mod layers;
mod members;
mod odds;
mod phases;
mod plans;
mod properties;
mod readers;
mod readme;
mod report;
mod robust;
mod seeds;
mod shore;
mod simulate;
mod solved;
mod support;
