//! Numbers of invoices in KSeF: the seller's NIP, the day of receipt, twelve hexadecimal digits, and
//! a CRC-8 (polynomial 0x07, from 0) over all before its hyphen.

use super::{Wrong, nip};
use jiff::civil::Date;

const POLYNOMIAL: u8 = 0x07;
/// Characters before the hyphen of the check digits.
const CHECKED: usize = 32;

/// Whether a text is a number of KSeF.
///
/// # Errors
/// What is wrong.
pub fn check(text: &str) -> Result<(), Wrong> {
    let parts: Vec<&str> = text.split('-').collect();
    let &[seller, day, technical, check] = parts.as_slice() else {
        return Err(Wrong::Shape);
    };
    let is_hex = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'A'..=b'F'))
    };
    if text.len() != CHECKED + 3 || technical.len() != 12 || !is_hex(technical) || !is_hex(check) {
        return Err(Wrong::Shape);
    }
    nip::check(seller)?;
    if Date::strptime("%Y%m%d", day).is_err() {
        return Err(Wrong::Shape);
    }
    let crc = text
        .bytes()
        .take(CHECKED)
        .fold(0, |crc, byte| step(crc ^ byte));
    let fits = format!("{crc:02X}") == check;
    fits.then_some(()).ok_or(Wrong::CheckDigit)
}

/// Eight shifts of the remainder.
fn step(crc: u8) -> u8 {
    (0..8).fold(crc, |crc, _| match crc & 0x80 {
        0 => crc << 1,
        _ => (crc << 1) ^ POLYNOMIAL,
    })
}
