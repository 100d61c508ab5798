//! Bad input and a bad world: every one ends in a clear error or a right answer, soon, without a panic or a half-written file.

use crate::support::{Ran, Run, Written, repo};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const DIVE: &str = r#"
plan = { name = "a dive", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z }
site = [{ id = "here", kind = "sea", weather = "w" }]
weather = [{ id = "w", file = "sea.csv" }]
vessel = [{ id = "ship", at = "here" }]
task = [{ id = "dive", vessel = "ship", duration = "2 h", limits = { hs = "2 m" } }]
"#;

/// Checks a plan file with these contents.
fn checked(contents: &[u8], status: i32) -> Ran {
    let plan = Written::new("", &[1.0; 6]);
    fs::write(plan.folder.path().join("plan.toml"), contents).expect("written");
    Run::new(["check"]).arg(plan.folder.path()).exits(status)
}

/// The dive with one thing in it replaced.
fn dive_with(from: &str, to: &str) -> String {
    assert!(DIVE.contains(from), "{from}");
    DIVE.replace(from, to)
}

/// Schedules the dive on this weather file.
fn dive_on(sea: &[u8], status: i32) -> Ran {
    let plan = Written::new(DIVE, &[]);
    fs::write(plan.folder.path().join("sea.csv"), sea).expect("written");
    Run::new(["schedule", "--json"]).arg(plan.folder.path()).exits(status)
}

/// A sea of six hours in which the third line is this.
fn sea_with(third: &str) -> Vec<u8> {
    let mut lines: Vec<String> = (0..6).map(|hour| format!("2026-01-01T{hour:02}:00:00Z,1.0")).collect();
    lines[2] = third.to_owned();
    format!("time,hs_m\n{}\n", lines.join("\n")).into_bytes()
}

#[test]
fn what_is_no_plan_is_refused() {
    checked(b"", 1).stderr_has("this plan is empty").stderr_has("mudline new");
    checked(b" \r\n\t\n", 1).stderr_has("this plan is empty");
    checked(b"\x7fELF\x02\x01\x01\x00\xff\xfe", 1).stderr_has("not text");
    checked(b"plan = \"\xff\xfe\"", 1).stderr_has("not text");
    checked(b"plan = \"\0\"", 1).stderr_has("not text");
    checked(b"time,hs_m\n2026-01-01T00:00:00Z,1.0\n", 1).stderr_has("toml");
    checked(b"# nothing\n", 1).stderr_has("plan");
    checked(&b"[".repeat(100_000), 1).stderr_has("error");
    checked(format!("a = {}1{}", "[".repeat(50_000), "]".repeat(50_000)).as_bytes(), 1).stderr_has("error");
    checked(&b"a\n".repeat(20_000), 1).stderr_has("error");
    // A mark at the beginning and lines of Windows are no fault.
    checked(format!("\u{feff}{}", DIVE.replace('\n', "\r\n")).as_bytes(), 0);
}

#[test]
fn a_huge_plan_is_refused_at_once() {
    let plan = Written::new("", &[]);
    let file = fs::File::create(plan.folder.path().join("plan.toml")).expect("a file");
    let mut file = BufWriter::new(file);
    for line in 0..4_000_000 {
        writeln!(file, "# a line of a plan {line:05}").expect("written");
    }
    file.flush().expect("written");
    drop(file);
    assert!(fs::metadata(plan.folder.path().join("plan.toml")).expect("a file").len() > 100_000_000);
    let began = Instant::now();
    // Less memory than the file is long.
    limited("ulimit -v 90000", &["check".as_ref(), plan.folder.path()], 1).stderr_has("larger than 4 MiB");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

/// Runs it within a limit of the shell.
fn limited(limit: &str, args: &[&Path], status: i32) -> Ran {
    let script = format!("{limit}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_mudline")]).args(args).stdin(Stdio::null());
    let ran = Ran::of(command.output().expect("a shell"));
    assert_eq!(ran.status, Some(status), "{limit}, {args:?}: {}", ran.stderr);
    ran
}

