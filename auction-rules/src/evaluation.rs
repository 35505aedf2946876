//! How offers are compared: the merit of each offer among all of them.

use crate::event::Points;
use crate::ids::ValueId;
use crate::ratio::{Ratio, Rounding};
use crate::terms::{
    Criterion, Evaluation, Method, PointsRounding, Rounded, Source, TableRow, Terms,
};
use rust_decimal::Decimal;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// The greater, the better: the negated price, or the total of points.
    pub merit: Decimal,
    /// Points, in an auction of points.
    pub points: Option<Points>,
}

/// Scores of all offers, in their order. Every bid can move everyone's points, because the best
/// value of a criterion is the yardstick of all.
#[must_use]
pub fn scores(terms: &Terms, candidates: &[Candidate<'_>]) -> Vec<Score> {
    match &terms.evaluation {
        Evaluation::LowestPrice => candidates.iter().map(by_price).collect(),
        Evaluation::Points { criteria, rounding } => {
            let yardsticks: Vec<_> = criteria
                .iter()
                .map(|c| Yardstick::of(terms, c, candidates))
                .collect();
            candidates
                .iter()
                .map(|offer| by_points(&yardsticks, *rounding, offer))
                .collect()
        }
    }
}

fn by_price(offer: &Candidate<'_>) -> Score {
    let price = offer.values.first().copied().unwrap_or(Decimal::MAX);
    Score {
        merit: -price,
        points: None,
    }
}

fn by_points(
    yardsticks: &[Yardstick<'_>],
    rounding: PointsRounding,
    offer: &Candidate<'_>,
) -> Score {
    let by_criterion: BTreeMap<_, _> = yardsticks
        .iter()
        .map(|yardstick| {
            (
                yardstick.criterion.id.clone(),
                yardstick.points(rounding, offer),
            )
        })
        .collect();
    let total = by_criterion.values().sum();
    Score {
        merit: total,
        points: Some(Points {
            total,
            by_criterion,
        }),
    }
}

/// A criterion with the value that earns all its points.
struct Yardstick<'a> {
    criterion: &'a Criterion,
    /// Where its value stands among the auctioned ones.
    column: Option<usize>,
    best: Decimal,
}

impl<'a> Yardstick<'a> {
    fn of(terms: &Terms, criterion: &'a Criterion, candidates: &[Candidate<'_>]) -> Self {
        let column = match criterion.source {
            Source::Auctioned => terms
                .values
                .iter()
                .position(|value| value.id == criterion.id),
            Source::Offer => None,
        };
        let mut yardstick = Self {
            criterion,
            column,
            best: Decimal::ZERO,
        };
        let values = candidates.iter().map(|offer| yardstick.value(offer));
        yardstick.best = match criterion.method {
            Method::LowestBest => values.min(),
            Method::HighestBest { most } => most.or_else(|| values.max()),
            Method::Table { .. } => None,
        }
        .unwrap_or_default();
        yardstick
    }

    /// The value of an offer; admission guarantees that it is there.
    fn value(&self, offer: &Candidate<'_>) -> Decimal {
        let value = match self.column {
            Some(column) => offer.values.get(column),
            None => offer.offer.get(&self.criterion.id),
        };
        value.copied().unwrap_or_default()
    }

    fn points(&self, rounding: PointsRounding, offer: &Candidate<'_>) -> Decimal {
        let value = self.value(offer);
        match &self.criterion.method {
            Method::LowestBest => self.weighted(self.best, value, rounding),
            Method::HighestBest { .. } => self.weighted(value.min(self.best), self.best, rounding),
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
                let digits = rounding
                    .digits
                    .saturating_add(self.criterion.weight.scale());
                (
                    ratio.rounded(rounding.digits, rounding.mode) * weight,
                    digits,
                )
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
