//! Where the logs of auctions go that are long over: out of the journal, whose memory and start they
//! would burden, into an archive that is only read.
//!
//! [`Archived`] is a journal with an archive behind it: whoever reads a log need not know where it
//! lies. A log is removed from the journal only when the archive holds the same bytes and the
//! verifier found nothing wrong with them, so a crash at any moment leaves it in one of the two.

use super::journal::exchange::Exchange;
use super::journal::{
    AppendError, Appended, BatchId, Journal, JournalError, Mark, Result, StoredBatch, Tail,
};
use crate::limits::ARCHIVED_BATCHES;
use auction_rules::AuctionId;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The port of the archive: logs byte for byte, each whole or not there.
pub trait Archive: Send + Sync + 'static {
    /// Keeps these batches of a log that is not whole yet; those that are kept already stay.
    fn keep<'a>(
        &'a self,
        auction: &'a AuctionId,
        batches: &'a [StoredBatch],
    ) -> BoxFuture<'a, Result<()>>;

    /// From now on the log counts as whole and ends here.
    fn settle<'a>(&'a self, auction: &'a AuctionId, tail: Tail) -> BoxFuture<'a, Result<()>>;

    /// Where a whole log ends; none of one that is not whole.
    fn tail<'a>(&'a self, auction: &'a AuctionId) -> BoxFuture<'a, Result<Option<Tail>>>;

    /// What is kept of a log after this batch, whole or not, at most `limit` batches.
    fn read<'a>(
        &'a self,
        auction: &'a AuctionId,
        after: Option<BatchId>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<StoredBatch>>>;
}

/// A journal, and behind it the archive.
pub struct Archived {
    journal: Arc<dyn Journal>,
    archive: Arc<dyn Archive>,
}

impl Archived {
    /// Puts the archive behind the journal.
    #[must_use]
    pub fn new(journal: Arc<dyn Journal>, archive: Arc<dyn Archive>) -> Self {
        Self { journal, archive }
    }

    /// Copies a log that is over into the archive, and compares. Done again it goes on.
    ///
    /// # Errors
    /// When journal or archive does not answer, or the archive holds something else.
    pub async fn copy(&self, auction: &AuctionId) -> Result<()> {
        let mut after = None;
        loop {
            let batches = self.journal.read(auction, after, ARCHIVED_BATCHES).await?;
            let Some(last) = batches.last() else {
                return Ok(());
            };
            self.archive.keep(auction, &batches).await?;
            if self.archive.read(auction, after, batches.len()).await? != batches {
                return Err(JournalError::Damaged {
                    auction: auction.clone(),
                    what: "the archive holds another one".to_owned(),
                });
            }
            after = Some(last.id);
        }
    }

    /// Removes a log from the journal that was copied and ends with the archive's last batch.
    ///
    /// # Errors
    /// When journal or archive does not answer.
    pub async fn trim(&self, auction: &AuctionId) -> Result<()> {
        let Some(tail) = self.journal.tail(auction).await? else {
            return Ok(());
        };
        self.archive.settle(auction, tail).await?;
        match self.archive.tail(auction).await? {
            Some(kept) if kept == tail => self.journal.remove(auction, tail).await,
            _ => Err(JournalError::Damaged {
                auction: auction.clone(),
                what: "the archive's ends elsewhere".to_owned(),
            }),
        }
    }
}

impl Journal for Archived {
    fn append<'a>(
        &'a self,
        auction: &'a AuctionId,
        predecessor: Option<Tail>,
        batch: StoredBatch,
    ) -> BoxFuture<'a, Appended> {
        async move {
            // A log that was moved must not begin anew.
            if predecessor.is_none() {
                match self.archive.tail(auction).await {
                    Ok(None) => {}
                    Ok(Some(_)) => return Err(AppendError::Fenced),
                    Err(error) => return Err(AppendError::Unknown(error.into())),
                }
            }
            self.journal.append(auction, predecessor, batch).await
        }
        .boxed()
    }

    fn tail<'a>(&'a self, auction: &'a AuctionId) -> BoxFuture<'a, Result<Option<Tail>>> {
        async move {
            match self.journal.tail(auction).await? {
                Some(tail) => Ok(Some(tail)),
                None => self.archive.tail(auction).await,
            }
        }
        .boxed()
    }

    /// While a log is being read it may move: what the journal no longer holds is read on from the
    /// archive.
    fn read<'a>(
        &'a self,
        auction: &'a AuctionId,
        after: Option<BatchId>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<StoredBatch>>> {
        async move {
            let found = self.journal.read(auction, after, limit).await?;
            if !found.is_empty() || self.archive.tail(auction).await?.is_none() {
                return Ok(found);
            }
            self.archive.read(auction, after, limit).await
        }
        .boxed()
    }

    fn remove<'a>(&'a self, auction: &'a AuctionId, tail: Tail) -> BoxFuture<'a, Result<()>> {
        self.journal.remove(auction, tail)
    }

    fn auctions(&self) -> BoxFuture<'_, Result<Vec<AuctionId>>> {
        self.journal.auctions()
    }

    fn mark_alive<'a>(
        &'a self,
        marks: &'a [(AuctionId, Mark)],
    ) -> BoxFuture<'a, Result<Vec<AuctionId>>> {
        self.journal.mark_alive(marks)
    }

    fn marks(&self) -> BoxFuture<'_, Result<BTreeMap<AuctionId, Mark>>> {
        self.journal.marks()
    }

    fn exchange(&self) -> Option<&dyn Exchange> {
        self.journal.exchange()
    }

    fn waits_for_replicas(&self) -> bool {
        self.journal.waits_for_replicas()
    }

    fn settle_ms(&self) -> u64 {
        self.journal.settle_ms()
    }

    fn clock_ms(&self) -> BoxFuture<'_, Result<Option<i64>>> {
        self.journal.clock_ms()
    }

    fn weak_durability(&self) -> Option<String> {
        self.journal.weak_durability()
    }
}
