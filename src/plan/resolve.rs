//! From a plan as written, once it is without fault, to the [`Plan`] that everything else reads.
//!
//! In: a draft that passed every check. Out: the plan, all names turned into places and all defaults filled in; nothing when a
//! name does not resolve, which the checks are there to prevent.

use super::alpha::{own_factor, own_factors};
use super::draft::{Draft, List, entries as list, entry, on_the_way, reserve};
use super::hire::off_hire;
use super::notes;
use super::raw::{self, GoalWord, KindWord, RawPlan, SuspendWord, Written};
use super::read::Named;
use super::ships::count;
use super::{
    Closed, ClosedBy, Closure, Commodity, Phase, Plan, Precedence, Reach, Resource, Route, Sampling, Sea,
    Site, Stand, Suspend, Task, Transfer, Vessel, Weather,
};
use crate::id::{Ix, Table};
use crate::time::{Horizon, Zone};
use crate::units::{Mass, Span};
use crate::weather::{Channel, Limit, Limits, Origin, Series};
use toml::Spanned;

/// Makes the plan; takes the series out of the draft.
pub fn resolve(draft: &mut Draft<'_>, sha256: String) -> Option<(Plan, Sea)> {
    let readings = std::mem::take(&mut draft.weather);
    let (hashes, series): (Vec<String>, Vec<Option<Series>>) =
        readings.into_iter().map(|file| (file.sha256, file.reading.map(|reading| reading.series))).unzip();
    let sea = Sea(series.into_iter().collect::<Option<Vec<Series>>>()?);
    let mut first = vec![0];
    for vessel in list(&draft.raw.vessel) {
        first.push(first.last()? + count(vessel));
    }
    let plan = Resolver { draft, sea: &sea, first }.plan(sha256, hashes)?;
    Some((plan, sea))
}

pub(super) struct Resolver<'r, 's> {
    pub(super) draft: &'r Draft<'s>,
    sea: &'r Sea,
    /// For each vessel as written the place of the first that is made of it.
    first: Vec<usize>,
}

/// The value of a key that is there.
pub(super) fn get<T: Clone>(key: &Option<Spanned<T>>) -> Option<T> {
    key.as_ref().map(|value| value.get_ref().clone())
}

impl Resolver<'_, '_> {
    pub(super) fn raw(&self) -> &RawPlan {
        &self.draft.raw
    }

