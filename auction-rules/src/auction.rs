//! The state of one auction: derived from the log, and nothing else.
//!
//! [`Auction::decide`] says what a command comes to, [`Auction::apply`] makes it so,
//! [`Auction::due`] tells the next deadline, and [`Auction::view`] is the only way to learn what a
//! viewer may see.

use crate::canonical;
use crate::command::Writer;
use crate::event::{AuctionResult, PauseCause};
use crate::ids::{Alias, AuctionId, Bidder, Digest, ValueId};
use crate::terms::{Phase, Terms};
use crate::time::Timestamp;
use course::Course;
use rust_decimal::Decimal;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

mod apply;
mod bids;
mod course;
mod decide;
mod due;
mod energy;
mod levels;
mod marks;
mod news;
mod notes;
mod officer;
mod phases;
mod questions;
mod ranking;
mod sealed;
mod turns;
mod view;
mod whole;

pub use apply::Misfit;
pub use due::{Deadline, Due};
pub use marks::{OwnMark, PublicMark};
pub use officer::RESULT_BYTES_MAX;
pub use questions::OwnQuestion;
pub use view::{Best, OwnView, PhaseView, Preview, PublicView, Row, TurnView, View, Viewer};

/// One auction, from publication to the seal.
#[derive(Clone, Debug, Serialize)]
pub struct Auction {
    id: AuctionId,
    terms: Arc<Terms>,
    terms_hash: Digest,
    writer: Writer,
    status: Status,
    /// The phase that started last.
    stage: Stage,
    /// Entries applied so far.
    seq: u64,
    /// The moment of the last entry.
    at: Timestamp,
    /// The auction is known to have run until then: no outage began before.
    ran_until: Timestamp,
    /// In the order of admission.
    participants: Vec<Participant>,
    /// Where each bidder stands in `participants`.
    places: BTreeMap<Bidder, usize>,
    /// Places by alias: the first is "1". Empty before the opening.
    aliases: Vec<usize>,
    ranking: ranking::Ranking,
    /// Every question, in the order of asking.
    questions: Vec<questions::Question>,
    /// When it was noted last that connections dropped.
    dropped_at: Option<Timestamp>,
    /// Feed items given so far, by audience.
    told: crate::feed::Counters,
}

/// Where the auction is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum Status {
    /// Announced; opens at the moment given, if there is one.
    Published { opens_at: Option<Timestamp> },
    /// Waiting for the next phase; without a start, an outage took it and the officer sets another.
    Between {
        phase: usize,
        /// When the phase before it ended.
        ended_at: Timestamp,
        starts_at: Option<Timestamp>,
    },
    /// Bidding.
    Open(Clock),
    /// The clock stands.
    Paused(Stopped),
    /// Over; late attempts are still recorded.
    Closed(Ended),
    /// Over and complete.
    Sealed(Ended),
}

/// What outlives the clock of a phase: the next phase may go by it.
#[derive(Clone, Debug, Default, Serialize)]
struct Stage {
    /// Who may bid in the phase, by place; none: everyone.
    admitted: Option<BTreeSet<usize>>,
    /// The entry that started it.
    since: u64,
}

/// The clock of a running phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Clock {
    phase: usize,
    course: Course,
    /// What was received before this was received while the clock stood.
    runs_since: Timestamp,
    /// When the phase ends, or the turn or level of it.
    closes_at: Timestamp,
    /// No end before this (idle close).
    not_before: Timestamp,
    /// No end after this.
    latest: Option<Timestamp>,
    extensions: u32,
}

impl Clock {
    /// Every deadline `gap_ms` later, with at least `left_ms` left from `now` on.
    fn moved(&self, gap_ms: u64, now: Timestamp, left_ms: u64) -> Self {
        let earliest = now.plus(left_ms).plus(self.course.tail_ms());
        let closes_at = self.closes_at.plus(gap_ms).max(earliest);
        Self {
            closes_at,
            not_before: self.not_before.plus(gap_ms),
            latest: self.latest.map(|latest| latest.plus(gap_ms).max(closes_at)),
            ..self.clone()
        }
    }
}

/// A clock that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Stopped {
    /// The clock as it stopped.
    clock: Clock,
    since: Timestamp,
    cause: PauseCause,
    resumption: Option<Resumption>,
}

/// An announced end of a pause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Resumption {
    at: Timestamp,
    /// The clock as it will run then.
    clock: Clock,
}

impl Stopped {
    fn resumes_at(&self) -> Option<Timestamp> {
        self.resumption.as_ref().map(|resumption| resumption.at)
    }

