//! Drafts: forms that citizens have begun and not sent. What they answer is encrypted.

use super::{PAGE_MAX, Store, StoreError, WriteTx};
use crate::identity::Vault;
use auction_rules::Timestamp;
use serde_json::{Map, Value};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A form that was begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// The citizen who began it; nobody else sees it.
    pub citizen: String,
    /// The procedure.
    pub procedure: String,
    /// The version of the procedure with which it began.
    pub version: u32,
    /// What was answered so far, whether it can stand or not.
    pub answers: Map<String, Value>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was saved last.
    pub saved_at: Timestamp,
    /// When it is deleted unless it is saved again.
    pub expires_at: Timestamp,
    /// The number by which the desk finds it; none unless it was prepared for a visit.
    pub visit_code: Option<String>,
    /// When its citizen took it to the central service in charge, as it stands now.
    pub handed_over_at: Option<Timestamp>,
}

/// Adds a draft.
///
/// # Errors
/// When the store is away.
pub async fn insert(tx: &mut WriteTx, vault: &Vault, draft: &Draft) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO draft (id, citizen_id, procedure_id, version, answers, created_at, saved_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&draft.id)
    .bind(&draft.citizen)
    .bind(&draft.procedure)
    .bind(i64::from(draft.version))
    .bind(sealed(vault, draft))
    .bind(draft.created_at.0)
    .bind(draft.saved_at.0)
    .bind(draft.expires_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps what a draft answers now, and what became of it.
///
/// # Errors
/// When another draft has the number of its visit ([`StoreError::is_taken`]), or the store is away.
pub async fn save(tx: &mut WriteTx, vault: &Vault, draft: &Draft) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE draft SET answers = $2, saved_at = $3, expires_at = $4, visit_code = $5, \
         handed_over_at = $6 WHERE id = $1",
    )
    .bind(&draft.id)
    .bind(sealed(vault, draft))
    .bind(draft.saved_at.0)
    .bind(draft.expires_at.0)
    .bind(draft.visit_code.as_deref())
    .bind(draft.handed_over_at.map(|at| at.0))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How many drafts a citizen has; until the transaction ends nobody adds one.
///
/// # Errors
/// When the store is away.
pub async fn count(tx: &mut WriteTx, citizen: &str) -> Result<i64, StoreError> {
    // On PostgreSQL whoever counts too waits for the row; SQLite has one writer.
    sqlx::query("UPDATE citizen SET reference = reference WHERE id = $1")
        .bind(citizen)
        .execute(tx.connection())
        .await?;
    let row = sqlx::query("SELECT COUNT(*) FROM draft WHERE citizen_id = $1")
        .bind(citizen)
        .fetch_one(tx.connection())
        .await?;
    Ok(row.try_get(0)?)
}

/// A draft of this citizen, held until the transaction ends.
///
/// # Errors
/// When the store is away.
pub async fn lock(
    tx: &mut WriteTx,
    vault: &Vault,
    citizen: &str,
    id: &str,
) -> Result<Option<Draft>, StoreError> {
    // On PostgreSQL the row waits for its writer; SQLite has one writer.
    let touched = sqlx::query(
        "UPDATE draft SET saved_at = saved_at WHERE id = $1 AND citizen_id = $2 RETURNING *",
    )
    .bind(id)
    .bind(citizen)
    .fetch_optional(tx.connection())
    .await?;
    touched.map(|row| read(&row, vault)).transpose()
}

/// A draft of this citizen.
///
/// # Errors
/// When the store is away.
pub async fn by_id(
    store: &Store,
    vault: &Vault,
    citizen: &str,
    id: &str,
) -> Result<Option<Draft>, StoreError> {
    let row = sqlx::query("SELECT * FROM draft WHERE id = $1 AND citizen_id = $2")
        .bind(id)
        .bind(citizen)
        .fetch_optional(&store.pool)
        .await?;
    row.map(|row| read(&row, vault)).transpose()
}

/// The drafts of a citizen, the one saved last first.
///
/// # Errors
/// When the store is away.
pub async fn of_citizen(
    store: &Store,
    vault: &Vault,
    citizen: &str,
) -> Result<Vec<Draft>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM draft WHERE citizen_id = $1 ORDER BY saved_at DESC, id DESC LIMIT $2",
    )
    .bind(citizen)
    .bind(PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(|row| read(row, vault)).collect()
}

/// A draft that was prepared for a visit, by its id or by its number.
///
/// # Errors
/// When the store is away.
pub async fn prepared(
    store: &Store,
    vault: &Vault,
    named: &str,
) -> Result<Option<Draft>, StoreError> {
    let row = sqlx::query(
        "SELECT * FROM draft WHERE visit_code = $1 OR (id = $1 AND visit_code IS NOT NULL)",
    )
    .bind(named)
    .fetch_optional(&store.pool)
    .await?;
    row.as_ref().map(|row| read(row, vault)).transpose()
}

/// The drafts that were prepared for a visit and have not expired, with the names of their citizens,
/// the one saved last first.
///
/// # Errors
/// When the store is away.
pub async fn all_prepared(
    store: &Store,
    vault: &Vault,
    now: Timestamp,
) -> Result<Vec<(Draft, String)>, StoreError> {
    let rows = sqlx::query(
        "SELECT draft.*, citizen.name AS citizen_name FROM draft \
         JOIN citizen ON citizen.id = draft.citizen_id \
         WHERE draft.visit_code IS NOT NULL AND draft.expires_at > $1 \
         ORDER BY draft.saved_at DESC, draft.id DESC LIMIT $2",
    )
    .bind(now.0)
    .bind(PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| Ok((read(row, vault)?, row.try_get("citizen_name")?)))
        .collect()
}

/// Deletes a draft of this citizen; false when there is none.
///
/// # Errors
/// When the store is away.
pub async fn delete(tx: &mut WriteTx, citizen: &str, id: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM draft WHERE id = $1 AND citizen_id = $2")
        .bind(id)
        .bind(citizen)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes what expired; how many there were.
///
/// # Errors
/// When the store is away.
pub async fn delete_expired(tx: &mut WriteTx, now: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM draft WHERE expires_at <= $1")
        .bind(now.0)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected())
}

/// The place for which a draft's answers are encrypted.
pub(super) fn place(draft: &str) -> String {
    format!("draft:{draft}")
}

fn sealed(vault: &Vault, draft: &Draft) -> String {
    vault.seal(&super::to_json(&draft.answers), &place(&draft.id))
}

fn read(row: &AnyRow, vault: &Vault) -> Result<Draft, StoreError> {
    let id: String = row.try_get("id")?;
    let version: i64 = row.try_get("version")?;
    let answers = super::opened(vault, &row.try_get::<String, _>("answers")?, &place(&id))?;
    Ok(Draft {
        id,
        citizen: row.try_get("citizen_id")?,
        procedure: row.try_get("procedure_id")?,
        version: u32::try_from(version)
            .map_err(|_| StoreError::Row(format!("version {version} of a draft")))?,
        answers: super::json(&answers)?,
        created_at: Timestamp(row.try_get("created_at")?),
        saved_at: Timestamp(row.try_get("saved_at")?),
        expires_at: Timestamp(row.try_get("expires_at")?),
        visit_code: row.try_get("visit_code")?,
        handed_over_at: row
            .try_get::<Option<i64>, _>("handed_over_at")?
            .map(Timestamp),
    })
}
