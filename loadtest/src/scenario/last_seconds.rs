//! The rush before the close: extensions, then the close at its absolute end, with bids on both
//! sides of it.

use super::{Scenario, Size, Timing};
use serde_json::json;
use std::time::Duration;

const WINDOW_MS: u64 = 3000;
/// Bids begin so long before the end as first announced: within the window of extensions.
const RUSH_BEFORE: Duration = Duration::from_millis(2500);
/// Bids go on so long after the last possible close: they must be refused, with receipts.
const BEYOND: Duration = Duration::from_millis(500);
/// Quiet time and window need this much before extensions begin.
const LEAST_LENGTH_MS: u64 = 4000;

pub(super) const LAST_SECONDS: Scenario = Scenario {
    name: "last-seconds",
    about: "everyone bids before the close, which moves until it cannot move any more",
    size: Size {
        bidders: 200,
        observers: 50,
        rate: 500.0,
        duration_s: 20,
    },
    timing,
};

fn timing(size: &Size) -> Timing {
    let whole_ms = (size.duration_s * 1000).max(LEAST_LENGTH_MS + WINDOW_MS);
    let length_ms = (whole_ms / 2).max(LEAST_LENGTH_MS);
    let latest_close = Duration::from_millis(whole_ms);
    let bids_from = Duration::from_millis(length_ms) - RUSH_BEFORE;
    Timing {
        length_ms,
        extension: Some(json!({
            "window_ms": WINDOW_MS,
            "length_ms": WINDOW_MS,
            "anchor": "from-bid",
            "trigger": {"on": "changes-rank", "rank_max": 1},
            "end_max_ms": whole_ms,
        })),
        latest_close,
        outages: Duration::ZERO,
        bids_from,
        bids_for: latest_close + BEYOND - bids_from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bids_begin_within_the_window_and_outlast_the_last_close() {
        for duration_s in [1, 10, 30] {
            let timing = timing(&Size {
                duration_s,
                ..LAST_SECONDS.size
            });
            let end = Duration::from_millis(timing.length_ms);
            assert!(end - timing.bids_from < Duration::from_millis(WINDOW_MS));
            assert!(timing.bids_from + timing.bids_for > timing.latest_close);
            assert!(timing.latest_close >= end);
        }
    }
}
