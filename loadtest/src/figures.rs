//! What is measured, in microseconds, while thousands of tasks record at once.

use crate::silence::Silence;
use hdrhistogram::Histogram;
use serde::Serialize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The longest latency that is told apart: two minutes.
const LONGEST_US: u64 = 120_000_000;
/// Histograms of each measure, so that tasks seldom wait for each other.
const SHARDS: usize = 8;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// From a bid's intended time to its receipt.
    Receipt,
    /// From sending a bid to its receipt.
    Answer,
    /// How late a bid was sent though its bidder was free to send.
    SendLag,
    /// From a bid's intended time until a viewer is shown it as the best.
    Delivery,
    /// From the close to its result, on the server's clock.
    Result,
}

const MEASURES: usize = 5;

/// One histogram of each measure.
type Shard = Vec<Mutex<Histogram<u64>>>;

/// All histograms and counters of a run.
pub(crate) struct Figures {
    shards: Vec<Shard>,
    /// Bids sent.
    pub(crate) sent: AtomicU64,
    /// Bids answered by a receipt.
    pub(crate) receipts: AtomicU64,
    /// State frames that reached viewers.
    pub(crate) state_frames: AtomicU64,
    /// All frames that reached clients.
    pub(crate) frames: AtomicU64,
    /// Bytes of these frames.
    pub(crate) bytes: AtomicU64,
    /// How long no bid was accepted.
    pub(crate) silence: Silence,
}

/// One measure in figures.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Percentiles {
    /// How many were measured.
    pub(crate) count: u64,
    /// Half are faster.
    pub(crate) p50_us: u64,
    /// Nine in ten are faster.
    pub(crate) p90_us: u64,
    /// 99 in a hundred are faster.
    pub(crate) p99_us: u64,
    /// 999 in a thousand are faster.
    pub(crate) p999_us: u64,
    /// The slowest.
    pub(crate) max_us: u64,
    /// The mean.
    pub(crate) mean_us: f64,
}

impl Figures {
    /// Nothing measured yet.
    ///
    /// # Errors
    /// Never: the bounds are sound.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let shard = || {
            (0..MEASURES)
                .map(|_| Ok(Mutex::new(histogram()?)))
                .collect()
        };
        Ok(Self {
            shards: (0..SHARDS)
                .map(|_| shard())
                .collect::<anyhow::Result<_>>()?,
            sent: AtomicU64::default(),
            receipts: AtomicU64::default(),
            state_frames: AtomicU64::default(),
            frames: AtomicU64::default(),
            bytes: AtomicU64::default(),
            silence: Silence::default(),
        })
    }

    /// Records one measurement of the client with this number.
    pub(crate) fn record(&self, client: usize, measure: Measure, time: Duration) {
        let us = u64::try_from(time.as_micros()).unwrap_or(LONGEST_US);
        let shard = &self.shards[client % SHARDS];
        if let Ok(mut histogram) = shard[measure as usize].lock() {
            histogram.saturating_record(us.max(1));
        }
    }

    /// One measure over all clients.
    pub(crate) fn percentiles(&self, measure: Measure) -> Percentiles {
        let Ok(mut all) = histogram() else {
            return Percentiles::default();
        };
        for shard in &self.shards {
            if let Ok(part) = shard[measure as usize].lock() {
                let _ = all.add(&*part);
            }
        }
        Percentiles {
            count: all.len(),
            p50_us: all.value_at_quantile(0.5),
            p90_us: all.value_at_quantile(0.9),
            p99_us: all.value_at_quantile(0.99),
            p999_us: all.value_at_quantile(0.999),
            max_us: all.max(),
            mean_us: if all.is_empty() { 0.0 } else { all.mean() },
        }
    }
}

/// Counts one more.
pub(crate) fn count(counter: &AtomicU64, more: usize) {
    counter.fetch_add(more as u64, Ordering::Relaxed);
}

/// What was counted.
pub(crate) fn counted(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

fn histogram() -> anyhow::Result<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, LONGEST_US, 3)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_over_all_clients() {
        let figures = Figures::new().expect("bounds");
        for client in 0..100 {
            let time = Duration::from_micros(10 * (client as u64 + 1));
            figures.record(client, Measure::Receipt, time);
        }
        let all = figures.percentiles(Measure::Receipt);
        assert_eq!((all.count, all.p50_us, all.max_us), (100, 500, 1000));
        assert_eq!(figures.percentiles(Measure::Delivery).count, 0);
    }
}