    fn plan(&self, sha256: String, hashes: Vec<String>) -> Option<Plan> {
        let raw = self.raw();
        let head = raw.plan.as_ref()?.get_ref();
        let horizon = self.draft.horizon?;
        let goal = raw.goal.as_ref().map(Spanned::get_ref);
        let weights = goal.and_then(|goal| goal.weights.as_ref()).map(|weights| &weights.get_ref().0);
        let goals = match (goal.and_then(|goal| goal.order.as_ref()), weights) {
            (Some(order), _) => order.get_ref().iter().map(|goal| *goal.get_ref()).collect(),
            (None, Some(weights)) => weights.iter().map(|(goal, _)| *goal.get_ref()).collect(),
            (None, None) => default_goals(raw),
        };
        let routes = list(&raw.route).map(|route| self.route(route)).collect::<Option<Vec<Route>>>()?;
        let sites: Table<Site> = list(&raw.site).map(|site| self.site(site)).collect::<Option<_>>()?;
        let vessels = list(&raw.vessel)
            .map(|vessel| self.vessels(vessel, &sites, &routes, &horizon))
            .collect::<Option<Vec<Vec<Vessel>>>>()?;
        let vessels: Table<Vessel> = vessels.into_iter().flatten().collect();
        let mut closures = self.closures(&horizon)?;
        closures.extend(off_hire(&vessels, &horizon));
        Some(Plan {
            name: get(&head.name)?,
            zone: head.zone.as_ref().map_or(Some(Zone::UTC), |zone| Zone::named(zone.get_ref()))?,
            horizon,
            issued: get(&head.issued).unwrap_or(horizon.start),
            forecast: get(&head.forecast),
            currency: get(&head.currency),
            sha256,
            goals,
            weights: weights.map(|weights| weights.iter().map(|(_, weight)| *weight.get_ref()).collect()),
            tolerance: goal.and_then(|goal| get(&goal.tolerance)).map_or(0.0, |share| share.of_whole()),
            alpha: self.draft.alpha.clone(),
            weather: list(&raw.weather)
                .zip(hashes)
                .map(|(weather, sha256)| Some(Weather { id: get(&weather.id)?, sha256 }))
                .collect::<Option<_>>()?,
            sites,
            commodities: list(&raw.commodity)
                .map(|commodity| {
                    let id = get(&commodity.id)?;
                    let name = get(&commodity.name).unwrap_or_else(|| id.clone());
                    let reach = match commodity.reach.as_ref().map(Spanned::get_ref) {
                        Some(reach) => Some(Reach {
                            site: self.site_ix(reach.site.as_ref()?.get_ref())?,
                            within: get(&reach.within)?,
                        }),
                        None => None,
                    };
                    Some(Commodity { id, name, keeps: get(&commodity.keeps), reach })
                })
                .collect::<Option<_>>()?,
            vessels,
            tasks: list(&raw.task).map(|task| self.task(task)).collect::<Option<_>>()?,
            resources: list(&raw.resource)
                .map(|resource| Some(Resource { id: get(&resource.id)?, capacity: get(&resource.capacity)? }))
                .collect::<Option<_>>()?,
            closures,
            samplings: list(&raw.sampling).map(|sampling| self.sampling(sampling)).collect::<Option<_>>()?,
            transfers: list(&raw.transfer)
                .map(|transfer| self.transfers(transfer))
                .collect::<Option<Vec<Vec<Transfer>>>>()?
                .into_iter()
                .flatten()
                .collect(),
            processes: self.processes()?,
            demands: self.demands(&horizon)?,
            reserves: self.reserves(&horizon)?,
            disruptions: self.disruptions(&horizon)?,
            budgets: self.budgets()?,
            routes,
            notes: notes::of(self.draft.source),
        })
    }

    pub(super) fn site_ix(&self, id: &str) -> Option<Ix<Site>> {
        self.draft.index(List::Site, id).map(Ix::new)
    }

    pub(super) fn vessel_ix(&self, id: &str) -> Option<Ix<Vessel>> {
        self.draft.index(List::Vessel, id).map(|place| Ix::new(self.first[place]))
    }

    pub(super) fn task_ix(&self, id: &str) -> Option<Ix<Task>> {
        self.draft.index(List::Task, id).map(Ix::new)
    }

    pub(super) fn commodity_ix(&self, id: &str) -> Option<Ix<Commodity>> {
        self.draft.index(List::Commodity, id).map(Ix::new)
    }

    fn weather_ix(&self, id: &str) -> Option<Ix<Weather>> {
        self.draft.index(List::Weather, id).map(Ix::new)
    }

    /// For each commodity of the plan the tonnes that `named` gives it.
    pub(super) fn per_commodity(&self, named: &Option<Spanned<Named<Mass>>>, otherwise: f64) -> Vec<f64> {
        list(&self.raw().commodity)
            .map(|commodity| {
                let entries = named.iter().flat_map(|named| &named.get_ref().0);
                let id = commodity.id.as_ref().map(Spanned::get_ref);
                let mut of_it = entries
                    .filter(|(name, _)| Some(name.get_ref()) == id)
                    .map(|(_, mass)| mass.get_ref().tonnes());
                of_it.next_back().unwrap_or(otherwise)
            })
            .collect()
    }

    /// Limits at a site; a channel has the dimension that the site's weather gives it.
    pub(super) fn limits(
        &self,
        named: &Option<Spanned<Named<Written>>>,
        sites: &[Option<Ix<Site>>],
    ) -> Option<Limits> {
        self.limits_in(named, sites.iter().filter_map(|site| self.weather_of((*site)?)))
    }

