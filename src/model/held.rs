//! What is held is taken out of a programme before it is solved.
//!
//! In: variables of which some are held at a value, rows, objectives. Out: [`Left`], the same without them, and without whatever else cannot be
//! but so: a row of one variable is a bound of it, and may hold it in turn. A solver reads that in a fraction of the time and of the memory. Nothing
//! where what is held breaks a row. Where every way of a large plan is fixed a hundredth of it is left.

use super::by_variable::ByVariable;
use super::goals::Objective;
use good_lp::variable::VariableDefinition;
use good_lp::{Constraint, Expression, IntoAffineExpression, ProblemVariables, Variable};

/// By so much a row may be broken: what the solver allows as well.
const BROKEN: f64 = 1e-6;
/// Bounds that are no farther apart hold a variable.
const HELD: f64 = 1e-9;
/// Where no more than this share of the variables is held, all of it is left to the solver.
const FEW: f64 = 0.1;
/// So often rows are gone through for the sake of bounds, and once more for the rows that have nothing left in them.
const PASSES: usize = 20;

/// What is left of a programme.
pub struct Left {
    /// Its variables.
    pub problem: ProblemVariables,
    /// Its rows.
    pub rows: Vec<Constraint>,
    /// For each variable of the whole where it stands there.
    of: ByVariable<usize>,
    /// For each variable of the whole its place among those that are left, or its value.
    places: Vec<Place>,
}

#[derive(Clone, Copy)]
enum Place {
    Held(f64),
    Left(usize, Variable),
}

/// A row: its factors by the places of their variables, what is added, and whether it is to be nought or no more than that.
struct Row {
    terms: Vec<(usize, f64)>,
    constant: f64,
    is_equal: bool,
}

/// Between what a variable lies.
struct Range {
    least: f64,
    most: f64,
    is_whole: bool,
}

/// Whether it is worth taking out what is held.
pub fn is_held_in_part(problem: &ProblemVariables) -> bool {
    let held = problem.iter_variables_with_def().filter(|(_, of_it)| of_it.get_min() == of_it.get_max());
    held.count() as f64 > FEW * problem.len() as f64
}

impl Left {
    /// What is left without the variables that are held; nothing where these break a row by themselves.
    pub fn of(problem: &ProblemVariables, rows: &[Constraint]) -> Option<Left> {
        let definitions = problem.iter_variables_with_def();
        let of: ByVariable<usize> = definitions.enumerate().map(|(place, (of, _))| (of, place)).collect();
        let row = |row: &Constraint| Row {
            terms: row.expression().linear_coefficients().map(|(term, factor)| (of[&term], factor)).collect(),
            constant: row.expression().constant(),
            is_equal: row.is_equality(),
        };
        let mut rows: Vec<Row> = rows.iter().map(row).collect();
        let range = |(_, of_it): (_, &VariableDefinition)| Range {
            least: of_it.get_min(),
            most: of_it.get_max(),
            is_whole: of_it.is_integer(),
        };
        let mut ranges: Vec<Range> = problem.iter_variables_with_def().map(range).collect();
        if ranges.iter().any(|range| range.most < range.least - HELD) {
            return None;
        }
        for pass in 0..=PASSES {
            let before = rows.len();
            let mut is_kept = true;
            rows.retain(|row| match row.settle(&mut ranges, pass < PASSES) {
                Some(is_open) => is_open,
                None => {
                    is_kept = false;
                    false
                }
            });
            if !is_kept {
                return None;
            }
            if rows.len() == before {
                break;
            }
        }
        let mut left = ProblemVariables::new();
        let places: Vec<Place> = problem
            .iter_variables_with_def()
            .zip(&ranges)
            .map(|((_, definition), range)| match range.held() {
                Some(value) => Place::Held(value),
                None => Place::Left(left.len(), left.add(definition.clone().clamp(range.least, range.most))),
            })
            .collect();
        let row = |row: &Row| {
            let sum = without(&places, row.terms.iter().copied(), row.constant);
            if row.is_equal { sum.eq(0.0) } else { sum.leq(0.0) }
        };
        let kept = rows.iter().map(row).collect();
        Some(Left { problem: left, rows: kept, of, places })
    }

