//! What matters of a plan in which carriers come and go: what lifts, who fetches, and every step that each can take.
//!
//! In: the sets of a model. Out: a [`Ground`], where the plan is of that kind: one commodity, lifted by ships that are met at one site, and
//! brought ashore by carriers that are alike in classes. What only forbids (precedence, resources, berths, full stores) is left out: so
//! nothing that a schedule could do is missing, and the most that can be brought ashore here is at least the most that any schedule brings.

use super::before::{Begun, aboard, landed, session_under_way};
use super::offers::keep_common;
use super::steps::{Act, Steps, Ways, berths};
use crate::id::Ix;
use crate::model::network::{Arc, Deed, Network, Node, SessionOf, State};
use crate::model::past::Flow;
use crate::model::sets::{Holder, Sets};
use crate::plan::{Commodity, Plan, Sampling, Site, SiteKind, Transfer, Vessel};
use crate::time::Slot;

/// More layers of load than this are too many to be told apart: they are made coarser.
const LAYERS: usize = 128;
/// How few there may be then.
const COARSE_LAYERS: usize = 64;
/// Tonnes that are told apart at all.
const GRAIN: f64 = 1e-3;
/// Into how many parts what a host lifts in a slot may be parted.
const PARTS: usize = 48;
/// More layers of stock than this are too many.
const HOST_LAYERS: usize = 2_000;
/// How near to a whole number of layers tonnes must be.
const WHOLE: f64 = 1e-7;
/// What is no more than a rounding of layers.
const ROUNDING: f64 = 1e-6;

/// A ship that lifts and is met.
#[derive(Debug)]
pub struct Host {
    /// Its network, by place.
    pub network: usize,
    /// What it can do.
    pub ways: Steps,
    /// The state in which it is met.
    pub met: usize,
    /// Tonnes that it lifts in a slot.
    pub lift: f64,
    /// Tonnes that it can hold.
    pub hold: f64,
    /// Tonnes that it has when the rest begins.
    pub stock: f64,
    /// Tonnes that it may give in all.
    pub most: f64,
    /// Tonnes of one layer of its stock.
    pub unit: f64,
    /// How many layers there are, the empty one among them.
    pub layers: usize,
    /// How many of them are lifted in a slot.
    pub lift_layers: usize,
}

/// Carriers that are alike.
#[derive(Debug)]
pub struct Carrier {
    /// Their network, by place.
    pub network: usize,
    /// How many they are.
    pub count: usize,
    /// What each can do.
    pub ways: Steps,
    /// The state in which it lies where ships are met.
    pub field: usize,
    /// Tonnes that one can hold.
    pub hold: f64,
    /// How many layers of load there are, the empty one among them.
    pub layers: usize,
    /// For each host how it is met, if it is.
    pub links: Vec<Option<Link>>,
    /// Tonnes that each of them has aboard when the rest begins.
    pub loads: Vec<f64>,
    /// The meetings of which they are in the middle then.
    pub begun: Vec<Begun>,
}

/// How carriers take what a host has lifted.
#[derive(Debug)]
pub struct Link {
    /// The session of the carrier, by place.
    pub session: usize,
    /// Tonnes in a slot.
    pub rate: f64,
    /// Tonnes of one meeting, at most.
    pub largest: f64,
    /// Slots before anything flows.
    pub setup: usize,
    /// Slots after.
    pub off: usize,
    /// From each slot on how many slots a meeting may go on at most, set-up and all.
    pub open: Vec<usize>,
}

/// What matters of a plan in which carriers come and go.
#[derive(Debug)]
pub struct Ground {
    /// How many slots there are.
    pub slots: usize,
    /// The slot in which the rest begins; before it all has happened.
    pub until: Slot,
    /// Whether it is still to be agreed how each carrier goes on when the rest begins: where something has happened, or one has something aboard.
    pub goes_on: bool,
    /// Tonnes that are ashore by then, less those that the plan begins with at sea: they land first, and count for nobody.
    pub landed: f64,
    /// Tonnes of one layer of a carrier's load.
    pub unit: f64,
    /// Who lifts.
    pub hosts: Vec<Host>,
    /// Who fetches.
    pub carriers: Vec<Carrier>,
    /// How many berths there are at each site that has any.
    pub berths: Vec<usize>,
    /// How many tonnes can be brought to each site whose room is bounded.
    pub rooms: Vec<f64>,
    /// Whether amounts are ruled by more than is known here, so that what is found may not be possible: what must be lifted, the smallest parcels,
    /// the largest that come ashore, and resources that transfers take.
    pub leaves_out: bool,
    /// Whether what is landed counts whenever that is.
    pub counts_all: bool,
}

