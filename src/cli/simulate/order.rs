//! The order that voyages follow: of a schedule that is named, of what is planned after a log, or of the plan's best.

use super::Args;
use crate::cli::output::Output;
use crate::cli::replan::{happened, planned, said};
use crate::cli::schedule::is_good;
use crate::error::Error;
use crate::model::{Options, Outcome, optimise};
use crate::plan::{Plan, Sea};
use crate::schedule::{Schedule, Status, account};
use crate::simulate::joint::own_until;
use crate::simulate::order::Order;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The order that is followed: of the schedule that is named, or of the plan's best.
pub fn order(
    args: &Args,
    plan: &Plan,
    sea: &Sea,
    stop: &AtomicBool,
    output: &mut Output,
) -> Result<Option<(Order, Schedule, String)>, Error> {
    if let Some(path) = &args.schedule {
        if let Some(log) = &args.log {
            return planned_anew(args, plan, sea, (path, log), stop, output);
        }
        let schedule = crate::schedule::read(path)?;
        let order = Order::since(plan, sea, &schedule, args.now)?;
        return Ok(Some((order, schedule, "that of the schedule that was given".to_owned())));
    }
    let options = Options { time_limit: args.time_limit, ..Options::new(stop) };
    match optimise(plan, sea, &options)? {
        // What was found when it was stopped is not the order that was asked for.
        _ if stop.load(Ordering::Relaxed) => Ok(None),
        Outcome::Solved(solved) => {
            let schedule = account(plan, sea, &solved.itinerary, solved.stamp);
            let order = Order::of_itinerary(plan, &solved.itinerary).with_shore(plan, &schedule);
            let about = match schedule.solve.status {
                Status::Optimal => "that of the best schedule in the plan's own weather",
                Status::Feasible => {
                    "that of the best schedule found in the plan's own weather; it is not proven to be the best there is"
                }
            };
            Ok(Some((order, schedule, about.to_owned())))
        }
        Outcome::Infeasible(conflict) => {
            output.json(&serde_json::json!({ "status": "infeasible", "reasons": conflict.reasons }))?;
            output.complain(
                "the plan has no schedule in its own weather, so that there is no order to follow:",
            );
            for reason in &conflict.reasons {
                output.complain(&format!("  - {reason}"));
            }
            Ok(None)
        }
        Outcome::NoneInTime => {
            output.json(&serde_json::json!({ "status": "none-in-time" }))?;
            output.complain("no schedule was found in the time given, so that there is no order to follow");
            output.complain("help: give more --time-limit, or name a schedule.json with --schedule");
            Ok(None)
        }
    }
}

/// What a log says has happened, and the rest as it is planned after that; nothing where there is none, which is told.
fn planned_anew(
    args: &Args,
    plan: &Plan,
    sea: &Sea,
    (schedule, log): (&Path, &Path),
    stop: &AtomicBool,
    output: &mut Output,
) -> Result<Option<(Order, Schedule, String)>, Error> {
    let before = crate::schedule::read_drawable(schedule)?;
    let Some(happened) = happened((Some(log), None), plan, sea, &before, output)? else { return Ok(None) };
    // What is refused is refused before the rest is planned.
    if let Some(own) = args.own_weather {
        own_until(plan, sea, happened.until as u32, own)?;
    }
    let options = Options { time_limit: args.time_limit, ..Options::new(stop) };
    let Some(schedule) = planned(&options, plan, sea, &happened, output)? else { return Ok(None) };
    if stop.load(Ordering::Relaxed) || !is_good(plan, sea, &schedule, output)? {
        return Ok(None);
    }
    output.complain(&said(plan, &happened));
    let order = Order::since(plan, sea, &schedule, None)?;
    Ok(Some((order, schedule, "that of the rest as it is planned after what the log tells".to_owned())))
}
