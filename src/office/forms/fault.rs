//! What is wrong with an answer.

use auction_rules::Words;
use serde::Serialize;

/// What is wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where: names and places by full stops, as in `members.0.income`.
    pub at: String,
    /// What, for programs, as in `too-long`.
    pub code: &'static str,
    /// What, for people, and how to put it right.
    pub text: Words,
}

impl Fault {
    /// A fault.
    pub(super) fn new(
        at: &str,
        code: &'static str,
        pl: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            at: at.to_owned(),
            code,
            text: Words::new(pl, en),
        }
    }
}
