//! Archiving: the log of an auction that is over moves from the journal into the store, and whoever
//! asks for it does not notice; whatever is interrupted on the way is finished later.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::browser::without_clock;
use crate::support::process::Server as Process;
use crate::support::program::{Ran, ebok};
use crate::support::redis::RedisServer;
use crate::support::server::Server;
use crate::support::stage::{self, Stage};
use crate::support::until;
use auction_rules::{AuctionId, Timestamp};
use ebok::auction::journal::{BatchId, Journal, StoredBatch};
use ebok::tender::archiving::archive_in;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

/// Everything was sealed before.
const LATER: Timestamp = Timestamp(i64::MAX);

/// A server with a sealed auction whose room is gone.
async fn sealed() -> (Server, AuctionId) {
    let server = Server::start().await;
    let (_, auction) = server.sealed_auction().await;
    let auction = AuctionId::new(&auction).unwrap();
    until("the room is gone", async || {
        let sealed = server.state.house.sealed_before(LATER);
        sealed.contains(&auction).then_some(())
    })
    .await;
    (server, auction)
}

async fn archive(server: &Server) -> usize {
    let desk = server.state.desk();
    desk.archive_due(&server.journal, LATER).await
}

/// All that anybody may read of an auction that is over.
async fn readings(server: &Server, auction: &AuctionId) -> (String, Value, String) {
    let text = async |path: String| {
        let answer = server.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    };
    let log = text(format!("/api/auctions/{auction}/log")).await;
    let record = text(format!("/api/auctions/{auction}/record")).await;
    let mut record: Value = serde_json::from_str(&record).unwrap();
    record.as_object_mut().unwrap().remove("made_at");
    let page = text(format!("/auctions/{auction}/result")).await;
    (log, record, without_clock(&page))
}

fn verified(log: &str, key: &str) -> Ran {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("log.json");
    fs::write(&file, log).unwrap();
    ebok(["verify", file.to_str().unwrap(), "--key", key])
}

/// What the journal itself still holds, without the archive behind it.
async fn left(server: &Server) -> (usize, usize) {
    let journal = &server.journal;
    let (auctions, marks) = (journal.auctions().await, journal.marks().await);
    (auctions.unwrap().len(), marks.unwrap().len())
}

#[tokio::test]
async fn an_archived_log_reads_as_before() {
    let (server, auction) = sealed().await;
    let before = readings(&server, &auction).await;
    let batches = server.journal.read(&auction, None, 100).await.unwrap();
    let desk = server.state.desk();
    let early = desk.archive_due(&server.journal, Timestamp(0)).await;
    assert_eq!(
        (early, left(&server).await.0),
        (0, 1),
        "it is not old enough"
    );
    assert_eq!(archive(&server).await, 1);
    assert_eq!(left(&server).await, (0, 0));
    assert_eq!(archive(&server).await, 0);
    assert_eq!(readings(&server, &auction).await, before);
    let again = server.journal.read(&auction, None, 100).await.unwrap();
    assert_eq!(again, batches, "byte for byte");
    let key = server.state.house.signer().fingerprint();
    let ran = verified(&before.0, &key);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// Wherever the server ends between the first copied batch and the last removed one.
#[tokio::test]
async fn an_archiving_that_was_interrupted_is_finished() {
    let (server, auction) = sealed().await;
    let before = readings(&server, &auction).await;
    let store = archive_in(server.state.store.clone(), Arc::clone(&server.state.now));
    let batches = server.journal.read(&auction, None, 100).await.unwrap();
    store.keep(&auction, &batches[..1]).await.unwrap();
    assert_eq!(store.tail(&auction).await.unwrap(), None, "it is not whole");
    assert_eq!(readings(&server, &auction).await, before);
    server.journal.copy(&auction).await.unwrap();
    assert_eq!(readings(&server, &auction).await, before);
    let tail = batches.last().unwrap().tail();
    store.settle(&auction, tail).await.unwrap();
    assert_eq!(left(&server).await.0, 1, "both hold it");
    assert_eq!(readings(&server, &auction).await, before);
    assert_eq!(archive(&server).await, 1);
    assert_eq!(left(&server).await, (0, 0));
    assert_eq!(readings(&server, &auction).await, before);
}

#[tokio::test]
async fn a_copy_that_differs_removes_nothing() {
    let (server, auction) = sealed().await;
    let before = readings(&server, &auction).await;
    let store = archive_in(server.state.store.clone(), Arc::clone(&server.state.now));
    let batches = server.journal.read(&auction, None, 100).await.unwrap();
    let wrong = StoredBatch {
        body: "{}".into(),
        ..batches[1].clone()
    };
    store.keep(&auction, &[wrong]).await.unwrap();
    assert_eq!(archive(&server).await, 0);
    assert_eq!(left(&server).await.0, 1);
    assert_eq!(readings(&server, &auction).await, before);
}

#[tokio::test]
async fn an_archived_log_cannot_begin_anew() {
    let (server, auction) = sealed().await;
    let first = server.journal.read(&auction, None, 1).await.unwrap();
    assert_eq!(archive(&server).await, 1);
    let founding = StoredBatch {
        nonce: [1; 16],
        ..first[0].clone()
    };
    assert_eq!(founding.id, BatchId::FOUNDING);
    let answer = server.journal.append(&auction, None, founding).await;
    assert!(answer.is_err());
    assert_eq!(left(&server).await, (0, 0));
}

/// The same with the program, over its restarts.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_archives_at_its_start_and_reads_on_after_the_next() {
    let close = json!({"by": "set-time", "length_ms": 1_500});
    let conduct = json!({"late_window_ms": 0});
    let mut server = Process::with(&["--archive-after", "0"]).await;
    let stage = Stage::set(&server, &stage::terms(&close, &conduct), 2).await;
    stage.wait_until(&server, "sealed").await;
    let log = stage.log(&server).await;
    for _ in 0..2 {
        assert!(server.terminate().await.success());
        server.restart().await;
        until("the log is archived", async || {
            server.said().contains("the log was archived").then_some(())
        })
        .await;
        assert_eq!(stage.log(&server).await, log);
        assert_eq!(stage.state(&server).await, "sealed");
    }
}

