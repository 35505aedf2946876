//! The record of an auction: who gets it when, with which names, and how it is filed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::process::Server as Process;
use crate::support::server::{Server, short_terms};
use crate::support::stage::{self, Stage};
use crate::support::wait::wait_for;
use auction_rules::AuctionId;
use ebok::store::accounts::StaffRole;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

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

/// The bytes of a download, and the hash that it names.
async fn download(server: &Server, path: &str, token: Option<&str>) -> (Vec<u8>, String) {
    let mut request = server.request(Method::GET, path);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let tag = answer.headers().get("etag");
    let tag = tag.map_or("", |tag| tag.to_str().unwrap()).to_owned();
    (answer.bytes().await.unwrap().to_vec(), tag.replace('"', ""))
}

#[tokio::test]
async fn what_was_filed_is_what_is_read_from_then_on() {
    let server = Server::start().await;
    let (officer, auction) = server.sealed_auction().await;
    let desk = server.state.desk();
    let path = format!("/api/auctions/{auction}/filed");
    assert_eq!(server.get(&path, &officer).await.1, json!([]));
    // Two servers that file at once file one record.
    let other = server.state.desk();
    let (one, two) = tokio::join!(desk.file_due(), other.file_due());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    server.later(3_600_000);
    assert_eq!(desk.file_due().await.unwrap(), 0, "nothing is filed twice");

    let auditor = server.staff("auditor", StaffRole::Auditor).await;
    let auditor = server.enter(&auditor).await;
    let (_, filed) = server.get(&path, &auditor).await;
    let [filing] = filed.as_array().unwrap().as_slice() else {
        panic!("one record: {filed}");
    };
    let papers = filing["papers"].as_array().unwrap();
    assert_eq!(papers.len(), 6);
    let json_path = format!("/api/auctions/{auction}/record");
    let pdf_path = format!("/auctions/{auction}/record.pdf?lang=");
    for paper in papers {
        let path = match paper["format"].as_str().unwrap() {
            "json" => json_path.clone(),
            pdf => pdf_path.clone() + pdf.strip_prefix("pdf-").unwrap(),
        };
        let readers = match paper["edition"].as_str().unwrap() {
            "buyer" => [Some(officer.as_str()), Some(&auditor)],
            _ => [None, None],
        };
        for reader in readers {
            let (bytes, tag) = download(&server, &path, reader).await;
            assert_eq!(paper["bytes"], bytes.len());
            assert_eq!(
                paper["sha256"],
                hex::encode(Sha256::digest(&bytes)),
                "{path}"
            );
            assert_eq!(paper["sha256"], tag);
        }
    }
    let (whole, _) = download(&server, &json_path, Some(&officer)).await;
    let whole: Value = serde_json::from_slice(&whole).unwrap();
    assert_eq!(names(&whole), [Some("Alfa"), Some("Żółć")]);
    assert_eq!(whole["made_at"], filing["emitted_at"]);
    assert_eq!(whole["proof"]["head"], filing["head"]);
    let (public, _) = download(&server, &json_path, None).await;
    assert_eq!(
        names(&serde_json::from_slice(&public).unwrap()),
        [None, Some("Żółć")]
    );
}

#[tokio::test]
async fn what_cannot_be_filed_waits_and_is_filed_later_as_it_was_emitted() {
    let server = Server::start().await;
    let (officer, auction) = server.sealed_auction().await;
    let desk = server.state.desk();
    // A file where the tender's folder is to be: the disk takes nothing.
    let lot = desk
        .lot_of(&AuctionId::new(&auction).unwrap())
        .await
        .unwrap();
    let folder = server.data().join("records").join(&lot.tender);
    std::fs::write(&folder, "").unwrap();
    for attempts in 1..=2 {
        assert_eq!(desk.file_due().await.unwrap(), 0);
        assert_eq!(desk.file_due().await.unwrap(), 0, "not due again at once");
        let (_, filed) = server
            .get(&format!("/api/auctions/{auction}/filed"), &officer)
            .await;
        assert_eq!(
            (
                &filed[0]["attempts"],
                &filed[0]["last_error"],
                &filed[0]["filed_at"]
            ),
            (&json!(attempts), &json!("unavailable"), &Value::Null)
        );
        server.later(60_000);
    }
    std::fs::remove_file(&folder).unwrap();
    assert_eq!(desk.file_due().await.unwrap(), 1);
    let (_, filed) = server
        .get(&format!("/api/auctions/{auction}/filed"), &officer)
        .await;
    let (_, record) = server
        .get(&format!("/api/auctions/{auction}/record"), &officer)
        .await;
    assert_eq!(record["made_at"], filed[0]["emitted_at"]);
    assert!(filed[0]["filed_at"].as_i64() > record["made_at"].as_i64());
    assert_eq!(filed[0]["next_try_at"], Value::Null);
}

/// SIGKILL as soon as the log is sealed, and once more after the record was filed: it is filed at
/// the next start, and only once.
#[tokio::test]
async fn a_record_is_filed_once_although_the_server_is_killed() {
    let mut server = Process::sqlite().await;
    let close = json!({"by": "set-time", "length_ms": 1_000});
    let conduct = json!({"late_window_ms": 50});
    let stage = Stage::set(&server, &stage::terms(&close, &conduct), 2).await;
    let path = format!("/api/auctions/{}/filed", stage.auction);
    stage.wait_until(&server, "sealed").await;
    server.kill();
    server.restart().await;
    let mut filed = Vec::new();
    for _ in 0..2 {
        let found = wait_for("the record is filed", async || {
            let found = server.get(&path, &stage.officer).await;
            found[0]["filed_at"].is_i64().then_some(found)
        });
        filed.push(found.await);
        server.kill();
        server.restart().await;
    }
    assert_eq!(filed[0], filed[1]);
    assert_eq!(filed[0].as_array().unwrap().len(), 1);
    let record = format!("/api/auctions/{}/record", stage.auction);
    let record = server.get(&record, &stage.officer).await;
    assert_eq!(record["made_at"], filed[0][0]["emitted_at"]);
    let audit = server.said();
    assert_eq!(audit.matches("the record was filed").count(), 1);
}
