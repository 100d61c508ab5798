//! Whether what is in a hold with tanks is in them: nothing more than they take, and one commodity in each.
//!
//! In: what activities say of the tanks that tonnes go into or out of. Out: tonnes of which that is not said, tanks that are too full, emptier
//! than empty, or mixed. A vessel does one thing at a time, and over one activity each of its tanks fills or empties evenly; so that what holds
//! between activities holds within them. That tanks and hold have the same follows: both begin with what the plan says, and
//! change by the same tonnes.

use super::case::{Case, Deed, Fault, Job, amount, exceeds, same};
use crate::id::Ix;
use crate::plan::{Commodity, Holder, Vessel};
use crate::schedule::{TankStock, Time};
use chrono::{DateTime, Utc};

/// Tonnes of a commodity that a deed brings to the hold of its own vessel, or takes from it where they are fewer than none.
fn change(case: &Case<'_>, deed: &Deed<'_>) -> Option<(Ix<Vessel>, Ix<Commodity>, f64)> {
    let vessel = deed.vessel?;
    match deed.job? {
        Job::Sampling(place) => Some((vessel, case.plan.samplings[place].commodity, deed.said.tonnes?)),
        Job::Transfer(place) => {
            let transfer = &case.plan.transfers[place];
            let sign = transfer.sign(Holder::Vessel(vessel));
            Some((vessel, transfer.commodity, sign * deed.said.tonnes?))
        }
        Job::Alongside(place) => {
            let transfer = &case.plan.transfers[place];
            // The vessel that comes tells the tonnes.
            let comes = case.of_vessel(transfer.stand.vessel).find(|other| {
                other.job == Some(Job::Transfer(place))
                    && (other.start(), other.end()) == (deed.start(), deed.end())
            })?;
            let sign = transfer.sign(Holder::Vessel(vessel));
            Some((vessel, transfer.commodity, sign * comes.said.tonnes?))
        }
        _ => None,
    }
}

/// Each activity that lifts or moves names tanks of its vessel, each once, with tonnes that add up; no other activity names any.
pub fn said(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for deed in &case.deeds {
        let said = deed.said;
        let tanks = deed.vessel.map_or(&[][..], |vessel| &case.plan.vessels[vessel].tanks);
        let mut tell = |what: String| faults.push(Fault::of(said, format!("{} {what}", said.id)));
        for (place, (name, tonnes)) in said.tanks.iter().enumerate() {
            if !tanks.iter().any(|tank| tank.id == *name) {
                tell(format!("names a tank {name:?}, which its vessel does not have"));
            } else if said.tanks[..place].iter().any(|(other, _)| other == name) {
                tell(format!("names the tank {name} twice"));
            }
            if exceeds(0.0, *tonnes) {
                tell(format!("has {} for the tank {name}, which is less than nothing", amount(*tonnes, "t")));
            }
        }
        let changes = change(case, deed).map(|(_, _, tonnes)| tonnes.abs()).filter(|_| !tanks.is_empty());
        let all: f64 = said.tanks.iter().map(|(_, tonnes)| tonnes).sum();
        let must = changes.unwrap_or(0.0);
        // Several roundings add up.
        let slack = 1e-6 * said.tanks.len() as f64;
        if !same(all, must) && (all - must).abs() > slack {
            let (all, must) = (amount(all, "t"), amount(must, "t"));
            tell(format!("says of {all} which tanks they go into or out of, and {must} do"));
        }
    }
    faults
}

/// A tank of a vessel, with all that comes and goes.
struct Course<'c> {
    vessel: Ix<Vessel>,
    tank: usize,
    /// What is in it, by commodity, after each deed; and first at the start.
    levels: Vec<(Option<&'c Deed<'c>>, Vec<f64>)>,
}

fn courses<'c>(case: &'c Case<'c>) -> Vec<Course<'c>> {
    let mut courses = Vec::new();
    for (vessel, ship) in case.plan.vessels.entries() {
        for (tank, written) in ship.tanks.iter().enumerate() {
            let mut levels = vec![(None, written.aboard.clone())];
            let mut now = written.aboard.clone();
            for deed in case.of_vessel(vessel) {
                let Some((_, commodity, all)) = change(case, deed) else { continue };
                let own = deed.said.tanks.iter().find(|(name, _)| *name == written.id);
                let Some((_, tonnes)) = own.filter(|(_, tonnes)| tonnes.is_finite()) else { continue };
                now[commodity.index()] += tonnes * if all < 0.0 { -1.0 } else { 1.0 };
                levels.push((Some(deed), now.clone()));
            }
            courses.push(Course { vessel, tank, levels });
        }
    }
    courses
}

impl Course<'_> {
    /// Tonnes by which a level may be off: several roundings add up.
    fn slack(&self) -> f64 {
        1e-6 * self.levels.len() as f64
    }

    fn fault(&self, case: &Case<'_>, deed: Option<&Deed<'_>>, what: &str) -> Fault {
        let ship = &case.plan.vessels[self.vessel];
        let message = format!("the tank {} of {}: {what}", ship.tanks[self.tank].id, ship.id);
        match deed {
            Some(deed) => Fault::of(deed.said, message).at(deed.said.end),
            None => Fault::new(message),
        }
    }
}

