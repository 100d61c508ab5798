//! What one more unit of each capacity is worth to the first goal, with every way and every start as it is.
//!
//! In: a plan, its sea and an itinerary. Out: [`Prices`]: for each capacity that is measured in parts (tonnes, tonnes a day, money), what the
//! first goal (or the sum of goals with weights) gains by one more unit of it.
//! With the ways fixed a linear programme is left. Its duals prove of most capacities that more of them is of no use; each of the others
//! is solved again with one more unit, since a dual is only the most that a unit can bring, and too much where the programme is degenerate.
//! Not what other ways could make of it, nor whole ships and berths: see `one_more`.
//! Source: Bertsimas and Tsitsiklis 1997, Introduction to Linear Optimization, section 5.2.

use super::goals::Objective;
use super::optimise::{Model, Options};
use super::past::Past;
use super::run::Run;
use super::sets::Sets;
use super::solve::{Linear, solve_linear};
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Plan, Sea, Transfer, Vessel, tank_room};
use crate::schedule::Itinerary;
use good_lp::variable::ProblemVariables;
use good_lp::{Expression, IntoAffineExpression, variable};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

/// What more of the capacities of a plan is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prices {
    /// The goal that gains.
    pub goal: &'static str,
    /// What it comes to.
    pub value: f64,
    /// Each capacity, in the order of the plan's tables.
    pub capacities: Vec<Price>,
}

/// What one more unit of a capacity is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Price {
    /// What is bounded, as the plan's keys have it: `hold`, `store`, `rate`, `at_most`, `capacity` and so on.
    pub capacity: &'static str,
    /// Of which entry of the plan; of vessels that are alike, of each of them.
    pub of: String,
    /// For which commodity, where there could be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    /// How much there is.
    pub now: f64,
    /// In what that is measured: `t`, `t/d`, `m3/d`, `NM`, or the plan's currency.
    pub unit: String,
    /// What the goal gains by one more unit: less of it, where less is better.
    pub gain: f64,
}

/// Hours of a day, for rates.
const DAY: f64 = 24.0;

/// What one more unit of each capacity is worth; nothing where the itinerary does not fit the plan.
///
/// # Errors
/// When the solver breaks down.
pub fn prices(plan: &Plan, sea: &Sea, itinerary: &Itinerary) -> Result<Option<Prices>, Error> {
    price_all(plan, sea, itinerary, true)
}

fn price_all(
    plan: &Plan,
    sea: &Sea,
    itinerary: &Itinerary,
    duals_decide: bool,
) -> Result<Option<Prices>, Error> {
    let Some(now) = Fixed::new(plan, sea, itinerary)? else { return Ok(None) };
    let mut prices = Prices {
        goal: now.objective.name,
        value: now.linear.value * now.objective.unit,
        capacities: Vec::new(),
    };
    for capacity in capacities(plan) {
        let mut larger = plan.clone();
        (capacity.enlarge)(&mut larger, 1.0);
        let gain = now.gain(&larger, sea, itinerary, duals_decide)?;
        prices.capacities.push(Price { gain, ..capacity.price });
    }
    Ok(Some(prices))
}

/// The linear programme that is left when an itinerary's ways are fixed, solved.
struct Fixed<'p> {
    model: Model<'p>,
    objective: Objective,
    linear: Linear,
    /// What every variable that counts is held at, by its name.
    held: HashMap<String, f64>,
}

