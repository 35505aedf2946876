//! Working days between the invitation to an auction and its opening.

use crate::calendar::is_working_day;
use crate::clock::WARSAW;
use auction_rules::Timestamp;
use jiff::tz::TimeZone;

/// Working days that lie whole between an invitation and the opening (PZP art. 232). The day of the
/// dispatch does not count: the strict reading.
const FULL_DAYS: u8 = 2;

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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;
    use serde_json::Value;

    fn local(text: &str) -> Timestamp {
        let zone = TimeZone::get(WARSAW).unwrap();
        let local: jiff::civil::DateTime = text.parse().unwrap();
        let at = local.to_zoned(zone).unwrap();
        Timestamp(at.timestamp().as_millisecond())
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
