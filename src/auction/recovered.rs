//! A log read back: the state, what viewers get, and where it ends.

use super::journal::{Journal, Recent};
use super::openings::{self, Openings};
use super::reading::{Held, Read, Reader};
use super::viewers::{Shown, Surroundings};
use crate::chain::SealKey;
use crate::limits::RECOVERY_BATCHES;
use anyhow::Context as _;
use auction_rules::{Auction, AuctionId, Entry};

/// A log read back.
pub(super) struct Recovered {
    /// The state after it.
    pub(super) auction: Auction,
    /// What viewers may see of it; none where they are there already.
    pub(super) shown: Option<Shown>,
    /// What they have not seen.
    pub(super) held: Held,
    pub(super) entries: Vec<Entry>,
    pub(super) openings: Openings,
    pub(super) reader: Reader,
    /// Its last batches.
    pub(super) recent: Recent,
}

impl Recovered {
    /// Reads a log. Viewers who are there have seen the entries up to `seen`. None where there is no
    /// log.
    ///
    /// # Errors
    /// When the journal does not answer, or holds a log that does not replay.
    pub(super) async fn read(
        journal: &dyn Journal,
        surroundings: &Surroundings,
        seal_key: &SealKey,
        auction: &AuctionId,
        seen: Option<u64>,
    ) -> anyhow::Result<Option<Self>> {
        let mut reader = Reader::new(auction);
        let mut recovered: Option<Self> = None;
        loop {
            let after = reader.tail().map(|tail| tail.id);
            let batches = journal.read(auction, after, RECOVERY_BATCHES).await?;
            if batches.is_empty() {
                return Ok(recovered.map(|recovered| Self {
                    reader,
                    ..recovered
                }));
            }
            for stored in batches {
                let read = reader.read(&stored)?;
                let (openings, lost) = openings::read(seal_key, auction, &stored.openings);
                if lost > 0 {
                    tracing::error!(%auction, batch = %stored.id, lost, "sealed values that this seal key does not open");
                }
                match &mut recovered {
                    None => recovered = Some(Self::founded(auction, &read, seen)?),
                    Some(before) => before.follow(read, seen, surroundings).await?,
                }
                if let Some(recovered) = &mut recovered {
                    recovered.openings.extend(openings);
                    recovered.recent.push(stored);
                }
            }
        }
    }

    /// Who may see that it was published need not wait for replicas: nothing else is in the log.
    fn founded(auction: &AuctionId, read: &Read, seen: Option<u64>) -> anyhow::Result<Self> {
        let first = read.committed.entries.first().context("an empty batch")?;
        let state = Auction::founded(auction.clone(), &first.0)?;
        Ok(Self {
            shown: seen.is_none().then(|| Shown::new(state.clone())),
            auction: state,
            held: Held::default(),
            entries: vec![first.0.clone()],
            openings: Openings::new(),
            reader: Reader::new(auction),
            recent: Recent::default(),
        })
    }

    async fn follow(
        &mut self,
        mut read: Read,
        seen: Option<u64>,
        surroundings: &Surroundings,
    ) -> anyhow::Result<()> {
        let committed = &mut read.committed;
        if let Some(alias) = committed.revealed() {
            let bidder = self.auction.bidder(alias);
            committed.winner = surroundings.name(alias, bidder).await;
        }
        for (entry, _) in &committed.entries {
            self.auction.apply(entry)?;
            self.entries.push(entry.clone());
        }
        if seen.is_none_or(|seen| read.last_seq > seen) {
            self.held.push(read);
        }
        let Some(shown) = &mut self.shown else {
            return Ok(());
        };
        while let Some(read) = self.held.pop() {
            let at = read
                .committed
                .entries
                .last()
                .map_or(self.auction.at(), |(entry, _)| entry.at);
            shown.replay(read.committed, at, surroundings.clock.now())?;
        }
        Ok(())
    }

    /// The entries that viewers have seen.
    pub(super) fn seen(&self) -> usize {
        let unseen = self.held.entries();
        self.entries.len() - unseen.min(self.entries.len())
    }
}
