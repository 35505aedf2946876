//! The virus scanner: clamd, asked over its socket. Nothing waits for it: what was not scanned stays
//! locked to clerks, and is tried again.

use super::Documents;
use crate::error::Problem;
use crate::limits::{SCAN_EVERY, SCAN_WAIT};
use crate::store::documents::{self, Document};
use crate::store::{StoreError, audit};
use clamav_client::tokio::{Socket, Tcp, scan_file};
use serde_json::json;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

/// What looks for viruses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scanner {
    /// Nothing yet: documents stay locked to clerks.
    #[default]
    Missing,
    /// Nothing, as the flags say: documents count as clean.
    Off,
    /// clamd at a socket of this machine.
    Unix(PathBuf),
    /// clamd at an address and port.
    Tcp(String),
}

/// No place of a scanner.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("unix:/path, tcp:host:port, or off")]
pub struct NoScanner;

impl FromStr for Scanner {
    type Err = NoScanner;

    fn from_str(text: &str) -> Result<Self, NoScanner> {
        match text.split_once(':') {
            None if text == "off" => Ok(Self::Off),
            Some(("unix", path)) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            Some(("tcp", place)) if place.contains(':') => Ok(Self::Tcp(place.to_owned())),
            _ => Err(NoScanner),
        }
    }
}

/// What the scanner said of a document.
enum Verdict {
    Clean,
    Infected(String),
}

impl Documents {
    /// Has documents scanned for one server, until it is dropped. At its start everything that was not
    /// scanned is due.
    pub async fn scan(self) {
        if self.scanner == Scanner::Missing {
            tracing::warn!("no virus scanner is set: documents stay locked to clerks");
            return;
        }
        // Problems of the store were logged where they became one.
        drop(self.hurry_scans().await);
        loop {
            drop(self.scan_due().await);
            tokio::time::sleep(SCAN_EVERY).await;
        }
    }

    async fn hurry_scans(&self) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        documents::hurry(&mut tx, (self.now)()).await?;
        Ok(tx.commit().await?)
    }

    /// Has everything scanned that is due; gives how many documents were.
    ///
    /// # Errors
    /// When the store is away. What was scanned before stays so.
    pub async fn scan_due(&self) -> Result<usize, Problem> {
        let mut scanned = 0;
        while self.scanner != Scanner::Missing
            && let Some(due) = self.take_scan().await?
        {
            scanned += usize::from(self.scan_one(&due).await?);
        }
        Ok(scanned)
    }

    async fn take_scan(&self) -> Result<Option<Document>, StoreError> {
        let mut tx = self.store.write_tx().await?;
        let taken = documents::take(&mut tx, (self.now)()).await?;
        tx.commit().await?;
        Ok(taken)
    }

    async fn scan_one(&self, due: &Document) -> Result<bool, StoreError> {
        let verdict = self.ask(due).await;
        let mut tx = self.store.write_tx().await?;
        let now = (self.now)();
        let scanned = match verdict {
            Ok(Verdict::Clean) => documents::settle(&mut tx, &due.id, now, "").await?,
            Ok(Verdict::Infected(infection)) => {
                tracing::warn!(document = due.id, infection, "a document is infected");
                let details = json!({ "document": due.id, "infection": infection });
                audit(&mut tx, now, "server", "document.infected", &details).await?;
                documents::settle(&mut tx, &due.id, now, &infection).await?
            }
            Err(error) => {
                tracing::error!(document = due.id, %error, "a document was not scanned");
                documents::failed(&mut tx, &due.id, &error.to_string()).await?;
                false
            }
        };
        tx.commit().await?;
        Ok(scanned)
    }

    async fn ask(&self, due: &Document) -> io::Result<Verdict> {
        let path = self.folder.by_hash(&due.sha256);
        let asked = async {
            match &self.scanner {
                Scanner::Missing | Scanner::Off => Ok(b"stream: OK\0".to_vec()),
                Scanner::Unix(socket) => {
                    let socket = Socket {
                        socket_path: socket.as_path(),
                    };
                    scan_file(path, socket, None).await
                }
                Scanner::Tcp(place) => {
                    let place = Tcp {
                        host_address: place.as_str(),
                    };
                    scan_file(path, place, None).await
                }
            }
        };
        let reply = tokio::time::timeout(SCAN_WAIT, asked).await;
        verdict(&reply.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??)
    }
}

/// Reads what clamd answers: `stream: OK`, `stream: NAME FOUND`, or something else with `ERROR`.
fn verdict(reply: &[u8]) -> io::Result<Verdict> {
    let reply = String::from_utf8_lossy(reply);
    let reply = reply.trim_end_matches(['\0', '\n']);
    let said = reply.strip_prefix("stream: ").unwrap_or_default();
    match said.strip_suffix(" FOUND") {
        Some(infection) => Ok(Verdict::Infected(infection.to_owned())),
        None if said == "OK" => Ok(Verdict::Clean),
        None => Err(io::Error::other(format!("clamd said: {reply}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_has_a_place() {
        for (text, expected) in [
            (
                "unix:/run/clamav/clamd.ctl",
                Some(Scanner::Unix("/run/clamav/clamd.ctl".into())),
            ),
            (
                "tcp:127.0.0.1:3310",
                Some(Scanner::Tcp("127.0.0.1:3310".to_owned())),
            ),
            ("off", Some(Scanner::Off)),
            ("unix:clamd.ctl", None),
            ("tcp:clamav", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
    }

    #[test]
    fn only_ok_is_clean() {
        for (reply, expected) in [
            ("stream: OK\0", Some("")),
            ("stream: Eicar-Test FOUND\0", Some("Eicar-Test")),
            ("INSTREAM size limit exceeded. ERROR\0", None),
            ("stream: Can't allocate memory ERROR\0", None),
            ("OK", None),
            ("", None),
        ] {
            let said = match verdict(reply.as_bytes()) {
                Ok(Verdict::Clean) => Some(String::new()),
                Ok(Verdict::Infected(infection)) => Some(infection),
                Err(_) => None,
            };
            assert_eq!(said.as_deref(), expected, "{reply}");
        }
    }
}
