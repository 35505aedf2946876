//! The password of whoever may log in.

use super::sessions::Holder;
use super::{StoreError, WriteTx};
use sqlx::AssertSqlSafe;

/// Sets a holder's password hash and whether it must be changed, where the hash is still `old` and the
/// holder may log in; false when it is not so.
///
/// # Errors
/// When the store is away.
pub async fn set(
    tx: &mut WriteTx,
    holder: &Holder,
    old: &str,
    new: &str,
    must_change: bool,
) -> Result<bool, StoreError> {
    let (table, may_log_in) = match holder {
        Holder::Account(_) => ("account", "blocked_at IS NULL"),
        Holder::Citizen(_) => ("citizen", "blocked_at IS NULL"),
        Holder::Credential(_) => (
            "credential",
            "revoked_at IS NULL AND bidder_id IN (SELECT id FROM bidder WHERE blocked_at IS NULL)",
        ),
    };
    let done = sqlx::query(AssertSqlSafe(format!(
        "UPDATE {table} SET password = $3, must_change = $4 \
         WHERE id = $1 AND password = $2 AND {may_log_in}"
    )))
    .bind(holder.id())
    .bind(old)
    .bind(new)
    .bind(i64::from(must_change))
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}
