//! What follows from the activities of a story, made up in the plainest way: stocks, totals, costs, and all that is drawn around them.

use super::{HOURS, at};
use crate::geo::{Position, distance};
use crate::plan::windows::task_limits;
use crate::plan::{Closed, ClosedBy, Closure, Plan, Sea, Site, Suspend};
use crate::schedule::{
    Activity, Bound, ClosureRow, CostRow, Delivery, GoalStamp, HorizonStamp, Hours, Kind, Link, PlanStamp,
    Restriction, RouteStamp, SCHEMA, Schedule, SeaRow, SiteStamp, SolveStamp, Status, Stock, Time, Totals,
    WeatherStamp, WindowRow,
};
use crate::weather::{Limits, Origin};
use chrono::TimeDelta;

fn hours(from: Time, to: Time) -> f64 {
    (to - from).num_seconds() as f64 / 3600.0
}

/// The schedule of activities, with everything that follows from them.
pub(super) fn accounts(plan: &Plan, sea: &Sea, activities: Vec<Activity>) -> Schedule {
    let totals = totals(plan, &activities);
    let tonnes = totals.sampled_t;
    let worth = tonnes.min(3.0) * 5.0 + (tonnes - 3.0).max(0.0);
    let finish_h = hours(at(0.0), totals.finish);
    let goals = [worth, worth, finish_h, totals.cost, totals.late_h];
    let goals = plan.goals.iter().zip(goals).map(|(goal, value)| GoalStamp {
        name: goal.word().to_owned(),
        value,
        bound: Some(value),
        gap: Some(0.0),
    });
    let mut goals: Vec<GoalStamp> = goals.collect();
    if let Some(weights) = &plan.weights {
        let signs = [1.0, 1.0, -1.0, -1.0, -1.0];
        let parts = goals.iter().zip(weights).zip(signs);
        let sum: f64 = parts.map(|((goal, weight), sign)| sign * weight * goal.value).sum();
        goals.iter_mut().for_each(|part| (part.bound, part.gap) = (None, None));
        let (bound, gap) = (Some(sum), Some(0.0));
        goals.insert(0, GoalStamp { name: "weighted".to_owned(), value: sum, bound, gap });
    }
    let (stocks, deliveries) = goods(&activities);
    let weather = plan.weather.iter().map(|weather| WeatherStamp {
        id: weather.id.clone(),
        sha256: weather.sha256.clone(),
        origin: sea.0[0].origin.word().to_owned(),
        first: at(0.0),
        last: at(71.0),
        step_h: 1.0,
    });
    Schedule {
        schema: SCHEMA.to_owned(),
        plan: PlanStamp {
            name: plan.name.clone(),
            zone: plan.zone.name().to_owned(),
            sha256: plan.sha256.clone(),
            issued: at(0.0),
            currency: plan.currency.clone(),
        },
        weather: weather.collect(),
        horizon: HorizonStamp { start: at(0.0), end: at(HOURS as f64), slot_h: 1.0 },
        solve: SolveStamp { status: Status::Optimal, goals, solver: "hand".to_owned() },
        happened: None,
        sites: sites(plan),
        windows: windows(plan, sea),
        stocks,
        tanks: Vec::new(),
        deliveries,
        links: links(plan, &activities),
        costs: costs(plan, &activities),
        routes: routes(&activities),
        activities,
        totals,
        notes: Vec::new(),
        sea: vec![weather_by_slot(sea)],
        reserves: Vec::new(),
        demands: Vec::new(),
        laytimes: Vec::new(),
        budgets: Vec::new(),
        closures: closures(plan),
    }
}

/// The stocks of the ship and the port, and what came ashore.
fn goods(activities: &[Activity]) -> (Vec<Stock>, Vec<Delivery>) {
    let (mut hold, mut port, mut deliveries) = (vec![(at(0.0), 0.0)], vec![(at(0.0), 0.0)], Vec::new());
    for activity in activities {
        let tonnes = activity.tonnes.unwrap_or(0.0);
        let aboard = hold[hold.len() - 1].1;
        match activity.kind {
            Kind::Sampling => hold.extend([(activity.start, aboard), (activity.end, aboard + tonnes)]),
            Kind::Transfer => {
                let from = activity.start + TimeDelta::hours(1);
                let ashore = port[port.len() - 1].1;
                hold.extend([(from, aboard), (activity.end, aboard - tonnes)]);
                port.extend([(from, ashore), (activity.end, ashore + tonnes)]);
                deliveries.push(Delivery {
                    site: "port".to_owned(),
                    commodity: "mud".to_owned(),
                    time: activity.end,
                    tonnes,
                });
            }
            _ => {}
        }
    }
    let stock =
        |holder: &str, levels| Stock { holder: holder.to_owned(), commodity: "mud".to_owned(), levels };
    (vec![stock("ship", hold), stock("port", port)], deliveries)
}

