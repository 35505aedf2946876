//! What all clients of one auction share.

use crate::clock::Clock;
use crate::evidence::Evidence;
use crate::figures::Figures;
use crate::link::Target;
use crate::schedule::Schedule;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio::sync::{Notify, Semaphore, mpsc};

/// One auction under load.
pub(crate) struct Course {
    /// Where the server is: each client begins at another address.
    pub(crate) targets: Vec<Target>,
    /// Which auction.
    pub(crate) auction: String,
    /// The clients' clock.
    pub(crate) clock: Clock,
    /// Who bids what and when.
    pub(crate) schedule: Schedule,
    /// When the auction opens.
    pub(crate) opening: Instant,
    /// When clients give up waiting for the seal.
    pub(crate) deadline: Instant,
    /// What is measured.
    pub(crate) figures: Figures,
    /// Where receipts go to be verified.
    pub(crate) evidence: mpsc::Sender<Evidence>,
    /// Of each bidder: how many of its bids are due.
    pub(crate) due: Vec<Due>,
    /// Bounds how many connect at once.
    pub(crate) connecting: Semaphore,
    /// Clients that have joined.
    pub(crate) joined: AtomicUsize,
    /// Clients that have seen the seal, or given up.
    pub(crate) finished: AtomicUsize,
}

/// How many bids of a bidder are due.
#[derive(Debug, Default)]
pub(crate) struct Due {
    count: AtomicUsize,
    /// Told of each bid that falls due.
    pub(crate) notify: Notify,
}

impl Due {
    /// One bid more.
    pub(crate) fn add(&self) {
        self.count.fetch_add(1, Ordering::Release);
        self.notify.notify_one();
    }

    /// How many so far.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }
}
