//! Who approves a reply: two people answer for each of them. Who had a hand in it does not approve it,
//! not even in another position or as a substitute. In a unit that has nobody else the chancellery
//! approves; and whoever holds a position that approves can name somebody of any unit to stand in.

use super::duty::CHANCELLERY;
use super::{Circulation, Clerk, not_now};
use crate::error::Problem;
use crate::store::cases::Case;
use crate::store::positions::{self, OnDuty, Position};
use crate::store::replies::{self, Reply, ReplyState};
use jiff::civil::Date;

/// The people who approve replies today.
pub(super) struct Approving(Vec<OnDuty>);

impl Approving {
    /// Those who may approve a reply of these writers in a unit.
    fn of(&self, unit: &str, writers: &[String]) -> Vec<&OnDuty> {
        let able = |unit: &str| -> Vec<_> {
            let others = self.0.iter().filter(|one| !writers.contains(&one.account));
            others.filter(|one| one.position.unit == unit).collect()
        };
        match able(unit) {
            own if own.is_empty() => able(CHANCELLERY),
            own => own,
        }
    }
}

impl Circulation {
    /// Who may approve the reply of a case today; nobody, where all who could had a hand in it.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn approvers(
        &self,
        case: &Case,
        reply: &Reply,
        today: Date,
    ) -> Result<Vec<OnDuty>, Problem> {
        let approving = self.approving_today(today).await?;
        let writers = replies::writers(&self.store, &reply.id).await?;
        let able = approving.of(&case.unit, &writers);
        Ok(able.into_iter().cloned().collect())
    }

    /// The position in which a clerk judges the reply that waits in a case.
    ///
    /// # Errors
    /// Not who approves in this unit, one who had a hand in the reply, no reply that waits, or the store
    /// is away.
    pub async fn judging(&self, clerk: &Clerk, case: &Case) -> Result<Position, Problem> {
        let held = replies::under_way(&self.store, &case.id).await?;
        let waiting = held.filter(|one| one.state == ReplyState::Waiting);
        let approves = clerk.approving(&case.unit);
        let Some(reply) = waiting else {
            return Err(approves.map_or(Problem::NotAllowed, |_| none_waits()));
        };
        let able = self.approvers(case, &reply, clerk.today).await?;
        let own = able.into_iter().find(|one| one.account == clerk.account);
        match own {
            Some(own) => Ok(own.position),
            None if approves.is_some() => Err(four_eyes()),
            None => Err(Problem::NotAllowed),
        }
    }

    /// Whether the reply of a case waits for this clerk in the place of a unit that has nobody to
    /// approve it.
    pub(super) async fn judges_for(&self, clerk: &Clerk, case: &Case) -> Result<bool, Problem> {
        if clerk.approving(CHANCELLERY).is_none() {
            return Ok(false);
        }
        match self.judging(clerk, case).await {
            Ok(_) => Ok(true),
            Err(Problem::Unavailable) => Err(Problem::Unavailable),
            Err(_) => Ok(false),
        }
    }

    /// The replies that wait for this clerk's approval, by unit, the oldest first.
    pub(super) async fn to_judge(&self, clerk: &Clerk) -> Result<Vec<Reply>, Problem> {
        let approving = self.approving_today(clerk.today).await?;
        let is_chancellery = clerk.approving(CHANCELLERY).is_some();
        let mut found = Vec::new();
        for unit in replies::waiting_units(&self.store).await? {
            if clerk.approving(&unit).is_none() && !is_chancellery {
                continue;
            }
            for reply in replies::waiting(&self.store, &unit).await? {
                let writers = replies::writers(&self.store, &reply.id).await?;
                let able = approving.of(&unit, &writers);
                if able.iter().any(|one| one.account == clerk.account) {
                    found.push(reply);
                }
            }
        }
        Ok(found)
    }

    async fn approving_today(&self, today: Date) -> Result<Approving, Problem> {
        let mut there = positions::on_duty(&self.store, today).await?;
        there.retain(|one| one.position.approves);
        Ok(Approving(there))
    }
}

pub(super) fn none_waits() -> Problem {
    not_now(
        "Żadna odpowiedź w tej sprawie nie czeka na akceptację.",
        "No reply in this case waits for approval.",
    )
}

pub(super) fn four_eyes() -> Problem {
    not_now(
        "Kto pisał odpowiedź, ten jej nie akceptuje, także w zastępstwie.",
        "Who wrote a reply does not approve it, not even as a substitute.",
    )
}
