//! From a plan to its best itinerary: the model built once, the goals solved in order, the answer made unique and read off.
//!
//! In: a plan, its sea, [`Options`]. Out: an [`Outcome`].

use super::conflict::{self, Conflict};
use super::detours::without_detours;
use super::goals::Objective;
use super::network::{Deed, Network};
use super::past::Past;
use super::read_off::read_off;
use super::rows::{FAMILIES, Family};
use super::run::Run;
use super::sets::Sets;
use super::solve::{Answer, Control, Progress, Solver, gap};
use super::vars::Vars;
use crate::error::Error;
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::{GoalStamp, Itinerary, SolveStamp, Status};
use good_lp::{Constraint, Variable};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

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

    /// What may end one solve that is not the main one: it has all the time, and nobody is told how it goes.
    pub(super) fn aside(&self) -> Control<'_> {
        Control { solver: self.solver, time_left: self.time_limit, gap: 0.0, stop: self.stop, progress: None }
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
            run.first.extend(run.values.clone());
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
        let (is_whole, left) = (run.is_whole, run.time_left());
        let Some(values) = run.values else { return Ok(Outcome::NoneInTime) };
        let (itinerary, reached_each) =
            match self.each_of(std::iter::once(&values).chain(&run.first), &objectives, options)? {
                Some((itinerary, reached)) => (itinerary, reached),
                // Vessels that are alike went together as none of them can alone.
                None if self.sets.networks.iter().any(|network| network.count != 1) => {
                    return self.one_by_one(&Options { time_limit: left, ..*options });
                }
                None => {
                    let mut itinerary = read_off(&self.sets, &self.vars, &values);
                    if !is_whole {
                        without_detours(self.sets.plan, self.sets.sea, &mut itinerary);
                    }
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

    /// The same with a network for each vessel, however many are alike.
    fn one_by_one(&self, options: &Options<'_>) -> Result<Outcome, Error> {
        let Sets { plan, sea, .. } = &self.sets;
        let nothing = Itinerary::default();
        let past = Past { until: 0, itinerary: &nothing, bars: &[] };
        Model::of_sets(Sets::after(plan, sea, Some(&past)), |_| true).optimise(options)
    }

    /// The best for each vessel that comes of several answers for all.
    fn each_of<'a>(
        &self,
        answers: impl Iterator<Item = &'a Vec<f64>>,
        objectives: &[Objective],
        options: &Options<'_>,
    ) -> Result<Option<(Itinerary, Vec<f64>)>, Error> {
        let mut best: Option<(Itinerary, Vec<f64>)> = None;
        for values in answers {
            let mut rough = read_off(&self.sets, &self.vars, values);
            without_detours(self.sets.plan, self.sets.sea, &mut rough);
            let Some((itinerary, reached)) = self.each(&rough, options)? else { continue };
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
