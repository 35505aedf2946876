//! PESEL: the number of a person (act of 24 September 2010 on the register of the population, art.
//! 15): date of birth with the century in the month, four digits of which the last tells the sex,
//! and a check digit.

use super::Wrong;
use super::digits::{digits, weighted};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

const WEIGHTS: [u32; 10] = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
/// The centuries in the order in which the month has 20 more.
const CENTURIES: [i16; 5] = [1900, 2000, 2100, 2200, 1800];

/// The sex that a number tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sex {
    /// Female.
    F,
    /// Male.
    M,
}

/// What a number tells of its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pesel {
    /// The date of birth.
    pub born: Date,
    /// The sex.
    pub sex: Sex,
}

impl Pesel {
    /// Reads a number of eleven digits.
    ///
    /// # Errors
    /// [`Wrong::CheckDigit`] also where no such day exists, as in 00000000000.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        let all: [u32; 11] = digits(text)?;
        let [y1, y2, m1, m2, d1, d2, .., ordinal, check] = all;
        if (10 - weighted(&all, &WEIGHTS) % 10) % 10 != check {
            return Err(Wrong::CheckDigit);
        }
        let month = 10 * m1 + m2;
        let born = CENTURIES
            .get(month as usize / 20)
            .and_then(|century| day(*century, 10 * y1 + y2, month % 20, 10 * d1 + d2));
        let sex = match ordinal % 2 {
            0 => Sex::F,
            _ => Sex::M,
        };
        born.map(|born| Self { born, sex }).ok_or(Wrong::CheckDigit)
    }
}

fn day(century: i16, year: u32, month: u32, day: u32) -> Option<Date> {
    let year = century + i16::try_from(year).ok()?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
