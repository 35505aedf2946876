//! Keys and signatures: what makes a log the city's own.
//!
//! The **admin key** signs the key set and may be kept offline; its fingerprint stands in the
//! invitation. Each node's **signing key** signs batches and stands in the set. The **seal key** is
//! one, the same on every node: it encrypts what is kept secret until its time, and without it that
//! cannot be opened.

use anyhow::{Context, Result, bail};
use auction_rules::keys::{self, KeySet};
use auction_rules::{Timestamp, hex};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use ed25519_dalek::{Signer as _, SigningKey};
use rand::RngCore;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub mod stamp;

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
    /// Where the key set lies: nodes that came later have put their keys into it.
    file: PathBuf,
    seal_key: SealKey,
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
            file: set,
            seal_key: SealKey::open(dir)?,
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

    /// The key that encrypts what is kept secret until its time.
    #[must_use]
    pub fn seal_key(&self) -> &SealKey {
        &self.0.seal_key
    }

    /// The key set, as it was when this node started.
    #[must_use]
    pub fn key_set(&self) -> &KeySet {
        &self.0.key_set
    }

    /// The key set as it is now, to be published: with the keys of nodes that started later. One that
    /// cannot be read, or that another admin key has signed, is not taken.
    #[must_use]
    pub fn newest_key_set(&self) -> KeySet {
        let own = &self.0.key_set;
        let newest = read_set(&self.0.file).ok().flatten();
        let newest = newest.filter(|set| set.is_signed() && set.admin == own.admin);
        newest.unwrap_or_else(|| own.clone())
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

const NONCE_BYTES: usize = 24;

/// Encrypts what is kept secret until its time: one key, the same on every node.
pub struct SealKey(XChaCha20Poly1305);

impl SealKey {
    /// Opens the key in `dir`, making it when it is missing.
    ///
    /// # Errors
    /// When the file cannot be read or written, is open to others, or holds no key.
    pub fn open(dir: &Path) -> Result<Self> {
        Ok(Self::of(secret_key(&dir.join("seal.key"))?))
    }

    /// The cipher of a key.
    #[must_use]
    pub fn of(key: [u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// Encrypts: a random nonce, then the text with its tag.
    #[must_use]
    pub fn encrypt(&self, text: &[u8], data: &[u8]) -> Vec<u8> {
        let mut sealed = [0; NONCE_BYTES];
        rand::rng().fill_bytes(&mut sealed);
        let payload = Payload {
            msg: text,
            aad: data,
        };
        let encrypted = self.0.encrypt(&XNonce::from(sealed), payload);
        let mut sealed = sealed.to_vec();
        // Fails for texts of gigabytes alone.
        sealed.extend(encrypted.unwrap_or_default());
        sealed
    }

    /// The text, when it was encrypted with this key for this data.
    #[must_use]
    pub fn decrypt(&self, sealed: &[u8], data: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_BYTES)?;
        let payload = Payload {
            msg: text,
            aad: data,
        };
        self.0.decrypt(XNonce::from_slice(nonce), payload).ok()
    }
}

/// The 256 random bits in `file`, made when they are missing.
///
/// # Errors
/// When the file cannot be read or written, is open to others, or holds no key.
pub fn secret_key(file: &Path) -> Result<[u8; 32]> {
    if !file.exists() {
        let mut key = [0; 32];
        rand::rng().fill_bytes(&mut key);
        write_secret(file, hex::encode(&key).as_bytes())?;
    }
    let text = read_secret(file)?;
    hex::decode(text.trim())
        .with_context(|| format!("{} holds no key of 64 hexadecimal digits", file.display()))
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
    write_secret(file, pem.as_bytes())
}

/// Writes a file that only the server's own user may read; it must not exist.
pub(crate) fn write_secret(file: &Path, secret: &[u8]) -> Result<()> {
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
    out.write_all(secret)?;
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
    let pem = read_secret(file)?;
    SigningKey::from_pkcs8_pem(&pem).map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))
}

/// Reads a file that is open to nobody else.
pub(crate) fn read_secret(file: &Path) -> Result<String> {
    let context = || format!("cannot read {}", file.display());
    let mode = fs::metadata(file)
        .with_context(context)?
        .permissions()
        .mode();
    if mode & 0o077 != 0 {
        bail!("{} is open to others: chmod 600 it", file.display());
    }
    fs::read_to_string(file).with_context(context)
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
        assert!(first.key_set().key(other.key_id()).is_none());
        assert!(first.newest_key_set().key(other.key_id()).is_some());
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
