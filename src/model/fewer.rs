//! First answers in which not all vessels are used, or slowly, or not for all of the time: where what vessels do costs, or their bunkers do not
//! last, less may be better.
//!
//! In: a run with what is known, if anything. Out: that, or the best of what is built with some vessels left out, where it is better.
//! First each in its turn is left out, then, as long as that is better, another besides.

use super::construct::construct;
use super::goals::Objective;
use super::polish::PIECE;
use super::rounds::Rounds;
use super::run::Run;
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Budget, Closed, Closure, Goal, Leg, Plan, Vessel};
use crate::time::Slot;
use std::time::{Duration, Instant};

/// How much of the time that is left may go to it.
const PART: f64 = 0.2;
/// How much of the time that is left may go to rows of meetings of vessels that go slowly.
const ROUNDS: f64 = 0.1;
/// For which part of the plan vessels are used, where what is built for all of it does not fit.
const SHARES: [f64; 4] = [1.0, 0.75, 0.5, 0.25];

/// What is used less.
#[derive(Clone, Default)]
struct Less {
    /// The vessels that are left out.
    out: Vec<Ix<Vessel>>,
    /// Whether the others go at their lowest speed.
    is_slow: bool,
}

impl Run<'_, '_> {
    /// The best of what is known and of what is built with fewer vessels; each of these may take `limit` to find its tonnes.
    pub(super) fn or_with_fewer(
        &self,
        objective: &Objective,
        known: Option<Vec<f64>>,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let plan = self.model.sets.plan;
        let (is_dear, is_far) = (is_dear(plan, objective), plan.vessels.iter().any(gets_farther_slowly));
        if !(is_dear || is_far) || !self.model.sets.is_known() || !self.is_large() {
            return Ok(known);
        }
        let until = Instant::now() + self.time_left().map_or(PIECE, |left| left.mul_f64(PART));
        let has_time = || Instant::now() < until && self.has_time();
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let mut best = known;
        let all = Less::default();
        let mut round = if is_dear { all.with_one_less(plan) } else { Vec::new() };
        round.extend(all.at_other_speed(plan));
        // Where nothing fits, or only what is worth nothing, all of them may fit for a part of the time.
        let is_worth = |values: &Vec<f64>| !objective.is_more_better || value_of(values) > 0.0;
        round.extend((!best.as_ref().is_some_and(is_worth)).then_some(all));
        while !round.is_empty() {
            let mut better: Option<Less> = None;
            for less in round {
                if !has_time() {
                    break;
                }
                let Some(values) = self.built_with(objective, &less, limit, &has_time)? else { continue };
                let reached = value_of(&values);
                if best.as_ref().is_none_or(|known| objective.is_better(reached, value_of(known))) {
                    self.tell(objective, Some(reached));
                    (best, better) = (Some(values), Some(less));
                }
            }
            round = better.filter(|_| is_dear).map_or_else(Vec::new, |less| less.with_one_less(plan));
        }
        Ok(best)
    }

    /// The best of what is built where less is used, for as long a part of the plan as fits.
    fn built_with(
        &self,
        objective: &Objective,
        less: &Less,
        limit: Option<Duration>,
        has_time: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<f64>>, Error> {
        let sets = &self.model.sets;
        let plan = sets.plan;
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let shares = if plan.budgets.iter().any(is_bounded) { &SHARES[..] } else { &SHARES[..1] };
        let mut best: Option<Vec<f64>> = None;
        for share in shares {
            let used = less.of(plan, *share, sets.until);
            let sets = sets.of_other(&used);
            let mut built = construct(&sets, has_time);
            // At one speed the best rows of meetings are soon found, too.
            if let Some(rounds) = Rounds::new(&sets).filter(|_| less.is_slow && less.out.is_empty()) {
                built.extend(self.of_rounds(&mut objective.clone(), &rounds, ROUNDS, |_| f64::INFINITY));
            }
            for itinerary in built {
                if best.is_some() && !has_time() {
                    break;
                }
                let Some(values) = self.traced(objective, &itinerary, limit)? else { continue };
                if best.as_ref().is_none_or(|known| objective.is_better(value_of(&values), value_of(known))) {
                    best = Some(values);
                }
            }
            if best.is_some() || !has_time() {
                break;
            }
        }
        Ok(best)
    }
}

impl Less {
    /// The same with one vessel more left out, each that can go anywhere in its turn; of those that are alike the last.
    fn with_one_less(&self, plan: &Plan) -> Vec<Less> {
        let is_used =
            |vessel: &Ix<Vessel>| !self.out.contains(vessel) && !plan.vessels[*vessel].legs.is_empty();
        let used: Vec<Ix<Vessel>> = plan.vessels.places().filter(is_used).collect();
        let like = |vessel: Ix<Vessel>| plan.vessels[vessel].like;
        let is_last = |&(nth, vessel): &(usize, Ix<Vessel>)| {
            used.iter().skip(nth + 1).all(|&other| like(other) != like(vessel))
        };
        let next = used.iter().copied().enumerate().filter(is_last).map(|(_, vessel)| vessel);
        let ways = next.flat_map(|vessel| {
            let less = Less { out: self.out.iter().copied().chain([vessel]).collect(), ..self.clone() };
            [Some(less.clone()), less.at_other_speed(plan)]
        });
        ways.flatten().collect()
    }

