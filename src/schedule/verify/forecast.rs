//! Whether limits in a forecast are what the plan's alpha factors make of them: OP_WF = alpha x OP_LIM.
//!
//! In: the factors that the plan chooses, its limits as everything else reads them, and the windows of the schedule. Out: factors and
//! forecast limits that are not those of the table. Looked up here again, from the rows of the table.
//! That work keeps OP_WF in every slot is told by the rules on weather, which read the limits that are looked at here.

use super::case::{Case, Fault, same};
use crate::id::Ix;
use crate::plan::{Plan, Site, Suspend, Task};
use crate::schedule::{Bound, WindowRow};
use crate::units::Span;
use crate::weather::{AlphaTable, Limit, Limits, Origin};

/// A piece of work that is held to a forecast.
struct Work<'p> {
    id: &'p str,
    site: Option<Ix<Site>>,
    /// Limits of its own.
    limits: Vec<&'p Limit>,
    /// What its gear survives.
    gear: Vec<&'p Limits>,
    /// Factors of its own.
    own: &'p [(String, f64)],
    /// The planned operation period.
    t_pop: Span,
}

fn works(plan: &Plan) -> impl Iterator<Item = Work<'_>> {
    let halt = plan.alpha.as_ref().and_then(|alpha| alpha.halt);
    let gear = |vessel: Ix<crate::plan::Vessel>, state: usize| &plan.vessels[vessel].gear[state].survives;
    let of_task = move |task: &'_ Task| {
        if task.suspend == Suspend::Never { task.duration } else { halt.unwrap_or(task.duration) }
    };
    let tasks = plan.tasks.iter().map(move |task| Work {
        id: &task.id,
        site: task.site,
        limits: task.limits.iter().chain(task.phases.iter().flat_map(|phase| phase.limits.iter())).collect(),
        gear: task.stand.iter().flat_map(|s| [gear(s.vessel, s.gear), gear(s.vessel, task.leaves)]).collect(),
        own: &task.alpha,
        t_pop: of_task(task),
    });
    let samplings = plan.samplings.iter().map(move |sampling| Work {
        id: &sampling.id,
        site: Some(sampling.stand.site),
        limits: sampling.limits.iter().collect(),
        gear: vec![gear(sampling.stand.vessel, sampling.stand.gear)],
        own: &[],
        t_pop: halt.unwrap_or(sampling.min_run),
    });
    let transfers = plan.transfers.iter().map(move |transfer| Work {
        id: &transfer.id,
        site: Some(transfer.stand.site),
        limits: transfer.limits.iter().collect(),
        gear: vec![gear(transfer.stand.vessel, transfer.stand.gear)],
        own: &[],
        t_pop: halt.unwrap_or(transfer.setup),
    });
    tasks.chain(samplings).chain(transfers)
}

impl Case<'_> {
    /// The factor of a limit, by the plan's words alone; none where the limit holds as it is.
    fn alpha(&self, work: &Work<'_>, channel: &str, op_lim: f64) -> Option<f64> {
        let weather = self.plan.sites[work.site?].weather?;
        let chosen =
            self.plan.alpha.as_ref().filter(|_| self.sea.series(weather).origin == Origin::Forecast)?;
        if let Some((_, own)) = work.own.iter().find(|(name, _)| name == channel) {
            return Some(*own);
        }
        let table = match channel {
            "hs" | "swell" => chosen.waves.as_ref(),
            "wind" | "gust" => chosen.wind.as_ref(),
            _ => None,
        };
        look_up(table?, op_lim, work.t_pop.hours())
    }
}

/// The factor of a table, between its columns and, where its rows are points, between its rows.
fn look_up(table: &AlphaTable, op_lim: f64, hours: f64) -> Option<f64> {
    let column = table.columns.iter().rposition(|column| *column <= op_lim)?;
    let in_row = |row: &Vec<f64>| match table.columns.get(column + 1) {
        None => row[column + 1],
        Some(next) => {
            let share = (op_lim - table.columns[column]) / (next - table.columns[column]);
            (1.0 - share) * row[column + 1] + share * row[column + 2]
        }
    };
    let at_least = table.rows.iter().find(|row| row[0] >= hours);
    let at_most = table.rows.iter().rev().find(|row| row[0] <= hours);
    match (at_most, at_least) {
        (Some(before), Some(after)) if table.has_points() && before[0] < after[0] => {
            let share = (hours - before[0]) / (after[0] - before[0]);
            Some((1.0 - share) * in_row(before) + share * in_row(after))
        }
        (_, Some(row)) | (Some(row), None) => Some(in_row(row)),
        (None, None) => None,
    }
}

