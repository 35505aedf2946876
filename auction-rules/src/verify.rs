//! Checks a published log offline: anyone with the file and the admin key's fingerprint can repeat
//! the auction and get the same winner.
//!
//! Whatever was altered, removed, reordered or cut off is named. The key never comes from the log:
//! without a fingerprint the chain may be consistent, but its origin is not proven.

use crate::auction::Auction;
use crate::command::{Act, By};
use crate::entry::Entry;
use crate::event::{AuctionResult, Outcome};
use crate::identity::Disclosure;
use crate::ids::{Alias, AuctionId, Digest};
use crate::keys::KeySet;
use crate::log::{self, BATCH_ENTRIES_MAX, Batch, GENESIS, Header, Leaf, Receipt};
use crate::refusal::Refusal;
use crate::sealed::BidOpening;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The format of a published log.
pub const FORMAT: &str = "ebok-log-1";

/// A published log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedLog {
    /// [`FORMAT`].
    pub format: String,
    /// Which auction.
    pub auction: AuctionId,
    /// Who may sign.
    pub key_set: KeySet,
    /// Who hides behind an alias, as far as it may be known.
    pub disclosures: BTreeMap<Alias, Disclosure>,
    /// What sealed attempts committed to that the log itself never opens, because they were refused:
    /// by commitment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub openings: BTreeMap<Digest, BidOpening>,
    /// A third party's word for when the sealed head existed: a token of RFC 3161, DER in base64. It
    /// is not checked here: [`Report::sealed_head`] is what it must be of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<String>,
    /// The batches, oldest first.
    pub batches: Vec<Batch>,
}

/// What a log is held against.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// SHA-256 of the admin key, as it stands in the invitation.
    pub fingerprint: Option<Digest>,
    /// Receipts that must stand in the log.
    pub receipts: Vec<Receipt>,
    /// A head seen elsewhere (a stamp, the officer's screen) that the log must reach.
    pub head: Option<Digest>,
}

/// What the check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Which auction.
    pub auction: AuctionId,
    /// Entries read.
    pub entries: u64,
    /// Batches read.
    pub batches: u64,
    /// The last head.
    pub head: Digest,
    /// The head with which the log was sealed.
    pub sealed_head: Option<Digest>,
    /// When it was sealed, by the server's clock.
    pub sealed_at: Option<Timestamp>,
    /// The published time stamp of the sealed head: DER in base64. Its check needs certificates,
    /// so it is not done here.
    #[serde(skip)]
    pub stamp: Option<String>,
    /// When an authority saw the sealed head, where its stamp was checked.
    pub stamped_at: Option<Timestamp>,
    /// The result, repeated by the rules.
    pub result: Option<AuctionResult>,
    /// The winner's data, where they are disclosed and open the commitment.
    pub winner: Option<Disclosure>,
    /// The hash of the state that the log leads to.
    pub state_hash: Option<Digest>,
    /// Receipts that were proven and found.
    pub receipts: usize,
    /// Commitments that nothing opens: sealed values and random tails whose key is lost. They count
    /// for nothing, and what was refused under them is not proven.
    pub unopened: usize,
    /// Everything that is wrong, in the order of the log.
    pub faults: Vec<Fault>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub what: String,
}

/// Where something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The log as a whole.
    Log,
    /// One entry, by its number.
    Entry(u64),
    /// The entries of one batch, first and last.
    Entries(u64, u64),
    /// A receipt, by its place among those given.
    Receipt(usize),
    /// The time stamp of the sealed head.
    Stamp,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Log => write!(f, "log: {}", self.what),
            Place::Stamp => write!(f, "time stamp: {}", self.what),
            Place::Entry(seq) => write!(f, "entry {seq}: {}", self.what),
            Place::Entries(first, last) => write!(f, "entries {first}–{last}: {}", self.what),
            Place::Receipt(index) => {
                write!(f, "receipt {}: {}", index.saturating_add(1), self.what)
            }
        }
    }
}

/// Checks the text of a published log.
///
/// # Errors
/// Why the text is no published log at all.
pub fn verify(text: &str, expected: &Expected) -> Result<Report, String> {
    let log: PublishedLog =
        serde_json::from_str(text).map_err(|error| format!("this is no published log: {error}"))?;
    if log.format != FORMAT {
        return Err(format!("the format is {:?}, not {FORMAT:?}", log.format));
    }
    let mut walk = Walk::new(&log);
    walk.origin(expected);
    for batch in &log.batches {
        walk.batch(batch);
    }
    walk.finish(expected);
    walk.disclosures();
    for (index, receipt) in expected.receipts.iter().enumerate() {
        walk.receipt(index, receipt);
    }
    Ok(walk.report)
}

