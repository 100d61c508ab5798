//! The variables of the model, each with its meaning, its bounds and a name that can be read aloud.
//!
//! | variable | meaning | domain |
//! |---|---|---|
//! | `wait`, `start`, `sail`, `begin`, `stay`, `end`, `done` | so many vessels take that arc of their network | 0 .. count |
//! | `start(k,t)` | task k, which no vessel does, starts at t | 0 or 1 |
//! | `begun(k,t)` | starts of task k up to t | 0 .. times |
//! | `lift(q,t)` | tonnes that sampling q lifts in slot t | 0 .. rate |
//! | `move(r,t)` | tonnes that transfer r moves in slot t | 0 .. rate |
//! | `left(r,t)` | tonnes that transfer r may still move after slot t before its next set-up | 0 .. largest x count |
//! | `feed(p,t)` | tonnes that process p takes in slot t | 0 .. capacity |
//! | `batch(p,t)` | whether a batch of process p begins in slot t | 0 or 1 |
//! | `draw(d,t)` | tonnes that demand d takes in slot t | 0 .. rate or amount |
//! | `stock(s,c,t)` | tonnes of c in holder s after slot t | 0 .. capacity |
//! | `tank(v,k,c,t)` | tonnes of c in tank k of vessel v after slot t | 0 .. capacity |
//! | `kept(v,k,c,t)` | whether tank k of vessel v may have c in slot t, and nothing else | 0 or 1 |
//! | `hold(f,i,m)` | tonnes that the carriers f have in their holds at site i after moment m | 0 .. capacity x count |
//! | `cargo(f,a)` | tonnes that the carriers f have aboard on leg a | 0 .. capacity x count |
//! | `left(v,t)` | the share that is left of the range or the bunkers of vessel v at the beginning of slot t | 0 .. 1 |
//! | `over(v)` | hours that the calls of vessel v last longer than they may, all together | 0 .. horizon x count |
//! | `called(v,s,t)` | how many of v lie at site s in slot t at a call whose laytime is not allowed yet | 0 .. count |
//! | `allowed(v,s,t)` | laytimes of site s that what goes over in slot t allows | 0 .. count |
//! | `there(v,t)` | how many of v lie where they began, or are done there, after those have left that leave at t | 0 .. count |
//! | `not_left(v,t)` | how many of those never left | 0 .. count |
//! | `worth(q,i)` | tonnes of sampling q credited at step i of its value | 0 .. step |
//! | `landed(c)` | whether all of c that was at sea at the plan's start has landed | 0 or 1 |
//! | `supplied(d,i)` | tonnes of demand d credited at step i of its value | 0 .. step |
//! | `under_way(v,t)` | whether any of several vessels v that are alike is not done by t | 0 or 1 |
//! | `at_home(v,t)` | how many of them are done by t | 0 .. count |
//! | `gone(v,t)` | whether vessel v, which keeps a rhythm, is done by t | 0 or 1 |
//! | `lies(v,s,t)` | whether vessel v, which is served at site s, lies there from t to the next moment at which it may come or go | 0 or 1 |
//! | `finish` | the slot at which everything is done | 0 .. slots |

mod ashore;
mod laytime;
mod lies;
mod names;
mod tanks;

use super::by_variable::ByVariable;
use super::fleet::{Fleet, Moment};
use super::network::{Deed, Network};
use super::past::Flow;
use super::sets::Sets;
use crate::id::Ix;
use crate::plan::{Goal, Sampling, Task, Transfer};
use crate::time::Slot;
use ashore::{batches, draws, feeds, landed, supplies};
use good_lp::variable::ProblemVariables;
use good_lp::{Expression, IntoAffineExpression, Variable, variable};
pub use laytime::LaytimeVars;
pub use lies::{Lies, comes_and_goes};
use names::arc_name;
pub use names::{at, holder_label};
pub use tanks::{Part, TankVars};

/// Tonnes of a sampling credited at one step of its value, for one goal.
#[derive(Debug, Clone, Copy)]
pub struct Worth {
    /// The goal that counts it: what is lifted, or what comes ashore.
    pub goal: Goal,
    /// The sampling.
    pub sampling: Ix<Sampling>,
    /// What each tonne is worth.
    pub each: f64,
    /// The tonnes.
    pub tonnes: Variable,
}

/// For each site of a fleet, for each moment there: tonnes in holds.
type Held = Vec<Vec<Variable>>;

