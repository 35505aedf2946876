//! Subcommands: one file each.

pub mod admin;
pub mod demo;
pub mod serve;
pub mod simulate;
pub mod verify;

use crate::clock::Clock;
use crate::identity::Now;
use std::sync::Arc;

/// The server's clock, as identity and tender take it.
fn now_of(clock: &Clock) -> Now {
    let clock = clock.clone();
    Arc::new(move || clock.now())
}
