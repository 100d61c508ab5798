//! What the page knows: the schedule, told so that a browser draws it without any arithmetic of calendars.
//!
//! In: a schedule, and the one it is compared with. Out: one JSON value: times as seconds since 1970 (UTC), activities with the place of
//! their vessel and of their window, windows of the same times told once, and the shifts of the plan's clock.
//! Not another schedule.json: nothing but the page reads it. Numbers are the schedule's own, none is rounded.

use super::words::{Language, Words};
use crate::export::wording::{self, Clock, clean};
use crate::schedule::compare::{Change, Comparison, What};
use crate::schedule::{
    Activity, BudgetRow, ClosureRow, DemandRow, Kind, LateRow, ReserveRow, Schedule, Time, WindowRow,
};
use crate::weather::Channel;
use fluent_bundle::FluentArgs;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The characters of a name beyond which it is shortened: a page is read, not searched.
const LONGEST: usize = 300;

/// A name as the page shows it: in one line, and not without end.
pub fn name(text: &str) -> String {
    let cleaned = clean(text);
    match cleaned.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &cleaned[..end]),
        None => cleaned,
    }
}

/// Seconds since 1970.
fn seconds(time: Time) -> i64 {
    time.timestamp()
}

fn names(texts: &[Option<&String>]) -> Vec<Option<String>> {
    texts.iter().map(|text| text.map(|text| name(text))).collect()
}

