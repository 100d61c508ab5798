//! What the formats say alike: durations, tonnes, money, goals, the clock of the plan's zone, and names made harmless.
//!
//! In: values of a schedule. Out: words and numbers as people read them.
//! Not the escapes that one format needs: those stand in its own file.
//! A schedule may have been edited by hand, so nothing here trusts a name, a zone or a number.

use crate::schedule::{
    Activity, ClosureRow, GoalStamp, Hours, Interval, Kind, ReserveRow, Schedule, Status, Time, WEIGHTED,
};
use crate::time::Zone;
use chrono::{FixedOffset, NaiveDateTime, TimeDelta};

/// A name or other text in one line: control characters and line separators become blanks; the characters that turn
/// the direction of text, and so could make a line read other than it is, are left out.
pub fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

/// A cleaned text as XML 1.0 can hold it: escaped, and without the two characters that are none.
pub fn xml(text: &str) -> String {
    let allowed: String = text.chars().filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect();
    quick_xml::escape::escape(&allowed).into_owned()
}

/// `4 d 15 h`, `3.5 h`, `20 min`: a number of hours as a planner says it.
pub fn duration(hours: f64) -> String {
    if !hours.is_finite() {
        return "unknown".to_owned();
    }
    if hours.abs() >= 1e9 {
        return format!("{hours:e} h");
    }
    let minutes = (hours.abs() * 60.0).round();
    let sign = if hours < 0.0 && minutes > 0.0 { "-" } else { "" };
    let (days, rest) = ((minutes / 1440.0).floor(), minutes % 1440.0);
    let text = match (days > 0.0, rest > 0.0) {
        (true, false) => format!("{days} d"),
        (true, true) => format!("{days} d {} h", number((rest / 6.0).round() / 10.0)),
        (false, true) if rest < 60.0 => format!("{rest} min"),
        (false, _) if rest % 6.0 == 0.0 => format!("{} h", rest / 60.0),
        (false, _) => format!("{} h {} min", (rest / 60.0).floor(), rest % 60.0),
    };
    format!("{sign}{text}")
}

/// A number with one decimal where it has any.
pub fn number(value: f64) -> String {
    let tenths = (value * 10.0).round() / 10.0;
    if tenths == tenths.trunc() { grouped(tenths, 0) } else { grouped(tenths, 1) }
}

/// `40.0`, `12 345.0`, `0.25`: tonnes, or worth in tonnes, without the unit.
pub fn tonnes(value: f64) -> String {
    if value != 0.0 && value.abs() < 1.0 {
        let kilograms = grouped(value, 3);
        return kilograms.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    grouped(value, 1)
}

/// `7.0 (2.0 to 8.5)`: tonnes, and in brackets those at the lowest yields and at the highest, where these make a difference.
pub fn ranged(value: f64, range: Option<(f64, f64)>) -> String {
    let own = tonnes(value);
    let told = range.map(|(low, high)| (tonnes(low), tonnes(high)));
    match told.filter(|(low, high)| (low, high) != (&own, &own)) {
        Some((low, high)) => format!("{own} ({low} to {high})"),
        None => own,
    }
}

/// What stands in the brackets of [`ranged`], where some row has any.
pub fn about_ranges(mut rows: impl Iterator<Item = (f64, Option<(f64, f64)>)>) -> Option<&'static str> {
    rows.any(|(value, range)| ranged(value, range) != tonnes(value))
        .then_some("in brackets: at the lowest yields and at the highest")
}

/// What was made of each commodity and what demands were supplied with, where there is a chain ashore, and what was burnt and emitted
/// where vessels burn fuel: words and tonnes.
pub fn other_tonnes(schedule: &Schedule) -> Vec<(String, f64)> {
    let totals = &schedule.totals;
    let mut rows: Vec<(String, f64)> = totals
        .made_t
        .iter()
        .map(|(commodity, tonnes)| (format!("{} made", clean(commodity)), *tonnes))
        .collect();
    for (commodity, (low, high)) in &totals.made_range_t {
        rows.push((format!("{} made at the lowest yields", clean(commodity)), *low));
        rows.push((format!("{} made at the highest yields", clean(commodity)), *high));
    }
    if totals.supplied_t != 0.0 {
        rows.push(("supplied".to_owned(), totals.supplied_t));
    }
    let burnt = [("fuel", totals.fuel_t), ("CO2", totals.co2_t)];
    rows.extend(burnt.into_iter().filter(|(_, tonnes)| *tonnes != 0.0).map(|(what, t)| (what.to_owned(), t)));
    rows
}

