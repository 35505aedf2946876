//! REGON: the number in the register of the national economy, of nine digits for a firm and of
//! fourteen for its branch, whose number begins with the firm's.

use super::Wrong;
use super::digits::{digits, weighted};

const WEIGHTS: [u32; 8] = [8, 9, 2, 3, 4, 5, 6, 7];
const BRANCH_WEIGHTS: [u32; 13] = [2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8];
/// Digits of a firm's number.
const FIRM: usize = 9;

/// Whether nine or fourteen digits are a REGON.
///
/// # Errors
/// What is wrong.
pub fn check(text: &str) -> Result<(), Wrong> {
    match text.split_at_checked(FIRM) {
        Some((firm, "")) => check_firm(firm),
        Some((firm, _)) => {
            let all: [u32; 14] = digits(text)?;
            check_firm(firm)?;
            fits(weighted(&all, &BRANCH_WEIGHTS), all[13])
        }
        None => Err(Wrong::Shape),
    }
}

fn check_firm(text: &str) -> Result<(), Wrong> {
    let all: [u32; FIRM] = digits(text)?;
    fits(weighted(&all, &WEIGHTS), all[8])
}

/// The sum modulo 11 is the check digit, 10 stands as 0; zeros alone are no number.
fn fits(sum: u32, check: u32) -> Result<(), Wrong> {
    if sum > 0 && sum % 11 % 10 == check {
        Ok(())
    } else {
        Err(Wrong::CheckDigit)
    }
}
