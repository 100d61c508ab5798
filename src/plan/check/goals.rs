//! Goals: each once, with something in the plan that it counts; and money in one currency.
//!
//! In: the plan as written. Out: goals that count nothing, and worth, dates and costs that no goal counts.
//! A plan without `[goal]` has goals all the same: see `default_goals` in [`crate::plan`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, entries};
use crate::plan::raw::{
    Cost, CostPerTonne, CostPerTonneDay, DayRate, GoalWord, RawFuel, RawHire, RawPlan, RawVessel,
};
use crate::units::Money;
use std::collections::HashMap;
use std::ops::Range;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("goal-twice", "A goal is named twice."),
            ("goal-none", "A plan has a list of goals with no goal in it."),
        ],
        look: order,
    },
    Check {
        kinds: &[
            ("goal-both", "Goals have an order and weights, and only one of the two can be meant."),
            ("goal-neither", "A plan has a table of goals that names none."),
            ("goal-weight", "The weight of a goal is not more than nothing."),
            (
                "tolerance-without-order",
                "Something may be given up for the next goal, and no goal is the next.",
            ),
        ],
        look: weights,
    },
    Check {
        kinds: &[("goal-out-of-reach", "The plan has nothing that a goal could count.")],
        look: out_of_reach,
    },
    Check {
        kinds: &[
            ("due-without-goal", "A due date is given, and no goal counts lateness."),
            ("value-without-goal", "Tonnes have a worth, and no goal counts it."),
        ],
        look: uncounted,
    },
    Check {
        kinds: &[
            ("bad-currency", "A currency is not written in three capital letters."),
            ("cost-currency", "A cost is in another currency than the plan, or the plan has none."),
        ],
        look: currency,
    },
];

/// The goals as the plan writes them, in order or with weights; nothing when it writes none, or they were not all read.
pub(super) fn written(raw: &RawPlan) -> Option<Vec<&Spanned<GoalWord>>> {
    let goal = raw.goal.as_ref()?.get_ref();
    if goal.spoilt.has("order") || goal.spoilt.has("weights") {
        return None;
    }
    let weights = || Some(goal.weights.as_ref()?.get_ref().0.iter().map(|(goal, _)| goal).collect());
    goal.order.as_ref().map(|order| order.get_ref().iter().collect()).or_else(weights)
}

fn order(draft: &Draft<'_>, found: &mut Diagnostics) {
    let Some(order) = draft.raw.goal.as_ref().and_then(|goal| goal.get_ref().order.as_ref()) else { return };
    if order.get_ref().is_empty() && written(&draft.raw).is_some() {
        found.push(
            draft
                .error("goal-none", order.span(), "there is no goal in this list")
                .help("write order = [\"finish\"], or leave [goal] out"),
        );
    }
    let mut lines: HashMap<&str, usize> = HashMap::new();
    for goal in order.get_ref() {
        let word = goal.get_ref().word();
        if let Some(first) = lines.insert(word, draft.place(goal.span()).line) {
            found.push(
                draft
                    .error("goal-twice", goal.span(), format!("the goal {word:?} is named twice"))
                    .label(format!("it is there already, in line {first}"))
                    .help("the first place counts: leave this one out"),
            );
        }
    }
}

