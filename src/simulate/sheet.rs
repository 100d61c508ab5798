//! Runs as tables: a row a run, and a row an activity; as CSV and as Parquet, with the same columns.
//!
//! In: the kept runs. Out: bytes, the same for the same runs. Units stand in the heads of columns; times are UTC.

use super::answer::{Answer, RunRow};
use chrono::{DateTime, Utc};
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::fmt::Write as _;
use std::sync::Arc;

/// The values of one column.
#[derive(Debug, Clone, PartialEq)]
enum Values {
    Whole(Vec<i64>),
    Number(Vec<f64>),
    Text(Vec<String>),
    Time(Vec<DateTime<Utc>>),
}

/// A table with named columns of the same length.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    name: &'static str,
    columns: Vec<(&'static str, Values)>,
}

impl Sheet {
    /// A row a run.
    pub fn of_runs(runs: &[RunRow]) -> Sheet {
        let number = |of: fn(&RunRow) -> f64| Values::Number(runs.iter().map(of).collect());
        let supplied: Vec<f64> = runs.iter().filter_map(|row| row.supplied_t).collect();
        let mut sheet = Sheet {
            name: "runs",
            columns: vec![
                ("run", Values::Whole(runs.iter().map(|row| row.run as i64).collect())),
                ("policy", Values::Text(runs.iter().map(|row| row.policy.clone()).collect())),
                ("start", Values::Time(runs.iter().map(|row| row.start.to_utc()).collect())),
                ("year", Values::Whole(runs.iter().map(|row| i64::from(row.year)).collect())),
                ("outcome", Values::Text(runs.iter().map(|row| row.outcome.word().to_owned()).collect())),
                ("finish", Values::Time(runs.iter().map(|row| row.finish.to_utc()).collect())),
                ("sampled_t", number(|row| row.sampled_t)),
                ("delivered_t", number(|row| row.delivered_t)),
                ("cost", number(|row| row.cost)),
                ("work_h", number(|row| row.waits.work_h)),
                ("sail_h", number(|row| row.waits.sail_h)),
                ("weather_h", number(|row| row.waits.weather_h)),
                ("other_h", number(|row| row.waits.other_h)),
                ("idle_h", number(|row| row.waits.idle_h)),
            ],
        };
        let happened: Vec<_> = runs.iter().filter_map(|row| row.happened.map(|time| time.to_utc())).collect();
        if happened.len() == runs.len() && !runs.is_empty() {
            let place = sheet.columns.iter().position(|(name, _)| *name == "year").unwrap_or(0);
            sheet.columns.insert(place, ("happened", Values::Time(happened)));
        }
        // Only where the plan has demands.
        if supplied.len() == runs.len() && !runs.is_empty() {
            let place = sheet.columns.iter().position(|(name, _)| *name == "cost").unwrap_or(0);
            sheet.columns.insert(place, ("supplied_t", Values::Number(supplied)));
        }
        sheet
    }

    /// A row an activity: the first start and the last end of each task that a run did.
    pub fn of_activities(runs: &[RunRow]) -> Sheet {
        let (mut number, mut policy, mut task) = (Vec::new(), Vec::new(), Vec::new());
        let (mut from, mut to, mut hours) = (Vec::new(), Vec::new(), Vec::new());
        for row in runs {
            for (id, times) in &row.tasks {
                let time = |place: usize| {
                    let text = times.get(place).and_then(serde_json::Value::as_str)?;
                    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
                };
                let Some((start, end)) = time(0).zip(time(1)) else { continue };
                number.push(row.run as i64);
                policy.push(row.policy.clone());
                task.push(id.clone());
                hours.push((end - start).num_seconds() as f64 / 3600.0);
                from.push(start);
                to.push(end);
            }
        }
        Sheet {
            name: "activities",
            columns: vec![
                ("run", Values::Whole(number)),
                ("policy", Values::Text(policy)),
                ("task", Values::Text(task)),
                ("start", Values::Time(from)),
                ("end", Values::Time(to)),
                ("elapsed_h", Values::Number(hours)),
            ],
        }
    }

    fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, values)| match values {
            Values::Whole(v) => v.len(),
            Values::Number(v) => v.len(),
            Values::Text(v) => v.len(),
            Values::Time(v) => v.len(),
        })
    }

    /// As CSV (RFC 4180).
    ///
    /// # Errors
    /// Only what writing into memory fails with.
    pub fn to_csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|(name, _)| name))?;
        for row in 0..self.rows() {
            let cell = |(_, values): &(&'static str, Values)| match values {
                Values::Whole(v) => v[row].to_string(),
                Values::Number(v) => v[row].to_string(),
                Values::Text(v) => v[row].clone(),
                Values::Time(v) => v[row].to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            };
            writer.write_record(self.columns.iter().map(cell))?;
        }
        writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
    }

    /// As Parquet, compressed with Snappy; plan, seed and rules are in its metadata.
    ///
    /// # Errors
    /// Only what writing into memory fails with.
    pub fn to_parquet(&self, answer: &Answer) -> Result<Vec<u8>, ParquetError> {
        let mut schema = format!("message {} {{", self.name);
        for (name, values) in &self.columns {
            let kind = match values {
                Values::Whole(_) => format!("REQUIRED INT64 {name}"),
                Values::Number(_) => format!("REQUIRED DOUBLE {name}"),
                Values::Text(_) => format!("REQUIRED BYTE_ARRAY {name} (STRING)"),
                Values::Time(_) => format!("REQUIRED INT64 {name} (TIMESTAMP(MICROS,true))"),
            };
            let _ = write!(schema, "{kind};");
        }
        schema.push('}');
        let head = &answer.simulated;
        let pair = |key: &str, value: String| KeyValue { key: key.to_owned(), value: Some(value) };
        let mut about = vec![
            pair("plan", head.plan.clone()),
            pair("plan_sha256", head.sha256.clone()),
            pair("seed", head.seed.to_string()),
            pair("weather", head.weather.about.clone()),
        ];
        about.extend(head.happened.as_ref().map(|happened| pair("happened", happened.until.to_rfc3339())));
        about.extend(head.weather.own_until.map(|until| pair("own_weather_until", until.to_rfc3339())));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("mudline".to_owned())
            .set_key_value_metadata(Some(about))
            .build();
        let schema = Arc::new(parse_message_type(&schema)?);
        let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        let mut group = file.next_row_group()?;
        let mut columns = self.columns.iter();
        while let Some(mut column) = group.next_column()? {
            let Some((_, values)) = columns.next() else { break };
            match (column.untyped(), values) {
                (ColumnWriter::Int64ColumnWriter(writer), Values::Whole(v)) => {
                    let _ = writer.write_batch(v, None, None)?;
                }
                (ColumnWriter::Int64ColumnWriter(writer), Values::Time(v)) => {
                    let micros: Vec<i64> = v.iter().map(|time| time.timestamp_micros()).collect();
                    writer.write_batch(&micros, None, None)?;
                }
                (ColumnWriter::DoubleColumnWriter(writer), Values::Number(v)) => {
                    let _ = writer.write_batch(v, None, None)?;
                }
                (ColumnWriter::ByteArrayColumnWriter(writer), Values::Text(v)) => {
                    let texts: Vec<ByteArray> = v.iter().map(|text| ByteArray::from(text.as_str())).collect();
                    writer.write_batch(&texts, None, None)?;
                }
                _ => {
                    return Err(ParquetError::General(
                        "a column is of another kind than its schema says".to_owned(),
                    ));
                }
            }
            column.close()?;
        }
        group.close()?;
        file.into_inner()
    }
}
