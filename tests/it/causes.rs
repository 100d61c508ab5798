//! Work that can never be done: `check` names what stands in its way, be it the weather, a closure, a hire, or two of them together.

use crate::support::{Run, Written};

/// A ship that lifts in a field and a task there, for ten days, in slots of six hours.
const PLAN: &str = r#"
[plan]
name = "causes"
start = 2026-01-01T00:00:00Z
end = 2026-01-11T00:00:00Z
slot = "6 h"
[[weather]]
id = "sea"
file = "sea.csv"
[[site]]
id = "field"
kind = "sea"
position = [23.0, 155.0]
weather = "sea"
[[site]]
id = "port"
kind = "port"
position = [24.0, 154.0]
[[commodity]]
id = "mud"
[[vessel]]
id = "ship"
at = "field"
calls = ["field", "port"]
speed = "10 kn"
hold = { mud = "300 t" }
[[sampling]]
id = "lift"
vessel = "ship"
site = "field"
commodity = "mud"
rate = "100 t/d"
[[transfer]]
id = "land"
from = "ship"
to = "port"
commodity = "mud"
rate = "20 t/h"
"#;

/// A closure for the whole plan.
fn closed(what: &str) -> String {
    format!("[[closure]]\n{what}\nfrom = 2026-01-01T00:00:00Z\nto = 2026-01-11T00:00:00Z\n")
}

/// Closures of the first `hours` of each day.
fn closed_daily(what: &str, hours: u32) -> String {
    let day = |day: u32| {
        format!(
            "[[closure]]\n{what}\nfrom = 2026-01-{day:02}T00:00:00Z\nto = 2026-01-{day:02}T{hours:02}:00:00Z\n"
        )
    };
    (1..=10).map(day).collect()
}

/// What `check` says, in one line, of the plan with something written otherwise and more after it.
fn told((from, to): (&str, &str), more: &str, hs: &[f64]) -> String {
    assert_eq!(PLAN.matches(from).count(), 1, "{from} stands in the plan once");
    let written = Written::new(&(PLAN.replace(from, to) + more), hs);
    let checked = Run::new(["check"]).arg(written.folder.path()).done();
    checked.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
}

const CALM: [f64; 241] = [1.0; 241];
const RATE: &str = "rate = \"100 t/d\"";
/// Limits that this sea never passes.
const LIMITED: (&str, &str) = (RATE, "rate = \"100 t/d\"\nlimits = { hs = \"2.5 m\" }");

/// Half of each day calm and half of it rough, in turn.
fn half_days() -> Vec<f64> {
    (0..241).map(|hour| if hour % 24 < 12 { 1.0 } else { 4.0 }).collect()
}

#[test]
fn lifting_that_never_can_be_for_closures_is_told_of_them_and_not_of_the_weather() {
    for limits in [(RATE, RATE), LIMITED] {
        for (what, name) in
            [("site = \"field\"", "field"), ("sampling = \"lift\"", "lift"), ("vessel = \"ship\"", "ship")]
        {
            let told = told(limits, &closed(what), &CALM);
            let cause = format!(
                "\"lift\" can never be done, not even in calm weather, because of closures of {name:?}"
            );
            assert!(told.contains(&cause), "{told}");
            assert!(told.contains("help: shorten or move what closes it"), "{told}");
            assert!(!told.contains("% of the time") && !told.contains("allow more"), "{told}");
        }
    }
}

#[test]
fn lifting_by_a_ship_that_is_hired_too_late_is_told_of_the_hire() {
    let late = "at = \"field\"\nhire = { from = 2026-01-10T23:00:00Z }";
    let told = told(("at = \"field\"", late), "", &CALM);
    assert!(told.contains("not even in calm weather, because of the hire of \"ship\""), "{told}");
    assert!(told.contains("help: hire the vessel at another time"), "{told}");
}

#[test]
fn a_shortest_run_that_closures_leave_no_room_for_is_told_with_how_long_it_is() {
    let long = (RATE, "rate = \"100 t/d\"\nmin_run = \"12 h\"\nlimits = { hs = \"2.5 m\" }");
    let told = told(long, &closed_daily("site = \"field\"", 18), &CALM);
    assert!(told.contains("not even in calm weather, because of closures of \"field\""), "{told}");
    assert!(told.contains("the longest time left is 6 h, and 12 h are needed for a shortest run"), "{told}");
    assert!(told.contains("or write a shorter `min_run`"), "{told}");
}

#[test]
fn lifting_that_the_weather_and_closures_stop_in_turn_is_told_of_both() {
    let told = told(LIMITED, &closed_daily("site = \"field\"", 12), &half_days());
    let both =
        "\"lift\" can never be done: the weather and closures of \"field\" together leave no window for it";
    assert!(told.contains(both), "{told}");
    assert!(
        told.contains(
            "hs is over 2.5 m in 50 % of the time; closed in 50 % of the time by closures of \"field\""
        ),
        "{told}"
    );
}

#[test]
fn lifting_that_the_weather_alone_stops_is_told_of_the_weather_alone() {
    let told = told(LIMITED, &closed_daily("site = \"field\"", 12), &[4.0; 241]);
    assert!(told.contains("\"lift\" can never be done: nothing can be lifted in the whole plan"), "{told}");
    assert!(told.contains("hs is over 2.5 m in 100 % of the time"), "{told}");
}

