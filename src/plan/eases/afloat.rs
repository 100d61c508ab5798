//! Rules of ships and goods that may be taken away: how long goods keep, set-ups, speeds, ranges, weather, work.
//!
//! In: a plan. Out: the [`Ease`](super::Ease)s of its commodities, transfers, vessels, samplings and tasks.

use super::{FACTORS, List, Of, factor, plenty, told, written_transfer, written_vessel};
use crate::id::Ix;
use crate::plan::{Commodity, Holder, Plan, Reach, Transfer, Vessel};
use crate::units::{Span, figures};

impl List<'_> {
    pub(super) fn commodities(&mut self) {
        for (place, commodity) in self.plan.commodities.entries() {
            let of = Of::Commodity(place);
            if let Some(keeps) = commodity.keeps {
                let rule = format!("{} keeps {keeps} in a hold", commodity.id);
                self.longer((of, "keeps"), rule, keeps, move |plan, time| {
                    plan.commodities[place].keeps = Some(time);
                });
            }
            if let Some(reach) = commodity.reach {
                let site = &self.plan.sites[reach.site].id;
                let rule = format!("{} must reach {site} within {}", commodity.id, reach.within);
                self.longer((of, "reach"), rule, reach.within, move |plan, within| {
                    plan.commodities[place].reach = Some(Reach { within, ..reach });
                });
            }
        }
    }

    pub(super) fn transfers(&mut self) {
        let plan = self.plan;
        let firsts =
            plan.transfers.entries().filter(|(_, t)| plan.vessels[t.stand.vessel].like == t.stand.vessel);
        for (place, transfer) in firsts {
            // What is written as one transfer is one rule, for however many vessels.
            let many = plan.count_like(transfer.stand.vessel);
            let all = move || (place.index()..place.index() + many).map(Ix::<Transfer>::new);
            let (of, id) = (Of::Transfer(place), written_transfer(plan, place));
            let rule = format!("`setup` of {id}, {}", transfer.setup);
            self.shorter((of, "setup"), rule, transfer.setup, move |plan, time| {
                all().for_each(|place| plan.transfers[place].setup = time);
            });
            let rule = format!("`hoses_off` of {id}, {}", transfer.hoses_off);
            self.shorter((of, "hoses_off"), rule, transfer.hoses_off, move |plan, time| {
                all().for_each(|place| plan.transfers[place].hoses_off = time);
            });
            if transfer.smallest > 0.0 {
                let rule = format!("`smallest` of {id}, {}", told(transfer.smallest));
                self.less((of, "smallest"), rule, transfer.smallest, move |plan, tonnes| {
                    all().for_each(|place| plan.transfers[place].smallest = tonnes);
                });
            }
            if !transfer.limits.is_empty() {
                let rule = format!("`limits` of {id} in this weather");
                self.whole((of, "limits"), rule, "no limits", move |plan| {
                    all().for_each(|place| plan.transfers[place].limits = Default::default());
                });
            }
        }
    }

    pub(super) fn vessels(&mut self) {
        let plan = self.plan;
        for (first, ship) in plan.vessels.entries().filter(|(place, ship)| ship.like == *place) {
            let of = Of::Vessel(first);
            let each = move |plan: &mut Plan, change: &dyn Fn(&mut Vessel)| {
                for place in
                    plan.vessels.places().filter(|&p| plan.vessels[p].like == first).collect::<Vec<_>>()
                {
                    change(&mut plan.vessels[place]);
                }
            };
            let id = written_vessel(plan, first);
            if ship.daylight {
                self.whole(
                    (of, "daylight"),
                    format!("`daylight` of {id}"),
                    "sailing by night",
                    move |plan| {
                        each(plan, &|ship| ship.daylight = false);
                    },
                );
            }
            if !ship.sail_limits.is_empty() {
                self.whole(
                    (of, "sail_limits"),
                    format!("`sail_limits` of {id} in this weather"),
                    "no limits",
                    move |plan| {
                        each(plan, &|ship| ship.sail_limits = Default::default());
                    },
                );
            }
            if ship.gear.iter().any(|gear| !gear.survives.is_empty()) {
                let rule = format!("what the gear of {id} survives in this weather");
                self.whole((of, "gear"), rule, "gear that survives more", move |plan| {
                    each(plan, &|ship| {
                        ship.gear.iter_mut().for_each(|gear| gear.survives = Default::default())
                    });
                });
            }
            if ship.departs_every > 1 {
                let every = Span::of_seconds(plan.horizon.slot.seconds() * ship.departs_every as i64);
                self.whole(
                    (of, "departs_every"),
                    format!("`departs_every` of {id}, {every}"),
                    "more departures",
                    move |plan| {
                        each(plan, &|ship| ship.departs_every = 1);
                    },
                );
            }
            for commodity in plan.commodities.places() {
                let named = ship.hold[commodity.index()] == 0.0 && carries(plan, first, commodity);
                if named {
                    let rule = format!("`hold` of {id} for {}, 0 t", plan.commodities[commodity].id);
                    self.whole((of, "hold"), rule, "more", move |plan| {
                        let room = plenty(plan);
                        each(plan, &|ship| ship.hold[commodity.index()] = room);
                    });
                }
            }
            if let Some(range) = ship.range {
                let change = move |plan: &mut Plan, steps: usize| {
                    each(plan, &|ship| ship.range = Some(range * factor(steps)));
                };
                let tell = move |steps: usize| format!("about {} NM", figures(range * factor(steps)));
                self.add(
                    (of, "range"),
                    format!("`range` of {id}, {} NM", figures(range)),
                    FACTORS,
                    change,
                    tell,
                );
            }
            if let Some(bunkers) = ship.bunkers {
                let change = move |plan: &mut Plan, steps: usize| {
                    each(plan, &|ship| ship.bunkers = Some(bunkers * factor(steps)));
                };
                let tell = move |steps: usize| format!("about {} t", figures(bunkers * factor(steps)));
                self.add(
                    (of, "bunkers"),
                    format!("`bunkers` of {id}, {}", told(bunkers)),
                    FACTORS,
                    change,
                    tell,
                );
            }
            if let Some(home) = ship.home {
                let rule = format!("`home` of {id}, {}", plan.sites[home].id);
                self.whole((of, "home"), rule, "no home", move |plan| each(plan, &|ship| ship.home = None));
            }
            if let Some(fastest) = ship.paces.first() {
                let knots = fastest.knots();
                let change = move |plan: &mut Plan, steps: usize| {
                    each(plan, &|ship| {
                        for leg in &mut ship.legs {
                            let seconds = (leg.duration.seconds() as f64 / factor(steps)).ceil() as i64;
                            leg.duration = Span::of_seconds(seconds.max(1));
                            leg.pace.speed *= factor(steps);
                        }
                    });
                };
                let rule = format!("the speed of {id}, {knots} kn");
                let parts = if knots < 10.0 { 100.0 } else { 10.0 };
                self.add((of, "speed"), rule, FACTORS, change, move |steps| {
                    format!("about {} kn", (knots * factor(steps) * parts).ceil() / parts)
                });
            }
        }
    }

    pub(super) fn rhythms(&mut self) {
        for (place, task) in self.plan.tasks.entries() {
            let Some(every) = task.every else { continue };
            let rule = format!("`every` of {}, {every}", task.id);
            self.longer((Of::Task(place), "every"), rule, every, move |plan, every| {
                plan.tasks[place].every = Some(every);
            });
        }
    }

    pub(super) fn work(&mut self) {
        for (place, sampling) in self.plan.samplings.entries() {
            let (of, id) = (Of::Sampling(place), &sampling.id);
            if !sampling.limits.is_empty() {
                self.whole(
                    (of, "limits"),
                    format!("`limits` of {id} in this weather"),
                    "no limits",
                    move |plan| {
                        plan.samplings[place].limits = Default::default();
                    },
                );
            }
            let rule = format!("`min_run` of {id}, {}", sampling.min_run);
            self.shorter((of, "min_run"), rule, sampling.min_run, move |plan, time| {
                plan.samplings[place].min_run = time;
            });
            if sampling.at_most.is_finite() {
                let rule = format!("`at_most` of {id}, {}", told(sampling.at_most));
                self.whole((of, "at_most"), rule, "more", move |plan| {
                    plan.samplings[place].at_most = f64::INFINITY;
                });
            }
        }
        for (place, task) in self.plan.tasks.entries() {
            let (of, id) = (Of::Task(place), &task.id);
            if !task.limits.is_empty() || !task.phases.is_empty() {
                self.whole(
                    (of, "limits"),
                    format!("`limits` of {id} in this weather"),
                    "no limits",
                    move |plan| {
                        plan.tasks[place].limits = Default::default();
                        plan.tasks[place].phases = Vec::new();
                    },
                );
            }
            if task.release.is_some() || task.deadline.is_some() {
                self.whole((of, "deadline"), format!("the dates of {id}"), "other dates", move |plan| {
                    (plan.tasks[place].release, plan.tasks[place].deadline) = (None, None);
                });
            }
            if task.daylight {
                self.whole((of, "daylight"), format!("`daylight` of {id}"), "work by night", move |plan| {
                    plan.tasks[place].daylight = false;
                });
            }
            if task.least > 0 && task.stand.is_some() {
                self.whole((of, "times"), format!("that {id} must be done"), "leaving it out", move |plan| {
                    plan.tasks[place].least = 0;
                });
            }
        }
    }
}

/// Whether a vessel lifts or moves a commodity.
fn carries(plan: &Plan, vessel: Ix<Vessel>, commodity: Ix<Commodity>) -> bool {
    let lifts = plan.samplings.iter().any(|s| (s.stand.vessel, s.commodity) == (vessel, commodity));
    let holder = Holder::Vessel(vessel);
    lifts || plan.transfers.iter().any(|t| t.commodity == commodity && t.sign(holder) != 0.0)
}
