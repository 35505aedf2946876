//! Somebody types until the session has run out.

use crate::support::browser::Browser;
use crate::support::citizen::PESEL;
use crate::support::server::{PASSWORD, Server};
use ebok::identity::sessions::{IDLE_MS, LAPSED_MS};

const SUBJECT: &str = "Dziura w jezdni przy ulicy Polnej";

/// A browser on the first page of a draft, and where that is.
async fn typing<'a>(server: &'a Server, login: &str) -> (Browser<'a>, String) {
    let mut browser = Browser::of(server);
    browser.get("/login").await;
    assert_eq!(browser.enter(login, PASSWORD).await.status, 303);
    browser.get("/matters/pismo-ogolne").await;
    let begun = browser.send("/matters/pismo-ogolne", &[]).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let here = begun.location;
    let page = browser.get(&here).await;
    assert_eq!(page.status, 200, "{here}");
    (browser, here)
}

fn milliseconds(ms: u64) -> i64 {
    i64::try_from(ms).unwrap()
}

#[tokio::test]
async fn what_was_typed_is_kept_and_the_page_comes_back() {
    let server = Server::start().await;
    let (_, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    server.enter_with(&slip).await;
    let (mut browser, here) = typing(&server, &slip.login).await;
    server.later(milliseconds(IDLE_MS) + 1);
    let page = browser.attach(&here, &[("subject", SUBJECT)], &[]).await;
    assert_eq!(page.status, 303);
    let back = page.location.clone();
    assert!(
        back.starts_with("/login?next=") && back.ends_with("&kept=1"),
        "{back}"
    );
    let page = browser.get(&back).await;
    assert!(page.text.contains("zapisaliśmy w wersji roboczej"));
    let next = page.attribute_of("name=\"next\"", "value");
    let fields = [
        ("login", slip.login.as_str()),
        ("password", PASSWORD),
        ("next", &next),
    ];
    let page = browser.send("/login", &fields).await;
    assert_eq!((page.status, &page.location), (303, &here));
    assert!(browser.get(&here).await.text.contains(SUBJECT));
}

#[tokio::test]
async fn nothing_is_kept_of_who_left_or_of_another_form() {
    let server = Server::start().await;
    let (_, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    server.enter_with(&slip).await;
    let unsent = |location: &str| location.ends_with("&unsent=1");

    // A form that is not ours, and one that comes too late.
    let (mut browser, here) = typing(&server, &slip.login).await;
    let own = browser.token.clone();
    server.later(milliseconds(IDLE_MS) + 1);
    browser.token = "made-up".to_owned();
    assert!(unsent(
        &browser
            .upload(&here, &[("subject", SUBJECT)], None)
            .await
            .location
    ));
    server.later(milliseconds(LAPSED_MS));
    browser.token = own;
    assert!(unsent(
        &browser
            .upload(&here, &[("subject", SUBJECT)], None)
            .await
            .location
    ));

    // A session that was ended by its owner.
    let (mut browser, here) = typing(&server, &slip.login).await;
    let own = browser.token.clone();
    let mut other = Browser::of(&server);
    other.get("/login").await;
    other.enter(&slip.login, PASSWORD).await;
    other.get("/sessions").await;
    assert_eq!(other.send("/sessions/others/end", &[]).await.status, 303);
    browser.token = own;
    assert!(unsent(
        &browser
            .upload(&here, &[("subject", SUBJECT)], None)
            .await
            .location
    ));
    assert!(!other.get(&here).await.text.contains(SUBJECT));
}
