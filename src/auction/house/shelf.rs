//! Auctions that are over. A node knows which they are, and reads one only when somebody asks for it:
//! neither its start nor its memory grows with the years.

use super::{Door, House};
use crate::auction::journal::Journal;
use crate::auction::recovered::Recovered;
use crate::auction::viewers::Viewers;
use crate::limits::SEALED_HELD;
use anyhow::Context as _;
use auction_rules::log::Batch;
use auction_rules::{Act, AuctionId, Digest, Timestamp};
use dashmap::DashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The auctions that are over.
#[derive(Default)]
pub(super) struct Shelf {
    /// When each was sealed, of all whose log lies in the journal.
    sealed: DashMap<AuctionId, Timestamp>,
    /// Those that were asked for, the last one last.
    held: Mutex<VecDeque<Arc<Door>>>,
    /// One is read at a time.
    reading: tokio::sync::Mutex<()>,
}

impl Shelf {
    pub(super) fn note(&self, auction: &AuctionId, sealed_at: Timestamp) {
        self.sealed.insert(auction.clone(), sealed_at);
    }

    pub(super) fn knows(&self, auction: &AuctionId) -> bool {
        self.sealed.contains_key(auction)
    }

    pub(super) fn held(&self, auction: &AuctionId) -> Option<Arc<Door>> {
        let mut held = self.doors();
        let place = held.iter().position(|door| door.auction == *auction)?;
        let door = held.remove(place)?;
        held.push_back(Arc::clone(&door));
        Some(door)
    }

    /// Whoever is connected to one that goes keeps it.
    pub(super) fn hold(&self, door: Arc<Door>) {
        let mut held = self.doors();
        held.push_back(door);
        while held.len() > SEALED_HELD {
            held.pop_front();
        }
    }

    pub(super) fn take_all(&self) -> Vec<Arc<Door>> {
        self.doors().drain(..).collect()
    }

    fn doors(&self) -> MutexGuard<'_, VecDeque<Arc<Door>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl House {
    /// The way into an auction that is over: it is read now.
    pub(super) async fn find_over(&self, auction: &AuctionId) -> Option<Arc<Door>> {
        let _turn = self.shelf.reading.lock().await;
        if let Some(door) = self.door(auction) {
            return Some(door);
        }
        let read = self.read_sealed(auction).await;
        read.unwrap_or_else(|error| {
            tracing::error!(%auction, error = format!("{error:#}"), "the log cannot be read");
            None
        })
    }

    async fn read_sealed(&self, auction: &AuctionId) -> anyhow::Result<Option<Arc<Door>>> {
        if !self.shelf.knows(auction) && sealed_at(&*self.journal, auction).await?.is_none() {
            return Ok(None);
        }
        let (seal_key, surroundings) = (self.signer.seal_key(), &self.surroundings);
        let read = Recovered::read(&*self.journal, surroundings, seal_key, auction, None);
        let read = read.await?.context("the log is gone")?;
        let mut shown = read.shown.context("somebody sees it already")?;
        let (state, tail) = (read.auction, read.reader.tail().context("an empty log")?);
        // All before the seal is durable, or it would not be sealed.
        for committed in read.held.rest() {
            shown.replay(committed, state.at(), surroundings.clock.now())?;
        }
        let door = Arc::new(Door::new(
            &state,
            Viewers::start(shown, surroundings.clone()),
        ));
        door.seal(state.closed_at().unwrap_or(state.at()), Digest(tail.head));
        self.shelf.hold(Arc::clone(&door));
        Ok(Some(door))
    }

    /// An auction whose log is complete needs no room any more.
    pub(super) fn shelve(&self, door: &Arc<Door>, sealed_at: Timestamp) {
        self.shelf.note(&door.auction, sealed_at);
        self.shelf.hold(Arc::clone(door));
        self.rooms.remove(&door.auction);
    }

    /// Auctions that were sealed before this moment and whose logs lie in the journal.
    #[must_use]
    pub fn sealed_before(&self, moment: Timestamp) -> Vec<AuctionId> {
        let sealed = self.shelf.sealed.iter();
        let early = sealed.filter(|one| *one.value() < moment);
        early.map(|one| one.key().clone()).collect()
    }

    /// The log of an auction does not lie in the journal any more.
    pub fn forget(&self, auction: &AuctionId) {
        self.shelf.sealed.remove(auction);
    }
}

/// When a log was sealed; none for one that goes on. The seal stands alone in the last batch.
pub(super) async fn sealed_at(
    journal: &dyn Journal,
    auction: &AuctionId,
) -> anyhow::Result<Option<Timestamp>> {
    let Some(tail) = journal.tail(auction).await? else {
        return Ok(None);
    };
    let last = journal.read(auction, Some(tail.id.before()), 1).await?;
    let Some(last) = last.first() else {
        return Ok(None);
    };
    let batch: Batch =
        serde_json::from_slice(&last.body).with_context(|| format!("batch {}", last.id))?;
    let [leaf] = &batch.entries[..] else {
        return Ok(None);
    };
    let (_, entry) = leaf.entry()?;
    let seals = matches!(entry.command.act, Act::Seal { .. });
    Ok(seals.then_some(entry.at))
}
