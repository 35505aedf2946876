//! Values that nobody reads before their phase ends.

use super::course::{Course, Placed};
use super::{Auction, Bid, Participant, Status};
use crate::command::{Act, By, Command, REVEALED_MAX};
use crate::event::{Event, Outcome, Revealed};
use crate::ids::{Alias, Digest};
use crate::refusal::Refusal;
use crate::sealed::{BidOpening, RevealedBid};
use crate::time::Timestamp;

impl Auction {
    /// Whether a command is a bid to be sealed before it becomes an entry.
    #[must_use]
    pub fn seals(&self, command: &Command) -> bool {
        let sealed = matches!(self.course(), Some(Course::Sealed(_)));
        sealed
            && matches!(
                (&command.by, &command.act),
                (By::Bidder(_), Act::PlaceBid(_))
            )
    }

    /// A bid of a sealed phase as the log may hold it, checked while its values can be read, and what
    /// opens it. None when the command is no such bid.
    #[must_use]
    pub fn seal(&self, command: Command, salt: String) -> Option<(Command, BidOpening)> {
        if !self.seals(&command) {
            return None;
        }
        let (By::Bidder(bidder), Act::PlaceBid(offer)) = (&command.by, &command.act) else {
            return None;
        };
        let opening = BidOpening {
            salt,
            offer: offer.clone(),
        };
        let legal = self
            .participant(*bidder)
            .map(|(_, participant)| self.legal(participant, offer));
        let act = Act::PlaceSealed {
            commitment: opening.commitment(&self.id, *bidder),
            refused: legal.and_then(Result::err).map(|refusal| refusal.code()),
        };
        Some((Command { act, ..command }, opening))
    }

    /// Sealed values that are to be opened before the phase ends, in the order of admission.
    #[must_use]
    pub fn unopened(&self) -> Vec<(Alias, Digest)> {
        self.sealed()
            .filter_map(|(place, placed)| {
                let alias = self.participants.get(place)?.alias?;
                Some((alias, placed.commitment))
            })
            .collect()
    }

    /// What is still sealed, by place.
    fn sealed(&self) -> impl Iterator<Item = (usize, &Placed)> + Clone {
        let placed = match self.course() {
            Some(Course::Sealed(placed)) => Some(placed),
            _ => None,
        };
        let all = placed.into_iter().flatten();
        all.filter(|(_, placed)| !placed.opened)
            .map(|(place, placed)| (*place, placed))
    }

    /// Whether a bidder has placed its sealed value.
    pub(super) fn has_sealed(&self, place: usize) -> bool {
        matches!(self.course(), Some(Course::Sealed(placed)) if placed.contains_key(&place))
    }

    pub(super) fn place_sealed(
        &self,
        place: usize,
        participant: &Participant,
        received_at: Timestamp,
        (commitment, refused): (Digest, Option<u16>),
    ) -> Outcome {
        match self.check_sealed(place, participant, received_at, refused) {
            Ok(()) => Outcome::Events(vec![Event::BidSealed { commitment }]),
            Err(refusal) => Outcome::Refused(refusal),
        }
    }

    fn check_sealed(
        &self,
        place: usize,
        participant: &Participant,
        received_at: Timestamp,
        refused: Option<u16>,
    ) -> Result<(), Refusal> {
        self.may_bid(place, participant, received_at)?;
        self.keeps_pace(participant, received_at)?;
        match self.course() {
            Some(Course::Sealed(_)) if self.has_sealed(place) => Err(Refusal::AlreadySealed),
            Some(Course::Sealed(_)) => {
                refused.map_or(Ok(()), |refused| Err(Refusal::SealedRefused { refused }))
            }
            _ => Err(Refusal::OtherwiseInThisPhase),
        }
    }

    /// Opens the next sealed values. One that is lost, or no improvement any more, does not count. An
    /// opening of something else than what was placed is a fault of the writer.
    pub(super) fn reveal(&self, openings: &[RevealedBid]) -> Option<Vec<Event>> {
        let left = self.sealed();
        if openings.is_empty() || openings.len() > REVEALED_MAX.min(left.clone().count()) {
            return None;
        }
        let bids: Option<Vec<_>> = left
            .zip(openings)
            .map(|((place, placed), opened)| self.revealed(place, placed, opened))
            .collect();
        Some(vec![Event::BidsRevealed { bids: bids? }])
    }

    fn revealed(&self, place: usize, placed: &Placed, opened: &RevealedBid) -> Option<Revealed> {
        let participant = self.participants.get(place)?;
        if participant.alias != Some(opened.alias) {
            return None;
        }
        let values = match &opened.opening {
            Some(opening)
                if opening.commitment(&self.id, participant.bidder) != placed.commitment =>
            {
                return None;
            }
            Some(opening) if !participant.excluded => {
                self.improvement(participant, &opening.offer).ok()
            }
            _ => None,
        };
        Some(Revealed {
            alias: opened.alias,
            n: placed.n,
            values: values.map(|values| self.named(&values)),
        })
    }

    /// Marks the next sealed values as opened; those that count stand from the moment they were
    /// placed.
    pub(super) fn opened(&mut self, bids: &[Revealed]) {
        let next: Vec<_> = self.sealed().map(|(place, _)| place).zip(bids).collect();
        for (place, bid) in next {
            let Some(placed) = self.open_one(place) else {
                continue;
            };
            if let Some(values) = &bid.values {
                let bid = Bid {
                    n: placed.n,
                    seq: placed.seq,
                    received_at: placed.received_at,
                    values: self.in_order(values),
                    annulled: false,
                };
                self.stands(place, bid);
            }
        }
    }

    fn open_one(&mut self, place: usize) -> Option<Placed> {
        let Status::Open(clock) = &mut self.status else {
            return None;
        };
        let Course::Sealed(sealed) = &mut clock.course else {
            return None;
        };
        let placed = sealed.get_mut(&place)?;
        placed.opened = true;
        Some(placed.clone())
    }
}
