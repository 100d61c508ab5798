//! From files to a plan: the phases in their order, and nothing else.
//!
//! In: the path of a plan, or of a folder that holds `plan.toml`. Out: [`Checked`]: all that was found, and the plan if it is good.

use super::document::{self, Document, Sort, credible};
use super::draft::{Draft, WeatherFile, entries, on_the_way};
use super::raw::{GridWord, RawPlan, RawRoute, RawSite, RawWeather};
use super::{Plan, Sea, check, members, resolve};
use crate::diag::{Diagnostic, Diagnostics, Kind};
use crate::error::Error;
use crate::geo::{Position, between};
use crate::time::Zone;
use crate::weather::Origin;
use crate::weather::derive::wind_to_ten_metres;
use crate::weather::read::{Between, ReadOptions, read};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// What a plan file is to be.
const PLAN: Sort = Sort {
    word: "plan",
    too_large: "is it a weather file? name the plan file, plan.toml",
    empty: "begin one with `mudline new`, or see plans/windows for a small one",
};

/// The kinds of fault that a file as a whole can have.
pub static KINDS: &[Kind] = &[
    ("plan-too-large", "The plan file is larger than any plan."),
    ("plan-empty", "There is nothing in the plan file."),
    ("plan-not-text", "The plan file is not text in UTF-8."),
    ("weather-file", "A weather file is not there or cannot be read."),
    (
        "unresolved",
        "mudline cannot make sense of a plan in which it finds no fault; this is a fault of mudline.",
    ),
];

/// What came of checking a plan.
#[derive(Debug)]
pub struct Checked {
    /// Everything that was found, in order of file and line.
    pub found: Diagnostics,
    /// The plan and its weather, when nothing found is an error.
    pub plan: Option<(Plan, Sea)>,
}

/// The plan file that `path` means: itself, or `plan.toml` in the folder it names.
///
/// # Errors
/// When there is no such file or folder, or the folder holds no `plan.toml`.
pub fn plan_file(path: &Path) -> Result<PathBuf, Error> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let file = path.join("plan.toml");
    if file.is_file() {
        return Ok(file);
    }
    let message =
        "this folder holds no plan.toml; name the plan file itself, or begin one with `mudline new`";
    Err(Error::Malformed { path: path.to_owned(), message: message.to_owned() })
}

/// Reads a plan and the weather it names, and finds everything that is wrong with them.
///
/// # Errors
/// Only when the plan file cannot be read at all; what is wrong in it, or with its weather files, is in [`Checked::found`].
pub fn load(path: &Path) -> Result<Checked, Error> {
    load_changed(path, |_| {})
}

/// For each `[[vessel]]` of a plan its name, how many there are of it, and the plan with one more; without those vessels of which
/// there cannot be another one, since they have tasks or lift.
///
/// # Errors
/// When the plan file cannot be read.
pub fn with_one_more_each(path: &Path) -> Result<Vec<(String, u32, Plan)>, Error> {
    let mut all = Vec::new();
    for nth in 0.. {
        let mut was = None;
        let changed = load_changed(path, |raw| {
            let vessel = raw.vessel.as_mut().and_then(|vessels| vessels.get_mut().get_mut(nth));
            let Some(vessel) = vessel.map(Spanned::get_mut) else { return };
            let count = vessel.count.as_ref().map_or(1, |count| *count.get_ref());
            was = vessel.id.as_ref().map(|id| (id.get_ref().clone(), count));
            let span = vessel.count.as_ref().map_or(vessel.span.clone(), Spanned::span);
            vessel.count = Some(Spanned::new(span, count.saturating_add(1)));
        })?;
        let Some((id, count)) = was else { break };
        all.extend(changed.plan.map(|(plan, _)| (id, count, plan)));
    }
    Ok(all)
}

/// Reads a plan that is changed before anything is looked at.
fn load_changed(path: &Path, change: impl FnOnce(&mut RawPlan)) -> Result<Checked, Error> {
    let path = plan_file(path)?;
    let Document { bytes, mut found, read } = document::read::<RawPlan>(&path, &PLAN, None)?;
    let Some((source, mut raw, broken)) = read else { return Ok(Checked { found, plan: None }) };
    change(&mut raw);
    let mut draft = Draft::new(&source, raw, broken.is_broken);
    let mut at_fault = Diagnostics::default();
    check::run(check::CHECKS, &draft, &mut at_fault);
    found.extend(credible(at_fault, &broken, &source));
    let folder = path.parent().unwrap_or(Path::new(""));
    draft.weather = read_weather(&draft, folder, &mut found);
    draft.alpha = super::alpha::read(&draft, folder, &mut found);
    let mut at_fault = Diagnostics::default();
    check::run(check::SEA_CHECKS, &draft, &mut at_fault);
    found.extend(credible(at_fault, &broken, &source));
    let plan = if found.errors() == 0 { resolve::resolve(&mut draft, sha256(&bytes)) } else { None };
    if found.errors() == 0 && plan.is_none() {
        found.push(Diagnostic::error(
            "unresolved",
            "the plan has a fault that no check names; please report it as a fault of mudline",
        ));
    }
    if let Some((plan, sea)) = &plan {
        check::run_resolved(plan, sea, &draft, &mut found);
    }
    found.sort();
    let plan = plan.filter(|_| found.errors() == 0);
    Ok(Checked { found, plan })
}

