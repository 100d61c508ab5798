//! Odds by month as a table of 80 columns, and as CSV.

use crate::weather::{MonthOdds, Odds, PERCENTS, Spread, month_name};
use std::fmt::Write as _;

/// The table of some odds, indented.
pub fn table(odds: &Odds, text: &mut String) {
    let _ = writeln!(text, "           open  windows, h           closed between, h    wait to begin, h");
    let percents = format!("{:>5}{:>5}{:>5}{:>5}", "P10", "P50", "P80", "P90");
    let _ = writeln!(text, "  month       % {percents} {percents} {percents}");
    for row in &odds.months {
        let _ = writeln!(
            text,
            "  {:<5}  {:>6.1} {} {} {}",
            month_name(row),
            100.0 * row.workability,
            cells(&row.windows),
            cells(&row.gaps),
            cells(&row.wait)
        );
    }
    let has_pauses = odds.months.iter().any(|row| row.length_with_pauses.is_some());
    let _ = write!(text, "\n  wait and work from every start, h\n                 in one piece");
    text.push_str(if has_pauses {
        "            with pauses          beyond the series\n"
    } else {
        "       beyond the series\n"
    });
    let _ = write!(text, "  month     starts {percents}");
    text.push_str(&if has_pauses { format!("   {percents}   piece/pauses\n") } else { "\n".to_owned() });
    for row in &odds.months {
        let _ = write!(text, "  {:<5} {:>10} {}", month_name(row), row.length.count, cells(&row.length));
        let _ = match &row.length_with_pauses {
            Some(paused) => writeln!(text, "   {}   {:>6}/{}", cells(paused), row.length.cut, paused.cut),
            None => writeln!(text, "{:>14}", row.length.cut),
        };
    }
    notes(odds, text);
}

/// What the table does not show.
fn notes(odds: &Odds, text: &mut String) {
    let Some(all) = odds.all() else { return };
    if all.length.cut > 0 {
        let _ = writeln!(
            text,
            "  {} of {} starts do not finish within the series in one piece. They count as\n  longer than all others; a percentile that falls among them is shown as -.",
            all.length.cut, all.length.count
        );
    }
    if all.unknown_h > 0.0 {
        let _ = writeln!(
            text,
            "  In {} h a value is missing: nothing is taken to be calm, they count as closed.",
            all.unknown_h
        );
    }
    if all.windows.cut > 0 {
        let _ = writeln!(
            text,
            "  {} at an end of the series, counted with the length seen.",
            if all.windows.cut == 1 {
                "One window lies".to_owned()
            } else {
                format!("{} windows lie", all.windows.cut)
            }
        );
    }
}

fn cells(spread: &Spread) -> String {
    let cell = |hours: Option<f64>| match hours {
        Some(hours) if hours.fract() == 0.0 || hours >= 1000.0 => format!("{hours:>5.0}"),
        Some(hours) => format!("{hours:>5.1}"),
        None => format!("{:>5}", "-"),
    };
    spread.values().map(cell).concat()
}

/// The odds of some work as CSV: one line for each of them, each month and each measure.
pub fn csv(rows: &[(&str, &Odds)]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let percents = PERCENTS.map(|percent| format!("p{percent}_h"));
    let head = [
        "work",
        "limits",
        "work_h",
        "reserve_h",
        "measure",
        "month",
        "hours",
        "unknown_h",
        "share",
        "count",
        "cut",
    ];
    writer.write_record(head.into_iter().chain(percents.iter().map(String::as_str)))?;
    for (work, odds) in rows {
        for row in &odds.months {
            let share = row.workability.to_string();
            record(&mut writer, work, odds, row, "workability", Err(&share))?;
            let spreads = [
                ("window", Some(&row.windows)),
                ("closed", Some(&row.gaps)),
                ("wait", Some(&row.wait)),
                ("length", Some(&row.length)),
                ("length_with_pauses", row.length_with_pauses.as_ref()),
            ];
            for (measure, spread) in spreads {
                if let Some(spread) = spread {
                    record(&mut writer, work, odds, row, measure, Ok(spread))?;
                }
            }
        }
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

fn record(
    writer: &mut csv::Writer<Vec<u8>>,
    work: &str,
    odds: &Odds,
    row: &MonthOdds,
    measure: &str,
    told: Result<&Spread, &str>,
) -> Result<(), csv::Error> {
    let number = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
    let mut fields = vec![
        work.to_owned(),
        odds.limits.clone(),
        odds.work_h.to_string(),
        odds.reserve_h.to_string(),
        measure.to_owned(),
        row.month.map_or("all".to_owned(), |month| month.to_string()),
        row.hours.to_string(),
        row.unknown_h.to_string(),
    ];
    match told {
        Err(share) => fields.extend([share.to_owned()].into_iter().chain(vec![String::new(); 6])),
        Ok(spread) => {
            fields.extend([String::new(), spread.count.to_string(), spread.cut.to_string()]);
            fields.extend(spread.values().map(number));
        }
    }
    writer.write_record(fields)
}
