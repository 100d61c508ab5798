//! The alpha factors that a plan chooses: which table, where it applies, and what follows for a limit.
//!
//! In: `[alpha]` and the files it names. Out: [`Factors`], which make forecast limits (OP_WF) of operational ones (OP_LIM).
//! They apply to the limits of tasks, samplings and transfers at sites whose weather is a forecast; not to what gear survives, nor to
//! sailing. Factors are folded into the limits before anything is planned, so that windows, model and judge see the same limit.

use super::draft::Draft;
use super::raw::RawTask;
use crate::diag::{Diagnostics, Kind};
use crate::id::nearest;
use crate::units::Span;
use crate::weather::{ALPHA_FILES, Alpha, AlphaFile, AlphaTable, Limit};
use std::path::Path;
use toml::Spanned;

/// The kinds of fault told here.
pub static KINDS: &[Kind] = &[
    ("alpha-file", "A file of alpha factors cannot be read, or makes no sense."),
    ("alpha-table", "There is no such table of alpha factors."),
];

/// The factors a plan has chosen.
#[derive(Debug, Clone, Default)]
pub struct Factors {
    /// For waves: `hs` and `swell`.
    pub waves: Option<AlphaTable>,
    /// For wind: `wind` and `gust`.
    pub wind: Option<AlphaTable>,
    /// T_POP of work that can be halted.
    pub halt: Option<Span>,
}

impl Factors {
    fn table(&self, channel: &str) -> Option<&AlphaTable> {
        match channel {
            "hs" | "swell" => self.waves.as_ref(),
            "wind" | "gust" => self.wind.as_ref(),
            _ => None,
        }
    }

    /// Whether a table has no factor for a limit: its design value is below the first column.
    pub fn is_case_by_case(&self, channel: &str, design: f64, t_pop: Span) -> bool {
        self.table(channel).is_some_and(|table| table.factor(design, t_pop.hours()).is_none())
    }

    /// The forecast limit that follows from an operational one; the same where no factor is known for its channel.
    pub fn forecast(&self, limit: Limit, t_pop: Span, own: Option<f64>) -> Limit {
        let of_table = || self.table(&limit.channel)?.factor(limit.at_most, t_pop.hours());
        let Some(factor) = own.or_else(of_table) else { return limit };
        let alpha = Some(Alpha { factor, operational: limit.at_most });
        Limit { at_most: factor * limit.at_most, alpha, ..limit }
    }

    /// T_POP of a task: its duration, or for one that may pause what the plan says of halting.
    pub fn t_pop(&self, task: &RawTask) -> Span {
        let duration = task.duration.as_ref().map_or(Span::default(), |duration| *duration.get_ref());
        if task.suspend.is_some() { self.halt.unwrap_or(duration) } else { duration }
    }
}

/// A task's own factors, by channel.
pub fn own_factors(task: &RawTask) -> Vec<(String, f64)> {
    let entries = task.alpha.iter().flat_map(|named| &named.get_ref().0);
    entries.map(|(name, factor)| (name.get_ref().clone(), *factor.get_ref())).collect()
}

/// A task's own factor for a channel.
pub fn own_factor(task: &RawTask, channel: &str) -> Option<f64> {
    let mut entries = task.alpha.iter().flat_map(|named| &named.get_ref().0);
    entries.find(|(name, _)| name.get_ref() == channel).map(|(_, factor)| *factor.get_ref())
}

/// Reads the tables that a plan chooses; nothing when it chooses none.
pub fn read(draft: &Draft<'_>, folder: &Path, found: &mut Diagnostics) -> Option<Factors> {
    let raw = draft.raw.alpha.as_ref()?.get_ref();
    let own = match &raw.file {
        Some(file) => match own_file(&folder.join(file.get_ref())) {
            Ok(tables) => Some(tables),
            Err(fault) => {
                let help = "it holds edition, source, conditions and [[table]]s; see seeds/alpha/dnv-os-h101-2011.toml";
                found.push(draft.error("alpha-file", file.span(), fault).help(help));
                return Some(Factors::default());
            }
        },
        None => None,
    };
    let mut table = |name: &Option<Spanned<String>>| {
        let name = name.as_ref()?;
        let chosen = choose(name.get_ref(), own.as_ref());
        if chosen.is_none() {
            let known = known(own.as_ref());
            let help = match nearest(name.get_ref(), known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("known: {}", known.join(", ")),
            };
            let message = format!("there is no table of alpha factors {:?}", name.get_ref());
            found.push(draft.error("alpha-table", name.span(), message).help(help));
        }
        chosen
    };
    let (waves, wind) = (table(&raw.waves), table(&raw.wind));
    Some(Factors { waves, wind, halt: raw.halt.as_ref().map(|halt| *halt.get_ref()) })
}

/// Largest file of tables.
const MOST_BYTES: u64 = 1 << 20;

fn own_file(path: &Path) -> Result<AlphaFile, String> {
    let told = |fault: &dyn std::fmt::Display| format!("{}: {fault}", path.display());
    let length = std::fs::metadata(path).map_err(|e| told(&e))?;
    if !length.is_file() || length.len() > MOST_BYTES {
        return Err(told(&"it is no file, or larger than any table"));
    }
    let text = std::fs::read_to_string(path).map_err(|e| told(&e))?;
    AlphaFile::parse(&text).map_err(|fault| told(&fault.replace('\n', " ")))
}

/// `base` of one's own file, or `dnv-os-h101-2011/base` of those that are built in.
fn choose(name: &str, own: Option<&AlphaFile>) -> Option<AlphaTable> {
    if let Some(table) = own.and_then(|own| own.table(name)) {
        return Some(table);
    }
    let (file, table) = name.split_once('/')?;
    let (_, text) = ALPHA_FILES.iter().find(|(name, _)| *name == file)?;
    AlphaFile::parse(text).ok()?.table(table)
}

fn known(own: Option<&AlphaFile>) -> Vec<String> {
    let own = own.iter().flat_map(|own| own.table.iter().map(|table| table.id.clone()));
    let built_in = ALPHA_FILES.iter().flat_map(|(file, text)| {
        let tables = AlphaFile::parse(text).map_or(Vec::new(), |file| file.table);
        tables.into_iter().map(move |table| format!("{file}/{}", table.id))
    });
    own.collect::<Vec<String>>().into_iter().chain(built_in).collect()
}
