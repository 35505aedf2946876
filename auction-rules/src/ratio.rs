//! The one exact number of the crate.
//!
//! `rust_decimal` rounds products and quotients silently beyond 28 digits, so every product,
//! quotient and comparison of amounts goes through [`Ratio`]: a fraction of two whole numbers that
//! never rounds unless it is told to, and says how.

use num_bigint::BigInt;
use num_rational::BigRational;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Sub};

/// An exact fraction.
///
/// Nearly every amount fits 128 bits, where a product costs nanoseconds. What does not fit goes on
/// in numbers without bounds: the value is the same, nothing is ever rounded to make it fit.
#[derive(Clone, Debug)]
pub struct Ratio(Form);

#[derive(Clone, Debug)]
enum Form {
    /// A numerator over a positive denominator, not reduced: reducing costs more than it saves.
    Small(i128, i128),
    Big(BigRational),
}

/// Which way a half goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// Halves away from zero: 37.125 → 37.13.
    HalfUp,
    /// Halves to the even neighbour: 37.125 → 37.12.
    HalfEven,
    /// Towards minus infinity.
    Down,
    /// Towards plus infinity.
    Up,
}

impl Ratio {
    /// Nothing.
    #[must_use]
    pub fn zero() -> Self {
        Self::whole(0)
    }

    /// A whole number.
    #[must_use]
    pub fn whole(n: i64) -> Self {
        Self(Form::Small(i128::from(n), 1))
    }

    /// The fraction `self ÷ divisor`, or nothing for a divisor of zero.
    #[must_use]
    pub fn over(&self, divisor: &Self) -> Option<Self> {
        let inverse = match divisor.0 {
            Form::Small(0, _) => return None,
            Form::Small(n, d) if n > 0 => Form::Small(d, n),
            _ if *divisor == Self::zero() => return None,
            _ => Form::Big(divisor.big().recip()),
        };
        Some(self * &Self(inverse))
    }

    /// `percent` per cent of this number.
    #[must_use]
    pub fn percent(&self, percent: Decimal) -> Self {
        let hundredth = Self(Form::Small(1, 100));
        self * &(&Self::from(percent) * &hundredth)
    }

    /// This number and `percent` per cent of it.
    #[must_use]
    pub fn percent_more(&self, percent: Decimal) -> Self {
        self + &self.percent(percent)
    }

    /// The number of the other sign.
    #[must_use]
    pub fn negated(&self) -> Self {
        &Self::zero() - self
    }

    /// Rounded to `digits` digits after the point; still exact in type.
    #[must_use]
    pub fn rounded(&self, digits: u32, rounding: Rounding) -> Self {
        if let (Some(units), Some(scale)) = (self.small_units(digits, rounding), power(digits)) {
            return Self(Form::Small(units, scale));
        }
        let scale = BigInt::from(10).pow(digits);
        Self(Form::Big(BigRational::new(
            self.big_units(digits, rounding),
            scale,
        )))
    }

    /// Rounded to `digits` digits after the point, or nothing when that needs over 28 digits.
    #[must_use]
    pub fn to_decimal(&self, digits: u32, rounding: Rounding) -> Option<Decimal> {
        let units = match self.small_units(digits, rounding) {
            Some(units) => units,
            None => i128::try_from(self.big_units(digits, rounding)).ok()?,
        };
        Decimal::try_from_i128_with_scale(units, digits).ok()
    }

    /// Whether this is a whole number of `unit`s (a `unit` of zero has none).
    #[must_use]
    pub fn is_multiple_of(&self, unit: &Self) -> bool {
        self.over(unit)
            .is_some_and(|count| count.rounded(0, Rounding::Down) == count)
    }

    /// The number in units of 10^-`digits`, rounded; none when that leaves 128 bits.
    fn small_units(&self, digits: u32, rounding: Rounding) -> Option<i128> {
        let Form::Small(numerator, denominator) = self.0 else {
            return None;
        };
        let scaled = times(numerator, power(digits)?)?;
        let (floor, rest) = divided(scaled, denominator)?;
        let half = rest.checked_mul(2)?.cmp(&denominator);
        let up = goes_up(rounding, rest != 0, half, scaled > 0, floor & 1 == 1);
        floor.checked_add(i128::from(up))
    }

