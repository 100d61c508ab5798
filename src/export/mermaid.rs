//! A Gantt chart as Mermaid text, which code hosts and wikis draw inside a Markdown page.
//!
//! In: a schedule. Out: one `gantt`, a section a vessel, a bar for each interval that is worked, a milestone a delivery.
//! Times are UTC and the title says so: Mermaid draws a time as it is written, in no zone. (Where the reader's clocks are
//! set forward within the chart, Mermaid draws the hour that does not exist there an hour off.)
//! Not shown: waiting, idle time, tonnes by the hour. Mermaid knows no escapes, so characters with a meaning are replaced.

use super::Format;
use super::wording::{self, clean, tonnes};
use crate::schedule::{Schedule, Time};
use std::io::{self, Write};

/// The format `mermaid`.
pub struct Mermaid;

impl Format for Mermaid {
    fn name(&self) -> &'static str {
        "mermaid"
    }

    fn extension(&self) -> &'static str {
        "mmd"
    }

    fn about(&self) -> &'static str {
        "a Gantt chart for Markdown pages"
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "gantt")?;
        writeln!(out, "    title {} (times in UTC)", safe(&schedule.plan.name))?;
        writeln!(out, "    dateFormat YYYY-MM-DDTHH:mm:ss")?;
        let horizon = &schedule.horizon;
        let axis =
            if horizon.end - horizon.start < chrono::TimeDelta::days(5) { "%d %b %H:%M" } else { "%d %b" };
        writeln!(out, "    axisFormat {axis}")?;
        for actor in wording::actors(schedule) {
            write_section(schedule, actor, out)?;
        }
        if !schedule.deliveries.is_empty() {
            writeln!(out, "    section deliveries")?;
        }
        for (at, delivery) in schedule.deliveries.iter().enumerate() {
            let what = format!("{} t {} at {}", tonnes(delivery.tonnes), delivery.commodity, delivery.site);
            writeln!(out, "    {} :milestone, d{}, {}, 0d", safe(&what), at + 1, utc(delivery.time))?;
        }
        Ok(())
    }
}

fn write_section(schedule: &Schedule, actor: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "    section {}", safe(&wording::actor_title(schedule, actor)))?;
    for (at, activity) in schedule.activities.iter().enumerate() {
        if activity.vessel.as_deref() != actor || !wording::is_done(activity) {
            continue;
        }
        let critical = if activity.critical { "crit, " } else { "" };
        let parts = wording::worked(activity);
        for (part, &(start, end)) in parts.iter().enumerate() {
            let mut name = wording::title(activity);
            if parts.len() > 1 {
                name.push_str(&format!(" ({}/{})", part + 1, parts.len()));
            }
            let (name, id) = (safe(&name), format!("a{}p{}", at + 1, part + 1));
            writeln!(out, "    {name} :{critical}{id}, {}, {}", utc(start), utc(end))?;
        }
    }
    Ok(())
}

fn utc(time: Time) -> String {
    time.to_utc().format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// The words with which a line of a Mermaid Gantt chart can begin; matched by Mermaid without regard to case.
const KEYWORDS: [&str; 20] = [
    "acc",
    "axis",
    "call",
    "click",
    "date",
    "end",
    "excludes",
    "gantt",
    "href",
    "include",
    "inclusive",
    "section",
    "task",
    "tick",
    "title",
    "today",
    "top",
    "vert",
    "weekday",
    "weekend",
];

/// A name without the characters and the beginnings that mean something to Mermaid.
fn safe(name: &str) -> String {
    let replaced: String = clean(name)
        .chars()
        .map(|c| match c {
            ':' => '∶',
            ';' | ',' => '·',
            '#' => '♯',
            '%' => '％',
            '<' => '‹',
            '>' => '›',
            '"' | '`' => '\'',
            '{' => '(',
            '}' => ')',
            c => c,
        })
        .collect();
    let name = replaced.trim();
    let lower = name.to_ascii_lowercase();
    let begins_as_keyword = KEYWORDS.iter().any(|keyword| lower.starts_with(keyword));
    // A line must begin with a letter that starts no keyword and no date.
    if begins_as_keyword || !name.starts_with(char::is_alphabetic) {
        format!("· {name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_nothing_to_mermaid() {
        assert_eq!(safe("a: b; c #1, d\n%%x"), "a∶ b· c ♯1· d ％％x");
        assert_eq!(safe("Section two"), "· Section two");
        assert_eq!(safe("2026-01-01"), "· 2026-01-01");
        assert_eq!(safe(" "), "· ");
        assert_eq!(safe("run-pipe"), "run-pipe");
    }
}
