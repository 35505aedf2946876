//! Two nodes on one journal in memory: what a bidder, an observer and an officer get at the node that
//! does not own the auction.

use super::hall::{Hall, START, bidder, log_of, pass, settle, terms};
use auction_rules::{Timestamp, Viewer};
use ebok::auction::chance::Chance;
use ebok::auction::journal::Journal;
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use ebok::limits::{ALIVE_EVERY, LEASE, MARKS_EVERY, PASSED_ON_MAX, STAMP_BEFORE_MS};
use serde_json::{Value, json};
use std::sync::Arc;

/// The owner of an auction, and a gateway to it.
struct Two {
    journal: FaultyJournal,
    /// The journal as each of them reaches it.
    links: [FaultyJournal; 2],
    owner: Hall,
    gateway: Hall,
}

impl Two {
    async fn open(changes: Value) -> Self {
        Self::with_clock_off(changes, 0).await
    }

    /// The gateway's clock is so far ahead of the other two.
    async fn with_clock_off(changes: Value, ahead_ms: i64) -> Self {
        let journal = FaultyJournal::new(1, Faults::default());
        let links = [journal.node(), journal.node()];
        let open = async |node: usize, now| {
            let link = Arc::new(links[node].clone());
            Hall::opening(node, link, now, Chance::secret())
                .await
                .unwrap()
        };
        let owner = open(0, START).await;
        journal.keep_time(&owner.clock, 0);
        owner.publish(terms(changes), 3).await;
        let gateway = open(1, Timestamp(owner.clock.now().0 + ahead_ms)).await;
        assert!(owner.house.owns(&owner.auction) && !gateway.house.owns(&owner.auction));
        Self {
            journal,
            links,
            owner,
            gateway,
        }
    }

    /// How often this command stands in the log.
    async fn counts(&self, id: &str) -> usize {
        let log = log_of(&self.journal, &self.owner.auction).await;
        let named = |entry: &&auction_rules::Entry| {
            entry
                .command
                .id
                .as_ref()
                .is_some_and(|one| one.as_str() == id)
        };
        log.iter().filter(named).count()
    }

