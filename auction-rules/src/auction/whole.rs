//! What the values of one offer owe each other: unit prices add up to the total, and a contract has
//! a length.

use super::Auction;
use crate::evaluation::net_present_value::days_for;
use crate::ids::ValueId;
use crate::ratio::{Ratio, Rounding};
use crate::refusal::Refusal;
use crate::terms::{LineItems, NetPresentValue};
use rust_decimal::Decimal;

impl Auction {
    /// Whether these values, each legal by itself, make one offer. In the order of the terms.
    pub(super) fn fit_together(&self, values: &[Decimal]) -> Result<(), Refusal> {
        if let Some(items) = &self.terms.items {
            self.adds_up(items, values)?;
        }
        match self.terms.evaluation.net_present_value() {
            Some(energy) => self.has_length(energy, values),
            None => Ok(()),
        }
    }

    /// Σ quantity × unit price, rounded half up to the decimals of the total, is the total.
    fn adds_up(&self, items: &LineItems, values: &[Decimal]) -> Result<(), Refusal> {
        let parts = items.quantities.iter().map(|(item, quantity)| {
            let unit_price = Ratio::from(self.value_of(values, item));
            unit_price * Ratio::from(*quantity)
        });
        let decimals = self.terms.value(&items.total).map(|total| total.decimals);
        let exact: Ratio = parts.sum();
        let sum = exact.to_decimal(decimals.unwrap_or_default(), Rounding::HalfUp);
        if sum == Some(self.value_of(values, &items.total)) {
            return Ok(());
        }
        Err(Refusal::SumDiffers {
            value: items.total.clone(),
            sum: sum.unwrap_or(Decimal::MAX),
        })
    }

    /// At least one day, and at most the longest contract.
    fn has_length(&self, energy: &NetPresentValue, values: &[Decimal]) -> Result<(), Refusal> {
        let days = self.value_of(values, &energy.days);
        let (least, most) = days_for(energy, self.value_of(values, &energy.years));
        let (least, most) = (Decimal::from(least), Decimal::from(most));
        if (least..=most).contains(&days) {
            return Ok(());
        }
        let value = energy.days.clone();
        Err(Refusal::OutOfRange { value, least, most })
    }

    /// Of values in the order of the terms, the one of this name.
    pub(super) fn value_of(&self, values: &[Decimal], id: &ValueId) -> Decimal {
        let column = self.terms.values.iter().position(|value| value.id == *id);
        let value = column.and_then(|column| values.get(column));
        value.copied().unwrap_or_default()
    }
}
