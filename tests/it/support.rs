//! What several tests need: plans made in a folder of their own, goldens, and where things stand.

use mudline::id::Ix;
use mudline::model::{Options, Outcome, optimise};
use mudline::plan::coming::{Coming, What};
use mudline::plan::{Plan, Sea};
use mudline::schedule::{Kind, Schedule, account, verify::verify};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tempfile::TempDir;

/// A path within the repository.
pub fn repo(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A plan with its files in a folder that goes away with it.
pub struct Written {
    pub folder: TempDir,
}

impl Written {
    /// Writes `plan.toml`, and `sea.csv` with one sample of Hs an hour from 2026-01-01 00:00 UTC on.
    pub fn new(plan: &str, hs: &[f64]) -> Written {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), plan).expect("a plan");
        let mut csv = "time,hs_m\n".to_owned();
        for (hour, hs) in hs.iter().enumerate() {
            csv += &format!("2026-01-{:02}T{:02}:00:00Z,{hs}\n", 1 + hour / 24, hour % 24);
        }
        std::fs::write(folder.path().join("sea.csv"), csv).expect("a sea");
        Written { folder }
    }

    /// Loads it; panics with what is wrong when something is.
    pub fn load(&self) -> (Plan, Sea) {
        let checked = mudline::plan::load(self.folder.path()).expect("files");
        let drawn: Vec<String> = checked.found.iter().map(|d| d.render(false)).collect();
        checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")))
    }

    /// Its schedule, which the judge finds good.
    pub fn solved(&self) -> Schedule {
        let (plan, sea) = self.load();
        let stop = AtomicBool::new(false);
        match optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works") {
            Outcome::Solved(solved) => {
                let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
                assert_eq!(verify(&plan, &sea, &schedule), []);
                could_come(&plan, &sea, &schedule);
                schedule
            }
            other => panic!("there is a schedule: {other:?}"),
        }
    }
}

/// What flows in a schedule is nothing of which it was said that it never can.
fn could_come(plan: &Plan, sea: &Sea, schedule: &Schedule) {
    let coming = Coming::of(plan, sea);
    let flows = schedule.activities.iter().filter(|activity| activity.tonnes.is_some_and(|t| t > 1e-6));
    for activity in flows {
        let id = activity.task.as_deref().unwrap_or_default();
        let what = match activity.kind {
            Kind::Sampling => plan.samplings.find(|of_it| of_it.id == id).map(What::Sampling),
            Kind::Process => plan.processes.find(|of_it| of_it.id == id).map(What::Process),
            Kind::Supply => plan.demands.find(|of_it| of_it.id == id).map(What::Demand),
            Kind::Transfer => plan.transfers.find(|of_it| of_it.id == id).map(|place| {
                // Of vessels that are alike the first one's stands for all.
                let vessel = plan.transfers[place].stand.vessel;
                let nth = vessel.index() - plan.vessels[vessel].like.index();
                What::Transfer(Ix::new(place.index() - nth))
            }),
            _ => None,
        };
        let what = what.unwrap_or_else(|| panic!("{id:?} is in the plan"));
        assert!(coming.can(what), "{id} flows, and it was said that it never can");
    }
}

/// Compares with a golden file, or writes it when `MUDLINE_REWRITE_GOLDEN` is set.
pub fn assert_golden(path: &str, found: &str) {
    let path = repo(path);
    if std::env::var_os("MUDLINE_REWRITE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, found).expect("written");
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == found,
        "{} is not what is made now; set MUDLINE_REWRITE_GOLDEN=1 to write it anew\n--- golden\n{golden}\n--- now\n{found}",
        path.display()
    );
}

/// A run of the program, put together and then judged: `Run::new(["check"]).arg(plan).fault().stderr_has("horizon")`.
pub struct Run(assert_cmd::Command);

/// What a run came to. Nothing that the program is given may make it panic, so that is asserted of every run.
pub struct Ran {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn new<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_mudline"));
        command
            .args(args)
            .timeout(Duration::from_secs(300))
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
        Run(command)
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Run {
        self.0.arg(arg);
        self
    }

    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Run {
        self.0.args(args);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Run {
        self.0.env(name, value);
        self
    }

    /// Runs it and expects an exit status.
    pub fn exits(mut self, status: i32) -> Ran {
        let ran = Ran::of(self.0.output().expect("a program that runs"));
        let shown: String = ran.stdout.chars().take(2000).collect();
        assert_eq!(ran.status, Some(status), "{:?}\n{shown}\n{}", self.0, ran.stderr);
        ran
    }

    /// Runs it and expects an answer, good or bad.
    pub fn either(mut self) -> Ran {
        let ran = Ran::of(self.0.output().expect("a program that runs"));
        assert!(matches!(ran.status, Some(0 | 1)), "{:?}: {:?}\n{}", self.0, ran.status, ran.stderr);
        ran
    }

    /// Expects that it is done.
    pub fn done(self) -> Ran {
        self.exits(0)
    }

    /// Expects that the plan or the schedule is at fault.
    pub fn fault(self) -> Ran {
        self.exits(1)
    }

    /// Expects wrong usage or a file that cannot be read or written; then nothing is on standard output.
    pub fn refused(self) -> Ran {
        let ran = self.exits(2);
        assert_eq!(ran.stdout, "");
        ran
    }
}

impl Ran {
    pub fn of(output: std::process::Output) -> Ran {
        let ran = Ran {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        ran
    }

    /// The one JSON document on standard output, and nothing else there.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}\n{}\n{}", self.stdout, self.stderr))
    }

    pub fn stdout_has(self, words: &str) -> Ran {
        assert!(self.stdout.contains(words), "no {words:?} in\n{}", self.stdout);
        self
    }

    pub fn stderr_has(self, words: &str) -> Ran {
        assert!(self.stderr.contains(words), "no {words:?} in\n{}", self.stderr);
        self
    }

    pub fn says_nothing(self) -> Ran {
        assert_eq!(self.stderr, "");
        self
    }
}
