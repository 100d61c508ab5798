//! All voyages counted: whole numbers only, so that parts add up to the same as the whole, in any order and on any machine.
//!
//! In: logs. Out: [`Tally`]: for every milestone how many runs reach it in which slot, and the first run that does; tonnes and money
//! likewise on a fine grid. Its size depends on the plan, not on the number of runs.
//! Not an answer: that is [`super::answer`].

use super::log::{Log, Outcome, Spent};
use crate::plan::Plan;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Runs that share a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    /// How many.
    pub runs: u64,
    /// The first of them.
    pub first: u64,
}

/// How many runs have which value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// By value.
    #[serde(with = "pairs")]
    pub bins: BTreeMap<i64, Bin>,
    /// Runs without a value: they never get there.
    pub never: u64,
}

/// JSON has no keys that are numbers.
mod pairs {
    use super::Bin;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::collections::BTreeMap;

    pub fn serialize<S: Serializer>(bins: &BTreeMap<i64, Bin>, s: S) -> Result<S::Ok, S::Error> {
        let rows: Vec<(i64, u64, u64)> =
            bins.iter().map(|(&value, bin)| (value, bin.runs, bin.first)).collect();
        rows.serialize(s)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<BTreeMap<i64, Bin>, D::Error> {
        let rows = Vec::<(i64, u64, u64)>::deserialize(d)?;
        Ok(rows.into_iter().map(|(value, runs, first)| (value, Bin { runs, first })).collect())
    }
}

impl Counts {
    /// Counts one run.
    pub fn add(&mut self, value: Option<i64>, run: u64) {
        match value {
            Some(value) => {
                let bin = self.bins.entry(value).or_insert(Bin { runs: 0, first: run });
                bin.runs += 1;
                bin.first = bin.first.min(run);
            }
            None => self.never += 1,
        }
    }

    /// Counts the runs of another part.
    pub fn join(&mut self, other: &Counts) {
        for (&value, bin) in &other.bins {
            let own = self.bins.entry(value).or_insert(Bin { runs: 0, first: bin.first });
            own.runs += bin.runs;
            own.first = own.first.min(bin.first);
        }
        self.never += other.never;
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.runs() == 0
    }

    /// How many runs were counted.
    pub fn runs(&self) -> u64 {
        self.never + self.bins.values().map(|bin| bin.runs).sum::<u64>()
    }

    /// The value of a rank, counted from 1, with the first run that has it; nothing where that rank never gets there.
    pub fn of_rank(&self, rank: u64) -> Option<(i64, u64)> {
        let mut below = 0;
        self.bins.iter().find_map(|(&value, bin)| {
            below += bin.runs;
            (below >= rank).then_some((value, bin.first))
        })
    }

    /// Nearest rank: the smallest value that at least `percent` % of the runs do not exceed.
    pub fn percentile(&self, percent: u32) -> Option<(i64, u64)> {
        let rank = (u128::from(self.runs()) * u128::from(percent)).div_ceil(100).max(1);
        self.of_rank(rank as u64)
    }
}

/// Tonnes are counted in hundredths.
pub const PER_TONNE: f64 = 100.0;
/// Money is counted in hundredths.
pub const PER_MONEY: f64 = 100.0;
/// Points of the S-curve.
pub const CURVE_POINTS: usize = 61;
/// Steps of progress between nothing and all that could be, in the S-curve.
pub const CURVE_STEPS: u64 = 400;

/// What times a vessel can spend, in the order of [`Spent`].
pub const KINDS: [&str; 5] = ["work", "sail", "weather", "other", "idle"];

/// The runs that leave on one date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Departure {
    /// The date on the plan's calendar, without its year: `01-12 09:00`.
    pub date: String,
    /// The first start on it, by place; dates are told in this order.
    pub first: u64,
    /// Runs.
    pub runs: u64,
    /// By outcome, in the order of [`Outcome::ALL`].
    pub outcomes: [u64; 6],
    /// Hundredths of a tonne lifted.
    pub sampled: Counts,
    /// Hundredths of a tonne that reached the shore.
    pub delivered: Counts,
    /// Hundredths of a tonne that demands were supplied with; nothing where a plan has none.
    #[serde(skip_serializing_if = "Counts::is_empty", default)]
    pub supplied: Counts,
}

