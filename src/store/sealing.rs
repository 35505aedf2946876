//! Answers of drafts and contents of letters that an earlier version kept in clear text.

use super::{Store, StoreError, drafts, letters};
use crate::identity::Vault;
use crate::limits::SEALED_AT_ONCE;
use sqlx::{AssertSqlSafe, Row};

/// A column, and for which place each row's text is encrypted.
struct Column {
    table: &'static str,
    name: &'static str,
    place: fn(&str) -> String,
}

const COLUMNS: [Column; 2] = [
    Column {
        table: "draft",
        name: "answers",
        place: drafts::place,
    },
    Column {
        table: "letter",
        name: "content",
        place: letters::place,
    },
];

/// Encrypts what stands in clear text, and has the database forget it; gives how many rows there were.
/// Killed at any point, it goes on at the next start: a row is clear text or encrypted, never neither.
///
/// # Errors
/// When the store is away.
pub async fn seal_answers(store: &Store, vault: &Vault) -> Result<usize, StoreError> {
    let left = sqlx::query("SELECT id FROM clear_answers");
    if left.fetch_optional(&store.pool).await?.is_none() {
        return Ok(0);
    }
    let mut sealed = 0;
    for column in &COLUMNS {
        loop {
            match seal_some(store, vault, column).await? {
                0 => break,
                some => sealed += some,
            }
        }
    }
    if sealed > 0 {
        tracing::info!(rows = sealed, "answers were encrypted");
    }
    if store.forget_what_was().await? {
        let mut tx = store.write_tx().await?;
        let done = sqlx::query("DELETE FROM clear_answers");
        done.execute(tx.connection()).await?;
        tx.commit().await?;
    } else {
        tracing::warn!("another process reads the store: its file is cleaned at the next start");
    }
    Ok(sealed)
}

/// Some rows in one transaction. Clear text is JSON of an object; what is encrypted has hexadecimal
/// digits only.
async fn seal_some(store: &Store, vault: &Vault, column: &Column) -> Result<usize, StoreError> {
    let Column { table, name, place } = column;
    let mut tx = store.write_tx().await?;
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT id, {name} FROM {table} WHERE {name} LIKE '{{%' ORDER BY id LIMIT $1"
    )))
    .bind(SEALED_AT_ONCE)
    .fetch_all(tx.connection())
    .await?;
    for row in &rows {
        let (id, clear): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        // Another node may have been here first.
        sqlx::query(AssertSqlSafe(format!(
            "UPDATE {table} SET {name} = $3 WHERE id = $1 AND {name} = $2"
        )))
        .bind(&id)
        .bind(&clear)
        .bind(vault.seal(&clear, &place(&id)))
        .execute(tx.connection())
        .await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}

impl Store {
    /// Writes the tables anew, so that no page of the file holds what rows said before; false where
    /// SQLite could not empty its log, as another process reads.
    async fn forget_what_was(&self) -> Result<bool, StoreError> {
        if self.turn.is_none() {
            for column in &COLUMNS {
                let sql = format!("VACUUM FULL {}", column.table);
                sqlx::raw_sql(AssertSqlSafe(sql))
                    .execute(&self.pool)
                    .await?;
            }
            return Ok(true);
        }
        sqlx::raw_sql("VACUUM").execute(&self.pool).await?;
        let checkpoint = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)");
        let row = checkpoint.fetch_one(&self.pool).await?;
        Ok(row.try_get::<i64, _>(0)? == 0)
    }
}
