//! The link between a node and Redis, while the other node reaches it: the owner's, or a gateway's;
//! and the link of all nodes to PostgreSQL.

use super::arena::{Arena, Plan};
use super::survive;
use crate::support::proxy::Way;
use crate::support::wait::pass;
use std::time::Duration;

/// A delay with which everything still works.
const SLOW: Duration = Duration::from_millis(150);
/// A delay each way with which every answer comes too late.
const TOO_SLOW: Duration = Duration::from_millis(1_500);
const LASTS: Duration = Duration::from_millis(2_500);

#[tokio::test(flavor = "multi_thread")]
async fn cut_to_redis() {
    cut("what the owner sends to Redis does not arrive", &[Way::Up]).await;
}

/// What the owner appends arrives, and it does not learn of it.
#[tokio::test(flavor = "multi_thread")]
async fn cut_from_redis() {
    cut("what Redis answers the owner does not arrive", &[Way::Down]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_both_ways() {
    cut(
        "the link between the owner and Redis is cut",
        &[Way::Up, Way::Down],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow() {
    let plan = Plan::nodes(2);
    survive(
        "the owner's link to Redis takes 300 ms for 2.5 s",
        &plan,
        async |arena| {
            let owner = arena.owner().await;
            arena.nodes[owner].back.delay(SLOW);
            pass(LASTS).await;
            arena.nodes[owner].back.mend();
        },
    )
    .await;
}

/// What an owner sent arrives when another has long taken over.
#[tokio::test(flavor = "multi_thread")]
async fn too_slow() {
    let plan = Plan::nodes(2);
    survive(
        "the owner's link to Redis takes 3 s",
        &plan,
        async |arena| {
            let owner = arena.owner().await;
            arena.nodes[owner].back.delay(TOO_SLOW);
            arena.taken_over(owner).await;
            goes_on_elsewhere(arena, owner).await;
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_open() {
    let plan = Plan::nodes(2);
    survive(
        "the owner's link to Redis is half open",
        &plan,
        async |arena| {
            let owner = arena.owner().await;
            arena.nodes[owner].back.forget();
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reset() {
    let plan = Plan::nodes(2);
    survive("the owner's link to Redis is reset", &plan, async |arena| {
        let owner = arena.owner().await;
        arena.nodes[owner].back.reset();
    })
    .await;
}

/// The owner goes on; those at the gateway are told that nothing was decided, or come to the owner.
#[tokio::test(flavor = "multi_thread")]
async fn gateway_cut_off() {
    let plan = Plan::nodes(2);
    survive(
        "the link between a gateway and Redis is cut for 2.5 s",
        &plan,
        async |arena| {
            let owner = arena.owner().await;
            let gateway = 1 - owner;
            arena.nodes[gateway].back.cut(&[Way::Up, Way::Down]);
            pass(LASTS).await;
            arena.crowd.wait_for(arena.nodes.len()).await;
            arena.nodes[gateway].back.mend();
            assert_eq!(arena.owner().await, owner, "the owner goes on");
        },
    )
    .await;
}

/// Who is in the room goes on bidding: no bid needs the store.
#[tokio::test(flavor = "multi_thread")]
async fn store_cut_off() {
    let plan = Plan::nodes(2);
    survive(
        "PostgreSQL does not answer for 2.5 s",
        &plan,
        async |arena| {
            arena.store.cut(&[Way::Up, Way::Down]);
            pass(LASTS).await;
            arena.crowd.wait_for(arena.nodes.len()).await;
            arena.store.mend();
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn store_reset() {
    let plan = Plan::nodes(2);
    survive("the links to PostgreSQL are reset", &plan, async |arena| {
        arena.store.reset()
    })
    .await;
}

/// The other node takes over; what was held back arrives after that.
async fn cut(fault: &str, ways: &[Way]) {
    survive(fault, &Plan::nodes(2), async |arena| {
        let owner = arena.owner().await;
        arena.nodes[owner].back.cut(ways);
        arena.taken_over(owner).await;
        goes_on_elsewhere(arena, owner).await;
    })
    .await;
}

/// People are served while the old owner is still cut off; then its link is mended.
async fn goes_on_elsewhere(arena: &mut Arena, old: usize) {
    arena.crowd.wait_for(arena.nodes.len()).await;
    arena.nodes[old].back.mend();
    assert_ne!(arena.owner().await, old, "it stays fenced");
}