impl<'p> Fixed<'p> {
    fn new(plan: &'p Plan, sea: &'p Sea, itinerary: &Itinerary) -> Result<Option<Fixed<'p>>, Error> {
        let model = model_of(plan, sea, itinerary);
        let Some(objective) = model.objectives().into_iter().next() else { return Ok(None) };
        let never = AtomicBool::new(false);
        let options = Options::new(&never);
        let mut run = Run::new(&model, &options, 0.0);
        run.improve(&objective, true)?;
        let Some(values) = run.values else { return Ok(None) };
        let variables = model.vars.problem.iter_variables_with_def().zip(values);
        let held: HashMap<String, f64> = variables
            .filter(|((_, definition), _)| definition.is_integer())
            .map(|((_, definition), value)| (definition.get_name().to_owned(), value.round()))
            .collect();
        let linear = solve_linear(&hold(&model.vars.problem, &held), &model.rows, &objective)?;
        Ok(linear.map(|linear| Fixed { model, objective, linear, held }))
    }

    /// What a larger plan gains with the same ways.
    fn gain(
        &self,
        larger: &Plan,
        sea: &Sea,
        itinerary: &Itinerary,
        duals_decide: bool,
    ) -> Result<f64, Error> {
        let least = 1e-6 * self.linear.value.abs().max(1.0);
        let model = model_of(larger, sea, itinerary);
        if duals_decide && self.most_gain(&model).is_some_and(|most| most < least) {
            return Ok(0.0);
        }
        let Some(objective) = model.objectives().into_iter().next() else { return Ok(0.0) };
        let linear = solve_linear(&hold(&model.vars.problem, &self.held), &model.rows, &objective)?;
        let gain = linear.map_or(0.0, |linear| match objective.is_more_better {
            true => linear.value - self.linear.value,
            false => self.linear.value - linear.value,
        });
        Ok(if gain < least { 0.0 } else { to_digits(gain * self.objective.unit) })
    }

    /// The most that a larger model can gain by the duals of this one; nothing where the two differ in more than in bounds.
    fn most_gain(&self, larger: &Model<'_>) -> Option<f64> {
        let (here, there) = (&self.model, larger);
        let is_same = here.rows.len() == there.rows.len()
            && here.vars.len() == there.vars.len()
            && here.rows.iter().zip(&there.rows).all(|(a, b)| a.name() == b.name());
        if !is_same {
            return None;
        }
        let mut most = 0.0;
        let columns =
            here.vars.problem.iter_variables_with_def().zip(there.vars.problem.iter_variables_with_def());
        for (((_, a), (_, b)), dual) in columns.zip(&self.linear.columns) {
            if a.get_name() != b.get_name() {
                return None;
            }
            if !a.is_integer() && a.get_max() != b.get_max() && *dual != 0.0 {
                most += dual.abs() * (b.get_max() - a.get_max()).abs();
            }
        }
        for ((a, b), dual) in here.rows.iter().zip(&there.rows).zip(&self.linear.rows) {
            let (a_held, b_held) = (self.apart(here, a.expression()), self.apart(there, b.expression()));
            if a_held.1 != b_held.1 || (a.is_equality() && a_held.0 != b_held.0) {
                return None;
            }
            // Rows are kept as expression <= 0: what makes the expression smaller gives room.
            most += dual.abs() * (a_held.0 - b_held.0).max(0.0);
        }
        Some(most)
    }

    /// What an expression comes to in what is held, and its other terms, by place.
    fn apart(&self, model: &Model<'_>, expression: &Expression) -> (f64, Vec<(usize, f64)>) {
        let mut constant = expression.constant();
        let mut others = Vec::new();
        for (variable, factor) in expression.linear_coefficients() {
            let place = model.vars.place(variable);
            match self.linear.held[place] {
                Some(value) => constant += factor * value,
                None => others.push((place, factor)),
            }
        }
        others.sort_by_key(|(place, _)| *place);
        (constant, others)
    }
}

fn model_of<'p>(plan: &'p Plan, sea: &'p Sea, itinerary: &Itinerary) -> Model<'p> {
    let past = Past { until: plan.horizon.slots, itinerary, bars: &[], flows: false };
    Model::of_sets(Sets::after(plan, sea, &past), |_| true)
}

/// A number to seven digits: the rest is what a solver cannot tell from nothing.
pub(super) fn to_digits(number: f64) -> f64 {
    format!("{number:.6e}").parse().unwrap_or(number)
}

