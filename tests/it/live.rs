//! The live protocol over real connections to a real server.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::server::{PASSWORD, Server, short_terms, terms};
use crate::support::socket::Socket;
use crate::support::until;
use crate::support::wait::wait_for;
use auction_rules::log::{Receipt, late_message};
use auction_rules::verify::{Expected, verify};
use auction_rules::{Digest, canonical};
use ebok::store::accounts::StaffRole;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A published auction with its officer and two bidders.
struct Scene {
    server: Server,
    officer: String,
    tender: String,
    auction: String,
    bidders: [Party; 2],
}

/// A bidder: its id, log-in and token.
struct Party {
    id: String,
    login: String,
    token: String,
}

impl Scene {
    async fn new(terms: Value) -> Self {
        let server = Server::start().await;
        let officer = server.officer().await;
        let tender = server.tender(&officer).await;
        let lot = server.lot_of(&officer, &tender, "1", terms).await;
        let alfa = party(&server, &officer, &tender, "Alfa").await;
        let beta = party(&server, &officer, &tender, "Beta").await;
        for (bidder, price) in [(&alfa, "118450,00"), (&beta, "120000")] {
            let (status, answer) = server.admit(&officer, &lot, &bidder.id, price).await;
            assert_eq!(status, StatusCode::CREATED, "{answer}");
        }
        let auction = server.publish(&officer, &lot).await;
        Self {
            server,
            officer,
            tender,
            auction,
            bidders: [alfa, beta],
        }
    }

    async fn socket(&self, token: &str) -> Socket {
        let mut socket = Socket::open(&self.server, token).await;
        let joined = socket.join(&self.auction).await;
        assert_eq!(joined["type"], "joined", "{joined}");
        socket
    }

    /// A bidder of another tender.
    async fn stranger(&self) -> Party {
        let body = json!({
            "number": "ZP.271.2.2026", "title": { "pl": "Inny", "en": "" },
            "procedure": "podprogowe",
        });
        let (server, officer) = (&self.server, &self.officer);
        let tender = server.made("/api/tenders", officer, body).await;
        party(server, officer, &tender, "Gamma").await
    }

    fn message(&self, kind: &str, id: &str, rest: Value) -> Value {
        let mut message = json!({ "type": kind, "auction": self.auction, "id": id });
        let (Value::Object(all), Value::Object(rest)) = (&mut message, rest) else {
            panic!("no object");
        };
        all.extend(rest);
        message
    }

    fn act(&self, id: &str, act: Value) -> Value {
        self.message("act", id, json!({ "act": act }))
    }

    fn bid(&self, id: &str, price: &str) -> Value {
        self.message("bid", id, json!({ "values": { "price": price } }))
    }
}

async fn party(server: &Server, officer: &str, tender: &str, name: &str) -> Party {
    let id = server.bidder(officer, tender, name).await;
    let issued = server.credential(officer, tender, &id).await;
    let token = server.enter(&issued).await;
    let login = issued.login;
    Party { id, login, token }
}

#[tokio::test]
async fn a_connection_comes_from_our_page_or_shows_a_token() {
    let scene = Scene::new(terms()).await;
    let own = scene.server.url("");
    let bearer = format!("Bearer {}", scene.officer);
    let cookie = format!("ebok_session={}", scene.officer);
    let (own, foreign) = (("origin", own.as_str()), ("origin", "http://evil.example"));
    let bearer = ("authorization", bearer.as_str());
    let cookie = ("cookie", cookie.as_str());
    for refused in [
        &[foreign][..],
        &[foreign, cookie],
        &[foreign, bearer],
        &[("origin", "null"), cookie],
        &[cookie],
        &[],
    ] {
        let status = Socket::ask(&scene.server, refused).await.err();
        assert_eq!(status, Some(StatusCode::FORBIDDEN), "{refused:?}");
    }
    for (taken, role) in [
        (&[own, cookie][..], Some("officer")),
        (&[own, bearer], Some("officer")),
        (&[bearer], Some("officer")),
        (&[own], None),
    ] {
        let mut socket = Socket::ask(&scene.server, taken).await.unwrap();
        let joined = socket.join(&scene.auction).await;
        assert_eq!(joined["role"].as_str(), role, "{taken:?}: {joined}");
    }
}

