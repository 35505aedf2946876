//! Second factors of members of the staff and of citizens, by their ids.

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use sqlx::Row;

/// A second factor that is switched on.
#[derive(Debug, Clone)]
pub struct SecondFactor {
    /// The secret, encrypted.
    pub secret: String,
    /// Since when.
    pub since: Timestamp,
    /// Recovery codes that are left.
    pub codes: i64,
}

/// The second factor of somebody; none where it is switched off.
///
/// # Errors
/// When the store is away.
pub async fn of(store: &Store, holder: &str) -> Result<Option<SecondFactor>, StoreError> {
    let row = sqlx::query(
        "SELECT secret, since, \
         (SELECT COUNT(*) FROM recovery_code code WHERE code.holder_id = factor.holder_id) AS codes \
         FROM second_factor factor WHERE holder_id = $1",
    )
    .bind(holder)
    .fetch_optional(&store.pool)
    .await?;
    row.map(|row| {
        Ok(SecondFactor {
            secret: row.try_get("secret")?,
            since: Timestamp(row.try_get("since")?),
            codes: row.try_get("codes")?,
        })
    })
    .transpose()
}

/// Switches a second factor on, in place of an earlier one.
///
/// # Errors
/// When the store is away.
pub async fn put(
    tx: &mut WriteTx,
    at: Timestamp,
    holder: &str,
    secret: &str,
    step: i64,
    code_hashes: &[String],
) -> Result<(), StoreError> {
    remove(tx, holder).await?;
    sqlx::query(
        "INSERT INTO second_factor (holder_id, secret, step, since) VALUES ($1, $2, $3, $4)",
    )
    .bind(holder)
    .bind(secret)
    .bind(step)
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    for hash in code_hashes {
        sqlx::query("INSERT INTO recovery_code (hash, holder_id) VALUES ($1, $2)")
            .bind(hash)
            .bind(holder)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// Notes that the code of a time step was used; false when it, or a later one, was before.
///
/// # Errors
/// When the store is away.
pub async fn take_step(tx: &mut WriteTx, holder: &str, step: i64) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE second_factor SET step = $2 WHERE holder_id = $1 AND step < $2")
        .bind(holder)
        .bind(step)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses a recovery code up; false when there is none with this hash.
///
/// # Errors
/// When the store is away.
pub async fn take_code(tx: &mut WriteTx, holder: &str, hash: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM recovery_code WHERE holder_id = $1 AND hash = $2")
        .bind(holder)
        .bind(hash)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Switches a second factor off; false when it was off.
///
/// # Errors
/// When the store is away.
pub async fn remove(tx: &mut WriteTx, holder: &str) -> Result<bool, StoreError> {
    sqlx::query("DELETE FROM recovery_code WHERE holder_id = $1")
        .bind(holder)
        .execute(tx.connection())
        .await?;
    let done = sqlx::query("DELETE FROM second_factor WHERE holder_id = $1")
        .bind(holder)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}
