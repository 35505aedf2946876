//! A Redis that does not take what it is given, or does not answer.

use super::arena::Plan;
use super::survive;
use crate::support::redis::{RedisServer, free_port};
use crate::support::wait::{pass, wait_for};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long it lasts: longer than the lease, and than the longest wait for an answer of Redis.
const LASTS: Duration = Duration::from_millis(2_500);
/// The size of the disk that fills up.
const DISK: &str = "size=24m";

#[tokio::test(flavor = "multi_thread")]
async fn out_of_memory() {
    refuses(
        "Redis is out of memory for 2.5 s",
        "CONFIG SET maxmemory 1",
        "CONFIG SET maxmemory 0",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_missing() {
    refuses(
        "Redis misses the replicas that it must have for 2.5 s",
        "CONFIG SET min-replicas-to-write 1",
        "CONFIG SET min-replicas-to-write 0",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn made_a_replica() {
    let nobody = format!("REPLICAOF 127.0.0.1 {}", free_port());
    refuses(
        "Redis is a read-only replica for 2.5 s",
        &nobody,
        "REPLICAOF NO ONE",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paused() {
    survive(
        "Redis is paused for 2.5 s",
        &Plan::nodes(2),
        async |arena| {
            let pause = format!("CLIENT PAUSE {} ALL", LASTS.as_millis());
            arena.redis.ask(&pause).await;
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hung() {
    survive("Redis hangs for 2.5 s", &Plan::nodes(2), async |arena| {
        arena.redis.freeze();
        pass(LASTS).await;
        arena.redis.thaw();
    })
    .await;
}

/// Redis ends when it cannot write what it must sync; somebody makes room and starts it again.
#[tokio::test(flavor = "multi_thread")]
async fn full_disk() {
    let disks = Arc::new(Mutex::new(Vec::new()));
    let mounted = Arc::clone(&disks);
    let on_a_small_disk = move || {
        let mut redis = RedisServer::durable();
        redis.kill();
        mounted.lock().unwrap().push(SmallDisk::at(redis.dir()));
        redis.restart();
        redis
    };
    let plan = Plan {
        redis: Box::new(on_a_small_disk),
        ..Plan::nodes(2)
    };
    survive(
        "the disk of Redis is full until it is cleared",
        &plan,
        async |arena| {
            let filler = arena.redis.dir().join("filler");
            fill(&filler);
            let redis = &mut arena.redis;
            wait_for("Redis ends", async || redis.has_ended().then_some(())).await;
            fs::remove_file(&filler).unwrap();
            arena.redis.restart();
        },
    )
    .await;
}

/// Redis refuses what is to be written, until it is told otherwise.
async fn refuses(fault: &str, begin: &str, end: &str) {
    survive(fault, &Plan::nodes(2), async |arena| {
        arena.redis.ask(begin).await;
        pass(LASTS).await;
        arena.redis.ask(end).await;
    })
    .await;
}

/// Writes until there is no room.
fn fill(path: &Path) {
    let mut file = File::create(path).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
}

/// A file system in memory that is soon full.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Fails where mounting is not permitted: the fault has not been tried then.
    fn at(place: &Path) -> Self {
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(place);
        let mounted = mounted.status().is_ok_and(|status| status.success());
        assert!(
            mounted,
            "NOT TRIED: a small disk must be mounted for this, as root"
        );
        Self(place.to_owned())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}
