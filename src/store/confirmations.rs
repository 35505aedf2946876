//! The second pair of eyes: officers who confirmed the terms of a lot for publication.

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use serde::Serialize;
use sqlx::Row;

/// One officer's confirmation. It holds for the terms with this hash alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confirmation {
    /// Who.
    pub officer: String,
    /// Which terms.
    pub terms_hash: String,
    /// When.
    pub confirmed_at: Timestamp,
}

/// Records a confirmation; a later one of the same officer replaces it.
///
/// # Errors
/// When the store is away.
pub async fn put(tx: &mut WriteTx, lot: &str, new: &Confirmation) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO confirmation (lot_id, officer_id, terms_hash, confirmed_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (lot_id, officer_id) DO UPDATE \
         SET terms_hash = excluded.terms_hash, confirmed_at = excluded.confirmed_at",
    )
    .bind(lot)
    .bind(&new.officer)
    .bind(&new.terms_hash)
    .bind(new.confirmed_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The confirmations of a lot, one page of them: one for each officer at most.
///
/// # Errors
/// When the store is away.
pub async fn of_lot(store: &Store, lot: &str) -> Result<Vec<Confirmation>, StoreError> {
    let rows =
        sqlx::query("SELECT * FROM confirmation WHERE lot_id = $1 ORDER BY confirmed_at LIMIT $2")
            .bind(lot)
            .bind(super::PAGE_MAX)
            .fetch_all(&store.pool)
            .await?;
    rows.iter()
        .map(|row| {
            Ok(Confirmation {
                officer: row.try_get("officer_id")?,
                terms_hash: row.try_get("terms_hash")?,
                confirmed_at: Timestamp(row.try_get("confirmed_at")?),
            })
        })
        .collect()
}
