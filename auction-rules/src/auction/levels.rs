//! Clocks that move a level: descending (Japanese) and ascending (Dutch).

use super::course::{Course, Falling};
use super::{Auction, Clock, Participant, Status};
use crate::event::{Event, Outcome};
use crate::refusal::Refusal;
use crate::terms::{Levels, PhaseKind};
use crate::time::Timestamp;
use rust_decimal::Decimal;

impl Auction {
    pub(super) fn accept_level(
        &self,
        place: usize,
        participant: &Participant,
        received_at: Timestamp,
        level: Decimal,
    ) -> Outcome {
        let accepted = self
            .may_bid(place, participant, received_at)
            .and_then(|()| self.level_accepted(place, received_at, level));
        accepted.map_or_else(Outcome::Refused, Outcome::Events)
    }

    fn level_accepted(
        &self,
        place: usize,
        received_at: Timestamp,
        level: Decimal,
    ) -> Result<Vec<Event>, Refusal> {
        let passed = |now: Option<Decimal>| Refusal::LevelPassed { level: now };
        match self.course() {
            Some(Course::Falling(falling)) => {
                if !falling.remaining.contains(&place) {
                    return Err(Refusal::NotInThisPhase);
                }
                if falling.level != Some(level) {
                    return Err(passed(falling.level));
                }
                if falling.stayed.contains_key(&place) || received_at < falling.since {
                    return Err(Refusal::NotNow);
                }
                Ok(vec![Event::BidHeld {
                    values: self.named(&[self.canonical_level(level)]),
                }])
            }
            Some(Course::Rising { over: true, .. }) => Err(passed(None)),
            Some(Course::Rising { level: now, .. }) if *now != level => Err(passed(Some(*now))),
            // Read before the level stood: nobody could know it.
            Some(Course::Rising { since, .. }) if received_at < *since => Err(Refusal::NotNow),
            Some(Course::Rising { .. }) => Ok(vec![
                Event::BidAccepted {
                    values: self.named(&[self.canonical_level(level)]),
                },
                Event::LevelTaken {
                    closes_at: received_at,
                },
            ]),
            _ => Err(Refusal::OtherwiseInThisPhase),
        }
    }

    /// The level as every amount of its value is written.
    fn canonical_level(&self, level: Decimal) -> Decimal {
        let decimals = self.terms.values.first().map(|value| value.decimals);
        crate::amount::canonical(level, decimals.unwrap_or_default())
    }

    pub(super) fn leave(
        &self,
        place: usize,
        participant: &Participant,
        received_at: Timestamp,
    ) -> Outcome {
        let checked = self
            .may_bid(place, participant, received_at)
            .and_then(|()| match self.course() {
                Some(Course::Falling(falling)) if !falling.remaining.contains(&place) => {
                    Err(Refusal::NotInThisPhase)
                }
                // Who stayed at this level cannot take it back.
                Some(Course::Falling(falling)) if falling.stayed.contains_key(&place) => {
                    Err(Refusal::NotNow)
                }
                Some(Course::Falling(_)) => Ok(()),
                _ => Err(Refusal::OtherwiseInThisPhase),
            });
        match checked {
            Ok(()) => Outcome::Events(vec![Event::Left]),
            Err(refusal) => Outcome::Refused(refusal),
        }
    }

    /// The end of a level. A descending clock stops when at most one stayed, or at its reserve; an
    /// ascending one at its reserve.
    pub(super) fn end_level(&self, at: Timestamp) -> Option<Vec<Event>> {
        let Status::Open(clock) = &self.status else {
            return None;
        };
        match &clock.course {
            Course::Falling(Falling { level, stayed, .. }) => {
                let ended = Event::LevelEnded {
                    remaining: u16::try_from(stayed.len()).ok()?,
                };
                let rivals = stayed.len() > 1;
                let next = self.next_level(clock, (*level)?, at).filter(|_| rivals);
                Some([ended].into_iter().chain(next).collect())
            }
            Course::Rising {
                level, over: false, ..
            } => self.next_level(clock, *level, at).map(|next| vec![next]),
            _ => None,
        }
    }

    /// Whether the level that stands is the last one of an ascending clock.
    pub(super) fn is_last_level(&self, clock: &Clock, level: Decimal) -> bool {
        self.next_level(clock, level, clock.closes_at).is_none()
    }

    fn next_level(&self, clock: &Clock, level: Decimal, at: Timestamp) -> Option<Event> {
        let levels = self.levels(clock.phase)?;
        Some(Event::LevelStarted {
            level: levels.after(level)?,
            closes_at: at.plus(levels.interval_ms),
        })
    }

    fn levels(&self, phase: usize) -> Option<&Levels> {
        match &self.phase(phase)?.run {
            PhaseKind::DescendingClock(levels) | PhaseKind::AscendingClock(levels) => Some(levels),
            _ => None,
        }
    }
}
