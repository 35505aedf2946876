//! Admissions: which bidder takes part in the auction of which lot, with which written offer, and
//! under which commitment.

use super::{Store, StoreError, WriteTx};
use auction_rules::identity::{Disclosure, Identity};
use auction_rules::{Bidder, Timestamp, ValueId};
use rust_decimal::Decimal;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// The values of a written offer.
pub type WrittenOffer = BTreeMap<ValueId, Decimal>;

/// An admission.
#[derive(Debug, Clone, PartialEq)]
pub struct Admission {
    /// To which lot.
    pub lot: String,
    /// Of which bidder, by its id in the store.
    pub bidder: String,
    /// What opens the commitment. The identity is the one committed to, even if it changed since.
    pub disclosure: Disclosure,
    /// How the log knows the bidder.
    pub commitment: Bidder,
    /// The written offer.
    pub offer: WrittenOffer,
    /// When the auction admitted the bidder with this offer.
    pub passed_at: Option<Timestamp>,
    /// When it was recorded first.
    pub created_at: Timestamp,
}

/// Records an admission, or replaces the offer of an earlier one, which keeps its commitment.
///
/// # Errors
/// When the store is away.
pub async fn put(tx: &mut WriteTx, admission: &Admission) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO admission (lot_id, bidder_id, salt, identity, commitment, offer, passed_at, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (lot_id, bidder_id) DO UPDATE SET offer = excluded.offer, \
         passed_at = excluded.passed_at",
    )
    .bind(&admission.lot)
    .bind(&admission.bidder)
    .bind(&admission.disclosure.salt)
    .bind(super::to_json(&admission.disclosure.identity))
    .bind(admission.commitment.to_string())
    .bind(super::to_json(&admission.offer))
    .bind(admission.passed_at.map(|at| at.0))
    .bind(admission.created_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Forgets an admission that the auction refused.
///
/// # Errors
/// When the store is away.
pub async fn remove(tx: &mut WriteTx, lot: &str, bidder: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM admission WHERE lot_id = $1 AND bidder_id = $2")
        .bind(lot)
        .bind(bidder)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// How many admitted bidders of a lot have no credential in force.
///
/// # Errors
/// When the store is away.
pub async fn without_credential(store: &Store, lot: &str) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "SELECT COUNT(*) FROM admission a WHERE a.lot_id = $1 AND NOT EXISTS \
         (SELECT 1 FROM credential c WHERE c.bidder_id = a.bidder_id AND c.revoked_at IS NULL)",
    )
    .bind(lot)
    .fetch_one(&store.pool)
    .await?;
    Ok(row.try_get(0)?)
}

/// Notes that the auction admitted the bidder, unless the offer was replaced meanwhile.
///
/// # Errors
/// When the store is away.
pub async fn set_passed(
    tx: &mut WriteTx,
    admission: &Admission,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE admission SET passed_at = $4 WHERE lot_id = $1 AND bidder_id = $2 AND offer = $3",
    )
    .bind(&admission.lot)
    .bind(&admission.bidder)
    .bind(super::to_json(&admission.offer))
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The admission of a bidder to a lot, as this transaction sees it.
///
/// # Errors
/// When the store is away.
pub async fn of_bidder_in(
    tx: &mut WriteTx,
    lot: &str,
    bidder: &str,
) -> Result<Option<Admission>, StoreError> {
    let row = sqlx::query("SELECT * FROM admission WHERE lot_id = $1 AND bidder_id = $2")
        .bind(lot)
        .bind(bidder)
        .fetch_optional(tx.connection())
        .await?;
    row.as_ref().map(admission).transpose()
}

/// The admission of a bidder to a lot.
///
/// # Errors
/// When the store is away.
pub async fn of_bidder(
    store: &Store,
    lot: &str,
    bidder: &str,
) -> Result<Option<Admission>, StoreError> {
    let row = sqlx::query("SELECT * FROM admission WHERE lot_id = $1 AND bidder_id = $2")
        .bind(lot)
        .bind(bidder)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(admission).transpose()
}

/// All admissions to a lot, by the bidders' ids; a lot has no more than its tender has bidders.
///
/// # Errors
/// When the store is away.
pub async fn of_lot(store: &Store, lot: &str) -> Result<Vec<Admission>, StoreError> {
    let rows = sqlx::query("SELECT * FROM admission WHERE lot_id = $1 ORDER BY bidder_id")
        .bind(lot)
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(admission).collect()
}

/// What opens a commitment.
///
/// # Errors
/// When the store is away.
pub async fn disclosure(
    store: &Store,
    commitment: Bidder,
) -> Result<Option<Disclosure>, StoreError> {
    let row = sqlx::query("SELECT salt, identity FROM admission WHERE commitment = $1")
        .bind(commitment.to_string())
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(opening).transpose()
}

fn opening(row: &AnyRow) -> Result<Disclosure, StoreError> {
    let identity: Identity = super::json(&row.try_get::<String, _>("identity")?)?;
    Ok(Disclosure {
        salt: row.try_get("salt")?,
        identity,
    })
}

fn admission(row: &AnyRow) -> Result<Admission, StoreError> {
    let commitment: String = row.try_get("commitment")?;
    Ok(Admission {
        lot: row.try_get("lot_id")?,
        bidder: row.try_get("bidder_id")?,
        disclosure: opening(row)?,
        commitment: commitment
            .parse()
            .map_err(|error: auction_rules::ids::BadName| StoreError::Row(error.to_string()))?,
        offer: super::json(&row.try_get::<String, _>("offer")?)?,
        passed_at: row.try_get::<Option<i64>, _>("passed_at")?.map(Timestamp),
        created_at: Timestamp(row.try_get("created_at")?),
    })
}
