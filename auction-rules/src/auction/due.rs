//! Deadlines: what falls due next, and what it comes to.

use super::{Auction, Clock, Status};
use crate::command::Act;
use crate::event::{Event, Outcome, PauseCause};
use crate::ids::Bidder;
use crate::refusal::Refusal;
use crate::terms::{Close, PhaseKind};
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
            Status::Open(clock) => (clock.closes_at, Deadline::EndPhase),
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
        let Some(due) = self.due().filter(|due| due.at == received_at) else {
            return Outcome::Refused(Refusal::NotNow);
        };
        let events = match (due.deadline, act) {
            (Deadline::Open, Act::Open { aliases }) => self.open(received_at, aliases),
            (Deadline::StartPhase, Act::StartPhase) => self.start_phase(received_at),
            (Deadline::Continue, Act::Continue) => self.go_on(),
            (Deadline::EndPhase, Act::EndPhase) => self.end_phase(received_at),
            (Deadline::Seal, Act::Seal { head }) => Some(vec![Event::Sealed { head: *head }]),
            _ => None,
        };
        events.map_or(Outcome::Refused(Refusal::NotNow), Outcome::Events)
    }

    fn open(&self, at: Timestamp, aliases: &[Bidder]) -> Option<Vec<Event>> {
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
        events.push(self.phase_started(0, at)?);
        Some(events)
    }

    fn start_phase(&self, at: Timestamp) -> Option<Vec<Event>> {
        let Status::Between { phase, .. } = self.status else {
            return None;
        };
        Some(vec![self.phase_started(phase, at)?])
    }

    fn phase_started(&self, phase: usize, at: Timestamp) -> Option<Event> {
        let clock = self.clock(phase, at)?;
        Some(Event::PhaseStarted {
            phase: u16::try_from(phase).ok()?,
            closes_at: clock.closes_at,
        })
    }

    /// The clock of a phase that starts at `at`.
    pub(super) fn clock(&self, phase: usize, at: Timestamp) -> Option<Clock> {
        let PhaseKind::Open(open) = &self.phase(phase)?.run;
        let end_max = open
            .extension
            .as_ref()
            .and_then(|extension| extension.end_max_ms);
        let clock = match open.close {
            Close::SetTime { length_ms } => Clock {
                phase,
                runs_since: at,
                closes_at: at.plus(length_ms),
                not_before: at.plus(length_ms),
                latest: end_max.map(|end| at.plus(end)),
                extensions: 0,
            },
            Close::Idle {
                idle_ms,
                not_before_ms,
                latest_ms,
            } => {
                let latest = latest_ms.map(|latest| at.plus(latest));
                let silent = at.plus(idle_ms).max(at.plus(not_before_ms));
                Clock {
                    phase,
                    runs_since: at,
                    closes_at: latest.map_or(silent, |latest| silent.min(latest)),
                    not_before: at.plus(not_before_ms),
                    latest,
                    extensions: 0,
                }
            }
        };
        Some(clock)
    }

    fn go_on(&self) -> Option<Vec<Event>> {
        let Status::Paused(stopped) = &self.status else {
            return None;
        };
        let closes_at = stopped.resumption.as_ref()?.clock.closes_at;
        Some(vec![Event::Resumed { closes_at }])
    }

    fn end_phase(&self, at: Timestamp) -> Option<Vec<Event>> {
        let Status::Open(clock) = &self.status else {
            return None;
        };
        let ended = Event::PhaseEnded {
            phase: u16::try_from(clock.phase).ok()?,
        };
        let next = clock.phase.saturating_add(1);
        if let Some(phase) = self.phase(next) {
            let starts_at = at.plus(phase.pause_before_ms);
            let scheduled = Event::PhaseScheduled {
                phase: u16::try_from(next).ok()?,
                starts_at,
            };
            return Some(vec![ended, scheduled]);
        }
        let result = self.outcome();
        let winner = result.winner;
        let mut events = vec![ended, Event::Closed { result }];
        events.extend(winner.map(|winner| Event::IdentitiesRevealed {
            aliases: vec![winner],
        }));
        Some(events)
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
        running && self.due().is_some_and(|due| due.at > moment)
    }
}
