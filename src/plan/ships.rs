//! Ships as a plan means them: each as often as there is one, with the ways it may sail, and the transfers of each.
//!
//! In: vessels and transfers as written, without fault. Out: vessels and transfers of the [`super::Plan`]; of a `count` one for each,
//! numbered from 1. A part of `resolve`, which does the rest.

use super::draft::{calls, entries as list};
use super::hire::{fuel, hire, paces, without_worse};
use super::laytime::demurrage;
use super::raw;
use super::resolve::{Resolver, gear_place, get};
use super::way::way;
use super::{Closed, Direction, Fuel, Gear, Leg, Pace, Route, Site, Stand, Transfer, Vessel, Weather};
use crate::geo::distance;
use crate::id::{Ix, Table};
use crate::time::Horizon;
use crate::units::{Mass, Span};
use crate::weather::Limits;
use toml::Spanned;

/// How many there are of a vessel.
pub(super) fn count(vessel: &raw::RawVessel) -> usize {
    get(&vessel.count).unwrap_or(1) as usize
}

/// The name of one of several that are called by the same name and a number.
fn numbered(id: String, nth: usize, count: usize) -> String {
    if count == 1 { id } else { format!("{id}-{}", nth + 1) }
}

impl Resolver<'_, '_> {
    /// How many there are of the vessel of that name.
    fn count_of(&self, id: &str) -> usize {
        self.draft.vessel(id).map_or(1, count)
    }

    /// A vessel as often as there is one.
    pub(super) fn vessels(
        &self,
        raw: &raw::RawVessel,
        sites: &Table<Site>,
        routes: &[Route],
        horizon: &Horizon,
    ) -> Option<Vec<Vessel>> {
        let one = self.vessel(raw, sites, routes, horizon)?;
        let many = 0..count(raw);
        Some(
            many.clone()
                .map(|nth| Vessel { id: numbered(one.id.clone(), nth, many.len()), ..one.clone() })
                .collect(),
        )
    }

    fn vessel(
        &self,
        vessel: &raw::RawVessel,
        sites: &Table<Site>,
        routes: &[Route],
        horizon: &Horizon,
    ) -> Option<Vessel> {
        let calls = calls(vessel).into_iter().map(|site| self.site_ix(site)).collect::<Option<Vec<_>>>()?;
        let everywhere: Vec<Option<Ix<Site>>> = calls.iter().copied().map(Some).collect();
        let gear = list(&vessel.gear)
            .map(|gear| {
                Some(Gear { id: get(&gear.id)?, survives: self.limits(&gear.survives, &everywhere)? })
            })
            .collect::<Option<Vec<Gear>>>()?;
        let stowed = Gear { id: "stowed".to_owned(), survives: Limits::default() };
        let paces = paces(vessel);
        let tanks = self.tanks(vessel)?;
        let hold_said = self.hold_said(vessel, &tanks);
        let hold = super::tanks::hold(&hold_said, &tanks);
        let legs = if paces.is_empty() {
            Vec::new()
        } else {
            legs(&calls, sites, routes, (&paces, fuel(vessel)), horizon)?
        };
        Some(Vessel {
            id: get(&vessel.id)?,
            like: self.vessel_ix(vessel.id.as_ref()?.get_ref())?,
            daylight: get(&vessel.daylight).unwrap_or(false),
            departs_every: get(&vessel.departs_every).map_or(1, |every| horizon.slots_for(every).max(1)),
            at: self.site_ix(vessel.at.as_ref()?.get_ref())?,
            home: match &vessel.home {
                Some(home) => Some(self.site_ix(home.get_ref())?),
                None => None,
            },
            demurrage: demurrage(vessel, |site| self.site_ix(site), &hold),
            hold,
            hold_said,
            hold_total: get(&vessel.hold_total).map_or(f64::INFINITY, Mass::tonnes),
            aboard: self.aboard(vessel, &tanks),
            tanks,
            sail_limits: self.limits_in(
                &vessel.sail_limits,
                calls.iter().filter_map(|site| self.weather_of(*site)).chain(on_the_way(&calls, routes)),
            )?,
            day_rate: vessel.day_rate.as_ref().map_or(0.0, |rate| rate.get_ref().0.amount),
            hire: hire(vessel),
            fuel: fuel(vessel),
            range: get(&vessel.range).map(|range| range.metres() / 1852.0),
            bunkers: get(&vessel.bunkers).map(Mass::tonnes),
            paces,
            gear: if gear.is_empty() { vec![stowed] } else { gear },
            calls,
            legs,
        })
    }

