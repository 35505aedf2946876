//! Who is there today, and what falls to the chancellery where nobody is: letters to a unit in which no
//! one takes them, whether it has no such position, or one that is vacant and for which nobody stands in.

use super::{Circulation, Clerk};
use crate::error::Problem;
use crate::store::letters;
use crate::store::positions::{self, Position};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The unit to which everything comes that has no other: the chancellery.
pub const CHANCELLERY: &str = "KA";

/// Letters that wait in a unit in which nobody takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// The code of the unit.
    pub unit: String,
    /// How many.
    pub letters: i64,
}

impl Circulation {
    /// The position by which a clerk takes the letters of a unit: one of that unit, or, where nobody
    /// there takes them, one of the chancellery.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn taking<'a>(
        &self,
        clerk: &'a Clerk,
        unit: &str,
    ) -> Result<Option<&'a Position>, Problem> {
        if let Some(own) = clerk.taking_letters(unit) {
            return Ok(Some(own));
        }
        let Some(chancellery) = clerk.taking_letters(CHANCELLERY) else {
            return Ok(None);
        };
        let is_taken = self.taken_units(clerk.today).await?.contains(unit);
        Ok((!is_taken).then_some(chancellery))
    }

    /// The letters that wait where nobody takes them, by unit.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn stray(&self, today: Date) -> Result<Vec<Stray>, Problem> {
        let taken = self.taken_units(today).await?;
        let waiting = letters::waiting_units(&self.store).await?;
        let stray = waiting
            .into_iter()
            .filter(|(unit, _)| !taken.contains(unit));
        Ok(stray
            .map(|(unit, letters)| Stray { unit, letters })
            .collect())
    }

    /// The units in which somebody takes letters on this day.
    pub(super) async fn taken_units(&self, today: Date) -> Result<BTreeSet<String>, Problem> {
        let there = positions::on_duty(&self.store, today).await?;
        let taking = there.into_iter().filter(|one| one.position.takes_letters);
        Ok(taking.map(|one| one.position.unit).collect())
    }
}
