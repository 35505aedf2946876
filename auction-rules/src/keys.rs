//! Which keys sign: the key set, signed by the city's admin key.

use crate::canonical;
use crate::hex;
use crate::ids::Digest;
use crate::time::Timestamp;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The key set as it is published beside every log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySet {
    /// The admin key, 64 hexadecimal digits. Trusted only by its fingerprint.
    pub admin: String,
    /// Signing keys, also those of the past.
    pub keys: Vec<SigningKey>,
    /// The admin key's signature over [`KeySet::message`].
    pub signature: String,
}

/// One node's public signing key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    /// Its name: the first 16 hexadecimal digits of the SHA-256 of the key.
    pub id: String,
    /// The node that holds it.
    pub node: String,
    /// The key, 64 hexadecimal digits.
    pub public: String,
    /// Signs from here on.
    pub valid_from: Timestamp,
    /// Signs until here.
    pub valid_until: Timestamp,
}

impl KeySet {
    /// What the admin key signs.
    #[must_use]
    pub fn message(keys: &[SigningKey]) -> Vec<u8> {
        [b"ebok-keys-1".as_slice(), canonical::text(&keys).as_bytes()].concat()
    }

    /// SHA-256 of the admin key: what stands in the invitation and in the credentials letter.
    #[must_use]
    pub fn fingerprint(&self) -> Option<Digest> {
        let admin: [u8; 32] = hex::decode(&self.admin)?;
        Some(fingerprint(&admin))
    }

    /// Whether the admin key signed these keys.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        is_signed(&self.admin, &self.signature, &Self::message(&self.keys))
    }

    /// The key of this name.
    #[must_use]
    pub fn key(&self, id: &str) -> Option<&SigningKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl SigningKey {
    /// Whether this key signed the message.
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &str) -> bool {
        is_signed(&self.public, signature, message)
    }
}

/// SHA-256 of a public key.
#[must_use]
pub fn fingerprint(public: &[u8; 32]) -> Digest {
    Digest(Sha256::digest(public).into())
}

fn is_signed(public: &str, signature: &str, message: &[u8]) -> bool {
    let key = hex::decode(public).and_then(|bytes: [u8; 32]| VerifyingKey::from_bytes(&bytes).ok());
    let signature = hex::decode(signature).map(|bytes: [u8; 64]| Signature::from_bytes(&bytes));
    match (key, signature) {
        (Some(key), Some(signature)) => key.verify_strict(message, &signature).is_ok(),
        _ => false,
    }
}
