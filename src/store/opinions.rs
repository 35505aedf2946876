//! Opinions that one position asks of another in a case (dekretacja).

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

/// An opinion that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// Its id.
    pub id: String,
    /// In which case.
    pub case: String,
    /// The position that asks.
    pub asked_by: String,
    /// The position that is asked.
    pub asked_of: String,
    /// What is asked.
    pub question: String,
    /// What was answered; empty before.
    pub answer: String,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
}

/// Asks for an opinion.
///
/// # Errors
/// When the store is away.
pub async fn insert(tx: &mut WriteTx, new: &Opinion) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO opinion (id, case_id, asked_by, asked_of, question, answer, asked_at) \
         VALUES ($1, $2, $3, $4, $5, '', $6)",
    )
    .bind(&new.id)
    .bind(&new.case)
    .bind(&new.asked_by)
    .bind(&new.asked_of)
    .bind(&new.question)
    .bind(new.asked_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes the answer; false where it was given before.
///
/// # Errors
/// When the store is away.
pub async fn answer(
    tx: &mut WriteTx,
    at: Timestamp,
    id: &str,
    answer: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE opinion SET answer = $2, answered_at = $3 WHERE id = $1 AND answered_at IS NULL",
    )
    .bind(id)
    .bind(answer)
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The opinion with this id.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Opinion>, StoreError> {
    let row = sqlx::query("SELECT * FROM opinion WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(opinion).transpose()
}

/// The opinions of a case in the order in which they were asked for, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn of_case(store: &Store, case: &str) -> Result<Vec<Opinion>, StoreError> {
    let rows = sqlx::query("SELECT * FROM opinion WHERE case_id = $1 ORDER BY id LIMIT $2")
        .bind(case)
        .bind(super::PAGE_MAX)
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(opinion).collect()
}

/// What a position was asked and did not answer, the oldest first, up to a page of it.
///
/// # Errors
/// When the store is away.
pub async fn asked_of(store: &Store, position: &str) -> Result<Vec<Opinion>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM opinion WHERE asked_of = $1 AND answered_at IS NULL ORDER BY id LIMIT $2",
    )
    .bind(position)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(opinion).collect()
}

/// Whether a position was ever asked for an opinion in a case: it may read it then.
///
/// # Errors
/// When the store is away.
pub async fn was_asked(store: &Store, case: &str, position: &str) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM opinion WHERE case_id = $1 AND asked_of = $2 LIMIT 1")
        .bind(case)
        .bind(position)
        .fetch_optional(&store.pool)
        .await?;
    Ok(row.is_some())
}

fn opinion(row: &AnyRow) -> Result<Opinion, StoreError> {
    Ok(Opinion {
        id: row.try_get("id")?,
        case: row.try_get("case_id")?,
        asked_by: row.try_get("asked_by")?,
        asked_of: row.try_get("asked_of")?,
        question: row.try_get("question")?,
        answer: row.try_get("answer")?,
        asked_at: Timestamp(row.try_get("asked_at")?),
        answered_at: row.try_get::<Option<i64>, _>("answered_at")?.map(Timestamp),
    })
}
