//! Moments and lengths as a scenario writes them: `14:59.5` is 14 minutes and 59.5 seconds,
//! `1:00:00` an hour. A moment counts from the opening, `-0:30` lies before it.

use crate::limits::SCENARIO_SPAN_MAX_MS;

/// A moment, in milliseconds since the opening.
#[must_use]
pub fn moment(text: &str) -> Option<i64> {
    let (size, sign) = match text.strip_prefix('-') {
        Some(size) => (size, -1),
        None => (text, 1),
    };
    let ms = i64::try_from(length(size)?).ok()?;
    Some(sign * ms)
}

/// A length of time in milliseconds, of `m:ss` or `h:mm:ss`, each with up to three digits of a
/// second's fraction.
#[must_use]
pub fn length(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<&str> = whole.split(':').collect();
    let (hours, minutes, seconds) = match parts[..] {
        [minutes, seconds] => ("0", minutes, seconds),
        [hours, minutes, seconds] if minutes.len() == 2 => (hours, minutes, seconds),
        _ => return None,
    };
    if seconds.len() != 2 || !(1..=3).contains(&fraction.len()) {
        return None;
    }
    let minutes_max = if parts.len() == 3 { 59 } else { u64::MAX };
    let hours = digits(hours, u64::MAX)?;
    let minutes = digits(minutes, minutes_max)? + hours * 60;
    let seconds = digits(seconds, 59)? + minutes * 60;
    let fraction = digits(&format!("{fraction:0<3}"), 999)?;
    let ms = seconds * 1_000 + fraction;
    (ms <= SCENARIO_SPAN_MAX_MS).then_some(ms)
}

/// One to five digits, at most `most`.
fn digits(text: &str, most: u64) -> Option<u64> {
    let plain = (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| plain && *n <= most)
}

/// Milliseconds since the opening, as a scenario writes them.
#[must_use]
pub fn written(since_ms: i64) -> String {
    let sign = if since_ms < 0 { "-" } else { "" };
    let ms = since_ms.unsigned_abs();
    let (seconds, rest) = (ms / 1_000, ms % 1_000);
    let (minutes, second) = (seconds / 60, seconds % 60);
    let clock = match minutes {
        0..60 => format!("{sign}{minutes}:{second:02}"),
        _ => format!("{sign}{}:{:02}:{second:02}", minutes / 60, minutes % 60),
    };
    match rest {
        0 => clock,
        rest => format!("{clock}.{rest:03}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_written() {
        for (text, since_ms, again) in [
            ("0:00", 0, "0:00"),
            ("14:59.5", 899_500, "14:59.500"),
            ("90:00", 5_400_000, "1:30:00"),
            ("1:30:00", 5_400_000, "1:30:00"),
            ("-0:30", -30_000, "-0:30"),
            ("0:00.007", 7, "0:00.007"),
            ("744:00:00", 2_678_400_000, "744:00:00"),
        ] {
            assert_eq!(moment(text), Some(since_ms));
            assert_eq!(written(since_ms), again);
            assert_eq!(moment(again), Some(since_ms));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "-",
            "5",
            "0:5",
            "0:60",
            "1:2:00",
            "1:60:00",
            "1:00:00:00",
            "0:00.",
            "0:00.1234",
            "+0:30",
            "--0:30",
            " 0:30",
            "0:3o",
            "744:00:00.001",
            "99999999:00",
            "٣:00",
        ] {
            assert_eq!(moment(text), None, "{text}");
            assert_eq!(length(text), None, "{text}");
        }
        assert_eq!(length("-0:30"), None);
    }
}
