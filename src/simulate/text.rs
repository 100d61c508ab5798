//! An answer as people read it: 80 columns, odds first, then dates, tonnes, and what costs the days.
//!
//! In: an [`Answer`]. Out: text. It computes nothing that the answer does not say.

mod ends;

use super::answer::{Answer, Head, LostTo, Measured, PolicyAnswer};
use super::what_if::WhatIf;
use crate::time::short;
use std::fmt::Write as _;

/// The text of an answer.
pub fn render(answer: &Answer) -> String {
    let head = &answer.simulated;
    let mut text = String::new();
    title(answer, &mut text);
    for policy in &answer.policies {
        describe(head, policy, answer.policies.len() > 1, &mut text);
    }
    if let [first, others @ ..] = answer.policies.as_slice() {
        for other in others {
            compare(head, first, other, &mut text);
        }
    }
    if let Some(rows) = &answer.what_if {
        what_if(rows, &mut text);
    }
    text
}

fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn plural(n: u64, what: &str) -> String {
    format!("{} {what}{}", number(n), if n == 1 { "" } else { "s" })
}

fn title(answer: &Answer, text: &mut String) {
    let head = &answer.simulated;
    let _ = writeln!(text, "{}", head.plan);
    let runs = answer.policies.iter().map(|policy| policy.runs).max().unwrap_or(0);
    let of_years = match head.weather.source.as_str() {
        "none" => String::new(),
        "synthetic" => format!(" in {}", plural(head.weather.years, "synthetic weather year")),
        _ => format!(" in {}", plural(head.weather.years, "weather year")),
    };
    let draws = if head.draws > 1 { format!(", {} draws each", number(head.draws)) } else { String::new() };
    let _ =
        writeln!(text, "{} from {}{of_years}{draws}", plural(runs, "run"), plural(head.starts_run, "start"));
    wrapped(text, "weather", &head.weather.about);
    wrapped(text, "order", &head.order);
    if let Some(happened) = &head.happened {
        let until = happened.until.format("%Y-%m-%d %H:%M");
        let words = format!("from {until} on; what happened before it is kept");
        wrapped(text, "rest", &words);
    }
    let how = |word: &str, key: &str| match word {
        "drawn" => format!("drawn from `{key}`"),
        _ => "as planned".to_owned(),
    };
    let durations = how(&head.durations, "spread");
    let yields = head.yields.as_ref().map(|word| format!("; yields {}", how(word, "yield_spread")));
    let known = format!(
        "durations {durations}{}; forecast {} h, perfect inside it; seed {}",
        yields.unwrap_or_default(),
        head.forecast_h,
        head.seed
    );
    wrapped(text, "rules", &known);
    for refused in &head.refused {
        let note = format!(
            "{} not run, first {}: {}",
            plural(refused.count, "start"),
            refused.first.format("%Y-%m-%d"),
            refused.cause
        );
        wrapped(text, "note", &note);
    }
    if !answer.is_complete {
        wrapped(text, "note", "INCOMPLETE: not every run that was asked for is in it");
    }
    if head.weather.source != "none" && head.weather.years < 2 {
        wrapped(
            text,
            "note",
            "odds from one weather year are none; name a longer series with --weather, or draw years with --years N",
        );
    }
}