/// `1 234 567 USD`; without letters where a plan has no currency.
pub fn money(amount: f64, currency: Option<&str>) -> String {
    let number =
        if amount.abs() < 100.0 && amount.fract() != 0.0 { grouped(amount, 2) } else { grouped(amount, 0) };
    match currency {
        Some(letters) => format!("{number} {}", clean(letters)),
        None => number,
    }
}

/// A number with blanks between its thousands.
fn grouped(value: f64, decimals: usize) -> String {
    if !value.is_finite() || value.abs() >= 1e15 {
        return format!("{value:e}");
    }
    // Adding zero turns a negative zero into a plain one.
    let factor = 10f64.powi(decimals as i32);
    let text = format!("{:.decimals$}", (value * factor).round() / factor + 0.0);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        // Four digits are read at a glance.
        if at > 0 && (whole.len() - at).is_multiple_of(3) && whole.len() > 4 {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

/// A reserve as days for which it covers a demand, in phrases; nothing where the plan does not say it so.
pub fn cover(reserve: &ReserveRow) -> Option<[String; 3]> {
    let cover = reserve.cover.as_ref()?;
    let (name, of) = (clean(&reserve.name), clean(&cover.of));
    let must = format!("{name} covers {of}: {} d must be covered", number(cover.target_d));
    Some([
        must,
        format!("{} d at the least", number(cover.least_d)),
        format!("{} d at the end", number(cover.end_d)),
    ])
}

/// What stands still, `ship, quay`, and why: `disruption outage: the grid is down`.
pub fn closure(row: &ClosureRow) -> [String; 2] {
    let stops = row.stops.iter().map(|name| clean(name)).collect::<Vec<_>>().join(", ");
    let disruption = row.disruption.as_ref().map(|id| format!("disruption {}", clean(id)));
    let why = [disruption, row.reason.as_deref().map(clean)];
    [stops, why.into_iter().flatten().collect::<Vec<_>>().join(": ")]
}

/// `Proven optimal`; `Feasible, gap 3.2 %` where the first goal is not proven; `Proven for delivered, not for finish (gap 2.1 %)` where a later one
/// is not. Of a bound that tells nothing there is no gap: `Feasible, not proven`.
pub fn status(schedule: &Schedule) -> String {
    let goals = &schedule.solve.goals;
    if schedule.solve.status == Status::Optimal {
        return "Proven optimal".to_owned();
    }
    let Some(first) = goals.iter().position(|goal| !is_proven(goal)) else { return "Feasible".to_owned() };
    let (proven, open) = goals.split_at(first);
    if proven.is_empty() {
        let gap = gap(&open[0]).map(|gap| format!("gap {gap}"));
        return format!("Feasible, {}", gap.unwrap_or_else(|| "not proven".to_owned()));
    }
    let names = proven.iter().map(|goal| clean(&goal.name)).collect::<Vec<_>>().join(", ");
    let open = open.iter().filter(|goal| !is_proven(goal)).map(|goal| {
        let gap = gap(goal).map(|gap| format!(" (gap {gap})"));
        clean(&goal.name) + &gap.unwrap_or_default()
    });
    format!("Proven for {names}, not for {}", open.collect::<Vec<_>>().join(", "))
}

/// The gap of a goal that is not proven, `3.2 %`; nothing where its bound tells nothing.
pub fn gap(goal: &GoalStamp) -> Option<String> {
    goal.gap.filter(|_| !is_proven(goal) && !tells_nothing(goal)).map(percent)
}

/// Whether the bound of a goal is what is known without any search: that nothing costs less than nothing, or ends before the plan begins.
fn tells_nothing(goal: &GoalStamp) -> bool {
    let is_less_better = matches!(goal.name.as_str(), "finish" | "cost" | "emissions" | "lateness");
    is_less_better && goal.bound.is_some_and(|bound| bound <= 0.0)
}

/// `delivered worth 40.0 (proven)`, `finish 14 Feb 03:00 (not before 13 Feb 21:00)`: what was reached of a goal, and its bound.
pub fn goal(schedule: &Schedule, goal: &GoalStamp, clock: &Clock) -> String {
    if goal.name == "finish" && schedule.finish().is_none() {
        return "nothing to finish".to_owned();
    }
    let currency = schedule.plan.currency.as_deref();
    let finish = |hours: f64| match TimeDelta::try_milliseconds((hours * 3.6e6).round() as i64)
        .and_then(|delta| schedule.horizon.start.checked_add_signed(delta))
    {
        Some(time) => clock.short(time),
        None => format!("{} h after the start", number(hours)),
    };
    let say = |value: f64| match goal.name.as_str() {
        "finish" => finish(value),
        "cost" => money(value, currency),
        "lateness" => duration(value),
        WEIGHTED => number(value),
        "emissions" => format!("{} t CO2", tonnes(value)),
        _ => tonnes(value),
    };
    let side = match goal.name.as_str() {
        "finish" => "not before",
        "cost" | "emissions" | "lateness" => "at least",
        "delivered" | "sampled" | WEIGHTED => "at most",
        _ => "bound",
    };
    let bound = match goal.bound {
        Some(_) if is_proven(goal) => " (proven)".to_owned(),
        Some(_) if tells_nothing(goal) => " (not proven)".to_owned(),
        Some(bound) => format!(" ({side} {})", say(bound)),
        None => String::new(),
    };
    // Worth is not tonnes, wherever the first tonnes are worth more than the last.
    let worth = match goal.name.as_str() {
        "delivered" | "sampled" => " worth",
        WEIGHTED => " sum",
        _ => "",
    };
    format!("{}{worth} {}{bound}", clean(&goal.name), say(goal.value))
}

/// Whether the bound of a goal meets its value, as nearly as floating point tells.
pub fn is_proven(goal: &GoalStamp) -> bool {
    goal.gap.is_none_or(|gap| gap.abs() <= 1e-6)
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if !percent.is_finite() => "unknown".to_owned(),
        percent if percent.abs() < 0.05 => "under 0.1 %".to_owned(),
        percent => format!("{} %", number(percent)),
    }
}

/// The sentence that a schedule on made-up weather carries wherever it goes.
pub const SYNTHETIC: &str = "The weather is synthetic: made by a generator, not measured.";

/// Up to when a schedule tells what has happened, if it does.
pub fn happened(schedule: &Schedule, clock: &Clock) -> Option<String> {
    let happened = clock.short(schedule.happened?);
    Some(format!("What began before {happened} has happened; what begins later is planned."))
}

/// What an activity is called: `sail to shimizu`, or its name.
pub fn title(activity: &Activity) -> String {
    match (activity.kind, &activity.to_site) {
        (Kind::Sail, Some(site)) => format!("sail to {}", clean(site)),
        _ => clean(&activity.name),
    }
}

/// `, 10 kn`: the speed at which it sails, where its vessel may choose.
pub fn at_speed(activity: &Activity) -> String {
    activity.speed_kn.map(|knots| format!(", {} kn", number(knots))).unwrap_or_default()
}

/// ` of mud`: the commodity of an activity, if it has one.
pub fn of_commodity(activity: &Activity) -> String {
    activity.commodity.as_deref().map(|name| format!(" of {}", clean(name))).unwrap_or_default()
}

/// `fore 12.0 t, aft 8.0 t`: the tanks that it fills or empties; nothing where its vessel has none.
pub fn in_tanks(activity: &Activity) -> Option<String> {
    let tanks = activity.tanks.iter().map(|(name, amount)| format!("{} {} t", clean(name), tonnes(*amount)));
    (!activity.tanks.is_empty()).then(|| tanks.collect::<Vec<_>>().join(", "))
}

/// Whether something is done in it: neither waiting nor idle.
pub fn is_done(activity: &Activity) -> bool {
    !matches!(activity.kind, Kind::Wait | Kind::Idle)
}

/// The float in words: `critical`, `19 h`, or nothing where it is not known.
pub fn float(activity: &Activity) -> String {
    if activity.critical {
        return "critical".to_owned();
    }
    activity.float_h.map(duration).unwrap_or_default()
}

/// The length of an interval in hours.
pub fn hours((from, to): Interval) -> f64 {
    (to - from).as_seconds_f64() / 3600.0
}

/// The intervals in which an activity is worked on; the whole of it where a schedule names none.
pub fn worked(activity: &Activity) -> Vec<Interval> {
    if activity.work.is_empty() { vec![(activity.start, activity.end)] } else { activity.work.clone() }
}

/// The activities in order of time; those that start together stay in the schedule's order.
pub fn by_time<'s>(activities: impl Iterator<Item = &'s Activity>) -> Vec<&'s Activity> {
    let mut sorted: Vec<&Activity> = activities.collect();
    sorted.sort_by_key(|activity| (activity.start, activity.end));
    sorted
}

