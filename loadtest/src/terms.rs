//! The terms of a load's auction, as an officer would enter them.

use crate::limits::{ATTEMPTS_MAX, ATTEMPTS_PER_S};
use crate::scenario::Timing;
use serde_json::{Value, json};

/// Lowest price, each bidder against its own last price, the smallest step there is.
pub(crate) fn terms(timing: &Timing) -> Value {
    let mut run = json!({
        "kind": "open",
        "close": {"by": "set-time", "length_ms": timing.length_ms},
    });
    if let Some(extension) = &timing.extension {
        run["extension"] = extension.clone();
    }
    let mut conduct = json!({"late_window_ms": 2000});
    if !timing.outages.is_zero() {
        conduct["outage_grace_ms"] = json!(timing.outages.as_millis() as u64);
    }
    json!({
        "regime": "podprogowe",
        "title": {"pl": "Próba obciążenia", "en": "Load test"},
        "values": [{
            "id": "price",
            "name": {"pl": "Cena", "en": "Price"},
            "unit": "PLN",
            "decimals": 2,
            "least": "0.01",
            "most": "1000000000.00",
            "direction": "lowest",
            "tax": "gross",
        }],
        "opening": "first-bid-free",
        "phases": [{"run": run}],
        "evaluation": {"by": "lowest-price"},
        "improvement": {
            "from": "own",
            "steps": {"price": {"least": {"by": "amount", "amount": "0.01"}}},
        },
        "pace": {"attempts_per_s": ATTEMPTS_PER_S, "attempts_max": ATTEMPTS_MAX},
        "ties": "earliest",
        "visibility": {
            "best_value": true,
            "all_values": false,
            "participant_count": true,
            "observers_delay_ms": 0,
        },
        "conduct": conduct,
    })
}
