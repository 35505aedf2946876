//! Backup and restore as docs/operations.md tells them: what comes back is the same log, and an
//! auction that was under way goes on.

use crate::support::bidder::{Crowd, Heard};
use crate::support::postgres::Postgres;
use crate::support::process::Server;
use crate::support::program::run;
use crate::support::proof::{proven, weighed};
use crate::support::redis::RedisServer;
use crate::support::stage::{Stage, terms};
use crate::support::wait::wait_for;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const BIDDERS: usize = 3;
const RECEIPTS: usize = 30;

/// Stopped in mid-auction, its data directory copied, lost and restored.
#[tokio::test(flavor = "multi_thread")]
async fn restored_data_directory_goes_on_with_its_auctions() {
    let mut server = Server::sqlite().await;
    let (stage, crowd) = open(&server).await;
    assert!(server.terminate().await.success());
    let backup = TempDir::new().unwrap();
    copy(&server.data(), backup.path());
    fs::remove_dir_all(server.data()).unwrap();
    copy(&backup.path().join("data"), server.data().parent().unwrap());
    server.restart().await;
    crowd.wait_for(RECEIPTS).await;
    proven(crowd, &stage, &server).await;
}

/// Dumped while PostgreSQL works, before the data directory is copied; then both are lost.
#[tokio::test(flavor = "multi_thread")]
async fn restored_postgresql_goes_on_with_its_auctions() {
    let postgres = Postgres::start().await;
    postgres.tool("createdb", ["ebok"]);
    let mut server = Server::with(&["--database-url", &postgres.url_of("ebok")]).await;
    let (stage, crowd) = open(&server).await;
    let backup = TempDir::new().unwrap();
    let dump = backup.path().join("ebok.dump");
    let to = format!("--file={}", dump.display());
    postgres.tool("pg_dump", ["--format=custom", &to, "ebok"]);
    assert!(server.terminate().await.success());
    copy(&server.data(), backup.path());

    fs::remove_dir_all(server.data()).unwrap();
    let port = postgres.port();
    drop(postgres);
    let postgres = Postgres::at(port).await;
    let from = dump.display().to_string();
    postgres.tool("pg_restore", ["--create", "--dbname=postgres", &from]);
    copy(&backup.path().join("data"), server.data().parent().unwrap());
    server.restart().await;
    // Everybody's session and the officer's tender are there, and what is written now is kept.
    let me = server.get("/api/me", &stage.officer).await;
    assert_eq!(me["role"], "officer");
    server.staff("auditor", "audytor").await;
    crowd.wait_for(RECEIPTS).await;
    proven(crowd, &stage, &server).await;
}

/// Copied while Redis works; then Redis loses its disk.
#[tokio::test(flavor = "multi_thread")]
async fn restored_redis_has_the_same_log() {
    let mut redis = RedisServer::durable();
    let mut server = Server::redis(&redis).await;
    let (stage, crowd) = open(&server).await;
    let heard: Vec<Heard> = crowd.leave().await;
    let log = stage.log(&server).await;

    let backup = TempDir::new().unwrap();
    let files = redis.dir().join("appendonlydir");
    redis.ask("CONFIG SET auto-aof-rewrite-percentage 0").await;
    wait_for("no rewrite is under way", async || {
        let told = redis.told("INFO persistence").await;
        told.contains("aof_rewrite_in_progress:0").then_some(())
    })
    .await;
    copy(&files, backup.path());
    redis
        .ask("CONFIG SET auto-aof-rewrite-percentage 100")
        .await;

    server.kill();
    redis.kill();
    fs::remove_dir_all(&files).unwrap();
    copy(&backup.path().join("appendonlydir"), redis.dir());
    redis.restart();
    server.restart().await;
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(parsed(&stage.log(&server).await), parsed(&log));
    let (_, tally) = weighed(&heard, &stage, &server).await;
    assert!(tally.is_clean(), "{tally:?}");
}

/// An auction that is open, in which everybody bids, and that ends when nobody does.
async fn open(server: &Server) -> (Stage, Crowd) {
    let close = json!({"by": "idle", "idle_ms": 3_000});
    let conduct = json!({
        "outage_grace_ms": 600_000, "outage_left_ms": 6_000, "late_window_ms": 0,
    });
    let stage = Stage::set(server, &terms(&close, &conduct), BIDDERS).await;
    let crowd = Crowd::enter(server, &stage.auction, &stage.seats);
    crowd.wait_for(RECEIPTS).await;
    (stage, crowd)
}

/// With modes and owners, into another directory.
fn copy(what: &Path, into: &Path) {
    let copied = run(Command::new("cp").arg("--archive").arg(what).arg(into));
    assert_eq!(copied.code, 0, "{}", copied.err);
}
