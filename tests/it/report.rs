//! The report is one file that loads nothing, says what the schedule says, and cannot be broken by a name; two schedules compare.

use crate::support::{Run, repo};
use mudline::report::{Language, Report, Words};
use mudline::schedule::{self, Schedule, compare::What};
use serde_json::Value;
use std::path::Path;

fn golden() -> Schedule {
    schedule::read(&repo("tests/golden/export/schedule.json")).expect("a schedule")
}

fn page(schedule: &Schedule) -> String {
    Report { schedule, baseline: None, odds: None, language: Language::En }.html()
}

/// The JSON that the page carries.
fn carried(html: &str) -> Value {
    let (_, rest) = html.split_once("<script type=\"application/json\" id=\"data\">").expect("data");
    let (text, _) = rest.split_once("</script>").expect("an end");
    serde_json::from_str(text).expect("JSON")
}

fn write(folder: &Path, name: &str, schedule: &Schedule) -> String {
    let path = folder.join(name);
    std::fs::write(&path, serde_json::to_vec(schedule).expect("JSON")).expect("written");
    path.display().to_string()
}

#[test]
fn the_page_loads_nothing_and_runs_only_what_it_holds() {
    let html = page(&golden());
    assert!(html.contains("default-src 'none'; script-src 'sha256-"), "a policy");
    assert!(!html.contains("unsafe-inline"));
    for loads in
        ["src=", "<link", "@import", "url(http", "fetch(", "XMLHttpRequest", "import(", "innerHTML", "eval("]
    {
        assert!(!html.contains(loads), "the page has {loads}");
    }
    // The one address in it names the kind of an element, and is never asked.
    for (at, _) in html.match_indices("http") {
        let rest = &html[at..];
        assert!(
            rest.starts_with("http://www.w3.org/2000/svg") || rest.starts_with("http-equiv"),
            "{}",
            &rest[..60]
        );
    }
}

#[test]
fn the_same_schedule_gives_the_same_bytes() {
    assert_eq!(page(&golden()), page(&golden()));
}

#[test]
fn the_numbers_of_the_page_are_those_of_the_schedule() {
    let schedule = golden();
    let data = carried(&page(&schedule));
    assert_eq!(data["totals"]["delivered_t"], schedule.totals.delivered_t);
    assert_eq!(data["totals"]["sampled_t"], schedule.totals.sampled_t);
    assert_eq!(data["totals"]["cost"], schedule.totals.cost);
    assert_eq!(data["totals"]["finish"], schedule.totals.finish.timestamp());
    let shown = data["activities"].as_array().expect("activities");
    assert_eq!(shown.len(), schedule.activities.len());
    for (shown, activity) in shown.iter().zip(&schedule.activities) {
        assert_eq!(shown["start"], activity.start.timestamp());
        assert_eq!(shown["end"], activity.end.timestamp());
        assert_eq!(shown.get("tonnes").and_then(Value::as_f64), activity.tonnes);
        assert_eq!(shown.get("float_h").and_then(Value::as_f64), activity.float_h);
        assert_eq!(shown["critical"], activity.critical);
    }
    for (shown, stock) in data["stocks"].as_array().expect("stocks").iter().zip(&schedule.stocks) {
        let levels: Vec<f64> = stock.levels.iter().map(|level| level.1).collect();
        let drawn: Vec<f64> = shown["levels"]
            .as_array()
            .expect("levels")
            .iter()
            .filter_map(|level| level[1].as_f64())
            .collect();
        assert_eq!(drawn, levels);
    }
    let costs: Vec<f64> =
        data["costs"].as_array().expect("costs").iter().filter_map(|row| row["amount"].as_f64()).collect();
    assert_eq!(costs, schedule.costs.iter().map(|row| row.amount).collect::<Vec<_>>());
    for (shown, row) in data["sea"].as_array().expect("a sea").iter().zip(&schedule.sea) {
        for (channel, values) in
            shown["channels"].as_array().expect("channels").iter().zip(row.channels.values())
        {
            let drawn: Vec<Option<f64>> =
                channel["values"].as_array().expect("values").iter().map(Value::as_f64).collect();
            assert_eq!(&drawn, values);
        }
    }
}

