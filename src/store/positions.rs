//! Positions of the office (stanowiska), and who stands in for whom.

use super::{Store, StoreError, WriteTx};
use crate::limits::POSITIONS_ON_DUTY_MAX;
use auction_rules::Timestamp;
use jiff::civil::Date;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A position in a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Its id.
    pub id: String,
    /// The code of its unit, as in `GN`.
    pub unit: String,
    /// What it is called.
    pub title: String,
    /// The account that holds it; none while it is vacant.
    pub account: Option<String>,
    /// Letters to the unit lie with it until a case is opened.
    pub takes_letters: bool,
    /// Replies of the unit wait for its approval.
    pub approves: bool,
}

/// Somebody stands in for somebody from one day to another, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substitution {
    /// Its id.
    pub id: String,
    /// Who is away.
    pub position: String,
    /// Who stands in.
    pub substitute: String,
    /// The first day, in Warsaw.
    pub first_day: Date,
    /// The last day, in Warsaw.
    pub last_day: Date,
}

/// Somebody who does a position's work on a day: its holder, or who stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDuty {
    /// The position.
    pub position: Position,
    /// The account of who does its work.
    pub account: String,
    /// The name of who does its work.
    pub name: String,
}

/// Adds a position.
///
/// # Errors
/// When the store is away.
pub async fn insert(tx: &mut WriteTx, at: Timestamp, new: &Position) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO position (id, unit, title, account_id, takes_letters, approves, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&new.id)
    .bind(&new.unit)
    .bind(&new.title)
    .bind(&new.account)
    .bind(i64::from(new.takes_letters))
    .bind(i64::from(new.approves))
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The position with this id.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Position>, StoreError> {
    let row = sqlx::query("SELECT * FROM position WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(position).transpose()
}

/// All positions, by unit and title, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn all(store: &Store) -> Result<Vec<Position>, StoreError> {
    let rows = sqlx::query("SELECT * FROM position ORDER BY unit, title, id LIMIT $1")
        .bind(super::PAGE_MAX)
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(position).collect()
}

/// The positions that an account holds, and on this day those for which it stands in.
///
/// # Errors
/// When the store is away.
pub async fn of_account(
    store: &Store,
    account: &str,
    today: Date,
) -> Result<Vec<Position>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM position WHERE account_id = $1 OR id IN ( \
         SELECT away.position_id FROM substitution away \
         JOIN position own ON own.id = away.substitute_id \
         WHERE own.account_id = $1 AND away.ended_at IS NULL \
         AND away.first_day <= $2 AND away.last_day >= $2) ORDER BY unit, title, id LIMIT $3",
    )
    .bind(account)
    .bind(today.to_string())
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(position).collect()
}

/// Who takes letters or approves replies on this day, by unit and title: holders and those who stand in,
/// none of them blocked. A position of which nobody does the work is not among them.
///
/// # Errors
/// When the store is away.
pub async fn on_duty(store: &Store, today: Date) -> Result<Vec<OnDuty>, StoreError> {
    let rows = sqlx::query(
        "SELECT held.*, account.id AS worker, account.name AS worker_name FROM position held \
         JOIN account ON account.id = held.account_id \
         WHERE account.blocked_at IS NULL AND (held.takes_letters = 1 OR held.approves = 1) \
         UNION SELECT held.*, account.id, account.name FROM substitution away \
         JOIN position held ON held.id = away.position_id \
         JOIN position own ON own.id = away.substitute_id \
         JOIN account ON account.id = own.account_id \
         WHERE account.blocked_at IS NULL AND (held.takes_letters = 1 OR held.approves = 1) \
         AND away.ended_at IS NULL AND away.first_day <= $1 AND away.last_day >= $1 \
         ORDER BY unit, title, id, worker LIMIT $2",
    )
    .bind(today.to_string())
    .bind(POSITIONS_ON_DUTY_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(OnDuty {
                position: position(row)?,
                account: row.try_get("worker")?,
                name: row.try_get("worker_name")?,
            })
        })
        .collect()
}

/// Gives a position to an account, or makes it vacant; false where there is no such position.
///
/// # Errors
/// When the store is away.
pub async fn give(
    tx: &mut WriteTx,
    position: &str,
    account: Option<&str>,
) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE position SET account_id = $2 WHERE id = $1")
        .bind(position)
        .bind(account)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that somebody stands in.
///
/// # Errors
/// When the store is away.
pub async fn substitute(
    tx: &mut WriteTx,
    at: Timestamp,
    by: &str,
    new: &Substitution,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO substitution (id, position_id, substitute_id, first_day, last_day, \
         created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&new.id)
    .bind(&new.position)
    .bind(&new.substitute)
    .bind(new.first_day.to_string())
    .bind(new.last_day.to_string())
    .bind(by)
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Ends a substitution before its day; false where none is in force under this id.
///
/// # Errors
/// When the store is away.
pub async fn end_substitution(
    tx: &mut WriteTx,
    at: Timestamp,
    id: &str,
) -> Result<bool, StoreError> {
    let done =
        sqlx::query("UPDATE substitution SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
            .bind(id)
            .bind(at.0)
            .execute(tx.connection())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Substitutions that are in force on this day or later, the earliest first, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn substitutions(store: &Store, today: Date) -> Result<Vec<Substitution>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM substitution WHERE ended_at IS NULL AND last_day >= $1 \
         ORDER BY first_day, id LIMIT $2",
    )
    .bind(today.to_string())
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Substitution {
                id: row.try_get("id")?,
                position: row.try_get("position_id")?,
                substitute: row.try_get("substitute_id")?,
                first_day: super::day(row, "first_day")?,
                last_day: super::day(row, "last_day")?,
            })
        })
        .collect()
}

fn position(row: &AnyRow) -> Result<Position, StoreError> {
    Ok(Position {
        id: row.try_get("id")?,
        unit: row.try_get("unit")?,
        title: row.try_get("title")?,
        account: row.try_get("account_id")?,
        takes_letters: row.try_get::<i64, _>("takes_letters")? == 1,
        approves: row.try_get::<i64, _>("approves")? == 1,
    })
}
