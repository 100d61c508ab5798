//! Rules of a plan that may stand in the way of everything, each with how it is taken away, wholly or in part.
//!
//! In: a plan. Out: [`Ease`]s: where the rule stands, how it is told, and the plan without it. [`Ease::least`] finds how much of it must go.
//! [`super::check`] asks with them what [`super::coming`] finds possible, and the model what it finds so.
//! Not capacities of which a little more is worth a little more: for those see `model::prices`.

use super::{Closed, Commodity, Demand, Plan, Process, Sampling, Site, Task, Transfer, Vessel};
use crate::id::Ix;
use crate::units::Span;

/// Where a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
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
        let (mut too_few, mut enough) = (0, self.steps);
        while enough - too_few > 1 {
            let middle = too_few + (enough - too_few) / 2;
            match is_possible(&self.eased(plan, middle))? {
                true => enough = middle,
                false => too_few = middle,
            }
        }
        Ok(Some(enough))
    }
}

/// Every rule of a plan that may be taken away, those first that a plan most likely did not mean.
pub fn eases(plan: &Plan) -> Vec<Ease> {
    let mut list = List { plan, all: Vec::new() };
    list.commodities();
    list.transfers();
    list.ashore();
    list.closures();
    list.vessels();
    list.work();
    list.budgets();
    list.all
}

struct List<'p> {
    plan: &'p Plan,
    all: Vec<Ease>,
}

