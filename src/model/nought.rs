//! Why nothing comes of a goal of which more is better: the rules that stand in the way, one at a time.
//!
//! In: a plan whose best schedule lifts, delivers or supplies nothing, and its sea. Out: [`Nought`]: which rule, taken away by itself, would let
//! something come about, and how much of it must go; or that something could come about, and other goals want it less or it was not found in time.
//! Of each changed plan it is only asked whether anything is possible at all, which is much sooner known than how much. What
//! [`coming`](crate::plan::coming) rules out is not asked of a solver.

use super::conflict;
use super::goals::Objective;
use super::optimise::{Model, Options};
use super::solve::{Answer, Control, solve};
use crate::error::Error;
use crate::plan::coming::Coming;
use crate::plan::eases::{Ease, eases};
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::{SolveStamp, Status};
use good_lp::Expression;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Why nothing comes of a goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nought {
    /// The goal.
    pub goal: &'static str,
    /// Whether a schedule exists in which something comes of it.
    pub is_possible: bool,
    /// Whether it is proven that there is none as good for the goals before it, or for the sum of all goals, so that these speak against it. Where it is
    /// not, the search may have ended before it found one.
    pub is_outweighed: bool,
    /// Whether something could come about, and is worth nothing.
    pub is_worthless: bool,
    /// The rules, each of which stands in the way by itself.
    pub rules: Vec<Rule>,
    /// Whether some question was not answered in the time given.
    pub is_open: bool,
}

/// A rule that stands in the way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// Which, in words.
    pub rule: String,
    /// What would do instead.
    pub enough: String,
}

/// How long one question may take where the time is not bounded.
const QUESTION: Duration = Duration::from_secs(10);
/// Where it is, that is the time for all of them, and one takes no more than this part of it.
const PART: u32 = 8;

/// Why nothing comes of a goal in a schedule with a stamp.
///
/// # Errors
/// When the solver breaks down.
pub fn nought(
    plan: &Plan,
    sea: &Sea,
    (goal, stamp): (Goal, &SolveStamp),
    options: &Options<'_>,
) -> Result<Nought, Error> {
    // Which rules they are comes before how much of each must go, and leaves time for that.
    let which = options.time_limit.map(|limit| limit / 2);
    let mut asker = Asker { sea, goal, options, began: Instant::now(), limit: which, is_open: false };
    let mut nought = Nought {
        goal: goal.word(),
        is_possible: false,
        is_outweighed: false,
        is_worthless: false,
        rules: Vec::new(),
        is_open: false,
    };
    nought.is_worthless = is_worthless(plan, goal);
    nought.is_possible = !nought.is_worthless && asker.is_possible(plan)?;
    nought.is_outweighed = nought.is_possible && is_proven(plan, goal, stamp);
    if nought.is_possible || nought.is_worthless {
        return Ok(nought);
    }
    let mut ways: Vec<Ease> = Vec::new();
    for ease in eases(plan).into_iter().filter(|ease| ease.steps > 0) {
        if asker.is_possible(&ease.eased(plan, ease.steps))? {
            ways.push(ease);
        }
    }
    asker.limit = options.time_limit;
    for ease in ways {
        nought.is_open |= std::mem::take(&mut asker.is_open);
        let enough = match asker.least(&ease, plan)? {
            Some(enough) => enough,
            None => ease.enough(ease.fewest(plan, |eased| asker.is_possible(eased))?),
        };
        // What was not answered may have been possible.
        let less = if asker.is_open && ease.steps > 1 { ", perhaps with less of a change" } else { "" };
        nought.rules.push(Rule { rule: ease.rule, enough: enough + less });
    }
    nought.is_open |= asker.is_open;
    Ok(nought)
}

/// Whether it is proven that a goal cannot come to more, given those before it; of goals with weights that their sum cannot.
fn is_proven(plan: &Plan, goal: Goal, stamp: &SolveStamp) -> bool {
    match plan.weights {
        Some(_) => stamp.status == Status::Optimal,
        None => stamp.goals.iter().any(|told| told.name == goal.word() && told.gap == Some(0.0)),
    }
}

/// Whether no tonne is worth anything to a goal.
fn is_worthless(plan: &Plan, goal: Goal) -> bool {
    let is_nothing = |value: &[(f64, f64)]| value.iter().all(|(_, each)| *each == 0.0);
    match goal {
        Goal::Supplied => plan.demands.iter().all(|demand| is_nothing(&demand.value)),
        _ => plan.samplings.iter().all(|sampling| is_nothing(&sampling.value)),
    }
}

