//! Whether every activity is well formed: known names, real numbers, times in order, on slots and inside the horizon.
//!
//! In: the case. Out: everything that is malformed; the rules that judge what an activity does pass over the malformed parts.
//! Not whether it is allowed: only whether it makes sense.

use super::case::{Case, Deed, Fault, Job};
use crate::id::nearest;
use crate::schedule::{Activity, Kind, Schedule};
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// Every number is finite.
pub fn numbers(case: &Case<'_>) -> Vec<Fault> {
    let s = case.schedule;
    let mut faults = Vec::new();
    for activity in &s.activities {
        let numbers = [
            ("waiting_h", Some(activity.waiting_h)),
            ("tonnes", activity.tonnes),
            ("made", activity.made),
            ("speed_kn", activity.speed_kn),
            ("course", activity.course.iter().map(|(_, tonnes)| *tonnes).find(|tonnes| !tonnes.is_finite())),
            ("float_h", activity.float_h),
            ("tanks", activity.tanks.iter().map(|(_, tonnes)| *tonnes).find(|tonnes| !tonnes.is_finite())),
        ];
        for (what, number) in numbers {
            if let Some(number) = number.filter(|number| !number.is_finite()) {
                let message = format!("{what} of {} is {number}, which is no number", activity.id);
                faults.push(Fault::of(activity, message));
            }
        }
    }
    let mut look = |what: String, number: f64| {
        if !number.is_finite() {
            faults.push(Fault::new(format!("{what} is {number}, which is no number")));
        }
    };
    look("slot_h of the horizon".to_owned(), s.horizon.slot_h);
    for goal in &s.solve.goals {
        for (what, number) in [("value", Some(goal.value)), ("bound", goal.bound), ("gap", goal.gap)] {
            look(format!("the {what} of the goal {}", goal.name), number.unwrap_or(0.0));
        }
    }
    for stock in &s.stocks {
        for (time, level) in &stock.levels {
            let when = case.when(time.to_utc());
            look(format!("the level of {} at {} on {when}", stock.commodity, stock.holder), *level);
        }
    }
    for tank in &s.tanks {
        for (time, level) in &tank.levels {
            let when = case.when(time.to_utc());
            look(format!("the level of {} in the tank {} on {when}", tank.commodity, tank.tank), *level);
        }
    }
    for delivery in &s.deliveries {
        look(format!("the delivery of {} to {}", delivery.commodity, delivery.site), delivery.tonnes);
    }
    for (what, number) in of_tables(s) {
        look(what, number);
    }
    let totals = &s.totals;
    for (what, number) in [
        ("sampled_t", totals.sampled_t),
        ("delivered_t", totals.delivered_t),
        ("supplied_t", totals.supplied_t),
        ("cost", totals.cost),
        ("fuel_t", totals.fuel_t),
        ("co2_t", totals.co2_t),
        ("late_h", totals.late_h),
    ] {
        look(format!("the total {what}"), number);
    }
    for (commodity, tonnes) in &totals.made_t {
        look(format!("the total made_t of {commodity}"), *tonnes);
    }
    for (commodity, (low, high)) in &totals.made_range_t {
        look(format!("the total made_range_t of {commodity}"), *low);
        look(format!("the total made_range_t of {commodity}"), *high);
    }
    for (vessel, hours) in &totals.vessels {
        for number in [hours.work_h, hours.sail_h, hours.weather_wait_h, hours.other_wait_h, hours.idle_h] {
            look(format!("one of the hours of {vessel}"), number);
        }
    }
    faults
}

