//! `mudline explain`: why there is no schedule, or what more of each capacity would be worth to the best one.

use super::output::Output;
use super::schedule::{none, nothing, parse_time_limit, solve, stop_on_ctrl_c};
use super::{Exit, PlanArg, load};
use crate::error::Error;
use crate::export::text::{Look, render_nought, render_prices};
use crate::model::{
    Larger, Options, Outcome, Solver, at_least_as_priced, bottlenecks, larger, nought, one_more, prices,
};
use crate::plan::with_one_more_each;
use crate::schedule::account;
use serde_json::json;
use std::time::Duration;

/// The arguments of `explain`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// Plan anew with one more of each vessel, berth, resource and unit of a capacity: one solve each
    #[arg(long)]
    one_more: bool,
    /// Give the schedule no longer than this, such as "60 s" or "10 min", and as long again to each solve of `--one-more` and to all that
    /// is asked where nothing comes of the plan
    #[arg(long, value_name = "TIME", value_parser = parse_time_limit)]
    time_limit: Option<Duration>,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let Some((plan, sea)) = load(&args.plan.plan, output)? else { return Ok(Exit::Fault) };
    let stop = stop_on_ctrl_c();
    let solved = match solve(Solver::Highs, args.time_limit, &plan, &sea, &stop, output)? {
        Outcome::Solved(solved) => solved,
        Outcome::Infeasible(mut conflict) => {
            let options = Options { time_limit: args.time_limit, ..Options::new(&stop) };
            conflict.reasons.extend(bottlenecks(&plan, &sea, &options)?);
            return none(Outcome::Infeasible(conflict), output);
        }
        Outcome::NoneInTime => return none(Outcome::NoneInTime, output),
    };
    let Some(prices) = prices(&plan, &sea, &solved.itinerary)? else {
        return none(Outcome::NoneInTime, output);
    };
    let more = if args.one_more {
        let vessels = with_one_more_each(&args.plan.plan)?.into_iter();
        let mut all: Vec<Larger> = vessels.map(|(of, now, plan)| Larger::of_vessel(&of, now, plan)).collect();
        all.extend(larger(&plan));
        let options = Options { time_limit: args.time_limit, explains: false, ..Options::new(&stop) };
        let mut more = one_more(&all, &sea, &solved.stamp, &options)?;
        at_least_as_priced(&mut more, &prices.capacities);
        Some(more)
    } else {
        None
    };
    let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
    let why = match nothing(&plan, &schedule) {
        Some(goal) => {
            let options = Options { time_limit: args.time_limit, ..Options::new(&stop) };
            Some(nought(&plan, &sea, (goal, &schedule.solve), &options)?)
        }
        None => None,
    };
    let look = Look { width: 80, colour: output.is_coloured() };
    output.say(&render_prices(&schedule, &prices, more.as_deref(), &look))?;
    if let Some(why) = &why {
        output.say(&format!("\n{}", render_nought(why, &look)))?;
    }
    output.json(&json!({
        "plan": schedule.plan,
        "solve": schedule.solve,
        "goal": prices.goal,
        "value": prices.value,
        "capacities": prices.capacities,
        "one_more": more,
        "nothing": why,
    }))?;
    Ok(Exit::Done)
}
