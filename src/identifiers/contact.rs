//! How somebody is reached: e-mail, telephone, postal code.

use super::Wrong;

/// The shape of an e-mail address: not all that RFC 5321 allows, but all that people have.
pub(super) const EMAIL: &str = r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$";
/// The longest e-mail address, in characters (RFC 5321, 4.5.3.1.3).
pub const EMAIL_CHARS_MAX: usize = 254;
/// The shape of a telephone number without spaces (ITU-T E.164).
pub(super) const PHONE: &str = r"^(\+[0-9]{9,15}|[0-9]{9})$";
/// The shape of a postal code.
pub(super) const POSTCODE: &str = "^[0-9]{2}-[0-9]{3}$";

/// Whether a text may be an e-mail address.
///
/// # Errors
/// When it may not.
pub fn check_email(text: &str) -> Result<(), Wrong> {
    let is_part = |part: &str| !part.is_empty() && !part.contains('@');
    let fits = text.split_once('@').is_some_and(|(name, host)| {
        is_part(name)
            && name.chars().count() <= 64
            && host.contains('.')
            && host.split('.').all(is_part)
            && !text.contains(char::is_whitespace)
            && text.chars().count() <= EMAIL_CHARS_MAX
    });
    fits.then_some(()).ok_or(Wrong::Shape)
}

/// Whether a text is a telephone number: nine digits, or the country's with a plus before them.
///
/// # Errors
/// When it is not.
pub fn check_phone(text: &str) -> Result<(), Wrong> {
    let (digits, lengths) = match text.strip_prefix('+') {
        Some(digits) => (digits, 9..=15),
        None => (text, 9..=9),
    };
    let fits = lengths.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(()).ok_or(Wrong::Shape)
}

/// With the hyphen that some leave out.
#[must_use]
pub(super) fn tidy_postcode(typed: &str) -> String {
    let digits = super::without(typed, &['-']);
    match digits.split_at_checked(2) {
        Some((office, rest)) if rest.len() == 3 => format!("{office}-{rest}"),
        _ => typed.to_owned(),
    }
}

/// Whether a text is a postal code.
///
/// # Errors
/// When it is not.
pub fn check_postcode(text: &str) -> Result<(), Wrong> {
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    let fits = text
        .split_once('-')
        .is_some_and(|(office, rest)| digits(office, 2) && digits(rest, 3));
    fits.then_some(()).ok_or(Wrong::Shape)
}
