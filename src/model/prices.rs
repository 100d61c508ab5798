//! What one more unit of each capacity is worth to the first goal, with every way and every start as it is.
//!
//! In: a plan, its sea and an itinerary. Out: [`Prices`]: for each capacity that is measured in parts (tonnes, tonnes a day, money), what the
//! first goal (or the sum of goals with weights) gains by one more unit of it.
//! With the ways fixed a linear programme is left. Its duals prove of most capacities that more of them is of no use; each of the others
//! is solved again with one more unit, since a dual is only the most that a unit can bring, and too much where the programme is degenerate.
//! Not what other ways could make of it, nor whole ships and berths: see `one_more`.
//! Source: Bertsimas and Tsitsiklis 1997, Introduction to Linear Optimization, section 5.2.

use super::capacities::capacities;
use super::goals::Objective;
use super::optimise::{Model, Options};
use super::past::Past;
use super::run::Run;
use super::sets::Sets;
use super::solve::{Linear, solve_linear};
use crate::error::Error;
use crate::plan::{Plan, Sea};
use crate::schedule::Itinerary;
use good_lp::variable::ProblemVariables;
use good_lp::{Expression, IntoAffineExpression, variable};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

/// What more of the capacities of a plan is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prices {
    /// The goal that gains.
    pub goal: &'static str,
    /// What it comes to.
    pub value: f64,
    /// Each capacity, in the order of the plan's tables.
    pub capacities: Vec<Price>,
}

/// What one more unit of a capacity is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Price {
    /// What is bounded, as the plan's keys have it: `hold`, `store`, `rate`, `at_most`, `capacity` and so on.
    pub capacity: &'static str,
    /// Of which entry of the plan; of vessels that are alike, of each of them.
    pub of: String,
    /// For which commodity, where there could be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    /// How much there is.
    pub now: f64,
    /// In what that is measured: `t`, `t/d`, `m3/d`, `NM`, or the plan's currency.
    pub unit: String,
    /// What the goal gains by one more unit: less of it, where less is better. Less than nothing where one more does harm, as more of a demand
    /// that a reserve must cover; nothing known where that cannot be kept with these ways.
    pub gain: Option<f64>,
}

/// What one more unit of each capacity is worth; nothing where the itinerary does not fit the plan.
///
/// # Errors
/// When the solver breaks down.
pub fn prices(plan: &Plan, sea: &Sea, itinerary: &Itinerary) -> Result<Option<Prices>, Error> {
    price_all(plan, sea, itinerary, true)
}

fn price_all(
    plan: &Plan,
    sea: &Sea,
    itinerary: &Itinerary,
    duals_decide: bool,
) -> Result<Option<Prices>, Error> {
    let Some(now) = Fixed::new(plan, sea, itinerary)? else { return Ok(None) };
    let mut prices = Prices {
        goal: now.objective.name,
        value: now.linear.value * now.objective.unit,
        capacities: Vec::new(),
    };
    for capacity in capacities(plan) {
        let mut larger = plan.clone();
        (capacity.enlarge)(&mut larger, 1.0);
        // Duals tell the most that is gained, and nothing of what is lost.
        let gain = now.gain(&larger, sea, itinerary, duals_decide && capacity.is_harmless)?;
        let gain = if capacity.is_harmless { Some(gain.map_or(0.0, |gain| gain.max(0.0))) } else { gain };
        prices.capacities.push(Price { gain, ..capacity.price });
    }
    Ok(Some(prices))
}

/// The linear programme that is left when an itinerary's ways are fixed, solved.
struct Fixed<'p> {
    model: Model<'p>,
    objective: Objective,
    linear: Linear,
    /// What every variable that counts is held at, by its name.
    held: HashMap<String, f64>,
}

