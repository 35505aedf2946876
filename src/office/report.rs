//! How the office works, by month and department: what came in, how much of it online, how long
//! answers took and how many deadlines passed.

use super::procedures::{Catalogue, Channel};
use crate::calendar::{day_of, start_of};
use crate::error::Problem;
use crate::store::reports::{self, AnsweredCase, DueCase, LetterCount};
use crate::store::{Store, letters};
use auction_rules::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A report covers so many months, the present one included.
const MONTHS: i32 = 12;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// One department in one month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Letters that came in.
    pub letters: i64,
    /// Those of them that came over this office's pages.
    pub online: i64,
    /// Those of them in matters that are settled wholly online.
    pub visits_saved: i64,
    /// Cases that got their first answer.
    pub answered: i64,
    /// The median of whole days from opening to the first answer; none where there was no answer.
    pub median_days: Option<i64>,
    /// Deadlines that passed in this month with nothing done: cases that were neither answered nor closed
    /// in time, and letters that nobody has taken up. What is settled later stays counted here.
    pub overdue: i64,
}

/// A letter that nobody has taken up, of a matter with a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The code of the unit in which it waits.
    pub unit: String,
    /// Its last day.
    pub last_day: Date,
}

/// A month: its first day, and its departments by their codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// The first day.
    pub first: Date,
    /// All of the departments together.
    pub all: Row,
    /// The departments in which something happened.
    pub units: BTreeMap<String, Row>,
}

/// The last months of some departments up to now, the oldest first.
///
/// # Errors
/// When the store is away.
pub async fn months(
    store: &Store,
    catalogue: &Catalogue,
    now: Timestamp,
    units: &BTreeSet<&str>,
) -> Result<Vec<Month>, Problem> {
    let today = day_of(now);
    let this = today.first_of_month();
    let waiting = waiting(store, catalogue).await?;
    let mut months = Vec::new();
    for back in (0..MONTHS).rev() {
        let first = this.saturating_sub(back.months());
        let next = first.saturating_add(1.months());
        let (from, before) = (start_of(first), start_of(next));
        let mut letters = reports::letters(store, from, before).await?;
        letters.retain(|one| units.contains(one.unit.as_str()));
        let mut answered = reports::answered(store, from, before).await?;
        answered.retain(|one| units.contains(one.unit.as_str()));
        let cases = reports::due(store, first, next).await?.into_iter();
        let cases = cases.filter(|case| is_late(case, today));
        let untaken = waiting
            .iter()
            .filter(|letter| (first..next).contains(&letter.last_day) && letter.last_day < today);
        let late = cases.map(|case| case.unit);
        let mut late: Vec<_> = late
            .chain(untaken.map(|letter| letter.unit.clone()))
            .collect();
        late.retain(|unit| units.contains(unit.as_str()));
        months.push(Month {
            first,
            all: row(catalogue, letters.iter(), answered.iter(), late.len()),
            units: by_unit(catalogue, &letters, &answered, &late),
        });
    }
    Ok(months)
}

/// The letters that nobody has taken up and that have a deadline, in any unit.
///
/// # Errors
/// When the store is away.
pub async fn waiting(store: &Store, catalogue: &Catalogue) -> Result<Vec<Waiting>, Problem> {
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let page = letters::waiting(store, &after).await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after.clone_from(&last.id);
        found.extend(page.into_iter().filter_map(|letter| {
            let received = day_of(letter.received_at);
            Some(Waiting {
                last_day: catalogue.last_day(&letter.procedure, letter.version, received)?,
                unit: letter.unit,
            })
        }));
    }
}

/// Whether nothing was done in a case up to its last day.
fn is_late(case: &DueCase, today: Date) -> bool {
    case.settled_at.map_or(today, day_of) > case.deadline
}

