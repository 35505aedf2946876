//! What opens the commitments of a log, encrypted beside its batches until it is shown.
//!
//! Each opening is sealed by itself with the seal key (XChaCha20-Poly1305, a random nonce each); the
//! auction and the commitment are the associated data, so that no opening fits another place.

use crate::chain::SealKey;
use auction_rules::command::REVEALED_MAX;
use auction_rules::sealed::{BidOpening, RevealedBid, TailOpening};
use auction_rules::{Act, Auction, AuctionId, Digest, Due, canonical, hex};
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

/// The next deadline, as who holds the openings knows it: the rules know only the last possible end
/// of a random tail.
#[must_use]
pub fn due(auction: &Auction, openings: &Openings) -> Option<Due> {
    let due = auction.due()?;
    let drawn = drawn_tail(auction, openings).zip(auction.random_tail());
    let at = drawn.map_or(due.at, |(tail, (_, from))| from.plus(tail.tail_ms));
    Some(Due { at, ..due })
}

/// A random tail for the phase that is about to start, with what commits to it.
#[must_use]
pub fn committed_tail(auction: &Auction, tail: TailOpening) -> Option<(Digest, Opening)> {
    let commitment = tail.commitment(auction.id(), auction.phase_index()?);
    Some((commitment, Opening::Tail(tail)))
}

/// The random tail of the running phase, where there is one and it can be opened.
#[must_use]
pub fn drawn_tail<'a>(auction: &Auction, openings: &'a Openings) -> Option<&'a TailOpening> {
    let (commitment, _) = auction.random_tail()?;
    match openings.get(&commitment) {
        Some(Opening::Tail(tail)) => Some(tail),
        _ => None,
    }
}

/// What opens the next sealed values.
#[must_use]
pub fn reveal(auction: &Auction, openings: &Openings) -> Act {
    let next = auction.unopened().into_iter().take(REVEALED_MAX);
    let open = |(alias, commitment): (_, Digest)| RevealedBid {
        alias,
        opening: match openings.get(&commitment) {
            Some(Opening::Bid(opening)) => Some(opening.clone()),
            _ => {
                tracing::error!(auction = %auction.id(), %commitment, "a sealed value is lost");
                None
            }
        },
    };
    Act::Reveal {
        openings: next.map(open).collect(),
    }
}

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
