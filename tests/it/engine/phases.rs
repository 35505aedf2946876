//! Each kind of phase on a real room: what its bidders send, see and get.

use super::hall::{Client, Hall, START, bidder, log_of, pass, receipt, replayed, signer, terms};
use auction_rules::verify::{Expected, PublishedLog, verify};
use auction_rules::{Outcome, Terms, Viewer};
use ebok::auction::journal::Journal;
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use std::sync::Arc;

fn journal() -> FaultyJournal {
    FaultyJournal::new(1, Faults::default())
}

fn with(phases: Value) -> Terms {
    terms(json!({ "phases": phases }))
}

/// Clocks start from nothing.
fn clock(run: Value) -> Terms {
    terms(json!({"opening": "first-bid-free", "phases": [{"run": run}]}))
}

/// A hall that has opened, and its bidders' clients.
async fn opened(journal: &FaultyJournal, terms: Terms, bidders: usize) -> (Hall, Vec<Client>) {
    let hall = Hall::with(Arc::new(journal.clone()), terms, bidders).await;
    let clients = hall.opened(bidders).await;
    (hall, clients)
}

impl Hall {
    async fn says(&self, client: &mut Client, kind: &str, id: &str, more: Value) -> Value {
        let mut message = json!({"type": kind, "auction": self.auction, "id": id});
        for (key, value) in more.as_object().unwrap() {
            message[key] = value.clone();
        }
        client.say(message).await;
        client.answer(id).await
    }

    /// The published log, as anybody may fetch it.
    async fn published(&self) -> String {
        let stream = self.house.published_log(&self.auction, None).await;
        let parts: Vec<_> = stream
            .unwrap_or_else(|_| panic!("published"))
            .try_collect()
            .await
            .unwrap();
        String::from_utf8(parts.concat()).unwrap()
    }

    pub(super) async fn sealed(&self, journal: &dyn Journal) -> Value {
        let end = self.clock.now().plus(3_600_000);
        while self.called().await != "sealed" && self.clock.now() < end {
            pass(1_000).await;
        }
        let entries = log_of(journal, &self.auction).await;
        let state = replayed(&self.auction, &entries);
        assert!(state.is_sealed());
        json!(state.result())
    }
}

#[tokio::test(start_paused = true)]
async fn turns_one_after_another() {
    let journal = journal();
    let phases = json!([{"run": {"kind": "turns", "slot_ms": 10_000}}]);
    let (hall, mut all) = opened(&journal, with(phases), 2).await;
    let mut seen: Vec<u64> = Vec::new();
    for turn in 0..2 {
        let state = hall.state().await;
        let phase = state.view(Viewer::Observer).public.phase.unwrap();
        let alias = phase.turn.unwrap().alias;
        let whose = (0..2)
            .find(|index| state.alias(bidder(*index)) == Some(alias))
            .unwrap();
        let waiting = 1 - whose;
        let id = format!("b-{turn}");
        let refused = all[waiting].bids(&hall.auction, &id, "700").await;
        assert_eq!(refused["refusal"]["name"], "not-your-turn", "{refused}");
        let price = (900 - 100 * turn).to_string();
        assert_eq!(
            all[whose].bids(&hall.auction, "mine", &price).await["accepted"],
            true
        );
        let taken = hall.says(&mut all[whose], "withdraw", "w", json!({})).await;
        assert_eq!(taken["accepted"], true, "{taken}");
        assert_eq!(
            all[whose].bids(&hall.auction, "again", &price).await["accepted"],
            true
        );
        seen.push(u64::from(alias.0));
        hall.until(hall.opens_at().plus(10_100 * (turn + 1))).await;
    }
    assert_ne!(seen[0], seen[1]);
    let result = hall.sealed(&journal).await;
    assert_eq!(result["winner"], seen[1], "{result}");
}

#[tokio::test(start_paused = true)]
async fn sealed_values_survive_a_crash_and_stand_nowhere_in_plain_words() {
    let journal = journal();
    let phases = json!([{"run": {"kind": "sealed-bid", "length_ms": 60_000}}]);
    let (hall, mut all) = opened(&journal, with(phases), 2).await;
    let answer = all[0].bids(&hall.auction, "s-1", "887.65").await;
    assert_eq!(answer["accepted"], true, "{answer}");
    receipt(&answer);
    let refused = all[1].bids(&hall.auction, "s-1", "995.55").await;
    assert_eq!(refused["refusal"]["name"], "sealed-refused", "{refused}");
    let own = hall.state().await.own_view(bidder(0)).unwrap();
    assert!(
        own.sealed
            && own
                .values
                .unwrap()
                .values()
                .all(|one| one.to_string() == "1000.00")
    );
    for stored in journal.read(&hall.auction, None, 256).await.unwrap() {
        for bytes in [&stored.body, &stored.openings] {
            assert!(!String::from_utf8_lossy(bytes).contains("87.65"));
            assert!(!String::from_utf8_lossy(bytes).contains("95.55"));
        }
    }
    // The house dies; another opens the values with the same seal key.
    let now = hall.clock.now();
    drop((hall, all));
    let hall = Hall::open(Arc::new(journal.clone()), now).await;
    let mut again = hall.joined(Viewer::Bidder(bidder(0))).await;
    let known = again.bids(&hall.auction, "s-1", "887.65").await;
    assert_eq!(
        known["receipt"], answer["receipt"],
        "the same command, the same receipt"
    );
    let reused = again.bids(&hall.auction, "s-1", "600").await;
    assert_eq!(reused["refusal"]["name"], "command-id-reused", "{reused}");
    let result = hall.sealed(&journal).await;
    assert_eq!(
        result["standings"][0]["values"]["price"], "887.65",
        "{result}"
    );
    let after = again.bids(&hall.auction, "s-1", "887.65").await;
    assert_eq!(after["receipt"], answer["receipt"], "also after the seal");
    let log = hall.published().await;
    let read: PublishedLog = serde_json::from_str(&log).unwrap();
    assert_eq!(read.openings.len(), 2, "the refused one is opened as well");
    let expected = Expected {
        fingerprint: signer().fingerprint().parse().ok(),
        ..Expected::default()
    };
    assert_eq!(verify(&log, &expected).unwrap().faults, []);
}

