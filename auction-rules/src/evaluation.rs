//! How offers are compared: the merit of each offer among all of them. Every bid can move everyone's
//! points, because the best value of a criterion is the yardstick of all.

use crate::ids::ValueId;
use crate::ratio::{Ratio, Rounding};
use crate::terms::{
    Criterion, Evaluation, Method, PointsRounding, Rounded, Source, TableRow, Terms,
};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// One offer as the evaluation sees it.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Auctioned values, in the order of the terms.
    pub values: &'a [Decimal],
    /// Values of the written offer by criterion.
    pub offer: &'a BTreeMap<ValueId, Decimal>,
}

/// How good an offer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    /// The greater, the better: the negated price, or the total of points.
    pub merit: Decimal,
    /// Points by criterion, in the order of the terms; none for the lowest price.
    pub points: Vec<Decimal>,
}

/// For each criterion the value that earns all its points: every offer is measured by it. None for
/// the lowest price.
pub fn yardsticks<'a>(
    terms: &Terms,
    candidates: impl Iterator<Item = Candidate<'a>> + Clone,
) -> Vec<Decimal> {
    let best = |column: Column<'_>| {
        let values = candidates.clone().map(|offer| column.value(&offer));
        match column.criterion.method {
            Method::LowestBest => values.min(),
            Method::HighestBest { most } => most.or_else(|| values.max()),
            Method::Table { .. } => None,
        }
    };
    columns(terms)
        .map(|column| best(column).unwrap_or_default())
        .collect()
}

/// The yardsticks after one offer got better.
#[must_use]
pub fn raised_yardsticks(
    terms: &Terms,
    yardsticks: &[Decimal],
    improved: &Candidate<'_>,
) -> Vec<Decimal> {
    let raised = |(column, best): (Column<'_>, &Decimal)| match column.criterion.method {
        Method::LowestBest => column.value(improved).min(*best),
        Method::HighestBest { most: None } => column.value(improved).max(*best),
        Method::HighestBest { .. } | Method::Table { .. } => *best,
    };
    columns(terms).zip(yardsticks).map(raised).collect()
}

/// The score of one offer by these yardsticks.
#[must_use]
pub fn score(terms: &Terms, yardsticks: &[Decimal], offer: &Candidate<'_>) -> Score {
    match &terms.evaluation {
        Evaluation::LowestPrice => by_price(offer),
        Evaluation::Points { rounding, .. } => {
            by_points(columns(terms), yardsticks, *rounding, offer)
        }
    }
}

/// The scores of many offers, in their order.
pub fn scores<'a>(
    terms: &Terms,
    yardsticks: &[Decimal],
    offers: impl Iterator<Item = Candidate<'a>>,
) -> Vec<Score> {
    let columns: Vec<_> = columns(terms).collect();
    offers
        .map(|offer| match &terms.evaluation {
            Evaluation::LowestPrice => by_price(&offer),
            Evaluation::Points { rounding, .. } => {
                by_points(columns.iter().copied(), yardsticks, *rounding, &offer)
            }
        })
        .collect()
}

/// Scores brought to new yardsticks: only the points of criteria whose yardstick moved change.
pub fn rescore<'a>(
    terms: &Terms,
    (before, after): (&[Decimal], &[Decimal]),
    scored: impl Iterator<Item = (Candidate<'a>, &'a mut Score)>,
) {
    let Evaluation::Points { rounding, .. } = &terms.evaluation else {
        return;
    };
    let moved: Vec<_> = columns(terms)
        .zip(before.iter().zip(after))
        .enumerate()
        .filter(|(_, (_, (before, after)))| before != after)
        .map(|(index, (column, (_, best)))| (index, column, *best))
        .collect();
    for (offer, score) in scored {
        for (index, column, best) in &moved {
            if let Some(points) = score.points.get_mut(*index) {
                *points = column.points(*best, *rounding, &offer);
            }
        }
        score.merit = score.points.iter().sum();
    }
}