fn weights(draft: &Draft<'_>, found: &mut Diagnostics) {
    let Some(goal) = draft.raw.goal.as_ref().map(Spanned::get_ref) else { return };
    let is_spoilt = goal.spoilt.has("order") || goal.spoilt.has("weights");
    let Some(weights) = &goal.weights else {
        if goal.order.is_none() && !is_spoilt {
            found.push(
                draft
                    .error("goal-neither", goal.span.clone(), "this table names no goal")
                    .help("add order = [\"finish\"], or weights = { ... }, or leave [goal] out"),
            );
        }
        return;
    };
    if let Some(order) = &goal.order {
        let line = draft.place(order.span()).line;
        found.push(
            draft
                .error("goal-both", weights.span(), "goals are solved in order or with weights, not both")
                .label(format!("the order stands in line {line}"))
                .help("leave one of the two out"),
        );
    } else if let Some(tolerance) = &goal.tolerance {
        found.push(
            draft
                .error(
                    "tolerance-without-order",
                    tolerance.span(),
                    "weights leave nothing to give up for a next goal",
                )
                .help("leave the tolerance out: the weights say what is given up for what"),
        );
    }
    if weights.get_ref().0.is_empty() && !is_spoilt {
        found.push(
            draft
                .error("goal-none", weights.span(), "there is no goal among these weights")
                .help("write weights = { delivered = 1.0, cost = 0.00002 }, or leave [goal] out"),
        );
    }
    for (word, weight) in weights.get_ref().0.iter().filter(|(_, weight)| *weight.get_ref() <= 0.0) {
        let (word, number) = (word.get_ref(), *weight.get_ref());
        let help = match (number == 0.0, word.is_more_better()) {
            (true, _) => "leave the goal out where it does not count".to_owned(),
            (false, true) => format!("more of {} is better: write what each unit is worth", word.word()),
            (false, false) => format!(
                "less of {} is better already, so that each unit counts less than nothing: write {}",
                word.word(),
                -number
            ),
        };
        let message = format!("the weight of {:?} is {number}, and must be more than 0", word.word());
        found.push(draft.error("goal-weight", weight.span(), message).help(help));
    }
}

fn out_of_reach(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let has_list = |list: &str, is_empty: bool| !is_empty || draft.is_broken || raw.spoilt.is_unread(list);
    let lifts = has_list("sampling", RawPlan::entries(&raw.sampling).is_empty());
    let brings = entries(&raw.transfer).any(|transfer| {
        transfer.to.as_ref().is_none_or(|to| draft.index(List::Vessel, to.get_ref()).is_none())
    });
    let has_due = entries(&raw.task).any(|task| task.due.is_some() || task.spoilt.has("due"));
    let has_cost = has_cost(raw);
    for goal in written(raw).unwrap_or_default() {
        let (is_there, what, help) = match goal.get_ref() {
            GoalWord::Delivered if has_list("transfer", !brings) => (
                lifts,
                "nothing is lifted, and what is there at the start does not count",
                "add a [[sampling]], or a [[demand]] where it is wanted and the goal \"supplied\"",
            ),
            GoalWord::Delivered => (
                false,
                "no transfer brings anything to a site",
                "add a [[transfer]] from a vessel to a site, or leave this goal out",
            ),
            GoalWord::Sampled => (lifts, "nothing is lifted", "add a [[sampling]], or leave this goal out"),
            GoalWord::Lateness => (
                has_list("task", !has_due),
                "no task has a due date",
                "add `due` to the tasks that should end by a date, or leave this goal out",
            ),
            GoalWord::Cost => (
                has_list("task", !has_cost) || raw.spoilt.is_unread("vessel"),
                "nothing has a cost",
                "add `cost` to tasks or processes, `day_rate`, `hire`, `demurrage` or a price of `fuel` to vessels, `dues` to sites or `late` to demands, or leave this goal out",
            ),
            GoalWord::Emissions => (
                raw.spoilt.is_unread("vessel") || entries(&raw.vessel).any(emits),
                "no vessel burns fuel whose carbon dioxide is known",
                "add `fuel` with `co2` to vessels, or leave this goal out",
            ),
            GoalWord::Supplied => (
                has_list("demand", RawPlan::entries(&raw.demand).is_empty()),
                "nothing is wanted ashore",
                "add a [[demand]], or leave this goal out",
            ),
            GoalWord::Finish => continue,
        };
        if is_there {
            continue;
        }
        let word = goal.get_ref().word();
        let message = format!("the goal {word:?} has nothing to count: {what}");
        // Without lateness or cost the schedule is the same; without a way ashore it is not what is wanted.
        let diagnostic = match goal.get_ref() {
            GoalWord::Delivered | GoalWord::Sampled | GoalWord::Supplied => {
                draft.error("goal-out-of-reach", goal.span(), message)
            }
            _ => draft.warning("goal-out-of-reach", goal.span(), message),
        };
        found.push(diagnostic.help(help));
    }
}

