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
    /// The class of the JRWA in which it keeps the cases of tenders, if it is the department that runs
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenders: Option<String>,
}
