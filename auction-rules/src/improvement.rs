//! What makes a bid an improvement: the limit that a new value must reach.

use crate::ratio::{Ratio, Rounding};
use crate::terms::{Band, Direction, Step, StepSize, Value};
use rust_decimal::Decimal;

/// The least demanding value that is a full step better than `reference`: the highest legal price,
/// or the lowest legal value where more is better. Exactly this value is legal. None when no legal
/// value is left within the limits of the terms.
#[must_use]
pub fn limit(value: &Value, step: &Step, reference: Decimal) -> Option<Decimal> {
    limit_from(value, step, &Ratio::from(reference))
}

/// As [`limit`], from a reference that need not be a legal value: the entry by which a bidder would
/// be exactly as good as the leader. Where even the least demanding value is a full step better than
/// that, it is the limit.
#[must_use]
pub fn limit_from(value: &Value, step: &Step, reference: &Ratio) -> Option<Decimal> {
    let size = size(&step.least, reference).max(Ratio::from(Decimal::new(1, value.decimals)));
    let reached = match value.direction {
        Direction::Lowest => (reference - &size).min(Ratio::from(value.most)),
        Direction::Highest => (reference + &size).max(Ratio::from(value.least)),
    };
    within(value, towards(&reached, value, step)?)
}

/// The least demanding value that the terms allow at all: where nothing is to be improved on.
#[must_use]
pub fn least_demanding(value: &Value, step: &Step) -> Option<Decimal> {
    let end = match value.direction {
        Direction::Lowest => value.most,
        Direction::Highest => value.least,
    };
    within(value, towards(&Ratio::from(end), value, step)?)
}

fn within(value: &Value, reached: Decimal) -> Option<Decimal> {
    (value.least..=value.most)
        .contains(&reached)
        .then_some(reached)
}

/// Whether `candidate` is strictly better than `reference`.
#[must_use]
pub fn is_better<N: PartialOrd>(direction: Direction, candidate: N, reference: N) -> bool {
    match direction {
        Direction::Lowest => candidate < reference,
        Direction::Highest => candidate > reference,
    }
}

/// The step from `reference`, exactly. A percentage of nothing is nothing; an improvement of a value
/// is at least one unit of its last decimal.
#[must_use]
pub fn size(least: &StepSize, reference: &Ratio) -> Ratio {
    match least {
        StepSize::Amount { amount } => Ratio::from(*amount),
        StepSize::Percent { percent } => reference.percent(*percent),
        StepSize::Bands { bands } => Ratio::from(band(bands, reference)),
    }
}

fn band(bands: &[Band], reference: &Ratio) -> Decimal {
    bands
        .iter()
        .rev()
        .find(|band| Ratio::from(band.from) <= *reference)
        .map_or(Decimal::ZERO, |band| band.amount)
}

/// The nearest value with the decimals and on the tick of the terms, on the demanding side, so that
/// the step stays whole.
fn towards(exact: &Ratio, value: &Value, step: &Step) -> Option<Decimal> {
    let rounding = match value.direction {
        Direction::Lowest => Rounding::Down,
        Direction::Highest => Rounding::Up,
    };
    let Some(tick) = step.tick else {
        return exact.to_decimal(value.decimals, rounding);
    };
    let tick = Ratio::from(tick);
    let count = exact.over(&tick)?.rounded(0, rounding);
    (count * tick).to_decimal(value.decimals, rounding)
}

/// Whether `candidate` lies on the tick.
#[must_use]
pub fn on_tick(step: &Step, candidate: Decimal) -> bool {
    step.tick
        .is_none_or(|tick| Ratio::from(candidate).is_multiple_of(&Ratio::from(tick)))
}
