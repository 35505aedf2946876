//! Documents of the office: their names, kinds and hashes, and whether a scanner has seen them. The
//! bytes lie in the data directory.

use super::jobs::Jobs;
use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

const SCANS: Jobs = Jobs {
    table: "document",
    key: "id",
    done: "scanned_at",
};

/// What a document is, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Portable Document Format.
    Pdf,
    /// A picture.
    Jpeg,
    /// A picture.
    Png,
    /// Pictures, as scanners make them.
    Tiff,
    /// A text of Office Open XML.
    Docx,
    /// A table of Office Open XML.
    Xlsx,
    /// A text of OpenDocument.
    Odt,
    /// A table of OpenDocument.
    Ods,
    /// Plain text.
    Text,
    /// XML, also with a signature (XAdES).
    Xml,
    /// An archive.
    Zip,
    /// A container of signed files (ASiC).
    Asic,
    /// A signed message or a signature beside a file (CAdES).
    Cms,
}

/// What the scanner came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Scan {
    /// It was not scanned yet.
    Waiting,
    /// Nothing was found.
    Clean,
    /// It is locked for good.
    Infected {
        /// What the scanner calls it.
        infection: String,
    },
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Its id.
    pub id: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// Its name, fit for any system.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its length.
    pub bytes: i64,
    /// The account that added it.
    pub added_by: String,
    /// When.
    pub added_at: Timestamp,
    /// What the scanner came to.
    pub scan: Scan,
}

/// Adds a document; it is due for the scanner.
///
/// # Errors
/// When the store is away.
pub async fn insert(tx: &mut WriteTx, document: &Document) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO document (id, sha256, name, kind, bytes, added_by, added_at, attempts, \
         next_try_at, scanned_at, last_error) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, '')",
    )
    .bind(&document.id)
    .bind(&document.sha256)
    .bind(&document.name)
    .bind(kind_name(document.kind)?)
    .bind(document.bytes)
    .bind(&document.added_by)
    .bind(document.added_at.0)
    .bind((document.scan == Scan::Waiting).then_some(document.added_at.0))
    .bind((document.scan == Scan::Clean).then_some(document.added_at.0))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The document of an id.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Document>, StoreError> {
    let row = sqlx::query("SELECT * FROM document WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(document).transpose()
}

/// What an account added and never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsent {
    /// How many documents.
    pub count: i64,
    /// Their bytes together.
    pub bytes: i64,
}

/// What an account added that no letter encloses.
///
/// # Errors
/// When the store is away.
pub async fn unsent(tx: &mut WriteTx, account: &str) -> Result<Unsent, StoreError> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS many, CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS total FROM document \
         WHERE added_by = $1 AND NOT EXISTS \
         (SELECT 1 FROM enclosure WHERE enclosure.document_id = document.id)",
    )
    .bind(account)
    .fetch_one(tx.connection())
    .await?;
    Ok(Unsent {
        count: row.try_get("many")?,
        bytes: row.try_get("total")?,
    })
}

/// Documents that were added before a moment, that no letter encloses, and that no draft can name which
/// is kept now: one that was begun before them and saved after; the oldest first, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn forgotten(
    store: &Store,
    before: Timestamp,
    now: Timestamp,
) -> Result<Vec<Document>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM document WHERE added_by <> 'server' AND added_at < $1 AND NOT EXISTS \
         (SELECT 1 FROM enclosure WHERE enclosure.document_id = document.id) AND NOT EXISTS \
         (SELECT 1 FROM draft WHERE draft.citizen_id = document.added_by AND draft.expires_at > $2 \
         AND draft.created_at <= document.added_at AND draft.saved_at >= document.added_at) \
         ORDER BY added_at, id LIMIT $3",
    )
    .bind(before.0)
    .bind(now.0)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(document).collect()
}

/// Removes a document that no letter encloses; false for any other. Its bytes are not here.
///
/// # Errors
/// When the store is away.
pub async fn remove(tx: &mut WriteTx, id: &str) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "DELETE FROM document WHERE id = $1 AND NOT EXISTS \
         (SELECT 1 FROM enclosure WHERE enclosure.document_id = document.id)",
    )
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a document has these bytes.
///
/// # Errors
/// When the store is away.
pub async fn is_known(tx: &mut WriteTx, sha256: &str) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM document WHERE sha256 = $1 LIMIT 1")
        .bind(sha256)
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.is_some())
}

/// Takes the document that waits longest for the scanner.
///
/// # Errors
/// When the store is away.
pub async fn take(tx: &mut WriteTx, now: Timestamp) -> Result<Option<Document>, StoreError> {
    let row = SCANS.take(tx, now).await?;
    row.as_ref().map(document).transpose()
}

/// Makes everything that was not scanned due now: what a start does.
///
/// # Errors
/// When the store is away.
pub async fn hurry(tx: &mut WriteTx, now: Timestamp) -> Result<(), StoreError> {
    SCANS.hurry(tx, now).await
}

/// Notes why a document is not scanned yet.
///
/// # Errors
/// When the store is away.
pub async fn failed(tx: &mut WriteTx, id: &str, why: &str) -> Result<(), StoreError> {
    SCANS.failed(tx, id, why).await
}

/// Notes that the scanner has seen a document: `infection` is empty where it found nothing. False when
/// it was seen before.
///
/// # Errors
/// When the store is away.
pub async fn settle(
    tx: &mut WriteTx,
    id: &str,
    at: Timestamp,
    infection: &str,
) -> Result<bool, StoreError> {
    if !SCANS.settle(tx, id, at).await? {
        return Ok(false);
    }
    sqlx::query("UPDATE document SET infection = $2 WHERE id = $1")
        .bind(id)
        .bind(infection)
        .execute(tx.connection())
        .await?;
    Ok(true)
}

pub(super) fn document(row: &AnyRow) -> Result<Document, StoreError> {
    let infection: String = row.try_get("infection")?;
    let scan = match row.try_get::<Option<i64>, _>("scanned_at")? {
        None => Scan::Waiting,
        Some(_) if infection.is_empty() => Scan::Clean,
        Some(_) => Scan::Infected { infection },
    };
    let kind = Value::String(row.try_get("kind")?);
    Ok(Document {
        id: row.try_get("id")?,
        sha256: row.try_get("sha256")?,
        name: row.try_get("name")?,
        kind: serde_json::from_value(kind).map_err(|error| StoreError::Row(error.to_string()))?,
        bytes: row.try_get("bytes")?,
        added_by: row.try_get("added_by")?,
        added_at: Timestamp(row.try_get("added_at")?),
        scan,
    })
}

fn kind_name(kind: Kind) -> Result<String, StoreError> {
    let name = serde_json::to_value(kind).map_err(|error| StoreError::Row(error.to_string()))?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}
