//! What several tests need: plans made in a folder of their own, goldens, and where things stand.

use mudline::plan::{Plan, Sea};
use std::path::{Path, PathBuf};
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
