//! What the server is told at its start: flags, each with an `EBOK_*` variable beside it.

use crate::auction::journal::redis::RedisOptions;
use crate::chain::stamp::{Anchors, Authority};
use crate::document::Office;
use crate::document::arms::{Arms, ArmsError};
use crate::identity::outside::oidc::{Level, Oidc, Settings, is_safe};
use crate::identity::outside::{BACK, Provider};
use crate::limits::{
    ARMS_BYTES_MAX, JRWA_BYTES_MAX, OUTSIDE_SECRET_BYTES_MAX, REDIS_PEM_BYTES_MAX,
    SMTP_AUTHORITY_BYTES_MAX, STAMP_ANCHORS_BYTES_MAX,
};
use crate::notice::mail::{MailConfigError, Mailer};
use crate::office::documents::scanning::Scanner;
use crate::office::procedures::{Catalogue, ListFaults};
use crate::office::signatures::checking;
use crate::store::Place;
use clap::{Args, ValueEnum};
use ipnet::IpNet;
use openidconnect::{IssuerUrl, RedirectUrl};
use redis::{ClientTlsConfig, TlsCertificates};
use std::fs::File;
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tsp_ltv::error::TrustError;
use url::Url;

/// Flags of `ebok serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeFlags {
    /// Address and port to listen on.
    #[arg(long, env = "EBOK_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub store: StoreFlags,
    /// Address at which people reach the server, as in https://aukcje.example.pl. With https,
    /// cookies are sent over TLS only.
    #[arg(long, env = "EBOK_PUBLIC_URL")]
    pub public_url: Option<Url>,
    /// Address of the reverse proxy whose X-Forwarded-For is believed. May be given several times.
    #[arg(long, env = "EBOK_PROXY", value_delimiter = ',')]
    pub proxy: Vec<IpAddr>,
    /// This server's name in the logs of auctions; its signing key goes by it.
    #[arg(long, env = "EBOK_NODE", default_value = "ebok-1", value_parser = node_name)]
    pub node: String,
    /// Where the logs of the auctions are kept.
    #[arg(long, env = "EBOK_JOURNAL", value_enum, default_value = "sqlite")]
    pub journal: JournalKind,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub redis: RedisFlags,
    /// Days after which the log of an auction that is over moves from the journal into the store.
    #[arg(
        long,
        env = "EBOK_ARCHIVE_AFTER",
        value_name = "DAYS",
        default_value_t = 30
    )]
    pub archive_after: u32,
    /// Let officers make test tenders, whose bidders need not change their password.
    #[arg(long, env = "EBOK_ALLOW_LOADTEST")]
    pub allow_loadtest: bool,
    /// Offer procedures whose class of the JRWA nobody has verified: for demos, not for an office.
    #[arg(long, env = "EBOK_DEMO")]
    pub demo: bool,
    /// CSV file with the office's own list of classes (JRWA), in place of the embedded one, of which
    /// none is verified. Its columns: class, title, retention, source and perhaps procedures.
    #[arg(long, env = "EBOK_JRWA")]
    pub jrwa: Option<PathBuf>,
    /// Whoever reads /metrics must send this as a bearer token. Without it /metrics is public.
    #[arg(long, env = "EBOK_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// Name of the office, for the head of its letters.
    #[arg(long, env = "EBOK_OFFICE_NAME", default_value = "")]
    pub office_name: String,
    /// Address of the office in one line.
    #[arg(long, env = "EBOK_OFFICE_ADDRESS", default_value = "")]
    pub office_address: String,
    /// File with the arms of the office, SVG or PNG, for letters, records and the top of pages.
    #[arg(long, env = "EBOK_OFFICE_ARMS")]
    pub office_arms: Option<PathBuf>,
    /// Mail server: smtps://user:password@host, smtp://user:password@host?tls=required (STARTTLS),
    /// or smtp://host without TLS and password. Without one, notices wait.
    #[arg(long, env = "EBOK_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// PEM file with the authority that signed the mail server's certificate, where the system does
    /// not know it.
    #[arg(long, env = "EBOK_SMTP_CA")]
    pub smtp_ca: Option<PathBuf>,
    /// The sender of notices, as in "Urząd Miasta <aukcje@example.pl>".
    #[arg(long, env = "EBOK_SMTP_FROM", default_value = "")]
    pub smtp_from: String,
    /// Time-stamping authority (RFC 3161) that stamps the head of each sealed log and
    /// each receipt for a letter, as in
    /// https://user:password@tsa.example.pl/tsr.
    #[arg(
        long,
        env = "EBOK_TSA_URL",
        hide_env_values = true,
        requires = "tsa_ca"
    )]
    pub tsa_url: Option<Url>,
    /// PEM file with the certificates that vouch for the time-stamping authority.
    #[arg(long, env = "EBOK_TSA_CA", requires = "tsa_url")]
    pub tsa_ca: Option<PathBuf>,
    /// Virus scanner (clamd) that looks at what people send: unix:/run/clamav/clamd.ctl or
    /// tcp:host:port. Until it has, clerks cannot open a file. With off, none looks at all.
    #[arg(long, env = "EBOK_CLAMD")]
    pub clamd: Option<Scanner>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub oidc: OidcFlags,
    /// PEM file with the certificates of issuers whose signatures on letters are trusted, and with
    /// their lists of revoked certificates (X509 CRL). It is read anew for each letter. Without it no
    /// signature passes by itself.
    #[arg(long, env = "EBOK_SIGNATURE_ANCHORS", value_name = "FILE")]
    pub signature_anchors: Option<PathBuf>,
    /// Network of computers that many people use, as in 10.1.2.0/24: a session there ends after five
    /// minutes without use and leaves nothing behind. May be given several times.
    #[arg(long, env = "EBOK_KIOSK", value_delimiter = ',')]
    pub kiosk: Vec<IpNet>,
    /// How log lines look.
    #[arg(long, env = "EBOK_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

