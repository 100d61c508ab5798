//! From a plan to its best itinerary: the model built once, the goals solved in order, the answer made unique and read off.
//!
//! In: a plan, its sea, [`Options`]. Out: an [`Outcome`].

use super::coarse::{coarser, finer, trace};
use super::conflict::{self, Conflict};
use super::construct::construct;
use super::goals::Objective;
use super::network::{Deed, Network};
use super::past::Past;
use super::read_off::read_off;
use super::rows::{FAMILIES, Family};
use super::sets::Sets;
use super::solve::{Answer, Control, Progress, Solver, gap, solve};
use super::vars::Vars;
use crate::error::Error;
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::{GoalStamp, Itinerary, SolveStamp, Status};
use good_lp::variable::ProblemVariables;
use good_lp::{Constraint, Variable};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How to solve.
pub struct Options<'o> {
    /// Which solver.
    pub solver: Solver,
    /// The time it may take, all goals together.
    pub time_limit: Option<Duration>,
    /// Set when the user has had enough; what was found by then is the answer.
    pub stop: &'o AtomicBool,
    /// Told from time to time how it goes.
    pub progress: Option<&'o dyn Fn(Progress)>,
    /// Whether it is searched for why there is no schedule, where there is none; that takes solves of its own.
    pub explains: bool,
}

impl<'o> Options<'o> {
    /// HiGHS, for as long as it takes or until `stop` is set, with reasons.
    pub fn new(stop: &'o AtomicBool) -> Options<'o> {
        Options { solver: Solver::Highs, time_limit: None, stop, progress: None, explains: true }
    }
}

/// The answer to a plan.
#[derive(Debug)]
pub enum Outcome {
    /// A schedule that keeps every rule.
    Solved(Solved),
    /// There is none, and this is why.
    Infeasible(Conflict),
    /// None was found before time ran out or the user stopped it.
    NoneInTime,
}

/// What a solve found.
#[derive(Debug)]
pub struct Solved {
    /// Who does what when.
    pub itinerary: Itinerary,
    /// How good it is.
    pub stamp: SolveStamp,
}

/// The model of a plan, ready to be solved or written down.
pub struct Model<'p> {
    /// What can happen.
    pub sets: Sets<'p>,
    /// What is to be decided.
    pub vars: Vars,
    /// What must hold.
    pub rows: Vec<Constraint>,
}

impl<'p> Model<'p> {
    /// The model of a plan with every family.
    pub fn new(plan: &'p Plan, sea: &'p Sea) -> Model<'p> {
        Model::with(plan, sea, |_| true)
    }

    /// The model of a plan with some of the families; for tests that show what a family is for.
    pub fn with(plan: &'p Plan, sea: &'p Sea, is_wanted: impl Fn(&Family) -> bool) -> Model<'p> {
        Model::of_sets(Sets::new(plan, sea), is_wanted)
    }

    fn of_sets(sets: Sets<'p>, is_wanted: impl Fn(&Family) -> bool) -> Model<'p> {
        let vars = Vars::new(&sets);
        let wanted = FAMILIES.iter().filter(|family| is_wanted(family));
        let rows = wanted.flat_map(|family| (family.rows)(&sets, &vars)).collect();
        Model { sets, vars, rows }
    }

    /// The objectives of the plan's goals, in their order.
    pub fn objectives(&self) -> Vec<Objective> {
        self.sets.plan.goals.iter().map(|&goal| Objective::of(goal, &self.sets, &self.vars)).collect()
    }
}

/// Finds the best schedule of a plan.
///
/// # Errors
/// When the solver breaks down. That there is no schedule is an [`Outcome`].
pub fn optimise(plan: &Plan, sea: &Sea, options: &Options<'_>) -> Result<Outcome, Error> {
    optimise_model(&Model::new(plan, sea), options)
}

/// Finds the best schedule of a plan that begins with what has happened already.
///
/// # Errors
/// When the solver breaks down. That nothing can follow is an [`Outcome`].
pub fn optimise_after(
    plan: &Plan,
    sea: &Sea,
    past: &Past<'_>,
    options: &Options<'_>,
) -> Result<Outcome, Error> {
    optimise_model(&Model::of_sets(Sets::after(plan, sea, Some(past)), |_| true), options)
}