/// No tank has less than nothing of a commodity, or more than it takes.
pub fn bounds(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for course in courses(case) {
        let takes = case.plan.vessels[course.vessel].tanks[course.tank].capacity;
        for (deed, levels) in &course.levels {
            for (commodity, &level) in case.plan.commodities.iter().zip(levels) {
                let is = amount(level, "t");
                let what = if exceeds(-course.slack(), level) {
                    format!("after this it has {is} of {}, which is less than nothing", commodity.id)
                } else if exceeds(level, takes + course.slack()) {
                    format!("after this it has {is} of {}, and it takes {}", commodity.id, amount(takes, "t"))
                } else {
                    continue;
                };
                faults.push(course.fault(case, *deed, &what));
            }
        }
    }
    faults
}

/// A tank has one commodity at a time, and one that it takes.
pub fn mixed(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for course in courses(case) {
        let takes = &case.plan.vessels[course.vessel].tanks[course.tank].takes;
        for (deed, levels) in &course.levels {
            let slack = course.slack();
            let there: Vec<(Ix<Commodity>, &str)> = case
                .plan
                .commodities
                .entries()
                .filter(|(of, _)| exceeds(levels[of.index()], slack))
                .map(|(of, commodity)| (of, commodity.id.as_str()))
                .collect();
            let not_taken = there.iter().find(|(of, _)| !takes[of.index()]);
            let what = match (not_taken, &there[..]) {
                (Some((_, name)), _) => format!("after this it has {name}, which it does not take"),
                (None, [(_, first), (_, second), ..]) => format!("after this it has {first} and {second}"),
                _ => continue,
            };
            faults.push(course.fault(case, *deed, &what));
        }
    }
    faults
}

/// Every tank in which there ever is something tells what is in it: at the start, where an activity that changes it begins and ends, and at the
/// end.
pub fn levels(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut told = vec![false; case.schedule.tanks.len()];
    for course in courses(case) {
        let ship = &case.plan.vessels[course.vessel];
        for (commodity, of_it) in case.plan.commodities.entries() {
            let is_it = |row: &&TankStock| {
                (&row.vessel, &row.tank, &row.commodity) == (&ship.id, &ship.tanks[course.tank].id, &of_it.id)
            };
            let place = case.schedule.tanks.iter().position(|row| is_it(&row));
            let row = place.map(|place| {
                told[place] = true;
                &case.schedule.tanks[place]
            });
            // What is no number is told by a rule of its own.
            let mut said = case.of_vessel(course.vessel).flat_map(|deed| &deed.said.tanks);
            if let Some(what) =
                course.wrong(case, commodity, row).filter(|_| said.all(|(_, tonnes)| tonnes.is_finite()))
            {
                faults.push(course.fault(case, None, &format!("its levels of {} {what}", of_it.id)));
            }
        }
    }
    let others = case.schedule.tanks.iter().zip(told).filter(|(_, is_told)| !is_told);
    faults.extend(others.map(|(row, _)| {
        let (tank, vessel, commodity) = (&row.tank, &row.vessel, &row.commodity);
        Fault::new(format!("{commodity} in the tank {tank} of {vessel} is told twice, or is not in the plan"))
    }));
    faults
}

impl Course<'_> {
    /// What is wrong with the levels that are told of a commodity, if anything.
    fn wrong(&self, case: &Case<'_>, commodity: Ix<Commodity>, row: Option<&TankStock>) -> Option<String> {
        let horizon = &case.plan.horizon;
        let of = |levels: &Vec<f64>| levels[commodity.index()];
        let mut corners: Vec<(DateTime<Utc>, f64)> = vec![(horizon.start, of(&self.levels[0].1))];
        for pair in self.levels.windows(2) {
            let (before, (deed, after)) = (of(&pair[0].1), &pair[1]);
            if let Some(deed) =
                deed.filter(|deed| change(case, deed).is_some_and(|(_, own, _)| own == commodity))
            {
                corners.extend([(deed.start(), before), (deed.end(), of(after))]);
            }
        }
        corners.extend(self.levels.last().map(|(_, last)| (horizon.end(), of(last))));
        // What ends and begins at the same time finds and leaves the same there.
        corners.dedup_by_key(|(time, _)| *time);
        let Some(row) = row else {
            let is_empty = corners.iter().all(|&(_, level)| !exceeds(level, self.slack()));
            return (!is_empty).then(|| "are not told".to_owned());
        };
        let is_told = |(&(time, level), &(at, told)): (&(DateTime<Utc>, f64), &(Time, f64))| {
            at.to_utc() == time && (same(told, level) || (told - level).abs() <= self.slack())
        };
        let mut pairs = corners.iter().zip(&row.levels);
        if let Some((&(time, level), _)) = pairs.find(|&pair| !is_told(pair)) {
            return Some(format!("do not say that on {} it has {}", case.when(time), amount(level, "t")));
        }
        (corners.len() != row.levels.len())
            .then(|| format!("are {} where {} belong", row.levels.len(), corners.len()))
    }
}
