use super::hall::{
    Client, Hall, bidder, kind, log_of, pass, receipt, replayed, settle, signer, terms,
};
use auction_rules::log::late_message;
use auction_rules::{Act, Outcome, Viewer};
use ebok::auction::journal::Journal;
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use ebok::auction::journal::sqlite::SqliteJournal;
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

fn journal() -> FaultyJournal {
    FaultyJournal::new(1, Faults::default())
}

#[tokio::test(start_paused = true)]
async fn a_whole_auction() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 3).await;
    let auction = &hall.auction;
    let mut observer = hall.joined(Viewer::Observer).await;
    let mut officer = hall.joined(Viewer::Officer).await;
    let mut all = hall.opened(3).await;

    let accepted = all[0].bids(auction, "b-1", "900,00").await;
    assert_eq!(
        (&accepted["accepted"], &accepted["n"]),
        (&json!(true), &json!(2))
    );
    receipt(&accepted);
    observer
        .wait(|message| message["state"]["best"]["values"]["price"] == "900.00")
        .await;
    let refused = all[0].bids(auction, "b-2", "895").await;
    assert_eq!(
        (&refused["code"], &refused["refusal"]["limit"]),
        (&json!(302), &json!("890.00"))
    );
    receipt(&refused);

    hall.until(hall.closes_at().minus(4_000)).await;
    let extending = all[1].bids(auction, "b-1", "880").await;
    assert_eq!(extending["accepted"], true);
    let moved = observer.news("extended").await;
    assert_eq!(
        moved["closes_at"],
        json!(hall.closes_at().plus(16_000)),
        "the clock returns to 20 s"
    );
    let mut results = Vec::new();
    for client in all.iter_mut().chain([&mut observer, &mut officer]) {
        results.push(client.until("result").await);
    }
    let result = &results[0];
    assert!(results.iter().all(|other| other == result));
    let winner = hall.state().await.alias(bidder(1)).unwrap();
    assert_eq!(result["result"]["winner"], json!(winner));
    assert_eq!(result["winner"]["name"], "Firma 1");
    assert_eq!(result["closed_at"], json!(hall.closes_at().plus(16_000)));

    assert!(
        hall.house.published_log(auction, None).await.is_err(),
        "not yet"
    );
    all[2].news("sealed").await;
    settle().await;
    let log = hall.house.published_log(auction, None).await.unwrap();
    let parts: Vec<_> = log.try_collect().await.unwrap();
    let log: Value = serde_json::from_slice(&parts.concat()).unwrap();
    assert_eq!(
        log["disclosures"][winner.to_string()]["identity"]["name"],
        "Firma 1"
    );
    assert_eq!(log["disclosures"].as_object().unwrap().len(), 1);
    let entries = log_of(&journal, auction).await;
    let state = replayed(auction, &entries);
    assert!(state.is_sealed());
    assert_eq!(state.state_hash(), hall.state().await.state_hash());
    let batches = journal.read(auction, None, 256).await.unwrap();
    let last = batches.last().unwrap();
    assert_eq!(last.first_seq, last.last_seq, "the seal stands alone");
    let Act::Seal { head } = &entries.last().unwrap().command.act else {
        panic!("{:?}", entries.last())
    };
    assert_eq!(head.0, last.prev_head);
    late_attempts(&hall, &mut all[0], last.head).await;
}

/// After the seal: what is in the log has its receipt, anything else a refusal with a signature.
async fn late_attempts(hall: &Hall, client: &mut Client, sealed_head: [u8; 32]) {
    let late = client.bids(&hall.auction, "late", "100").await;
    let closed_at = json!(hall.closes_at().plus(16_000));
    assert_eq!(
        (kind(&late), &late["code"], &late["refusal"]["closed_at"]),
        ("refused", &json!(104), &closed_at)
    );
    let statement = late["late"]["statement"].as_str().unwrap();
    let signer = signer();
    let key = signer.key_set().key(signer.key_id()).unwrap();
    let signature = late["late"]["signature"].as_str().unwrap();
    assert!(key.signed(&late_message(statement), signature));
    let statement: Value = serde_json::from_str(statement).unwrap();
    let head = auction_rules::Digest(sealed_head);
    assert_eq!(statement["sealed_head"], json!(head));
    let known = client.bids(&hall.auction, "b-1", "900,00").await;
    assert_eq!(receipt(&known).told().unwrap().n, Some(2));
    let reused = client.bids(&hall.auction, "b-1", "700").await;
    assert_eq!(reused["code"], 405);
}

