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
