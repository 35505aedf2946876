//! Measures the journals against what the machine can do at best, in the same run:
//! `cargo run --release --example journal_bench [rounds]`.
//!
//! SQLite stands against fdatasync of 256-byte writes to a pre-zeroed file, Redis against
//! `redis-benchmark` with XADD, one connection, 64 in its pipeline, on the same durable server.
//! Two shapes, both with 200 bids of 256 bytes in flight: one room that puts all waiting bids
//! into its next batch, as rooms do, and 200 auctions with one bid each. Rounds alternate; the
//! medians of rates and of same-round ratios are printed.
#![allow(clippy::unwrap_used)]

#[allow(dead_code, unreachable_pub)]
#[path = "../tests/it/support/redis.rs"]
mod server;

use std::{
    fs::File,
    os::unix::fs::FileExt,
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use auction_rules::ids::AuctionId;
use ebok::auction::journal::{
    BatchId, Journal, StoredBatch, Tail,
    redis::{RedisJournal, RedisOptions},
    sqlite::SqliteJournal,
};
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

const IN_FLIGHT: usize = 200;
const BODY_BYTES: usize = 256;
const STEP: Duration = Duration::from_millis(1500);
const FILE_BYTES: u64 = 64 << 20;
const ROUNDS: usize = 5;

type AnyJournal = Arc<dyn Journal>;

#[tokio::main]
async fn main() {
    let rounds = std::env::args()
        .nth(1)
        .map_or(ROUNDS, |text| text.parse().unwrap());
    let dir = tempfile::TempDir::new().unwrap();
    let file = zeroed(&dir.path().join("zeroed"));
    let mut sqlite = Vec::new();
    let mut redis = Vec::new();
    for round in 0..rounds {
        let fdatasync = fdatasync_rate(&file);
        let path = dir.path().join(format!("journal-{round}.db"));
        let journal = Arc::new(SqliteJournal::open(path).unwrap());
        sqlite.push([
            fdatasync,
            one_room(journal.clone()).await,
            many_auctions(journal).await,
        ]);
        let server = server::RedisServer::durable();
        let xadd = xadd_rate(&server.url());
        let journal = RedisJournal::connect(&server.url(), RedisOptions::default())
            .await
            .unwrap();
        let journal = Arc::new(journal);
        redis.push([
            xadd,
            one_room(journal.clone()).await,
            many_auctions(journal).await,
        ]);
        println!(
            "round {round}: SQLite {:.0?}, Redis {:.0?}",
            sqlite[round], redis[round]
        );
    }
    report("SQLite", "fdatasync/s", &sqlite);
    report("Redis", "XADD/s", &redis);
}

fn report(name: &str, yardstick: &str, rounds: &[[f64; 3]]) {
    let of = |value: fn(&[f64; 3]) -> f64| median(rounds.iter().map(value).collect());
    println!("{name}: {yardstick} {:.0}", of(|round| round[0]));
    println!(
        "  one room:     {:7.0} acks/s, ratio {:.1}",
        of(|r| r[1]),
        of(|r| r[1] / r[0])
    );
    println!(
        "  200 auctions: {:7.0} acks/s, ratio {:.1}",
        of(|r| r[2]),
        of(|r| r[2] / r[0])
    );
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn zeroed(path: &Path) -> File {
    let file = File::options()
        .create_new(true)
        .write(true)
        .open(path)
        .unwrap();
    let zeros = vec![0; 1 << 20];
    (0..FILE_BYTES >> 20).for_each(|i| file.write_all_at(&zeros, i << 20).unwrap());
    file.sync_all().unwrap();
    file
}

fn fdatasync_rate(file: &File) -> f64 {
    let (start, mut count) = (Instant::now(), 0_u64);
    while start.elapsed() < STEP {
        file.write_all_at(&[7; BODY_BYTES], count * BODY_BYTES as u64 % FILE_BYTES)
            .unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    count as f64 / start.elapsed().as_secs_f64()
}

fn xadd_rate(url: &str) -> f64 {
    let port = url.trim_end_matches('/').rsplit(':').next().unwrap();
    let output = Command::new("redis-benchmark")
        .args(["-p", port, "-c", "1", "-P", "64", "-n", "200000", "--csv"])
        .args(["XADD", "bench", "*", "b", &"x".repeat(BODY_BYTES)])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let fields: Vec<_> = text.lines().last().unwrap().split("\",\"").collect();
    fields[1].trim_matches('"').parse().unwrap()
}

/// 200 bidders of one auction, each with one bid in flight.
async fn one_room(journal: AnyJournal) -> f64 {
    let (queue, bids) = mpsc::channel::<oneshot::Sender<()>>(IN_FLIGHT);
    let room = tokio::spawn(room(journal, bids));
    let start = Instant::now();
    let bidders: Vec<_> = (0..IN_FLIGHT)
        .map(|_| tokio::spawn(bidder(queue.clone(), start)))
        .collect();
    drop(queue);
    let rate = total(bidders).await / start.elapsed().as_secs_f64();
    room.await.unwrap();
    rate
}

async fn bidder(room: mpsc::Sender<oneshot::Sender<()>>, start: Instant) -> usize {
    let mut count = 0;
    while start.elapsed() < STEP {
        let (ack, acked) = oneshot::channel();
        room.send(ack).await.unwrap();
        acked.await.unwrap();
        count += 1;
    }
    count
}

async fn room(journal: AnyJournal, mut bids: mpsc::Receiver<oneshot::Sender<()>>) {
    let auction = AuctionId::new("0198a1b2-0000-7000-8000-room00000000").unwrap();
    let (mut tail, mut group) = (None, Vec::new());
    while bids.recv_many(&mut group, IN_FLIGHT).await > 0 {
        let batch = batch_on(tail, group.len());
        let next = batch.tail();
        journal.append(&auction, tail, batch).await.unwrap();
        tail = Some(next);
        for ack in group.drain(..) {
            let _: Result<(), ()> = ack.send(());
        }
        // Those just answered speak first; else two halves of the bidders take turns, and every
        // batch holds only half of them.
        tokio::task::yield_now().await;
    }
}

/// 200 auctions, each with one append of one bid in flight.
async fn many_auctions(journal: AnyJournal) -> f64 {
    let start = Instant::now();
    let owners: Vec<_> = (0..IN_FLIGHT)
        .map(|i| {
            let name = AuctionId::new(&format!("0198a1b2-0000-7000-8000-{i:012}")).unwrap();
            tokio::spawn(owner(journal.clone(), name, start))
        })
        .collect();
    total(owners).await / start.elapsed().as_secs_f64()
}

async fn owner(journal: AnyJournal, auction: AuctionId, start: Instant) -> usize {
    let (mut tail, mut count) = (None, 0);
    while start.elapsed() < STEP {
        let batch = batch_on(tail, 1);
        let next = batch.tail();
        journal.append(&auction, tail, batch).await.unwrap();
        tail = Some(next);
        count += 1;
    }
    count
}

async fn total(tasks: Vec<tokio::task::JoinHandle<usize>>) -> f64 {
    let mut sum = 0;
    for task in tasks {
        sum += task.await.unwrap();
    }
    sum as f64
}

fn batch_on(predecessor: Option<Tail>, bids: usize) -> StoredBatch {
    let id = predecessor.map_or(BatchId::FOUNDING, |tail| tail.id.next());
    let prev_head = predecessor.map_or([0; 32], |tail| tail.head);
    let head = Sha256::new()
        .chain_update(prev_head)
        .chain_update([0; 8])
        .finalize()
        .into();
    StoredBatch {
        id,
        first_seq: id.batch,
        last_seq: id.batch,
        prev_head,
        head,
        nonce: rand::random(),
        body: vec![b'x'; BODY_BYTES * bids].into(),
        openings: bytes::Bytes::new(),
    }
}
