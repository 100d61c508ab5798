//! What stands in the way of a demand that must be met or a reserve that must be there: how much there can be at most, and what binds.
//!
//! In: a plan for which there is no schedule, and its sea. Out: a sentence for each demand and each reserve that cannot be filled even if
//! nothing else is asked of the chain; tasks and the way home stay as they are.
//! A reserve is looked at as a demand that ends when the reserve must be there. What binds is found by planning anew with one more unit.

use super::one_more::{OneMore, larger, one_more};
use super::optimise::{Options, Outcome, optimise};
use super::solve::gap;
use crate::error::Error;
use crate::plan::{Demand, Goal, Plan, Reserve, Sea};
use crate::schedule::GoalStamp;

/// How many capacities that bind a sentence names.
const NAMED: usize = 3;

/// Why demands and reserves cannot be filled, one sentence each.
///
/// # Errors
/// When the solver breaks down.
pub fn bottlenecks(plan: &Plan, sea: &Sea, options: &Options<'_>) -> Result<Vec<String>, Error> {
    let options = Options { explains: false, ..*options };
    let must = plan.demands.iter().filter(|demand| demand.at_least > 0.0);
    let demands = must.map(|demand| ("demand", demand.at_least, demand.clone()));
    let reserves = plan.reserves.iter().map(|reserve| ("reserve", reserve.target, filling(plan, reserve)));
    let mut sentences = Vec::new();
    for (what, wanted, demand) in demands.chain(reserves) {
        let alone = alone(plan, demand);
        let Outcome::Solved(solved) = optimise(&alone, sea, &options)? else { continue };
        let Some(most) = solved.stamp.goals.first().filter(|most| most.value < wanted - 1e-6) else {
            continue;
        };
        let binding = one_more(&larger(&alone), sea, &solved.stamp, &options)?;
        let of = alone.demands.iter().map(|demand| demand.id.as_str()).collect::<String>();
        sentences.push(sentence((what, &of, wanted), most, &binding));
    }
    Ok(sentences)
}

/// A demand that wants what a reserve must hold, until it must.
fn filling(plan: &Plan, reserve: &Reserve) -> Demand {
    Demand {
        id: reserve.id.clone(),
        name: reserve.name.clone(),
        site: reserve.site,
        commodity: reserve.commodity,
        amount: reserve.target,
        rate: f64::INFINITY,
        from: plan.horizon.start,
        to: reserve.by,
        slots: 0..0,
        value: Vec::new(),
        at_least: 0.0,
        late: None,
    }
}

/// The plan in which nothing is wanted ashore but as much as can be for one demand.
fn alone(plan: &Plan, demand: Demand) -> Plan {
    let mut alone = plan.clone();
    let demand = Demand { value: vec![(f64::INFINITY, 1.0)], at_least: 0.0, late: None, ..demand };
    alone.demands = std::iter::once(demand).collect();
    alone.reserves = std::iter::empty().collect();
    (alone.goals, alone.weights, alone.tolerance) = (vec![Goal::Supplied], None, 0.0);
    alone.lay_shore();
    alone
}

fn sentence((what, of, wanted): (&str, &str, f64), most: &GoalStamp, binding: &[OneMore]) -> String {
    let round = |tonnes: f64| (tonnes * 1000.0).round() / 1000.0;
    let bound = most.bound.unwrap_or(most.value);
    let at_most = match gap(most.value, bound) == 0.0 {
        true => format!("{} t at most", round(most.value)),
        false => format!("{} t as far as is known, and {} t at most", round(most.value), round(bound)),
    };
    let mut gains: Vec<(f64, &OneMore)> =
        binding.iter().filter_map(|one| Some((one.at_least?, one))).filter(|(gain, _)| *gain > 0.0).collect();
    gains.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let names: Vec<String> = gains.iter().take(NAMED).map(|(gain, one)| named(one, *gain)).collect();
    let binds = match names.is_empty() {
        true => {
            "of no single capacity one unit more is known to help: a larger step, more of several, other ways or more time may".to_owned()
        }
        false => format!("it would have more with {}", names.join(", or ")),
    };
    format!("the {what} {of} asks for {} t and, if all goes to it, gets {at_most}; {binds}", round(wanted))
}

fn named(one: &OneMore, gain: f64) -> String {
    let gain = (gain * 1e6).round() / 1e6;
    let for_it = one.commodity.as_ref().map_or(String::new(), |commodity| format!(" for {commodity}"));
    match one.unit.as_deref() {
        Some(unit) => format!("1 {unit} more of `{}` of {}{for_it} ({gain} t more)", one.what, one.of),
        None => format!("one more {} {} ({gain} t more)", one.what, one.of),
    }
}
