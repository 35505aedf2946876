//! The last batches of a log, in the memory of its owner: a failover of the journal may take away
//! what no replica had, and then they are appended again, byte for byte.

use std::{collections::VecDeque, time::Duration};

use auction_rules::ids::AuctionId;
use tokio::time::sleep;

use super::{Journal, NotAppended, StoredBatch, Tail, append_until_known};
use crate::limits::{JOURNAL_REPEAT_FIRST, JOURNAL_REPEAT_LAST, RECENT_BATCHES, RECENT_BYTES};

/// The end of one log, without gaps. The owner appends through it.
#[derive(Clone, Default, Debug)]
pub struct Recent {
    batches: VecDeque<StoredBatch>,
    bytes: usize,
}

impl Recent {
    /// Notes the next batch of the log, which is durable.
    pub fn push(&mut self, batch: StoredBatch) {
        self.bytes += batch.bytes();
        self.batches.push_back(batch);
        while self.batches.len() > RECENT_BATCHES || self.bytes > RECENT_BYTES {
            let Some(oldest) = self.batches.pop_front() else {
                return;
            };
            self.bytes -= oldest.bytes();
        }
    }

    /// Appends the next batch until the outcome is known. Where the log ends earlier than it did, on
    /// one of these batches, those that are missing go first.
    ///
    /// # Errors
    /// [`NotAppended::Fenced`] where the log ends anywhere else: somebody else owns the auction, or
    /// more is missing than is known here.
    pub async fn append(
        &mut self,
        journal: &dyn Journal,
        auction: &AuctionId,
        predecessor: Option<Tail>,
        batch: StoredBatch,
    ) -> Result<(), NotAppended> {
        let mut pause = JOURNAL_REPEAT_FIRST;
        loop {
            match append_until_known(journal, auction, predecessor, batch.clone()).await {
                Err(NotAppended::Fenced) => {}
                appended => break appended?,
            }
            match journal.tail(auction).await {
                Ok(tail) => break self.mend(journal, auction, tail, &batch).await?,
                Err(error) => tracing::warn!(%auction, %error, "cannot read where the log ends"),
            }
            sleep(pause).await;
            pause = Duration::min(pause * 2, JOURNAL_REPEAT_LAST);
        }
        self.push(batch);
        Ok(())
    }

    async fn mend(
        &self,
        journal: &dyn Journal,
        auction: &AuctionId,
        mut tail: Option<Tail>,
        last: &StoredBatch,
    ) -> Result<(), NotAppended> {
        let missing = self.after(tail).ok_or(NotAppended::Fenced)?;
        tracing::error!(
            %auction, missing = missing.len(),
            "the journal has lost the end of a log: its owner appends it again"
        );
        metrics::counter!("ebok_journal_mended_batches_total").increment(missing.len() as u64);
        for batch in missing.into_iter().chain([last]) {
            append_until_known(journal, auction, tail, batch.clone()).await?;
            tail = Some(batch.tail());
        }
        Ok(())
    }

    /// The batches behind this end of the log; none if it is no end that this log ever had, as far as
    /// is known here.
    fn after(&self, tail: Option<Tail>) -> Option<Vec<&StoredBatch>> {
        let known = match tail {
            None => 0,
            Some(tail) => {
                let place = self.batches.iter().position(|one| one.tail() == tail);
                place.map(|place| place + 1).or_else(|| {
                    let oldest = self.batches.front()?;
                    oldest.check(Some(tail)).is_ok().then_some(0)
                })?
            }
        };
        let missing: Vec<_> = self.batches.range(known..).collect();
        let founds = |batch: &&StoredBatch| batch.check(None).is_ok();
        let is_whole = tail.is_some() || missing.first().is_some_and(founds);
        is_whole.then_some(missing)
    }
}
