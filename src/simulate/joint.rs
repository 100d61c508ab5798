//! The weather of a voyage under way, joined of two: the plan's own up to now, or as far as its forecast is trusted, and a year's from there on.
//!
//! In: the plan's sea, the sea of a year, when the voyage starts in it, and the joint. Out: one sea ([`join`]), which says of every moment what
//! the one or the other says; and how far the plan's own weather reaches ([`own_until`]).
//! Rules: every sample holds until its next one or the joint. Where steps, or a step and the joint, do not fit the samples are cut finer, so that
//! none of either sea is lost. What is missing stays missing.

use super::ground::Ground;
use crate::error::Error;
use crate::plan::{Plan, Sea};
use crate::time::{Horizon, short};
use crate::units::Span;
use crate::weather::Series;
use chrono::{DateTime, TimeDelta, Utc};

/// Where two seas are joined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joint {
    /// By how much later the voyage starts than the plan.
    pub shift: TimeDelta,
    /// From when on the weather is the plan's own: the start of the voyage.
    pub from: DateTime<Utc>,
    /// From when on it is the year's.
    pub at: DateTime<Utc>,
    /// Until when it is needed; nothing where all of the year is to be there.
    pub to: Option<DateTime<Utc>>,
}

/// The sea that is the plan's own before a joint, and a year's from there on.
pub fn join(own: &Sea, year: &Sea, joint: Joint) -> Sea {
    Sea(own.0.iter().zip(&year.0).map(|(own, year)| joined(own, year, joint)).collect())
}

fn joined(own: &Series, year: &Series, joint: Joint) -> Series {
    let Joint { shift, from, at, to } = joint;
    let since = |time: DateTime<Utc>| (time - year.start).num_seconds();
    let whole = year.step.seconds();
    let step = [own.step.seconds(), since(own.start + shift), since(at)].into_iter().fold(whole, common);
    let all = year.len() as i64 * (whole / step);
    let begin = since(from).div_euclid(step);
    let (first, last) = match to {
        None => (begin.min(0), all),
        Some(to) => (begin, all.min(-(-since(to)).div_euclid(step)).max(begin)),
    };
    let of_own = |channel: &str, time: DateTime<Utc>| {
        let since = (time - shift - own.start).num_seconds();
        let sample = usize::try_from(since.div_euclid(own.step.seconds())).ok()?;
        own.values[own.channel(channel)?].get(sample).copied()
    };
    let of_year = |channel: usize, seconds: i64| {
        let sample = usize::try_from(seconds.div_euclid(whole)).ok()?;
        year.values[channel].get(sample).copied()
    };
    let value = |channel: usize, sample: i64| {
        let time = year.start + TimeDelta::seconds(step * sample);
        let known = match (from..at).contains(&time) {
            true => of_own(&year.channels[channel].name, time),
            false => of_year(channel, step * sample),
        };
        known.unwrap_or(f64::NAN)
    };
    let values = (0..year.channels.len())
        .map(|channel| (first..last).map(|sample| value(channel, sample)).collect())
        .collect();
    Series {
        start: year.start + TimeDelta::seconds(step * first),
        step: Span::of_seconds(step),
        values,
        channels: year.channels.clone(),
        origin: year.origin,
    }
}

