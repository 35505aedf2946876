//! Deadlines by the code of administrative procedure (KPA, act of 14 June 1960), art. 57.

use crate::calendar::is_working_day;
use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// The end of a time in days: the day of the event does not count (§ 1).
///
/// None beyond the calendar.
#[must_use]
pub fn after_days(event: Date, days: u16) -> Option<Date> {
    ending(event, i32::from(days).days())
}

/// The end of a time in weeks: the same day of the week (§ 2).
///
/// None beyond the calendar.
#[must_use]
pub fn after_weeks(event: Date, weeks: u16) -> Option<Date> {
    ending(event, i32::from(weeks).weeks())
}

/// The end of a time in months: the same day of the month, or its last one where it has no such day
/// (§ 3).
///
/// None beyond the calendar.
#[must_use]
pub fn after_months(event: Date, months: u16) -> Option<Date> {
    ending(event, i32::from(months).months())
}

/// A time that ends on a Saturday or a day free from work ends on the next day that is neither (§ 4).
fn ending(event: Date, time: Span) -> Option<Date> {
    let mut day = event.checked_add(time).ok()?;
    while !is_working_day(day) {
        day = day.tomorrow().ok()?;
    }
    Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn check(kind: &str, end: impl Fn(Date, u16) -> Option<Date>) {
        let vectors = include_str!("../../tests/vectors/identifiers.json");
        let vectors: Value = serde_json::from_str(vectors).unwrap();
        let rows = vectors[kind].as_array().unwrap();
        assert!(!rows.is_empty());
        for row in rows {
            let day = |at: usize| row[at].as_str().unwrap().parse::<Date>().unwrap();
            let count = u16::try_from(row[1].as_u64().unwrap()).unwrap();
            assert_eq!(end(day(0), count), Some(day(2)), "{kind} {row}");
        }
    }

    #[test]
    fn deadlines_end_as_the_vectors_say() {
        check("deadline_days_kpa57", after_days);
        check("deadline_months_kpa57", after_months);
    }

    #[test]
    fn weeks_end_on_the_same_day_of_the_week() {
        use jiff::civil::date;
        assert_eq!(after_weeks(date(2026, 11, 23), 2), Some(date(2026, 12, 7)));
        // Christmas, then a weekend.
        assert_eq!(after_weeks(date(2026, 12, 10), 2), Some(date(2026, 12, 28)));
        assert_eq!(after_weeks(Date::MAX, 1), None);
    }
}
