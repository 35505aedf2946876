//! Sessions of people who logged in. Of the token only its SHA-256 is kept.

use super::accounts::StaffRole;
use super::citizens;
use super::{Store, StoreError, WriteTx};
use crate::identity::Assurance;
use auction_rules::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// What a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A staff account, by id.
    Account(String),
    /// A bidder's credential, by id.
    Credential(String),
    /// A citizen's or firm's account, by id.
    Citizen(String),
}

impl Holder {
    /// The id, whatever it belongs to.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Account(id) | Self::Credential(id) | Self::Citizen(id) => id,
        }
    }
}

/// A session as it is kept.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Its id, by which it is listed and ended.
    pub id: String,
    /// SHA-256 of the token, in hexadecimal digits.
    pub token_hash: String,
    /// Whose it is.
    pub holder: Holder,
    /// From where the log-in came.
    pub address: String,
    /// The program that logged in, as it calls itself.
    pub agent: String,
    /// It is at a computer of the office, or another one that many people use.
    pub kiosk: bool,
    /// The second factor is still to come.
    pub awaits_factor: bool,
    /// How well an outside identity showed who it is; none for a log-in by password.
    pub outside: Option<Assurance>,
    /// When the log-in was.
    pub created_at: Timestamp,
    /// When it was last used, with some delay.
    pub seen_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// A session with all that is needed to know who it is.
#[derive(Debug, Clone)]
pub struct SessionOwner {
    /// The session.
    pub session: SessionRow,
    /// What was typed to log in.
    pub login: String,
    /// The password is a one-time password.
    pub must_change: bool,
    /// The account or bidder is blocked, or the credential was replaced.
    pub barred: bool,
    /// Who it is.
    pub owner: Owner,
}

/// Who a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A member of the staff with this role.
    Staff(StaffRole),
    /// A bidder of a tender.
    Bidder {
        /// The bidder's id.
        bidder: String,
        /// The tender's id.
        tender: String,
    },
    /// A citizen or firm, known so well.
    Citizen(Assurance),
}

/// Begins a session. Those of the same holder that have expired are forgotten.
///
/// # Errors
/// When the store is away.
pub async fn insert(tx: &mut WriteTx, session: &SessionRow) -> Result<(), StoreError> {
    sqlx::query(AssertSqlSafe(format!(
        "DELETE FROM session WHERE {} = $1 AND expires_at < $2",
        column(&session.holder)
    )))
    .bind(session.holder.id())
    .bind(session.created_at.0)
    .execute(tx.connection())
    .await?;
    sqlx::query(AssertSqlSafe(format!(
        "INSERT INTO session (id, token_hash, {}, address, agent, kiosk, awaits_factor, created_at, \
         seen_at, expires_at, outside_assurance) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        column(&session.holder)
    )))
    .bind(&session.id)
    .bind(&session.token_hash)
    .bind(session.holder.id())
    .bind(&session.address)
    .bind(&session.agent)
    .bind(i64::from(session.kiosk))
    .bind(i64::from(session.awaits_factor))
    .bind(session.created_at.0)
    .bind(session.seen_at.0)
    .bind(session.expires_at.0)
    .bind(session.outside.map(Assurance::as_str))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The session with this token, and who it is.
///
/// # Errors
/// When the store is away.
pub async fn by_token(store: &Store, token_hash: &str) -> Result<Option<SessionOwner>, StoreError> {
    let row = sqlx::query(
        "SELECT s.*, a.login AS a_login, a.role AS a_role, a.must_change AS a_must, \
         a.blocked_at AS a_blocked, c.login AS c_login, c.must_change AS c_must, \
         c.revoked_at AS c_revoked, b.id AS b_id, b.tender_id AS b_tender, \
         b.blocked_at AS b_blocked, z.login AS z_login, z.must_change AS z_must, \
         z.blocked_at AS z_blocked, z.assurance AS z_assurance \
         FROM session s LEFT JOIN account a ON a.id = s.account_id \
         LEFT JOIN citizen z ON z.id = s.citizen_id \
         LEFT JOIN credential c ON c.id = s.credential_id \
         LEFT JOIN bidder b ON b.id = c.bidder_id WHERE s.token_hash = $1",
    )
    .bind(token_hash)
    .fetch_optional(&store.pool)
    .await?;
    row.as_ref().map(session_owner).transpose()
}

/// The open sessions of a holder, newest first.
///
/// # Errors
/// When the store is away.
pub async fn of_holder(store: &Store, holder: &Holder) -> Result<Vec<SessionRow>, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT * FROM session WHERE {} = $1 ORDER BY id DESC LIMIT $2",
        column(holder)
    )))
    .bind(holder.id())
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(session).collect()
}

