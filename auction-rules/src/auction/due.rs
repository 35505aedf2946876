//! Deadlines: what falls due next, and what it comes to.

use super::course::{Content, Course};
use super::{Auction, Clock, Status};
use crate::command::Act;
use crate::event::{Event, Outcome, PauseCause};
use crate::ids::{Bidder, Digest};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// The next deadline. It is a barrier: every command stamped before it is decided first, then the
/// deadline itself, then what was stamped later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: Timestamp,
    /// What.
    pub deadline: Deadline,
}

/// What falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// The auction opens: answer with [`Act::Open`].
    Open,
    /// The next phase starts: [`Act::StartPhase`].
    StartPhase,
    /// A bidder's turn ends: [`Act::EndTurn`].
    EndTurn,
    /// A level of a clock ends: [`Act::EndLevel`].
    EndLevel,
    /// Sealed values are to be opened, [`Auction::unopened`]: [`Act::Reveal`].
    Reveal,
    /// The notice of resuming has run out: [`Act::Continue`].
    Continue,
    /// The phase ends: [`Act::EndPhase`].
    EndPhase,
    /// The late window has run out: [`Act::Seal`].
    Seal,
}

impl Auction {
    /// The next deadline, if anything is due at all.
    #[must_use]
    pub fn due(&self) -> Option<Due> {
        let (at, deadline) = match &self.status {
            Status::Published { opens_at } => ((*opens_at)?, Deadline::Open),
            Status::Between { starts_at, .. } => ((*starts_at)?, Deadline::StartPhase),
            Status::Open(clock) => (clock.closes_at, self.end_of(clock)),
            Status::Paused(stopped) => (stopped.resumes_at()?, Deadline::Continue),
            Status::Closed(ended) => (
                ended.at.plus(self.terms.conduct.late_window_ms),
                Deadline::Seal,
            ),
            Status::Sealed(_) => return None,
        };
        Some(Due { at, deadline })
    }

    /// What a server's act comes to. An act for another deadline than the one that is due, or for
    /// another moment, is refused: it would be a fault of the writer.
    pub(super) fn decide_due(&self, received_at: Timestamp, act: &Act) -> Outcome {
        let due = self.due().map(|due| match act {
            Act::EndPhase { tail: Some(tail) } => Due {
                at: self.tail_end(tail).unwrap_or(due.at),
                ..due
            },
            _ => due,
        });
        let Some(due) = due.filter(|due| due.at == received_at) else {
            return Outcome::Refused(Refusal::NotNow);
        };
        let events = match (due.deadline, act) {
            (Deadline::Open, Act::Open { aliases, tail }) => self.open(received_at, aliases, *tail),
            (Deadline::StartPhase, Act::StartPhase { tail }) => {
                self.start_phase(received_at, *tail)
            }
            (Deadline::EndTurn, Act::EndTurn) => self.end_turn(received_at),
            (Deadline::EndLevel, Act::EndLevel) => self.end_level(received_at),
            (Deadline::Reveal, Act::Reveal { openings }) => self.reveal(openings),
            (Deadline::Continue, Act::Continue) => self.go_on(),
            (Deadline::EndPhase, Act::EndPhase { tail }) => {
                let opens = tail.as_ref().is_none_or(|tail| {
                    self.tail_end(tail).is_some() && !self.has_bid_from(received_at)
                });
                self.end_phase(received_at).filter(|_| opens)
            }
            (Deadline::Seal, Act::Seal { head }) => Some(vec![Event::Sealed { head: *head }]),
            _ => None,
        };
        events.map_or(Outcome::Refused(Refusal::NotNow), Outcome::Events)
    }

    /// What ends when the clock has run down.
    fn end_of(&self, clock: &Clock) -> Deadline {
        match &clock.course {
            Course::Turns(round) if round.turn.is_some() => Deadline::EndTurn,
            Course::Falling(falling) if falling.level.is_some() => Deadline::EndLevel,
            Course::Rising {
                level, over: false, ..
            } if !self.is_last_level(clock, *level) => Deadline::EndLevel,
            Course::Sealed(placed) if placed.values().any(|one| one.content == Content::Sealed) => {
                Deadline::Reveal
            }
            _ => Deadline::EndPhase,
        }
    }

    fn open(&self, at: Timestamp, aliases: &[Bidder], tail: Option<Digest>) -> Option<Vec<Event>> {
        let mut named = aliases.to_vec();
        named.sort_unstable();
        named.dedup();
        let permutation = named.len() == aliases.len()
            && named.len() == self.participants.len()
            && named.iter().all(|bidder| self.places.contains_key(bidder));
        if !permutation {
            return None;
        }
        let admitted = u16::try_from(aliases.len()).ok()?;
        let bidders_min = self.terms.conduct.bidders_min;
        if admitted < bidders_min {
            return Some(vec![Event::OpeningFailed {
                admitted,
                bidders_min,
            }]);
        }
        let mut events = vec![Event::Opened { bidders: admitted }];
        if self.starts_at_once() {
            // The order of turns is by alias where there is no offer, so the aliases come first.
            let mut opened = self.clone();
            opened.name_bidders(aliases);
            events.extend(opened.phase_started(0, at, tail)?);
        } else {
            tail.is_none().then_some(())?;
            events.push(Event::PhaseScheduled {
                phase: 0,
                starts_at: at.plus(self.phase(0)?.pause_before_ms),
            });
        }
        Some(events)
    }

    fn start_phase(&self, at: Timestamp, tail: Option<Digest>) -> Option<Vec<Event>> {
        let Status::Between { phase, .. } = self.status else {
            return None;
        };
        self.phase_started(phase, at, tail)
    }

    fn go_on(&self) -> Option<Vec<Event>> {
        let Status::Paused(stopped) = &self.status else {
            return None;
        };
        let closes_at = stopped.resumption.as_ref()?.clock.closes_at;
        Some(vec![Event::Resumed { closes_at }])
    }

    /// An outage: nothing could be received from `from` to `to`. Up to the grace every deadline
    /// moves by the gap; beyond it an auction under way is paused, and only the officer lets it go
    /// on. An opening that was missed by more than the grace does not take place. A deadline that
    /// had passed before the outage stays where it was. No time is an outage twice, and none before the
    /// last entry of the writer that is gone.
    pub(super) fn interrupted(&self, from: Timestamp, to: Timestamp) -> Outcome {
        if to < from || from < self.ran_until {
            return Outcome::Refused(Refusal::NotNow);
        }
        let mut events = vec![Event::Interrupted { from, to }];
        let forgiven = to.since(from) <= self.terms.conduct.outage_grace_ms;
        match &self.status {
            Status::Published {
                opens_at: Some(opens_at),
            } if *opens_at <= to && to.since(*opens_at) > self.terms.conduct.outage_grace_ms => {
                events.push(Event::OpeningMissed);
            }
            _ if !forgiven && self.under_way_at(from) => {
                events.push(Event::Paused {
                    cause: PauseCause::Outage,
                });
            }
            _ => {}
        }
        Outcome::Events(events)
    }

    /// Whether the next deadline of a running auction lay ahead at `moment`.
    fn under_way_at(&self, moment: Timestamp) -> bool {
        let running = matches!(
            self.status,
            Status::Between { .. } | Status::Open(_) | Status::Paused(_)
        );
        let over = matches!(&self.status, Status::Open(clock) if clock.course.is_over());
        running && !over && self.due().is_some_and(|due| due.at > moment)
    }
}
