//! The integration tests, all in one binary: each module looks at one thing that users or developers rely on.

mod after;
mod answers;
mod bad;
mod campaigns;
mod chart;
mod cli;
mod export;
mod families;
mod hostile;
mod hostile_export;
mod layers;
mod odds;
mod plans;
mod properties;
mod readers;
mod readme;
mod report;
mod robust;
mod seeds;
mod simulate;
mod solved;
mod support;
mod voyages;