/// The variables with those that count held, and no more said to count, so that a linear programme is left.
fn hold(problem: &ProblemVariables, held: &HashMap<String, f64>) -> ProblemVariables {
    let mut fixed = ProblemVariables::new();
    for (_, definition) in problem.iter_variables_with_def() {
        fixed.add(if definition.is_integer() {
            let value = held.get(definition.get_name()).copied().unwrap_or(0.0);
            variable().clamp(value, value).name(definition.get_name())
        } else {
            definition.clone()
        });
    }
    fixed
}

/// Gives a plan so many more units of something.
type Enlarge = Box<dyn Fn(&mut Plan, f64)>;

/// A capacity, and how a plan comes to have more units of it.
pub(super) struct Capacity {
    pub(super) price: Price,
    pub(super) enlarge: Enlarge,
}

impl Capacity {
    fn new(
        (capacity, of): (&'static str, &str),
        (now, unit): (f64, &str),
        enlarge: impl Fn(&mut Plan, f64) + 'static,
    ) -> Capacity {
        let (of, unit) = (of.to_owned(), unit.to_owned());
        let price = Price { capacity, of, commodity: None, now, unit, gain: 0.0 };
        Capacity { price, enlarge: Box::new(enlarge) }
    }

    fn of_commodity(mut self, commodity: &str) -> Capacity {
        self.price.commodity = Some(commodity.to_owned());
        self
    }
}

/// Every capacity of a plan that is a bound, in the order of the plan's tables.
pub(super) fn capacities(plan: &Plan) -> Vec<Capacity> {
    let mut all = Vec::new();
    for (site, place) in plan.sites.entries() {
        for (commodity, goods) in plan.commodities.entries() {
            let (now, at) = (place.store[commodity.index()], commodity.index());
            if now > 0.0 && now.is_finite() {
                let more = move |plan: &mut Plan, by: f64| plan.sites[site].store[at] += by;
                all.push(Capacity::new(("store", &place.id), (now, "t"), more).of_commodity(&goods.id));
            }
        }
        if place.store_total.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.sites[site].store_total += by;
            all.push(Capacity::new(("store_total", &place.id), (place.store_total, "t"), more));
        }
        if place.water.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.sites[site].water += by / DAY;
            all.push(Capacity::new(("water", &place.id), (place.water * DAY, "m3/d"), more));
        }
    }
    for (first, ship) in plan.vessels.entries().filter(|(place, ship)| ship.like == *place) {
        for (commodity, goods) in plan.commodities.entries() {
            let (now, at) = (ship.hold[commodity.index()], commodity.index());
            // What the tanks take is theirs to bound.
            let is_bound = ship.tanks.is_empty() || now < tank_room(&ship.tanks, at);
            if now > 0.0 && now.is_finite() && is_bound {
                let alike = alike(plan, first);
                let more = move |plan: &mut Plan, by: f64| {
                    alike.iter().for_each(|&vessel| plan.vessels[vessel].hold[at] += by)
                };
                let name = of_all(plan, first, &ship.id);
                all.push(Capacity::new(("hold", name), (now, "t"), more).of_commodity(&goods.id));
            }
        }
        all.extend(of_vessel(plan, first));
    }
    for (place, lifts) in plan.samplings.entries() {
        let more = move |plan: &mut Plan, by: f64| plan.samplings[place].rate += by / DAY;
        all.push(Capacity::new(("rate", &lifts.id), (lifts.rate * DAY, "t/d"), more));
        if lifts.at_most.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.samplings[place].at_most += by;
            all.push(Capacity::new(("at_most", &lifts.id), (lifts.at_most, "t"), more));
        }
    }
    for (place, moves) in
        plan.transfers.entries().filter(|(_, t)| plan.vessels[t.stand.vessel].like == t.stand.vessel)
    {
        let alike = alike_transfers(plan, place);
        let more = move |plan: &mut Plan, by: f64| {
            alike.iter().for_each(|&transfer| plan.transfers[transfer].rate += by / DAY)
        };
        let name = of_all(plan, moves.stand.vessel, &moves.id);
        all.push(Capacity::new(("rate", name), (moves.rate * DAY, "t/d"), more));
        if moves.largest.is_finite() {
            let alike = alike_transfers(plan, place);
            let more = move |plan: &mut Plan, by: f64| {
                alike.iter().for_each(|&transfer| plan.transfers[transfer].largest += by)
            };
            all.push(Capacity::new(("largest", name), (moves.largest, "t"), more));
        }
    }
    all.extend(ashore(plan));
    all
}