/// The same on a real file and in real time.
#[tokio::test]
async fn a_short_auction_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.db");
    let journal: Arc<dyn Journal> = Arc::new(SqliteJournal::open(&path).unwrap());
    let short = json!({
        "phases": [{"run": {"kind": "open", "close": {"by": "set-time", "length_ms": 1_000}}}],
        "conduct": {"late_window_ms": 200, "outage_left_ms": 500},
    });
    let hall = Hall::with(journal, terms(short.clone()), 2).await;
    let mut all = hall.opened(2).await;
    let first = all[0].bids(&hall.auction, "b-1", "900").await;
    assert_eq!(first["accepted"], true);
    hall.house.close().await;
    assert_eq!(all[0].closed().await, 1001);
    let now = hall.clock.now();
    drop((hall, all));

    let journal: Arc<dyn Journal> = loop {
        // The file is free as soon as the last connection of the old house has ended.
        match SqliteJournal::open(&path) {
            Ok(journal) => break Arc::new(journal),
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let hall = Hall::open(journal.clone(), now.plus(50)).await;
    let mut back = hall.joined(Viewer::Bidder(bidder(0))).await;
    let again = back.bids(&hall.auction, "b-1", "900").await;
    assert_eq!(again, first, "the same receipt, byte for byte");
    assert_eq!(back.until("result").await["winner"]["name"], "Firma 0");
    back.news("sealed").await;
    let entries = log_of(&*journal, &hall.auction).await;
    assert!(replayed(&hall.auction, &entries).is_sealed());
}

/// Nothing is told of a bid before its bidder has the receipt.
#[tokio::test(start_paused = true)]
async fn receipts_come_before_state() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    all[0].heard().await;
    for (id, price) in [("b-1", "900"), ("b-2", "800"), ("b-3", "790.001")] {
        all[0].bid(&hall.auction, id, price).await;
        pass(100).await;
        let heard = all[0].heard().await;
        let kinds: Vec<_> = heard.iter().map(kind).collect();
        let expected: &[&str] = match id {
            "b-3" => &["receipt", "own"],
            _ => &["receipt", "own", "state"],
        };
        assert_eq!(kinds, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_counts_once_under_its_id() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    let first = all[0].bids(&hall.auction, "b-1", "900").await;
    assert_eq!(all[0].bids(&hall.auction, "b-1", "900").await, first);
    let reused = all[0].bids(&hall.auction, "b-1", "890").await;
    assert_eq!((kind(&reused), &reused["code"]), ("refused", &json!(405)));
    assert_eq!(
        all[1].bids(&hall.auction, "b-1", "870").await["accepted"],
        true,
        "ids are each bidder's own"
    );
    assert_eq!(hall.state().await.commands_of(bidder(0)), 2);
}

/// Until the first is durable a repeated command is not answered by anything.
#[tokio::test(start_paused = true)]
async fn a_command_repeated_at_once_is_answered_once() {
    let slow = Faults {
        delay_max: Duration::from_millis(400),
        ..Faults::default()
    };
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    let mut officer = hall.joined(Viewer::Officer).await;
    journal.set_faults(slow);
    all[1].bid(&hall.auction, "b-0", "950").await;
    pass(1).await;
    let announce = json!({"type": "act", "auction": hall.auction, "id": "o-1",
        "act": {"type": "announce", "text": "Prosimy o spokój."}});
    for _ in 0..2 {
        all[0].bid(&hall.auction, "b-1", "900").await;
        officer.say(announce.clone()).await;
    }
    let mut other_tab = hall.joined(Viewer::Officer).await;
    other_tab.say(announce).await;
    pass(5_000).await;
    let answers =
        |heard: Vec<Value>, id: &str| heard.iter().filter(|message| message["id"] == id).count();
    assert_eq!(answers(all[0].heard().await, "b-1"), 1);
    assert_eq!(answers(officer.heard().await, "o-1"), 2);
    assert_eq!(answers(other_tab.heard().await, "o-1"), 1);
    let entries = log_of(&journal, &hall.auction).await;
    let announced = entries
        .iter()
        .filter(|entry| matches!(entry.command.act, Act::Announce { .. }));
    assert_eq!(announced.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn more_than_four_unanswered_are_too_fast() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    journal.set_faults(Faults {
        delay_max: Duration::from_millis(900),
        ..Faults::default()
    });
    for index in 0..6 {
        let price = (900 - 20 * index).to_string();
        all[0]
            .bid(&hall.auction, &format!("b-{index}"), &price)
            .await;
    }
    for id in ["b-4", "b-5"] {
        let answer = all[0].answer(id).await;
        assert_eq!((kind(&answer), &answer["code"]), ("refused", &json!(403)));
    }
    pass(5_000).await;
    assert_eq!(hall.state().await.commands_of(bidder(0)), 5);
    journal.set_faults(Faults::default());
    assert_eq!(
        all[0].bids(&hall.auction, "b-4", "500").await["accepted"],
        false,
        "a place is free again"
    );
}

#[tokio::test(start_paused = true)]
async fn attempts_a_second_are_bounded() {
    let pace = json!({"pace": {"attempts_per_s": 3}});
    let hall = Hall::with(Arc::new(journal()), terms(pace), 2).await;
    let mut all = hall.opened(2).await;
    let answers = ["b-1", "b-2", "b-3", "b-4"].map(|id| (id, "1000"));
    let mut codes = Vec::new();
    for (id, price) in answers {
        codes.push(all[0].bids(&hall.auction, id, price).await["code"].clone());
    }
    assert_eq!(codes, [304, 304, 304, 403]);
}

/// Repeated commands use up nothing: who lost the answer to the last attempt still gets it.
#[tokio::test(start_paused = true)]
async fn attempts_in_all_are_bounded() {
    let pace = json!({"pace": {"attempts_max": 3}});
    let hall = Hall::with(Arc::new(journal()), terms(pace), 2).await;
    let mut all = hall.opened(2).await;
    all[0].bids(&hall.auction, "b-1", "900").await;
    let last = all[0].bids(&hall.auction, "b-2", "800").await;
    let above = all[0].bids(&hall.auction, "b-3", "700").await;
    assert_eq!(
        (kind(&above), &above["code"], &above["refusal"]["most"]),
        ("refused", &json!(404), &json!(3))
    );
    for _ in 0..5 {
        assert_eq!(all[0].bids(&hall.auction, "b-2", "800").await, last);
    }
    assert_eq!(hall.state().await.commands_of(bidder(0)), 3);
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_gets_what_was_missed() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    let rival = all.pop().unwrap();
    let mut own = all.pop().unwrap();
    let first = own.bids(&hall.auction, "b-1", "950").await;
    let f = own.until("state").await["f"].as_u64().unwrap();
    own.bid(&hall.auction, "b-2", "940").await;
    own.bid(&hall.auction, "b-3", "935").await;
    own.vanish().await;
    rival.bid(&hall.auction, "b-1", "900").await;
    pass(100).await;

    let mut back = hall.client(Viewer::Bidder(bidder(0))).await;
    let n = first["n"].as_u64().unwrap() as u32;
    let joined = back.join(&hall.auction, f, n).await;
    let news: Vec<_> = joined["feed"].as_array().unwrap().iter().collect();
    assert_eq!(news[0]["f"], json!(f + 1));
    assert_eq!(news.last().unwrap()["f"], joined["f"]);
    assert_eq!(joined["state"]["best"]["values"]["price"], "900.00");
    assert_eq!(joined["own"]["n"], json!(n + 2));
    let missed = [back.answer("b-2").await, back.answer("b-3").await];
    assert_eq!(
        [&missed[0]["accepted"], &missed[1]["code"]],
        [&json!(true), &json!(302)]
    );
    missed.iter().for_each(|answer| {
        receipt(answer);
    });
    rival.bid(&hall.auction, "b-2", "880").await;
    let state = back.until("state").await;
    assert_eq!(
        state["feed"][0]["f"],
        json!(joined["f"].as_u64().unwrap() + 1)
    );
}

/// Who joins while a frame waits for its time must not find a gap or an overlap after the snapshot.
#[tokio::test(start_paused = true)]
async fn the_first_frame_after_a_snapshot_goes_on_from_it() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let all = hall.opened(2).await;
    pass(100).await;
    for (id, price) in [("b-1", "990"), ("b-2", "980"), ("b-3", "970")] {
        all[0].bid(&hall.auction, id, price).await;
        settle().await;
    }
    let mut late = hall.client(Viewer::Observer).await;
    let mut more = hall.client(Viewer::Bidder(bidder(1))).await;
    for client in [&mut late, &mut more] {
        let joined = client.join(&hall.auction, 0, 0).await;
        all[0]
            .bid(&hall.auction, &format!("c-{}", joined["f"]), "900")
            .await;
        let state = client.until("state").await;
        assert_eq!(
            state["feed"][0]["f"],
            json!(joined["f"].as_u64().unwrap() + 1)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_officer_acts() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let mut officer = hall.joined(Viewer::Officer).await;
    let mut all = hall.opened(2).await;
    let act = |id: &str, act: Value| json!({"type": "act", "auction": hall.auction, "id": id, "act": act});
    let pause = json!({"type": "pause", "reason": "Pożar."});
    officer.say(act("o-1", pause.clone())).await;
    assert_eq!(kind(&officer.answer("o-1").await), "done");
    assert_eq!(
        all[0].news("paused").await["cause"],
        json!({"officer": "Pożar."})
    );
    officer.say(act("o-1", pause.clone())).await;
    assert_eq!(kind(&officer.answer("o-1").await), "done", "once more");
    officer
        .say(act("o-1", json!({"type": "announce", "text": "x"})))
        .await;
    assert_eq!(officer.answer("o-1").await["code"], 405);
    officer.say(act("o-2", pause.clone())).await;
    assert_eq!(officer.answer("o-2").await["code"], 502);
    let terms: Value = serde_json::to_value(terms(json!({}))).unwrap();
    let foreign = [
        json!({"type": "end-phase"}),
        json!({"type": "schedule", "opens_at": hall.closes_at()}),
        json!({"type": "note-dropped", "before": 4, "gone": [1, 2]}),
        json!({"type": "admit", "bidder": bidder(5), "offer": {"price": "1"}}),
        json!({"type": "publish", "terms": terms, "officer": "a",
            "writer": {"node": "n", "key": "k", "epoch": 9}}),
    ];
    for (index, foreign) in foreign.into_iter().enumerate() {
        let id = format!("x-{index}");
        officer.say(act(&id, foreign)).await;
        assert_eq!(officer.answer(&id).await["code"], 501);
    }
    all[0].say(act("o-3", pause)).await;
    assert_eq!(all[0].answer("o-3").await["code"], 501, "a bidder may not");
    assert_eq!(all[0].bids(&hall.auction, "b-1", "900").await["code"], 102);
}

/// One who is not admitted has no attempts to number, and is told so at once.
#[tokio::test(start_paused = true)]
async fn who_is_not_admitted_is_told_so() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let before = hall.state().await.seq();
    let mut stranger = hall.joined(Viewer::Bidder(bidder(9))).await;
    let answer = stranger.bids(&hall.auction, "b-1", "900").await;
    assert_eq!((kind(&answer), &answer["code"]), ("refused", &json!(201)));
    assert_eq!(hall.state().await.seq(), before);
    hall.act(json!({"type": "admit", "bidder": bidder(9), "offer": {"price": "1000"}}))
        .await;
    assert_eq!(
        stranger.until("own").await["own"]["values"]["price"],
        "1000.00",
        "an admission shows without joining anew"
    );
}

/// What a bid of the largest size needs in the body of a batch is bounded, whoever sends how many.
#[tokio::test(start_paused = true)]
async fn large_bids_do_not_burst_a_batch() {
    let journal = journal();
    let pace = json!({"pace": {"attempts_per_s": 100}});
    let hall = Hall::with(Arc::new(journal.clone()), terms(pace), 45).await;
    let wide = |prefix: usize| -> serde_json::Map<String, Value> {
        let name = |index: usize| format!("{prefix}{index}{}", "\"\\".repeat(14));
        (0..16)
            .map(|index| (name(index), json!("\"".repeat(40))))
            .collect()
    };
    journal.set_faults(Faults {
        delay_max: Duration::from_millis(500),
        ..Faults::default()
    });
    let mut all = Vec::new();
    for index in 0..45 {
        all.push(hall.joined(Viewer::Bidder(bidder(index))).await);
    }
    for round in 0..4 {
        for client in &all {
            client
                .say(
                    json!({"type": "bid", "auction": hall.auction, "id": format!("b-{round}"),
                    "values": wide(1), "confirm": wide(2)}),
                )
                .await;
        }
    }
    for client in &mut all {
        for round in 0..4 {
            let answer = client.answer(&format!("b-{round}")).await;
            assert_eq!(answer["code"], 101);
        }
    }
    let batches = journal.read(&hall.auction, None, 256).await.unwrap();
    let largest = batches.iter().map(|batch| batch.body.len()).max().unwrap();
    assert!((400_000..=1 << 20).contains(&largest), "{largest}");
    let entries = log_of(&journal, &hall.auction).await;
    let refused = |entry: &&auction_rules::Entry| matches!(entry.outcome, Outcome::Refused(_));
    assert_eq!(entries.iter().filter(refused).count(), 180);
}