/// The vessels in the schedule's order, and then `None` where some work has no vessel.
pub fn actors(schedule: &Schedule) -> Vec<Option<&str>> {
    let mut actors: Vec<Option<&str>> = schedule.vessel_names().into_iter().map(Some).collect();
    if schedule.activities.iter().any(|activity| activity.vessel.is_none()) {
        actors.push(None);
    }
    actors
}

/// How an actor is headed; work without a vessel by what else there is.
pub fn actor_title(schedule: &Schedule, actor: Option<&str>) -> String {
    match actor {
        Some(vessel) => clean(vessel),
        None if schedule.vessel_names().is_empty() => "work".to_owned(),
        None => "other work".to_owned(),
    }
}

/// The hours of each vessel, in the order of the vessels elsewhere.
pub fn vessel_hours(schedule: &Schedule) -> Vec<(&str, &Hours)> {
    let order = schedule.vessel_names();
    let mut rows: Vec<_> =
        schedule.totals.vessels.iter().map(|(name, hours)| (name.as_str(), hours)).collect();
    rows.sort_by_key(|(name, _)| order.iter().position(|vessel| vessel == name).unwrap_or(order.len()));
    rows
}

/// The clock by which a schedule is printed: the plan's zone, or the offset of its start where no such zone is known.
pub struct Clock {
    zone: Option<Zone>,
    offset: FixedOffset,
    /// What the zone is called: `Asia/Tokyo (UTC+09:00)`.
    pub name: String,
    with_year: bool,
}

