//! The variables of laytime: hours on demurrage, laytime that calls allow, and who is still where he began.
//!
//! In: the sets of a model. Out: variables, in the order of the vessels and of time.

use super::at;
use crate::model::laytime::{Handling, Laytime, Leaving, Rated};
use crate::model::sets::Sets;
use good_lp::variable::ProblemVariables;
use good_lp::{Variable, variable};

/// The variables of the calls of a vessel, or of all that are alike.
#[derive(Debug, Clone)]
pub struct LaytimeVars {
    /// Hours on demurrage.
    pub over: Variable,
    /// For each slot in which something can go over at a call: of calls whose laytime is not allowed yet how many there are, and what is
    /// allowed then, in laytimes.
    pub calls: Vec<(Variable, Variable)>,
    /// For each slot in which something can go over where a rate says what is allowed, and where they began: the tonnes that go over at calls.
    pub credited: Vec<Option<Variable>>,
    /// For each slot in which one can leave the place where they began: how many lie there after it, and how many of those never left.
    pub there: Vec<(Variable, Variable)>,
}

/// The variables of all laytimes.
pub(super) fn laytimes(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<LaytimeVars> {
    let of_one = |laytime: &Laytime| {
        let vessel = &sets.labels.vessels[laytime.vessel.index()];
        let count = sets.count(laytime.vessel);
        let most = count * sets.horizon().slots as f64 * sets.horizon().slot_h();
        let over = problem.add(variable().clamp(0, most).name(format!("over({vessel})")));
        let mut call = |handling: &Handling| {
            let site = &sets.labels.sites[handling.site.index()];
            let mut many = |kind: &str| {
                let name = format!("{kind}({vessel},{site},{})", at(handling.slot));
                problem.add(variable().clamp(0, count).name(name))
            };
            (many("called"), many("allowed"))
        };
        let calls = laytime.handling.iter().map(&mut call).collect();
        let mut credited = |rated: &Rated| {
            let most = count * rated.began?.most;
            let site = &sets.labels.sites[rated.site.index()];
            let name = format!("credited({vessel},{site},{})", at(rated.slot));
            Some(problem.add(variable().clamp(0, most).name(name)))
        };
        let credited = laytime.rated.iter().map(&mut credited).collect();
        let mut pair = |leaving: &Leaving| {
            let mut many = |kind: &str| {
                let name = format!("{kind}({vessel},{})", at(leaving.slot));
                problem.add(variable().clamp(0, count).name(name))
            };
            (many("there"), many("not_left"))
        };
        LaytimeVars { over, calls, credited, there: laytime.leaving.iter().map(&mut pair).collect() }
    };
    sets.laytimes.iter().map(of_one).collect()
}
