//! Every format writes exactly the bytes of its golden file; every file of the folder and of the goldens is accounted for.
//!
//! The goldens come from `tests/golden/export/schedule.json`, which was made up for them and came from no solver. The text format
//! has two more looks, in `tests/golden/export/looks`. `MUDLINE_REWRITE_GOLDEN=1 cargo test` rewrites them all.

use mudline::export::{self, FORMATS};
use mudline::schedule::{self, Schedule};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn golden(file: &str) -> PathBuf {
    root().join("tests/golden/export").join(file)
}

fn schedule(file: &str) -> Schedule {
    schedule::read(&golden(file)).expect("a schedule")
}

fn written(format: &str, schedule: &Schedule) -> Vec<u8> {
    let mut bytes = Vec::new();
    export::format(format).expect("a format").write(schedule, &mut bytes).expect("memory takes every byte");
    bytes
}

/// Compares with the golden file, or rewrites it when asked to.
fn check(file: &str, bytes: &[u8]) {
    let path = golden(file);
    if std::env::var_os("MUDLINE_REWRITE_GOLDEN").is_some() {
        fs::write(&path, bytes).expect("the golden file is written");
        return;
    }
    let expected =
        fs::read(&path).unwrap_or_else(|e| panic!("{file}: {e}; MUDLINE_REWRITE_GOLDEN=1 writes it"));
    if expected == bytes {
        return;
    }
    let hint = "MUDLINE_REWRITE_GOLDEN=1 writes it anew; then look at what changed";
    if bytes.contains(&0) {
        panic!("{file} has changed; {hint}");
    }
    let [expected, found] = [expected.as_slice(), bytes].map(String::from_utf8_lossy);
    panic!("{file} has changed; {hint}; expected:\n{expected}\nfound:\n{found}");
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_format_writes_its_golden_file() {
    let schedule = schedule("schedule.json");
    for format in FORMATS {
        let file = format!("{}.{}", format.name(), format.extension());
        check(&file, &written(format.name(), &schedule));
    }
}

#[test]
fn text_reads_well_for_other_plans() {
    for look in ["ferry", "project"] {
        let text = written("text", &schedule(&format!("looks/{look}.json")));
        check(&format!("looks/{look}.txt"), &text);
    }
}

#[test]
fn what_json_writes_is_what_was_read() {
    let (bytes, read) = (fs::read(golden("schedule.json")).expect("the schedule"), schedule("schedule.json"));
    assert_eq!(String::from_utf8_lossy(&written("json", &read)), String::from_utf8_lossy(&bytes));
}

#[test]
fn the_table_the_files_and_the_goldens_agree() {
    let table: BTreeSet<String> = FORMATS.iter().map(|format| format.name().to_owned()).collect();
    assert_eq!(table.len(), FORMATS.len(), "two formats have one name");
    assert!(FORMATS.iter().all(|format| !format.about().is_empty()));
    // `schedule -o` writes one file for each extension.
    let extensions: BTreeSet<&str> = FORMATS.iter().map(|format| format.extension()).collect();
    assert_eq!(extensions.len(), FORMATS.len(), "two formats have one extension");

    let helpers = ["chart", "mod", "project", "tracks", "wording", "xml"].map(str::to_owned);
    let files: BTreeSet<String> = names(&root().join("src/export"))
        .iter()
        .map(|file| file.strip_suffix(".rs").unwrap_or(file).to_owned())
        .filter(|file| !helpers.contains(file))
        .collect();
    assert_eq!(files, table, "a format is a file and a line in the table");

    let mut goldens: BTreeSet<String> =
        FORMATS.iter().map(|format| format!("{}.{}", format.name(), format.extension())).collect();
    goldens.extend(["schedule.json", "looks"].map(str::to_owned));
    assert_eq!(names(&golden("")), goldens, "a golden file for each format, and no other");
}
