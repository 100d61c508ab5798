//! The linear programme of what is lifted, landed, made and supplied over all the time that is planned.
//!
//! In: the sets of a model, and ways of vessels with what they land. Out: what is worth most, and the prices of what is landed.
//!
//! ```text
//! landed(s, c)  <=  sum_k  share_k * landed_k(s, c)                                  for what vessels land
//! sum_k share_k  <=  how many vessels there are                                      for each network
//! supplied + fed + taken on  <=  at the start + landed + made                        for each store
//! sum_s landed(s, c)  <=  lifted(c) + aboard at the start + sum_s taken on (s, c)    for each commodity, and the same with what is handed over at sea
//! ```

use super::Place;
use crate::error::Error;
use crate::id::Ix;
use crate::model::dream::most_lifted;
use crate::model::goals::Objective;
use crate::model::sets::Sets;
use crate::model::solve::{Linear, solve_linear};
use crate::plan::{Commodity, Direction, Sampling, Site, SiteKind, Transfer, Vessel};
use good_lp::variable::ProblemVariables;
use good_lp::{Constraint, Expression, Variable, variable};
use std::collections::BTreeMap;

/// What is counted.
#[derive(Clone, Copy, PartialEq)]
pub enum Counted {
    /// What comes ashore of what was lifted.
    Delivered,
    /// What demands are supplied with.
    Supplied,
}

/// The programme with the ways that are known.
pub struct Programme<'s, 'p> {
    sets: &'s Sets<'p>,
    counted: Counted,
    /// How many vessels there are of each network.
    counts: Vec<f64>,
    /// For each of them the ways, with what they land.
    ways: Vec<Vec<Vec<(Place, f64)>>>,
}

/// What it comes to.
pub struct Solved {
    /// What all is worth.
    pub value: f64,
    /// What a vessel of each network gains by the ways that are known.
    pub shares: Vec<f64>,
    prices: BTreeMap<Place, f64>,
}

impl Solved {
    /// The price of a tonne that is landed somewhere.
    pub fn price(&self, place: Place) -> f64 {
        self.prices.get(&place).copied().unwrap_or(0.0)
    }
}

/// The programme while it is written.
#[derive(Default)]
struct Written {
    problem: ProblemVariables,
    rows: Vec<Constraint>,
    worth: Expression,
    /// What the dearest tonne is worth: a solver takes much less than one for nothing.
    dearest: f64,
}

impl Written {
    fn amount(&mut self, most: f64) -> Variable {
        self.problem.add(if most.is_finite() {
            variable().clamp(0.0, most.max(0.0))
        } else {
            variable().min(0.0)
        })
    }

    fn at_most(&mut self, sum: Expression, most: f64) -> usize {
        self.rows.push(sum.leq(most));
        self.rows.len() - 1
    }

    /// Tonnes that count so much each, the dearest first, and no more than so many in all.
    fn credited(&mut self, steps: &[(f64, f64)], most: f64) -> Expression {
        let mut all = Expression::default();
        let mut left = most;
        for &(tonnes, each) in steps {
            let step = self.amount(tonnes.min(left));
            left -= tonnes.min(left);
            self.worth.add_mul(each / self.dearest, step);
            all += step;
        }
        all
    }
}

impl<'s, 'p> Programme<'s, 'p> {
    /// Without any way of vessels of which there are so many.
    pub fn new(sets: &'s Sets<'p>, counted: Counted, counts: Vec<f64>) -> Programme<'s, 'p> {
        let ways = counts.iter().map(|_| Vec::new()).collect();
        Programme { sets, counted, counts, ways }
    }

    /// Adds a way; whether it was not known.
    pub fn add(&mut self, own: usize, landed: Vec<(Place, f64)>) -> bool {
        let is_new = !self.ways[own].contains(&landed);
        if is_new {
            self.ways[own].push(landed);
        }
        is_new
    }

    /// What is worth most, with the ways that are known.
    pub fn solve(&self) -> Result<Option<Solved>, Error> {
        let plan = self.sets.plan;
        let values = plan.demands.iter().flat_map(|demand| &demand.value);
        let all = values.chain(plan.samplings.iter().flat_map(|sampling| &sampling.value));
        let dearest = all.map(|(_, each)| *each).fold(f64::MIN_POSITIVE, f64::max);
        let mut written = Written { dearest, ..Written::default() };
        let (mut landed, mut of_places) = (BTreeMap::new(), BTreeMap::new());
        let gives = |t: &&Transfer| t.meets.is_some() || t.direction == Direction::Ashore;
        for transfer in plan.transfers.iter().filter(gives) {
            landed.entry(Place::of(transfer)).or_insert_with(|| written.amount(f64::INFINITY));
        }
        let mut shares = Vec::new();
        let mut all: BTreeMap<Place, Expression> =
            landed.iter().map(|(&place, &tonnes)| (place, tonnes.into())).collect();
        for (ways, &count) in self.ways.iter().zip(&self.counts) {
            let mut sum = Expression::default();
            for way in ways {
                let share = written.amount(f64::INFINITY);
                sum += share;
                for (place, tonnes) in way {
                    if let Some(row) = all.get_mut(place) {
                        row.add_mul(-tonnes, share);
                    }
                }
            }
            shares.push(written.at_most(sum, count));
        }
        for (place, sum) in all {
            of_places.insert(place, written.at_most(sum, 0.0));
        }
        let taken = self.stores(&mut written, &landed);
        self.lifted(&mut written, &landed, &taken);
        let Written { problem, rows, worth, .. } = written;
        let objective = Objective {
            name: "most",
            is_more_better: true,
            expression: worth,
            dream: f64::INFINITY,
            unit: 1.0,
        };
        let solved = solve_linear(&problem, &rows, &objective)?;
        Ok(solved.map(|Linear { value, rows: duals, .. }| Solved {
            value: value * dearest,
            shares: shares.into_iter().map(|row| duals[row].abs() * dearest).collect(),
            prices: of_places.into_iter().map(|(place, row)| (place, duals[row].abs() * dearest)).collect(),
        }))
    }

