//! What the officer does: what the auction needs to go on, and what may befall it.

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

/// What an auction that stands needs, by what the officer sees.
pub(super) fn helps(public: &Value) -> Option<Value> {
    let stands = ["paused", "interrupted"].map(Value::from);
    let resumes = stands.contains(&public["state"]) && public["resumes_at"].is_null();
    let notice_ms = 1_000;
    resumes.then(|| json!({"type": "resume", "notice_ms": notice_ms, "reason": "można"}))
}

/// Whether the opening is to be set, because none is.
pub(super) fn must_schedule(public: &Value) -> bool {
    public["state"] == "published" && public["opens_at"].is_null()
}

/// Something of its own accord.
pub(super) fn act(random: &mut StdRng, public: &Value) -> Value {
    let rows = public["rows"].as_array().map_or(&[][..], Vec::as_slice);
    let someone = match rows.len() {
        0 => Value::Null,
        count => rows[random.random_range(0..count)].clone(),
    };
    let alias = if someone["alias"].is_null() {
        json!(1)
    } else {
        someone["alias"].clone()
    };
    match random.random_range(0..20) {
        0..4 => json!({"type": "pause", "reason": "sprawdzam"}),
        4..7 => json!({"type": "resume", "notice_ms": 1_000, "reason": "można"}),
        7 => json!({"type": "resume", "notice_ms": 0, "reason": "za wcześnie"}),
        8..12 => {
            let n = someone["current_n"].as_u64().unwrap_or(1);
            json!({"type": "annul", "alias": alias, "n": n, "reason": "pomyłka"})
        }
        12 => json!({"type": "exclude", "alias": alias, "reason": "wycofanie"}),
        13..16 => json!({"type": "answer", "question": random.random_range(1..5),
            "asked": "Czy działa?", "text": "Tak."}),
        19 if random.random_bool(0.1) => json!({"type": "cancel", "reason": "brak środków"}),
        _ => json!({"type": "announce", "text": "Dzień dobry."}),
    }
}
