//! What the ceiling is of: what each goal counts, and how much of some must come about.
//!
//! In: goals, with weights or with what is kept of them. Out: an [`Aim`], of which as much as may be is made. Of what costs or burns, less is more.

use crate::model::dues::Dues;
use crate::model::network::{Arc, Deed, Network};
use crate::plan::{Goal, Plan};

/// What is to be made as much of as may be.
#[derive(Debug, Clone, Default)]
pub struct Aim {
    /// What a unit of each goal counts; less than nothing where less is better.
    counts: Vec<(Goal, f64)>,
    /// What goals come to at least.
    pub kept: Vec<(Goal, f64)>,
}

/// Whether the ceiling can count a goal.
pub fn is_counted(goal: Goal) -> bool {
    matches!(goal, Goal::Supplied | Goal::Delivered | Goal::Cost | Goal::Emissions)
}

impl Aim {
    /// One goal alone.
    pub fn of(goal: Goal) -> Aim {
        Aim::default().with(goal, 1.0)
    }

    /// The same with one more goal that counts so much a unit.
    pub fn with(mut self, goal: Goal, weight: f64) -> Aim {
        self.counts.push((goal, if goal.is_more_better() { weight } else { -weight }));
        self
    }

    /// The same where goals come to no less than so much.
    pub fn keeping(self, kept: &[(Goal, f64)]) -> Aim {
        Aim { kept: kept.to_vec(), ..self }
    }

    /// What a unit of a goal counts.
    pub fn count(&self, goal: Goal) -> f64 {
        self.counts.iter().filter(|(other, _)| *other == goal).map(|(_, each)| each).sum()
    }

    /// Whether what comes ashore is for nothing but demands.
    pub fn only_supplies(&self, plan: &Plan) -> bool {
        let goals = self.counts.iter().chain(&self.kept);
        let lands = goals.into_iter().any(|(goal, amount)| *goal == Goal::Delivered && *amount != 0.0);
        !lands && plan.reserves.is_empty() && !plan.demands.is_empty()
    }

    /// Whether what vessels cost or burn counts.
    pub fn has_dues(&self) -> bool {
        self.count(Goal::Cost) != 0.0 || self.count(Goal::Emissions) != 0.0
    }

    /// What an arc takes away from what counts.
    pub fn due(&self, plan: &Plan, network: &Network, arc: &Arc) -> f64 {
        let (ship, dues) = (&plan.vessels[network.vessel], Dues::of_arc(plan, network, arc));
        let task = match arc.deed {
            Deed::Task(task) => plan.tasks[task].cost,
            _ => 0.0,
        };
        -self.count(Goal::Cost) * (dues.cost(ship) + task)
            - self.count(Goal::Emissions) * ship.co2_t(dues.fuel)
    }
}