#[test]
fn no_name_breaks_the_page() {
    let mut schedule = golden();
    let bad = format!(
        "</script><script>alert(1)</script>\"'&{{{{data}}}}\u{202e}\u{0}\n🚢 \u{5d0}{}",
        "x".repeat(10_000)
    );
    schedule.plan.name = bad.clone();
    schedule.plan.currency = Some("<b>".to_owned());
    for activity in &mut schedule.activities {
        activity.name = bad.clone();
        activity.site = Some(bad.clone());
        activity.vessel = activity.vessel.as_ref().map(|_| bad.clone());
    }
    for note in &mut schedule.notes {
        note.text = bad.clone();
    }
    let html = page(&schedule);
    let ends = html.matches("</script").count();
    assert_eq!(ends, 2, "a name ended a script");
    assert!(!html.contains("<script>alert") && !html.contains('\u{202e}') && !html.contains('\u{0}'));
    let data = carried(&html);
    let name = data["activities"][0]["name"].as_str().expect("a name");
    assert!(
        name.starts_with("</script><script>alert(1)</script>\"'&{{data}}") && name.ends_with('…'),
        "{name}"
    );
}

#[test]
fn a_schedule_without_activities_has_its_page() {
    let mut schedule = golden();
    schedule.activities.clear();
    schedule.stocks.clear();
    schedule.deliveries.clear();
    schedule.totals.vessels.clear();
    schedule.links.clear();
    schedule.sites.clear();
    let html = page(&schedule);
    assert!(html.contains("Nothing is scheduled."));
    assert_eq!(carried(&html)["activities"], serde_json::json!([]));
}

#[test]
fn dates_far_away_are_drawn() {
    for shift in [-20_000, 60_000] {
        let mut schedule = golden();
        let by = chrono::TimeDelta::days(shift);
        schedule.horizon.start += by;
        schedule.horizon.end += by;
        schedule.plan.issued += by;
        schedule.totals.finish += by;
        for activity in &mut schedule.activities {
            activity.start += by;
            activity.end += by;
            activity.work.iter_mut().for_each(|part| *part = (part.0 + by, part.1 + by));
        }
        assert_eq!(carried(&page(&schedule))["horizon"]["start"], schedule.horizon.start.timestamp());
    }
}

#[test]
fn both_languages_are_on_the_page() {
    let schedule = golden();
    let html = Report { schedule: &schedule, baseline: None, odds: None, language: Language::Ja }.html();
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"ja\">"));
    let data = carried(&html);
    let ids =
        |code: &str| data["words"][code].as_object().expect("words").keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids("en"), ids("ja"));
    assert_eq!(data["words"]["ja"]["float-of"], "余裕 {hours}");
    // Every text that the page or its scripts ask for exists.
    let known: Vec<String> = Words::of(Language::En).ids().map(str::to_owned).collect();
    for (_, rest) in html.match_indices("data-t=\"").map(|(at, mark)| (at, &html[at + mark.len()..])) {
        let id: String = rest.chars().take_while(|c| *c != '"').collect();
        assert!(known.contains(&id) || id.is_empty(), "no text {id}");
    }
    for (at, _) in html.match_indices(" t(\"").chain(html.match_indices("(t(\"")) {
        let id: String =
            html[at..].chars().skip_while(|c| *c != '"').skip(1).take_while(|c| *c != '"').collect();
        assert!(known.contains(&id), "no text {id}");
    }
}

#[test]
fn a_page_of_five_thousand_activities_stays_under_five_megabytes() {
    let schedule = large(5_000);
    let html = page(&schedule);
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    let before =
        Report { schedule: &schedule, baseline: Some(&schedule), odds: None, language: Language::En }.html();
    assert!(before.len() < 5_000_000, "{} bytes with a baseline", before.len());
}

