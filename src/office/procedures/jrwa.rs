//! The JRWA (jednolity rzeczowy wykaz akt): classes in which cases are kept, with their archival
//! category. `data/jrwa.csv` holds those that procedures name, each with its source; until a class
//! was read in the regulation's annex, its source is [`UNVERIFIED`].

use super::UNVERIFIED;
use serde::Deserialize;

/// A class.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its digits.
    pub class: String,
    /// What it holds.
    pub title: String,
    /// The archival category, as in A, B5 or BE10.
    pub retention: String,
    /// Where it was read.
    pub source: String,
}

impl Class {
    /// Whether class and category were read in their source. Cases of another class can only be
    /// shown.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.source != UNVERIFIED && self.retention != UNVERIFIED
    }
}

/// The classes of a file with the columns class, title, retention, source.
pub(super) fn read(text: &str) -> Result<Vec<Class>, csv::Error> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect()
}
