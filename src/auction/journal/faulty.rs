//! A journal in memory that fails as disks and links do, for the simulator and for tests.
//!
//! It keeps apart what is written from what is synced. Everything random comes from the seed and
//! everything slow from tokio's clock, so that on a paused clock a run repeats exactly.

mod inbox;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use auction_rules::ids::AuctionId;
use futures_util::{FutureExt, future::BoxFuture};
use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::sync::Notify;

use crate::clock::Clock;

use self::inbox::Inbox;
use super::exchange::{Exchange, Word};
use super::{
    AppendError, Appended, BatchId, Journal, JournalError, Mark, Result, Source, StoredBatch, Tail,
};
use crate::limits::JOURNAL_READ_MAX;

/// What may happen to one append.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The bytes never arrive; the outcome is unknown.
    Lost,
    /// The batch becomes durable, its acknowledgement is lost; the outcome is unknown.
    AnswerLost,
    /// The batch is written, not synced, and the outcome unknown: a crash may take it away, the
    /// next sync of anything makes it durable.
    Unsynced,
    /// The sync fails. As with [`Fault::Unsynced`], and from now on everything is refused until
    /// [`FaultyJournal::crash`].
    SyncFails,
}

/// How often faults come, each in thousandths of all appends, and how slow the journal is.
#[derive(Clone, Copy, Default, Debug)]
pub struct Faults {
    /// Share of [`Fault::Lost`].
    pub lost_permille: u32,
    /// Share of [`Fault::AnswerLost`].
    pub answer_lost_permille: u32,
    /// Share of [`Fault::Unsynced`].
    pub unsynced_permille: u32,
    /// Share of [`Fault::SyncFails`].
    pub sync_fails_permille: u32,
    /// Each append takes up to this long on its way in, and again on its way out.
    pub delay_max: Duration,
    /// Share of the ways, in or out, that take up to [`Faults::hang_max`].
    pub hang_permille: u32,
    /// How long the journal hangs at most.
    pub hang_max: Duration,
}

/// How far an append has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// It is asked for, and nothing is written.
    Begun,
    /// What became of it is decided, and nobody has heard of it.
    Decided,
}

/// The journal in memory. Clones share one store, as several nodes share one Redis.
#[derive(Clone)]
pub struct FaultyJournal {
    store: Arc<Mutex<Store>>,
    begun: Arc<Notify>,
    decided: Arc<Notify>,
    /// Something in the store has changed.
    changes: Arc<Notify>,
    link: Arc<Link>,
}

/// The way of one node to the store.
#[derive(Default)]
struct Link {
    is_cut: AtomicBool,
    mended: Notify,
}

struct Store {
    random: StdRng,
    faults: Faults,
    scripted: VecDeque<Fault>,
    logs: BTreeMap<AuctionId, Vec<StoredBatch>>,
    alive: BTreeMap<AuctionId, Mark>,
    inboxes: BTreeMap<AuctionId, Inbox>,
    words: BTreeMap<AuctionId, Word>,
    /// Its own clock, and how far it is ahead, in milliseconds.
    clock: Option<(Clock, i64)>,
    /// Written, not synced, in order of writing.
    unsynced: VecDeque<AuctionId>,
    failed: bool,
    /// Counts crashes; what was on its way before one is not answered after it.
    crashes: u64,
}

impl FaultyJournal {
    /// An empty journal; the same `seed` gives the same faults to the same appends.
    #[must_use]
    pub fn new(seed: u64, faults: Faults) -> Self {
        let store = Store {
            random: StdRng::seed_from_u64(seed),
            faults,
            scripted: VecDeque::new(),
            logs: BTreeMap::new(),
            alive: BTreeMap::new(),
            inboxes: BTreeMap::new(),
            words: BTreeMap::new(),
            clock: None,
            unsynced: VecDeque::new(),
            failed: false,
            crashes: 0,
        };
        Self {
            store: Arc::new(Mutex::new(store)),
            begun: Arc::default(),
            decided: Arc::default(),
            changes: Arc::default(),
            link: Arc::default(),
        }
    }

    /// The same store, as a node of its own reaches it.
    #[must_use]
    pub fn node(&self) -> Self {
        Self {
            link: Arc::default(),
            ..self.clone()
        }
    }

    /// Cuts this node's link, or mends it: what is on its way waits for that.
    pub fn cut(&self, cut: bool) {
        self.link.is_cut.store(cut, Ordering::SeqCst);
        self.link.mended.notify_waiters();
    }

    async fn linked(&self) {
        loop {
            let mut mended = std::pin::pin!(self.link.mended.notified());
            mended.as_mut().enable();
            if !self.link.is_cut.load(Ordering::SeqCst) {
                return;
            }
            mended.await;
        }
    }

