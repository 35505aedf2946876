//! Cases (sprawy): their signs, letters and what happened in them.

use super::register::RegisterNumber;
use super::{Store, StoreError, WriteTx};
use crate::folding::folded;
use auction_rules::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Words that one search looks for.
pub const SOUGHT_WORDS_MAX: usize = 4;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseState {
    /// Somebody handles it.
    Open,
    /// A reply was sent.
    Answered,
    /// Nothing is to be done any more.
    Closed,
}

impl CaseState {
    const ALL: [Self; 3] = [Self::Open, Self::Answered, Self::Closed];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: String,
    /// Its sign (znak sprawy), as in `GN.6621.12.2026`.
    pub sign: String,
    /// The code of the unit that has it.
    pub unit: String,
    /// What it is about.
    pub title: String,
    /// The party's account; empty where there is none, as in the case of a tender.
    pub account: String,
    /// The position that handles it.
    pub position: String,
    /// The last day, in Warsaw; none where the matter has no deadline.
    pub deadline: Option<Date>,
    /// Where it stands.
    pub state: CaseState,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the first reply was sent.
    pub answered_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// Something that happened in a case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseEvent {
    /// Counts from 1 within the case.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// The account of who did it, or `server`.
    pub who: String,
    /// What, as in `case.opened`.
    pub what: String,
    /// The party sees it.
    pub is_public: bool,
    /// What is told of it.
    pub details: Value,
}

/// The next number in the list of cases of a unit, class and year (instrukcja kancelaryjna, § 5 and
/// 53): taken in the transaction that opens the case, so that the list has no gap.
///
/// # Errors
/// When the store is away.
pub async fn next_number(
    tx: &mut WriteTx,
    unit: &str,
    jrwa: &str,
    year: i16,
) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "INSERT INTO case_list (unit, jrwa, year, last_number) VALUES ($1, $2, $3, 1) \
         ON CONFLICT (unit, jrwa, year) DO UPDATE SET last_number = case_list.last_number + 1 \
         RETURNING last_number",
    )
    .bind(unit)
    .bind(jrwa)
    .bind(i64::from(year))
    .fetch_one(tx.connection())
    .await?;
    Ok(row.try_get(0)?)
}

/// Adds a case.
///
/// # Errors
/// When the store is away.
pub async fn insert(tx: &mut WriteTx, case: &Case) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO case_file (id, sign, unit, title, account_id, position_id, deadline, state, \
         events, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)",
    )
    .bind(&case.id)
    .bind(&case.sign)
    .bind(&case.unit)
    .bind(&case.title)
    .bind(&case.account)
    .bind(&case.position)
    .bind(written(case.deadline))
    .bind(case.state.as_str())
    .bind(case.opened_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Writes what may change of a case: its title, who handles it, its deadline and where it stands.
///
/// # Errors
/// When the store is away.
pub async fn update(tx: &mut WriteTx, case: &Case) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE case_file SET position_id = $2, deadline = $3, state = $4, answered_at = $5, \
         closed_at = $6, title = $7 WHERE id = $1",
    )
    .bind(&case.id)
    .bind(&case.position)
    .bind(written(case.deadline))
    .bind(case.state.as_str())
    .bind(case.answered_at.map(|at| at.0))
    .bind(case.closed_at.map(|at| at.0))
    .bind(&case.title)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The case with this id, which nobody else changes until the transaction ends.
///
/// # Errors
/// When the store is away.
pub async fn locked(tx: &mut WriteTx, id: &str) -> Result<Option<Case>, StoreError> {
    let row = sqlx::query("UPDATE case_file SET events = events WHERE id = $1 RETURNING *")
        .bind(id)
        .fetch_optional(tx.connection())
        .await?;
    row.as_ref().map(case).transpose()
}

/// The case with this id.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Case>, StoreError> {
    let row = sqlx::query("SELECT * FROM case_file WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(case).transpose()
}

/// The case with this sign.
///
/// # Errors
/// When the store is away.
pub async fn by_sign(store: &Store, sign: &str) -> Result<Option<Case>, StoreError> {
    let row = sqlx::query("SELECT * FROM case_file WHERE sign = $1")
        .bind(sign)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(case).transpose()
}

