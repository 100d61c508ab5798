//! How reserves fare, read off again from the levels of their stocks.
//!
//! In: the levels, which are judged in `stocks`. Out: rows of reserves that are missing, made up, told twice or other ones.
//! A level is below the target or not wherever that can be told: what lies within a rounding of the target may be called either.
//! Whether a reserve may be so low is judged in `shore`.

use super::case::{Case, Fault, amount, exceeds, same};
use super::rows::{Row, told_once};
use super::shore::is_followed;
use super::yields::{outcomes, range};
use crate::plan::{Covers, Reserve};
use crate::schedule::{Cover, Interval, Time};
use chrono::{DateTime, TimeDelta, Utc};

/// Tonnes within which a level is at the target, as far as roundings can tell.
const ROUNDING: f64 = 2e-6;

/// The levels of a reserve: they change evenly between two, and not before the first nor after the last.
struct Levels<'c>(&'c [(Time, f64)]);

impl Levels<'_> {
    fn at(&self, time: DateTime<Utc>) -> f64 {
        let next = self.0.partition_point(|(at, _)| at.to_utc() <= time);
        match (next.checked_sub(1).map(|before| self.0[before]), self.0.get(next)) {
            (None, None) => 0.0,
            (Some((_, level)), None) | (None, Some(&(_, level))) => level,
            (Some((from, low)), Some(&(to, high))) => {
                let part =
                    super::case::hours(from.to_utc(), time) / super::case::hours(from.to_utc(), to.to_utc());
                low + (high - low) * part
            }
        }
    }

    /// The lowest and the highest level within a second of a moment: times are told in whole seconds.
    fn around(&self, time: DateTime<Utc>) -> (f64, f64) {
        let second = TimeDelta::seconds(1);
        let moments = [time.checked_sub_signed(second), Some(time), time.checked_add_signed(second)];
        let levels = moments.into_iter().flatten().map(|time| self.at(time));
        levels
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), level| (low.min(level), high.max(level)))
    }

    /// The times of levels that lie within a stretch.
    fn within(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        self.0.iter().map(|(time, _)| time.to_utc()).filter(move |time| from < *time && *time < to)
    }
}

/// The rows of reserves are what their stocks come to, each reserve once.
pub fn rows(case: &Case<'_>) -> Vec<Fault> {
    let plan = case.plan;
    let said = &case.schedule.reserves;
    let known: Vec<&str> = plan.reserves.iter().map(|reserve| reserve.id.as_str()).collect();
    let mut faults =
        told_once("reserve", &known, &said.iter().map(|row| row.id.as_str()).collect::<Vec<_>>());
    let outcomes = outcomes(case);
    for told in said {
        let Some(place) = plan.reserves.find(|reserve| reserve.id == told.id) else { continue };
        let reserve = &plan.reserves[place];
        let (site, commodity) = (&plan.sites[reserve.site].id, &plan.commodities[reserve.commodity].id);
        let mut row = Row::new("the reserve", &told.id);
        row.word("name", &told.name, &reserve.name);
        row.word("site", &told.site, site);
        row.word("commodity", &told.commodity, commodity);
        row.number("target", told.target_t, reserve.target, "t");
        row.moment(case, "date", told.by, reserve.by);
        let is_it = |stock: &&crate::schedule::Stock| stock.holder == *site && stock.commodity == *commodity;
        let stock = case.schedule.stocks.iter().find(is_it).map_or(&[][..], |stock| stock.levels.as_slice());
        let at = outcomes.as_ref().map(|sides| {
            let [low, high] =
                sides.each_ref().map(|of_it| fewest(case, &Levels(&of_it.kept[&place]), reserve));
            (low, high)
        });
        range(case, &mut row, "fewest tonnes", told.least_range_t, at);
        // Levels that make no sense are told where they are judged.
        if is_followed(stock) {
            let levels = Levels(stock);
            least(case, &mut row, (told.least_t, told.least_at), &levels, reserve);
            let at_end = levels.at(plan.horizon.end());
            row.number("tonnes at the end", told.end_t, at_end, "t");
            let fewest = fewest(case, &levels, reserve);
            cover(case, &mut row, told.cover.as_ref(), reserve, [fewest, at_end]);
            reached(case, &mut row, told.reached, &levels, reserve);
            below(case, &mut row, &told.below, &levels, reserve);
        }
        faults.extend(row.faults);
    }
    faults
}

/// From when on a reserve is looked at: from its date on, but not before the plan.
fn since(case: &Case<'_>, reserve: &Reserve) -> DateTime<Utc> {
    reserve.by.max(case.plan.horizon.start)
}

/// A moment and the times of levels after it.
fn moments(levels: &Levels<'_>, since: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    std::iter::once(since).chain(levels.within(since, DateTime::<Utc>::MAX_UTC)).collect()
}

/// The fewest tonnes of a reserve from its date on.
fn fewest(case: &Case<'_>, levels: &Levels<'_>, reserve: &Reserve) -> f64 {
    let moments = moments(levels, since(case, reserve)).into_iter();
    moments.map(|time| levels.at(time)).fold(f64::INFINITY, f64::min)
}

/// The fewest tonnes from its date on, and the first time at which they are so few.
fn least(case: &Case<'_>, row: &mut Row<'_>, said: (f64, Time), levels: &Levels<'_>, reserve: &Reserve) {
    let since = since(case, reserve);
    let moments = moments(levels, since);
    let least = fewest(case, levels, reserve);
    row.number("fewest tonnes", said.0, least, "t");
    let first = moments.iter().copied().find(|&time| levels.at(time) <= least + ROUNDING).unwrap_or(since);
    let time = said.1.to_utc();
    // Of levels that differ by a rounding any may be the fewest, and of those that do not, the first is.
    let is_one = moments.contains(&time) && same(levels.at(time), least);
    let is_first = !moments.iter().any(|&other| other < time && levels.at(other) <= levels.at(time));
    if !is_one || !is_first {
        row.moment(case, "time of the fewest tonnes", said.1, first);
    }
}

