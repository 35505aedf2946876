//! What a bidder practises with: the terms of its own lot in a shortened time, and its own offer.

use super::{Desk, not_now};
use crate::auction::practice::Plan;
use crate::error::Problem;
use crate::identity::Who;
use crate::store::lots::Lot;
use crate::store::{admissions, admissions::Admission};
use auction_rules::{AuctionId, Viewer};

mod shortened;

/// Where a bidder stands before its practice auction.
pub struct Readiness {
    /// The lot.
    pub lot: Lot,
    /// Its real auction.
    pub auction: AuctionId,
    /// The terms of the real auction are accepted: it may begin.
    pub has_accepted: bool,
    admission: Admission,
}

impl Desk {
    /// Whether a bidder may practise for a lot, and with what.
    ///
    /// # Errors
    /// Nobody admitted to the lot, an auction that has opened, or the store is away.
    pub async fn may_practise(&self, who: &Who, lot: &str) -> Result<Readiness, Problem> {
        let Who::Bidder { bidder, .. } = who else {
            return Err(Problem::NotAllowed);
        };
        let admission = admissions::of_bidder(&self.store, lot, bidder).await?;
        let admission = admission.ok_or(Problem::NotAllowed)?;
        let lot = self.lot(lot).await?;
        let auction = lot.auction.clone().ok_or_else(too_early)?;
        let viewer = Viewer::Bidder(admission.commitment);
        let view = self.house.view(&auction, viewer).await;
        let view = view.ok_or_else(too_early)?;
        if view.public.state != "published" {
            return Err(not_now(
                "Aukcja już się otworzyła. Ćwiczyć można tylko przed jej otwarciem.",
                "The auction has opened. You can practise only before it opens.",
            ));
        }
        Ok(Readiness {
            lot,
            auction,
            has_accepted: view.own.is_some_and(|own| own.accepted_terms),
            admission,
        })
    }

    /// The plan of a practice auction.
    ///
    /// # Errors
    /// As [`Self::may_practise`], terms that were not accepted, or such as cannot be shortened.
    pub async fn practice_plan(&self, who: &Who, lot: &str) -> Result<Plan, Problem> {
        let ready = self.may_practise(who, lot).await?;
        if !ready.has_accepted {
            return Err(not_now(
                "Najpierw zaakceptuj zasady na stronie aukcji.",
                "Accept the terms on the auction's page first.",
            ));
        }
        let terms = shortened::shortened(&ready.lot.terms).map_err(|faults| {
            tracing::error!(lot = ready.lot.id, ?faults, "terms cannot be shortened");
            not_now(
                "Dla zasad tej aukcji nie ma aukcji próbnej.",
                "There is no practice auction for these terms.",
            )
        })?;
        Ok(Plan {
            subject: ready.lot.id,
            terms,
            identity: ready.admission.disclosure.identity,
            offer: ready.admission.offer,
        })
    }
}

fn too_early() -> Problem {
    not_now(
        "Aukcja próbna będzie możliwa, gdy aukcja zostanie ogłoszona.",
        "The practice auction is there once the auction is published.",
    )
}
