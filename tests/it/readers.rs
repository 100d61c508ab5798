//! Weather files of every format: what is read of them, that conversion loses nothing, and that damage is told and never more.
//!
//! The damaged files are drawn the same each time; `MUDLINE_CASES=1000000 MUDLINE_SEED=7 cargo test --test it damaged -- --nocapture`
//! draws others, and more, of each file; `MUDLINE_FILE=cds.zip` of that one only.

use crate::support::{Run, repo};
use mudline::diag::Diagnostics;
use mudline::geo::Position;
use mudline::units::Span;
use mudline::weather::read::{Between, Input, READERS, ReadOptions, Reading, read, read_input};
use mudline::weather::write::WRITERS;
use mudline::weather::{Origin, Series};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::time::{Duration, Instant};

const AT: Position = Position { latitude: 23.5, longitude: 155.0 };

fn options(name: &str) -> ReadOptions {
    ReadOptions { at: vec![AT], ..ReadOptions::named(name) }
}

fn try_read(file: &str, options: &ReadOptions) -> (Option<Reading>, Vec<&'static str>) {
    let mut found = Diagnostics::default();
    let reading = read(&repo("tests/weather").join(file), options, &mut found).expect("a file");
    (reading, found.iter().map(|d| d.slug).collect())
}

fn series(file: &str, options: &ReadOptions) -> Series {
    let (reading, told) = try_read(file, options);
    reading.unwrap_or_else(|| panic!("{file}: {told:?}")).series
}

fn value(series: &Series, channel: &str, sample: usize) -> f64 {
    series.values[series.channel(channel).unwrap_or_else(|| panic!("no {channel}"))][sample]
}

#[test]
fn era5_new_and_old() {
    // The values are those that netCDF4-python gives for the same cell.
    let new = series("era5.nc", &options("w"));
    assert_eq!(
        (new.len(), new.step, new.start.to_rfc3339().as_str()),
        (24, Span::of_hours(1), "2026-01-12T00:00:00+00:00")
    );
    assert_eq!(value(&new, "hs", 5), 1.898_000_001_907_348_6);
    assert!((value(&new, "wind", 5) - 4.939_889_229_246_85).abs() < 1e-12);
    let old = series("era5_old.nc", &options("w"));
    assert!((value(&old, "hs", 5) - 1.898).abs() < 1e-9 && (value(&old, "hs", 20) - 1.595).abs() < 1e-9);
}

#[test]
fn cells_of_a_grid() {
    let between = |latitude, longitude, between| {
        let at = vec![Position { latitude, longitude }];
        try_read("era5.nc", &ReadOptions { at, between, ..ReadOptions::named("w") })
    };
    let (mean, told) = between(23.25, 155.25, Between::Bilinear);
    assert!((value(&mean.expect("a mean").series, "hs", 5) - 1.918_999_999_761_581_4).abs() < 1e-12);
    assert!(told.is_empty(), "{told:?}");
    // The cell at 24.0, 154.5 is land.
    let (beside, told) = between(24.0, 154.6, Between::Nearest);
    assert_eq!(told, ["weather-moved"]);
    assert!(beside.is_some());
    let (beside, told) = between(23.7, 154.8, Between::Bilinear);
    assert_eq!(told, ["weather-moved"]);
    assert_eq!(value(&beside.expect("sea").series, "hs", 5), 1.898_000_001_907_348_6);
    assert_eq!(between(23.5, -20.0, Between::Nearest).1, ["weather-outside"]);
    assert_eq!(try_read("land.nc", &options("w")).1, ["weather-land"]);
}

