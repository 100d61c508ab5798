//! Rhythms: tasks that must be done every so often.
//!
//! In: the plan as written. Out: rhythms that no vessel keeps, and that the task is not done often enough for.
//! Of vessels that are far away [`super::round`] tells, from the plan once it is resolved. Whether a rhythm can be kept with all the rest, only the
//! model knows.

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, entries};
use crate::plan::raw::RawTask;
use crate::units::Span;
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
        let all = Sharers::of(draft, task);
        nobody(draft, task, every, &all, found);
        too_seldom(draft, task, every, &all, found);
    }
}

/// A task with a rhythm, and those that count in it.
struct Sharers<'d>(Vec<&'d RawTask>);

impl<'d> Sharers<'d> {
    fn of(draft: &'d Draft<'_>, task: &'d RawTask) -> Sharers<'d> {
        let id = task.id.as_ref().map(Spanned::get_ref);
        let counts = |other: &&RawTask| {
            let of = other.rhythm_of.as_ref().map(Spanned::get_ref);
            of.is_some() && of == id && !std::ptr::eq(*other, task)
        };
        Sharers(std::iter::once(task).chain(entries(&draft.raw.task).filter(counts)).collect())
    }

    /// How often all of them may be done, how long that takes in hours, and whether none must be; nothing where it cannot be read how often.
    fn times(&self) -> Option<(u32, f64, bool)> {
        let mut sum = (0_u32, 0.0, true);
        for task in self.0.iter() {
            let duration = task.duration.as_ref().filter(|_| !task.spoilt.has("times"))?;
            let (least, most) =
                task.times.as_ref().map_or((1, 1), |times| (times.get_ref().least, times.get_ref().most));
            sum.0 = sum.0.saturating_add(most);
            sum.1 += duration.get_ref().hours() * f64::from(most);
            sum.2 &= least == 0;
        }
        Some(sum)
    }
}

fn nobody(
    draft: &Draft<'_>,
    task: &RawTask,
    every: &Spanned<Span>,
    all: &Sharers<'_>,
    found: &mut Diagnostics,
) {
    let may_be_left_out = draft.horizon.is_some() && all.times().is_some_and(|(_, _, may)| may);
    let keeper = task.serves.as_ref().or(task.vessel.as_ref());
    if may_be_left_out && keeper.is_some_and(|vessel| is_for(draft, all, vessel.get_ref())) {
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
}

fn too_seldom(
    draft: &Draft<'_>,
    task: &RawTask,
    every: &Spanned<Span>,
    all: &Sharers<'_>,
    found: &mut Diagnostics,
) {
    let (Some(horizon), Some((most, lasts_h, _))) = (&draft.horizon, all.times()) else { return };
    let every_h = every.get_ref().hours();
    let plan_h = horizon.slots as f64 * horizon.slot_h();
    let covered = every_h * (f64::from(most) + 1.0) + lasts_h;
    if covered >= plan_h {
        return;
    }
    let times = if most == 1 { "once".to_owned() } else { format!("{most} times") };
    let who = match all.0.len() {
        1 => "this task keeps its rhythm".to_owned(),
        2 => "this task and another one keep its rhythm".to_owned(),
        many => format!("this task and {} others keep its rhythm", many - 1),
    };
    // So often that this one may make up for what the others leave.
    let own = task.times.as_ref().map_or(1, |times| times.get_ref().most);
    let own_h = task.duration.as_ref().map_or(0.0, |duration| duration.get_ref().hours());
    let enough = f64::from(own) + ((plan_h - covered) / (every_h + own_h)).ceil();
    let message = format!(
        "done {times} at most, {who} of {} for {covered:.0} h, and the plan lasts {plan_h:.0} h",
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

/// Whether a vessel has no task but these, and neither lifts nor carries what is lifted.
fn is_for(draft: &Draft<'_>, own: &Sharers<'_>, vessel: &str) -> bool {
    let is_it = |name: &Option<Spanned<String>>| name.as_ref().is_some_and(|name| name.get_ref() == vessel);
    let raw = &draft.raw;
    let is_lifted = |commodity: &Option<Spanned<String>>| {
        let name = |of: &Option<Spanned<String>>| of.as_ref().map(|name| name.get_ref().clone());
        entries(&raw.sampling).any(|sampling| name(&sampling.commodity) == name(commodity))
    };
    !draft.is_broken
        && !entries(&raw.task)
            .any(|task| is_it(&task.vessel) && !own.0.iter().any(|own| std::ptr::eq(task, *own)))
        && !entries(&raw.sampling).any(|sampling| is_it(&sampling.vessel))
        && !entries(&raw.transfer)
            .any(|transfer| (is_it(&transfer.from) || is_it(&transfer.to)) && is_lifted(&transfer.commodity))
}
