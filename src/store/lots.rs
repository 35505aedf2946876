//! Lots: parts of a tender, each brought to auction once.

use super::{Store, StoreError, WriteTx};
use auction_rules::{AuctionId, Draft, Timestamp, Words};
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

/// How far a lot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LotState {
    /// The terms may still change.
    Draft,
    /// The terms are frozen; the auction is being founded.
    Publishing,
    /// The auction stands.
    Published,
}

/// A lot (część).
#[derive(Debug, Clone, Serialize)]
pub struct Lot {
    /// Its id.
    pub id: String,
    /// The tender it is a part of.
    pub tender: String,
    /// Its number within the tender.
    pub number: String,
    /// What is bought.
    pub title: Words,
    /// The terms of its auction, which passed every check.
    pub terms: Draft,
    /// How far it is.
    pub state: LotState,
    /// Its auction, from the order to publish on.
    pub auction: Option<AuctionId>,
    /// When the officer wants it to open.
    pub opens_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Adds a lot.
///
/// # Errors
/// When the number is taken ([`StoreError::is_taken`]) or the store is away.
pub async fn insert(tx: &mut WriteTx, lot: &Lot) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO lot (id, tender_id, number, title, terms, state, opens_at, created_at, position) \
         VALUES ($1, $2, $3, $4, $5, 'draft', $6, $7, \
         (SELECT COALESCE(MAX(position), 0) + 1 FROM lot WHERE tender_id = $2))",
    )
    .bind(&lot.id)
    .bind(&lot.tender)
    .bind(&lot.number)
    .bind(super::to_json(&lot.title))
    .bind(super::to_json(&lot.terms))
    .bind(lot.opens_at.map(|at| at.0))
    .bind(lot.created_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Changes the terms of a draft; false when it is none any more.
///
/// # Errors
/// When the store is away.
pub async fn set_terms(tx: &mut WriteTx, id: &str, terms: &Draft) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE lot SET terms = $2 WHERE id = $1 AND state = 'draft'")
        .bind(id)
        .bind(super::to_json(terms))
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes number and title of a draft; false when it is none any more.
///
/// # Errors
/// When the number is taken ([`StoreError::is_taken`]) or the store is away.
pub async fn rename(
    tx: &mut WriteTx,
    id: &str,
    number: &str,
    title: &Words,
) -> Result<bool, StoreError> {
    let done =
        sqlx::query("UPDATE lot SET number = $2, title = $3 WHERE id = $1 AND state = 'draft'")
            .bind(id)
            .bind(number)
            .bind(super::to_json(title))
            .execute(tx.connection())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes a draft with its admissions, estimate and confirmations. The caller holds its lock and
/// has seen that it is a draft.
///
/// # Errors
/// When the store is away.
pub async fn remove(tx: &mut WriteTx, id: &str) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM admission WHERE lot_id = $1",
        "DELETE FROM estimate WHERE lot_id = $1",
        "DELETE FROM confirmation WHERE lot_id = $1",
        "DELETE FROM lot WHERE id = $1 AND state = 'draft'",
    ] {
        sqlx::query(statement)
            .bind(id)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// Puts a lot at a place among those of its tender.
///
/// # Errors
/// When the store is away.
pub async fn set_position(tx: &mut WriteTx, id: &str, position: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE lot SET position = $2 WHERE id = $1")
        .bind(id)
        .bind(position)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// How many lots a tender has.
///
/// # Errors
/// When the store is away.
pub async fn count(tx: &mut WriteTx, tender: &str) -> Result<i64, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) FROM lot WHERE tender_id = $1")
        .bind(tender)
        .fetch_one(tx.connection())
        .await?;
    Ok(row.try_get(0)?)
}

/// Sets when the officer wants the auction to open.
///
/// # Errors
/// When the store is away.
pub async fn set_opening(tx: &mut WriteTx, id: &str, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE lot SET opens_at = $2 WHERE id = $1")
        .bind(id)
        .bind(at.0)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Freezes the terms under the id of the auction to be. A lot that was frozen before keeps its id.
///
/// # Errors
/// When the store is away.
pub async fn freeze(tx: &mut WriteTx, id: &str, auction: &AuctionId) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE lot SET state = 'publishing', auction_id = $2 WHERE id = $1 AND state = 'draft'",
    )
    .bind(id)
    .bind(auction.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes that the auction stands; false where that was noted before.
///
/// # Errors
/// When the store is away.
pub async fn set_published(tx: &mut WriteTx, id: &str) -> Result<bool, StoreError> {
    let done =
        sqlx::query("UPDATE lot SET state = 'published' WHERE id = $1 AND state = 'publishing'")
            .bind(id)
            .execute(tx.connection())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// The lot with this id.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Lot>, StoreError> {
    let row = sqlx::query("SELECT * FROM lot WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(lot).transpose()
}

/// The lot as this transaction sees it; on PostgreSQL nobody else changes it before the end.
///
/// # Errors
/// When the store is away.
pub async fn locked(tx: &mut WriteTx, id: &str) -> Result<Option<Lot>, StoreError> {
    let row = sqlx::query("UPDATE lot SET state = state WHERE id = $1 RETURNING *")
        .bind(id)
        .fetch_optional(tx.connection())
        .await?;
    row.as_ref().map(lot).transpose()
}

/// The lot of an auction.
///
/// # Errors
/// When the store is away.
pub async fn by_auction(store: &Store, auction: &AuctionId) -> Result<Option<Lot>, StoreError> {
    let row = sqlx::query("SELECT * FROM lot WHERE auction_id = $1")
        .bind(auction.as_str())
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(lot).transpose()
}

/// The lots of a tender, in the order that the officer gave them.
///
/// # Errors
/// When the store is away.
pub async fn of_tender(store: &Store, tender: &str) -> Result<Vec<Lot>, StoreError> {
    let rows = sqlx::query("SELECT * FROM lot WHERE tender_id = $1 ORDER BY position, id LIMIT $2")
        .bind(tender)
        .bind(super::PAGE_MAX)
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(lot).collect()
}

/// Lots whose auction stands, newest first, one page of them; of test tenders only where asked for.
///
/// # Errors
/// When the store is away.
pub async fn published(store: &Store, tests: bool) -> Result<Vec<Lot>, StoreError> {
    let rows = sqlx::query(
        "SELECT lot.* FROM lot JOIN tender ON tender.id = lot.tender_id \
         WHERE lot.state = 'published' AND tender.test <= $1 ORDER BY lot.id DESC LIMIT $2",
    )
    .bind(i64::from(tests))
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(lot).collect()
}

/// The lots to which a bidder is admitted.
///
/// # Errors
/// When the store is away.
pub async fn of_bidder(store: &Store, bidder: &str) -> Result<Vec<Lot>, StoreError> {
    let rows = sqlx::query(
        "SELECT lot.* FROM lot JOIN admission ON admission.lot_id = lot.id \
         WHERE admission.bidder_id = $1 ORDER BY lot.id LIMIT $2",
    )
    .bind(bidder)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(lot).collect()
}

fn lot(row: &AnyRow) -> Result<Lot, StoreError> {
    let auction = row.try_get::<Option<String>, _>("auction_id")?;
    let auction = auction.map(|id| AuctionId::new(&id)).transpose();
    Ok(Lot {
        id: row.try_get("id")?,
        tender: row.try_get("tender_id")?,
        number: row.try_get("number")?,
        title: super::json(&row.try_get::<String, _>("title")?)?,
        terms: super::json(&row.try_get::<String, _>("terms")?)?,
        state: state(&row.try_get::<String, _>("state")?)?,
        auction: auction.map_err(|error| StoreError::Row(error.to_string()))?,
        opens_at: row.try_get::<Option<i64>, _>("opens_at")?.map(Timestamp),
        created_at: Timestamp(row.try_get("created_at")?),
    })
}

fn state(text: &str) -> Result<LotState, StoreError> {
    match text {
        "draft" => Ok(LotState::Draft),
        "publishing" => Ok(LotState::Publishing),
        "published" => Ok(LotState::Published),
        other => Err(StoreError::Row(format!(
            "no state of a lot is called {other}"
        ))),
    }
}
