//! Goals and budgets that are kept best by doing nothing at all, or whatever is done.
//!
//! In: the plan as written. Out: budgets of what nothing spends, a first goal that stops all work in a plan where none must be done, and demands
//! for which nothing is done.
//! Whether goals have anything to count is looked at in [`super::goals`].

use super::{Check, goals};
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, entries};
use crate::plan::raw::{GoalWord, RawPlan, RawTask, RawVessel};
use crate::units::figures;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[("budget-unspent", "A budget bounds costs or emissions, and nothing in the plan has any.")],
        look: unspent,
    },
    Check {
        kinds: &[(
            "budget-allows-nothing",
            "A budget is nothing at all, and things in the plan cost or emit something.",
        )],
        look: none_at_all,
    },
    Check {
        kinds: &[(
            "budget-below-hire",
            "A vessel costs more before it sets out than a budget has, so that it never does.",
        )],
        look: below_hire,
    },
    Check {
        kinds: &[(
            "goal-does-nothing",
            "The first goal is reached best by doing nothing, and nothing must be done.",
        )],
        look: idle,
    },
    Check {
        kinds: &[(
            "demand-without-goal",
            "A demand need not be supplied, and no goal counts what is, so that nothing may be done for it.",
        )],
        look: unwanted,
    },
];

/// Budgets of what nothing spends or emits.
fn unspent(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let lists = ["task", "vessel", "site", "process", "demand"];
    if draft.is_broken || lists.iter().any(|list| raw.spoilt.is_unread(list)) {
        return;
    }
    let emits = entries(&raw.vessel).any(goals::emits);
    for budget in entries(&raw.budget) {
        if let Some(cost) = budget.cost.as_ref().filter(|_| !goals::has_cost(raw)) {
            found.push(
                draft
                    .warning("budget-unspent", cost.span(), "nothing in this plan costs anything, so that this budget bounds nothing")
                    .help("add `cost` to tasks or processes, `day_rate`, `hire`, `demurrage` or a price of `fuel` to vessels, `dues` to sites or `late` to demands, or leave this out"),
            );
        }
        if let Some(emissions) = budget.emissions.as_ref().filter(|_| !emits) {
            found.push(
                draft
                    .warning("budget-unspent", emissions.span(), "no vessel burns fuel whose carbon dioxide is known, so that this budget bounds nothing")
                    .help("add `fuel` with `co2` to vessels, or leave this out"),
            );
        }
    }
}

/// Budgets of nothing, in plans in which something costs or emits.
fn none_at_all(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let emits = entries(&raw.vessel).any(goals::emits);
    for budget in entries(&raw.budget) {
        let money =
            budget.cost.as_ref().filter(|cost| cost.get_ref().0.amount == 0.0 && goals::has_cost(raw));
        let fuel = budget.emissions.as_ref().filter(|most| most.get_ref().tonnes() == 0.0 && emits);
        let told = [
            (money.map(Spanned::span), "nothing may be spent, so that nothing is done that costs anything"),
            (
                fuel.map(Spanned::span),
                "nothing may be emitted, so that no vessel does anything that burns fuel",
            ),
        ];
        for (span, message) in told {
            let Some(span) = span else { continue };
            found.push(draft.warning("budget-allows-nothing", span, message).help(
                "write what there is; `mudline explain` tells how much is needed at least where nothing comes of it",
            ));
        }
    }
}

/// Budgets with less than what it costs at least that a vessel is hired.
fn below_hire(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    if draft.is_broken {
        return;
    }
    for cost in entries(&raw.budget).filter_map(|budget| budget.cost.as_ref()) {
        let most = cost.get_ref().0.amount;
        for vessel in entries(&raw.vessel).filter(|_| most > 0.0) {
            let hire = vessel.hire.as_ref().map(Spanned::get_ref);
            let Some(fee) = hire.and_then(|hire| hire.mobilisation.as_ref()) else { continue };
            let Some(id) = vessel.id.as_ref().filter(|_| fee.get_ref().0.amount > most) else { continue };
            let fee = format!("{} {}", figures(fee.get_ref().0.amount), fee.get_ref().0.currency);
            let message = format!("{:?} never does anything: its mobilisation is {fee}", id.get_ref());
            found.push(
                draft
                    .warning("budget-below-hire", cost.span(), message)
                    .label("no more than this may be spent")
                    .help(format!("write more than {fee}, or leave the vessel out")),
            );
        }
    }
}

