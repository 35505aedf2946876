//! Polish identity cards: three letters and six digits, of which the first is the check digit.

use super::Wrong;
use super::digits::{digits, weighted};

/// The shape.
pub(super) const PATTERN: &str = "^[A-Z]{3}[0-9]{6}$";

const WEIGHTS: [u32; 9] = [7, 3, 1, 9, 7, 3, 1, 7, 3];

/// Whether series and number fit together: by their weights, A being 10, they leave nothing modulo
/// 10.
///
/// # Errors
/// What is wrong.
pub fn check(text: &str) -> Result<(), Wrong> {
    let (series, number) = text.split_at_checked(3).ok_or(Wrong::Shape)?;
    if !series.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Wrong::Shape);
    }
    let number: [u32; 6] = digits(number)?;
    let letters = series.chars().filter_map(|c| c.to_digit(36));
    let figures: Vec<u32> = letters.chain(number).collect();
    match weighted(&figures, &WEIGHTS) % 10 {
        0 => Ok(()),
        _ => Err(Wrong::CheckDigit),
    }
}
