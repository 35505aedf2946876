//! Publishing a lot's auction, setting its opening, and the officer's acts in it.

use super::moment::Moment;
use super::{Desk, not_now};
use crate::auction::house::ActError;
use crate::error::Problem;
use crate::identity::Who;
use crate::office::circulation::tenders as office;
use crate::store::lots::{self, Lot, LotState};
use crate::store::{admissions, audit, new_id, tenders};
use auction_rules::{Act, AuctionId, OfficerAct, OfficerId, Terms, Timestamp, Viewer};
use serde_json::json;

impl Desk {
    /// Publishes the auction of a lot: founds its log, admits the bidders recorded so far, sets the
    /// opening. Each step can be repeated, so an order that broke off is finished by giving it
    /// again; the auction keeps its id.
    ///
    /// # Errors
    /// No such lot, an opening that cannot be, what the check list blocks (`checklist.<item>`), a
    /// refusal of the rules, or the store or journal is away. What was done until then stays done.
    pub async fn publish(
        &self,
        officer: &Who,
        lot: &str,
        opens_at: Option<&Moment>,
    ) -> Result<AuctionId, Problem> {
        let by = officer.officer().ok_or(Problem::NotAllowed)?;
        let state = self.lot(lot).await?.state;
        if state == LotState::Published {
            return self.publish_again(officer, lot, opens_at).await;
        }
        let opens_at = opens_at
            .map(|moment| moment.ahead("opens_at", (self.now)()))
            .transpose()?;
        if state == LotState::Draft {
            self.unblocked(lot, officer, opens_at).await?;
        }
        let lot = self.freeze(officer, lot, opens_at).await?;
        let auction = lot.auction.clone().ok_or_else(no_auction)?;
        self.found(&lot, &auction, &by).await?;
        for admission in admissions::of_lot(&self.store, &lot.id).await? {
            if admission.passed_at.is_none() {
                self.pass(&auction, &by, &admission).await?;
            }
        }
        if let Some(opens_at) = lot.opens_at {
            self.house
                .act(&auction, by, Act::Schedule { opens_at })
                .await?;
        }
        let about = self.about(&lot).await?;
        let mut tx = self.store.write_tx().await?;
        // Held first by everybody who changes the tender and its lots.
        tenders::locked(&mut tx, &lot.tender).await?;
        if lots::set_published(&mut tx, &lot.id).await? {
            let told = json!({ "lot": lot.number, "auction": auction });
            let told = ("lot.published", &told);
            office::told(&mut tx, &self.now, officer.id(), &lot.tender, told).await?;
        }
        if let (Some(about), Some(opens_at)) = (about, lot.opens_at) {
            let notice = self.schedule_notice(about, None, opens_at);
            self.tell(&mut tx, &lot.id, &notice, auction.as_str())
                .await?;
        }
        let details = json!({ "lot": lot.id, "auction": auction });
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "lot.published",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(auction)
    }

    /// Sets or changes when the auction of a lot opens.
    ///
    /// # Errors
    /// No such lot, an opening that cannot be, a refusal of the rules, or the store or journal is
    /// away.
    pub async fn schedule(
        &self,
        officer: &Who,
        lot: &str,
        opens_at: &Moment,
    ) -> Result<Timestamp, Problem> {
        let by = officer.officer().ok_or(Problem::NotAllowed)?;
        let opens_at = opens_at.ahead("opens_at", (self.now)())?;
        let lot = self.lot(lot).await?;
        if let (LotState::Published, Some(auction)) = (lot.state, &lot.auction) {
            self.house
                .act(auction, by, Act::Schedule { opens_at })
                .await?;
        }
        let about = match lot.state {
            LotState::Published if lot.opens_at != Some(opens_at) => self.about(&lot).await?,
            _ => None,
        };
        let mut tx = self.store.write_tx().await?;
        lots::set_opening(&mut tx, &lot.id, opens_at).await?;
        if let Some(about) = about {
            let notice = self.schedule_notice(about, lot.opens_at, opens_at);
            self.tell(&mut tx, &lot.id, &notice, &new_id()).await?;
        }
        let details = json!({ "lot": lot.id, "opens_at": opens_at });
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "lot.scheduled",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(opens_at)
    }

