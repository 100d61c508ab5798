//! What a simulation writes: the calendars of percentiles with the plans that they answer, parts joined, causes of delay.

use crate::support::{Run, Written, repo};
use std::fmt::Write as _;

/// A percentile has the run behind it in a folder of its own, and a format that cannot hold it is left out and said.
#[test]
fn the_calendar_of_a_percentile_is_written_like_any_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = Run::new(["simulate"]).arg(repo("plans/project")).arg("-o").arg(folder.path()).done();
    run.stderr_has("p50/").stderr_has("not written: geojson, kml, gpx, rtz, czml: ");
    let names = |folder: &std::path::Path| -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    let own = folder.path().join("p50");
    assert!(names(&own).contains(&"schedule.json".to_owned()), "{:?}", names(&own));
    assert!(!names(&own).iter().any(|name| name.ends_with(".rtz") || name.ends_with(".kml")));
    for name in names(&own) {
        assert!(std::fs::metadata(own.join(&name)).expect("a file").len() > 0, "{name} is empty");
    }
}

/// What stands beside a percentile's schedule is the plan that it answers, with the weather of that run: the judge keeps it.
#[test]
fn the_judge_keeps_the_calendar_of_a_percentile_by_the_plan_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let common = ["simulate", "--years", "9", "--draws", "3", "--seed", "5", "-o"];
    let plan = repo("plans/chikyu-2026");
    Run::new(common).arg(folder.path()).arg(&plan).done();
    let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).expect("a file");
    let answer: serde_json::Value = serde_json::from_str(&read("simulation.json")).expect("JSON");
    let milestones = answer["policies"][0]["milestones"].as_array().expect("milestones");
    let finish = milestones.iter().find(|row| row["id"] == "finish").expect("the finish");
    let runs = read("runs.csv");
    let mut good = 0;
    for percentile in finish["percentiles"].as_array().expect("percentiles") {
        let Some(run) = percentile["run"].as_u64() else { continue };
        let own = folder.path().join(format!("p{}", percentile["p"]));
        let schedule = own.join("schedule.json");
        let row = runs.lines().find(|row| row.starts_with(&format!("{run},"))).expect("the run");
        let verify = || Run::new(["verify"]).arg(&own).arg(&schedule);
        if !row.contains(",done,") {
            // What was late or left out is told, and nothing else is wrong with it.
            let ran = verify().exits(1);
            let rules = ["[deadline]", "[task-count]", "[precedence]", "[sampling-total]"];
            let mut told = ran.stdout.lines().filter(|line| line.starts_with("- "));
            assert!(told.all(|line| rules.iter().any(|rule| line.ends_with(rule))), "{}", ran.stdout);
            continue;
        }
        verify().done().stdout_has("keeps the plan");
        good += 1;
        // It is the judge who says so: an hour less of work is seen.
        let mut broken = mudline::schedule::read(&schedule).expect("a schedule");
        let task =
            broken.activities.iter_mut().find(|a| a.id.starts_with("run-pipe")).expect("the pipe is run");
        task.work.last_mut().expect("work").1 -= chrono::TimeDelta::hours(1);
        std::fs::write(&schedule, serde_json::to_string(&broken).expect("JSON")).expect("written");
        verify().exits(1).stdout_has("does not keep the plan");
    }
    assert!(good >= 3, "{runs}");
    // The same seed, the same bytes.
    let again = tempfile::tempdir().expect("a folder");
    Run::new(common).arg(again.path()).arg(&plan).done();
    for file in ["p80/plan.toml", "p80/weather-1.csv"] {
        let read = |folder: &std::path::Path| std::fs::read(folder.join(file)).expect("a file");
        assert_eq!(read(folder.path()), read(again.path()), "{file}");
    }
}