    /// Gives it a clock of its own, so far ahead of this one.
    pub fn keep_time(&self, clock: &Clock, ahead_ms: i64) {
        self.store().clock = Some((clock.clone(), ahead_ms));
    }

    /// Changes what may happen from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.store().faults = faults;
    }

    /// Makes this happen to the next append that reaches the store; several queue up.
    pub fn inject(&self, fault: Fault) {
        self.store().scripted.push_back(fault);
    }

    /// The power goes and comes back. Of what was not synced a random earliest part stays, as on
    /// a disk; appends on their way end with an unknown outcome.
    pub fn crash(&self) {
        let mut store = self.store();
        let written = store.unsynced.len();
        let kept = store.random.random_range(0..=written);
        store.lose_unsynced_after(kept);
        store.restart();
        drop(store);
        self.changed();
    }

    /// The same, with nothing kept of what was not synced.
    pub fn crash_losing_all(&self) {
        let mut store = self.store();
        store.lose_unsynced_after(0);
        store.restart();
        drop(store);
        self.changed();
    }

    /// What no crash can take away any more, after the batch `after`.
    #[must_use]
    pub fn synced(&self, auction: &AuctionId, after: Option<BatchId>) -> Vec<StoredBatch> {
        let store = self.store();
        let batches = store.synced(auction).iter();
        let new = batches.filter(|batch| after.is_none_or(|after| batch.id > after));
        new.cloned().collect()
    }

    /// The number of the last entry that no crash can take away any more.
    #[must_use]
    pub fn synced_to(&self, auction: &AuctionId) -> u64 {
        let store = self.store();
        store.synced(auction).last().map_or(0, |last| last.last_seq)
    }

    /// Waits until the next append has come so far.
    pub async fn reached(&self, stage: Stage) {
        match stage {
            Stage::Begun => self.begun.notified().await,
            Stage::Decided => self.decided.notified().await,
        }
    }

    fn changed(&self) {
        self.changes.notify_waiters();
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a random part of the delay; false if the journal crashed meanwhile.
    async fn delay(&self, crashes: u64) -> bool {
        let pause = {
            let mut store = self.store();
            let hangs = store.faults.hang_permille;
            let hangs = hangs > 0 && store.random.random_range(0..1000) < hangs;
            let faults = store.faults;
            let max = if hangs {
                faults.hang_max
            } else {
                faults.delay_max
            };
            let max_us = u64::try_from(max.as_micros()).unwrap_or(u64::MAX);
            Duration::from_micros(store.random.random_range(0..=max_us))
        };
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        self.store().crashes == crashes
    }

    fn ask<'a, T: Send + 'a>(
        &'a self,
        query: impl FnOnce(&Store) -> T + Send + 'a,
    ) -> BoxFuture<'a, Result<T>> {
        async move {
            self.linked().await;
            let store = self.store();
            match store.failed {
                true => Err(JournalError::Unavailable(sync_failed())),
                false => Ok(query(&store)),
            }
        }
        .boxed()
    }
}

impl Journal for FaultyJournal {
    fn append<'a>(
        &'a self,
        auction: &'a AuctionId,
        predecessor: Option<Tail>,
        batch: StoredBatch,
    ) -> BoxFuture<'a, Appended> {
        async move {
            batch.check(predecessor)?;
            let crashes = self.store().crashes;
            self.begun.notify_waiters();
            self.linked().await;
            if !self.delay(crashes).await {
                return Err(unknown("the journal crashed before the append reached it"));
            }
            let appended = self.store().append(auction, predecessor, batch);
            self.changed();
            self.decided.notify_waiters();
            self.linked().await;
            if !self.delay(crashes).await {
                return Err(unknown("the journal crashed before it answered"));
            }
            appended
        }
        .boxed()
    }

    fn tail<'a>(&'a self, auction: &'a AuctionId) -> BoxFuture<'a, Result<Option<Tail>>> {
        self.ask(|store| store.tail(auction))
    }

    fn read<'a>(
        &'a self,
        auction: &'a AuctionId,
        after: Option<BatchId>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<StoredBatch>>> {
        self.ask(move |store| {
            let log = store.logs.get(auction).into_iter().flatten();
            let rest = log.filter(|batch| after.is_none_or(|after| batch.id > after));
            rest.take(limit.min(JOURNAL_READ_MAX)).cloned().collect()
        })
    }

    fn remove<'a>(&'a self, auction: &'a AuctionId, tail: Tail) -> BoxFuture<'a, Result<()>> {
        let mut store = self.store();
        if store.tail(auction) == Some(tail) {
            store.logs.remove(auction);
            store.alive.remove(auction);
        }
        std::future::ready(Ok(())).boxed()
    }

    fn auctions(&self) -> BoxFuture<'_, Result<Vec<AuctionId>>> {
        self.ask(|store| store.logs.keys().cloned().collect())
    }

    fn mark_alive<'a>(
        &'a self,
        marks: &'a [(AuctionId, Mark)],
    ) -> BoxFuture<'a, Result<Vec<AuctionId>>> {
        async move {
            self.linked().await;
            let mut store = self.store();
            if store.failed {
                return Err(JournalError::Unavailable(sync_failed()));
            }
            let refused = marks
                .iter()
                .filter(|(auction, mark)| !store.mark(auction, *mark));
            Ok(refused.map(|(auction, _)| auction.clone()).collect())
        }
        .boxed()
    }

    fn clock_ms(&self) -> BoxFuture<'_, Result<Option<i64>>> {
        self.ask(|store| {
            let clock = store.clock.as_ref();
            clock.map(|(clock, ahead_ms)| clock.now().0 + ahead_ms)
        })
    }

    fn marks(&self) -> BoxFuture<'_, Result<BTreeMap<AuctionId, Mark>>> {
        self.ask(|store| store.alive.clone())
    }

    fn exchange(&self) -> Option<&dyn Exchange> {
        Some(self)
    }
}

