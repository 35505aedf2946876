//! Twelve kinds of tampering with the log of each kind of phase, as `ebok simulate` writes it and
//! `ebok verify` reads it: each is named at its entry.

use crate::source::root;
use crate::support::program::ebok;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A scenario of the documentation for each kind of phase.
const SCENARIOS: [&str; 7] = [
    "lowest-price-soft-close",
    "idle-close",
    "prozorro-run-01",
    "open-random-tail-sealed",
    "descending-clock",
    "ascending-clock",
    "tie-break",
];

/// Where a fault must be found.
enum Named {
    Entry(usize),
    Batch(usize),
    End,
}

/// A log and the key that signed it.
struct Evidence {
    folder: TempDir,
    key: String,
    log: Value,
}

impl Evidence {
    fn of(scenario: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("log.json");
        let file = root().join(format!("docs/scenarios/{scenario}.json"));
        let [simulate, json, log] = ["simulate", "--json", "--log"].map(Path::new);
        let ran = ebok([simulate, &file, json, log, &out]);
        assert_eq!(ran.code, 0, "{scenario}: {ran:?}");
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        Self {
            key: report["log"]["key"].as_str().unwrap().to_owned(),
            log: serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap(),
            folder,
        }
    }

    /// Places of the faults that the program finds in a log.
    fn faults(&self, log: &Value) -> Vec<Value> {
        let file = self.folder.path().join("tampered.json");
        fs::write(&file, log.to_string()).unwrap();
        let [verify, json, key] = ["verify", "--json", "--key"].map(Path::new);
        let ran = ebok([verify, &file, json, key, Path::new(&self.key)]);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let faults = report["faults"].as_array().unwrap();
        assert_eq!(ran.code == 0, faults.is_empty(), "{ran:?}");
        faults.iter().map(|fault| fault["place"].clone()).collect()
    }

    /// Batch and place of each entry.
    fn entries(&self) -> Vec<(usize, usize)> {
        let batches = self.log["batches"].as_array().unwrap().iter().enumerate();
        let entries = |(batch, entries): (usize, &Value)| {
            let count = entries["entries"].as_array().unwrap().len();
            (0..count).map(move |place| (batch, place))
        };
        batches.flat_map(entries).collect()
    }

    /// The index of the last entry whose told part holds one of these.
    fn last(&self, wanted: &[&str]) -> usize {
        let told = |(batch, place): &(usize, usize)| {
            let leaf = &self.log["batches"][batch]["entries"][place];
            leaf["told"].as_str().unwrap().to_owned()
        };
        let found = self.entries().iter().map(told).collect::<Vec<_>>();
        let found = found
            .iter()
            .rposition(|told| wanted.iter().any(|wanted| told.contains(wanted)));
        found.unwrap()
    }

    /// The log with one leaf changed, and the entry that must be named.
    fn changed(&self, index: usize, change: impl Fn(&mut Value)) -> (Value, Named) {
        let mut log = self.log.clone();
        let (batch, place) = self.entries()[index];
        change(&mut log["batches"][batch]["entries"][place]);
        (log, Named::Entry(index))
    }

    /// The log with a change to the list of entries of one batch.
    fn listed(&self, batch: usize, change: impl Fn(&mut Vec<Value>)) -> Value {
        let mut log = self.log.clone();
        change(log["batches"][batch]["entries"].as_array_mut().unwrap());
        log
    }

    fn names(&self, what: &str, (log, named): (Value, Named)) {
        assert_ne!(log, self.log, "{what}: nothing was changed");
        let faults = self.faults(&log);
        let place = match named {
            Named::Entry(index) => json!({"entry": index + 1}),
            Named::Batch(batch) => {
                let entries = self.entries();
                let of = |wanted: &usize| entries[*wanted].0 == batch;
                let first = (0..entries.len()).find(of).unwrap();
                let last = (0..entries.len()).rfind(of).unwrap();
                json!({"entries": [first + 1, last + 1]})
            }
            Named::End => json!("log"),
        };
        assert!(
            faults.contains(&place),
            "{what}: {place} is not in {faults:?}"
        );
    }
}

/// The told part of a leaf, changed as JSON.
fn told(change: impl Fn(&mut Value)) -> impl Fn(&mut Value) {
    part("told", change)
}

