//! The goals of one model, solved one after the other.
//!
//! In: a model and how it is to be solved. Out: values: the best for each goal in turn, each kept while the next is improved; then ties
//! broken, and tonnes brought to their exact best with every decision fixed. How it begins: see `start`.

use super::calls;
use super::goals::Objective;
use super::optimise::{Model, Options};
use super::solve::{Answer, Control, Progress, gap, left_of, solve};
use super::stamps::told;
use crate::error::Error;
use crate::plan::Goal;
use crate::schedule::Itinerary;
use good_lp::Constraint;
use good_lp::variable::ProblemVariables;
use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The goals as they are solved one after the other.
pub(super) struct Run<'r, 'p> {
    pub(super) model: &'r Model<'p>,
    pub(super) options: &'r Options<'r>,
    pub(super) began: Instant,
    /// The rows of the model, and those that keep the goals reached so far.
    rows: Cow<'r, [Constraint]>,
    /// What goals so far are kept at, in the plan's units, where more of them is better.
    pub(super) kept: Vec<(Goal, f64)>,
    /// The best values found so far.
    pub(super) values: Option<Vec<f64>>,
    /// What it began with, vessel by vessel, and what the goals come to in it.
    pub(super) built: Option<(Itinerary, Vec<f64>)>,
    /// Whether anything was found since then.
    pub(super) has_news: bool,
    /// Whether every goal so far was solved to the end.
    pub(super) is_whole: bool,
    /// Whether a goal was met by what the start found, so that the solver has never seen the whole.
    is_met: bool,
    /// Whether what it began with is all that there is time for.
    pub(super) is_over: bool,
    /// The part of a goal that need not be reached.
    pub(super) gap: f64,
    /// Whether the slots are longer than the plan's own: it is only a start.
    pub(super) is_coarse: bool,
    /// How much of the time is for the goals after this one, which would get none where it is not solved to the end.
    pub(super) held_back: Duration,
}

/// A model with fewer arcs than this, and with fewer things to decide in all, is solved at once, and its ties are broken whatever time that takes.
const LARGE: usize = 500;
/// A model with more arcs than this is better solved in pieces than at once.
const HUGE: usize = 8_000;
/// How long ties of a large model may be broken where the goals were met without the solver, which is several times as long as it takes, so that a plan gets the
/// same schedule on a slow machine; and how long those of any other at least where time is bounded.
const TIDY: Duration = Duration::from_secs(2);
/// This part of the time that is left is for the goals that come after one.
const AFTERWARDS: f64 = 0.15;
/// How much of a goal the next one may take away by the way, relative to its size: what a solver cannot tell from nothing.
const ROUNDING: f64 = 1e-7;
/// The same in tonnes, hours or whatever it is counted in: no row may ask for what is nearer to the best than a solver lets rows be off (1e-6), or
/// HiGHS finds nothing that keeps it.
const LEAST: f64 = 2e-6;
/// How much less of it may be told in the end, relative to its size.
const TOLD: f64 = 2e-6;

impl<'r, 'p> Run<'r, 'p> {
    /// Before anything is solved.
    pub(super) fn new(model: &'r Model<'p>, options: &'r Options<'r>, gap: f64) -> Run<'r, 'p> {
        let rows = Cow::Borrowed(&model.rows[..]);
        Run {
            model,
            options,
            began: Instant::now(),
            rows,
            kept: Vec::new(),
            values: None,
            built: None,
            has_news: false,
            is_whole: true,
            is_met: false,
            is_over: false,
            gap,
            is_coarse: false,
            held_back: Duration::ZERO,
        }
    }

    /// Knows how often vessels must call for what must be supplied.
    pub(super) fn call(&mut self) {
        self.ask(calls::of_musts(&self.model.sets, &self.model.vars));
    }

