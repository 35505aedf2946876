//! The state of one auction: derived from the log, and nothing else.
//!
//! [`Auction::decide`] says what a command comes to, [`Auction::apply`] makes it so,
//! [`Auction::due`] tells the next deadline, and [`Auction::view`] is the only way to learn what a
//! viewer may see.

use crate::canonical;
use crate::command::Writer;
use crate::evaluation::{self, Candidate, Score};
use crate::event::{AuctionResult, PauseCause, Points, Standing};
use crate::ids::{Alias, AuctionId, Bidder, Digest, ValueId};
use crate::terms::{Evaluation, Phase, Terms, Ties};
use crate::time::Timestamp;
use rust_decimal::Decimal;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

mod apply;
mod bids;
mod decide;
mod due;
mod marks;
mod officer;
mod view;

pub use apply::Misfit;
pub use due::{Deadline, Due};
pub use marks::{OwnMark, PublicMark};
pub use view::{Best, OwnView, PhaseView, Preview, PublicView, Row, View, Viewer};

/// One auction, from publication to the seal.
#[derive(Clone, Debug, Serialize)]
pub struct Auction {
    id: AuctionId,
    terms: Arc<Terms>,
    terms_hash: Digest,
    writer: Writer,
    status: Status,
    /// Entries applied so far.
    seq: u64,
    /// The moment of the last entry.
    at: Timestamp,
    /// In the order of admission.
    participants: Vec<Participant>,
    /// Where each bidder stands in `participants`.
    places: BTreeMap<Bidder, usize>,
    /// Places by alias: the first is "1". Empty before the opening.
    aliases: Vec<usize>,
    /// Best first.
    ranking: Vec<Ranked>,
    /// Feed items given so far, by audience.
    told: crate::feed::Counters,
}

/// Where the auction is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum Status {
    /// Announced; opens at the moment given, if there is one.
    Published { opens_at: Option<Timestamp> },
    /// Waiting for the next phase.
    Between { phase: usize, starts_at: Timestamp },
    /// Bidding.
    Open(Clock),
    /// The clock stands.
    Paused(Stopped),
    /// Over; late attempts are still recorded.
    Closed(Ended),
    /// Over and complete.
    Sealed(Ended),
}

/// The clock of a running phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Clock {
    phase: usize,
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
        let closes_at = self.closes_at.plus(gap_ms).max(now.plus(left_ms));
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
    /// The clock as it will run again once the resumption is ordered; before that, as it stopped.
    clock: Clock,
    since: Timestamp,
    cause: PauseCause,
    resumes_at: Option<Timestamp>,
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
    /// Accepted bids, oldest first; the written offer is attempt 0.
    bids: Vec<Bid>,
}

/// One accepted bid.
#[derive(Clone, Debug, Serialize)]
struct Bid {
    n: u32,
    seq: u64,
    received_at: Timestamp,
    /// In the order of the terms' values.
    values: Vec<Decimal>,
    annulled: bool,
}

impl Participant {
    /// The bid that stands.
    fn current(&self) -> Option<&Bid> {
        self.bids.iter().rev().find(|bid| !bid.annulled)
    }
}

/// One place of the ranking.
#[derive(Clone, Debug, Serialize)]
struct Ranked {
    place: usize,
    position: u16,
    merit: Decimal,
    points: Option<Points>,
}

/// A bid that has not been accepted, put in the place of the bidder's own.
#[derive(Clone, Copy)]
struct Supposed<'a> {
    place: usize,
    values: &'a [Decimal],
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

    fn phase(&self, index: usize) -> Option<&Phase> {
        self.terms.phases.get(index)
    }

    fn ranked(&self, place: usize) -> Option<&Ranked> {
        self.ranking.iter().find(|ranked| ranked.place == place)
    }

    /// The ranking, with one bid supposed or none.
    fn rank(&self, supposed: Option<Supposed<'_>>) -> Vec<Ranked> {
        let mut offers: Vec<(usize, u64, Candidate<'_>)> =
            Vec::with_capacity(self.participants.len());
        for (place, participant) in self.participants.iter().enumerate() {
            if participant.excluded {
                continue;
            }
            let (since, values) = match supposed {
                Some(supposed) if supposed.place == place => (u64::MAX, supposed.values),
                _ => match participant.current() {
                    Some(bid) => (bid.seq, bid.values.as_slice()),
                    None => continue,
                },
            };
            offers.push((
                place,
                since,
                Candidate {
                    values,
                    offer: &participant.offer,
                },
            ));
        }
        let candidates: Vec<_> = offers.iter().map(|(_, _, candidate)| *candidate).collect();
        let scores = evaluation::scores(&self.terms, &candidates);
        let mut scored: Vec<_> = offers
            .iter()
            .zip(scores)
            .map(|((place, since, _), score)| (*place, *since, score))
            .collect();
        scored.sort_by(|(_, a_since, a), (_, b_since, b)| {
            b.merit.cmp(&a.merit).then(a_since.cmp(b_since))
        });
        positions(scored, self.terms.ties)
    }

    /// The result as the ranking stands.
    fn outcome(&self) -> AuctionResult {
        let standings: Vec<_> = self
            .ranking
            .iter()
            .filter_map(|ranked| self.standing(ranked))
            .collect();
        let first = standings.iter().filter(|standing| standing.position == 1);
        let mut tied: Vec<_> = first.map(|standing| standing.alias).collect();
        let winner = if tied.len() == 1 { tied.pop() } else { None };
        AuctionResult {
            standings,
            winner,
            tied,
        }
    }

    fn standing(&self, ranked: &Ranked) -> Option<Standing> {
        let participant = self.participants.get(ranked.place)?;
        Some(Standing {
            alias: participant.alias?,
            position: ranked.position,
            values: self.named(&participant.current()?.values),
            points: ranked.points.clone(),
        })
    }

    /// Values with their names.
    fn named(&self, values: &[Decimal]) -> BTreeMap<ValueId, Decimal> {
        let ids = self.terms.values.iter().map(|value| value.id.clone());
        ids.zip(values.iter().copied()).collect()
    }

    fn scores_points(&self) -> bool {
        matches!(self.terms.evaluation, Evaluation::Points { .. })
    }
}

/// Positions of offers sorted best first.
fn positions(sorted: Vec<(usize, u64, Score)>, ties: Ties) -> Vec<Ranked> {
    let mut ranking: Vec<Ranked> = Vec::with_capacity(sorted.len());
    for (index, (place, _, score)) in sorted.into_iter().enumerate() {
        let own = u16::try_from(index.saturating_add(1)).unwrap_or(u16::MAX);
        let shared = match (ties, ranking.last()) {
            (Ties::EqualRank, Some(before)) if before.merit == score.merit => before.position,
            _ => own,
        };
        ranking.push(Ranked {
            place,
            position: shared,
            merit: score.merit,
            points: score.points,
        });
    }
    ranking
}