#[tokio::test]
async fn only_those_who_may_see_it_join() {
    let scene = Scene::new(terms()).await;
    let stranger = scene.stranger().await;
    let mut socket = Socket::open(&scene.server, &stranger.token).await;
    let refused = socket.join(&scene.auction).await;
    assert_eq!(
        (&refused["code"], &refused["refusal"]["name"]),
        (&json!(503), &json!("not-found"))
    );
    socket.send(scene.bid("b-1", "1000")).await;
    assert_eq!(socket.hear("refused").await["code"], 401, "has not joined");
    let mut guest = Socket::open_as_guest(&scene.server).await;
    assert_eq!(guest.join(&scene.auction).await["code"], 503);
    assert_eq!(
        guest.join("no-such-auction").await["code"],
        503,
        "told the same"
    );

    let mut watched = terms();
    watched["visibility"] = json!({ "observers_delay_ms": 0 });
    let scene = Scene::new(watched).await;
    let mut officer = scene.socket(&scene.officer).await;
    assert_eq!(officer.hear("presence").await["observers"], 0);
    let stranger = scene.stranger().await;
    let mut socket = Socket::open(&scene.server, &stranger.token).await;
    let mut guest = Socket::open_as_guest(&scene.server).await;
    for socket in [&mut socket, &mut guest] {
        let joined = socket.join(&scene.auction).await;
        assert_eq!(joined["role"], "observer", "{joined}");
        assert!(joined["own"].is_null());
        socket.send(scene.bid("b-1", "1000")).await;
        assert_eq!(socket.hear("refused").await["code"], 201, "looks on only");
    }
    while officer.hear("presence").await["observers"] != 2 {}
    let mut bidder = Socket::open(&scene.server, &scene.bidders[0].token).await;
    let joined = bidder.join(&scene.auction).await;
    assert_eq!(joined["role"], "bidder");
    assert_eq!(joined["own"]["values"]["price"], "118450.00");
}

#[tokio::test]
async fn an_officer_acts_over_the_connection() {
    let scene = Scene::new(terms()).await;
    let mut officer = scene.socket(&scene.officer).await;
    let mut bidder = scene.socket(&scene.bidders[0].token).await;
    let announce = scene.act("o-1", json!({ "type": "announce", "text": "Dzień dobry" }));
    for _ in 0..2 {
        officer.send(announce.clone()).await;
        let done = officer.hear_one(&["done", "refused"]).await;
        assert_eq!(
            (&done["type"], &done["id"]),
            (&json!("done"), &json!("o-1"))
        );
    }
    assert_eq!(bidder.hear_news("announced").await["text"], "Dzień dobry");
    let other = scene.act("o-1", json!({ "type": "announce", "text": "Do widzenia" }));
    officer.send(other).await;
    assert_eq!(officer.hear("refused").await["code"], 405);

    let commitment = "0".repeat(64);
    for act in [
        json!({ "type": "admit", "bidder": commitment, "offer": {} }),
        json!({ "type": "end-phase" }),
        json!({ "type": "open", "aliases": [] }),
        json!({ "type": "place-bid", "values": { "price": "1" } }),
    ] {
        officer.send(scene.act("o-2", act.clone())).await;
        assert_eq!(officer.hear("refused").await["code"], 501, "{act}");
    }
    let auditor = scene.server.staff("auditor", StaffRole::Auditor).await;
    let auditor = scene.server.enter(&auditor).await;
    let mut auditor = scene.socket(&auditor).await;
    for other in [&mut auditor, &mut bidder] {
        let cancel = scene.act("o-3", json!({ "type": "cancel", "reason": "a" }));
        other.send(cancel).await;
        assert_eq!(other.hear("refused").await["code"], 501);
    }
    officer.send(scene.bid("b-1", "1000")).await;
    assert_eq!(officer.hear("refused").await["code"], 201);
}

