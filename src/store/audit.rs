//! The audit log: who did what, append-only. It holds ids, never personal data.

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use serde::Serialize;
use serde_json::Value;
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
    let head = sqlx::query("UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq")
        .fetch_one(tx.connection())
        .await?;
    sqlx::query("INSERT INTO audit (seq, at, who, what, details) VALUES ($1, $2, $3, $4, $5)")
        .bind(head.try_get::<i64, _>(0)?)
        .bind(at.0)
        .bind(who)
        .bind(what)
        .bind(details.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The acts after `after`, oldest first, one page of them.
///
/// # Errors
/// When the store is away.
pub async fn page(store: &Store, after: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let rows = sqlx::query(
        "SELECT seq, at, who, what, details FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2",
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
            })
        })
        .collect()
}