    /// Limits in some weathers, the first of which that has a channel gives it its dimension.
    pub(super) fn limits_in(
        &self,
        named: &Option<Spanned<Named<Written>>>,
        weathers: impl Iterator<Item = Ix<Weather>>,
    ) -> Option<Limits> {
        let series: Vec<&Series> = weathers.map(|weather| self.sea.series(weather)).collect();
        let entries = named.iter().flat_map(|named| &named.get_ref().0);
        let limits = entries.map(|(channel, written)| {
            let channel = channel.get_ref().clone();
            let found =
                series.iter().find_map(|series| Some(series.channels[series.channel(&channel)?].dimension));
            let dimension = found.or_else(|| Channel::known(&channel).map(|kind| kind.dimension))?;
            let Written(written) = written.get_ref().clone();
            Some(Limit { at_most: dimension.parse(&written).ok()?, channel, dimension, written, alpha: None })
        });
        limits.collect::<Option<Vec<Limit>>>().map(Limits)
    }

    /// Limits of work at a site, lowered where its weather is a forecast and the plan has chosen alpha factors. Without a task the
    /// work can be halted at any time; `shortest` is its T_POP then, unless the plan says how long halting takes.
    pub(super) fn forecast(
        &self,
        limits: Limits,
        site: Option<Ix<Site>>,
        task: Option<&raw::RawTask>,
        shortest: Span,
    ) -> Limits {
        let series = site.and_then(|site| self.weather_of(site)).map(|weather| self.sea.series(weather));
        let is_forecast = series.is_some_and(|series| series.origin == Origin::Forecast);
        let Some(factors) = self.draft.alpha.as_ref().filter(|_| is_forecast) else { return limits };
        let t_pop = task.map_or_else(|| factors.halt.unwrap_or(shortest), |task| factors.t_pop(task));
        let lowered = limits.0.into_iter().map(|limit| {
            let own = task.and_then(|task| own_factor(task, &limit.channel));
            factors.forecast(limit, t_pop, own)
        });
        Limits(lowered.collect())
    }

    pub(super) fn weather_of(&self, site: Ix<Site>) -> Option<Ix<Weather>> {
        let site = entry(&self.raw().site, site.index())?;
        self.weather_ix(site.weather.as_ref()?.get_ref())
    }

    fn route(&self, route: &raw::RawRoute) -> Option<Route> {
        Some(Route {
            from: self.site_ix(route.from.as_ref()?.get_ref())?,
            to: self.site_ix(route.to.as_ref()?.get_ref())?,
            via: route.via.as_ref()?.get_ref().iter().map(|point| *point.get_ref()).collect(),
            weather: on_the_way(route)
                .into_iter()
                .map(|weather| self.weather_ix(weather.get_ref()))
                .collect::<Option<Vec<Ix<Weather>>>>()?,
        })
    }

    fn site(&self, site: &raw::RawSite) -> Option<Site> {
        let kind = get(&site.kind)?;
        let unbounded = if kind == KindWord::Sea { 0.0 } else { f64::INFINITY };
        Some(Site {
            id: get(&site.id)?,
            kind,
            position: get(&site.position),
            depth: get(&site.depth),
            weather: match &site.weather {
                Some(weather) => Some(self.weather_ix(weather.get_ref())?),
                None => None,
            },
            store: self.per_commodity(&site.store, unbounded),
            store_total: get(&site.store_total).map_or(f64::INFINITY, Mass::tonnes),
            stock: self.per_commodity(&site.stock, 0.0),
            dues: site.dues.as_ref().map_or(0.0, |dues| dues.get_ref().0.amount),
            water: get(&site.water).map_or(f64::INFINITY, |flow| flow.cubic_metres_per_hour()),
            berths: get(&site.berths),
            refuels: get(&site.refuels).unwrap_or(matches!(kind, KindWord::Port | KindWord::Island)),
        })
    }

