//! The result, computed once more in the most naive way from the accepted bids.

use super::Check;
use crate::price::Price;
use crate::published::Published;
use serde_json::Value;
use std::collections::BTreeMap;

/// One place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    alias: u64,
    price: Price,
}

/// Result and winner are what the accepted bids of the log make.
pub(crate) fn recomputed(log: &Published, told: Option<&Value>) -> Check {
    let mut check = Check::new(
        "standings-recomputed",
        "lowest price first, of equal ones the earliest",
    );
    let accepted = log
        .entries
        .iter()
        .filter_map(|entry| Some((entry.told.alias?, Price::read(entry.told.accepted()?)?)));
    let own = standings(accepted);
    let result = told.map(|told| &told["result"]).unwrap_or(&Value::Null);
    let theirs = read(result);
    check.holds(own.len() == theirs.len(), || {
        format!(
            "{} have an offer, and the result has {}",
            own.len(),
            theirs.len()
        )
    });
    for (index, (own, theirs)) in own.iter().zip(&theirs).enumerate() {
        check.holds(own == theirs, || {
            format!("place {}: {theirs:?} instead of {own:?}", index + 1)
        });
    }
    let winner = own.first().map(|first| first.alias);
    check.holds(result["winner"].as_u64() == winner, || {
        format!("the winner is {} instead of {winner:?}", result["winner"])
    });
    let named = told.and_then(|told| told["winner"]["alias"].as_u64());
    check.holds(named == winner, || {
        format!("{named:?} is named as the winner instead of {winner:?}")
    });
    check
}

/// The last price of each alias, the lowest first, of equal ones the one that stood first.
fn standings(accepted: impl Iterator<Item = (u64, Price)>) -> Vec<Place> {
    let mut last = BTreeMap::new();
    for (order, (alias, price)) in accepted.enumerate() {
        last.insert(alias, (price, order));
    }
    let mut sorted: Vec<_> = last.into_iter().collect();
    sorted.sort_by_key(|(_, stands)| *stands);
    sorted
        .into_iter()
        .map(|(alias, (price, _))| Place { alias, price })
        .collect()
}

/// Places of a result whose positions count 1, 2, 3…; others are left out.
fn read(result: &Value) -> Vec<Place> {
    let rows = result["standings"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let place = |(index, row): (usize, &Value)| {
        let counts = row["position"].as_u64() == Some(index as u64 + 1);
        let price = Price::read(row["values"]["price"].as_str()?)?;
        let alias = row["alias"].as_u64()?;
        counts.then_some(Place { alias, price })
    };
    rows.iter().enumerate().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_prices_the_earliest_stands_first() {
        let (low, high) = (Price::after(2), Price::after(1));
        let bids = [(3, high), (2, high), (1, high), (2, low), (1, low)];
        let aliases: Vec<_> = standings(bids.into_iter())
            .iter()
            .map(|place| place.alias)
            .collect();
        assert_eq!(aliases, [2, 1, 3]);
    }
}
