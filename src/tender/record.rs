//! The record of an auction with the names that its reader may know.

use super::{Desk, not_now};
use crate::auction::record::{LotNames, Record};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::{accounts, admissions};
use auction_rules::AuctionId;
use std::collections::BTreeMap;

impl Desk {
    /// The record of an auction. Officers and auditors get it at any time, before the seal marked as
    /// not final; all others once it is sealed, and of the bidders with the winner's name alone.
    ///
    /// # Errors
    /// No such auction, one that is not sealed yet, or store or journal is away.
    pub async fn record_of(
        &self,
        who: Option<&Who>,
        auction: &AuctionId,
    ) -> Result<Record, Problem> {
        let buyer = who.is_some_and(Who::sees_as_buyer);
        let over = self.is_over(auction).await;
        let door = self.house.find(auction).await.ok_or(Problem::NotFound)?;
        if !buyer && door.sealed_head().is_none() {
            return Err(not_now(
                "Raport będzie dostępny po zamknięciu dziennika aukcji.",
                "The record can be read once the log of the auction is sealed.",
            ));
        }
        let record = self.whole_record(auction, over).await?;
        Ok(match buyer {
            true => record,
            false => for_everyone(record),
        })
    }

    /// The record as the buyer's people may read it: with names from the close on, and before where
    /// the terms let them know.
    pub(super) async fn whole_record(
        &self,
        auction: &AuctionId,
        is_over: bool,
    ) -> Result<Record, Problem> {
        let lot = self.lot_of(auction).await?;
        let tender = self.tender(&lot.tender).await?;
        let mut record = self.house.record(auction).await?;
        let names = lot.terms.visibility.officer_names || is_over;
        record.lot = Some(LotNames {
            tender: tender.number,
            tender_title: tender.title,
            number: lot.number,
            title: lot.title,
        });
        let known = admissions::of_lot(&self.store, &lot.id).await?.into_iter();
        let mut known: BTreeMap<_, _> = known
            .filter(|_| names)
            .map(|admission| (admission.commitment, admission.disclosure.identity))
            .collect();
        for participant in &mut record.participants {
            participant.identity = known.remove(&participant.bidder);
        }
        self.name_officers(&mut record).await?;
        Ok(record)
    }

    async fn name_officers(&self, record: &mut Record) -> Result<(), Problem> {
        let mut names: BTreeMap<String, Option<String>> = BTreeMap::new();
        for act in &mut record.acts {
            let id = act.officer.as_str();
            if !names.contains_key(id) {
                let account = accounts::by_id(&self.store, id).await?;
                names.insert(id.to_owned(), account.map(|account| account.name));
            }
            act.officer_name = names.get(id).cloned().flatten();
        }
        Ok(())
    }
}

/// The record as everyone may read it: of the bidders the winner alone is named, and no officer.
pub(super) fn for_everyone(mut record: Record) -> Record {
    let winner = record.result.as_ref().and_then(|result| result.winner);
    for participant in &mut record.participants {
        if winner.is_none() || participant.alias != winner {
            participant.identity = None;
        }
    }
    for act in &mut record.acts {
        act.officer_name = None;
    }
    record
}