struct Walk<'a> {
    log: &'a PublishedLog,
    report: Report,
    /// The state so far; none before the first entry and after one that does not fit.
    state: Option<Auction>,
    /// Epoch and batch of the batch before.
    last: Option<(u64, u64)>,
    /// Told parts seen with their salts, for receipts: two bidders may be told the same.
    told: BTreeSet<(&'a str, &'a str)>,
    /// Openings that are left: each belongs to an attempt.
    openings: BTreeMap<Digest, &'a BidOpening>,
    /// Command ids seen: each counts once.
    ids: BTreeSet<(String, String)>,
    replaying: bool,
}

impl<'a> Walk<'a> {
    fn new(log: &'a PublishedLog) -> Self {
        let report = Report {
            auction: log.auction.clone(),
            entries: 0,
            batches: 0,
            head: GENESIS,
            sealed_head: None,
            sealed_at: None,
            stamp: log.stamp.clone(),
            stamped_at: None,
            result: None,
            winner: None,
            state_hash: None,
            receipts: 0,
            unopened: 0,
            faults: Vec::new(),
        };
        Self {
            log,
            report,
            state: None,
            last: None,
            told: BTreeSet::new(),
            openings: log.openings.iter().map(|(key, one)| (*key, one)).collect(),
            ids: BTreeSet::new(),
            replaying: true,
        }
    }

    fn fault(&mut self, place: Place, what: impl Into<String>) {
        self.report.faults.push(Fault {
            place,
            what: what.into(),
        });
    }

    fn origin(&mut self, expected: &Expected) {
        let Some(trusted) = expected.fingerprint else {
            return self.fault(
                Place::Log,
                "no trusted key was given: the chain may be consistent, its origin is not proven",
            );
        };
        if self.log.key_set.fingerprint() != Some(trusted) {
            self.fault(
                Place::Log,
                "the key set belongs to another admin key than the trusted one",
            );
        } else if !self.log.key_set.is_signed() {
            self.fault(Place::Log, "the admin key did not sign this key set");
        }
    }

    fn batch(&mut self, batch: &'a Batch) {
        let before = self.report.entries;
        let first = before.saturating_add(1);
        let last = before.saturating_add(u64::try_from(batch.entries.len()).unwrap_or(u64::MAX));
        let here = Place::Entries(first, last);
        self.report.batches = self.report.batches.saturating_add(1);
        if batch.auction != self.log.auction {
            self.fault(here, "the batch belongs to another auction");
        }
        if batch.entries.is_empty() || batch.entries.len() > BATCH_ENTRIES_MAX {
            self.fault(here, "the batch has too few or too many entries");
        }
        if batch.header.computed() != Ok(batch.header.hash) {
            self.fault(here, "the header was altered");
        }
        let header = match batch.header() {
            Ok(header) => header,
            Err(malformed) => return self.fault(here, malformed.to_string()),
        };
        self.placed(&header, first, last);
        self.signed(batch, &header, first, last);
        for leaf in &batch.entries {
            self.entry(batch, &header, leaf);
        }
        if self.replaying && header.last_seq > last {
            self.lost(last.saturating_add(1), "it is missing from its batch");
        }
        self.report.entries = header.last_seq.max(last);
    }

    /// The batch stands on the one before, and nothing is missing between.
    fn placed(&mut self, header: &Header, first: u64, last: u64) {
        let here = Place::Entries(first, last);
        let follows = match self.last {
            None => (header.epoch, header.batch) == (1, 0),
            Some((epoch, batch)) => {
                (header.epoch, Some(header.batch)) == (epoch, batch.checked_add(1))
                    || (Some(header.epoch), header.batch) == (epoch.checked_add(1), 0)
            }
        };
        if header.first_seq != first {
            self.fault(
                Place::Entry(first),
                format!(
                    "missing or out of order: the next batch begins with entry {}",
                    header.first_seq
                ),
            );
        } else if !follows || header.prev_head != self.report.head {
            self.fault(here, "the batch does not stand on the one before: something was removed, inserted or reordered");
        }
        if header.last_seq.checked_sub(header.first_seq) != last.checked_sub(first) {
            self.fault(
                here,
                format!(
                    "the header counts entries {} to {}",
                    header.first_seq, header.last_seq
                ),
            );
        }
        self.last = Some((header.epoch, header.batch));
    }

