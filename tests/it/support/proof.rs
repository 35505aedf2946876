//! What bidders were told, held against the published log.

use super::bidder::{Crowd, Heard};
use super::process::Server;
use super::program::{Ran, ebok};
use super::stage::Stage;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;

/// An entry of the published log.
pub(crate) struct Logged {
    pub(crate) told: String,
    /// Two bidders may be told the same, but never with the same salt.
    salt: String,
    by: Value,
    id: Option<String>,
}

/// A published log that every receipt stands in.
pub(crate) struct Proof {
    pub(crate) text: String,
    pub(crate) log: Vec<Logged>,
    /// How often each bidder connected.
    pub(crate) connections: Vec<usize>,
}

impl Proof {
    /// How many entries say this.
    pub(crate) fn told(&self, what: &str) -> usize {
        let told = self.log.iter().filter(|entry| entry.told.contains(what));
        told.count()
    }

    /// Whether what a receipt says stands in the log.
    pub(crate) fn holds(&self, frame: &Value) -> bool {
        let receipt = &frame["receipt"];
        let mut log = self.log.iter();
        log.any(|entry| receipt["told"] == *entry.told && receipt["told_salt"] == *entry.salt)
    }
}

/// How receipts and log differ: but for the first figure all must be 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Receipts given.
    pub(crate) acknowledged: usize,
    /// Receipts that are not in the log.
    pub(crate) lost: usize,
    /// Entries for a command that has one already.
    pub(crate) doubled: usize,
    /// Receipts that stand in the log before an earlier one.
    pub(crate) reordered: usize,
    /// Entries of which their bidder was never told.
    pub(crate) untold: usize,
}

impl Tally {
    /// Whether the log is what the bidders were told, no more and no less.
    pub(crate) fn is_clean(&self) -> bool {
        let Self { acknowledged, .. } = *self;
        *self
            == Self {
                acknowledged,
                ..Self::default()
            }
    }
}

/// Everyone leaves, the auction closes, and every receipt is held against the published log of this
/// server.
pub(crate) async fn proven(crowd: Crowd, stage: &Stage, server: &Server) -> Proof {
    let heard = crowd.leave().await;
    let (proof, tally) = weighed(&heard, stage, server).await;
    assert!(tally.is_clean(), "{tally:?}");
    proof
}

/// Waits for the published log of this server, has it verified with all receipts, and compares.
pub(crate) async fn weighed(heard: &[Heard], stage: &Stage, server: &Server) -> (Proof, Tally) {
    let text = stage.log(server).await;
    let log = entries(&text);
    let tally = tally(heard, &log);
    let receipts: Vec<_> = heard.iter().flat_map(|heard| &heard.receipts).collect();
    if tally.is_clean() {
        verified(server, &text, &receipts);
    }
    let repeated: usize = heard.iter().map(|heard| heard.repeated).sum();
    let proof = Proof {
        connections: heard.iter().map(|heard| heard.connections).collect(),
        text,
        log,
    };
    println!(
        "{} receipts, {repeated} repeated, {:?} connections, {} entries, {} takeovers",
        receipts.len(),
        proof.connections,
        proof.log.len(),
        proof.told("\"type\":\"take-over\"")
    );
    (proof, tally)
}

/// The entries of a published log; their numbers have no gap.
fn entries(log: &str) -> Vec<Logged> {
    let log: Value = serde_json::from_str(log).unwrap();
    let batches = log["batches"].as_array().unwrap();
    let leaves = batches
        .iter()
        .flat_map(|batch| batch["entries"].as_array().unwrap());
    let part = |leaf: &Value, name: &str| leaf[name].as_str().unwrap().to_owned();
    let entry = |(leaf, seq): (&Value, u64)| {
        let kept: Value = serde_json::from_str(&part(leaf, "kept")).unwrap();
        assert_eq!(kept["seq"], seq, "no gap in seq");
        let told: Value = serde_json::from_str(&part(leaf, "told")).unwrap();
        Logged {
            told: part(leaf, "told"),
            salt: part(leaf, "told_salt"),
            by: kept["by"].clone(),
            id: told["id"].as_str().map(str::to_owned),
        }
    };
    leaves.zip(1..).map(entry).collect()
}

