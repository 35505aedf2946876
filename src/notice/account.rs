//! What owners of accounts are told by mail.

use super::text::{Text, one_line};
use crate::document::Lang;
use crate::document::words::{day, hour};
use crate::identity::Vault;
use crate::store::citizens::Citizen;
use crate::store::notices::{NewNotice, Realm};
use auction_rules::Timestamp;
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum AccountEvent {
    /// Somebody registered with this address: a link confirms it.
    AddressToConfirm {
        /// Until when the link holds.
        expires_at: Timestamp,
    },
    /// Somebody registered with this address, which has an account.
    AddressKnown,
    /// The address is confirmed, and the office is to be visited.
    ToVisit {
        /// What is said at the desk.
        reference: String,
    },
    /// The registrar rejected the account.
    Rejected {
        /// Why.
        reason: String,
    },
    /// A new one-time password was issued at the desk.
    Recovered,
    /// The identity code ends soon.
    CodeEnds {
        /// When.
        at: Timestamp,
    },
    /// The identity code was revoked.
    CodeRevoked,
    /// The second factor was switched on or off.
    FactorChanged {
        /// It is on now.
        is_on: bool,
    },
    /// An outside identity was linked or unlinked.
    OutsideChanged {
        /// It is linked now.
        is_on: bool,
    },
}

impl AccountEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::AddressToConfirm { .. } => "address-to-confirm",
            Self::AddressKnown => "address-known",
            Self::ToVisit { .. } => "to-visit",
            Self::Rejected { .. } => "rejected",
            Self::Recovered => "recovered",
            Self::CodeEnds { .. } => "code-ends",
            Self::CodeRevoked => "code-revoked",
            Self::FactorChanged { .. } => "factor-changed",
            Self::OutsideChanged { .. } => "outside-changed",
        }
    }

    /// The page to go on with; empty where there is none.
    fn path(&self) -> &'static str {
        match self {
            Self::AddressToConfirm { .. } => "/account/confirm/",
            Self::ToVisit { .. } | Self::Rejected { .. } => "",
            Self::AddressKnown | Self::Recovered => "/login",
            Self::CodeEnds { .. }
            | Self::CodeRevoked
            | Self::FactorChanged { .. }
            | Self::OutsideChanged { .. } => "/account",
        }
    }
}

/// A notice to the owner of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountNotice {
    #[serde(flatten)]
    event: AccountEvent,
    /// The token of the link, encrypted: whoever reads the outbox cannot follow the link.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    sealed: String,
    /// Where to go on; known once it is sent.
    #[serde(skip)]
    link: String,
}

impl AccountNotice {
    /// A notice of an event.
    #[must_use]
    pub fn of(event: AccountEvent) -> Self {
        Self {
            event,
            sealed: String::new(),
            link: String::new(),
        }
    }

    /// The notice to the owner of an account. For one cause they are told once.
    #[must_use]
    pub fn to(self, citizen: &Citizen, cause: &str) -> NewNotice {
        NewNotice {
            key: self.key(cause),
            recipient: citizen.email.clone(),
            kind: "account".to_owned(),
            realm: Realm::Office,
            lang: citizen.lang.clone(),
            data: serde_json::to_value(super::Notice::Account(self)).unwrap_or_default(),
        }
    }

    /// The same with a token in its link.
    #[must_use]
    pub fn to_with_token(
        mut self,
        citizen: &Citizen,
        cause: &str,
        token: &str,
        vault: &Vault,
    ) -> NewNotice {
        self.sealed = vault.seal(token, &self.key(cause));
        self.to(citizen, cause)
    }

    fn key(&self, cause: &str) -> String {
        format!("account:{}:{cause}", self.event.name())
    }

    /// With its link, to be sent. `key` is the notice's; `site` is empty where the office has not set
    /// its address.
    #[must_use]
    pub fn with_link(mut self, site: &str, vault: &Vault, key: &str) -> Self {
        let path = self.event.path();
        if !site.is_empty() && !path.is_empty() {
            let token = vault.open_text(&self.sealed, key).unwrap_or_default();
            self.link = format!("{site}{path}{token}");
        }
        self
    }

