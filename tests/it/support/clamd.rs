//! A virus scanner of the tests' own: Debian's clamd on a private socket, with one signature, that of
//! the EICAR test file.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::wait::wait_for;
use ebok::office::documents::scanning::Scanner;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use tokio::net::UnixStream;

/// The test file that every scanner knows (eicar.org), in two parts so that none finds it here.
pub(crate) fn eicar() -> Vec<u8> {
    let parts = [
        "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR",
        "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ];
    parts.concat().into_bytes()
}

/// The scanner; it may be stopped and started again on the same socket, and is gone with the value.
pub(crate) struct Clamd {
    process: Option<Child>,
    directory: TempDir,
}

impl Clamd {
    /// One that does not run yet.
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let here = directory.path();
        fs::create_dir(here.join("signatures")).unwrap();
        let signature = format!("Eicar-Test:0:*:{}\n", hex::encode(eicar()));
        fs::write(here.join("signatures/tests.ndb"), signature).unwrap();
        let here = here.display();
        let settings = format!(
            "LocalSocket {here}/clamd.sock\nDatabaseDirectory {here}/signatures\nForeground yes\n\
             TemporaryDirectory {here}\nLogFile {here}/log\nStreamMaxLength 30M\n"
        );
        fs::write(directory.path().join("settings"), settings).unwrap();
        Self {
            process: None,
            directory,
        }
    }

    /// Starts it, and waits until it answers.
    pub(crate) async fn start(&mut self) {
        let process = Command::new("clamd")
            .arg("--config-file")
            .arg(self.directory.path().join("settings"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("clamd starts (apt install clamav-daemon)");
        self.process = Some(process);
        let socket = self.socket();
        let answers = async || UnixStream::connect(&socket).await.ok().map(drop);
        wait_for("clamd answers", answers).await;
    }

    /// Ends it.
    pub(crate) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Where it is, whether it runs or not.
    pub(crate) fn scanner(&self) -> Scanner {
        Scanner::Unix(self.socket())
    }

    fn socket(&self) -> PathBuf {
        self.directory.path().join("clamd.sock")
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.stop();
    }
}
