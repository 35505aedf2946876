//! Notices: the outbox against a real mail server, and the acts that write into it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::place;
use crate::support::post::Post;
use crate::support::server::{Server, short_terms, terms};
use auction_rules::{Timestamp, Words};
use ebok::identity::Vault;
use ebok::limits::{NOTICE_ATTEMPTS_MAX, NOTICE_LEASE_MS, NOTICES_PER_RECIPIENT};
use ebok::notice::mail::Mailer;
use ebok::notice::outbox::Outbox;
use ebok::notice::{About, Notice};
use ebok::store::Store;
use ebok::store::notices::{self, NewNotice, NoticeRow, NoticeState, Realm};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

/// An outbox on a store of its own, with a clock that stands until it is moved.
struct Desk {
    store: Store,
    post: Post,
    at: Arc<AtomicI64>,
    directory: TempDir,
}

impl Desk {
    async fn new() -> Self {
        let (place, directory) = place::new().await;
        Self {
            store: Store::open(&place).await.unwrap(),
            post: Post::new(),
            at: Arc::new(AtomicI64::new(1_795_000_000_000)),
            directory,
        }
    }

    fn outbox(&self) -> Outbox {
        self.outbox_to(&format!("smtp://127.0.0.1:{}", self.post.port), None)
    }

