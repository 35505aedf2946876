//! Mail by SMTP.

use super::text::Text;
use crate::document::Lang;
use crate::limits::{NOTICE_ERROR_CHARS_MAX, NOTICE_SEND_MAX, SMTP_RESPONSE_MAX};
use auction_rules::Timestamp;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sha2::{Digest, Sha256};
use std::time::{Duration, UNIX_EPOCH};
use url::Url;

/// How a certificate begins in a PEM file.
const PEM_CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Why mail cannot be set up. The address of the server may hold a password and is not repeated.
#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    /// Not an address of a mail server.
    #[error(
        "--smtp-url must be smtps://user:password@host, smtp://user:password@host?tls=required or \
         smtp://host"
    )]
    Url,
    /// Whoever listens on the way would read the password.
    #[error("--smtp-url has a password: use smtps:// or ?tls=required")]
    PasswordInClear,
    /// No certificate of an authority.
    #[error("--smtp-ca must be a PEM file with the certificate of an authority")]
    Authority,
    /// Nobody can be answered.
    #[error("--smtp-from must be an e-mail address, as in \"Urząd Miasta <aukcje@example.pl>\"")]
    From,
}

/// A mail that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSent {
    /// Whether trying again can help.
    pub again: bool,
    /// What the server said, or why it could not be asked.
    pub why: String,
}

/// Sends mail through one server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// A way to the server at `url`, from this sender. Nothing is asked of it yet. Certificates are
    /// checked against the system's authorities and, where it is given, `authority` (PEM).
    ///
    /// # Errors
    /// When one of them cannot be read, or a password would be sent without TLS.
    pub fn new(url: &str, from: &str, authority: Option<&[u8]>) -> Result<Self, MailConfigError> {
        let tls = tls(url, authority)?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
        let transport = builder
            .map_err(|_| MailConfigError::Url)?
            .tls(tls)
            .timeout(Some(SMTP_RESPONSE_MAX))
            .build();
        let from = from.parse().map_err(|_| MailConfigError::From)?;
        Ok(Self { transport, from })
    }

    /// Sends a mail. The same key gives the same Message-ID, so that a mail that was sent twice,
    /// because its acceptance got lost, is known for the same.
    ///
    /// # Errors
    /// When the server did not take it.
    pub async fn send(
        &self,
        key: &str,
        recipient: &str,
        at: Timestamp,
        text: &Text,
        lang: Lang,
    ) -> Result<(), NotSent> {
        let never = |why: String| NotSent {
            again: false,
            why: shortened(&why),
        };
        let to: Mailbox = recipient
            .parse()
            .map_err(|_| never("the address is none".to_owned()))?;
        let since = Duration::from_millis(u64::try_from(at.0).unwrap_or_default());
        let bodies = MultiPart::alternative_plain_html(text.plain(), text.html(lang));
        let mail = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&text.subject)
            .date(UNIX_EPOCH + since)
            .message_id(Some(self.message_id(key)))
            .multipart(bodies)
            .map_err(|error| never(error.to_string()))?;
        match tokio::time::timeout(NOTICE_SEND_MAX, self.transport.send(mail)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(not_sent(&error)),
            Err(_) => Err(NotSent {
                again: true,
                why: "the server did not answer in time".to_owned(),
            }),
        }
    }

    fn message_id(&self, key: &str) -> String {
        let digest = hex::encode(Sha256::digest(key));
        format!("<{}@{}>", &digest[..32], self.from.email.domain())
    }
}

/// TLS from the first byte, TLS that the server must offer, or none. Never TLS as the server likes:
/// who sits on the way would answer that it has none.
fn tls(url: &str, authority: Option<&[u8]>) -> Result<Tls, MailConfigError> {
    let url = Url::parse(url).map_err(|_| MailConfigError::Url)?;
    let host = url.host_str().ok_or(MailConfigError::Url)?;
    let kind: fn(TlsParameters) -> Tls = match (url.scheme(), url.query()) {
        ("smtps", None) => Tls::Wrapper,
        ("smtp", Some("tls=required")) => Tls::Required,
        ("smtp", None) if url.password().is_some() => return Err(MailConfigError::PasswordInClear),
        ("smtp", None) => return Ok(Tls::None),
        _ => return Err(MailConfigError::Url),
    };
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(pem) = authority {
        // Text without any certificate would be taken for an empty list of them.
        if !pem
            .windows(PEM_CERTIFICATE.len())
            .any(|part| part == PEM_CERTIFICATE)
        {
            return Err(MailConfigError::Authority);
        }
        let authority = Certificate::from_pem(pem).map_err(|_| MailConfigError::Authority)?;
        parameters = parameters.add_root_certificate(authority);
    }
    let parameters = parameters.build();
    Ok(kind(parameters.map_err(|_| MailConfigError::Authority)?))
}

/// What a server refuses for good (5xx) is not asked again; all else may pass.
fn not_sent(error: &SmtpError) -> NotSent {
    let cause =
        std::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
    NotSent {
        again: !error.is_permanent(),
        why: shortened(&format!("{error}{cause}")),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(NOTICE_ERROR_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mail_servers() {
        let of = |url| Mailer::new(url, "a@example.pl", None).map(drop);
        for url in [
            "smtps://u:p@mail.example.pl",
            "smtp://u:p@mail.example.pl?tls=required",
            "smtp://127.0.0.1:2525",
        ] {
            assert!(of(url).is_ok(), "{url}");
        }
        for (url, expected) in [
            ("smtp://u:p@mail.example.pl", "has a password"),
            ("smtp://mail.example.pl?tls=opportunistic", "must be"),
            ("http://mail.example.pl", "must be"),
            ("smtps://", "must be"),
            ("mail.example.pl", "must be"),
        ] {
            let error = of(url).unwrap_err().to_string();
            assert!(
                error.contains(expected) && !error.contains("u:p@"),
                "{url}: {error}"
            );
        }
        let wrong = Mailer::new("smtps://mail.example.pl", "a@example.pl", Some(b"no PEM"));
        assert!(matches!(wrong.map(drop), Err(MailConfigError::Authority)));
    }
}
