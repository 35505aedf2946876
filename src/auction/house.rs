//! All auctions of this node: finds the door of each, founds new ones, and recovers those whose log
//! goes on. Behind a door stands the room, or a gateway to the node that owns the auction.

mod shelf;

use self::shelf::Shelf;
use super::chance::Chance;
use super::frame;
use super::gateway::{self, Gateway};
use super::journal::{BatchId, Journal, JournalError, Mark, NotAppended, Recent, Tail};
use super::openings::Openings;
use super::outbox::End;
use super::ownership;
use super::protocol::{self, FromServer, Late};
use super::record::{self, Beside, Published, Record};
use super::recovered::Recovered;
use super::replica::Course;
use super::room::{Answer, Ask, Ended, Permit, Room, Sealed, Start};
use super::viewers::{Connection, Shown, Surroundings, Viewers};
use crate::chain::Signer;
use crate::clock::Clock;
use crate::limits::{
    ALIVE_EVERY, CLOSING_MAX, FIND_MAX, MAILBOX_COMMANDS, MARKER_AGAIN, OUTAGE_ABOVE_MS,
    RECORDS_AT_ONCE, SOCKETS_MAX, UNANSWERED_MAX,
};
use anyhow::{Context as _, bail};
use auction_rules::auction::{View, Viewer};
use auction_rules::identity::Disclosure;
use auction_rules::log::{self, GENESIS, Header, LateStatement};
use auction_rules::terms::PhaseKind;
use auction_rules::verify::FORMAT;
use auction_rules::{
    Act, Alias, Auction, AuctionId, Bidder, By, Command, CommandId, Digest, OfficerAct, OfficerId,
    Refusal, Terms, Timestamp, Writer, canonical,
};
use dashmap::DashMap;
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinError;
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
    shelf: Shelf,
    pub(super) journal: Arc<dyn Journal>,
    signer: Signer,
    clock: Clock,
    surroundings: Surroundings,
    on_fatal: OnFatal,
    chance: Chance,
    seats: Arc<Semaphore>,
    records: Semaphore,
    /// This node's clock differs from the journal's.
    pub(super) clock_off: AtomicBool,
    /// It hands over what it owns, and takes nothing any more.
    leaves: AtomicBool,
}

/// The way into one auction.
pub struct Door {
    auction: AuctionId,
    /// Nobody once the log is sealed.
    behind: Mutex<Option<Behind>>,
    viewers: Viewers,
    meters: DashMap<Bidder, Meter>,
    attempts_per_s: u32,
    /// The epoch of an owner that has not said anything yet.
    unheard: AtomicU64,
    /// When the bidding ended, and the head after which nothing is bid.
    sealed: OnceLock<(Timestamp, Digest)>,
}

/// What stands behind a door.
#[derive(Clone)]
struct Behind {
    mailbox: mpsc::Sender<Ask>,
    who: Who,
}

/// Who takes commands behind a door.
#[derive(Clone)]
enum Who {
    Room(Owned),
    /// A gateway to another node; cancelled once it has passed on everything, after its mailbox was
    /// closed.
    Gateway(CancellationToken),
}

/// An auction that this node owns.
#[derive(Clone)]
struct Owned {
    epoch: u64,
    /// Cancelled when another node owns it now.
    fenced: CancellationToken,
    /// Cancelled when the room has ended.
    ended: CancellationToken,
}

/// Why a node takes an auction over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// It owned the auction before it was started again.
    Own,
    /// Its owner left or is silent.
    Free,
    /// It does not: another node owns it.
    None,
}

