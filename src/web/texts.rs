//! The words of the pages, in both languages.

use super::session::cookie;
use crate::clock::WARSAW;
use crate::error::Problem;
use auction_rules::{Timestamp, Words};
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use jiff::tz::TimeZone;

/// The cookie that keeps the language.
const COOKIE: &str = "ebok_lang";

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lang {
    /// Polish.
    Pl,
    /// English.
    En,
}

/// The language of a request: from `?lang=`, else from the cookie, else Polish.
pub(super) struct Language {
    pub(super) lang: Lang,
    /// It was chosen by this request, so the browser is to keep it.
    pub(super) chosen: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let asked = url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "lang")
            .and_then(|(_, value)| Lang::parse(&value));
        let kept = cookie(&parts.headers, COOKIE).and_then(Lang::parse);
        Ok(Self {
            lang: asked.or(kept).unwrap_or(Lang::Pl),
            chosen: asked.is_some(),
        })
    }
}

impl Lang {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "pl" => Some(Self::Pl),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The words of this language.
    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Self::Pl => &PL,
            Self::En => &EN,
        }
    }

    /// The sentence in this language; Polish where the English one is missing.
    pub(super) fn of(self, words: &Words) -> String {
        match self {
            Self::En if !words.en.is_empty() => words.en.clone(),
            _ => words.pl.clone(),
        }
    }

    /// The header that makes the browser keep the language for a year.
    pub(super) fn cookie(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Pl => "ebok_lang=pl; Path=/; SameSite=Lax; Max-Age=31536000",
            Self::En => "ebok_lang=en; Path=/; SameSite=Lax; Max-Age=31536000",
        })
    }

    /// The state of a lot or auction in words.
    pub(super) fn state(self, state: &str) -> &'static str {
        let (pl, en) = match state {
            "draft" => ("w przygotowaniu", "in preparation"),
            "publishing" => ("publikowana", "being published"),
            "published" => ("ogłoszona", "announced"),
            "between" => ("przerwa między etapami", "between phases"),
            "open" => ("trwa", "open"),
            "paused" => ("wstrzymana", "paused"),
            "interrupted" => ("przerwana przez awarię", "interrupted"),
            "closed" => ("zamknięta", "closed"),
            "cancelled" => ("odwołana", "cancelled"),
            "sealed" => ("zakończona", "complete"),
            _ => ("niedostępna", "unavailable"),
        };
        match self {
            Self::Pl => pl,
            Self::En => en,
        }
    }
}

/// A moment in Warsaw, as in `21.11.2026, 10:00:00`.
pub(super) fn warsaw(at: Timestamp) -> String {
    let zone = TimeZone::get(WARSAW).unwrap_or(TimeZone::UTC);
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(at) => at.to_zoned(zone).strftime("%d.%m.%Y, %H:%M:%S").to_string(),
        Err(_) => String::new(),
    }
}

/// The words of one language.
pub(super) struct Texts {
    pub(super) lang: &'static str,
    pub(super) product: &'static str,
    pub(super) skip: &'static str,
    pub(super) menu: &'static str,
    pub(super) log_in: &'static str,
    pub(super) log_out: &'static str,
    pub(super) login: &'static str,
    pub(super) password: &'static str,
    pub(super) change_password: &'static str,
    pub(super) must_change: &'static str,
    pub(super) present_password: &'static str,
    pub(super) new_password: &'static str,
    pub(super) repeat_password: &'static str,
    pub(super) password_hint: &'static str,
    pub(super) passwords_differ: &'static str,
    pub(super) auctions: &'static str,
    pub(super) no_auctions: &'static str,
    pub(super) number: &'static str,
    pub(super) subject: &'static str,
    pub(super) state: &'static str,
    pub(super) opening: &'static str,
    pub(super) needs_script: &'static str,
    pub(super) make_web: &'static str,
    pub(super) problem: &'static str,
}

static PL: Texts = Texts {
    lang: "pl",
    product: "Aukcje elektroniczne",
    skip: "Przejdź do treści",
    menu: "Menu",
    log_in: "Zaloguj się",
    log_out: "Wyloguj się",
    login: "Login",
    password: "Hasło",
    change_password: "Zmień hasło",
    must_change: "Masz hasło jednorazowe. Zanim pójdziesz dalej, ustaw własne.",
    present_password: "Dotychczasowe hasło",
    new_password: "Nowe hasło",
    repeat_password: "Nowe hasło jeszcze raz",
    password_hint: "Co najmniej 12 znaków.",
    passwords_differ: "Nowe hasło wpisano za drugim razem inaczej.",
    auctions: "Aukcje",
    no_auctions: "Nie ma teraz aukcji, które możesz zobaczyć.",
    number: "Część",
    subject: "Przedmiot",
    state: "Stan",
    opening: "Otwarcie",
    needs_script: "Do udziału w aukcji potrzebny jest JavaScript.",
    make_web: "Brakuje plików przeglądarki. Zbuduj je poleceniem: make web",
    problem: "Nie udało się",
};

static EN: Texts = Texts {
    lang: "en",
    product: "Electronic auctions",
    skip: "Skip to content",
    menu: "Menu",
    log_in: "Log in",
    log_out: "Log out",
    login: "Log-in",
    password: "Password",
    change_password: "Change password",
    must_change: "Your password is a one-time password. Set your own before you go on.",
    present_password: "Present password",
    new_password: "New password",
    repeat_password: "New password once more",
    password_hint: "At least 12 characters.",
    passwords_differ: "The new password was typed differently the second time.",
    auctions: "Auctions",
    no_auctions: "There are no auctions that you may see now.",
    number: "Lot",
    subject: "Subject",
    state: "State",
    opening: "Opening",
    needs_script: "To take part in the auction you need JavaScript.",
    make_web: "The browser's files are missing. Build them with: make web",
    problem: "This did not work",
};
