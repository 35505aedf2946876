//! Bidders.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::officer;
use crate::support::server::Server;

#[tokio::test]
async fn bidders_are_imported_after_a_preview_and_blocked_with_a_reason() {
    let server = Server::start().await;
    let (mut browser, token) = officer(&server).await;
    let tender = server.tender(&token).await;
    let bidders = format!("/desk/tenders/{tender}/bidders");
    assert!(
        browser
            .get(&bidders)
            .await
            .text
            .contains("nie ma jeszcze wykonawców")
    );
    let import = format!("{bidders}/import");
    browser.get(&import).await;
    let wrong = "nazwa;siedziba\nAlfa;Olsztyn\nBeta;\n";
    let page = browser
        .upload(&import, &[], Some(("a.csv", wrong.as_bytes())))
        .await;
    assert!(page.text.contains("Wiersz 3, Siedziba:"), "{}", page.text);
    let right = "nazwa;siedziba\nAlfa <1>;Olsztyn\nBeta;Elbląg\n";
    let page = browser
        .upload(&import, &[], Some(("a.csv", right.as_bytes())))
        .await;
    assert!(page.text.contains("Alfa &#60;1&#62;") && page.text.contains("Wykonawcy: 2"));
    assert!(
        browser
            .get(&bidders)
            .await
            .text
            .contains("nie ma jeszcze wykonawców"),
        "not yet"
    );
    let content = page.attribute_of("name=\"content\"", "value");
    let page = browser
        .upload(&import, &[("content", &content)], None)
        .await;
    assert_eq!(page.status, 303, "{}", page.text);
    let page = browser.get(&bidders).await;
    assert!(page.text.contains("Elbląg") && page.text.contains("bez loginu"));
    let bidder = page.attribute_of(&format!("href=\"{bidders}/0"), "href");
    browser.get(&format!("{bidder}/block")).await;
    let page = browser
        .send(&format!("{bidder}/block"), &[("reason", "")])
        .await;
    assert_eq!(page.status, 422);
    let page = browser
        .send(&format!("{bidder}/block"), &[("reason", "Wniosek firmy")])
        .await;
    assert_eq!(page.status, 303);
    let page = browser.get(&bidder).await;
    assert!(page.text.contains("zablokowany") && page.text.contains("Wniosek firmy"));
    assert_eq!(
        browser.send(&format!("{bidder}/unblock"), &[]).await.status,
        303
    );
    assert!(!browser.get(&bidder).await.text.contains("zablokowany"));
}

#[tokio::test]
async fn the_desk_says_whom_no_mail_reaches() {
    let server = Server::start().await;
    let (mut browser, token) = officer(&server).await;
    let tender = server.tender(&token).await;
    let bidders = format!("/desk/tenders/{tender}/bidders");
    let new = format!("{bidders}/new");
    browser.get(&new).await;
    let fields = [
        ("identity.name", "Alfa"),
        ("identity.seat", "Ełk"),
        ("country", "PL"),
        ("email", "biuro@alfa.example"),
    ];
    assert_eq!(browser.send(&new, &fields).await.status, 303);
    assert!(!browser.get(&bidders).await.text.contains("pismem"));
    let bidder = server.bidder(&token, &tender, "Beta").await;
    let page = browser.get(&bidders).await;
    assert!(page.text.contains("Zawiadomienia trzeba im wysłać pismem."));
    assert_eq!(page.text.matches("bez adresu e-mail").count(), 1);
    let page = browser.get(&format!("{bidders}/{bidder}")).await;
    assert!(page.text.contains("zawiadomienia trzeba wysłać pismem"));
}
