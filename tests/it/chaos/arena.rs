//! The stage of every fault: an auction under load on two or three nodes, with one Redis and one
//! PostgreSQL, and a link of the tests' own before each node, between each node and Redis, and before
//! PostgreSQL.

use super::report::Report;
use crate::support::bidder::Crowd;
use crate::support::onlooker::Onlooker;
use crate::support::postgres::Postgres;
use crate::support::process::Server;
use crate::support::proof::{Tally, weighed};
use crate::support::proxy::Proxy;
use crate::support::redis::RedisServer;
use crate::support::stage::{Stage, terms};
use crate::support::wait::{pass, wait_for};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

pub(super) const BIDDERS: usize = 4;
/// After so long without a bid the auction ends: longer than any link is cut.
const IDLE_MS: u64 = 5_000;
/// A fault comes after at most so many more receipts, and a moment up to this later.
const RECEIPTS_MAX: usize = 60;
const MOMENT_MAX: Duration = Duration::from_millis(30);
/// After a fault everything must go on for so many receipts.
pub(super) const RECEIPTS_AFTER: usize = 5 * BIDDERS;

/// What a stage is made of.
pub(crate) struct Plan {
    /// How many nodes.
    pub(crate) nodes: usize,
    /// Starts Redis.
    pub(crate) redis: Box<dyn Fn() -> RedisServer>,
    /// Of each node: what its process finds in its environment.
    pub(crate) environment: Box<dyn Fn(usize) -> Vec<(String, String)>>,
}

impl Plan {
    /// That many nodes on one Redis.
    pub(crate) fn nodes(nodes: usize) -> Self {
        Self {
            nodes,
            redis: Box::new(RedisServer::durable),
            environment: Box::new(|_| Vec::new()),
        }
    }
}

/// A node with its links.
pub(crate) struct Node {
    pub(crate) server: Server,
    /// Between people and the node.
    pub(crate) front: Proxy,
    /// Between the node and Redis.
    pub(crate) back: Proxy,
}

/// An auction under load.
pub(crate) struct Arena {
    pub(crate) redis: RedisServer,
    pub(crate) nodes: Vec<Node>,
    /// Between all nodes and PostgreSQL.
    pub(crate) store: Proxy,
    pub(crate) crowd: Crowd,
    pub(crate) random: StdRng,
    stage: Stage,
    onlookers: Vec<Onlooker>,
    /// When the last fault began.
    begun: Instant,
    recovered: Vec<Duration>,
    seed: u64,
    _postgres: Postgres,
}

impl Arena {
    /// An auction that is open, and in which everybody bids.
    pub(crate) async fn open(plan: &Plan, seed: u64) -> Self {
        let (redis, postgres) = ((plan.redis)(), Postgres::start().await);
        let store = Proxy::before(&postgres.address()).await;
        let mut nodes: Vec<Node> = Vec::new();
        for number in 0..plan.nodes {
            let back = Proxy::before(&format!("127.0.0.1:{}", redis.port())).await;
            let flags = [
                "--journal",
                "redis",
                "--redis-url",
                &format!("redis://{}/", back.address()),
            ];
            let database = ["--database-url", &Postgres::url_at(&store.address())];
            let flags: Vec<_> = flags
                .iter()
                .chain(&database)
                .map(ToString::to_string)
                .collect();
            let name = format!("ebok-{}", number + 1);
            let environment = (plan.environment)(number);
            let server = match nodes.first() {
                None => Server::in_environment(flags, environment).await,
                Some(first) => Server::beside_with(&first.server, &name, flags, environment).await,
            };
            let front = Proxy::before(&server.address()).await;
            nodes.push(Node {
                server,
                front,
                back,
            });
        }
        let stage = Stage::set(&nodes[0].server, &idle_terms(), BIDDERS).await;
        let doors: Vec<_> = nodes.iter().map(|node| node.front.address()).collect();
        let crowd = Crowd::enter_among(&doors, &stage.auction, &stage.seats);
        let onlookers = doors.iter().map(|door| {
            let from_there = doors.iter().cycle().skip_while(move |other| *other != door);
            let doors: Vec<_> = from_there.take(doors.len()).cloned().collect();
            Onlooker::watch(&doors, &stage.auction)
        });
        let onlookers = onlookers.collect();
        crowd.wait_for(RECEIPTS_AFTER).await;
        Self {
            redis,
            nodes,
            store,
            crowd,
            random: StdRng::seed_from_u64(seed),
            stage,
            onlookers,
            begun: Instant::now(),
            recovered: Vec::new(),
            seed,
            _postgres: postgres,
        }
    }

