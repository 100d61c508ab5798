//! Weather from GRIB2: one field a message, as weather services publish waves, wind and currents.
//!
//! In: messages of significant height, peak period, wind (10 m or the surface), gust, current, swell and wind sea; of others
//! nothing is taken. Out: the series at the cell of sea nearest to the site, or a bilinear mean of the four around it. Members of an ensemble go by their perturbation number.
//! Taken apart by the crate `grib`. Source: WMO manual on codes, code table 4.2, and NCEP's and ECMWF's use of it.

#![expect(clippy::result_large_err, reason = "a fault ends the reading, once a file")]

use super::fields::{Asked, Field};
use super::grid;
use super::rows::Rows;
use super::{Between, Input, ReadOptions, Reader, Reading, broken};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::geo::{Position, distance};
use crate::weather::series::Origin;
use grib::{Grib2Read, Grib2SubmessageDecoder, LatLons, SubMessage};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// The reader of GRIB2.
pub struct Grib;

/// Fields by discipline, category and number of the parameter, with the name and unit that they have in other formats.
const PARAMETERS: [((u8, u8, u8), &str, &str); 12] = [
    ((10, 0, 3), "swh", "m"),
    // NCEP's peak period stands under "primary wave mean period", ECMWF's under 34.
    ((10, 0, 34), "pp1d", "s"),
    ((10, 0, 11), "perpw", "s"),
    ((10, 0, 5), "shww", "m"),
    ((10, 0, 8), "shts", "m"),
    ((0, 2, 1), "ws10", "m/s"),
    ((0, 2, 2), "10u", "m/s"),
    ((0, 2, 3), "10v", "m/s"),
    ((0, 2, 22), "gust", "m/s"),
    ((10, 1, 1), "current_speed", "m/s"),
    ((10, 1, 2), "uo", "m/s"),
    ((10, 1, 3), "vo", "m/s"),
];
/// Cells of a grid, at most: the whole earth at 0.05 degrees.
const MOST_CELLS: u32 = 30_000_000;
/// Cells that one byte of a file can stand for, at most: well-packed fields take a third of a byte for one.
const MOST_GROWTH: u64 = 200;
/// Below this many cells no grid is too large.
const SMALL_GRID: u32 = 100_000;
/// Messages that are taken, at most.
const MOST_MESSAGES: usize = 200_000;
/// Cells near the site that are looked at for sea.
const NEAR: usize = 24;
/// How far the nearest cell may be, in metres, for the site to lie within the grid.
const WITHIN: f64 = 100_000.0;

impl Reader for Grib {
    fn name(&self) -> &'static str {
        "GRIB2"
    }

    fn has_members(&self) -> bool {
        true
    }

    fn interpolates(&self) -> bool {
        true
    }

    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(b"GRIB") && head.get(7) == Some(&2)
    }

    fn read(
        &self,
        input: Input<'_>,
        options: &ReadOptions,
        found: &mut Diagnostics,
    ) -> io::Result<Option<Reading>> {
        let before = found.len();
        let most = MOST_CELLS.min(
            u32::try_from(input.size()?.saturating_mul(MOST_GROWTH)).unwrap_or(MOST_CELLS).max(SMALL_GRID),
        );
        let read = grib::from_reader(input.open()?)
            .map_err(|error| broken("GRIB2", &error.to_string(), options))
            .and_then(|file| messages(&file, most, options))
            .and_then(|taken| series(taken, options, found));
        if let Err(fault) = &read
            && found.len() == before
        {
            found.push(fault.clone());
        }
        Ok(read.ok().flatten())
    }
}

/// The values of one field at the cells near the site, by time.
type ByTime = BTreeMap<i64, Vec<f64>>;

/// What was taken out of the messages.
struct Taken {
    /// By place in [`PARAMETERS`].
    fields: BTreeMap<usize, ByTime>,
    /// For each field its cells.
    cells: BTreeMap<usize, Near>,
    /// Whether any of it lies after the time at which it was made.
    is_forecast: bool,
}

/// The cells near the site.
#[derive(Debug, Clone, PartialEq)]
struct Near {
    /// Their places in the message and their distances in metres, nearest first; after them those that only the mean needs.
    cells: Vec<(usize, f64)>,
    /// How many of them are near.
    near: usize,
    /// The cells of a bilinear mean, by place in `cells`, with their weights; none where no mean is asked for.
    mean: Vec<(usize, f64)>,
}

