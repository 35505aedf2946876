//! The vectors of laws and open platforms (`auction-rules/tests/vectors/`), each written as a scenario
//! and played by the program: what `ebok simulate --json` prints is held against what the vector
//! expects. One with neither a play here nor a reason in docs/rulebook.md fails the test.

use super::file;
use crate::source::root;
use crate::support::program::ebok;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};
use std::fs;

mod bids;
mod phases;
mod scores;

type Play = fn(&Value);

fn plays() -> impl Iterator<Item = (&'static [&'static str], Play)> {
    let parts = [bids::PLAYS, phases::PLAYS, scores::PLAYS];
    parts.into_iter().flatten().copied()
}

fn vectors() -> Vec<Value> {
    let law = include_str!("../../../auction-rules/tests/vectors/law.json");
    let peers = include_str!("../../../auction-rules/tests/vectors/prozorro.json");
    let [law, peers] = [law, peers].map(|text| serde_json::from_str::<Value>(text).unwrap());
    let parts = [
        &law["scoring"],
        &law["legal_moves"],
        &law["timing"],
        &peers["cases"],
    ];
    parts.into_iter().flat_map(list).cloned().collect()
}

#[test]
fn the_program_plays_every_vector() {
    let rulebook = fs::read_to_string(root().join("docs/rulebook.md")).unwrap();
    let (_, unplayed) = rulebook.split_once("## Vectors without a test").unwrap();
    let mut played = 0;
    for vector in vectors() {
        let id = vector["id"].as_str().unwrap();
        let mut found = plays().filter(|(ids, _)| ids.contains(&id));
        let reason = unplayed.contains(&format!("| `{id}` |"));
        match (found.next(), reason) {
            (Some((_, play)), false) => play(&vector),
            (None, true) => continue,
            _ => panic!("{id} is either played or has its reason in docs/rulebook.md"),
        }
        assert!(found.next().is_none(), "{id} has two plays");
        played += 1;
    }
    assert_eq!(played, plays().map(|(ids, _)| ids.len()).sum::<usize>());
}

/// An auction of ten minutes for the lowest price, with these bidders and their written offers.
fn auction<S: AsRef<str>>(offers: &[(S, Value)]) -> Value {
    let bidders: Vec<_> = offers
        .iter()
        .map(|(id, offer)| json!({"id": id.as_ref(), "offer": offer}))
        .collect();
    json!({
        "format": "ebok-scenario-1",
        "bidders": bidders,
        "commands": [],
        "terms": {
            "regime": "private",
            "title": words("vector"),
            "values": [value("price", 2, "0.01", "100000000", "lowest")],
            "opening": "written-offer",
            "phases": [set_time(600)],
            "evaluation": {"by": "lowest-price"},
            "improvement": {"from": "own", "steps": {"price": by_amount("0.01")}},
            "ties": "earliest",
            "guards": {"confirm_above_percent": null},
            "conduct": {"bidders_min": 1, "late_window_ms": 120_000, "outage_grace_ms": 120_000},
        },
    })
}

/// The same between bidders who offered nothing but a price.
fn priced(step: &str, offers: &[(&str, &str)]) -> Value {
    let offers: Vec<_> = offers
        .iter()
        .map(|(id, price)| (*id, json!({"price": price})))
        .collect();
    let mut scenario = auction(&offers);
    scenario["terms"]["improvement"]["steps"]["price"] = by_amount(step);
    scenario
}

fn words(text: &str) -> Value {
    json!({"pl": text, "en": text})
}

fn named(id: &str) -> Value {
    json!({"id": id, "name": words(id)})
}

fn value(id: &str, decimals: u32, least: &str, most: &str, direction: &str) -> Value {
    json!({"id": id, "name": words(id), "unit": "x", "decimals": decimals, "least": least,
        "most": most, "direction": direction})
}

fn by_amount(amount: &str) -> Value {
    json!({"least": {"by": "amount", "amount": amount}})
}

fn set_time(seconds: i64) -> Value {
    json!({"run": {"kind": "open", "close": {"by": "set-time", "length_ms": seconds * 1_000}}})
}

fn turns(pause_s: i64, slot_s: i64) -> Value {
    json!({"pause_before_ms": pause_s * 1_000, "run": {"kind": "turns", "slot_ms": slot_s * 1_000}})
}

/// Three rounds: five minutes before the first, two before each other, two for each bidder.
fn three_rounds() -> Value {
    json!([turns(300, 120), turns(120, 120), turns(120, 120)])
}

/// Seconds since the opening as a scenario writes them.
fn moment(seconds: Decimal) -> String {
    let second = seconds % Decimal::from(60);
    let minutes = (seconds / Decimal::from(60)).trunc();
    format!(
        "{minutes}:{:0>2}.{:03}",
        second.trunc(),
        (second.fract() * Decimal::from(1_000)).trunc()
    )
}

fn at(seconds: i64) -> String {
    moment(Decimal::from(seconds))
}

fn does(at: impl Into<String>, bidder: &str, what: &str) -> Value {
    json!({"at": at.into(), "do": what, "bidder": bidder})
}

