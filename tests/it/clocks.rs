//! Times as clocks show them: hours that they show twice or skip, and causes that are told once.

use crate::support::{Run, Written};
use std::fmt::Write as _;

/// A plan of the night in which clocks in Berlin are set back, with weather in their time.
const NIGHT: &str = r#"
plan = { name = "night", zone = "Europe/Berlin", start = 2027-10-31T00:00:00+02:00, end = 2027-10-31T06:00:00+01:00 }
weather = [{ id = "w", file = "night.csv", zone = "Europe/Berlin" }]
site = [{ id = "here", kind = "sea", weather = "w" }]
task = [{ id = "a", site = "here", duration = "1 h", limits = { hs = "1 m" } }]
"#;

/// The plan with weather at hours of that day, as clocks show them; the sea is calm at the times that are marked.
fn night(times: &[&str]) -> Written {
    let written = Written::new(NIGHT, &[]);
    let mut csv = "time,hs_m\n".to_owned();
    for time in times {
        let (clock, hs) = time.strip_suffix('*').map_or((*time, 3.0), |clock| (clock, 0.5));
        let _ = writeln!(csv, "2027-10-31 {clock},{hs}");
    }
    std::fs::write(written.folder.path().join("night.csv"), csv).expect("written");
    written
}

const NIGHT_HOURS: [&str; 8] = ["00:00", "01:00", "02:00", "02:00*", "03:00", "04:00", "05:00", "06:00"];

#[test]
fn an_hour_that_clocks_show_twice_is_read_in_the_order_of_its_lines() {
    let schedule = night(&NIGHT_HOURS).solved();
    assert_eq!(schedule.activities[0].start.to_rfc3339(), "2027-10-31T02:00:00+01:00");
    let halves = [
        "00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "02:00", "02:30*", "03:00*", "03:30", "04:00",
        "04:30", "05:00", "05:30",
    ];
    let plan = NIGHT.replace("end = ", "slot = \"30 min\", end = ");
    let written = night(&halves);
    std::fs::write(written.folder.path().join("plan.toml"), plan).expect("written");
    assert_eq!(written.solved().activities[0].start.to_rfc3339(), "2027-10-31T02:30:00+01:00");
}

#[test]
fn a_time_that_is_there_too_often_is_told_with_both_readings() {
    let mut times = NIGHT_HOURS.to_vec();
    times.insert(3, "02:00");
    let ran = Run::new(["check"]).arg(night(&times).folder.path()).fault();
    let ran = ran.stderr_has(
        "this time is there twice, and clocks in Europe/Berlin show it twice, as they are set back",
    );
    ran.stderr_has(
        "write its first time as 2027-10-31T02:00:00+02:00, its second as 2027-10-31T02:00:00+01:00",
    );
}

#[test]
fn a_time_that_clocks_skip_is_told_as_that() {
    let written = night(&NIGHT_HOURS);
    let spring = "time,hs_m\n2027-03-28 01:30,1\n2027-03-28 02:30,1\n2027-03-28 03:30,1\n";
    std::fs::write(written.folder.path().join("night.csv"), spring).expect("written");
    let ran = Run::new(["check"]).arg(written.folder.path()).fault();
    ran.stderr_has("\"2027-03-28 02:30\" is no time: clocks in Europe/Berlin skip it");
}

/// What is said of a plan with that release of a task.
fn said_of(release: &str) -> String {
    let plan = NIGHT.replace("duration", &format!("release = {release}, duration"));
    let written = night(&NIGHT_HOURS);
    std::fs::write(written.folder.path().join("plan.toml"), plan).expect("written");
    Run::new(["check"]).arg(written.folder.path()).fault().stderr
}

