//! The rows of the model, one file a constraint family, each in the table [`FAMILIES`].
//!
//! In: [`Sets`] and [`Vars`]. Out: rows, each named `family(index,...)`. Rows are pure: no family knows of another, and their
//! order does not matter. The head of each file is its documentation: formula, symbols, reason, source.
//! A new family is a new file here, its `mod` line, its line in the table, a golden LP and a bite test.

mod batch;
mod berth;
mod budget;
mod carrier;
mod demand;
mod demurrage;
mod endurance;
mod finish;
mod flow;
mod fresh;
mod largest;
mod meeting;
mod precedence;
mod reach;
mod reserve;
mod resource;
mod rhythm;
mod room;
mod sampling;
mod service;
mod stock;
mod tank;
mod times;
mod transfer;
mod water;
mod worth;

use super::sets::Sets;
use super::vars::Vars;
use good_lp::Constraint;

/// A family of constraints.
pub struct Family {
    /// Its name, which begins the name of each of its rows.
    pub name: &'static str,
    /// The file it is in, whose head explains it.
    pub page: &'static str,
    /// Its rows.
    pub rows: fn(&Sets<'_>, &Vars) -> Vec<Constraint>,
}

impl Family {
    /// What it says, in Markdown: the head of its file.
    pub fn about(&self) -> String {
        let head = self.page.lines().take_while(|line| line.starts_with("//!"));
        head.map(|line| format!("{}\n", line.trim_start_matches("//!").trim_start_matches(' '))).collect()
    }
}

/// Every family.
pub static FAMILIES: &[Family] = &[
    flow::FAMILY,
    times::FAMILY,
    precedence::FAMILY,
    resource::FAMILY,
    rhythm::FAMILY,
    service::FAMILY,
    sampling::FAMILY,
    transfer::FAMILY,
    largest::FAMILY,
    meeting::FAMILY,
    berth::FAMILY,
    stock::FAMILY,
    carrier::FAMILY,
    room::FAMILY,
    tank::FAMILY,
    fresh::FAMILY,
    reach::FAMILY,
    worth::FAMILY,
    finish::FAMILY,
    demand::FAMILY,
    reserve::FAMILY,
    endurance::FAMILY,
    demurrage::FAMILY,
    budget::FAMILY,
    water::FAMILY,
    batch::FAMILY,
];