    /// What comes into each store, and what becomes of it; gives what is taken on from each.
    fn stores(&self, written: &mut Written, landed: &BTreeMap<Place, Variable>) -> BTreeMap<Place, Variable> {
        let (sets, plan) = (self.sets, self.sets.plan);
        let mut goes: BTreeMap<Place, Expression> = BTreeMap::new();
        let mut taken = BTreeMap::new();
        for transfer in
            plan.transfers.iter().filter(|t| t.meets.is_none() && t.direction == Direction::Aboard)
        {
            taken.entry(Place::of(transfer)).or_insert_with(|| written.amount(f64::INFINITY));
        }
        for (&place, &tonnes) in &taken {
            *goes.entry(place).or_default() += tonnes;
        }
        for (&place, &tonnes) in landed.iter().filter(|(place, _)| place.site.is_some()) {
            *goes.entry(place).or_default() -= tonnes;
        }
        for (process, feeding) in plan.processes.iter().zip(&sets.feeding) {
            let fed = written.amount(process.per_slot(&plan.horizon) * feeding.len() as f64);
            let place = |commodity: Ix<Commodity>| Place { site: Some(process.site), commodity };
            *goes.entry(place(process.from)).or_default() += fed;
            goes.entry(place(process.to)).or_default().add_mul(-process.yields, fed);
        }
        if self.counted == Counted::Supplied {
            for (demand, drawing) in plan.demands.iter().zip(&sets.drawing) {
                let all = if drawing.is_empty() {
                    0.0
                } else {
                    demand.rate * plan.horizon.slot_h() * drawing.len() as f64
                };
                let supplied = written.credited(&demand.value, all.min(demand.amount));
                let place = Place { site: Some(demand.site), commodity: demand.commodity };
                *goes.entry(place).or_default() += supplied;
            }
        }
        for (place, sum) in goes {
            let stock = place.site.map_or(0.0, |site| plan.sites[site].stock[place.commodity.index()]);
            written.at_most(sum, stock);
        }
        taken
    }

    /// Where all that is landed comes from, and what of it counts.
    fn lifted(
        &self,
        written: &mut Written,
        landed: &BTreeMap<Place, Variable>,
        taken: &BTreeMap<Place, Variable>,
    ) {
        let (sets, plan) = (self.sets, self.sets.plan);
        let lifted: Vec<Variable> =
            plan.samplings.entries().map(|(q, of_it)| written.amount(self.most_of(q, of_it))).collect();
        for network in sets.networks.iter().filter(|network| network.count > 0) {
            let own = plan.samplings.entries().filter(|(_, q)| q.stand.vessel == network.vessel);
            let sum: Expression = own.map(|(q, _)| lifted[q.index()]).sum();
            written.at_most(sum, most_lifted(sets, network));
        }
        for commodity in plan.commodities.places() {
            let own = || plan.samplings.entries().filter(|(_, q)| q.commodity == commodity);
            let all: Expression = own().map(|(q, _)| lifted[q.index()]).sum();
            let aboard: f64 = plan.vessels.iter().map(|ship| ship.aboard[commodity.index()]).sum();
            let sum = |all: &BTreeMap<Place, Variable>, is_it: &dyn Fn(Option<Ix<Site>>) -> bool| {
                let own = all.iter().filter(|(place, _)| place.commodity == commodity && is_it(place.site));
                own.map(|(_, &tonnes)| tonnes).sum::<Expression>()
            };
            let comes = sum(landed, &|site| site.is_some()) - sum(taken, &|_| true);
            written.at_most(comes.clone() - all, aboard);
            // Where no ship that lifts it lands it itself, all of it is handed over at sea.
            let lands = |vessel: Ix<Vessel>| {
                let mut all = plan.transfers.iter().filter(|t| t.commodity == commodity && t.meets.is_none());
                all.any(|t| t.stand.vessel == vessel && t.direction == Direction::Ashore)
            };
            if !own().any(|(_, q)| lands(q.stand.vessel)) {
                written.at_most(comes - sum(landed, &|site| site.is_none()), aboard);
            }
            if self.counted == Counted::Delivered {
                let mut counts = Expression::default();
                for (q, of_it) in own() {
                    let credited = written.credited(&of_it.value, f64::INFINITY);
                    written.at_most(credited.clone() - lifted[q.index()], 0.0);
                    counts += credited;
                }
                let is_ashore = |site: Ix<Site>| plan.sites[site].kind != SiteKind::Sea;
                written.at_most(counts - sum(landed, &|site| site.is_some_and(is_ashore)), 0.0);
            }
        }
    }

    /// The most that a sampling can lift.
    fn most_of(&self, q: Ix<Sampling>, of_it: &Sampling) -> f64 {
        let slots = self.sets.lifting[self.sets.joined[q.index()].index()].len();
        (slots as f64 * self.sets.lift_per_slot(q)).min(of_it.at_most)
    }
}
