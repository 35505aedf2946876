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
    /// The officer who opened it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// Adds a tender.
///
/// # Errors
/// When the number is taken ([`StoreError::is_taken`]) or the store is away.
pub async fn insert(tx: &mut WriteTx, tender: &Tender) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO tender (id, number, title, procedure, above_threshold, cpv, notice_url, \
         test, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&tender.id)
    .bind(&tender.number)
    .bind(super::to_json(&tender.title))
    .bind(&tender.procedure)
    .bind(i64::from(tender.above_threshold))
    .bind(&tender.cpv)
    .bind(&tender.notice_url)
    .bind(i64::from(tender.test))
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

pub(super) fn tender(row: &AnyRow) -> Result<Tender, StoreError> {
    Ok(Tender {
        id: row.try_get("id")?,
        number: row.try_get("number")?,
        title: super::json(&row.try_get::<String, _>("title")?)?,
        procedure: row.try_get("procedure")?,
        above_threshold: row.try_get::<i64, _>("above_threshold")? != 0,
        cpv: row.try_get("cpv")?,
        notice_url: row.try_get("notice_url")?,
        test: row.try_get::<i64, _>("test")? != 0,
        created_by: row.try_get("created_by")?,
        created_at: Timestamp(row.try_get("created_at")?),
    })
}