/// All voyages of one policy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// How many.
    pub runs: u64,
    /// Runs that were planned anew without proof that there is no better plan, and those of them for which there was none by then.
    #[serde(skip_serializing_if = "is_proven", default)]
    pub unproven: (u64, u64),
    /// By outcome, in the order of [`Outcome::ALL`].
    pub outcomes: [u64; 6],
    /// By outcome and culprit.
    pub culprits: Vec<(Outcome, usize, u64)>,
    /// By task the slots of its first start.
    pub starts: Vec<Counts>,
    /// By task the slots of its last end.
    pub ends: Vec<Counts>,
    /// Slots of the first tonnes on deck.
    pub first_mud: Counts,
    /// Slots of the end of everything.
    pub finish: Counts,
    /// Hundredths of a tonne lifted.
    pub sampled: Counts,
    /// Hundredths of a tonne that reached the shore.
    pub delivered: Counts,
    /// Hundredths of a tonne that demands were supplied with; nothing where a plan has none.
    #[serde(skip_serializing_if = "Counts::is_empty", default)]
    pub supplied: Counts,
    /// Money, in whole units.
    pub cost: Counts,
    /// By kind of time the slots of all vessels together.
    pub spent: [Counts; 5],
    /// By vessel and kind the sum of slots.
    pub by_vessel: Vec<[u64; 5]>,
    /// By item the sum of slots lost to weather.
    pub lost_by_item: Vec<u64>,
    /// By channel name the sum of slots lost to it.
    pub lost_by_channel: BTreeMap<String, u64>,
    /// By month the sum of slots lost to weather.
    pub lost_by_month: [u64; 12],
    /// By item the sums of slots in which a vessel waited for another one, and for goods or room; nothing where each goes its own way.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub held: Vec<[u64; 2]>,
    /// Transfers between two vessels that took place; nothing where there are none.
    #[serde(skip_serializing_if = "Counts::is_empty", default)]
    pub met: Counts,
    /// By point of the S-curve, by step of progress: runs.
    pub curve: Vec<Vec<u64>>,
    /// By date of departure, where departures are scanned; sorted by date.
    pub departures: Vec<Departure>,
}

fn is_proven(unproven: &(u64, u64)) -> bool {
    *unproven == (0, 0)
}

/// What a tally needs to know of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Slots of the plan.
    pub slots: u32,
    /// What the S-curve counts at most: tonnes, or tasks where nothing is lifted.
    pub most: f64,
    /// Whether it counts tonnes.
    pub is_tonnes: bool,
    /// Whether somebody ashore is supplied.
    pub supplies: bool,
    /// Whether vessels meet.
    pub meets: bool,
}

impl Measure {
    /// The measure of a plan.
    pub fn of(plan: &Plan) -> Measure {
        let (slots, supplies) = (plan.horizon.slots as u32, !plan.demands.is_empty());
        let meets = plan.transfers.iter().any(|transfer| transfer.meets.is_some());
        let hours = plan.horizon.slots as f64 * plan.horizon.slot_h();
        let most: f64 = plan
            .samplings
            .iter()
            .map(|sampling| {
                let hold = plan.vessels[sampling.stand.vessel].hold[sampling.commodity.index()];
                let worth: f64 = sampling.value.iter().map(|(tonnes, _)| tonnes).sum();
                sampling.at_most.min(worth).min(sampling.rate * hours).min(hold.max(sampling.at_least) * 10.0)
            })
            .sum();
        if plan.samplings.is_empty() {
            return Measure { slots, most: plan.tasks.len() as f64, is_tonnes: false, supplies, meets };
        }
        Measure { slots, most, is_tonnes: true, supplies, meets }
    }

    /// The slot of a point of the S-curve.
    pub fn slot(&self, point: usize) -> u32 {
        (u64::from(self.slots) * point as u64 / (CURVE_POINTS as u64 - 1)) as u32
    }
}

