//! The colours of web-client/styles: readable in both contrasts, and written in one file only.

use crate::source::{Source, root, sources};
use ebok::web::colours::pairs;
use std::collections::BTreeMap;
use std::fs;

const TOKENS: &str = "web-client/styles/tokens.css";

#[test]
fn every_pair_of_colours_is_readable() {
    for is_high in [false, true] {
        for pair in pairs(is_high) {
            assert!(pair.ratio >= pair.least, "{pair:?}");
        }
    }
}

/// Every token that is written on another, or is written on, stands in some pair.
#[test]
fn every_colour_is_in_a_pair() {
    let pairs = pairs(false);
    let css = fs::read_to_string(root().join(TOKENS)).unwrap();
    let (_, purposes) = css.split_once("What each colour is for").unwrap();
    let (purposes, _) = purposes.split_once("--font:").unwrap();
    let named = declarations(purposes);
    assert!(named.len() > 15);
    for token in named.keys().filter(|token| *token != "hairline") {
        let found = pairs
            .iter()
            .any(|pair| pair.text == token || pair.ground == token);
        assert!(
            found,
            "--{token}: name it in a pair, with what it stands on"
        );
    }
}

/// A city changes its accent in one file; so no other file names a colour.
#[test]
fn colours_stand_in_the_tokens_alone() {
    let names_one = |source: &&Source| {
        let values = source.text.split([':', ' ', '(', ',', ';']);
        let is_hex = |word: &str| {
            word.strip_prefix('#').is_some_and(|hex| {
                [3, 4, 6, 8].contains(&hex.len()) && hex.chars().all(|c| c.is_ascii_hexdigit())
            })
        };
        let is_function = ["rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "color-mix("];
        values.into_iter().any(is_hex) || is_function.iter().any(|f| source.text.contains(f))
    };
    let styles = sources("web-client/styles", &[".css"]);
    assert!(styles.iter().any(|source| source.path == TOKENS));
    let mut others = styles.iter().filter(|source| source.path != TOKENS);
    assert_eq!(others.find(names_one).map(|source| &source.path), None);
}

/// Every `var(--name)` of the styles is declared.
#[test]
fn styles_use_declared_tokens() {
    let css = fs::read_to_string(root().join(TOKENS)).unwrap();
    let declared = declarations(&css);
    for source in sources("web-client/styles", &[".css"]) {
        for used in source.text.split("var(--").skip(1) {
            let name = used.split([')', ',']).next().unwrap();
            assert!(declared.contains_key(name), "{}: --{name}", source.path);
        }
    }
}

/// `--name: value;` of a piece of CSS.
fn declarations(css: &str) -> BTreeMap<String, String> {
    css.lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("--")?
                .strip_suffix(';')?
                .split_once(": ")
        })
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
