//! Names of things that outlive one message.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// The longest auction id, in characters; a hyphenated UUID takes 36.
pub const AUCTION_ID_CHARS_MAX: usize = 64;

/// Names one auction, everywhere and for ever: in addresses, in the log's hashes, in keys of Redis.
///
/// Cheap to clone. The alphabet needs no escaping in any of those places.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AuctionId(Arc<str>);

/// The text names no auction: it must be 1 to 64 letters, digits or hyphens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotAnAuctionId;

impl AuctionId {
    /// Takes 1 to [`AUCTION_ID_CHARS_MAX`] characters of `[A-Za-z0-9-]`.
    ///
    /// # Errors
    /// [`NotAnAuctionId`] for anything else.
    pub fn new(text: &str) -> Result<Self, NotAnAuctionId> {
        let fits = (1..=AUCTION_ID_CHARS_MAX).contains(&text.len());
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fits && plain {
            Ok(Self(text.into()))
        } else {
            Err(NotAnAuctionId)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AuctionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for AuctionId {
    type Error = NotAnAuctionId;

    fn try_from(text: String) -> Result<Self, NotAnAuctionId> {
        Self::new(&text)
    }
}

impl From<AuctionId> for String {
    fn from(id: AuctionId) -> Self {
        id.as_str().to_owned()
    }
}

impl fmt::Display for NotAnAuctionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "an auction id is 1 to {AUCTION_ID_CHARS_MAX} letters, digits or hyphens"
        )
    }
}

impl std::error::Error for NotAnAuctionId {}
