//! Random terms: every kind of phase, and evaluations of every shape, with times short enough for a
//! simulation.

use super::super::hall;
use auction_rules::Terms;
use auction_rules::terms::{Direction, OpeningOffer};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

/// Falling levels are 1000, 900 … 500; rising ones 500, 600 … 1000.
const LEVELS: (&str, &str) = ("1000", "500");

/// Terms, and what written offers under them may say.
pub(super) struct Format {
    pub(super) terms: Terms,
    /// What the evaluation takes from the written offer.
    beside: Vec<(&'static str, [&'static str; 3])>,
}

impl Format {
    pub(super) fn draw(random: &mut StdRng) -> Self {
        let (phases, clock) = phases(random);
        let ties = ["equal-rank", "statutory", "earliest"];
        let breaks = phases.iter().any(|one| one["run"]["kind"] == "tie-break");
        let free = clock || random.random_bool(0.3);
        let mut changes = json!({
            "phases": phases,
            "ties": if breaks { ties[random.random_range(0..2)] } else { pick(random, &ties) },
            "opening": if free { "first-bid-free" } else { "written-offer" },
            "visibility": visibility(random),
            "conduct": conduct(random),
            "guards": {"confirm_above_percent": pick(random, &[json!("20"), Value::Null])},
            "pace": {
                "min_gap_ms": pick(random, &[0, 0, 0, 200]),
                "attempts_per_s": pick(random, &[20, 20, 4]),
                "attempts_max": pick(random, &[10_000, 10_000, 10_000, 12]),
            },
        });
        let mut beside = Vec::new();
        if !clock {
            beside = evaluation(random, &mut changes);
        }
        Self {
            terms: hall::terms(changes),
            beside,
        }
    }

    /// A written offer: now and then the same as another, so that there is a tie to break.
    pub(super) fn offer(&self, random: &mut StdRng) -> Value {
        let mut offer = serde_json::Map::new();
        if self.terms.opening == OpeningOffer::WrittenOffer {
            for value in &self.terms.values {
                let choices = match (value.direction, value.id.as_str()) {
                    (Direction::Lowest, _) => ["1000", "1000", "1010.5"],
                    (Direction::Highest, "months") => ["12", "12", "24"],
                    (Direction::Highest, _) => ["10", "10", "12.5"],
                };
                offer.insert(value.id.to_string(), json!(pick(random, &choices)));
            }
        }
        for (name, choices) in &self.beside {
            offer.insert((*name).to_owned(), json!(pick(random, choices)));
        }
        Value::Object(offer)
    }
}

fn pick<T: Clone>(random: &mut StdRng, all: &[T]) -> T {
    all.choose(random).unwrap().clone()
}

fn phases(random: &mut StdRng) -> (Vec<Value>, bool) {
    let (high, low) = LEVELS;
    let interval_ms = random.random_range(1_500..4_000);
    let levels = |kind: &str, start: &str, end: &str| {
        vec![
            json!({"run": {"kind": kind, "start": start, "step": "100", "end": end,
            "interval_ms": interval_ms}}),
        ]
    };
    match random.random_range(0..8) {
        0 => (levels("descending-clock", high, low), true),
        1 => (levels("ascending-clock", low, high), true),
        _ => {
            let count = random.random_range(1..4);
            (
                (0..count).map(|index| phase(random, index)).collect(),
                false,
            )
        }
    }
}

fn phase(random: &mut StdRng, index: usize) -> Value {
    let pause_ms = pick(random, &[0, 0, 1_500]);
    let length_ms = random.random_range(3_000..9_000);
    let run = match random.random_range(0..if index == 0 { 6 } else { 8 }) {
        0 => json!({"kind": "open", "close": {"by": "set-time", "length_ms": length_ms}}),
        1 => json!({"kind": "open", "close": {"by": "set-time", "length_ms": length_ms},
            "extension": extension(random)}),
        2 => json!({"kind": "open", "close": {"by": "set-time", "length_ms": length_ms},
            "random_tail_ms": 4_000}),
        3 => json!({"kind": "open", "close": {"by": "idle", "idle_ms": length_ms / 2,
            "not_before_ms": length_ms / 3, "latest_ms": 3 * length_ms}}),
        4 => json!({"kind": "turns", "slot_ms": length_ms / 3}),
        5 => json!({"kind": "sealed-bid", "length_ms": length_ms}),
        _ => json!({"kind": "tie-break", "length_ms": length_ms}),
    };
    let all = json!({"who": "all"});
    let some = [
        all.clone(),
        all.clone(),
        json!({"who": "who-bid"}),
        json!({"who": "top", "rank_max": 2}),
        json!({"who": "within", "percent": "10", "least": 2}),
    ];
    let admission = if index == 0 { all } else { pick(random, &some) };
    json!({"pause_before_ms": pause_ms, "admission": admission, "run": run})
}