#[test]
fn numbers_that_are_none_are_refused_in_a_plan() {
    for bad in ["NaN h", "inf h", "1e999 h", "-2 h", "1e300 h", "h", "", " ", "2", "2 hh", "2 h and more"] {
        let plan = dive_with("\"2 h\"", &format!("{bad:?}"));
        checked(plan.as_bytes(), 1).stderr_has("plan.toml:6");
    }
    for bad in ["nan", "inf", "-inf", "1e999", "2", "true", "[]", "{}", "99999999999999999999", "2026-01-01"]
    {
        let plan = dive_with("duration = \"2 h\"", &format!("duration = {bad}"));
        checked(plan.as_bytes(), 1).stderr_has("plan.toml:6");
    }
    for bad in ["nan m", "inf m", "1e999 m", "2 h", "m"] {
        let plan = dive_with("\"2 m\"", &format!("{bad:?}"));
        checked(plan.as_bytes(), 1).stderr_has("plan.toml:6");
    }
}

#[test]
fn nothing_and_less_than_nothing() {
    let settings = [
        ("\"2 h\"", "\"0 h\""),
        ("\"2 h\"", "\"-1 s\""),
        ("\"2 m\"", "\"0 m\""),
        ("\"2 m\"", "\"-1 m\""),
        ("id = \"dive\"", "id = \"dive\", contingency = \"-10 %\""),
        ("id = \"dive\"", "id = \"dive\", contingency = \"0 h\""),
        ("id = \"dive\"", "id = \"dive\", times = 0"),
        ("id = \"dive\"", "id = \"dive\", times = -1"),
        ("id = \"dive\"", "id = \"dive\", times = 100000000"),
        ("id = \"dive\"", "id = \"dive\", max_pause = \"0 h\", suspend = \"hold\""),
        ("name = \"a dive\"", "name = \"\""),
        ("name = \"a dive\"", "name = \"a dive\", slot = \"0 h\""),
        ("name = \"a dive\"", "name = \"a dive\", slot = \"-1 h\""),
        ("name = \"a dive\"", "name = \"a dive\", slot = \"7 h\""),
        ("end = 2026-01-01T06:00:00Z", "end = 2026-01-01T00:00:00Z"),
        ("end = 2026-01-01T06:00:00Z", "end = 2025-01-01T00:00:00Z"),
        ("id = \"ship\"", "id = \"ship\", speed = \"0 kn\""),
        ("id = \"ship\"", "id = \"ship\", speed = \"-3 kn\""),
        ("id = \"ship\"", "id = \"ship\", day_rate = \"-1 USD/d\""),
    ];
    for (from, to) in settings {
        let plan = Written::new(&dive_with(from, to), &[1.0; 6]);
        answers(&plan, to);
    }
}

/// Schedules a plan that may be good or bad: it must give a schedule, or say what is wrong.
fn answers(plan: &Written, about: &str) {
    let ran = Run::new(["schedule", "--json", "--time-limit", "20 s"]).arg(plan.folder.path()).either();
    let document = ran.json();
    if ran.status == Some(0) {
        assert_eq!(document["schema"], "mudline-schedule-1", "{about}");
    } else {
        let is_told = document["errors"].as_u64() > Some(0) || document["status"].is_string();
        assert!(is_told && document["status"] != "refused", "{about}: {document}");
    }
}

#[test]
fn dates_at_the_ends_of_time() {
    for (from, to, status) in [
        ("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z", None),
        ("9999-12-30T00:00:00Z", "9999-12-31T23:00:00Z", None),
        ("99999-01-01T00:00:00Z", "99999-01-02T00:00:00Z", Some(1)),
        ("2026-02-30T00:00:00Z", "2026-03-02T00:00:00Z", Some(1)),
        ("2026-01-01T25:00:00Z", "2026-03-02T00:00:00Z", Some(1)),
        ("0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", Some(1)),
        ("1926-01-01T00:00:00Z", "2026-01-01T00:00:00Z", Some(1)),
    ] {
        for zone in ["UTC", "Asia/Tokyo", "America/Los_Angeles"] {
            let text = format!(
                "plan = {{ name = \"ends\", zone = \"{zone}\", start = {from}, end = {to} }}\ntask = [{{ id = \"one\", duration = \"3 h\" }}]\n"
            );
            match status {
                Some(status) => drop(checked(text.as_bytes(), status).stderr_has("error")),
                None => answers(&Written::new(&text, &[]), from),
            }
        }
    }
    let far = "9999-12-31T23:00:00Z";
    for setting in [format!("release = {far}"), format!("deadline = {far}"), format!("due = {far}")] {
        let plan = dive_with("id = \"dive\"", &format!("id = \"dive\", {setting}"));
        answers(&Written::new(&plan, &[1.0; 6]), &setting);
        let plan = plan.replace(far, "0001-01-01T00:00:00Z");
        answers(&Written::new(&plan, &[1.0; 6]), &setting);
    }
}

