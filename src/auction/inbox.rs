//! The inbox of an auction, as its owner reads it: commands that other nodes pass on.
//!
//! They are encrypted with the seal key, so that who can read the journal reads no sealed value. How
//! far they are decided stands in the header of each batch; from there the next owner reads on. A
//! command that is read twice counts once, by its id.

use super::aside::Counts;
use super::journal::Journal;
use super::journal::exchange::{Exchange, InboxId, Message, Word};
use crate::chain::{SealKey, Signer};
use crate::limits::{FOLLOWED_QUEUE, INBOX_TRIM_EVERY, MARKER_AGAIN, STAMP_BEFORE_MS};
use auction_rules::{AuctionId, Bidder, Command, Timestamp, canonical};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// What lies in an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Letter {
    /// A command, stamped by the node that passes it on.
    Command(Command),
    /// What bidders of another node were refused outside the log, for the owner to note.
    Refused(Vec<(Bidder, Counts)>),
    /// The owner's: what lies before it has had its chance.
    Marker,
}

impl Letter {
    /// As it is sent.
    #[must_use]
    pub fn seal(&self, key: &SealKey, auction: &AuctionId) -> Bytes {
        let text = canonical::text(self);
        Bytes::from(key.encrypt(text.as_bytes(), &data(auction)))
    }

    /// What was sent, if this node's seal key opens it.
    #[must_use]
    pub fn open(body: &[u8], key: &SealKey, auction: &AuctionId) -> Option<Self> {
        let text = key.decrypt(body, &data(auction))?;
        serde_json::from_slice(&text).ok()
    }
}

fn data(auction: &AuctionId) -> Vec<u8> {
    format!("inbox\u{2016}{auction}").into_bytes()
}

/// The owner's side of an inbox.
pub struct Inbox {
    journal: Arc<dyn Journal>,
    auction: AuctionId,
    signer: Signer,
    messages: mpsc::Receiver<Message>,
    read: Option<InboxId>,
    said: watch::Sender<Said>,
}

/// What the others must hear, and what is no longer needed.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Said {
    word: Option<Word>,
    /// A durable batch says that everything up to here is decided.
    recorded: Option<InboxId>,
}

impl Inbox {
    /// Reads on after `read`; none where the journal is one node's alone.
    #[must_use]
    pub fn open(
        journal: &Arc<dyn Journal>,
        auction: &AuctionId,
        signer: &Signer,
        read: Option<InboxId>,
    ) -> Option<Self> {
        let messages = journal.exchange()?.receive(auction, read);
        let (said, says) = watch::channel(Said::default());
        tokio::spawn(tell(journal.clone(), auction.clone(), says));
        Some(Self {
            journal: journal.clone(),
            auction: auction.clone(),
            signer: signer.clone(),
            messages,
            read,
            said,
        })
    }

    /// Waits for the next messages.
    pub async fn recv(&mut self, messages: &mut Vec<Message>) {
        if self.messages.recv_many(messages, FOLLOWED_QUEUE).await == 0 {
            // The journal is gone, and with it this node's ownership.
            std::future::pending::<()>().await;
        }
    }

    /// The next message that is there already.
    pub fn try_next(&mut self) -> Option<Message> {
        self.messages.try_recv().ok()
    }

    /// How far it is read.
    #[must_use]
    pub fn read(&self) -> Option<InboxId> {
        self.read
    }

    /// Everything up to here is decided, or waits in the room.
    pub fn has_read(&mut self, id: InboxId) {
        self.read = self.read.max(Some(id));
    }

    /// What is in a message. The stamp of a command lies at most as far before its arrival as a message
    /// may be on its way, and never after it.
    #[must_use]
    pub fn open_letter(&self, message: &Message) -> Option<Letter> {
        let letter = Letter::open(&message.body, self.signer.seal_key(), &self.auction);
        let Some(Letter::Command(mut command)) = letter else {
            if letter.is_none() {
                tracing::error!(auction = %self.auction, id = %message.id, "a message that this seal key does not open");
            }
            return letter;
        };
        let arrived = Timestamp(i64::try_from(message.id.at_ms).unwrap_or(i64::MAX));
        let earliest = arrived.minus(STAMP_BEFORE_MS);
        metrics::histogram!("ebok_passed_on_ms").record(arrived.since(command.received_at) as f64);
        command.received_at = command.received_at.clamp(earliest, arrived);
        Some(Letter::Command(command))
    }

    /// Puts a marker at the end of the inbox: what was sent before it lies before it.
    pub async fn mark_end(&self) -> Option<InboxId> {
        let exchange = self.exchange()?;
        let marker = Letter::Marker.seal(self.signer.seal_key(), &self.auction);
        let sent = exchange.send(&self.auction, vec![marker], usize::MAX);
        match tokio::time::timeout(MARKER_AGAIN, sent).await {
            Ok(Ok(ids)) => ids.last().copied(),
            Ok(Err(error)) => {
                tracing::warn!(auction = %self.auction, %error, "cannot mark the inbox");
                tokio::time::sleep(crate::limits::JOURNAL_REPEAT_FIRST).await;
                None
            }
            Err(_) => None,
        }
    }

    /// The next message before `deadline`.
    pub async fn next_by(&mut self, deadline: tokio::time::Instant) -> Option<Message> {
        let next = tokio::time::timeout_at(deadline, self.messages.recv()).await;
        next.ok().flatten()
    }

    /// Tells the others, when it is not what they know.
    pub fn say(&self, word: Word) {
        self.said.send_if_modified(|said| {
            let news = said.word != Some(word);
            said.word = Some(word);
            news
        });
    }

    /// A durable batch says that everything up to `id` is decided.
    pub fn recorded(&self, id: Option<InboxId>) {
        self.said.send_if_modified(|said| {
            let news = said.recorded != id;
            said.recorded = id;
            news
        });
    }

    /// How far a durable batch says that it is decided.
    #[must_use]
    pub fn is_recorded(&self) -> Option<InboxId> {
        self.said.borrow().recorded
    }

    fn exchange(&self) -> Option<&dyn Exchange> {
        self.journal.exchange()
    }
}

/// Tells what is said, and drops what is recorded, until the inbox is closed. Only the last word
/// counts, so nothing queues up; what could not be told is told with the next turn.
async fn tell(journal: Arc<dyn Journal>, auction: AuctionId, mut says: watch::Receiver<Said>) {
    let Some(exchange) = journal.exchange() else {
        return;
    };
    let mut done = Said::default();
    let mut trim = tokio::time::interval(INBOX_TRIM_EVERY);
    loop {
        let trims = tokio::select! {
            biased;
            changed = says.changed() => match changed {
                Ok(()) => false,
                Err(_) => return,
            },
            _ = trim.tick() => true,
        };
        let said = *says.borrow_and_update();
        if let Some(word) = said.word.filter(|_| said.word != done.word) {
            match exchange.announce(&auction, word).await {
                Ok(()) => done.word = said.word,
                Err(error) => tracing::warn!(%auction, %error, "the others are not told"),
            }
        }
        if let Some(to) = said
            .recorded
            .filter(|_| trims && said.recorded != done.recorded)
        {
            match exchange.trim(&auction, to).await {
                Ok(()) => done.recorded = said.recorded,
                Err(error) => tracing::warn!(%auction, %error, "the inbox is not trimmed"),
            }
        }
    }
}