/// A first goal for which it is best to do nothing, where nothing must be done.
fn idle(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let lists = ["task", "sampling", "demand", "reserve"];
    if draft.is_broken || lists.iter().any(|list| raw.spoilt.is_unread(list)) {
        return;
    }
    let Some(order) = raw.goal.as_ref().and_then(|goal| goal.get_ref().order.as_ref()) else { return };
    let Some((first, others)) = order.get_ref().split_first() else { return };
    let is_idle = matches!(first.get_ref(), GoalWord::Cost | GoalWord::Emissions | GoalWord::Finish);
    let Some(wanted) = others.iter().find(|goal| goal.get_ref().is_more_better()) else { return };
    let is_optional = |task: &RawTask| task.times.as_ref().is_some_and(|times| times.get_ref().least == 0);
    // What is aboard and keeps only so long must be landed.
    let hurries = entries(&raw.commodity).any(|c| c.keeps.is_some() || c.reach.is_some())
        && entries(&raw.vessel).any(|v| v.aboard.is_some() || v.tank.is_some());
    let must = hurries
        || entries(&raw.task).any(|t| t.spoilt.has("times") || t.every.is_some() || !is_optional(t))
        || entries(&raw.sampling).any(|s| s.at_least.is_some() || s.spoilt.has("at_least"))
        || entries(&raw.demand).any(|d| d.at_least.is_some() || d.late.is_some() || d.spoilt.has("at_least"))
        || entries(&raw.vessel).any(is_sent)
        || !RawPlan::entries(&raw.reserve).is_empty();
    if is_idle && !must {
        let (first, wanted) = (first.get_ref().word(), wanted.get_ref().word());
        let message = format!(
            "nothing must be done in this plan, so that doing nothing is best for {first:?}: nothing is {wanted}"
        );
        found.push(draft.warning("goal-does-nothing", order.span(), message).help(format!(
            "write {wanted:?} before {first:?}, or say what must be done: `at_least`, or tasks"
        )));
    }
}

/// Demands that need not be supplied where no goal counts what is supplied, nor what it costs to be late.
fn unwanted(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    if draft.is_broken || raw.spoilt.is_unread("goal") {
        return;
    }
    let Some(order) = goals::written(raw) else { return };
    let counts = |goal: GoalWord| order.iter().any(|word| *word.get_ref() == goal);
    let is_priced = counts(GoalWord::Cost) || entries(&raw.budget).any(|budget| budget.cost.is_some());
    // Where tonnes of a demand have a worth, that it means nothing is told.
    if counts(GoalWord::Supplied) || entries(&raw.demand).any(|demand| demand.value.is_some()) {
        return;
    }
    for demand in entries(&raw.demand) {
        let is_must = demand.at_least.as_ref().is_some_and(|least| least.get_ref().tonnes() > 0.0);
        let is_late = is_priced && demand.late.is_some();
        let is_spoilt = ["at_least", "late", "value"].iter().any(|key| demand.spoilt.has(key));
        let Some(id) = demand.id.as_ref().filter(|_| !is_must && !is_late && !is_spoilt) else { continue };
        let message =
            format!("no goal counts what is supplied, so that nothing may be done for {:?}", id.get_ref());
        found.push(draft.warning("demand-without-goal", id.span(), message).help(format!(
            "{}, or say how much must be supplied: `at_least`",
            goals::add_goal(raw, "supplied")
        )));
    }
}

/// Whether a vessel must end elsewhere than it begins.
fn is_sent(vessel: &RawVessel) -> bool {
    let name = |site: &Option<Spanned<String>>| site.as_ref().map(|site| site.get_ref().clone());
    vessel.home.is_some() && name(&vessel.home) != name(&vessel.at) || vessel.spoilt.has("home")
}