impl Store {
    fn append(
        &mut self,
        auction: &AuctionId,
        predecessor: Option<Tail>,
        batch: StoredBatch,
    ) -> Appended {
        if self.failed {
            return Err(AppendError::Fatal(sync_failed()));
        }
        let fault = self.fault();
        if fault == Some(Fault::Lost) {
            return Err(unknown("the append was lost"));
        }
        self.write(auction, predecessor, batch)?;
        match fault {
            Some(Fault::Unsynced) => return Err(unknown("the batch is not synced")),
            Some(Fault::SyncFails) => {
                self.failed = true;
                return Err(AppendError::Fatal(sync_failed()));
            }
            _ => self.unsynced.clear(),
        }
        if fault == Some(Fault::AnswerLost) {
            return Err(unknown("the acknowledgement was lost"));
        }
        Ok(())
    }

    /// The compare-and-append, into memory that is not synced yet.
    fn write(
        &mut self,
        auction: &AuctionId,
        predecessor: Option<Tail>,
        batch: StoredBatch,
    ) -> Appended {
        if self.tail(auction) == predecessor {
            self.logs.entry(auction.clone()).or_default().push(batch);
            self.unsynced.push_back(auction.clone());
            return Ok(());
        }
        let mut log = self.logs.get(auction).into_iter().flatten();
        let same = log.any(|stored| stored.id == batch.id && stored.nonce == batch.nonce);
        if same {
            Ok(())
        } else {
            Err(AppendError::Fenced)
        }
    }

    fn tail(&self, auction: &AuctionId) -> Option<Tail> {
        self.logs.get(auction)?.last().map(StoredBatch::tail)
    }

    fn synced(&self, auction: &AuctionId) -> &[StoredBatch] {
        let log = self.logs.get(auction).map_or(&[][..], Vec::as_slice);
        let unsynced = self.unsynced.iter().filter(|one| *one == auction).count();
        &log[..log.len() - unsynced]
    }

    /// False if the stored mark has a higher epoch.
    fn mark(&mut self, auction: &AuctionId, mark: Mark) -> bool {
        let stored = self.alive.entry(auction.clone()).or_insert(mark);
        let taken = mark.epoch >= stored.epoch;
        if mark.epoch > stored.epoch {
            *stored = mark;
        } else if taken {
            stored.at_ms = stored.at_ms.max(mark.at_ms);
            stored.left |= mark.left;
        }
        taken
    }

    /// The next scripted fault, else one by chance.
    fn fault(&mut self) -> Option<Fault> {
        let scripted = self.scripted.pop_front();
        scripted.or_else(|| self.chance())
    }

    fn chance(&mut self) -> Option<Fault> {
        let mut roll = self.random.random_range(0..1000);
        let shares = [
            (Fault::Lost, self.faults.lost_permille),
            (Fault::AnswerLost, self.faults.answer_lost_permille),
            (Fault::Unsynced, self.faults.unsynced_permille),
            (Fault::SyncFails, self.faults.sync_fails_permille),
        ];
        for (fault, share) in shares {
            if roll < share {
                return Some(fault);
            }
            roll -= share;
        }
        None
    }

    fn lose_unsynced_after(&mut self, kept: usize) {
        for auction in self.unsynced.split_off(kept).into_iter().rev() {
            let Some(log) = self.logs.get_mut(&auction) else {
                continue;
            };
            log.pop();
            if log.is_empty() {
                self.logs.remove(&auction);
            }
        }
    }

    fn restart(&mut self) {
        self.unsynced.clear();
        self.failed = false;
        self.crashes += 1;
    }
}

fn unknown(why: &str) -> AppendError {
    AppendError::Unknown(why.into())
}

fn sync_failed() -> Source {
    "an fsync failed; only a restart shows what is durable".into()
}
