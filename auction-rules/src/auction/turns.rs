//! Rounds in which bidders bid one after another.

use super::course::{Course, Round};
use super::{Auction, Participant, Status};
use crate::event::{Event, Outcome};
use crate::refusal::Refusal;
use crate::terms::PhaseKind;
use crate::time::Timestamp;
use std::collections::BTreeSet;

impl Auction {
    /// Worst first: those without an offer, then the ranking from its end.
    pub(super) fn turn_order(&self, admitted: Option<&BTreeSet<usize>>) -> Vec<usize> {
        let takes_part: BTreeSet<_> = self.places_of(admitted).collect();
        let without_offer = self.aliases.iter().copied();
        let ranked: Vec<_> = self.ranking.iter().map(|one| one.place).collect();
        without_offer
            .filter(|place| !ranked.contains(place))
            .chain(ranked.iter().rev().copied())
            .filter(|place| takes_part.contains(place))
            .collect()
    }

    /// The next turn of the round, from this index of its order on. Who was taken out has none.
    pub(super) fn turn_started(
        &self,
        round: &Round,
        from: usize,
        at: Timestamp,
        phase: usize,
    ) -> Option<Event> {
        let PhaseKind::Turns(turns) = &self.phase(phase)?.run else {
            return None;
        };
        let takes_part = |(_, place): &(usize, &usize)| {
            let participant = self.participants.get(**place);
            participant.is_some_and(|participant| !participant.excluded)
        };
        let (index, place) = (0..).zip(&round.order).skip(from).find(takes_part)?;
        Some(Event::TurnStarted {
            alias: self.participants.get(*place)?.alias?,
            turn: u16::try_from(index).ok()?.checked_add(1)?,
            closes_at: at.plus(turns.slot_ms),
        })
    }

    /// The end of a turn, and the turn after it.
    pub(super) fn end_turn(&self, at: Timestamp) -> Option<Vec<Event>> {
        let Status::Open(clock) = &self.status else {
            return None;
        };
        let Course::Turns(round) = &clock.course else {
            return None;
        };
        let participant = self.participants.get(round.whose()?)?;
        let ended = Event::TurnEnded {
            alias: participant.alias?,
            values: round.held.as_ref().map(|bid| self.named(&bid.values)),
        };
        let next = self.turn_started(round, round.turn?.checked_add(1)?, at, clock.phase);
        Some([ended].into_iter().chain(next).collect())
    }

    pub(super) fn withdraw(
        &self,
        place: usize,
        participant: &Participant,
        received_at: Timestamp,
    ) -> Outcome {
        let checked = self
            .may_bid(place, participant, received_at)
            .and_then(|()| match self.course() {
                Some(Course::Turns(round)) => {
                    round.admits(place, received_at)?;
                    round
                        .held
                        .is_some()
                        .then_some(())
                        .ok_or(Refusal::NothingHeld)
                }
                _ => Err(Refusal::OtherwiseInThisPhase),
            });
        match checked {
            Ok(()) => Outcome::Events(vec![Event::BidWithdrawn]),
            Err(refusal) => Outcome::Refused(refusal),
        }
    }
}
