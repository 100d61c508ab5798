//! What keeps work from being done, in words: limits of the weather, and closures, hire and whatever else holds in calm weather too.
//!
//! In: the plan once it is resolved, its sea, and what is meant by a closure of the work. Out: words for messages, labels and remedies.
//! Which of them it is, [`super::open`] finds out.

use crate::id::Ix;
use crate::plan::eases::written_vessel;
use crate::plan::{Closed, ClosedBy, Plan, Sea, Site, Weather};
use crate::units::Span;
use crate::weather::{Limit, Limits, open_slots};

/// What closes work beside the weather.
pub(super) struct Closing {
    /// What is closed, by whom: "closures of \"field\"", "the hire of \"ship\"".
    pub names: Vec<String>,
    /// Whether a closure or a disruption is among them.
    pub by_closures: bool,
    /// Whether the hire of a vessel is among them.
    pub by_hire: bool,
}

impl Closing {
    /// What in a plan closes anything of what is meant.
    pub fn of(plan: &Plan, is_meant: impl Fn(Closed) -> bool) -> Closing {
        let mut closing = Closing { names: Vec::new(), by_closures: false, by_hire: false };
        for closure in plan.closures.iter().filter(|c| is_meant(c.what) && !c.slots.is_empty()) {
            let is_hire = closure.by == ClosedBy::Hire;
            let name = format!(
                "{} {:?}",
                if is_hire { "the hire of" } else { "closures of" },
                closed(plan, closure.what)
            );
            closing.by_hire |= is_hire;
            closing.by_closures |= !is_hire;
            if !closing.names.contains(&name) {
                closing.names.push(name);
            }
        }
        closing
    }

    /// What may be done about them.
    pub fn remedy(&self) -> &'static str {
        match (self.by_closures, self.by_hire) {
            (true, true) => "shorten or move what closes it, or hire the vessel at another time",
            (false, true) => "hire the vessel at another time",
            _ => "shorten or move what closes it",
        }
    }
}

/// The name of what is closed, as it is written.
fn closed(plan: &Plan, what: Closed) -> &str {
    match what {
        Closed::Site(site) => &plan.sites[site].id,
        Closed::Vessel(vessel) => written_vessel(plan, vessel),
        Closed::Task(task) => &plan.tasks[task].id,
        Closed::Sampling(sampling) => &plan.samplings[sampling].id,
        Closed::Process(process) => &plan.processes[process].id,
    }
}

/// The limit that closes the most slots at a site, in words; none where none closes any.
pub(super) fn worst(plan: &Plan, sea: &Sea, site: Option<Ix<Site>>, limits: &Limits) -> Option<String> {
    worst_in(plan, sea, plan.sites[site?].weather?, limits).map(|(_, words)| words)
}

/// The same in a weather, with how many slots the limit closes.
pub(super) fn worst_in(
    plan: &Plan,
    sea: &Sea,
    weather: Ix<Weather>,
    limits: &Limits,
) -> Option<(usize, String)> {
    let series = sea.series(weather);
    let closed_by = |limit: &Limit| {
        let open = open_slots(series, &Limits(vec![limit.clone()]), &plan.horizon);
        open.iter().filter(|open| !**open).count()
    };
    let (closed, limit) =
        limits.iter().map(|limit| (closed_by(limit), limit)).max_by_key(|(closed, _)| *closed)?;
    let share = share(plan, closed);
    (closed > 0).then(|| (closed, format!("{} is over {} in {share}", limit.channel, limit.words())))
}

/// What closes work in how much of the time, where anything does; `free` tells slot by slot what is not closed.
pub(super) fn closed_share(plan: &Plan, free: &[bool], names: &[String]) -> Option<String> {
    let closed = free.iter().filter(|free| !**free).count();
    (closed > 0 && !names.is_empty())
        .then(|| format!("closed in {} by {}", share(plan, closed), and_list(names)))
}

/// So many slots, as a share of the plan's time.
fn share(plan: &Plan, slots: usize) -> String {
    let percent = 100.0 * slots as f64 / plan.horizon.slots as f64;
    match percent.round() {
        0.0 => "less than 1 % of the time".to_owned(),
        percent => format!("{percent} % of the time"),
    }
}

/// The lengths of the stretches of open slots.
pub(super) fn runs(open: &[bool]) -> impl Iterator<Item = usize> {
    open.split(|open| !open).map(<[bool]>::len).filter(|run| *run > 0)
}

pub(super) fn longest_run(open: &[bool]) -> usize {
    runs(open).max().unwrap_or(0)
}

/// So many slots, as a time.
pub(super) fn hours(plan: &Plan, slots: usize) -> Span {
    Span::of_seconds(plan.horizon.slot.seconds() * slots as i64)
}

/// Things one after the other; what stops work is its own length where there are none.
pub(super) fn and_list(words: &[String]) -> String {
    match words {
        [] => "its length".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
