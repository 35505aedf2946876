//! The log of a scenario as it would be published, signed with keys that are thrown away.

use super::world::auction_id;
use super::{Played, Scenario};
use crate::auction::openings::Opening;
use crate::auction::room::Sealed;
use crate::chain::Signer;
use anyhow::{Context, Result};
use auction_rules::identity::Disclosure;
use auction_rules::log::{BATCH_ENTRIES_MAX, Batch, GENESIS, Header};
use auction_rules::sealed::BidOpening;
use auction_rules::verify::{FORMAT, PublishedLog};
use auction_rules::{Act, Alias, AuctionId, Digest, Entry, Event, Outcome, Writer, hex};
use std::collections::BTreeMap;

const NODE: &str = "simulate";

/// Signs the log of a scenario: keys made for this alone, which are gone when it is dropped.
pub struct Scribe {
    signer: Signer,
    auction: AuctionId,
    batches: Vec<Batch>,
    /// Entries in the batches.
    bound: usize,
    head: Digest,
    epoch: u64,
    batch: u64,
    failed: Option<anyhow::Error>,
}

impl Scribe {
    /// A scribe with new keys.
    ///
    /// # Errors
    /// When no folder for the keys can be made.
    pub fn new(scenario: &Scenario) -> Result<Self> {
        let folder = tempfile::tempdir().context("no folder for the keys")?;
        let signer = Signer::open(folder.path(), NODE, scenario.published_at())?;
        Ok(Self {
            signer,
            auction: auction_id(),
            batches: Vec::new(),
            bound: 0,
            head: GENESIS,
            epoch: 1,
            batch: 0,
            failed: None,
        })
    }

    /// The first writer of the log.
    #[must_use]
    pub fn writer(&self) -> Writer {
        Writer {
            node: NODE.to_owned(),
            key: self.signer.key_id().to_owned(),
            epoch: 1,
        }
    }

    /// The admin key's fingerprint, for `ebok verify --key`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.signer.fingerprint()
    }

    /// Binds the entries of the log so far that are in no batch yet, and tells the head. What goes wrong
    /// is told by [`Self::published`].
    pub fn bind(&mut self, entries: &[Entry]) -> Digest {
        while self.failed.is_none()
            && let Some(rest) = entries.get(self.bound..).filter(|rest| !rest.is_empty())
        {
            // A new writer begins with a batch of its own.
            let another = rest.iter().skip(1).position(takes_over);
            let count = another.map_or(rest.len(), |place| place + 1);
            let taken = rest.iter().take(count.min(BATCH_ENTRIES_MAX));
            self.failed = self.add(taken.cloned().collect()).err();
        }
        self.head
    }

    fn add(&mut self, entries: Vec<Entry>) -> Result<()> {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Ok(());
        };
        if takes_over(first) {
            (self.epoch, self.batch) = (self.epoch + 1, 0);
        }
        let nonce: [u8; 16] = rand::random();
        let header = Header {
            epoch: self.epoch,
            batch: self.batch,
            first_seq: first.seq,
            last_seq: last.seq,
            prev_head: self.head,
            inbox: None,
            durable_to: None,
            nonce: hex::encode(&nonce),
            key: self.signer.key_id().to_owned(),
        };
        self.bound += entries.len();
        self.batch += 1;
        let sealed = Sealed::new(&self.auction, &header, entries, nonce, &self.signer)?;
        self.head = Digest(sealed.stored.head);
        self.batches
            .push(serde_json::from_slice(&sealed.stored.body)?);
        Ok(())
    }

    /// The log as it is published, with the disclosures of those whom it reveals.
    ///
    /// # Errors
    /// Never for entries that the rules made.
    pub fn published(mut self, played: &Played, scenario: &Scenario) -> Result<PublishedLog> {
        self.bind(&played.entries);
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        Ok(PublishedLog {
            stamp: None,
            format: FORMAT.to_owned(),
            auction: self.auction,
            key_set: self.signer.key_set().clone(),
            disclosures: disclosures(played, scenario),
            openings: played.openings.iter().filter_map(of_bid).collect(),
            batches: self.batches,
        })
    }
}

fn of_bid((commitment, opening): (&Digest, &Opening)) -> Option<(Digest, BidOpening)> {
    match opening {
        Opening::Bid(bid) => Some((*commitment, bid.clone())),
        Opening::Tail(_) => None,
    }
}

fn takes_over(entry: &Entry) -> bool {
    matches!(entry.command.act, Act::TakeOver { .. })
}

fn disclosures(played: &Played, scenario: &Scenario) -> BTreeMap<Alias, Disclosure> {
    let events = played
        .entries
        .iter()
        .flat_map(|entry| match &entry.outcome {
            Outcome::Events(events) => events.as_slice(),
            Outcome::Refused(_) => &[],
        });
    let revealed = events.flat_map(|event| match event {
        Event::IdentitiesRevealed { aliases } => aliases.as_slice(),
        _ => &[],
    });
    let disclosed = |alias: &Alias| {
        let firm = played
            .report
            .bidders
            .iter()
            .position(|firm| firm.alias == Some(*alias))?;
        Some((*alias, scenario.bidders.get(firm)?.disclosure.clone()))
    };
    revealed.filter_map(disclosed).collect()
}