#[tokio::test]
async fn acts_over_the_connection_stand_in_the_audit_log() {
    let scene = Scene::new(terms()).await;
    let server = &scene.server;
    let auditor = server.staff("auditor", StaffRole::Auditor).await;
    let auditor = server.enter(&auditor).await;
    let mut officer = scene.socket(&scene.officer).await;
    let acts = [
        (
            "auction.announce",
            json!({ "type": "announce", "text": "Dzień dobry" }),
        ),
        (
            "auction.cancel",
            json!({ "type": "cancel", "reason": "Brak środków." }),
        ),
    ];
    for (what, act) in acts {
        officer.send(scene.act(what, act)).await;
        assert_eq!(officer.hear("done").await["id"], what);
        wait_for(what, async || {
            let (_, log) = server.get("/api/audit", &auditor).await;
            let mut entries = log.as_array().unwrap().iter();
            let auction = json!(scene.auction);
            entries
                .find(|entry| entry["what"] == what && entry["details"]["auction"] == auction)?;
            Some(())
        })
        .await;
    }
    let (_, refused) = server.get("/api/audit", &auditor).await;
    officer
        .send(scene.act("o-3", json!({ "type": "pause", "reason": "a" })))
        .await;
    officer.hear("refused").await;
    assert_eq!(server.get("/api/audit", &auditor).await.1, refused);
}

#[tokio::test]
async fn a_connection_ends_with_its_session() {
    let scene = Scene::new(terms()).await;
    let (server, officer, tender) = (&scene.server, &scene.officer, &scene.tender);
    let [alfa, beta] = &scene.bidders;

    let socket = scene.socket(&alfa.token).await;
    server.post("/api/logout", &alfa.token, Value::Null).await;
    assert_eq!(socket.closed().await, 4001, "logged out");

    let body = json!({ "login": alfa.login, "password": PASSWORD });
    let (_, entered) = server.send(Method::POST, "/api/login", None, &body).await;
    let token = entered["token"].as_str().unwrap();
    let socket = scene.socket(token).await;
    server.credential(officer, tender, &alfa.id).await;
    assert_eq!(
        socket.closed().await,
        4001,
        "the credential was issued anew"
    );
    let bearer = format!("Bearer {token}");
    let again = Socket::ask(server, &[("authorization", &bearer)]).await;
    assert_eq!(again.err(), Some(StatusCode::UNAUTHORIZED));

    let untouched = scene.socket(officer).await;
    let socket = scene.socket(&beta.token).await;
    let path = format!("/api/tenders/{tender}/bidders/{}/block", beta.id);
    let body = json!({ "reason": "wniosek wykonawcy" });
    server.post(&path, officer, body).await;
    assert_eq!(socket.closed().await, 4001, "blocked");
    server.post("/api/logout", officer, Value::Null).await;
    assert_eq!(
        untouched.closed().await,
        4001,
        "the others stay until their own end"
    );
}

