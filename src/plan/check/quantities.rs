//! Quantities: none negative, and none zero that must be something.
//!
//! In: the plan as written. Out: a diagnostic at every quantity that cannot be meant.
//! One walk over all quantities of the plan; limits, whose unit only the weather knows, are in [`super::limits`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, MOST_CONTINGENCY, entries};
use crate::plan::laytime::Stay;
use crate::plan::raw::{
    Contingency, Cost, CostPerTonne, CostPerTonneDay, DayRate, RawSampling, RawTask, RawTransfer, RawVessel,
};
use crate::plan::read::Named;
use crate::units::{Mass, Quantity, Share};
use std::ops::Range;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("not-positive", "A quantity is zero that must be more."),
            ("negative", "A quantity is negative, and cannot be."),
        ],
        look: amounts,
    },
    Check {
        kinds: &[("share-out-of-range", "A share is negative, or more than can be meant.")],
        look: shares,
    },
];

/// What a quantity must be.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    /// More than zero.
    Positive,
    /// Zero or more.
    NotNegative,
}
use Need::{NotNegative, Positive};

/// The quantities of a plan, as they are collected for one look at all of them.
#[derive(Default)]
struct Quantities {
    all: Vec<(String, Range<usize>, f64, Need)>,
}

impl Quantities {
    fn add<Q: Quantity>(&mut self, key: &str, value: &Option<Spanned<Q>>, need: Need) {
        if let Some(value) = value {
            self.all.push((key.to_owned(), value.span(), value.get_ref().in_base(), need));
        }
    }

    fn add_number(&mut self, key: &str, span: Range<usize>, number: f64, need: Need) {
        self.all.push((key.to_owned(), span, number, need));
    }

    fn add_uses(&mut self, uses: &Option<Spanned<Named<u32>>>) {
        for (_, units) in uses.iter().flat_map(|uses| &uses.get_ref().0) {
            self.add_number("count of a resource", units.span(), f64::from(*units.get_ref()), Positive);
        }
    }

    fn add_named(&mut self, key: &str, named: &Option<Spanned<Named<Mass>>>) {
        for (name, mass) in named.iter().flat_map(|named| &named.get_ref().0) {
            let key = format!("{key} of {}", name.get_ref());
            self.add_number(&key, mass.span(), mass.get_ref().tonnes(), NotNegative);
        }
    }
}

fn amounts(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let mut quantities = Quantities::default();
    if let Some(head) = &raw.plan {
        quantities.add("forecast", &head.get_ref().forecast, Positive);
    }
    for site in entries(&raw.site) {
        quantities.add("depth", &site.depth, Positive);
        quantities.add_named("store", &site.store);
        quantities.add_named("stock", &site.stock);
        quantities.add("amount `store_total`", &site.store_total, Positive);
        quantities.add("water of a site", &site.water, NotNegative);
        if let Some(dues) = &site.dues {
            let Cost(money) = dues.get_ref();
            quantities.add_number("dues of a site", dues.span(), money.amount, NotNegative);
        }
        if let Some(berths) = &site.berths {
            quantities.add_number("number of berths", berths.span(), f64::from(*berths.get_ref()), Positive);
        }
    }
    entries(&raw.vessel).for_each(|vessel| of_vessel(vessel, &mut quantities));
    entries(&raw.task).for_each(|task| of_task(task, &mut quantities));
    entries(&raw.sampling).for_each(|sampling| of_sampling(sampling, &mut quantities));
    entries(&raw.transfer).for_each(|transfer| of_transfer(transfer, &mut quantities));
    for commodity in entries(&raw.commodity) {
        quantities.add("time `keeps`", &commodity.keeps, Positive);
        if let Some(reach) = commodity.reach.as_ref().map(Spanned::get_ref) {
            quantities.add("time `within`", &reach.within, Positive);
        }
    }
    of_shore(draft, &mut quantities);
    for resource in entries(&raw.resource) {
        if let Some(capacity) = &resource.capacity {
            quantities.add_number("capacity", capacity.span(), f64::from(*capacity.get_ref()), Positive);
        }
    }
    for (key, span, number, need) in quantities.all {
        let written = draft.source.text().get(span.clone()).unwrap_or_default().to_owned();
        if number < 0.0 {
            let least = if need == Positive { "must be more than zero" } else { "must be zero or more" };
            found.push(
                draft
                    .error("negative", span, format!("the {key} cannot be negative: {written}"))
                    .label(least)
                    .help("leave the minus sign out, if that is what is meant"),
            );
        } else if number == 0.0 && need == Positive {
            found.push(
                draft
                    .error("not-positive", span, format!("the {key} cannot be zero: {written}"))
                    .label("must be more than zero")
                    .help(zero_help(&key)),
            );
        }
    }
}

