//! The judge: whether a schedule keeps the plan, the sea and arithmetic.
//!
//! In: a plan, its sea, and any schedule, ours or edited by hand. Out: every [`Violation`], in the order of [`RULES`].
//! It derives everything again from samples and times and shares no code with what makes schedules: no windows, no model, no
//! accounting; every figure that a schedule tells is worked out. Not whether a bound is one, which no single schedule shows; not names and
//! remarks; not whether a float could be longer, nor waiting that is not put down to the weather. A fault that one rule tells is not told again by those that build on it, as far as that can be seen.
//! A new rule is a function and its line in [`RULES`]; `tests` wants a schedule that breaks it and nothing else.

mod around;
mod budgets;
mod case;
mod closures;
mod costs;
mod demands;
mod dues;
mod endurance;
mod floats;
mod forecast;
mod goals;
mod holders;
mod laytime;
mod lifting;
mod meeting;
mod order;
mod reserves;
mod rows;
mod sailing;
mod sea;
mod service;
mod shape;
mod shore;
mod stamps;
mod stocks;
mod tanks;
mod tasks;
#[cfg(test)]
mod tests;
mod timely;
mod totals;
mod vessels;
mod waiting;
mod windows;
mod works;
mod yields;

use super::{Schedule, Time};
use crate::plan::{Plan, Sea};
use case::{Case, Fault};
use serde::Serialize;

/// One thing in a schedule that breaks the plan, the sea or arithmetic.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Violation {
    /// The rule that is broken, by its slug.
    pub rule: &'static str,
    /// The activity that breaks it, by its id.
    pub activity: Option<String>,
    /// When.
    pub time: Option<Time>,
    /// What is wrong, in a planner's words.
    pub message: String,
}

