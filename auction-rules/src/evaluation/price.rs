//! The price of an offer as it is compared. Under reverse charge the VAT that the buyer would owe is
//! added for comparison only (PZP art. 225); the offer and the contract stay as they were entered.

use super::Candidate;
use crate::ratio::{Ratio, Rounding};
use crate::terms::{Draft, Tax, Value};
use rust_decimal::Decimal;

/// The price of an offer with the VAT that the buyer would owe; none where no price is auctioned.
#[must_use]
pub fn compared(terms: &Draft, offer: &Candidate<'_>) -> Option<Decimal> {
    let (column, value) = terms.price()?;
    let entered = *offer.values.get(column)?;
    Some(with_vat(value, offer, entered))
}

/// What is entered for a value, with the VAT that the buyer would owe on it.
pub(super) fn with_vat(value: &Value, offer: &Candidate<'_>, entered: Decimal) -> Decimal {
    match &value.tax {
        Some(Tax::ReverseCharge { rate }) => {
            let rate = offer.offer.get(rate).copied().unwrap_or_default();
            gross(entered, rate, value.decimals)
        }
        Some(Tax::Net | Tax::Gross) | None => entered,
    }
}

/// `net` and VAT of `percent` on it, rounded half up to `decimals` as on an invoice.
#[must_use]
pub fn gross(net: Decimal, percent: Decimal, decimals: u32) -> Decimal {
    let exact = Ratio::from(net).percent_more(percent);
    exact.to_decimal(decimals, Rounding::HalfUp).unwrap_or(net)
}

/// The price that, with the VAT that the buyer would owe, comes to `compared`; exact. None where no
/// price is auctioned.
pub(super) fn without_vat(terms: &Draft, offer: &Candidate<'_>, compared: &Ratio) -> Option<Ratio> {
    match &terms.price()?.1.tax {
        Some(Tax::ReverseCharge { rate }) => {
            let rate = offer.offer.get(rate).copied().unwrap_or_default();
            compared.over(&Ratio::whole(1).percent_more(rate))
        }
        Some(Tax::Net | Tax::Gross) | None => Some(compared.clone()),
    }
}

/// Whether VAT may be added to the price of this auction.
pub(super) fn is_taxed(terms: &Draft) -> bool {
    let price = terms.price();
    price.is_some_and(|(_, value)| matches!(value.tax, Some(Tax::ReverseCharge { .. })))
}
