//! Ensembles: a list of files in a plan, one a member, and the member that voyages sail in.

use crate::support::{Run, repo};

/// A plan of half a day from 12 January on, over files of one hour a line, each of a constant wave height.
fn folder(list: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, hs) in [("a.csv", 1.0), ("b.csv", 3.0)] {
        let rows: Vec<String> = (0..24).map(|hour| format!("2026-01-12T{hour:02}:00:00Z,{hs}")).collect();
        std::fs::write(folder.path().join(name), format!("time,hs_m\n{}\n", rows.join("\n"))).expect("a sea");
    }
    let plan = format!(
        "plan = {{ name = \"members\", start = 2026-01-12T00:00:00Z, end = 2026-01-12T12:00:00Z }}\n\
         weather = [{{ id = \"w\", file = {list} }}]\nsite = [{{ id = \"here\", kind = \"sea\", weather = \"w\" }}]\n\
         [[task]]\nid = \"work\"\nsite = \"here\"\nduration = \"6 h\"\nlimits = {{ hs = \"2 m\" }}\n"
    );
    std::fs::write(folder.path().join("plan.toml"), plan).expect("a plan");
    folder
}

#[test]
fn a_plan_takes_one_of_a_list_of_files() {
    let open = |list: &str| {
        Run::new(["windows"]).arg(folder(list).path()).arg("--json").done().json()[0]["workability"].clone()
    };
    assert_eq!(open("[\"a.csv\", \"b.csv\"], member = 0"), 1.0);
    assert_eq!(open("[\"a.csv\", \"b.csv\"], member = 1"), 0.0);
    assert_eq!(open("[\"a.csv\"]"), 1.0);
}

#[test]
fn voyages_sail_in_the_member_that_is_named() {
    let folder = folder("\"a.csv\"");
    let ensemble = repo("tests/weather/members.nc");
    let run = |member: &str| {
        let run = Run::new(["simulate"]).arg(folder.path()).arg("--weather").arg(&ensemble);
        let run = run.arg("--member").arg(member).arg("--json").arg("--keep-runs");
        run.done().json()["runs"][0]["outcome"].clone()
    };
    // Member 0 begins at 1 m and rises by 0.1 m an hour; member 1 begins at 2 m, and is over it from its second hour on.
    assert_eq!(run("0"), "done");
    assert_ne!(run("1"), "done");
    let none = Run::new(["simulate"]).arg(folder.path()).arg("--weather").arg(&ensemble).fault();
    assert!(none.stderr.contains("3 members"), "{}", none.stderr);
}