/// How fast a bidder asks.
#[derive(Default)]
struct Meter {
    unanswered: Arc<AtomicU32>,
    second: i64,
    in_second: u32,
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
            settle_ms: journal.settle_ms(),
        };
        let rooms = DashMap::new();
        let house = Arc::new(Self {
            rooms,
            shelf: Shelf::default(),
            journal,
            signer,
            clock,
            surroundings,
            on_fatal,
            chance,
            seats: Arc::new(Semaphore::new(SOCKETS_MAX)),
            records: Semaphore::new(RECORDS_AT_ONCE),
            clock_off: AtomicBool::new(false),
            leaves: AtomicBool::new(false),
        });
        house.check_clock().await;
        let all = house.journal.auctions().await;
        let marks = house.journal.marks().await;
        let mut marks = marks.context("cannot read who owns the auctions")?;
        let claim = match house.journal.exchange() {
            Some(_) => Claim::Own,
            None => Claim::Free,
        };
        for auction in all.context("cannot list the logs")? {
            let mark = marks.remove(&auction);
            house
                .recover(&auction, mark, claim)
                .await
                .with_context(|| format!("auction {auction}"))?;
        }
        tokio::spawn(stay_alive(Arc::downgrade(&house)));
        if house.journal.exchange().is_some() {
            tokio::spawn(ownership::watch(Arc::downgrade(&house)));
        }
        Ok(house)
    }

    /// Whether this node may own an auction: its clock is right, and it is not about to leave.
    pub(super) fn may_own(&self) -> bool {
        !self.clock_off.load(Ordering::Relaxed) && !self.leaves.load(Ordering::SeqCst)
    }

    pub(super) fn is_here(&self, auction: &AuctionId) -> bool {
        self.rooms.contains_key(auction) || self.shelf.knows(auction)
    }

    /// Whether this node decides what is bid in an auction.
    #[must_use]
    pub fn owns(&self, auction: &AuctionId) -> bool {
        self.door(auction)
            .is_some_and(|door| door.owned().is_some())
    }

    /// Whether another node may have to be replaced: this one does not own it, and it goes on.
    fn is_watched(&self, auction: &AuctionId) -> bool {
        let door = self.door(auction);
        !self.shelf.knows(auction)
            && door.is_none_or(|door| door.owned().is_none() && door.sealed_head().is_none())
    }

    /// What the owners of auctions said that this node does not own.
    pub(super) async fn marks_elsewhere(
        &self,
    ) -> Result<BTreeMap<AuctionId, Option<Mark>>, JournalError> {
        let marks = self.journal.marks().await?;
        let elsewhere = marks
            .into_iter()
            .filter(|(auction, _)| self.is_watched(auction));
        Ok(elsewhere
            .map(|(auction, mark)| (auction, Some(mark)))
            .collect())
    }

    /// Logs of auctions that this node does not own.
    pub(super) async fn logs_elsewhere(&self) -> BTreeMap<AuctionId, Option<Mark>> {
        let all = self.journal.auctions().await.unwrap_or_default();
        let elsewhere = all.into_iter().filter(|one| self.is_watched(one));
        elsewhere.map(|auction| (auction, None)).collect()
    }

    /// Takes over an auction whose owner is silent; another node may be faster.
    pub(super) async fn take(self: &Arc<Self>, auction: &AuctionId, mark: Option<Mark>) {
        if let Err(error) = self.recover(auction, mark, Claim::Free).await {
            tracing::error!(%auction, error = format!("{error:#}"), "cannot take over");
        }
    }

    /// Opens a gateway to an auction that another node owns.
    pub(super) async fn open_gateway(self: &Arc<Self>, auction: &AuctionId) {
        if self.leaves.load(Ordering::SeqCst) {
            return;
        }
        if let Err(error) = self.recover(auction, None, Claim::None).await {
            tracing::error!(%auction, error = format!("{error:#}"), "cannot be shown");
        }
    }

    /// The way into an auction, also of one that another node has just published; one that is over is
    /// read now.
    pub async fn find(self: &Arc<Self>, auction: &AuctionId) -> Option<Arc<Door>> {
        if !self.is_here(auction) && self.journal.exchange().is_some() {
            let opened = tokio::time::timeout(FIND_MAX, self.open_gateway(auction));
            if opened.await.is_err() {
                tracing::warn!(%auction, "the journal does not show it in time");
            }
        }
        match self.door(auction) {
            Some(door) => Some(door),
            None => self.find_over(auction).await,
        }
    }

    /// The way into an auction, if it is in memory.
    #[must_use]
    pub fn door(&self, auction: &AuctionId) -> Option<Arc<Door>> {
        let door = self.rooms.get(auction).map(|door| door.clone());
        door.or_else(|| self.shelf.held(auction))
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

    /// Whether this node serves people, and goes on to.
    pub async fn is_ready(&self) -> bool {
        !self.leaves.load(Ordering::SeqCst) && self.journal.mark_alive(&[]).await.is_ok()
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
        if self.is_here(&auction) {
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
            durable_to: self.journal.waits_for_replicas().then_some(0),
            nonce: auction_rules::hex::encode(&nonce),
            key: self.signer.key_id().to_owned(),
        };
        let sealed = Sealed::new(&auction, &header, vec![entry.clone()], nonce, &self.signer);
        let stored = sealed.map_err(|_| ActError::Unavailable)?.stored;
        let tail = stored.tail();
        let mut recent = Recent::default();
        let appended = recent.append(&*self.journal, &auction, None, stored).await;
        appended.map_err(|failed| self.failed(&auction, &failed))?;
        let viewers = Viewers::start(Shown::new(state.clone()), self.surroundings.clone());
        let door = Arc::new(Door::new(&state, viewers));
        let start = self.start_of(&door, state, tail, tail.id.next());
        let start = Start {
            entries: vec![entry],
            recent,
            ..start
        };
        let owned = self.own(door, tail.id.epoch, Room::new(start));
        // Who dies before the first mark is missed only when somebody looks for logs without one.
        let mark = owned.mark(received_at, false);
        if let Err(error) = self.journal.mark_alive(&[(auction, mark)]).await {
            tracing::warn!(%error, "cannot write the alive mark");
        }
        Ok(())
    }

    /// An officer's act, under an id of its own.
    ///
    /// # Errors
    /// As the rules refuse it, or when nothing could be decided.
    pub async fn act(
        self: &Arc<Self>,
        auction: &AuctionId,
        officer: OfficerId,
        act: Act,
    ) -> Result<(), ActError> {
        let id =
            CommandId::new(&uuid::Uuid::now_v7().to_string()).map_err(|_| ActError::Unavailable)?;
        self.find(auction)
            .await
            .ok_or(ActError::NotFound)?
            .act(officer, id, act, self.clock.now())
            .await
    }

    /// What a viewer may see now.
    pub async fn view(self: &Arc<Self>, auction: &AuctionId, viewer: Viewer) -> Option<View> {
        self.find(auction).await?.viewers.view(viewer).await
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
        self: &Arc<Self>,
        auction: &AuctionId,
        stamp: Option<&str>,
    ) -> Result<Published, ActError> {
        let door = self.find(auction).await.ok_or(ActError::NotFound)?;
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
            key_set: &self.signer.newest_key_set(),
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
    pub async fn record(self: &Arc<Self>, auction: &AuctionId) -> Result<Record, ActError> {
        self.find(auction).await.ok_or(ActError::NotFound)?;
        // A record of a long auction fills some memory: more readers wait for their turn.
        let _turn = self.records.acquire().await;
        let fingerprint = self.signer.fingerprint();
        let read = record::read(&*self.journal, auction, self.clock.now(), fingerprint).await;
        let mut record = read.map_err(|error| {
            tracing::error!(%auction, %error, "the record cannot be read");
            ActError::Unavailable
        })?;
        record.clock.settle_ms = self.journal.settle_ms();
        record.clock.weak_durability = self.weak_durability().map(str::to_owned);
        Ok(record)
    }

    /// Ends every room after what it has in hand, hands the auctions over, and tells every viewer to
    /// come back.
    pub async fn close(&self) {
        self.leaves.store(true, Ordering::SeqCst);
        let doors: Vec<_> = self.rooms.iter().map(|door| door.clone()).collect();
        self.rooms.clear();
        let over = self.shelf.take_all();
        let owned: Vec<_> = doors.iter().map(|door| door.owned()).collect();
        doors.iter().for_each(|door| door.shut());
        let mut left = Vec::new();
        for (door, owned) in doors.iter().zip(owned) {
            let Some(owned) = owned else { continue };
            let ended = owned.ended.cancelled();
            if tokio::time::timeout(CLOSING_MAX, ended).await.is_err() {
                tracing::error!(auction = %door.auction, "the room does not end");
            } else if door.sealed_head().is_none() {
                left.push((door.auction.clone(), owned.mark(self.clock.now(), true)));
            }
        }
        if let Err(error) = self.journal.mark_alive(&left).await {
            tracing::warn!(%error, "the auctions are not handed over: the next owner waits for the lease");
        }
        for door in doors.into_iter().chain(over) {
            door.viewers.end(End::Leaving).await;
        }
    }

    /// Stands behind the door of an auction that has a log: as its owner, where the claim holds, or
    /// as a gateway.
    async fn recover(
        self: &Arc<Self>,
        auction: &AuctionId,
        mark: Option<Mark>,
        claim: Claim,
    ) -> anyhow::Result<()> {
        if self.door(auction).is_none()
            && let Some(at) = shelf::sealed_at(&*self.journal, auction).await?
        {
            self.shelf.note(auction, at);
            return Ok(());
        }
        // A future of many kilobytes: those that wait for it stay small.
        let fenced = Box::pin(self.stand(auction, mark, claim)).await?;
        if fenced {
            Box::pin(self.stand(auction, None, Claim::None)).await?;
        }
        Ok(())
    }

    /// The same; tells whether another node was faster.
    async fn stand(
        self: &Arc<Self>,
        auction: &AuctionId,
        mark: Option<Mark>,
        claim: Claim,
    ) -> anyhow::Result<bool> {
        let before = self.door(auction);
        let seen = match &before {
            Some(_) if claim == Claim::None => return Ok(false),
            Some(door) => door.viewers.seq().await,
            None => None,
        };
        let (journal, seal_key) = (&*self.journal, self.signer.seal_key());
        let recovered = Recovered::read(journal, &self.surroundings, seal_key, auction, seen);
        let Some(mut recovered) = recovered.await? else {
            return Ok(false);
        };
        let state = &recovered.auction;
        if state.is_sealed() {
            // A gateway finds the seal itself.
            if before.is_none() {
                self.shelf.note(auction, state.at());
            }
            return Ok(false);
        }
        let door = match (before, recovered.shown.take()) {
            (Some(door), _) => door,
            (None, Some(shown)) => {
                let viewers = Viewers::start(shown, self.surroundings.clone());
                Arc::new(Door::new(state, viewers))
            }
            (None, None) => bail!("its viewers are gone"),
        };
        let owner = &state.writer().node;
        let may_take = match claim {
            Claim::Own => owner == self.signer.node(),
            Claim::Free => self.is_silent(&door, state.writer().epoch, mark),
            Claim::None => false,
        };
        if may_take && self.may_own() {
            return self.take_over(door, recovered, mark).await;
        } else if !self.is_here(auction) {
            tracing::info!(%auction, owner, "another node owns this auction");
            self.stand_gateway(door, recovered);
        }
        Ok(false)
    }

    /// Whether it is the present owner that is silent: another node may just have taken over, and not
    /// said so yet. If it is silent for one more lease, it is silent.
    fn is_silent(&self, door: &Door, epoch: u64, mark: Option<Mark>) -> bool {
        let heard = mark.map_or(0, |mark| mark.epoch);
        let is_shared = self.journal.exchange().is_some();
        let is_new = is_shared && heard < epoch;
        !is_new || door.unheard.swap(epoch, Ordering::Relaxed) == epoch
    }

    async fn take_over(
        self: &Arc<Self>,
        door: Arc<Door>,
        recovered: Recovered,
        mark: Option<Mark>,
    ) -> anyhow::Result<bool> {
        let Recovered {
            auction: state,
            held,
            entries,
            openings,
            reader,
            recent,
            ..
        } = recovered;
        let tail = reader.tail().context("an empty log")?;
        let marked = mark.map_or(Timestamp(0), |mark| Timestamp(mark.at_ms));
        let alive_at = marked.max(state.at());
        let next = tail.id.takeover();
        let seq = state.seq();
        let mut room = Room::new(Start {
            entries,
            openings,
            recent,
            durable_to: match self.journal.waits_for_replicas() {
                true => held.durable_to(),
                false => seq,
            },
            unshown: held.rest(),
            inbox: reader.inbox(),
            ..self.start_of(&door, state, tail, next)
        });
        match room.take_over(alive_at).await {
            Ok(()) => {}
            Err(NotAppended::Fenced) => return Ok(true),
            Err(failed) => bail!(failed),
        }
        tracing::info!(auction = %door.auction, seq, alive_at = alive_at.0, "auction recovered");
        metrics::counter!("ebok_takeovers_total").increment(1);
        let auction = door.auction.clone();
        let owned = self.own(door, next.epoch, room);
        // The others need not wait to hear it.
        let mark = owned.mark(self.clock.now(), false);
        if let Err(error) = self.journal.mark_alive(&[(auction, mark)]).await {
            tracing::warn!(%error, "cannot write the alive mark");
        }
        Ok(false)
    }

    fn start_of(&self, door: &Door, auction: Auction, tail: Tail, next: BatchId) -> Start {
        Start {
            durable_to: auction.seq(),
            auction,
            tail,
            next,
            journal: self.journal.clone(),
            recent: Recent::default(),
            signer: self.signer.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            viewers: door.viewers.clone(),
            entries: Vec::new(),
            openings: Openings::new(),
            unshown: Vec::new(),
            inbox: None,
        }
    }

    /// The room decides from now on. A gateway that stood there still answers what it passed on.
    fn own(self: &Arc<Self>, door: Arc<Door>, epoch: u64, room: Room) -> Owned {
        let (mailbox, asks) = mpsc::channel(MAILBOX_COMMANDS);
        let owned = Owned {
            epoch,
            fenced: CancellationToken::new(),
            ended: CancellationToken::new(),
        };
        let before = door.stands(Behind {
            mailbox,
            who: Who::Room(owned.clone()),
        });
        self.rooms.insert(door.auction.clone(), door.clone());
        let house = Arc::downgrade(self);
        // A panic is our bug and stops one room, never the server.
        let mut running = tokio::spawn(async move {
            // What was asked at the gateway is read from the inbox before what is asked now.
            if let Some(Behind {
                mailbox,
                who: Who::Gateway(drained),
            }) = before
            {
                drop(mailbox);
                drop(tokio::time::timeout(MARKER_AGAIN, drained.cancelled()).await);
            }
            room.run(asks).await
        });
        let owner = owned.clone();
        tokio::spawn(async move {
            let ended = tokio::select! {
                biased;
                ended = &mut running => ended,
                () = owner.fenced.cancelled() => {
                    running.abort();
                    Ok(Ended::Failed(NotAppended::Fenced))
                }
            };
            has_ended(&house, &door, ended, Some(&owner)).await;
            owner.ended.cancel();
        });
        owned
    }

    fn stand_gateway(self: &Arc<Self>, door: Arc<Door>, recovered: Recovered) {
        let (mailbox, asks) = mpsc::channel(MAILBOX_COMMANDS);
        let drained = CancellationToken::new();
        door.stands(Behind {
            mailbox,
            who: Who::Gateway(drained.clone()),
        });
        let here = self
            .rooms
            .entry(door.auction.clone())
            .or_insert(door.clone());
        if !Arc::ptr_eq(&here, &door) {
            return;
        }
        drop(here);
        let seen = recovered.seen();
        let Recovered {
            held,
            mut entries,
            reader,
            ..
        } = recovered;
        entries.truncate(seen);
        let gateway = Gateway::new(gateway::Start {
            auction: door.auction.clone(),
            journal: self.journal.clone(),
            signer: self.signer.clone(),
            viewers: door.viewers.clone(),
            reader,
            held,
            entries,
            drained,
        });
        let house = Arc::downgrade(self);
        tokio::spawn(async move {
            let ended = tokio::spawn(gateway.run(asks)).await;
            has_ended(&house, &door, ended, None).await;
        });
    }

    /// Another node owns the auction now: its mark has a higher epoch.
    fn fence(&self, auction: &AuctionId) {
        tracing::warn!(%auction, "another node owns this auction");
        if let Some(owned) = self.door(auction).and_then(|door| door.owned()) {
            owned.fenced.cancel();
        }
    }

    async fn forget_inbox(&self, auction: &AuctionId) {
        if let Some(exchange) = self.journal.exchange()
            && let Err(error) = exchange.forget(auction).await
        {
            tracing::warn!(%auction, %error, "the inbox of a sealed auction stays");
        }
    }

    fn failed(&self, auction: &AuctionId, failed: &NotAppended) -> ActError {
        tracing::error!(%auction, error = %failed, "the room lost its journal");
        if matches!(failed, NotAppended::Fatal(_)) {
            (self.on_fatal)(failed);
        }
        ActError::Unavailable
    }
}

/// What comes after a room or a gateway.
async fn has_ended(
    house: &Weak<House>,
    door: &Arc<Door>,
    ended: Result<Ended, JoinError>,
    owned: Option<&Owned>,
) {
    let Some(house) = house.upgrade() else { return };
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
                door.refuse_late(&house.signer, ask).await;
            }
            house.forget_inbox(&door.auction).await;
            house.shelve(door, closed_at);
            return;
        }
        Ok(Ended::Closed) => return,
        // A room took over from the gateway meanwhile.
        _ if owned.is_none() && door.owned().is_some() => return,
        Ok(Ended::Failed(failed)) => drop(house.failed(&door.auction, &failed)),
        Ok(Ended::Lost(error)) => {
            let error = format!("{error:#}");
            tracing::error!(auction = %door.auction, error, "the gateway lost the log");
        }
        Err(panic) => tracing::error!(auction = %door.auction, %panic, "the room stopped"),
    }
    door.shut();
    house
        .rooms
        .remove_if(&door.auction, |_, here| Arc::ptr_eq(here, door));
    door.viewers.end(End::Restart).await;
}

