//! Time stamps: the head of a sealed log is stamped by a real authority (`openssl ts`), published,
//! and checked by `ebok verify` and by openssl itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::authority::{Mood, StampAuthority, openssl};
use crate::support::process::Server as Process;
use crate::support::program::{EBOK, Ran, ebok, run};
use crate::support::server::Server;
use crate::support::stage::{self, Stage};
use crate::support::wait::wait_for;
use auction_rules::AuctionId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ebok::chain::stamp::{Anchors, Authority};
use ebok::config::Config;
use ebok::limits::STAMP_BYTES_MAX;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

const HOLDS_NOT: &str = "the stamp does not hold: ";

/// A server that knows this authority, with a sealed auction.
async fn sealed(authority: &StampAuthority) -> (Server, String) {
    let anchors = Anchors::read(&fs::read(&authority.anchor).unwrap()).unwrap();
    let known = Authority::new(authority.url.parse().unwrap(), anchors).unwrap();
    let server = Server::with(Config {
        allow_loadtest: true,
        authority: Some(Arc::new(known)),
        ..Config::default()
    });
    let server = server.await;
    let (_, auction) = server.sealed_auction().await;
    server.state.desk().file_due().await.unwrap();
    (server, auction)
}

async fn log(server: &Server, auction: &str) -> Value {
    server.look(&format!("/api/auctions/{auction}/log")).await.1
}

/// `ebok verify` of a log, with the authority's certificate.
fn verified(server: &Server, log: &Value, authority: &StampAuthority) -> Ran {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("log.json");
    fs::write(&file, log.to_string()).unwrap();
    let key = server.state.house.signer().fingerprint();
    run(Command::new(EBOK)
        .arg("verify")
        .arg(&file)
        .args(["--key", &key])
        .arg("--tsa-ca")
        .arg(&authority.anchor))
}

#[tokio::test]
async fn a_sealed_head_is_stamped_and_anyone_can_check_it() {
    let authority = StampAuthority::open().await;
    let (server, auction) = sealed(&authority).await;
    let stamping = server.state.stamping();
    let other = server.state.stamping();
    let (one, two) = tokio::join!(stamping.stamp_due(), other.stamp_due());
    assert_eq!(one.unwrap() + two.unwrap(), 1, "two servers, one stamp");
    server.later(3_600_000);
    assert_eq!(stamping.stamp_due().await.unwrap(), 0);
    assert_eq!(authority.asked(), 1);

    let log = log(&server, &auction).await;
    let ran = verified(&server, &log, &authority);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("stamped  20"), "{}", ran.out);

    // openssl comes to the same.
    let folder = TempDir::new().unwrap();
    let token = STANDARD.decode(log["stamp"].as_str().unwrap()).unwrap();
    fs::write(folder.path().join("token"), token).unwrap();
    fs::copy(&authority.anchor, folder.path().join("root.pem")).unwrap();
    let head = ran.out.lines().find_map(|line| line.strip_prefix("head"));
    let head = head.unwrap().trim();
    let asked = format!("ts -verify -digest {head} -in token -token_in -CAfile root.pem");
    assert!(openssl(folder.path(), &asked).contains("Verification: OK"));

    let page = server.request(reqwest::Method::GET, &format!("/auctions/{auction}/result"));
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Dziennik ma znacznik czasu: "), "{page}");
}

#[tokio::test]
async fn a_stamp_that_does_not_hold_is_named() {
    let authority = StampAuthority::open().await;
    let (server, auction) = sealed(&authority).await;
    server.state.stamping().stamp_due().await.unwrap();
    let log = log(&server, &auction).await;
    let with = |stamp: Value| {
        let mut changed = log.clone();
        changed["stamp"] = stamp;
        changed
    };
    let names = |changed: &Value, authority: &StampAuthority, named: &str| {
        let ran = verified(&server, changed, authority);
        assert_eq!(ran.code, 1, "{named}: {ran:?}");
        assert!(
            ran.out.contains(&format!("time stamp: {named}")),
            "{}",
            ran.out
        );
    };
    names(&with(Value::Null), &authority, "the log carries none");
    names(&with("%%".into()), &authority, "it is no base64");
    names(&with("MAA=".into()), &authority, HOLDS_NOT);
    let stranger = StampAuthority::open().await;
    names(&log, &stranger, HOLDS_NOT);

    // The stamp of another log.
    let (other, second) = sealed(&authority).await;
    other.state.stamping().stamp_due().await.unwrap();
    let foreign = self::log(&other, &second).await["stamp"].clone();
    names(&with(foreign), &authority, HOLDS_NOT);

    // Its certificate's padding aside, no byte can be another.
    let token = STANDARD.decode(log["stamp"].as_str().unwrap()).unwrap();
    let anchors = Anchors::read(&fs::read(&authority.anchor).unwrap()).unwrap();
    let head = server
        .state
        .desk()
        .stamp_of(&AuctionId::new(&auction).unwrap())
        .await;
    let head = head.unwrap().unwrap().digest;
    assert!(anchors.check(&token, &head).is_ok());
    let at = anchors.check(&token, &head).unwrap();
    for index in (0..token.len()).step_by(7) {
        let mut changed = token.clone();
        changed[index] ^= 1;
        if let Ok(other) = anchors.check(&changed, &head) {
            assert_eq!(other, at, "byte {index} changed the time");
        }
    }
}

