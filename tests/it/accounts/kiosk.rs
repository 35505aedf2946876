//! Computers that many people use. What a browser keeps is looked at in `tests/e2e/account.py`.

use crate::support::browser::Browser;
use crate::support::citizen::PESEL;
use crate::support::server::{PASSWORD, Server};
use ebok::config::Config;
use ebok::identity::sessions::KIOSK_IDLE_MS;

const IDLE: i64 = KIOSK_IDLE_MS as i64;

#[tokio::test]
async fn a_session_there_ends_after_five_minutes_without_use() {
    let server = Server::start().await;
    let (_, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    server.enter_with(&slip).await;
    let mut kiosk = Browser::of(&server);
    kiosk.get("/login?kiosk=1").await;
    let fields = [
        ("login", slip.login.as_str()),
        ("password", PASSWORD),
        ("kiosk", "yes"),
    ];
    kiosk.send("/login", &fields).await;
    let mut home = Browser::of(&server);
    home.get("/login").await;
    home.enter(&slip.login, PASSWORD).await;
    for _ in 0..3 {
        server.later(IDLE - 20_000);
        assert_eq!(kiosk.get("/account").await.status, 200, "it is in use");
        used(&server, &slip.login).await;
    }
    server.later(IDLE);
    assert_eq!(kiosk.get("/account").await.status, 303);
    assert_eq!(home.get("/account").await.status, 200);
}

/// Waits until the store knows that the session was used now.
async fn used(server: &Server, login: &str) {
    let store = &server.state.store;
    let citizen = ebok::store::citizens::by_login(store, login)
        .await
        .unwrap()
        .unwrap();
    let holder = ebok::store::sessions::Holder::Citizen(citizen.id);
    crate::support::until("the use of the session is noted", async || {
        let rows = ebok::store::sessions::of_holder(store, &holder)
            .await
            .unwrap();
        let noted = rows.iter().find(|row| row.kiosk)?.seen_at;
        (server.now() - noted.0 < 10_000).then_some(())
    })
    .await;
}

#[tokio::test]
async fn nothing_is_set_that_stays() {
    let server = Server::with(Config {
        kiosks: vec!["127.0.0.0/8".parse().unwrap()],
        ..Config::default()
    })
    .await;
    let (_, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    server.enter_with(&slip).await;
    let mut browser = Browser::of(&server);
    let page = browser.get("/login?lang=en&contrast=high").await;
    assert!(
        page.text.contains("name=\"kiosk\" value=\"yes\""),
        "nothing is to be ticked"
    );
    let entered = browser.enter(&slip.login, PASSWORD).await;
    let account = browser.get("/account").await;
    for cookie in page
        .cookies
        .iter()
        .chain(&entered.cookies)
        .chain(&account.cookies)
    {
        assert!(
            !cookie.contains("Max-Age") && !cookie.contains("Expires"),
            "{cookie}"
        );
    }
    assert_eq!(account.header("refresh"), "301; url=/login?kiosk=1");
    assert_eq!(account.header("cache-control"), "no-store");
    let left = browser.send("/logout", &[]).await;
    assert_eq!(left.location, "/login?kiosk=1");
    assert_eq!(
        left.header("clear-site-data"),
        "\"cache\", \"cookies\", \"storage\""
    );
}

/// Somebody walked away: the browser goes on by itself, and what it kept is cleared.
#[tokio::test]
async fn the_next_person_finds_an_empty_log_in() {
    let server = Server::start().await;
    let (_, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    server.enter_with(&slip).await;
    let mut browser = Browser::of(&server);
    browser.get("/login?kiosk=1").await;
    let fields = [
        ("login", slip.login.as_str()),
        ("password", PASSWORD),
        ("kiosk", "yes"),
    ];
    browser.send("/login", &fields).await;
    server.later(IDLE);
    let left = browser.get("/login?kiosk=1").await;
    assert_eq!(
        (left.status, left.location.as_str()),
        (303, "/login?kiosk=1")
    );
    assert!(!left.header("clear-site-data").is_empty());
    let page = browser.get("/login?kiosk=1").await;
    assert!(page.status == 200 && !page.text.contains(&slip.login));
}
