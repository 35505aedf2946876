//! One entry of the log: a decided command, or a deadline that fell due, with its outcome.

use crate::command::Command;
use crate::event::Outcome;
use crate::ids::Alias;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Counts the entries of the auction from 1, without gaps.
    pub seq: u64,
    /// The moment of the log: `max(received_at, at of the entry before)`.
    pub at: Timestamp,
    /// Of a bidder's command after the opening: its alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<Alias>,
    /// Of a bidder's command: counts that bidder's commands from 1. Each has a receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// What was asked.
    pub command: Command,
    /// What became of it.
    pub outcome: Outcome,
}
