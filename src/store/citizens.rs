//! Accounts of citizens and firms.

use super::{Store, StoreError, WriteTx};
use crate::identity::Assurance;
use auction_rules::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A person: its number is the PESEL.
    Person,
    /// A firm: its number is the NIP.
    Firm,
}

impl Kind {
    /// Its name in forms and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Firm => "firm",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Person, Self::Firm]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// How far an account has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its e-mail address is not confirmed.
    Unconfirmed,
    /// Its owner is to visit the office.
    Pending,
    /// A registrar saw the identity document.
    Confirmed,
    /// A registrar rejected it.
    Rejected,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        [
            Self::Unconfirmed,
            Self::Pending,
            Self::Confirmed,
            Self::Rejected,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
        .ok_or_else(|| StoreError::Row(format!("no account is {text}")))
    }
}

/// The account of a citizen or firm.
#[derive(Debug, Clone)]
pub struct Citizen {
    /// Its id.
    pub id: String,
    /// What its owner says at the desk.
    pub reference: String,
    /// Whose it is.
    pub kind: Kind,
    /// Name and surname, or the firm's name.
    pub name: String,
    /// The e-mail address, in small letters.
    pub email: String,
    /// The telephone number; empty where none was given.
    pub phone: String,
    /// PESEL or NIP, encrypted; empty where none was given.
    pub number: String,
    /// What finds it by its number; empty where none was given.
    pub number_index: String,
    /// How far it has come.
    pub state: State,
    /// How well the office knows its owner.
    pub assurance: Assurance,
    /// `pl` or `en`: the language in which its owner registered.
    pub lang: String,
    /// What is typed to log in; none before the account is confirmed.
    pub login: Option<String>,
    /// The argon2id hash of the password; empty before.
    pub password: String,
    /// The password is a one-time password.
    pub must_change: bool,
    /// When the one-time password was issued.
    pub issued_at: Timestamp,
    /// Since when it is blocked.
    pub blocked_at: Option<Timestamp>,
    /// The network from which it was registered.
    pub asked_from: String,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// Adds an account.
///
/// # Errors
/// When the reference is taken ([`StoreError::is_taken`]) or the store is away.
pub async fn insert(tx: &mut WriteTx, new: &Citizen) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO citizen (id, reference, kind, name, email, phone, number, number_index, state, \
         assurance, lang, asked_from, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(&new.id)
    .bind(&new.reference)
    .bind(new.kind.as_str())
    .bind(&new.name)
    .bind(&new.email)
    .bind(&new.phone)
    .bind(&new.number)
    .bind(&new.number_index)
    .bind(new.state.as_str())
    .bind(new.assurance.as_str())
    .bind(&new.lang)
    .bind(&new.asked_from)
    .bind(new.created_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How many accounts were registered from a network since a moment.
///
/// # Errors
/// When the store is away.
pub async fn count_asked(
    tx: &mut WriteTx,
    network: &str,
    since: Timestamp,
) -> Result<i64, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) FROM citizen WHERE asked_from = $1 AND created_at > $2")
        .bind(network)
        .bind(since.0)
        .fetch_one(tx.connection())
        .await?;
    Ok(row.try_get(0)?)
}

/// How many accounts were registered with an e-mail address since a moment.
///
/// # Errors
/// When the store is away.
pub async fn count_with_email(
    tx: &mut WriteTx,
    email: &str,
    since: Timestamp,
) -> Result<i64, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) FROM citizen WHERE email = $1 AND created_at > $2")
        .bind(email)
        .bind(since.0)
        .fetch_one(tx.connection())
        .await?;
    Ok(row.try_get(0)?)
}

/// The pending or confirmed account of an e-mail address.
///
/// # Errors
/// When the store is away.
pub async fn of_email(
    tx: &mut WriteTx,
    email: &str,
    kind: Kind,
) -> Result<Option<Citizen>, StoreError> {
    let row = sqlx::query(
        "SELECT * FROM citizen WHERE email = $1 AND kind = $2 \
         AND state IN ('pending', 'confirmed')",
    )
    .bind(email)
    .bind(kind.as_str())
    .fetch_optional(tx.connection())
    .await?;
    row.as_ref().map(citizen).transpose()
}