#[tokio::test(start_paused = true)]
async fn the_last_one_in_a_falling_clock_wins() {
    let journal = journal();
    let run = json!({"kind": "descending-clock", "start": "1000", "step": "100", "end": "100",
        "interval_ms": 10_000});
    let (hall, mut all) = opened(&journal, clock(run), 3).await;
    let stay = |level: &str| json!({ "level": level });
    for client in &mut all {
        let answer = hall.says(client, "accept-level", "l-1", stay("1000")).await;
        assert_eq!(answer["accepted"], true, "{answer}");
    }
    hall.until(hall.opens_at().plus(10_500)).await;
    let late = hall
        .says(&mut all[0], "accept-level", "l-2", stay("1000"))
        .await;
    assert_eq!(late["refusal"]["name"], "level-passed");
    assert_eq!(late["refusal"]["level"], "900", "{late}");
    let left = hall
        .says(&mut all[0], "leave-clock", "gone", json!({}))
        .await;
    assert_eq!(left["accepted"], true, "{left}");
    let stays = hall
        .says(&mut all[1], "accept-level", "l-2", stay("900"))
        .await;
    assert_eq!(stays["accepted"], true);
    let result = hall.sealed(&journal).await;
    assert_eq!(
        result["standings"][0]["values"]["price"], "900.00",
        "{result}"
    );
    let alias = hall.state().await.alias(bidder(1)).unwrap();
    assert_eq!(result["winner"], json!(alias));
}

#[tokio::test(start_paused = true)]
async fn the_first_to_accept_a_rising_clock_wins() {
    let journal = journal();
    let run = json!({"kind": "ascending-clock", "start": "100", "step": "100", "end": "1000",
        "interval_ms": 10_000});
    let (hall, mut all) = opened(&journal, clock(run), 2).await;
    hall.until(hall.opens_at().plus(25_000)).await;
    let level = json!({"level": "300"});
    let answer = hall
        .says(&mut all[1], "accept-level", "l-1", level.clone())
        .await;
    assert_eq!(answer["accepted"], true, "{answer}");
    let second = hall.says(&mut all[0], "accept-level", "l-1", level).await;
    assert_eq!(second["accepted"], false, "{second}");
    let result = hall.sealed(&journal).await;
    assert_eq!(result["standings"].as_array().unwrap().len(), 1, "{result}");
    let ended = hall.state().await.closed_at().unwrap();
    assert!(ended < hall.opens_at().plus(26_000), "it ends at once");
}

#[tokio::test(start_paused = true)]
async fn a_random_tail_ends_at_what_was_drawn_also_after_a_crash() {
    let journal = journal();
    let phases = json!([{"run": {"kind": "open", "close": {"by": "set-time", "length_ms": 10_000},
        "random_tail_ms": 600_000}}]);
    let (hall, all) = opened(&journal, with(phases), 2).await;
    let now = hall.clock.now();
    drop((hall, all));
    let hall = Hall::open(Arc::new(journal.clone()), now).await;
    let shown = hall
        .state()
        .await
        .view(Viewer::Observer)
        .public
        .phase
        .unwrap();
    let latest = shown.closes_at.unwrap();
    assert_eq!(latest.since(shown.closes_from.unwrap()), 600_000);
    hall.sealed(&journal).await;
    let entries = log_of(&journal, &hall.auction).await;
    let end = entries.iter().find_map(|entry| match &entry.command.act {
        auction_rules::Act::EndPhase { tail } => Some((entry.command.received_at, tail.clone())),
        _ => None,
    });
    let (ended_at, tail) = end.unwrap();
    let tail = tail.expect("the tail is shown when the phase ends");
    assert_eq!(ended_at, shown.closes_from.unwrap().plus(tail.tail_ms));
    let refused = |entry: &auction_rules::Entry| matches!(entry.outcome, Outcome::Refused(_));
    assert!(!entries.iter().any(refused));
    assert!(START < ended_at);
}