/// Something that every schedule must keep.
pub struct Rule {
    /// The word for it.
    pub slug: &'static str,
    /// What it demands.
    pub about: &'static str,
    judge: fn(&Case<'_>) -> Vec<Fault>,
}

const fn rule(slug: &'static str, about: &'static str, judge: fn(&Case<'_>) -> Vec<Fault>) -> Rule {
    Rule { slug, about, judge }
}

/// Every rule.
pub static RULES: &[Rule] = &[
    rule("schema", "the schedule is of the form that is read here", stamps::schema),
    rule("plan-stamp", "it answers this plan, unchanged", stamps::plan),
    rule("weather-stamp", "it was made with this weather, unchanged", stamps::weather),
    rule("horizon-stamp", "it covers the plan's time in the plan's slots", stamps::horizon),
    rule(
        "forecast-limit",
        "limits in a forecast are the alpha factor times the operational limit",
        forecast::limits,
    ),
    rule("number", "every number is a finite one", shape::numbers),
    rule("unique-id", "no two activities have the same id", shape::unique_ids),
    rule("names", "every activity names what the plan has, as the plan has it", shape::names),
    rule("reversed", "nothing ends before it starts", shape::reversed),
    rule("slots", "everything starts and ends on slots", shape::on_slots),
    rule("inside-horizon", "everything lies within the plan's time", shape::inside_horizon),
    rule("work-intervals", "the intervals of an activity are in order, apart, and inside it", shape::work),
    rule("tiling", "a vessel does one thing at every moment", vessels::tiling),
    rule("place", "a vessel is where it is needed, and only sailing moves it", vessels::place),
    rule("gear", "the gear is in the state that is needed", vessels::gear),
    rule("gear-label", "the state of the gear is the one that is said", vessels::gear_label),
    rule("ending", "a vessel ends where it must, with its gear in the first state", vessels::ending),
    rule("idle", "a vessel is idle only before its first activity and after its last", vessels::idle),
    rule("survives", "the gear survives where it lies", vessels::survives),
    rule("calls", "a vessel sails only between the sites it calls at", sailing::calls),
    rule("sail-time", "sailing takes as long as the distance asks for", sailing::time),
    rule("sail-speed", "the speed that is said is one of the vessel's, and fits the time", sailing::speeds),
    rule(
        "endurance",
        "no vessel sails farther, or burns more, than it can between two places at which it refuels",
        endurance::endurance,
    ),
    rule("sail-weather", "a vessel sails within its limits", sailing::weather),
    rule("sail-closure", "no vessel sails, leaves or arrives during a closure", sailing::closures),
    rule("task-duration", "a task is worked on for as long as it takes", tasks::duration),
    rule("task-ends", "work on a task begins at its start and ceases at its end", tasks::ends),
    rule("task-break", "a continuous task is not interrupted", tasks::breaks),
    rule(
        "task-weather",
        "a task is worked on within its limits, those of its phases and those of its gear",
        tasks::weather,
    ),
    rule("task-closure", "a task is not worked on during a closure", tasks::closures),
    rule("task-dark", "a task that needs daylight is not worked on in the dark", tasks::dark),
    rule("pause-open", "a task pauses only when it cannot be worked on", tasks::pauses_needlessly),
    rule("pause-long", "no pause is longer than it may be", tasks::pauses_long),
    rule("pause-survives", "the gear survives the pause", tasks::pauses_unsafe),
    rule("contingency", "the window stays open for the contingency", tasks::contingency),
    rule("release", "no task starts before its release", order::release),
    rule("deadline", "no task ends after its deadline", order::deadline),
    rule("task-count", "a task is done as often as it must be and may be", order::count),
    rule("precedence", "what must be done before a task is done before it", order::precedence),
    rule("within", "a task starts soon enough after what is done before it", order::within),
    rule("rhythm", "a task with a rhythm is done as often as that asks for", order::rhythm),
    rule("service", "a vessel that is served lies there all the while", service::presence),
    rule("resource", "no more of a resource is used than there is", order::resources),
    rule("run-weather", "lifting and moving go on within their limits", lifting::weather),
    rule("run-closure", "nothing is lifted or moved during a closure", lifting::closures),
    rule("run-tonnes", "tonnes are given for what lifts or moves, and for nothing else", lifting::tonnes),
    rule("run-rate", "nothing is lifted or moved faster than its rate allows", lifting::rate),
    rule("sampling-run", "no run is shorter than the shortest", lifting::shortest_run),
    rule("sampling-total", "as much is lifted as must be and may be", lifting::totals),
    rule("smallest-parcel", "no parcel is smaller than the smallest", lifting::smallest),
    rule("largest-parcel", "no parcel is larger than the largest", lifting::largest),
    rule("meeting", "two vessels that transfer to one another do so at the same time", meeting::both),
    rule("meeting-closure", "no meeting goes on while the vessel that is met is closed", meeting::closures),
    rule("berths", "no more vessels load and unload at a site than it has berths", meeting::berths),
    rule("departures", "a vessel sails only at the times at which it may", sailing::departures),
    rule("sail-dark", "a vessel that sails by daylight only is not under way in the dark", sailing::dark),
    rule("stock-holder", "stocks name a holder and a commodity of the plan, each pair once", stocks::holders),
    rule("stock-missing", "every holder that takes or gives has its levels", stocks::missing),
    rule("stock-start", "every stock begins with what the plan gives it, or with nothing", holders::start),
    rule("stock-bounds", "no stock is below zero or above what its holder takes", stocks::bounds),
    rule("freshness", "nothing lies in a hold for longer than it keeps, first in, first out", holders::fresh),
    rule("reach", "what must be somewhere in time is there by then, first in, first out", holders::reached),
    rule("stock-total", "no holder has more of everything together than it takes", holders::totals),
    rule(
        "tank-said",
        "what has tanks says which of them its tonnes go into, or out of, and all of them",
        tanks::said,
    ),
    rule("tank-bounds", "no tank has less than nothing or more than it takes", tanks::bounds),
    rule("tank-mixed", "a tank has one commodity at a time, and one that it takes", tanks::mixed),
    rule("tank-levels", "tanks have what went into them less what came out, told once", tanks::levels),
    rule(
        "stock-balance",
        "a stock changes by what is lifted, moved, fed, made and supplied",
        stocks::balance,
    ),
    rule("stock-course", "a stock changes only while something flows, and no faster", stocks::course),
    rule("course", "what is fed or supplied has its course, from nothing to all of it", shore::courses),
    rule("made", "processes make their yield of what they are fed", shore::tonnes),
    rule("shore-rate", "nothing is fed or supplied faster than it may be", shore::rates),
    rule("shore-closure", "nothing is fed or supplied during a closure", shore::closures),
    rule(
        "batch",
        "what works in batches is fed whole ones, at once, and takes its time for each",
        works::batches,
    ),
    rule("water", "the processes of a site take no more water than it has", works::water),
    rule("demand", "demands are supplied in their time, with what they want and must have", shore::demands),
    rule("reserve", "every reserve is there when it must be", shore::reserves),
    rule("budget", "no budget is overdrawn", budgets::kept),
    rule("budget-emissions", "no more is emitted than a budget allows", budgets::emissions),
    rule("deliveries", "the deliveries are what came ashore", stocks::deliveries),
    rule("total-sampled", "the tonnes lifted add up", totals::sampled),
    rule("total-delivered", "the tonnes delivered add up", totals::delivered),
    rule("total-supplied", "the tonnes supplied add up", shore::total_supplied),
    rule("total-made", "the tonnes made add up", shore::total_made),
    rule(
        "total-made-range",
        "the tonnes made at the lowest and highest yields add up",
        yields::total_made_range,
    ),
    rule("total-finish", "the finish is the end of the last activity", totals::finish),
    rule("total-cost", "what vessels, their fuel, demurrage, tasks and processes cost adds up", totals::cost),
    rule("total-fuel", "the fuel burnt adds up", dues::fuel),
    rule("total-co2", "the carbon dioxide of the fuel adds up", dues::co2),
    rule("laytime", "calls, their hours and demurrage are those of the activities", laytime::rows),
    rule(
        "cost-row",
        "what is paid for is told, each thing once, with what the activities make of it",
        costs::rows,
    ),
    rule("demand-row", "what is said of a demand is what its supplies come to", demands::rows),
    rule("reserve-row", "what is said of a reserve is what its stock comes to", reserves::rows),
    rule("closure-row", "the closures and disruptions that are told are the plan's", closures::rows),
    rule("budget-row", "what is said of a budget is what it bounds, and what is spent", budgets::rows),
    rule("total-late", "the hours after due dates add up", totals::late),
    rule("hours", "the hours of every vessel add up, each kind and all together", totals::hours_of_vessels),
    rule("waiting-hours", "the hours of waiting on weather are those of its intervals", waiting::hours_said),
    rule("waiting-cause", "only the weather stops what waits on weather", waiting::cause),
    rule(
        "float",
        "nothing is said to have a float by which it could not start later, and what is critical has none",
        floats::floats,
    ),
    rule("site", "the sites are the plan's", around::sites),
    rule("route", "the ways that are sailed are told, along the plan's waypoints", around::routes),
    rule(
        "link",
        "what must end before what is what the plan's precedences make of the activities",
        around::links,
    ),
    rule("window", "windows are open when all limits hold, and at no other time", windows::rows),
    rule("sea", "the weather that is told slot by slot is the greatest that touches it", windows::sea),
    rule("goal-list", "the goals are the plan's", goals::list),
    rule("goal-value", "the values of the goals are those of the activities", goals::value),
    rule("goal-bound", "no value is better than its bound, and what is optimal has no gap", goals::bound),
];

/// Rules that a plan makes for what is still to be done. What has happened may have broken them: in another sea than was thought, at another
/// speed, in another order. What follows from it (places, gear, stocks, sums) is judged all the same.
const OF_PLANS: &[&str] = &[
    "survives",
    "sail-time",
    "sail-speed",
    "endurance",
    "sail-weather",
    "sail-closure",
    "sail-dark",
    "departures",
    "task-duration",
    "task-break",
    "task-weather",
    "task-closure",
    "task-dark",
    "pause-open",
    "pause-long",
    "pause-survives",
    "contingency",
    "release",
    "deadline",
    "task-count",
    "precedence",
    "within",
    "rhythm",
    "service",
    "resource",
    "run-weather",
    "run-closure",
    "run-rate",
    "sampling-run",
    "sampling-total",
    "smallest-parcel",
    "largest-parcel",
    "meeting-closure",
    "berths",
    "freshness",
    "reach",
    "stock-course",
    "shore-rate",
    "shore-closure",
    "batch",
    "water",
    "demand",
    "reserve",
];

/// Judges a schedule: everything in it that breaks a rule; nothing when it is good.
///
/// It never panics, whatever the schedule holds. A rule that cannot judge an activity because it is malformed passes over it;
/// that it is malformed is told by another rule.
pub fn verify(plan: &Plan, sea: &Sea, schedule: &Schedule) -> Vec<Violation> {
    let case = Case::new(plan, sea, schedule);
    RULES
        .iter()
        .flat_map(|rule| {
            let faults = (rule.judge)(&case).into_iter().filter(|fault| !is_over(&case, rule, fault));
            faults.map(|Fault { activity, time, message }| Violation {
                rule: rule.slug,
                activity,
                time,
                message,
            })
        })
        .collect()
}

/// Whether what a rule of plans finds has happened already.
fn is_over(case: &Case<'_>, rule: &Rule, fault: &Fault) -> bool {
    let Some(happened) = case.schedule.happened.filter(|_| OF_PLANS.contains(&rule.slug)) else {
        return false;
    };
    let of = fault.activity.as_ref().and_then(|id| case.schedule.activities.iter().find(|a| a.id == *id));
    match of {
        Some(activity) => activity.start < happened,
        None => fault.time.is_some_and(|time| time < happened),
    }
}

/// Of some rules, told by their slugs, the place of the first that a schedule breaks.
pub fn first_broken(plan: &Plan, sea: &Sea, schedule: &Schedule, slugs: &[&str]) -> Option<usize> {
    let case = Case::new(plan, sea, schedule);
    let is_broken = |slug: &&str| {
        let rule = RULES.iter().find(|rule| rule.slug == *slug);
        rule.is_some_and(|rule| (rule.judge)(&case).iter().any(|fault| !is_over(&case, rule, fault)))
    };
    slugs.iter().position(is_broken)
}
