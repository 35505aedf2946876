//! What a bidder asks for next, by what it sees; some of it cannot be accepted.

use auction_rules::terms::Direction;
use auction_rules::terms::Value as Auctioned;
use auction_rules::{Terms, Timestamp};
use rand::Rng;
use rand::rngs::StdRng;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// What a bidder does now.
pub(super) fn act(random: &mut StdRng, terms: &Terms, public: &Value, own: &Value) -> Value {
    let phase = &public["phase"];
    let roll = random.random_range(0..100);
    match phase["kind"].as_str() {
        _ if roll < 4 => json!({"type": "ask", "text": "Czy łącze działa?"}),
        Some("descending-clock") if roll < 12 => json!({"type": "leave-clock"}),
        Some("descending-clock" | "ascending-clock") if roll < 80 => {
            let level = phase["level"].as_str().unwrap_or("1000");
            json!({"type": "accept-level", "level": level})
        }
        Some("turns") if roll < 15 => json!({"type": "withdraw"}),
        _ => bid(random, terms, own),
    }
}

/// Who may be patient in a clock that rises: the first to accept ends it.
pub(super) fn waits(random: &mut StdRng, public: &Value) -> bool {
    public["phase"]["kind"] == "ascending-clock" && random.random_bool(0.9)
}

/// Whether it is worth asking anything at this moment.
pub(super) fn is_open(public: &Value, now: Timestamp) -> bool {
    let ends = public["phase"]["closes_at"].as_i64();
    public["state"] == "open" && ends.is_none_or(|ends| now.0 < ends)
}

/// Now and then a bidder aims at the very end: so long until a moment about it.
pub(super) fn at_the_end(random: &mut StdRng, public: &Value, now: Timestamp) -> Option<u64> {
    let ends = Timestamp(public["phase"]["closes_at"].as_i64()?);
    let left_ms = ends.since(now);
    let aims = (20..1_500).contains(&left_ms) && random.random_bool(0.5);
    aims.then(|| left_ms - 15 + random.random_range(0..35))
}

fn bid(random: &mut StdRng, terms: &Terms, own: &Value) -> Value {
    let improved = random.random_range(0..terms.values.len());
    let mut values = Map::new();
    for (index, value) in terms.values.iter().enumerate() {
        let amount = if index == improved {
            improvement(random, value, own)
        } else {
            stands(value, own)
        };
        values.insert(value.id.to_string(), json!(amount));
    }
    let mut bid = json!({"type": "bid", "values": values});
    if random.random_bool(0.3) {
        bid["confirm"] = bid["values"].clone();
    }
    bid
}

/// As it is now.
fn stands(value: &Auctioned, own: &Value) -> String {
    let stands = own["values"][value.id.as_str()].as_str();
    stands.map_or_else(|| first(value), str::to_owned)
}

fn first(value: &Auctioned) -> String {
    let first = match value.direction {
        Direction::Lowest => "1200",
        Direction::Highest => "5",
    };
    first.to_owned()
}

/// Mostly a legal amount; then one just beyond what is legal, or none at all.
fn improvement(random: &mut StdRng, value: &Auctioned, own: &Value) -> String {
    let limit = own["limits"][value.id.as_str()].as_str();
    let limit = limit.map_or_else(|| stands(value, own), str::to_owned);
    let better = match random.random_range(0..20) {
        0 => return "sto".to_owned(),
        1 => return format!("{limit},00001"),
        2 => -3,
        3..9 => 0,
        _ => random.random_range(0..15),
    };
    let better = match value.direction {
        Direction::Lowest => -better,
        Direction::Highest => better,
    };
    let limit: Decimal = limit.parse().unwrap();
    (limit + Decimal::from(better)).to_string()
}
