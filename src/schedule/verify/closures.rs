//! Whether the closures and disruptions that a schedule tells are the plan's.
//!
//! In: their rows. Out: rows that are missing, made up, told twice or other ones. Whether anything goes on while it is closed is judged where
//! that is judged; nothing rests on these rows.

use super::case::{Case, Fault};
use crate::plan::{Closed, ClosedBy, Plan};
use crate::schedule::ClosureRow;
use chrono::{DateTime, Utc};

/// A time in which something stands still, as the plan has it.
struct Standstill<'c> {
    by: ClosedBy,
    stops: Vec<&'c str>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    disruption: Option<&'c str>,
    reason: Option<&'c str>,
}

impl Standstill<'_> {
    fn is(&self, row: &ClosureRow) -> bool {
        self.stops == row.stops
            && (self.from, self.to) == (row.from.to_utc(), row.to.to_utc())
            && self.disruption == row.disruption.as_deref()
            && self.reason == row.reason.as_deref()
    }
}

fn name(plan: &Plan, what: Closed) -> &str {
    match what {
        Closed::Site(place) => &plan.sites[place].id,
        Closed::Vessel(place) => &plan.vessels[place].id,
        Closed::Task(place) => &plan.tasks[place].id,
        Closed::Sampling(place) => &plan.samplings[place].id,
        Closed::Process(place) => &plan.processes[place].id,
    }
}

/// What stands still by the plan's closures and disruptions.
fn standstills(plan: &Plan) -> Vec<Standstill<'_>> {
    let disruptions = plan.disruptions.iter().enumerate().map(|(nth, disruption)| Standstill {
        by: ClosedBy::Disruption(nth),
        stops: Vec::new(),
        from: disruption.from,
        to: disruption.to,
        disruption: Some(&disruption.id),
        reason: disruption.reason.as_deref(),
    });
    let mut all: Vec<Standstill<'_>> = disruptions.collect();
    for closure in plan.closures.iter().filter(|closure| closure.by != ClosedBy::Hire) {
        let stops = name(plan, closure.what);
        match all.iter_mut().find(|one| one.by == closure.by) {
            Some(one) => one.stops.push(stops),
            None => all.push(Standstill {
                by: closure.by,
                stops: vec![stops],
                from: closure.from,
                to: closure.to,
                disruption: None,
                reason: closure.reason.as_deref(),
            }),
        }
    }
    all
}

/// Every closure and every disruption of the plan is told, once and as the plan has it.
pub fn rows(case: &Case<'_>) -> Vec<Fault> {
    let said = |stops: &str, from, to, disruption: Option<&str>, reason: Option<&str>| {
        let words = [disruption, reason].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let why = if words.is_empty() { words } else { format!(" ({words})") };
        format!("{stops} from {} to {}{why}", case.when(from), case.when(to))
    };
    let mut open = standstills(case.plan);
    let mut faults = Vec::new();
    for row in &case.schedule.closures {
        if let Some(place) = open.iter().position(|one| one.is(row)) {
            open.remove(place);
            continue;
        }
        let (stops, disruption, reason) = (row.stops.join(", "), &row.disruption, &row.reason);
        let what = said(&stops, row.from.to_utc(), row.to.to_utc(), disruption.as_deref(), reason.as_deref());
        faults.push(Fault::new(format!("a closure of {what} is told, and the plan has none like it")));
    }
    faults.extend(open.iter().map(|one| {
        let what = said(&one.stops.join(", "), one.from, one.to, one.disruption, one.reason);
        Fault::new(format!("the closure of {what} is not told"))
    }));
    faults
}
