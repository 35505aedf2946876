//! Several viewers at once: none holds up another or learns what is not for it.

use super::hall::{Client, Hall, START, bidder, guest, kind, pass, settle, terms};
use auction_rules::Viewer;
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use serde_json::{Value, json};
use std::sync::Arc;

fn journal() -> FaultyJournal {
    FaultyJournal::new(1, Faults::default())
}

#[tokio::test(start_paused = true)]
async fn a_full_house_closes_one_more_socket_and_keeps_the_others() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let mut seated = hall.joined(Viewer::Observer).await;
    let mut seats: Vec<_> = std::iter::from_fn(|| hall.house.seat()).collect();
    assert_eq!(seats.len() + 1, ebok::limits::SOCKETS_MAX);
    let mut late = Client::connect(hall.house.clone(), guest(Viewer::Observer), 2_048).await;
    assert_eq!(late.closed().await, 1013);
    seats.pop();
    let mut next = hall.joined(Viewer::Observer).await;
    hall.act(json!({"type": "announce", "text": "Dzień dobry"}))
        .await;
    seated.news("announced").await;
    next.news("announced").await;
}

#[tokio::test(start_paused = true)]
async fn a_viewer_that_reads_too_slowly_is_alone_with_it() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let mut slow = Client::connect(hall.house.clone(), guest(Viewer::Observer), 2_048).await;
    slow.join(&hall.auction, 0, 0).await;
    let mut other = hall.joined(Viewer::Observer).await;
    slow.reads(false);
    let text = "ż".repeat(1_000);
    for _ in 0..40 {
        hall.act(json!({"type": "announce", "text": text})).await;
        pass(30).await;
    }
    slow.reads(true);
    assert_eq!(slow.closed().await, 1013);
    let heard = other.heard().await;
    let items = heard
        .iter()
        .filter_map(|message| message["feed"].as_array())
        .flatten();
    let announced = items.filter(|item| item["news"] == "announced");
    assert_eq!(announced.count(), 40);
    let mut back = hall.client(Viewer::Observer).await;
    let joined = back.join(&hall.auction, 0, 0).await;
    assert!(joined["feed"].as_array().unwrap().len() > 40);
}

/// One that reads nothing at all is let go although little waits for it.
#[tokio::test(start_paused = true)]
async fn a_viewer_that_stalls_is_let_go() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let mut stalled = Client::connect(hall.house.clone(), guest(Viewer::Observer), 256).await;
    stalled.join(&hall.auction, 0, 0).await;
    let mut officer = hall.joined(Viewer::Officer).await;
    let observers = |message: &Value, count: usize| {
        kind(message) == "presence" && message["observers"] == count
    };
    officer.wait(|message| observers(message, 1)).await;
    stalled.reads(false);
    hall.act(json!({"type": "announce", "text": "x".repeat(1_000)}))
        .await;
    officer.wait(|message| observers(message, 0)).await;
    stalled.reads(true);
    stalled.closed().await;
}

/// A slow but moving reader of a long snapshot is not taken for stalled.
#[tokio::test(start_paused = true)]
async fn a_long_answer_may_take_its_time() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let text = "x".repeat(1_000);
    for _ in 0..200 {
        hall.act(json!({"type": "announce", "text": text})).await;
    }
    let mut slow = Client::connect(hall.house.clone(), guest(Viewer::Observer), 4_096).await;
    slow.say(json!({"type": "join", "auction": hall.auction}))
        .await;
    for _ in 0..30 {
        slow.reads(false);
        pass(1_000).await;
        slow.reads(true);
        settle().await;
        hall.act(json!({"type": "announce", "text": "x"})).await;
    }
    let joined = slow.until("joined").await;
    assert_eq!(joined["feed"].as_array().unwrap().len(), 201);
    let state = slow.until("state").await;
    assert_eq!(
        state["feed"][0]["f"],
        json!(joined["f"].as_u64().unwrap() + 1)
    );
}

#[tokio::test(start_paused = true)]
async fn observers_see_it_later_and_the_end_at_once() {
    let journal = journal();
    let later = json!({"visibility": {"observers_delay_ms": 20_000}});
    let hall = Hall::with(Arc::new(journal.clone()), terms(later), 2).await;
    let mut observer = hall.joined(Viewer::Observer).await;
    let mut all = hall.opened(2).await;
    let started = observer.news("phase-started").await;
    assert_eq!(started["at"], json!(hall.opens_at()));
    assert_eq!(
        hall.clock.now().since(hall.opens_at()).div_euclid(100) * 100,
        20_000
    );
    all[0].bids(&hall.auction, "b-1", "900").await;
    let bid_at = hall.clock.now();
    observer.heard().await;
    let joined = hall
        .client(Viewer::Observer)
        .await
        .join(&hall.auction, 0, 0)
        .await;
    assert_eq!(joined["state"]["best"]["values"]["price"], "1000.00");

    // A restart must not show the present either.
    let now = hall.clock.now().plus(500);
    drop((hall, all, observer));
    let hall = Hall::open(Arc::new(journal), now).await;
    let mut observer = hall.client(Viewer::Observer).await;
    let joined = observer.join(&hall.auction, 0, 0).await;
    assert_eq!(joined["state"]["best"]["values"]["price"], "1000.00");
    let best = observer.news("best-changed").await;
    assert_eq!(best["best"]["values"]["price"], "900.00");
    let after_ms = hall.clock.now().since(bid_at);
    assert!((19_900..20_100).contains(&after_ms), "{after_ms}");
    let result = observer.until("result").await;
    let closed_at = result["closed_at"].as_i64().unwrap();
    assert!(hall.clock.now().0 - closed_at < 100, "the end at once");
    assert_eq!(result["winner"]["name"], "Firma 0");
}