fn extension(random: &mut StdRng) -> Value {
    let triggers = [
        json!({"on": "any-bid"}),
        json!({"on": "beats-another"}),
        json!({"on": "changes-rank", "rank_max": 2}),
    ];
    json!({
        "window_ms": random.random_range(1_000..4_000),
        "length_ms": random.random_range(1_000..5_000),
        "anchor": pick(random, &["from-bid", "added"]),
        "trigger": pick(random, &triggers),
        "count_max": random.random_range(1..4),
    })
}

fn visibility(random: &mut StdRng) -> Value {
    json!({
        "best_value": random.random_bool(0.5),
        "all_values": random.random_bool(0.5),
        // Turns tell it.
        "participant_count": true,
        "weights": random.random_bool(0.5),
        "observers_delay_ms": pick(random, &[json!(0), json!(1_500), Value::Null]),
    })
}

fn conduct(random: &mut StdRng) -> Value {
    json!({
        "resume_notice_ms": 1_000,
        "resume_left_ms": 4_000,
        "outage_grace_ms": pick(random, &[0, 3_000, 10_000]),
        "outage_left_ms": pick(random, &[2_000, 5_000]),
        "late_window_ms": pick(random, &[0, 1_000, 3_000]),
    })
}

/// Changes the evaluation; gives what written offers must say for it.
fn evaluation(random: &mut StdRng, changes: &mut Value) -> Vec<(&'static str, [&'static str; 3])> {
    let name = |id: &str| json!({"id": id, "name": {"pl": id, "en": id}});
    let fractions = ["0", "0.05", "0.1"];
    match random.random_range(0..7) {
        0 | 1 => Vec::new(),
        2 => points(random, changes),
        3 => {
            let choice =
                |fraction: &str| json!({"name": {"pl": "x", "en": "x"}, "fraction": fraction});
            let mut feature = name("colour");
            feature["choices"] = json!(fractions.map(choice));
            changes["evaluation"] = json!({"by": "normalised-price", "features": [feature]});
            vec![("colour", fractions)]
        }
        4 => {
            changes["evaluation"] = json!({"by": "life-cycle-cost", "costs": [name("energy")]});
            vec![("energy", ["0", "10.25", "200"])]
        }
        5 => {
            changes["evaluation"] = json!({"by": "mixed",
                "denominator": name("denominator"), "addition": name("addition")});
            vec![
                ("denominator", ["1", "1.1", "1.5"]),
                ("addition", ["0", "7.5", "35"]),
            ]
        }
        _ => {
            changes["evaluation"] = json!({"by": "discount"});
            changes["values"] = json!([{"id": "price", "name": {"pl": "Opust", "en": "Discount"},
                "unit": "%", "decimals": 3, "least": "0", "most": "99.999", "direction": "highest"}]);
            changes["improvement"] = steps("0.5");
            Vec::new()
        }
    }
}

fn steps(price: &str) -> Value {
    json!({"steps": {"price": {"least": {"by": "amount", "amount": price}}}})
}

/// The price, and either months that are auctioned as well or days of the written offer.
fn points(random: &mut StdRng, changes: &mut Value) -> Vec<(&'static str, [&'static str; 3])> {
    let criterion = |id: &str, weight: &str, by: &str, source: &str| {
        json!({"id": id, "name": {"pl": id, "en": id}, "weight": weight, "method": {"by": by},
            "source": source})
    };
    let auctioned = random.random_bool(0.5);
    let second = if auctioned {
        criterion("months", "40", "highest-best", "auctioned")
    } else {
        criterion("days", "40", "lowest-best", "offer")
    };
    let rounding = json!({"of": pick(random, &["points", "ratio"]), "digits": 4,
        "mode": pick(random, &["half-up", "half-even"])});
    changes["evaluation"] = json!({"by": "points", "rounding": rounding,
        "criteria": [criterion("price", "60", "lowest-best", "auctioned"), second]});
    if !auctioned {
        return vec![("days", ["7", "14", "21"])];
    }
    let value = |id: &str, decimals: u32, least: &str, most: &str, direction: &str| {
        json!({"id": id, "name": {"pl": id, "en": id}, "unit": id, "decimals": decimals,
            "least": least, "most": most, "direction": direction})
    };
    changes["values"] = json!([
        value("price", 2, "1", "2000", "lowest"),
        value("months", 0, "0", "60", "highest"),
    ]);
    changes["improvement"] = steps("10");
    changes["improvement"]["steps"]["months"] = json!({"least": {"by": "amount", "amount": "1"}});
    Vec::new()
}