    /// The vessel, place and gear that work needs.
    fn stand(
        &self,
        vessel: &str,
        site: &Option<Spanned<String>>,
        gear: &Option<Spanned<String>>,
    ) -> Option<Stand> {
        let raw = self.draft.vessel(vessel)?;
        let site = self.site_ix(self.draft.site_of(site, Some(raw))?)?;
        let gear = match gear {
            Some(gear) => gear_place(raw, gear.get_ref())?,
            None => 0,
        };
        Some(Stand { vessel: self.vessel_ix(vessel)?, site, gear })
    }

    fn task(&self, task: &raw::RawTask) -> Option<Task> {
        let id = get(&task.id)?;
        let duration = get(&task.duration)?;
        let stand = match &task.vessel {
            Some(vessel) => Some(self.stand(vessel.get_ref(), &task.site, &task.gear)?),
            None => None,
        };
        let site = match (&task.site, stand) {
            (_, Some(stand)) => Some(stand.site),
            (Some(site), None) => Some(self.site_ix(site.get_ref())?),
            (None, None) => None,
        };
        let leaves = match (&task.leaves, &task.vessel, stand) {
            (Some(leaves), Some(vessel), _) => {
                gear_place(self.draft.vessel(vessel.get_ref())?, leaves.get_ref())?
            }
            (_, _, Some(stand)) => stand.gear,
            _ => 0,
        };
        let times = get(&task.times).unwrap_or(raw::Times { least: 1, most: 1 });
        Some(Task {
            name: get(&task.name).unwrap_or_else(|| id.clone()),
            id,
            stand,
            leaves,
            site,
            duration,
            spread: match &task.spread {
                Some(spread) => Some((get(&spread.get_ref().low)?, get(&spread.get_ref().high)?)),
                None => None,
            },
            contingency: reserve(task),
            suspend: match get(&task.suspend) {
                None => Suspend::Never,
                Some(SuspendWord::Hold) => Suspend::Hold,
                Some(SuspendWord::Free) => Suspend::Free,
            },
            max_pause: get(&task.max_pause),
            limits: self.forecast(self.limits(&task.limits, &[site])?, site, Some(task), Span::default()),
            phases: self.phases(task, site)?,
            alpha: own_factors(task),
            least: times.least,
            most: times.most,
            every: get(&task.every),
            rhythm_of: match &task.rhythm_of {
                Some(other) => Some(self.task_ix(other.get_ref())?),
                None => None,
            },
            serves: match &task.serves {
                Some(vessel) => Some(self.vessel_ix(vessel.get_ref())?),
                None => None,
            },
            after: self.after(task)?,
            release: get(&task.release),
            deadline: get(&task.deadline),
            due: get(&task.due),
            daylight: get(&task.daylight).unwrap_or(false),
            uses: self.uses(&task.uses)?,
            cost: task.cost.as_ref().map_or(0.0, |cost| cost.get_ref().0.amount),
        })
    }

    fn phases(&self, task: &raw::RawTask, site: Option<Ix<Site>>) -> Option<Vec<Phase>> {
        let phase = |phase: &raw::RawPhase| {
            let limits = self.limits(&phase.limits, &[site])?;
            let limits = self.forecast(limits, site, Some(task), Span::default());
            Some(Phase { duration: get(&phase.duration)?, limits })
        };
        list(&task.phases).map(phase).collect()
    }

    fn after(&self, task: &raw::RawTask) -> Option<Vec<Precedence>> {
        let after = task.after.iter().flat_map(|after| after.get_ref()).map(Spanned::get_ref);
        let resolved = after.map(|after| {
            let task = self.task_ix(after.task.get_ref())?;
            Some(Precedence { task, lag: get(&after.lag).unwrap_or_default(), within: get(&after.within) })
        });
        resolved.collect()
    }