/// The same tonnes as days for which they cover a demand, where the plan says the reserve so: the fewest, and those at the end.
fn cover(case: &Case<'_>, row: &mut Row<'_>, said: Option<&Cover>, reserve: &Reserve, tonnes: [f64; 2]) {
    let is = reserve.covers.filter(|covers| covers.rate > 0.0);
    let (said, Covers { demand, rate, hours }) = match (said, is) {
        (Some(said), Some(is)) => (said, is),
        (None, None) => return,
        (Some(_), None) => return row.tell("is said as days of cover, and covers no demand"),
        (None, Some(_)) => return row.tell("covers a demand, and is not said as days of cover"),
    };
    row.word("demand", &said.of, &case.plan.demands[demand].name);
    row.number("days of cover", said.target_d, hours / 24.0, "d");
    let per_day = rate * 24.0;
    let [least, at_end] = tonnes.map(|tonnes| tonnes / per_day);
    row.near("fewest days of cover", said.least_d, least, ROUNDING / per_day, "d");
    row.near("days of cover at the end", said.end_d, at_end, ROUNDING / per_day, "d");
}

/// When the target is there for the first time.
fn reached(case: &Case<'_>, row: &mut Row<'_>, said: Option<Time>, levels: &Levels<'_>, reserve: &Reserve) {
    let target = reserve.target;
    let before = said.map_or(DateTime::<Utc>::MAX_UTC, |said| said.to_utc());
    let sooner = levels.0.iter().find(|(time, tonnes)| time.to_utc() < before && *tonnes >= target);
    let (words, when) = (amount(target, "t"), |time: Time| case.when(time.to_utc()));
    match (said, sooner) {
        (None, Some((time, _))) => {
            row.tell(&format!("is said never to be reached, and {words} are there on {}", when(*time)));
        }
        (Some(said), Some((time, _))) => {
            let (said, is) = (when(said), when(*time));
            row.tell(&format!("is said to be reached on {said}, and {words} are there on {is}"));
        }
        (Some(said), None) => {
            let (time, second) = (said.to_utc(), TimeDelta::seconds(1));
            let (most, is) = (levels.around(time).1, amount(levels.at(time), "t"));
            let just_before = time.checked_sub_signed(second).filter(|time| *time >= case.plan.horizon.start);
            if exceeds(target, most + ROUNDING) {
                row.tell(&format!("is said to be reached on {}, and {is} are there then", when(said)));
            } else if just_before.is_some_and(|time| exceeds(levels.at(time), target + ROUNDING)) {
                row.tell(&format!("is said to be reached on {}, and it is reached before that", when(said)));
            }
        }
        (None, None) => {}
    }
}

/// There is less than the target in every interval that is told, and nowhere else from its date on.
fn below(case: &Case<'_>, row: &mut Row<'_>, said: &[Interval], levels: &Levels<'_>, reserve: &Reserve) {
    let (since, end) = (since(case, reserve), case.plan.horizon.end());
    let mut covered = since;
    // Stretches with whether they are said to be below.
    let mut stretches: Vec<(DateTime<Utc>, DateTime<Utc>, bool)> = Vec::new();
    for (from, to) in said.iter().map(|(from, to)| (from.to_utc(), to.to_utc())) {
        if from < covered || to <= from || to > end {
            let (from, to) = (case.when(from), case.when(to));
            row.tell(&format!(
                "is said to be below its target from {from} to {to}, which is out of order or out of its time"
            ));
            return;
        }
        stretches.extend([(covered, from, false), (from, to, true)]);
        covered = to;
    }
    stretches.push((covered, end, false));
    for (from, to, is_below) in stretches.into_iter().filter(|(from, to, _)| from < to) {
        let is_wrong = |(low, high): (f64, f64)| match is_below {
            true => exceeds(low, reserve.target + ROUNDING),
            false => exceeds(reserve.target, high + ROUNDING),
        };
        let at = |time| (levels.at(time), levels.at(time));
        let inner = levels.within(from, to).map(|time| (time, at(time)));
        let ends = [from, to].map(|time| (time, levels.around(time)));
        let mut moments: Vec<_> = ends.into_iter().chain(inner).collect();
        moments.sort_by_key(|(time, _)| *time);
        let wrong = moments.iter().find(|(_, around)| is_wrong(*around)).map(|(time, _)| *time);
        // What lies at its target all the while is not below it.
        let at_target = || {
            let mut pairs = moments.windows(2).map(|pair| (pair[0].0, pair[1].0));
            let long = pairs.find(|&(a, b)| {
                let middle = a + (b - a) / 2;
                (b - a).num_seconds() > 4 && levels.at(middle) > reserve.target - ROUNDING / 4.0
            });
            long.filter(|_| is_below).map(|(a, _)| a)
        };
        let Some(time) = wrong.or_else(at_target) else { continue };
        let (is, target) = (amount(levels.at(time), "t"), amount(reserve.target, "t"));
        let (from, to, time) = (case.when(from), case.when(to), case.when(time));
        let claim = if is_below { "to be" } else { "not to be" };
        row.tell(&format!(
            "is said {claim} below its target of {target} from {from} to {to}, and {is} are there on {time}"
        ));
    }
}