/// The greatest number of seconds of which both are multiples.
fn common(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The slot before which the weather of every run is the plan's own, where it is for so long after the slot `now`.
///
/// # Errors
/// When the plan asks for no weather, or is over sooner, or when its weather is not known so far.
pub fn own_until(plan: &Plan, sea: &Sea, now: u32, own: Span) -> Result<u32, Error> {
    let horizon = &plan.horizon;
    let (from, wanted) = (now as usize, horizon.slots_for(own));
    let at = |slot: usize| short(plan.zone.local(horizon.time(slot)));
    let most = |slots: usize| match slots {
        0 => "leave out --own-weather".to_owned(),
        _ => {
            let most = Span::of_seconds(horizon.slot.seconds() * slots as i64);
            format!("ask for --own-weather \"{most}\" at most")
        }
    };
    let refused = |cause: String, remedy: String| Err(Error::Usage(format!("{cause}; {remedy}")));
    if plan.weather.is_empty() {
        return refused("this plan asks for no weather, so that it has no forecast".to_owned(), most(0));
    }
    let left = horizon.slots.saturating_sub(from);
    if wanted > left {
        let cause = format!("--own-weather is {own}, and after {} less of the plan is left", at(from));
        return refused(cause, most(left));
    }
    let grid = Horizon { start: horizon.time(from), slot: horizon.slot, slots: wanted };
    let hole = Ground::new(plan, sea, grid, false).holes[0] as usize;
    if hole < wanted {
        let cause = format!("the plan's own weather is not known at {}", at(from + hole));
        return refused(cause, format!("get the missing values, or {}", most(hole)));
    }
    Ok((from + wanted) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::LENGTH;
    use crate::weather::{Channel, Origin};

    fn series(start: &str, step_h: i64, values: &[f64]) -> Series {
        Series {
            start: start.parse().expect("a time"),
            step: Span::of_hours(step_h),
            channels: vec![Channel { name: "hs".to_owned(), dimension: &LENGTH }],
            values: vec![values.to_vec()],
            origin: Origin::Hindcast,
        }
    }

    fn joint(at_h: i64, to: Option<i64>) -> Joint {
        let from: DateTime<Utc> = "2020-01-01T00:00:00Z".parse().expect("a time");
        let plan: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().expect("a time");
        let after = |hours| from + TimeDelta::hours(hours);
        Joint { shift: from - plan, from, at: after(at_h), to: to.map(after) }
    }

    #[test]
    fn before_the_joint_it_is_the_one_sea_and_the_other_after_it() {
        let own = series("2025-12-31T22:00:00Z", 1, &[9.0, 9.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let year = series("2019-12-31T23:00:00Z", 1, &[10.0, 11.0, 12.0, 13.0, 14.0, 15.0]);
        let whole = joined(&own, &year, joint(2, None));
        assert_eq!(whole, Series { values: vec![vec![10.0, 1.0, 2.0, 13.0, 14.0, 15.0]], ..year.clone() });
        let cut = joined(&own, &year, joint(2, Some(4)));
        assert_eq!((cut.start, &cut.values[0][..]), (joint(0, None).from, &[1.0, 2.0, 13.0, 14.0][..]));
        // A year that begins at the joint knows nothing before the voyage either.
        let late = series("2020-01-01T02:00:00Z", 1, &[13.0, 14.0]);
        let joined = joined(&own, &late, joint(2, Some(9)));
        assert_eq!((joined.start, &joined.values[0][..]), (cut.start, &[1.0, 2.0, 13.0, 14.0][..]));
    }

    #[test]
    fn no_sample_is_lost_where_steps_or_the_joint_do_not_fit() {
        // The year's value of the third hour holds from nought to three, and at two the joint cuts it in two.
        let own = series("2026-01-01T00:00:00Z", 1, &[1.0, 7.0, 3.0, 4.0]);
        let year = series("2020-01-01T00:00:00Z", 3, &[20.0, 21.0]);
        let joined_at = |at| joined(&own, &year, joint(at, None));
        assert_eq!(
            (joined_at(2).step, &joined_at(2).values[0][..]),
            (Span::of_hours(1), &[1.0, 7.0, 20.0, 21.0, 21.0, 21.0][..])
        );
        assert_eq!(joined_at(3).values[0], [1.0, 7.0, 3.0, 21.0, 21.0, 21.0]);
        // What the plan's own weather does not know is not known.
        assert!(joined_at(5).values[0][4].is_nan() && joined_at(5).values[0][5] == 21.0);
        let coarse = series("2026-01-01T00:00:00Z", 3, &[1.0, 2.0]);
        assert_eq!(joined(&coarse, &year, joint(3, None)).values[0], [1.0, 21.0]);
    }
}
