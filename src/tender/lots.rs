//! Lots and the terms of their auctions.

use super::terms::read_terms;
use super::{Desk, Faults, NUMBER_CHARS_MAX, not_now};
use crate::error::Problem;
use crate::identity::Who;
use crate::limits::LOTS_PER_TENDER_MAX;
use crate::store::estimates::{self, Estimate};
use crate::store::lots::{Lot, LotState};
use crate::store::{audit, lots, new_id, tenders};
use auction_rules::terms::Direction;
use auction_rules::{AuctionId, Draft, Timestamp, Words, amount};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::str::FromStr;

/// Decimals of an estimate where the lot has no price.
const ESTIMATE_DECIMALS: u32 = 2;
/// The most that a lot may be expected to cost: what the rules take as an amount.
const ESTIMATE_MAX: i64 = 1_000_000_000_000_000;

/// A lot as an officer writes it. The terms are read apart, so that a fault in them names its field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLot {
    /// Its number within the tender.
    pub number: String,
    /// What is bought.
    pub title: Words,
    /// The terms of its auction: a [`Draft`].
    pub terms: Value,
}

/// Number and title of a lot.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotName {
    /// Its number within the tender.
    pub number: String,
    /// What is bought.
    pub title: Words,
}

impl LotName {
    /// Checks both.
    ///
    /// # Errors
    /// Faults of `number` and `title`.
    pub fn check(&self) -> Result<(), Problem> {
        let mut faults = Faults::default();
        faults.required("number", &self.number, NUMBER_CHARS_MAX);
        faults.title("title", &self.title);
        faults.none_or()
    }
}

/// What the buyer expects a lot to cost, as it is typed; empty where it is not given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEstimate {
    /// Without VAT.
    #[serde(default)]
    pub net: String,
    /// With VAT.
    #[serde(default)]
    pub gross: String,
}

impl Desk {
    /// Adds a lot to a tender.
    ///
    /// # Errors
    /// Faults of the fields and of the terms, no such tender, a number that is taken, or the store
    /// is away.
    pub async fn add_lot(&self, officer: &Who, tender: &str, new: NewLot) -> Result<Lot, Problem> {
        let mut faults = Faults::default();
        faults.required("number", &new.number, NUMBER_CHARS_MAX);
        faults.title("title", &new.title);
        let terms = match read_terms("terms", new.terms) {
            Ok(terms) => Some(terms),
            Err(Problem::Faults(wrong)) => {
                faults.0.extend(wrong);
                None
            }
            Err(other) => return Err(other),
        };
        faults.none_or()?;
        let terms = terms.ok_or(Problem::NotFound)?;
        let lot = Lot {
            id: new_id(),
            tender: self.tender(tender).await?.id,
            number: new.number,
            title: new.title,
            terms: terms.into(),
            state: LotState::Draft,
            auction: None,
            opens_at: None,
            created_at: (self.now)(),
        };
        let mut tx = self.store.write_tx().await?;
        tenders::locked(&mut tx, &lot.tender).await?;
        if lots::count(&mut tx, &lot.tender).await? >= LOTS_PER_TENDER_MAX {
            return Err(not_now("Za wiele części.", "Too many lots."));
        }
        if let Err(error) = lots::insert(&mut tx, &lot).await {
            return Err(if error.is_taken() {
                taken()
            } else {
                error.into()
            });
        }
        let details = json!({ "lot": lot.id, "tender": lot.tender });
        audit(&mut tx, lot.created_at, officer.id(), "lot.added", &details).await?;
        tx.commit().await?;
        Ok(lot)
    }

    /// Changes the terms of a lot that is still a draft.
    ///
    /// # Errors
    /// Faults of the terms, no such lot, terms that are frozen, or the store is away.
    pub async fn change_terms(
        &self,
        officer: &Who,
        lot: &str,
        terms: Value,
    ) -> Result<(), Problem> {
        let terms = read_terms("", terms)?;
        self.lot(lot).await?;
        let details = json!({ "lot": lot, "terms_hash": terms.hash() });
        let mut tx = self.store.write_tx().await?;
        if !lots::set_terms(&mut tx, lot, &terms).await? {
            return Err(frozen());
        }
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "lot.terms-changed",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Changes number and title of a lot that is still a draft.
    ///
    /// # Errors
    /// Faults of the fields, no such lot, one that is published, a number that is taken, or the
    /// store is away.
    pub async fn rename_lot(&self, officer: &Who, lot: &str, new: &LotName) -> Result<(), Problem> {
        new.check()?;
        self.lot(lot).await?;
        let mut tx = self.store.write_tx().await?;
        match lots::rename(&mut tx, lot, &new.number, &new.title).await {
            Ok(true) => {}
            Ok(false) => return Err(frozen()),
            Err(error) if error.is_taken() => return Err(taken()),
            Err(error) => return Err(error.into()),
        }
        let details = json!({ "lot": lot });
        audit(&mut tx, (self.now)(), officer.id(), "lot.renamed", &details).await?;
        Ok(tx.commit().await?)
    }

    /// Deletes a lot that is still a draft, with its admissions and estimate.
    ///
    /// # Errors
    /// No such lot, one that is published, or the store is away.
    pub async fn delete_lot(&self, officer: &Who, lot: &str) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        let found = lots::locked(&mut tx, lot).await?.ok_or(Problem::NotFound)?;
        if found.state != LotState::Draft {
            return Err(frozen());
        }
        lots::remove(&mut tx, lot).await?;
        let details = json!({ "lot": lot, "tender": found.tender });
        audit(&mut tx, (self.now)(), officer.id(), "lot.deleted", &details).await?;
        Ok(tx.commit().await?)
    }

