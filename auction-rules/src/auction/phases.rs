//! How phases follow one another, and who may bid in each.

use super::course::{Course, Falling, Round, Tail};
use super::ranking::Ranked;
use super::{Auction, Clock, Status};
use crate::event::Event;
use crate::ids::{Alias, Digest};
use crate::ratio::Ratio;
use crate::sealed::TailOpening;
use crate::terms::{Admission, Close, Open, PhaseKind, Ties};
use crate::time::Timestamp;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

impl Auction {
    /// The longest random tail of the phase that starts with the next deadline: whoever answers the
    /// deadline draws from 0 to this and commits to it.
    #[must_use]
    pub fn draws_tail_ms(&self) -> Option<u64> {
        let next = match &self.status {
            Status::Published { .. } if self.starts_at_once() => 0,
            Status::Between { phase, .. } => *phase,
            _ => return None,
        };
        self.open_phase(next)?.random_tail_ms
    }

    /// What commits to the random tail of the running phase, and the moment to which the tail is
    /// added.
    #[must_use]
    pub fn random_tail(&self) -> Option<(Digest, Timestamp)> {
        match &self.status {
            Status::Open(clock) => match &clock.course {
                Course::Open { tail: Some(tail) } => {
                    Some((tail.commitment, clock.closes_at.minus(tail.most_ms)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The phase that runs, stands, or comes next.
    #[must_use]
    pub fn phase_index(&self) -> Option<u16> {
        let phase = match &self.status {
            Status::Published { .. } => 0,
            Status::Between { phase, .. } => *phase,
            _ => self.clock_now()?.phase,
        };
        u16::try_from(phase).ok()
    }

    fn open_phase(&self, phase: usize) -> Option<&Open> {
        match &self.phase(phase)?.run {
            PhaseKind::Open(open) => Some(open),
            _ => None,
        }
    }

    /// Whether the first phase starts with the opening, without a pause.
    pub(super) fn starts_at_once(&self) -> bool {
        self.phase(0)
            .is_some_and(|first| first.pause_before_ms == 0)
    }

    /// What the start of a phase comes to.
    pub(super) fn phase_started(
        &self,
        phase: usize,
        at: Timestamp,
        tail: Option<Digest>,
    ) -> Option<Vec<Event>> {
        let admitted = self.admits(phase);
        let clock = self.clock(phase, at, tail, admitted.as_ref())?;
        let named = admitted.map(|admitted| self.aliases_of(&admitted));
        let mut events = vec![Event::PhaseStarted {
            phase: u16::try_from(phase).ok()?,
            closes_at: self.planned_end(&clock, at)?,
            admitted: named,
        }];
        events.extend(match &clock.course {
            Course::Turns(round) => self.turn_started(round, 0, at, phase),
            Course::Falling(Falling {
                level: Some(level), ..
            })
            | Course::Rising { level, .. } => Some(Event::LevelStarted {
                level: *level,
                closes_at: clock.closes_at,
            }),
            _ => None,
        });
        Some(events)
    }

    fn aliases_of(&self, places: &BTreeSet<usize>) -> Vec<Alias> {
        let named = |place: &usize| self.participants.get(*place)?.alias;
        let mut aliases: Vec<_> = places.iter().filter_map(named).collect();
        aliases.sort_unstable();
        aliases
    }

    /// When the whole phase will have ended at the latest, as far as that is known when it starts.
    fn planned_end(&self, clock: &Clock, at: Timestamp) -> Option<Timestamp> {
        let run = &self.phase(clock.phase)?.run;
        let last = match &clock.course {
            Course::Turns(round) => run.latest_ms(u64::try_from(round.order.len()).ok()?),
            Course::Falling(_) | Course::Rising { .. } => run.latest_ms(0),
            _ => None,
        };
        Some(last.map_or(clock.closes_at, |last| at.plus(last)))
    }

    /// The clock of a phase that starts at `at`. None when a random tail is missing or there is none.
    pub(super) fn clock(
        &self,
        phase: usize,
        at: Timestamp,
        tail: Option<Digest>,
        admitted: Option<&BTreeSet<usize>>,
    ) -> Option<Clock> {
        let set = |course, length_ms| Clock::set(phase, course, at, at.plus(length_ms));
        let plain = match &self.phase(phase)?.run {
            PhaseKind::Open(open) => return open_clock(phase, open, at, tail),
            PhaseKind::TieBreak(tie_break) => set(Course::Open { tail: None }, tie_break.length_ms),
            PhaseKind::SealedBid(sealed) => set(Course::Sealed(BTreeMap::new()), sealed.length_ms),
            // The first turn sets the end.
            PhaseKind::Turns(_) => set(
                Course::Turns(Round {
                    order: self.turn_order(admitted),
                    turn: None,
                    since: at,
                    held: None,
                }),
                0,
            ),
            PhaseKind::DescendingClock(levels) => {
                let remaining: BTreeSet<_> = self.places_of(admitted).collect();
                let falling = Falling {
                    level: Some(levels.start),
                    since: at,
                    began_with: remaining.len(),
                    remaining,
                    stayed: BTreeMap::new(),
                };
                set(Course::Falling(falling), levels.interval_ms)
            }
            PhaseKind::AscendingClock(levels) => set(
                Course::Rising {
                    level: levels.start,
                    since: at,
                    over: false,
                },
                levels.interval_ms,
            ),
        };
        tail.is_none().then_some(plain)
    }

    /// Everyone who takes part in a phase, in the order of admission to the auction.
    pub(super) fn places_of(
        &self,
        admitted: Option<&BTreeSet<usize>>,
    ) -> impl Iterator<Item = usize> {
        let takes_part = move |(place, excluded): (usize, bool)| {
            let admits = admitted.is_none_or(|admitted| admitted.contains(&place));
            (admits && !excluded).then_some(place)
        };
        let excluded = self.participants.iter().map(|one| one.excluded);
        (0..).zip(excluded).filter_map(takes_part)
    }

    /// Who may bid in a phase that starts now, of those who could in the phase before; none:
    /// everyone.
    pub(super) fn admits(&self, phase: usize) -> Option<BTreeSet<usize>> {
        let before = self.stage.admitted.as_ref();
        let among = |places: &mut dyn Iterator<Item = usize>| {
            let kept = places.filter(|place| before.is_none_or(|before| before.contains(place)));
            Some(kept.collect())
        };
        match self.phase(phase)?.admission {
            Admission::All => before.cloned(),
            Admission::WhoBid => {
                among(&mut self.places_of(None).filter(|place| self.has_bid(*place)))
            }
            Admission::Top { rank_max } => {
                let top = self
                    .merit_positions()
                    .filter(|(_, position)| *position <= rank_max);
                among(&mut top.map(|(one, _)| one.place))
            }
            Admission::Within { percent, least } => among(&mut self.within(percent, least)),
        }
    }

    /// Those within so many per cent of the best, and everyone who shares the position of the last of
    /// `least`.
    fn within(&self, percent: Decimal, least: u16) -> impl Iterator<Item = usize> {
        let best = self.ranking.first().map(|best| best.score.merit.clone());
        let floor = best.map(|best| {
            let magnitude = if best < Ratio::zero() {
                &Ratio::zero() - &best
            } else {
                best.clone()
            };
            &best - &magnitude.percent(percent)
        });
        let last = self
            .merit_positions()
            .nth(usize::from(least.saturating_sub(1)));
        let position = last.map_or(u16::MAX, |(_, position)| position);
        let counts = move |merit: &Ratio, at: u16| {
            let near = floor.as_ref().is_some_and(|floor| merit >= floor);
            near || at <= position
        };
        self.merit_positions()
            .filter(move |(one, position)| counts(&one.score.merit, *position))
            .map(|(one, _)| one.place)
    }

    /// Whether a bidder placed a bid that stands since the last phase started.
    fn has_bid(&self, place: usize) -> bool {
        let bids = self.participants.get(place).map(|one| one.bids.as_slice());
        let since = self.stage.since;
        bids.unwrap_or_default()
            .iter()
            .any(|bid| bid.seq > since && !bid.annulled)
    }

    /// Whether a bid of the running phase was received at this moment or later. Nobody but the writer
    /// knows the end of a random tail, so only its opening shows what came after it.
    pub(super) fn has_bid_from(&self, moment: Timestamp) -> bool {
        let since = self.stage.since;
        let bids = self.participants.iter().flat_map(|one| &one.bids);
        bids.into_iter()
            .any(|bid| bid.seq > since && bid.received_at >= moment)
    }

    /// Whether the first place is shared before the statutory order is asked, which a tie-break may
    /// make needless.
    fn is_top_tied(&self) -> bool {
        self.merit_positions()
            .nth(1)
            .is_some_and(|(_, position)| position == 1)
            && self.terms.ties != Ties::Earliest
    }

    /// Places in the order of the ranking, each with its position where equal merits share one.
    fn merit_positions(&self) -> impl Iterator<Item = (&Ranked, u16)> {
        let shares = self.terms.ties != Ties::Earliest;
        let mut before: Option<(&Ranked, u16)> = None;
        (1_u16..).zip(self.ranking.iter()).map(move |(own, one)| {
            let shared = before
                .filter(|(other, _)| shares && other.score.merit == one.score.merit)
                .map(|(_, position)| position);
            let position = shared.unwrap_or(own);
            before = Some((one, position));
            (one, position)
        })
    }

    /// The end of a phase: the next one, or the result.
    pub(super) fn end_phase(&self, at: Timestamp) -> Option<Vec<Event>> {
        let Status::Open(clock) = &self.status else {
            return None;
        };
        let mut events = vec![Event::PhaseEnded {
            phase: u16::try_from(clock.phase).ok()?,
        }];
        let mut next = self.follower(clock.phase);
        while self.is_tie_break(next) && !self.is_top_tied() {
            events.push(Event::PhaseSkipped {
                phase: u16::try_from(next).ok()?,
            });
            next = next.saturating_add(1);
        }
        match self.phase(next) {
            Some(phase) => events.push(Event::PhaseScheduled {
                phase: u16::try_from(next).ok()?,
                starts_at: at.plus(phase.pause_before_ms),
            }),
            None => events.extend(self.closing()),
        }
        Some(events)
    }

    /// The phase that comes after one. A tie-break in which bids led to a shared first place comes
    /// again: without a bid the tie is the one that it could not break.
    fn follower(&self, ended: usize) -> usize {
        let anew = || (0..self.participants.len()).any(|place| self.has_bid(place));
        if self.is_tie_break(ended) && self.is_top_tied() && anew() {
            ended
        } else {
            ended.saturating_add(1)
        }
    }

    fn is_tie_break(&self, phase: usize) -> bool {
        self.phase(phase)
            .is_some_and(|phase| matches!(phase.run, PhaseKind::TieBreak(_)))
    }

    fn closing(&self) -> Vec<Event> {
        let result = self.outcome();
        let winner = result.winner;
        let mut events = vec![Event::Closed { result }];
        events.extend(winner.map(|winner| Event::IdentitiesRevealed {
            aliases: vec![winner],
        }));
        events
    }

    /// The moment at which a phase with a random tail ends, when this opens what it was committed to.
    pub(super) fn tail_end(&self, opening: &TailOpening) -> Option<Timestamp> {
        let Status::Open(clock) = &self.status else {
            return None;
        };
        let Course::Open { tail: Some(tail) } = &clock.course else {
            return None;
        };
        let phase = u16::try_from(clock.phase).ok()?;
        let fits = opening.commitment(&self.id, phase) == tail.commitment
            && opening.tail_ms <= tail.most_ms;
        fits.then(|| clock.closes_at.minus(tail.most_ms).plus(opening.tail_ms))
    }
}

impl Clock {
    /// A clock that nothing but an outage or a pause moves.
    fn set(phase: usize, course: Course, at: Timestamp, closes_at: Timestamp) -> Self {
        Self {
            phase,
            course,
            runs_since: at,
            closes_at,
            not_before: closes_at,
            latest: None,
            extensions: 0,
        }
    }
}

fn open_clock(phase: usize, open: &Open, at: Timestamp, tail: Option<Digest>) -> Option<Clock> {
    let tail = match (tail, open.random_tail_ms) {
        (Some(commitment), Some(most_ms)) => Some(Tail {
            commitment,
            most_ms,
        }),
        (None, None) => None,
        _ => return None,
    };
    let course = Course::Open { tail };
    let clock = match open.close {
        Close::SetTime { length_ms } => {
            let closes_at = at.plus(length_ms).plus(course.tail_ms());
            let end_max = open.extension.as_ref().and_then(|one| one.end_max_ms);
            Clock {
                latest: end_max.map(|end| at.plus(end)),
                ..Clock::set(phase, course, at, closes_at)
            }
        }
        Close::Idle {
            idle_ms,
            not_before_ms,
            latest_ms,
        } => {
            let latest = latest_ms.map(|latest| at.plus(latest));
            let silent = at.plus(idle_ms.max(not_before_ms));
            let closes_at = latest.map_or(silent, |latest| silent.min(latest));
            Clock {
                not_before: at.plus(not_before_ms),
                latest,
                ..Clock::set(phase, course, at, closes_at)
            }
        }
    };
    Some(clock)
}
