//! Writers of weather files: one file a format, each in the table [`WRITERS`].
//!
//! In: a series. Out: the bytes of a file that the reader of the same format reads back to the last digit.
//! Missing values are empty cells, NaN or null. The origin is written too, so that a synthetic sea stays one.

mod csv;
mod netcdf;
mod parquet;

use super::series::Series;
use std::io;

/// A format of weather files that can be written.
pub trait Writer: Sync {
    /// Its word, as on the command line.
    fn name(&self) -> &'static str;
    /// The usual end of a file's name.
    fn extension(&self) -> &'static str;
    /// The bytes of a file.
    ///
    /// # Errors
    /// What the library that writes the format says.
    fn write(&self, series: &Series) -> io::Result<Vec<u8>>;
}

/// Every format that can be written.
pub static WRITERS: &[&dyn Writer] = &[&csv::Csv, &netcdf::NetCdf, &parquet::Parquet];

/// The writer of that word.
pub fn writer(name: &str) -> Option<&'static dyn Writer> {
    WRITERS.iter().copied().find(|writer| writer.name() == name)
}

/// The unit of a channel in the head of a column: `hs_m`, `wind_ms`.
fn unit(series: &Series, channel: usize) -> String {
    series.channels[channel].dimension.base().replace('/', "")
}

/// What the file says of itself.
fn mark(series: &Series) -> Option<&'static str> {
    (series.origin == super::Origin::Synthetic)
        .then_some("synthetic: made from monthly statistics, neither measured nor a forecast")
}