    fn signed(&mut self, batch: &Batch, header: &Header, first: u64, last: u64) {
        let here = Place::Entries(first, last);
        let root = match batch.tree() {
            Ok(tree) => tree.root(),
            Err(malformed) => return self.fault(here, malformed.to_string()),
        };
        // The chain goes on from what this batch says it stands on: a break is named once.
        self.report.head = log::head(&header.prev_head, &root);
        let message = log::signed_message(&self.log.auction, &root);
        match self.log.key_set.key(&header.key) {
            None => self.fault(here, "signed by a key that is not in the key set"),
            Some(key) if !key.signed(&message, &batch.signature) => {
                self.fault(here, "the signature does not fit: the batch was altered");
            }
            Some(_) => {}
        }
    }

    fn entry(&mut self, batch: &Batch, header: &Header, leaf: &'a Leaf) {
        let seq = self.report.entries.saturating_add(1);
        self.report.entries = seq;
        if leaf.computed() != Ok(leaf.hash) {
            self.fault(Place::Entry(seq), "altered: its parts do not have its hash");
        }
        self.told.insert((&leaf.told, &leaf.told_salt));
        let entry = match leaf.entry() {
            Ok((auction, entry)) if auction == self.log.auction => entry,
            Ok(_) => return self.lost(seq, "it belongs to another auction"),
            Err(malformed) => return self.lost(seq, &malformed.to_string()),
        };
        if entry.seq != seq {
            return self.lost(seq, &format!("it is numbered {}", entry.seq));
        }
        let key = self.log.key_set.key(&header.key);
        if key.is_some_and(|key| !(key.valid_from..=key.valid_until).contains(&entry.at)) {
            self.fault(Place::Entry(seq), "signed by a key that was not valid then");
        }
        self.counts_once(&entry);
        self.acts_of_the_writer(batch, header, &entry);
        if self.replaying {
            self.replay(&entry);
        }
    }

    /// After an entry that cannot be read or does not fit, the rules cannot go on.
    fn lost(&mut self, seq: u64, what: &str) {
        self.fault(Place::Entry(seq), what);
        self.replaying = false;
    }

    fn counts_once(&mut self, entry: &Entry) {
        let by = match &entry.command.by {
            By::Bidder(bidder) => bidder.to_string(),
            By::Officer(officer) => officer.to_string(),
            By::Server => return,
        };
        if let Some(id) = &entry.command.id
            && !self.ids.insert((by, id.to_string()))
        {
            self.fault(Place::Entry(entry.seq), "its command id was used before");
        }
    }

    /// Publication, takeover and seal name the writer, the key and the head as they are.
    fn acts_of_the_writer(&mut self, batch: &Batch, header: &Header, entry: &Entry) {
        let seq = entry.seq;
        let wrong = match &entry.command.act {
            Act::Publish { writer, .. } | Act::TakeOver { writer } => {
                let another = writer.epoch != header.epoch || writer.key != header.key;
                another.then_some("it names another writer than its batch")
            }
            Act::Seal { head } => {
                self.report.sealed_head = Some(self.report.head);
                self.report.sealed_at = Some(entry.at);
                let another = *head != header.prev_head || batch.entries.len() != 1;
                another.then_some("the seal does not carry the head before it")
            }
            _ => {
                let begins = header.batch == 0 && seq == header.first_seq;
                begins.then_some("a new writer begins with a takeover")
            }
        };
        if let Some(wrong) = wrong {
            self.fault(Place::Entry(seq), wrong);
        }
    }

