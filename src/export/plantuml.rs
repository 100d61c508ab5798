//! A Gantt chart as PlantUML text, for manuals and wikis that draw it.
//!
//! In: a schedule. Out: a `@startgantt` document, a separator a vessel, a bar an activity, a milestone a delivery.
//! PlantUML's charts know whole days only: a bar covers every day, by the clock of the plan's zone, that its activity touches.
//! Not shown: hours, pauses, waiting. For those there is `svg` or `mermaid`.
//! PlantUML knows no escapes in a name, so characters with a meaning to it are replaced by ones that look alike.

use super::Format;
use super::wording::{self, Clock, clean, tonnes};
use crate::schedule::{Activity, Schedule};
use chrono::{NaiveDate, TimeDelta};
use std::io::{self, Write};

/// The format `plantuml`.
pub struct PlantUml;

impl Format for PlantUml {
    fn name(&self) -> &'static str {
        "plantuml"
    }

    fn extension(&self) -> &'static str {
        "puml"
    }

    fn about(&self) -> &'static str {
        "a Gantt chart in whole days for PlantUML"
    }

    fn refuses(&self, schedule: &Schedule) -> Option<String> {
        super::project::refuses(schedule, "PlantUML", 1970..=2999)
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        let clock = Clock::of(schedule);
        writeln!(out, "@startgantt")?;
        let (title, zone) = (safe(&schedule.plan.name), safe(&clock.name));
        writeln!(out, "title {title} (whole days, {zone})")?;
        writeln!(out, "Project starts {}", clock.at(schedule.horizon.start).date_naive())?;
        let mut number = 0;
        for actor in wording::actors(schedule) {
            writeln!(out, "-- {} --", safe(&wording::actor_title(schedule, actor)))?;
            let of_actor = schedule.activities.iter().filter(|activity| activity.vessel.as_deref() == actor);
            for activity in wording::by_time(of_actor.filter(|activity| wording::is_done(activity))) {
                number += 1;
                write_bar(activity, number, &clock, out)?;
            }
        }
        if !schedule.deliveries.is_empty() {
            writeln!(out, "-- deliveries --")?;
        }
        for (at, delivery) in schedule.deliveries.iter().enumerate() {
            let what = format!("{} t {} at {}", tonnes(delivery.tonnes), delivery.commodity, delivery.site);
            writeln!(out, "[{}] as [d{}] lasts 1 day", safe(&what), at + 1)?;
            writeln!(out, "[d{}] starts {}", at + 1, clock.at(delivery.time).date_naive())?;
        }
        writeln!(out, "@endgantt")
    }
}

fn write_bar(activity: &Activity, number: usize, clock: &Clock, out: &mut dyn Write) -> io::Result<()> {
    let (first, last) = days(activity, clock);
    let days = (last - first).num_days() + 1;
    let plural = if days == 1 { "" } else { "s" };
    writeln!(out, "[{}] as [a{number}] lasts {days} day{plural}", safe(&wording::title(activity)))?;
    writeln!(out, "[a{number}] starts {first}")?;
    if activity.critical {
        writeln!(out, "[a{number}] is colored in Tomato")?;
    }
    Ok(())
}

/// The first and the last day that an activity touches. One that ends at midnight does not touch the day that begins there.
fn days(activity: &Activity, clock: &Clock) -> (NaiveDate, NaiveDate) {
    let first = clock.at(activity.start).date_naive();
    let last = clock.at(activity.end - TimeDelta::seconds(1)).date_naive();
    (first, last.max(first))
}

/// A name without the characters that mean something to PlantUML.
fn safe(name: &str) -> String {
    let replaced: String = clean(name)
        .chars()
        .map(|c| match c {
            '[' | '{' => '(',
            ']' | '}' => ')',
            '<' => '‹',
            '>' => '›',
            '"' | '`' => '\'',
            '\\' => '∖',
            '!' => 'ǃ',
            '%' => '％',
            '~' => '∼',
            '*' => '∗',
            '#' => '♯',
            '@' => '＠',
            '$' => '＄',
            '/' => '∕',
            '_' => '‗',
            '-' => '‐',
            c if c > '\u{FFFF}' || ('\u{E000}'..='\u{F8FF}').contains(&c) || c >= '\u{FFFE}' => '□',
            c => c,
        })
        .collect();
    let name = replaced.trim();
    super::project::short(if name.is_empty() { "·" } else { name }, 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_nothing_to_plantuml() {
        assert_eq!(safe("[a] \"b\" -- c <d> \u{1F6A2}"), "(a) 'b' ‐‐ c ‹d› □");
        assert_eq!(safe(" "), "·");
        assert_eq!(safe(&"x".repeat(10_000)).chars().count(), 200);
    }
}
