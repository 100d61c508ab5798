//! Fleets of four kinds in five seas each: when there is a first schedule, and how good it is when time is up.
//!
//! S: 35 days at 1 h, one ship that lifts and two carriers. M: six months at 3 h, two ships, four carriers, two ports. L: a year at 3 h,
//! three ships, eight carriers, an island. B: as M, with carriers of 1600 t and more at each location than can be lifted. Targets: a first
//! schedule in 2 s; S proven to 1e-4 in 3 s, M to 0.1 % in 60 s, L to 0.5 % in 180 s, of B none. `MUDLINE_FLEET=S` runs one size,
//! `MUDLINE_SECONDS=30` stops each solve after so long. Not criterion's: one solve is a sample.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

struct Size {
    name: &'static str,
    days: usize,
    slot_h: usize,
    ships: usize,
    carriers: usize,
    ports: usize,
    has_island: bool,
    /// Tonnes that a carrier holds, and that may be lifted at a location in 35 days.
    tonnes: [usize; 2],
    seconds: u64,
}

const M: Size = Size {
    name: "M",
    days: 180,
    slot_h: 3,
    ships: 2,
    carriers: 4,
    ports: 2,
    has_island: false,
    tonnes: [400, 1200],
    seconds: 60,
};
const SIZES: [Size; 4] = [
    Size { name: "S", days: 35, slot_h: 1, ships: 1, carriers: 2, ports: 1, seconds: 3, ..M },
    M,
    Size { name: "L", days: 365, ships: 3, carriers: 8, ports: 1, has_island: true, seconds: 180, ..M },
    Size { name: "B", tonnes: [1600, 6000], ..M },
];
const START: &str = "2027-05-10T00:00:00Z";
const SEAS: u64 = 5;

fn plan(size: &Size) -> String {
    let start: chrono::DateTime<chrono::Utc> = START.parse().expect("a time");
    let end = (start + chrono::TimeDelta::days(size.days as i64)).format("%Y-%m-%dT%H:%M:%SZ");
    let mut calls = vec!["\"field\"".to_owned()];
    let mut plan = format!(
        "[plan]\nname = \"{}\"\nstart = {START}\nend = {end}\nslot = \"{} h\"\n[goal]\norder = [\"delivered\"]\n\
         [[weather]]\nid = \"sea\"\nfile = \"weather.csv\"\n[[commodity]]\nid = \"mud\"\n\
         [[site]]\nid = \"field\"\nkind = \"sea\"\nposition = [23.33, 155.02]\nweather = \"sea\"\n",
        size.name, size.slot_h
    );
    let mut transfers = String::new();
    for port in 1..=size.ports {
        let position = ["[35.02, 138.51]", "[33.0, 139.0]"][port - 1];
        let _ = write!(
            plan,
            "[[site]]\nid = \"port-{port}\"\nkind = \"port\"\nposition = {position}\nberths = 1\n"
        );
        let _ = write!(
            transfers,
            "[[transfer]]\nid = \"land-{port}\"\nfrom = \"carrier\"\nto = \"port-{port}\"\ncommodity = \"mud\"\nrate = \"60 t/h\"\nsetup = \"2 h\"\n"
        );
        calls.push(format!("\"port-{port}\""));
    }
    if size.has_island {
        plan += "[[site]]\nid = \"island\"\nkind = \"island\"\nposition = [24.29, 153.98]\nweather = \"sea\"\nberths = 1\nstore = { mud = \"20000 t\" }\n";
        transfers += "[[transfer]]\nid = \"lighter\"\nfrom = \"carrier\"\nto = \"island\"\ncommodity = \"mud\"\nrate = \"25 t/h\"\nsetup = \"3 h\"\nlimits = { hs = \"1.5 m\" }\n";
        calls.push("\"island\"".to_owned());
    }
    for ship in 1..=size.ships {
        ship_of(size, ship, &mut plan);
    }
    let every = if size.slot_h == 1 { 6 } else { 12 };
    let _ = write!(
        plan,
        "[[vessel]]\nid = \"carrier\"\ncount = {}\nat = \"port-1\"\ncalls = [{}]\nspeed = \"13 kn\"\ndeparts_every = \"{every} h\"\n\
         hold = {{ mud = \"{} t\" }}\nsail_limits = {{ hs = \"6 m\" }}\n{transfers}",
        size.carriers,
        calls.join(", "),
        size.tonnes[0],
    );
    plan
}

