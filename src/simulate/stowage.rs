//! What goes into which tank in a run.
//!
//! In: what every vessel did. Out: for each move of a vessel with tanks what goes into them, or comes out. More of the same goes where there is
//! some already, then into empty tanks that take little else, the smallest of these that takes all of it or else the largest; what comes out empties
//! the least full one first.
//! What has happened already went as it is told.
//! A voyage does not ask whether there is a tank: what fits nowhere is put where it is too much, for the judge to tell.

use crate::id::Ix;
use crate::plan::{Holder, Plan, Tank, Vessel};
use crate::schedule::{Move, TankFlow, What};

/// Tonnes below this are nothing.
const NOTHING: f64 = 1e-9;

/// What goes into which tank in the moves of all vessels, of which some is known.
pub fn stow(plan: &Plan, vessels: &[Vec<Move>], known: &[TankFlow]) -> Vec<TankFlow> {
    let with_tanks = plan.vessels.entries().filter(|(_, vessel)| !vessel.tanks.is_empty());
    with_tanks.flat_map(|(vessel, of_it)| of_vessel(plan, vessels, (vessel, &of_it.tanks), known)).collect()
}

fn of_vessel(
    plan: &Plan,
    vessels: &[Vec<Move>],
    (vessel, tanks): (Ix<Vessel>, &[Tank]),
    known: &[TankFlow],
) -> Vec<TankFlow> {
    // In each tank there is one commodity at most.
    let begins = |tank: &Tank| {
        let goods = tank.aboard.iter().enumerate().find(|(_, tonnes)| **tonnes > 0.0);
        goods.map_or((0, 0.0), |(goods, &tonnes)| (goods, tonnes))
    };
    let mut levels: Vec<(usize, f64)> = tanks.iter().map(begins).collect();
    let mut flows = Vec::new();
    for step in &vessels[vessel.index()] {
        let Some((goods, tonnes)) = flow(plan, vessels, vessel, step) else { continue };
        let known = known.iter().find(|flow| (flow.vessel, flow.start) == (vessel, step.start));
        if let Some(known) = known {
            for (level, part) in levels.iter_mut().zip(&known.tonnes).filter(|(_, part)| **part > 0.0) {
                *level = (goods, level.1 + part * tonnes.signum());
            }
            flows.push(known.clone());
            continue;
        }
        let mut parts = vec![0.0; tanks.len()];
        let mut left = tonnes.abs();
        while left > NOTHING {
            let next = if tonnes > 0.0 { into(tanks, &levels, goods, left) } else { out_of(&levels, goods) };
            let Some((tank, most)) = next else { break };
            let part = left.min(most);
            parts[tank] += part;
            levels[tank] = (goods, levels[tank].1 + part * tonnes.signum());
            left -= part;
        }
        flows.push(TankFlow { vessel, start: step.start, tonnes: parts });
    }
    flows
}

/// The commodity of a move, and the tonnes that come aboard in it; less than nothing where they leave.
fn flow(plan: &Plan, vessels: &[Vec<Move>], vessel: Ix<Vessel>, step: &Move) -> Option<(usize, f64)> {
    let sum = |tonnes: &[f64]| tonnes.iter().sum::<f64>();
    match &step.what {
        What::Sample(sampling, tonnes) => Some((plan.samplings[*sampling].commodity.index(), sum(tonnes))),
        What::Transfer(transfer, tonnes) => {
            let of_it = &plan.transfers[*transfer];
            Some((of_it.commodity.index(), of_it.sign(Holder::Vessel(vessel)) * sum(tonnes)))
        }
        What::Alongside(transfer) => {
            let of_it = &plan.transfers[*transfer];
            let own = vessels[of_it.stand.vessel.index()].iter().filter(|other| other.start == step.start);
            let mut tonnes = own.filter_map(|other| match &other.what {
                What::Transfer(of, tonnes) if of == transfer => Some(sum(tonnes)),
                _ => None,
            });
            Some((of_it.commodity.index(), of_it.sign(Holder::Vessel(vessel)) * tonnes.next()?))
        }
        What::Task(_) | What::Sail(..) => None,
    }
}

