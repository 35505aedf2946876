//! How long no bid was accepted: what a fault costs bidders.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The longest silence since a moment.
#[derive(Debug)]
pub(crate) struct Silence(Mutex<Held>);

#[derive(Clone, Copy, Debug)]
struct Held {
    since: Instant,
    longest: Duration,
}

impl Default for Silence {
    fn default() -> Self {
        let held = Held {
            since: Instant::now(),
            longest: Duration::ZERO,
        };
        Self(Mutex::new(held))
    }
}

impl Silence {
    /// A bid was accepted.
    pub(crate) fn ends(&self, now: Instant) {
        self.change(|held| {
            held.longest = held.longest.max(now.saturating_duration_since(held.since));
            held.since = now;
        });
    }

    /// Counts from here on.
    pub(crate) fn begins(&self, now: Instant) {
        self.change(|held| {
            *held = Held {
                since: now,
                longest: Duration::ZERO,
            };
        });
    }

    /// The longest that ended since it began to count.
    pub(crate) fn longest(&self) -> Duration {
        self.change(|held| held.longest)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Held) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_counts_from_the_fault() {
        let silence = Silence::default();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        silence.begins(at(100));
        for ms in [150, 950, 1_000] {
            silence.ends(at(ms));
        }
        assert_eq!(silence.longest(), Duration::from_millis(800));
        silence.begins(at(1_010));
        silence.ends(at(1_020));
        assert_eq!(silence.longest(), Duration::from_millis(10));
    }
}
