//! What the system calls show: a receipt leaves only after the batch that holds it was written to
//! the journal's file and that file was synced, in this order.

use crate::support::bidder::Crowd;
use crate::support::redis::RedisServer;
use crate::support::server::Server;
use crate::support::stage::{Stage, terms};
use serde_json::json;
use std::collections::HashMap;

/// Receipts that are looked at, at least.
const RECEIPTS: usize = 60;
/// Begin and duration of a call are rounded, each by itself.
const ROUNDED_US: u64 = 2;

#[tokio::test(flavor = "multi_thread")]
async fn receipts_leave_after_the_sync_of_the_sqlite_journal() {
    let mut server = Server::traced(None).await;
    let ids = bid(&server).await;
    server.terminate().await;
    let trace = server.trace().await;
    let calls = calls(&trace);
    each_written(&ids, &calls, "journal.sqlite-wal", |id, synced| {
        let receipt = receipt(&calls, id);
        assert!(synced.is_before(receipt), "{id}: {synced:?}, {receipt:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_leave_after_the_sync_of_redis_and_its_reply() {
    let mut redis = RedisServer::traced();
    let mut server = Server::traced(Some(&redis)).await;
    let ids = bid(&server).await;
    server.terminate().await;
    redis.kill();
    let traces = (server.trace().await, redis.trace().await);
    let (ours, its) = (calls(&traces.0), calls(&traces.1));
    let replies: Vec<_> = its.iter().filter(|call| call.is_reply()).collect();
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

/// A system call; microseconds since 1970.
#[derive(Clone, Copy)]
struct Call<'a> {
    begin: u64,
    end: u64,
    name: &'a str,
    /// The file or socket.
    on: &'a str,
    /// All arguments, as strace quotes them.
    text: &'a str,
}

impl std::fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}–{}", self.name, self.on, self.begin, self.end)
    }
}

impl Call<'_> {
    fn is_before(&self, other: &Call<'_>) -> bool {
        self.end <= other.begin + ROUNDED_US
    }

    fn is_sync_of(&self, file: &str) -> bool {
        matches!(self.name, "fsync" | "fdatasync") && self.on.contains(file)
    }

    /// What the script that appends answers.
    fn is_reply(&self) -> bool {
        self.on.contains("TCP") && self.text.contains("\":1\\r\\n")
    }
}

/// The calls of a trace that ended, in the order in which they began.
fn calls(trace: &str) -> Vec<Call<'_>> {
    let mut found = Vec::new();
    let mut unfinished = HashMap::new();
    for line in trace.lines() {
        let mut words = line.splitn(2, ' ');
        let (Some(thread), Some(rest)) = (words.next(), words.next()) else {
            continue;
        };
        let (time, what) = rest.trim_start().split_once(' ').expect("a time");
        let time: u64 = time.replace('.', "").parse().expect("a time");
        if what.starts_with("<... ") {
            if let Some(begun) = unfinished.remove(thread) {
                found.push(Call { end: time, ..begun });
            }
        } else if let Some((name, text)) = what.split_once('(') {
            let on = text.split(&[',', ')', ' ']).next().unwrap_or_default();
            let (begin, end) = (time, time + took_us(text));
            let call = Call {
                begin,
                end,
                name,
                on,
                text,
            };
            if text.ends_with("<unfinished ...>") {
                unfinished.insert(thread, call);
            } else {
                found.push(call);
            }
        }
    }
    found.sort_by_key(|call| call.begin);
    found
}

/// How long a call took: `<0.000123>` at the end of its line.
fn took_us(text: &str) -> u64 {
    let took = text.rsplit_once('<').map_or("", |(_, took)| took);
    let took = took.trim_end_matches('>').replace('.', "");
    took.parse().unwrap_or(0)
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