/// Whether anything in the plan costs anything, or may be meant to.
pub(super) fn has_cost(raw: &RawPlan) -> bool {
    entries(&raw.task).any(|task| task.cost.is_some() || task.spoilt.has("cost"))
        || entries(&raw.vessel).any(costs_something)
        || entries(&raw.site).any(|site| site.dues.is_some() || site.spoilt.has("dues"))
        || entries(&raw.process).any(|process| process.cost.is_some() || process.spoilt.has("cost"))
        || entries(&raw.demand).any(|demand| demand.late.is_some() || demand.spoilt.has("late"))
}

/// Whether a vessel costs anything, or may be meant to.
fn costs_something(vessel: &RawVessel) -> bool {
    let fee = |hire: &RawHire| {
        hire.mobilisation.is_some()
            || hire.voyage.is_some()
            || ["mobilisation", "voyage"].iter().any(|key| hire.spoilt.has(key))
    };
    let price = |fuel: &RawFuel| fuel.price.is_some() || fuel.spoilt.has("price");
    vessel.day_rate.is_some()
        || vessel.demurrage.is_some()
        || vessel.hire.as_ref().is_some_and(|hire| fee(hire.get_ref()))
        || vessel.fuel.as_ref().is_some_and(|fuel| price(fuel.get_ref()))
        || ["day_rate", "hire", "fuel", "demurrage"].iter().any(|key| vessel.spoilt.has(key))
}

/// Whether the carbon dioxide of a vessel is known, or may be meant to be.
pub(super) fn emits(vessel: &RawVessel) -> bool {
    let is_known = |fuel: &RawFuel| fuel.co2.is_some() || fuel.spoilt.has("co2");
    vessel.fuel.as_ref().is_some_and(|fuel| is_known(fuel.get_ref())) || vessel.spoilt.has("fuel")
}

fn uncounted(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    if draft.is_broken
        || raw.spoilt.is_unread("goal")
        || raw
            .goal
            .as_ref()
            .is_some_and(|goal| goal.get_ref().spoilt.has("order") || goal.get_ref().spoilt.has("weights"))
    {
        return;
    }
    let order = written(raw);
    let counts = |goal: GoalWord| order.iter().flatten().any(|word| *word.get_ref() == goal);
    if !counts(GoalWord::Lateness)
        && let Some(due) = entries(&raw.task).find_map(|task| task.due.as_ref())
    {
        found.push(
            draft
                .warning(
                    "due-without-goal",
                    due.span(),
                    "no goal counts lateness, so that due dates mean nothing",
                )
                .help(add_goal(raw, "lateness")),
        );
    }
    let are_counted = order.is_none() || counts(GoalWord::Delivered) || counts(GoalWord::Sampled);
    if !counts(GoalWord::Supplied)
        && order.is_some()
        && let Some(value) = entries(&raw.demand).find_map(|demand| demand.value.as_ref())
    {
        found.push(
            draft
                .warning(
                    "value-without-goal",
                    value.span(),
                    "no goal counts what is supplied, so that its worth means nothing",
                )
                .help(add_goal(raw, "supplied")),
        );
    }
    if !are_counted && let Some(value) = entries(&raw.sampling).find_map(|sampling| sampling.value.as_ref()) {
        found.push(
            draft
                .warning(
                    "value-without-goal",
                    value.span(),
                    "no goal counts what is lifted, so that its worth means nothing",
                )
                .help(add_goal(raw, "delivered")),
        );
    }
}

/// How a goal is added to those of a plan.
pub(super) fn add_goal(raw: &RawPlan, goal: &str) -> String {
    if raw.goal.as_ref().is_some_and(|goal| goal.get_ref().weights.is_some()) {
        return format!("add `{goal} = ...` to the weights in [goal]: what each unit of it counts");
    }
    let order = written(raw);
    let mut words: Vec<&str> = order.iter().flatten().map(|word| word.get_ref().word()).collect();
    words.insert(0, goal);
    if order.is_none() {
        words.push("finish");
    }
    format!("write order = {words:?} in [goal], in the order that is meant")
}

