//! Odds by month of limits given on the command line, and limits that alpha factors lower where the weather is a forecast.

use crate::support::Run;
use std::fmt::Write as _;
use std::path::Path;

/// A plan of one task of 20 h under Hs 3 m and 12 m/s.
fn plan(alpha: &str, origin: &str) -> String {
    format!(
        "[plan]\nname = \"forecast\"\nstart = 2026-01-12T00:00:00Z\nend = 2026-01-20T00:00:00Z\n{alpha}\n\
         [[weather]]\nid = \"w\"\nfile = \"w.csv\"\norigin = \"{origin}\"\n\
         [[site]]\nid = \"sea\"\nkind = \"sea\"\nweather = \"w\"\n\
         [[task]]\nid = \"lower\"\nsite = \"sea\"\nduration = \"20 h\"\nlimits = {{ hs = \"3 m\", wind = \"12 m/s\" }}\n"
    )
}

const DNV: &str = "[alpha]\nwaves = \"dnv-os-h101-2011/base\"\nwind = \"dnv-os-h101-2011/wind-below-half\"\n";

/// Eight days: 2.5 m, which the operational limit allows and the forecast limit does not, but for one day of 2 m.
fn weather(folder: &Path) {
    let mut text = "time,hs_m,wind_ms\n".to_owned();
    for hour in 0..8 * 24 {
        let hs = if (72..96).contains(&hour) { 2.0 } else { 2.5 };
        let _ = writeln!(text, "2026-01-{:02}T{:02}:00:00Z,{hs},8", 12 + hour / 24, hour % 24);
    }
    std::fs::write(folder.join("w.csv"), text).expect("written");
}

#[test]
fn a_forecast_lowers_the_limits_that_model_and_judge_see() {
    let folder = tempfile::tempdir().expect("a folder");
    weather(folder.path());
    let at = |name: &str| folder.path().join(name);
    let write = |name: &str, text: &str| std::fs::write(at(name), text).expect("written");
    write("f.toml", &plan(DNV, "forecast"));
    write("h.toml", &plan("", "hindcast"));
    let rows = Run::new(["windows", "--json"]).arg(at("f.toml")).done().json();
    assert_eq!(rows[0]["limits"], "hs 3 m x 0.745 = 2.235 m, wind 12 m/s x 0.8 = 9.6 m/s");
    let [lowered, whole] = ["f.toml", "h.toml"].map(|name| {
        let out = at(&format!("{name}.out"));
        Run::new(["schedule", "--json", "-o"]).arg(&out).arg(at(name)).done();
        out.join("schedule.json")
    });
    let text = |path: &Path| std::fs::read_to_string(path).expect("a schedule");
    assert!(text(&lowered).contains("\"start\": \"2026-01-15T00:00:00Z\""));
    assert!(text(&lowered).contains("\"alpha\": 0.745"));
    assert!(!text(&whole).contains("\"alpha\""));
    let shown = std::fs::read_to_string(lowered.with_extension("txt")).expect("a timeline");
    assert!(shown.contains("lower                 hs       3 m  0.745  2.235 m   20 h  20 h"), "{shown}");
    // A forecast limit that was written higher by hand is found out.
    std::fs::write(at("moved.json"), text(&lowered).replace("\"alpha\": 0.745", "\"alpha\": 0.9"))
        .expect("written");
    Run::new(["verify"]).arg(at("f.toml")).arg(at("moved.json")).fault().stdout_has("and it is 0.7450 x 3");
    Run::new(["verify"]).arg(at("f.toml")).arg(&lowered).done();
    // What was planned under the operational limits is no schedule under the forecast limits.
    let judged = Run::new(["verify"]).arg(at("f.toml")).arg(&whole).fault();
    judged.stdout_has("its limit is 3 m x 0.745 = 2.235 m");
    // In a hindcast the operational limits hold, and that the factors do nothing is told.
    write("a.toml", &plan(DNV, "hindcast"));
    let rows = Run::new(["windows", "--json"]).arg(at("a.toml")).done().stderr_has("alpha-unused").json();
    assert_eq!(rows[0]["limits"], "hs 3 m, wind 12 m/s");
}

#[test]
fn what_is_too_long_for_a_forecast_says_so_wherever_it_stands() {
    let folder = tempfile::tempdir().expect("a folder");
    weather(folder.path());
    let at = |name: &str| folder.path().join(name);
    let long = plan(DNV, "forecast").replace("\"20 h\"", "\"80 h\"").replace("hs = \"3 m\"", "hs = \"6 m\"");
    std::fs::write(at("p.toml"), long).expect("written");
    Run::new(["schedule", "-o"]).arg(at("out")).arg(at("p.toml")).done().stderr_has("too-long-for-forecast");
    let text = std::fs::read_to_string(at("out").join("schedule.txt")).expect("a timeline");
    assert!(text.contains("lower is too long to be weather-restricted:"), "{text}");
    Run::new(["report"]).arg(at("out").join("schedule.json")).arg("-o").arg(at("r.html")).done();
    let page = std::fs::read_to_string(at("r.html")).expect("a page");
    assert!(page.contains("\"too_long\":[\"lower\"]"));
}

