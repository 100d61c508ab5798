//! Whether every tonne that is lifted, moved, fed, made or supplied is where the stocks say, and whether what came ashore is what is told.
//!
//! In: the tonnes of samplings and transfers, the courses of processes and demands, and the levels of the stocks. Out: levels that come from nothing, go nowhere,
//! rise too fast, or pass what their holder takes; deliveries that are missing or made up.
//! Between two of its levels a stock changes evenly; before the first and after the last it does not change.

use super::case::{Case, Deed, Fault, Job, amount, exceeds, hours, same};
use super::shore::{deeds, malformed, site_of, so_far};
use crate::id::Ix;
use crate::plan::{Commodity, Direction, Site, SiteKind, Vessel};
use crate::schedule::{Activity, Stock, Time};
use crate::time::Slot;
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::Range;

/// What amounts are rounded to, in tonnes.
const ROUNDING: f64 = 1e-6;

/// Something that can hold a commodity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A vessel's hold.
    Hold(Ix<Vessel>),
    /// A site's store.
    Store(Ix<Site>),
}

/// Tonnes that one activity brings to a holder, or takes from it when they are fewer than none.
struct Flow<'c> {
    said: &'c Activity,
    holder: Holder,
    commodity: Ix<Commodity>,
    slots: Range<Slot>,
    /// The slot in which it begins to flow.
    from: Slot,
    /// The slot after the last in which it flows.
    to: Slot,
    tonnes: f64,
    /// The most tonnes per hour, signed like the tonnes.
    rate: f64,
}

fn flows<'c>(case: &Case<'c>) -> Vec<Flow<'c>> {
    let mut flows = Vec::new();
    for deed in &case.deeds {
        let Some(run) = case.run(deed) else { continue };
        let tonnes = deed.said.tonnes.filter(|tonnes| tonnes.is_finite()).unwrap_or(0.0);
        let hold = Holder::Hold(run.stand.vessel);
        let (commodity, ends) = match deed.job {
            Some(Job::Sampling(place)) => (case.plan.samplings[place].commodity, vec![(hold, 1.0)]),
            Some(Job::Transfer(place)) => {
                let transfer = &case.plan.transfers[place];
                let sign = if transfer.direction == Direction::Ashore { 1.0 } else { -1.0 };
                let other = transfer.meets.map_or(Holder::Store(run.stand.site), |s| Holder::Hold(s.vessel));
                (transfer.commodity, vec![(hold, -sign), (other, sign)])
            }
            _ => continue,
        };
        let from = run.slots.start.saturating_add(run.setup).min(run.slots.end);
        let to = run.slots.end.saturating_sub(run.hoses_off).max(from);
        let flowing_h = (to - from) as f64 * case.plan.horizon.slot_h();
        // That an activity as a whole is too fast is told elsewhere.
        let rate = if flowing_h > 0.0 { run.rate.max(tonnes / flowing_h) } else { 0.0 };
        flows.extend(ends.into_iter().map(|(holder, sign)| Flow {
            said: deed.said,
            holder,
            commodity,
            slots: run.slots.clone(),
            from,
            to,
            tonnes: tonnes * sign,
            rate: rate * sign,
        }));
    }
    flows.sort_by_key(|flow| (flow.holder, flow.commodity, flow.slots.start));
    flows
}

pub fn holder_of(case: &Case<'_>, stock: &Stock) -> Option<(Holder, Ix<Commodity>)> {
    let plan = case.plan;
    let commodity = plan.commodities.find(|commodity| commodity.id == stock.commodity)?;
    let hold = plan.vessels.find(|vessel| vessel.id == stock.holder).map(Holder::Hold);
    let store = || plan.sites.find(|site| site.id == stock.holder).map(Holder::Store);
    Some((hold.or_else(store)?, commodity))
}

pub fn name<'c>(case: &Case<'c>, holder: Holder) -> &'c str {
    match holder {
        Holder::Hold(vessel) => &case.plan.vessels[vessel].id,
        Holder::Store(site) => &case.plan.sites[site].id,
    }
}

