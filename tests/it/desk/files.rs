//! Files of a specification.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::{file, paths, real_tender, upload};
use crate::support::server::Server;
use reqwest::multipart::Form;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[tokio::test]
async fn files_are_kept_replaced_and_withdrawn_with_a_trace() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = real_tender(&server, &officer).await;
    let bytes = vec![7; 300_000];
    let (status, first) = upload(
        &server,
        &officer,
        &tender,
        file("../SWZ część 1.pdf", &bytes),
    )
    .await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    assert_eq!(first["name"], "SWZ część 1.pdf");
    assert_eq!(first["sha256"], hex::encode(Sha256::digest(&bytes)));
    let one = format!(
        "/api/tenders/{tender}/files/{}",
        first["id"].as_str().unwrap()
    );
    assert_eq!(
        server.look(&one).await.0,
        StatusCode::NOT_FOUND,
        "a draft's"
    );
    server
        .post(
            &format!("/api/tenders/{tender}/announce"),
            &officer,
            Value::Null,
        )
        .await;
    let response = server.request(Method::GET, &one).send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-length"), "300000");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename*=UTF-8''SWZ%20cz%C4%99%C5%9B%C4%87%201.pdf"
    );
    assert_eq!(response.bytes().await.unwrap(), bytes);

    let (status, _) = upload(&server, &officer, &tender, file("swz CZĘŚĆ 1.PDF", b"new")).await;
    assert_eq!(status, StatusCode::CONFLICT, "the name is taken");
    let replacing = file("SWZ część 1.pdf", b"new")
        .text("replaces", first["id"].as_str().unwrap().to_owned())
        .text("reason", "poprawiony przedmiar");
    let (status, second) = upload(&server, &officer, &tender, replacing).await;
    assert_eq!(status, StatusCode::CREATED, "{second}");
    assert_eq!(server.look(&one).await.0, StatusCode::NOT_FOUND, "replaced");
    let request = server.request(Method::GET, &one).bearer_auth(&officer);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    let list = format!("/api/tenders/{tender}/files");
    let (_, public) = server.look(&list).await;
    assert_eq!(public.as_array().unwrap().len(), 1);
    let (_, all) = server.get(&list, &officer).await;
    assert_eq!(all[0]["withdrawn"]["replaced_by"], second["id"]);
    let withdraw = format!("{list}/{}/withdraw", second["id"].as_str().unwrap());
    let (status, _) = server
        .post(&withdraw, &officer, json!({ "reason": " " }))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND] {
        let body = json!({ "reason": "omyłka" });
        assert_eq!(server.post(&withdraw, &officer, body).await.0, expected);
    }
    assert_eq!(server.look(&list).await.1, json!([]));
}

#[tokio::test]
async fn a_file_that_cannot_be_taken_leaves_nothing() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = real_tender(&server, &officer).await;
    for (name, bytes) in [
        ("a.html", &b"<script>"[..]),
        ("a.pdf", &b""[..]),
        ("", &b"x"[..]),
    ] {
        let (status, answer) = upload(&server, &officer, &tender, file(name, bytes)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {answer}");
        assert_eq!(paths(&answer), ["file"]);
    }
    let (status, _) = upload(&server, &officer, &tender, Form::new().text("other", "x")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let list = format!("/api/tenders/{tender}/files");
    assert_eq!(server.get(&list, &officer).await.1, json!([]));
}
