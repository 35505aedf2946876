//! Refusals: answers with a code and a sentence, never a dropped message.
//!
//! Codes are stable and never used again for something else. Hundreds group them: 1 the auction's
//! state, 2 the bidder, 3 the bid, 4 the message, 5 the officer's act. Kept free for what comes:
//! 309 signature missing, 310 signature wrong.

use crate::ids::{Digest, ValueId};
use crate::terms::Words;
use crate::time::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case")]
pub enum Refusal {
    /// The auction or its next phase has not begun.
    NotOpen {
        /// When it will, where that is set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opens_at: Option<Timestamp>,
    },
    /// The officer stopped the clock.
    Paused {
        /// When it goes on, where that is set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resumes_at: Option<Timestamp>,
    },
    /// The system was away for too long; the officer will resume.
    Interrupted {
        /// When it goes on, where that is set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resumes_at: Option<Timestamp>,
    },
    /// The auction is over.
    Closed {
        /// Since when.
        closed_at: Timestamp,
    },
    /// It was sent in time but arrived after the close had been decided.
    ArrivedTooLate {
        /// When it was read.
        received_at: Timestamp,
        /// When the auction closed.
        closed_at: Timestamp,
    },
    /// Another bidder's turn, or nobody's.
    NotYourTurn,
    /// In this phase one bids otherwise.
    OtherwiseInThisPhase,
    /// The level has passed, or another bidder took it.
    LevelPassed {
        /// The level that can be accepted now; none when the phase is ending.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<Decimal>,
    },
    /// The bidder takes no part in this auction.
    NotAdmitted,
    /// The bidder was taken out.
    Excluded,
    /// The bidder has not accepted these terms.
    TermsNotAccepted {
        /// The hash of the terms to accept.
        terms_hash: Digest,
    },
    /// The running phase does not admit the bidder, or it is out of the clock.
    NotInThisPhase,
    /// The bidder has asked as many questions as it may.
    TooManyQuestions {
        /// How many are allowed.
        most: u32,
    },
    /// Not better than the value to improve on.
    NotAnImprovement(Limited),
    /// Better, but by less than the step.
    BelowMinimumStep(Limited),
    /// Not a whole multiple of the tick.
    OffTheTick {
        /// Which value.
        value: ValueId,
        /// The tick.
        tick: Decimal,
    },
    /// Exactly the own last value.
    EqualToOwn(Limited),
    /// A large change: type the value once more.
    NeedsConfirmation(Change),
    /// A change beyond what the terms allow at once.
    AboveHardLimit(Change),
    /// Not a plain decimal number.
    MalformedAmount {
        /// Which value.
        value: ValueId,
    },
    /// More decimals than the value has.
    TooManyDecimals {
        /// Which value.
        value: ValueId,
        /// How many it has.
        decimals: u32,
    },
    /// Outside the limits of the terms.
    OutOfRange {
        /// Which value.
        value: ValueId,
        /// The least.
        least: Decimal,
        /// The most.
        most: Decimal,
    },
    /// A value that is not auctioned, or one that is missing.
    UnknownCriterion {
        /// Its name, cut to 32 characters.
        value: String,
    },
    /// The unit prices do not add up to the total.
    SumDiffers {
        /// The total.
        value: ValueId,
        /// What they add up to.
        sum: Decimal,
    },
    /// Too soon after the bidder's attempt before.
    MinGap {
        /// How long to wait between two attempts.
        min_gap_ms: u64,
    },
    /// A value was sealed before: each bidder has one.
    AlreadySealed,
    /// The value was refused before it was sealed. The log says by which code alone, so that it does not
    /// tell the value.
    SealedRefused {
        /// The code of the refusal.
        refused: u16,
    },
    /// Nothing was entered in this turn.
    NothingHeld,
    /// A message that cannot be read.
    BadMessage {
        /// What is wrong with it.
        detail: String,
    },
    /// Nobody is logged in.
    NotLoggedIn,
    /// Too many attempts in a second.
    TooFast {
        /// How many are allowed.
        per_s: u32,
    },
    /// Too many attempts in all.
    TooManyAttempts {
        /// How many are allowed.
        most: u32,
    },
    /// The command id was used for another command.
    CommandIdReused,
    /// The server cannot answer now; nothing was decided.
    Unavailable,
    /// The terms or the role do not allow the act.
    NotAllowed,
    /// The act does not fit the state of the auction.
    NotNow,
    /// There is no such bidder, bid or auction.
    NotFound,
    /// A reason, text, time or offer that the act needs is missing or wrong.
    BadRequest {
        /// What is wrong, in both languages.
        detail: Words,
    },
    /// Nobody asked a question of this number.
    UnknownQuestion {
        /// Which.
        question: u32,
    },
    /// The question has its answer.
    AlreadyAnswered {
        /// Which.
        question: u32,
    },
}

