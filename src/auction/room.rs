//! The room of one auction: its only writer.
//!
//! It takes commands from a bounded mailbox, decides on pending state, appends a batch to the
//! journal, and only when that is durable lets anything out. While one batch is written the next
//! gathers: the sync is the batching window, there is no timer.
//!
//! A deadline is a barrier: commands stamped before it are decided first, even when they come up
//! to the settling time later; then the deadline itself; then those stamped after it. What other nodes
//! had passed on by then is read first, up to a marker of the room's own.

use super::answers::{Answered, Answers, commitment, refusal};
use super::aside::Dropped;
use super::chance::Chance;
use super::inbox::{Inbox, Letter};
use super::journal::exchange::{InboxId, Message, Word};
use super::journal::{BatchId, Journal, NotAppended, Recent, StoredBatch, Tail};
use super::openings::{self, Opening, Openings};
use super::replica::Committed;
use super::viewers::{Connection, Viewers};
use crate::chain::Signer;
use crate::clock::Clock;
use crate::limits::{
    ALIVE_EVERY, JOURNAL_BODY_BYTES_MAX, MARKER_AGAIN, OUTAGE_ABOVE_MS, REFUSED_NOTES_PER_S,
};
use auction_rules::log::{self, BATCH_ENTRIES_MAX, Batch, Header};
use auction_rules::sealed::TailOpening;
use auction_rules::{
    Act, Auction, AuctionId, Bidder, By, Command, Deadline, Digest, Due, Entry, Outcome, Refusal,
    Timestamp,
};
use bytes::Bytes;
use rand::{Rng, RngCore};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// A command on its way into the room.
pub struct Ask {
    /// The stamped command.
    pub command: Command,
    /// Where the answer goes.
    pub answer: Answer,
}

/// Where the answer to a command goes.
pub enum Answer {
    /// A bidder's command is answered by its receipt; only what never became an entry is answered
    /// to the connection. The permit is returned with the answer.
    Bidder(Bidder, Arc<Connection>, Permit),
    /// An officer's.
    Officer(oneshot::Sender<Result<(), Refusal>>),
    /// Another node passed it on, and takes the answer from the log. How far the inbox was read before
    /// it.
    Elsewhere(Option<InboxId>),
}

impl Answer {
    /// Answers with what stands in the log; a bidder has its receipt.
    pub(super) fn done(self, refusal: Option<Refusal>) {
        if let Self::Officer(reply) = self {
            drop(reply.send(refusal.map_or(Ok(()), Err)));
        }
    }

    /// Refuses what makes no entry of the log.
    pub(super) fn outside(self, command: &Command, auction: &AuctionId, refusal: Refusal) {
        match self {
            Self::Elsewhere(_) => {}
            Self::Bidder(_, connection, _) => {
                let id = command.id.as_ref();
                connection
                    .outbox
                    .push(super::protocol::refused(Some(auction), id, refusal));
            }
            Self::Officer(reply) => drop(reply.send(Err(refusal))),
        }
    }
}

/// Counts one unanswered command; dropping it counts it out.
pub struct Permit(pub Arc<std::sync::atomic::AtomicU32>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, std::sync::atomic::Ordering::AcqRel);
    }
}

/// What a command that makes no entry is answered.
enum Reply {
    /// A refusal outside the log.
    Outside(Refusal),
    /// The receipt that it had before.
    Receipt(Bidder, u32),
    /// What the officer was told before.
    Told(Option<Refusal>),
}

/// Everything a room needs.
pub struct Room {
    /// Pending state: ahead of the journal by what is staged.
    auction: Auction,
    tail: Tail,
    next: BatchId,
    /// The last entry that is known to be durable.
    durable_to: u64,
    journal: Arc<dyn Journal>,
    recent: Recent,
    signer: Signer,
    clock: Clock,
    chance: Chance,
    viewers: Viewers,
    /// What its viewers have not seen of the log before it.
    unshown: Vec<Committed>,
    /// Commands of other nodes; none where the journal is this node's alone.
    inbox: Option<Inbox>,
    answers: Answers,
    staged: Vec<(Entry, Option<Ask>)>,
    /// What opens the commitments of what is staged.
    staged_openings: Openings,
    /// What opens every commitment of this auction that this node can open.
    openings: Openings,
    /// At most so many bytes of a batch's body will hold what is staged.
    staged_bytes: usize,
    /// Answers that rest on what is staged: they leave once that is durable.
    replies: Vec<(Ask, Reply)>,
    /// Stamped after a deadline that has not been decided yet.
    waiting: VecDeque<Ask>,
    /// When the room last knew itself to be running.
    alive_at: Timestamp,
    /// The second in which it last looked for what to note.
    noted_in: i64,
}