    #[allow(
        clippy::arithmetic_side_effects,
        reason = "whole numbers without bounds"
    )]
    fn big_units(&self, digits: u32, rounding: Rounding) -> BigInt {
        let scaled = self.big() * BigInt::from(10).pow(digits);
        let floor = scaled.floor().to_integer();
        let rest = &scaled - &floor;
        let nothing = BigRational::from_integer(BigInt::from(0));
        let one = BigRational::from_integer(BigInt::from(1));
        let half = (&rest * BigInt::from(2)).cmp(&one);
        let up = goes_up(
            rounding,
            rest != nothing,
            half,
            scaled > nothing,
            floor.bit(0),
        );
        floor + i32::from(up)
    }

    fn big(&self) -> BigRational {
        match &self.0 {
            Form::Small(n, d) => BigRational::new(BigInt::from(*n), BigInt::from(*d)),
            Form::Big(big) => big.clone(),
        }
    }
}

/// Whether a number between two units goes to the upper one; `half` says on which side of the
/// middle it lies.
fn goes_up(
    rounding: Rounding,
    between: bool,
    half: Ordering,
    positive: bool,
    odd_below: bool,
) -> bool {
    match (rounding, half) {
        (Rounding::Down, _) => false,
        (Rounding::Up, _) => between,
        (_, Ordering::Less) => false,
        (_, Ordering::Greater) => true,
        (Rounding::HalfUp, Ordering::Equal) => positive,
        (Rounding::HalfEven, Ordering::Equal) => odd_below,
    }
}

/// The product, while it fits. That of two numbers of 64 bits always does, and needs no check.
fn times(a: i128, b: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(a), Ok(b)) => Some(i128::from(a).wrapping_mul(i128::from(b))),
        _ => a.checked_mul(b),
    }
}

/// Quotient and rest, the rest not negative. A division of 64 bits costs a tenth of one of 128.
fn divided(number: i128, by: i128) -> Option<(i128, i128)> {
    if let (Ok(number), Ok(by)) = (i64::try_from(number), i64::try_from(by)) {
        let (quotient, rest) = (
            number.checked_div_euclid(by)?,
            number.checked_rem_euclid(by)?,
        );
        return Some((i128::from(quotient), i128::from(rest)));
    }
    Some((
        number.checked_div_euclid(by)?,
        number.checked_rem_euclid(by)?,
    ))
}

/// 10^`digits`, while it fits. The powers of everyday amounts are looked up.
fn power(digits: u32) -> Option<i128> {
    match digits {
        0 => Some(1),
        1 => Some(10),
        2 => Some(100),
        3 => Some(1_000),
        4 => Some(10_000),
        more => 10_i128.checked_pow(more),
    }
}

impl From<Decimal> for Ratio {
    fn from(value: Decimal) -> Self {
        // At most 28 digits follow the point of a decimal, and 10^28 fits.
        let scale = power(value.scale()).unwrap_or(1);
        Self(Form::Small(value.mantissa(), scale))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Form::Small(a, b), Form::Small(c, d)) = (&self.0, &other.0) {
            if b == d {
                return a.cmp(c);
            }
            if let (Some(left), Some(right)) = (times(*a, *d), times(*c, *b)) {
                return left.cmp(&right);
            }
        }
        self.big().cmp(&other.big())
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ratio {}

fn small_product(a: i128, b: i128, c: i128, d: i128) -> Option<Form> {
    Some(Form::Small(times(a, c)?, times(b, d)?))
}

fn small_sum(a: i128, b: i128, c: i128, d: i128) -> Option<Form> {
    let sum = times(a, d)?.checked_add(times(c, b)?)?;
    Some(Form::Small(sum, times(b, d)?))
}

fn small_difference(a: i128, b: i128, c: i128, d: i128) -> Option<Form> {
    small_sum(a, b, c.checked_neg()?, d)
}

macro_rules! operation {
    ($trait:ident, $method:ident, $sign:tt, $small:ident) => {
        impl $trait<&Ratio> for &Ratio {
            type Output = Ratio;
            #[allow(clippy::arithmetic_side_effects, reason = "numbers without bounds")]
            fn $method(self, other: &Ratio) -> Ratio {
                if let (Form::Small(a, b), Form::Small(c, d)) = (&self.0, &other.0)
                    && let Some(small) = $small(*a, *b, *c, *d)
                {
                    return Ratio(small);
                }
                Ratio(Form::Big(self.big() $sign other.big()))
            }
        }
        impl $trait for Ratio {
            type Output = Ratio;
            fn $method(self, other: Ratio) -> Ratio {
                &self $sign &other
            }
        }
    };
}
operation!(Add, add, +, small_sum);
operation!(Sub, sub, -, small_difference);
operation!(Mul, mul, *, small_product);

impl std::iter::Sum for Ratio {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::zero(), Add::add)
    }
}

