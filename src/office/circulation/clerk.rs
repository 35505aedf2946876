//! A clerk: what somebody may do with cases follows from the positions held, not from a role.

use super::Circulation;
use crate::calendar::day_of;
use crate::error::Problem;
use crate::identity::Who;
use crate::store::accounts::StaffRole;
use crate::store::cases::Case;
use crate::store::opinions;
use crate::store::positions::{self, Position};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// An account of the staff, with the positions that it holds or stands in for today.
#[derive(Debug, Clone)]
pub struct Clerk {
    /// The account.
    pub account: String,
    /// The positions, by unit and title.
    pub positions: Vec<Position>,
    /// The day in Warsaw.
    pub today: Date,
}

impl Circulation {
    /// The clerk that somebody is today.
    ///
    /// # Errors
    /// Nobody of the clerks, or the store is away.
    pub async fn clerk(&self, who: &Who) -> Result<Clerk, Problem> {
        let Who::Staff {
            account,
            role: StaffRole::Clerk,
        } = who
        else {
            return Err(Problem::NotAllowed);
        };
        let today = day_of((self.now)());
        Ok(Clerk {
            account: account.clone(),
            positions: positions::of_account(&self.store, account, today).await?,
            today,
        })
    }

    /// A case that a clerk may read.
    ///
    /// # Errors
    /// There is none for this clerk, or the store is away.
    pub async fn case_for(&self, clerk: &Clerk, case: &str) -> Result<Case, Problem> {
        let found = crate::store::cases::by_id(&self.store, case).await?;
        let found = found.ok_or(Problem::NotFound)?;
        let may_read = clerk.is_near(&found)
            || self.was_asked(clerk, &found).await?
            || self.judges_for(clerk, &found).await?;
        match may_read {
            true => Ok(found),
            // Whether there is such a case is nobody else's business.
            false => Err(Problem::NotFound),
        }
    }

    async fn was_asked(&self, clerk: &Clerk, case: &Case) -> Result<bool, Problem> {
        for position in &clerk.positions {
            if opinions::was_asked(&self.store, &case.id, &position.id).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Clerk {
    /// The units in which positions are held.
    #[must_use]
    pub fn units(&self) -> BTreeSet<&str> {
        self.positions.iter().map(|one| one.unit.as_str()).collect()
    }

    /// The position that takes the letters of a unit.
    #[must_use]
    pub fn taking_letters(&self, unit: &str) -> Option<&Position> {
        self.find(|one| one.unit == unit && one.takes_letters)
    }

    /// The position that approves the replies of a unit.
    #[must_use]
    pub fn approving(&self, unit: &str) -> Option<&Position> {
        self.find(|one| one.unit == unit && one.approves)
    }

    /// The position that handles a case.
    #[must_use]
    pub fn handling(&self, case: &Case) -> Option<&Position> {
        self.find(|one| one.id == case.position)
    }

    /// The position that may say who handles a case: the one that handles it, or one of its unit that
    /// takes letters or approves.
    #[must_use]
    pub fn directing(&self, case: &Case) -> Option<&Position> {
        self.handling(case)
            .or_else(|| self.taking_letters(&case.unit))
            .or_else(|| self.approving(&case.unit))
    }

    /// Whether a case lies in a unit of the clerk's, or with the clerk.
    fn is_near(&self, case: &Case) -> bool {
        self.find(|one| one.unit == case.unit || one.id == case.position)
            .is_some()
    }

    fn find(&self, fits: impl Fn(&Position) -> bool) -> Option<&Position> {
        self.positions.iter().find(|one| fits(one))
    }
}
