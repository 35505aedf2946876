//! The server's clock. It is shown to everyone and decides.
//!
//! Wall time is read once and carried by the monotonic clock, so a step of the system's clock
//! moves no deadline. What drifts is followed slowly; a step is logged and alarmed.

use crate::limits::{CLOCK_SLEW_US_PER_S, CLOCK_STEP_MS};
use auction_rules::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// The zone of everyone who uses the product.
pub const WARSAW: &str = "Europe/Warsaw";

/// The server's clock. Cheap to clone; all clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    started: Instant,
    started_us: i64,
    slewed_us: AtomicI64,
}

impl Clock {
    /// A clock that starts at the system's wall time.
    #[must_use]
    pub fn start() -> Self {
        Self::start_at(wall_us())
    }

    /// A clock that starts at a given moment: in tests, with the runtime's time paused, virtual.
    #[must_use]
    pub fn start_at_ms(moment: Timestamp) -> Self {
        Self::start_at(moment.0.saturating_mul(1_000))
    }

    fn start_at(started_us: i64) -> Self {
        let inner = Inner {
            started: Instant::now(),
            started_us,
            slewed_us: AtomicI64::new(0),
        };
        Self(Arc::new(inner))
    }

    /// The moment now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(self.now_us().div_euclid(1_000))
    }

    /// When the runtime must wake to act at `moment`.
    #[must_use]
    pub fn instant(&self, moment: Timestamp) -> Instant {
        let ahead_us = moment.0.saturating_mul(1_000).saturating_sub(self.now_us());
        Instant::now() + Duration::from_micros(u64::try_from(ahead_us).unwrap_or(0))
    }

    fn now_us(&self) -> i64 {
        let elapsed = i64::try_from(self.0.started.elapsed().as_micros()).unwrap_or(i64::MAX);
        let slewed = self.0.slewed_us.load(Ordering::Relaxed);
        self.0
            .started_us
            .saturating_add(elapsed)
            .saturating_add(slewed)
    }

    /// Follows the system's wall clock once a second, never faster than the slew allows. Runs until
    /// dropped.
    pub async fn discipline(self) {
        let mut every_second = tokio::time::interval(Duration::from_secs(1));
        let mut before_us = 0;
        loop {
            every_second.tick().await;
            let off_us = wall_us().saturating_sub(self.now_us());
            let step_ms = off_us.saturating_sub(before_us) / 1_000;
            if step_ms.abs() > CLOCK_STEP_MS {
                tracing::error!(step_ms, "the system clock stepped; no deadline moves");
                metrics::counter!("ebok_clock_steps_total").increment(1);
            }
            before_us = off_us;
            metrics::gauge!("ebok_clock_offset_ms").set(off_us as f64 / 1_000.0);
            let slew = off_us.clamp(-CLOCK_SLEW_US_PER_S, CLOCK_SLEW_US_PER_S);
            self.0.slewed_us.fetch_add(slew, Ordering::Relaxed);
        }
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that reads wall time"
)]
fn wall_us() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_follows_the_monotonic_clock() {
        let clock = Clock::start_at_ms(Timestamp(1_000));
        tokio::time::advance(Duration::from_millis(250)).await;
        assert_eq!(clock.now(), Timestamp(1_250));
        assert_eq!(
            clock.instant(Timestamp(1_300)) - Instant::now(),
            Duration::from_millis(50)
        );
        assert_eq!(clock.instant(Timestamp(1_000)), Instant::now());
    }
}
