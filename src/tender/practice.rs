//! What a bidder practises with: the terms of its own lot in a shortened time, and its own offer.

use super::schedule::planned_ms;
use super::{Desk, not_now};
use crate::auction::practice::Plan;
use crate::error::Problem;
use crate::identity::Who;
use crate::limits::PRACTICE_LENGTH_MS;
use crate::store::lots::Lot;
use crate::store::{admissions, admissions::Admission};
use auction_rules::{AuctionId, Draft, Terms, Viewer};
use serde_json::{Value, json};

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
        let terms = shortened(&ready.lot.terms).map_err(|error| {
            tracing::error!(lot = ready.lot.id, %error, "terms cannot be shortened");
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

/// The same rules, with all times of the phases shortened alike, so that the whole takes minutes.
/// What a law asks of real times cannot hold then, so no regime checks them.
fn shortened(terms: &Draft) -> serde_json::Result<Terms> {
    let planned = planned_ms(terms);
    let mut draft = serde_json::to_value(terms)?;
    if planned > PRACTICE_LENGTH_MS {
        scale(&mut draft["phases"], planned);
    }
    draft["regime"] = json!("private");
    for (lang, word) in [("pl", "PRÓBA"), ("en", "PRACTICE")] {
        let title = draft["title"][lang].as_str().unwrap_or_default();
        draft["title"][lang] = json!(format!("{word}: {title}"));
    }
    serde_json::from_value(draft)
}

/// Every time in whole seconds, and none so short that it is nothing.
fn scale(value: &mut Value, planned: u64) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| scale(item, planned)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_u64().filter(|_| name.ends_with("_ms")) {
                    Some(ms) if ms > 0 => {
                        let scaled = u128::from(ms) * u128::from(PRACTICE_LENGTH_MS);
                        let seconds = scaled / u128::from(planned) / 1_000;
                        *field = json!(u64::try_from(seconds.max(1)).unwrap_or(u64::MAX) * 1_000);
                    }
                    Some(_) => {}
                    None => scale(field, planned),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tender::presets;
    use std::collections::BTreeMap;

    #[test]
    fn every_preset_can_be_practised() {
        let answers = [("title_pl", "Most"), ("most", "500000"), ("step", "2")];
        let answers: BTreeMap<_, _> = answers
            .map(|(id, answer)| (id.to_owned(), answer.to_owned()))
            .into();
        for preset in presets::presets() {
            let terms = presets::terms_from(&preset.id, &answers).unwrap();
            let terms = shortened(&terms).unwrap();
            let lasts = planned_ms(&terms);
            assert!(lasts <= PRACTICE_LENGTH_MS + 10_000, "{lasts}");
            assert!(terms.title.pl.starts_with("PRÓBA: "));
        }
    }
}