#[test]
fn ids_in_any_script() {
    let ids = [
        "🦀⛏️🌊".to_owned(),
        "שלום עולם".to_owned(),
        "\u{202e}evil\u{202c}".to_owned(),
        "e\u{301}\u{302}\u{303}".to_owned(),
        "\u{200b}".to_owned(),
        "南鳥島 の 泥".to_owned(),
        "a b/c\\\\d:e*f?<g>|h'i;j,k%l&m=n#o".to_owned(),
        "x".repeat(100),
        "長".repeat(100),
    ];
    for id in &ids {
        let plan = DIVE.replace("\"dive\"", &format!("\"{id}\"")).replace("\"ship\"", &format!("\"{id}.\""));
        let plan = Written::new(&plan, &[1.0; 6]);
        let folder = plan.folder.path();
        answers(&plan, id);
        let windows = Run::new(["windows"]).arg(folder);
        let check = Run::new(["check", "--json"]).arg(folder);
        if check.either().json()["errors"] == 0 {
            windows.done();
            let made = Run::new(["schedule", "--write-lp"])
                .arg(folder.join("m.lp"))
                .arg("-o")
                .arg(folder.join("out"));
            made.arg(folder).done();
        } else {
            windows.fault();
        }
    }
}

#[test]
fn values_that_are_none_are_never_calm() {
    for missing in ["NaN", "nan", "", "NA"] {
        let sea = sea_with(&format!("2026-01-01T02:00:00Z,{missing}"));
        assert!(dive_on(&sea, 1).stdout.contains("has no hs for 1 h from 2026-01-01T02:00:00Z"), "{missing}");
        // Unless the plan says that what is missing may be made up.
        let gaps = dive_with("\"sea.csv\"", "\"sea.csv\", gaps = \"interpolate up to 1 h\"");
        let plan = Written::new(&gaps, &[]);
        fs::write(plan.folder.path().join("sea.csv"), sea).expect("written");
        Run::new(["schedule", "--json"]).arg(plan.folder.path()).done();
    }
    for bad in ["inf", "-inf", "1e999", "1e30", "-3", "calm", "1,0", "1.0.0", "\u{ff11}"] {
        let ran = dive_on(&sea_with(&format!("2026-01-01T02:00:00Z,\"{bad}\"")), 1);
        assert!(ran.json()["errors"].as_u64() > Some(0), "{bad}");
        assert!(ran.stdout.contains("sea.csv"), "{bad}");
    }
}

#[test]
fn times_of_the_weather_that_cannot_be() {
    for bad in [
        "",
        "x",
        "0000-00-00T00:00:00Z",
        "2026-01-01T99:00:00Z",
        "99999-01-01T00:00:00Z",
        "2026-01-01T01:00:00Z",
        "2025-01-01T00:00:00Z",
        "2026-01-01T02:17:00Z",
    ] {
        let ran = dive_on(&sea_with(&format!("{bad},1.0")), 1);
        assert!(ran.json()["errors"].as_u64() > Some(0), "{bad}");
        assert!(ran.stdout.contains("sea.csv"), "{bad}");
    }
    // A last line in the far future must not fill the memory with holes.
    for far in ["9999-12-31T23:00:00Z", "3026-01-01T00:00:00Z"] {
        let mut sea = sea_with("2026-01-01T02:00:00Z,1.0");
        sea.extend(format!("{far},1.0\n").into_bytes());
        let plan = Written::new(DIVE, &[]);
        fs::write(plan.folder.path().join("sea.csv"), sea).expect("written");
        limited(
            "ulimit -v 2000000",
            &["check".as_ref(), plan.folder.path()],
            if far.starts_with('9') { 1 } else { 0 },
        );
    }
}