    /// Some receipts later, at some moment: from here on it is counted how long nobody's bid is
    /// accepted.
    pub(crate) async fn somewhen(&mut self) {
        let more = self.random.random_range(0..RECEIPTS_MAX);
        self.crowd.wait_for(more).await;
        pass(self.random.random_range(Duration::ZERO..MOMENT_MAX)).await;
        self.begun = Instant::now();
    }

    /// Which node owns the auction: the writer that the first batch of the last epoch names.
    pub(crate) async fn owner(&self) -> usize {
        let mut connection = self.redis.connection().await;
        let keys: Vec<String> = redis::cmd("KEYS")
            .arg(format!("ebok:*:log:{}", self.stage.auction))
            .query_async(&mut connection)
            .await
            .unwrap();
        let last: redis::streams::StreamRangeReply = redis::cmd("XREVRANGE")
            .arg(&keys[0])
            .arg(&["+", "-", "COUNT", "1"])
            .query_async(&mut connection)
            .await
            .unwrap();
        let (epoch, _) = last.ids[0].id.split_once('-').unwrap();
        let first: redis::streams::StreamRangeReply = redis::cmd("XRANGE")
            .arg(&keys[0])
            .arg(&[format!("{epoch}-0"), format!("{epoch}-0")])
            .query_async(&mut connection)
            .await
            .unwrap();
        let body: Vec<u8> = first.ids[0].get("b").unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let told = body["entries"][0]["told"].as_str().unwrap();
        let entry: Value = serde_json::from_str(told).unwrap();
        let node = entry["act"]["writer"]["node"].as_str().unwrap();
        let number: usize = node.trim_start_matches("ebok-").parse().unwrap();
        number - 1
    }

    /// Waits until another node than this one owns the auction.
    pub(crate) async fn taken_over(&self, from: usize) -> usize {
        wait_for("another node takes over", async || {
            let owner = self.owner().await;
            (owner != from).then_some(owner)
        })
        .await
    }

    /// Everything goes on: the time without an accepted bid is noted.
    pub(crate) async fn goes_on(&mut self) {
        self.crowd.wait_for(RECEIPTS_AFTER).await;
        let silence = self.crowd.silence_since(self.begun);
        println!("recovered after {} ms", silence.as_millis());
        self.recovered.push(silence);
    }

    /// The auction closes; everyone was told the same; every receipt is held against the log.
    pub(crate) async fn close(self, fault: &str) {
        let owner = self.owner().await;
        let server = &self.nodes[owner].server;
        let tally = agreed(self.crowd, self.onlookers, &self.stage, server).await;
        Report {
            fault,
            seed: self.seed,
            tally,
            recovered: self.recovered,
        }
        .write();
        assert!(tally.is_clean(), "{fault}: {tally:?}");
    }
}

/// Terms of an auction that survives every outage, and ends when nobody bids any more.
pub(super) fn idle_terms() -> Value {
    let close = json!({"by": "idle", "idle_ms": IDLE_MS});
    let conduct = json!({
        "outage_grace_ms": 600_000, "outage_left_ms": IDLE_MS, "late_window_ms": 0,
    });
    terms(&close, &conduct)
}

/// The auction closes, everyone is told the same, and the receipts are held against the log of this
/// server.
pub(super) async fn agreed(
    crowd: Crowd,
    onlookers: Vec<Onlooker>,
    stage: &Stage,
    server: &Server,
) -> Tally {
    let heard = crowd.learn_result().await;
    let result = heard[0].result.clone().unwrap();
    let winner = &result["result"]["winner"];
    assert!(winner.is_u64(), "somebody won: {result}");
    for bidder in &heard {
        assert_eq!(
            bidder.result.as_ref(),
            Some(&result),
            "all bidders are told alike"
        );
    }
    let mut feed = None;
    for onlooker in onlookers {
        let sight = onlooker.saw().await;
        assert_eq!(
            sight.result.as_ref(),
            Some(&result),
            "observers are told the same"
        );
        let before = feed.get_or_insert_with(|| sight.feed.clone());
        let both = sight.feed.iter().filter(|(f, _)| before.contains_key(f));
        both.for_each(|(f, item)| assert_eq!(before.get(f), Some(item), "item {f}"));
    }
    weighed(&heard, stage, server).await.1
}
