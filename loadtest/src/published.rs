//! The published log, read and verified apart from the server's own verifier.

use crate::checks::Check;
use crate::keys::Keys;
use crate::merkle::{self, Hash};
use crate::receipt::{Told, salt};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
struct Log {
    format: String,
    auction: String,
    key_set: Value,
    batches: Vec<Batch>,
}

#[derive(Debug, Deserialize)]
struct Batch {
    auction: String,
    header: Leaf,
    entries: Vec<Leaf>,
    siblings: Vec<String>,
    signature: String,
}

#[derive(Debug, Deserialize)]
struct Leaf {
    told: String,
    told_salt: String,
    kept: String,
    kept_salt: String,
    hash: String,
}

#[derive(Debug, Deserialize)]
struct Header {
    first_seq: u64,
    last_seq: u64,
    prev_head: String,
    key: String,
}

/// One entry of the log, in its order.
#[derive(Debug)]
pub(crate) struct Entry {
    /// SHA-256 of the told part.
    pub(crate) told_hash: Hash,
    /// The told part.
    pub(crate) told: Told,
}

/// A published log.
#[derive(Debug)]
pub(crate) struct Published {
    /// All entries.
    pub(crate) entries: Vec<Entry>,
    /// Whether each batch is what it claims to be.
    pub(crate) check: Check,
    /// How many batches there are.
    pub(crate) batches: usize,
}

impl Published {
    /// Reads a log and verifies its hashes, its chain and its signatures.
    ///
    /// # Errors
    /// It cannot be read, or its key set is not signed.
    pub(crate) fn read(log: Value, auction: &str, fingerprint: Option<&str>) -> Result<Self> {
        let log: Log = serde_json::from_value(log).context("the log cannot be read")?;
        ensure!(
            log.format == "ebok-log-1",
            "the log has another format: {}",
            log.format
        );
        ensure!(log.auction == auction, "the log is of another auction");
        let keys = Keys::read(&log.key_set, fingerprint).context("key set of the log")?;
        let mut chain = Chain {
            keys,
            head: [0; 32],
            seq: 0,
        };
        let mut check = Check::new("log-verifies", "hashes, chain and signatures of each batch");
        for (index, batch) in log.batches.iter().enumerate() {
            let fault = chain.fault(auction, batch);
            check.holds(fault.is_none(), || {
                format!("batch {index}: {}", fault.unwrap_or_default())
            });
        }
        let leaves = log.batches.iter().flat_map(|batch| &batch.entries);
        Ok(Self {
            entries: leaves.map(entry).collect::<Result<_>>()?,
            check,
            batches: log.batches.len(),
        })
    }
}

fn entry(leaf: &Leaf) -> Result<Entry> {
    Ok(Entry {
        told_hash: merkle::of_text(&leaf.told),
        told: serde_json::from_str(&leaf.told).context("an entry of the log cannot be read")?,
    })
}

/// What each batch must stand on.
struct Chain {
    keys: Keys,
    head: Hash,
    seq: u64,
}

impl Chain {
    /// What is wrong with the next batch.
    fn fault(&mut self, auction: &str, batch: &Batch) -> Option<&'static str> {
        if batch.auction != auction {
            return Some("of another auction");
        }
        let Some(root) = batch.root() else {
            return Some("a leaf is not what its hash says, or the tree is not full");
        };
        let Ok(header) = serde_json::from_str::<Header>(&batch.header.kept) else {
            return Some("no header");
        };
        let Some(before) = merkle::read(&header.prev_head) else {
            return Some("no head before it");
        };
        let (follows, first) = (before == self.head, self.seq + 1);
        let last = self.seq + batch.entries.len() as u64;
        // Goes on from what the batch claims, so that one break is named once.
        self.head = merkle::head(&before, &root);
        self.seq = header.last_seq;
        if !follows {
            Some("does not stand on the batch before it")
        } else if (header.first_seq, header.last_seq) != (first, last) {
            Some("its numbers do not go on")
        } else if !self
            .keys
            .signed(&header.key, auction, &root, &batch.signature)
        {
            Some("the signature is not valid")
        } else {
            None
        }
    }
}

