//! The master of Redis is killed under load and Sentinel makes its replica the master, with the files
//! of deploy/: the auction goes on there, and no receipt is lost.

use super::{BIDDERS, RECEIPTS_MAX, proven};
use crate::support::bidder::Crowd;
use crate::support::process::Server;
use crate::support::sentinels::Group;
use crate::support::stage::{Stage, terms};
use serde_json::json;

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
    let mut group = Group::start(1, waited).await;
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
