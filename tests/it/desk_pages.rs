//! The officer's desk as a browser without JavaScript uses it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::browser::Browser;
use crate::support::server::{PASSWORD, Server};
use ebok::store::accounts::StaffRole;

#[tokio::test]
async fn a_new_tender_is_opened_changed_and_announced() {
    let server = Server::start().await;
    let (mut browser, _) = officer(&server).await;
    let page = browser.get("/desk").await;
    assert!(page.text.contains("Nie ma jeszcze żadnego postępowania."));
    browser.get("/desk/tenders/new").await;
    let mut fields = vec![
        ("number", "ZP/1"),
        ("title.pl", ""),
        ("cpv", "wrong"),
        ("procedure", "podprogowe"),
    ];
    let page = browser.send("/desk/tenders/new", &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("href=\"#title.pl\"") && page.text.contains("id=\"cpv-error\""));
    assert!(page.text.contains("value=\"ZP/1\"") && page.text.contains("value=\"wrong\""));
    fields[1].1 = "Remont <mostu>";
    fields[2].1 = "45221119-9";
    fields.push(("switches", "two_officers"));
    let page = browser.send("/desk/tenders/new", &fields).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let tender = page.location.split('?').next().unwrap().to_owned();
    let page = browser.get(&tender).await;
    assert!(page.text.contains("Remont &#60;mostu&#62;") && page.text.contains("w przygotowaniu"));
    assert!(
        page.text.contains("Dodaj pliki SWZ"),
        "the next step is said"
    );
    let edit = format!("{tender}/edit");
    let page = browser.get(&edit).await;
    assert!(page.text.contains("value=\"two_officers\" checked"));
    assert!(!page.text.contains("value=\"self_service\" checked"));
    fields[1].1 = "Remont mostu";
    assert_eq!(browser.send(&edit, &fields).await.status, 303);
    let page = browser.get(&format!("{tender}/announce")).await;
    assert!(page.text.contains("Ogłosić postępowanie ZP/1?"));
    assert_eq!(
        browser
            .send(&format!("{tender}/announce"), &[])
            .await
            .status,
        303
    );
    assert!(browser.get("/tenders").await.text.contains("Remont mostu"));
    browser.get("/desk/tenders/new").await;
    let page = browser.send("/desk/tenders/new", &fields).await;
    assert_eq!(page.status, 409, "the number is taken");
    assert!(
        page.text
            .contains("Postępowanie o tym numerze już istnieje.")
    );
}

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
    let page = browser
        .upload(&path, &[], Some(("swz.pdf", b"%PDF-1")))
        .await;
    assert_eq!(page.status, 403, "not our form");
}

#[tokio::test]
async fn a_lot_gets_terms_from_a_preset_and_shows_its_example_first() {
    let server = Server::start().await;
    let (mut browser, token) = officer(&server).await;
    let tender = server.tender(&token).await;
    let path = format!("/desk/tenders/{tender}/lots/new");
    let page = browser.get(&path).await;
    assert!(page.text.contains("?preset=podprogowe-lowest-price"));
    let page = browser
        .get(&format!("{path}?preset=podprogowe-lowest-price"))
        .await;
    assert_eq!(page.status, 200);
    let mut fields = vec![
        ("preset", "podprogowe-lowest-price"),
        ("number", "1"),
        ("title.pl", ""),
        ("net", "dużo"),
        ("answers.most", "500 000,00"),
        ("answers.step", "nic"),
    ];
    let page = browser.send(&path, &fields).await;
    assert_eq!(page.status, 422);
    for at in ["title.pl", "answers.step"] {
        assert!(page.text.contains(&format!("href=\"#{at}\"")), "{at}");
    }
    assert!(page.text.contains("value=\"dużo\"") && page.text.contains("value=\"500 000,00\""));
    fields[2].1 = "Most <drogowy>";
    fields[3].1 = "";
    fields[5].1 = "2";
    let page = browser.send(&path, &fields).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(
        page.text.contains("Przykład na tych zasadach") && page.text.contains("Wygrywa Wykonawca")
    );
    assert!(
        page.text.contains("value=\"Most &#60;drogowy&#62;\""),
        "kept for the next step"
    );
    fields.push(("act", "edit"));
    let page = browser.send(&path, &fields).await;
    assert!(
        page.text.contains("name=\"answers.most\"") && page.text.contains("value=\"500 000,00\"")
    );
    fields.last_mut().unwrap().1 = "save";
    let page = browser.send(&path, &fields).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let lot = page.location.split('?').next().unwrap().to_owned();
    let page = browser.get(&lot).await;
    assert!(
        page.text.contains("Most &#60;drogowy&#62;") && page.text.contains("Ustal termin otwarcia")
    );
    let page = browser.get(&format!("{lot}/edit")).await;
    assert!(page.text.contains("value=\"500000\"") || page.text.contains("value=\"500000.00\""));
    fields[4].1 = "400 000";
    fields[3].1 = "300 000,00";
    assert_eq!(
        browser.send(&format!("{lot}/edit"), &fields).await.status,
        303
    );
    assert!(browser.get(&lot).await.text.contains("300\u{a0}000"));
    browser.get(&format!("{lot}/delete")).await;
    assert_eq!(
        browser.send(&format!("{lot}/delete"), &[]).await.status,
        303
    );
    assert_eq!(browser.get(&lot).await.status, 404);
}

#[tokio::test]
async fn auditors_read_and_change_nothing() {
    let server = Server::start().await;
    let tender = server.tender(&server.officer().await).await;
    let issued = server.staff("auditor", StaffRole::Auditor).await;
    server.enter(&issued).await;
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.enter("auditor", PASSWORD).await;
    for path in [
        "/desk".to_owned(),
        format!("/desk/tenders/{tender}"),
        format!("/desk/tenders/{tender}/files"),
    ] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(
            page.text.matches("<form").count(),
            1,
            "{path}: only the log-out"
        );
    }
}

async fn officer(server: &Server) -> (Browser<'_>, String) {
    let token = server.officer().await;
    let mut browser = Browser::of(server);
    browser.get("/login").await;
    browser.enter("officer", PASSWORD).await;
    (browser, token)
}