    /// Puts the lots of a tender into an order: all of them, each once.
    ///
    /// # Errors
    /// A fault of `lots`, no such tender, or the store is away.
    pub async fn order_lots(
        &self,
        officer: &Who,
        tender: &str,
        order: &[String],
    ) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        tenders::locked(&mut tx, tender)
            .await?
            .ok_or(Problem::NotFound)?;
        let present = lots::of_tender(&self.store, tender).await?;
        let present: BTreeSet<&str> = present.iter().map(|lot| lot.id.as_str()).collect();
        let wanted: BTreeSet<&str> = order.iter().map(String::as_str).collect();
        if wanted != present || wanted.len() != order.len() {
            return Err(Problem::field(
                "lots",
                "Podaj wszystkie części tego postępowania, każdą raz.",
                "Give all lots of this tender, each once.",
            ));
        }
        for (lot, position) in order.iter().zip(1..) {
            lots::set_position(&mut tx, lot, position).await?;
        }
        let details = json!({ "tender": tender, "lots": order });
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "lots.ordered",
            &details,
        )
        .await?;
        Ok(tx.commit().await?)
    }

    /// Records what the buyer expects a lot to cost.
    ///
    /// # Errors
    /// Faults of `net` and `gross`, no such lot, or the store is away.
    pub async fn set_estimate(
        &self,
        officer: &Who,
        lot: &str,
        new: &NewEstimate,
    ) -> Result<Estimate, Problem> {
        let lot = self.lot(lot).await?;
        let estimate = Estimate {
            set_by: officer.id().to_owned(),
            set_at: (self.now)(),
            ..read_estimate(&lot.terms, new)?
        };
        let mut tx = self.store.write_tx().await?;
        estimates::put(&mut tx, &lot.id, &estimate).await?;
        // The amount is secret: the audit log, which others read, does not hold it.
        let details = json!({ "lot": lot.id });
        audit(
            &mut tx,
            estimate.set_at,
            officer.id(),
            "lot.estimated",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(estimate)
    }

    /// Takes back what the buyer expects a lot to cost; nothing where it is not recorded.
    ///
    /// # Errors
    /// No such lot, or the store is away.
    pub async fn clear_estimate(&self, officer: &Who, lot: &str) -> Result<(), Problem> {
        let lot = self.lot(lot).await?;
        let mut tx = self.store.write_tx().await?;
        if estimates::remove(&mut tx, &lot.id).await? {
            let details = json!({ "lot": lot.id });
            let what = "lot.estimate-cleared";
            audit(&mut tx, (self.now)(), officer.id(), what, &details).await?;
        }
        Ok(tx.commit().await?)
    }

    /// What the buyer expects a lot to cost, if it is recorded.
    ///
    /// # Errors
    /// No such lot, or the store is away.
    pub async fn estimate(&self, lot: &str) -> Result<Option<Estimate>, Problem> {
        let lot = self.lot(lot).await?;
        Ok(estimates::of_lot(&self.store, &lot.id).await?)
    }

    /// The lot with this id.
    ///
    /// # Errors
    /// When there is none or the store is away.
    pub async fn lot(&self, id: &str) -> Result<Lot, Problem> {
        lots::by_id(&self.store, id).await?.ok_or(Problem::NotFound)
    }

    /// The lot of an auction.
    ///
    /// # Errors
    /// When there is none or the store is away.
    pub async fn lot_of(&self, auction: &AuctionId) -> Result<Lot, Problem> {
        lots::by_auction(&self.store, auction)
            .await?
            .ok_or(Problem::NotFound)
    }
}

/// Says whether an estimate can be recorded for a lot of these terms.
///
/// # Errors
/// Faults of `net` and `gross`.
pub fn check_estimate(terms: &Draft, new: &NewEstimate) -> Result<(), Problem> {
    read_estimate(terms, new).map(drop)
}

/// Reads both amounts, with the decimals of the lot's price. One at least is given.
fn read_estimate(terms: &Draft, new: &NewEstimate) -> Result<Estimate, Problem> {
    let price = terms
        .values
        .iter()
        .find(|value| value.direction == Direction::Lowest);
    let decimals = price.map_or(ESTIMATE_DECIMALS, |value| value.decimals);
    let mut faults = Faults::default();
    let mut read = |path: &str, typed: &str| match typed.trim() {
        "" => String::new(),
        typed => match amount::parse(typed, decimals) {
            Ok(amount) if amount <= Decimal::from(ESTIMATE_MAX) => amount.to_string(),
            _ => {
                faults.wrong(
                    path,
                    &format!("Podaj kwotę z najwyżej {decimals} miejscami po przecinku."),
                    &format!("Enter an amount with at most {decimals} decimals."),
                );
                String::new()
            }
        },
    };
    let (net, gross) = (read("net", &new.net), read("gross", &new.gross));
    if new.net.trim().is_empty() && new.gross.trim().is_empty() {
        faults.wrong(
            "net",
            "Podaj kwotę netto albo brutto.",
            "Enter the net or the gross amount.",
        );
    }
    faults.none_or()?;
    if let (Ok(net), Ok(gross)) = (Decimal::from_str(&net), Decimal::from_str(&gross))
        && net > gross
    {
        return Err(Problem::field(
            "gross",
            "Kwota brutto nie może być mniejsza od kwoty netto.",
            "The gross amount cannot be below the net amount.",
        ));
    }
    Ok(Estimate {
        net,
        gross,
        set_by: String::new(),
        set_at: Timestamp::default(),
    })
}

fn taken() -> Problem {
    Problem::exists(
        "number",
        "Część o tym numerze już jest w tym postępowaniu.",
        "The tender has a lot of this number already.",
    )
}

pub(super) fn frozen() -> Problem {
    not_now(
        "Aukcję ogłoszono: zasad nie można już zmienić.",
        "The auction is published: its terms cannot change any more.",
    )
}
