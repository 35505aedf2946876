//! The journal: where an auction's batches become durable.
//!
//! A batch is accepted only onto the tail that its writer believes in, id *and* head hash.
//! This compare-and-append is the only thing that keeps two owners of one auction apart:
//! taking over is itself an append, and whoever stood there before is fenced by it.
//!
//! Two implementations serve the product, [`sqlite`] for one machine and [`redis`] for many;
//! [`faulty`] gives the simulator what disks and links do at their worst. One conformance
//! suite, `tests/it/journal.rs`, runs on all three.

pub mod exchange;
pub mod faulty;
mod recent;
pub mod redis;
pub mod sqlite;

use std::{collections::BTreeMap, fmt, future, time::Duration};

use auction_rules::ids::AuctionId;
use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
pub use recent::Recent;
use tokio::sync::{mpsc, oneshot};

use self::exchange::Exchange;
use crate::limits::{
    JOURNAL_BODY_BYTES_MAX, JOURNAL_GROUP_BYTES_MAX, JOURNAL_GROUP_MAX, JOURNAL_REPEAT_FIRST,
    JOURNAL_REPEAT_LAST, SETTLE_MS,
};

/// SHA-256.
pub type Hash = [u8; 32];

/// Position of a batch: `epoch` starts at 1, `batch` counts from 0 within it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BatchId {
    /// One ownership of the auction; each takeover starts the next.
    pub epoch: u64,
    /// Counts the batches of that ownership.
    pub batch: u64,
}

/// Where a log ends: what an append must stand on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tail {
    /// The last batch.
    pub id: BatchId,
    /// Its head hash.
    pub head: Hash,
}

/// One batch as stored.
///
/// `body` is the same bytes in both journals. `openings` may be empty; it is neither hashed
/// nor published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredBatch {
    /// Its place in the log.
    pub id: BatchId,
    /// `seq` of its first entry.
    pub first_seq: u64,
    /// `seq` of its last entry.
    pub last_seq: u64,
    /// Head hash of the batch it stands on; of the founding batch, whatever the chain starts from.
    pub prev_head: Hash,
    /// Head hash of the chain up to and with this batch.
    pub head: Hash,
    /// Random bytes of the writer, by which it knows its own batch again.
    pub nonce: [u8; 16],
    /// The canonical bytes of the entries.
    pub body: Bytes,
    /// Encrypted openings of sealed values.
    pub openings: Bytes,
}

/// The last word of the owner of an auction: that it was alive, or that it left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mark {
    /// The owner's epoch.
    pub epoch: u64,
    /// When it was alive, epoch-ms UTC.
    pub at_ms: i64,
    /// It handed the auction over: the next one need not wait.
    pub left: bool,
}