    /// How much of each resource something takes.
    pub(super) fn uses(&self, uses: &Option<Spanned<Named<u32>>>) -> Option<Vec<(Ix<Resource>, u32)>> {
        let uses = uses.iter().flat_map(|uses| &uses.get_ref().0);
        let place = |id: &str| self.draft.index(List::Resource, id).map(Ix::new);
        uses.map(|(id, units)| Some((place(id.get_ref())?, *units.get_ref()))).collect()
    }

    /// A closure, of each vessel that bears the name.
    pub(super) fn closures_of(
        &self,
        closure: &raw::RawClosure,
        by: ClosedBy,
        horizon: &Horizon,
    ) -> Option<Vec<Closure>> {
        let what = match (&closure.site, &closure.vessel, &closure.task, &closure.sampling, &closure.process)
        {
            (Some(site), None, None, None, None) => vec![Closed::Site(self.site_ix(site.get_ref())?)],
            (None, Some(vessel), None, None, None) => self.closed_vessels(vessel.get_ref())?,
            (None, None, Some(task), None, None) => vec![Closed::Task(self.task_ix(task.get_ref())?)],
            (None, None, None, Some(sampling), None) => {
                vec![Closed::Sampling(self.draft.index(List::Sampling, sampling.get_ref()).map(Ix::new)?)]
            }
            (None, None, None, None, Some(process)) => {
                vec![Closed::Process(self.draft.index(List::Process, process.get_ref()).map(Ix::new)?)]
            }
            _ => return None,
        };
        let (from, to) = (get(&closure.from)?, get(&closure.to)?);
        let (slots, reason) = (horizon.touched(from, to), get(&closure.reason));
        let closure = |what| Closure { what, by, slots: slots.clone(), from, to, reason: reason.clone() };
        Some(what.into_iter().map(closure).collect())
    }

    fn sampling(&self, sampling: &raw::RawSampling) -> Option<Sampling> {
        let stand = self.stand(sampling.vessel.as_ref()?.get_ref(), &sampling.site, &sampling.gear)?;
        let value = sampling.value.iter().flat_map(|steps| steps.get_ref());
        let value: Vec<(f64, f64)> =
            value.map(|step| (step.get_ref().tonnes.tonnes(), step.get_ref().worth)).collect();
        Some(Sampling {
            id: get(&sampling.id)?,
            stand,
            commodity: self.commodity_ix(sampling.commodity.as_ref()?.get_ref())?,
            rate: get(&sampling.rate)?.tonnes_per_hour(),
            min_run: get(&sampling.min_run).unwrap_or_default(),
            limits: self.forecast(
                self.limits(&sampling.limits, &[Some(stand.site)])?,
                Some(stand.site),
                None,
                get(&sampling.min_run).unwrap_or_default(),
            ),
            at_least: get(&sampling.at_least).map_or(0.0, Mass::tonnes),
            at_most: get(&sampling.at_most).map_or(f64::INFINITY, Mass::tonnes),
            value: if value.is_empty() { vec![(f64::INFINITY, 1.0)] } else { value },
        })
    }
}

/// The place of a gear state among those of a vessel.
pub(super) fn gear_place(vessel: &raw::RawVessel, gear: &str) -> Option<usize> {
    super::draft::gear_names(vessel).iter().position(|name| *name == gear)
}

/// What a plan without `[goal]` is for: to supply what is wanted, or else to bring home what it lifts, and to be done early.
fn default_goals(raw: &RawPlan) -> Vec<GoalWord> {
    let lifts = !RawPlan::entries(&raw.sampling).is_empty();
    let moves = !RawPlan::entries(&raw.transfer).is_empty();
    let wants = !RawPlan::entries(&raw.demand).is_empty();
    match (wants, lifts, moves) {
        (true, ..) => vec![GoalWord::Supplied, GoalWord::Finish],
        (false, true, true) => vec![GoalWord::Delivered, GoalWord::Finish],
        (false, true, false) => vec![GoalWord::Sampled, GoalWord::Finish],
        _ => vec![GoalWord::Finish],
    }
}