/// Something that goes on ashore, seen from a stock.
struct Ashore<'c> {
    /// What changes in the stock for each tonne of it.
    factor: f64,
    /// The tonnes of it so far.
    course: &'c [(Time, f64)],
    /// How much later the stock changes.
    later: TimeDelta,
}

/// The levels of a stock as a course through time, with what flows into it and out of it.
pub struct Course<'s, 'c> {
    /// What is said.
    pub stock: &'s Stock,
    flows: Vec<Flow<'c>>,
    /// What goes on ashore.
    shore: Vec<Ashore<'c>>,
    capacity: f64,
    /// Moments at which something flows: beginnings of activities, of their flow, and ends.
    moments: Vec<DateTime<Utc>>,
}

/// Every stock that can be judged: known, its levels finite and in order.
pub fn courses<'c>(case: &Case<'c>) -> Vec<Course<'c, 'c>> {
    let mut courses = Vec::new();
    for stock in &case.schedule.stocks {
        let Some((holder, commodity)) = holder_of(case, stock) else { continue };
        if !stock.levels.is_sorted_by_key(|(time, _)| *time)
            || stock.levels.iter().any(|(_, t)| !t.is_finite())
        {
            continue;
        }
        let flows: Vec<Flow<'c>> =
            flows(case).into_iter().filter(|f| f.holder == holder && f.commodity == commodity).collect();
        let capacity = match holder {
            Holder::Hold(vessel) => case.plan.vessels[vessel].hold[commodity.index()],
            Holder::Store(site) => case.plan.sites[site].store[commodity.index()],
        };
        let slots = flows.iter().flat_map(|flow| [flow.slots.start, flow.from, flow.to, flow.slots.end]);
        let mut moments: Vec<DateTime<Utc>> = slots.map(|slot| case.plan.horizon.time(slot)).collect();
        // What a malformed course makes of a stock cannot be told; that it is malformed is told elsewhere.
        let Some(shore) = shore(case, holder, commodity) else { continue };
        let changed = |one: &Ashore<'c>| -> Vec<DateTime<Utc>> {
            one.course.iter().filter_map(|(time, _)| time.to_utc().checked_add_signed(one.later)).collect()
        };
        moments.extend(shore.iter().flat_map(changed));
        moments.extend(stock.levels.iter().map(|(time, _)| time.to_utc()));
        moments.sort();
        moments.dedup();
        courses.push(Course { stock, flows, shore, capacity, moments });
    }
    courses
}

/// The courses of the processes and demands that change a store, each with its factor.
fn shore<'c>(case: &Case<'c>, holder: Holder, commodity: Ix<Commodity>) -> Option<Vec<Ashore<'c>>> {
    let mut courses = Vec::new();
    for deed in deeds(case).filter(|deed| site_of(case, deed).map(Holder::Store) == Some(holder)) {
        for (changed, factor, later) in changes(case, deed) {
            if changed == commodity {
                malformed(deed.said).is_none().then_some(())?;
                courses.push(Ashore { factor, course: deed.said.course.as_slice(), later });
            }
        }
    }
    Some(courses)
}

/// What a tonne of a process or a supply changes in the store of its site, and how much later: a batch is fed in its first slot, and
/// makes its yield in its last.
fn changes(case: &Case<'_>, deed: &Deed<'_>) -> Vec<(Ix<Commodity>, f64, TimeDelta)> {
    let at_once = TimeDelta::zero();
    match deed.job {
        Some(Job::Process(place)) => {
            let process = &case.plan.processes[place];
            let horizon = &case.plan.horizon;
            let slots = process.batch.map_or(1, |batch| horizon.slots_for(batch.duration).max(1));
            let later = TimeDelta::seconds(horizon.slot.seconds() * (slots as i64 - 1));
            vec![(process.from, -1.0, at_once), (process.to, process.yields, later)]
        }
        Some(Job::Supply(place)) => vec![(case.plan.demands[place].commodity, -1.0, at_once)],
        _ => Vec::new(),
    }
}

