//! Tenders.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::officer;
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

#[tokio::test]
async fn errors_name_their_fields_in_both_languages() {
    let server = Server::start().await;
    let (mut browser, _) = officer(&server).await;
    for (lang, number, title) in [
        (
            "pl",
            "Numer postępowania: uzupełnij to pole.",
            "Przedmiot po polsku: uzupełnij to pole.",
        ),
        (
            "en",
            "Number of the tender: fill in this field.",
            "Subject in Polish: fill in this field.",
        ),
    ] {
        browser.get(&format!("/desk/tenders/new?lang={lang}")).await;
        let fields = [("procedure", "<b>"), ("cpv", "x"), ("title.en", "Bridge")];
        let page = browser.send("/desk/tenders/new", &fields).await;
        assert_eq!(page.status, 422);
        for (field, text) in [("number", number), ("title.pl", title)] {
            let link = format!("<a href=\"#{field}\">{text}</a>");
            assert!(page.text.contains(&link), "{link}: {}", page.text);
            assert_eq!(page.text.matches(&format!("id=\"{field}\"")).count(), 1);
            let error = format!("id=\"{field}-error\"");
            assert_eq!(page.text.matches(&error).count(), 1, "{field}");
        }
        assert!(page.text.contains("value=\"&#60;b&#62;\"") && page.text.contains("\"Bridge\""));
    }
    browser.get("/desk/tenders/new").await;
    let fields = [("number", "1"), ("title.pl", "Most"), ("procedure", "p")];
    assert_eq!(browser.send("/desk/tenders/new", &fields).await.status, 303);
    browser.get("/desk/tenders/new").await;
    let page = browser.send("/desk/tenders/new", &fields).await;
    assert_eq!(page.status, 409);
    assert!(
        page.text.contains("id=\"number-error\""),
        "the taken number"
    );
}

#[tokio::test]
async fn a_test_tender_is_deleted_and_no_other() {
    let server = Server::start().await;
    let (mut browser, token) = officer(&server).await;
    let test = server.tender(&token).await;
    let real = server.announced_tender(&token).await;
    let overview = browser.get(&format!("/desk/tenders/{real}")).await;
    assert!(!overview.text.contains("/delete\""), "it is no test");
    browser.get(&format!("/desk/tenders/{real}/delete")).await;
    let page = browser
        .send(&format!("/desk/tenders/{real}/delete"), &[])
        .await;
    assert_eq!(page.status, 409);
    assert!(
        page.text
            .contains("Usunąć można tylko postępowanie testowe.")
    );
    let overview = browser.get(&format!("/desk/tenders/{test}")).await;
    let delete = overview.attribute_of("/delete\"", "href");
    assert!(
        browser
            .get(&delete)
            .await
            .text
            .contains("Usunąć postępowanie testowe")
    );
    assert_eq!(browser.send(&delete, &[]).await.location, "/desk?done=1");
    assert_eq!(
        browser.get(&format!("/desk/tenders/{test}")).await.status,
        404
    );
}