#[test]
fn a_mean_over_the_cells_of_grib_is_that_of_netcdf() {
    // Both files hold the same waves, GRIB2 every third hour and in steps of its packing.
    for (latitude, longitude) in [(23.25, 155.25), (23.1, 154.9), (23.5, 155.0), (23.0, 155.3), (22.9, 155.6)]
    {
        let at = vec![Position { latitude, longitude }];
        let options = ReadOptions { at, between: Between::Bilinear, ..ReadOptions::named("w") };
        let (packed, whole) = (series("waves.grib2", &options), series("era5.nc", &options));
        for sample in 0..8 {
            let difference = value(&packed, "hs", sample) - value(&whole, "hs", 3 * sample);
            assert!(difference.abs() < 2e-4, "{latitude} {longitude} {sample}: {difference}");
        }
        assert!((value(&packed, "wind", 3) - 5.0).abs() < 1e-6);
    }
    // The cell at 24.0, 154.5 is land: no mean of it, and the nearest cell of sea instead.
    let at = vec![Position { latitude: 23.7, longitude: 154.8 }];
    let beside = ReadOptions { at, between: Between::Bilinear, ..ReadOptions::named("w") };
    let (reading, told) = try_read("waves.grib2", &beside);
    assert_eq!(told, ["weather-moved"; 2]);
    let near = ReadOptions { between: Between::Nearest, ..beside };
    assert_eq!(reading.expect("sea").series, series("waves.grib2", &near));
}

#[test]
fn other_makers_of_netcdf() {
    let ww3 = series("ww3.nc", &options("w"));
    assert_eq!((value(&ww3, "tp", 0), value(&ww3, "wind", 3)), (8.0, 10.0));
    assert_eq!(ww3.start.to_rfc3339(), "2026-01-12T00:00:00+00:00");
    let cmems = series("cmems.nc", &options("w"));
    assert_eq!(value(&cmems, "hs", 5), 1.973_999_977_111_816_4);
    // The level at half a metre, and not the one at forty that stands first.
    assert!((value(&cmems, "current", 0) - 0.5).abs() < 1e-6);
    let member = ReadOptions { member: Some(2), ..options("w") };
    assert_eq!(value(&series("members.nc", &member), "hs", 10), 4.0);
    assert_eq!(
        try_read("members.nc", &ReadOptions { member: Some(7), ..options("w") }).1,
        ["weather-member"]
    );
}

#[test]
fn grib_parquet_and_buoys() {
    let waves = series("waves.grib2", &options("w"));
    assert_eq!((waves.len(), waves.step, waves.origin), (8, Span::of_hours(3), Origin::Forecast));
    assert!(
        (value(&waves, "hs", 0) - 1.955).abs() < 1e-4 && (value(&waves, "tp", 0) - 4.0 * 1.955).abs() < 1e-3
    );
    assert!((value(&waves, "wind", 7) - 5.0).abs() < 1e-6);
    assert_eq!(try_read("ensemble.grib2", &options("w")).1, ["weather-member"]);
    let one = series("ensemble.grib2", &ReadOptions { member: Some(1), ..options("w") });
    assert!((value(&one, "hs", 0) - 2.955).abs() < 1e-4);
    assert_eq!(try_read("waves.grib2", &ReadOptions::named("w")).1, ["weather-position"]);
    let table = series("table.parquet", &options("w"));
    assert!(value(&table, "hs", 0) == 1.5 && value(&table, "hs", 1).is_nan());
    assert!((value(&table, "wind", 18) - 9.26).abs() < 1e-12);
    let buoy = series("buoy.txt", &options("w"));
    assert_eq!((buoy.len(), value(&buoy, "hs", 3), value(&buoy, "wind", 3)), (4, 1.6, 4.0));
}

#[test]
fn the_streams_of_a_zip_are_one_series() {
    let at = |latitude| ReadOptions {
        at: vec![Position::new(latitude, 155.0).expect("a position")],
        ..options("cds.zip")
    };
    let joined = series("cds.zip", &at(23.5));
    let names: Vec<&str> = joined.channels.iter().map(|channel| channel.name.as_str()).collect();
    assert_eq!(names, ["wind", "hs", "tp"]);
    assert_eq!((joined.len(), joined.step), (24, mudline::units::Span::of_hours(1)));
    assert_eq!(
        [value(&joined, "hs", 8), value(&joined, "tp", 8), value(&joined, "wind", 8)],
        [2.0, 9.0, 5.0]
    );
    // Files that do not have the same times, or hold the same, are not joined.
    let told = |first: &str, second: &str| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (place, name) in [first, second].into_iter().enumerate() {
            writer
                .start_file(format!("{place}.nc"), zip::write::SimpleFileOptions::default())
                .expect("a file");
            let bytes = std::fs::read(repo("tests/weather").join(name)).expect("a file");
            std::io::Write::write_all(&mut writer, &bytes).expect("written");
        }
        let bytes = writer.finish().expect("a zip").into_inner();
        let mut found = Diagnostics::default();
        let options = ReadOptions { member: Some(0), ..at(23.5) };
        assert!(read_input(Input::Bytes(&bytes), &options, &mut found).expect("read").is_none());
        found.iter().map(|fault| fault.message.clone()).collect::<Vec<_>>().join("; ")
    };
    assert!(told("members.nc", "members.nc").contains("0.nc and 1.nc both hold hs"));
    assert!(told("broken.nc", "members.nc").contains("cannot be read as NetCDF"));
}

