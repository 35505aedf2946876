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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(BigRational);

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
        Self(BigRational::from_integer(BigInt::from(n)))
    }

    /// The fraction `self ÷ divisor`, or nothing for a divisor of zero.
    #[must_use]
    pub fn over(&self, divisor: &Self) -> Option<Self> {
        (divisor.0 != Self::zero().0).then(|| Self(&self.0 / &divisor.0))
    }

    /// `percent` per cent of this number.
    #[must_use]
    pub fn percent(&self, percent: Decimal) -> Self {
        self * &(Self::from(percent) * hundredth())
    }

    /// Rounded to `digits` digits after the point; still exact in type.
    #[must_use]
    pub fn rounded(&self, digits: u32, rounding: Rounding) -> Self {
        let (units, scale) = self.units(digits, rounding);
        Self(BigRational::new(units, scale))
    }

    /// Rounded to `digits` digits after the point, or nothing when that needs over 28 digits.
    #[must_use]
    pub fn to_decimal(&self, digits: u32, rounding: Rounding) -> Option<Decimal> {
        let units = i128::try_from(self.units(digits, rounding).0).ok()?;
        Decimal::try_from_i128_with_scale(units, digits).ok()
    }

    /// Whether this is a whole number of `unit`s (a `unit` of zero has none).
    #[must_use]
    pub fn is_multiple_of(&self, unit: &Self) -> bool {
        self.over(unit).is_some_and(|count| count.0.is_integer())
    }

    /// The number in units of 10^-`digits`, rounded, and how many of those make one.
    fn units(&self, digits: u32, rounding: Rounding) -> (BigInt, BigInt) {
        let scale = BigInt::from(10).pow(digits);
        let scaled = &self.0 * &scale;
        let floor = scaled.floor();
        let doubled_rest = (&scaled - &floor) * BigInt::from(2);
        let one = BigRational::from_integer(BigInt::from(1));
        let up = match (rounding, doubled_rest.cmp(&one)) {
            (Rounding::Down, _) => false,
            (Rounding::Up, _) => scaled != floor,
            (_, Ordering::Less) => false,
            (_, Ordering::Greater) => true,
            (Rounding::HalfUp, Ordering::Equal) => scaled > Self::zero().0,
            (Rounding::HalfEven, Ordering::Equal) => floor.to_integer().bit(0),
        };
        let units = floor.to_integer();
        (if up { units + BigInt::from(1) } else { units }, scale)
    }
}

fn hundredth() -> Ratio {
    Ratio(BigRational::new(BigInt::from(1), BigInt::from(100)))
}

impl From<Decimal> for Ratio {
    fn from(value: Decimal) -> Self {
        let scale = BigInt::from(10).pow(value.scale());
        Self(BigRational::new(BigInt::from(value.mantissa()), scale))
    }
}

macro_rules! operation {
    ($trait:ident, $method:ident, $sign:tt) => {
        #[allow(clippy::arithmetic_side_effects, reason = "exact and unbounded: cannot overflow")]
        impl $trait<&Ratio> for &Ratio {
            type Output = Ratio;
            fn $method(self, other: &Ratio) -> Ratio {
                Ratio(&self.0 $sign &other.0)
            }
        }
        impl $trait for Ratio {
            type Output = Ratio;
            fn $method(self, other: Ratio) -> Ratio {
                $trait::$method(&self, &other)
            }
        }
    };
}
operation!(Add, add, +);
operation!(Sub, sub, -);
operation!(Mul, mul, *);

impl std::iter::Sum for Ratio {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::zero(), Add::add)
    }
}

impl fmt::Display for Ratio {
    /// As a fraction in lowest terms: "9/7", "336000".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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
        #[allow(clippy::disallowed_methods, reason = "shows what the ban is for")]
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
}
