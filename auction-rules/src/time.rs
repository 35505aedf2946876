//! Moments, as milliseconds since 1970-01-01 UTC. The crate reads no clock: moments come in.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment: milliseconds since 1970-01-01 UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `ms` milliseconds later. Stays at the end of time rather than wrap.
    #[must_use]
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add_unsigned(ms))
    }

    /// The moment `ms` milliseconds earlier.
    #[must_use]
    pub fn minus(self, ms: u64) -> Self {
        Self(self.0.saturating_sub_unsigned(ms))
    }

    /// Milliseconds from `earlier` to this moment, 0 when it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }
}

/// A day of the calendar, as in "2017-08-18".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

/// Days of each month of a year that is no leap year.
const MONTHS: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl Day {
    /// The day of this text.
    ///
    /// # Errors
    /// For a text that is no day of the years 1900 to 9999 in the form "2017-08-18".
    pub fn new(text: &str) -> Result<Self, BadDay> {
        let digits = |part: Option<&str>, length: usize| {
            let part = part.filter(|part| part.len() == length);
            let part = part.filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
            part.and_then(|part| part.parse::<u16>().ok()).ok_or(BadDay)
        };
        let mut parts = text.split('-');
        let year = digits(parts.next(), 4)?;
        let month = digits(parts.next(), 2)?;
        let day = digits(parts.next(), 2)?;
        let [month, day] = [month, day].map(|number| u8::try_from(number).unwrap_or(0));
        let most = month_days(year, month).ok_or(BadDay)?;
        if parts.next().is_some() || year < 1_900 || !(1..=most).contains(&day) {
            return Err(BadDay);
        }
        Ok(Self { year, month, day })
    }

    /// How many days of its year come after it: 0 on 31 December.
    #[must_use]
    pub fn left_in_year(self) -> u16 {
        let later = self.month.saturating_add(1)..=12;
        let months = later.filter_map(|month| month_days(self.year, month));
        let of_month = month_days(self.year, self.month).unwrap_or(self.day);
        let rest = u16::from(of_month.saturating_sub(self.day));
        months.map(u16::from).fold(rest, u16::saturating_add)
    }
}

fn month_days(year: u16, month: u8) -> Option<u8> {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let index = usize::from(month.checked_sub(1)?);
    let days = *MONTHS.get(index)?;
    Some(if leap && month == 2 { 29 } else { days })
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl TryFrom<String> for Day {
    type Error = BadDay;
    fn try_from(text: String) -> Result<Self, BadDay> {
        Self::new(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// A text that is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadDay;

impl fmt::Display for BadDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day as in 2017-08-18")
    }
}

impl std::error::Error for BadDay {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_left_in_the_year() {
        let check = |text: &str, expected| {
            let day = Day::new(text).expect("a day");
            assert_eq!(
                (day.left_in_year(), day.to_string()),
                (expected, text.to_owned())
            );
        };
        check("2017-12-31", 0);
        check("2017-12-30", 1);
        check("2017-08-18", 135);
        check("2017-01-01", 364);
        check("2016-01-01", 365);
        check("2016-02-29", 306);
        check("1900-02-28", 306);
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2017",
            "2017-13-01",
            "2017-00-01",
            "2017-02-29",
            "2017-04-31",
            "2017-01-00",
            "2017-1-1",
            "2017-01-01-",
            "1899-12-31",
            "+017-01-01",
            "2017-01-01T00:00",
        ] {
            assert_eq!(Day::new(text), Err(BadDay), "{text:?}");
        }
    }
}