/// The numbers of the tables beside the activities, each with what it is called.
fn of_tables(s: &Schedule) -> Vec<(String, f64)> {
    let mut all = Vec::new();
    for row in &s.laytimes {
        let numbers = [
            ("used_h", row.used_h),
            ("allowed_h", row.allowed_h),
            ("over_h", row.over_h),
            ("cost", row.cost),
        ];
        all.extend(
            numbers.map(|(what, number)| (format!("{what} of the laytime of {}", row.vessel), number)),
        );
    }
    for row in &s.demands {
        let late = row.late.as_ref().map(|late| [late.overdue_t, late.tonne_days, late.cost]);
        let range = row.supplied_range_t.map(|(low, high)| [low, high]);
        let more = late.into_iter().flatten().chain(range.into_iter().flatten());
        let numbers = [row.wanted_t, row.supplied_t].into_iter().chain(more);
        all.extend(numbers.map(|number| (format!("a number of the demand {}", row.id), number)));
    }
    for row in &s.reserves {
        let range = row.least_range_t.into_iter().flat_map(|(low, high)| [low, high]);
        let cover = row.cover.iter().flat_map(|cover| [cover.target_d, cover.least_d, cover.end_d]);
        let numbers = [row.target_t, row.least_t, row.end_t].into_iter().chain(range).chain(cover);
        all.extend(numbers.map(|number| (format!("a number of the reserve {}", row.id), number)));
    }
    for row in &s.budgets {
        let numbers = [row.most, row.spent, row.left];
        all.extend(numbers.map(|number| (format!("a number of the budget {}", row.id), number)));
    }
    all.extend(s.costs.iter().map(|row| (format!("the cost of {:?}", row.item), row.amount)));
    let links = s.links.iter().flat_map(|link| [Some(link.lag_h), link.within_h].map(|h| (link, h)));
    all.extend(links.map(|(link, h)| (format!("a time of the link to {}", link.to), h.unwrap_or(0.0))));
    for route in &s.routes {
        let numbers = route.points.iter().flat_map(|(north, east)| [*north, *east]).chain([route.nm]);
        all.extend(numbers.map(|number| (format!("a number of the way to {}", route.to), number)));
    }
    for site in &s.sites {
        let numbers = site.position.into_iter().flat_map(|(north, east)| [north, east]);
        all.extend(numbers.map(|number| (format!("the position of {}", site.id), number)));
    }
    for row in &s.sea {
        // A long sea has many numbers: only those that are none need a name.
        let values = row.channels.values().flatten().flatten().copied().chain([row.step_h]);
        all.extend(
            values
                .filter(|number| !number.is_finite())
                .map(|number| (format!("a number of the sea at {}", row.site), number)),
        );
    }
    for row in &s.windows {
        let periods = row.forecast.map(|forecast| [forecast.t_pop_h, forecast.t_r_h]);
        let numbers = periods.into_iter().flatten();
        all.extend(numbers.map(|number| (format!("a period of the windows of {}", row.task), number)));
    }
    all.extend(s.weather.iter().map(|row| (format!("step_h of the weather {}", row.id), row.step_h)));
    all
}

/// No two activities have the same id.
pub fn unique_ids(case: &Case<'_>) -> Vec<Fault> {
    let mut counts: BTreeMap<&str, (usize, &Activity)> = BTreeMap::new();
    for activity in &case.schedule.activities {
        counts.entry(&activity.id).or_insert((0, activity)).0 += 1;
    }
    counts
        .into_iter()
        .filter(|(_, (count, _))| *count > 1)
        .map(|(id, (count, first))| Fault::of(first, format!("{count} activities have the id {id:?}")))
        .collect()
}

/// Every activity names what the plan has, and as the plan has it.
pub fn names(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for deed in &case.deeds {
        let mut wrong = unknown_names(case, deed);
        wrong.extend(wrong_names(case, deed));
        faults.extend(wrong.into_iter().map(|message| Fault::of(deed.said, message)));
    }
    faults
}

