//! Why amounts cannot be reached: reserves that cannot be filled, demands that cannot be met, samplings that must lift too much, budgets that do
//! not suffice.
//!
//! In: the sets of a model, or the model once it was found infeasible. Out: reasons in words a planner understands.
//! Before solving: what must be in a store by a date is held against all that can have come there by then. After solving: every
//! such rule may be broken at a price, and the one that is enough by itself, or those that are broken at the least price, are named with how far they
//! are off.

use super::goals::Objective;
use super::optimise::{Model, Options};
use super::sets::Sets;
use super::solve::{Answer, solve};
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Commodity, Holder, Process, Site};
use crate::time::{Slot, short};
use good_lp::variable::ProblemVariables;
use good_lp::{Constraint, Expression, Variable, variable};

/// What can be seen without a solver: more must be in a store, or have left it, than can ever have come there.
pub fn out_of_reach(sets: &Sets<'_>) -> Vec<String> {
    let plan = sets.plan;
    let mut reasons = Vec::new();
    let when = |slot: Slot| short(plan.zone.local(plan.horizon.time(slot)));
    for reserve in &plan.reserves {
        let floors = reserve.floors(&plan.horizon, &plan.disruptions);
        let most = |slot: Slot| most_by(sets, reserve.site, reserve.commodity, slot, DEEPEST);
        let mut corners = (0..floors.len()).filter(|&slot| slot == 0 || floors[slot] > floors[slot - 1]);
        let Some(slot) = corners.find(|&slot| floors[slot] > most(slot) * (1.0 + 1e-9) + 1e-9) else {
            continue;
        };
        let (commodity, site) = (&plan.commodities[reserve.commodity].id, &plan.sites[reserve.site].id);
        reasons.push(format!(
            "the reserve {} cannot be filled: {} of {commodity} must be at {site} by {}, and no more than {} can have come there by then",
            reserve.id,
            tonnes(floors[slot]),
            when(slot),
            tonnes(most(slot)),
        ));
    }
    for demand in plan.demands.iter().filter(|demand| demand.at_least > 0.0) {
        let most = most_by(sets, demand.site, demand.commodity, demand.slots.end, DEEPEST);
        if demand.at_least > most * (1.0 + 1e-9) + 1e-9 {
            let (commodity, site) = (&plan.commodities[demand.commodity].id, &plan.sites[demand.site].id);
            reasons.push(format!(
                "the demand {} cannot be met: it must have {} of {commodity}, and no more than {} can have come to {site} by {}",
                demand.id,
                tonnes(demand.at_least),
                tonnes(most),
                when(demand.slots.end),
            ));
        }
    }
    reasons
}

fn tonnes(amount: f64) -> String {
    format!("{} t", (amount * 1000.0).round() / 1000.0)
}

/// Chains longer than this are not followed: there is then no bound.
const DEEPEST: usize = 6;
/// How many kilogrammes, or thousandths of anything else, may come of a solver's tolerance.
const SOLVED: f64 = 1e-3;

/// No more than so many tonnes can have come to a store by a slot: every transfer and process at its best, `depth` processes deep.
fn most_by(sets: &Sets<'_>, site: Ix<Site>, commodity: Ix<Commodity>, by: Slot, depth: usize) -> f64 {
    let plan = sets.plan;
    let mut brought = 0.0;
    for (place, transfer) in plan.transfers.entries() {
        if transfer.ends().1 == Holder::Site(site) && transfer.commodity == commodity {
            let slots = sets.moving[place.index()].partition_point(|(slot, _)| *slot < by);
            let ships = sets.count(transfer.stand.vessel).max(1.0);
            brought += slots as f64 * sets.move_per_slot(place) * ships;
        }
    }
    // No more can be brought than is lifted, or made anywhere.
    let lifted = plan.samplings.entries().filter(|(_, sampling)| sampling.commodity == commodity);
    let lifted = lifted.map(|(place, sampling)| {
        let slots = sets.lifting[sets.joined[place.index()].index()].partition_point(|(slot, _)| *slot < by);
        let ships = sets.count(sampling.stand.vessel).max(1.0);
        (slots as f64 * sets.lift_per_slot(place) * ships).min(sampling.at_most)
    });
    let anywhere = made_by(sets, None, commodity, by, depth);
    let (on_land, at_sea) = plan.all_at_start(commodity);
    let here = plan.at_start(Holder::Site(site), commodity);
    let elsewhere = lifted.sum::<f64>() + anywhere + on_land + at_sea - here;
    brought.min(elsewhere) + made_by(sets, Some(site), commodity, by, depth) + here
}

