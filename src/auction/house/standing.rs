//! Who decides what is bid: a room is made when this node owns an auction, and a gateway when it does
//! not. What ends is told here too.

use super::door::{Behind, Door, Owned, Who};
use super::{ActError, House, shelf};
use crate::auction::gateway::{self, Gateway};
use crate::auction::journal::{BatchId, Mark, NotAppended, Recent, Tail};
use crate::auction::openings::Openings;
use crate::auction::outbox::End;
use crate::auction::recovered::Recovered;
use crate::auction::room::{Ended, Room, Start};
use crate::auction::viewers::Viewers;
use crate::limits::{ALIVE_EVERY, MAILBOX_COMMANDS, MARKER_AGAIN};
use anyhow::{Context as _, bail};
use auction_rules::{Auction, AuctionId, Timestamp};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use tokio::sync::mpsc;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

/// Why a node takes an auction over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// It owned the auction before it was started again.
    Own,
    /// Its owner left or is silent.
    Free,
    /// It does not: another node owns it.
    None,
}

impl House {
    /// Stands behind the door of an auction that has a log: as its owner, where the claim holds, or
    /// as a gateway.
    pub(super) async fn recover(
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

    pub(super) fn start_of(
        &self,
        door: &Door,
        auction: Auction,
        tail: Tail,
        next: BatchId,
    ) -> Start {
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
    pub(super) fn own(self: &Arc<Self>, door: Arc<Door>, epoch: u64, room: Room) -> Owned {
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

    pub(super) fn failed(&self, auction: &AuctionId, failed: &NotAppended) -> ActError {
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
pub(super) async fn stay_alive(house: Weak<House>) {
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