/// Why a room ended.
pub enum Ended {
    /// The log is complete.
    Sealed {
        /// When the bidding ended.
        closed_at: Timestamp,
        /// After this head nothing is bid.
        head: Digest,
        /// What came too late to be in the log, and is still to be refused.
        left: Vec<Ask>,
    },
    /// Nobody asks any more: the server is shutting down.
    Closed,
    /// Another writer owns the auction, or the journal takes nothing more.
    Failed(NotAppended),
    /// Of a gateway: the log cannot be followed.
    Lost(anyhow::Error),
}

/// What a room starts from.
pub struct Start {
    /// The state after the last durable batch.
    pub auction: Auction,
    /// That batch.
    pub tail: Tail,
    /// Where the next batch goes.
    pub next: BatchId,
    /// Where batches become durable.
    pub journal: Arc<dyn Journal>,
    /// The last batches of the log.
    pub recent: Recent,
    /// Signs batches.
    pub signer: Signer,
    /// The server's clock.
    pub clock: Clock,
    /// Draws aliases and random tails.
    pub chance: Chance,
    /// The viewers on this node.
    pub viewers: Viewers,
    /// The log so far, for command ids that come again.
    pub entries: Vec<Entry>,
    /// What opens its commitments.
    pub openings: Openings,
    /// What the viewers have not seen of it.
    pub unshown: Vec<Committed>,
    /// How far its inbox is decided.
    pub inbox: Option<InboxId>,
    /// Its last entry that is known to be durable.
    pub durable_to: u64,
}

impl Room {
    /// A room that goes on where the log ends.
    #[must_use]
    pub fn new(start: Start) -> Self {
        let Start {
            auction,
            tail,
            next,
            journal,
            recent,
            signer,
            clock,
            chance,
            viewers,
            entries,
            openings,
            unshown,
            inbox,
            durable_to,
        } = start;
        let mut room = Self {
            alive_at: clock.now(),
            inbox: Inbox::open(&journal, auction.id(), &signer, inbox),
            answers: Answers::of(&entries),
            durable_to,
            unshown,
            auction,
            tail,
            next,
            journal,
            recent,
            signer,
            clock,
            chance,
            viewers,
            staged: Vec::new(),
            staged_openings: Openings::new(),
            openings,
            staged_bytes: 0,
            replies: Vec::new(),
            waiting: VecDeque::new(),
            noted_in: 0,
        };
        room.ran(room.alive_at);
        room
    }

    /// After a restart: another writer from here on, and nobody could bid since `alive_at`.
    ///
    /// # Errors
    /// When the batch does not become durable.
    pub async fn take_over(&mut self, alive_at: Timestamp) -> Result<(), NotAppended> {
        let now = self.clock.now();
        let writer = auction_rules::Writer {
            node: self.signer.node().to_owned(),
            key: self.signer.key_id().to_owned(),
            epoch: self.next.epoch,
        };
        self.stage_own(now, Act::TakeOver { writer }).await?;
        // A clock that went back is no outage, nor does it undo what is known to have run.
        let (from, to) = (alive_at, now.max(alive_at));
        self.stage_own(now, Act::Interrupt { from, to }).await?;
        self.ran(to);
        self.commit().await
    }

