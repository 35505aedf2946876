//! What is done to the server while it is under load, and what it cost.

use crate::checks::Check;
use crate::course::Course;
use crate::figures::counted;
use crate::limits::{FAULT_HOLDS, FAULTS_MAX, RECOVERY_WAIT};
use crate::server::Server;
use anyhow::{Context, Result, ensure};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde::Serialize;
use std::time::{Duration, Instant};
use tokio::process::Command;

/// After a fault so many bids more must be answered before it counts as over.
const RECEIPTS_AFTER: u64 = 20;

/// A fault that was caused.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Struck {
    /// What was done.
    pub(crate) fault: String,
    /// When, in seconds after the opening.
    pub(crate) at_s: f64,
    /// The longest time without an accepted bid from then on, in milliseconds; none where bids were
    /// not accepted again.
    pub(crate) recovered_ms: Option<u64>,
}

/// A fault that can be caused.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// SIGKILL of a node, which is started again.
    NodeKilled,
    /// SIGTERM of a node, which is started again when it has ended.
    NodeEnded,
    /// SIGSTOP of a node, and SIGCONT later.
    NodeStalled,
    /// SIGKILL of Redis, which is started again.
    RedisKilled,
    /// SIGSTOP of Redis, and SIGCONT later.
    RedisStalled,
    /// A command of whoever runs this: it causes the fault and ends it.
    Command {
        /// How the report calls it.
        name: String,
        /// For `sh -c`.
        line: String,
    },
}

/// Which faults, how often, and to whom.
pub(crate) struct Script<'a> {
    /// One of these at a time, by lot.
    pub(crate) faults: Vec<Fault>,
    /// The server of our own.
    pub(crate) server: Option<&'a mut Server>,
    /// From the end of one to the next.
    pub(crate) every: Duration,
    /// Of the lot.
    pub(crate) seed: u64,
}

/// Reads `NAME=COMMAND`.
pub(crate) fn command(text: &str) -> Result<Fault, String> {
    let (name, line) = text.split_once('=').ok_or("a fault is NAME=COMMAND")?;
    Ok(Fault::Command {
        name: name.trim().to_owned(),
        line: line.to_owned(),
    })
}

impl Script<'_> {
    /// Causes faults until shortly before the last bid.
    ///
    /// # Errors
    /// A command failed, or a process could not be started again.
    pub(crate) async fn play(&mut self, course: &Course, until: Instant) -> Result<Vec<Struck>> {
        let mut random = StdRng::seed_from_u64(self.seed);
        let mut struck = Vec::new();
        while struck.len() < FAULTS_MAX {
            let pause = self.every.mul_f64(random.random_range(0.75..1.25));
            if Instant::now() + pause + RECOVERY_WAIT > until {
                break;
            }
            tokio::time::sleep(pause).await;
            let Some(fault) = self.faults.choose(&mut random).cloned() else {
                break;
            };
            struck.push(self.strike(&fault, course, &mut random).await?);
        }
        Ok(struck)
    }

    async fn strike(
        &mut self,
        fault: &Fault,
        course: &Course,
        random: &mut StdRng,
    ) -> Result<Struck> {
        let begun = Instant::now();
        let figures = &course.figures;
        figures.silence.begins(begun);
        let fault = match (fault, self.server.as_deref_mut()) {
            (Fault::Command { name, line }, _) => run(name, line).await?,
            (fault, Some(server)) => cause(fault, server, random).await?,
            (_, None) => anyhow::bail!("only a server of our own can be killed"),
        };
        let enough = counted(&figures.receipts) + RECEIPTS_AFTER;
        let last = Instant::now() + RECOVERY_WAIT;
        while counted(&figures.receipts) < enough && Instant::now() < last {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let is_over = counted(&figures.receipts) >= enough;
        let silence = u64::try_from(figures.silence.longest().as_millis())?;
        Ok(Struck {
            fault,
            at_s: begun.duration_since(course.opening).as_secs_f64(),
            recovered_ms: is_over.then_some(silence),
        })
    }
}

async fn run(name: &str, line: &str) -> Result<String> {
    let mut command = Command::new("sh");
    let ended = command.args(["-c", line]).kill_on_drop(true).status();
    let status = ended.await.with_context(|| format!("fault {name}"))?;
    ensure!(status.success(), "fault {name} ended with {status}: {line}");
    Ok(name.to_owned())
}

/// Causes a fault, ends it, and tells what it was.
async fn cause(fault: &Fault, server: &mut Server, random: &mut StdRng) -> Result<String> {
    let node = random.random_range(0..server.nodes.len());
    let name = &server.nodes[node].name;
    let told = match fault {
        Fault::NodeKilled => format!("{name} killed"),
        Fault::NodeEnded => format!("{name} ended"),
        Fault::NodeStalled => format!("{name} stalled"),
        Fault::RedisKilled => "redis killed".to_owned(),
        Fault::RedisStalled => "redis stalled".to_owned(),
        Fault::Command { name, .. } => name.clone(),
    };
    match fault {
        Fault::NodeKilled => {
            server.nodes[node].kill().await?;
            server.restart(node).await?;
        }
        Fault::NodeEnded => {
            server.nodes[node].end().await;
            server.restart(node).await?;
        }
        Fault::NodeStalled => {
            server.nodes[node].signal("STOP").await?;
            tokio::time::sleep(FAULT_HOLDS).await;
            server.nodes[node].signal("CONT").await?;
        }
        Fault::RedisKilled => server.redis()?.kill_and_restart().await?,
        Fault::RedisStalled => {
            server.redis()?.signal("STOP").await?;
            tokio::time::sleep(FAULT_HOLDS).await;
            server.redis()?.signal("CONT").await?;
        }
        Fault::Command { .. } => {}
    }
    Ok(told)
}

/// After every fault bids were accepted again.
pub(crate) fn recovered(struck: &[Struck]) -> Check {
    let mut check = Check::new("faults-recovered", "bids are accepted after each fault");
    for fault in struck {
        check.holds(fault.recovered_ms.is_some(), || {
            format!("{} after {:.1} s", fault.fault, fault.at_s)
        });
    }
    check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_ones_own_has_a_name_and_a_command() {
        let fault = command("switch off=ip link set eth1 down; A=b sleep 3");
        let Ok(Fault::Command { name, line }) = fault else {
            panic!("{fault:?}");
        };
        assert_eq!(
            (name.as_str(), line.as_str()),
            ("switch off", "ip link set eth1 down; A=b sleep 3")
        );
        assert!(command("reboot").is_err());
    }

    #[test]
    fn a_fault_without_recovery_fails_the_run() {
        let struck = |recovered_ms| Struck {
            fault: "redis killed".to_owned(),
            at_s: 1.0,
            recovered_ms,
        };
        assert!(recovered(&[struck(Some(700))]).passed());
        let check = recovered(&[struck(Some(700)), struck(None)]);
        assert_eq!((check.of, check.failed), (2, 1));
        assert!(
            !recovered(&[]).passed(),
            "without a fault nothing is proven"
        );
    }
}
