//! Who a bidder is.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::{NIP, firm, paths, put, real_tender};
use crate::support::server::Server;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn an_identity_changes_until_it_is_committed_to() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = real_tender(&server, &officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let bidders = format!("/api/tenders/{tender}/bidders");
    let alfa = server.made(&bidders, &officer, firm("Alfa", NIP)).await;
    let (status, _) = server
        .post(&bidders, &officer, firm("Twin", "5540000006"))
        .await;
    assert_eq!(
        status,
        StatusCode::CONFLICT,
        "one bidder for each tax number"
    );
    let path = format!("{bidders}/{alfa}");
    let (status, row) = put(&server, &path, &officer, &firm("Alfa sp. z o.o.", NIP)).await;
    assert_eq!(
        (status, &row["identity"]["name"]),
        (StatusCode::OK, &json!("Alfa sp. z o.o."))
    );
    let body = json!({ "admissions": [
        { "bidder": alfa, "offer": { "price": "100000" } },
        { "bidder": "nobody", "offer": { "price": "1" } },
        { "bidder": alfa, "offer": { "price": "-1" } },
    ] });
    let batch = format!("/api/lots/{lot}/admissions/batch");
    let (_, wrong) = server.post(&batch, &officer, body).await;
    assert_eq!(
        paths(&wrong),
        ["admissions[1].bidder", "admissions[2].offer.price"]
    );
    let list = format!("/api/lots/{lot}/admissions");
    assert_eq!(
        server.get(&list, &officer).await.1,
        json!([]),
        "none of them"
    );
    let body = json!({ "admissions": [{ "bidder": alfa, "offer": { "price": "100000" } }] });
    assert_eq!(
        server.post(&batch, &officer, body).await.0,
        StatusCode::CREATED
    );
    let (status, _) = put(&server, &path, &officer, &firm("Beta", NIP)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let contact = json!({ "email": "nowa@alfa.example", "contact": "Anna Lis" });
    let (status, row) = put(&server, &format!("{path}/contact"), &officer, &contact).await;
    assert_eq!(
        (status, &row["contact"]),
        (StatusCode::OK, &json!("Anna Lis"))
    );
    let admission = format!("{list}/{alfa}");
    for expected in [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND] {
        let done = server
            .send(Method::DELETE, &admission, Some(&officer), &Value::Null)
            .await;
        assert_eq!(done.0, expected);
    }
}