fn totals(plan: &Plan, activities: &[Activity]) -> Totals {
    let is_real = |activity: &&Activity| !matches!(activity.kind, Kind::Wait | Kind::Idle);
    let tonnes = |kind: Kind| activities.iter().filter(|a| a.kind == kind).filter_map(|a| a.tonnes).sum();
    let finish = activities.iter().filter(is_real).map(|activity| activity.end).max().unwrap_or(at(0.0));
    let mut cost = 0.0;
    let mut late_h = 0.0;
    let due = plan.tasks.iter().find(|task| task.id == "inspect").and_then(|task| task.due);
    for activity in activities.iter().filter(|activity| activity.task.as_deref() == Some("inspect")) {
        cost += 500.0;
        late_h += due.map_or(0.0, |due| hours(plan.zone.local(due), activity.end).max(0.0));
    }
    let mut vessels = std::collections::BTreeMap::new();
    for vessel in &plan.vessels {
        let mut sum = Hours::default();
        let mut done = at(0.0);
        for a in activities.iter().filter(|activity| activity.vessel.as_deref() == Some(&vessel.id)) {
            let (length, worked) =
                (hours(a.start, a.end), a.work.iter().map(|(from, to)| hours(*from, *to)).sum::<f64>());
            match a.kind {
                Kind::Process | Kind::Supply => {}
                Kind::Idle => sum.idle_h += length,
                Kind::Sail => sum.sail_h += length,
                Kind::Wait => {
                    sum.weather_wait_h += a.waiting_h;
                    sum.other_wait_h += length - a.waiting_h;
                }
                Kind::Task | Kind::Sampling | Kind::Transfer => {
                    sum.work_h += worked;
                    sum.weather_wait_h += a.waiting_h;
                    sum.other_wait_h += length - worked - a.waiting_h;
                }
            }
            done = if is_real(&a) { done.max(a.end) } else { done };
        }
        cost += vessel.day_rate / 24.0 * hours(at(0.0), done);
        vessels.insert(vessel.id.clone(), sum);
    }
    Totals {
        sampled_t: tonnes(Kind::Sampling),
        delivered_t: tonnes(Kind::Transfer),
        supplied_t: 0.0,
        made_t: std::collections::BTreeMap::new(),
        made_range_t: std::collections::BTreeMap::new(),
        finish,
        cost,
        fuel_t: 0.0,
        co2_t: 0.0,
        late_h,
        vessels,
    }
}

/// Port, field and island, as the plan has them.
fn sites(plan: &Plan) -> Vec<SiteStamp> {
    let position = |site: &Site| site.position.map(|at| (at.latitude, at.longitude));
    let stamp = |site: &Site| SiteStamp {
        id: site.id.clone(),
        kind: site.kind.word().to_owned(),
        position: position(site),
    };
    plan.sites.iter().map(stamp).collect()
}

/// The plan's closures, each of one thing.
fn closures(plan: &Plan) -> Vec<ClosureRow> {
    let row = |closure: &Closure| ClosureRow {
        stops: vec![match closure.what {
            Closed::Site(site) => plan.sites[site].id.clone(),
            Closed::Vessel(vessel) => plan.vessels[vessel].id.clone(),
            Closed::Task(task) => plan.tasks[task].id.clone(),
            Closed::Sampling(sampling) => plan.samplings[sampling].id.clone(),
            Closed::Process(process) => plan.processes[process].id.clone(),
        }],
        from: plan.zone.local(closure.from),
        to: plan.zone.local(closure.to),
        disruption: None,
        reason: closure.reason.clone(),
    };
    plan.closures.iter().filter(|closure| closure.by != ClosedBy::Hire).map(row).collect()
}

/// What vessels cost by the day until they are done, and what an inspection costs.
fn costs(plan: &Plan, activities: &[Activity]) -> Vec<CostRow> {
    let mut rows: Vec<CostRow> = activities
        .iter()
        .filter(|activity| activity.task.as_deref() == Some("inspect"))
        .map(|inspect| CostRow { item: inspect.id.clone(), vessel: None, amount: 500.0 })
        .collect();
    for vessel in plan.vessels.iter().filter(|vessel| vessel.day_rate > 0.0) {
        let own = activities.iter().filter(|a| a.is_real() && a.vessel.as_deref() == Some(&vessel.id));
        let done = own.map(|activity| activity.end).max().unwrap_or(at(0.0));
        let amount = vessel.day_rate / 24.0 * hours(at(0.0), done);
        rows.push(CostRow { item: "day rate".to_owned(), vessel: Some(vessel.id.clone()), amount });
    }
    rows
}