    /// An objective of what is left, with what the others come to.
    pub fn objective(&self, whole: &Objective) -> Objective {
        let terms = (&whole.expression).linear_coefficients().map(|(of, factor)| (self.of[&of], factor));
        let expression = without(&self.places, terms, whole.expression.constant());
        Objective { expression, ..whole.clone() }
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

/// A sum without what is held.
fn without(places: &[Place], terms: impl Iterator<Item = (usize, f64)>, constant: f64) -> Expression {
    let mut new = Expression::from(constant);
    for (place, factor) in terms {
        match places[place] {
            Place::Held(value) => new += factor * value,
            Place::Left(_, variable) => new.add_mul(factor, variable),
        }
    }
    new
}

impl Range {
    /// The value at which it holds its variable, if it does.
    fn held(&self) -> Option<f64> {
        let middle = || self.least.midpoint(self.most);
        (self.most - self.least <= HELD).then(|| if self.is_whole { middle().round() } else { middle() })
    }

    /// Makes it narrower by bounds that may be passed by so much; whether anything is left of it.
    fn narrow(&mut self, least: f64, most: f64, by: f64) -> bool {
        let (least, most) =
            if self.is_whole { ((least - by).ceil(), (most + by).floor()) } else { (least, most) };
        // Where what there was is passed by no more than that, it is held at its end.
        let end = if least > self.most { self.most } else { self.least };
        (self.least, self.most) = (self.least.max(least), self.most.min(most));
        if self.least > self.most && self.least - self.most <= by && !self.is_whole {
            (self.least, self.most) = (end, end);
        }
        self.least <= self.most
    }
}

impl Row {
    /// Takes it for a bound, if it may be one, where it has but one variable that is not held. Gives whether it stays; nothing where it cannot be
    /// kept.
    fn settle(&self, ranges: &mut [Range], is_bound: bool) -> Option<bool> {
        let (mut constant, mut open) = (self.constant, None);
        for &(place, factor) in &self.terms {
            match ranges[place].held() {
                Some(value) => constant += factor * value,
                None if factor != 0.0 && open.replace((place, factor)).is_some() => return Some(true),
                None => {}
            }
        }
        let Some((place, factor)) = open else {
            let is_kept = constant <= BROKEN && (!self.is_equal || constant >= -BROKEN);
            return is_kept.then_some(false);
        };
        if !is_bound {
            return Some(true);
        }
        // What the row may be broken by, its variable may pass the bound by.
        let (at, by) = (-constant / factor, BROKEN / factor.abs());
        let least = if self.is_equal || factor < 0.0 { at } else { f64::NEG_INFINITY };
        let most = if self.is_equal || factor > 0.0 { at } else { f64::INFINITY };
        ranges[place].narrow(least, most, by).then_some(false)
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
            let worth = |values: &[f64]| factors.iter().zip(values).map(|(&factor, value)| f64::from(factor) * value).sum::<f64>();
            let control = Control { solver: Solver::Microlp, time_left: None, gap: 0.0, stop: &stop, progress: None, is_decided: false, is_part: false };
            let solved = |problem: &ProblemVariables, rows: &[Constraint], objective: &Objective| {
                match solve(problem, rows, objective, None, &control).expect("a solver that works") {
                    Answer::Found { values, .. } => Some(values),
                    _ => None,
                }
            };
            let expected = solved(&problem, &rows, &objective).map(|values| worth(&values));
            let found = Left::of(&problem, &rows).and_then(|left| {
                let values = solved(&left.problem, &left.rows, &left.objective(&objective))?;
                Some(worth(&left.to_all(&values)))
            });
            match found.zip(expected) {
                Some((found, expected)) => prop_assert!((found - expected).abs() < 1e-6, "{found} {expected}"),
                None => prop_assert!(found.is_none() && expected.is_none(), "{found:?} {expected:?}"),
            }
        }
    }
}
