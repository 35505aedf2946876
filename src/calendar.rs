//! Working days in Poland. Saturdays, Sundays and the days of the act of 18 January 1951 on days free
//! from work are none; Christmas Eve is one of those days since 2025.

use crate::clock::WARSAW;
use auction_rules::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// The same days each year, as month and day.
const FIXED: [(i8, i8); 9] = [
    (1, 1),
    (1, 6),
    (5, 1),
    (5, 3),
    (8, 15),
    (11, 1),
    (11, 11),
    (12, 25),
    (12, 26),
];
/// Days after Easter Sunday: itself, Easter Monday, Pentecost, Corpus Christi.
const AFTER_EASTER: [i32; 4] = [0, 1, 49, 60];
/// The first year in which nobody works on Christmas Eve.
const FREE_CHRISTMAS_EVE: i16 = 2025;

/// The day that it is in Warsaw at this moment; 1970 for what lies outside the calendar.
#[must_use]
pub fn day_of(at: Timestamp) -> Date {
    let zone = TimeZone::get(WARSAW).unwrap_or(TimeZone::UTC);
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.to_zoned(zone).date()
}

/// The first moment of a day in Warsaw; 1970 for what lies outside the calendar.
#[must_use]
pub fn start_of(day: Date) -> Timestamp {
    let zone = TimeZone::get(WARSAW).unwrap_or(TimeZone::UTC);
    let start = day.to_zoned(zone).map(|start| start.timestamp());
    Timestamp(start.unwrap_or_default().as_millisecond())
}

/// Whether people work on this day.
#[must_use]
pub fn is_working_day(day: Date) -> bool {
    let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let month_and_day = (day.month(), day.day());
    let is_eve = month_and_day == (12, 24) && day.year() >= FREE_CHRISTMAS_EVE;
    let is_moveable = easter(day.year()).is_some_and(|easter| {
        let mut feasts = AFTER_EASTER
            .iter()
            .map(|days| easter.checked_add(days.days()));
        feasts.any(|feast| feast.is_ok_and(|feast| feast == day))
    });
    !(is_weekend || is_eve || is_moveable || FIXED.contains(&month_and_day))
}

/// The day on which so many working days have passed after this one.
#[must_use]
pub fn after_working_days(day: Date, working: u16) -> Date {
    let later = std::iter::successors(day.tomorrow().ok(), |day| day.tomorrow().ok());
    let mut at_work = later.filter(|day| is_working_day(*day));
    match working.checked_sub(1) {
        None => day,
        Some(before) => at_work.nth(usize::from(before)).unwrap_or(Date::MAX),
    }
}

/// Easter Sunday of the Gregorian calendar (the Meeus–Jones–Butcher method).
fn easter(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let golden = year_number.rem_euclid(19);
    let (century, of_century) = (year_number.div_euclid(100), year_number.rem_euclid(100));
    let corrected = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - corrected + 15).rem_euclid(30);
    let to_sunday =
        (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let days = epact + to_sunday - 7 * late + 114;
    let month = i8::try_from(days / 31).ok()?;
    let day = i8::try_from(days % 31 + 1).ok()?;
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn easter_by_year() {
        for (year, month, day) in [
            (2008, 3, 23),
            (2011, 4, 24),
            (2019, 4, 21),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2028, 4, 16),
            (2029, 4, 1),
            (2030, 4, 21),
            (2035, 3, 25),
            (2038, 4, 25),
            (2049, 4, 18),
            (2076, 4, 19),
        ] {
            assert_eq!(easter(year), Some(date(year, month, day)), "{year}");
        }
    }

    #[test]
    fn free_days() {
        for free in [
            date(2026, 1, 1),
            date(2026, 1, 6),
            date(2026, 4, 5),
            date(2026, 4, 6),
            date(2026, 5, 1),
            date(2026, 5, 3),
            date(2026, 5, 24),
            date(2026, 6, 4),
            date(2026, 8, 15),
            date(2026, 11, 1),
            date(2026, 11, 11),
            date(2026, 12, 24),
            date(2026, 12, 25),
            date(2026, 12, 26),
            date(2027, 5, 27),
            date(2026, 11, 21),
            date(2026, 11, 22),
        ] {
            assert!(!is_working_day(free), "{free}");
        }
        for working in [
            date(2024, 12, 24),
            date(2026, 4, 3),
            date(2026, 5, 4),
            date(2026, 11, 23),
            date(2026, 12, 31),
        ] {
            assert!(is_working_day(working), "{working}");
        }
    }

    #[test]
    fn working_days_pass() {
        for (from, working, then) in [
            (date(2026, 11, 30), 0, date(2026, 11, 30)),
            (date(2026, 11, 30), 3, date(2026, 12, 3)),
            (date(2026, 11, 27), 1, date(2026, 11, 30)),
            // A Saturday; Christmas.
            (date(2026, 11, 28), 3, date(2026, 12, 2)),
            (date(2026, 12, 23), 2, date(2026, 12, 29)),
        ] {
            assert_eq!(after_working_days(from, working), then, "{from} {working}");
        }
    }
}
