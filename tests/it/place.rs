//! Where the tests keep their stores: a new directory each, or with `EBOK_TEST_DATABASE_URL` (a
//! PostgreSQL made for tests, whose user may create databases) a new database each.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use ebok::store::{FILE, Place, new_id};
use sqlx::migrate::MigrateDatabase;
use sqlx::{AssertSqlSafe, Connection};
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
