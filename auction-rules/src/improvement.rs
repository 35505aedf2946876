//! What makes a bid an improvement: the limit that a new value must reach.

use crate::ratio::{Ratio, Rounding};
use crate::terms::{Band, Direction, Step, StepSize, Value};
use rust_decimal::Decimal;

/// The least demanding value that is a full step better than `reference`: the highest legal price,
/// or the lowest legal value where more is better. Exactly this value is legal. None when no legal
/// value is left within the limits of the terms.
#[must_use]
pub fn limit(value: &Value, step: &Step, reference: Decimal) -> Option<Decimal> {
    let exact = Ratio::from(reference);
    let size = size(&step.least, reference, value.decimals);
    let reached = match value.direction {
        Direction::Lowest => &exact - &size,
        Direction::Highest => &exact + &size,
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
pub fn is_better(direction: Direction, candidate: Decimal, reference: Decimal) -> bool {
    match direction {
        Direction::Lowest => candidate < reference,
        Direction::Highest => candidate > reference,
    }
}

/// The step from `reference`, exactly. A percentage of nothing is nothing, but an improvement is at
/// least one unit of the last decimal.
fn size(least: &StepSize, reference: Decimal, decimals: u32) -> Ratio {
    let size = match least {
        StepSize::Amount { amount } => Ratio::from(*amount),
        StepSize::Percent { percent } => Ratio::from(reference).percent(*percent),
        StepSize::Bands { bands } => Ratio::from(band(bands, reference)),
    };
    size.max(Ratio::from(Decimal::new(1, decimals)))
}

fn band(bands: &[Band], reference: Decimal) -> Decimal {
    bands
        .iter()
        .rev()
        .find(|band| band.from <= reference)
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
