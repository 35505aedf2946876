//! A time-stamping authority of the tests' own: `openssl ts` behind HTTP, with certificates made for
//! it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::program::run;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// What the authority does when it is asked.
#[derive(Clone, Copy)]
pub(crate) enum Mood {
    /// Stamps what it was asked for.
    Honest = 0,
    /// Answers 503.
    Away = 1,
    /// Answers with the stamp that it gave first.
    Repeats = 2,
    /// Answers with a page.
    Confused = 3,
    /// Answers without an end.
    Endless = 4,
}

/// The authority; gone with the value.
pub(crate) struct StampAuthority {
    pub(crate) url: String,
    /// The certificate that vouches for it.
    pub(crate) anchor: PathBuf,
    desk: Arc<Desk>,
}

struct Desk {
    directory: TempDir,
    mood: AtomicU8,
    asked: AtomicU32,
}

const SETTINGS: &str = "
[ tsa ]
default_tsa = local
[ local ]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
[ req ]
distinguished_name = name
prompt = no
[ name ]
CN = Testowy dostawca znaczników czasu
[ root ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[ signer ]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
";

impl StampAuthority {
    /// Opens one with an RSA key, as most have.
    pub(crate) async fn open() -> Self {
        let directory = TempDir::new().unwrap();
        let here = directory.path();
        fs::write(here.join("settings"), SETTINGS).unwrap();
        fs::write(here.join("serial"), "01").unwrap();
        let key = "-newkey rsa:2048 -nodes -config settings";
        openssl(
            here,
            &format!("req -x509 {key} -extensions root -days 3650 -keyout root.key -out root.pem"),
        );
        openssl(
            here,
            &format!("req {key} -subj /CN=znacznik -keyout signer.key -out signer.csr"),
        );
        let by_root = "-CA root.pem -CAkey root.key -CAcreateserial -days 3650";
        openssl(
            here,
            &format!(
                "x509 -req -in signer.csr {by_root} -extfile settings -extensions signer -out signer.pem"
            ),
        );
        let anchor = here.join("root.pem");
        let desk = Arc::new(Desk {
            directory,
            mood: AtomicU8::new(Mood::Honest as u8),
            asked: AtomicU32::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/tsr", listener.local_addr().unwrap());
        let app = Router::new().route("/tsr", post(reply));
        let app = app.with_state(Arc::clone(&desk));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, anchor, desk }
    }

    pub(crate) fn is(&self, mood: Mood) {
        self.desk.mood.store(mood as u8, Ordering::SeqCst);
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> u32 {
        self.desk.asked.load(Ordering::SeqCst)
    }
}

async fn reply(State(desk): State<Arc<Desk>>, query: Bytes) -> Result<Vec<u8>, StatusCode> {
    desk.asked.fetch_add(1, Ordering::SeqCst);
    let here = desk.directory.path();
    let mood = desk.mood.load(Ordering::SeqCst);
    if mood == Mood::Away as u8 {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    if mood == Mood::Confused as u8 {
        return Ok(b"<html>".to_vec());
    }
    if mood == Mood::Endless as u8 {
        return Ok(vec![0x30; 1 << 20]);
    }
    if mood == Mood::Honest as u8 {
        fs::write(here.join("query"), &query).unwrap();
        let key = "-signer signer.pem -inkey signer.key -chain root.pem";
        openssl(
            here,
            &format!("ts -reply -config settings -queryfile query {key} -out reply"),
        );
    }
    Ok(fs::read(here.join("reply")).unwrap())
}

/// Runs openssl in a folder.
pub(crate) fn openssl(here: &Path, words: &str) -> String {
    let ran = run(Command::new("openssl")
        .args(words.split(' '))
        .current_dir(here));
    assert_eq!(ran.code, 0, "openssl {words}: {}", ran.err);
    ran.out
}