/// Each second, one write that says of every auction here that its owner is alive.
async fn stay_alive(house: Weak<House>) {
    let mut every = tokio::time::interval(ALIVE_EVERY);
    loop {
        every.tick().await;
        let Some(house) = house.upgrade() else { return };
        let now = house.clock.now();
        let running = house.rooms.iter().filter_map(|door| door.running(now));
        let marks: Vec<_> = running.collect();
        metrics::gauge!("ebok_auctions_owned").set(marks.len() as f64);
        match house.journal.mark_alive(&marks).await {
            Ok(fenced) => fenced.iter().for_each(|auction| house.fence(auction)),
            Err(error) => tracing::warn!(%error, "cannot write the alive mark"),
        }
    }
}

impl Owned {
    /// What its owner says.
    fn mark(&self, now: Timestamp, left: bool) -> Mark {
        Mark {
            epoch: self.epoch,
            at_ms: now.0,
            left,
        }
    }
}

impl Door {
    fn new(state: &Auction, viewers: Viewers) -> Self {
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

    async fn refuse_late(&self, signer: &Signer, ask: Ask) {
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

    fn owned(&self) -> Option<Owned> {
        match &self.behind().as_ref()?.who {
            Who::Room(owned) => Some(owned.clone()),
            Who::Gateway(_) => None,
        }
    }

    /// What the owner says while it lives. One whose room hangs says nothing, or a crash would be
    /// taken for shorter than it was.
    fn running(&self, now: Timestamp) -> Option<(AuctionId, Mark)> {
        let owned = self.owned()?;
        let ran_at = self.viewers.aside().ran_at();
        let runs = now.since(ran_at) <= OUTAGE_ABOVE_MS;
        runs.then(|| (self.auction.clone(), owned.mark(now, false)))
    }

    /// Nothing is bid after this head. Only the first one counts.
    fn seal(&self, closed_at: Timestamp, head: Digest) {
        self.sealed.get_or_init(|| (closed_at, head));
    }

    /// From now on this stands behind it; answers what stood there before.
    fn stands(&self, behind: Behind) -> Option<Behind> {
        // What dropped while another node owned the auction is not this room's to note.
        self.viewers.aside().take_dropped();
        self.behind().replace(behind)
    }

    fn shut(&self) {
        self.behind().take();
    }

    fn behind(&self) -> MutexGuard<'_, Option<Behind>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
