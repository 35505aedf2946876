//! What makes a bid an improvement: the limit that a new value must reach.

use crate::ratio::{Ratio, Rounding};
use crate::terms::{Band, Direction, Step, StepSize, Value};
use rust_decimal::Decimal;

/// The least demanding value that is a full step better than `reference`: the highest legal price,
/// or the lowest legal value where more is better. Exactly this value is legal. None when no legal
/// value is left within the limits of the terms.
#[must_use]
pub fn limit(value: &Value, step: &Step, reference: Decimal) -> Option<Decimal> {
    let reference_exact = Ratio::from(reference);
    let size = size(&step.least, reference);
    let reached = match value.direction {
        Direction::Lowest => {
            towards(&(&reference_exact - &size), value, step, Rounding::Down)?.min(value.most)
        }
        Direction::Highest => {
            towards(&(&reference_exact + &size), value, step, Rounding::Up)?.max(value.least)
        }
    };
    (value.least <= reached && reached <= value.most).then_some(reached)
}

/// Whether `candidate` is strictly better than `reference`.
#[must_use]
pub fn is_better(direction: Direction, candidate: Decimal, reference: Decimal) -> bool {
    match direction {
        Direction::Lowest => candidate < reference,
        Direction::Highest => candidate > reference,
    }
}

/// The step from `reference`, exactly.
fn size(least: &StepSize, reference: Decimal) -> Ratio {
    match least {
        StepSize::Amount { amount } => Ratio::from(*amount),
        StepSize::Percent { percent } => Ratio::from(reference).percent(*percent),
        StepSize::Bands { bands } => Ratio::from(band(bands, reference)),
    }
}

fn band(bands: &[Band], reference: Decimal) -> Decimal {
    bands
        .iter()
        .rev()
        .find(|band| band.from <= reference)
        .map_or(Decimal::ZERO, |band| band.amount)
}

/// The nearest value with the decimals and on the tick of the terms, rounded so that the step
/// stays whole.
fn towards(exact: &Ratio, value: &Value, step: &Step, rounding: Rounding) -> Option<Decimal> {
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