/// The cases of a party, the newest first, a page of them after `after`.
///
/// # Errors
/// When the store is away.
pub async fn of_account(
    store: &Store,
    account: &str,
    after: Option<&str>,
) -> Result<Vec<Case>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM case_file WHERE account_id = $1 AND ($2 = '' OR id < $2) \
         ORDER BY id DESC LIMIT $3",
    )
    .bind(account)
    .bind(after.unwrap_or_default())
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(case).collect()
}

/// The open cases that a position handles, the most urgent first, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn handled_by(store: &Store, position: &str) -> Result<Vec<Case>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM case_file WHERE position_id = $1 AND state = 'open' \
         ORDER BY CASE WHEN deadline = '' THEN 1 ELSE 0 END, deadline, id LIMIT $2",
    )
    .bind(position)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(case).collect()
}

/// The open cases of a unit whose last day is this one or lies before, the earliest first, up to a page
/// of them.
///
/// # Errors
/// When the store is away.
pub async fn due(store: &Store, unit: &str, day: Date) -> Result<Vec<Case>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM case_file WHERE unit = $1 AND state = 'open' AND deadline <> '' \
         AND deadline <= $2 ORDER BY deadline, id LIMIT $3",
    )
    .bind(unit)
    .bind(day.to_string())
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(case).collect()
}

/// How many open cases have a last day before this one.
///
/// # Errors
/// When the store is away.
pub async fn count_late(store: &Store, today: Date) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "SELECT COUNT(*) FROM case_file WHERE state = 'open' AND deadline <> '' AND deadline < $1",
    )
    .bind(today.to_string())
    .fetch_one(&store.pool)
    .await?;
    Ok(row.try_get(0)?)
}

/// The cases that a clerk of this day may read and that have all these words, the newest first, a page
/// of them after `after`: those of the units of the clerk's positions, those that one of these positions
/// handles, and those in which one was asked for an opinion. Words are folded, and without the signs of
/// a pattern; of more than [`SOUGHT_WORDS_MAX`] the others are not looked for.
///
/// # Errors
/// When the store is away.
pub async fn search(
    store: &Store,
    (account, today): (&str, Date),
    words: &[String],
    after: Option<&str>,
) -> Result<Vec<Case>, StoreError> {
    let pattern = |place: usize| match words.get(place) {
        Some(word) => format!("%{word}%"),
        None => "%".to_owned(),
    };
    let rows = sqlx::query(
        "WITH mine AS (SELECT id, unit FROM position WHERE account_id = $1 OR id IN ( \
         SELECT away.position_id FROM substitution away \
         JOIN position own ON own.id = away.substitute_id \
         WHERE own.account_id = $1 AND away.ended_at IS NULL \
         AND away.first_day <= $2 AND away.last_day >= $2)) \
         SELECT * FROM case_file WHERE (unit IN (SELECT unit FROM mine) \
         OR position_id IN (SELECT id FROM mine) \
         OR id IN (SELECT case_id FROM opinion WHERE asked_of IN (SELECT id FROM mine))) \
         AND sought LIKE $3 AND sought LIKE $4 AND sought LIKE $5 AND sought LIKE $6 \
         AND ($7 = '' OR id < $7) ORDER BY id DESC LIMIT $8",
    )
    .bind(account)
    .bind(today.to_string())
    .bind(pattern(0))
    .bind(pattern(1))
    .bind(pattern(2))
    .bind(pattern(3))
    .bind(after.unwrap_or_default())
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(case).collect()
}

