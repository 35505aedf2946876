//! The words of the pages, from the Fluent files that the browser's programs read too.
//!
//! Amounts, figures and dates come in as finished strings of [`super::format`]; a bare number only
//! chooses a plural form.

use crate::document;
use auction_rules::Words;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "web-client/locales"]
#[include = "*.ftl"]
struct Locales;

type Bundle = FluentBundle<FluentResource>;

static PL: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::Pl));
static EN: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::En));

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lang {
    /// Polish.
    Pl,
    /// English.
    En,
}

impl Lang {
    /// The language of documents and mail.
    pub(super) fn on_paper(self) -> document::Lang {
        match self {
            Self::Pl => document::Lang::Pl,
            Self::En => document::Lang::En,
        }
    }

    /// The language of a code.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "pl" => Some(Self::Pl),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// Its code (BCP 47).
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Pl => "pl",
            Self::En => "en",
        }
    }

    /// The words under a key.
    pub(super) fn say(self, key: &str) -> String {
        self.look_up(key, None)
    }

    /// The words under a key, with finished strings in their places.
    pub(super) fn say_with(self, key: &str, values: &[(&str, &str)]) -> String {
        let args: FluentArgs = values
            .iter()
            .map(|(name, value)| (*name, FluentValue::from(*value)))
            .collect();
        self.look_up(key, Some(&args))
    }

    /// The words under a key in the plural form of `$count`.
    pub(super) fn count(self, key: &str, count: usize) -> String {
        let args: FluentArgs = [("count", FluentValue::from(count))].into_iter().collect();
        self.look_up(key, Some(&args))
    }

    /// The sentence in this language; Polish where the English one is missing.
    pub(super) fn of(self, words: &Words) -> String {
        match self {
            Self::En if !words.en.is_empty() => words.en.clone(),
            _ => words.pl.clone(),
        }
    }

    fn bundle(self) -> &'static Bundle {
        match self {
            Self::Pl => &PL,
            Self::En => &EN,
        }
    }

    /// A missing key or value is a mistake of ours: tests stop at it, people see the key.
    fn look_up(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|found| found.value()) else {
            debug_assert!(false, "no words for {key}");
            tracing::error!(key, lang = self.code(), "there are no words for a key");
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            debug_assert!(false, "{key}: {errors:?}");
            tracing::error!(key, ?errors, "words lack a value");
        }
        text.into_owned()
    }
}

/// All files of one language. What cannot be read is left out, and found by the test below.
fn bundle(lang: Lang) -> Bundle {
    let locale = lang.code().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // Values are ours and stand in text that runs from left to right: no isolation marks.
    bundle.set_use_isolating(false);
    for (path, resource) in resources(lang) {
        match resource {
            Ok(resource) => {
                if let Err(errors) = bundle.add_resource(resource) {
                    tracing::error!(path, ?errors, "words stand twice");
                }
            }
            Err(error) => tracing::error!(path, error, "words cannot be read"),
        }
    }
    bundle
}

fn resources(lang: Lang) -> impl Iterator<Item = (String, Result<FluentResource, String>)> {
    let paths = Locales::iter().filter(move |path| path.starts_with(lang.code()));
    paths.filter_map(|path| {
        let file = Locales::get(&path)?;
        let text = String::from_utf8_lossy(&file.data).into_owned();
        let resource = FluentResource::try_new(text);
        Some((
            path.into_owned(),
            resource.map_err(|(_, errors)| format!("{errors:?}")),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_read_and_no_key_stands_twice() {
        for lang in [Lang::Pl, Lang::En] {
            let mut bundle = Bundle::new_concurrent(vec![lang.code().parse().unwrap()]);
            let mut files = 0;
            for (path, resource) in resources(lang) {
                let resource = resource.unwrap_or_else(|error| panic!("{path}: {error}"));
                let added = bundle.add_resource(resource);
                assert!(added.is_ok(), "{path}: {added:?}");
                files += 1;
            }
            assert!(files >= 6, "{files} files of {}", lang.code());
        }
    }

    #[test]
    fn plural_forms_and_values_find_their_place() {
        for (count, expected) in [
            (1, "1 obserwator"),
            (3, "3 obserwatorów"),
            (22, "22 obserwatorów"),
        ] {
            assert_eq!(Lang::Pl.count("observers", count), expected);
        }
        let time = [("time", "12:08:10")];
        assert_eq!(Lang::En.say_with("ended-at", &time), "ended 12:08:10");
        assert_eq!(Lang::Pl.say("state-open"), "trwa");
    }
}