#[tokio::test]
async fn nothing_waits_for_an_authority_that_is_away_and_no_false_stamp_is_kept() {
    let authority = StampAuthority::open().await;
    let (server, auction) = sealed(&authority).await;
    let (desk, stamping) = (server.state.desk(), server.state.stamping());
    let id = AuctionId::new(&auction).unwrap();
    for (attempts, mood, why) in [
        (1, Mood::Away, "503 Service Unavailable"),
        (2, Mood::Confused, HOLDS_NOT),
        (3, Mood::Endless, "too long"),
    ] {
        authority.is(mood);
        assert_eq!(stamping.stamp_due().await.unwrap(), 0);
        assert_eq!(
            stamping.stamp_due().await.unwrap(),
            0,
            "not due again at once"
        );
        let waits = desk.stamp_of(&id).await.unwrap().unwrap();
        assert_eq!((waits.attempts, waits.stamped_at), (attempts, None));
        assert!(waits.last_error.contains(why), "{}", waits.last_error);
        assert!(
            waits.last_error.len() < STAMP_BYTES_MAX,
            "an error is a sentence"
        );
        server.later(3_600_000);
    }
    let log = log(&server, &auction).await;
    assert_eq!(
        log["stamp"],
        Value::Null,
        "the log is published all the same"
    );
    let page = server.request(reqwest::Method::GET, &format!("/auctions/{auction}/result"));
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Czekamy na znacznik czasu"), "{page}");

    authority.is(Mood::Honest);
    assert_eq!(stamping.stamp_due().await.unwrap(), 1);
    // What it gave once is no answer to another question, the same head or not.
    authority.is(Mood::Repeats);
    let anchors = Anchors::read(&fs::read(&authority.anchor).unwrap()).unwrap();
    let known = Authority::new(authority.url.parse().unwrap(), anchors).unwrap();
    let head = desk.stamp_of(&id).await.unwrap().unwrap().digest;
    assert!(known.stamp(&head).await.is_err(), "an old stamp, replayed");
}

#[tokio::test]
async fn a_server_is_told_of_its_authority_by_flags() {
    let authority = StampAuthority::open().await;
    let anchor = authority.anchor.to_str().unwrap().to_owned();
    for (flags, named) in [
        (["--tsa-url", "http://127.0.0.1:1/"].as_slice(), "--tsa-ca"),
        (
            &["--tsa-url", "ftp://tsa.example.pl/", "--tsa-ca", &anchor],
            "--tsa-url",
        ),
        (
            &["--tsa-url", "http://127.0.0.1:1/", "--tsa-ca", "/dev/null"],
            "holds no certificate",
        ),
        (
            &["--tsa-url", "http://127.0.0.1:1/", "--tsa-ca", "/nowhere"],
            "cannot be read",
        ),
    ] {
        let ran = ebok(["serve"].iter().chain(flags));
        assert_ne!(ran.code, 0, "{named}");
        assert!(ran.err.contains(named), "{}", ran.err);
    }
    let flags = ["--tsa-url", &authority.url, "--tsa-ca", &anchor];
    let server = Process::with(&flags).await;
    let close = json!({"by": "set-time", "length_ms": 1_000});
    let terms = stage::terms(&close, &json!({"late_window_ms": 50}));
    let stage = Stage::set(&server, &terms, 2).await;
    let log = async || {
        let log: Value = serde_json::from_str(&stage.log(&server).await).ok()?;
        log["stamp"].as_str().map(str::to_owned)
    };
    let stamp = wait_for("the log carries a stamp", log).await;
    assert!(STANDARD.decode(stamp).unwrap().len() > 500);
}
