//! Mail by SMTP.

use super::text::Text;
use crate::document::Lang;
use crate::limits::{NOTICE_ERROR_CHARS_MAX, NOTICE_SEND_MAX, SMTP_RESPONSE_MAX};
use auction_rules::Timestamp;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sha2::{Digest, Sha256};
use std::time::{Duration, UNIX_EPOCH};

/// Why mail cannot be set up. The address of the server may hold a password and is not repeated.
#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    /// Not an address of a mail server.
    #[error(
        "--smtp-url must be smtps://user:password@host, smtp://host?tls=required or smtp://host"
    )]
    Url,
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
    /// A way to the server at `url`, from this sender. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When one of both cannot be read.
    pub fn new(url: &str, from: &str) -> Result<Self, MailConfigError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
        let transport = builder
            .map_err(|_| MailConfigError::Url)?
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