/// What a tonne is worth that counts least, but for such as count next to nothing beside others.
fn each(plan: &Plan, goal: Goal) -> f64 {
    const NEXT_TO_NOTHING: f64 = 1e-4;
    let values: Vec<&[(f64, f64)]> = match goal {
        Goal::Supplied => plan.demands.iter().map(|demand| demand.value.as_slice()).collect(),
        _ => plan.samplings.iter().map(|sampling| sampling.value.as_slice()).collect(),
    };
    let all =
        || values.iter().flat_map(|value| value.iter()).map(|(_, each)| *each).filter(|each| *each > 0.0);
    let most = all().fold(0.0, f64::max);
    all().fold(most, f64::min).max(NEXT_TO_NOTHING * most).max(f64::MIN_POSITIVE)
}

/// The fewest tonnes that are something: more than a solver may take for nothing, however large the holds are.
fn least(plan: &Plan) -> f64 {
    const TONNES: f64 = 0.01;
    const OF_A_HOLD: f64 = 1e-5;
    let holds = plan.vessels.iter().flat_map(|ship| ship.hold.iter()).filter(|hold| hold.is_finite());
    TONNES.max(OF_A_HOLD * holds.copied().fold(0.0, f64::max))
}

struct Asker<'a> {
    sea: &'a Sea,
    goal: Goal,
    options: &'a Options<'a>,
    began: Instant,
    /// The time until which questions are asked.
    limit: Option<Duration>,
    /// Whether one was not answered.
    is_open: bool,
}

impl Asker<'_> {
    fn control(&self) -> Control<'_> {
        let part = self.options.time_limit.map_or(QUESTION, |limit| limit / PART).min(QUESTION);
        let left = self.limit.map(|limit| limit.saturating_sub(self.began.elapsed()));
        let time_left = left.map_or(part, |left| left.min(part));
        Control { time_left: Some(time_left), ..self.options.aside() }
    }

    /// Whether there is no time for another question.
    fn is_over(&self) -> bool {
        self.limit.is_some_and(|limit| self.began.elapsed() >= limit)
    }

    /// The model of a plan, with the row that something comes of the goal; nothing where it is known that nothing can.
    fn model<'p>(&self, plan: &'p Plan) -> Option<Model<'p>>
    where
        Self: 'p,
    {
        if !Coming::of(plan, self.sea).can_count(plan, self.goal) {
            return None;
        }
        let mut model = Model::new(plan, self.sea);
        if conflict::before_solving(&model.sets).is_some() {
            return None;
        }
        let worth = Objective::of(self.goal, &model.sets, &model.vars);
        let (each, least) = (each(plan, self.goal), least(plan));
        model.rows.push((worth.expression / each).geq(least).set_name("something".to_owned()));
        Some(model)
    }

    /// Whether anything can come of the goal under a plan.
    fn is_possible(&mut self, plan: &Plan) -> Result<bool, Error> {
        if self.is_over() {
            self.is_open = true;
            return Ok(false);
        }
        let Some(model) = self.model(plan) else { return Ok(false) };
        let anything = aim("something", Expression::default());
        let answer = solve(&model.vars.problem, &model.rows, &anything, None, &self.control())?;
        self.is_open |= answer == Answer::NoneInTime;
        Ok(matches!(answer, Answer::Found { .. }))
    }

    /// Of a budget, which has no steps, the least with which something comes of the goal.
    fn least(&mut self, ease: &Ease, plan: &Plan) -> Result<Option<String>, Error> {
        let (counts, unit) = match ease.key {
            "cost" => (Goal::Cost, plan.currency.as_deref().unwrap_or_default()),
            "emissions" => (Goal::Emissions, "t"),
            _ => return Ok(None),
        };
        // When vessels are done matters where that is counted.
        if self.is_over() {
            self.is_open = true;
            return Ok(None);
        }
        let goals = vec![self.goal, counts];
        let eased = Plan { goals, weights: None, ..ease.eased(plan, ease.steps) };
        let Some(model) = self.model(&eased) else { return Ok(None) };
        let spent = aim("spent", Objective::of(counts, &model.sets, &model.vars).expression);
        let answer = solve(&model.vars.problem, &model.rows, &spent, None, &self.control())?;
        let Answer::Found { values, is_proven, .. } = answer else { return Ok(None) };
        let needed = model.vars.value_of(&spent.expression, &values);
        let needed = if unit == "t" { (needed * 1000.0).ceil() / 1000.0 } else { needed.ceil() };
        let at_most = if is_proven { "" } else { "no more than " };
        Ok(Some(format!("{at_most}{needed} {unit}").trim_end().to_owned() + " for the first of it"))
    }
}

/// Something of which there is to be as little as may be.
fn aim(name: &'static str, expression: Expression) -> Objective {
    Objective { name, is_more_better: false, expression, dream: 0.0, unit: 1.0 }
}