fn by_price(offer: &Candidate<'_>) -> Score {
    let mut merit = offer.values.first().copied().unwrap_or(Decimal::MAX);
    merit.set_sign_negative(true);
    Score {
        merit,
        points: Vec::new(),
    }
}

fn by_points<'a>(
    columns: impl Iterator<Item = Column<'a>>,
    yardsticks: &[Decimal],
    rounding: PointsRounding,
    offer: &Candidate<'_>,
) -> Score {
    let points: Vec<_> = columns
        .zip(yardsticks)
        .map(|(column, best)| column.points(*best, rounding, offer))
        .collect();
    Score {
        merit: points.iter().sum(),
        points,
    }
}

/// A criterion and where its value stands among the auctioned ones, if it is one of them.
#[derive(Clone, Copy)]
struct Column<'a> {
    criterion: &'a Criterion,
    index: Option<usize>,
}

fn columns(terms: &Terms) -> impl Iterator<Item = Column<'_>> {
    let criteria = match &terms.evaluation {
        Evaluation::Points { criteria, .. } => criteria.as_slice(),
        Evaluation::LowestPrice => &[],
    };
    criteria.iter().map(|criterion| Column {
        criterion,
        index: match criterion.source {
            Source::Auctioned => terms
                .values
                .iter()
                .position(|value| value.id == criterion.id),
            Source::Offer => None,
        },
    })
}

impl Column<'_> {
    /// The value of an offer; admission guarantees that it is there.
    fn value(&self, offer: &Candidate<'_>) -> Decimal {
        let value = match self.index {
            Some(index) => offer.values.get(index),
            None => offer.offer.get(&self.criterion.id),
        };
        value.copied().unwrap_or_default()
    }

    fn points(&self, best: Decimal, rounding: PointsRounding, offer: &Candidate<'_>) -> Decimal {
        let value = self.value(offer);
        match &self.criterion.method {
            Method::LowestBest => self.weighted(best, value, rounding),
            Method::HighestBest { .. } => self.weighted(value.min(best), best, rounding),
            Method::Table { rows } => by_table(rows, value),
        }
    }

    /// `part ÷ whole × weight`, rounded as the terms declare. Nothing out of nothing is nothing.
    fn weighted(&self, part: Decimal, whole: Decimal, rounding: PointsRounding) -> Decimal {
        let Some(ratio) = Ratio::from(part).over(&Ratio::from(whole)) else {
            return Decimal::ZERO;
        };
        let weight = Ratio::from(self.criterion.weight);
        let (points, digits) = match rounding.of {
            Rounded::Points => (ratio * weight, rounding.digits),
            Rounded::Ratio => {
                let decimals = self.criterion.weight.normalize().scale();
                let ratio = ratio.rounded(rounding.digits, rounding.mode);
                (ratio * weight, rounding.digits.saturating_add(decimals))
            }
        };
        points.to_decimal(digits, rounding.mode).unwrap_or_default()
    }
}

fn by_table(rows: &[TableRow], value: Decimal) -> Decimal {
    rows.iter()
        .rev()
        .find(|row| row.from <= value)
        .map_or(Decimal::ZERO, |row| row.points)
}

/// By how many per cent `to` differs from `from`, rounded to two digits.
#[must_use]
pub fn change_percent(from: Decimal, to: Decimal) -> Decimal {
    let change = exact_change_percent(from, to);
    change
        .to_decimal(2, Rounding::HalfUp)
        .unwrap_or(Decimal::ONE_HUNDRED)
}

/// By how many per cent `to` differs from `from`, exactly and without sign.
pub(crate) fn exact_change_percent(from: Decimal, to: Decimal) -> Ratio {
    let (from, to) = (Ratio::from(from), Ratio::from(to));
    let distance = if from > to { &from - &to } else { &to - &from };
    let hundred = Ratio::whole(100);
    distance
        .over(&from)
        .map_or_else(|| hundred.clone(), |part| &part * &hundred)
}
