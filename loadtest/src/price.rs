//! Prices of a load: whole hundredths, falling by one with each step, so that a price tells which
//! bid set it.

/// The price before the first step: the highest that the terms of a load allow.
const START: u64 = 100_000_000_000;

/// A price in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Price(u64);

impl Price {
    /// The price after so many steps.
    pub(crate) fn after(steps: usize) -> Self {
        Self(START.saturating_sub(steps as u64))
    }

    /// How many steps lead to this price.
    pub(crate) fn steps(self) -> usize {
        usize::try_from(START.saturating_sub(self.0)).unwrap_or(usize::MAX)
    }

    /// Reads the canonical spelling, as in "118450.00"; none when it is another.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.')?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() != 2 {
            return None;
        }
        let (whole, fraction): (u64, u64) = (whole.parse().ok()?, fraction.parse().ok()?);
        whole.checked_mul(100)?.checked_add(fraction).map(Self)
    }
}

impl std::fmt::Display for Price {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_tells_its_step() {
        let price = Price::after(101);
        assert_eq!(price.to_string(), "999999998.99");
        assert_eq!(Price::read("999999998.99"), Some(price));
        assert_eq!(price.steps(), 101);
    }

    #[test]
    fn only_the_canonical_spelling_is_read() {
        for text in ["1", "1.0", "1,00", "-1.00", ".00", "1.000", ""] {
            assert_eq!(Price::read(text), None, "{text:?}");
        }
    }
}
