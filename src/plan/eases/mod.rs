//! Rules of a plan that may stand in the way of everything, each with how it is taken away, wholly or in part.
//!
//! In: a plan. Out: [`Ease`]s: where the rule stands, how it is told, and the plan without it. [`Ease::least`] finds how much of it must go.
//! [`super::check`] asks with them what [`super::coming`] finds possible, and the model what it finds so.
//! Not capacities of which a little more is worth a little more: for those see `model::prices`.

mod afloat;
mod ashore;

use super::{Closed, Commodity, Demand, Plan, Process, Sampling, Site, Task, Transfer, Vessel};
use crate::id::Ix;
use crate::units::Span;

/// Where a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// At `[plan]`.
    Plan,
    /// At a `[[commodity]]`.
    Commodity(Ix<Commodity>),
    /// At a `[[site]]`.
    Site(Ix<Site>),
    /// At a `[[vessel]]`; the first of those that are like it.
    Vessel(Ix<Vessel>),
    /// At a `[[task]]`.
    Task(Ix<Task>),
    /// At a `[[sampling]]`.
    Sampling(Ix<Sampling>),
    /// At a `[[transfer]]`; the first of those that are written as one.
    Transfer(Ix<Transfer>),
    /// At a `[[process]]`.
    Process(Ix<Process>),
    /// At a `[[demand]]`.
    Demand(Ix<Demand>),
    /// At a `[[budget]]`, by its place.
    Budget(usize),
    /// At the closures and disruptions that close something.
    Closure(Closed),
}

type Change = Box<dyn Fn(&mut Plan, usize)>;
type Tell = Box<dyn Fn(usize) -> String>;

/// A rule that may be taken away.
pub struct Ease {
    /// Where it stands.
    pub of: Of,
    /// By which key.
    pub key: &'static str,
    /// How it is told, as a thing that stands in the way: "`setup` of land, 130 h".
    pub rule: String,
    /// In how many steps it is taken away; with 1 it is there or not.
    pub steps: usize,
    change: Change,
    tell: Tell,
}

impl Ease {
    /// The plan with the rule taken away by so many of its steps.
    pub fn eased(&self, plan: &Plan, steps: usize) -> Plan {
        let mut eased = plan.clone();
        (self.change)(&mut eased, steps);
        eased
    }

    /// What would do, when so many steps are taken: "84 h or less", "no limit".
    pub fn enough(&self, steps: usize) -> String {
        (self.tell)(steps)
    }

    /// The fewest steps with which something is possible, where it is with all of them; more steps make nothing impossible.
    ///
    /// # Errors
    /// Those of `is_possible`.
    pub fn least<E>(
        &self,
        plan: &Plan,
        mut is_possible: impl FnMut(&Plan) -> Result<bool, E>,
    ) -> Result<Option<usize>, E> {
        if self.steps == 0 || !is_possible(&self.eased(plan, self.steps))? {
            return Ok(None);
        }
        self.fewest(plan, is_possible).map(Some)
    }

    /// The same where it is known to be possible with all of them.
    ///
    /// # Errors
    /// Those of `is_possible`.
    pub fn fewest<E>(
        &self,
        plan: &Plan,
        mut is_possible: impl FnMut(&Plan) -> Result<bool, E>,
    ) -> Result<usize, E> {
        let (mut too_few, mut enough) = (0, self.steps);
        while enough - too_few > 1 {
            let middle = too_few + (enough - too_few) / 2;
            match is_possible(&self.eased(plan, middle))? {
                true => enough = middle,
                false => too_few = middle,
            }
        }
        Ok(enough)
    }
}

/// Every rule of a plan that may be taken away, those first that a plan most likely did not mean.
pub fn eases(plan: &Plan) -> Vec<Ease> {
    let mut list = List { plan, all: Vec::new() };
    list.rhythms();
    list.commodities();
    list.transfers();
    list.ashore();
    list.closures();
    list.vessels();
    list.work();
    list.end();
    list.budgets();
    list.all
}

struct List<'p> {
    plan: &'p Plan,
    all: Vec<Ease>,
}

/// Steps in which an amount is taken away.
const PARTS: usize = 1000;
/// Steps in which a speed or a range is multiplied.
const FACTORS: usize = 200;

