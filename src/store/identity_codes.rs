//! Identity codes of citizens, and what was confirmed with them.

use super::{Store, StoreError, WriteTx};
use auction_rules::{Digest, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;

/// An identity code.
#[derive(Debug, Clone)]
pub struct Code {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub citizen: String,
    /// The argon2id hash.
    pub hash: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From when on it confirms nothing.
    pub expires_at: Timestamp,
    /// When it was revoked, or replaced by a new one.
    pub revoked_at: Option<Timestamp>,
}

/// Issues a code; an earlier one of the citizen is revoked.
///
/// # Errors
/// When the store is away.
pub async fn put(tx: &mut WriteTx, code: &Code, by: &str) -> Result<(), StoreError> {
    revoke(tx, code.issued_at, &code.citizen, by).await?;
    sqlx::query(
        "INSERT INTO identity_code (id, citizen_id, hash, issued_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&code.id)
    .bind(&code.citizen)
    .bind(&code.hash)
    .bind(code.issued_at.0)
    .bind(code.expires_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The last code of a citizen, in force or not.
///
/// # Errors
/// When the store is away.
pub async fn last(store: &Store, citizen: &str) -> Result<Option<Code>, StoreError> {
    let row = sqlx::query(
        "SELECT * FROM identity_code WHERE citizen_id = $1 ORDER BY issued_at DESC, id DESC LIMIT 1",
    )
    .bind(citizen)
    .fetch_optional(&store.pool)
    .await?;
    row.as_ref().map(code).transpose()
}

/// Revokes the code of a citizen and gives its id; none where there is none in force.
///
/// # Errors
/// When the store is away.
pub async fn revoke(
    tx: &mut WriteTx,
    at: Timestamp,
    citizen: &str,
    by: &str,
) -> Result<Option<String>, StoreError> {
    let row = sqlx::query(
        "UPDATE identity_code SET revoked_at = $2, revoked_by = $3 \
         WHERE citizen_id = $1 AND revoked_at IS NULL RETURNING id",
    )
    .bind(citizen)
    .bind(at.0)
    .bind(by)
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Notes that owners are reminded of codes that end before `until`, and gives those of which they
/// were not yet, as many as one page.
///
/// # Errors
/// When the store is away.
pub async fn take_ending(
    tx: &mut WriteTx,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Code>, StoreError> {
    let rows = sqlx::query(
        "UPDATE identity_code SET reminded_at = $1 WHERE id IN (SELECT id FROM identity_code \
         WHERE revoked_at IS NULL AND reminded_at IS NULL AND expires_at > $1 AND expires_at <= $2 \
         ORDER BY expires_at LIMIT $3) AND reminded_at IS NULL RETURNING *",
    )
    .bind(now.0)
    .bind(until.0)
    .bind(super::PAGE_MAX)
    .fetch_all(tx.connection())
    .await?;
    rows.iter().map(code).collect()
}

/// What was confirmed with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its id.
    pub id: String,
    /// Whose code it was.
    pub citizen: String,
    /// The code's id.
    pub code: String,
    /// The hash of what was confirmed.
    pub document_hash: Digest,
    /// When.
    pub at: Timestamp,
}

/// Keeps evidence, where the code is still in force; false when it was revoked meanwhile.
///
/// # Errors
/// When the store is away.
pub async fn put_evidence(tx: &mut WriteTx, new: &Evidence) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO code_evidence (id, citizen_id, code_id, document_hash, at) \
         SELECT $1, citizen_id, id, $4, $5 FROM identity_code \
         WHERE id = $3 AND citizen_id = $2 AND revoked_at IS NULL",
    )
    .bind(&new.id)
    .bind(&new.citizen)
    .bind(&new.code)
    .bind(new.document_hash.to_string())
    .bind(new.at.0)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Evidence by its id.
///
/// # Errors
/// When the store is away.
pub async fn evidence(store: &Store, id: &str) -> Result<Option<Evidence>, StoreError> {
    let row = sqlx::query("SELECT * FROM code_evidence WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.map(|row| {
        let digest = row.try_get::<String, _>("document_hash")?.parse();
        Ok(Evidence {
            id: row.try_get("id")?,
            citizen: row.try_get("citizen_id")?,
            code: row.try_get("code_id")?,
            document_hash: digest
                .map_err(|_| StoreError::Row("a digest cannot be read".to_owned()))?,
            at: Timestamp(row.try_get("at")?),
        })
    })
    .transpose()
}

fn code(row: &AnyRow) -> Result<Code, StoreError> {
    Ok(Code {
        id: row.try_get("id")?,
        citizen: row.try_get("citizen_id")?,
        hash: row.try_get("hash")?,
        issued_at: Timestamp(row.try_get("issued_at")?),
        expires_at: Timestamp(row.try_get("expires_at")?),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(Timestamp),
    })
}
