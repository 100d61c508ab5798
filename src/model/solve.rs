//! One mixed-integer programme, solved: the only file that knows the solvers.
//!
//! In: variables, rows, an objective, perhaps a solution to begin with. Out: an [`Answer`]: values, and the bound that proves them.
//! HiGHS is built through good_lp and then driven itself, since good_lp drops the bound, the gap and the way to interrupt; microlp
//! is the stand-in in pure Rust, through good_lp alone: it tells no bound before it is done, and Ctrl-C cannot stop it.

use super::goals::Objective;
use super::held::{Left, is_held_in_part};
use crate::error::Error;
use ::highs::{HighsModelStatus, HighsSolutionStatus, Model};
use good_lp::solvers::highs::highs;
use good_lp::solvers::microlp::microlp;
use good_lp::variable::{ProblemVariables, UnsolvedProblem};
use good_lp::{
    Constraint, ResolutionError, Solution, SolutionStatus, SolverModel, WithInitialSolution, WithTimeLimit,
};
use std::collections::HashMap;
use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Which solver solves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Solver {
    /// HiGHS, in C++.
    Highs,
    /// microlp, in Rust; for small plans.
    Microlp,
}

impl Solver {
    /// Every solver.
    pub const ALL: [Solver; 2] = [Solver::Highs, Solver::Microlp];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Solver::Highs => "highs",
            Solver::Microlp => "microlp",
        }
    }
}

/// How far a solve has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// The goal that is being solved.
    pub goal: &'static str,
    /// The best value found, if any.
    pub incumbent: Option<f64>,
    /// What no schedule can better, as far as is known.
    pub bound: Option<f64>,
    /// The part by which the two differ.
    pub gap: Option<f64>,
}

impl Progress {
    /// Of an objective, with the best value and the bound that are known.
    pub(super) fn of(objective: &Objective, incumbent: Option<f64>, bound: f64) -> Progress {
        let bound = bound.is_finite().then_some(bound);
        Progress {
            goal: objective.name,
            incumbent: incumbent.map(|value| value * objective.unit),
            bound: bound.map(|bound| bound * objective.unit),
            gap: incumbent.zip(bound).map(|(value, bound)| gap(value, bound)),
        }
    }
}

/// What may end a solve before it is proven, and who wants to know how it goes.
pub struct Control<'c> {
    /// Which solver.
    pub solver: Solver,
    /// The time that is left.
    pub time_left: Option<Duration>,
    /// The part of the best value that need not be reached.
    pub gap: f64,
    /// Set when the user has had enough.
    pub stop: &'c AtomicBool,
    /// Told from time to time.
    pub progress: Option<&'c dyn Fn(Progress)>,
    /// Whether nearly everything is decided already, so that there is no need to jump about for any solution at all.
    pub is_decided: bool,
    /// Whether it is what is left of a large programme, and as degenerate as that is.
    pub is_part: bool,
}

/// How a solve ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// With values.
    Found {
        /// For each variable.
        values: Vec<f64>,
        /// What no solution can better.
        bound: f64,
        /// Whether the values are proven to reach it.
        is_proven: bool,
    },
    /// With the proof that there are none.
    Infeasible,
    /// Too early to know.
    NoneInTime,
}

/// The part by which a value falls short of its bound.
pub fn gap(value: f64, bound: f64) -> f64 {
    let difference = (value - bound).abs();
    if difference <= 1e-6 { 0.0 } else { difference / value.abs().max(bound.abs()).max(1e-9) }
}

/// Solves one programme.
///
/// # Errors
/// When the solver breaks down.
pub fn solve(
    problem: &ProblemVariables,
    rows: &[Constraint],
    objective: &Objective,
    start: Option<&[f64]>,
    control: &Control<'_>,
) -> Result<Answer, Error> {
    if control.stop.load(Ordering::Relaxed) || control.time_left.is_some_and(|left| left.is_zero()) {
        return Ok(Answer::NoneInTime);
    }
    match control.solver {
        Solver::Highs => match solve_highs(problem, rows, objective, start, control, true)? {
            // HiGHS has been seen to call a solution the best and its own bound far from it. Without presolve it goes another way;
            // where that ends so too, nothing is proven.
            Answer::Found { values, bound, is_proven: true }
                if is_apart(problem, objective, (&values, bound), control) =>
            {
                match solve_highs(problem, rows, objective, Some(&values), control, false)? {
                    Answer::Found { values, bound, is_proven } => {
                        let is_proven = is_proven && !is_apart(problem, objective, (&values, bound), control);
                        Ok(Answer::Found { values, bound, is_proven })
                    }
                    _ => Ok(Answer::Found { values, bound, is_proven: false }),
                }
            }
            answer => Ok(answer),
        },
        Solver::Microlp => solve_microlp(problem, rows, objective, start, control),
    }
}