#[test]
fn what_is_no_weather_is_refused() {
    for bad in [
        &b""[..],
        b"\n\n",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"time,hs_m\n",
        b"time,hs_m",
        b"hs_m\n1\n",
        b"# only a comment\n",
        b"\xff\xfe\x00,\n",
    ] {
        let ran = dive_on(bad, 1);
        assert!(ran.json()["errors"].as_u64() > Some(0), "{bad:?}");
        assert!(ran.stdout.contains("sea.csv"), "{bad:?}");
    }
    for path in [".", "not-there.csv", "/dev/zero", "/dev/null", "/proc/self/mem", "", "sea.csv/x"] {
        let plan = Written::new(&dive_with("\"sea.csv\"", &format!("{path:?}")), &[1.0; 6]);
        Run::new(["check"]).arg(plan.folder.path()).fault().stderr_has("error");
    }
    let pipe = Written::new(DIVE, &[]);
    let file = pipe.folder.path().join("sea.csv");
    fs::remove_file(&file).expect("removed");
    assert!(Command::new("mkfifo").arg(&file).status().expect("mkfifo").success());
    Run::new(["check"]).arg(pipe.folder.path()).fault().stderr_has("not a regular file");
}

#[test]
#[ignore = "writes 300 MB and takes ten seconds and more"]
fn ten_million_rows_of_weather() {
    let plan = Written::new(DIVE, &[]);
    let file = fs::File::create(plan.folder.path().join("sea.csv")).expect("a file");
    let mut file = BufWriter::with_capacity(1 << 20, file);
    file.write_all(b"time,hs_m,tp_s\n").expect("written");
    let start: chrono::DateTime<chrono::Utc> = "2026-01-01T00:00:00Z".parse().expect("a time");
    let mut rows = 0;
    for day in 0.. {
        let date = (start + chrono::TimeDelta::days(day)).format("%Y-%m-%d").to_string();
        let mut lines = String::new();
        for minute in 0..1440.min(10_000_000 - rows) {
            let _ = writeln!(lines, "{date}T{:02}:{:02}:00Z,1.23,7.89", minute / 60, minute % 60);
            rows += 1;
        }
        file.write_all(lines.as_bytes()).expect("written");
        if rows == 10_000_000 {
            break;
        }
    }
    file.flush().expect("written");
    drop(file);
    let began = Instant::now();
    limited("ulimit -v 1500000", &["schedule".as_ref(), plan.folder.path()], 0).stderr_has("solved");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    println!("{:?}", began.elapsed());
}

/// The names of the files in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn where_nothing_can_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "old").expect("written");
    // A file where the folder should be, and a folder where the file should be.
    for (command, flag) in [("schedule", "-o"), ("schedule", "--write-lp")] {
        let to = if flag == "-o" { file.clone() } else { folder.path().to_owned() };
        Run::new([command, flag]).arg(&to).arg(repo("plans/windows")).refused().stderr_has("cannot write");
        Run::new([command, flag])
            .arg(file.join("deeper"))
            .arg(repo("plans/windows"))
            .refused()
            .stderr_has("cannot write");
    }
    Run::new(["man", "-o"]).arg(&file).refused().stderr_has("cannot write");
    Run::new(["new"]).arg(&file).refused().stderr_has("cannot write");
    assert_eq!(fs::read_to_string(&file).expect("text"), "old");
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn a_full_disk_leaves_the_old_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sea.csv");
    fs::write(&file, "old").expect("written");
    let args: Vec<&Path> = ["weather", "synth", "minamitorishima", "--start", "2026-01-10T00:00:00Z", "-o"]
        .map(Path::new)
        .to_vec();
    let args: Vec<&Path> = args.into_iter().chain([file.as_path()]).collect();
    // Files of one block at most; without the signal a write beyond fails as it does on a full disk.
    let ran = limited("trap '' XFSZ; ulimit -f 1", &args, 2);
    assert_eq!(ran.stdout, "");
    ran.stderr_has("cannot write").stderr_has("nothing there was changed");
    assert_eq!(fs::read_to_string(&file).expect("text"), "old");
    assert_eq!(names(folder.path()), ["sea.csv"]);
    let ran = limited("trap '' XFSZ; ulimit -f 1", &["new".as_ref(), &folder.path().join("plan")], 2);
    ran.stderr_has("cannot write");
    assert!(names(&folder.path().join("plan")).iter().all(|name| !name.starts_with('.')));
}