/// Refusals of a bidder's command that make no entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outside {
    /// As [`Refusal::BadMessage`].
    BadMessage,
    /// As [`Refusal::TooFast`].
    TooFast,
    /// As [`Refusal::TooManyAttempts`].
    TooManyAttempts,
    /// As [`Refusal::CommandIdReused`].
    CommandIdReused,
    /// As [`Refusal::Unavailable`].
    Unavailable,
}

impl Outside {
    /// Which of them a refusal is; none when it is an entry of the log, or names nobody.
    #[must_use]
    pub fn of(refusal: &Refusal) -> Option<Self> {
        match refusal {
            Refusal::BadMessage { .. } => Some(Self::BadMessage),
            Refusal::TooFast { .. } => Some(Self::TooFast),
            Refusal::TooManyAttempts { .. } => Some(Self::TooManyAttempts),
            Refusal::CommandIdReused => Some(Self::CommandIdReused),
            Refusal::Unavailable => Some(Self::Unavailable),
            _ => None,
        }
    }
}

/// What the bidder may enter instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limited {
    /// Which value.
    pub value: ValueId,
    /// The highest amount (of a value where more is better: the lowest) that is legal now; none
    /// when no legal bid is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Decimal>,
}

/// A change that is larger than the guard lets pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which value.
    pub value: ValueId,
    /// The own last value.
    pub from: Decimal,
    /// The new one, which is to be typed once more.
    pub to: Decimal,
    /// By how many per cent, rounded to two digits.
    pub percent: Decimal,
}

