//! Mixed: price ÷ denominator + addition, both from the written offer; the lowest wins (Prozorro's
//! mixed type, whose own room compares the bare price by mistake).

use crate::ratio::Ratio;

/// `price` ÷ `denominator` + `addition`; none for a denominator of zero.
#[must_use]
pub fn compared(price: &Ratio, denominator: &Ratio, addition: &Ratio) -> Option<Ratio> {
    Some(&price.over(denominator)? + addition)
}

/// The price that comes to this compared number: (compared − addition) × denominator.
#[must_use]
pub fn price_for(compared: &Ratio, denominator: &Ratio, addition: &Ratio) -> Ratio {
    &(compared - addition) * denominator
}