impl Ground {
    /// The ground of a plan, if it is one of that kind.
    pub fn new(sets: &Sets<'_>) -> Option<Ground> {
        let ground = Ground::in_time(sets, &|_, _| Some(sets.plan.horizon.slots))?;
        Some(Ground { counts_all: true, ..ground })
    }

    /// The same where what is landed at a site counts only up to a slot.
    pub fn in_time(
        sets: &Sets<'_>,
        last: &dyn Fn(Ix<Site>, Ix<Commodity>) -> Option<Slot>,
    ) -> Option<Ground> {
        let plan = sets.plan;
        let commodity = the_commodity(sets)?;
        let field = the_field(plan)?;
        let is_met = |network: &Network| {
            let mut met = plan.transfers.iter().filter_map(|transfer| transfer.meets);
            network.count > 0 && met.any(|stand| stand.vessel == network.vessel)
        };
        let places = 0..sets.networks.len();
        let hosts: Vec<usize> = places.filter(|&place| is_met(&sets.networks[place])).collect();
        let lifts = |q: &Sampling| hosts.iter().any(|&host| sets.networks[host].vessel == q.stand.vessel);
        if !plan.samplings.iter().all(|q| lifts(q) && q.commodity == commodity) {
            return None;
        }
        let fleets = sets.fleets.iter().filter(|fleet| fleet.commodity == commodity);
        let carriers: Vec<usize> = fleets.map(|fleet| fleet.vessel.index()).collect();
        let unit = unit(sets, &carriers, commodity)?;
        let left =
            |(site, room): (Ix<Site>, f64)| (site, (room - landed(sets, commodity, Some(site))).max(0.0));
        let (sites, rooms): (Vec<Ix<Site>>, Vec<f64>) = rooms(plan, commodity).map(left).unzip();
        let of_it = Cargo { commodity, unit, rooms: &sites, last };
        let carriers: Option<Vec<Carrier>> =
            carriers.iter().map(|&place| carrier(sets, place, field, &hosts, &of_it)).collect();
        let mut carriers = carriers?;
        let hosts = hosts.iter().enumerate();
        let hosts: Option<Vec<Host>> =
            hosts.map(|(nth, &place)| host(sets, place, commodity, nth, &carriers)).collect();
        let mut hosts = hosts?;
        keep_common(&mut hosts, &mut carriers);
        let berths = berths(plan).map(|(_, berths)| berths).collect();
        let leaves_out = leaves_out(plan, commodity);
        let (slots, until) = (plan.horizon.slots, sets.until);
        let landed = landed(sets, commodity, None) - plan.all_at_start(commodity).1;
        let mut loads = carriers.iter().flat_map(|carrier| &carrier.loads);
        let goes_on = until > 0 || loads.any(|load| *load > 0.0);
        Some(Ground {
            slots,
            until,
            goes_on,
            landed,
            unit,
            hosts,
            carriers,
            berths,
            rooms,
            leaves_out,
            counts_all: false,
        })
    }
}

/// What is carried.
struct Cargo<'a> {
    commodity: Ix<Commodity>,
    /// Tonnes of one layer.
    unit: f64,
    /// The sites whose rooms are bounded.
    rooms: &'a [Ix<Site>],
    /// The last slot in which what is landed counts.
    last: &'a dyn Fn(Ix<Site>, Ix<Commodity>) -> Option<Slot>,
}

/// The sites ashore from which nothing is taken again, with how much they can take at most.
fn rooms(plan: &Plan, commodity: Ix<Commodity>) -> impl Iterator<Item = (Ix<Site>, f64)> {
    let is_emptied = move |site: Ix<Site>| {
        plan.processes.iter().any(|process| (process.site, process.from) == (site, commodity))
            || plan.demands.iter().any(|demand| (demand.site, demand.commodity) == (site, commodity))
    };
    let most = move |site: Ix<Site>, of_it: &Site| {
        of_it.store[commodity.index()].min(of_it.store_total) - plan.at_start(Holder::Site(site), commodity)
    };
    let sites = plan.sites.entries().filter(|(_, of_it)| of_it.kind != SiteKind::Sea);
    sites
        .map(move |(site, of_it)| (site, most(site, of_it).max(0.0)))
        .filter(move |&(site, most)| most.is_finite() && !is_emptied(site))
}