fn tally(heard: &[Heard], log: &[Logged]) -> Tally {
    let mut tally = Tally::default();
    let mut places = HashMap::<_, Vec<usize>>::new();
    for (place, entry) in log.iter().enumerate() {
        let told = (entry.told.as_str(), entry.salt.as_str());
        places.entry(told).or_default().push(place);
    }
    for bidder in heard {
        let mut before = None;
        let mut own = BTreeSet::new();
        let mut by = None;
        for frame in &bidder.receipts {
            tally.acknowledged += 1;
            let part = |name: &str| frame["receipt"][name].as_str().unwrap();
            let Some(found) = places.get(&(part("told"), part("told_salt"))) else {
                tally.lost += 1;
                continue;
            };
            tally.doubled += found.len() - 1;
            tally.reordered += usize::from(before > Some(found[0]));
            before = Some(found[0]);
            by = Some(&log[found[0]].by);
            own.insert(found[0]);
        }
        let mut ids = BTreeMap::new();
        for (place, entry) in log.iter().enumerate() {
            if Some(&entry.by) == by {
                tally.untold += usize::from(!own.contains(&place));
                tally.doubled += usize::from(ids.insert(&entry.id, place).is_some());
            }
        }
    }
    tally
}

/// `ebok verify` finds nothing wrong, and the same state each time.
fn verified(server: &Server, log: &str, receipts: &[&Value]) {
    let report = || {
        let ran = verify(server, log, receipts);
        assert_eq!(ran.code, 0, "{ran:?}");
        serde_json::from_str::<Value>(&ran.out).unwrap()
    };
    let first = report();
    assert_eq!(first["receipts"], receipts.len());
    assert!(first["state_hash"].is_string() && first["result"]["winner"].is_u64());
    assert_eq!(report(), first, "the same log gives the same state");
}

/// `ebok verify` of a published log with these receipts.
pub(crate) fn verify(server: &Server, log: &str, receipts: &[&Value]) -> Ran {
    let files = ["log.json", "receipts.json"].map(|name| server.scratch(name));
    fs::write(&files[0], log).unwrap();
    fs::write(&files[1], serde_json::to_string(receipts).unwrap()).unwrap();
    let fingerprint = server.fingerprint();
    let flags = ["--json", "--key", &fingerprint, "--receipt"].map(Path::new);
    let flags = flags.into_iter().chain([files[1].as_path()]);
    ebok([Path::new("verify"), &files[0]].into_iter().chain(flags))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn logged(by: u8, id: &str) -> Logged {
        Logged {
            told: format!("{by}:{id}"),
            salt: id.to_owned(),
            by: json!(by),
            id: Some(id.to_owned()),
        }
    }

    fn heard(by: u8, ids: &[&str]) -> Heard {
        let receipt =
            |id: &&str| json!({"receipt": {"told": format!("{by}:{id}"), "told_salt": id}});
        Heard {
            receipts: ids.iter().map(receipt).collect(),
            ..Heard::default()
        }
    }

    #[test]
    fn each_difference_is_counted_as_what_it_is() {
        let log = ["a", "b", "c"].map(|id| logged(1, id));
        let of = |ids: &[&str]| tally(&[heard(1, ids)], &log);
        let clean = Tally {
            acknowledged: 3,
            ..Tally::default()
        };
        assert_eq!(of(&["a", "b", "c"]), clean);
        assert!(clean.is_clean());
        let lost = of(&["a", "b", "c", "d"]);
        assert_eq!((lost.acknowledged, lost.lost), (4, 1));
        assert_eq!(of(&["a", "c", "b"]).reordered, 1);
        assert_eq!(of(&["a", "b"]).untold, 1);
        let again = [logged(1, "a"), logged(2, "a"), logged(1, "a")];
        let twice = tally(&[heard(1, &["a"])], &again);
        assert!(twice.doubled > 0 && !twice.is_clean());
    }
}
