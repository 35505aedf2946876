//! What can be played: one file each, and one line in [`ALL`].

mod chaos;
mod last_seconds;
mod observers;
pub(crate) mod rush;

use serde::Serialize;
use serde_json::Value;
use std::time::Duration;

/// The scenario in which faults are caused.
pub(crate) const CHAOS: &str = chaos::CHAOS.name;

/// Every scenario by name.
pub(crate) const ALL: [&Scenario; 4] = [
    &rush::RUSH,
    &last_seconds::LAST_SECONDS,
    &observers::OBSERVERS,
    &chaos::CHAOS,
];

/// A way to load an auction.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it shows, in a line.
    pub(crate) about: &'static str,
    /// How large it is unless the command line says otherwise.
    pub(crate) size: Size,
    /// What happens when, for a size.
    pub(crate) timing: fn(&Size) -> Timing,
}

/// How large a load is.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Size {
    /// Bidders, each with a connection.
    pub(crate) bidders: usize,
    /// Observers, each with a connection.
    pub(crate) observers: usize,
    /// Bids per second of all together.
    pub(crate) rate: f64,
    /// Length of the load in seconds.
    pub(crate) duration_s: u64,
}

/// What happens when in the auction of a scenario.
#[derive(Debug)]
pub(crate) struct Timing {
    /// From the opening to the end of the phase, without extensions.
    pub(crate) length_ms: u64,
    /// What a late bid does, as the terms say it.
    pub(crate) extension: Option<Value>,
    /// The last possible close, from the opening.
    pub(crate) latest_close: Duration,
    /// Outages that the terms forgive, in all.
    pub(crate) outages: Duration,
    /// When bids begin, from the opening.
    pub(crate) bids_from: Duration,
    /// For how long they come.
    pub(crate) bids_for: Duration,
}

/// The scenario of this name.
pub(crate) fn named(name: &str) -> Result<&'static Scenario, String> {
    let found = ALL.into_iter().find(|scenario| scenario.name == name);
    found.ok_or_else(|| {
        let names: Vec<_> = ALL.iter().map(|scenario| scenario.name).collect();
        format!("there are: {}", names.join(", "))
    })
}

/// The names and what they show, for `--help`.
pub(crate) fn list() -> String {
    let line = |scenario: &&Scenario| format!("  {:<14}{}\n", scenario.name, scenario.about);
    format!("Scenarios:\n{}", ALL.iter().map(line).collect::<String>())
}