    fn outbox_to(&self, url: &str, authority: Option<&[u8]>) -> Outbox {
        let from = "Urząd Miasta <aukcje@olsztyn.example.pl>";
        let mailer = Mailer::new(url, from, authority).unwrap();
        let at = Arc::clone(&self.at);
        let now = Arc::new(move || Timestamp(at.load(Ordering::SeqCst)));
        let vault = Arc::new(Vault::open(self.directory.path()).unwrap());
        Outbox::new(self.store.clone(), mailer, vault, String::new(), now)
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.at.load(Ordering::SeqCst))
    }

    fn later(&self, ms: u64) {
        let ms = i64::try_from(ms).unwrap();
        self.at.fetch_add(ms, Ordering::SeqCst);
    }

    async fn put(&self, recipient: &str, key: &str) -> bool {
        let about = About {
            tender: "ZP.271.1.2026".to_owned(),
            title: Words::new("Remont mostu nad Łyną", ""),
            lot: "1".to_owned(),
            lot_title: Words::new("Przęsło", ""),
            address: "https://aukcje.example.pl/auctions/a".to_owned(),
        };
        let reason = "brak środków".to_owned();
        let notice = Notice::Cancelled { about, reason };
        let new = NewNotice {
            key: key.to_owned(),
            recipient: recipient.to_owned(),
            kind: notice.kind().to_owned(),
            realm: Realm::Tender,
            lang: "pl".to_owned(),
            data: serde_json::to_value(notice).unwrap(),
        };
        let mut tx = self.store.write_tx().await.unwrap();
        let new = notices::put(&mut tx, self.now(), &new).await.unwrap();
        tx.commit().await.unwrap();
        new
    }

    async fn listed(&self, state: NoticeState) -> Vec<NoticeRow> {
        notices::page(&self.store, Realm::Tender, state, None)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_server_that_was_down_gets_each_notice_once() {
    let mut desk = Desk::new().await;
    assert!(desk.put("anna@example.pl", "one").await);
    assert!(
        !desk.put("anna@example.pl", "one").await,
        "the key is taken"
    );
    let outbox = desk.outbox();
    assert!(outbox.send_next().await.unwrap());
    assert!(
        !outbox.send_next().await.unwrap(),
        "it waits for its next try"
    );
    let waiting = desk.listed(NoticeState::Waiting).await;
    assert_eq!((waiting.len(), waiting[0].attempts), (1, 1));
    assert!(!waiting[0].last_error.is_empty());

    desk.post.start(false);
    desk.later(30_000);
    assert!(outbox.send_next().await.unwrap());
    desk.later(86_400_000);
    assert!(!outbox.send_next().await.unwrap());
    let mails = desk.post.mails();
    assert_eq!(mails.len(), 1);
    for expected in [
        "To: anna@example.pl",
        "@olsztyn.example.pl>",
        "text/plain",
        "text/html",
    ] {
        assert!(mails[0].contains(expected), "{expected}:\n{}", mails[0]);
    }
    assert_eq!(desk.listed(NoticeState::Sent).await.len(), 1);
}

#[tokio::test]
async fn a_temporary_refusal_is_tried_again_and_a_final_one_is_stuck() {
    let mut desk = Desk::new().await;
    desk.post.start(false);
    desk.put("busy@example.pl", "busy").await;
    desk.put("never@example.pl", "never").await;
    desk.put("no address", "none").await;
    let outbox = desk.outbox();
    for _ in 0..3 {
        assert!(outbox.send_next().await.unwrap());
    }
    let waiting = desk.listed(NoticeState::Waiting).await;
    assert!(waiting[0].last_error.contains("451"), "{:?}", waiting[0]);
    let stuck = desk.listed(NoticeState::Stuck).await;
    let recipients: Vec<_> = stuck.iter().map(|row| row.recipient.as_str()).collect();
    assert_eq!(recipients, ["no address", "never@example.pl"]);
    assert!(stuck[1].last_error.contains("550"), "{:?}", stuck[1]);

    desk.later(30_000);
    assert!(outbox.send_next().await.unwrap());
    assert_eq!(desk.post.mails().len(), 1);

    let mut tx = desk.store.write_tx().await.unwrap();
    let now = desk.now();
    assert!(
        notices::retry(&mut tx, Realm::Tender, now, &stuck[1].id)
            .await
            .unwrap()
    );
    assert!(
        notices::cancel(&mut tx, Realm::Tender, now, &stuck[0].id)
            .await
            .unwrap()
    );
    assert!(
        !notices::cancel(&mut tx, Realm::Tender, now, &stuck[0].id)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert!(
        outbox.send_next().await.unwrap(),
        "the officer had it tried again"
    );
    assert_eq!(desk.listed(NoticeState::Stuck).await.len(), 1);
    assert_eq!(desk.listed(NoticeState::Cancelled).await.len(), 1);
}

#[tokio::test]
async fn a_notice_that_is_never_taken_is_stuck_after_its_last_try() {
    let desk = Desk::new().await;
    desk.put("anna@example.pl", "one").await;
    let outbox = desk.outbox();
    for tried in 1..=NOTICE_ATTEMPTS_MAX {
        assert!(desk.listed(NoticeState::Stuck).await.is_empty(), "{tried}");
        assert!(outbox.send_next().await.unwrap());
        desk.later(7_200_000);
    }
    assert!(!outbox.send_next().await.unwrap());
    assert_eq!(
        desk.listed(NoticeState::Stuck).await[0].attempts,
        NOTICE_ATTEMPTS_MAX
    );
}

#[tokio::test]
async fn a_server_that_dies_while_it_takes_a_notice_loses_none() {
    let mut desk = Desk::new().await;
    for (recipient, copies) in [("lost@example.pl", 1), ("dies@example.pl", 2)] {
        desk.post.start(false);
        desk.put(recipient, recipient).await;
        let outbox = desk.outbox();
        let before = desk.post.mails().len();
        assert!(outbox.send_next().await.unwrap());
        desk.post.gone();
        desk.post.start(true);
        desk.later(30_000);
        assert!(outbox.send_next().await.unwrap());
        assert_eq!(desk.post.mails().len() - before, copies, "{recipient}");
        drop(
            desk.post
                .process
                .take()
                .map(|mut process| (process.kill(), process.wait())),
        );
    }
    let ids = desk.post.message_ids();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 2, "{ids:?}");
    assert!(desk.listed(NoticeState::Waiting).await.is_empty());
}

#[tokio::test]
async fn two_workers_send_nothing_twice_and_a_dead_ones_lease_runs_out() {
    let mut desk = Desk::new().await;
    desk.post.start(false);
    for number in 0..20 {
        desk.put(&format!("b{number}@example.pl"), &number.to_string())
            .await;
    }
    let all = async |outbox: Outbox| while outbox.send_next().await.unwrap() {};
    tokio::join!(all(desk.outbox()), all(desk.outbox()));
    let ids = desk.post.message_ids();
    assert_eq!(
        (ids.len(), ids.iter().collect::<BTreeSet<_>>().len()),
        (20, 20)
    );

    desk.put("anna@example.pl", "left").await;
    let (now, until) = (desk.now(), desk.now().plus(NOTICE_LEASE_MS));
    let mut tx = desk.store.write_tx().await.unwrap();
    assert!(notices::lease(&mut tx, now, until).await.unwrap().is_some());
    tx.commit().await.unwrap();
    assert!(
        !desk.outbox().send_next().await.unwrap(),
        "it is another worker's"
    );
    desk.later(NOTICE_LEASE_MS);
    assert!(desk.outbox().send_next().await.unwrap());
    assert_eq!(desk.post.mails().len(), 21);
}

#[tokio::test]
async fn a_recipient_gets_no_more_than_its_share_of_an_hour() {
    let mut desk = Desk::new().await;
    desk.post.start(false);
    for number in 0..=NOTICES_PER_RECIPIENT {
        desk.put("anna@example.pl", &number.to_string()).await;
    }
    desk.later(1);
    desk.put("jan@example.pl", "jan").await;
    let outbox = desk.outbox();
    while outbox.send_next().await.unwrap() {}
    assert_eq!(desk.listed(NoticeState::Waiting).await.len(), 1);
    assert!(
        desk.post
            .mails()
            .iter()
            .any(|mail| mail.contains("To: jan@example.pl"))
    );
    desk.later(3_600_001);
    assert!(outbox.send_next().await.unwrap());
}

/// By TLS from the first byte and by STARTTLS: to the server that was meant, and to no other.
#[tokio::test]
async fn mail_goes_by_tls_to_the_right_server_alone() {
    for (flag, scheme, query) in [
        ("--smtps", "smtps", ""),
        ("--starttls", "smtp", "?tls=required"),
    ] {
        let mut desk = Desk::new().await;
        desk.post.start_with(&["--calm", flag, "localhost"]);
        let authority = desk.post.authority();
        let port = desk.post.port;
        let url = |host: &str| format!("{scheme}://{host}:{port}{query}");
        desk.put("anna@example.pl", "one").await;
        for (outbox, why) in [
            (
                desk.outbox_to(&url("localhost"), None),
                "an unknown authority",
            ),
            (
                desk.outbox_to(&url("127.0.0.1"), Some(&authority)),
                "a certificate for another name",
            ),
        ] {
            assert!(outbox.send_next().await.unwrap());
            let waiting = desk.listed(NoticeState::Waiting).await;
            assert!(
                waiting[0].last_error.contains("certificate"),
                "{scheme}, {why}: {:?}",
                waiting[0]
            );
            assert!(desk.post.mails().is_empty(), "{scheme}: {why}");
            desk.later(7_200_000);
        }
        let outbox = desk.outbox_to(&url("localhost"), Some(&authority));
        assert!(outbox.send_next().await.unwrap());
        let sent = desk.listed(NoticeState::Sent).await;
        assert_eq!((sent.len(), desk.post.mails().len()), (1, 1), "{scheme}");
    }
}

/// A server, or somebody before it, that says it has no TLS gets nothing.
#[tokio::test]
async fn mail_that_must_go_by_tls_goes_in_no_other_way() {
    let mut desk = Desk::new().await;
    desk.post.start(true);
    desk.put("anna@example.pl", "one").await;
    let url = format!("smtp://localhost:{}?tls=required", desk.post.port);
    assert!(desk.outbox_to(&url, None).send_next().await.unwrap());
    let waiting = desk.listed(NoticeState::Waiting).await;
    assert!(!waiting[0].last_error.is_empty());
    assert!(desk.post.mails().is_empty());
}

/// Of each notice its kind and recipient, oldest first.
async fn told(server: &Server, officer: &str) -> Vec<(String, String)> {
    let (status, answer) = server.get("/api/notices?state=waiting", officer).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["mail"], false);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = answer["notices"].as_array().unwrap().iter().rev();
    rows.map(|row| (text(&row["kind"]), text(&row["recipient"])))
        .collect()
}