#[test]
fn too_little_time_for_what_must_be_lifted_is_told_by_what_takes_it() {
    let must = (RATE, "rate = \"100 t/d\"\nat_least = \"600 t\"\nlimits = { hs = \"2.5 m\" }");
    let told = told(must, &closed_daily("site = \"field\"", 12), &CALM);
    assert!(told.contains("600 t must be lifted, and the 120 h of open time allow 500.0 t"), "{told}");
    assert!(told.contains("^ closed in 50 % of the time by closures of \"field\""), "{told}");
    assert!(told.contains("a higher rate, or shorten or move what closes it"), "{told}");
    assert!(!told.contains("hs is over"), "{told}");
}

/// A task in the field.
fn task(more: &str) -> String {
    format!("[[task]]\nid = \"tow\"\nsite = \"field\"\nduration = \"12 h\"\n{more}\n")
}

#[test]
fn a_task_is_told_of_what_stops_it() {
    let hired = ("at = \"field\"", "at = \"field\"\nhire = { from = 2026-01-10T23:00:00Z }");
    let late = told(hired, &task("vessel = \"ship\""), &CALM);
    assert!(
        late.contains("\"tow\" can never be done, not even in calm weather, because of the hire of \"ship\""),
        "{late}"
    );
    let limits = "limits = { hs = \"2.5 m\" }";
    let both = told((RATE, RATE), &(task(limits) + &closed_daily("task = \"tow\"", 12)), &half_days());
    let words =
        "\"tow\" can never be done: the weather and closures of \"tow\" together leave no window for it";
    assert!(both.contains(words), "{both}");
    let rough = told((RATE, RATE), &(task(limits) + &closed_daily("task = \"tow\"", 6)), &[4.0; 241]);
    assert!(rough.contains("\"tow\" can never be done in this weather"), "{rough}");
}

#[test]
fn a_ship_that_closures_keep_where_it_is_is_not_told_of_its_limits() {
    let limits = ("at = \"field\"", "at = \"field\"\nhome = \"port\"\nsail_limits = { hs = \"3 m\" }");
    let told = told(limits, &closed("vessel = \"ship\""), &CALM);
    assert!(told.contains("can never leave \"field\""), "{told}");
    assert!(told.contains("closures of \"ship\" never let it out"), "{told}");
    assert!(!told.contains("hs is over"), "{told}");
}

#[test]
fn a_transfer_is_told_of_the_closure_that_stops_it() {
    let limits = ("rate = \"20 t/h\"", "rate = \"20 t/h\"\nlimits = { hs = \"2.5 m\" }");
    let limited = limits.1.to_owned() + "\n";
    let port = ("kind = \"port\"\n", "kind = \"port\"\nweather = \"sea\"\n");
    let plan = PLAN.replace(limits.0, limited.trim_end()).replace(port.0, port.1);
    let written = Written::new(&(plan + &closed("site = \"port\"")), &CALM);
    Run::new(["check"])
        .arg(written.folder.path())
        .done()
        .stderr_has("nothing can ever be moved by \"land\": closures of port");
}

/// A ship that must be in port every so often, and lifts 82 NM away.
fn to_and_fro(every: &str, speed: &str) -> Written {
    let ship = format!("at = \"port\"\nhome = \"port\"\ncalls = [\"field\", \"port\"]\nspeed = \"{speed}\"");
    let plan = PLAN
        .replace("at = \"field\"\ncalls = [\"field\", \"port\"]\nspeed = \"10 kn\"", &ship)
        .replace("end = 2026-01-11", "end = 2026-01-04")
        .replace("[[sampling]]", "[goal]\norder = [\"delivered\"]\n[[sampling]]");
    let crew =
        "[[task]]\nid = \"crew\"\nvessel = \"ship\"\nsite = \"port\"\nduration = \"6 h\"\ntimes = \"0..4\"";
    Written::new(&format!("{plan}{crew}\nevery = \"{every}\"\n"), &CALM)
}

#[test]
fn work_from_which_nobody_is_back_in_time_for_a_rhythm_is_told_with_how_long_that_takes() {
    // Two slots each way, and one of lifting.
    let told = Run::new(["check"]).arg(to_and_fro("24 h", "10 kn").folder.path()).done().stderr;
    assert!(told.contains("every-too-short"), "{told}");
    assert!(told.contains("\"ship\" can do nothing at \"field\""), "{told}");
    assert!(told.contains("that takes 30 h at least"), "{told}");
    let explained = Run::new(["explain"]).arg(to_and_fro("24 h", "10 kn").folder.path()).done().stdout;
    assert!(explained.contains("`every` of crew, 24 h: 30 h or more"), "{explained}");
    // With that it can be, and with a faster ship, and where the last of its ways need not lead back.
    let good = to_and_fro("30 h", "10 kn");
    let told = Run::new(["check"]).arg(good.folder.path()).done().stderr;
    assert!(!told.contains("every-too-short"), "{told}");
    assert!(good.solved().totals.delivered_t > 0.0);
    let told = Run::new(["check"]).arg(to_and_fro("24 h", "20 kn").folder.path()).done().stderr;
    assert!(!told.contains("every-too-short"), "{told}");
}

#[test]
fn lifting_that_must_be_more_than_can_be_is_told_by_name_with_how_much_it_is_short() {
    // Of forty slots two trips take eight, and landing takes four for 480 t: 28 are left to lift 25 t in each.
    let written = Written::new(&PLAN.replace(RATE, "rate = \"100 t/d\"\nat_least = \"900 t\""), &CALM);
    for command in ["schedule", "explain"] {
        let told = Run::new([command]).arg(written.folder.path()).exits(1).stderr;
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            told.contains("the sampling lift cannot lift 900 t as it must: at best it is 200 t short"),
            "{told}"
        );
    }
}
