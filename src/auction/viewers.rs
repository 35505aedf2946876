//! The viewers of one auction on this node: who is connected, and what each is sent.
//!
//! One task owns the replica. Receipts leave it at once; frames for a whole audience go through a
//! task of their own, which lets others run every few sockets, so that fan-out never holds up a
//! receipt.

use super::aside::Aside;
use super::crowd::Crowd;
use super::frame;
use super::house::Disclosures;
use super::outbox::{End, Outbox};
use super::protocol::{FromServer, Present, Winner};
use super::replica::{Committed, Course, Delivery, Recipient, Replica};
use crate::clock::Clock;
use crate::limits::{COMMITTED_QUEUE, DISCLOSURE_MAX, REPLICA_QUEUE, SOCKETS_PER_TURN};
use auction_rules::auction::{View, Viewer};
use auction_rules::{Alias, Auction, Audience, Bidder, Command, Misfit, Offer, Preview, Timestamp};
use bytes::Bytes;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::MissedTickBehavior;

/// What a client that never measured reports.
const UNMEASURED: i64 = i64::MIN;

/// One connection, as the viewers of its auctions know it.
#[derive(Debug)]
pub struct Connection {
    id: u64,
    /// Where frames for it go.
    pub outbox: Outbox,
    rtt_ms: AtomicI64,
    offset_ms: AtomicI64,
}

impl Connection {
    /// A new connection.
    #[must_use]
    pub fn new(outbox: Outbox) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            outbox,
            rtt_ms: AtomicI64::new(UNMEASURED),
            offset_ms: AtomicI64::new(UNMEASURED),
        }
    }

    /// Notes what the client measured.
    pub fn measured(&self, rtt_ms: Option<i64>, offset_ms: Option<i64>) {
        self.rtt_ms
            .store(rtt_ms.unwrap_or(UNMEASURED), Ordering::Relaxed);
        self.offset_ms
            .store(offset_ms.unwrap_or(UNMEASURED), Ordering::Relaxed);
    }
}

/// Questions to the viewers' task.
enum Ask {
    Join {
        viewer: Viewer,
        f: u64,
        n: u32,
        connection: Arc<Connection>,
        receipts: oneshot::Sender<Vec<Bytes>>,
    },
    Leave {
        viewer: Viewer,
        connection: Arc<Connection>,
    },
    Preview {
        bidder: Bidder,
        received_at: Timestamp,
        offer: Offer,
        answer: oneshot::Sender<Preview>,
    },
    View {
        viewer: Viewer,
        answer: oneshot::Sender<View>,
    },
    Course {
        answer: oneshot::Sender<Course>,
    },
    Resend {
        bidder: Bidder,
        n: u32,
    },
    Answered {
        bidder: Bidder,
        command: Command,
        answer: oneshot::Sender<Option<Bytes>>,
    },
    Snapshot {
        answer: oneshot::Sender<Auction>,
    },
    End(End),
}

/// The way to the viewers of one auction.
#[derive(Clone)]
pub struct Viewers {
    committed: mpsc::Sender<Committed>,
    asks: mpsc::Sender<Ask>,
    aside: Arc<Aside>,
}

/// What the viewers' task needs to know of the node.
#[derive(Clone)]
pub struct Surroundings {
    /// The server's clock.
    pub clock: Clock,
    /// Who hides behind a commitment.
    pub disclosures: Disclosures,
    /// Why acknowledged bids may be lost, where that was accepted at start.
    pub weak_durability: Option<String>,
}

impl Viewers {
    /// Starts the task for an auction whose log so far is applied.
    #[must_use]
    pub fn start(shown: Shown, surroundings: Surroundings) -> Self {
        let (committed, batches) = mpsc::channel(COMMITTED_QUEUE);
        let (asks, questions) = mpsc::channel(REPLICA_QUEUE);
        let aside = Arc::new(Aside::default());
        let task = Task::new(shown, surroundings, aside.clone());
        tokio::spawn(task.run(batches, questions));
        Self {
            committed,
            asks,
            aside,
        }
    }

    /// What is noticed beside the room.
    #[must_use]
    pub fn aside(&self) -> &Aside {
        &self.aside
    }

    /// Shows a durable batch. Waits when the viewers are too far behind.
    pub async fn show(&self, committed: Committed) {
        drop(self.committed.send(committed).await);
    }

