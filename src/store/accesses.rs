//! Who of the staff looked at what of a person; the person sees it.

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use sqlx::Row;

/// One look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Its id.
    pub id: String,
    /// The name of who looked.
    pub name: String,
    /// At what, as in `case`.
    pub what: String,
    /// The sign or number of what was looked at.
    pub thing: String,
    /// When.
    pub at: Timestamp,
}

/// Notes a look, once for each who, thing and hour: a page that is read twice is one look.
///
/// # Errors
/// When the store is away.
pub async fn note(
    tx: &mut WriteTx,
    at: Timestamp,
    account: &str,
    who: &str,
    (what, thing): (&str, &str),
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO access (id, account_id, who, what, thing, at) \
         SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM access \
         WHERE account_id = $2 AND who = $3 AND what = $4 AND thing = $5 AND at > $7)",
    )
    .bind(super::new_id())
    .bind(account)
    .bind(who)
    .bind(what)
    .bind(thing)
    .bind(at.0)
    .bind(at.0 - HOUR_MS)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Who looked at what of an account, the newest first, a page of it after `after`.
///
/// # Errors
/// When the store is away.
pub async fn of_account(
    store: &Store,
    account: &str,
    after: Option<&str>,
) -> Result<Vec<Access>, StoreError> {
    let rows = sqlx::query(
        "SELECT access.*, account.name FROM access JOIN account ON account.id = access.who \
         WHERE access.account_id = $1 AND ($2 = '' OR access.id < $2) \
         ORDER BY access.id DESC LIMIT $3",
    )
    .bind(account)
    .bind(after.unwrap_or_default())
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Access {
                id: row.try_get("id")?,
                name: row.try_get("name")?,
                what: row.try_get("what")?,
                thing: row.try_get("thing")?,
                at: Timestamp(row.try_get("at")?),
            })
        })
        .collect()
}

const HOUR_MS: i64 = 60 * 60 * 1_000;
