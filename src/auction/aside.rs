//! What is noticed beside the room of an auction, for the room to note in the log.
//!
//! The room takes it on its own turn: nothing of it waits in the mailbox or holds up a command.

use crate::limits::REFUSED_BIDDERS_MAX;
use auction_rules::{Alias, Bidder, Outside, Refusal, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// How often a bidder was refused, by the reason.
pub type Counts = BTreeMap<Outside, u32>;

/// Noticed and not noted yet.
#[derive(Debug, Default)]
pub struct Aside {
    refused: Mutex<Refused>,
    dropped: Mutex<Option<Dropped>>,
    /// When the room ran last, in epoch milliseconds.
    ran_at: AtomicI64,
}

/// Many connections that dropped at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// How many bidders were connected before.
    pub before: u16,
    /// Which of them are not any more, in ascending order.
    pub gone: Vec<Alias>,
}

#[derive(Debug, Default)]
struct Refused {
    counts: BTreeMap<Bidder, Counts>,
    /// In the order of their first refusal, so that nobody is passed over for others.
    order: VecDeque<Bidder>,
}

impl Aside {
    /// Counts what a bidder was refused, where that makes no entry of the log.
    pub fn refused(&self, bidder: Bidder, refusal: &Refusal) {
        if let Some(reason) = Outside::of(refusal) {
            self.add(bidder, &Counts::from([(reason, 1)]));
        }
    }

    /// Adds what another node has counted.
    pub fn add(&self, bidder: Bidder, counted: &Counts) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if !refused.counts.contains_key(&bidder) {
            if refused.order.len() >= REFUSED_BIDDERS_MAX {
                return;
            }
            refused.order.push_back(bidder);
        }
        let counts = refused.counts.entry(bidder).or_default();
        for (reason, more) in counted {
            let count = counts.entry(*reason).or_default();
            *count = count.saturating_add(*more);
        }
    }

    /// The room runs.
    pub fn ran(&self, now: Timestamp) {
        self.ran_at.store(now.0, Ordering::Relaxed);
    }

    /// When the room ran last: it does not while its journal hangs.
    pub fn ran_at(&self) -> Timestamp {
        Timestamp(self.ran_at.load(Ordering::Relaxed))
    }

    /// Half of the connected bidders, or more, dropped. Only the last time is kept.
    pub fn dropped(&self, dropped: Dropped) {
        *self.dropped.lock().unwrap_or_else(PoisonError::into_inner) = Some(dropped);
    }

    /// Takes what dropped since the last time.
    pub fn take_dropped(&self) -> Option<Dropped> {
        let mut dropped = self.dropped.lock().unwrap_or_else(PoisonError::into_inner);
        dropped.take()
    }

    /// Takes the counts of at most `most` bidders, of those who `may` be noted.
    pub fn take_refused(&self, most: usize, may: impl Fn(Bidder) -> bool) -> Vec<(Bidder, Counts)> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        for bidder in std::mem::take(&mut refused.order) {
            if taken.len() < most && may(bidder) {
                let counts = refused.counts.remove(&bidder).unwrap_or_default();
                taken.push((bidder, counts));
            } else {
                refused.order.push_back(bidder);
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auction_rules::Digest;

    #[test]
    fn each_is_taken_in_turn_and_counted_whole() {
        let aside = Aside::default();
        let [one, two, three] = [1, 2, 3].map(|byte| Digest([byte; 32]));
        let reused = Refusal::CommandIdReused;
        let too_fast = Refusal::TooFast { per_s: 20 };
        for (bidder, refusal) in [
            (three, &reused),
            (one, &reused),
            (three, &reused),
            (two, &too_fast),
            (three, &too_fast),
            (two, &Refusal::NotAdmitted),
        ] {
            aside.refused(bidder, refusal);
        }
        let counts = |reused, too_fast| {
            let all = [
                (Outside::CommandIdReused, reused),
                (Outside::TooFast, too_fast),
            ];
            Counts::from_iter(all.into_iter().filter(|(_, count)| *count > 0))
        };
        let not_one = |bidder| bidder != one;
        assert_eq!(
            aside.take_refused(1, not_one),
            [(three, counts(2, 1))],
            "who came first goes first"
        );
        aside.refused(three, &reused);
        assert_eq!(
            aside.take_refused(9, not_one),
            [(two, counts(0, 1)), (three, counts(1, 0))]
        );
        assert_eq!(aside.take_refused(9, |_| true), [(one, counts(1, 0))]);
        assert_eq!(aside.take_refused(9, |_| true), []);
    }
}
