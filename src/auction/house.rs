//! All auctions of this node: finds the room of each, founds new ones, and recovers those whose
//! log goes on.

use super::chance::Chance;
use super::frame;
use super::journal::{BatchId, Journal, JournalError, Mark, NotAppended, Tail, append_until_known};
use super::openings::{self, Openings};
use super::outbox::End;
use super::ownership;
use super::protocol::{self, FromServer, Late};
use super::record::{self, Beside, Published, Record};
use super::replica::{Committed, Course};
use super::room::{Answer, Ask, Ended, Permit, Room, Sealed, Start};
use super::viewers::{Connection, Shown, Surroundings, Viewers};
use crate::chain::{SealKey, Signer};
use crate::clock::Clock;
use crate::limits::{
    ALIVE_EVERY, CLOSING_MAX, MAILBOX_COMMANDS, OUTAGE_ABOVE_MS, RECORDS_AT_ONCE, RECOVERY_BATCHES,
    SOCKETS_MAX, UNANSWERED_MAX,
};
use anyhow::{Context as _, bail};
use auction_rules::auction::{View, Viewer};
use auction_rules::identity::Disclosure;
use auction_rules::log::{self, Batch, GENESIS, Header, LateStatement};
use auction_rules::terms::PhaseKind;
use auction_rules::verify::FORMAT;
use auction_rules::{
    Act, Alias, Auction, AuctionId, Bidder, By, Command, CommandId, Digest, Entry, OfficerAct,
    OfficerId, Refusal, Terms, Timestamp, Writer, canonical,
};
use dashmap::DashMap;
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Who hides behind a commitment: salt and identity stay in the store.
pub type Disclosures = Arc<dyn Fn(Bidder) -> BoxFuture<'static, Option<Disclosure>> + Send + Sync>;

/// Which viewer a connection may be in an auction: `not-found` when it may not see it, `unavailable`
/// when that cannot be told now.
pub type Gate = Arc<dyn Fn(AuctionId) -> BoxFuture<'static, Result<Viewer, Refusal>> + Send + Sync>;

/// What is told of an officer's act once it stands in the log.
pub type Noted = Arc<dyn Fn(AuctionId, OfficerAct) -> BoxFuture<'static, ()> + Send + Sync>;

/// What happens when the journal takes nothing more: the process ends, and recovery goes on from
/// what is durable.
pub type OnFatal = Arc<dyn Fn(&NotAppended) + Send + Sync>;

/// Why an officer's act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The rules refused it.
    #[error("{}", .0.words().en)]
    Refused(Refusal),
    /// Nothing was decided.
    #[error("the auction cannot answer now")]
    Unavailable,
    /// There is no such auction here.
    #[error("there is no such auction")]
    NotFound,
}

/// All auctions of this node.
pub struct House {
    rooms: DashMap<AuctionId, Arc<Door>>,
    pub(super) journal: Arc<dyn Journal>,
    signer: Signer,
    clock: Clock,
    surroundings: Surroundings,
    on_fatal: OnFatal,
    chance: Chance,
    seats: Arc<Semaphore>,
    records: Semaphore,
    /// Auctions that are not here: other nodes own them, or will.
    pub(super) elsewhere: AtomicUsize,
    /// This node's clock differs from the journal's.
    pub(super) clock_off: AtomicBool,
    /// It hands over what it owns, and takes nothing any more.
    leaves: AtomicBool,
}

/// The way into one auction.
pub struct Door {
    auction: AuctionId,
    /// Gone once the log is sealed or another node owns it.
    mailbox: Mutex<Option<mpsc::Sender<Ask>>>,
    viewers: Viewers,
    meters: DashMap<Bidder, Meter>,
    attempts_per_s: u32,
    epoch: u64,
    /// When the bidding ended, and the head after which nothing is bid.
    sealed: OnceLock<(Timestamp, Digest)>,
    /// Cancelled when no room stands behind this door any more.
    ended: CancellationToken,
}

/// Why a node takes an auction over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// It owned the auction before it was started again.
    Own,
    /// Its owner left or is silent.
    Free,
}

