//! The sign of a case (znak sprawy), as the instruction for chancelleries has it (regulation of the
//! Prime Minister of 18 January 2011, Dz.U. 2011 nr 14 poz. 67): unit, class of the JRWA, number of
//! the case, perhaps a number within a group, and the year; behind it perhaps the clerk's initials.

use super::Wrong;
use std::fmt;
use std::str::FromStr;

/// The shape.
pub(super) const PATTERN: &str = r"^[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*\.[0-9]{1,4}\.[1-9][0-9]{0,8}(\.[1-9][0-9]{0,8})?\.[1-9][0-9]{3}(\.[A-Za-z]+)?$";

/// A number has at most so many digits.
const NUMBER_DIGITS_MAX: usize = 9;

/// The sign of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseSign {
    /// The unit, as in `WGiGN`, or with its part behind a hyphen, as in `ABC-A`.
    pub unit: String,
    /// The class of the JRWA.
    pub class: String,
    /// The number in the unit's list of cases of the class and year.
    pub number: u32,
    /// The number within a group of cases that has a list of its own.
    pub within: Option<u32>,
    /// The year in which the case was opened.
    pub year: u16,
    /// The clerk's initials; empty where there are none.
    pub initials: String,
}

impl FromStr for CaseSign {
    type Err = Wrong;

    /// Read from the right: initials are letters, what stands before them is the year.
    fn from_str(text: &str) -> Result<Self, Wrong> {
        let mut parts: Vec<&str> = text.split('.').collect();
        let initials = match parts.last() {
            Some(last) if last.starts_with(|c: char| c.is_ascii_alphabetic()) => parts.pop(),
            _ => None,
        };
        let initials = initials.unwrap_or_default();
        let (unit, class, number, within, year) = match parts[..] {
            [unit, class, number, year] => (unit, class, number, None, year),
            [unit, class, number, within, year] => (unit, class, number, Some(within), year),
            _ => return Err(Wrong::Shape),
        };
        let is_class = (1..=4).contains(&class.len()) && class.bytes().all(|b| b.is_ascii_digit());
        let are_letters = initials.bytes().all(|b| b.is_ascii_alphabetic());
        if !is_unit(unit) || !is_class || !are_letters || year.len() != 4 {
            return Err(Wrong::Shape);
        }
        Ok(Self {
            unit: unit.to_owned(),
            class: class.to_owned(),
            number: natural(number)?,
            within: within.map(natural).transpose()?,
            year: u16::try_from(natural(year)?).map_err(|_| Wrong::Shape)?,
            initials: initials.to_owned(),
        })
    }
}

impl fmt::Display for CaseSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.unit, self.class, self.number)?;
        if let Some(within) = self.within {
            write!(f, ".{within}")?;
        }
        write!(f, ".{}", self.year)?;
        match self.initials.as_str() {
            "" => Ok(()),
            initials => write!(f, ".{initials}"),
        }
    }
}

/// Letters and digits with at least one letter; parts behind hyphens.
#[must_use]
pub fn is_unit(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let first = parts.next().unwrap_or_default();
    is_part(first) && first.bytes().any(|b| b.is_ascii_alphabetic()) && parts.all(is_part)
}

/// A natural number without leading zeros.
fn natural(text: &str) -> Result<u32, Wrong> {
    let fits = (1..=NUMBER_DIGITS_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit())
        && !text.starts_with('0');
    if fits {
        text.parse().map_err(|_| Wrong::Shape)
    } else {
        Err(Wrong::Shape)
    }
}
