//! Numbers that people and things have in Poland: their shape and their check digits.

use auction_rules::Words;
use serde::{Deserialize, Serialize};

pub mod ade;
pub mod case_sign;
pub mod contact;
mod digits;
pub mod id_card;
pub mod ksef;
pub mod land;
pub mod nip;
pub mod nrb;
pub mod pesel;
pub mod regon;
pub mod teryt;

/// A number that a form may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identifier {
    /// Number of a person: [`pesel`].
    Pesel,
    /// Tax number: [`nip`].
    Nip,
    /// Number of a firm in the statistical register: [`regon`].
    Regon,
    /// Address of electronic mail: [`contact`].
    Email,
    /// Telephone number: [`contact`].
    Phone,
    /// Postal code: [`contact`].
    Postcode,
    /// Number of a plot of land, alone or with its precinct: [`land`].
    Plot,
    /// Number of a land and mortgage register: [`land`].
    LandRegister,
    /// Number of a bank account: [`nrb`].
    BankAccount,
    /// Address for electronic delivery: [`ade`].
    Ade,
    /// Sign of a case of an office: [`case_sign`].
    CaseSign,
    /// Series and number of an identity card: [`id_card`].
    IdCard,
    /// Number of a commune in the territorial register: [`teryt`].
    Commune,
}

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It does not look like one.
    Shape,
    /// It looks like one, but a digit is wrong or two are exchanged.
    CheckDigit,
}

impl Identifier {
    /// What a person typed, as it is kept: without the spaces and hyphens that people write for
    /// the eye.
    #[must_use]
    pub fn tidy(self, typed: &str) -> String {
        let typed = typed.trim();
        match self {
            Self::Pesel | Self::Nip | Self::Regon | Self::Commune => without(typed, &['-']),
            Self::Phone => without(typed, &['-', '(', ')']),
            Self::BankAccount => nrb::tidy(typed),
            Self::IdCard => without(typed, &['-']).to_uppercase(),
            Self::LandRegister | Self::Ade => without(typed, &[]).to_uppercase(),
            Self::Plot => without(typed, &[]),
            Self::Postcode => contact::tidy_postcode(typed),
            Self::Email | Self::CaseSign => typed.to_owned(),
        }
    }

    /// Whether a tidy number can stand.
    ///
    /// # Errors
    /// What is wrong with it. A check digit of an address for electronic delivery is never held
    /// against it: [`ade::has_usual_check`] tells.
    pub fn check(self, text: &str) -> Result<(), Wrong> {
        match self {
            Self::Pesel => pesel::Pesel::read(text).map(drop),
            Self::Nip => nip::check(text),
            Self::Regon => regon::check(text),
            Self::Email => contact::check_email(text),
            Self::Phone => contact::check_phone(text),
            Self::Postcode => contact::check_postcode(text),
            Self::Plot => land::check_plot(text),
            Self::LandRegister => land::check_register(text),
            Self::BankAccount => nrb::check(text),
            Self::Ade => ade::check(text),
            Self::CaseSign => text.parse::<case_sign::CaseSign>().map(drop),
            Self::IdCard => id_card::check(text),
            Self::Commune => teryt::check_commune(text),
        }
    }

    /// The shape of a tidy number: a regular expression in the subset of JSON Schema.
    #[must_use]
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Pesel => "^[0-9]{11}$",
            Self::Nip => "^[0-9]{10}$",
            Self::Regon => "^([0-9]{9}|[0-9]{14})$",
            Self::Email => contact::EMAIL,
            Self::Phone => contact::PHONE,
            Self::Postcode => contact::POSTCODE,
            Self::Plot => land::PLOT,
            Self::LandRegister => land::REGISTER,
            Self::BankAccount => "^[0-9]{26}$",
            Self::Ade => ade::PATTERN,
            Self::CaseSign => case_sign::PATTERN,
            Self::IdCard => id_card::PATTERN,
            Self::Commune => teryt::COMMUNE,
        }
    }

    /// What to write, for somebody who wrote something else.
    #[must_use]
    pub fn sentence(self, wrong: Wrong) -> Words {
        let (pl, en) = match (self, wrong) {
            (Self::Email, _) => (
                "Podaj adres e-mail, na przykład jan@example.pl.",
                "Enter an e-mail address, as in jan@example.pl.",
            ),
            (Self::Phone, _) => (
                "Numer telefonu ma 9 cyfr, a z numerem kraju do 15: na przykład +48 600 100 200.",
                "A telephone number has 9 digits, with the country's up to 15, as in +48 600 100 200.",
            ),
            (Self::Postcode, _) => (
                "Kod pocztowy ma postać 85-102.",
                "A postal code looks like 85-102.",
            ),
            (Self::Plot, _) => (
                "Podaj numer działki, na przykład 123/4, albo jej pełny identyfikator.",
                "Enter the number of the plot, as in 123/4, or its full identifier.",
            ),
            (Self::CaseSign, _) => (
                "Znak sprawy ma postać WGiGN.6624.12.2026.",
                "The sign of a case looks like WGiGN.6624.12.2026.",
            ),
            (Self::Ade, _) => (
                "Adres do doręczeń ma postać AE:PL-12345-67890-ABCDE-12.",
                "An address for electronic delivery looks like AE:PL-12345-67890-ABCDE-12.",
            ),
            (Self::Pesel, Wrong::Shape) => ("PESEL ma 11 cyfr.", "A PESEL has 11 digits."),
            (Self::Nip, Wrong::Shape) => ("NIP ma 10 cyfr.", "A NIP has 10 digits."),
            (Self::Regon, Wrong::Shape) => {
                ("REGON ma 9 albo 14 cyfr.", "A REGON has 9 or 14 digits.")
            }
            (Self::BankAccount, Wrong::Shape) => (
                "Numer rachunku ma 26 cyfr.",
                "The number of an account has 26 digits.",
            ),
            (Self::IdCard, Wrong::Shape) => (
                "Seria i numer dowodu to 3 litery i 6 cyfr.",
                "An identity card has 3 letters and 6 digits.",
            ),
            (Self::LandRegister, Wrong::Shape) => (
                "Numer księgi wieczystej ma postać BY1B/00012345/6.",
                "The number of a land register looks like BY1B/00012345/6.",
            ),
            (Self::Commune, _) => (
                "Identyfikator gminy ma 7 cyfr, na przykład 0461011.",
                "The identifier of a commune has 7 digits, as in 0461011.",
            ),
            (
                Self::Pesel
                | Self::Nip
                | Self::Regon
                | Self::BankAccount
                | Self::IdCard
                | Self::LandRegister,
                Wrong::CheckDigit,
            ) => (
                "Ten numer ma błąd: cyfra kontrolna się nie zgadza. Przepisz go jeszcze raz.",
                "This number has a mistake: its check digit does not fit. Copy it again.",
            ),
        };
        Words::new(pl, en)
    }
}

/// The text without white space and these characters.
fn without(text: &str, signs: &[char]) -> String {
    let kept = text.chars();
    kept.filter(|c| !c.is_whitespace() && !signs.contains(c))
        .collect()
}
