//! Bidders of a tender.

use super::sessions::Holder;
use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use auction_rules::identity::Identity;
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A bidder (wykonawca) of one tender.
#[derive(Debug, Clone, Serialize)]
pub struct BidderRow {
    /// Its id.
    pub id: String,
    /// Its tender.
    pub tender: String,
    /// Who it is.
    pub identity: Identity,
    /// Where to write; empty where unknown.
    pub email: String,
    /// Since when it is blocked.
    pub blocked_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Adds a bidder.
///
/// # Errors
/// When the store is away.
pub async fn insert(tx: &mut WriteTx, bidder: &BidderRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO bidder (id, tender_id, identity, email, created_at) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&bidder.id)
    .bind(&bidder.tender)
    .bind(super::to_json(&bidder.identity))
    .bind(&bidder.email)
    .bind(bidder.created_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The bidder with this id, in this tender.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, tender: &str, id: &str) -> Result<Option<BidderRow>, StoreError> {
    let row = sqlx::query("SELECT * FROM bidder WHERE id = $1 AND tender_id = $2")
        .bind(id)
        .bind(tender)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(bidder).transpose()
}

/// The bidders of a tender in the order in which they were added, after `after`.
///
/// # Errors
/// When the store is away.
pub async fn of_tender(
    store: &Store,
    tender: &str,
    after: Option<&str>,
) -> Result<Vec<BidderRow>, StoreError> {
    let rows =
        sqlx::query("SELECT * FROM bidder WHERE tender_id = $1 AND id > $2 ORDER BY id LIMIT $3")
            .bind(tender)
            .bind(after.unwrap_or_default())
            .bind(super::PAGE_MAX)
            .fetch_all(&store.pool)
            .await?;
    rows.iter().map(bidder).collect()
}

/// How many bidders a tender has.
///
/// # Errors
/// When the store is away.
pub async fn count(tx: &mut WriteTx, tender: &str) -> Result<i64, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) FROM bidder WHERE tender_id = $1")
        .bind(tender)
        .fetch_one(tx.connection())
        .await?;
    Ok(row.try_get(0)?)
}

/// Blocks a bidder, or lets it in again. Gives its credential in force, whose sessions are to end.
///
/// # Errors
/// When the store is away.
pub async fn set_blocked(
    tx: &mut WriteTx,
    id: &str,
    at: Option<Timestamp>,
) -> Result<Option<Holder>, StoreError> {
    sqlx::query("UPDATE bidder SET blocked_at = $2 WHERE id = $1")
        .bind(id)
        .bind(at.map(|at| at.0))
        .execute(tx.connection())
        .await?;
    let row = sqlx::query("SELECT id FROM credential WHERE bidder_id = $1 AND revoked_at IS NULL")
        .bind(id)
        .fetch_optional(tx.connection())
        .await?;
    Ok(row
        .map(|row| row.try_get(0))
        .transpose()?
        .map(Holder::Credential))
}

fn bidder(row: &AnyRow) -> Result<BidderRow, StoreError> {
    Ok(BidderRow {
        id: row.try_get("id")?,
        tender: row.try_get("tender_id")?,
        identity: super::json(&row.try_get::<String, _>("identity")?)?,
        email: row.try_get("email")?,
        blocked_at: row.try_get::<Option<i64>, _>("blocked_at")?.map(Timestamp),
        created_at: Timestamp(row.try_get("created_at")?),
    })
}