    /// The same at the other speed, where a vessel has several.
    fn at_other_speed(&self, plan: &Plan) -> Option<Less> {
        let has_several = plan.vessels.iter().any(|ship| slowest(ship).count() < ship.legs.len());
        has_several.then(|| Less { is_slow: !self.is_slow, ..self.clone() })
    }

    /// The plan in which no more is used from a slot on, and that for a part of what is left.
    fn of(&self, plan: &Plan, share: f64, until: Slot) -> Plan {
        let mut used = plan.clone();
        let horizon = &plan.horizon;
        let last = until + (horizon.slots.saturating_sub(until) as f64 * share) as usize;
        let idle = plan.vessels.places().filter_map(|vessel| {
            let from = if self.out.contains(&vessel) { until } else { last };
            (from < horizon.slots).then(|| Closure::idle(Closed::Vessel(vessel), from, horizon))
        });
        used.closures.extend(idle);
        for vessel in plan.vessels.places().filter(|_| self.is_slow) {
            used.vessels[vessel].legs = slowest(&plan.vessels[vessel]).cloned().collect();
        }
        used
    }
}

/// Of each two sites the leg that takes longest.
fn slowest(ship: &Vessel) -> impl Iterator<Item = &Leg> {
    ship.legs.iter().filter(|leg| {
        let mut others = ship.legs.iter().filter(|other| (other.from, other.to) == (leg.from, leg.to));
        others.all(|other| other.duration <= leg.duration)
    })
}

/// Whether what a vessel has in its bunkers may last at one of its speeds, where it does not at another.
fn gets_farther_slowly(ship: &Vessel) -> bool {
    ship.bunkers.is_some() && slowest(ship).count() < ship.legs.len()
}

/// Whether a budget bounds anything that vessels do.
pub(super) fn is_bounded(budget: &Budget) -> bool {
    budget.cost.is_finite() || budget.emissions.is_finite()
}

/// Whether what vessels do costs what a goal counts, or what a budget bounds.
fn is_dear(plan: &Plan, objective: &Objective) -> bool {
    let costs = |goal: &Goal| matches!(goal, Goal::Cost | Goal::Emissions);
    let mut costly = plan.goals.iter().filter(|goal| costs(goal));
    let counts = match plan.weights {
        Some(_) => costly.next().is_some(),
        None => costly.any(|goal| goal.word() == objective.name),
    };
    counts || plan.budgets.iter().any(is_bounded)
}

#[cfg(test)]
mod tests {
    use super::super::sets::Sets;
    use super::*;
    use crate::model::{Model, Options};
    use std::sync::atomic::AtomicBool;