fn optimise_model(model: &Model<'_>, options: &Options<'_>) -> Result<Outcome, Error> {
    if let Some(conflict) = conflict::before_solving(&model.sets) {
        return Ok(Outcome::Infeasible(conflict));
    }
    model.optimise(options)
}

impl Model<'_> {
    /// Solves the goals in order.
    ///
    /// # Errors
    /// When the solver breaks down.
    pub fn optimise(&self, options: &Options<'_>) -> Result<Outcome, Error> {
        let mut run = Run::new(self, options, 0.0);
        let mut stamps: Vec<GoalStamp> = Vec::new();
        let objectives = self.objectives();
        if let Some(first) = objectives.first() {
            run.start(first)?;
            run.first = run.values.clone();
        }
        for objective in &objectives {
            match run.improve(objective)? {
                Some(Answer::Infeasible) if run.values.is_none() && options.explains => {
                    return Ok(Outcome::Infeasible(conflict::after_solving(self, options)?));
                }
                Some(Answer::Infeasible) if run.values.is_none() => {
                    return Ok(Outcome::Infeasible(Conflict { reasons: Vec::new() }));
                }
                Some(Answer::Found { bound, is_proven, .. }) => {
                    let gap = if is_proven { 0.0 } else { f64::NAN };
                    stamps.push(GoalStamp { name: objective.name.to_owned(), value: 0.0, bound, gap });
                }
                _ if run.values.is_none() => return Ok(Outcome::NoneInTime),
                _ => stamps.push(GoalStamp {
                    name: objective.name.to_owned(),
                    value: 0.0,
                    bound: objective.dream,
                    gap: f64::NAN,
                }),
            }
        }
        run.tidy()?;
        let reached = run.exact(&objectives)?;
        let Some(values) = run.values else { return Ok(Outcome::NoneInTime) };
        let (itinerary, reached_each) =
            match self.each_of([Some(&values), run.first.as_ref()], &objectives, options)? {
                Some((itinerary, reached)) => (itinerary, reached),
                None => {
                    let itinerary = read_off(&self.sets, &self.vars, &values);
                    let reached = self.until_done(&reached, &values, &itinerary);
                    (itinerary, reached)
                }
            };
        for ((stamp, of_all), of_each) in stamps.iter_mut().zip(reached).zip(reached_each) {
            stamp.value = of_each;
            let is_less = (of_all - of_each).abs() > 1e-6 * of_all.abs().max(1.0);
            if stamp.gap.is_nan() || is_less {
                stamp.gap = gap(stamp.value, stamp.bound);
            } else if gap(stamp.value, stamp.bound) < 1e-5 {
                stamp.bound = stamp.value;
            }
        }
        let is_proven = stamps.iter().all(|stamp| stamp.gap == 0.0);
        let status = if is_proven { Status::Optimal } else { Status::Feasible };
        let stamp = SolveStamp { status, goals: stamps, solver: options.solver.name().to_owned() };
        Ok(Outcome::Solved(Solved { itinerary, stamp }))
    }

    /// What the goals come to when no vessel waits after its last work before it is done, as a solve that was broken off may let it.
    fn until_done(&self, reached: &[f64], values: &[f64], itinerary: &Itinerary) -> Vec<f64> {
        let plan = self.sets.plan;
        let done = |network: &Network, taken: &[Variable]| -> f64 {
            let arcs = network.arcs.iter().zip(taken).filter(|(arc, _)| arc.deed == Deed::Done);
            arcs.map(|(arc, &taken)| arc.from.slot as f64 * values[self.vars.place(taken)].round()).sum()
        };
        let days = plan.horizon.slot_h() / 24.0;
        let less = |goal: Goal, value: f64| match goal {
            Goal::Cost => {
                let waits = self.sets.networks.iter().zip(&self.vars.arcs).map(|(network, taken)| {
                    let vessel = network.vessel;
                    let slots = done(network, taken) - itinerary.done[vessel.index()] as f64;
                    plan.vessels[vessel].day_rate * days * slots
                });
                value - waits.sum::<f64>()
            }
            Goal::Finish => {
                let alone = itinerary.alone.iter().map(|&(_, _, end)| end);
                let last = itinerary.done.iter().copied().chain(alone).max().unwrap_or(0);
                value.min(last as f64 * plan.horizon.slot_h())
            }
            _ => value,
        };
        plan.goals.iter().zip(reached).map(|(&goal, &value)| less(goal, value)).collect()
    }

    /// The best for each vessel that comes of several answers for all.
    fn each_of(
        &self,
        answers: [Option<&Vec<f64>>; 2],
        objectives: &[Objective],
        options: &Options<'_>,
    ) -> Result<Option<(Itinerary, Vec<f64>)>, Error> {
        let mut best: Option<(Itinerary, Vec<f64>)> = None;
        for values in answers.into_iter().flatten() {
            let found = self.each(&read_off(&self.sets, &self.vars, values), options)?;
            let Some((itinerary, reached)) = found else { continue };
            let is_better = |known: &[f64]| {
                let goals = objectives.iter().zip(reached.iter().zip(known));
                let mut apart = goals.filter(|(_, (a, b))| (**a - **b).abs() > 1e-6 * a.abs().max(1.0));
                apart.next().is_some_and(|(goal, (a, b))| goal.is_better(*a, *b))
            };
            if best.as_ref().is_none_or(|(_, known)| is_better(known)) {
                best = Some((itinerary, reached));
            }
        }
        Ok(best)
    }

    /// Where vessels that are alike went through one network: the tonnes of each, with its way fixed, and what the goals come to.
    /// Nothing where every vessel has a network of its own.
    fn each(
        &self,
        itinerary: &Itinerary,
        options: &Options<'_>,
    ) -> Result<Option<(Itinerary, Vec<f64>)>, Error> {
        let Sets { plan, sea, networks, .. } = &self.sets;
        if networks.iter().all(|network| network.count == 1) {
            return Ok(None);
        }
        let past = Past { until: plan.horizon.slots, itinerary, bars: &[] };
        let model = Model::of_sets(Sets::after(plan, sea, Some(&past)), |_| true);
        let objectives = model.objectives();
        let never = AtomicBool::new(false);
        let options = Options { time_limit: None, stop: &never, progress: None, ..*options };
        let mut run = Run::new(&model, &options, 0.0);
        if let Some(first) = objectives.first() {
            run.improve(first)?;
        }
        let reached = run.exact(&objectives)?;
        let Some(values) = &run.values else { return Ok(None) };
        Ok(Some((read_off(&model.sets, &model.vars, values), reached)))
    }
}