impl Tally {
    /// A tally of nothing.
    pub fn new(plan: &Plan, items: usize) -> Tally {
        Tally {
            starts: vec![Counts::default(); plan.tasks.len()],
            ends: vec![Counts::default(); plan.tasks.len()],
            by_vessel: vec![[0; 5]; plan.vessels.len()],
            lost_by_item: vec![0; items],
            curve: vec![vec![0; CURVE_STEPS as usize + 1]; CURVE_POINTS],
            ..Tally::default()
        }
    }

    /// Counts a voyage.
    pub fn add(&mut self, log: &Log, run: u64, channels: &[String], measure: &Measure) {
        self.runs += 1;
        self.outcomes[log.outcome as usize] += 1;
        if let Some(culprit) = log.culprit {
            self.blame(log.outcome, culprit, 1);
        }
        for ((starts, ends), times) in self.starts.iter_mut().zip(&mut self.ends).zip(&log.times) {
            starts.add(times.first().map(|time| i64::from(time.0)), run);
            ends.add(times.last().map(|time| i64::from(time.1)), run);
        }
        self.first_mud.add(log.first_mud().map(i64::from), run);
        let is_over = log.outcome < Outcome::Stuck;
        self.finish.add(is_over.then_some(i64::from(log.finish)), run);
        let hundredths = |tonnes: f64| Some((tonnes * PER_TONNE).round() as i64);
        self.sampled.add(hundredths(log.sampled), run);
        self.delivered.add(hundredths(log.delivered), run);
        if measure.supplies {
            self.supplied.add(hundredths(log.supplied), run);
        }
        self.cost.add(Some((log.cost * PER_MONEY).round() as i64), run);
        let mut all = [0u64; 5];
        for (spent, by_vessel) in log.spent.iter().zip(&mut self.by_vessel) {
            let Spent { work, sail, weather, other, idle } = *spent;
            for (kind, slots) in [work, sail, weather, other, idle].into_iter().enumerate() {
                by_vessel[kind] += u64::from(slots);
                all[kind] += u64::from(slots);
            }
        }
        for (counts, slots) in self.spent.iter_mut().zip(all) {
            counts.add(Some(slots as i64), run);
        }
        for (sum, &slots) in self.lost_by_item.iter_mut().zip(&log.lost_by_item) {
            *sum += u64::from(slots);
        }
        for (channel, &slots) in channels.iter().zip(&log.lost_by_channel) {
            if slots > 0 {
                match self.lost_by_channel.get_mut(channel) {
                    Some(sum) => *sum += u64::from(slots),
                    None => drop(self.lost_by_channel.insert(channel.clone(), u64::from(slots))),
                }
            }
        }
        for (sum, &slots) in self.lost_by_month.iter_mut().zip(&log.lost_by_month) {
            *sum += u64::from(slots);
        }
        if measure.meets {
            self.met.add(Some(i64::from(log.met)), run);
        }
        self.held.resize(self.held.len().max(log.held.len()), [0; 2]);
        for (sums, held) in self.held.iter_mut().zip(&log.held) {
            sums.iter_mut().zip(held).for_each(|(sum, &slots)| *sum += u64::from(slots));
        }
        self.add_curve(log, measure);
    }

    /// Counts a voyage under its date of departure.
    pub fn add_departure(&mut self, log: &Log, run: u64, (date, start): (&str, u64), supplies: bool) {
        let place =
            self.departures.binary_search_by(|row| row.date.as_str().cmp(date)).unwrap_or_else(|place| {
                let row = Departure {
                    date: date.to_owned(),
                    first: start,
                    runs: 0,
                    outcomes: [0; 6],
                    sampled: Counts::default(),
                    delivered: Counts::default(),
                    supplied: Counts::default(),
                };
                self.departures.insert(place, row);
                place
            });
        let row = &mut self.departures[place];
        row.first = row.first.min(start);
        row.runs += 1;
        row.outcomes[log.outcome as usize] += 1;
        row.sampled.add(Some((log.sampled * PER_TONNE).round() as i64), run);
        row.delivered.add(Some((log.delivered * PER_TONNE).round() as i64), run);
        if supplies {
            row.supplied.add(Some((log.supplied * PER_TONNE).round() as i64), run);
        }
    }

