//! What is paid for, row by row, worked out again from the plan's prices and the activities.
//!
//! In: the deeds. Out: everything that costs something, its sum, and rows of costs that are missing, made up, told twice or other ones.
//! What a vessel comes to is reckoned in `dues` and `laytime`, what is late in `demands`; here it is laid beside what the schedule tells.

use super::case::{Case, Fault, amount, same};
use super::{demands, dues, laytime, shore};

/// Something that is paid for.
pub struct Paid<'c> {
    /// What it is, as a row calls it.
    item: String,
    /// The vessel that it is paid for.
    vessel: Option<&'c str>,
    /// How much.
    amount: f64,
    /// What roundings of the tonnes may have made of it.
    slack: f64,
}

/// Everything that the activities make the plan pay for; some of it comes to nothing.
fn paid<'c>(case: &Case<'c>) -> Vec<Paid<'c>> {
    let plan = case.plan;
    let mut all = Vec::new();
    for (place, task) in plan.tasks.entries().filter(|(_, task)| task.cost != 0.0) {
        all.extend(case.of_task(place).map(|deed| Paid {
            item: deed.said.id.clone(),
            vessel: deed.said.vessel.as_deref(),
            amount: task.cost,
            slack: 0.0,
        }));
    }
    for (place, ship) in plan.vessels.entries() {
        let hired = dues::items_of(case, place).into_iter();
        let items = hired.chain([("demurrage", laytime::cost_of(case, place))]);
        all.extend(items.map(|(item, amount)| Paid {
            item: item.to_owned(),
            vessel: Some(&ship.id),
            amount,
            slack: 0.0,
        }));
    }
    let fed = shore::feedings(case).into_iter();
    all.extend(fed.map(|(item, amount)| Paid { item, vessel: None, amount, slack: 0.0 }));
    for late in demands::lates(case) {
        let item = format!("{} late", late.demand.id);
        all.push(Paid { item, vessel: None, amount: late.cost(), slack: late.slack() });
    }
    all
}

/// What all of it comes to.
pub fn cost_of(case: &Case<'_>) -> f64 {
    paid(case).iter().map(|paid| paid.amount).sum()
}

/// What roundings of tonnes may have made of that: a price of being late may be a great one.
pub fn slack(case: &Case<'_>) -> f64 {
    paid(case).iter().map(|paid| paid.slack).sum()
}

/// Every row of costs is something that is paid for, with what it comes to, and whatever costs something has its row.
pub fn rows(case: &Case<'_>) -> Vec<Fault> {
    let unit = case.plan.currency.as_deref().unwrap_or("");
    let money = |number: f64| amount(number, unit).trim().to_owned();
    let name = |item: &str, vessel: Option<&str>| match vessel {
        Some(vessel) => format!("{item:?} of {vessel}"),
        None => format!("{item:?}"),
    };
    let mut open = paid(case);
    let mut told: Vec<(&str, Option<&str>)> = Vec::new();
    let mut faults = Vec::new();
    for row in &case.schedule.costs {
        let key = (row.item.as_str(), row.vessel.as_deref());
        let (what, said) = (name(key.0, key.1), money(row.amount));
        let is_it = |paid: &Paid<'_>| (paid.item.as_str(), paid.vessel) == key;
        match open.iter().position(is_it).map(|place| open.remove(place)) {
            None if told.contains(&key) => {
                faults.push(Fault::new(format!("the costs tell {what} twice: {said} once more")));
            }
            None => faults
                .push(Fault::new(format!("the costs tell {what}: {said}, and no such thing is paid for"))),
            Some(paid) if same(row.amount, paid.amount) || (row.amount - paid.amount).abs() <= paid.slack => {
            }
            Some(paid) => {
                let is = money(paid.amount);
                faults
                    .push(Fault::new(format!("the costs tell {what}: {said}, and the activities make {is}")));
            }
        }
        told.push(key);
    }
    let missing = open.iter().filter(|paid| !same(paid.amount, 0.0) && paid.amount.abs() > paid.slack);
    faults.extend(missing.map(|paid| {
        let (what, is) = (name(&paid.item, paid.vessel), money(paid.amount));
        Fault::new(format!("the costs do not tell {what}, which comes to {is}"))
    }));
    faults
}
