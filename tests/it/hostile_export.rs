//! Schedules that nobody would make, in every format: names of every kind, years beyond sense, nothing at all, times reversed.
//!
//! Each format writes a right file or says why it cannot; `make peers` shows the same names to programs of other people.

use crate::support::{Run, repo};
use mudline::export::{FORMATS, Format};
use mudline::schedule::{self, Schedule};
use std::fs;

/// Names with a meaning to some format, or to none.
fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "a \"quoted\" 'name'",
        "a, b; c",
        "two\nlines\r\n",
        "</script><b>&amp;",
        "]]>",
        "<!-- -->",
        "\u{1F6A2}",
        "سفينة",
        "\u{202e}turned",
        "a\u{0}b\u{7}c\u{1b}[31m",
        "荒天待機",
        "tab\there",
        "\\",
        "\u{fffe}\u{ffff}",
        "",
        " ",
        "%d {0} ${x} `y` #",
        "@endgantt",
        "BEGIN:VEVENT",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("x".repeat(10_000));
    names
}

fn golden() -> Schedule {
    schedule::read(&repo("tests/golden/export/schedule.json")).expect("a schedule")
}

/// The same schedule with each name, id and word of it replaced by the names, one after the other.
fn renamed() -> Schedule {
    let mut schedule = golden();
    let all = names();
    let mut next = all.iter().cycle();
    let mut take = || next.next().cloned().unwrap_or_default();
    schedule.plan.name = "</script> \"a\", <b> & \u{202e}\u{1}\n# plan".to_owned();
    schedule.plan.currency = Some("=US\u{0}".to_owned());
    for (at, activity) in schedule.activities.iter_mut().enumerate() {
        activity.name = take();
        activity.id = format!("{}.{at}", take());
        activity.site = activity.site.as_ref().map(|_| take());
        activity.to_site = activity.to_site.as_ref().map(|_| take());
        activity.commodity = activity.commodity.as_ref().map(|_| take());
    }
    for delivery in &mut schedule.deliveries {
        (delivery.site, delivery.commodity) = (take(), take());
    }
    for row in &mut schedule.windows {
        row.limits = take();
    }
    for stock in &mut schedule.stocks {
        stock.holder = take();
    }
    schedule
}

fn written(format: &dyn Format, schedule: &Schedule) -> Option<Vec<u8>> {
    if let Some(reason) = format.refuses(schedule) {
        assert!(reason.len() > 20, "{}: {reason:?} says too little", format.name());
        return None;
    }
    let (mut bytes, mut again) = (Vec::new(), Vec::new());
    format.write(schedule, &mut bytes).unwrap_or_else(|e| panic!("{}: {e}", format.name()));
    format.write(schedule, &mut again).expect("written before");
    assert!(bytes == again, "{} is not the same twice", format.name());
    assert!(!bytes.is_empty(), "{} writes nothing", format.name());
    Some(bytes)
}

/// Asserts of XML that it is well formed and holds no character that XML 1.0 forbids.
fn assert_xml(name: &str, text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut depth = 0_i32;
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}")) {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{name} is not closed");
    let is_legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..) && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let illegal: Vec<char> = text.chars().filter(|c| !is_legal(*c)).collect();
    assert!(illegal.is_empty(), "{name} holds {illegal:?}");
}

/// What every text format keeps: it is text, and names put no control characters and no turning of direction into it.
fn assert_text(format: &dyn Format, bytes: &[u8]) {
    let name = format.name();
    let text = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    if name == "json" {
        return;
    }
    assert!(
        !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')),
        "{name}: a control character"
    );
    assert!(!text.contains('\u{202e}'), "{name}: text that turns");
    if text.starts_with("<?xml") || text.starts_with("<svg") {
        assert_xml(name, text);
    }
}

#[test]
fn every_format_takes_every_name() {
    let schedule = renamed();
    for format in FORMATS {
        let Some(bytes) = written(*format, &schedule) else { continue };
        if format.is_text() {
            assert_text(*format, &bytes);
        }
    }
}

