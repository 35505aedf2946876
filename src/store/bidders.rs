//! Bidders of a tender.

use super::sessions::Holder;
use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use auction_rules::identity::Identity;
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeSet;

/// Who added a bidder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// An officer, by hand.
    Officer,
    /// An officer, from a file.
    Import,
    /// The firm itself: it asked for the specification.
    Firm,
}

impl Source {
    fn as_str(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Import => "import",
            Self::Firm => "firm",
        }
    }
}

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
    /// The person to talk to; empty where unknown.
    pub contact: String,
    /// The country of its tax number, two letters of ISO 3166.
    pub country: String,
    /// Country and tax number without separators; empty without one. The same firm, the same key.
    pub tax_key: String,
    /// Who added it.
    pub source: Source,
    /// The network from which the firm asked for the specification; empty where it did not.
    #[serde(skip)]
    pub asked_from: String,
    /// Why it is blocked; empty where it is not.
    pub blocked_reason: String,
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
        "INSERT INTO bidder (id, tender_id, identity, email, created_at, contact, country, \
         tax_key, source, asked_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&bidder.id)
    .bind(&bidder.tender)
    .bind(super::to_json(&bidder.identity))
    .bind(&bidder.email)
    .bind(bidder.created_at.0)
    .bind(&bidder.contact)
    .bind(&bidder.country)
    .bind(&bidder.tax_key)
    .bind(bidder.source.as_str())
    .bind(&bidder.asked_from)
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

/// Names of the bidders admitted to a lot who gave no address, in the order in which they were
/// added; a lot has no more than its tender has bidders.
///
/// # Errors
/// When the store is away.
pub async fn unmailed(store: &Store, lot: &str) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT bidder.* FROM admission JOIN bidder ON bidder.id = admission.bidder_id \
         WHERE admission.lot_id = $1 AND bidder.email = '' ORDER BY bidder.id",
    )
    .bind(lot)
    .fetch_all(&store.pool)
    .await?;
    let names = rows.iter().map(|row| Ok(bidder(row)?.identity.name));
    names.collect()
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

/// Writes who a bidder is and how to reach it.
///
/// # Errors
/// When the store is away.
pub async fn update(tx: &mut WriteTx, bidder: &BidderRow) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE bidder SET identity = $2, email = $3, contact = $4, country = $5, tax_key = $6 \
         WHERE id = $1",
    )
    .bind(&bidder.id)
    .bind(super::to_json(&bidder.identity))
    .bind(&bidder.email)
    .bind(&bidder.contact)
    .bind(&bidder.country)
    .bind(&bidder.tax_key)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The bidders of a tender with this tax key, one page of them.
///
/// # Errors
/// When the store is away.
pub async fn with_tax_key(
    tx: &mut WriteTx,
    tender: &str,
    tax_key: &str,
) -> Result<Vec<BidderRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM bidder WHERE tender_id = $1 AND tax_key = $2 ORDER BY id LIMIT $3",
    )
    .bind(tender)
    .bind(tax_key)
    .bind(super::PAGE_MAX)
    .fetch_all(tx.connection())
    .await?;
    rows.iter().map(bidder).collect()
}

/// The tax keys of all bidders of a tender.
///
/// # Errors
/// When the store is away.
pub async fn tax_keys(tx: &mut WriteTx, tender: &str) -> Result<BTreeSet<String>, StoreError> {
    let rows = sqlx::query("SELECT tax_key FROM bidder WHERE tender_id = $1 AND tax_key <> ''")
        .bind(tender)
        .fetch_all(tx.connection())
        .await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?)
}

/// How many firms asked for the specification of a tender since a moment: from one network, and
/// from all of them.
///
/// # Errors
/// When the store is away.
pub async fn asked_since(
    tx: &mut WriteTx,
    tender: &str,
    network: &str,
    since: Timestamp,
) -> Result<(i64, i64), StoreError> {
    let row = sqlx::query(
        "SELECT CAST(COALESCE(SUM(CASE WHEN asked_from = $2 THEN 1 ELSE 0 END), 0) AS BIGINT), \
         COUNT(*) FROM bidder WHERE tender_id = $1 AND source = 'firm' AND created_at > $3",
    )
    .bind(tender)
    .bind(network)
    .bind(since.0)
    .fetch_one(tx.connection())
    .await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// Whether a bidder is admitted to any lot: its identity is then committed to.
///
/// # Errors
/// When the store is away.
pub async fn is_admitted(tx: &mut WriteTx, id: &str) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) FROM admission WHERE bidder_id = $1")
        .bind(id)
        .fetch_one(tx.connection())
        .await?;
    Ok(row.try_get::<i64, _>(0)? > 0)
}

/// Blocks a bidder, or lets it in again. Gives its credential in force, whose sessions are to end.
///
/// # Errors
/// When the store is away.
pub async fn set_blocked(
    tx: &mut WriteTx,
    id: &str,
    at: Option<Timestamp>,
    reason: &str,
) -> Result<Option<Holder>, StoreError> {
    sqlx::query("UPDATE bidder SET blocked_at = $2, blocked_reason = $3 WHERE id = $1")
        .bind(id)
        .bind(at.map(|at| at.0))
        .bind(reason)
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
        contact: row.try_get("contact")?,
        country: row.try_get("country")?,
        tax_key: row.try_get("tax_key")?,
        source: source(&row.try_get::<String, _>("source")?)?,
        asked_from: row.try_get("asked_from")?,
        blocked_reason: row.try_get("blocked_reason")?,
        blocked_at: row.try_get::<Option<i64>, _>("blocked_at")?.map(Timestamp),
        created_at: Timestamp(row.try_get("created_at")?),
    })
}

fn source(text: &str) -> Result<Source, StoreError> {
    let all = [Source::Officer, Source::Import, Source::Firm];
    let found = all.into_iter().find(|source| source.as_str() == text);
    found.ok_or_else(|| StoreError::Row(format!("nobody called {text} adds bidders")))
}
