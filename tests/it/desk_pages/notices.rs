//! The outbox.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::officer;
use crate::support::server::Server;
use auction_rules::Timestamp;
use ebok::limits::NOTICE_LEASE_MS;
use ebok::store::PAGE_MAX;
use ebok::store::notices::{self, Attempt, NewNotice, Realm};

#[tokio::test]
async fn the_outbox_says_when_nothing_can_be_sent() {
    let server = Server::start().await;
    let (mut browser, _) = officer(&server).await;
    for state in ["waiting", "stuck", "sent", "cancelled"] {
        let page = browser.get(&format!("/desk/notices?state={state}")).await;
        assert!(page.text.contains("Serwer poczty nie jest skonfigurowany"));
        assert!(page.text.contains("Nie ma tu żadnego zawiadomienia."));
    }
    let page = browser.send("/desk/notices/none/retry", &[]).await;
    assert_eq!(page.status, 409);
    assert!(page.text.contains("Ponowić można tylko"));
}

/// Writes so many notices, oldest first.
async fn written(server: &Server, count: usize) {
    let mut tx = server.state.store.write_tx().await.unwrap();
    for number in 0..count {
        let new = NewNotice {
            key: number.to_string(),
            recipient: format!("b{number}@example.pl"),
            kind: "cancelled".to_owned(),
            realm: Realm::Tender,
            lang: "pl".to_owned(),
            data: serde_json::Value::Null,
        };
        let at = Timestamp(server.now());
        assert!(notices::put(&mut tx, at, &new).await.unwrap());
    }
    tx.commit().await.unwrap();
}

/// Writes one notice that could not be sent; gives its id.
async fn stuck(server: &Server, why: &str) -> String {
    written(server, 1).await;
    let now = Timestamp(server.now());
    let until = now.plus(NOTICE_LEASE_MS);
    let mut tx = server.state.store.write_tx().await.unwrap();
    let leased = notices::lease(&mut tx, now, until).await.unwrap().unwrap();
    let failed = Attempt::Failed(why.to_owned());
    let settled = notices::settle(&mut tx, now, &leased.id, until, &failed);
    assert!(settled.await.unwrap());
    tx.commit().await.unwrap();
    leased.id
}

#[tokio::test]
async fn a_stuck_notice_is_sent_again_or_cancelled() {
    let server = Server::start().await;
    let (mut browser, _) = officer(&server).await;
    let id = stuck(&server, "550 <nie ma takiej skrzynki>").await;
    let act = |what: &str| format!("/desk/notices/{id}/{what}");
    let page = browser.get("/desk/notices?state=stuck").await;
    assert!(page.text.contains("550 &#60;nie ma takiej skrzynki&#62;"));
    assert!(
        page.text
            .contains(&format!("action=\"{}?state=stuck\"", act("retry")))
    );
    assert!(page.text.contains(&format!("action=\"{}?", act("cancel"))));
    let retry = format!("{}?state=stuck", act("retry"));
    let page = browser.send(&retry, &[]).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, "/desk/notices?state=stuck")
    );
    let page = browser.send(&retry, &[]).await;
    assert!(page.status == 409 && page.text.contains("Ponowić można tylko"));
    let page = browser.get("/desk/notices").await;
    assert!(page.text.contains("b0@example.pl") && page.text.contains("odwołanie aukcji"));
    let page = browser.send(&act("cancel"), &[]).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, "/desk/notices?state=waiting")
    );
    let page = browser.send(&act("cancel"), &[]).await;
    assert!(page.status == 409 && page.text.contains("Anulować można tylko"));
    let waiting = browser.get("/desk/notices").await.text;
    assert!(!waiting.contains("b0@example.pl"));
    let page = browser.get("/desk/notices?state=cancelled&lang=en").await;
    assert!(page.text.contains("b0@example.pl") && page.text.contains("Try again"));
    browser.token = "0".repeat(64);
    assert_eq!(browser.send(&act("retry"), &[]).await.status, 403);
}

#[tokio::test]
async fn a_stuck_notice_is_given_up() {
    let server = Server::start().await;
    let (mut browser, _) = officer(&server).await;
    let id = stuck(&server, "550 no").await;
    browser.get("/desk/notices?state=stuck").await;
    let cancel = format!("/desk/notices/{id}/cancel?state=stuck");
    assert_eq!(browser.send(&cancel, &[]).await.status, 303);
    let page = browser.get("/desk/notices?state=stuck").await;
    assert!(page.text.contains("Nie ma tu żadnego zawiadomienia."));
    let page = browser.get("/desk/notices?state=cancelled").await;
    assert!(page.text.contains("b0@example.pl"));
}

#[tokio::test]
async fn many_notices_are_paged() {
    let server = Server::start().await;
    let (mut browser, _) = officer(&server).await;
    let page_max = usize::try_from(PAGE_MAX).unwrap();
    written(&server, page_max + 1).await;
    let page = browser.get("/desk/notices?state=waiting").await;
    assert_eq!(page.text.matches("@example.pl</th>").count(), page_max);
    assert!(
        !page.text.contains(">b0@example.pl<"),
        "the newest come first"
    );
    let next = page.attribute_of("rel=\"next\"", "href");
    let page = browser.get(&next).await;
    assert_eq!(page.text.matches("@example.pl</th>").count(), 1);
    assert!(page.text.contains(">b0@example.pl<") && !page.text.contains("rel=\"next\""));
    assert!(page.text.contains("Od początku"));
}
