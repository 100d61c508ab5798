//! Weather as CSV: a mark when it is synthetic, a head with units, one line a sample, every digit of every value.

use super::{Writer, mark, unit};
use crate::weather::Series;
use chrono::SecondsFormat;
use std::fmt::Write as _;
use std::io;

/// The writer of CSV.
pub struct Csv;

impl Writer for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn write(&self, series: &Series) -> io::Result<Vec<u8>> {
        let mut text = String::new();
        if let Some(mark) = mark(series) {
            text.push_str("# ");
            text.push_str(mark);
            text.push('\n');
        }
        text.push_str("time");
        for (place, channel) in series.channels.iter().enumerate() {
            let _ = write!(text, ",{}_{}", channel.name, unit(series, place));
        }
        text.push('\n');
        for index in 0..series.len() {
            text.push_str(&series.time(index).to_rfc3339_opts(SecondsFormat::Secs, true));
            for values in &series.values {
                // The shortest text that reads back as the same number.
                let _ = if values[index].is_nan() {
                    write!(text, ",")
                } else {
                    write!(text, ",{}", values[index])
                };
            }
            text.push('\n');
        }
        Ok(text.into_bytes())
    }
}
