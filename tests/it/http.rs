//! The server by HTTP, as browsers and programs see it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::server::{PASSWORD, Server, answer, short_terms, terms};
use crate::support::until;
use auction_rules::verify::{Expected, verify};
use auction_rules::{AuctionId, OfficerId, Terms};
use ebok::config::Config;
use ebok::store::accounts::StaffRole;
use ebok::store::lots;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn from_tender_to_result() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let lot = server
        .lot_of(&officer, &tender, "1", short_terms(2_500))
        .await;
    let first = server.bidder(&officer, &tender, "Alfa").await;
    let second = server.bidder(&officer, &tender, "Beta").await;
    let alfa = server.credential(&officer, &tender, &first).await;
    let alfa = server.enter(&alfa).await;
    for (bidder, price) in [(&first, "118 450,00"), (&second, "120000")] {
        let (status, answer) = server.admit(&officer, &lot, bidder, price).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        assert!(answer.get("salt").is_none());
    }
    let auction = server.publish(&officer, &lot).await;
    let (_, again) = server
        .post(&format!("/api/lots/{lot}/publish"), &officer, Value::Null)
        .await;
    assert_eq!(again["auction"], json!(auction));

    let path = format!("/api/auctions/{auction}");
    let (status, _) = server.send(Method::GET, &path, None, &Value::Null).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "observers may not watch");
    let (_, me) = server.get("/api/me", &alfa).await;
    assert_eq!(
        (&me["role"], &me["lots"][0]["state"]),
        (&json!("bidder"), &json!("published"))
    );
    let (status, _) = server.get(&format!("{path}/names"), &officer).await;
    assert_eq!(
        status,
        StatusCode::CONFLICT,
        "names are hidden until the close"
    );

    server.reaches(&auction, "open", &alfa).await;
    let (_, seen) = server.get(&path, &alfa).await;
    assert_eq!(seen["public"]["state"], "open");
    assert_eq!(seen["own"]["position"], 1);
    assert!(seen["public"]["rows"].is_null(), "a bidder sees no rivals");
    let announce = json!({ "type": "announce", "text": "Dzień dobry" });
    let (status, _) = server
        .post(&format!("{path}/acts"), &officer, announce)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let act = json!({ "type": "publish", "terms": {} });
    let (status, _) = server.post(&format!("{path}/acts"), &officer, act).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = server.get(&format!("{path}/result"), &officer).await;
    assert_eq!(status, StatusCode::CONFLICT);

    server.reaches(&auction, "sealed", &officer).await;
    let (_, result) = server.look(&format!("{path}/result")).await;
    assert_eq!(result["winner"]["name"], "Alfa");
    assert_eq!(result["result"]["standings"].as_array().unwrap().len(), 2);
    assert!(!result.to_string().contains("Beta"));
    let (status, _) = server.look(&path).await;
    assert_eq!(status, StatusCode::OK, "after the close everyone may look");
    let (_, names) = server.get(&format!("{path}/names"), &officer).await;
    assert_eq!(names.as_array().unwrap().len(), 2);
    let log = published(&server, &path).await;
    assert!(log.contains("Alfa") && !log.contains("Beta"));
}

/// The published log, checked.
async fn published(server: &Server, path: &str) -> String {
    let log = until("the log", async || {
        let request = server.request(Method::GET, &format!("{path}/log"));
        let response = request.send().await.unwrap();
        let published = response.status() == StatusCode::OK;
        let log = response.text().await.unwrap();
        published.then_some(log)
    })
    .await;
    let expected = Expected {
        fingerprint: server.state.house.signer().key_set().fingerprint(),
        ..Expected::default()
    };
    assert!(verify(&log, &expected).unwrap().faults.is_empty());
    log
}

#[tokio::test]
async fn a_publication_that_broke_off_is_finished() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let bidder = server.bidder(&officer, &tender, "Alfa").await;
    server.admit(&officer, &lot, &bidder, "100000").await;
    let auction = AuctionId::new("broke-off").unwrap();
    let mut tx = server.state.store.write_tx().await.unwrap();
    lots::freeze(&mut tx, &lot, &auction).await.unwrap();
    tx.commit().await.unwrap();
    let other = server.bidder(&officer, &tender, "Beta").await;
    let (status, _) = server.admit(&officer, &lot, &other, "100000").await;
    assert_eq!(
        status,
        StatusCode::CREATED,
        "recorded for the publication to go on with"
    );
    let terms: Terms = serde_json::from_value(terms()).unwrap();
    let by = OfficerId::new("somebody").unwrap();
    server
        .state
        .house
        .publish(auction.clone(), terms, by, None)
        .await
        .unwrap();

    let body = json!({ "opens_at": "2026-11-30T10:00" });
    let (status, answer) = server
        .post(&format!("/api/lots/{lot}/publish"), &officer, body)
        .await;
    assert_eq!(
        (status, &answer["auction"]),
        (StatusCode::OK, &json!("broke-off")),
        "{answer}"
    );
    let (_, seen) = server.get("/api/auctions/broke-off", &officer).await;
    assert_eq!(seen["public"]["rows"].as_array().unwrap().len(), 2);
    assert_eq!(seen["public"]["opens_at"], 1_796_029_200_000_i64);
    let (status, _) = server
        .send(
            Method::PUT,
            &format!("/api/lots/{lot}/terms"),
            Some(&officer),
            &self::terms(),
        )
        .await;
    assert_eq!(status, StatusCode::CONFLICT, "terms are frozen");
}

