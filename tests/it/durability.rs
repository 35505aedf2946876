//! What the system calls show: a receipt leaves only after the batch that holds it was written to
//! the journal's file and that file was synced, in this order.

use crate::support::bidder::Crowd;
use crate::support::process::Server;
use crate::support::redis::RedisServer;
use crate::support::stage::{Stage, terms};
use crate::support::trace::{Call, calls, complete, strace};
use serde_json::json;
use tempfile::TempDir;

/// Receipts that are looked at, at least.
const RECEIPTS: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn receipts_leave_after_the_sync_of_the_sqlite_journal() {
    let mut server = Server::traced(None).await;
    let ids = bid(&server).await;
    assert!(
        server.terminate().await.success(),
        "SIGTERM ends it in order"
    );
    let trace = server.trace().await;
    let calls = calls(&trace);
    each_written(&ids, &calls, "journal.sqlite-wal", |id, synced| {
        let receipt = receipt(&calls, id);
        assert!(synced.is_before(receipt), "{id}: {synced:?}, {receipt:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_leave_after_the_sync_of_redis_and_its_reply() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("redis.strace");
    let mut redis = RedisServer::launched_by(strace(&file));
    let mut server = Server::traced(Some(&redis)).await;
    let ids = bid(&server).await;
    assert!(
        server.terminate().await.success(),
        "SIGTERM ends it in order"
    );
    redis.kill();
    let traces = (server.trace().await, complete(&file, redis.id()).await);
    let (ours, its) = (calls(&traces.0), calls(&traces.1));
    let replies: Vec<_> = its.iter().filter(|call| is_reply(call)).collect();
    each_written(&ids, &its, ".aof", |id, synced| {
        let after = replies.partition_point(|reply| !synced.is_before(reply));
        let reply = replies.get(after).expect("a reply after the sync");
        let early = after.checked_sub(1).map(|early| replies[early]);
        let written = written(&its, id, ".aof").expect("the batch");
        assert!(
            early.is_none_or(|early| early.is_before(written)),
            "{id}: {early:?}, {synced:?}"
        );
        let receipt = receipt(&ours, id);
        assert!(reply.begin <= receipt.begin, "{id}: {reply:?}, {receipt:?}");
    });
}

/// What the script that appends answers.
fn is_reply(call: &Call<'_>) -> bool {
    call.on.contains("TCP") && call.text.contains("\":1\\r\\n")
}

/// One bidder bids for a while; answers the ids of its commands.
async fn bid(server: &Server) -> Vec<String> {
    let close = json!({"by": "set-time", "length_ms": 600_000});
    let stage = Stage::set(server, &terms(&close, &json!({"bidders_min": 1})), 1).await;
    let crowd = Crowd::enter(server, &stage.auction, &stage.seats);
    crowd.wait_for(RECEIPTS).await;
    let heard = crowd.leave().await;
    let receipts = heard.iter().flat_map(|heard| &heard.receipts);
    let id = |frame: &serde_json::Value| frame["id"].as_str().unwrap().to_owned();
    receipts.map(id).collect()
}

/// Asks `check` of each command whose batch can be found in what was written to the file, with the
/// sync that followed. An id that lies across two pages cannot be found.
fn each_written(ids: &[String], calls: &[Call<'_>], file: &str, check: impl Fn(&str, &Call<'_>)) {
    let mut checked = 0;
    for id in ids {
        let Some(written) = written(calls, id, file) else {
            continue;
        };
        let synced = |call: &&Call<'_>| call.is_sync_of(file) && written.is_before(call);
        let synced = calls.iter().find(synced);
        check(
            id,
            synced.unwrap_or_else(|| panic!("{id} was never synced")),
        );
        checked += 1;
    }
    assert!(
        checked * 4 >= ids.len() * 3,
        "{checked} of {} found",
        ids.len()
    );
}

/// The write to the file that first held the command.
fn written<'a>(calls: &'a [Call<'a>], id: &str, file: &str) -> Option<&'a Call<'a>> {
    calls.iter().find(|call| {
        call.name.contains("write") && call.on.contains(file) && call.text.contains(id)
    })
}

/// The call that sent a command's receipt to its bidder.
fn receipt<'a>(calls: &'a [Call<'a>], id: &str) -> &'a Call<'a> {
    let quoted = format!("\\\"id\\\":\\\"{id}\\\",\\\"n\\\":");
    let sent = |call: &&Call<'_>| call.on.contains("TCP") && call.text.contains(&quoted);
    let sent = calls.iter().find(sent);
    sent.unwrap_or_else(|| panic!("no receipt for {id} was sent"))
}
