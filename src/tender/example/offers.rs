//! What the made-up bidders offer in writing, and line items that add up.

use super::Values;
use crate::limits::EXAMPLE_BIDDERS;
use auction_rules::Terms;
use auction_rules::ratio::{Ratio, Rounding};
use auction_rules::terms::{
    Bounds, Criterion, Direction, LineItems, Method, OpeningOffer, Value, WrittenValue,
};
use rust_decimal::Decimal;

/// How far apart the made-up opening offers lie, in per cent of what the terms allow.
const APART_PERCENT: i64 = 2;

/// What the terms want to see written: the auctioned values near the worst that they allow, and
/// the criteria that only the evaluation uses.
pub(super) fn written_offer(terms: &Terms, index: usize) -> Values {
    let rank = i64::try_from(index % EXAMPLE_BIDDERS).unwrap_or(0);
    let mut offer = Values::new();
    if terms.opening == OpeningOffer::WrittenOffer {
        let values = terms.values.iter();
        let values = values.map(|value| (value.id.clone(), opening_value(value, rank)));
        offer = added_up(terms, values.collect(), None);
    }
    for written in terms.written_values() {
        offer.insert(written.id.clone(), written_value(terms, &written, rank));
    }
    offer
}

/// An amount a little better than the worst: each bidder by some per cent of what the terms allow.
pub(super) fn opening_value(value: &Value, rank: i64) -> Decimal {
    let share = Ratio::from(value.most - value.least).percent(Decimal::from(APART_PERCENT * rank));
    let (worst, rounding) = match value.direction {
        Direction::Lowest => (Ratio::from(value.most) - share, Rounding::Up),
        Direction::Highest => (Ratio::from(value.least) + share, Rounding::Down),
    };
    let rounded = worst.to_decimal(value.decimals, rounding);
    rounded.map_or(value.most, |amount| amount.clamp(value.least, value.most))
}

/// A number that the evaluation takes from the offer: within its bounds, and not the same for
/// everyone.
fn written_value(terms: &Terms, written: &WrittenValue, rank: i64) -> Decimal {
    let criteria = terms.evaluation.criteria();
    if let Some(criterion) = criteria.iter().find(|one| one.id == *written.id) {
        return criterion_value(criterion, rank);
    }
    match written.bounds {
        Bounds::Percent => Decimal::ZERO,
        Bounds::NotNegative | Bounds::Positive => Decimal::from(10 + 2 * rank),
        Bounds::OneOf(feature) => {
            let index = usize::try_from(rank).unwrap_or(0);
            let chosen = feature.choices.get(index).or(feature.choices.first());
            chosen.map_or(Decimal::ZERO, |choice| choice.fraction)
        }
    }
}

/// A criterion of the written offer: positive.
fn criterion_value(criterion: &Criterion, rank: i64) -> Decimal {
    match &criterion.method {
        Method::HighestBest { most: Some(most) } => Ratio::from(*most)
            .percent(Decimal::from(100 - 20 * rank))
            .to_decimal(0, Rounding::Up)
            .unwrap_or(*most)
            .max(Decimal::ONE),
        Method::HighestBest { most: None } | Method::LowestBest => Decimal::from(10 + 2 * rank),
        Method::Table { rows } => {
            let row = usize::try_from(rank).unwrap_or(0);
            let row = rows.iter().rev().nth(row).or_else(|| rows.first());
            row.map_or(Decimal::ONE, |row| row.from)
        }
    }
}

/// Values whose line items, if there are any, come to their total. Where a total is wanted, or the
/// terms allow none so high, the unit prices are lowered alike.
pub(super) fn added_up(terms: &Terms, mut values: Values, wanted: Option<Decimal>) -> Values {
    let Some(items) = &terms.items else {
        return values;
    };
    let Some(total) = terms.value(&items.total) else {
        return values;
    };
    let bound = wanted.unwrap_or(total.most).min(total.most);
    let too_much = sum(items, &values);
    if too_much > Ratio::from(bound)
        && let Some(share) = Ratio::from(bound).over(&too_much)
    {
        let unit_prices = terms.values.iter().filter(|value| terms.is_item(&value.id));
        for value in unit_prices {
            let lowered = values
                .get(&value.id)
                .map(|price| &Ratio::from(*price) * &share);
            let lowered =
                lowered.and_then(|price| price.to_decimal(value.decimals, Rounding::Down));
            if let Some(price) = lowered {
                values.insert(value.id.clone(), price.clamp(value.least, value.most));
            }
        }
    }
    let sum = sum(items, &values).to_decimal(total.decimals, Rounding::HalfUp);
    values.insert(items.total.clone(), sum.unwrap_or(total.most));
    values
}

fn sum(items: &LineItems, values: &Values) -> Ratio {
    let parts = items.quantities.iter().filter_map(|(item, quantity)| {
        let price = values.get(item)?;
        Some(&Ratio::from(*price) * &Ratio::from(*quantity))
    });
    parts.sum()
}
