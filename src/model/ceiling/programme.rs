//! The linear programme of what is lifted, landed, made and supplied over all the time that is planned.
//!
//! In: the sets of a model, and ways of vessels with what they land. Out: what counts most, and the prices of what is landed.
//!
//! ```text
//! landed(s, c)  <=  sum_k  share_k * landed_k(s, c)                                  for what vessels land
//! sum_k share_k  <=  how many vessels there are                                      for each network
//! supplied + fed + taken on  <=  there + landed + made                               for each store
//! sum_s landed(s, c)  <=  lifted(c) + aboard + sum_s taken on (s, c)                 for each commodity, and the same with what is handed over at sea
//! come about + missing  >=  what must                                                for each demand, reserve and sampling that must, and each goal that is kept
//! ```

use super::ways::Way;
use super::{Aim, Place, known};
use crate::error::Error;
use crate::id::Ix;
use crate::model::dream::most_lifted;
use crate::model::goals::Objective;
use crate::model::past::Flow;
use crate::model::sets::Sets;
use crate::model::solve::{Linear, solve_linear};
use crate::plan::{Commodity, Demand, Direction, Goal, Sampling, Site, SiteKind, Transfer, Vessel};
use crate::time::Slot;
use good_lp::variable::ProblemVariables;
use good_lp::{Constraint, Expression, Variable, variable};
use std::collections::BTreeMap;

/// So small a part of what must come about may be missing.
const ROUNDING: f64 = 1e-6;

/// What is made as much of as may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// That nothing is missing of what must come about.
    Musts,
    /// What the aim counts, with nothing missing.
    Counts,
}

/// The programme with the ways that are known.
pub struct Programme<'s, 'p> {
    sets: &'s Sets<'p>,
    aim: &'s Aim,
    /// By when all vessels are done.
    by: Slot,
    /// How many vessels there are of each network.
    counts: Vec<f64>,
    /// For each of them the least that a way takes away from what counts.
    least: Vec<f64>,
    /// For each of them the ways.
    ways: Vec<Vec<Way>>,
}

/// What it comes to.
pub struct Solved {
    /// What all counts.
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
    /// What counts.
    counts: Expression,
    /// What must come about, and how much of it.
    musts: Vec<(Expression, f64)>,
    /// What each goal comes to.
    goals: Vec<(Goal, Expression)>,
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

    /// Tonnes that are worth so much each for a goal, the dearest first, and no more than so many in all.
    fn credited(&mut self, goal: Goal, steps: &[(f64, f64)], most: f64) -> Expression {
        let mut all = Expression::default();
        let mut left = most;
        for &(tonnes, each) in steps {
            let step = self.amount(tonnes.min(left));
            left -= tonnes.min(left);
            self.goals.push((goal, each * step));
            all += step;
        }
        all
    }

    /// Lets so much of something come about at least.
    fn must(&mut self, sum: Expression, least: f64) {
        self.musts.push((sum, least));
    }

    /// What is missing of all that must come about, in parts of each.
    fn missing(&mut self, stage: Stage) -> Expression {
        let mut all = Expression::default();
        for (sum, least) in std::mem::take(&mut self.musts) {
            let missing = self.amount(if stage == Stage::Musts { f64::INFINITY } else { ROUNDING });
            self.at_most(-sum - least.abs().max(1.0) * missing, -least);
            all += missing;
        }
        all
    }
}

impl<'s, 'p> Programme<'s, 'p> {
    /// Without any way of vessels of which there are so many.
    pub fn new(sets: &'s Sets<'p>, aim: &'s Aim, by: Slot, counts: Vec<f64>) -> Programme<'s, 'p> {
        let ways = counts.iter().map(|_| Vec::new()).collect();
        let least = vec![0.0; counts.len()];
        Programme { sets, aim, by, counts, least, ways }
    }

    /// Knows the least that a way of a network takes away.
    pub fn begin(&mut self, own: usize, least: f64) {
        self.least[own] = least;
    }

    /// The same.
    pub fn least(&self, own: usize) -> f64 {
        self.least[own]
    }

    /// Adds a way; whether it was not known.
    pub fn add(&mut self, own: usize, way: Way) -> bool {
        let is_new = !self.ways[own].contains(&way);
        if is_new {
            self.ways[own].push(way);
        }
        is_new
    }