/// A message that is wanted.
struct Wanted {
    parameter: usize,
    member: Option<u8>,
    time: i64,
    is_forecast: bool,
}

fn messages<R: Grib2Read>(
    file: &grib::Grib2<R>,
    most: u32,
    options: &ReadOptions,
) -> Result<Taken, Diagnostic> {
    if file.len() > MOST_MESSAGES {
        let message = format!("{} holds {} fields, more than {MOST_MESSAGES}", options.name, file.len());
        return Err(Diagnostic::error("weather-too-long", message)
            .at(Place::file(&options.name))
            .help("cut it to the fields and years that are needed"));
    }
    let at = grid::wanted(options)?;
    // A message borrows the file, so that only one can be at hand: the first round looks, the second takes.
    let wanted = file.iter().filter_map(|(_, message)| want(&message));
    let members: BTreeSet<u8> = wanted.filter_map(|wanted| wanted.member).collect();
    let listed: Vec<String> = members.iter().map(u8::to_string).collect();
    let chosen = options.member.and_then(|member| u8::try_from(member).ok());
    let is_there = options.member.is_none() || chosen.is_some_and(|member| members.contains(&member));
    if !is_there || (members.len() > 1 && chosen.is_none()) {
        return Err(grid::choose_member(&listed, options));
    }
    let mut taken = Taken { fields: BTreeMap::new(), cells: BTreeMap::new(), is_forecast: false };
    let mut grids: BTreeMap<Vec<u8>, Near> = BTreeMap::new();
    for (_, message) in file.iter() {
        let Some(Wanted { parameter, member, time, is_forecast }) = want(&message) else { continue };
        if chosen.is_some() && member != chosen {
            continue;
        }
        taken.is_forecast |= is_forecast;
        let definition: Vec<u8> = message.grid_def().iter().copied().collect();
        let near = match grids.get(&definition) {
            Some(near) => near.clone(),
            None => {
                let near = near_cells(&message, at, most, options)?;
                grids.insert(definition, near.clone());
                near
            }
        };
        if *taken.cells.entry(parameter).or_insert_with(|| near.clone()) != near {
            return Err(Diagnostic::error("weather-dimension", "one field stands on several grids")
                .at(Place::file(&options.name))
                .help("cut the file to one grid"));
        }
        let values = values_at(message, &near.cells).map_err(|error| broken("GRIB2", &error, options))?;
        if taken.fields.entry(parameter).or_default().insert(time, values).is_some() {
            let message = format!(
                "{} has {} twice at {}",
                options.name,
                PARAMETERS[parameter].1,
                super::rows::shown(time)
            );
            return Err(Diagnostic::error("weather-duplicate-time", message)
                .at(Place::file(&options.name))
                .help("keep one forecast, and of each field one level, in the file"));
        }
    }
    Ok(taken)
}

/// What a message is, when it is wanted.
fn want<R>(message: &SubMessage<'_, R>) -> Option<Wanted> {
    const SURFACE: u8 = 1;
    const MEAN_SEA_LEVEL: u8 = 101;
    const ABOVE_GROUND: u8 = 103;
    const BELOW_SEA: u8 = 160;
    const SEQUENCE: u8 = 241;
    let product = message.prod_def();
    let key = (message.indicator().discipline, product.parameter_category()?, product.parameter_number()?);
    let parameter = PARAMETERS.iter().position(|(parameter, _, _)| *parameter == key)?;
    let (surface, _) = product.fixed_surfaces()?;
    let is_first = |what: f64| (surface.value() - what).abs() < 0.5;
    let is_level = match surface.surface_type {
        SURFACE | MEAN_SEA_LEVEL => true,
        ABOVE_GROUND => is_first(10.0),
        BELOW_SEA => is_first(0.0),
        SEQUENCE => is_first(1.0),
        _ => false,
    };
    // Derived products (means and probabilities over an ensemble, accumulations) are no weather of their own.
    let is_instant = matches!(product.prod_tmpl_num(), 0 | 1);
    if !is_level || !is_instant {
        return None;
    }
    let time = message.temporal_info().forecast_time_target?.timestamp();
    let is_forecast = product.forecast_time().is_some_and(|ahead| ahead.value > 0);
    // Octet 36 of section 4; the payload begins with octet 6.
    let member = if product.prod_tmpl_num() == 1 { Some(*product.iter().nth(30)?) } else { None };
    Some(Wanted { parameter, member, time, is_forecast })
}

