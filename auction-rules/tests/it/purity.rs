//! What clippy cannot say of the crate's sources: no float, no clock, no IO, no async, no order
//! that differs from run to run.

use std::path::{Path, PathBuf};

/// Words that never occur in the code of the crate, and why.
const BANNED: &[(&str, &str)] = &[
    ("f32", "a float is never exact"),
    ("f64", "a float is never exact"),
    ("HashMap", "its order differs from run to run"),
    ("HashSet", "its order differs from run to run"),
    ("SystemTime", "moments come in as parameters"),
    ("Instant", "moments come in as parameters"),
    ("thread", "the rules wait for nothing"),
    ("async", "the rules wait for nothing"),
    ("await", "the rules wait for nothing"),
    ("tokio", "the rules wait for nothing"),
    ("rand", "random values come in as parameters"),
    ("println", "no IO"),
    ("eprintln", "no IO"),
    ("std::fs", "no IO"),
    ("std::io", "no IO"),
    ("std::net", "no IO"),
    ("std::env", "no IO"),
    ("unsafe", "nothing here is worth it"),
    ("static mut", "state stands in `Auction` alone"),
    ("RefCell", "state stands in `Auction` alone"),
    ("Mutex", "state stands in `Auction` alone"),
];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            sources(&path, into);
        } else {
            into.push(path);
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut paths,
    );
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// The lines of code before the unit tests, without comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let end = text.find("#[cfg(test)]\nmod").unwrap_or(text.len());
    (1..).zip(text[..end].lines()).map(|(number, line)| {
        let comment = line.find("//").unwrap_or(line.len());
        (number, &line[..comment])
    })
}

fn has_word(line: &str, word: &str) -> bool {
    let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    line.match_indices(word).any(|(from, _)| {
        outside(line[..from].chars().next_back())
            && outside(line[from + word.len()..].chars().next())
    })
}

#[test]
fn the_rules_know_no_clock_io_randomness_float_or_hash_order() {
    for (path, text) in all_sources() {
        for (number, line) in code(&text) {
            for (word, why) in BANNED {
                assert!(
                    !has_word(line, word),
                    "{}:{number}: {word}: {why}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn no_number_of_the_code_has_a_point() {
    for (path, text) in all_sources() {
        for (number, line) in code(&text) {
            let outside_texts: String = line.split('"').step_by(2).collect();
            let bytes = outside_texts.as_bytes();
            let float = bytes.windows(3).any(|three| {
                three[0].is_ascii_digit() && three[1] == b'.' && three[2].is_ascii_digit()
            });
            // `one.0.1` is a field of a field.
            let field = outside_texts.contains(".0.") || outside_texts.contains(".1.");
            assert!(!float || field, "{}:{number}: {line}", path.display());
        }
    }
}

/// `rust_decimal` rounds products and quotients silently. Clippy refuses its operators everywhere
/// (`arithmetic_side_effects`, of which only `Ratio` is free); where the lint is switched off, one
/// file answers for it.
#[test]
fn only_the_file_of_ratio_switches_off_the_lint_of_arithmetic() {
    for (path, text) in all_sources() {
        let switched_off = code(&text).any(|(_, line)| {
            line.contains("clippy::arithmetic_side_effects") && !path.ends_with("lib.rs")
        });
        assert!(
            !switched_off || path.ends_with("ratio.rs"),
            "{}",
            path.display()
        );
    }
    let lib = include_str!("../../src/lib.rs");
    assert!(lib.contains("missing_docs,"));
    for lint in [
        "missing_errors_doc",
        "float_arithmetic",
        "indexing_slicing",
        "arithmetic_side_effects",
        "panic",
    ] {
        assert!(
            lib.contains(&format!("clippy::{lint}")),
            "{lint} is not denied"
        );
    }
    let bans = include_str!("../../clippy.toml");
    for ban in [
        "Decimal::checked_mul",
        "Decimal::checked_div",
        "HashMap",
        "SystemTime",
    ] {
        assert!(bans.contains(ban), "{ban} is not banned");
    }
}
