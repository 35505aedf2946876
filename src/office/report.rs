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
use serde::Serialize;
use std::collections::BTreeMap;

/// A report covers so many months, the present one included.
const MONTHS: i32 = 12;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// One department in one month.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
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
    /// The departments in which something happened.
    pub units: BTreeMap<String, Row>,
}

/// The last months up to now, the oldest first.
///
/// # Errors
/// When the store is away.
pub async fn months(
    store: &Store,
    catalogue: &Catalogue,
    now: Timestamp,
) -> Result<Vec<Month>, Problem> {
    let today = day_of(now);
    let this = today.first_of_month();
    let waiting = waiting(store, catalogue).await?;
    let mut months = Vec::new();
    for back in (0..MONTHS).rev() {
        let first = this.saturating_sub(back.months());
        let next = first.saturating_add(1.months());
        let (from, before) = (start_of(first), start_of(next));
        let received = reports::letters(store, from, before).await?;
        let answered = reports::answered(store, from, before).await?;
        let mut units = counted(catalogue, &received, &answered);
        let due = reports::due(store, first, next).await?;
        let cases = due.into_iter().filter(|case| is_late(case, today));
        let letters = waiting
            .iter()
            .filter(|letter| (first..next).contains(&letter.last_day) && letter.last_day < today);
        let late = cases.map(|case| case.unit);
        for unit in late.chain(letters.map(|letter| letter.unit.clone())) {
            units.entry(unit).or_default().overdue += 1;
        }
        months.push(Month { first, units });
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

fn counted(
    catalogue: &Catalogue,
    letters: &[LetterCount],
    answered: &[AnsweredCase],
) -> BTreeMap<String, Row> {
    let mut units: BTreeMap<String, Row> = BTreeMap::new();
    for one in letters {
        let row = units.entry(one.unit.clone()).or_default();
        let procedure = catalogue.find(&one.procedure);
        let is_whole = procedure.is_some_and(|found| matches!(found.channel, Channel::Online));
        row.letters += one.count;
        // Letters on paper are registered by the chancellery under no procedure.
        row.online += i64::from(procedure.is_some()) * one.count;
        row.visits_saved += i64::from(is_whole) * one.count;
    }
    let mut days: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for one in answered {
        let took = one.answered_at.since(one.opened_at);
        let took = i64::try_from(took).unwrap_or(i64::MAX);
        days.entry(&one.unit)
            .or_default()
            .push(took.div_euclid(DAY_MS));
        units.entry(one.unit.clone()).or_default().answered += 1;
    }
    for (unit, days) in days {
        if let Some(row) = units.get_mut(unit) {
            row.median_days = median(days);
        }
    }
    units
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
    fn answers_are_counted_with_the_median_of_their_days() {
        let at = |text: &str| start_of(text.parse().unwrap());
        let case = |answered: &str| AnsweredCase {
            unit: "KA".to_owned(),
            opened_at: at("2026-11-02"),
            answered_at: at(answered),
        };
        let answered = ["2026-11-10", "2026-11-11", "2026-11-30"].map(case);
        let units = counted(Catalogue::embedded(), &[], &answered);
        let row = &units["KA"];
        assert_eq!((row.answered, row.median_days), (3, Some(9)));
    }

    #[test]
    fn letters_of_matters_settled_online_save_a_visit() {
        let count = |procedure: &str, count| LetterCount {
            unit: "KA".to_owned(),
            procedure: procedure.to_owned(),
            count,
        };
        let letters = [count("pismo-ogolne", 3), count("", 2)];
        let row = counted(Catalogue::embedded(), &letters, &[])["KA"].clone();
        assert_eq!((row.letters, row.online, row.visits_saved), (5, 3, 3));
    }
}
