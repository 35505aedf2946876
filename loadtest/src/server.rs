//! A server for one run: started on a free port with its own data, stopped at the end.

mod node;
mod redis;

use crate::limits::STOP_WAIT;
use crate::options::{Journal, OwnServer};
use crate::usage::Process;
use anyhow::{Context, Result, ensure};
use node::Node;
use redis::Redis;
use serde::Deserialize;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use url::Url;

/// A server of our own: one node or several on the same data.
pub(crate) struct Server {
    /// Where its first node answers.
    pub(crate) url: Url,
    /// The process of its first node.
    pub(crate) process: Process,
    /// All nodes.
    pub(crate) nodes: Vec<Node>,
    binary: PathBuf,
    cpus: Option<String>,
    redis: Option<Redis>,
    data: TempDir,
}

/// An account that was made for the run.
#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    /// Log-in name.
    pub(crate) login: String,
    /// One-time password.
    pub(crate) password: String,
}

impl Server {
    /// Starts the server and waits until it is ready.
    ///
    /// # Errors
    /// No such binary, or it does not get ready; its last words are part of the error.
    pub(crate) async fn start(options: &OwnServer) -> Result<Self> {
        options.check()?;
        let binary = binary(options)?;
        let data = temporary(options)?;
        let redis = match options.journal {
            Journal::Sqlite => None,
            Journal::Redis => Some(Redis::start(data.path()).await?),
        };
        let mut nodes = Vec::new();
        for number in 1..=options.nodes {
            let mut node = Node {
                name: format!("ebok-{number}"),
                url: Url::parse(&format!("http://127.0.0.1:{}", free_port()?))?,
                child: None,
            };
            node.start(
                &mut on_cpus(&binary, options.server_cpus.as_deref()),
                data.path(),
                redis.as_ref(),
            )?;
            match number {
                1 => node.answers("/readyz", data.path()).await?,
                // It may stand by for the first one.
                _ => node.answers("/healthz", data.path()).await?,
            }
            nodes.push(node);
        }
        let first = nodes.first().context("a server has a node")?;
        let process = first.child.as_ref().and_then(Child::id);
        Ok(Self {
            url: first.url.clone(),
            process: Process::of(process.context("the server ended at once")?),
            nodes,
            binary,
            cpus: options.server_cpus.clone(),
            redis,
            data,
        })
    }

    /// Starts a node again that was killed or has ended.
    ///
    /// # Errors
    /// It does not answer.
    pub(crate) async fn restart(&mut self, number: usize) -> Result<()> {
        let node = &mut self.nodes[number];
        let mut command = on_cpus(&self.binary, self.cpus.as_deref());
        node.start(&mut command, self.data.path(), self.redis.as_ref())?;
        node.answers("/healthz", self.data.path()).await
    }

    /// Its Redis.
    ///
    /// # Errors
    /// It has none.
    pub(crate) fn redis(&mut self) -> Result<&mut Redis> {
        self.redis.as_mut().context("the journal is in no Redis")
    }

    /// Where its nodes answer.
    pub(crate) fn urls(&self) -> Vec<Url> {
        self.nodes.iter().map(|node| node.url.clone()).collect()
    }

    /// The end of what the server wrote to its output.
    pub(crate) fn last_words(&self) -> String {
        let words = self
            .nodes
            .iter()
            .map(|node| node.last_words(self.data.path()));
        words.collect::<Vec<_>>().join("\n")
    }

    /// Makes an officer's account.
    ///
    /// # Errors
    /// What the command said.
    pub(crate) async fn officer(&self) -> Result<Account> {
        let output = Command::new(&self.binary)
            .args([
                "admin", "account", "add", "--json", "--login", "loadtest", "--role", "officer",
            ])
            .arg("--data-dir")
            .arg(self.data_dir())
            .kill_on_drop(true)
            .output()
            .await?;
        let error = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "no officer's account could be made: {}",
            error.trim()
        );
        serde_json::from_slice(&output.stdout).context("the account's log-in cannot be read")
    }

    fn data_dir(&self) -> PathBuf {
        data_dir(self.data.path())
    }

    /// The directory of everything that the server and its journal write.
    pub(crate) fn under(&self) -> &Path {
        self.data.path()
    }

    /// Stops the server, then its journal. What does not end in time is killed.
    pub(crate) async fn stop(mut self) {
        for node in &mut self.nodes {
            node.end().await;
        }
        if let Some(redis) = self.redis.take() {
            redis.stop().await;
        }
    }
}

fn data_dir(under: &Path) -> PathBuf {
    under.join("data")
}

/// A command on these cores.
pub(crate) fn on_cpus(binary: &Path, cpus: Option<&str>) -> Command {
    match cpus {
        None => Command::new(binary),
        Some(cpus) => {
            let mut command = Command::new("taskset");
            command.arg("-c").arg(cpus).arg(binary);
            command
        }
    }
}

fn binary(options: &OwnServer) -> Result<PathBuf> {
    let beside = || Ok(std::env::current_exe()?.with_file_name("ebok"));
    let binary = options.server.clone().map_or_else(beside, anyhow::Ok)?;
    ensure!(
        binary.is_file(),
        "there is no {}: build the server or name it by --server",
        binary.display()
    );
    Ok(binary)
}

fn temporary(options: &OwnServer) -> Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("ebok-loadtest-");
    Ok(match &options.data_under {
        Some(under) => builder.tempdir_in(under)?,
        None => builder.tempdir()?,
    })
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Sends a process a signal, as in `STOP`.
async fn signal(child: &Child, name: &str) -> Result<()> {
    let pid = child.id().context("the process has ended")?;
    let mut command = Command::new("kill");
    let told = command
        .arg(format!("-{name}"))
        .arg(pid.to_string())
        .status();
    ensure!(told.await?.success(), "SIG{name} cannot be sent");
    Ok(())
}

/// Asks a process to end, and kills it when it does not.
async fn end(child: &mut Child) {
    let _ = signal(child, "TERM").await;
    if tokio::time::timeout(STOP_WAIT, child.wait()).await.is_err() {
        let _ = child.kill().await;
    }
}
