//! The links between people and the nodes.

use super::arena::Plan;
use super::survive;
use crate::support::proxy::{Proxy, Way};
use crate::support::wait::pass;
use std::time::Duration;

/// Shorter than the silence that ends the auction; people give a connection up before.
const LASTS: Duration = Duration::from_millis(2_500);
const SLOW: Duration = Duration::from_millis(400);

#[tokio::test(flavor = "multi_thread")]
async fn cut_to_the_nodes() {
    lasting("bids do not reach the nodes for 2.5 s", |front| {
        front.cut(&[Way::Up])
    })
    .await;
}

/// Receipts are lost on their way, and asked for again.
#[tokio::test(flavor = "multi_thread")]
async fn cut_from_the_nodes() {
    lasting("receipts do not reach the bidders for 2.5 s", |front| {
        front.cut(&[Way::Down])
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_both_ways() {
    lasting("bidders and nodes are cut off for 2.5 s", |front| {
        front.cut(&[Way::Up, Way::Down]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow() {
    lasting("bidders' links take 0.8 s for 2.5 s", |front| {
        front.delay(SLOW)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_open() {
    lasting("bidders' links are half open", Proxy::forget).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reset() {
    lasting("bidders' links are reset", Proxy::reset).await;
}

/// At all nodes alike.
async fn lasting(fault: &str, begin: impl Fn(&Proxy)) {
    survive(fault, &Plan::nodes(2), async |arena| {
        arena.nodes.iter().for_each(|node| begin(&node.front));
        pass(LASTS).await;
        arena.nodes.iter().for_each(|node| node.front.mend());
    })
    .await;
}