/// Whether values that are said to be the best are far from the bound that is said of them.
fn is_apart(
    problem: &ProblemVariables,
    objective: &Objective,
    (values, bound): (&[f64], f64),
    control: &Control<'_>,
) -> bool {
    const PROVEN: f64 = 1e-4;
    let factors: HashMap<good_lp::Variable, f64> =
        good_lp::IntoAffineExpression::linear_coefficients(&objective.expression).collect();
    let terms = problem.iter_variables_with_def().zip(values);
    let value: f64 = terms.map(|((variable, _), value)| factors.get(&variable).unwrap_or(&0.0) * value).sum();
    gap(value + good_lp::IntoAffineExpression::constant(&objective.expression), bound)
        > PROVEN.max(control.gap)
}

fn failure(solver: Solver, message: impl ToString) -> Error {
    Error::Solver { solver: solver.name(), message: message.to_string() }
}

/// The variables with what is to be made of them.
fn with_objective(problem: &ProblemVariables, objective: &Objective) -> UnsolvedProblem {
    if objective.is_more_better {
        problem.clone().maximise(objective.expression.clone())
    } else {
        problem.clone().minimise(objective.expression.clone())
    }
}

/// A programme as HiGHS has it, with the options under which it is solved.
fn highs_model(
    problem: &ProblemVariables,
    rows: &[Constraint],
    objective: &Objective,
    control: &Control<'_>,
    is_large: bool,
) -> Result<Model, Error> {
    let mut built = with_objective(problem, objective).using(highs);
    for row in rows {
        built.add_constraint(row.clone());
    }
    let mut model = built.try_into_inner().map_err(|e| failure(Solver::Highs, e))?;
    let is_whole = problem.iter_variables_with_def().any(|(_, definition)| definition.is_integer());
    set_options(&mut model, ([is_large, is_whole], rows), control)
        .map_err(|e| failure(Solver::Highs, format!("{e:?}")))?;
    Ok(model)
}

/// What is left of a programme without what is held, to be solved for several objectives; nothing where it is not large, or little is held, or that
/// breaks a row.
pub fn left_of(problem: &ProblemVariables, rows: &[Constraint], solver: Solver) -> Option<Left> {
    let is_worth_it = solver == Solver::Highs && problem.len() > MANY_COLUMNS && is_held_in_part(problem);
    is_worth_it.then(|| Left::of(problem, rows)).flatten()
}

/// Solves it without what is held, where it is large and anything is.
fn solve_highs(
    problem: &ProblemVariables,
    rows: &[Constraint],
    objective: &Objective,
    start: Option<&[f64]>,
    control: &Control<'_>,
    has_presolve: bool,
) -> Result<Answer, Error> {
    // What is left of a large programme is as degenerate as that is.
    let is_large = control.is_part || problem.len() > MANY_COLUMNS;
    let ways = (has_presolve, is_large);
    if control.is_part || !is_large || !is_held_in_part(problem) {
        return solve_whole(problem, rows, objective, start, control, ways);
    }
    let Some(left) = Left::of(problem, rows) else { return Ok(Answer::Infeasible) };
    let start = start.map(|start| left.of_all(start));
    let answer =
        solve_whole(&left.problem, &left.rows, &left.objective(objective), start.as_deref(), control, ways)?;
    Ok(match answer {
        Answer::Found { values, bound, is_proven } => {
            Answer::Found { values: left.to_all(&values), bound, is_proven }
        }
        answer => answer,
    })
}

