//! Weather from Parquet: a column of times and columns of numbers, named and with units as in a CSV file.
//!
//! In: INT64 timestamps (or texts such as 2026-01-12T09:00:00Z) and numbers of any type; nulls are missing. Out: the series.
//! Compression: none or snappy. Taken apart by the crate `parquet`, without arrow.

use super::csv::parse_time;
use super::fields::{Asked, Field};
use super::rows::{Faults, Rows};
use super::{Input, MOST_SAMPLES, ReadOptions, Reader, Reading, broken};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::time::Zone;
use crate::weather::series::Origin;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta};
use parquet::basic::{LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use std::fs::File;
use std::io;

/// The reader of Parquet.
pub struct Parquet;

/// Values taken out of a column at once.
const BATCH: usize = 1 << 16;
/// Columns of a file, at most.
const MOST_COLUMNS: usize = 2000;

impl Reader for Parquet {
    fn name(&self) -> &'static str {
        "Parquet"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(b"PAR1")
    }

    fn read(
        &self,
        input: Input<'_>,
        options: &ReadOptions,
        found: &mut Diagnostics,
    ) -> io::Result<Option<Reading>> {
        let file: Result<Box<dyn FileReader>> = match input {
            Input::File(path) => {
                SerializedFileReader::new(File::open(path)?).map(|file| Box::new(file) as Box<dyn FileReader>)
            }
            Input::Bytes(bytes) => SerializedFileReader::new(Bytes::copy_from_slice(bytes))
                .map(|file| Box::new(file) as Box<dyn FileReader>),
        };
        match file.and_then(|file| table(&*file, options, found)) {
            Ok(reading) => Ok(reading),
            Err(error) => {
                let mut fault = broken("Parquet", &error.to_string(), options);
                if matches!(error, ParquetError::NYI(_)) || error.to_string().contains("Disabled feature") {
                    fault = fault.help(
                        "save it without compression or with snappy: to_parquet(..., compression=\"snappy\")",
                    );
                }
                found.push(fault);
                Ok(None)
            }
        }
    }
}

fn table(file: &dyn FileReader, options: &ReadOptions, found: &mut Diagnostics) -> Result<Option<Reading>> {
    let metadata = file.metadata().file_metadata();
    let schema = metadata.schema_descr();
    let at = Place::file(&options.name);
    let is_too_large = !(0..=MOST_SAMPLES as i64).contains(&metadata.num_rows());
    if is_too_large || schema.num_columns() > MOST_COLUMNS {
        let message = format!(
            "{} says that it holds {} rows of {} columns, more than any series",
            options.name,
            metadata.num_rows(),
            schema.num_columns()
        );
        found.push(
            Diagnostic::error("weather-too-long", message)
                .at(at)
                .help("cut it to the years and columns that are needed"),
        );
        return Ok(None);
    }
    let fields: Vec<Field> = schema.columns().iter().map(|column| Field::of_head(column.name())).collect();
    let asked = Asked { fields: &fields, options, at: &at, may_be_whole: true, word: "column" };
    let mapped = options.columns.iter().find(|(name, _)| name == "time").map(|(_, column)| column.as_str());
    let is_time = |field: &Field| match mapped {
        Some(column) => field.head == column,
        None => matches!(
            field.name.as_str(),
            "time" | "valid_time" | "datetime" | "timestamp" | "date" | "__index_level_0__"
        ),
    };
    let (Some(time), Some(picks)) = (fields.iter().position(is_time), asked.picks(found)) else {
        if !fields.iter().any(is_time) {
            let message = format!("no column of {} is recognised as the time", options.name);
            found.push(
                Diagnostic::error("weather-time-column", message)
                    .at(at)
                    .help("call it \"time\", or say which it is: columns = { time = \"...\" }"),
            );
        }
        return Ok(None);
    };
    let Some(times) = times(file, time, options, found)? else { return Ok(None) };
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); fields.len()];
    for field in picks.iter().flat_map(super::fields::Pick::fields) {
        if columns[field].is_empty() {
            columns[field] = numbers(file, field)?;
        }
    }
    let raw = |field: usize, row: usize| columns[field].get(row).copied().unwrap_or(f64::NAN);
    let values =
        picks.iter().map(|pick| (0..times.len()).map(|row| pick.value(|field| raw(field, row))).collect());
    let said = metadata.key_value_metadata().into_iter().flatten().find(|pair| pair.key == "mudline_origin");
    let origin = said.and_then(|pair| Origin::of_word(pair.value.as_deref()?)).unwrap_or(Origin::Hindcast);
    let channels = picks.iter().map(|pick| (pick.channel.clone(), pick.at_most)).collect();
    let rows = Rows { channels, values: values.collect(), times, origin };
    Ok(rows.assemble(options, &|_| Place::file(&options.name), found))
}

