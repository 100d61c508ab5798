//! Weather from NetCDF: classic (CDF-1, 2, 5) and NetCDF-4, as ERA5, WAVEWATCH III, CMEMS and others write it.
//!
//! In: variables over time, perhaps over latitude and longitude, member and level. Out: the series at the site.
//! Packed values, fill values, unlimited dimensions and groups are read; ERA5 and ERA5T along `expver` are merged, the final one
//! first. Of a grid the nearest cell that is not land is taken, or a bilinear mean; of levels the one nearest the surface.
//! Taken apart by the crate `netcdf-reader`. Not read: curved grids and meshes, which have no latitude along a dimension.

#![expect(clippy::result_large_err, reason = "a fault ends the reading, once a file")]

mod shape;
mod time;

use self::shape::{Role, Variable, Variables};
use self::time::{Clock, NoClock};
use super::fields::{Asked, Field, Pick};
use super::grid::{self, Cell, Grid};
use super::rows::{Rows, bad_time};
use super::{Between, Input, MOST_SAMPLES, ReadOptions, Reader, Reading, broken};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::weather::series::Origin;
use netcdf_reader::{NcFile, NcOpenOptions, NcSliceInfo, NcSliceInfoElem};
use std::collections::BTreeMap;
use std::io;

/// The reader of NetCDF.
pub struct NetCdf;

/// How much a compressed part of a file can grow, at most: DEFLATE writes 1032 bytes for one, and fill values none at all.
const MOST_GROWTH: u64 = 1100;
/// Below this many bytes no file is too large.
const SMALL: u64 = 1 << 20;

impl Reader for NetCdf {
    fn name(&self) -> &'static str {
        "NetCDF"
    }

    fn has_members(&self) -> bool {
        true
    }

    fn interpolates(&self) -> bool {
        true
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let is_hdf5 = |at: usize| head.get(at..at + 8) == Some(b"\x89HDF\r\n\x1a\n");
        matches!(head, [b'C', b'D', b'F', 1 | 2 | 5, ..]) || [0, 512, 1024, 2048].into_iter().any(is_hdf5)
    }

    fn read(
        &self,
        input: Input<'_>,
        options: &ReadOptions,
        found: &mut Diagnostics,
    ) -> io::Result<Option<Reading>> {
        let size = input.size()?;
        let file = match open(input, size) {
            Ok(file) => file,
            Err(netcdf_reader::Error::Io(error)) if matches!(input, Input::File(_)) => return Err(error),
            Err(error) => {
                found.push(broken("NetCDF", &error.to_string(), options));
                return Ok(None);
            }
        };
        let mut job = Job { file: &file, options, found, size };
        Ok(match job.read() {
            Ok(reading) => Some(reading),
            Err(fault) => {
                job.found.extend(fault.0);
                None
            }
        })
    }
}

/// Opens it, with bounds on what damaged numbers can ask for.
fn open(input: Input<'_>, size: u64) -> netcdf_reader::Result<NcFile> {
    let bound = |most: u64| usize::try_from((size * MOST_GROWTH).clamp(SMALL, most)).unwrap_or(usize::MAX);
    let options = NcOpenOptions {
        max_chunk_bytes: bound(256 << 20),
        max_read_bytes: bound(4 << 30),
        max_object_header_bytes: bound(64 << 20),
        ..NcOpenOptions::default()
    };
    match input {
        Input::File(path) => NcFile::open_with_options(path, options),
        Input::Bytes(bytes) => NcFile::from_bytes_with_options(bytes, options),
    }
}

/// Why there is no reading; empty when it was told already.
struct Fault(Diagnostics);

impl From<Diagnostic> for Fault {
    fn from(diagnostic: Diagnostic) -> Fault {
        let mut found = Diagnostics::default();
        found.push(diagnostic);
        Fault(found)
    }
}

/// One file being read.
struct Job<'j> {
    file: &'j NcFile,
    options: &'j ReadOptions,
    found: &'j mut Diagnostics,
    size: u64,
}

/// A time and the clock that reads it.
struct Times {
    dimension: String,
    seconds: Vec<i64>,
}

