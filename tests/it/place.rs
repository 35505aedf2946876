//! Where the tests keep their stores: a new directory each, or with `EBOK_TEST_DATABASE_URL` (a
//! PostgreSQL made for tests, whose user may create databases) a new database each.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use ebok::store::{FILE, Place, new_id};
use sqlx::migrate::MigrateDatabase;
use sqlx::{AssertSqlSafe, Connection};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

/// A new place, and the directory that must live as long as it.
pub(crate) async fn new() -> (Place, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let Ok(server) = std::env::var("EBOK_TEST_DATABASE_URL") else {
        return (Place::Directory(directory.path().to_owned()), directory);
    };
    sqlx::any::install_default_drivers();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&format!("ebok-{}", new_id()));
    sqlx::Any::create_database(url.as_str()).await.unwrap();
    (Place::Url(url.into()), directory)
}

/// Connections to a store that this version did not open: SQLite's file is made.
pub(crate) async fn pool(place: &Place) -> sqlx::AnyPool {
    sqlx::any::install_default_drivers();
    let url = url(place);
    sqlx::AnyPool::connect(&match place {
        Place::Directory(_) => url + "?mode=rwc",
        Place::Url(_) => url,
    })
    .await
    .unwrap()
}

fn url(place: &Place) -> String {
    match place {
        Place::Directory(directory) => format!("sqlite://{}", directory.join(FILE).display()),
        Place::Url(url) => url.clone(),
    }
}

/// Changes a store behind its back.
pub(crate) async fn change(place: &Place, sql: &str) {
    let mut connection = sqlx::AnyConnection::connect(&url(place)).await.unwrap();
    let change = sqlx::query(AssertSqlSafe(sql.to_owned()));
    change.execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// All that a store holds: the rows of each table as texts, in order.
pub(crate) async fn held(place: &Place) -> BTreeMap<String, Vec<String>> {
    match place {
        Place::Directory(directory) => held_in_file(&directory.join(FILE)),
        Place::Url(url) => held_at(url).await,
    }
}

fn held_in_file(file: &Path) -> BTreeMap<String, Vec<String>> {
    let store = rusqlite::Connection::open(file).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        let mut asked = store.prepare(sql).unwrap();
        let columns = asked.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values: Result<Vec<rusqlite::types::Value>, _> =
                (0..columns).map(|column| row.get(column)).collect();
            values.map(|values| match values.as_slice() {
                [rusqlite::types::Value::Text(text)] => text.clone(),
                values => format!("{values:?}"),
            })
        };
        let mut rows: Vec<_> = asked
            .query_map([], row)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        rows.sort();
        rows
    };
    let tables = texts("SELECT name FROM sqlite_master WHERE type = 'table'");
    let rows = |table: String| (table.clone(), texts(&format!("SELECT * FROM \"{table}\"")));
    tables.into_iter().map(rows).collect()
}

async fn held_at(url: &str) -> BTreeMap<String, Vec<String>> {
    let mut connection = sqlx::AnyConnection::connect(url).await.unwrap();
    let mut texts = async |sql: String| -> Vec<String> {
        let asked = sqlx::query_scalar(AssertSqlSafe(sql));
        asked.fetch_all(&mut connection).await.unwrap()
    };
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let mut held = BTreeMap::new();
    for table in texts(tables.to_owned()).await {
        let rows = texts(format!(
            "SELECT row_to_json(t)::text FROM \"{table}\" t ORDER BY 1"
        ))
        .await;
        held.insert(table, rows);
    }
    connection.close().await.unwrap();
    held
}
