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

/// Terms under the act on public procurement: the regime decides what the act forbids.
fn under_the_act() -> Value {
    let mut under = terms();
    under["regime"] = json!("pzp");
    under["ties"] = json!("statutory");
    under["conduct"] = json!({
        "pause": false, "annul": false, "exclude": false, "outage_grace_ms": 0,
    });
    under
}

#[tokio::test]
async fn an_auction_under_the_act_is_published_only_for_practice() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let lot_with = async |tender: &str| {
        let lot = server.lot_of(&officer, tender, "1", under_the_act()).await;
        for name in ["Alfa", "Beta"] {
            let bidder = server.bidder(&officer, tender, name).await;
            server.admit(&officer, &lot, &bidder, "100000").await;
            server.credential(&officer, tender, &bidder).await;
        }
        lot
    };
    let real = real_tender(&server, &officer).await;
    let lot = lot_with(&real).await;
    upload(&server, &officer, &real, file("SWZ.pdf", b"swz")).await;
    let publish = format!("/api/lots/{lot}/publish");
    let soon = json!({ "opens_at": server.now() + 600_000 });
    let (status, answer) = server.post(&publish, &officer, soon.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        paths(&answer),
        [
            "checklist.announcement",
            "checklist.signature",
            "checklist.working-days"
        ]
    );
    let a_month = 31 * 86_400_000_i64;
    let later = json!({ "opens_at": server.now() + a_month });
    let (_, answer) = server.post(&publish, &officer, later).await;
    assert_eq!(
        paths(&answer),
        ["checklist.announcement", "checklist.signature"]
    );
    let test = server.tender(&officer).await;
    let lot = lot_with(&test).await;
    let publish = format!("/api/lots/{lot}/publish");
    let (status, answer) = server.post(&publish, &officer, soon).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}
