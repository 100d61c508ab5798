//! The integration tests, all in one binary: each module looks at one thing that users or developers rely on.

mod cli;
mod families;
mod plans;
mod robust;
mod seeds;
mod support;