#[test]
fn what_is_written_reads_back_to_the_last_digit() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = series("era5.nc", &options("w"));
    first.values[0][3] = f64::NAN;
    first.values[1][4] = 0.1 + 0.2;
    first.origin = Origin::Synthetic;
    for writer in WRITERS {
        let file = folder.path().join(format!("w.{}", writer.extension()));
        std::fs::write(&file, writer.write(&first).expect("bytes")).expect("written");
        let mut found = Diagnostics::default();
        let back = read(&file, &ReadOptions::named("w"), &mut found).expect("a file");
        let back = back.unwrap_or_else(|| panic!("{}: {found:?}", writer.name())).series;
        assert_eq!((back.start, back.step, back.origin), (first.start, first.step, first.origin));
        assert_eq!(back.channels, first.channels);
        let bits = |s: &Series| -> Vec<u64> { s.values.iter().flatten().map(|v| v.to_bits()).collect() };
        assert_eq!(bits(&back), bits(&first), "{}", writer.name());
    }
}

#[test]
fn convert_and_inspect_on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = |name: &str| folder.path().join(name).display().to_string();
    let era5 = repo("tests/weather/era5.nc").display().to_string();
    let convert = |from: &str, to: &str, more: &[&str]| {
        Run::new([&["weather", "convert", from, "-o", to], more].concat()).done().stdout_has("samples")
    };
    convert(&era5, &out("a.csv"), &["--at", "23.5,155.0"]);
    convert(&out("a.csv"), &out("a.nc"), &[]);
    convert(&out("a.nc"), &out("a.parquet"), &[]);
    convert(&out("a.parquet"), &out("b.csv"), &[]);
    let text = |name: &str| std::fs::read_to_string(out(name)).expect("a file");
    assert_eq!(text("a.csv"), text("b.csv"));
    convert(&out("a.csv"), &out("c.csv"), &["--resample", "max", "--step", "3 h"]).stdout_has("8 samples");
    convert(&out("a.csv"), &out("d.csv"), &["--wind-height", "100 m", "--wind-exponent", "0.11"]);
    assert_ne!(text("a.csv"), text("d.csv"));
    Run::new(["weather", "convert", &out("a.csv"), "-o", &out("a.xyz")]).refused().stderr_has("--to csv");
    Run::new(["weather", "convert", &era5, "-o", &out("e.csv")]).fault().stderr_has("--at");
    Run::new(["weather", "inspect", &out("a.csv")]).done().stdout_has("January").stdout_has("24 samples");
    let told = Run::new(["weather", "inspect", "--json", &out("a.csv")]).done().json();
    assert_eq!(told["channels"][0]["whole"]["samples"], 24);
    let shown = Run::new(["weather", "inspect", &out("a.csv")]).done().stdout;
    assert!(shown.lines().all(|line| line.starts_with('/') || line.chars().count() <= 80), "{shown}");
}

#[test]
fn looking_at_a_file_survives_values_that_cannot_be_true() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("w.csv");
    std::fs::write(&file, "time,hs_m\n2026-01-01 00:00,1\n2026-01-01 01:00,99\n2026-01-01 02:00,1\n")
        .expect("written");
    Run::new(["weather", "inspect"])
        .arg(&file)
        .done()
        .stderr_has("weather-out-of-range")
        .stdout_has("1 holes");
    Run::new(["weather", "convert", "-o", "x.csv"]).arg(&file).fault().stderr_has("weather-out-of-range");
}

