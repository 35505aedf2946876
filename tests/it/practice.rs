//! A bidder practises before its auction: from the page to the socket, apart from everything real.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::server::{Server, terms};
use crate::support::socket::Socket;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn an_admitted_bidder_practises_apart_from_the_real_auction() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let lot = server.lot_of(&officer, &tender, "1", terms()).await;
    let mut tokens = Vec::new();
    for (name, price) in [("Alfa", "100000"), ("Rywal", "90000")] {
        let bidder = server.bidder(&officer, &tender, name).await;
        server.admit(&officer, &lot, &bidder, price).await;
        let issued = server.credential(&officer, &tender, &bidder).await;
        tokens.push(server.enter(&issued).await);
    }
    let alfa = &tokens[0];
    let path = format!("/api/lots/{lot}/practice");
    let start = async || server.post(&path, alfa, Value::Null).await;
    assert_eq!(start().await.0, StatusCode::CONFLICT, "a draft");
    let publish = json!({ "opens_at": server.now() + 600_000 });
    let (_, published) = server
        .post(&format!("/api/lots/{lot}/publish"), &officer, publish)
        .await;
    let auction = published["auction"].as_str().unwrap();
    assert_eq!(
        start().await.0,
        StatusCode::CONFLICT,
        "the terms are not accepted"
    );
    let page = format!("/practice/{lot}");
    let shown = async |path: &str| {
        let request = server.request(Method::GET, path).bearer_auth(alfa);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    assert!(shown(&page).await.1.contains("Najpierw zaakceptuj zasady"));

    let mut real = Socket::open(&server, alfa).await;
    let joined = real.join(auction).await;
    let accept = json!({ "type": "accept-terms", "auction": auction, "id": "a",
        "terms_hash": joined["terms_hash"] });
    real.send(accept).await;
    assert_eq!(real.hear("receipt").await["accepted"], true);
    let record = format!("/api/auctions/{auction}/record");
    let entries = async || server.get(&record, &officer).await.1["proof"]["entries"].clone();
    let before = entries().await;

    assert!(shown(&page).await.1.contains("Rozpocznij aukcję próbną"));
    let (status, started) = start().await;
    assert_eq!(status, StatusCode::CREATED, "{started}");
    let practice = started["auction"].as_str().unwrap();
    let live = started["live"].as_str().unwrap();
    let mut socket = Socket::open_at(&server, live, alfa).await;
    let joined = socket.join(practice).await;
    assert_eq!(joined["role"], "bidder");
    assert_eq!(joined["terms"]["title"]["pl"], "PRÓBA: Remont mostu");
    let length = &joined["terms"]["phases"][0]["run"]["close"]["length_ms"];
    assert_eq!(*length, json!(180_000), "of 600 s");
    assert_eq!(
        joined["own"]["values"]["price"], "100000.00",
        "the own offer"
    );
    for hidden in ["Rywal", "90000"] {
        assert!(!joined.to_string().contains(hidden));
    }
    assert!(shown(&format!("{page}/room")).await.1.contains(live));
    // The real auction's socket knows nothing of it, nor does anybody else.
    assert_eq!(real.join(practice).await["code"], 503);
    let rival = format!("Bearer {}", tokens[1]);
    let refused = Socket::ask_at(&server, live, &[("authorization", &rival)]).await;
    assert_eq!(refused.err(), Some(StatusCode::NOT_FOUND));
    let (_, auctions) = server.get("/api/auctions", &officer).await;
    assert!(!auctions.to_string().contains("practice-"));
    assert_eq!(entries().await, before, "nothing reached the real log");

    let (_, again) = start().await;
    assert_ne!(again["auction"], started["auction"]);
    assert_eq!(socket.closed().await, 1001, "one at a time");
}
