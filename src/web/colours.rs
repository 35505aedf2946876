//! The colours of `web-client/styles/tokens.css` and how well each pair of them can be read.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../web-client/styles/tokens.css");
/// What begins the colours of high contrast.
const HIGH: &str = r#":root[data-contrast="high"]"#;

/// WCAG 2.2 AA: text 4.5 (1.4.3), edges of controls and signs 3 (1.4.11).
const TEXT: f64 = 4.5;
const EDGE: f64 = 3.0;

/// Foreground, ground, least contrast: every pair that the styles put together.
const PAIRS: [(&str, &str, f64); 31] = [
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
    ("danger-strong", "danger-pale", TEXT),
    ("accepted", "surface", TEXT),
    ("accepted", "paper", TEXT),
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

/// Two colours that stand on each other.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The token of the text or edge.
    pub text: &'static str,
    /// The token of the ground.
    pub ground: &'static str,
    /// The colour of the text, as in `#16203a`.
    pub text_hex: String,
    /// The colour of the ground.
    pub ground_hex: String,
    /// Their contrast, 1 to 21.
    pub ratio: f64,
    /// What WCAG 2.2 AA asks for.
    pub least: f64,
}

/// Every pair in usual or high contrast; one whose token is missing has a contrast of 0.
#[must_use]
pub fn pairs(is_high: bool) -> Vec<Pair> {
    let (usual, high) = TOKENS.split_once(HIGH).unwrap_or((TOKENS, ""));
    let mut tokens = declarations(usual);
    if is_high {
        tokens.extend(declarations(high));
    }
    PAIRS
        .into_iter()
        .map(|(text, ground, least)| {
            let (text_hex, ground_hex) = (colour(&tokens, text), colour(&tokens, ground));
            let ratio = match (channels(&text_hex), channels(&ground_hex)) {
                (Some(one), Some(other)) => contrast(one, other),
                _ => 0.0,
            };
            Pair {
                text,
                ground,
                text_hex,
                ground_hex,
                ratio,
                least,
            }
        })
        .collect()
}

/// `--name: value;` of a piece of CSS, each on a line of its own.
fn declarations(css: &str) -> BTreeMap<&str, &str> {
    css.lines()
        .filter_map(|line| {
            let declaration = line.trim().strip_prefix("--")?.strip_suffix(';')?;
            declaration.split_once(": ")
        })
        .collect()
}

/// The colour of a token, with one `var()` followed: tokens point at colours, not at each other.
fn colour(tokens: &BTreeMap<&str, &str>, name: &str) -> String {
    let value = tokens.get(name).copied().unwrap_or_default();
    let other = value
        .strip_prefix("var(--")
        .and_then(|rest| rest.strip_suffix(')'));
    let value = other
        .and_then(|other| tokens.get(other).copied())
        .unwrap_or(value);
    value.to_owned()
}

fn channels(hex: &str) -> Option<[u8; 3]> {
    let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some([red, green, blue])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_as_the_standard_counts_it() {
        for (one, other, expected) in [
            ("#000000", "#ffffff", "21.00"),
            ("#767676", "#ffffff", "4.54"),
            ("#ffffff", "#ffffff", "1.00"),
        ] {
            let ratio = contrast(channels(one).unwrap(), channels(other).unwrap());
            assert_eq!(format!("{ratio:.2}"), expected);
        }
        assert_eq!(channels("red"), None);
    }
}