/// How fast a bidder asks.
#[derive(Default)]
struct Meter {
    unanswered: Arc<AtomicU32>,
    second: i64,
    in_second: u32,
}

/// A log read back.
struct Recovered {
    auction: Auction,
    shown: Shown,
    entries: Vec<Entry>,
    openings: Openings,
    tail: Tail,
}

impl House {
    /// Opens the house: recovers every auction that this node owned and whose log is not complete.
    /// Those of other nodes are taken over when their owner is silent.
    ///
    /// # Errors
    /// When the journal does not answer, or holds a log that does not replay.
    pub async fn open(
        journal: Arc<dyn Journal>,
        signer: Signer,
        clock: Clock,
        disclosures: Disclosures,
        on_fatal: OnFatal,
        chance: Chance,
    ) -> anyhow::Result<Arc<Self>> {
        let weak_durability = journal.weak_durability();
        let surroundings = Surroundings {
            clock: clock.clone(),
            disclosures,
            weak_durability,
        };
        let rooms = DashMap::new();
        let house = Arc::new(Self {
            rooms,
            journal,
            signer,
            clock,
            surroundings,
            on_fatal,
            chance,
            seats: Arc::new(Semaphore::new(SOCKETS_MAX)),
            records: Semaphore::new(RECORDS_AT_ONCE),
            elsewhere: AtomicUsize::new(0),
            clock_off: AtomicBool::new(false),
            leaves: AtomicBool::new(false),
        });
        house.check_clock().await;
        let all = house.journal.auctions().await;
        let marks = house.journal.marks().await;
        let mut marks = marks.context("cannot read who owns the auctions")?;
        let claim = match house.journal.is_shared() {
            true => Claim::Own,
            false => Claim::Free,
        };
        for auction in all.context("cannot list the logs")? {
            let mark = marks.remove(&auction);
            house
                .clone()
                .recover(&auction, mark, claim)
                .await
                .with_context(|| format!("auction {auction}"))?;
        }
        tokio::spawn(stay_alive(Arc::downgrade(&house)));
        if house.journal.is_shared() {
            let elsewhere = house.marks_elsewhere().await?.len();
            house.elsewhere.store(elsewhere, Ordering::Relaxed);
            tokio::spawn(ownership::watch(Arc::downgrade(&house)));
        }
        Ok(house)
    }

    /// Whether this node may own an auction: its clock is right, and it is not about to leave.
    pub(super) fn may_own(&self) -> bool {
        !self.clock_off.load(Ordering::Relaxed) && !self.leaves.load(Ordering::SeqCst)
    }

    pub(super) fn is_here(&self, auction: &AuctionId) -> bool {
        self.rooms.contains_key(auction)
    }

    /// What the owners of auctions said that are not here.
    pub(super) async fn marks_elsewhere(
        &self,
    ) -> Result<BTreeMap<AuctionId, Option<Mark>>, JournalError> {
        let marks = self.journal.marks().await?;
        let elsewhere = marks
            .into_iter()
            .filter(|(auction, _)| !self.is_here(auction));
        Ok(elsewhere
            .map(|(auction, mark)| (auction, Some(mark)))
            .collect())
    }

    /// Logs of auctions that are not here.
    pub(super) async fn logs_elsewhere(&self) -> BTreeMap<AuctionId, Option<Mark>> {
        let all = self.journal.auctions().await.unwrap_or_default();
        let elsewhere = all.into_iter().filter(|one| !self.is_here(one));
        elsewhere.map(|auction| (auction, None)).collect()
    }

    /// Takes over an auction whose owner is silent; another node may be faster.
    pub(super) async fn take(self: Arc<Self>, auction: &AuctionId, mark: Option<Mark>) {
        if let Err(error) = self.recover(auction, mark, Claim::Free).await {
            tracing::error!(%auction, error = format!("{error:#}"), "cannot take over");
        }
    }

    /// The way into an auction.
    #[must_use]
    pub fn door(&self, auction: &AuctionId) -> Option<Arc<Door>> {
        self.rooms.get(auction).map(|door| door.clone())
    }