fn part(name: &'static str, change: impl Fn(&mut Value)) -> impl Fn(&mut Value) {
    move |leaf| {
        let mut part = serde_json::from_str(leaf[name].as_str().unwrap()).unwrap();
        change(&mut part);
        leaf[name] = json!(part.to_string());
    }
}

/// Another digit in front of a text of digits.
fn another_digit(text: &mut Value) {
    let digits = text.as_str().unwrap();
    let first = if digits.starts_with('1') { "2" } else { "1" };
    *text = json!(format!("{first}{}", &digits[1..]));
}

fn later(moment: &mut Value) {
    *moment = json!(moment.as_i64().unwrap() + 1);
}

/// Another value than was bid; of a sealed one, another commitment.
fn another_value(told: &mut Value) {
    let act = &mut told["act"];
    let value = match act["type"].as_str().unwrap() {
        "place-bid" => &mut act["values"]["price"],
        "accept-level" => &mut act["level"],
        "place-sealed" => &mut act["commitment"],
        other => panic!("{other}"),
    };
    another_digit(value);
}

fn another_winner(told: &mut Value) {
    let events = told["outcome"]["events"].as_array_mut().unwrap();
    let closed = events.iter_mut().find(|event| event["type"] == "closed");
    let winner = &mut closed.unwrap()["result"]["winner"];
    *winner = json!(winner.as_u64().unwrap() % 2 + 1);
}

#[test]
fn what_was_done_to_a_log_of_each_kind_of_phase_is_named() {
    for scenario in SCENARIOS {
        let evidence = Evidence::of(scenario);
        assert_eq!(
            evidence.faults(&evidence.log),
            Vec::<Value>::new(),
            "{scenario}"
        );
        for (what, tampered) in altered(&evidence).into_iter().chain(moved(&evidence)) {
            evidence.names(&format!("{scenario}: {what}"), tampered);
        }
    }
}

type Tampered = (&'static str, (Value, Named));

/// One part of one entry is another.
fn altered(evidence: &Evidence) -> [Tampered; 7] {
    let bid = evidence.last(&["bid-accepted", "bid-held", "bid-sealed"]);
    let close = evidence.last(&["\"type\":\"closed\""]);
    let refused = |told: &mut Value| told["outcome"] = json!({"refused": {"name": "not-now"}});
    [
        ("value", evidence.changed(bid, told(another_value))),
        (
            "time",
            evidence.changed(bid, told(|told| later(&mut told["received_at"]))),
        ),
        ("outcome", evidence.changed(bid, told(refused))),
        ("result", evidence.changed(close, told(another_winner))),
        (
            "moment",
            evidence.changed(bid, part("kept", |kept| later(&mut kept["at"]))),
        ),
        (
            "bidder",
            evidence.changed(
                bid,
                part("kept", |kept| another_digit(&mut kept["by"]["bidder"])),
            ),
        ),
        (
            "salt",
            evidence.changed(bid, |leaf| another_digit(&mut leaf["told_salt"])),
        ),
    ]
}

/// Entries are missing, elsewhere or too many, or the batch is another's.
fn moved(evidence: &Evidence) -> [Tampered; 5] {
    let bid = evidence.last(&["bid-accepted", "bid-held", "bid-sealed"]);
    let entries = evidence.entries();
    let ((batch, place), (next, beside)) = (entries[bid], entries[bid + 1]);
    let mut swapped = evidence.log.clone();
    let leaf =
        |log: &Value, batch: usize, place: usize| log["batches"][batch]["entries"][place].clone();
    swapped["batches"][batch]["entries"][place] = leaf(&evidence.log, next, beside);
    swapped["batches"][next]["entries"][beside] = leaf(&evidence.log, batch, place);
    let mut cut = evidence.log.clone();
    drop(cut["batches"].as_array_mut().unwrap().pop());
    let mut signed = evidence.log.clone();
    another_digit(&mut signed["batches"][batch]["signature"]);
    let removed = evidence.listed(batch, |entries| drop(entries.remove(place)));
    let twice = evidence.listed(batch, |entries| {
        entries.insert(place, entries[place].clone())
    });
    [
        ("removed", (removed, Named::Entry(bid))),
        ("swapped", (swapped, Named::Entry(bid))),
        ("inserted", (twice, Named::Entry(bid + 1))),
        ("truncated", (cut, Named::End)),
        ("signature", (signed, Named::Batch(batch))),
    ]
}
