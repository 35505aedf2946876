//! What a client must not do, and what it is told when the connection ends.

use super::hall::{Client, Hall, bidder, guest, kind, pass, terms};
use auction_rules::Viewer;
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use serde_json::json;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::Message;

async fn hall() -> Hall {
    let journal = FaultyJournal::new(1, Faults::default());
    Hall::with(Arc::new(journal), terms(json!({})), 2).await
}

#[tokio::test(start_paused = true)]
async fn unreadable_messages_are_answered_twenty_times() {
    let hall = hall().await;
    let mut client = hall.joined(Viewer::Bidder(bidder(0))).await;
    let deep = format!("{}{}", "[".repeat(4_000), "]".repeat(4_000));
    let texts = [
        String::new(),
        "null".to_owned(),
        "{}".to_owned(),
        "{\"type\":\"sing\"}".to_owned(),
        "{\"type\":\"join\"}".to_owned(),
        "{\"type\":\"join\",\"auction\":\"../etc\"}".to_owned(),
        "{\"type\":\"join\",\"auction\":\"a-1\",\"f\":-1}".to_owned(),
        "{\"type\":\"join\",\"auction\":\"a-1\",\"n\":4294967296}".to_owned(),
        "{\"type\":\"ping\",\"t\":1e999}".to_owned(),
        "{\"type\":\"ping\",\"t\":\"1\"}".to_owned(),
        "{\"type\":\"bid\",\"auction\":\"a-1\",\"id\":\"b\",\"values\":{\"price\":1}}".to_owned(),
        "{\"type\":\"bid\",\"auction\":\"a-1\",\"id\":\"\u{105}\",\"values\":{}}".to_owned(),
        "{\"type\":\"bid\",\"auction\":\"a-1\",\"id\":\"b\"}".to_owned(),
        "{\"type\":\"ping\",\"t\":1".to_owned(),
        format!("{{\"type\":\"ping\",\"t\":{}}}", "9".repeat(400)),
        format!("{{\"type\":\"bid\",\"values\":{deep}}}")
            .chars()
            .take(8_000)
            .collect(),
        deep,
        "{\"type\":\"ping\",\"type\":\"ping\",\"t\":1,\"t\":2}".to_owned(),
        "\u{0}".to_owned(),
    ];
    for text in &texts {
        client.send(Message::text(text.clone())).await;
        let refused = client.until("refused").await;
        assert_eq!(refused["code"], 401, "{text:.60}: {refused}");
    }
    client.send(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(client.until("refused").await["code"], 401);
    assert_eq!(texts.len() + 1, 20);
    client.say(json!({"type": "ping", "t": -1.5})).await;
    assert_eq!(client.until("pong").await["t"], -1.5);
    client.send(Message::text("once more")).await;
    assert_eq!(client.closed().await, 1008);
}

/// Fields that a newer client may send are passed over.
#[tokio::test(start_paused = true)]
async fn unknown_fields_are_passed_over() {
    let hall = hall().await;
    let mut client = hall.client(Viewer::Observer).await;
    client
        .say(json!({"type": "join", "auction": "a-1", "colour": {"deep": [1e300]}}))
        .await;
    assert_eq!(client.until("joined").await["role"], "observer");
}

#[tokio::test(start_paused = true)]
async fn what_is_too_long_for_the_log_is_no_attempt() {
    let hall = hall().await;
    let mut client = hall.joined(Viewer::Bidder(bidder(0))).await;
    let values: serde_json::Map<_, _> = (0..17).map(|i| (format!("v{i}"), json!("1"))).collect();
    let offers = [
        json!({"price": "1".repeat(41)}),
        json!({"\u{142}".repeat(33): "1"}),
        json!(values),
    ];
    for values in offers {
        let bid = json!({"type": "bid", "auction": "a-1", "id": "b-1", "values": values});
        client.say(bid).await;
        assert_eq!(client.answer("b-1").await["code"], 401);
    }
    let most = json!({"price": "1".repeat(40)});
    client
        .say(json!({"type": "bid", "auction": "a-1", "id": "b-1", "values": most}))
        .await;
    assert_eq!(kind(&client.answer("b-1").await), "receipt");
}

#[tokio::test(start_paused = true)]
async fn a_frame_over_8_kib_ends_the_connection() {
    let hall = hall().await;
    let mut client = hall.joined(Viewer::Observer).await;
    client.send(Message::text(" ".repeat(8 * 1024 + 1))).await;
    assert_eq!(client.closed().await, 1009);
}

#[tokio::test(start_paused = true)]
async fn silence_ends_the_connection() {
    let hall = hall().await;
    let mut client = hall.joined(Viewer::Observer).await;
    pass(60_000).await;
    client.fall_silent();
    let from = hall.clock.now();
    assert_eq!(client.closed().await, 4008);
    let silent_ms = hall.clock.now().since(from);
    assert!((8_000..=10_000).contains(&silent_ms), "{silent_ms}");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_session_ends_the_connection() {
    let hall = hall().await;
    let guest = guest(Viewer::Bidder(bidder(0)));
    let logged_out = guest.logged_out.clone();
    let mut client = Client::connect(hall.house.clone(), guest, 1 << 20).await;
    client.join(&hall.auction, 0, 0).await;
    logged_out.cancel();
    assert_eq!(client.closed().await, 4001);
}

#[tokio::test(start_paused = true)]
async fn a_client_need_not_join_to_ping() {
    let hall = hall().await;
    let mut client = hall.client(Viewer::Observer).await;
    let hello = client.until("hello").await;
    assert_eq!(
        (&hello["ping_ms"], &hello["silent_ms"]),
        (&json!(2_000), &json!(10_000))
    );
    pass(30_000).await;
    client.say(json!({"type": "ping", "t": 5})).await;
    assert_eq!(client.until("pong").await["now"], json!(hall.clock.now()));
    let bid = client.bids(&hall.auction, "b-1", "5").await;
    assert_eq!(bid["code"], 401, "join first");
}

#[tokio::test(start_paused = true)]
async fn joins_and_previews_are_bounded() {
    let hall = hall().await;
    let mut client = hall.joined(Viewer::Bidder(bidder(0))).await;
    for index in 0..70 {
        let unknown = format!("x-{index}");
        client
            .say(json!({"type": "join", "auction": unknown}))
            .await;
        let code = if index < 63 { 503 } else { 403 };
        // The server does not have them, or is asked too often.
        let refused = client.until("refused").await;
        assert!(refused["code"] == code || index == 63, "{index}: {refused}");
    }
    for index in 0..21 {
        client
            .say(
                json!({"type": "preview", "auction": "a-1", "ref": index.to_string(),
                "values": {"price": "900"}}),
            )
            .await;
    }
    for index in 0..20 {
        assert_eq!(client.until("preview").await["ref"], index.to_string());
    }
    assert_eq!(client.until("refused").await["code"], 403);
}