    /// Each vessel that bears the name, closed.
    pub(super) fn closed_vessels(&self, name: &str) -> Option<Vec<Closed>> {
        let first = self.vessel_ix(name)?.index();
        Some((first..first + self.count_of(name)).map(|vessel| Closed::Vessel(Ix::new(vessel))).collect())
    }

    /// A transfer, once for each vessel that bears the name.
    pub(super) fn transfers(&self, raw: &raw::RawTransfer) -> Option<Vec<Transfer>> {
        let (from, to) = (raw.from.as_ref()?.get_ref(), raw.to.as_ref()?.get_ref());
        let one = self.transfer(raw, from, to)?;
        let name = if one.direction == Direction::Ashore { from } else { to };
        let many = 0..self.count_of(name);
        let nth = |nth: usize| {
            let stand = Stand { vessel: Ix::new(one.stand.vessel.index() + nth), ..one.stand };
            Transfer { id: numbered(one.id.clone(), nth, many.len()), stand, ..one.clone() }
        };
        Some(many.clone().map(nth).collect())
    }

    fn transfer(&self, transfer: &raw::RawTransfer, from: &str, to: &str) -> Option<Transfer> {
        let (from_site, to_site) = (self.site_ix(from), self.site_ix(to));
        let site = match (from_site, to_site) {
            (None, None) => self.site_ix(self.draft.meeting_site(transfer)?)?,
            (from, to) => from.or(to)?,
        };
        let stand_of = |vessel: &str, gear: &Option<Spanned<String>>| {
            let gear =
                gear.as_ref().map_or(Some(0), |gear| gear_place(self.draft.vessel(vessel)?, gear.get_ref()));
            Some(Stand { vessel: self.vessel_ix(vessel)?, site, gear: gear? })
        };
        let giver = from_site.is_none().then(|| stand_of(from, &transfer.from_gear));
        let taker = to_site.is_none().then(|| stand_of(to, &transfer.to_gear));
        // Of two vessels the one that takes is said to come for it, unless only the other one is there several times.
        let (stand, meets, direction) = match (giver, taker) {
            (Some(giver), None) => (giver?, None, Direction::Ashore),
            (None, Some(taker)) => (taker?, None, Direction::Aboard),
            (Some(giver), Some(taker)) if self.count_of(from) > 1 => {
                (giver?, Some(taker?), Direction::Ashore)
            }
            (Some(giver), Some(taker)) => (taker?, Some(giver?), Direction::Aboard),
            (None, None) => return None,
        };
        Some(Transfer {
            id: get(&transfer.id)?,
            stand,
            meets,
            direction,
            commodity: self.commodity_ix(transfer.commodity.as_ref()?.get_ref())?,
            rate: get(&transfer.rate)?.tonnes_per_hour(),
            setup: get(&transfer.setup).unwrap_or_default(),
            hoses_off: get(&transfer.hoses_off).unwrap_or_default(),
            smallest: get(&transfer.smallest).map_or(0.0, Mass::tonnes),
            largest: get(&transfer.largest).map_or(f64::INFINITY, Mass::tonnes),
            uses: self.uses(&transfer.uses)?,
            limits: self.forecast(
                self.limits(&transfer.limits, &[Some(site)])?,
                Some(site),
                None,
                get(&transfer.setup).unwrap_or_default(),
            ),
        })
    }
}

/// Every way between two calls, along the route that the plan gives it or else the shortest.
fn legs(
    calls: &[Ix<Site>],
    sites: &Table<Site>,
    routes: &[Route],
    (paces, fuel): (&[Pace], Option<Fuel>),
    horizon: &Horizon,
) -> Option<Vec<Leg>> {
    let mut legs = Vec::new();
    for &from in calls {
        for &to in calls.iter().filter(|&&to| to != from) {
            let mut points = vec![sites[from].position?];
            points.extend(way(routes, from, to).0);
            points.push(sites[to].position?);
            let distance = distance(&points);
            let at = |&pace: &Pace| {
                let seconds = (distance.metres() / pace.speed).ceil().max(horizon.slot.seconds() as f64);
                // A leg of more than a century is none; it only must not overflow.
                let duration = Span::of_seconds(seconds.min(3.2e9) as i64);
                Leg { from, to, distance, duration, pace }
            };
            legs.extend(without_worse(paces.iter().map(at).collect(), fuel, horizon));
        }
    }
    Some(legs)
}

/// The weather on the ways between calls.
fn on_the_way(calls: &[Ix<Site>], routes: &[Route]) -> impl Iterator<Item = Ix<Weather>> {
    let is_sailed = |route: &&Route| calls.contains(&route.from) && calls.contains(&route.to);
    routes.iter().filter(is_sailed).flat_map(|route| route.weather.iter().copied())
}