/// The cells near the site, and those of a mean where it is asked for.
fn near_cells<R>(
    message: &SubMessage<'_, R>,
    at: Position,
    most: u32,
    options: &ReadOptions,
) -> Result<Near, Diagnostic> {
    // The library makes room for the longitudes before it compares their number with that of the cells.
    let cells = message.grid_def().num_points();
    let (columns, rows) =
        message.grid_shape().map_err(|error| broken("GRIB2", &error.to_string(), options))?;
    if columns.checked_mul(rows) != usize::try_from(cells).ok() {
        return Err(broken("GRIB2", "a grid has not as many cells as rows and columns make", options));
    }
    if cells > most {
        return Err(broken("GRIB2", "a grid has more cells than any", options));
    }
    let places = message.latlons().map_err(|error| broken("GRIB2", &error.to_string(), options))?;
    let mut near: Vec<(usize, f64)> = Vec::new();
    let mut offsets: Vec<Offset> = Vec::new();
    for (cell, (latitude, longitude)) in places.enumerate() {
        // A degree of latitude is 111 km, so nothing further is within reach.
        if (latitude - at.latitude).abs() > 2.0 {
            continue;
        }
        let longitude = (longitude + 180.0).rem_euclid(360.0) - 180.0;
        let east = (longitude - at.longitude + 180.0).rem_euclid(360.0) - 180.0;
        // Near a pole degrees of longitude are short; elsewhere this saves the geodesic of most cells.
        if at.latitude.abs() < 80.0 && east.abs() > 8.0 {
            continue;
        }
        let Some(place) = Position::new(latitude, longitude) else { continue };
        offsets.push(Offset { cell, north: latitude - at.latitude, east });
        let metres = distance(&[at, place]).metres();
        if metres <= grid::FARTHEST.max(WITHIN) {
            near.push((cell, metres));
        }
    }
    near.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    near.truncate(NEAR);
    if near.is_empty() {
        let message = format!("{}, {} lies outside the grid of {}", at.latitude, at.longitude, options.name);
        return Err(Diagnostic::error("weather-outside", message)
            .at(Place::file(&options.name))
            .help(format!("no cell is within {} km; get the file for the site", WITHIN / 1000.0)));
    }
    let mut near = Near { near: near.len(), cells: near, mean: Vec::new() };
    if options.between == Between::Bilinear {
        let Some(around) = around(&offsets) else {
            let message =
                format!("{} has no rows and columns of latitude and longitude around the site", options.name);
            return Err(Diagnostic::error("weather-option", message)
                .at(Place::file(&options.name))
                .help("leave out `grid = \"bilinear\"` (on the command line --bilinear); the nearest cell of sea is read"));
        };
        for (cell, weight) in around {
            let known = near.cells.iter().position(|(other, _)| *other == cell);
            let place = known.unwrap_or_else(|| {
                near.cells.push((cell, f64::INFINITY));
                near.cells.len() - 1
            });
            near.mean.push((place, weight));
        }
    }
    Ok(near)
}

/// Where a cell lies from the site, in degrees.
struct Offset {
    cell: usize,
    north: f64,
    east: f64,
}

/// The cells at the corners around the site with their weights; at the rim of the grid those of the rim. Nothing where a corner has
/// no cell, as in grids that are not of rows and columns.
fn around(offsets: &[Offset]) -> Option<Vec<(usize, f64)>> {
    const SAME: f64 = 1e-4;
    let sides = |off: fn(&Offset) -> f64| -> Vec<(f64, f64)> {
        let below = offsets.iter().map(off).filter(|off| *off <= SAME).reduce(f64::max);
        let above = offsets.iter().map(off).filter(|off| *off >= -SAME).reduce(f64::min);
        match (below, above) {
            (Some(below), Some(above)) if above - below > SAME => {
                vec![(below, above / (above - below)), (above, -below / (above - below))]
            }
            _ => below.or(above).map(|off| (off, 1.0)).into_iter().collect(),
        }
    };
    let (rows, columns) = (sides(|offset| offset.north), sides(|offset| offset.east));
    let mut corners = Vec::new();
    for &(north, row) in &rows {
        for &(east, column) in &columns {
            let is_here = |o: &&Offset| (o.north - north).abs() < SAME && (o.east - east).abs() < SAME;
            corners.push((offsets.iter().find(is_here)?.cell, row * column));
        }
    }
    Some(corners)
}

