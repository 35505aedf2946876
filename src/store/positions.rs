//! Positions of the office (stanowiska), and who stands in for whom.

use super::letters::LetterState;
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

/// The position with this id, unless it ended.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Position>, StoreError> {
    let row = sqlx::query("SELECT * FROM position WHERE id = $1 AND ended_at IS NULL")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(position).transpose()
}

/// The position with this id, although it may have ended: whose work something was.
///
/// # Errors
/// When the store is away.
pub async fn ever(store: &Store, id: &str) -> Result<Option<Position>, StoreError> {
    let row = sqlx::query("SELECT * FROM position WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(position).transpose()
}

/// The position with this id, unless it ended; nobody else changes it until the transaction ends.
///
/// # Errors
/// When the store is away.
pub async fn locked(tx: &mut WriteTx, id: &str) -> Result<Option<Position>, StoreError> {
    let row = sqlx::query(
        "UPDATE position SET unit = unit WHERE id = $1 AND ended_at IS NULL RETURNING *",
    )
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    row.as_ref().map(position).transpose()
}

/// The position of a unit to which something of an account's falls: one that the account holds, else
/// one that takes letters, else any.
///
/// # Errors
/// When the store is away.
pub async fn nearest(
    tx: &mut WriteTx,
    unit: &str,
    account: &str,
) -> Result<Option<Position>, StoreError> {
    let row = sqlx::query(
        "SELECT * FROM position WHERE unit = $1 AND ended_at IS NULL \
         ORDER BY CASE WHEN account_id = $2 THEN 0 ELSE 1 END, takes_letters DESC, id LIMIT 1",
    )
    .bind(unit)
    .bind(account)
    .fetch_optional(tx.connection())
    .await?;
    row.as_ref().map(position).transpose()
}

/// All positions that did not end, by unit and title, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn all(store: &Store) -> Result<Vec<Position>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM position WHERE ended_at IS NULL ORDER BY unit, title, id LIMIT $1",
    )
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
        "SELECT * FROM position WHERE ended_at IS NULL AND (account_id = $1 OR id IN ( \
         SELECT away.position_id FROM substitution away \
         JOIN position own ON own.id = away.substitute_id \
         WHERE own.account_id = $1 AND away.ended_at IS NULL \
         AND away.first_day <= $2 AND away.last_day >= $2)) ORDER BY unit, title, id LIMIT $3",
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

/// Writes what may change of a position: its title, who holds it, whether it takes letters and approves.
///
/// # Errors
/// When the store is away.
pub async fn update(tx: &mut WriteTx, position: &Position) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE position SET title = $2, account_id = $3, takes_letters = $4, approves = $5 \
         WHERE id = $1",
    )
    .bind(&position.id)
    .bind(&position.title)
    .bind(&position.account)
    .bind(i64::from(position.takes_letters))
    .bind(i64::from(position.approves))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Ends a position and every substitution for it or by it.
///
/// # Errors
/// When the store is away.
pub async fn end(tx: &mut WriteTx, at: Timestamp, id: &str) -> Result<(), StoreError> {
    for statement in [
        "UPDATE substitution SET ended_at = $2 \
         WHERE ended_at IS NULL AND (position_id = $1 OR substitute_id = $1)",
        "UPDATE position SET ended_at = $2, account_id = NULL WHERE id = $1",
    ] {
        sqlx::query(statement)
            .bind(id)
            .bind(at.0)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// What lies with a position and would lie with nobody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Cases that it handles and that go on.
    pub cases: i64,
    /// Opinions that it is asked for.
    pub opinions: i64,
    /// Replies that it wrote and that were not sent.
    pub replies: i64,
}

/// What lies with a position.
///
/// # Errors
/// When the store is away.
pub async fn work(tx: &mut WriteTx, id: &str) -> Result<Work, StoreError> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM case_file WHERE position_id = $1 AND state <> 'closed'), \
         (SELECT COUNT(*) FROM opinion WHERE asked_of = $1 AND answered_at IS NULL), \
         (SELECT COUNT(*) FROM reply WHERE author_id = $1 AND state <> 'sent')",
    )
    .bind(id)
    .fetch_one(tx.connection())
    .await?;
    Ok(Work {
        cases: row.try_get(0)?,
        opinions: row.try_get(1)?,
        replies: row.try_get(2)?,
    })
}

/// The ids of the cases that a position handles and that go on, by id, a page of them.
///
/// # Errors
/// When the store is away.
pub async fn cases_of(tx: &mut WriteTx, id: &str) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT id FROM case_file WHERE position_id = $1 AND state <> 'closed' ORDER BY id LIMIT $2",
    )
    .bind(id)
    .bind(super::PAGE_MAX)
    .fetch_all(tx.connection())
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Gives the opinions and replies that lie with a position to another.
///
/// # Errors
/// When the store is away.
pub async fn pass_on(tx: &mut WriteTx, from: &str, to: &str) -> Result<(), StoreError> {
    for statement in [
        "UPDATE opinion SET asked_of = $2 WHERE asked_of = $1 AND answered_at IS NULL",
        "UPDATE reply SET author_id = $2 WHERE author_id = $1 AND state <> 'sent'",
    ] {
        sqlx::query(statement)
            .bind(from)
            .bind(to)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// What waits in a unit until somebody takes or approves it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Letters in no case.
    pub letters: i64,
    /// Replies that wait for approval.
    pub replies: i64,
    /// Positions but this one that take letters.
    pub others_take: i64,
    /// Positions but this one that approve.
    pub others_approve: i64,
}

/// What waits in a unit, and who but one position would look after it.
///
/// # Errors
/// When the store is away.
pub async fn waiting(tx: &mut WriteTx, unit: &str, but: &str) -> Result<Waiting, StoreError> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM letter WHERE unit = $1 AND state = $3), \
         (SELECT COUNT(*) FROM reply JOIN case_file ON case_file.id = reply.case_id \
          WHERE case_file.unit = $1 AND reply.state = 'waiting'), \
         (SELECT COUNT(*) FROM position WHERE unit = $1 AND id <> $2 AND ended_at IS NULL \
          AND takes_letters = 1), \
         (SELECT COUNT(*) FROM position WHERE unit = $1 AND id <> $2 AND ended_at IS NULL \
          AND approves = 1)",
    )
    .bind(unit)
    .bind(but)
    .bind(super::to_json(&LetterState::Received))
    .fetch_one(tx.connection())
    .await?;
    Ok(Waiting {
        letters: row.try_get(0)?,
        replies: row.try_get(1)?,
        others_take: row.try_get(2)?,
        others_approve: row.try_get(3)?,
    })
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
