//! What an entry does to the state. Only its events count: a refusal changes nothing but the
//! counters of its bidder.

use super::course::{Content, Course, Placed};
use super::{Auction, Bid, Clock, Ended, Participant, Resumption, Stage, Status, Stopped};
use crate::command::{Act, By, Command, Writer};
use crate::entry::Entry;
use crate::event::{AuctionResult, Event, Outcome};
use crate::feed::{Counters, Feed};
use crate::ids::{Alias, AuctionId, Bidder, Digest, ValueId};
use crate::terms::Terms;
use crate::time::Timestamp;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// An entry that cannot stand where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Its number.
    pub seq: u64,
    /// What is wrong.
    pub why: &'static str,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}: {}", self.seq, self.why)
    }
}

impl std::error::Error for Misfit {}

impl Auction {
    /// Founds an auction: the first entry of its log, and the state after it.
    #[must_use]
    pub fn publish(id: AuctionId, command: Command, terms: &Terms) -> (Self, Entry) {
        let published = Event::Published {
            terms_hash: terms.hash(),
        };
        let at = command.received_at;
        let outcome = Outcome::Events(vec![published]);
        let writer = match &command.act {
            Act::Publish { writer, .. } => writer.clone(),
            _ => Writer {
                node: String::new(),
                key: String::new(),
                epoch: 1,
            },
        };
        let entry = Entry {
            seq: 1,
            at,
            alias: None,
            n: None,
            command,
            outcome,
        };
        (Self::new(id, Arc::new(terms.clone()), writer, at), entry)
    }

    /// The state after the first entry of a log.
    ///
    /// # Errors
    /// [`Misfit`] when the entry founds no auction.
    pub fn founded(id: AuctionId, entry: &Entry) -> Result<Self, Misfit> {
        let misfit = |why| Misfit {
            seq: entry.seq,
            why,
        };
        if entry.seq != 1 {
            return Err(misfit("a log begins with entry 1"));
        }
        let Act::Publish { terms, .. } = &entry.command.act else {
            return Err(misfit("a log begins with the publication"));
        };
        let (auction, expected) = Self::publish(id, entry.command.clone(), terms);
        if *entry == expected {
            Ok(auction)
        } else {
            Err(misfit("the publication is not as decided"))
        }
    }

    fn new(id: AuctionId, terms: Arc<Terms>, writer: Writer, at: Timestamp) -> Self {
        Self {
            id,
            terms_hash: terms.hash(),
            terms,
            writer,
            status: Status::Published { opens_at: None },
            stage: Stage::default(),
            seq: 1,
            at,
            ran_until: at,
            participants: Vec::new(),
            places: BTreeMap::new(),
            aliases: Vec::new(),
            ranking: super::ranking::Ranking::default(),
            questions: Vec::new(),
            dropped_at: None,
            told: Counters::default(),
        }
    }

    /// Makes an entry so, and says what each audience is told of it.
    ///
    /// # Errors
    /// [`Misfit`] when the entry does not follow the one before; the state is then unchanged.
    pub fn apply(&mut self, entry: &Entry) -> Result<Feed, Misfit> {
        let misfit = |why| {
            Err(Misfit {
                seq: entry.seq,
                why,
            })
        };
        if self.seq.checked_add(1) != Some(entry.seq) {
            return misfit("the number does not follow the one before");
        }
        if entry.at != self.at.max(entry.command.received_at) {
            return misfit("the moment does not follow from the one before");
        }
        self.seq = entry.seq;
        let mut feed = Feed::default();
        self.count(&entry.command);
        self.tell_attempt(entry, &mut feed);
        if let Outcome::Events(events) = &entry.outcome {
            let before = self.best_mark();
            for event in events {
                self.happen(entry, event);
                self.tell(&entry.command, event, &mut feed);
            }
            self.tell_best(before, entry.command.received_at, &mut feed);
        }
        self.at = entry.at;
        Ok(feed)
    }

    /// Counts a bidder's command, whatever became of it.
    fn count(&mut self, command: &Command) {
        let By::Bidder(bidder) = &command.by else {
            return;
        };
        let Some(participant) = self.participant_mut(*bidder) else {
            return;
        };
        participant.n = participant.n.saturating_add(1);
        if matches!(command.act, Act::PlaceBid(_) | Act::PlaceSealed { .. }) {
            let last = participant.last_attempt_at.unwrap_or(command.received_at);
            participant.last_attempt_at = Some(last.max(command.received_at));
        }
    }

    pub(super) fn participant_mut(&mut self, bidder: Bidder) -> Option<&mut Participant> {
        let place = *self.places.get(&bidder)?;
        self.participants.get_mut(place)
    }