#[test]
fn parts_joined_are_written_like_the_whole() {
    let (whole, joined) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let plan = repo("plans/chikyu-2026");
    let simulate = || Run::new(["simulate", "--years", "4", "--keep-runs"]).arg(&plan);
    simulate().arg("-o").arg(whole.path()).done();
    let parts: Vec<_> = (1..=2).map(|part| joined.path().join(format!("{part}.json"))).collect();
    for (place, part) in parts.iter().enumerate() {
        simulate().arg("--shard").arg(format!("{}/2", place + 1)).arg("-o").arg(part).done();
    }
    let out = joined.path().join("out");
    let merge = Run::new(["merge", "-o"]).arg(&out).arg(&parts[1]).arg(&parts[0]).done();
    merge.stderr_has("written to").stderr_has("calendars of percentiles");
    for file in
        ["simulation.json", "simulation.txt", "s-curve.svg", "runs.csv", "activities.csv", "runs.parquet"]
    {
        let read = |folder: &std::path::Path| std::fs::read(folder.join(file)).expect("a file");
        assert_eq!(read(whole.path()), read(&out), "{file}");
    }
    // Nothing is run or read for a folder that cannot be.
    std::fs::write(joined.path().join("file"), "").expect("written");
    Run::new(["merge", "-o"]).arg(joined.path().join("file")).arg(&parts[0]).refused();
}

/// What is planned anew knows its causes too: by task, by channel and by month, and they add up to the hours that the schedule tells.
#[test]
fn causes_are_read_off_voyages_that_are_planned_anew() {
    let plan = "plan = { name = \"causes\", start = 2026-01-31T20:00:00Z, end = 2026-02-02T20:00:00Z }\n\
        weather = [{ id = \"w\", file = \"sea.csv\" }]\nsite = [{ id = \"here\", kind = \"sea\", weather = \"w\" }]\n\
        vessel = [{ id = \"ship\", at = \"here\" }]\n\
        [[task]]\nid = \"a\"\nvessel = \"ship\"\nduration = \"2 h\"\n\
        [[task]]\nid = \"b\"\nvessel = \"ship\"\nduration = \"6 h\"\nafter = [\"a\"]\nsuspend = \"free\"\n\
        limits = { hs = \"1 m\", wind = \"10 m/s\" }\n";
    let written = Written::new(plan, &[]);
    // Two hours of wind and three of sea keep b from beginning, and two of sea stop it.
    let mut csv = "time,hs_m,wind_ms\n".to_owned();
    for hour in 0..96 {
        let hs = if (4..7).contains(&hour) || (10..12).contains(&hour) { 2.0 } else { 0.5 };
        let wind = if (2..4).contains(&hour) { 20.0 } else { 5.0 };
        let (day, hour) = ((hour + 20) / 24, (hour + 20) % 24);
        let date = if day == 0 { "2026-01-31".to_owned() } else { format!("2026-02-{day:02}") };
        let _ = writeln!(csv, "{date}T{hour:02}:00:00Z,{hs},{wind}");
    }
    std::fs::write(written.folder.path().join("sea.csv"), csv).expect("written");
    let ran =
        Run::new(["simulate", "--json", "--policy", "follow,clairvoyant"]).arg(written.folder.path()).done();
    for policy in ran.json()["policies"].as_array().expect("policies") {
        let lost = |by: &str| -> Vec<(String, f64)> {
            let rows = policy[by].as_array().expect("rows").iter();
            rows.map(|row| {
                (row["id"].as_str().expect("an id").to_owned(), row["hours_per_run"].as_f64().expect("hours"))
            })
            .collect()
        };
        assert_eq!(lost("lost_by_task"), [("b".to_owned(), 7.0)], "{}", policy["policy"]);
        assert_eq!(lost("lost_by_channel"), [("hs".to_owned(), 5.0), ("wind".to_owned(), 2.0)]);
        let months: Vec<f64> = policy["lost_by_month_h"]
            .as_array()
            .expect("months")
            .iter()
            .filter_map(serde_json::Value::as_f64)
            .collect();
        assert_eq!(months[..3], [2.0, 5.0, 0.0]);
        let times = policy["times"].as_array().expect("times");
        assert_eq!(times.iter().find(|row| row["id"] == "weather").expect("a row")["mean"], 7.0);
    }
    // A scan of departures is told for whoever decides.
    let scan = [
        "simulate",
        "--json",
        "--policy",
        "clairvoyant",
        "--depart-from",
        "2026-01-31",
        "--depart-to",
        "2026-02-01",
    ];
    let rows = Run::new(scan).arg(written.folder.path()).done().json()["policies"][0]["departures"].clone();
    assert_eq!(rows.as_array().expect("rows").len(), 2, "{rows}");
}