/// The one commodity that is lifted, fetched and brought ashore. What is ashore of it already, or is made there, is never taken aboard.
pub fn the_commodity(sets: &Sets<'_>) -> Option<Ix<Commodity>> {
    let plan = sets.plan;
    // What has flowed must be known.
    if !sets.is_known() {
        return None;
    }
    let mut lifted = plan.samplings.iter().map(|q| q.commodity);
    let commodity = lifted.next().filter(|first| lifted.all(|other| other == *first))?;
    let is_plain = |(place, transfer): (Ix<Transfer>, &Transfer)| {
        let own = transfer.stand.vessel;
        let takes = transfer.sign(Holder::Vessel(own)) > 0.0;
        let is_shore = plan.sites[transfer.stand.site].kind != SiteKind::Sea;
        let is_carried = sets.fleets.iter().any(|fleet| fleet.vessel == plan.vessels[own].like);
        let (fetches, lands) =
            (transfer.meets.is_some() && takes, transfer.meets.is_none() && !takes && is_shore);
        // A smallest parcel that takes several slots makes one step of them, which no meeting here is.
        is_carried && transfer.smallest <= sets.move_per_slot(place) && (fetches || lands)
    };
    let mut own = plan.transfers.entries().filter(|(_, transfer)| transfer.commodity == commodity);
    own.all(is_plain).then_some(commodity)
}

/// Whether amounts are ruled by more than what vessels hold, lift and move, or resources rule who meets when.
fn leaves_out(plan: &Plan, commodity: Ix<Commodity>) -> bool {
    let is_bounded = |transfer: &Transfer| {
        let hold = plan.vessels[transfer.stand.vessel].hold[commodity.index()];
        transfer.smallest > 0.0
            || (transfer.meets.is_none() && transfer.largest < hold)
            || !transfer.uses.is_empty()
    };
    plan.samplings.iter().any(|sampling| sampling.at_least > 0.0)
        || plan.transfers.iter().any(|transfer| transfer.commodity == commodity && is_bounded(transfer))
}

/// The one site at which ships are met.
fn the_field(plan: &Plan) -> Option<Ix<Site>> {
    let mut met = plan.transfers.iter().filter_map(|transfer| Some(transfer.meets?.site));
    met.next().filter(|first| met.all(|other| other == *first))
}

/// Tonnes that divide what carriers hold, take and land in a slot, or something coarser; nothing where there are no carriers.
fn unit(sets: &Sets<'_>, carriers: &[usize], commodity: Ix<Commodity>) -> Option<f64> {
    let plan = sets.plan;
    let vessel = |&place: &usize| sets.networks[place].vessel;
    let holds = carriers.iter().map(|place| plan.vessels[vessel(place)].hold[commodity.index()]);
    let holds: Vec<f64> = holds.collect();
    let own = plan.transfers.entries().filter(|(_, transfer)| transfer.commodity == commodity);
    let rates = own.map(|(place, _)| sets.move_per_slot(place));
    let all: Vec<f64> = holds.iter().copied().chain(rates).filter(|&tonnes| tonnes > 0.0).collect();
    let most = holds.iter().copied().fold(0.0, f64::max);
    (most > 0.0).then(|| unit_of(&all, most))
}

/// Tonnes that divide all of some, or something coarser by which they are rounded up; the most that any can hold is 128 of it at most.
pub fn unit_of(all: &[f64], most: f64) -> f64 {
    let grains = |tonnes: f64| (tonnes / GRAIN).round() as u64;
    let divisor = all.iter().copied().map(grains).fold(0, gcd) as f64 * GRAIN;
    let is_fine = divisor > 0.0 && most / divisor <= LAYERS as f64;
    if is_fine { divisor } else { coarse(all, most) }
}