    /// Joins: the snapshot goes to the connection, the receipts after `n` come back for the caller
    /// to send at the client's pace.
    pub async fn join(
        &self,
        viewer: Viewer,
        f: u64,
        n: u32,
        connection: &Arc<Connection>,
    ) -> Vec<Bytes> {
        let (receipts, answer) = oneshot::channel();
        let connection = connection.clone();
        self.ask(
            Ask::Join {
                viewer,
                f,
                n,
                connection,
                receipts,
            },
            answer,
        )
        .await
        .unwrap_or_default()
    }

    /// Leaves.
    pub async fn leave(&self, viewer: Viewer, connection: &Arc<Connection>) {
        let leave = Ask::Leave {
            viewer,
            connection: connection.clone(),
        };
        drop(self.asks.send(leave).await);
    }

    /// What a bid would come to now.
    pub async fn preview(
        &self,
        bidder: Bidder,
        received_at: Timestamp,
        offer: Offer,
    ) -> Option<Preview> {
        let (sender, answer) = oneshot::channel();
        self.ask(
            Ask::Preview {
                bidder,
                received_at,
                offer,
                answer: sender,
            },
            answer,
        )
        .await
    }

    /// What a viewer may see now.
    pub async fn view(&self, viewer: Viewer) -> Option<View> {
        let (sender, answer) = oneshot::channel();
        self.ask(
            Ask::View {
                viewer,
                answer: sender,
            },
            answer,
        )
        .await
    }

    /// How the auction went so far.
    pub async fn course(&self) -> Option<Course> {
        let (sender, answer) = oneshot::channel();
        self.ask(Ask::Course { answer: sender }, answer).await
    }

    /// Sends a bidder's receipt once more, to all its connections.
    pub async fn resend(&self, bidder: Bidder, n: u32) {
        drop(self.asks.send(Ask::Resend { bidder, n }).await);
    }

    /// What a bidder's command was answered, if it is in the log.
    pub async fn answered(&self, bidder: Bidder, command: Command) -> Option<Bytes> {
        let (sender, answer) = oneshot::channel();
        self.ask(
            Ask::Answered {
                bidder,
                command,
                answer: sender,
            },
            answer,
        )
        .await
        .flatten()
    }

    /// The auction as this node's viewers see it.
    pub async fn snapshot(&self) -> Option<Auction> {
        let (sender, answer) = oneshot::channel();
        self.ask(Ask::Snapshot { answer: sender }, answer).await
    }

    /// Disconnects everyone.
    pub async fn end(&self, end: End) {
        drop(self.asks.send(Ask::End(end)).await);
    }

    async fn ask<T>(&self, ask: Ask, answer: oneshot::Receiver<T>) -> Option<T> {
        self.asks.send(ask).await.ok()?;
        answer.await.ok()
    }
}

impl Surroundings {
    /// The winner's data.
    pub async fn name(&self, alias: Alias, bidder: Option<Bidder>) -> Option<Winner> {
        // A store that hangs must not hold up the result of the auction.
        let asked = tokio::time::timeout(DISCLOSURE_MAX, (self.disclosures)(bidder?)).await;
        let disclosure = asked.ok().flatten();
        if disclosure.is_none() {
            tracing::error!(%alias, "the winner's data are not in the store");
        }
        Some(Winner {
            alias,
            identity: disclosure?.identity,
        })
    }
}

/// A log as it is shown: to those who may watch, and to observers who may watch only later.
pub struct Shown {
    replica: Replica,
    later: Option<Later>,
}

impl Shown {
    /// Of an auction whose log so far everyone may see.
    #[must_use]
    pub fn new(state: Auction) -> Self {
        let delay_ms = state.terms().visibility.observers_delay_ms.unwrap_or(0);
        // A log that is over holds nothing back.
        let later = (delay_ms > 0 && state.closed_at().is_none()).then(|| Later {
            replica: Replica::new(state.clone()),
            delay_ms,
            waiting: VecDeque::new(),
        });
        let replica = Replica::new(state);
        Self { replica, later }
    }