    /// A ship that lifts, and two that could fetch it, one of them dear; with a budget for one of them.
    const PLAN: &str = r#"
plan = { name = "fewer", start = 2027-04-01T00:00:00Z, end = 2027-04-11T00:00:00Z, slot = "3 h", currency = "USD" }
goal = { order = ["delivered", "cost"] }
commodity = [{ id = "mud" }]
site = [
  { id = "field", kind = "sea", position = [23.33, 155.02] },
  { id = "island", kind = "island", position = [24.2867, 153.9806] },
]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "1000 t" } },
  { id = "dear", at = "island", calls = ["field"], speed = "10 kn", hold = { mud = "500 t" }, day_rate = "10000 USD/d" },
  { id = "cheap", at = "island", calls = ["field"], SPEED, hold = { mud = "300 t" }, day_rate = "5000 USD/d" },
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "mud", rate = "350 t/d" }]
transfer = [
  { id = "fetch-dear", from = "lifter", to = "dear", commodity = "mud", rate = "100 t/h", setup = "3 h" },
  { id = "land-dear", from = "dear", to = "island", commodity = "mud", rate = "50 t/h", setup = "3 h" },
  { id = "fetch-cheap", from = "lifter", to = "cheap", commodity = "mud", rate = "100 t/h", setup = "3 h" },
  { id = "land-cheap", from = "cheap", to = "island", commodity = "mud", rate = "50 t/h", setup = "3 h" },
]
budget = [{ id = "money", BUDGET }]
"#;

    /// What is delivered with fewer vessels, where nothing is known; and what is with no less used, if that fits.
    fn delivered(speed: &str, budget: &str) -> (f64, Option<f64>) {
        let (fewer, all) = delivered_by(&PLAN.replace("SPEED", speed).replace("BUDGET", budget));
        (fewer.expect("something fits"), all)
    }

    fn delivered_by(text: &str) -> (Option<f64>, Option<f64>) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
        let checked = crate::plan::load(folder.path()).expect("files");
        let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
        let (plan, sea) = checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")));
        let model = Model::new(&plan, &sea);
        let stop = AtomicBool::new(false);
        let options = Options { explains: false, ..Options::new(&stop) };
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let value_of = |values: Vec<f64>| model.vars.value_of(&objective.expression, &values);
        let fewer = run.or_with_fewer(&objective, None, None).expect("a solver that works");
        let all = construct(&Sets::in_fleets(&plan, &sea), &|| true).into_iter().filter_map(|itinerary| {
            run.traced(&objective, &itinerary, None).expect("a solver that works").map(value_of)
        });
        let all = all.reduce(f64::max);
        (fewer.map(value_of), all)
    }

    #[test]
    fn where_the_budget_does_not_last_for_all_the_dear_one_is_left_out() {
        let (fewer, all) = delivered(r#"speed = "12 kn""#, r#"cost = "60000 USD""#);
        assert!(all.is_none() && fewer > 2000.0, "{fewer} {all:?}");
    }

    #[test]
    fn where_fuel_is_bounded_they_go_slowly() {
        let speeds = r#"fuel = { price = "0 USD/t", co2 = 3.0 }, speeds = [{ speed = "12 kn", sailing = "40 t/d" }, { speed = "9 kn", sailing = "12 t/d" }]"#;
        let (fast, _) =
            delivered(&speeds.replace("9 kn", "3 kn"), r#"emissions = "270 t", cost = "60000 USD""#);
        let (slow, _) = delivered(speeds, r#"emissions = "270 t", cost = "60000 USD""#);
        assert!(slow > fast + 300.0, "{slow} {fast}");
    }

    #[test]
    fn where_bunkers_do_not_last_at_full_speed_they_go_slowly() {
        let fast = r#"{ speed = "12 kn", sailing = "60 t/d" }, "#;
        let speeds = r#"fuel = { working = "1 t/d", waiting = "1 t/d" }, bunkers = "20 t", speeds = [FAST{ speed = "8 kn", sailing = "12 t/d" }]"#;
        let text = PLAN.replace("SPEED", speeds).replace(r#"kind = "island""#, r#"kind = "port""#);
        let text = text.replace("2027-04-11", "2027-05-01");
        let text = text.lines().filter(|line| !line.contains("BUDGET"));
        let text = text.map(|line| format!("{line}\n")).collect::<String>();
        let (best, built) = delivered_by(&text.replace("FAST", fast));
        let (_, slow) = delivered_by(&text.replace("FAST", ""));
        assert!(slow.is_some() && best >= slow && built >= slow, "{best:?} {built:?} {slow:?}");
    }
}
