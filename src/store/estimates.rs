//! What the buyer expects a lot to cost: the officer's secret.

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use serde::Serialize;
use sqlx::Row;

/// An estimate. Amounts are canonical decimal texts, as in `118450.00`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Without VAT; empty where it was not given.
    pub net: String,
    /// With VAT; empty where it was not given.
    pub gross: String,
    /// The officer who recorded it.
    pub set_by: String,
    /// When.
    pub set_at: Timestamp,
}

/// Records the estimate of a lot, or replaces it.
///
/// # Errors
/// When the store is away.
pub async fn put(tx: &mut WriteTx, lot: &str, estimate: &Estimate) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO estimate (lot_id, net, gross, set_by, set_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (lot_id) DO UPDATE SET net = excluded.net, gross = excluded.gross, \
         set_by = excluded.set_by, set_at = excluded.set_at",
    )
    .bind(lot)
    .bind(&estimate.net)
    .bind(&estimate.gross)
    .bind(&estimate.set_by)
    .bind(estimate.set_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Removes the estimate of a lot; false when there is none.
///
/// # Errors
/// When the store is away.
pub async fn remove(tx: &mut WriteTx, lot: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM estimate WHERE lot_id = $1")
        .bind(lot)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The estimate of a lot.
///
/// # Errors
/// When the store is away.
pub async fn of_lot(store: &Store, lot: &str) -> Result<Option<Estimate>, StoreError> {
    let row = sqlx::query("SELECT * FROM estimate WHERE lot_id = $1")
        .bind(lot)
        .fetch_optional(&store.pool)
        .await?;
    row.map(|row| {
        Ok(Estimate {
            net: row.try_get("net")?,
            gross: row.try_get("gross")?,
            set_by: row.try_get("set_by")?,
            set_at: Timestamp(row.try_get("set_at")?),
        })
    })
    .transpose()
}
