//! What the nodes of one journal pass each other about an auction: commands on their way to its
//! owner, and its log as it grows.
//!
//! Two implementations serve it: Redis, and the journal of the simulator.

use super::{BatchId, Result, Source, StoredBatch};
use auction_rules::AuctionId;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::fmt;
use tokio::sync::mpsc;

/// Place of a message in an inbox.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InboxId {
    /// When it arrived, by the journal's clock, epoch-ms UTC. Never goes back.
    pub at_ms: u64,
    /// Which of that millisecond.
    pub number: u64,
}

/// A message that arrived in an inbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its place.
    pub id: InboxId,
    /// What was sent.
    pub body: Bytes,
}

/// What the owner says beside the log. A later word says all that an earlier one did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word {
    /// The owner's epoch.
    pub epoch: u64,
    /// The last entry that is durable.
    pub durable_to: u64,
    /// With that entry everything in the inbox up to here is decided, though it may have left no
    /// entry.
    pub inbox: Option<InboxId>,
}

/// What a follower of a log hears.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum News {
    /// The next batch. Where replicas of the journal are waited for, it may be one that is not
    /// durable yet: see [`Header::durable_to`](auction_rules::log::Header::durable_to).
    Batch(StoredBatch),
    /// The owner's word.
    Word(Word),
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The inbox is full. Nothing was sent.
    #[error("the inbox is full")]
    Full,
    /// The outcome is not known.
    #[error("the journal has not said whether the message arrived")]
    Unknown(#[source] Source),
}

/// What nodes pass each other.
pub trait Exchange: Send + Sync {
    /// Puts messages at the end of an auction's inbox, in their order, all or none; tells the place
    /// of each. Calls are carried out in the order in which they are first polled. An inbox that
    /// holds `most` messages takes no more.
    fn send<'a>(
        &'a self,
        auction: &'a AuctionId,
        messages: Vec<Bytes>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<InboxId>, SendError>>;

    /// The messages of an inbox after `after` as they arrive, each once and in order, until the
    /// receiver is dropped.
    fn receive(&self, auction: &AuctionId, after: Option<InboxId>) -> mpsc::Receiver<Message>;

    /// The batches of a log after `after` as they come, each once and in order, and the owner's
    /// words, until the receiver is dropped. Ends only where the log cannot be read.
    fn follow(&self, auction: &AuctionId, after: BatchId) -> mpsc::Receiver<News>;

    /// Tells all who follow the log.
    fn announce<'a>(&'a self, auction: &'a AuctionId, word: Word) -> BoxFuture<'a, Result<()>>;

    /// Drops the messages up to `to`.
    fn trim<'a>(&'a self, auction: &'a AuctionId, to: InboxId) -> BoxFuture<'a, Result<()>>;

    /// Drops inbox and word of an auction that is sealed.
    fn forget<'a>(&'a self, auction: &'a AuctionId) -> BoxFuture<'a, Result<()>>;
}

impl InboxId {
    /// Reads what `Display` writes: `1795000000000-0`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (at_ms, number) = text.split_once('-')?;
        Some(Self {
            at_ms: at_ms.parse().ok()?,
            number: number.parse().ok()?,
        })
    }

    /// The first place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            number: self.number + 1,
            ..self
        }
    }
}

impl fmt::Display for InboxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at_ms, self.number)
    }
}