    /// The notice in a language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> Text {
        let (subject, paragraphs) = self.said(lang);
        Text {
            subject: one_line(&subject),
            paragraphs,
            address: self.link.clone(),
        }
    }

    fn said(&self, lang: Lang) -> (String, Vec<String>) {
        match &self.event {
            AccountEvent::AddressToConfirm { expires_at } => {
                to_confirm(&hour(*expires_at, lang), lang)
            }
            AccountEvent::AddressKnown => known(lang),
            AccountEvent::ToVisit { reference } => to_visit(reference, lang),
            AccountEvent::Rejected { reason } => rejected(reason, lang),
            AccountEvent::Recovered => recovered(lang),
            AccountEvent::CodeEnds { at } => code_ends(&day(*at, lang), lang),
            AccountEvent::CodeRevoked => code_revoked(lang),
            AccountEvent::FactorChanged { is_on: true } => factor_on(lang),
            AccountEvent::FactorChanged { is_on: false } => factor_off(lang),
            AccountEvent::OutsideChanged { is_on: true } => outside_linked(lang),
            AccountEvent::OutsideChanged { is_on: false } => outside_unlinked(lang),
        }
    }
}

/// A subject and two paragraphs that nothing is put into.
fn fixed(said: [&str; 3]) -> (String, Vec<String>) {
    let [subject, paragraphs @ ..] = said.map(str::to_owned);
    (subject, paragraphs.into())
}

fn known(lang: Lang) -> (String, Vec<String>) {
    fixed(lang.either(
        [
            "masz już konto w urzędzie",
            "Ktoś założył konto z tym adresem e-mail, ale masz je już od dawna. Niczego nie \
             zmieniliśmy.",
            "Nie pamiętasz loginu albo hasła? Przyjdź do urzędu z dokumentem tożsamości.",
        ],
        [
            "you have an account at the office already",
            "Somebody registered an account with this e-mail address, but you have one already. We \
             changed nothing.",
            "Forgot log-in or password? Come to the office with your identity document.",
        ],
    ))
}

fn recovered(lang: Lang) -> (String, Vec<String>) {
    fixed(lang.either(
        [
            "nowe hasło jednorazowe",
            "W urzędzie, po sprawdzeniu dokumentu tożsamości, wydano nowe hasło jednorazowe do \
             twojego konta. Wyłączono też kody z aplikacji.",
            "Jeśli to nie ty, zadzwoń do urzędu.",
        ],
        [
            "new one-time password",
            "At the office, after a look at the identity document, a new one-time password was \
             issued for your account. Codes from the app were switched off.",
            "If this was not you, call the office.",
        ],
    ))
}

fn code_revoked(lang: Lang) -> (String, Vec<String>) {
    fixed(lang.either(
        [
            "kod tożsamości unieważniony",
            "Twój kod tożsamości jest nieważny. Nowy dostaniesz w urzędzie; do tego czasu możesz \
             tylko czytać swoje sprawy.",
            "Jeśli to nie ty, zadzwoń do urzędu.",
        ],
        [
            "identity code revoked",
            "Your identity code no longer holds. You get a new one at the office; until then you can \
             only read your matters.",
            "If this was not you, call the office.",
        ],
    ))
}

fn factor_on(lang: Lang) -> (String, Vec<String>) {
    fixed(lang.either(
        [
            "włączono kody z aplikacji",
            "Przy logowaniu poprosimy teraz także o kod z aplikacji.",
            "Jeśli to nie ty, przyjdź do urzędu z dokumentem tożsamości.",
        ],
        [
            "codes from the app are on",
            "At log-in we now also ask for a code from the app.",
            "If this was not you, come to the office with your identity document.",
        ],
    ))
}

fn factor_off(lang: Lang) -> (String, Vec<String>) {
    fixed(lang.either(
        [
            "wyłączono kody z aplikacji",
            "Przy logowaniu wystarczy teraz hasło.",
            "Jeśli to nie ty, zmień hasło i włącz kody jeszcze raz.",
        ],
        [
            "codes from the app are off",
            "At log-in the password is now enough.",
            "If this was not you, change the password and switch the codes on again.",
        ],
    ))
}

