//! Keys and signatures: what makes a log the city's own.
//!
//! The **admin key** signs the key set and may be kept offline; its fingerprint stands in the
//! invitation. Each node's **signing key** signs batches and stands in the set.

use anyhow::{Context, Result, bail};
use auction_rules::keys::{self, KeySet};
use auction_rules::{Timestamp, hex};
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use ed25519_dalek::{Signer as _, SigningKey};
use rand::RngCore;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

/// How long a new signing key is valid: two years.
const VALID_MS: u64 = 2 * 365 * 24 * 3_600 * 1_000;
/// A new key is valid from a minute before, so that nodes' clocks may differ.
const VALID_BEFORE_MS: u64 = 60_000;

/// Signs batches for this node.
#[derive(Clone)]
pub struct Signer(Arc<Inner>);

struct Inner {
    node: String,
    key_id: String,
    key: SigningKey,
    key_set: KeySet,
}

impl Signer {
    /// Opens the keys in `dir`, making those that are missing: admin key, this node's signing key,
    /// key set. A node whose admin key is kept elsewhere needs a key set that names its key.
    ///
    /// # Errors
    /// When a file cannot be read or written, is open to others, or the key set does not name
    /// this node's key and there is no admin key to sign a new one.
    pub fn open(dir: &Path, node: &str, now: Timestamp) -> Result<Self> {
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let admin = dir.join("admin.key");
        let set = dir.join("keys.json");
        if !admin.exists() && !set.exists() {
            make(&admin)?;
        }
        let signing = dir.join(format!("signing-{node}.key"));
        if !signing.exists() {
            make(&signing)?;
        }
        let key = load(&signing)?;
        let key_id = key_id(&key);
        let key_set = match read_set(&set)? {
            Some(known) if known.key(&key_id).is_some() => known,
            known => enrolled(known, &load(&admin)?, node, &key, now, &set)?,
        };
        if !key_set.is_signed() {
            bail!("{} is not signed by its admin key", set.display());
        }
        Ok(Self(Arc::new(Inner {
            node: node.to_owned(),
            key_id,
            key,
            key_set,
        })))
    }

    /// This node's name.
    #[must_use]
    pub fn node(&self) -> &str {
        &self.0.node
    }

    /// The name of this node's key in the key set.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.0.key_id
    }

    /// The key set, to be published.
    #[must_use]
    pub fn key_set(&self) -> &KeySet {
        &self.0.key_set
    }

    /// The admin key's fingerprint, to be given to bidders.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0
            .key_set
            .fingerprint()
            .map(|digest| digest.to_string())
            .unwrap_or_default()
    }

    /// An Ed25519 signature, as 128 hexadecimal digits.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> String {
        hex::encode(&self.0.key.sign(message).to_bytes())
    }
}

/// Makes an admin key in `file`, and tells its fingerprint.
///
/// # Errors
/// When the file is there already or cannot be written.
pub fn make_admin_key(file: &Path) -> Result<String> {
    make(file)?;
    Ok(keys::fingerprint(load(file)?.verifying_key().as_bytes()).to_string())
}

fn make(file: &Path) -> Result<()> {
    let mut seed = [0; 32];
    rand::rng().fill_bytes(&mut seed);
    let pem = SigningKey::from_bytes(&seed)
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(|error| anyhow::anyhow!("cannot write a key: {error}"))?;
    let context = || format!("cannot make {}", file.display());
    // Written beside its place and linked into it whole: a key that is cut short never stands there.
    let new = file.with_extension("new");
    drop(fs::remove_file(&new));
    let mut options = fs::OpenOptions::new();
    let mut out = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)
        .with_context(context)?;
    out.write_all(pem.as_bytes())?;
    out.sync_all()?;
    fs::hard_link(&new, file).with_context(context)?;
    fs::remove_file(&new)?;
    sync_folder(file)
}

/// A file's name is durable once its folder is.
fn sync_folder(file: &Path) -> Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}

fn load(file: &Path) -> Result<SigningKey> {
    let context = || format!("cannot read {}", file.display());
    let mode = fs::metadata(file)
        .with_context(context)?
        .permissions()
        .mode();
    if mode & 0o077 != 0 {
        bail!("{} is open to others: chmod 600 it", file.display());
    }
    let pem = fs::read_to_string(file).with_context(context)?;
    SigningKey::from_pkcs8_pem(&pem).map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))
}

fn key_id(key: &SigningKey) -> String {
    let digest = keys::fingerprint(key.verifying_key().as_bytes());
    hex::encode(&digest.0).chars().take(16).collect()
}

fn read_set(file: &Path) -> Result<Option<KeySet>> {
    if !file.exists() {
        return Ok(None);
    }
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let set =
        serde_json::from_str(&text).with_context(|| format!("{} is no key set", file.display()))?;
    Ok(Some(set))
}

/// The set with this node's key in it, signed anew and written in one step.
fn enrolled(
    known: Option<KeySet>,
    admin: &SigningKey,
    node: &str,
    key: &SigningKey,
    now: Timestamp,
    file: &Path,
) -> Result<KeySet> {
    let mut all = known.map(|set| set.keys).unwrap_or_default();
    all.push(keys::SigningKey {
        id: key_id(key),
        node: node.to_owned(),
        public: hex::encode(key.verifying_key().as_bytes()),
        valid_from: now.minus(VALID_BEFORE_MS),
        valid_until: now.plus(VALID_MS),
    });
    let signature = hex::encode(&admin.sign(&KeySet::message(&all)).to_bytes());
    let set = KeySet {
        admin: hex::encode(admin.verifying_key().as_bytes()),
        keys: all,
        signature,
    };
    let new = file.with_extension("new");
    fs::write(&new, serde_json::to_string_pretty(&set)?)?;
    fs::File::open(&new)?.sync_all()?;
    fs::rename(&new, file).with_context(|| format!("cannot write {}", file.display()))?;
    sync_folder(file)?;
    Ok(set)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_kept_secret() {
        let dir = tempfile::tempdir().unwrap();
        let first = Signer::open(dir.path(), "one", Timestamp(0)).unwrap();
        let again = Signer::open(dir.path(), "one", Timestamp(9)).unwrap();
        assert_eq!(first.key_id(), again.key_id());
        let other = Signer::open(dir.path(), "two", Timestamp(9)).unwrap();
        assert_eq!(other.fingerprint(), first.fingerprint());
        assert!(other.key_set().key(first.key_id()).is_some());
        let signature = other.sign(b"x");
        assert!(
            other
                .key_set()
                .key(other.key_id())
                .unwrap()
                .signed(b"x", &signature)
        );
        let file = dir.path().join("admin.key");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(make_admin_key(&file).is_err());
        assert!(load(&file).unwrap_err().to_string().contains("chmod 600"));
    }

    #[test]
    fn a_changed_key_set_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        Signer::open(dir.path(), "one", Timestamp(0)).unwrap();
        let file = dir.path().join("keys.json");
        let text = fs::read_to_string(&file)
            .unwrap()
            .replace("\"one\"", "\"eve\"");
        fs::write(&file, text).unwrap();
        assert!(Signer::open(dir.path(), "one", Timestamp(0)).is_err());
    }
}
