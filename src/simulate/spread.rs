//! Durations and yields as they may turn out: drawn from `spread` and `yield_spread`, the same for the same run whatever else is asked.
//!
//! In: the shortest, the planned and the longest duration, or the lowest, the planned and the highest yield. Out: how many slots a run takes, or what
//! it makes of a tonne, from one number between 0 and 1.
//! PERT: a beta distribution on [low, high] whose mode is what is planned, with weight 4 on the mode.
//! The number depends on the seed, the run, the name of the task or process and which time it is, and on nothing else: policies and plans that are
//! compared draw the same (common random numbers), and yields change no duration.
//! Source: Malcolm et al. 1959 (PERT); incomplete beta by the continued fraction of Lentz. All mathematics from `libm`.

use crate::time::Horizon;
use crate::units::Span;

/// The weight of the mode.
const MODE_WEIGHT: f64 = 4.0;
/// Entries of the guide to the cumulative shares.
const GUIDE: usize = 256;
/// Steps of a yield, between which its density is taken to be even.
const STEPS: usize = 1024;

/// A duration in slots that is drawn.
#[derive(Debug, Clone)]
pub struct Spread {
    /// The fewest slots.
    least: u32,
    /// The share of durations of at most `least + i` slots; the last is 1.
    shares: Vec<f64>,
    /// For each of [`GUIDE`] equal parts of 0 to 1 the first share that can be meant.
    guide: Vec<u32>,
}

impl Spread {
    /// The spread of a task: shortest, planned (the mode) and longest duration, in slots of `horizon`.
    pub fn new(low: Span, mode: Span, high: Span, horizon: &Horizon) -> Spread {
        let (least, most) = (horizon.slots_for(low) as u32, horizon.slots_for(high) as u32);
        let (low, mode, high) = (low.seconds() as f64, mode.seconds() as f64, high.seconds() as f64);
        let width = high - low;
        let share_by = |slots: u32| {
            if slots >= most || width <= 0.0 {
                return 1.0;
            }
            pert_share((f64::from(slots) * horizon.slot.seconds() as f64 - low) / width, (low, mode, high))
        };
        let shares: Vec<f64> = (least..=most.max(least)).map(share_by).collect();
        let guide =
            (0..GUIDE).map(|part| shares.partition_point(|&s| s <= part as f64 / GUIDE as f64) as u32);
        Spread { least, guide: guide.collect(), shares }
    }

    /// The slots that belong to `u` from [0, 1).
    pub fn slots(&self, u: f64) -> u32 {
        let part = ((u * GUIDE as f64) as usize).min(GUIDE - 1);
        let mut place = self.guide[part] as usize;
        while place + 1 < self.shares.len() && self.shares[place] <= u {
            place += 1;
        }
        self.least + place as u32
    }

    /// The slots that belong to `u` among durations of more than so many slots; one more where none is as long.
    pub fn slots_beyond(&self, done: u32, u: f64) -> u32 {
        let over = done
            .checked_sub(self.least)
            .map_or(0.0, |place| self.shares.get(place as usize).copied().unwrap_or(1.0));
        if over >= 1.0 { done + 1 } else { self.slots(over + u * (1.0 - over)).max(done + 1) }
    }
}

/// A yield that is drawn.
#[derive(Debug, Clone)]
pub struct Yield {
    low: f64,
    high: f64,
    /// The shares of yields up to each step from the lowest to the highest.
    shares: Vec<f64>,
}

impl Yield {
    /// The spread of a process: the lowest, the planned (the mode) and the highest yield.
    pub fn new(low: f64, mode: f64, high: f64) -> Yield {
        let is_wide = high > low;
        let share = |step: usize| pert_share(step as f64 / STEPS as f64, (low, mode, high));
        Yield { low, high, shares: (0..=STEPS).filter(|_| is_wide).map(share).collect() }
    }

    /// The yield that belongs to `u` from [0, 1).
    pub fn at(&self, u: f64) -> f64 {
        let next = self.shares.partition_point(|share| *share <= u);
        let (Some(before), Some(after)) = (next.checked_sub(1), self.shares.get(next)) else {
            return self.high;
        };
        let part = (u - self.shares[before]) / (after - self.shares[before]);
        self.low + (self.high - self.low) * (before as f64 + part) / STEPS as f64
    }
}

/// The share of a PERT distribution up to the part `x` of the way from its lowest to its highest value.
fn pert_share(x: f64, (low, mode, high): (f64, f64, f64)) -> f64 {
    let width = high - low;
    let (a, b) = (1.0 + MODE_WEIGHT * (mode - low) / width, 1.0 + MODE_WEIGHT * (high - mode) / width);
    incomplete_beta(x.clamp(0.0, 1.0), a, b)
}

/// The regularised incomplete beta function.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x;
    }
    // The fraction converges fast below the mean; above it the other tail is taken.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = libm::exp(
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x),
    ) / a;
    front * beta_fraction(x, a, b)
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..300 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = fraction;
        for term in [even, odd] {
            d = 1.0 / nonzero(1.0 + term * d);
            c = nonzero(1.0 + term / c);
            fraction *= c * d;
        }
        if (fraction - before).abs() <= 1e-15 * fraction.abs() {
            break;
        }
    }
    fraction
}

/// Stirs 64 bits so that each of them depends on all.
///
/// # Source
/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014), in the constants of Stafford's variant 13.
fn stir(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// The key of the draws of a task: its name, so that the same task of another plan draws the same.
pub fn key_of(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |key, byte| stir(key ^ u64::from(byte)).wrapping_add(key))
}

/// The key of the draws of a process, which is that of no task: a name has no blank.
pub fn key_of_yield(name: &str) -> u64 {
    key_of(&format!("yield {name}"))
}

