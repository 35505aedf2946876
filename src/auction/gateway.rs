//! The gateway to an auction that another node owns: shows the log as it grows, and passes commands
//! on to the owner's inbox.
//!
//! Every answer is taken from the log, so it is durable and the same on every node. A bidder's
//! receipt comes with its entry; a command that the owner decided without an entry is known by how
//! far the owner says the inbox is decided. What is not answered in time is answered `unavailable`,
//! and the client repeats it under the same id, which counts once.

use super::answers::{Answered, Answers, Key, key, refusal};
use super::inbox::Letter;
use super::journal::Journal;
use super::journal::exchange::{InboxId, News, SendError, Word};
use super::reading::{Held, Read, Reader};
use super::room::{Answer, Ask, Ended};
use super::viewers::Viewers;
use crate::chain::Signer;
use crate::limits::{INBOX_MAX, PASS_ON_MAX, PASSED_ON_EVERY, PASSED_ON_MAX, REFUSED_NOTES_PER_S};
use auction_rules::log::BATCH_ENTRIES_MAX;
use auction_rules::{Act, AuctionId, Digest, Entry, Refusal};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What a gateway starts from.
pub struct Gateway {
    auction: AuctionId,
    journal: Arc<dyn Journal>,
    signer: Signer,
    viewers: Viewers,
    reader: Reader,
    held: Held,
    /// The last entry that is shown.
    shown: u64,
    /// The owner's last word, until it has come to pass here.
    word: Option<Word>,
    answers: Answers,
    /// Cancelled once everything that was asked here is passed on, after the mailbox was closed.
    drained: CancellationToken,
    passed_on: BTreeMap<Key, Vec<PassedOn>>,
}

/// A command that the owner has, or may have.
struct PassedOn {
    ask: Ask,
    /// Its place in the inbox; none where it is not known.
    id: Option<InboxId>,
    until: Instant,
}

/// Where a gateway begins.
pub struct Start {
    /// Which auction.
    pub auction: AuctionId,
    /// Where its log is.
    pub journal: Arc<dyn Journal>,
    /// Encrypts what is passed on.
    pub signer: Signer,
    /// Those who are shown the log.
    pub viewers: Viewers,
    /// Has read the log so far.
    pub reader: Reader,
    /// What of it the viewers have not seen.
    pub held: Held,
    /// What they have seen.
    pub entries: Vec<Entry>,
    /// Cancelled once everything that was asked here is passed on, after the mailbox was closed.
    pub drained: CancellationToken,
}

impl Gateway {
    /// A gateway where the log was read so far.
    #[must_use]
    pub fn new(start: Start) -> Self {
        let Start {
            auction,
            journal,
            signer,
            viewers,
            reader,
            held,
            entries,
            drained,
        } = start;
        Self {
            answers: Answers::of(&entries),
            shown: entries.last().map_or(0, |entry| entry.seq),
            auction,
            journal,
            signer,
            viewers,
            reader,
            held,
            word: None,
            drained,
            passed_on: BTreeMap::new(),
        }
    }

    /// Runs until the log is sealed, or until the mailbox is closed and everything is answered.
    pub async fn run(mut self, mut mailbox: mpsc::Receiver<Ask>) -> Ended {
        let followed = self.journal.exchange().zip(self.reader.tail());
        let Some((exchange, tail)) = followed else {
            return Ended::Closed;
        };
        let mut news = exchange.follow(&self.auction, tail.id);
        let mut asks = Vec::with_capacity(BATCH_ENTRIES_MAX);
        let mut every = tokio::time::interval(PASSED_ON_EVERY);
        let mut open = true;
        while open || !self.passed_on.is_empty() {
            // A bidder that is not answered asks for no more, so the log is never starved.
            tokio::select! {
                biased;
                _ = every.tick() => self.look_after(open).await,
                count = mailbox.recv_many(&mut asks, BATCH_ENTRIES_MAX), if open => {
                    open = count > 0;
                    self.pass_on(asks.drain(..)).await;
                    if !open {
                        self.drained.cancel();
                    }
                }
                new = news.recv() => match self.hear(new).await {
                    Ok(None) => {}
                    Ok(Some(head)) => return self.sealed(head, mailbox).await,
                    Err(error) => return Ended::Lost(error),
                },
            }
        }
        Ended::Closed
    }

