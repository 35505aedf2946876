//! One clock: wall time is read once and carried by the monotonic clock.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Monotonic time with the wall time of its start, in milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_ms: i64,
}

impl Clock {
    /// Reads the wall clock, once.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place where wall time is read"
    )]
    pub(crate) fn start() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            started: Instant::now(),
            started_ms: i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        }
    }

    /// Wall time of the start.
    pub(crate) fn started_ms(&self) -> i64 {
        self.started_ms
    }

    /// Wall time now.
    pub(crate) fn now_ms(&self) -> i64 {
        self.started_ms + i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Monotonic microseconds since the start: what pings carry.
    pub(crate) fn micros(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// The moment at which the wall clock shows `ms`; the start when that is earlier.
    pub(crate) fn instant_of(&self, ms: i64) -> Instant {
        let after = u64::try_from(ms.saturating_sub(self.started_ms)).unwrap_or(0);
        self.started + Duration::from_millis(after)
    }
}

/// A wall time as people and files write it: `2026-01-31T12:00:00Z`.
pub(crate) fn iso(ms: i64) -> String {
    let seconds = ms.div_euclid(1000);
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Days since 1970-01-01 as year, month and day (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_times_as_dates() {
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(1_709_210_096_789), "2024-02-29T12:34:56Z");
        assert_eq!(iso(1_795_200_000_000), "2026-11-20T18:40:00Z");
    }
}