impl Job<'_> {
    fn read(&mut self) -> Result<Reading, Fault> {
        let file = self.file;
        let root = file.root_group().map_err(|error| self.broken(&error))?;
        let variables = Variables::collect(root);
        let times = self.times(&variables)?;
        let over_time: Vec<&Variable<'_>> = variables.along(&times.dimension).collect();
        let fields: Vec<Field> = over_time
            .iter()
            .map(|variable| Field::of_variable(variable.name(), variable.text("units")))
            .collect();
        let at = Place::file(&self.options.name);
        let asked =
            Asked { fields: &fields, options: self.options, at: &at, may_be_whole: false, word: "variable" };
        let told = || Fault(Diagnostics::default());
        let picks = asked.picks(self.found).ok_or_else(told)?;
        let values = self.values(&variables, &over_time, &picks, &times)?;
        let channels = picks.iter().map(|pick| (pick.channel.clone(), pick.at_most)).collect();
        let is_synthetic = root.attribute("mudline_origin").and_then(|a| a.value.as_string());
        let origin = is_synthetic.and_then(|word| Origin::of_word(&word)).unwrap_or(Origin::Hindcast);
        let rows = Rows { channels, times: times.seconds, values, origin };
        rows.assemble(self.options, &|_| Place::file(&self.options.name), self.found).ok_or_else(told)
    }

    fn broken(&self, error: &netcdf_reader::Error) -> Diagnostic {
        let cause = error.to_string();
        let fault = broken("NetCDF", &cause, self.options);
        if cause.contains("unsupported filter") {
            // 32015 is zstd, which netCDF 4.9 and later can write.
            return fault.help("it is compressed with a filter that is not read, such as zstd; write it anew with deflate, with the program that made it");
        }
        fault
    }

    /// The variable of the times, and its times.
    fn times(&mut self, variables: &Variables<'_>) -> Result<Times, Fault> {
        let name = &self.options.name;
        let mapped = self.options.columns.iter().find(|(channel, _)| channel == "time");
        let Some(variable) = variables.time(mapped.map(|(_, column)| column.as_str())) else {
            let message = format!("no variable of {name} is recognised as the time");
            return Err(Diagnostic::error("weather-time-column", message)
                .at(Place::file(name))
                .help("it needs one dimension and units such as \"hours since 1970-01-01\";\nsay which it is: columns = { time = \"...\" }")
                .into());
        };
        let (units, calendar) = (variable.text("units").unwrap_or_default(), variable.text("calendar"));
        let clock = Clock::new(&units, calendar.as_deref())
            .map_err(|fault| no_clock(fault, &units, calendar.as_deref(), name))?;
        let count = variable.nc.dimensions[0].size;
        if count > MOST_SAMPLES as u64 || (count > SMALL && count > self.size * MOST_GROWTH / 8) {
            let message = format!("{name} says that it holds {count} times, more than it has room for");
            return Err(Diagnostic::error("weather-too-long", message)
                .at(Place::file(name))
                .help("is the file whole? otherwise cut it to the years that are needed")
                .into());
        }
        let numbers = self.slice(variable, &[whole()])?;
        let mut seconds = Vec::with_capacity(numbers.len());
        for number in numbers {
            let Some(time) = clock.seconds(number) else {
                let message = format!("{number} {units:?} is no time");
                return Err(Diagnostic::error("weather-bad-time", message)
                    .at(Place::file(name))
                    .help("is the file whole?")
                    .into());
            };
            if !(-1_000_000_000_000..1_000_000_000_000).contains(&time) {
                return Err(bad_time(time, self.options).into());
            }
            seconds.push(time);
        }
        if clock.is_noleap {
            let message = format!("the calendar of {name} has no 29 February");
            self.found.push(
                Diagnostic::warning("weather-calendar", message).at(Place::file(name)).help(
                    "its dates are kept, and that day is a hole; no sea of a real date has this calendar",
                ),
            );
        }
        Ok(Times { dimension: variable.dimension_path(0), seconds })
    }

    /// Reads part of a variable: unpacked, NaN where there is no value.
    fn slice(&self, variable: &Variable<'_>, selections: &[NcSliceInfoElem]) -> Result<Vec<f64>, Diagnostic> {
        /// Fill values where no attribute tells them are far beyond anything measured.
        const FILL: f64 = 1e30;
        let selection = NcSliceInfo { selections: selections.to_vec() };
        let array = self
            .file
            .read_variable_slice_unpacked_masked(&variable.path, &selection)
            .map_err(|error| self.broken(&error))?;
        let clean = |value: &f64| if value.abs() < FILL { *value } else { f64::NAN };
        Ok(array.iter().map(clean).collect())
    }

    /// The values of every channel at the site.
    fn values(
        &mut self,
        variables: &Variables<'_>,
        over_time: &[&Variable<'_>],
        picks: &[Pick],
        times: &Times,
    ) -> Result<Vec<Vec<f64>>, Fault> {
        // Variables on the same grid must come from the same cell.
        let mut needed: Vec<usize> = picks.iter().flat_map(Pick::fields).collect();
        needed.sort_unstable();
        needed.dedup();
        let mut grids: BTreeMap<Option<(String, String)>, Vec<usize>> = BTreeMap::new();
        for field in needed {
            grids.entry(over_time[field].grid(variables, &times.dimension)).or_default().push(field);
        }
        let mut read: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for (axes, fields) in grids {
            let columns = match axes {
                None => fields
                    .iter()
                    .map(|&f| self.column(variables, over_time[f], None, times))
                    .collect::<Result<Vec<_>, _>>()?,
                Some(axes) => {
                    let shown: Vec<&Variable<'_>> = fields.iter().map(|&f| over_time[f]).collect();
                    self.at_site(variables, &shown, &axes, times)?
                }
            };
            read.extend(fields.into_iter().zip(columns));
        }
        let count = times.seconds.len();
        let value = |pick: &Pick| -> Vec<f64> {
            (0..count)
                .map(|row| {
                    pick.value(|field| read.get(&field).and_then(|v| v.get(row)).copied().unwrap_or(f64::NAN))
                })
                .collect()
        };
        Ok(picks.iter().map(value).collect())
    }

    /// The columns of variables that share a grid, at its cell of sea next to the site, or as a mean of the cells around.
    fn at_site(
        &mut self,
        variables: &Variables<'_>,
        shown: &[&Variable<'_>],
        axes: &(String, String),
        times: &Times,
    ) -> Result<Vec<Vec<f64>>, Fault> {
        let axis = |path: &str| match variables.by_path(path) {
            Some(variable) => self.slice(variable, &[whole()]),
            None => Ok(Vec::new()),
        };
        let grid = Grid { latitudes: axis(&axes.0)?, longitudes: axis(&axes.1)? };
        if grid.is_point() {
            let cell = Cell { row: 0, column: 0, metres: 0.0, weight: 1.0 };
            return self
                .cell(variables, shown, cell, times)?
                .ok_or_else(|| grid::all_land(self.options).into());
        }
        let at = grid::wanted(self.options)?;
        let near = grid.near(at, self.options)?;
        let mut why = "the cell at the site is land";
        if self.options.between == Between::Bilinear {
            if let Some(mean) = self.mean(variables, shown, &grid.around(at, &near), times)? {
                return Ok(mean);
            }
            why = "a cell around the site is land, so that there is no bilinear mean";
        }
        for (place, cell) in near.iter().enumerate() {
            if let Some(columns) = self.cell(variables, shown, *cell, times)? {
                if place > 0 || self.options.between == Between::Bilinear {
                    self.found.push(grid::moved(cell, why, self.options));
                }
                return Ok(columns);
            }
        }
        Err(grid::all_land(self.options).into())
    }

    /// The weighted mean of cells; nothing when one of them is land.
    fn mean(
        &mut self,
        variables: &Variables<'_>,
        shown: &[&Variable<'_>],
        cells: &[Cell],
        times: &Times,
    ) -> Result<Option<Vec<Vec<f64>>>, Fault> {
        let mut sums = vec![vec![0.0; times.seconds.len()]; shown.len()];
        for cell in cells {
            let Some(columns) = self.cell(variables, shown, *cell, times)? else { return Ok(None) };
            for (sum, column) in sums.iter_mut().zip(columns) {
                sum.iter_mut().zip(column).for_each(|(sum, value)| *sum += cell.weight * value);
            }
        }
        Ok((!cells.is_empty()).then_some(sums))
    }

    /// The columns at one cell; nothing when any of them has no value at all, which is how land is marked.
    fn cell(
        &mut self,
        variables: &Variables<'_>,
        shown: &[&Variable<'_>],
        cell: Cell,
        times: &Times,
    ) -> Result<Option<Vec<Vec<f64>>>, Fault> {
        let mut columns = Vec::with_capacity(shown.len());
        for variable in shown {
            let column = self.column(variables, variable, Some(cell), times)?;
            if column.iter().all(|value| value.is_nan()) {
                return Ok(None);
            }
            columns.push(column);
        }
        Ok(Some(columns))
    }

    /// One variable over all times, at one cell where it is a grid.
    fn column(
        &mut self,
        variables: &Variables<'_>,
        variable: &Variable<'_>,
        cell: Option<Cell>,
        times: &Times,
    ) -> Result<Vec<f64>, Fault> {
        let mut selections = Vec::new();
        let mut versions = None;
        for place in 0..variable.nc.dimensions.len() {
            let size = variable.nc.dimensions[place].size;
            selections.push(match variable.role(place, variables, &times.dimension) {
                Role::Time => whole(),
                Role::Latitude(_) => index(cell.map_or(0, |cell| cell.row)),
                Role::Longitude(_) => index(cell.map_or(0, |cell| cell.column)),
                Role::Version => {
                    versions = Some((place, size.min(8)));
                    index(0)
                }
                Role::Member(axis) => index(self.member(variables, axis.as_deref(), size)?),
                Role::Level(axis) => index(self.top_level(variables, axis.as_deref())?),
                Role::Other if size == 1 => index(0),
                Role::Other => {
                    let (name, dimension) = (variable.name(), &variable.nc.dimensions[place].name);
                    let message = format!("the dimension {dimension:?} of {name:?} is neither time, place, member nor level");
                    return Err(Diagnostic::error("weather-dimension", message)
                        .at(Place::file(&self.options.name))
                        .help("curved grids and meshes are not read: cut out one place, as with xarray's isel, and save it")
                        .into());
                }
            });
        }
        let mut column = self.slice(variable, &selections)?;
        if let Some((place, count)) = versions {
            // Where one version has no value yet, the next one may.
            for version in 1..count {
                selections[place] = index(version as usize);
                let other = self.slice(variable, &selections)?;
                column
                    .iter_mut()
                    .zip(other)
                    .filter(|(value, _)| value.is_nan())
                    .for_each(|(value, other)| *value = other);
            }
        }
        Ok(column)
    }

    /// The place of the chosen member.
    fn member(&self, variables: &Variables<'_>, axis: Option<&str>, size: u64) -> Result<usize, Fault> {
        if size == 1 && self.options.member.is_none() {
            return Ok(0);
        }
        let numbers = match axis.and_then(|path| variables.by_path(path)) {
            Some(variable) => self.slice(variable, &[whole()])?,
            None => (0..size.min(10_000)).map(|member| member as f64).collect(),
        };
        let chosen = self.options.member.map(f64::from);
        let members: Vec<String> = numbers.iter().map(f64::to_string).collect();
        let place = numbers.iter().position(|number| Some(*number) == chosen);
        place.ok_or_else(|| grid::choose_member(&members, self.options).into())
    }

    /// The place of the level nearest the surface.
    fn top_level(&self, variables: &Variables<'_>, axis: Option<&str>) -> Result<usize, Fault> {
        let Some(variable) = axis.and_then(|path| variables.by_path(path)) else { return Ok(0) };
        let levels = self.slice(variable, &[whole()])?;
        let nearest = levels.iter().enumerate().min_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        Ok(nearest.map_or(0, |(place, _)| place))
    }
}

fn whole() -> NcSliceInfoElem {
    NcSliceInfoElem::Slice { start: 0, end: u64::MAX, step: 1 }
}

fn index(place: usize) -> NcSliceInfoElem {
    NcSliceInfoElem::Index(place as u64)
}

fn no_clock(fault: NoClock, units: &str, calendar: Option<&str>, name: &str) -> Diagnostic {
    match fault {
        NoClock::Units => Diagnostic::error("weather-bad-time", format!("{units:?} are no units of time that can be read"))
            .help("CF units are needed, such as \"hours since 1970-01-01 00:00:00\"; months and years have no one length"),
        NoClock::Calendar => Diagnostic::error(
            "weather-calendar",
            format!("the calendar {:?} has days that are none", calendar.unwrap_or_default()),
        )
        .help("convert the file to the standard calendar first, as with xarray's convert_calendar"),
    }
    .at(Place::file(name))
}