#[test]
fn a_full_disk_behind_standard_output_is_an_error() {
    for command in [&["schema"][..], &["man"], &["completions", "bash"], &["export", "-f", "list", "--json"]]
    {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
        let output = Command::new(env!("CARGO_BIN_EXE_mudline")).args(command).stdout(full).output();
        let ran = Ran::of(output.expect("a program that runs"));
        assert_eq!(ran.status, Some(2), "{command:?}");
        ran.stderr_has("cannot write the output");
    }
}

/// Tasks that share a crew. Of sixteen a schedule is found soon, of thirty none for a long time, and neither is proven.
fn hard(tasks: usize) -> Written {
    let mut plan = "plan = { name = \"hard\", start = 2026-01-01T00:00:00Z, end = 2026-01-09T00:00:00Z }\nresource = [{ id = \"crew\", capacity = 5 }]\n".to_owned();
    for i in 0..tasks {
        let (hours, crew) = (3 + i * 7 % 9, 1 + i * 5 % 4);
        let _ =
            writeln!(plan, "[[task]]\nid = \"t{i}\"\nduration = \"{hours} h\"\nuses = {{ crew = {crew} }}");
    }
    Written::new(&plan, &[])
}

#[test]
#[cfg(unix)]
fn an_interrupted_solve_gives_the_best_so_far_or_says_none() {
    for (tasks, moment) in [(30, 300), (16, 8000)] {
        let plan = hard(tasks);
        let child = Command::new(env!("CARGO_BIN_EXE_mudline"))
            .args(["schedule", "--json", "--time-limit", "2 min"])
            .arg(plan.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a program that runs");
        std::thread::sleep(Duration::from_millis(moment));
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
        let interrupted = Instant::now();
        let ran = Ran::of(child.wait_with_output().expect("its output"));
        assert!(interrupted.elapsed() < Duration::from_secs(60), "{:?}", interrupted.elapsed());
        let document = ran.json();
        match ran.status {
            Some(0) => assert_eq!(document["schema"], "mudline-schedule-1"),
            Some(1) if tasks == 30 => assert_eq!(document["status"], "none-in-time"),
            other => panic!("{other:?}: {}", ran.stderr),
        }
    }
}

#[test]
#[cfg(unix)]
fn a_simulation_that_is_interrupted_before_its_first_run_says_so() {
    let plan = hard(30);
    let child = Command::new(env!("CARGO_BIN_EXE_mudline"))
        .args(["simulate", "--json"])
        .arg(plan.folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a program that runs");
    std::thread::sleep(Duration::from_millis(500));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    let ran = Ran::of(child.wait_with_output().expect("its output"));
    assert_eq!(ran.status, Some(130), "{}", ran.stderr);
    assert_eq!(ran.json()["status"], "stopped");
    ran.stderr_has("before the first run").stderr_has("--schedule");
}

#[test]
fn a_short_time_limit_is_kept() {
    let began = Instant::now();
    answers_in(&hard(30), "3 s");
    assert!(began.elapsed() < Duration::from_secs(45), "{:?}", began.elapsed());
}

fn answers_in(plan: &Written, limit: &str) {
    let ran = Run::new(["schedule", "--json", "--time-limit", limit]).arg(plan.folder.path()).either();
    let document = ran.json();
    assert!(document["schema"] == "mudline-schedule-1" || document["status"] == "none-in-time", "{document}");
}
