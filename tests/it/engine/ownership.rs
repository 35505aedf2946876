//! Which node may own an auction. What happens between two nodes is tried on real processes, in
//! `crash/nodes.rs`.

use super::hall::{Hall, START, officer, pass, terms};
use ebok::auction::house::ActError;
use ebok::auction::journal::Journal;
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use ebok::clock::Clock;
use ebok::limits::{CLOCK_CHECK_EVERY, CLOCK_OFF_MS, LEASE};
use serde_json::json;
use std::sync::Arc;

#[tokio::test(start_paused = true)]
async fn a_node_that_handed_over_takes_nothing_back() {
    let journal = FaultyJournal::new(0, Faults::default());
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    hall.house.close().await;
    let marks = journal.marks().await.unwrap();
    assert!(marks[&hall.auction].left);
    let tail = journal.tail(&hall.auction).await.unwrap();
    pass(3 * LEASE.as_millis() as u64).await;
    assert_eq!(journal.tail(&hall.auction).await.unwrap(), tail);
    assert!(hall.house.door(&hall.auction).is_none());
}

/// Nobody would miss it before the next look for logs without a mark.
#[tokio::test(start_paused = true)]
async fn an_auction_has_its_owners_mark_as_soon_as_it_is_published() {
    let journal = FaultyJournal::new(0, Faults::default());
    let hall = Hall::open(Arc::new(journal.clone()), START).await;
    pass(1).await;
    hall.publish(terms(json!({})), 2).await;
    let marks = journal.marks().await.unwrap();
    assert!(marks.contains_key(&hall.auction));
}

#[tokio::test(start_paused = true)]
async fn a_node_whose_clock_is_off_publishes_nothing_until_it_is_mended() {
    for off_ms in [CLOCK_OFF_MS + 1, -CLOCK_OFF_MS - 1] {
        let journal = FaultyJournal::new(0, Faults::default());
        let clock = Clock::start_at_ms(START);
        journal.keep_time(&clock, off_ms);
        let hall = Hall::open(Arc::new(journal.clone()), START).await;
        let publish = async || {
            let (auction, terms) = (hall.auction.clone(), terms(json!({})));
            hall.house.publish(auction, terms, officer(), None).await
        };
        assert!(
            matches!(publish().await, Err(ActError::Unavailable)),
            "{off_ms}"
        );
        journal.keep_time(&clock, off_ms.signum() * CLOCK_OFF_MS);
        pass(CLOCK_CHECK_EVERY.as_millis() as u64 + 1_000).await;
        publish().await.unwrap();
    }
}
