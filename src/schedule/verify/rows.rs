//! Tables of a schedule that follow from the rest of it: their rows beside what these must be.
//!
//! In: the names of rows and of what has one; what a row says and what it comes to. Out: faults in the same words for every table.

use super::case::{Case, Fault, amount, same};
use crate::schedule::Time;
use chrono::{DateTime, Utc};

/// One row before the judge.
pub struct Row<'r> {
    /// Of what kind it is: `the demand`.
    kind: &'r str,
    id: &'r str,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

impl<'r> Row<'r> {
    /// A row of which nothing is known yet.
    pub fn new(kind: &'r str, id: &'r str) -> Row<'r> {
        Row { kind, id, faults: Vec::new() }
    }

    /// A fault of it in words that follow its name.
    pub fn tell(&mut self, what: &str) {
        self.faults.push(Fault::new(format!("{} {} {what}", self.kind, self.id)));
    }

    /// A number that must be the one that everything else makes it.
    pub fn number(&mut self, what: &str, said: f64, is: f64, unit: &str) {
        self.near(what, said, is, 0.0, unit);
    }

    /// A number that roundings may have made another one by so much.
    pub fn near(&mut self, what: &str, said: f64, is: f64, slack: f64, unit: &str) {
        if !same(said, is) && (said - is).abs() > slack {
            let (said, is) = (amount(said, unit), amount(is, unit));
            self.differs(what, said.trim(), is.trim());
        }
    }

    /// A word of the plan.
    pub fn word(&mut self, what: &str, said: &str, is: &str) {
        if said != is {
            self.differs(what, &format!("{said:?}"), &format!("{is:?}"));
        }
    }

    /// A moment.
    pub fn moment(&mut self, case: &Case<'_>, what: &str, said: Time, is: DateTime<Utc>) {
        if said.to_utc() != is {
            self.differs(what, &case.when(said.to_utc()), &case.when(is));
        }
    }

    fn differs(&mut self, what: &str, said: &str, is: &str) {
        self.faults.push(Fault::new(format!(
            "the {what} of {} {}: {said} is said, and it is {is}",
            self.kind, self.id
        )));
    }
}

/// Everything that has a row has it once, and nothing else has one.
pub fn told_once(kind: &str, known: &[&str], said: &[&str]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, id) in said.iter().enumerate() {
        if !known.contains(id) {
            faults
                .push(Fault::new(format!("there is a row of a {kind} {id:?}, which the plan does not have")));
        } else if said[..place].contains(id) {
            faults.push(Fault::new(format!("the {kind} {id:?} has two rows")));
        }
    }
    let missing = known.iter().filter(|id| !said.contains(id));
    faults.extend(missing.map(|id| Fault::new(format!("the {kind} {id:?} has no row"))));
    faults
}
