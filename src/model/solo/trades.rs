//! What can be earned before layers of a cargo come or go, by what can be earned after.
//!
//! In: for each load a value. Out: for each load the greatest value among those loads that have up to so many layers of one cargo more, or fewer, each at a
//! price. Loads are one row, the layers of the first cargo next to one another, then those of the second: so a layer more of any is always as far
//! away, and whole stretches are compared at once.

/// Which way what is aboard goes.
#[derive(Clone, Copy)]
pub enum Way {
    /// More comes aboard.
    More,
    /// Some of it goes.
    Less,
}

/// Room to work in.
pub struct Trades {
    /// For each cargo how many layers there are, and how far away one is from the next.
    cargoes: Vec<(usize, usize)>,
    /// For each cargo and load how many layers of it are aboard.
    layers: Vec<Vec<f64>>,
    values: Vec<f64>,
    other: Vec<f64>,
}

impl Trades {
    /// Of cargoes with so many layers each.
    pub fn new(sizes: &[usize]) -> Trades {
        let loads: usize = sizes.iter().product();
        let mut stride = 1;
        let mut cargoes = Vec::new();
        for &size in sizes {
            cargoes.push((size, stride));
            stride *= size;
        }
        let of_load = |&(size, stride): &(usize, usize)| {
            (0..loads).map(|load| (load / stride % size) as f64).collect::<Vec<f64>>()
        };
        let layers = cargoes.iter().map(of_load).collect();
        Trades { layers, cargoes, values: vec![0.0; loads], other: vec![0.0; loads] }
    }

    /// What is earned before up to `most` layers of a cargo are taken, at a cost, or given, for a gain: by doubling how many are looked at.
    pub fn after(&mut self, after: &[f64], (cargo, way, most): (usize, Way, usize), each: f64) -> &[f64] {
        let ((size, stride), layers) = (self.cargoes[cargo], &self.layers[cargo]);
        let of_load = self.values.iter_mut().zip(after.iter().zip(layers));
        of_load.for_each(|(value, (after, layer))| *value = after - layer * each);
        let (mut seen, most) = (1, most.min(size - 1));
        while seen <= most {
            let next = (2 * seen).min(most + 1);
            let away = (next - seen) * stride;
            let blocks = self.values.chunks(size * stride).zip(self.other.chunks_mut(size * stride));
            blocks.for_each(|(values, other)| join(values, other, way, away));
            std::mem::swap(&mut self.values, &mut self.other);
            seen = next;
        }
        self.values.iter_mut().zip(layers).for_each(|(value, layer)| *value += layer * each);
        &self.values
    }
}

/// For each place the greater of its own value and that of another so far away, if there is one.
fn join(values: &[f64], other: &mut [f64], way: Way, away: usize) {
    let rest = values.len() - away;
    let (own, others) = match way {
        Way::More => (0..rest, away..values.len()),
        Way::Less => (away..values.len(), 0..rest),
    };
    other.copy_from_slice(values);
    let pairs = other[own].iter_mut().zip(&values[others]);
    pairs.for_each(|(new, value)| *new = new.max(*value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trading_finds_what_trying_every_amount_finds() {
        let sizes = [4, 5, 3];
        let after: Vec<f64> = (0..60u32).map(|load| f64::from(load * 17 % 23)).collect();
        let mut trades = Trades::new(&sizes);
        for (cargo, stride) in [(0, 1), (1, 4), (2, 20)] {
            for most in 0..7 {
                for each in [0.0, 0.5, 2.25] {
                    let more = trades.after(&after, (cargo, Way::More, most), each).to_vec();
                    let less = trades.after(&after, (cargo, Way::Less, most), each).to_vec();
                    for load in 0..60 {
                        let aboard = load / stride % sizes[cargo];
                        let taken = (0..=most.min(sizes[cargo] - 1 - aboard))
                            .map(|n| after[load + n * stride] - n as f64 * each);
                        let given =
                            (0..=most.min(aboard)).map(|n| after[load - n * stride] + n as f64 * each);
                        let [taken, given] = [
                            taken.fold(f64::NEG_INFINITY, f64::max),
                            given.fold(f64::NEG_INFINITY, f64::max),
                        ];
                        assert!(
                            (more[load] - taken).abs() < 1e-9,
                            "{cargo} {most} {each} {load}: {} {taken}",
                            more[load]
                        );
                        assert!(
                            (less[load] - given).abs() < 1e-9,
                            "{cargo} {most} {each} {load}: {} {given}",
                            less[load]
                        );
                    }
                }
            }
        }
    }
}