/// Writes what a case is found by, anew: its sign, its title, and the senders and numbers of its letters.
/// To be called in the transaction that opens it or puts a letter into it.
///
/// # Errors
/// When the store is away.
pub async fn index(tx: &mut WriteTx, case: &str) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT sign, title FROM case_file WHERE id = $1")
        .bind(case)
        .fetch_one(tx.connection())
        .await?;
    let mut sought = vec![
        row.try_get::<String, _>("sign")?,
        row.try_get::<String, _>("title")?,
    ];
    let rows = sqlx::query(
        "SELECT letter.sender, letter.series, letter.year, letter.number FROM case_letter \
         JOIN letter ON letter.id = case_letter.letter_id \
         WHERE case_letter.case_id = $1 ORDER BY case_letter.joined_at, letter.id LIMIT $2",
    )
    .bind(case)
    .bind(super::PAGE_MAX)
    .fetch_all(tx.connection())
    .await?;
    for row in &rows {
        let sender = row.try_get::<String, _>("sender")?;
        if !sought.contains(&sender) {
            sought.push(sender);
        }
        let number = RegisterNumber {
            series: row.try_get("series")?,
            year: row.try_get("year")?,
            number: row.try_get("number")?,
        };
        sought.push(number.to_string());
    }
    sqlx::query("UPDATE case_file SET sought = $2 WHERE id = $1")
        .bind(case)
        .bind(folded(&sought.join(" ")))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Cases that nothing finds yet, from before there was such an index; up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn unindexed(store: &Store) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("SELECT id FROM case_file WHERE sought = '' ORDER BY id LIMIT $1")
        .bind(super::PAGE_MAX)
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Puts a letter into a case; false where it is in one already.
///
/// # Errors
/// When the store is away.
pub async fn join(
    tx: &mut WriteTx,
    at: Timestamp,
    case: &str,
    letter: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO case_letter (letter_id, case_id, joined_at) VALUES ($1, $2, $3) \
         ON CONFLICT (letter_id) DO NOTHING",
    )
    .bind(letter)
    .bind(case)
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The letters of a case in the order in which they came to it, by id, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn letters(store: &Store, case: &str) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT letter_id FROM case_letter WHERE case_id = $1 ORDER BY joined_at, letter_id LIMIT $2",
    )
    .bind(case)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The case in which a letter is.
///
/// # Errors
/// When the store is away.
pub async fn of_letter(store: &Store, letter: &str) -> Result<Option<Case>, StoreError> {
    let row = sqlx::query(
        "SELECT case_file.* FROM case_file JOIN case_letter ON case_letter.case_id = case_file.id \
         WHERE case_letter.letter_id = $1",
    )
    .bind(letter)
    .fetch_optional(&store.pool)
    .await?;
    row.as_ref().map(case).transpose()
}

/// Notes what happened in a case.
///
/// # Errors
/// When the store is away.
pub async fn note(
    tx: &mut WriteTx,
    case: &str,
    at: Timestamp,
    who: &str,
    (what, is_public): (&str, bool),
    details: &Value,
) -> Result<(), StoreError> {
    let row =
        sqlx::query("UPDATE case_file SET events = events + 1 WHERE id = $1 RETURNING events")
            .bind(case)
            .fetch_one(tx.connection())
            .await?;
    sqlx::query(
        "INSERT INTO case_event (case_id, number, at, who, what, is_public, details) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(case)
    .bind(row.try_get::<i64, _>(0)?)
    .bind(at.0)
    .bind(who)
    .bind(what)
    .bind(i64::from(is_public))
    .bind(details.to_string())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What happened in a case, the oldest first, a page of it after event number `after`.
///
/// # Errors
/// When the store is away.
pub async fn events(store: &Store, case: &str, after: i64) -> Result<Vec<CaseEvent>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM case_event WHERE case_id = $1 AND number > $2 ORDER BY number LIMIT $3",
    )
    .bind(case)
    .bind(after)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(CaseEvent {
                number: row.try_get("number")?,
                at: Timestamp(row.try_get("at")?),
                who: row.try_get("who")?,
                what: row.try_get("what")?,
                is_public: row.try_get::<i64, _>("is_public")? == 1,
                details: super::json(&row.try_get::<String, _>("details")?)?,
            })
        })
        .collect()
}

fn written(deadline: Option<Date>) -> String {
    deadline.map(|day| day.to_string()).unwrap_or_default()
}

pub(super) fn case(row: &AnyRow) -> Result<Case, StoreError> {
    let moment = |name| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(name)?.map(Timestamp));
    let state = row.try_get::<String, _>("state")?;
    let state = CaseState::ALL.into_iter().find(|one| one.as_str() == state);
    let deadline = row.try_get::<String, _>("deadline")?;
    Ok(Case {
        id: row.try_get("id")?,
        sign: row.try_get("sign")?,
        unit: row.try_get("unit")?,
        title: row.try_get("title")?,
        account: row.try_get("account_id")?,
        position: row.try_get("position_id")?,
        deadline: match deadline.is_empty() {
            true => None,
            false => Some(super::day(row, "deadline")?),
        },
        state: state.ok_or_else(|| StoreError::Row("no state of a case".into()))?,
        opened_at: Timestamp(row.try_get("opened_at")?),
        answered_at: moment("answered_at")?,
        closed_at: moment("closed_at")?,
    })
}
