//! Certificates that openssl makes for one test: an authority, and what it signed for 127.0.0.1.

use super::program::run;
use super::redis::{READY, RedisServer, command};
use redis::{ClientTlsConfig, TlsCertificates};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// An authority with one certificate for servers and clients; the files are gone with the value.
pub(crate) struct Certificates(TempDir);

impl Certificates {
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let made = Self(directory);
        let key = [
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-noenc",
        ];
        openssl(
            made.0.path(),
            &[
                &["req", "-x509", "-days", "2", "-subj", "/CN=test authority"],
                &key[..],
                &["-keyout", "ca.key", "-out", "ca.pem"],
            ],
        );
        openssl(
            made.0.path(),
            &[
                &["req", "-x509", "-days", "2", "-subj", "/CN=127.0.0.1"],
                &["-CA", "ca.pem", "-CAkey", "ca.key"],
                &["-addext", "subjectAltName=IP:127.0.0.1"],
                &["-addext", "basicConstraints=critical,CA:FALSE"],
                &key[..],
                &["-keyout", "redis.key", "-out", "redis.pem"],
            ],
        );
        made
    }

    /// A file: `ca.pem`, `redis.pem` or `redis.key`.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What a client trusts.
    pub(crate) fn authority(&self) -> TlsCertificates {
        TlsCertificates {
            client_tls: None,
            root_cert: Some(fs::read(self.file("ca.pem")).unwrap()),
        }
    }

    /// What a client trusts and shows.
    pub(crate) fn client(&self) -> TlsCertificates {
        TlsCertificates {
            client_tls: Some(ClientTlsConfig {
                client_cert: fs::read(self.file("redis.pem")).unwrap(),
                client_key: fs::read(self.file("redis.key")).unwrap(),
            }),
            ..self.authority()
        }
    }
}

impl RedisServer {
    /// Starts one that is fit for the journal and talks TLS alone; with these settings too.
    pub(crate) fn over_tls(certificates: &Certificates, settings: &[&str]) -> Self {
        let file = |name| certificates.file(name).display().to_string();
        let tls = [
            format!("--tls-cert-file {}", file("redis.pem")),
            format!("--tls-key-file {}", file("redis.key")),
            format!("--tls-ca-cert-file {}", file("ca.pem")),
        ];
        let tls = tls.iter().map(String::as_str);
        let settings: Vec<_> = tls.chain(settings.iter().copied()).collect();
        Self::begin(READY, |port, dir| {
            let port = ["--port 0".to_owned(), format!("--tls-port {port}")];
            command(&[], &port, dir, &settings)
        })
    }
}

fn openssl(directory: &Path, words: &[&[&str]]) {
    let mut command = Command::new("openssl");
    run(command.current_dir(directory).args(words.concat()));
}
