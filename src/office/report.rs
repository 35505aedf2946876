//! How the office works, by month and department: what came in, how much of it online, how long
//! answers took and how many were late.

use super::procedures::{Catalogue, Channel};
use crate::calendar::{day_of, start_of};
use crate::error::Problem;
use crate::store::Store;
use crate::store::reports::{self, AnsweredCase, LetterCount};
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
    /// Cases that were answered after their deadline.
    pub overdue: i64,
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
    let this = day_of(now).first_of_month();
    let mut months = Vec::new();
    for back in (0..MONTHS).rev() {
        let first = this.saturating_sub(back.months());
        let next = first.saturating_add(1.months());
        let (from, before) = (start_of(first), start_of(next));
        let mut letters = reports::letters(store, from, before).await?;
        letters.retain(|one| units.contains(one.unit.as_str()));
        let mut answered = reports::answered(store, from, before).await?;
        answered.retain(|one| units.contains(one.unit.as_str()));
        months.push(Month {
            first,
            all: row(catalogue, letters.iter(), answered.iter()),
            units: by_unit(catalogue, &letters, &answered),
        });
    }
    Ok(months)
}

fn by_unit(
    catalogue: &Catalogue,
    letters: &[LetterCount],
    answered: &[AnsweredCase],
) -> BTreeMap<String, Row> {
    let of_letters = letters.iter().map(|one| &one.unit);
    let units: BTreeSet<_> = of_letters
        .chain(answered.iter().map(|one| &one.unit))
        .collect();
    let one = |unit: &String| {
        let letters = letters.iter().filter(|one| one.unit == *unit);
        let answered = answered.iter().filter(|one| one.unit == *unit);
        (unit.clone(), row(catalogue, letters, answered))
    };
    units.into_iter().map(one).collect()
}

fn row<'a>(
    catalogue: &Catalogue,
    letters: impl Iterator<Item = &'a LetterCount>,
    answered: impl Iterator<Item = &'a AnsweredCase>,
) -> Row {
    let mut row = Row::default();
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
        let is_late = one
            .deadline
            .parse()
            .is_ok_and(|deadline: Date| day_of(one.answered_at) > deadline);
        row.answered += 1;
        row.overdue += i64::from(is_late);
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

    #[test]
    fn the_median_is_one_of_the_values() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![7]), Some(7));
        assert_eq!(median(vec![9, 1, 4]), Some(4));
        assert_eq!(median(vec![9, 1, 4, 2]), Some(4));
    }

    #[test]
    fn an_answer_after_its_deadline_is_late() {
        let at = |text: &str| start_of(text.parse().unwrap());
        let case = |answered: &str, deadline: &str| AnsweredCase {
            unit: "KA".to_owned(),
            opened_at: at("2026-11-02"),
            answered_at: at(answered),
            deadline: deadline.to_owned(),
        };
        let answered = [
            case("2026-11-10", "2026-11-10"),
            case("2026-11-11", "2026-11-10"),
            case("2026-11-30", ""),
        ];
        let row = row(Catalogue::embedded(), [].iter(), answered.iter());
        assert_eq!(
            (row.answered, row.overdue, row.median_days),
            (3, 1, Some(9))
        );
    }

    #[test]
    fn letters_of_matters_settled_online_save_a_visit() {
        let count = |procedure: &str, count| LetterCount {
            unit: "KA".to_owned(),
            procedure: procedure.to_owned(),
            count,
        };
        let letters = [count("pismo-ogolne", 3), count("", 2)];
        let row = row(Catalogue::embedded(), letters.iter(), [].iter());
        assert_eq!((row.letters, row.online, row.visits_saved), (5, 3, 3));
    }

    #[test]
    fn departments_are_counted_each_and_together() {
        let at = |text: &str| start_of(text.parse().unwrap());
        let case = |unit: &str, answered: &str| AnsweredCase {
            unit: unit.to_owned(),
            opened_at: at("2026-11-01"),
            answered_at: at(answered),
            deadline: String::new(),
        };
        let answered = [
            case("KA", "2026-11-02"),
            case("WOS", "2026-11-05"),
            case("WOS", "2026-11-08"),
        ];
        let catalogue = Catalogue::embedded();
        let units = by_unit(catalogue, &[], &answered);
        let medians: Vec<_> = units.values().map(|row| row.median_days).collect();
        assert_eq!(medians, [Some(1), Some(7)]);
        let all = row(catalogue, [].iter(), answered.iter());
        assert_eq!((all.answered, all.median_days), (3, Some(4)));
    }
}
