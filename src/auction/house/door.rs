//! The way into one auction, and what stands behind it: the room that decides, or a gateway to the
//! node that owns the auction.

use super::ActError;
use crate::auction::frame;
use crate::auction::journal::Mark;
use crate::auction::protocol::{self, FromServer, Late};
use crate::auction::room::{Answer, Ask, Permit};
use crate::auction::viewers::{Connection, Viewers};
use crate::chain::Signer;
use crate::limits::{OUTAGE_ABOVE_MS, UNANSWERED_MAX};
use auction_rules::log::{self, LateStatement};
use auction_rules::{
    Act, Auction, AuctionId, Bidder, By, Command, CommandId, Digest, OfficerId, Refusal, Timestamp,
    canonical,
};
use dashmap::DashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// The way into one auction.
pub struct Door {
    pub(super) auction: AuctionId,
    /// Nobody once the log is sealed.
    behind: Mutex<Option<Behind>>,
    pub(super) viewers: Viewers,
    meters: DashMap<Bidder, Meter>,
    attempts_per_s: u32,
    /// The epoch of an owner that has not said anything yet.
    pub(super) unheard: AtomicU64,
    /// When the bidding ended, and the head after which nothing is bid.
    pub(super) sealed: OnceLock<(Timestamp, Digest)>,
}

/// What stands behind a door.
#[derive(Clone)]
pub(super) struct Behind {
    pub(super) mailbox: mpsc::Sender<Ask>,
    pub(super) who: Who,
}

/// Who takes commands behind a door.
#[derive(Clone)]
pub(super) enum Who {
    Room(Owned),
    /// A gateway to another node; cancelled once it has passed on everything, after its mailbox was
    /// closed.
    Gateway(CancellationToken),
}

/// An auction that this node owns.
#[derive(Clone)]
pub(super) struct Owned {
    pub(super) epoch: u64,
    /// Cancelled when another node owns it now.
    pub(super) fenced: CancellationToken,
    /// Cancelled when the room has ended.
    pub(super) ended: CancellationToken,
}

/// How fast a bidder asks.
#[derive(Default)]
struct Meter {
    unanswered: Arc<AtomicU32>,
    second: i64,
    in_second: u32,
}

impl Owned {
    /// What its owner says.
    pub(super) fn mark(&self, now: Timestamp, left: bool) -> Mark {
        Mark {
            epoch: self.epoch,
            at_ms: now.0,
            left,
        }
    }
}

impl Door {
    pub(super) fn new(state: &Auction, viewers: Viewers) -> Self {
        Self {
            auction: state.id().clone(),
            behind: Mutex::new(None),
            viewers,
            meters: DashMap::new(),
            attempts_per_s: state.terms().pace.attempts_per_s,
            unheard: AtomicU64::new(0),
            sealed: OnceLock::new(),
        }
    }

    /// The viewers of the auction.
    #[must_use]
    pub fn viewers(&self) -> &Viewers {
        &self.viewers
    }

    /// The head after which nothing is bid, once there is one.
    #[must_use]
    pub fn sealed_head(&self) -> Option<Digest> {
        self.sealed.get().map(|(_, head)| *head)
    }

    /// Brings a bidder's command into the room. Its receipt goes to the bidder's connections; what
    /// cannot become an entry is refused here.
    ///
    /// # Errors
    /// Refusals outside the log.
    pub fn submit(
        &self,
        bidder: Bidder,
        command: Command,
        connection: &Arc<Connection>,
    ) -> Result<(), Refusal> {
        let taken = self.meter(bidder, &command).and_then(|permit| {
            let answer = Answer::Bidder(bidder, connection.clone(), permit);
            self.mailbox()?
                .try_send(Ask { command, answer })
                .map_err(|_| Refusal::Unavailable)
        });
        taken.inspect_err(|refusal| self.refused(bidder, refusal))
    }

    /// Notices what a bidder was refused outside the log, for the room to note.
    pub fn refused(&self, bidder: Bidder, refusal: &Refusal) {
        self.viewers.aside().refused(bidder, refusal);
    }

    /// Answers a bidder's command after sealing: one that is in the log has its receipt, any other
    /// is refused with a signature.
    ///
    /// # Errors
    /// `too-fast`, as for every command.
    pub async fn submit_late(
        &self,
        signer: &Signer,
        bidder: Bidder,
        command: Command,
        connection: &Arc<Connection>,
    ) -> Result<(), Refusal> {
        let permit = self.meter(bidder, &command)?;
        let answer = Answer::Bidder(bidder, connection.clone(), permit);
        self.refuse_late(signer, Ask { command, answer }).await;
        Ok(())
    }

