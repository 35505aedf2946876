//! What bidders log in with: at most one credential in force per bidder and tender.

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A bidder's credential, with whom it belongs to.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub bidder: String,
    /// Which tender the bidder belongs to.
    pub tender: String,
    /// What is typed to log in.
    pub login: String,
    /// The argon2id hash of the password.
    pub password: String,
    /// The password is a one-time password.
    pub must_change: bool,
    /// It was replaced, or its bidder is blocked.
    pub barred: bool,
    /// When it was issued.
    pub created_at: Timestamp,
}

/// A credential to be issued.
#[derive(Debug, Clone)]
pub struct NewCredential {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub bidder: String,
    /// What is typed to log in.
    pub login: String,
    /// The argon2id hash of the password.
    pub password: String,
    /// The password is a one-time password.
    pub must_change: bool,
    /// Why it is issued again; empty for a bidder's first.
    pub reason: String,
}

/// Issues a credential; the bidder's earlier one no longer holds, and its sessions end. Gives the
/// id of the earlier one.
///
/// # Errors
/// When the store is away, or the log-in is taken ([`StoreError::is_taken`]).
pub async fn issue(
    tx: &mut WriteTx,
    at: Timestamp,
    new: &NewCredential,
) -> Result<Option<String>, StoreError> {
    let earlier = sqlx::query(
        "UPDATE credential SET revoked_at = $2 WHERE bidder_id = $1 AND revoked_at IS NULL \
         RETURNING id",
    )
    .bind(&new.bidder)
    .bind(at.0)
    .fetch_optional(tx.connection())
    .await?;
    sqlx::query(
        "INSERT INTO credential (id, bidder_id, login, password, must_change, created_at, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&new.id)
    .bind(&new.bidder)
    .bind(&new.login)
    .bind(&new.password)
    .bind(i64::from(new.must_change))
    .bind(at.0)
    .bind(&new.reason)
    .execute(tx.connection())
    .await?;
    Ok(earlier.map(|row| row.try_get(0)).transpose()?)
}

/// The credential with this log-in, in force or not.
///
/// # Errors
/// When the store is away.
pub async fn by_login(store: &Store, login: &str) -> Result<Option<Credential>, StoreError> {
    let row = sqlx::query(
        "SELECT c.id, c.bidder_id, b.tender_id, c.login, c.password, c.must_change, \
         c.revoked_at, c.created_at, b.blocked_at \
         FROM credential c JOIN bidder b ON b.id = c.bidder_id WHERE c.login = $1",
    )
    .bind(login)
    .fetch_optional(&store.pool)
    .await?;
    row.map(|row| {
        let revoked = row.try_get::<Option<i64>, _>("revoked_at")?;
        let blocked = row.try_get::<Option<i64>, _>("blocked_at")?;
        Ok(Credential {
            id: row.try_get("id")?,
            bidder: row.try_get("bidder_id")?,
            tender: row.try_get("tender_id")?,
            login: row.try_get("login")?,
            password: row.try_get("password")?,
            must_change: row.try_get::<i64, _>("must_change")? != 0,
            barred: revoked.is_some() || blocked.is_some(),
            created_at: Timestamp(row.try_get("created_at")?),
        })
    })
    .transpose()
}

/// What an officer may know of a credential in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InForce {
    /// Whose it is.
    #[serde(skip)]
    pub bidder: String,
    /// What is typed to log in.
    pub login: String,
    /// The password is still the one-time password.
    pub must_change: bool,
    /// When it was issued.
    pub created_at: Timestamp,
}

/// The credentials in force of bidders of a tender whose ids lie after `after`, in the order of
/// [`super::bidders::of_tender`] and as many as one page of it needs.
///
/// # Errors
/// When the store is away.
pub async fn of_tender(
    store: &Store,
    tender: &str,
    after: Option<&str>,
) -> Result<Vec<InForce>, StoreError> {
    let rows = sqlx::query(
        "SELECT c.bidder_id, c.login, c.must_change, c.created_at FROM credential c \
         JOIN bidder b ON b.id = c.bidder_id \
         WHERE b.tender_id = $1 AND b.id > $2 AND c.revoked_at IS NULL ORDER BY b.id LIMIT $3",
    )
    .bind(tender)
    .bind(after.unwrap_or_default())
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(in_force).collect()
}

/// The credential in force of a bidder.
///
/// # Errors
/// When the store is away.
pub async fn of_bidder(store: &Store, bidder: &str) -> Result<Option<InForce>, StoreError> {
    let row = sqlx::query(
        "SELECT bidder_id, login, must_change, created_at FROM credential \
         WHERE bidder_id = $1 AND revoked_at IS NULL",
    )
    .bind(bidder)
    .fetch_optional(&store.pool)
    .await?;
    row.as_ref().map(in_force).transpose()
}

fn in_force(row: &AnyRow) -> Result<InForce, StoreError> {
    Ok(InForce {
        bidder: row.try_get("bidder_id")?,
        login: row.try_get("login")?,
        must_change: row.try_get::<i64, _>("must_change")? != 0,
        created_at: Timestamp(row.try_get("created_at")?),
    })
}

/// Whether a bidder has a credential in force.
///
/// # Errors
/// When the store is away.
pub async fn is_issued(store: &Store, bidder: &str) -> Result<bool, StoreError> {
    let row =
        sqlx::query("SELECT COUNT(*) FROM credential WHERE bidder_id = $1 AND revoked_at IS NULL")
            .bind(bidder)
            .fetch_one(&store.pool)
            .await?;
    Ok(row.try_get::<i64, _>(0)? > 0)
}