    /// The server's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A place for one more socket, until it is dropped; none when the house is full.
    #[must_use]
    pub fn seat(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().ok()
    }

    /// Signs for this node.
    #[must_use]
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Why acknowledged bids may be lost, where that was accepted at start.
    #[must_use]
    pub fn weak_durability(&self) -> Option<&str> {
        self.surroundings.weak_durability.as_deref()
    }

    /// Whether the journal answers, and this node is not one that only stands by for another.
    pub async fn is_ready(&self) -> bool {
        !self.stands_by() && self.journal.mark_alive(&[]).await.is_ok()
    }

    /// There are auctions elsewhere, and this node owns none.
    fn stands_by(&self) -> bool {
        let now = self.clock.now();
        self.elsewhere.load(Ordering::Relaxed) > 0
            && !self.rooms.iter().any(|door| door.is_running(now))
    }

    /// Founds an auction: its terms are frozen and its log begins. Done again, it changes nothing.
    ///
    /// # Errors
    /// [`ActError::Unavailable`] when the journal cannot take it.
    pub async fn publish(
        self: &Arc<Self>,
        auction: AuctionId,
        terms: Terms,
        officer: OfficerId,
        replaces: Option<AuctionId>,
    ) -> Result<(), ActError> {
        if self.rooms.contains_key(&auction) {
            return Ok(());
        }
        if !self.may_own() {
            return Err(ActError::Unavailable);
        }
        let writer = Writer {
            node: self.signer.node().to_owned(),
            key: self.signer.key_id().to_owned(),
            epoch: BatchId::FOUNDING.epoch,
        };
        let act = Act::Publish {
            terms: Box::new(terms.clone()),
            replaces,
            officer,
            writer,
        };
        let received_at = self.clock.now();
        let command = Command {
            by: By::Server,
            id: None,
            received_at,
            act,
        };
        let (state, entry) = Auction::publish(auction.clone(), command, &terms);
        let nonce = rand::random::<[u8; 16]>();
        let header = Header {
            epoch: BatchId::FOUNDING.epoch,
            batch: BatchId::FOUNDING.batch,
            first_seq: 1,
            last_seq: 1,
            prev_head: GENESIS,
            inbox: None,
            durable_to: None,
            nonce: auction_rules::hex::encode(&nonce),
            key: self.signer.key_id().to_owned(),
        };
        let sealed = Sealed::new(&auction, &header, vec![entry.clone()], nonce, &self.signer);
        let stored = sealed.map_err(|_| ActError::Unavailable)?.stored;
        let tail = stored.tail();
        let appended = append_until_known(&*self.journal, &auction, None, stored).await;
        appended.map_err(|failed| self.failed(&auction, &failed))?;
        let viewers = Viewers::start(Shown::new(state.clone()), self.surroundings.clone());
        let start = self.start_of(state, tail, tail.id.next(), viewers.clone(), vec![entry]);
        let door = Door::new(&start.auction, viewers, tail.id.epoch);
        self.run(door, Room::new(start));
        Ok(())
    }

    /// An officer's act, under an id of its own.
    ///
    /// # Errors
    /// As the rules refuse it, or when nothing could be decided.
    pub async fn act(
        &self,
        auction: &AuctionId,
        officer: OfficerId,
        act: Act,
    ) -> Result<(), ActError> {
        let id =
            CommandId::new(&uuid::Uuid::now_v7().to_string()).map_err(|_| ActError::Unavailable)?;
        self.door(auction)
            .ok_or(ActError::NotFound)?
            .act(officer, id, act, self.clock.now())
            .await
    }

    /// What a viewer may see now.
    pub async fn view(&self, auction: &AuctionId, viewer: Viewer) -> Option<View> {
        self.door(auction)?.viewers.view(viewer).await
    }

    /// How an auction went so far.
    pub async fn course(&self, auction: &AuctionId) -> Option<Course> {
        self.door(auction)?.viewers.course().await
    }