/// A degree of a meridian, or of a parallel, between each two places that are sailed between: none has a waypoint.
fn routes(activities: &[Activity]) -> Vec<RouteStamp> {
    let place = |site: &str| match site {
        "port" => (35.0, 139.0),
        "field" => (34.0, 139.0),
        _ => (34.0, 140.0),
    };
    let mut rows: Vec<RouteStamp> = Vec::new();
    for sail in activities.iter().filter(|activity| activity.kind == Kind::Sail) {
        let (Some(from), Some(to)) = (sail.site.clone(), sail.to_site.clone()) else { continue };
        let is_told = |row: &RouteStamp| [(&row.from, &row.to), (&row.to, &row.from)].contains(&(&from, &to));
        if !rows.iter().any(is_told) {
            let points = vec![place(&from), place(&to)];
            let ends = points.iter().map(|&(latitude, longitude)| Position { latitude, longitude });
            let nm = distance(&ends.collect::<Vec<_>>()).metres() / 1852.0;
            rows.push(RouteStamp { from, to, points, nm });
        }
    }
    rows
}

/// For each precedence its pairs, in order of time.
fn links(plan: &Plan, activities: &[Activity]) -> Vec<Link> {
    let of = |task: &str| {
        let mut of_it: Vec<&Activity> =
            activities.iter().filter(|a| a.kind == Kind::Task && a.task.as_deref() == Some(task)).collect();
        of_it.sort_by_key(|activity| activity.start);
        of_it
    };
    let mut rows = Vec::new();
    for task in &plan.tasks {
        for after in &task.after {
            let pairs = of(&plan.tasks[after.task].id).into_iter().zip(of(&task.id));
            rows.extend(pairs.map(|(from, to)| Link {
                from: from.id.clone(),
                to: to.id.clone(),
                lag_h: after.lag.hours(),
                within_h: after.within.map(|within| within.hours()),
            }));
        }
    }
    rows
}

/// The hours in which each piece of work may go on, by Hs, the only channel that anything is limited in.
fn windows(plan: &Plan, sea: &Sea) -> Vec<WindowRow> {
    let series = &sea.0[0];
    let is_forecast = series.origin == Origin::Forecast;
    let tasks = plan.tasks.iter().map(|task| {
        let forecast = Restriction {
            t_pop_h: task.duration.hours(),
            t_r_h: task.duration.hours() + task.contingency.hours(),
            may_halt: task.suspend != Suspend::Never,
        };
        (&task.id, task_limits(plan, task), Some(forecast).filter(|_| is_forecast && !task.limits.is_empty()))
    });
    let samplings = plan
        .samplings
        .iter()
        .map(|sampling| (&sampling.id, sampling.limits.and(&plan.gear(sampling.stand).survives), None));
    let row = |(id, limits, forecast): (&String, Limits, Option<Restriction>)| {
        let limit = limits.iter().next()?;
        let is_open = |hour: &usize| series.values[0][*hour] <= limit.at_most;
        let open: Vec<usize> = (0..HOURS as usize).filter(is_open).collect();
        let open = open
            .chunk_by(|a, b| a + 1 == *b)
            .map(|run| (at(run[0] as f64), at((run[run.len() - 1] + 1) as f64)));
        let bound = Bound {
            channel: "hs".to_owned(),
            unit: "m".to_owned(),
            limit: limit.alpha.map_or(limit.at_most, |alpha| alpha.operational),
            alpha: limit.alpha.map(|alpha| alpha.factor),
            forecast_limit: limit.alpha.map(|_| limit.at_most),
        };
        Some(WindowRow {
            task: id.clone(),
            limits: limits.to_string(),
            bounds: vec![bound],
            forecast,
            open: open.collect(),
        })
    };
    tasks.chain(samplings).filter_map(row).collect()
}

/// A sample an hour, and an hour a slot.
fn weather_by_slot(sea: &Sea) -> SeaRow {
    let hs = sea.0[0].values[0].iter().take(HOURS as usize);
    let hs: Vec<Option<f64>> = hs.map(|hs| Some(*hs).filter(|hs| hs.is_finite())).collect();
    SeaRow {
        site: "field".to_owned(),
        weather: "field".to_owned(),
        start: at(0.0),
        step_h: 1.0,
        channels: [("hs".to_owned(), hs)].into(),
    }
}