/// Every variable.
pub struct Vars {
    /// Their definitions.
    pub problem: ProblemVariables,
    /// For each vessel, for each arc of its network: whether it is taken.
    pub arcs: Vec<Vec<Variable>>,
    /// For each task, for each of its starts: whether it is used (for a vessel's task, its arc).
    pub start: Vec<Vec<Variable>>,
    /// For each task that is counted, for each of its starts: how many there were up to it.
    pub begun: Vec<Vec<Variable>>,
    /// For each sampling, for each slot in which it may lift: tonnes.
    pub lift: Vec<Vec<Variable>>,
    /// For each transfer, for each slot in which it may move: tonnes.
    pub moved: Vec<Vec<Variable>>,
    /// For each transfer with a largest parcel, for each slot in which it may move: tonnes that may still go over before the next set-up.
    pub left: Vec<Vec<Variable>>,
    /// For each process, for each slot in which it may be fed: tonnes.
    pub feed: Vec<Vec<Variable>>,
    /// For each process that works in batches, for each slot in which it may be fed: whether a batch begins.
    pub batch: Vec<Vec<Variable>>,
    /// For each demand, for each slot in which it may be supplied: tonnes.
    pub draw: Vec<Vec<Variable>>,
    /// For each store, for each of its slots: tonnes after it.
    pub stock: Vec<Vec<Variable>>,
    /// For each tank of each vessel what is in it.
    pub tanks: Vec<TankVars>,
    /// For each fleet, for each of its sites, for each moment there: tonnes in holds after it.
    pub held: Vec<Held>,
    /// For each fleet, for each of its cargoes: tonnes.
    pub cargo: Vec<Vec<Variable>>,
    /// The same of vessels that go alone.
    pub located: (Vec<Held>, Vec<Vec<Variable>>),
    /// For each endurance, for each of its moments: what is left.
    pub endures: Vec<Vec<Variable>>,
    /// For each laytime its variables.
    pub laytimes: Vec<LaytimeVars>,
    /// Credited tonnes.
    pub worth: Vec<Worth>,
    /// For each commodity of which the plan begins with some, where what is delivered is a goal: whether all of it that was at sea has
    /// landed, so that what lands more was lifted.
    pub landed: Vec<Option<Variable>>,
    /// For each demand, where `supplied` is a goal, for each step of its value: credited tonnes.
    pub supplied: Vec<Vec<Variable>>,
    /// When everything is done.
    pub finish: Option<Variable>,
    /// For each network, when it is of several vessels and the finish is a goal, for each slot in which one may be done: whether
    /// any is not, and how many are.
    pub under_way: Vec<Vec<(Slot, Variable, Variable)>>,
    /// For each network whose vessel keeps a rhythm, for each slot in which it may be done: whether it is by then.
    pub gone: Vec<Vec<(Slot, Variable)>>,
    /// For each vessel and site at which it is served when it lies there.
    pub lies: Vec<Lies>,
    /// For each variable its place in [`Vars::problem`], and so in every list of values.
    places: ByVariable<usize>,
}

impl Vars {
    /// Leaves nothing among the variables that must be whole, where all that must be is decided: a linear programme is solved sooner.
    pub fn leave_whole(&mut self) {
        let all = || self.problem.iter_variables_with_def().map(|(_, of_it)| of_it);
        if all().any(|of_it| of_it.is_integer() && of_it.get_min() < of_it.get_max()) {
            return;
        }
        let mut linear = ProblemVariables::new();
        for of_it in all() {
            linear.add(variable().min(of_it.get_min()).max(of_it.get_max()).name(of_it.get_name()));
        }
        self.problem = linear;
    }

