//! The master of Redis is killed under load and Sentinel makes its replica the master, with the files
//! of deploy/: the auction goes on there, and no receipt is lost.

use super::{BIDDERS, RECEIPTS_MAX, proven};
use crate::support::bidder::Crowd;
use crate::support::process::Server;
use crate::support::proof::{verify, weighed};
use crate::support::redis::free_port;
use crate::support::sentinels::Group;
use crate::support::stage::{Stage, terms};
use redis::cmd;
use serde_json::{Value, json};

/// With every replica waited for, bids go on once the killed server follows the new master.
#[tokio::test(flavor = "multi_thread")]
async fn a_failover_keeps_every_receipt() {
    survive(1).await;
}

/// Without waiting, the owner appends again what the replica had not heard of.
#[tokio::test(flavor = "multi_thread")]
async fn a_failover_without_waiting_is_mended_by_the_owner() {
    survive(0).await;
}

async fn survive(waited: usize) {
    let (mut group, server, stage) = set(waited).await;
    let crowd = Crowd::enter(&server, &stage.auction, &stage.seats);
    crowd.wait_for(RECEIPTS_MAX).await;
    group.servers[0].kill();
    let master = group.failed_over(0).await;
    if waited > 0 {
        group.restart_behind(0, master);
    }
    crowd.wait_for(RECEIPTS_MAX).await;
    assert_eq!(stage.state(&server).await, "open");
    proven(crowd, &stage, &server).await;
}

/// The price of not waiting, as docs/operations.md tells it: where the owner dies together with the
/// master, what the replica had not heard of is lost. Not a receipt before that is, the log verifies
/// without the lost ones and tells nobody otherwise, and the record names the weakness.
#[tokio::test(flavor = "multi_thread")]
async fn without_waiting_the_owner_and_the_master_take_the_tail_with_them() {
    let (mut group, mut server, stage) = set(0).await;
    let crowd = Crowd::enter(&server, &stage.auction, &stage.seats);
    crowd.wait_for(RECEIPTS_MAX).await;
    let kept = cut_off(&group, 1).await;
    crowd.wait_for(RECEIPTS_MAX).await;
    let heard = crowd.leave().await;
    let acknowledged = batches_at(&group, 0).await;
    server.kill();
    group.servers[0].kill();
    group.failed_over(0).await;
    server.restart().await;
    let (proof, tally) = weighed(&heard, &stage, &server).await;
    let log: Value = serde_json::from_str(&proof.text).unwrap();
    let batches = log["batches"].as_array().unwrap();
    let first_after = batches[kept]["entries"][0]["told"].as_str().unwrap();
    assert!(
        first_after.contains("\"type\":\"take-over\""),
        "after the {kept} of {acknowledged} batches that the replica had: {first_after}"
    );
    assert!(tally.lost >= RECEIPTS_MAX, "{tally:?}");
    assert_eq!(
        (tally.doubled, tally.reordered, tally.untold),
        (0, 0, 0),
        "{tally:?}"
    );
    let (mut standing, mut lost) = (Vec::new(), Vec::new());
    for bidder in &heard {
        let stands = |receipt: &&Value| proof.holds(receipt);
        let first_lost = bidder.receipts.iter().take_while(stands).count();
        let (before, after) = bidder.receipts.split_at(first_lost);
        standing.extend(before);
        lost.extend(after);
    }
    assert_eq!(
        lost.len(),
        tally.lost,
        "each bidder loses its last receipts"
    );
    assert_eq!(verify(&server, &proof.text, &standing).code, 0);
    assert_eq!(verify(&server, &proof.text, &lost).code, 1);
    let path = format!("/api/auctions/{}/record", stage.auction);
    let record = server.get(&path, &stage.officer).await;
    let weakness = record["clock"]["weak_durability"].as_str().unwrap();
    assert!(weakness.contains("an append waits for 0 of"), "{weakness}");
}

/// A server whose Redis has one replica, and an auction that ends when nobody bids any more.
async fn set(waited: usize) -> (Group, Server, Stage) {
    let group = Group::start(1, waited).await;
    let mut flags = group.flags();
    flags.push(format!("--redis-replicas={waited}"));
    if waited == 0 {
        flags.push("--accept-weak-durability".to_owned());
    }
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let server = Server::with(&flags).await;
    let close = json!({"by": "idle", "idle_ms": 4_000});
    let conduct = json!({
        "outage_grace_ms": 600_000, "outage_left_ms": 4_000, "late_window_ms": 0,
    });
    let stage = Stage::set(&server, &terms(&close, &conduct), BIDDERS).await;
    (group, server, stage)
}

/// From now on this replica hears nothing; gives how many batches it has.
async fn cut_off(group: &Group, replica: usize) -> usize {
    let mut connection = group.connection(replica).await.unwrap();
    let mut nowhere = cmd("REPLICAOF");
    nowhere.arg("127.0.0.1").arg(free_port());
    nowhere.exec_async(&mut connection).await.unwrap();
    batches_at(group, replica).await
}

/// How many batches of the only log a server of Redis has.
async fn batches_at(group: &Group, server: usize) -> usize {
    let mut connection = group.connection(server).await.unwrap();
    let mut keys = cmd("KEYS");
    let keys: Vec<String> = keys
        .arg("ebok:*:log:*")
        .query_async(&mut connection)
        .await
        .unwrap();
    let mut length = cmd("XLEN");
    let length = length.arg(&keys[0]).query_async(&mut connection);
    length.await.unwrap()
}
