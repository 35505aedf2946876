//! Why a request was not done: a stable code, a name, and a sentence in both languages.
//!
//! Codes go on where the refusals of the rules end. Hundreds group them: 6 the request, 7 who asks,
//! 8 the paperwork, 9 the server. A code is never used again for something else.

use crate::auction::house::ActError;
use crate::identity::IdentityError;
use crate::identity::accounts::IssueError;
use crate::identity::passwords::QUEUE_RETRY;
use crate::store::StoreError;
use auction_rules::{Refusal, TermsFault, Words};
use serde::Serialize;
use std::time::Duration;

mod shape;

pub use shape::unreadable;

/// An answer that is not what was asked for.
#[derive(Debug, Clone)]
pub enum Problem {
    /// The body or the address cannot be read; says what is wrong with it.
    BadRequest(String),
    /// Fields that cannot stand, all of them at once.
    Faults(Vec<TermsFault>),
    /// The body is longer than the route takes.
    TooLarge,
    /// The body is no JSON by its content type.
    NotJson,
    /// The body is no form by its content type.
    NotAForm,
    /// There is no such page or thing.
    NotFound,
    /// The route does not know the method.
    WrongMethod,
    /// A browser sent it from another site.
    WrongOrigin,
    /// Nobody is logged in.
    NotLoggedIn,
    /// Log-in or password is wrong. Blocked people and unknown log-ins are told the same.
    WrongPassword,
    /// The one-time password must be changed before anything else.
    MustChangePassword,
    /// The one-time password was right, but no longer holds.
    PasswordExpired,
    /// The code is not the one that was asked for.
    WrongCode,
    /// The office must know the account's owner better for this.
    NotAssured,
    /// The second factor must be given before anything else.
    FactorNeeded,
    /// Who vouches for identities does not answer.
    OutsideAway,
    /// What came back from there does not hold.
    OutsideRefused,
    /// The person broke off there.
    OutsideBrokenOff,
    /// It holds, but no account opens to this identity.
    OutsideUnknown,
    /// The new password cannot be taken; says why.
    WeakPassword(Words),
    /// The role does not allow it.
    NotAllowed,
    /// Too many failed log-ins.
    TooManyAttempts(Duration),
    /// Too many requests of this kind from one place or about one thing.
    TooManyRequests(Duration),
    /// More passwords to check than the server takes at once.
    Busy(Duration),
    /// Something with this name stands already; says what, and which field names it.
    Exists(TermsFault),
    /// The state of the thing does not allow it; says why.
    NotNow(Words),
    /// The rules of the auction refused it.
    Refused(Refusal),
    /// The store or the journal cannot answer; nothing was done.
    Unavailable,
}

impl Problem {
    /// One wrong field.
    #[must_use]
    pub fn field(path: impl Into<String>, pl: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Faults(vec![fault(path, pl, en)])
    }

