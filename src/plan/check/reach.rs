//! Where vessels with a range or bunkers get: sites that are out of reach, and sites from which there is no way on.
//!
//! In: the plan once it is resolved, and the draft that knows the lines. Out: calls that can never be made, and calls after which the
//! vessel is stranded. Of fuel only what the way itself takes is looked at: what work and waiting burn, only the model knows.

use crate::diag::{Diagnostics, Kind};
use crate::id::Ix;
use crate::plan::draft::{Draft, entries};
use crate::plan::endurance::{least_used, suffices};
use crate::plan::{Leg, Plan, Site, Vessel};
use crate::units::figures;
use toml::Spanned;

/// The kinds that are told here.
pub static KINDS: &[Kind] = &[
    ("out-of-range", "A vessel calls at a site that it can never reach with its range or bunkers."),
    ("no-way-on", "A vessel can reach a site, and cannot get from there to where it refuels or must end."),
];

/// Looks at every vessel with a range or bunkers.
pub fn look(plan: &Plan, draft: &Draft<'_>, found: &mut Diagnostics) {
    let firsts = plan.vessels.entries().filter(|(place, ship)| ship.like == *place);
    for (raw, (_, ship)) in entries(&draft.raw.vessel).zip(firsts) {
        let miles = |leg: &Leg| leg.miles();
        let tonnes = |leg: &Leg| ship.leg_t(leg, &plan.horizon);
        if let (Some(full), Some(range)) = (ship.range, &raw.range) {
            vessel(plan, draft, ship, (full, "NM", range.span()), miles, found);
        }
        if let (Some(full), Some(bunkers)) = (ship.bunkers, &raw.bunkers) {
            vessel(plan, draft, ship, (full, "t of fuel", bunkers.span()), tonnes, found);
        }
    }
}

fn vessel(
    plan: &Plan,
    draft: &Draft<'_>,
    ship: &Vessel,
    (full, unit, span): (f64, &str, std::ops::Range<usize>),
    uses: impl Fn(&Leg) -> f64,
    found: &mut Diagnostics,
) {
    let refuels = |site: Ix<Site>| plan.sites[site].refuels;
    let legs: Vec<(Ix<Site>, Ix<Site>, f64)> =
        ship.legs.iter().map(|leg| (leg.from, leg.to, uses(leg))).collect();
    let back: Vec<(Ix<Site>, Ix<Site>, f64)> =
        legs.iter().map(|&(from, to, used)| (to, from, used)).collect();
    let out = least_used(plan, &legs, |site| site == ship.at, refuels, full);
    let on = least_used(plan, &back, |site| refuels(site) || Some(site) == ship.home, |_| false, full);
    let name = |site: Ix<Site>| &plan.sites[site].id;
    for &site in &ship.calls {
        let (there, back) = (out[site.index()], on[site.index()]);
        if there.is_infinite() {
            let message = format!("{:?} can never reach {:?}", ship.id, name(site));
            let nearest =
                legs.iter().filter(|leg| leg.1 == site).map(|leg| leg.2).fold(f64::INFINITY, f64::min);
            found.push(
                draft
                    .error("out-of-range", span.clone(), message)
                    .label(format!(
                        "the shortest way there takes {} {unit}, of {}",
                        figures(nearest),
                        figures(full)
                    ))
                    .help("write more, leave the call out, or let a site on the way refuel: refuels = true"),
            );
        } else if !suffices(full, there + back) {
            let message = format!("{:?} can reach {:?}, and get no farther from there", ship.id, name(site));
            let ways = if back.is_finite() {
                format!("{} {unit} there and {} on, of {}", figures(there), figures(back), figures(full))
            } else {
                "nothing that refuels can be reached from there".to_owned()
            };
            found.push(
                draft
                    .warning("no-way-on", span.clone(), message)
                    .label(ways)
                    .help("write more, or let it refuel there: refuels = true"),
            );
        }
    }
}

/// Whether bunkers are given to a vessel that burns nothing.
pub fn without_fuel(draft: &Draft<'_>, found: &mut Diagnostics) {
    for vessel in entries(&draft.raw.vessel) {
        let Some(bunkers) = &vessel.bunkers else { continue };
        if draft.is_left_out(&vessel.fuel, "fuel", &vessel.spoilt) {
            let message = "this vessel has bunkers, and it is not said what it burns";
            found.push(
                draft
                    .error("fuel-needed", Spanned::span(bunkers), message)
                    .help("add fuel = { sailing = \"25 t/d\", working = \"12 t/d\", waiting = \"6 t/d\" }"),
            );
        }
    }
}