fn by_unit(
    catalogue: &Catalogue,
    letters: &[LetterCount],
    answered: &[AnsweredCase],
    late: &[String],
) -> BTreeMap<String, Row> {
    let of_letters = letters.iter().map(|one| &one.unit);
    let units: BTreeSet<_> = of_letters
        .chain(answered.iter().map(|one| &one.unit))
        .chain(late)
        .collect();
    let one = |unit: &String| {
        let letters = letters.iter().filter(|one| one.unit == *unit);
        let answered = answered.iter().filter(|one| one.unit == *unit);
        let late = late.iter().filter(|one| *one == unit).count();
        (unit.clone(), row(catalogue, letters, answered, late))
    };
    units.into_iter().map(one).collect()
}

fn row<'a>(
    catalogue: &Catalogue,
    letters: impl Iterator<Item = &'a LetterCount>,
    answered: impl Iterator<Item = &'a AnsweredCase>,
    late: usize,
) -> Row {
    let mut row = Row {
        overdue: i64::try_from(late).unwrap_or(i64::MAX),
        ..Row::default()
    };
    for one in letters {
        let procedure = catalogue.find(&one.procedure);
        let is_whole = procedure.is_some_and(|found| matches!(found.channel, Channel::Online));
        row.letters += one.count;
        // Letters on paper are registered by the chancellery under no procedure.
        row.online += i64::from(procedure.is_some()) * one.count;
        row.visits_saved += i64::from(is_whole) * one.count;
    }
    let mut days = Vec::new();
    for one in answered {
        let took = one.answered_at.since(one.opened_at);
        days.push(i64::try_from(took).unwrap_or(i64::MAX).div_euclid(DAY_MS));
        row.answered += 1;
    }
    row.median_days = median(days);
    row
}

/// The middle one; of two in the middle the larger, so that no half days are told.
fn median(mut days: Vec<i64>) -> Option<i64> {
    days.sort_unstable();
    days.get(days.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_median_is_one_of_the_values() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![7]), Some(7));
        assert_eq!(median(vec![9, 1, 4]), Some(4));
        assert_eq!(median(vec![9, 1, 4, 2]), Some(4));
    }

    #[test]
    fn what_is_not_settled_on_its_last_day_is_late() {
        let (deadline, today) = (date(2026, 11, 10), date(2026, 11, 30));
        for (settled, late) in [
            (Some("2026-11-10"), false),
            (Some("2026-11-11"), true),
            (None, true),
        ] {
            let case = DueCase {
                unit: "KA".to_owned(),
                deadline,
                settled_at: settled.map(|day| start_of(day.parse().unwrap())),
            };
            assert_eq!(is_late(&case, today), late, "{settled:?}");
            let is_early = case.settled_at.is_none() && is_late(&case, deadline);
            assert!(!is_early, "on its last day it is not late");
        }
    }

    #[test]
    fn letters_of_matters_settled_online_save_a_visit() {
        let count = |procedure: &str, count| LetterCount {
            unit: "KA".to_owned(),
            procedure: procedure.to_owned(),
            count,
        };
        let letters = [count("pismo-ogolne", 3), count("", 2)];
        let row = row(Catalogue::embedded(), letters.iter(), [].iter(), 0);
        assert_eq!((row.letters, row.online, row.visits_saved), (5, 3, 3));
    }

    #[test]
    fn departments_are_counted_each_and_together() {
        let at = |text: &str| start_of(text.parse().unwrap());
        let case = |unit: &str, answered: &str| AnsweredCase {
            unit: unit.to_owned(),
            opened_at: at("2026-11-01"),
            answered_at: at(answered),
        };
        let answered = [
            case("KA", "2026-11-02"),
            case("WOS", "2026-11-05"),
            case("WOS", "2026-11-08"),
        ];
        let catalogue = Catalogue::embedded();
        let late = ["SC", "WOS"].map(str::to_owned);
        let units = by_unit(catalogue, &[], &answered, &late);
        let rows = units.values().map(|row| (row.median_days, row.overdue));
        assert_eq!(
            rows.collect::<Vec<_>>(),
            [(Some(1), 0), (None, 1), (Some(7), 1)]
        );
        let all = row(catalogue, [].iter(), answered.iter(), 0);
        assert_eq!((all.answered, all.median_days), (3, Some(4)));
    }
}
