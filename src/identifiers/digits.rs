//! What the check digits have in common.

use super::Wrong;

/// The digits of a text that has so many and nothing else.
pub(super) fn digits<const N: usize>(text: &str) -> Result<[u32; N], Wrong> {
    let found: Vec<u32> = text
        .chars()
        .map(|c| c.to_digit(10))
        .collect::<Option<_>>()
        .ok_or(Wrong::Shape)?;
    found.try_into().map_err(|_| Wrong::Shape)
}

/// The sum of the figures, each times its weight.
pub(super) fn weighted(figures: &[u32], weights: &[u32]) -> u32 {
    let pairs = figures.iter().zip(weights);
    pairs.map(|(figure, weight)| figure * weight).sum()
}