    /// Takes in what is new; answers the sealed head when the log is sealed.
    async fn hear(&mut self, news: Option<News>) -> anyhow::Result<Option<Digest>> {
        match news {
            None => anyhow::bail!("the log cannot be followed"),
            Some(News::Word(word)) => {
                self.held.durable(word.durable_to);
                self.word = Some(word);
            }
            Some(News::Batch(stored)) => {
                let read = self.reader.read(&stored)?;
                self.held.push(read);
            }
        }
        while let Some(read) = self.held.pop() {
            let head = read.committed.head;
            if self.show(read).await {
                return Ok(Some(head));
            }
        }
        self.keep_word().await;
        Ok(None)
    }

    /// Shows a batch, and answers with it; tells whether it seals the log.
    async fn show(&mut self, read: Read) -> bool {
        let Read {
            committed,
            last_seq,
            inbox,
            ..
        } = read;
        let entries: Vec<_> = committed
            .entries
            .iter()
            .map(|(entry, _)| entry.clone())
            .collect();
        self.viewers.show(committed).await;
        self.shown = last_seq;
        for entry in &entries {
            self.answers.remember(entry);
            self.answer(entry);
        }
        if let Some(inbox) = inbox {
            self.decided(inbox).await;
        }
        let seals = |entry: &Entry| {
            matches!(entry.command.act, Act::Seal { .. }) && refusal(entry).is_none()
        };
        entries.iter().any(seals)
    }

    fn answer(&mut self, entry: &Entry) {
        let passed_on = key(&entry.command).and_then(|key| self.passed_on.remove(&key));
        let Some(known) = self.answers.find(&entry.command) else {
            return;
        };
        for PassedOn { ask, .. } in passed_on.into_iter().flatten() {
            match known.answers(&ask) {
                // Its receipt went out with the entry.
                Ok(_) => ask.answer.done(known.refusal.clone()),
                Err(reused) => refuse(&self.viewers, &self.auction, ask, reused),
            }
        }
    }

    /// The owner's word comes to pass once all that it rests on is shown. One of an owner that was
    /// replaced is worth nothing.
    async fn keep_word(&mut self) {
        let Some(word) = self.word.take_if(|word| word.durable_to <= self.shown) else {
            return;
        };
        let epoch = self.reader.tail().map(|tail| tail.id.epoch);
        if let Some(inbox) = word.inbox.filter(|_| epoch == Some(word.epoch)) {
            self.decided(inbox).await;
        }
    }

    /// Everything up to `inbox` is decided: what is not in the log by now never will be.
    async fn decided(&mut self, inbox: InboxId) {
        let is_decided = move |one: &mut PassedOn| one.id.is_some_and(|id| id <= inbox);
        let passed_on = self.passed_on.values_mut();
        let left: Vec<_> = passed_on
            .flat_map(|all| all.extract_if(.., is_decided))
            .collect();
        self.passed_on.retain(|_, all| !all.is_empty());
        for PassedOn { ask, .. } in left {
            let refusal = match &ask.answer {
                Answer::Bidder(bidder, ..) => self.viewers.outside(*bidder).await,
                _ => None,
            };
            refuse(
                &self.viewers,
                &self.auction,
                ask,
                refusal.unwrap_or(Refusal::Unavailable),
            );
        }
    }

    /// Answers what the log answers, and passes the rest on.
    async fn pass_on(&mut self, asks: impl Iterator<Item = Ask>) {
        let (mut new, mut letters) = (Vec::new(), Vec::new());
        for ask in asks {
            match self.answers.find(&ask.command).cloned() {
                Some(known) => self.repeat(ask, &known).await,
                None => {
                    letters.push(self.letter(&ask));
                    new.push(ask);
                }
            }
        }
        if letters.is_empty() {
            return;
        }
        let until = Instant::now() + PASSED_ON_MAX;
        match self.send(letters).await {
            Ok(ids) => new
                .into_iter()
                .zip(ids)
                .for_each(|(ask, id)| self.wait(ask, Some(id), until)),
            Err(SendError::Full) => {
                tracing::error!(auction = %self.auction, "the inbox is full");
                for ask in new {
                    refuse(&self.viewers, &self.auction, ask, Refusal::Unavailable);
                }
            }
            Err(error) => {
                tracing::warn!(auction = %self.auction, %error, "it may have been passed on");
                new.into_iter().for_each(|ask| self.wait(ask, None, until));
            }
        }
    }