/// Notes that a session was used.
///
/// # Errors
/// When the store is away.
pub async fn touch(tx: &mut WriteTx, id: &str, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2")
        .bind(id)
        .bind(at.0)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Notes that the second factor came; false when the session is gone.
///
/// # Errors
/// When the store is away.
pub async fn set_factor_given(tx: &mut WriteTx, id: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE session SET awaits_factor = 0 WHERE id = $1")
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends one session of a holder; false when it has none of this id.
///
/// # Errors
/// When the store is away.
pub async fn end(tx: &mut WriteTx, holder: &Holder, id: &str) -> Result<bool, StoreError> {
    let done = sqlx::query(AssertSqlSafe(format!(
        "DELETE FROM session WHERE id = $2 AND {} = $1",
        column(holder)
    )))
    .bind(holder.id())
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends every session of a holder but the one kept, and gives the ids of the ended ones.
///
/// # Errors
/// When the store is away.
pub async fn end_all(
    tx: &mut WriteTx,
    holder: &Holder,
    keep: Option<&str>,
) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "DELETE FROM session WHERE {} = $1 AND id <> $2 RETURNING id",
        column(holder)
    )))
    .bind(holder.id())
    .bind(keep.unwrap_or_default())
    .fetch_all(tx.connection())
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Ends the oldest sessions of a holder beyond `most`, and gives the ids of the ended ones.
///
/// # Errors
/// When the store is away.
pub async fn end_oldest(
    tx: &mut WriteTx,
    holder: &Holder,
    most: i64,
) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE {} = $1 \
         ORDER BY id DESC LIMIT $3 OFFSET $2) RETURNING id",
        column(holder)
    )))
    .bind(holder.id())
    .bind(most)
    .bind(super::PAGE_MAX)
    .fetch_all(tx.connection())
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The column that names a holder.
pub(super) fn column(holder: &Holder) -> &'static str {
    match holder {
        Holder::Account(_) => "account_id",
        Holder::Credential(_) => "credential_id",
        Holder::Citizen(_) => "citizen_id",
    }
}

fn session(row: &AnyRow) -> Result<SessionRow, StoreError> {
    let account: Option<String> = row.try_get("account_id")?;
    let credential: Option<String> = row.try_get("credential_id")?;
    let citizen: Option<String> = row.try_get("citizen_id")?;
    let holder = match (account, credential, citizen) {
        (Some(id), None, None) => Holder::Account(id),
        (None, Some(id), None) => Holder::Credential(id),
        (None, None, Some(id)) => Holder::Citizen(id),
        _ => return Err(StoreError::Row("a session belongs to nobody".to_owned())),
    };
    Ok(SessionRow {
        id: row.try_get("id")?,
        token_hash: row.try_get("token_hash")?,
        holder,
        address: row.try_get("address")?,
        agent: row.try_get("agent")?,
        kiosk: row.try_get::<i64, _>("kiosk")? != 0,
        awaits_factor: row.try_get::<i64, _>("awaits_factor")? != 0,
        outside: row
            .try_get::<Option<String>, _>("outside_assurance")?
            .map(|text| citizens::assurance(&text))
            .transpose()?,
        created_at: Timestamp(row.try_get("created_at")?),
        seen_at: Timestamp(row.try_get("seen_at")?),
        expires_at: Timestamp(row.try_get("expires_at")?),
    })
}

fn session_owner(row: &AnyRow) -> Result<SessionOwner, StoreError> {
    let session = session(row)?;
    let given = |column| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(column)?.is_some());
    Ok(match session.holder {
        Holder::Account(_) => SessionOwner {
            session,
            login: row.try_get("a_login")?,
            must_change: row.try_get::<i64, _>("a_must")? != 0,
            barred: given("a_blocked")?,
            owner: Owner::Staff(StaffRole::parse(&row.try_get::<String, _>("a_role")?)?),
        },
        Holder::Credential(_) => SessionOwner {
            session,
            login: row.try_get("c_login")?,
            must_change: row.try_get::<i64, _>("c_must")? != 0,
            barred: given("c_revoked")? || given("b_blocked")?,
            owner: Owner::Bidder {
                bidder: row.try_get("b_id")?,
                tender: row.try_get("b_tender")?,
            },
        },
        Holder::Citizen(_) => SessionOwner {
            session,
            login: row.try_get("z_login")?,
            must_change: row.try_get::<i64, _>("z_must")? != 0,
            barred: given("z_blocked")?,
            owner: Owner::Citizen(citizens::assurance(
                &row.try_get::<String, _>("z_assurance")?,
            )?),
        },
    })
}
