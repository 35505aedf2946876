//! Who a bidder is, and the commitment by which the log knows it.

use crate::canonical;
use crate::hex;
use crate::ids::Bidder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A bidder's data as it is announced with the result (PZP art. 253(1): name, seat).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Name of the firm, or first name and surname.
    pub name: String,
    /// Seat or place of business: town, or town and street.
    pub seat: String,
    /// NIP or a foreign tax number; empty where there is none.
    #[serde(default)]
    pub tax_id: String,
}

/// What opens a commitment. It stays in the store until the rules reveal the bidder, and can be
/// deleted while the log still verifies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// 128 random bits, as 32 hexadecimal digits.
    pub salt: String,
    /// Whom it names.
    pub identity: Identity,
}

impl Disclosure {
    /// A disclosure with this salt.
    #[must_use]
    pub fn new(salt: [u8; 16], identity: Identity) -> Self {
        Self {
            salt: hex::encode(&salt),
            identity,
        }
    }

    /// H(salt‖canonical identity); none when the salt is no salt.
    #[must_use]
    pub fn commitment(&self) -> Option<Bidder> {
        let salt: [u8; 16] = hex::decode(&self.salt)?;
        let hash = Sha256::new()
            .chain_update(salt)
            .chain_update(canonical::text(&self.identity));
        Some(crate::ids::Digest(hash.finalize().into()))
    }
}
