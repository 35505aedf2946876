//! A journal that fails as disks and links do, and houses that die at any moment.

use super::hall::{Hall, bidder, kind, log_of, officer, pass, receipt, replayed, terms};
use auction_rules::{Act, AuctionId, By, Entry, Timestamp, Viewer};
use ebok::auction::journal::Journal;
use ebok::auction::journal::faulty::{Fault, Faults, FaultyJournal};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

fn journal() -> FaultyJournal {
    FaultyJournal::new(1, Faults::default())
}

fn times(entries: &[Entry], id: &str, index: usize) -> usize {
    let named = |entry: &&Entry| {
        entry.command.by == By::Bidder(bidder(index))
            && entry
                .command
                .id
                .as_ref()
                .is_some_and(|known| known.as_str() == id)
    };
    entries.iter().filter(named).count()
}

#[tokio::test(start_paused = true)]
async fn an_append_of_unknown_outcome_counts_once() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    let faults = [Fault::Lost, Fault::AnswerLost, Fault::Unsynced];
    for (index, fault) in faults.into_iter().enumerate() {
        for _ in 0..3 {
            journal.inject(fault);
        }
        let id = format!("b-{index}");
        let price = (900 - 20 * index).to_string();
        all[0].bid(&hall.auction, &id, &price).await;
        all[1].heard().await;
        pass(100).await;
        assert!(
            all[1].heard().await.is_empty() && all[0].heard().await.iter().all(|m| m["id"] != id),
            "nothing shows before it is durable"
        );
        receipt(&all[0].answer(&id).await);
        assert_eq!(times(&log_of(&journal, &hall.auction).await, &id, 0), 1);
    }
    hall.until(hall.closes_at().plus(6_000)).await;
    assert_eq!(hall.called().await, "sealed");
}

/// The journal answers only long after the deadline: that is an outage, the deadline moves before
/// it is decided, and who bid meanwhile is not late.
#[tokio::test(start_paused = true)]
async fn a_journal_that_hangs_over_the_deadline_moves_it() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    let end = hall.closes_at();
    hall.until(end.minus(11_000)).await;
    // Repeats after 20, 40, 80 … 2,000 ms: some 12 s in all.
    for _ in 0..12 {
        journal.inject(Fault::Lost);
    }
    all[0].bid(&hall.auction, "b-1", "900").await;
    hall.until(end.plus(1)).await;
    all[1].bid(&hall.auction, "b-2", "880").await;
    assert_eq!(all[0].answer("b-1").await["accepted"], true);
    let interrupted = all[0].news("interrupted").await;
    let to = Timestamp(interrupted["to"].as_i64().unwrap());
    assert!(to > end, "{interrupted}");
    let entries = log_of(&journal, &hall.auction).await;
    let place =
        |wanted: fn(&Act) -> bool| entries.iter().position(|entry| wanted(&entry.command.act));
    assert!(place(|act| matches!(act, Act::Interrupt { .. })).is_some());
    assert!(place(|act| matches!(act, Act::EndPhase { .. })).is_none());
    let state = hall.state().await.view(Viewer::Observer).public;
    match state.state.as_str() {
        "open" => {
            let closes_at = state.phase.unwrap().closes_at.unwrap();
            assert!(closes_at >= to.plus(30_000), "at least 30 s are left");
            let answer = all[1].answer("b-2").await;
            assert_eq!(answer["accepted"], true, "{answer}");
        }
        "interrupted" => {
            assert!(to.since(Timestamp(interrupted["from"].as_i64().unwrap())) > 10_000);
            assert_eq!(all[1].answer("b-2").await["code"], 103);
        }
        other => panic!("{other}"),
    }
}