fn unknown_names(case: &Case<'_>, deed: &Deed<'_>) -> Vec<String> {
    let (plan, said) = (case.plan, deed.said);
    let mut wrong = Vec::new();
    let mut unknown = |what: &str, name: &str, known: Vec<&str>| {
        let hint = nearest(name, known).map_or(String::new(), |near| format!("; is {near:?} meant?"));
        wrong.push(format!("{}: the plan has no {what} {name:?}{hint}", said.id));
    };
    if let (Some(name), None) = (&said.vessel, deed.vessel) {
        unknown("vessel", name, plan.vessels.iter().map(|vessel| vessel.id.as_str()).collect());
    }
    for (name, site) in [(&said.site, deed.site), (&said.to_site, deed.to_site)] {
        if let (Some(name), None) = (name, site) {
            unknown("site", name, plan.sites.iter().map(|site| site.id.as_str()).collect());
        }
    }
    if let (Some(name), None) = (&said.task, deed.job) {
        let known = match said.kind {
            Kind::Sampling => plan.samplings.iter().map(|sampling| sampling.id.as_str()).collect(),
            Kind::Transfer => plan.transfers.iter().map(|transfer| transfer.id.as_str()).collect(),
            Kind::Process => plan.processes.iter().map(|process| process.id.as_str()).collect(),
            Kind::Supply => plan.demands.iter().map(|demand| demand.id.as_str()).collect(),
            _ => plan.tasks.iter().map(|task| task.id.as_str()).collect(),
        };
        unknown(said.kind.word(), name, known);
    }
    wrong
}

/// What is missing, or known and yet not what the plan says.
fn wrong_names(case: &Case<'_>, deed: &Deed<'_>) -> Vec<String> {
    let (plan, said) = (case.plan, deed.said);
    let mut wrong = Vec::new();
    let mut must = |what: &str, is: Option<&str>, name: Option<&str>| {
        if is != name {
            let words = |name: Option<&str>| name.map_or("none".to_owned(), |name| format!("{name:?}"));
            wrong.push(format!("{}: its {what} is {}, and must be {}", said.id, words(is), words(name)));
        }
    };
    let named = |name: &Option<String>, is_known: bool| name.is_none() || is_known;
    if matches!(deed.job, Some(Job::Sail | Job::Rest)) {
        must("task", said.task.as_deref(), None);
    }
    let stand = case.needs(deed);
    match deed.job {
        Some(Job::Process(_) | Job::Supply(_)) => {
            if named(&said.vessel, deed.vessel.is_some()) {
                must("vessel", said.vessel.as_deref(), None);
            }
            if named(&said.site, deed.site.is_some()) {
                let site = super::shore::site_of(case, deed).map(|site| plan.sites[site].id.as_str());
                must("site", said.site.as_deref(), site);
            }
        }
        Some(Job::Task(_) | Job::Sampling(_) | Job::Transfer(_)) => {
            let vessel = stand.map(|stand| plan.vessels[stand.vessel].id.as_str());
            if named(&said.vessel, deed.vessel.is_some()) {
                must("vessel", said.vessel.as_deref(), vessel);
            }
            let site = match deed.job {
                Some(Job::Task(task)) => plan.tasks[task].site,
                _ => stand.map(|stand| stand.site),
            };
            // Where a vessel works is judged by its place; work without one has no place but the one it says.
            if stand.is_none() && deed.site.is_some() {
                must("site", said.site.as_deref(), site.map(|site| plan.sites[site].id.as_str()));
            }
        }
        Some(Job::Sail | Job::Rest) if said.vessel.is_none() => {
            wrong.push(format!("{}: a {} needs a vessel", said.id, said.kind.word()));
        }
        Some(Job::Sail) if said.site.is_none() || said.to_site.is_none() => {
            wrong.push(format!("{}: it must say from where and to where it sails", said.id));
        }
        Some(_) => {}
        None if said.task.is_none() => {
            wrong.push(format!("{}: it must say which {} of the plan it is", said.id, said.kind.word()));
        }
        None => {}
    }
    wrong.extend(commodity(case, deed));
    wrong
}

fn commodity(case: &Case<'_>, deed: &Deed<'_>) -> Option<String> {
    let plan = case.plan;
    let commodity = match deed.job? {
        Job::Sampling(sampling) => Some(plan.samplings[sampling].commodity),
        Job::Transfer(transfer) | Job::Alongside(transfer) => Some(plan.transfers[transfer].commodity),
        Job::Process(process) => Some(plan.processes[process].from),
        Job::Supply(demand) => Some(plan.demands[demand].commodity),
        _ => None,
    };
    let is = deed.said.commodity.as_deref();
    let must = commodity.map(|commodity| plan.commodities[commodity].id.as_str());
    if is == must {
        return None;
    }
    let words = |name: Option<&str>| name.map_or("none".to_owned(), |name| format!("{name:?}"));
    Some(format!("{}: its commodity is {}, and must be {}", deed.said.id, words(is), words(must)))
}

