//! From a plan to its best itinerary: the model built once, the goals solved in order, the answer made unique and read off.
//!
//! In: a plan, its sea, [`Options`]. Out: an [`Outcome`].

use super::conflict::{self, Conflict};
use super::detours::without_detours;
use super::dues::{emitted, spent};
use super::goals::Objective;
use super::past::{Past, ROUNDINGS, forgive};
use super::read_off::read_off;
use super::rows::{FAMILIES, Family};
use super::run::Run;
use super::sets::Sets;
use super::solve::{Answer, Control, Progress, Solver, gap};
use super::stamps::{Proof, better, rounding, stamps, told};
use super::vars::Vars;
use crate::error::Error;
use crate::plan::coming::Coming;
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::{Itinerary, SolveStamp, Status};
use good_lp::{Constraint, Expression};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// However long it takes to say what is to be decided, so much time is left to decide it.
const LEAST: Duration = Duration::from_millis(20);

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
    /// What it is to begin with, and to stay close to where the goals leave a choice.
    pub before: Option<&'o Itinerary>,
}

impl<'o> Options<'o> {
    /// HiGHS, for as long as it takes or until `stop` is set, with reasons.
    pub fn new(stop: &'o AtomicBool) -> Options<'o> {
        Options {
            solver: Solver::Highs,
            time_limit: None,
            stop,
            progress: None,
            explains: true,
            before: None,
        }
    }

    /// The same with the time that is left of what began then: always enough for a first answer to be sought.
    fn since(&self, began: Instant) -> Options<'o> {
        let left = |limit: Duration| limit.saturating_sub(began.elapsed()).max(limit.min(LEAST));
        Options { time_limit: self.time_limit.map(left), ..*self }
    }

    /// What may end one solve that is not the main one: it has all the time, and nobody is told how it goes.
    pub(super) fn aside(&self) -> Control<'_> {
        Control {
            solver: self.solver,
            time_left: self.time_limit,
            gap: 0.0,
            stop: self.stop,
            progress: None,
            is_decided: false,
            is_part: false,
        }
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
    /// Whether every family is in it.
    is_whole: bool,
    /// Goals of which nothing can ever come about, as is known without a solver.
    hopeless: Vec<Goal>,
}

impl<'p> Model<'p> {
    /// The model of a plan with every family.
    pub fn new(plan: &'p Plan, sea: &'p Sea) -> Model<'p> {
        Model::with(plan, sea, |_| true).without_hope()
    }

    /// The model of a plan with some of the families; for tests that show what a family is for.
    pub fn with(plan: &'p Plan, sea: &'p Sea, is_wanted: impl Fn(&Family) -> bool) -> Model<'p> {
        Model::of_sets(Sets::new(plan, sea), is_wanted)
    }

    /// The model of a plan in which every vessel and every sampling is apart, with every family.
    pub(super) fn apart(plan: &'p Plan, sea: &'p Sea) -> Model<'p> {
        Model::of_sets(Sets::apart(plan, sea), |_| true).without_hope()
    }

    pub(super) fn of_sets(sets: Sets<'p>, is_wanted: impl Fn(&Family) -> bool) -> Model<'p> {
        let vars = Vars::new(&sets);
        let is_whole = FAMILIES.iter().all(&is_wanted);
        let wanted = FAMILIES.iter().filter(|family| is_wanted(family));
        let mut rows = wanted.flat_map(|family| (family.rows)(&sets, &vars)).collect();
        forgive(&sets, &vars, &mut rows);
        Model { sets, vars, rows, is_whole, hopeless: Vec::new() }
    }

    /// The same with what can never come about known; for a model with every family, and nothing that has happened already.
    fn without_hope(mut self) -> Model<'p> {
        let plan = self.sets.plan;
        let goals = plan.goals.iter().filter(|goal| goal.is_more_better());
        let coming = (goals.clone().count() > 0).then(|| Coming::of(plan, self.sets.sea));
        self.hopeless = goals
            .copied()
            .filter(|&goal| coming.as_ref().is_some_and(|c| !c.can_count(plan, goal)))
            .collect();
        self
    }

    /// An objective of a goal: of what can never come about there is none, so that every answer is as good as another.
    pub(super) fn objective(&self, goal: Goal) -> Objective {
        let objective = Objective::of(goal, &self.sets, &self.vars);
        match self.hopeless.contains(&goal) {
            true => Objective { expression: Expression::default(), dream: 0.0, ..objective },
            false => objective,
        }
    }

    /// The objectives of the plan's goals, in their order; one where they have weights.
    pub fn objectives(&self) -> Vec<Objective> {
        match &self.sets.plan.weights {
            Some(weights) => vec![Objective::weighted(weights, &self.sets, &self.vars)],
            None => self.sets.plan.goals.iter().map(|&goal| self.objective(goal)).collect(),
        }
    }

    /// What each goal of the plan comes to, when the objectives come to `reached`.
    pub(super) fn of_goals(&self, reached: &[f64], values: &[f64]) -> Vec<f64> {
        if self.sets.plan.weights.is_none() {
            return reached.to_vec();
        }
        let value = |&goal: &Goal| {
            self.vars.value_of(&Objective::of(goal, &self.sets, &self.vars).expression, values)
        };
        self.sets.plan.goals.iter().map(value).collect()
    }
}

