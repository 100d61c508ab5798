//! Plans that nobody would write: nothing makes `load` panic or take long.
//!
//! Good plans with lines and words deleted, doubled and exchanged; random bytes; depths and lengths beyond sense; names in any
//! script; and large plans, of which the checks must stay linear.

use mudline::plan::{Checked, load};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// A plan without fault that uses most of the language.
const GOOD: &str = include_str!("good.toml");

/// Loads a plan from its text, beside the weather of the bad plans.
fn load_bytes(bytes: &[u8]) -> Checked {
    let folder = tempfile::tempdir().expect("a folder");
    let weather = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bad/calm.csv");
    std::fs::copy(weather, folder.path().join("calm.csv")).expect("the weather");
    std::fs::write(folder.path().join("plan.toml"), bytes).expect("the plan");
    load(folder.path()).expect("a plan that can be read")
}

fn slugs(checked: &Checked) -> Vec<&'static str> {
    checked.found.iter().map(|diagnostic| diagnostic.slug).collect()
}

fn drawn(checked: &Checked) -> String {
    checked.found.iter().map(|diagnostic| diagnostic.render(false) + "\n").collect()
}

#[test]
fn the_good_plan_is_good() {
    let checked = load_bytes(GOOD.as_bytes());
    assert!(checked.found.is_empty() && checked.plan.is_some(), "{}", drawn(&checked));
}

#[test]
fn files_that_are_no_plans_are_told_apart() {
    assert_eq!(slugs(&load_bytes(b"")), ["plan-empty"]);
    assert_eq!(slugs(&load_bytes(b" \n\t\r\n")), ["plan-empty"]);
    assert_eq!(slugs(&load_bytes(b"\x7fELF\x02\x01\x00\x00\xff\xfe")), ["plan-not-text"]);
    assert_eq!(slugs(&load_bytes(b"[plan]\nname = \"\x00\"")), ["plan-not-text"]);
    assert_eq!(slugs(&load_bytes(&vec![b'#'; (4 << 20) + 1])), ["plan-too-large"]);
    assert!(slugs(&load_bytes(format!("\u{feff}{GOOD}").as_bytes())).is_empty());
    assert!(slugs(&load_bytes(GOOD.replace('\n', "\r\n").as_bytes())).is_empty());
}

#[test]
fn depth_has_an_end() {
    let mut nested = String::from("[plan]\nname = \"deep\"\n");
    let mut path = String::from("task");
    for _ in 0..200 {
        path.push_str(".after");
        let _ = writeln!(nested, "[[{path}]]");
    }
    for text in [
        nested,
        format!("a = {}{}", "[".repeat(200), "]".repeat(200)),
        format!("a = {}1{}", "{ a = ".repeat(200), " }".repeat(200)),
        format!("{GOOD}\n[[task]]\nafter = {}", "[".repeat(100_000)),
    ] {
        let checked = load_bytes(text.as_bytes());
        assert!(checked.found.errors() > 0 && !drawn(&checked).is_empty());
    }
}

#[test]
fn names_may_be_of_any_script() {
    for name in ["しみず", "Ålesund 2", "\u{1F6A2}", "a.b", "null", "a\u{0301}", "قطر", "\\\"'", "[[task]]"]
    {
        let quoted = toml::Value::String(name.to_owned()).to_string();
        let text = GOOD.replace("\"land-machine\"", &quoted).replace("\"shimizu\"", &quoted);
        let checked = load_bytes(text.as_bytes());
        // The site and the task have the same name now, which they may.
        assert!(checked.found.is_empty(), "{name:?}\n{}", drawn(&checked));
        let checked = load_bytes(text.replacen(&quoted, "\"elsewhere\"", 1).as_bytes());
        assert!(slugs(&checked).contains(&"unknown-site"), "{name:?}\n{}", drawn(&checked));
    }
}

/// A project of many tasks, each after the one before; every `faulty`-th names one that is not there.
fn project(tasks: usize, faulty: usize) -> String {
    let mut text = String::from(
        "[plan]\nname = \"large\"\nstart = 2026-01-01T00:00:00Z\nend = 2036-01-01T00:00:00Z\nslot = \"1 h\"\n",
    );
    for task in 0..tasks {
        let _ = writeln!(text, "[[task]]\nid = \"task-{task}\"\nduration = \"3 h\"");
        let before = if task % faulty == faulty - 1 { "tusk" } else { "task" };
        if task > 0 {
            let _ = writeln!(text, "after = [{{ task = \"{before}-{}\", lag = \"1 h\" }}]", task - 1);
        }
    }
    text
}

