//! Moments as people and programs write them.

use super::Faults;
use crate::clock::WARSAW;
use crate::error::Problem;
use auction_rules::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, AmbiguousZoned, Disambiguation, TimeZone};
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

/// Which one is meant of an hour that the change of time repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hour {
    /// The first one, in summer time.
    Earlier,
    /// The second one, in winter time.
    Later,
}

/// The moment of a date, as in `2026-11-30`, and an hour in Warsaw, as in `10:00`.
///
/// # Errors
/// Faults of `date` and `time`; of `time` with the choices, where the change of time skips it; of
/// `hour`, where the change of time repeats it and nothing says which one is meant.
pub fn warsaw(date: &str, time: &str, hour: Option<Hour>) -> Result<Timestamp, Problem> {
    let day = date.trim().parse::<Date>().ok();
    let clock = time.trim().parse::<Time>().ok();
    let mut faults = Faults::default();
    if day.is_none() {
        faults.wrong(
            "date",
            "Podaj datę, na przykład 2026-11-30.",
            "Give a date, for example 2026-11-30.",
        );
    }
    if clock.is_none() {
        faults.wrong(
            "time",
            "Podaj godzinę, na przykład 10:00.",
            "Give the time, for example 10:00.",
        );
    }
    faults.none_or()?;
    let (Some(day), Some(clock)) = (day, clock) else {
        return Err(Problem::Unavailable);
    };
    let zone = TimeZone::get(WARSAW).map_err(|error| {
        tracing::error!(%error, "the zone of Warsaw is missing");
        Problem::Unavailable
    })?;
    let local = zone.to_ambiguous_zoned(day.to_datetime(clock));
    let which = match (local.offset(), hour) {
        (AmbiguousOffset::Gap { .. }, _) => return Err(skipped(&local, clock)),
        (AmbiguousOffset::Fold { .. }, None) => return Err(repeated(clock)),
        (AmbiguousOffset::Fold { .. }, Some(Hour::Later)) => Disambiguation::Later,
        _ => Disambiguation::Earlier,
    };
    let at = local.disambiguate(which).map_err(|_| unreadable("date"))?;
    Ok(Timestamp(at.timestamp().as_millisecond()))
}

/// An hour that the clocks leave out: what comes an hour later is offered.
fn skipped(local: &AmbiguousZoned, clock: Time) -> Problem {
    let later = local.clone().disambiguate(Disambiguation::Later);
    let later = later.map_or(clock, |later| later.time());
    let (clock, later) = (clock.strftime("%H:%M"), later.strftime("%H:%M"));
    Problem::field(
        "time",
        format!(
            "Tej nocy zegary przestawia się o godzinę naprzód i godziny {clock} nie ma. Wpisz \
             {later} albo godzinę sprzed zmiany czasu."
        ),
        format!(
            "That night the clocks go forward by an hour and there is no {clock}. Enter {later}, \
             or a time before the change."
        ),
    )
}

/// An hour that comes twice.
fn repeated(clock: Time) -> Problem {
    let clock = clock.strftime("%H:%M");
    Problem::field(
        "hour",
        format!(
            "Tej nocy zegary cofają się o godzinę i {clock} wypada dwa razy. Wybierz pierwszą \
             (czas letni) albo drugą (czas zimowy)."
        ),
        format!(
            "That night the clocks go back by an hour and {clock} comes twice. Choose the first \
             (summer time) or the second (winter time)."
        ),
    )
}

/// The moment that a text names, if it names one.
#[must_use]
pub fn read(text: &str) -> Option<Timestamp> {
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
    fn the_change_of_time_is_told_in_words() {
        // 28 March 2027: 02:00 becomes 03:00; 31 October 2027: 03:00 becomes 02:00.
        for (date, time, hour, expected) in [
            ("2026-11-30", "10:00", None, Ok(1_796_029_200_000)),
            ("2027-03-28", "01:59", None, Ok(1_806_195_540_000)),
            ("2027-03-28", "02:30", None, Err(("time", "03:30"))),
            (
                "2027-03-28",
                "02:30",
                Some(Hour::Later),
                Err(("time", "03:30")),
            ),
            ("2027-03-28", "03:00", None, Ok(1_806_195_600_000)),
            ("2027-10-31", "02:30", None, Err(("hour", "dwa razy"))),
            (
                "2027-10-31",
                "02:30",
                Some(Hour::Earlier),
                Ok(1_824_942_600_000),
            ),
            (
                "2027-10-31",
                "02:30",
                Some(Hour::Later),
                Ok(1_824_946_200_000),
            ),
            ("2027-02-29", "10:00", None, Err(("date", "2026-11-30"))),
            ("2027-02-28", "24:00", None, Err(("time", "10:00"))),
            ("", "", None, Err(("date", "2026-11-30"))),
        ] {
            let found = warsaw(date, time, hour).map(|at| at.0);
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{date} {time}"),
                (Err(Problem::Faults(faults)), Err((path, says))) => {
                    assert_eq!(faults[0].path, path, "{date} {time}");
                    assert!(faults[0].text.pl.contains(says), "{:?}", faults[0]);
                }
                (found, _) => panic!("{date} {time}: {found:?}"),
            }
        }
    }

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
