//! All auctions of this node: finds the door of each, founds new ones, and reads what is over.

mod door;
mod shelf;
mod standing;

pub use self::door::Door;
use self::shelf::Shelf;
use self::standing::{Claim, stay_alive};
use super::chance::Chance;
use super::journal::{BatchId, Journal, JournalError, Mark, NotAppended, Recent};
use super::outbox::End;
use super::ownership;
use super::record::{self, Beside, Published, Record};
use super::replica::Course;
use super::room::{Room, Sealed, Start};
use super::viewers::{Shown, Surroundings, Viewers};
use crate::chain::Signer;
use crate::clock::Clock;
use crate::limits::{CLOSING_MAX, FIND_MAX, RECORDS_AT_ONCE, SOCKETS_MAX};
use anyhow::Context as _;
use auction_rules::auction::{View, Viewer};
use auction_rules::identity::Disclosure;
use auction_rules::log::{GENESIS, Header};
use auction_rules::terms::PhaseKind;
use auction_rules::verify::FORMAT;
use auction_rules::{
    Act, Alias, Auction, AuctionId, Bidder, By, Command, CommandId, OfficerAct, OfficerId, Refusal,
    Terms, Writer,
};
use dashmap::DashMap;
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
}
