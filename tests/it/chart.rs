//! Pictures and tracks: what can be chosen for them, what is said of what they leave out, and that no schedule breaks them.

use crate::support::{Run, repo};
use mudline::export::{Choices, Paper, format};
use mudline::schedule::{self, Activity, Kind, Schedule};
use quick_xml::events::Event;
use std::fs;

fn golden() -> Schedule {
    schedule::read(&repo("tests/golden/export/schedule.json")).expect("a schedule")
}

fn written(name: &str, schedule: &Schedule, choices: &Choices) -> Vec<u8> {
    let mut bytes = Vec::new();
    let format = format(name).expect("a format");
    format.write_as(schedule, choices, &mut bytes).expect("memory takes every byte");
    bytes
}

fn text(name: &str, schedule: &Schedule) -> String {
    String::from_utf8(written(name, schedule, &Choices::default())).expect("text")
}

/// The schedule with all that its vessel does done by a second one too.
fn two_vessels() -> Schedule {
    let mut schedule = golden();
    let twin = |activity: &Activity| {
        let vessel = activity.vessel.as_ref().map(|_| "shuttle/1".to_owned())?;
        Some(Activity { id: format!("twin.{}", activity.id), vessel: Some(vessel), ..activity.clone() })
    };
    let twins: Vec<Activity> = schedule.activities.iter().filter_map(twin).collect();
    schedule.activities.extend(twins);
    schedule
}

/// A schedule of many activities in a row, an hour each.
fn long(activities: usize) -> Schedule {
    let mut schedule = golden();
    let first = schedule.activities[1].clone();
    let hour = chrono::TimeDelta::hours(1);
    let at = |number: usize| schedule.horizon.start + hour * number as i32;
    schedule.activities = (0..activities)
        .map(|number| Activity {
            id: format!("step-{number}.1"),
            name: format!("step {number}"),
            task: Some(format!("step-{number}")),
            start: at(number),
            end: at(number + 1),
            work: vec![(at(number), at(number + 1))],
            critical: number % 3 == 0,
            float_h: (number % 3 != 0).then_some(5.0),
            ..first.clone()
        })
        .collect();
    schedule.horizon.end = at(activities);
    schedule
}

/// Panics when a text is no well-formed XML; gives the number of its elements of that name.
fn elements(xml: &str, name: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut depth, mut found) = (0, 0);
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{e} at {}", reader.error_position())) {
            Event::Start(start) => {
                depth += 1;
                found += usize::from(start.name().as_ref() == name);
            }
            Event::Empty(start) => found += usize::from(start.name().as_ref() == name),
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "elements are left open");
    found
}

#[test]
fn a_choice_is_for_formats_that_know_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, out) = (repo("tests/golden/export/schedule.json"), folder.path().join("out.pdf"));
    let begin = |words: &[&str]| words.iter().fold(Run::new(["export"]), |run, word| run.arg(word));
    let export = |words: &[&str]| begin(words).arg("-o").arg(&out).arg(&file);
    export(&["-f", "csv", "--page", "a4"]).refused().stderr_has("--page is for pdf, not for csv");
    export(&["-f", "pdf", "--vessel", "chikyu"]).refused().stderr_has("--vessel is for rtz, not for pdf");
    export(&["-f", "pdf", "--page", "a5"]).refused().stderr_has("a3, a4");
    export(&["-f", "rtz", "--vessel", "chikyuu"]).refused().stderr_has("did you mean \"chikyu\"?");
    export(&["-f", "pdf", "--page", "a4"]).done();
    let a4 = fs::read(&out).expect("a file");
    assert!(a4.starts_with(b"%PDF-1."));
    assert_ne!(a4, written("pdf", &golden(), &Choices::default()));
    let found = |bytes: &[u8], width: &str| String::from_utf8_lossy(bytes).contains(width);
    assert!(found(&written("pdf", &golden(), &Choices::default()), "1190.5"), "A3 is 1190.55 points wide");
    assert!(found(&written("pdf", &golden(), &Choices { page: Paper::A4, ..Choices::default() }), "841.8"));
}

#[test]
fn a_route_is_of_one_vessel() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, out) = (folder.path().join("schedule.json"), folder.path().join("out.rtz"));
    fs::write(&file, text("json", &two_vessels())).expect("written");
    let export = || Run::new(["export", "-f", "rtz", "-o"]).arg(&out).arg(&file);
    export().refused().stderr_has("choose one with --vessel (known: chikyu, shuttle/1)");
    export().arg("--vessel").arg("shuttle/1").done().says_nothing();
    let route = fs::read_to_string(&out).expect("a route");
    assert!(
        route.contains("vesselName=\"shuttle/1\"") && route.contains("routeName=\"shuttle-1\""),
        "{route}"
    );
    assert_eq!((elements(&route, "waypoint"), elements(&route, "leg")), (5, 4));
    let stems: Vec<String> =
        format("rtz").expect("it").files(&two_vessels()).into_iter().map(|f| f.0).collect();
    assert_eq!(stems, ["chikyu", "shuttle-1"]);
}