/// A sealed auction on a server that archives at each start; the server is stopped.
async fn stopped(flags: &[&str]) -> (Process, Stage, String) {
    let close = json!({"by": "set-time", "length_ms": 1_500});
    let conduct = json!({"late_window_ms": 0});
    let mut server = Process::with(&[&["--archive-after", "0"], flags].concat()).await;
    let stage = Stage::set(&server, &stage::terms(&close, &conduct), 2).await;
    stage.wait_until(&server, "sealed").await;
    let log = stage.log(&server).await;
    assert!(server.terminate().await.success());
    (server, stage, log)
}

/// A stored batch with another signature: its hash is the same, so that only the verifier can tell.
fn tampered(body: &[u8]) -> Vec<u8> {
    let mut batch: Value = serde_json::from_slice(body).unwrap();
    let signature = batch["signature"].as_str().unwrap();
    batch["signature"] = signature.chars().rev().collect::<String>().into();
    serde_json::to_vec(&batch).unwrap()
}

/// Waits until an archiving has failed, and makes sure that nothing was removed or counts as archived.
async fn never_archived(server: &mut Process) {
    server.start();
    until("an archiving that fails", async || {
        server
            .said()
            .contains("the log was not archived")
            .then_some(())
    })
    .await;
    assert!(!server.said().contains("the log was archived"));
    server.kill();
    let store = rusqlite::Connection::open(server.data().join("ebok.sqlite")).unwrap();
    let count = |sql: &str| {
        store
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(count("SELECT COUNT(*) FROM archived_log"), 0);
    assert_eq!(
        count("SELECT COUNT(*) FROM audit WHERE what = 'log.archived'"),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_does_not_verify_is_never_archived() {
    let (mut server, ..) = stopped(&[]).await;
    let journal = server.data().join("journal.sqlite");
    let batches = {
        let journal = rusqlite::Connection::open(&journal).unwrap();
        let (place, body): (i64, Vec<u8>) = journal
            .query_row(
                "SELECT rowid, body FROM batch ORDER BY last_seq DESC",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        let body = tampered(&body);
        let change = "UPDATE batch SET body = ?2 WHERE rowid = ?1";
        assert_eq!(
            journal.execute(change, rusqlite::params![place, body]),
            Ok(1)
        );
        count_of(&journal)
    };
    never_archived(&mut server).await;
    let journal = rusqlite::Connection::open(&journal).unwrap();
    assert_eq!(count_of(&journal), batches, "it stays where it is");
}

fn count_of(journal: &rusqlite::Connection) -> i64 {
    let count = "SELECT COUNT(*) FROM batch";
    journal.query_row(count, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_moves_from_redis_into_the_store() {
    let redis = RedisServer::durable();
    let url = redis.url();
    let flags = ["--journal", "redis", "--redis-url", &url];
    let (mut server, stage, log) = stopped(&flags).await;
    assert_eq!(entries(&redis).await.len(), 1, "the log is in Redis");
    for _ in 0..2 {
        server.restart().await;
        until("the log is archived", async || {
            server.said().contains("the log was archived").then_some(())
        })
        .await;
        assert_eq!(stage.log(&server).await, log);
        assert_eq!(stage.state(&server).await, "sealed");
        assert_eq!(entries(&redis).await.len(), 0, "and nowhere else");
        assert!(server.terminate().await.success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_redis_that_does_not_verify_is_never_archived() {
    let redis = RedisServer::durable();
    let url = redis.url();
    let (mut server, ..) = stopped(&["--journal", "redis", "--redis-url", &url]).await;
    let (key, mut batches) = entries(&redis).await.remove(0);
    let (_, fields) = batches.last_mut().unwrap();
    let body = fields.iter().position(|field| field == b"b").unwrap() + 1;
    fields[body] = tampered(&fields[body]);
    let mut connection = redis.connection().await;
    let () = redis::cmd("DEL")
        .arg(&key)
        .query_async(&mut connection)
        .await
        .unwrap();
    for (id, fields) in &batches {
        let mut add = redis::cmd("XADD");
        let () = add
            .arg(&key)
            .arg(id)
            .arg(fields)
            .query_async(&mut connection)
            .await
            .unwrap();
    }
    never_archived(&mut server).await;
    assert_eq!(
        entries(&redis).await,
        [(key, batches)],
        "it stays where it is"
    );
}

type Entries = Vec<(String, Vec<Vec<u8>>)>;

/// The logs in Redis, each by its key.
async fn entries(redis: &RedisServer) -> Vec<(String, Entries)> {
    let mut connection = redis.connection().await;
    let keys = redis::cmd("KEYS")
        .arg("ebok:*:log:*")
        .query_async(&mut connection)
        .await;
    let keys: Vec<String> = keys.unwrap();
    let mut logs = Vec::new();
    for key in keys {
        let mut read = redis::cmd("XRANGE");
        let read = read
            .arg(&key)
            .arg("-")
            .arg("+")
            .query_async(&mut connection)
            .await;
        logs.push((key, read.unwrap()));
    }
    logs
}