    /// Something with the name in this field stands already.
    #[must_use]
    pub fn exists(path: &str, pl: &str, en: &str) -> Self {
        Self::Exists(fault(path, pl, en))
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Refused(Refusal::NotFound) => 404,
            Self::Refused(Refusal::Unavailable) => 503,
            Self::Refused(Refusal::NotNow | Refusal::NotAllowed) => 409,
            Self::Refused(_) => 422,
            _ => self.kind().0,
        }
    }

    /// The stable number.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self {
            Self::Refused(refusal) => refusal.code(),
            _ => self.kind().1,
        }
    }

    /// The stable name, as in `not-found`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal_name(refusal),
            _ => self.kind().2.to_owned(),
        }
    }

    /// The sentence.
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::Refused(refusal) => refusal.words(),
            Self::NotNow(words) | Self::WeakPassword(words) => words.clone(),
            Self::Exists(fault) => fault.text.clone(),
            Self::BadRequest(detail) => {
                let (pl, en) = self.sentence();
                Words::new(format!("{pl} {detail}"), format!("{en} {detail}"))
            }
            _ => {
                let known = self.sentence_on_knowing();
                let (pl, en) = known.unwrap_or_else(|| self.sentence());
                Words::new(pl, en)
            }
        }
    }

    /// When to ask again, where that is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyAttempts(wait) | Self::TooManyRequests(wait) | Self::Busy(wait) => {
                Some(*wait)
            }
            Self::Unavailable | Self::Refused(Refusal::Unavailable) => Some(Duration::from_secs(2)),
            _ => None,
        }
    }

    /// The document that is sent (RFC 9457, `application/problem+json`).
    #[must_use]
    pub fn document(&self) -> Document {
        let text = self.words();
        Document {
            kind: "about:blank",
            title: text.en.clone(),
            status: self.status(),
            code: self.code(),
            name: self.name(),
            text,
            faults: match self {
                Self::Faults(faults) => faults.clone(),
                _ => Vec::new(),
            },
            refusal: match self {
                Self::Refused(refusal) => Some(refusal.clone()),
                _ => None,
            },
        }
    }

    /// Status, code and name.
    fn kind(&self) -> (u16, u16, &'static str) {
        match self {
            Self::BadRequest(_) => (400, 601, "bad-request"),
            Self::Faults(_) => (422, 602, "faults"),
            Self::TooLarge => (413, 603, "too-large"),
            Self::NotJson => (415, 604, "not-json"),
            Self::NotFound => (404, 605, "not-found"),
            Self::WrongMethod => (405, 606, "wrong-method"),
            Self::WrongOrigin => (403, 607, "wrong-origin"),
            Self::TooManyRequests(_) => (429, 608, "too-many-requests"),
            Self::NotAForm => (415, 609, "not-a-form"),
            Self::NotLoggedIn => (401, 701, "not-logged-in"),
            Self::WrongPassword => (401, 702, "wrong-password"),
            Self::MustChangePassword => (403, 703, "must-change-password"),
            Self::WeakPassword(_) => (422, 704, "weak-password"),
            Self::NotAllowed => (403, 705, "not-allowed"),
            Self::TooManyAttempts(_) => (429, 706, "too-many-attempts"),
            Self::Busy(_) => (503, 707, "busy"),
            Self::PasswordExpired => (403, 708, "password-expired"),
            Self::FactorNeeded => (403, 709, "second-factor-needed"),
            Self::WrongCode => (422, 710, "wrong-code"),
            Self::NotAssured => (403, 711, "not-assured"),
            Self::OutsideAway => (503, 712, "outside-away"),
            Self::OutsideRefused => (403, 713, "outside-refused"),
            Self::OutsideBrokenOff => (403, 714, "outside-broken-off"),
            Self::OutsideUnknown => (403, 715, "outside-unknown"),
            Self::Exists(_) => (409, 801, "exists"),
            Self::NotNow(_) => (409, 802, "not-now"),
            Self::Refused(_) | Self::Unavailable => (503, 901, "unavailable"),
        }
    }

    /// The sentence of a problem that has but one.
    fn sentence(&self) -> (&'static str, &'static str) {
        match self {
            Self::BadRequest(_) => ("Niezrozumiałe żądanie:", "The request cannot be read:"),
            Self::Faults(_) => ("Popraw wskazane pola.", "Correct the fields named."),
            Self::TooLarge => ("Treść żądania jest za długa.", "The body is too long."),
            Self::NotJson => (
                "Wyślij JSON z nagłówkiem Content-Type: application/json.",
                "Send JSON with Content-Type: application/json.",
            ),
            Self::NotAForm => (
                "Ten adres przyjmuje tylko formularze.",
                "This address takes forms only.",
            ),
            Self::NotFound => (
                "Nie ma takiej strony ani rzeczy.",
                "There is no such page or thing.",
            ),
            Self::WrongMethod => (
                "Ten adres nie zna tej metody.",
                "This address does not know the method.",
            ),
            Self::WrongOrigin => (
                "Żądanie przyszło z innej strony internetowej.",
                "The request came from another web site.",
            ),
            Self::NotLoggedIn => ("Zaloguj się.", "Log in."),
            Self::WrongPassword => (
                "Login albo hasło jest nieprawidłowe.",
                "The log-in or the password is wrong.",
            ),
            Self::MustChangePassword => (
                "Najpierw ustaw własne hasło.",
                "Set a password of your own first.",
            ),
            Self::PasswordExpired => (
                "To hasło jednorazowe wygasło. Poproś o nowe tam, gdzie je wydano.",
                "This one-time password has expired. Ask for a new one where it was issued.",
            ),
            Self::WrongCode => (
                "Kod jest nieprawidłowy. Sprawdź go i wpisz jeszcze raz.",
                "The code is wrong. Check it and enter it again.",
            ),
            Self::FactorNeeded => (
                "Najpierw podaj kod z aplikacji uwierzytelniającej.",
                "Give the code of your authenticator app first.",
            ),
            Self::TooManyRequests(_) => (
                "Za dużo próśb w krótkim czasie. Spróbuj później.",
                "Too many requests in a short time. Try later.",
            ),
            Self::NotAllowed => (
                "Twoja rola na to nie pozwala.",
                "Your role does not allow it.",
            ),
            Self::TooManyAttempts(_) => (
                "Za dużo nieudanych logowań. Spróbuj później.",
                "Too many failed log-ins. Try later.",
            ),
            Self::Busy(_) => (
                "Loguje się teraz bardzo wiele osób. Spróbuj za chwilę.",
                "Very many people are logging in. Try again in a moment.",
            ),
            // The others bring their own words.
            _ => (
                "Serwer chwilowo nie może odpowiedzieć. Niczego nie zmieniono.",
                "The server cannot answer now. Nothing was changed.",
            ),
        }
    }
}

