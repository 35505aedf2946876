//! Life-cycle cost: the price and what the use of the thing costs beside it, taken from the written
//! offer; the lowest wins (PZP art. 245; Prozorro's LCC).

use crate::ratio::Ratio;

/// The life-cycle cost of a price with these other costs.
#[must_use]
pub fn compared(price: &Ratio, costs: &Ratio) -> Ratio {
    price + costs
}

/// The price that comes to this life-cycle cost with these other costs. Not positive where the costs
/// alone reach it.
#[must_use]
pub fn price_for(compared: &Ratio, costs: &Ratio) -> Ratio {
    compared - costs
}