/// What to do about a zero.
fn zero_help(key: &str) -> &'static str {
    match key {
        "duration" => "write how long it takes; what takes no time is left out",
        "capacity" => "write how many there are; what is not there is left out",
        "number of berths" => "leave the transfers out, where no vessel can berth",
        "max_pause" => "leave `suspend` and `max_pause` out, if it may not pause",
        "count of a resource" => "leave the resource out, if none is taken",
        _ => "write what it is; leave the key out where it may be left out",
    }
}

fn of_vessel(vessel: &RawVessel, quantities: &mut Quantities) {
    quantities.add("speed", &vessel.speed, Positive);
    for pace in entries(&vessel.speeds) {
        quantities.add("speed", &pace.speed, Positive);
        quantities.add("fuel burnt at that speed", &pace.sailing, NotNegative);
    }
    quantities.add("range", &vessel.range, Positive);
    quantities.add("amount `bunkers`", &vessel.bunkers, Positive);
    quantities.add("time `departs_every`", &vessel.departs_every, Positive);
    quantities.add_named("hold", &vessel.hold);
    quantities.add_named("amount aboard", &vessel.aboard);
    quantities.add("amount `hold_total`", &vessel.hold_total, Positive);
    for tank in entries(&vessel.tank) {
        quantities.add("capacity of a tank", &tank.capacity, Positive);
        quantities.add_named("amount in a tank", &tank.aboard);
    }
    if let Some(rate) = &vessel.day_rate {
        let DayRate(money) = rate.get_ref();
        quantities.add_number("day rate", rate.span(), money.amount, NotNegative);
    }
    if let Some(rate) = &vessel.demurrage {
        let DayRate(money) = rate.get_ref();
        quantities.add_number("demurrage", rate.span(), money.amount, NotNegative);
    }
    for (site, stay) in vessel.laytime.iter().flat_map(|laytime| &laytime.get_ref().0) {
        let (what, number, need) = match stay.get_ref() {
            Stay::Call(hours) => ("laytime", hours.in_base(), NotNegative),
            Stay::Rate(rate) => ("rate of laytime", rate.in_base(), Positive),
        };
        quantities.add_number(&format!("{what} at {}", site.get_ref()), stay.span(), number, need);
    }
    if let Some(hire) = vessel.hire.as_ref().map(Spanned::get_ref) {
        for (key, cost) in [("cost of mobilisation", &hire.mobilisation), ("cost of a voyage", &hire.voyage)]
        {
            if let Some(cost) = cost {
                let Cost(money) = cost.get_ref();
                quantities.add_number(key, cost.span(), money.amount, NotNegative);
            }
        }
    }
    if let Some(fuel) = vessel.fuel.as_ref().map(Spanned::get_ref) {
        quantities.add("fuel burnt under way", &fuel.sailing, NotNegative);
        quantities.add("fuel burnt at work", &fuel.working, NotNegative);
        quantities.add("fuel burnt waiting", &fuel.waiting, NotNegative);
        if let Some(price) = &fuel.price {
            let CostPerTonne(money) = price.get_ref();
            quantities.add_number("price of fuel", price.span(), money.amount, NotNegative);
        }
        if let Some(co2) = &fuel.co2 {
            quantities.add_number("factor `co2`", co2.span(), *co2.get_ref(), NotNegative);
        }
    }
}

fn of_task(task: &RawTask, quantities: &mut Quantities) {
    quantities.add("duration", &task.duration, Positive);
    quantities.add("max_pause", &task.max_pause, Positive);
    quantities.add("time `every`", &task.every, Positive);
    for phase in entries(&task.phases) {
        quantities.add("duration of a phase", &phase.duration, Positive);
    }
    if let Some(spread) = &task.spread {
        quantities.add("shortest duration", &spread.get_ref().low, Positive);
        quantities.add("longest duration", &spread.get_ref().high, Positive);
    }
    if let Some(contingency) = &task.contingency
        && let Contingency::Time(time) = contingency.get_ref()
    {
        quantities.add_number("contingency", contingency.span(), time.in_base(), NotNegative);
    }
    for after in task.after.iter().flat_map(|after| after.get_ref()).map(Spanned::get_ref) {
        quantities.add("lag", &after.lag, NotNegative);
        quantities.add("time `within`", &after.within, NotNegative);
    }
    quantities.add_uses(&task.uses);
    if let Some(cost) = &task.cost {
        let Cost(money) = cost.get_ref();
        quantities.add_number("cost", cost.span(), money.amount, NotNegative);
    }
}