#[test]
fn a_date_of_a_plan_without_its_offset_is_told_how_it_is_written_in_the_plans_zone() {
    let said = said_of("2027-10-31T02:30:00");
    assert!(
        said.contains("it lacks its offset from UTC, and clocks in Europe/Berlin show it twice"),
        "{said}"
    );
    let readings =
        "write 2027-10-31T02:30:00+02:00 for the first time, or 2027-10-31T02:30:00+01:00 for the second";
    assert!(said.contains(readings), "{said}");
    let said = said_of("2027-03-28T02:30:00");
    assert!(said.contains("clocks in Europe/Berlin skip it"), "{said}");
    let said = said_of("2027-10-31T04:00:00");
    assert!(said.contains("write +01:00 behind it, which is the offset of Europe/Berlin then"), "{said}");
    let said = said_of("2027-10-31");
    assert!(said.contains("it lacks a time of day"), "{said}");
}

#[test]
fn one_cause_in_many_places_is_told_once_and_counted_in_all_of_them() {
    let mut csv = "time,hs_m\n".to_owned();
    for hour in 0..30 {
        let time = if hour == 12 { "2027-10-31 12:00" } else { "31.10.2027 00:00" };
        let _ = writeln!(csv, "{time},{}", if hour == 12 { "high" } else { "1.0" });
    }
    let written = night(&[]);
    std::fs::write(written.folder.path().join("night.csv"), csv).expect("written");
    let ran = Run::new(["check"]).arg(written.folder.path()).fault();
    assert_eq!(ran.stderr.matches("error[weather-bad-time]").count(), 1, "{}", ran.stderr);
    let ran = ran.stderr_has("note: the same in 18 more places: lines 3 to 13, 15 to 21");
    let ran = ran.stderr_has("error[weather-bad-number]: \"high\" is no number");
    ran.stderr_has("21 errors and no warning");
    let json = Run::new(["check", "--json"]).arg(written.folder.path()).fault().json();
    assert_eq!(json["diagnostics"].as_array().map(Vec::len), Some(21));
}

/// A project over the night in which clocks in Berlin are set back, and the same in another zone.
fn project(zone: &str, offset: &str) -> Written {
    Written::new(
        &format!(
            "plan = {{ name = \"works\", zone = \"{zone}\", start = 2027-10-30T00:00:00{offset}, end = 2027-11-02T00:00:00{offset} }}\n\
             goal = {{ order = [\"finish\"] }}\n\
             task = [{{ id = \"pour\", duration = \"30 h\", release = 2027-10-30T12:00:00{offset} }}]\n"
        ),
        &[],
    )
}

#[test]
fn project_programs_get_times_of_the_plans_zone_and_durations_by_the_clock() {
    let cases = [
        ("Asia/Tokyo", "+09:00", "times of Asia/Tokyo, UTC+09:00"),
        ("UTC", "Z", "times in UTC"),
        ("Europe/Berlin", "+02:00", "times in UTC+02:00, as at the start in Europe/Berlin"),
    ];
    for (zone, offset, times) in cases {
        let written = project(zone, offset);
        let schedule = written.folder.path().join("o/schedule.json");
        Run::new(["schedule"]).arg(written.folder.path()).arg("-o").arg(schedule.with_file_name("")).done();
        let export = |format: &str| Run::new(["export", "-f", format]).arg(&schedule).done();
        let note = "times for project programs are all in UTC+02:00, the offset of Europe/Berlin at the plan's start";
        let tags = [
            ("msproject", "<Start>", "<Finish>", "<Duration>PT30H0M0S<"),
            ("pmxml", "<PlannedStartDate>", "<PlannedFinishDate>", "<PlannedDuration>30<"),
        ];
        for (format, start, finish, length) in tags {
            let ran = export(format).stdout_has(&format!("works ({times})<")).stdout_has(length);
            let ran = ran.stdout_has(&format!("{start}2027-10-30T12:00:00<"));
            let ran = ran.stdout_has(&format!("{finish}2027-10-31T18:00:00<"));
            assert_eq!(ran.stderr.contains(note), zone == "Europe/Berlin", "{}", ran.stderr);
        }
        let xer = schedule.with_file_name("schedule.xer");
        let xer = String::from_utf8(std::fs::read(xer).expect("a file")).expect("plain letters");
        assert!(
            xer.contains(&format!("works ({times})")) && xer.contains("2027-10-30 12:00\t2027-10-31 18:00"),
            "{xer}"
        );
    }
}