    /// The published log, from the seal on, with the time stamp of the sealed head.
    ///
    /// # Errors
    /// [`Refusal::NotNow`] before the seal.
    pub async fn published_log(
        &self,
        auction: &AuctionId,
        stamp: Option<&str>,
    ) -> Result<Published, ActError> {
        let door = self.door(auction).ok_or(ActError::NotFound)?;
        if door.sealed.get().is_none() {
            return Err(ActError::Refused(Refusal::NotNow));
        }
        let state = door.viewers.snapshot().await.ok_or(ActError::Unavailable)?;
        let mut disclosures: BTreeMap<Alias, Disclosure> = BTreeMap::new();
        if let Some(alias) = state.result().and_then(|result| result.winner)
            && let Some(bidder) = state.bidder(alias)
            && let Some(disclosure) = (self.surroundings.disclosures)(bidder).await
        {
            disclosures.insert(alias, disclosure);
        }
        let journal = Arc::clone(&self.journal);
        let phases = &state.terms().phases;
        let sealed = phases
            .iter()
            .any(|one| matches!(one.run, PhaseKind::SealedBid(_)));
        let seals = sealed.then(|| self.signer.clone());
        let beside = Beside {
            format: FORMAT,
            auction,
            key_set: self.signer.key_set(),
            disclosures,
            stamp,
        };
        record::published(journal, &beside, seals)
            .await
            .map_err(|error| {
                tracing::error!(%auction, %error, "the log cannot be read");
                ActError::Unavailable
            })
    }

    /// The record of an auction so far, without the names that only the store knows.
    ///
    /// # Errors
    /// No such auction, or the journal does not answer.
    pub async fn record(&self, auction: &AuctionId) -> Result<Record, ActError> {
        self.door(auction).ok_or(ActError::NotFound)?;
        // A record of a long auction fills some memory: more readers wait for their turn.
        let _turn = self.records.acquire().await;
        let fingerprint = self.signer.fingerprint();
        let read = record::read(&*self.journal, auction, self.clock.now(), fingerprint).await;
        let mut record = read.map_err(|error| {
            tracing::error!(%auction, %error, "the record cannot be read");
            ActError::Unavailable
        })?;
        record.clock.weak_durability = self.weak_durability().map(str::to_owned);
        Ok(record)
    }

    /// Ends every room after what it has in hand, hands the auctions over, and tells every viewer to
    /// come back.
    pub async fn close(&self) {
        self.leaves.store(true, Ordering::SeqCst);
        let doors: Vec<_> = self.rooms.iter().map(|door| door.clone()).collect();
        self.rooms.clear();
        let mut left = Vec::new();
        doors.iter().for_each(|door| door.shut());
        for door in doors {
            if tokio::time::timeout(CLOSING_MAX, door.ended.cancelled())
                .await
                .is_err()
            {
                tracing::error!(auction = %door.auction, "the room does not end");
            } else if door.sealed_head().is_none() {
                left.push((door.auction.clone(), door.mark(self.clock.now(), true)));
            }
            door.viewers.end(End::Leaving).await;
        }
        if let Err(error) = self.journal.mark_alive(&left).await {
            tracing::warn!(%error, "the auctions are not handed over: the next owner waits for the lease");
        }
    }

    async fn recover(
        self: Arc<Self>,
        auction: &AuctionId,
        mark: Option<Mark>,
        claim: Claim,
    ) -> anyhow::Result<()> {
        let recovered = read_back(
            &*self.journal,
            &self.surroundings,
            self.signer.seal_key(),
            auction,
        )
        .await?;
        let Some(recovered) = recovered else {
            return Ok(());
        };
        let Recovered {
            auction: state,
            shown,
            entries,
            openings,
            tail,
        } = recovered;
        let owner = &state.writer().node;
        let may_take = claim == Claim::Free || owner == self.signer.node();
        let stays = state.is_sealed() || (may_take && self.may_own());
        if !stays {
            tracing::info!(%auction, owner, "another node owns this auction");
            return Ok(());
        }
        let viewers = Viewers::start(shown, self.surroundings.clone());
        if let (true, Some(closed_at)) = (state.is_sealed(), state.closed_at()) {
            let door = Door::new(&state, viewers, tail.id.epoch);
            door.seal(closed_at, Digest(tail.head));
            door.ended.cancel();
            self.rooms.insert(auction.clone(), Arc::new(door));
            return Ok(());
        }
        let marked = mark.map_or(Timestamp(0), |mark| Timestamp(mark.at_ms));
        let alive_at = marked.max(state.at());
        let next = tail.id.takeover();
        let door = Door::new(&state, viewers.clone(), next.epoch);
        let seq = state.seq();
        let start = Start {
            openings,
            ..self.start_of(state, tail, next, viewers, entries)
        };
        let mut room = Room::new(start);
        match room.take_over(alive_at).await {
            Ok(()) => {}
            Err(NotAppended::Fenced) => {
                tracing::warn!(%auction, "another node owns this auction");
                return Ok(());
            }
            Err(failed) => bail!(failed),
        }
        tracing::info!(%auction, seq, alive_at = alive_at.0, "auction recovered");
        self.run(door, room);
        Ok(())
    }

