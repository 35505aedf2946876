//! The departments of the office: `data/departments.json`.

use auction_rules::Words;
use serde::{Deserialize, Serialize};

/// A department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Its code, with which the signs of its cases begin.
    pub code: String,
    /// Its name.
    pub name: Words,
}
