//! A replica: the log applied once more, and turned into what each viewer may see.
//!
//! It is the same on every node, for local and remote viewers. It does no IO and reads no clock:
//! durable batches and moments go in, frames come out. The first change goes out at once; after it,
//! at most one frame per audience (or bidder) and [`CONFLATE_MS`], holding everything since. Whether
//! and when a viewer gets a frame depends on nothing that this viewer may not see.

use super::frame;
use super::history::History;
use super::protocol::{self, FromServer, Joined, Refused, ShownTerms, Winner};
use crate::limits::{CONFLATE_MS, SETTLE_MS};
use auction_rules::auction::{OwnMark, PublicMark, Viewer};
use auction_rules::log::{Batch, Malformed, Receipt, Tree};
use auction_rules::{
    Act, Auction, Audience, Bidder, By, Command, CommandId, Digest, Entry, Event, Misfit, Outcome,
    Refusal, Terms, Timestamp,
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A durable batch, as a replica takes it.
#[derive(Clone, Debug)]
pub struct Committed {
    /// Its entries with the receipts of those that a bidder asked for.
    pub entries: Vec<(Entry, Option<Receipt>)>,
    /// The head of the log after it.
    pub head: Digest,
    /// Who won, when this batch reveals it.
    pub winner: Option<Winner>,
}

impl Committed {
    /// The batch with its receipts.
    ///
    /// # Errors
    /// [`Malformed`] when a leaf is no entry.
    pub fn new(
        batch: &Batch,
        tree: &Tree,
        entries: Vec<Entry>,
        head: Digest,
    ) -> Result<Self, Malformed> {
        let key = batch.header()?.key;
        let with_receipt = |(index, entry): (usize, Entry)| {
            let asked = matches!(entry.command.by, By::Bidder(_));
            let receipt = asked
                .then(|| batch.receipt(tree, index, &key))
                .transpose()?;
            Ok((entry, receipt))
        };
        let entries = entries
            .into_iter()
            .enumerate()
            .map(with_receipt)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            entries,
            head,
            winner: None,
        })
    }

    /// Whom this batch reveals as the winner.
    #[must_use]
    pub fn revealed(&self) -> Option<auction_rules::Alias> {
        self.events().find_map(|event| match event {
            Event::IdentitiesRevealed { aliases } => aliases.first().copied(),
            _ => None,
        })
    }

    fn events(&self) -> impl Iterator<Item = &Event> {
        self.entries
            .iter()
            .flat_map(|(entry, _)| match &entry.outcome {
                Outcome::Events(events) => events.as_slice(),
                Outcome::Refused(_) => &[],
            })
    }
}

/// How an auction went, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// When it opened.
    pub opened_at: Option<Timestamp>,
    /// How often its end was moved.
    pub extensions: u32,
    /// Why it was cancelled, where it was.
    pub cancelled: Option<String>,
}

impl Course {
    fn follow(&mut self, entry: &Entry) {
        let Outcome::Events(events) = &entry.outcome else {
            return;
        };
        for event in events {
            match event {
                Event::Opened { .. } => self.opened_at = Some(entry.at),
                Event::Extended { .. } => self.extensions = self.extensions.saturating_add(1),
                Event::Cancelled { reason } => self.cancelled = Some(reason.clone()),
                _ => {}
            }
        }
    }
}

/// A frame for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// For whom.
    pub to: Recipient,
    /// The whole WebSocket frame.
    pub frame: Bytes,
}

/// For whom a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipient {
    /// Every connection of one bidder.
    Bidder(Bidder),
    /// Everyone of an audience.
    Audience(Audience),
}

/// One auction as its viewers see it.
pub struct Replica {
    state: Auction,
    /// The terms without the weights, where these are not shown.
    unweighted: Option<Value>,
    feeds: BTreeMap<Audience, History>,
    receipts: BTreeMap<Bidder, Vec<(CommandId, Bytes)>>,
    audiences: BTreeMap<Audience, Watched<PublicMark>>,
    /// One who is not admitted yet has no mark.
    bidders: BTreeMap<Bidder, Watched<Option<OwnMark>>>,
    winner: Option<Winner>,
    course: Course,
    head: Digest,
}

/// What a watched audience or bidder has seen.
struct Watched<Mark> {
    seen: Mark,
    /// Of an audience: the last feed item that was sent.
    f: u64,
    sent_at: Option<Timestamp>,
    waiting: bool,
}

