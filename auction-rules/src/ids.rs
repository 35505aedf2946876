//! Names of things in an auction. Each is a newtype, so that one cannot stand for another.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Why a text is not a name: what was expected, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadName(pub &'static str);

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for BadName {}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $accepts:expr, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the text.
            ///
            /// # Errors
            /// [`BadName`] with what was expected.
            pub fn new(text: &str) -> Result<Self, BadName> {
                if $accepts(text) { Ok(Self(text.into())) } else { Err(BadName($expected)) }
            }

            /// The text of the name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadName;
            fn try_from(text: String) -> Result<Self, BadName> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.as_ref().to_owned()
            }
        }
    };
}

name!(
    /// One auction: one lot brought to auction once. Chosen by the server (a UUID).
    AuctionId,
    |text: &str| within(text, 64) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
    "an auction id has 1 to 64 letters, digits or hyphens"
);

name!(
    /// A command of a client, chosen by the client: repeated with the same id, it counts once.
    CommandId,
    |text: &str| within(text, 64) && text.bytes().all(|b| b.is_ascii_graphic()),
    "a command id has 1 to 64 printable ASCII characters"
);

name!(
    /// A value that is auctioned, or a criterion of the evaluation, as the terms name it.
    ValueId,
    |text: &str| {
        within(text, 32) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    },
    "the id of a value or criterion has 1 to 32 small letters, digits or hyphens"
);

name!(
    /// Who acted for the buyer: the id of a staff account, never a name.
    OfficerId,
    |text: &str| within(text, 64) && text.bytes().all(|b| b.is_ascii_graphic()),
    "an officer's id has 1 to 64 printable ASCII characters"
);

fn within(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
}

/// "Wykonawca 1…": how rivals and officers see a bidder until the close. Counts from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Alias(pub u16);

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A 32-byte SHA-256 value, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::hex::encode(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::str::FromStr for Digest {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        crate::hex::decode(text)
            .map(Self)
            .ok_or(BadName("a digest has 64 hexadecimal digits"))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A bidder as the log knows it: H(salt‖canonical identity). Salt and identity stay in the store,
/// so that a firm's data can be deleted while the chain still verifies.
pub type Bidder = Digest;
