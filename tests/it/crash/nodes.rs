//! Several nodes on one Redis and one PostgreSQL, each with bidders of its own: whatever happens to the
//! owner of the auction or to a gateway, no receipt is lost, nothing counts twice, and who is connected
//! to a node that lives stays connected.

use super::{BIDDERS, MOMENT_MAX, RECEIPTS_MAX};
use crate::support::bidder::Crowd;
use crate::support::haproxy::{HaProxy, NODE_A, NODE_B, SPARE};
use crate::support::onlooker::Onlooker;
use crate::support::postgres::Postgres;
use crate::support::process::Server;
use crate::support::proof::proven;
use crate::support::redis::RedisServer;
use crate::support::setting::number;
use crate::support::stage::{Stage, terms};
use crate::support::wait::{pass, wait_for};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use std::time::Duration;

/// How often something befalls a node in a test.
const ROUNDS: u32 = 3;
/// Observers at the proxy.
const VIEWERS: usize = 6;

struct Nodes {
    /// The owner first.
    nodes: Vec<Server>,
    stage: Stage,
    random: StdRng,
    _servers: (RedisServer, Postgres),
}

impl Nodes {
    /// So many nodes, and an auction that the first one owns.
    async fn open(count: usize) -> Self {
        let seed = number("EBOK_CRASH_SEED").unwrap_or_else(rand::random);
        println!("EBOK_CRASH_SEED={seed}");
        let (redis, postgres) = (RedisServer::durable(), Postgres::start().await);
        let flags = ["--journal", "redis", "--redis-url", &redis.url()];
        let store = ["--database-url", &postgres.url()];
        let first = Server::with(&[flags.as_slice(), &store].concat()).await;
        let close = json!({"by": "idle", "idle_ms": 8_000});
        let conduct = json!({
            "outage_grace_ms": 600_000, "outage_left_ms": 8_000, "late_window_ms": 0,
        });
        let stage = Stage::set(&first, &terms(&close, &conduct), BIDDERS).await;
        let mut nodes = vec![first];
        for node in 1..count {
            let mut beside = Server::beside(&nodes[0], &format!("ebok-{}", node + 1)).await;
            beside.ready().await;
            nodes.push(beside);
        }
        nodes[0].owns(1).await;
        Self {
            nodes,
            stage,
            random: StdRng::seed_from_u64(seed),
            _servers: (redis, postgres),
        }
    }

    /// Everyone comes in at this address and bids.
    async fn enter(&self, address: &str) -> Crowd {
        let crowd = Crowd::enter_at(address, &self.stage.auction, &self.stage.seats);
        crowd.wait_for(2 * BIDDERS).await;
        crowd
    }

    /// A proxy before the first two nodes.
    fn front(&self) -> HaProxy {
        HaProxy::before([&self.nodes[0].address(), &self.nodes[1].address()])
    }

    /// Some receipts later, at some moment.
    async fn somewhen(&mut self, crowd: &Crowd) {
        let more = self.random.random_range(0..RECEIPTS_MAX);
        crowd.wait_for(more).await;
        pass(self.random.random_range(Duration::ZERO..MOMENT_MAX)).await;
    }

    /// Of two nodes the other one owns the auction, and people bid.
    async fn taken_over(&mut self, crowd: &Crowd) {
        self.nodes.swap(0, 1);
        self.nodes[0].owns(1).await;
        crowd.wait_for(2 * BIDDERS).await;
        assert_eq!(self.stage.state(&self.nodes[0]).await, "open");
    }

    /// Which node owns the auction now that this one does not.
    async fn next_owner(&self, before: usize) -> usize {
        wait_for("the next owner", async || {
            for node in (0..self.nodes.len()).filter(|node| *node != before) {
                if self.nodes[node].owned().await == Some(1) {
                    return Some(node);
                }
            }
            None
        })
        .await
    }

    /// A node that was away is there again, as a gateway.
    async fn back(&mut self, node: usize) {
        self.nodes[node].start();
        self.nodes[node].ready().await;
        self.nodes[node].owns(0).await;
    }

