//! The files that `mudline simulate -o DIR` writes.

use super::Args;
use crate::cli::output::{prepare_folder, write_file};
use crate::cli::timelines::write_timelines;
use crate::error::Error;
use crate::plan::plan_file;
use crate::schedule::Schedule;
use crate::schedule::verify::verify;
use crate::simulate::answer::Answer;
use crate::simulate::curve::svg;
use crate::simulate::ensemble::Ensemble;
use crate::simulate::log::Outcome;
use crate::simulate::moved::moved;
use crate::simulate::replay::{done_in, replay, schedule_of};
use crate::simulate::sheet::Sheet;
use crate::simulate::text::render;
use std::collections::BTreeSet;
use std::path::Path;

/// Writes the answer, the tables of runs where they were kept, and the S-curve; the names of the files.
pub fn write_tables(folder: &Path, answer: &Answer) -> Result<Vec<String>, Error> {
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
    let Some(runs) = answer.runs.as_deref() else { return Ok(names) };
    for (name, sheet) in [("runs", Sheet::of_runs(runs)), ("activities", Sheet::of_activities(runs))] {
        write(format!("{name}.csv"), &sheet.to_csv().map_err(|e| broken(&e))?)?;
        write(format!("{name}.parquet"), &sheet.to_parquet(answer).map_err(|e| broken(&e))?)?;
    }
    Ok(names)
}

/// Writes the tables, and for each percentile of the finish a folder with its run: the plan moved to it, and all timelines.
pub fn write_answer(
    folder: &Path,
    args: &Args,
    ensemble: &Ensemble<'_>,
    answer: &Answer,
) -> Result<String, Error> {
    let mut names = write_tables(folder, answer)?;
    let mut remarks = BTreeSet::new();
    let file = plan_file(&args.plan.plan)?;
    let text = std::fs::read_to_string(&file).map_err(|e| Error::read(&file, e))?;
    // Only the runs of `follow` can be sailed again step by step.
    let followed = answer.policies.iter().find(|policy| policy.policy == "follow");
    let finish = followed.and_then(|policy| policy.milestones.iter().find(|row| row.id == "finish"));
    for percentile in finish.iter().flat_map(|row| &row.percentiles) {
        let Some(run) = percentile.run else { continue };
        let own = format!("p{}", percentile.p);
        let place = folder.join(&own);
        prepare_folder(&place)?;
        let schedule = write_moved(&place, &text, &file, args.draws, ensemble, run, &mut remarks)?;
        remarks.extend(write_timelines(&place, &schedule)?.remarks);
        names.push(format!("{own}/"));
    }
    let remarks: String = remarks.iter().map(|remark| format!("\n{remark}")).collect();
    Ok(format!("written to {}: {}{remarks}", folder.display(), names.join(", ")))
}

/// Writes the plan of a run with its weather; its schedule, which answers that plan.
fn write_moved(
    place: &Path,
    text: &str,
    file: &Path,
    draws: u64,
    ensemble: &Ensemble<'_>,
    run: u64,
    remarks: &mut BTreeSet<String>,
) -> Result<Schedule, Error> {
    let (case, field, leaves) = (&ensemble.case, &ensemble.field, &ensemble.leaves);
    let (itinerary, end, outcome) = done_in(case, field, leaves, draws, run)?;
    let moved = moved(text, case, field, draws, run, end)?;
    for (name, bytes) in &moved.files {
        write_file(&place.join(name), bytes)?;
    }
    for (from, name) in &moved.copies {
        let from = file.parent().unwrap_or(Path::new("")).join(from);
        write_file(&place.join(name), &std::fs::read(&from).map_err(|e| Error::read(&from, e))?)?;
    }
    write_file(&place.join("plan.toml"), moved.plan.as_bytes())?;
    match crate::plan::load(place)?.plan {
        Some((mut plan, sea)) => {
            plan.notes.clone_from(&case.plan.notes);
            let schedule = schedule_of(&plan, &sea, &itinerary, "simulated");
            if outcome != Outcome::Done {
                let about = match verify(&plan, &sea, &schedule).is_empty() {
                    true => "the plan beside it lasts as long, and mudline verify finds no fault with it",
                    false => "mudline verify says of its schedule in what",
                };
                remarks.insert(format!("the run of {} ended {}: {about}", place.display(), outcome.word()));
            }
            Ok(schedule)
        }
        None => {
            remarks.insert(format!(
                "the plan of {} is faulty in that weather: see mudline check",
                place.display()
            ));
            replay(case, field, leaves, draws, run).map(|done| done.1)
        }
    }
}