/// No more than so many tonnes of a commodity can have been made by a slot, at a site or anywhere.
fn made_by(sets: &Sets<'_>, site: Option<Ix<Site>>, commodity: Ix<Commodity>, by: Slot, depth: usize) -> f64 {
    let plan = sets.plan;
    let is_maker =
        |process: &Process| process.to == commodity && site.is_none_or(|site| process.site == site);
    let makers = plan.processes.entries().filter(|(_, process)| is_maker(process));
    let made = makers.map(|(place, process)| {
        let slots = sets.feeding[place.index()].partition_point(|&slot| slot < by);
        let fed = slots as f64 * process.per_slot(&plan.horizon);
        let come = match depth.checked_sub(1) {
            Some(depth) => most_by(sets, process.site, process.from, by, depth),
            None => f64::INFINITY,
        };
        process.yields * fed.min(come)
    });
    made.sum()
}

/// For how many times of a rhythm it counts when a vessel is not there to be served.
const THERE: f64 = 2.0;

/// For how many whole amounts it counts when something does not begin as soon after something else as it must.
const WITHIN: f64 = 5.0;

/// For how many times of itself it counts when a sampling lifts none of what it must.
const LIFTS: f64 = 1000.0;

/// A rule that may be broken at a price.
struct Rule {
    /// How the names of its rows begin.
    prefix: String,
    /// What is said of it when it is broken, before and after the amount; without one where it does not matter.
    words: (String, Option<String>),
    /// What it is off by.
    off: Variable,
    /// What it costs to be off by one.
    price: f64,
}

/// Which rules of amounts, rhythms and services stand in the way, and how far off they are at best; nothing when it is not they.
///
/// # Errors
/// When the solver breaks down.
pub fn broken(model: &Model<'_>, options: &Options<'_>) -> Result<Vec<String>, Error> {
    let (plan, labels) = (model.sets.plan, &model.sets.labels);
    let mut problem = model.vars.problem.clone();
    let mut rules: Vec<Rule> = Vec::new();
    let mut rule = |prefix: String, before: String, after: String, size: f64| {
        let off = problem.add(variable().min(0.0).name(format!("off{}", rules.len())));
        let words = (before, (!after.is_empty()).then_some(after));
        rules.push(Rule { prefix, words, off, price: 1.0 / size.max(1e-3) });
    };
    for (reserve, label) in plan.reserves.iter().zip(&labels.reserves) {
        let before = format!("the reserve {} cannot be kept: at best it is ", reserve.id);
        rule(format!("reserve({label},"), before, " t short at some time".to_owned(), reserve.target);
    }
    for (demand, label) in plan.demands.iter().zip(&labels.demands) {
        let before = format!("the demand {} cannot be met: at best it is ", demand.id);
        rule(format!("demand({label},least)"), before, " t short".to_owned(), demand.at_least);
    }
    let lifts = plan.samplings.iter().zip(&labels.samplings).filter(|(lift, _)| lift.at_least > 0.0);
    for (lift, label) in lifts {
        let must = tonnes(lift.at_least);
        let before = format!("the sampling {} cannot lift {must} as it must: at best it is ", lift.id);
        // Where a budget or another rule stands in the way as well, that tells more.
        rule(format!("sampling({label},least)"), before, " t short".to_owned(), lift.at_least / LIFTS);
    }
    for (budget, label) in plan.budgets.iter().zip(&labels.budgets) {
        let unit = plan.currency.as_deref().unwrap_or("");
        let before = format!("the budget {} does not suffice: at least ", budget.id);
        let more = format!(" {unit} more are needed");
        rule(
            format!("budget({label},cost)"),
            before.clone(),
            more,
            if budget.cost.is_finite() { budget.cost } else { 1.0 },
        );
        let most = if budget.emissions.is_finite() { budget.emissions } else { 1.0 };
        let more = " t of carbon dioxide more are needed".to_owned();
        rule(format!("budget({label},emissions)"), before.clone(), more, most);
        let feed = budget.feed.map_or(1.0, |(_, tonnes)| tonnes);
        rule(format!("budget({label},feed)"), before, " t more are needed".to_owned(), feed);
    }
    for ((place, task), label) in plan.tasks.entries().zip(&labels.tasks) {
        let Some(every) = task.every else { continue };
        let names = plan.rhythm_names(place, "and");
        let before = match plan.in_rhythm(place).count() {
            1 => format!("{names} cannot keep its rhythm of {every}: it would have to be done "),
            _ => format!(
                "{names} cannot keep the rhythm of {every} together: one of them would have to be done "
            ),
        };
        rule(format!("rhythm({label},"), before, " more, and does not fit".to_owned(), 1.0);
    }
    for (task, label) in plan.tasks.iter().zip(&labels.tasks) {
        let Some((served, site)) = task.serves.zip(task.site) else { continue };
        let (served, site) = (&plan.vessels[served].id, &plan.sites[site].id);
        let before = format!("{} cannot be done while {served} lies at {site}, as it must be", task.id);
        // Of a rhythm and who is there for it, who is not there tells more.
        rule(format!("service({label},"), before, String::new(), THERE);
    }
    for (task, label) in plan.tasks.iter().zip(&labels.tasks) {
        for after in &task.after {
            let Some(within) = after.within else { continue };
            let before = &plan.tasks[after.task].id;
            let words = format!("{} cannot begin within {within} after {before}, as it must", task.id);
            let prefix = format!("within({},{label},", labels.tasks[after.task.index()]);
            rule(prefix, words, String::new(), 1.0 / WITHIN);
        }
    }
    let eased = Eased { model, problem, rules, options };
    let Some((_, off)) = eased.least(|_| true)? else { return Ok(Vec::new()) };
    if off.len() < 2 {
        return Ok(eased.told(&off));
    }
    // Where one of them alone is enough, the others need not be broken.
    let mut best: Option<Off> = None;
    for &(only, _) in &off {
        if let Some((price, off)) = eased.least(|rule| rule == only)?
            && best.as_ref().is_none_or(|(known, _)| price < *known)
        {
            best = Some((price, off));
        }
    }
    Ok(eased.told(&best.map_or(off, |(_, off)| off)))
}