    /// The clock that goes on at `at`: with the time that was left when it stopped, and at least
    /// `left_ms`.
    fn resumed(&self, at: Timestamp, left_ms: u64) -> Resumption {
        let moved = self.clock.moved(at.since(self.since), at, left_ms);
        let clock = Clock {
            runs_since: at,
            ..moved
        };
        Resumption { at, clock }
    }
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Ended {
    at: Timestamp,
    /// None when it was cancelled.
    result: Option<AuctionResult>,
}

/// One admitted bidder.
#[derive(Clone, Debug, Serialize)]
struct Participant {
    bidder: Bidder,
    alias: Option<Alias>,
    /// Of the written offer, the values that the evaluation takes from it.
    offer: BTreeMap<ValueId, Decimal>,
    accepted_terms: bool,
    excluded: bool,
    /// Commands with a receipt so far.
    n: u32,
    last_attempt_at: Option<Timestamp>,
    /// Its questions, as it sees them.
    questions: Vec<OwnQuestion>,
    /// Notes of what it was refused outside the log.
    refused_notes: u32,
    /// Accepted bids, oldest first; the written offer is attempt 0.
    bids: Vec<Bid>,
}

/// One accepted bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Bid {
    n: u32,
    seq: u64,
    received_at: Timestamp,
    /// In the order of the terms' values.
    values: Vec<Decimal>,
    annulled: bool,
}

impl Participant {
    /// The values of the written offer, where the bidding starts from it.
    fn opening(&self) -> Option<&Bid> {
        self.bids.first().filter(|bid| bid.n == 0)
    }

    /// The bid that stands.
    fn current(&self) -> Option<&Bid> {
        self.bids.iter().rev().find(|bid| !bid.annulled)
    }
}

impl Auction {
    /// The auction's name.
    #[must_use]
    pub fn id(&self) -> &AuctionId {
        &self.id
    }

    /// Its frozen terms.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The hash of its terms.
    #[must_use]
    pub fn terms_hash(&self) -> Digest {
        self.terms_hash
    }

    /// Entries applied so far: the `seq` of the last one.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The moment of the last entry.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Who writes the log now.
    #[must_use]
    pub fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Whether the log is complete: after this, commands are refused outside it.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        matches!(self.status, Status::Sealed(_))
    }

    /// When the bidding ended, once it has.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        match &self.status {
            Status::Closed(ended) | Status::Sealed(ended) => Some(ended.at),
            _ => None,
        }
    }

    /// The result, once the auction is closed and was not cancelled.
    #[must_use]
    pub fn result(&self) -> Option<&AuctionResult> {
        match &self.status {
            Status::Closed(ended) | Status::Sealed(ended) => ended.result.as_ref(),
            _ => None,
        }
    }

    /// Admitted bidders in the order of admission.
    pub fn bidders(&self) -> impl Iterator<Item = Bidder> {
        self.participants
            .iter()
            .map(|participant| participant.bidder)
    }

    /// Who hides behind an alias, for those who may know.
    #[must_use]
    pub fn bidder(&self, alias: Alias) -> Option<Bidder> {
        self.by_alias(alias)
            .map(|(_, participant)| participant.bidder)
    }

    /// The alias of a bidder, once the auction has opened.
    #[must_use]
    pub fn alias(&self, bidder: Bidder) -> Option<Alias> {
        self.participant(bidder)
            .and_then(|(_, participant)| participant.alias)
    }

    /// How many commands of this bidder have a receipt.
    #[must_use]
    pub fn commands_of(&self, bidder: Bidder) -> u32 {
        self.participant(bidder)
            .map_or(0, |(_, participant)| participant.n)
    }

    /// SHA-256 of the whole state: equal on every node that applied the same log.
    #[must_use]
    pub fn state_hash(&self) -> Digest {
        Digest(Sha256::digest(canonical::text(self)).into())
    }

    fn participant(&self, bidder: Bidder) -> Option<(usize, &Participant)> {
        let place = *self.places.get(&bidder)?;
        Some((place, self.participants.get(place)?))
    }

    fn by_alias(&self, alias: Alias) -> Option<(usize, &Participant)> {
        let place = *self.aliases.get(usize::from(alias.0).checked_sub(1)?)?;
        Some((place, self.participants.get(place)?))
    }

    /// The clock that runs or stands.
    fn clock_now(&self) -> Option<&Clock> {
        match &self.status {
            Status::Open(clock) => Some(clock),
            Status::Paused(stopped) => Some(&stopped.clock),
            _ => None,
        }
    }

    fn course(&self) -> Option<&Course> {
        self.clock_now().map(|clock| &clock.course)
    }

    fn phase(&self, index: usize) -> Option<&Phase> {
        self.terms.phases.get(index)
    }

    /// Values in the order of the terms.
    fn in_order(&self, named: &BTreeMap<ValueId, Decimal>) -> Vec<Decimal> {
        let values = self.terms.values.iter();
        values
            .filter_map(|value| named.get(&value.id).copied())
            .collect()
    }

    /// Values with their names.
    fn named(&self, values: &[Decimal]) -> BTreeMap<ValueId, Decimal> {
        let ids = self.terms.values.iter().map(|value| value.id.clone());
        ids.zip(values.iter().copied()).collect()
    }
}