/// A name that can stand in a file's name.
fn node_name(text: &str) -> Result<String, &'static str> {
    let fits = (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        Ok(text.to_owned())
    } else {
        Err("1 to 32 small letters, digits or hyphens")
    }
}

/// Flags that say where the store is.
#[derive(Debug, Clone, Args)]
pub struct StoreFlags {
    /// Directory of the server's own files.
    #[arg(long, env = "EBOK_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// PostgreSQL database in place of the SQLite file in the data directory.
    #[arg(long, env = "EBOK_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

impl StoreFlags {
    /// Where the store is.
    #[must_use]
    pub fn place(&self) -> Place {
        match &self.database_url {
            Some(url) => Place::Url(url.clone()),
            None => Place::Directory(self.data_dir.clone()),
        }
    }
}

/// Flags of a provider of OpenID Connect, by which people may log in.
#[derive(Debug, Clone, Default, Args)]
pub struct OidcFlags {
    /// Provider of OpenID Connect by which people may log in, as in https://login.example.pl. Register
    /// <public-url>/login/outside/back there.
    #[arg(long, env = "EBOK_OIDC_ISSUER", requires = "oidc_client_id")]
    pub oidc_issuer: Option<String>,
    /// What the provider calls this server.
    #[arg(long, env = "EBOK_OIDC_CLIENT_ID", requires = "oidc_issuer")]
    pub oidc_client_id: Option<String>,
    /// The secret that is shared with the provider.
    #[arg(
        long,
        env = "EBOK_OIDC_SECRET",
        hide_env_values = true,
        conflicts_with = "oidc_secret_file"
    )]
    pub oidc_secret: Option<String>,
    /// File with the secret that is shared with the provider.
    #[arg(long, env = "EBOK_OIDC_SECRET_FILE")]
    pub oidc_secret_file: Option<PathBuf>,
    /// What people call the provider: it stands on the button.
    #[arg(long, env = "EBOK_OIDC_NAME", default_value = "OpenID Connect")]
    pub oidc_name: String,
    /// What is asked for beside openid. May be given several times.
    #[arg(
        long,
        env = "EBOK_OIDC_SCOPE",
        value_delimiter = ',',
        default_value = "profile,email"
    )]
    pub oidc_scope: Vec<String>,
    /// The claim of the ID token that holds the PESEL.
    #[arg(long, env = "EBOK_OIDC_PESEL_CLAIM", default_value = "pesel")]
    pub oidc_pesel_claim: String,
    /// What an acr is worth, as in http://eidas.europa.eu/LoA/high=trusted-profile; the levels are email,
    /// trusted-profile and qualified, and an acr that is not named is worth email. May be given several
    /// times.
    #[arg(
        long,
        env = "EBOK_OIDC_LEVEL",
        value_delimiter = ',',
        default_values = EIDAS_LEVELS
    )]
    pub oidc_level: Vec<Level>,
}