/// A hang of a few seconds moves the deadline; one above the grace pauses.
#[tokio::test(start_paused = true)]
async fn a_short_hang_moves_the_deadline_and_a_long_one_pauses() {
    for (losses, state) in [(9, "open"), (20, "interrupted")] {
        let journal = journal();
        let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
        let mut all = hall.opened(2).await;
        hall.until(hall.closes_at().minus(1_000)).await;
        for _ in 0..losses {
            journal.inject(Fault::Lost);
        }
        all[0].bid(&hall.auction, "b-1", "900").await;
        all[0].answer("b-1").await;
        pass(100).await;
        assert_eq!(hall.called().await, state, "{losses}");
        let entries = log_of(&journal, &hall.auction).await;
        replayed(&hall.auction, &entries);
        let ends = |entry: &&Entry| entry.command.act == Act::EndPhase { tail: None };
        assert_eq!(entries.iter().filter(ends).count(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_fails_ends_the_house_and_shows_nothing() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    let mut officer = hall.joined(Viewer::Officer).await;
    pass(2_000).await;
    officer.heard().await;
    all[0].heard().await;
    journal.inject(Fault::SyncFails);
    all[0].bid(&hall.auction, "b-1", "900").await;
    officer
        .say(json!({"type": "act", "auction": hall.auction, "id": "o-1",
            "act": {"type": "announce", "text": "x"}}))
        .await;
    for client in all.iter_mut().chain([&mut officer]) {
        let (heard, code) = client.last_words().await;
        assert_eq!(code, 1012);
        let told = |message: &&Value| ["receipt", "state", "own", "done"].contains(&kind(message));
        assert_eq!(heard.iter().filter(told).count(), 0, "{heard:?}");
    }
    assert_eq!(hall.fatal.load(Ordering::Relaxed), 1);
    let mut back = hall.client(Viewer::Bidder(bidder(0))).await;
    back.say(json!({"type": "join", "auction": hall.auction}))
        .await;
    assert_eq!(
        back.closed().await,
        1012,
        "who comes again is led elsewhere"
    );
}

#[tokio::test(start_paused = true)]
async fn a_house_that_closes_finishes_what_it_has_in_hand() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    journal.set_faults(Faults {
        delay_max: Duration::from_millis(800),
        ..Faults::default()
    });
    all[0].bid(&hall.auction, "b-1", "900").await;
    all[1].bid(&hall.auction, "b-1", "890").await;
    pass(1).await;
    hall.house.close().await;
    for client in &mut all {
        let (heard, code) = client.last_words().await;
        assert_eq!(code, 1001);
        assert_eq!(heard.iter().filter(|m| m["id"] == "b-1").count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_missed_opening_takes_place_only_within_the_grace() {
    for (away_ms, state, opens) in [(9_000, "open", true), (30_000, "published", false)] {
        let journal = journal();
        let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
        let now = hall.opens_at().minus(500).plus(away_ms);
        let hall = Hall::open(Arc::new(journal), now).await;
        pass(100).await;
        assert_eq!(hall.called().await, state, "{away_ms}");
        let mut viewer = hall.client(Viewer::Officer).await;
        let joined = viewer.join(&hall.auction, 0, 0).await;
        let feed = joined["feed"].as_array().unwrap();
        let missed = feed.iter().any(|item| item["news"] == "opening-missed");
        assert_eq!(missed, !opens);
        let opens_at = hall.clock.now().plus(5_000);
        let again = Act::Schedule { opens_at };
        let told = hall.house.act(&hall.auction, officer(), again).await;
        assert_eq!(told.is_err(), opens);
    }
}

/// Another house takes over: the first can write no more, and sends everyone away.
#[tokio::test(start_paused = true)]
async fn a_takeover_fences_the_house_before() {
    let journal = journal();
    let first = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut old = first.opened(2).await;
    pass(2_000).await;
    old[1].heard().await;
    let second = Hall::open(Arc::new(journal.clone()), first.clock.now()).await;
    old[0].bid(&first.auction, "b-1", "900").await;
    for client in &mut old {
        let (heard, code) = client.last_words().await;
        assert_eq!(code, 1012);
        assert!(heard.iter().all(|message| message["id"] != "b-1"));
    }
    assert_eq!(first.fatal.load(Ordering::Relaxed), 0, "others go on");
    let mut new = second.joined(Viewer::Bidder(bidder(0))).await;
    let answer = new.bids(&second.auction, "b-1", "900").await;
    assert_eq!(answer["accepted"], true, "{answer}");
    let entries = log_of(&journal, &second.auction).await;
    assert_eq!(times(&entries, "b-1", 0), 1);
}

/// While the journal hangs its auction is not marked alive: a crash then counts from the hang on.
#[tokio::test(start_paused = true)]
async fn a_room_that_hangs_is_not_marked_alive() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let all = hall.opened(2).await;
    pass(5_000).await;
    let hung_at = hall.clock.now();
    // Repeats after 20, 40, 80 … 2,000 ms: some 12 s in all.
    for _ in 0..12 {
        journal.inject(Fault::Lost);
    }
    all[0].bid(&hall.auction, "b-1", "900").await;
    pass(8_000).await;
    let after_ms = alive_at(&journal, &hall.auction).await.since(hung_at);
    assert!(after_ms <= 3_000, "marked {after_ms} ms after");
    pass(10_000).await;
    let ago_ms = hall
        .clock
        .now()
        .since(alive_at(&journal, &hall.auction).await);
    assert!(ago_ms <= 2_000, "marked {ago_ms} ms ago");
}

/// When the owner of an auction said last that it was alive.
async fn alive_at(journal: &FaultyJournal, auction: &AuctionId) -> Timestamp {
    let marks = journal.marks().await.unwrap();
    marks
        .get(auction)
        .map_or(Timestamp(0), |mark| Timestamp(mark.at_ms))
}