/// A number from [0, 1) that belongs to a seed, a run, a task and which time of it.
pub fn uniform(seed: u64, run: u64, key: u64, time: u64) -> f64 {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut bits = stir(seed.wrapping_add(GOLDEN));
    for part in [run, key, time] {
        bits = stir(bits.wrapping_add(GOLDEN) ^ part.wrapping_mul(GOLDEN));
    }
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// The seed of one synthetic year out of the seed of all.
pub fn seed_of_year(seed: u64, year: u64) -> u64 {
    stir(stir(seed.wrapping_add(0x5eed)) ^ year.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn horizon() -> Horizon {
        let start = "2026-01-01T00:00:00Z".parse().expect("a time");
        Horizon { start, slot: Span::of_hours(1), slots: 1000 }
    }

    #[test]
    fn the_incomplete_beta_function_is_right() {
        // I(x; 1, 1) = x; I(x; 2, 1) = x^2; I(x; 1, 3) = 1 - (1 - x)^3; I(1/2; a, a) = 1/2.
        for x in [0.01, 0.2, 0.5, 0.77, 0.999] {
            assert!((incomplete_beta(x, 1.0, 1.0) - x).abs() < 1e-13);
            assert!((incomplete_beta(x, 2.0, 1.0) - x * x).abs() < 1e-13);
            assert!((incomplete_beta(x, 1.0, 3.0) - (1.0 - (1.0 - x) * (1.0 - x) * (1.0 - x))).abs() < 1e-13);
        }
        assert!((incomplete_beta(0.5, 3.7, 3.7) - 0.5).abs() < 1e-13);
    }

    #[test]
    fn durations_have_the_mean_of_their_distribution() {
        let (low, mode, high) = (140, 168, 285);
        let spread = Spread::new(Span::of_hours(low), Span::of_hours(mode), Span::of_hours(high), &horizon());
        let drawn: Vec<u32> =
            (0..200_000).map(|k| spread.slots(uniform(7, k, key_of("run-pipe"), 0))).collect();
        let mean = drawn.iter().map(|&d| f64::from(d)).sum::<f64>() / drawn.len() as f64;
        // Rounding up to whole slots adds half a slot.
        let wanted = (low as f64 + 4.0 * mode as f64 + high as f64) / 6.0 + 0.5;
        assert!((mean - wanted).abs() < 0.2, "{mean} {wanted}");
        assert!(drawn.iter().all(|d| (140..=285).contains(d)));
        assert_eq!(spread.slots(0.0), 141);
        assert_eq!(spread.slots(0.999_999_999_999), 285);
    }

    #[test]
    fn what_is_left_is_as_of_durations_that_are_longer() {
        let spread = Spread::new(Span::of_hours(3), Span::of_hours(6), Span::of_hours(20), &horizon());
        for done in [0, 2, 3, 7, 19] {
            let all = (0..200_000).map(|k| spread.slots(uniform(7, k, 5, 0))).filter(|&d| d > done);
            let longer: Vec<u32> = all.collect();
            let drawn: Vec<u32> =
                (0..200_000).map(|k| spread.slots_beyond(done, uniform(9, k, 5, 0))).collect();
            let share =
                |all: &[u32], by: u32| all.iter().filter(|&&d| d <= by).count() as f64 / all.len() as f64;
            for by in 3..=20 {
                assert!((share(&longer, by) - share(&drawn, by)).abs() < 0.02, "{by} beyond {done}");
            }
        }
        // As long as the longest, or longer: it must be over in the next slot.
        assert_eq!([20, 31].map(|done| spread.slots_beyond(done, 0.3)), [21, 32]);
    }

    #[test]
    fn a_spread_of_nothing_is_the_duration() {
        let six = Span::of_hours(6);
        assert_eq!(Spread::new(six, six, six, &horizon()).slots(0.3), 6);
    }

    #[test]
    fn yields_have_the_mean_and_the_bounds_of_their_distribution() {
        let (low, mode, high) = (0.005, 0.008, 0.01);
        let spread = Yield::new(low, mode, high);
        let drawn: Vec<f64> =
            (0..100_000).map(|k| spread.at(uniform(7, k, key_of_yield("refine"), 0))).collect();
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        assert!((mean - (low + 4.0 * mode + high) / 6.0).abs() < 1e-5, "{mean}");
        assert!(drawn.iter().all(|y| (low..=high).contains(y)));
        // The quantiles are those of the incomplete beta function.
        for u in [0.01, 0.3, 0.8, 0.999] {
            let x = (spread.at(u) - low) / (high - low);
            assert!((pert_share(x, (low, mode, high)) - u).abs() < 1e-5, "{u}");
        }
        assert_eq!((spread.at(0.0), Yield::new(0.2, 0.2, 0.2).at(0.4)), (low, 0.2));
        assert_ne!(key_of_yield("refine"), key_of("refine"));
    }

    #[test]
    fn numbers_are_even_and_belong_to_their_run() {
        let mut counts = [0u32; 16];
        for k in 0..160_000 {
            counts[(uniform(1, k, key_of("a"), 0) * 16.0) as usize] += 1;
        }
        assert!(counts.iter().all(|&n| (9_600..10_400).contains(&n)), "{counts:?}");
        assert_eq!(uniform(1, 5, 9, 0), uniform(1, 5, 9, 0));
        let others = [uniform(2, 5, 9, 0), uniform(1, 6, 9, 0), uniform(1, 5, 8, 0), uniform(1, 5, 9, 1)];
        assert!(others.iter().all(|&u| u != uniform(1, 5, 9, 0)));
    }
}
