//! The keys that sign, and the admin key that signs them.

use crate::merkle::Hash;
use anyhow::{Context, Result, ensure};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// Signing keys by id, all signed by the admin key.
#[derive(Debug)]
pub(crate) struct Keys(HashMap<String, VerifyingKey>);

impl Keys {
    /// Reads `/.well-known/ebok-keys.json`, and checks it against the fingerprint where one is known.
    ///
    /// # Errors
    /// What is wrong with the key set.
    pub(crate) fn read(set: &Value, fingerprint: Option<&str>) -> Result<Self> {
        let admin = set["admin"]
            .as_str()
            .context("the key set names no admin key")?;
        if let Some(fingerprint) = fingerprint {
            let actual = hex::encode(Sha256::digest(hex::decode(admin)?));
            ensure!(
                fingerprint.eq_ignore_ascii_case(&actual),
                "the admin key has another fingerprint: {actual}"
            );
        }
        let message = format!("ebok-keys-1{}", canonical(&set["keys"]));
        let signature = set["signature"].as_str().unwrap_or_default();
        let signed = verifies(&key(admin)?, message.as_bytes(), signature);
        ensure!(signed, "the admin key did not sign the key set");
        let keys = set["keys"]
            .as_array()
            .context("the key set holds no keys")?;
        Ok(Self(keys.iter().map(entry).collect::<Result<_>>()?))
    }

    /// Whether the key of this name signed the root of a batch of the auction.
    pub(crate) fn signed(&self, id: &str, auction: &str, root: &Hash, signature: &str) -> bool {
        let message = [b"ebok-batch-1", auction.as_bytes(), root].concat();
        self.0
            .get(id)
            .is_some_and(|key| verifies(key, &message, signature))
    }
}

fn entry(entry: &Value) -> Result<(String, VerifyingKey)> {
    let id = entry["id"].as_str().context("a key has no id")?;
    let public = entry["public"]
        .as_str()
        .context("a key has no public part")?;
    Ok((id.to_owned(), key(public)?))
}

fn key(public: &str) -> Result<VerifyingKey> {
    let bytes: Hash = crate::merkle::read(public).context("a key has 64 hexadecimal digits")?;
    Ok(VerifyingKey::from_bytes(&bytes)?)
}

fn verifies(key: &VerifyingKey, message: &[u8], signature: &str) -> bool {
    let mut bytes = [0; 64];
    hex::decode_to_slice(signature, &mut bytes).is_ok()
        && key
            .verify_strict(message, &Signature::from_bytes(&bytes))
            .is_ok()
}

/// Canonical JSON (RFC 8785) of a value whose numbers are whole and whose keys are ASCII.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| key.as_str());
            let member = |(key, value): (&String, &Value)| {
                format!("{}:{}", Value::from(key.as_str()), canonical(value))
            };
            let members: Vec<_> = sorted.into_iter().map(member).collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
pub(crate) mod fixture {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};
    use serde_json::json;

    /// The node's key of the fixtures.
    pub(crate) fn node() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    /// A key set with one node, and the admin key's fingerprint.
    pub(crate) fn key_set() -> (Value, String) {
        let admin = SigningKey::from_bytes(&[8; 32]);
        let keys = json!([{
            "id": "k1", "node": "n", "valid_from": 1, "valid_until": 2,
            "public": hex::encode(node().verifying_key().as_bytes()),
        }]);
        let message = format!("ebok-keys-1{}", canonical(&keys));
        let public = admin.verifying_key();
        let set = json!({
            "admin": hex::encode(public.as_bytes()),
            "keys": keys,
            "signature": hex::encode(admin.sign(message.as_bytes()).to_bytes()),
        });
        (set, hex::encode(Sha256::digest(public.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_set_needs_its_admin_key() {
        let (set, fingerprint) = fixture::key_set();
        assert!(Keys::read(&set, Some(&fingerprint)).is_ok());
        assert!(Keys::read(&set, None).is_ok());
        assert!(Keys::read(&set, Some(&"0".repeat(64))).is_err());
        let mut altered = set.clone();
        altered["keys"][0]["node"] = "another".into();
        assert!(Keys::read(&altered, Some(&fingerprint)).is_err());
    }

    #[test]
    fn canonical_text_is_sorted_and_without_spaces() {
        let value: Value = serde_json::from_str(r#"{ "b": [1, "ż\/"], "a": null }"#).expect("JSON");
        assert_eq!(canonical(&value), r#"{"a":null,"b":[1,"ż/"]}"#);
    }
}