impl Course<'_, '_> {
    /// The level at a moment without all that has gone on ashore until then: what vessels have brought and taken.
    fn by_vessels(&self, time: DateTime<Utc>) -> f64 {
        let changed = |one: &Ashore<'_>| {
            let then = time.checked_sub_signed(one.later);
            one.factor * then.map_or(0.0, |then| so_far(one.course, then))
        };
        let ashore: f64 = self.shore.iter().map(changed).sum();
        self.level(time) - ashore
    }

    /// The first that comes, whether it goes on at once or not: when, and how much.
    fn first_gain(&self, case: &Case<'_>) -> Option<(DateTime<Utc>, f64)> {
        let horizon = &case.plan.horizon;
        let brought = self.flows.iter().map(|flow| (horizon.time(flow.from), flow.tonnes));
        let made = self.shore.iter().filter_map(|one| {
            let last = one.course.last()?;
            let (first, _) = one.course.first()?;
            Some((first.to_utc().checked_add_signed(one.later)?, one.factor * last.1))
        });
        brought.chain(made).filter(|(_, tonnes)| *tonnes > ROUNDING).min_by_key(|(time, _)| *time)
    }

    /// A change, brought nearer to what it must be by as much as roundings may have made of it: of both levels, and of all that goes on ashore.
    fn eased(&self, change: f64, least: f64, most: f64) -> f64 {
        let slack = 1e-6 * (self.shore.len() + 1) as f64;
        if change > most {
            most.max(change - slack)
        } else if change < least {
            least.min(change + slack)
        } else {
            change
        }
    }

    /// The tonnes at a moment; of two levels at the same moment, the second.
    pub fn level(&self, time: DateTime<Utc>) -> f64 {
        let levels = &self.stock.levels;
        let next = levels.partition_point(|(at, _)| at.to_utc() <= time);
        match (next.checked_sub(1).map(|before| levels[before]), levels.get(next)) {
            (None, None) => 0.0,
            (None, Some(&(_, level))) | (Some((_, level)), None) => level,
            (Some((from, low)), Some(&(to, high))) => {
                let part = hours(from.to_utc(), time) / hours(from.to_utc(), to.to_utc());
                low + (high - low) * part
            }
        }
    }

    /// The most that may flow out (below zero) and in, in tonnes per hour, from one moment to the next.
    fn rates(&self, case: &Case<'_>, from: DateTime<Utc>, to: DateTime<Utc>) -> (f64, f64) {
        let horizon = &case.plan.horizon;
        let flowing = self.flows.iter().filter(|flow| {
            flow.from < flow.to && horizon.time(flow.from) <= from && to <= horizon.time(flow.to)
        });
        flowing.fold((0.0, 0.0), |(out, into), flow| (out + flow.rate.min(0.0), into + flow.rate.max(0.0)))
    }

    pub fn fault(&self, case: &Case<'_>, time: DateTime<Utc>, what: &str) -> Fault {
        let Stock { holder, commodity, .. } = self.stock;
        let message = format!("{commodity} at {holder}: {what}");
        Fault { activity: None, time: case.local(time), message }
    }
}

/// Stocks name what the plan has, and each holder and commodity once.
pub fn holders(case: &Case<'_>) -> Vec<Fault> {
    let stocks = &case.schedule.stocks;
    let mut faults = Vec::new();
    for (place, stock) in stocks.iter().enumerate() {
        let Stock { holder, commodity, .. } = stock;
        if holder_of(case, stock).is_none() {
            faults
                .push(Fault::new(format!("the plan has no holder {holder:?} of a commodity {commodity:?}")));
        } else if stocks[..place]
            .iter()
            .any(|before| before.holder == *holder && before.commodity == *commodity)
        {
            faults.push(Fault::new(format!("the stock of {commodity} at {holder} is told twice")));
        }
    }
    faults
}