/// The account with this id.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Citizen>, StoreError> {
    one(store, "SELECT * FROM citizen WHERE id = $1", id).await
}

/// The account with this reference number.
///
/// # Errors
/// When the store is away.
pub async fn by_reference(store: &Store, reference: &str) -> Result<Option<Citizen>, StoreError> {
    let sql = "SELECT * FROM citizen WHERE reference = $1";
    one(store, sql, reference).await
}

/// The account with this log-in.
///
/// # Errors
/// When the store is away.
pub async fn by_login(store: &Store, login: &str) -> Result<Option<Citizen>, StoreError> {
    one(store, "SELECT * FROM citizen WHERE login = $1", login).await
}

/// The confirmed account of a PESEL or NIP, by what finds it; none where several have it.
///
/// # Errors
/// When the store is away.
pub async fn by_number(store: &Store, index: &str) -> Result<Option<Citizen>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM citizen WHERE number_index = $1 AND state = 'confirmed' LIMIT 2",
    )
    .bind(index)
    .fetch_all(&store.pool)
    .await?;
    match rows.as_slice() {
        [row] => Ok(Some(citizen(row)?)),
        _ => Ok(None),
    }
}

/// The account with this id, within a transaction.
///
/// # Errors
/// When the store is away.
pub async fn in_tx(tx: &mut WriteTx, id: &str) -> Result<Option<Citizen>, StoreError> {
    let row = sqlx::query("SELECT * FROM citizen WHERE id = $1")
        .bind(id)
        .fetch_optional(tx.connection())
        .await?;
    row.as_ref().map(citizen).transpose()
}

async fn one(store: &Store, sql: &'static str, value: &str) -> Result<Option<Citizen>, StoreError> {
    let row = sqlx::query(sql)
        .bind(value)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(citizen).transpose()
}