impl Refusal {
    /// The stable number of the refusal.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self {
            Self::NotOpen { .. } => 101,
            Self::Paused { .. } => 102,
            Self::Interrupted { .. } => 103,
            Self::Closed { .. } => 104,
            Self::ArrivedTooLate { .. } => 105,
            Self::NotYourTurn => 106,
            Self::OtherwiseInThisPhase => 107,
            Self::LevelPassed { .. } => 108,
            Self::NotAdmitted => 201,
            Self::Excluded => 202,
            Self::TermsNotAccepted { .. } => 203,
            Self::TooManyQuestions { .. } => 204,
            Self::NotInThisPhase => 205,
            Self::NotAnImprovement(_) => 301,
            Self::BelowMinimumStep(_) => 302,
            Self::OffTheTick { .. } => 303,
            Self::EqualToOwn(_) => 304,
            Self::NeedsConfirmation(_) => 305,
            Self::AboveHardLimit(_) => 306,
            Self::MalformedAmount { .. } => 307,
            Self::TooManyDecimals { .. } => 308,
            Self::OutOfRange { .. } => 311,
            Self::UnknownCriterion { .. } => 312,
            Self::MinGap { .. } => 313,
            Self::AlreadySealed => 314,
            Self::SealedRefused { .. } => 315,
            Self::NothingHeld => 316,
            Self::SumDiffers { .. } => 317,
            Self::BadMessage { .. } => 401,
            Self::NotLoggedIn => 402,
            Self::TooFast { .. } => 403,
            Self::TooManyAttempts { .. } => 404,
            Self::CommandIdReused => 405,
            Self::Unavailable => 406,
            Self::NotAllowed => 501,
            Self::NotNow => 502,
            Self::NotFound => 503,
            Self::BadRequest { .. } => 504,
            Self::UnknownQuestion { .. } => 505,
            Self::AlreadyAnswered { .. } => 506,
        }
    }

    /// The refusal as a sentence in both languages.
    #[must_use]
    #[allow(clippy::too_many_lines, reason = "a flat table")]
    pub fn words(&self) -> Words {
        match self {
            Self::NotOpen { .. } => Words::new(
                "Aukcja albo jej następny etap jeszcze się nie zaczęły.",
                "The auction or its next phase has not begun yet.",
            ),
            Self::Paused { .. } => Words::new("Aukcja jest wstrzymana.", "The auction is paused."),
            Self::Interrupted { .. } => Words::new(
                "Aukcja została przerwana przez awarię.",
                "The auction was interrupted by a failure.",
            ),
            Self::Closed { .. } => Words::new("Aukcja jest zamknięta.", "The auction is closed."),
            Self::ArrivedTooLate { .. } => Words::new(
                "Postąpienie dotarło po zamknięciu.",
                "The bid arrived after the close.",
            ),
            Self::NotYourTurn => {
                Words::new("Teraz nie jest twoja kolej.", "It is not your turn now.")
            }
            Self::OtherwiseInThisPhase => Words::new(
                "W tym etapie składa się postąpienia inaczej.",
                "In this phase bids are placed in another way.",
            ),
            Self::LevelPassed { level } => match level {
                Some(level) => Words::new(
                    format!("Teraz obowiązuje inny poziom: {}.", shown(*level, ',')),
                    format!("Another level stands now: {}.", shown(*level, '.')),
                ),
                None => Words::new(
                    "Żadnego poziomu nie można już przyjąć.",
                    "No level can be accepted any more.",
                ),
            },
            Self::NotAdmitted => Words::new(
                "Nie jesteś dopuszczony do tej aukcji.",
                "You are not admitted to this auction.",
            ),
            Self::Excluded => Words::new(
                "Wykluczono cię z tej aukcji.",
                "You were excluded from this auction.",
            ),
            Self::TermsNotAccepted { .. } => Words::new(
                "Najpierw zaakceptuj zasady aukcji.",
                "Accept the terms of the auction first.",
            ),
            Self::NotInThisPhase => Words::new(
                "Nie bierzesz udziału w tym etapie albo już w nim nie uczestniczysz. Złożona oferta pozostaje ważna.",
                "You take no part in this phase, or no longer. An offer that was placed stands.",
            ),
            Self::TooManyQuestions { most } => Words::new(
                format!("Możesz zadać najwyżej {most} pytań."),
                format!("You may ask at most {most} questions."),
            ),
            Self::NotAnImprovement(limit) => limited(
                "To nie jest korzystniejsza oferta.",
                "This is not a better offer.",
                limit,
            ),
            Self::BelowMinimumStep(limit) => limited(
                "Zmiana jest mniejsza niż minimalne postąpienie.",
                "The change is below the minimum step.",
                limit,
            ),
            Self::EqualToOwn(limit) => limited(
                "To twoja obecna oferta.",
                "This is your present offer.",
                limit,
            ),
            Self::OffTheTick { tick, .. } => Words::new(
                format!("Wartość musi być wielokrotnością {}.", shown(*tick, ',')),
                format!("The value must be a multiple of {}.", shown(*tick, '.')),
            ),
            Self::NeedsConfirmation(change) => changed(
                "wymaga potwierdzenia: wpisz wartość jeszcze raz.",
                "needs a confirmation: type the value once more.",
                change,
            ),
            Self::AboveHardLimit(change) => changed(
                "jest większa, niż zasady dopuszczają naraz.",
                "is larger than the terms allow at once.",
                change,
            ),
            Self::MalformedAmount { .. } => Words::new(
                "To nie jest kwota. Wpisz na przykład 118450,00.",
                "This is not an amount. Enter for example 118450.00.",
            ),
            Self::TooManyDecimals { decimals, .. } => match decimals {
                0 => Words::new("Podaj liczbę całkowitą.", "Enter a whole number."),
                1 => Words::new("Najwyżej 1 miejsce po przecinku.", "At most 1 decimal."),
                // A value has at most four.
                _ => Words::new(
                    format!("Najwyżej {decimals} miejsca po przecinku."),
                    format!("At most {decimals} decimals."),
                ),
            },
            Self::OutOfRange { least, most, .. } => Words::new(
                format!(
                    "Wartość musi leżeć między {} a {}.",
                    shown(*least, ','),
                    shown(*most, ',')
                ),
                format!(
                    "The value must lie between {} and {}.",
                    shown(*least, '.'),
                    shown(*most, '.')
                ),
            ),
            Self::UnknownCriterion { value } => Words::new(
                format!("Nieznana albo brakująca wartość: {value}."),
                format!("Unknown or missing value: {value}."),
            ),
            Self::SumDiffers { sum, .. } => Words::new(
                format!(
                    "Ceny jednostkowe razy ilości dają razem {}.",
                    shown(*sum, ',')
                ),
                format!(
                    "Unit prices times quantities add up to {}.",
                    shown(*sum, '.')
                ),
            ),
            Self::MinGap { min_gap_ms } => Words::new(
                format!("Odczekaj {} między postąpieniami.", span(*min_gap_ms)),
                format!("Wait {} between bids.", span(*min_gap_ms)),
            ),
            Self::AlreadySealed => Words::new(
                "Twoja wartość jest już złożona i zapieczętowana.",
                "Your value is placed and sealed.",
            ),
            Self::SealedRefused { refused } => {
                let (pl, en) = before_the_seal(*refused);
                Words::new(
                    format!("Wartości nie zapieczętowano: {pl} ({refused})."),
                    format!("The value was not sealed: {en} ({refused})."),
                )
            }
            Self::NothingHeld => Words::new(
                "W tej kolejce nic nie wpisano.",
                "Nothing was entered in this turn.",
            ),
            Self::BadMessage { detail } => Words::new(
                format!("Niezrozumiały komunikat: {detail}"),
                format!("The message cannot be read: {detail}"),
            ),
            Self::NotLoggedIn => Words::new("Zaloguj się.", "Log in."),
            Self::TooFast { per_s } => Words::new(
                format!("Za szybko: najwyżej {per_s} prób na sekundę."),
                format!("Too fast: at most {per_s} attempts a second."),
            ),
            Self::TooManyAttempts { most } => Words::new(
                format!("Wykorzystano wszystkie {most} prób."),
                format!("All {most} attempts are used."),
            ),
            Self::CommandIdReused => Words::new(
                "Ten identyfikator polecenia był już użyty do czego innego.",
                "This command id was used for something else.",
            ),
            Self::Unavailable => Words::new(
                "Serwer chwilowo nie odpowiada. Niczego nie rozstrzygnięto.",
                "The server cannot answer now. Nothing was decided.",
            ),
            Self::NotAllowed => Words::new(
                "Zasady tej aukcji na to nie pozwalają.",
                "The terms of this auction do not allow it.",
            ),
            Self::NotNow => Words::new(
                "W tym stanie aukcji to niemożliwe.",
                "Impossible in this state of the auction.",
            ),
            Self::NotFound => Words::new(
                "Nie ma takiego wykonawcy, postąpienia lub aukcji.",
                "There is no such bidder, bid or auction.",
            ),
            Self::BadRequest { detail } => detail.clone(),
            Self::UnknownQuestion { question } => Words::new(
                format!("Nie ma pytania nr {question}."),
                format!("There is no question {question}."),
            ),
            Self::AlreadyAnswered { question } => Words::new(
                format!("Na pytanie nr {question} już odpowiedziano."),
                format!("Question {question} was answered before."),
            ),
        }
    }
}

