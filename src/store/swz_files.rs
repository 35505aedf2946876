//! Files of the specification (SWZ): their names and hashes. The bytes lie in the data directory.

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A file of a tender's specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SwzFile {
    /// Its id.
    pub id: String,
    /// Its tender.
    pub tender: String,
    /// Its name, fit for any system.
    pub name: String,
    /// Its length.
    pub bytes: i64,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// The officer who added it.
    pub added_by: String,
    /// When.
    pub added_at: Timestamp,
    /// How it was taken back, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
}

/// How a file was taken back. It stays readable for the buyer's people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// The officer.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// The file that stands in its place, where one does.
    pub replaced_by: Option<String>,
}

/// Adds a file.
///
/// # Errors
/// When the store is away.
pub async fn insert(tx: &mut WriteTx, file: &SwzFile) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO swz_file (id, tender_id, name, bytes, sha256, added_by, added_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&file.id)
    .bind(&file.tender)
    .bind(&file.name)
    .bind(file.bytes)
    .bind(&file.sha256)
    .bind(&file.added_by)
    .bind(file.added_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes a file back; false when it was taken back before, or is none of this tender.
///
/// # Errors
/// When the store is away.
pub async fn withdraw(
    tx: &mut WriteTx,
    tender: &str,
    id: &str,
    how: &Withdrawn,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE swz_file SET withdrawn_by = $3, withdrawn_at = $4, withdrawn_reason = $5, \
         replaced_by = $6 WHERE id = $1 AND tender_id = $2 AND withdrawn_at IS NULL",
    )
    .bind(id)
    .bind(tender)
    .bind(&how.by)
    .bind(how.at.0)
    .bind(&how.reason)
    .bind(how.replaced_by.as_deref())
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many files a tender has: in force, and with those taken back.
///
/// # Errors
/// When the store is away.
pub async fn counts(tx: &mut WriteTx, tender: &str) -> Result<(i64, i64), StoreError> {
    let row = sqlx::query(
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN withdrawn_at IS NULL THEN 1 ELSE 0 END), 0) \
         AS BIGINT) FROM swz_file WHERE tender_id = $1",
    )
    .bind(tender)
    .fetch_one(tx.connection())
    .await?;
    Ok((row.try_get(1)?, row.try_get(0)?))
}

/// The file with this id, in this tender.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, tender: &str, id: &str) -> Result<Option<SwzFile>, StoreError> {
    let row = sqlx::query("SELECT * FROM swz_file WHERE id = $1 AND tender_id = $2")
        .bind(id)
        .bind(tender)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(file).transpose()
}

/// The files of a tender in the order in which they were added: those in force, or all of them.
/// `limit` is the most that a tender has.
///
/// # Errors
/// When the store is away.
pub async fn of_tender(
    store: &Store,
    tender: &str,
    all: bool,
    limit: i64,
) -> Result<Vec<SwzFile>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM swz_file WHERE tender_id = $1 AND (withdrawn_at IS NULL OR $2 = 1) \
         ORDER BY id LIMIT $3",
    )
    .bind(tender)
    .bind(i64::from(all))
    .bind(limit)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(file).collect()
}

/// Whether any file but those of one tender has these bytes.
///
/// # Errors
/// When the store is away.
pub async fn is_elsewhere(
    tx: &mut WriteTx,
    tender: &str,
    sha256: &str,
) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) FROM swz_file WHERE sha256 = $2 AND tender_id <> $1")
        .bind(tender)
        .bind(sha256)
        .fetch_one(tx.connection())
        .await?;
    Ok(row.try_get::<i64, _>(0)? > 0)
}

fn file(row: &AnyRow) -> Result<SwzFile, StoreError> {
    let withdrawn = match row.try_get::<Option<i64>, _>("withdrawn_at")? {
        Some(at) => Some(Withdrawn {
            by: row
                .try_get::<Option<String>, _>("withdrawn_by")?
                .unwrap_or_default(),
            at: Timestamp(at),
            reason: row.try_get("withdrawn_reason")?,
            replaced_by: row.try_get("replaced_by")?,
        }),
        None => None,
    };
    Ok(SwzFile {
        id: row.try_get("id")?,
        tender: row.try_get("tender_id")?,
        name: row.try_get("name")?,
        bytes: row.try_get("bytes")?,
        sha256: row.try_get("sha256")?,
        added_by: row.try_get("added_by")?,
        added_at: Timestamp(row.try_get("added_at")?),
        withdrawn,
    })
}