    #[allow(clippy::too_many_lines, reason = "a flat match")]
    fn happen(&mut self, entry: &Entry, event: &Event) {
        let received_at = entry.command.received_at;
        match event {
            Event::TookOver => {
                if let Act::TakeOver { writer } = &entry.command.act {
                    self.writer = writer.clone();
                    // The writer before was there until its last entry.
                    self.ran_until = self.at;
                }
            }
            Event::Scheduled { opens_at } => {
                self.status = Status::Published {
                    opens_at: Some(*opens_at),
                }
            }
            Event::OpeningMissed | Event::OpeningFailed { .. } => {
                self.status = Status::Published { opens_at: None };
            }
            Event::Admitted => self.admitted(entry),
            Event::Opened { .. } => {
                if let Act::Open { aliases, .. } = &entry.command.act {
                    self.name_bidders(aliases);
                }
            }
            Event::PhaseStarted { phase, .. } => self.started(usize::from(*phase), entry),
            Event::TurnStarted {
                turn, closes_at, ..
            } => self.turn_began(*turn, received_at, *closes_at),
            Event::TurnEnded { .. } => self.turn_ended(),
            Event::LevelStarted { level, closes_at } => {
                self.level_began(*level, received_at, *closes_at);
            }
            Event::LevelEnded { .. } => self.level_ended(),
            Event::LevelTaken { closes_at } => self.level_taken(*closes_at),
            Event::BidHeld { values } => self.bid_held(entry, values),
            Event::BidWithdrawn => self.bid_withdrawn(),
            Event::BidSealed { commitment } => self.bid_sealed(entry, *commitment),
            Event::BidsRevealed { bids } => self.opened(bids),
            Event::Left => self.left(&entry.command.by),
            Event::TermsAccepted => {
                if let By::Bidder(bidder) = &entry.command.by
                    && let Some(participant) = self.participant_mut(*bidder)
                {
                    participant.accepted_terms = true;
                }
            }
            Event::BidAccepted { values } => self.bid_accepted(entry, values),
            Event::Extended {
                closes_at,
                extensions,
            } => self.end_moved(*closes_at, Some(*extensions)),
            Event::SilenceRestarted { closes_at } => self.end_moved(*closes_at, None),
            Event::Paused { cause } => self.paused(&entry.command, cause.clone()),
            Event::ResumeAnnounced { resumes_at, .. } => self.resume_announced(*resumes_at),
            Event::Resumed { .. } => {
                if let Status::Paused(Stopped {
                    resumption: Some(resumption),
                    ..
                }) = &self.status
                {
                    self.status = Status::Open(resumption.clock.clone());
                }
            }
            Event::Interrupted { from, to } => {
                self.ran_until = *to;
                self.outage(*from, *to);
            }
            Event::BidAnnulled { alias, n } => self.annulled(*alias, *n),
            Event::BidderExcluded { alias } => self.excluded(*alias),
            Event::QuestionAsked => self.asked(entry),
            Event::QuestionAnswered { .. } => self.answered(&entry.command.act),
            Event::RefusedOutside => self.noted_refused(&entry.command.act),
            Event::ConnectionsDropped { .. } => self.dropped_at = Some(received_at),
            Event::PhaseScheduled { phase, starts_at } => {
                let ended_at = match self.status {
                    Status::Between { ended_at, .. } => ended_at,
                    _ => received_at,
                };
                self.status = Status::Between {
                    phase: usize::from(*phase),
                    ended_at,
                    starts_at: Some(*starts_at),
                };
            }
            Event::Closed { result } => self.ended(received_at, Some(result.clone())),
            Event::Cancelled { .. } => self.ended(received_at, None),
            Event::Sealed { .. } => {
                if let Status::Closed(ended) = &self.status {
                    self.status = Status::Sealed(ended.clone());
                }
            }
            Event::Published { .. }
            | Event::Announced { .. }
            | Event::PhaseEnded { .. }
            | Event::PhaseSkipped { .. }
            | Event::IdentitiesRevealed { .. } => {}
        }
    }

    /// The written offer becomes attempt 0 where the bidding starts from it.
    fn admitted(&mut self, entry: &Entry) {
        let Act::Admit { bidder, offer } = &entry.command.act else {
            return;
        };
        let values: Vec<_> = self
            .terms
            .values
            .iter()
            .filter_map(|value| {
                let amount = offer.get(&value.id)?;
                Some(crate::amount::canonical(*amount, value.decimals))
            })
            .collect();
        let bids = if values.is_empty() {
            Vec::new()
        } else {
            let received_at = entry.command.received_at;
            vec![Bid {
                n: 0,
                seq: entry.seq,
                received_at,
                values,
                annulled: false,
            }]
        };
        let admitted = Participant {
            bidder: *bidder,
            alias: None,
            offer: offer.clone(),
            accepted_terms: false,
            excluded: false,
            n: 0,
            last_attempt_at: None,
            questions: Vec::new(),
            refused_notes: 0,
            bids,
        };
        match self.participant_mut(*bidder) {
            Some(participant) => {
                participant.offer = admitted.offer;
                participant.bids = admitted.bids;
            }
            None => {
                self.places.insert(*bidder, self.participants.len());
                self.participants.push(admitted);
            }
        }
    }

