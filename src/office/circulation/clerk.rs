//! A clerk: what somebody may do with cases follows from the positions held, not from a role. Officers
//! who hold one are clerks too; officers and auditors read the cases of tenders.

use super::Circulation;
use crate::calendar::day_of;
use crate::error::Problem;
use crate::identity::Who;
use crate::store::accounts::StaffRole;
use crate::store::cases::Case;
use crate::store::positions::{self, Position};
use crate::store::{opinions, tender_cases};
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
    /// Reads the cases of tenders, as officers and auditors do.
    pub reads_tenders: bool,
}

impl Circulation {
    /// The clerk that somebody is today: a clerk, or an officer who holds a position.
    ///
    /// # Errors
    /// Neither, or the store is away.
    pub async fn clerk(&self, who: &Who) -> Result<Clerk, Problem> {
        let clerk = self.reader(who).await?;
        match clerk.reads_tenders && clerk.positions.is_empty() {
            true => Err(Problem::NotAllowed),
            false => Ok(clerk),
        }
    }

    /// Whoever of the staff may read cases: clerks, officers and auditors.
    ///
    /// # Errors
    /// Somebody else, or the store is away.
    pub async fn reader(&self, who: &Who) -> Result<Clerk, Problem> {
        let Who::Staff {
            account,
            role: role @ (StaffRole::Clerk | StaffRole::Officer | StaffRole::Auditor),
        } = who
        else {
            return Err(Problem::NotAllowed);
        };
        let today = day_of((self.now)());
        Ok(Clerk {
            account: account.clone(),
            // An auditor looks on.
            positions: match role {
                StaffRole::Auditor => Vec::new(),
                _ => positions::of_account(&self.store, account, today).await?,
            },
            today,
            reads_tenders: who.sees_as_buyer(),
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
            || self.judges_for(clerk, &found).await?
            || self.is_of_tender(clerk, &found).await?;
        match may_read {
            true => Ok(found),
            // Whether there is such a case is nobody else's business.
            false => Err(Problem::NotFound),
        }
    }

    async fn is_of_tender(&self, clerk: &Clerk, case: &Case) -> Result<bool, Problem> {
        let tender = match clerk.reads_tenders {
            true => tender_cases::tender_of(&self.store, &case.id).await?,
            false => None,
        };
        Ok(tender.is_some())
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
