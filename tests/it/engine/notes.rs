//! What the room notes by itself: officers are told, nobody else learns of it, and the log stays
//! short.

use super::hall::{Client, Hall, bidder, kind, log_of, pass, replayed, settle, terms};
use auction_rules::{Act, Bidder, Entry, Outside, Viewer};
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::Message;

fn journal() -> FaultyJournal {
    FaultyJournal::new(1, Faults::default())
}

type Counts = BTreeMap<Outside, u32>;

/// Every note of refusals, with its place in the log and its second.
fn refused(entries: &[Entry]) -> Vec<(usize, i64, Bidder, Counts)> {
    let notes = entries.iter().enumerate();
    let notes = notes.filter_map(|(place, entry)| match &entry.command.act {
        Act::NoteRefused { bidder, counts } => {
            let second = entry.command.received_at.0.div_euclid(1_000);
            Some((place, second, *bidder, counts.clone()))
        }
        _ => None,
    });
    notes.collect()
}

async fn burst(client: &mut Client, hall: &Hall, name: &str, bids: usize) -> usize {
    for index in 0..bids {
        client
            .bid(&hall.auction, &format!("{name}-{index}"), "5000")
            .await;
    }
    settle().await;
    let answers = client.heard().await;
    let too_fast = answers.iter().filter(|answer| answer["code"] == 403);
    too_fast.count()
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_outside_the_log_is_noted_once_a_second() {
    let journal = journal();
    let pace = json!({"pace": {"attempts_per_s": 3, "attempts_max": 8}});
    let hall = Hall::with(Arc::new(journal.clone()), terms(pace), 2).await;
    let mut all = hall.opened(2).await;
    let mut officer = hall.joined(Viewer::Officer).await;
    let [own, rival] = &mut all[..] else {
        unreachable!()
    };
    assert_eq!(own.bids(&hall.auction, "b-1", "900").await["n"], 2);
    pass(3_000).await;
    for client in [&mut *own, &mut *rival] {
        client.heard().await;
    }
    // One second: a used id, a message that cannot be read, a bid that is too long, too many.
    assert_eq!(own.bids(&hall.auction, "b-1", "890").await["code"], 405);
    own.send(Message::text("{")).await;
    let long = json!({"price": "1".repeat(41)});
    own.say(json!({"type": "bid", "auction": "a-1", "id": "b-2", "values": long}))
        .await;
    assert_eq!(own.answer("b-2").await["code"], 401);
    let too_fast = burst(own, &hall, "fast", 6).await;
    assert!(too_fast >= 4, "{too_fast}");
    let told = officer.news("refused-outside").await;
    let expected = json!({"bad-message": 2, "command-id-reused": 1, "too-fast": too_fast});
    assert_eq!(told["counts"], expected, "{told}");
    assert_eq!(told["bidder"], json!(bidder(0)));
    assert!(told["alias"].is_u64());
    assert_eq!(rival.heard().await, Vec::<Value>::new());
    assert_eq!(own.heard().await, Vec::<Value>::new());

    // All attempts used: still one note a second.
    let mut refused_now = 0;
    for round in 0..6 {
        pass(1_000).await;
        for index in 0..3 {
            let id = format!("late-{round}-{index}");
            let answer = own.bids(&hall.auction, &id, "5000").await;
            refused_now += u32::from(answer["code"] == 404);
        }
    }
    pass(2_000).await;
    assert!(refused_now > 10);
    let entries = log_of(&journal, &hall.auction).await;
    replayed(&hall.auction, &entries);
    let notes = refused(&entries);
    assert!(notes.iter().all(|(_, _, whom, _)| *whom == bidder(0)));
    let seconds: Vec<_> = notes.iter().map(|(_, second, ..)| *second).collect();
    assert!(
        seconds.windows(2).all(|pair| pair[0] < pair[1]),
        "{seconds:?}"
    );
    let counted = |reason| notes.iter().filter_map(|note| note.3.get(&reason)).sum();
    let used: u32 = counted(Outside::TooManyAttempts);
    assert_eq!(used, refused_now);
}

/// Between the close and the seal nothing is noted; then all of it, before the seal's own batch.
#[tokio::test(start_paused = true)]
async fn what_is_left_is_noted_before_the_seal() {
    let journal = journal();
    let pace = json!({"pace": {"attempts_per_s": 2}});
    let hall = Hall::with(Arc::new(journal.clone()), terms(pace), 2).await;
    let mut all = hall.opened(2).await;
    hall.until(hall.closes_at().plus(500)).await;
    let mut too_fast = 0;
    for round in 0..3 {
        too_fast += burst(&mut all[1], &hall, &format!("r{round}"), 6).await;
        pass(1_000).await;
    }
    assert!(too_fast > 6, "{too_fast}");
    assert_eq!(refused(&log_of(&journal, &hall.auction).await), []);
    hall.until(hall.closes_at().plus(6_000)).await;
    assert_eq!(hall.called().await, "sealed");
    let entries = log_of(&journal, &hall.auction).await;
    let [(place, _, whom, counts)] = &refused(&entries)[..] else {
        panic!("{:?}", refused(&entries))
    };
    assert_eq!((*place + 2, *whom), (entries.len(), bidder(1)));
    let too_fast = u32::try_from(too_fast).unwrap();
    assert_eq!(*counts, BTreeMap::from([(Outside::TooFast, too_fast)]));
    assert!(matches!(
        entries.last().unwrap().command.act,
        Act::Seal { .. }
    ));
    // What comes after the seal is answered, and nowhere noted.
    for index in 0..4 {
        all[1]
            .bid(&hall.auction, &format!("z-{index}"), "5000")
            .await;
    }
    all[1].wait(|message| message["code"] == 403).await;
    pass(3_000).await;
    assert_eq!(log_of(&journal, &hall.auction).await.len(), entries.len());
}

/// Who only watches, or is not admitted yet, leaves no note.
#[tokio::test(start_paused = true)]
async fn strangers_leave_no_note() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let before = log_of(&journal, &hall.auction).await.len();
    for viewer in [Viewer::Observer, Viewer::Officer, Viewer::Bidder(bidder(9))] {
        let client = hall.joined(viewer).await;
        for _ in 0..3 {
            client.send(Message::text("{")).await;
        }
        let mut client = client;
        let refused = client.wait(|message| kind(message) == "refused").await;
        assert_eq!(refused["code"], 401);
        pass(300).await;
    }
    let entries = log_of(&journal, &hall.auction).await;
    assert_eq!(refused(&entries), []);
    assert!(entries.len() <= before + 2, "only the opening");
}

