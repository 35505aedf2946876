//! NIP: the number of a taxpayer (act of 13 October 1995 on the registration of taxpayers). The sum
//! of the first nine digits by their weights, modulo 11, is the tenth; a remainder of 10 is never
//! given out.

use super::Wrong;
use super::digits::{digits, weighted};

const WEIGHTS: [u32; 9] = [6, 5, 7, 2, 3, 4, 5, 6, 7];

/// Whether ten digits are a NIP. Zeros alone fit the check digit and are none.
///
/// # Errors
/// What is wrong.
pub fn check(text: &str) -> Result<(), Wrong> {
    let all: [u32; 10] = digits(text)?;
    let sum = weighted(&all, &WEIGHTS);
    if sum > 0 && sum % 11 == all[9] {
        Ok(())
    } else {
        Err(Wrong::CheckDigit)
    }
}
