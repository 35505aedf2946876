//! A time-stamping authority of the demo's own: `openssl ts` behind HTTP on this machine, with keys made
//! at its start. It proves nothing to anybody but shows how receipts and logs are stamped.

use anyhow::{Context, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::Mutex;
use url::Url;

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
CN = Pokazowy dostawca znacznikow czasu
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

/// What openssl is asked to make at the start, one after another.
const MADE: [&str; 3] = [
    "req -x509 -newkey rsa:2048 -nodes -config settings -extensions root -days 30 -keyout root.key \
     -out root.pem",
    "req -newkey rsa:2048 -nodes -config settings -subj /CN=znacznik -keyout signer.key -out signer.csr",
    "x509 -req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 \
     -extfile settings -extensions signer -out signer.pem",
];
const STAMP: &str = "ts -reply -config settings -queryfile query -signer signer.pem \
                     -inkey signer.key -chain root.pem -out reply";

/// Where the authority is.
pub(super) struct Authority {
    pub(super) url: Url,
    /// The certificate that vouches for it.
    pub(super) anchor: PathBuf,
}

/// The folder, used by one request at a time: openssl counts its serial number in it.
type Desk = Arc<Mutex<PathBuf>>;

impl Authority {
    /// Opens it in `dir`, until the process ends.
    ///
    /// # Errors
    /// When openssl is not installed or cannot do it.
    pub(super) async fn open(dir: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(dir)?;
        std::fs::write(dir.join("settings"), SETTINGS)?;
        std::fs::write(dir.join("serial"), "01")?;
        for words in MADE {
            openssl(dir, words).await?;
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = Url::parse(&format!("http://{}/tsr", listener.local_addr()?))?;
        let desk: Desk = Arc::new(Mutex::new(dir.to_owned()));
        let app = Router::new().route("/tsr", post(reply)).with_state(desk);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self {
            url,
            anchor: dir.join("root.pem"),
        })
    }
}

async fn reply(State(desk): State<Desk>, query: Bytes) -> Result<Vec<u8>, StatusCode> {
    let dir = desk.lock().await;
    stamped(&dir, &query).await.map_err(|error| {
        tracing::error!(%error, "nothing was stamped");
        StatusCode::SERVICE_UNAVAILABLE
    })
}

async fn stamped(dir: &Path, query: &[u8]) -> anyhow::Result<Vec<u8>> {
    tokio::fs::write(dir.join("query"), query).await?;
    openssl(dir, STAMP).await?;
    Ok(tokio::fs::read(dir.join("reply")).await?)
}

async fn openssl(dir: &Path, words: &str) -> anyhow::Result<()> {
    let ran = Command::new("openssl")
        .args(words.split_whitespace())
        .current_dir(dir)
        .kill_on_drop(true)
        .output()
        .await
        .context("openssl cannot be started")?;
    if !ran.status.success() {
        bail!("openssl: {}", String::from_utf8_lossy(&ran.stderr));
    }
    Ok(())
}
