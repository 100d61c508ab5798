//! Where the chain from the seabed to whoever wants it breaks: work in which nothing can ever flow, and the rule that stands in the way.
//!
//! In: the plan once it is resolved, its sea, and the draft that knows the lines. Out: a warning at each break, at the line of the rule that
//! would have to give way, with how much; and which others would do instead.
//! What is possible is looked at in [`coming`](crate::plan::coming); of amounts, money and fuel speaks `mudline explain`.
//! All are warnings, for the reason given in [`super::open`].

use crate::diag::{Diagnostic, Diagnostics, Kind};
use crate::id::Ix;
use crate::plan::coming::{Coming, What};
use crate::plan::draft::{Draft, entry};
use crate::plan::eases::{Ease, Of, eases, written_transfer, written_vessel};
use crate::plan::raw::{RawClosure, RawDisruption, RawPlan};
use crate::plan::windows::of_sampling;
use crate::plan::{Closed, Plan, Sampling, Sea, Transfer, Vessel};
use std::convert::Infallible;
use std::ops::Range;
use toml::Spanned;

/// The kinds that are told here.
pub static KINDS: &[Kind] = &[(
    "never-flows",
    "Nothing can ever be lifted, go over, be fed or be supplied in a piece of work: a rule stands in the way.",
)];

/// So many breaks are told; who mends them may look again.
const MOST_BREAKS: usize = 4;
/// So many rules are told that would do instead.
const MOST_OTHERS: usize = 3;

/// Looks for breaks in the chain.
pub fn look(plan: &Plan, sea: &Sea, draft: &Draft<'_>, found: &mut Diagnostics) {
    let breaks = Coming::of(plan, sea).breaks(plan);
    let breaks: Vec<What> = breaks.into_iter().filter(|what| !is_told(plan, sea, *what, found)).collect();
    if breaks.is_empty() {
        return;
    }
    let rules = eases(plan);
    for &what in breaks.iter().take(MOST_BREAKS) {
        let is_possible = |plan: &Plan| Ok::<bool, Infallible>(Coming::of(plan, sea).can(what));
        let mut ways: Vec<(&Ease, String)> = Vec::new();
        let (own, others): (Vec<&Ease>, Vec<&Ease>) = rules.iter().partition(|ease| is_of(ease, what));
        for ease in own.into_iter().chain(others).filter(|ease| is_seen(ease)) {
            let Ok(least) = ease.least(plan, is_possible);
            ways.extend(least.map(|steps| (ease, ease.enough(steps))));
            if ways.len() > MOST_OTHERS {
                break;
            }
        }
        let diagnostic = told(draft, plan, what, &ways);
        // What another check has told of the same line is the same fault.
        let line = |told: &Diagnostic| told.place.as_ref().map(|place| (place.file.clone(), place.line));
        if found.iter().all(|told| line(told) != line(&diagnostic)) {
            found.push(diagnostic);
        }
    }
}

/// A break, at the first rule that could give way, which is told with the others; at the work itself where no single rule could.
fn told(draft: &Draft<'_>, plan: &Plan, what: What, ways: &[(&Ease, String)]) -> Diagnostic {
    let (work, never) = words(plan, what);
    let Some(((rule, enough), others)) = ways.split_first() else {
        let at = span_of_work(draft, plan, what);
        let help =
            "several do together, or not even three times the time is enough: look at `mudline windows`";
        return draft
            .warning("never-flows", at, format!("{never} by {work:?}"))
            .label("no single rule of the plan stands in the way")
            .help(help);
    };
    let others: Vec<String> =
        others.iter().map(|(ease, enough)| format!("{}: {enough}", ease.rule)).collect();
    let help = match others.is_empty() {
        true => format!("change it at least so far, or leave {work:?} out"),
        false => format!("change it at least so far, or else {}", others.join("; or ")),
    };
    let at = span_of_rule(draft, plan, rule);
    draft
        .warning("never-flows", at, format!("{never} by {work:?}: {}", rule.rule))
        .label(format!("nothing can come of it but with {enough}"))
        .help(help)
}

