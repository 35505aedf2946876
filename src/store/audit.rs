//! The audit log: who did what, append-only. It holds ids, never personal data.
//!
//! Each entry's hash covers the hash before it: whoever changes, adds or leaves out an entry must write
//! all later ones anew, and the head is stamped each day by somebody else.

use super::{Store, StoreError, WriteTx};
use auction_rules::{Digest, Timestamp, canonical};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::Row;

/// One act in the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditEntry {
    /// Counts from 1 without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// The id of the account or credential, or `server`, `console` for somebody on the machine,
    /// or `public` for somebody who is not logged in.
    pub who: String,
    /// What, as in `credential.issued`.
    pub what: String,
    /// Ids and numbers that belong to it.
    pub details: Value,
    /// SHA-256 of this entry and of the hash before it, in hexadecimal digits. Empty for entries that
    /// are older than the chain.
    pub hash: String,
}

/// What begins the text that is hashed.
const CHAIN: &str = "ebok-audit-1";

impl AuditEntry {
    /// The hash that follows `before`: over this version's name, the hash before, and the entry
    /// without its own as canonical JSON.
    fn hash_after(&self, before: &str) -> String {
        let entry = json!({
            "seq": self.seq, "at": self.at, "who": self.who, "what": self.what,
            "details": self.details,
        });
        let mut hash = Sha256::new();
        for part in [CHAIN, before, &canonical::text(&entry)] {
            hash.update(part);
            hash.update([0]);
        }
        hex::encode(hash.finalize())
    }
}

/// Appends an act to the log, in the transaction that makes it so.
///
/// # Errors
/// When the store is away.
pub async fn audit(
    tx: &mut WriteTx,
    at: Timestamp,
    who: &str,
    what: &str,
    details: &Value,
) -> Result<(), StoreError> {
    let head = sqlx::query("UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash")
        .fetch_one(tx.connection())
        .await?;
    let mut entry = AuditEntry {
        seq: head.try_get("seq")?,
        at,
        who: who.to_owned(),
        what: what.to_owned(),
        details: details.clone(),
        hash: String::new(),
    };
    entry.hash = entry.hash_after(&head.try_get::<String, _>("hash")?);
    sqlx::query(
        "INSERT INTO audit (seq, at, who, what, details, hash) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(entry.seq)
    .bind(at.0)
    .bind(who)
    .bind(what)
    .bind(details.to_string())
    .bind(&entry.hash)
    .execute(tx.connection())
    .await?;
    sqlx::query("UPDATE audit_head SET hash = $1 WHERE id = 1")
        .bind(&entry.hash)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Whether a day's head is kept.
///
/// # Errors
/// When the store is away.
pub async fn has_day(store: &Store, day: &str) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT day FROM audit_day WHERE day = $1")
        .bind(day)
        .fetch_optional(&store.pool)
        .await?;
    Ok(row.is_some())
}

/// Keeps the head as it stands as a day's; none where it is kept already or the log is empty.
///
/// # Errors
/// When the store is away.
pub async fn keep_day(tx: &mut WriteTx, day: &str) -> Result<Option<Digest>, StoreError> {
    let row = sqlx::query(
        "INSERT INTO audit_day (day, seq, hash) \
         SELECT $1, seq, hash FROM audit_head WHERE id = 1 AND hash <> '' \
         ON CONFLICT (day) DO NOTHING RETURNING hash",
    )
    .bind(day)
    .fetch_optional(tx.connection())
    .await?;
    let hash = row
        .map(|row| row.try_get::<String, _>("hash"))
        .transpose()?;
    Ok(hash.and_then(|hash| hash.parse().ok()))
}

/// Where the chain stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// Every hash holds; the last entry's number and hash, none in an empty log.
    Whole(Option<(i64, Digest)>),
    /// The first entry that is not what was written, or stands where none or another one should.
    Broken(i64),
}

/// Computes every hash of the log anew.
///
/// # Errors
/// When the store is away.
pub async fn verify(store: &Store) -> Result<Chain, StoreError> {
    let (mut seq, mut before) = (0, String::new());
    loop {
        let entries = page(store, seq).await?;
        if entries.is_empty() {
            return head_of(store, seq, before).await;
        }
        for entry in entries {
            seq += 1;
            let is_older = entry.hash.is_empty() && before.is_empty();
            if entry.seq != seq || !is_older && entry.hash_after(&before) != entry.hash {
                return Ok(Chain::Broken(seq));
            }
            before = entry.hash;
        }
    }
}

/// The last entry's hash must be the one that the next entry will stand on.
async fn head_of(store: &Store, seq: i64, hash: String) -> Result<Chain, StoreError> {
    let row = sqlx::query("SELECT seq, hash FROM audit_head WHERE id = 1")
        .fetch_one(&store.pool)
        .await?;
    let (kept, kept_hash): (i64, String) = (row.try_get("seq")?, row.try_get("hash")?);
    if (kept, &kept_hash) != (seq, &hash) {
        return Ok(Chain::Broken(seq.saturating_add(1)));
    }
    Ok(Chain::Whole(hash.parse().ok().map(|hash| (seq, hash))))
}

/// The acts after `after`, oldest first, one page of them.
///
/// # Errors
/// When the store is away.
pub async fn page(store: &Store, after: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let rows = sqlx::query(
        "SELECT seq, at, who, what, details, hash FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2",
    )
    .bind(after)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(AuditEntry {
                seq: row.try_get("seq")?,
                at: Timestamp(row.try_get("at")?),
                who: row.try_get("who")?,
                what: row.try_get("what")?,
                details: super::json(&row.try_get::<String, _>("details")?)?,
                hash: row.try_get("hash")?,
            })
        })
        .collect()
}
