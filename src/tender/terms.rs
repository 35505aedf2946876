//! Terms as they are written in JSON: read, and checked by the rules.

use crate::error::{Problem, unreadable};
use auction_rules::{Draft, Terms, Words};
use serde::Deserialize;
use serde_json::Value;

mod culprit;

/// Reads terms and checks them by the rules.
///
/// # Errors
/// Every fault, each with the path of its field below `under`; of terms that are not of this shape,
/// the first one.
pub fn read_terms(under: &str, terms: Value) -> Result<Terms, Problem> {
    let draft = Draft::deserialize(&terms).map_err(|error| {
        let path = below(under, &culprit::path(terms, &error.to_string()));
        let Words { pl, en } = unreadable(&error);
        Problem::field(path, pl, en)
    })?;
    Terms::new(draft).map_err(|mut faults| {
        for fault in &mut faults {
            fault.path = below(under, &fault.path);
        }
        Problem::Faults(faults)
    })
}

fn below(under: &str, path: &str) -> String {
    match (under, path) {
        ("", path) => path.to_owned(),
        (under, "") => under.to_owned(),
        (under, path) => format!("{under}.{path}"),
    }
}