    fn start_of(
        &self,
        auction: Auction,
        tail: Tail,
        next: BatchId,
        viewers: Viewers,
        entries: Vec<Entry>,
    ) -> Start {
        Start {
            auction,
            tail,
            next,
            journal: self.journal.clone(),
            signer: self.signer.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            viewers,
            entries,
            openings: Openings::new(),
        }
    }

    fn run(self: &Arc<Self>, mut door: Door, room: Room) {
        let (mailbox, asks) = mpsc::channel(MAILBOX_COMMANDS);
        door.mailbox = Mutex::new(Some(mailbox));
        let door = Arc::new(door);
        self.rooms.insert(door.auction.clone(), door.clone());
        let house = Arc::downgrade(self);
        let signer = self.signer.clone();
        // A panic is our bug and stops one room, never the server.
        tokio::spawn(async move {
            let ended = tokio::spawn(room.run(asks)).await;
            match ended {
                Ok(Ended::Sealed {
                    closed_at,
                    head,
                    left,
                }) => {
                    tracing::info!(auction = %door.auction, %head, "log sealed");
                    door.seal(closed_at, head);
                    door.shut();
                    for ask in left {
                        door.refuse_late(&signer, ask).await;
                    }
                }
                Ok(Ended::Closed) => {}
                Ok(Ended::Failed(failed)) => {
                    door.shut();
                    door.viewers.end(End::Restart).await;
                    if let Some(house) = house.upgrade() {
                        house.failed(&door.auction, &failed);
                        house.rooms.remove(&door.auction);
                    }
                }
                Err(panic) => {
                    door.shut();
                    tracing::error!(auction = %door.auction, %panic, "the room stopped");
                    door.viewers.end(End::Restart).await;
                }
            }
            door.ended.cancel();
        });
    }

    fn failed(&self, auction: &AuctionId, failed: &NotAppended) -> ActError {
        tracing::error!(%auction, error = %failed, "the room lost its journal");
        if matches!(failed, NotAppended::Fatal(_)) {
            (self.on_fatal)(failed);
        }
        ActError::Unavailable
    }
}

/// Each second, one write that says of every auction here that its owner is alive.
async fn stay_alive(house: std::sync::Weak<House>) {
    let mut every = tokio::time::interval(ALIVE_EVERY);
    loop {
        every.tick().await;
        let Some(house) = house.upgrade() else { return };
        let now = house.clock.now();
        let running = house.rooms.iter().filter(|door| door.is_running(now));
        let marks: Vec<_> = running
            .map(|door| (door.key().clone(), door.mark(now, false)))
            .collect();
        match house.journal.mark_alive(&marks).await {
            Ok(fenced) => fenced
                .iter()
                .for_each(|auction| tracing::warn!(%auction, "another node owns this auction")),
            Err(error) => tracing::warn!(%error, "cannot write the alive mark"),
        }
    }
}

