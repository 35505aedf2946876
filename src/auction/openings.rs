//! What opens the commitments of a log, encrypted beside its batches until it is shown.
//!
//! Each opening is sealed by itself with the seal key (XChaCha20-Poly1305, a random nonce each); the
//! auction and the commitment are the associated data, so that no opening fits another place.

use crate::chain::SealKey;
use auction_rules::sealed::{BidOpening, TailOpening};
use auction_rules::{AuctionId, Digest, canonical, hex};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What opens one commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opening {
    /// A bid of a sealed phase, accepted or refused.
    Bid(BidOpening),
    /// The random tail of an open phase.
    Tail(TailOpening),
}

/// The openings that this node knows, by commitment.
pub type Openings = BTreeMap<Digest, Opening>;

/// One opening as stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    commitment: Digest,
    /// Hexadecimal, as [`SealKey::encrypt`] gives it.
    sealed: String,
}

/// At most so many bytes an opening takes in a batch.
#[must_use]
pub fn stored_bytes(opening: &Opening) -> usize {
    2 * canonical::text(opening).len() + 256
}

/// Openings as they lie beside a batch; nothing for none.
#[must_use]
pub fn store(key: &SealKey, auction: &AuctionId, openings: &Openings) -> Bytes {
    if openings.is_empty() {
        return Bytes::new();
    }
    let stored: Vec<_> = openings
        .iter()
        .map(|(commitment, opening)| {
            let text = canonical::text(opening);
            Stored {
                commitment: *commitment,
                sealed: hex::encode(&key.encrypt(text.as_bytes(), &data(auction, commitment))),
            }
        })
        .collect();
    Bytes::from(canonical::text(&stored))
}

/// The openings beside a batch, and how many of them this key does not open.
#[must_use]
pub fn read(key: &SealKey, auction: &AuctionId, stored: &[u8]) -> (Openings, usize) {
    if stored.is_empty() {
        return (Openings::new(), 0);
    }
    let Ok(stored) = serde_json::from_slice::<Vec<Stored>>(stored) else {
        return (Openings::new(), 1);
    };
    let count = stored.len();
    let open = |one: Stored| {
        let sealed = bytes(&one.sealed)?;
        let plain = key.decrypt(&sealed, &data(auction, &one.commitment))?;
        Some((one.commitment, serde_json::from_slice(&plain).ok()?))
    };
    let known: Openings = stored.into_iter().filter_map(open).collect();
    let lost = count - known.len();
    (known, lost)
}

fn data(auction: &AuctionId, commitment: &Digest) -> Vec<u8> {
    format!("{auction}\u{2016}{commitment}").into_bytes()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn tail() -> (Digest, Opening) {
        let tail = TailOpening {
            salt: "00".repeat(16),
            tail_ms: 4_321,
        };
        (Digest([7; 32]), Opening::Tail(tail))
    }

    #[test]
    fn only_this_key_opens_only_this_place() {
        let folder = tempfile::tempdir().unwrap();
        let key = SealKey::open(folder.path()).unwrap();
        let auction = AuctionId::new("one").unwrap();
        let openings: Openings = [tail()].into();
        let stored = store(&key, &auction, &openings);
        assert!(!String::from_utf8_lossy(&stored).contains("4321"));
        assert_eq!(read(&key, &auction, &stored), (openings, 0));
        let elsewhere = AuctionId::new("two").unwrap();
        assert_eq!(read(&key, &elsewhere, &stored), (Openings::new(), 1));
        let other = tempfile::tempdir().unwrap();
        let other = SealKey::open(other.path()).unwrap();
        assert_eq!(read(&other, &auction, &stored), (Openings::new(), 1));
        let again = SealKey::open(folder.path()).unwrap();
        assert_eq!(read(&again, &auction, &stored).1, 0);
    }

    #[test]
    fn nothing_is_stored_for_nothing_and_rubbish_opens_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let key = SealKey::open(folder.path()).unwrap();
        let auction = AuctionId::new("one").unwrap();
        assert!(store(&key, &auction, &Openings::new()).is_empty());
        assert_eq!(read(&key, &auction, b"rubbish"), (Openings::new(), 1));
    }
}