fn of_sampling(sampling: &RawSampling, quantities: &mut Quantities) {
    quantities.add("rate", &sampling.rate, Positive);
    quantities.add("shortest run", &sampling.min_run, NotNegative);
    quantities.add("amount `at_least`", &sampling.at_least, NotNegative);
    quantities.add("amount `at_most`", &sampling.at_most, Positive);
    for step in sampling.value.iter().flat_map(|steps| steps.get_ref()) {
        quantities.add_number("amount of a value", step.span(), step.get_ref().tonnes.tonnes(), Positive);
    }
}

fn of_transfer(transfer: &RawTransfer, quantities: &mut Quantities) {
    quantities.add("rate", &transfer.rate, Positive);
    quantities.add("setup", &transfer.setup, NotNegative);
    quantities.add("time `hoses_off`", &transfer.hoses_off, NotNegative);
    quantities.add("smallest parcel", &transfer.smallest, NotNegative);
    quantities.add("largest parcel", &transfer.largest, Positive);
    quantities.add_uses(&transfer.uses);
}

fn of_shore(draft: &Draft<'_>, quantities: &mut Quantities) {
    let raw = &draft.raw;
    for process in entries(&raw.process) {
        quantities.add("capacity of a process", &process.capacity, Positive);
        quantities.add("water of a process", &process.water, NotNegative);
        quantities.add("batch of a process", &process.batch, Positive);
        quantities.add("duration", &process.duration, Positive);
        if let Some(cost) = &process.cost {
            let CostPerTonne(money) = cost.get_ref();
            quantities.add_number("cost", cost.span(), money.amount, NotNegative);
        }
    }
    for demand in entries(&raw.demand) {
        quantities.add("amount", &demand.amount, Positive);
        quantities.add("rate", &demand.rate, Positive);
        quantities.add("amount `at_least`", &demand.at_least, NotNegative);
        if let Some(late) = &demand.late {
            let CostPerTonneDay(money) = late.get_ref();
            quantities.add_number("price `late`", late.span(), money.amount, NotNegative);
        }
        for step in demand.value.iter().flat_map(|steps| steps.get_ref()) {
            quantities.add_number("amount of a value", step.span(), step.get_ref().tonnes.tonnes(), Positive);
        }
    }
    for reserve in entries(&raw.reserve) {
        quantities.add("target", &reserve.target, Positive);
        quantities.add("cover", &reserve.cover, Positive);
        quantities.add("rate `draw`", &reserve.draw, NotNegative);
        quantities.add("time `refill`", &reserve.refill, NotNegative);
    }
    for budget in entries(&raw.budget) {
        quantities.add("feed", &budget.feed, NotNegative);
        quantities.add("bound of emissions", &budget.emissions, NotNegative);
        if let Some(cost) = &budget.cost {
            let Cost(money) = cost.get_ref();
            quantities.add_number("cost", cost.span(), money.amount, NotNegative);
        }
    }
}

fn shares(draft: &Draft<'_>, found: &mut Diagnostics) {
    const MOST_TOLERANCE: f64 = 1.0;
    let goal = draft.raw.goal.iter().filter_map(|goal| goal.get_ref().tolerance.as_ref());
    let tolerances = goal.map(|share| ("tolerance", share.span(), *share.get_ref(), MOST_TOLERANCE));
    let contingencies = entries(&draft.raw.task).filter_map(|task| {
        let contingency = task.contingency.as_ref()?;
        match contingency.get_ref() {
            Contingency::Share(share) => Some(("contingency", contingency.span(), *share, MOST_CONTINGENCY)),
            Contingency::Time(_) => None,
        }
    });
    for (key, span, share, most) in tolerances.chain(contingencies) {
        let share = Share::of_whole(share);
        if !(0.0..=most).contains(&share) {
            let written = draft.source.text().get(span.clone()).unwrap_or_default().to_owned();
            found.push(
                draft
                    .error("share-out-of-range", span, format!("a {key} of {written} cannot be meant"))
                    .label(format!("0 % to {} %", most * 100.0))
                    .help("write a share within that range, such as \"10 %\""),
            );
        }
    }
}