/// What a vessel, and those alike, can take of all commodities together, how far it gets, and how long it may stay.
fn of_vessel(plan: &Plan, first: Ix<Vessel>) -> Vec<Capacity> {
    let ship = &plan.vessels[first];
    let name = of_all(plan, first, &ship.id);
    let mut all = Vec::new();
    let mut add = |capacity, now: Option<f64>, unit, more: fn(&mut Vessel, f64)| {
        let Some(now) = now else { return };
        let alike = alike(plan, first);
        let enlarge = move |plan: &mut Plan, by: f64| {
            alike.iter().for_each(|&vessel| more(&mut plan.vessels[vessel], by))
        };
        all.push(Capacity::new((capacity, name), (now, unit), enlarge));
    };
    let total = Some(ship.hold_total).filter(|total| total.is_finite());
    add("hold_total", total, "t", |ship, by| ship.hold_total += by);
    add("bunkers", ship.bunkers, "t", |ship, by| ship.bunkers.iter_mut().for_each(|tonnes| *tonnes += by));
    add("range", ship.range, "NM", |ship, by| ship.range.iter_mut().for_each(|miles| *miles += by));
    let calls = ship.demurrage.iter().flat_map(|terms| &terms.laytime).enumerate();
    for (nth, &(site, hours)) in calls {
        let alike = alike(plan, first);
        let enlarge = move |plan: &mut Plan, by: f64| {
            for &vessel in &alike {
                plan.vessels[vessel].demurrage.iter_mut().for_each(|terms| terms.laytime[nth].1 += by);
            }
        };
        let name = format!("{name} {}", plan.sites[site].id);
        all.push(Capacity::new(("laytime", &name), (hours, "h"), enlarge));
    }
    for (nth, tank) in ship.tanks.iter().enumerate() {
        let alike = alike(plan, first);
        let enlarge = move |plan: &mut Plan, by: f64| {
            alike.iter().for_each(|&vessel| enlarge_tank(&mut plan.vessels[vessel], nth, by))
        };
        let name = format!("{name} {}", tank.id);
        all.push(Capacity::new(("tank", &name), (tank.capacity, "t"), enlarge));
    }
    all
}

/// Gives a vessel a larger tank, and with it a hold that takes more of what only its tanks bound.
fn enlarge_tank(ship: &mut Vessel, tank: usize, by: f64) {
    let only_tanks: Vec<bool> =
        ship.hold.iter().enumerate().map(|(of, hold)| *hold >= tank_room(&ship.tanks, of)).collect();
    ship.tanks[tank].capacity += by;
    for (of, hold) in ship.hold.iter_mut().enumerate().filter(|(of, _)| only_tanks[*of]) {
        *hold = tank_room(&ship.tanks, of);
    }
}

/// The capacities of what goes on ashore, and of the budgets.
fn ashore(plan: &Plan) -> Vec<Capacity> {
    let mut all = Vec::new();
    for (place, process) in plan.processes.entries() {
        // One that works in batches has no capacity but the time that a batch takes.
        if process.capacity.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.processes[place].capacity += by / DAY;
            all.push(Capacity::new(("capacity", &process.id), (process.capacity * DAY, "t/d"), more));
        }
    }
    for (place, demand) in plan.demands.entries() {
        // To want more of what is late is no capacity: it only costs more.
        if demand.amount.is_finite() && demand.late.is_none() {
            let more = move |plan: &mut Plan, by: f64| plan.demands[place].amount += by;
            all.push(Capacity::new(("amount", &demand.id), (demand.amount, "t"), more));
        }
        if demand.rate.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.demands[place].rate += by / DAY;
            all.push(Capacity::new(("rate", &demand.id), (demand.rate * DAY, "t/d"), more));
        }
    }
    let currency = plan.currency.as_deref().unwrap_or_default();
    for (place, budget) in plan.budgets.entries() {
        if budget.cost.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.budgets[place].cost += by;
            all.push(Capacity::new(("cost", &budget.id), (budget.cost, currency), more));
        }
        if budget.emissions.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.budgets[place].emissions += by;
            all.push(Capacity::new(("emissions", &budget.id), (budget.emissions, "t"), more));
        }
        if let Some((_, feed)) = budget.feed {
            let more = move |plan: &mut Plan, by: f64| {
                plan.budgets[place].feed.iter_mut().for_each(|(_, tonnes)| *tonnes += by);
            };
            all.push(Capacity::new(("feed", &budget.id), (feed, "t"), more));
        }
    }
    all
}

