//! Layers of what is aboard: how many tonnes make one, how many there are, and which loads fit.

use std::collections::BTreeSet;

/// Tonnes that are told apart at all.
pub const GRAIN: f64 = 1e-3;
/// What is no more than a rounding of layers.
const ROUNDING: f64 = 1e-6;

/// How many layers so many tonnes are, rounded up.
pub fn layers(tonnes: f64, unit: f64) -> usize {
    (tonnes / unit - ROUNDING).ceil().max(0.0) as usize
}

/// What may be aboard beside what all holds together take, so that nothing in between is better: nothing where there is one layer for up to two
/// kinds, of which whole numbers are as good as any.
pub fn slack(units: &[f64]) -> f64 {
    let is_one = units.iter().all(|unit| (unit - units[0]).abs() < ROUNDING * GRAIN);
    if units.len() <= 2 && is_one { 0.0 } else { units.iter().sum() }
}

/// The loads, in layers, among which what is aboard lies, each with its share of it: what can be earned with that is no more than they earn by their
/// shares. `all` are the layers of each cargo and whole ones or not. Where two share room in which nothing may be aboard besides, the part that is
/// added to one is what is missing to a whole layer to the other.
pub fn loads_around(all: &[f64], are_two: bool) -> Vec<(f64, Vec<usize>)> {
    let whole: Vec<f64> = all.iter().map(|layers| (layers + ROUNDING).floor()).collect();
    // From which part of a layer on, if it is added, there is one more.
    let missing = |nth: usize| {
        let part = all[nth] - whole[nth];
        if part > ROUNDING { 1.0 - part } else { 1.0 }
    };
    let mut bounds: Vec<f64> = (0..all.len())
        .map(|nth| if are_two && nth == 1 { 1.0 - missing(nth) } else { missing(nth) })
        .collect();
    bounds.extend([0.0, 1.0]);
    bounds.sort_by(f64::total_cmp);
    let stretches = bounds.windows(2).filter(|pair| pair[1] > pair[0]);
    let of_stretch = |pair: &[f64]| {
        let middle = (pair[0] + pair[1]) / 2.0;
        let more = |nth: usize| {
            let added = if are_two && nth == 1 { 1.0 - middle } else { middle };
            usize::from(added > missing(nth))
        };
        let loads = (0..all.len()).map(|nth| whole[nth] as usize + more(nth)).collect();
        (pair[1] - pair[0], loads)
    };
    stretches.map(of_stretch).collect()
}

/// For each load whether it is no more than so many tonnes in all.
pub fn fits(sizes: &[usize], units: &[f64], total: f64) -> Vec<bool> {
    let mut sums = vec![0.0];
    for (&size, unit) in sizes.iter().zip(units) {
        let of_layer = |layer: usize| sums.iter().map(move |sum| sum + layer as f64 * unit);
        sums = (0..size).flat_map(of_layer).collect();
    }
    sums.into_iter().map(|sum| sum <= total + GRAIN).collect()
}

/// For so many tanks and cargoes at most it is looked at every way in which the tanks may be shared out.
const SHARED_OUT: usize = 100_000;

/// For each load whether there are tanks for it: `tanks` has for each of them how many layers of each cargo it takes, of one at a time.
pub fn in_tanks(sizes: &[usize], tanks: &[Vec<usize>]) -> Vec<bool> {
    let loads: usize = sizes.iter().product();
    // How much of each cargo there is room for, if the tanks are shared out in some way.
    let mut rooms = BTreeSet::from([vec![0; sizes.len()]]);
    for tank in tanks {
        let of_room = |room: &Vec<usize>| {
            let with = |(cargo, &layers): (usize, &usize)| {
                let mut room = room.clone();
                room[cargo] = (room[cargo] + layers).min(sizes[cargo] - 1);
                room
            };
            tank.iter().enumerate().filter(|(_, layers)| **layers > 0).map(with).collect::<Vec<_>>()
        };
        let shared: BTreeSet<Vec<usize>> = rooms.iter().flat_map(of_room).collect();
        if !shared.is_empty() {
            rooms = shared;
        }
        if rooms.len() > SHARED_OUT {
            return vec![true; loads];
        }
    }
    let mut fits = vec![false; loads];
    for room in rooms {
        let mut load = 0;
        let mut stride = 1;
        for (layers, size) in room.iter().zip(sizes) {
            load += layers * stride;
            stride *= size;
        }
        fits[load] = true;
    }
    // What is less of anything fits as well.
    let mut stride = 1;
    for size in sizes {
        for load in (0..loads).rev().filter(|load| load / stride % size + 1 < *size) {
            fits[load] |= fits[load + stride];
        }
        stride *= size;
    }
    fits
}

/// Tonnes that divide all that is held and moved, or, where these were more layers than `most`, those that round it up least; and whether they divide it.
pub fn unit(all: &[f64], hold: f64, most: f64) -> Option<(f64, bool)> {
    let grains = |tonnes: f64| (tonnes / GRAIN).round() as u64;
    let divisor = all.iter().copied().map(grains).fold(0, gcd) as f64 * GRAIN;
    let is_coarse = |unit: f64| unit > 0.0 && hold / unit + 1.0 <= most;
    if is_coarse(divisor) {
        return Some((divisor, true));
    }
    let parts = all.iter().flat_map(|&tonnes| (1..=64u32).map(move |part| tonnes / f64::from(part)));
    let coarse = parts.filter(|&unit| is_coarse(unit));
    let best = coarse.min_by(|a, b| rounded_up(all, *a).total_cmp(&rounded_up(all, *b)));
    best.map(|unit| (unit, false))
}

/// By how much a unit rounds all up.
pub fn rounded_up(all: &[f64], unit: f64) -> f64 {
    all.iter().map(|&tonnes| layers(tonnes, unit) as f64 * unit / tonnes - 1.0).sum()
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_fits_where_tanks_can_be_shared_out_for_it() {
        // One takes two layers of either, one three of the first alone.
        let fits = in_tanks(&[6, 3], &[vec![2, 2], vec![3, 0]]);
        let of = |first: usize, second: usize| fits[first + 6 * second];
        assert!(of(5, 0) && of(3, 2) && of(3, 1) && of(0, 0));
        assert!(!of(4, 1) && !of(4, 2));
        assert!(in_tanks(&[2, 2], &[vec![1, 1]]) == [true, true, true, false]);
    }
}