    fn letter(&self, ask: &Ask) -> Bytes {
        Letter::Command(ask.command.clone()).seal(self.signer.seal_key(), &self.auction)
    }

    /// What is to be done from time to time. Once a room stands here, it notes refusals itself.
    async fn look_after(&mut self, open: bool) {
        self.give_up(Instant::now());
        if open {
            self.pass_on_refused().await;
        }
    }

    /// Passes on what was refused here. It is noted at some time or, where that fails, not.
    async fn pass_on_refused(&self) {
        let aside = self.viewers.aside();
        let refused = aside.take_refused(REFUSED_NOTES_PER_S, |_| true);
        if refused.is_empty() {
            return;
        }
        let letter = Letter::Refused(refused).seal(self.signer.seal_key(), &self.auction);
        if let Err(error) = self.send(vec![letter]).await {
            tracing::warn!(auction = %self.auction, %error, "refusals are not noted");
        }
    }

    async fn send(&self, letters: Vec<Bytes>) -> Result<Vec<InboxId>, SendError> {
        let Some(exchange) = self.journal.exchange() else {
            return Err(SendError::Full);
        };
        let sent = exchange.send(&self.auction, letters, INBOX_MAX);
        let sent = tokio::time::timeout(PASS_ON_MAX, sent).await;
        sent.unwrap_or_else(|late| Err(SendError::Unknown(late.into())))
    }

    /// Answers a command that is in the log.
    async fn repeat(&self, ask: Ask, known: &Answered) {
        if let Err(reused) = known.answers(&ask) {
            return refuse(&self.viewers, &self.auction, ask, reused);
        }
        match ask.answer {
            Answer::Bidder(bidder, ..) => {
                let n = known.n.unwrap_or_default();
                self.viewers.resend(bidder, n).await;
            }
            answer => answer.done(known.refusal.clone()),
        }
    }

    fn wait(&mut self, ask: Ask, id: Option<InboxId>, until: Instant) {
        if let Some(key) = key(&ask.command) {
            let one = PassedOn { ask, id, until };
            self.passed_on.entry(key).or_default().push(one);
        }
    }

    /// The owner is silent: ask again.
    fn give_up(&mut self, now: Instant) {
        for all in self.passed_on.values_mut() {
            for PassedOn { ask, .. } in all.extract_if(.., |one| one.until <= now) {
                refuse(&self.viewers, &self.auction, ask, Refusal::Unavailable);
            }
        }
        self.passed_on.retain(|_, all| !all.is_empty());
    }

    async fn sealed(self, head: Digest, mut mailbox: mpsc::Receiver<Ask>) -> Ended {
        let state = self.viewers.snapshot().await;
        let Some(closed_at) = state.and_then(|state| state.closed_at()) else {
            return Ended::Lost(anyhow::anyhow!("a sealed log is not closed"));
        };
        let mut left: Vec<_> = self
            .passed_on
            .into_values()
            .flatten()
            .map(|one| one.ask)
            .collect();
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
}

impl Answered {
    /// Whether this is the answer to what is asked. Of a sealed bid the log has a commitment alone, so
    /// its id must do.
    fn answers(&self, ask: &Ask) -> Result<(), Refusal> {
        let sealed = self.commitment.is_some() && matches!(ask.command.act, Act::PlaceBid(_));
        if sealed || self.is(&ask.command) {
            Ok(())
        } else {
            Err(Refusal::CommandIdReused)
        }
    }
}

fn refuse(viewers: &Viewers, auction: &AuctionId, ask: Ask, refusal: Refusal) {
    if let Answer::Bidder(bidder, ..) = &ask.answer {
        viewers.aside().refused(*bidder, &refusal);
    }
    ask.answer.outside(&ask.command, auction, refusal);
}