/// The levels of Commission Implementing Regulation (EU) 2015/1502, as providers name them.
const EIDAS_LEVELS: [&str; 3] = [
    "http://eidas.europa.eu/LoA/low=email",
    "http://eidas.europa.eu/LoA/substantial=trusted-profile",
    "http://eidas.europa.eu/LoA/high=trusted-profile",
];

impl OidcFlags {
    /// The provider, if one is named.
    fn provider(
        &self,
        public_origin: Option<&str>,
    ) -> Result<Option<Arc<dyn Provider>>, ConfigError> {
        let (Some(issuer), Some(client)) = (&self.oidc_issuer, &self.oidc_client_id) else {
            return Ok(None);
        };
        let origin = public_origin.ok_or(ConfigError::OidcBack)?;
        // To the letter, as the ID token must name it.
        let issuer = IssuerUrl::new(issuer.clone())
            .ok()
            .filter(|url| is_safe(url.url()))
            .ok_or_else(|| ConfigError::OidcIssuer(issuer.clone()))?;
        let settings = Settings {
            issuer,
            client: client.clone(),
            secret: self.secret()?,
            name: self.oidc_name.clone(),
            back: RedirectUrl::new(format!("{origin}{BACK}")).map_err(|_| ConfigError::OidcBack)?,
            scopes: self.oidc_scope.clone(),
            pesel_claim: self.oidc_pesel_claim.clone(),
            levels: self.oidc_level.clone(),
        };
        let provider = Oidc::new(settings).map_err(ConfigError::Tls)?;
        Ok(Some(Arc::new(provider)))
    }

    fn secret(&self) -> Result<Option<String>, ConfigError> {
        let Some(path) = &self.oidc_secret_file else {
            return Ok(self.oidc_secret.clone());
        };
        let bytes = content("--oidc-secret-file", path, OUTSIDE_SECRET_BYTES_MAX)?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(Some(text.trim().to_owned()))
    }
}

/// Flags of `--journal redis`.
#[derive(Debug, Clone, Args)]
pub struct RedisFlags {
    /// Address of Redis: redis://user:password@host/, rediss://… for TLS, or
    /// redis+sentinel://user:password@host1:26379,host2:26379,host3:26379/name, where Sentinel says
    /// which server is the master.
    #[arg(
        long,
        env = "EBOK_REDIS_URL",
        hide_env_values = true,
        default_value = "redis://127.0.0.1:6379/"
    )]
    pub redis_url: String,
    /// PEM file with the authority that signed the certificates of Redis, in place of the system's.
    #[arg(long, env = "EBOK_REDIS_CA")]
    pub redis_ca: Option<PathBuf>,
    /// PEM file with the certificate that this server shows to Redis.
    #[arg(long, env = "EBOK_REDIS_CERT", requires = "redis_key")]
    pub redis_cert: Option<PathBuf>,
    /// PEM file with its key.
    #[arg(long, env = "EBOK_REDIS_KEY", requires = "redis_cert")]
    pub redis_key: Option<PathBuf>,
    /// Replicas of Redis that must have a bid before it is acknowledged.
    #[arg(long, env = "EBOK_REDIS_REPLICAS", default_value_t = 0)]
    pub redis_replicas: usize,
    /// Run on a Redis whose settings may lose acknowledged bids; it is shown and recorded.
    #[arg(long, env = "EBOK_ACCEPT_WEAK_DURABILITY")]
    pub accept_weak_durability: bool,
}

impl RedisFlags {
    /// How Redis is to be treated.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn options(&self) -> Result<RedisOptions, ConfigError> {
        let pem = |flag, path: &Option<PathBuf>| {
            let path = path.as_deref();
            path.map(|path| content(flag, path, REDIS_PEM_BYTES_MAX))
                .transpose()
        };
        let root_cert = pem("--redis-ca", &self.redis_ca)?;
        let client_cert = pem("--redis-cert", &self.redis_cert)?;
        let client_key = pem("--redis-key", &self.redis_key)?;
        let client_tls = client_cert
            .zip(client_key)
            .map(|(client_cert, client_key)| ClientTlsConfig {
                client_cert,
                client_key,
            });
        let is_given = root_cert.is_some() || client_tls.is_some();
        Ok(RedisOptions {
            accept_weak_durability: self.accept_weak_durability,
            replicas: self.redis_replicas,
            certificates: is_given.then_some(TlsCertificates {
                client_tls,
                root_cert,
            }),
            ..RedisOptions::default()
        })
    }
}