/// Every holder that takes or gives has its levels.
pub fn missing(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let flows = flows(case);
    for of_one in flows.chunk_by(|a, b| (a.holder, a.commodity) == (b.holder, b.commodity)) {
        let first = &of_one[0];
        let is_told = |stock: &Stock| holder_of(case, stock) == Some((first.holder, first.commodity));
        if of_one.iter().any(|flow| !same(flow.tonnes, 0.0)) && !case.schedule.stocks.iter().any(is_told) {
            let (holder, commodity) = (name(case, first.holder), &case.plan.commodities[first.commodity].id);
            let message = format!("{holder} takes or gives {commodity}, and its levels are missing");
            faults.push(Fault::of(first.said, message));
        }
    }
    for deed in deeds(case).filter(|deed| deed.said.tonnes.is_some_and(|tonnes| !same(tonnes, 0.0))) {
        let Some(site) = site_of(case, deed) else { continue };
        for (commodity, ..) in changes(case, deed) {
            let is_told = |stock: &Stock| holder_of(case, stock) == Some((Holder::Store(site), commodity));
            if !case.schedule.stocks.iter().any(is_told) {
                let (holder, commodity) = (&case.plan.sites[site].id, &case.plan.commodities[commodity].id);
                let message = format!("{holder} takes or gives {commodity}, and its levels are missing");
                faults.push(Fault::of(deed.said, message));
            }
        }
    }
    faults
}

/// No stock is below zero or above what its holder takes. Between two levels it cannot be beyond both. What takes none gets none, however soon it goes on.
pub fn bounds(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for course in courses(case) {
        let levels = &course.stock.levels;
        // Each amount is rounded, and roundings add up.
        let rounding = levels.len() as f64 * ROUNDING;
        let side = |level: f64| match exceeds(0.0, level + rounding) {
            true => -1,
            false => i32::from(exceeds(level - rounding, course.capacity)),
        };
        for group in levels.chunk_by(|(_, a), (_, b)| side(*a) == side(*b)) {
            let (from, to) = (group[0].0.to_utc(), group[group.len() - 1].0.to_utc());
            let during = if from == to {
                format!("on {}", case.when(from))
            } else {
                format!("from {} to {}", case.when(from), case.when(to))
            };
            let all = group.iter().map(|(_, level)| *level);
            let what = match side(group[0].1) {
                0 => continue,
                -1 => {
                    format!("{} {during}, which is less than nothing", amount(all.fold(0.0, f64::min), "t"))
                }
                _ => {
                    let (most, takes) = (all.fold(0.0, f64::max), course.capacity);
                    format!("{} {during}, and there is room for {}", amount(most, "t"), amount(takes, "t"))
                }
            };
            faults.push(course.fault(case, from, &what));
        }
        if course.capacity <= 0.0
            && let Some((from, tonnes)) = course.first_gain(case)
        {
            let what =
                format!("{} come on {}, and there is room for none", amount(tonnes, "t"), case.when(from));
            faults.push(course.fault(case, from, &what));
        }
    }
    faults
}

/// Over each activity, or several that overlap, a stock changes by their tonnes.
pub fn balance(case: &Case<'_>) -> Vec<Fault> {
    let horizon = &case.plan.horizon;
    let mut faults = Vec::new();
    for course in courses(case) {
        let mut rest = course.flows.as_slice();
        while let Some(first) = rest.first() {
            let (mut end, mut count) = (first.slots.end, 1);
            while rest.get(count).is_some_and(|next| next.slots.start < end) {
                end = end.max(rest[count].slots.end);
                count += 1;
            }
            let group;
            (group, rest) = rest.split_at(count);
            let tonnes: f64 = group.iter().map(|flow| flow.tonnes).sum();
            let change =
                course.by_vessels(horizon.time(end)) - course.by_vessels(horizon.time(first.slots.start));
            let change = course.eased(change, tonnes, tonnes);
            if !same(tonnes, change) {
                let names: Vec<&str> = group.iter().map(|flow| flow.said.id.as_str()).collect();
                let names = names.join(", ");
                let (is, must) = (amount(change, "t"), amount(tonnes, "t"));
                let what = format!("it changes by {is} with {names}, and must by {must}");
                let fault = course.fault(case, horizon.time(first.slots.start), &what);
                faults.push(Fault { activity: Some(first.said.id.clone()), ..fault });
            }
        }
    }
    faults
}

