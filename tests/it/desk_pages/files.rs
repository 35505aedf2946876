//! Files of a specification.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::officer;
use crate::support::server::Server;

#[tokio::test]
async fn files_are_added_replaced_and_withdrawn() {
    let server = Server::start().await;
    let (mut browser, token) = officer(&server).await;
    let tender = server.tender(&token).await;
    let path = format!("/desk/tenders/{tender}/files");
    browser.get(&path).await;
    let page = browser
        .upload(&path, &[("replaces", ""), ("reason", "")], None)
        .await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("id=\"file-error\""));
    let page = browser
        .upload(&path, &[], Some(("swz.pdf", b"%PDF-1")))
        .await;
    assert_eq!(page.status, 303, "{}", page.text);
    let page = browser.get(&path).await;
    let file = page.attribute_of("/api/tenders/", "href");
    let file = file.rsplit('/').next().unwrap().to_owned();
    let replaces = [("replaces", file.as_str()), ("reason", "")];
    let page = browser
        .upload(&path, &replaces, Some(("swz2.pdf", b"%PDF-2")))
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.text.contains(&format!("value=\"{file}\" selected")),
        "nothing is lost"
    );
    let replaces = [("replaces", file.as_str()), ("reason", "Poprawka <1>")];
    let page = browser
        .upload(&path, &replaces, Some(("swz2.pdf", b"%PDF-2")))
        .await;
    assert_eq!(page.status, 303);
    let page = browser.get(&path).await;
    assert!(page.text.contains("Poprawka &#60;1&#62;"));
    let withdraw = page.attribute_of("/withdraw\"", "href");
    browser.get(&withdraw).await;
    assert_eq!(
        browser.send(&withdraw, &[("reason", " ")]).await.status,
        422
    );
    assert_eq!(
        browser
            .send(&withdraw, &[("reason", "Pomyłka")])
            .await
            .status,
        303
    );
    assert!(!browser.get(&path).await.text.contains("/withdraw\""));
    browser.token = "0".repeat(64);
    let typed = [("replaces", ""), ("reason", "Nowy <przedmiar>")];
    let page = browser
        .upload(&path, &typed, Some(("swz.pdf", b"%PDF-1")))
        .await;
    assert_eq!(page.status, 403, "not our form");
    assert!(
        page.text.contains("value=\"Nowy &#60;przedmiar&#62;\""),
        "what was typed stays"
    );
}
