//! Processes that are killed, stalled and asked to end.

use super::arena::{Arena, Plan};
use super::survive;

#[tokio::test(flavor = "multi_thread")]
async fn killed_owner() {
    let plan = Plan::nodes(3);
    survive("the owner is killed", &plan, async |arena| {
        let owner = arena.owner().await;
        arena.nodes[owner].server.kill();
        arena.taken_over(owner).await;
        start(arena, owner).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_other_node() {
    let plan = Plan::nodes(2);
    survive(
        "the node that owns nothing is killed",
        &plan,
        async |arena| {
            let owner = arena.owner().await;
            arena.nodes[1 - owner].server.kill();
            start(arena, 1 - owner).await;
            assert_eq!(arena.owner().await, owner, "the owner goes on");
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_redis() {
    let plan = Plan::nodes(2);
    survive("Redis is killed", &plan, async |arena| {
        arena.redis.kill();
        arena.redis.restart();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_owner_and_redis() {
    let plan = Plan::nodes(2);
    survive(
        "the owner and Redis are killed together",
        &plan,
        async |arena| {
            let owner = arena.owner().await;
            arena.nodes[owner].server.kill();
            arena.redis.kill();
            arena.redis.restart();
            arena.taken_over(owner).await;
            start(arena, owner).await;
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_everything() {
    let plan = Plan::nodes(2);
    survive("all nodes and Redis are killed", &plan, async |arena| {
        arena.nodes.iter_mut().for_each(|node| node.server.kill());
        arena.redis.kill();
        arena.redis.restart();
        for node in 0..arena.nodes.len() {
            start(arena, node).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stalled_owner() {
    let plan = Plan::nodes(2);
    survive(
        "the owner stalls beyond its lease and wakes up",
        &plan,
        async |arena| {
            let owner = arena.owner().await;
            arena.nodes[owner].server.signal("STOP");
            let next = arena.taken_over(owner).await;
            arena.crowd.wait_for(arena.nodes.len()).await;
            arena.nodes[owner].server.signal("CONT");
            arena.nodes[owner].server.answers("/healthz").await;
            assert_eq!(arena.owner().await, next, "it stays fenced");
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planned_hand_over() {
    let plan = Plan::nodes(2);
    survive("the owner is asked to end", &plan, async |arena| {
        let owner = arena.owner().await;
        restart_in_order(arena, owner).await;
        assert_ne!(arena.owner().await, owner, "it handed over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rolling_restart() {
    let plan = Plan::nodes(3);
    survive(
        "all nodes are restarted one after the other",
        &plan,
        async |arena| {
            for node in 0..arena.nodes.len() {
                restart_in_order(arena, node).await;
                arena.crowd.wait_for(arena.nodes.len()).await;
            }
        },
    )
    .await;
}

/// SIGTERM, and a new start when it has ended.
async fn restart_in_order(arena: &mut Arena, node: usize) {
    let was_owner = arena.owner().await == node;
    assert!(arena.nodes[node].server.terminate().await.success());
    if was_owner {
        arena.taken_over(node).await;
    }
    start(arena, node).await;
}

async fn start(arena: &mut Arena, node: usize) {
    let server = &mut arena.nodes[node].server;
    server.start();
    server.answers("/healthz").await;
}
