//! Laytime and demurrage: how long a vessel may stay where it loads and unloads, and what it costs to stay longer.
//!
//! In: `laytime` and `demurrage` of a vessel as written, without fault. Out: [`Demurrage`]. What is allowed is written as hours of each call,
//! "36 h", or as tonnes a day, "400 t/d"; of both kinds there may be some in one table.
//! Not the calls of a schedule: the model, the account and the judge find these each for itself.

use super::Site;
use super::raw::RawVessel;
use super::read::{Context, Read, text};
use crate::id::Ix;
use crate::units::{Quantity, Rate, Span};
use serde_json::{Value, json};
use toml::Spanned;
use toml::de::DeValue;

/// How long a vessel may stay at a site, as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stay {
    /// So long at each call.
    Call(Span),
    /// So long as what goes over takes at this rate.
    Rate(Rate),
}

impl Read for Stay {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Stay> {
        let (call, rate) = (Span::DIMENSION, Rate::DIMENSION);
        let text = match value.get_ref() {
            DeValue::Integer(_) | DeValue::Float(_) => {
                let message = "a laytime has a unit: hours of each call, or tonnes a day";
                let help = format!("write \"{}\" or \"{}\"", call.example, rate.example);
                context.error("bare-number", value.span(), message, help);
                return None;
            }
            _ => text(value, &format!("hours or a rate in quotes, such as \"{}\",", call.example), context)?,
        };
        let is_rate = text.contains('/');
        let read =
            if is_rate { Rate::parse(text).map(Stay::Rate) } else { Span::parse(text).map(Stay::Call) };
        let other = match is_rate {
            true => format!("hours of each call, such as \"{}\"", call.example),
            false => format!("the tonnes of a day, such as \"{}\"", rate.example),
        };
        let tell = |fault: crate::units::QuantityError| {
            let help = format!("{}; or {other}", fault.remedy());
            context.error("bad-quantity", value.span(), fault.to_string(), help);
        };
        read.map_err(tell).ok()
    }

    fn schema() -> Value {
        json!({ "anyOf": [Span::schema(), Rate::schema()] })
    }
}

/// How long a vessel may stay at a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowance {
    /// Hours of each call.
    Call(f64),
    /// Tonnes an hour: what goes over at a call may take so long.
    Rate(f64),
}

/// How long a vessel may stay where it loads and unloads, and what it costs to stay longer. Laytime is averaged: what is saved at one call
/// is set off against what is too much at others.
#[derive(Debug, Clone, PartialEq)]
pub struct Demurrage {
    /// What each day costs that all its calls together last longer than they may, in the plan's currency.
    pub per_day: f64,
    /// The sites whose calls count, each with what is allowed there.
    pub laytime: Vec<(Ix<Site>, Allowance)>,
    /// Tonnes that must go over at a call for all hours of it; of fewer it allows as much less. So nobody gains by calling for nothing.
    pub least: f64,
}

impl Demurrage {
    /// What is allowed at a site; nothing where its calls do not count.
    pub fn allowance(&self, site: Ix<Site>) -> Option<Allowance> {
        self.laytime.iter().find(|(counted, _)| *counted == site).map(|(_, allowance)| *allowance)
    }

    /// The hours that a call at a site may last at which so much goes over, loaded and unloaded; nothing where its calls do not count.
    pub fn allowed_h(&self, site: Ix<Site>, tonnes: f64) -> Option<f64> {
        Some(match self.allowance(site)? {
            Allowance::Call(hours) => hours * self.part(tonnes),
            Allowance::Rate(rate) => tonnes.max(0.0) / rate,
        })
    }

    /// What so many hours on demurrage cost, to a ten-thousandth of an hour; nothing where there are none.
    pub fn cost(&self, over_h: f64) -> f64 {
        self.per_day * Demurrage::charged_h(over_h) / 24.0
    }

    /// The hours on demurrage that are charged: whole ten-thousandths, since what goes over is told to a millionth of a tonne.
    pub fn charged_h(over_h: f64) -> f64 {
        (over_h.max(0.0) * 1e4).round() / 1e4
    }

    /// The part of its hours that a call allows at which so much goes over.
    fn part(&self, tonnes: f64) -> f64 {
        // What a solver and the rounding of tonnes leave undone is no less.
        const ROUNDING: f64 = 1e-5;
        if tonnes >= self.least - ROUNDING { 1.0 } else { (tonnes / self.least).max(0.0) }
    }

    /// Reckons anew what follows from the hold.
    pub(super) fn fit_hold(&mut self, hold: &[f64]) {
        const PART_OF_HOLD: f64 = 0.1;
        self.least = PART_OF_HOLD * hold.iter().copied().fold(0.0, f64::max);
    }
}

/// The laytime and demurrage of a vessel, where it has both.
pub(super) fn demurrage(
    raw: &RawVessel,
    site: impl Fn(&str) -> Option<Ix<Site>>,
    hold: &[f64],
) -> Option<Demurrage> {
    let (per_day, laytime) = (raw.demurrage.as_ref()?.get_ref(), raw.laytime.as_ref()?.get_ref());
    let of_site = |(name, stay): &(Spanned<String>, Spanned<Stay>)| {
        let allowance = match stay.get_ref() {
            Stay::Call(hours) => Allowance::Call(hours.hours()),
            Stay::Rate(rate) => Allowance::Rate(rate.in_base()),
        };
        Some((site(name.get_ref())?, allowance))
    };
    let laytime = laytime.0.iter().filter_map(of_site).collect();
    let mut demurrage = Demurrage { per_day: per_day.0.amount, laytime, least: 0.0 };
    demurrage.fit_hold(hold);
    Some(demurrage)
}
