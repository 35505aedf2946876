//! Who stands in for whom. The head of a unit says so for all of it, everybody else for their own
//! positions.

use super::{Circulation, Clerk, not_now};
use crate::error::Problem;
use crate::limits::SUBSTITUTION_DAYS_MAX;
use crate::store::positions::{self, Position, Substitution};
use crate::store::{audit, new_id};
use jiff::civil::Date;
use serde_json::json;

/// A substitution as it is asked for.
#[derive(Debug, Clone)]
pub struct NewSubstitution {
    /// The id of the position whose holder is away.
    pub position: String,
    /// The id of the position whose holder stands in.
    pub substitute: String,
    /// The first day.
    pub first_day: Option<Date>,
    /// The last day.
    pub last_day: Option<Date>,
}

impl Circulation {
    /// Notes that somebody stands in.
    ///
    /// # Errors
    /// Not the head of the unit nor the holder of the position, positions that there are not or are
    /// the same, days that do not follow each other or lie behind, or the store is away.
    pub async fn substitute(
        &self,
        clerk: &Clerk,
        new: &NewSubstitution,
    ) -> Result<Substitution, Problem> {
        let position = self.position("position", &new.position).await?;
        if !clerk.arranges(&position) {
            return Err(Problem::NotAllowed);
        }
        let substitute = self.position("substitute", &new.substitute).await?;
        if substitute.id == position.id {
            return Err(Problem::field(
                "substitute",
                "Nikt nie zastępuje sam siebie.",
                "Nobody stands in for themselves.",
            ));
        }
        let (first_day, last_day) = days(clerk.today, new)?;
        let at = (self.now)();
        let substitution = Substitution {
            id: new_id(),
            position: position.id,
            substitute: substitute.id,
            first_day,
            last_day,
        };
        let mut tx = self.store.write_tx().await?;
        positions::substitute(&mut tx, at, &clerk.account, &substitution).await?;
        let details = json!({ "substitution": substitution.id });
        audit(&mut tx, at, &clerk.account, "substitution.set", &details).await?;
        tx.commit().await?;
        Ok(substitution)
    }

    /// Ends a substitution before its last day.
    ///
    /// # Errors
    /// As [`Self::substitute`], and where none is in force in the clerk's units.
    pub async fn end_substitution(&self, clerk: &Clerk, id: &str) -> Result<(), Problem> {
        let all = positions::substitutions(&self.store, clerk.today).await?;
        let found = all.into_iter().find(|one| one.id == id);
        let found = found.ok_or(Problem::NotFound)?;
        let position = self.position("position", &found.position).await?;
        if !clerk.units().contains(position.unit.as_str()) {
            return Err(Problem::NotFound);
        }
        if !clerk.arranges(&position) {
            return Err(Problem::NotAllowed);
        }
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        if !positions::end_substitution(&mut tx, at, id).await? {
            return Err(not_now(
                "To zastępstwo już się skończyło.",
                "This substitution is over already.",
            ));
        }
        let details = json!({ "substitution": id });
        audit(&mut tx, at, &clerk.account, "substitution.ended", &details).await?;
        Ok(tx.commit().await?)
    }

    async fn position(&self, field: &str, id: &str) -> Result<Position, Problem> {
        let found = positions::by_id(&self.store, id).await?;
        found.ok_or_else(|| {
            Problem::field(
                field,
                "Wybierz stanowisko z listy.",
                "Choose a position from the list.",
            )
        })
    }
}

impl Clerk {
    /// Whether the clerk may say who stands in for a position.
    #[must_use]
    pub fn arranges(&self, position: &Position) -> bool {
        let is_own = position.account.as_deref() == Some(self.account.as_str());
        is_own || self.approving(&position.unit).is_some()
    }
}

fn days(today: Date, new: &NewSubstitution) -> Result<(Date, Date), Problem> {
    let first = new.first_day.filter(|day| *day >= today);
    let Some(first) = first else {
        return Err(Problem::field(
            "first_day",
            "Podaj dzień: dziś albo później.",
            "Give a day: today or later.",
        ));
    };
    let length = new.last_day.and_then(|last| first.until(last).ok());
    let fits = |days: i32| (0..SUBSTITUTION_DAYS_MAX).contains(&days);
    match (new.last_day, length.map(|span| span.get_days())) {
        (Some(last), Some(days)) if fits(days) => Ok((first, last)),
        _ => Err(Problem::field(
            "last_day",
            format!(
                "Podaj dzień nie wcześniejszy niż pierwszy, najdalej po {SUBSTITUTION_DAYS_MAX} dniach."
            ),
            format!("Give a day not before the first one, within {SUBSTITUTION_DAYS_MAX} days."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_follow_each_other_and_do_not_lie_behind() {
        let today = date(2026, 11, 30);
        let check = |first, last| {
            let new = NewSubstitution {
                position: String::new(),
                substitute: String::new(),
                first_day: first,
                last_day: last,
            };
            days(today, &new).is_ok()
        };
        assert!(check(Some(today), Some(today)));
        assert!(check(Some(date(2026, 12, 1)), Some(date(2027, 1, 10))));
        assert!(!check(Some(date(2026, 11, 29)), Some(today)));
        assert!(!check(Some(date(2026, 12, 2)), Some(date(2026, 12, 1))));
        assert!(!check(Some(today), Some(date(2029, 1, 1))));
        assert!(!check(None, Some(today)) && !check(Some(today), None));
    }
}
