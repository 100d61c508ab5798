//! The letters of the charts: which font has a character, and how wide a text is.
//!
//! In: texts. Out: widths by the bundled font, which has Latin, Greek and Cyrillic letters; and [`Fonts`], which adds those fonts of
//! the system that have the other characters (Japanese, say), and names the characters that no font has.
//! Not the shaping: `resvg` and `krilla` do that.
//! Source of the bundled font: seeds/fonts/README.md.

use crate::schedule::Schedule;
use resvg::usvg::fontdb::{self, Database, Family, ID, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use ttf_parser::Face;
use unicode_width::UnicodeWidthChar;

/// The family of the bundled font, regular weight.
pub const REGULAR: &str = "Noto Sans";
/// The family of the bundled font, heavier weight.
pub const BOLD: &str = "Noto Sans SemiBold";
/// The bundled font, regular weight.
pub static REGULAR_BYTES: &[u8] = include_bytes!("../../../seeds/fonts/NotoSans-Regular.ttf");
/// The bundled font, heavier weight.
pub static BOLD_BYTES: &[u8] = include_bytes!("../../../seeds/fonts/NotoSans-SemiBold.ttf");

/// Fonts of systems that are taken before others, because Japanese readers know their shapes.
const PREFERRED: [&str; 12] = [
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "Source Han Sans JP",
    "Hiragino Sans",
    "Yu Gothic",
    "Meiryo",
    "BIZ UDPGothic",
    "MS PGothic",
    "IPAexGothic",
    "IPAPGothic",
    "Takao PGothic",
    "VL PGothic",
];

fn face(is_bold: bool) -> Option<&'static Face<'static>> {
    static FACES: OnceLock<[Option<Face<'static>>; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| [REGULAR_BYTES, BOLD_BYTES].map(|bytes| Face::parse(bytes, 0).ok()));
    faces[usize::from(is_bold)].as_ref()
}

/// The width of a character as a part of the font's size.
fn advance(c: char, is_bold: bool) -> f64 {
    let known = face(is_bold).and_then(|face| {
        let glyph = face.glyph_index(c)?;
        Some(f64::from(face.glyph_hor_advance(glyph)?) / f64::from(face.units_per_em()))
    });
    known.unwrap_or(match c.width() {
        Some(0) => 0.0,
        Some(2) => 1.0,
        _ => 0.6,
    })
}

/// The width of a text in letters of that size.
pub fn width(text: &str, size: f64, is_bold: bool) -> f64 {
    text.chars().map(|c| advance(c, is_bold)).sum::<f64>() * size
}

/// As much of a text as fits, with three dots where some is left out.
pub fn fit(text: &str, room: f64, size: f64, is_bold: bool) -> String {
    let dots = width("…", size, is_bold);
    let (mut used, mut cut) = (0.0, 0);
    for (at, c) in text.char_indices() {
        used += advance(c, is_bold) * size;
        if used > room {
            return if room < dots { String::new() } else { format!("{}…", text[..cut].trim_end()) };
        }
        if used + dots <= room {
            cut = at + c.len_utf8();
        }
    }
    text.to_owned()
}

/// The glyphs of a text with their advances, each a part of the font's size, and their bytes of the text. None where the bundled
/// font lacks one, or where marks have to be set upon letters, which only shaping does.
pub fn glyphs(text: &str, is_bold: bool) -> Option<Vec<(u16, f64, Range<usize>)>> {
    let face = face(is_bold)?;
    let glyph = |(at, c): (usize, char)| {
        let glyph = face.glyph_index(c).filter(|_| c.width() != Some(0))?;
        Some((glyph.0, advance(c, is_bold), at..at + c.len_utf8()))
    };
    text.char_indices().map(glyph).collect()
}

/// Every text of a schedule that a picture of it may show.
pub fn texts(schedule: &Schedule) -> impl Iterator<Item = &str> {
    let activities = schedule.activities.iter().flat_map(|activity| {
        [Some(activity.name.as_str()), activity.vessel.as_deref(), activity.to_site.as_deref()]
    });
    let deliveries = schedule.deliveries.iter().flat_map(|delivery| [&delivery.site, &delivery.commodity]);
    let weather = schedule.weather.iter().flat_map(|weather| [&weather.id, &weather.origin]);
    let sea = schedule.sea.iter().map(|row| &row.site);
    let plan = [&schedule.plan.name, &schedule.plan.zone, &schedule.solve.solver];
    let rest = deliveries.chain(weather).chain(sea).chain(plan).chain(&schedule.plan.currency);
    activities.flatten().chain(rest.map(String::as_str))
}

/// Whether the bundled font lacks a character that leaves a mark on paper.
pub fn is_foreign(c: char) -> bool {
    let is_blank = c.is_whitespace() || c.is_control() || c.width() == Some(0);
    !is_blank && face(false).is_none_or(|face| face.glyph_index(c).is_none())
}

/// A font of the system.
pub struct Fallback {
    /// Its place in the collection of fonts.
    pub id: ID,
    /// Its file.
    pub bytes: Arc<Vec<u8>>,
    /// Its number within the file.
    pub index: u32,
}

/// The fonts for some texts.
pub struct Fonts {
    /// All of them, for `resvg`.
    pub collection: Arc<Database>,
    /// Those of the system.
    pub fallbacks: Vec<Fallback>,
    /// For each character that the bundled font lacks, which of `fallbacks` has it.
    pub owners: BTreeMap<char, usize>,
    /// The characters that no font has.
    pub missing: BTreeSet<char>,
}

impl Fonts {
    /// The bundled font, and where it lacks characters the fonts of the system that have them, if these may be used.
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>, with_system: bool) -> Fonts {
        let foreign: BTreeSet<char> =
            texts.flat_map(str::chars).filter(|c| !c.is_ascii() && is_foreign(*c)).collect();
        let mut collection = Database::new();
        collection.load_font_source(Source::Binary(Arc::new(REGULAR_BYTES)));
        collection.load_font_source(Source::Binary(Arc::new(BOLD_BYTES)));
        for set in [Database::set_serif_family, Database::set_sans_serif_family] {
            set(&mut collection, REGULAR.to_owned());
        }
        let mut fonts = Fonts {
            collection: Arc::new(Database::new()),
            fallbacks: Vec::new(),
            owners: BTreeMap::new(),
            missing: foreign,
        };
        if with_system && !fonts.missing.is_empty() {
            fonts.add_from_system(&mut collection);
        }
        fonts.collection = Arc::new(collection);
        fonts
    }

    fn add_from_system(&mut self, collection: &mut Database) {
        static SYSTEM: OnceLock<Database> = OnceLock::new();
        let system = SYSTEM.get_or_init(|| {
            let mut system = Database::new();
            system.load_system_fonts();
            system
        });
        for id in by_preference(system) {
            if self.missing.is_empty() {
                return;
            }
            let found = system.with_face_data(id, |bytes, index| {
                let face = Face::parse(bytes, index).ok()?;
                let has = |c: &char| face.glyph_index(*c).is_some_and(|glyph| glyph.0 != 0);
                let owned: Vec<char> = self.missing.iter().copied().filter(has).collect();
                (!owned.is_empty()).then(|| (owned, Arc::new(bytes.to_vec()), index))
            });
            let Some(Some((owned, bytes, index))) = found else { continue };
            let added = collection.load_font_source(Source::Binary(bytes.clone()));
            let Some(&id) = added.get(index as usize) else { continue };
            for c in owned {
                self.missing.remove(&c);
                self.owners.insert(c, self.fallbacks.len());
            }
            self.fallbacks.push(Fallback { id, bytes, index });
        }
    }

    /// The font of the system that draws a character, where the bundled one does not.
    pub fn owner(&self, c: char) -> Option<usize> {
        if c.is_ascii() { None } else { self.owners.get(&c).copied() }
    }

    /// What a reader of a picture has to know about its letters.
    pub fn note(&self) -> Option<String> {
        const SHOWN: usize = 12;
        if self.missing.is_empty() {
            return None;
        }
        let mut shown: String = self.missing.iter().take(SHOWN).collect();
        if self.missing.len() > SHOWN {
            shown.push('…');
        }
        let number = self.missing.len();
        let characters = if number == 1 { "1 character has" } else { &format!("{number} characters have") };
        Some(format!(
            "{characters} no glyph in the bundled font or in a font of this system, and are drawn as boxes: {shown} \
             (install a font that has them, such as fonts-noto-cjk for Japanese)"
        ))
    }
}

/// The upright fonts of a system: those that are preferred, then those of normal weight, then the others; each by name.
fn by_preference(system: &Database) -> Vec<ID> {
    let mut faces: Vec<_> = system
        .faces()
        .filter(|face| face.style == fontdb::Style::Normal)
        .map(|face| {
            let name = face.families.first().map_or("", |family| family.0.as_str());
            let named = |family: &&str| face.families.iter().any(|(name, _)| name == family);
            let place = PREFERRED.iter().position(&named).unwrap_or(PREFERRED.len());
            let weight = face.weight.0.abs_diff(fontdb::Weight::NORMAL.0);
            // A font of last resort has every character and shows none.
            let is_last = name.contains("LastResort") || name.contains("Fallback") || name.contains("Blank");
            ((place, is_last, weight, face.monospaced, name.to_owned()), face.id)
        })
        .collect();
    faces.sort();
    faces.into_iter().map(|(_, id)| id).collect()
}

/// The families in the order in which a viewer on another machine should look for them.
pub fn css_families(is_bold: bool) -> String {
    let first = if is_bold { format!("'{BOLD}', '{REGULAR}'") } else { format!("'{REGULAR}'") };
    format!("{first}, 'Noto Sans JP', 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, sans-serif")
}

/// The family that `resvg` is to take for a family of a picture: the bundled one, whatever stands there.
pub fn bundled(collection: &Database, is_bold: bool) -> Option<ID> {
    let families = [Family::Name(if is_bold { BOLD } else { REGULAR })];
    collection.query(&fontdb::Query { families: &families, ..fontdb::Query::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_its_room_ends() {
        assert_eq!(fit("land at location 1", 500.0, 10.0, false), "land at location 1");
        for room in [0.0, 3.0, 11.0, 20.0, 55.0, 80.0] {
            let cut = fit(&"荒天 wait ".repeat(2000), room, 10.0, false);
            assert!(width(&cut, 10.0, false) <= room && (room < 11.0 || cut.ends_with('…')), "{room}: {cut}");
        }
        assert!(width("WWW", 10.0, false) > width("iii", 10.0, false));
        assert!((width("荒天", 10.0, false) - 20.0).abs() < 1e-9);
    }

    #[test]
    fn what_no_font_has_is_named() {
        let fonts = Fonts::of(["Chikyu – 10 µm", "荒天\u{FE0F}"].into_iter(), false);
        assert_eq!(fonts.missing.iter().collect::<String>(), "天荒");
        assert!(fonts.note().is_some_and(|note| note.starts_with("2 characters have no glyph")));
        assert!(Fonts::of(["Ålesund → Ωμέγα · Мурманск"].into_iter(), true).note().is_none());
    }
}
