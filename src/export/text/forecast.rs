//! Limits in a forecast: what the alpha factor makes of each, and work that is too long to be held to a forecast at all.
//!
//! In: the windows of a schedule. Out: a table on a [`Page`], and a line for each piece of work that is too long; nothing where no weather
//! is a forecast. Not a judge: the numbers are those that the schedule says.

use super::super::wording::{clean, number};
use super::page::{Ink, Line, Page};
use super::table::{Column, Table};
use crate::schedule::Schedule;
use crate::weather::{MOST_T_POP, MOST_T_R};

const fn name(head: &'static str, rank: u8) -> Column {
    Column { head, is_number: false, is_name: true, rank }
}

const fn figure(head: &'static str, rank: u8) -> Column {
    Column { head, is_number: true, is_name: false, rank }
}

/// Writes them.
pub fn write(schedule: &Schedule, page: &mut Page) {
    let mut table = Table::new(&[
        name("limits in a forecast", 0),
        name("of", 0),
        figure("OP_LIM", 0),
        figure("alpha", 0),
        figure("OP_WF", 0),
        figure("T_POP", 2),
        figure("T_R", 1),
    ]);
    let mut has_rows = false;
    for row in &schedule.windows {
        for bound in &row.bounds {
            let (Some(alpha), Some(forecast)) = (bound.alpha, bound.forecast_limit) else { continue };
            has_rows = true;
            let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
            let hours =
                |hours: Option<f64>| hours.map_or(String::new(), |hours| format!("{} h", number(hours)));
            let cells = [
                clean(&row.task),
                clean(&bound.channel),
                format!("{} {}", rounded(bound.limit), clean(&bound.unit)),
                format!("{:.3}", alpha),
                format!("{} {}", rounded(forecast), clean(&bound.unit)),
                hours(row.forecast.map(|forecast| forecast.t_pop_h)),
                hours(row.forecast.map(|forecast| forecast.t_r_h)),
            ];
            table.row(cells.map(|text| (Ink::Plain, text)).to_vec());
        }
    }
    if has_rows {
        table.write(page);
    }
    let mut is_any = has_rows;
    for row in &schedule.windows {
        let Some(forecast) = row.forecast.filter(|forecast| forecast.is_too_long()) else { continue };
        is_any = true;
        let (t_pop, t_r) = (number(forecast.t_pop_h), number(forecast.t_r_h));
        let phrases = [
            format!("{} is too long to be weather-restricted:", clean(&row.task)),
            format!("T_POP {t_pop} h (at most {MOST_T_POP})"),
            format!("T_R {t_r} h (at most {MOST_T_R})"),
            "and it cannot be halted".to_owned(),
        ];
        page.flow(phrases.iter().map(|phrase| Line::of(Ink::Alert, phrase)).collect(), " ", 2);
    }
    if is_any {
        page.gap();
    }
}
