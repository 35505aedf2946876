//! What a party sees of its cases, and whom it sees looking.

use super::{Circulation, Clerk};
use crate::error::Problem;
use crate::store::accesses::{self, Access};
use crate::store::cases::{self, Case, CaseEvent};
use crate::store::letters::{self, Letter};
use crate::store::replies::{self, Reply};

/// A case as it is followed.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The case.
    pub case: Case,
    /// Its letters, in the order in which they came to it.
    pub letters: Vec<Letter>,
    /// The replies that were sent, the oldest first.
    pub replies: Vec<Reply>,
    /// What happened, the oldest first.
    pub events: Vec<CaseEvent>,
}

impl Circulation {
    /// A case of one's own: what is public of it.
    ///
    /// # Errors
    /// There is none for this account, or the store is away.
    pub async fn own_case(&self, account: &str, case: &str) -> Result<Followed, Problem> {
        let found = cases::by_id(&self.store, case).await?;
        let own = found.filter(|one| one.account == account);
        let mut followed = self.followed(own.ok_or(Problem::NotFound)?).await?;
        followed.events.retain(|event| event.is_public);
        Ok(followed)
    }

    /// A case as a clerk reads it: all of it. The party will see that it was read.
    ///
    /// # Errors
    /// There is none for this clerk, or the store is away.
    pub async fn read_case(&self, clerk: &Clerk, case: &str) -> Result<Followed, Problem> {
        let case = self.open_for(clerk, case).await?;
        self.followed(case).await
    }

    /// A letter that waits for the clerk, or in a unit whose replies the clerk approves, or is in a case
    /// that the clerk may read, with that case. The sender will see that it was read.
    ///
    /// # Errors
    /// There is none for this clerk, or the store is away.
    pub async fn read_letter(
        &self,
        clerk: &Clerk,
        letter: &str,
    ) -> Result<(Letter, Option<Case>), Problem> {
        let case = cases::of_letter(&self.store, letter).await?;
        let letter = match &case {
            Some(case) => {
                self.case_for(clerk, &case.id).await?;
                letters::by_id(&self.store, letter)
                    .await?
                    .ok_or(Problem::NotFound)?
            }
            None => {
                let found = letters::by_id(&self.store, letter).await?;
                let found = found.ok_or(Problem::NotFound)?;
                let is_head = clerk.approving(&found.unit).is_some();
                match is_head || self.taking(clerk, &found.unit).await?.is_some() {
                    true => found,
                    false => return Err(Problem::NotFound),
                }
            }
        };
        let number = letter.number.to_string();
        self.looked(clerk, &letter.account, ("letter", &number))
            .await?;
        Ok((letter, case))
    }

    /// A case as a clerk opens it to do something with it. The party will see that.
    ///
    /// # Errors
    /// There is none for this clerk, or the store is away.
    pub async fn open_for(&self, clerk: &Clerk, case: &str) -> Result<Case, Problem> {
        let case = self.case_for(clerk, case).await?;
        self.looked(clerk, &case.account, ("case", &case.sign))
            .await?;
        Ok(case)
    }

    /// A letter as a clerk for whom it waits opens it to do something with it, and the unit in which a
    /// case of it would be ([`Self::letter_for`]). The sender will see that.
    ///
    /// # Errors
    /// There is none for this clerk, or the store is away.
    pub async fn open_letter_for(
        &self,
        clerk: &Clerk,
        letter: &str,
    ) -> Result<(Letter, String), Problem> {
        let (letter, unit) = self.letter_for(clerk, letter).await?;
        let number = letter.number.to_string();
        self.looked(clerk, &letter.account, ("letter", &number))
            .await?;
        Ok((letter, unit))
    }

    async fn looked(
        &self,
        clerk: &Clerk,
        account: &str,
        thing: (&str, &str),
    ) -> Result<(), Problem> {
        // The case of a tender has no party that would see it.
        if account.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.write_tx().await?;
        accesses::note(&mut tx, (self.now)(), account, &clerk.account, thing).await?;
        Ok(tx.commit().await?)
    }

    async fn followed(&self, case: Case) -> Result<Followed, Problem> {
        let mut found = Vec::new();
        for letter in cases::letters(&self.store, &case.id).await? {
            found.extend(letters::by_id(&self.store, &letter).await?);
        }
        Ok(Followed {
            letters: found,
            replies: replies::sent(&self.store, &case.id).await?,
            events: self.events(&case).await?,
            case,
        })
    }

    /// A case has no more events than [`CASE_EVENTS_SHOWN`](crate::limits::CASE_EVENTS_SHOWN) of which
    /// a page tells: the newest of them.
    async fn events(&self, case: &Case) -> Result<Vec<CaseEvent>, Problem> {
        let mut all = Vec::new();
        loop {
            let after = all.last().map_or(0, |last: &CaseEvent| last.number);
            let page = cases::events(&self.store, &case.id, after).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
            let excess = all.len().saturating_sub(crate::limits::CASE_EVENTS_SHOWN);
            all.drain(..excess);
        }
    }

    /// Who of the staff looked at what of an account, the newest first, a page of it after `after`.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn looked_at(
        &self,
        account: &str,
        after: Option<&str>,
    ) -> Result<Vec<Access>, Problem> {
        Ok(accesses::of_account(&self.store, account, after).await?)
    }
}
