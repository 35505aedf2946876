//! Two nodes behind a real HAProxy, on one Redis and one PostgreSQL: whatever happens to the owner,
//! the other one goes on with every auction, and no receipt is lost.

use super::{BIDDERS, MOMENT_MAX, RECEIPTS_MAX, number, proven};
use crate::support::bidder::Crowd;
use crate::support::haproxy::HaProxy;
use crate::support::postgres::Postgres;
use crate::support::process::Server;
use crate::support::redis::RedisServer;
use crate::support::stage::{Stage, terms};
use crate::support::wait::pass;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use std::time::Duration;

/// How often the owner changes in a test.
const ROUNDS: u32 = 3;

struct Pair {
    /// The owner first.
    nodes: [Server; 2],
    stage: Stage,
    crowd: Crowd,
    random: StdRng,
    _front: HaProxy,
    _servers: (RedisServer, Postgres),
}

impl Pair {
    /// An auction under load: one node owns it, the other stands by.
    async fn open() -> Self {
        let seed = number("EBOK_CRASH_SEED").unwrap_or_else(rand::random);
        println!("EBOK_CRASH_SEED={seed}");
        let (redis, postgres) = (RedisServer::durable(), Postgres::start().await);
        let flags = ["--journal", "redis", "--redis-url", &redis.url()];
        let store = ["--database-url", &postgres.url()];
        let a = Server::with(&[flags.as_slice(), &store].concat()).await;
        let close = json!({"by": "idle", "idle_ms": 8_000});
        let conduct = json!({
            "outage_grace_ms": 600_000, "outage_left_ms": 8_000, "late_window_ms": 0,
        });
        let stage = Stage::set(&a, &terms(&close, &conduct), BIDDERS).await;
        let b = Server::beside(&a, "ebok-2").await;
        let front = HaProxy::before([&a.address(), &b.address()]);
        let crowd = Crowd::enter_at(&front.address(), &stage.auction, &stage.seats);
        crowd.wait_for(2 * BIDDERS).await;
        Self {
            nodes: [a, b],
            stage,
            crowd,
            random: StdRng::seed_from_u64(seed),
            _front: front,
            _servers: (redis, postgres),
        }
    }

    /// Some receipts later, at some moment.
    async fn somewhen(&mut self) {
        let more = self.random.random_range(0..RECEIPTS_MAX);
        self.crowd.wait_for(more).await;
        pass(self.random.random_range(Duration::ZERO..MOMENT_MAX)).await;
    }

    /// The other node owns the auction, and people reach it.
    async fn taken_over(&mut self) {
        self.nodes.swap(0, 1);
        self.nodes[0].ready().await;
        self.crowd.wait_for(2 * BIDDERS).await;
        assert_eq!(self.stage.state(&self.nodes[0]).await, "open");
    }

    /// The auction closes at its owner, and everything is proven there.
    async fn close(self, takeovers: u32) {
        let log = proven(self.crowd, &self.stage, &self.nodes[0]).await;
        let told = |what: &str| log.iter().filter(|entry| entry.told.contains(what)).count();
        assert_eq!(told("\"type\":\"take-over\""), takeovers as usize);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_owner_is_replaced_by_the_node_that_stands_by() {
    let mut pair = Pair::open().await;
    for _ in 0..ROUNDS {
        pair.somewhen().await;
        pair.nodes[0].kill();
        pair.taken_over().await;
        pair.nodes[1].start();
        pair.nodes[1].answers("/healthz").await;
    }
    pair.close(ROUNDS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_owner_hands_over_at_once() {
    let mut pair = Pair::open().await;
    for _ in 0..ROUNDS {
        pair.somewhen().await;
        assert!(pair.nodes[0].terminate().await.success());
        pair.taken_over().await;
        pair.nodes[1].start();
        pair.nodes[1].answers("/healthz").await;
    }
    pair.close(ROUNDS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stalled_owner_that_wakes_up_writes_nothing() {
    let mut pair = Pair::open().await;
    for _ in 0..ROUNDS {
        pair.somewhen().await;
        pair.nodes[0].signal("STOP");
        pair.taken_over().await;
        pair.nodes[1].signal("CONT");
        pair.nodes[1].stands_by().await;
        pair.crowd.wait_for(BIDDERS).await;
    }
    pair.close(ROUNDS).await;
}
