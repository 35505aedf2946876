//! Lots and the terms of their auctions.

use super::{Desk, Faults, NUMBER_CHARS_MAX, not_now};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::lots::{Lot, LotState};
use crate::store::{audit, lots, new_id};
use auction_rules::{AuctionId, Draft, Terms, Words};
use serde::Deserialize;
use serde_json::{Value, json};

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

/// Reads terms and checks them by the rules.
///
/// # Errors
/// Every fault, each with the path of its field below `under`.
pub fn read_terms(under: &str, terms: Value) -> Result<Terms, Problem> {
    let draft: Draft = serde_path_to_error::deserialize(terms).map_err(|error| {
        let path = below(under, &error.path().to_string());
        let detail = error.into_inner().to_string();
        Problem::field(path, format!("Nie da się odczytać: {detail}"), detail)
    })?;
    Terms::new(draft).map_err(|mut faults| {
        for fault in &mut faults {
            fault.path = below(under, &fault.path);
        }
        Problem::Faults(faults)
    })
}

fn below(under: &str, path: &str) -> String {
    match (under, path) {
        ("", path) => path.to_owned(),
        (under, "" | ".") => under.to_owned(),
        (under, path) => format!("{under}.{path}"),
    }
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

fn taken() -> Problem {
    Problem::Exists(Words::new(
        "Część o tym numerze już jest w tym postępowaniu.",
        "The tender has a lot of this number already.",
    ))
}

pub(super) fn frozen() -> Problem {
    not_now(
        "Aukcję ogłoszono: zasad nie można już zmienić.",
        "The auction is published: its terms cannot change any more.",
    )
}