/// The vessels that are like one, itself among them.
fn alike(plan: &Plan, first: Ix<Vessel>) -> Vec<Ix<Vessel>> {
    plan.vessels.entries().filter(|(_, ship)| ship.like == first).map(|(place, _)| place).collect()
}

/// The same transfer of every vessel that is like its own.
fn alike_transfers(plan: &Plan, transfer: Ix<Transfer>) -> Vec<Ix<Transfer>> {
    let own = |vessel: Ix<Vessel>| {
        let transfers = plan.transfers.entries().filter(move |(_, t)| t.stand.vessel == vessel);
        transfers.map(|(place, _)| place)
    };
    let first = plan.transfers[transfer].stand.vessel;
    let Some(nth) = own(first).position(|place| place == transfer) else { return vec![transfer] };
    alike(plan, first).into_iter().filter_map(|vessel| own(vessel).nth(nth)).collect()
}

/// The name of an entry of the plan that stands for several: that of the first, without its number.
pub(super) fn of_all<'n>(plan: &Plan, first: Ix<Vessel>, name: &'n str) -> &'n str {
    match plan.count_like(first) {
        1 => name,
        _ => name.strip_suffix("-1").unwrap_or(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Outcome, optimise};
    use crate::plan::load;
    use std::path::Path;

    /// What a step gains a unit, and the most that the duals let it gain.
    type Step = (f64, Option<f64>);

    /// For each capacity the step of one unit, and that of a thousandth of it.
    fn gains(name: &str) -> Vec<(String, [Step; 2])> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans").join(name);
        let (plan, sea) = load(&path).expect("files").plan.expect("a plan without fault");
        let never = AtomicBool::new(false);
        let Outcome::Solved(solved) =
            optimise(&plan, &sea, &Options::new(&never)).expect("a solver that works")
        else {
            panic!("{name} has no schedule");
        };
        let now =
            Fixed::new(&plan, &sea, &solved.itinerary).expect("a solver that works").expect("a solution");
        let of_one = |capacity: Capacity| {
            let by = |step: f64| {
                let mut larger = plan.clone();
                (capacity.enlarge)(&mut larger, step);
                let gain = now.gain(&larger, &sea, &solved.itinerary, false).expect("a solver that works");
                (
                    gain / step,
                    now.most_gain(&model_of(&larger, &sea, &solved.itinerary)).map(|most| most / step),
                )
            };
            (format!("{} {}", capacity.price.capacity, capacity.price.of), [by(1.0), by(1e-3)])
        };
        capacities(&plan).into_iter().map(of_one).collect()
    }

    #[test]
    fn duals_are_what_a_small_step_gains_and_never_less() {
        let mut with_gain = 0;
        for name in ["chikyu-2026", "rare-earth-chain", "windows"] {
            for (capacity, [(whole, most), (small, most_small)]) in gains(name) {
                let (most, most_small) = (most.expect("the same rows"), most_small.expect("the same rows"));
                assert!(
                    whole <= most + 1e-6 && small <= most_small + 1e-3,
                    "{name} {capacity}: {whole} {small} {most}"
                );
                // A second unit never brings more than the first part of one.
                assert!(whole <= small + 1e-3, "{name} {capacity}: {whole} {small}");
                with_gain += usize::from(whole > 0.0);
            }
        }
        assert_eq!(with_gain, 3);
    }
}
