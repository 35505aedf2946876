//! How large a change is, for the guards against a slip of the finger.

use super::{Candidate, compared};
use crate::ratio::{Ratio, Rounding};
use crate::terms::{Draft, Evaluation};
use rust_decimal::Decimal;

/// By how many per cent each value of `new` differs from `own`, exactly and without sign, in the
/// order of the terms.
///
/// Of a discount the price that it leaves counts: from 5 % to 8 % is 3.16 %. Of an energy service
/// every value that changes counts as much as the net present value does.
#[must_use]
pub fn changes(terms: &Draft, own: &Candidate<'_>, new: &Candidate<'_>) -> Vec<Ratio> {
    let pairs = own.values.iter().zip(new.values);
    match &terms.evaluation {
        Evaluation::NetPresentValue(_) => {
            let worth = |offer| compared(terms, offer).unwrap_or_else(Ratio::zero);
            let percent = percent(&worth(own), &worth(new));
            let changed = |(from, to)| {
                if from == to {
                    Ratio::zero()
                } else {
                    percent.clone()
                }
            };
            pairs.map(changed).collect()
        }
        Evaluation::Discount => {
            let left = |discount: &Decimal| &Ratio::whole(100) - &Ratio::from(*discount);
            pairs
                .map(|(from, to)| percent(&left(from), &left(to)))
                .collect()
        }
        Evaluation::LowestPrice
        | Evaluation::Points { .. }
        | Evaluation::NormalisedPrice { .. }
        | Evaluation::LifeCycleCost { .. }
        | Evaluation::Mixed { .. } => pairs
            .map(|(from, to)| exact_change_percent(*from, *to))
            .collect(),
    }
}

/// A change in per cent for people: rounded half up to two digits.
#[must_use]
pub fn change_percent(exact: &Ratio) -> Decimal {
    let rounded = exact.to_decimal(2, Rounding::HalfUp);
    rounded.unwrap_or(Decimal::ONE_HUNDRED)
}

/// By how many per cent `to` differs from `from`, exactly and without sign. From nothing every change
/// is one of 100 per cent.
#[must_use]
pub fn exact_change_percent(from: Decimal, to: Decimal) -> Ratio {
    percent(&Ratio::from(from), &Ratio::from(to))
}

fn percent(from: &Ratio, to: &Ratio) -> Ratio {
    if from == to {
        return Ratio::zero();
    }
    let distance = if from > to { from - to } else { to - from };
    let hundred = Ratio::whole(100);
    distance
        .over(from)
        .map_or_else(|| hundred.clone(), |part| &part * &hundred)
}