#[test]
fn ones_own_tables_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    weather(folder.path());
    let own = "edition = \"e\"\nsource = \"s\"\nconditions = \"c\"\n\
               [[table]]\nid = \"mine\"\nabout = \"a\"\ncolumns = [2, 4]\nrows = [[12, 0.9, 0.9], [24, 0.5, 0.7]]\n";
    std::fs::write(folder.path().join("own.toml"), own).expect("written");
    let text = plan("[alpha]\nwaves = \"mine\"\nfile = \"own.toml\"\n", "forecast");
    std::fs::write(folder.path().join("p.toml"), text).expect("written");
    Run::new(["windows"])
        .arg(folder.path().join("p.toml"))
        .done()
        .stderr_has("hs is over 3 m x 0.6 = 1.8 m in 100 %");
}

#[test]
fn limits_on_the_command_line_have_odds() {
    let folder = tempfile::tempdir().expect("a folder");
    weather(folder.path());
    let at = |name: &str| folder.path().join(name);
    let ask = |more: &[&str]| more.iter().fold(Run::new(["windows", "--weather"]).arg(at("w.csv")), Run::arg);
    let svg = at("o.svg").display().to_string();
    let csv = at("o.csv").display().to_string();
    ask(&["--limits", "hs 2 m, wind 10 m/s", "--length", "20h", "--list", "--svg", &svg, "--csv", &csv])
        .done()
        .stdout_has("15 Jan 2026 00:00  to 16 Jan 2026 00:00")
        .stdout_has("115 of 192 starts do not finish within the series");
    let written = |name: &str| std::fs::read_to_string(at(name)).expect("it was written");
    assert!(written("o.svg").contains("<title>Jan: 12.5 % of the time</title>"));
    assert!(written("o.csv").lines().any(|line| line.contains(",workability,1,192,0,0.125,")));
    let found = ask(&["--json", "--phase", "12 h: hs 2 m", "--phase", "6 h: hs 2.5 m"]).done().json();
    assert_eq!(found["odds"]["months"][1]["length"]["p10_h"], 25.0); // 7 h of waiting and 18 h of work
    ask(&["--limits", "sh 2 m", "--length", "20h"]).refused().stderr_has("did you mean \"hs\"?");
    ask(&["--limits", "hs 2", "--length", "20h"]).refused().stderr_has("\"2\" has no unit");
    ask(&["--phase", "hs 2 m"]).refused().stderr_has("a colon");
    ask(&[]).refused().stderr_has("say which work");
}

#[test]
fn a_climate_is_written_and_made_into_a_sea() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let synth = |args: &[&str]| Run::new([&["weather", "synth"], args].concat());
    synth(&["minamitorishima", "--start", "2024-01-01T00:00:00Z", "--years", "1", "-o", &at("a.csv")]).done();
    synth(&["--fit", &at("a.csv"), "--write-climate", &at("c.toml")]).done();
    let climate = std::fs::read_to_string(at("c.toml")).expect("a climate");
    assert!(
        climate.starts_with("# The monthly climate of a.csv, 2024-01-01 to 2025-01-01 (synthetic).\n"),
        "{climate}"
    );
    let made = synth(&[&at("c.toml"), "--start", "2026-01-01T00:00:00Z", "--hours", "48"]).done();
    assert!(made.stdout.starts_with("# synthetic") && made.stdout.lines().count() == 52, "{}", made.stdout);
    let typhoons = "[typhoons]\nrate = [9,9,9,9,9,9,9,9,9,9,9,9]\npeak_hs_m = [6, 9]\npeak_wind_ms = [25, 40]\n\
                    rise_h = 20\ndecay_h = 30\n";
    std::fs::write(at("t.toml"), format!("{climate}\n{typhoons}")).expect("written");
    let stormy = synth(&[&at("t.toml"), "--start", "2026-01-01T00:00:00Z", "--hours", "744"]).done();
    stormy.stdout_has(
        "passages by a plain model (independent, 108 a year, peaks of 6 to 9 m and 25 to 40 m/s)",
    );
    std::fs::write(at("t.toml"), format!("{climate}\n{}", typhoons.replace("[6, 9]", "[9, 6]")))
        .expect("written");
    synth(&[&at("t.toml"), "--start", "2026-01-01T00:00:00Z"])
        .fault()
        .stderr_has("[9, 6] is no range of peaks of hs");
    synth(&["minamitorishima", "--write-climate", &at("d.toml")]).refused();
    synth(&["minamitorishima"]).refused().stderr_has("--start");
}