/// What lies behind an error.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why an append was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another tail stands there. Nothing was changed.
    #[error("the log does not end where the writer believes")]
    Fenced,
    /// The outcome is not known: repeat the same bytes onto the same predecessor.
    #[error("the journal has not said whether the batch is durable")]
    Unknown(#[source] Source),
    /// The journal takes nothing more (failed fsync, full disk), or never this batch (malformed).
    /// The room must stop; what is durable shows only after a restart.
    #[error("the journal cannot store the batch")]
    Fatal(#[source] Source),
}

/// Why [`append_until_known`] ended without the batch being durable.
#[derive(Debug, thiserror::Error)]
pub enum NotAppended {
    /// Another tail stands there: somebody else owns the auction.
    #[error("the log does not end where the writer believes")]
    Fenced,
    /// See [`AppendError::Fatal`].
    #[error("the journal cannot store the batch")]
    Fatal(#[source] Source),
}

/// Why the journal could not be opened or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It must not be used like this; the sentence tells the operator what to change.
    #[error("{0}")]
    Refused(String),
    /// It does not answer; ask again later.
    #[error("the journal does not answer")]
    Unavailable(#[source] Source),
    /// It holds something that no server of ours has written there.
    #[error("the log of auction {auction} cannot be read: {what}")]
    Damaged {
        /// Whose log.
        auction: AuctionId,
        /// What is wrong with it.
        what: String,
    },
}

/// What the journal answers when asked, not told.
pub type Result<T, E = JournalError> = std::result::Result<T, E>;

/// What an append answers.
pub type Appended = Result<(), AppendError>;

/// A durable log per auction, written by one owner at a time.
pub trait Journal: Send + Sync + 'static {
    /// Puts `batch` onto `predecessor`; durable when `Ok`. `predecessor` is `None` for the
    /// founding batch `1-0` and for nothing else. The same bytes again are `Ok` again.
    fn append<'a>(
        &'a self,
        auction: &'a AuctionId,
        predecessor: Option<Tail>,
        batch: StoredBatch,
    ) -> BoxFuture<'a, Appended>;

    /// Where the log ends; `None` if there is none.
    fn tail<'a>(&'a self, auction: &'a AuctionId) -> BoxFuture<'a, Result<Option<Tail>>>;

    /// The batches after `after`, oldest first, at most `limit` and never more than
    /// [`JOURNAL_READ_MAX`](crate::limits::JOURNAL_READ_MAX): only an empty answer means the end.
    fn read<'a>(
        &'a self,
        auction: &'a AuctionId,
        after: Option<BatchId>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<StoredBatch>>>;

    /// Removes a log that ends here, with the last word of its owner: it lies in the archive. One that
    /// ends elsewhere stays as it is.
    fn remove<'a>(&'a self, auction: &'a AuctionId, tail: Tail) -> BoxFuture<'a, Result<()>>;

    /// Every auction that has a log, in order of its id. Slow; for the start of a node.
    fn auctions(&self) -> BoxFuture<'_, Result<Vec<AuctionId>>>;

    /// Notes in one write the last word of the owner of each auction. Answers the auctions whose
    /// stored mark has a higher epoch; theirs stay as they were. Within an epoch a mark never goes
    /// back.
    fn mark_alive<'a>(
        &'a self,
        marks: &'a [(AuctionId, Mark)],
    ) -> BoxFuture<'a, Result<Vec<AuctionId>>>;

    /// The last word of the owner of each auction.
    fn marks(&self) -> BoxFuture<'_, Result<BTreeMap<AuctionId, Mark>>>;

    /// What nodes pass each other through it; none where it is one node's alone.
    fn exchange(&self) -> Option<&dyn Exchange> {
        None
    }

    /// Whether an append also waits for replicas of the journal, so that batches can be read before
    /// they are durable.
    fn waits_for_replicas(&self) -> bool {
        false
    }

    /// How long a deadline waits for commands that were stamped before it, in milliseconds.
    fn settle_ms(&self) -> u64 {
        SETTLE_MS
    }

    /// The journal's own clock, epoch-ms UTC; none where it has none but the server's.
    fn clock_ms(&self) -> BoxFuture<'_, Result<Option<i64>>> {
        future::ready(Ok(None)).boxed()
    }

    /// What is lacking for "acknowledged means durable", in plain sentences, if the operator
    /// accepted it. It belongs on the officer's screen and in the record.
    fn weak_durability(&self) -> Option<String> {
        None
    }
}

/// Appends, and on an unknown outcome repeats the same bytes until the journal answers.
///
/// Absence is never taken for failure, so there is no last attempt; who no longer wants the
/// answer drops the future, and must then treat the batch as possibly durable.
///
/// # Errors
/// [`NotAppended::Fenced`] and [`NotAppended::Fatal`], both final.
pub async fn append_until_known(
    journal: &dyn Journal,
    auction: &AuctionId,
    predecessor: Option<Tail>,
    batch: StoredBatch,
) -> Result<(), NotAppended> {
    let mut pause = JOURNAL_REPEAT_FIRST;
    loop {
        match journal.append(auction, predecessor, batch.clone()).await {
            Ok(()) => return Ok(()),
            Err(AppendError::Fenced) => return Err(NotAppended::Fenced),
            Err(AppendError::Fatal(source)) => return Err(NotAppended::Fatal(source)),
            Err(AppendError::Unknown(source)) => report_unknown(auction, batch.id, &source, pause),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(JOURNAL_REPEAT_LAST);
    }
}

fn report_unknown(auction: &AuctionId, id: BatchId, source: &Source, pause: Duration) {
    tracing::warn!(
        %auction, batch = %id, error = %source, pause_ms = pause.as_millis(),
        "outcome of an append unknown, sending the same bytes again"
    );
    metrics::counter!("ebok_append_repeats_total").increment(1);
}

impl BatchId {
    /// The first batch of every log.
    pub const FOUNDING: Self = Self { epoch: 1, batch: 0 };

    /// The place after this one in the same epoch.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            batch: self.batch + 1,
            ..self
        }
    }

    /// The place from which another owner takes over.
    #[must_use]
    pub fn takeover(self) -> Self {
        Self {
            epoch: self.epoch + 1,
            batch: 0,
        }
    }

    /// A place right behind which this one is read, whatever stands before it.
    #[must_use]
    pub fn before(self) -> Self {
        match self.batch.checked_sub(1) {
            Some(batch) => Self { batch, ..self },
            None => Self {
                epoch: self.epoch - 1,
                batch: i64::MAX as u64,
            },
        }
    }

    /// Reads what `Display` writes: `1-0`.
    fn parse(text: &str) -> Option<Self> {
        let (epoch, batch) = text.split_once('-')?;
        Some(Self {
            epoch: epoch.parse().ok()?,
            batch: batch.parse().ok()?,
        })
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.batch)
    }
}

