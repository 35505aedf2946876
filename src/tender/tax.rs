//! Tax numbers of firms: the Polish NIP with its check digit, others by country.

use crate::identifiers::nip;
use auction_rules::Words;

/// The longest foreign tax number without separators, in characters. The longest in the European
/// Union has 12 (council directive 2006/112/EC, art. 215); elsewhere up to 20 occur.
pub const FOREIGN_CHARS_MAX: usize = 20;
/// The shortest foreign tax number.
const FOREIGN_CHARS_MIN: usize = 4;

/// Country and number without separators, as in `PL5540000006`: the same firm, the same key.
///
/// # Errors
/// What is wrong, for the field of the number.
pub fn key(country: &str, number: &str) -> Result<String, Words> {
    let compact: String = number
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '/'))
        .collect::<String>()
        .to_uppercase();
    let digits = compact.strip_prefix(country).unwrap_or(&compact);
    if country == "PL" {
        if nip::check(digits).is_err() {
            return Err(Words::new(
                "To nie jest NIP: dziesięć cyfr, ostatnia jest kontrolna. Sprawdź, czy nie ma \
                 pomyłki.",
                "This is no NIP: ten digits, the last one is a check digit. Look for a slip.",
            ));
        }
    } else if !(FOREIGN_CHARS_MIN..=FOREIGN_CHARS_MAX).contains(&digits.len())
        || !digits.bytes().all(|b| b.is_ascii_alphanumeric())
        || !digits.bytes().any(|b| b.is_ascii_digit())
    {
        return Err(Words::new(
            format!(
                "Numer podatkowy ma od {FOREIGN_CHARS_MIN} do {FOREIGN_CHARS_MAX} liter i cyfr."
            ),
            format!(
                "A tax number has {FOREIGN_CHARS_MIN} to {FOREIGN_CHARS_MAX} letters and digits."
            ),
        ));
    }
    Ok(format!("{country}{digits}"))
}

/// Whether this is a country's code: two capital letters, as in ISO 3166-1.
#[must_use]
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_written() {
        for (country, number, expected) in [
            ("PL", "554-000-00-06", Some("PL5540000006")),
            ("PL", "PL 5540000006", Some("PL5540000006")),
            ("PL", "pl5540000006", Some("PL5540000006")),
            ("PL", "5540000007", None),
            ("PL", "0000000000", None),
            ("PL", "554000000", None),
            ("PL", "٥540000006", None),
            ("PL", "", None),
            ("DE", "DE 123 456 789", Some("DE123456789")),
            ("IE", "6388047V", Some("IE6388047V")),
            ("DE", "----", None),
            ("DE", "abcdef", None),
            ("DE", "1234567890123456789012345", None),
            ("FR", "FR40<script>", None),
        ] {
            let found = key(country, number).ok();
            assert_eq!(found.as_deref(), expected, "{country} {number}");
        }
    }

    #[test]
    fn a_country_has_two_capital_letters() {
        for (code, expected) in [("PL", true), ("pl", false), ("POL", false), ("Ł", false)] {
            assert_eq!(is_country(code), expected, "{code}");
        }
    }
}
