//! How often somebody may fail to log in.
//!
//! Failures are counted per log-in from one address, per log-in, and per address. The first bound is
//! tight; the second is wide, so that a stranger who knows a log-in cannot shut its owner out; the
//! third leaves room for fifty people behind one address, each with some slips.

use auction_rules::Timestamp;
use dashmap::DashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// How long failures count, in milliseconds.
pub const WINDOW_MS: u64 = 300_000;
/// Failures of one log-in from one address.
pub const PAIR_MAX: u32 = 10;
/// Failures of one log-in from anywhere.
pub const LOGIN_MAX: u32 = 200;
/// Failures of all log-ins from one address.
pub const ADDRESS_MAX: u32 = 500;
/// Counters in memory. When they are all in use, further ones are not counted: the queue of
/// passwords still bounds how many anybody can try.
pub const COUNTERS_MAX: usize = 50_000;

/// Least time between two searches for counters that have run out, in milliseconds: each looks at
/// all of them.
const PURGE_EVERY_MS: u64 = 10_000;

/// Failed log-ins of the last minutes.
#[derive(Default)]
pub struct Attempts {
    counters: DashMap<Key, Counter>,
    purged_at: AtomicI64,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Pair(String, IpAddr),
    Login(String),
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Counter {
    since: Timestamp,
    count: u32,
}

impl Attempts {
    /// Counts a log-in as failed, in advance: many sent at once must not all pass before the first
    /// of them has failed.
    ///
    /// # Errors
    /// How long to wait when a bound is reached.
    pub fn begin(&self, login: &str, address: IpAddr, now: Timestamp) -> Result<(), Duration> {
        let keys = keys(login, address);
        if let Some(wait) = keys
            .iter()
            .filter_map(|(key, most)| self.wait(key, *most, now))
            .max()
        {
            return Err(wait);
        }
        for (key, _) in keys {
            self.count(key, now);
        }
        Ok(())
    }

    /// Takes back what [`Self::begin`] counted: the log-in succeeded, or was never tried.
    pub fn forgive(&self, login: &str, address: IpAddr) {
        for (key, _) in keys(login, address) {
            if let Some(mut counter) = self.counters.get_mut(&key) {
                counter.count = counter.count.saturating_sub(1);
            }
        }
    }

    fn wait(&self, key: &Key, most: u32, now: Timestamp) -> Option<Duration> {
        let counter = *self.counters.get(key)?;
        let age_ms = now.since(counter.since);
        (counter.count >= most && age_ms < WINDOW_MS)
            .then(|| Duration::from_millis(WINDOW_MS - age_ms))
    }

    fn count(&self, key: Key, now: Timestamp) {
        if self.counters.len() >= COUNTERS_MAX {
            self.purge(now);
            if self.counters.len() >= COUNTERS_MAX && !self.counters.contains_key(&key) {
                return;
            }
        }
        let mut counter = self.counters.entry(key).or_insert(Counter {
            since: now,
            count: 0,
        });
        if now.since(counter.since) >= WINDOW_MS {
            *counter = Counter {
                since: now,
                count: 0,
            };
        }
        counter.count = counter.count.saturating_add(1);
    }
}

impl Attempts {
    /// Forgets what has run out.
    fn purge(&self, now: Timestamp) {
        let last = self.purged_at.load(Ordering::Relaxed);
        if now.since(Timestamp(last)) >= PURGE_EVERY_MS
            && self
                .purged_at
                .compare_exchange(last, now.0, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            self.counters
                .retain(|_, counter| now.since(counter.since) < WINDOW_MS);
        }
    }
}

fn keys(login: &str, address: IpAddr) -> [(Key, u32); 3] {
    let address = network(address);
    [
        (Key::Pair(login.to_owned(), address), PAIR_MAX),
        (Key::Login(login.to_owned()), LOGIN_MAX),
        (Key::Address(address), ADDRESS_MAX),
    ]
}

/// One customer's network: of IPv6 the first 64 bits, which one customer has for itself.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp(1_000_000);

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn one_log_in_from_one_address_is_stopped_and_let_in_later() {
        let attempts = Attempts::default();
        for _ in 0..PAIR_MAX {
            assert!(attempts.begin("a", address(1), START).is_ok());
        }
        assert_eq!(
            attempts.begin("a", address(1), START.plus(1_000)),
            Err(Duration::from_millis(WINDOW_MS - 1_000))
        );
        assert!(
            attempts.begin("a", address(2), START).is_ok(),
            "its owner is elsewhere"
        );
        assert!(attempts.begin("b", address(1), START).is_ok());
        assert!(
            attempts
                .begin("a", address(1), START.plus(WINDOW_MS))
                .is_ok()
        );
    }

    #[test]
    fn fifty_people_behind_one_address_may_each_slip_nine_times() {
        let attempts = Attempts::default();
        for person in 0..50 {
            for _ in 0..9 {
                assert!(
                    attempts
                        .begin(&person.to_string(), address(1), START)
                        .is_ok()
                );
            }
        }
    }

    #[test]
    fn a_success_is_not_counted() {
        let attempts = Attempts::default();
        for _ in 0..PAIR_MAX * 3 {
            assert!(attempts.begin("a", address(1), START).is_ok());
            attempts.forgive("a", address(1));
        }
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        for number in 0..COUNTERS_MAX {
            attempts
                .begin(&number.to_string(), address((number % 251) as u8), START)
                .ok();
        }
        assert!(attempts.counters.len() <= COUNTERS_MAX);
        let later = START.plus(WINDOW_MS + PURGE_EVERY_MS);
        attempts.begin("later", address(1), later).ok();
        assert!(
            attempts.counters.len() <= 3,
            "what has run out is forgotten"
        );
    }
}