/// The values at cells; NaN over land.
fn values_at<R: Grib2Read>(message: SubMessage<'_, R>, cells: &[(usize, f64)]) -> Result<Vec<f64>, String> {
    let decoder = Grib2SubmessageDecoder::from(message).map_err(|error| error.to_string())?;
    let decoded = decoder.dispatch().map_err(|error| error.to_string())?;
    let mut values = vec![f64::NAN; cells.len()];
    let last = cells.iter().map(|(cell, _)| *cell).max().unwrap_or(0);
    let wanted: BTreeMap<usize, usize> =
        cells.iter().enumerate().map(|(place, (cell, _))| (*cell, place)).collect();
    for (cell, value) in decoded.take(last + 1).enumerate() {
        if let Some(place) = wanted.get(&cell) {
            values[*place] = f64::from(value);
        }
    }
    Ok(values)
}

fn series(
    taken: Taken,
    options: &ReadOptions,
    found: &mut Diagnostics,
) -> Result<Option<Reading>, Diagnostic> {
    let named = |parameter: &usize| {
        let (_, name, unit) = PARAMETERS[*parameter];
        // What stands for the peak period only where there is no better.
        let name = if name == "perpw" && !taken.fields.contains_key(&1) { "pp1d" } else { name };
        Field::of_variable(name, Some(unit.to_owned()))
    };
    let parameters: Vec<usize> = taken.fields.keys().copied().collect();
    let fields: Vec<Field> = parameters.iter().map(named).collect();
    let at = Place::file(&options.name);
    let asked = Asked { fields: &fields, options, at: &at, may_be_whole: false, word: "field" };
    let Some(picks) = asked.picks(found) else { return Ok(None) };
    let times: BTreeSet<i64> = taken.fields.values().flat_map(|by_time| by_time.keys().copied()).collect();
    let mut columns = Vec::with_capacity(parameters.len());
    for parameter in &parameters {
        let weights = weights(*parameter, &taken, options, found)?;
        let mean =
            |values: &Vec<f64>| weights.iter().map(|(cell, weight)| weight * values[*cell]).sum::<f64>();
        let by_time = &taken.fields[parameter];
        columns.push(times.iter().map(|time| by_time.get(time).map_or(f64::NAN, mean)).collect::<Vec<f64>>());
    }
    let values = picks
        .iter()
        .map(|pick| (0..times.len()).map(|row| pick.value(|field| columns[field][row])).collect());
    let rows = Rows {
        channels: picks.iter().map(|pick| (pick.channel.clone(), pick.at_most)).collect(),
        values: values.collect(),
        times: times.into_iter().collect(),
        origin: if taken.is_forecast { Origin::Forecast } else { Origin::Hindcast },
    };
    Ok(rows.assemble(options, &|_| Place::file(&options.name), found))
}

/// From which cells a field is taken: those of a mean when all of them are sea, or else the first that is. Sea has a value at some time.
fn weights(
    parameter: usize,
    taken: &Taken,
    options: &ReadOptions,
    found: &mut Diagnostics,
) -> Result<Vec<(usize, f64)>, Diagnostic> {
    let (by_time, near) = (&taken.fields[&parameter], &taken.cells[&parameter]);
    let is_sea = |cell: &usize| by_time.values().any(|values| !values[*cell].is_nan());
    if !near.mean.is_empty() && near.mean.iter().all(|(cell, _)| is_sea(cell)) {
        return Ok(near.mean.clone());
    }
    let Some(cell) = (0..near.near).find(is_sea) else { return Err(grid::all_land(options)) };
    if cell > 0 || !near.mean.is_empty() {
        let moved = grid::Cell { row: 0, column: cell, metres: near.cells[cell].1, weight: 1.0 };
        let name = PARAMETERS[parameter].1;
        let why = if near.mean.is_empty() {
            format!("the cell of {name} at the site is land")
        } else {
            format!("a cell of {name} around the site is land, so that there is no bilinear mean")
        };
        found.push(grid::moved(&moved, &why, options));
    }
    Ok(vec![(cell, 1.0)])
}