impl fmt::Display for Ratio {
    /// As a fraction in lowest terms: "9/7", "336000".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.big().fmt(f)
    }
}

impl Serialize for Ratio {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        Ratio::from(Decimal::from_str_exact(text).expect("a decimal"))
    }

    #[test]
    fn what_rust_decimal_would_round_is_exact() {
        let (a, b) = ("1.234567890123456789", "9.876543210987654321");
        let decimal = |text| Decimal::from_str_exact(text).expect("a decimal");
        #[allow(clippy::arithmetic_side_effects, reason = "shows what the ban is for")]
        let rounded = decimal(a) * decimal(b);
        let exact = ratio(a) * ratio(b);
        assert_ne!(Ratio::from(rounded), exact);
        assert_eq!(exact.to_string().split('/').count(), 2);
        assert_eq!(exact.over(&ratio(b)), Some(ratio(a)));
    }

    #[test]
    fn roundings_differ_only_on_what_they_promise() {
        let check = |text, rounding, expected: &str| {
            let rounded = ratio(text).to_decimal(2, rounding).map(|d| d.to_string());
            assert_eq!(rounded.as_deref(), Some(expected), "{text} {rounding:?}");
        };
        check("37.125", Rounding::HalfUp, "37.13");
        check("37.125", Rounding::HalfEven, "37.12");
        check("37.135", Rounding::HalfEven, "37.14");
        check("-37.125", Rounding::HalfUp, "-37.13");
        check("37.129", Rounding::Down, "37.12");
        check("37.121", Rounding::Up, "37.13");
        check("37.12", Rounding::Up, "37.12");
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        assert_eq!(ratio("1").over(&Ratio::zero()), None);
        assert!(!ratio("1").is_multiple_of(&Ratio::zero()));
        assert!(ratio("10.20").is_multiple_of(&ratio("0.05")));
    }

    #[test]
    fn numbers_too_large_for_128_bits_are_as_exact_as_small_ones() {
        let huge = Ratio::from(Decimal::MAX);
        let product = &(&huge * &huge) * &huge;
        assert_eq!(product.over(&huge).and_then(|p| p.over(&huge)), Some(huge));
        let third = ratio("1").over(&ratio("3")).expect("not zero");
        let same = (&product * &third).over(&product).expect("not zero");
        assert_eq!(same, third);
        for digits in 0..=28 {
            for rounding in [
                Rounding::HalfUp,
                Rounding::HalfEven,
                Rounding::Down,
                Rounding::Up,
            ] {
                assert_eq!(
                    same.to_decimal(digits, rounding),
                    third.to_decimal(digits, rounding)
                );
                assert_eq!(
                    same.rounded(digits, rounding),
                    third.rounded(digits, rounding)
                );
            }
        }
    }

    #[test]
    fn signs_survive_a_division() {
        let check = |a, b, expected: &str| {
            let quotient = ratio(a).over(&ratio(b)).expect("not zero");
            assert_eq!(quotient.to_string(), expected);
        };
        check("-1", "2", "-1/2");
        check("1", "-2", "-1/2");
        check("-1", "-2", "1/2");
    }
}
