//! Admitting a bidder to the auction of a lot with its written offer.

use super::{Desk, not_now};
use crate::auction::house::ActError;
use crate::error::{Problem, fault};
use crate::identity::{Who, secrets};
use crate::store::admissions::{self, Admission, WrittenOffer};
use crate::store::lots::{self, Lot, LotState};
use crate::store::{StoreError, audit};
use auction_rules::amount::{self, AmountError};
use auction_rules::identity::{Disclosure, Identity};
use auction_rules::{
    Act, Auction, AuctionId, By, Command, OfficerId, Outcome, Refusal, Terms, TermsFault,
    Timestamp, ValueId, Writer,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// Values in one written offer; the rules ask for far fewer.
pub const OFFER_VALUES_MAX: usize = 64;
/// Decimals of a value that only the evaluation uses.
const CRITERION_DECIMALS_MAX: u32 = 9;

/// An admission as an officer writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAdmission {
    /// Which bidder of the tender.
    pub bidder: String,
    /// The written offer: an amount for each value that the terms ask for.
    #[serde(default)]
    pub offer: BTreeMap<String, String>,
}

impl Desk {
    /// Admits a bidder to a lot. Repeated, it replaces the offer under the same commitment. Where
    /// the auction stands already, the auction decides; what it refuses is not kept.
    ///
    /// # Errors
    /// Faults of the offer, no such lot or bidder, a refusal of the rules, or the store or journal
    /// is away.
    pub async fn admit(
        &self,
        officer: &Who,
        lot: &str,
        new: &NewAdmission,
    ) -> Result<Admission, Problem> {
        let lot = self.lot(lot).await?;
        let bidder = self.bidder(&lot.tender, &new.bidder).await?;
        let offer = read_offer(&lot, &new.offer)?;
        let by = officer.officer().ok_or(Problem::NotAllowed)?;
        rehearse(&lot, &bidder.identity, &offer, &by, (self.now)())?;
        let (admission, before) = self
            .record(officer, &lot, bidder.identity, &bidder.id, offer)
            .await?;
        // Read after the record: a publication in between either saw the record or is seen here.
        let lot = self.lot(&lot.id).await?;
        let Some(auction) = lot.auction.filter(|_| lot.state != LotState::Draft) else {
            return Ok(admission);
        };
        match self.pass(&auction, &by, &admission).await {
            // Unavailable decides nothing, so nothing is undone.
            Err(Problem::Refused(refusal)) if refusal != Refusal::Unavailable => {
                self.undo(officer, &admission, before).await?;
                Err(Problem::Refused(refusal))
            }
            // The auction is being founded: the publication goes on with what is recorded.
            Err(Problem::NotFound) if lot.state == LotState::Publishing => Ok(admission),
            other => other.map(|()| admission),
        }
    }

    /// Has the auction admit the bidder and notes that it did.
    pub(super) async fn pass(
        &self,
        auction: &AuctionId,
        by: &OfficerId,
        admission: &Admission,
    ) -> Result<(), Problem> {
        let act = Act::Admit {
            bidder: admission.commitment,
            offer: admission.offer.clone(),
        };
        self.house
            .act(auction, by.clone(), act)
            .await
            .map_err(|error| match error {
                ActError::NotFound => Problem::NotFound,
                other => other.into(),
            })?;
        let mut tx = self.store.write_tx().await?;
        admissions::set_passed(&mut tx, admission, (self.now)()).await?;
        Ok(tx.commit().await?)
    }

    async fn record(
        &self,
        officer: &Who,
        lot: &Lot,
        identity: Identity,
        bidder: &str,
        offer: WrittenOffer,
    ) -> Result<(Admission, Option<Admission>), Problem> {
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        lots::locked(&mut tx, &lot.id).await?;
        let before = admissions::of_bidder_in(&mut tx, &lot.id, bidder).await?;
        let disclosure = match &before {
            Some(before) => before.disclosure.clone(),
            None => Disclosure::new(secrets::salt(), identity),
        };
        let commitment = disclosure.commitment().ok_or_else(broken_salt)?;
        let admission = Admission {
            lot: lot.id.clone(),
            bidder: bidder.to_owned(),
            disclosure,
            commitment,
            offer,
            passed_at: None,
            created_at: before.as_ref().map_or(now, |before| before.created_at),
        };
        admissions::put(&mut tx, &admission).await?;
        let details = json!({ "lot": lot.id, "bidder": bidder, "commitment": commitment });
        audit(&mut tx, now, officer.id(), "bidder.admitted", &details).await?;
        tx.commit().await?;
        Ok((admission, before))
    }

