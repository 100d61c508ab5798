//! The commands as a user or a script meets them: exit status, what goes where, JSON, closed pipes, files.

use crate::support::{Ran, Run, Written, assert_golden, repo};
use mudline::export::FORMATS;
use mudline::schedule::Schedule;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const INFEASIBLE: &str = r#"
plan = { name = "too rough", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z }
site = [{ id = "here", kind = "sea", weather = "w" }]
weather = [{ id = "w", file = "sea.csv" }]
vessel = [{ id = "ship", at = "here" }]
resource = [{ id = "crane", capacity = 1 }]
task = [
  { id = "left", vessel = "ship", duration = "4 h", limits = { hs = "2 m" }, uses = { crane = 1 } },
  { id = "right", vessel = "ship", duration = "4 h", limits = { hs = "2 m" }, uses = { crane = 1 } },
]
"#;

const FAULTY: &str = r#"
plan = { name = "faulty", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z }
task = [{ id = "one", duration = "3 parsecs" }, { id = "two" }]
"#;

fn windows() -> std::path::PathBuf {
    repo("plans/windows")
}

/// Runs `mudline` in a shell, as in `mudline schema | head -1`; the status is the program's.
fn piped(args: &[&str], reader: &str) -> Ran {
    let script = format!("{{ \"$@\"; echo \"status $?\" >&2; }} | {reader}");
    let output = Command::new("sh")
        .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_mudline")])
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    Ran::of(output)
}

#[test]
fn help_is_as_written() {
    fn page(command: &mut clap::Command, name: &str, text: &mut String) {
        let help = command.clone().term_width(100).render_long_help().to_string();
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        *text += &format!("## {name}\n\n```text\n{}\n```\n\n", lines.join("\n").trim_end());
        let subs = command.get_subcommands().filter(|sub| sub.get_name() != "help");
        for mut sub in subs.cloned().collect::<Vec<_>>() {
            let name = format!("{name} {}", sub.get_name());
            page(&mut sub, &name, text);
        }
    }
    let mut command = mudline::cli::command();
    command.build();
    let mut text = "# The help of every command\n\n".to_owned();
    page(&mut command, "mudline", &mut text);
    command.debug_assert();
    assert_golden("tests/golden/help.md", &text);
}

#[test]
fn without_a_command_it_helps() {
    Run::new([""; 0]).refused().stderr_has("Usage: mudline").stderr_has("schedule");
    Run::new(["--help"]).done().says_nothing().stdout_has("mudline new DIR");
    Run::new(["--version"]).done().says_nothing().stdout_has(env!("CARGO_PKG_VERSION"));
    Run::new(["schedul"]).refused().stderr_has("schedule");
    Run::new(["check"]).refused().stderr_has("<PLAN>");
    Run::new(["check", "--frobnicate", "x"]).refused().stderr_has("--frobnicate");
}

#[test]
fn new_makes_a_plan_that_is_good_and_never_overwrites() {
    for template in mudline::plan::template::TEMPLATES {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("deep/er");
        let new = || Run::new(["new", "--template", template.name]).arg(&folder);
        new().done().says_nothing().stdout_has("plan.toml").stdout_has("mudline schedule");
        Run::new(["check"]).arg(&folder).done().says_nothing().stdout_has("no error");
        let plan = folder.join("plan.toml");
        fs::write(&plan, "mine").expect("written");
        new().refused().stderr_has("is there already");
        assert_eq!(fs::read_to_string(&plan).expect("a plan"), "mine");
        // Even when only its last file stands there, none of the others is made.
        fs::remove_file(&plan).expect("removed");
        new().refused().stderr_has("is there already");
        assert!(!plan.exists());
    }
}

#[test]
fn new_in_json_and_with_names_that_are_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Run::new(["new", "--json"]).arg(folder.path().join("a")).done().says_nothing().json();
    assert!(made["files"].as_array().is_some_and(|files| files.iter().any(|file| file == "plan.toml")));
    let listed = Run::new(["new", "--json", "-t", "list", "x"]).done().says_nothing().json();
    assert_eq!(listed[0]["name"], "windows");
    Run::new(["new", "-t", "list", "x"]).done().stdout_has("project");
    Run::new(["new", "-t", "nothing"])
        .arg(folder.path().join("b"))
        .refused()
        .stderr_has("no template \"nothing\"")
        .stderr_has("windows");
    assert!(!folder.path().join("b").exists());
    Run::new(["new", "/proc/nowhere"]).refused().stderr_has("cannot write /proc/nowhere");
}

