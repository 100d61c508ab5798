//! Weather from a zip: what the Copernicus Climate Data Store delivers when a request needs several files, a stream of data each.
//!
//! In: a zip of NetCDF or GRIB2 files, such as data_stream-oper_stepType-instant.nc and data_stream-wave_stepType-instant.nc. Out: one
//! series with the channels of all of them; each file is read at the site from its own grid, and all must have the same times.
//! Taken apart in memory by the crate `zip`; nothing is ever written to disk, so that a name in it is no path but a word in messages.
//! Not a way to read archives of text: those are unpacked first. Bounds on entries and bytes keep a hostile zip from filling the memory.

use super::grib::Grib;
use super::netcdf::NetCdf;
use super::{FoundHole, Input, ReadOptions, Reader, Reading, asked_in_vain, broken};
use crate::diag::{Diagnostic, Diagnostics, Place};
use ::zip::ZipArchive;
use ::zip::read::ZipFile;
use std::io::{self, Read, Seek};

/// The reader of zips.
pub struct Zip;

/// What is read inside a zip.
static INSIDE: [&dyn Reader; 2] = [&NetCdf, &Grib];
/// Entries of a zip, at most; a request has a handful of streams.
const MOST_ENTRIES: usize = 100;
/// Bytes of all that is unpacked, at most: it is held in memory.
const MOST_BYTES: u64 = 1 << 30;

/// A file taken out of a zip.
struct Entry {
    name: String,
    reader: &'static dyn Reader,
    bytes: Vec<u8>,
}

impl Reader for Zip {
    fn name(&self) -> &'static str {
        "zip of NetCDF or GRIB2"
    }

    fn has_members(&self) -> bool {
        true
    }

    fn interpolates(&self) -> bool {
        true
    }

    fn recognises(&self, head: &[u8]) -> bool {
        matches!(head, [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..])
    }

    fn read(
        &self,
        input: Input<'_>,
        options: &ReadOptions,
        found: &mut Diagnostics,
    ) -> io::Result<Option<Reading>> {
        if !(options.columns.is_empty() && options.units.is_empty()) {
            let message = format!("{} is a zip, whose files each have columns of their own", options.name);
            let help = "leave `columns` and `units` out (on the command line --column and --unit), or unpack it and name the file that is meant";
            found
                .push(Diagnostic::error("weather-option", message).at(Place::file(&options.name)).help(help));
            return Ok(None);
        }
        let entries = match unpack(input.open()?, MOST_BYTES, options) {
            Ok(entries) => entries,
            Err(fault) => {
                found.push(*fault);
                return Ok(None);
            }
        };
        let mut readings: Vec<(String, Reading)> = Vec::new();
        let mut without_weather = Diagnostics::default();
        for entry in entries {
            let options =
                ReadOptions { name: format!("{}: {}", options.name, entry.name), ..options.clone() };
            let mut of_it = Diagnostics::default();
            let reading = match asked_in_vain(entry.reader, &options) {
                None => entry.reader.read(Input::Bytes(&entry.bytes), &options, &mut of_it)?,
                Some(fault) => {
                    of_it.push(fault);
                    None
                }
            };
            // A stream of other things, such as pressure, goes with those of the sea.
            let is_other = reading.is_none() && of_it.iter().all(|fault| fault.slug == "weather-no-channel");
            if is_other {
                without_weather.extend(of_it)
            } else {
                found.extend(of_it)
            }
            readings.extend(reading.map(|reading| (entry.name, reading)));
        }
        if readings.is_empty() && found.errors() == 0 {
            found.extend(without_weather);
        }
        if found.errors() > 0 {
            return Ok(None);
        }
        Ok(join(readings, options, found))
    }
}

