//! The words of the report, in every language it speaks.
//!
//! In: `words/*.ftl`, compiled in. Out: a text in a language, with its values; and all texts at once for the page, in which a value
//! that the page fills in stands as `{name}`.
//! Not the names of a plan: those are shown as its author wrote them. Format: Fluent (projectfluent.org).

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::collections::BTreeMap;
use unic_langid::LanguageIdentifier;

/// A language that the report speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Language {
    /// Every language, in the order of the switch on the page.
    pub const ALL: [Language; 2] = [Language::En, Language::Ja];

    /// Its code (BCP 47).
    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Ja => "ja",
        }
    }

    /// The language of that code.
    pub fn named(code: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.code() == code)
    }

    fn source(self) -> &'static str {
        match self {
            Language::En => include_str!("words/en.ftl"),
            Language::Ja => include_str!("words/ja.ftl"),
        }
    }
}

/// The texts of one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
    /// Every id of the file, with the names of its values.
    ids: BTreeMap<String, Vec<String>>,
}

impl Words {
    /// The texts of a language.
    pub fn of(language: Language) -> Words {
        let identifier: LanguageIdentifier = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // The marks that isolate a value from the direction of the text around it: a page has `dir` for that.
        bundle.set_use_isolating(false);
        let resource = match FluentResource::try_new(language.source().to_owned()) {
            Ok(resource) => resource,
            // What could not be read is left out; a test sees to it that nothing is.
            Err((resource, _)) => resource,
        };
        let ids = variables(language.source());
        bundle.add_resource_overriding(resource);
        Words { bundle, ids }
    }

    /// A text without values; its id where there is no such text.
    pub fn text(&self, id: &str) -> String {
        self.with(id, &FluentArgs::new())
    }

    /// A text with values.
    pub fn with(&self, id: &str, values: &FluentArgs) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        self.bundle.format_pattern(pattern, Some(values), &mut Vec::new()).into_owned()
    }

    /// Every text by its id, with `{name}` where the page puts a value.
    pub fn all(&self) -> BTreeMap<&str, String> {
        let text = |(id, names): (&'_ String, &Vec<String>)| {
            let mut marks = FluentArgs::new();
            for name in names {
                marks.set(name.clone(), format!("{{{name}}}"));
            }
            self.with(id, &marks)
        };
        self.ids.iter().map(|(id, names)| (id.as_str(), text((id, names)))).collect()
    }

    /// Every id.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(String::as_str)
    }
}

/// The ids of a Fluent file with the names of the values in each text. A line that begins in the first column begins a text.
fn variables(source: &str) -> BTreeMap<String, Vec<String>> {
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut current = None;
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        let begins = line.starts_with(|c: char| c.is_ascii_lowercase());
        if let Some((id, _)) = line.split_once(" =").filter(|_| begins) {
            ids.entry(id.to_owned()).or_default();
            current = Some(id.to_owned());
        }
        let Some(names) = current.as_ref().and_then(|id| ids.get_mut(id)) else { continue };
        for part in line.split('$').skip(1) {
            let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_ids_with_the_same_values() {
        let all = Language::ALL.map(|language| {
            let sorted = |mut names: Vec<String>| {
                names.sort();
                names
            };
            let ids = Words::of(language).ids;
            ids.into_iter().map(|(id, names)| (id, sorted(names))).collect::<BTreeMap<_, _>>()
        });
        let different: Vec<_> = all[0]
            .iter()
            .filter(|(id, names)| all[1].get(*id) != Some(names))
            .chain(all[1].iter().filter(|(id, _)| !all[0].contains_key(*id)))
            .collect();
        assert!(different.is_empty(), "{different:?}");
        assert!(all[0].len() > 100);
    }

    #[test]
    fn every_file_is_read_whole_and_every_text_says_something() {
        for language in Language::ALL {
            assert!(FluentResource::try_new(language.source().to_owned()).is_ok(), "{}", language.code());
            let words = Words::of(language);
            for (id, text) in words.all() {
                let is_there = words.bundle.get_message(id).is_some_and(|message| message.value().is_some());
                assert!(is_there, "{}: {id} has no text", language.code());
                assert!(!text.is_empty() && !text.contains("{$"), "{}: {id}: {text}", language.code());
            }
        }
    }

    #[test]
    fn numbers_choose_their_form() {
        let words = Words::of(Language::En);
        let said = |count: i64| words.with("unchanged", &FluentArgs::from_iter([("count", count)]));
        assert_eq!(said(1), "One activity is as before.");
        assert_eq!(said(12), "12 activities are as before.");
    }
}