    pub(super) async fn refuse_late(&self, signer: &Signer, ask: Ask) {
        let Ask { command, answer } = ask;
        let (bidder, connection, _permit) = match answer {
            Answer::Bidder(bidder, connection, permit) => (bidder, connection, permit),
            Answer::Officer(reply) => return drop(reply.send(Err(Refusal::NotNow))),
            // The node that passed it on refuses it itself.
            Answer::Elsewhere(_) => return,
        };
        let id = command.id.clone();
        let answer = match self.viewers.answered(bidder, command.clone()).await {
            Some(first) => first,
            None => match self.late(signer, command) {
                Some((refusal, late)) => frame::text(&FromServer::Refused {
                    auction: Some(&self.auction),
                    id: id.as_ref(),
                    refused: refusal.into(),
                    late: Some(late),
                }),
                None => protocol::refused(Some(&self.auction), id.as_ref(), Refusal::Unavailable),
            },
        };
        connection.outbox.push(answer);
    }

    /// An officer's act; answered when it is durable.
    ///
    /// # Errors
    /// As the rules refuse it, or when nothing could be decided.
    pub async fn act(
        self: &Arc<Self>,
        officer: OfficerId,
        id: CommandId,
        act: Act,
        received_at: Timestamp,
    ) -> Result<(), ActError> {
        let (reply, answer) = oneshot::channel();
        let command = Command {
            by: By::Officer(officer),
            id: Some(id),
            received_at,
            act,
        };
        let mailbox = match self.sealed_head() {
            Some(_) => return Err(ActError::Refused(Refusal::NotNow)),
            None => self.mailbox().map_err(ActError::Refused)?,
        };
        let asked = mailbox
            .send(Ask {
                command,
                answer: Answer::Officer(reply),
            })
            .await;
        asked.map_err(|_| ActError::Unavailable)?;
        let answer = answer.await.map_err(|_| ActError::Unavailable)?;
        answer.map_err(|refusal| match refusal {
            Refusal::Unavailable => ActError::Unavailable,
            refusal => ActError::Refused(refusal),
        })
    }

    /// A refusal after sealing, signed by itself because it stands in no batch.
    #[must_use]
    pub fn late(&self, signer: &Signer, command: Command) -> Option<(Refusal, Late)> {
        let (closed_at, sealed_head) = *self.sealed.get()?;
        let refusal = Refusal::Closed { closed_at };
        let statement = canonical::text(&LateStatement {
            auction: self.auction.clone(),
            id: command.id?,
            received_at: command.received_at,
            act: command.act,
            refusal: refusal.clone(),
            sealed_head,
        });
        let signature = signer.sign(&log::late_message(&statement));
        Some((
            refusal,
            Late {
                statement,
                key: signer.key_id().to_owned(),
                signature,
            },
        ))
    }

    fn meter(&self, bidder: Bidder, command: &Command) -> Result<Permit, Refusal> {
        let second = command.received_at.0.div_euclid(1_000);
        let mut meter = self.meters.entry(bidder).or_default();
        if meter.second != second {
            (meter.second, meter.in_second) = (second, 0);
        }
        if meter.in_second >= self.attempts_per_s
            || meter.unanswered.load(Ordering::Acquire) >= UNANSWERED_MAX
        {
            return Err(Refusal::TooFast {
                per_s: self.attempts_per_s,
            });
        }
        meter.in_second += 1;
        meter.unanswered.fetch_add(1, Ordering::AcqRel);
        Ok(Permit(meter.unanswered.clone()))
    }

    fn mailbox(&self) -> Result<mpsc::Sender<Ask>, Refusal> {
        let behind = self.behind().clone();
        behind
            .map(|behind| behind.mailbox)
            .ok_or(Refusal::Unavailable)
    }

    pub(super) fn owned(&self) -> Option<Owned> {
        match &self.behind().as_ref()?.who {
            Who::Room(owned) => Some(owned.clone()),
            Who::Gateway(_) => None,
        }
    }

    /// What the owner says while it lives. One whose room hangs says nothing, or a crash would be
    /// taken for shorter than it was.
    pub(super) fn running(&self, now: Timestamp) -> Option<(AuctionId, Mark)> {
        let owned = self.owned()?;
        let ran_at = self.viewers.aside().ran_at();
        let runs = now.since(ran_at) <= OUTAGE_ABOVE_MS;
        runs.then(|| (self.auction.clone(), owned.mark(now, false)))
    }

    /// Nothing is bid after this head. Only the first one counts.
    pub(super) fn seal(&self, closed_at: Timestamp, head: Digest) {
        self.sealed.get_or_init(|| (closed_at, head));
    }

    /// From now on this stands behind it; answers what stood there before.
    pub(super) fn stands(&self, behind: Behind) -> Option<Behind> {
        // What dropped while another node owned the auction is not this room's to note.
        self.viewers.aside().take_dropped();
        self.behind().replace(behind)
    }

    pub(super) fn shut(&self) {
        self.behind().take();
    }

    fn behind(&self) -> MutexGuard<'_, Option<Behind>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