/// Where the logs of the auctions are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum JournalKind {
    /// A SQLite file in the data directory: one machine.
    Sqlite,
    /// Redis Streams: many nodes.
    Redis,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What the web must know.
#[derive(Clone, Default)]
pub struct Config {
    /// Scheme, host and port at which people reach the server, as in `https://aukcje.example.pl`.
    pub public_origin: Option<String>,
    /// Proxies whose X-Forwarded-For is believed.
    pub proxies: Vec<IpAddr>,
    /// Networks of computers that many people use.
    pub kiosks: Vec<IpNet>,
    /// Test tenders and credentials without a change of the password are allowed.
    pub allow_loadtest: bool,
    /// Procedures of unverified classes are offered.
    pub demo: bool,
    /// The procedures with the office's own classes; none where it brings none.
    pub own_catalogue: Option<&'static Catalogue>,
    /// What a reader of /metrics must send.
    pub metrics_token: Option<String>,
    /// Whose letters the server writes.
    pub office: Office,
    /// Sends notices; without it they wait.
    pub mailer: Option<Mailer>,
    /// Stamps the heads of sealed logs and receipts; without it there are no stamps.
    pub authority: Option<Arc<Authority>>,
    /// What looks for viruses.
    pub scanner: Scanner,
    /// Who vouches for identities from outside; without it people log in by password alone.
    pub outside: Option<Arc<dyn Provider>>,
    /// The file of issuers whose signatures are trusted.
    pub signature_anchors: Option<PathBuf>,
}

/// What is wrong with the flags.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not an address of a site.
    #[error("--public-url must be http://host or https://host, without a path: {0}")]
    PublicUrl(Url),
    /// An empty token would let everyone in.
    #[error("--metrics-token must not be empty")]
    MetricsToken,
    /// No way to a mail server.
    #[error(transparent)]
    Mail(#[from] MailConfigError),
    /// A file that a flag names cannot be read.
    #[error("{flag} {path:?} cannot be read")]
    File {
        /// The flag.
        flag: &'static str,
        /// What it names.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// No address of an authority.
    #[error("--tsa-url must begin with http:// or https://")]
    TsaUrl,
    /// No certificates.
    #[error("--tsa-ca {path:?} holds no certificate that can be read")]
    TsaAnchors {
        /// The file.
        path: PathBuf,
        /// Why it cannot be used.
        #[source]
        source: TrustError,
    },
    /// No issuers that can be trusted.
    #[error("--signature-anchors")]
    SignatureAnchors(#[source] anyhow::Error),
    /// The system's certificates cannot be used.
    #[error("TLS cannot be used")]
    Tls(#[source] reqwest::Error),
    /// An address that anybody on the way could answer for.
    #[error("--oidc-issuer must be https://host, or http:// on this machine: {0}")]
    OidcIssuer(String),
    /// The provider cannot send anybody back.
    #[error("--oidc-issuer needs --public-url, to which people come back")]
    OidcBack,
    /// No list of classes.
    #[error("--jrwa {path:?}:\n{faults}")]
    Jrwa {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        faults: ListFaults,
    },
    /// No arms.
    #[error("--office-arms {path:?}")]
    Arms {
        /// The file.
        path: PathBuf,
        /// Why it cannot be used.
        #[source]
        source: ArmsError,
    },
}

impl Config {
    /// Reads the flags.
    ///
    /// # Errors
    /// When one of them cannot stand.
    pub fn from_flags(flags: &ServeFlags) -> Result<Self, ConfigError> {
        if flags.metrics_token.as_deref() == Some("") {
            return Err(ConfigError::MetricsToken);
        }
        let public_origin = flags.public_url.as_ref().map(origin).transpose()?;
        Ok(Self {
            outside: flags.oidc.provider(public_origin.as_deref())?,
            public_origin,
            proxies: flags.proxy.clone(),
            kiosks: flags.kiosk.clone(),
            allow_loadtest: flags.allow_loadtest,
            demo: flags.demo,
            own_catalogue: flags.jrwa.as_deref().map(catalogue).transpose()?,
            metrics_token: flags.metrics_token.clone(),
            office: Office {
                name: flags.office_name.clone(),
                address: flags.office_address.clone(),
                arms: flags.office_arms.as_deref().map(arms).transpose()?,
            },
            mailer: flags
                .smtp_url
                .as_deref()
                .map(|url| mailer(url, flags))
                .transpose()?,
            authority: flags
                .tsa_url
                .as_ref()
                .zip(flags.tsa_ca.as_deref())
                .map(|(url, anchors)| authority(url, anchors))
                .transpose()?,
            scanner: flags.clamd.clone().unwrap_or_default(),
            signature_anchors: flags
                .signature_anchors
                .as_deref()
                .map(signature_anchors)
                .transpose()?,
        })
    }

    /// The procedures, with the office's own classes where it brings them.
    #[must_use]
    pub fn catalogue(&self) -> &'static Catalogue {
        self.own_catalogue.unwrap_or_else(Catalogue::embedded)
    }

    /// Address of a page, as it stands in letters; empty where the public address is not set.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        match &self.public_origin {
            Some(origin) => format!("{origin}{path}"),
            None => String::new(),
        }
    }

    /// Citizens can register: the mail that confirms their address can be sent, with its link.
    #[must_use]
    pub fn takes_registrations(&self) -> bool {
        self.mailer.is_some() && self.public_origin.is_some()
    }

    /// People reach the server over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_origin
            .as_deref()
            .is_some_and(|origin| origin.starts_with("https://"))
    }
}