impl<'p> Fixed<'p> {
    fn new(plan: &'p Plan, sea: &'p Sea, itinerary: &Itinerary) -> Result<Option<Fixed<'p>>, Error> {
        let model = model_of(plan, sea, itinerary);
        let Some(objective) = model.objectives().into_iter().next() else { return Ok(None) };
        let never = AtomicBool::new(false);
        let options = Options::new(&never);
        let mut run = Run::new(&model, &options, 0.0);
        run.improve(&objective, 0)?;
        let Some(values) = run.values else { return Ok(None) };
        let variables = model.vars.problem.iter_variables_with_def().zip(values);
        let held: HashMap<String, f64> = variables
            .filter(|((_, definition), _)| definition.is_integer())
            .map(|((_, definition), value)| (definition.get_name().to_owned(), value.round()))
            .collect();
        let linear = solve_linear(&hold(&model.vars.problem, &held), &model.rows, &objective)?;
        Ok(linear.map(|linear| Fixed { model, objective, linear, held }))
    }

    /// What a larger plan gains with the same ways; nothing where they do not do for it.
    fn gain(
        &self,
        larger: &Plan,
        sea: &Sea,
        itinerary: &Itinerary,
        duals_decide: bool,
    ) -> Result<Option<f64>, Error> {
        let least = 1e-6 * self.linear.value.abs().max(1.0);
        let model = model_of(larger, sea, itinerary);
        if duals_decide && self.most_gain(&model).is_some_and(|most| most < least) {
            return Ok(Some(0.0));
        }
        let Some(objective) = model.objectives().into_iter().next() else { return Ok(Some(0.0)) };
        let linear = match self.holds_all_of(&model) {
            true => solve_linear(&hold(&model.vars.problem, &self.held), &model.rows, &objective)?,
            false => None,
        };
        // The same ways may be told in other variables, as where the smallest parcel takes a slot less.
        let value = match linear {
            Some(linear) => Some(linear.value),
            None => Fixed::new(larger, sea, itinerary)?.map(|larger| larger.linear.value),
        };
        let gain = value.map(|value| match objective.is_more_better {
            true => value - self.linear.value,
            false => self.linear.value - value,
        });
        let clean = |gain: f64| if gain.abs() < least { 0.0 } else { to_digits(gain * self.objective.unit) };
        Ok(gain.map(clean))
    }

    /// Whether the same variables count in another model.
    fn holds_all_of(&self, model: &Model<'_>) -> bool {
        let mut counting = 0;
        let mut variables = model.vars.problem.iter_variables_with_def();
        let is_held = variables.all(|(_, definition)| {
            counting += usize::from(definition.is_integer());
            !definition.is_integer() || self.held.contains_key(definition.get_name())
        });
        is_held && counting == self.held.len()
    }

    /// The most that a larger model can gain by the duals of this one; nothing where the two differ in more than in bounds.
    fn most_gain(&self, larger: &Model<'_>) -> Option<f64> {
        let (here, there) = (&self.model, larger);
        let is_same = here.rows.len() == there.rows.len()
            && here.vars.len() == there.vars.len()
            && here.rows.iter().zip(&there.rows).all(|(a, b)| a.name() == b.name());
        if !is_same {
            return None;
        }
        let mut most = 0.0;
        let columns =
            here.vars.problem.iter_variables_with_def().zip(there.vars.problem.iter_variables_with_def());
        for (((_, a), (_, b)), dual) in columns.zip(&self.linear.columns) {
            if a.get_name() != b.get_name() {
                return None;
            }
            if !a.is_integer() && a.get_max() != b.get_max() && *dual != 0.0 {
                most += dual.abs() * (b.get_max() - a.get_max()).abs();
            }
        }
        for ((a, b), dual) in here.rows.iter().zip(&there.rows).zip(&self.linear.rows) {
            let (a_held, b_held) = (self.apart(here, a.expression()), self.apart(there, b.expression()));
            if a_held.1 != b_held.1 || (a.is_equality() && a_held.0 != b_held.0) {
                return None;
            }
            // Rows are kept as expression <= 0: what makes the expression smaller gives room.
            most += dual.abs() * (a_held.0 - b_held.0).max(0.0);
        }
        Some(most)
    }

    /// What an expression comes to in what is held, and its other terms, by place.
    fn apart(&self, model: &Model<'_>, expression: &Expression) -> (f64, Vec<(usize, f64)>) {
        let mut constant = expression.constant();
        let mut others = Vec::new();
        for (variable, factor) in expression.linear_coefficients() {
            let place = model.vars.place(variable);
            match self.linear.held[place] {
                Some(value) => constant += factor * value,
                None => others.push((place, factor)),
            }
        }
        others.sort_by_key(|(place, _)| *place);
        (constant, others)
    }
}

