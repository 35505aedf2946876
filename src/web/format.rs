//! How figures and times look: as `web-client/src/format.ts` shows them, by one vector file.

use super::words::Lang;
use auction_rules::Timestamp;
use jiff::Zoned;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use std::sync::LazyLock;

const NBSP: char = '\u{a0}';
const MINUS: char = '\u{2212}';
const SECOND_MS: u64 = 1_000;

/// The zone of everyone who reads a page.
static WARSAW: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Warsaw").unwrap_or(TimeZone::UTC));

/// "118450.00" is "118 450,00" in Polish and "118 450.00" in English: no comma ever groups
/// thousands, as a bidder who copies one would type another amount. What is no decimal stays as it
/// is.
pub(super) fn decimal(text: &str, lang: Lang) -> String {
    let (sign, size) = match text.strip_prefix('-') {
        Some(size) => (Some(MINUS), size),
        None => (None, text),
    };
    let (whole, fraction) = match size.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (size, None),
    };
    if !is_digits(whole) || !fraction.is_none_or(is_digits) {
        return text.to_owned();
    }
    let mut shown: String = sign.into_iter().collect();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            shown.push(NBSP);
        }
        shown.push(digit);
    }
    if let Some(fraction) = fraction {
        shown.push(match lang {
            Lang::Pl => ',',
            Lang::En => '.',
        });
        shown.push_str(fraction);
    }
    shown
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// An amount with its unit: "118 450,00 zł", "14 dni".
pub(super) fn amount(text: &str, unit: &str, lang: Lang) -> String {
    let unit = match (text, unit, lang) {
        ("1", "dni", Lang::En) => "day",
        _ => self::unit(unit, lang),
    };
    format!("{}{NBSP}{unit}", decimal(text, lang))
}

/// A unit by itself.
pub(super) fn unit(unit: &str, lang: Lang) -> &str {
    // The units that presets have.
    match (unit, lang) {
        ("PLN", Lang::Pl) => "zł",
        ("dni", Lang::En) => "days",
        _ => unit,
    }
}

/// "12:08:10" in Warsaw.
pub(super) fn time(at: Timestamp) -> String {
    let at = warsaw(at);
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// "20 listopada 2026" in Warsaw.
pub(super) fn date(at: Timestamp, lang: Lang) -> String {
    day(warsaw(at).date(), lang)
}

/// "20 listopada 2026".
pub(super) fn day(day: Date, lang: Lang) -> String {
    format!("{} {} {}", day.day(), month(day.month(), lang), day.year())
}

/// "11.2026", of the month of a day.
pub(super) fn month_of(day: Date) -> String {
    format!("{:02}.{}", day.month(), day.year())
}

/// "20 listopada 2026, 12:00" in Warsaw, for lists.
pub(super) fn date_minute(at: Timestamp, lang: Lang) -> String {
    let local = warsaw(at);
    let (hour, minute) = (local.hour(), local.minute());
    format!("{}, {hour:02}:{minute:02}", date(at, lang))
}

/// "piątek, 20 listopada 2026, 12:00:00" in Warsaw.
pub(super) fn date_time(at: Timestamp, lang: Lang) -> String {
    let weekday = weekday(warsaw(at).weekday(), lang);
    format!("{weekday}, {}, {}", date(at, lang), time(at))
}

/// A length of a file: "512 B", "12,4 kB", "3,0 MB".
pub(super) fn size(bytes: i64, lang: Lang) -> String {
    let (unit, one) = match bytes {
        ..1_000 => return format!("{bytes}{NBSP}B"),
        1_000..1_000_000 => ("kB", 1_000),
        _ => ("MB", 1_000_000),
    };
    let tenths = bytes / (one / 10);
    let text = format!("{}.{}", tenths / 10, tenths % 10);
    format!("{}{NBSP}{unit}", decimal(&text, lang))
}

/// A length of time: "1 h 30 min", "2 min", "20 s", "500 ms".
pub(super) fn duration(ms: u64) -> String {
    if !ms.is_multiple_of(SECOND_MS) {
        return format!("{ms}{NBSP}ms");
    }
    let seconds = ms / SECOND_MS;
    let parts = [
        (seconds / 3_600, "h"),
        (seconds % 3_600 / 60, "min"),
        (seconds % 60, "s"),
    ];
    let said: Vec<_> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count}{NBSP}{unit}"))
        .collect();
    if said.is_empty() {
        return format!("0{NBSP}s");
    }
    said.join(" ")
}

fn warsaw(at: Timestamp) -> Zoned {
    // What lies outside the calendar is no moment of ours: it shows as 1970.
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.to_zoned(WARSAW.clone())
}

/// The month as a date names it: in Polish in the genitive.
fn month(month: i8, lang: Lang) -> &'static str {
    const PL: [&str; 12] = [
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ];
    const EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let names = match lang {
        Lang::Pl => PL,
        Lang::En => EN,
    };
    let place = usize::try_from(month - 1).unwrap_or_default();
    names.get(place).copied().unwrap_or_default()
}

fn weekday(day: Weekday, lang: Lang) -> &'static str {
    match (day, lang) {
        (Weekday::Monday, Lang::Pl) => "poniedziałek",
        (Weekday::Tuesday, Lang::Pl) => "wtorek",
        (Weekday::Wednesday, Lang::Pl) => "środa",
        (Weekday::Thursday, Lang::Pl) => "czwartek",
        (Weekday::Friday, Lang::Pl) => "piątek",
        (Weekday::Saturday, Lang::Pl) => "sobota",
        (Weekday::Sunday, Lang::Pl) => "niedziela",
        (Weekday::Monday, Lang::En) => "Monday",
        (Weekday::Tuesday, Lang::En) => "Tuesday",
        (Weekday::Wednesday, Lang::En) => "Wednesday",
        (Weekday::Thursday, Lang::En) => "Thursday",
        (Weekday::Friday, Lang::En) => "Friday",
        (Weekday::Saturday, Lang::En) => "Saturday",
        (Weekday::Sunday, Lang::En) => "Sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// The file that the browser's tests read too.
    const VECTORS: &str = include_str!("../../web-client/tests/format.json");

    #[test]
    fn looks_as_the_vectors_say() {
        let vectors: Value = serde_json::from_str(VECTORS).unwrap();
        let kinds: Vec<_> = vectors.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            kinds,
            ["amount", "date_time", "decimal", "duration", "time"]
        );
        for (kind, rows) in vectors.as_object().unwrap() {
            for row in rows.as_array().unwrap() {
                for (lang, name) in [(Lang::Pl, "pl"), (Lang::En, "en")] {
                    let shown = shown(kind, &row["of"], &row["unit"], lang).replace(NBSP, " ");
                    assert_eq!(row[name], shown, "{kind} {row}");
                }
            }
        }
    }

    fn shown(kind: &str, of: &Value, unit: &Value, lang: Lang) -> String {
        match kind {
            "amount" => amount(of.as_str().unwrap(), unit.as_str().unwrap(), lang),
            "decimal" => decimal(of.as_str().unwrap(), lang),
            "duration" => duration(of.as_u64().unwrap()),
            "time" => time(Timestamp(of.as_i64().unwrap())),
            _ => date_time(Timestamp(of.as_i64().unwrap()), lang),
        }
    }

    #[test]
    fn short_dates() {
        let at = Timestamp(1_795_251_600_000);
        assert_eq!(date_minute(at, Lang::Pl), "21 listopada 2026, 10:00");
        assert_eq!(date(Timestamp(i64::MAX), Lang::En), "1 January 1970");
    }
}
