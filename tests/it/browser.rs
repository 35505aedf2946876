//! Journeys of people in real browsers against a real server; `tests/e2e` tells them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::python::python;
use crate::routes::pages;
use crate::source::root;
use crate::support::haproxy::HaProxy;
use crate::support::post::Post;
use crate::support::postgres::Postgres;
use crate::support::process::{STAFF_PASSWORD, Server};
use crate::support::program::run;
use crate::support::redis::RedisServer;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the pictures of a journey go that cannot go on.
fn evidence(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

async fn journey(name: &str, language: &str) {
    play(name, language, &evidence(&format!("{name}-{language}"))).await;
}

async fn play(name: &str, language: &str, pictures: &Path) {
    let server = Server::with(&["--demo"]).await;
    tell(&server, name, language, pictures, &[]).await;
}

/// A journey to an office that sends mail and has a registrar.
async fn visit_to_the_office(name: &str, language: &str) {
    let mut post = Post::new();
    post.start(true);
    let smtp = format!("smtp://127.0.0.1:{}", post.port);
    let from = "Urząd Miasta <ebok@example.pl>";
    let mail = [
        "--demo",
        "--smtp-url",
        &smtp,
        "--smtp-from",
        from,
        "--public-url",
        "{url}",
    ];
    let server = Server::with(&mail).await;
    server.staff("registrar", "punkt").await;
    server.staff("clerk", "kancelaria").await;
    server.position("KA", "Kierownik kancelarii", "kancelaria");
    server.position(
        "WGiGN",
        "Inspektor do spraw numeracji porządkowej nieruchomości",
        "kancelaria",
    );
    server.staff("clerk", "kierownik").await;
    server.position("WGiGN", "Kierownik wydziału", "kierownik");
    server.staff("clerk", "zielen").await;
    server.position("WOS", "Ogrodnik miejski", "zielen");
    let known = [
        ("EBOK_COLLEAGUE", format!("zielen:{STAFF_PASSWORD}")),
        ("EBOK_HEAD", format!("kierownik:{STAFF_PASSWORD}")),
        ("EBOK_CLERK", format!("kancelaria:{STAFF_PASSWORD}")),
        ("EBOK_MAILS", post.folder().to_owned()),
        ("EBOK_REGISTRAR", format!("punkt:{STAFF_PASSWORD}")),
    ];
    let pictures = evidence(&format!("{name}-{language}"));
    tell(&server, name, language, &pictures, &known).await;
}

async fn tell(
    server: &Server,
    name: &str,
    language: &str,
    pictures: &Path,
    known: &[(&str, String)],
) {
    let officer = server.officer().await;
    let place = ["--url", &server.url(""), "--officer", &officer];
    told(name, language, pictures, &place, known);
}

fn told(name: &str, language: &str, pictures: &Path, place: &[&str], known: &[(&str, String)]) {
    let mut command = python();
    command.envs(known.iter().map(|(name, value)| (*name, value)));
    command.arg(root().join(format!("tests/e2e/{name}.py")));
    command.args(place).args(["--lang", language, "--pictures"]);
    let ran = run(command.arg(pictures));
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_specification_to_the_result_by_pages_alone() {
    journey("tender", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_people_go_through_an_auction_in_english() {
    journey("auction", "en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bidder_keeps_three_staggered_lots_in_sight() {
    journey("lots", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bidder_without_a_mouse() {
    journey("keyboard", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bidder_at_a_phone() {
    journey("phone", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_sealed_values_and_clocks() {
    journey("formats", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bidder_practises() {
    journey("practice", "pl").await;
}

/// Two nodes behind HAProxy; the journey kills the one that owns the auction.
#[tokio::test(flavor = "multi_thread")]
async fn pages_come_back_when_the_owner_is_killed() {
    let (redis, postgres) = (RedisServer::durable(), Postgres::start().await);
    let flags = ["--journal", "redis", "--redis-url", &redis.url()];
    let store = ["--database-url", &postgres.url()];
    let owner = Server::with(&[flags.as_slice(), &store].concat()).await;
    let other = Server::beside(&owner, "ebok-2").await;
    let front = HaProxy::before([&owner.address(), &other.address()]);
    let (url, officer) = (format!("http://{}", front.address()), owner.officer().await);
    let place = [
        "--url",
        &url,
        "--officer",
        &officer,
        "--owner",
        &owner.id().to_string(),
    ];
    told("takeover", "pl", &evidence("takeover-pl"), &place, &[]);
}

/// `make screens` sets where a picture of every screen goes.
#[tokio::test(flavor = "multi_thread")]
async fn no_barrier_and_no_faulty_page() {
    visit_to_the_office("barriers", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_gets_an_account_and_leaves_nothing_at_a_public_computer() {
    visit_to_the_office("account", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_sends_a_letter_and_anyone_checks_it() {
    visit_to_the_office("letters", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_becomes_a_case_and_is_answered() {
    visit_to_the_office("cases", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_fills_in_a_form_at_two_devices() {
    visit_to_the_office("matters", "pl").await;
}

#[test]
fn every_page_is_looked_at() {
    let read = |name: &str| fs::read_to_string(root().join("tests/e2e").join(name)).unwrap();
    // A practice must be started, a letter sent: their own journeys look at their pages.
    let looked =
        read("screens.py") + &read("practice.py") + &read("letters.py") + &read("cases.py");
    let missing: Vec<_> = pages()
        .filter(|page| !looked.contains(&format!("\"{page}\"")))
        .collect();
    assert!(
        missing.is_empty(),
        "not in tests/e2e/screens.py: {missing:#?}"
    );
}

/// `make screenshots` sets where the README's pictures go.
#[tokio::test(flavor = "multi_thread")]
async fn pictures_for_the_readme() {
    let folder = env::var_os("EBOK_PICTURES").map_or_else(|| evidence("readme"), PathBuf::from);
    play("pictures", "pl", &folder).await;
}
