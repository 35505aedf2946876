//! What the office did in a time, counted.

use super::{Store, StoreError};
use auction_rules::Timestamp;
use jiff::civil::Date;
use sqlx::Row;

/// Letters of one unit in one procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterCount {
    /// The code of the unit that has them.
    pub unit: String,
    /// The procedure's id.
    pub procedure: String,
    /// How many.
    pub count: i64,
}

/// A case that got its first answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredCase {
    /// The code of its unit.
    pub unit: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was answered first.
    pub answered_at: Timestamp,
}

/// A case that has a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCase {
    /// The code of its unit.
    pub unit: String,
    /// Its last day.
    pub deadline: Date,
    /// When it was answered first, or else closed; none while it is open.
    pub settled_at: Option<Timestamp>,
}

/// Letters that came in from one moment to before another, by unit and procedure.
///
/// # Errors
/// When the store is away.
pub async fn letters(
    store: &Store,
    from: Timestamp,
    before: Timestamp,
) -> Result<Vec<LetterCount>, StoreError> {
    let rows = sqlx::query(
        "SELECT unit, procedure, COUNT(*) AS many FROM letter \
         WHERE received_at >= $1 AND received_at < $2 GROUP BY unit, procedure \
         ORDER BY unit, procedure",
    )
    .bind(from.0)
    .bind(before.0)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(LetterCount {
                unit: row.try_get("unit")?,
                procedure: row.try_get("procedure")?,
                count: row.try_get("many")?,
            })
        })
        .collect()
}

/// Cases that got their first answer from one moment to before another, by unit.
///
/// # Errors
/// When the store is away.
pub async fn answered(
    store: &Store,
    from: Timestamp,
    before: Timestamp,
) -> Result<Vec<AnsweredCase>, StoreError> {
    let rows = sqlx::query(
        "SELECT unit, opened_at, answered_at FROM case_file \
         WHERE answered_at >= $1 AND answered_at < $2 ORDER BY unit, id",
    )
    .bind(from.0)
    .bind(before.0)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(AnsweredCase {
                unit: row.try_get("unit")?,
                opened_at: Timestamp(row.try_get("opened_at")?),
                answered_at: Timestamp(row.try_get("answered_at")?),
            })
        })
        .collect()
}

/// Cases whose last day lies from one day to before another, by unit.
///
/// # Errors
/// When the store is away.
pub async fn due(store: &Store, from: Date, before: Date) -> Result<Vec<DueCase>, StoreError> {
    let rows = sqlx::query(
        "SELECT unit, deadline, COALESCE(answered_at, closed_at) AS settled_at FROM case_file \
         WHERE deadline >= $1 AND deadline < $2 ORDER BY unit, id",
    )
    .bind(from.to_string())
    .bind(before.to_string())
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(DueCase {
                unit: row.try_get("unit")?,
                deadline: super::day(row, "deadline")?,
                settled_at: row.try_get::<Option<i64>, _>("settled_at")?.map(Timestamp),
            })
        })
        .collect()
}
