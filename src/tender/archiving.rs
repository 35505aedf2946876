//! Archiving: the logs of auctions that are long over move from the journal into the store, each
//! when it was copied, compared and verified.

use super::Desk;
use crate::auction::archive::{Archive, Archived};
use crate::auction::journal::{BatchId, JournalError, Result as JournalResult, StoredBatch, Tail};
use crate::identity::Now;
use crate::limits::ARCHIVE_EVERY;
use crate::store::archive::{self, ArchivedBatch, ArchivedTail};
use crate::store::{Store, StoreError, audit};
use anyhow::{Context as _, ensure};
use auction_rules::verify::{Expected, Report, verify};
use auction_rules::{AuctionId, Timestamp};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt};
use serde_json::json;
use std::sync::Arc;

impl Desk {
    /// Archives for one server, until it is dropped, what was sealed so many days ago.
    pub async fn archive_logs(self, journal: Arc<Archived>, after_days: u32) {
        loop {
            let now = (self.now)();
            let before = Timestamp(now.0 - i64::from(after_days) * 86_400_000);
            self.archive_due(&journal, before).await;
            tokio::time::sleep(ARCHIVE_EVERY).await;
        }
    }

    /// Archives all logs in the journal that were sealed before this moment; gives how many. What
    /// cannot be archived stays where it is and is tried again.
    pub async fn archive_due(&self, journal: &Archived, sealed_before: Timestamp) -> usize {
        let mut archived = 0;
        for auction in self.house.sealed_before(sealed_before) {
            match self.archive(journal, &auction).await {
                Ok(()) => archived += 1,
                Err(error) => {
                    metrics::counter!("ebok_archive_failures_total").increment(1);
                    let error = format!("{error:#}");
                    tracing::error!(%auction, error, "the log was not archived");
                }
            }
        }
        archived
    }

    async fn archive(&self, journal: &Archived, auction: &AuctionId) -> anyhow::Result<()> {
        journal.copy(auction).await?;
        let report = self.verified(auction).await?;
        ensure!(report.sealed_head.is_some(), "the log is not sealed");
        if let Some(fault) = report.faults.first() {
            anyhow::bail!("the log does not verify: {fault}");
        }
        journal.trim(auction).await?;
        self.house.forget(auction);
        let details = json!({"auction": auction, "head": report.head, "batches": report.batches});
        let mut tx = self.store.write_tx().await?;
        audit(&mut tx, (self.now)(), "server", "log.archived", &details).await?;
        tx.commit().await?;
        tracing::info!(%auction, head = %report.head, "the log was archived");
        Ok(())
    }

    /// What `ebok verify` finds in the published log, whose bytes are those of the copy.
    async fn verified(&self, auction: &AuctionId) -> anyhow::Result<Report> {
        let log = self.house.published_log(auction, None).await?;
        let log: Vec<Bytes> = log.try_collect().await?;
        let fingerprint = self.house.signer().fingerprint();
        let expected = Expected {
            fingerprint: Some(fingerprint.parse().ok().context("no fingerprint")?),
            ..Expected::default()
        };
        let check = move || {
            let text = String::from_utf8(log.concat()).context("the log is no text")?;
            verify(&text, &expected).map_err(anyhow::Error::msg)
        };
        tokio::task::spawn_blocking(check).await?
    }
}

/// The archive in the store.
#[must_use]
pub fn archive_in(store: Store, now: Now) -> Arc<dyn Archive> {
    Arc::new(InStore { store, now })
}

struct InStore {
    store: Store,
    now: Now,
}

impl Archive for InStore {
    fn keep<'a>(
        &'a self,
        auction: &'a AuctionId,
        batches: &'a [StoredBatch],
    ) -> BoxFuture<'a, JournalResult<()>> {
        async move {
            let mut tx = self.store.write_tx().await.map_err(away)?;
            for batch in batches {
                let batch = archived(batch);
                archive::keep(&mut tx, auction, &batch)
                    .await
                    .map_err(away)?;
            }
            tx.commit().await.map_err(away)
        }
        .boxed()
    }

    fn settle<'a>(
        &'a self,
        auction: &'a AuctionId,
        tail: Tail,
    ) -> BoxFuture<'a, JournalResult<()>> {
        async move {
            let tail = ArchivedTail {
                id: columns(tail.id),
                head: tail.head,
            };
            let mut tx = self.store.write_tx().await.map_err(away)?;
            archive::settle(&mut tx, (self.now)(), auction, tail)
                .await
                .map_err(away)?;
            tx.commit().await.map_err(away)
        }
        .boxed()
    }

    fn tail<'a>(&'a self, auction: &'a AuctionId) -> BoxFuture<'a, JournalResult<Option<Tail>>> {
        async move {
            let tail = archive::tail(&self.store, auction).await.map_err(away)?;
            Ok(tail.map(|tail| Tail {
                id: batch_id(tail.id),
                head: tail.head,
            }))
        }
        .boxed()
    }

    fn read<'a>(
        &'a self,
        auction: &'a AuctionId,
        after: Option<BatchId>,
        limit: usize,
    ) -> BoxFuture<'a, JournalResult<Vec<StoredBatch>>> {
        async move {
            let after = after.map_or((0, 0), columns);
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let batches = archive::batches(&self.store, auction, after, limit).await;
            Ok(batches.map_err(away)?.into_iter().map(stored).collect())
        }
        .boxed()
    }
}

fn archived(batch: &StoredBatch) -> ArchivedBatch {
    ArchivedBatch {
        id: columns(batch.id),
        seqs: (signed(batch.first_seq), signed(batch.last_seq)),
        prev_head: batch.prev_head,
        head: batch.head,
        nonce: batch.nonce,
        body: batch.body.to_vec(),
        openings: batch.openings.to_vec(),
    }
}

fn stored(batch: ArchivedBatch) -> StoredBatch {
    StoredBatch {
        id: batch_id(batch.id),
        first_seq: batch.seqs.0.unsigned_abs(),
        last_seq: batch.seqs.1.unsigned_abs(),
        prev_head: batch.prev_head,
        head: batch.head,
        nonce: batch.nonce,
        body: batch.body.into(),
        openings: batch.openings.into(),
    }
}

fn columns(id: BatchId) -> (i64, i64) {
    (signed(id.epoch), signed(id.batch))
}

fn batch_id((epoch, batch): (i64, i64)) -> BatchId {
    BatchId {
        epoch: epoch.unsigned_abs(),
        batch: batch.unsigned_abs(),
    }
}

/// No journal takes a count beyond this.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn away(error: StoreError) -> JournalError {
    JournalError::Unavailable(error.into())
}
