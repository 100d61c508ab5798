//! What more of each capacity is worth, as people read it in 80 columns.
//!
//! In: [`Prices`], and what one more whole thing is worth where that was asked. Out: text, in the look of schedules.

use super::super::wording::{self, Clock, clean};
use super::figures::{name, time};
use super::page::{Ink, Line, Page};
use super::table::Table;
use super::{Look, write_head};
use crate::model::{Nought, OneMore, Price, Prices, Rule};
use crate::schedule::Schedule;

/// Writes what more of the capacities of a schedule's plan is worth.
pub fn render_prices(
    schedule: &Schedule,
    prices: &Prices,
    one_more: Option<&[OneMore]>,
    look: &Look,
) -> String {
    let mut page = Page::new(*look);
    write_head(schedule, &Clock::of(schedule), &mut page);
    let goal = goal_words(prices.goal);
    let say = |gain: f64| gain_words(schedule, prices.goal, gain);
    page.line(Line::of(Ink::Strong, &format!("What {goal} gains by one more unit, the ways as they are")));
    let rows = prices.capacities.iter().map(|price| {
        let Price { capacity, of, commodity, now, unit, gain } = price;
        let gain = match gain {
            Some(0.0) => None,
            Some(gain) => Some(say(*gain)),
            None => Some("no schedule".to_owned()),
        };
        (More { what: capacity, of, commodity: commodity.as_deref(), now: *now, unit: Some(unit) }, gain)
    });
    write_rows(rows.collect(), &mut page);
    if let Some(one_more) = one_more {
        page.gap();
        page.line(Line::of(Ink::Strong, &format!("What {goal} gains by one more, planned anew")));
        let rows = one_more.iter().map(|one| {
            let OneMore { what, of, commodity, now, unit, at_least, at_most, is_impossible } = one;
            let gain = match (one.gain(), at_least.zip(*at_most)) {
                (Some(0.0), _) => None,
                (Some(gain), _) => Some(say(gain)),
                (None, Some((low, high))) => Some(format!("{} to {}", say(low), say(high))),
                (None, None) if *is_impossible => Some("no schedule".to_owned()),
                (None, None) => Some("not known in time".to_owned()),
            };
            (More { what, of, commodity: commodity.as_deref(), now: *now, unit: unit.as_deref() }, gain)
        });
        write_rows(rows.collect(), &mut page);
    }
    page.finish()
}

/// Writes why nothing comes of a goal.
pub fn render_nought(why: &Nought, look: &Look) -> String {
    let mut page = Page::new(*look);
    let goal = why.goal;
    page.line(Line::of(Ink::Strong, &format!("Why nothing is {goal}")));
    let mut say = |text: &str| {
        let words = text.split(' ').enumerate().map(|(place, word)| {
            Line::of(Ink::Plain, &format!("{}{word}", if place == 0 { "  " } else { "" }))
        });
        page.flow(words.collect(), " ", 4);
    };
    if why.is_possible && !why.is_outweighed {
        say(&format!(
            "Something could be {goal}; no schedule with any of it was found in the time given, and it is not proven that other goals of the plan speak against it. Give it more time: a longer --time-limit, or none."
        ));
    } else if why.is_possible {
        say(&format!(
            "Something could be {goal}; the other goals of the plan want it less. Put {goal} before them in `order`, or give it a greater weight."
        ));
    } else if why.is_worthless {
        say(&format!("Whatever could be {goal} is worth nothing: `value` says so of all of it."));
    } else if why.rules.is_empty() && why.is_open {
        say(
            "No rule was found that stands in the way by itself. It may be that none does, and that nothing was found in the time given: give it more (a longer --time-limit), or plan a shorter time first.",
        );
    } else if why.rules.is_empty() {
        say(
            "No single rule stands in the way: only several of them taken away, or a longer plan, would let something through.",
        );
    } else {
        say("Each of these rules stands in the way by itself. Something would get through with:");
    }
    for Rule { rule, enough } in &why.rules {
        say(&format!("- {}: {}", clean(rule), clean(enough)));
    }
    if why.is_open {
        say("Not every question was answered in the time given: other rules may do as well.");
    }
    page.finish()
}

