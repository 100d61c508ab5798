//! The integration tests, all in one binary: each module looks at one thing that users or developers rely on.

mod bad;
mod cli;
mod export;
mod families;
mod hostile;
mod layers;
mod plans;
mod properties;
mod readers;
mod readme;
mod robust;
mod seeds;
mod solved;
mod support;
