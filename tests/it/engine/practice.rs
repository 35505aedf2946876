//! Practice auctions: in memory, against bots, bounded, and gone when they are over.

use super::hall::{Client, START, guest, pass, terms};
use auction_rules::Viewer;
use auction_rules::identity::Identity;
use ebok::auction::practice::{NotStarted, Plan, Practices};
use ebok::clock::Clock;
use ebok::limits::{
    PRACTICE_BOTS, PRACTICE_MAX, PRACTICE_OPENS_AFTER_MS, PRACTICE_STAYS, PRACTICES_MAX,
};
use serde_json::json;
use std::sync::Arc;

fn practices() -> Arc<Practices> {
    Arc::new(Practices::open(Clock::start_at_ms(START)).unwrap())
}

fn plan(subject: &str) -> Plan {
    Plan {
        subject: subject.to_owned(),
        terms: terms(json!({})),
        identity: Identity {
            name: "Twoja firma".to_owned(),
            seat: "Olsztyn".to_owned(),
            tax_id: String::new(),
        },
        offer: serde_json::from_value(json!({"price": "1000"})).unwrap(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_practice_auction_runs_to_its_end_and_disappears() {
    let all = practices();
    let practice = all.start("one", plan("lot")).await.unwrap();
    assert!(all.of("one", "lot").await.is_some() && all.of("one", "other").await.is_none());
    assert!(
        all.of("two", "lot").await.is_none(),
        "it is its owner's alone"
    );
    let viewer = Viewer::Bidder(practice.bidder);
    let mut client = Client::connect(practice.house.clone(), guest(viewer), 1 << 20).await;
    let joined = client.join(&practice.auction, 0, 0).await;
    assert_eq!(joined["own"]["values"]["price"], "1000.00");
    let accept = json!({"type": "accept-terms", "auction": practice.auction, "id": "a",
        "terms_hash": joined["terms_hash"]});
    client.say(accept).await;
    assert_eq!(client.answer("a").await["accepted"], true);
    pass(PRACTICE_OPENS_AFTER_MS).await;
    let opened = client
        .wait(|message| message["state"]["state"] == "open")
        .await;
    assert_eq!(opened["state"]["participants"], PRACTICE_BOTS + 1);
    let answer = client.bids(&practice.auction, "b", "900").await;
    assert_eq!(answer["accepted"], true, "{answer}");
    // The bots answer for as long as they stand worse.
    let best = |message: &serde_json::Value| {
        let price = message["state"]["best"]["values"]["price"].as_str();
        price.is_some_and(|price| price.parse::<f64>().unwrap() < 900.0)
    };
    client.wait(best).await;
    let result = client.until("result").await;
    let standings = result["result"]["standings"].as_array().unwrap();
    assert_eq!(standings.len(), PRACTICE_BOTS as usize + 1);
    assert!(
        result["winner"]["name"]
            .as_str()
            .unwrap()
            .starts_with("Robot ")
    );
    client.news("sealed").await;
    assert!(
        all.of("one", "lot").await.is_some(),
        "its result can be read"
    );
    pass(u64::try_from(PRACTICE_STAYS.as_millis()).unwrap() + 2_000).await;
    assert!(all.of("one", "lot").await.is_none());
    assert_eq!(client.closed().await, 1001);
}

#[tokio::test(start_paused = true)]
async fn practice_auctions_are_bounded() {
    let all = practices();
    for number in 0..PRACTICES_MAX {
        all.start(&number.to_string(), plan("lot")).await.unwrap();
    }
    let full = all.start("one more", plan("lot")).await;
    assert!(matches!(full, Err(NotStarted::Full)));
    // Who has one begins afresh, and loses the one before.
    let before = all.of("0", "lot").await.unwrap();
    let viewer = Viewer::Bidder(before.bidder);
    let mut client = Client::connect(before.house.clone(), guest(viewer), 1 << 20).await;
    client.join(&before.auction, 0, 0).await;
    let again = all.start("0", plan("other")).await.unwrap();
    assert_ne!(before.auction, again.auction);
    assert_eq!(client.closed().await, 1001);
    assert!(all.of("0", "lot").await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_practice_auction_to_which_nobody_comes_ends_too() {
    let all = practices();
    let mut long = plan("lot");
    let phases = json!({"phases": [{"run": {"kind": "open",
        "close": {"by": "set-time", "length_ms": 10_000_000}}}]});
    long.terms = terms(phases);
    all.start("one", long).await.unwrap();
    pass(u64::try_from(PRACTICE_MAX.as_millis()).unwrap() - 2_000).await;
    assert!(all.of("one", "lot").await.is_some());
    pass(4_000).await;
    assert!(all.of("one", "lot").await.is_none());
}
