//! The rows of a chart: a head for each vessel, below it a row for each task, and the deliveries at the end.
//!
//! In: a schedule. Out: [`Row`]s in the order in which they are drawn. All times of one task by one vessel share a row, and so do all
//! legs of a vessel; waiting and idle time are seen in the strip of the head.
//! Not where they are drawn: that is `mod`, which pages them.

use crate::export::wording::{self, clean, duration, tonnes};
use crate::schedule::{Activity, Delivery, Interval, Kind, Schedule, WindowRow};
use std::collections::BTreeMap;

/// One row.
pub struct Row<'s> {
    /// What it is called.
    pub title: String,
    /// What it shows.
    pub lane: Lane<'s>,
}

/// What a row shows.
pub enum Lane<'s> {
    /// The name of a vessel, what it does with its hours, and all that it does as one strip.
    Head {
        /// Its hours in words.
        hours: String,
        /// All its activities.
        strip: Vec<&'s Activity>,
    },
    /// The times of one task, or the legs of a vessel.
    Work {
        /// In order of time.
        bars: Vec<&'s Activity>,
        /// When the weather is outside the limits.
        closed: Vec<Interval>,
        /// The limits in words.
        limits: &'s str,
    },
    /// What reaches the shore.
    Deliveries(Vec<&'s Delivery>),
}

impl Row<'_> {
    /// Whether it is the head of a vessel.
    pub fn is_head(&self) -> bool {
        matches!(self.lane, Lane::Head { .. })
    }

    /// Whether any work or delivery of it lies in a stretch of time; a head has none of its own.
    pub fn happens_in(&self, (from, to): Interval) -> bool {
        match &self.lane {
            Lane::Head { .. } => false,
            Lane::Work { bars, .. } => bars.iter().any(|bar| bar.start < to && bar.end >= from),
            Lane::Deliveries(all) => all.iter().any(|delivery| delivery.time < to && delivery.time >= from),
        }
    }

    /// From the first to the last moment of it that is not idle.
    pub fn span(&self) -> Option<Interval> {
        let times: Vec<Interval> = match &self.lane {
            Lane::Head { strip, .. } => {
                let busy = strip.iter().filter(|activity| activity.kind != Kind::Idle);
                busy.map(|activity| (activity.start, activity.end)).collect()
            }
            Lane::Work { bars, .. } => bars.iter().map(|bar| (bar.start, bar.end)).collect(),
            Lane::Deliveries(all) => all.iter().map(|delivery| (delivery.time, delivery.time)).collect(),
        };
        let start = times.iter().map(|time| time.0.min(time.1)).min()?;
        Some((start, times.iter().map(|time| time.0.max(time.1)).max()?))
    }
}

/// The rows of a schedule.
pub fn rows(schedule: &Schedule) -> Vec<Row<'_>> {
    let mut windows: BTreeMap<&str, &WindowRow> = BTreeMap::new();
    for window in &schedule.windows {
        windows.entry(&window.task).or_insert(window);
    }
    let mut of_actor: BTreeMap<Option<&str>, Vec<&Activity>> = BTreeMap::new();
    for activity in &schedule.activities {
        of_actor.entry(activity.vessel.as_deref()).or_default().push(activity);
    }
    let mut rows = Vec::new();
    for actor in wording::actors(schedule) {
        let strip = wording::by_time(of_actor.remove(&actor).unwrap_or_default().into_iter());
        let tasks = of_tasks(schedule, &strip, &windows);
        let hours = hours(schedule, actor);
        let title = wording::actor_title(schedule, actor);
        // Work without a vessel may overlap, and would hide itself in one strip.
        let strip = if actor.is_some() { strip } else { Vec::new() };
        rows.push(Row { title, lane: Lane::Head { hours, strip } });
        rows.extend(tasks);
    }
    rows.extend(deliveries(schedule));
    rows
}

/// A row for each task of one vessel, in order of its first start.
fn of_tasks<'s>(
    schedule: &Schedule,
    activities: &[&'s Activity],
    windows: &BTreeMap<&str, &'s WindowRow>,
) -> Vec<Row<'s>> {
    let mut places: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&Activity>> = Vec::new();
    for &activity in activities.iter().filter(|activity| wording::is_done(activity)) {
        let is_sail = activity.kind == Kind::Sail;
        let name = if is_sail { "" } else { activity.task.as_deref().unwrap_or(&activity.name) };
        let place = *places.entry((is_sail, name)).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(activity);
    }
    let row = |bars: Vec<&'s Activity>| {
        let first = bars[0];
        let is_sailing = first.kind == Kind::Sail && bars.len() > 1;
        let window = first.task.as_deref().and_then(|task| windows.get(task));
        Row {
            title: if is_sailing { "sailing".to_owned() } else { wording::title(first) },
            lane: Lane::Work {
                closed: window.map(|window| closed(schedule, window)).unwrap_or_default(),
                limits: window.map_or("", |window| &window.limits),
                bars,
            },
        }
    };
    groups.into_iter().filter(|bars| !bars.is_empty()).map(row).collect()
}

/// What is not open of the horizon.
fn closed(schedule: &Schedule, window: &WindowRow) -> Vec<Interval> {
    let mut open = window.open.clone();
    open.sort_unstable();
    let mut from = schedule.horizon.start;
    let mut closed = Vec::new();
    for (start, end) in open {
        if start > from {
            closed.push((from, start));
        }
        from = from.max(end);
    }
    if schedule.horizon.end > from {
        closed.push((from, schedule.horizon.end));
    }
    closed
}

/// `work 18 d 3 h · sailing 9 d 6 h · waiting on weather 4 d`: what is not nothing.
fn hours(schedule: &Schedule, actor: Option<&str>) -> String {
    let Some(hours) = actor.and_then(|vessel| schedule.totals.vessels.get(vessel)) else {
        return String::new();
    };
    let parts = [
        ("work", hours.work_h),
        ("sailing", hours.sail_h),
        ("waiting on weather", hours.weather_wait_h),
        ("other waiting", hours.other_wait_h),
        ("idle", hours.idle_h),
    ];
    let said = parts.iter().filter(|(_, hours)| *hours != 0.0);
    said.map(|(what, hours)| format!("{what} {}", duration(*hours))).collect::<Vec<_>>().join(" · ")
}

/// A head and a row for each commodity that reaches each place.
fn deliveries(schedule: &Schedule) -> Vec<Row<'_>> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Delivery>> = BTreeMap::new();
    for delivery in &schedule.deliveries {
        groups.entry((&delivery.site, &delivery.commodity)).or_default().push(delivery);
    }
    if groups.is_empty() {
        return Vec::new();
    }
    let total: f64 = schedule.deliveries.iter().map(|delivery| delivery.tonnes).sum();
    let head = Lane::Head { hours: format!("{} t in all", tonnes(total)), strip: Vec::new() };
    let mut rows = vec![Row { title: "deliveries".to_owned(), lane: head }];
    for ((site, commodity), mut delivered) in groups {
        delivered.sort_by_key(|delivery| delivery.time);
        let title = format!("{} at {}", clean(commodity), clean(site));
        rows.push(Row { title, lane: Lane::Deliveries(delivered) });
    }
    rows
}
