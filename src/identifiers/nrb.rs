//! NRB: the number of a bank account in Poland, an IBAN (ISO 13616) without its country.

use super::Wrong;
use super::digits::digits;

/// "PL" as two figures each, A being 10.
const COUNTRY: [u32; 4] = [2, 5, 2, 1];

/// Without spaces and without the country before it.
#[must_use]
pub fn tidy(typed: &str) -> String {
    let compact = super::without(typed, &['-']).to_uppercase();
    let number = compact.strip_prefix("PL").map(ToOwned::to_owned);
    number.unwrap_or(compact)
}

/// Whether 26 digits are the number of an account: bank and account, then country and check digits,
/// leave 1 modulo 97.
///
/// # Errors
/// What is wrong.
pub fn check(text: &str) -> Result<(), Wrong> {
    let all: [u32; 26] = digits(text)?;
    let (check, account) = all.split_at(2);
    let figures = account.iter().chain(&COUNTRY).chain(check);
    match figures.fold(0, |rest, figure| (10 * rest + figure) % 97) {
        1 => Ok(()),
        _ => Err(Wrong::CheckDigit),
    }
}