    /// A batch of the past that was shown at `at`; what observers may not see at `now` waits.
    ///
    /// # Errors
    /// [`Misfit`] when the batch does not follow the last one.
    pub fn replay(
        &mut self,
        committed: Committed,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Misfit> {
        self.replica.commit(&committed, at)?;
        if let Some(later) = &mut self.later {
            later.wait(committed, at);
            later.catch_up(now)?;
        }
        if self.replica.state().closed_at().is_some() {
            self.later = None;
        }
        Ok(())
    }
}

struct Task {
    replica: Replica,
    /// The observers' replica, where the terms let them watch only later.
    later: Option<Later>,
    surroundings: Surroundings,
    aside: Arc<Aside>,
    crowd: Crowd,
    bidders: BTreeMap<Bidder, Vec<Arc<Connection>>>,
    audiences: BTreeMap<Audience, Fanout>,
    /// Bidders and observers, as told to the officers last; none when an officer came later.
    presence: Option<(Vec<Present>, usize)>,
    head_told: u64,
    version: u64,
}

struct Later {
    replica: Replica,
    delay_ms: u64,
    waiting: VecDeque<(Timestamp, Committed)>,
}

impl Later {
    fn wait(&mut self, committed: Committed, at: Timestamp) {
        self.waiting.push_back((at.plus(self.delay_ms), committed));
    }

    /// From the close on observers see everything at once.
    fn hurry(&mut self, now: Timestamp) {
        for (due, _) in &mut self.waiting {
            *due = now;
        }
    }

    /// What may be shown now.
    fn catch_up(&mut self, now: Timestamp) -> Result<Vec<Delivery>, Misfit> {
        let mut deliveries = Vec::new();
        while let Some((_, committed)) = self.waiting.pop_front_if(|(due, _)| *due <= now) {
            deliveries.extend(self.replica.commit(&committed, now)?);
        }
        deliveries.extend(self.replica.flush(now));
        Ok(deliveries)
    }
}

impl Task {
    fn new(shown: Shown, surroundings: Surroundings, aside: Arc<Aside>) -> Self {
        let Shown { replica, later } = shown;
        Self {
            head_told: replica.state().seq(),
            replica,
            later,
            surroundings,
            aside,
            crowd: Crowd::default(),
            bidders: BTreeMap::new(),
            audiences: BTreeMap::new(),
            presence: None,
            version: 0,
        }
    }

    /// What comes seldom goes first, so that nothing can be starved by what comes often: neither by
    /// batches, of which the next is always there under load, nor by those who ask.
    async fn run(mut self, mut batches: mpsc::Receiver<Committed>, mut asks: mpsc::Receiver<Ask>) {
        let mut every_second = tokio::time::interval(Duration::from_secs(1));
        every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let wake = self.next_wake();
            tokio::select! {
                biased;
                () = sleep_until(&self.surroundings.clock, wake), if wake.is_some() => {
                    self.flush().await;
                }
                _ = every_second.tick() => {
                    self.watch_crowd();
                    self.tell_officers().await;
                }
                Some(committed) = batches.recv() => {
                    self.committed(committed).await;
                    if let Ok(ask) = asks.try_recv() {
                        self.answer(ask).await;
                    }
                }
                ask = asks.recv() => match ask {
                    Some(ask) => self.answer(ask).await,
                    None => return,
                },
            }
        }
    }

    fn next_wake(&self) -> Option<Timestamp> {
        let later = self.later.iter().flat_map(|later| {
            let shown = later.waiting.front().map(|(due, _)| *due);
            shown.into_iter().chain(later.replica.next_flush())
        });
        later.chain(self.replica.next_flush()).min()
    }

    async fn committed(&mut self, mut committed: Committed) {
        if let Some(alias) = committed.revealed() {
            let bidder = self.replica.state().bidder(alias);
            committed.winner = self.surroundings.name(alias, bidder).await;
        }
        let now = self.surroundings.clock.now();
        match self.replica.commit(&committed, now) {
            Ok(deliveries) => self.deliver(deliveries, Seen::Now).await,
            // The room applied the same entries before it wrote them: this cannot be.
            Err(misfit) => tracing::error!(%misfit, "the replica does not follow the log"),
        }
        if let Some(later) = &mut self.later {
            later.wait(committed, now);
            if self.replica.state().closed_at().is_some() {
                later.hurry(now);
            }
        }
    }

    async fn flush(&mut self) {
        let now = self.surroundings.clock.now();
        let deliveries = self.replica.flush(now);
        self.deliver(deliveries, Seen::Now).await;
        let Some(later) = &mut self.later else { return };
        match later.catch_up(now) {
            Ok(deliveries) => self.deliver(deliveries, Seen::Later).await,
            Err(misfit) => tracing::error!(%misfit, "the replica does not follow the log"),
        }
    }

