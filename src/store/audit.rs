//! The audit log: who did what, append-only, each entry chained to the one before it. It holds ids,
//! never personal data.

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::any::AnyRow;

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
    let before: String = head.try_get("hash")?;
    let seq: i64 = head.try_get("seq")?;
    let details = details.to_string();
    let hash = link(&before, seq, at, who, what, &details);
    sqlx::query(
        "INSERT INTO audit (seq, at, who, what, details, hash) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(seq)
    .bind(at.0)
    .bind(who)
    .bind(what)
    .bind(details)
    .bind(&hash)
    .execute(tx.connection())
    .await?;
    sqlx::query("UPDATE audit_head SET hash = $1 WHERE id = 1")
        .bind(hash)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// SHA-256 over the hash before and the entry, as a JSON array.
fn link(before: &str, seq: i64, at: Timestamp, who: &str, what: &str, details: &str) -> String {
    let entry = json!(["ebok-audit-1", before, seq, at, who, what, details]);
    hex::encode(Sha256::digest(entry.to_string()))
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// Entries that were checked.
    pub entries: i64,
    /// Entries from before the log was a chain.
    pub unchained: i64,
    /// The hash of the last entry.
    pub head: String,
    /// The first entry that was changed, or before which one is missing.
    pub broken_at: Option<i64>,
}

/// Checks every link of the chain.
///
/// # Errors
/// When the store is away.
pub async fn verify(store: &Store) -> Result<Chain, StoreError> {
    let mut chain = Chain {
        entries: 0,
        unchained: 0,
        head: String::new(),
        broken_at: None,
    };
    loop {
        let rows = rows(store, chain.entries + chain.unchained).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let seq: i64 = row.try_get("seq")?;
            let hash: String = row.try_get("hash")?;
            let expected = chain.entries + chain.unchained + 1;
            if hash.is_empty() && chain.entries == 0 && seq == expected {
                chain.unchained += 1;
                continue;
            }
            let (who, what): (String, String) = (row.try_get("who")?, row.try_get("what")?);
            let (at, details) = (
                Timestamp(row.try_get("at")?),
                row.try_get::<String, _>("details")?,
            );
            if seq != expected || hash != link(&chain.head, seq, at, &who, &what, &details) {
                chain.broken_at = Some(expected);
                return Ok(chain);
            }
            chain.entries += 1;
            chain.head = hash;
        }
    }
    let head = sqlx::query("SELECT seq, hash FROM audit_head WHERE id = 1")
        .fetch_one(&store.pool)
        .await?;
    let all = chain.entries + chain.unchained;
    if head.try_get::<i64, _>("seq")? != all || head.try_get::<String, _>("hash")? != chain.head {
        chain.broken_at = Some(all + 1);
    }
    Ok(chain)
}

async fn rows(store: &Store, after: i64) -> Result<Vec<AnyRow>, StoreError> {
    let rows = sqlx::query("SELECT * FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(after)
        .bind(super::PAGE_MAX)
        .fetch_all(&store.pool)
        .await?;
    Ok(rows)
}

/// The acts after `after`, oldest first, one page of them.
///
/// # Errors
/// When the store is away.
pub async fn page(store: &Store, after: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let rows = rows(store, after).await?;
    rows.iter()
        .map(|row| {
            Ok(AuditEntry {
                seq: row.try_get("seq")?,
                at: Timestamp(row.try_get("at")?),
                who: row.try_get("who")?,
                what: row.try_get("what")?,
                details: super::json(&row.try_get::<String, _>("details")?)?,
            })
        })
        .collect()
}
