//! The registers of the office: numbers without gaps, counted anew each year.

use super::{StoreError, WriteTx};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use std::fmt;
use std::str::FromStr;

/// Letters that come in (*rejestr przesyłek wpływających*).
pub const INCOMING: &str = "RPW";

/// Letters that go out (*rejestr przesyłek wychodzących*).
pub const OUTGOING: &str = "RPWY";

/// Digits of a number on paper: letters of a year in the largest cities.
const DIGITS: usize = 6;

/// A number of a register, as in `RPW/000123/2026`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RegisterNumber {
    /// Which register.
    pub series: String,
    /// The year of Warsaw in which it was given.
    pub year: i64,
    /// Counts from 1.
    pub number: i64,
}

/// Takes the next number of a register. Nobody else gets one of this year until the transaction ends;
/// where it is dropped, the number is given again.
///
/// # Errors
/// When the store is away.
pub async fn next(tx: &mut WriteTx, series: &str, year: i64) -> Result<RegisterNumber, StoreError> {
    let row = sqlx::query(
        "INSERT INTO register (series, year, last) VALUES ($1, $2, 1) \
         ON CONFLICT (series, year) DO UPDATE SET last = register.last + 1 RETURNING last",
    )
    .bind(series)
    .bind(year)
    .fetch_one(tx.connection())
    .await?;
    Ok(RegisterNumber {
        series: series.to_owned(),
        year,
        number: row.try_get("last")?,
    })
}

impl RegisterNumber {
    /// As it stands in addresses, as in `RPW-000123-2026`.
    #[must_use]
    pub fn slug(&self) -> String {
        self.to_string().replace('/', "-")
    }
}

impl fmt::Display for RegisterNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            series,
            year,
            number,
        } = self;
        write!(f, "{series}/{number:0DIGITS$}/{year}")
    }
}

/// Not a number of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("as in RPW/000123/2026")]
pub struct NoNumber;

impl FromStr for RegisterNumber {
    type Err = NoNumber;

    /// Reads it as people write it: with slashes or hyphens, small letters, with or without zeros.
    fn from_str(text: &str) -> Result<Self, NoNumber> {
        let parts: Vec<_> = text.trim().split(['/', '-']).map(str::trim).collect();
        let [series, number, year] = parts.as_slice() else {
            return Err(NoNumber);
        };
        let digits = |text: &str| {
            let all = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            all.then(|| text.parse().ok()).flatten()
        };
        let (number, year) = digits(number).zip(digits(year)).ok_or(NoNumber)?;
        let fits = (1..=8).contains(&series.len())
            && series.bytes().all(|b| b.is_ascii_alphabetic())
            && number > 0;
        if !fits {
            return Err(NoNumber);
        }
        Ok(Self {
            series: series.to_ascii_uppercase(),
            year,
            number,
        })
    }
}

impl From<RegisterNumber> for String {
    fn from(number: RegisterNumber) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for RegisterNumber {
    type Error = NoNumber;

    fn try_from(text: String) -> Result<Self, NoNumber> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        let number = RegisterNumber {
            series: INCOMING.to_owned(),
            year: 2026,
            number: 123,
        };
        assert_eq!(number.to_string(), "RPW/000123/2026");
        assert_eq!(number.slug(), "RPW-000123-2026");
        for text in ["RPW/000123/2026", "rpw-123-2026", " RPW / 123 / 2026 "] {
            assert_eq!(text.parse(), Ok(number.clone()), "{text}");
        }
        for text in [
            "",
            "RPW/123",
            "RPW/0/2026",
            "RPW/-1/2026",
            "R1/1/2026",
            "RPW/1/2/3",
        ] {
            assert_eq!(text.parse::<RegisterNumber>(), Err(NoNumber), "{text}");
        }
        let large = RegisterNumber {
            number: 1_234_567,
            ..number
        };
        assert_eq!(large.to_string(), "RPW/1234567/2026");
    }
}
