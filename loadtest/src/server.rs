//! A server for one run: started on a free port with its own data, stopped at the end.

mod redis;

use crate::api::Api;
use crate::limits::{READY_WAIT, STOP_WAIT};
use crate::options::{Journal, OwnServer};
use crate::usage::Process;
use anyhow::{Context, Result, bail, ensure};
use redis::Redis;
use serde::Deserialize;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use url::Url;

/// A server of our own.
pub(crate) struct Server {
    /// Where it answers.
    pub(crate) url: Url,
    /// Its process.
    pub(crate) process: Process,
    child: Child,
    binary: PathBuf,
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
        let binary = binary(options)?;
        let data = temporary(options)?;
        let redis = match options.journal {
            Journal::Sqlite => None,
            Journal::Redis => Some(Redis::start(data.path()).await?),
        };
        let port = free_port()?;
        let url = Url::parse(&format!("http://127.0.0.1:{port}"))?;
        let mut command = on_cpus(&binary, options.server_cpus.as_deref());
        command.args(arguments(port, data.path(), redis.as_ref()));
        let log = std::fs::File::create(data.path().join("server.log"))?;
        let child = command
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let process = Process::of(child.id().context("the server ended at once")?);
        let mut server = Self {
            url,
            process,
            child,
            binary,
            redis,
            data,
        };
        server.ready().await?;
        Ok(server)
    }

    async fn ready(&mut self) -> Result<()> {
        let api = Api::new(self.url.clone())?;
        let until = Instant::now() + READY_WAIT;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}:\n{}", self.last_words());
            }
            if api.is_ready().await {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!(
            "the server is not ready after {READY_WAIT:?}:\n{}",
            self.last_words()
        )
    }

    /// The end of what the server wrote to its output.
    pub(crate) fn last_words(&self) -> String {
        let text = std::fs::read_to_string(self.data.path().join("server.log")).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
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
        end(&mut self.child).await;
        if let Some(redis) = self.redis.take() {
            redis.stop().await;
        }
    }
}

fn data_dir(under: &Path) -> PathBuf {
    under.join("data")
}

fn arguments(port: u16, under: &Path, redis: Option<&Redis>) -> Vec<std::ffi::OsString> {
    let mut arguments = vec![
        "serve".into(),
        "--listen".into(),
        format!("127.0.0.1:{port}").into(),
        "--data-dir".into(),
        data_dir(under).into(),
        "--allow-loadtest".into(),
    ];
    match redis {
        None => arguments.extend(["--journal".into(), "sqlite".into()]),
        Some(redis) => {
            arguments.extend(["--journal".into(), "redis".into(), "--redis-url".into()]);
            arguments.push(redis.url().into());
        }
    }
    arguments
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

/// Asks a process to end, and kills it when it does not.
async fn end(child: &mut Child) {
    if let Some(pid) = child.id() {
        let _ = Command::new("kill")
            .arg("-TERM")
            .arg(pid.to_string())
            .status()
            .await;
    }
    if tokio::time::timeout(STOP_WAIT, child.wait()).await.is_err() {
        let _ = child.kill().await;
    }
}