/// Nothing ends before it starts.
pub fn reversed(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for deed in &case.deeds {
        if deed.end() < deed.start() {
            let (start, end) = (case.when(deed.start()), case.when(deed.end()));
            let message = format!("{} starts on {start} and ends before that, on {end}", deed.said.id);
            faults.push(Fault::of(deed.said, message));
        }
        for (from, to) in deed.said.work.iter().filter(|(from, to)| to < from) {
            let (start, end) = (case.when(from.to_utc()), case.when(to.to_utc()));
            let message =
                format!("work of {} begins on {start} and ceases before that, on {end}", deed.said.id);
            faults.push(Fault::of(deed.said, message).at(*from));
        }
    }
    faults
}

/// Everything starts and ends on slots.
pub fn on_slots(case: &Case<'_>) -> Vec<Fault> {
    let (start, slot) = (case.plan.horizon.start, case.plan.horizon.slot.seconds());
    let mut faults = Vec::new();
    for Activity { id, start: begins, end, work, course, .. } in &case.schedule.activities {
        let mut times = vec![*begins, *end];
        times.extend(work.iter().flat_map(|(from, to)| [*from, *to]));
        times.extend(course.iter().map(|(time, _)| *time));
        times.sort();
        times.dedup();
        for time in times {
            let since = time.to_utc().signed_duration_since(start);
            let seconds = since.num_seconds();
            if seconds % slot != 0 || since != TimeDelta::seconds(seconds) {
                let when = case.when(time.to_utc());
                let message = format!("{id} has a time, {when}, at which no slot begins");
                faults.push(Fault { activity: Some(id.clone()), time: Some(time), message });
            }
        }
    }
    faults
}

/// Everything lies within the plan's time.
pub fn inside_horizon(case: &Case<'_>) -> Vec<Fault> {
    let horizon = &case.plan.horizon;
    let outside = |deed: &&Deed<'_>| deed.start() < horizon.start || deed.end() > horizon.end();
    case.deeds
        .iter()
        .filter(outside)
        .map(|deed| {
            let (from, to) = (case.when(deed.start()), case.when(deed.end()));
            let (start, end) = (case.when(horizon.start), case.when(horizon.end()));
            let id = &deed.said.id;
            Fault::of(
                deed.said,
                format!("{id} lasts from {from} to {to}, and the plan from {start} to {end}"),
            )
        })
        .collect()
}

/// The intervals of an activity are in order, apart, and inside it; lifting, moving and sailing go on all the time.
pub fn work(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for deed in &case.deeds {
        let said = deed.said;
        let mut tell =
            |time, what: String| faults.push(Fault::of(said, format!("{}: {what}", said.id)).at(time));
        for (from, to) in &said.work {
            if *from < said.start || *to > said.end {
                let (from_words, to) = (case.when(from.to_utc()), case.when(to.to_utc()));
                tell(*from, format!("its interval from {from_words} to {to} is not inside it"));
            }
        }
        for pair in said.work.windows(2) {
            if pair[1].0 < pair[0].1 {
                let when = case.when(pair[1].0.to_utc());
                tell(pair[1].0, format!("its interval from {when} begins before the one before it ceases"));
            }
        }
        let is_run =
            matches!(said.kind, Kind::Sail | Kind::Sampling | Kind::Transfer | Kind::Process | Kind::Supply);
        if is_run && said.work != [(said.start, said.end)] {
            tell(said.start, format!("a {} has one interval of work: all of it", said.kind.word()));
        }
        if said.kind == Kind::Idle && !said.work.is_empty() {
            tell(said.start, "what is idle has no intervals".to_owned());
        }
    }
    faults
}