    /// Fixes the aliases: the first bidder is "1".
    pub(super) fn name_bidders(&mut self, aliases: &[Bidder]) {
        self.aliases = aliases
            .iter()
            .filter_map(|bidder| self.places.get(bidder).copied())
            .collect();
        for (number, place) in (1_u16..).zip(&self.aliases) {
            if let Some(participant) = self.participants.get_mut(*place) {
                participant.alias = Some(Alias(number));
            }
        }
        self.ranking = self.rank(None);
    }

    fn bid_accepted(&mut self, entry: &Entry, values: &BTreeMap<ValueId, Decimal>) {
        if let Some(place) = self.asking(entry) {
            self.stands(place, self.bid_of(entry, values));
        }
    }

    /// The bid that an entry makes.
    fn bid_of(&self, entry: &Entry, values: &BTreeMap<ValueId, Decimal>) -> Bid {
        Bid {
            n: entry.n.unwrap_or_default(),
            seq: entry.seq,
            received_at: entry.command.received_at,
            values: self.in_order(values),
            annulled: false,
        }
    }

    /// The place of the bidder whose command an entry is.
    fn asking(&self, entry: &Entry) -> Option<usize> {
        match &entry.command.by {
            By::Bidder(bidder) => self.places.get(bidder).copied(),
            By::Officer(_) | By::Server => None,
        }
    }

    /// From here on this is the bidder's offer.
    pub(super) fn stands(&mut self, place: usize, bid: Bid) {
        if let Some(participant) = self.participants.get_mut(place) {
            participant.bids.push(bid);
            self.rank_improved(place);
        }
    }

    fn started(&mut self, phase: usize, entry: &Entry) {
        let tail = match &entry.command.act {
            Act::Open { tail, .. } | Act::StartPhase { tail } => *tail,
            _ => None,
        };
        let admitted = self.admits(phase);
        let at = entry.command.received_at;
        if let Some(clock) = self.clock(phase, at, tail, admitted.as_ref()) {
            self.status = Status::Open(clock);
            self.stage = Stage {
                admitted,
                since: entry.seq,
            };
        }
    }

    fn turn_began(&mut self, turn: u16, at: Timestamp, closes_at: Timestamp) {
        if let Status::Open(clock) = &mut self.status
            && let Course::Turns(round) = &mut clock.course
        {
            round.turn = usize::from(turn).checked_sub(1);
            round.since = at;
            clock.closes_at = closes_at;
        }
    }

    fn turn_ended(&mut self) {
        if let Status::Open(clock) = &mut self.status
            && let Course::Turns(round) = &mut clock.course
        {
            let held = round.whose().zip(round.held.take());
            round.turn = None;
            if let Some((place, bid)) = held {
                self.stands(place, bid);
            }
        }
    }

    fn level_began(&mut self, begun: Decimal, at: Timestamp, ends_at: Timestamp) {
        if let Status::Open(clock) = &mut self.status {
            clock.closes_at = ends_at;
            match &mut clock.course {
                Course::Falling(falling) => {
                    falling.level = Some(begun);
                    falling.since = at;
                }
                Course::Rising { level, since, .. } => {
                    *level = begun;
                    *since = at;
                }
                _ => {}
            }
        }
    }

    /// Who did not stay at the level is out; who did has bid it.
    fn level_ended(&mut self) {
        if let Status::Open(clock) = &mut self.status
            && let Course::Falling(falling) = &mut clock.course
        {
            let stayed = std::mem::take(&mut falling.stayed);
            falling.remaining = stayed.keys().copied().collect();
            falling.began_with = stayed.len();
            falling.level = None;
            for (place, bid) in stayed {
                self.stands(place, bid);
            }
        }
    }

    fn level_taken(&mut self, closes_at: Timestamp) {
        if let Status::Open(clock) = &mut self.status
            && let Course::Rising { over, .. } = &mut clock.course
        {
            *over = true;
            clock.closes_at = closes_at;
        }
    }

    fn bid_held(&mut self, entry: &Entry, values: &BTreeMap<ValueId, Decimal>) {
        let bid = self.bid_of(entry, values);
        let asking = self.asking(entry);
        if let (Status::Open(clock), Some(place)) = (&mut self.status, asking) {
            match &mut clock.course {
                Course::Turns(round) => round.held = Some(bid),
                Course::Falling(falling) => {
                    falling.stayed.insert(place, bid);
                }
                _ => {}
            }
        }
    }