/// A label and words, folded at 80 columns.
fn wrapped(text: &mut String, label: &str, words: &str) {
    let mut line = format!("{label:<9}");
    for word in words.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > 79 {
            let _ = writeln!(text, "{}", line.trim_end());
            line = " ".repeat(9);
        }
        if !line.ends_with(' ') {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(text, "{}", line.trim_end());
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn describe(head: &Head, policy: &PolicyAnswer, is_named: bool, text: &mut String) {
    if is_named {
        let _ = writeln!(text, "\n== {} ==", policy.policy);
    }
    ends::describe(head, policy, text);
    unproven(policy, text);
    let never = |row: &Measured| row.percentiles.iter().all(|p| p.value.is_none());
    if !policy.milestones.is_empty() && policy.milestones.iter().all(never) {
        return;
    }
    dates(head, policy, text);
    quantities(policy, text);
    for row in policy.milestones.iter().filter(|row| row.id == "finish" || row.id == "first-mud") {
        bars(head, row, text);
    }
    let told = match (head.supplies, head.delivers) {
        (true, _) => "supplied",
        (false, true) => "delivered",
        (false, false) => "sampled",
    };
    policy.amounts.iter().filter(|row| row.id == told).for_each(|row| bars(head, row, text));
    departures(head, policy, text);
    lost(policy, text);
    held_up(policy, text);
    sureness(head, policy, text);
}

const SHOWN: [u32; 4] = [10, 50, 80, 90];

fn fit(words: &str, width: usize) -> String {
    let mut fitted: String = words.chars().take(width).collect();
    if words.chars().count() > width {
        fitted.pop();
        fitted.push('~');
    }
    format!("{fitted:<width$}")
}

fn dates(head: &Head, policy: &PolicyAnswer, text: &mut String) {
    if policy.milestones.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\nWhen (dates of the plan's calendar, {}); P80: no later in 80 of 100 runs",
        head.zone
    );
    let _ =
        writeln!(text, "  {:<20}{:>14}{:>11}{:>11}{:>11}{:>11}", "", "schedule", "P10", "P50", "P80", "P90");
    for row in &policy.milestones {
        let name = match row.moment {
            Some("start") if row.id != "finish" => continue,
            _ => fit(&row.name, 20),
        };
        let planned =
            row.planned.map_or("-".to_owned(), |h| short(head.date((h / head.slot_h).round() as i64)));
        let _ = write!(text, "  {name}{planned:>14}");
        if row.is_fact {
            text.push_str("   so it was, in every run\n");
            continue;
        }
        for p in row.percentiles.iter().filter(|p| SHOWN.contains(&p.p)) {
            let date = p.date.map_or("never".to_owned(), |date| date.format("%-d %b %Hh").to_string());
            let _ = write!(text, "{date:>11}");
        }
        text.push('\n');
    }
}

/// What would not fit in a column is told in millions.
const MANY: f64 = 1e7;

fn quantities(policy: &PolicyAnswer, text: &mut String) {
    text.push_str("\nHow much; P80: no more than this in 80 of 100 runs\n");
    let _ =
        writeln!(text, "  {:<20}{:>14}{:>11}{:>11}{:>11}{:>11}", "", "schedule", "P10", "P50", "P80", "P90");
    let days = policy.times.iter().map(|row| (format!("{} time, days", row.name), row, 1.0 / 24.0));
    let amounts = policy.amounts.iter().map(|row| match most_of(row) >= MANY {
        true => (format!("{}, million {}", row.name, row.unit), row, 1e-6),
        false => (format!("{}, {}", row.name, row.unit), row, 1.0),
    });
    for (name, row, factor) in amounts.chain(days) {
        // A little less than nothing is nothing.
        let value = |value: f64| format!("{:.1}", value * factor).replace("-0.0", "0.0");
        let _ = write!(text, "  {}{:>14}", fit(&name, 20), row.planned.map_or("-".to_owned(), value));
        for p in row.percentiles.iter().filter(|p| SHOWN.contains(&p.p)) {
            let _ = write!(text, "{:>11}", p.value.map_or("never".to_owned(), value));
        }
        text.push('\n');
    }
}

/// The greatest number of a row.
fn most_of(row: &Measured) -> f64 {
    let values = row.percentiles.iter().filter_map(|p| p.value).chain(row.planned);
    values.map(f64::abs).fold(0.0, f64::max)
}

/// A histogram of one thing.
fn bars(head: &Head, row: &Measured, text: &mut String) {
    let most = row.histogram.iter().map(|bar| bar.runs).max().unwrap_or(0);
    if row.histogram.len() < 2 {
        return;
    }
    let _ = writeln!(text, "\n{}", row.name);
    for bar in &row.histogram {
        let label = match row.unit.as_str() {
            "h" => short(head.date((bar.from / head.slot_h).round() as i64)),
            unit => format!("{} {unit}", bar.from),
        };
        let hashes = (bar.runs * 48).div_ceil(most.max(1)) as usize;
        let line = format!("  {label:>13} {:>10} {}", number(bar.runs), "#".repeat(hashes));
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

fn lost(policy: &PolicyAnswer, text: &mut String) {
    if policy.lost_by_task.is_empty() {
        return;
    }
    text.push_str("\nDays lost to weather, a run on average\n");
    let rows = |rows: &[LostTo]| -> Vec<String> {
        rows.iter()
            .take(8)
            .map(|row| format!("{} {:>6.2}", fit(&row.id, 18), row.hours_per_run / 24.0))
            .collect()
    };
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let by_month = months.iter().zip(policy.lost_by_month_h).filter(|(_, hours)| *hours > 0.0);
    let by_month: Vec<String> =
        by_month.map(|(month, hours)| format!("{month} {:>6.2}", hours / 24.0)).collect();
    let columns = [rows(&policy.lost_by_task), rows(&policy.lost_by_channel), by_month];
    let _ = writeln!(text, "  {:<27}{:<28}by month", "by task", "by what stopped it");
    for line in 0..columns.iter().map(Vec::len).max().unwrap_or(0) {
        let cell = |column: usize| columns[column].get(line).cloned().unwrap_or_default();
        let whole = format!("  {:<27}{:<28}{}", cell(0), cell(1), cell(2));
        let _ = writeln!(text, "{}", whole.trim_end());
    }
}

/// Rows of what vessels wait for that are shown at most.
const MOST_HELD: usize = 8;

/// What vessels wait for beside the weather.
fn held_up(policy: &PolicyAnswer, text: &mut String) {
    if policy.held_up.is_empty() {
        return;
    }
    text.push_str("\nDays waited to begin, not for the weather, a run on average\n");
    let _ = writeln!(text, "  {:<26}{:>18}{:>20}", "", "for a vessel", "for goods or room");
    for row in policy.held_up.iter().take(MOST_HELD) {
        let [vessel, goods] = [row.for_vessel_h, row.for_goods_h].map(|hours| hours / 24.0);
        let _ = writeln!(text, "  {}{vessel:>18.2}{goods:>20.2}", fit(&row.id, 26));
    }
}

fn sureness(head: &Head, policy: &PolicyAnswer, text: &mut String) {
    let Some(done) = policy.outcomes.first() else { return };
    let what = if head.weather.source == "none" { "runs" } else { "weather years" };
    let (years, needed) = (head.weather.years, done.runs_for_one_point);
    text.push_str("\nHow sure\n");
    let words = format!(
        "intervals of 95 %; the odds of {} need about {} {what} to be known to one point, and there are {}",
        percent(done.share),
        number(needed),
        number(if head.weather.source == "none" { policy.runs } else { years }),
    );
    wrapped(text, "", &words);
}

/// How many runs were planned anew without proof that there is no better plan, and what that means.
fn unproven(policy: &PolicyAnswer, text: &mut String) {
    if policy.unproven_runs == 0 {
        return;
    }
    let mut words = format!(
        "of {} of {} runs the plan is not proven to be the best one: with more time for it they might do better",
        number(policy.unproven_runs),
        number(policy.runs),
    );
    if policy.unplanned_runs > 0 {
        words += &format!(
            "; {} of them had none by then, and count as if no schedule existed, which is not known",
            number(policy.unplanned_runs)
        );
    }
    wrapped(text, "", &words);
}

/// Rows of a scan that are shown at most.
const MOST_DEPARTURES: usize = 62;

/// Odds and tonnes by date of departure, with a picture of the odds.
fn departures(head: &Head, policy: &PolicyAnswer, text: &mut String) {
    if policy.departures.is_empty() {
        return;
    }
    let every = policy.departures.len().div_ceil(MOST_DEPARTURES);
    let nth = if every > 1 {
        format!(" (every {every}th of {} dates)", policy.departures.len())
    } else {
        String::new()
    };
    let _ =
        writeln!(text, "\nWhen to leave{nth}: {} (#), gear lost (x), in a hundred runs", ends::done(head));
    let tonnes = match (head.supplies, head.delivers) {
        (true, _) => "supplied",
        (false, true) => "t ashore",
        (false, false) => "t lifted",
    };
    let shown = head.lifts || head.delivers;
    let heading = if shown { format!("{tonnes} P20   P50   P80") } else { String::new() };
    let _ = writeln!(text, "  {:<12}{:>7}{:>7}  {heading:<27}", "leave", "runs", "done");
    for row in policy.departures.iter().step_by(every) {
        let landed = if head.delivers { &row.delivered_t } else { &row.sampled_t };
        let t = row.supplied_t.as_ref().unwrap_or(landed);
        // A tenth of a tonne is none where there are thousands.
        let digits = usize::from(t[3] < 1000.0);
        let amounts = if shown {
            format!("{:>12.digits$}{:>6.digits$}{:>6.digits$}", t[1], t[2], t[3])
        } else {
            String::new()
        };
        let (done, lost) = ((row.done.share * 22.0).round() as usize, (row.lost * 22.0).round() as usize);
        let bar = format!(
            "{}{}{}",
            "#".repeat(done),
            ".".repeat(22usize.saturating_sub(done + lost)),
            "x".repeat(lost)
        );
        let line = format!(
            "  {:<12}{:>7}{:>7}  {amounts:<27}{bar}",
            row.date,
            number(row.runs),
            percent(row.done.share)
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// What a little more of something would bring.
fn what_if(rows: &[WhatIf], text: &mut String) {
    text.push_str("\nWhat if, found by running it (a run on average, in the same weather)\n");
    let ashore = if rows.iter().any(|row| row.supplied_t.is_some()) { "t supplied" } else { "t ashore" };
    let _ = writeln!(text, "  {:<38}{:>12}{ashore:>12}{:>14}", "", "t lifted", "done, points");
    for row in rows {
        let delivered = row.supplied_t.unwrap_or(row.delivered_t) + 0.0;
        let (sampled, done) = (row.sampled_t + 0.0, 100.0 * row.done + 0.0);
        let _ = writeln!(text, "  {}{sampled:>+12.2}{delivered:>+12.2}{done:>+14.1}", fit(&row.about, 38));
    }
}

/// What not knowing costs: the difference of the medians and of the odds.
fn compare(head: &Head, first: &PolicyAnswer, other: &PolicyAnswer, text: &mut String) {
    let _ = writeln!(text, "\n{} against {}", other.policy, first.policy);
    let mean = |rows: &[Measured], id: &str| rows.iter().find(|row| row.id == id).and_then(|row| row.mean);
    let done = |policy: &PolicyAnswer| policy.share_of(super::log::Outcome::Done);
    let points = 100.0 * (done(other) - done(first));
    let odds = format!("odds of {}", ends::done(head));
    let _ = writeln!(text, "  {odds:<27} {points:+.1} points");
    for id in ["sampled", "delivered", "supplied"] {
        if let (Some(a), Some(b)) = (mean(&first.amounts, id), mean(&other.amounts, id)) {
            let _ = writeln!(text, "  {id:<28}{:+.1} t a run", b - a);
        }
    }
    if let (Some(a), Some(b)) = (mean(&first.milestones, "finish"), mean(&other.milestones, "finish")) {
        let _ = writeln!(
            text,
            "  {:<28}{:+.1} days on average of the runs that finish",
            "finish",
            (b - a) / 24.0
        );
    }
}