impl<Mark: PartialEq> Watched<Mark> {
    fn new(seen: Mark, f: u64) -> Self {
        Self {
            seen,
            f,
            sent_at: None,
            waiting: false,
        }
    }

    /// When a frame may go out.
    fn due(&self) -> Option<Timestamp> {
        self.sent_at
            .filter(|_| self.waiting)
            .map(|sent| sent.plus(CONFLATE_MS))
    }

    fn may_send(&self, now: Timestamp) -> bool {
        self.sent_at
            .is_none_or(|sent| now >= sent.plus(CONFLATE_MS))
    }
}

impl Replica {
    /// A replica of an auction whose log so far is applied.
    #[must_use]
    pub fn new(state: Auction) -> Self {
        Self {
            unweighted: unweighted(state.terms()),
            state,
            feeds: Audience::ALL
                .map(|audience| (audience, History::default()))
                .into(),
            receipts: BTreeMap::new(),
            audiences: BTreeMap::new(),
            bidders: BTreeMap::new(),
            winner: None,
            course: Course::default(),
            head: auction_rules::log::GENESIS,
        }
    }

    /// The auction as it stands.
    #[must_use]
    pub fn state(&self) -> &Auction {
        &self.state
    }

    /// The last entry and the head after its batch.
    #[must_use]
    pub fn head(&self) -> (u64, Digest) {
        (self.state.seq(), self.head)
    }

    /// Who won, once that is revealed.
    #[must_use]
    pub fn winner(&self) -> Option<&Winner> {
        self.winner.as_ref()
    }

    /// How it went so far.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// From now on this viewer gets frames; call before [`Replica::joined`].
    pub fn watch(&mut self, viewer: Viewer) {
        let audience = viewer.audience();
        let state = &self.state;
        self.audiences.entry(audience).or_insert_with(|| {
            Watched::new(state.public_mark(audience), state.feed_last(audience))
        });
        if let Viewer::Bidder(bidder) = viewer {
            let mut marks = state.own_marks().into_iter();
            let mark = marks.find(|(own, _)| *own == bidder);
            self.bidders
                .entry(bidder)
                .or_insert_with(|| Watched::new(mark.map(|(_, mark)| mark), 0));
        }
    }

    /// Nobody of this audience, or no connection of this bidder, is left.
    pub fn unwatch(&mut self, recipient: Recipient) {
        match recipient {
            Recipient::Audience(audience) => drop(self.audiences.remove(&audience)),
            Recipient::Bidder(bidder) => drop(self.bidders.remove(&bidder)),
        }
    }

    /// The answer to a join.
    #[must_use]
    pub fn joined(
        &self,
        viewer: Viewer,
        f: u64,
        now: Timestamp,
        weak_durability: Option<&str>,
    ) -> Bytes {
        let audience = viewer.audience();
        let view = self.state.view(viewer);
        // Not beyond what the audience was sent: its next frame goes on from there.
        let last = self.audiences.get(&audience).map(|watched| watched.f);
        let last = last.unwrap_or_else(|| self.state.feed_last(audience));
        let feed = self
            .feeds
            .get(&audience)
            .into_iter()
            .flat_map(|history| history.between(f, last));
        let unweighted = self
            .unweighted
            .as_ref()
            .filter(|_| viewer != Viewer::Officer);
        let joined = Joined {
            auction: self.state.id(),
            role: match viewer {
                Viewer::Bidder(_) => "bidder",
                Viewer::Observer => "observer",
                Viewer::Officer => "officer",
            },
            now,
            settle_ms: SETTLE_MS,
            terms: match unweighted {
                Some(terms) => ShownTerms::Unweighted(terms),
                None => ShownTerms::Whole(self.state.terms()),
            },
            terms_hash: self.state.terms_hash(),
            f: last,
            feed: feed.collect(),
            state: view.public,
            own: view.own,
            winner: self.winner.as_ref(),
            weak_durability: weak_durability.filter(|_| viewer == Viewer::Officer),
        };
        frame::text(&FromServer::Joined(Box::new(joined)))
    }

    /// The receipts of a bidder after the `n` that it knows.
    #[must_use]
    pub fn receipts_after(&self, bidder: Bidder, n: u32) -> Vec<Bytes> {
        let known = usize::try_from(n).unwrap_or(usize::MAX);
        self.receipts
            .get(&bidder)
            .into_iter()
            .flatten()
            .skip(known)
            .map(|(_, frame)| frame.clone())
            .collect()
    }

