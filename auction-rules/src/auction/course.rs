//! What goes on within a phase, beside its clock.

use super::Bid;
use crate::ids::Digest;
use crate::refusal::Refusal;
use crate::time::Timestamp;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What goes on within a running phase, by its kind. Bidders are named by their places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Course {
    /// Everyone may improve: an open phase or a tie-break.
    Open {
        /// The random tail: never its length before the phase ends.
        tail: Option<Tail>,
    },
    /// One after another.
    Turns(Round),
    /// One blind value each.
    Sealed(BTreeMap<usize, Placed>),
    /// A level falls; who does not stay is out.
    Falling(Falling),
    /// A level rises until somebody takes it.
    Rising {
        /// The level that stands.
        level: Decimal,
        /// Since when.
        since: Timestamp,
        /// Somebody took it, or it was the last one.
        over: bool,
    },
}

/// A random tail that is committed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Tail {
    pub(super) commitment: Digest,
    pub(super) most_ms: u64,
}

/// A round of turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Round {
    /// Worst first, as the ranking stood when the round began.
    pub(super) order: Vec<usize>,
    /// Whose turn it is, as an index of the order; nobody's when the round is over.
    pub(super) turn: Option<usize>,
    /// Since when.
    pub(super) since: Timestamp,
    /// What was entered in it.
    pub(super) held: Option<Bid>,
}

impl Round {
    /// The place of the bidder whose turn it is.
    pub(super) fn whose(&self) -> Option<usize> {
        self.order.get(self.turn?).copied()
    }

    /// Whether a bidder may enter something now. What was read before its turn, but decided in it, came
    /// too early.
    pub(super) fn admits(&self, place: usize, received_at: Timestamp) -> Result<(), Refusal> {
        if self.whose() == Some(place) && received_at >= self.since {
            Ok(())
        } else {
            Err(Refusal::NotYourTurn)
        }
    }
}

/// A sealed value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Placed {
    pub(super) n: u32,
    pub(super) seq: u64,
    pub(super) received_at: Timestamp,
    pub(super) commitment: Digest,
    pub(super) content: Content,
}

/// What is known of a sealed value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Content {
    /// Nothing yet.
    Sealed,
    /// These values: they count when nothing is sealed any more.
    Counts(Vec<Decimal>),
    /// It is lost, or no improvement.
    Void,
}

/// A descending clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Falling {
    /// The level that stands; none when the last one has ended.
    pub(super) level: Option<Decimal>,
    /// Since when.
    pub(super) since: Timestamp,
    /// Who is in.
    pub(super) remaining: BTreeSet<usize>,
    /// How many were when the level began: who leaves shows when it ends.
    pub(super) began_with: usize,
    /// Who stayed at this level, with the bid that this makes when the level ends.
    pub(super) stayed: BTreeMap<usize, Bid>,
}

impl Course {
    /// The longest that a random tail can be.
    pub(super) fn tail_ms(&self) -> u64 {
        match self {
            Self::Open { tail: Some(tail) } => tail.most_ms,
            _ => 0,
        }
    }

    /// Whether what was kept back in the phase is being shown: what arrives now, however early it was
    /// read, is too late.
    pub(super) fn shows(&self) -> bool {
        match self {
            Self::Sealed(placed) => placed.values().any(|one| one.content != Content::Sealed),
            Self::Falling(falling) => falling.level.is_none(),
            _ => false,
        }
    }

    /// Whether nothing but the end of the phase is left, which no pause and no outage puts off.
    pub(super) fn is_over(&self) -> bool {
        match self {
            Self::Turns(round) => round.turn.is_none(),
            Self::Rising { over, .. } => *over,
            _ => self.shows(),
        }
    }

    /// A bidder is taken out: what it entered and did not count yet never will.
    pub(super) fn drop_bidder(&mut self, place: usize) {
        match self {
            Self::Turns(round) if round.whose() == Some(place) => round.held = None,
            Self::Falling(falling) => {
                falling.remaining.remove(&place);
                falling.stayed.remove(&place);
            }
            _ => {}
        }
    }
}