/// The goals as they are solved one after the other.
struct Run<'r, 'p> {
    model: &'r Model<'p>,
    options: &'r Options<'r>,
    began: Instant,
    /// The rows of the model, and those that keep the goals reached so far.
    rows: Vec<Constraint>,
    /// The best values found so far.
    values: Option<Vec<f64>>,
    /// What it began with.
    first: Option<Vec<f64>>,
    /// Whether every goal so far was solved to the end.
    is_whole: bool,
    /// The part of a goal that need not be reached.
    gap: f64,
}

/// A model with more arcs than this is first solved in longer slots.
const LARGE: usize = 500;
/// A plan with fewer slots than this is not made any coarser.
const FEW_SLOTS: usize = 60;
/// How long one of the coarser plans may take.
const COARSE: Duration = Duration::from_secs(10);
/// How good the schedule of a coarser plan need be: it is only a start.
const COARSE_GAP: f64 = 0.005;
/// How long a first answer may be bettered vessel by vessel, before everything is solved at once.
const POLISH: Duration = Duration::from_secs(20);

/// How much of a goal the next one may take away by the way, relative to its size: what a solver cannot tell from nothing.
const ROUNDING: f64 = 1e-7;

impl<'r, 'p> Run<'r, 'p> {
    fn new(model: &'r Model<'p>, options: &'r Options<'r>, gap: f64) -> Run<'r, 'p> {
        let rows = model.rows.clone();
        Run { model, options, began: Instant::now(), rows, values: None, first: None, is_whole: true, gap }
    }

