//! Steady bidding: how fast receipts come at a given rate.

use super::{Scenario, Size, Timing};
use std::time::Duration;

pub(super) const RUSH: Scenario = Scenario {
    name: "rush",
    about: "everyone bids at a steady rate from the opening to the close",
    size: Size {
        bidders: 200,
        observers: 0,
        rate: 2000.0,
        duration_s: 30,
    },
    timing: steady,
};

/// Bids from just after the opening until well before the close.
pub(crate) fn steady(size: &Size) -> Timing {
    let (lead, tail) = (Duration::from_millis(500), Duration::from_millis(2000));
    let bids_for = Duration::from_secs(size.duration_s);
    let length = lead + bids_for + tail;
    Timing {
        length_ms: u64::try_from(length.as_millis()).unwrap_or(u64::MAX),
        extension: None,
        latest_close: length,
        outages: Duration::ZERO,
        bids_from: lead,
        bids_for,
    }
}
