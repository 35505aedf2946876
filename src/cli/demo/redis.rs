//! A redis-server of the demo's own: own port, own folder, durable settings. The system's Redis is
//! never touched.

use anyhow::{Context, bail};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

/// How long it may take to start.
const START_MAX: Duration = Duration::from_secs(10);

/// A running private redis-server; it ends with this value.
pub(super) struct PrivateRedis {
    /// Where it listens.
    pub(super) url: String,
    _process: Child,
}

impl PrivateRedis {
    /// Starts one in `dir`.
    ///
    /// # Errors
    /// When redis-server is not installed or does not start.
    pub(super) async fn start(dir: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(dir)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let durable = [
            "--bind 127.0.0.1",
            "--save \"\"",
            "--appendonly yes",
            "--appendfsync always",
            "--no-appendfsync-on-rewrite no",
            "--maxmemory-policy noeviction",
            "--daemonize no",
        ];
        let process = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--dir"])
            .arg(dir)
            .args(
                durable
                    .iter()
                    .flat_map(|flag| flag.split(' '))
                    .map(|word| word.trim_matches('"')),
            )
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("redis-server cannot be started; install it (apt install redis-server)")?;
        let started = tokio::time::timeout(START_MAX, answers(port)).await;
        if started.is_err() {
            bail!("redis-server did not answer on port {port} within {START_MAX:?}");
        }
        Ok(Self {
            url: format!("redis://127.0.0.1:{port}/"),
            _process: process,
        })
    }
}

async fn answers(port: u16) {
    while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .await
        .is_err()
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