impl Clock {
    /// The clock of a schedule.
    pub fn of(schedule: &Schedule) -> Clock {
        let (start, end) = (schedule.horizon.start, schedule.horizon.end);
        let mut clock = Clock {
            zone: Zone::named(&schedule.plan.zone),
            offset: *start.offset(),
            name: String::new(),
            // Beyond this a date without its year could be read as another one.
            with_year: end - start > TimeDelta::days(300),
        };
        let offsets = [clock.at(start), clock.at(end)].map(|time| format!("UTC{}", time.offset()));
        let offsets = if offsets[0] == offsets[1] { offsets[0].clone() } else { offsets.join(" and ") };
        clock.name = match clock.zone {
            Some(zone) if zone == Zone::UTC => "UTC".to_owned(),
            Some(zone) => format!("{} ({offsets})", zone.name()),
            None => offsets,
        };
        clock
    }

    /// Whether its short times carry their year.
    pub fn shows_years(&self) -> bool {
        self.with_year
    }

    /// The same moment on this clock.
    pub fn at(&self, time: Time) -> Time {
        self.zone.map_or_else(|| time.with_timezone(&self.offset), |zone| zone.local(time.to_utc()))
    }

    /// The moment at which this clock shows `local`; none where clocks are set forward over it.
    pub fn moment(&self, local: NaiveDateTime) -> Option<Time> {
        match self.zone {
            Some(zone) => zone.moment(local).map(|time| zone.local(time)),
            None => local.and_local_timezone(self.offset).earliest(),
        }
    }

