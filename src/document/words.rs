//! Moments, amounts and digests as people read them on paper.

use super::Lang;
use crate::clock::WARSAW;
use auction_rules::{Digest, Timestamp};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// A no-break space: what belongs together stays on one line.
const NBSP: char = '\u{a0}';

/// A moment in Warsaw to the minute, as in `21.11.2026, godz. 10:00`.
#[must_use]
pub fn hour(at: Timestamp, lang: Lang) -> String {
    let form = lang.either("%d.%m.%Y, godz.\u{a0}%H:%M", "%-d %B %Y, %H:%M");
    written(at, form)
}

/// A moment in Warsaw to the second, with the hour that the change of time repeats told apart.
#[must_use]
pub fn second(at: Timestamp) -> String {
    written(at, "%d.%m.%Y %H:%M:%S %Z")
}

/// The time of the day in Warsaw to the millisecond.
#[must_use]
pub fn clock_time(at: Timestamp) -> String {
    written(at, "%d.%m %H:%M:%S.%3f")
}

/// The day in Warsaw.
#[must_use]
pub fn day(at: Timestamp, lang: Lang) -> String {
    written(at, lang.either("%d.%m.%Y", "%-d %B %Y"))
}

fn written(at: Timestamp, form: &str) -> String {
    let zone = TimeZone::get(WARSAW).unwrap_or(TimeZone::UTC);
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(at) => at.to_zoned(zone).strftime(form).to_string(),
        Err(_) => format!("{} ms", at.0),
    }
}

/// A number with the language's separators, exactly as it stands. No comma ever groups thousands:
/// who copies one would type another amount.
#[must_use]
pub fn decimal(value: Decimal, lang: Lang) -> String {
    let text = value.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::from(if value.is_sign_negative() && !value.is_zero() {
        "−"
    } else {
        ""
    });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(NBSP);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(lang.either(',', '.'));
        out.push_str(fraction);
    }
    out
}

/// An amount with its unit.
#[must_use]
pub fn amount(value: Decimal, unit: &str, lang: Lang) -> String {
    // The units that presets have.
    let unit = match (unit, lang, value == Decimal::ONE) {
        ("PLN", Lang::Pl, _) => "zł",
        ("dni", Lang::En, true) => "day",
        ("dni", Lang::En, false) => "days",
        (unit, ..) => unit,
    };
    format!("{}{NBSP}{unit}", decimal(value, lang))
}

/// A length of time in hours, minutes and seconds.
#[must_use]
pub fn length(ms: u64) -> String {
    let (seconds, rest) = (ms / 1_000, ms % 1_000);
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
        (rest, "ms"),
    ];
    let said: Vec<_> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count}{NBSP}{unit}"))
        .collect();
    if said.is_empty() {
        format!("0{NBSP}s")
    } else {
        said.join(" ")
    }
}

/// A digest in groups of four digits, for reading aloud.
#[must_use]
pub fn grouped(digest: &Digest) -> String {
    group(&digest.to_string())
}

/// Text in groups of four characters.
#[must_use]
pub fn group(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let groups: Vec<String> = chars
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    #[test]
    fn amounts_keep_their_digits() {
        for (value, pl, en) in [
            ("0.00", "0,00\u{a0}zł", "0.00\u{a0}PLN"),
            (
                "1234567.50",
                "1\u{a0}234\u{a0}567,50\u{a0}zł",
                "1\u{a0}234\u{a0}567.50\u{a0}PLN",
            ),
            ("100.1234", "100,1234\u{a0}zł", "100.1234\u{a0}PLN"),
            ("-999", "−999\u{a0}zł", "−999\u{a0}PLN"),
        ] {
            let value = Decimal::from_str(value).unwrap();
            assert_eq!(amount(value, "PLN", Lang::Pl), pl);
            assert_eq!(amount(value, "PLN", Lang::En), en);
        }
        let days = Decimal::from(36);
        assert_eq!(amount(days, "dni", Lang::Pl), "36\u{a0}dni");
        assert_eq!(amount(days, "dni", Lang::En), "36\u{a0}days");
        assert_eq!(amount(Decimal::ONE, "dni", Lang::En), "1\u{a0}day");
    }

    #[test]
    fn moments_are_warsaw_moments() {
        let at = Timestamp(1_795_251_600_000);
        assert_eq!(hour(at, Lang::Pl), "21.11.2026, godz.\u{a0}10:00");
        assert_eq!(second(at), "21.11.2026 10:00:00 CET");
        assert_eq!(clock_time(Timestamp(at.0 + 7)), "21.11 10:00:00.007");
        assert_eq!(second(Timestamp(i64::MAX)), "9223372036854775807 ms");
    }

    #[test]
    fn lengths_are_said_in_parts() {
        assert_eq!(
            length(90_061_001),
            "1\u{a0}d 1\u{a0}h 1\u{a0}min 1\u{a0}s 1\u{a0}ms"
        );
        assert_eq!(length(600_000), "10\u{a0}min");
        assert_eq!(length(0), "0\u{a0}s");
    }
}