    /// Observers who may watch only later get nothing of the present.
    async fn deliver(&mut self, deliveries: Vec<Delivery>, seen: Seen) {
        for Delivery { to, frame } in deliveries {
            match to {
                Recipient::Bidder(bidder) => {
                    for connection in self.bidders.get(&bidder).into_iter().flatten() {
                        connection.outbox.share(&frame);
                    }
                }
                Recipient::Audience(audience) => {
                    let later = audience == Audience::Observers && self.later.is_some();
                    if later == (seen == Seen::Later) {
                        self.version += 1;
                        self.fan_out(audience, frame).await;
                    }
                }
            }
        }
    }

    async fn fan_out(&self, audience: Audience, frame: Bytes) {
        if let Some(fanout) = self.audiences.get(&audience) {
            drop(fanout.frames.send((self.version, frame)).await);
        }
    }

    async fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Join {
                viewer,
                f,
                n,
                connection,
                receipts,
            } => {
                self.join(viewer, f, connection);
                let missed = match viewer {
                    Viewer::Bidder(bidder) => self.replica.receipts_after(bidder, n),
                    Viewer::Observer | Viewer::Officer => Vec::new(),
                };
                drop(receipts.send(missed));
            }
            Ask::Leave { viewer, connection } => self.leave(viewer, &connection),
            Ask::Preview {
                bidder,
                received_at,
                offer,
                answer,
            } => {
                drop(answer.send(self.replica.state().preview(bidder, received_at, &offer)));
            }
            Ask::View { viewer, answer } => {
                drop(answer.send(self.replica_for(viewer).state().view(viewer)));
            }
            Ask::Course { answer } => drop(answer.send(self.replica.course().clone())),
            Ask::Resend { bidder, n } => {
                if let Some(frame) = self.replica.receipt(bidder, n) {
                    self.deliver(
                        vec![Delivery {
                            to: Recipient::Bidder(bidder),
                            frame,
                        }],
                        Seen::Now,
                    )
                    .await;
                }
            }
            Ask::Answered {
                bidder,
                command,
                answer,
            } => drop(answer.send(self.replica.answered(bidder, &command))),
            Ask::Snapshot { answer } => drop(answer.send(self.replica.state().clone())),
            Ask::End(end) => self.end(end),
        }
    }

    fn replica_for(&self, viewer: Viewer) -> &Replica {
        match (&self.later, viewer) {
            (Some(later), Viewer::Observer) => &later.replica,
            _ => &self.replica,
        }
    }

    fn join(&mut self, viewer: Viewer, f: u64, connection: Arc<Connection>) {
        self.leave(viewer, &connection);
        let now = self.surroundings.clock.now();
        let weak = self.surroundings.weak_durability.as_deref();
        let replica = match (&mut self.later, viewer) {
            (Some(later), Viewer::Observer) => &mut later.replica,
            _ => &mut self.replica,
        };
        replica.watch(viewer);
        connection.outbox.push(replica.joined(viewer, f, now, weak));
        if let Viewer::Bidder(bidder) = viewer {
            self.bidders
                .entry(bidder)
                .or_default()
                .push(connection.clone());
        }
        let fanout = self
            .audiences
            .entry(viewer.audience())
            .or_insert_with(Fanout::start);
        fanout.add(self.version, connection);
        if viewer == Viewer::Officer {
            self.presence = None;
        }
    }

    fn leave(&mut self, viewer: Viewer, connection: &Connection) {
        if let Viewer::Bidder(bidder) = viewer
            && let Some(all) = self.bidders.get_mut(&bidder)
        {
            all.retain(|other| other.id != connection.id);
            if all.is_empty() {
                self.bidders.remove(&bidder);
                self.replica.unwatch(Recipient::Bidder(bidder));
            }
        }
        let audience = viewer.audience();
        if self
            .audiences
            .get(&audience)
            .is_some_and(|fanout| fanout.remove(connection) == 0)
        {
            self.audiences.remove(&audience);
            match (&mut self.later, viewer) {
                (Some(later), Viewer::Observer) => {
                    later.replica.unwatch(Recipient::Audience(audience))
                }
                _ => self.replica.unwatch(Recipient::Audience(audience)),
            }
        }
    }

    fn end(&mut self, end: End) {
        for fanout in self.audiences.values() {
            fanout.each(|connection| connection.outbox.end(end));
        }
        for bidder in std::mem::take(&mut self.bidders).into_keys() {
            self.replica.unwatch(Recipient::Bidder(bidder));
        }
        for audience in std::mem::take(&mut self.audiences).into_keys() {
            self.replica.unwatch(Recipient::Audience(audience));
            if let Some(later) = &mut self.later {
                later.replica.unwatch(Recipient::Audience(audience));
            }
        }
    }

    /// Notices when many bidders are suddenly gone.
    fn watch_crowd(&mut self) {
        let state = self.replica.state();
        let connected = self.bidders.keys();
        let connected = connected
            .filter_map(|bidder| state.alias(*bidder))
            .collect();
        if let Some(dropped) = self.crowd.look(connected) {
            self.aside.dropped(dropped);
        }
    }

    /// Once a second: who is there, and the running head. The head goes to the log as well, so
    /// that it stands in a place which whoever owns the database does not own.
    async fn tell_officers(&mut self) {
        let (seq, head) = self.replica.head();
        let auction = self.replica.state().id().clone();
        let watched = self.audiences.contains_key(&Audience::Officers);
        if seq != self.head_told {
            self.head_told = seq;
            tracing::info!(%auction, seq, %head, "running head");
            if watched {
                let frame = frame::text(&FromServer::Head {
                    auction: &auction,
                    seq,
                    head,
                });
                self.fan_out_next(frame).await;
            }
        }
        let bidders: Vec<_> = self
            .bidders
            .iter()
            .map(|(bidder, all)| present(*bidder, all))
            .collect();
        let observers = self.audiences.get(&Audience::Observers);
        let present = (bidders, observers.map_or(0, Fanout::len));
        if watched && self.presence.as_ref() != Some(&present) {
            let presence = FromServer::Presence {
                auction: &auction,
                bidders: &present.0,
                observers: present.1,
            };
            let frame = frame::text(&presence);
            self.presence = Some(present);
            self.fan_out_next(frame).await;
        }
    }

    async fn fan_out_next(&mut self, frame: Bytes) {
        self.version += 1;
        self.fan_out(Audience::Officers, frame).await;
    }
}