#[tokio::test(start_paused = true)]
async fn every_tab_of_a_bidder_hears_the_same() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    let mut tabs = Vec::new();
    for _ in 0..2 {
        tabs.push(hall.joined(Viewer::Bidder(bidder(0))).await);
    }
    let mut officer = hall.joined(Viewer::Officer).await;
    let presence = officer.until("presence").await;
    let here = presence["bidders"].as_array().unwrap();
    let own = here
        .iter()
        .find(|present| present["bidder"] == json!(bidder(0)));
    assert_eq!(
        *own.unwrap(),
        json!({"bidder": bidder(0), "connections": 3, "rtt_ms": 7, "offset_ms": -2})
    );
    tabs[0].bid(&hall.auction, "b-1", "900").await;
    let receipt = all[0].answer("b-1").await;
    for tab in &mut tabs {
        assert_eq!(tab.answer("b-1").await, receipt);
        assert_eq!(tab.until("own").await["own"]["position"], 1);
    }
    assert!(
        all[1]
            .heard()
            .await
            .iter()
            .all(|message| kind(message) != "receipt"),
        "a rival hears nothing of it"
    );
    tabs.remove(0).vanish().await;
    all[0].bids(&hall.auction, "b-2", "880").await;
    tabs[0].answer("b-2").await;
}

/// An officer who comes while nothing changes is told all the same.
#[tokio::test(start_paused = true)]
async fn presence_is_told_to_each_officer_who_comes() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let _here = hall.bidder(0).await;
    for _ in 0..2 {
        let mut officer = hall.joined(Viewer::Officer).await;
        officer.until("presence").await;
        pass(3_000).await;
    }
}

/// Numbers and heads of the log tell of hidden attempts: no bidder and no observer hears them.
#[tokio::test(start_paused = true)]
async fn nobody_but_officers_hears_of_the_log() {
    let hall = Hall::with(Arc::new(journal()), terms(json!({})), 2).await;
    let mut observer = hall.joined(Viewer::Observer).await;
    let mut officer = hall.joined(Viewer::Officer).await;
    let mut all = hall.opened(2).await;
    for index in 0..10 {
        let price = (990 - 10 * index).to_string();
        all[index % 2]
            .bid(&hall.auction, &format!("b-{index}"), &price)
            .await;
        pass(300).await;
    }
    officer.until("head").await;
    let mut heard = observer.heard().await;
    for client in &mut all {
        heard.extend(client.heard().await);
    }
    assert!(heard.len() > 20);
    for message in heard {
        let text = message.to_string();
        for word in ["\"seq\"", "\"head\"", "prev_head", "\"kept\"", "presence"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
    assert!(START < hall.clock.now());
}

/// Without weights in sight the terms that a bidder is shown have none.
#[tokio::test(start_paused = true)]
async fn weights_are_shown_as_the_terms_say() {
    let name = json!({"pl": "x", "en": "x"});
    let criterion = |id: &str, method: Value, source: &str| json!({"id": id, "name": name, "weight": "50", "method": method, "source": source});
    let rows = json!([{"from": "0", "points": "10"}, {"from": "5", "points": "50"}]);
    let points = json!({
        "evaluation": {"by": "points", "rounding": {"of": "points", "digits": 2, "mode": "half-up"},
            "criteria": [
                criterion("price", json!({"by": "lowest-best"}), "auctioned"),
                criterion("warranty", json!({"by": "table", "rows": rows}), "offer")]},
        "opening": "first-bid-free",
        "visibility": {"weights": false},
    });
    let hall = Hall::open(Arc::new(journal()), START).await;
    let published = hall.house.publish(
        hall.auction.clone(),
        terms(points),
        super::hall::officer(),
        None,
    );
    published.await.unwrap();
    let criteria = async |viewer| {
        let joined = hall.client(viewer).await.join(&hall.auction, 0, 0).await;
        joined["terms"]["evaluation"]["criteria"].clone()
    };
    let all = criteria(Viewer::Officer).await;
    assert_eq!(
        (&all[0]["weight"], &all[1]["method"]["rows"][0]["points"]),
        (&json!("50"), &json!("10"))
    );
    for viewer in [Viewer::Observer, Viewer::Bidder(bidder(0))] {
        let shown = criteria(viewer).await.to_string();
        assert!(
            !shown.contains("weight\"") && !shown.contains("points"),
            "{shown}"
        );
        assert!(shown.contains("warranty"), "{shown}");
    }
}
