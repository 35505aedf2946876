//! Tenders: on the board, and deleted.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::{file, put, real_tender, upload};
use crate::support::server::Server;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn the_board_shows_announced_tenders_alone() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let test = server.tender(&officer).await;
    let tender = real_tender(&server, &officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let estimate = json!({ "net": "81300,81", "gross": "100000" });
    let path = format!("/api/lots/{lot}/estimate");
    let (status, kept) = put(&server, &path, &officer, &estimate).await;
    assert_eq!((status, &kept["net"]), (StatusCode::OK, &json!("81300.81")));
    assert_eq!(server.look("/api/board").await.1, json!([]));
    for id in [&tender, &test] {
        let (status, _) = server.look(&format!("/api/board/{id}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "a draft is nobody's to see");
    }
    for (id, expected) in [(&tender, StatusCode::OK), (&test, StatusCode::CONFLICT)] {
        let path = format!("/api/tenders/{id}/announce");
        let (status, _) = server.post(&path, &officer, Value::Null).await;
        assert_eq!(status, expected);
    }
    let (_, board) = server.look("/api/board").await;
    assert_eq!(board.as_array().unwrap().len(), 1);
    assert_eq!(board[0]["number"], "ZP.271.2.2026");
    let (_, page) = server.look(&format!("/api/board/{tender}")).await;
    assert_eq!(page["lots"][0]["number"], "1");
    assert!(
        !page.to_string().contains("81300"),
        "the estimate is secret"
    );
    let (_, seen) = server.get(&format!("/api/lots/{lot}"), &officer).await;
    assert!(!seen.to_string().contains("81300"));
    let before = board[0]["announced_at"].as_i64().unwrap();
    let (_, older) = server.look(&format!("/api/board?before={before}")).await;
    assert_eq!(older, json!([]));
}

#[tokio::test]
async fn a_test_tender_is_deleted_with_all_that_is_its_own() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    upload(&server, &officer, &tender, file("a.txt", b"a")).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let bidder = server.bidder(&officer, &tender, "Alfa").await;
    let issued = server.credential(&officer, &tender, &bidder).await;
    let token = server.enter(&issued).await;
    server.admit(&officer, &lot, &bidder, "100000").await;
    let real = real_tender(&server, &officer).await;
    let delete = async |tender: &str| {
        let path = format!("/api/tenders/{tender}");
        server
            .send(Method::DELETE, &path, Some(&officer), &Value::Null)
            .await
            .0
    };
    assert_eq!(delete(&real).await, StatusCode::CONFLICT);
    assert_eq!(delete(&tender).await, StatusCode::NO_CONTENT);
    for path in [format!("/api/tenders/{tender}"), format!("/api/lots/{lot}")] {
        assert_eq!(server.get(&path, &officer).await.0, StatusCode::NOT_FOUND);
    }
    server.later(60_000);
    assert_eq!(
        server.get("/api/me", &token).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(delete(&tender).await, StatusCode::NOT_FOUND);
}