    /// An officer's act in an auction. It stands in the auction's log, so it is done even while the
    /// store is away: [`Self::note`].
    ///
    /// # Errors
    /// No such auction, a refusal of the rules, or the journal is away.
    pub async fn act(
        &self,
        officer: &Who,
        auction: &AuctionId,
        act: OfficerAct,
    ) -> Result<(), Problem> {
        let by = officer.officer().ok_or(Problem::NotAllowed)?;
        self.house.act(auction, by, act.clone().into()).await?;
        self.note(officer, auction, &act).await;
        Ok(())
    }

    /// What follows from an act that stands in the auction's log: the audit log names it, and of a
    /// cancelled auction everyone is told, in one transaction. While the store is away the audit log
    /// lacks the act, which is logged; whoever was not told is told once the log is sealed.
    pub async fn note(&self, officer: &Who, auction: &AuctionId, act: &OfficerAct) {
        if let Err(problem) = self.try_to_note(officer, auction, act).await {
            let what = act.name();
            tracing::error!(%problem, %auction, what, "an act is missing in the audit log");
        }
    }

    async fn try_to_note(
        &self,
        officer: &Who,
        auction: &AuctionId,
        act: &OfficerAct,
    ) -> Result<(), Problem> {
        let cancelled = match act.as_ref() {
            Act::Cancel { reason } => {
                let lot = self.lot_of(auction).await?;
                let notice = self.cancellation(&lot, reason).await?;
                Some((lot, notice))
            }
            _ => None,
        };
        let mut tx = self.store.write_tx().await?;
        if let Some((lot, notice)) = cancelled {
            self.tell_end(&mut tx, (officer.id(), &lot), auction, notice.as_ref())
                .await?;
        }
        let details = json!({ "auction": auction });
        audit(&mut tx, (self.now)(), officer.id(), act.name(), &details).await?;
        Ok(tx.commit().await?)
    }

    /// Published before: nothing is left to do but perhaps another opening.
    async fn publish_again(
        &self,
        officer: &Who,
        lot: &str,
        opens_at: Option<&Moment>,
    ) -> Result<AuctionId, Problem> {
        if let Some(opens_at) = opens_at {
            self.schedule(officer, lot, opens_at).await?;
        }
        self.lot(lot).await?.auction.ok_or_else(no_auction)
    }

    async fn freeze(
        &self,
        officer: &Who,
        lot: &str,
        opens_at: Option<Timestamp>,
    ) -> Result<Lot, Problem> {
        let mut tx = self.store.write_tx().await?;
        let auction = AuctionId::new(&new_id()).map_err(|_| no_auction())?;
        lots::freeze(&mut tx, lot, &auction).await?;
        if let Some(opens_at) = opens_at {
            lots::set_opening(&mut tx, lot, opens_at).await?;
        }
        let details = json!({ "lot": lot });
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "lot.publication-ordered",
            &details,
        )
        .await?;
        let lot = lots::locked(&mut tx, lot).await?.ok_or(Problem::NotFound)?;
        tx.commit().await?;
        Ok(lot)
    }

    /// Founds the log, unless it stands already.
    async fn found(&self, lot: &Lot, auction: &AuctionId, by: &OfficerId) -> Result<(), Problem> {
        if self.stands(auction).await {
            return Ok(());
        }
        let terms = Terms::new(lot.terms.clone()).map_err(Problem::Faults)?;
        match self
            .house
            .publish(auction.clone(), terms, by.clone(), None)
            .await
        {
            // The same order was given twice at once, and the other one was faster.
            Err(ActError::Refused(_)) if self.stands(auction).await => Ok(()),
            other => Ok(other?),
        }
    }

    async fn stands(&self, auction: &AuctionId) -> bool {
        self.house.view(auction, Viewer::Officer).await.is_some()
    }
}

fn no_auction() -> Problem {
    not_now("Ta część nie ma aukcji.", "This lot has no auction.")
}