/// By how much so many steps multiply: each by a fortieth more, all of them by more than a hundred.
fn factor(steps: usize) -> f64 {
    1.025_f64.powi(steps as i32)
}

impl List<'_> {
    fn add(
        &mut self,
        (of, key): (Of, &'static str),
        rule: String,
        steps: usize,
        change: impl Fn(&mut Plan, usize) + 'static,
        tell: impl Fn(usize) -> String + 'static,
    ) {
        self.all.push(Ease { of, key, rule, steps, change: Box::new(change), tell: Box::new(tell) });
    }

    /// A rule that is there or not.
    fn whole(
        &mut self,
        at: (Of, &'static str),
        rule: String,
        without: &str,
        change: impl Fn(&mut Plan) + 'static,
    ) {
        let without = without.to_owned();
        self.add(at, rule, 1, move |plan, _| change(plan), move |_| without.clone());
    }

    /// A time that is too short, made longer slot by slot.
    fn longer(
        &mut self,
        at: (Of, &'static str),
        rule: String,
        time: Span,
        change: impl Fn(&mut Plan, Span) + 'static,
    ) {
        let slot = self.plan.horizon.slot.seconds();
        let then = move |steps: usize| Span::of_seconds(time.seconds() / slot * slot + steps as i64 * slot);
        let change = move |plan: &mut Plan, steps: usize| change(plan, then(steps));
        self.add(at, rule, self.plan.horizon.slots, change, move |steps| format!("{} or more", then(steps)));
    }

    /// A time that is too long, made shorter slot by slot.
    fn shorter(
        &mut self,
        at: (Of, &'static str),
        rule: String,
        time: Span,
        change: impl Fn(&mut Plan, Span) + 'static,
    ) {
        let (slot, slots) = (self.plan.horizon.slot.seconds(), self.plan.horizon.slots_for(time));
        let then = move |steps: usize| Span::of_seconds((slots - steps) as i64 * slot);
        let change = move |plan: &mut Plan, steps: usize| change(plan, then(steps));
        let told = move |steps: usize| match steps == slots {
            true => "none".to_owned(),
            false => format!("{} or less", then(steps)),
        };
        self.add(at, rule, slots, change, told);
    }

    /// An amount that is too large, made smaller.
    fn less(
        &mut self,
        at: (Of, &'static str),
        rule: String,
        tonnes: f64,
        change: impl Fn(&mut Plan, f64) + 'static,
    ) {
        let then = move |steps: usize| tonnes * (PARTS - steps) as f64 / PARTS as f64;
        let change = move |plan: &mut Plan, steps: usize| change(plan, then(steps));
        // Something of it must be left: nothing at all is no parcel and no batch.
        self.add(at, rule, PARTS - 1, change, move |steps| format!("{} or less", told(then(steps))));
    }
}

/// The name of a vessel as it is written: of several that are alike without its number.
pub fn written_vessel(plan: &Plan, vessel: Ix<Vessel>) -> &str {
    without_number(&plan.vessels[vessel].id, plan.count_like(vessel))
}

/// The name of a transfer as it is written, for however many vessels.
pub fn written_transfer(plan: &Plan, transfer: Ix<Transfer>) -> &str {
    let of_it = &plan.transfers[transfer];
    without_number(&of_it.id, plan.count_like(of_it.stand.vessel))
}

fn without_number(id: &str, count: usize) -> &str {
    if count > 1 { id.strip_suffix("-1").unwrap_or(id) } else { id }
}

/// More tonnes than can be lifted or are there; a solver does not take a hold without bound.
fn plenty(plan: &Plan) -> f64 {
    let hours = plan.horizon.slot_h() * plan.horizon.slots as f64;
    let lifted: f64 = plan.samplings.iter().map(|sampling| sampling.rate * hours).sum();
    let there = plan.commodities.places().map(|commodity| plan.all_at_start(commodity));
    lifted + there.map(|(on_land, at_sea)| on_land + at_sea).sum::<f64>() + 1.0
}

fn told(tonnes: f64) -> String {
    format!("{} t", (tonnes * 1000.0).round() / 1000.0)
}
