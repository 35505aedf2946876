//! Answering what one was asked in somebody's case.

use super::{Circulation, Clerk, Told, not_now, written};
use crate::error::Problem;
use crate::store::opinions::{self, Opinion};
use serde_json::json;

impl Circulation {
    /// Gives an opinion that was asked for.
    ///
    /// # Errors
    /// Not who was asked, an empty or second answer, a closed case, or the store is away.
    pub async fn give_opinion(
        &self,
        clerk: &Clerk,
        opinion: &str,
        answer: &str,
    ) -> Result<Opinion, Problem> {
        let found = opinions::by_id(&self.store, opinion).await?;
        let found = found.ok_or(Problem::NotFound)?;
        let asked = clerk.positions.iter().find(|one| one.id == found.asked_of);
        let asked = asked.ok_or(Problem::NotFound)?;
        let answer = written("answer", answer)?;
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let case = self.going_on(&mut tx, &found.case).await?;
        if !opinions::answer(&mut tx, at, &found.id, &answer).await? {
            return Err(not_now(
                "Ta opinia jest już wydana.",
                "This opinion was given already.",
            ));
        }
        let told = Told {
            who: &clerk.account,
            what: "opinion.given",
            is_public: false,
            details: json!({ "unit": asked.unit, "position": asked.title }),
        };
        self.tell(&mut tx, at, &case, told).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// The opinions of a case that a clerk may read.
    ///
    /// # Errors
    /// There is no such case for this clerk, or the store is away.
    pub async fn opinions(&self, clerk: &Clerk, case: &str) -> Result<Vec<Opinion>, Problem> {
        let case = self.case_for(clerk, case).await?;
        Ok(opinions::of_case(&self.store, &case.id).await?)
    }
}