/// The part of one of some tonnes by which all of them are rounded up least; the most that any can hold is 64 to 128 of it.
fn coarse(all: &[f64], most: f64) -> f64 {
    let parts = |tonnes: f64| {
        let count = |of: usize| tonnes * of as f64 / most;
        (count(COARSE_LAYERS).ceil().max(1.0) as usize..=count(LAYERS) as usize)
            .map(move |n| tonnes / n as f64)
    };
    let added = |&unit: &f64| -> f64 {
        all.iter().map(|&tonnes| layers(tonnes, unit) as f64 * unit / tonnes - 1.0).sum()
    };
    let units = all.iter().flat_map(|&tonnes| parts(tonnes));
    units.min_by(|a, b| added(a).total_cmp(&added(b))).unwrap_or(most / COARSE_LAYERS as f64)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// How many layers so many tonnes are, rounded up.
fn layers(tonnes: f64, unit: f64) -> usize {
    (tonnes / unit - ROUNDING).ceil().max(0.0) as usize
}

fn host(
    sets: &Sets<'_>,
    place: usize,
    commodity: Ix<Commodity>,
    nth: usize,
    carriers: &[Carrier],
) -> Option<Host> {
    let (plan, network) = (sets.plan, &sets.networks[place]);
    let own = || plan.samplings.entries().filter(|(_, q)| q.stand.vessel == network.vessel);
    let mut firsts = own().map(|(place, _)| sets.joined[place.index()]);
    let first = firsts.next()?;
    let mut met =
        plan.transfers.iter().filter_map(|t| t.meets.filter(|stand| stand.vessel == network.vessel));
    let stand = met.next()?;
    if !firsts.all(|other| other == first) || !met.all(|other| other == stand) {
        return None;
    }
    let met = network.states.iter().position(|&state| state == State::Lie(stand.site, stand.gear))?;
    let stock = aboard(sets, network.vessel, commodity);
    let (lift, hold) = (sets.lift_per_slot(first), plan.vessels[network.vessel].hold[commodity.index()]);
    let links: Vec<(&Link, &[Begun])> = carriers
        .iter()
        .filter_map(|carrier| Some((carrier.links[nth].as_ref()?, &carrier.begun[..])))
        .collect();
    // Part of what is lifted in a slot that divides all that is given and held.
    let divides = |unit: f64| {
        let mut all = links.iter().map(|(link, _)| link.rate).chain([hold]);
        all.all(|tonnes| (tonnes / unit - (tonnes / unit).round()).abs() < WHOLE)
    };
    let parts = (1..=PARTS).find(|&parts| divides(lift / parts as f64))?;
    let unit = lift / parts as f64;
    let hold = hold.max(stock);
    let own_layers = layers(hold, unit) + 1;
    if own_layers > HOST_LAYERS {
        return None;
    }
    let act = |arc: &Arc| match network.session_of(arc).map(|session| session.of) {
        Some(SessionOf::Sampling(_)) => Some(Act::Lift),
        // Whole meetings stand in the place of slots beside a carrier.
        Some(SessionOf::Alongside(_)) => None,
        _ => Some(Act::Other),
    };
    let mut ways = Ways::new(sets, &[], network, network.states.len() + links.len());
    ways.add(act);
    for (state, (link, begun)) in links.iter().enumerate() {
        let (within, rate) = (network.states.len() + state, layers(link.rate, unit));
        ways.add_meetings(link, met, within, rate);
        let own = begun.iter().filter(|begun| begun.host == nth);
        own.for_each(|begun| ways.add_begun(begun, met, within, rate));
    }
    Some(Host {
        network: place,
        ways: ways.in_order(),
        met,
        lift,
        hold,
        stock,
        most: stock
            + own().map(|(q, of_it)| sets.kept.rest(Flow::Lift(q.index()), of_it.at_most)).sum::<f64>(),
        unit,
        layers: own_layers,
        lift_layers: parts,
    })
}

fn carrier(
    sets: &Sets<'_>,
    place: usize,
    field: Ix<Site>,
    hosts: &[usize],
    &Cargo { commodity, unit, rooms, last }: &Cargo<'_>,
) -> Option<Carrier> {
    let (plan, network) = (sets.plan, &sets.networks[place]);
    let is_own = |transfer: Ix<Transfer>| plan.transfers[transfer].commodity == commodity;
    let host_of = |transfer: Ix<Transfer>| {
        let meets = plan.transfers[transfer].meets.filter(|_| is_own(transfer))?;
        hosts.iter().position(|&host| sets.networks[host].vessel == meets.vessel)
    };
    let mut links: Vec<Option<Link>> = hosts.iter().map(|_| None).collect();
    for (session, of_it) in network.sessions.iter().enumerate() {
        let SessionOf::Transfer(transfer) = of_it.of else { continue };
        let Some(host) = host_of(transfer) else { continue };
        // What lies between two meetings is known for carriers that meet as they sail.
        if network.states[of_it.lie] != State::Lie(field, 0) {
            return None;
        }
        let beside = sets.networks[hosts[host]].sessions.iter();
        let beside = beside.clone().position(|session| session.of == SessionOf::Alongside(transfer))?;
        let own = open(network, session, plan.horizon.slots);
        let other = open(&sets.networks[hosts[host]], beside, plan.horizon.slots);
        let link = Link {
            session,
            rate: sets.move_per_slot(transfer),
            largest: plan.transfers[transfer].largest,
            setup: of_it.setup,
            off: of_it.off,
            open: runs((0..own.len()).map(|slot| slot >= sets.until && own[slot] && other[slot])),
        };
        if links[host].replace(link).is_some() {
            return None;
        }
    }
    let act = |arc: &Arc| match network.session_of(arc).map(|session| session.of) {
        Some(SessionOf::Transfer(transfer)) if is_own(transfer) => {
            let tonnes = sets.move_per_slot(transfer);
            let rate = layers(tonnes, unit);
            let site = plan.transfers[transfer].stand.site;
            let is_in_time = || last(site, commodity).is_some_and(|last| network.flowing(arc).start <= last);
            Some(match host_of(transfer) {
                Some(host) => Act::Take(host, rate),
                None if is_in_time() => Act::Land(rate, tonnes),
                None => Act::Other,
            })
        }
        _ => Some(Act::Other),
    };
    let mut ways = Ways::new(sets, rooms, network, network.states.len());
    ways.add(act);
    let begun = begun(sets, network, &host_of);
    let members = (0..network.count).map(|member| Ix::new(network.vessel.index() + member));
    let loads: Vec<f64> = members.map(|vessel| aboard(sets, vessel, commodity)).collect();
    let hold = plan.vessels[network.vessel].hold[commodity.index()];
    let hold = loads.iter().copied().fold(hold, f64::max);
    Some(Carrier {
        network: place,
        count: network.count,
        ways: ways.in_order(),
        field: network.states.iter().position(|&state| state == State::Lie(field, 0))?,
        hold,
        layers: layers(hold, unit) + 1,
        links,
        loads,
        begun,
    })
}

/// The meetings of which a network's vessels are in the middle when the rest begins. One that goes on slot by slot is as if begun anew.
fn begun(sets: &Sets<'_>, network: &Network, host_of: &dyn Fn(Ix<Transfer>) -> Option<usize>) -> Vec<Begun> {
    let of_member = |(member, origin): (usize, Node)| {
        let (session, start, setup, flows) = session_under_way(network, origin, sets.until)?;
        let SessionOf::Transfer(transfer) = network.sessions[session].of else { return None };
        let host = host_of(transfer)?;
        let flow = Flow::Move(of_member(sets, network.vessel, member, transfer).index());
        let slots = sets.kept.slots(flow).filter(|&slot| slot >= start);
        let gone = slots.map(|slot| sets.kept.bounds(flow, slot, 0.0).0).sum();
        Some(Begun { host, member, start, setup, flows, gone })
    };
    network.origins().into_iter().enumerate().filter_map(of_member).collect()
}

/// The transfer of a member of a fleet that is the same as that of the first.
pub fn of_member(sets: &Sets<'_>, first: Ix<Vessel>, member: usize, transfer: Ix<Transfer>) -> Ix<Transfer> {
    let own = |vessel: usize| {
        let all = sets.plan.transfers.entries();
        all.filter(move |(_, of_it)| of_it.stand.vessel.index() == vessel).map(|(place, _)| place)
    };
    let before = own(first.index()).take_while(|&other| other != transfer).count();
    own(first.index() + member).nth(before).unwrap_or(transfer)
}

/// The slots in which a session may go on, as the arcs of its network allow it.
fn open(network: &Network, session: usize, slots: usize) -> Vec<bool> {
    let mut open = vec![false; slots];
    for arc in &network.arcs {
        if let (Deed::Begin(of) | Deed::Stay(of) | Deed::End(of), Some(to)) = (arc.deed, arc.to)
            && of == session
        {
            open[arc.from.slot..to.slot].fill(true);
        }
    }
    open
}

/// From each slot on how many in a row are open.
fn runs(open: impl DoubleEndedIterator<Item = bool>) -> Vec<usize> {
    let mut run = 0;
    let mut runs: Vec<usize> = open
        .rev()
        .map(|open| {
            run = if open { run + 1 } else { 0 };
            run
        })
        .collect();
    runs.reverse();
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coarse_layers_fit_what_is_held_taken_and_landed() {
        let unit = coarse(&[1600.0, 150.0, 180.0], 1600.0);
        let added = |tonnes: f64| layers(tonnes, unit) as f64 * unit - tonnes;
        assert!(added(150.0) < 1e-6 && added(180.0) < 1e-6 && added(1600.0) < 10.0, "{unit}");
        assert!((1600.0 / 128.0..=1600.0 / 64.0).contains(&unit), "{unit}");
        // What is taken in a slot may be more than any can hold.
        let unit = coarse(&[10.0, 1000.0], 10.0);
        assert!((10.0 / 128.0..=10.0 / 64.0).contains(&unit), "{unit}");
    }
}
