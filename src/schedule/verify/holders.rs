//! Whether holds and stores begin with what the plan gives them, share their room, and let go in time of what keeps only so long.
//!
//! In: the levels of the stocks. Out: beginnings that are others, sums above a total, tonnes that lie too long.
//! Where the tonnes come from and go to: see `stocks`.

use super::case::{Case, Fault, amount, exceeds, same};
use super::shore::so_far;
use super::stocks::{Course, Holder, courses, holder_of, name};
use crate::id::Ix;
use crate::plan::{self, Commodity, Reach, Site, SiteKind};
use crate::schedule::Stock;
use crate::units::Span;
use chrono::{DateTime, TimeDelta, Utc};

/// The tonnes with which a plan begins, holder by holder.
fn given<'c>(case: &Case<'c>) -> Vec<(Holder, Ix<Commodity>, f64)> {
    let plan = case.plan;
    let holds = plan.vessels.entries().map(|(place, vessel)| (Holder::Hold(place), &vessel.aboard));
    let stores = plan.sites.entries().map(|(place, site)| (Holder::Store(place), &site.stock));
    let each = holds.chain(stores).flat_map(|(holder, tonnes)| {
        plan.commodities.places().map(move |commodity| (holder, commodity, tonnes[commodity.index()]))
    });
    each.filter(|(_, _, tonnes)| *tonnes != 0.0).collect()
}

/// Every stock begins with what the plan gives it, or with nothing.
pub fn start(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let given = given(case);
    for course in courses(case) {
        let level = course.level(case.plan.horizon.start);
        let own = holder_of(case, course.stock);
        let of_it = given.iter().find(|(holder, commodity, _)| Some((*holder, *commodity)) == own);
        let must = of_it.map_or(0.0, |(_, _, tonnes)| *tonnes);
        if !same(level, must) {
            let must = if must == 0.0 { "nothing".to_owned() } else { amount(must, "t") };
            let what = format!("it begins with {}, and must begin with {must}", amount(level, "t"));
            faults.push(course.fault(case, case.plan.horizon.start, &what));
        }
    }
    for (holder, commodity, tonnes) in given {
        let is_told = |stock: &Stock| holder_of(case, stock) == Some((holder, commodity));
        if !case.schedule.stocks.iter().any(is_told) {
            let (holder, commodity) = (name(case, holder), &case.plan.commodities[commodity].id);
            let tonnes = amount(tonnes, "t");
            faults.push(Fault::new(format!(
                "{holder} begins with {tonnes} of {commodity}, and its levels are missing"
            )));
        }
    }
    faults
}

/// The tonnes that are at sea when the plan begins.
pub fn at_sea(case: &Case<'_>, commodity: Ix<Commodity>) -> f64 {
    let is_at_sea = |holder: &Holder| match holder {
        Holder::Hold(_) => true,
        Holder::Store(site) => case.plan.sites[*site].kind == SiteKind::Sea,
    };
    let of_it = given(case).into_iter().filter(|(holder, of, _)| *of == commodity && is_at_sea(holder));
    of_it.map(|(_, _, tonnes)| tonnes).sum()
}

/// No holder has more of everything together than it takes. Stocks change evenly between their levels, and so does their sum.
pub fn totals(case: &Case<'_>) -> Vec<Fault> {
    let plan = case.plan;
    let holds = plan.vessels.entries().map(|(place, vessel)| (Holder::Hold(place), vessel.hold_total));
    let stores = plan.sites.entries().map(|(place, site)| (Holder::Store(place), site.store_total));
    let courses = courses(case);
    let mut faults = Vec::new();
    for (holder, total) in holds.chain(stores).filter(|(_, total)| total.is_finite()) {
        let is_own =
            |course: &&Course<'_, '_>| holder_of(case, course.stock).map(|(own, _)| own) == Some(holder);
        let own: Vec<&Course<'_, '_>> = courses.iter().filter(is_own).collect();
        let levels = own.iter().flat_map(|course| &course.stock.levels);
        let mut moments: Vec<DateTime<Utc>> = levels.map(|(time, _)| time.to_utc()).collect();
        moments.sort();
        let all = |time: DateTime<Utc>| own.iter().map(|course| course.level(time)).sum::<f64>();
        // Several roundings add up.
        let slack = 1e-6 * own.len() as f64;
        if let Some(time) = moments.into_iter().find(|&time| exceeds(all(time), total + slack)) {
            let (is, takes, when) = (amount(all(time), "t"), amount(total, "t"), case.when(time));
            let message =
                format!("{} has {is} in all on {when}, and takes {takes} of everything", name(case, holder));
            faults.push(Fault { activity: None, time: case.local(time), message });
        }
    }
    faults
}

/// What would be later than it is said to be: tonnes that would not have gone over yet at a moment, and the moments at which they change.
pub struct Later<'l> {
    pub tonnes: &'l dyn Fn(DateTime<Utc>) -> f64,
    pub moments: &'l [DateTime<Utc>],
}

/// Everything as it is said.
pub const AS_SAID: Later<'_> = Later { tonnes: &|_| 0.0, moments: &[] };

/// What keeps only so long has left a hold by then, first in, first out.
pub fn fresh(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for course in courses(case) {
        let Some((Holder::Hold(vessel), commodity)) = holder_of(case, course.stock) else { continue };
        let Some(keeps) = case.plan.commodities[commodity].keeps else { continue };
        if let Some(time) = stale_since(case, &course, keeps, &AS_SAID) {
            let (id, when) = (&case.plan.vessels[vessel].id, case.when(time));
            let what =
                format!("what {id} has had since {when} keeps for {keeps}, and is still aboard after that");
            faults.push(course.fault(case, time, &what));
        }
    }
    faults
}