/// Keeps the hash of a token that confirms an e-mail address.
///
/// # Errors
/// When the store is away.
pub async fn put_token(
    tx: &mut WriteTx,
    token_hash: &str,
    citizen: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO address_token (token_hash, citizen_id, expires_at) VALUES ($1, $2, $3)",
    )
    .bind(token_hash)
    .bind(citizen)
    .bind(expires_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Whose token this is, while it holds.
///
/// # Errors
/// When the store is away.
pub async fn of_token(
    store: &Store,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let row = sqlx::query(
        "SELECT citizen_id FROM address_token WHERE token_hash = $1 AND expires_at > $2",
    )
    .bind(token_hash)
    .bind(now.0)
    .fetch_optional(&store.pool)
    .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Takes a token, so that it holds no longer; gives whose it was, while it held.
///
/// # Errors
/// When the store is away.
pub async fn take_token(
    tx: &mut WriteTx,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let row = sqlx::query(
        "DELETE FROM address_token WHERE token_hash = $1 AND expires_at > $2 RETURNING citizen_id",
    )
    .bind(token_hash)
    .bind(now.0)
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Moves an account whose e-mail address is confirmed to those that are to visit; gives it, unless
/// it was there before.
///
/// # Errors
/// When another account of the address stands already ([`StoreError::is_taken`]) or the store is away.
pub async fn set_pending(tx: &mut WriteTx, id: &str) -> Result<Option<Citizen>, StoreError> {
    let row = sqlx::query(
        "UPDATE citizen SET state = 'pending' WHERE id = $1 AND state = 'unconfirmed' RETURNING *",
    )
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    row.as_ref().map(citizen).transpose()
}

/// What a visit or a provider gives an account.
#[derive(Debug, Clone)]
pub struct Confirmed<'a> {
    /// What is typed to log in.
    pub login: &'a str,
    /// The argon2id hash of the one-time password.
    pub password: &'a str,
    /// How well the office knows its owner now.
    pub assurance: Assurance,
    /// PESEL or NIP as it stands in the document, encrypted.
    pub number: &'a str,
    /// What finds it by its number.
    pub number_index: &'a str,
}

/// Confirms an account that is pending; false when it is not.
///
/// # Errors
/// When the log-in is taken ([`StoreError::is_taken`]) or the store is away.
pub async fn set_confirmed(
    tx: &mut WriteTx,
    at: Timestamp,
    id: &str,
    given: &Confirmed<'_>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE citizen SET state = 'confirmed', login = $2, password = $3, must_change = 1, \
         issued_at = $4, assurance = $5, number = $6, number_index = $7 \
         WHERE id = $1 AND state = 'pending'",
    )
    .bind(id)
    .bind(given.login)
    .bind(given.password)
    .bind(at.0)
    .bind(given.assurance.as_str())
    .bind(given.number)
    .bind(given.number_index)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Rejects an account that is pending; false when it is not.
///
/// # Errors
/// When the store is away.
pub async fn set_rejected(tx: &mut WriteTx, id: &str) -> Result<bool, StoreError> {
    let done =
        sqlx::query("UPDATE citizen SET state = 'rejected' WHERE id = $1 AND state = 'pending'")
            .bind(id)
            .execute(tx.connection())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a confirmed account a new one-time password; false when it is not confirmed.
///
/// # Errors
/// When the store is away.
pub async fn set_one_time_password(
    tx: &mut WriteTx,
    at: Timestamp,
    id: &str,
    hash: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE citizen SET password = $2, must_change = 1, issued_at = $3 \
         WHERE id = $1 AND state = 'confirmed'",
    )
    .bind(id)
    .bind(hash)
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets registrations whose address was not confirmed in time, with their tokens.
///
/// # Errors
/// When the store is away.
pub async fn forget_unconfirmed(tx: &mut WriteTx, before: Timestamp) -> Result<u64, StoreError> {
    sqlx::query(
        "DELETE FROM address_token WHERE citizen_id IN \
         (SELECT id FROM citizen WHERE state = 'unconfirmed' AND created_at < $1)",
    )
    .bind(before.0)
    .execute(tx.connection())
    .await?;
    let done = sqlx::query("DELETE FROM citizen WHERE state = 'unconfirmed' AND created_at < $1")
        .bind(before.0)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected())
}

/// Accounts that are to visit, newest first, one page.
///
/// # Errors
/// When the store is away.
pub async fn pending(store: &Store) -> Result<Vec<Citizen>, StoreError> {
    let rows =
        sqlx::query("SELECT * FROM citizen WHERE state = 'pending' ORDER BY id DESC LIMIT $1")
            .bind(super::PAGE_MAX)
            .fetch_all(&store.pool)
            .await?;
    rows.iter().map(citizen).collect()
}

/// Reads a level of assurance as the store keeps it.
pub(super) fn assurance(text: &str) -> Result<Assurance, StoreError> {
    [
        Assurance::Email,
        Assurance::Desk,
        Assurance::TrustedProfile,
        Assurance::Qualified,
    ]
    .into_iter()
    .find(|level| level.as_str() == text)
    .ok_or_else(|| StoreError::Row(format!("no assurance is called {text}")))
}

fn citizen(row: &AnyRow) -> Result<Citizen, StoreError> {
    let kind: String = row.try_get("kind")?;
    Ok(Citizen {
        id: row.try_get("id")?,
        reference: row.try_get("reference")?,
        kind: Kind::parse(&kind)
            .ok_or_else(|| StoreError::Row(format!("no account is one of a {kind}")))?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        phone: row.try_get("phone")?,
        number: row.try_get("number")?,
        number_index: row.try_get("number_index")?,
        state: State::parse(&row.try_get::<String, _>("state")?)?,
        assurance: assurance(&row.try_get::<String, _>("assurance")?)?,
        lang: row.try_get("lang")?,
        login: row.try_get("login")?,
        password: row.try_get("password")?,
        must_change: row.try_get::<i64, _>("must_change")? != 0,
        issued_at: Timestamp(row.try_get("issued_at")?),
        blocked_at: row.try_get::<Option<i64>, _>("blocked_at")?.map(Timestamp),
        asked_from: row.try_get("asked_from")?,
        created_at: Timestamp(row.try_get("created_at")?),
    })
}
