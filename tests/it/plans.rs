//! Every plan in `plans/`: that it loads, that each of its numbers says where it is from, and that its weather can be made again.

use mudline::plan::load;
use mudline::plan::template::TEMPLATES;
use mudline::units::{Length, Mass, Money, Quantity, QuantityError, Rate, Share, Span, Speed};
use mudline::weather::{CLIMATES, Climate, synthesise, synthetic_csv};
use std::fs;
use std::path::{Path, PathBuf};

/// The folders in `plans/`, by name.
fn folders() -> Vec<PathBuf> {
    let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans");
    let entries = fs::read_dir(plans).expect("the folder plans");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    assert!(folders.len() >= 3);
    folders
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn every_plan_loads_without_errors_or_warnings() {
    for folder in folders() {
        let checked = load(&folder).expect("a plan file");
        let told: Vec<String> = checked.found.iter().map(|fault| fault.render(false)).collect();
        assert_eq!(checked.found.errors() + checked.found.warnings(), 0, "{}", told.join("\n"));
        assert!(checked.plan.is_some(), "{}", folder.display());
    }
}

#[test]
fn every_number_says_where_it_is_from() {
    let mut bare = Vec::new();
    for folder in folders() {
        let notes = text(&folder.join("NOTES.md"));
        let sources = source_names(&notes);
        let plan = text(&folder.join("plan.toml"));
        let mut above = String::new();
        for (line, number) in plan.lines().zip(1..) {
            let (code, comment) = split_comment(line);
            if code.trim().is_empty() {
                above = if comment.is_empty() { String::new() } else { format!("{above} {comment}") };
                continue;
            }
            let said = format!("{above} {comment}");
            let is_said = said.contains("assumption") || sources.iter().any(|source| said.contains(source));
            if holds_a_quantity(code) && !is_said {
                bare.push(format!("{}/plan.toml:{number}: {line}", folder.display()));
            }
            above.clear();
        }
    }
    assert!(bare.is_empty(), "without source or the word assumption:\n{}", bare.join("\n"));
}

/// The first column of the table under `## Sources`.
fn source_names(notes: &str) -> Vec<&str> {
    let table = notes.split("## Sources").nth(1).unwrap_or_default();
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.filter_map(|row| row.split('|').nth(1)).map(str::trim).collect()
}

/// What stands before and after the first `#` outside quotes.
fn split_comment(line: &str) -> (&str, &str) {
    let mut is_quoted = false;
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '#' if !is_quoted => return (&line[..at], &line[at + 1..]),
            _ => {}
        }
    }
    (line, "")
}

/// Whether a line of a plan holds a quantity, a number or a date.
fn holds_a_quantity(code: &str) -> bool {
    let Some((_, value)) = code.split_once('=') else { return false };
    let is_quoted_quantity = |text: &str| {
        fn is<Q: Quantity>(text: &str) -> bool {
            let read: Result<Q, QuantityError> = Q::parse(text);
            read.is_ok()
        }
        let parsers: [fn(&str) -> bool; 6] =
            [is::<Length>, is::<Mass>, is::<Rate>, is::<Share>, is::<Span>, is::<Speed>];
        let is_count = text.starts_with(|c: char| c.is_ascii_digit());
        parsers.iter().any(|parser| parser(text))
            || Money::parse(text, false).is_some()
            || Money::parse(text, true).is_some()
            || is_count
    };
    value.split('"').enumerate().any(|(place, part)| {
        let is_quoted = place % 2 == 1;
        if is_quoted { is_quoted_quantity(part) } else { part.contains(|c: char| c.is_ascii_digit()) }
    })
}

#[test]
fn quantities_are_recognised() {
    for code in
        ["a = \"2.5 m\"", "a = 3", "a = [1, 2]", "a = { hs = \"2 m\" }", "a = 2026-01-01", "a = \"0..1\""]
    {
        assert!(holds_a_quantity(code), "{code}");
    }
    for code in ["id = \"location-1\"", "[[task]]", "after = [\"move-to-2\"]"] {
        assert!(!holds_a_quantity(code), "{code}");
    }
}

/// The weather of a plan, made again from what its notes say.
fn is_made_by(plan: &str, climate: (&str, &str), start: &str, hours: usize, seed: u64) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans").join(plan);
    let command =
        format!("mudline weather synth {} --start {start} --hours {hours} --seed {seed}", climate.0);
    assert!(text(&folder.join("NOTES.md")).contains(&command), "{plan}/NOTES.md does not say {command}");
    let (name, contents) = climate;
    let climate = Climate::parse(name, contents).expect("a climate");
    let start = start.parse().expect("a time");
    let made = synthetic_csv(&climate, name, start, hours, seed).expect("a series");
    assert!(made == text(&folder.join("weather.csv")), "{plan}/weather.csv is not what the generator gives");
    let (_, sea) = load(&folder).expect("a plan file").plan.expect("a good plan");
    assert_eq!(sea.0, [synthesise(&climate, start, hours, seed).expect("a series")], "{plan}: as it is read");
}

#[test]
fn the_weather_can_be_made_again() {
    let own = include_str!("../../plans/chikyu-2026/climate.toml");
    is_made_by("chikyu-2026", ("climate.toml", own), "2026-01-10T00:00:00Z", 912, 2366);
    let own = include_str!("../../plans/nori-d-2022/climate.toml");
    is_made_by("nori-d-2022", ("climate.toml", own), "2022-09-14T00:00:00Z", 1728, 2022);
    is_made_by("windows", CLIMATES[0], "2026-06-01T00:00:00Z", 120, 186);
}

#[test]
fn the_climate_of_the_trial_is_that_of_the_seeds_with_storms() {
    let own = Climate::parse("climate.toml", include_str!("../../plans/chikyu-2026/climate.toml"));
    let own = own.expect("a climate");
    let seed = Climate::parse(CLIMATES[0].0, CLIMATES[0].1).expect("a climate");
    assert_eq!(own.storms.len(), 2);
    assert_eq!(Climate { name: seed.name.clone(), storms: Vec::new(), ..own }, seed);
}

#[test]
fn a_template_holds_its_folder_whole() {
    for template in TEMPLATES {
        let (_, plan) = template.files.iter().find(|(path, _)| *path == "plan.toml").expect("a plan");
        let folder = folders().into_iter().find(|folder| text(&folder.join("plan.toml")) == *plan);
        let folder = folder.unwrap_or_else(|| panic!("{} has no folder", template.name));
        let mut held: Vec<&str> = template.files.iter().map(|(path, _)| *path).collect();
        let mut there: Vec<String> = fs::read_dir(&folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        held.sort_unstable();
        there.sort_unstable();
        assert_eq!(held, there, "{}", template.name);
        for (path, contents) in template.files {
            assert!(text(&folder.join(path)) == *contents, "{}/{path}", template.name);
        }
    }
}