fn arms(path: &Path) -> Result<Arms, ConfigError> {
    let bytes = content("--office-arms", path, ARMS_BYTES_MAX)?;
    Arms::read(&bytes).map_err(|source| ConfigError::Arms {
        path: path.to_owned(),
        source,
    })
}

/// The file, once it was read: a server that cannot use it shall not start.
fn signature_anchors(path: &Path) -> Result<PathBuf, ConfigError> {
    checking::read(path).map_err(ConfigError::SignatureAnchors)?;
    Ok(path.to_owned())
}

/// The procedures with the office's classes. There is one for the life of the process.
fn catalogue(path: &Path) -> Result<&'static Catalogue, ConfigError> {
    let list = content("--jrwa", path, JRWA_BYTES_MAX)?;
    let catalogue = Catalogue::of_office(&list).map_err(|faults| ConfigError::Jrwa {
        path: path.to_owned(),
        faults,
    })?;
    Ok(Box::leak(Box::new(catalogue)))
}

fn mailer(url: &str, flags: &ServeFlags) -> Result<Mailer, ConfigError> {
    let authority = flags.smtp_ca.as_deref();
    let authority = authority.map(|path| content("--smtp-ca", path, SMTP_AUTHORITY_BYTES_MAX));
    let authority = authority.transpose()?;
    Ok(Mailer::new(url, &flags.smtp_from, authority.as_deref())?)
}

fn authority(url: &Url, anchors: &Path) -> Result<Arc<Authority>, ConfigError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ConfigError::TsaUrl);
    }
    let pem = content("--tsa-ca", anchors, STAMP_ANCHORS_BYTES_MAX)?;
    let anchors = Anchors::read(&pem).map_err(|source| ConfigError::TsaAnchors {
        path: anchors.to_owned(),
        source,
    })?;
    let authority = Authority::new(url.clone(), anchors).map_err(ConfigError::Tls)?;
    Ok(Arc::new(authority))
}

/// What a file holds, up to one byte more than it may.
fn content(flag: &'static str, path: &Path, bytes_max: usize) -> Result<Vec<u8>, ConfigError> {
    let read = || {
        let mut bytes = Vec::new();
        let most = u64::try_from(bytes_max)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|source| ConfigError::File {
        flag,
        path: path.to_owned(),
        source,
    })
}

fn origin(url: &Url) -> Result<String, ConfigError> {
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if plain {
        Ok(url.origin().ascii_serialization())
    } else {
        Err(ConfigError::PublicUrl(url.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin() {
        for (url, expected) in [
            (
                "https://Aukcje.example.pl",
                Some("https://aukcje.example.pl"),
            ),
            (
                "https://aukcje.example.pl:443/",
                Some("https://aukcje.example.pl"),
            ),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("https://example.pl/aukcje", None),
            ("ftp://example.pl", None),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(origin(&url).ok().as_deref(), expected, "{url}");
        }
    }
}
