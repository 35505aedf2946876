//! Logs of auctions that are over, moved out of the journal.
//!
//! The store knows nothing of what is in a batch: it keeps the bytes and gives them back.

use super::{Store, StoreError, WriteTx};
use auction_rules::{AuctionId, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sqlx::Row;
use sqlx::any::AnyRow;

/// One batch of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedBatch {
    /// Its place: epoch, and number within it.
    pub id: (i64, i64),
    /// `seq` of its first and last entry.
    pub seqs: (i64, i64),
    /// Head before it.
    pub prev_head: [u8; 32],
    /// Head with it.
    pub head: [u8; 32],
    /// Of its writer.
    pub nonce: [u8; 16],
    /// Its entries.
    pub body: Vec<u8>,
    /// Encrypted openings.
    pub openings: Vec<u8>,
}

/// The end of a log that is kept whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivedTail {
    /// Place of the last batch.
    pub id: (i64, i64),
    /// Its head.
    pub head: [u8; 32],
}

/// Keeps a batch; one that is kept already stays as it is.
///
/// # Errors
/// When the store is away.
pub async fn keep(
    tx: &mut WriteTx,
    auction: &AuctionId,
    batch: &ArchivedBatch,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO archived_batch (auction_id, epoch, batch, first_seq, last_seq, prev_head, \
         head, nonce, body, openings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (auction_id, epoch, batch) DO NOTHING",
    )
    .bind(auction.as_str())
    .bind(batch.id.0)
    .bind(batch.id.1)
    .bind(batch.seqs.0)
    .bind(batch.seqs.1)
    .bind(hex::encode(batch.prev_head))
    .bind(hex::encode(batch.head))
    .bind(hex::encode(batch.nonce))
    .bind(STANDARD.encode(&batch.body))
    .bind(STANDARD.encode(&batch.openings))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes that a log is kept whole.
///
/// # Errors
/// When the store is away.
pub async fn settle(
    tx: &mut WriteTx,
    now: Timestamp,
    auction: &AuctionId,
    tail: ArchivedTail,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO archived_log (auction_id, epoch, batch, head, archived_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (auction_id) DO NOTHING",
    )
    .bind(auction.as_str())
    .bind(tail.id.0)
    .bind(tail.id.1)
    .bind(hex::encode(tail.head))
    .bind(now.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The end of a log, if it is kept whole.
///
/// # Errors
/// When the store is away.
pub async fn tail(store: &Store, auction: &AuctionId) -> Result<Option<ArchivedTail>, StoreError> {
    let row = sqlx::query("SELECT * FROM archived_log WHERE auction_id = $1")
        .bind(auction.as_str())
        .fetch_optional(&store.pool)
        .await?;
    row.map(|row| {
        Ok(ArchivedTail {
            id: id(&row)?,
            head: bytes(&row, "head")?,
        })
    })
    .transpose()
}

/// The batches of a log behind this place, at most `limit`, whether it is kept whole or not.
///
/// # Errors
/// When the store is away.
pub async fn batches(
    store: &Store,
    auction: &AuctionId,
    after: (i64, i64),
    limit: i64,
) -> Result<Vec<ArchivedBatch>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM archived_batch WHERE auction_id = $1 \
         AND (epoch > $2 OR (epoch = $2 AND batch > $3)) ORDER BY epoch, batch LIMIT $4",
    )
    .bind(auction.as_str())
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(batch).collect()
}

fn batch(row: &AnyRow) -> Result<ArchivedBatch, StoreError> {
    let content = |name| {
        let text = row.try_get::<String, _>(name)?;
        STANDARD.decode(text).map_err(|_| unreadable(name))
    };
    Ok(ArchivedBatch {
        id: id(row)?,
        seqs: (row.try_get("first_seq")?, row.try_get("last_seq")?),
        prev_head: bytes(row, "prev_head")?,
        head: bytes(row, "head")?,
        nonce: bytes(row, "nonce")?,
        body: content("body")?,
        openings: content("openings")?,
    })
}

fn id(row: &AnyRow) -> Result<(i64, i64), StoreError> {
    Ok((row.try_get("epoch")?, row.try_get("batch")?))
}

fn bytes<const LENGTH: usize>(row: &AnyRow, name: &str) -> Result<[u8; LENGTH], StoreError> {
    let mut bytes = [0; LENGTH];
    let text = row.try_get::<String, _>(name)?;
    hex::decode_to_slice(text, &mut bytes).map_err(|_| unreadable(name))?;
    Ok(bytes)
}

fn unreadable(name: &str) -> StoreError {
    StoreError::Row(format!("{name} of an archived log cannot be read"))
}