#[test]
fn large_plans_are_checked_in_no_time() {
    let most = Duration::from_secs(2);
    let started = Instant::now();
    let checked = load_bytes(project(5000, usize::MAX).as_bytes());
    assert!(checked.found.is_empty(), "{}", drawn(&checked));
    assert!(started.elapsed() < most, "a good plan took {:?}", started.elapsed());

    let started = Instant::now();
    let checked = load_bytes(project(5000, 25).as_bytes());
    assert_eq!(checked.found.errors(), 200);
    assert!(slugs(&checked).iter().all(|slug| *slug == "unknown-task"));
    assert!(started.elapsed() < most, "200 faults took {:?}", started.elapsed());

    let started = Instant::now();
    let checked = load_bytes(project(5000, 2).as_bytes());
    assert_eq!(checked.found.errors(), 2500);
    assert!(started.elapsed() < most, "2,500 faults took {:?}", started.elapsed());
}

#[test]
fn all_faults_are_told_at_once() {
    let text = GOOD
        .replace("zone  = \"Asia/Tokyo\"", "zone  = \"Asia/Edo\"")
        .replace("speed = \"10 kn\"", "sped = \"10 kn\"")
        .replace("duration = \"12 h\"", "duration = 12")
        .replace("after = [\"run-pipe\"]", "after = [\"run-pip\"]")
        .replace("hs = \"2.5 m\"", "hss = \"2.5 m\"")
        .replace("rate = \"70 t/d\"", "rate = \"-70 t/d\"")
        .replace("to = \"shimizu\"", "to = \"shimzu\"");
    let mut told = slugs(&load_bytes(text.as_bytes()));
    told.sort_unstable();
    let expected = [
        "bare-number",
        "bare-number",
        "limit-channel",
        "limit-channel",
        "negative",
        "unknown-holder",
        "unknown-key",
        "unknown-task",
        "unknown-zone",
    ];
    assert_eq!(told, expected);
}

/// One change of a text.
#[derive(Debug, Clone)]
enum Change {
    DeleteLine(usize),
    DoubleLine(usize),
    ExchangeLines(usize, usize),
    DeleteWord(usize),
    ReplaceWord(usize, usize),
    Insert(usize, String),
    Cut(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let n = 0..10_000usize;
    prop_oneof![
        n.clone().prop_map(Change::DeleteLine),
        n.clone().prop_map(Change::DoubleLine),
        (n.clone(), n.clone()).prop_map(|(a, b)| Change::ExchangeLines(a, b)),
        n.clone().prop_map(Change::DeleteWord),
        (n.clone(), n.clone()).prop_map(|(a, b)| Change::ReplaceWord(a, b)),
        (n.clone(), "\\PC{0,6}|[\\[\\]{}=\",.0-9-]{1,4}").prop_map(|(at, text)| Change::Insert(at, text)),
        n.prop_map(Change::Cut),
    ]
}

fn apply(text: &str, change: &Change) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let count = lines.len();
    // A word is a run of anything but blanks and the signs of TOML.
    let is_sign = |c: char| c.is_whitespace() || "[]{}=,\"".contains(c);
    let words: Vec<&str> = text.split(is_sign).filter(|word| !word.is_empty()).collect();
    let span = |word: &str| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    };
    match change {
        Change::DeleteLine(at) => {
            lines.remove(at % count);
            lines.join("\n")
        }
        Change::DoubleLine(at) => {
            lines.insert(at % count, lines[at % count]);
            lines.join("\n")
        }
        Change::ExchangeLines(a, b) => {
            lines.swap(a % count, b % count);
            lines.join("\n")
        }
        Change::DeleteWord(at) if !words.is_empty() => {
            let span = span(words[at % words.len()]);
            format!("{}{}", &text[..span.start], &text[span.end..])
        }
        Change::ReplaceWord(at, by) if !words.is_empty() => {
            let span = span(words[at % words.len()]);
            format!("{}{}{}", &text[..span.start], words[by % words.len()], &text[span.end..])
        }
        Change::Insert(at, inserted) => {
            let at = (0..=at % (text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            format!("{}{inserted}{}", &text[..at], &text[at..])
        }
        Change::Cut(at) => {
            let at = (0..=at % (text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text[..at].to_owned()
        }
        _ => text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_change_of_a_good_plan_makes_it_panic(changes in prop::collection::vec(change(), 1..6)) {
        let text = changes.iter().fold(GOOD.to_owned(), |text, change| apply(&text, change));
        let checked = load_bytes(text.as_bytes());
        drawn(&checked);
        prop_assert!(!slugs(&checked).contains(&"unresolved"), "{text}");
        prop_assert_eq!(checked.plan.is_some(), checked.found.errors() == 0);
    }

    #[test]
    fn no_bytes_make_it_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        at in 0..GOOD.len(),
    ) {
        drawn(&load_bytes(&bytes));
        let mut text = GOOD.as_bytes().to_vec();
        text.splice(at..at, bytes);
        drawn(&load_bytes(&text));
    }
}
