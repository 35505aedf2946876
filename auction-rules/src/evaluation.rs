//! How offers are compared: the merit of each offer among all of them. In an auction of points every
//! bid can move everyone's points, because the best value of a criterion is the yardstick of all; in
//! every other evaluation an offer's merit is its own affair.

use crate::ids::ValueId;
use crate::ratio::{Ratio, Rounding};
use crate::terms::{Draft, Evaluation, Written};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

mod change;
pub mod life_cycle_cost;
pub mod mixed;
pub mod net_present_value;
pub mod normalised_price;
mod points;
pub mod price;
mod ties;

pub use change::{change_percent, changes, exact_change_percent};
pub use points::{raised_yardsticks, rescore, yardsticks};

/// One offer as the evaluation sees it.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Auctioned values, in the order of the terms.
    pub values: &'a [Decimal],
    /// Values of the written offer by name.
    pub offer: &'a BTreeMap<ValueId, Decimal>,
}

impl Candidate<'_> {
    /// The number of the written offer of this name; admission guarantees that it is there.
    fn written(&self, id: &ValueId) -> Ratio {
        Ratio::from(self.offer.get(id).copied().unwrap_or_default())
    }

    /// Σ of numbers of the written offer.
    fn written_sum(&self, many: &[Written]) -> Ratio {
        many.iter().map(|one| self.written(&one.id)).sum()
    }

    /// The auctioned value of this name.
    fn entered(&self, terms: &Draft, id: &ValueId) -> Decimal {
        let column = terms.values.iter().position(|value| value.id == *id);
        let value = column.and_then(|column| self.values.get(column));
        value.copied().unwrap_or_default()
    }
}

/// How good an offer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    /// The greater, the better: the total of points, the net present value, the discount, or the
    /// negated price or cost.
    pub merit: Ratio,
    /// Points by criterion, in the order of the terms; none without criteria.
    pub points: Vec<Decimal>,
    /// What decides between equal merits, most important first, the greater the better; none
    /// unless the terms say that the statutory order does.
    pub order: Vec<Ratio>,
}

/// The score of one offer by these yardsticks.
#[must_use]
pub fn score(terms: &Draft, yardsticks: &[Decimal], offer: &Candidate<'_>) -> Score {
    let points = points::points(terms, yardsticks, offer);
    Score {
        merit: merit(terms, offer, &points),
        order: ties::order(terms, offer, &points),
        points,
    }
}

fn merit(terms: &Draft, offer: &Candidate<'_>, points: &[Decimal]) -> Ratio {
    if matches!(terms.evaluation, Evaluation::Points { .. }) {
        return points::total(points);
    }
    match compared(terms, offer) {
        Some(compared) if higher_wins(&terms.evaluation) => compared,
        Some(compared) => compared.negated(),
        // Admission and the checks of the terms leave no such offer; it would stand last.
        None => Ratio::from(Decimal::MIN),
    }
}

/// The number by which an offer is compared, exactly: a price, cost, present value or discount.
fn compared(terms: &Draft, offer: &Candidate<'_>) -> Option<Ratio> {
    let price = || price::compared(terms, offer).map(Ratio::from);
    match &terms.evaluation {
        Evaluation::LowestPrice | Evaluation::Points { .. } => price(),
        Evaluation::NormalisedPrice { features } => {
            let coefficient = normalised_price::coefficient_of(features, offer)?;
            normalised_price::compared(&price()?, &coefficient)
        }
        Evaluation::LifeCycleCost { costs } => Some(life_cycle_cost::compared(
            &price()?,
            &offer.written_sum(costs),
        )),
        Evaluation::Mixed {
            denominator,
            addition,
        } => mixed::compared(
            &price()?,
            &offer.written(&denominator.id),
            &offer.written(&addition.id),
        ),
        Evaluation::NetPresentValue(energy) => {
            Some(net_present_value::compared(terms, energy, offer))
        }
        Evaluation::Discount => offer.values.first().copied().map(Ratio::from),
    }
}

/// Whether the greater of two compared numbers is the better one.
#[must_use]
pub fn higher_wins(evaluation: &Evaluation) -> bool {
    match evaluation {
        Evaluation::Points { .. } | Evaluation::NetPresentValue(_) | Evaluation::Discount => true,
        Evaluation::LowestPrice
        | Evaluation::NormalisedPrice { .. }
        | Evaluation::LifeCycleCost { .. }
        | Evaluation::Mixed { .. } => false,
    }
}

/// What a bidder with this written offer would have to enter to be exactly as good as `merit`: from
/// there a step from the leader is counted. None where one value alone does not decide (points, net
/// present value).
#[must_use]
pub fn entry_of_merit(
    terms: &Draft,
    written: &BTreeMap<ValueId, Decimal>,
    merit: &Ratio,
) -> Option<Ratio> {
    let offer = Candidate {
        values: &[],
        offer: written,
    };
    let compared = merit.negated();
    let price = match &terms.evaluation {
        Evaluation::Points { .. } | Evaluation::NetPresentValue(_) => return None,
        Evaluation::Discount => return Some(merit.clone()),
        Evaluation::LowestPrice => compared,
        Evaluation::NormalisedPrice { features } => normalised_price::price_for(
            &compared,
            &normalised_price::coefficient_of(features, &offer)?,
        ),
        Evaluation::LifeCycleCost { costs } => {
            life_cycle_cost::price_for(&compared, &offer.written_sum(costs))
        }
        Evaluation::Mixed {
            denominator,
            addition,
        } => mixed::price_for(
            &compared,
            &offer.written(&denominator.id),
            &offer.written(&addition.id),
        ),
    };
    price::without_vat(terms, &offer, &price)
}

/// The number by which an offer is compared, for people: rounded half up to the decimals of the
/// price, of the discount, or as the terms say for a net present value. Ranking never uses it.
#[must_use]
pub fn shown(terms: &Draft, score: &Score) -> Option<Decimal> {
    let digits = match &terms.evaluation {
        Evaluation::Points { .. } => return Some(score.points.iter().sum()),
        Evaluation::NetPresentValue(energy) => energy.decimals,
        Evaluation::Discount => terms.values.first()?.decimals,
        Evaluation::LowestPrice
        | Evaluation::NormalisedPrice { .. }
        | Evaluation::LifeCycleCost { .. }
        | Evaluation::Mixed { .. } => terms.price()?.1.decimals,
    };
    let compared = if higher_wins(&terms.evaluation) {
        score.merit.clone()
    } else {
        score.merit.negated()
    };
    compared.to_decimal(digits, Rounding::HalfUp)
}

/// Whether offers are compared by a number that no bidder enters and that is no points: then it is
/// shown beside the values.
#[must_use]
pub fn is_derived(terms: &Draft) -> bool {
    match &terms.evaluation {
        Evaluation::Points { .. } | Evaluation::Discount => false,
        Evaluation::LowestPrice => price::is_taxed(terms),
        Evaluation::NormalisedPrice { .. }
        | Evaluation::LifeCycleCost { .. }
        | Evaluation::Mixed { .. }
        | Evaluation::NetPresentValue(_) => true,
    }
}
