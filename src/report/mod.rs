//! One page to look at: a schedule as a single HTML file that needs no network and opens from a stick.
//!
//! In: a [`Report`]: a schedule, perhaps one to compare it with and the odds of a simulation, and a language to begin in. Out: the bytes of the page.
//! Not a server and not a template language: `page/` holds the page's own HTML, CSS and scripts, and data go in as JSON that only
//! its script reads, as text. The page may load nothing and run nothing else: its policy names the hash of its own script and style.

mod data;
mod odds;
mod sound;
mod summary;
mod words;

pub use odds::Odds;
pub use sound::fault;
pub use words::{Language, Words};

use crate::export::wording::Clock;
use crate::schedule::Schedule;
use crate::schedule::compare::compare;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use summary::Speaker;

const PAGE: &str = include_str!("page/page.html");
const STYLES: [&str; 2] = [include_str!("page/page.css"), include_str!("page/print.css")];
/// The scripts in the order in which they run; together they are one function, so that no name of theirs meets another.
const SCRIPTS: [&str; 9] = [
    include_str!("page/core.js"),
    include_str!("page/pen.js"),
    include_str!("page/axis.js"),
    include_str!("page/gantt.js"),
    include_str!("page/strips.js"),
    include_str!("page/map.js"),
    include_str!("page/tables.js"),
    include_str!("page/odds.js"),
    include_str!("page/page.js"),
];

/// What a page shows.
pub struct Report<'s> {
    /// The schedule.
    pub schedule: &'s Schedule,
    /// The schedule that it is compared with.
    pub baseline: Option<&'s Schedule>,
    /// What a simulation found.
    pub odds: Option<&'s Odds>,
    /// The language in which it opens; the page holds all of them.
    pub language: Language,
}

impl Report<'_> {
    /// The page.
    pub fn html(&self) -> String {
        let clock = Clock::of(self.schedule);
        let speakers =
            Language::ALL.map(|language| (language, Speaker::new(self.schedule, &clock, language)));
        let style = STYLES.concat();
        let script = format!("(() => {{\n{}\n}})();\n", SCRIPTS.concat());
        let policy = format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            hash(&script),
            hash(&style)
        );
        let in_each = |tag: &str, class: &str, says: &dyn Fn(&Speaker) -> String| -> String {
            let block = |(language, speaker): &(Language, Speaker)| {
                let code = language.code();
                let hidden = if *language == self.language { "" } else { " hidden" };
                format!(
                    "<{tag} class=\"{class}\" lang=\"{code}\" data-lang=\"{code}\"{hidden}>{}</{tag}>",
                    says(speaker)
                )
            };
            speakers.iter().map(block).collect()
        };
        let paragraphs = |speaker: &Speaker| -> String {
            speaker.sentences().iter().map(|sentence| format!("<p>{}</p>", escape(sentence))).collect()
        };
        let synthetic = if self.schedule.is_synthetic() {
            in_each("p", "notice", &|speaker| speaker.synthetic())
        } else {
            String::new()
        };
        let parts = [
            ("lang", self.language.code().to_owned()),
            ("policy", policy),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("name", escape(&data::name(&self.schedule.plan.name))),
            ("style", style),
            ("edition", in_each("span", "said", &|speaker| speaker.edition())),
            ("synthetic", synthetic),
            ("summary", in_each("div", "said", &paragraphs)),
            ("figures", in_each("dl", "figures", &|speaker| speaker.figures())),
            ("colophon", in_each("span", "said", &|speaker| self.colophon(speaker))),
            ("data", script_json(&self.data(&clock))),
            ("script", script),
        ];
        let own = speakers
            .iter()
            .find(|(language, _)| *language == self.language)
            .map(|(_, speaker)| speaker.words());
        fill(PAGE, &parts, own)
    }

    fn colophon(&self, speaker: &Speaker) -> String {
        let sha: String = self.schedule.plan.sha256.chars().take(12).collect();
        let values = [
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("plan", crate::export::wording::clean(&sha)),
        ];
        escape(&speaker.words().with("colophon", &fluent_bundle::FluentArgs::from_iter(values)))
    }

    fn data(&self, clock: &Clock) -> Value {
        let comparison = self.baseline.map(|before| compare(before, self.schedule));
        let mut value = data::value(self.schedule, clock, self.baseline.zip(comparison.as_ref()));
        let words =
            Language::ALL.map(|language| (language.code().to_owned(), json!(Words::of(language).all())));
        value["words"] = Value::Object(Map::from_iter(words));
        value["odds"] = json!(self.odds.map(|odds| odds.value(&self.schedule.plan.sha256)));
        value["lang"] = json!(self.language.code());
        value
    }
}

/// Puts the parts into the page in one pass, so that a name that looks like a place of the page stays a name; and the words of the
/// first language into every element that says which text it shows.
fn fill(page: &str, parts: &[(&str, String)], words: Option<&Words>) -> String {
    let mut html = String::with_capacity(parts.iter().map(|part| part.1.len()).sum::<usize>() + page.len());
    for (at, piece) in page.split("{{").enumerate() {
        let rest = match piece.split_once("}}").filter(|_| at > 0) {
            Some((place, rest)) => {
                let part = parts.iter().find(|(name, _)| *name == place);
                html.push_str(part.map(|(_, text)| text.as_str()).unwrap_or_default());
                rest
            }
            None => piece,
        };
        match words {
            Some(words) => html.push_str(&say(rest, words)),
            None => html.push_str(rest),
        }
    }
    html
}

/// The text of every element with `data-t`.
fn say(page: &str, words: &Words) -> String {
    let mut said = String::new();
    for (at, piece) in page.split("data-t=\"").enumerate() {
        if at == 0 {
            said.push_str(piece);
            continue;
        }
        said.push_str("data-t=\"");
        let id: String = piece.chars().take_while(|c| *c != '"').collect();
        match piece.split_once('>') {
            Some((before, after)) => {
                said.push_str(before);
                said.push('>');
                said.push_str(&escape(&words.text(&id)));
                said.push_str(after);
            }
            None => said.push_str(piece),
        }
    }
    said
}

/// JSON for a script element: no character in it can end the element or begin a comment.
fn script_json(value: &Value) -> String {
    let mut text = String::new();
    for c in value.to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => text.push_str(&format!("\\u{:04x}", c as u32)),
            c => text.push(c),
        }
    }
    text
}

/// A text as HTML shows it, in an element or in quotes.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

/// SHA-256 in base64, as a content security policy names it.
fn hash(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digest = Sha256::digest(text.as_bytes());
    let mut encoded = String::new();
    for three in digest.chunks(3) {
        let bits =
            three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            match place <= three.len() {
                true => encoded.push(LETTERS[(bits >> (18 - 6 * place)) as usize & 63] as char),
                false => encoded.push('='),
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_what_a_browser_computes() {
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        assert_eq!(hash("alert(1)"), "bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=");
    }

    #[test]
    fn json_cannot_end_its_script() {
        let text = script_json(&json!({ "a": "</script><!--&\u{2028}" }));
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        let read: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read["a"], "</script><!--&\u{2028}");
    }

    #[test]
    fn a_name_that_looks_like_a_place_stays_a_name() {
        let parts = [("a", "{{b}} data-t=\"find\">".to_owned()), ("b", "secret".to_owned())];
        assert_eq!(fill("<i>{{a}}</i>", &parts, None), "<i>{{b}} data-t=\"find\"></i>");
    }
}