/// The times, in seconds since 1970; nothing when `found` got an error.
fn times(
    file: &dyn FileReader,
    column: usize,
    options: &ReadOptions,
    found: &mut Diagnostics,
) -> Result<Option<Vec<i64>>> {
    let schema = file.metadata().file_metadata().schema_descr_ptr();
    let descriptor = schema.column(column);
    let mut faults = Faults::default();
    let mut times = Vec::new();
    let mut bad = |what: String, found: &mut Diagnostics| {
        faults.tell(found, || {
            Diagnostic::error("weather-bad-time", format!("{what} is no time"))
                .at(Place::file(&options.name))
                .help("write times as timestamps, or as texts such as 2026-01-12T09:00:00Z")
        });
    };
    if descriptor.physical_type() == Physical::BYTE_ARRAY {
        let zone = options.zone.unwrap_or(Zone::UTC);
        each(file, column, |value| match value {
            Value::Text(text) => {
                match parse_time(text, zone, times.last().and_then(|last| DateTime::from_timestamp(*last, 0)))
                {
                    Some((time, _)) => times.push(time.timestamp()),
                    None => bad(format!("{:?}", String::from_utf8_lossy(text)), found),
                }
            }
            _ => bad("null".to_owned(), found),
        })?;
    } else {
        let Some((per_second, is_utc)) = resolution(&descriptor) else {
            let message =
                format!("the column {:?} of {} holds no timestamps", descriptor.name(), options.name);
            found.push(
                Diagnostic::error("weather-time-column", message)
                    .at(Place::file(&options.name))
                    .help("save it as timestamps in milliseconds, microseconds or nanoseconds"),
            );
            return Ok(None);
        };
        each(file, column, |value| match value {
            Value::Integer(number) => {
                match local(number.div_euclid(per_second), is_utc, options.zone, times.last().copied()) {
                    Some(time) => times.push(time),
                    None => bad(number.to_string(), found),
                }
            }
            _ => bad("null".to_owned(), found),
        })?;
    }
    faults.tell_rest(options, found);
    Ok((faults.count == 0).then_some(times))
}

/// A time that may be a local one, when the plan names the zone of times without one; `last` is the one before it.
fn local(seconds: i64, is_utc: bool, zone: Option<Zone>, last: Option<i64>) -> Option<i64> {
    match zone.filter(|_| !is_utc) {
        None => Some(seconds),
        Some(zone) => {
            let naive =
                chrono::NaiveDateTime::default().checked_add_signed(TimeDelta::try_seconds(seconds)?)?;
            let last = last.and_then(|last| DateTime::from_timestamp(last, 0));
            zone.moment_after(naive, last).map(|time| time.timestamp())
        }
    }
}

/// How many units of a column of timestamps make a second, and whether they are in UTC.
fn resolution(column: &ColumnDescriptor) -> Option<(i64, bool)> {
    use parquet::basic::ConvertedType;
    let per_second = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    if column.physical_type() != Physical::INT64 {
        return None;
    }
    match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Timestamp(timestamp)), _) => {
            Some((per_second(&timestamp.unit), timestamp.is_adjusted_to_u_t_c))
        }
        (_, ConvertedType::TIMESTAMP_MILLIS) => Some((1000, true)),
        (_, ConvertedType::TIMESTAMP_MICROS) => Some((1_000_000, true)),
        _ => None,
    }
}

/// The numbers of a column, NaN where there is none.
fn numbers(file: &dyn FileReader, column: usize) -> Result<Vec<f64>> {
    let mut numbers = Vec::new();
    each(file, column, |value| {
        numbers.push(match value {
            Value::Real(number) => number,
            Value::Integer(number) => number as f64,
            Value::Text(_) | Value::Null => f64::NAN,
        });
    })?;
    Ok(numbers)
}

/// A value of a column.
enum Value<'v> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'v [u8]),
}

/// Calls `take` with every value of a column, in order of rows.
fn each(file: &dyn FileReader, column: usize, mut take: impl FnMut(Value<'_>)) -> Result<()> {
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0).min(MOST_SAMPLES);
        match group.get_column_reader(column)? {
            ColumnReader::Int32ColumnReader(r) => {
                batches(r, rows, |v| take(v.map_or(Value::Null, |n| Value::Integer(i64::from(*n)))))?
            }
            ColumnReader::Int64ColumnReader(r) => {
                batches(r, rows, |v| take(v.map_or(Value::Null, |n| Value::Integer(*n))))?
            }
            ColumnReader::FloatColumnReader(r) => {
                batches(r, rows, |v| take(v.map_or(Value::Null, |n| Value::Real(f64::from(*n)))))?
            }
            ColumnReader::DoubleColumnReader(r) => {
                batches(r, rows, |v| take(v.map_or(Value::Null, |n| Value::Real(*n))))?
            }
            ColumnReader::ByteArrayColumnReader(r) => {
                batches(r, rows, |v| take(v.map_or(Value::Null, |n| Value::Text(n.data()))))?
            }
            _ => {
                return Err(ParquetError::General(
                    "a column of weather or time is of no type of numbers or text".to_owned(),
                ));
            }
        }
    }
    Ok(())
}

fn batches<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    mut rows: usize,
    mut take: impl FnMut(Option<&T::T>),
) -> Result<()> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    while rows > 0 {
        levels.clear();
        values.clear();
        let (read, _, _) = reader.read_records(rows.min(BATCH), Some(&mut levels), None, &mut values)?;
        if read == 0 {
            return Err(ParquetError::EOF("a column is shorter than its group of rows".to_owned()));
        }
        // Where nulls are not allowed there are no levels.
        let highest = levels.iter().copied().max().unwrap_or(0);
        let mut present = values.iter();
        for row in 0..read {
            let is_there =
                values.len() >= read || levels.get(row).is_some_and(|level| *level == highest && highest > 0);
            take(if is_there { present.next() } else { None });
        }
        rows = rows.saturating_sub(read);
    }
    Ok(())
}
