//! From counts to an answer: shares with their intervals, percentiles, histograms, the S-curve.
//!
//! In: a [`Head`] and a [`Tally`]. Out: a [`PolicyAnswer`]. Everything it makes is described in [`super::answer`].

use super::answer::{
    Bar, Culprit, DepartureRow, Head, HeldUp, LostTo, Measured, PERCENTS, Percentile, Point, PolicyAnswer,
    RunRow, Share, Waits,
};
use super::fleet::{Kept, rounded};
use super::log::Outcome;
use super::tally::{CURVE_STEPS, Counts, KINDS, PER_MONEY, PER_TONNE, Tally};
use crate::schedule::Time;

/// The normal deviate of a two-sided interval of 95 %.
const Z: f64 = 1.959_964;

/// The interval of 95 % of a share.
pub fn wilson(share: f64, runs: f64) -> (f64, f64) {
    let square = Z * Z;
    let middle = (share + square / (2.0 * runs)) / (1.0 + square / runs);
    let half =
        Z * (share * (1.0 - share) / runs + square / (4.0 * runs * runs)).sqrt() / (1.0 + square / runs);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

impl Head {
    /// The hours of so many slots.
    pub fn hours(&self, slots: f64) -> f64 {
        slots * self.slot_h
    }

    /// A slot on the plan's calendar.
    pub fn date(&self, slot: i64) -> Time {
        let zone = crate::time::Zone::named(&self.zone).unwrap_or(crate::time::Zone::UTC);
        let seconds = (slot as f64 * self.slot_h * 3600.0).round() as i64;
        zone.local(self.start.to_utc() + chrono::TimeDelta::seconds(seconds))
    }

    /// Whether every run has the same time, which is over already.
    fn is_fact(&self, counts: &Counts) -> bool {
        let until = self.happened.as_ref().map(|happened| i64::from(happened.slot));
        let only = counts.bins.first_key_value().filter(|_| counts.bins.len() == 1 && counts.never == 0);
        only.zip(until).is_some_and(|((slot, _), until)| *slot <= until)
    }

    /// Runs that may be taken as independent of one another.
    fn independent(&self, runs: u64) -> f64 {
        let years = if self.weather.source == "none" { runs } else { self.weather.years };
        runs.min(years.max(1)) as f64
    }

    fn share(&self, id: String, runs: u64, of: u64) -> Share {
        let share = runs as f64 / of.max(1) as f64;
        let (low, high) = wilson(share, self.independent(of).max(1.0));
        // A share of nothing or all may still be off by as much as three runs in all of them.
        let wide = share.clamp(0.05, 0.95);
        let needed = (Z * Z * wide * (1.0 - wide) / 1e-4).ceil() as u64;
        Share { id, runs, share, low, high, runs_for_one_point: needed }
    }

    fn measured(&self, id: &str, name: String, unit: &str, per_unit: f64, counts: &Counts) -> Measured {
        let runs = counts.runs();
        let is_time = unit == "h-from-start";
        let value = |count: i64| rounded(count as f64 * per_unit);
        let effective = self.independent(runs);
        let at_share = |share: f64| {
            let rank = ((share * runs as f64).ceil() as i64).clamp(1, runs.max(1) as i64) as u64;
            counts.of_rank(rank).map(|(count, _)| value(count))
        };
        let percentiles = PERCENTS.map(|p| {
            let found = counts.percentile(p);
            let share = f64::from(p) / 100.0;
            let half = Z * (share * (1.0 - share) / effective.max(1.0)).sqrt();
            let (low, high) = (share - half, share + half);
            let end = |share: f64| if (0.0..=1.0).contains(&share) { at_share(share) } else { None };
            Percentile {
                p,
                value: found.map(|(count, _)| value(count)),
                date: found.filter(|_| is_time).map(|(count, _)| self.date(count)),
                run: found.map(|(_, run)| run),
                interval: (end(low.max(0.0)), end(high)),
            }
        });
        let there = runs - counts.never;
        let sum: i128 =
            counts.bins.iter().map(|(&count, bin)| i128::from(count) * i128::from(bin.runs)).sum();
        Measured {
            id: id.to_owned(),
            name,
            moment: None,
            is_fact: is_time && self.is_fact(counts),
            unit: if is_time { "h".to_owned() } else { unit.to_owned() },
            planned: None,
            never: counts.never as f64 / runs.max(1) as f64,
            mean: (there > 0).then(|| rounded(sum as f64 / there as f64 * per_unit)),
            percentiles: percentiles.to_vec(),
            histogram: histogram(counts, per_unit),
        }
    }
}

/// Bars of a histogram at most.
const MOST_BARS: i64 = 20;

/// The runs over equal parts of the values, which are a round number of slots, tonnes or money wide.
fn histogram(counts: &Counts, per_unit: f64) -> Vec<Bar> {
    let (Some((&first, _)), Some((&last, _))) = (counts.bins.first_key_value(), counts.bins.last_key_value())
    else {
        return Vec::new();
    };
    let width = round_width((last - first + 1 + MOST_BARS - 1) / MOST_BARS, per_unit);
    let begin = first.div_euclid(width) * width;
    let bars = (last - begin) / width + 1;
    let mut rows: Vec<Bar> = (0..bars)
        .map(|bar| Bar {
            from: rounded((begin + bar * width) as f64 * per_unit),
            to: rounded((begin + (bar + 1) * width) as f64 * per_unit),
            runs: 0,
        })
        .collect();
    for (&value, bin) in &counts.bins {
        rows[((value - begin) / width) as usize].runs += bin.runs;
    }
    rows
}

/// The next width that is round: 1, 2, 5 times a power of ten; for hours also 6, 12 and whole days.
fn round_width(least: i64, per_unit: f64) -> i64 {
    let least = least.max(1);
    let is_hours = (per_unit - 1.0).abs() < 1e-9;
    if is_hours
        && let Some(width) = [1, 2, 3, 6, 12, 24, 48, 72, 120, 240].into_iter().find(|width| *width >= least)
    {
        return width;
    }
    let mut ten = 1;
    loop {
        if let Some(width) = [1, 2, 5].into_iter().map(|digit| digit * ten).find(|width| *width >= least) {
            return width;
        }
        ten *= 10;
    }
}

impl PolicyAnswer {
    /// What the tally of a policy means.
    pub fn new(head: &Head, policy: &str, tally: &Tally) -> PolicyAnswer {
        let runs = tally.runs;
        let outcomes = Outcome::ALL.iter().zip(tally.outcomes);
        let outcomes = outcomes.filter(|(outcome, runs)| *runs > 0 || **outcome == Outcome::Done);
        let culprits = tally.culprits.iter().map(|&(outcome, item, runs)| Culprit {
            outcome,
            id: head.items.get(item).cloned().unwrap_or_default(),
            runs,
        });
        let mut culprits: Vec<Culprit> = culprits.collect();
        culprits.sort_by_key(|culprit| std::cmp::Reverse(culprit.runs));
        let per_run = |slots: u64| head.hours(slots as f64) / runs.max(1) as f64;
        let lost = |id: &String, slots: u64| LostTo { id: id.clone(), hours_per_run: per_run(slots) };
        let by_slots = |mut rows: Vec<LostTo>| {
            rows.retain(|row| row.hours_per_run > 0.0);
            rows.sort_by(|a, b| b.hours_per_run.total_cmp(&a.hours_per_run));
            rows
        };
        PolicyAnswer {
            policy: policy.to_owned(),
            runs,
            unproven_runs: tally.unproven.0,
            unplanned_runs: tally.unproven.1,
            outcomes: outcomes
                .map(|(outcome, count)| head.share(outcome.word().to_owned(), count, runs))
                .collect(),
            culprits,
            deadlines: deadlines(head, tally),
            milestones: milestones(head, tally),
            amounts: amounts(head, tally),
            times: KINDS
                .iter()
                .zip(&tally.spent)
                .enumerate()
                .map(|(nth, (kind, counts))| {
                    let row = head.measured(kind, (*kind).to_owned(), "h", head.slot_h, counts);
                    Measured { planned: head.planned_times_h.map(|times| times[nth]), ..row }
                })
                .collect(),
            lost_by_task: by_slots(
                head.items.iter().zip(&tally.lost_by_item).map(|(id, &s)| lost(id, s)).collect(),
            ),
            lost_by_channel: by_slots(tally.lost_by_channel.iter().map(|(id, &s)| lost(id, s)).collect()),
            lost_by_month_h: tally.lost_by_month.map(per_run),
            held_up: held_up(head, tally),
            curve: curve(head, tally),
            departures: departures(head, tally),
        }
    }

    /// The share of runs that end so.
    pub fn share_of(&self, outcome: Outcome) -> f64 {
        self.outcomes.iter().find(|share| share.id == outcome.word()).map_or(0.0, |share| share.share)
    }
}

/// What vessels waited for, the longest first.
fn held_up(head: &Head, tally: &Tally) -> Vec<HeldUp> {
    let per_run = |slots: u64| head.hours(slots as f64) / tally.runs.max(1) as f64;
    let row = |(id, held): (&String, &[u64; 2])| HeldUp {
        id: id.clone(),
        for_vessel_h: per_run(held[0]),
        for_goods_h: per_run(held[1]),
    };
    let mut rows: Vec<HeldUp> = head.items.iter().zip(&tally.held).map(row).collect();
    let all = |row: &HeldUp| row.for_vessel_h + row.for_goods_h;
    rows.retain(|row| all(row) > 0.0);
    rows.sort_by(|a, b| all(b).total_cmp(&all(a)));
    rows
}

fn deadlines(head: &Head, tally: &Tally) -> Vec<Share> {
    let by = |counts: &Counts, slot: u32| {
        counts.bins.range(..=i64::from(slot)).map(|(_, bin)| bin.runs).sum::<u64>()
    };
    let of_tasks = head.tasks.iter().zip(&tally.ends).flat_map(|(task, ends)| {
        let dates = [("deadline", task.deadline), ("due", task.due)];
        dates
            .into_iter()
            .filter_map(move |(what, slot)| Some((format!("{}.{what}", task.id), by(ends, slot?))))
    });
    let end = ("plan.end".to_owned(), by(&tally.finish, head.slots));
    of_tasks.chain([end]).map(|(id, runs)| head.share(id, runs, tally.runs)).collect()
}

fn departures(head: &Head, tally: &Tally) -> Vec<DepartureRow> {
    let mut dates: Vec<_> = tally.departures.iter().collect();
    dates.sort_by_key(|row| row.first);
    let tonnes = |counts: &Counts| {
        PERCENTS.map(|p| counts.percentile(p).map_or(0.0, |(value, _)| value as f64 / PER_TONNE))
    };
    let row = |departure: &super::tally::Departure| DepartureRow {
        date: departure.date.clone(),
        runs: departure.runs,
        done: head.share("done".to_owned(), departure.outcomes[Outcome::Done as usize], departure.runs),
        lost: departure.outcomes[Outcome::Lost as usize] as f64 / departure.runs.max(1) as f64,
        sampled_t: tonnes(&departure.sampled),
        delivered_t: tonnes(&departure.delivered),
        supplied_t: head.supplies.then(|| tonnes(&departure.supplied)),
    };
    dates.into_iter().map(row).collect()
}

fn milestones(head: &Head, tally: &Tally) -> Vec<Measured> {
    let mut rows = Vec::new();
    for ((task, starts), ends) in head.tasks.iter().zip(&tally.starts).zip(&tally.ends) {
        let moments =
            [("start", starts, task.planned.map(|p| p.0)), ("end", ends, task.planned.map(|p| p.1))];
        for (moment, counts, planned) in moments {
            let row = head.measured(&task.id, task.name.clone(), "h-from-start", head.slot_h, counts);
            let planned = planned.map(|slot| head.hours(f64::from(slot)));
            rows.push(Measured { moment: Some(moment), planned, ..row });
        }
    }
    if head.lifts {
        let name = "first mud on deck".to_owned();
        let row = head.measured("first-mud", name, "h-from-start", head.slot_h, &tally.first_mud);
        let planned = head.planned_first_mud.map(|slot| head.hours(f64::from(slot)));
        rows.push(Measured { planned, ..row });
    }
    // What goes on ashore alone has no end: the finish is that of vessels and tasks.
    if head.vessels.is_empty() && head.tasks.is_empty() {
        return rows;
    }
    let finish = head.measured("finish", "all done".to_owned(), "h-from-start", head.slot_h, &tally.finish);
    let planned = head.planned.map(|planned| head.hours(f64::from(planned.2)));
    rows.push(Measured { planned, ..finish });
    rows
}

fn amounts(head: &Head, tally: &Tally) -> Vec<Measured> {
    let mut rows = Vec::new();
    let mut tonnes = |id: &str, counts: &Counts, planned: Option<f64>| {
        let row = head.measured(id, id.to_owned(), "t", 1.0 / PER_TONNE, counts);
        rows.push(Measured { planned, ..row });
    };
    if head.lifts {
        tonnes("sampled", &tally.sampled, head.planned.map(|planned| planned.0));
    }
    if head.delivers {
        tonnes("delivered", &tally.delivered, head.planned.map(|planned| planned.1));
    }
    if head.supplies {
        tonnes("supplied", &tally.supplied, head.planned_supplied);
    }
    if let Some(planned) = head.planned_meetings {
        let row = head.measured("meetings", "meetings".to_owned(), "held", 1.0, &tally.met);
        rows.push(Measured { planned: Some(f64::from(planned)), ..row });
    }
    if let Some(currency) = &head.currency {
        let row = head.measured("cost", "cost".to_owned(), currency, 1.0 / PER_MONEY, &tally.cost);
        rows.push(Measured { planned: head.planned_cost, ..row });
    }
    rows
}

fn curve(head: &Head, tally: &Tally) -> Vec<Point> {
    let points = tally.curve.len().max(2) - 1;
    let point = |(place, row): (usize, &Vec<u64>)| {
        let slot = u64::from(head.slots) * place as u64 / points as u64;
        let runs: u64 = row.iter().sum();
        let values = PERCENTS.map(|p| {
            let rank = (u128::from(runs) * u128::from(p)).div_ceil(100).max(1) as u64;
            let mut below = 0;
            let step = row.iter().position(|count| {
                below += count;
                below >= rank
            });
            step.unwrap_or(0) as f64 / CURVE_STEPS as f64 * head.curve_most
        });
        Point { h: head.hours(slot as f64), date: head.date(slot as i64), values }
    };
    tally.curve.iter().enumerate().map(point).collect()
}

/// A kept run as it is told.
pub fn run_row(head: &Head, policy: &str, kept: &Kept, start: Time, year: i32) -> RunRow {
    let at = |slot: u32| {
        let zone = crate::time::Zone::named(&head.zone).unwrap_or(crate::time::Zone::UTC);
        let seconds = (f64::from(slot) * head.slot_h * 3600.0).round() as i64;
        zone.local(start.to_utc() + chrono::TimeDelta::seconds(seconds))
    };
    let tasks = head.tasks.iter().zip(&kept.tasks).filter_map(|(task, times)| {
        let (from, to) = (*times)?;
        Some((task.id.clone(), serde_json::json!([at(from), at(to)])))
    });
    let [work_h, sail_h, weather_h, other_h, idle_h] =
        kept.spent.map(|slots| rounded(head.hours(f64::from(slots))));
    RunRow {
        run: kept.run,
        policy: policy.to_owned(),
        start,
        happened: head.happened.as_ref().map(|happened| at(happened.slot)),
        year,
        outcome: kept.outcome,
        tasks: tasks.collect(),
        sampled_t: kept.sampled_t,
        delivered_t: kept.delivered_t,
        supplied_t: head.supplies.then_some(kept.supplied_t),
        finish: at(kept.finish),
        cost: kept.cost,
        waits: Waits { work_h, sail_h, weather_h, other_h, idle_h },
    }
}
