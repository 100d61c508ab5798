//! What was run of a simulation, whole or in part: the counts from which every answer is made.
//!
//! In: the fleets of each policy. Out: [`Part`], which can be written, read and joined with others: the parts of a simulation joined
//! give the same answer, to the byte, as all of it run at once.

use super::answer::{Answer, Head, PolicyAnswer, RunRow, SCHEMA};
use super::tally::Tally;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The name and version of the form of a part.
pub const PART_SCHEMA: &str = "mudline-simulation-part-2";

/// What was run of a simulation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// [`PART_SCHEMA`].
    pub schema: String,
    /// What was simulated.
    pub head: Head,
    /// Runs of the whole simulation, a policy.
    pub runs: u64,
    /// The runs that this part was to do: from, and to below.
    pub ranges: Vec<(u64, u64)>,
    /// Whether it did all of them.
    pub is_complete: bool,
    /// By policy what was counted.
    pub policies: Vec<(String, Tally)>,
    /// Each run, where they are kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kept: Option<Vec<RunRow>>,
}

impl Part {
    /// What it means.
    pub fn answer(&self) -> Answer {
        let answer = |(name, tally): &(String, Tally)| PolicyAnswer::new(&self.head, name, tally);
        Answer {
            schema: SCHEMA,
            simulated: self.head.clone(),
            is_complete: self.is_complete && self.ranges == [(0, self.runs)],
            policies: self.policies.iter().map(answer).collect(),
            what_if: None,
            runs: self.kept.clone(),
        }
    }

    /// The file of a part.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, Error> {
        let mut text = serde_json::to_vec(self).map_err(|e| Error::Output(std::io::Error::other(e)))?;
        text.push(b'\n');
        Ok(text)
    }

    /// Reads a part.
    ///
    /// # Errors
    /// When the file cannot be read or is no part.
    pub fn read(path: &Path) -> Result<Part, Error> {
        let text = std::fs::read(path).map_err(|e| Error::read(path, e))?;
        let malformed = |message: String| Error::Malformed { path: path.to_owned(), message };
        let part: Part = serde_json::from_slice(&text).map_err(|e| {
            malformed(format!("this is no part of a simulation ({e}); make one with `mudline simulate --shard 1/4 -o part.json`"))
        })?;
        if part.schema != PART_SCHEMA {
            return Err(malformed(format!(
                "this is of schema {:?}, and {PART_SCHEMA:?} is what is read here",
                part.schema
            )));
        }
        Ok(part)
    }
}

/// Joins parts of one simulation.
///
/// # Errors
/// When they are not of one simulation, or two of them hold the same runs.
pub fn join(parts: Vec<(String, Part)>) -> Result<Part, Error> {
    let mut parts = parts.into_iter();
    let Some((first_name, mut whole)) = parts.next() else {
        return Err(Error::Usage("name the parts to join".to_owned()));
    };
    for (name, part) in parts {
        let names = |part: &Part| part.policies.iter().map(|(name, _)| name.clone()).collect::<Vec<String>>();
        if part.head != whole.head || part.runs != whole.runs || names(&part) != names(&whole) {
            return Err(Error::Usage(format!(
                "{name} and {first_name} are not parts of one simulation: they differ in {}",
                difference(&part, &whole)
            )));
        }
        for &(from, to) in &part.ranges {
            if whole.ranges.iter().any(|&(a, b)| from < b && a < to) {
                return Err(Error::Usage(format!(
                    "runs {from} to {to} of {name} are in another part as well"
                )));
            }
        }
        whole.ranges.extend(&part.ranges);
        whole.is_complete &= part.is_complete;
        for ((_, own), (_, other)) in whole.policies.iter_mut().zip(&part.policies) {
            own.join(other);
        }
        match (&mut whole.kept, part.kept) {
            (Some(own), Some(other)) => own.extend(other),
            (None, None) => {}
            _ => {
                return Err(Error::Usage(format!(
                    "{name} keeps its runs and {first_name} does not, or the reverse"
                )));
            }
        }
    }
    whole.ranges.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for range in whole.ranges.drain(..).filter(|range| range.0 < range.1) {
        match joined.last_mut().filter(|last| last.1 == range.0) {
            Some(last) => last.1 = range.1,
            None => joined.push(range),
        }
    }
    whole.ranges = joined;
    let order: Vec<String> = whole.policies.iter().map(|(name, _)| name.clone()).collect();
    if let Some(kept) = &mut whole.kept {
        kept.sort_by_key(|row| (order.iter().position(|name| *name == row.policy), row.run));
    }
    Ok(whole)
}

fn difference(a: &Part, b: &Part) -> &'static str {
    let (x, y) = (&a.head, &b.head);
    if x.sha256 != y.sha256 {
        "the plan"
    } else if x.happened != y.happened {
        "what has happened already"
    } else if x.weather != y.weather || x.starts_run != y.starts_run {
        "the weather or the starts"
    } else if (x.seed, x.draws) != (y.seed, y.draws) {
        "the seed or the draws"
    } else {
        "the order that is followed, the policies or the settings"
    }
}
