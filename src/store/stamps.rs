//! Time stamps of digests: what is to be stamped, and what was.

use super::jobs::Jobs;
use super::{Store, StoreError, WriteTx};
use auction_rules::{Digest, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;

const STAMPS: Jobs = Jobs {
    table: "stamp",
    key: "digest",
    done: "stamped_at",
};

/// The stamp of a digest, or what waits for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// What is stamped.
    pub digest: Digest,
    /// The authority's token: DER in base64; none before it was given.
    pub token: Option<String>,
    /// The moment in the token.
    pub stamped_at: Option<Timestamp>,
    /// How often the authority was asked.
    pub attempts: i64,
    /// What the last attempt came to; empty while none failed.
    pub last_error: String,
}

/// Asks for a stamp; once for each digest.
///
/// # Errors
/// When the store is away.
pub async fn want(tx: &mut WriteTx, now: Timestamp, digest: &Digest) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO stamp (digest, attempts, next_try_at, last_error) VALUES ($1, 0, $2, '') \
         ON CONFLICT (digest) DO NOTHING",
    )
    .bind(digest.to_string())
    .bind(now.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes the digest that is due first.
///
/// # Errors
/// When the store is away.
pub async fn take(tx: &mut WriteTx, now: Timestamp) -> Result<Option<Stamp>, StoreError> {
    let row = STAMPS.take(tx, now).await?;
    row.as_ref().map(stamp).transpose()
}

/// Makes everything that was not stamped due now: what a start does.
///
/// # Errors
/// When the store is away.
pub async fn hurry(tx: &mut WriteTx, now: Timestamp) -> Result<(), StoreError> {
    STAMPS.hurry(tx, now).await
}

/// Notes why there is no stamp yet.
///
/// # Errors
/// When the store is away.
pub async fn failed(tx: &mut WriteTx, digest: &Digest, why: &str) -> Result<(), StoreError> {
    STAMPS.failed(tx, &digest.to_string(), why).await
}

/// Keeps a token and its moment; false when there was one before, which stays.
///
/// # Errors
/// When the store is away.
pub async fn settle(
    tx: &mut WriteTx,
    digest: &Digest,
    at: Timestamp,
    token: &str,
) -> Result<bool, StoreError> {
    let digest = digest.to_string();
    if !STAMPS.settle(tx, &digest, at).await? {
        return Ok(false);
    }
    sqlx::query("UPDATE stamp SET token = $2 WHERE digest = $1")
        .bind(digest)
        .bind(token)
        .execute(tx.connection())
        .await?;
    Ok(true)
}

/// The stamp of a digest; none where none was asked for.
///
/// # Errors
/// When the store is away.
pub async fn of(store: &Store, digest: &Digest) -> Result<Option<Stamp>, StoreError> {
    let row = sqlx::query("SELECT * FROM stamp WHERE digest = $1")
        .bind(digest.to_string())
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(stamp).transpose()
}

fn stamp(row: &AnyRow) -> Result<Stamp, StoreError> {
    let digest = row.try_get::<String, _>("digest")?;
    let digest = digest.parse();
    Ok(Stamp {
        digest: digest.map_err(|_| StoreError::Row("a digest cannot be read".to_owned()))?,
        token: row.try_get("token")?,
        stamped_at: row.try_get::<Option<i64>, _>("stamped_at")?.map(Timestamp),
        attempts: row.try_get("attempts")?,
        last_error: row.try_get("last_error")?,
    })
}
