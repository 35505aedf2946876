//! Line items: unit prices that add up to the total.

use super::{Direction, Draft, Value};
use crate::ids::ValueId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which of the auctioned values are unit prices, and what they add up to. A bid enters them all;
/// Σ quantity × unit price, rounded half up to the decimals of the total, must be the total. Only
/// the total is compared and has a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineItems {
    /// The value that is the total price.
    pub total: ValueId,
    /// How much of each item is bought, by the value that is its unit price.
    pub quantities: BTreeMap<ValueId, Decimal>,
}

impl Draft {
    /// Whether the value of this name is a unit price.
    #[must_use]
    pub fn is_item(&self, id: &ValueId) -> bool {
        let items = self.items.as_ref();
        items.is_some_and(|items| items.quantities.contains_key(id))
    }

    /// The price that is compared, and its place among the values: of the values where less is better
    /// the one that says whether it has VAT, else the first. No unit price, and nothing that a bidder
    /// enters for an energy service, is one.
    #[must_use]
    pub fn price(&self) -> Option<(usize, &Value)> {
        if self.evaluation.net_present_value().is_some() {
            return None;
        }
        let mut values = self.values.iter().enumerate();
        let priced = |(_, value): &(usize, &Value)| {
            value.direction == Direction::Lowest && !self.is_item(&value.id)
        };
        let taxed = values
            .clone()
            .find(|found| priced(found) && found.1.tax.is_some());
        taxed.or_else(|| values.find(priced))
    }
}
