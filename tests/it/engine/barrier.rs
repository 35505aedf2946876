//! A deadline is a barrier between what was stamped before it and what was stamped after.

use super::hall::{Hall, bidder, kind, log_of, pass, settle, terms};
use auction_rules::{Act, Outcome};
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use serde_json::{Value, json};
use std::sync::Arc;

fn journal() -> FaultyJournal {
    FaultyJournal::new(1, Faults::default())
}

fn plain() -> Value {
    json!({"phases": [{"run": {"kind": "open",
        "close": {"by": "set-time", "length_ms": 60_000}}}]})
}

#[tokio::test(start_paused = true)]
async fn stamps_decide_within_the_settling_time() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(plain()), 3).await;
    let mut all = hall.opened(3).await;
    let end = hall.closes_at();
    hall.until(end.plus(1)).await;
    all[1].bid(&hall.auction, "after", "500").await;
    hall.until(end.plus(15)).await;
    hall.arrive(0, "in-time", "900", end.minus(1)).unwrap();
    let in_time = all[0].answer("in-time").await;
    assert_eq!(in_time["accepted"], true, "{in_time}");
    let after = all[1].answer("after").await;
    assert_eq!(after["code"], 104, "{after}");
    assert!(hall.clock.now() >= end.plus(20), "it waited at the barrier");
    hall.until(end.plus(40)).await;
    hall.arrive(2, "too-late", "800", end.minus(1)).unwrap();
    let too_late = all[2].answer("too-late").await;
    assert_eq!(
        (&too_late["code"], &too_late["refusal"]["closed_at"]),
        (&json!(105), &json!(end))
    );
    let entries = log_of(&journal, &hall.auction).await;
    let place = |id: &str| {
        let named = |entry: &auction_rules::Entry| {
            entry
                .command
                .id
                .as_ref()
                .map(auction_rules::CommandId::as_str)
                == Some(id)
        };
        entries.iter().position(named).unwrap()
    };
    let ended = entries
        .iter()
        .position(|entry| entry.command.act == Act::EndPhase { tail: None })
        .unwrap();
    assert!(place("in-time") < ended && ended < place("after"));
}

/// A bid that came in time moves the end: those who waited behind the old one are decided at once,
/// not at the new one.
#[tokio::test(start_paused = true)]
async fn a_deadline_that_moves_lets_the_waiting_pass() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 3).await;
    let mut all = hall.opened(3).await;
    let end = hall.closes_at();
    hall.until(end.plus(2)).await;
    all[1].bid(&hall.auction, "behind", "850").await;
    settle().await;
    hall.arrive(0, "in-time", "900", end.minus(1)).unwrap();
    let behind = all[1].answer("behind").await;
    assert_eq!(behind["accepted"], true, "{behind}");
    assert!(hall.clock.now() < end.plus(20));
}

/// So does an officer's pause, and a cancellation.
#[tokio::test(start_paused = true)]
async fn a_deadline_that_goes_lets_the_waiting_pass() {
    let hall = Hall::with(Arc::new(journal()), terms(plain()), 2).await;
    let mut all = hall.opened(2).await;
    let mut officer = hall.joined(auction_rules::Viewer::Officer).await;
    let end = hall.closes_at();
    hall.until(end.plus(2)).await;
    all[1].bid(&hall.auction, "behind", "850").await;
    settle().await;
    let door = hall.house.door(&hall.auction).unwrap();
    let id = auction_rules::CommandId::new("o-1").unwrap();
    let cancel = Act::Cancel {
        reason: "Błąd.".to_owned(),
    };
    let cancelled = door.act(super::hall::officer(), id, cancel, end.minus(1));
    cancelled.await.unwrap();
    assert_eq!(all[1].answer("behind").await["code"], 104);
    officer.news("cancelled").await;
    officer.news("sealed").await;
}

/// What waits behind the seal is answered too: refused, with a signature of its own.
#[tokio::test(start_paused = true)]
async fn nobody_waits_behind_the_seal_for_ever() {
    let hall = Hall::with(Arc::new(journal()), terms(plain()), 2).await;
    let mut all = hall.opened(2).await;
    let mut officer = hall.joined(auction_rules::Viewer::Officer).await;
    let sealed_at = hall.closes_at().plus(5_000);
    hall.until(sealed_at.minus(1)).await;
    let last = all[0].bids(&hall.auction, "last", "850").await;
    assert_eq!((kind(&last), &last["code"]), ("receipt", &json!(104)));
    hall.until(sealed_at.plus(3)).await;
    all[0].bid(&hall.auction, "late", "840").await;
    officer
        .say(json!({"type": "act", "auction": hall.auction, "id": "o-1",
            "act": {"type": "announce", "text": "Koniec."}}))
        .await;
    let late = all[0].answer("late").await;
    assert_eq!((kind(&late), &late["code"]), ("refused", &json!(104)));
    assert!(late["late"]["signature"].is_string());
    assert_eq!(officer.answer("o-1").await["code"], 502);
}

#[tokio::test(start_paused = true)]
async fn the_log_keeps_the_order_of_arrival_between_barriers() {
    let journal = journal();
    let two = json!({"phases": [
        {"run": {"kind": "open", "close": {"by": "set-time", "length_ms": 10_000}}},
        {"pause_before_ms": 5_000,
            "run": {"kind": "open", "close": {"by": "set-time", "length_ms": 10_000}}}]});
    let hall = Hall::with(Arc::new(journal.clone()), terms(two), 2).await;
    let mut all = hall.opened(2).await;
    let between = hall.opens_at().plus(12_000);
    hall.until(between).await;
    assert_eq!(hall.called().await, "between");
    assert_eq!(all[0].bids(&hall.auction, "b-1", "900").await["code"], 101);
    hall.until(hall.opens_at().plus(15_005)).await;
    all[0].bid(&hall.auction, "b-2", "900").await;
    assert_eq!(all[0].answer("b-2").await["accepted"], true);
    all[1].until("result").await;
    pass(6_000).await;
    assert_eq!(hall.called().await, "sealed");
    assert_eq!(hall.state().await.commands_of(bidder(0)), 3);
    let entries = log_of(&journal, &hall.auction).await;
    assert!(entries.is_sorted_by_key(|entry| entry.at));
    let refused = entries
        .iter()
        .filter(|entry| matches!(entry.outcome, Outcome::Refused(_)));
    assert_eq!(refused.count(), 1);
}