/// Beside each figure of the runs stands that of the schedule; where nothing goes otherwise than planned they are the same.
#[test]
fn the_first_mud_and_the_hours_of_the_schedule_stand_beside_those_of_the_runs() {
    let written = Written::new(
        r#"
plan = { name = "beside", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z }
goal = { order = ["delivered", "finish"] }
commodity = [{ id = "mud" }]
site = [
  { id = "quay", kind = "port", position = [24.3, 154.0] },
  { id = "field", kind = "sea", position = [24.0, 154.0] },
]
vessel = [{ id = "ship", at = "quay", home = "quay", calls = ["field"], speed = "10 kn", hold = { mud = "60 t" } }]
sampling = [{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "2 t/h" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "10 t/h" }]
"#,
        &[],
    );
    let ran = Run::new(["simulate", "--json"]).arg(written.folder.path()).done();
    let answer: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let policy = &answer["policies"][0];
    let rows = |list: &str| policy[list].as_array().expect("rows").clone();
    let all = rows("milestones").into_iter().chain(rows("times")).chain(rows("amounts"));
    let mut told = 0;
    for row in all {
        let planned = row["planned"].as_f64().unwrap_or_else(|| panic!("the schedule has {}", row["id"]));
        let median = row["percentiles"].as_array().expect("percentiles").iter().find(|p| p["p"] == 50);
        assert_eq!(median.expect("a median")["value"].as_f64(), Some(planned), "{}", row["id"]);
        told += 1;
    }
    assert!(told >= 8, "{told} rows");
    let text = Run::new(["simulate"]).arg(written.folder.path()).done().stdout;
    let row =
        |head: &str| text.lines().find(|line| line.trim_start().starts_with(head)).expect("a row").to_owned();
    for head in ["first mud on deck", "work time, days", "sail time, days"] {
        assert!(!row(head).contains(" - "), "{text}");
    }
}

/// Of a plan ashore no finish is told, for no vessel and no task has one; and why it has no map is said once.
#[test]
fn a_plan_ashore_has_no_finish_and_no_map() {
    let plan = r#"
plan = { name = "ashore", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [{ id = "works", kind = "plant", position = [35.0, 138.5], stock = { mud = "12 t" } }]
process = [{ id = "press", site = "works", from = "mud", to = "cake", yield = "50 %", capacity = "1 t/h" }]
demand = [{ id = "mill", site = "works", commodity = "cake", amount = "6 t" }]
"#;
    let written = Written::new(plan, &[]);
    let out = written.folder.path().join("out");
    let ran = Run::new(["schedule"]).arg(written.folder.path()).arg("-o").arg(&out).done();
    let (said, noted) = (&ran.stdout, &ran.stderr);
    assert!(said.contains("supplied 6.0 (proven), nothing to finish\n"), "{said}");
    assert!(said.contains("total: cake made 6.0 t, supplied 6.0 t\n"), "{said}");
    let all = format!("{said}{noted}");
    assert_eq!(all.matches("not written").count(), 1, "{all}");
    assert!(all.contains("not written: geojson, kml, gpx, rtz, czml: the schedule has no vessel"), "{all}");
    let page = std::fs::read_to_string(out.join("schedule.md")).expect("a page");
    assert!(!page.contains("- finish"), "{page}");

    let file = out.join("schedule.json");
    let report = out.join("report.html");
    Run::new(["report"]).arg(&file).arg("-o").arg(&report).done();
    let html = std::fs::read_to_string(&report).expect("a report");
    assert!(html.contains("What goes on ashore is done by 1 Jan 2026 12:00."), "no end ashore");
    assert!(!html.contains("<dt>Finish</dt>") && html.contains("<dt>Supplied</dt>"), "a finish");
}
