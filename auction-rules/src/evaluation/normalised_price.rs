//! Normalised price: price ÷ coefficient, the lowest wins. The coefficient is
//! 1 + Σ chosen ÷ (1 − Σ greatest) over the features of the written offer, fractions all
//! (Prozorro's MEAT).

use super::Candidate;
use crate::ratio::Ratio;
use crate::terms::Feature;

/// 1 + `chosen` ÷ (1 − `greatest`), exactly; none where the greatest fractions add up to 1.
#[must_use]
pub fn coefficient(chosen: &Ratio, greatest: &Ratio) -> Option<Ratio> {
    let one = Ratio::whole(1);
    let part = chosen.over(&(&one - greatest))?;
    Some(one + part)
}

/// The coefficient of a written offer.
pub(super) fn coefficient_of(features: &[Feature], offer: &Candidate<'_>) -> Option<Ratio> {
    let chosen = features.iter().map(|feature| offer.written(&feature.id));
    let greatest = features.iter().map(|feature| feature.greatest());
    coefficient(&chosen.sum(), &greatest.map(Ratio::from).sum())
}

/// The normalised price; none for a coefficient of zero.
#[must_use]
pub fn compared(price: &Ratio, coefficient: &Ratio) -> Option<Ratio> {
    price.over(coefficient)
}

/// The price that comes to this normalised price: Prozorro lets a bid be at most this less a step.
#[must_use]
pub fn price_for(compared: &Ratio, coefficient: &Ratio) -> Ratio {
    compared * coefficient
}