    fn control(&self) -> Control<'_> {
        Control {
            solver: self.options.solver,
            time_left: self.time_left(),
            gap: self.gap,
            stop: self.options.stop,
            progress: self.options.progress,
        }
    }

    /// Looks for a first answer: the best schedule of the same plan in longer slots, or as good a one as is found soon.
    fn start(&mut self, objective: &Objective) -> Result<(), Error> {
        let Sets { plan, sea, networks, .. } = &self.model.sets;
        let arcs: usize = networks.iter().map(|network| network.arcs.len()).sum();
        let has_time = self.time_left().is_none_or(|left| !left.is_zero());
        if self.options.solver != Solver::Highs || arcs < LARGE || !has_time {
            return Ok(());
        }
        let mut best: Option<(f64, Vec<f64>)> = None;
        for itinerary in construct(&self.model.sets) {
            let Some(taken) = trace(&self.model.sets, &itinerary) else { continue };
            let wanted = self.wanted(|arc, vessel| f64::from(taken[vessel][arc]), |_| true);
            let Some(values) = self.with_fixed(objective, &wanted, None, None)? else { continue };
            let reached = self.model.vars.value_of(&objective.expression, &values);
            if best.as_ref().is_none_or(|(known, _)| objective.is_better(reached, *known)) {
                best = Some((reached, values));
            }
        }
        if let Some((_, values)) = best {
            self.values = Some(values);
            return self.polish(objective);
        }
        // The way back from longer slots does not know what has happened already.
        for factor in [3, 2].into_iter().filter(|_| !self.model.sets.is_after) {
            let Some(coarse) = coarser(plan, factor).filter(|coarse| coarse.horizon.slots >= FEW_SLOTS)
            else {
                continue;
            };
            let model = Model::new(&coarse, sea);
            if conflict::before_solving(&model.sets).is_some() {
                return Ok(());
            }
            let limit = self.time_left().map_or(COARSE, |left| COARSE.min(left / 4));
            let options = Options { time_limit: Some(limit), ..*self.options };
            let mut run = Run::new(&model, &options, COARSE_GAP);
            let Some(first) = model.objectives().into_iter().next() else { return Ok(()) };
            run.start(&first)?;
            run.began = Instant::now();
            run.improve(&first)?;
            let Some(values) = &run.values else { return Ok(()) };
            let itinerary = finer(plan, sea, factor, &read_off(&model.sets, &model.vars, values));
            let taken = itinerary.and_then(|itinerary| trace(&self.model.sets, &itinerary));
            let Some(taken) = taken else { return Ok(()) };
            let wanted = self.wanted(|arc, vessel| f64::from(taken[vessel][arc]), |_| true);
            self.values = self.with_fixed(objective, &wanted, None, None)?;
            return Ok(());
        }
        Ok(())
    }

    /// Betters an answer vessel by vessel: one, or all that are alike, may go anew while the others go as they do.
    fn polish(&mut self, objective: &Objective) -> Result<(), Error> {
        let vars = &self.model.vars;
        let vessels: Vec<usize> =
            (0..vars.arcs.len()).filter(|&vessel| self.model.sets.networks[vessel].count > 0).collect();
        let until = self.time_left().map_or(POLISH, |left| POLISH.min(left / 3));
        let began = Instant::now();
        let mut idle = 0;
        for &vessel in vessels.iter().cycle() {
            let left = until.saturating_sub(began.elapsed());
            if vessels.len() < 2
                || idle == vessels.len()
                || left.is_zero()
                || self.options.stop.load(Ordering::Relaxed)
            {
                break;
            }
            let Some(values) = self.values.clone() else { break };
            let was = vars.value_of(&objective.expression, &values);
            let wanted = self
                .wanted(|arc, of| values[vars.place(vars.arcs[of][arc])].round(), |other| other != vessel);
            let found = self.with_fixed(objective, &wanted, Some(&values), Some(left.min(POLISH / 4)))?;
            let is_better = |found: &Vec<f64>| {
                let now = vars.value_of(&objective.expression, found);
                objective.is_better(now, was) && (now - was).abs() > 1e-6 * was.abs().max(1.0)
            };
            match found.filter(is_better) {
                Some(found) => {
                    self.values = Some(found);
                    idle = 0;
                }
                None => idle += 1,
            }
        }
        Ok(())
    }

    /// For each variable the value at which it is held: the arcs of the vessels that `is_held`, so often as `count` says.
    fn wanted(
        &self,
        count: impl Fn(usize, usize) -> f64,
        is_held: impl Fn(usize) -> bool,
    ) -> Vec<Option<f64>> {
        let vars = &self.model.vars;
        let mut wanted = vec![None; vars.len()];
        for (vessel, arcs) in vars.arcs.iter().enumerate().filter(|(vessel, _)| is_held(*vessel)) {
            for (place, &arc) in arcs.iter().enumerate() {
                wanted[vars.place(arc)] = Some(count(place, vessel));
            }
        }
        wanted
    }

    /// The best with some of the variables held. Without a limit it takes as long as it takes: little is left to solve then, and
    /// without it there may be no answer at all.
    fn with_fixed(
        &self,
        objective: &Objective,
        wanted: &[Option<f64>],
        start: Option<&[f64]>,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let mut fixed = ProblemVariables::new();
        for ((_, definition), wanted) in self.model.vars.problem.iter_variables_with_def().zip(wanted) {
            let definition = definition.clone();
            fixed.add(match *wanted {
                Some(count) => definition.clamp(count, count),
                None => definition,
            });
        }
        let control = Control { time_left: limit, progress: None, ..self.control() };
        match solve(&fixed, &self.rows, objective, start, &control)? {
            Answer::Found { values, .. } => Ok(Some(values)),
            _ => Ok(None),
        }
    }

    fn time_left(&self) -> Option<Duration> {
        self.options.time_limit.map(|limit| limit.saturating_sub(self.began.elapsed()))
    }

    /// Solves one goal and keeps what it reaches; nothing when an earlier one was not solved to the end.
    fn improve(&mut self, objective: &Objective) -> Result<Option<Answer>, Error> {
        if !self.is_whole {
            return Ok(None);
        }
        let answer =
            solve(&self.model.vars.problem, &self.rows, objective, self.values.as_deref(), &self.control())?;
        if let Answer::Found { values, is_proven, .. } = &answer {
            let reached = self.model.vars.value_of(&objective.expression, values);
            self.values = Some(values.clone());
            self.is_whole &= is_proven;
            let tolerance = self.model.sets.plan.tolerance;
            self.rows.push(keep(
                objective,
                reached,
                tolerance * reached.abs() + ROUNDING * reached.abs().max(1.0),
            ));
        } else {
            self.is_whole = false;
        }
        Ok(Some(answer))
    }

    /// Makes the decisions unique where the goals leave a choice: everything early, and no more than is needed.
    fn tidy(&mut self) -> Result<(), Error> {
        if self.is_whole {
            let objective = Objective::tidy(&self.model.sets, &self.model.vars);
            let start = self.values.as_deref();
            let answer = solve(&self.model.vars.problem, &self.rows, &objective, start, &self.control())?;
            if let Answer::Found { values, .. } = answer {
                self.values = Some(values);
            }
        }
        Ok(())
    }

    /// With every decision fixed only tonnes are left: brings them to their exact best, goal by goal, and makes them early.
    /// Gives what each goal comes to.
    fn exact(&mut self, objectives: &[Objective]) -> Result<Vec<f64>, Error> {
        let (sets, vars) = (&self.model.sets, &self.model.vars);
        let Some(values) = &self.values else { return Ok(Vec::new()) };
        let fixed = fix(&vars.problem, values);
        let mut rows = self.model.rows.clone();
        let never = AtomicBool::new(false);
        let control = Control { time_left: None, stop: &never, progress: None, ..self.control() };
        let mut best = values.clone();
        let mut reached = Vec::new();
        for objective in objectives.iter().chain([&Objective::early_flow(sets, vars)]) {
            if let Answer::Found { values, is_proven: true, .. } =
                solve(&fixed, &rows, objective, None, &control)?
            {
                best = values;
            }
            let value = vars.value_of(&objective.expression, &best);
            rows.push(keep(objective, value, 1e-9 * value.abs().max(1.0)));
            reached.push(value);
        }
        self.values = Some(best);
        Ok(reached)
    }
}

/// The row that keeps a goal at what was reached, up to `slack`.
fn keep(objective: &Objective, reached: f64, slack: f64) -> Constraint {
    let row = if objective.is_more_better {
        objective.expression.clone().geq(reached - slack)
    } else {
        objective.expression.clone().leq(reached + slack)
    };
    row.set_name(format!("keep({})", objective.name.replace(' ', "_")))
}

/// The variables with every integer one held at its value.
fn fix(problem: &ProblemVariables, values: &[f64]) -> ProblemVariables {
    let mut fixed = ProblemVariables::new();
    for ((_, definition), &value) in problem.iter_variables_with_def().zip(values) {
        let is_integer = definition.is_integer();
        let definition = definition.clone();
        fixed.add(if is_integer { definition.clamp(value.round(), value.round()) } else { definition });
    }
    fixed
}
