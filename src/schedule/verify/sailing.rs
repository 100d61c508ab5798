//! Whether a vessel may sail as it does: where, how long, in which weather, past which closures.
//!
//! In: the deeds that sail. Out: legs that are none, too short, too rough or closed.
//! The distance is measured again from the positions and waypoints of the plan. Where the vessel is: see `vessels`.

use super::case::{Case, Deed, Fault};
use crate::geo::{Position, distance};
use crate::id::Ix;
use crate::plan::{Closed, Closure, Pace, Route, Site, Vessel, Weather};
use crate::schedule::Kind;
use crate::time::Slot;

/// The weather that counts in a slot of a passage, with what each is called.
pub type Met = Vec<(Ix<Weather>, String)>;

/// A deed that sails, with all that it needs to be judged.
struct Sailing<'d, 'c> {
    deed: &'d Deed<'c>,
    vessel: Ix<Vessel>,
    from: Ix<Site>,
    to: Ix<Site>,
}

fn sailings<'d, 'c>(case: &'d Case<'c>) -> impl Iterator<Item = Sailing<'d, 'c>> {
    case.deeds
        .iter()
        .filter(|deed| deed.said.kind == Kind::Sail)
        .filter_map(|deed| Some(Sailing { deed, vessel: deed.vessel?, from: deed.site?, to: deed.to_site? }))
}