    /// The variables that `sets` needs.
    pub fn new(sets: &Sets<'_>) -> Vars {
        let mut problem = ProblemVariables::new();
        let arcs: Vec<Vec<Variable>> = sets
            .networks
            .iter()
            .map(|network| {
                let names = network.arcs.iter().map(|arc| arc_name(sets, network, arc));
                let count = i32::try_from(network.count).unwrap_or(i32::MAX);
                let least = if sets.is_after && network.is_one_way() { count } else { 0 };
                names.map(|name| problem.add(variable().integer().clamp(least, count).name(name))).collect()
            })
            .collect();
        let start = starts(sets, &arcs, &mut problem);
        let begun = sets
            .plan
            .tasks
            .entries()
            .map(|(task, work)| {
                let is_counted = sets.is_counted(task);
                let starts = sets.starts[task.index()].iter().filter(|_| is_counted);
                let label = &sets.labels.tasks[task.index()];
                let most = work.most.max(sets.known(task));
                starts
                    .map(|(slot, _)| {
                        let name = format!("begun({label},{})", at(*slot));
                        problem.add(variable().clamp(0, most).name(name))
                    })
                    .collect()
            })
            .collect();
        let mut flow = |of: Flow, label: &str, slots: &[(Slot, Vec<usize>)], most: f64| {
            let kind = if matches!(of, Flow::Lift(_)) { "lift" } else { "move" };
            let one = |slot: Slot| {
                let (least, most) = sets.kept.bounds(of, slot, most);
                variable().clamp(least, most).name(format!("{kind}({label},{})", at(slot)))
            };
            slots.iter().map(|(slot, _)| problem.add(one(*slot))).collect()
        };
        let samplings = sets.plan.samplings.places();
        let lift: Vec<Vec<Variable>> = samplings
            .map(|q| {
                let label = &sets.labels.samplings[q.index()];
                flow(Flow::Lift(q.index()), label, &sets.lifting[q.index()], sets.lift_per_slot(q))
            })
            .collect();
        let transfers = sets.plan.transfers.places();
        let moved: Vec<Vec<Variable>> = transfers
            .map(|r| {
                let most = sets.move_per_slot(r) * sets.count(sets.plan.transfers[r].stand.vessel);
                let label = &sets.labels.transfers[r.index()];
                flow(Flow::Move(r.index()), label, &sets.moving[r.index()], most)
            })
            .collect();
        let left = lefts(sets, &mut problem);
        let feed = feeds(sets, &mut problem);
        let batch = batches(sets, &mut problem);
        let draw = draws(sets, &mut problem);
        let stock = sets
            .stores
            .iter()
            .map(|store| {
                let commodity = &sets.labels.commodities[store.commodity.index()];
                let holder = holder_label(sets, store.holder);
                let name = |slot: Slot| format!("stock({holder},{commodity},{})", at(slot + 1));
                let level = |slot: &Slot| variable().clamp(0, store.capacity).name(name(*slot));
                store.slots.iter().map(|slot| problem.add(level(slot))).collect()
            })
            .collect();
        let tanks = tanks::tanks(sets, &mut problem);
        let (held, cargo) = holds(sets, &sets.fleets, &mut problem);
        let located = holds(sets, &sets.located, &mut problem);
        let endures = endures(sets, &mut problem);
        let laytimes = laytime::laytimes(sets, &mut problem);
        let worth = worths(sets, &mut problem);
        let landed = landed(sets, &mut problem);
        let supplied = supplies(sets, &mut problem);
        let finish = sets.plan.goals.contains(&Goal::Finish).then(|| {
            let slots = sets.horizon().slots as f64;
            problem.add(variable().clamp(0, slots).name("finish"))
        });
        let under_way = under_way(sets, &mut problem);
        let gone = gone(sets, &mut problem);
        let lies = lies::lies(sets, &mut problem);
        let places =
            problem.iter_variables_with_def().enumerate().map(|(place, (variable, _))| (variable, place));
        let places = places.collect();
        Vars {
            problem,
            arcs,
            start,
            begun,
            lift,
            moved,
            left,
            feed,
            batch,
            draw,
            stock,
            tanks,
            held,
            cargo,
            located,
            endures,
            laytimes,
            worth,
            landed,
            supplied,
            finish,
            under_way,
            gone,
            lies,
            places,
        }
    }

    /// How many variables there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is nothing to decide.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The place of a variable in every list of values.
    pub fn place(&self, variable: Variable) -> usize {
        self.places[&variable]
    }

    /// What an expression comes to with these values.
    pub fn value_of(&self, expression: &Expression, values: &[f64]) -> f64 {
        let terms = expression.linear_coefficients();
        terms.map(|(variable, factor)| factor * values[self.place(variable)]).sum::<f64>()
            + expression.constant()
    }
}

fn starts(sets: &Sets<'_>, arcs: &[Vec<Variable>], problem: &mut ProblemVariables) -> Vec<Vec<Variable>> {
    let alone = |task: Ix<Task>, problem: &mut ProblemVariables| {
        let label = &sets.labels.tasks[task.index()];
        // What has begun already did.
        let least = |slot: Slot| if slot < sets.until { 1 } else { 0 };
        let one = |slot: Slot| {
            variable().integer().clamp(least(slot), 1).name(format!("start({label},{})", at(slot)))
        };
        sets.starts[task.index()].iter().map(|start| problem.add(one(start.0))).collect::<Vec<Variable>>()
    };
    sets.plan
        .tasks
        .entries()
        .map(|(task, work)| match work.stand {
            None => alone(task, problem),
            Some(stand) => {
                let network = &sets.networks[stand.vessel.index()];
                let taken = network.arcs.iter().zip(&arcs[stand.vessel.index()]);
                // Arcs are ordered by slot, and so are starts.
                taken.filter(|(arc, _)| arc.deed == Deed::Task(task)).map(|(_, variable)| *variable).collect()
            }
        })
        .collect()
}