fn limited(pl: &str, en: &str, limit: &Limited) -> Words {
    match limit.limit {
        Some(value) => Words::new(
            format!("{pl} Dozwolona granica: {}.", shown(value, ',')),
            format!("{en} The limit is {}.", shown(value, '.')),
        ),
        None => Words::new(
            format!("{pl} Lepsza oferta nie jest już możliwa."),
            format!("{en} No better offer is possible."),
        ),
    }
}

fn changed(pl: &str, en: &str, change: &Change) -> Words {
    let said = |mark| [change.from, change.to, change.percent].map(|value| shown(value, mark));
    let ([from, to, percent], [from_en, to_en, percent_en]) = (said(','), said('.'));
    Words::new(
        format!("Zmiana z {from} na {to} (około {percent}\u{a0}%) {pl}"),
        format!("The change from {from_en} to {to_en} (about {percent_en}\u{a0}%) {en}"),
    )
}

/// Why a value was not sealed, by the code of its refusal: more must not stand in the log.
fn before_the_seal(code: u16) -> (&'static str, &'static str) {
    match code {
        301 => ("oferta nie jest korzystniejsza", "not a better offer"),
        302 => (
            "zmiana mniejsza niż minimalne postąpienie",
            "below the minimum step",
        ),
        303 => ("nie jest wielokrotnością", "not a multiple of the tick"),
        304 => ("równa obecnej ofercie", "equal to the present offer"),
        305 => (
            "duża zmiana, do potwierdzenia",
            "a large change, to be confirmed",
        ),
        306 => (
            "zmiana większa niż dozwolona",
            "a larger change than allowed",
        ),
        307 => ("to nie kwota", "not an amount"),
        308 => ("za dużo miejsc po przecinku", "too many decimals"),
        311 => ("poza zakresem", "out of range"),
        312 => (
            "nieznana albo brakująca wartość",
            "an unknown or missing value",
        ),
        317 => (
            "ceny jednostkowe nie dają sumy",
            "the unit prices do not add up",
        ),
        _ => ("odmowa", "refused"),
    }
}

