//! Work that is tried again until it is done: a row each, in a table with the columns `attempts`,
//! `next_try_at` and `last_error`, and a moment at which it was done.

use super::{StoreError, WriteTx};
use crate::limits::{JOB_ATTEMPTS_MAX, JOB_RETRY_FIRST_MS, JOB_RETRY_LAST_MS};
use auction_rules::Timestamp;
use sqlx::AssertSqlSafe;
use sqlx::Row;
use sqlx::any::AnyRow;

/// The table of one sort of work.
pub(super) struct Jobs {
    /// Its name.
    pub table: &'static str,
    /// The column that names a row.
    pub key: &'static str,
    /// The column that tells when the work was done.
    pub done: &'static str,
}

impl Jobs {
    /// Takes the row that is due first. It falls due again after a pause that doubles with each
    /// attempt, and not at all after the last: a crash before the work is done counts as an attempt.
    pub(super) async fn take(
        &self,
        tx: &mut WriteTx,
        now: Timestamp,
    ) -> Result<Option<AnyRow>, StoreError> {
        let Self { table, key, .. } = self;
        // The condition stands outside once more: on PostgreSQL the loser of a race sees it anew.
        let taking = format!(
            "UPDATE {table} SET attempts = attempts + 1, next_try_at = $2 WHERE {key} = ( \
             SELECT due.{key} FROM {table} due WHERE due.next_try_at <= $1 \
             ORDER BY due.next_try_at, due.{key} LIMIT 1) AND next_try_at <= $1 \
             RETURNING {key}, attempts"
        );
        let taken = sqlx::query(AssertSqlSafe(taking))
            .bind(now.0)
            .bind(now.plus(JOB_RETRY_FIRST_MS).0)
            .fetch_optional(tx.connection())
            .await?;
        let Some(taken) = taken else {
            return Ok(None);
        };
        let next = next_try(taken.try_get("attempts")?, now);
        let row = sqlx::query(AssertSqlSafe(format!(
            "UPDATE {table} SET next_try_at = $2 WHERE {key} = $1 RETURNING *"
        )))
        .bind(taken.try_get::<String, _>(*key)?)
        .bind(next.map(|at| at.0))
        .fetch_one(tx.connection())
        .await?;
        Ok(Some(row))
    }

    /// Makes everything that was not done due now, with all its attempts: what a start does.
    pub(super) async fn hurry(&self, tx: &mut WriteTx, now: Timestamp) -> Result<(), StoreError> {
        let Self { table, done, .. } = self;
        sqlx::query(AssertSqlSafe(format!(
            "UPDATE {table} SET attempts = 0, next_try_at = $1 WHERE {done} IS NULL"
        )))
        .bind(now.0)
        .execute(tx.connection())
        .await?;
        Ok(())
    }

    /// Notes why an attempt came to nothing.
    pub(super) async fn failed(
        &self,
        tx: &mut WriteTx,
        key: &str,
        why: &str,
    ) -> Result<(), StoreError> {
        let Self {
            table,
            key: column,
            done,
        } = self;
        sqlx::query(AssertSqlSafe(format!(
            "UPDATE {table} SET last_error = $2 WHERE {column} = $1 AND {done} IS NULL"
        )))
        .bind(key)
        .bind(why)
        .execute(tx.connection())
        .await?;
        Ok(())
    }

    /// Notes that the work is done; false when it was before.
    pub(super) async fn settle(
        &self,
        tx: &mut WriteTx,
        key: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let Self {
            table,
            key: column,
            done,
        } = self;
        let settled = sqlx::query(AssertSqlSafe(format!(
            "UPDATE {table} SET {done} = $2, next_try_at = NULL, last_error = '' \
             WHERE {column} = $1 AND {done} IS NULL"
        )))
        .bind(key)
        .bind(at.0)
        .execute(tx.connection())
        .await?;
        Ok(settled.rows_affected() == 1)
    }
}

/// Twice as long after each attempt, up to a bound.
fn next_try(attempts: i64, now: Timestamp) -> Option<Timestamp> {
    let doubled = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    let pause = JOB_RETRY_FIRST_MS.saturating_mul(1 << doubled.min(20));
    (attempts < JOB_ATTEMPTS_MAX).then(|| now.plus(pause.min(JOB_RETRY_LAST_MS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_bound_and_end() {
        let pause = |attempts| next_try(attempts, Timestamp(0)).map(|at| at.0);
        let found = [1, 2, 3, JOB_ATTEMPTS_MAX - 1, JOB_ATTEMPTS_MAX].map(pause);
        let expected = [10_000, 20_000, 40_000, 3_600_000].map(Some);
        assert_eq!(found[..4], expected);
        assert_eq!(found[4], None);
    }
}
