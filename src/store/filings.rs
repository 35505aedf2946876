//! The port by which auctions hand over their records: what is to be filed, and what was.
//!
//! A record is emitted once for each head at which a sealed log stands, taken by whoever files, and
//! settled with the files that it became.

use super::jobs::Jobs;
use super::{Store, StoreError, WriteTx};
use auction_rules::{AuctionId, Timestamp};
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

const FILINGS: Jobs = Jobs {
    table: "filing",
    key: "id",
    done: "filed_at",
};

/// A record that is to be filed, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filing {
    /// Its id.
    pub id: String,
    /// Whose record.
    pub auction: AuctionId,
    /// The head of the log that it tells of.
    pub head: String,
    /// The lot.
    pub lot: String,
    /// When it was emitted: the moment that the record names, so that made again it is the same.
    pub emitted_at: Timestamp,
    /// How often filing was begun.
    pub attempts: i64,
    /// When it is tried next; none when it was filed or given up.
    pub next_try_at: Option<Timestamp>,
    /// When it was filed.
    pub filed_at: Option<Timestamp>,
    /// What the last attempt came to; empty while none failed.
    pub last_error: String,
}

/// For whom an edition of a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edition {
    /// The buyer's people: with all names.
    Buyer,
    /// Everyone: with the winner's name alone.
    Public,
}

/// As what a record was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// JSON.
    Json,
    /// PDF in Polish.
    PdfPl,
    /// PDF in English.
    PdfEn,
}

/// A file of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// For whom.
    pub edition: Edition,
    /// As what.
    pub format: Format,
    /// Its length.
    pub bytes: i64,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
}

impl Paper {
    /// Its name within the record, as in `buyer-pdf-pl`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}-{}", self.edition.name(), self.format.name())
    }
}

impl Edition {
    const ALL: [Self; 2] = [Self::Buyer, Self::Public];

    fn name(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Public => "public",
        }
    }
}

impl Format {
    const ALL: [Self; 3] = [Self::Json, Self::PdfPl, Self::PdfEn];

    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::PdfPl => "pdf-pl",
            Self::PdfEn => "pdf-en",
        }
    }
}

/// Emits a record; false when the one of this head was emitted before.
///
/// # Errors
/// When the store is away.
pub async fn emit(
    tx: &mut WriteTx,
    at: Timestamp,
    lot: &str,
    auction: &AuctionId,
    head: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO filing (id, auction_id, head, lot_id, emitted_at, attempts, next_try_at, \
         last_error) VALUES ($1, $2, $3, $4, $5, 0, $5, '') ON CONFLICT (auction_id, head) DO NOTHING",
    )
    .bind(super::new_id())
    .bind(auction.as_str())
    .bind(head)
    .bind(lot)
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lots whose auction stands and of which no record was emitted yet, by id, one page after `after`.
///
/// # Errors
/// When the store is away.
pub async fn unemitted(store: &Store, after: &str) -> Result<Vec<(String, AuctionId)>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, auction_id FROM lot WHERE state = 'published' AND id > $1 \
         AND auction_id NOT IN (SELECT auction_id FROM filing) ORDER BY id LIMIT $2",
    )
    .bind(after)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("id")?, auction(row)?)))
        .collect()
}

/// Takes the record that is due first.
///
/// # Errors
/// When the store is away.
pub async fn take(tx: &mut WriteTx, now: Timestamp) -> Result<Option<Filing>, StoreError> {
    let row = FILINGS.take(tx, now).await?;
    row.as_ref().map(filing).transpose()
}

/// Makes everything that was not filed due now: what a start does.
///
/// # Errors
/// When the store is away.
pub async fn hurry(tx: &mut WriteTx, now: Timestamp) -> Result<(), StoreError> {
    FILINGS.hurry(tx, now).await
}

/// Notes why an attempt came to nothing.
///
/// # Errors
/// When the store is away.
pub async fn failed(tx: &mut WriteTx, id: &str, why: &str) -> Result<(), StoreError> {
    FILINGS.failed(tx, id, why).await
}

/// Notes that a record was filed as these files; false when it was before.
///
/// # Errors
/// When the store is away.
pub async fn settle(
    tx: &mut WriteTx,
    now: Timestamp,
    id: &str,
    papers: &[Paper],
) -> Result<bool, StoreError> {
    if !FILINGS.settle(tx, id, now).await? {
        return Ok(false);
    }
    for paper in papers {
        sqlx::query(
            "INSERT INTO paper (filing_id, edition, format, bytes, sha256) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(paper.edition.name())
        .bind(paper.format.name())
        .bind(paper.bytes)
        .bind(&paper.sha256)
        .execute(tx.connection())
        .await?;
    }
    Ok(true)
}

/// The records of an auction, newest first: one for each head.
///
/// # Errors
/// When the store is away.
pub async fn of_auction(store: &Store, auction: &AuctionId) -> Result<Vec<Filing>, StoreError> {
    let rows = sqlx::query("SELECT * FROM filing WHERE auction_id = $1 ORDER BY id DESC LIMIT $2")
        .bind(auction.as_str())
        .bind(super::PAGE_MAX)
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(filing).collect()
}

/// The files of a record, in the order in which they are listed.
///
/// # Errors
/// When the store is away.
pub async fn papers(store: &Store, filing: &str) -> Result<Vec<Paper>, StoreError> {
    let rows = sqlx::query("SELECT * FROM paper WHERE filing_id = $1 ORDER BY edition, format")
        .bind(filing)
        .fetch_all(&store.pool)
        .await?;
    rows.iter()
        .map(|row| {
            let edition = row.try_get::<String, _>("edition")?;
            let format = row.try_get::<String, _>("format")?;
            let (edition, format) = Edition::ALL
                .into_iter()
                .find(|known| known.name() == edition)
                .zip(Format::ALL.into_iter().find(|known| known.name() == format))
                .ok_or_else(|| StoreError::Row(format!("no paper is {edition} {format}")))?;
            Ok(Paper {
                edition,
                format,
                bytes: row.try_get("bytes")?,
                sha256: row.try_get("sha256")?,
            })
        })
        .collect()
}

pub(super) fn filing(row: &AnyRow) -> Result<Filing, StoreError> {
    let moment = |name| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(name)?.map(Timestamp));
    Ok(Filing {
        id: row.try_get("id")?,
        auction: auction(row)?,
        head: row.try_get("head")?,
        lot: row.try_get("lot_id")?,
        emitted_at: Timestamp(row.try_get("emitted_at")?),
        attempts: row.try_get("attempts")?,
        next_try_at: moment("next_try_at")?,
        filed_at: moment("filed_at")?,
        last_error: row.try_get("last_error")?,
    })
}

fn auction(row: &AnyRow) -> Result<AuctionId, StoreError> {
    let auction = AuctionId::new(&row.try_get::<String, _>("auction_id")?);
    auction.map_err(|error| StoreError::Row(error.to_string()))
}