impl Batch {
    fn root(&self) -> Option<Hash> {
        let leaves = std::iter::once(&self.header)
            .chain(&self.entries)
            .map(Leaf::proven);
        let siblings = self.siblings.iter().map(|sibling| merkle::read(sibling));
        merkle::root(
            leaves.collect::<Option<_>>()?,
            &siblings.collect::<Option<Vec<_>>>()?,
        )
    }
}

impl Leaf {
    /// The leaf's hash, when it is what its parts make.
    fn proven(&self) -> Option<Hash> {
        let told = merkle::part(&salt(&self.told_salt)?, &self.told);
        let kept = merkle::part(&salt(&self.kept_salt)?, &self.kept);
        let hash = merkle::leaf(&told, &kept);
        (merkle::read(&self.hash)? == hash).then_some(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixture;
    use ed25519_dalek::Signer;
    use serde_json::json;

    const AUCTION: &str = "a-1";

    fn leaf(told: &str, kept: &str) -> Value {
        let part = |text| merkle::part(&[1; 16], text);
        let salt = hex::encode([1; 16]);
        json!({
            "told": told, "told_salt": salt, "kept": kept, "kept_salt": salt,
            "hash": hex::encode(merkle::leaf(&part(told), &part(kept))),
        })
    }

    /// A signed batch of one entry that stands on `head`.
    fn batch(seq: u64, head: &mut Hash) -> Value {
        let header = json!({
            "first_seq": seq, "last_seq": seq, "prev_head": hex::encode(*head), "key": "k1",
        });
        let told = json!({
            "auction": AUCTION, "received_at": seq, "act": {"type": "announce"},
            "outcome": {"events": []},
        });
        let mut batch = json!({
            "auction": AUCTION,
            "header": leaf("", &header.to_string()),
            "entries": [leaf(&told.to_string(), "{}")],
            "siblings": vec![hex::encode([9; 32]); merkle::LEVELS - 1],
            "signature": "",
        });
        let read: Batch = serde_json::from_value(batch.clone()).expect("a batch");
        let root = read.root().expect("a full tree");
        let message = [b"ebok-batch-1", AUCTION.as_bytes(), &root].concat();
        batch["signature"] = hex::encode(fixture::node().sign(&message).to_bytes()).into();
        *head = merkle::head(head, &root);
        batch
    }

    fn log() -> Value {
        let mut head = [0; 32];
        let batches: Vec<_> = (1..=3).map(|seq| batch(seq, &mut head)).collect();
        json!({
            "format": "ebok-log-1", "auction": AUCTION,
            "key_set": fixture::key_set().0, "batches": batches, "disclosures": {},
        })
    }

    fn failures(log: Value) -> u64 {
        Published::read(log, AUCTION, None)
            .expect("readable")
            .check
            .failed
    }

    #[test]
    fn a_sound_log_verifies() {
        let published = Published::read(log(), AUCTION, None).expect("readable");
        assert_eq!(published.check.failed, 0, "{:?}", published.check);
        assert_eq!((published.entries.len(), published.batches), (3, 3));
    }

    #[test]
    fn what_is_altered_taken_out_or_moved_is_found() {
        let mut altered = log();
        altered["batches"][1]["entries"][0]["told"] =
            log()["batches"][2]["entries"][0]["told"].clone();
        assert!(failures(altered) > 0);
        let mut shorter = log();
        shorter["batches"]
            .as_array_mut()
            .expect("batches")
            .remove(1);
        assert!(failures(shorter) > 0);
        let mut moved = log();
        moved["batches"].as_array_mut().expect("batches").swap(0, 1);
        assert!(failures(moved) > 0);
    }
}
