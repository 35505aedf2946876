//! Moments as people and programs write them.

use crate::clock::WARSAW;
use crate::error::Problem;
use auction_rules::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Disambiguation, TimeZone};
use serde::Deserialize;

/// No opening lies further ahead than this, in milliseconds: two years.
pub const AHEAD_MAX_MS: u64 = 2 * 366 * 86_400_000;

/// A moment: milliseconds since 1970 UTC, RFC 3339 with an offset, or local time in Warsaw as in
/// `2026-11-21T10:00`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Moment {
    /// Milliseconds since 1970 UTC.
    Ms(i64),
    /// A text.
    Text(String),
}

impl Moment {
    /// The moment, if it lies ahead of `now` and within two years.
    ///
    /// # Errors
    /// A fault at `path` that says what is wrong.
    pub fn ahead(&self, path: &str, now: Timestamp) -> Result<Timestamp, Problem> {
        let at = match self {
            Self::Ms(ms) => Timestamp(*ms),
            Self::Text(text) => read(text).ok_or_else(|| unreadable(path))?,
        };
        if at <= now || at > now.plus(AHEAD_MAX_MS) {
            return Err(Problem::field(
                path,
                "Otwarcie musi leżeć w przyszłości, najwyżej dwa lata naprzód.",
                "The opening must lie in the future, at most two years ahead.",
            ));
        }
        Ok(at)
    }
}

fn read(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp(at.as_millisecond()));
    }
    let local = text.parse::<DateTime>().ok()?;
    let zone = TimeZone::get(WARSAW).ok()?;
    // In the hour that the change of time skips or repeats, a local time names no one moment.
    let at = zone
        .to_ambiguous_zoned(local)
        .disambiguate(Disambiguation::Reject)
        .ok()?;
    Some(Timestamp(at.timestamp().as_millisecond()))
}

fn unreadable(path: &str) -> Problem {
    Problem::field(
        path,
        "Podaj czas warszawski, na przykład 2026-11-21T10:00. Godzina, którą zmiana czasu pomija \
         lub powtarza, jest niejednoznaczna.",
        "Give Warsaw time, for example 2026-11-21T10:00. An hour that the change of time skips or \
         repeats is ambiguous.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ways_to_write_a_moment() {
        let text = |text: &str| Moment::Text(text.to_owned());
        let now = Timestamp(1_795_000_000_000);
        for (moment, expected) in [
            (Moment::Ms(1_795_251_600_000), Some(1_795_251_600_000)),
            (text("2026-11-21T10:00"), Some(1_795_251_600_000)),
            (text("2026-11-21T09:00:00Z"), Some(1_795_251_600_000)),
            (text("2026-11-21T10:00:00+01:00"), Some(1_795_251_600_000)),
            (text("2027-03-28T02:30"), None),
            (text("2027-10-31T02:30"), None),
            (text("tomorrow"), None),
            (text(""), None),
            (Moment::Ms(1), None),
            (Moment::Ms(i64::MAX), None),
            (text("9999-01-01T00:00"), None),
        ] {
            let found = moment.ahead("opens_at", now).ok().map(|at| at.0);
            assert_eq!(found, expected, "{moment:?}");
        }
    }
}
