//! A table for data frames and databases: one row an activity, with types, in an Apache Parquet file.
//!
//! In: a schedule. Out: the columns of `csv` with types; times in UTC to the microsecond; names as they are, for nothing runs here.
//! The file's metadata carry the plan's name, zone and SHA-256 and the form of the schedule, so that a row can be traced.
//! Not the stocks and deliveries: those are in `json` and `xlsx`.
//! Source: parquet.apache.org/docs/file-format; the crate is used without Arrow.

use super::Format;
use super::wording::{hours, in_tanks, is_done};
use crate::schedule::{Activity, SCHEMA, Schedule};
use ::parquet::basic::Compression;
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{WriterProperties, WriterVersion};
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::parser::parse_message_type;
use std::io::{self, Write};
use std::sync::Arc;

/// The format `parquet`.
pub struct Parquet;

/// The values of one column, a row an activity.
enum Column {
    Text(fn(&Activity) -> Option<&str>),
    Said(fn(&Activity) -> Option<String>),
    Time(fn(&Activity) -> i64),
    Number(fn(&Activity) -> Option<f64>),
    Whole(fn(&Activity) -> i64),
    Truth(fn(&Activity) -> bool),
}

/// Every column: its name with its unit, and where its values come from.
const COLUMNS: [(&str, Column); 20] = [
    ("id", Column::Text(|a| Some(&a.id))),
    ("kind", Column::Text(|a| Some(a.kind.word()))),
    ("name", Column::Text(|a| Some(&a.name))),
    ("task", Column::Text(|a| a.task.as_deref())),
    ("vessel", Column::Text(|a| a.vessel.as_deref())),
    ("site", Column::Text(|a| a.site.as_deref())),
    ("to_site", Column::Text(|a| a.to_site.as_deref())),
    ("gear", Column::Text(|a| a.gear.as_deref())),
    ("start", Column::Time(|a| a.start.timestamp_micros())),
    ("end", Column::Time(|a| a.end.timestamp_micros())),
    ("duration_h", Column::Number(|a| Some(hours((a.start, a.end))))),
    ("work_h", Column::Number(|a| Some(parts(a).iter().map(|&part| hours(part)).sum::<f64>().abs()))),
    ("waiting_h", Column::Number(|a| Some(a.waiting_h))),
    ("parts", Column::Whole(|a| parts(a).len() as i64)),
    ("tonnes", Column::Number(|a| a.tonnes)),
    ("commodity", Column::Text(|a| a.commodity.as_deref())),
    ("float_h", Column::Number(|a| a.float_h)),
    ("critical", Column::Truth(|a| a.critical)),
    ("tanks", Column::Said(in_tanks)),
    ("speed_kn", Column::Number(|a| a.speed_kn)),
];

/// The intervals of an activity that are worked; those of a wait are not.
fn parts(activity: &Activity) -> &[crate::schedule::Interval] {
    if is_done(activity) { &activity.work } else { &[] }
}

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn extension(&self) -> &'static str {
        "parquet"
    }

    fn about(&self) -> &'static str {
        "a row an activity with types, for data frames and databases"
    }

    fn is_text(&self) -> bool {
        false
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        // The crate asks for a writer that can be sent to another thread, which `out` may not be.
        let mut bytes = Vec::new();
        write(schedule, &mut bytes).map_err(io::Error::other)?;
        out.write_all(&bytes)
    }
}

fn write(schedule: &Schedule, bytes: &mut Vec<u8>) -> ::parquet::errors::Result<()> {
    let fact = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
    let metadata = vec![
        fact("schema", SCHEMA),
        fact("plan.name", &schedule.plan.name),
        fact("plan.zone", &schedule.plan.zone),
        fact("plan.sha256", &schedule.plan.sha256),
        fact("plan.issued", &schedule.plan.issued.to_rfc3339()),
    ];
    let properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("mudline version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(metadata))
        .build();
    let message = Arc::new(parse_message_type(&message())?);
    let mut file = SerializedFileWriter::new(bytes, message, Arc::new(properties))?;
    let mut rows = file.next_row_group()?;
    for (_, column) in &COLUMNS {
        if let Some(mut writer) = rows.next_column()? {
            column.write(&schedule.activities, &mut writer)?;
            writer.close()?;
        }
    }
    rows.close()?;
    file.close()?;
    Ok(())
}

/// The types of the columns, as Parquet writes them down.
fn message() -> String {
    let columns: String = COLUMNS
        .iter()
        .map(|(name, column)| match column {
            Column::Text(_) | Column::Said(_) => format!("OPTIONAL BYTE_ARRAY {name} (STRING);"),
            Column::Time(_) => format!("REQUIRED INT64 {name} (TIMESTAMP(MICROS,true));"),
            Column::Number(_) => format!("OPTIONAL DOUBLE {name};"),
            Column::Whole(_) => format!("REQUIRED INT64 {name};"),
            Column::Truth(_) => format!("REQUIRED BOOLEAN {name};"),
        })
        .collect();
    format!("message activities {{ {columns} }}")
}

impl Column {
    fn write(
        &self,
        activities: &[Activity],
        writer: &mut SerializedColumnWriter,
    ) -> ::parquet::errors::Result<usize> {
        match self {
            Column::Text(value) => {
                let all: Vec<Option<ByteArray>> =
                    activities.iter().map(|activity| value(activity).map(ByteArray::from)).collect();
                let (values, levels) = split(all);
                writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)
            }
            Column::Said(value) => {
                let all = activities.iter().map(|activity| value(activity).as_deref().map(ByteArray::from));
                let (values, levels) = split(all.collect());
                writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)
            }
            Column::Number(value) => {
                let (values, levels) = split(activities.iter().map(value).collect());
                writer.typed::<DoubleType>().write_batch(&values, Some(&levels), None)
            }
            Column::Time(value) | Column::Whole(value) => {
                let values: Vec<i64> = activities.iter().map(value).collect();
                writer.typed::<Int64Type>().write_batch(&values, None, None)
            }
            Column::Truth(value) => {
                let values: Vec<bool> = activities.iter().map(value).collect();
                writer.typed::<BoolType>().write_batch(&values, None, None)
            }
        }
    }
}

/// The values that are there, and for each row whether it has one.
fn split<T>(all: Vec<Option<T>>) -> (Vec<T>, Vec<i16>) {
    let levels = all.iter().map(|value| i16::from(value.is_some())).collect();
    (all.into_iter().flatten().collect(), levels)
}