fn is_drop(message: &Value) -> bool {
    let feed = message["feed"].as_array();
    feed.is_some_and(|feed| {
        feed.iter()
            .any(|item| item["news"] == "connections-dropped")
    })
}

/// Half of four bidders vanish: the log and the officers are told, the bidders who stay are not.
#[tokio::test(start_paused = true)]
async fn half_of_the_bidders_gone_is_noted() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 4).await;
    let mut officer = hall.joined(Viewer::Officer).await;
    let mut all = hall.opened(4).await;
    // A second page of a bidder who stays is nobody gone.
    let tab = hall.joined(Viewer::Bidder(bidder(0))).await;
    pass(3_000).await;
    tab.vanish().await;
    pass(3_000).await;
    assert!(!officer.heard().await.iter().any(is_drop));
    for client in &mut all {
        client.heard().await;
    }
    all.truncate(2);
    let told = officer.news("connections-dropped").await;
    assert_eq!((&told["before"], &told["now"]), (&json!(4), &json!(2)));
    pass(3_000).await;
    for client in &mut all {
        assert_eq!(client.heard().await, Vec::<Value>::new());
    }
    let entries = log_of(&journal, &hall.auction).await;
    let state = replayed(&hall.auction, &entries);
    let gone: Vec<_> = entries
        .iter()
        .filter_map(|entry| match &entry.command.act {
            Act::NoteDropped { gone, .. } => Some(gone.clone()),
            _ => None,
        })
        .collect();
    let mut expected: Vec<_> = [2, 3]
        .map(|index| state.alias(bidder(index)).unwrap())
        .into();
    expected.sort();
    assert_eq!(gone, [expected]);
}

/// A question reaches the officers alone, its answer everyone; both survive a new connection.
#[tokio::test(start_paused = true)]
async fn a_question_is_answered_to_everyone() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let mut officer = hall.joined(Viewer::Officer).await;
    let mut observer = hall.joined(Viewer::Observer).await;
    let mut all = hall.opened(2).await;
    pass(100).await;
    observer.heard().await;
    all[1].heard().await;
    let ask = |id: &str, text: &str| json!({"type": "ask", "auction": hall.auction, "id": id, "text": text});
    all[0].say(ask("q-1", "Czy to działa?")).await;
    let answer = all[0].answer("q-1").await;
    assert_eq!(
        (&answer["n"], &answer["accepted"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(
        all[0].until("own").await["own"]["questions"],
        json!([{"n": 2, "answered": false}])
    );
    let asked = officer.news("asked").await;
    assert_eq!(
        (&asked["text"], &asked["question"]),
        (&json!("Czy to działa?"), &json!(1))
    );
    pass(2_000).await;
    assert_eq!(observer.heard().await, Vec::<Value>::new());
    assert_eq!(all[1].heard().await, Vec::<Value>::new());
    all[0].say(ask("q-2", &"x".repeat(501))).await;
    assert_eq!(all[0].answer("q-2").await["code"], 401);
    let act = json!({"type": "answer", "question": 1, "asked": "Czy działa?", "text": "Tak."});
    officer
        .say(json!({"type": "act", "auction": hall.auction, "id": "o-1", "act": act}))
        .await;
    assert_eq!(kind(&officer.answer("o-1").await), "done");
    for client in [&mut observer, &mut all[1]] {
        let answered = client.news("answered").await;
        assert_eq!(
            (&answered["asked"], &answered["text"], &answered["question"]),
            (&json!("Czy działa?"), &json!("Tak."), &Value::Null)
        );
    }
    let mut again = hall.client(Viewer::Bidder(bidder(0))).await;
    let joined = again.join(&hall.auction, 0, 0).await;
    assert_eq!(
        joined["own"]["questions"],
        json!([{"n": 2, "answered": true}])
    );
    let receipt = again.answer("q-1").await;
    let told: Value = serde_json::from_str(receipt["receipt"]["told"].as_str().unwrap()).unwrap();
    assert_eq!(
        told["act"],
        json!({"type": "ask", "text": "Czy to działa?"})
    );
}