    fn replay(&mut self, entry: &Entry) {
        let Some(state) = &mut self.state else {
            match Auction::founded(self.log.auction.clone(), entry) {
                Ok(state) => self.state = Some(state),
                Err(misfit) => self.lost(entry.seq, misfit.why),
            }
            return;
        };
        let opened = opened(state, entry, &mut self.openings);
        let overtook = state.due().is_some_and(|due| {
            !matches!(entry.command.by, By::Server) && entry.command.received_at >= due.at
        });
        let same = state.enter(entry.command.clone()) == *entry;
        let applied = state.apply(entry);
        if overtook {
            self.fault(
                Place::Entry(entry.seq),
                "decided before a deadline that came first",
            );
        }
        if !same {
            self.fault(Place::Entry(entry.seq), "the rules decide it otherwise");
        }
        match opened {
            Opened::Nothing => {}
            Opened::Otherwise => self.fault(
                Place::Entry(entry.seq),
                "what was sealed in it is not what its opening shows",
            ),
            Opened::Lost(count) => {
                self.report.unopened = self.report.unopened.saturating_add(count);
            }
        }
        if let Err(misfit) = applied {
            self.lost(entry.seq, misfit.why);
        }
    }

    fn finish(&mut self, expected: &Expected) {
        if self.replaying && !self.openings.is_empty() {
            self.fault(Place::Log, "an opening belongs to no sealed attempt");
        }
        let last = self.report.entries;
        if let Some(state) = &self.state {
            self.report.result = state.result().cloned();
            self.report.state_hash = Some(state.state_hash());
        }
        if !self.state.as_ref().is_some_and(Auction::is_sealed) {
            self.fault(Place::Log, format!("unfinished: it ends with entry {last} and was not sealed, or was cut off after it"));
        }
        if expected.head.is_some_and(|head| head != self.report.head) {
            self.fault(
                Place::Log,
                format!("cut off after entry {last}: it does not reach the head that was seen"),
            );
        }
    }

    fn disclosures(&mut self) {
        for (alias, disclosure) in &self.log.disclosures {
            let bidder = self.state.as_ref().and_then(|state| state.bidder(*alias));
            if bidder.is_none() || disclosure.commitment() != bidder {
                self.fault(
                    Place::Log,
                    format!("the data disclosed for bidder {alias} do not open its commitment"),
                );
            } else if self.report.result.as_ref().and_then(|result| result.winner) == Some(*alias) {
                self.report.winner = Some(disclosure.clone());
            }
        }
    }

    fn receipt(&mut self, index: usize, receipt: &Receipt) {
        let here = Place::Receipt(index);
        let told = match receipt.told() {
            Ok(told) if told.auction == self.log.auction => told,
            Ok(_) => return self.fault(here, "it belongs to another auction"),
            Err(malformed) => return self.fault(here, malformed.to_string()),
        };
        let proven = receipt.root().is_ok_and(|root| {
            let message = log::signed_message(&told.auction, &root);
            self.log
                .key_set
                .key(&receipt.key)
                .is_some_and(|key| key.signed(&message, &receipt.signature))
        });
        if !proven {
            return self.fault(
                here,
                "its path or signature does not fit: the receipt was altered or is not ours",
            );
        }
        if !self
            .told
            .contains(&(receipt.told.as_str(), receipt.told_salt.as_str()))
        {
            let alias = told
                .alias
                .map_or_else(String::new, |alias| format!(" of bidder {alias}"));
            let n = told.n.unwrap_or_default();
            return self.fault(here, format!("attempt {n}{alias} is missing from the log"));
        }
        self.report.receipts = self.report.receipts.saturating_add(1);
    }
}

/// What became of what an entry keeps secret or shows.
enum Opened {
    /// It holds with all that is shown.
    Nothing,
    /// What is shown is something else.
    Otherwise,
    /// So many commitments stay closed.
    Lost(usize),
}

/// Holds an attempt against its published opening, on the state before it, and counts what is lost.
fn opened(state: &Auction, entry: &Entry, openings: &mut BTreeMap<Digest, &BidOpening>) -> Opened {
    match (&entry.command.act, &entry.outcome) {
        (Act::PlaceSealed { commitment, .. }, outcome) => match openings.remove(commitment) {
            Some(opening) if state.is_sealed_as(&entry.command, opening) => Opened::Nothing,
            Some(_) => Opened::Otherwise,
            None if matches!(outcome, Outcome::Refused(Refusal::SealedRefused { .. })) => {
                Opened::Lost(1)
            }
            None => Opened::Nothing,
        },
        (Act::Reveal { openings }, Outcome::Events(_)) => {
            let lost = openings.iter().filter(|one| one.opening.is_none());
            Opened::Lost(lost.count())
        }
        (Act::EndPhase { tail: None }, Outcome::Events(_)) => {
            Opened::Lost(usize::from(state.random_tail().is_some()))
        }
        _ => Opened::Nothing,
    }
}