    /// Runs until the log is sealed or the mailbox is closed.
    pub async fn run(mut self, mut mailbox: mpsc::Receiver<Ask>) -> Ended {
        let mut asks = Vec::with_capacity(BATCH_ENTRIES_MAX);
        let mut messages = Vec::new();
        // What was passed on under the owner before goes first.
        if let Err(failed) = self.read_inbox_up_to_here().await {
            return Ended::Failed(failed);
        }
        loop {
            let wake = self.next_wake();
            tokio::select! {
                biased;
                count = mailbox.recv_many(&mut asks, BATCH_ENTRIES_MAX) => if count == 0 {
                    return Ended::Closed;
                },
                () = arrived(&mut self.inbox, &mut messages) => {}
                () = tokio::time::sleep_until(wake) => {}
            }
            match self.turn(&mut asks, &mut messages, &mut mailbox).await {
                Ok(None) => {}
                Ok(Some(head)) => return self.sealed(head, mailbox).await,
                Err(failed) => return Ended::Failed(failed),
            }
        }
    }

    async fn sealed(self, head: Digest, mut mailbox: mpsc::Receiver<Ask>) -> Ended {
        let closed_at = self.auction.closed_at().unwrap_or(self.auction.at());
        let mut left = Vec::from(self.waiting);
        mailbox.close();
        while let Some(ask) = mailbox.recv().await {
            left.push(ask);
        }
        Ended::Sealed {
            closed_at,
            head,
            left,
        }
    }

    fn next_wake(&self) -> tokio::time::Instant {
        let alive = tokio::time::Instant::now() + ALIVE_EVERY;
        let due = self.due().map(|due| {
            self.clock.instant(due.at) + Duration::from_millis(self.journal.settle_ms())
        });
        due.map_or(alive, |due| due.min(alive))
    }

    /// One turn: what came in, then what fell due. Answers the sealed head when the log is sealed.
    async fn turn(
        &mut self,
        asks: &mut Vec<Ask>,
        messages: &mut Vec<Message>,
        mailbox: &mut mpsc::Receiver<Ask>,
    ) -> Result<Option<Digest>, NotAppended> {
        for ask in asks.drain(..) {
            self.take(ask).await?;
        }
        // Under load the mailbox is never empty: what was passed on has its share of each turn.
        if let (true, Some(inbox)) = (messages.is_empty(), &mut self.inbox) {
            messages.extend(std::iter::from_fn(|| inbox.try_next()).take(BATCH_ENTRIES_MAX));
        }
        for message in messages.drain(..) {
            self.take_message(message).await?;
        }
        loop {
            self.note_outage().await?;
            let Some(due) = self.fallen() else { break };
            // What was stamped before the deadline may still lie in the mailbox or the inbox.
            while let Ok(ask) = mailbox.try_recv() {
                self.take(ask).await?;
            }
            self.read_inbox_up_to_here().await?;
            self.note_outage().await?;
            if self.due() == Some(due) {
                let unopened = self.auction.unopened().len();
                self.fall_due(due).await?;
                if self.auction.is_sealed() {
                    return Ok(Some(Digest(self.tail.head)));
                }
                // Sealed values are opened a number at a time, under one deadline.
                let opened = self.auction.unopened().len() < unopened;
                assert!(opened || self.due() != Some(due), "a deadline was decided");
            }
        }
        self.note_aside().await?;
        while !self.staged.is_empty() {
            self.commit().await?;
            self.note_outage().await?;
        }
        self.tell_decided();
        Ok(None)
    }

    /// The next deadline, if it is to be decided now.
    fn fallen(&self) -> Option<Due> {
        let settled = self.clock.now().minus(self.journal.settle_ms());
        self.due().filter(|due| due.at <= settled)
    }

