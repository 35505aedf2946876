//! Private redis-servers: own ports, own directories, gone with the value.

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

/// What a server says when it can be used.
pub(super) const READY: &str = "Ready to accept connections";

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
    words: Vec<String>,
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
        Self::begin(READY, |port, dir| {
            command(&launcher, &[format!("--port {port}")], dir, settings)
        })
    }

    /// Starts it by the command for a port and a directory; it is there when it says `ready`.
    pub(super) fn begin(ready: &str, command: impl Fn(u16, &Path) -> Vec<String>) -> Self {
        let dir = TempDir::new().unwrap();
        let started = (0..STARTS_MAX).find_map(|_| {
            let port = free_port();
            let words = command(port, dir.path());
            let process = start(&words, ready).ok()?;
            Some((port, words, process))
        });
        let (port, words, process) =
            started.expect("redis-server starts (apt install redis-server)");
        Self {
            process,
            port,
            dir,
            words,
        }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Its port at 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Its directory, which holds what is durable.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Kills it at once, as a crash of the process does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.try_wait().unwrap().is_some()
    }

    /// Asks it one thing, as in `CONFIG SET maxmemory 0`.
    pub(crate) async fn ask(&self, command: &str) {
        let told = self.told(command).await;
        assert!(told.starts_with("OK"), "{command}: {told}");
    }

    /// What it answers, as a text.
    pub(crate) async fn told(&self, command: &str) -> String {
        let mut words = command.split(' ');
        let mut asked = redis::cmd(words.next().unwrap());
        words.for_each(|word| {
            asked.arg(word);
        });
        let mut connection = self.connection().await;
        asked.query_async(&mut connection).await.unwrap()
    }

    /// Starts it again on the same port and directory.
    pub(crate) fn restart(&mut self) {
        self.process = start(&self.words, READY).expect("it starts again");
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

/// The command of a server without a file of settings.
pub(super) fn command(
    launcher: &[String],
    port: &[String],
    dir: &Path,
    settings: &[&str],
) -> Vec<String> {
    let mut words = launcher.to_vec();
    words.extend(["redis-server", "--bind", "127.0.0.1", "--save", ""].map(str::to_owned));
    words.extend(["--dir".to_owned(), dir.display().to_string()]);
    let settings = DURABLE.iter().chain(settings).copied();
    for setting in port.iter().map(String::as_str).chain(settings) {
        words.extend(setting.split(' ').map(str::to_owned));
    }
    words
}

/// Starts it and waits until it says that it is ready; what it said if it ends instead.
fn start(words: &[String], ready: &str) -> Result<Child, String> {
    let (program, words) = words.split_first().expect("a program");
    let spawned = Command::new(program)
        .args(words)
        .stdout(Stdio::piped())
        .spawn();
    let mut process = spawned.map_err(|error| error.to_string())?;
    let output = process.stdout.take().expect("a pipe");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let mut said = String::new();
    for line in lines.by_ref() {
        if line.contains(ready) {
            // A full pipe would stop the server.
            thread::spawn(move || lines.for_each(drop));
            return Ok(process);
        }
        said += &line;
        said.push('\n');
    }
    let _ = process.wait();
    Err(said)
}