    /// The receipt of a bidder's command.
    #[must_use]
    pub fn receipt(&self, bidder: Bidder, n: u32) -> Option<Bytes> {
        let index = usize::try_from(n).ok()?.checked_sub(1)?;
        let (_, frame) = self.receipts.get(&bidder)?.get(index)?;
        Some(frame.clone())
    }

    /// What a command was answered that is in the log: its receipt or, when the id stands there for
    /// something else, a refusal. Slow; for what comes after the room has ended.
    #[must_use]
    pub fn answered(&self, bidder: Bidder, command: &Command) -> Option<Bytes> {
        let id = command.id.as_ref()?;
        let receipts = self.receipts.get(&bidder)?;
        let (_, frame) = receipts.iter().find(|(known, _)| known == id)?;
        let first = act_of(frame)?;
        // Of a sealed bid the log has a commitment alone, so its id must do.
        let sealed = matches!(
            (&first, &command.act),
            (Act::PlaceSealed { .. }, Act::PlaceBid(_))
        );
        if sealed || first == command.act {
            return Some(frame.clone());
        }
        let reused = Refusal::CommandIdReused;
        Some(protocol::refused(Some(self.state.id()), Some(id), reused))
    }

    /// Applies a durable batch: receipts first, then what changed.
    ///
    /// # Errors
    /// [`Misfit`] when the batch does not follow the last one.
    pub fn commit(
        &mut self,
        committed: &Committed,
        now: Timestamp,
    ) -> Result<Vec<Delivery>, Misfit> {
        let mut out = Vec::with_capacity(committed.entries.len());
        let mut urgent = false;
        for (entry, receipt) in &committed.entries {
            let feed = self.state.apply(entry)?;
            self.course.follow(entry);
            for (audience, item) in feed.items {
                if let Some(history) = self.feeds.get_mut(&audience) {
                    history.push(item);
                }
            }
            out.extend(
                receipt
                    .as_ref()
                    .and_then(|receipt| self.answer(entry, receipt)),
            );
            urgent |= is_urgent(entry);
        }
        self.head = committed.head;
        if committed.winner.is_some() {
            self.winner.clone_from(&committed.winner);
        }
        self.own_changes(now, &mut out);
        self.public_changes(now, urgent, &mut out);
        if committed
            .events()
            .any(|event| matches!(event, Event::Closed { .. }))
        {
            self.results(&mut out);
        }
        Ok(out)
    }

    /// What waited for its time and may go out now.
    pub fn flush(&mut self, now: Timestamp) -> Vec<Delivery> {
        let mut out = Vec::new();
        let due = |watched: Option<Timestamp>| watched.is_some_and(|due| due <= now);
        let bidders: Vec<_> = self
            .bidders
            .iter()
            .filter(|(_, own)| due(own.due()))
            .map(|(bidder, _)| *bidder)
            .collect();
        for bidder in bidders {
            self.send_own(bidder, now, &mut out);
        }
        let audiences: Vec<_> = self
            .audiences
            .iter()
            .filter(|(_, all)| due(all.due()))
            .map(|(audience, _)| *audience)
            .collect();
        for audience in audiences {
            self.send_state(audience, now, &mut out);
        }
        out
    }

    /// When [`Replica::flush`] has something to send.
    #[must_use]
    pub fn next_flush(&self) -> Option<Timestamp> {
        let audiences = self.audiences.values().filter_map(Watched::due);
        audiences
            .chain(self.bidders.values().filter_map(Watched::due))
            .min()
    }

    fn answer(&mut self, entry: &Entry, receipt: &Receipt) -> Option<Delivery> {
        let By::Bidder(bidder) = entry.command.by else {
            return None;
        };
        let refusal = match &entry.outcome {
            Outcome::Refused(refusal) => Some(Refused::from(refusal.clone())),
            Outcome::Events(_) => None,
        };
        let id = entry.command.id.as_ref()?;
        let frame = frame::text(&FromServer::Receipt {
            auction: self.state.id(),
            id,
            n: entry.n?,
            accepted: refusal.is_none(),
            refused: refusal,
            receipt,
        });
        let receipts = self.receipts.entry(bidder).or_default();
        receipts.push((id.clone(), frame.clone()));
        Some(Delivery {
            to: Recipient::Bidder(bidder),
            frame,
        })
    }

    fn own_changes(&mut self, now: Timestamp, out: &mut Vec<Delivery>) {
        if self.bidders.is_empty() {
            return;
        }
        let mut ready = Vec::new();
        for (bidder, mark) in self.state.own_marks() {
            if let Some(watched) = self.bidders.get_mut(&bidder)
                && watched.seen.as_ref() != Some(&mark)
            {
                watched.seen = Some(mark);
                watched.waiting = true;
                if watched.may_send(now) {
                    ready.push(bidder);
                }
            }
        }
        for bidder in ready {
            self.send_own(bidder, now, out);
        }
    }

