//! Forty years of hourly weather with four channels, read from NetCDF-4 and from NetCDF classic. Target: less than 1 s.
//!
//! The NetCDF-4 file is made once by python with netCDF4 (`MUDLINE_PYTHON` names another python); where there is none, only the
//! classic one is read.

use criterion::{Criterion, criterion_group, criterion_main};
use mudline::diag::Diagnostics;
use mudline::units::{LENGTH, SPEED, Span, TIME};
use mudline::weather::read::{ReadOptions, read};
use mudline::weather::write::writer;
use mudline::weather::{Channel, Origin, Series};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

const HOURS: usize = 40 * 8766;

/// Writes a compressed NetCDF-4 file with an unlimited time, as netCDF4-python makes it.
const MAKER: &str = "
import sys, netCDF4, numpy as np
n = int(sys.argv[2]); f = netCDF4.Dataset(sys.argv[1], 'w'); f.createDimension('time', None); rng = np.random.default_rng(1)
t = f.createVariable('time', 'i8', ('time',), zlib=True, chunksizes=(8766,)); t.units = 'hours since 1900-01-01'; t[:] = np.arange(n) + 700000
for name, unit, base in [('swh', 'm', 2), ('pp1d', 's', 9), ('wind', 'm s-1', 8), ('current', 'm s-1', 0.5)]:
    v = f.createVariable(name, 'f4', ('time',), zlib=True, shuffle=True, chunksizes=(8766,)); v.units = unit; v[:] = base * rng.uniform(0.5, 1.5, n)
f.close()
";

fn classic(path: &Path) {
    let kinds = [("hs", &LENGTH), ("tp", &TIME), ("wind", &SPEED), ("current", &SPEED)];
    let series = Series {
        start: "1986-01-01T00:00:00Z".parse().expect("a time"),
        step: Span::of_hours(1),
        channels: kinds
            .iter()
            .map(|(name, dimension)| Channel { name: (*name).to_owned(), dimension })
            .collect(),
        values: (0..4)
            .map(|c| (0..HOURS).map(|i| 1.0 + f64::from(c) + (i % 97) as f64 * 0.01).collect())
            .collect(),
        origin: Origin::Hindcast,
    };
    let bytes = writer("netcdf").expect("a writer").write(&series).expect("bytes");
    std::fs::write(path, bytes).expect("written");
}

fn readers(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (folder.path().join("classic.nc"), folder.path().join("nc4.nc"));
    classic(&old);
    let python = std::env::var("MUDLINE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let made = Command::new(python).args(["-c", MAKER]).arg(&new).arg(HOURS.to_string()).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("no python with netCDF4: the NetCDF-4 file is not read");
    }
    for (name, file) in [("classic", &old), ("NetCDF-4", &new)] {
        if !file.exists() {
            continue;
        }
        criterion.bench_function(&format!("forty years of four channels from {name}"), |bencher| {
            bencher.iter(|| {
                let mut found = Diagnostics::default();
                let reading = read(black_box(file), &ReadOptions::named("w"), &mut found).expect("a file");
                let series = reading.unwrap_or_else(|| panic!("{found:?}")).series;
                assert_eq!((series.len(), series.channels.len()), (HOURS, 4));
                series
            });
        });
    }
}

criterion_group! { name = benches; config = Criterion::default().sample_size(10); targets = readers }
criterion_main!(benches);