    /// `12 Jan 09:00`, or `2026-01-12 09:00` where the year is in question; with its offset in the hour that clocks show twice.
    pub fn short(&self, time: Time) -> String {
        let local = self.at(time);
        let mut short = if self.with_year {
            local.format("%Y-%m-%d %H:%M").to_string()
        } else {
            crate::time::short(local)
        };
        if self.is_twice(time) {
            short += &local.format(" %:z").to_string();
        }
        short
    }

    /// Whether this clock shows a time twice, since it is set back.
    pub fn is_twice(&self, time: Time) -> bool {
        self.zone.is_some_and(|zone| zone.is_twice(self.at(time).naive_local()))
    }

    /// Whether [`Clock::short`] names the year.
    pub fn has_years(&self) -> bool {
        self.with_year
    }

    /// `12 Jan 2026 09:00`.
    pub fn long(&self, time: Time) -> String {
        self.at(time).format("%-d %b %Y %H:%M").to_string()
    }
}

/// What a hold, store or tank has over time.
pub struct Levels<'s> {
    /// The vessel or site.
    pub holder: &'s str,
    /// The tank, if it is one.
    pub tank: Option<&'s str>,
    /// What is in it.
    pub commodity: &'s str,
    /// Tonnes.
    pub levels: &'s [(Time, f64)],
}

impl Levels<'_> {
    /// Who or what has it.
    pub fn name(&self) -> String {
        self.tank.map_or_else(|| self.holder.to_owned(), |tank| format!("{}, tank {tank}", self.holder))
    }

    /// The most that is in it, when it is so much for the first time, and what is in it at the end; nothing where no level is told.
    pub fn peak_and_end(&self) -> Option<(f64, Time, f64)> {
        let &(_, at_end) = self.levels.last()?;
        let most = self.levels.iter().fold(f64::NEG_INFINITY, |most, level| most.max(level.1));
        let first = self.levels.iter().find(|level| level.1 >= most)?;
        Some((most, first.0, at_end))
    }
}

/// What every hold, store and tank has over time.
pub fn levels(schedule: &Schedule) -> impl Iterator<Item = Levels<'_>> {
    let stocks = schedule.stocks.iter().map(|stock| Levels {
        holder: &stock.holder,
        tank: None,
        commodity: &stock.commodity,
        levels: &stock.levels,
    });
    let tanks = schedule.tanks.iter().map(|stock| Levels {
        holder: &stock.vessel,
        tank: Some(&stock.tank),
        commodity: &stock.commodity,
        levels: &stock.levels,
    });
    stocks.chain(tanks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_days_and_hours() {
        let said =
            [0.0, 0.5, 3.5, 23.0, 24.0, 111.0, 27.5, 24.0 + 1.0 / 3.0, -3.0, 1.0 / 3600.0].map(duration);
        assert_eq!(
            said,
            ["0 h", "30 min", "3.5 h", "23 h", "1 d", "4 d 15 h", "1 d 3.5 h", "1 d 0.3 h", "-3 h", "0 h"]
        );
        assert_eq!(duration(f64::NAN), "unknown");
    }

    #[test]
    fn numbers_are_grouped_and_never_negative_zero() {
        assert_eq!(
            [40.0, 12345.0, -0.04, 0.25, 0.0].map(tonnes),
            ["40.0", "12 345.0", "-0.04", "0.25", "0.0"]
        );
        assert_eq!(number(-0.001), "0");
        assert_eq!(money(-1234567.0, Some("USD")), "-1 234 567 USD");
        assert_eq!(money(9.5, None), "9.50");
        assert_eq!(money(1e300, None), "1e300");
    }

    #[test]
    fn names_cannot_turn_or_break_a_line() {
        assert_eq!(clean("a\u{202E}b\u{2066}c\r\n\u{1b}[31m\u{9b}d\u{2028}é 荒天"), "abc   [31m d é 荒天");
    }
}