fn bids(at: impl Into<String>, bidder: &str, price: &str) -> Value {
    bids_values(at, bidder, json!({"price": price}))
}

fn bids_values(at: impl Into<String>, bidder: &str, values: Value) -> Value {
    let mut bid = does(at, bidder, "bid");
    bid["values"] = values;
    bid
}

fn takes(at: impl Into<String>, bidder: &str, level: &str) -> Value {
    let mut taken = does(at, bidder, "accept-level");
    taken["level"] = json!(level);
    taken
}

/// What the program prints of a scenario.
fn simulated(scenario: &Value) -> Report {
    let ran = simulate(scenario);
    assert_eq!(ran.code, 0, "{scenario}\n{}", ran.err);
    Report(serde_json::from_str(&ran.out).unwrap())
}

/// The faults that the program finds in a scenario.
fn faults(scenario: &Value) -> String {
    let ran = simulate(scenario);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{scenario}");
    ran.err
}

fn simulate(scenario: &Value) -> crate::support::program::Ran {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.json");
    fs::write(&path, scenario.to_string()).unwrap();
    ebok(["simulate".as_ref(), path.as_os_str(), "--json".as_ref()])
}

struct Report(Value);

impl Report {
    fn steps(&self) -> impl Iterator<Item = &Value> {
        list(&self.0["steps"]).iter()
    }

    /// The code by which each command was refused, 0 of one that was done.
    fn codes(&self) -> Vec<u64> {
        let asked = self.steps().filter(|step| step["command"].is_u64());
        asked
            .map(|step| step["refused"]["code"].as_u64().unwrap_or(0))
            .collect()
    }

    /// Each event with the milliseconds after the opening at which it came about.
    fn events(&self) -> impl Iterator<Item = (i64, &Value)> {
        self.steps().flat_map(|step| {
            let events = step["entry"]["outcome"]["events"].as_array();
            let after = step["after_ms"].as_i64().unwrap();
            events
                .into_iter()
                .flatten()
                .map(move |event| (after, event))
        })
    }

    /// Seconds after the opening of each event of a kind.
    fn moments(&self, kind: &str) -> Vec<i64> {
        let found = self.events().filter(|(_, event)| event["type"] == kind);
        found.map(|(after, _)| after / 1_000).collect()
    }

    /// State and end of the phase as they stood so many seconds after the opening.
    fn shown(&self, seconds: i64) -> (&str, i64) {
        let before = |step: &&Value| step["after_ms"].as_i64().unwrap() <= seconds * 1_000;
        let shown: Vec<_> = self
            .steps()
            .filter(before)
            .filter_map(|step| step.get("shown"))
            .collect();
        let last = shown.last().unwrap();
        let closes = last["closes_after_ms"].as_i64().unwrap_or(seconds * 1_000);
        (last["state"].as_str().unwrap(), closes / 1_000)
    }

    fn closed_s(&self) -> i64 {
        self.0["end"]["closed_after_ms"].as_i64().unwrap() / 1_000
    }

    fn winner(&self) -> &str {
        self.0["end"]["winner"].as_str().unwrap()
    }

    /// Where a bidder stands in the end.
    fn standing(&self, bidder: &str) -> &Value {
        let standings = list(&self.0["end"]["standings"]);
        let found = standings.iter().find(|one| one["bidder"] == bidder);
        found.unwrap()
    }

    fn price(&self, bidder: &str) -> Decimal {
        number(&self.standing(bidder)["values"]["price"])
    }

    /// The number by which a bidder's offer was compared.
    fn compared(&self, bidder: &str) -> Decimal {
        number(&self.standing(bidder)["compared"])
    }

    fn points(&self, bidder: &str) -> Decimal {
        number(&self.standing(bidder)["points"]["total"])
    }

    /// Bidders from best to worst.
    fn ranking(&self) -> Vec<Value> {
        let standings = list(&self.0["end"]["standings"]).iter();
        standings.map(|one| one["bidder"].clone()).collect()
    }

    fn worst_first(&self) -> Vec<Value> {
        let mut ranking = self.ranking();
        ranking.reverse();
        ranking
    }
}

fn list(json: &Value) -> &Vec<Value> {
    json.as_array().unwrap()
}

/// A number of a vector as the decimal it stands for.
fn number(json: &Value) -> Decimal {
    let text = match json {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Decimal::from_str_exact(&text)
        .or_else(|_| Decimal::from_scientific(&text))
        .unwrap()
        .normalize()
}

fn text(json: &Value) -> String {
    number(json).to_string()
}

fn rounded(json: &Value, decimals: u32) -> Decimal {
    number(json)
        .round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
        .normalize()
}

/// Seconds from one time of a day to another, as in "11:05" or "11:05:30".
fn clock(json: &Value, start: &str) -> i64 {
    let of_day = |time: &str| -> i64 {
        let parts = time.split(':').map(|part| part.parse::<i64>().unwrap());
        parts
            .zip([3_600, 60, 1])
            .map(|(part, unit)| part * unit)
            .sum()
    };
    of_day(json.as_str().unwrap()) - of_day(start)
}