    fn bid_withdrawn(&mut self) {
        if let Status::Open(clock) = &mut self.status
            && let Course::Turns(round) = &mut clock.course
        {
            round.held = None;
        }
    }

    fn bid_sealed(&mut self, entry: &Entry, commitment: Digest) {
        let asking = self.asking(entry);
        if let (Status::Open(clock), Some(place)) = (&mut self.status, asking)
            && let Course::Sealed(sealed) = &mut clock.course
        {
            let placed = Placed {
                n: entry.n.unwrap_or_default(),
                seq: entry.seq,
                received_at: entry.command.received_at,
                commitment,
                content: Content::Sealed,
            };
            sealed.insert(place, placed);
        }
    }

    fn left(&mut self, by: &By) {
        let place = match by {
            By::Bidder(bidder) => self.places.get(bidder).copied(),
            By::Officer(_) | By::Server => None,
        };
        if let (Status::Open(clock), Some(place)) = (&mut self.status, place) {
            clock.course.drop_bidder(place);
        }
    }

    fn end_moved(&mut self, closes_at: Timestamp, extensions: Option<u32>) {
        if let Status::Open(clock) = &mut self.status {
            clock.closes_at = closes_at;
            clock.extensions = extensions.unwrap_or(clock.extensions);
        }
    }

    /// An outage counts from its beginning, an order from its receipt. A resumption that was
    /// announced before the outage is void, and a phase that was to start has no start.
    fn paused(&mut self, command: &Command, cause: crate::event::PauseCause) {
        match &mut self.status {
            Status::Open(clock) => {
                let since = match command.act {
                    Act::Interrupt { from, .. } => from,
                    _ => command.received_at,
                };
                self.status = Status::Paused(Stopped {
                    clock: clock.clone(),
                    since,
                    cause,
                    resumption: None,
                });
            }
            Status::Paused(stopped) => {
                stopped.cause = cause;
                stopped.resumption = None;
            }
            Status::Between { starts_at, .. } => *starts_at = None,
            _ => {}
        }
    }

    fn resume_announced(&mut self, resumes_at: Timestamp) {
        let left_ms = self.terms.conduct.resume_left_ms;
        if let Status::Paused(stopped) = &mut self.status {
            stopped.resumption = Some(stopped.resumed(resumes_at, left_ms));
        }
    }

    /// Moves every deadline that the outage kept from being met. One that had passed before it
    /// stands: the close of an auction is never undone.
    fn outage(&mut self, from: Timestamp, to: Timestamp) {
        let conduct = self.terms.conduct;
        let gap_ms = to.since(from);
        let forgiven = gap_ms <= conduct.outage_grace_ms;
        match &mut self.status {
            Status::Published {
                opens_at: Some(opens_at),
            } if *opens_at > from => *opens_at = (*opens_at).max(to),
            Status::Between {
                starts_at: Some(starts_at),
                ..
            } if forgiven && *starts_at > from => *starts_at = starts_at.plus(gap_ms),
            Status::Open(clock)
                if forgiven && clock.closes_at > from && !clock.course.is_over() =>
            {
                *clock = clock.moved(gap_ms, to, conduct.outage_left_ms);
            }
            Status::Paused(Stopped {
                resumption: Some(Resumption { at, clock }),
                ..
            }) if forgiven && *at > from => {
                *at = at.plus(gap_ms);
                let moved = clock.moved(gap_ms, *at, conduct.outage_left_ms);
                *clock = Clock {
                    runs_since: *at,
                    ..moved
                };
            }
            _ => {}
        }
    }

    fn annulled(&mut self, alias: Alias, n: u32) {
        let place = self.by_alias(alias).map(|(place, _)| place);
        let participant = place.and_then(|place| self.participants.get_mut(place));
        let bids = participant
            .into_iter()
            .flat_map(|participant| &mut participant.bids);
        for bid in bids.filter(|bid| bid.n == n) {
            bid.annulled = true;
        }
        self.ranking = self.rank(None);
    }

    fn excluded(&mut self, alias: Alias) {
        let place = self.by_alias(alias).map(|(place, _)| place);
        let Some(place) = place else { return };
        if let Some(participant) = self.participants.get_mut(place) {
            participant.excluded = true;
        }
        match &mut self.status {
            Status::Open(clock) => clock.course.drop_bidder(place),
            Status::Paused(stopped) => {
                stopped.clock.course.drop_bidder(place);
                if let Some(resumption) = &mut stopped.resumption {
                    resumption.clock.course.drop_bidder(place);
                }
            }
            _ => {}
        }
        self.ranking = self.rank(None);
    }

    fn ended(&mut self, at: Timestamp, result: Option<AuctionResult>) {
        self.status = Status::Closed(Ended { at, result });
    }
}