fn model_of<'p>(plan: &'p Plan, sea: &'p Sea, itinerary: &Itinerary) -> Model<'p> {
    let past = Past { until: plan.horizon.slots, itinerary, bars: &[], flows: false };
    Model::of_sets(Sets::after(plan, sea, &past), |_| true)
}

/// A number to seven digits: the rest is what a solver cannot tell from nothing.
pub(super) fn to_digits(number: f64) -> f64 {
    format!("{number:.6e}").parse().unwrap_or(number)
}

/// The variables with those that count held, and no more said to count, so that a linear programme is left.
fn hold(problem: &ProblemVariables, held: &HashMap<String, f64>) -> ProblemVariables {
    let mut fixed = ProblemVariables::new();
    for (_, definition) in problem.iter_variables_with_def() {
        fixed.add(if definition.is_integer() {
            let value = held.get(definition.get_name()).copied().unwrap_or(0.0);
            variable().clamp(value, value).name(definition.get_name())
        } else {
            definition.clone()
        });
    }
    fixed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::capacities::Capacity;
    use crate::model::{Outcome, optimise};
    use crate::plan::load;
    use std::path::Path;

    /// What a step gains a unit, and the most that the duals let it gain.
    type Step = (f64, Option<f64>);

    /// For each capacity the step of one unit, and that of a thousandth of it.
    fn gains(name: &str) -> Vec<(String, [Step; 2])> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans").join(name);
        let (plan, sea) = load(&path).expect("files").plan.expect("a plan without fault");
        let never = AtomicBool::new(false);
        let Outcome::Solved(solved) =
            optimise(&plan, &sea, &Options::new(&never)).expect("a solver that works")
        else {
            panic!("{name} has no schedule");
        };
        let now =
            Fixed::new(&plan, &sea, &solved.itinerary).expect("a solver that works").expect("a solution");
        let of_one = |capacity: Capacity| {
            let by = |step: f64| {
                let mut larger = plan.clone();
                (capacity.enlarge)(&mut larger, step);
                let gain = now.gain(&larger, &sea, &solved.itinerary, false).expect("a solver that works");
                let gain = gain.expect("ways that do");
                (
                    gain / step,
                    now.most_gain(&model_of(&larger, &sea, &solved.itinerary)).map(|most| most / step),
                )
            };
            (format!("{} {}", capacity.price.capacity, capacity.price.of), [by(1.0), by(1e-3)])
        };
        // Of the others duals decide nothing.
        capacities(&plan).into_iter().filter(|capacity| capacity.is_harmless).map(of_one).collect()
    }

    #[test]
    fn duals_are_what_a_small_step_gains_and_never_less() {
        let mut with_gain = 0;
        for name in ["chikyu-2026", "rare-earth-chain", "windows"] {
            for (capacity, [(whole, most), (small, most_small)]) in gains(name) {
                let (most, most_small) = (most.expect("the same rows"), most_small.expect("the same rows"));
                assert!(
                    whole <= most + 1e-6 && small <= most_small + 1e-3,
                    "{name} {capacity}: {whole} {small} {most}"
                );
                // A second unit never brings more than the first part of one.
                assert!(whole <= small + 1e-3, "{name} {capacity}: {whole} {small}");
                with_gain += usize::from(whole > 0.0);
            }
        }
        assert_eq!(with_gain, 3);
    }
}
