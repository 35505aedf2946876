//! Land: plots of the land and building register, and the land and mortgage registers of the courts.

use super::Wrong;
use super::digits::weighted;

/// A plot's number alone, as in 123/4, or with commune, precinct and perhaps sheet before it, as in
/// `046101_1.0001.AR_2.123/4` (regulation of 27 July 2021 on the register of land and buildings).
pub(super) const PLOT: &str =
    r"^([0-9]{6}_[1-9]\.[0-9]{4}\.(AR_[0-9]{1,4}\.)?)?[1-9][0-9]{0,5}(/[1-9][0-9]{0,5})?$";
/// The shape of a register's number.
pub(super) const REGISTER: &str = r"^[A-Z]{2}[0-9][A-Z]/[0-9]{8}/[0-9]$";

const WEIGHTS: [u32; 12] = [1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7];
/// The letters of courts in the order of their figures; X is 10, A is 11.
const LETTERS: &str = "XABCDEFGHIJKLMNOPRSTUWYZ";
/// The figure of the first letter.
const FIRST_LETTER: usize = 10;

/// Whether a text has the shape of a plot's number.
///
/// # Errors
/// When it has not.
pub fn check_plot(text: &str) -> Result<(), Wrong> {
    let number = match text.rsplit_once('.') {
        Some((precinct, number)) if is_precinct(precinct) => number,
        Some(_) => return Err(Wrong::Shape),
        None => text,
    };
    let mut parts = number.split('/');
    let is_natural =
        |part: &str| (1..=6).contains(&part.len()) && is_digits(part) && !part.starts_with('0');
    let whole = parts.next().is_some_and(is_natural);
    let fits = whole && parts.next().is_none_or(is_natural) && parts.next().is_none();
    fits.then_some(()).ok_or(Wrong::Shape)
}

/// `046101_1.0001`, perhaps with `.AR_2` behind it.
fn is_precinct(text: &str) -> bool {
    let mut parts = text.split('.');
    let is_commune = parts.next().is_some_and(|part| {
        part.split_once('_').is_some_and(|(commune, kind)| {
            commune.len() == 6
                && is_digits(commune)
                && kind.len() == 1
                && is_digits(kind)
                && kind != "0"
        })
    });
    let is_number = parts
        .next()
        .is_some_and(|part| part.len() == 4 && is_digits(part));
    let is_sheet = parts.next().is_none_or(|part| {
        part.strip_prefix("AR_")
            .is_some_and(|sheet| (1..=4).contains(&sheet.len()) && is_digits(sheet))
    });
    is_commune && is_number && is_sheet && parts.next().is_none()
}

/// Whether a text is the number of a land and mortgage register: court, eight digits, and a check
/// digit, which is the sum by the weights modulo 10.
///
/// # Errors
/// What is wrong.
pub fn check_register(text: &str) -> Result<(), Wrong> {
    let parts: Vec<&str> = text.split('/').collect();
    let &[court, number, check] = parts.as_slice() else {
        return Err(Wrong::Shape);
    };
    let is_court = court.len() == 4
        && court.char_indices().all(|(at, c)| match at {
            2 => c.is_ascii_digit(),
            _ => c.is_ascii_uppercase(),
        });
    if !is_court || number.len() != 8 || check.len() != 1 || !is_digits(number) || !is_digits(check)
    {
        return Err(Wrong::Shape);
    }
    let figures = court.chars().chain(number.chars()).map(figure);
    let figures: Vec<u32> = figures.collect::<Option<_>>().ok_or(Wrong::CheckDigit)?;
    let fits = check.parse() == Ok(weighted(&figures, &WEIGHTS) % 10);
    fits.then_some(()).ok_or(Wrong::CheckDigit)
}

/// The figure of a digit or letter; none of a letter that no court has.
fn figure(c: char) -> Option<u32> {
    let letter = || {
        LETTERS
            .find(c)
            .and_then(|at| u32::try_from(FIRST_LETTER + at).ok())
    };
    c.to_digit(10).or_else(letter)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
