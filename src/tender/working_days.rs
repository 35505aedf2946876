//! Working days in Poland. Saturdays, Sundays and the days of the act of 18 January 1951 on days free
//! from work are none; Christmas Eve is one of those days since 2025.

use crate::clock::WARSAW;
use auction_rules::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// Working days that lie whole between an invitation and the opening (PZP art. 232). The day of the
/// dispatch does not count: the strict reading.
const FULL_DAYS: u8 = 2;
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

/// The first moment at which an auction may open whose invitations are sent at this moment: midnight
/// in Warsaw after two full working days. None beyond the calendar.
#[must_use]
pub fn earliest_opening(dispatched: Timestamp) -> Option<Timestamp> {
    let zone = TimeZone::get(WARSAW).ok()?;
    let at = jiff::Timestamp::from_millisecond(dispatched.0).ok()?;
    let mut day = at.to_zoned(zone.clone()).date();
    let mut full = 0;
    while full < FULL_DAYS {
        day = day.tomorrow().ok()?;
        full += u8::from(is_working_day(day));
    }
    let opens = day.tomorrow().ok()?.to_zoned(zone).ok()?;
    Some(Timestamp(opens.timestamp().as_millisecond()))
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
    use serde_json::Value;

    fn local(text: &str) -> Timestamp {
        let zone = TimeZone::get(WARSAW).unwrap();
        let local: jiff::civil::DateTime = text.parse().unwrap();
        let at = local.to_zoned(zone).unwrap();
        Timestamp(at.timestamp().as_millisecond())
    }

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
    fn two_full_working_days_before_the_opening() {
        for (dispatched, opens) in [
            // Over a feast in the week, a weekend, Easter, May, Christmas and New Year.
            ("2026-11-09T09:00", "2026-11-13T00:00"),
            ("2026-11-19T09:00", "2026-11-24T00:00"),
            ("2026-11-20T23:59", "2026-11-25T00:00"),
            ("2026-11-21T00:00", "2026-11-25T00:00"),
            ("2026-04-02T12:00", "2026-04-08T00:00"),
            ("2026-04-30T08:00", "2026-05-06T00:00"),
            ("2026-12-22T08:00", "2026-12-29T00:00"),
            ("2024-12-22T08:00", "2024-12-25T00:00"),
            ("2027-05-25T08:00", "2027-05-29T00:00"),
            // Across both changes of time.
            ("2027-03-26T10:00", "2027-04-01T00:00"),
            ("2027-10-29T10:00", "2027-11-04T00:00"),
        ] {
            assert_eq!(
                earliest_opening(local(dispatched)),
                Some(local(opens)),
                "{dispatched}"
            );
        }
        assert_eq!(earliest_opening(Timestamp(i64::MAX)), None);
    }

    #[test]
    fn as_the_vector_of_the_law_has_it() {
        let vectors = include_str!("../../auction-rules/tests/vectors/law.json");
        let vectors: Value = serde_json::from_str(vectors).unwrap();
        let timing = vectors["timing"].as_array().unwrap();
        let vector = timing.iter().find(|one| one["id"] == "T16").unwrap();
        let text = vector["input"]["dispatched"].as_str().unwrap();
        let mut words = text.split(' ');
        let (day, time) = (words.next().unwrap(), words.next_back().unwrap());
        let wanted = vector["expected"]["strict_two_full_working_days"]
            .as_str()
            .unwrap();
        let mut words = wanted.split(' ').skip(1);
        let (opens_day, opens_time) = (words.next().unwrap(), words.next().unwrap());
        assert_eq!(
            earliest_opening(local(&format!("{day}T{time}"))),
            Some(local(&format!("{opens_day}T{opens_time}")))
        );
        let holiday: Date = vector["input"]["holiday"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!(!is_working_day(holiday));
    }
}
