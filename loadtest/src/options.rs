//! The command line.

use crate::faults::{self, Fault};
use crate::limits::{ATTEMPTS_MAX, MEAN_PER_S_MAX, NODES_MAX};
use crate::scenario::{self, Scenario, Size};
use anyhow::{Result, ensure};
use clap::{Args, Parser, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;

/// Simulated bidders and observers that check the server's promises while they load it.
#[derive(Debug, Parser)]
#[command(version, after_help = scenario::list())]
pub(crate) struct Options {
    /// What to play.
    #[arg(value_parser = scenario::named)]
    pub(crate) scenario: &'static Scenario,
    /// A running server started with --allow-loadtest, as in http://127.0.0.1:8080.
    #[arg(
        long,
        requires = "token",
        conflicts_with_all = ["spawn", "journal", "nodes", "server", "server_cpus", "data_under"],
        required_unless_present = "spawn"
    )]
    pub(crate) target: Option<url::Url>,
    /// Session token of an officer of that server.
    #[arg(long, env = "EBOK_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// The admin key's fingerprint; without it the server's key set is believed.
    #[arg(long)]
    pub(crate) fingerprint: Option<String>,
    /// Start a server, and its journal, for this run only.
    #[arg(long)]
    pub(crate) spawn: bool,
    #[command(flatten)]
    pub(crate) own_server: OwnServer,
    /// One more address of that server: each client begins at another one, and goes on to the next
    /// when it loses its connection.
    #[arg(long, requires = "target", value_name = "URL")]
    pub(crate) also: Vec<url::Url>,
    /// chaos: a fault as NAME=COMMAND, which `sh -c` runs: it causes the fault, and ends it. May be
    /// given again. A server of our own is killed and stalled without any.
    #[arg(long, value_parser = faults::command, value_name = "NAME=COMMAND")]
    pub(crate) fault: Vec<Fault>,
    /// chaos: seconds from one fault to the next.
    #[arg(long, default_value_t = 10)]
    pub(crate) every: u64,
    /// How many bidders.
    #[arg(long)]
    bidders: Option<usize>,
    /// How many observers.
    #[arg(long)]
    observers: Option<usize>,
    /// Bids per second of all bidders together.
    #[arg(long)]
    rate: Option<f64>,
    /// Length of the load in seconds.
    #[arg(long)]
    duration: Option<u64>,
    /// Write all figures to this file.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// Seed of jitter and order: the same seed sends the same bids again.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// The server that is started for a run.
#[derive(Debug, Args)]
pub(crate) struct OwnServer {
    /// Journal of the spawned server.
    #[arg(long, value_enum, default_value_t = Journal::Sqlite)]
    pub(crate) journal: Journal,
    /// Nodes of the spawned server: they share one data directory, so more than one needs Redis.
    #[arg(long, default_value_t = 1)]
    pub(crate) nodes: usize,
    /// The `ebok` to spawn; by default the one beside this program.
    #[arg(long)]
    pub(crate) server: Option<PathBuf>,
    /// Cores for the spawned server, as `taskset -c` takes them; run this program under taskset,
    /// too, so that each has its own.
    #[arg(long)]
    pub(crate) server_cpus: Option<String>,
    /// Where the spawned server keeps its data; by default in the directory for temporary files.
    #[arg(long)]
    pub(crate) data_under: Option<PathBuf>,
}

/// Where the spawned server keeps its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Journal {
    /// Embedded.
    Sqlite,
    /// A private redis-server with every append on disk.
    Redis,
}

impl OwnServer {
    /// Whether such a server can be.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<()> {
        let fits = (1..=NODES_MAX).contains(&self.nodes);
        ensure!(fits, "a server has 1 to {NODES_MAX} nodes");
        let alone = self.nodes == 1 || self.journal == Journal::Redis;
        ensure!(alone, "several nodes need --journal redis");
        Ok(())
    }
}

impl Options {
    /// Whether faults are caused.
    pub(crate) fn is_chaos(&self) -> bool {
        self.scenario.name == scenario::CHAOS
    }

    /// The faults of this run: those asked for, or what can be done to a server of our own.
    ///
    /// # Errors
    /// There are none, or they belong to no scenario.
    pub(crate) fn faults(&self) -> Result<Vec<Fault>> {
        if !self.is_chaos() {
            ensure!(
                self.fault.is_empty(),
                "--fault belongs to the scenario chaos"
            );
            return Ok(Vec::new());
        }
        if !self.fault.is_empty() {
            return Ok(self.fault.clone());
        }
        ensure!(
            self.spawn,
            "name faults by --fault, or let --spawn start a server to be killed"
        );
        let mut faults = vec![Fault::NodeKilled, Fault::NodeEnded, Fault::NodeStalled];
        if self.own_server.journal == Journal::Redis {
            faults.extend([Fault::RedisKilled, Fault::RedisStalled]);
        }
        Ok(faults)
    }

    /// The size asked for, or that of the scenario.
    ///
    /// # Errors
    /// A size that the terms of the auction cannot carry.
    pub(crate) fn size(&self) -> Result<Size> {
        let usual = self.scenario.size;
        let size = Size {
            bidders: self.bidders.unwrap_or(usual.bidders),
            observers: self.observers.unwrap_or(usual.observers),
            rate: self.rate.unwrap_or(usual.rate),
            duration_s: self.duration.unwrap_or(usual.duration_s),
        };
        ensure!(size.bidders >= 2, "an auction needs two bidders");
        ensure!(size.rate > 0.0, "the rate must be above 0");
        ensure!(size.duration_s > 0, "the duration must be above 0");
        let each = size.rate / size.bidders as f64;
        ensure!(
            each <= MEAN_PER_S_MAX,
            "{each:.0} bids per second and bidder: at most {MEAN_PER_S_MAX}, so take more bidders or a lower rate"
        );
        let all = each * (size.duration_s as f64 + 1.0);
        ensure!(
            all < f64::from(ATTEMPTS_MAX) * 0.95,
            "{all:.0} bids per bidder: the terms allow {ATTEMPTS_MAX}, so take more bidders or a shorter duration"
        );
        Ok(size)
    }
}