/// The factor and the forecast limit that something is said to have, and those it has.
fn compared(channel: &str, op_lim: f64, said: (Option<f64>, f64), alpha: Option<f64>) -> Option<String> {
    let words = |alpha: Option<f64>, limit: f64| match alpha {
        Some(alpha) => format!("{alpha:.4} x {op_lim} = {limit:.4}"),
        None => format!("{limit:.4}, without an alpha factor"),
    };
    let op_wf = alpha.unwrap_or(1.0) * op_lim;
    let is_same = said.0.is_some() == alpha.is_some()
        && same(said.0.unwrap_or(1.0), alpha.unwrap_or(1.0))
        && same(said.1, op_wf);
    (!is_same).then(|| format!("{channel} {}, and it is {}", words(said.0, said.1), words(alpha, op_wf)))
}

/// Every limit of the plan and every bound of the schedule's windows is the forecast limit that the table gives.
pub fn limits(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for work in works(case.plan) {
        for limit in &work.limits {
            let op_lim = limit.alpha.map_or(limit.at_most, |alpha| alpha.operational);
            let said = (limit.alpha.map(|alpha| alpha.factor), limit.at_most);
            if let Some(what) =
                compared(&limit.channel, op_lim, said, case.alpha(&work, &limit.channel, op_lim))
            {
                faults.push(Fault::new(format!("{} is held to {what}", work.id)));
            }
        }
        for row in case.schedule.windows.iter().filter(|row| row.task == work.id) {
            faults.extend(row.bounds.iter().filter_map(|bound| of_bound(case, &work, row, bound)));
        }
    }
    faults
}

fn of_bound(case: &Case<'_>, work: &Work<'_>, row: &WindowRow, bound: &Bound) -> Option<Fault> {
    let is_of = |limit: &Limit, op_lim: f64| limit.channel == bound.channel && same(op_lim, bound.limit);
    let is_own =
        work.limits.iter().any(|limit| is_of(limit, limit.alpha.map_or(limit.at_most, |a| a.operational)));
    let is_gear = work.gear.iter().flat_map(|limits| limits.iter()).any(|limit| is_of(limit, limit.at_most));
    let said = (bound.alpha, bound.forecast_limit.unwrap_or(bound.limit));
    // What gear survives is no limit of work, and holds as it is.
    if is_gear && bound.alpha.is_none() && same(said.1, bound.limit) {
        return None;
    }
    if !is_own {
        let message = format!(
            "the windows of {} have a limit of {} {}, and the plan has none such",
            row.task, bound.channel, bound.limit
        );
        return Some(Fault::new(message));
    }
    let what = compared(&bound.channel, bound.limit, said, case.alpha(work, &bound.channel, bound.limit))?;
    Some(Fault::new(format!("the windows of {} are those within {what}", row.task)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::{ALPHA_FILES, AlphaFile};

    #[test]
    fn the_judge_and_the_plan_look_up_alike() {
        let (_, text) = ALPHA_FILES[0];
        let points = text.replace("about = ", "rows_are = \"points\"\nabout = ");
        for text in [text, &points] {
            let file = AlphaFile::parse(text).expect("it is good");
            for table in file.table.iter().filter_map(|table| file.table(&table.id)) {
                for design in (0..80).map(|tenth| f64::from(tenth) / 10.0) {
                    for hours in (0..200).map(|half| f64::from(half) / 2.0) {
                        let (own, plan) = (look_up(&table, design, hours), table.factor(design, hours));
                        let are_same = match (own, plan) {
                            (Some(own), Some(plan)) => (own - plan).abs() < 1e-12,
                            (own, plan) => own == plan,
                        };
                        assert!(are_same, "{} {design} {hours}: {own:?} {plan:?}", table.id);
                    }
                }
            }
        }
    }
}