#[tokio::test]
async fn a_wrong_offer_is_refused_when_it_is_typed() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let bidder = server.bidder(&officer, &tender, "Alfa").await;
    let long = "9".repeat(5_000);
    for price in ["", "-1", "0", "1e9", "1000000.01", "1.001", "NaN", &long] {
        let (status, answer) = server.admit(&officer, &lot, &bidder, price).await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{price}: {answer}"
        );
        assert!(
            answer["text"]["pl"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
    let (_, admissions) = server
        .get(&format!("/api/lots/{lot}/admissions"), &officer)
        .await;
    assert_eq!(admissions, json!([]));
}

#[tokio::test]
async fn an_admission_that_the_auction_refuses_is_not_kept() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let bidders = [
        server.bidder(&officer, &tender, "Alfa").await,
        server.bidder(&officer, &tender, "Beta").await,
    ];
    for bidder in &bidders {
        server.admit(&officer, &lot, bidder, "100000").await;
    }
    let late = server.bidder(&officer, &tender, "Gamma").await;
    let auction = server.publish(&officer, &lot).await;
    server.reaches(&auction, "open", &officer).await;
    for bidder in [&late, &bidders[0]] {
        let (status, answer) = server.admit(&officer, &lot, bidder, "90000").await;
        assert_eq!(
            (status, &answer["name"]),
            (StatusCode::CONFLICT, &json!("not-now"))
        );
    }
    let (_, kept) = server
        .get(&format!("/api/lots/{lot}/admissions"), &officer)
        .await;
    let offers: Vec<_> = kept
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["offer"]["price"])
        .collect();
    assert_eq!(offers, ["100000.00", "100000.00"]);
}

