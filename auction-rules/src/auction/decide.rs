//! What a command comes to. Nothing here changes the state: [`Auction::apply`] does.

use super::{Auction, Status};
use crate::command::{Act, By, Command};
use crate::entry::Entry;
use crate::event::{Event, Outcome, PauseCause};
use crate::ids::{Bidder, Digest};
use crate::refusal::Refusal;
use crate::time::Timestamp;

impl Auction {
    /// The entry that a command makes, decided on the present state.
    #[must_use]
    pub fn enter(&self, command: Command) -> Entry {
        let at = command.received_at.max(self.at);
        let outcome = self.decide(at, &command);
        let (alias, n) = match &command.by {
            By::Bidder(bidder) => self
                .participant(*bidder)
                .map_or((None, None), |(_, participant)| {
                    (participant.alias, Some(participant.n.saturating_add(1)))
                }),
            By::Officer(_) | By::Server => (None, None),
        };
        Entry {
            seq: self.seq.saturating_add(1),
            at,
            alias,
            n,
            command,
            outcome,
        }
    }

    /// What a command comes to at the moment `at` of the log. The moment decides nothing by
    /// itself: deadlines and windows go by `received_at`, rank and ties by the order of the log.
    #[must_use]
    pub fn decide(&self, at: Timestamp, command: &Command) -> Outcome {
        if self.is_sealed() {
            return Outcome::Refused(
                self.refusal_of_state(command.received_at)
                    .unwrap_or(Refusal::NotNow),
            );
        }
        debug_assert!(at >= self.at, "the log goes forward");
        match &command.by {
            By::Bidder(bidder) => self.decide_bidder(*bidder, command),
            By::Officer(_) => self.decide_officer(command),
            By::Server => self.decide_server(command),
        }
    }

    fn decide_bidder(&self, bidder: Bidder, command: &Command) -> Outcome {
        let Some((place, participant)) = self.participant(bidder) else {
            return Outcome::Refused(Refusal::NotAdmitted);
        };
        match &command.act {
            Act::AcceptTerms { terms_hash } => self.accept_terms(*terms_hash),
            Act::Ask { text } => self.ask(participant, command.received_at, text),
            Act::PlaceBid(offer) => self.decide_bid(place, participant, command.received_at, offer),
            Act::PlaceSealed {
                commitment,
                refused,
            } => {
                let sealed = (*commitment, *refused);
                self.place_sealed(place, participant, command.received_at, sealed)
            }
            Act::Withdraw => self.withdraw(place, participant, command.received_at),
            Act::AcceptLevel { level } => {
                self.accept_level(place, participant, command.received_at, *level)
            }
            Act::Leave => self.leave(place, participant, command.received_at),
            _ => Outcome::Refused(Refusal::NotAllowed),
        }
    }

    fn accept_terms(&self, terms_hash: Digest) -> Outcome {
        if terms_hash == self.terms_hash {
            Outcome::Events(vec![Event::TermsAccepted])
        } else {
            Outcome::Refused(Refusal::TermsNotAccepted {
                terms_hash: self.terms_hash,
            })
        }
    }

    fn decide_server(&self, command: &Command) -> Outcome {
        match &command.act {
            Act::TakeOver { writer } if writer.epoch > self.writer.epoch => {
                Outcome::Events(vec![Event::TookOver])
            }
            Act::Interrupt { from, to } => self.interrupted(*from, *to),
            Act::NoteRefused { bidder, counts } => self.note_refused(*bidder, counts),
            Act::NoteDropped { before, gone } => {
                self.note_dropped(command.received_at, *before, gone)
            }
            act => self.decide_due(command.received_at, act),
        }
    }

    /// Why nothing can be bid now, if nothing can.
    pub(super) fn refusal_of_state(&self, received_at: Timestamp) -> Option<Refusal> {
        match &self.status {
            Status::Published { opens_at } => Some(Refusal::NotOpen {
                opens_at: *opens_at,
            }),
            Status::Between {
                phase, ended_at, ..
            } if *phase > 0 && received_at < *ended_at => Some(Refusal::ArrivedTooLate {
                received_at,
                closed_at: *ended_at,
            }),
            Status::Between { starts_at, .. } => Some(match starts_at {
                Some(_) => Refusal::NotOpen {
                    opens_at: *starts_at,
                },
                None => Refusal::Interrupted { resumes_at: None },
            }),
            Status::Open(clock) if received_at < clock.runs_since => Some(Refusal::NotOpen {
                opens_at: Some(clock.runs_since),
            }),
            Status::Open(clock) if clock.course.shows() && received_at < clock.closes_at => {
                Some(Refusal::ArrivedTooLate {
                    received_at,
                    closed_at: clock.closes_at,
                })
            }
            // The barrier decides the deadline first, so this is a fault of the writer.
            Status::Open(clock) => (received_at >= clock.closes_at).then_some(Refusal::Closed {
                closed_at: clock.closes_at,
            }),
            Status::Paused(stopped) => {
                let resumes_at = stopped.resumes_at();
                Some(match stopped.cause {
                    PauseCause::Officer(_) => Refusal::Paused { resumes_at },
                    PauseCause::Outage => Refusal::Interrupted { resumes_at },
                })
            }
            Status::Closed(ended) | Status::Sealed(ended) => Some(if received_at < ended.at {
                Refusal::ArrivedTooLate {
                    received_at,
                    closed_at: ended.at,
                }
            } else {
                Refusal::Closed {
                    closed_at: ended.at,
                }
            }),
        }
    }
}
