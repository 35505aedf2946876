//! When bids are due in an open loop: evenly, bidders in turn. A thread tells them, for tokio's
//! timers are whole milliseconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Time for every bidder to begin to wait.
const LEAD: Duration = Duration::from_millis(100);

/// The moments of all bids.
pub(super) struct Pace {
    begin: Instant,
    step: Duration,
    turns: usize,
    bidders: Vec<Due>,
}

#[derive(Default)]
struct Due {
    so_far: AtomicUsize,
    changed: Notify,
}

impl Pace {
    /// So many bids per second of all bidders together, for a while.
    pub(super) fn new(bidders: usize, per_s: u32, length: Duration) -> Self {
        let step = Duration::from_secs(1) / per_s;
        let all = length.as_secs_f64() * f64::from(per_s);
        Self {
            begin: Instant::now() + LEAD,
            step,
            turns: (all / bidders as f64) as usize,
            bidders: (0..bidders).map(|_| Due::default()).collect(),
        }
    }

    /// When the first bid is due.
    pub(super) fn begin(&self) -> Instant {
        self.begin
    }

    /// Bids of each bidder.
    pub(super) fn turns(&self) -> usize {
        self.turns
    }

    /// When a bidder's bid of this turn is due.
    pub(super) fn moment(&self, bidder: usize, turn: usize) -> Instant {
        let place = turn * self.bidders.len() + bidder;
        self.begin + self.step.mul_f64(place as f64)
    }

    /// Bids of a bidder that are due.
    pub(super) fn due_so_far(&self, bidder: usize) -> usize {
        self.bidders[bidder].so_far.load(Ordering::Acquire)
    }

    /// Waits until another one is.
    pub(super) async fn due(&self, bidder: usize) {
        self.bidders[bidder].changed.notified().await;
    }

    /// Starts the thread; it ends after the last bid.
    ///
    /// # Errors
    /// No thread can be started.
    pub(super) fn start(self: &Arc<Self>) -> std::io::Result<JoinHandle<()>> {
        let pace = Arc::clone(self);
        let name = "pacer".to_owned();
        std::thread::Builder::new()
            .name(name)
            .spawn(move || pace.run())
    }

    fn run(&self) {
        for turn in 0..self.turns {
            for (number, bidder) in self.bidders.iter().enumerate() {
                crate::pacer::wait_until(self.moment(number, turn));
                bidder.so_far.fetch_add(1, Ordering::Release);
                bidder.changed.notify_one();
            }
        }
    }
}