    fn join_departure(&mut self, other: &Departure) {
        match self.departures.binary_search_by(|row| row.date.cmp(&other.date)) {
            Ok(place) => {
                let row = &mut self.departures[place];
                row.first = row.first.min(other.first);
                row.runs += other.runs;
                add_all(&mut row.outcomes, &other.outcomes);
                row.sampled.join(&other.sampled);
                row.delivered.join(&other.delivered);
                row.supplied.join(&other.supplied);
            }
            Err(place) => self.departures.insert(place, other.clone()),
        }
    }

    fn blame(&mut self, outcome: Outcome, culprit: usize, runs: u64) {
        match self.culprits.binary_search_by_key(&(outcome, culprit), |row| (row.0, row.1)) {
            Ok(place) => self.culprits[place].2 += runs,
            Err(place) => self.culprits.insert(place, (outcome, culprit, runs)),
        }
    }

    fn add_curve(&mut self, log: &Log, measure: &Measure) {
        let steps_of = |value: f64| {
            let share = if measure.most > 0.0 { value / measure.most } else { 0.0 };
            ((share * CURVE_STEPS as f64).round().max(0.0) as usize).min(CURVE_STEPS as usize)
        };
        for (point, row) in self.curve.iter_mut().enumerate() {
            let slot = measure.slot(point);
            let value = if measure.is_tonnes {
                log.lifts
                    .iter()
                    .filter(|lift| lift.from < slot)
                    .map(|lift| {
                        let share = f64::from(slot.min(lift.to) - lift.from) / f64::from(lift.to - lift.from);
                        lift.tonnes * share
                    })
                    .sum()
            } else {
                log.times.iter().filter(|times| times.last().is_some_and(|time| time.1 <= slot)).count()
                    as f64
            };
            row[steps_of(value)] += 1;
        }
    }

    /// Counts whether a run's own plan is proven to be the best, and whether there was one.
    pub fn add_unproven(&mut self, is_unproven: bool, is_planned: bool) {
        self.unproven.0 += u64::from(is_unproven);
        self.unproven.1 += u64::from(is_unproven && !is_planned);
    }

    /// Counts the voyages of another part.
    pub fn join(&mut self, other: &Tally) {
        self.unproven = (self.unproven.0 + other.unproven.0, self.unproven.1 + other.unproven.1);
        self.runs += other.runs;
        add_all(&mut self.outcomes, &other.outcomes);
        for &(outcome, culprit, runs) in &other.culprits {
            self.blame(outcome, culprit, runs);
        }
        let pairs = self.starts.iter_mut().zip(&other.starts).chain(self.ends.iter_mut().zip(&other.ends));
        pairs.chain(self.spent.iter_mut().zip(&other.spent)).for_each(|(own, other)| own.join(other));
        self.first_mud.join(&other.first_mud);
        self.finish.join(&other.finish);
        self.sampled.join(&other.sampled);
        self.delivered.join(&other.delivered);
        self.supplied.join(&other.supplied);
        self.cost.join(&other.cost);
        for (own, other) in self.by_vessel.iter_mut().zip(&other.by_vessel) {
            add_all(own, other);
        }
        add_all(&mut self.lost_by_item, &other.lost_by_item);
        for (channel, slots) in &other.lost_by_channel {
            *self.lost_by_channel.entry(channel.clone()).or_default() += slots;
        }
        add_all(&mut self.lost_by_month, &other.lost_by_month);
        self.met.join(&other.met);
        self.held.resize(self.held.len().max(other.held.len()), [0; 2]);
        self.held.iter_mut().zip(&other.held).for_each(|(own, other)| add_all(own, other));
        other.departures.iter().for_each(|row| self.join_departure(row));
        for (own, other) in self.curve.iter_mut().zip(&other.curve) {
            add_all(own, other);
        }
    }
}

fn add_all(own: &mut [u64], other: &[u64]) {
    for (own, other) in own.iter_mut().zip(other) {
        *own += other;
    }
}
