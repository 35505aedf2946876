//! A private redis-server: own port, own directory, gone with the value.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    ops::Range,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use rand::Rng;
use tempfile::TempDir;

/// Below the ports that the system gives to outgoing connections: while a killed server is away,
/// none of them may take its port.
const PORTS: Range<u16> = 12_000..32_000;

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
    launcher: Vec<String>,
}

impl RedisServer {
    /// Starts one that is fit for the journal.
    pub(crate) fn durable() -> Self {
        Self::with(&[])
    }

    /// Starts one with these settings after the durable ones, as `--name value`.
    pub(crate) fn with(settings: &[&str]) -> Self {
        Self::launched(settings, Vec::new())
    }

    /// Starts one that is fit for the journal by these words before its own command.
    pub(crate) fn launched_by(launcher: Vec<String>) -> Self {
        Self::launched(&[], launcher)
    }

    fn launched(settings: &[&str], launcher: Vec<String>) -> Self {
        let dir = TempDir::new().unwrap();
        let settings: Vec<_> = DURABLE
            .iter()
            .chain(settings)
            .map(ToString::to_string)
            .collect();
        let started = (0..STARTS_MAX).find_map(|_| {
            let port = free_port();
            start(port, dir.path(), &settings, &launcher).map(|process| (port, process))
        });
        let (port, process) = started.expect("redis-server starts (apt install redis-server)");
        Self {
            process,
            port,
            dir,
            settings,
            launcher,
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
        let started = start(self.port, self.dir.path(), &self.settings, &self.launcher);
        self.process = started.expect("port still free");
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
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

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    let mut random = rand::rng();
    std::iter::repeat_with(|| random.random_range(PORTS))
        .take(1_000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}

/// Starts it and waits until it says that it is ready; `None` if it ends instead.
fn start(port: u16, dir: &Path, settings: &[String], launcher: &[String]) -> Option<Child> {
    let program = ["redis-server".to_owned()];
    let mut words = launcher.iter().chain(&program);
    let mut process = Command::new(words.next()?)
        .args(words)
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
