//! One node of a server of our own.

use super::redis::Redis;
use super::{data_dir, end, signal};
use crate::api::Api;
use crate::limits::READY_WAIT;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};
use url::Url;

/// A process that can be started again on the same data and port.
pub(crate) struct Node {
    /// Its name among the nodes.
    pub(crate) name: String,
    /// Where it answers.
    pub(crate) url: Url,
    pub(super) child: Option<Child>,
}

impl Node {
    /// Starts its process by this command; it does not answer yet.
    pub(super) fn start(
        &mut self,
        command: &mut Command,
        under: &Path,
        redis: Option<&Redis>,
    ) -> Result<()> {
        let listen = self.url.socket_addrs(|| None)?;
        let listen = listen.first().context("no address")?.to_string();
        command.args(["serve", "--allow-loadtest", "--listen", &listen]);
        command.args(["--node", &self.name, "--data-dir"]);
        command.arg(data_dir(under));
        match redis {
            None => command.args(["--journal", "sqlite"]),
            Some(redis) => command.args(["--journal", "redis", "--redis-url", &redis.url()]),
        };
        let mut log = std::fs::File::options();
        let log = log.create(true).append(true).open(self.log(under))?;
        let child = command
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn();
        self.child = Some(child.context("the server cannot be started")?);
        Ok(())
    }

    /// Waits until this path answers well.
    pub(super) async fn answers(&mut self, path: &str, under: &Path) -> Result<()> {
        let api = Api::new(self.url.clone())?;
        let until = Instant::now() + READY_WAIT;
        while Instant::now() < until {
            let child = self.child.as_mut().context("it was not started")?;
            if let Some(status) = child.try_wait()? {
                bail!(
                    "{} ended with {status}:\n{}",
                    self.name,
                    self.last_words(under)
                );
            }
            if api.answers(path).await {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!(
            "{} does not answer {path} after {READY_WAIT:?}:\n{}",
            self.name,
            self.last_words(under)
        )
    }

    /// SIGKILL.
    pub(crate) async fn kill(&mut self) -> Result<()> {
        let child = self.child.as_mut().context("it does not run")?;
        Ok(child.kill().await?)
    }

    /// SIGTERM, and SIGKILL where that is not enough.
    pub(crate) async fn end(&mut self) {
        if let Some(child) = &mut self.child {
            end(child).await;
        }
    }

    /// Sends it a signal, as in `STOP`.
    pub(crate) async fn signal(&self, name: &str) -> Result<()> {
        let child = self.child.as_ref().context("it does not run")?;
        signal(child, name).await
    }

    /// The end of what it wrote to its output.
    pub(super) fn last_words(&self, under: &Path) -> String {
        let text = std::fs::read_to_string(self.log(under)).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn log(&self, under: &Path) -> PathBuf {
        under.join(format!("{}.log", self.name))
    }
}