/// A length of time in the largest unit that divides it.
pub(crate) fn span(ms: u64) -> String {
    if ms >= 60_000 && ms.is_multiple_of(60_000) {
        format!("{}\u{a0}min", ms / 60_000)
    } else if ms.is_multiple_of(1_000) {
        format!("{}\u{a0}s", ms / 1_000)
    } else {
        format!("{ms}\u{a0}ms")
    }
}

/// A number as people read it: thousands apart, as in "149 900,00". No comma ever groups them, as
/// who copies one would type another amount.
fn shown(value: Decimal, mark: char) -> String {
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (place, digit) in whole.chars().enumerate() {
        let left = whole.chars().count().saturating_sub(place);
        if digit.is_ascii_digit() && out.ends_with(|c: char| c.is_ascii_digit()) && left % 3 == 0 {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(mark);
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_say_what_is_so() {
        let change = Change {
            value: ValueId::new("price").expect("an id"),
            from: Decimal::new(9_100_000, 2),
            to: Decimal::new(7_279_900, 2),
            percent: Decimal::new(2_000, 2),
        };
        for (refusal, pl, en) in [
            (
                Refusal::LevelPassed {
                    level: Some(Decimal::from(54_000)),
                },
                "Teraz obowiązuje inny poziom: 54\u{a0}000.",
                "Another level stands now: 54\u{a0}000.",
            ),
            (
                Refusal::NeedsConfirmation(change),
                "Zmiana z 91\u{a0}000,00 na 72\u{a0}799,00 (około 20,00\u{a0}%) wymaga potwierdzenia: wpisz wartość jeszcze raz.",
                "The change from 91\u{a0}000.00 to 72\u{a0}799.00 (about 20.00\u{a0}%) needs a confirmation: type the value once more.",
            ),
            (
                Refusal::SealedRefused { refused: 311 },
                "Wartości nie zapieczętowano: poza zakresem (311).",
                "The value was not sealed: out of range (311).",
            ),
            (
                Refusal::MinGap { min_gap_ms: 1_500 },
                "Odczekaj 1500\u{a0}ms między postąpieniami.",
                "Wait 1500\u{a0}ms between bids.",
            ),
        ] {
            assert_eq!(refusal.words(), Words::new(pl, en));
        }
        for (ms, said) in [
            (0, "0\u{a0}s"),
            (2_000, "2\u{a0}s"),
            (300_000, "5\u{a0}min"),
            (90_000, "90\u{a0}s"),
        ] {
            assert_eq!(span(ms), said);
        }
    }

    #[test]
    fn amounts_in_sentences_are_for_people() {
        for (value, pl, en) in [
            (
                Decimal::new(14_990_000, 2),
                "149\u{a0}900,00",
                "149\u{a0}900.00",
            ),
            (
                Decimal::from(1_000_000),
                "1\u{a0}000\u{a0}000",
                "1\u{a0}000\u{a0}000",
            ),
            (
                Decimal::new(-123_456, 1),
                "-12\u{a0}345,6",
                "-12\u{a0}345.6",
            ),
            (Decimal::new(1, 4), "0,0001", "0.0001"),
        ] {
            assert_eq!(
                (shown(value, ','), shown(value, '.')),
                (pl.to_owned(), en.to_owned())
            );
        }
    }
}