/// Takes out what can be weather, `most` bytes of it.
fn unpack(stream: impl Read + Seek, most: u64, options: &ReadOptions) -> Result<Vec<Entry>, Box<Diagnostic>> {
    let damaged = |error: &dyn std::fmt::Display| Box::new(broken("a zip", &error.to_string(), options));
    let fault = |message: String, help: &str| {
        Box::new(Diagnostic::error("weather-zip", message).at(Place::file(&options.name)).help(help))
    };
    let mut archive = ZipArchive::new(stream).map_err(|error| damaged(&error))?;
    if archive.len() > MOST_ENTRIES {
        let message =
            format!("{} holds {} files, and at most {MOST_ENTRIES} are read", options.name, archive.len());
        return Err(fault(message, "unpack it, and name the file that is meant"));
    }
    let (mut entries, mut others) = (Vec::new(), Vec::new());
    let mut left = most;
    for place in 0..archive.len() {
        let raw = archive.by_index_raw(place).map_err(|error| damaged(&error))?;
        let (name, is_folder, is_locked) = (name_of(&raw), raw.is_dir(), raw.encrypted());
        drop(raw);
        if is_folder || name.starts_with("__MACOSX/") {
            continue;
        }
        if is_locked {
            let message = format!("{} holds {name}, which is encrypted", options.name);
            return Err(fault(message, "unpack it with its password, and name the file"));
        }
        let mut file = archive.by_index(place).map_err(|error| damaged(&format!("{name}: {error}")))?;
        let too_large = || {
            let message = format!("{} unpacks to more than {} MiB", options.name, most >> 20);
            fault(message, "unpack it, and name the file that is meant; a file on disk may be of any size")
        };
        if file.size() > left {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        // What an entry says of its size need not be true.
        file.by_ref()
            .take(left + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(&format!("{name}: {error}")))?;
        left = left.checked_sub(bytes.len() as u64).ok_or_else(too_large)?;
        match INSIDE.iter().find(|reader| reader.recognises(&bytes)) {
            Some(&reader) => entries.push(Entry { name, reader, bytes }),
            None => others.push(name),
        }
    }
    if entries.is_empty() {
        let held = match others.first() {
            Some(name) => format!("none of its {} files is one, such as {name}", others.len()),
            None => "it is empty".to_owned(),
        };
        let message = format!("{} is a zip without a NetCDF or GRIB2 file: {held}", options.name);
        return Err(fault(message, "unpack it, and name the file; a spreadsheet is saved as CSV first"));
    }
    // The order in which a zip was packed is nobody's wish.
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// The name of an entry as messages call it.
fn name_of<R: Read>(file: &ZipFile<'_, R>) -> String {
    let name = String::from_utf8_lossy(file.name_raw()).into_owned();
    name.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// One series with the channels of all, which must have the same times.
fn join(readings: Vec<(String, Reading)>, options: &ReadOptions, found: &mut Diagnostics) -> Option<Reading> {
    let is_one = readings.len() == 1;
    let mut readings = readings.into_iter();
    let (first_name, mut joined) = readings.next()?;
    if !is_one {
        joined.holes = of_channels(joined.holes, joined.series.channels.len(), 0);
    }
    for (name, reading) in readings {
        let (all, series) = (&mut joined.series, reading.series);
        let twice = series.channels.iter().find(|channel| all.channel(&channel.name).is_some());
        let fault = if let Some(channel) = twice {
            Some(format!("{first_name} and {name} both hold {}", channel.name))
        } else if (all.start, all.step, all.len()) != (series.start, series.step, series.len()) {
            let span = |series: &crate::weather::Series| {
                let time = |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%d %H:%M").to_string();
                format!("{} to {} UTC every {}", time(series.start), time(series.end()), series.step)
            };
            Some(format!("{first_name} covers {}, and {name} {}", span(all), span(&series)))
        } else {
            None
        };
        if let Some(fault) = fault {
            let message = format!("the files in {} cannot be joined: {fault}", options.name);
            let help = "unpack it, and name the file that is meant, or ask for all of it at the same times";
            found.push(Diagnostic::error("weather-zip", message).at(Place::file(&options.name)).help(help));
            return None;
        }
        let before = all.channels.len();
        joined.holes.extend(of_channels(reading.holes, series.channels.len(), before));
        all.channels.extend(series.channels);
        all.values.extend(series.values);
    }
    joined.holes.sort_by_key(|hole| (hole.samples.start, hole.channel));
    Some(joined)
}

/// Holes by channel, where rows that one file lacks are there in another.
fn of_channels(holes: Vec<FoundHole>, channels: usize, before: usize) -> Vec<FoundHole> {
    let spread = |hole: FoundHole| -> Vec<FoundHole> {
        let places = hole.channel.map_or(0..channels, |channel| channel..channel + 1);
        places.map(|place| FoundHole { channel: Some(before + place), ..hole.clone() }).collect()
    };
    holes.into_iter().flat_map(spread).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::zip::write::SimpleFileOptions;
    use std::io::{Cursor, Write};

    /// A zip of files with their bytes.
    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).expect("a file");
            writer.write_all(bytes).expect("bytes");
        }
        writer.finish().expect("a zip").into_inner()
    }

    fn told(bytes: &[u8], most: u64) -> Result<Vec<String>, String> {
        let names = |entries: Vec<Entry>| entries.into_iter().map(|entry| entry.name).collect();
        unpack(Cursor::new(bytes), most, &ReadOptions::named("z"))
            .map(names)
            .map_err(|fault| fault.message.clone())
    }

    const NETCDF: &[u8] = b"CDF\x01 and so on";

    #[test]
    fn what_can_be_weather_is_taken_out_in_the_order_of_names() {
        let files: [(&str, &[u8]); 5] = [
            ("b/../../wave.nc", NETCDF),
            ("a.nc", NETCDF),
            ("read me.txt", b"text"),
            ("__MACOSX/a.nc", NETCDF),
            ("inner.zip", b"PK\x03\x04"),
        ];
        assert_eq!(told(&zip(&files), 1000), Ok(vec!["a.nc".to_owned(), "b/../../wave.nc".to_owned()]));
    }

    #[test]
    fn a_zip_that_is_too_large_or_locked_or_empty_is_refused() {
        let zeros = vec![0; 3 << 20];
        let large = zip(&[("a.nc", NETCDF), ("zeros", &zeros)]);
        assert!(told(&large, 2 << 20).is_err_and(|fault| fault.contains("unpacks to more than 2 MiB")));
        assert!(told(&large, 4 << 20).is_ok());
        // A size that is said to be small does not let more in.
        let mut lying = large.clone();
        let size = (3u32 << 20).to_le_bytes();
        let places: Vec<usize> = (0..lying.len() - 4).filter(|&at| lying[at..at + 4] == size).collect();
        places.iter().for_each(|&at| lying[at..at + 4].copy_from_slice(&[9, 0, 0, 0]));
        assert!(!places.is_empty() && told(&lying, 2 << 20).is_err());
        let mut locked = zip(&[("a.nc", NETCDF)]);
        for (head, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
            let at = (0..locked.len() - 4).find(|&at| &locked[at..at + 4] == head).expect("a head");
            locked[at + flags] |= 1;
        }
        assert!(told(&locked, 1000).is_err_and(|fault| fault.contains("a.nc, which is encrypted")));
        assert!(told(&zip(&[]), 1000).is_err_and(|fault| fault.contains("it is empty")));
        let many: Vec<String> = (0..101).map(|n| format!("{n}.nc")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), NETCDF)).collect();
        assert!(told(&zip(&many), 1 << 20).is_err_and(|fault| fault.contains("101 files")));
    }
}