#[test]
fn a_route_is_of_the_version_that_is_asked_for() {
    let route = |version| {
        let ran = Run::new(["export", "-f", "rtz", "--rtz-version", version]);
        ran.arg(repo("tests/golden/export/schedule.json")).done().stdout
    };
    for (version, space) in [("1.0", "1/0"), ("1.1", "1/1"), ("1.2", "1/2")] {
        let route = route(version);
        let root = format!("<route xmlns=\"http://www.cirm.org/RTZ/{space}\" version=\"{version}\">");
        assert!(route.contains(&root), "{route}");
        // What the schemas differ in, for a route such as this.
        assert_eq!(route.contains("<sheduleElement "), version == "1.0");
        assert_eq!(route.contains(" revision=\"0\""), version == "1.2");
    }
    let golden = repo("tests/golden/export/schedule.json");
    let wrong =
        |words: [&str; 4]| words.iter().fold(Run::new(["export"]), |run, word| run.arg(word)).arg(&golden);
    wrong(["-f", "rtz", "--rtz-version", "2.0"]).refused().stderr_has("1.0, 1.1, 1.2");
    wrong(["-f", "gpx", "--rtz-version", "1.0"])
        .refused()
        .stderr_has("--rtz-version is for rtz, not for gpx");
}

#[test]
fn what_has_no_position_is_left_out_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schedule.json");
    let mut schedule = golden();
    schedule.sites[1].position = None;
    schedule.routes.clear();
    fs::write(&file, text("json", &schedule)).expect("written");
    let ran = Run::new(["export", "-f", "geojson"]).arg(&file).done();
    ran.stderr_has("warning: site trial-site has no position");
    let map: serde_json::Value = serde_json::from_str(&text("geojson", &schedule)).expect("JSON");
    let features = map["features"].as_array().expect("a list");
    assert!(!features.is_empty() && features.iter().all(|f| f["properties"]["site"] != "trial-site"));
    Run::new(["export", "-f", "rtz"]).arg(&file).refused().stderr_has("there is no route");
    schedule.sites[0].position = None;
    fs::write(&file, text("json", &schedule)).expect("written");
    for name in ["geojson", "kml", "gpx", "rtz", "czml"] {
        let ran = Run::new(["export", "-f", name]).arg(&file).refused();
        ran.stderr_has("no vessel is ever at a site whose position is known");
    }
}

#[test]
fn no_name_breaks_a_picture_or_a_track() {
    let long = "x".repeat(10_000);
    for name in [
        "</script><b>&\"'",
        "]]>",
        "a\u{0}b\u{1b}[31m\r\nc",
        "\u{202e}turned",
        "\u{fffe}\u{ffff}",
        "سفينة 荒天 🚢",
        &long,
    ] {
        let mut schedule = golden();
        schedule.plan.name = name.to_owned();
        for activity in &mut schedule.activities {
            activity.name = name.to_owned();
            activity.vessel = activity.vessel.as_ref().map(|_| name.to_owned());
        }
        let done = |a: &&Activity| !matches!(a.kind, Kind::Wait | Kind::Idle);
        let svg = text("svg", &schedule);
        let tips = elements(&svg, "title") - 1;
        assert_eq!(tips, schedule.activities.iter().filter(done).count());
        assert!(!svg.contains("<script") && !svg.contains('\u{202e}'));
        for (format, element) in [("kml", "Placemark"), ("gpx", "rte"), ("rtz", "waypoint")] {
            assert!(elements(&text(format, &schedule), element) > 0, "{format}");
        }
        for format in ["geojson", "czml"] {
            serde_json::from_str::<serde_json::Value>(&text(format, &schedule)).expect("JSON");
        }
        for format in ["pdf", "png"] {
            assert!(written(format, &schedule, &Choices::default()).len() > 1000);
        }
    }
}

#[test]
fn letters_that_no_font_has_are_named() {
    let notes = format("png").expect("it").notes(&golden(), &Choices::default());
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains('鳥') && notes[0].contains("fonts-noto-cjk"), "{notes:?}");
    assert!(format("png").expect("it").notes(&long(3), &Choices::default()).is_empty());
}

#[test]
fn a_long_schedule_is_paged_and_a_picture_of_it_stays_small() {
    let schedule = long(1000);
    let pdf = written("pdf", &schedule, &Choices::default());
    let pages = String::from_utf8_lossy(&pdf).matches("/MediaBox").count();
    let png = written("png", &schedule, &Choices::default());
    let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    assert!(side(16) == 3174 && side(20) < 5000, "{} x {}", side(16), side(20));
    let svg = text("svg", &schedule);
    assert_eq!(elements(&svg, "title"), 1001);
    // Some 46 rows fit on a page of A3.
    assert!((20..30).contains(&pages), "{pages} pages of 1,000 rows");
}

