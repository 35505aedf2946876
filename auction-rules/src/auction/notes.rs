//! What the server notes in the log by itself, so that the record tells of it. Only officers are
//! told; bidders and observers learn of no note before the log is published.

use super::{Auction, Status};
use crate::command::{Act, DROPPED_APART_MS, DROPPED_OF_MIN, REFUSED_NOTES_MAX};
use crate::event::{Event, Outcome};
use crate::ids::{Alias, Bidder};
use crate::refusal::{Outside, Refusal};
use crate::time::Timestamp;
use std::collections::BTreeMap;

impl Auction {
    /// Whether what this bidder was refused outside the log may be noted now: up to
    /// [`REFUSED_NOTES_MAX`] times until the close, and once more after it with all that came since.
    #[must_use]
    pub fn may_note_refused(&self, bidder: Bidder) -> bool {
        let most = match self.status {
            Status::Sealed(_) => return false,
            Status::Closed(_) => REFUSED_NOTES_MAX.saturating_add(1),
            _ => REFUSED_NOTES_MAX,
        };
        self.participant(bidder)
            .is_some_and(|(_, participant)| participant.refused_notes < most)
    }

    pub(super) fn note_refused(&self, bidder: Bidder, counts: &BTreeMap<Outside, u32>) -> Outcome {
        let counted = !counts.is_empty() && counts.values().all(|count| *count > 0);
        if counted && self.may_note_refused(bidder) {
            Outcome::Events(vec![Event::RefusedOutside])
        } else {
            Outcome::Refused(Refusal::NotNow)
        }
    }

    /// Half of those connected, or more, are gone, while the auction is open or paused; noted once a
    /// minute at most.
    pub(super) fn note_dropped(
        &self,
        received_at: Timestamp,
        before: u16,
        gone: &[Alias],
    ) -> Outcome {
        let under_way = matches!(self.status, Status::Open(_) | Status::Paused(_));
        let apart = self
            .dropped_at
            .is_none_or(|last| received_at >= last.plus(DROPPED_APART_MS));
        let known = gone.iter().all(|alias| self.by_alias(*alias).is_some());
        let ascending = gone.is_sorted_by(|one, next| one < next);
        let dropped = u16::try_from(gone.len()).unwrap_or(u16::MAX);
        let half = before >= DROPPED_OF_MIN && dropped >= before.div_ceil(2);
        let takes_part = usize::from(before) <= self.participants.len();
        match before.checked_sub(dropped) {
            Some(now) if under_way && apart && known && ascending && half && takes_part => {
                Outcome::Events(vec![Event::ConnectionsDropped { before, now }])
            }
            _ => Outcome::Refused(Refusal::NotNow),
        }
    }

    /// The one note after the close ends the counting, however few there were before.
    pub(super) fn noted_refused(&mut self, act: &Act) {
        let Act::NoteRefused { bidder, .. } = act else {
            return;
        };
        let closed = matches!(self.status, Status::Closed(_));
        if let Some(participant) = self.participant_mut(*bidder) {
            participant.refused_notes = if closed {
                REFUSED_NOTES_MAX.saturating_add(1)
            } else {
                participant.refused_notes.saturating_add(1)
            };
        }
    }
}
