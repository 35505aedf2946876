//! What an entry does to the state. Only its events count: a refusal changes nothing but the
//! counters of its bidder.

use super::view::BestShown;
use super::{Auction, Bid, Clock, Ended, Participant, Resumption, Status, Stopped};
use crate::command::{Act, By, Command, Writer};
use crate::entry::Entry;
use crate::event::{AuctionResult, Event, Outcome};
use crate::feed::{Audience, Counters, Feed, News};
use crate::ids::{Alias, AuctionId, Bidder, ValueId};
use crate::ratio::Ratio;
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
        if matches!(command.act, Act::PlaceBid(_)) {
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
            Event::Opened { .. } => self.opened(&entry.command.act),
            Event::PhaseStarted { phase, .. } => {
                if let Some(clock) = self.clock(usize::from(*phase), received_at) {
                    self.status = Status::Open(clock);
                }
            }
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

    fn opened(&mut self, act: &Act) {
        let Act::Open { aliases } = act else { return };
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
        let By::Bidder(bidder) = &entry.command.by else {
            return;
        };
        let values = self
            .terms
            .values
            .iter()
            .filter_map(|value| values.get(&value.id).copied())
            .collect();
        let bid = Bid {
            n: entry.n.unwrap_or_default(),
            seq: entry.seq,
            received_at: entry.command.received_at,
            values,
            annulled: false,
        };
        if let Some(participant) = self.participant_mut(*bidder) {
            participant.bids.push(bid);
        }
        if let Some(place) = self.places.get(bidder) {
            self.rank_improved(*place);
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
            Status::Open(clock) if forgiven && clock.closes_at > from => {
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
        if let Some(participant) = place.and_then(|place| self.participants.get_mut(place)) {
            participant.excluded = true;
        }
        self.ranking = self.rank(None);
    }

    fn ended(&mut self, at: Timestamp, result: Option<AuctionResult>) {
        self.status = Status::Closed(Ended { at, result });
    }

    fn tell_attempt(&mut self, entry: &Entry, feed: &mut Feed) {
        let (By::Bidder(_), Act::PlaceBid(offer)) = (&entry.command.by, &entry.command.act) else {
            return;
        };
        let refusal = match &entry.outcome {
            Outcome::Refused(refusal) => Some(refusal.clone()),
            Outcome::Events(_) => None,
        };
        let attempted = News::Attempted {
            alias: entry.alias,
            n: entry.n.unwrap_or_default(),
            values: offer.values.clone(),
            refusal,
        };
        feed.tell(
            &mut self.told,
            Audience::Officers,
            entry.command.received_at,
            attempted,
        );
        if let (true, Some(alias), Outcome::Events(events)) = (
            self.terms.visibility.all_values,
            entry.alias,
            &entry.outcome,
        ) && let Some(Event::BidAccepted { values }) = events.first()
        {
            let accepted = News::BidAccepted {
                alias,
                values: values.clone(),
            };
            feed.tell(
                &mut self.told,
                Audience::Bidders,
                entry.command.received_at,
                accepted,
            );
        }
    }

    #[allow(clippy::too_many_lines, reason = "a flat match")]
    fn tell(&mut self, command: &Command, event: &Event, feed: &mut Feed) {
        let at = command.received_at;
        if let Some(news) = self.for_officers_alone(command, event) {
            return feed.tell(&mut self.told, Audience::Officers, at, news);
        }
        for audience in Audience::ALL {
            let named = |alias: Alias| (audience == Audience::Officers).then_some(alias);
            let news = match event {
                Event::Scheduled { opens_at } => News::Scheduled {
                    opens_at: *opens_at,
                },
                Event::OpeningMissed => News::OpeningMissed,
                Event::OpeningFailed { .. } => News::OpeningFailed,
                Event::PhaseStarted { phase, closes_at } => News::PhaseStarted {
                    phase: *phase,
                    closes_at: *closes_at,
                },
                Event::Extended {
                    closes_at,
                    extensions,
                } => News::Extended {
                    closes_at: *closes_at,
                    extensions: *extensions,
                },
                Event::Announced { text } => News::Announced { text: text.clone() },
                Event::QuestionAnswered { asked, text } => News::Answered {
                    question: named_question(&command.act)
                        .filter(|_| audience == Audience::Officers),
                    asked: asked.clone(),
                    text: text.clone(),
                },
                Event::Paused { cause } => News::Paused {
                    cause: cause.clone(),
                },
                Event::ResumeAnnounced {
                    resumes_at,
                    closes_at,
                } => News::ResumeAnnounced {
                    resumes_at: *resumes_at,
                    closes_at: *closes_at,
                },
                Event::Resumed { closes_at } => News::Resumed {
                    closes_at: *closes_at,
                },
                Event::Interrupted { from, to } => News::Interrupted {
                    from: *from,
                    to: *to,
                },
                Event::BidAnnulled { alias, .. } => News::BidAnnulled {
                    alias: named(*alias),
                },
                Event::BidderExcluded { alias } => News::BidderExcluded {
                    alias: named(*alias),
                },
                Event::PhaseEnded { phase } => News::PhaseEnded { phase: *phase },
                Event::PhaseScheduled { phase, starts_at } => News::PhaseScheduled {
                    phase: *phase,
                    starts_at: *starts_at,
                },
                Event::Closed { .. } => News::Closed,
                Event::Cancelled { reason } => News::Cancelled {
                    reason: reason.clone(),
                },
                Event::Sealed { .. } => News::Sealed,
                // Told to officers alone, told as attempts, shown in the state, or nobody's news.
                Event::TermsAccepted
                | Event::QuestionAsked
                | Event::RefusedOutside
                | Event::ConnectionsDropped { .. } => return,
                Event::Published { .. }
                | Event::TookOver
                | Event::Admitted
                | Event::Opened { .. }
                | Event::BidAccepted { .. }
                | Event::SilenceRestarted { .. }
                | Event::IdentitiesRevealed { .. } => return,
            };
            feed.tell(&mut self.told, audience, at, news);
        }
    }

    /// News of which bidders and observers learn nothing.
    fn for_officers_alone(&self, command: &Command, event: &Event) -> Option<News> {
        let news = match (event, &command.by, &command.act) {
            (Event::TermsAccepted, By::Bidder(bidder), _) => {
                News::TermsAccepted { bidder: *bidder }
            }
            (Event::QuestionAsked, By::Bidder(bidder), Act::Ask { text }) => News::Asked {
                question: self.questions_asked(),
                alias: self.alias(*bidder),
                bidder: *bidder,
                text: text.clone(),
            },
            (Event::RefusedOutside, _, Act::NoteRefused { bidder, counts }) => {
                News::RefusedOutside {
                    alias: self.alias(*bidder),
                    bidder: *bidder,
                    counts: counts.clone(),
                }
            }
            (Event::ConnectionsDropped { before, now }, ..) => News::ConnectionsDropped {
                before: *before,
                now: *now,
            },
            _ => return None,
        };
        Some(news)
    }

    /// What the best is shown by: its values and points.
    fn best_mark(&self) -> Option<(Vec<Decimal>, Ratio)> {
        let merit = self.ranking.first()?.score.merit.clone();
        Some((self.leader()?.current()?.values.clone(), merit))
    }

    /// A better offer, or a worse one after an annulment, where the audience sees the best at all.
    fn tell_best(&mut self, before: Option<(Vec<Decimal>, Ratio)>, at: Timestamp, feed: &mut Feed) {
        let after = self.best_mark();
        let merit = |mark: &Option<(_, Ratio)>| mark.as_ref().map(|(_, merit)| merit.clone());
        for audience in Audience::ALL {
            let shown = match self.best_shown(audience) {
                BestShown::Values => before != after,
                BestShown::Points => merit(&before) != merit(&after),
                BestShown::Nothing => false,
            };
            if shown {
                let best = self.best_for(audience);
                feed.tell(&mut self.told, audience, at, News::BestChanged { best });
            }
        }
    }
}

fn named_question(act: &Act) -> Option<u32> {
    match act {
        Act::Answer { question, .. } => Some(*question),
        _ => None,
    }
}