/// A schedule of so many activities of ten vessels, one after the other, each with windows and a link.
pub fn large(activities: usize) -> Schedule {
    let mut schedule = golden();
    let task = schedule.activities.iter().find(|a| a.kind == schedule::Kind::Task).expect("a task").clone();
    schedule.activities.clear();
    schedule.links.clear();
    let each = activities / 10;
    let hours = |hours: usize| chrono::TimeDelta::hours(hours as i64);
    let start = schedule.horizon.start;
    for vessel in 0..10 {
        for at in 0..each {
            let mut activity = task.clone();
            activity.id = format!("task-{vessel}-{at}.1");
            activity.name = format!("work {at} of vessel {vessel}");
            activity.task = Some(format!("task-{vessel}-{at}"));
            activity.vessel = Some(format!("vessel-{vessel}"));
            activity.start = start + hours(at * 6);
            activity.end = activity.start + hours(5);
            activity.work =
                vec![(activity.start, activity.start + hours(2)), (activity.start + hours(3), activity.end)];
            activity.waiting_h = 1.0;
            activity.critical = at % 7 == 0;
            schedule.activities.push(activity);
        }
    }
    schedule.horizon.end = start + hours(each * 6 + 6);
    for at in 1..schedule.activities.len() {
        let (from, to) = (schedule.activities[at - 1].id.clone(), schedule.activities[at].id.clone());
        schedule.links.push(schedule::Link { from, to, lag_h: 0.0, within_h: None });
    }
    let open = schedule.windows[0].clone();
    schedule.windows = schedule
        .activities
        .iter()
        .map(|activity| schedule::WindowRow {
            task: activity.task.clone().unwrap_or_default(),
            ..open.clone()
        })
        .collect();
    schedule
}

#[test]
fn the_command_writes_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.html");
    let schedule = repo("tests/golden/export/schedule.json");
    Run::new(["report"])
        .arg(&schedule)
        .arg("-o")
        .arg(&file)
        .arg("--baseline")
        .arg(&schedule)
        .done()
        .says_nothing();
    let html = std::fs::read_to_string(&file).expect("a page");
    assert_eq!(carried(&html)["baseline"]["changes"], serde_json::json!([]));
    let ran = Run::new(["report", "--lang", "fr"]).arg(&schedule).refused();
    assert!(ran.stderr.contains("en and ja"), "{}", ran.stderr);
    Run::new(["report"]).arg(folder.path().join("none.json")).refused();
}

#[test]
fn what_was_broken_by_hand_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    type Break = fn(&mut Schedule);
    let breaks: [(Break, &str); 5] = [
        (
            |s| s.activities[1].end = s.activities[1].start - chrono::TimeDelta::hours(1),
            "ends before it starts",
        ),
        (|s| s.activities[1].id = s.activities[0].id.clone(), "two activities are called"),
        (|s| s.horizon.end = s.horizon.start, "its horizon ends"),
        (|s| s.horizon.slot_h = 0.0, "its slots are 0 h long"),
        (|s| s.sites[0].position = Some((95.0, 10.0)), "95, 10 is no position"),
    ];
    for (break_it, said) in breaks {
        let mut schedule = golden();
        break_it(&mut schedule);
        let path = write(folder.path(), "broken.json", &schedule);
        Run::new(["report", &path]).refused().stderr_has(said).stderr_has("broken.json");
        Run::new(["compare", &path, &path]).refused().stderr_has(said);
    }
    let newer = folder.path().join("newer.json");
    std::fs::write(&newer, "{\"schema\": \"mudline-schedule-9\"}").expect("written");
    Run::new(["report"]).arg(&newer).refused().stderr_has("another version");
}

#[test]
fn a_schedule_compared_with_itself_has_not_changed() {
    let comparison = schedule::compare::compare(&golden(), &golden());
    assert_eq!(comparison.changes, []);
    assert!(comparison.unchanged > 0 && comparison.warnings.is_empty());
    assert!(comparison.totals.iter().all(|row| row.change == Some(0.0)));
}