/// Replays a stored log: the state, what viewers get, and where it ends.
async fn read_back(
    journal: &dyn Journal,
    surroundings: &Surroundings,
    seal_key: &SealKey,
    auction: &AuctionId,
) -> anyhow::Result<Option<Recovered>> {
    let now = surroundings.clock.now();
    let mut recovered: Option<Recovered> = None;
    loop {
        let after = recovered.as_ref().map(|recovered| recovered.tail.id);
        let batches = journal.read(auction, after, RECOVERY_BATCHES).await?;
        if batches.is_empty() {
            return Ok(recovered);
        }
        for stored in batches {
            let batch: Batch = serde_json::from_slice(&stored.body)
                .with_context(|| format!("batch {}", stored.id))?;
            let tree = batch.tree()?;
            let entries: Vec<_> = batch
                .entries
                .iter()
                .map(|leaf| leaf.entry().map(|(_, entry)| entry))
                .collect::<Result<_, _>>()?;
            let (openings, lost) = openings::read(seal_key, auction, &stored.openings);
            if lost > 0 {
                tracing::error!(%auction, batch = %stored.id, lost, "sealed values that this seal key does not open");
            }
            let mut committed = Committed::new(&batch, &tree, entries, Digest(stored.head))?;
            if let (Some(alias), Some(before)) = (committed.revealed(), &recovered) {
                let bidder = before.auction.bidder(alias);
                committed.winner = surroundings.name(alias, bidder).await;
            }
            let mut after = followed(recovered, auction, committed, stored.tail(), now)?;
            after.openings.extend(openings);
            recovered = Some(after);
        }
    }
}

fn followed(
    before: Option<Recovered>,
    auction: &AuctionId,
    committed: Committed,
    tail: Tail,
    now: Timestamp,
) -> anyhow::Result<Recovered> {
    let Some(Recovered {
        mut auction,
        mut shown,
        mut entries,
        openings,
        ..
    }) = before
    else {
        let (first, _) = committed
            .entries
            .into_iter()
            .next()
            .context("an empty batch")?;
        let state = Auction::founded(auction.clone(), &first)?;
        return Ok(Recovered {
            auction: state.clone(),
            shown: Shown::new(state),
            entries: vec![first],
            openings: Openings::new(),
            tail,
        });
    };
    for (entry, _) in &committed.entries {
        auction.apply(entry)?;
        entries.push(entry.clone());
    }
    shown.replay(committed, auction.at(), now)?;
    Ok(Recovered {
        auction,
        shown,
        entries,
        openings,
        tail,
    })
}

impl Door {
    fn new(state: &Auction, viewers: Viewers, epoch: u64) -> Self {
        Self {
            auction: state.id().clone(),
            mailbox: Mutex::new(None),
            viewers,
            meters: DashMap::new(),
            attempts_per_s: state.terms().pace.attempts_per_s,
            epoch,
            sealed: OnceLock::new(),
            ended: CancellationToken::new(),
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

    async fn refuse_late(&self, signer: &Signer, ask: Ask) {
        let Ask { command, answer } = ask;
        let (bidder, connection, _permit) = match answer {
            Answer::Bidder(bidder, connection, permit) => (bidder, connection, permit),
            Answer::Officer(reply) => return drop(reply.send(Err(Refusal::NotNow))),
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
        &self,
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
        answer
            .await
            .map_err(|_| ActError::Unavailable)?
            .map_err(ActError::Refused)
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
        let mailbox = self.mailbox.lock().unwrap_or_else(PoisonError::into_inner);
        mailbox.clone().ok_or(Refusal::Unavailable)
    }

    /// What its owner says.
    fn mark(&self, now: Timestamp, left: bool) -> Mark {
        Mark {
            epoch: self.epoch,
            at_ms: now.0,
            left,
        }
    }

    /// A room stands behind it, and does not hang: its auction must not be marked alive then, or a
    /// crash would be taken for shorter than it was.
    fn is_running(&self, now: Timestamp) -> bool {
        let ran_at = self.viewers.aside().ran_at();
        self.mailbox().is_ok() && now.since(ran_at) <= OUTAGE_ABOVE_MS
    }

    /// Nothing is bid after this head. Only the first one counts.
    fn seal(&self, closed_at: Timestamp, head: Digest) {
        self.sealed.get_or_init(|| (closed_at, head));
    }

    fn shut(&self) {
        self.mailbox
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }
}
