//! Addresses for electronic delivery (adres do doręczeń elektronicznych), as in
//! AE:PL-12345-67890-ABCDE-12.

use super::Wrong;

/// The shape.
pub(super) const PATTERN: &str = "^AE:PL-[0-9]{5}-[0-9]{5}-[A-Z]{5}-[0-9]{2}$";

/// Whether a text has the shape of an address. The check digits are not asked: their rule is not
/// published, and an address that does not follow it may still exist.
///
/// # Errors
/// When it has not.
pub fn check(text: &str) -> Result<(), Wrong> {
    parts(text).map(drop).ok_or(Wrong::Shape)
}

/// Whether the last two digits are those that published addresses have: the digit sum of the
/// difference between the letters' ASCII codes and the two groups of digits. False warns that there
/// may be a slip.
#[must_use]
pub fn has_usual_check(text: &str) -> bool {
    parts(text).is_some_and(|[first, second, letters, check]| {
        let codes: u32 = letters.bytes().map(u32::from).sum();
        let number = |digits: &str| digits.parse::<u32>().unwrap_or_default();
        let difference = codes.abs_diff(number(first) + number(second));
        let digits = difference.to_string();
        let sum: u32 = digits.chars().filter_map(|c| c.to_digit(10)).sum();
        format!("{sum:02}") == check
    })
}

/// Two groups of digits, the letters, and the check digits.
fn parts(text: &str) -> Option<[&str; 4]> {
    let rest = text.strip_prefix("AE:PL-")?;
    let parts: [&str; 4] = rest.split('-').collect::<Vec<_>>().try_into().ok()?;
    let [first, second, letters, check] = parts;
    let is_number =
        |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let fits = is_number(first, 5)
        && is_number(second, 5)
        && letters.len() == 5
        && letters.bytes().all(|b| b.is_ascii_uppercase())
        && is_number(check, 2);
    fits.then_some(parts)
}