/// Which replica a delivery comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Now,
    Later,
}

async fn sleep_until(clock: &Clock, moment: Option<Timestamp>) {
    if let Some(moment) = moment {
        tokio::time::sleep_until(clock.instant(moment)).await;
    }
}

fn present(bidder: Bidder, all: &[Arc<Connection>]) -> Present {
    let last = |measure: fn(&Connection) -> &AtomicI64| {
        let mut values = all
            .iter()
            .rev()
            .map(|connection| measure(connection).load(Ordering::Relaxed));
        values.find(|value| *value != UNMEASURED)
    };
    Present {
        bidder,
        connections: all.len(),
        rtt_ms: last(|connection| &connection.rtt_ms),
        offset_ms: last(|connection| &connection.offset_ms),
    }
}

/// Carries the frames of one audience to its sockets.
struct Fanout {
    sockets: Sockets,
    frames: mpsc::Sender<(u64, Bytes)>,
}

type Sockets = Arc<Mutex<Vec<(u64, Arc<Connection>)>>>;

impl Fanout {
    fn start() -> Self {
        let sockets = Sockets::default();
        let (frames, queue) = mpsc::channel(COMMITTED_QUEUE);
        tokio::spawn(carry(sockets.clone(), queue));
        Self { sockets, frames }
    }

    /// Adds a connection that has seen everything up to `version`.
    fn add(&self, version: u64, connection: Arc<Connection>) {
        lock(&self.sockets).push((version, connection));
    }

    /// Removes a connection, and tells how many are left.
    fn remove(&self, connection: &Connection) -> usize {
        let mut sockets = lock(&self.sockets);
        sockets.retain(|(_, other)| other.id != connection.id);
        sockets.len()
    }

    fn len(&self) -> usize {
        lock(&self.sockets).len()
    }

    fn each(&self, act: impl Fn(&Connection)) {
        lock(&self.sockets)
            .iter()
            .for_each(|(_, connection)| act(connection));
    }
}

async fn carry(sockets: Sockets, mut frames: mpsc::Receiver<(u64, Bytes)>) {
    while let Some((version, frame)) = frames.recv().await {
        let all: Vec<_> = lock(&sockets).clone();
        for turn in all.chunks(SOCKETS_PER_TURN) {
            for (seen, connection) in turn {
                if *seen < version {
                    connection.outbox.share(&frame);
                }
            }
            tokio::task::yield_now().await;
        }
    }
}

fn lock(sockets: &Sockets) -> std::sync::MutexGuard<'_, Vec<(u64, Arc<Connection>)>> {
    sockets.lock().unwrap_or_else(PoisonError::into_inner)
}