    /// Reads what other nodes had passed on by now.
    async fn read_inbox_up_to_here(&mut self) -> Result<(), NotAppended> {
        while let Some(inbox) = &self.inbox {
            let Some(marker) = inbox.mark_end().await else {
                continue;
            };
            let enough = tokio::time::Instant::now() + MARKER_AGAIN;
            while let Some(message) = next_by(&mut self.inbox, enough).await {
                let is_last = message.id >= marker;
                self.take_message(message).await?;
                if is_last {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// What another node passed on.
    async fn take_message(&mut self, message: Message) -> Result<(), NotAppended> {
        let Some(inbox) = &self.inbox else {
            return Ok(());
        };
        let answer = Answer::Elsewhere(inbox.read());
        match inbox.open_letter(&message) {
            Some(Letter::Command(command)) => self.take(Ask { command, answer }).await?,
            Some(Letter::Refused(all)) => {
                let aside = self.viewers.aside();
                all.iter()
                    .for_each(|(bidder, counts)| aside.add(*bidder, counts));
            }
            Some(Letter::Marker) | None => {}
        }
        // Only now: a batch that became full on the way does not hold it.
        if let Some(inbox) = &mut self.inbox {
            inbox.has_read(message.id);
        }
        Ok(())
    }

    /// How far the inbox is decided: not beyond what waits behind a deadline, nor what is `next` to be
    /// staged.
    fn decided(&self, next: Option<&Ask>) -> Option<InboxId> {
        let read = self.inbox.as_ref()?.read();
        let before = |ask: &Ask| match ask.answer {
            Answer::Elsewhere(before) => Some(before),
            _ => None,
        };
        let undecided = next.into_iter().chain(&self.waiting);
        undecided.filter_map(before).fold(read, Ord::min)
    }

    /// A batch that says how far the inbox is decided is durable. Where replicas of the journal are
    /// waited for, the others can read it before it is, so they are told.
    fn tell_durable(&self, decided: Option<InboxId>) {
        if let Some(inbox) = &self.inbox {
            inbox.recorded(decided);
            if self.journal.waits_for_replicas() {
                inbox.say(self.word(decided));
            }
        }
    }

    /// What was decided without an entry is told beside the log.
    fn tell_decided(&self) {
        if let Some(inbox) = &self.inbox {
            let decided = self.decided(None);
            if decided != inbox.is_recorded() {
                inbox.say(self.word(decided));
            }
        }
    }

    fn word(&self, decided: Option<InboxId>) -> Word {
        Word {
            epoch: self.next.epoch,
            durable_to: self.durable_to,
            inbox: decided,
        }
    }

    /// Once a second, what was noticed beside the room. From the close on it waits for the seal: the
    /// late window is short, and one note with all of it is enough.
    async fn note_aside(&mut self) -> Result<(), NotAppended> {
        let now = self.clock.now();
        let second = now.0.div_euclid(1_000);
        if second == self.noted_in || self.auction.closed_at().is_some() {
            return Ok(());
        }
        self.noted_in = second;
        if let Some(Dropped { before, gone }) = self.viewers.aside().take_dropped() {
            self.note(now, Act::NoteDropped { before, gone }).await?;
        }
        self.note_refused(REFUSED_NOTES_PER_S).await
    }

    /// Notes what the rules let it note: the auction may have moved on.
    async fn note(&mut self, now: Timestamp, act: Act) -> Result<(), NotAppended> {
        let entry = self.auction.enter(own(now, act));
        match entry.outcome {
            Outcome::Events(_) => self.stage(entry, None, None).await,
            Outcome::Refused(_) => Ok(()),
        }
    }

    async fn note_refused(&mut self, most: usize) -> Result<(), NotAppended> {
        let may = |bidder| self.auction.may_note_refused(bidder);
        for (bidder, counts) in self.viewers.aside().take_refused(most, may) {
            let act = Act::NoteRefused { bidder, counts };
            self.note(self.clock.now(), act).await?;
        }
        Ok(())
    }

    /// A gap in which this room did not run, or its journal did not answer, is an outage. It is
    /// decided before any deadline in it.
    async fn note_outage(&mut self) -> Result<(), NotAppended> {
        let now = self.clock.now();
        if now.since(self.alive_at) > OUTAGE_ABOVE_MS && self.auction.closed_at().is_none() {
            tracing::warn!(auction = %self.auction.id(), ms = now.since(self.alive_at), "outage");
            metrics::counter!("ebok_outages_total").increment(1);
            let from = self.alive_at;
            self.ran(now);
            self.stage_own(now, Act::Interrupt { from, to: now })
                .await?;
            return self.release().await;
        }
        self.ran(now);
        Ok(())
    }

    fn ran(&mut self, now: Timestamp) {
        self.alive_at = now;
        self.viewers.aside().ran(now);
    }

    /// Decides a command, or keeps it until the deadline before it is decided.
    async fn take(&mut self, ask: Ask) -> Result<(), NotAppended> {
        if self.is_behind(&ask) {
            self.waiting.push_back(ask);
            return Ok(());
        }
        let due = self.due();
        self.decide(ask).await?;
        if self.due() != due {
            self.release().await?;
        }
        Ok(())
    }

    /// A deadline that was decided, or that moved, lets those pass who waited behind it.
    async fn release(&mut self) -> Result<(), NotAppended> {
        while let Some(place) = self.waiting.iter().position(|ask| !self.is_behind(ask)) {
            if let Some(ask) = self.waiting.remove(place) {
                self.decide(ask).await?;
            }
        }
        Ok(())
    }

    fn is_behind(&self, ask: &Ask) -> bool {
        self.due()
            .is_some_and(|due| ask.command.received_at >= due.at)
    }

    /// The next deadline, as this node knows it.
    fn due(&self) -> Option<Due> {
        openings::due(&self.auction, &self.openings)
    }

    async fn decide(&mut self, ask: Ask) -> Result<(), NotAppended> {
        if let Some(known) = self.answers.find(&ask.command) {
            let is_pending = self
                .staged
                .first()
                .is_some_and(|(first, _)| first.seq <= known.seq);
            let same = known.is(&ask.command) || self.opens(known, &ask.command);
            let reply = match &ask.answer {
                // The other node finds the answer in the log.
                Answer::Elsewhere(_) => return Ok(()),
                _ if !same => Reply::Outside(Refusal::CommandIdReused),
                // Its receipt comes with the batch.
                Answer::Bidder(..) if is_pending => return Ok(()),
                Answer::Bidder(bidder, ..) => Reply::Receipt(*bidder, known.n.unwrap_or_default()),
                Answer::Officer(_) => Reply::Told(known.refusal.clone()),
            };
            self.reply(ask, reply).await;
            return Ok(());
        }
        let (command, opening) = match self.auction.seal(ask.command.clone(), salt()) {
            Some((command, opening)) => (command, Some(Opening::Bid(opening))),
            None => (ask.command.clone(), None),
        };
        let entry = self.auction.enter(command);
        if let Some(refusal) = self.outside(&entry) {
            self.reply(ask, Reply::Outside(refusal)).await;
            return Ok(());
        }
        let commitment = commitment(&entry.command.act);
        self.stage(entry, Some(ask), commitment.zip(opening)).await
    }

    /// Whether a command is the one that was sealed before.
    fn opens(&self, known: &Answered, command: &Command) -> bool {
        let opening = known.commitment.and_then(|one| self.openings.get(&one));
        match (opening, &command.act) {
            (Some(Opening::Bid(opening)), Act::PlaceBid(offer)) => opening.offer == *offer,
            _ => false,
        }
    }

    /// Why a bidder's command is no entry of the log. One who is not admitted has no attempts to
    /// count.
    fn outside(&self, entry: &Entry) -> Option<Refusal> {
        let By::Bidder(_) = entry.command.by else {
            return None;
        };
        let most = self.auction.terms().pace.attempts_max;
        match entry.n {
            None => Some(Refusal::NotAdmitted),
            Some(n) if n > most => Some(Refusal::TooManyAttempts { most }),
            Some(_) => None,
        }
    }

    /// Answers without an entry, not before all that the answer may rest on is durable.
    async fn reply(&mut self, ask: Ask, reply: Reply) {
        if self.staged.is_empty() {
            self.send(ask, reply).await;
        } else {
            self.replies.push((ask, reply));
        }
    }

    async fn send(&self, Ask { command, answer }: Ask, reply: Reply) {
        match reply {
            Reply::Outside(refusal) => {
                if let By::Bidder(bidder) = &command.by {
                    self.viewers.aside().refused(*bidder, &refusal);
                }
                answer.outside(&command, self.auction.id(), refusal);
            }
            Reply::Receipt(bidder, n) => self.viewers.resend(bidder, n).await,
            Reply::Told(refusal) => answer.done(refusal),
        }
    }

    async fn fall_due(&mut self, due: Due) -> Result<(), NotAppended> {
        let drawn = self.draw_tail();
        let act = match due.deadline {
            Deadline::Open => {
                let mut aliases: Vec<_> = self.auction.bidders().collect();
                self.chance.shuffle(&mut aliases);
                let tail = drawn.as_ref().map(|(commitment, _)| *commitment);
                Act::Open { aliases, tail }
            }
            Deadline::StartPhase => Act::StartPhase {
                tail: drawn.as_ref().map(|(commitment, _)| *commitment),
            },
            Deadline::EndTurn => Act::EndTurn,
            Deadline::EndLevel => Act::EndLevel,
            Deadline::Reveal => openings::reveal(&self.auction, &self.openings),
            Deadline::Continue => Act::Continue,
            Deadline::EndPhase => Act::EndPhase {
                tail: openings::drawn_tail(&self.auction, &self.openings).cloned(),
            },
            Deadline::Seal => {
                self.note_refused(usize::MAX).await?;
                // The seal names the head before it, so it stands alone in its batch.
                self.commit().await?;
                Act::Seal {
                    head: Digest(self.tail.head),
                }
            }
        };
        let seals = matches!(act, Act::Seal { .. });
        let entry = self.auction.enter(own(due.at, act));
        self.stage(entry, None, drawn).await?;
        if seals {
            return self.commit().await;
        }
        self.release().await
    }

    /// Draws the random tail of the phase that is about to start, if it has one.
    fn draw_tail(&self) -> Option<(Digest, Opening)> {
        let most_ms = self.auction.draws_tail_ms()?;
        let tail = TailOpening {
            salt: salt(),
            tail_ms: self.chance.up_to(most_ms),
        };
        openings::committed_tail(&self.auction, tail)
    }

    async fn stage_own(&mut self, received_at: Timestamp, act: Act) -> Result<(), NotAppended> {
        let entry = self.auction.enter(own(received_at, act));
        self.stage(entry, None, None).await
    }

    /// Puts an entry into the next batch, with what opens its commitment; writes that batch first when
    /// it is full.
    async fn stage(
        &mut self,
        entry: Entry,
        ask: Option<Ask>,
        opening: Option<(Digest, Opening)>,
    ) -> Result<(), NotAppended> {
        let kept = opening
            .as_ref()
            .map_or(0, |(_, one)| openings::stored_bytes(one));
        let bytes = body_bytes(&entry) + kept;
        let is_full = self.staged.len() >= BATCH_ENTRIES_MAX
            || self.staged_bytes + bytes > JOURNAL_BODY_BYTES_MAX - BODY_BYTES;
        if is_full {
            self.commit_without(ask.as_ref()).await?;
        }
        if let Err(misfit) = self.auction.apply(&entry) {
            // The entry was made from this very state: this cannot be.
            tracing::error!(%misfit, "the room's own entry does not fit");
            return Ok(());
        }
        self.answers.remember(&entry);
        self.staged_bytes += bytes;
        self.staged.push((entry, ask));
        if let Some((commitment, opening)) = opening {
            self.staged_openings.insert(commitment, opening.clone());
            self.openings.insert(commitment, opening);
        }
        Ok(())
    }

    /// Makes what is staged durable, then lets it out: viewers first, then the askers.
    async fn commit(&mut self) -> Result<(), NotAppended> {
        self.commit_without(None).await
    }

    /// The same before `next` is staged.
    async fn commit_without(&mut self, next: Option<&Ask>) -> Result<(), NotAppended> {
        let Some(((first, _), (last, _))) = self.staged.first().zip(self.staged.last()) else {
            return Ok(());
        };
        let mut nonce = [0; 16];
        rand::rng().fill(&mut nonce);
        let decided = self.decided(next);
        let last_seq = last.seq;
        let header = Header {
            epoch: self.next.epoch,
            batch: self.next.batch,
            first_seq: first.seq,
            last_seq: last.seq,
            prev_head: Digest(self.tail.head),
            inbox: decided.map(|id| id.to_string()),
            durable_to: self.journal.waits_for_replicas().then_some(self.durable_to),
            nonce: auction_rules::hex::encode(&nonce),
            key: self.signer.key_id().to_owned(),
        };
        self.staged_bytes = 0;
        let (entries, asks): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.staged).into_iter().unzip();
        let sealed = Sealed::new(self.auction.id(), &header, entries, nonce, &self.signer);
        let Sealed {
            mut stored,
            committed,
        } = sealed.map_err(|error| NotAppended::Fatal(error.into()))?;
        let openings = std::mem::take(&mut self.staged_openings);
        stored.openings = openings::store(self.signer.seal_key(), self.auction.id(), &openings);
        let tail = stored.tail();
        self.recent
            .append(&*self.journal, self.auction.id(), Some(self.tail), stored)
            .await?;
        self.tail = tail;
        self.next = tail.id.next();
        self.durable_to = last_seq;
        self.tell_durable(decided);
        metrics::counter!("ebok_entries_total").increment(asks.len() as u64);
        let outcomes: Vec<_> = committed
            .entries
            .iter()
            .map(|(entry, _)| refusal(entry))
            .collect();
        for unshown in std::mem::take(&mut self.unshown) {
            self.viewers.show(unshown).await;
        }
        self.viewers.show(committed).await;
        for (ask, refused) in asks.into_iter().zip(outcomes) {
            if let Some(Ask { answer, .. }) = ask {
                answer.done(refused);
            }
        }
        for (ask, reply) in std::mem::take(&mut self.replies) {
            self.send(ask, reply).await;
        }
        Ok(())
    }
}

/// A signed batch, as the journal and as the viewers take it.
pub struct Sealed {
    /// For the journal.
    pub stored: StoredBatch,
    /// For the viewers, once it is durable.
    pub committed: Committed,
}

impl Sealed {
    /// Hashes and signs a batch.
    ///
    /// # Errors
    /// Never for entries that the rules made.
    pub fn new(
        auction: &AuctionId,
        header: &Header,
        entries: Vec<Entry>,
        nonce: [u8; 16],
        signer: &Signer,
    ) -> Result<Self, log::Malformed> {
        let mut random = |bytes: &mut [u8]| rand::rng().fill_bytes(bytes);
        let mut batch = Batch::new(auction, header, &entries, &mut random);
        let tree = batch.tree()?;
        batch.signature = signer.sign(&log::signed_message(auction, &tree.root()));
        let head = log::head(&header.prev_head, &tree.root());
        let stored = StoredBatch {
            id: BatchId {
                epoch: header.epoch,
                batch: header.batch,
            },
            first_seq: header.first_seq,
            last_seq: header.last_seq,
            prev_head: header.prev_head.0,
            head: head.0,
            nonce,
            body: Bytes::from(serde_json::to_vec(&batch).unwrap_or_default()),
            openings: Bytes::new(),
        };
        let committed = Committed::new(&batch, &tree, entries, head)?;
        Ok(Self { stored, committed })
    }
}

/// At most so many bytes of a batch's body go to its header, siblings and signature.
const BODY_BYTES: usize = 4 * 1024;
/// And of each entry, to salts, hash and names of fields.
const ENTRY_BYTES: usize = 1024;

/// At most so many bytes an entry takes in a batch's body: its parts are JSON as a text of JSON, so
/// each byte of them may need another to escape it.
fn body_bytes(entry: &Entry) -> usize {
    let mut count = Count(0);
    // Nothing here fails to serialise, and the count takes everything.
    drop(serde_json::to_writer(&mut count, entry));
    2 * count.0 + ENTRY_BYTES
}

struct Count(usize);

impl std::io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Waits for what other nodes pass on.
async fn arrived(inbox: &mut Option<Inbox>, messages: &mut Vec<Message>) {
    match inbox {
        Some(inbox) => inbox.recv(messages).await,
        None => std::future::pending().await,
    }
}

/// The next message that another node passed on, if it comes in time.
async fn next_by(inbox: &mut Option<Inbox>, enough: tokio::time::Instant) -> Option<Message> {
    inbox.as_mut()?.next_by(enough).await
}

/// A command of the server itself.
fn own(received_at: Timestamp, act: Act) -> Command {
    Command {
        by: By::Server,
        id: None,
        received_at,
        act,
    }
}

/// 16 random bytes, as 32 hexadecimal digits.
fn salt() -> String {
    auction_rules::hex::encode(&rand::random::<[u8; 16]>())
}
