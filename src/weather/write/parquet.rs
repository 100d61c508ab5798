//! Weather as Parquet: a column `time` in milliseconds, and one of doubles a channel, with the unit in its name; null where there is no value.

use super::{Writer, unit};
use crate::weather::Series;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io;
use std::sync::Arc;

/// The writer of Parquet.
pub struct Parquet;

/// Samples of one group of rows.
const GROUP: usize = 1 << 20;

impl Writer for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn extension(&self) -> &'static str {
        "parquet"
    }

    fn write(&self, series: &Series) -> io::Result<Vec<u8>> {
        written(series).map_err(io::Error::other)
    }
}

fn schema(series: &Series) -> Result<Type> {
    let time = Type::primitive_type_builder("time", Physical::INT64)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::timestamp(true, TimeUnit::MILLIS)))
        .build()?;
    let mut fields = vec![Arc::new(time)];
    for (place, channel) in series.channels.iter().enumerate() {
        let name = format!("{}_{}", channel.name, unit(series, place));
        let field =
            Type::primitive_type_builder(&name, Physical::DOUBLE).with_repetition(Repetition::OPTIONAL);
        fields.push(Arc::new(field.build()?));
    }
    Type::group_type_builder("weather").with_fields(fields).build()
}

fn written(series: &Series) -> Result<Vec<u8>> {
    let origin = KeyValue::new("mudline_origin".to_owned(), series.origin.word().to_owned());
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("mudline {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(vec![origin]))
        .build();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema(series)?), Arc::new(properties))?;
    for from in (0..series.len()).step_by(GROUP) {
        let samples = from..(from + GROUP).min(series.len());
        let mut group = file.next_row_group()?;
        if let Some(mut column) = group.next_column()? {
            let times: Vec<i64> =
                samples.clone().map(|index| series.time(index).timestamp_millis()).collect();
            column.typed::<Int64Type>().write_batch(&times, None, None)?;
            column.close()?;
        }
        for values in &series.values {
            let Some(mut column) = group.next_column()? else { break };
            let values = &values[samples.clone()];
            let levels: Vec<i16> = values.iter().map(|value| i16::from(!value.is_nan())).collect();
            let values: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
            column.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
            column.close()?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(bytes)
}
