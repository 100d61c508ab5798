//! The arguments with which a command names a weather file, as a plan's `[[weather]]` does.

use super::output::Output;
use super::tell;
use crate::error::Error;
use crate::geo::Position;
use crate::time::Zone;
use crate::units::{Length, Quantity};
use crate::weather::derive::wind_to_ten_metres;
use crate::weather::read::{Between, ReadOptions, Reading, read};
use crate::weather::{Origin, Series};
use serde_json::json;
use std::path::PathBuf;

/// A weather file and what is to be known of it.
#[derive(clap::Args)]
pub struct WeatherFile {
    /// The weather file: CSV, NDBC text, NetCDF, GRIB2, a zip of those two, or Parquet
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: PathBuf,
    /// The position, in degrees north and east, at which a grid is read
    #[arg(long, value_name = "LAT,LON", value_parser = parse_position, allow_hyphen_values = true)]
    at: Option<Position>,
    /// Which column or variable holds which channel; of two components both: current=uo,vo
    #[arg(long, value_name = "CHANNEL=COLUMN", value_parser = parse_pair)]
    column: Vec<(String, String)>,
    /// The unit of a channel, where the file does not say
    #[arg(long, value_name = "CHANNEL=UNIT", value_parser = parse_pair)]
    unit: Vec<(String, String)>,
    /// The zone of times that carry none, such as Asia/Tokyo
    #[arg(long, value_name = "ZONE", value_parser = parse_zone)]
    zone: Option<Zone>,
    /// The member of an ensemble
    #[arg(long, value_name = "N")]
    member: Option<u32>,
    /// Take the weighted mean of the four cells around the position, not the nearest cell
    #[arg(long)]
    bilinear: bool,
    /// The height at which the file tells the wind; it is brought to 10 m
    #[arg(long, value_name = "HEIGHT", value_parser = parse_height, requires = "wind_exponent")]
    wind_height: Option<Length>,
    /// The exponent of the power law that brings it there; over open sea about 0.11
    #[arg(long, value_name = "NUMBER", requires = "wind_height", value_parser = parse_exponent)]
    wind_exponent: Option<f64>,
}

fn parse_position(text: &str) -> Result<Position, String> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let position = text.split_once(',').and_then(|(lat, lon)| Position::new(number(lat)?, number(lon)?));
    position.ok_or_else(|| "write degrees north and degrees east, such as 23.33,155.02".to_owned())
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    pair.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "write it as hs=Hm0".to_owned())
}

fn parse_zone(text: &str) -> Result<Zone, String> {
    Zone::named(text).ok_or_else(|| "it is no IANA zone; write UTC or Asia/Tokyo".to_owned())
}

fn parse_height(text: &str) -> Result<Length, String> {
    let height = Length::parse(text).map_err(|fault| format!("{fault}; {}", fault.remedy()))?;
    (height.metres() > 0.0).then_some(height).ok_or_else(|| "it must be above the sea".to_owned())
}

fn parse_exponent(text: &str) -> Result<f64, String> {
    let exponent = text.parse::<f64>().ok().filter(|exponent| (0.0..=1.0).contains(exponent));
    exponent.ok_or_else(|| "write a number from 0 to 1, such as 0.11".to_owned())
}

impl WeatherFile {
    /// Reads it and tells what is wrong with it; nothing when it cannot be used. With `is_lenient`, values that cannot be true
    /// are only warned of.
    pub fn read(&self, is_lenient: bool, output: &mut Output) -> Result<Option<Reading>, Error> {
        let options = ReadOptions {
            columns: self.column.clone(),
            units: self.unit.clone(),
            zone: self.zone,
            at: self.at.into_iter().collect(),
            member: self.member,
            between: if self.bilinear { Between::Bilinear } else { Between::Nearest },
            is_lenient,
            ..ReadOptions::named(self.file.display().to_string())
        };
        let is_file = std::fs::metadata(&self.file).map_err(|e| Error::read(&self.file, e))?.is_file();
        if !is_file {
            // A device or a pipe may never end.
            return Err(Error::read(&self.file, std::io::Error::other("it is not a regular file")));
        }
        let mut found = crate::diag::Diagnostics::default();
        let mut reading = read(&self.file, &options, &mut found)?;
        if reading.is_none() {
            output.json(&json!({ "errors": found.errors(), "diagnostics": found }))?;
        }
        tell(&found, output);
        if let (Some(reading), Some(height), Some(exponent)) =
            (&mut reading, self.wind_height, self.wind_exponent)
        {
            if reading.series.channel("wind").is_none() {
                return Err(Error::Usage("--wind-height: the file has no channel wind".to_owned()));
            }
            wind_to_ten_metres(&mut reading.series, height, exponent);
        }
        Ok(reading)
    }
}

/// The span and step of a series, in one line.
pub fn headline(series: &Series) -> String {
    let origin = match series.origin {
        Origin::Hindcast => "hindcast",
        Origin::Forecast => "forecast",
        Origin::Synthetic => "synthetic",
    };
    let date = |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%d %H:%M").to_string();
    format!(
        "{origin}, {} to {} UTC, {} samples at a step of {}",
        date(series.start),
        date(series.end()),
        series.len(),
        series.step
    )
}
