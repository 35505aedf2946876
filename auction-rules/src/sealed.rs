//! What is kept secret until its time: values of a sealed phase, and the random tail of an open one.
//!
//! The log holds a commitment, SHA-256 over a secret of 16 random bytes and the content; the opening
//! lies beside the log until it is shown. Who reads the log, the database or a backup before that
//! learns neither value nor end.

use crate::canonical;
use crate::command::Offer;
use crate::ids::{Alias, AuctionId, Bidder, Digest};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

const VALUE_TAG: &str = "ebok-sealed-bid-1";
const TAIL_TAG: &str = "ebok-random-tail-1";

/// What a commitment to a bid hides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidOpening {
    /// 32 hexadecimal digits.
    pub salt: String,
    /// What was typed.
    pub offer: Offer,
}

impl BidOpening {
    /// What commits to it. It names auction and bidder, so nobody can place another one's.
    #[must_use]
    pub fn commitment(&self, auction: &AuctionId, bidder: Bidder) -> Digest {
        digest(&(VALUE_TAG, auction, bidder, self))
    }
}

/// A sealed value as its phase ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevealedBid {
    /// Whose.
    pub alias: Alias,
    /// What the commitment hid; none when the seal key is lost and it cannot be opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<BidOpening>,
}

/// What a commitment to a random tail hides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TailOpening {
    /// 32 hexadecimal digits.
    pub salt: String,
    /// How long the tail is.
    pub tail_ms: u64,
}

impl TailOpening {
    /// What commits to it, for a phase of an auction.
    #[must_use]
    pub fn commitment(&self, auction: &AuctionId, phase: u16) -> Digest {
        digest(&(TAIL_TAG, auction, phase, self))
    }
}

fn digest(content: &impl Serialize) -> Digest {
    Digest(Sha256::digest(canonical::text(content)).into())
}
