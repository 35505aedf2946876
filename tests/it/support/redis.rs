//! A private redis-server: own port, own directory, gone with the value.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use super::{
    free_port,
    server::{STRACE, finished_trace},
};
use tempfile::TempDir;

/// Attempts to find a port that nobody takes between our look and the start of Redis.
const STARTS_MAX: usize = 10;

/// Settings under which Redis acknowledges only what is synced.
const DURABLE: &[&str] = &[
    "--appendonly yes",
    "--appendfsync always",
    "--no-appendfsync-on-rewrite no",
    "--maxmemory-policy noeviction",
];

/// A running redis-server with a directory that outlives its process.
pub(crate) struct RedisServer {
    process: Child,
    port: u16,
    dir: TempDir,
    settings: Vec<String>,
    trace: Option<PathBuf>,
}

impl RedisServer {
    /// Starts one that is fit for the journal.
    pub(crate) fn durable() -> Self {
        Self::with(&[])
    }

    /// Starts one with these settings after the durable ones, as `--name value`.
    pub(crate) fn with(settings: &[&str]) -> Self {
        Self::start(settings, false)
    }

    /// Starts one that is fit for the journal, under strace.
    pub(crate) fn traced() -> Self {
        Self::start(&[], true)
    }

    fn start(settings: &[&str], traced: bool) -> Self {
        let dir = TempDir::new().unwrap();
        let trace = traced.then(|| dir.path().join("redis.strace"));
        let settings: Vec<_> = DURABLE
            .iter()
            .chain(settings)
            .map(ToString::to_string)
            .collect();
        let started = (0..STARTS_MAX).find_map(|_| {
            let port = free_port();
            start(port, dir.path(), &settings, trace.as_deref()).map(|process| (port, process))
        });
        let (port, process) = started.expect("redis-server starts (apt install redis-server)");
        Self {
            process,
            port,
            dir,
            settings,
            trace,
        }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Kills it at once, as a crash of the process does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again on the same port and directory.
    pub(crate) fn restart(&mut self) {
        let trace = self.trace.as_deref();
        self.process =
            start(self.port, self.dir.path(), &self.settings, trace).expect("port still free");
    }

    /// What strace wrote, complete: the process must have been killed.
    pub(crate) async fn trace(&self) -> String {
        let file = self.trace.as_ref().expect("a traced Redis");
        finished_trace(file, self.process.id()).await
    }

    /// Freezes the process: links stay open, nothing answers.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    /// A plain connection beside the journal's.
    pub(crate) async fn connection(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    fn signal(&self, signal: &str) {
        let pid = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts it and waits until it says that it is ready; `None` if it ends instead.
fn start(port: u16, dir: &Path, settings: &[String], trace: Option<&Path>) -> Option<Child> {
    let mut command = Command::new(if trace.is_some() {
        "strace"
    } else {
        "redis-server"
    });
    if let Some(trace) = trace {
        command.args(STRACE).arg(trace).arg("redis-server");
    }
    let mut process = command
        .args([
            "--port",
            &port.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
        ])
        .arg("--dir")
        .arg(dir)
        .args(settings.iter().flat_map(|setting| setting.split(' ')))
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut lines = BufReader::new(process.stdout.take()?)
        .lines()
        .map_while(Result::ok);
    if lines.any(|line| line.contains("Ready to accept connections")) {
        // A full pipe would stop the server.
        thread::spawn(move || lines.for_each(drop));
        return Some(process);
    }
    let _ = process.wait();
    None
}
