//! The server's promises, each looked for in what the clients got.

pub(crate) mod clients;
pub(crate) mod log;
pub(crate) mod standings;

use crate::limits::EXAMPLES_MAX;
use serde::Serialize;

/// One promise.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Check {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it says.
    pub(crate) about: &'static str,
    /// How often it was looked at.
    pub(crate) of: u64,
    /// How often it was broken.
    pub(crate) failed: u64,
    /// The first failures.
    pub(crate) examples: Vec<String>,
}

impl Check {
    /// A promise that nobody has looked at.
    pub(crate) fn new(name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            about,
            of: 0,
            failed: 0,
            examples: Vec::new(),
        }
    }

    /// Looks once.
    pub(crate) fn holds(&mut self, kept: bool, example: impl FnOnce() -> String) {
        self.of += 1;
        if !kept {
            self.failed += 1;
            if self.examples.len() < EXAMPLES_MAX {
                self.examples.push(example());
            }
        }
    }

    /// Whether it was kept. What was never looked at is not proven.
    pub(crate) fn passed(&self) -> bool {
        self.failed == 0 && self.of > 0
    }
}
