//! Clocks that are off, and clocks that step, by libfaketime: the time of a node's whole machine.

use super::arena::Plan;
use super::survive;
use crate::support::wait::{pass, wait_for};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Where Debian keeps the library.
const LIBRARIES: [&str; 2] = ["/usr/lib", "/usr/local/lib"];
/// Longer than the lease, and than a node needs to take over.
const LEASE_AND_MORE: Duration = Duration::from_millis(3_500);

/// The wall time of a process, which a file says; the monotonic clock goes on as it does on a machine
/// whose time is set.
struct FakeTime(TempDir);

impl FakeTime {
    fn new(offset: &str) -> Self {
        let time = Self(TempDir::new().unwrap());
        time.set(offset);
        time
    }

    /// Sets the clock, as in `+5s`.
    fn set(&self, offset: &str) {
        let (new, file) = (self.0.path().join("new"), self.file());
        fs::write(&new, offset).unwrap();
        fs::rename(new, file).unwrap();
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("time")
    }

    fn environment(&self) -> Vec<(String, String)> {
        let file = self.file().to_str().unwrap().to_owned();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        vec![
            pair("LD_PRELOAD", library().to_str().unwrap()),
            pair("FAKETIME_TIMESTAMP_FILE", &file),
            pair("FAKETIME_NO_CACHE", "1"),
            pair("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ]
    }
}

/// In `…/faketime/`, below the directory of the machine's architecture.
fn library() -> PathBuf {
    let below = |folder: &str| fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = LIBRARIES.iter().flat_map(|folder| {
        let inner = below(folder).map(|entry| entry.path());
        inner.chain([Path::new(folder).to_owned()])
    });
    let mut files = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    files
        .find(|file| file.is_file())
        .expect("libfaketime (apt install faketime)")
}

/// Of three nodes one has a wrong clock: it is never the one that takes over.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_clock() {
    let time = FakeTime::new("+5s");
    let wrong = time.environment();
    let plan = Plan {
        environment: Box::new(move |node| if node == 1 { wrong.clone() } else { Vec::new() }),
        ..Plan::nodes(3)
    };
    survive(
        "the owner is killed, the clock of one other is wrong by 5 s",
        &plan,
        async |arena| {
            let owner = arena.owner().await;
            arena.nodes[owner].server.kill();
            let next = arena.taken_over(owner).await;
            assert_ne!(next, 1, "a node whose clock is wrong takes over nothing");
            let server = &mut arena.nodes[owner].server;
            server.start();
            server.answers("/healthz").await;
        },
    )
    .await;
}

/// Where no other clock is right, everybody waits for the owner.
#[tokio::test(flavor = "multi_thread")]
async fn no_right_clock() {
    let time = FakeTime::new("-5s");
    let wrong = time.environment();
    let plan = Plan {
        environment: Box::new(move |node| if node == 1 { wrong.clone() } else { Vec::new() }),
        ..Plan::nodes(2)
    };
    survive(
        "the owner is killed for 3.5 s, the only other clock is wrong",
        &plan,
        async |arena| {
            arena.nodes[0].server.kill();
            pass(LEASE_AND_MORE).await;
            assert_eq!(arena.owner().await, 0, "nobody took over");
            let server = &mut arena.nodes[0].server;
            server.start();
            server.answers("/healthz").await;
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn step_forward() {
    step("the owner's clock steps forward by 90 s", "+90s").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn step_back() {
    step("the owner's clock steps back by 90 s", "-90s").await;
}

/// It is noticed, and the auction goes on at the same owner; then the clock is set right again.
async fn step(fault: &str, offset: &str) {
    let time = FakeTime::new("+0s");
    let stepping = time.environment();
    let plan = Plan {
        environment: Box::new(move |node| {
            if node == 0 {
                stepping.clone()
            } else {
                Vec::new()
            }
        }),
        ..Plan::nodes(2)
    };
    survive(fault, &plan, async |arena| {
        for offset in [offset, "+0s"] {
            let noticed = || {
                arena.nodes[0]
                    .server
                    .said()
                    .matches("clock stepped")
                    .count()
            };
            let before = noticed();
            time.set(offset);
            wait_for("the step is noticed", async || {
                (noticed() > before).then_some(())
            })
            .await;
        }
        assert_eq!(arena.owner().await, 0, "the owner goes on");
    })
    .await;
}
