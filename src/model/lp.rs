//! The model as text, in the LP format that every solver reads, with names that a planner can read.
//!
//! In: a [`Model`]. Out: text, the same for the same plan. The first goal, or the sum of goals with weights, is the objective; later
//! goals stand in comments.

use super::goals::Objective;
use super::optimise::Model;
use good_lp::{Expression, IntoAffineExpression, Variable};
use std::fmt::Write as _;

/// Lines of an LP file are kept below this many characters.
const LINE: usize = 200;

/// Writes the model.
pub fn write_lp(model: &Model<'_>) -> String {
    let mut lp = String::new();
    let objectives = model.objectives();
    let names: Vec<&str> =
        model.vars.problem.iter_variables_with_def().map(|(_, definition)| definition.get_name()).collect();
    let terms = |expression: &Expression| terms(model, &names, expression);
    let _ = writeln!(lp, "\\ mudline model of {:?}", model.sets.plan.name.replace('\n', " "));
    for later in objectives.iter().skip(1) {
        let _ = writeln!(lp, "\\ then {} {}", direction(later), later.name);
    }
    match objectives.first() {
        Some(first) => {
            let constant = first.expression.constant();
            if constant != 0.0 {
                let _ = writeln!(lp, "\\ to the objective is to be added {}", number(constant));
            }
            let _ = writeln!(lp, "{}", direction(first));
            line(&mut lp, first.name, &terms(&first.expression), "");
        }
        None => lp.push_str("minimize\n obj:\n"),
    }
    lp.push_str("subject to\n");
    for row in &model.rows {
        // Rows are kept as expression <= 0 or = 0, with the constant among the expression.
        let right = -row.expression().constant();
        let sign = if row.is_equality() { "=" } else { "<=" };
        let right = format!("{sign} {}", number(right));
        line(&mut lp, row.name().unwrap_or("row"), &terms(row.expression()), &right);
    }
    lp.push_str("bounds\n");
    let mut integers = Vec::new();
    for (_, definition) in model.vars.problem.iter_variables_with_def() {
        let name = definition.get_name();
        let (least, most) = (number(definition.get_min()), number(definition.get_max()));
        let _ = writeln!(lp, " {least} <= {name} <= {most}");
        if definition.is_integer() {
            integers.push(name.to_owned());
        }
    }
    if !integers.is_empty() {
        lp.push_str("general\n");
        wrapped(&mut lp, integers.iter().map(String::as_str));
    }
    lp.push_str("end\n");
    lp
}

fn direction(objective: &Objective) -> &'static str {
    if objective.is_more_better { "maximize" } else { "minimize" }
}

/// `+ 2 start(a,t0001) - lift(q,t0002)`, in the order of the variables.
fn terms(model: &Model<'_>, names: &[&str], expression: &Expression) -> Vec<String> {
    let mut terms: Vec<(usize, f64)> = expression
        .linear_coefficients()
        .filter(|(_, factor)| *factor != 0.0)
        .map(|(variable, factor): (Variable, f64)| (model.vars.place(variable), factor))
        .collect();
    terms.sort_by_key(|(place, _)| *place);
    let term = |(place, factor): (usize, f64)| {
        let sign = if factor < 0.0 { '-' } else { '+' };
        let size = factor.abs();
        if size == 1.0 {
            format!("{sign} {}", names[place])
        } else {
            format!("{sign} {} {}", number(size), names[place])
        }
    };
    terms.into_iter().map(term).collect()
}

/// A number as LP files write it; without bound is `inf`.
fn number(value: f64) -> String {
    if value == f64::INFINITY {
        "+inf".to_owned()
    } else if value == f64::NEG_INFINITY {
        "-inf".to_owned()
    } else if value == 0.0 {
        "0".to_owned()
    } else {
        format!("{value}")
    }
}

/// A row: its name, its terms over as many lines as they need, and its right side.
fn line(lp: &mut String, name: &str, terms: &[String], right: &str) {
    let _ = write!(lp, " {name}:");
    let mut length = name.len() + 2;
    for term in
        terms.iter().map(String::as_str).chain(std::iter::once(right).filter(|right| !right.is_empty()))
    {
        if length + term.len() > LINE {
            lp.push_str("\n  ");
            length = 2;
        }
        lp.push(' ');
        lp.push_str(term);
        length += term.len() + 1;
    }
    lp.push('\n');
}

fn wrapped<'w>(lp: &mut String, words: impl Iterator<Item = &'w str>) {
    let mut length = 0;
    for word in words {
        if length + word.len() > LINE {
            lp.push('\n');
            length = 0;
        }
        lp.push(' ');
        lp.push_str(word);
        length += word.len() + 1;
    }
    lp.push('\n');
}
