//! The SQL store: all that is not an auction's log. SQLite in the data directory, or PostgreSQL.
//!
//! One portable subset of SQL serves both: TEXT ids, BIGINT moments (ms since 1970 UTC) and
//! yes/no, TEXT JSON, `$1`, `ON CONFLICT`, `RETURNING`. Each file below is one aggregate: functions
//! that read take the [`Store`], functions that write take a [`WriteTx`].

use crate::identity::Vault;
use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::{Any, AnyConnection, Pool, Row, Transaction};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

pub mod accesses;
pub mod accounts;
pub mod admissions;
pub mod archive;
pub mod audit;
pub mod bidders;
pub mod cases;
pub mod citizens;
pub mod confirmations;
pub mod credentials;
pub mod documents;
pub mod drafts;
pub mod estimates;
pub mod filings;
pub mod identity_codes;
mod jobs;
pub mod letters;
pub mod lots;
pub mod notices;
pub mod opinions;
pub mod outside;
pub mod passwords;
pub mod positions;
pub mod register;
pub mod replies;
pub mod reports;
pub mod sealing;
pub mod second_factors;
pub mod sessions;
pub mod signatures;
pub mod stamps;
pub mod swz_files;
pub mod tender_cases;
pub mod tenders;
pub mod visits;

pub use audit::audit;

/// Connections at most.
pub const CONNECTIONS_MAX: u32 = 8;
/// How long a request waits for a connection before it is told that the store is unavailable.
pub const CONNECTION_WAIT: Duration = Duration::from_secs(5);
/// How long a statement waits for another process that writes the SQLite file, in milliseconds.
pub const SQLITE_BUSY_MS: i64 = 5_000;
/// Rows in one answer; more are asked for by the last id.
pub const PAGE_MAX: i64 = 200;

/// The name of the SQLite file in the data directory.
pub const FILE: &str = "ebok.sqlite";

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("src/store/migrations");

/// Why the store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is away.
    #[error("the store does not answer")]
    Sql(#[from] sqlx::Error),
    /// The tables cannot be brought to what this version needs.
    #[error("the store's tables cannot be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row holds what it cannot hold.
    #[error("a row of the store cannot be read: {0}")]
    Row(String),
    /// A setting of SQLite did not take hold.
    #[error("SQLite did not take {0}")]
    Pragma(String),
    /// The data directory or the file in it cannot be made.
    #[error("the store's file cannot be made")]
    Directory(#[source] std::io::Error),
}

impl StoreError {
    /// Whether a name that must be unique was taken already.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// Where the store is.
#[derive(Debug, Clone)]
pub enum Place {
    /// A SQLite file in this directory.
    Directory(PathBuf),
    /// A PostgreSQL database by its URL.
    Url(String),
}

/// The store. Clones share the connections.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Any>,
    /// SQLite has one writer: waiting here is fair and cheap, waiting in SQLite is neither.
    turn: Option<Arc<Mutex<()>>>,
}

/// A transaction that writes. [`Store::write_tx`] is the only way to one; dropped uncommitted, it
/// leaves nothing behind.
pub struct WriteTx {
    tx: Transaction<'static, Any>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Store {
    /// Opens the store and brings its tables up to date.
    ///
    /// # Errors
    /// When the database is away, its settings do not hold or its tables do not fit.
    pub async fn open(place: &Place) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let options = AnyPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(CONNECTION_WAIT);
        let store = match place {
            Place::Directory(directory) => {
                let file = private_file(directory).map_err(StoreError::Directory)?;
                let url = format!("sqlite://{}", file.display());
                let options = options.after_connect(|connection, _: PoolConnectionMetadata| {
                    Box::pin(set_pragmas(connection))
                });
                Self {
                    pool: options.connect(&url).await?,
                    turn: Some(Arc::default()),
                }
            }
            Place::Url(url) => Self {
                pool: options.connect(url).await?,
                turn: None,
            },
        };
        MIGRATIONS.run(&store.pool).await?;
        Ok(store)
    }

    /// Begins to write: on SQLite with the write lock taken at once, so that no transaction fails
    /// in the middle because another one was faster.
    ///
    /// # Errors
    /// When the database is away or another process holds the lock for too long.
    pub async fn write_tx(&self) -> Result<WriteTx, StoreError> {
        let (tx, turn) = match &self.turn {
            Some(turn) => {
                let turn = turn.clone().lock_owned().await;
                (self.pool.begin_with("BEGIN IMMEDIATE").await?, Some(turn))
            }
            None => (self.pool.begin().await?, None),
        };
        Ok(WriteTx { tx, _turn: turn })
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").fetch_one(&self.pool).await?;
        Ok(())
    }

    /// Closes every connection, after those in use are given back.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl WriteTx {
    /// Makes it so.
    ///
    /// # Errors
    /// When the database is away; nothing is known to be written then.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }

    fn connection(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }
}

/// A new id: a UUIDv7, so that ids sort by the moment at which they were made.
#[must_use]
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Makes the directory and in it the file, for the server's own user alone. SQLite gives the files
/// beside it the same mode.
fn private_file(directory: &Path) -> std::io::Result<PathBuf> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)?;
    let path = directory.join(FILE);
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path)?;
    Ok(path)
}

/// Durable settings, and proof that they hold: SQLite ignores what it does not like.
async fn set_pragmas(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "PRAGMA busy_timeout = {SQLITE_BUSY_MS}"
    )))
    .execute(&mut *connection)
    .await?;
    for (set, read, expected) in [
        ("PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"),
        ("PRAGMA synchronous = FULL", "PRAGMA synchronous", "2"),
        ("PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1"),
    ] {
        sqlx::query(set).execute(&mut *connection).await?;
        let row = sqlx::query(read).fetch_one(&mut *connection).await?;
        let found = row
            .try_get::<String, _>(0)
            .or_else(|_| row.try_get::<i64, _>(0).map(|number| number.to_string()))?;
        if found != expected {
            return Err(sqlx::Error::Configuration(
                StoreError::Pragma(set.to_owned()).into(),
            ));
        }
    }
    Ok(())
}

/// Reads JSON that the store wrote itself.
fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Row(error.to_string()))
}

/// What the store keeps encrypted for a place.
fn opened(vault: &Vault, sealed: &str, place: &str) -> Result<String, StoreError> {
    let text = vault.open_text(sealed, place);
    text.ok_or_else(|| StoreError::Row(format!("{place}: the key of personal data opens it not")))
}

/// A day that stands in a column as YYYY-MM-DD.
fn day(row: &sqlx::any::AnyRow, column: &str) -> Result<jiff::civil::Date, StoreError> {
    let text = row.try_get::<String, _>(column)?;
    let day = text.parse();
    day.map_err(|_| StoreError::Row(format!("{text} is no day")))
}

/// Writes JSON for a column. Our own types have string keys and no failing serialisers.
fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
