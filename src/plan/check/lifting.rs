//! Lifting: amounts that can be reached, and worth that falls.
//!
//! In: the plan as written. Out: samplings that ask for more than they allow, or than can be lifted.
//! Room in the hold is looked at in [`super::cargo`]; whether the weather leaves time in [`super::open`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, entries};
use crate::plan::raw::ValueStep;
use crate::units::{Mass, Span};
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("at-least-over-at-most", "A sampling must lift more than it may."),
            ("at-least-out-of-reach", "A sampling must lift more than it can in the plan's time."),
        ],
        look: amounts,
    },
    Check {
        kinds: &[(
            "run-longer-than-plan",
            "A shortest run, a smallest parcel, or a set-up takes longer than the whole plan.",
        )],
        look: runs,
    },
    Check {
        kinds: &[
            ("value-rises", "A later tonne is worth more than an earlier one."),
            ("value-negative", "A tonne is worth less than nothing."),
            ("value-of-nothing", "No tonne of what is lifted or wanted is worth anything."),
        ],
        look: values,
    },
];

fn amounts(draft: &Draft<'_>, found: &mut Diagnostics) {
    for sampling in entries(&draft.raw.sampling) {
        let (least, most) = (&sampling.at_least, &sampling.at_most);
        if let (Some(least), Some(most)) = (least, most)
            && least.get_ref() > most.get_ref()
            && most.get_ref().tonnes() > 0.0
        {
            let message =
                format!("this sampling must lift {} and may lift {}", least.get_ref(), most.get_ref());
            found.push(
                draft
                    .error("at-least-over-at-most", least.span(), message)
                    .label("more than `at_most`")
                    .help("write at_least below at_most"),
            );
            continue;
        }
        let (Some(rate), Some(least), Some(horizon)) = (&sampling.rate, least, &draft.horizon) else {
            continue;
        };
        let per_hour = rate.get_ref().tonnes_per_hour();
        let reach = Mass::of_tonnes(per_hour * horizon.slot_h() * horizon.slots as f64);
        if *least.get_ref() > reach && per_hour > 0.0 {
            let message = format!(
                "{} must be lifted, and {:.1} t is all that the rate allows in the plan's time",
                least.get_ref(),
                reach.tonnes()
            );
            found.push(
                draft
                    .error("at-least-out-of-reach", least.span(), message)
                    .help("write a smaller amount, a higher rate or a later end of the plan"),
            );
        }
    }
}

fn runs(draft: &Draft<'_>, found: &mut Diagnostics) {
    let Some(horizon) = &draft.horizon else { return };
    let whole = Span::of_seconds((horizon.end() - horizon.start).num_seconds());
    for sampling in entries(&draft.raw.sampling) {
        if let Some(run) = sampling.min_run.as_ref().filter(|run| *run.get_ref() > whole) {
            found.push(too_long(draft, run.span(), &format!("the shortest run is {}", run.get_ref()), whole));
        }
    }
    for transfer in entries(&draft.raw.transfer) {
        let stills = || [&transfer.setup, &transfer.hoses_off].into_iter().flatten();
        let setup: f64 = stills().map(|span| span.get_ref().hours()).sum();
        if let Some(first) = stills().next().filter(|_| setup >= whole.hours()) {
            let what = format!("set-up and hoses off take {setup:.0} h");
            found.push(too_long(draft, first.span(), &what, whole));
            continue;
        }
        let (Some(rate), Some(smallest)) = (&transfer.rate, &transfer.smallest) else { continue };
        let hours = smallest.get_ref().tonnes() / rate.get_ref().tonnes_per_hour();
        if hours.is_finite() && hours + setup > whole.hours() {
            let what = format!("the smallest parcel takes {:.0} h", hours + setup);
            found.push(too_long(draft, smallest.span(), &what, whole));
        }
    }
}

fn too_long(
    draft: &Draft<'_>,
    span: std::ops::Range<usize>,
    what: &str,
    whole: Span,
) -> crate::diag::Diagnostic {
    draft
        .error("run-longer-than-plan", span, format!("{what}, and the whole plan is {whole} long"))
        .help("write less, or a later end of the plan")
}

fn values(draft: &Draft<'_>, found: &mut Diagnostics) {
    let of_samplings = entries(&draft.raw.sampling).map(|sampling| &sampling.value);
    for value in of_samplings.chain(entries(&draft.raw.demand).map(|demand| &demand.value)) {
        let is_nothing = |steps: &Spanned<Vec<Spanned<ValueStep>>>| {
            let mut all = steps.get_ref().iter().map(|step| step.get_ref());
            // An empty list says nothing: each tonne counts 1.
            !steps.get_ref().is_empty() && all.all(|step| step.worth == 0.0 && step.tonnes.tonnes() > 0.0)
        };
        if let Some(steps) = value.as_ref().filter(|steps| is_nothing(steps)) {
            found.push(
                draft
                    .warning("value-of-nothing", steps.span(), "no tonne of it is worth anything, so that nobody does anything for it")
                    .help("write what a tonne is worth, such as [[\"100 t\", 1.0]], or leave `value` out: then each counts 1"),
            );
            continue;
        }
        let mut before: Option<f64> = None;
        for step in value.iter().flat_map(|steps| steps.get_ref()) {
            let worth = step.get_ref().worth;
            if worth < 0.0 {
                found.push(
                    draft
                        .error("value-negative", step.span(), format!("a tonne cannot be worth {worth}"))
                        .help("write 0 or more; what is not worth lifting is bounded by `at_most`"),
                );
            } else if let Some(before) = before.filter(|before| worth > *before) {
                found.push(
                    draft
                        .error(
                            "value-rises",
                            step.span(),
                            format!("these tonnes are worth {worth} each, and the ones before {before}"),
                        )
                        .label("must not rise")
                        .help("write the steps from the most valuable tonnes to the least"),
                );
            }
            before = Some(worth);
        }
    }
}
