//! Net present value of an energy service: what the promised savings leave to the buyer after the
//! bidder's share, each year discounted; the highest wins (Prozorro's ESCO).
//!
//! The savings run from the notice: the rest of its year first, then whole years, then as many days
//! as the first year lacked. Every year has 365 days. The bidder is paid its share of the savings
//! for the length of the contract, counted from the same day.

use super::{Candidate, normalised_price};
use crate::ratio::Ratio;
use crate::terms::{Draft, NetPresentValue};
use crate::time::Day;
use rust_decimal::Decimal;

/// Days of every year.
pub const YEAR_DAYS: i64 = 365;

/// The savings of one offer, period by period, in money.
#[derive(Clone, Debug)]
pub struct Savings {
    promised: Course,
    /// Each worth what it is on the day of the notice.
    discounted: Course,
}

impl Savings {
    /// Savings promised from the day of the notice on, in money, discounted by `rate_percent` a year.
    /// The first is that of the rest of the year and taken whole; the last is that of a whole year
    /// and taken for the days that the first year lacked.
    #[must_use]
    pub fn new(notice_on: Day, rate_percent: Decimal, promised: &[Ratio]) -> Self {
        let first = i64::from(notice_on.left_in_year()).min(YEAR_DAYS);
        let last = promised.len().saturating_sub(1);
        let rate = Ratio::whole(1).percent(rate_percent);
        let mut course = Course::default();
        let mut discounted = Course::default();
        let mut worth = Ratio::whole(1);
        for (index, saving) in promised.iter().enumerate() {
            let days = match index {
                0 => first,
                _ if index == last => YEAR_DAYS.saturating_sub(first),
                _ => YEAR_DAYS,
            };
            let factor = &Ratio::whole(1) + &(&rate * &of_year(days));
            worth = worth.over(&factor).unwrap_or_else(Ratio::zero);
            let saved = if index == last {
                saving * &of_year(days)
            } else {
                saving.clone()
            };
            discounted.extend(days, &saved * &worth);
            course.extend(days, saved);
        }
        Self {
            promised: course,
            discounted,
        }
    }

    /// What is left to the buyer, discounted, when `share_percent` of the savings is paid out for
    /// `contract_days`; exact, in money.
    #[must_use]
    pub fn net_present_value(&self, share_percent: Decimal, contract_days: i64) -> Ratio {
        let paid = self.discounted.until(contract_days);
        &self.discounted.total - &paid.percent(share_percent)
    }

    /// What the bidder is paid over the whole contract, not discounted: the price of the contract.
    #[must_use]
    pub fn contract_price(&self, share_percent: Decimal, contract_days: i64) -> Ratio {
        self.promised.until(contract_days).percent(share_percent)
    }
}

/// An amount that grows evenly within each of its periods. What falls into a period without days (the
/// notice came on 31 December) is part of the total, but no day of a contract pays for it.
#[derive(Clone, Debug)]
struct Course {
    periods: Vec<Period>,
    total: Ratio,
    /// Σ of the periods that have days.
    payable: Ratio,
}

#[derive(Clone, Debug)]
struct Period {
    days: i64,
    amount: Ratio,
    /// Σ of the periods before it that have days.
    before: Ratio,
}

impl Default for Course {
    fn default() -> Self {
        Self {
            periods: Vec::new(),
            total: Ratio::zero(),
            payable: Ratio::zero(),
        }
    }
}

impl Course {
    fn extend(&mut self, days: i64, amount: Ratio) {
        self.total = &self.total + &amount;
        if days == 0 {
            return;
        }
        let payable = &self.payable + &amount;
        self.periods.push(Period {
            days,
            amount,
            before: std::mem::replace(&mut self.payable, payable),
        });
    }

    /// What of it so many days pay for.
    fn until(&self, days: i64) -> Ratio {
        let mut left = days.max(0);
        for period in &self.periods {
            if left <= period.days {
                let part = Ratio::whole(left).over(&Ratio::whole(period.days));
                let of_period = part.map(|part| &period.amount * &part);
                return &period.before + &of_period.unwrap_or_else(Ratio::zero);
            }
            left = left.saturating_sub(period.days);
        }
        self.payable.clone()
    }
}

fn of_year(days: i64) -> Ratio {
    let part = Ratio::whole(days).over(&Ratio::whole(YEAR_DAYS));
    part.unwrap_or_else(Ratio::zero)
}

/// The length of a contract of so many years and days, in days.
#[must_use]
pub fn contract_days(years: Decimal, days: Decimal) -> i64 {
    let whole = |number: Decimal| i64::try_from(number).unwrap_or(i64::MAX);
    let of_years = whole(years).saturating_mul(YEAR_DAYS);
    of_years.saturating_add(whole(days))
}

/// Between how many days a contract of so many years may have beyond them: at least one day in all,
/// at most the longest contract. The first is above the second where no days fit.
#[must_use]
pub fn days_for(energy: &NetPresentValue, years: Decimal) -> (i64, i64) {
    let of_years = contract_days(years, Decimal::ZERO);
    let rest = longest(energy).saturating_sub(of_years);
    (
        i64::from(of_years == 0),
        rest.min(YEAR_DAYS.saturating_sub(1)),
    )
}

/// Between how many years a contract of so many days beyond them may have, as [`days_for`].
#[must_use]
pub fn years_for(energy: &NetPresentValue, days: Decimal) -> (i64, i64) {
    let days = contract_days(Decimal::ZERO, days);
    let rest = longest(energy).saturating_sub(days);
    (i64::from(days == 0), rest.div_euclid(YEAR_DAYS))
}

fn longest(energy: &NetPresentValue) -> i64 {
    i64::from(energy.years_max).saturating_mul(YEAR_DAYS)
}

/// What a bidder's written offer makes of the values that it may enter.
#[derive(Clone, Debug)]
pub(crate) struct Valuation {
    savings: Savings,
    /// Of its features; 1 where the terms have none.
    coefficient: Ratio,
}

impl Valuation {
    pub(crate) fn of(energy: &NetPresentValue, offer: &Candidate<'_>) -> Self {
        let promised = energy.savings.iter().map(|one| offer.written(&one.id));
        let promised: Vec<_> = promised.collect();
        let coefficient = normalised_price::coefficient_of(&energy.features, offer);
        Self {
            savings: Savings::new(energy.notice_on, energy.rate_percent, &promised),
            coefficient: coefficient.unwrap_or_else(|| Ratio::whole(1)),
        }
    }

    /// The number by which the offer of this share, these years and days is compared.
    pub(crate) fn worth(&self, [share, years, days]: [Decimal; 3]) -> Ratio {
        let days = contract_days(years, days);
        &self.savings.net_present_value(share, days) * &self.coefficient
    }
}

/// The net present value of an offer, times the coefficient of its features where it has any.
pub(super) fn compared(terms: &Draft, energy: &NetPresentValue, offer: &Candidate<'_>) -> Ratio {
    let entered = energy.entered().map(|id| offer.entered(terms, id));
    Valuation::of(energy, offer).worth(entered)
}
