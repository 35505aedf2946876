//! Admitting a bidder to the auction of a lot with its written offer.

use super::{Desk, not_now};
use crate::auction::house::ActError;
use crate::error::{Problem, fault};
use crate::identity::{Who, secrets};
use crate::store::admissions::{self, Admission, WrittenOffer};
use crate::store::bidders::{self, BidderRow};
use crate::store::lots::{self, Lot, LotState};
use crate::store::{StoreError, WriteTx, audit};
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
pub const OFFER_VALUES_MAX: usize = 128;
/// Admissions in one request: as many as one auction takes.
pub const ADMISSIONS_MAX: usize = 10_000;
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
        Rehearsal::of(&lot, &by, (self.now)())?.admits(&bidder.identity, &offer)?;
        let mut tx = self.store.write_tx().await?;
        lots::locked(&mut tx, &lot.id).await?;
        let (admission, before) = self.put(&mut tx, officer, &lot, &bidder, offer).await?;
        tx.commit().await?;
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

    /// Admits many bidders to a lot whose auction is not published: all of them, or none.
    ///
    /// # Errors
    /// Faults of every admission below `admissions[i]`, too many, a lot that is published, no such
    /// lot, or the store is away.
    pub async fn admit_many(
        &self,
        officer: &Who,
        lot: &str,
        new: &[NewAdmission],
    ) -> Result<usize, Problem> {
        let by = officer.officer().ok_or(Problem::NotAllowed)?;
        let lot = self.lot(lot).await?;
        let mut faults = Vec::new();
        let mut ready = Vec::with_capacity(new.len().min(ADMISSIONS_MAX));
        if new.len() > ADMISSIONS_MAX {
            return Err(Problem::TooLarge);
        }
        let rehearsal = Rehearsal::of(&lot, &by, (self.now)())?;
        for (index, one) in new.iter().enumerate() {
            let path = format!("admissions[{index}]");
            let Some(bidder) = bidders::by_id(&self.store, &lot.tender, &one.bidder).await? else {
                let path = format!("{path}.bidder");
                faults.push(fault(path, "Nie ma takiego wykonawcy.", "No such bidder."));
                continue;
            };
            let offer = read_offer(&lot, &one.offer).and_then(|offer| {
                rehearsal.admits(&bidder.identity, &offer)?;
                Ok(offer)
            });
            match offer {
                Ok(offer) => ready.push((bidder, offer)),
                Err(problem) => faults.extend(below(&path, problem)?),
            }
        }
        if !faults.is_empty() {
            return Err(Problem::Faults(faults));
        }
        let mut tx = self.store.write_tx().await?;
        let found = lots::locked(&mut tx, &lot.id).await?;
        if found.is_none_or(|lot| lot.state != LotState::Draft) {
            return Err(super::lots::frozen());
        }
        for (bidder, offer) in &ready {
            self.put(&mut tx, officer, &lot, bidder, offer.clone())
                .await?;
        }
        tx.commit().await?;
        Ok(ready.len())
    }

    /// Takes an admission back, before the publication.
    ///
    /// # Errors
    /// A lot that is published, no such admission, or the store is away.
    pub async fn withdraw_admission(
        &self,
        officer: &Who,
        lot: &str,
        bidder: &str,
    ) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        let found = lots::locked(&mut tx, lot).await?.ok_or(Problem::NotFound)?;
        if found.state != LotState::Draft {
            return Err(super::lots::frozen());
        }
        admissions::of_bidder_in(&mut tx, lot, bidder)
            .await?
            .ok_or(Problem::NotFound)?;
        admissions::remove(&mut tx, lot, bidder).await?;
        let details = json!({ "lot": lot, "bidder": bidder });
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "admission.withdrawn",
            &details,
        )
        .await?;
        Ok(tx.commit().await?)
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

    /// Records an admission and gives the one before it. The caller holds the lot's lock.
    pub(super) async fn put(
        &self,
        tx: &mut WriteTx,
        officer: &Who,
        lot: &Lot,
        bidder: &BidderRow,
        offer: WrittenOffer,
    ) -> Result<(Admission, Option<Admission>), Problem> {
        let now = (self.now)();
        let before = admissions::of_bidder_in(tx, &lot.id, &bidder.id).await?;
        let disclosure = match &before {
            Some(before) => before.disclosure.clone(),
            None => Disclosure::new(secrets::salt(), bidder.identity.clone()),
        };
        let commitment = disclosure.commitment().ok_or_else(broken_salt)?;
        let admission = Admission {
            lot: lot.id.clone(),
            bidder: bidder.id.clone(),
            disclosure,
            commitment,
            offer,
            passed_at: None,
            created_at: before.as_ref().map_or(now, |before| before.created_at),
        };
        admissions::put(tx, &admission).await?;
        let details = json!({ "lot": lot.id, "bidder": bidder.id, "commitment": commitment });
        audit(tx, now, officer.id(), "bidder.admitted", &details).await?;
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

/// An auction of a lot's terms that exists only here: it decides admissions, so that a wrong offer
/// is known when it is typed and not when the auction is published.
pub(super) struct Rehearsal {
    auction: Auction,
    officer: OfficerId,
    now: Timestamp,
}

impl Rehearsal {
    pub(super) fn of(lot: &Lot, officer: &OfficerId, now: Timestamp) -> Result<Self, Problem> {
        let terms = Terms::new(lot.terms.clone()).map_err(Problem::Faults)?;
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
        Ok(Self {
            auction,
            officer: officer.clone(),
            now,
        })
    }

    /// What the rules say to the admission of this bidder with this offer.
    pub(super) fn admits(&self, identity: &Identity, offer: &WrittenOffer) -> Result<(), Problem> {
        let bidder = Disclosure::new([0; 16], identity.clone());
        let bidder = bidder.commitment().ok_or_else(broken_salt)?;
        let command = Command {
            by: By::Officer(self.officer.clone()),
            id: None,
            received_at: self.now,
            act: Act::Admit {
                bidder,
                offer: offer.clone(),
            },
        };
        match self.auction.decide(self.now, &command) {
            Outcome::Events(_) => Ok(()),
            Outcome::Refused(refusal) => Err(Problem::Refused(refusal)),
        }
    }
}

/// Reads the amounts of a written offer, all faults at once.
pub(super) fn read_offer(
    lot: &Lot,
    typed: &BTreeMap<String, String>,
) -> Result<WrittenOffer, Problem> {
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

/// The faults of a problem, below a path; a refusal of the rules is one. What is no fault goes on
/// as it is.
pub(super) fn below(path: &str, problem: Problem) -> Result<Vec<TermsFault>, Problem> {
    match problem {
        Problem::Faults(mut faults) => {
            for fault in &mut faults {
                fault.path = format!("{path}.{}", fault.path);
            }
            Ok(faults)
        }
        Problem::Refused(refusal) => Ok(vec![TermsFault {
            path: format!("{path}.offer"),
            text: refusal.words(),
        }]),
        other => Err(other),
    }
}

fn broken_salt() -> Problem {
    StoreError::Row("a salt is no salt".to_owned()).into()
}
