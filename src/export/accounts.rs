//! What the formats say alike of accounts: what is paid for, summed; what budgets bound, and how much of it is spent.
//!
//! In: the costs and budgets of a schedule. Out: sums, and words for them. Not the words of anything else: those stand in [`super::wording`].

use super::wording::{clean, money, tonnes};
use crate::schedule::{Bounded, BudgetRow, CostRow};

/// What is paid for, without the number of the time: each time of a task is an item of its own, `run-pipe.1`.
pub fn item(row: &CostRow) -> String {
    match row.item.rsplit_once('.') {
        Some((task, nth)) if nth.bytes().all(|b| b.is_ascii_digit()) => clean(task),
        _ => clean(&row.item),
    }
}

/// Sums by what they are for, the greatest first; of equal ones that which came first. What comes to nothing is left out.
pub fn sums<K: PartialEq>(rows: impl Iterator<Item = (K, f64)>) -> Vec<(K, f64)> {
    let mut sums: Vec<(K, f64)> = Vec::new();
    for (key, amount) in rows {
        match sums.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sum)) => *sum += amount,
            None => sums.push((key, amount)),
        }
    }
    sums.retain(|(_, sum)| *sum != 0.0);
    sums.sort_by(|a, b| b.1.total_cmp(&a.1));
    sums
}

/// What a budget bounds: `cost`, `CO2`, `feed of dewater`.
pub fn bounded(row: &BudgetRow) -> String {
    match (row.bounds, &row.process) {
        (Bounded::Cost, _) => "cost".to_owned(),
        (Bounded::Emissions, _) => "CO2".to_owned(),
        (Bounded::Feed, Some(process)) => format!("feed of {}", clean(process)),
        (Bounded::Feed, None) => "feed".to_owned(),
    }
}

/// `300 000 USD`, `1200.0 t`: how much may be spent of a budget, is spent and is left.
pub fn amounts(row: &BudgetRow) -> [String; 3] {
    let unit = row.unit.as_deref();
    let said = |amount: f64| match row.bounds {
        Bounded::Cost => money(amount, unit),
        Bounded::Emissions | Bounded::Feed => {
            format!("{} {}", tonnes(amount), clean(unit.unwrap_or_default())).trim_end().to_owned()
        }
    };
    [row.most, row.spent, row.left].map(said)
}