/// A ship that lifts at three locations, deploys before and recovers after, and is met while it does not lift.
fn ship_of(size: &Size, ship: usize, plan: &mut String) {
    let retreats = (size.days / 9).max(1);
    let _ = write!(
        plan,
        "[[vessel]]\nid = \"ship-{ship}\"\nat = \"field\"\nhold = {{ mud = \"600 t\" }}\n[[vessel.gear]]\nid = \"stowed\"\n\
         [[vessel.gear]]\nid = \"pipe-down\"\nsurvives = {{ hs = \"4.5 m\", wind = \"23 m/s\" }}\n\
         [[vessel.gear]]\nid = \"lifting\"\nsurvives = {{ hs = \"4 m\", wind = \"20 m/s\" }}\n"
    );
    let tasks = [
        ("deploy", 60, "stowed", "pipe-down", 2.8, "suspend = \"hold\"\n", retreats),
        ("recover", 48, "pipe-down", "stowed", 3.2, "suspend = \"hold\"\n", retreats),
        ("begin", 6, "pipe-down", "lifting", 2.5, "", size.days),
        ("cease", 4, "lifting", "pipe-down", 3.5, "", size.days),
    ];
    for (task, hours, gear, leaves, hs, pause, times) in tasks {
        let _ = write!(
            plan,
            "[[task]]\nid = \"{task}-{ship}\"\nvessel = \"ship-{ship}\"\nsite = \"field\"\nduration = \"{hours} h\"\ngear = \"{gear}\"\n\
             leaves = \"{leaves}\"\nlimits = {{ hs = \"{hs} m\" }}\ntimes = \"0..{times}\"\n{pause}"
        );
    }
    let most = size.tonnes[1] * size.days / 35;
    for location in 1..=3 {
        let worth = f64::from(11 - location) / 10.0;
        let _ = write!(
            plan,
            "[[sampling]]\nid = \"location-{ship}-{location}\"\nvessel = \"ship-{ship}\"\nsite = \"field\"\ngear = \"lifting\"\ncommodity = \"mud\"\n\
             rate = \"350 t/d\"\nmin_run = \"6 h\"\nlimits = {{ hs = \"2.8 m\" }}\nat_most = \"{most} t\"\nvalue = [[\"{most} t\", {worth:.1}]]\n"
        );
    }
    let _ = write!(
        plan,
        "[[transfer]]\nid = \"alongside-{ship}\"\nfrom = \"ship-{ship}\"\nto = \"carrier\"\nsite = \"field\"\nfrom_gear = \"lifting\"\ncommodity = \"mud\"\n\
         rate = \"50 t/h\"\nsetup = \"3 h\"\nhoses_off = \"1 h\"\nlimits = {{ hs = \"2.5 m\" }}\n"
    );
}

fn mudline(args: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mudline"));
    let ran = command.args(args).stderr(Stdio::null()).output().expect("a program that runs");
    assert!(ran.status.success(), "{args:?}");
    ran.stdout
}

/// The value, its bound, and the seconds of a solve of so many seconds at most.
fn solve(folder: &Path, limit: &str) -> (f64, f64, f64) {
    let began = Instant::now();
    let told = mudline(&["schedule", folder.to_str().expect("a path"), "--time-limit", limit, "--json"]);
    let seconds = began.elapsed().as_secs_f64();
    let told: serde_json::Value = serde_json::from_slice(&told).expect("JSON");
    let goal = &told["solve"]["goals"][0];
    let number = |key: &str| goal[key].as_f64().expect("a number");
    (number("value"), number("bound"), seconds)
}

fn main() {
    let only = std::env::var("MUDLINE_FLEET").ok();
    let limit = std::env::var("MUDLINE_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    println!("size sea   first, s  worth   at the end, s  worth    bound    gap, %");
    for size in SIZES.iter().filter(|size| only.as_deref().is_none_or(|only| only == size.name)) {
        for sea in 1..=SEAS {
            let folder = tempfile::tempdir().expect("a folder");
            std::fs::write(folder.path().join("plan.toml"), plan(size)).expect("written");
            let weather = folder.path().join("weather.csv");
            let (hours, seed) = ((size.days * 24 + 200).to_string(), sea.to_string());
            let synth = [
                "weather",
                "synth",
                "minamitorishima",
                "--start",
                START,
                "--hours",
                &hours,
                "--seed",
                &seed,
                "-o",
            ];
            mudline(&[&synth[..], &[weather.to_str().expect("a path")]].concat());
            let (first, _, first_s) = solve(folder.path(), "1 s");
            let (value, bound, seconds) =
                solve(folder.path(), &format!("{} s", limit.unwrap_or(size.seconds)));
            let gap = 100.0 * (bound - value).abs() / bound.abs().max(1e-9);
            println!(
                "{:4} {sea:3} {first_s:10.1} {first:7.0} {seconds:14.1} {value:7.0} {bound:8.0} {gap:9.2}",
                size.name
            );
        }
    }
}
