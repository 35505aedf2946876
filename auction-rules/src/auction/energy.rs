//! Improvement where the net present value is compared: each of the three values may change either
//! way, as long as the net present value rises by its step over the bidder's own.

use super::{Auction, Participant};
use crate::evaluation::net_present_value::{Valuation, days_for, years_for};
use crate::ids::ValueId;
use crate::improvement::size;
use crate::ratio::Ratio;
use crate::refusal::{Limited, Refusal};
use crate::terms::{NetPresentValue, Value};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Share, years and days, as they are entered.
type Entered = [Decimal; 3];

impl Auction {
    /// Whether the net present value rises by a whole step. The refusal says the highest share that
    /// is legal with the length entered.
    pub(super) fn raises_worth(
        &self,
        energy: &NetPresentValue,
        participant: &Participant,
        values: &[Decimal],
    ) -> Result<(), Refusal> {
        let Some(own) = participant.current() else {
            return Ok(());
        };
        let valuation = Valuation::of(energy, &participant.candidate(&own.values));
        let [before, after] =
            [&own.values, values].map(|values| valuation.worth(self.entered(energy, values)));
        if raised(energy, &before, &after) {
            return Ok(());
        }
        let entered = self.entered(energy, values);
        let limited = Limited {
            value: energy.share.clone(),
            limit: self.highest(energy, &valuation, &before, entered, 0),
        };
        Err(if own.values == values {
            Refusal::EqualToOwn(limited)
        } else if after > before {
            Refusal::BelowMinimumStep(limited)
        } else {
            Refusal::NotAnImprovement(limited)
        })
    }

    /// For each of the three values the highest that is legal while the own other two stay.
    pub(super) fn limits_of_worth(
        &self,
        energy: &NetPresentValue,
        participant: &Participant,
    ) -> BTreeMap<ValueId, Option<Decimal>> {
        let ids = energy.entered().into_iter().cloned();
        let Some(own) = participant.current() else {
            let most = |id: ValueId| {
                let most = self.terms.value(&id).map(|value| value.most);
                (id, most)
            };
            return ids.map(most).collect();
        };
        let valuation = Valuation::of(energy, &participant.candidate(&own.values));
        let entered = self.entered(energy, &own.values);
        let before = valuation.worth(entered);
        let limit = |(column, id)| {
            let highest = self.highest(energy, &valuation, &before, entered, column);
            (id, highest)
        };
        ids.enumerate().map(limit).collect()
    }

    fn entered(&self, energy: &NetPresentValue, values: &[Decimal]) -> Entered {
        energy.entered().map(|id| self.value_of(values, id))
    }

    /// The highest value of one of the three that is legal while the other two stay. The net present
    /// value never rises with any of them, so the legal ones lie below one bound, which halving the
    /// range finds.
    fn highest(
        &self,
        energy: &NetPresentValue,
        valuation: &Valuation,
        before: &Ratio,
        entered: Entered,
        column: usize,
    ) -> Option<Decimal> {
        let id = energy.entered().into_iter().nth(column)?;
        let value = self.terms.value(id)?;
        let with = |units: i128| {
            let mut entered = entered;
            *entered.get_mut(column)? =
                Decimal::try_from_i128_with_scale(units, value.decimals).ok()?;
            Some(entered)
        };
        let legal = |units: i128| {
            with(units).is_some_and(|entered| raised(energy, before, &valuation.worth(entered)))
        };
        let (shortest, longest) = lengths(energy, entered, column);
        let least = units_of(value.least.max(shortest), value);
        let most = units_of(value.most.min(longest), value);
        with(last_legal(least, most, legal)?)?
            .into_iter()
            .nth(column)
    }
}

fn raised(energy: &NetPresentValue, before: &Ratio, after: &Ratio) -> bool {
    let wanted = before + &size(&energy.least_step, before);
    after > before && *after >= wanted
}

/// Within which a value keeps the contract a contract: any share does.
fn lengths(
    energy: &NetPresentValue,
    [_, years, days]: Entered,
    column: usize,
) -> (Decimal, Decimal) {
    let (least, most) = match column {
        1 => years_for(energy, days),
        2 => days_for(energy, years),
        _ => return (Decimal::MIN, Decimal::MAX),
    };
    (Decimal::from(least), Decimal::from(most))
}

/// A legal value in units of its last decimal.
fn units_of(mut amount: Decimal, value: &Value) -> i128 {
    amount.rescale(value.decimals);
    amount.mantissa()
}

/// The greatest legal number of a range in which every number up to some bound is legal.
fn last_legal(least: i128, most: i128, legal: impl Fn(i128) -> bool) -> Option<i128> {
    if least > most || !legal(least) {
        return None;
    }
    let (mut below, mut above) = (least, most.checked_add(1)?);
    while above.checked_sub(below)? > 1 {
        let middle = below.midpoint(above);
        if legal(middle) {
            below = middle;
        } else {
            above = middle;
        }
    }
    Some(below)
}
