//! Journeys of people in real browsers against a real server; `tests/e2e` tells them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::python::python;
use crate::routes::pages;
use crate::source::root;
use crate::support::authority::StampAuthority;
use crate::support::demo::Demo;
use crate::support::haproxy::HaProxy;
use crate::support::post::Post;
use crate::support::postgres::Postgres;
use crate::support::process::{STAFF_PASSWORD, Server};
use crate::support::program::run;
use crate::support::provider::{CLIENT, Provider, SECRET};
use crate::support::redis::RedisServer;
use serde_json::json;
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

/// A journey to an office that sends mail, has its receipts stamped, and has a registrar and clerks.
async fn visit_to_the_office(name: &str, language: &str) {
    visit_by(name, language, &[], &[]).await;
}

/// The same with more flags, and more that the journey knows.
async fn visit_by(name: &str, language: &str, flags: &[&str], told: &[(&str, String)]) {
    let mut post = Post::new();
    post.start(true);
    let smtp = format!("smtp://127.0.0.1:{}", post.port);
    let from = "Urząd Miasta <ebok@example.pl>";
    let authority = StampAuthority::open().await;
    let anchor = authority.anchor.to_str().unwrap();
    let office = [
        "--demo",
        "--smtp-url",
        &smtp,
        "--smtp-from",
        from,
        "--public-url",
        "{url}",
        "--tsa-url",
        &authority.url,
        "--tsa-ca",
        anchor,
        "--office-name",
        "Urząd Miasta Bydgoszczy",
        "--office-address",
        "ul. Jezuicka 1, 85-102 Bydgoszcz",
    ];
    let server = Server::with(&[office.as_slice(), flags].concat()).await;
    server.staff("registrar", "punkt").await;
    server.staff("clerk", "kancelaria").await;
    server.position("KA", "Kierownik kancelarii", "kancelaria");
    server.position(
        "WGiGN",
        "Inspektor do spraw numeracji porządkowej nieruchomości",
        "kancelaria",
    );
    server.position("WSO", "Inspektor do spraw dowodów osobistych", "kancelaria");
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
        ("EBOK_TSA_ANCHOR", anchor.to_owned()),
    ];
    let pictures = evidence(&format!("{name}-{language}"));
    let known = [known.as_slice(), told].concat();
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
async fn the_whole_way_of_a_matter_from_registration_to_the_reply() {
    visit_to_the_office("house_number", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matter_with_a_visit_and_one_that_a_central_service_takes() {
    visit_to_the_office("elsewhere", "pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_logs_in_by_an_identity_from_outside() {
    let provider = Provider::open().await;
    let high = "http://eidas.europa.eu/LoA/high";
    provider.knows(&[
        json!({ "sub": "zofia", "name": "Zofia" }),
        json!({ "sub": "jan", "acr": high, "pesel": "02070803628", "name": "Jan Żuraw" }),
    ]);
    let flags = [
        "--oidc-issuer",
        &provider.url,
        "--oidc-client-id",
        CLIENT,
        "--oidc-secret",
        SECRET,
        "--oidc-name",
        "węzeł próbny",
    ];
    let told = [("EBOK_PROVIDER", "węzeł próbny".to_owned())];
    visit_by("outside", "pl", &flags, &told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_fills_in_a_form_at_two_devices() {
    visit_to_the_office("matters", "pl").await;
}

#[test]
fn every_page_is_looked_at() {
    let read = |name: &str| fs::read_to_string(root().join("tests/e2e").join(name)).unwrap();
    // A practice must be started, a letter sent, a provider be there: their own journeys look at their pages.
    let own = [
        "screens.py",
        "practice.py",
        "house_number.py",
        "elsewhere.py",
        "outside.py",
    ];
    let looked: String = own.into_iter().map(read).collect();
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
    let (server, demo) = (Server::with(&["--demo"]).await, Demo::start().await);
    let known = [("EBOK_DEMO", demo.printed.to_string())];
    tell(&server, "pictures", "pl", &folder, &known).await;
}
