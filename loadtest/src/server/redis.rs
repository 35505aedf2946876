//! A private redis-server with the settings under which nothing acknowledged is lost.

use super::{end, free_port, signal};
use crate::limits::READY_WAIT;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

const DURABLE: [&str; 10] = [
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    "--no-appendfsync-on-rewrite",
    "no",
    "--maxmemory-policy",
    "noeviction",
    "--save",
    "",
];

/// A redis-server of our own.
pub(crate) struct Redis {
    child: Child,
    port: u16,
    dir: PathBuf,
}

impl Redis {
    /// Starts it with its files under a directory and waits until it answers.
    pub(super) async fn start(under: &Path) -> Result<Self> {
        let dir = under.join("redis");
        std::fs::create_dir_all(&dir)?;
        let port = free_port()?;
        let child = spawn(port, &dir)?;
        let mut redis = Self { child, port, dir };
        redis.ready().await?;
        Ok(redis)
    }

    /// SIGKILL, and a new start on the same files.
    pub(crate) async fn kill_and_restart(&mut self) -> Result<()> {
        self.child.kill().await?;
        self.child = spawn(self.port, &self.dir)?;
        self.ready().await
    }

    /// Sends it a signal, as in `STOP`.
    pub(crate) async fn signal(&self, name: &str) -> Result<()> {
        signal(&self.child, name).await
    }

    async fn ready(&mut self) -> Result<()> {
        let until = Instant::now() + READY_WAIT;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait()? {
                bail!("redis-server ended with {status}");
            }
            if answers(self.port).await.unwrap_or(false) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("redis-server is not ready after {READY_WAIT:?}")
    }

    /// Where it answers.
    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Stops it.
    pub(super) async fn stop(mut self) {
        end(&mut self.child).await;
    }
}

fn spawn(port: u16, dir: &Path) -> Result<Child> {
    Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--dir"])
        .arg(dir)
        .args(DURABLE)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start redis-server")
}

async fn answers(port: u16) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(b"PING\r\n").await?;
    let mut answer = [0; 7];
    stream.read_exact(&mut answer).await?;
    Ok(&answer == b"+PONG\r\n")
}
