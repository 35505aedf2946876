//! Reading a log batch by batch: each must stand on the one before it.

use super::journal::exchange::InboxId;
use super::journal::{StoredBatch, Tail};
use super::replica::Committed;
use anyhow::{Context as _, ensure};
use auction_rules::AuctionId;
use auction_rules::Digest;
use auction_rules::log::{self, Batch};
use std::collections::VecDeque;

/// Reads the batches of one log in their order.
pub struct Reader {
    auction: AuctionId,
    tail: Option<Tail>,
    inbox: Option<InboxId>,
}

/// A batch that was read.
pub struct Read {
    /// For the viewers, once it is durable.
    pub committed: Committed,
    /// Its last entry.
    pub last_seq: u64,
    /// How far the inbox is decided with it.
    pub inbox: Option<InboxId>,
    /// Up to which entry everything was known to be durable when it was written; all of it where
    /// nobody waits for replicas of the journal.
    durable_to: Option<u64>,
}

/// Batches of which it is not known yet that they are durable: nobody may see them.
#[derive(Default)]
pub struct Held {
    batches: VecDeque<Read>,
    durable_to: u64,
}

impl Reader {
    /// From the start of a log.
    #[must_use]
    pub fn new(auction: &AuctionId) -> Self {
        Self {
            auction: auction.clone(),
            tail: None,
            inbox: None,
        }
    }

    /// Where it has come to.
    #[must_use]
    pub fn tail(&self) -> Option<Tail> {
        self.tail
    }

    /// How far the inbox was decided then.
    #[must_use]
    pub fn inbox(&self) -> Option<InboxId> {
        self.inbox
    }

    /// Reads the next batch.
    ///
    /// # Errors
    /// When it does not stand on the batch before it, or is not what a writer wrote.
    pub fn read(&mut self, stored: &StoredBatch) -> anyhow::Result<Read> {
        self.parse(stored)
            .with_context(|| format!("batch {} of {}", stored.id, self.auction))
    }

    fn parse(&mut self, stored: &StoredBatch) -> anyhow::Result<Read> {
        ensure!(stored.follows(self.tail), "it follows another batch");
        let batch: Batch = serde_json::from_slice(&stored.body)?;
        let header = batch.header()?;
        let place = (header.epoch, header.batch, header.prev_head.0);
        let stands = (stored.id.epoch, stored.id.batch, stored.prev_head);
        ensure!(place == stands, "its header names another place");
        let tree = batch.tree()?;
        let head = log::head(&header.prev_head, &tree.root());
        ensure!(head.0 == stored.head, "its hash is another");
        let entries = batch.entries.iter();
        let entries = entries.map(|leaf| leaf.entry().map(|(_, entry)| entry));
        let committed = Committed::new(
            &batch,
            &tree,
            entries.collect::<Result<_, _>>()?,
            Digest(stored.head),
        )?;
        if let Some(inbox) = &header.inbox {
            self.inbox = Some(InboxId::parse(inbox).context("its inbox id cannot be read")?);
        }
        self.tail = Some(stored.tail());
        Ok(Read {
            committed,
            inbox: self.inbox,
            last_seq: header.last_seq,
            durable_to: header.durable_to,
        })
    }
}

impl Held {
    /// Takes the next batch.
    pub fn push(&mut self, read: Read) {
        self.durable_to = self
            .durable_to
            .max(read.durable_to.unwrap_or(read.last_seq));
        self.batches.push_back(read);
    }

    /// Everything up to this entry is durable.
    pub fn durable(&mut self, durable_to: u64) {
        self.durable_to = self.durable_to.max(durable_to);
    }

    /// The next batch that may be shown.
    pub fn pop(&mut self) -> Option<Read> {
        let durable_to = self.durable_to;
        self.batches
            .pop_front_if(|read| read.last_seq <= durable_to)
    }

    /// The last entry that is known to be durable.
    #[must_use]
    pub fn durable_to(&self) -> u64 {
        self.durable_to
    }

    /// How many entries are held back.
    #[must_use]
    pub fn entries(&self) -> usize {
        let batches = self.batches.iter();
        batches.map(|read| read.committed.entries.len()).sum()
    }

    /// All that is held back.
    #[must_use]
    pub fn rest(self) -> Vec<Committed> {
        let batches = self.batches.into_iter();
        batches.map(|read| read.committed).collect()
    }
}