/// Whether it was told already that the work can never be done, or that the vessel can never leave.
fn is_told(plan: &Plan, sea: &Sea, what: What, found: &Diagnostics) -> bool {
    let stuck = |vessel: Ix<Vessel>| {
        let name = format!("{:?}", plan.vessels[vessel].id);
        let is_it = |slug: &str| ["leg-never-open", "longer-than-plan"].contains(&slug);
        found.iter().any(|told| is_it(told.slug) && told.message.contains(&name))
    };
    match what {
        What::Sampling(place) => is_never_open(plan, sea, place) || stuck(plan.samplings[place].stand.vessel),
        What::Transfer(place) => stuck(plan.transfers[place].stand.vessel),
        What::Process(_) | What::Demand(_) => false,
    }
}

/// Whether no shortest run of a sampling fits into any window, which [`super::open`] tells.
fn is_never_open(plan: &Plan, sea: &Sea, place: Ix<Sampling>) -> bool {
    let sampling = &plan.samplings[place];
    let least = plan.horizon.slots_for(sampling.min_run).max(1);
    let open = of_sampling(plan, sea, sampling).open;
    open.split(|open| !open).all(|run| run.len() < least)
}

/// Whether what is looked at here depends on a rule at all.
fn is_seen(ease: &Ease) -> bool {
    !["cost", "emissions", "times", "every"].contains(&ease.key)
}

/// Whether a rule is the work's own.
fn is_of(ease: &Ease, what: What) -> bool {
    match what {
        What::Sampling(place) => ease.of == Of::Sampling(place),
        What::Transfer(place) => ease.of == Of::Transfer(place),
        What::Process(place) => ease.of == Of::Process(place),
        What::Demand(place) => ease.of == Of::Demand(place),
    }
}

/// The work, and what never happens.
fn words(plan: &Plan, what: What) -> (&str, &'static str) {
    match what {
        What::Sampling(place) => (&plan.samplings[place].id, "nothing can ever be lifted"),
        What::Transfer(place) => (written_transfer(plan, place), "nothing can ever be moved"),
        What::Process(place) => (&plan.processes[place].id, "nothing can ever be made"),
        What::Demand(place) => (&plan.demands[place].id, "nothing can ever be taken"),
    }
}

/// The place of a transfer among those that are written, each of which may stand for several.
fn as_written(plan: &Plan, transfer: Ix<Transfer>) -> usize {
    let is_first = |t: &Transfer| plan.vessels[t.stand.vessel].like == t.stand.vessel;
    plan.transfers.entries().filter(|(place, t)| is_first(t) && *place < transfer).count()
}

fn or_id<T>(
    raw: Option<&T>,
    parts: impl Fn(&T) -> (Option<Range<usize>>, &Option<Spanned<String>>, &Range<usize>),
) -> Range<usize> {
    let Some((key, id, all)) = raw.map(parts) else { return 0..0 };
    key.or_else(|| id.as_ref().map(Spanned::span)).unwrap_or_else(|| all.clone())
}

fn span_of_work(draft: &Draft<'_>, plan: &Plan, what: What) -> Range<usize> {
    let raw = &draft.raw;
    match what {
        What::Sampling(place) => or_id(entry(&raw.sampling, place.index()), |s| (None, &s.id, &s.span)),
        What::Transfer(place) => {
            or_id(entry(&raw.transfer, as_written(plan, place)), |t| (None, &t.id, &t.span))
        }
        What::Process(place) => or_id(entry(&raw.process, place.index()), |p| (None, &p.id, &p.span)),
        What::Demand(place) => or_id(entry(&raw.demand, place.index()), |d| (None, &d.id, &d.span)),
    }
}

