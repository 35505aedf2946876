//! Values that nobody reads before their phase ends.

use super::course::{Content, Course, Placed};
use super::{Auction, Bid, Participant, Status};
use crate::command::{Act, By, Command, REVEALED_MAX};
use crate::event::{Event, Outcome, Revealed};
use crate::ids::{Alias, Digest};
use crate::refusal::Refusal;
use crate::sealed::{BidOpening, RevealedBid};
use crate::time::Timestamp;
use std::collections::BTreeMap;

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
        all.filter(|(_, placed)| placed.content == Content::Sealed)
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

    /// The next sealed values are known. They count together when the last one is: none is held
    /// against another of its phase.
    pub(super) fn opened(&mut self, bids: &[Revealed]) {
        let next: Vec<_> = self.sealed().map(|(place, _)| place).zip(bids).collect();
        for (place, bid) in next {
            let content = match &bid.values {
                Some(values) => Content::Counts(self.in_order(values)),
                None => Content::Void,
            };
            if let Some(placed) = self.placed_mut().and_then(|all| all.get_mut(&place)) {
                placed.content = content;
            }
        }
        if self.sealed().next().is_none() {
            self.all_opened();
        }
    }

    /// Each value stands from the moment it was placed.
    fn all_opened(&mut self) {
        let all: Vec<_> = self.placed_mut().into_iter().flatten().collect();
        let counts = |(place, placed): (&usize, &mut Placed)| match &placed.content {
            Content::Counts(values) => Some((
                *place,
                Bid {
                    n: placed.n,
                    seq: placed.seq,
                    received_at: placed.received_at,
                    values: values.clone(),
                    annulled: false,
                },
            )),
            Content::Sealed | Content::Void => None,
        };
        let bids: Vec<_> = all.into_iter().filter_map(counts).collect();
        for (place, bid) in bids {
            self.stands(place, bid);
        }
    }

    fn placed_mut(&mut self) -> Option<&mut BTreeMap<usize, Placed>> {
        match &mut self.status {
            Status::Open(clock) => match &mut clock.course {
                Course::Sealed(placed) => Some(placed),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether an opening is what a sealed attempt commits to, and the rules say of its values what
    /// the attempt says; on the state in which it was decided.
    #[must_use]
    pub fn is_sealed_as(&self, command: &Command, opening: &BidOpening) -> bool {
        let (
            By::Bidder(bidder),
            Act::PlaceSealed {
                commitment,
                refused,
            },
        ) = (&command.by, &command.act)
        else {
            return false;
        };
        let Some((_, participant)) = self.participant(*bidder) else {
            return false;
        };
        let code = self.legal(participant, &opening.offer).err();
        opening.commitment(&self.id, *bidder) == *commitment
            && code.map(|refusal| refusal.code()) == *refused
    }
}
