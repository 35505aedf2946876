//! The master of Redis is killed under load and Sentinel makes its replica the master, with the files
//! of deploy/, for two nodes: the auction goes on there, and no receipt is lost.

use super::arena::{BIDDERS, RECEIPTS_AFTER, agreed, idle_terms};
use super::report::Report;
use super::rounds;
use crate::support::bidder::Crowd;
use crate::support::onlooker::Onlooker;
use crate::support::postgres::Postgres;
use crate::support::process::Server;
use crate::support::proof::{verify, weighed};
use crate::support::redis::free_port;
use crate::support::sentinels::Group;
use crate::support::stage::Stage;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use redis::cmd;
use serde_json::Value;
use tokio::time::Instant;

/// A fault comes after at most so many more receipts.
const RECEIPTS_MAX: usize = 60;

/// With every replica waited for, bids go on once the killed server follows the new master.
#[tokio::test(flavor = "multi_thread")]
async fn with_every_replica_waited_for() {
    survive("Redis's master is killed; every replica is waited for", 1).await;
}

/// Without waiting, the owner appends again what the replica had not heard of.
#[tokio::test(flavor = "multi_thread")]
async fn without_waiting() {
    survive("Redis's master is killed; no replica is waited for", 0).await;
}

async fn survive(fault: &str, waited: usize) {
    let (left, seed) = rounds(fault);
    let mut random = StdRng::seed_from_u64(seed);
    let mut group = Group::start(1, waited).await;
    let postgres = Postgres::start().await;
    let (nodes, stage) = set(&group, &postgres, waited).await;
    let doors = nodes.each_ref().map(Server::address);
    let crowd = Crowd::enter_among(&doors, &stage.auction, &stage.seats);
    let onlookers = doors.iter().map(|door| {
        let door = std::slice::from_ref(door);
        Onlooker::watch(door, &stage.auction)
    });
    let onlookers = onlookers.collect();
    let (mut master, mut recovered) = (0, Vec::new());
    for _ in 0..left {
        let more = random.random_range(0..RECEIPTS_MAX);
        crowd.wait_for(more).await;
        let begun = Instant::now();
        group.servers[master].kill();
        let next = group.failed_over(master).await;
        if waited == 0 {
            crowd.wait_for(RECEIPTS_AFTER).await;
        }
        group.restart_behind(master, next);
        master = next;
        crowd.wait_for(RECEIPTS_AFTER).await;
        group.is_known(1).await;
        recovered.push(crowd.silence_since(begun));
    }
    let tally = agreed(crowd, onlookers, &stage, &nodes[0]).await;
    Report {
        fault,
        seed,
        tally,
        recovered,
    }
    .write();
    assert!(tally.is_clean(), "{fault}: {tally:?}");
}

/// The price of not waiting, as docs/operations.md tells it: where the owner dies together with the
/// master, what the replica had not heard of is lost. Not a receipt before that is, the log verifies
/// without the lost ones and tells nobody otherwise, and the record names the weakness.
#[tokio::test(flavor = "multi_thread")]
async fn without_waiting_the_owner_and_the_master_take_the_tail_with_them() {
    let mut group = Group::start(1, 0).await;
    let postgres = Postgres::start().await;
    let ([mut owner, server], stage) = set(&group, &postgres, 0).await;
    let crowd = Crowd::enter(&owner, &stage.auction, &stage.seats);
    crowd.wait_for(RECEIPTS_MAX).await;
    let kept = cut_off(&group, 1).await;
    crowd.wait_for(RECEIPTS_MAX).await;
    let heard = crowd.leave().await;
    let acknowledged = batches_at(&group, 0).await;
    owner.kill();
    group.servers[0].kill();
    group.failed_over(0).await;
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

/// Two nodes whose Redis has one replica, and an auction that the first one owns.
async fn set(group: &Group, postgres: &Postgres, waited: usize) -> ([Server; 2], Stage) {
    let mut flags = group.flags();
    flags.push(format!("--redis-replicas={waited}"));
    flags.extend(["--database-url".to_owned(), postgres.url()]);
    if waited == 0 {
        flags.push("--accept-weak-durability".to_owned());
    }
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let first = Server::with(&flags).await;
    let second = Server::beside(&first, "ebok-2").await;
    let stage = Stage::set(&first, &idle_terms(), BIDDERS).await;
    ([first, second], stage)
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