    async fn undo(
        &self,
        officer: &Who,
        admission: &Admission,
        before: Option<Admission>,
    ) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        match before {
            Some(before) => admissions::put(&mut tx, &before).await?,
            None => admissions::remove(&mut tx, &admission.lot, &admission.bidder).await?,
        }
        let details = json!({ "lot": admission.lot, "bidder": admission.bidder });
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "admission.refused",
            &details,
        )
        .await?;
        Ok(tx.commit().await?)
    }
}

/// Decides the admission on an auction of these terms that exists only here, so that a wrong offer
/// is known when it is typed and not when the auction is published.
fn rehearse(
    lot: &Lot,
    identity: &Identity,
    offer: &WrittenOffer,
    officer: &OfficerId,
    now: Timestamp,
) -> Result<(), Problem> {
    let terms = Terms::new(lot.terms.clone()).map_err(Problem::Faults)?;
    let bidder = Disclosure::new([0; 16], identity.clone());
    let bidder = bidder.commitment().ok_or_else(broken_salt)?;
    let id = AuctionId::new("rehearsal").map_err(|_| Problem::Unavailable)?;
    let writer = Writer {
        node: String::new(),
        key: String::new(),
        epoch: 1,
    };
    let act = Act::Publish {
        terms: Box::new(terms.clone()),
        replaces: None,
        officer: officer.clone(),
        writer,
    };
    let founding = Command {
        by: By::Server,
        id: None,
        received_at: now,
        act,
    };
    let (auction, _) = Auction::publish(id, founding, &terms);
    let by = By::Officer(officer.clone());
    let act = Act::Admit {
        bidder,
        offer: offer.clone(),
    };
    match auction.decide(
        now,
        &Command {
            by,
            id: None,
            received_at: now,
            act,
        },
    ) {
        Outcome::Events(_) => Ok(()),
        Outcome::Refused(refusal) => Err(Problem::Refused(refusal)),
    }
}

/// Reads the amounts of a written offer, all faults at once.
fn read_offer(lot: &Lot, typed: &BTreeMap<String, String>) -> Result<WrittenOffer, Problem> {
    if typed.len() > OFFER_VALUES_MAX {
        return Err(not_now(
            "Oferta ma za wiele wartości.",
            "The offer has too many values.",
        ));
    }
    let mut faults = Vec::new();
    let mut offer = WrittenOffer::new();
    for (name, typed) in typed {
        let Ok(id) = ValueId::new(name) else {
            faults.push(fault("offer", "Nieznana wartość.", "Unknown value."));
            continue;
        };
        match read_amount(lot, &id, typed) {
            Ok(value) => {
                offer.insert(id, value);
            }
            Err(refusal) => faults.push(TermsFault {
                path: format!("offer.{id}"),
                text: refusal.words(),
            }),
        }
    }
    if faults.is_empty() {
        Ok(offer)
    } else {
        Err(Problem::Faults(faults))
    }
}

/// Reads one amount, as exactly as the terms want it; criteria that are not auctioned have no
/// number of decimals.
fn read_amount(lot: &Lot, id: &ValueId, typed: &str) -> Result<Decimal, Refusal> {
    let auctioned = lot.terms.values.iter().find(|value| value.id == *id);
    let decimals = auctioned.map_or(CRITERION_DECIMALS_MAX, |value| value.decimals);
    let value = amount::parse(typed, decimals).map_err(|error| match error {
        AmountError::Malformed => Refusal::MalformedAmount { value: id.clone() },
        AmountError::TooManyDecimals => Refusal::TooManyDecimals {
            value: id.clone(),
            decimals,
        },
    })?;
    Ok(if auctioned.is_some() {
        value
    } else {
        value.normalize()
    })
}

fn broken_salt() -> Problem {
    StoreError::Row("a salt is no salt".to_owned()).into()
}