/// Steps of amounts and speeds, in which they are told.
const PARTS: usize = 200;

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
    fn whole(&mut self, at: (Of, &'static str), rule: String, without: &str, change: impl Fn(&mut Plan) + 'static) {
        let without = without.to_owned();
        self.add(at, rule, 1, move |plan, _| change(plan), move |_| without.clone());
    }

    /// A time that is too short, made longer slot by slot.
    fn longer(&mut self, at: (Of, &'static str), rule: String, time: Span, change: impl Fn(&mut Plan, Span) + 'static) {
        let slot = self.plan.horizon.slot.seconds();
        let then = move |steps: usize| Span::of_seconds(time.seconds() / slot * slot + steps as i64 * slot);
        let change = move |plan: &mut Plan, steps: usize| change(plan, then(steps));
        self.add(at, rule, self.plan.horizon.slots, change, move |steps| format!("{} or more", then(steps)));
    }

    /// A time that is too long, made shorter slot by slot.
    fn shorter(&mut self, at: (Of, &'static str), rule: String, time: Span, change: impl Fn(&mut Plan, Span) + 'static) {
        let (slot, slots) = (self.plan.horizon.slot.seconds(), self.plan.horizon.slots_for(time));
        let then = move |steps: usize| Span::of_seconds((slots - steps) as i64 * slot);
        let change = move |plan: &mut Plan, steps: usize| change(plan, then(steps));
        self.add(at, rule, slots, change, move |steps| format!("{} or less", then(steps)));
    }

    /// An amount that is too large, made smaller.
    fn less(&mut self, at: (Of, &'static str), rule: String, tonnes: f64, change: impl Fn(&mut Plan, f64) + 'static) {
        let then = move |steps: usize| tonnes * (PARTS - steps) as f64 / PARTS as f64;
        let change = move |plan: &mut Plan, steps: usize| change(plan, then(steps));
        self.add(at, rule, PARTS, change, move |steps| format!("{} or less", told(then(steps))));
    }

    fn commodities(&mut self) {
        for (place, commodity) in self.plan.commodities.entries() {
            let of = Of::Commodity(place);
            if let Some(keeps) = commodity.keeps {
                let rule = format!("{} keeps {keeps} in a hold", commodity.id);
                self.longer((of, "keeps"), rule, keeps, move |plan, time| {
                    plan.commodities[place].keeps = Some(time);
                });
            }
            if let Some(reach) = commodity.reach {
                let site = &self.plan.sites[reach.site].id;
                let rule = format!("{} must reach {site} within {}", commodity.id, reach.within);
                self.longer((of, "reach"), rule, reach.within, move |plan, within| {
                    plan.commodities[place].reach = Some(super::Reach { within, ..reach });
                });
            }
        }
    }

    fn transfers(&mut self) {
        let plan = self.plan;
        let firsts = plan.transfers.entries().filter(|(_, t)| plan.vessels[t.stand.vessel].like == t.stand.vessel);
        for (place, transfer) in firsts {
            // What is written as one transfer is one rule, for however many vessels.
            let many = plan.count_like(transfer.stand.vessel);
            let all = move || (place.index()..place.index() + many).map(Ix::<Transfer>::new);
            let (of, id) = (Of::Transfer(place), &transfer.id);
            let rule = format!("`setup` of {id}, {}", transfer.setup);
            self.shorter((of, "setup"), rule, transfer.setup, move |plan, time| {
                all().for_each(|place| plan.transfers[place].setup = time);
            });
            let rule = format!("`hoses_off` of {id}, {}", transfer.hoses_off);
            self.shorter((of, "hoses_off"), rule, transfer.hoses_off, move |plan, time| {
                all().for_each(|place| plan.transfers[place].hoses_off = time);
            });
            if transfer.smallest > 0.0 {
                let rule = format!("`smallest` of {id}, {}", told(transfer.smallest));
                self.less((of, "smallest"), rule, transfer.smallest, move |plan, tonnes| {
                    all().for_each(|place| plan.transfers[place].smallest = tonnes);
                });
            }
            if !transfer.limits.is_empty() {
                let rule = format!("`limits` of {id} in this weather");
                self.whole((of, "limits"), rule, "no limits", move |plan| {
                    all().for_each(|place| plan.transfers[place].limits = Default::default());
                });
            }
        }
    }

    fn ashore(&mut self) {
        for (place, process) in self.plan.processes.entries() {
            let of = Of::Process(place);
            if let Some(batch) = process.batch {
                let rule = format!("`batch` of {}, {}", process.id, told(batch.tonnes));
                self.less((of, "batch"), rule, batch.tonnes, move |plan, tonnes| {
                    plan.processes[place].batch = Some(super::Batch { tonnes, ..batch });
                });
                let rule = format!("`duration` of a batch of {}, {}", process.id, batch.duration);
                self.shorter((of, "duration"), rule, batch.duration, move |plan, duration| {
                    plan.processes[place].batch = Some(super::Batch { duration, ..batch });
                });
            }
            let site = process.site;
            if process.water > 0.0 && self.plan.sites[site].water == 0.0 {
                let rule = format!("`water` of {}, none", self.plan.sites[site].id);
                self.whole((Of::Site(site), "water"), rule, "some", move |plan| {
                    plan.sites[site].water = f64::INFINITY;
                });
            }
        }
        for (place, demand) in self.plan.demands.entries() {
            let (horizon, slots) = (self.plan.horizon, demand.slots.clone());
            let zone = self.plan.zone;
            let rule = format!("the time of {}, until {}", demand.id, crate::time::short(zone.local(demand.to)));
            let then = move |steps: usize| (slots.end + steps).min(horizon.slots);
            let tell = {
                let then = then.clone();
                move |steps| format!("{} or later", crate::time::short(zone.local(horizon.time(then(steps)))))
            };
            let left = horizon.slots.saturating_sub(demand.slots.end);
            let change = move |plan: &mut Plan, steps: usize| {
                let demand = &mut plan.demands[place];
                demand.slots.end = then(steps);
                demand.to = horizon.time(demand.slots.end);
            };
            self.add((Of::Demand(place), "to"), rule, left, change, tell);
        }
        for (place, site) in self.plan.sites.entries() {
            for commodity in self.plan.commodities.places() {
                let room = site.store[commodity.index()];
                if room.is_finite() && (room == 0.0 || site.stock[commodity.index()] >= room) {
                    let full = if room == 0.0 { "takes none" } else { "full at the start" };
                    let rule = format!("`store` of {} for {}, {full}", site.id, self.plan.commodities[commodity].id);
                    self.whole((Of::Site(place), "store"), rule, "more", move |plan| {
                        plan.sites[place].store[commodity.index()] = f64::INFINITY;
                        plan.sites[place].store_total = f64::INFINITY;
                    });
                }
            }
            if site.store_total.is_finite() && site.stock.iter().sum::<f64>() >= site.store_total {
                let rule = format!("`store_total` of {}, full at the start", site.id);
                self.whole((Of::Site(place), "store_total"), rule, "more", move |plan| {
                    plan.sites[place].store_total = f64::INFINITY;
                });
            }
        }
    }

    fn closures(&mut self) {
        let mut seen: Vec<Closed> = Vec::new();
        for closure in &self.plan.closures {
            let what = match closure.what {
                Closed::Vessel(vessel) => Closed::Vessel(self.plan.vessels[vessel].like),
                what => what,
            };
            if seen.contains(&what) {
                continue;
            }
            seen.push(what);
            let likes: Vec<Ix<Vessel>> = self.plan.vessels.iter().map(|ship| ship.like).collect();
            let is_it = move |closed: Closed| match closed {
                Closed::Vessel(vessel) => what == Closed::Vessel(likes[vessel.index()]),
                closed => closed == what,
            };
            let hired = |vessel: Ix<Vessel>| {
                let hire = self.plan.vessels[vessel].hire;
                hire.from.is_some() || hire.to.is_some()
            };
            let (at, words) = match what {
                Closed::Vessel(vessel) if hired(vessel) => ((Of::Vessel(vessel), "hire"), "`hire` and closures"),
                _ => ((Of::Closure(what), "closure"), "closures"),
            };
            let id = match what {
                Closed::Site(site) => &self.plan.sites[site].id,
                Closed::Vessel(vessel) => &self.plan.vessels[vessel].id,
                Closed::Task(task) => &self.plan.tasks[task].id,
                Closed::Sampling(sampling) => &self.plan.samplings[sampling].id,
                Closed::Process(process) => &self.plan.processes[process].id,
            };
            let rule = format!("{words} of {id}");
            self.whole(at, rule, "other dates", move |plan| {
                plan.closures.retain(|closure| !is_it(closure.what));
                if let Closed::Vessel(vessel) = what {
                    let ships = plan.vessels.places().filter(|&ship| plan.vessels[ship].like == vessel);
                    for ship in ships.collect::<Vec<_>>() {
                        (plan.vessels[ship].hire.from, plan.vessels[ship].hire.to) = (None, None);
                    }
                }
            });
        }
    }

    fn vessels(&mut self) {
        let plan = self.plan;
        for (first, ship) in plan.vessels.entries().filter(|(place, ship)| ship.like == *place) {
            let of = Of::Vessel(first);
            let each = move |plan: &mut Plan, change: &dyn Fn(&mut Vessel)| {
                for place in plan.vessels.places().filter(|&p| plan.vessels[p].like == first).collect::<Vec<_>>() {
                    change(&mut plan.vessels[place]);
                }
            };
            let id = &ship.id;
            if ship.daylight {
                self.whole((of, "daylight"), format!("`daylight` of {id}"), "sailing by night", move |plan| {
                    each(plan, &|ship| ship.daylight = false);
                });
            }
            if !ship.sail_limits.is_empty() {
                self.whole((of, "sail_limits"), format!("`sail_limits` of {id} in this weather"), "no limits", move |plan| {
                    each(plan, &|ship| ship.sail_limits = Default::default());
                });
            }
            if ship.gear.iter().any(|gear| !gear.survives.is_empty()) {
                let rule = format!("what the gear of {id} survives in this weather");
                self.whole((of, "gear"), rule, "gear that survives more", move |plan| {
                    each(plan, &|ship| ship.gear.iter_mut().for_each(|gear| gear.survives = Default::default()));
                });
            }
            if ship.departs_every > 1 {
                let every = Span::of_seconds(plan.horizon.slot.seconds() * ship.departs_every as i64);
                self.whole((of, "departs_every"), format!("`departs_every` of {id}, {every}"), "more departures", move |plan| {
                    each(plan, &|ship| ship.departs_every = 1);
                });
            }
            for commodity in plan.commodities.places() {
                let named = ship.hold[commodity.index()] == 0.0 && carries(plan, first, commodity);
                if named {
                    let rule = format!("`hold` of {id} for {}, 0 t", plan.commodities[commodity].id);
                    self.whole((of, "hold"), rule, "more", move |plan| {
                        each(plan, &|ship| ship.hold[commodity.index()] = f64::INFINITY);
                    });
                }
            }
            if let Some(range) = ship.range {
                self.whole((of, "range"), format!("`range` of {id}, {} NM", tenth(range)), "more", move |plan| {
                    each(plan, &|ship| ship.range = None);
                });
            }
            if let Some(bunkers) = ship.bunkers {
                self.whole((of, "bunkers"), format!("`bunkers` of {id}, {}", told(bunkers)), "more", move |plan| {
                    each(plan, &|ship| ship.bunkers = None);
                });
            }
            if let Some(home) = ship.home {
                let rule = format!("`home` of {id}, {}", plan.sites[home].id);
                self.whole((of, "home"), rule, "no home", move |plan| each(plan, &|ship| ship.home = None));
            }
            if let Some(fastest) = ship.paces.first() {
                let knots = fastest.knots();
                // A hundredth more each step, up to a hundred times as fast.
                let factor = |steps: usize| 1.025_f64.powi(steps as i32);
                let change = move |plan: &mut Plan, steps: usize| {
                    each(plan, &|ship| {
                        for leg in &mut ship.legs {
                            let seconds = (leg.duration.seconds() as f64 / factor(steps)).ceil() as i64;
                            leg.duration = Span::of_seconds(seconds.max(1));
                            leg.pace.speed *= factor(steps);
                        }
                    });
                };
                let rule = format!("the speed of {id}, {knots} kn");
                self.add((of, "speed"), rule, PARTS, change, move |steps| {
                    format!("about {} kn", (knots * factor(steps) * 100.0).ceil() / 100.0)
                });
            }
        }
    }

    fn work(&mut self) {
        for (place, sampling) in self.plan.samplings.entries() {
            let (of, id) = (Of::Sampling(place), &sampling.id);
            if !sampling.limits.is_empty() {
                self.whole((of, "limits"), format!("`limits` of {id} in this weather"), "no limits", move |plan| {
                    plan.samplings[place].limits = Default::default();
                });
            }
            let rule = format!("`min_run` of {id}, {}", sampling.min_run);
            self.shorter((of, "min_run"), rule, sampling.min_run, move |plan, time| {
                plan.samplings[place].min_run = time;
            });
            if sampling.at_most.is_finite() {
                let rule = format!("`at_most` of {id}, {}", told(sampling.at_most));
                self.whole((of, "at_most"), rule, "more", move |plan| {
                    plan.samplings[place].at_most = f64::INFINITY;
                });
            }
        }
        for (place, task) in self.plan.tasks.entries() {
            let (of, id) = (Of::Task(place), &task.id);
            if !task.limits.is_empty() || !task.phases.is_empty() {
                self.whole((of, "limits"), format!("`limits` of {id} in this weather"), "no limits", move |plan| {
                    plan.tasks[place].limits = Default::default();
                    plan.tasks[place].phases = Vec::new();
                });
            }
            if task.release.is_some() || task.deadline.is_some() {
                self.whole((of, "deadline"), format!("the dates of {id}"), "other dates", move |plan| {
                    (plan.tasks[place].release, plan.tasks[place].deadline) = (None, None);
                });
            }
            if task.daylight {
                self.whole((of, "daylight"), format!("`daylight` of {id}"), "work by night", move |plan| {
                    plan.tasks[place].daylight = false;
                });
            }
            if task.least > 0 && task.stand.is_some() {
                self.whole((of, "times"), format!("that {id} must be done"), "leaving it out", move |plan| {
                    plan.tasks[place].least = 0;
                });
            }
        }
    }

    fn budgets(&mut self) {
        for (place, budget) in self.plan.budgets.entries() {
            let of = Of::Budget(place.index());
            let id = &budget.id;
            if budget.cost.is_finite() {
                let currency = self.plan.currency.as_deref().unwrap_or_default();
                let rule = format!("the budget {id}, {} {currency}", budget.cost);
                self.whole((of, "cost"), rule.trim_end().to_owned(), "more", move |plan| {
                    plan.budgets[place].cost = f64::INFINITY;
                });
            }
            if budget.emissions.is_finite() {
                let rule = format!("the budget {id} of emissions, {}", told(budget.emissions));
                self.whole((of, "emissions"), rule, "more", move |plan| {
                    plan.budgets[place].emissions = f64::INFINITY;
                });
            }
            if let Some((_, tonnes)) = budget.feed {
                let rule = format!("the budget {id} of what may be fed, {}", told(tonnes));
                self.whole((of, "feed"), rule, "more", move |plan| plan.budgets[place].feed = None);
            }
        }
    }
}

/// Whether a vessel lifts or moves a commodity.
fn carries(plan: &Plan, vessel: Ix<Vessel>, commodity: Ix<Commodity>) -> bool {
    let lifts = plan.samplings.iter().any(|s| (s.stand.vessel, s.commodity) == (vessel, commodity));
    let holder = super::Holder::Vessel(vessel);
    lifts || plan.transfers.iter().any(|t| t.commodity == commodity && t.sign(holder) != 0.0)
}

fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn told(tonnes: f64) -> String {
    format!("{} t", (tonnes * 1000.0).round() / 1000.0)
}