/// A price, and the rules that are broken for it, by place, with how far they are off.
type Off = (f64, Vec<(usize, f64)>);

/// A model in which rules may be broken at a price.
struct Eased<'e> {
    model: &'e Model<'e>,
    problem: ProblemVariables,
    rules: Vec<Rule>,
    options: &'e Options<'e>,
}

impl Eased<'_> {
    /// The least price at which some of the rules are broken, and which are, by place, with how far they are off; nothing where no more
    /// is known.
    fn least(&self, may: impl Fn(usize) -> bool) -> Result<Option<Off>, Error> {
        let eased = |row: &Constraint| -> Constraint {
            let name = row.name().unwrap_or_default();
            match self.rules.iter().position(|rule| name.starts_with(&rule.prefix)) {
                // Rows are kept as expression <= 0.
                Some(rule) if may(rule) => (row.expression().clone() - self.rules[rule].off).leq(0.0),
                _ => row.clone(),
            }
        };
        let rows: Vec<Constraint> = self.model.rows.iter().map(eased).collect();
        let mut expression = Expression::default();
        self.rules.iter().for_each(|rule| expression.add_mul(rule.price, rule.off));
        let objective = Objective { name: "off", is_more_better: false, expression, dream: 0.0, unit: 1.0 };
        let answer = solve(&self.problem, &rows, &objective, None, &self.options.aside())?;
        let Answer::Found { values, .. } = answer else { return Ok(None) };
        // What they are off by was added last, in order.
        let first = values.len() - self.rules.len();
        let off: Vec<(usize, f64)> =
            values[first..].iter().copied().enumerate().filter(|(_, off)| *off > 1e-6).collect();
        Ok(Some((off.iter().map(|&(rule, off)| self.rules[rule].price * off).sum(), off)))
    }

    /// What is said of rules that are off.
    fn told(&self, off: &[(usize, f64)]) -> Vec<String> {
        let of_one = |&(rule, off): &(usize, f64)| match &self.rules[rule].words {
            (before, Some(after)) => format!("{before}{}{after}", (off * 1000.0 - SOLVED).ceil() / 1000.0),
            (before, None) => before.clone(),
        };
        off.iter().map(of_one).collect()
    }
}
