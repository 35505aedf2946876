//! Which case is a tender's, and which filed records are in it.

use super::cases::{Case, case};
use super::filings::{Filing, filing};
use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use sqlx::Row;

/// Says that a case is a tender's. A tender has one.
///
/// # Errors
/// When it has one already ([`StoreError::is_taken`]) or the store is away.
pub async fn insert(tx: &mut WriteTx, tender: &str, case: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO case_tender (tender_id, case_id) VALUES ($1, $2)")
        .bind(tender)
        .bind(case)
        .execute(tx.connection())
        .await?;
    Ok(())
}

const CASE_OF: &str = "SELECT case_file.* FROM case_file \
    JOIN case_tender ON case_tender.case_id = case_file.id WHERE case_tender.tender_id = $1";

/// The case of a tender.
///
/// # Errors
/// When the store is away.
pub async fn of_tender(store: &Store, tender: &str) -> Result<Option<Case>, StoreError> {
    let row = sqlx::query(CASE_OF)
        .bind(tender)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(case).transpose()
}

/// The case of a tender as this transaction sees it.
///
/// # Errors
/// When the store is away.
pub async fn in_tx(tx: &mut WriteTx, tender: &str) -> Result<Option<Case>, StoreError> {
    let row = sqlx::query(CASE_OF)
        .bind(tender)
        .fetch_optional(tx.connection())
        .await?;
    row.as_ref().map(case).transpose()
}

/// The id of the tender whose case this is; none of another matter's.
///
/// # Errors
/// When the store is away.
pub async fn tender_of(store: &Store, case: &str) -> Result<Option<String>, StoreError> {
    let row = sqlx::query("SELECT tender_id FROM case_tender WHERE case_id = $1")
        .bind(case)
        .fetch_optional(&store.pool)
        .await?;
    row.map(|row| Ok(row.try_get(0)?)).transpose()
}

/// The ids of tenders that have no case and are no tests, the oldest first, a page of them.
///
/// # Errors
/// When the store is away.
pub async fn without(store: &Store) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT id FROM tender WHERE test = 0 \
         AND id NOT IN (SELECT tender_id FROM case_tender) ORDER BY id LIMIT $1",
    )
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Puts a filed record into a case; false where it is in one already.
///
/// # Errors
/// When the store is away.
pub async fn put_record(
    tx: &mut WriteTx,
    at: Timestamp,
    case: &str,
    filing: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO case_record (filing_id, case_id, joined_at) VALUES ($1, $2, $3) \
         ON CONFLICT (filing_id) DO NOTHING",
    )
    .bind(filing)
    .bind(case)
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A record that was filed and is in no case yet.
#[derive(Debug, Clone)]
pub struct Loose {
    /// The record.
    pub filing: Filing,
    /// The id of its tender.
    pub tender: String,
    /// The number of its lot.
    pub lot: String,
}

/// Records that were filed and are in no case yet, the oldest first, a page of them. Those of test
/// tenders never are.
///
/// # Errors
/// When the store is away.
pub async fn loose_records(store: &Store) -> Result<Vec<Loose>, StoreError> {
    let rows = sqlx::query(
        "SELECT filing.*, lot.tender_id, lot.number FROM filing \
         JOIN lot ON lot.id = filing.lot_id JOIN tender ON tender.id = lot.tender_id \
         WHERE filing.filed_at IS NOT NULL AND tender.test = 0 \
         AND filing.id NOT IN (SELECT filing_id FROM case_record) ORDER BY filing.id LIMIT $1",
    )
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Loose {
                filing: filing(row)?,
                tender: row.try_get("tender_id")?,
                lot: row.try_get("number")?,
            })
        })
        .collect()
}

/// The records in a case in the order in which they came to it, a page of them.
///
/// # Errors
/// When the store is away.
pub async fn records(store: &Store, case: &str) -> Result<Vec<Filing>, StoreError> {
    let rows = sqlx::query(
        "SELECT filing.* FROM filing JOIN case_record ON case_record.filing_id = filing.id \
         WHERE case_record.case_id = $1 ORDER BY case_record.joined_at, filing.id LIMIT $2",
    )
    .bind(case)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(filing).collect()
}