    /// The auction closes, and everything is proven at each node. Nobody came more often than
    /// `connections` times.
    async fn close(self, crowd: Crowd, takeovers: u32, connections: usize) {
        let proof = proven(crowd, &self.stage, &self.nodes[0]).await;
        assert_eq!(proof.told("\"type\":\"take-over\""), takeovers as usize);
        let most = proof.connections.iter().copied().max();
        assert!(most <= Some(connections), "{:?}", proof.connections);
        for node in &self.nodes {
            assert_eq!(
                self.stage.log(node).await,
                proof.text,
                "every node has the same log"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_owner_is_replaced_by_another_node() {
    let mut nodes = Nodes::open(2).await;
    let front = nodes.front();
    let crowd = nodes.enter(&front.address()).await;
    for _ in 0..ROUNDS {
        nodes.somewhen(&crowd).await;
        nodes.nodes[0].kill();
        nodes.taken_over(&crowd).await;
        nodes.back(1).await;
    }
    nodes.close(crowd, ROUNDS, 2 + 3 * ROUNDS as usize).await;
}

/// All nodes one after the other, as they are upgraded.
#[tokio::test(flavor = "multi_thread")]
async fn stopped_owner_hands_over_at_once() {
    let mut nodes = Nodes::open(2).await;
    let front = nodes.front();
    let crowd = nodes.enter(&front.address()).await;
    for _ in 0..ROUNDS {
        nodes.somewhen(&crowd).await;
        assert!(nodes.nodes[0].terminate().await.success());
        nodes.taken_over(&crowd).await;
        nodes.back(1).await;
    }
    nodes.close(crowd, ROUNDS, 1 + ROUNDS as usize).await;
}

/// The upgrade as docs/operations.md tells it: a spare node is there while the others are restarted,
/// and the proxy sends newcomers to nodes that were restarted already. Who takes part or watches comes
/// again once at most.
#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_costs_each_viewer_one_connection() {
    let mut nodes = Nodes::open(3).await;
    let [a, b, spare] = [0, 1, 2].map(|node| nodes.nodes[node].address());
    assert!(nodes.nodes[2].terminate().await.success());
    let front = HaProxy::with_spare([&a, &b], Some(&spare));
    for node in [NODE_A, NODE_B] {
        front.sees(node, "UP").await;
    }
    let crowd = nodes.enter(&front.address()).await;
    let viewers: Vec<_> = (0..VIEWERS)
        .map(|_| Onlooker::watch(&[front.address()], &nodes.stage.auction))
        .collect();
    nodes.somewhen(&crowd).await;
    nodes.back(2).await;
    front.sees(SPARE, "UP").await;
    for node in [NODE_A, NODE_B] {
        front.drain(node).await;
    }
    let (mut owner, mut takeovers) = (0, 0);
    for (node, name) in [(0, NODE_A), (1, NODE_B)] {
        assert!(nodes.nodes[node].terminate().await.success());
        if owner == node {
            owner = nodes.next_owner(node).await;
            takeovers += 1;
        }
        nodes.back(node).await;
        front.admit(name).await;
        crowd.wait_for(2 * BIDDERS).await;
    }
    nodes.close(crowd, takeovers, 2).await;
    for viewer in viewers {
        let connections = viewer.saw().await.connections;
        assert!(connections <= 2, "{connections}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stalled_owner_that_wakes_up_writes_nothing_and_is_a_gateway() {
    let mut nodes = Nodes::open(2).await;
    let front = nodes.front();
    let crowd = nodes.enter(&front.address()).await;
    for _ in 0..ROUNDS {
        nodes.somewhen(&crowd).await;
        nodes.nodes[0].signal("STOP");
        nodes.taken_over(&crowd).await;
        nodes.nodes[1].signal("CONT");
        nodes.nodes[1].owns(0).await;
        crowd.wait_for(BIDDERS).await;
    }
    nodes.close(crowd, ROUNDS, 2 + 3 * ROUNDS as usize).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_gateway_costs_its_bidders_a_connection_alone() {
    let mut nodes = Nodes::open(2).await;
    let front = nodes.front();
    let crowd = nodes.enter(&front.address()).await;
    for _ in 0..ROUNDS {
        nodes.somewhen(&crowd).await;
        nodes.nodes[1].kill();
        crowd.wait_for(2 * BIDDERS).await;
        nodes.back(1).await;
    }
    nodes.close(crowd, 0, 1 + 2 * ROUNDS as usize).await;
}

/// Bidders of a gateway see the owner die, leave or stall, and stay where they are, also where their own
/// node takes over.
#[tokio::test(flavor = "multi_thread")]
async fn bidders_of_a_gateway_stay_connected_whatever_happens_to_the_owner() {
    let mut nodes = Nodes::open(3).await;
    let crowd = nodes.enter(&nodes.nodes[2].address()).await;
    let (mut owner, mut takeovers) = (0, 0);
    while takeovers < ROUNDS && owner != 2 {
        nodes.somewhen(&crowd).await;
        match takeovers {
            0 => nodes.nodes[owner].signal("STOP"),
            1 => nodes.nodes[owner].kill(),
            _ => assert!(nodes.nodes[owner].terminate().await.success()),
        }
        let next = nodes.next_owner(owner).await;
        crowd.wait_for(2 * BIDDERS).await;
        match takeovers {
            0 => {
                nodes.nodes[owner].signal("CONT");
                nodes.nodes[owner].owns(0).await;
            }
            _ => nodes.back(owner).await,
        }
        owner = next;
        takeovers += 1;
    }
    nodes.close(crowd, takeovers, 1).await;
}