impl Case<'_> {
    /// The metres from one site to another along the plan's waypoints, where both positions are known.
    pub fn way(&self, from: Ix<Site>, to: Ix<Site>) -> Option<f64> {
        let points = self.points(from, to);
        (!points.is_empty()).then(|| distance(&points).metres())
    }

    /// The points from one site to another: both ends, and the plan's waypoints between them; none where a position is not known.
    pub fn points(&self, from: Ix<Site>, to: Ix<Site>) -> Vec<Position> {
        let ends = self.plan.sites[from].position.zip(self.plan.sites[to].position);
        let Some((first, last)) = ends else { return Vec::new() };
        std::iter::once(first).chain(self.waypoints(from, to)).chain([last]).collect()
    }

    /// The nautical miles that a deed sails.
    pub fn miles(&self, deed: &Deed<'_>) -> Option<f64> {
        let (from, to) = (deed.site?, deed.to_site.filter(|_| deed.said.kind == Kind::Sail)?);
        Some(self.way(from, to)? / 1852.0)
    }

    /// How many slots a vessel needs from one site to another at each of its speeds; none when it does not sail there.
    pub fn sailing_slots(&self, vessel: Ix<Vessel>, from: Ix<Site>, to: Ix<Site>) -> Vec<(Pace, usize)> {
        let Vessel { calls, paces, .. } = &self.plan.vessels[vessel];
        let calls_at_both = from != to && calls.contains(&from) && calls.contains(&to);
        let Some(metres) = self.way(from, to).filter(|_| calls_at_both) else { return Vec::new() };
        let slots = |pace: &Pace| {
            // The hair keeps a sum of distances that differs in its last digit from costing a whole slot.
            let seconds = (metres / pace.speed - 1e-3).ceil().clamp(1.0, 3.2e9) as u64;
            (*pace, seconds.div_ceil(self.plan.horizon.slot.seconds() as u64).max(1) as usize)
        };
        paces.iter().map(slots).collect()
    }

    /// The hours that a deed is under way at the speed that it says, or else at the one that fits its time and burns least, and what
    /// it burns in each of them, in tonnes.
    pub fn under_way(&self, deed: &Deed<'_>) -> Option<(f64, f64)> {
        let (pace, hours) = self.pace_of(deed, deed.vessel?)?;
        Some((hours, pace.burns))
    }

    fn pace_of(&self, deed: &Deed<'_>, vessel: Ix<Vessel>) -> Option<(Pace, f64)> {
        let (from, to) = (deed.site?, deed.to_site?);
        let (metres, takes) = (self.way(from, to)?, deed.slots.as_ref()?.len());
        let waiting = self.plan.vessels[vessel].fuel.map_or(0.0, |fuel| fuel.waiting);
        let hours = |pace: &Pace| metres / pace.speed / 3600.0;
        let burns_less = |a: &Pace, b: &Pace| {
            let more = |pace: &Pace| (pace.burns - waiting) * hours(pace);
            more(a).total_cmp(&more(b))
        };
        let fits = self.sailing_slots(vessel, from, to).into_iter().filter(|(_, slots)| *slots == takes);
        let fits: Vec<Pace> = fits.map(|(pace, _)| pace).collect();
        let said = deed.said.speed_kn.and_then(|knots| fits.iter().find(|pace| is_speed(pace, knots)));
        let best = said.copied().or_else(|| fits.into_iter().min_by(burns_less));
        let best = best.or_else(|| self.pace_that_was(deed, vessel, (from, to)))?;
        Some((best, hours(&best)))
    }

    /// Of a leg that has happened, and took another time than any speed makes of it: the slowest that takes no more, or else the fastest.
    fn pace_that_was(
        &self,
        deed: &Deed<'_>,
        vessel: Ix<Vessel>,
        (from, to): (Ix<Site>, Ix<Site>),
    ) -> Option<Pace> {
        let takes = deed.slots.as_ref().filter(|_| self.is_over(deed))?.len();
        let by_speed = |a: &(Pace, usize), b: &(Pace, usize)| a.0.speed.total_cmp(&b.0.speed);
        let all = || self.sailing_slots(vessel, from, to).into_iter();
        let slowest = all().filter(|(_, slots)| *slots <= takes).min_by(by_speed);
        slowest.or_else(|| all().max_by(by_speed)).map(|(pace, _)| pace)
    }

    fn waypoints(&self, from: Ix<Site>, to: Ix<Site>) -> Vec<Position> {
        let between = |a, b| self.plan.routes.iter().find(|route| route.from == a && route.to == b);
        match (between(from, to), between(to, from)) {
            (Some(there), _) => there.via.clone(),
            (None, Some(back)) => back.via.iter().rev().copied().collect(),
            (None, None) => Vec::new(),
        }
    }

    /// The weather of each stretch from one site to another, where the plan says the weather on the way; with how far it is to its end,
    /// in metres.
    fn stretches(&self, from: Ix<Site>, to: Ix<Site>) -> Vec<(Ix<Weather>, f64)> {
        let is_route = |route: &&Route| [(from, to), (to, from)].contains(&(route.from, route.to));
        let Some(route) = self.plan.routes.iter().find(is_route) else { return Vec::new() };
        let mut weather = route.weather.clone();
        if route.from != from {
            weather.reverse();
        }
        let points = self.points(from, to);
        if points.is_empty() {
            return Vec::new();
        }
        let far = |place: usize| distance(&points[..place + 2]).metres();
        weather.into_iter().enumerate().map(|(place, weather)| (weather, far(place))).collect()
    }

    /// For each slot of a passage the weather that counts, with what it is called: at both ends where the plan says no other, or else on
    /// every stretch on which the vessel is then, and at an end in the slot at that end.
    pub fn weather_met(&self, deed: &Deed<'_>) -> Vec<Met> {
        let (Some(vessel), Some(from), Some(to)) = (deed.vessel, deed.site, deed.to_site) else {
            return Vec::new();
        };
        let takes = deed.slots.as_ref().map_or(0, |slots| slots.len());
        let at = |site: Ix<Site>| Some((self.plan.sites[site].weather?, self.plan.sites[site].id.clone()));
        let (stretches, pace) = (self.stretches(from, to), self.pace_of(deed, vessel));
        let (false, Some((pace, _))) = (stretches.is_empty(), pace) else {
            return vec![[from, to].into_iter().filter_map(at).collect(); takes];
        };
        let slot = self.plan.horizon.slot.seconds() as f64;
        let in_slot = |nth: usize| {
            // A hair in from both ends of the slot: where a stretch ends just there, its last digit decides nothing.
            let (enters, leaves) = (nth as f64 * slot + 1e-3, (nth + 1) as f64 * slot - 1e-3);
            let (enters, leaves) = (enters * pace.speed, leaves * pace.speed);
            let mut met = Met::new();
            met.extend((nth == 0).then(|| at(from)).flatten());
            met.extend((nth + 1 == takes).then(|| at(to)).flatten());
            let mut begins = 0.0;
            for &(weather, ends) in &stretches {
                if begins < leaves && ends > enters {
                    met.push((weather, format!("{} on its way", self.plan.weather[weather].id)));
                }
                begins = ends;
            }
            met
        };
        (0..takes).map(in_slot).collect()
    }

    /// A closure that forbids to leave in `first`, to arrive in `last`, or to be under way between them.
    pub fn sailing_closure(
        &self,
        (vessel, from, to): (Ix<Vessel>, Ix<Site>, Ix<Site>),
        first: Slot,
        last: Slot,
    ) -> Option<&Closure> {
        let leaves = || self.closure(first, |closed| closed == Closed::Site(from));
        let arrives = || self.closure(last, |closed| closed == Closed::Site(to));
        let sails = || (first..=last).find_map(|slot| self.closure(slot, |c| c == Closed::Vessel(vessel)));
        leaves().or_else(arrives).or_else(sails)
    }
}

