//! Amounts as people type them and as they travel: canonical decimal strings, never floats.

use rust_decimal::Decimal;

/// The longest text that is looked at as an amount.
pub const AMOUNT_CHARS_MAX: usize = 40;

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// Not a plain decimal number.
    Malformed,
    /// More digits after the separator than the value allows.
    TooManyDecimals,
}

/// Reads an amount with at most `decimals` digits after the separator.
///
/// Accepts digits, spaces (also no-break ones) between them, and one comma or point before the
/// decimals. A separator never groups thousands: "1,000" has three decimals, so a value of two
/// refuses it instead of guessing. Trailing zeros beyond `decimals` are harmless and accepted.
///
/// # Errors
/// [`AmountError::Malformed`] for signs, exponents, letters, over 28 digits or an empty text;
/// [`AmountError::TooManyDecimals`] when a digit would be lost.
pub fn parse(text: &str, decimals: u32) -> Result<Decimal, AmountError> {
    if text.chars().count() > AMOUNT_CHARS_MAX {
        return Err(AmountError::Malformed);
    }
    let compact: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
        .map(|c| if c == ',' { '.' } else { c })
        .collect();
    let (whole, fraction) = compact.split_once('.').unwrap_or((&compact, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return Err(AmountError::Malformed);
    }
    let value = Decimal::from_str_exact(&compact).map_err(|_| AmountError::Malformed)?;
    if value.normalize().scale() > decimals {
        return Err(AmountError::TooManyDecimals);
    }
    Ok(canonical(value, decimals))
}

/// The one spelling of an amount: exactly `decimals` digits after the point, as in "118450.00".
#[must_use]
pub fn canonical(value: Decimal, decimals: u32) -> Decimal {
    let mut value = value.normalize();
    value.rescale(decimals);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, AmountError>) {
        assert_eq!(
            parse(text, 2).map(|d| d.to_string()),
            expected.map(str::to_owned),
            "{text:?}"
        );
    }

    #[test]
    fn amounts_as_people_type_them() {
        check("118450", Ok("118450.00"));
        check("118 450,5", Ok("118450.50"));
        check("118\u{a0}450.00", Ok("118450.00"));
        check("0007,10", Ok("7.10"));
        check("99.000", Ok("99.00"));
        check(" 5 ", Ok("5.00"));
    }

    #[test]
    fn nothing_is_guessed() {
        check("1,005", Err(AmountError::TooManyDecimals));
        check("1,000,000", Err(AmountError::Malformed));
        for bad in [
            "", " ", "-1", "+1", "1e3", "NaN", "inf", "0x10", "1.", ".5", "1.2.3", "ą", "١",
        ] {
            check(bad, Err(AmountError::Malformed));
        }
        check(&"9".repeat(41), Err(AmountError::Malformed));
        check(&"9".repeat(40), Err(AmountError::Malformed));
        check(
            "79228162514264337593543950335",
            Ok("79228162514264337593543950335"),
        );
    }
}
