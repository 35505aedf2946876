//! Lots and their terms.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::{paths, put};
use crate::support::server::Server;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn drafts_of_lots_are_renamed_ordered_and_deleted() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let first = server.lot(&officer, &tender, "1").await;
    let second = server.lot(&officer, &tender, "2").await;
    let name = json!({ "number": "2", "title": { "pl": "Most", "en": "" } });
    let path = format!("/api/lots/{first}");
    assert_eq!(
        put(&server, &path, &officer, &name).await.0,
        StatusCode::CONFLICT
    );
    let name = json!({ "number": "1a", "title": { "pl": "Most", "en": "" } });
    assert_eq!(
        put(&server, &path, &officer, &name).await.0,
        StatusCode::NO_CONTENT
    );
    let order = format!("/api/tenders/{tender}/lots/order");
    for (lots, expected) in [
        (json!([second]), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!([second, first, first]),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (json!([second, first]), StatusCode::NO_CONTENT),
    ] {
        let body = json!({ "lots": lots });
        assert_eq!(put(&server, &order, &officer, &body).await.0, expected);
    }
    let (_, seen) = server
        .get(&format!("/api/tenders/{tender}"), &officer)
        .await;
    assert_eq!(
        (&seen["lots"][0]["id"], &seen["lots"][1]["number"]),
        (&json!(second), &json!("1a"))
    );
    let deleted = server
        .send(Method::DELETE, &path, Some(&officer), &Value::Null)
        .await;
    assert_eq!(deleted.0, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&path, &officer).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn terms_come_from_a_preset_with_a_worked_example() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let (_, presets) = server.get("/api/presets", &officer).await;
    let preset = presets[0]["id"].as_str().unwrap();
    let path = format!("/api/presets/{preset}/terms");
    let answers = json!({ "title_pl": "Most", "most": "500000", "step": "100" });
    let (status, made) = server.post(&path, &officer, answers).await;
    assert_eq!(
        (status, &made["title"]["en"]),
        (StatusCode::OK, &json!("Most"))
    );
    let (status, example) = server.post("/api/worked-example", &officer, made).await;
    assert_eq!(
        (status, &example["extended"]),
        (StatusCode::OK, &json!(true))
    );
    let (_, wrong) = server.post(&path, &officer, json!({ "most": "x" })).await;
    let expected = ["answers.title_pl", "answers.most", "answers.step"];
    assert_eq!(paths(&wrong), expected);
}