#[test]
fn what_is_added_removed_and_moved_is_told_by_how_much() {
    let (before, mut after) = (golden(), golden());
    let real: Vec<usize> = (0..after.activities.len())
        .filter(|at| !matches!(after.activities[*at].kind, schedule::Kind::Wait | schedule::Kind::Idle))
        .collect();
    let moved = after.activities[real[0]].id.clone();
    after.activities[real[0]].start += chrono::TimeDelta::hours(2);
    after.activities[real[0]].end += chrono::TimeDelta::hours(5);
    after.activities[real[0]].work.clear();
    let renamed = after.activities[real[1]].id.clone();
    after.activities[real[1]].id = "new.1".to_owned();
    after.totals.delivered_t -= 4.0;
    let comparison = schedule::compare::compare(&before, &after);
    let of = |id: &str| comparison.changes.iter().find(|change| change.id == id).expect("a change");
    assert_eq!(
        (of(&moved).what, of(&moved).start_shift_h, of(&moved).end_shift_h),
        (What::Moved, Some(2.0), Some(5.0))
    );
    assert_eq!(of(&renamed).what, What::Removed);
    assert_eq!(of("new.1").what, What::Added);
    assert_eq!(comparison.unchanged, real.len() - 2);
    let delivered = comparison.totals.iter().find(|row| row.name == "delivered_t").expect("a row");
    assert!((delivered.change.expect("a change") + 4.0).abs() < 1e-9);

    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (write(folder.path(), "old.json", &before), write(folder.path(), "new.json", &after));
    let ran = Run::new(["compare", &old, &new]).done();
    assert!(ran.stdout.contains("1 moved, 1 added, 1 removed"), "{}", ran.stdout);
    assert!(
        ran.stdout.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 80),
        "{}",
        ran.stdout
    );
    let json = Run::new(["compare", &old, &new, "--json"]).done().json();
    assert_eq!(json["changes"].as_array().map(Vec::len), Some(3));
}

#[test]
fn schedules_of_two_plans_are_compared_with_a_warning() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut other = golden();
    other.plan.name = "another plan".to_owned();
    let (old, new) = (write(folder.path(), "old.json", &other), write(folder.path(), "new.json", &golden()));
    Run::new(["compare", &old, &new])
        .done()
        .stderr_has("the schedules answer two plans, \"another plan\" and");
    let json = Run::new(["compare", &old, &new, "--json"]).done().json();
    assert_eq!(json["warnings"].as_array().map(Vec::len), Some(1));
}

/// Writes the pages that `make browser` opens, each beside its schedule, into target/browser.
#[test]
#[ignore = "makes files for the checks in a browser; make browser runs it"]
fn pages_for_the_browser() {
    let folder = repo("target/browser");
    let trial = folder.join("trial");
    std::fs::create_dir_all(&trial).expect("a folder");
    Run::new(["schedule"]).arg(repo("plans/chikyu-2026")).arg("-o").arg(&trial).done();
    let made = |name: &str, schedule: &Schedule, baseline: Option<&Schedule>| {
        let html = Report { schedule, baseline, odds: None, language: Language::En }.html();
        std::fs::write(folder.join(format!("{name}.html")), &html).expect("written");
        write(&folder, &format!("{name}.json"), schedule);
        eprintln!("{name}.html: {} bytes", html.len());
    };
    let schedule = schedule::read(&trial.join("schedule.json")).expect("a schedule");
    made("trial", &schedule, None);
    let mut old = schedule.clone();
    for activity in old.activities.iter_mut().skip(2) {
        activity.start -= chrono::TimeDelta::hours(30);
        activity.end -= chrono::TimeDelta::hours(30);
        activity.work.clear();
    }
    old.activities.remove(1);
    // The last of them is over later, and begins as it did.
    let last = old.activities.iter_mut().rfind(|activity| activity.is_real()).expect("an activity");
    last.start += chrono::TimeDelta::hours(30);
    last.end = last.end.max(last.start);
    made("compared", &schedule, Some(&old));
    // A map of little more than a degree, of which there are lines every quarter of it.
    let mut near = schedule.clone();
    for (nth, site) in near.sites.iter_mut().enumerate() {
        site.position = Some((34.3 + 0.1 * nth as f64, 136.6 + 0.1 * nth as f64));
    }
    near.routes.clear();
    made("near", &near, None);
    let odds = folder.join("odds.simulation.json");
    std::fs::write(&odds, SIMULATION).expect("written");
    let page = folder.join("odds.html");
    Run::new(["report"])
        .arg(trial.join("schedule.json"))
        .arg("--odds")
        .arg(&odds)
        .arg("-o")
        .arg(&page)
        .done();
    let (large, mut later) = (large(5_000), large(5_000));
    made("large", &large, None);
    for activity in &mut later.activities {
        activity.end += chrono::TimeDelta::hours(1);
    }
    made("recompared", &later, Some(&large));
    let mut hostile = golden();
    let bad = format!(
        "</script><img src=x onerror=\"globalThis.broken=1\">'{{{{data}}}}\u{202e}🚢 \u{5d0}\u{5d1}, =1+1\n{}",
        "x".repeat(10_000)
    );
    hostile.plan.name = bad.clone();
    for activity in &mut hostile.activities {
        activity.name = bad.clone();
        activity.vessel = activity.vessel.as_ref().map(|_| bad.clone());
    }
    for stock in &mut hostile.stocks {
        stock.holder = bad.clone();
    }
    for site in &mut hostile.sites {
        site.id = bad.clone();
    }
    made("hostile", &hostile, None);
    let mut empty = golden();
    empty.activities.clear();
    empty.links.clear();
    empty.stocks.clear();
    empty.deliveries.clear();
    made("empty", &empty, None);
}

