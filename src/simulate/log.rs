//! What one voyage came to: times, tonnes, what every vessel did with its time, and what stopped it.
//!
//! In: what the voyage notes. Out: numbers in slots from the voyage's start. Used again for the next voyage, so that none is slow.

use crate::plan::Plan;
use crate::schedule::{Move, ShoreFlow};
use serde::{Deserialize, Serialize};

/// How a voyage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All was done in time.
    #[default]
    Done,
    /// In time, but something that must be done, lifted, supplied or there was not, or a budget was overdrawn.
    Short,
    /// Something ended after its deadline or after the plan's end.
    Late,
    /// Something could not begin within twice the plan's time, or before the series ended.
    Stuck,
    /// Gear was out in weather that it does not survive.
    Lost,
    /// No schedule exists for this weather (only known when it is planned anew).
    Impossible,
}

impl Outcome {
    /// Every outcome, in the order in which they are told.
    pub const ALL: [Outcome; 6] =
        [Outcome::Done, Outcome::Short, Outcome::Late, Outcome::Stuck, Outcome::Lost, Outcome::Impossible];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Short => "short",
            Outcome::Late => "late",
            Outcome::Stuck => "stuck",
            Outcome::Lost => "lost",
            Outcome::Impossible => "impossible",
        }
    }
}

/// Slots that a vessel spent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Working: tasks without pauses, lifting, moving.
    pub work: u32,
    /// Under way.
    pub sail: u32,
    /// Stopped by nothing but the weather.
    pub weather: u32,
    /// Waiting for anything else.
    pub other: u32,
    /// Before the first thing and after the last.
    pub idle: u32,
}

impl Spent {
    /// All of them.
    pub fn elapsed(&self) -> u32 {
        self.work + self.sail + self.weather + self.other + self.idle
    }
}

/// Tonnes lifted in a stretch of slots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lift {
    /// The first slot, from the start.
    pub from: u32,
    /// The slot after the last.
    pub to: u32,
    /// Tonnes, evenly.
    pub tonnes: f64,
}

/// What one voyage came to. Slots count from its start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Log {
    /// How it ended.
    pub outcome: Outcome,
    /// What made it so, as an item (see [`super::items::Items`]).
    pub culprit: Option<usize>,
    /// By task its times: starts and ends.
    pub times: Vec<Vec<(u32, u32)>>,
    /// By sampling the tonnes lifted.
    pub lifted: Vec<f64>,
    /// Lifting in order of time within each vessel.
    pub lifts: Vec<Lift>,
    /// Tonnes lifted in all.
    pub sampled: f64,
    /// By commodity the tonnes that came ashore, without those that were taken away from there.
    pub landed: Vec<f64>,
    /// Tonnes that reached the shore.
    pub delivered: f64,
    /// Tonnes that demands were supplied with.
    pub supplied: f64,
    /// When the last thing ended.
    pub finish: u32,
    /// What vessels, their fuel and demurrage, and tasks cost.
    pub cost: f64,
    /// By vessel the slots of its moves, and the tonnes of fuel burnt in them.
    pub busy: Vec<(u32, f64)>,
    /// By vessel.
    pub spent: Vec<Spent>,
    /// By item the slots in which the weather stopped it.
    pub lost_by_item: Vec<u32>,
    /// By channel the slots in which it stopped something.
    pub lost_by_channel: Vec<u32>,
    /// By month the slots in which the weather stopped something.
    pub lost_by_month: [u32; 12],
    /// By item the slots in which a vessel waited for another one, and those in which it waited for goods or for room for them; nothing
    /// where each goes its own way.
    pub held: Vec<[u32; 2]>,
    /// How many transfers between two vessels took place.
    pub met: u32,
    /// By vessel what it did; kept only when asked for.
    pub moves: Option<Vec<Vec<Move>>>,
    /// What flowed ashore without a vessel; kept where moves are.
    pub shore: Vec<ShoreFlow>,
}

impl Log {
    /// Forgets the last voyage.
    pub fn clear(&mut self, plan: &Plan, items: usize, channels: usize) {
        let (tasks, samplings, vessels) = (plan.tasks.len(), plan.samplings.len(), plan.vessels.len());
        self.outcome = Outcome::Done;
        self.culprit = None;
        self.times.iter_mut().for_each(Vec::clear);
        self.times.resize(tasks, Vec::new());
        self.lifts.clear();
        for (list, length) in [(&mut self.lost_by_item, items), (&mut self.lost_by_channel, channels)] {
            list.clear();
            list.resize(length, 0);
        }
        self.lifted.clear();
        self.lifted.resize(samplings, 0.0);
        self.landed.clear();
        self.landed.resize(plan.commodities.len(), 0.0);
        self.spent.clear();
        self.spent.resize(vessels, Spent::default());
        self.busy.clear();
        self.busy.resize(vessels, (0, 0.0));
        (self.sampled, self.delivered, self.supplied, self.cost, self.finish) = (0.0, 0.0, 0.0, 0.0, 0);
        self.shore.clear();
        self.lost_by_month = [0; 12];
        (self.met, self.held) = (0, Vec::new());
        if let Some(moves) = &mut self.moves {
            moves.iter_mut().for_each(Vec::clear);
            moves.resize(vessels, Vec::new());
        }
    }

    /// Notes an outcome unless a worse one is known.
    pub fn worsen(&mut self, outcome: Outcome, culprit: Option<usize>) {
        if outcome > self.outcome {
            (self.outcome, self.culprit) = (outcome, culprit);
        }
    }

    /// The slot in which the first tonnes are on deck: the end of the first slot that lifts.
    pub fn first_mud(&self) -> Option<u32> {
        self.lifts.iter().map(|lift| lift.from + 1).min()
    }
}
