//! Whether a receipt proves what it says.

use crate::keys::Keys;
use crate::merkle::{self, Hash};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// The answer to a command, as the protocol gives it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Receipt {
    /// JSON, exactly as received.
    pub(crate) told: String,
    told_salt: String,
    kept_hash: String,
    path: Vec<String>,
    key: String,
    signature: String,
}

/// What the bidder is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Told {
    /// Which auction.
    pub(crate) auction: String,
    /// Whose, from the opening on.
    #[serde(default)]
    pub(crate) alias: Option<u64>,
    /// Which of the bidder's commands.
    #[serde(default)]
    pub(crate) n: Option<u64>,
    /// The client's name for it.
    #[serde(default)]
    pub(crate) id: Option<String>,
    /// When the server read it.
    pub(crate) received_at: i64,
    /// What was asked.
    pub(crate) act: Value,
    /// What became of it.
    pub(crate) outcome: Value,
}

impl Told {
    /// The price that was asked for, as typed; none when it is no bid.
    pub(crate) fn asked(&self) -> Option<&str> {
        let bid = self.act["type"] == "place-bid";
        self.act["values"]["price"].as_str().filter(|_| bid)
    }

    /// The price of the bid that was accepted.
    pub(crate) fn accepted(&self) -> Option<&str> {
        let mut events = self.outcome["events"].as_array()?.iter();
        let bid = events.find(|event| event["type"] == "bid-accepted")?;
        bid["values"]["price"].as_str()
    }

    /// The name of the refusal.
    pub(crate) fn refused(&self) -> Option<&str> {
        self.outcome["refused"]["name"].as_str()
    }
}

/// Checks receipts. Those of one batch have one root and one signature, which is checked once.
pub(crate) struct Prover {
    keys: Keys,
    auction: String,
    roots: HashMap<Hash, (String, String)>,
}

impl Prover {
    /// For the receipts of an auction.
    pub(crate) fn new(keys: Keys, auction: String) -> Self {
        Self {
            keys,
            auction,
            roots: HashMap::new(),
        }
    }

    /// How many different batches the receipts came from.
    pub(crate) fn batches(&self) -> usize {
        self.roots.len()
    }

    /// What the receipt tells, once it is proven.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn prove(&mut self, receipt: &Receipt) -> Result<Told, &'static str> {
        let root = receipt.root().ok_or("salt, hash or path cannot be read")?;
        let claimed = (&receipt.key, &receipt.signature);
        let known = self
            .roots
            .get(&root)
            .is_some_and(|(key, signature)| (key, signature) == claimed);
        if !known {
            if !self
                .keys
                .signed(&receipt.key, &self.auction, &root, &receipt.signature)
            {
                return Err("the signature is not valid for this root");
            }
            let claimed = (receipt.key.clone(), receipt.signature.clone());
            self.roots.insert(root, claimed);
        }
        let told: Told = serde_json::from_str(&receipt.told)
            .map_err(|_| "the told part cannot be read, or holds more than it should")?;
        if told.auction == self.auction {
            Ok(told)
        } else {
            Err("it is of another auction")
        }
    }
}

impl Receipt {
    fn root(&self) -> Option<Hash> {
        if self.path.len() != merkle::LEVELS {
            return None;
        }
        let told = merkle::part(&salt(&self.told_salt)?, &self.told);
        let leaf = merkle::leaf(&told, &merkle::read(&self.kept_hash)?);
        self.path.iter().try_fold(leaf, |node, sibling| {
            Some(merkle::node(&node, &merkle::read(sibling)?))
        })
    }
}

/// Reads 32 hexadecimal digits.
pub(crate) fn salt(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixture;
    use ed25519_dalek::Signer;

    const AUCTION: &str = "0199-a";
    const TOLD: &str = r#"{"act":{"type":"place-bid","values":{"price":"5"}},"alias":2,"auction":"0199-a","id":"b-1","n":5,"outcome":{"events":[{"type":"bid-accepted","values":{"price":"5.00"}}]},"received_at":7}"#;

    /// A receipt built by hand from the seven steps that the protocol describes.
    fn receipt(told: &str) -> Receipt {
        let (salt, kept) = ([3; 16], [4; 32]);
        let path: Vec<Hash> = (0..8).map(|level| [level * 30; 32]).collect();
        let mut root = merkle::leaf(&merkle::part(&salt, told), &kept);
        for sibling in &path {
            root = merkle::node(&root, sibling);
        }
        let message = [b"ebok-batch-1", AUCTION.as_bytes(), &root].concat();
        Receipt {
            told: told.to_owned(),
            told_salt: hex::encode(salt),
            kept_hash: hex::encode(kept),
            path: path.iter().map(hex::encode).collect(),
            key: "k1".to_owned(),
            signature: hex::encode(fixture::node().sign(&message).to_bytes()),
        }
    }

    fn prover() -> Prover {
        let (set, fingerprint) = fixture::key_set();
        let keys = Keys::read(&set, Some(&fingerprint)).expect("a sound key set");
        Prover::new(keys, AUCTION.to_owned())
    }

    fn refuses(receipt: &Receipt) {
        assert!(prover().prove(receipt).is_err(), "{receipt:?}");
    }

    #[test]
    fn a_sound_receipt_tells_what_was_asked_and_what_became_of_it() {
        let mut prover = prover();
        let told = prover.prove(&receipt(TOLD)).expect("sound");
        assert_eq!(
            (told.alias, told.n, told.received_at),
            (Some(2), Some(5), 7)
        );
        assert_eq!(
            (told.asked(), told.accepted(), told.refused()),
            (Some("5"), Some("5.00"), None)
        );
        prover.prove(&receipt(TOLD)).expect("sound again");
        assert_eq!(prover.batches(), 1);
    }

    #[test]
    fn an_altered_receipt_is_found() {
        let sound = receipt(TOLD);
        refuses(&Receipt {
            told: TOLD.replace(r#""n":5"#, r#""n":6"#),
            ..sound.clone()
        });
        refuses(&Receipt {
            told_salt: "00".repeat(16),
            ..sound.clone()
        });
        refuses(&Receipt {
            kept_hash: "00".repeat(32),
            ..sound.clone()
        });
        refuses(&Receipt {
            key: "k2".to_owned(),
            ..sound.clone()
        });
        refuses(&Receipt {
            signature: "00".repeat(64),
            ..sound.clone()
        });
        refuses(&Receipt {
            path: sound.path[1..].to_vec(),
            ..sound
        });
    }

    #[test]
    fn another_signature_over_a_known_root_is_checked_again() {
        let mut prover = prover();
        prover.prove(&receipt(TOLD)).expect("sound");
        let forged = Receipt {
            signature: "00".repeat(64),
            ..receipt(TOLD)
        };
        assert!(prover.prove(&forged).is_err());
    }

    #[test]
    fn a_receipt_that_tells_of_the_log_is_refused() {
        refuses(&receipt(&TOLD.replace(r#""n":5"#, r#""n":5,"seq":17"#)));
    }
}