/// What a simulation wrote, shortened by hand.
const SIMULATION: &str = r#"{"schema": "mudline-simulation-1",
  "simulated": {"plan": "</script>", "zone": "UTC", "sha256": "another", "start": "2026-01-12T09:00:00+09:00", "curve_unit": "t",
    "planned": [99.5, 98.5, 804], "slot_h": 1.0, "weather": {"source": "synthetic", "about": "years", "is_synthetic": true, "years": 4}, "seed": 7},
  "is_complete": false,
  "policies": [{"policy": "follow", "runs": 4,
    "outcomes": [{"id": "done", "runs": 3, "share": 0.75, "low": 0.3, "high": 0.95, "runs_for_one_point": 1}],
    "deadlines": [], "amounts": [], "times": [], "lost_by_task": [{"id": "run-pipe", "hours_per_run": 88.25}], "lost_by_channel": [],
    "milestones": [{"id": "finish", "name": "finish", "unit": "h", "planned": 804.0, "never": 0.25, "mean": 810.0,
      "percentiles": [{"p": 50, "value": 806.5, "run": 2, "interval": [1.0, null]}, {"p": 90, "value": null, "run": null, "interval": [null, null]}]}],
    "curve": [{"h": 0.0, "values": [0.0, 0.0, 0.0, 0.0, 0.0]}, {"h": 10.0, "values": [0.0, 1.0, 2.0, 3.0, 4.0]}]}]}"#;

#[test]
fn the_odds_of_a_simulation_are_shown_as_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let (schedule, odds) = (repo("tests/golden/export/schedule.json"), folder.path().join("odds.json"));
    std::fs::write(&odds, SIMULATION).expect("written");
    let page = Run::new(["report"]).arg(&schedule).arg("--odds").arg(&odds).done().stdout;
    let shown = &carried(&page)["odds"];
    assert_eq!(shown["policies"][0]["outcomes"][0]["share"], 0.75);
    assert_eq!(shown["policies"][0]["milestones"][0]["percentiles"][0]["value"], 806.5);
    assert_eq!(shown["policies"][0]["milestones"][0]["percentiles"][1]["value"], Value::Null);
    assert_eq!((&shown["other_plan"], &shown["is_complete"]), (&Value::Bool(true), &Value::Bool(false)));

    for (text, said) in [
        ("{", "this is no JSON"),
        ("{}", "it has no \"schema\""),
        ("{\"schema\": \"mudline-simulation-2\"}", "simulate again"),
        ("{\"schema\": \"mudline-simulation-1\"}", "this simulation is not whole: missing field"),
    ] {
        std::fs::write(&odds, text).expect("written");
        Run::new(["report"]).arg(&schedule).arg("--odds").arg(&odds).refused().stderr_has(said);
    }
}
