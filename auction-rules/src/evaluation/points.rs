//! Points over weighted criteria, rounded as the terms declare; the most points win (PZP art. 239 and 247).

use super::{Candidate, Score, price, ties};
use crate::ratio::Ratio;
use crate::terms::{
    Criterion, Draft, Evaluation, Method, PointsRounding, Rounded, Source, TableRow, Value,
};
use rust_decimal::Decimal;

/// For each criterion the value that earns all its points: every offer is measured by it. None
/// without criteria.
pub fn yardsticks<'a>(
    terms: &Draft,
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
    terms: &Draft,
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

/// The points of one offer by these yardsticks, by criterion; none without criteria.
pub(super) fn points(terms: &Draft, yardsticks: &[Decimal], offer: &Candidate<'_>) -> Vec<Decimal> {
    let Some(rounding) = rounding(terms) else {
        return Vec::new();
    };
    columns(terms)
        .zip(yardsticks)
        .map(|(column, best)| column.points(*best, rounding, offer))
        .collect()
}

/// Σ of points: at most 100 in all with at most 13 digits after the point, so nothing is rounded.
pub(super) fn total(points: &[Decimal]) -> Ratio {
    Ratio::from(points.iter().sum::<Decimal>())
}

/// Scores brought to new yardsticks: only the points of criteria whose yardstick moved change.
pub fn rescore<'a>(
    terms: &Draft,
    (before, after): (&[Decimal], &[Decimal]),
    scored: impl Iterator<Item = (Candidate<'a>, &'a mut Score)>,
) {
    let Some(rounding) = rounding(terms) else {
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
                *points = column.points(*best, rounding, &offer);
            }
        }
        score.merit = total(&score.points);
        score.order = ties::order(terms, &offer, &score.points);
    }
}

fn rounding(terms: &Draft) -> Option<PointsRounding> {
    match &terms.evaluation {
        Evaluation::Points { rounding, .. } => Some(*rounding),
        _ => None,
    }
}

/// A criterion and, if it is auctioned, its value and where that stands among the auctioned ones.
#[derive(Clone, Copy)]
struct Column<'a> {
    criterion: &'a Criterion,
    auctioned: Option<(usize, &'a Value)>,
}

fn columns(terms: &Draft) -> impl Iterator<Item = Column<'_>> {
    terms.evaluation.criteria().iter().map(|criterion| {
        let mut values = terms.values.iter().enumerate();
        Column {
            criterion,
            auctioned: match criterion.source {
                Source::Auctioned => values.find(|(_, value)| value.id == criterion.id),
                Source::Offer => None,
            },
        }
    })
}

impl Column<'_> {
    /// The value of an offer, a price with the VAT that the buyer would owe; admission guarantees
    /// that it is there.
    fn value(&self, offer: &Candidate<'_>) -> Decimal {
        let value = match self.auctioned {
            Some((index, value)) => offer
                .values
                .get(index)
                .map(|entered| price::with_vat(value, offer, *entered)),
            None => offer.offer.get(&self.criterion.id).copied(),
        };
        value.unwrap_or_default()
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