impl Problem {
    /// The sentence of a problem of how well somebody is known.
    fn sentence_on_knowing(&self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::NotAssured => (
                "Ta sprawa wymaga konta potwierdzonego w urzędzie. Jeśli masz takie konto, zaloguj się \
                 hasłem.",
                "This matter needs an account that was confirmed at the office. If you have one, log in \
                 with the password.",
            ),
            Self::OutsideAway => (
                "Serwis, który potwierdza tożsamość, nie odpowiada. Zaloguj się loginem i hasłem albo \
                 spróbuj później.",
                "The service that confirms identities does not answer. Log in with log-in and password, \
                 or try later.",
            ),
            Self::OutsideRefused => (
                "Nie udało się potwierdzić tożsamości. Zacznij jeszcze raz.",
                "The identity could not be confirmed. Begin again.",
            ),
            Self::OutsideBrokenOff => (
                "Potwierdzanie tożsamości przerwano. Możesz zacząć jeszcze raz.",
                "Confirming the identity was broken off. You may begin again.",
            ),
            Self::OutsideUnknown => (
                "Z tą tożsamością nie jest połączone żadne konto. Jeśli masz konto, zaloguj się loginem i \
                 hasłem i połącz je na stronie „Konto”. Jeśli nie, załóż konto i przyjdź raz do urzędu z \
                 dokumentem tożsamości.",
                "No account is linked with this identity. If you have an account, log in with log-in and \
                 password and link it on the page “Account”. If not, register and come to the office once \
                 with your identity document.",
            ),
            _ => return None,
        })
    }
}

/// The name that the refusal has in the protocol.
fn refusal_name(refusal: &Refusal) -> String {
    let value = serde_json::to_value(refusal).unwrap_or_default();
    value["name"].as_str().unwrap_or("refused").to_owned()
}

/// One wrong field, for a list of them.
#[must_use]
pub fn fault(path: impl Into<String>, pl: impl Into<String>, en: impl Into<String>) -> TermsFault {
    TermsFault {
        path: path.into(),
        text: Words::new(pl, en),
    }
}

/// A problem as it travels.
#[derive(Debug, Serialize)]
pub struct Document {
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    status: u16,
    code: u16,
    name: String,
    pub(crate) text: Words,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<TermsFault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Refusal>,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words().en)
    }
}

impl std::error::Error for Problem {}

impl From<StoreError> for Problem {
    /// Logged here, once: what the client gets says nothing of the cause.
    fn from(error: StoreError) -> Self {
        let source = std::error::Error::source(&error).map(ToString::to_string);
        tracing::error!(%error, source, "the store did not answer");
        Self::Unavailable
    }
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Wrong => Self::WrongPassword,
            IdentityError::Expired => Self::PasswordExpired,
            IdentityError::WrongCode => Self::WrongCode,
            IdentityError::FactorFirst => Self::FactorNeeded,
            IdentityError::Weak(words) => Self::WeakPassword(words),
            IdentityError::TooMany(wait) => Self::TooManyAttempts(wait),
            IdentityError::Busy(wait) => Self::Busy(wait),
            IdentityError::Store(error) => error.into(),
        }
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Store(error) => error.into(),
            IssueError::Busy(_) => Self::Busy(QUEUE_RETRY),
            IssueError::BadLogin | IssueError::BadName | IssueError::Taken => {
                let text = error.to_string();
                Self::exists("login", &text, &text)
            }
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Refused(refusal) => Self::Refused(refusal),
            ActError::Unavailable => Self::Refused(Refusal::Unavailable),
            ActError::NotFound => Self::NotFound,
        }
    }
}
