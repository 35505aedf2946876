//! The record of an auction: who gets it when, with which names.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::server::{Server, short_terms};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// The names in a record, in the order of admission.
fn names(record: &Value) -> Vec<Option<&str>> {
    let participants = record["participants"].as_array().unwrap().iter();
    participants
        .map(|participant| participant["identity"]["name"].as_str())
        .collect()
}

#[tokio::test]
async fn the_record_names_the_winner_to_all_and_everyone_to_the_buyer() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let lot = server
        .lot_of(&officer, &tender, "1", short_terms(1_000))
        .await;
    for (name, price) in [("Alfa", "100000"), ("Żółć", "90000")] {
        let bidder = server.bidder(&officer, &tender, name).await;
        let (status, _) = server.admit(&officer, &lot, &bidder, price).await;
        assert_eq!(status, StatusCode::CREATED);
    }
    let auction = server.publish(&officer, &lot).await;
    let path = format!("/api/auctions/{auction}/record");
    let (status, _) = server.look(&path).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, record) = server.get(&path, &officer).await;
    assert_eq!((status, &record["final"]), (StatusCode::OK, &json!(false)));
    assert_eq!(names(&record), [None, None], "aliases until the close");

    server.reaches(&auction, "sealed", &officer).await;
    let (_, whole) = server.get(&path, &officer).await;
    assert_eq!(names(&whole), [Some("Alfa"), Some("Żółć")]);
    let (status, public) = server.look(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(names(&public), [None, Some("Żółć")]);
    for record in [&whole, &public] {
        assert_eq!(
            (&record["format"], &record["final"]),
            (&json!("ebok-record-1"), &json!(true))
        );
        assert_eq!(record["lot"]["tender"], "ZP.271.1.2026");
        assert_eq!(record["proof"]["fingerprint"].as_str().unwrap().len(), 64);
        let closed = record["course"].as_array().unwrap().iter();
        assert_eq!(
            closed.filter(|at| at["event"]["type"] == "sealed").count(),
            1
        );
    }
    let who = |record: &Value| record["acts"][0]["officer_name"].clone();
    assert_eq!((who(&whole), who(&public)), (json!("officer"), Value::Null));

    let path = format!("/auctions/{auction}/record.pdf?lang=en");
    let answer = server.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    assert!(answer.bytes().await.unwrap().starts_with(b"%PDF-1.7"));
}