#[tokio::test]
async fn every_fault_is_named() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let body = json!({
        "number": " ", "title": { "pl": "x".repeat(201), "en": "" }, "procedure": "a\nb",
        "cpv": "4500", "notice_url": "javascript:alert(1)",
    });
    let (status, answer) = server.post("/api/tenders", &officer, body).await;
    assert_eq!(
        (status, &answer["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!(602))
    );
    let faults = answer["faults"].as_array().unwrap().iter();
    let paths: Vec<_> = faults
        .map(|fault| fault["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        ["number", "title.pl", "procedure", "cpv", "notice_url"]
    );

    let tender = server.tender(&officer).await;
    let mut wrong = terms();
    wrong["values"][0]["tax"] = Value::Null;
    let path = format!("/api/tenders/{tender}/lots");
    let lot = |terms| json!({ "number": "1", "title": { "pl": "a", "en": "" }, "terms": terms });
    let (status, answer) = server.post(&path, &officer, lot(wrong)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer["faults"][0]["path"], "terms.values[0].tax");
    let mut wrong = terms();
    wrong["values"][0]["decimals"] = json!("two");
    let (_, answer) = server.post(&path, &officer, lot(wrong)).await;
    assert_eq!(answer["faults"][0]["path"], "terms.values[0].decimals");
    let (status, _) = server
        .post(
            "/api/tenders",
            &officer,
            json!({ "number": "x".repeat(70_000) }),
        )
        .await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (_, again) = server.post("/api/tenders", &officer, json!({
        "number": "ZP.271.1.2026", "title": { "pl": "Inny", "en": "" }, "procedure": "podprogowe",
    })).await;
    assert_eq!(again["name"], "exists");
}

#[tokio::test]
async fn a_one_time_password_only_lets_change_it() {
    let server = Server::start().await;
    let issued = server.staff("auditor", StaffRole::Auditor).await;
    let body = json!({ "login": issued.login, "password": issued.password });
    let (_, answer) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(answer["must_change_password"], true);
    let token = answer["token"].as_str().unwrap();
    let (status, answer) = server.get("/api/tenders", token).await;
    assert_eq!(
        (status, &answer["name"]),
        (StatusCode::FORBIDDEN, &json!("must-change-password"))
    );
    for (new, status) in [
        ("krótkie", StatusCode::UNPROCESSABLE_ENTITY),
        (issued.password.as_str(), StatusCode::UNPROCESSABLE_ENTITY),
        (PASSWORD, StatusCode::NO_CONTENT),
    ] {
        let body = json!({ "password": issued.password, "new_password": new });
        assert_eq!(
            server.post("/api/password", token, body).await.0,
            status,
            "{new}"
        );
    }
    assert_eq!(server.get("/api/tenders", token).await.0, StatusCode::OK);
    let (status, _) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "the one-time password is spent"
    );
}

#[tokio::test]
async fn roles_bound_what_one_may_do() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let auditor = server.staff("auditor", StaffRole::Auditor).await;
    let auditor = server.enter(&auditor).await;
    let admin = server.staff("admin", StaffRole::Admin).await;
    let admin = server.enter(&admin).await;
    let bidder = server.bidder(&officer, &tender, "Alfa").await;
    let bidder = server.credential(&officer, &tender, &bidder).await;
    let bidder = server.enter(&bidder).await;
    for (path, may) in [
        ("/api/tenders", [&officer, &auditor].as_slice()),
        (&format!("/api/tenders/{tender}"), &[&officer, &auditor]),
        (&format!("/api/tenders/{tender}/bidders"), &[&officer]),
        ("/api/audit", &[&auditor, &admin]),
        ("/api/me", &[&officer, &auditor, &admin, &bidder]),
    ] {
        for token in [&officer, &auditor, &admin, &bidder] {
            let expected = if may.contains(&token) {
                StatusCode::OK
            } else {
                StatusCode::FORBIDDEN
            };
            assert_eq!(server.get(path, token).await.0, expected, "{path}");
        }
        assert_eq!(
            server.look(path).await.0,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
    let (status, _) = server.post("/api/tenders", &auditor, json!({})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sessions_end_at_once() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let body = json!({ "login": "Officer ", "password": PASSWORD });
    let (_, second) = server.send(Method::POST, "/api/login", None, &body).await;
    let second = second["token"].as_str().unwrap();
    let (_, sessions) = server.get("/api/sessions", &officer).await;
    let other = sessions
        .as_array()
        .unwrap()
        .iter()
        .find(|session| session["current"] == false);
    let other = other.unwrap()["id"].as_str().unwrap();
    assert_eq!(server.get("/api/me", second).await.0, StatusCode::OK);
    let path = format!("/api/sessions/{other}");
    let (status, _) = server
        .send(Method::DELETE, &path, Some(&officer), &Value::Null)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(
        server.get("/api/me", second).await.0,
        StatusCode::UNAUTHORIZED
    );
    let (status, _) = server
        .send(Method::DELETE, &path, Some(&officer), &Value::Null)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let tender = server.tender(&officer).await;
    let bidder = server.bidder(&officer, &tender, "Alfa").await;
    let first = server.credential(&officer, &tender, &bidder).await;
    let token = server.enter(&first).await;
    let replaced = server.credential(&officer, &tender, &bidder).await;
    assert_eq!(
        server.get("/api/me", &token).await.0,
        StatusCode::UNAUTHORIZED,
        "re-issued"
    );
    let token = server.enter(&replaced).await;
    let path = format!("/api/tenders/{tender}/bidders/{bidder}");
    server
        .post(
            &format!("{path}/block"),
            &officer,
            json!({ "reason": "wniosek wykonawcy" }),
        )
        .await;
    assert_eq!(
        server.get("/api/me", &token).await.0,
        StatusCode::UNAUTHORIZED,
        "blocked"
    );
    let body = json!({ "login": replaced.login, "password": PASSWORD });
    let (status, _) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "blocked");
    server
        .post(&format!("{path}/unblock"), &officer, Value::Null)
        .await;
    let (status, _) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(status, StatusCode::OK);

    server.later(2 * 3_600_000 + 1);
    assert_eq!(
        server.get("/api/me", &officer).await.0,
        StatusCode::UNAUTHORIZED,
        "idle"
    );
}

#[tokio::test]
async fn failed_log_ins_are_bounded_for_their_sender_alone() {
    let server = Server::start().await;
    server.officer().await;
    let wrong = json!({ "login": "officer", "password": "wrong" });
    let unknown = json!({ "login": "nobody", "password": "wrong" });
    let (_, first) = server.send(Method::POST, "/api/login", None, &wrong).await;
    let (_, other) = server
        .send(Method::POST, "/api/login", None, &unknown)
        .await;
    assert_eq!(first, other, "nobody learns who has an account");
    for _ in 0..9 {
        server.send(Method::POST, "/api/login", None, &wrong).await;
    }
    let request = server.request(Method::POST, "/api/login").json(&wrong);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(response.headers().contains_key("retry-after"));
    let right = json!({ "login": "officer", "password": PASSWORD });
    let (status, _) = server.send(Method::POST, "/api/login", None, &right).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    server.later(300_000);
    let (status, _) = server.send(Method::POST, "/api/login", None, &right).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn other_sites_change_nothing() {
    let server = Server::start().await;
    let token = server.officer().await;
    let own = server.url("");
    for (origin, cookie, expected) in [
        (Some(own.as_str()), true, StatusCode::NO_CONTENT),
        (Some("http://evil.example"), true, StatusCode::FORBIDDEN),
        (Some("null"), true, StatusCode::FORBIDDEN),
        (None, true, StatusCode::FORBIDDEN),
        (Some("http://evil.example"), false, StatusCode::FORBIDDEN),
    ] {
        let body = json!({ "login": "officer", "password": PASSWORD });
        let (_, fresh) = server.send(Method::POST, "/api/login", None, &body).await;
        let mut request = server.request(Method::POST, "/api/logout");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        if cookie {
            let fresh = fresh["token"].as_str().unwrap();
            request = request.header("cookie", format!("a=b; ebok_session={fresh}"));
        }
        assert_eq!(answer(request).await.0, expected, "{origin:?} {cookie}");
    }
    assert_eq!(server.get("/api/me", &token).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_socket_needs_our_page_or_a_token() {
    let server = Server::start().await;
    let token = server.officer().await;
    let own = server.url("");
    for (origin, token, version, expected) in [
        (
            Some(own.as_str()),
            None,
            "13",
            StatusCode::SWITCHING_PROTOCOLS,
        ),
        (
            None,
            Some(token.as_str()),
            "13",
            StatusCode::SWITCHING_PROTOCOLS,
        ),
        (None, None, "13", StatusCode::FORBIDDEN),
        (
            Some("http://evil.example"),
            Some(token.as_str()),
            "13",
            StatusCode::FORBIDDEN,
        ),
        (None, Some("wrong"), "13", StatusCode::UNAUTHORIZED),
        (
            None,
            Some(token.as_str()),
            "8",
            StatusCode::UPGRADE_REQUIRED,
        ),
    ] {
        let mut request = server
            .request(Method::GET, "/api/live")
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", version)
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), expected, "{origin:?}");
        if expected == StatusCode::SWITCHING_PROTOCOLS {
            let accept = response.headers()["sec-websocket-accept"].to_str().unwrap();
            assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        }
    }
}

#[tokio::test]
async fn a_socket_closes_when_its_session_ends() {
    use tokio::io::AsyncReadExt;
    let server = Server::start().await;
    let token = server.officer().await;
    let response = server
        .request(Method::GET, "/api/live")
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    let mut socket = response.upgrade().await.unwrap();
    server.post("/api/logout", &token, Value::Null).await;
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test]
async fn the_server_says_how_it_is() {
    let config = Config {
        metrics_token: Some("secret".to_owned()),
        ..Config::default()
    };
    let server = Server::with(config).await;
    let token = server.officer().await;
    assert_eq!(server.look("/readyz").await.0, StatusCode::OK);
    assert_eq!(server.look("/healthz").await.0, StatusCode::OK);
    assert_eq!(server.look("/metrics").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(server.look("/nowhere").await.1["name"], "not-found");
    let (status, _) = server
        .send(Method::PATCH, "/api/me", Some(&token), &Value::Null)
        .await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    let (_, keys) = server.look("/.well-known/ebok-keys.json").await;
    let own = server.state.house.signer().key_set();
    assert_eq!(keys, serde_json::to_value(own).unwrap());
    server.get("/api/me", &token).await;
    server.state.store.close().await;
    let (status, ready) = server.look("/readyz").await;
    assert_eq!(
        (status, &ready["store"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!(false))
    );
    let (status, answer) = server.get("/api/tenders", &token).await;
    assert_eq!(
        (status, &answer["name"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("unavailable"))
    );
    server.later(60_000);
    let act = json!({ "type": "pause", "reason": "a" });
    let (status, _) = server.post("/api/auctions/x/acts", &token, act).await;
    assert_eq!(
        status,
        StatusCode::NOT_FOUND,
        "who is known may act while the store is away"
    );
}

#[tokio::test]
async fn only_a_server_for_load_tests_lets_keep_a_one_time_password() {
    for (allow_loadtest, expected) in [
        (true, StatusCode::CREATED),
        (false, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let server = Server::with(Config {
            allow_loadtest,
            ..Config::default()
        })
        .await;
        let officer = server.officer().await;
        let tender = server.tender(&officer).await;
        let bidder = server.bidder(&officer, &tender, "Alfa").await;
        let body = json!({ "bidder": bidder, "change_required": false });
        let path = format!("/api/tenders/{tender}/credentials");
        let (status, issued) = server.post(&path, &officer, body).await;
        assert_eq!(status, expected);
        if allow_loadtest {
            let (_, entered) = server.send(Method::POST, "/api/login", None, &issued).await;
            assert_eq!(entered["must_change_password"], false);
        }
    }
}
