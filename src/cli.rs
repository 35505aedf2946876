//! Subcommands: one file each.

pub mod admin;
pub mod serve;

use auction_rules::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// The wall clock. The clock module of the server takes its place once they are joined.
#[allow(clippy::disallowed_methods)]
fn wall_clock() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