#[test]
fn check_takes_a_file_or_a_folder() {
    for path in [windows(), windows().join("plan.toml")] {
        Run::new(["check"]).arg(&path).done().says_nothing().stdout_has("no error, no warning");
        let found = Run::new(["check", "--json"]).arg(&path).done().says_nothing().json();
        assert_eq!((found["errors"].as_u64(), found["warnings"].as_u64()), (Some(0), Some(0)));
    }
    let empty = tempfile::tempdir().expect("a folder");
    for command in ["check", "windows", "schedule", "plan"] {
        Run::new([command]).arg(empty.path()).refused().stderr_has("holds no plan.toml");
        Run::new([command, "--json", "not/there.toml"]).refused().stderr_has("cannot read not/there.toml");
    }
}

#[test]
fn a_faulty_plan_is_told_whole_by_every_command() {
    let plan = Written::new(FAULTY, &[1.0]);
    for command in ["check", "windows", "schedule"] {
        let ran = Run::new([command]).arg(plan.folder.path()).fault();
        assert_eq!(ran.stdout, "", "{command}");
        ran.stderr_has("parsecs").stderr_has("plan.toml:3").stderr_has("2 errors");
        let found = Run::new([command, "--json"]).arg(plan.folder.path()).fault().says_nothing().json();
        assert_eq!(found["errors"], 2, "{command}");
        assert_eq!(found["diagnostics"].as_array().map(Vec::len), Some(2), "{command}");
    }
}

#[test]
fn windows_shows_all_work_or_one() {
    Run::new(["windows"])
        .arg(windows())
        .done()
        .says_nothing()
        .stdout_has("look: hs 2 m")
        .stdout_has("synthetic");
    let rows = Run::new(["windows", "--json"]).arg(windows()).done().says_nothing().json();
    assert_eq!(rows.as_array().map(Vec::len), Some(4));
    let one = Run::new(["windows", "--json", "-t", "raise"]).arg(windows()).done().json();
    assert_eq!((one[0]["id"].as_str(), one.as_array().map(Vec::len)), (Some("raise"), Some(1)));
    Run::new(["windows", "-t", "rise"]).arg(windows()).refused().stderr_has("no task or sampling \"rise\"");
}

#[test]
fn schedule_prints_and_its_alias_too() {
    for command in ["schedule", "plan"] {
        let ran = Run::new([command]).arg(windows()).done();
        let ran = ran.stdout_has("lift").stderr_has("solved in").stderr_has("nothing was written");
        assert!(!ran.stdout.contains("solved in"));
    }
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let [one, two] = [(); 2].map(|()| Run::new(["schedule", "--json"]).arg(windows()).done());
    let schedule = one.json();
    assert_eq!(schedule["schema"], "mudline-schedule-1");
    assert_eq!(schedule["solve"]["status"], "optimal");
    assert!(one.stdout == two.stdout);
    let [one, two] = [(); 2].map(|()| Run::new(["schedule"]).arg(windows()).done());
    assert!(one.stdout == two.stdout);
}

/// The names and values of the goals.
fn goals(ran: &Ran) -> Vec<(String, f64)> {
    let schedule = ran.json();
    let goals = schedule["solve"]["goals"].as_array().expect("goals").clone();
    let goals = goals.iter().map(|goal| {
        (goal["name"].as_str().expect("a name").to_owned(), goal["value"].as_f64().expect("a value"))
    });
    goals.collect()
}

#[test]
fn both_solvers_reach_the_same_goals() {
    let [one, two] = ["highs", "microlp"]
        .map(|solver| goals(&Run::new(["schedule", "--json", "--solver", solver]).arg(windows()).done()));
    assert_eq!(one.len(), two.len());
    for (one, two) in one.iter().zip(&two) {
        assert!(one.0 == two.0 && (one.1 - two.1).abs() < 1e-6, "{one:?} and {two:?}");
    }
    Run::new(["schedule", "--solver", "glpk"]).arg(windows()).refused().stderr_has("known: highs, microlp");
}

#[test]
fn no_schedule_is_an_answer_in_words_and_in_json() {
    let plan = Written::new(INFEASIBLE, &[1.0; 6]);
    let ran = Run::new(["schedule"]).arg(plan.folder.path()).fault();
    assert_eq!(ran.stdout, "");
    let ran = ran.stderr_has("there is no schedule");
    // A check may tell it before the solver does; then it is an error of the plan.
    let found = Run::new(["schedule", "--json"]).arg(plan.folder.path()).fault().json();
    assert!(found["status"] == "infeasible" || found["errors"].as_u64() > Some(0), "{found}\n{}", ran.stderr);
}

#[test]
fn no_time_is_no_proof() {
    for solver in ["highs", "microlp"] {
        let ran = Run::new(["schedule", "--json", "--time-limit", "0 s", "--solver", solver])
            .arg(windows())
            .fault();
        assert_eq!(ran.json()["status"], "none-in-time");
        ran.stderr_has("not proven");
    }
    for limit in ["5", "-1 h", "soon", "1 t"] {
        Run::new(["schedule", &format!("--time-limit={limit}")]).arg(windows()).refused().stderr_has("time");
    }
    Run::new(["schedule", "--time-limit", "10 min"]).arg(windows()).done();
}

