//! What is held is taken out of a programme before it is solved.
//!
//! In: variables of which most are held at a value, rows, an objective. Out: [`Left`], the same without them, which a solver reads in a fraction of
//! the time and of the memory; or nothing where what is held breaks a row. Where every way of a large plan is fixed a hundredth of it is left.

use super::goals::Objective;
use good_lp::{Constraint, Expression, IntoAffineExpression, ProblemVariables, Variable};
use std::collections::HashMap;

/// By so much a row may be broken: what the solver allows as well.
const BROKEN: f64 = 1e-6;
/// Where no more than this share of the variables is held, all of it is left to the solver.
const FEW: f64 = 0.5;

/// What is left of a programme.
pub struct Left {
    /// Its variables.
    pub problem: ProblemVariables,
    /// Its rows.
    pub rows: Vec<Constraint>,
    /// Its objective, with what the others come to.
    pub objective: Objective,
    /// For each variable of the whole its place among those that are left, or its value.
    places: Vec<Place>,
}

#[derive(Clone, Copy)]
enum Place {
    Held(f64),
    Left(usize, Variable),
}

/// Whether most variables are held.
pub fn is_mostly_held(problem: &ProblemVariables) -> bool {
    let held = problem.iter_variables_with_def().filter(|(_, of_it)| of_it.get_min() == of_it.get_max());
    held.count() as f64 > FEW * problem.len() as f64
}

impl Left {
    /// What is left without the variables that are held; nothing where these break a row by themselves.
    pub fn of(problem: &ProblemVariables, rows: &[Constraint], objective: &Objective) -> Option<Left> {
        let mut left = ProblemVariables::new();
        let mut places = Vec::with_capacity(problem.len());
        let mut by_variable = HashMap::with_capacity(problem.len());
        for (variable, definition) in problem.iter_variables_with_def() {
            let place = if definition.get_min() == definition.get_max() {
                Place::Held(definition.get_min())
            } else {
                Place::Left(left.len(), left.add(definition.clone()))
            };
            places.push(place);
            by_variable.insert(variable, place);
        }
        let without = |expression: &Expression| {
            let mut new = Expression::default();
            let (mut constant, mut is_open) = (expression.constant(), false);
            for (variable, factor) in expression.linear_coefficients() {
                match by_variable[&variable] {
                    Place::Held(value) => constant += factor * value,
                    Place::Left(_, variable) => {
                        new.add_mul(factor, variable);
                        is_open = true;
                    }
                }
            }
            (new, constant, is_open)
        };
        let mut kept = Vec::new();
        for row in rows {
            let (expression, constant, is_open) = without(row.expression());
            match is_open {
                true if row.is_equality() => kept.push((expression + constant).eq(0.0)),
                true => kept.push((expression + constant).leq(0.0)),
                false if constant > BROKEN || (row.is_equality() && constant < -BROKEN) => return None,
                false => {}
            }
        }
        let (expression, constant, _) = without(&objective.expression);
        let objective = Objective { expression: expression + constant, ..objective.clone() };
        Some(Left { problem: left, rows: kept, objective, places })
    }

    /// Of values of all variables those of the ones that are left.
    pub fn of_all(&self, values: &[f64]) -> Vec<f64> {
        let left = self.places.iter().zip(values).filter(|(place, _)| matches!(place, Place::Left(..)));
        left.map(|(_, value)| *value).collect()
    }

    /// The values of all variables.
    pub fn to_all(&self, left: &[f64]) -> Vec<f64> {
        let value = |place: &Place| match *place {
            Place::Held(value) => value,
            Place::Left(place, _) => left[place],
        };
        self.places.iter().map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::solve::{Answer, Control, Solver, solve};
    use good_lp::variable;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;
    use std::sync::atomic::AtomicBool;

    /// For each variable its value, whether it is held there, and its factor in the objective; for each row its factors, its constant, and
    /// whether it is an equality.
    type Drawn = (Vec<(i32, bool, i32)>, Vec<(Vec<i32>, i32, bool)>);

    fn drawn() -> impl Strategy<Value = Drawn> {
        let variable = (0..4i32, prop::bool::weighted(0.75), -3..4i32);
        let row = (prop::collection::vec(-2..3i32, 6), -6..3i32, prop::bool::weighted(0.2));
        (prop::collection::vec(variable, 6), prop::collection::vec(row, 1..4))
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 300,
            rng_seed: RngSeed::Fixed(2026),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// What is solved without what is held comes to what another solver makes of all of it.
        #[test]
        fn what_is_held_makes_no_difference((variables, rows) in drawn()) {
            let mut problem = ProblemVariables::new();
            let of = |&(value, is_held, _): &(i32, bool, i32)| match is_held {
                true => variable().integer().clamp(value, value),
                false => variable().integer().clamp(0, 4),
            };
            let all: Vec<Variable> = variables.iter().map(|drawn| problem.add(of(drawn))).collect();
            let sum = |factors: &[i32]| factors.iter().zip(&all).map(|(&factor, &of)| factor * of).sum::<Expression>();
            let rows: Vec<Constraint> = rows
                .iter()
                .map(|(factors, constant, is_equal)| {
                    let row = sum(factors) + *constant;
                    if *is_equal { row.eq(0.0) } else { row.leq(0.0) }
                })
                .collect();
            let factors: Vec<i32> = variables.iter().map(|drawn| drawn.2).collect();
            let objective = Objective {
                name: "drawn",
                expression: sum(&factors) + 1.0,
                is_more_better: true,
                unit: 1.0,
                dream: f64::INFINITY,
            };
            let stop = AtomicBool::new(false);
            let best = |solver| {
                let control = Control { solver, time_left: None, gap: 0.0, stop: &stop, progress: None, is_decided: false };
                match solve(&problem, &rows, &objective, None, &control).expect("a solver that works") {
                    Answer::Found { values, .. } => Some(factors.iter().zip(values).map(|(&factor, value)| f64::from(factor) * value).sum::<f64>()),
                    _ => None,
                }
            };
            let (found, expected) = (best(Solver::Highs), best(Solver::Microlp));
            match found.zip(expected) {
                Some((found, expected)) => prop_assert!((found - expected).abs() < 1e-6, "{found} {expected}"),
                None => prop_assert!(found.is_none() && expected.is_none(), "{found:?} {expected:?}"),
            }
        }
    }
}