/// A stock changes only while something flows, and no faster than that; its levels are in order of time and do not leap.
pub fn course(case: &Case<'_>) -> Vec<Fault> {
    let horizon = &case.plan.horizon;
    let mut faults = Vec::new();
    for stock in &case.schedule.stocks {
        let Stock { holder, commodity, levels } = stock;
        let mut tell =
            |time, what| faults.push(Fault::new(format!("{commodity} at {holder}: {what}")).at(time));
        for pair in levels.windows(2) {
            if pair[1].0 < pair[0].0 {
                tell(pair[1].0, "its levels are not in order of time");
            } else if pair[1].0 == pair[0].0 && !same(pair[0].1, pair[1].1) {
                tell(pair[1].0, "it has two levels at the same time");
            }
        }
        for (time, _) in levels {
            if time.to_utc() < horizon.start || time.to_utc() > horizon.end() {
                tell(*time, "it has a level outside the plan's time");
            }
        }
    }
    for course in courses(case) {
        let mut told = None;
        for pair in course.moments.windows(2) {
            let hours = hours(pair[0], pair[1]);
            let (out, into) = course.rates(case, pair[0], pair[1]);
            let change = course.by_vessels(pair[1]) - course.by_vessels(pair[0]);
            let change = course.eased(change, out * hours, into * hours);
            if !leaves(change, out * hours, into * hours) {
                told = None;
                continue;
            }
            let (from, to, is) = (case.when(pair[0]), case.when(pair[1]), amount(change, "t"));
            let what = if (out, into) == (0.0, 0.0) {
                format!("it changes by {is} from {from} to {to}, and nothing flows then")
            } else {
                let (low, high) = (amount(out * hours, "t"), amount(into * hours, "t"));
                format!("it changes by {is} from {from} to {to}, and may by {low} to {high}")
            };
            // Neighbouring pieces of the same kind are one fault.
            if told != Some((out, into)) {
                faults.push(course.fault(case, pair[0], &what));
            }
            told = Some((out, into));
        }
    }
    faults
}

fn leaves(change: f64, least: f64, most: f64) -> bool {
    exceeds(change, most) || exceeds(least, change)
}

/// What came ashore is told, each parcel once, and nothing else is.
pub fn deliveries(case: &Case<'_>) -> Vec<Fault> {
    let mut open: Vec<Flow<'_>> = flows(case)
        .into_iter()
        .filter(|flow| {
            let is_shore =
                matches!(flow.holder, Holder::Store(site) if case.plan.sites[site].kind != SiteKind::Sea);
            is_shore && flow.tonnes > 0.0
        })
        .collect();
    let mut faults = Vec::new();
    for delivery in &case.schedule.deliveries {
        let is_it = |flow: &Flow<'_>| {
            name(case, flow.holder) == delivery.site
                && case.plan.commodities[flow.commodity].id == delivery.commodity
                && case.plan.horizon.time(flow.slots.end) == delivery.time.to_utc()
                && same(flow.tonnes, delivery.tonnes)
        };
        if let Some(place) = open.iter().position(is_it) {
            open.remove(place);
            continue;
        }
        let (tonnes, when) = (amount(delivery.tonnes, "t"), case.when(delivery.time.to_utc()));
        let (site, commodity) = (&delivery.site, &delivery.commodity);
        let message = format!(
            "{tonnes} of {commodity} are said to reach {site} on {when}, and no transfer brings them"
        );
        faults.push(Fault::new(message).at(delivery.time));
    }
    for flow in open.iter().filter(|flow| !same(flow.tonnes, 0.0)) {
        let (tonnes, site) = (amount(flow.tonnes, "t"), name(case, flow.holder));
        let message =
            format!("{} brings {tonnes} to {site}, and the deliveries do not tell it", flow.said.id);
        faults.push(Fault::of(flow.said, message).at(flow.said.end));
    }
    faults
}

/// The tonnes of a commodity that the activities bring ashore, without those that they take away from there.
pub fn delivered(case: &Case<'_>, commodity: Ix<Commodity>) -> f64 {
    flows(case)
        .iter()
        .filter(|flow| flow.commodity == commodity)
        .filter(
            |flow| matches!(flow.holder, Holder::Store(site) if case.plan.sites[site].kind != SiteKind::Sea),
        )
        .map(|flow| flow.tonnes)
        .sum()
}
