//! Log-ins on their way to a provider, and the outside identities that open accounts.

use super::sessions::{Holder, column};
use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// A browser that was sent to a provider.
#[derive(Debug, Clone)]
pub struct ErrandRow {
    /// SHA-256 of what the answer names it by.
    pub state_hash: String,
    /// SHA-256 of the browser's cookie.
    pub browser_hash: String,
    /// What is needed to finish, encrypted.
    pub kept: String,
    /// The session whose owner links their account; empty for a log-in.
    pub session: String,
    /// Where to go on to.
    pub next: String,
    /// It is at a computer that many people use.
    pub kiosk: bool,
    /// The network from which it was begun.
    pub asked_from: String,
    /// Until when it may come back.
    pub expires_at: Timestamp,
}

/// Keeps an errand. Those that came back too late are forgotten.
///
/// # Errors
/// When the store is away.
pub async fn put_errand(
    tx: &mut WriteTx,
    errand: &ErrandRow,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM outside_errand WHERE expires_at <= $1")
        .bind(now.0)
        .execute(tx.connection())
        .await?;
    sqlx::query(
        "INSERT INTO outside_errand (state_hash, browser_hash, kept, session_id, next, kiosk, \
         asked_from, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&errand.state_hash)
    .bind(&errand.browser_hash)
    .bind(&errand.kept)
    .bind(&errand.session)
    .bind(&errand.next)
    .bind(i64::from(errand.kiosk))
    .bind(&errand.asked_from)
    .bind(errand.expires_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How many errands of a network are under way.
///
/// # Errors
/// When the store is away.
pub async fn count_from(store: &Store, network: &str, now: Timestamp) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "SELECT COUNT(*) FROM outside_errand WHERE asked_from = $1 AND expires_at > $2",
    )
    .bind(network)
    .bind(now.0)
    .fetch_one(&store.pool)
    .await?;
    Ok(row.try_get(0)?)
}

/// Takes an errand that its browser brings back in time, so that it is gone.
///
/// # Errors
/// When the store is away.
pub async fn take_errand(
    tx: &mut WriteTx,
    state_hash: &str,
    browser_hash: &str,
    now: Timestamp,
) -> Result<Option<ErrandRow>, StoreError> {
    let row = sqlx::query(
        "DELETE FROM outside_errand WHERE state_hash = $1 AND browser_hash = $2 \
         AND expires_at > $3 RETURNING *",
    )
    .bind(state_hash)
    .bind(browser_hash)
    .bind(now.0)
    .fetch_optional(tx.connection())
    .await?;
    row.as_ref().map(errand).transpose()
}

/// Links an identity with an account.
///
/// # Errors
/// When the identity or the account is linked already ([`StoreError::is_taken`]), or the store is away.
pub async fn link(
    tx: &mut WriteTx,
    identity_index: &str,
    holder: &Holder,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(AssertSqlSafe(format!(
        "INSERT INTO outside_link (identity_index, {}, linked_at) VALUES ($1, $2, $3)",
        column(holder)
    )))
    .bind(identity_index)
    .bind(holder.id())
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Unlinks the identity of an account; false when there is none.
///
/// # Errors
/// When the store is away.
pub async fn unlink(tx: &mut WriteTx, holder: &Holder) -> Result<bool, StoreError> {
    let done = sqlx::query(AssertSqlSafe(format!(
        "DELETE FROM outside_link WHERE {} = $1",
        column(holder)
    )))
    .bind(holder.id())
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whose account an identity opens.
///
/// # Errors
/// When the store is away.
pub async fn holder(store: &Store, identity_index: &str) -> Result<Option<Holder>, StoreError> {
    let row =
        sqlx::query("SELECT account_id, citizen_id FROM outside_link WHERE identity_index = $1")
            .bind(identity_index)
            .fetch_optional(&store.pool)
            .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let account: Option<String> = row.try_get(0)?;
    let citizen: Option<String> = row.try_get(1)?;
    Ok(account
        .map(Holder::Account)
        .or_else(|| citizen.map(Holder::Citizen)))
}

/// Since when an account is linked; none where it is not.
///
/// # Errors
/// When the store is away.
pub async fn linked_since(store: &Store, holder: &Holder) -> Result<Option<Timestamp>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "SELECT linked_at FROM outside_link WHERE {} = $1",
        column(holder)
    )))
    .bind(holder.id())
    .fetch_optional(&store.pool)
    .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.map(Timestamp))
}

fn errand(row: &AnyRow) -> Result<ErrandRow, StoreError> {
    Ok(ErrandRow {
        state_hash: row.try_get("state_hash")?,
        browser_hash: row.try_get("browser_hash")?,
        kept: row.try_get("kept")?,
        session: row.try_get("session_id")?,
        next: row.try_get("next")?,
        kiosk: row.try_get::<i64, _>("kiosk")? != 0,
        asked_from: row.try_get("asked_from")?,
        expires_at: Timestamp(row.try_get("expires_at")?),
    })
}
