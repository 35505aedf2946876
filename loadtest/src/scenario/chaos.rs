//! A soak with faults: bids at a steady, moderate rate while processes are killed and stalled.

use super::rush::steady;
use super::{Scenario, Size, Timing};
use std::time::Duration;

pub(super) const CHAOS: Scenario = Scenario {
    name: "chaos",
    about: "bids at a steady rate while nodes and Redis are killed and stalled: see --fault",
    size: Size {
        bidders: 20,
        observers: 10,
        rate: 100.0,
        duration_s: 300,
    },
    timing,
};

/// Every outage moves the close, and none interrupts the auction.
fn timing(size: &Size) -> Timing {
    let steady = steady(size);
    let outages = Duration::from_secs(size.duration_s);
    Timing {
        latest_close: steady.latest_close + outages,
        outages,
        ..steady
    }
}
