//! A module imports only from those above it, as ARCHITECTURE.md lists them.

use crate::support::repo;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the lowest to the highest.
const LAYERS: &[&str] = &[
    "units", "time", "id", "diag", "error", "geo", "weather", "plan", "schedule", "log", "model", "simulate",
    "export", "report", "cli",
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The name of the module at the start of `text`.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

#[test]
fn imports_point_only_up() {
    let mut found = Vec::new();
    files(&repo("src"), &mut found);
    let mut seen = 0;
    for file in found {
        let inside = file.strip_prefix(repo("src")).expect("a file of src").to_owned();
        let first =
            inside.iter().next().and_then(|part| part.to_str()).expect("a name").trim_end_matches(".rs");
        let Some(own) = LAYERS.iter().position(|layer| *layer == first) else {
            assert!(matches!(first, "main" | "lib"), "{first} is in no layer");
            continue;
        };
        for line in fs::read_to_string(&file)
            .expect("text")
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            for part in line.split("crate::").skip(1) {
                let of = word(part);
                if let Some(layer) = LAYERS.iter().position(|layer| *layer == of) {
                    seen += 1;
                    assert!(
                        layer <= own,
                        "{} imports from {of}, which is below it: {line}",
                        inside.display()
                    );
                }
            }
        }
    }
    assert!(seen > 50, "only {seen} imports were seen: is this test blind?");
}

#[test]
fn the_judge_shares_no_code_with_the_model() {
    let mut found = Vec::new();
    files(&repo("src/schedule/verify"), &mut found);
    assert!(!found.is_empty());
    for file in found.iter().filter(|file| !file.to_string_lossy().contains("tests")) {
        let text = fs::read_to_string(file).expect("text");
        for forbidden in [
            "plan::windows",
            "plan::outlook",
            "crate::model",
            "account",
            "open_slots",
            "suspendable(",
            "continuous(",
        ] {
            let used = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .any(|line| line.contains(forbidden));
            assert!(!used, "{} uses {forbidden}", file.display());
        }
    }
}