    /// Asks for more than the model does, whose rows are many: they are not written anew before that.
    fn ask(&mut self, rows: impl IntoIterator<Item = Constraint>) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_some() {
            self.rows.to_mut().extend(rows);
        }
    }

    /// Whether there is an answer.
    pub(super) fn has_answer(&self) -> bool {
        self.values.is_some() || self.built.is_some()
    }

    /// What may end a solve.
    pub(super) fn control(&self) -> Control<'_> {
        Control {
            solver: self.options.solver,
            time_left: self.time_left(),
            gap: self.gap,
            stop: self.options.stop,
            progress: self.options.progress,
            is_decided: false,
            is_part: false,
        }
    }

    /// The time that is left, if it is bounded.
    pub(super) fn time_left(&self) -> Option<Duration> {
        self.options.time_limit.map(|limit| limit.saturating_sub(self.began.elapsed() + self.held_back))
    }

    /// The same with what is held back.
    pub(super) fn all_time_left(&self) -> Option<Duration> {
        self.options.time_limit.map(|limit| limit.saturating_sub(self.began.elapsed()))
    }

    /// Holds back what is left for goals after this one: where any come after, a part of the time that is left.
    pub(super) fn hold_back(&mut self, after: usize) {
        self.held_back = Duration::ZERO;
        if let Some(left) = self.time_left().filter(|_| after > 0) {
            self.held_back = left.mul_f64(AFTERWARDS);
        }
    }

    /// Whether any of it is left.
    pub(super) fn has_time(&self) -> bool {
        self.time_left().is_none_or(|left| !left.is_zero())
    }

    /// Tells how good the best is that is known of a goal.
    pub(super) fn tell(&self, objective: &Objective, value: Option<f64>) {
        if let Some(tell) = self.options.progress {
            tell(Progress::of(objective, value, objective.dream));
        }
    }

    /// Whether anything is left to decide but tonnes.
    pub(super) fn has_choice(&self) -> bool {
        let mut definitions = self.model.vars.problem.iter_variables_with_def();
        definitions.any(|(_, of_it)| of_it.is_integer() && of_it.get_min() < of_it.get_max())
    }

    /// Whether nothing has to be whole, not even what is decided.
    fn is_linear(&self) -> bool {
        self.model.vars.problem.iter_variables_with_def().all(|(_, of_it)| !of_it.is_integer())
    }

    /// Whether there is more to decide than a solver decides at once.
    pub(super) fn is_large(&self) -> bool {
        let definitions = self.model.vars.problem.iter_variables_with_def().map(|(_, of_it)| of_it);
        let open = definitions.filter(|of_it| of_it.is_integer() && of_it.get_min() < of_it.get_max());
        self.arcs().max(open.count()) >= LARGE
    }

    /// Whether it is better solved in pieces than at once.
    pub(super) fn is_huge(&self) -> bool {
        self.arcs() > HUGE
    }

    /// How many arcs the networks have.
    pub(super) fn arcs(&self) -> usize {
        self.model.sets.networks.iter().map(|network| network.arcs.len()).sum()
    }

    /// The best with some of the variables held. Without a limit it takes as long as it takes: little is left to solve then, and
    /// without it there may be no answer at all.
    pub(super) fn with_fixed(
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
        let control = Control { time_left: limit, progress: None, is_decided: true, ..self.control() };
        match solve(&fixed, &self.rows, objective, start, &control)? {
            Answer::Found { values, .. } => Ok(Some(values)),
            _ => Ok(None),
        }
    }

    /// Solves one goal, after which come so many, and keeps what it reaches, of the last one all of it; nothing when an earlier one was not solved to the
    /// end: then it is only bettered in the time that is left.
    pub(super) fn improve(&mut self, objective: &Objective, after: usize) -> Result<Option<Answer>, Error> {
        if !self.is_whole || self.is_over {
            self.is_whole = false;
            self.better(objective, after)?;
            return Ok(None);
        }
        if after == 0 {
            self.held_back = Duration::ZERO;
        }
        self.begin_later(objective)?;
        if !self.kept.is_empty() && self.values.is_some() && self.is_large() {
            self.polish(objective)?;
        }
        let is_met = self.is_built_best(objective);
        let answer = match self.values.take_if(|values| is_met || self.model.reaches_dream(objective, values))
        {
            // What cannot be bettered need not be solved.
            Some(values) => {
                self.is_met = true;
                Answer::Found { values, bound: objective.dream, is_proven: true }
            }
            None => {
                let start = self.values.as_deref();
                solve(&self.model.vars.problem, &self.rows, objective, start, &self.control())?
            }
        };
        if let Answer::Found { values, is_proven, .. } = &answer {
            self.has_news |= *is_proven || self.values.as_ref() != Some(values);
            self.values = Some(values.clone());
            self.is_whole &= is_proven;
        } else {
            self.is_whole = false;
        }
        self.keep_reached(objective, after);
        Ok(Some(answer))
    }

    /// Whether what it began with is, vessel by vessel, as good as the first goal can be at all. Where vessels are alike, the same ways may come to more
    /// in their flow, which no schedule reaches.
    fn is_built_best(&self, objective: &Objective) -> bool {
        let plan = self.model.sets.plan;
        let is_first =
            plan.weights.is_some() || plan.goals.first().is_some_and(|goal| goal.word() == objective.name);
        let reached = self.built.as_ref().and_then(|(_, reached)| told(plan, reached).first().copied());
        is_first && reached.is_some_and(|reached| gap(reached / objective.unit, objective.dream) == 0.0)
    }

    /// Asks for no less of a goal than it has come to, up to what those after it may take away.
    pub(super) fn keep_reached(&mut self, objective: &Objective, after: usize) {
        let (sets, vars) = (&self.model.sets, &self.model.vars);
        let Some(values) = &self.values else { return };
        // A flow of vessels that are alike may come to more than any schedule can.
        let reached = objective.tighter(vars.value_of(&objective.expression, values));
        let tolerance = if after == 0 { 0.0 } else { sets.plan.tolerance };
        let slack = tolerance * reached.abs() + (ROUNDING * reached.abs()).max(LEAST);
        self.ask([keep(objective, reached, slack)]);
        let mut goals = sets.plan.goals.iter().filter(|_| sets.plan.weights.is_none());
        if let Some(&goal) = goals.find(|goal| goal.word() == objective.name) {
            self.ask(calls::of_kept(sets, vars, goal, (reached - slack) * objective.unit));
            if goal.is_more_better() {
                // What is told of it in the end may be a rounding less.
                let told = reached - slack - TOLD * reached.abs().max(1.0);
                self.kept.push((goal, told * objective.unit));
            }
        }
    }

    /// Betters a goal, after which come so many, where one before it was not solved to the end, and gives away nothing of that.
    fn better(&mut self, objective: &Objective, after: usize) -> Result<(), Error> {
        self.held_back = Duration::ZERO;
        if let Some(left) = self.time_left() {
            self.held_back = left.mul_f64(after as f64 / (after + 1) as f64);
        }
        let is_stopped = self.options.stop.load(Ordering::Relaxed);
        if self.is_over || is_stopped || !self.has_time() || self.options.time_limit.is_none() {
            return Ok(());
        }
        let Some(before) = self.values.clone() else { return Ok(()) };
        self.begin_later(objective)?;
        if self.is_large() {
            self.polish(objective)?;
        }
        let control = self.control();
        if let Answer::Found { values, .. } =
            solve(&self.model.vars.problem, &self.rows, objective, self.values.as_deref(), &control)?
        {
            let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
            let known = self.values.as_deref().map(value_of);
            if known.is_none_or(|known| objective.is_better(value_of(&values), known)) {
                self.values = Some(values);
            }
        }
        self.has_news |= self.values.as_ref() != Some(&before);
        self.keep_reached(objective, after);
        Ok(())
    }

    /// Keeps as much as may be of what was planned before, where the goals leave a choice.
    pub(super) fn stay_close(&mut self) -> Result<(), Error> {
        let Some(before) = self.options.before.filter(|_| self.is_whole) else { return Ok(()) };
        let objective = Objective::close(&self.model.sets, &self.model.vars, before);
        let control = Control { time_left: self.time_for_ties(), progress: None, ..self.control() };
        let start = self.values.as_deref();
        if let Answer::Found { values, .. } =
            solve(&self.model.vars.problem, &self.rows, &objective, start, &control)?
        {
            let reached = self.model.vars.value_of(&objective.expression, &values);
            self.ask([keep(&objective, reached, LEAST)]);
            self.values = Some(values);
        }
        Ok(())
    }

    /// How long ties may be broken; nothing where that has no end.
    fn time_for_ties(&self) -> Option<Duration> {
        // What the solver has never seen whole may be too much for it, and how ties are broken is worth no more than this. What is small
        // has no clock: the same plan gets the same schedule.
        let most = (self.is_met && self.is_large()).then_some(TIDY);
        // Where time is bounded, they may not use up what the proof has left: no more than the goals took.
        let share = self.options.time_limit.map(|_| self.began.elapsed().max(TIDY));
        [self.time_left(), most, share].into_iter().flatten().min()
    }

    /// Makes the decisions unique where the goals leave a choice: everything early, and no more than is needed. What is huge, and of which a goal
    /// was met without the solver, stays as it is: nothing tidier is found of it in any time that ties are worth.
    pub(super) fn tidy(&mut self) -> Result<(), Error> {
        if self.is_whole && !(self.is_met && self.is_huge()) {
            let objective = Objective::tidy(&self.model.sets, &self.model.vars);
            let start = self.values.as_deref();
            let control = Control { time_left: self.time_for_ties(), progress: None, ..self.control() };
            let answer = solve(&self.model.vars.problem, &self.rows, &objective, start, &control)?;
            if let Answer::Found { values, .. } = answer {
                self.values = Some(values);
            }
        }
        Ok(())
    }

    /// With every decision fixed only tonnes are left: brings them to their exact best, goal by goal, and makes them early.
    /// The first `met` of them are there already. Gives what each goal comes to.
    pub(super) fn exact(&mut self, objectives: &[Objective], met: usize) -> Result<Vec<f64>, Error> {
        let (sets, vars) = (&self.model.sets, &self.model.vars);
        let Some(values) = &self.values else { return Ok(Vec::new()) };
        // Whether all that was there at the start has landed is no decision: the tonnes say it.
        let free: Vec<usize> = vars.landed.iter().flatten().map(|&landed| vars.place(landed)).collect();
        let fixed = fix(&vars.problem, values, &free);
        let left = left_of(&fixed, &self.model.rows, self.options.solver);
        let (problem, rows) = match &left {
            Some(left) => (&left.problem, &left.rows),
            None => (&fixed, &self.model.rows),
        };
        let mut rows = rows.clone();
        let never = AtomicBool::new(false);
        let control =
            Control { time_left: None, stop: &never, progress: None, is_decided: true, ..self.control() };
        let control = Control { is_part: left.is_some(), ..control };
        let mut best = values.clone();
        let mut reached = Vec::new();
        // A linear programme is kept to what it reaches: what is given up for the sake of being early would show.
        let slack = if self.is_linear() { 0.0 } else { 1e-9 };
        for (nth, objective) in objectives.iter().chain([&Objective::early_flow(sets, vars)]).enumerate() {
            let of_left = left.as_ref().map(|left| left.objective(objective));
            let own = of_left.as_ref().unwrap_or(objective);
            if nth >= met
                && let Answer::Found { values, is_proven: true, .. } =
                    solve(problem, &rows, own, None, &control)?
            {
                best = left.as_ref().map_or_else(|| values.clone(), |left| left.to_all(&values));
            }
            let value = vars.value_of(&objective.expression, &best);
            rows.push(keep(own, value, slack * value.abs().max(1.0)));
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

/// The variables with every integer one held at its value, but for those at the places `free`.
fn fix(problem: &ProblemVariables, values: &[f64], free: &[usize]) -> ProblemVariables {
    let mut fixed = ProblemVariables::new();
    for (place, ((_, definition), &value)) in problem.iter_variables_with_def().zip(values).enumerate() {
        let is_held = definition.is_integer() && !free.contains(&place);
        let definition = definition.clone();
        fixed.add(if is_held { definition.clamp(value.round(), value.round()) } else { definition });
    }
    fixed
}
