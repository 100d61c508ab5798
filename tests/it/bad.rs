//! Bad plans: every kind of fault has a plan in `tests/bad/` that has it, and is told where it is, and nothing else is told.
//!
//! The first lines of a bad plan name what is expected: `# expect: SLUG at LINE`, or `# expect: SLUG at FILE:LINE` for a fault in
//! a weather file. Notes need not be named.

use mudline::diag::{Diagnostics, Severity};
use mudline::plan::{check, load};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Kinds of which no plan in a file can be shown: a fault of mudline itself, and files that no comment can head.
const WITHOUT_FILE: [&str; 4] = ["unresolved", "plan-empty", "plan-not-text", "plan-too-large"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad")
}

fn bad_plans() -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder()).expect("the folder of bad plans");
    let mut plans: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    plans.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    plans.sort();
    plans
}

/// What the head of a bad plan expects: `slug at file:line`.
fn expected(plan: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(plan).expect("a bad plan");
    let own = plan.file_name().expect("a name").to_string_lossy().into_owned();
    let expect = |line: &str| {
        let (slug, at) = line.strip_prefix("# expect: ")?.split_once(" at ")?;
        Some(if at.contains(':') { format!("{slug} at {at}") } else { format!("{slug} at {own}:{at}") })
    };
    let mut expected: Vec<String> = text.lines().map_while(expect).collect();
    assert!(!expected.is_empty(), "{own} does not begin with `# expect: SLUG at LINE`");
    expected.sort();
    expected
}

fn told(found: &Diagnostics, expected: &[String]) -> Vec<String> {
    let mut told: Vec<String> = found
        .iter()
        .map(|diagnostic| {
            let place = diagnostic.place.as_ref();
            let at = place.map_or_else(String::new, |place| {
                let file =
                    Path::new(&*place.file).file_name().unwrap_or_default().to_string_lossy().into_owned();
                format!(" at {file}:{}", place.line)
            });
            (diagnostic.severity, format!("{}{at}", diagnostic.slug))
        })
        .filter(|(severity, told)| *severity != Severity::Note || expected.contains(told))
        .map(|(_, told)| told)
        .collect();
    told.sort();
    told
}

#[test]
fn every_bad_plan_has_its_faults_and_no_others() {
    let mut wrong = String::new();
    for plan in bad_plans() {
        let checked = load(&plan).expect("a plan that can be read");
        let expected = expected(&plan);
        let told = told(&checked.found, &expected);
        if told != expected {
            let drawn: String = checked.found.iter().map(|d| d.render(false) + "\n").collect();
            wrong += &format!("{}\n expected {expected:#?}\n told {told:#?}\n{drawn}\n", plan.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_kind_of_fault_has_a_bad_plan_and_the_other_way_round() {
    let shown: BTreeSet<String> = bad_plans()
        .iter()
        .flat_map(|plan| expected(plan))
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    let known: BTreeSet<String> = check::slugs().map(str::to_owned).collect();
    let without: BTreeSet<String> = WITHOUT_FILE.iter().map(|slug| (*slug).to_owned()).collect();
    let missing: Vec<&String> = known.difference(&shown).filter(|slug| !without.contains(*slug)).collect();
    let unknown: Vec<&String> = shown.difference(&known).collect();
    assert!(missing.is_empty(), "no plan in tests/bad shows {missing:?}");
    assert!(unknown.is_empty(), "no table has {unknown:?}");
}

#[test]
fn every_kind_is_in_one_table_and_has_a_sentence() {
    let kinds: Vec<(&str, &str)> = check::kinds().collect();
    assert_eq!(kinds.len(), check::slugs().collect::<BTreeSet<_>>().len());
    for (slug, meaning) in kinds {
        assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{slug}");
        assert!(
            meaning.ends_with('.') && meaning.chars().next().is_some_and(char::is_uppercase)
                || meaning.starts_with("mudline"),
            "{slug}: {meaning}"
        );
    }
}

#[test]
fn no_slug_is_told_that_is_in_no_table() {
    for plan in bad_plans() {
        let known: BTreeSet<&str> = check::slugs().collect();
        for diagnostic in load(&plan).expect("a plan that can be read").found.iter() {
            assert!(known.contains(diagnostic.slug), "{}", diagnostic.slug);
            assert!(
                diagnostic.help.is_some() || diagnostic.severity != Severity::Error,
                "{diagnostic:?} has no help"
            );
        }
    }
}

/// The slugs that the sources of the reading layer, the readers and the checks hand to a diagnostic.
fn slugs_in(folder: &Path, slugs: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            slugs_in(&path, slugs);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source file");
        for call in ["error(", "warning(", "note(", "fault("] {
            let calls = text.match_indices(call).map(|(at, call)| text[at + call.len()..].trim_start());
            let quoted = calls.filter_map(|rest| rest.strip_prefix('"')?.split('"').next());
            slugs.extend(quoted.map(str::to_owned));
        }
    }
}

#[test]
fn every_slug_in_the_sources_is_in_a_table() {
    let mut told = BTreeSet::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    slugs_in(&sources.join("plan"), &mut told);
    slugs_in(&sources.join("weather/read"), &mut told);
    let known: BTreeSet<String> = check::slugs().map(str::to_owned).collect();
    let unknown: Vec<&String> = told.difference(&known).collect();
    assert!(told.len() > 80, "the sources were not found: {told:?}");
    assert!(unknown.is_empty(), "no table has {unknown:?}");
}

/// What is told of a plan whose only sampling has these keys.
fn of_sampling(keys: &str) -> Vec<String> {
    let plan = format!(
        "plan = {{ name = \"bad\", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }}\n\
         commodity = [{{ id = \"mud\" }}]\nsite = [{{ id = \"field\", kind = \"sea\", position = [{keys}, 154.0] }}]\n\
         vessel = [{{ id = \"ship\", at = \"field\", hold = {{ mud = \"90 t\" }} }}]\n\
         sampling = [{{ id = \"lift\", vessel = \"ship\", commodity = \"mud\", rate = \"1 t/h\", value = [] }}]\n"
    );
    let written = crate::support::Written::new(&plan, &[]);
    let checked = load(written.folder.path()).expect("files");
    let told = checked.found.iter().filter(|d| d.severity != Severity::Note);
    told.map(|d| d.message.clone()).collect()
}

#[test]
fn an_empty_list_of_values_is_no_worth_of_nothing_and_no_number_is_called_so() {
    assert_eq!(of_sampling("24.0"), Vec::<String>::new());
    assert_eq!(of_sampling("nan"), ["nan is no number, and one is needed here"]);
    assert_eq!(of_sampling("-inf"), ["-inf is no finite number, and one is needed here"]);
}