fn outside_linked(lang: Lang) -> (String, Vec<String>) {
    fixed(lang.either(
        [
            "nowy sposób logowania",
            "Twoje konto połączono z tożsamością spoza urzędu. Można się nią teraz zalogować bez hasła.",
            "Jeśli to nie ty, rozłącz ją na stronie konta i zmień hasło.",
        ],
        [
            "a new way to log in",
            "Your account was linked with an identity from outside the office. It now logs in without \
             the password.",
            "If this was not you, unlink it on the page of your account and change the password.",
        ],
    ))
}

fn outside_unlinked(lang: Lang) -> (String, Vec<String>) {
    fixed(lang.either(
        [
            "rozłączono sposób logowania",
            "Twoje konto nie jest już połączone z tożsamością spoza urzędu.",
            "Jeśli to nie ty, zmień hasło.",
        ],
        [
            "a way to log in was unlinked",
            "Your account is no longer linked with an identity from outside the office.",
            "If this was not you, change the password.",
        ],
    ))
}

fn to_confirm(until: &str, lang: Lang) -> (String, Vec<String>) {
    lang.either(
        (
            "potwierdź adres e-mail".to_owned(),
            vec![
                "Ktoś podał ten adres e-mail, zakładając konto w urzędzie.".to_owned(),
                format!("Jeśli to ty, otwórz ten adres i potwierdź. Działa raz, do: {until}."),
                "Jeśli nie, nic nie rób: konto zniknie samo.".to_owned(),
            ],
        ),
        (
            "confirm your e-mail address".to_owned(),
            vec![
                "Somebody gave this e-mail address when registering an account at the office."
                    .to_owned(),
                format!(
                    "If this was you, open this address and confirm. It works once, until {until}."
                ),
                "If not, do nothing: the account goes away by itself.".to_owned(),
            ],
        ),
    )
}

fn to_visit(reference: &str, lang: Lang) -> (String, Vec<String>) {
    lang.either(
        (
            format!("twoje zgłoszenie {reference}"),
            vec![
                format!("Numer zgłoszenia: {reference}"),
                "Przyjdź z nim raz do urzędu i pokaż dokument tożsamości. Dostaniesz login, hasło \
                 jednorazowe i kod tożsamości, którym potwierdzisz swoje wnioski."
                    .to_owned(),
            ],
        ),
        (
            format!("your registration {reference}"),
            vec![
                format!("Reference number: {reference}"),
                "Bring it to the office once and show your identity document. You get a log-in, a \
                 one-time password and an identity code, which confirms your applications."
                    .to_owned(),
            ],
        ),
    )
}

fn rejected(reason: &str, lang: Lang) -> (String, Vec<String>) {
    lang.either(
        (
            "konto nie zostało potwierdzone".to_owned(),
            vec![
                "Urząd nie potwierdził twojego konta.".to_owned(),
                format!("Powód: {reason}"),
                "Możesz założyć konto jeszcze raz.".to_owned(),
            ],
        ),
        (
            "the account was not confirmed".to_owned(),
            vec![
                "The office did not confirm your account.".to_owned(),
                format!("Reason: {reason}"),
                "You may register once more.".to_owned(),
            ],
        ),
    )
}

fn code_ends(day: &str, lang: Lang) -> (String, Vec<String>) {
    lang.either(
        (
            format!("kod tożsamości ważny do {day}"),
            vec![
                format!("Twój kod tożsamości przestanie działać {day} o godz. 00:00."),
                "Nowy dostaniesz w urzędzie: przyjdź z dokumentem tożsamości. Bez ważnego kodu \
                 możesz czytać swoje sprawy, ale nie składać nowych."
                    .to_owned(),
            ],
        ),
        (
            format!("identity code ends on {day}"),
            vec![
                format!("Your identity code ends on {day}, 00:00."),
                "You get a new one at the office: bring your identity document. Without one you can \
                 read your matters, but not apply."
                    .to_owned(),
            ],
        ),
    )
}