#[test]
fn schedule_writes_the_model_and_the_timelines() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lp, out) = (folder.path().join("model.lp"), folder.path().join("a/b"));
    Run::new(["schedule", "--write-lp"])
        .arg(&lp)
        .arg("-o")
        .arg(&out)
        .arg(windows())
        .done()
        .stderr_has("written to");
    let text = fs::read_to_string(&lp).expect("the model");
    assert!(text.contains("Maximize") || text.contains("maximize"), "{text}");
    let mut found: Vec<String> = names(&out);
    let schedule = mudline::schedule::read(&out.join("schedule.json")).expect("a schedule");
    let mut formats: Vec<String> = files(&schedule);
    found.sort();
    formats.sort();
    assert_eq!(found, formats);
    Run::new(["schedule", "--write-lp", "/proc/nowhere/model.lp"])
        .arg(windows())
        .refused()
        .stderr_has("cannot write");
    Run::new(["schedule", "-o", "/proc/nowhere"])
        .arg(windows())
        .refused()
        .stderr_has("cannot write /proc/nowhere");
}

/// The files of all formats that can hold a schedule.
fn files(schedule: &Schedule) -> Vec<String> {
    let held = FORMATS.iter().filter(|format| format.refuses(schedule).is_none());
    held.flat_map(|format| {
        format.files(schedule).into_iter().map(|(stem, _)| format!("{stem}.{}", format.extension()))
    })
    .collect()
}

/// The names of the files in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn verify_judges_what_schedule_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schedule.json");
    let made = Run::new(["schedule", "--json"]).arg(windows()).done();
    fs::write(&file, &made.stdout).expect("written");
    let kept = Run::new(["verify"]).arg(windows()).arg(&file).done().says_nothing();
    kept.stdout_has("keeps the plan").stdout_has("that it is the best one is the solver's word");
    let found = Run::new(["verify", "--json"]).arg(windows()).arg(&file).done().says_nothing().json();
    assert_eq!(
        (found["is_good"].as_bool(), found["violations"].as_array().map(Vec::len)),
        (Some(true), Some(0))
    );
    let missing = folder.path().join("missing.json");
    Run::new(["verify"]).arg(windows()).arg(&missing).refused().stderr_has("cannot read");
    for text in ["", "{}", "[1, 2", "{\"schema\": \"another-1\"}", "\u{0}\u{1}"] {
        fs::write(&file, text).expect("written");
        Run::new(["verify", "--json"]).arg(windows()).arg(&file).refused().stderr_has("schedule.json");
    }
}

#[test]
fn export_lists_its_formats_and_writes_them() {
    let listed = Run::new(["export", "-f", "list", "--json"]).done().says_nothing().json();
    let formats = FORMATS;
    assert_eq!(listed.as_array().map(Vec::len), Some(formats.len()));
    let text = Run::new(["export", "-f", "list"]).done().says_nothing().stdout;
    assert_eq!(text.lines().count(), formats.len());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schedule.json");
    fs::write(&file, Run::new(["schedule", "--json"]).arg(windows()).done().stdout).expect("written");
    for format in formats {
        let name = format.name();
        let out = folder.path().join("out");
        let read = mudline::schedule::read(&file).expect("a schedule");
        if format.refuses(&read).is_some() {
            Run::new(["export", "-f", name]).arg(&file).refused().stderr_has("schedule.json");
            continue;
        }
        Run::new(["export", "-f", name, "-o"]).arg(&out).arg(&file).done().says_nothing();
        if format.is_text() {
            let printed = Run::new(["export", "-f", name]).arg(&file).done().says_nothing();
            assert!(fs::read_to_string(&out).expect("text") == printed.stdout, "{name}");
            Run::new(["export", "--json", "-f", name]).arg(&file).done().says_nothing().json();
        } else {
            let into_json = Run::new(["export", "--json", "-f", name]).arg(&file).refused();
            into_json.stderr_has("-o schedule.");
        }
        Run::new(["export", "-f", name]).refused().stderr_has("name the schedule.json");
    }
    Run::new(["export", "-f", "nonesuch"]).arg(&file).refused().stderr_has("there is no format \"nonesuch\"");
    Run::new(["export"]).arg(&file).refused().stderr_has("--format");
}