/// A vessel sails only between the sites it calls at.
pub fn calls(case: &Case<'_>) -> Vec<Fault> {
    sailings(case)
        .filter_map(|Sailing { deed, vessel, from, to }| {
            let Vessel { id, calls, .. } = &case.plan.vessels[vessel];
            let name = |site: Ix<Site>| case.plan.sites[site].id.as_str();
            let wrong = if from == to {
                format!("{id} sails from {} to where it is already", name(from))
            } else if let Some(&site) = [from, to].iter().find(|site| !calls.contains(site)) {
                format!("{id} sails from {} to {}, and does not call at {}", name(from), name(to), name(site))
            } else if case.plan.vessels[vessel].paces.is_empty() {
                format!("{id} sails from {} to {}, and the plan gives it no speed", name(from), name(to))
            } else {
                return None;
            };
            Some(Fault::of(deed.said, wrong))
        })
        .collect()
}

/// Sailing takes as long as the distance asks for: no less, and no more.
pub fn time(case: &Case<'_>) -> Vec<Fault> {
    sailings(case)
        .filter_map(|Sailing { deed, vessel, from, to }| {
            let needed: Vec<usize> =
                case.sailing_slots(vessel, from, to).into_iter().map(|(_, slots)| slots).collect();
            let takes = deed.slots.as_ref()?.len();
            let words: Vec<String> = needed.iter().map(|&slots| case.hours_of(slots)).collect();
            let (needed_h, takes_h) = (words.join(" or "), case.hours_of(takes));
            let message = format!("{} sails for {takes_h}, and the way takes {needed_h}", deed.said.id);
            (!needed.is_empty() && !needed.contains(&takes)).then(|| Fault::of(deed.said, message))
        })
        .collect()
}

/// Whether a speed is the one that is said, in knots.
fn is_speed(pace: &Pace, knots: f64) -> bool {
    (pace.speed * 3600.0 / 1852.0 - knots).abs() < 0.01
}