    fn public_changes(&mut self, now: Timestamp, urgent: bool, out: &mut Vec<Delivery>) {
        for audience in Audience::ALL {
            let Some(watched) = self.audiences.get_mut(&audience) else {
                continue;
            };
            let told = self.state.feed_last(audience) > watched.f;
            let mark = self.state.public_mark(audience);
            if !told && watched.seen == mark {
                continue;
            }
            watched.seen = mark;
            watched.waiting = true;
            if watched.may_send(now) || (urgent && told) {
                self.send_state(audience, now, out);
            }
        }
    }

    fn send_own(&mut self, bidder: Bidder, now: Timestamp, out: &mut Vec<Delivery>) {
        let Some(watched) = self.bidders.get_mut(&bidder) else {
            return;
        };
        watched.sent_at = Some(now);
        watched.waiting = false;
        if let Some(own) = self.state.own_view(bidder) {
            let frame = frame::text(&FromServer::Own {
                auction: self.state.id(),
                own: &own,
            });
            out.push(Delivery {
                to: Recipient::Bidder(bidder),
                frame,
            });
        }
    }

    fn send_state(&mut self, audience: Audience, now: Timestamp, out: &mut Vec<Delivery>) {
        let Some(watched) = self.audiences.get_mut(&audience) else {
            return;
        };
        let Some(history) = self.feeds.get_mut(&audience) else {
            return;
        };
        let unsent = history.after(watched.f);
        watched.f = self.state.feed_last(audience);
        watched.sent_at = Some(now);
        watched.waiting = false;
        let frame = frame::text(&FromServer::State {
            auction: self.state.id(),
            f: watched.f,
            feed: unsent,
            state: &self.state.public(audience),
        });
        out.push(Delivery {
            to: Recipient::Audience(audience),
            frame,
        });
    }

    fn results(&self, out: &mut Vec<Delivery>) {
        let (Some(result), Some(closed_at)) = (self.state.result(), self.state.closed_at()) else {
            return;
        };
        let frame = frame::text(&FromServer::Result {
            auction: self.state.id(),
            closed_at,
            result,
            winner: self.winner.as_ref(),
        });
        let to_all = self.audiences.keys().map(|audience| Delivery {
            to: Recipient::Audience(*audience),
            frame: frame.clone(),
        });
        out.extend(to_all);
    }
}

/// The act of a receipt's command.
fn act_of(frame: &[u8]) -> Option<Act> {
    #[derive(Deserialize)]
    struct Answer {
        receipt: Receipt,
    }
    let answer: Answer = serde_json::from_slice(frame::json(frame)).ok()?;
    Some(answer.receipt.told().ok()?.act)
}

/// The terms without the weights of the criteria, and without the points of their tables, which
/// would tell them.
fn unweighted(terms: &Terms) -> Option<Value> {
    if terms.visibility.weights {
        return None;
    }
    let mut shown = serde_json::to_value(terms).ok()?;
    let features = shown.pointer_mut("/evaluation/features");
    for feature in features.and_then(Value::as_array_mut).into_iter().flatten() {
        let choices = feature.pointer_mut("/choices");
        for choice in choices.and_then(Value::as_array_mut).into_iter().flatten() {
            choice.as_object_mut()?.remove("fraction");
        }
    }
    let criteria = shown.pointer_mut("/evaluation/criteria");
    for criterion in criteria.and_then(Value::as_array_mut).into_iter().flatten() {
        criterion.as_object_mut()?.remove("weight");
        let rows = criterion.pointer_mut("/method/rows");
        for row in rows.and_then(Value::as_array_mut).into_iter().flatten() {
            row.as_object_mut()?.remove("points");
        }
    }
    Some(shown)
}

/// Whether an entry moves the clock or ends something: never held back.
fn is_urgent(entry: &Entry) -> bool {
    let Outcome::Events(events) = &entry.outcome else {
        return false;
    };
    events.iter().any(|event| {
        !matches!(
            event,
            Event::BidAccepted { .. }
                | Event::SilenceRestarted { .. }
                | Event::TermsAccepted
                | Event::Admitted
                | Event::TookOver
                | Event::QuestionAsked
                | Event::RefusedOutside
                | Event::ConnectionsDropped { .. }
        )
    })
}
