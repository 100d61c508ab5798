//! Values by what is aboard: a row of them for each node, a layer of cargo each.
//!
//! In: the values at the node that follows. Out: those at the node before, for a step in which some of the cargo may come or go at a price.

use super::steps::Step;

/// The greater of two numbers.
pub fn greater(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// The better of what is known and what comes after, less a cost.
pub fn better(here: &mut [f64], after: &[f64], gained: f64) {
    here.iter_mut().zip(after).for_each(|(here, after)| *here = greater(*here, after + gained));
}

/// Which way what is aboard goes.
#[derive(Clone, Copy)]
pub enum Way {
    /// More comes aboard.
    More,
    /// Some of it goes.
    Less,
}

/// A row of values, and room for another.
pub struct Rows {
    /// By layer.
    pub row: Vec<f64>,
    other: Vec<f64>,
}

impl Rows {
    /// Of so many layers, all nothing.
    pub fn new(layers: usize) -> Rows {
        Rows { row: vec![0.0; layers], other: vec![0.0; layers] }
    }

    /// What follows a step.
    pub fn follow(&mut self, values: &[f64], step: &Step) {
        let layers = self.row.len();
        match step.to {
            Some(to) => self.row.copy_from_slice(&values[to * layers..][..layers]),
            None => self.row.fill(0.0),
        }
    }

    /// Makes of what follows what comes before, where up to `most` layers are given or taken and each costs so much: for each layer the greatest
    /// value among those that can follow, found by doubling how many are looked at.
    pub fn trade(&mut self, way: Way, most: usize, each: f64) {
        let cost = |layer: usize| layer as f64 * each;
        self.row.iter_mut().enumerate().for_each(|(layer, value)| *value -= cost(layer));
        let mut seen = 1;
        while seen <= most {
            let next = (2 * seen).min(most + 1);
            self.join(way, next - seen);
            seen = next;
        }
        self.row.iter_mut().enumerate().for_each(|(layer, value)| *value += cost(layer));
    }

    /// For each layer the greater of its own value and that of another, so many layers away.
    fn join(&mut self, way: Way, away: usize) {
        let Rows { row, other } = self;
        let away = away.min(row.len());
        let rest = row.len() - away;
        let (own, others) = match way {
            Way::More => (0, away),
            Way::Less => (away, 0),
        };
        other.copy_from_slice(row);
        let pairs = row[own..][..rest].iter().zip(&row[others..][..rest]);
        other[own..][..rest].iter_mut().zip(pairs).for_each(|(new, (a, b))| *new = greater(*a, *b));
        std::mem::swap(row, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trading_finds_what_trying_every_amount_finds() {
        let after: Vec<f64> =
            (0..11u32).map(|layer| f64::from(layer * 7 % 11)).chain([f64::NEG_INFINITY; 2]).collect();
        for most in 0..14 {
            for each in [0.0, 0.5, 2.25] {
                let traded = |way: Way| {
                    let mut rows = Rows { row: after.clone(), other: vec![0.0; after.len()] };
                    rows.trade(way, most, each);
                    rows.row
                };
                let (more, less) = (traded(Way::More), traded(Way::Less));
                for layer in 0..after.len() {
                    let taken =
                        (0..=most.min(after.len() - 1 - layer)).map(|n| after[layer + n] - n as f64 * each);
                    let given = (0..=most.min(layer)).map(|n| after[layer - n] + n as f64 * each);
                    let best =
                        |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
                    for (is, wanted) in
                        [(more[layer], best(&mut { taken })), (less[layer], best(&mut { given }))]
                    {
                        let is_same = is == wanted || (is - wanted).abs() < 1e-9;
                        assert!(is_same, "{most} at {each} from {layer}: {is} and not {wanted}");
                    }
                }
            }
        }
    }
}