#[test]
fn a_line_over_the_180th_meridian_is_cut() {
    let mut schedule = golden();
    schedule.routes.clear();
    schedule.sites[1].position = Some((30.0, -150.0));
    let map: serde_json::Value = serde_json::from_str(&text("geojson", &schedule)).expect("JSON");
    let features = map["features"].as_array().expect("a list");
    let leg = features.iter().find(|f| f["properties"]["what"] == "sail").expect("a leg");
    assert_eq!(leg["geometry"]["type"], "MultiLineString");
    let pieces = leg["geometry"]["coordinates"].as_array().expect("pieces");
    assert_eq!(pieces[0].as_array().and_then(|p| p.last()).map(|c| &c[0]), Some(&180.0.into()));
    assert_eq!(pieces[1][0][0], -180.0);
    assert_eq!(text("gpx", &schedule).matches("<trkseg>").count(), 4);
}

/// What stands in an element of an XML document, each time it occurs.
fn contents(xml: &str, element: &str) -> Vec<String> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    xml.split(&open).skip(1).filter_map(|rest| rest.split(&close).next().map(str::to_owned)).collect()
}

#[test]
fn project_files_hold_a_baseline_and_progress() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, old) = (repo("tests/golden/export/schedule.json"), folder.path().join("before.json"));
    let mut before = golden();
    before.activities.iter_mut().for_each(|activity| {
        activity.start -= chrono::TimeDelta::hours(30);
        activity.end -= chrono::TimeDelta::hours(30);
        activity.work.clear();
    });
    let mut extra =
        before.activities.iter().find(|a| a.kind == mudline::schedule::Kind::Task).expect("one").clone();
    extra.id = "extra".to_owned();
    before.activities.push(extra);
    fs::write(&old, text("json", &before)).expect("written");
    let done: Vec<_> = golden()
        .activities
        .into_iter()
        .filter(|a| !matches!(a.kind, mudline::schedule::Kind::Wait | mudline::schedule::Kind::Idle))
        .collect();
    let longest = done.iter().max_by_key(|a| a.end - a.start).expect("one");
    let now = longest.start + (longest.end - longest.start) / 2;
    let export = |format: &str, words: &[&str]| {
        let run = words.iter().fold(Run::new(["export", "-f", format]), |run, word| run.arg(word));
        run.arg("--now").arg(now.to_rfc3339()).arg(&file)
    };
    let ran = export("msproject", &["--baseline", old.to_str().expect("text")]).done();
    let project = ran.stderr_has("warning: one activity of the baseline is no longer planned").stdout;
    let (headings, tasks): (Vec<_>, Vec<_>) =
        contents(&project, "Task").into_iter().partition(|task| task.contains("<Summary>1<"));
    assert!(headings.iter().all(|heading| heading.contains("<Baseline>")), "{headings:?}");
    assert_eq!(tasks.iter().filter(|task| task.contains("<Baseline>")).count(), done.len());
    let begun = done.iter().filter(|activity| activity.start < now).count();
    let over = done.iter().filter(|activity| activity.end <= now).count();
    assert!(over > 0 && begun > over, "the golden schedule has both");
    let shares: Vec<_> = tasks.iter().flat_map(|task| contents(task, "PercentComplete")).collect();
    let deliveries = golden().deliveries.iter().filter(|delivery| delivery.time <= now).count();
    assert_eq!(shares.iter().filter(|share| *share == "100").count(), over + deliveries);
    assert_eq!(shares.iter().filter(|share| !["0", "100"].contains(&share.as_str())).count(), begun - over);
    let primavera = export("pmxml", &["--baseline", old.to_str().expect("text")]).done().stdout;
    let baseline = &contents(&primavera, "BaselineProject")[0];
    assert_eq!(contents(baseline, "Activity").len(), done.len() + 1 + golden().deliveries.len());
    assert!(baseline.contains("<Id>B"), "what is gone has a code of its own");
    assert_eq!(contents(&primavera, "Status").iter().filter(|word| *word == "Completed").count(), over);
    let xer = folder.path().join("out.xer");
    export("xer", &[]).arg("-o").arg(&xer).done();
    let rows = fs::read(&xer).expect("a file");
    let rows = String::from_utf8_lossy(&rows);
    assert_eq!(
        (rows.matches("TK_Complete").count(), rows.matches("TK_Active").count()),
        (over, begun - over)
    );
    // Others say so.
    export("xer", &["--baseline", "x.json"])
        .refused()
        .stderr_has("--baseline is for msproject, pmxml, not for xer");
    export("csv", &[]).refused().stderr_has("--now is for msproject, pmxml, xer, not for csv");
    Run::new(["export", "-f", "xer", "--now", "tomorrow"])
        .arg(&file)
        .refused()
        .stderr_has("write it with its offset");
    export("pmxml", &["--baseline", "nowhere.json"]).refused().stderr_has("nowhere.json");
}