fn solve_whole(
    problem: &ProblemVariables,
    rows: &[Constraint],
    objective: &Objective,
    start: Option<&[f64]>,
    control: &Control<'_>,
    (has_presolve, is_large): (bool, bool),
) -> Result<Answer, Error> {
    let broken = |message: String| failure(Solver::Highs, message);
    let constant = good_lp::IntoAffineExpression::constant(&objective.expression);
    let mut model = highs_model(problem, rows, objective, control, is_large)?;
    if !has_presolve {
        model.try_set_option("presolve", "off").map_err(|e| broken(format!("{e:?}")))?;
    }
    if let Some(start) = start {
        // A start that does not fit is no fault: HiGHS then begins without it.
        let _ = model.try_set_solution(Some(start), None, None, None);
    }
    let mut watch = Watch { control, objective, constant };
    watch_over(&mut model, &mut watch);
    let solved = model.try_solve().map_err(|e| broken(format!("{e:?}")))?;
    let is_proven = match solved.status() {
        HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => true,
        HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => {
            return Ok(Answer::Infeasible);
        }
        HighsModelStatus::ReachedTimeLimit
        | HighsModelStatus::ReachedInterrupt
        | HighsModelStatus::ReachedIterationLimit
        | HighsModelStatus::ReachedSolutionLimit => false,
        other => return Err(broken(format!("it ended with {other:?}"))),
    };
    if solved.status() != HighsModelStatus::ModelEmpty
        && solved.primal_solution_status() != HighsSolutionStatus::Feasible
    {
        return Ok(Answer::NoneInTime);
    }
    let value = solved.objective_value() + constant;
    // Where nothing is whole HiGHS tells no such bound, but nought.
    let is_whole = problem.iter_variables_with_def().any(|(_, definition)| definition.is_integer());
    let dual = solved.double_info_value(c"mip_dual_bound").ok();
    let dual = dual.filter(|bound| is_whole && bound.is_finite());
    let bound = match dual {
        _ if is_proven => {
            dual.map_or(
                value,
                |bound| if gap(value, bound + constant) == 0.0 { value } else { bound + constant },
            )
        }
        Some(bound) => objective.tighter(bound + constant),
        None => objective.dream,
    };
    Ok(Answer::Found { values: solved.get_solution().columns().to_vec(), bound, is_proven })
}

/// A linear programme, solved.
pub struct Linear {
    /// What the objective comes to.
    pub value: f64,
    /// For each variable its dual: how fast the value changes with its bound.
    pub columns: Vec<f64>,
    /// For each row its dual: how fast the value changes with its right side.
    pub rows: Vec<f64>,
    /// For each variable the value at which its bounds hold it, if they do.
    pub held: Vec<Option<f64>>,
}

/// Solves a linear programme, with HiGHS; nothing when there is no solution.
///
/// # Errors
/// When the solver breaks down.
pub fn solve_linear(
    problem: &ProblemVariables,
    rows: &[Constraint],
    objective: &Objective,
) -> Result<Option<Linear>, Error> {
    let broken = |message: String| failure(Solver::Highs, message);
    let constant = good_lp::IntoAffineExpression::constant(&objective.expression);
    let never = AtomicBool::new(false);
    let control = Control {
        solver: Solver::Highs,
        time_left: None,
        gap: 0.0,
        stop: &never,
        progress: None,
        is_decided: false,
        is_part: false,
    };
    let model = highs_model(problem, rows, objective, &control, problem.len() > MANY_COLUMNS)?;
    let solved = model.try_solve().map_err(|e| broken(format!("{e:?}")))?;
    if !matches!(solved.status(), HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty) {
        return Ok(None);
    }
    let solution = solved.get_solution();
    let held = |(_, definition): (_, &good_lp::VariableDefinition)| {
        (definition.get_min() == definition.get_max()).then(|| definition.get_min())
    };
    Ok(Some(Linear {
        value: solved.objective_value() + constant,
        columns: solution.dual_columns().to_vec(),
        rows: solution.dual_rows().to_vec(),
        held: problem.iter_variables_with_def().map(held).collect(),
    }))
}

/// The first relaxation of a large fleet is so degenerate that the simplex method takes minutes where the interior points take seconds.
const MANY_COLUMNS: usize = 10_000;

fn set_options(
    model: &mut Model,
    ([is_large, is_whole], rows): ([bool; 2], &[Constraint]),
    control: &Control<'_>,
) -> Result<(), ::highs::TrySetOptionError> {
    model.try_set_option("output_flag", false)?;
    // One thread and a fixed seed, so that the same plan gives the same schedule on every machine.
    model.try_set_option("threads", 1)?;
    model.try_set_option("parallel", "off")?;
    model.try_set_option("random_seed", 0)?;
    model.try_set_option("mip_rel_gap", control.gap)?;
    model.try_set_option("mip_abs_gap", 1e-6)?;
    // HiGHS compares the columns of a row pair by pair: on rows as long as this its presolve takes longer than everything else.
    const LONG_ROW: usize = 3000;
    let longest = rows
        .iter()
        .map(|row| good_lp::IntoAffineExpression::linear_coefficients(row.expression()).count())
        .max();
    if longest.is_some_and(|longest| longest > LONG_ROW) {
        model.try_set_option("presolve", "off")?;
    }
    if is_large {
        // Where nothing is whole there is no first relaxation, but only one.
        model.try_set_option(if is_whole { "mip_lp_solver" } else { "solver" }, "ipm")?;
    }
    if control.is_decided {
        model.try_set_option("mip_heuristic_run_feasibility_jump", false)?;
    }
    if let Some(left) = control.time_left {
        model.try_set_option("time_limit", left.as_secs_f64())?;
    }
    Ok(())
}

