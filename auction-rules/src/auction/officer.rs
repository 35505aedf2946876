//! The officer's acts. None of them ever changes the value or the time of a bid.

use super::{Auction, Participant, Status};
use crate::canonical;
use crate::command::{Act, Command, TEXT_CHARS_MAX};
use crate::evaluation::is_derived;
use crate::event::{Event, Outcome, PauseCause, Points, Standing};
use crate::ids::{Bidder, ValueId};
use crate::refusal::{Refusal, span};
use crate::terms::{Evaluation, OpeningOffer, Value, Words};
use crate::time::Timestamp;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// The most bidders one auction takes, however short its values are.
const BIDDERS_MAX: usize = 10_000;
/// What the result of an auction may take in a batch, in bytes: it is one entry, and a batch that
/// the journal does not take would keep the auction from closing.
pub const RESULT_BYTES_MAX: usize = 1_000_000;
const NOTICE_MAX_MS: u64 = 31 * 24 * 3_600 * 1_000;

impl Auction {
    pub(super) fn decide_officer(&self, command: &Command) -> Outcome {
        let events = match &command.act {
            Act::Schedule { opens_at } => self.schedule(command.received_at, *opens_at),
            Act::Admit { bidder, offer } => self.admit(*bidder, offer),
            Act::Announce { text } => said(text).map(|text| vec![Event::Announced { text }]),
            Act::Answer {
                question,
                asked,
                text,
            } => self.answer(*question, asked, text),
            Act::Pause { reason } => self.pause(command.received_at, reason),
            Act::Resume { notice_ms, reason } => {
                self.resume(command.received_at, *notice_ms, reason)
            }
            Act::Annul { alias, n, reason } => said(reason).and_then(|_| self.annul(*alias, *n)),
            Act::Exclude { alias, reason } => said(reason).and_then(|_| self.exclude(*alias)),
            Act::Cancel { reason } => self.cancel(reason),
            _ => Err(Refusal::NotAllowed),
        };
        events.map_or_else(Outcome::Refused, Outcome::Events)
    }

    fn schedule(&self, received_at: Timestamp, opens_at: Timestamp) -> Result<Vec<Event>, Refusal> {
        let Status::Published { .. } = self.status else {
            return Err(Refusal::NotNow);
        };
        if opens_at <= received_at {
            return Err(wrong(
                "Otwarcie musi leżeć w przyszłości.",
                "The opening must lie in the future.",
            ));
        }
        Ok(vec![Event::Scheduled { opens_at }])
    }

    /// Admission fixes the written offer: what the bidding starts from, and what the evaluation
    /// takes from it. Repeating it replaces the offer, until the opening.
    fn admit(
        &self,
        bidder: Bidder,
        offer: &BTreeMap<ValueId, Decimal>,
    ) -> Result<Vec<Event>, Refusal> {
        let Status::Published { .. } = self.status else {
            return Err(Refusal::NotNow);
        };
        if self.participants.len() >= self.bidders_max() && !self.places.contains_key(&bidder) {
            return Err(wrong("Za wielu wykonawców.", "Too many bidders."));
        }
        let given: BTreeSet<&ValueId> = offer.keys().collect();
        if given != self.written() {
            return Err(wrong(
                "Oferta pisemna musi podać dokładnie te wartości, których wymagają zasady.",
                "The written offer must give exactly the values that the terms ask for.",
            ));
        }
        for value in &self.terms.values {
            if let Some(amount) = offer.get(&value.id) {
                let fits = (value.least..=value.most).contains(amount)
                    && amount.normalize().scale() <= value.decimals;
                if !fits {
                    let (value, least, most) = (value.id.clone(), value.least, value.most);
                    return Err(Refusal::OutOfRange { value, least, most });
                }
            }
        }
        self.written_holds(offer)?;
        if self.terms.opening == OpeningOffer::WrittenOffer {
            let values = self.terms.values.iter();
            let values: Vec<_> = values
                .filter_map(|value| offer.get(&value.id).copied())
                .collect();
            self.fit_together(&values)?;
        }
        Ok(vec![Event::Admitted])
    }

    /// So many bidders as have room in the result.
    #[must_use]
    pub fn bidders_max(&self) -> usize {
        let widest = |value: &Value| {
            let ends = [value.least, value.most];
            let ends = ends.map(|end| crate::amount::canonical(end, value.decimals));
            ends.into_iter().max_by_key(|end| end.to_string().len())
        };
        let values = self.terms.values.iter();
        let points = match &self.terms.evaluation {
            Evaluation::Points { criteria, .. } => Some(Points {
                total: Decimal::MIN,
                by_criterion: criteria
                    .iter()
                    .map(|criterion| (criterion.id.clone(), Decimal::MIN))
                    .collect(),
            }),
            _ => None,
        };
        let standing = Standing {
            alias: crate::ids::Alias(u16::MAX),
            position: u16::MAX,
            values: values
                .filter_map(|value| Some((value.id.clone(), widest(value)?)))
                .collect(),
            points,
            compared: is_derived(&self.terms).then_some(Decimal::MIN),
        };
        // As text in the JSON of a batch, with a comma, and once more among those who are tied.
        let text = canonical::text(&(standing, u16::MAX));
        let bytes = canonical::text(&text).len();
        let result = RESULT_BYTES_MAX.checked_div(bytes).unwrap_or_default();
        result.min(BIDDERS_MAX)
    }

