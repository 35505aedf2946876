//! Staff accounts.

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;

/// What a member of the staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum StaffRole {
    /// Looks after the server and its accounts; sees no auction from the inside.
    Admin,
    /// Prepares and runs tenders and auctions.
    Officer,
    /// Sees what officers see and changes nothing.
    Auditor,
    /// Compares citizens with their identity documents, and confirms their accounts.
    Registrar,
    /// Handles citizens' matters.
    Clerk,
}

impl StaffRole {
    /// The name in messages and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Officer => "officer",
            Self::Auditor => "auditor",
            Self::Registrar => "registrar",
            Self::Clerk => "clerk",
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        match text {
            "admin" => Ok(Self::Admin),
            "officer" => Ok(Self::Officer),
            "auditor" => Ok(Self::Auditor),
            "registrar" => Ok(Self::Registrar),
            "clerk" => Ok(Self::Clerk),
            other => Err(StoreError::Row(format!("no role is called {other}"))),
        }
    }
}

/// A staff account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id; also the officer's id in the logs of auctions.
    pub id: String,
    /// What is typed to log in.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What it may do.
    pub role: StaffRole,
    /// The argon2id hash of the password.
    pub password: String,
    /// The password is a one-time password.
    pub must_change: bool,
    /// Since when it is blocked.
    pub blocked_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Adds an account.
///
/// # Errors
/// When the log-in is taken ([`StoreError::is_taken`]) or the store is away.
pub async fn insert(tx: &mut WriteTx, account: &Account) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO account (id, login, name, role, password, must_change, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&account.id)
    .bind(&account.login)
    .bind(&account.name)
    .bind(account.role.as_str())
    .bind(&account.password)
    .bind(i64::from(account.must_change))
    .bind(account.created_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The account with this log-in.
///
/// # Errors
/// When the store is away.
pub async fn by_login(store: &Store, login: &str) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query("SELECT * FROM account WHERE login = $1")
        .bind(login)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(account).transpose()
}

/// The account with this id.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query("SELECT * FROM account WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(account).transpose()
}

/// All accounts, oldest first.
///
/// # Errors
/// When the store is away.
pub async fn all(store: &Store) -> Result<Vec<Account>, StoreError> {
    let rows = sqlx::query("SELECT * FROM account ORDER BY id")
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(account).collect()
}

/// Blocks an account, or lets it in again; false when there is none.
///
/// # Errors
/// When the store is away.
pub async fn set_blocked(
    tx: &mut WriteTx,
    login: &str,
    at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE account SET blocked_at = $2 WHERE login = $1")
        .bind(login)
        .bind(at.map(|at| at.0))
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

fn account(row: &AnyRow) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.try_get("id")?,
        login: row.try_get("login")?,
        name: row.try_get("name")?,
        role: StaffRole::parse(&row.try_get::<String, _>("role")?)?,
        password: row.try_get("password")?,
        must_change: row.try_get::<i64, _>("must_change")? != 0,
        blocked_at: row.try_get::<Option<i64>, _>("blocked_at")?.map(Timestamp),
        created_at: Timestamp(row.try_get("created_at")?),
    })
}
