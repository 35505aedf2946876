//! TERYT: the register of the territorial division (regulation of 15 December 1998): TERC numbers
//! communes, SIMC places, ULIC streets. Numbers are text: zeros in front count.

use super::Wrong;

/// The shape of a commune's number: voivodeship, county, commune, and its kind, as in 0461011.
pub(super) const COMMUNE: &str = "^[0-9]{6}[1-589]$";

/// Whether seven digits may be a commune's number; the last one is its kind: 1 urban, 2 rural,
/// 3 mixed, 4 and 5 the town and the country of a mixed one, 8 and 9 districts.
///
/// # Errors
/// When they may not.
pub fn check_commune(text: &str) -> Result<(), Wrong> {
    let has_kind = text.ends_with(['1', '2', '3', '4', '5', '8', '9']);
    fits(text, 7, has_kind)
}

/// Whether a text may be the number of a place (SIMC).
///
/// # Errors
/// When it may not.
pub fn check_place(text: &str) -> Result<(), Wrong> {
    fits(text, 7, true)
}

/// Whether a text may be the number of a street (ULIC).
///
/// # Errors
/// When it may not.
pub fn check_street(text: &str) -> Result<(), Wrong> {
    fits(text, 5, true)
}

fn fits(text: &str, length: usize, and: bool) -> Result<(), Wrong> {
    let fits = text.len() == length && text.bytes().all(|b| b.is_ascii_digit()) && and;
    fits.then_some(()).ok_or(Wrong::Shape)
}
