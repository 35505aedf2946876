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

/// From a new tender to the published auction by forms alone.
#[tokio::test]
async fn a_tender_is_published_by_forms_alone() {
    let server = Server::start().await;
    let (mut browser, _) = officer(&server).await;
    let (tender, lot) = opened(&mut browser).await;
    browser.send(&format!("{tender}/announce"), &[]).await;
    let page = browser.get(&tender).await;
    assert!(page.text.contains("Dodaj wykonawców i dopuść ich"));
    for (name, price) in [("Alfa", "490 000,00"), ("Beta & Syn", "480 000,00")] {
        admitted(&mut browser, &tender, &lot, name, price).await;
    }
    let page = browser.get(&format!("{lot}/publish")).await;
    assert_eq!(page.status, 200);
    let page = browser.send(&format!("{lot}/publish"), &[]).await;
    assert_eq!(page.status, 422);
    assert!(
        page.text.contains("Ustal termin otwarcia aukcji."),
        "the check list blocks"
    );
    let day = day_after(server.now(), 2);
    scheduled(&mut browser, &tender, &day).await;
    let page = browser.get(&tender).await;
    assert!(page.text.contains("Wszystko gotowe"), "{}", page.text);
    assert_eq!(
        browser.send(&format!("{lot}/publish"), &[]).await.status,
        303
    );
    let page = browser.get(&lot).await;
    let auction = page.attribute_of("href=\"/auctions/", "href");
    let page = browser.get(&auction).await;
    assert_eq!(page.attribute("data-estimate"), "450000.00");
    assert_eq!(
        browser.send(&format!("{lot}/delete"), &[]).await.status,
        409,
        "it stands"
    );
}

/// A tender with a file and a lot; gives the addresses of both.
async fn opened(browser: &mut Browser<'_>) -> (String, String) {
    browser.get("/desk/tenders/new").await;
    let fields = [
        ("number", "ZP/7"),
        ("title.pl", "Most"),
        ("procedure", "podprogowe"),
    ];
    let page = browser.send("/desk/tenders/new", &fields).await;
    let tender = page.location.split('?').next().unwrap().to_owned();
    let files = format!("{tender}/files");
    browser.get(&files).await;
    browser
        .upload(&files, &[], Some(("swz.pdf", b"%PDF-1")))
        .await;
    let fields = [
        ("preset", "podprogowe-lowest-price"),
        ("number", "1"),
        ("title.pl", "Most"),
        ("gross", "450 000,00"),
        ("answers.most", "500 000,00"),
        ("answers.step", "2"),
        ("act", "save"),
    ];
    let page = browser.send(&format!("{tender}/lots/new"), &fields).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let lot = page.location.split('?').next().unwrap().to_owned();
    (tender, lot)
}

/// Adds a bidder, admits it, and issues its log-in.
async fn admitted(browser: &mut Browser<'_>, tender: &str, lot: &str, name: &str, price: &str) {
    let new = format!("{tender}/bidders/new");
    let page = browser
        .send(&new, &[("identity.name", name), ("email", "zły")])
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.text.contains("id=\"identity.seat-error\"") && page.text.contains("value=\"zły\"")
    );
    let fields = [
        ("identity.name", name),
        ("identity.seat", "Olsztyn"),
        ("country", "PL"),
    ];
    let page = browser.send(&new, &fields).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let bidder = page.location.split('?').next().unwrap().to_owned();
    let id = bidder.rsplit('/').next().unwrap();
    let admission = format!("{lot}/admissions/{id}");
    browser.get(&admission).await;
    let page = browser.send(&admission, &[("offer.price", "dużo")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("id=\"offer.price-error\"") && page.text.contains("value=\"dużo\""));
    let page = browser.send(&admission, &[("offer.price", price)]).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let page = browser.send(&format!("{bidder}/letter"), &[]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.starts_with("%PDF"));
    let page = browser
        .send(&format!("{bidder}/letter"), &[("reason", "")])
        .await;
    assert_eq!(page.status, 422, "issued again only with a reason");
}

/// Plans the opening and saves it.
async fn scheduled(browser: &mut Browser<'_>, tender: &str, day: &str) {
    let schedule = format!("{tender}/schedule");
    browser.get(&schedule).await;
    let mut plan = vec![
        ("date", "wczoraj"),
        ("time", "10:00"),
        ("order", "serial"),
        ("order.gap_min", "5"),
    ];
    let page = browser.send(&schedule, &plan).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("id=\"date-error\"") && page.text.contains("value=\"wczoraj\""));
    plan[0].1 = day;
    let page = browser.send(&schedule, &plan).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Jeszcze niczego nie zapisano"));
    plan.push(("act", "save"));
    assert_eq!(browser.send(&schedule, &plan).await.status, 303);
}

#[tokio::test]
async fn an_hour_that_comes_twice_is_asked_about() {
    let server = Server::start().await;
    let (mut browser, token) = officer(&server).await;
    let tender = server.tender(&token).await;
    server.lot(&token, &tender, "1").await;
    let path = format!("/desk/tenders/{tender}/schedule");
    browser.get(&path).await;
    let (gap, fold) = changes_of_time(server.now());
    let page = browser
        .send(&path, &[("date", &gap), ("time", "02:30")])
        .await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("id=\"time-error\"") && page.text.contains("Wpisz 03:30"));
    let page = browser
        .send(&path, &[("date", &fold), ("time", "02:30")])
        .await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("value=\"earlier\"") && page.text.contains("value=\"later\""));
    let fields = [
        ("date", fold.as_str()),
        ("time", "02:30"),
        ("hour", "later"),
    ];
    assert_eq!(browser.send(&path, &fields).await.status, 200);
}

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
    assert!(page.text.contains("Wiersz 3:"), "{}", page.text);
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

/// The day so many days after a moment.
fn day_after(now: i64, days: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(now + days * 86_400_000).unwrap();
    at.strftime("%Y-%m-%d").to_string()
}

/// The next days on which clocks in Warsaw go forward and back.
fn changes_of_time(now: i64) -> (String, String) {
    let zone = jiff::tz::TimeZone::get("Europe/Warsaw").unwrap();
    let now = jiff::Timestamp::from_millisecond(now).unwrap();
    let changes: Vec<_> = zone.following(now).take(2).collect();
    let day = |forward: bool| {
        let change = changes
            .iter()
            .find(|change| change.dst().is_dst() == forward);
        let at = change.unwrap().timestamp().to_zoned(zone.clone());
        at.strftime("%Y-%m-%d").to_string()
    };
    (day(true), day(false))
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