/// Reads the file of every `[[weather]]`.
fn read_weather(draft: &Draft<'_>, folder: &Path, found: &mut Diagnostics) -> Vec<WeatherFile> {
    RawPlan::entries(&draft.raw.weather)
        .iter()
        .map(|entry| {
            let weather = entry.get_ref();
            let file = weather.file.as_ref().and_then(|files| match files.get_ref().is_list {
                true => members::read_members(draft, weather, files, folder, found),
                false => read_file(draft, weather, files.get_ref().names.first()?, folder, found),
            });
            let mut file = file.unwrap_or(WeatherFile { reading: None, sha256: String::new() });
            if let (Some(reading), Some(gaps)) = (&mut file.reading, &weather.gaps) {
                reading.series.interpolate_holes(gaps.get_ref().interpolate_up_to);
            }
            if let (Some(reading), Some(height), Some(exponent)) =
                (&mut file.reading, &weather.wind_height, &weather.wind_exponent)
            {
                wind_to_ten_metres(&mut reading.series, *height.get_ref(), *exponent.get_ref());
            }
            file
        })
        .collect()
}

/// Reads one file of a weather as the plan says; nothing where the system cannot, which is told.
pub(super) fn read_file(
    draft: &Draft<'_>,
    weather: &RawWeather,
    file: &Spanned<String>,
    folder: &Path,
    found: &mut Diagnostics,
) -> Option<WeatherFile> {
    let path = folder.join(file.get_ref());
    let pairs = |named: &Option<Spanned<super::read::Named<String>>>| -> Vec<(String, String)> {
        let entries = named.iter().flat_map(|named| &named.get_ref().0);
        entries.map(|(name, value)| (name.get_ref().clone(), value.get_ref().clone())).collect()
    };
    let is_list = weather.file.as_ref().is_some_and(|files| files.get_ref().is_list);
    let options = ReadOptions {
        columns: pairs(&weather.columns),
        units: pairs(&weather.units),
        // A zone that is unknown was told already.
        zone: weather.zone.as_ref().map(|zone| Zone::named(zone.get_ref()).unwrap_or(Zone::UTC)),
        origin: weather.origin.as_ref().and_then(|origin| Origin::of_word(origin.get_ref().word())),
        at: positions(draft, weather),
        // In a list the member is one of the files, not something within a file.
        member: weather.member.as_ref().map(|member| *member.get_ref()).filter(|_| !is_list),
        between: match weather.grid.as_ref().map(|grid| *grid.get_ref()) {
            Some(GridWord::Bilinear) => Between::Bilinear,
            Some(GridWord::Nearest) | None => Between::Nearest,
        },
        ..ReadOptions::named(path.display().to_string())
    };
    let read = hash_file(&path).and_then(|sha256| Ok((sha256, read(&path, &options, found)?)));
    match read {
        Ok((sha256, reading)) => Some(WeatherFile { reading, sha256 }),
        Err(error) => {
            let help = "the file is looked for from the plan's folder";
            found.push(draft.error("weather-file", file.span(), error.to_string()).help(help));
            None
        }
    }
}

/// The positions of the sites that have a weather; where none has it, the middle of each stretch of a route that has it.
fn positions(draft: &Draft<'_>, weather: &RawWeather) -> Vec<Position> {
    let Some(id) = &weather.id else { return Vec::new() };
    let has_it = |site: &&RawSite| site.weather.as_ref().is_some_and(|name| name.get_ref() == id.get_ref());
    let sites: Vec<&RawSite> = entries(&draft.raw.site).filter(has_it).collect();
    if !sites.is_empty() {
        return sites.iter().filter_map(|site| Some(*site.position.as_ref()?.get_ref())).collect();
    }
    entries(&draft.raw.route).flat_map(|route| middles(draft, route, id.get_ref())).collect()
}

/// The middles of the stretches of a route that have a weather.
fn middles(draft: &Draft<'_>, route: &RawRoute, weather: &str) -> Vec<Position> {
    let end = |site: &Option<Spanned<String>>| {
        Some(*draft.site(site.as_ref()?.get_ref())?.position.as_ref()?.get_ref())
    };
    let (Some(from), Some(to)) = (end(&route.from), end(&route.to)) else { return Vec::new() };
    let via = route.via.iter().flat_map(|via| via.get_ref()).map(|point| *point.get_ref());
    let points: Vec<Position> = [from].into_iter().chain(via).chain([to]).collect();
    let stretches = points.windows(2).zip(on_the_way(route));
    let of_it = stretches.filter(|(_, name)| name.get_ref() == weather);
    of_it.map(|(ends, _)| between(ends[0], ends[1], 0.5)).collect()
}

fn hash_file(path: &Path) -> Result<String, Error> {
    let is_file = std::fs::metadata(path).map_err(|e| Error::read(path, e))?.is_file();
    if !is_file {
        // A device or a pipe may never end.
        return Err(Error::read(path, std::io::Error::other("it is not a regular file")));
    }
    let mut hasher = Sha256::new();
    let mut file = File::open(path).map_err(|e| Error::read(path, e))?;
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer).map_err(|e| Error::read(path, e))? {
            0 => return Ok(hex(&hasher.finalize())),
            length => hasher.update(&buffer[..length]),
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
