//! A firm asks for the specification, and the one-time password it is given.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::{NIP, announced, firm, paths, put};
use crate::support::server::{Answer, Server};
use ebok::identity::accounts::Issued;
use ebok::limits::{ASKED_PER_NETWORK_MAX, ASKED_WINDOW_MS, ONE_TIME_PASSWORD_MAX_MS};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn ask(server: &Server, tender: &str, firm: &Value) -> Answer {
    let path = format!("/api/board/{tender}/specification");
    server.send(Method::POST, &path, None, firm).await
}

#[tokio::test]
async fn a_firm_asks_for_the_specification_and_logs_in() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    let (status, issued) = ask(&server, &tender, &firm("Alfa", NIP)).await;
    assert_eq!(
        (status, &issued["outcome"]),
        (StatusCode::OK, &json!("issued"))
    );
    let text = |name: &str| issued[name].as_str().unwrap().to_owned();
    let issued = Issued {
        login: text("login"),
        password: text("password"),
    };
    let token = server.enter(&issued).await;
    let (_, me) = server.get("/api/me", &token).await;
    assert_eq!(me["bidder"]["name"], "Alfa");

    let (_, again) = ask(&server, &tender, &firm("Alfa bis", "PL5540000006")).await;
    assert_eq!(
        again,
        json!({ "outcome": "already" }),
        "nothing is told of who asked"
    );
    let mut rival = firm("Rival", NIP);
    rival["email"] = json!("biuro@rival.example");
    let (_, other) = ask(&server, &tender, &rival).await;
    assert_eq!(
        other["outcome"], "issued",
        "a rival learns nothing by another's number"
    );
    let path = format!("/api/tenders/{tender}/bidders");
    let (_, bidders) = server.get(&path, &officer).await;
    let bidders = bidders.as_array().unwrap();
    assert_eq!(bidders.len(), 2);
    assert!(bidders.iter().all(|bidder| bidder["source"] == "firm"));
    assert_eq!(bidders[0]["credential"]["must_change"], false);
    assert!(bidders[0].get("asked_from").is_none());
}

#[tokio::test]
async fn what_a_firm_writes_is_checked() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    let (status, wrong) = ask(
        &server,
        &tender,
        &json!({
            "identity": { "name": "", "seat": "a\nb", "tax_id": "554-000-00-07" },
            "country": "PL", "email": "nobody", "contact": "",
        }),
    )
    .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let expected = [
        "identity.name",
        "identity.seat",
        "contact",
        "email",
        "identity.tax_id",
    ];
    assert_eq!(paths(&wrong), expected);
    let mut foreign = firm("Gamma GmbH", "DE 123456789");
    foreign["country"] = json!("de");
    let (status, _) = ask(&server, &tender, &foreign).await;
    assert_eq!(status, StatusCode::OK);
    let draft = real_number(&server, &officer).await;
    for nowhere in ["none", draft.as_str()] {
        let (status, _) = ask(&server, nowhere, &firm("Alfa", NIP)).await;
        assert_eq!(
            status,
            StatusCode::NOT_FOUND,
            "only what stands on the board"
        );
    }
    let path = format!("/api/tenders/{tender}/switches");
    let off = json!({ "self_service": false, "two_officers": false });
    put(&server, &path, &officer, &off).await;
    let (status, answer) = ask(&server, &tender, &firm("Alfa", NIP)).await;
    assert_eq!(
        (status, &answer["name"]),
        (StatusCode::CONFLICT, &json!("not-now"))
    );
}

async fn real_number(server: &Server, officer: &str) -> String {
    let body = json!({
        "number": "draft", "title": { "pl": "Szkic", "en": "" }, "procedure": "podprogowe",
    });
    server.made("/api/tenders", officer, body).await
}

#[tokio::test]
async fn requests_for_a_specification_are_bounded_by_network_and_time() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    for number in 0..ASKED_PER_NETWORK_MAX {
        let mut one = firm("Firma", &format!("DE{number:09}"));
        one["country"] = json!("DE");
        assert_eq!(
            ask(&server, &tender, &one).await.0,
            StatusCode::OK,
            "{number}"
        );
    }
    let (status, refused) = ask(&server, &tender, &firm("Alfa", NIP)).await;
    assert_eq!(
        (status, &refused["name"]),
        (StatusCode::TOO_MANY_REQUESTS, &json!("too-many-requests"))
    );
    server.later(i64::try_from(ASKED_WINDOW_MS).unwrap());
    let (status, _) = ask(&server, &tender, &firm("Alfa", NIP)).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_one_time_password_expires() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let bidder = server.bidder(&officer, &tender, "Alfa").await;
    let issued = server.credential(&officer, &tender, &bidder).await;
    server.later(i64::try_from(ONE_TIME_PASSWORD_MAX_MS).unwrap());
    let body = json!({ "login": issued.login, "password": issued.password });
    let (status, answer) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(
        (status, &answer["code"]),
        (StatusCode::FORBIDDEN, &json!(708))
    );
    let wrong = json!({ "login": issued.login, "password": "wrong" });
    let (status, _) = server.send(Method::POST, "/api/login", None, &wrong).await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "only its owner learns that it expired"
    );
    let officer = json!({ "login": "officer", "password": crate::support::server::PASSWORD });
    let (_, entered) = server
        .send(Method::POST, "/api/login", None, &officer)
        .await;
    let officer = entered["token"].as_str().unwrap();
    let path = format!("/api/tenders/{tender}/bidders");
    assert_eq!(server.get(&path, officer).await.1[0]["expired"], true);
    let path = format!("/api/tenders/{tender}/credentials");
    let order = json!({ "bidder": bidder });
    let (_, unexplained) = server.post(&path, officer, order).await;
    assert_eq!(
        paths(&unexplained),
        ["reason"],
        "issuing again needs a reason"
    );
    let again = server.credential(officer, &tender, &bidder).await;
    server.enter(&again).await;
}