/// Everything the page draws.
pub fn value(schedule: &Schedule, clock: &Clock, baseline: Option<(&Schedule, &Comparison)>) -> Value {
    let vessels: Vec<&str> = schedule.vessel_names();
    let windows = Windows::of(schedule);
    let place: BTreeMap<&str, usize> =
        schedule.activities.iter().enumerate().map(|(at, activity)| (activity.id.as_str(), at)).collect();
    let old = baseline.map(|(before, _)| before.activities.as_slice()).unwrap_or_default();
    let was: BTreeMap<&str, &Activity> =
        old.iter().map(|activity| (activity.id.as_str(), activity)).collect();
    let links = schedule.links.iter().filter_map(|link| {
        let ends = (place.get(link.from.as_str())?, place.get(link.to.as_str())?);
        Some(json!([ends.0, ends.1, link.lag_h, link.within_h]))
    });
    json!({
        "plan": {
            "name": name(&schedule.plan.name), "zone": name(&schedule.plan.zone), "sha256": name(&schedule.plan.sha256),
            "issued": seconds(schedule.plan.issued), "currency": schedule.plan.currency.as_deref().map(name),
        },
        "clock": { "name": clock.name, "shifts": shifts(schedule, clock), "with_year": clock.shows_years() },
        "horizon": {
            "start": seconds(schedule.horizon.start), "end": seconds(schedule.horizon.end), "slot_h": schedule.horizon.slot_h,
        },
        "solve": { "status": schedule.solve.status, "solver": name(&schedule.solve.solver), "goals": goals(schedule) },
        "weather": schedule.weather.iter().map(|one| json!({
            "id": name(&one.id), "sha256": name(&one.sha256), "origin": name(&one.origin), "first": seconds(one.first),
            "last": seconds(one.last), "step_h": one.step_h,
        })).collect::<Vec<_>>(),
        "sites": schedule.sites.iter().map(|site| json!({
            "id": name(&site.id), "kind": name(&site.kind), "position": site.position,
        })).collect::<Vec<_>>(),
        "vessels": vessels.iter().map(|vessel| name(vessel)).collect::<Vec<_>>(),
        "windows": windows.told,
        "activities": schedule.activities.iter().map(|activity| {
            activity_value(activity, &vessels, &windows, &was)
        }).collect::<Vec<_>>(),
        "links": links.collect::<Vec<_>>(),
        "routes": schedule.routes.iter().map(|route| json!({
            "from": name(&route.from), "to": name(&route.to), "points": route.points, "nm": route.nm,
        })).collect::<Vec<_>>(),
        "sea": schedule.sea.iter().map(|row| json!({
            "site": name(&row.site), "weather": name(&row.weather), "start": seconds(row.start), "step_h": row.step_h,
            "channels": row.channels.iter().map(|(channel, values)| json!({
                "name": name(channel), "unit": unit(schedule, channel), "values": values,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "stocks": wording::levels(schedule).map(|of_it| json!({
            "holder": name(of_it.holder), "name": name(&of_it.name()), "commodity": name(of_it.commodity),
            "is_tank": of_it.tank.is_some(),
            "levels": of_it.levels.iter().map(|(time, level)| json!([seconds(*time), level])).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "deliveries": schedule.deliveries.iter().map(|one| json!({
            "site": name(&one.site), "commodity": name(&one.commodity), "at": seconds(one.time), "tonnes": one.tonnes,
        })).collect::<Vec<_>>(),
        "demands": demands(schedule),
        "reserves": reserves(schedule),
        "totals": totals(schedule),
        "costs": schedule.costs.iter().map(|row| json!({
            "item": name(&row.item), "vessel": row.vessel.as_deref().map(name), "amount": row.amount,
        })).collect::<Vec<_>>(),
        "budgets": budgets(schedule),
        "closures": closures(schedule),
        "laytimes": schedule.laytimes.iter().map(|row| json!({
            "vessel": name(&row.vessel), "calls": row.calls, "used_h": row.used_h, "allowed_h": row.allowed_h, "over_h": row.over_h,
            "cost": row.cost,
        })).collect::<Vec<_>>(),
        "notes": schedule.notes.iter().map(|note| json!({
            "line": note.line, "place": name(&note.place), "key": name(&note.key), "value": name(&note.value), "text": name(&note.text),
            "assumption": note.assumption,
        })).collect::<Vec<_>>(),
        "baseline": baseline.map(|(before, comparison)| baseline_value(before, schedule, comparison)),
    })
}

/// The shifts of the clock: from which moment on it is how many seconds ahead of UTC.
fn shifts(schedule: &Schedule, clock: &Clock) -> Vec<(i64, i32)> {
    let activities = schedule.activities.iter().flat_map(|activity| [activity.start, activity.end]);
    let times: Vec<Time> =
        activities.chain([schedule.horizon.start, schedule.horizon.end, schedule.plan.issued]).collect();
    let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else { return vec![] };
    let shift = |at: i64| {
        let time = chrono::DateTime::from_timestamp(at, 0).map(|time| time.fixed_offset());
        time.map_or(0, |time| clock.at(time).offset().local_minus_utc())
    };
    let (from, to) = (seconds(*first) - 86_400, seconds(*last) + 400 * 86_400);
    // A zone keeps its offset for weeks at least; over centuries, what changes between two looks is drawn a little off and no more.
    let step = 86_400.max((to - from) / 20_000);
    let mut shifts = vec![(from, shift(from))];
    let mut at = from;
    while at < to {
        let (mut low, mut high) = (at, at + step);
        let (before, after) = (shift(low), shift(high));
        while before != after && high - low > 1 {
            let middle = low + (high - low) / 2;
            if shift(middle) == before { low = middle } else { high = middle }
        }
        if before != after {
            shifts.push((high, after));
        }
        at += step;
    }
    shifts
}

fn demands(schedule: &Schedule) -> Vec<Value> {
    let late = |late: &LateRow| json!({ "due": seconds(late.due), "overdue_t": late.overdue_t, "tonne_days": late.tonne_days, "cost": late.cost });
    let row = |demand: &DemandRow| {
        json!({
            "name": name(&demand.name), "site": name(&demand.site), "commodity": name(&demand.commodity),
            "wanted_t": demand.wanted_t, "supplied_t": demand.supplied_t,
            "range": demand.supplied_range_t, "late": demand.late.as_ref().map(late),
        })
    };
    schedule.demands.iter().map(row).collect()
}

fn reserves(schedule: &Schedule) -> Vec<Value> {
    let row = |reserve: &ReserveRow| {
        let below = reserve.below.iter().map(|(from, to)| [seconds(*from), seconds(*to)]);
        json!({
            "name": name(&reserve.name), "site": name(&reserve.site), "commodity": name(&reserve.commodity),
            "target_t": reserve.target_t, "by": seconds(reserve.by), "reached": reserve.reached.map(seconds),
            "least_t": reserve.least_t, "range": reserve.least_range_t, "least_at": seconds(reserve.least_at), "end_t": reserve.end_t,
            "below": below.collect::<Vec<_>>(),
            "cover": reserve.cover.as_ref().map(|cover| json!({
                "of": name(&cover.of), "target_d": cover.target_d, "least_d": cover.least_d, "end_d": cover.end_d,
            })),
        })
    };
    schedule.reserves.iter().map(row).collect()
}

fn closures(schedule: &Schedule) -> Vec<Value> {
    let row = |closure: &ClosureRow| {
        json!({
            "stops": closure.stops.iter().map(|stopped| name(stopped)).collect::<Vec<_>>(),
            "from": seconds(closure.from), "to": seconds(closure.to),
            "disruption": closure.disruption.as_deref().map(name), "reason": closure.reason.as_deref().map(name),
        })
    };
    schedule.closures.iter().map(row).collect()
}

fn budgets(schedule: &Schedule) -> Vec<Value> {
    let row = |budget: &BudgetRow| {
        json!({
            "name": name(&budget.id), "bounds": budget.bounds, "process": budget.process.as_deref().map(name),
            "most": budget.most, "spent": budget.spent, "left": budget.left,
        })
    };
    schedule.budgets.iter().map(row).collect()
}

fn goals(schedule: &Schedule) -> Vec<Value> {
    let goal = |goal: &crate::schedule::GoalStamp| json!({ "name": name(&goal.name), "value": goal.value, "bound": goal.bound, "gap": goal.gap });
    schedule.solve.goals.iter().map(goal).collect()
}

/// The unit of a channel: that of the limits on it, or of the channel as it is known.
fn unit(schedule: &Schedule, channel: &str) -> String {
    let bounds = schedule.windows.iter().flat_map(|window| &window.bounds);
    let named = bounds.filter(|bound| bound.channel == channel).map(|bound| name(&bound.unit)).next();
    named.or_else(|| Channel::known(channel).map(|kind| kind.dimension.base().to_owned())).unwrap_or_default()
}

/// Windows, of which those of the same limits and times are told once.
struct Windows {
    told: Vec<Value>,
    of_task: BTreeMap<String, usize>,
}

impl Windows {
    fn of(schedule: &Schedule) -> Windows {
        let mut told: Vec<(Vec<String>, Vec<String>, &WindowRow)> = Vec::new();
        let mut known: BTreeMap<(&str, &[crate::schedule::Interval]), usize> = BTreeMap::new();
        let mut of_task = BTreeMap::new();
        for row in &schedule.windows {
            let at = *known.entry((row.limits.as_str(), row.open.as_slice())).or_insert_with(|| {
                told.push((Vec::new(), Vec::new(), row));
                told.len() - 1
            });
            told[at].0.push(name(&row.task));
            if row.forecast.is_some_and(|forecast| forecast.is_too_long()) {
                told[at].1.push(name(&row.task));
            }
            of_task.entry(row.task.clone()).or_insert(at);
        }
        let value = |(tasks, too_long, row): (Vec<String>, Vec<String>, &WindowRow)| {
            let bound = |bound: &crate::schedule::Bound| {
                let mut value = json!({ "channel": name(&bound.channel), "unit": name(&bound.unit), "limit": bound.limit });
                for (key, number) in [("alpha", bound.alpha), ("forecast_limit", bound.forecast_limit)] {
                    if let Some(number) = number {
                        value[key] = json!(number);
                    }
                }
                value
            };
            let mut value = json!({
                "tasks": tasks, "limits": name(&row.limits), "bounds": row.bounds.iter().map(bound).collect::<Vec<_>>(),
                "open": row.open.iter().map(|(from, to)| [seconds(*from), seconds(*to)]).collect::<Vec<_>>(),
            });
            if !too_long.is_empty() {
                value["too_long"] = json!(too_long);
            }
            value
        };
        Windows { told: told.into_iter().map(value).collect(), of_task }
    }
}

fn activity_value(
    activity: &Activity,
    vessels: &[&str],
    windows: &Windows,
    was: &BTreeMap<&str, &Activity>,
) -> Value {
    let whole = (activity.start, activity.end);
    let mut value = Map::new();
    let mut set = |key: &str, given: Value| value.insert(key.to_owned(), given);
    set("id", json!(name(&activity.id)));
    set("kind", json!(activity.kind));
    set("name", json!(name(&activity.name)));
    set(
        "vessel",
        json!(activity.vessel.as_deref().and_then(|own| vessels.iter().position(|vessel| *vessel == own))),
    );
    let texts = names(&[
        activity.site.as_ref(),
        activity.to_site.as_ref(),
        activity.gear.as_ref(),
        activity.commodity.as_ref(),
    ]);
    for (key, text) in ["site", "to", "gear", "commodity"].into_iter().zip(texts) {
        if let Some(text) = text {
            set(key, json!(text));
        }
    }
    set("start", json!(seconds(activity.start)));
    set("end", json!(seconds(activity.end)));
    // Most activities are worked on from their beginning to their end, and need not say so.
    if !(activity.work.is_empty() || activity.work == [whole])
        || activity.kind == Kind::Wait && activity.waiting_h > 0.0
    {
        let parts: Vec<[i64; 2]> =
            activity.work.iter().map(|(from, to)| [seconds(*from), seconds(*to)]).collect();
        set("work", json!(parts));
    }
    set("waiting_h", json!(activity.waiting_h));
    if !activity.tanks.is_empty() {
        let tanks: Vec<_> = activity.tanks.iter().map(|(tank, tonnes)| (name(tank), tonnes)).collect();
        set("tanks", json!(tanks));
    }
    let numbers =
        [("tonnes", activity.tonnes), ("float_h", activity.float_h), ("speed_kn", activity.speed_kn)];
    for (key, number) in numbers {
        if let Some(number) = number {
            set(key, json!(number));
        }
    }
    set("critical", json!(activity.critical));
    if let Some(window) = activity.task.as_ref().and_then(|task| windows.of_task.get(task)) {
        set("window", json!(window));
    }
    let was = was.get(activity.id.as_str());
    if let Some(was) = was.filter(|was| wording::is_done(was) && wording::is_done(activity)) {
        set("was", json!([seconds(was.start), seconds(was.end)]));
    }
    Value::Object(value)
}

fn totals(schedule: &Schedule) -> Value {
    let totals = &schedule.totals;
    let vessels = wording::vessel_hours(schedule).into_iter().map(|(vessel, hours)| {
        let mut value = json!(hours);
        value["name"] = json!(name(vessel));
        value
    });
    json!({
        "sampled_t": totals.sampled_t, "delivered_t": totals.delivered_t, "finish": schedule.finish().map(seconds), "cost": totals.cost,
        "late_h": totals.late_h, "vessels": vessels.collect::<Vec<_>>(),
    })
}

fn baseline_value(before: &Schedule, after: &Schedule, comparison: &Comparison) -> Value {
    let unchanged = Language::ALL.map(|language| {
        let count = FluentArgs::from_iter([("count", comparison.unchanged as i64)]);
        (language.code().to_owned(), json!(Words::of(language).with("unchanged", &count)))
    });
    let start = before.horizon.start.min(after.horizon.start);
    let total = |row: &crate::schedule::compare::TotalChange| {
        let (word, unit) = match row.name {
            "sampled_t" => ("sampled", "t"),
            "delivered_t" => ("delivered", "t"),
            "supplied_t" => ("supplied", "t"),
            "fuel_t" => ("fuel", "t"),
            "co2_t" => ("co2", "t"),
            "finish_h" => ("finish", "time"),
            "late_h" => ("late", "h"),
            "cost" => ("cost", "money"),
            "work_h" => ("work-h", "h"),
            "sail_h" => ("sail-h", "h"),
            "weather_wait_h" => ("weather-h", "h"),
            "other_wait_h" => ("other-h", "h"),
            _ => ("idle-h", "h"),
        };
        let value = |hours: Option<f64>| match unit {
            "time" => hours.map(|hours| json!((seconds(start) as f64 + hours * 3600.0).round())),
            _ => hours.map(|value| json!(value)),
        };
        json!({ "word": word, "unit": unit, "of": row.vessel.as_deref().map(name), "before": value(row.before), "after": value(row.after), "change": row.change })
    };
    let is_shown = |row: &&crate::schedule::compare::TotalChange| {
        row.before.unwrap_or(0.0) != 0.0 || row.after.unwrap_or(0.0) != 0.0
    };
    let change = |change: &Change| {
        let times = |placed: &Option<crate::schedule::compare::Placed>| {
            placed.as_ref().map(|placed| [seconds(placed.start), seconds(placed.end)])
        };
        let what = match change.what {
            What::Added => "added",
            What::Removed => "removed",
            What::Moved => "moved",
        };
        json!({ "id": name(&change.id), "what": what, "name": name(&change.name), "before": times(&change.before), "after": times(&change.after), "start_shift_h": change.start_shift_h, "end_shift_h": change.end_shift_h })
    };
    json!({
        "name": name(&before.plan.name), "other_plan": before.plan.name != after.plan.name, "issued": seconds(before.plan.issued),
        "unchanged_words": Map::from_iter(unchanged),
        "totals": comparison.totals.iter().filter(is_shown).map(total).collect::<Vec<_>>(),
        "changes": comparison.changes.iter().map(change).collect::<Vec<_>>(),
    })
}
