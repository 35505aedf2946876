//! What bidders are told of their auctions: written into the outbox with the act, or, of an auction
//! that is over, once for each, also when the server was away as it was sealed.

use super::{Desk, not_now};
use crate::error::Problem;
use crate::identity::Who;
use crate::limits::ANNOUNCE_EVERY;
use crate::notice::{About, Final, Notice, Winner};
use crate::office::circulation::tenders as office;
use crate::store::lots::Lot;
use crate::store::notices::Realm;
use crate::store::{StoreError, WriteTx, audit, notices};
use auction_rules::event::AuctionResult;
use auction_rules::{AuctionId, Draft, Timestamp, Viewer};
use serde_json::json;

impl Desk {
    /// Looks again and again for auctions whose end is to be told, until it is dropped.
    pub async fn announce_ends(self) {
        loop {
            // A problem of the store was logged where it became one.
            if let Ok(told) = self.announce_ended().await
                && told > 0
            {
                tracing::info!(told, "auctions are over");
            }
            tokio::time::sleep(ANNOUNCE_EVERY).await;
        }
    }

    /// Tells the end of every sealed auction that was not told yet; gives how many.
    ///
    /// # Errors
    /// When the store is away. What was told before stays told.
    pub async fn announce_ended(&self) -> Result<usize, Problem> {
        let (mut told, mut after) = (0, String::new());
        loop {
            let page = notices::unannounced(&self.store, &after).await?;
            let Some((last, _)) = page.last() else {
                return Ok(told);
            };
            after.clone_from(last);
            for (_, auction) in &page {
                told += usize::from(self.announce_end(auction).await?);
            }
        }
    }

    async fn announce_end(&self, auction: &AuctionId) -> Result<bool, Problem> {
        let Some(view) = self.house.view(auction, Viewer::Observer).await else {
            return Ok(false);
        };
        if view.public.state != "sealed" {
            return Ok(false);
        }
        match view.public.result {
            Some(result) => self.announce_result(auction, &result).await,
            None => self.announce_cancelled(auction).await,
        }
    }

    async fn announce_result(
        &self,
        auction: &AuctionId,
        result: &AuctionResult,
    ) -> Result<bool, Problem> {
        let lot = self.lot_of(auction).await?;
        let Some(about) = self.about(&lot).await? else {
            return self.set_announced(&lot, auction, None).await;
        };
        let named = self.result(auction).await?.winner;
        let standing = result.winner.and_then(|winner| {
            let mut standings = result.standings.iter();
            standings.find(|standing| standing.alias == winner)
        });
        let winner = standing.map(|standing| {
            let (name, seat) = named
                .map(|named| (named.name, named.seat))
                .unwrap_or_default();
            let alias = standing.alias;
            Winner { alias, name, seat }
        });
        let notice = Notice::Result {
            about,
            winner,
            values: standing
                .map(|standing| finals(&lot.terms, &standing.values))
                .unwrap_or_default(),
            points: standing.and_then(|standing| Some(standing.points.as_ref()?.total)),
        };
        self.set_announced(&lot, auction, Some(&notice)).await
    }

    async fn announce_cancelled(&self, auction: &AuctionId) -> Result<bool, Problem> {
        let course = self.house.course(auction).await;
        let reason = course.and_then(|course| course.cancelled);
        let lot = self.lot_of(auction).await?;
        let notice = self.cancellation(&lot, &reason.unwrap_or_default()).await?;
        self.set_announced(&lot, auction, notice.as_ref()).await
    }

    /// What is told of a cancelled auction.
    pub(super) async fn cancellation(
        &self,
        lot: &Lot,
        reason: &str,
    ) -> Result<Option<Notice>, Problem> {
        let about = self.about(lot).await?;
        let reason = reason.to_owned();
        Ok(about.map(|about| Notice::Cancelled { about, reason }))
    }

    async fn set_announced(
        &self,
        lot: &Lot,
        auction: &AuctionId,
        notice: Option<&Notice>,
    ) -> Result<bool, Problem> {
        let mut tx = self.store.write_tx().await?;
        let told = self.tell_end(&mut tx, ("server", lot), auction, notice);
        let told = told.await?;
        tx.commit().await?;
        Ok(told)
    }

