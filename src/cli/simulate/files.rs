//! The files that `mudline simulate -o DIR` writes.

use super::Args;
use crate::cli::output::{prepare_folder, write_file};
use crate::cli::timelines::write_timelines;
use crate::error::Error;
use crate::simulate::answer::Answer;
use crate::simulate::curve::svg;
use crate::simulate::ensemble::Ensemble;
use crate::simulate::replay::replay;
use crate::simulate::sheet::Sheet;
use crate::simulate::text::render;
use std::collections::BTreeSet;
use std::path::Path;

/// Writes the answer, the tables of runs, the S-curve, and for each percentile of the finish a folder with the timelines of its run.
pub fn write_answer(
    folder: &Path,
    args: &Args,
    ensemble: &Ensemble<'_>,
    answer: &Answer,
) -> Result<String, Error> {
    let mut names = Vec::new();
    let mut write = |name: String, bytes: &[u8]| {
        write_file(&folder.join(&name), bytes)?;
        names.push(name);
        Ok::<(), Error>(())
    };
    let short = Answer { runs: None, ..answer.clone() };
    let broken = |e: &dyn std::fmt::Display| Error::Output(std::io::Error::other(e.to_string()));
    let json = serde_json::to_vec_pretty(&short).map_err(|e| broken(&e))?;
    write("simulation.json".to_owned(), &json)?;
    write("simulation.txt".to_owned(), render(answer).as_bytes())?;
    write("s-curve.svg".to_owned(), svg(answer).as_bytes())?;
    let runs = answer.runs.as_deref().unwrap_or_default();
    for (name, sheet) in [("runs", Sheet::of_runs(runs)), ("activities", Sheet::of_activities(runs))] {
        write(format!("{name}.csv"), &sheet.to_csv().map_err(|e| broken(&e))?)?;
        write(format!("{name}.parquet"), &sheet.to_parquet(answer).map_err(|e| broken(&e))?)?;
    }
    let mut remarks = BTreeSet::new();
    // Only the runs of `follow` can be sailed again step by step.
    let followed = answer.policies.iter().find(|policy| policy.policy == "follow");
    let finish = followed.and_then(|policy| policy.milestones.iter().find(|row| row.id == "finish"));
    for percentile in finish.iter().flat_map(|row| &row.percentiles) {
        let Some(run) = percentile.run else { continue };
        let (_, schedule) = replay(&ensemble.case, &ensemble.field, &ensemble.leaves, args.draws, run)?;
        let own = format!("p{}", percentile.p);
        prepare_folder(&folder.join(&own))?;
        remarks.extend(write_timelines(&folder.join(&own), &schedule)?.remarks);
        names.push(format!("{own}/"));
    }
    let remarks: String = remarks.iter().map(|remark| format!("\n{remark}")).collect();
    Ok(format!("written to {}: {}{remarks}", folder.display(), names.join(", ")))
}