/// Since when a hold has had what is still there when it keeps no longer; nothing where there is no such thing.
pub fn stale_since(
    case: &Case<'_>,
    course: &Course<'_, '_>,
    keeps: Span,
    later: &Later<'_>,
) -> Option<DateTime<Utc>> {
    let (end, keeps_s) = (case.plan.horizon.end(), TimeDelta::seconds(keeps.seconds()));
    // All that has come, and all that has left, by each level.
    let levels = &course.stock.levels;
    let (mut came, mut left) = (Vec::new(), Vec::new());
    let mut sums = (0.0, 0.0);
    for (place, (time, level)) in levels.iter().enumerate() {
        let before = place.checked_sub(1).map_or(0.0, |before| levels[before].1);
        sums.0 += (level - before).max(0.0);
        sums.1 += (before - level).max(0.0);
        came.push((*time, sums.0));
        left.push((*time, sums.1));
    }
    let times = levels.iter().map(|(time, _)| time.to_utc()).chain(later.moments.iter().copied());
    let before = times.clone().filter_map(|time| time.checked_sub_signed(keeps_s));
    let mut moments: Vec<DateTime<Utc>> = times.chain(before).collect();
    moments.sort();
    moments.into_iter().find(|&time| {
        let then = time.checked_add_signed(keeps_s).filter(|then| *then <= end);
        let slack = 1e-6 * levels.len() as f64;
        then.is_some_and(|then| {
            exceeds(so_far(&came, time), so_far(&left, then) - (later.tonnes)(then) + slack)
        })
    })
}

/// What must reach a site in time has left every holder on the way there by then, first in, first out.
pub fn reached(case: &Case<'_>) -> Vec<Fault> {
    let plan = case.plan;
    let mut faults = Vec::new();
    for (commodity, of_it) in plan.commodities.entries() {
        let Some(reach) = of_it.reach else { continue };
        if let Some(time) = lifted_too_late(case, &courses(case), (commodity, reach), &AS_SAID) {
            let (what, site, when) = (&of_it.id, &plan.sites[reach.site].id, case.when(time));
            let message = format!(
                "what was lifted of {what} by {when} must be at {site} within {}, and some of it is still on the way",
                reach.within
            );
            faults.push(Fault { activity: None, time: case.local(time), message });
        }
    }
    faults
}

/// When something was lifted that is not at its site in time; nothing where all is.
pub fn lifted_too_late(
    case: &Case<'_>,
    courses: &[Course<'_, '_>],
    (commodity, reach): (Ix<Commodity>, Reach),
    later: &Later<'_>,
) -> Option<DateTime<Utc>> {
    let (start, end) = (case.plan.horizon.start, case.plan.horizon.end());
    let way = way_to(case, reach.site, commodity);
    let is_on = |course: &&Course<'_, '_>| {
        holder_of(case, course.stock).is_some_and(|(holder, of)| of == commodity && way.contains(&holder))
    };
    let on_the_way: Vec<&Course<'_, '_>> = courses.iter().filter(is_on).collect();
    let lifter = way.last().copied();
    let first = on_the_way.iter().find(|course| holder_of(case, course.stock).map(|(h, _)| h) == lifter);
    let all = |time: DateTime<Utc>| on_the_way.iter().map(|course| course.level(time)).sum::<f64>();
    // All that was lifted, with what was there at the start, by each level of who lifts it.
    let mut lifted = vec![(case.time(0), all(start))];
    let levels = first.map_or(&[][..], |first| &first.stock.levels);
    for pair in levels.windows(2) {
        let sum = lifted[lifted.len() - 1].1;
        lifted.push((pair[0].0, sum));
        lifted.push((pair[1].0, sum + (pair[1].1 - pair[0].1).max(0.0)));
    }
    let within = TimeDelta::seconds(reach.within.seconds());
    let times = on_the_way.iter().flat_map(|course| &course.stock.levels).map(|(time, _)| time.to_utc());
    let times: Vec<DateTime<Utc>> = times.chain(later.moments.iter().copied()).collect();
    let before = times.iter().filter_map(|time| time.checked_sub_signed(within));
    let mut moments: Vec<DateTime<Utc>> = before.chain(times.iter().copied()).collect();
    moments.sort();
    moments.into_iter().filter(|time| *time >= start).find(|&time| {
        let then = time.checked_add_signed(within).filter(|then| *then <= end);
        let slack = 1e-6 * (times.len() + 1) as f64;
        then.is_some_and(|then| {
            let arrived = so_far(&lifted, then) - all(then) - (later.tonnes)(then);
            exceeds(so_far(&lifted, time), arrived + slack)
        })
    })
}

/// The holders that a commodity goes through on its way to a site, from the last back to who lifts it.
pub fn way_to(case: &Case<'_>, site: Ix<Site>, commodity: Ix<Commodity>) -> Vec<Holder> {
    let side = |holder| match holder {
        plan::Holder::Vessel(vessel) => Holder::Hold(vessel),
        plan::Holder::Site(site) => Holder::Store(site),
    };
    let giver_to = |to: Holder| {
        let mut brings = case.plan.transfers.iter().filter(|transfer| transfer.commodity == commodity);
        brings.find(|transfer| side(transfer.ends().1) == to).map(|transfer| side(transfer.ends().0))
    };
    let mut way: Vec<Holder> = Vec::new();
    let mut at = Holder::Store(site);
    while let Some(from) = giver_to(at).filter(|from| !way.contains(from)) {
        way.push(from);
        at = from;
    }
    way
}
