//! Whether line items add up to the price that is compared.

use super::{DECIMALS_MAX, Faults};
use crate::terms::{Direction, Draft};

const ITEMS_MAX: usize = 50;

pub(super) fn check(draft: &Draft, found: &mut Faults) {
    let Some(items) = &draft.items else { return };
    let price = draft.price().map(|(_, value)| &value.id);
    found.unless(
        price == Some(&items.total),
        "items.total",
        "Suma pozycji musi być ceną, która jest porównywana.",
        "The total of the items must be the price that is compared.",
    );
    found.count("items.quantities", items.quantities.len(), ITEMS_MAX);
    for (id, quantity) in &items.quantities {
        let path = format!("items.quantities.{id}");
        let unit_price = draft.values.iter().find(|value| value.id == *id);
        found.unless(
            unit_price.is_some_and(|value| value.direction == Direction::Lowest),
            &path,
            "Cena jednostkowa musi być jedną z wartości, im mniej, tym lepiej.",
            "A unit price must be one of the values, the lower the better.",
        );
        found.amount(&path, *quantity, DECIMALS_MAX, true);
    }
}
