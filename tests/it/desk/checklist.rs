//! What must stand before an auction is published.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::{file, paths, put, real_tender, upload};
use crate::support::server::{Server, terms};
use ebok::store::accounts::StaffRole;
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one story, told in order")]
async fn nothing_is_published_that_the_check_list_blocks() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = real_tender(&server, &officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let publish = format!("/api/lots/{lot}/publish");
    let (status, answer) = server.post(&publish, &officer, Value::Null).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let blocking = [
        "checklist.bidders",
        "checklist.schedule",
        "checklist.specification",
    ];
    assert_eq!(paths(&answer), blocking);
    let mut bidders = Vec::new();
    for name in ["Alfa", "Beta"] {
        let bidder = server.bidder(&officer, &tender, name).await;
        server.admit(&officer, &lot, &bidder, "100000").await;
        bidders.push(bidder);
    }
    upload(&server, &officer, &tender, file("SWZ.pdf", b"swz")).await;
    let switches = json!({ "self_service": true, "two_officers": true });
    put(
        &server,
        &format!("/api/tenders/{tender}/switches"),
        &officer,
        &switches,
    )
    .await;
    let body = json!({ "opens_at": server.now() + 600_000 });
    let (_, answer) = server.post(&publish, &officer, body.clone()).await;
    assert_eq!(
        paths(&answer),
        ["checklist.credentials", "checklist.second-officer"]
    );
    for bidder in &bidders {
        server.credential(&officer, &tender, bidder).await;
    }
    let confirm = format!("/api/lots/{lot}/confirm");
    server.post(&confirm, &officer, Value::Null).await;
    let (_, answer) = server.post(&publish, &officer, body.clone()).await;
    assert_eq!(
        paths(&answer),
        ["checklist.second-officer"],
        "the same person twice"
    );
    let second = server.staff("second", StaffRole::Officer).await;
    let second = server.enter(&second).await;
    server.post(&confirm, &second, Value::Null).await;
    let mut changed = terms();
    changed["values"][0]["most"] = json!("900000");
    put(
        &server,
        &format!("/api/lots/{lot}/terms"),
        &officer,
        &changed,
    )
    .await;
    let (_, answer) = server.post(&publish, &officer, body.clone()).await;
    assert_eq!(
        paths(&answer),
        ["checklist.second-officer"],
        "the terms changed since"
    );
    server.post(&confirm, &second, Value::Null).await;
    let (status, answer) = server.post(&publish, &officer, body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let (_, list) = server
        .get(&format!("/api/lots/{lot}/checklist"), &officer)
        .await;
    let warnings = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["state"] == "warning");
    let warnings: Vec<_> = warnings.map(|one| one["item"].as_str().unwrap()).collect();
    assert_eq!(warnings, ["announcement", "estimate"]);
}