/// The tank into which more goes next, and how much of it.
fn into(tanks: &[Tank], levels: &[(usize, f64)], goods: usize, tonnes: f64) -> Option<(usize, f64)> {
    let all = tanks.iter().zip(levels).enumerate().filter(|(_, (tank, _))| tank.takes[goods]);
    let room = |tank: &Tank, level: f64| (tank.capacity - level).max(0.0);
    let own = all.clone().filter(|(_, (_, level))| level.1 > NOTHING && level.0 == goods);
    let started =
        own.clone().map(|(nth, (tank, level))| (nth, room(tank, level.1))).find(|(_, room)| *room > NOTHING);
    let empty =
        all.clone().filter(|(_, (_, level))| level.1 <= NOTHING).map(|(nth, (tank, _))| (nth, tank.capacity));
    // Tanks that take little else first; of these the smallest that takes all of it, or else the largest.
    let kinds = |nth: usize| tanks[nth].takes.iter().filter(|takes| **takes).count();
    let rank = |(nth, room): &(usize, f64)| (kinds(*nth), *room < tonnes);
    let by_room = |a: f64, b: f64| if a < tonnes { b.total_cmp(&a) } else { a.total_cmp(&b) };
    let next = empty.min_by(|a, b| rank(a).cmp(&rank(b)).then(by_room(a.1, b.1)));
    // What fits nowhere goes where it is too much.
    let over = own.chain(all).map(|(nth, _)| (nth, f64::INFINITY)).next();
    started.or(next).or(over)
}

/// The tank out of which more comes next, and how much.
fn out_of(levels: &[(usize, f64)], goods: usize) -> Option<(usize, f64)> {
    let own = levels.iter().enumerate().filter(|(_, level)| level.0 == goods && level.1 > NOTHING);
    own.map(|(nth, level)| (nth, level.1)).min_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Slot;

    #[test]
    fn the_same_goes_together_and_what_fits_nowhere_is_too_much_somewhere() {
        let text = "plan = { name = \"tanks\", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }\n\
                    site = [{ id = \"quay\", kind = \"port\" }]\ncommodity = [{ id = \"mud\" }, { id = \"ore\" }]\n\
                    vessel = [{ id = \"ship\", at = \"quay\", tank = [{ id = \"a\", capacity = \"2 t\" }, { id = \"b\", capacity = \"9 t\" }, \
                    { id = \"c\", capacity = \"5 t\", aboard = { ore = \"1 t\" } }] }]\n\
                    sampling = [{ id = \"lift\", vessel = \"ship\", commodity = \"mud\", rate = \"9 t/h\" }, \
                    { id = \"dig\", vessel = \"ship\", commodity = \"ore\", rate = \"9 t/h\" }]\n\
                    transfer = [{ id = \"land\", from = \"ship\", to = \"quay\", commodity = \"mud\", rate = \"9 t/h\" }, \
                    { id = \"sell\", from = \"ship\", to = \"quay\", commodity = \"ore\", rate = \"9 t/h\" }]\n";
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), text).expect("written");
        let (plan, _) = crate::plan::load(folder.path()).expect("a file").plan.expect("a plan");
        let step = |start: usize, what: What| Move { what, start, end: start + 1 };
        let [mud, ore] = [Ix::new(0), Ix::new(1)];
        let moves = vec![
            step(0, What::Sample(mud, vec![3.0])),
            step(1, What::Sample(ore, vec![4.5])),
            step(2, What::Sample(mud, vec![7.0])),
            step(3, What::Transfer(Ix::new(0), vec![8.0])),
            step(4, What::Sample(mud, vec![9.0])),
            step(5, What::Transfer(Ix::new(1), vec![1.0])),
        ];
        let flows = stow(&plan, &[moves], &[]);
        let tonnes: Vec<(Slot, Vec<f64>)> = flows.into_iter().map(|flow| (flow.start, flow.tonnes)).collect();
        let wanted = [
            // The smallest that takes all of it.
            (0, vec![0.0, 3.0, 0.0]),
            // Four tonnes to what is there, and the rest into the smallest.
            (1, vec![0.5, 0.0, 4.0]),
            // Six tonnes are full; the seventh is too much for any.
            (2, vec![0.0, 7.0, 0.0]),
            (3, vec![0.0, 8.0, 0.0]),
            (4, vec![0.0, 9.0, 0.0]),
            // The least full first.
            (5, vec![0.5, 0.0, 0.5]),
        ];
        assert_eq!(tonnes, wanted);
        // Of two that take it, though the larger, the one that takes nothing else.
        let tank = |capacity: f64, takes: [bool; 2]| Tank {
            id: String::new(),
            capacity,
            takes: takes.to_vec(),
            aboard: vec![0.0; 2],
        };
        let tanks = [tank(4.0, [true, true]), tank(5.0, [true, false])];
        assert_eq!(into(&tanks, &[(0, 0.0); 2], 0, 4.0), Some((1, 5.0)));
        assert_eq!(into(&tanks, &[(0, 0.0); 2], 0, 9.0), Some((1, 5.0)));
    }
}
