//! Who owns an auction; any other node is a gateway to it. The owner of each says every second that it
//! is alive; a node that has heard nothing new for the lease, or that the owner left, tries to take over.
//! That is only a reason to try: who owns the auction is decided by the append of the takeover.
//!
//! Silence is measured by this node's own clock from the moment at which it first saw a mark, so no
//! difference of clocks makes an owner look dead.

use super::house::House;
use super::journal::Mark;
use crate::limits::{CLOCK_CHECK_EVERY, CLOCK_OFF_MS, LEASE, LOGS_EVERY, MARKS_EVERY};
use auction_rules::AuctionId;
use std::collections::{BTreeMap, HashMap};
use std::sync::Weak;
use std::sync::atomic::Ordering;
use tokio::time::Instant;

/// The auctions of other nodes, as this one sees them.
#[derive(Default)]
pub(super) struct Watch(HashMap<AuctionId, Sight>);

struct Sight {
    /// None where there is a log and no mark.
    mark: Option<Mark>,
    /// Since when it has said nothing else.
    since: Instant,
}

impl Watch {
    /// Notes the marks of auctions that are not here; gives those whose owner left or is silent, once in
    /// each lease: a log that cannot be taken over is not read again and again.
    fn look(
        &mut self,
        marks: impl IntoIterator<Item = (AuctionId, Option<Mark>)>,
        now: Instant,
    ) -> Vec<(AuctionId, Option<Mark>)> {
        let mut seen = HashMap::new();
        let mut free = Vec::new();
        for (auction, mark) in marks {
            let before = self.0.remove(&auction);
            let same = before.filter(|before| before.mark == mark);
            let has_left = same.is_none() && mark.is_some_and(|mark| mark.left);
            let mut since = same.map_or(now, |before| before.since);
            if has_left || now.duration_since(since) >= LEASE {
                free.push((auction.clone(), mark));
                since = now;
            }
            seen.insert(auction, Sight { mark, since });
        }
        self.0 = seen;
        free
    }

    /// Nothing could be heard: nobody counts as silent for that time.
    fn blind(&mut self, now: Instant) {
        for sight in self.0.values_mut() {
            sight.since = now;
        }
    }
}

/// When each gateway was opened last: a log that cannot be read is not read again and again.
#[derive(Default)]
struct Opened(HashMap<AuctionId, Instant>);

impl Opened {
    /// Whether to open one now; notes that it is.
    fn is_due(&mut self, auction: &AuctionId, now: Instant) -> bool {
        let before = self.0.get(auction);
        let due = before.is_none_or(|before| now.duration_since(*before) >= LEASE);
        if due {
            self.0.insert(auction.clone(), now);
        }
        due
    }
}

/// Opens a gateway to every auction of another node, and takes over what nobody owns, until the house is
/// gone.
pub(super) async fn watch(house: Weak<House>) {
    let (mut watch, mut opened) = (Watch::default(), Opened::default());
    let mut every = tokio::time::interval(MARKS_EVERY);
    let start = Instant::now();
    let (mut logs_due, mut clock_due) = (start + LOGS_EVERY, start + CLOCK_CHECK_EVERY);
    let mut unmarked = BTreeMap::new();
    loop {
        every.tick().await;
        let Some(house) = house.upgrade() else { return };
        let now = Instant::now();
        if now >= clock_due {
            clock_due = now + CLOCK_CHECK_EVERY;
            house.check_clock().await;
        }
        if now >= logs_due {
            logs_due = now + LOGS_EVERY;
            unmarked = house.logs_elsewhere().await;
        }
        let marks = match house.marks_elsewhere().await {
            Ok(marks) => marks,
            Err(error) => {
                tracing::warn!(%error, "cannot read who owns the auctions");
                watch.blind(Instant::now());
                continue;
            }
        };
        let mut known = unmarked.clone();
        known.extend(marks);
        for auction in known.keys().filter(|auction| !house.is_here(auction)) {
            if opened.is_due(auction, now) {
                house.open_gateway(auction).await;
            }
        }
        for (auction, mark) in watch.look(known, now) {
            if !house.may_own() {
                break;
            }
            house.take(&auction, mark).await;
        }
    }
}

impl House {
    /// Compares this node's clock with the journal's: a node whose clock is off takes over nothing.
    pub(super) async fn check_clock(&self) {
        let before = self.clock().now();
        let found = self.journal.clock_ms().await;
        let after = self.clock().now();
        let Ok(Some(theirs)) = found else { return };
        // It was read at some moment between the two: only what is certain counts.
        let ahead_ms = (before.0 - theirs).max(0) - (theirs - after.0).max(0);
        let off = ahead_ms.abs() > CLOCK_OFF_MS;
        metrics::gauge!("ebok_clock_ahead_of_journal_ms").set(ahead_ms as f64);
        if off {
            tracing::error!(
                ahead_ms,
                "this node's clock is off: it takes over no auction until that is mended"
            );
        }
        self.clock_off.store(off, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn mark(at_ms: i64) -> Option<Mark> {
        Some(Mark {
            epoch: 1,
            at_ms,
            left: false,
        })
    }

    #[test]
    fn an_owner_is_silent_when_it_says_nothing_new_for_the_lease() {
        let auction = AuctionId::new("a").unwrap();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut watch = Watch::default();
        let mut free = |mark, ms| !watch.look([(auction.clone(), mark)], at(ms)).is_empty();
        assert!(!free(mark(-900_000), 0), "an old mark may be a slow clock");
        assert!(!free(mark(-900_000), 1_999));
        assert!(!free(mark(-899_000), 2_000), "it is alive");
        assert!(!free(mark(-899_000), 3_999));
        assert!(free(mark(-899_000), 4_000));
        let left = mark(5).map(|mark| Mark { left: true, ..mark });
        assert!(free(left, 4_001));
        assert!(!free(left, 4_002), "once in each lease");
        assert!(free(left, 6_001));
    }

    #[test]
    fn a_log_without_a_mark_is_free_after_the_lease() {
        let auction = AuctionId::new("a").unwrap();
        let start = Instant::now();
        let mut watch = Watch::default();
        assert!(watch.look([(auction.clone(), None)], start).is_empty());
        assert_eq!(watch.look([(auction, None)], start + LEASE).len(), 1);
    }

    #[test]
    fn nobody_is_silent_while_nothing_can_be_heard() {
        let auction = AuctionId::new("a").unwrap();
        let start = Instant::now();
        let mut watch = Watch::default();
        watch.look([(auction.clone(), mark(1))], start);
        watch.blind(start + LEASE);
        let free = watch.look([(auction.clone(), mark(1))], start + LEASE + MARKS_EVERY);
        assert!(free.is_empty());
        assert_eq!(watch.look([(auction, mark(1))], start + LEASE * 2).len(), 1);
    }
}
