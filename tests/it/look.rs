//! The colours of web-client/styles: readable in both contrasts, and written in one file only.

use crate::source::{Source, root, sources};
use std::collections::BTreeMap;
use std::fs;

const TOKENS: &str = "web-client/styles/tokens.css";

/// WCAG 2.2 AA: text 4.5 (1.4.3), edges of controls and signs 3 (1.4.11).
const TEXT: f64 = 4.5;
const EDGE: f64 = 3.0;

/// Foreground, ground, least contrast: every pair that the styles put together.
const PAIRS: [(&str, &str, f64); 29] = [
    ("ink", "paper", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "accent-pale", TEXT),
    ("ink", "danger-pale", TEXT),
    ("ink", "accepted-pale", TEXT),
    ("ink", "attention-pale", TEXT),
    ("ink-quiet", "paper", TEXT),
    ("ink-quiet", "surface", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "surface", TEXT),
    ("accent-strong", "paper", TEXT),
    ("accent-strong", "surface", TEXT),
    ("accent-strong", "accent-pale", TEXT),
    ("danger", "paper", TEXT),
    ("danger", "surface", TEXT),
    ("danger", "danger-pale", TEXT),
    ("accepted", "surface", TEXT),
    ("accepted", "accepted-pale", TEXT),
    ("on-bar", "bar", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("on-danger", "danger", TEXT),
    ("on-danger", "danger-strong", TEXT),
    ("on-attention", "attention", TEXT),
    ("control-border", "paper", EDGE),
    ("control-border", "surface", EDGE),
    ("attention", "bar", EDGE),
    ("attention", "ink", EDGE),
    ("accent", "accent-pale", EDGE),
];

#[test]
fn every_pair_of_colours_is_readable() {
    let css = fs::read_to_string(root().join(TOKENS)).unwrap();
    let (usual, high) = css.split_once(r#":root[data-contrast="high"]"#).unwrap();
    let usual = declarations(usual);
    let mut high_contrast = usual.clone();
    high_contrast.extend(declarations(high));
    for tokens in [&usual, &high_contrast] {
        for (text, ground, least) in PAIRS {
            let ratio = contrast(colour(tokens, text), colour(tokens, ground));
            assert!(
                ratio >= least,
                "{text} on {ground}: {ratio:.2}, at least {least}"
            );
        }
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

/// Red, green and blue of a token, `var()` followed.
fn colour(tokens: &BTreeMap<String, String>, name: &str) -> [u8; 3] {
    let value = tokens
        .get(name)
        .unwrap_or_else(|| panic!("no token --{name}"));
    if let Some(other) = value
        .strip_prefix("var(--")
        .and_then(|v| v.strip_suffix(')'))
    {
        return colour(tokens, other);
    }
    let hex = value.strip_prefix('#').unwrap();
    assert_eq!(hex.len(), 6, "--{name}: six hex digits");
    [0, 2, 4].map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
}

/// The contrast ratio of WCAG 2.2, 1 to 21.
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(rgb: [u8; 3]) -> f64 {
    let [r, g, b] = rgb.map(|channel| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}