#[test]
fn weather_synth_makes_a_sea() {
    let synth = || Run::new(["weather", "synth", "--start", "2026-01-10T00:00:00Z", "--hours", "30"]);
    let sea = synth().arg("minamitorishima").done().says_nothing();
    assert_eq!(sea.stdout.lines().filter(|line| line.starts_with("2026-01-1")).count(), 30);
    assert!(sea.stdout.starts_with("# synthetic"));
    assert!(synth().arg("minamitorishima").done().stdout == sea.stdout);
    assert!(synth().arg("--seed").arg("2").arg("minamitorishima").done().stdout != sea.stdout);
    let json = synth().arg("--json").arg("minamitorishima").done().says_nothing().json();
    assert!(json["text"] == sea.stdout);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sea.csv");
    let ran = synth().arg("-o").arg(&file).arg("minamitorishima").done().says_nothing();
    assert_eq!(ran.stdout, "");
    assert!(fs::read_to_string(&file).expect("a sea") == sea.stdout);
    synth().arg("minamitorisima").refused().stderr_has("did you mean \"minamitorishima\"?");
    synth().arg("not-there.toml").refused().stderr_has("not-there.toml");
    for (start, hours) in
        [("yesterday", "3"), ("2026-01-10T00:00:00Z", "0"), ("2026-01-10T00:00:00Z", "99999999")]
    {
        Run::new(["weather", "synth", "minamitorishima", "--start", start, "--hours", hours])
            .refused()
            .stderr_has("error");
    }
    let bad = folder.path().join("bad.toml");
    fs::write(&bad, "name = 3").expect("written");
    assert!(synth().arg("--json").arg(&bad).fault().json()["errors"].as_u64() > Some(0));
    Run::new(["weather"]).refused().stderr_has("synth");
}

#[test]
fn schema_completions_and_manual_pages() {
    for json in [&["schema"][..], &["schema", "--json"]] {
        assert!(Run::new(json).done().says_nothing().json()["properties"]["task"].is_object());
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        Run::new(["completions", shell]).done().says_nothing().stdout_has("mudline").stdout_has("time-limit");
        Run::new(["completions", "--json", shell]).done().says_nothing().json();
    }
    Run::new(["completions", "cmd"]).refused().stderr_has("possible values: bash");
    Run::new(["man"]).done().says_nothing().stdout_has(".TH mudline");
    Run::new(["man", "--json"]).done().says_nothing().json();
    let folder = tempfile::tempdir().expect("a folder");
    let ran = Run::new(["man", "-o"]).arg(folder.path()).done().says_nothing();
    assert_eq!(ran.stdout, "");
    let pages = names(folder.path());
    for sub in mudline::cli::command().get_subcommands() {
        assert!(pages.contains(&format!("mudline-{}.1", sub.get_name())), "{pages:?}");
    }
    assert!(pages.contains(&"mudline.1".to_owned()));
    let json = Run::new(["man", "--json", "-o"]).arg(folder.path()).done().json();
    assert_eq!(json["files"].as_array().map(Vec::len), Some(pages.len()));
    Run::new(["man", "-o", "/proc/nowhere"]).refused().stderr_has("cannot write /proc/nowhere");
}

#[test]
fn colour_only_where_it_is_wanted() {
    let plan = Written::new(FAULTY, &[1.0]);
    let check = || Run::new(["check"]).arg(plan.folder.path());
    assert!(!check().fault().stderr.contains('\x1b'));
    assert!(check().env("CLICOLOR_FORCE", "1").fault().stderr.contains('\x1b'));
    assert!(!check().env("NO_COLOR", "1").fault().stderr.contains('\x1b'));
    assert!(!Run::new(["schedule"]).arg(windows()).env("NO_COLOR", "1").done().stdout.contains('\x1b'));
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_no_error() {
    let plan = windows();
    let plan = plan.to_str().expect("a plain path");
    let commands: &[&[&str]] = &[
        &["schema"],
        &["man"],
        &["completions", "zsh"],
        &["weather", "synth", "minamitorishima", "--start", "2026-01-10T00:00:00Z", "--hours", "50000"],
        &["windows", plan],
        &["windows", "--json", plan],
        &["schedule", plan],
        &["schedule", "--json", plan],
        &["check", plan],
        &["new", "-t", "list", "x"],
        &["--help"],
    ];
    for command in commands {
        for reader in ["head -1", "true"] {
            let ran = piped(command, reader).stderr_has("status 0");
            assert!(!ran.stderr.contains("error"), "{command:?}: {}", ran.stderr);
        }
    }
    // The files are written even so.
    let folder = tempfile::tempdir().expect("a folder");
    piped(&["schedule", "-o", folder.path().to_str().expect("a plain path"), plan], "true")
        .stderr_has("status 0");
    let schedule = mudline::schedule::read(&folder.path().join("schedule.json")).expect("a schedule");
    assert_eq!(names(folder.path()).len(), files(&schedule).len());
}