/// What the callback needs to know.
struct Watch<'w> {
    control: &'w Control<'w>,
    objective: &'w Objective,
    /// What HiGHS does not know of the objective.
    constant: f64,
}

/// Lets HiGHS ask whether to go on and tell how it goes.
fn watch_over(model: &mut Model, watch: &mut Watch<'_>) {
    let data = std::ptr::from_mut(watch).cast::<c_void>();
    let highs = model.as_mut_ptr();
    // SAFETY: `highs` is a live HiGHS instance; `watch` outlives the solve, which is the only time at which HiGHS calls back.
    unsafe {
        highs_sys::Highs_setCallback(highs, Some(called_back), data);
        for kind in [
            highs_sys::kHighsCallbackSimplexInterrupt,
            highs_sys::kHighsCallbackIpmInterrupt,
            highs_sys::kHighsCallbackMipInterrupt,
            highs_sys::kHighsCallbackMipLogging,
            highs_sys::kHighsCallbackMipImprovingSolution,
        ] {
            highs_sys::Highs_startCallback(highs, kind);
        }
    }
}

/// Called by HiGHS while it solves.
unsafe extern "C" fn called_back(
    kind: c_int,
    _message: *const c_char,
    out: *const highs_sys::HighsCallbackDataOut,
    input: *mut highs_sys::HighsCallbackDataIn,
    data: *mut c_void,
) {
    // SAFETY: `data` is the `Watch` that `watch_over` registered, alive and not otherwise borrowed while HiGHS runs; HiGHS passes
    // valid structures or null ones.
    let (watch, out, input) = unsafe { (data.cast::<Watch<'_>>().as_ref(), out.as_ref(), input.as_mut()) };
    let Some(watch) = watch else { return };
    if let Some(input) = input
        && watch.control.stop.load(Ordering::Relaxed)
    {
        input.user_interrupt = 1;
    }
    let finite = |number: f64| (number.is_finite() && number.abs() < 1e20).then_some(number + watch.constant);
    let is_news =
        kind == highs_sys::kHighsCallbackMipLogging || kind == highs_sys::kHighsCallbackMipImprovingSolution;
    if let (true, Some(out), Some(tell)) = (is_news, out, watch.control.progress) {
        let bound =
            finite(out.mip_dual_bound).map_or(watch.objective.dream, |bound| watch.objective.tighter(bound));
        tell(Progress::of(watch.objective, finite(out.mip_primal_bound), bound));
    }
}

fn solve_microlp(
    problem: &ProblemVariables,
    rows: &[Constraint],
    objective: &Objective,
    start: Option<&[f64]>,
    control: &Control<'_>,
) -> Result<Answer, Error> {
    let variables: Vec<good_lp::Variable> =
        problem.iter_variables_with_def().map(|(variable, _)| variable).collect();
    let mut model = with_objective(problem, objective).using(microlp);
    for row in rows {
        model.add_constraint(row.clone());
    }
    if let Some(left) = control.time_left {
        model = model.with_time_limit(left.as_secs_f64());
    }
    if let Some(start) = start {
        model = model.with_initial_solution(variables.iter().copied().zip(start.iter().copied()));
    }
    let solution = match model.solve() {
        Ok(solution) => solution,
        Err(ResolutionError::Infeasible) => return Ok(Answer::Infeasible),
        Err(ResolutionError::Other(_)) if control.time_left.is_some() => return Ok(Answer::NoneInTime),
        Err(other) => return Err(failure(Solver::Microlp, other)),
    };
    let is_proven = matches!(solution.status(), SolutionStatus::Optimal);
    let bound = if is_proven { solution.eval(objective.expression.clone()) } else { objective.dream };
    Ok(Answer::Found { values: variables.iter().map(|&v| solution.value(v)).collect(), bound, is_proven })
}