impl StoredBatch {
    /// The tail that a log has once this batch stands at its end.
    #[must_use]
    pub fn tail(&self) -> Tail {
        Tail {
            id: self.id,
            head: self.head,
        }
    }

    fn bytes(&self) -> usize {
        self.body.len() + self.openings.len()
    }

    /// Whether this batch may stand on `predecessor`.
    #[must_use]
    pub fn follows(&self, predecessor: Option<Tail>) -> bool {
        match predecessor {
            None => self.id == BatchId::FOUNDING,
            Some(tail) => {
                (self.id == tail.id.next() || self.id == tail.id.takeover())
                    && self.prev_head == tail.head
            }
        }
    }

    /// Whether it may be appended there at all. A mistake here is the caller's bug; let through, it
    /// would leave a hole in the log.
    fn check(&self, predecessor: Option<Tail>) -> Appended {
        if !self.follows(predecessor) {
            return Err(AppendError::Fatal(
                "the batch does not follow its predecessor".into(),
            ));
        }
        // SQLite's integers are signed; every journal keeps to the same range.
        let counts = [self.id.epoch, self.id.batch, self.first_seq, self.last_seq];
        if counts.iter().any(|count| i64::try_from(*count).is_err()) {
            return Err(AppendError::Fatal(
                "a count of the batch is out of range".into(),
            ));
        }
        if self.body.len().max(self.openings.len()) > JOURNAL_BODY_BYTES_MAX {
            return Err(AppendError::Fatal(
                "the batch is larger than a journal takes".into(),
            ));
        }
        Ok(())
    }
}

/// An append on its way to a writer.
struct PendingAppend {
    auction: AuctionId,
    predecessor: Option<Tail>,
    batch: StoredBatch,
    reply: oneshot::Sender<Appended>,
}

impl PendingAppend {
    fn new(
        auction: &AuctionId,
        predecessor: Option<Tail>,
        batch: StoredBatch,
    ) -> (Box<Self>, oneshot::Receiver<Appended>) {
        let (reply, answer) = oneshot::channel();
        let auction = auction.clone();
        (
            Box::new(Self {
                auction,
                predecessor,
                batch,
                reply,
            }),
            answer,
        )
    }
}

/// Alive marks on their way to a writer.
struct PendingMarks {
    marks: Vec<(AuctionId, Mark)>,
    reply: oneshot::Sender<Result<Vec<AuctionId>>>,
}

impl PendingMarks {
    fn new(marks: &[(AuctionId, Mark)]) -> (Self, oneshot::Receiver<Result<Vec<AuctionId>>>) {
        let (reply, answer) = oneshot::channel();
        (
            Self {
                marks: marks.to_vec(),
                reply,
            },
            answer,
        )
    }
}

/// Everything that is queued, up to one commit's worth, starting with `first`.
///
/// There is no timer: while one group is being made durable the next one gathers.
fn gather<T>(first: T, queue: &mut mpsc::Receiver<T>, bytes: impl Fn(&T) -> usize) -> Vec<T> {
    let mut size = bytes(&first);
    let mut group = vec![first];
    while group.len() < JOURNAL_GROUP_MAX && size < JOURNAL_GROUP_BYTES_MAX {
        let Ok(next) = queue.try_recv() else { break };
        size += bytes(&next);
        group.push(next);
    }
    group
}