fn lefts(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Vec<Variable>> {
    let of_one = |(place, transfer): (Ix<Transfer>, &Transfer)| {
        let label = &sets.labels.transfers[place.index()];
        let most = transfer.largest * sets.count(transfer.stand.vessel);
        let left = |slot: Slot| variable().clamp(0, most).name(format!("left({label},{})", at(slot)));
        let slots = sets.moving[place.index()].iter().filter(|_| transfer.largest.is_finite());
        slots.map(|(slot, _)| problem.add(left(*slot))).collect()
    };
    sets.plan.transfers.entries().map(of_one).collect()
}

fn under_way(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Vec<(Slot, Variable, Variable)>> {
    let is_goal = sets.plan.goals.contains(&Goal::Finish);
    let of_one = |network: &Network| {
        let dones = network.arcs.iter().filter(|arc| is_goal && network.count > 1 && arc.deed == Deed::Done);
        let slots: std::collections::BTreeSet<Slot> = dones.map(|arc| arc.from.slot).collect();
        let vessel = &sets.labels.vessels[network.vessel.index()];
        let mut pair = |slot: Slot| {
            let any = problem.add(variable().binary().name(format!("under_way({vessel},{})", at(slot))));
            let most = network.count as f64;
            let home = problem.add(variable().clamp(0, most).name(format!("at_home({vessel},{})", at(slot))));
            (slot, any, home)
        };
        slots.into_iter().map(&mut pair).collect()
    };
    sets.networks.iter().map(of_one).collect()
}

fn gone(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Vec<(Slot, Variable)>> {
    let of_one = |network: &Network| {
        let is_own = |task: &Task| task.every.is_some() && task.keeper() == Some(network.vessel);
        let has_rhythm = sets.plan.tasks.iter().any(is_own);
        let dones = network.arcs.iter().filter(|arc| has_rhythm && arc.deed == Deed::Done);
        let slots: std::collections::BTreeSet<Slot> = dones.map(|arc| arc.from.slot).collect();
        let vessel = &sets.labels.vessels[network.vessel.index()];
        let mut by = |slot: Slot| {
            (slot, problem.add(variable().clamp(0, 1).name(format!("gone({vessel},{})", at(slot)))))
        };
        slots.into_iter().map(&mut by).collect()
    };
    sets.networks.iter().map(of_one).collect()
}

/// Tonnes in the holds of carriers, lying and under way.
fn holds(
    sets: &Sets<'_>,
    fleets: &[Fleet],
    problem: &mut ProblemVariables,
) -> (Vec<Held>, Vec<Vec<Variable>>) {
    let (mut held, mut cargo) = (Vec::new(), Vec::new());
    for fleet in fleets {
        let vessel = &sets.labels.vessels[fleet.vessel.index()];
        let commodity = &sets.labels.commodities[fleet.commodity.index()];
        let most = fleet.capacity * sets.count(fleet.vessel);
        held.push(Vec::new());
        for lie in &fleet.lies {
            let site = &sets.labels.sites[lie.site.index()];
            let name = |moment: &Moment| {
                let part = if moment.is_flow { "flow" } else { "sail" };
                format!("hold({vessel},{commodity},{site},{part},{})", at(moment.slot))
            };
            let levels = lie.moments.iter().map(|m| problem.add(variable().clamp(0, most).name(name(m))));
            if let Some(held) = held.last_mut() {
                held.push(levels.collect());
            }
        }
        let name = |arc: usize| {
            let arc = arc_name(
                sets,
                &sets.networks[fleet.vessel.index()],
                &sets.networks[fleet.vessel.index()].arcs[arc],
            );
            format!("cargo({commodity},{arc})")
                .replace("(sail(", "(")
                .replace(",sail(", ",")
                .replace("))", ")")
        };
        let tonnes = fleet.cargoes.iter().map(|c| problem.add(variable().clamp(0, most).name(name(c.arc))));
        cargo.push(tonnes.collect());
    }
    (held, cargo)
}

fn endures(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Vec<Variable>> {
    let of_one = |endurance: &crate::model::endurance::Endurance| {
        let (vessel, word) = (&sets.labels.vessels[endurance.vessel.index()], endurance.word);
        let left = |slot| variable().clamp(0, 1).name(format!("left({vessel},{word},{})", at(slot)));
        endurance.moments.iter().map(|moment| problem.add(left(moment.slot))).collect()
    };
    sets.endurances.iter().map(of_one).collect()
}

fn worths(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Worth> {
    let mut worths = Vec::new();
    for &goal in sets.plan.goals.iter().filter(|goal| matches!(goal, Goal::Delivered | Goal::Sampled)) {
        for (sampling, lifted) in sets.plan.samplings.entries() {
            for (step, &(tonnes, each)) in lifted.value.iter().enumerate() {
                let label = &sets.labels.samplings[sampling.index()];
                let name = format!("worth_{}({label},{step})", goal.word());
                let tonnes = problem.add(variable().clamp(0, tonnes).name(name));
                worths.push(Worth { goal, sampling, each, tonnes });
            }
        }
    }
    worths
}