/// The speed that is said is one of the vessel's, and fits the time that it takes.
pub fn speeds(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for deed in case.deeds.iter().filter(|deed| deed.said.kind != Kind::Sail && deed.said.speed_kn.is_some())
    {
        faults.push(Fault::of(deed.said, format!("{} has a speed, and does not sail", deed.said.id)));
    }
    for Sailing { deed, vessel, from, to } in sailings(case) {
        let Some(knots) = deed.said.speed_kn.filter(|knots| knots.is_finite()) else { continue };
        let all = case.sailing_slots(vessel, from, to);
        let own: Vec<usize> =
            all.iter().filter(|(pace, _)| is_speed(pace, knots)).map(|(_, slots)| *slots).collect();
        let takes = deed.slots.as_ref().map_or(0, |slots| slots.len());
        // That the time fits none of its speeds is told already.
        let fits_any = all.iter().any(|(_, slots)| *slots == takes);
        let (id, ship) = (&deed.said.id, &case.plan.vessels[vessel].id);
        if own.is_empty() && !all.is_empty() {
            faults
                .push(Fault::of(deed.said, format!("{id} sails at {knots} kn, which is no speed of {ship}")));
        } else if fits_any && !own.contains(&takes) {
            let takes = case.hours_of(takes);
            faults.push(Fault::of(deed.said, format!("{id} sails at {knots} kn, and not for {takes}")));
        }
    }
    faults
}

/// A vessel sails within its limits: at both ends of the leg as far as their weather is known, or where it is then.
pub fn weather(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for Sailing { deed, vessel, .. } in sailings(case) {
        let Vessel { id, sail_limits, .. } = &case.plan.vessels[vessel];
        let Some(slots) = &deed.slots else { continue };
        let mut met: Vec<(Ix<Weather>, String, Vec<Slot>)> = Vec::new();
        for (slot, here) in slots.clone().zip(case.weather_met(deed)) {
            for (weather, name) in here {
                match met.iter_mut().find(|(_, known, _)| *known == name) {
                    Some((_, _, slots)) => slots.push(slot),
                    None => met.push((weather, name, vec![slot])),
                }
            }
        }
        for (weather, name, slots) in met {
            for breach in case.breaches_in(Some(weather), sail_limits, slots.iter().copied()) {
                let who = format!("{id} sails with the weather of {name}");
                let message = breach.tell(case, &who, "its limit for sailing is");
                faults.push(Fault::of(deed.said, message).at(case.time(breach.slots.start)));
            }
        }
    }
    faults
}

/// No vessel sails while it is closed, leaves a closed site, or arrives at one.
pub fn closures(case: &Case<'_>) -> Vec<Fault> {
    sailings(case)
        .filter_map(|Sailing { deed, vessel, from, to }| {
            let slots = deed.slots.clone().filter(|slots| !slots.is_empty())?;
            let closure = case.sailing_closure((vessel, from, to), slots.start, slots.end - 1)?;
            let during = case.during(&slots);
            let message = format!("{} sails {during}, and {}", deed.said.id, case.closure_words(closure));
            Some(Fault::of(deed.said, message))
        })
        .collect()
}

/// A vessel that departs at certain times only departs at one of them.
pub fn departures(case: &Case<'_>) -> Vec<Fault> {
    sailings(case)
        .filter_map(|Sailing { deed, vessel, .. }| {
            let every = case.plan.vessels[vessel].departs_every;
            let start = deed.slots.as_ref()?.start;
            let (id, hours) = (&deed.said.id, case.hours_of(every));
            let message =
                format!("{id} departs on {}, and may every {hours} from the plan's start on", case.at(start));
            (start % every != 0).then(|| Fault::of(deed.said, message))
        })
        .collect()
}

/// A vessel that sails by daylight only has the sun up at both ends of a leg all the while.
pub fn dark(case: &Case<'_>) -> Vec<Fault> {
    sailings(case)
        .filter(|sailing| case.plan.vessels[sailing.vessel].daylight)
        .filter_map(|Sailing { deed, vessel, from, to }| {
            let slots = deed.slots.clone()?;
            let dark = |slot: &Slot| [from, to].into_iter().any(|site| case.is_dark(site, *slot));
            let first = slots.into_iter().find(dark)?;
            let (id, when) = (&case.plan.vessels[vessel].id, case.at(first));
            let message =
                format!("{id} sails by daylight only, and {} goes on in the dark on {when}", deed.said.id);
            Some(Fault::of(deed.said, message).at(case.time(first)))
        })
        .collect()
}