    /// Tells the end of an auction to its bidders and in the tender's case, unless it was told.
    pub(super) async fn tell_end(
        &self,
        tx: &mut WriteTx,
        (who, lot): (&str, &Lot),
        auction: &AuctionId,
        notice: Option<&Notice>,
    ) -> Result<bool, Problem> {
        if !notices::set_announced(tx, (self.now)(), auction).await? {
            return Ok(false);
        }
        let end = match notice {
            Some(Notice::Result { winner, .. }) => {
                let winner = winner.as_ref().map(|winner| &winner.name);
                ("auction.closed", json!({ "winner": winner }))
            }
            Some(Notice::Cancelled { reason, .. }) => {
                ("auction.cancelled", json!({ "reason": reason }))
            }
            // Nobody is told of a test.
            _ => return Ok(true),
        };
        let (what, mut details) = end;
        details["lot"] = json!(lot.number);
        details["auction"] = json!(auction);
        office::told(tx, &self.now, who, &lot.tender, (what, &details)).await?;
        if let Some(notice) = notice {
            self.tell(tx, &lot.id, notice, auction.as_str()).await?;
        }
        Ok(true)
    }

    /// Writes a notice to every admitted bidder of a lot who gave an address.
    pub(super) async fn tell(
        &self,
        tx: &mut WriteTx,
        lot: &str,
        notice: &Notice,
        cause: &str,
    ) -> Result<(), StoreError> {
        let now = (self.now)();
        for recipient in notices::recipients(tx, lot).await? {
            notices::put(tx, now, &notice.to(&recipient, cause)).await?;
        }
        Ok(())
    }

    /// Has a notice sent once more.
    ///
    /// # Errors
    /// One that still waits or was sent, or the store is away.
    pub async fn retry_notice(&self, officer: &Who, notice: &str) -> Result<(), Problem> {
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        if !notices::retry(&mut tx, Realm::Tender, now, notice).await? {
            return Err(not_now(
                "Ponowić można tylko powiadomienie, którego nie udało się wysłać albo które anulowano.",
                "Only a notice that failed or was cancelled can be tried again.",
            ));
        }
        self.note_notice(tx, officer, "notice.retried", notice)
            .await
    }

    /// Takes a notice back that was not sent.
    ///
    /// # Errors
    /// One that was sent or cancelled, or is being sent now, or the store is away.
    pub async fn cancel_notice(&self, officer: &Who, notice: &str) -> Result<(), Problem> {
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        if !notices::cancel(&mut tx, Realm::Tender, now, notice).await? {
            return Err(not_now(
                "Anulować można tylko powiadomienie, którego nie wysłano ani nie anulowano.",
                "Only a notice that was neither sent nor cancelled can be cancelled.",
            ));
        }
        self.note_notice(tx, officer, "notice.cancelled", notice)
            .await
    }

    async fn note_notice(
        &self,
        mut tx: WriteTx,
        officer: &Who,
        what: &str,
        notice: &str,
    ) -> Result<(), Problem> {
        let details = json!({ "notice": notice });
        audit(&mut tx, (self.now)(), officer.id(), what, &details).await?;
        Ok(tx.commit().await?)
    }

    pub(super) fn schedule_notice(
        &self,
        about: About,
        before: Option<Timestamp>,
        opens_at: Timestamp,
    ) -> Notice {
        match before {
            Some(before) => Notice::ScheduleChanged {
                about,
                before,
                opens_at,
            },
            None => Notice::ScheduleSet {
                about,
                opens_at,
                fingerprint: self.house.signer().fingerprint(),
            },
        }
    }

    /// What notices about a lot say of it; none of a test tender, about which nobody is told.
    pub(super) async fn about(&self, lot: &Lot) -> Result<Option<About>, Problem> {
        let tender = self.tender(&lot.tender).await?;
        if tender.test {
            return Ok(None);
        }
        let page = lot
            .auction
            .as_ref()
            .map(|auction| format!("/auctions/{auction}"));
        Ok(Some(About {
            tender: tender.number,
            title: tender.title,
            lot: lot.number.clone(),
            lot_title: lot.title.clone(),
            address: self.config.address(&page.unwrap_or_default()),
        }))
    }
}

fn finals(
    terms: &Draft,
    values: &std::collections::BTreeMap<auction_rules::ValueId, rust_decimal::Decimal>,
) -> Vec<Final> {
    let value = |value: &auction_rules::terms::Value| {
        Some(Final {
            name: value.name.clone(),
            value: *values.get(&value.id)?,
            unit: value.unit.clone(),
        })
    };
    terms.values.iter().filter_map(value).collect()
}