fn currency(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let Some(head) = raw.plan.as_ref().map(Spanned::get_ref) else { return };
    if let Some(currency) = &head.currency
        && !(currency.get_ref().len() == 3 && currency.get_ref().bytes().all(|b| b.is_ascii_uppercase()))
    {
        found.push(
            draft
                .error("bad-currency", currency.span(), format!("{:?} is no currency", currency.get_ref()))
                .help("write its three letters, such as \"USD\", \"JPY\" or \"EUR\""),
        );
        return;
    }
    let costs = costs(raw);
    match &head.currency {
        Some(currency) => {
            for (span, money) in costs.iter().filter(|(_, money)| money.currency != *currency.get_ref()) {
                found.push(
                    draft
                        .error(
                            "cost-currency",
                            span.clone(),
                            format!(
                                "this cost is in {}, and the plan in {}",
                                money.currency,
                                currency.get_ref()
                            ),
                        )
                        .label(format!("not in {}", currency.get_ref()))
                        .help(format!(
                            "write it in {}; mudline knows no rates of exchange",
                            currency.get_ref()
                        )),
                );
            }
        }
        None if draft.is_left_out(&head.currency, "currency", &head.spoilt) => {
            let Some((span, money)) = costs.first() else { return };
            found.push(
                draft
                    .error(
                        "cost-currency",
                        span.clone(),
                        "the plan has costs, and does not say in which currency it counts",
                    )
                    .help(format!("add currency = \"{}\" to [plan]", money.currency)),
            );
        }
        None => {}
    }
}

/// Every amount of money in the plan, in the order of the file.
fn costs(raw: &RawPlan) -> Vec<(Range<usize>, &Money)> {
    let tasks = entries(&raw.task).filter_map(|task| task.cost.as_ref());
    let tasks = tasks.map(|cost| {
        let Cost(money) = cost.get_ref();
        (cost.span(), money)
    });
    let vessels = entries(&raw.vessel).filter_map(|vessel| vessel.day_rate.as_ref());
    let vessels = vessels.map(|rate| {
        let DayRate(money) = rate.get_ref();
        (rate.span(), money)
    });
    let demurrages = entries(&raw.vessel).filter_map(|vessel| vessel.demurrage.as_ref());
    let demurrages = demurrages.map(|rate| {
        let DayRate(money) = rate.get_ref();
        (rate.span(), money)
    });
    let processes = entries(&raw.process).filter_map(|process| process.cost.as_ref());
    let processes = processes.map(|cost| {
        let CostPerTonne(money) = cost.get_ref();
        (cost.span(), money)
    });
    let dues = entries(&raw.site).filter_map(|site| site.dues.as_ref());
    let dues = dues.map(|cost| {
        let Cost(money) = cost.get_ref();
        (cost.span(), money)
    });
    let budgets = entries(&raw.budget).filter_map(|budget| budget.cost.as_ref());
    let budgets = budgets.map(|cost| {
        let Cost(money) = cost.get_ref();
        (cost.span(), money)
    });
    let demands = entries(&raw.demand).filter_map(|demand| demand.late.as_ref());
    let demands = demands.map(|late| {
        let CostPerTonneDay(money) = late.get_ref();
        (late.span(), money)
    });
    let hires = entries(&raw.vessel).filter_map(|vessel| vessel.hire.as_ref()).map(Spanned::get_ref);
    let hires = hires.flat_map(|hire| [&hire.mobilisation, &hire.voyage]).flatten().map(|cost| {
        let Cost(money) = cost.get_ref();
        (cost.span(), money)
    });
    let fuels = entries(&raw.vessel).filter_map(|vessel| vessel.fuel.as_ref()?.get_ref().price.as_ref());
    let fuels = fuels.map(|price| {
        let CostPerTonne(money) = price.get_ref();
        (price.span(), money)
    });
    let mut costs: Vec<(Range<usize>, &Money)> = tasks
        .chain(vessels)
        .chain(demurrages)
        .chain(dues)
        .chain(hires)
        .chain(fuels)
        .chain(processes)
        .chain(budgets)
        .chain(demands)
        .collect();
    costs.sort_by_key(|(span, _)| span.start);
    costs
}
