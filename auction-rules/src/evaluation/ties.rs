//! The statutory order of equal offers: the better in the heaviest criterion, then the lower price
//! (PZP art. 248); of equal costs the lower price (art. 250). What is still equal stays tied, and
//! the buyer calls for additional offers.

use super::{Candidate, price};
use crate::ratio::Ratio;
use crate::terms::{Criterion, Draft, Evaluation, Ties};
use rust_decimal::Decimal;

/// What decides between equal merits, the greater the better; nothing without the statutory order,
/// and nothing where the price was all there is to compare.
pub(super) fn order(terms: &Draft, offer: &Candidate<'_>, points: &[Decimal]) -> Vec<Ratio> {
    if terms.ties != Ties::Statutory {
        return Vec::new();
    }
    let price = price::compared(terms, offer).map(|price| Ratio::from(price).negated());
    match &terms.evaluation {
        Evaluation::LowestPrice | Evaluation::NetPresentValue(_) | Evaluation::Discount => {
            Vec::new()
        }
        Evaluation::Points { criteria, .. } => {
            let heaviest = Ratio::from(of_heaviest(criteria, points));
            [heaviest].into_iter().chain(price).collect()
        }
        Evaluation::NormalisedPrice { .. }
        | Evaluation::LifeCycleCost { .. }
        | Evaluation::Mixed { .. } => price.into_iter().collect(),
    }
}

/// Points in the criterion of the greatest weight. The act says nothing of several of that weight:
/// here they count together.
fn of_heaviest(criteria: &[Criterion], points: &[Decimal]) -> Decimal {
    let greatest = criteria.iter().map(|criterion| criterion.weight).max();
    let heaviest = criteria
        .iter()
        .zip(points)
        .filter(|(criterion, _)| Some(criterion.weight) == greatest);
    heaviest.map(|(_, points)| points).sum()
}