#[test]
fn names_cannot_run_or_break_a_row() {
    let schedule = renamed();
    let csv =
        written(mudline::export::format("csv").expect("a format"), &schedule).expect("csv refuses nothing");
    let mut rows = csv::Reader::from_reader(csv.as_slice());
    let mut count = 0;
    for row in rows.records() {
        for cell in &row.expect("a row") {
            assert!(!cell.starts_with(['=', '+', '@']), "{cell:?} would run");
        }
        count += 1;
    }
    assert_eq!(count, schedule.activities.len());
    let xer = written(mudline::export::format("xer").expect("a format"), &schedule).expect("xer holds it");
    let xer: String = xer.iter().map(|byte| char::from(*byte)).collect();
    let mut fields = 0;
    for line in xer.split("\r\n") {
        assert!(!line.contains(['\n', '\r']));
        match line.split('\t').next() {
            Some("%F") => fields = line.split('\t').count(),
            Some("%R") => assert_eq!(line.split('\t').count(), fields, "{line}"),
            _ => {}
        }
    }
}

#[test]
fn a_schedule_without_activities_is_a_file_too() {
    let mut schedule = golden();
    schedule.activities.clear();
    schedule.deliveries.clear();
    schedule.stocks.clear();
    schedule.windows.clear();
    schedule.links.clear();
    schedule.routes.clear();
    schedule.totals.vessels.clear();
    for format in FORMATS {
        if let Some(bytes) = written(*format, &schedule).filter(|_| format.is_text()) {
            assert_text(*format, &bytes);
        }
    }
}

/// The schedule moved by so many years of 365 days.
fn moved(years: i32) -> Schedule {
    let text = fs::read_to_string(repo("tests/golden/export/schedule.json")).expect("a schedule");
    let text = text.replace("\"2026-", &format!("\"{}-", 2026 + years));
    serde_json::from_str(&text).expect("a schedule")
}

#[test]
fn years_long_ago_and_far_ahead_are_right_or_refused() {
    for years in [-60, -200, -1500, 80, 150, 7000] {
        let schedule = moved(years);
        for format in FORMATS {
            let written = written(*format, &schedule);
            if let Some(bytes) = written.filter(|_| format.is_text()) {
                assert_text(*format, &bytes);
            }
        }
    }
    for (years, name) in [(-60, "msproject"), (150, "msproject"), (-200, "pmxml"), (7000, "plantuml")] {
        let format = mudline::export::format(name).expect("a format");
        let reason = format.refuses(&moved(years)).unwrap_or_else(|| panic!("{name} takes {years}"));
        assert!(reason.contains(&(2026 + years).to_string()), "{reason}");
    }
}

/// Runs `export` on a schedule whose text was changed, and gives what it complains of.
fn refused(from: &str, to: &str) -> String {
    let text = fs::read_to_string(repo("tests/golden/export/schedule.json")).expect("a schedule");
    assert!(text.contains(from), "no {from}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schedule.json");
    fs::write(&file, text.replacen(from, to, 1)).expect("written");
    let mut said = String::new();
    for format in FORMATS {
        let out = folder.path().join("out");
        let ran = Run::new(["export", "-f", format.name(), "-o"]).arg(&out).arg(&file).refused();
        assert!(!out.exists(), "{} left a file", format.name());
        said = ran.stderr;
    }
    said
}

#[test]
fn a_schedule_that_was_edited_or_is_newer_is_refused_with_its_cause() {
    for (from, to, cause) in [
        ("mudline-schedule-1", "mudline-schedule-2", "another version"),
        ("\"activities\"", "\"activitys\"", "activitys"),
        ("\"start\": \"2026-01-12T09:00:00+09:00\"", "\"start\": \"2026-13-12T09:00:00+09:00\"", "line"),
        ("\"start\": \"2026-01-12T09:00:00+09:00\"", "\"start\": \"+12026-01-12T09:00:00+09:00\"", "year"),
        ("\"end\": \"2026-02-15T18:00:00+09:00\"", "\"end\": \"2026-01-01T18:00:00+09:00\"", "before"),
        ("\"slot_h\": 1.0", "\"slot_h\": 1e999", "line"),
    ] {
        let said = refused(from, to);
        assert!(said.contains(cause), "{to}: {said}");
    }
}

#[test]
fn an_activity_that_ends_before_it_begins_is_refused() {
    let mut schedule = golden();
    let activity = &mut schedule.activities[1];
    (activity.start, activity.end) = (activity.end, activity.start);
    let id = activity.id.clone();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schedule.json");
    fs::write(&file, serde_json::to_string(&schedule).expect("JSON")).expect("written");
    for format in FORMATS {
        let ran = Run::new(["export", "-f", format.name()]).arg(&file).refused();
        assert!(ran.stderr.contains(&id) && ran.stderr.contains("before"), "{}", ran.stderr);
    }
}
