//! Rhythms: tasks that must be done every so often.
//!
//! In: the plan as written. Out: rhythms that no vessel keeps, and that the task is not done often enough for.
//! Whether a rhythm can be kept with all the rest, only the model knows.

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, entries};
use crate::plan::raw::RawTask;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[Check {
    kinds: &[
        ("every-without-vessel", "A task has a rhythm and no vessel that would keep it until it is done."),
        (
            "every-for-nobody",
            "A task has a rhythm, and its vessel has nothing else to do: it may be done at once.",
        ),
        ("every-too-seldom", "A task may not be done often enough to keep its rhythm all through the plan."),
    ],
    look: rhythms,
}];

fn rhythms(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in entries(&draft.raw.task) {
        let Some(every) = task.every.as_ref().filter(|every| every.get_ref().seconds() > 0) else { continue };
        if draft.is_left_out(&task.vessel, "vessel", &task.spoilt) {
            found.push(
                draft
                    .error("every-without-vessel", every.span(), "this task has a rhythm, and no vessel")
                    .label("until when must it be kept?")
                    .help("name the vessel, or write a task for each time with a release and a deadline"),
            );
            continue;
        }
        let (Some(horizon), Some(duration)) = (&draft.horizon, &task.duration) else { continue };
        if task.spoilt.has("times") {
            continue;
        }
        let may_be_left_out = task.times.as_ref().is_some_and(|times| times.get_ref().least == 0);
        let keeper = task.serves.as_ref().or(task.vessel.as_ref());
        if may_be_left_out && keeper.is_some_and(|vessel| is_for(draft, task, vessel.get_ref())) {
            found.push(
                draft
                    .warning("every-for-nobody", every.span(), "nothing keeps this rhythm going: it holds until the vessel is done")
                    .label("and its vessel does nothing else, so that it may be done at once")
                    .help(match &task.serves {
                        None => "say for which vessel the task is done: serves = \"...\"; or write how often it is done, and a task for each time with its release and deadline",
                        Some(_) => "name a vessel that has work; or write how often it is done, and a task for each time with its release and deadline",
                    }),
            );
        }
        let most = task.times.as_ref().map_or(1, |times| times.get_ref().most);
        let plan_h = horizon.slots as f64 * horizon.slot_h();
        let covered =
            every.get_ref().hours() * (f64::from(most) + 1.0) + duration.get_ref().hours() * f64::from(most);
        if covered < plan_h {
            let times = if most == 1 { "once".to_owned() } else { format!("{most} times") };
            let enough = ((plan_h - every.get_ref().hours())
                / (every.get_ref().hours() + duration.get_ref().hours()))
            .ceil();
            let message = format!(
                "done {times} at most, this task keeps its rhythm of {} for {covered:.0} h, and the plan lasts {plan_h:.0} h",
                every.get_ref()
            );
            found.push(
                draft
                    .warning("every-too-seldom", every.span(), message)
                    .label(match &task.serves {
                        None => "the vessel must be done before that".to_owned(),
                        Some(served) => format!("{:?} must be done before that", served.get_ref()),
                    })
                    .help(format!("write times = \"0..{enough:.0}\" or more, unless that is meant")),
            );
        }
    }
}

/// Whether a vessel has no task but this one, and neither lifts nor carries what is lifted.
fn is_for(draft: &Draft<'_>, own: &RawTask, vessel: &str) -> bool {
    let is_it = |name: &Option<Spanned<String>>| name.as_ref().is_some_and(|name| name.get_ref() == vessel);
    let raw = &draft.raw;
    let is_lifted = |commodity: &Option<Spanned<String>>| {
        let name = |of: &Option<Spanned<String>>| of.as_ref().map(|name| name.get_ref().clone());
        entries(&raw.sampling).any(|sampling| name(&sampling.commodity) == name(commodity))
    };
    !draft.is_broken
        && !entries(&raw.task).any(|task| is_it(&task.vessel) && !std::ptr::eq(task, own))
        && !entries(&raw.sampling).any(|sampling| is_it(&sampling.vessel))
        && !entries(&raw.transfer)
            .any(|transfer| (is_it(&transfer.from) || is_it(&transfer.to)) && is_lifted(&transfer.commodity))
}
