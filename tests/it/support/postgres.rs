//! A private PostgreSQL: own port, own directory, gone with the value. No test kills it, so it need not
//! sync.

use super::program::run;
use super::redis::free_port;
use super::wait::wait_for;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A running server with one empty database.
pub(crate) struct Postgres {
    process: Child,
    port: u16,
    _dir: TempDir,
}

impl Postgres {
    /// Starts one.
    pub(crate) async fn start() -> Self {
        Self::at(free_port()).await
    }

    /// Starts one on a port, in place of one that is gone.
    pub(crate) async fn at(port: u16) -> Self {
        let dir = TempDir::new().unwrap();
        if is_root() {
            let owned = run(Command::new("chown").arg("postgres").arg(dir.path()));
            assert_eq!(owned.code, 0, "{}", owned.err);
        }
        let data = dir.path().join("data");
        let made = run(command("initdb")
            .args([
                "--auth=trust",
                "--username=ebok",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
            ])
            .arg(&data)
            .stdin(Stdio::null()));
        assert_eq!(made.code, 0, "initdb: {}", made.err);
        let log = fs::File::create(dir.path().join("log")).unwrap();
        let process = command("postgres")
            .arg("-D")
            .arg(&data)
            .args([
                "-p",
                &port.to_string(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "fsync=off",
            ])
            .arg("-k")
            .arg(dir.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("postgres starts (apt install postgresql)");
        let server = Self {
            process,
            port,
            _dir: dir,
        };
        let asked = ["-q", "-h", "127.0.0.1", "-p", &port.to_string()].map(str::to_owned);
        wait_for(
            "PostgreSQL answers (its log is beside its data)",
            async || {
                let asked = run(Command::new(program("pg_isready")).args(&asked));
                (asked.code == 0).then_some(())
            },
        )
        .await;
        server
    }

    /// Where it listens: host and port.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Where its database is.
    pub(crate) fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Where one of its databases is.
    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("postgres://ebok@{}/{database}", self.address())
    }

    /// The first database, behind a proxy.
    pub(crate) fn url_at(address: &str) -> String {
        format!("postgres://ebok@{address}/postgres")
    }

    /// Its port at 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Runs a program of PostgreSQL's against it, as in `createdb`.
    pub(crate) fn tool<S: AsRef<OsStr>>(&self, name: &str, arguments: impl IntoIterator<Item = S>) {
        let ran = run(Command::new(program(name))
            .args(["--host=127.0.0.1", "--username=ebok"])
            .arg(format!("--port={}", self.port))
            .args(arguments));
        assert_eq!(ran.code, 0, "{name}: {}", ran.err);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // A quick end of all its processes: SIGQUIT to the first.
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &id]).status();
        let _ = self.process.wait();
    }
}

/// One of PostgreSQL's programs, which refuse to run as root.
fn command(name: &str) -> Command {
    if !is_root() {
        return Command::new(program(name));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    command.arg(program(name));
    command
}

/// Where Debian puts it: a folder for each version, none of them on the path.
fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").expect("apt install postgresql");
    let versions = versions.filter_map(|version| Some(version.ok()?.path()));
    let newest = versions.max_by_key(|path| number(path));
    newest
        .expect("a version of PostgreSQL")
        .join("bin")
        .join(name)
}

fn number(path: &Path) -> u32 {
    let name = path.file_name().and_then(|name| name.to_str());
    name.and_then(|name| name.parse().ok()).unwrap_or(0)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