/// Finds the best schedule of a plan.
///
/// # Errors
/// When the solver breaks down. That there is no schedule is an [`Outcome`].
pub fn optimise(plan: &Plan, sea: &Sea, options: &Options<'_>) -> Result<Outcome, Error> {
    let began = Instant::now();
    let model = Model::new(plan, sea);
    optimise_model(&model, &options.since(began))
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
    let began = Instant::now();
    let mut outcome = Outcome::NoneInTime;
    for &rounding in ROUNDINGS.iter().take(if past.flows { ROUNDINGS.len() } else { 1 }) {
        let model = Model::of_sets(Sets::after_with(plan, sea, past, rounding), |_| true);
        outcome = optimise_model(&model, &options.since(began))?;
        // What was planned before may fit with more of it.
        let is_lost = options.before.is_some() && matches!(outcome, Outcome::NoneInTime);
        if !is_lost && !matches!(outcome, Outcome::Infeasible(_)) {
            break;
        }
    }
    Ok(outcome)
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
        self.optimise_within(options, None)
    }

    /// The same where a bound of the first goal is known already, in the plan's units.
    fn optimise_within(&self, options: &Options<'_>, bound: Option<f64>) -> Result<Outcome, Error> {
        let mut run = Run::new(self, options, 0.0);
        if self.is_whole {
            run.call();
        }
        let mut proofs: Vec<Proof> = Vec::new();
        let mut objectives = self.objectives();
        run.hold_back(objectives.len().saturating_sub(1));
        if let Some(first) = objectives.first_mut() {
            first.dream = bound.map_or(first.dream, |bound| first.tighter(bound / first.unit));
            if self.is_whole {
                run.above_floor(first)?;
            }
            run.start(first)?;
        }
        for (nth, objective) in objectives.iter().enumerate() {
            // What a solver tells of a goal is mostly nearer; it tells nothing of one after a goal that was not solved to the end.
            let is_later = nth > 0 && !run.is_whole;
            let known = if is_later { run.ceiling(objective, nth)? } else { objective.dream };
            let answer = run.improve(objective, objectives.len() - nth - 1)?;
            if !run.has_answer() && answer != Some(Answer::Infeasible) {
                run.keep_any_of_before(objective)?;
            }
            match answer {
                Some(Answer::Infeasible) if !run.has_answer() && options.explains => {
                    return Ok(Outcome::Infeasible(conflict::after_solving(self, options)?));
                }
                Some(Answer::Infeasible) if !run.has_answer() => {
                    return Ok(Outcome::Infeasible(Conflict { reasons: Vec::new() }));
                }
                Some(Answer::Found { bound, is_proven, .. }) => {
                    // A flow may reach what none of its vessels can, and is known to be impossible.
                    let bound = Objective { dream: known, ..objective.clone() }.tighter(bound);
                    proofs.push(Proof { bound: bound * objective.unit, is_proven });
                }
                _ if !run.has_answer() => return Ok(Outcome::NoneInTime),
                _ => proofs.push(Proof { bound: known * objective.unit, is_proven: false }),
            }
        }
        run.stay_close()?;
        run.tidy()?;
        let reached = run.exact(&objectives, 0)?;
        let is_whole = run.is_whole;
        let mut answer = run.built.take();
        let mut of_all = None;
        // Whatever vessels that are alike can do one by one, all of them together can.
        let bound = proofs.first().map(|proof| proof.bound);
        if let Some(values) = run.values.as_ref().filter(|_| run.has_news || answer.is_none()) {
            let reached = self.of_goals(&reached, values);
            let mut itinerary = read_off(&self.sets, &self.vars, values);
            self.without_detours(&mut itinerary);
            let found = match self.is_each_apart() {
                true => {
                    let reached = self.until_done(&reached, &itinerary);
                    Some((itinerary, reached))
                }
                false => self.each(&itinerary, options)?,
            };
            // What it began with is neither close to what was planned before nor tidy where it is no better.
            let (first, second) = if options.before.is_some() { (found, answer) } else { (answer, found) };
            answer = better(self.sets.plan, &objectives, self.sets.plan.tolerance, first, second);
            of_all = Some(reached);
        }
        if let Some((itinerary, reached)) = &mut answer {
            self.without_detours(itinerary);
            *reached = self.until_done(reached, itinerary);
        }
        let Some((itinerary, reached_each)) = answer else {
            // Vessels that are alike went together as none of them can alone.
            return match self.is_each_apart() || run.values.is_none() {
                true => Ok(Outcome::NoneInTime),
                false => self.one_by_one(&Options { time_limit: run.time_left(), ..*options }, bound),
            };
        };
        let of_all = of_all.unwrap_or_else(|| reached_each.clone());
        let goals = stamps(self.sets.plan, &objectives, &proofs, &of_all, &reached_each);
        let is_proven = goals.iter().filter_map(|goal| goal.gap).all(|gap| gap == 0.0);
        let falls_short = || self.falls_short(&objectives, &of_all, &reached_each);
        if is_whole && !is_proven && !self.is_each_apart() && falls_short() {
            // The best of the flow is none that its vessels can sail: what the best is that they can, their own networks tell.
            let options = Options { time_limit: run.time_left(), ..*options };
            if let Outcome::Solved(solved) = self.one_by_one(&options, bound)?
                && (solved.stamp.status == Status::Optimal
                    || self.is_better_than(&objectives, &solved.stamp, &reached_each))
            {
                return Ok(Outcome::Solved(solved));
            }
        }
        let status = if is_proven { Status::Optimal } else { Status::Feasible };
        let stamp = SolveStamp { status, goals, solver: options.solver.name().to_owned() };
        Ok(Outcome::Solved(Solved { itinerary, stamp }))
    }

    /// Takes out of an itinerary what is sailed for nothing, where none of it has happened: goals of tonnes never ask for it nor against it, and ties
    /// are not always broken to the end.
    fn without_detours(&self, itinerary: &mut Itinerary) {
        if !self.sets.is_after {
            without_detours(self.sets.plan, self.sets.sea, itinerary);
        }
    }

    /// Whether values reach the best that can be thought of.
    pub(super) fn reaches_dream(&self, objective: &Objective, values: &[f64]) -> bool {
        gap(self.vars.value_of(&objective.expression, values), objective.dream) == 0.0
    }

    /// What the goals come to when no vessel waits after its last work before it is done, as a solve that was broken off may let it.
    pub(super) fn until_done(&self, reached: &[f64], itinerary: &Itinerary) -> Vec<f64> {
        let plan = self.sets.plan;
        // Two sums of the same in another order differ in their last digits.
        let apart =
            |is: f64, value: f64| if (is - value).abs() > 1e-9 * value.abs().max(1.0) { is } else { value };
        let less = |goal: Goal, value: f64| match goal {
            Goal::Cost => apart(spent(plan, itinerary), value),
            Goal::Emissions => apart(emitted(plan, itinerary), value),
            Goal::Finish => {
                let alone = itinerary.alone.iter().map(|&(_, _, end)| end);
                let last = itinerary.done.iter().copied().chain(alone).max().unwrap_or(0);
                value.min(last as f64 * plan.horizon.slot_h())
            }
            _ => value,
        };
        plan.goals.iter().zip(reached).map(|(&goal, &value)| less(goal, value)).collect()
    }

    /// Whether vessel by vessel less of a goal is reached than all together reach.
    fn falls_short(&self, objectives: &[Objective], of_all: &[f64], of_each: &[f64]) -> bool {
        let (of_all, of_each) = (told(self.sets.plan, of_all), told(self.sets.plan, of_each));
        objectives.iter().zip(of_all.into_iter().zip(of_each)).any(|(goal, (all, each))| {
            let slack = rounding(self.sets.plan, goal.name).max(1e-6 * all.abs().max(1.0));
            (all - each).abs() > slack && goal.is_better(all, each)
        })
    }

    /// Whether a solve reaches more of the first goal.
    fn is_better_than(&self, objectives: &[Objective], stamp: &SolveStamp, reached: &[f64]) -> bool {
        let (first, known) = (objectives.first(), told(self.sets.plan, reached));
        let pair = stamp.goals.first().zip(known.first());
        first.zip(pair).is_some_and(|(goal, (found, &known))| {
            goal.is_better(found.value, known) && gap(found.value, known) > 0.0
        })
    }

    /// The same with a network for each vessel, however many are alike.
    fn one_by_one(&self, options: &Options<'_>, bound: Option<f64>) -> Result<Outcome, Error> {
        Model::apart(self.sets.plan, self.sets.sea).optimise_within(options, bound)
    }

    /// Whether every vessel has a network of its own, and every sampling its own runs.
    pub(super) fn is_each_apart(&self) -> bool {
        self.sets.networks.iter().all(|network| network.count == 1) && !self.sets.has_joined()
    }

    /// Where vessels that are alike went through one network, or samplings were joined: the tonnes of each, with its way fixed, and what the goals come to.
    /// Nothing where that cannot be solved.
    pub(super) fn each(
        &self,
        itinerary: &Itinerary,
        options: &Options<'_>,
    ) -> Result<Option<(Itinerary, Vec<f64>)>, Error> {
        let mut model = Model::of_sets(self.sets.along(itinerary), |_| true);
        model.vars.leave_whole();
        let objectives = model.objectives();
        let never = AtomicBool::new(false);
        let options = Options { time_limit: None, stop: &never, progress: None, ..*options };
        let mut run = Run::new(&model, &options, 0.0);
        if let Some(first) = objectives.first() {
            run.improve(first, objectives.len() - 1)?;
        }
        // Where only tonnes are left, the first goal is at its exact best.
        let met = usize::from(run.is_whole && !run.has_choice());
        let reached = run.exact(&objectives, met)?;
        let Some(values) = &run.values else { return Ok(None) };
        let itinerary = read_off(&model.sets, &model.vars, values);
        let reached = self.until_done(&model.of_goals(&reached, values), &itinerary);
        Ok(Some((itinerary, reached)))
    }
}

#[cfg(test)]
mod tests;