async fn mailed_bidder(server: &Server, officer: &str, tender: &str, name: &str) -> String {
    let body = json!({
        "identity": { "name": name, "seat": "Olsztyn", "tax_id": "" },
        "email": format!("{}@example.pl", name.to_lowercase()),
    });
    server
        .made(&format!("/api/tenders/{tender}/bidders"), officer, body)
        .await
}

#[tokio::test]
async fn bidders_are_told_of_schedule_cancellation_and_result_once() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.announced_tender(&officer).await;
    let mut bidders = vec![server.bidder(&officer, &tender, "Niema").await];
    for name in ["Alfa", "Beta"] {
        bidders.push(mailed_bidder(&server, &officer, &tender, name).await);
    }
    for bidder in &bidders {
        server.credential(&officer, &tender, bidder).await;
    }
    let mut auctions = Vec::new();
    for (number, terms, ahead_ms) in [("1", short_terms(1_000), 3_000), ("2", terms(), 300_000)] {
        let lot = server.lot_of(&officer, &tender, number, terms).await;
        for bidder in &bidders {
            server.admit(&officer, &lot, bidder, "100000").await;
        }
        let (path, at) = (format!("/api/lots/{lot}/publish"), server.now() + ahead_ms);
        let (_, answer) = server
            .post(&path, &officer, json!({ "opens_at": at }))
            .await;
        auctions.push((answer["auction"].as_str().unwrap().to_owned(), lot));
    }
    let both =
        |kind: &str| ["alfa", "beta"].map(|who| (kind.to_owned(), format!("{who}@example.pl")));
    assert_eq!(
        told(&server, &officer).await,
        [both("schedule-set"), both("schedule-set")].concat()
    );

    let (second, lot) = &auctions[1];
    let path = format!("/api/lots/{lot}/schedule");
    let body = json!({ "opens_at": server.now() + 600_000 });
    for _ in 0..2 {
        let (status, answer) = server.send(Method::PUT, &path, Some(&officer), &body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    assert_eq!(told(&server, &officer).await[4..], both("schedule-changed"));
    let act = json!({ "type": "cancel", "reason": "Brak środków." });
    let (status, _) = server
        .post(&format!("/api/auctions/{second}/acts"), &officer, act)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(told(&server, &officer).await[6..], both("cancelled"));

    server.reaches(&auctions[0].0, "sealed", &officer).await;
    let desk = server.state.desk();
    assert_eq!(desk.announce_ended().await.unwrap(), 1);
    assert_eq!(desk.announce_ended().await.unwrap(), 0);
    assert_eq!(told(&server, &officer).await[8..], both("result"));
    let (_, answer) = server.get("/api/notices", &officer).await;
    let result = &answer["notices"][0]["data"];
    assert_eq!(result["winner"]["seat"], "Olsztyn", "{result}");
    assert_eq!(result["values"][0]["unit"], "PLN");
}

#[tokio::test]
async fn a_letter_brings_credentials_that_work() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let bidder = server.bidder(&officer, &tender, "Żółć").await;
    server.lot(&officer, &tender, "1").await;
    let path = format!("/api/tenders/{tender}/credentials/letter");
    let request = server.request(Method::POST, &path).bearer_auth(&officer);
    let answer = request
        .json(&json!({ "bidder": bidder }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), answer.bytes().await.unwrap()).unwrap();
    let mut command = std::process::Command::new("pdftotext");
    let read = command.arg("-layout").arg(file.path()).arg("-").output();
    let read = read.expect("pdftotext of poppler-utils is needed: run `make setup`");
    let text = String::from_utf8(read.stdout).unwrap();
    let after = |label: &str| {
        let line = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(label));
        line.unwrap_or_else(|| panic!("{label}\n{text}"))
            .split_whitespace()
            .collect::<String>()
    };
    assert!(text.contains("Hasło jednorazowe jest ważne do:"), "{text}");
    let (login, password) = (after("Login"), after("Hasło jednorazowe"));
    let body = json!({ "login": login, "password": password });
    let (status, answer) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(
        (status, &answer["must_change_password"]),
        (StatusCode::OK, &json!(true))
    );
}
