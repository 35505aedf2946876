//! What is kept of people so that who steals the store alone cannot read it: encrypted, and found by
//! an index that only the holder of the key can make. The key lies in a file of the data directory,
//! the same on every node.

use crate::chain::{SealKey, secret_key};
use auction_rules::hex;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::path::Path;

/// The name of the key's file among the keys.
const FILE: &str = "personal.key";

/// Encrypts personal numbers and secrets, and makes the index of numbers.
pub struct Vault {
    cipher: SealKey,
    index: [u8; 32],
}

impl Vault {
    /// Opens the key in `dir`, making it when it is missing.
    ///
    /// # Errors
    /// When the file cannot be read or written, is open to others, or holds no key.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        let key = secret_key(&dir.join(FILE))?;
        // Two keys for two uses: what one gives tells nothing of the other.
        Ok(Self {
            cipher: SealKey::of(keyed(&key, b"ebok-vault-cipher-1")),
            index: keyed(&key, b"ebok-vault-index-1"),
        })
    }

    /// Encrypts a text for one place: it fits no other.
    #[must_use]
    pub fn seal(&self, text: &str, place: &str) -> String {
        hex::encode(&self.cipher.encrypt(text.as_bytes(), place.as_bytes()))
    }

    /// The text, when it was encrypted with this key for this place.
    #[must_use]
    pub fn open_text(&self, sealed: &str, place: &str) -> Option<String> {
        let bytes = ::hex::decode(sealed).ok()?;
        let text = self.cipher.decrypt(&bytes, place.as_bytes())?;
        String::from_utf8(text).ok()
    }

    /// What finds a number and tells nothing of it to who has not the key.
    #[must_use]
    pub fn index(&self, number: &str) -> String {
        hex::encode(&keyed(&self.index, number.as_bytes()))
    }
}

/// HMAC-SHA256 (RFC 2104).
fn keyed(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    // A key of any length is one.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_sealed_opens_in_its_place_with_its_key_alone() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let vault = Vault::open(here.path()).unwrap();
        let sealed = vault.seal("44051401359", "citizen:a");
        assert!(!sealed.contains("44051401359"));
        assert_ne!(sealed, vault.seal("44051401359", "citizen:a"));
        let opened = |vault: &Vault, place| vault.open_text(&sealed, place);
        assert_eq!(opened(&vault, "citizen:a").as_deref(), Some("44051401359"));
        assert_eq!(opened(&vault, "citizen:b"), None);
        let again = Vault::open(here.path()).unwrap();
        assert!(opened(&again, "citizen:a").is_some());
        assert_eq!(again.index("44051401359"), vault.index("44051401359"));
        let other = Vault::open(there.path()).unwrap();
        assert_eq!(opened(&other, "citizen:a"), None);
        assert_ne!(other.index("44051401359"), vault.index("44051401359"));
        let mode = std::fs::metadata(here.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
