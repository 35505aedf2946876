//! SIGKILL at random moments under load, of the server and of Redis: every receipt that was given
//! stands in the published log, once and in order, and the auction goes on as its terms say.
//!
//! `EBOK_CRASH_ROUNDS` sets the kills per journal and victim, `EBOK_CRASH_SEED` repeats a run's
//! random choices.

use crate::support::bidder::{Crowd, Heard};
use crate::support::process::Server;
use crate::support::program::ebok;
use crate::support::redis::RedisServer;
use crate::support::stage::{Stage, terms};
use crate::support::wait::pass;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

mod letters;
mod nodes;

/// Kills per journal and victim.
const ROUNDS: u32 = 20;
/// Kills that one auction lives through.
const ROUNDS_PER_AUCTION: u32 = 20;
/// Kills of an auction without grace: each waits for the officer.
const INTERRUPTIONS: u32 = 3;
const BIDDERS: usize = 4;
/// A kill comes after at most so many more receipts, and a moment up to this later.
const RECEIPTS_MAX: usize = 60;
const MOMENT_MAX: Duration = Duration::from_millis(30);
/// Some servers are killed while they start; a start takes about so long.
const START: Duration = Duration::from_millis(250);

/// Who is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    Server,
    Redis,
    Both,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_server_on_sqlite_keeps_every_receipt() {
    survive(false, Victim::Server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_server_on_redis_keeps_every_receipt() {
    survive(true, Victim::Server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_redis_keeps_every_receipt() {
    survive(true, Victim::Redis).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn server_and_redis_killed_together_keep_every_receipt() {
    survive(true, Victim::Both).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_grace_a_killed_server_interrupts_and_the_officer_resumes() {
    for on_redis in [false, true] {
        interrupt(on_redis).await;
    }
}

async fn survive(on_redis: bool, victim: Victim) {
    let mut left = number("EBOK_CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.try_into().unwrap());
    let seed = number("EBOK_CRASH_SEED").unwrap_or_else(rand::random);
    println!("EBOK_CRASH_SEED={seed} EBOK_CRASH_ROUNDS={left}");
    let mut random = StdRng::seed_from_u64(seed);
    while left > 0 {
        let rounds = left.min(ROUNDS_PER_AUCTION);
        left -= rounds;
        let mut arena = Arena::open(on_redis, 600_000).await;
        let mut starts = 0;
        for _ in 0..rounds {
            arena
                .crowd
                .wait_for(random.random_range(0..RECEIPTS_MAX))
                .await;
            pass(random.random_range(Duration::ZERO..MOMENT_MAX)).await;
            starts += arena.strike(victim, &mut random).await;
            assert_eq!(arena.stage.state(&arena.server).await, "open");
        }
        arena.crowd.wait_for(BIDDERS).await;
        arena.close(starts).await;
    }
}

async fn interrupt(on_redis: bool) {
    let mut arena = Arena::open(on_redis, 0).await;
    for _ in 0..INTERRUPTIONS {
        arena.crowd.wait_for(RECEIPTS_MAX).await;
        arena.server.kill();
        arena.server.restart().await;
        let (stage, server) = (&arena.stage, &arena.server);
        assert_eq!(stage.state(server).await, "interrupted");
        // Attempts are answered meanwhile, and refused.
        arena.crowd.wait_for(BIDDERS).await;
        assert_eq!(stage.state(server).await, "interrupted");
        let resume = json!({"type": "resume", "notice_ms": 200, "reason": "Serwer działa."});
        stage.act(server, &resume).await;
        stage.wait_until(server, "open").await;
    }
    arena.crowd.wait_for(RECEIPTS_MAX).await;
    let log = arena.close(INTERRUPTIONS).await;
    let told = |what: &str| log.iter().filter(|entry| entry.told.contains(what)).count();
    assert_eq!(
        told("{\"cause\":\"outage\",\"type\":\"paused\"}"),
        INTERRUPTIONS as usize
    );
    assert_eq!(told("\"type\":\"resumed\""), INTERRUPTIONS as usize);
    assert!(told("\"name\":\"interrupted\"") >= BIDDERS);
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is a number")),
    )
}

/// An auction under load.
struct Arena {
    redis: Option<RedisServer>,
    server: Server,
    stage: Stage,
    crowd: Crowd,
}

/// An entry of the published log.
struct Logged {
    told: String,
    /// Two bidders may be told the same, but never with the same salt.
    salt: String,
    by: Value,
    id: Option<String>,
    n: Option<u64>,
}

impl Arena {
    async fn open(on_redis: bool, grace_ms: u64) -> Self {
        let redis = on_redis.then(RedisServer::durable);
        let server = match &redis {
            None => Server::sqlite().await,
            Some(redis) => Server::redis(redis).await,
        };
        // The auction ends when nobody bids any more.
        let close = json!({"by": "idle", "idle_ms": 3_000});
        let conduct = json!({
            "outage_grace_ms": grace_ms, "outage_left_ms": 6_000, "late_window_ms": 0,
            "resume_notice_ms": 100, "resume_left_ms": 3_000,
        });
        let stage = Stage::set(&server, &terms(&close, &conduct), BIDDERS).await;
        let crowd = Crowd::enter(&server, &stage.auction, &stage.seats);
        crowd.wait_for(2 * BIDDERS).await;
        stage.wait_until(&server, "open").await;
        Self {
            redis,
            server,
            stage,
            crowd,
        }
    }

    /// Kills and starts again; answers how often the server was certainly started to its end.
    async fn strike(&mut self, victim: Victim, random: &mut StdRng) -> u32 {
        let mut redis = self.redis.as_mut().filter(|_| victim != Victim::Server);
        let server = &mut self.server;
        if victim != Victim::Redis {
            server.kill();
        }
        if let Some(redis) = &mut redis {
            redis.kill();
            redis.restart();
        }
        if victim == Victim::Redis {
            return 0;
        }
        server.start();
        if random.random_ratio(1, 4) {
            pass(random.random_range(Duration::ZERO..START)).await;
            server.kill();
            server.start();
        }
        server.ready().await;
        1
    }

    /// The auction closes, and everything is held against everything.
    async fn close(self, starts: u32) -> Vec<Logged> {
        let log = proven(self.crowd, &self.stage, &self.server).await;
        let told = |what: &str| log.iter().filter(|entry| entry.told.contains(what)).count();
        assert!(
            told("\"type\":\"take-over\"") >= starts as usize,
            "each start takes over"
        );
        assert!(
            told("\"type\":\"interrupted\"") >= starts as usize,
            "each start tells of a gap"
        );
        log
    }
}

/// Everyone leaves, the auction closes, and every receipt is held against the published log of this
/// server.
async fn proven(crowd: Crowd, stage: &Stage, server: &Server) -> Vec<Logged> {
    let heard = crowd.leave().await;
    let text = stage.log(server).await;
    let log = entries(&text);
    for bidder in &heard {
        stands(bidder, &log);
    }
    let receipts: Vec<_> = heard.iter().flat_map(|heard| &heard.receipts).collect();
    verified(server, &text, &receipts);
    let repeated: usize = heard.iter().map(|heard| heard.repeated).sum();
    let connections: usize = heard.iter().map(|heard| heard.connections).sum();
    let takeovers = log
        .iter()
        .filter(|entry| entry.told.contains("\"type\":\"take-over\""));
    println!(
        "{} receipts, {repeated} repeated, {connections} connections, {} entries, {} takeovers",
        receipts.len(),
        log.len(),
        takeovers.count()
    );
    log
}

/// The entries of a published log; their numbers have no gap.
fn entries(log: &str) -> Vec<Logged> {
    let log: Value = serde_json::from_str(log).unwrap();
    let batches = log["batches"].as_array().unwrap();
    let leaves = batches
        .iter()
        .flat_map(|batch| batch["entries"].as_array().unwrap());
    let part = |leaf: &Value, name: &str| leaf[name].as_str().unwrap().to_owned();
    let entry = |(leaf, seq): (&Value, u64)| {
        let kept: Value = serde_json::from_str(&part(leaf, "kept")).unwrap();
        assert_eq!(kept["seq"], seq, "no gap in seq");
        let told: Value = serde_json::from_str(&part(leaf, "told")).unwrap();
        Logged {
            told: part(leaf, "told"),
            salt: part(leaf, "told_salt"),
            by: kept["by"].clone(),
            id: told["id"].as_str().map(str::to_owned),
            n: told["n"].as_u64(),
        }
    };
    leaves.zip(1..).map(entry).collect()
}

/// Every receipt of a bidder stands in the log, once and in order, and nothing else of it does.
fn stands(bidder: &Heard, log: &[Logged]) {
    let receipts = bidder.receipts.iter().map(|frame| {
        let part = |name: &str| frame["receipt"][name].as_str().unwrap();
        (part("told"), part("told_salt"))
    });
    let first = receipts.clone().next();
    let whose = |entry: &&Logged| Some((entry.told.as_str(), entry.salt.as_str())) == first;
    let by = &log
        .iter()
        .find(whose)
        .expect("the first receipt's entry")
        .by;
    let own: Vec<_> = log.iter().filter(|entry| entry.by == *by).collect();
    let mut ids = BTreeMap::new();
    for (entry, n) in own.iter().zip(1..) {
        assert_eq!(
            entry.n,
            Some(n),
            "a bidder's entries in order: {}",
            entry.told
        );
        let before = ids.insert(entry.id.clone(), n);
        assert_eq!(before, None, "a command counts once: {}", entry.told);
    }
    let logged = own
        .iter()
        .map(|entry| (entry.told.as_str(), entry.salt.as_str()));
    assert!(logged.eq(receipts), "the receipts are the bidder's entries");
}

/// `ebok verify` finds nothing wrong, and the same state each time.
fn verified(server: &Server, log: &str, receipts: &[&Value]) {
    let files = ["log.json", "receipts.json"].map(|name| server.scratch(name));
    fs::write(&files[0], log).unwrap();
    fs::write(&files[1], serde_json::to_string(receipts).unwrap()).unwrap();
    let fingerprint = server.fingerprint();
    let report = || {
        let flags = ["--json", "--key", &fingerprint, "--receipt"].map(Path::new);
        let flags = flags.into_iter().chain([files[1].as_path()]);
        let ran = ebok([Path::new("verify"), &files[0]].into_iter().chain(flags));
        assert_eq!(ran.code, 0, "{ran:?}");
        serde_json::from_str::<Value>(&ran.out).unwrap()
    };
    let first = report();
    assert_eq!(first["receipts"], receipts.len());
    assert!(first["state_hash"].is_string() && first["result"]["winner"].is_u64());
    assert_eq!(report(), first, "the same log gives the same state");
}
