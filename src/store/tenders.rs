//! Tenders.

use super::{Store, StoreError, WriteTx};
use auction_rules::{Timestamp, Words};
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A tender (postępowanie).
#[derive(Debug, Clone, Serialize)]
pub struct Tender {
    /// Its id.
    pub id: String,
    /// Its number, as the office writes it.
    pub number: String,
    /// What it is about.
    pub title: Words,
    /// The procedure, as in `podprogowe`.
    pub procedure: String,
    /// Its value is at or above the statutory threshold.
    pub above_threshold: bool,
    /// CPV code; empty where there is none.
    pub cpv: String,
    /// Address of the notice; empty where there is none.
    pub notice_url: String,
    /// Made by a load test: hidden from the public.
    pub test: bool,
    /// Since when the public sees it; none while it is a draft.
    pub announced_at: Option<Timestamp>,
    /// Firms may ask for the specification by themselves.
    pub self_service: bool,
    /// Publication of a lot needs a second officer's confirmation.
    pub two_officers: bool,
    /// The officer who opened it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

impl Tender {
    /// The public sees it: it is announced and no load test.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.announced_at.is_some() && !self.test
    }
}

/// Adds a tender.
///
/// # Errors
/// When the number is taken ([`StoreError::is_taken`]) or the store is away.
pub async fn insert(tx: &mut WriteTx, tender: &Tender) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO tender (id, number, title, procedure, above_threshold, cpv, notice_url, \
         test, announced_at, self_service, two_officers, created_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(&tender.id)
    .bind(&tender.number)
    .bind(super::to_json(&tender.title))
    .bind(&tender.procedure)
    .bind(i64::from(tender.above_threshold))
    .bind(&tender.cpv)
    .bind(&tender.notice_url)
    .bind(i64::from(tender.test))
    .bind(tender.announced_at.map(|at| at.0))
    .bind(i64::from(tender.self_service))
    .bind(i64::from(tender.two_officers))
    .bind(&tender.created_by)
    .bind(tender.created_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The tender with this id.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Tender>, StoreError> {
    let row = sqlx::query("SELECT * FROM tender WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(tender).transpose()
}

/// Tenders older than `before`, newest first, one page of them.
///
/// # Errors
/// When the store is away.
pub async fn page(store: &Store, before: Option<&str>) -> Result<Vec<Tender>, StoreError> {
    // "~" sorts after every id.
    let rows = sqlx::query("SELECT * FROM tender WHERE id < $1 ORDER BY id DESC LIMIT $2")
        .bind(before.unwrap_or("~"))
        .bind(super::PAGE_MAX)
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(tender).collect()
}

/// The announced tenders that the public sees, newest first: at most `most` of those announced
/// before `before`.
///
/// # Errors
/// When the store is away.
pub async fn board(
    store: &Store,
    before: Option<Timestamp>,
    most: i64,
) -> Result<Vec<Tender>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM tender WHERE test = 0 AND announced_at < $1 \
         ORDER BY announced_at DESC, id DESC LIMIT $2",
    )
    .bind(before.map_or(i64::MAX, |at| at.0))
    .bind(most)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(tender).collect()
}

/// The tender as this transaction sees it; on PostgreSQL nobody else changes it or adds to it
/// before the end, where they take this lock too.
///
/// # Errors
/// When the store is away.
pub async fn locked(tx: &mut WriteTx, id: &str) -> Result<Option<Tender>, StoreError> {
    let row = sqlx::query("UPDATE tender SET test = test WHERE id = $1 RETURNING *")
        .bind(id)
        .fetch_optional(tx.connection())
        .await?;
    row.as_ref().map(tender).transpose()
}

/// Writes what an officer may change: number, title, procedure, codes, switches, announcement.
///
/// # Errors
/// When the number is taken ([`StoreError::is_taken`]) or the store is away.
pub async fn update(tx: &mut WriteTx, tender: &Tender) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE tender SET number = $2, title = $3, procedure = $4, above_threshold = $5, \
         cpv = $6, notice_url = $7, announced_at = $8, self_service = $9, two_officers = $10 \
         WHERE id = $1",
    )
    .bind(&tender.id)
    .bind(&tender.number)
    .bind(super::to_json(&tender.title))
    .bind(&tender.procedure)
    .bind(i64::from(tender.above_threshold))
    .bind(&tender.cpv)
    .bind(&tender.notice_url)
    .bind(tender.announced_at.map(|at| at.0))
    .bind(i64::from(tender.self_service))
    .bind(i64::from(tender.two_officers))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Deletes a tender with all that belongs to it. The audit log keeps what was done.
///
/// # Errors
/// When the store is away.
pub async fn remove(tx: &mut WriteTx, id: &str) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM session WHERE credential_id IN (SELECT c.id FROM credential c \
         JOIN bidder b ON b.id = c.bidder_id WHERE b.tender_id = $1)",
        "DELETE FROM credential WHERE bidder_id IN (SELECT id FROM bidder WHERE tender_id = $1)",
        "DELETE FROM admission WHERE lot_id IN (SELECT id FROM lot WHERE tender_id = $1)",
        "DELETE FROM bidder WHERE tender_id = $1",
        "DELETE FROM confirmation WHERE lot_id IN (SELECT id FROM lot WHERE tender_id = $1)",
        "DELETE FROM estimate WHERE lot_id IN (SELECT id FROM lot WHERE tender_id = $1)",
        "DELETE FROM paper WHERE filing_id IN (SELECT f.id FROM filing f \
         JOIN lot l ON l.id = f.lot_id WHERE l.tender_id = $1)",
        "DELETE FROM filing WHERE lot_id IN (SELECT id FROM lot WHERE tender_id = $1)",
        "DELETE FROM lot WHERE tender_id = $1",
        "UPDATE swz_file SET replaced_by = NULL WHERE tender_id = $1",
        "DELETE FROM swz_file WHERE tender_id = $1",
        "DELETE FROM tender WHERE id = $1",
    ] {
        sqlx::query(statement)
            .bind(id)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

fn tender(row: &AnyRow) -> Result<Tender, StoreError> {
    Ok(Tender {
        id: row.try_get("id")?,
        number: row.try_get("number")?,
        title: super::json(&row.try_get::<String, _>("title")?)?,
        procedure: row.try_get("procedure")?,
        above_threshold: row.try_get::<i64, _>("above_threshold")? != 0,
        cpv: row.try_get("cpv")?,
        notice_url: row.try_get("notice_url")?,
        test: row.try_get::<i64, _>("test")? != 0,
        announced_at: row
            .try_get::<Option<i64>, _>("announced_at")?
            .map(Timestamp),
        self_service: row.try_get::<i64, _>("self_service")? != 0,
        two_officers: row.try_get::<i64, _>("two_officers")? != 0,
        created_by: row.try_get("created_by")?,
        created_at: Timestamp(row.try_get("created_at")?),
    })
}