    /// Which values a written offer must give.
    fn written(&self) -> BTreeSet<&ValueId> {
        let auctioned = self.terms.values.iter().map(|value| &value.id);
        let from_offer = self.terms.opening == OpeningOffer::WrittenOffer;
        auctioned
            .filter(|_| from_offer)
            .chain(self.terms.written_values().iter().map(|written| written.id))
            .collect()
    }

    /// Whether every number that the evaluation takes from the written offer lies in its bounds.
    fn written_holds(&self, offer: &BTreeMap<ValueId, Decimal>) -> Result<(), Refusal> {
        for written in self.terms.written_values() {
            let number = offer.get(written.id).copied().unwrap_or_default();
            if !written.bounds.hold(number) {
                let (name, wanted) = (written.name, written.bounds.words());
                return Err(wrong(
                    &format!("„{}”: {}.", name.pl, wanted.pl),
                    &format!("“{}”: {}.", name.en, wanted.en),
                ));
            }
        }
        Ok(())
    }

    fn pause(&self, received_at: Timestamp, reason: &str) -> Result<Vec<Event>, Refusal> {
        let reason = said(reason)?;
        if !self.terms.conduct.pause {
            return Err(Refusal::NotAllowed);
        }
        match &self.status {
            Status::Open(clock) if received_at < clock.closes_at && !clock.course.is_over() => {
                Ok(vec![Event::Paused {
                    cause: PauseCause::Officer(reason),
                }])
            }
            _ => Err(Refusal::NotNow),
        }
    }

    /// The clock goes on after the notice, with the time that was left when it stopped, and at
    /// least the time that the terms promise. After an outage the officer may always resume; a
    /// phase that an outage kept from starting then starts after the notice.
    fn resume(
        &self,
        received_at: Timestamp,
        notice_ms: u64,
        reason: &str,
    ) -> Result<Vec<Event>, Refusal> {
        said(reason)?;
        let conduct = &self.terms.conduct;
        let resumes_at = received_at.plus(notice_ms);
        let event = match &self.status {
            Status::Paused(stopped) if stopped.resumption.is_none() => {
                let resumption = stopped.resumed(resumes_at, conduct.resume_left_ms);
                Event::ResumeAnnounced {
                    resumes_at,
                    closes_at: resumption.clock.closes_at,
                }
            }
            Status::Between {
                phase,
                starts_at: None,
                ..
            } => Event::PhaseScheduled {
                phase: u16::try_from(*phase).unwrap_or(u16::MAX),
                starts_at: resumes_at,
            },
            _ => return Err(Refusal::NotNow),
        };
        let least = conduct.resume_notice_ms;
        if (least..=NOTICE_MAX_MS).contains(&notice_ms) {
            Ok(vec![event])
        } else {
            let least = span(least);
            Err(wrong(
                &format!("Zapowiedz wznowienie najmniej {least} wcześniej (do 31 dni)."),
                &format!("Give notice of at least {least} (at most 31 days)."),
            ))
        }
    }

    fn annul(&self, alias: crate::ids::Alias, n: u32) -> Result<Vec<Event>, Refusal> {
        if !self.terms.conduct.annul {
            return Err(Refusal::NotAllowed);
        }
        self.acting()?;
        let (_, participant) = self.by_alias(alias).ok_or(Refusal::NotFound)?;
        let standing = |participant: &Participant| {
            participant
                .bids
                .iter()
                .any(|bid| bid.n == n && n > 0 && !bid.annulled)
        };
        if !standing(participant) {
            return Err(Refusal::NotFound);
        }
        Ok(vec![Event::BidAnnulled { alias, n }])
    }

    fn exclude(&self, alias: crate::ids::Alias) -> Result<Vec<Event>, Refusal> {
        if !self.terms.conduct.exclude {
            return Err(Refusal::NotAllowed);
        }
        self.acting()?;
        match self.by_alias(alias) {
            Some((_, participant)) if !participant.excluded => {
                Ok(vec![Event::BidderExcluded { alias }])
            }
            _ => Err(Refusal::NotFound),
        }
    }

    fn cancel(&self, reason: &str) -> Result<Vec<Event>, Refusal> {
        let reason = said(reason)?;
        match self.status {
            Status::Closed(_) | Status::Sealed(_) => Err(Refusal::NotNow),
            _ => Ok(vec![Event::Cancelled { reason }]),
        }
    }

    /// Bids can be struck out and bidders excluded while the auction is under way.
    fn acting(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Between { .. } | Status::Open(_) | Status::Paused(_) => Ok(()),
            _ => Err(Refusal::NotNow),
        }
    }
}

/// A text of the officer: there, and not too long.
pub(super) fn said(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TEXT_CHARS_MAX {
        return Err(wrong(
            "Podaj tekst od 1 do 1000 znaków.",
            "Give a text of 1 to 1000 characters.",
        ));
    }
    Ok(text.to_owned())
}

pub(super) fn wrong(pl: &str, en: &str) -> Refusal {
    Refusal::BadRequest {
        detail: Words::new(pl, en),
    }
}