/// What there could be one more of.
struct More<'m> {
    what: &'m str,
    of: &'m str,
    commodity: Option<&'m str>,
    now: f64,
    unit: Option<&'m str>,
}

/// Writes what gains as a table, and what does not as a list.
fn write_rows(rows: Vec<(More<'_>, Option<String>)>, page: &mut Page) {
    let (worth, idle): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, gain)| gain.is_some());
    if worth.is_empty() {
        page.line(Line::of(Ink::Plain, "  Nothing: no capacity binds but together with another one."));
    } else {
        let mut table = Table::new(&[name("one more", 0), name("of", 0), time("now", 0), time("gains", 0)]);
        for (more, gain) in worth {
            let unit = match more.unit {
                None => more.what.to_owned(),
                Some("") => format!("1 of {}", words(more.what)),
                Some(unit) => format!("1 {} of {}", clean(unit), words(more.what)),
            };
            table.row(vec![
                (Ink::Plain, unit),
                (Ink::Plain, whose(&more)),
                (Ink::Plain, amount(&more)),
                (Ink::Plain, gain.unwrap_or_default()),
            ]);
        }
        table.write(page);
    }
    if !idle.is_empty() {
        page.gap();
        page.line(Line::of(Ink::Strong, "More of these is worth nothing by itself"));
        let phrases = idle.iter().enumerate().map(|(place, (more, _))| {
            let indent = if place == 0 { "  " } else { "" };
            Line::of(Ink::Plain, &format!("{indent}{} of {}", words(more.what), whose(more)))
        });
        page.flow(phrases.collect(), ", ", 2);
    }
}

/// What a key of the plan bounds.
fn words(what: &str) -> &str {
    match what {
        "at_most" => "what may be lifted",
        "amount" => "what is wanted",
        "feed" => "what may be fed",
        "cost" => "budget",
        "emissions" => "budget of emissions",
        "hold_total" => "hold in all",
        "store_total" => "store in all",
        "largest" => "largest parcel",
        other => other,
    }
}

fn whose(more: &More<'_>) -> String {
    match more.commodity {
        Some(commodity) => format!("{} for {}", clean(more.of), clean(commodity)),
        None => clean(more.of),
    }
}

fn amount(more: &More<'_>) -> String {
    match more.unit {
        None => wording::number(more.now),
        Some(unit @ ("t" | "t/d" | "m3/d" | "NM" | "h")) => format!("{} {unit}", wording::tonnes(more.now)),
        Some(currency) => wording::money(more.now, Some(currency).filter(|letters| !letters.is_empty())),
    }
}

fn goal_words(goal: &str) -> String {
    match goal {
        "weighted" => "the weighted sum".to_owned(),
        "delivered" | "sampled" | "supplied" => format!("{goal} (worth)"),
        other => other.to_owned(),
    }
}

/// A gain, or a loss, in the units of a goal: of small ones the first four figures.
fn gain_words(schedule: &Schedule, goal: &str, gain: f64) -> String {
    match goal {
        "finish" | "lateness" if gain < 0.0 => format!("{} h later", figures_of(-gain)),
        "cost" if gain < 0.0 => format!("{} more", wording::money(-gain, schedule.plan.currency.as_deref())),
        "finish" | "lateness" => format!("{} h sooner", figures_of(gain)),
        "cost" => format!("{} saved", wording::money(gain, schedule.plan.currency.as_deref())),
        _ => figures_of(gain),
    }
}

fn figures_of(gain: f64) -> String {
    if gain == 0.0 || gain.abs() >= 1000.0 {
        return wording::number(gain);
    }
    let decimals = 3 - gain.abs().log10().floor() as i32;
    let text = format!("{gain:.*}", decimals.clamp(0, 12) as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
