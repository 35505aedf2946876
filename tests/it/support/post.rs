//! A mail server of the tests' own, which keeps what it takes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::redis::free_port;
use crate::python::python;
use crate::source::root;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use tempfile::TempDir;

/// A mail server of its own on a port that stays the same when it is started again.
pub(crate) struct Post {
    pub(crate) process: Option<Child>,
    pub(crate) port: u16,
    folder: TempDir,
}

impl Post {
    pub(crate) fn new() -> Self {
        Self {
            process: None,
            port: free_port(),
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn start(&mut self, calm: bool) {
        let flags: &[&str] = if calm { &["--calm"] } else { &[] };
        self.start_with(flags);
    }

    pub(crate) fn start_with(&mut self, flags: &[&str]) {
        let mut command = python();
        command.arg(root().join("tests/python/mail_server.py"));
        command.arg(self.port.to_string()).arg(self.folder.path());
        command.args(flags);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let out = process.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut said).unwrap();
        assert_eq!(
            said.trim(),
            "ready",
            "Python lacks aiosmtpd: run `make setup`"
        );
        self.process = Some(process);
    }

    /// Where what was taken lies.
    pub(crate) fn folder(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    /// The certificate of the authority that signed the server's own, as it was made at its start.
    pub(crate) fn authority(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("authority.pem")).unwrap()
    }

    /// Waits until the process that ended itself is gone.
    pub(crate) fn gone(&mut self) {
        self.process.take().unwrap().wait().unwrap();
    }

    /// What was taken.
    pub(crate) fn mails(&self) -> Vec<String> {
        let is_mail = |path: &Path| path.extension().is_some_and(|ending| ending == "eml");
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|file| file.unwrap().path())
            .filter(|path| is_mail(path))
            .map(|path| String::from_utf8(std::fs::read(path).unwrap()).unwrap())
            .collect()
    }

    pub(crate) fn message_ids(&self) -> Vec<String> {
        let id = |mail: &String| {
            let line = mail.lines().find(|line| line.starts_with("Message-ID: "));
            line.unwrap().to_owned()
        };
        self.mails().iter().map(id).collect()
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
