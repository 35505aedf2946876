//! SIGKILL at random moments under load, of the server and of Redis: every receipt that was given
//! stands in the published log, once and in order, and the auction goes on as its terms say.
//!
//! `EBOK_CRASH_ROUNDS` sets the kills per journal and victim, `EBOK_CRASH_SEED` repeats a run's
//! random choices.

use crate::support::bidder::Crowd;
use crate::support::process::Server;
use crate::support::proof::{Proof, proven};
use crate::support::redis::RedisServer;
use crate::support::setting::number;
use crate::support::stage::{Stage, terms};
use crate::support::wait::pass;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
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
    let proof = arena.close(INTERRUPTIONS).await;
    assert_eq!(
        proof.told("{\"cause\":\"outage\",\"type\":\"paused\"}"),
        INTERRUPTIONS as usize
    );
    assert_eq!(proof.told("\"type\":\"resumed\""), INTERRUPTIONS as usize);
    assert!(proof.told("\"name\":\"interrupted\"") >= BIDDERS);
}

/// An auction under load.
struct Arena {
    redis: Option<RedisServer>,
    server: Server,
    stage: Stage,
    crowd: Crowd,
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
    async fn close(self, starts: u32) -> Proof {
        let proof = proven(self.crowd, &self.stage, &self.server).await;
        assert!(
            proof.told("\"type\":\"take-over\"") >= starts as usize,
            "each start takes over"
        );
        assert!(
            proof.told("\"type\":\"interrupted\"") >= starts as usize,
            "each start tells of a gap"
        );
        proof
    }
}