    /// Until the owner counts as silent, and the other node has taken over.
    async fn taken_over(&self) {
        pass((LEASE + 2 * MARKS_EVERY + ALIVE_EVERY).as_millis() as u64).await;
        assert!(self.gateway.house.owns(&self.gateway.auction));
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateway_serves_everyone_as_the_owner_does() {
    let two = Two::open(json!({})).await;
    let auction = two.owner.auction.clone();
    let mut here = two.owner.opened(1).await.remove(0);
    let mut there = two.gateway.bidder(1).await;
    let mut watcher = two.gateway.joined(Viewer::Officer).await;
    let answer = there.bids(&auction, "there", "900").await;
    assert_eq!(
        (&answer["accepted"], &answer["n"]),
        (&json!(true), &json!(2))
    );
    assert_eq!(here.bids(&auction, "here", "890").await["accepted"], true);
    let refused = there.bids(&auction, "worse", "895").await;
    assert_eq!(refused["accepted"], false, "{refused}");
    watcher.news("best-changed").await;
    assert_eq!(
        there.bids(&auction, "there", "900").await,
        answer,
        "the same receipt"
    );
    let reused = there.bids(&auction, "there", "880").await;
    assert_eq!(reused["code"], 405, "{reused}");
    let ask =
        json!({"type": "preview", "auction": auction, "ref": "p", "values": {"price": "800"}});
    there.say(ask).await;
    assert!(there.until("preview").await["preview"]["refusal"].is_null());
    let stranger = two
        .gateway
        .joined(Viewer::Bidder(bidder(9)))
        .await
        .bids(&auction, "x", "1")
        .await;
    assert_eq!(stranger["refusal"]["name"], "not-admitted", "{stranger}");
}

/// A gateway's clock decides nothing: what it stamped counts from when the journal had it at the latest,
/// and from no more than [`STAMP_BEFORE_MS`] before that.
#[tokio::test(start_paused = true)]
async fn a_stamp_lies_close_before_the_arrival() {
    let most = STAMP_BEFORE_MS as i64;
    for (ahead_ms, counts_ms) in [(-10 * most, -most), (-most / 2, -most / 2), (10 * most, 0)] {
        let two = Two::with_clock_off(json!({}), ahead_ms).await;
        two.owner.opened(1).await;
        let mut there = two.gateway.bidder(1).await;
        let before = two.owner.clock.now();
        there.bids(&two.owner.auction, "there", "900").await;
        let after = two.owner.clock.now();
        let log = log_of(&two.journal, &two.owner.auction).await;
        let named = |entry: &&auction_rules::Entry| {
            let id = entry.command.id.as_ref();
            id.is_some_and(|id| id.as_str() == "there")
        };
        let stamp = log.iter().find(named).unwrap().command.received_at.0 - counts_ms;
        assert!(
            (before.0..=after.0).contains(&stamp),
            "{ahead_ms} ms ahead: {stamp} is not within {before:?} and {after:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_officer_acts_at_a_gateway() {
    let two = Two::open(json!({})).await;
    let mut officer = two.gateway.joined(Viewer::Officer).await;
    let act = |id: &str, act: Value| json!({"type": "act", "auction": two.owner.auction, "id": id, "act": act});
    let announce = json!({"type": "announce", "text": "Dzień dobry."});
    officer.say(act("a", announce.clone())).await;
    assert_eq!(officer.answer("a").await["type"], "done");
    officer.say(act("a", announce)).await;
    assert_eq!(officer.answer("a").await["type"], "done");
    let resume = json!({"type": "resume", "notice_ms": 1_000, "reason": "można"});
    officer.say(act("b", resume)).await;
    assert_eq!(officer.answer("b").await["type"], "refused");
    assert_eq!((two.counts("a").await, two.counts("b").await), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn nobody_reads_a_bid_in_the_inbox() {
    let two = Two::open(json!({})).await;
    two.owner.opened(1).await;
    let mut there = two.gateway.bidder(1).await;
    let exchange = two.journal.exchange().unwrap();
    let mut inbox = exchange.receive(&two.owner.auction, None);
    there.bids(&two.owner.auction, "there", "912.34").await;
    settle().await;
    let mut count = 0;
    while let Ok(message) = inbox.try_recv() {
        let text = String::from_utf8_lossy(&message.body);
        assert!(!text.contains("912.34") && !text.contains("there"));
        count += 1;
    }
    assert!(count > 0, "it went through the inbox");
}

/// The owner is silent: its bidder is told to ask again, and the next owner decides what it was asked
/// once.
#[tokio::test(start_paused = true)]
async fn what_a_dead_owner_was_asked_is_decided_once_by_the_next() {
    let two = Two::open(json!({"conduct": {"outage_grace_ms": 600_000}})).await;
    let auction = two.owner.auction.clone();
    two.owner.opened(1).await;
    let mut there = two.gateway.bidder(1).await;
    two.links[0].cut(true);
    there.bid(&auction, "once", "900").await;
    settle().await;
    there.bid(&auction, "once", "900").await;
    two.taken_over().await;
    assert_eq!(there.answer("once").await["accepted"], true);
    assert_eq!(there.bids(&auction, "next", "880").await["accepted"], true);
    assert_eq!(two.counts("once").await, 1);
    // The old owner wakes up: it writes nothing, and is a gateway.
    two.links[0].cut(false);
    pass(3_000).await;
    assert!(!two.owner.house.owns(&auction));
    let mut back = two.owner.bidder(2).await;
    assert_eq!(back.bids(&auction, "back", "870").await["accepted"], true);
    let state = two.gateway.state().await.state_hash();
    assert_eq!(two.owner.state().await.state_hash(), state);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_reaches_nobody_says_so_in_time() {
    let two = Two::open(json!({})).await;
    let auction = two.owner.auction.clone();
    two.owner.opened(1).await;
    let mut there = two.gateway.bidder(1).await;
    two.links[1].cut(true);
    let asked = two.gateway.clock.now();
    let answer = there.bids(&auction, "again", "900").await;
    assert_eq!(answer["refusal"]["name"], "unavailable", "{answer}");
    let most = 2 * PASSED_ON_MAX.as_millis() as u64 + 1_000;
    assert!(two.gateway.clock.now() <= asked.plus(most));
    two.links[1].cut(false);
    assert_eq!(there.bids(&auction, "again", "900").await["accepted"], true);
    assert_eq!(two.counts("again").await, 1);
}

/// A stamp of a gateway counts at a deadline as one of the owner does.
#[tokio::test(start_paused = true)]
async fn what_a_gateway_stamped_in_time_is_decided_before_the_deadline() {
    let two = Two::open(json!({})).await;
    let auction = two.owner.auction.clone();
    let mut here = two.owner.opened(1).await.remove(0);
    let mut there = two.gateway.bidder(1).await;
    two.owner.until(two.owner.closes_at().minus(1)).await;
    there.bid(&auction, "in-time", "900").await;
    let in_time = there.answer("in-time").await;
    assert_eq!(in_time["accepted"], true, "{in_time}");
    let moved = here.news("extended").await;
    assert!(!moved.is_null());
}

/// Where a node hands over, viewers of the other stay where they are.
#[tokio::test(start_paused = true)]
async fn viewers_of_a_gateway_notice_no_change_of_the_owner() {
    let two = Two::open(json!({})).await;
    let auction = two.owner.auction.clone();
    two.owner.opened(1).await;
    let mut there = two.gateway.bidder(1).await;
    assert_eq!(
        there.bids(&auction, "before", "900").await["accepted"],
        true
    );
    two.owner.house.close().await;
    pass(2 * MARKS_EVERY.as_millis() as u64).await;
    assert!(
        two.gateway.house.owns(&auction),
        "it does not wait for the lease"
    );
    assert_eq!(there.bids(&auction, "after", "880").await["accepted"], true);
}

/// Who has receipts of another node waits until this one knows them.
#[tokio::test(start_paused = true)]
async fn nobody_is_shown_less_than_it_knows() {
    let two = Two::open(json!({})).await;
    let auction = two.owner.auction.clone();
    let mut here = two.owner.opened(1).await.remove(0);
    two.links[1].cut(true);
    assert_eq!(here.bids(&auction, "one", "900").await["n"], 2);
    let mut there = two.gateway.client(Viewer::Bidder(bidder(0))).await;
    let join = json!({"type": "join", "auction": auction, "f": 0, "n": 2});
    there.say(join).await;
    pass(500).await;
    two.links[1].cut(false);
    let joined = there.until("joined").await;
    assert_eq!(joined["own"]["n"], 2, "{joined}");
}