/// A file with some of its bytes changed, left out, doubled or made large.
fn damage(random: &mut ChaCha8Rng, whole: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..1 + random.next_u32() % 4 {
        if bytes.is_empty() {
            break;
        }
        let at = random.next_u32() as usize % bytes.len();
        match random.next_u32() % 7 {
            0 => bytes[at] ^= 1 << (random.next_u32() % 8),
            1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'9', b'\n'][random.next_u32() as usize % 7],
            2 => bytes.truncate(at),
            3 => {
                let end = (at + 1 + random.next_u32() as usize % 16).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let from = random.next_u32() as usize % whole.len();
                let end = (from + 1 + random.next_u32() as usize % 64).min(whole.len());
                bytes.splice(at..at, whole[from..end].iter().copied());
            }
            5 => {
                let from = random.next_u32() as usize % whole.len();
                let length =
                    (1 + random.next_u32() as usize % 32).min(whole.len() - from).min(bytes.len() - at);
                bytes[at..at + length].copy_from_slice(&whole[from..from + length]);
            }
            _ => {
                // A length, of either end first.
                let number = [u32::MAX, 1 << 31, 1 << 24, 0, 65_535][random.next_u32() as usize % 5];
                let number = if random.next_u32().is_multiple_of(2) {
                    number.to_be_bytes()
                } else {
                    number.to_le_bytes()
                };
                let length = 4.min(bytes.len() - at);
                bytes[at..at + length].copy_from_slice(&number[..length]);
            }
        }
    }
    bytes
}

#[test]
fn damaged_files_are_told_and_nothing_panics_or_hangs() {
    let number =
        |name: &str, usual: u64| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
    let (cases, seed) = (number("MUDLINE_CASES", 300), number("MUDLINE_SEED", 1));
    let mut seen = std::collections::BTreeSet::new();
    let mut files: Vec<_> =
        std::fs::read_dir(repo("tests/weather")).expect("files").map(|f| f.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_none_or(|end| end != "md"));
    files.extend(["tests/bad/holes.csv".into(), "tests/bad/calm.csv".into()].map(|file: String| repo(&file)));
    files.sort();
    let only = std::env::var("MUDLINE_FILE").ok();
    files.retain(|file| only.as_ref().is_none_or(|only| file.ends_with(only)));
    for file in files {
        let whole = std::fs::read(&file).expect("a file");
        let interpolates = READERS.iter().any(|reader| reader.recognises(&whole) && reader.interpolates());
        seen.extend(READERS.iter().find(|reader| reader.recognises(&whole)).map(|reader| reader.name()));
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut good, mut slowest, began) = (0, Duration::ZERO, Instant::now());
        for case in 0..cases {
            let bytes = damage(&mut random, &whole);
            let mut found = Diagnostics::default();
            let before = Instant::now();
            let between = if case % 4 == 1 && interpolates { Between::Bilinear } else { Between::Nearest };
            let member = case.is_multiple_of(2).then_some(1);
            let options = ReadOptions { member, between, ..options("damaged") };
            let reading =
                read_input(Input::Bytes(&bytes), &options, &mut found).expect("no failure of the world");
            assert!(
                reading.is_some() || found.errors() > 0,
                "{} case {case}: nothing is told",
                file.display()
            );
            assert!(reading.is_none() || found.errors() == 0, "{} case {case}: {found:?}", file.display());
            if let Some(reading) = reading {
                good += 1;
                assert!(reading.series.values.iter().flatten().all(|v| v.is_nan() || *v >= 0.0));
            }
            slowest = slowest.max(before.elapsed());
        }
        let name = file.file_name().expect("a name").to_string_lossy();
        println!(
            "{name}: {cases} damaged, {good} still read, slowest {slowest:?}, all {:?}",
            began.elapsed()
        );
        assert!(slowest < Duration::from_secs(20), "{name} took {slowest:?}");
    }
    assert!(only.is_none() || seen.len() == 1, "there is no such file: {only:?}");
    assert!(only.is_some() || seen.len() == READERS.len(), "a reader has no file to damage: {seen:?}");
}