    /// What counts most, with the ways that are known.
    pub fn solve(&self, stage: Stage) -> Result<Option<Solved>, Error> {
        let plan = self.sets.plan;
        let mut written = Written::default();
        let (mut landed, mut of_places) = (BTreeMap::new(), BTreeMap::new());
        let gives = |t: &&Transfer| t.meets.is_some() || t.direction == Direction::Ashore;
        for transfer in plan.transfers.iter().filter(gives) {
            landed.entry(Place::of(transfer)).or_insert_with(|| written.amount(f64::INFINITY));
        }
        let mut shares = Vec::new();
        let mut all: BTreeMap<Place, Expression> =
            landed.iter().map(|(&place, &tonnes)| (place, tonnes.into())).collect();
        for ((ways, &count), least) in self.ways.iter().zip(&self.counts).zip(&self.least) {
            let mut sum = Expression::default();
            for way in ways {
                let share = written.amount(f64::INFINITY);
                sum += share;
                written.counts.add_mul(least - way.dues, share);
                for (place, tonnes) in &way.landed {
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
        for &(goal, least) in &self.aim.kept {
            let own = written.goals.iter().filter(|(other, _)| *other == goal);
            let sum: Expression = own.map(|(_, part)| part.clone()).sum();
            written.must(sum, least);
        }
        for (goal, part) in &written.goals {
            written.counts += self.aim.count(*goal) * part.clone();
        }
        let greatest = written.musts.iter().map(|(_, least)| least.abs()).fold(1.0, f64::max);
        let missing = written.missing(stage);
        let Written { problem, rows, counts, .. } = written;
        let (expression, constant) = match stage {
            Stage::Musts => (-missing, 0.0),
            Stage::Counts => (counts, self.constant()),
        };
        // A tonne of the greatest of what must be counts one.
        let unit = if stage == Stage::Counts { self.unit() } else { 1.0 / greatest };
        let objective = Objective {
            name: "most",
            is_more_better: true,
            expression: expression * (1.0 / unit),
            dream: f64::INFINITY,
            unit: 1.0,
        };
        let solved = solve_linear(&problem, &rows, &objective)?;
        Ok(solved.map(|Linear { value, rows: duals, .. }| Solved {
            value: value * unit + constant,
            shares: shares.into_iter().map(|row| duals[row].abs() * unit).collect(),
            prices: of_places.into_iter().map(|(place, row)| (place, duals[row].abs() * unit)).collect(),
        }))
    }

    /// What the dearest tonne counts: a solver takes much less than one for nothing.
    fn unit(&self) -> f64 {
        let (plan, aim) = (self.sets.plan, self.aim);
        let supplied = plan.demands.iter().flat_map(|demand| &demand.value);
        let delivered = plan.samplings.iter().flat_map(|sampling| &sampling.value);
        let of_goal = |goal: Goal| move |&(_, each): &(f64, f64)| each * aim.count(goal);
        let fed = plan.processes.iter().map(|process| -process.cost * aim.count(Goal::Cost));
        let of_way = |(way, least): (&Way, &f64)| {
            let landed: f64 = way.landed.iter().map(|(_, tonnes)| tonnes).sum();
            if landed > 0.0 { (way.dues - least) / landed.max(1.0) } else { 0.0 }
        };
        let ways = self.ways.iter().zip(&self.least);
        let ways = ways.flat_map(|(ways, least)| ways.iter().map(move |way| of_way((way, least))));
        let worth = supplied.map(of_goal(Goal::Supplied)).chain(delivered.map(of_goal(Goal::Delivered)));
        let dearest = worth.chain(fed).chain(ways).fold(0.0, f64::max);
        if dearest > 0.0 { dearest } else { 1.0 }
    }

    /// What counts whatever is done.
    fn constant(&self) -> f64 {
        let (plan, kept) = (self.sets.plan, &self.sets.kept);
        let ways: f64 = self.counts.iter().zip(&self.least).map(|(count, least)| count * least).sum();
        let alone = plan.tasks.iter().filter(|task| task.stand.is_none());
        let mut cost: f64 = alone.map(|task| f64::from(task.least) * task.cost).sum();
        for (process, of_it) in plan.processes.entries() {
            cost += of_it.cost * kept.least(Flow::Feed(process.index()));
        }
        for (place, demand) in plan.demands.entries() {
            let Some(late) = demand.late else { continue };
            let flow = Flow::Draw(place.index());
            let spared = kept.slots(flow).map(|slot| late.spared(&plan.horizon, slot)).fold(0.0, f64::max);
            cost += late.each * (demand.amount * late.days(&plan.horizon) - spared * kept.most(flow));
        }
        let cost = if self.aim.count(Goal::Cost) == 0.0 { 0.0 } else { self.aim.count(Goal::Cost) * cost };
        cost - ways
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
            let open = feeding.iter().filter(|slot| **slot >= sets.kept.until).count() as f64;
            let per_slot = process.per_slot(&plan.horizon);
            let fed = written.amount(if open == 0.0 { 0.0 } else { per_slot * open });
            let place = |commodity: Ix<Commodity>| Place { site: Some(process.site), commodity };
            *goes.entry(place(process.from)).or_default() += fed;
            goes.entry(place(process.to)).or_default().add_mul(-process.yields, fed);
            written.counts.add_mul(self.aim.count(Goal::Cost) * process.cost, fed);
        }
        for (place, demand) in plan.demands.entries() {
            let supplied = self.supplied(written, place, demand);
            let store = Place { site: Some(demand.site), commodity: demand.commodity };
            *goes.entry(store).or_default() += supplied;
        }
        for reserve in &plan.reserves {
            // What is drawn in a disruption may be there again: only what lies there in the end is asked for.
            let floor = reserve.floors(&plan.horizon, &plan.disruptions).last().copied().unwrap_or(0.0);
            let store = Place { site: Some(reserve.site), commodity: reserve.commodity };
            let less = goes.get(&store).cloned().unwrap_or_default();
            if floor > 0.0 {
                written.must(-less, floor - known::ashore(sets, store));
            }
        }
        for (place, sum) in goes {
            written.at_most(sum, known::ashore(sets, place));
        }
        taken
    }

    /// What a demand is still supplied with.
    fn supplied(&self, written: &mut Written, place: Ix<Demand>, demand: &Demand) -> Variable {
        let (sets, horizon, flow) = (self.sets, &self.sets.plan.horizon, Flow::Draw(place.index()));
        let drawing = sets.drawing[place.index()].iter().filter(|slot| **slot >= sets.kept.until);
        let open: Vec<Slot> = drawing.copied().collect();
        let all = if open.is_empty() { 0.0 } else { demand.rate * horizon.slot_h() * open.len() as f64 };
        let supplied = written.amount(all.min(sets.kept.rest(flow, demand.amount)));
        let before = sets.kept.most(flow);
        let credited = written.credited(Goal::Supplied, &demand.value, f64::INFINITY);
        written.at_most(credited - supplied, before);
        if demand.at_least > before {
            written.must(supplied.into(), demand.at_least - before);
        }
        if let Some(late) = demand.late {
            let spared = open.iter().map(|&slot| late.spared(horizon, slot)).fold(0.0, f64::max);
            written.counts.add_mul(-self.aim.count(Goal::Cost) * late.each * spared, supplied);
        }
        supplied
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
            let aboard: f64 =
                plan.vessels.places().map(|vessel| known::aboard(sets, vessel, commodity)).sum();
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
            let mut counts = Expression::default();
            for (q, of_it) in own() {
                let sampled = written.credited(Goal::Sampled, &of_it.value, f64::INFINITY);
                written.at_most(sampled - lifted[q.index()], sets.kept.most(Flow::Lift(q.index())));
                let before = sets.kept.most(Flow::Lift(q.index()));
                let credited = written.credited(Goal::Delivered, &of_it.value, f64::INFINITY);
                written.at_most(credited.clone() - lifted[q.index()], before);
                counts += credited;
                if of_it.at_least > before {
                    written.must(lifted[q.index()].into(), of_it.at_least - before);
                }
            }
            let is_ashore = |site: Ix<Site>| plan.sites[site].kind != SiteKind::Sea;
            let ashore = sum(landed, &|site| site.is_some_and(is_ashore));
            written.at_most(counts - ashore, known::landed(sets, commodity));
        }
    }

    /// The most that a sampling can still lift.
    fn most_of(&self, q: Ix<Sampling>, of_it: &Sampling) -> f64 {
        let slots = self.sets.lifting[self.sets.joined[q.index()].index()].iter();
        let open = slots.filter(|(slot, _)| (self.sets.kept.until..self.by).contains(slot)).count() as f64;
        (open * self.sets.lift_per_slot(q)).min(self.sets.kept.rest(Flow::Lift(q.index()), of_it.at_most))
    }
}
