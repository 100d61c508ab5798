//! The README cannot rot: its picture is what the program prints, and every command in it runs.

use crate::support::repo;
use std::process::Command;

fn readme() -> String {
    std::fs::read_to_string(repo("README.md")).expect("a README")
}

/// The contents of the fenced blocks of that kind.
fn blocks(text: &str, kind: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(of) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if of == kind {
                found.push(block.join("\n"));
            }
        }
    }
    found
}

#[test]
fn the_picture_is_what_the_program_prints() {
    let run = Command::new(env!("CARGO_BIN_EXE_mudline"))
        .args(["schedule", "plans/chikyu-2026"])
        .current_dir(repo(""))
        .output()
        .expect("the program");
    let printed = String::from_utf8(run.stdout).expect("text");
    let picture = &blocks(&readme(), "text")[0];
    assert!(printed.contains(picture.as_str()), "the picture in the README is not part of\n{printed}");
}

#[test]
fn every_command_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ran = 0;
    let text = readme();
    for line in blocks(&text, "sh").iter().flat_map(|block| block.lines()) {
        let command = line.split('#').next().unwrap_or_default().trim();
        let Some(arguments) = command.strip_prefix("mudline ") else { continue };
        let run = Command::new(env!("CARGO_BIN_EXE_mudline"))
            .args(arguments.split_whitespace().take_while(|word| !matches!(*word, ">" | "|")))
            .current_dir(folder.path())
            .output()
            .expect("the program");
        assert!(run.status.success(), "{command}: {}", String::from_utf8_lossy(&run.stderr));
        ran += 1;
    }
    assert!(ran >= 8, "only {ran} commands were found");
}