#[tokio::test]
async fn a_whole_auction_tells_nobody_too_much() {
    let mut terms = short_terms(2_500);
    terms["visibility"] = json!({ "observers_delay_ms": 0 });
    let scene = Scene::new(terms).await;
    let mut officer = scene.socket(&scene.officer).await;
    let mut alfa = scene.socket(&scene.bidders[0].token).await;
    let mut beta = scene.socket(&scene.bidders[1].token).await;
    let mut guest = Socket::open_as_guest(&scene.server).await;
    guest.join(&scene.auction).await;
    for socket in [&mut alfa, &mut beta] {
        accept(&scene, socket).await;
    }
    for socket in [&alfa, &beta, &guest] {
        let state = &socket.heard[1]["state"];
        assert!(
            state["best"].is_null(),
            "offers are sealed until the opening"
        );
        assert!(state["participants"].is_null(), "and so is their number");
        assert!(socket.heard[1]["own"]["alias"].is_null(), "no alias yet");
    }
    scene
        .server
        .reaches(&scene.auction, "open", &scene.officer)
        .await;
    let mut receipts = Vec::new();
    for (id, price, code) in [
        ("b-1", "118350.01", json!(302)),
        ("b-2", "118000", Value::Null),
    ] {
        alfa.send(scene.bid(id, price)).await;
        let receipt = alfa.hear("receipt").await;
        assert_eq!(
            (&receipt["id"], &receipt["code"]),
            (&json!(id), &code),
            "{receipt}"
        );
        receipts.push(scene.server.proven(&scene.auction, &receipt));
    }
    let better = |best: &Value| best["values"]["price"] == "118000.00";
    while !better(&guest.hear_news("best-changed").await["best"]) {}
    assert!(!told(&beta).contains("Alfa") && !told(&guest).contains("Alfa"));
    for socket in [&mut alfa, &mut beta, &mut guest, &mut officer] {
        let result = socket.hear("result").await;
        assert_eq!(result["winner"]["name"], "Alfa");
        socket.hear_news("sealed").await;
    }
    late(&scene, &mut beta).await;
    for socket in [&alfa, &beta, &guest] {
        keeps_secrets(socket);
    }
    for rival in [&beta, &guest] {
        assert!(
            !told(rival).contains("118350.01"),
            "an attempt that was refused"
        );
    }
    assert!(officer.heard.iter().any(|message| has_key(message, "rows")));
    stand_in_the_log(&scene, receipts).await;
}

/// What only officers are told reached no bidder and no observer, nor did the name of a loser.
fn keeps_secrets(socket: &Socket) {
    for message in &socket.heard {
        for key in ["rows", "seq", "head", "bidder", "bidders"] {
            assert!(!has_key(message, key), "{key} in {message}");
        }
    }
    assert!(!told(socket).contains("Beta"));
}

/// The published log verifies and holds these receipts.
async fn stand_in_the_log(scene: &Scene, receipts: Vec<Receipt>) {
    let path = format!("/api/auctions/{}/log", scene.auction);
    let (status, log) = scene.server.look(&path).await;
    assert_eq!(status, StatusCode::OK);
    let expected = Expected {
        fingerprint: scene.server.state.house.signer().key_set().fingerprint(),
        receipts,
        head: None,
    };
    let report = verify(&log.to_string(), &expected).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

/// Accepts the terms that were shown, by their hash.
async fn accept(scene: &Scene, socket: &mut Socket) {
    let joined = &socket.heard[1];
    let shown = canonical::text(&joined["terms"]);
    let computed = Digest(Sha256::digest(shown).into());
    assert_eq!(json!(computed), joined["terms_hash"]);
    let accept = scene.message("accept-terms", "a-1", json!({ "terms_hash": computed }));
    socket.send(accept).await;
    assert_eq!(socket.hear("receipt").await["accepted"], true);
}

/// After the seal a bid is refused with a signature of its own.
async fn late(scene: &Scene, socket: &mut Socket) {
    let refused = until("a signed refusal", async || {
        socket.send(scene.bid("b-9", "1000")).await;
        let refused = socket.hear("refused").await;
        refused["late"].is_object().then_some(refused)
    })
    .await;
    assert_eq!(refused["code"], 104);
    let text = |name: &str| refused["late"][name].as_str().unwrap();
    let key_set = scene.server.state.house.signer().key_set();
    let key = key_set.key(text("key")).unwrap();
    assert!(key.signed(&late_message(text("statement")), text("signature")));
    let statement: Value = serde_json::from_str(text("statement")).unwrap();
    assert_eq!(statement["act"]["values"]["price"], "1000");
}

/// All that a connection heard, as one text.
fn told(socket: &Socket) -> String {
    json!(socket.heard).to_string()
}

/// Whether a key stands anywhere in a message, also inside its signed texts.
fn has_key(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(members) => {
            members.contains_key(key) || members.values().any(|value| has_key(value, key))
        }
        Value::Array(items) => items.iter().any(|value| has_key(value, key)),
        Value::String(text) => serde_json::from_str::<Value>(text)
            .is_ok_and(|inner| !inner.is_string() && has_key(&inner, key)),
        _ => false,
    }
}