/// Where a rule is written; the entry's name where the rule is not written but follows.
fn span_of_rule(draft: &Draft<'_>, plan: &Plan, ease: &Ease) -> Range<usize> {
    let (raw, key) = (&draft.raw, ease.key);
    /// The place of a key that may be there.
    fn span<T>(value: &Option<Spanned<T>>) -> Option<Range<usize>> {
        value.as_ref().map(Spanned::span)
    }
    match ease.of {
        Of::Plan => raw.plan.as_ref().and_then(|plan| span(&plan.get_ref().end)).unwrap_or(0..0),
        Of::Commodity(place) => or_id(entry(&raw.commodity, place.index()), |c| {
            (if key == "keeps" { span(&c.keeps) } else { span(&c.reach) }, &c.id, &c.span)
        }),
        Of::Site(place) => or_id(entry(&raw.site, place.index()), |s| {
            let at = match key {
                "water" => span(&s.water),
                "store" => span(&s.store),
                _ => span(&s.store_total),
            };
            (at, &s.id, &s.span)
        }),
        Of::Vessel(place) => {
            let written = plan.vessels.entries().filter(|(at, ship)| ship.like == *at && *at < place).count();
            or_id(entry(&raw.vessel, written), |v| {
                let at = match key {
                    "daylight" => span(&v.daylight),
                    "sail_limits" => span(&v.sail_limits),
                    "departs_every" => span(&v.departs_every),
                    "hold" => span(&v.hold).or_else(|| span(&v.tank)),
                    "home" => span(&v.home),
                    "hire" => span(&v.hire),
                    "range" => span(&v.range),
                    "bunkers" => span(&v.bunkers),
                    "gear" => None,
                    _ => span(&v.speed).or_else(|| span(&v.speeds)),
                };
                (at, &v.id, &v.span)
            })
        }
        Of::Task(place) => or_id(entry(&raw.task, place.index()), |t| {
            let at = match key {
                "limits" => span(&t.limits).or_else(|| span(&t.phases)),
                "daylight" => span(&t.daylight),
                _ => span(&t.deadline).or_else(|| span(&t.release)),
            };
            (at, &t.id, &t.span)
        }),
        Of::Sampling(place) => or_id(entry(&raw.sampling, place.index()), |s| {
            let at = match key {
                "limits" => span(&s.limits),
                "min_run" => span(&s.min_run),
                _ => span(&s.at_most),
            };
            (at, &s.id, &s.span)
        }),
        Of::Transfer(place) => or_id(entry(&raw.transfer, as_written(plan, place)), |t| {
            let at = match key {
                "setup" => span(&t.setup),
                "hoses_off" => span(&t.hoses_off),
                "smallest" => span(&t.smallest),
                _ => span(&t.limits),
            };
            (at, &t.id, &t.span)
        }),
        Of::Process(place) => or_id(entry(&raw.process, place.index()), |p| {
            (if key == "batch" { span(&p.batch) } else { span(&p.duration) }, &p.id, &p.span)
        }),
        Of::Demand(place) => or_id(entry(&raw.demand, place.index()), |d| {
            (span(&d.to).or_else(|| span(&d.from)), &d.id, &d.span)
        }),
        Of::Budget(place) => or_id(entry(&raw.budget, place), |b| (span(&b.feed), &b.id, &b.span)),
        Of::Closure(what) => span_of_closure(raw, plan, what),
    }
}

/// The first closure of something, or else the first disruption that stops it.
fn span_of_closure(raw: &RawPlan, plan: &Plan, what: Closed) -> Range<usize> {
    let id = match what {
        Closed::Site(site) => plan.sites[site].id.as_str(),
        Closed::Task(task) => &plan.tasks[task].id,
        Closed::Sampling(sampling) => &plan.samplings[sampling].id,
        Closed::Process(process) => &plan.processes[process].id,
        Closed::Vessel(vessel) => written_vessel(plan, vessel),
    };
    let is_name = |name: &str| name == id;
    let of = |closure: &RawClosure| {
        let of = match what {
            Closed::Site(_) => &closure.site,
            Closed::Vessel(_) => &closure.vessel,
            Closed::Task(_) => &closure.task,
            Closed::Sampling(_) => &closure.sampling,
            Closed::Process(_) => &closure.process,
        };
        of.as_ref().filter(|name| is_name(name.get_ref())).map(Spanned::span)
    };
    let stops = |disruption: &RawDisruption| {
        let stops = disruption.stops.as_ref()?.get_ref();
        stops.iter().find(|name| is_name(name.get_ref())).map(Spanned::span)
    };
    let closures = RawPlan::entries(&raw.closure).iter().map(Spanned::get_ref);
    let disruptions = RawPlan::entries(&raw.disruption).iter().map(Spanned::get_ref);
    closures.filter_map(of).chain(disruptions.filter_map(stops)).next().unwrap_or(0..0)
}
